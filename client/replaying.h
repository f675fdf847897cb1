#ifndef WB_REPLAYING_H
#define WB_REPLAYING_H

#include "client/cli.h"
#include "client/json.h"
#include "waybill/decision.h"

/*
 * replaying: what `replay` gathers, and its report.  The recorded decision
 * and the one under the other law, for each that is not the same; of a
 * shipment that was corrected, those of what stands.
 */
#define WB_OUTCOME_TEXT 64 /* a path or a review policy */

struct wb_verdict_shown {
	enum wb_verdict verdict;
	char basis[WB_OUTCOME_TEXT];
	char review[WB_OUTCOME_TEXT];
};

struct wb_change {
	uint64_t seq;  /* of the shipment, or of its last correction */
	bool replaced; /* by a later one, or by a void */
	wb_date date;  /* of export */
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
	char to[3];
	int64_t tpp_x10;  /* of all items; 0 where nobody knows */
	int64_t h100_x10; /* of an H100-equivalent, or -1 */
	struct wb_verdict_shown was, now;
};

struct wb_replaying {
	struct wb_cli *cli;
	const char *what; /* ledger, as the operand names it */
	char under[256];  /* the other law, in words */
	uint64_t records; /* seen */
	uint64_t hidden;  /* of them, not shown */
	uint64_t judged;  /* shipments compared, as they stand */
	struct wb_change *change;
	size_t n, cap;
};

/* 0 or an exit code. */
int wb_replay_report(const struct wb_replaying *r);

#endif /* WB_REPLAYING_H */
