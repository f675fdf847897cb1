#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/due.h"
#include "core/flag.h"
#include "core/grants.h"
#include "core/later.h"
#include "core/sweep.h"

/* sweep_item: the flags that time alone triggers, one item at a time. */

/* --- shipments: arrival, installation, filing ------------------------------
 */

/* The shipment, unless it was voided or may not have gone. */
static int live_ship(struct wb_sweep_item *item, struct wb_sweep_outcome *out,
		     struct wb_ship *ret)
{
	int rc;

	wb_state_key(out->key, "ship/%s/%s", item->a, item->b);
	rc = wb_ship_read(item->in->state, item->d, item->a, item->b, ret);
	if (rc == WB_ENOTFOUND)
		return WB_ECORRUPT;
	if (rc != 0)
		return rc;
	memcpy(out->scope[0], ret->from, 3);
	memcpy(out->scope[1], ret->destination, 3);
	return ret->status == WB_SHIP_VOID || ret->verdict == WB_DENY
		       ? WB_ENOTFOUND
		       : 0;
}

/* It was not asked after all: once it can be, it is to be put off again. */
static int forget(struct wb_sweep_item *item, bool filing)
{
	struct wb_later later;
	int rc = wb_later_read(item->in->state, item->d, item->a, item->b,
			       &later);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	if (filing)
		later.filing = later.none = false;
	else
		later.arrival = false;
	return wb_later_write(item->d, item->a, item->b, &later);
}

/* Its date of export was corrected to a later one: it is put off again. */
static bool too_early(const struct wb_sweep_item *item,
		      const struct wb_ship *ship, int64_t days,
		      struct wb_sweep_outcome *out)
{
	if (item->today - ship->export_date > days)
		return false;
	out->again = ship->export_date;
	out->again_days = days;
	return true;
}

/* RULES 9: nobody attests that the goods have arrived. */
static int rf_11(struct wb_sweep_item *item, const struct wb_flag *p,
		 struct wb_sweep_outcome *out)
{
	enum { DAYS_AIR, DAYS };
	struct wb_ship ship;
	int64_t missing = 0, days;
	bool air;
	int rc = live_ship(item, out, &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? forget(item, false) : rc;
	air = strcmp(ship.transport, wb_transport_name(WB_TRANSPORT_AIR)) == 0;
	days = p->value[air ? DAYS_AIR : DAYS].number;
	if (too_early(item, &ship, days, out))
		return 0;
	for (size_t i = 0; i < ship.n_lines; i++)
		if (ship.line[i].arrived < ship.line[i].shipped)
			missing += ship.line[i].shipped - ship.line[i].arrived;
	if (missing == 0)
		return 0;
	out->p = p;
	out->value = item->today - ship.export_date;
	out->threshold = days;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "%s/%s: %lld units have not arrived %lld days after the "
		 "export to %s",
		 item->a, item->b, (long long)missing, (long long)out->value,
		 ship.destination);
	return 0;
}

/* RULES 9: arrived, and in store ever since. */
static int rf_12(struct wb_sweep_item *item, const struct wb_flag *p,
		 struct wb_sweep_outcome *out)
{
	enum { DAYS };
	struct wb_ship ship;
	int64_t in_store = 0;
	wb_date arrived;
	int rc = live_ship(item, out, &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	if (wb_flag_field_date(&item->rest, &arrived) != 0)
		return WB_ECORRUPT;
	for (size_t i = 0; i < ship.n_lines; i++) {
		const struct wb_ship_line *l = &ship.line[i];
		int64_t here = l->arrived - l->installed - l->away - l->retired;

		in_store += here > 0 ? here : 0;
	}
	if (in_store == 0)
		return 0;
	out->p = p;
	out->value = item->today - arrived;
	out->threshold = p->value[DAYS].number;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "%s/%s: %lld units that have arrived are not installed %lld "
		 "days after the arrival",
		 item->a, item->b, (long long)in_store, (long long)out->value);
	return 0;
}

/* 740.29(g)(1): the consignee's statement is filed within so many days. */
static int rf_28(struct wb_sweep_item *item, const struct wb_flag *p,
		 struct wb_sweep_outcome *out)
{
	enum { DAYS, TPP, FILING };
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	struct wb_ship ship;
	struct wb_later later;
	int rc = live_ship(item, out, &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? forget(item, true) : rc;
	if (too_early(item, &ship, p->value[DAYS].number, out))
		return 0;
	rc = wb_later_read(item->in->state, item->d, item->a, item->b, &later);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	if (rc == 0 && later.none)
		return forget(item, true);
	wb_state_key(key, "filed/%s/%s", item->a, item->b);
	rc = wb_state_read(item->in->state, item->d, key, &value);
	if (rc != WB_ENOTFOUND)
		return rc;
	out->p = p;
	out->value = item->today - ship.export_date;
	out->threshold = p->value[DAYS].number;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "%s/%s: the paper %s is not there %lld days after the export",
		 item->a, item->b, p->value[FILING].word[0],
		 (long long)out->value);
	return 0;
}

/* --- facilities: reports and location proofs -------------------------------
 */

/* The days of the year of value i that lie around date. */
static void yearly(const struct wb_flag *p, size_t i, wb_date date,
		   wb_date *ret_before, wb_date *ret_next)
{
	*ret_before = WB_DATE_NONE;
	*ret_next = WB_DATE_NONE;
	for (int year = wb_date_year(date) - 1; year <= wb_date_year(date) + 1;
	     year++) {
		for (size_t k = 0; k < p->value[i].n_words; k++) {
			char text[WB_DATE_TEXT + 32];
			wb_date day;

			snprintf(text, sizeof(text), "%04d-%s", year,
				 p->value[i].word[k]);
			if (wb_date_parse(wb_slice_str(text), &day) != 0)
				continue;
			if (day < date &&
			    (*ret_before == WB_DATE_NONE || day > *ret_before))
				*ret_before = day;
			if (day > date &&
			    (*ret_next == WB_DATE_NONE || day < *ret_next))
				*ret_next = day;
		}
	}
}

int wb_sweep_again(const struct wb_engine_input *in, struct wb_decision *d,
		   const char *kind, const char *holder, const char *id,
		   wb_date due, int64_t days)
{
	char word[WB_DUE_WORD + 1], text[WB_DATE_TEXT + 1];

	if (due == WB_DATE_NONE)
		return 0;
	wb_date_format(due, text);
	snprintf(word, sizeof(word), "%s:%s:%s:%s", kind, holder, id, text);
	return wb_due_add(in, d, due + (wb_date)days + 1, word);
}

int wb_sweep_facility(const struct wb_engine_input *in, struct wb_decision *d,
		      const char *holder, const char *id)
{
	const struct wb_flags *flags = in->law->flags;
	const struct wb_flag *report = flags->on[WB_RF_33];
	const struct wb_flag *proof = flags->on[WB_RF_14];
	wb_date today = wb_time_date(in->time), before, next;
	int rc = 0;

	if (report != NULL) {
		yearly(report, 0, today, &before, &next);
		rc = wb_sweep_again(in, d, "report", holder, id, next, 0);
		yearly(report, 1, today, &before, &next);
		if (rc == 0)
			rc = wb_sweep_again(in, d, "accounting", holder, id,
					    next, 0);
	}
	if (rc == 0 && proof != NULL) {
		yearly(proof, 1, today, &before, &next);
		rc = wb_sweep_again(in, d, "proof", holder, id, next,
				    proof->value[0].number);
	}
	return rc;
}

static int facility(struct wb_sweep_item *item, struct wb_sweep_outcome *out,
		    struct wb_fac *ret, wb_date *ret_due)
{
	struct wb_facility_now at;
	int rc;

	if (wb_flag_field_date(&item->rest, ret_due) != 0)
		return WB_ECORRUPT;
	wb_state_key(out->key, "fac/%s/%s", item->a, item->b);
	rc = wb_fac_read(item->in->state, item->d, item->a, item->b, ret);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	rc = wb_facility_read(item->in->state, item->d, item->a, item->b, &at);
	if (rc == 0)
		memcpy(out->scope[0], at.country, 3);
	return rc == WB_ENOTFOUND ? 0 : rc;
}

/* An inventory since the day before that it was due. */
static int half_yearly(struct wb_sweep_item *item, const struct wb_flag *p,
		       size_t days, const char *what,
		       struct wb_sweep_outcome *out)
{
	char text[WB_DATE_TEXT + 1];
	wb_date due, before, next;
	struct wb_fac fac;
	int rc = facility(item, out, &fac, &due);

	if (rc != 0)
		return rc;
	yearly(p, days, due, &before, &next);
	out->again = next;
	if (wb_fac_chips(&fac) == 0 ||
	    (fac.counted != WB_DATE_NONE && fac.counted > before))
		return 0;
	wb_date_format(due, text);
	out->p = p;
	out->value = item->today - due;
	out->threshold = 0;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "facility %s of %s, with %lld chips, has no inventory for the "
		 "%s of %s",
		 item->b, item->a, (long long)wb_fac_chips(&fac), what, text);
	return 0;
}

/* 748.15; Supp. 10: a report, here an inventory, in each half-year. */
static int rf_33(struct wb_sweep_item *item, const struct wb_flag *p,
		 struct wb_sweep_outcome *out)
{
	return half_yearly(item, p, 0, "report", out);
}

/* Supp. 10: and the accounting of chips, which is due on other days. */
static int rf_33_accounting(struct wb_sweep_item *item, const struct wb_flag *p,
			    struct wb_sweep_outcome *out)
{
	return half_yearly(item, p, 1, "chip accounting", out);
}

/* Supp. 8 to part 748, B(11): where the items are is proved from time to
 * time. */
static int rf_14(struct wb_sweep_item *item, const struct wb_flag *p,
		 struct wb_sweep_outcome *out)
{
	enum { DAYS, DUE };
	char text[WB_DATE_TEXT + 1];
	wb_date due, before, next;
	struct wb_fac fac;
	int rc = facility(item, out, &fac, &due);

	if (rc != 0)
		return rc;
	yearly(p, DUE, due, &before, &next);
	out->again = next;
	out->again_days = p->value[DAYS].number;
	if (wb_fac_chips(&fac) == 0 ||
	    (fac.evidence_date != WB_DATE_NONE && fac.evidence_date > before))
		return 0;
	wb_date_format(due, text);
	out->p = p;
	out->value = item->today - due;
	out->threshold = p->value[DAYS].number;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "facility %s of %s, with %lld chips, has no location proof "
		 "for %s",
		 item->b, item->a, (long long)wb_fac_chips(&fac), text);
	return 0;
}

static const struct {
	const char *name;
	enum wb_flag_index flag;
	int (*ask)(struct wb_sweep_item *item, const struct wb_flag *p,
		   struct wb_sweep_outcome *out);
} kinds[] = {
	{"arrival", WB_RF_11, rf_11},
	{"install", WB_RF_12, rf_12},
	{"filing", WB_RF_28, rf_28},
	{"report", WB_RF_33, rf_33},
	{"accounting", WB_RF_33, rf_33_accounting},
	{"proof", WB_RF_14, rf_14},
};

/* An item of a flag that is no longer on comes to nothing. */
int wb_sweep_ask(struct wb_sweep_item *item, struct wb_sweep_outcome *out)
{
	const struct wb_flags *flags = item->in->law->flags;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct wb_flag *p =
			flags == NULL ? NULL : flags->on[kinds[i].flag];

		if (wb_slice_is(item->kind, kinds[i].name))
			return p == NULL ? 0 : kinds[i].ask(item, p, out);
	}
	return WB_ECORRUPT;
}
