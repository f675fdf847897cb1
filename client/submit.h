#ifndef WB_SUBMIT_H
#define WB_SUBMIT_H

#include "client/cli.h"
#include "client/files.h"
#include "client/http.h"
#include "client/progress.h"
#include "client/proof.h"

/*
 * submit: many notes to the ledger, each until it has a receipt on disk.
 *
 * One statement is one job:
 *
 *   WAITING --start--> FLYING --receipt proved and written--> RECORDED
 *      ^                  |  \--refused for good--> REFUSED
 *      +---temporary------+   \-receipt does not prove--> BAD
 *                          \--too often--> GIVEN_UP
 *
 * and SKIPPED from the start if a proved receipt is there.  Whatever happens,
 * the same command again goes on where this one stopped: the ledger answers
 * the same statement with the same receipt.
 */
#define WB_TOLD_MAX 10 /* refusals printed in full; --json has all */

enum wb_job_state {
	WB_JOB_WAITING,
	WB_JOB_FLYING,
	WB_JOB_RECORDED,
	WB_JOB_SKIPPED,
	WB_JOB_REFUSED,
	WB_JOB_GIVEN_UP,
	WB_JOB_BAD,
	WB_JOB_STATES
};

struct wb_job {
	const char *path;
	enum wb_job_state state;
	unsigned tries;
	int64_t not_before_ms;
	struct wb_buf note;     /* while it is needed */
	struct wb_request request;
	bool below_quorum;
	uint64_t seq;           /* of RECORDED and SKIPPED */
	enum wb_verdict verdict;
	char basis[WB_OUTCOME_MAX + 1];
	char *problem;          /* JSON of it, or NULL; REFUSED */
};

struct wb_submit {
	struct wb_cli *cli;
	struct wb_trust *trust;
	struct wb_http *http;
	const char *url;
	size_t n;
	struct wb_job *job;
	uint64_t connections, retries;
	size_t flying, settled;
	size_t told; /* refusals printed in full */
	struct wb_progress progress;
	struct wb_proof proof;
	struct wb_names names; /* of the jobs */
};

/* submit_report.c: the summary, and the exit code that it comes to. */
int wb_submit_report(const struct wb_submit *s, bool interrupted);

#endif /* WB_SUBMIT_H */
