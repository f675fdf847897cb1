#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/cli.h"
#include "client/doc.h"
#include "client/files.h"
#include "client/law.h"
#include "client/print.h"
#include "client/state.h"
#include "client/view.h"
#include "client/what_if.h"
#include "core/custody.h"

/*
 * check: the engine run on a draft, here and now.  The same pure function as
 * in the daemon; only the state may differ from the ledger's.
 */
struct check {
	struct wb_cli *cli;
	struct wb_law law;
	struct wb_given state;
	wb_time time;
	struct wb_decision *d; /* large */
	uint8_t *judgement, *workings;
	enum wb_verdict strictest;
	bool warned;               /* a finding of alert or fatal */
	struct wb_problem problem; /* of what the ledger would not take */
	/* Under --edition, --factor, --limit or --setting: */
	bool trying;
	struct wb_what_if w;
	struct wb_law tried;     /* made of law */
	struct wb_given factors; /* stand over state */
	char under[256];         /* what is tried, in words */
};

static int record_time(const struct wb_cli *cli, wb_time *ret)
{
	const char *text = wb_opt(&cli->opt, WB_OPT_TIME);

	if (text == NULL) {
		*ret = (wb_time)time(NULL) * 1000;
		return 0;
	}
	if (wb_time_parse(wb_slice_str(text), ret) == 0)
		return 0;
	return wb_fail(WB_EXIT_USAGE,
		       "--time is written 2025-05-15T08:00:00Z, not '%s'",
		       text);
}

/* What is said about shipments and statements that are not known has nothing
 * to be judged by. */
static int fits(const struct wb_engine_input *in, struct wb_decision *d,
		struct wb_problem *problem)
{
	switch (in->statement->type) {
	case WB_CORRECTION:
	case WB_VOID:
	case WB_ARRIVAL:
	case WB_INSTALLATION:
	case WB_INVENTORY:
	case WB_MOVE:
	case WB_RETIREMENT:
		return wb_custody_admit(in, d, problem);
	case WB_GENESIS:
	case WB_PARTY:
	case WB_PARTY_DETAIL:
	case WB_POLICY:
	case WB_SHIPMENT:
	case WB_LICENCE:
	case WB_LETTER:
	case WB_LISTING:
	case WB_AGREEMENT:
	case WB_FINDING:
	case WB_SWEEP:
	case WB_ENGINE_CHANGE:
	case WB_TYPES:
		break;
	}
	return 0;
}

static int decide_by(struct check *c, const struct wb_law *law,
		     const struct wb_state *state,
		     const struct wb_statement *st)
{
	struct wb_engine_input in = {
		.law = law,
		.statement = st,
		.state = state,
		.time = c->time,
	};

	int rc;

	wb_decision_init(c->d);
	rc = fits(&in, c->d, &c->problem);
	if (rc != 0)
		return rc;
	wb_decision_init(c->d);
	return wb_classify(&in, c->d);
}

/* An exit code: why the statement in that file cannot be judged. */
static int failed(const struct check *c, const char *path, int error)
{
	if (error != WB_EREFUSED)
		return wb_fail(WB_EXIT_OTHER, "%s cannot be judged: %s", path,
			       wb_strerror(error));
	wb_print_problem(stderr, path, &c->problem);
	if (c->problem.code == WB_P_CUSTODY)
		wb_advise("--detail takes in the statement that this one is "
			  "about");
	return WB_EXIT_OTHER;
}

static int decide(struct check *c, const struct wb_statement *st)
{
	struct wb_state state = wb_given_state(&c->state);

	return decide_by(c, &c->law, &state, st);
}

/* The agreements of --factor first, then what is given. */
static int get_tried(void *ctx, const char *key, struct wb_slice *ret_value,
		     uint64_t *ret_seq)
{
	struct check *c = ctx;
	struct wb_state over = wb_given_state(&c->factors),
			under = wb_given_state(&c->state);
	int rc = over.get(over.ctx, key, ret_value, ret_seq);

	return rc == WB_ENOTFOUND
		       ? under.get(under.ctx, key, ret_value, ret_seq)
		       : rc;
}

static int put_factor(void *ctx, const char *key, struct wb_slice value)
{
	struct check *c = ctx;

	return wb_given_put(&c->factors, key, value);
}

static int prepare_what_if(struct check *c)
{
	struct wb_problem problem = {.code = 0};
	struct wb_state state = {get_tried, c};
	int rc = wb_what_if_load(c->cli, &c->w);

	if (rc != 0)
		return rc;
	wb_what_if_words(c->cli, c->under, sizeof(c->under));
	rc = wb_what_if_law(&c->w, &c->law, &c->tried);
	if (rc == 0)
		rc = wb_what_if_factors(&c->w, &c->tried, &state, put_factor, c,
					&problem);
	if (rc != 0)
		return wb_what_if_failed(rc, &problem);
	return wb_what_if_found(&c->w);
}

/* Take a statement as recorded: what the engine would write becomes state. */
static int assume(struct check *c, const char *path)
{
	struct wb_doc doc;
	int rc = wb_doc_load(path, &doc);

	if (rc != 0)
		return rc;
	rc = decide(c, &doc.statement);
	for (size_t i = 0; rc == 0 && i < c->d->n_writes; i++)
		rc = wb_given_put(&c->state, c->d->write[i].key,
				  c->d->write[i].value);
	wb_doc_free(&doc);
	return rc == 0 ? 0 : failed(c, path, rc);
}

/* Like wb_fail, for a decision that does not fit its text. */
static int texts(struct check *c, struct wb_slice *ret_judgement,
		 struct wb_slice *ret_workings)
{
	struct wb_writer w;
	int rc;

	wb_writer_init(&w, c->judgement, WB_JUDGEMENT_MAX);
	wb_judgement_write(&w, c->d);
	rc = wb_writer_end(&w, ret_judgement);
	wb_writer_init(&w, c->workings, WB_WORKINGS_MAX);
	wb_workings_write(&w, c->d);
	if (rc == 0)
		rc = wb_writer_end(&w, ret_workings);
	return rc == 0 ? 0
		       : wb_fail(WB_EXIT_OTHER, "the judgement is too long");
}

/* What --edition and its like make of it, behind what the law does. */
static int show_tried(struct check *c, const struct wb_statement *st,
		      const struct wb_verdict_view *was,
		      struct wb_json_out *out)
{
	struct wb_state state = {get_tried, c};
	struct wb_slice judgement, workings;
	struct wb_verdict_view now;
	bool changed;
	int rc = decide_by(c, &c->tried, &state, st);

	if (rc != 0)
		return wb_fail(WB_EXIT_OTHER,
			       "it cannot be judged under %s: "
			       "%s",
			       c->under, wb_strerror(rc));
	rc = texts(c, &judgement, &workings);
	if (rc != 0 || wb_judgement_read(judgement, &now) != 0)
		return rc;
	changed = now.verdict != was->verdict ||
		  strcmp(now.basis, was->basis) != 0 ||
		  strcmp(now.review, was->review) != 0;
	if (c->cli->json) {
		wb_out_open(out, "what_if", '{');
		wb_out_string(out, "under", c->under);
		wb_out_bool(out, "changed", changed);
		wb_out_raw(out, "judgement", judgement);
		wb_out_raw(out, "workings", workings);
		wb_out_close(out, '}');
		return 0;
	}
	wb_say(stdout, "\nUnder %s the decision %s: %s %s, review %s\n\n",
	       c->under, changed ? "changes" : "stays",
	       wb_verdict_name(now.verdict), now.basis, now.review);
	if (changed)
		wb_view_judgement_text(stdout, judgement, workings);
	return 0;
}

/* The decision in hand, and what it would be. */
static int show(struct check *c, const char *path,
		const struct wb_statement *st, struct wb_json_out *out)
{
	struct wb_slice judgement, workings;
	struct wb_verdict_view was;
	int rc = texts(c, &judgement, &workings);

	if (rc != 0)
		return rc;
	if (c->d->verdict > c->strictest)
		c->strictest = c->d->verdict;
	for (size_t i = 0; i < c->d->n_findings; i++)
		c->warned |= c->d->finding[i].severity >= WB_ALERT;
	if (c->cli->json) {
		wb_out_open(out, NULL, '{');
		wb_out_string(out, "file", path);
		wb_out_statement(out, st);
		wb_out_raw(out, "judgement", judgement);
		wb_out_raw(out, "workings", workings);
	} else {
		wb_say(stdout, "%s: %s %s of %s\n\n", path,
		       wb_kind(st->type)->name, st->id, st->party);
		wb_view_judgement_text(stdout, judgement, workings);
	}
	if (c->trying && wb_judgement_read(judgement, &was) == 0)
		rc = show_tried(c, st, &was, out);
	if (c->cli->json)
		wb_out_close(out, '}');
	return rc;
}

static int check_file(struct check *c, const char *path,
		      struct wb_json_out *out)
{
	struct wb_doc doc;
	int rc = wb_doc_load(path, &doc);

	if (rc != 0)
		return rc;
	rc = decide(c, &doc.statement);
	if (rc != 0)
		rc = failed(c, path, rc);
	else
		rc = show(c, path, &doc.statement, out);
	wb_doc_free(&doc);
	return rc;
}

static int prepare(struct check *c)
{
	const struct wb_options *opt = &c->cli->opt;
	const char *state = wb_opt(opt, WB_OPT_STATE);
	bool files = opt->of[WB_OPT_POLICY].n > 0 ||
		     wb_opt(opt, WB_OPT_POLICY_DIR) != NULL;
	int rc = record_time(c->cli, &c->time);

	if (rc != 0)
		return rc;
	c->d = malloc(sizeof(*c->d));
	c->judgement = malloc(WB_JUDGEMENT_MAX);
	c->workings = malloc(WB_WORKINGS_MAX);
	if (c->d == NULL || c->judgement == NULL || c->workings == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	/* Only --url itself asks the network, not a setting of that name. */
	if ((opt->flagged & WB_BIT(URL)) && !files)
		rc = wb_law_from_ledger(c->cli, &c->law);
	else
		rc = wb_law_from_files(c->cli, &c->law);
	if (rc == 0 && state != NULL)
		rc = wb_given_load(&c->state, state);
	for (size_t i = 0; rc == 0 && i < opt->of[WB_OPT_DETAIL].n; i++)
		rc = assume(c, opt->of[WB_OPT_DETAIL].v[i]);
	c->trying = wb_what_if_asked(c->cli);
	if (rc == 0 && c->trying)
		rc = prepare_what_if(c);
	return rc;
}

int wb_cmd_check(struct wb_cli *cli)
{
	static struct check c; /* large */
	struct wb_json_out out;
	int rc;

	c.cli = cli;
	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "checked", '[');
	rc = prepare(&c);
	for (size_t i = 0; rc == 0 && i < cli->n; i++) {
		if (i > 0 && !cli->json)
			fputc('\n', stdout);
		rc = check_file(&c, cli->operand[i], &out);
	}
	wb_out_close(&out, ']');
	wb_out_close(&out, '}');
	if (rc == 0 && cli->json)
		rc = wb_out_done(&out);
	wb_buf_free(&out.buf);
	wb_given_free(&c.state);
	wb_given_free(&c.factors);
	wb_what_if_law_free(&c.tried);
	wb_what_if_free(&c.w);
	wb_law_free(&c.law);
	free(c.d);
	free(c.judgement);
	free(c.workings);
	if (rc == 0 && c.strictest == WB_DENY)
		rc = WB_EXIT_DENIED;
	if (rc == 0 && c.warned && wb_opt(&cli->opt, WB_OPT_STRICT) != NULL)
		rc = WB_EXIT_WARNINGS;
	return rc;
}
