#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/flag.h"
#include "core/grants.h"

/* flag_facility: what stands in a facility, whom it serves, and where it is. */

/* What this decision writes under key, or the state as it was. */
static int now(const struct wb_flag_after *a, const char *key,
	       struct wb_slice *ret)
{
	for (size_t i = 0; i < a->d->n_writes; i++)
		if (strcmp(a->d->write[i].key, key) == 0) {
			*ret = a->d->write[i].value;
			return 0;
		}
	return wb_state_read(a->in->state, a->d, key, ret);
}

/* The facility after this statement; WB_ENOTFOUND if nothing is known. */
static int fac_now(const struct wb_flag_after *a, struct wb_fac *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "fac/%s/%s", a->holder, a->id);
	rc = now(a, key, &value);
	return rc == 0 ? wb_fac_parse(value, ret) : rc;
}

static void rests_on_fac(const struct wb_flag_after *a, struct wb_seen *seen)
{
	char key[WB_STATE_KEY_MAX + 1];

	wb_state_key(key, "facility/%s/%s", a->holder, a->id);
	wb_seen_rests_on(a->d, seen, key);
}

/* BIS diversion guidance: the power that the chips need is not there. */
static int rf_17(const struct wb_flag_after *a, const struct wb_flag *p,
		 const struct wb_fac *fac)
{
	enum { WATTS };
	int64_t need_kw, have_kw = fac->it_power_kw, chips = wb_fac_chips(fac);
	struct wb_facility_now at;
	char have[32] = "no power is";
	int rc = wb_facility_read(a->in->state, a->d, a->holder, a->id, &at);

	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	if (rc == 0 && have_kw < 0)
		have_kw = at.it_power_kw;
	/* A kilowatt that is begun is needed. */
	need_kw = (int64_t)(((__int128)chips * p->value[WATTS].number + 999) /
			    1000);
	if (chips == 0 || need_kw <= have_kw)
		return 0;
	if (have_kw >= 0)
		snprintf(have, sizeof(have), "%lld kW are", (long long)have_kw);
	rests_on_fac(a, wb_flag_raise(a->d, p, need_kw,
				      have_kw < 0 ? 0 : have_kw, "kw",
				      "%lld chips in facility %s need %lld kW; "
				      "%s attested",
				      (long long)chips, a->id,
				      (long long)need_kw, have));
	return 0;
}

/* Chips whose vendor value i names. */
static int64_t chips_of(const struct wb_flag_after *a, const struct wb_flag *p,
			size_t i, const struct wb_fac *fac)
{
	int64_t sum = 0;

	for (size_t k = 0; k < fac->n_models && a->in->law->catalogue; k++) {
		const struct wb_product *product = wb_product_find(
			a->in->law->catalogue, fac->model[k].model);

		if (product != NULL && wb_flag_word(p, i, product->vendor))
			sum += wb_fac_model_chips(&fac->model[k]);
	}
	return sum;
}

/*
 * Anthropic to OSTP, 2025-03-06: before a data centre with more chips of US
 * companies runs in a country at high risk, an agreement with its government.
 */
static int dc_01(const struct wb_flag_after *a, const struct wb_flag *p,
		 const struct wb_fac *fac)
{
	enum { COUNT, SET, VENDORS };
	int64_t chips = chips_of(a, p, VENDORS, fac);
	struct wb_agreement_now agreement;
	struct wb_facility_now at;
	int rc;

	if (chips <= p->value[COUNT].number || a->in->law->countries == NULL)
		return 0;
	rc = wb_facility_read(a->in->state, a->d, a->holder, a->id, &at);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	if (!wb_set_holds(a->flags->sets, p->value[SET].set,
			  a->in->law->countries, at.country, a->today))
		return 0;
	rc = wb_agreement_on(a->in->state, a->d, at.country, a->today,
			     &agreement);
	if (rc == 0 && agreement.standing != WB_AGREEMENT_VALID)
		rests_on_fac(
			a,
			wb_flag_raise(a->d, p, chips, p->value[COUNT].number,
				      "chips",
				      "facility %s in %s has %lld chips of US "
				      "companies; an agreement is %s",
				      a->id, at.country, (long long)chips,
				      agreement.standing == WB_AGREEMENT_NONE
					      ? "not in force"
					      : "without all its commitments"));
	return rc;
}

/* GP10 guidance of 2025-05-13: parts that nobody may deal in. */
static void rf_42(const struct wb_flag_after *a, const struct wb_flag *p)
{
	enum { VENDORS, FROM };
	const struct wb_inventory *inv = wb_inventory_of(a->in->statement);

	if (inv->date < p->value[FROM].number)
		return;
	for (size_t i = 0; i < inv->n_counts && a->in->law->catalogue; i++) {
		const struct wb_product *product = wb_product_find(
			a->in->law->catalogue, inv->count[i].model);

		if (product == NULL || inv->count[i].quantity == 0 ||
		    !wb_flag_word(p, VENDORS, product->vendor))
			continue;
		(void)wb_flag_raise(a->d, p, inv->count[i].quantity, 0, "units",
				    "%lld %s of %s in facility %s",
				    (long long)inv->count[i].quantity,
				    product->name, product->vendor, a->id);
	}
}

/* Supp. 3 to part 732, 28: customers of concern. */
static void rf_35(const struct wb_flag_after *a, const struct wb_flag *p)
{
	enum { COUNT };
	int64_t n = wb_inventory_of(a->in->statement)->customers_tier3;

	if (n > p->value[COUNT].number)
		(void)wb_flag_raise(a->d, p, n, p->value[COUNT].number,
				    "customers",
				    "facility %s rents to %lld customers with "
				    "headquarters in tier 3",
				    a->id, (long long)n);
}

/* A large facility that does not say whom it serves. */
static int rf_36(const struct wb_flag_after *a, const struct wb_flag *p,
		 const struct wb_fac *fac)
{
	enum { COUNT };
	int64_t n = wb_inventory_of(a->in->statement)->customers_undisclosed;
	int64_t chips = wb_fac_chips(fac);
	struct wb_agreement_now agreement;
	struct wb_facility_now at;
	int rc;

	if (n <= 0 || chips <= p->value[COUNT].number)
		return 0;
	rc = wb_facility_read(a->in->state, a->d, a->holder, a->id, &at);
	if (rc == 0)
		rc = wb_agreement_on(a->in->state, a->d, at.country, a->today,
				     &agreement);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	if (agreement.standing != WB_AGREEMENT_VALID)
		rests_on_fac(
			a, wb_flag_raise(a->d, p, chips, p->value[COUNT].number,
					 "chips",
					 "facility %s in %s has %lld chips and "
					 "%lld customers it does not disclose",
					 a->id, at.country, (long long)chips,
					 (long long)n));
	return 0;
}

/* Supp. 8 to part 748, B(11): the proof is of another country. */
static int rf_14(const struct wb_flag_after *a, const struct wb_flag *p)
{
	const struct wb_inventory *inv = wb_inventory_of(a->in->statement);
	struct wb_facility_now at;
	int rc;

	if (inv->evidence_country == NULL)
		return 0;
	rc = wb_facility_read(a->in->state, a->d, a->holder, a->id, &at);
	if (rc == 0 && strcmp(at.country, inv->evidence_country) != 0)
		rests_on_fac(a, wb_flag_raise(a->d, p, 1, 0, "countries",
					      "facility %s is in %s; the "
					      "location proof shows %s",
					      a->id, at.country,
					      inv->evidence_country));
	return rc == WB_ENOTFOUND ? 0 : rc;
}

/* A facility of which something is heard for the first time. */
static int first_heard(const struct wb_flag_after *a)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "fac/%s/%s", a->holder, a->id);
	rc = wb_state_read(a->in->state, a->d, key, &value);
	if (rc != WB_ENOTFOUND)
		return rc;
	return wb_sweep_facility(a->in, a->d, a->holder, a->id);
}

int wb_flags_facility(const struct wb_flag_after *a)
{
	const struct wb_flags *f = a->flags;
	struct wb_fac fac;
	int rc = fac_now(a, &fac);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	rc = first_heard(a);
	if (rc == 0 && f->on[WB_RF_17] != NULL)
		rc = rf_17(a, f->on[WB_RF_17], &fac);
	if (rc == 0 && f->on[WB_DC_01] != NULL)
		rc = dc_01(a, f->on[WB_DC_01], &fac);
	if (rc != 0 || wb_inventory_of(a->in->statement) == NULL)
		return rc;
	if (f->on[WB_RF_42] != NULL)
		rf_42(a, f->on[WB_RF_42]);
	if (f->on[WB_RF_35] != NULL)
		rf_35(a, f->on[WB_RF_35]);
	if (f->on[WB_RF_36] != NULL)
		rc = rf_36(a, f->on[WB_RF_36], &fac);
	if (rc == 0 && f->on[WB_RF_14] != NULL)
		rc = rf_14(a, f->on[WB_RF_14]);
	return rc;
}
