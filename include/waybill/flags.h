#ifndef WB_FLAGS_H
#define WB_FLAGS_H

#include "waybill/decision.h"

/*
 * flags: red flags, and the document that turns them on (proto/FORMAT.md 7.4).
 *
 * A red flag is a finding, never a denial.  The engine knows how to ask each
 * of the table below; which it asks, how severe the answer is and where the
 * thresholds lie says the document that the committee has adopted.  Without
 * one, no flag is raised.
 */
#define WB_FLAG_PARAMS_MAX 6

enum wb_flag_value_kind {
	WB_FV_COUNT,   /* a whole number: days, chips, times, watts */
	WB_FV_TPP,     /* tenths of TPP */
	WB_FV_LIMIT,   /* the same, or words: a limit of the edition in force */
	WB_FV_PERCENT, /* tenths of a percent */
	WB_FV_DATE,
	WB_FV_SET,   /* of countries */
	WB_FV_WORDS, /* up to WB_WORDS_MAX */
	WB_FV_YEARLY /* days of the year: 07-15 01-15; words, and checked */
};

struct wb_flag_param {
	const char *name; /* NULL behind the last */
	enum wb_flag_value_kind kind;
};

/* What a finding by a flag is about, and which predicate asks it. */
struct wb_flag_kind {
	const char *id; /* RF-01, as in RULES 9 */
	int version;    /* of the predicate: part of the finding */
	/* Why the data of a ledger cannot decide it, or NULL: it is built. */
	const char *unbuilt;
	struct wb_finding_kind finding; /* its severity is only the usual one */
	struct wb_flag_param param[WB_FLAG_PARAMS_MAX + 1];
};

/* Row i of the table, in the order of ids; NULL behind the last. */
const struct wb_flag_kind *wb_flag_row(size_t i);
/* What of row i nobody can decide from a ledger's data, or NULL. */
const char *wb_flag_left_out(size_t i);
#define WB_FLAG_KINDS 45

struct wb_flag_value {
	int64_t number;
	int set; /* of wb_flags.sets */
	size_t n_words;
	char word[WB_WORDS_MAX][24];
	char citation[WB_CITATION_MAX];
};

struct wb_flag { /* one that is on */
	const struct wb_flag_kind *kind;
	enum wb_severity severity;
	char citation[WB_CITATION_MAX];
	/* As kind->param; all are there. */
	struct wb_flag_value value[WB_FLAG_PARAMS_MAX];
};

struct wb_flags {
	char sha256[WB_HASH_HEX + 1]; /* of the text */
	char id[WB_ID_MAX + 1];
	struct wb_edition *sets;           /* an edition of nothing but sets */
	struct wb_flag *on[WB_FLAG_KINDS]; /* by row; NULL is off */
};

/* Parse a text: as wb_edition_parse(). */
int wb_flags_parse(struct wb_slice text, struct wb_flags **ret,
		   struct wb_problem *problem) WB_MUST_CHECK;
void wb_flags_free(struct wb_flags *flags);

#endif /* WB_FLAGS_H */
