#ifndef WB_CASES_H
#define WB_CASES_H

#include "client/cli.h"
#include "waybill/decision.h"

/*
 * cases: what is shared by how they are gathered and how they are shown.
 */
#define WB_CASE_RECORDS 8

/* What a statement is about: whom, where, and how much. */
struct wb_matter {
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
	char other[WB_ID_MAX + 1];        /* consignee, or "" */
	char facility[2 * WB_ID_MAX + 2]; /* operator/id, or "" */
	char scopes[3 * WB_SCOPES_MAX + 1]; /* countries, parted by spaces */
	int64_t tpp_x10;
};

enum wb_case_state { WB_CASE_OPEN, WB_CASE_ASSIGNED, WB_CASE_CLOSED };

struct wb_case {
	const struct wb_matter *about;
	char code[32];
	enum wb_severity severity;
	char narrative[512], next[256];
	wb_time since;
	enum wb_case_state state;
	char answer[160]; /* outcome and by whom, or "" */
	size_t n_records;
	uint64_t record[WB_CASE_RECORDS];
};

struct wb_cases {
	struct wb_cli *cli;
	struct wb_case **list; /* in rank order */
	size_t n;
	wb_time now;
	uint64_t hidden; /* records that this reader was not shown */
};

/* Print them, as text or JSON.  0 or an exit code. */
int wb_cases_report(const struct wb_cases *cases);

#endif /* WB_CASES_H */
