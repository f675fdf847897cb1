#ifndef WB_DAEMON_JOB_H
#define WB_DAEMON_JOB_H

#include "daemon/reply.h"
#include "daemon/route.h"
#include "waybill/ledger.h"

/*
 * job: one request on its way through the threads.
 *
 *   loop --> VERIFY --> sequencer --> ANSWER --> loop      a statement
 *   loop --> READ ----------------------------> loop       a question
 *
 * Invariants:
 *  1. A job is in one queue or in one thread's hands, so it needs no lock.
 *  2. request, routed and body borrow from the connection, which neither
 *     reads nor goes away while its job is out.
 *  3. statement is freed by whoever makes the reply.
 */
enum wb_job_step {
	WB_JOB_READ,
	WB_JOB_VERIFY,
	WB_JOB_ANSWER,
};

struct wb_job {
	struct wb_job *next; /* in whatever queue it is */
	void *owner;         /* the connection */
	enum wb_job_step step;
	/* in */
	const struct wb_http_request *request;
	const struct wb_routed *routed;
	struct wb_slice body;
	/* on the way */
	struct wb_note note;
	struct wb_statement statement;
	struct wb_submission outcome; /* of the sequencer */
	/* out */
	struct wb_reply reply;
};

/* First in, first out; zeroed is empty. */
struct wb_job_queue {
	struct wb_job *first, *last;
	size_t n;
};

void wb_job_put(struct wb_job_queue *q, struct wb_job *job);
/* NULL when empty. */
struct wb_job *wb_job_take(struct wb_job_queue *q);

#endif /* WB_DAEMON_JOB_H */
