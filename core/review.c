#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"
#include "core/held.h"

/*
 * review: how an application for the licence that an item needs would fare,
 * or did fare where the licence is held: only then is the allocation written.
 */

/* The country whose allocation counts: the destination's, or where that has
 * none the first headquarters' that has one (AMBIG-1). */
static const char *allocation_country(const struct wb_facts *f,
				      struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	const char *to = f->shipment->destination;

	if (a->except < 0 || !wb_facts_set_holds(f, a->except, to))
		return to;
	for (size_t i = 0; i < f->n_headquarters; i++) {
		const char *other = f->headquarters[i];

		if (wb_facts_set_holds(f, a->except, other))
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

/* The allocation of a country by its agreement, in tenths; -1: no limit. */
static int limit_of(const struct wb_facts *f, const char *country,
		    int64_t *ret_x10)
{
	const struct wb_allocation *a = &f->edition->allocation;
	int32_t percent = 100;
	__int128 x10;
	int rc;

	if (!a->present) {
		*ret_x10 = -1;
		return 0;
	}
	rc = a->factor ? wb_asked_factor(f, country, &percent) : 0;
	if (rc != 0)
		return rc;
	x10 = (__int128)a->tpp_x10 * percent / 100;
	*ret_x10 = x10 > WB_INTEGER_MAX ? WB_INTEGER_MAX : (int64_t)x10;
	return 0;
}

/* Count the item against the allocation; *ret_fits if it stays within. */
static int allocate(const struct wb_state *state, const struct wb_facts *f,
		    struct wb_usage *use, const struct wb_item_decision *item,
		    struct wb_decision *d, bool *ret_fits)
{
	char key[WB_STATE_KEY_MAX + 1];
	int64_t sum;
	int rc;

	if (!use->allocated) {
		wb_copy(use->allocation_country,
			sizeof(use->allocation_country),
			allocation_country(f, d));
		rc = limit_of(f, use->allocation_country,
			      &use->allocation_limit_x10);
		if (rc != 0)
			return rc;
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
	wb_facts_near(f, sum, use->allocation_limit_x10);
	*ret_fits = use->allocation_limit_x10 < 0 ||
		    sum <= use->allocation_limit_x10;
	return 0;
}

static void policy(struct wb_item_decision *item, enum wb_review review,
		   const char *as, const char *citation)
{
	item->review = review;
	wb_copy(item->review_text, sizeof(item->review_text),
		as == NULL ? wb_review_name(review) : as);
	if (citation != NULL)
		wb_copy(item->path_citation, sizeof(item->path_citation),
			citation);
}

static int review_by_allocation(const struct wb_state *state,
				const struct wb_facts *f, struct wb_usage *use,
				size_t k, struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	struct wb_item_decision *item = &d->item[k];
	char asked[WB_AMOUNT_MAX], limit[WB_AMOUNT_MAX];
	bool fits, held = use->path[k] == WB_PATH_LICENCE;
	int rc;

	if (!a->present || use->export_year < a->first_year ||
	    use->export_year > a->last_year ||
	    !amount_known(item, a->citation, d)) {
		policy(item, WB_REVIEW_CASE_BY_CASE, NULL, NULL);
		return 0;
	}
	rc = allocate(state, f, use, item, d, &fits);
	if (rc != 0)
		return rc;
	/* What is licensed counts, even past the allocation. */
	if (fits || held)
		use->allocation_x10 += item->total_x10;
	if (held)
		use->allocation_held_x10 += item->total_x10;
	if (fits) {
		policy(item, WB_REVIEW_APPROVAL, a->as, a->citation);
		return 0;
	}
	policy(item, WB_REVIEW_POLICY_DENIAL, NULL, a->beyond_citation);
	wb_find(d, "allocation-exceeded", a->beyond_citation,
		"with %s TPP more, the allocation of %s TPP for %s in %d to "
		"%d would be exceeded",
		wb_amount(item->total_x10, asked),
		wb_amount(use->allocation_limit_x10, limit),
		use->allocation_country, a->first_year, a->last_year);
	return 0;
}

/* A line of the review policy has decided. */
static int decided(const struct wb_state *state, const struct wb_facts *f,
		   struct wb_usage *use, const struct wb_review_rule *r,
		   size_t k, struct wb_decision *d)
{
	struct wb_item_decision *item = &d->item[k];
	bool fits;
	int rc;

	policy(item, r->review, r->as, r->when.citation);
	if (r->doubt[0] != '\0')
		wb_find_doubt(d, r->doubt, r->when.citation,
			      "%s under this reading%s", r->as,
			      r->debit ? "; the allocation of the destination "
					 "is debited all the same"
				       : "");
	if (!r->debit || !amount_known(item, r->when.citation, d))
		return 0;
	rc = allocate(state, f, use, item, d, &fits);
	if (rc != 0)
		return rc;
	use->allocation_x10 += item->total_x10;
	if (use->path[k] == WB_PATH_LICENCE)
		use->allocation_held_x10 += item->total_x10;
	return 0;
}

/* The first line that holds decides; *ret_unsure if nobody can tell whether
 * one before it does. */
static int review_policy(const struct wb_state *state, const struct wb_facts *f,
			 struct wb_usage *use, size_t k, struct wb_decision *d,
			 bool *ret_unsure)
{
	for (size_t i = 0; i < f->edition->n_reviews; i++) {
		const struct wb_review_rule *r = &f->edition->review[i];
		enum wb_truth t = wb_rule_holds(f, &r->when);

		wb_rule_io_doubt(f, &r->when, t, d);
		*ret_unsure |= t == WB_UNKNOWN;
		/* Its setting decided, whichever way it is turned. */
		if (t != WB_UNKNOWN && wb_rule_has_settings(&r->when) &&
		    wb_rule_but_settings(f, &r->when) == WB_TRUE)
			wb_rule_doubts(f, &r->when, d);
		if (t == WB_TRUE)
			return decided(state, f, use, r, k, d);
	}
	return review_by_allocation(state, f, use, k, d);
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

static const char *path_of(const struct wb_facts *f, const char *licence)
{
	for (size_t i = 0; i < f->edition->n_licences; i++)
		if (wb_same(f->edition->licence[i].name, licence))
			return f->edition->licence[i].as;
	return "LICENCE";
}

static void told(const struct wb_usage *use, size_t k, struct wb_decision *d)
{
	const struct wb_item_decision *item = &d->item[k];
	const char *number = use->held->grant.number;

	if (use->path[k] != WB_PATH_LICENCE)
		wb_find(d, "licence-required", item->licence_citation,
			"line %d: %s needs a licence (%s) and none is held; "
			"review policy: %s",
			item->line, item->eccn, item->licence_rule,
			item->review_text);
	else if (item->verdict == WB_CLEAR)
		wb_find(d, "licence-used", item->licence_citation,
			"line %d: %s needs a licence (%s); %s is held",
			item->line, item->eccn, item->licence_rule, number);
}

int wb_review(const struct wb_state *state, struct wb_facts *f,
	      struct wb_usage *use, size_t k, struct wb_decision *d)
{
	struct wb_item_decision *item = &d->item[k];
	bool unsure = false;
	int rc;

	wb_copy(item->path, sizeof(item->path), path_of(f, item->licence_rule));
	rc = review_policy(state, f, use, k, d, &unsure);
	if (rc != 0)
		return rc;
	/* Who is not known to be entitled to it has no presumption. */
	if (unsure && item->review == WB_REVIEW_APPROVAL)
		policy(item, WB_REVIEW_CASE_BY_CASE, NULL, NULL);
	if (use->path[k] != WB_PATH_LICENCE)
		item->verdict = verdict_of(item->review);
	told(use, k, d);
	return 0;
}

int wb_review_finish(const struct wb_facts *f, const struct wb_usage *use,
		     struct wb_decision *d)
{
	const struct wb_allocation *a = &f->edition->allocation;
	struct wb_balance *b = &d->balance[d->n_balances];
	bool written = d->verdict == WB_CLEAR && use->allocation_held_x10 > 0;
	char key[WB_STATE_KEY_MAX + 1];

	if (!use->allocated)
		return 0;
	if (d->n_balances < WB_BALANCES_MAX) {
		wb_copy(b->counter, sizeof(b->counter), "alloc");
		wb_copy(b->of, sizeof(b->of), use->allocation_country);
		b->period[0] = '\0';
		if (a->present)
			snprintf(b->period, sizeof(b->period), "%d-%d",
				 a->first_year, a->last_year);
		b->own = false;
		b->units = false;
		b->limit_x10 = use->allocation_limit_x10;
		b->before_x10 = use->allocation_before_x10;
		b->asked_x10 = use->allocation_asked_x10;
		b->granted_x10 = b->before_x10 + use->allocation_x10;
		b->after_x10 = b->before_x10 +
			       (written ? use->allocation_held_x10 : 0);
		d->n_balances++;
	}
	if (!written)
		return 0;
	wb_state_key(key, "alloc/%s", use->allocation_country);
	return wb_counter_charge(d, key, use->allocation_before_x10,
				 use->allocation_held_x10);
}
