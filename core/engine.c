#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/format.h"
#include "waybill/text.h"

/*
 * engine: how one shipment is judged, from the edition to the verdict.
 *
 * The steps are those of a classification on paper: which law, who the
 * parties are, what each item is, whether it needs a licence, what satisfies
 * that, and what the shipment as a whole still lacks.
 */

/* --- which law ------------------------------------------------------------ */

/*
 * The edition for the date of export; under its savings clause the one for the
 * day the goods went on board.
 */
static const struct wb_edition *choose_edition(const struct wb_law *law,
					       const struct wb_shipment *s,
					       wb_date *ret_date,
					       struct wb_decision *d)
{
	const struct wb_edition *ed = wb_law_edition(law, s->export_date);
	const struct wb_edition *earlier;

	*ret_date = s->export_date;
	if (ed == NULL || s->loaded == WB_DATE_NONE || s->loaded >= ed->from ||
	    ed->savings == WB_DATE_NONE)
		return ed;
	earlier = wb_law_edition(law, s->loaded);
	if (earlier == NULL || s->arrival == WB_DATE_NONE ||
	    s->arrival < s->export_date || s->arrival > ed->savings) {
		wb_find(d, "savings-missed", ed->savings_citation,
			"on board before the effective date, but without an "
			"arrival within the savings clause");
		return ed;
	}
	*ret_date = s->loaded;
	wb_find(d, "savings", ed->savings_citation,
		"on board before the effective date and arriving within the "
		"savings clause: edition %s applies",
		earlier->id);
	if (s->arrival == ed->savings && ed->savings_doubt[0] != '\0')
		wb_find_doubt(d, ed->savings_doubt, ed->savings_citation,
			      "the arrival is on the last day of the clause");
	return earlier;
}

/* How the date of export lies to the record: a future one is told and marked;
 * *ret_late is by how many days it is late, or left alone. */
static int dates(const struct wb_engine_input *in, const struct wb_shipment *s,
		 struct wb_decision *d, int32_t *ret_late)
{
	wb_date today = wb_time_date(in->time);
	struct wb_slice value, word[5];
	uint64_t late_days;
	int rc;

	if (s->export_date > today) {
		d->provisional = true;
		wb_find(d, "provisional", "",
			"the date of export is after the record");
	}
	rc = wb_state_read(in->state, d, "ledger", &value);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	for (int i = 0; i < 5; i++)
		if (!wb_word_next(&value, &word[i]))
			return WB_ECORRUPT;
	if (wb_parse_dec(word[3], &late_days) != 0 || late_days > 36500)
		return WB_ECORRUPT;
	d->historical = wb_slice_is(word[2], "historical");
	if (!d->historical && s->export_date < today - (int32_t)late_days)
		*ret_late = today - s->export_date;
	return 0;
}

/* --- what ----------------------------------------------------------------- */

static void parameters(const struct wb_catalogue *cat,
		       const struct wb_item *item, struct wb_facts *f,
		       struct wb_item_decision *out, struct wb_decision *d)
{
	const struct wb_product *p;

	f->tpp_x10 = item->tpp_x10;
	f->die_area_mm2_x10 = item->die_area_mm2_x10;
	f->dram_x10 = item->dram_gbps_x10;
	f->io_x10 = item->io_gbps_x10;
	f->datacenter = item->datacenter;
	out->model[0] = '\0';
	if (item->model != NULL) {
		wb_copy(out->model, sizeof(out->model), item->model);
		p = wb_product_find(cat, item->model);
		f->tpp_x10 = p == NULL ? -1 : p->tpp_x10;
		f->die_area_mm2_x10 = p == NULL ? -1 : p->die_area_mm2_x10;
		f->dram_x10 = p == NULL ? -1 : p->dram_gbps_x10;
		f->io_x10 = -1;
		f->datacenter = p == NULL ? -1 : p->datacenter;
		if (p == NULL)
			wb_find(d, "unknown-model", "",
				"line %d: %s is not in the catalogue",
				item->line, item->model);
		else if (p->link_gbps_x10 >= 0 && p->host_gbps_x10 >= 0)
			f->io_x10 = p->link_gbps_x10 + p->host_gbps_x10;
	}
	out->line = item->line;
	out->quantity = item->quantity;
	out->tpp_x10 = f->tpp_x10;
	out->die_area_mm2_x10 = f->die_area_mm2_x10;
	out->units = item->units;
	/* Admission has refused totals past 2^53 - 1. */
	out->total_x10 =
		f->tpp_x10 < 0 ? -1 : f->tpp_x10 * item->units * item->quantity;
}

static void named(struct wb_item_decision *out, const char *eccn,
		  const char *limb, const char *citation)
{
	wb_copy(out->eccn, sizeof(out->eccn), eccn);
	wb_copy(out->limb, sizeof(out->limb), limb);
	wb_copy(out->eccn_citation, sizeof(out->eccn_citation), citation);
}

/* Whether a limb would be met if the missing die area were small enough. */
static bool area_mattered(const struct wb_facts *f)
{
	struct wb_facts asked = *f;

	asked.die_area_mm2_x10 = -1;
	for (size_t i = 0; i < f->edition->n_eccns; i++)
		if (wb_rule_holds(&asked, &f->edition->eccn[i].when) !=
		    WB_FALSE)
			return true;
	return false;
}

/* Exclusions first, then the limbs in text order; the first that holds
 * decides, and one that nobody can tell makes the ECCN unknown. */
static void find_eccn(struct wb_facts *f, struct wb_item_decision *out,
		      struct wb_decision *d)
{
	const struct wb_edition *ed = f->edition;
	bool unsure = false;

	for (size_t i = 0; i < ed->n_exclusions; i++) {
		enum wb_truth t = wb_rule_holds(f, &ed->exclusion[i].when);

		if (t == WB_TRUE) {
			named(out, "none", ed->exclusion[i].name,
			      ed->exclusion[i].when.citation);
			return;
		}
		unsure |= t == WB_UNKNOWN;
	}
	for (size_t i = 0; i < ed->n_eccns; i++) {
		const struct wb_eccn_rule *r = &ed->eccn[i];
		enum wb_truth t = wb_rule_holds(f, &r->when);

		if (t == WB_FALSE)
			continue;
		if (t == WB_TRUE && !unsure) {
			named(out, r->eccn, r->limb, r->when.citation);
			return;
		}
		named(out, "unknown", r->limb, r->when.citation);
		wb_find(d, "fact-missing", r->when.citation,
			"line %d: a parameter that %s asks for is not known",
			out->line, r->limb);
		return;
	}
	named(out, "none", "", "");
	if (f->die_area_mm2_x10 == 0 && area_mattered(f))
		wb_find_doubt(d, "AMBIG-11", "Technical Note 4 to 3A090",
			      "line %d: no non-planar die, so no performance "
			      "density; its limbs are not met",
			      out->line);
}

static void claimed_eccn(const struct wb_item *item,
			 const struct wb_item_decision *out,
			 struct wb_decision *d)
{
	bool controlled = strcmp(out->eccn, "none") != 0;

	if (strcmp(out->eccn, "unknown") == 0 ||
	    strcmp(item->eccn, out->eccn) == 0)
		return;
	if (!controlled && strncmp(item->eccn, "3A090", 5) != 0)
		return;
	wb_find(d, "eccn-differs", out->eccn_citation,
		"line %d: claimed %s, computed %s", out->line, item->eccn,
		out->eccn);
}

/* --- whether a licence is required ---------------------------------------- */

static enum wb_truth licence(const struct wb_facts *f,
			     struct wb_item_decision *out)
{
	enum wb_truth required = WB_FALSE;

	for (size_t i = 0; i < f->edition->n_licences; i++) {
		const struct wb_licence_rule *r = &f->edition->licence[i];
		enum wb_truth t = wb_rule_holds(f, &r->when);

		/* Of several that nobody can tell, the first is named. */
		if (t == WB_FALSE ||
		    (t == WB_UNKNOWN && required == WB_UNKNOWN))
			continue;
		required = t;
		wb_copy(out->licence_rule, sizeof(out->licence_rule), r->name);
		wb_copy(out->licence_citation, sizeof(out->licence_citation),
			r->when.citation);
		if (t == WB_TRUE)
			break;
	}
	return required;
}

/* --- the shipment --------------------------------------------------------- */

struct shipment_work {
	const struct wb_engine_input *in;
	struct wb_facts f;
	struct wb_usage use;
	bool places_known;
	struct wb_facts of[WB_ITEMS_MAX]; /* the facts of each item */
};

static void judge_item(struct shipment_work *work, size_t i,
		       struct wb_decision *d)
{
	struct wb_item_decision *out = &d->item[i];
	struct wb_facts *f = &work->of[i];
	enum wb_truth t;

	f->shipment_x10 = d->total_x10;
	f->eccn = out->eccn;
	f->limb = out->limb;
	out->licence_rule[0] = '\0';
	out->licence_citation[0] = '\0';
	out->path_citation[0] = '\0';
	out->notice[0] = '\0';
	out->review = WB_REVIEW_NONE;
	wb_copy(out->review_text, sizeof(out->review_text), "none");
	out->licence_required = false;
	out->verdict = WB_CLEAR;
	wb_copy(out->path, sizeof(out->path), "NLR");
	if (strcmp(out->eccn, "none") == 0)
		return;

	out->verdict = WB_REVIEW;
	wb_copy(out->path, sizeof(out->path), "UNKNOWN");
	if (strcmp(out->eccn, "unknown") == 0)
		return;
	t = licence(f, out);
	out->licence_required = t == WB_TRUE;
	if (t == WB_UNKNOWN)
		return;
	if (t == WB_TRUE) {
		out->path[0] = '\0'; /* for wb_paths_choose() */
		return;
	}
	wb_copy(out->path, sizeof(out->path), "NLR");
	out->verdict = WB_CLEAR;
}

/* The strictest item decides; among equals the first that needs a licence. */
static void conclude(struct wb_decision *d)
{
	const struct wb_item_decision *by = NULL;

	d->verdict = WB_CLEAR;
	for (size_t i = 0; i < d->n_items; i++) {
		const struct wb_item_decision *item = &d->item[i];

		if (by == NULL || item->verdict > by->verdict ||
		    (item->verdict == by->verdict && item->licence_required &&
		     !by->licence_required))
			by = item;
	}
	d->verdict = by->verdict;
	d->review = by->review;
	wb_copy(d->review_text, sizeof(d->review_text), by->review_text);
	wb_copy(d->basis, sizeof(d->basis), by->path);
}

static void undecidable(struct wb_decision *d, const char *basis)
{
	d->verdict = WB_REVIEW;
	wb_copy(d->basis, sizeof(d->basis), basis);
}

/* The sum, unknown as soon as one part is. */
static int64_t plus(int64_t a, int64_t b)
{
	return a < 0 || b < 0 ? -1 : a + b;
}

static int judge_items(struct shipment_work *work, struct wb_decision *d)
{
	const struct wb_shipment *s = work->f.shipment;
	int rc;

	for (size_t i = 0; i < s->n_items; i++) {
		struct wb_item_decision *out = &d->item[i];

		work->of[i] = work->f;
		parameters(work->in->law->catalogue, &s->item[i], &work->of[i],
			   out, d);
		find_eccn(&work->of[i], out, d);
		claimed_eccn(&s->item[i], out, d);
		if (strcmp(out->eccn, "none") != 0)
			d->total_x10 = plus(d->total_x10, out->total_x10);
	}
	d->n_items = s->n_items;
	for (size_t i = 0; i < s->n_items; i++)
		judge_item(work, i, d);
	rc = wb_paths_choose(work->in->state, work->of, &work->use, d);
	if (rc != 0)
		return rc;
	conclude(d);
	/* Rules have treated the country as nobody knowing where it is. */
	if (!work->places_known && d->verdict < WB_REVIEW)
		undecidable(d, "unknown-country");
	rc = wb_path_finish(work->in->state, &work->f, &work->use, d);
	if (rc == 0 && strcmp(s->authorization, d->basis) != 0 &&
	    strcmp(d->basis, "UNKNOWN") != 0)
		wb_find(d, "authorization-differs", "",
			"claimed %s; what applies is %s", s->authorization,
			d->basis);
	return rc;
}

/* Judge by one edition, or by none, and the country groups of date. */
static int judge_by(struct shipment_work *work, const struct wb_edition *ed,
		    wb_date date, struct wb_decision *d)
{
	char day[WB_DATE_TEXT + 1];
	const char *code;

	d->edition = ed;
	d->judged_for = date;
	work->f.edition = ed;
	work->f.date = date;
	if (ed == NULL) {
		wb_date_format(date, day);
		wb_find(d, "no-edition", "",
			"no edition of family %s covers %s",
			work->in->law->family, day);
		undecidable(d, "no-edition");
		return 0;
	}
	work->places_known = wb_facts_places_known(&work->f, &code);
	if (!work->places_known)
		wb_find(d, "unknown-country", "",
			"%s is not in the country table on that date", code);
	return judge_items(work, d);
}

static int judge_by_export(struct shipment_work *work, struct wb_decision *d)
{
	const struct wb_edition *ed;
	wb_date date;

	ed = choose_edition(work->in->law, work->f.shipment, &date, d);
	return judge_by(work, ed, date, d);
}

/* Judge by the law of the day of the record. */
static int judge_by_record(struct shipment_work *work, struct wb_decision *d)
{
	wb_date today = work->f.today;

	return judge_by(work, wb_law_edition(work->in->law, today), today, d);
}

/* Undo what one way of judging has found and used, but not what it read. */
static void judge_anew(struct shipment_work *work, size_t n_findings,
		       struct wb_decision *d)
{
	struct wb_usage none = {.consignee = work->use.consignee,
				.year = work->use.year};

	work->use = none;
	d->n_findings = n_findings;
	d->review = WB_REVIEW_NONE;
	d->review_text[0] = '\0';
	d->total_x10 = 0;
	d->n_items = 0;
	d->n_balances = 0;
	d->n_charges = 0;
	d->n_writes = 0;
}

/*
 * A date of export long before the record is judged by the law of either day,
 * and the stricter outcome stands (DESIGN 3.5): back-dating gains nothing.
 */
static int judge_late(struct shipment_work *work, int32_t days,
		      struct wb_decision *d)
{
	size_t before = d->n_findings, writes;
	enum wb_verdict today;
	int rc;

	rc = judge_by_record(work, d);
	if (rc != 0)
		return rc;
	today = d->verdict;
	writes = d->n_writes;
	judge_anew(work, before, d);
	rc = judge_by_export(work, d);
	if (rc != 0)
		return rc;
	/* Of two that are clear, the one that counts is the stricter. */
	if (today < d->verdict ||
	    (today == d->verdict && writes <= d->n_writes)) {
		wb_find(d, "late", "",
			"the date of export is %d days before the record",
			(int)days);
		return 0;
	}
	judge_anew(work, before, d);
	wb_find(d, "late", "",
		"the date of export is %d days before the record; the law of "
		"the record is stricter and decided",
		(int)days);
	return judge_by_record(work, d);
}

static int judge_shipment(const struct wb_engine_input *in,
			  const struct wb_shipment *s,
			  struct shipment_work *work, struct wb_decision *d)
{
	int32_t late = 0;
	int rc;

	work->in = in;
	d->catalogue = in->law->catalogue;
	d->countries = in->law->countries;
	rc = dates(in, s, d, &late);
	if (rc != 0)
		return rc;
	work->f.countries = d->countries;
	work->f.today = wb_time_date(in->time);
	work->f.shipment = s;
	work->f.shipment_x10 = -1; /* while the items are being found */
	work->use.year = wb_date_year(s->export_date);
	rc = wb_parties(in, &work->f, &work->use.consignee, d);
	if (rc != 0)
		return rc;
	rc = late > 0 ? judge_late(work, late, d) : judge_by_export(work, d);
	return rc == 0 ? wb_credits_write(in->state, d) : rc;
}

int wb_judge_shipment(const struct wb_engine_input *in,
		      const struct wb_shipment *s, struct wb_decision *d)
{
	struct shipment_work work;
	int rc;

	/* The facts of items are filled in for as many as there are. */
	work.f = (struct wb_facts){0};
	work.use = (struct wb_usage){0};
	rc = judge_shipment(in, s, &work, d);
	return rc == 0 ? wb_flags_shipment(in, s, d) : rc;
}

int wb_classify(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_shipment *s = &in->statement->u.shipment;
	int rc;

	if (in->statement->type != WB_SHIPMENT)
		return wb_register(in, d);
	rc = wb_judge_shipment(in, s, d);
	return rc == 0 ? wb_custody_shipment(in, s, d) : rc;
}
