#ifndef WB_RUSH_H
#define WB_RUSH_H

#include "client/cli.h"
#include "waybill/date.h"
#include "waybill/limits.h"

/*
 * rush: what left in each week before and after a day, beside what usually
 * does: the median of the 13 weeks (91 days) before that week, or of as many as
 * the ledger has shipments of.
 *
 * Week 0 begins on the day, week -1 is the one before it.
 */
#define WB_RUSH_WEEKS_MAX 52 /* shown on each side */
#define WB_RUSH_BASE      13
#define WB_RUSH_SLOTS     (2 * WB_RUSH_WEEKS_MAX + WB_RUSH_BASE)

/* What one exporter sent to one destination; all of it where both are "". */
struct wb_rush_series {
	char exporter[WB_ID_MAX + 1];
	char to[3];
	uint64_t shipments[WB_RUSH_SLOTS];
	int64_t tpp_x10[WB_RUSH_SLOTS];
};

struct wb_rush {
	struct wb_cli *cli;
	const char *what; /* ledger, as the operand names it */
	wb_date day;
	int weeks; /* shown on each side */
	uint64_t hidden;
	size_t first; /* slot of the ledger's first shipment, or 0 */
	struct wb_rush_series all;
	struct wb_rush_series *series; /* sorted by exporter, then to */
	size_t n, cap;
};

/* The slot of a week, from -weeks to weeks - 1. */
size_t wb_rush_slot(const struct wb_rush *r, int week);
/* Medians of the weeks before the one of a slot, 0 if there are none. */
uint64_t wb_rush_usual_shipments(const struct wb_rush *r,
				 const struct wb_rush_series *s, size_t slot);
int64_t wb_rush_usual_tpp(const struct wb_rush *r,
			  const struct wb_rush_series *s, size_t slot);

/* 0 or an exit code. */
int wb_rush_report(const struct wb_rush *r);

#endif /* WB_RUSH_H */
