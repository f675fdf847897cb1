#ifndef WB_CORE_DECIDE_H
#define WB_CORE_DECIDE_H

#include "waybill/engine.h"

/*
 * decide: what the files of the engine share and nobody else sees.
 *
 * The engine's state is text: a key such as "lpp/acme/2025" and a value such
 * as "268985680".  The keys are listed in proto/FORMAT.md, "State".
 */

/* --- state, as one decision sees it (decision.c) ------------------------- */

/*
 * Read key and list the read in d; a second read of a key costs nothing.
 * 0, WB_ENOTFOUND, WB_ELIMIT past WB_READS_MAX, or an error of the state.
 */
int wb_state_read(const struct wb_state *state, struct wb_decision *d,
		  const char *key, struct wb_slice *ret) WB_MUST_CHECK;
/* Read serial/<serial>, once per decision, beyond the reads of rules: at most
 * WB_SERIALS_MAX.  The value is 0 to WB_STATE_VALUE_MAX bytes. */
int wb_serial_read(const struct wb_state *state, struct wb_decision *d,
		   const char *serial, struct wb_slice *ret) WB_MUST_CHECK;
/* List a write; it takes effect when the ledger applies it. */
int wb_state_write(struct wb_decision *d, const char *key,
		   struct wb_slice value) WB_MUST_CHECK;
/* A counter less what d takes back of it: 0 when it was never written.
 * WB_ECORRUPT if it is no number. */
int wb_counter_read(const struct wb_state *state, struct wb_decision *d,
		    const char *key, int64_t *ret) WB_MUST_CHECK;
int wb_counter_write(struct wb_decision *d, const char *key,
		     int64_t value) WB_MUST_CHECK;
/* Write a counter that stood at before as it is with x10 more; once more
 * for the same counter replaces that. */
int wb_counter_charge(struct wb_decision *d, const char *key, int64_t before,
		      int64_t x10) WB_MUST_CHECK;
/* Write down what d takes back of counters that it has not written. */
int wb_credits_write(const struct wb_state *state,
		     struct wb_decision *d) WB_MUST_CHECK;
/* Format a state key; keys are built of checked names and always fit. */
void wb_state_key(char out[WB_STATE_KEY_MAX + 1], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* --- findings (findings.c) ------------------------------------------------ */

/* Add a finding of the table; past the limit the last one stands for all. */
void wb_find(struct wb_decision *d, const char *code, const char *citation,
	     const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same, unless d has one of that code already. */
void wb_find_once(struct wb_decision *d, const char *code, const char *citation,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* An open question of the law that mattered, once per doubt ("AMBIG-2"). */
void wb_find_doubt(struct wb_decision *d, const char *doubt,
		   const char *citation, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* tenths as people write them: 26,898,568 or 4,799.2. */
#define WB_AMOUNT_MAX 40
const char *wb_amount(int64_t x10, char out[WB_AMOUNT_MAX]);
void wb_scope_add(struct wb_decision *d, const char *country);

/* --- registry (registry.c) ------------------------------------------------ */

/* A party as registered on a date. */
struct wb_profile {
	bool registered;
	char id[WB_ID_MAX + 1];
	char country[3];
	char headquarters[3];
	bool government;
	char parent[WB_ID_MAX + 1]; /* ultimate parent; itself if none */
	char parent_headquarters[3];
	/* A majority owner is not registered then, or the parent is more than
	 * WB_OWNERSHIP_DEPTH_MAX steps up: parent is as far as is known. */
	bool parent_unknown;
};

int wb_profile_read(const struct wb_state *state, struct wb_decision *d,
		    const char *party, wb_date date,
		    struct wb_profile *ret) WB_MUST_CHECK;

/* The same without its parents, for one read. */
int wb_profile_read_own(const struct wb_state *state, struct wb_decision *d,
			const char *party, wb_date date,
			struct wb_profile *ret) WB_MUST_CHECK;

/*
 * Red flags (flag.c): what the shipment s, which has been judged and is that
 * of the statement or of the one it corrects, raises; nothing when no document
 * of flags is adopted.
 */
int wb_flags_shipment(const struct wb_engine_input *in,
		      const struct wb_shipment *s,
		      struct wb_decision *d) WB_MUST_CHECK;

/* The effects of statements that are not trade (register.c). */
int wb_register(const struct wb_engine_input *in,
		struct wb_decision *d) WB_MUST_CHECK;

/*
 * Settings that the engine asks an edition about by name.  Each is the other
 * reading of a doubt (RULES 10), off where an edition does not name it; the
 * edition's line says which doubt it is, and the decision names that when the
 * other reading would have changed it.
 *
 * limit_of_operator    AMBIG-5: a yearly limit is that of charged_to, if the
 *                      shipment names one, else of the consignee.  On as law:
 *                      740.29(a) lets the consignee declare which.
 * year_of_receipt      AMBIG-6: a yearly limit is that of the year of arrival.
 * more_than_amount     AMBIG-7: an amount that asks for a notice or passes a
 *                      mark does so from just above it.
 * io_without_host      AMBIG-8: I/O bandwidth is that of the links alone.
 * density_without_area AMBIG-11: without a non-planar die the performance
 *                      density is above any limit.
 * superchip_is_one     AMBIG-12: the circuits of one unit count as one.
 */
#define WB_SET_OPERATOR  "limit_of_operator"
#define WB_SET_RECEIPT   "year_of_receipt"
#define WB_SET_MORE      "more_than_amount"
#define WB_SET_IO        "io_without_host"
#define WB_SET_DENSITY   "density_without_area"
#define WB_SET_SUPERCHIP "superchip_is_one"

/* --- rules (facts.c, parties.c) ------------------------------------------- */

enum wb_truth { WB_FALSE, WB_TRUE, WB_UNKNOWN };

#define WB_PLACES_MAX 10

/* What the terms of rules are asked about: one item of one shipment. */
struct wb_facts {
	const struct wb_edition *edition;
	const struct wb_countries *countries;
	wb_date date;  /* whose law and country groups apply */
	wb_date today; /* of the record */
	const struct wb_shipment *shipment;
	/* consignee and end user, registered and declared */
	size_t n_headquarters;
	char headquarters[WB_PLACES_MAX][3];
	bool headquarters_unknown; /* a party is not registered */
	const char *consignee_kind;
	/* the item */
	int64_t tpp_x10, die_area_mm2_x10, dram_x10, io_x10; /* -1 unknown */
	int datacenter;
	const char *eccn;
	const char *limb;
	int64_t shipment_x10; /* of the controlled items; -1 unknown */
};

enum wb_truth wb_rule_holds(const struct wb_facts *f,
			    const struct wb_rule *rule);
/* Fill in the headquarters and the kind of consignee and end user, and who the
 * consignee is. */
int wb_parties(const struct wb_engine_input *in, struct wb_facts *f,
	       struct wb_profile *consignee,
	       struct wb_decision *d) WB_MUST_CHECK;
/* Whether every country of the facts is in the table. */
bool wb_facts_places_known(const struct wb_facts *f, const char **ret_code);
void wb_facts_headquarters_add(struct wb_facts *f, const char *code);

/* --- paths (paths.c) ------------------------------------------------------ */

/* What the items of one shipment have used up so far. */
struct wb_usage {
	struct wb_profile consignee;
	int year;
	struct {
		bool used;
		int64_t x10;  /* TPP of the items that use it */
		bool limited; /* its counter was looked at: */
		int64_t before_x10;
		int64_t asked_x10; /* also if that did not fit */
	} exception[WB_EXCEPTIONS_MAX];
	bool allocated;
	char allocation_country[3];
	int64_t allocation_before_x10;
	int64_t allocation_x10;       /* of the items that fit */
	int64_t allocation_asked_x10; /* and all that asked */
};

/* Whether it needs a licence and nothing satisfies that yet. */
bool wb_item_waits(const struct wb_item_decision *item);
/*
 * Choose what satisfies the licence requirements of the items that wait; f[i]
 * are the facts of d->item[i].
 */
int wb_paths_choose(const struct wb_state *state, const struct wb_facts f[],
		    struct wb_usage *use, struct wb_decision *d) WB_MUST_CHECK;
/* Notices, limits reached and counters, once all items have a path. */
int wb_path_finish(const struct wb_state *state, const struct wb_facts *f,
		   struct wb_usage *use, struct wb_decision *d) WB_MUST_CHECK;

/* --- the licence path (review.c) ------------------------------------------ */

/* How an application for the item would fare. */
int wb_review(const struct wb_state *state, const struct wb_facts *f,
	      struct wb_usage *use, struct wb_item_decision *item,
	      struct wb_decision *d) WB_MUST_CHECK;
void wb_review_balance(const struct wb_facts *f, const struct wb_usage *use,
		       struct wb_decision *d);

#endif /* WB_CORE_DECIDE_H */
