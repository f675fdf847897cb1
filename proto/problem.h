#ifndef WB_PROTO_PROBLEM_H
#define WB_PROTO_PROBLEM_H

#include "waybill/bytes.h"
#include "waybill/problem.h"

/*
 * problem: a struct wb_problem as application/problem+json (RFC 9457).
 *
 *   {"type":"about:blank","title":"unknown member","status":422,
 *    "code":"WB-1011","severity":"fatal","detail":"...","pointer":"/x",
 *    "found":"...","resolution":"..."}
 *
 * All nine members, in this order, without white space; "" where there is
 * nothing to say.  The reader takes exactly what the writer writes.
 */
#define WB_PROBLEM_TYPE "application/problem+json"

/* "WB-1011" */
#define WB_PROBLEM_CODE_TEXT 7
void wb_problem_code(enum wb_problem_code code,
		     char out[WB_PROBLEM_CODE_TEXT + 1]);

/* WB_PROBLEM_MAX bytes are always enough.  Title, status and, where p brings
 * none, the resolution come from the table in core/problem.c. */
void wb_problem_write(struct wb_writer *w, const struct wb_problem *p);

/* WB_EFORM if json is not what wb_problem_write() writes; a code that this
 * library does not know is WB_EFORM too. */
int wb_problem_read(struct wb_slice json, struct wb_problem *ret) WB_MUST_CHECK;

#endif /* WB_PROTO_PROBLEM_H */
