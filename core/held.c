#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"
#include "core/held.h"

/* held: a licence that the exporter holds, and what is left of it. */

/* --- the grant ------------------------------------------------------------ */

/* The kind of grant that a claim is about. */
static bool kind_claimed(const char *claim, enum wb_grant_kind kind)
{
	static const char *const claims[] = {"LICENCE", "UVEU", "NVEU"};

	return wb_same(claims[kind], claim);
}

static bool too_old(const struct wb_facts *f, const struct wb_grant *g)
{
	int32_t days = f->edition->validity_days;

	return g->kind == WB_GRANT_LICENCE && days > 0 &&
	       f->shipment->export_date - g->valid_from > days;
}

static void validate(const struct wb_facts *f, struct wb_held *h,
		     struct wb_decision *d)
{
	const struct wb_shipment *s = f->shipment;
	const struct wb_grant *g = &h->grant;
	char from[WB_DATE_TEXT + 1];

	wb_date_format(g->valid_from, from);
	if (!kind_claimed(s->authorization, g->kind))
		wb_find(d, "authority-differs", h->citation,
			"%s is a grant of the kind %s; claimed is %s",
			g->number, wb_grant_kind_name(g->kind),
			s->authorization);
	else if (!wb_grant_holds(g, s->export_date))
		wb_find(d, "authority-not-valid", h->citation,
			"%s is %s, valid from %s, and not in force on the "
			"date of export",
			g->number, wb_grant_status_name(g->status), from);
	else if (too_old(f, g))
		wb_find(d, "authority-not-valid", f->edition->validity_citation,
			"%s is of %s, more than %d days before the export",
			g->number, from, (int)f->edition->validity_days);
	else
		h->valid = true;
}

int wb_held_read(const struct wb_state *state, const struct wb_facts *f,
		 const char *citation, struct wb_held *h, struct wb_decision *d)
{
	const char *number = f->shipment->authorization_number;
	int rc;

	if (h->read)
		return 0;
	h->read = true;
	h->citation = citation;
	memset(h->item, 0, sizeof(h->item));
	if (number == NULL) {
		wb_find(d, "authority-unknown", citation,
			"%s is claimed without its number",
			f->shipment->authorization);
		return 0;
	}
	rc = wb_grant_read(state, d, number, &h->grant);
	if (rc == WB_ENOTFOUND) {
		wb_find(d, "authority-unknown", citation,
			"%.64s is not the number of a grant on record", number);
		return 0;
	}
	if (rc == 0)
		validate(f, h, d);
	return rc;
}

/* --- what a licence covers -------------------------------------------------
 */

/* Who and where; what differs is told. */
static bool parties_covered(const struct wb_facts *f, const struct wb_held *h,
			    struct wb_decision *d)
{
	const struct wb_shipment *s = f->shipment;
	const struct wb_grant *g = &h->grant;
	const char *user = s->end_user == NULL ? s->consignee : s->end_user;
	const char *granted =
		g->end_user[0] == '\0' ? g->consignee : g->end_user;

	if (!wb_grant_exporter(g, f->asked->exporter))
		wb_find(d, "authority-differs", h->citation,
			"%s is not granted to the exporter %s", g->number,
			f->asked->exporter);
	else if (!wb_same(g->consignee, s->consignee))
		wb_find(d, "authority-differs", h->citation,
			"%s is for the consignee %s, not %s", g->number,
			g->consignee, s->consignee);
	else if (!wb_same(granted, user))
		wb_find(d, "authority-differs", h->citation,
			"%s is for the end user %s, not %s", g->number, granted,
			user);
	else if (!wb_same(g->destination, s->destination))
		wb_find(d, "authority-differs", h->citation,
			"%s is for the destination %s, not %s", g->number,
			g->destination, s->destination);
	else
		return true;
	return false;
}

/* Which item of the licence covers one of the shipment, or -1. */
static int covered(const struct wb_grant *g, const struct wb_item_decision *it,
		   struct wb_decision *d)
{
	const char *model = it->model[0] == '\0' ? NULL : it->model;
	const struct wb_grant_item *gi = wb_grant_item(g, it->eccn, model);

	if (gi == NULL) {
		wb_find(d, "authority-differs", it->licence_citation,
			"line %d: %s of %s is not among the items of %s",
			it->line, model == NULL ? "the item" : model, it->eccn,
			g->number);
		return -1;
	}
	if (gi->tpp_x10 >= 0 && it->total_x10 < 0) {
		wb_find(d, "fact-missing", it->licence_citation,
			"line %d: without its TPP, %s cannot count it",
			it->line, g->number);
		return -1;
	}
	return (int)(gi - g->item);
}

static void key_of(char key[WB_STATE_KEY_MAX + 1], const struct wb_grant *g,
		   size_t i, const char *what)
{
	wb_state_key(key, "granted/%s/%zu/%s", g->number, i + 1, what);
}

/* What is left of a licence is for those to know who alone use it. */
static bool is_own(const struct wb_grant *g)
{
	return g->n_exporters == 1;
}

/* More is asked of item i than is left of the whole. */
static void exceeded(struct wb_held *h, size_t i, const char *asked,
		     const char *left, const char *whole, struct wb_decision *d)
{
	h->item[i].exceeded = true;
	if (is_own(&h->grant))
		wb_find(d, "authority-exceeded", h->citation,
			"%s, item %zu: %s are asked, %s of %s are left",
			h->grant.number, i + 1, asked, left, whole);
	else
		wb_find(d, "authority-exceeded", h->citation,
			"%s, item %zu: %s are asked, more than is left of %s",
			h->grant.number, i + 1, asked, whole);
}

/* Whether what is asked of item i is left. */
static int weigh(const struct wb_state *state, const struct wb_facts *f,
		 struct wb_held *h, size_t i, struct wb_decision *d)
{
	const struct wb_grant_item *gi = &h->grant.item[i];
	char key[WB_STATE_KEY_MAX + 1], a[WB_AMOUNT_MAX], b[WB_AMOUNT_MAX];
	char whole[WB_AMOUNT_MAX], asked[WB_AMOUNT_MAX + 8];
	int64_t left;
	int rc = 0;

	if (gi->quantity >= 0) {
		key_of(key, &h->grant, i, "units");
		rc = wb_counter_read(state, d, key, &h->item[i].units_before);
		if (rc != 0)
			return rc;
		left = gi->quantity - h->item[i].units_before;
		if (h->item[i].units > left) {
			snprintf(asked, sizeof(asked), "%lld units",
				 (long long)h->item[i].units);
			snprintf(b, sizeof(b), "%lld",
				 (long long)(left < 0 ? 0 : left));
			snprintf(whole, sizeof(whole), "%lld",
				 (long long)gi->quantity);
			exceeded(h, i, asked, b, whole, d);
		}
	}
	if (gi->tpp_x10 >= 0) {
		key_of(key, &h->grant, i, "tpp");
		rc = wb_counter_read(state, d, key, &h->item[i].tpp_before);
		if (rc != 0)
			return rc;
		wb_facts_near(f, h->item[i].tpp_before + h->item[i].tpp_x10,
			      gi->tpp_x10);
		left = gi->tpp_x10 - h->item[i].tpp_before;
		if (h->item[i].tpp_x10 > left) {
			snprintf(asked, sizeof(asked), "%s TPP",
				 wb_amount(h->item[i].tpp_x10, a));
			exceeded(h, i, asked, wb_amount(left < 0 ? 0 : left, b),
				 wb_amount(gi->tpp_x10, whole), d);
		}
	}
	return rc;
}

int wb_held_take(const struct wb_state *state, const struct wb_facts f[],
		 struct wb_usage *use, struct wb_decision *d)
{
	struct wb_held *h = use->held;
	int by[WB_ITEMS_MAX];
	size_t first = 0;
	int rc;

	/* One waits, or nobody would ask. */
	while (!wb_item_waits(use, d, first))
		first++;
	rc = wb_held_read(state, &f[0], d->item[first].licence_citation, h, d);

	if (rc != 0 || !h->valid || !parties_covered(&f[0], h, d))
		return rc;
	for (size_t k = 0; k < d->n_items; k++) {
		const struct wb_item_decision *it = &d->item[k];

		by[k] = wb_item_waits(use, d, k) ? covered(&h->grant, it, d)
						 : -1;
		if (by[k] < 0)
			continue;
		h->item[by[k]].used = true;
		h->item[by[k]].units += it->quantity;
		h->item[by[k]].tpp_x10 += it->total_x10 > 0 ? it->total_x10 : 0;
	}
	for (size_t i = 0; i < h->grant.n_items && rc == 0; i++)
		if (h->item[i].used)
			rc = weigh(state, &f[0], h, i, d);
	for (size_t k = 0; k < d->n_items && rc == 0; k++) {
		if (by[k] < 0)
			continue;
		use->path[k] = WB_PATH_LICENCE;
		d->item[k].verdict =
			h->item[by[k]].exceeded ? WB_DENY : WB_CLEAR;
	}
	return rc;
}

/* --- what is used of it ----------------------------------------------------
 */

static void balance(const struct wb_held *h, size_t i, bool units,
		    struct wb_decision *d)
{
	const struct wb_grant_item *gi = &h->grant.item[i];
	struct wb_balance *b = &d->balance[d->n_balances];
	int64_t before =
		units ? h->item[i].units_before : h->item[i].tpp_before;
	int64_t asked = units ? h->item[i].units : h->item[i].tpp_x10;

	if (d->n_balances == WB_BALANCES_MAX)
		return;
	wb_copy(b->counter, sizeof(b->counter), "granted");
	wb_copy(b->of, sizeof(b->of), h->grant.number);
	snprintf(b->period, sizeof(b->period), "item %zu", i + 1);
	b->own = is_own(&h->grant);
	b->units = units;
	b->limit_x10 = units ? gi->quantity : gi->tpp_x10;
	b->before_x10 = before;
	b->asked_x10 = asked;
	b->after_x10 = d->verdict == WB_CLEAR ? before + asked : before;
	b->granted_x10 = b->after_x10;
	d->n_balances++;
}

static int spend(const struct wb_held *h, size_t i, bool units,
		 struct wb_decision *d)
{
	char key[WB_STATE_KEY_MAX + 1];

	balance(h, i, units, d);
	if (d->verdict != WB_CLEAR)
		return 0;
	key_of(key, &h->grant, i, units ? "units" : "tpp");
	return wb_counter_charge(
		d, key, units ? h->item[i].units_before : h->item[i].tpp_before,
		units ? h->item[i].units : h->item[i].tpp_x10);
}

int wb_held_finish(const struct wb_usage *use, struct wb_decision *d)
{
	const struct wb_held *h = use->held;
	int rc = 0;

	if (!h->valid || h->grant.kind != WB_GRANT_LICENCE)
		return 0;
	for (size_t i = 0; i < h->grant.n_items && rc == 0; i++) {
		const struct wb_grant_item *gi = &h->grant.item[i];

		if (h->item[i].used && gi->quantity >= 0)
			rc = spend(h, i, true, d);
		if (rc == 0 && h->item[i].used && gi->tpp_x10 >= 0)
			rc = spend(h, i, false, d);
	}
	return rc;
}
