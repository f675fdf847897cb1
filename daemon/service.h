#ifndef WB_DAEMON_SERVICE_H
#define WB_DAEMON_SERVICE_H

#include <stdatomic.h>
#include <stdint.h>

#include "daemon/job.h"
#include "daemon/metrics.h"
#include "waybill/ledger.h"

/*
 * service: the ledger and the threads behind the loop.
 *
 *   verifier threads (work)   read, and say whether signatures hold
 *   one sequencer thread      decides and commits, batch by batch
 *
 * The loop puts jobs in with wb_service_start_job() and gets each back once,
 * through done(), which any thread may call.
 */
struct wb_work;
struct wb_sequencer;

struct wb_service {
	struct wb_ledger *ledger;
	struct wb_store *store; /* the ledger's */
	const char *origin;     /* the ledger's */
	struct wb_work *work;
	struct wb_sequencer *sequencer;
	struct wb_metrics metrics;
	atomic_size_t reply_bytes; /* held by answers not yet written */
	/* The full check has ended, and the ledger held.  Until then nothing
	 * is decided, listed or granted from state that no signature covers. */
	atomic_bool checked;
	/* When a batch last failed as a whole (wb_monotonic_us()), or 0 since
	 * one was committed; and why. */
	atomic_ullong refused_us;
	atomic_int refused_why;
	void (*done)(void *ctx, struct wb_job *job);
	void *done_ctx;
};

/* What a thread has for itself. */
struct wb_scratch {
	uint8_t receipt[WB_RECEIPT_MAX];
};

/* Start the threads; workers is at least 1.  WB_ENOMEM. */
int wb_service_start(struct wb_service *s, unsigned workers) WB_MUST_CHECK;
/* Finish all jobs that are in, and end the threads. */
void wb_service_stop(struct wb_service *s);
/* Hand job over; job->step says where it begins. */
void wb_service_start_job(struct wb_service *s, struct wb_job *job);

/* The steps, in the verifier threads. */
void wb_step_read(struct wb_service *s, struct wb_job *job,
		  struct wb_scratch *scratch);
/* True if the sequencer is to have it, false if job->reply is made. */
bool wb_step_verify(struct wb_service *s, struct wb_job *job);
void wb_step_answer(struct wb_service *s, struct wb_job *job,
		    struct wb_scratch *scratch);

/* Make the error err, which is not WB_EREFUSED, a problem for the sender. */
void wb_service_problem(struct wb_service *s, int err,
			struct wb_problem *ret);

/* Something that was read is not what was written: latch, and log it once. */
void wb_service_damage(struct wb_service *s);

/* Milliseconds since 1970, and microseconds since some time. */
wb_time wb_clock_ms(void);
uint64_t wb_monotonic_us(void);

#endif /* WB_DAEMON_SERVICE_H */
