#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/decide.h"

/*
 * paths: what satisfies a licence requirement.  The claimed exception is
 * tried first, then the edition's in text order; what none of them allows
 * needs a licence, and the review policy says how an application fares.
 */

static void text(char *out, size_t cap, const char *s)
{
	snprintf(out, cap, "%s", s);
}

static const struct wb_exception_line *line_of(const struct wb_exception *x,
					       enum wb_exception_line_kind kind)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->item[i].kind == kind)
			return &x->item[i];
	return NULL;
}

/* A paper counts when it is dated no later than days before export. */
static bool paper_in_time(const struct wb_shipment *s, const char *kind,
			  int32_t days)
{
	const struct wb_paper *paper = wb_shipment_paper(s, kind);

	return paper != NULL && paper->date <= s->export_date - days;
}

static int limit_allows(const struct wb_state *state, const struct wb_facts *f,
			struct wb_usage *use, size_t i,
			const struct wb_exception_line *l, int64_t asked_x10,
			struct wb_decision *d, bool *ret)
{
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX], b[WB_AMOUNT_MAX];
	int64_t before;
	int rc;

	wb_state_key(key, "%s/%s/%d", l->name, use->consignee.parent,
		     use->year);
	rc = wb_counter_read(state, d, key, &before);
	if (rc != 0)
		return rc;
	use->exception[i].limited = true;
	use->exception[i].before_x10 = before;
	use->exception[i].asked_x10 += asked_x10;
	*ret = before + use->exception[i].x10 + asked_x10 <= l->tpp_x10;
	/* The counter is shared: its value stays out of the judgement. */
	if (!*ret)
		wb_find(d, "limit-exceeded", l->citation,
			"%s: with %s TPP more, the limit of %s TPP for the "
			"ultimate parent of the consignee in %d would be "
			"exceeded",
			f->edition->exception[i].name, wb_amount(asked_x10, a),
			wb_amount(l->tpp_x10, b), use->year);
	return 0;
}

/* Whether exception i is open to this item; says why where that helps. */
static int available(const struct wb_state *state, const struct wb_facts *f,
		     struct wb_usage *use, size_t i,
		     const struct wb_item_decision *item, struct wb_decision *d,
		     bool *ret)
{
	const struct wb_exception *x = &f->edition->exception[i];

	*ret = false;
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_WHEN &&
		    wb_rule_holds(f, &l->when) != WB_TRUE)
			return 0;
		if (l->kind == WB_X_UNLESS &&
		    wb_rule_holds(f, &l->when) != WB_FALSE)
			return 0;
	}
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_BARRED &&
		    f->edition->setting[l->setting].on &&
		    wb_rule_holds(f, &l->when) != WB_FALSE) {
			wb_find_once(d, "barred-exception", l->citation,
				     "%s is barred for destination %s", x->name,
				     f->shipment->destination);
			return 0;
		}
		if (l->kind == WB_X_NEEDS &&
		    !paper_in_time(f->shipment, l->name, 0)) {
			wb_find(d, "paper-missing", l->citation,
				"%s needs the paper %s, dated no later than "
				"the export",
				x->name, l->name);
			return 0;
		}
	}
	for (size_t k = 0; k < x->n; k++) {
		bool fits;
		int rc;

		if (x->item[k].kind != WB_X_LIMIT)
			continue;
		rc = limit_allows(state, f, use, i, &x->item[k],
				  item->total_x10, d, &fits);
		if (rc != 0 || !fits)
			return rc;
	}
	*ret = true;
	return 0;
}

static void take(const struct wb_facts *f, struct wb_usage *use, size_t i,
		 struct wb_item_decision *item, struct wb_decision *d)
{
	const struct wb_exception *x = &f->edition->exception[i];

	use->exception[i].used = true;
	use->exception[i].x10 += item->total_x10;
	text(item->path, sizeof(item->path), x->name);
	text(item->path_citation, sizeof(item->path_citation), x->citation);
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

/* --- the licence path ----------------------------------------------------- */

/* The country whose allocation counts: the destination's, or where that has
 * none the headquarters' (AMBIG-1). */
static const char *allocation_country(const struct wb_facts *f,
				      const struct wb_usage *use,
				      struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	const char *to = f->shipment->destination;

	if (a->except < 0 || !use->consignee.registered ||
	    !wb_set_holds(f->edition, a->except, f->countries, to, f->date))
		return to;
	if (a->doubt[0] != '\0')
		wb_find_doubt(d, a->doubt, a->citation,
			      "%s has no allocation; that of the "
			      "headquarters' country %s counts",
			      to, use->consignee.headquarters);
	return use->consignee.headquarters;
}

/* Count the item against the allocation; *ret_fits if it stays within. */
static int allocate(const struct wb_state *state, const struct wb_facts *f,
		    struct wb_usage *use, const struct wb_item_decision *item,
		    struct wb_decision *d, bool *ret_fits)
{
	const struct wb_allocation *a = &f->edition->allocation;
	char key[WB_STATE_KEY_MAX + 1];
	int64_t sum;
	int rc;

	if (!use->allocated) {
		text(use->allocation_country, sizeof(use->allocation_country),
		     allocation_country(f, use, d));
		wb_state_key(key, "alloc/%s", use->allocation_country);
		rc = wb_counter_read(state, d, key,
				     &use->allocation_before_x10);
		if (rc != 0)
			return rc;
		use->allocated = true;
	}
	use->allocation_asked_x10 += item->total_x10;
	sum = use->allocation_before_x10 + use->allocation_x10 +
	      item->total_x10;
	*ret_fits = sum <= a->tpp_x10;
	return 0;
}

static int review_by_allocation(const struct wb_state *state,
				const struct wb_facts *f, struct wb_usage *use,
				struct wb_item_decision *item,
				struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	char asked[WB_AMOUNT_MAX], limit[WB_AMOUNT_MAX];
	bool fits;
	int rc;

	if (!a->present || use->year < a->first_year ||
	    use->year > a->last_year) {
		item->review = WB_REVIEW_CASE_BY_CASE;
		return 0;
	}
	rc = allocate(state, f, use, item, d, &fits);
	if (rc != 0)
		return rc;
	if (fits) {
		use->allocation_x10 += item->total_x10;
		item->review = WB_REVIEW_APPROVAL;
		text(item->path_citation, sizeof(item->path_citation),
		     a->citation);
		return 0;
	}
	item->review = WB_REVIEW_POLICY_DENIAL;
	text(item->path_citation, sizeof(item->path_citation),
	     a->beyond_citation);
	wb_find(d, "allocation-exceeded", a->beyond_citation,
		"with %s TPP more, the allocation of %s TPP for %s in %d to "
		"%d would be exceeded",
		wb_amount(item->total_x10, asked), wb_amount(a->tpp_x10, limit),
		use->allocation_country, a->first_year, a->last_year);
	return 0;
}

static int review_policy(const struct wb_state *state, const struct wb_facts *f,
			 struct wb_usage *use, struct wb_item_decision *item,
			 struct wb_decision *d)
{
	for (size_t i = 0; i < f->edition->n_reviews; i++) {
		const struct wb_review_rule *r = &f->edition->review[i];
		bool fits;
		int rc;

		if (wb_rule_holds(f, &r->when) != WB_TRUE)
			continue;
		item->review = r->review;
		text(item->path_citation, sizeof(item->path_citation),
		     r->when.citation);
		if (r->doubt[0] != '\0')
			wb_find_doubt(d, r->doubt, r->when.citation,
				      "%s under this reading%s",
				      wb_review_name(r->review),
				      r->debit ? "; the allocation of the "
						 "destination is debited all "
						 "the same"
					       : "");
		if (!r->debit || !f->edition->allocation.present)
			return 0;
		rc = allocate(state, f, use, item, d, &fits);
		if (rc == 0)
			use->allocation_x10 += item->total_x10;
		return rc;
	}
	return review_by_allocation(state, f, use, item, d);
}

static enum wb_verdict verdict_of(enum wb_review review)
{
	switch (review) {
	case WB_REVIEW_APPROVAL:
	case WB_REVIEW_CASE_BY_CASE:
	case WB_REVIEW_UNPUBLISHED:
		return WB_REVIEW;
	case WB_REVIEW_PRESUMED_DENIAL:
	case WB_REVIEW_POLICY_DENIAL:
		return WB_DENY;
	case WB_REVIEW_NONE:
	case WB_REVIEWS:
		break;
	}
	assert(!"a licence has a review policy");
	return WB_DENY;
}

int wb_path_choose(const struct wb_state *state, struct wb_facts *f,
		   struct wb_usage *use, struct wb_item_decision *item,
		   struct wb_decision *d)
{
	const struct wb_edition *ed = f->edition;
	size_t claimed = ed->n_exceptions;
	bool ok = false;
	int rc;

	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (strcmp(ed->exception[i].name, f->shipment->authorization) ==
		    0)
			claimed = i;
	for (size_t k = 0; k <= ed->n_exceptions && use->consignee.registered;
	     k++) {
		size_t i = k == 0 ? claimed : k - 1;

		if (i == ed->n_exceptions || (k > 0 && i == claimed))
			continue;
		rc = available(state, f, use, i, item, d, &ok);
		if (rc != 0)
			return rc;
		if (!ok)
			continue;
		take(f, use, i, item, d);
		return 0;
	}
	text(item->path, sizeof(item->path), "LICENCE");
	rc = review_policy(state, f, use, item, d);
	if (rc != 0)
		return rc;
	item->verdict = verdict_of(item->review);
	wb_find(d, "licence-required", item->licence_citation,
		"line %d: %s needs a licence (%s) and none is held; review "
		"policy: %s",
		item->line, item->eccn, item->licence_rule,
		wb_review_name(item->review));
	return 0;
}

/* --- once all items have a path ------------------------------------------- */

/* Tell an item under exception x of a notice; without it a fact is missing. */
static void notify(struct wb_item_decision *item, const struct wb_exception *x,
		   const struct wb_exception_line *l, bool in_time)
{
	if (strcmp(item->path, x->name) != 0)
		return;
	text(item->notice, sizeof(item->notice), l->text);
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
			wb_date_format(f->shipment->export_date + l->days,
				       date);
			wb_find(d, "after-export", l->citation, "%s: %s, by %s",
				x->name, l->text, date);
		}
		if (l->kind != WB_X_NOTICE ||
		    use->exception[i].x10 < l->tpp_x10)
			continue;
		in_time = paper_in_time(f->shipment, l->name, l->days);
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
static int marker(const struct wb_state *state, const struct wb_usage *use,
		  size_t i, const struct wb_exception_line *l,
		  struct wb_decision *d)
{
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX];
	int64_t before, after;
	int rc;

	wb_state_key(key, "%s/%s", l->name, use->consignee.id);
	rc = wb_counter_read(state, d, key, &before);
	if (rc != 0)
		return rc;
	after = before + use->exception[i].x10;
	if (after > WB_INTEGER_MAX)
		after = WB_INTEGER_MAX;
	if (before < l->tpp_x10 && after >= l->tpp_x10)
		wb_find(d, "marker", l->citation, "%s (mark %s TPP)", l->text,
			wb_amount(l->tpp_x10, a));
	return d->verdict == WB_CLEAR ? wb_counter_write(d, key, after) : 0;
}

static int limit(const struct wb_usage *use, size_t i,
		 const struct wb_exception *x,
		 const struct wb_exception_line *l, struct wb_decision *d)
{
	const struct wb_exception_line *told = line_of(x, WB_X_REACHED);
	int64_t before = use->exception[i].before_x10;
	int64_t after = before + use->exception[i].x10;
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX];
	struct wb_balance *b = &d->balance[d->n_balances];

	if (use->exception[i].used && after == l->tpp_x10 && told != NULL)
		wb_find(d, "limit-reached", told->citation, "%s (%s TPP)",
			told->text, wb_amount(l->tpp_x10, a));
	if (d->n_balances < WB_BALANCES_MAX) {
		text(b->counter, sizeof(b->counter), l->name);
		text(b->of, sizeof(b->of), use->consignee.parent);
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
	return wb_counter_write(d, key, after);
}

static void allocation_balance(const struct wb_facts *f,
			       const struct wb_usage *use,
			       struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	struct wb_balance *b = &d->balance[d->n_balances];

	if (!use->allocated || d->n_balances == WB_BALANCES_MAX)
		return;
	text(b->counter, sizeof(b->counter), "alloc");
	text(b->of, sizeof(b->of), use->allocation_country);
	snprintf(b->period, sizeof(b->period), "%d-%d", a->first_year,
		 a->last_year);
	b->own = false;
	b->limit_x10 = a->tpp_x10;
	b->before_x10 = use->allocation_before_x10;
	b->asked_x10 = use->allocation_asked_x10;
	b->after_x10 = b->before_x10;
	b->granted_x10 = b->before_x10 + use->allocation_x10;
	d->n_balances++;
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
				rc = limit(use, i, x, l, d);
			else if (l->kind == WB_X_MARKER &&
				 use->exception[i].used)
				rc = marker(state, use, i, l, d);
			if (rc != 0)
				return rc;
		}
	}
	allocation_balance(f, use, d);
	return 0;
}
