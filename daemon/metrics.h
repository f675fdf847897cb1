#ifndef WB_DAEMON_METRICS_H
#define WB_DAEMON_METRICS_H

#include <stdatomic.h>

#include "daemon/condition.h"
#include "daemon/route.h"
#include "daemon/scrub.h"
#include "waybill/bytes.h"

/*
 * metrics: what the daemon counts, in the text format of Prometheus.  Any
 * thread counts; numbers are exact each, not all at one instant.
 */
#define WB_BATCH_BUCKETS  9
#define WB_COMMIT_BUCKETS 12
#define WB_CODES_MAX      80 /* problem codes told apart */

struct wb_metrics {
	atomic_ullong request[WB_ROUTES + 1]; /* last: no route */
	atomic_ullong status[6];              /* by first digit */
	atomic_ullong refused[WB_CODES_MAX];  /* by row of problem.c */
	atomic_ullong batch[WB_BATCH_BUCKETS + 1];
	atomic_ullong batch_sum;
	atomic_ullong commit[WB_COMMIT_BUCKETS + 1];
	atomic_ullong commit_sum_us;
	atomic_ullong accepted_connections;
};

/* What others know, at the time of asking. */
struct wb_metrics_now {
	uint64_t records;
	uint64_t store_bytes;
	uint64_t reply_bytes;
	uint64_t uptime_s;
	uint64_t connections;
	uint64_t jobs;
	uint64_t waiting_verify;
	uint64_t waiting_commit;
	uint64_t waiting_job;
	int latched; /* 0 or the error */
	enum wb_condition condition;
	const struct wb_scrub *scrub;
};

/* route may be WB_ROUTES for none; code 0 for none. */
void wb_metrics_answer(struct wb_metrics *m, enum wb_route route, int status,
		       enum wb_problem_code code);
void wb_metrics_commit(struct wb_metrics *m, size_t n, uint64_t us);
void wb_metrics_write(struct wb_buf *b, struct wb_metrics *m,
		      const struct wb_metrics_now *now);

#endif /* WB_DAEMON_METRICS_H */
