#ifndef WB_DAEMON_SEQUENCER_H
#define WB_DAEMON_SEQUENCER_H

#include "daemon/service.h"

/*
 * sequencer: the one thread that writes.  It takes what waits, at most
 * WB_BATCH_MAX, through the ledger's three steps; what arrives meanwhile is
 * the next batch.  Only when statements came in during the last batch and few
 * wait does it linger, so that a commit is not spent on one of many.
 */
int wb_sequencer_start(struct wb_service *s, struct wb_sequencer **ret)
	WB_MUST_CHECK;
/* Finish what waits, end the thread, free.  Accepts NULL. */
void wb_sequencer_stop(struct wb_sequencer *q);

/* Any thread. */
void wb_sequencer_push(struct wb_sequencer *q, struct wb_job *job);
size_t wb_sequencer_waiting(struct wb_sequencer *q);
/* When the thread was last seen between two batches (wb_monotonic_us()). */
uint64_t wb_sequencer_seen(struct wb_sequencer *q);
/* Let it show itself as soon as it is between two batches. */
void wb_sequencer_ask(struct wb_sequencer *q);

#endif /* WB_DAEMON_SEQUENCER_H */
