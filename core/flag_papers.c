#include <stdio.h>
#include <string.h>

#include "core/flag.h"
#include "waybill/text.h"

/* flag_papers: papers, notices and what the goods are declared as. */

/* --- papers --------------------------------------------------------------- */

/* 740.29(f): the consignee's statement is signed before the export. */
WB_FLAG(27)
{
	enum { DAYS, PAPER };
	const struct wb_paper *paper =
		wb_shipment_paper(w->s, p->value[PAPER].word[0]);
	char date[WB_DATE_TEXT + 1];
	int64_t age;

	if (paper == NULL || paper->date == WB_DATE_NONE)
		return 0;
	age = (int64_t)w->s->export_date - paper->date;
	if (age >= 0 && age <= p->value[DAYS].number)
		return 0;
	wb_date_format(paper->date, date);
	(void)wb_flag_raise(w->d, p, age, p->value[DAYS].number, "days",
			    "the paper %s is of %s, %lld days %s the export",
			    paper->kind, date,
			    (long long)(age < 0 ? -age : age),
			    age < 0 ? "after" : "before");
	return 0;
}

/*
 * 740.29(g)(3): a shipment of this size is notified before export.  The
 * filing after export, 740.29(g)(1), is asked when it is due (sweep.c).
 */
WB_FLAG(28)
{
	enum { DAYS, TPP, FILING, NOTICE, EXCEPTION };
	int64_t x10 = wb_flag_path_x10(w->d, p, EXCEPTION);
	const struct wb_paper *paper =
		wb_shipment_paper(w->s, p->value[NOTICE].word[0]);
	char amount[WB_AMOUNT_MAX];

	if (x10 < p->value[TPP].number || x10 == 0)
		return 0;
	if (paper != NULL && paper->date <= w->s->export_date)
		return 0;
	(void)wb_flag_raise(w->d, p, x10, p->value[TPP].number, "tpp_x10",
			    "%s TPP under %s without the paper %s before "
			    "export",
			    wb_amount(x10, amount), p->value[EXCEPTION].word[0],
			    p->value[NOTICE].word[0]);
	return 0;
}

/* It stands on one more shipment: which, its own exporter may know. */
static struct wb_seen *itn_twice(const struct wb_flag_work *w,
				 const struct wb_flag *p, struct wb_slice other)
{
	const size_t len = strlen(w->party);

	if (other.len > len && memcmp(other.p, w->party, len) == 0 &&
	    other.p[len] == '/')
		return wb_flag_raise(w->d, p, 2, 1, "itn",
				     "the ITN %s stands on the shipment %.*s "
				     "too",
				     w->s->itn, (int)other.len,
				     (const char *)other.p);
	return wb_flag_shared(wb_flag_raise(
		w->d, p, 2, 1, "itn",
		"the ITN %s stands on a shipment of another exporter too",
		w->s->itn));
}

/* 758.1: each export of controlled items has an ITN, and one of its own. */
WB_FLAG(37)
{
	enum { SET };
	char key[WB_STATE_KEY_MAX + 1], own[2 * WB_ID_MAX + 2];
	struct wb_slice value;
	int rc;

	if (w->s->itn == NULL) {
		if (w->s->kind == WB_EXPORT && w->d->total_x10 != 0 &&
		    wb_flag_in(w, p, SET, w->s->from))
			(void)wb_flag_raise(w->d, p, 0, 1, "itn",
					    "an export of controlled items "
					    "without an ITN");
		return 0;
	}
	snprintf(own, sizeof(own), "%s/%s", w->party, w->id);
	wb_state_key(key, "itn/%s", w->s->itn);
	rc = wb_flag_read(w, key, &value);
	if (rc == WB_ENOTFOUND)
		return wb_state_write(w->d, key, wb_slice_str(own));
	if (rc == 0 && !wb_slice_is(value, own))
		wb_seen_rests_on(w->d, itn_twice(w, p, value), key);
	return rc;
}

/* --- classification ------------------------------------------------------- */

/* The place of an ECCN among those of the edition, strictest first. */
static size_t rank(const struct wb_edition *ed, const char *eccn)
{
	size_t i = 0;

	while (i < ed->n_eccns && strcmp(ed->eccn[i].eccn, eccn) != 0)
		i++;
	return i;
}

/* The catalogue's line of an item whose parameters are attested. */
static const struct wb_product *attested(const struct wb_flag_work *w,
					 const struct wb_item *item)
{
	if (item->model != NULL || item->part == NULL)
		return NULL;
	return wb_product_find(w->in->law->catalogue, item->part);
}

/* Whether a and b are more than so many tenths of a percent of b apart. */
static bool apart(int64_t a, int64_t b, int64_t percent_x10)
{
	int64_t away = a < b ? b - a : a - b;

	return a >= 0 && b >= 0 &&
	       (__int128)away * 1000 > (__int128)b * percent_x10;
}

/* Part 774: declared lower than computed, or by other figures. */
WB_FLAG(38)
{
	enum { PERCENT };
	const struct wb_edition *ed = w->d->edition;

	for (size_t i = 0; i < w->d->n_items; i++) {
		const struct wb_item *item = &w->s->item[i];
		const struct wb_item_decision *it = &w->d->item[i];
		const struct wb_product *cat = attested(w, item);

		if (ed != NULL && rank(ed, it->eccn) < rank(ed, item->eccn))
			(void)wb_flag_raise(w->d, p, 1, 0, "ranks",
					    "line %d: claimed %s, computed %s",
					    item->line, item->eccn, it->eccn);
		if (cat != NULL &&
		    (apart(item->tpp_x10, cat->tpp_x10,
			   p->value[PERCENT].number) ||
		     apart(item->die_area_mm2_x10, cat->die_area_mm2_x10,
			   p->value[PERCENT].number)))
			(void)wb_flag_raise(
				w->d, p, item->tpp_x10, cat->tpp_x10, "tpp_x10",
				"line %d: TPP %lld.%lld or die area attested "
				"for %s, which has %lld.%lld in the catalogue",
				item->line, (long long)(item->tpp_x10 / 10),
				(long long)(item->tpp_x10 % 10), cat->id,
				(long long)(cat->tpp_x10 / 10),
				(long long)(cat->tpp_x10 % 10));
	}
	return 0;
}

/* Technical Notes to 3A090: dense figures; Note 2: marketed for data centres.
 */
WB_FLAG(39)
{
	enum { PERCENT };

	for (size_t i = 0; i < w->s->n_items; i++) {
		const struct wb_item *item = &w->s->item[i];
		const struct wb_product *cat = attested(w, item);
		int64_t near = p->value[PERCENT].number;
		char is[WB_AMOUNT_MAX], was[WB_AMOUNT_MAX];

		if (cat == NULL)
			continue;
		if (item->tpp_x10 > 0 && cat->tpp_x10 > 0 &&
		    (!apart(item->tpp_x10, 2 * cat->tpp_x10, near) ||
		     !apart(2 * item->tpp_x10, cat->tpp_x10, near)))
			(void)wb_flag_raise(
				w->d, p, item->tpp_x10, cat->tpp_x10, "tpp_x10",
				"line %d: %s TPP are attested for %s, about "
				"twice or half the %s of the catalogue",
				item->line, wb_amount(item->tpp_x10, is),
				cat->id, wb_amount(cat->tpp_x10, was));
		if (item->datacenter == 0 && cat->datacenter == 1)
			(void)wb_flag_raise(w->d, p, 0, 1, "datacenter",
					    "line %d: %s is said to be not for "
					    "data centres; the catalogue "
					    "lists it as for them",
					    item->line, cat->id);
	}
	return 0;
}
