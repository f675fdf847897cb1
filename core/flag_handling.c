#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/flag.h"
#include "core/grants.h"

/* flag_handling: what an operator does with units of a shipment: where they
 * are put, and to whom they are handed. */

static void about(const struct wb_flag_after *a, const struct wb_handling *h,
		  struct wb_seen *seen)
{
	char key[WB_STATE_KEY_MAX + 1];

	if (seen == NULL)
		return;
	snprintf(seen->party, sizeof(seen->party), "%s", h->shipper);
	snprintf(seen->id, sizeof(seen->id), "%s", h->shipment);
	wb_state_key(key, "ship/%s/%s", h->shipper, h->shipment);
	wb_seen_rests_on(a->d, seen, key);
}

static int64_t units_of(const struct wb_handling *h)
{
	int64_t n = 0;

	for (size_t i = 0; i < h->n_items; i++)
		n += h->item[i].quantity;
	return n;
}

/* --- where they are put --------------------------------------------------- */

/* 758.5: put up elsewhere than shipped to, or nobody knows where. */
static int rf_13(const struct wb_flag_after *a, const struct wb_flag *p,
		 const struct wb_handling *h, const struct wb_ship *ship,
		 const char *facility, const char *how)
{
	struct wb_facility_now at;
	int rc = wb_facility_read(a->in->state, a->d, a->holder, facility, &at);

	if (rc == WB_ENOTFOUND) {
		about(a, h,
		      wb_flag_raise(a->d, p, 0, 1, "facilities",
				    "facility %s of %s is not registered",
				    facility, a->holder));
		return 0;
	}
	if (rc == 0 && strcmp(at.country, ship->destination) != 0)
		about(a, h,
		      wb_flag_raise(a->d, p, 1, 0, "countries",
				    "shipped to %s, %s in %s",
				    ship->destination, how, at.country));
	return rc;
}

/* --- to whom they are handed ---------------------------------------------- */

/* Whether what a move names as its authority is a grant in force that names
 * who gets the units, and the country.  The name of an exception is none:
 * whether one holds is judged of a shipment, not of a move. */
static int authorized(const struct wb_flag_after *a,
		      const struct wb_handling *h, bool *ret)
{
	struct wb_grant g;
	int rc;

	*ret = false;
	if (h->authority == NULL)
		return 0;
	rc = wb_grant_read(a->in->state, a->d, h->authority, &g);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	if (!wb_grant_holds(&g, h->date))
		return 0;
	if (g.kind == WB_GRANT_LICENCE)
		*ret = strcmp(g.end_user[0] == '\0' ? g.consignee : g.end_user,
			      h->to_party) == 0 &&
		       strcmp(g.destination, h->to_country) == 0;
	else if (g.kind == WB_GRANT_UVEU)
		*ret = strcmp(g.holder, h->to_party) == 0 &&
		       wb_grant_destination(&g, h->to_country);
	else
		*ret = strcmp(g.holder, h->to_party) == 0 &&
		       strcmp(g.in_country, h->to_country) == 0;
	return 0;
}

/* 740.29(a): a transfer or resale of what came under the exception. */
static void rf_30(const struct wb_flag_after *a, const struct wb_flag *p,
		  const struct wb_handling *h, const struct wb_ship *ship)
{
	enum { COUNTER };
	bool charged = false;

	for (size_t i = 0; i < ship->n_charges; i++) {
		char name[WB_ID_MAX + 1];

		snprintf(name, sizeof(name), "%.*s",
			 (int)strcspn(ship->charge[i].key, "/"),
			 ship->charge[i].key);
		charged |= wb_flag_word(p, COUNTER, name);
	}
	if (charged)
		about(a, h,
		      wb_flag_raise(a->d, p, units_of(h), 0, "units",
				    "%lld units that came under %s go to %s "
				    "without a new authority",
				    (long long)units_of(h),
				    p->value[COUNTER].word[0],
				    h->to_party != NULL ? h->to_party
				    : h->buyer != NULL  ? h->buyer
							: "a buyer"));
}

/* 748.15, attrition: resold, and nobody says to whom. */
static void rf_34(const struct wb_flag_after *a, const struct wb_flag *p,
		  const struct wb_handling *h)
{
	enum { KINDS };

	if (h->buyer == NULL &&
	    wb_flag_word(p, KINDS, wb_retirement_name(h->kind)))
		about(a, h,
		      wb_flag_raise(a->d, p, units_of(h), 0, "units",
				    "%lld units retired as %s without a buyer",
				    (long long)units_of(h),
				    wb_retirement_name(h->kind)));
}

/* Handed to another party. */
static int handed(const struct wb_flag_after *a, const struct wb_handling *h,
		  const struct wb_ship *ship)
{
	const struct wb_flag_work w = {.in = a->in, .d = a->d};
	const struct wb_flags *f = a->flags;
	bool may = false;
	int rc = authorized(a, h, &may);

	if (rc != 0)
		return rc;
	if (f->on[WB_RF_08] != NULL)
		rc = wb_flag_listed(&w, f->on[WB_RF_08], h->to_party, h->date);
	if (may)
		return rc;
	if (f->on[WB_RF_13] != NULL &&
	    strcmp(h->to_country, ship->destination) != 0)
		about(a, h,
		      wb_flag_raise(a->d, f->on[WB_RF_13], 1, 0, "countries",
				    "shipped to %s, handed to %s in %s",
				    ship->destination, h->to_party,
				    h->to_country));
	if (f->on[WB_RF_30] != NULL)
		rf_30(a, f->on[WB_RF_30], h, ship);
	return rc;
}

int wb_flags_handling(const struct wb_flag_after *a, enum wb_type type,
		      const struct wb_handling *h)
{
	const struct wb_flags *f = a->flags;
	struct wb_ship ship;
	int rc = wb_ship_read(a->in->state, a->d, h->shipper, h->shipment,
			      &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	if (type == WB_INSTALLATION && f->on[WB_RF_13] != NULL)
		return rf_13(a, f->on[WB_RF_13], h, &ship, h->facility,
			     "installed");
	if (type == WB_MOVE && h->to_party != NULL)
		return handed(a, h, &ship);
	if (type == WB_MOVE && f->on[WB_RF_13] != NULL)
		return rf_13(a, f->on[WB_RF_13], h, &ship, h->to_facility,
			     "moved to a facility");
	if (type != WB_RETIREMENT)
		return 0;
	if (h->kind == WB_RETIRED_RESALE && f->on[WB_RF_30] != NULL)
		rf_30(a, f->on[WB_RF_30], h, &ship);
	if (f->on[WB_RF_34] != NULL)
		rf_34(a, f->on[WB_RF_34], h);
	return 0;
}
