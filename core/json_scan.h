#ifndef WB_CORE_JSON_SCAN_H
#define WB_CORE_JSON_SCAN_H

#include "waybill/problem.h"

/*
 * json_scan: one pass over the raw text of a statement, before a parser sees
 * it.  It bounds what the parser will allocate and recurse into, and refuses
 * what a parser would take: tabs and carriage returns (a signed note has
 * none), blank lines (one would end the text of the note).
 */

/* A place in a text, for errors that have no JSON pointer. */
struct wb_mark {
	struct wb_slice text;
	unsigned line;
	unsigned column; /* in characters */
	struct wb_problem *problem;
};

/* Refuse what is marked, with its line and column; WB_EREFUSED. */
int wb_mark_refuse(const struct wb_mark *mark, enum wb_problem_code code,
		   const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* 0, or WB_EREFUSED with *problem. */
int wb_json_scan(struct wb_slice text,
		 struct wb_problem *problem) WB_MUST_CHECK;

#endif /* WB_CORE_JSON_SCAN_H */
