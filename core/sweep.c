#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/due.h"
#include "core/flag.h"
#include "core/grants.h"
#include "waybill/text.h"

/*
 * sweep: flags that time alone triggers.  The ledger states "sweep, this day,
 * this part"; what is due by then follows from the state, so an auditor finds
 * the same.  A sweep takes as many items as one decision may read and leaves
 * the others to the next part.
 */

#define SWEEP_FINDINGS 100 /* of one sweep: the others wait */

/* What an item comes to. */
struct outcome {
	const struct wb_flag *p; /* both NULL: nothing to tell */
	const char *code;        /* of a finding that is no flag */
	int64_t value, threshold;
	const char *unit;
	char text[360];
	char key[WB_STATE_KEY_MAX + 1]; /* it rests on */
	char scope[2][3];               /* countries it concerns */
};

struct item {
	const struct wb_engine_input *in;
	struct wb_decision *d;
	wb_date today;
	struct wb_slice rest; /* of the word */
	char a[WB_ID_MAX + 1], b[WB_ID_MAX + 1];
};

static int take_name(struct item *item, char ret[WB_ID_MAX + 1])
{
	return wb_slice_copy(wb_flag_field(&item->rest), ret, WB_ID_MAX + 1) ==
			       0
		       ? 0
		       : WB_ECORRUPT;
}

/* --- shipments: arrival, installation, filing ------------------------------
 */

/* The shipment, unless it was voided or may not have gone. */
static int live_ship(struct item *item, struct outcome *out,
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

/* RULES 9: nobody attests that the goods have arrived. */
static int rf_11(struct item *item, const struct wb_flag *p,
		 struct outcome *out)
{
	enum { DAYS_AIR, DAYS };
	struct wb_ship ship;
	int64_t missing = 0;
	bool air;
	int rc = live_ship(item, out, &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	for (size_t i = 0; i < ship.n_lines; i++)
		if (ship.line[i].arrived < ship.line[i].shipped)
			missing += ship.line[i].shipped - ship.line[i].arrived;
	if (missing == 0)
		return 0;
	air = strcmp(ship.transport, wb_transport_name(WB_TRANSPORT_AIR)) == 0;
	out->p = p;
	out->value = item->today - ship.export_date;
	out->threshold = p->value[air ? DAYS_AIR : DAYS].number;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "%s/%s: %lld units have not arrived %lld days after the "
		 "export to %s",
		 item->a, item->b, (long long)missing, (long long)out->value,
		 ship.destination);
	return 0;
}

/* RULES 9: arrived, and in store ever since. */
static int rf_12(struct item *item, const struct wb_flag *p,
		 struct outcome *out)
{
	enum { DAYS };
	struct wb_ship ship;
	int64_t in_store = 0;
	int rc = live_ship(item, out, &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	for (size_t i = 0; i < ship.n_lines; i++) {
		const struct wb_ship_line *l = &ship.line[i];
		int64_t here = l->arrived - l->installed - l->away - l->retired;

		in_store += here > 0 ? here : 0;
	}
	if (in_store == 0)
		return 0;
	out->p = p;
	out->value = in_store;
	out->threshold = 0;
	out->unit = "units";
	snprintf(out->text, sizeof(out->text),
		 "%s/%s: %lld units that have arrived are not installed after "
		 "%lld days",
		 item->a, item->b, (long long)in_store,
		 (long long)p->value[DAYS].number);
	return 0;
}

/* 740.29(g)(1): the consignee's statement is filed within so many days. */
static int rf_28(struct item *item, const struct wb_flag *p,
		 struct outcome *out)
{
	enum { DAYS, TPP, FILING };
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	struct wb_ship ship;
	int rc = live_ship(item, out, &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
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

/*
 * DESIGN 3.5: a shipment that was judged before its date of export is to be
 * judged by the edition that is the law of that day.  The digest of the one
 * that decided stands in the item, its first 16 digits.
 */
static int law_of_the_day(struct item *item, struct outcome *out)
{
	char hex[2 * WB_HASH_LEN + 1];
	const struct wb_edition *ed;
	struct wb_ship ship;
	int rc = live_ship(item, out, &ship);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	ed = wb_law_edition(item->in->law, ship.export_date);
	if (ed == NULL)
		return 0;
	wb_hex(ed->digest, WB_HASH_LEN, hex);
	hex[16] = '\0';
	if (wb_slice_is(item->rest, hex))
		return 0;
	out->code = "law-changed";
	out->value = 1;
	out->unit = "editions";
	snprintf(out->text, sizeof(out->text),
		 "%s/%s was judged by another edition than %s, which is the "
		 "law of its date of export",
		 item->a, item->b, ed->id);
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

/* kind:operator:facility:day, to be asked so many days behind it. */
static int again(const struct wb_engine_input *in, struct wb_decision *d,
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
		rc = again(in, d, "report", holder, id, next, 0);
	}
	if (rc == 0 && proof != NULL) {
		yearly(proof, 1, today, &before, &next);
		rc = again(in, d, "proof", holder, id, next,
			   proof->value[0].number);
	}
	return rc;
}

static int facility(struct item *item, struct outcome *out, struct wb_fac *ret,
		    wb_date *ret_due)
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

/* 748.15; Supp. 10: a report, here an inventory, in each half-year. */
static int rf_33(struct item *item, const struct wb_flag *p,
		 struct outcome *out)
{
	enum { DUE };
	char text[WB_DATE_TEXT + 1];
	wb_date due, before, next;
	struct wb_fac fac;
	int rc = facility(item, out, &fac, &due);

	if (rc != 0)
		return rc;
	yearly(p, DUE, due, &before, &next);
	rc = again(item->in, item->d, "report", item->a, item->b, next, 0);
	if (rc != 0 || fac.chips == 0 ||
	    (fac.counted != WB_DATE_NONE && fac.counted > before))
		return rc;
	wb_date_format(due, text);
	out->p = p;
	out->value = item->today - due;
	out->threshold = 0;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "facility %s of %s, with %lld chips, has no inventory for the "
		 "report of %s",
		 item->b, item->a, (long long)fac.chips, text);
	return 0;
}

/* Supp. 8 to part 748, B(11): where the items are is proved from time to
 * time. */
static int rf_14(struct item *item, const struct wb_flag *p,
		 struct outcome *out)
{
	enum { DAYS, DUE };
	char text[WB_DATE_TEXT + 1];
	wb_date due, before, next;
	struct wb_fac fac;
	int rc = facility(item, out, &fac, &due);

	if (rc != 0)
		return rc;
	yearly(p, DUE, due, &before, &next);
	rc = again(item->in, item->d, "proof", item->a, item->b, next,
		   p->value[DAYS].number);
	if (rc != 0 || fac.chips == 0 ||
	    (fac.evidence_date != WB_DATE_NONE && fac.evidence_date > before))
		return rc;
	wb_date_format(due, text);
	out->p = p;
	out->value = item->today - due;
	out->threshold = p->value[DAYS].number;
	out->unit = "days";
	snprintf(out->text, sizeof(out->text),
		 "facility %s of %s, with %lld chips, has no location proof "
		 "for %s",
		 item->b, item->a, (long long)fac.chips, text);
	return 0;
}

/* --- the sweep -------------------------------------------------------------
 */

static const struct {
	const char *name;
	enum wb_flag_index flag;
	int (*ask)(struct item *item, const struct wb_flag *p,
		   struct outcome *out);
} kinds[] = {
	{"arrival", WB_RF_11, rf_11}, {"install", WB_RF_12, rf_12},
	{"filing", WB_RF_28, rf_28},  {"report", WB_RF_33, rf_33},
	{"proof", WB_RF_14, rf_14},
};

/* An item of a flag that is no longer on comes to nothing. */
static int ask(struct item *item, struct outcome *out)
{
	struct wb_slice kind = wb_flag_field(&item->rest);
	int rc = take_name(item, item->a);

	if (rc == 0)
		rc = take_name(item, item->b);
	if (rc == 0 && wb_slice_is(kind, "law"))
		return law_of_the_day(item, out);
	for (size_t i = 0; rc == 0 && i < sizeof(kinds) / sizeof(kinds[0]);
	     i++) {
		const struct wb_flag *p =
			item->in->law->flags->on[kinds[i].flag];

		if (!wb_slice_is(kind, kinds[i].name))
			continue;
		return p == NULL ? 0 : kinds[i].ask(item, p, out);
	}
	return rc == 0 ? WB_ECORRUPT : rc;
}

/* One decision is shown to governments whole: what it finds concerns the same
 * countries. */
static bool same_scopes(const struct wb_decision *d, const struct outcome *out)
{
	for (size_t i = 0; i < d->n_scopes; i++)
		if (strcmp(d->scope[i], out->scope[0]) != 0 &&
		    strcmp(d->scope[i], out->scope[1]) != 0)
			return false;
	for (size_t k = 0; k < 2; k++) {
		bool there = out->scope[k][0] == '\0';

		for (size_t i = 0; i < d->n_scopes; i++)
			there |= strcmp(d->scope[i], out->scope[k]) == 0;
		if (!there)
			return false;
	}
	return true;
}

static struct wb_seen *find(const struct item *item, const struct outcome *out)
{
	struct wb_finding *f;

	if (out->p != NULL)
		return wb_flag_raise(item->d, out->p, out->value,
				     out->threshold, out->unit, "%s",
				     out->text);
	wb_find(item->d, out->code, "", "%s", out->text);
	f = &item->d->finding[item->d->n_findings - 1];
	f->seen = (struct wb_seen){
		.version = 1, .value = out->value, .unit = out->unit};
	return &f->seen;
}

static void tell(const struct item *item, const struct outcome *out)
{
	struct wb_seen *seen = find(item, out);

	wb_scope_add(item->d, out->scope[0]);
	wb_scope_add(item->d, out->scope[1]);
	if (seen == NULL)
		return;
	snprintf(seen->party, sizeof(seen->party), "%s", item->a);
	snprintf(seen->id, sizeof(seen->id), "%s", item->b);
	wb_flag_rests_on(item->d, seen, out->key);
}

/* Whether the decision has room for another item. */
static bool room(const struct wb_decision *d)
{
	return d->n_reads + 8 <= WB_READS_MAX &&
	       d->n_writes + 8 <= WB_WRITES_MAX &&
	       d->n_findings < SWEEP_FINDINGS;
}

int wb_sweep(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_sweep *s = &in->statement->u.sweep;
	struct wb_slice word;
	struct wb_due due;
	int rc = wb_due_read(in->state, d, &due);

	if (rc != 0)
		return rc;
	d->flags = in->law->flags;
	due.swept = s->day;
	due.swept_part = s->part;
	rc = wb_due_write(d, &due);
	while (rc == 0 && room(d)) {
		struct item item = {.in = in, .d = d, .today = s->day};
		struct outcome out = {0};

		rc = wb_due_next(in->state, d, s->day, &due, &word);
		if (rc != 0)
			break;
		item.rest = word;
		if (in->law->flags != NULL)
			rc = ask(&item, &out);
		if (rc != 0)
			break;
		if ((out.p != NULL || out.code != NULL) && d->n_findings > 0 &&
		    !same_scopes(d, &out))
			break;
		if (out.p != NULL || out.code != NULL)
			tell(&item, &out);
		due.done++;
	}
	if (rc != 0 && rc != WB_ENOTFOUND && rc != WB_ELIMIT)
		return rc;
	return wb_due_write(d, &due);
}

int wb_sweep_admit(const struct wb_engine_input *in, struct wb_decision *d,
		   struct wb_problem *problem)
{
	const struct wb_sweep *s = &in->statement->u.sweep;
	struct wb_slice word;
	struct wb_due due;
	int64_t part;
	int rc = wb_due_read(in->state, d, &due);

	if (rc != 0)
		return rc;
	if (s->day != wb_time_date(in->time))
		return wb_refuse(problem, WB_P_VALUE, "/day",
				 "a sweep is of the day of its record");
	part = due.swept == s->day ? due.swept_part + 1 : 1;
	if (s->part != part)
		return wb_refuse(problem, WB_P_VALUE, "/part",
				 "the next part of the day is %lld",
				 (long long)part);
	rc = wb_due_next(in->state, d, s->day, &due, &word);
	if (rc == WB_ENOTFOUND)
		return wb_refuse(problem, WB_P_VALUE, "/day", "nothing is due");
	/* Many months without an item: it comes a part further. */
	return rc == WB_ELIMIT ? 0 : rc;
}
