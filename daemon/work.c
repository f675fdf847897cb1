#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/sequencer.h"
#include "daemon/work.h"

#define NICE        5
#define STACK_BYTES (2 << 20)

/* One thread and what it has for itself. */
struct worker {
	struct wb_work *work;
	struct wb_scratch *scratch;
	pthread_t thread;
};

struct wb_work {
	struct wb_service *service;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t more;  /* something waits, or stop */
	pthread_cond_t signed_all;
	struct wb_job_queue answers;
	struct wb_job_queue jobs;
	size_t sign_next, sign_n, sign_done;
	bool stop;
	unsigned n;
	struct worker worker[WB_WORKERS_MAX];
};

/* Sign one record; the lock is held on entry and on return. */
static void sign_one(struct wb_work *w)
{
	size_t i = w->sign_next++;

	pthread_mutex_unlock(&w->lock);
	wb_ledger_sign(w->service->ledger, i);
	pthread_mutex_lock(&w->lock);
	if (++w->sign_done == w->sign_n)
		pthread_cond_signal(&w->signed_all);
}

static void run(struct wb_service *s, struct wb_job *job,
		struct wb_scratch *scratch)
{
	switch (job->step) {
	case WB_JOB_READ:
		wb_step_read(s, job, scratch);
		break;
	case WB_JOB_VERIFY:
		if (wb_step_verify(s, job)) {
			wb_sequencer_push(s->sequencer, job);
			return;
		}
		break;
	case WB_JOB_ANSWER:
		wb_step_answer(s, job, scratch);
		break;
	}
	/* From here on the bytes count as held; the loop counts them off. */
	atomic_fetch_add(&s->reply_bytes, job->reply.body.cap);
	s->done(s->done_ctx, job);
}

static void *thread_main(void *arg)
{
	struct worker *self = arg;
	struct wb_work *w = self->work;

	/* Of lower priority than the sequencer; if that cannot be, so be it. */
	(void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
	pthread_mutex_lock(&w->lock);
	for (;;) {
		struct wb_job *job;

		if (w->sign_next < w->sign_n) {
			sign_one(w);
			continue;
		}
		job = wb_job_take(&w->answers);
		if (job == NULL)
			job = wb_job_take(&w->jobs);
		if (job != NULL) {
			pthread_mutex_unlock(&w->lock);
			run(w->service, job, self->scratch);
			pthread_mutex_lock(&w->lock);
			continue;
		}
		if (w->stop)
			break;
		pthread_cond_wait(&w->more, &w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static int start_one(struct wb_work *w, const pthread_attr_t *attr)
{
	struct worker *self = &w->worker[w->n];

	self->work = w;
	self->scratch = malloc(sizeof(*self->scratch));
	if (self->scratch == NULL)
		return WB_ENOMEM;
	if (pthread_create(&self->thread, attr, thread_main, self) != 0) {
		free(self->scratch);
		return WB_ENOMEM;
	}
	w->n++;
	return 0;
}

/* Signals are the loop's: threads are born with all of them blocked. */
static int start_threads(struct wb_work *w, unsigned n)
{
	sigset_t all, before;
	pthread_attr_t attr;
	int rc = 0;

	if (pthread_attr_init(&attr) != 0)
		return WB_ENOMEM;
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (w->n < n && rc == 0)
		rc = start_one(w, &attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return rc;
}

int wb_work_start(struct wb_service *s, unsigned n, struct wb_work **ret)
{
	struct wb_work *w = calloc(1, sizeof(*w));

	assert(n > 0 && n <= WB_WORKERS_MAX);
	if (w == NULL)
		return WB_ENOMEM;
	w->service = s;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->more, NULL);
	pthread_cond_init(&w->signed_all, NULL);
	if (start_threads(w, n) != 0) {
		wb_work_stop(w);
		return WB_ENOMEM;
	}
	*ret = w;
	return 0;
}

void wb_work_stop(struct wb_work *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->more);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->n; i++)
		pthread_join(w->worker[i].thread, NULL);
	for (unsigned i = 0; i < w->n; i++)
		free(w->worker[i].scratch);
	pthread_cond_destroy(&w->signed_all);
	pthread_cond_destroy(&w->more);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void wb_work_push(struct wb_work *w, struct wb_job *job)
{
	pthread_mutex_lock(&w->lock);
	wb_job_put(job->step == WB_JOB_ANSWER ? &w->answers : &w->jobs, job);
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
}

void wb_work_sign(struct wb_work *w, size_t n)
{
	pthread_mutex_lock(&w->lock);
	w->sign_next = 0;
	w->sign_done = 0;
	w->sign_n = n;
	if (n > 1)
		pthread_cond_broadcast(&w->more);
	while (w->sign_next < w->sign_n)
		sign_one(w);
	while (w->sign_done < w->sign_n)
		pthread_cond_wait(&w->signed_all, &w->lock);
	w->sign_n = 0;
	w->sign_next = 0;
	pthread_mutex_unlock(&w->lock);
}

size_t wb_work_waiting(struct wb_work *w)
{
	size_t n;

	pthread_mutex_lock(&w->lock);
	n = w->jobs.n + w->answers.n;
	pthread_mutex_unlock(&w->lock);
	return n;
}
