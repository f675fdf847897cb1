#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"
#include "core/held.h"

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

static bool names(const struct wb_exception *x,
		  const struct wb_exception_line *counter)
{
	for (size_t k = 0; k < x->n; k++)
		if (x->item[k].kind == counter->kind &&
		    wb_same(x->item[k].name, counter->name))
			return true;
	return false;
}

int64_t wb_path_counted(const struct wb_edition *ed, const struct wb_usage *use,
			const struct wb_exception_line *counter)
{
	int64_t sum = 0;

	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (names(&ed->exception[i], counter))
			sum += use->exception[i].x10;
	return sum;
}

/* --- which items an exception is open to ------------------------------ */

/* A line that stands in the way because of a setting alone, or not at all. */
static bool may_hold(const struct wb_facts *f,
		     const struct wb_exception_line *l)
{
	if (l->kind == WB_X_WHEN)
		return wb_rule_but_settings(f, &l->when) == WB_TRUE;
	if (l->kind == WB_X_UNLESS)
		return wb_rule_has_settings(&l->when) ||
		       wb_rule_holds(f, &l->when) == WB_FALSE;
	return true;
}

static bool holds(const struct wb_facts *f, const struct wb_exception_line *l)
{
	if (l->kind == WB_X_WHEN)
		return wb_rule_holds(f, &l->when) == WB_TRUE;
	if (l->kind == WB_X_UNLESS)
		return wb_rule_holds(f, &l->when) == WB_FALSE;
	return true;
}

static bool conditions_hold(const struct wb_facts *f,
			    const struct wb_exception *x)
{
	for (size_t k = 0; k < x->n; k++)
		if (!holds(f, &x->item[k]))
			return false;
	return true;
}

/* Whether settings alone keep the exception, which is not open, from being
 * so. */
static bool shut_by_settings(const struct wb_facts *f,
			     const struct wb_exception *x)
{
	bool settings = false;

	for (size_t k = 0; k < x->n; k++)
		settings |= wb_rule_has_settings(&x->item[k].when);
	for (size_t k = 0; k < x->n && settings; k++)
		settings = may_hold(f, &x->item[k]);
	return settings;
}

/* Tell the doubts of settings that open the exception, or close it. */
static void settings_told(const struct wb_facts *f,
			  const struct wb_exception *x, struct wb_decision *d)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if ((l->kind == WB_X_WHEN || l->kind == WB_X_UNLESS) &&
		    wb_rule_has_settings(&l->when) &&
		    wb_rule_but_settings(f, &l->when) == WB_TRUE)
			wb_rule_doubts(f, &l->when, d);
	}
}

static bool barred(const struct wb_facts *f, const struct wb_exception *x,
		   struct wb_decision *d)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind != WB_X_BARRED ||
		    !wb_facts_setting_on(f, l->setting) ||
		    wb_rule_holds(f, &l->when) == WB_FALSE)
			continue;
		wb_find_contested(d, "barred-exception",
				  f->edition->setting[l->setting].doubt,
				  l->citation,
				  "%s is barred for %s to destination %s in "
				  "this reading",
				  x->name, f->entry == NULL ? "" : f->entry,
				  f->shipment->destination);
		return true;
	}
	return false;
}

static bool counts_tpp(const struct wb_exception_line *l)
{
	return l->tpp_x10 > 0 || l->kind == WB_X_SHARE;
}

/* An exception that counts TPP takes no item whose TPP nobody knows. */
static bool countable(const struct wb_exception *x,
		      const struct wb_item_decision *item,
		      struct wb_decision *d)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (item->total_x10 >= 0 || !counts_tpp(l))
			continue;
		wb_find(d, "fact-missing", l->citation,
			"line %d: without its TPP, %s cannot count it",
			item->line, x->name);
		return false;
	}
	return true;
}

/* The paper that is missing, or NULL. */
static const struct wb_exception_line *
paper_missing(const struct wb_facts *f, const struct wb_exception *x)
{
	for (size_t k = 0; k < x->n; k++)
		if (x->item[k].kind == WB_X_NEEDS &&
		    !wb_paper_in_time(f, x->item[k].name, 0))
			return &x->item[k];
	return NULL;
}

static bool papers_there(const struct wb_facts *f, const struct wb_exception *x,
			 struct wb_decision *d)
{
	const struct wb_exception_line *l = paper_missing(f, x);

	if (l != NULL)
		wb_find(d, "paper-missing", l->citation,
			"%s needs the paper %s, dated no later than the export",
			x->name, l->name);
	return l == NULL;
}

const struct wb_profile *wb_path_charged(const struct wb_facts *f,
					 const struct wb_usage *use,
					 const struct wb_exception *x)
{
	const struct wb_setting *s = wb_facts_setting(f, WB_SET_OPERATOR);
	const struct wb_exception_line *l = line_of(x, WB_X_OPERATOR);

	if (f->shipment->charged_to == NULL || l == NULL ||
	    !use->charged.registered || use->charged.parent_unknown ||
	    (s != NULL && !wb_facts_on(f, WB_SET_OPERATOR)) ||
	    wb_rule_holds(f, &l->when) != WB_TRUE)
		return &use->consignee;
	return &use->charged;
}

/* Whose limit it is, and of which year, where either could be another. */
static void limit_doubts(const struct wb_facts *f, const struct wb_usage *use,
			 const struct wb_profile *charged,
			 const struct wb_exception_line *l,
			 struct wb_decision *d)
{
	const struct wb_setting *s = wb_facts_setting(f, WB_SET_OPERATOR);
	const struct wb_shipment *shipment = f->shipment;

	if (charged == &use->consignee && shipment->charged_to != NULL)
		wb_find_once(d, "not-charged", l->citation,
			     "%s is named as charged; the limit of %s is",
			     shipment->charged_to, use->consignee.id);
	if (charged != &use->consignee && s != NULL && s->doubt[0] != '\0')
		wb_find_doubt(d, s->doubt, l->citation,
			      "the limit for %s is charged, as declared, not "
			      "that for %s",
			      charged->id, use->consignee.id);
	s = wb_facts_setting(f, WB_SET_RECEIPT);
	if (s != NULL && s->doubt[0] != '\0' &&
	    shipment->arrival != WB_DATE_NONE &&
	    wb_date_year(shipment->arrival) != use->export_year)
		wb_find_doubt(d, s->doubt, l->citation,
			      "exported in one year and received in another: "
			      "the limit of %d is charged",
			      use->year);
}

static void limit_key(char key[WB_STATE_KEY_MAX + 1], const struct wb_facts *f,
		      const struct wb_usage *use, const struct wb_exception *x,
		      const struct wb_exception_line *l)
{
	wb_state_key(key, "%s/%s/%d", l->name,
		     wb_path_charged(f, use, x)->parent, use->year);
}

static int within_limit(const struct wb_state *state, const struct wb_facts *f,
			struct wb_usage *use, size_t i, int64_t asked_x10,
			struct wb_decision *d, bool *ret)
{
	const struct wb_exception *x = &f->edition->exception[i];
	const struct wb_exception_line *l = line_of(x, WB_X_LIMIT);
	const struct wb_profile *charged = wb_path_charged(f, use, x);
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX], b[WB_AMOUNT_MAX];
	int64_t before, sum;
	int rc;

	*ret = true;
	if (l == NULL)
		return 0;
	limit_key(key, f, use, x, l);
	rc = wb_counter_read(state, d, key, &before);
	if (rc != 0)
		return rc;
	use->exception[i].limited = true;
	use->exception[i].before_x10 = before;
	use->exception[i].asked_x10 = asked_x10;
	sum = before + wb_path_counted(f->edition, use, l) + asked_x10;
	wb_facts_near(f, sum, l->tpp_x10);
	*ret = sum <= l->tpp_x10;
	limit_doubts(f, use, charged, l, d);
	/* The counter is shared: its value stays out of the judgement. */
	if (!*ret)
		wb_find(d, "limit-exceeded", l->citation,
			"%s: with %s TPP more, the limit of %s TPP for the "
			"ultimate parent of %s in %d would be exceeded",
			x->name, wb_amount(asked_x10, a),
			wb_amount(l->tpp_x10, b), charged->id, use->year);
	return 0;
}

static void take(const struct wb_facts *f, struct wb_usage *use, size_t i,
		 size_t item_at, struct wb_decision *d)
{
	const struct wb_exception *x = &f->edition->exception[i];
	struct wb_item_decision *item = &d->item[item_at];

	use->path[item_at] = (int)i;
	use->exception[i].used = true;
	if (item->total_x10 > 0)
		use->exception[i].x10 += item->total_x10;
	wb_copy(item->path, sizeof(item->path), x->as);
	wb_copy(item->path_citation, sizeof(item->path_citation), x->citation);
	item->verdict = WB_CLEAR;
	settings_told(f, x, d);
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_BARRED &&
		    wb_rule_holds(f, &l->when) == WB_TRUE)
			wb_find_contested(
				d, "contested-exception",
				f->edition->setting[l->setting].doubt,
				l->citation,
				"%s is used for %s to destination %s, which "
				"another reading bars",
				x->name, f->entry == NULL ? "" : f->entry,
				f->shipment->destination);
	}
}

/* Whether the exception would do, if it were not for its settings. */
static int would_do(const struct wb_state *state, const struct wb_facts *f,
		    const struct wb_usage *use, const struct wb_exception *x,
		    int64_t asked_x10, struct wb_decision *d, bool *ret)
{
	const struct wb_exception_line *l = line_of(x, WB_X_LIMIT);
	char key[WB_STATE_KEY_MAX + 1];
	int64_t before;
	int rc;

	*ret = paper_missing(f, x) == NULL;
	if (!*ret || l == NULL)
		return 0;
	limit_key(key, f, use, x, l);
	rc = wb_counter_read(state, d, key, &before);
	if (rc == 0)
		*ret = before + wb_path_counted(f->edition, use, l) +
			       asked_x10 <=
		       l->tpp_x10;
	return rc;
}

/* An exception that would be open, or would not, if it were known whether the
 * item is marketed for data centres. */
static void marketing_told(const struct wb_facts *f,
			   const struct wb_exception *x, struct wb_decision *d)
{
	const struct wb_setting *s = wb_facts_setting(f, WB_SET_MARKETED);
	struct wb_facts other;

	if (!f->marketing_unknown || s == NULL || s->doubt[0] == '\0')
		return;
	other = *f;
	other.datacenter = f->datacenter < 0 ? 0 : -1;
	if (conditions_hold(&other, x) != conditions_hold(f, x))
		wb_find_doubt(d, s->doubt, x->citation,
			      "nobody knows whether it is marketed for data "
			      "centres, and %s hinges on that",
			      x->name);
}

/* An exception that settings alone close to items is told if it would do;
 * held[k] says whether its conditions hold of item k. */
static int try_settings(const struct wb_state *state, const struct wb_facts f[],
			const struct wb_usage *use,
			const struct wb_exception *x, const bool held[],
			struct wb_decision *d)
{
	const struct wb_facts *first = NULL;
	int64_t asked_x10 = 0;
	bool would = false;
	int rc;

	for (size_t k = 0; k < d->n_items; k++) {
		if (!wb_item_waits(use, d, k) || held[k] ||
		    !shut_by_settings(&f[k], x))
			continue;
		if (first == NULL)
			first = &f[k];
		if (d->item[k].total_x10 > 0)
			asked_x10 += d->item[k].total_x10;
	}
	if (first == NULL)
		return 0;
	rc = would_do(state, first, use, x, asked_x10, d, &would);
	if (rc == 0 && would)
		settings_told(first, x, d);
	return rc;
}

/* Let exception i take the items that wait and are open to it. */
static int try_exception(const struct wb_state *state,
			 const struct wb_facts f[], struct wb_usage *use,
			 size_t i, struct wb_decision *d)
{
	const struct wb_exception *x = &f[0].edition->exception[i];
	bool held[WB_ITEMS_MAX], open[WB_ITEMS_MAX], any = false, fits;
	int64_t asked_x10 = 0;
	int rc;

	for (size_t k = 0; k < d->n_items; k++) {
		const struct wb_item_decision *item = &d->item[k];

		if (wb_item_waits(use, d, k))
			marketing_told(&f[k], x, d);
		held[k] = wb_item_waits(use, d, k) && conditions_hold(&f[k], x);
		open[k] = held[k] && !barred(&f[k], x, d) &&
			  countable(x, item, d);
		any |= open[k];
		if (open[k] && item->total_x10 > 0)
			asked_x10 += item->total_x10;
	}
	rc = try_settings(state, f, use, x, held, d);
	if (rc != 0 || !any || !papers_there(&f[0], x, d))
		return rc;
	rc = wb_veu_allows(state, &f[0], use, x, asked_x10, d, &fits);
	if (rc == 0 && fits)
		rc = within_limit(state, &f[0], use, i, asked_x10, d, &fits);
	if (rc != 0 || !fits)
		return rc;
	for (size_t k = 0; k < d->n_items; k++)
		if (open[k])
			take(&f[k], use, i, k, d);
	return 0;
}

bool wb_item_waits(const struct wb_usage *use, const struct wb_decision *d,
		   size_t k)
{
	return d->item[k].licence_required && use->path[k] == WB_PATH_NONE;
}

static bool any_waits(const struct wb_usage *use, const struct wb_decision *d)
{
	for (size_t k = 0; k < d->n_items; k++)
		if (wb_item_waits(use, d, k))
			return true;
	return false;
}

int wb_paths_choose(const struct wb_state *state, struct wb_facts f[],
		    struct wb_usage *use, struct wb_decision *d)
{
	const struct wb_edition *ed = f[0].edition;
	const char *claim = f[0].shipment->authorization;
	size_t claimed = ed->n_exceptions;
	int rc = 0;

	if (wb_same(claim, "LICENCE") && any_waits(use, d))
		rc = wb_held_take(state, f, use, d);

	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (wb_same(ed->exception[i].name, claim))
			claimed = i;
	/* A counter needs to know whose it is. */
	if (use->consignee.registered && !use->consignee.parent_unknown) {
		if (rc == 0 && claimed < ed->n_exceptions)
			rc = try_exception(state, f, use, claimed, d);
		for (size_t i = 0; i < ed->n_exceptions && rc == 0; i++)
			if (i != claimed && any_waits(use, d))
				rc = try_exception(state, f, use, i, d);
	}
	for (size_t k = 0; k < d->n_items && rc == 0; k++)
		if (wb_item_waits(use, d, k) || use->path[k] == WB_PATH_LICENCE)
			rc = wb_review(state, &f[k], use, k, d);
	return rc;
}
