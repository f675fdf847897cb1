#include "core/decide.h"
#include "core/format.h"

/*
 * judged: two ways of judging one shipment, compared; and when a reading of
 * the law may have come to something else.
 */

/* --- other readings ------------------------------------------------------- */

void wb_facts_near(const struct wb_facts *f, int64_t x10, int64_t limit_x10)
{
	int64_t other = x10 + f->swing_x10;

	if (f->swing_x10 != 0 && (x10 <= limit_x10 || other <= limit_x10) &&
	    (x10 >= limit_x10 || other >= limit_x10))
		f->asked->near = true;
}

#define PLACES (2 + 2 + WB_PLACES_MAX)

/* Whether a place is in a set, or is not, by that setting. */
static bool places_hinge(const struct wb_facts *f, int setting)
{
	const char *place[PLACES] = {f->shipment->from,
				     f->shipment->destination};
	size_t n = 2;

	for (size_t i = 0; i < f->n_located; i++)
		place[n++] = f->located[i];
	for (size_t i = 0; i < f->n_headquarters; i++)
		place[n++] = f->headquarters[i];
	return wb_set_hinges(f->edition, setting, f->countries, place, n,
			     f->date);
}

int wb_facts_other_reading(const struct wb_facts *f, int i)
{
	const struct wb_edition *ed = f->edition;

	for (; i < (int)ed->n_settings; i++) {
		if (f->asked->near && i == ed->named[WB_SET_PUBLISHED])
			return i;
		if ((ed->settings_of_sets >> i & 1) != 0 && places_hinge(f, i))
			return i;
	}
	return -1;
}

/* --- comparing ------------------------------------------------------------ */

struct wb_judged wb_judged_of(const struct wb_decision *d)
{
	struct wb_judged ret = {
		.verdict = d->verdict,
		.review = d->review,
		.writes = d->n_writes,
		.findings = d->n_findings,
		.edition = d->edition == NULL ? "no edition" : d->edition->id,
	};

	wb_copy(ret.basis, sizeof(ret.basis), d->basis);
	for (size_t i = 0; i < d->n_items; i++)
		ret.required += d->item[i].licence_required;
	return ret;
}

bool wb_judged_stricter(const struct wb_judged *a, const struct wb_judged *b)
{
	if (a->verdict != b->verdict)
		return a->verdict > b->verdict;
	if (a->review != b->review)
		return a->review > b->review;
	if (a->required != b->required)
		return a->required > b->required;
	return a->writes > b->writes;
}

bool wb_judged_same(const struct wb_judged *a, const struct wb_judged *b)
{
	return !wb_judged_stricter(a, b) && !wb_judged_stricter(b, a) &&
	       a->findings == b->findings && wb_same(a->basis, b->basis);
}

void wb_judged_doubt(const struct wb_setting *s, const struct wb_judged *here,
		     const struct wb_judged *other, struct wb_decision *d)
{
	wb_find_doubt(d, s->doubt, s->citation,
		      "the setting %s decides: %s, %s, %s here; %s, %s, %s "
		      "under the other reading",
		      s->name, wb_verdict_name(here->verdict), here->basis,
		      wb_review_name(here->review),
		      wb_verdict_name(other->verdict), other->basis,
		      wb_review_name(other->review));
}

void wb_judged_late(int32_t days, const struct wb_judged *export,
		    const struct wb_judged *record, struct wb_decision *d)
{
	wb_find(d, "late", "",
		"the date of export is %d days before the record: %s, %s, by "
		"%s of the date of export; %s, %s, by %s of the record%s",
		(int)days, wb_verdict_name(export->verdict), export->basis,
		export->edition, wb_verdict_name(record->verdict),
		record->basis, record->edition,
		wb_judged_stricter(record, export)
			? ", which is stricter and decided"
			: "");
}
