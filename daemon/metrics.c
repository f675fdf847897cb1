#include <inttypes.h>

#include "daemon/metrics.h"
#include "proto/problem.h"

/* Upper bounds of the buckets; one more has none. */
static const unsigned batch_bound[WB_BATCH_BUCKETS] = {
	1, 2, 4, 8, 16, 32, 64, 128, 256,
};
static const unsigned commit_bound_us[WB_COMMIT_BUCKETS] = {
	250,   500,   1000,   2500,   5000,    10000,
	25000, 50000, 100000, 250000, 1000000, 5000000,
};

static void count(atomic_ullong *n, uint64_t by)
{
	atomic_fetch_add_explicit(n, by, memory_order_relaxed);
}

static uint64_t value(atomic_ullong *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

void wb_metrics_answer(struct wb_metrics *m, enum wb_route route, int status,
		       enum wb_problem_code code)
{
	const struct wb_problem_kind *row;

	count(&m->request[route], 1);
	if (status >= 100 && status < 600)
		count(&m->status[status / 100], 1);
	for (size_t i = 0; code != 0 && i < WB_CODES_MAX; i++) {
		row = wb_problem_row(i);
		if (row == NULL)
			return;
		if (row->code == code)
			count(&m->refused[i], 1);
	}
}

static void observe(atomic_ullong bucket[], const unsigned bound[], size_t n,
		    uint64_t v)
{
	size_t i = 0;

	while (i < n && v > bound[i])
		i++;
	count(&bucket[i], 1);
}

void wb_metrics_commit(struct wb_metrics *m, size_t n, uint64_t us)
{
	observe(m->batch, batch_bound, WB_BATCH_BUCKETS, n);
	count(&m->batch_sum, n);
	observe(m->commit, commit_bound_us, WB_COMMIT_BUCKETS, us);
	count(&m->commit_sum_us, us);
}

static void head(struct wb_buf *b, const char *name, const char *type,
		 const char *help)
{
	wb_buf_fmt(b, "# HELP waybill_%s %s\n# TYPE waybill_%s %s\n", name,
		   help, name, type);
}

static void single(struct wb_buf *b, const char *name, const char *type,
		   const char *help, uint64_t v)
{
	head(b, name, type, help);
	wb_buf_fmt(b, "waybill_%s %" PRIu64 "\n", name, v);
}

static void write_requests(struct wb_buf *b, struct wb_metrics *m)
{
	char code[WB_PROBLEM_CODE_TEXT + 1];

	head(b, "requests_total", "counter", "Requests answered, by route.");
	for (int i = 0; i <= WB_ROUTES; i++)
		wb_buf_fmt(
			b, "waybill_requests_total{route=\"%s\"} %" PRIu64 "\n",
			wb_route_name((enum wb_route)i), value(&m->request[i]));
	head(b, "responses_total", "counter", "Answers, by class of status.");
	for (int i = 1; i < 6; i++)
		wb_buf_fmt(b,
			   "waybill_responses_total{class=\"%dxx\"} %" PRIu64
			   "\n",
			   i, value(&m->status[i]));
	head(b, "refusals_total", "counter", "Problems answered, by code.");
	for (size_t i = 0; i < WB_CODES_MAX && wb_problem_row(i) != NULL; i++) {
		wb_problem_code(wb_problem_row(i)->code, code);
		wb_buf_fmt(b,
			   "waybill_refusals_total{code=\"%s\"} %" PRIu64 "\n",
			   code, value(&m->refused[i]));
	}
}

static void write_batches(struct wb_buf *b, struct wb_metrics *m)
{
	uint64_t sum = 0;

	head(b, "batch_records", "histogram", "New records in one commit.");
	for (size_t i = 0; i < WB_BATCH_BUCKETS; i++) {
		sum += value(&m->batch[i]);
		wb_buf_fmt(b,
			   "waybill_batch_records_bucket{le=\"%u\"} %" PRIu64
			   "\n",
			   batch_bound[i], sum);
	}
	sum += value(&m->batch[WB_BATCH_BUCKETS]);
	wb_buf_fmt(b,
		   "waybill_batch_records_bucket{le=\"+Inf\"} %" PRIu64 "\n"
		   "waybill_batch_records_sum %" PRIu64 "\n"
		   "waybill_batch_records_count %" PRIu64 "\n",
		   sum, value(&m->batch_sum), sum);
}

static void write_commits(struct wb_buf *b, struct wb_metrics *m)
{
	uint64_t sum = 0, us = value(&m->commit_sum_us);

	head(b, "commit_seconds", "histogram",
	     "Time from the first record of a batch to its release.");
	for (size_t i = 0; i < WB_COMMIT_BUCKETS; i++) {
		sum += value(&m->commit[i]);
		wb_buf_fmt(b,
			   "waybill_commit_seconds_bucket{le=\"%u.%06u\"} "
			   "%" PRIu64 "\n",
			   commit_bound_us[i] / 1000000,
			   commit_bound_us[i] % 1000000, sum);
	}
	sum += value(&m->commit[WB_COMMIT_BUCKETS]);
	wb_buf_fmt(b,
		   "waybill_commit_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n"
		   "waybill_commit_seconds_sum %" PRIu64 ".%06" PRIu64 "\n"
		   "waybill_commit_seconds_count %" PRIu64 "\n",
		   sum, us / 1000000, us % 1000000, sum);
}

static void write_queues(struct wb_buf *b, const struct wb_metrics_now *now)
{
	head(b, "queue_length", "gauge", "What waits, by place.");
	wb_buf_fmt(b,
		   "waybill_queue_length{queue=\"job\"} %" PRIu64 "\n"
		   "waybill_queue_length{queue=\"verify\"} %" PRIu64 "\n"
		   "waybill_queue_length{queue=\"commit\"} %" PRIu64 "\n",
		   now->waiting_job, now->waiting_verify, now->waiting_commit);
}

static void write_state(struct wb_buf *b, const struct wb_metrics_now *now)
{
	const struct wb_scrub *c = now->scrub;

	head(b, "state", "gauge", "1 for the state that the ledger is in.");
	for (int i = 0; i < WB_CONDITIONS; i++)
		wb_buf_fmt(b, "waybill_state{state=\"%s\"} %d\n",
			   wb_condition((enum wb_condition)i)->name,
			   now->condition == (enum wb_condition)i);
	head(b, "checks_total", "counter", "Full checks, by what they found.");
	for (int i = WB_SCRUB_HOLDS; i < WB_SCRUB_VERDICTS; i++)
		wb_buf_fmt(b,
			   "waybill_checks_total{result=\"%s\"} %" PRIu64 "\n",
			   wb_scrub_verdict_name((enum wb_scrub_verdict)i),
			   c->count[i]);
	single(b, "check_running", "gauge", "1 while a full check runs.",
	       c->running);
	single(b, "check_records", "gauge", "Records it has been through.",
	       c->running ? c->at : 0);
	single(b, "check_last_timestamp_seconds", "gauge",
	       "When a full check last ended, since 1970.",
	       (uint64_t)c->ended_s);
}

void wb_metrics_write(struct wb_buf *b, struct wb_metrics *m,
		      const struct wb_metrics_now *now)
{
	write_state(b, now);
	single(b, "records", "gauge", "Records in the ledger.", now->records);
	single(b, "writable", "gauge",
	       "1 while the ledger takes statements, 0 after a write error.",
	       now->latched == 0);
	single(b, "store_bytes", "gauge", "Size of the data file.",
	       now->store_bytes);
	single(b, "reply_bytes", "gauge", "Answers held until written.",
	       now->reply_bytes);
	single(b, "uptime_seconds", "gauge", "Seconds since the start.",
	       now->uptime_s);
	single(b, "connections", "gauge", "Open connections.",
	       now->connections);
	single(b, "connections_accepted_total", "counter",
	       "Connections accepted.", value(&m->accepted_connections));
	single(b, "jobs", "gauge", "Requests in work.", now->jobs);
	write_queues(b, now);
	write_requests(b, m);
	write_batches(b, m);
	write_commits(b, m);
}
