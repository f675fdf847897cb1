#include "core/decide.h"
#include "core/format.h"

/* judged: two ways of judging one shipment, compared. */

struct wb_judged wb_judged_of(const struct wb_decision *d)
{
	struct wb_judged ret = {
		.verdict = d->verdict,
		.review = d->review,
		.writes = d->n_writes,
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
