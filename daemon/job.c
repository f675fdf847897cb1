#include "daemon/job.h"

void wb_job_put(struct wb_job_queue *q, struct wb_job *job)
{
	job->next = NULL;
	if (q->last == NULL)
		q->first = job;
	else
		q->last->next = job;
	q->last = job;
	q->n++;
}

struct wb_job *wb_job_take(struct wb_job_queue *q)
{
	struct wb_job *job = q->first;

	if (job == NULL)
		return NULL;
	q->first = job->next;
	if (q->first == NULL)
		q->last = NULL;
	q->n--;
	job->next = NULL;
	return job;
}
