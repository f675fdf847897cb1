#include <string.h>

#include "daemon/sequencer.h"
#include "daemon/server.h"
#include "daemon/work.h"
#include "waybill/journal.h"

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

enum wb_condition wb_server_condition(struct wb_server *s)
{
	uint64_t refused_us = atomic_load(&s->service.refused_us);
	enum wb_condition c;
	int why = 0;

	if (s->closing)
		return WB_C_STOPPING;
	if (refused_us != 0 && wb_monotonic_us() - refused_us < REFUSED_US)
		why = atomic_load(&s->service.refused_why);
	c = wb_condition_of_write(why, wb_ledger_latched(s->service.ledger));
	return c == WB_C_OK && !atomic_load(&s->service.checked) ? WB_C_CHECKING
								 : c;
}

static void readyz(struct wb_server *s, struct wb_reply *r)
{
	enum wb_condition c = wb_server_condition(s);
	const struct wb_condition_row *row = wb_condition(c);

	text(r, c == WB_C_OK ? 200 : 503, "");
	wb_buf_fmt(&r->body, "%s: %s\n", row->name, row->means);
}

/* The scrub in a line: what it found last, and how far it is now. */
static void write_check(struct wb_buf *b, const struct wb_scrub *c)
{
	char time[WB_TIME_TEXT + 1];

	if (c->running)
		wb_buf_fmt(b, "check running, %s %llu of %llu\n",
			   c->what[0] == '\0' ? "store" : c->what,
			   (unsigned long long)c->at,
			   (unsigned long long)c->size);
	wb_buf_fmt(b, "last_check %s", wb_scrub_verdict_name(c->verdict));
	if (c->verdict != WB_SCRUB_NONE && c->ended_s != 0) {
		wb_time_format((wb_time)c->ended_s * 1000, time);
		wb_buf_fmt(b, " %s, %llu ms", time,
			   (unsigned long long)c->took_ms);
	}
	if (c->verdict == WB_SCRUB_DAMAGED || c->verdict == WB_SCRUB_UNFINISHED)
		wb_buf_fmt(b, ", %s", c->why);
	wb_buf_str(b, "\n");
}

/* Lines for people and for `waybilld status`; the first is the state. */
static void status(struct wb_server *s, struct wb_reply *r)
{
	const struct wb_condition_row *row =
		wb_condition(wb_server_condition(s));
	uint64_t files = 0, bytes = 0;
	char time[WB_TIME_TEXT + 1], store[WB_PATH_MAX];
	struct wb_buf *b = &r->body;
	struct wb_head head;

	wb_ledger_head(s->service.ledger, &head);
	wb_time_format(head.tip.time, time);
	text(r, 200, "");
	wb_buf_fmt(b, "state %s\nmeans %s\n", row->name, row->means);
	if (row->todo[0] != '\0')
		wb_buf_fmt(b, "todo %s\n", row->todo);
	wb_buf_fmt(b, "origin %s\nreleased %llu\nlast_record %s\n",
		   s->service.origin, (unsigned long long)head.tip.seq, time);
	if (snprintf(store, sizeof(store), "%s/store", s->scrub.dir) <
		    (int)sizeof(store) &&
	    wb_journal_usage(store, &files, &bytes) == 0)
		wb_buf_fmt(b, "journal_files %llu\njournal_bytes %llu\n",
			   (unsigned long long)files,
			   (unsigned long long)bytes);
	wb_buf_fmt(b, "store_bytes %llu\n",
		   (unsigned long long)wb_store_bytes(s->service.store));
	write_check(b, &s->scrub);
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
		.condition = wb_server_condition(s),
		.scrub = &s->scrub,
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
	else if (route == WB_R_STATUS)
		status(s, ret);
	else
		text(ret, 200, "ok\n");
	if (ret->body.failed) {
		wb_reply_free(ret);
		wb_reply_refuse(ret, WB_P_BUSY);
	}
}
