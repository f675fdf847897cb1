#include "client/rush.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/json.h"
#include "client/print.h"
#include "client/records.h"

/* A shipment as it stands, once corrections and voids are known. */
struct sent {
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
	char to[3];
	wb_date date;
	int64_t tpp_x10;
	bool gone; /* denied, or taken back */
};

struct run {
	struct wb_rush out;
	void *sent; /* tsearch(3) by party and id */
	wb_date earliest;
	int error;
};

/* --- what was sent ------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct sent *x = a, *y = b;
	int order = strcmp(x->party, y->party);

	return order != 0 ? order : strcmp(x->id, y->id);
}

/* The shipment of that name, made if it is not there; NULL without memory. */
static struct sent *sent_of(struct run *r, const char *party, const char *id)
{
	struct sent asked, *s, **at;

	snprintf(asked.party, sizeof(asked.party), "%s", party);
	snprintf(asked.id, sizeof(asked.id), "%s", id);
	at = tfind(&asked, &r->sent, by_name);
	if (at != NULL)
		return *at;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	memcpy(s->party, asked.party, sizeof(s->party));
	memcpy(s->id, asked.id, sizeof(s->id));
	if (tsearch(s, &r->sent, by_name) == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

/* Sum over the items of a judgement; what nobody knows is not counted. */
static int64_t total(const struct wb_value *judgement)
{
	const struct wb_value *list = wb_member(judgement, "items");
	uint64_t sum = 0, x10;

	for (const struct wb_value *i = list ? list->first : NULL; i != NULL;
	     i = i->next)
		if (wb_number(wb_member(i, "total_tpp_x10"), &x10) &&
		    x10 <= WB_INTEGER_MAX)
			sum += x10;
	return (int64_t)sum; /* at most 100 items */
}

static int take(struct run *r, const struct wb_shown_record *seen,
		const struct wb_shipment *s, const char *id)
{
	struct sent *sent = sent_of(r, seen->statement->party, id);
	struct wb_answer *judgement = NULL;
	const struct wb_value *top;

	if (sent == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	snprintf(sent->to, sizeof(sent->to), "%.2s", s->destination);
	sent->date = s->export_date;
	if (seen->judgement.len == 0)
		return 0;
	if (wb_answer_parse(seen->judgement, &judgement) != 0)
		return wb_fail(WB_EXIT_OTHER,
			       "the judgement of record %llu "
			       "cannot be read",
			       (unsigned long long)seen->seq);
	top = wb_answer_top(judgement);
	sent->tpp_x10 = total(top);
	sent->gone = strcmp(wb_string_of(top, "verdict"), "deny") == 0;
	wb_answer_free(judgement);
	return 0;
}

static int on_record(void *ctx, const struct wb_shown_record *seen)
{
	const struct wb_statement *st = seen->statement;
	struct run *r = ctx;
	struct sent *sent;

	if (st == NULL)
		return 0;
	if (st->type == WB_SHIPMENT)
		return take(r, seen, &st->u.shipment, st->id);
	if (st->type == WB_CORRECTION && st->u.correction.of == WB_SHIPMENT)
		return take(r, seen, &st->u.correction.shipment,
			    st->u.correction.corrects);
	if (st->type != WB_VOID)
		return 0;
	/* Of other statements it makes one that is gone anyway. */
	sent = sent_of(r, st->party, st->u.voiding.voids);
	if (sent == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	sent->gone = true;
	return 0;
}

/* --- weeks --------------------------------------------------------------- */

size_t wb_rush_slot(const struct wb_rush *r, int week)
{
	return (size_t)(week + r->weeks + WB_RUSH_BASE);
}

/* The slot of a day, or -1. */
static int slot_of(const struct wb_rush *r, wb_date date)
{
	int64_t days =
		(int64_t)date - r->day + (int64_t)7 * (r->weeks + WB_RUSH_BASE);

	if (days < 0 || days >= (int64_t)7 * (2 * r->weeks + WB_RUSH_BASE))
		return -1;
	return (int)(days / 7);
}

static void count(struct wb_rush_series *s, const struct sent *sent, int slot)
{
	s->shipments[slot]++;
	s->tpp_x10[slot] += sent->tpp_x10;
}

/* Names come in their order, so a new series is the last; destinations of one
 * exporter are few. */
static struct wb_rush_series *series_of(struct wb_rush *r,
					const struct sent *sent)
{
	struct wb_rush_series *s;

	for (size_t i = r->n; i > 0; i--) {
		s = &r->series[i - 1];
		if (strcmp(s->exporter, sent->party) != 0)
			break;
		if (strcmp(s->to, sent->to) == 0)
			return s;
	}
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 64 : 2 * r->cap;
		s = reallocarray(r->series, r->cap, sizeof(*s));
		if (s == NULL)
			return NULL;
		r->series = s;
	}
	s = &r->series[r->n++];
	memset(s, 0, sizeof(*s));
	memcpy(s->exporter, sent->party, sizeof(s->exporter));
	memcpy(s->to, sent->to, sizeof(s->to));
	return s;
}

static void on_sent(const void *node, VISIT visit, void *ctx)
{
	const struct sent *sent = *(const struct sent *const *)node;
	struct run *r = ctx;
	struct wb_rush_series *s;
	int slot;

	if ((visit != postorder && visit != leaf) || sent->gone)
		return;
	if (sent->date < r->earliest)
		r->earliest = sent->date;
	slot = slot_of(&r->out, sent->date);
	if (slot < 0)
		return;
	s = series_of(&r->out, sent);
	if (s == NULL) {
		r->error = WB_ENOMEM;
		return;
	}
	count(s, sent, slot);
	count(&r->out.all, sent, slot);
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Of two in the middle, what lies between them. */
static int64_t median(int64_t v[], size_t n)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof(*v), by_number);
	return n % 2 == 1 ? v[n / 2]
			  : v[n / 2 - 1] + (v[n / 2] - v[n / 2 - 1]) / 2;
}

/* The first of the weeks that a usual one is told from. */
static size_t base_of(const struct wb_rush *r, size_t slot)
{
	size_t from = slot - WB_RUSH_BASE;

	if (from < r->first)
		from = r->first;
	return from < slot ? from : slot;
}

uint64_t wb_rush_usual_shipments(const struct wb_rush *r,
				 const struct wb_rush_series *s, size_t slot)
{
	int64_t v[WB_RUSH_BASE];
	size_t n = 0;

	for (size_t i = base_of(r, slot); i < slot; i++)
		v[n++] = (int64_t)s->shipments[i];
	return (uint64_t)median(v, n);
}

int64_t wb_rush_usual_tpp(const struct wb_rush *r,
			  const struct wb_rush_series *s, size_t slot)
{
	int64_t v[WB_RUSH_BASE];
	size_t n = 0;

	for (size_t i = base_of(r, slot); i < slot; i++)
		v[n++] = s->tpp_x10[i];
	return median(v, n);
}

/* Exporters come in their order; their destinations are put in theirs. */
static int by_series(const void *a, const void *b)
{
	const struct wb_rush_series *x = a, *y = b;
	int order = strcmp(x->exporter, y->exporter);

	return order != 0 ? order : strcmp(x->to, y->to);
}

/* --- the command --------------------------------------------------------- */

static int settings(struct wb_rush *r)
{
	const char *date;
	uint64_t weeks;
	int rc = wb_opt_need(&r->cli->opt, WB_OPT_DATE, &date);

	if (rc == 0 && wb_date_parse(wb_slice_str(date), &r->day) != 0)
		rc = wb_fail(WB_EXIT_USAGE,
			     "--date is written 2025-05-15, not '%s'", date);
	if (rc == 0 && (r->day < 7 * WB_RUSH_SLOTS ||
			r->day > WB_DATE_MAX - 7 * WB_RUSH_SLOTS))
		rc = wb_fail(WB_EXIT_USAGE, "--date %s is too far off", date);
	if (rc == 0)
		rc = wb_opt_number(&r->cli->opt, WB_OPT_WEEKS, 1,
				   WB_RUSH_WEEKS_MAX, 8, &weeks);
	if (rc == 0)
		r->weeks = (int)weeks;
	return rc;
}

int wb_cmd_rush(struct wb_cli *cli)
{
	struct run *r = calloc(1, sizeof(*r));
	struct wb_records records = {.cli = cli, .each = on_record, .ctx = r};
	int rc;

	if (r == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	r->out.cli = cli;
	rc = settings(&r->out);
	if (rc == 0)
		rc = wb_records_run(&records);
	r->out.what = records.what;
	r->out.hidden = records.hidden;
	if (rc == 0) {
		r->earliest = INT32_MAX;
		twalk_r(r->sent, on_sent, r);
		if (slot_of(&r->out, r->earliest) > 0)
			r->out.first = (size_t)slot_of(&r->out, r->earliest);
		if (r->out.n > 0)
			qsort(r->out.series, r->out.n, sizeof(*r->out.series),
			      by_series);
		rc = r->error == 0 ? wb_rush_report(&r->out)
				   : wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	tdestroy(r->sent, free);
	free(r->out.series);
	free(r);
	return rc;
}
