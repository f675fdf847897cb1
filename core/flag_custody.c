#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/flag.h"
#include "core/format.h"
#include "core/grants.h"
#include "core/later.h"
#include "core/sweep.h"

/*
 * flag_custody: flags about statements of operators, and those that say of a
 * finding of the rules that it is a red flag; and what falls due later.
 */

/* --- findings of the rules that are red flags ------------------------------
 */

static const struct {
	enum wb_flag_index flag;
	const char *code;
} same[] = {
	/* by flag */
	{WB_RF_10, "short-received"},      {WB_RF_10, "over-received"},
	{WB_RF_10, "serial-differs"},      {WB_RF_15, "serial-twice"},
	{WB_RF_15, "serial-elsewhere"},    {WB_RF_16, "serial-unknown"},
	{WB_RF_31, "veu-limit"},           {WB_RF_40, "authority-exceeded"},
	{WB_RF_40, "authority-not-valid"}, {WB_RF_40, "authority-differs"},
};

#define ROWS (sizeof(same) / sizeof(same[0]))

/* Whether the finding is of one of these rows. */
static bool among(const struct wb_finding *f, size_t from, size_t to)
{
	for (size_t k = from; k < to; k++)
		if (wb_same(same[k].code, f->code))
			return true;
	return false;
}

/* What the statement says was done with units, also when it is said again;
 * *ret_type is what it is then.  NULL: nothing. */
static const struct wb_handling *handling_of(const struct wb_statement *st,
					     enum wb_type *ret_type)
{
	bool again = st->type == WB_CORRECTION;

	*ret_type = again ? st->u.correction.of : st->type;
	if (*ret_type != WB_ARRIVAL && *ret_type != WB_INSTALLATION &&
	    *ret_type != WB_MOVE && *ret_type != WB_RETIREMENT)
		return NULL;
	return again ? &st->u.correction.handling : &st->u.handling;
}

/* What such findings rest on: the grant that is named, the shipment that units
 * are of; and of the first its own, which is of others. */
static void same_records(const struct wb_flag_after *a,
			 const struct wb_finding *first, struct wb_seen *seen)
{
	const struct wb_statement *st = a->in->statement;
	const struct wb_shipment *s =
		st->type == WB_SHIPMENT ? &st->u.shipment
		: st->type == WB_CORRECTION &&
				st->u.correction.of == WB_SHIPMENT
			? &st->u.correction.shipment
			: NULL;
	char key[WB_STATE_KEY_MAX + 1];
	enum wb_type type;
	const struct wb_handling *h = handling_of(st, &type);

	if (s != NULL && s->authorization_number != NULL) {
		wb_state_key(key, "grant/%s", s->authorization_number);
		wb_seen_rests_on(a->d, seen, key);
	}
	if (h != NULL) {
		wb_state_key(key, "ship/%s/%s", h->shipper, h->shipment);
		wb_seen_rests_on(a->d, seen, key);
	}
	for (size_t i = 0; seen != NULL && i < first->seen.n_records &&
			   seen->n_records < WB_FLAG_RECORDS_MAX;
	     i++) {
		seen->record[seen->n_records++] = first->seen.record[i];
		seen->shared = true;
	}
}

/* Once per flag: the number of such findings, and the first of them. */
static void same_findings(const struct wb_flag_after *a)
{
	size_t n = a->d->n_findings, to;

	for (size_t from = 0; from < ROWS; from = to) {
		const struct wb_flag *flag = a->flags->on[same[from].flag];
		const struct wb_finding *first = NULL;
		int64_t count = 0;

		for (to = from + 1; to < ROWS; to++)
			if (same[to].flag != same[from].flag)
				break;
		for (size_t i = 0; i < n && flag != NULL; i++)
			if (among(&a->d->finding[i], from, to) && count++ == 0)
				first = &a->d->finding[i];
		if (count > 0)
			same_records(a, first,
				     wb_flag_raise(a->d, flag, count, 0,
						   "findings", "%s: %s",
						   first->code,
						   first->narrative));
	}
}

/* 748.15: the installed base of a national validated end user. */
static void rf_32(const struct wb_flag_after *a, const struct wb_flag *p)
{
	enum { COUNTER };

	for (size_t i = 0; i < a->d->n_balances; i++) {
		const struct wb_balance *b = &a->d->balance[i];
		int64_t sum = b->before_x10 + b->asked_x10;
		char x[WB_AMOUNT_MAX], y[WB_AMOUNT_MAX];
		char key[WB_STATE_KEY_MAX + 1];

		if (!wb_flag_word(p, COUNTER, b->counter) ||
		    sum <= b->limit_x10)
			continue;
		wb_state_key(key, "%s/%s/%s", b->counter, b->of, b->period);
		wb_seen_rests_on(
			a->d,
			wb_flag_shared(wb_flag_raise(
				a->d, p, sum, b->limit_x10, "tpp_x10",
				"with %s TPP more, above the %s TPP that may "
				"be installed in %s",
				wb_amount(b->asked_x10, x),
				wb_amount(b->limit_x10, y), b->period)),
			key);
	}
}

/* --- what is asked later ----------------------------------------------------
 */

/* BIS diversion guidance: what was refused goes to another, corrected. */
static void rf_25(const struct wb_flag_after *a, const struct wb_flag *p,
		  const struct wb_shipment *s, const char *id,
		  const struct wb_ship *old)
{
	enum { SET, DAYS };
	int64_t was = 0, is = 0,
		days = (int64_t)s->export_date - old->export_date;
	char key[WB_STATE_KEY_MAX + 1];

	if (old->verdict != WB_DENY || a->d->verdict == WB_DENY ||
	    (strcmp(old->party[0], s->consignee) == 0 &&
	     strcmp(old->destination, s->destination) == 0) ||
	    days > p->value[DAYS].number ||
	    !wb_set_holds(a->flags->sets, p->value[SET].set,
			  a->in->law->countries, old->destination,
			  old->export_date))
		return;
	for (size_t i = 0; i < old->n_lines; i++)
		was += old->line[i].shipped;
	for (size_t i = 0; i < s->n_items; i++)
		is += s->item[i].quantity;
	wb_state_key(key, "ship/%s/%s", a->in->statement->party, id);
	wb_seen_rests_on(a->d,
			 wb_flag_raise(a->d, p, is, was, "units",
				       "%s is %lld units to %s in %s now: %lld "
				       "were refused to %s in %s",
				       id, (long long)is, s->consignee,
				       s->destination, (long long)was,
				       old->party[0], old->destination),
			 key);
}

/* After a shipment or its correction. */
static int of_shipment(const struct wb_flag_after *a,
		       const struct wb_shipment *s, const char *id, bool again)
{
	enum { FILING = 2 };
	const struct wb_flag *filing = a->flags->on[WB_RF_28];
	const char *party = a->in->statement->party;
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_ship old = {.verdict = WB_DENY};
	int rc = 0;

	if (again)
		rc = wb_ship_read(a->in->state, a->d, party, id, &old);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	if (again && a->flags->on[WB_RF_25] != NULL)
		rf_25(a, a->flags->on[WB_RF_25], s, id, &old);
	if (filing != NULL &&
	    wb_shipment_paper(s, filing->value[FILING].word[0]) != NULL) {
		wb_state_key(key, "filed/%s/%s", party, id);
		rc = wb_state_write(a->d, key, wb_slice_str("filed"));
	}
	return rc == 0 ? wb_later_shipment(a, s, id, again, old.verdict) : rc;
}

int wb_flags_later(const struct wb_engine_input *in,
		   const struct wb_shipment *s, const char *id,
		   enum wb_verdict was, struct wb_decision *d)
{
	/* Items of days that this sweep has passed would be lost. */
	const struct wb_flag_after a = {.in = in,
					.d = d,
					.flags = in->law->flags,
					.asked = wb_time_date(in->time)};

	return a.flags == NULL ? 0 : wb_later_shipment(&a, s, id, true, was);
}

/* --- by type ----------------------------------------------------------------
 */

static int of_arrival(const struct wb_flag_after *a,
		      const struct wb_handling *h)
{
	const struct wb_flag *p = a->flags->on[WB_RF_12];

	/* What was put off when it was said first is asked then. */
	if (p == NULL || a->in->statement->type == WB_CORRECTION)
		return 0;
	return wb_sweep_again(a->in, a->d, "install", h->shipper, h->shipment,
			      h->date, p->value[0].number);
}

static int of_place(struct wb_flag_after *a, const char *facility)
{
	a->id = facility;
	return wb_flags_facility(a);
}

static int by_type(struct wb_flag_after *a)
{
	const struct wb_statement *st = a->in->statement;
	const struct wb_handling *h;
	enum wb_type type;
	int rc;

	a->holder = st->party;
	if (st->type == WB_SHIPMENT)
		return of_shipment(a, &st->u.shipment, st->id, false);
	if (st->type == WB_CORRECTION && st->u.correction.of == WB_SHIPMENT)
		return of_shipment(a, &st->u.correction.shipment,
				   st->u.correction.corrects, true);
	if (wb_inventory_of(st) != NULL)
		return of_place(a, wb_inventory_of(st)->facility);
	h = handling_of(st, &type);
	if (h == NULL)
		return 0;
	if (type == WB_ARRIVAL)
		return of_arrival(a, h);
	rc = wb_flags_handling(a, type, h);
	if (rc == 0)
		rc = of_place(a, h->facility);
	return rc == 0 && h->to_facility != NULL ? of_place(a, h->to_facility)
						 : rc;
}

int wb_flags_after(const struct wb_engine_input *in, struct wb_decision *d)
{
	struct wb_flag_after a = {.in = in,
				  .d = d,
				  .flags = in->law->flags,
				  .today = wb_time_date(in->time)};
	int rc;

	if (a.flags == NULL || in->law->countries == NULL)
		return 0;
	rc = by_type(&a);
	if (rc == 0 || rc == WB_ELIMIT)
		same_findings(&a);
	if (a.flags->on[WB_RF_32] != NULL)
		rf_32(&a, a.flags->on[WB_RF_32]);
	if (rc == WB_ELIMIT)
		wb_find_once(d, "flags-not-asked", "",
			     "some about custody, or on a later day, were "
			     "not");
	if (d->verdict != WB_NOTED || d->n_findings > 0)
		d->flags = a.flags;
	return rc == WB_ELIMIT ? 0 : rc;
}
