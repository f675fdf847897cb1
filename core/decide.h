#ifndef WB_CORE_DECIDE_H
#define WB_CORE_DECIDE_H

#include "waybill/engine.h"

/*
 * decide: what the files of the engine share and nobody else sees.
 *
 * The engine's state is text: a key such as "lpp/acme/2025" and a value such
 * as "268985680".  The keys are listed in proto/FORMAT.md, "State".
 */

/* As before anything was judged; what was read and written stays
 * (decision.c). */
void wb_outcome_init(struct wb_decision *d);

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
/* The same under another code, which says more than "doubt". */
void wb_find_contested(struct wb_decision *d, const char *code,
		       const char *doubt, const char *citation, const char *fmt,
		       ...) __attribute__((format(printf, 5, 6)));
/* That a finding, which may be NULL, or the last one rests on the record that
 * wrote key. */
void wb_seen_rests_on(const struct wb_decision *d, struct wb_seen *seen,
		      const char *key);
void wb_find_rests_on(struct wb_decision *d, const char *key);
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

/* --- which law (dated.c) -------------------------------------------------- */

/* The edition for the date of export; under its savings clause the one for the
 * day the goods went on board.  Or NULL. */
const struct wb_edition *wb_dated_edition(const struct wb_law *law,
					  const struct wb_shipment *s,
					  wb_date *ret_date,
					  struct wb_decision *d);
/* How the date of export lies to the record: a future one is told and marked;
 * *ret_late is by how many days it is late, or left alone. */
int wb_dated_export(const struct wb_engine_input *in,
		    const struct wb_shipment *s, struct wb_decision *d,
		    int32_t *ret_late) WB_MUST_CHECK;

/* --- two ways of judging, compared (judged.c) ---------------------------- */

struct wb_judged {
	enum wb_verdict verdict;
	enum wb_review review;
	size_t required; /* items that need a licence */
	size_t writes;   /* counters */
	size_t findings;
	char basis[WB_OUTCOME_MAX + 1];
	const char *edition;
};

struct wb_judged wb_judged_of(const struct wb_decision *d);
/* Whether a is the stricter: by verdict, then by the policy of review; of two
 * that are clear the one that needs an exception, then the one that counts. */
bool wb_judged_stricter(const struct wb_judged *a, const struct wb_judged *b);
/* Whether the two come to the same. */
bool wb_judged_same(const struct wb_judged *a, const struct wb_judged *b);
/* The doubt of a setting whose other reading comes to something else. */
void wb_judged_doubt(const struct wb_setting *s, const struct wb_judged *here,
		     const struct wb_judged *other, struct wb_decision *d);
/* The finding "late": what either law says. */
void wb_judged_late(int32_t days, const struct wb_judged *export,
		    const struct wb_judged *record, struct wb_decision *d);

/* wb_judge_shipment() without red flags: what the law says (engine.c). */
int wb_judge_law(const struct wb_engine_input *in, const struct wb_shipment *s,
		 struct wb_decision *d) WB_MUST_CHECK;

/*
 * Red flags (flag.c): what the shipment s, which has been judged and is that
 * of the statement or of the one it corrects, raises; nothing when no document
 * of flags is adopted.
 */
int wb_flags_shipment(const struct wb_engine_input *in,
		      const struct wb_shipment *s,
		      struct wb_decision *d) WB_MUST_CHECK;

/* The same where another law has judged the shipment: those flags that look at
 * what it has decided. */
int wb_flags_again(const struct wb_engine_input *in,
		   const struct wb_shipment *s,
		   struct wb_decision *d) WB_MUST_CHECK;

/* The same for a party-detail. */
int wb_flags_detail(const struct wb_engine_input *in,
		    struct wb_decision *d) WB_MUST_CHECK;

/* What is asked on a later day of a shipment that another law has judged, and
 * was not yet: it was of that verdict (flag_custody.c). */
int wb_flags_later(const struct wb_engine_input *in,
		   const struct wb_shipment *s, const char *id,
		   enum wb_verdict was, struct wb_decision *d) WB_MUST_CHECK;

/* What follows from any statement, once its effects are known: flags about
 * custody, and what is asked on a later day. */
int wb_flags_after(const struct wb_engine_input *in,
		   struct wb_decision *d) WB_MUST_CHECK;

/* Sweeps (sweep.c): whether this is the next one, and what it finds. */
int wb_sweep_admit(const struct wb_engine_input *in, struct wb_decision *d,
		   struct wb_problem *problem) WB_MUST_CHECK;
/* Begin to ask for a facility's reports and proofs. */
int wb_sweep_facility(const struct wb_engine_input *in, struct wb_decision *d,
		      const char *party, const char *id) WB_MUST_CHECK;
int wb_sweep(const struct wb_engine_input *in,
	     struct wb_decision *d) WB_MUST_CHECK;

/* The effects of statements that are not trade (register.c). */
int wb_register(const struct wb_engine_input *in,
		struct wb_decision *d) WB_MUST_CHECK;

/* --- rules (facts.c) ------------------------------------------------------ */

enum wb_truth { WB_FALSE, WB_TRUE, WB_UNKNOWN };

#define WB_PLACES_MAX 12

struct wb_asked;

/* What the terms of rules are asked about: one item of one shipment. */
struct wb_facts {
	const struct wb_edition *edition;
	const struct wb_countries *countries;
	int turned;    /* index of a setting read the other way, or -1 */
	wb_date date;  /* whose law and country groups apply */
	wb_date today; /* of the record */
	const struct wb_shipment *shipment;
	struct wb_asked *asked;
	/* consignee and end user, registered and declared */
	size_t n_headquarters;
	char headquarters[WB_PLACES_MAX][3];
	bool headquarters_unknown; /* a party is not registered */
	size_t n_located;          /* where those two are, as registered */
	char located[2][3];
	bool located_unknown;
	const char *consignee_kind;
	/* the item: of one circuit, in tenths, -1 unknown */
	enum wb_form form;
	int64_t tpp_x10, die_area_mm2_x10, dram_x10;
	/* I/O bandwidth as read here; links and host; links alone */
	int64_t io_x10, whole_io_x10, links_x10;
	int64_t other_tpp_x10; /* under the other reading of WB_SET_BITS */
	int64_t published_x10; /* the same, of WB_SET_PUBLISHED */
	int64_t package_area_x10;
	bool density_of_none; /* without an area, above any limit */
	int datacenter;
	bool marketing_unknown; /* it is -1, or as the edition reads that */
	const char *eccn; /* of its circuits; NULL unknown, as these two */
	const char *entry;
	const char *limb;
	/* of the controlled items; -1 unknown */
	int64_t shipment_x10, chips;
	/* how much more they would be by published_x10 */
	int64_t swing_x10;
};

enum wb_truth wb_rule_holds(const struct wb_facts *f,
			    const struct wb_rule *rule);
/* The same as if it had no terms about settings. */
enum wb_truth wb_rule_but_settings(const struct wb_facts *f,
				   const struct wb_rule *rule);
bool wb_rule_has_settings(const struct wb_rule *rule);
/* The doubts of a rule that has decided: those of its settings. */
void wb_rule_doubts(const struct wb_facts *f, const struct wb_rule *rule,
		    struct wb_decision *d);
/* Whether the other reading of I/O bandwidth would turn t, which the rule
 * is: the doubt is told. */
void wb_rule_io_doubt(const struct wb_facts *f, const struct wb_rule *rule,
		      enum wb_truth t, struct wb_decision *d);
/* The setting of that name, or NULL if the edition has none; and whether it
 * is on. */
const struct wb_setting *wb_facts_setting(const struct wb_facts *f,
					  enum wb_named name);
bool wb_facts_on(const struct wb_facts *f, enum wb_named name);
/* The same of any setting, by its index. */
bool wb_facts_setting_on(const struct wb_facts *f, int setting);
/* Whether the country is in the set, as it is read here. */
bool wb_facts_set_holds(const struct wb_facts *f, int set, const char *code);
/*
 * An amount meets a limit: if by the other TPP published it might lie on the
 * other side, the shipment is judged by that as well (engine.c).
 */
void wb_facts_near(const struct wb_facts *f, int64_t x10, int64_t limit_x10);
/*
 * The next setting from i on, or -1, whose other reading may decide otherwise:
 * it moves a place into a set or out of one, or an amount past a limit.
 */
int wb_facts_other_reading(const struct wb_facts *f, int i);
/* What it is by where it goes: within one country a transfer, whatever it is
 * called; else as it is called. */
enum wb_shipment_kind wb_facts_kind(const struct wb_shipment *s);
/* Whether a paper is there, dated no later than days before export. */
bool wb_paper_in_time(const struct wb_facts *f, const char *kind, int32_t days);
/* Whether every country of the facts is in the table. */
bool wb_facts_places_known(const struct wb_facts *f, const char **ret_code);
void wb_facts_headquarters_add(struct wb_facts *f, const char *code);

/* --- parties (parties.c) -------------------------------------------------- */

#define WB_INVOLVED_MAX 32

/* Everybody a rule about lists may ask about. */
struct wb_involved {
	char id[WB_ID_MAX + 1];
	bool takes_part; /* is no owner only */
	bool receives;   /* the consignee, or the end user */
	bool unlisted;   /* on no list ever, as far as has been read */
	bool unknown;    /* who that is, or above it: not registered */
};

/*
 * Reads that are not needed to decide at all are made while this many are left
 * for counters, grants and flags; past that they are unknown, which is told.
 */
#define WB_READS_KEPT 30
bool wb_reads_spare(const struct wb_decision *d, size_t n);

struct wb_usage;

/* Who takes part: headquarters and kind of consignee and end user into f,
 * everybody into f->asked, the three of use. */
int wb_parties(const struct wb_engine_input *in, struct wb_facts *f,
	       struct wb_usage *use, struct wb_decision *d) WB_MUST_CHECK;

/* --- what is looked up when a rule first asks (asked.c) --------------------
 */

struct wb_asked {
	const struct wb_state *state;
	struct wb_decision *d;
	const char *exporter;
	bool exporter_unlisted; /* as of those involved */
	wb_date date;           /* of export */
	const char *citation;   /* of the line that asks */
	size_t n_involved;
	struct wb_involved involved[WB_INVOLVED_MAX];
	bool cut;  /* more than one decision may look up */
	bool near; /* wb_facts_near() */
	int error; /* of the state; the first sticks */
};

enum wb_truth wb_asked_letter(const struct wb_facts *f,
			      const struct wb_term *t);
enum wb_truth wb_asked_agreement(const struct wb_facts *f,
				 const struct wb_term *t);
enum wb_truth wb_asked_list(const struct wb_facts *f, const struct wb_term *t);
/* Percent of the allocation of that country by its agreement: 100 if none. */
int wb_asked_factor(const struct wb_facts *f, const char *country,
		    int32_t *ret) WB_MUST_CHECK;

/* --- items (items.c) ------------------------------------------------------ */

/* What the item is: f and out, for one that begins as the shipment's facts. */
void wb_item_find(const struct wb_catalogue *cat, const struct wb_item *item,
		  struct wb_facts *f, struct wb_item_decision *out,
		  struct wb_decision *d);

/* --- paths (paths.c) ------------------------------------------------------ */

/* What an item moves under, besides the index of an exception. */
#define WB_PATH_NONE    (-1)
#define WB_PATH_LICENCE (-2) /* one that is held */

struct wb_held;

/* What the items of one shipment have used up so far. */
struct wb_usage {
	struct wb_profile consignee;
	struct wb_profile charged;  /* who is named as charged, or the same */
	struct wb_profile operator; /* of the data centre named, or the same */
	int year;                   /* whose limits; by export or receipt */
	int export_year;
	int path[WB_ITEMS_MAX];
	struct {
		bool used;
		int64_t x10;  /* TPP of the items that use it */
		bool limited; /* its counter was looked at: */
		int64_t before_x10;
		int64_t asked_x10; /* also if that did not fit */
	} exception[WB_EXCEPTIONS_MAX];
	struct wb_held *held; /* the grant that is named (held.h) */
	bool allocated;
	char allocation_country[3];
	int64_t allocation_limit_x10;
	int64_t allocation_before_x10;
	int64_t allocation_x10;       /* of the items that fit */
	int64_t allocation_asked_x10; /* and all that asked */
	int64_t allocation_held_x10;  /* of those that hold a licence */
};

/* Whether item k needs a licence and nothing satisfies that yet. */
bool wb_item_waits(const struct wb_usage *use, const struct wb_decision *d,
		   size_t k);
/*
 * Choose what satisfies the licence requirements of the items that wait; f[i]
 * are the facts of d->item[i].
 */
int wb_paths_choose(const struct wb_state *state, struct wb_facts f[],
		    struct wb_usage *use, struct wb_decision *d) WB_MUST_CHECK;
/* Notices, limits reached and counters, once all items have a path
 * (balances.c). */
int wb_path_finish(const struct wb_state *state, const struct wb_facts *f,
		   struct wb_usage *use, struct wb_decision *d) WB_MUST_CHECK;
/* Whose yearly limit under exception x is charged. */
const struct wb_profile *wb_path_charged(const struct wb_facts *f,
					 const struct wb_usage *use,
					 const struct wb_exception *x);
/* What the items use up of a counter, which several exceptions may name. */
int64_t wb_path_counted(const struct wb_edition *ed, const struct wb_usage *use,
			const struct wb_exception_line *counter);

/* --- the licence path (review.c) ------------------------------------------ */

/* How an application for the item would fare. */
int wb_review(const struct wb_state *state, struct wb_facts *f,
	      struct wb_usage *use, size_t k,
	      struct wb_decision *d) WB_MUST_CHECK;
/* The counter of what is licensed to a country. */
int wb_review_finish(const struct wb_facts *f, const struct wb_usage *use,
		     struct wb_decision *d) WB_MUST_CHECK;

#endif /* WB_CORE_DECIDE_H */
