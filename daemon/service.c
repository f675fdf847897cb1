#include <string.h>
#include <time.h>

#include "daemon/log.h"
#include "daemon/sequencer.h"
#include "daemon/service.h"
#include "daemon/work.h"

int wb_service_start(struct wb_service *s, unsigned workers)
{
	int rc = wb_work_start(s, workers, &s->work);

	if (rc != 0)
		return rc;
	rc = wb_sequencer_start(s, &s->sequencer);
	if (rc != 0) {
		wb_work_stop(s->work);
		s->work = NULL;
	}
	return rc;
}

void wb_service_stop(struct wb_service *s)
{
	/* The workers feed the sequencer and finish what it has done, so no
	 * job may be left when they stop: the loop waits for that. */
	wb_sequencer_stop(s->sequencer);
	wb_work_stop(s->work);
	s->sequencer = NULL;
	s->work = NULL;
}

void wb_service_start_job(struct wb_service *s, struct wb_job *job)
{
	wb_work_push(s->work, job);
}

void wb_service_problem(struct wb_service *s, int err, struct wb_problem *ret)
{
	enum wb_problem_code code = WB_P_INTERNAL;

	memset(ret, 0, sizeof(*ret));
	if (err == WB_EFULL)
		code = WB_P_FULL;
	else if (err == WB_ECLOCK)
		code = WB_P_CLOCK;
	else if (err == WB_ENOMEM || err == WB_EBUSY)
		code = WB_P_BUSY;
	else if (wb_ledger_latched(s->ledger) != 0)
		code = WB_P_LATCHED;
	ret->code = code;
}

void wb_service_damage(struct wb_service *s)
{
	if (wb_ledger_latched(s->ledger) == 0)
		wb_log(WB_LOG_ERROR,
		       "what is stored is not what was written; no more "
		       "statements are taken, see waybilld(8), \"States\"");
	wb_ledger_latch(s->ledger, WB_ECORRUPT);
}

wb_time wb_clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (wb_time)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

uint64_t wb_monotonic_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}
