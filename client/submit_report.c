#include <stdio.h>

#include "client/json.h"
#include "client/print.h"
#include "client/submit.h"
#include "client/table.h"

#define TABLE_ROWS 20 /* up to so many, each file gets a row */

struct tally {
	size_t state[WB_JOB_STATES];
	size_t verdict[WB_VERDICTS];
	size_t below;
};

static bool has_receipt(const struct wb_job *job)
{
	return job->state == WB_JOB_RECORDED || job->state == WB_JOB_SKIPPED;
}

static const char *state_name(enum wb_job_state state)
{
	switch (state) {
	case WB_JOB_WAITING:
	case WB_JOB_FLYING:
		return "not sent";
	case WB_JOB_RECORDED:
		return "recorded";
	case WB_JOB_SKIPPED:
		return "had a receipt";
	case WB_JOB_REFUSED:
		return "refused";
	case WB_JOB_GIVEN_UP:
		return "no answer";
	case WB_JOB_BAD:
		return "bad receipt";
	case WB_JOB_STATES:
		break;
	}
	return "";
}

static struct tally count(const struct wb_submit *s)
{
	struct tally t = {.below = 0};

	for (size_t i = 0; i < s->n; i++) {
		const struct wb_job *job = &s->job[i];

		t.state[job->state]++;
		if (has_receipt(job)) {
			t.verdict[job->verdict]++;
			t.below += job->below_quorum;
		}
	}
	return t;
}

static void print_rows(const struct wb_submit *s)
{
	struct wb_table table;

	wb_table_init(&table, "file|result|>seq|verdict|basis");
	for (size_t i = 0; i < s->n; i++) {
		const struct wb_job *job = &s->job[i];
		bool has = has_receipt(job);

		wb_table_fmt(&table, "%s", job->path);
		wb_table_fmt(&table, "%s", state_name(job->state));
		if (has)
			wb_table_fmt(&table, "%llu",
				     (unsigned long long)job->seq);
		else
			wb_table_fmt(&table, "-");
		wb_table_fmt(&table, "%s",
			     has ? wb_verdict_name(job->verdict) : "-");
		wb_table_fmt(&table, "%s", has ? job->basis : "-");
	}
	wb_table_done(&table, stdout, 0);
}

static void print_tally(const struct wb_submit *s, const struct tally *t)
{
	size_t got = t->state[WB_JOB_RECORDED] + t->state[WB_JOB_SKIPPED];
	bool first = true;

	wb_say(stdout, "%zu of %zu have a proved receipt", got, s->n);
	for (size_t i = 0; i < WB_VERDICTS; i++) {
		if (t->verdict[i] == 0)
			continue;
		wb_say(stdout, "%s%zu %s", first ? ": " : ", ", t->verdict[i],
		       wb_verdict_name((enum wb_verdict)i));
		first = false;
	}
	fputc('\n', stdout);
	if (t->state[WB_JOB_SKIPPED] > 0)
		wb_say(stdout, "%zu had one before\n",
		       t->state[WB_JOB_SKIPPED]);
	if (t->below > 0)
		wb_say(stdout, "%zu receipts lack the quorum of witnesses\n",
		       t->below);
	if (got < s->n)
		wb_say(stdout,
		       "%zu refused, %zu without an answer, %zu not sent, "
		       "%zu with a bad receipt\n",
		       t->state[WB_JOB_REFUSED], t->state[WB_JOB_GIVEN_UP],
		       t->state[WB_JOB_WAITING] + t->state[WB_JOB_FLYING],
		       t->state[WB_JOB_BAD]);
}

static int print_json(const struct wb_submit *s)
{
	struct wb_json_out out;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "files", '[');
	for (size_t i = 0; i < s->n; i++) {
		const struct wb_job *job = &s->job[i];

		wb_out_open(&out, NULL, '{');
		wb_out_string(&out, "file", job->path);
		wb_out_string(&out, "result", state_name(job->state));
		if (has_receipt(job)) {
			wb_out_number(&out, "seq", job->seq);
			wb_out_string(&out, "verdict",
				      wb_verdict_name(job->verdict));
			wb_out_string(&out, "basis", job->basis);
			wb_out_bool(&out, "below_quorum", job->below_quorum);
		}
		if (job->problem != NULL)
			wb_out_raw(&out, "problem", wb_slice_str(job->problem));
		wb_out_close(&out, '}');
	}
	wb_out_close(&out, ']');
	wb_out_close(&out, '}');
	return wb_out_done(&out);
}

static int exit_of(const struct wb_submit *s, const struct tally *t)
{
	size_t got = t->state[WB_JOB_RECORDED] + t->state[WB_JOB_SKIPPED];

	if (t->state[WB_JOB_BAD] > 0)
		return WB_EXIT_PROOF;
	if (got < s->n) {
		if (got > 0)
			return WB_EXIT_PARTLY;
		return t->state[WB_JOB_GIVEN_UP] > 0 ? WB_EXIT_TEMPORARY
						     : WB_EXIT_OTHER;
	}
	if (t->verdict[WB_DENY] > 0)
		return WB_EXIT_DENIED;
	return t->below > 0 ? WB_EXIT_BELOW : WB_EXIT_DONE;
}

int wb_submit_report(const struct wb_submit *s, bool interrupted)
{
	struct tally t = count(s);
	bool quiet = wb_opt(&s->cli->opt, WB_OPT_QUIET) != NULL;

	if (s->told > WB_TOLD_MAX)
		wb_fail(0, "%zu more were not taken; --json tells of each",
			s->told - WB_TOLD_MAX);
	if (s->cli->json) {
		if (print_json(s) != 0)
			return WB_EXIT_OTHER;
	} else if (!quiet) {
		if (s->n <= TABLE_ROWS)
			print_rows(s);
		print_tally(s, &t);
	}
	if (interrupted && t.state[WB_JOB_WAITING] > 0) {
		wb_fail(WB_EXIT_INTERRUPTED, "interrupted");
		wb_advise("the same command again goes on from here");
		return WB_EXIT_INTERRUPTED;
	}
	return exit_of(s, &t);
}
