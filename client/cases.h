#ifndef WB_CASES_H
#define WB_CASES_H

#include "client/cli.h"
#include "client/matters.h"

/*
 * cases: what is shared by how they are gathered and how they are shown.
 */
#define WB_CASE_RECORDS 16

enum wb_case_state {
	WB_CASE_OPEN,
	WB_CASE_ASSIGNED,
	WB_CASE_CORRECTED, /* what stands now no longer has the finding */
	WB_CASE_CLOSED
};

struct wb_case {
	struct wb_matter *about;
	/* The statement whose judgement found it last; NULL: a sweep. */
	const struct wb_matter *from;
	struct wb_case *next_about; /* about the same */
	char code[32];
	enum wb_severity severity;
	char narrative[512], next[256];
	wb_time since;
	enum wb_case_state state;
	bool stale;         /* not found again, so far, in a correction */
	int64_t units;      /* of a shipment that a sweep is about, or -1 */
	int64_t before_x10; /* of the statements that found it before from */
	int64_t tpp_x10;    /* at risk */
	char answer[160];   /* outcome and by whom, or "" */
	size_t n_records;
	uint64_t record[WB_CASE_RECORDS]; /* ascending */
};

struct wb_cases {
	struct wb_cli *cli;
	struct wb_case **list; /* in rank order */
	size_t n;
	wb_time now;
	uint64_t hidden; /* records that this reader was not shown */
};

/* operator/id of the facility that it is about, or that the statement which
 * found it is about; or "". */
const char *wb_case_facility(const struct wb_case *c);
/* Print them, as text or JSON.  0 or an exit code. */
int wb_cases_report(const struct wb_cases *cases);

#endif /* WB_CASES_H */
