#ifndef WB_PROTO_QUERY_H
#define WB_PROTO_QUERY_H

#include <stdbool.h>

#include "waybill/date.h"
#include "waybill/decision.h"
#include "waybill/limits.h"
#include "waybill/problem.h"
#include "waybill/statement.h"

/*
 * query: what stands behind the question mark of a request target.
 *
 * Values need no percent-encoding, so none is taken; a parameter stands at
 * most once, and an unknown one is refused with the nearest known name.
 */

/* GET /v1/records?... : which records, and how many of them. */
struct wb_records_query {
	char party[WB_ID_MAX + 1]; /* "" for any */
	char country[3];           /* "" for any */
	bool has_verdict;
	enum wb_verdict verdict;
	bool has_type;
	enum wb_type type;
	char finding[32];          /* a code of the findings; "" for any */
	char model[WB_ID_MAX + 1]; /* of an item; "" for any */
	char operator[WB_ID_MAX + 1]; /* of the facility; "" for any */
	char facility[WB_ID_MAX + 1]; /* its id */
	wb_date since; /* day of the record, inclusive; or WB_DATE_NONE */
	wb_date until; /* last day, inclusive; or WB_DATE_NONE */
	bool has_after;
	uint64_t after; /* only records with a higher number */
	uint32_t limit; /* 1 to WB_QUERY_PAGE_MAX */
	bool contents;  /* all that is visible of each, and the rest hidden */
};

#define WB_QUERY_LIMIT_DEFAULT 100

void wb_records_query_init(struct wb_records_query *q);
/* Set one parameter; false if there is none of that name, or the value cannot
 * stand for it. */
bool wb_records_query_set(struct wb_records_query *q, const char *name,
			  const char *value);
/* query is what follows the '?', or empty.  WB_EREFUSED and *problem. */
int wb_records_query_parse(struct wb_slice query, struct wb_records_query *ret,
			   struct wb_problem *problem) WB_MUST_CHECK;
/* The request target, "/v1/records" and what is not as init leaves it. */
void wb_records_query_write(struct wb_writer *w,
			    const struct wb_records_query *q);

/* Whether a statement says something of that facility of an operator: as the
 * place where units are or come to, or as what is registered. */
bool wb_statement_at(const struct wb_statement *st, const char *operator,
		     const char *facility);

/* GET /v1/licences?... : a page of them, by number. */
struct wb_licences_query {
	char after[WB_ID_MAX + 1]; /* only later numbers; "" for all */
	uint32_t limit;            /* 1 to WB_QUERY_PAGE_MAX */
};

int wb_licences_query_parse(struct wb_slice query,
			    struct wb_licences_query *ret,
			    struct wb_problem *problem) WB_MUST_CHECK;
void wb_licences_query_write(struct wb_writer *w,
			     const struct wb_licences_query *q);

/* GET /v1/consistency?from=&to= */
int wb_consistency_query_parse(struct wb_slice query, uint64_t *ret_from,
			       uint64_t *ret_to,
			       struct wb_problem *problem) WB_MUST_CHECK;
void wb_consistency_query_write(struct wb_writer *w, uint64_t from,
				uint64_t to);

#endif /* WB_PROTO_QUERY_H */
