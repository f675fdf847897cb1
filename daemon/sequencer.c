#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/log.h"
#include "daemon/sequencer.h"
#include "daemon/work.h"

#define STACK_BYTES    (4 << 20)
#define LINGER_NS      1000000 /* 1 ms */
#define LINGER_FEW     8
#define SLOW_US        1000000
#define SWEEP_MAX      4096 /* its note */
#define SWEEP_AGAIN_US 60000000

struct wb_sequencer {
	struct wb_service *service;
	pthread_mutex_t lock; /* guards queue, stop and seen_us */
	pthread_cond_t more;
	struct wb_job_queue queue;
	bool stop;
	uint64_t seen_us;
	/* The thread's own. */
	int last_error;
	wb_date swept; /* the day whose items were asked, or WB_DATE_NONE */
	uint64_t sweep_after_us;
	struct wb_job *job[WB_BATCH_MAX];
	struct wb_submission sub[WB_BATCH_MAX];
	pthread_t thread;
};

/* Log what a batch met, once for each change. */
static void note_result(struct wb_sequencer *q, int rc)
{
	if (rc != 0)
		atomic_store(&q->service->refused_why, rc);
	atomic_store(&q->service->refused_us, rc == 0 ? 0 : wb_monotonic_us());
	if (rc == q->last_error)
		return;
	if (rc == 0)
		wb_log(WB_LOG_INFO, "statements are taken again");
	else if (wb_ledger_latched(q->service->ledger) != 0)
		wb_log(WB_LOG_ERROR,
		       "no more statements are taken: %s; see waybilld(8), "
		       "\"After a write error\"",
		       wb_strerror(rc));
	else
		wb_log(WB_LOG_WARNING, "statements are not taken: %s",
		       wb_strerror(rc));
	q->last_error = rc;
}

/* Take q->sub[0..n) through the ledger; 0, or why none of them is in. */
static int append(struct wb_sequencer *q, size_t n, size_t *ret_fresh)
{
	struct wb_service *s = q->service;
	uint64_t begin = wb_monotonic_us(), took;
	size_t fresh = 0;
	int rc;

	rc = wb_ledger_prepare(s->ledger, q->sub, n, wb_clock_ms(), &fresh);
	*ret_fresh = fresh;
	if (rc != 0 || fresh == 0)
		return rc;
	wb_work_sign(s->work, fresh);
	rc = wb_ledger_commit(s->ledger);
	if (rc != 0)
		return rc;
	took = wb_monotonic_us() - begin;
	wb_metrics_commit(&s->metrics, fresh, took);
	if (took > SLOW_US)
		wb_log(WB_LOG_WARNING, "a batch of %zu took %llu ms", fresh,
		       (unsigned long long)(took / 1000));
	return 0;
}

static void run_batch(struct wb_sequencer *q, size_t n)
{
	size_t fresh = 0;
	int rc;

	for (size_t i = 0; i < n; i++) {
		struct wb_job *job = q->job[i];

		memset(&q->sub[i], 0, sizeof(q->sub[i]));
		q->sub[i].bytes = job->body;
		q->sub[i].note = &job->note;
		q->sub[i].statement = &job->statement;
		q->sub[i].verified = true; /* wb_step_verify() */
	}
	rc = append(q, n, &fresh);
	/* Repeats alone say nothing about whether more can be written. */
	if (rc != 0 || fresh > 0)
		note_result(q, rc);
	for (size_t i = 0; i < n; i++) {
		struct wb_job *job = q->job[i];

		job->outcome = q->sub[i];
		job->step = WB_JOB_ANSWER;
		wb_work_push(q->service->work, job);
	}
}

/* --- sweeps --------------------------------------------------------------- */

/* One sweep: 0, WB_ENOTFOUND when nothing is due, or why it is not in. */
static int sweep_once(struct wb_sequencer *q)
{
	struct wb_service *s = q->service;
	struct wb_statement st = {0};
	struct wb_note note;
	uint8_t bytes[SWEEP_MAX];
	struct wb_slice out;
	struct wb_writer w;
	size_t fresh = 0;
	int rc;

	wb_writer_init(&w, bytes, sizeof(bytes));
	rc = wb_ledger_sweep(s->ledger, wb_clock_ms(), &w);
	if (rc == 0)
		rc = wb_writer_end(&w, &out);
	if (rc == 0)
		rc = wb_statement_open(out, s->origin, &note, &st, NULL);
	if (rc != 0)
		return rc;
	memset(&q->sub[0], 0, sizeof(q->sub[0]));
	q->sub[0].bytes = out;
	q->sub[0].note = &note;
	q->sub[0].statement = &st;
	rc = append(q, 1, &fresh);
	if (rc != 0 || fresh > 0)
		note_result(q, rc);
	if (rc == 0)
		rc = q->sub[0].result;
	if (rc == 0)
		wb_log(WB_LOG_INFO, "%s is record %llu", st.id,
		       (unsigned long long)q->sub[0].seq);
	wb_statement_free(&st);
	return rc;
}

/*
 * When the ledger's clock enters a new day, and at the start, all that is due
 * is asked.  What fails is tried again in a while.
 */
static void sweep(struct wb_sequencer *q)
{
	wb_date today = wb_time_date(wb_clock_ms());
	uint64_t now = wb_monotonic_us();
	int rc = 0;

	if (q->swept == today || now < q->sweep_after_us ||
	    !atomic_load(&q->service->checked) ||
	    wb_ledger_latched(q->service->ledger) != 0)
		return;
	while (rc == 0)
		rc = sweep_once(q);
	if (rc == WB_ENOTFOUND) {
		q->swept = today;
		return;
	}
	q->sweep_after_us = now + SWEEP_AGAIN_US;
	wb_log(WB_LOG_WARNING, "no sweep: %s", wb_strerror(rc));
}

/* Wait until a few more have come, or a moment has passed. */
static void linger(struct wb_sequencer *q)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LINGER_NS;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	while (q->queue.n < LINGER_FEW && !q->stop) {
		if (pthread_cond_timedwait(&q->more, &q->lock, &until) ==
		    ETIMEDOUT)
			return;
	}
}

static void *thread_main(void *arg)
{
	struct wb_sequencer *q = arg;
	bool saturated = false;
	size_t n;

	pthread_mutex_lock(&q->lock);
	for (;;) {
		pthread_mutex_unlock(&q->lock);
		sweep(q);
		pthread_mutex_lock(&q->lock);
		q->seen_us = wb_monotonic_us();
		if (q->queue.n == 0) {
			if (q->stop)
				break;
			pthread_cond_wait(&q->more, &q->lock);
			continue;
		}
		if (saturated && q->queue.n < LINGER_FEW)
			linger(q);
		for (n = 0; n < WB_BATCH_MAX && q->queue.n > 0; n++)
			q->job[n] = wb_job_take(&q->queue);
		pthread_mutex_unlock(&q->lock);
		run_batch(q, n);
		pthread_mutex_lock(&q->lock);
		saturated = q->queue.n > 0;
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

static int start_thread(struct wb_sequencer *q)
{
	sigset_t all, before;
	pthread_attr_t attr;
	int rc;

	if (pthread_attr_init(&attr) != 0)
		return WB_ENOMEM;
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&q->thread, &attr, thread_main, q);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return rc == 0 ? 0 : WB_ENOMEM;
}

int wb_sequencer_start(struct wb_service *s, struct wb_sequencer **ret)
{
	struct wb_sequencer *q = calloc(1, sizeof(*q));
	pthread_condattr_t attr;

	if (q == NULL)
		return WB_ENOMEM;
	q->service = s;
	q->swept = WB_DATE_NONE;
	q->seen_us = wb_monotonic_us();
	pthread_mutex_init(&q->lock, NULL);
	/* Timers by a clock that nobody sets. */
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&q->more, &attr);
	pthread_condattr_destroy(&attr);
	if (start_thread(q) != 0) {
		pthread_cond_destroy(&q->more);
		pthread_mutex_destroy(&q->lock);
		free(q);
		return WB_ENOMEM;
	}
	*ret = q;
	return 0;
}

void wb_sequencer_stop(struct wb_sequencer *q)
{
	if (q == NULL)
		return;
	pthread_mutex_lock(&q->lock);
	q->stop = true;
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
	pthread_join(q->thread, NULL);
	assert(q->queue.n == 0);
	pthread_cond_destroy(&q->more);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

void wb_sequencer_push(struct wb_sequencer *q, struct wb_job *job)
{
	pthread_mutex_lock(&q->lock);
	wb_job_put(&q->queue, job);
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
}

size_t wb_sequencer_waiting(struct wb_sequencer *q)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	n = q->queue.n;
	pthread_mutex_unlock(&q->lock);
	return n;
}

uint64_t wb_sequencer_seen(struct wb_sequencer *q)
{
	uint64_t seen;

	pthread_mutex_lock(&q->lock);
	seen = q->seen_us;
	pthread_mutex_unlock(&q->lock);
	return seen;
}

void wb_sequencer_ask(struct wb_sequencer *q)
{
	pthread_mutex_lock(&q->lock);
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
}
