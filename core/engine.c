#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/format.h"
#include "core/held.h"
#include "waybill/text.h"

/*
 * engine: how one shipment is judged, from the edition to the verdict.
 *
 * The steps are those of a classification on paper: which law, who the
 * parties are, what each item is, whether it needs a licence, what satisfies
 * that, and what the shipment as a whole still lacks.
 */

/* --- whether a licence is required ---------------------------------------- */

/*
 * The first line of the n that holds; of several that nobody can tell, the
 * first is *ret_line.  Settings that alone kept an earlier one from holding
 * are told if the outcome hinges on them.
 */
static enum wb_truth first_of(const struct wb_facts *f,
			      const struct wb_licence_rule rule[], size_t n,
			      const struct wb_licence_rule **ret_line,
			      struct wb_decision *d)
{
	const struct wb_rule *kept[WB_LICENCE_RULES_MAX];
	enum wb_truth any = WB_FALSE;
	size_t n_kept = 0;

	for (size_t i = 0; i < n && any != WB_TRUE; i++) {
		const struct wb_rule *r = &rule[i].when;
		enum wb_truth t = wb_rule_holds(f, r);

		wb_rule_io_doubt(f, r, t, d);
		if (t == WB_FALSE && wb_rule_has_settings(r) &&
		    wb_rule_but_settings(f, r) == WB_TRUE)
			kept[n_kept++] = r;
		if (t == WB_FALSE || (t == WB_UNKNOWN && any == WB_UNKNOWN))
			continue;
		any = t;
		*ret_line = &rule[i];
		if (t == WB_TRUE)
			wb_rule_doubts(f, r, d);
	}
	for (size_t i = 0; i < n_kept && any != WB_TRUE; i++)
		wb_rule_doubts(f, kept[i], d);
	return any;
}

/* Whether the item needs a licence: out says why, or why not. */
static enum wb_truth licence(const struct wb_facts *f,
			     struct wb_item_decision *out,
			     struct wb_decision *d)
{
	const struct wb_edition *ed = f->edition;
	const struct wb_licence_rule *line = NULL;
	enum wb_truth required;

	if (first_of(f, ed->exempt, ed->n_exempts, &line, d) == WB_TRUE) {
		wb_copy(out->path, sizeof(out->path), line->as);
		wb_copy(out->path_citation, sizeof(out->path_citation),
			line->when.citation);
		return WB_FALSE;
	}
	line = NULL;
	required = first_of(f, ed->licence, ed->n_licences, &line, d);
	if (line != NULL) {
		wb_copy(out->licence_rule, sizeof(out->licence_rule),
			line->name);
		wb_copy(out->licence_citation, sizeof(out->licence_citation),
			line->when.citation);
	}
	return required;
}

/* --- the shipment --------------------------------------------------------- */

struct shipment_work {
	const struct wb_engine_input *in;
	struct wb_facts f;
	struct wb_asked asked;
	struct wb_held held;
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

	f->shipment_x10 = work->f.shipment_x10;
	f->chips = work->f.chips;
	f->swing_x10 = work->f.swing_x10;
	work->use.path[i] = WB_PATH_NONE;
	out->licence_rule[0] = '\0';
	out->licence_citation[0] = '\0';
	out->path_citation[0] = '\0';
	out->notice[0] = '\0';
	out->review = WB_REVIEW_NONE;
	wb_copy(out->review_text, sizeof(out->review_text), "none");
	wb_copy(out->path, sizeof(out->path), "NLR");
	t = licence(f, out, d);
	/* Without its ECCN, nobody knows that it needs none. */
	if (t == WB_FALSE && f->eccn == NULL)
		t = WB_UNKNOWN;
	out->licence_required = t == WB_TRUE;
	out->verdict = t == WB_FALSE ? WB_CLEAR : WB_REVIEW;
	if (t == WB_UNKNOWN)
		wb_copy(out->path, sizeof(out->path), "UNKNOWN");
}

/* What an exporter would claim for what item i moves under. */
static const char *claim_of(const struct shipment_work *work,
			    const struct wb_decision *d, size_t i)
{
	int path = work->use.path[i];

	if (path >= 0)
		return work->f.edition->exception[path].name;
	if (wb_same(d->item[i].path, "UNKNOWN"))
		return "";
	return d->item[i].licence_required ? "LICENCE" : "NLR";
}

/* The strictest item decides; among equals the first that needs a licence.
 * Its index. */
static size_t conclude(struct wb_decision *d)
{
	size_t by = 0;

	for (size_t i = 1; i < d->n_items; i++) {
		const struct wb_item_decision *item = &d->item[i];

		if (item->verdict > d->item[by].verdict ||
		    (item->verdict == d->item[by].verdict &&
		     item->licence_required && !d->item[by].licence_required))
			by = i;
	}
	d->verdict = d->item[by].verdict;
	d->review = d->item[by].review;
	wb_copy(d->review_text, sizeof(d->review_text),
		d->item[by].review_text);
	wb_copy(d->basis, sizeof(d->basis), d->item[by].path);
	return by;
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

/* What each item is, and what they are together. */
static void find_items(struct shipment_work *work, struct wb_decision *d)
{
	const struct wb_shipment *s = work->f.shipment;

	work->f.chips = 0;
	work->f.swing_x10 = 0;
	for (size_t i = 0; i < s->n_items; i++) {
		struct wb_item_decision *out = &d->item[i];

		work->of[i] = work->f;
		wb_item_find(work->in->law->catalogue, &s->item[i],
			     &work->of[i], out, d);
		if (wb_same(out->circuit_eccn, "none"))
			continue;
		d->total_x10 = plus(d->total_x10, out->total_x10);
		work->f.chips += out->quantity * out->units;
		work->f.swing_x10 +=
			(work->of[i].published_x10 - work->of[i].tpp_x10) *
			out->units * out->quantity;
	}
	d->n_items = s->n_items;
	work->f.shipment_x10 = d->total_x10;
}

/* What no rule has said, but nobody could tell. */
static void close_gaps(struct shipment_work *work, struct wb_decision *d)
{
	/* Rules have treated the country as nobody knowing where it is. */
	if (!work->places_known && d->verdict < WB_REVIEW)
		undecidable(d, "unknown-country");
	if (!work->asked.cut)
		return;
	wb_find(d, "lookups-exhausted", "",
		"more parties and owners are involved than one decision looks "
		"up (%d reads)",
		WB_READS_MAX);
	if (d->verdict < WB_REVIEW)
		undecidable(d, "lookups-exhausted");
}

static int judge_items(struct shipment_work *work, struct wb_decision *d)
{
	const struct wb_shipment *s = work->f.shipment;
	const char *claim;
	size_t by;
	int rc;

	find_items(work, d);
	for (size_t i = 0; i < s->n_items; i++)
		judge_item(work, i, d);
	rc = wb_paths_choose(work->in->state, work->of, &work->use, d);
	if (rc == 0)
		rc = work->asked.error;
	if (rc != 0)
		return rc;
	by = conclude(d);
	close_gaps(work, d);
	rc = wb_path_finish(work->in->state, &work->f, &work->use, d);
	claim = claim_of(work, d, by);
	if (rc == 0 && claim[0] != '\0' && !wb_same(s->authorization, claim))
		wb_find(d, "authorization-differs", "",
			"claimed %s; what applies is %s", s->authorization,
			d->basis);
	return rc;
}

/* Undo what one way of judging has found and used, but not what it read. */
static void judge_anew(struct shipment_work *work, size_t n_findings,
		       struct wb_decision *d)
{
	struct wb_usage none = {.consignee = work->use.consignee,
				.charged = work->use.charged,
				.operator= work->use.operator,
				.year = work->use.year,
				.export_year = work->use.export_year,
				.held = &work->held};

	work->use = none;
	work->held.read = false;
	work->held.valid = false;
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
 * The items are judged by this reading, which may not be the only one: where
 * another could come to something else, by each of these, and then by this
 * one again.
 */
static int judge_readings(struct shipment_work *work, struct wb_decision *d)
{
	struct wb_facts *f = &work->f;
	struct wb_judged here, other[WB_SETTINGS_MAX];
	int turned[WB_SETTINGS_MAX], i = -1;
	size_t before = d->n_findings, n = 0;
	bool cut;
	int rc = judge_items(work, d);

	while (rc == 0 && (i = wb_facts_other_reading(f, i + 1)) >= 0)
		if (f->edition->setting[i].doubt[0] != '\0')
			turned[n++] = i;
	if (rc != 0 || n == 0)
		return rc;
	here = wb_judged_of(d);
	cut = work->asked.cut;
	for (size_t k = 0; k < n && rc == 0; k++) {
		judge_anew(work, before, d);
		f->turned = turned[k];
		rc = judge_items(work, d);
		other[k] = wb_judged_of(d);
	}
	if (rc != 0)
		return rc;
	judge_anew(work, before, d);
	f->turned = -1;
	work->asked.cut = cut;
	rc = judge_items(work, d);
	for (size_t k = 0; k < n && rc == 0; k++)
		if (!wb_judged_same(&here, &other[k]))
			wb_judged_doubt(&f->edition->setting[turned[k]], &here,
					&other[k], d);
	return rc;
}

/* Nothing is known of the law of that day: neither that a licence is needed
 * nor that none is. */
static void no_edition(const struct wb_law *law, wb_date date,
		       struct wb_decision *d)
{
	char day[WB_DATE_TEXT + 1], first[WB_DATE_TEXT + 1];
	wb_date from = wb_law_first(law);

	wb_date_format(date, day);
	if (from == WB_DATE_NONE || date >= from) {
		wb_find(d, "no-edition", "",
			"no edition of family %s covers %s", law->family, day);
		return;
	}
	wb_date_format(from, first);
	wb_find(d, "no-edition", "",
		"no edition of family %s covers %s: the first begins on %s, "
		"and "
		"what was the law before is not recorded",
		law->family, day, first);
}

/* Judge by one edition, or by none, and the country groups of date. */
static int judge_by(struct shipment_work *work, const struct wb_edition *ed,
		    wb_date date, struct wb_decision *d)
{
	const char *code;

	d->edition = ed;
	d->judged_for = date;
	work->f.edition = ed;
	work->f.turned = -1;
	work->f.date = date;
	if (ed == NULL) {
		no_edition(work->in->law, date, d);
		undecidable(d, "no-edition");
		return 0;
	}
	work->places_known = wb_facts_places_known(&work->f, &code);
	if (!work->places_known)
		wb_find(d, "unknown-country", "",
			"%s is not in the country table on that date", code);
	work->use.year = work->use.export_year;
	if (wb_facts_on(&work->f, WB_SET_RECEIPT) &&
	    work->f.shipment->arrival != WB_DATE_NONE)
		work->use.year = wb_date_year(work->f.shipment->arrival);
	return judge_readings(work, d);
}

static int judge_by_export(struct shipment_work *work, struct wb_decision *d)
{
	const struct wb_edition *ed;
	wb_date date;

	ed = wb_dated_edition(work->in->law, work->f.shipment, &date, d);
	return judge_by(work, ed, date, d);
}

/* Judge by the law of the day of the record. */
static int judge_by_record(struct shipment_work *work, struct wb_decision *d)
{
	wb_date today = work->f.today;

	return judge_by(work, wb_law_edition(work->in->law, today), today, d);
}

/*
 * A date of export long before the record is judged by the law of either day,
 * and the stricter outcome stands (DESIGN 3.5): back-dating gains nothing.
 */
static int judge_late(struct shipment_work *work, int32_t days,
		      struct wb_decision *d)
{
	struct wb_judged export, record;
	size_t before = d->n_findings;
	int rc;

	rc = judge_by_record(work, d);
	if (rc != 0)
		return rc;
	record = wb_judged_of(d);
	judge_anew(work, before, d);
	rc = judge_by_export(work, d);
	if (rc != 0)
		return rc;
	export = wb_judged_of(d);
	if (wb_judged_stricter(&record, &export)) {
		judge_anew(work, before, d);
		rc = judge_by_record(work, d);
	}
	wb_judged_late(days, &export, &record, d);
	return rc;
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
	rc = wb_dated_export(in, s, d, &late);
	if (rc != 0)
		return rc;
	work->f.countries = d->countries;
	work->f.today = wb_time_date(in->time);
	work->f.shipment = s;
	work->f.shipment_x10 = -1; /* while the items are being found */
	work->f.chips = -1;
	work->f.asked = &work->asked;
	work->asked.state = in->state;
	work->asked.d = d;
	work->asked.exporter = in->statement->party;
	work->asked.exporter_unlisted = false;
	work->asked.date = s->export_date;
	work->use.export_year = wb_date_year(s->export_date);
	work->use.held = &work->held;
	rc = wb_parties(in, &work->f, &work->use, d);
	if (rc != 0)
		return rc;
	rc = late > 0 ? judge_late(work, late, d) : judge_by_export(work, d);
	return rc == 0 ? wb_credits_write(in->state, d) : rc;
}

int wb_judge_law(const struct wb_engine_input *in, const struct wb_shipment *s,
		 struct wb_decision *d)
{
	struct shipment_work work;

	/* The facts of items are filled in for as many as there are. */
	work.f = (struct wb_facts){0};
	work.use = (struct wb_usage){0};
	work.asked.n_involved = 0;
	work.asked.cut = false;
	work.asked.near = false;
	work.asked.error = 0;
	work.held.read = false;
	work.held.valid = false;
	return judge_shipment(in, s, &work, d);
}

int wb_judge_shipment(const struct wb_engine_input *in,
		      const struct wb_shipment *s, struct wb_decision *d)
{
	int rc = wb_judge_law(in, s, d);

	return rc == 0 ? wb_flags_shipment(in, s, d) : rc;
}

int wb_classify(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_shipment *s = &in->statement->u.shipment;
	int rc;

	if (in->statement->type != WB_SHIPMENT) {
		rc = wb_register(in, d);
	} else {
		rc = wb_judge_shipment(in, s, d);
		if (rc == 0)
			rc = wb_custody_shipment(in, s, d);
	}
	return rc == 0 ? wb_flags_after(in, d) : rc;
}
