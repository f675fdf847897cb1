#include <string.h>

#include "daemon/sequencer.h"
#include "daemon/server.h"
#include "daemon/work.h"

#define TEXT_TYPE    "text/plain; charset=utf-8"
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* After a batch that failed as a whole the daemon is not ready for so long:
 * whether the reason has gone shows with the next batch only. */
#define REFUSED_US 10000000

/*
 * admin: what the admin listener answers, from the loop thread.
 */

static void text(struct wb_reply *r, int status, const char *body)
{
	wb_reply_init(r, status, TEXT_TYPE, WB_CACHE_NO);
	wb_buf_str(&r->body, body);
}

static void readyz(struct wb_server *s, struct wb_reply *r)
{
	uint64_t refused_us = atomic_load(&s->service.refused_us);

	if (s->closing)
		text(r, 503, "shutting down\n");
	else if (wb_ledger_latched(s->service.ledger) != 0)
		text(r, 503, "latched: refuses to write after an error\n");
	else if (refused_us != 0 && wb_monotonic_us() - refused_us < REFUSED_US)
		text(r, 503, "the last statements could not be written\n");
	else
		text(r, 200, "ready\n");
}

static void metrics(struct wb_server *s, struct wb_reply *r)
{
	struct wb_metrics_now now = {
		.store_bytes = wb_store_bytes(s->service.store),
		.reply_bytes = atomic_load(&s->service.reply_bytes),
		.uptime_s = (uv_now(&s->loop) - s->started_ms) / 1000,
		.connections = s->n_active,
		.jobs = s->n_jobs,
		.waiting_verify = wb_work_waiting(s->service.work),
		.waiting_commit = wb_sequencer_waiting(s->service.sequencer),
		.waiting_job = s->n_waiting,
		.latched = wb_ledger_latched(s->service.ledger),
	};
	struct wb_head head;

	wb_ledger_head(s->service.ledger, &head);
	now.records = head.checkpoint.size;
	wb_reply_init(r, 200, METRICS_TYPE, WB_CACHE_NO);
	wb_metrics_write(&r->body, &s->service.metrics, &now);
}

void wb_admin_reply(struct wb_server *s, enum wb_route route,
		    struct wb_reply *ret)
{
	if (route == WB_R_METRICS)
		metrics(s, ret);
	else if (route == WB_R_READYZ)
		readyz(s, ret);
	else
		text(ret, 200, "ok\n");
	if (ret->body.failed) {
		wb_reply_free(ret);
		wb_reply_refuse(ret, WB_P_BUSY);
	}
}
