#ifndef WB_DECISION_H
#define WB_DECISION_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/policy.h"
#include "waybill/statement.h"

/*
 * decision: what the engine answers about one statement, and the two texts
 * made of it (DESIGN 3.4): judgement for the parties and scoped readers,
 * workings for the authority and full auditors.
 *
 * One canonical emitter: the same decision gives the same bytes on every
 * machine.  All amounts of TPP are in tenths.
 */

/* From lax to strict; a statement's verdict is the strictest of its items. */
enum wb_verdict {
	WB_NOTED,  /* not trade */
	WB_CLEAR,  /* no licence required, or what satisfies it is held */
	WB_REVIEW, /* needed and not held, policy not against; or a fact is
		      missing */
	WB_DENY,   /* not held and policy against */
	WB_VERDICTS
};

enum wb_severity { WB_INFO, WB_VERIFY, WB_ALERT, WB_FATAL };

/* What a red flag saw (flags.h). */
#define WB_FLAG_RECORDS_MAX 8
struct wb_seen {
	int version; /* of the predicate; 0: not told, the finding is no flag */
	int64_t value, threshold;
	const char *unit; /* of both: days, tpp_x10, percent_x10, ... */
	/* The statement it is about; "": the one decided. */
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
	size_t n_records; /* records it rests on, besides this one */
	uint64_t record[WB_FLAG_RECORDS_MAX];
	bool shared; /* value and records tell of others: for the workings */
};

struct wb_finding {
	const char *code; /* of the table in findings.c */
	enum wb_severity severity;
	char doubt[16];      /* AMBIG-n of RULES 10, or "" */
	char narrative[360]; /* with the actual numbers */
	char citation[WB_CITATION_MAX];
	char resolution[240];
	struct wb_seen seen;
};

/* The words that say what satisfies a licence requirement, and how an
 * application would fare: the edition's own (`as "..."`) or the usual ones. */
#define WB_OUTCOME_MAX 63

struct wb_item_decision {
	int32_t line;
	char model[WB_ID_MAX + 1]; /* "" when parameters were attested */
	int64_t quantity;
	int64_t tpp_x10;          /* of one unit; -1 unknown */
	int64_t die_area_mm2_x10; /* -1 unknown, 0 none */
	int32_t units;            /* ICs in one unit of the item */
	int64_t total_x10;        /* tpp_x10 * units * quantity; -1 unknown */
	char eccn[16];            /* "none", "unknown", or as found */
	char circuit_eccn[16];    /* that of its circuits: mostly the same */
	char limb[24];            /* limb or note that decided, or "" */
	char eccn_citation[WB_CITATION_MAX];
	bool licence_required;
	char licence_rule[32];
	char licence_citation[WB_CITATION_MAX];
	char path[WB_OUTCOME_MAX + 1]; /* NLR, an exception, LICENCE, UNKNOWN */
	enum wb_review review;
	char review_text[WB_OUTCOME_MAX + 1]; /* "none" if not asked for */
	char path_citation[WB_CITATION_MAX];
	char notice[120]; /* what the path asks before export, or "" */
	enum wb_verdict verdict;
};

#define WB_BALANCES_MAX 24

struct wb_balance {             /* a counter this decision looked at */
	char counter[32];       /* as the edition names it; alloc */
	char of[WB_ID_MAX + 1]; /* party or country */
	char period[16];        /* 2025, 2025-2027 */
	bool own;               /* the party's own: shown in the judgement */
	bool units;             /* the amounts are units, not TPP in tenths */
	int64_t limit_x10;      /* -1: it counts without one */
	int64_t before_x10;
	int64_t asked_x10;
	int64_t after_x10;   /* as it stands now */
	int64_t granted_x10; /* as it would stand if a licence is granted */
};

struct wb_read {
	char key[WB_STATE_KEY_MAX + 1];
	bool present;
	struct wb_slice value; /* in the decision's arena */
	uint64_t seq;          /* record that last wrote it */
};

struct wb_write {
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
};

/* An amount added to a counter, so that a correction can take it back. */
#define WB_CHARGES_MAX    24
#define WB_CHARGE_KEY_MAX 159

struct wb_charge {
	char key[WB_CHARGE_KEY_MAX + 1]; /* of the state */
	int64_t x10; /* tenths of TPP; units for a counter of units */
};

struct wb_decision {
	int32_t engine;
	enum wb_verdict verdict;
	char basis[WB_OUTCOME_MAX + 1]; /* path of the deciding item, or the
					   type */
	enum wb_review review;
	char review_text[WB_OUTCOME_MAX + 1];
	wb_date judged_for; /* date whose law applied, or NONE */
	bool historical;
	bool provisional;                 /* date of export after the record */
	const struct wb_edition *edition; /* or NULL */
	const struct wb_catalogue *catalogue;
	const struct wb_countries *countries;
	const struct wb_flags *flags;
	int64_t total_x10; /* of controlled items; -1 if unknown */
	size_t n_items;
	struct wb_item_decision item[WB_ITEMS_MAX];
	size_t n_findings;
	struct wb_finding finding[WB_FINDINGS_MAX];
	size_t n_scopes; /* sorted country codes */
	char scope[WB_SCOPES_MAX][3];
	size_t n_balances;
	struct wb_balance balance[WB_BALANCES_MAX];
	/* What this decision has charged; 0 unless the verdict is clear. */
	size_t n_charges;
	struct wb_charge charge[WB_CHARGES_MAX];
	/* What an earlier decision charged and this one takes back: every
	 * counter is read as without it, and written so.  The caller fills it
	 * in after wb_decision_init(). */
	size_t n_credits;
	struct wb_charge credit[WB_CHARGES_MAX];
	size_t n_reads, n_writes;
	size_t n_serial_reads; /* of them by wb_serial_read() */
	size_t reads_max;      /* of the others: WB_READS_MAX mostly */
	struct wb_read read[WB_READS_ALL_MAX];
	struct wb_write write[WB_WRITES_MAX];
	size_t arena_len;
	uint8_t arena[524288]; /* values of reads and writes */
};

const char *wb_verdict_name(enum wb_verdict verdict);
int wb_verdict_named(struct wb_slice name, enum wb_verdict *ret) WB_MUST_CHECK;
const char *wb_severity_name(enum wb_severity severity);

/* The two canonical JSON texts; each ends in a newline. */
void wb_judgement_write(struct wb_writer *w, const struct wb_decision *d);
void wb_workings_write(struct wb_writer *w, const struct wb_decision *d);

/* Every finding code, its severity and meaning: row i, or NULL. */
struct wb_finding_kind {
	const char *code;
	enum wb_severity severity;
	const char *meaning;
	const char *resolution;
};
const struct wb_finding_kind *wb_finding_row(size_t i);
const struct wb_finding_kind *wb_finding_kind(const char *code);

/* What the readers of a judgement need again: a few of its members. */
struct wb_verdict_view {
	enum wb_verdict verdict;
	char basis[WB_OUTCOME_MAX + 1];
	char review[WB_OUTCOME_MAX + 1];
	size_t n_scopes;
	char scope[WB_SCOPES_MAX][3];
	size_t n_findings; /* severity alert or fatal */
};
int wb_judgement_read(struct wb_slice judgement,
		      struct wb_verdict_view *ret) WB_MUST_CHECK;

#endif /* WB_DECISION_H */
