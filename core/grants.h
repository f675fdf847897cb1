#ifndef WB_CORE_GRANTS_H
#define WB_CORE_GRANTS_H

#include "core/decide.h"

/*
 * grants: what the authority and governments have said, as it stands in the
 * state, for the rules that ask (proto/FORMAT.md 6).
 *
 * Readers list each read in the decision, so a second look costs nothing.
 * 0, WB_ELIMIT when the decision has no reads left, or an error of the state;
 * that nothing was said is an answer, not an error, unless said otherwise.
 * Dates are days of export.
 */

/* --- licences, UVEU, NVEU --------------------------------------------------
 */

struct wb_grant_item {
	char eccn[WB_ECCN_MAX + 1];
	size_t n_models; /* 0: whatever is of the ECCN */
	char model[WB_GRANT_MODELS_MAX][WB_ID_MAX + 1];
	int64_t quantity; /* units, or -1: not limited */
	int64_t tpp_x10;  /* -1: not limited */
};

/* As struct wb_licence, owning its texts; "" where that has NULL. */
struct wb_grant {
	enum wb_grant_kind kind;
	enum wb_grant_status status;
	char number[WB_ID_MAX + 1];
	wb_date valid_from;
	wb_date valid_to; /* or WB_DATE_NONE */
	/* licence */
	size_t n_exporters;
	char exporter[WB_GRANT_EXPORTERS_MAX][WB_ID_MAX + 1];
	char consignee[WB_ID_MAX + 1];
	char end_user[WB_ID_MAX + 1];
	char destination[3];
	size_t n_items;
	struct wb_grant_item item[WB_GRANT_ITEMS_MAX];
	/* uveu, nveu */
	char holder[WB_ID_MAX + 1];
	int64_t world_tpp_x10;
	size_t n_countries;
	struct {
		char country[3];
		int64_t tpp_x10;
	} country[WB_GRANT_COUNTRIES_MAX];
	size_t n_destinations;
	char destinations[WB_GRANT_DESTINATIONS_MAX][3];
	char in_country[3];
	int64_t installed_tpp_x10;
};

/* The grant of that number, which may be any text, in whatever status, or
 * WB_ENOTFOUND. */
int wb_grant_read(const struct wb_state *state, struct wb_decision *d,
		  const char *number, struct wb_grant *ret) WB_MUST_CHECK;
/* Whether it is active, and date is in it. */
bool wb_grant_holds(const struct wb_grant *g, wb_date date);
bool wb_grant_exporter(const struct wb_grant *g, const char *party);
bool wb_grant_destination(const struct wb_grant *g, const char *country);
/* Held there as declared, 0 if not named. */
int64_t wb_grant_declared(const struct wb_grant *g, const char *country);
/* The item that covers a model (NULL: parameters attested) of an ECCN, or
 * NULL; there is at most one. */
const struct wb_grant_item *wb_grant_item(const struct wb_grant *g,
					  const char *eccn, const char *model);

/* --- letters and lists -----------------------------------------------------
 */

/* Whether a letter of that name is in force for the exporter. */
int wb_letter_on(const struct wb_state *state, struct wb_decision *d,
		 const char *exporter, const char *name, wb_date date,
		 bool *ret) WB_MUST_CHECK;

/* The first of the n lists that the party itself is on, or NULL; and whether
 * it is or was on any list. */
int wb_listing_on(const struct wb_state *state, struct wb_decision *d,
		  const char *party, const char *const list[], size_t n,
		  wb_date date, const char **ret_list,
		  bool *ret_ever) WB_MUST_CHECK;

/*
 * How a party stands to n lists, whichever of them: on one itself, or owned.
 * Owned is who is held for half or more by listed or owned parties, their
 * shares added up (the Affiliates rule; RULES RF-08).  That is not control:
 * an ultimate parent holds more than half.
 */
enum wb_listed {
	WB_LISTED_NOT,
	WB_LISTED_DIRECT,
	WB_LISTED_OWNED,
	/* Owners are not registered then, more than WB_OWNERSHIP_DEPTH_MAX
	 * steps up, or reads ran out: what is known is below half. */
	WB_LISTED_UNKNOWN,
};

struct wb_listed_as {
	enum wb_listed how;
	char party[WB_ID_MAX + 1]; /* the first that is listed, or "" */
	char list[WB_ID_MAX + 1];  /* and its list */
	int percent;               /* held by such parties, as far as known */
};

/* Makes at most max_reads reads that the decision has not made before. */
int wb_listed_as(const struct wb_state *state, struct wb_decision *d,
		 const char *party, const char *const list[], size_t n,
		 wb_date date, size_t max_reads,
		 struct wb_listed_as *ret) WB_MUST_CHECK;

/* --- agreements ------------------------------------------------------------
 */

enum wb_agreement_standing {
	WB_AGREEMENT_NONE,    /* none, or not in force */
	WB_AGREEMENT_PARTIAL, /* in force without all three commitments */
	WB_AGREEMENT_VALID,
};

struct wb_agreement_now {
	enum wb_agreement_standing standing;
	enum wb_agreement_status status; /* if there is one on that day */
	unsigned commitments;            /* bits of enum wb_commitment */
	int32_t factor_percent;          /* 100 unless it is in force */
	int64_t chip_ceiling;            /* or -1 */
	wb_date effective;               /* or WB_DATE_NONE */
	wb_date until;                   /* or WB_DATE_NONE */
};

int wb_agreement_on(const struct wb_state *state, struct wb_decision *d,
		    const char *country, wb_date date,
		    struct wb_agreement_now *ret) WB_MUST_CHECK;

/* --- parties: facilities, links, business ----------------------------------
 */

struct wb_facility_now {
	char country[3];
	int64_t it_power_kw; /* -1 if not said */
	wb_date since;
};

/* WB_ENOTFOUND if it is not registered. */
int wb_facility_read(const struct wb_state *state, struct wb_decision *d,
		     const char *operator, const char * id,
		     struct wb_facility_now *ret) WB_MUST_CHECK;

/* Parties that share something with one party. */
#define WB_LINKED_ALL (WB_LINKS_MAX * WB_LINKED_MAX)
struct wb_links {
	size_t n;
	struct {
		char party[WB_ID_MAX + 1];
		unsigned kinds; /* bit per enum wb_link_kind */
	} party[WB_LINKED_ALL];
	bool more; /* a link has more parties than are kept */
};

/* 1 read and one per link of the party, at most 7. */
int wb_links_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, struct wb_links *ret) WB_MUST_CHECK;

/* What else was said of a party as of a day. */
struct wb_about {
	bool registered;
	wb_date incorporated; /* or WB_DATE_NONE */
	enum wb_business business;
	enum wb_address_kind address_kind;
};

int wb_about_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, wb_date date,
		  struct wb_about *ret) WB_MUST_CHECK;

/* --- findings --------------------------------------------------------------
 */

/* What became of a finding; WB_ENOTFOUND if nobody has answered it. */
struct wb_answer {
	enum wb_outcome outcome;
	char by[WB_ID_MAX + 1]; /* authority, or a government */
	wb_date date;
	struct wb_slice
		assignee; /* in assigned only; in the decision's arena */
};

int wb_answer_read(const struct wb_state *state, struct wb_decision *d,
		   const char *party, const char *id, const char *code,
		   struct wb_answer *ret) WB_MUST_CHECK;

/* --- for admission and the register ----------------------------------------
 */

/*
 * Statements of parties leave the mark `said/<party>/<id>`: their type and who
 * may read them, so that a finding can be answered by whom it concerns.
 * wb_book_judge() calls this last.
 */
int wb_said_write(const struct wb_engine_input *in,
		  struct wb_decision *d) WB_MUST_CHECK;

#endif /* WB_CORE_GRANTS_H */
