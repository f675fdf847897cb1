#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"

/*
 * review: how an application for the licence that an item needs would fare.
 * Nothing here is granted: allocations are looked at, not written.
 */

/* The country whose allocation counts: the destination's, or where that has
 * none the first headquarters' that has one (AMBIG-1). */
static const char *allocation_country(const struct wb_facts *f,
				      struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	const char *to = f->shipment->destination;

	if (a->except < 0 ||
	    !wb_set_holds(f->edition, a->except, f->countries, to, f->date))
		return to;
	for (size_t i = 0; i < f->n_headquarters; i++) {
		const char *other = f->headquarters[i];

		if (wb_set_holds(f->edition, a->except, f->countries, other,
				 f->date))
			continue;
		if (a->doubt[0] != '\0')
			wb_find_doubt(d, a->doubt, a->citation,
				      "%s has no allocation; that of the "
				      "headquarters' country %s counts",
				      to, other);
		return other;
	}
	return to;
}

/* What nobody knows the TPP of cannot be counted. */
static bool amount_known(const struct wb_item_decision *item,
			 const char *citation, struct wb_decision *d)
{
	if (item->total_x10 >= 0)
		return true;
	wb_find(d, "fact-missing", citation,
		"line %d: without its TPP, the allocation cannot count it",
		item->line);
	return false;
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
		wb_copy(use->allocation_country,
			sizeof(use->allocation_country),
			allocation_country(f, d));
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
	    use->year > a->last_year || !amount_known(item, a->citation, d)) {
		item->review = WB_REVIEW_CASE_BY_CASE;
		return 0;
	}
	rc = allocate(state, f, use, item, d, &fits);
	if (rc != 0)
		return rc;
	if (fits) {
		use->allocation_x10 += item->total_x10;
		item->review = WB_REVIEW_APPROVAL;
		wb_copy(item->path_citation, sizeof(item->path_citation),
			a->citation);
		return 0;
	}
	item->review = WB_REVIEW_POLICY_DENIAL;
	wb_copy(item->path_citation, sizeof(item->path_citation),
		a->beyond_citation);
	wb_find(d, "allocation-exceeded", a->beyond_citation,
		"with %s TPP more, the allocation of %s TPP for %s in %d to "
		"%d would be exceeded",
		wb_amount(item->total_x10, asked), wb_amount(a->tpp_x10, limit),
		use->allocation_country, a->first_year, a->last_year);
	return 0;
}

/* The first line that holds decides; *ret_unsure if nobody can tell whether
 * one before it does. */
static int review_policy(const struct wb_state *state, const struct wb_facts *f,
			 struct wb_usage *use, struct wb_item_decision *item,
			 struct wb_decision *d, bool *ret_unsure)
{
	for (size_t i = 0; i < f->edition->n_reviews; i++) {
		const struct wb_review_rule *r = &f->edition->review[i];
		enum wb_truth t = wb_rule_holds(f, &r->when);
		bool fits;
		int rc;

		*ret_unsure |= t == WB_UNKNOWN;
		if (t != WB_TRUE)
			continue;
		item->review = r->review;
		wb_copy(item->path_citation, sizeof(item->path_citation),
			r->when.citation);
		if (r->doubt[0] != '\0')
			wb_find_doubt(d, r->doubt, r->when.citation,
				      "%s under this reading%s",
				      wb_review_name(r->review),
				      r->debit ? "; the allocation of the "
						 "destination is debited all "
						 "the same"
					       : "");
		if (!r->debit || !f->edition->allocation.present ||
		    !amount_known(item, r->when.citation, d))
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

int wb_review(const struct wb_state *state, const struct wb_facts *f,
	      struct wb_usage *use, struct wb_item_decision *item,
	      struct wb_decision *d)
{
	bool unsure = false;
	int rc;

	wb_copy(item->path, sizeof(item->path), "LICENCE");
	rc = review_policy(state, f, use, item, d, &unsure);
	if (rc != 0)
		return rc;
	/* Who is not known to be entitled to it has no presumption. */
	if (unsure && item->review == WB_REVIEW_APPROVAL)
		item->review = WB_REVIEW_CASE_BY_CASE;
	item->verdict = verdict_of(item->review);
	wb_copy(item->review_text, sizeof(item->review_text),
		wb_review_name(item->review));
	wb_find(d, "licence-required", item->licence_citation,
		"line %d: %s needs a licence (%s) and none is held; review "
		"policy: %s",
		item->line, item->eccn, item->licence_rule,
		wb_review_name(item->review));
	return 0;
}

void wb_review_balance(const struct wb_facts *f, const struct wb_usage *use,
		       struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	struct wb_balance *b = &d->balance[d->n_balances];

	if (!use->allocated || d->n_balances == WB_BALANCES_MAX)
		return;
	wb_copy(b->counter, sizeof(b->counter), "alloc");
	wb_copy(b->of, sizeof(b->of), use->allocation_country);
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
