#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"
#include "core/held.h"

/*
 * balances: notices, limits reached and counters, once every item of a
 * shipment has its path.  Only a clear verdict writes counters.
 */
static const struct wb_exception_line *line_of(const struct wb_exception *x,
					       enum wb_exception_line_kind kind)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->item[i].kind == kind)
			return &x->item[i];
	return NULL;
}

/* --- notices ---------------------------------------------------------------
 */

/* Whether an amount has come to a mark; the mark itself is in doubt. */
static bool comes_to(const struct wb_facts *f, int64_t x10,
		     const struct wb_exception_line *l, struct wb_decision *d)
{
	const struct wb_setting *s = wb_facts_setting(f, WB_SET_MORE);
	bool more = wb_facts_on(f, WB_SET_MORE);

	wb_facts_near(f, x10, l->tpp_x10);
	if (x10 == l->tpp_x10 && x10 > 0 && s != NULL && s->doubt[0] != '\0')
		wb_find_doubt(d, s->doubt, l->citation,
			      "the amount is exactly the one named; that %s",
			      more ? "is not enough here" : "is enough here");
	return l->tpp_x10 == 0 || x10 > l->tpp_x10 ||
	       (x10 == l->tpp_x10 && !more);
}

/* The calendar ends in 9999. */
static wb_date due(wb_date from, int32_t days)
{
	return days < WB_DATE_MAX - from ? from + days : WB_DATE_MAX;
}

/* Tell an item of a notice that is due; without it a fact is missing. */
static void notify(struct wb_item_decision *item,
		   const struct wb_exception_line *l, bool in_time)
{
	wb_copy(item->notice, sizeof(item->notice), l->text);
	if (!in_time)
		item->verdict = WB_REVIEW;
}

static void notices(const struct wb_facts *f, const struct wb_usage *use,
		    size_t i, struct wb_decision *d)
{
	const struct wb_exception *x = &f->edition->exception[i];
	char a[WB_AMOUNT_MAX], date[WB_DATE_TEXT + 1];
	bool in_time;

	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_AFTER) {
			wb_date_format(due(f->shipment->export_date, l->days),
				       date);
			wb_find(d, "after-export", l->citation, "%s: %s, by %s",
				x->name, l->text, date);
		}
		if (l->kind != WB_X_NOTICE ||
		    !comes_to(f, use->exception[i].x10, l, d))
			continue;
		in_time = wb_paper_in_time(f, l->name, l->days);
		for (size_t n = 0; n < d->n_items; n++)
			if (use->path[n] == (int)i)
				notify(&d->item[n], l, in_time);
		if (in_time)
			continue;
		wb_find(d, l->tpp_x10 > 0 ? "pre-notice" : "notice",
			l->citation,
			"%s: %s (the shipment's %s TPP under it); the paper "
			"%s is not there in time",
			x->name, l->text, wb_amount(use->exception[i].x10, a),
			l->name);
		if (d->verdict < WB_REVIEW)
			d->verdict = WB_REVIEW;
	}
}

/* --- counters --------------------------------------------------------------
 */

/* A cumulative amount that passes a mark. */
static int marker(const struct wb_state *state, const struct wb_facts *f,
		  const struct wb_usage *use, const struct wb_exception_line *l,
		  struct wb_decision *d)
{
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX];
	int64_t before, after;
	int rc;

	wb_state_key(key, "%s/%s", l->name, use->consignee.id);
	rc = wb_counter_read(state, d, key, &before);
	if (rc != 0)
		return rc;
	after = before + wb_path_counted(f->edition, use, l);
	if (after > before && comes_to(f, after, l, d) &&
	    (before < l->tpp_x10 || !comes_to(f, before, l, d)))
		wb_find(d, "marker", l->citation, "%s (mark %s TPP)", l->text,
			wb_amount(l->tpp_x10, a));
	return d->verdict == WB_CLEAR
		       ? wb_counter_charge(d, key, before, after - before)
		       : 0;
}

/* At the limit, or so near that nothing controlled fits any more. */
static void near_limit(const struct wb_facts *f, const struct wb_exception *x,
		       const struct wb_exception_line *l, int64_t after,
		       struct wb_decision *d)
{
	const struct wb_exception_line *told = line_of(x, WB_X_REACHED);
	const struct wb_exception_line *least = line_of(x, WB_X_EXHAUSTED);
	char a[WB_AMOUNT_MAX];
	int64_t left = l->tpp_x10 - after;

	if (least != NULL)
		wb_facts_near(f, after, l->tpp_x10 - least->tpp_x10);
	if (left == 0 && told != NULL)
		wb_find(d, "limit-reached", told->citation, "%s (%s TPP)",
			told->text, wb_amount(l->tpp_x10, a));
	if (left > 0 && least != NULL && left < least->tpp_x10)
		wb_find(d, "limit-exhausted", least->citation,
			"%s (less than %s TPP is left)", least->text,
			wb_amount(least->tpp_x10, a));
}

static int limit(const struct wb_facts *f, const struct wb_usage *use, size_t i,
		 const struct wb_exception_line *l, struct wb_decision *d)
{
	const struct wb_edition *ed = f->edition;
	const struct wb_profile *charged =
		wb_path_charged(f, use, &ed->exception[i]);
	int64_t before = use->exception[i].before_x10;
	int64_t after = before + wb_path_counted(ed, use, l);
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_balance *b = &d->balance[d->n_balances];

	if (use->exception[i].used)
		near_limit(f, &ed->exception[i], l, after, d);
	if (d->n_balances < WB_BALANCES_MAX) {
		wb_copy(b->counter, sizeof(b->counter), l->name);
		wb_copy(b->of, sizeof(b->of), charged->parent);
		snprintf(b->period, sizeof(b->period), "%d", use->year);
		b->own = false;
		b->units = false;
		b->limit_x10 = l->tpp_x10;
		b->before_x10 = before;
		b->asked_x10 = use->exception[i].asked_x10;
		b->after_x10 = d->verdict == WB_CLEAR ? after : before;
		b->granted_x10 = after;
		d->n_balances++;
	}
	if (d->verdict != WB_CLEAR || !use->exception[i].used)
		return 0;
	wb_state_key(key, "%s/%s/%d", l->name, charged->parent, use->year);
	return wb_counter_charge(d, key, before, after - before);
}

/* The counters that exception i names. */
static int counters(const struct wb_state *state, const struct wb_facts *f,
		    const struct wb_usage *use, size_t i, struct wb_decision *d)
{
	const struct wb_exception *x = &f->edition->exception[i];
	int rc = 0;

	for (size_t k = 0; k < x->n && rc == 0; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_LIMIT && use->exception[i].limited)
			rc = limit(f, use, i, l, d);
		else if (l->kind == WB_X_MARKER && use->exception[i].used)
			rc = marker(state, f, use, l, d);
	}
	return rc;
}

int wb_path_finish(const struct wb_state *state, const struct wb_facts *f,
		   struct wb_usage *use, struct wb_decision *d)
{
	const struct wb_edition *ed = f->edition;
	int rc = 0;

	/* Notices first: they may take away the verdict that counters need. */
	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (use->exception[i].used)
			notices(f, use, i, d);
	for (size_t i = 0; i < ed->n_exceptions && rc == 0; i++) {
		if (use->exception[i].used || use->exception[i].limited)
			rc = counters(state, f, use, i, d);
		if (rc == 0 && use->exception[i].used)
			rc = wb_veu_finish(state, f, use, i, d);
	}
	if (rc == 0)
		rc = wb_held_finish(use, d);
	return rc == 0 ? wb_review_finish(f, use, d) : rc;
}
