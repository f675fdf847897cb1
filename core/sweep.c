#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/due.h"
#include "core/flag.h"
#include "core/grants.h"
#include "core/provisional.h"
#include "core/sweep.h"
#include "waybill/text.h"

/*
 * sweep: flags that time alone triggers.  The ledger states "sweep, this day,
 * this part"; what is due by then follows from the state, so an auditor finds
 * the same.  A sweep takes as many items as one decision has room for and
 * leaves the others to the next part.  A shipment that is to be judged again
 * has a sweep of its own.
 */

#define SWEEP_ITEMS    1000                /* of one sweep: the others wait */
#define SWEEP_FINDINGS 100                 /* that it makes */
#define SWEEP_BYTES    ((size_t)256 << 10) /* of values read and written */
#define SWEEP_NEAR     16 /* reads to find the item of one that judges again */

static int take_name(struct wb_sweep_item *item, char ret[WB_ID_MAX + 1])
{
	return wb_slice_copy(wb_flag_field(&item->rest), ret, WB_ID_MAX + 1) ==
			       0
		       ? 0
		       : WB_ECORRUPT;
}

/* --- the sweep -------------------------------------------------------------
 */

static int next_item(struct wb_sweep_item *item, struct wb_due *due)
{
	int rc = wb_due_next(item->in->state, item->d, item->today, due,
			     &item->rest);

	if (rc != 0)
		return rc;
	item->kind = wb_flag_field(&item->rest);
	rc = take_name(item, item->a);
	return rc == 0 ? take_name(item, item->b) : rc;
}

static bool is_law(const struct wb_sweep_item *item)
{
	return wb_slice_is(item->kind, "law");
}

/* A shipment that the law of its day has left as it was is done with;
 * WB_ENOTFOUND for one that is to be judged again. */
static int ask_law(struct wb_sweep_item *item)
{
	struct wb_kept kept;
	bool changed;
	int rc = wb_provisional_look(item->in, item->d, item->a, item->b,
				     item->rest, &kept, &changed);

	if (rc == 0 && changed)
		return WB_ENOTFOUND;
	return rc == 0 ? wb_provisional_done(item->in, item->d, &kept,
					     item->today)
		       : rc;
}

/* One decision is shown to governments whole: what it finds concerns the same
 * countries. */
static bool same_scopes(const struct wb_decision *d,
			const struct wb_sweep_outcome *out)
{
	for (size_t i = 0; i < d->n_scopes; i++)
		if (strcmp(d->scope[i], out->scope[0]) != 0 &&
		    strcmp(d->scope[i], out->scope[1]) != 0)
			return false;
	for (size_t k = 0; k < 2; k++) {
		bool there = out->scope[k][0] == '\0';

		for (size_t i = 0; i < d->n_scopes; i++)
			there |= strcmp(d->scope[i], out->scope[k]) == 0;
		if (!there)
			return false;
	}
	return true;
}

static struct wb_seen *find(const struct wb_sweep_item *item,
			    const struct wb_sweep_outcome *out)
{
	struct wb_finding *f;

	if (out->p != NULL)
		return wb_flag_raise(item->d, out->p, out->value,
				     out->threshold, out->unit, "%s",
				     out->text);
	wb_find(item->d, out->code, "", "%s", out->text);
	f = &item->d->finding[item->d->n_findings - 1];
	f->seen = (struct wb_seen){
		.version = 1, .value = out->value, .unit = out->unit};
	return &f->seen;
}

static void tell(const struct wb_sweep_item *item,
		 const struct wb_sweep_outcome *out)
{
	struct wb_seen *seen = find(item, out);

	wb_scope_add(item->d, out->scope[0]);
	wb_scope_add(item->d, out->scope[1]);
	if (seen == NULL)
		return;
	snprintf(seen->party, sizeof(seen->party), "%s", item->a);
	snprintf(seen->id, sizeof(seen->id), "%s", item->b);
	wb_seen_rests_on(item->d, seen, out->key);
}

/* Whether the decision has room for another item. */
static bool room(const struct wb_decision *d, size_t asked)
{
	return asked < SWEEP_ITEMS && d->n_reads + 8 <= d->reads_max &&
	       d->n_writes + 8 <= WB_WRITES_MAX &&
	       d->n_findings < SWEEP_FINDINGS && d->arena_len < SWEEP_BYTES;
}

/* Take one item; WB_ENOTFOUND if it is for the next part. */
static int take(struct wb_sweep_item *item)
{
	struct wb_sweep_outcome out = {.again = WB_DATE_NONE};
	char kind[16];
	bool told;
	int rc;

	if (is_law(item))
		return ask_law(item);
	rc = wb_sweep_ask(item, &out);
	told = out.p != NULL || out.code != NULL;
	if (rc != 0)
		return rc;
	if (told && item->d->n_findings > 0 && !same_scopes(item->d, &out))
		return WB_ENOTFOUND;
	if (told)
		tell(item, &out);
	return wb_slice_copy(item->kind, kind, sizeof(kind)) != 0
		       ? WB_ECORRUPT
		       : wb_sweep_again(item->in, item->d, kind, item->a,
					item->b, out.again, out.again_days);
}

/* The item of a shipment that is judged again: what it comes to. */
static int judge_again(struct wb_sweep_item *item)
{
	struct wb_sweep_outcome out = {.value = 1, .unit = "editions"};
	struct wb_decision *d = item->d;
	struct wb_again new;
	struct wb_kept kept;
	bool changed;
	size_t n;
	int rc = wb_provisional_look(item->in, d, item->a, item->b, item->rest,
				     &kept, &changed);

	/* The first finding is kept free, however many others there are. */
	if (rc == 0) {
		wb_find(d, "law-changed", "", "%s", "");
		rc = wb_provisional_judge(item->in, d, &kept, &new);
	}
	if (rc != 0)
		return rc;
	wb_state_key(out.key, "ship/%s/%s", item->a, item->b);
	memcpy(out.scope[0], kept.ship.from, 3);
	memcpy(out.scope[1], kept.ship.destination, 3);
	out.code = new.code;
	snprintf(out.text, sizeof(out.text), "%s", new.text);
	n = d->n_findings;
	d->n_findings = 0;
	tell(item, &out);
	d->n_findings = n > 1 ? n : 1;
	return wb_provisional_done(item->in, d, &kept, item->today);
}

int wb_sweep(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_sweep *s = &in->statement->u.sweep;
	struct wb_due due;
	size_t asked = 0;
	int rc = wb_due_read(in->state, d, &due);

	if (rc != 0)
		return rc;
	d->flags = in->law->flags;
	due.swept = s->day;
	due.swept_part = s->part;
	rc = wb_due_write(d, &due);
	if (s->about_id == NULL)
		d->reads_max = WB_READS_ALL_MAX;
	while (rc == 0 && room(d, asked)) {
		struct wb_sweep_item item = {.in = in, .d = d, .today = s->day};

		rc = next_item(&item, &due);
		if (rc == 0)
			rc = s->about_id == NULL ? take(&item)
						 : judge_again(&item);
		if (rc != 0)
			break;
		due.done++;
		asked++;
		if (s->about_id != NULL)
			break;
	}
	if (rc != 0 && rc != WB_ENOTFOUND && rc != WB_ELIMIT)
		return rc;
	return wb_due_write(d, &due);
}

int wb_sweep_next(const struct wb_engine_input *in, struct wb_decision *d,
		  wb_date day, struct wb_sweep_next *ret)
{
	struct wb_sweep_item item = {.in = in, .d = d, .today = day};
	size_t before = d->n_reads;
	struct wb_kept kept;
	struct wb_due at;
	bool changed = false;
	int rc = wb_due_read(in->state, d, &at);

	ret->part = at.swept == day ? at.swept_part + 1 : 1;
	ret->party[0] = ret->id[0] = '\0';
	if (rc == 0)
		rc = next_item(&item, &at);
	/* Many months without an item: a sweep goes a part further. */
	if (rc == WB_ELIMIT || (rc == 0 && d->n_reads > before + SWEEP_NEAR))
		return 0;
	if (rc == 0 && is_law(&item))
		rc = wb_provisional_look(in, d, item.a, item.b, item.rest,
					 &kept, &changed);
	if (rc != 0 || !changed)
		return rc;
	snprintf(ret->party, sizeof(ret->party), "%s", item.a);
	snprintf(ret->id, sizeof(ret->id), "%s", item.b);
	return 0;
}

static bool same(const char *said, const char *is)
{
	return strcmp(said == NULL ? "" : said, is) == 0;
}

int wb_sweep_admit(const struct wb_engine_input *in, struct wb_decision *d,
		   struct wb_problem *problem)
{
	const struct wb_sweep *s = &in->statement->u.sweep;
	struct wb_sweep_next next;
	int rc;

	if (s->day != wb_time_date(in->time))
		return wb_refuse(problem, WB_P_VALUE, "/day",
				 "a sweep is of the day of its record");
	rc = wb_sweep_next(in, d, s->day, &next);
	if (rc == WB_ENOTFOUND)
		return wb_refuse(problem, WB_P_VALUE, "/day", "nothing is due");
	if (rc != 0)
		return rc;
	if (s->part != next.part)
		return wb_refuse(problem, WB_P_VALUE, "/part",
				 "the next part of the day is %lld",
				 (long long)next.part);
	if (!same(s->about_party, next.party) || !same(s->about_id, next.id))
		return wb_refuse(problem, WB_P_VALUE, "/about",
				 "%s%s%s is what is due", next.party,
				 next.id[0] == '\0' ? "more than one shipment"
						    : "/",
				 next.id);
	return 0;
}
