#include "waybill/replay.h"

#include <stdlib.h>
#include <string.h>

#include "core/audit_parts.h"
#include "core/book.h"
#include "waybill/text.h"

/*
 * replay: the law as the ledger has it grows in book; the one that judges is
 * made of it anew whenever it changes.
 */
struct wb_replay {
	struct wb_what_if none, *w;
	struct wb_book book;
	struct wb_law law; /* of w, in terms of book's */
	struct wb_memory memory;
	uint64_t seq;
	struct wb_decision *d;
};

/* --- factors as agreements ----------------------------------------------- */

/* The statement that an agreement with that country would be. */
static int agreement(const struct wb_what_if *w, size_t i, char *text,
		     size_t cap)
{
	struct wb_writer out;
	struct wb_slice s;
	int rc;

	wb_writer_init(&out, text, cap - 1);
	wb_write_fmt(
		&out,
		"{\"type\":\"agreement\",\"ledger\":\"example.org/what-if\","
		"\"party\":\"authority\",\"id\":\"what-if-%s\","
		"\"issued\":\"1970-01-01T00:00:00Z\","
		"\"government\":\"what-if-%s\",\"country\":\"%s\","
		"\"effective\":\"1970-01-01\",\"status\":\"in_force\","
		"\"commitments\":[\"align_controls\","
		"\"anti_smuggling\",\"no_military_cooperation\"],"
		"\"factor_percent\":%d}\n",
		w->factor[i].country, w->factor[i].country,
		w->factor[i].country, w->factor[i].percent);
	rc = wb_writer_end(&out, &s);
	if (rc == 0)
		text[s.len] = '\0';
	return rc;
}

int wb_what_if_factors(const struct wb_what_if *w, const struct wb_law *law,
		       const struct wb_state *state,
		       int (*put)(void *ctx, const char *key,
				  struct wb_slice value),
		       void *ctx, struct wb_problem *problem)
{
	struct wb_decision *d = malloc(sizeof(*d));
	char text[1024];
	int rc = d == NULL ? WB_ENOMEM : 0;

	for (size_t i = 0; i < w->n_factors && rc == 0; i++) {
		struct wb_statement st = {.json = NULL};
		struct wb_engine_input in = {law, &st, state, 0};

		rc = agreement(w, i, text, sizeof(text));
		if (rc == 0)
			rc = wb_statement_decode(wb_slice_str(text), NULL, &st,
						 problem);
		if (rc == 0) {
			wb_decision_init(d);
			rc = wb_classify(&in, d);
		}
		for (size_t k = 0; rc == 0 && k < d->n_writes; k++)
			rc = put(ctx, d->write[k].key, d->write[k].value);
		wb_statement_free(&st);
	}
	free(d);
	return rc;
}

static int put(void *ctx, const char *key, struct wb_slice value)
{
	struct wb_replay *r = ctx;

	return wb_memory_put(&r->memory, key, value, r->seq);
}

/* --- a ledger ------------------------------------------------------------ */

int wb_replay_new(struct wb_what_if *w, struct wb_replay **ret)
{
	struct wb_replay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return WB_ENOMEM;
	r->w = w == NULL ? &r->none : w;
	wb_book_init(&r->book);
	r->d = malloc(sizeof(*r->d));
	if (r->d == NULL) {
		wb_replay_free(r);
		return WB_ENOMEM;
	}
	*ret = r;
	return 0;
}

void wb_replay_free(struct wb_replay *r)
{
	if (r == NULL)
		return;
	wb_what_if_law_free(&r->law);
	wb_book_free(&r->book);
	wb_memory_free(&r->memory);
	free(r->d);
	free(r);
}

/* After what changes the law, or begins the ledger. */
static int adopt(struct wb_replay *r, const struct wb_statement *st,
		 wb_time time, struct wb_problem *problem)
{
	struct wb_state state = wb_memory_state(&r->memory);
	int rc;

	if (st->type != WB_GENESIS && st->type != WB_POLICY)
		return 0;
	rc = wb_book_adopt(&r->book, st, time);
	if (rc != 0)
		return rc;
	wb_what_if_law_free(&r->law);
	rc = wb_what_if_law(r->w, &r->book.law, &r->law);
	if (rc == 0 && st->type == WB_GENESIS)
		rc = wb_what_if_factors(r->w, &r->law, &state, put, r, problem);
	return rc;
}

/* Whether a factor says what this agreement would. */
static bool replaced(const struct wb_what_if *w, const struct wb_statement *st)
{
	for (size_t i = 0; i < w->n_factors; i++)
		if (st->type == WB_AGREEMENT &&
		    strcmp(st->u.agreement.country, w->factor[i].country) == 0)
			return true;
	return false;
}

int wb_replay_step(struct wb_replay *r, const struct wb_statement *st,
		   wb_time time, const struct wb_decision **ret_d,
		   struct wb_problem *problem)
{
	struct wb_state state = wb_memory_state(&r->memory);
	struct wb_engine_input in = {&r->law, st, &state, time};
	int rc;

	*ret_d = NULL;
	if (replaced(r->w, st))
		return 0;
	wb_decision_init(r->d);
	rc = wb_book_classify(&in, r->d);
	for (size_t i = 0; rc == 0 && i < r->d->n_writes; i++)
		rc = put(r, r->d->write[i].key, r->d->write[i].value);
	if (rc == 0)
		rc = adopt(r, st, time, problem);
	if (rc != 0)
		return rc;
	r->seq++;
	*ret_d = r->d;
	return 0;
}

int64_t wb_replay_counter(struct wb_replay *r, const char *key)
{
	struct wb_state state = wb_memory_state(&r->memory);
	struct wb_slice value;
	uint64_t seq, number;

	if (state.get(state.ctx, key, &value, &seq) != 0 ||
	    wb_parse_dec(value, &number) != 0)
		return 0;
	return (int64_t)number;
}
