#ifndef WB_DAEMON_WORK_H
#define WB_DAEMON_WORK_H

#include "daemon/service.h"

/*
 * work: the verifier threads, of lower priority than the sequencer, and what
 * waits for them.  In this order: records to sign, answers to make (they
 * finish something), then new jobs.
 */
int wb_work_start(struct wb_service *s, unsigned n, struct wb_work **ret)
	WB_MUST_CHECK;
/* Finish what waits, end the threads, free.  Accepts NULL. */
void wb_work_stop(struct wb_work *w);

/* Any thread. */
void wb_work_push(struct wb_work *w, struct wb_job *job);
/* Call wb_ledger_sign() for [0, n), spread over the threads and this one;
 * back when all are done. */
void wb_work_sign(struct wb_work *w, size_t n);
size_t wb_work_waiting(struct wb_work *w);

#endif /* WB_DAEMON_WORK_H */
