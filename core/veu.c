#include <string.h>

#include "core/decide.h"
#include "core/format.h"
#include "core/held.h"

/*
 * veu: the lines of an exception about validated end users (748.15).  What a
 * holder has is what its grant declares and what this ledger records under it
 * since; shares are compared by cross-multiplication.
 */

static bool has(const struct wb_exception *x, enum wb_exception_line_kind kind)
{
	for (size_t k = 0; k < x->n; k++)
		if (x->item[k].kind == kind)
			return true;
	return false;
}

/* --- the grant -------------------------------------------------------------
 */

static bool holder_differs(const struct wb_facts *f, const struct wb_usage *use,
			   const struct wb_exception_line *l,
			   struct wb_decision *d)
{
	const struct wb_grant *g = &use->held->grant;
	const char *to = f->shipment->destination;
	bool there = g->kind == WB_GRANT_NVEU ? strcmp(g->in_country, to) == 0
					      : wb_grant_destination(g, to);

	if (strcmp(g->holder, use->consignee.parent) != 0)
		wb_find(d, "authority-differs", l->citation,
			"%s is not held by the ultimate parent of %s",
			g->number, use->consignee.id);
	else if (strcmp(g->holder, use->operator.parent) != 0)
		wb_find(d, "authority-differs", l->citation,
			"%s is not held by the ultimate parent of the operator "
			"%s",
			g->number, use->operator.id);
	else if (!there)
		wb_find(d, "authority-differs", l->citation,
			"%s does not name the destination %s", g->number, to);
	else
		return false;
	return true;
}

static int grant_held(const struct wb_state *state, const struct wb_facts *f,
		      const struct wb_usage *use,
		      const struct wb_exception_line *l, struct wb_decision *d,
		      bool *ret)
{
	struct wb_held *h = use->held;
	int rc;

	*ret = false;
	/* What the shipment does not claim is not looked for. */
	if (strcasecmp(f->shipment->authorization, l->name) != 0)
		return 0;
	rc = wb_held_read(state, f, l->citation, h, d);
	if (rc == 0)
		*ret = h->valid && !holder_differs(f, use, l, d);
	return rc;
}

/* --- shares ----------------------------------------------------------------
 */

static void key_all(char key[WB_STATE_KEY_MAX + 1], const struct wb_grant *g)
{
	wb_state_key(key, "granted/%s/all", g->number);
}

static void key_outside(char key[WB_STATE_KEY_MAX + 1],
			const struct wb_facts *f, const struct wb_grant *g,
			int set)
{
	wb_state_key(key, "granted/%s/outside/%s", g->number,
		     f->edition->set[set].name);
}

static void key_in(char key[WB_STATE_KEY_MAX + 1], const struct wb_facts *f,
		   const struct wb_grant *g)
{
	wb_state_key(key, "granted/%s/in/%s", g->number,
		     f->shipment->destination);
}

static bool outside(const struct wb_facts *f, int set, const char *country)
{
	return !wb_facts_set_holds(f, set, country);
}

static int64_t declared_outside(const struct wb_facts *f,
				const struct wb_grant *g, int set)
{
	int64_t sum = 0;

	for (size_t i = 0; i < g->n_countries; i++)
		if (outside(f, set, g->country[i].country))
			sum += g->country[i].tpp_x10;
	return sum;
}

/* What counts towards the share before this shipment, and how much there is
 * in the world. */
static int share_before(const struct wb_state *state, const struct wb_facts *f,
			const struct wb_grant *g,
			const struct wb_exception_line *l,
			struct wb_decision *d, int64_t *ret_part,
			int64_t *ret_world)
{
	char key[WB_STATE_KEY_MAX + 1];
	int64_t part, world;
	int rc;

	if (l->country)
		key_in(key, f, g);
	else
		key_outside(key, f, g, l->set);
	rc = wb_counter_read(state, d, key, &part);
	if (rc != 0)
		return rc;
	key_all(key, g);
	rc = wb_counter_read(state, d, key, &world);
	if (rc != 0)
		return rc;
	*ret_part = part +
		    (l->country ? wb_grant_declared(g, f->shipment->destination)
				: declared_outside(f, g, l->set));
	*ret_world = world + g->world_tpp_x10;
	return 0;
}

static int share_fits(const struct wb_state *state, const struct wb_facts *f,
		      const struct wb_usage *use,
		      const struct wb_exception_line *l, int64_t asked_x10,
		      struct wb_decision *d, bool *ret)
{
	const struct wb_grant *g = &use->held->grant;
	const char *to = f->shipment->destination;
	char a[WB_AMOUNT_MAX];
	int64_t part, world;
	int rc;

	*ret = true;
	/* What goes elsewhere only makes the share smaller. */
	if (!outside(f, l->set, to) || wb_rule_holds(f, &l->when) == WB_FALSE)
		return 0;
	rc = share_before(state, f, g, l, d, &part, &world);
	if (rc != 0)
		return rc;
	part += asked_x10;
	world += asked_x10;
	/* No more than this, with the world as it is, may be there. */
	wb_facts_near(f, part,
		      (int64_t)((__int128)world * l->percent_x10 / 1000));
	*ret = (__int128)part * 1000 <= (__int128)world * l->percent_x10;
	if (!*ret)
		wb_find(d, "veu-limit", l->citation,
			"%s: with %s TPP more, what is %s%s would be above "
			"%d.%d percent of all",
			g->number, wb_amount(asked_x10, a),
			l->country ? "in " : "outside ",
			l->country ? to : f->edition->set[l->set].name,
			(int)(l->percent_x10 / 10), (int)(l->percent_x10 % 10));
	return 0;
}

/* --- installed base --------------------------------------------------------
 */

/* The newest row of the table on the date of export, or NULL. */
static const struct wb_exception_line *row_on(const struct wb_exception *x,
					      wb_date date)
{
	const struct wb_exception_line *row = NULL;

	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_INSTALLED && l->from <= date &&
		    (row == NULL || l->from > row->from))
			row = l;
	}
	return row;
}

static void key_installed(char key[WB_STATE_KEY_MAX + 1],
			  const struct wb_facts *f, const struct wb_usage *use)
{
	wb_state_key(key, "nveu/%s/%s", use->consignee.parent,
		     f->shipment->destination);
}

static int installed_fits(const struct wb_state *state,
			  const struct wb_facts *f, const struct wb_usage *use,
			  const struct wb_exception *x, int64_t asked_x10,
			  struct wb_decision *d, bool *ret)
{
	const struct wb_exception_line *l = row_on(x, f->shipment->export_date);
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX], b[WB_AMOUNT_MAX];
	const struct wb_grant *g = &use->held->grant;
	struct wb_balance *bal = &d->balance[d->n_balances];
	int64_t before;
	int rc;

	*ret = false;
	if (l == NULL)
		return 0;
	key_installed(key, f, use);
	rc = wb_counter_read(state, d, key, &before);
	if (rc != 0)
		return rc;
	before += g->installed_tpp_x10;
	wb_facts_near(f, before + asked_x10, l->tpp_x10);
	*ret = before + asked_x10 <= l->tpp_x10;
	if (!*ret)
		wb_find(d, "nveu-limit", l->citation,
			"%s: with %s TPP more, above %s TPP would be installed "
			"in %s",
			g->number, wb_amount(asked_x10, a),
			wb_amount(l->tpp_x10, b), f->shipment->destination);
	if (d->n_balances == WB_BALANCES_MAX)
		return 0;
	wb_copy(bal->counter, sizeof(bal->counter), "nveu");
	wb_copy(bal->of, sizeof(bal->of), use->consignee.parent);
	wb_copy(bal->period, sizeof(bal->period), f->shipment->destination);
	bal->own = false;
	bal->units = false;
	bal->limit_x10 = l->tpp_x10;
	bal->before_x10 = before;
	bal->asked_x10 = asked_x10;
	bal->after_x10 = before;
	bal->granted_x10 = before;
	d->n_balances++;
	return 0;
}

/* --- whether it is open, and what it counts ---------------------------------
 */

int wb_veu_allows(const struct wb_state *state, const struct wb_facts *f,
		  struct wb_usage *use, const struct wb_exception *x,
		  int64_t asked_x10, struct wb_decision *d, bool *ret)
{
	bool all = true;
	int rc = 0;

	for (size_t k = 0; k < x->n && rc == 0 && all; k++)
		if (x->item[k].kind == WB_X_GRANT)
			rc = grant_held(state, f, use, &x->item[k], d, &all);
	for (size_t k = 0; k < x->n && rc == 0 && all; k++)
		if (x->item[k].kind == WB_X_SHARE)
			rc = share_fits(state, f, use, &x->item[k], asked_x10,
					d, &all);
	if (rc == 0 && all && has(x, WB_X_INSTALLED))
		rc = installed_fits(state, f, use, x, asked_x10, d, &all);
	if (rc == 0)
		*ret = all;
	return rc;
}

static int add(const struct wb_state *state, const char *key, int64_t x10,
	       struct wb_decision *d)
{
	int64_t before;
	int rc = wb_counter_read(state, d, key, &before);

	return rc == 0 ? wb_counter_charge(d, key, before, x10) : rc;
}

/* The counters of one share line. */
static int count_share(const struct wb_state *state, const struct wb_facts *f,
		       const struct wb_grant *g,
		       const struct wb_exception_line *l, int64_t x10,
		       struct wb_decision *d)
{
	char key[WB_STATE_KEY_MAX + 1];
	int rc;

	key_all(key, g);
	rc = add(state, key, x10, d);
	if (rc != 0 || !outside(f, l->set, f->shipment->destination))
		return rc;
	if (l->country)
		key_in(key, f, g);
	else
		key_outside(key, f, g, l->set);
	return add(state, key, x10, d);
}

static void told(const struct wb_usage *use, int64_t x10, struct wb_decision *d)
{
	for (size_t i = 0; i < d->n_balances; i++) {
		struct wb_balance *b = &d->balance[i];

		if (strcmp(b->counter, "nveu") != 0 ||
		    strcmp(b->of, use->consignee.parent) != 0)
			continue;
		b->granted_x10 = b->before_x10 + x10;
		if (d->verdict == WB_CLEAR)
			b->after_x10 = b->granted_x10;
	}
}

int wb_veu_finish(const struct wb_state *state, const struct wb_facts *f,
		  const struct wb_usage *use, size_t i, struct wb_decision *d)
{
	const struct wb_exception *x = &f->edition->exception[i];
	int64_t x10 = use->exception[i].x10;
	char key[WB_STATE_KEY_MAX + 1];
	int rc = 0;

	if (has(x, WB_X_INSTALLED))
		told(use, x10, d);
	if (d->verdict != WB_CLEAR)
		return 0;
	for (size_t k = 0; k < x->n && rc == 0; k++)
		if (x->item[k].kind == WB_X_SHARE)
			rc = count_share(state, f, &use->held->grant,
					 &x->item[k], x10, d);
	if (rc == 0 && has(x, WB_X_INSTALLED)) {
		key_installed(key, f, use);
		rc = add(state, key, x10, d);
	}
	return rc;
}
