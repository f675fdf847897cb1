#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"

/*
 * paths: what satisfies a licence requirement.  The claimed exception is
 * tried first, then the edition's in text order; what none of them allows
 * needs a licence (review.c).
 *
 * An exception takes all the items that are open to it, or none of them: how
 * a shipment is divided into lines changes nothing.
 */

static const struct wb_exception_line *line_of(const struct wb_exception *x,
					       enum wb_exception_line_kind kind)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->item[i].kind == kind)
			return &x->item[i];
	return NULL;
}

/* A paper counts when it is dated no later than days before export, and is
 * there: somewhere on earth it is tomorrow already, nowhere the day after. */
static bool paper_in_time(const struct wb_facts *f, const char *kind,
			  int32_t days)
{
	const struct wb_shipment *s = f->shipment;
	const struct wb_paper *paper = wb_shipment_paper(s, kind);

	return paper != NULL && paper->date <= s->export_date - days &&
	       paper->date <= f->today + 1;
}

static bool names(const struct wb_exception *x,
		  const struct wb_exception_line *counter)
{
	for (size_t k = 0; k < x->n; k++)
		if (x->item[k].kind == counter->kind &&
		    strcmp(x->item[k].name, counter->name) == 0)
			return true;
	return false;
}

/* What the items use up of a counter, which several exceptions may name. */
static int64_t counted(const struct wb_edition *ed, const struct wb_usage *use,
		       const struct wb_exception_line *counter)
{
	int64_t sum = 0;

	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (names(&ed->exception[i], counter))
			sum += use->exception[i].x10;
	return sum;
}

/* --- which items an exception is open to ------------------------------ */

static bool conditions_hold(const struct wb_facts *f,
			    const struct wb_exception *x)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_WHEN &&
		    wb_rule_holds(f, &l->when) != WB_TRUE)
			return false;
		if (l->kind == WB_X_UNLESS &&
		    wb_rule_holds(f, &l->when) != WB_FALSE)
			return false;
	}
	return true;
}

static bool barred(const struct wb_facts *f, const struct wb_exception *x,
		   struct wb_decision *d)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind != WB_X_BARRED ||
		    !wb_setting_on(f->edition, l->setting, f->date) ||
		    wb_rule_holds(f, &l->when) == WB_FALSE)
			continue;
		wb_find_once(d, "barred-exception", l->citation,
			     "%s is barred for destination %s", x->name,
			     f->shipment->destination);
		return true;
	}
	return false;
}

/* An exception that counts TPP takes no item whose TPP nobody knows. */
static bool countable(const struct wb_exception *x,
		      const struct wb_item_decision *item,
		      struct wb_decision *d)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (item->total_x10 >= 0 || l->tpp_x10 == 0)
			continue;
		wb_find(d, "fact-missing", l->citation,
			"line %d: without its TPP, %s cannot count it",
			item->line, x->name);
		return false;
	}
	return true;
}

static bool papers_there(const struct wb_facts *f, const struct wb_exception *x,
			 struct wb_decision *d)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind != WB_X_NEEDS || paper_in_time(f, l->name, 0))
			continue;
		wb_find(d, "paper-missing", l->citation,
			"%s needs the paper %s, dated no later than the export",
			x->name, l->name);
		return false;
	}
	return true;
}

static int within_limit(const struct wb_state *state, const struct wb_facts *f,
			struct wb_usage *use, size_t i, int64_t asked_x10,
			struct wb_decision *d, bool *ret)
{
	const struct wb_exception *x = &f->edition->exception[i];
	const struct wb_exception_line *l = line_of(x, WB_X_LIMIT);
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX], b[WB_AMOUNT_MAX];
	int64_t before;
	int rc;

	*ret = true;
	if (l == NULL)
		return 0;
	wb_state_key(key, "%s/%s/%d", l->name, use->consignee.parent,
		     use->year);
	rc = wb_counter_read(state, d, key, &before);
	if (rc != 0)
		return rc;
	use->exception[i].limited = true;
	use->exception[i].before_x10 = before;
	use->exception[i].asked_x10 = asked_x10;
	*ret = before + counted(f->edition, use, l) + asked_x10 <= l->tpp_x10;
	/* The counter is shared: its value stays out of the judgement. */
	if (!*ret)
		wb_find(d, "limit-exceeded", l->citation,
			"%s: with %s TPP more, the limit of %s TPP for the "
			"ultimate parent of the consignee in %d would be "
			"exceeded",
			x->name, wb_amount(asked_x10, a),
			wb_amount(l->tpp_x10, b), use->year);
	return 0;
}

static void take(const struct wb_facts *f, struct wb_usage *use, size_t i,
		 struct wb_item_decision *item, struct wb_decision *d)
{
	const struct wb_exception *x = &f->edition->exception[i];

	use->exception[i].used = true;
	if (item->total_x10 > 0)
		use->exception[i].x10 += item->total_x10;
	wb_copy(item->path, sizeof(item->path), x->name);
	wb_copy(item->path_citation, sizeof(item->path_citation), x->citation);
	item->verdict = WB_CLEAR;
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_BARRED &&
		    wb_rule_holds(f, &l->when) == WB_TRUE)
			wb_find_once(d, "contested-exception", l->citation,
				     "%s is used for destination %s, which "
				     "another reading bars (%s)",
				     x->name, f->shipment->destination,
				     f->edition->setting[l->setting].doubt);
	}
}

/* Let exception i take the items that wait and are open to it. */
static int try_exception(const struct wb_state *state,
			 const struct wb_facts f[], struct wb_usage *use,
			 size_t i, struct wb_decision *d)
{
	const struct wb_exception *x = &f[0].edition->exception[i];
	bool open[WB_ITEMS_MAX] = {false}, any = false, fits;
	int64_t asked_x10 = 0;
	int rc;

	for (size_t k = 0; k < d->n_items; k++) {
		const struct wb_item_decision *item = &d->item[k];

		open[k] = wb_item_waits(item) && conditions_hold(&f[k], x) &&
			  !barred(&f[k], x, d) && countable(x, item, d);
		any |= open[k];
		if (open[k] && item->total_x10 > 0)
			asked_x10 += item->total_x10;
	}
	if (!any || !papers_there(&f[0], x, d))
		return 0;
	rc = within_limit(state, &f[0], use, i, asked_x10, d, &fits);
	if (rc != 0 || !fits)
		return rc;
	for (size_t k = 0; k < d->n_items; k++)
		if (open[k])
			take(&f[k], use, i, &d->item[k], d);
	return 0;
}

bool wb_item_waits(const struct wb_item_decision *item)
{
	return item->licence_required && item->path[0] == '\0';
}

int wb_paths_choose(const struct wb_state *state, const struct wb_facts f[],
		    struct wb_usage *use, struct wb_decision *d)
{
	const struct wb_edition *ed = f[0].edition;
	const char *claim = f[0].shipment->authorization;
	size_t claimed = ed->n_exceptions;
	int rc = 0;

	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (strcmp(ed->exception[i].name, claim) == 0)
			claimed = i;
	/* A counter needs to know whose it is. */
	if (use->consignee.registered && !use->consignee.parent_unknown) {
		if (claimed < ed->n_exceptions)
			rc = try_exception(state, f, use, claimed, d);
		for (size_t i = 0; i < ed->n_exceptions && rc == 0; i++)
			if (i != claimed)
				rc = try_exception(state, f, use, i, d);
	}
	for (size_t k = 0; k < d->n_items && rc == 0; k++)
		if (wb_item_waits(&d->item[k]))
			rc = wb_review(state, &f[k], use, &d->item[k], d);
	return rc;
}

/* --- once all items have a path ------------------------------------------- */

/* The calendar ends in 9999. */
static wb_date due(wb_date from, int32_t days)
{
	return days < WB_DATE_MAX - from ? from + days : WB_DATE_MAX;
}

/* Tell an item under exception x of a notice; without it a fact is missing. */
static void notify(struct wb_item_decision *item, const struct wb_exception *x,
		   const struct wb_exception_line *l, bool in_time)
{
	if (strcmp(item->path, x->name) != 0)
		return;
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
		    use->exception[i].x10 < l->tpp_x10)
			continue;
		in_time = paper_in_time(f, l->name, l->days);
		for (size_t n = 0; n < d->n_items; n++)
			notify(&d->item[n], x, l, in_time);
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

/* A cumulative amount that passes a mark; the mark itself counts as passed. */
static int marker(const struct wb_state *state, const struct wb_edition *ed,
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
	after = before + counted(ed, use, l);
	if (before < l->tpp_x10 && after >= l->tpp_x10)
		wb_find(d, "marker", l->citation, "%s (mark %s TPP)", l->text,
			wb_amount(l->tpp_x10, a));
	return d->verdict == WB_CLEAR
		       ? wb_counter_charge(d, key, before, after - before)
		       : 0;
}

static int limit(const struct wb_edition *ed, const struct wb_usage *use,
		 size_t i, const struct wb_exception_line *l,
		 struct wb_decision *d)
{
	const struct wb_exception *x = &ed->exception[i];
	const struct wb_exception_line *told = line_of(x, WB_X_REACHED);
	int64_t before = use->exception[i].before_x10;
	int64_t after = before + counted(ed, use, l);
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX];
	struct wb_balance *b = &d->balance[d->n_balances];

	if (use->exception[i].used && after == l->tpp_x10 && told != NULL)
		wb_find(d, "limit-reached", told->citation, "%s (%s TPP)",
			told->text, wb_amount(l->tpp_x10, a));
	if (d->n_balances < WB_BALANCES_MAX) {
		wb_copy(b->counter, sizeof(b->counter), l->name);
		wb_copy(b->of, sizeof(b->of), use->consignee.parent);
		snprintf(b->period, sizeof(b->period), "%d", use->year);
		b->own = false;
		b->limit_x10 = l->tpp_x10;
		b->before_x10 = before;
		b->asked_x10 = use->exception[i].asked_x10;
		b->after_x10 = d->verdict == WB_CLEAR ? after : before;
		b->granted_x10 = after;
		d->n_balances++;
	}
	if (d->verdict != WB_CLEAR || !use->exception[i].used)
		return 0;
	wb_state_key(key, "%s/%s/%d", l->name, use->consignee.parent,
		     use->year);
	return wb_counter_charge(d, key, before, after - before);
}

int wb_path_finish(const struct wb_state *state, const struct wb_facts *f,
		   struct wb_usage *use, struct wb_decision *d)
{
	const struct wb_edition *ed = f->edition;
	int rc;

	/* Notices first: they may take away the verdict that counters need. */
	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (use->exception[i].used)
			notices(f, use, i, d);
	for (size_t i = 0; i < ed->n_exceptions; i++) {
		const struct wb_exception *x = &ed->exception[i];

		for (size_t k = 0; k < x->n; k++) {
			const struct wb_exception_line *l = &x->item[k];

			rc = 0;
			if (l->kind == WB_X_LIMIT && use->exception[i].limited)
				rc = limit(ed, use, i, l, d);
			else if (l->kind == WB_X_MARKER &&
				 use->exception[i].used)
				rc = marker(state, ed, use, l, d);
			if (rc != 0)
				return rc;
		}
	}
	wb_review_balance(f, use, d);
	return 0;
}
