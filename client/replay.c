#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/print.h"
#include "client/records.h"
#include "client/replaying.h"
#include "client/what_if.h"

/*
 * replay: a ledger's shipments judged again under another law, each on the
 * state that this law would have made, beside what was recorded.
 */
/* A shipment, of which the version that was stated last counts. */
struct stood {
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
	bool judged;
	bool changed;
	size_t at; /* of its change */
};

struct run {
	struct wb_replaying out;
	void *stood; /* tsearch(3) by party and id */
	struct wb_what_if w;
	struct wb_replay *replay;
};

/* The shipment that a statement is about and its id, or NULL. */
static const struct wb_shipment *shipment_of(const struct wb_statement *st,
					     const char **ret_id)
{
	if (st->type == WB_CORRECTION && st->u.correction.of == WB_SHIPMENT) {
		*ret_id = st->u.correction.corrects;
		return &st->u.correction.shipment;
	}
	if (st->type != WB_SHIPMENT)
		return NULL;
	*ret_id = st->id;
	return &st->u.shipment;
}

static int64_t total(const struct wb_decision *d)
{
	int64_t sum = 0;

	for (size_t i = 0; i < d->n_items; i++)
		if (d->item[i].total_x10 > 0)
			sum += d->item[i].total_x10;
	return sum;
}

/* --- the two outcomes ---------------------------------------------------- */

static int recorded(struct wb_slice judgement, struct wb_verdict_shown *ret)
{
	struct wb_verdict_view view;

	if (wb_judgement_read(judgement, &view) != 0)
		return WB_EFORM;
	ret->verdict = view.verdict;
	snprintf(ret->basis, sizeof(ret->basis), "%s", view.basis);
	snprintf(ret->review, sizeof(ret->review), "%s",
		 strcmp(view.review, "none") == 0 ? "" : view.review);
	return 0;
}

/* What the judgement would say, read as the recorded one is. */
static int judged(const struct wb_decision *d, struct wb_verdict_shown *ret)
{
	uint8_t *text = malloc(WB_JUDGEMENT_MAX);
	struct wb_writer w;
	struct wb_slice judgement;
	int rc;

	if (text == NULL)
		return WB_ENOMEM;
	wb_writer_init(&w, text, WB_JUDGEMENT_MAX);
	wb_judgement_write(&w, d);
	rc = wb_writer_end(&w, &judgement);
	if (rc == 0)
		rc = recorded(judgement, ret);
	free(text);
	return rc;
}

static bool same(const struct wb_verdict_shown *a,
		 const struct wb_verdict_shown *b)
{
	return a->verdict == b->verdict && strcmp(a->basis, b->basis) == 0 &&
	       strcmp(a->review, b->review) == 0;
}

/* --- shipments as they stand --------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct stood *x = a, *y = b;
	int order = strcmp(x->party, y->party);

	return order != 0 ? order : strcmp(x->id, y->id);
}

/* The shipment of that name, made if it is not there; NULL without memory. */
static struct stood *stood_of(struct run *r, const char *party, const char *id)
{
	struct stood *s = calloc(1, sizeof(*s)), **at;

	if (s == NULL)
		return NULL;
	snprintf(s->party, sizeof(s->party), "%s", party);
	snprintf(s->id, sizeof(s->id), "%s", id);
	at = tsearch(s, &r->stood, by_name);
	if (at == NULL || *at != s)
		free(s);
	return at == NULL ? NULL : *at;
}

/* It is corrected or taken back: what it was counts no more. */
static void forget(struct run *r, struct stood *s)
{
	r->out.judged -= s->judged;
	if (s->changed)
		r->out.change[s->at].replaced = true;
	s->judged = s->changed = false;
}

static int keep(struct wb_replaying *out, uint64_t seq, struct stood *stood,
		const struct wb_shipment *s, const struct wb_decision *d,
		const struct wb_verdict_shown *was,
		const struct wb_verdict_shown *now)
{
	struct wb_change *c;

	if (out->n == out->cap) {
		out->cap = out->cap == 0 ? 256 : 2 * out->cap;
		c = reallocarray(out->change, out->cap, sizeof(*c));
		if (c == NULL)
			return wb_fail(WB_EXIT_OTHER, "out of memory");
		out->change = c;
	}
	stood->changed = true;
	stood->at = out->n;
	c = &out->change[out->n++];
	memset(c, 0, sizeof(*c));
	c->seq = seq;
	c->date = s->export_date;
	memcpy(c->party, stood->party, sizeof(c->party));
	memcpy(c->id, stood->id, sizeof(c->id));
	snprintf(c->to, sizeof(c->to), "%.2s", s->destination);
	c->tpp_x10 = total(d);
	c->h100_x10 = d->edition == NULL ? -1 : d->edition->h100_x10;
	c->was = *was;
	c->now = *now;
	return 0;
}

/* Leave what stands, in its order. */
static void drop_replaced(struct wb_replaying *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++)
		if (!out->change[i].replaced)
			out->change[n++] = out->change[i];
	out->n = n;
}

/* --- records -------------------------------------------------------------- */

static int compare(struct run *r, const struct wb_shown_record *seen,
		   const struct wb_shipment *s, const char *id,
		   const struct wb_decision *d)
{
	struct stood *stood = stood_of(r, seen->statement->party, id);
	struct wb_verdict_shown was, now;
	int rc;

	if (stood == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	forget(r, stood);
	if (seen->judgement.len == 0)
		return 0;
	rc = recorded(seen->judgement, &was);
	if (rc == 0)
		rc = judged(d, &now);
	if (rc != 0)
		return wb_fail(WB_EXIT_OTHER, "record %llu: %s",
			       (unsigned long long)seen->seq, wb_strerror(rc));
	r->out.judged++;
	stood->judged = true;
	return same(&was, &now)
		       ? 0
		       : keep(&r->out, seen->seq, stood, s, d, &was, &now);
}

static int on_record(void *ctx, const struct wb_shown_record *seen)
{
	const struct wb_statement *st = seen->statement;
	struct run *r = ctx;
	struct wb_problem problem = {.code = 0};
	const struct wb_shipment *s;
	const struct wb_decision *d;
	struct stood *gone;
	const char *id;
	int rc;

	if (st == NULL)
		return 0;
	rc = wb_replay_step(r->replay, st, seen->time, &d, &problem);
	if (rc != 0 && problem.code == 0)
		return wb_fail(WB_EXIT_OTHER,
			       "record %llu cannot be judged again by this "
			       "program: %s",
			       (unsigned long long)seen->seq, wb_strerror(rc));
	if (rc != 0)
		return wb_what_if_failed(rc, &problem);
	s = shipment_of(st, &id);
	if (s != NULL)
		return compare(r, seen, s, id, d);
	if (st->type != WB_VOID)
		return 0;
	/* Of other statements it makes one that counts nothing. */
	gone = stood_of(r, st->party, st->u.voiding.voids);
	if (gone == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	forget(r, gone);
	return 0;
}

int wb_cmd_replay(struct wb_cli *cli)
{
	struct run *r = calloc(1, sizeof(*r));
	struct wb_records records = {.cli = cli, .each = on_record, .ctx = r};
	int rc;

	if (r == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	r->out.cli = cli;
	rc = wb_what_if_load(cli, &r->w);
	if (rc == 0 && wb_replay_new(&r->w, &r->replay) != 0)
		rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	if (rc == 0)
		rc = wb_records_run(&records);
	if (rc == 0)
		rc = wb_what_if_found(&r->w);
	wb_what_if_words(cli, r->out.under, sizeof(r->out.under));
	r->out.what = records.what;
	r->out.records = records.n;
	r->out.hidden = records.hidden;
	drop_replaced(&r->out);
	if (rc == 0)
		rc = wb_replay_report(&r->out);
	wb_replay_free(r->replay);
	wb_what_if_free(&r->w);
	free(r->out.change);
	tdestroy(r->stood, free);
	free(r);
	return rc;
}
