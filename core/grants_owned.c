#include <string.h>

#include "core/format.h"
#include "core/grants.h"
#include "core/registry.h"

/*
 * grants_owned: who is on a list, or owned by those who are.
 *
 * Owned is whom listed or owned parties hold for half or more in aggregate
 * (RULES RF-08, the Affiliates rule).  Half suffices here, where control asks
 * for more than half: two owners of half each control nobody, and yet each of
 * them, listed, is enough.
 */

/* Owners are walked depth first; a circle of minority owners is cut where it
 * meets the way up. */
struct walk {
	const struct wb_state *state;
	struct wb_decision *d;
	const char *const *list;
	size_t n;
	wb_date date;
	size_t reads_end; /* of the decision */
	size_t depth;
	char way[WB_OWNERSHIP_DEPTH_MAX + 1][WB_ID_MAX + 1];
	struct wb_listed_as first; /* whom it met first on a list */
};

/* Parties looked at, so that shared owners cost no time without end. */
#define STEPS_MAX 128

static bool may_read(const struct walk *w)
{
	return w->d->n_reads < w->reads_end;
}

/* Whether party itself is on one of the lists. */
static int is_listed(struct walk *w, const char *party, bool *ret)
{
	const char *list;
	bool ever;
	int rc = wb_listing_on(w->state, w->d, party, w->list, w->n, w->date,
			       &list, &ever);

	if (rc != 0)
		return rc;
	*ret = list != NULL;
	if (*ret && w->first.party[0] == '\0') {
		wb_copy(w->first.party, sizeof(w->first.party), party);
		wb_copy(w->first.list, sizeof(w->first.list), list);
	}
	return 0;
}

static bool on_way(const struct walk *w, const char *party)
{
	for (size_t i = 0; i < w->depth; i++)
		if (strcmp(w->way[i], party) == 0)
			return true;
	return false;
}

static int owned_share(struct walk *w, const char *party, size_t *steps,
		       int *ret_percent, bool *ret_unknown);

/* Whether owner counts: listed, or owned.  Or nobody knows. */
static int counts(struct walk *w, const char *owner, size_t *steps, bool *ret,
		  bool *ret_unknown)
{
	bool listed, unknown;
	int percent, rc;

	*ret = false;
	if (on_way(w, owner))
		return 0;
	if (!may_read(w) || ++*steps > STEPS_MAX) {
		*ret_unknown = true;
		return 0;
	}
	rc = is_listed(w, owner, &listed);
	if (rc != 0 || listed) {
		*ret = listed;
		return rc;
	}
	if (w->depth == WB_OWNERSHIP_DEPTH_MAX) {
		*ret_unknown = true;
		return 0;
	}
	rc = owned_share(w, owner, steps, &percent, &unknown);
	if (rc != 0)
		return rc;
	*ret = 2 * percent >= 100;
	*ret_unknown = unknown;
	return 0;
}

/* The percent of party that is held by those who count, as far as known; the
 * walk ends where half is reached, or cannot be reached any more. */
static int owned_share(struct walk *w, const char *party, size_t *steps,
		       int *ret_percent, bool *ret_unknown)
{
	int percent = 0, maybe = 0, left = 0, rc;
	struct wb_dated at;

	*ret_percent = 0;
	*ret_unknown = true;
	if (!may_read(w))
		return 0;
	rc = wb_dated_read(w->state, w->d, party, w->date, &at);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	wb_copy(w->way[w->depth++], WB_ID_MAX + 1, party);
	for (size_t i = 0; i < at.n_owners; i++)
		left += at.owner[i].percent;
	for (size_t i = 0; i < at.n_owners && 2 * percent < 100 &&
			   2 * (percent + maybe + left) >= 100 && rc == 0;
	     i++) {
		bool count, unknown = false;

		rc = counts(w, at.owner[i].party, steps, &count, &unknown);
		left -= at.owner[i].percent;
		if (rc == 0 && count)
			percent += at.owner[i].percent;
		else if (unknown)
			maybe += at.owner[i].percent;
	}
	w->depth--;
	*ret_percent = percent;
	*ret_unknown = 2 * percent < 100 && 2 * (percent + maybe) >= 100;
	return rc;
}

int wb_listed_as(const struct wb_state *state, struct wb_decision *d,
		 const char *party, const char *const list[], size_t n,
		 wb_date date, size_t max_reads, struct wb_listed_as *ret)
{
	struct walk w = {
		.state = state,
		.d = d,
		.list = list,
		.n = n,
		.date = date,
		.reads_end = d->n_reads + max_reads,
		.first = {.how = WB_LISTED_NOT},
	};
	bool listed, unknown = false;
	size_t steps = 0;
	int percent = 0, rc;

	if (w.reads_end > d->reads_max)
		w.reads_end = d->reads_max;
	if (!may_read(&w)) {
		w.first.how = WB_LISTED_UNKNOWN;
		*ret = w.first;
		return 0;
	}
	rc = is_listed(&w, party, &listed);
	if (rc == 0 && !listed)
		rc = owned_share(&w, party, &steps, &percent, &unknown);
	if (rc != 0)
		return rc;
	if (listed)
		w.first.how = WB_LISTED_DIRECT;
	else if (2 * percent >= 100)
		w.first.how = WB_LISTED_OWNED;
	else if (unknown)
		w.first.how = WB_LISTED_UNKNOWN;
	w.first.percent = percent;
	*ret = w.first;
	return 0;
}
