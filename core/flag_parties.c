#include <stdio.h>
#include <string.h>

#include "core/flag.h"
#include "waybill/text.h"

/* flag_parties: who the goods go to, and what was said of them before. */

/* --- what is known from before: seen/ID ----------------------------------- */

static int date_or_none(struct wb_slice word, wb_date *ret)
{
	*ret = WB_DATE_NONE;
	return wb_slice_is(word, "-") || wb_date_parse(word, ret) == 0
		       ? 0
		       : WB_ECORRUPT;
}

static int text_or_none(struct wb_slice word, char *ret, size_t cap)
{
	ret[0] = '\0';
	if (wb_slice_is(word, "-"))
		return 0;
	return wb_slice_copy(word, ret, cap) == 0 ? 0 : WB_ECORRUPT;
}

int wb_flag_known_read(const struct wb_flag_work *w, struct wb_flag_known *ret)
{
	struct wb_flag_known k = {.first = WB_DATE_NONE, .last = WB_DATE_NONE};
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value, word[5];
	int rc;

	wb_state_key(key, "seen/%s", w->s->consignee);
	rc = wb_state_read(w->in->state, w->d, key, &value);
	if (rc == WB_ENOTFOUND) {
		*ret = k;
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < 5; i++)
		if (!wb_word_next(&value, &word[i]))
			rc = WB_ECORRUPT;
	if (rc == 0)
		rc = date_or_none(word[0], &k.first);
	if (rc == 0)
		rc = date_or_none(word[1], &k.last);
	if (rc == 0)
		rc = text_or_none(word[2], k.headquarters, 3);
	if (rc == 0)
		rc = text_or_none(word[3], k.parent_headquarters, 3);
	if (rc == 0)
		rc = text_or_none(word[4], k.parent, sizeof(k.parent));
	if (rc == 0)
		*ret = k;
	return rc;
}

/* A declaration that is absent leaves what was declared before. */
static const char *newest(const char *declared, const char *before)
{
	if (declared != NULL)
		return declared;
	return before[0] == '\0' ? "-" : before;
}

/* Whether the shipment is clear on an authority that it needs. */
static bool authorized(const struct wb_decision *d)
{
	bool needed = false;

	for (size_t i = 0; i < d->n_items; i++)
		needed |= d->item[i].licence_required;
	return needed && d->verdict == WB_CLEAR;
}

int wb_flag_known_write(const struct wb_flag_work *w)
{
	const struct wb_shipment *s = w->s;
	wb_date first = w->known.first, last = w->known.last;
	char key[WB_STATE_KEY_MAX + 1], value[256];
	char a[WB_DATE_TEXT + 1], b[WB_DATE_TEXT + 1] = "-";

	if (first == WB_DATE_NONE || s->export_date < first)
		first = s->export_date;
	if (authorized(w->d) && (last == WB_DATE_NONE || last < s->export_date))
		last = s->export_date;
	wb_date_format(first, a);
	if (last != WB_DATE_NONE)
		wb_date_format(last, b);
	snprintf(value, sizeof(value), "%s %s %s %s %s", a, b,
		 newest(s->declared_headquarters, w->known.headquarters),
		 newest(s->declared_parent_headquarters,
			w->known.parent_headquarters),
		 newest(s->declared_parent, w->known.parent));
	wb_state_key(key, "seen/%s", s->consignee);
	return wb_state_write(w->d, key, wb_slice_str(value));
}

/* --- the predicates ------------------------------------------------------- */

/* Supp. 3 to part 732, 4: a first-time buyer of a large volume. */
WB_FLAG(01)
{
	enum { DAYS, TPP };
	wb_date first = w->known.first;
	char key[WB_STATE_KEY_MAX + 1], total[WB_AMOUNT_MAX],
		limit[WB_AMOUNT_MAX];
	int64_t days;

	if (first == WB_DATE_NONE || w->s->export_date < first)
		first = w->s->export_date;
	days = w->s->export_date - first;
	if (days >= p->value[DAYS].number ||
	    w->d->total_x10 < p->value[TPP].number)
		return 0;
	wb_state_key(key, "seen/%s", w->s->consignee);
	/* By whose shipment it was seen is not for this exporter. */
	wb_seen_rests_on(
		w->d,
		wb_flag_shared(wb_flag_raise(
			w->d, p, w->d->total_x10, p->value[TPP].number,
			"tpp_x10",
			"%s was first seen less than %d days before the export "
			"and gets %s TPP, not less than %s",
			w->s->consignee, (int)p->value[DAYS].number,
			wb_amount(w->d->total_x10, total),
			wb_amount(p->value[TPP].number, limit))),
		key);
	return 0;
}

static void otherwise(const struct wb_flag_work *w, const struct wb_flag *p,
		      const char *what, const char *declared,
		      const char *before, const char *registered)
{
	char key[WB_STATE_KEY_MAX + 1];
	const char *other = before;

	if (declared == NULL)
		return;
	if (before[0] == '\0' || strcmp(declared, before) == 0)
		other = registered;
	if (other[0] == '\0' || strcmp(declared, other) == 0)
		return;
	wb_state_key(key, other == before ? "seen/%s" : "detail/%s",
		     w->s->consignee);
	/* What others declared, or the registry has, is not told. */
	wb_seen_rests_on(w->d,
			 wb_flag_shared(wb_flag_raise(
				 w->d, p, 1, 0, "differences",
				 "%s of %s: declared %s, %s", what,
				 w->s->consignee, declared,
				 other == before ? "declared otherwise before"
						 : "registered otherwise")),
			 key);
}

/* Supp. 3 to part 732, 2 and 12: declared otherwise than before. */
WB_FLAG(07)
{
	const struct wb_shipment *s = w->s;

	otherwise(w, p, "headquarters", s->declared_headquarters,
		  w->known.headquarters, w->consignee.headquarters);
	otherwise(w, p, "headquarters of the parent",
		  s->declared_parent_headquarters, w->known.parent_headquarters,
		  w->consignee.parent_headquarters);
	otherwise(w, p, "ultimate parent", s->declared_parent, w->known.parent,
		  w->consignee.registered ? w->consignee.parent : "");
	return 0;
}

/* Supp. 3 to part 732, 21; 15 CFR 30.6: who resells is not who uses. */
WB_FLAG(18)
{
	enum { TYPES, ECCN };
	const char *type = wb_consignee_type_name(w->s->consignee_type);
	int64_t units = 0;

	if (!wb_flag_word(p, TYPES, type))
		return 0;
	for (size_t i = 0; i < w->d->n_items; i++)
		if (wb_flag_word(p, ECCN, w->d->item[i].eccn))
			units += w->d->item[i].quantity;
	if (units > 0)
		(void)wb_flag_raise(w->d, p, units, 0, "units",
				    "%s, the consignee of %lld units, is of "
				    "type %s",
				    w->s->consignee, (long long)units, type);
	return 0;
}
