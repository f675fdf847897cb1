#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/due.h"
#include "core/flag.h"
#include "core/format.h"
#include "core/grants.h"

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
			(void)wb_flag_raise(a->d, flag, count, 0, "findings",
					    "%s: %s", first->code,
					    first->narrative);
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

		if (!wb_flag_word(p, COUNTER, b->counter) ||
		    sum <= b->limit_x10)
			continue;
		(void)wb_flag_raise(a->d, p, sum, b->limit_x10, "tpp_x10",
				    "%s TPP for %s, of %s that may be "
				    "installed",
				    wb_amount(sum, x), b->of,
				    wb_amount(b->limit_x10, y));
	}
}

/* --- what an operator says of a shipment -----------------------------------
 */

static int ship_of(const struct wb_flag_after *a, const struct wb_handling *h,
		   struct wb_ship *ret)
{
	int rc = wb_ship_read(a->in->state, a->d, h->shipper, h->shipment, ret);

	return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
}

static void about(const struct wb_flag_after *a, const struct wb_handling *h,
		  struct wb_seen *seen)
{
	char key[WB_STATE_KEY_MAX + 1];

	if (seen == NULL)
		return;
	snprintf(seen->party, sizeof(seen->party), "%s", h->shipper);
	snprintf(seen->id, sizeof(seen->id), "%s", h->shipment);
	wb_state_key(key, "ship/%s/%s", h->shipper, h->shipment);
	wb_flag_rests_on(a->d, seen, key);
}

/* 758.5: installed elsewhere than shipped to, or nobody knows where. */
static int rf_13(const struct wb_flag_after *a, const struct wb_flag *p,
		 const struct wb_handling *h)
{
	struct wb_facility_now at;
	struct wb_ship ship;
	int rc = ship_of(a, h, &ship);

	if (rc == 0)
		rc = wb_facility_read(a->in->state, a->d, a->holder, a->id,
				      &at);
	if (rc == WB_ENOTFOUND) {
		about(a, h,
		      wb_flag_raise(a->d, p, 0, 1, "facilities",
				    "facility %s of %s is not registered",
				    a->id, a->holder));
		return 0;
	}
	if (rc == 0 && strcmp(at.country, ship.destination) != 0)
		about(a, h,
		      wb_flag_raise(a->d, p, 1, 0, "countries",
				    "shipped to %s, installed in %s",
				    ship.destination, at.country));
	return rc;
}

/* 740.29(a): a transfer or resale of what came under the exception. */
static int rf_30(const struct wb_flag_after *a, const struct wb_flag *p,
		 const struct wb_handling *h)
{
	enum { COUNTER };
	bool leaves = a->in->statement->type == WB_MOVE
			      ? h->to_party != NULL && h->authority == NULL
			      : h->kind == WB_RETIRED_RESALE;
	struct wb_ship ship;
	int64_t units = 0;
	bool charged = false;
	int rc;

	if (!leaves)
		return 0;
	rc = ship_of(a, h, &ship);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < ship.n_charges; i++) {
		char name[WB_ID_MAX + 1];

		snprintf(name, sizeof(name), "%.*s",
			 (int)strcspn(ship.charge[i].key, "/"),
			 ship.charge[i].key);
		charged |= wb_flag_word(p, COUNTER, name);
	}
	for (size_t i = 0; i < h->n_items; i++)
		units += h->item[i].quantity;
	if (charged)
		about(a, h,
		      wb_flag_raise(a->d, p, units, 0, "units",
				    "%lld units that came under %s go to %s "
				    "without a new authority",
				    (long long)units, p->value[COUNTER].word[0],
				    h->to_party != NULL ? h->to_party
				    : h->buyer != NULL  ? h->buyer
							: "a buyer"));
	return 0;
}

/* 748.15, attrition: resold, and nobody says to whom. */
static void rf_34(const struct wb_flag_after *a, const struct wb_flag *p,
		  const struct wb_handling *h)
{
	enum { KINDS };
	int64_t units = 0;

	for (size_t i = 0; i < h->n_items; i++)
		units += h->item[i].quantity;
	if (h->buyer == NULL &&
	    wb_flag_word(p, KINDS, wb_retirement_name(h->kind)))
		about(a, h,
		      wb_flag_raise(a->d, p, units, 0, "units",
				    "%lld units retired as %s without a buyer",
				    (long long)units,
				    wb_retirement_name(h->kind)));
}

/* --- what is asked later ----------------------------------------------------
 */

static int due(const struct wb_flag_after *a, const char *kind,
	       const char *party, const char *id, int64_t day)
{
	char word[WB_DUE_WORD + 1];

	snprintf(word, sizeof(word), "%s:%s:%s", kind, party, id);
	if (day < a->asked)
		day = a->asked;
	return wb_due_add(a->in, a->d, (wb_date)day, word);
}

/* The arrival of what may go. */
static int due_arrival(const struct wb_flag_after *a,
		       const struct wb_shipment *s, const char *id)
{
	enum { DAYS_AIR, DAYS };
	const struct wb_flag *p = a->flags->on[WB_RF_11];
	bool air = s->transport == WB_TRANSPORT_AIR;

	if (p == NULL || a->d->verdict == WB_DENY)
		return 0;
	return due(a, "arrival", a->in->statement->party, id,
		   s->export_date + 1 + p->value[air ? DAYS_AIR : DAYS].number);
}

enum { FILED_DAYS = 0, FILING = 2, FILED_EXCEPTION = 4 }; /* of RF-28 */

/* The filing of what has moved under the exception. */
static int due_filing(const struct wb_flag_after *a,
		      const struct wb_shipment *s, const char *id)
{
	const struct wb_flag *p = a->flags->on[WB_RF_28];

	if (p == NULL || a->d->verdict != WB_CLEAR ||
	    wb_shipment_paper(s, p->value[FILING].word[0]) != NULL ||
	    wb_flag_path_x10(a->d, p, FILED_EXCEPTION) <= 0)
		return 0;
	return due(a, "filing", a->in->statement->party, id,
		   s->export_date + 1 + p->value[FILED_DAYS].number);
}

/* After a shipment or its correction. */
static int of_shipment(const struct wb_flag_after *a,
		       const struct wb_shipment *s, const char *id, bool again)
{
	const struct wb_flag *filing = a->flags->on[WB_RF_28];
	const char *party = a->in->statement->party;
	char key[WB_STATE_KEY_MAX + 1];
	int rc = again ? 0 : due_arrival(a, s, id);

	if (rc != 0 || filing == NULL)
		return rc;
	if (wb_shipment_paper(s, filing->value[FILING].word[0]) != NULL) {
		wb_state_key(key, "filed/%s/%s", party, id);
		return wb_state_write(a->d, key, wb_slice_str("filed"));
	}
	return again ? 0 : due_filing(a, s, id);
}

int wb_flags_later(const struct wb_engine_input *in,
		   const struct wb_shipment *s, const char *id,
		   enum wb_verdict was, struct wb_slice basis,
		   struct wb_decision *d)
{
	/* Items of days that this sweep has passed would be lost. */
	struct wb_flag_after a = {.in = in,
				  .d = d,
				  .flags = in->law->flags,
				  .asked = wb_time_date(in->time)};
	const struct wb_flag *filing;
	bool filed = false;
	int rc = 0;

	if (a.flags == NULL)
		return 0;
	filing = a.flags->on[WB_RF_28];
	for (size_t i = 0;
	     filing != NULL && i < filing->value[FILED_EXCEPTION].n_words; i++)
		filed |= was == WB_CLEAR &&
			 wb_slice_is(basis,
				     filing->value[FILED_EXCEPTION].word[i]);
	if (was == WB_DENY)
		rc = due_arrival(&a, s, id);
	return rc == 0 && !filed ? due_filing(&a, s, id) : rc;
}

/* --- by type ----------------------------------------------------------------
 */

static int of_handling(const struct wb_flag_after *a,
		       const struct wb_handling *h)
{
	enum wb_type type = a->in->statement->type;
	const struct wb_flags *f = a->flags;
	int rc = 0;

	if (type == WB_ARRIVAL && f->on[WB_RF_12] != NULL)
		return due(a, "install", h->shipper, h->shipment,
			   h->date + 1 + f->on[WB_RF_12]->value[0].number);
	if (type == WB_INSTALLATION && f->on[WB_RF_13] != NULL)
		rc = rf_13(a, f->on[WB_RF_13], h);
	if (rc == 0 && (type == WB_MOVE || type == WB_RETIREMENT) &&
	    f->on[WB_RF_30] != NULL)
		rc = rf_30(a, f->on[WB_RF_30], h);
	if (type == WB_RETIREMENT && f->on[WB_RF_34] != NULL)
		rf_34(a, f->on[WB_RF_34], h);
	return rc;
}

static int by_type(struct wb_flag_after *a)
{
	const struct wb_statement *st = a->in->statement;
	int rc = 0;

	a->holder = st->party;
	if (st->type == WB_SHIPMENT)
		return of_shipment(a, &st->u.shipment, st->id, false);
	if (st->type == WB_CORRECTION && st->u.correction.of == WB_SHIPMENT)
		return of_shipment(a, &st->u.correction.shipment,
				   st->u.correction.corrects, true);
	if (st->type == WB_ARRIVAL || st->type == WB_INSTALLATION ||
	    st->type == WB_MOVE || st->type == WB_RETIREMENT) {
		a->id = st->u.handling.facility;
		rc = of_handling(a, &st->u.handling);
	} else if (wb_inventory_of(st) != NULL) {
		a->id = wb_inventory_of(st)->facility;
	}
	if (rc == 0 && a->id != NULL && st->type != WB_ARRIVAL)
		rc = wb_flags_facility(a);
	return rc;
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
