#include "client/submit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/doc.h"
#include "client/keys.h"
#include "client/print.h"
#include "client/remote.h"
#include "proto/problem.h"

#define CONNECTIONS     8
#define CONNECTIONS_MAX 64
#define RETRIES         6
#define RETRIES_MAX     1000
#define BACK_OFF_MS     250
#define BACK_OFF_MAX_MS 10000
#define RETRY_AFTER_MAX 300 /* seconds */
#define RECEIPT_MODE    0644

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* The first ^C lets what is under way finish; the second kills. */
static void catch_interrupt(void)
{
	struct sigaction action = {.sa_handler = on_interrupt,
				   .sa_flags = (int)SA_RESETHAND};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
}

static void settle(struct wb_submit *s, struct wb_job *job,
		   enum wb_job_state state)
{
	job->state = state;
	wb_buf_free(&job->note);
	s->settled++;
}

/* What a proved receipt tells. */
static void learn(struct wb_job *job, const struct wb_proof *p)
{
	job->seq = p->record.seq;
	job->verdict = p->view.verdict;
	memcpy(job->basis, p->view.basis, sizeof(job->basis));
	job->below_quorum = wb_proof_below_quorum(p);
}

static bool holds(const struct wb_proof *p)
{
	return p->error == 0 || wb_proof_below_quorum(p);
}

/* --- before ----------------------------------------------------------- */

/*
 * Skip the job if a good receipt is there.  One that does not prove the note
 * stops the job: a note was changed after it was recorded, or worse.
 */
static void look(struct wb_submit *s, struct wb_job *job)
{
	struct wb_buf receipt;
	char path[4096];
	int rc = wb_receipt_path(job->path, path, sizeof(path));

	if (rc != 0) {
		settle(s, job, WB_JOB_REFUSED);
		return;
	}
	if (!wb_file_is(path))
		return;
	rc = wb_load("receipt", path, WB_RECEIPT_MAX, &receipt);
	if (rc == 0)
		rc = wb_load("statement", job->path, WB_NOTE_MAX, &job->note);
	if (rc != 0) {
		settle(s, job, WB_JOB_REFUSED);
	} else {
		wb_prove(wb_buf_slice(&job->note), wb_buf_slice(&receipt),
			 s->trust, &s->proof);
		if (holds(&s->proof)) {
			learn(job, &s->proof);
			settle(s, job, WB_JOB_SKIPPED);
		} else {
			wb_progress_clear(&s->progress);
			wb_fail(WB_EXIT_PROOF,
				"%s is there and does not prove %s: %s "
				"FAILED",
				path, job->path,
				wb_receipt_step_name(s->proof.step));
			wb_advise("'waybill verify' tells more; move the "
				  "receipt away to submit again");
			settle(s, job, WB_JOB_BAD);
		}
	}
	wb_buf_free(&receipt);
}

/* --- on the way ------------------------------------------------------- */

static void start(struct wb_submit *s, struct wb_job *job)
{
	struct wb_doc doc;

	/* What the ledger is sure to refuse is not sent. */
	if (job->tries == 0) {
		wb_progress_clear(&s->progress);
		if (wb_doc_load(job->path, &doc) != 0) {
			settle(s, job, WB_JOB_REFUSED);
			return;
		}
		if (!doc.is_note) {
			wb_fail(WB_EXIT_OTHER, "%s is a draft, not signed",
				job->path);
			wb_advise("'waybill sign %s' makes a note of it",
				  job->path);
			wb_doc_free(&doc);
			settle(s, job, WB_JOB_REFUSED);
			return;
		}
		wb_statement_free(&doc.statement);
		job->note = doc.bytes;
	}
	job->request = (struct wb_request){
		.method = "POST",
		.target = "/v1/statements",
		.body = wb_buf_slice(&job->note),
		.max = WB_RECEIPT_MAX,
		.owner = job,
	};
	job->state = WB_JOB_FLYING;
	job->tries++;
	s->flying++;
	wb_http_start(s->http, &job->request);
}

/* Milliseconds to wait: as told, or longer each time, never all at once. */
static int64_t back_off(const struct wb_job *job)
{
	int64_t ms = BACK_OFF_MS;
	uint16_t random;

	if (job->request.retry_after_s > 0) {
		ms = job->request.retry_after_s;
		return 1000 * (ms > RETRY_AFTER_MAX ? RETRY_AFTER_MAX : ms);
	}
	for (unsigned i = 1; i < job->tries && ms < BACK_OFF_MAX_MS; i++)
		ms *= 2;
	wb_random(&random, sizeof(random));
	return ms + ms * (random % 256) / 1024;
}

static void keep_problem(struct wb_job *job)
{
	uint8_t text[WB_PROBLEM_MAX];
	struct wb_problem problem;
	struct wb_slice json;
	struct wb_writer w;

	if (job->request.error != 0)
		return;
	wb_remote_problem(&job->request, &problem);
	wb_writer_init(&w, text, sizeof(text));
	wb_problem_write(&w, &problem);
	if (wb_writer_end(&w, &json) == 0)
		job->problem = strndup((const char *)json.p, json.len);
}

/* The ledger's answer is its receipt: prove it, write it. */
static void accept(struct wb_submit *s, struct wb_job *job)
{
	struct wb_slice receipt = wb_buf_slice(&job->request.answer);
	const char *suffix = "";
	char path[4096], bad[4100];

	if (wb_receipt_path(job->path, path, sizeof(path)) != 0) {
		settle(s, job, WB_JOB_REFUSED);
		return;
	}
	wb_prove(wb_buf_slice(&job->note), receipt, s->trust, &s->proof);
	if (!holds(&s->proof))
		suffix = ".bad"; /* kept as evidence */
	snprintf(bad, sizeof(bad), "%s%s", path, suffix);
	if (wb_store_file(bad, receipt, RECEIPT_MODE, WB_FILE_REPLACE) != 0) {
		/* It is recorded; the next run fetches the receipt again. */
		settle(s, job, WB_JOB_GIVEN_UP);
		return;
	}
	if (!holds(&s->proof)) {
		wb_progress_clear(&s->progress);
		wb_fail(WB_EXIT_PROOF,
			"the receipt of %s does not prove it: %s FAILED",
			job->path, wb_receipt_step_name(s->proof.step));
		wb_advise("it is kept as %s; is this the ledger that the "
			  "trust file speaks of?",
			  bad);
		settle(s, job, WB_JOB_BAD);
		return;
	}
	learn(job, &s->proof);
	settle(s, job, WB_JOB_RECORDED);
}

static void land(struct wb_submit *s, struct wb_job *job)
{
	const struct wb_request *request = &job->request;
	bool good = request->error == 0 &&
		    (request->status == 200 || request->status == 201);

	s->flying--;
	if (good) {
		accept(s, job);
	} else if (wb_remote_temporary(request) && job->tries <= s->retries) {
		job->state = WB_JOB_WAITING;
		job->not_before_ms = wb_monotonic_ms() + back_off(job);
	} else {
		wb_progress_clear(&s->progress);
		if (s->told < WB_TOLD_MAX)
			wb_remote_refused(job->path, s->url, request);
		s->told++;
		keep_problem(job);
		settle(s, job,
		       wb_remote_temporary(request) ? WB_JOB_GIVEN_UP
						    : WB_JOB_REFUSED);
	}
	wb_buf_free(&job->request.answer);
}

/*
 * Start what may start; returns the milliseconds until the next one may.
 * *from is the first job that is not settled.
 */
static int start_some(struct wb_submit *s, size_t *from)
{
	int64_t now = wb_monotonic_ms(), next = 1000;

	while (*from < s->n && s->job[*from].state > WB_JOB_FLYING)
		(*from)++;
	for (size_t i = *from; i < s->n && s->flying < s->connections; i++) {
		struct wb_job *job = &s->job[i];

		if (job->state != WB_JOB_WAITING)
			continue;
		if (job->not_before_ms <= now) {
			start(s, job);
			continue;
		}
		if (job->not_before_ms - now < next)
			next = job->not_before_ms - now;
		/* One at a time means in order: nobody overtakes. */
		if (s->connections == 1)
			break;
	}
	return (int)next;
}

static void run(struct wb_submit *s)
{
	struct wb_request *request;
	const char *note = "statements";
	size_t from = 0;

	while (s->settled < s->n && (!interrupted || s->flying > 0)) {
		int wait_ms = 1000;

		if (!interrupted)
			wait_ms = start_some(s, &from);
		if (s->settled == s->n)
			break;
		if (interrupted)
			note = "statements; finishing what is under way";
		else
			note = s->flying > 0 ? "statements"
					     : "statements; waiting to try "
					       "again";
		wb_progress_step(&s->progress, s->settled, s->n, note);
		request = wb_http_wait(s->http, wait_ms);
		if (request != NULL)
			land(s, request->owner);
	}
	wb_progress_clear(&s->progress);
}

/* --- the command ------------------------------------------------------ */

static int make_jobs(struct wb_submit *s)
{
	int rc = wb_names_expand(s->cli, ".note", &s->names);

	if (rc != 0)
		return rc;
	s->job = calloc(s->names.n > 0 ? s->names.n : 1, sizeof(*s->job));
	if (s->job == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	s->n = s->names.n;
	for (size_t i = 0; i < s->n; i++)
		s->job[i].path = s->names.v[i];
	return 0;
}

static int prepare(struct wb_submit *s)
{
	const struct wb_options *opt = &s->cli->opt;
	int rc;

	if ((rc = wb_opt_need(opt, WB_OPT_URL, &s->url)) != 0 ||
	    (rc = wb_opt_number(opt, WB_OPT_CONNECTIONS, 1, CONNECTIONS_MAX,
				CONNECTIONS, &s->connections)) != 0 ||
	    (rc = wb_opt_number(opt, WB_OPT_RETRIES, 0, RETRIES_MAX, RETRIES,
				&s->retries)) != 0 ||
	    (rc = wb_keys_trust(s->cli, &s->trust)) != 0 ||
	    (rc = make_jobs(s)) != 0)
		return rc;
	rc = wb_remote_http(s->url, (unsigned)s->connections, &s->http);
	wb_progress_start(&s->progress, s->cli);
	for (size_t i = 0; rc == 0 && i < s->n; i++) {
		wb_progress_step(&s->progress, i, s->n, "receipts looked for");
		look(s, &s->job[i]);
	}
	/* What is left is another measure of time. */
	wb_progress_clear(&s->progress);
	wb_progress_start(&s->progress, s->cli);
	return rc;
}

int wb_cmd_submit(struct wb_cli *cli)
{
	struct wb_submit *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	s->cli = cli;
	rc = prepare(s);
	if (rc == 0) {
		catch_interrupt();
		run(s);
		rc = wb_submit_report(s, interrupted != 0);
	}
	wb_http_close(s->http);
	for (size_t i = 0; s->job != NULL && i < s->n; i++) {
		wb_buf_free(&s->job[i].note);
		free(s->job[i].problem);
	}
	wb_names_free(&s->names);
	free(s->job);
	free(s->trust);
	free(s);
	return rc;
}
