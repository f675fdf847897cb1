#ifndef WB_POLICY_WORDS_H
#define WB_POLICY_WORDS_H

#include "waybill/bytes.h"
#include "waybill/policy.h"

/*
 * policy_words: an edition taken apart into its lines, each said in words: what
 * `policy show` prints, `policy diff` compares and `policy trace` follows.
 */

/* What kind of line it is; those of exceptions follow from WB_C_LINES on, in
 * the order of enum wb_exception_line_kind. */
enum wb_clause_kind {
	WB_C_EFFECTIVE,
	WB_C_SAVINGS,
	WB_C_H100,
	WB_C_SETTING,
	WB_C_SET,
	WB_C_EXCLUDE,
	WB_C_ECCN,
	WB_C_COMPANION,
	WB_C_EXEMPT,
	WB_C_LICENCE,
	WB_C_EXCEPTION,
	WB_C_REVIEW,
	WB_C_ALLOCATION,
	WB_C_BEYOND,
	WB_C_VALIDITY,
	WB_C_LINES,
	WB_CLAUSE_KINDS = WB_C_LINES + WB_X_KINDS
};

#define WB_CLAUSES_MAX 512

struct wb_clause {
	enum wb_clause_kind kind;
	size_t of, item; /* index in the edition; item: line of an exception */
	/* What it is about: lines of one name in two editions are one line
	 * that changed.  Lines without a name are named by what they say. */
	char name[96];
	char said[1200];
	const char *citation; /* of the edition */
};

struct wb_clauses {
	const struct wb_edition *edition;
	size_t n;
	struct wb_clause clause[WB_CLAUSES_MAX];
};

/* For the caller to free(); NULL is out of memory. */
struct wb_clauses *wb_clauses_of(const struct wb_edition *ed);

/* The terms of a rule, as words behind "if". */
void wb_rule_say(struct wb_buf *out, const struct wb_edition *ed,
		 const struct wb_rule *rule);

#endif /* WB_POLICY_WORDS_H */
