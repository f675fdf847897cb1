#include "core/decide.h"
#include "core/format.h"
#include "waybill/text.h"

/* dated: which law a shipment is under by its dates. */

/* Whether the goods arrived in time; the last day itself is in doubt. */
static bool saved(const struct wb_edition *ed, const struct wb_shipment *s,
		  struct wb_decision *d)
{
	int at = ed->named[WB_SET_SAVINGS];
	bool before = at >= 0 && wb_setting_on(ed, at, s->export_date);

	if (s->arrival == WB_DATE_NONE || s->arrival < s->export_date ||
	    s->arrival > ed->savings)
		return false;
	if (s->arrival == ed->savings && ed->savings_doubt[0] != '\0')
		wb_find_doubt(d, ed->savings_doubt, ed->savings_citation,
			      "the arrival is on the last day of the clause, "
			      "which %s",
			      before ? "is not in it here" : "is in it here");
	return s->arrival < ed->savings || !before;
}

const struct wb_edition *wb_dated_edition(const struct wb_law *law,
					  const struct wb_shipment *s,
					  wb_date *ret_date,
					  struct wb_decision *d)
{
	const struct wb_edition *ed = wb_law_edition(law, s->export_date);
	const struct wb_edition *earlier;
	char loaded[WB_DATE_TEXT + 1], from[WB_DATE_TEXT + 1];
	char last[WB_DATE_TEXT + 1];

	*ret_date = s->export_date;
	if (ed == NULL || s->loaded == WB_DATE_NONE || s->loaded >= ed->from ||
	    ed->savings == WB_DATE_NONE)
		return ed;
	wb_date_format(s->loaded, loaded);
	wb_date_format(ed->from, from);
	wb_date_format(ed->savings, last);
	earlier = wb_law_edition(law, s->loaded);
	if (earlier == NULL || !saved(ed, s, d)) {
		wb_find(d, "savings-missed", ed->savings_citation,
			"on board on %s, before %s, but without an arrival "
			"by %s, within the savings clause",
			loaded, from, last);
		return ed;
	}
	*ret_date = s->loaded;
	wb_find(d, "savings", ed->savings_citation,
		"on board on %s, before %s, and arriving by %s, within the "
		"savings clause: edition %s applies",
		loaded, from, last, earlier->id);
	return earlier;
}

int wb_dated_export(const struct wb_engine_input *in,
		    const struct wb_shipment *s, struct wb_decision *d,
		    int32_t *ret_late)
{
	wb_date today = wb_time_date(in->time);
	struct wb_slice value, word[5];
	char date[WB_DATE_TEXT + 1];
	uint64_t late_days;
	int rc;

	if (s->export_date > today) {
		d->provisional = true;
		wb_date_format(s->export_date, date);
		wb_find(d, "provisional", "",
			"the date of export, %s, is %d days after the record",
			date, (int)(s->export_date - today));
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
