#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/sequencer.h"
#include "daemon/server.h"

#define TICK_MS         250
#define STOP_TICK_MS    5
#define READER_CHECK_MS 30000
#define STATUS_MS       10000
/* Descriptors that are not connections: store, listeners, loop. */
#define OTHER_FDS 64

/* --- the other threads give back -------------------------------------- */

static void on_done(void *ctx, struct wb_job *job)
{
	struct wb_server *s = ctx;

	pthread_mutex_lock(&s->done_lock);
	wb_job_put(&s->done, job);
	/* Under the lock: after it, the loop may take the job, find it the
	 * last one and close the handle. */
	uv_async_send(&s->wake);
	pthread_mutex_unlock(&s->done_lock);
}

static void on_wake(uv_async_t *wake)
{
	struct wb_server *s = wake->data;

	wb_exchange_done(s);
}

/* --- stop ------------------------------------------------------------- */

static void begin_stop(struct wb_server *s, const char *why)
{
	if (s->closing)
		return;
	wb_log(WB_LOG_INFO, "%s: finishing %zu requests", why, s->n_jobs);
	wb_notify("STOPPING=1\nSTATUS=Finishing what is in flight");
	s->closing = true;
	wb_scrub_stop(&s->scrub);
	for (size_t i = 0; i < s->n_listeners; i++)
		uv_close(&s->listener[i].u.any, NULL);
	wb_conn_close_all(s);
	uv_timer_set_repeat(&s->tick, STOP_TICK_MS);
	(void)uv_timer_again(&s->tick);
}

/* With the last connection gone nothing is left to wait for. */
static void end_stop(struct wb_server *s)
{
	if (s->n_active > 0 || uv_is_closing((uv_handle_t *)&s->tick))
		return;
	assert(s->n_jobs == 0 && s->n_waiting == 0);
	uv_close((uv_handle_t *)&s->tick, NULL);
	uv_close((uv_handle_t *)&s->sigterm, NULL);
	uv_close((uv_handle_t *)&s->sigint, NULL);
	uv_close((uv_handle_t *)&s->wake, NULL);
}

static void on_signal(uv_signal_t *handle, int signum)
{
	struct wb_server *s = handle->data;

	begin_stop(s, signum == SIGTERM ? "SIGTERM" : "SIGINT");
}

/* --- the tick --------------------------------------------------------- */

/* WATCHDOG=1 says that statements can be written, not that the loop turns: it
 * is sent only if the sequencer has shown itself, between two batches, since
 * it was asked to. */
static void feed_watchdog(struct wb_server *s, uint64_t now_ms)
{
	uint64_t seen_us;

	if (s->watchdog_us == 0 || now_ms < s->next_watchdog_ms)
		return;
	s->next_watchdog_ms = now_ms + s->watchdog_us / 4000;
	seen_us = wb_sequencer_seen(s->service.sequencer);
	if (seen_us < s->asked_us)
		return;
	wb_notify("WATCHDOG=1");
	s->asked_us = wb_monotonic_us();
	wb_sequencer_ask(s->service.sequencer);
}

static void tell_status(struct wb_server *s, uint64_t now_ms)
{
	const struct wb_condition_row *row;
	char status[160];
	struct wb_head head;

	if (now_ms < s->next_status_ms)
		return;
	s->next_status_ms = now_ms + STATUS_MS;
	/* A new day may have begun: what is due is asked. */
	wb_sequencer_ask(s->service.sequencer);
	wb_ledger_head(s->service.ledger, &head);
	row = wb_condition(wb_server_condition(s));
	snprintf(status, sizeof(status), "STATUS=%s: %s; %llu records",
		 row->name, row->means,
		 (unsigned long long)head.checkpoint.size);
	wb_notify(status);
}

static void on_tick(uv_timer_t *tick)
{
	struct wb_server *s = tick->data;
	uint64_t now_ms = uv_now(&s->loop);

	wb_conn_expire_all(s);
	if (s->closing) {
		end_stop(s);
		return;
	}
	wb_conn_accept_pending(s);
	feed_watchdog(s, now_ms);
	tell_status(s, now_ms);
	wb_scrub_tick(&s->scrub, now_ms);
	if (now_ms >= s->next_reader_check_ms) {
		s->next_reader_check_ms = now_ms + READER_CHECK_MS;
		wb_store_reader_check(s->service.store);
	}
}

/* --- open ------------------------------------------------------------- */

/* As many connections as are configured and descriptors can be had for. */
static size_t connections_of(const struct wb_config *config)
{
	struct rlimit rl;
	size_t n = config->max_connections;

	if (getrlimit(RLIMIT_NOFILE, &rl) != 0)
		return n;
	if (rl.rlim_cur < rl.rlim_max) {
		rl.rlim_cur = rl.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &rl);
		if (getrlimit(RLIMIT_NOFILE, &rl) != 0)
			return n;
	}
	if (rl.rlim_cur != RLIM_INFINITY && rl.rlim_cur < n + OTHER_FDS) {
		n = rl.rlim_cur > OTHER_FDS + 1 ? rl.rlim_cur - OTHER_FDS : 1;
		wb_log(WB_LOG_WARNING,
		       "descriptors are limited: %zu connections instead of "
		       "%u",
		       n, (unsigned)config->max_connections);
	}
	return n;
}

static int take_memory(struct wb_server *s)
{
	size_t n = connections_of(s->config);

	wb_link_init(&s->active);
	wb_link_init(&s->quiet);
	wb_link_init(&s->waiting);
	s->conns = calloc(n, sizeof(*s->conns));
	s->jobs = calloc(s->config->max_jobs, sizeof(*s->jobs));
	if (s->conns == NULL || s->jobs == NULL)
		return WB_ENOMEM;
	for (size_t i = n; i-- > 0;) {
		s->conns[i].next_free = s->free_conns;
		s->free_conns = &s->conns[i];
	}
	for (size_t i = 0; i < s->config->max_jobs; i++)
		wb_job_put(&s->free_jobs, &s->jobs[i]);
	return wb_bodies_new(n, &s->bodies);
}

/* What was initialised before one of these fails is closed with the loop. */
static int init_handles(struct wb_server *s)
{
	int rc;

	s->wake.data = s;
	s->tick.data = s;
	s->sigterm.data = s;
	s->sigint.data = s;
	rc = uv_async_init(&s->loop, &s->wake, on_wake);
	if (rc == 0)
		rc = uv_timer_init(&s->loop, &s->tick);
	if (rc == 0)
		rc = uv_signal_init(&s->loop, &s->sigterm);
	if (rc == 0)
		rc = uv_signal_init(&s->loop, &s->sigint);
	if (rc == 0)
		rc = uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
	if (rc == 0)
		rc = uv_signal_start(&s->sigterm, on_signal, SIGTERM);
	if (rc == 0)
		rc = uv_signal_start(&s->sigint, on_signal, SIGINT);
	return rc == 0 ? 0 : WB_EIO;
}

static unsigned workers_of(const struct wb_config *config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (config->workers > 0)
		return config->workers;
	if (cores < 1)
		return 1;
	return cores < WB_WORKERS_MAX ? (unsigned)cores : WB_WORKERS_MAX;
}

int wb_server_open(struct wb_ledger *ledger, const struct wb_config *config,
		   const struct wb_notify_fds *fds, struct wb_server **ret,
		   struct wb_problem *problem)
{
	struct wb_server *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return WB_ENOMEM;
	s->config = config;
	s->service.ledger = ledger;
	s->service.store = wb_ledger_store(ledger);
	s->service.origin = wb_ledger_origin(ledger);
	s->service.done = on_done;
	s->service.done_ctx = s;
	if (uv_loop_init(&s->loop) != 0) {
		free(s);
		return WB_ENOMEM;
	}
	pthread_mutex_init(&s->done_lock, NULL);
	s->started_ms = uv_now(&s->loop);
	s->watchdog_us = wb_notify_watchdog_us();
	rc = init_handles(s);
	if (rc == 0)
		rc = take_memory(s);
	if (rc == 0)
		rc = wb_service_start(&s->service, workers_of(config));
	if (rc == 0)
		rc = wb_listen_all(s, fds, problem);
	if (rc != 0) {
		wb_server_close(s);
		return rc;
	}
	*ret = s;
	return 0;
}

int wb_server_check(struct wb_server *s, const char *dir, struct wb_slice trust)
{
	return wb_scrub_init(&s->scrub, s, dir, trust,
			     s->config->scrub_interval_h);
}

void wb_server_run(struct wb_server *s)
{
	int more = uv_run(&s->loop, UV_RUN_DEFAULT);

	assert(more == 0);
}

static void close_one(uv_handle_t *handle, void *ctx)
{
	(void)ctx;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void wb_server_close(struct wb_server *s)
{
	int rc;

	if (s == NULL)
		return;
	/* After run every handle is closed already; after open alone there
	 * are no connections yet. */
	assert(s->n_active == 0);
	if (s->service.work != NULL)
		wb_service_stop(&s->service);
	uv_walk(&s->loop, close_one, NULL);
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
	rc = uv_loop_close(&s->loop);
	assert(rc == 0);
	wb_scrub_free(&s->scrub);
	wb_bodies_free(s->bodies);
	free(s->conns);
	free(s->jobs);
	pthread_mutex_destroy(&s->done_lock);
	free(s);
}
