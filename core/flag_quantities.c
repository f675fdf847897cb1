#include <stdio.h>
#include <string.h>

#include "core/flag.h"
#include "waybill/text.h"

/* flag_quantities: how much, how often, and how that compares. */

#define BAND_MAX    32 /* dates kept of shipments just below the notice */
#define PRICES_MAX  48 /* prices kept of a model */
#define REFUSED_MAX 16 /* refused orders kept of a model */

/* --- just below the notice: band/ID --------------------------------------- */

/* The most dates, date among them, within so many days. */
static int64_t most_within(const wb_date date[], size_t n, wb_date with,
			   int64_t days)
{
	int64_t most = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t here = 0;

		/* A window that begins at one of them and holds `with`. */
		if (date[i] > with || with - date[i] >= days)
			continue;
		for (size_t k = 0; k < n; k++)
			here += date[k] >= date[i] && date[k] - date[i] < days;
		if (here > most)
			most = here;
	}
	return most;
}

/* 740.29(g)(3): several shipments that just need no notice. */
WB_FLAG(05)
{
	enum { COUNT, DAYS, TPP, PERCENT, EXCEPTION };
	int64_t limit = p->value[TPP].number, most;
	int64_t x10 = wb_flag_path_x10(w->d, p, EXCEPTION);
	char key[WB_STATE_KEY_MAX + 1], text[WB_DATE_TEXT + 1];
	wb_date date[WB_FLAG_LIST_MAX + 1];
	struct wb_flag_list list;
	int rc;

	if (x10 >= limit || x10 <= 0 ||
	    (__int128)x10 * 1000 < (__int128)limit * p->value[PERCENT].number)
		return 0;
	wb_state_key(key, "band/%s", w->s->consignee);
	rc = wb_flag_list_read(w, key, &list);
	for (size_t i = 0; rc == 0 && i < list.n; i++)
		rc = wb_date_parse(list.word[i], &date[i]) == 0 ? 0
								: WB_ECORRUPT;
	if (rc != 0)
		return rc;
	date[list.n] = w->s->export_date;
	most = most_within(date, list.n + 1, w->s->export_date,
			   p->value[DAYS].number);
	if (most >= p->value[COUNT].number)
		wb_seen_rests_on(
			w->d,
			wb_flag_shared(wb_flag_raise(
				w->d, p, most, p->value[COUNT].number,
				"shipments",
				"%lld or more shipments to %s within %d days "
				"lie just below the size that asks for a "
				"notice",
				(long long)p->value[COUNT].number,
				w->s->consignee, (int)p->value[DAYS].number)),
			key);
	wb_date_format(w->s->export_date, text);
	return wb_flag_list_add(w, &list, BAND_MAX, text);
}

/* --- refused, then another way: refused/MODEL ------------------------------
 */

struct refused {
	wb_date date;
	int64_t quantity;
	char destination[3];
	char consignee[WB_ID_MAX + 1], parent[WB_ID_MAX + 1];
	char shipment[2 * WB_ID_MAX + 2]; /* party/id */
};

/* date:quantity:destination:consignee:parent:party/id */
static int refused_read(struct wb_slice word, struct refused *ret)
{
	int rc = wb_flag_field_date(&word, &ret->date);

	if (rc == 0)
		rc = wb_flag_field_number(&word, &ret->quantity);
	if (rc == 0)
		rc = wb_slice_copy(wb_flag_field(&word), ret->destination,
				   sizeof(ret->destination));
	if (rc == 0)
		rc = wb_slice_copy(wb_flag_field(&word), ret->consignee,
				   sizeof(ret->consignee));
	if (rc == 0)
		rc = wb_slice_copy(wb_flag_field(&word), ret->parent,
				   sizeof(ret->parent));
	if (rc == 0)
		rc = wb_slice_copy(wb_flag_field(&word), ret->shipment,
				   sizeof(ret->shipment));
	return rc == 0 ? 0 : WB_ECORRUPT;
}

/* Whether a party of this shipment is, or has the parent of, the one refused.
 */
static bool related(const struct wb_flag_work *w, const struct refused *r)
{
	const struct wb_shipment *s = w->s;
	bool same = strcmp(w->consignee.parent, r->parent) == 0 ||
		    strcmp(s->consignee, r->consignee) == 0;

	if (s->end_user != NULL)
		same |= strcmp(s->end_user, r->consignee) == 0;
	for (size_t i = 0; i < s->n_intermediates; i++)
		same |= strcmp(s->intermediate[i], r->consignee) == 0;
	return same;
}

/* It rests on the record of the refusal, whoever's that is. */
static int refused_told(const struct wb_flag_work *w, const struct wb_flag *p,
			size_t m, const struct refused *r, int64_t days)
{
	enum { SET, DAYS };
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice unused;
	int rc;

	wb_state_key(key, "said/%s", r->shipment);
	rc = wb_flag_read(w, key, &unused);
	/* A case that is tried out may be of an order that nobody said. */
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	wb_seen_rests_on(
		w->d,
		wb_flag_shared(wb_flag_raise(
			w->d, p, days, p->value[DAYS].number, "days",
			"%lld %s to %s: about as many were refused to a party "
			"related to this order within %lld days before",
			(long long)w->model[m].quantity, w->model[m].model,
			w->s->consignee, (long long)p->value[DAYS].number)),
		key);
	return 0;
}

static int refused_compare(const struct wb_flag_work *w,
			   const struct wb_flag *p,
			   const struct wb_flag_list *list, size_t m)
{
	enum { SET, DAYS, PERCENT };
	int64_t quantity = w->model[m].quantity;

	for (size_t i = 0; i < list->n; i++) {
		struct refused r;
		int64_t days, away;
		int rc = refused_read(list->word[i], &r);

		if (rc != 0)
			return rc;
		days = (int64_t)w->s->export_date - r.date;
		away = quantity < r.quantity ? r.quantity - quantity
					     : quantity - r.quantity;
		if (days < 0 || days > p->value[DAYS].number ||
		    away * 1000 > r.quantity * p->value[PERCENT].number ||
		    strcmp(r.destination, w->s->destination) == 0 ||
		    !related(w, &r))
			continue;
		return refused_told(w, p, m, &r, days);
	}
	return 0;
}

/* BIS diversion guidance: what was refused to one comes by a related one. */
WB_FLAG(25)
{
	enum { SET, DAYS, PERCENT };
	bool refused = w->d->verdict == WB_DENY &&
		       wb_flag_in(w, p, SET, w->s->destination);
	char key[WB_STATE_KEY_MAX + 1], date[WB_DATE_TEXT + 1], word[512];
	struct wb_flag_list list;

	wb_date_format(w->s->export_date, date);
	for (size_t m = 0; m < w->n_models; m++) {
		int rc;

		wb_state_key(key, "refused/%s", w->model[m].model);
		rc = wb_flag_list_read(w, key, &list);
		if (rc == 0 && !refused)
			rc = refused_compare(w, p, &list, m);
		if (rc == 0 && refused) {
			snprintf(word, sizeof(word), "%s:%lld:%s:%s:%s:%s/%s",
				 date, (long long)w->model[m].quantity,
				 w->s->destination, w->s->consignee,
				 w->consignee.parent, w->party, w->id);
			rc = wb_flag_list_add(w, &list, REFUSED_MAX, word);
		}
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* a as tenths of a percent of b, cut off. */
static int64_t percent_of(int64_t a, int64_t b)
{
	__int128 x10 = b <= 0 ? WB_INTEGER_MAX : (__int128)a * 1000 / b;

	return x10 > WB_INTEGER_MAX ? WB_INTEGER_MAX : (int64_t)x10;
}

/* --- inflow of a country: inflow/CC/QUARTER ------------------------------- */

static void quarter_key(char out[WB_STATE_KEY_MAX + 1], const char *country,
			wb_date date, int back)
{
	int year = wb_date_year(date), quarter = wb_date_quarter(date) - back;

	if (quarter < 1) {
		quarter += 4;
		year--;
	}
	wb_state_key(out, "inflow/%s/%dQ%d", country, year, quarter);
}

/* The quantity of a model in a list of model:quantity; its place or n. */
static int inflow_of(const struct wb_flag_list *list, const char *model,
		     int64_t *ret, size_t *ret_at)
{
	*ret = 0;
	for (*ret_at = 0; *ret_at < list->n; (*ret_at)++) {
		struct wb_slice word = list->word[*ret_at];

		if (wb_slice_is(wb_flag_field(&word), model))
			return wb_flag_field_number(&word, ret);
	}
	return 0;
}

/* Diversion through a hub: a part's inflow jumps from quarter to quarter. */
WB_FLAG(26)
{
	enum { TIMES, SET, LEAST };
	char key[WB_STATE_KEY_MAX + 1], word[WB_FLAG_MODELS_MAX][96];
	struct wb_flag_list before, now;
	int rc;

	if (w->d->verdict == WB_DENY || w->n_models == 0 ||
	    !wb_flag_in(w, p, SET, w->s->destination))
		return 0;
	quarter_key(key, w->s->destination, w->s->export_date, 1);
	rc = wb_flag_list_read(w, key, &before);
	quarter_key(key, w->s->destination, w->s->export_date, 0);
	if (rc == 0)
		rc = wb_flag_list_read(w, key, &now);
	for (size_t m = 0; rc == 0 && m < w->n_models; m++) {
		int64_t then, had, has, limit;
		size_t at, unused;

		rc = inflow_of(&before, w->model[m].model, &then, &unused);
		if (rc == 0)
			rc = inflow_of(&now, w->model[m].model, &had, &at);
		if (rc != 0)
			break;
		has = had + w->model[m].quantity;
		limit = then * p->value[TIMES].number;
		/* Told once, by the shipment that passes the line. */
		if (then >= p->value[LEAST].number && had <= limit &&
		    has > limit)
			wb_seen_rests_on(
				w->d,
				wb_flag_shared(wb_flag_raise(
					w->d, p, percent_of(has, then),
					1000 * p->value[TIMES].number,
					"percent_x10",
					"orders for %s, with the %lld %s of "
					"this one, are above %lld times those "
					"of the quarter before",
					w->s->destination,
					(long long)w->model[m].quantity,
					w->model[m].model,
					(long long)p->value[TIMES].number)),
				key);
		/* A country with more models than are kept counts no more. */
		if (at == WB_FLAG_LIST_MAX)
			continue;
		snprintf(word[m], sizeof(word[m]), "%s:%lld", w->model[m].model,
			 (long long)has);
		now.word[at] = wb_slice_str(word[m]);
		now.n += at == now.n;
	}
	/* What waits for a licence is no inflow yet. */
	return rc == 0 && w->d->verdict == WB_CLEAR
		       ? wb_flag_list_write(w, &now)
		       : rc;
}

/* --- prices: price/MODEL -------------------------------------------------- */

/* The median of the prices within so many days before; their number. */
static int median(const struct wb_flag_work *w, const struct wb_flag_list *list,
		  int64_t days, int64_t *ret, int64_t *ret_n)
{
	int64_t sorted[WB_FLAG_LIST_MAX], price;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct wb_slice word = list->word[i];
		wb_date date;
		size_t at = n;
		int rc = wb_flag_field_date(&word, &date);

		if (rc == 0)
			rc = wb_flag_field_number(&word, &price);
		if (rc != 0)
			return rc;
		if (date > w->s->export_date || w->s->export_date - date > days)
			continue;
		for (; at > 0 && sorted[at - 1] > price; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = price;
		n++;
	}
	*ret_n = (int64_t)n;
	/* Of an even number the upper of the two in the middle. */
	*ret = n > 0 ? sorted[n / 2] : 0;
	return 0;
}

static int price_of(const struct wb_flag_work *w, const struct wb_flag *p,
		    const struct wb_item *item)
{
	enum { PERCENT, DAYS, LEAST };
	char key[WB_STATE_KEY_MAX + 1], date[WB_DATE_TEXT + 1], word[64];
	struct wb_flag_list list;
	int64_t usual, n;
	int rc;

	wb_state_key(key, "price/%s", item->model);
	rc = wb_flag_list_read(w, key, &list);
	if (rc == 0)
		rc = median(w, &list, p->value[DAYS].number, &usual, &n);
	if (rc != 0)
		return rc;
	if (n >= p->value[LEAST].number && n > 0 &&
	    (__int128)item->unit_value_usd * 1000 >
		    (__int128)usual * p->value[PERCENT].number)
		wb_seen_rests_on(
			w->d,
			wb_flag_shared(wb_flag_raise(
				w->d, p,
				percent_of(item->unit_value_usd, usual),
				p->value[PERCENT].number, "percent_x10",
				"line %d: %lld USD for %s, above %lld.%lld "
				"percent of the median of %d days",
				item->line, (long long)item->unit_value_usd,
				item->model,
				(long long)(p->value[PERCENT].number / 10),
				(long long)(p->value[PERCENT].number % 10),
				(int)p->value[DAYS].number)),
			key);
	wb_date_format(w->s->export_date, date);
	snprintf(word, sizeof(word), "%s:%lld", date,
		 (long long)item->unit_value_usd);
	return wb_flag_list_add(w, &list, PRICES_MAX, word);
}

/* Supp. 3 to part 732, 5: the price, and where the money comes from. */
WB_FLAG(24)
{
	const struct wb_shipment *s = w->s;

	if (s->payer != NULL && w->consignee.registered &&
	    strcmp(s->payer, w->consignee.country) != 0)
		(void)wb_flag_raise(w->d, p, 1, 0, "payers",
				    "paid from %s for %s in %s", s->payer,
				    s->consignee, w->consignee.country);
	/* Each model once: the line that stands first. */
	for (size_t m = 0; m < w->n_models; m++) {
		size_t i = 0;
		int rc;

		while (i < s->n_items &&
		       (s->item[i].model == NULL ||
			strcmp(s->item[i].model, w->model[m].model) != 0))
			i++;
		if (i == s->n_items || s->item[i].unit_value_usd < 0)
			continue;
		rc = price_of(w, p, &s->item[i]);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* --- limits --------------------------------------------------------------- */

/* 740.29(d): a year's claims under the limit, by whatever exporters. */
WB_FLAG(29)
{
	enum { TPP, COUNTER };
	int64_t limit = wb_flag_limit(w->d, p, TPP);

	for (size_t i = 0; i < w->d->n_balances && limit >= 0; i++) {
		const struct wb_balance *b = &w->d->balance[i];
		int64_t sum = b->before_x10 + b->asked_x10;
		char asked[WB_AMOUNT_MAX], most[WB_AMOUNT_MAX];
		char key[WB_STATE_KEY_MAX + 1];

		if (!wb_flag_word(p, COUNTER, b->counter) || sum <= limit)
			continue;
		wb_state_key(key, "%s/%s/%s", b->counter, b->of, b->period);
		wb_seen_rests_on(
			w->d,
			wb_flag_shared(wb_flag_raise(
				w->d, p, sum, limit, "tpp_x10",
				"with %s TPP more, above %s TPP are claimed "
				"under %s for the ultimate parent of %s in %s",
				wb_amount(b->asked_x10, asked),
				wb_amount(limit, most), b->counter,
				w->s->consignee, b->period)),
			key);
	}
	return 0;
}
