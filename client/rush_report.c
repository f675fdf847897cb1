#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/amounts.h"
#include "client/csv.h"
#include "client/json.h"
#include "client/print.h"
#include "client/rush.h"
#include "client/table.h"

/* What one side of the day comes to. */
struct side {
	uint64_t shipments;
	int64_t tpp_x10;
};

static struct side side(const struct wb_rush *r, const struct wb_rush_series *s,
			bool after)
{
	struct side ret = {0, 0};

	for (int w = after ? 0 : -r->weeks; w < (after ? r->weeks : 0); w++) {
		ret.shipments += s->shipments[wb_rush_slot(r, w)];
		ret.tpp_x10 += s->tpp_x10[wb_rush_slot(r, w)];
	}
	return ret;
}

/* The week shown in which most TPP left. */
static int peak(const struct wb_rush *r, const struct wb_rush_series *s)
{
	int at = -r->weeks;

	for (int w = -r->weeks; w < r->weeks; w++)
		if (s->tpp_x10[wb_rush_slot(r, w)] >
		    s->tpp_x10[wb_rush_slot(r, at)])
			at = w;
	return at;
}

static bool any(const struct wb_rush *r, const struct wb_rush_series *s)
{
	return side(r, s, false).shipments + side(r, s, true).shipments > 0;
}

static const char *begins(const struct wb_rush *r, int week,
			  char out[WB_DATE_TEXT + 1])
{
	wb_date_format(r->day + 7 * week, out);
	return out;
}

/* How many times the usual, in tenths; "-" where nothing is usual. */
static void times_cell(struct wb_table *t, int64_t x, int64_t usual)
{
	if (usual <= 0)
		wb_table_cell(t, wb_slice_str("-"));
	else
		wb_table_fmt(t, "%lld.%lld", (long long)(x / usual),
			     (long long)(x % usual * 10 / usual));
}

/* --- text ---------------------------------------------------------------- */

static void weeks_text(const struct wb_rush *r)
{
	char date[WB_DATE_TEXT + 1], a[WB_AMOUNT_TEXT], b[WB_AMOUNT_TEXT];
	const struct wb_rush_series *s = &r->all;
	struct wb_table t;

	wb_table_init(&t,
		      ">week|begins|>shipments|>usual|>TPP|>usual TPP|>times");
	for (int w = -r->weeks; w < r->weeks; w++) {
		size_t slot = wb_rush_slot(r, w);
		int64_t usual = wb_rush_usual_tpp(r, s, slot);

		wb_table_fmt(&t, "%d", w);
		wb_table_cell(&t, wb_slice_str(begins(r, w, date)));
		wb_table_fmt(&t, "%llu",
			     (unsigned long long)s->shipments[slot]);
		wb_table_fmt(&t, "%llu",
			     (unsigned long long)wb_rush_usual_shipments(r, s,
									 slot));
		wb_table_cell(&t, wb_slice_str(wb_tpp(s->tpp_x10[slot], a)));
		wb_table_cell(&t, wb_slice_str(wb_tpp(usual, b)));
		times_cell(&t, s->tpp_x10[slot], usual);
	}
	wb_table_done(&t, stdout, 0);
}

static void series_text(const struct wb_rush *r)
{
	char a[WB_AMOUNT_TEXT];
	struct wb_table t;

	wb_table_init(&t, "exporter|to|>before|>TPP|>after|>TPP|>peak "
			  "week|>its TPP|>usual TPP|>times");
	for (size_t i = 0; i < r->n; i++) {
		const struct wb_rush_series *s = &r->series[i];
		struct side before = side(r, s, false),
			    after = side(r, s, true);
		size_t top = wb_rush_slot(r, peak(r, s));
		int64_t usual = wb_rush_usual_tpp(r, s, top);

		if (!any(r, s))
			continue;
		wb_table_cell(&t, wb_slice_str(s->exporter));
		wb_table_cell(&t, wb_slice_str(s->to));
		wb_table_fmt(&t, "%llu", (unsigned long long)before.shipments);
		wb_table_cell(&t, wb_slice_str(wb_tpp(before.tpp_x10, a)));
		wb_table_fmt(&t, "%llu", (unsigned long long)after.shipments);
		wb_table_cell(&t, wb_slice_str(wb_tpp(after.tpp_x10, a)));
		wb_table_fmt(&t, "%d", peak(r, s));
		wb_table_cell(&t, wb_slice_str(wb_tpp(s->tpp_x10[top], a)));
		wb_table_cell(&t, wb_slice_str(wb_tpp(usual, a)));
		times_cell(&t, s->tpp_x10[top], usual);
	}
	wb_table_done(&t, stdout, 0);
}

static int report_text(const struct wb_rush *r)
{
	char date[WB_DATE_TEXT + 1];

	wb_date_format(r->day, date);
	wb_say(stdout,
	       "%s around %s: shipments by week of export; usual is the median "
	       "of the %d weeks before the week, or as many as there are\n\n",
	       r->what, date, WB_RUSH_BASE);
	if (r->hidden > 0)
		wb_say(stdout, "%llu records were not shown to this reader\n\n",
		       (unsigned long long)r->hidden);
	if (r->n == 0) {
		wb_say(stdout, "no shipments that this reader may see\n");
		return 0;
	}
	weeks_text(r);
	wb_say(stdout,
	       "\nBy exporter and destination, %d weeks on each side, and the "
	       "week with most TPP\n\n",
	       r->weeks);
	series_text(r);
	return 0;
}

/* --- CSV and JSON -------------------------------------------------------- */

static int report_csv(const struct wb_rush *r)
{
	char date[WB_DATE_TEXT + 1], a[WB_AMOUNT_TEXT], b[WB_AMOUNT_TEXT];

	puts("exporter,destination,week,begins,shipments,usual_shipments,tpp,"
	     "usual_tpp");
	for (size_t i = 0; i < r->n; i++) {
		const struct wb_rush_series *s = &r->series[i];

		for (int w = -r->weeks; w < r->weeks && any(r, s); w++) {
			size_t slot = wb_rush_slot(r, w);
			int64_t usual = wb_rush_usual_tpp(r, s, slot);

			wb_say(stdout, "%s,%s,%d,%s,%llu,%llu,%s,%s\n",
			       s->exporter, s->to, w, begins(r, w, date),
			       (unsigned long long)s->shipments[slot],
			       (unsigned long long)wb_rush_usual_shipments(
				       r, s, slot),
			       wb_plain_tpp(s->tpp_x10[slot], a),
			       wb_plain_tpp(usual, b));
		}
	}
	return 0;
}

static void weeks_json(struct wb_json_out *out, const struct wb_rush *r,
		       const struct wb_rush_series *s)
{
	char date[WB_DATE_TEXT + 1];

	wb_out_open(out, "weeks", '[');
	for (int w = -r->weeks; w < r->weeks; w++) {
		size_t slot = wb_rush_slot(r, w);
		char number[16];

		snprintf(number, sizeof(number), "%d", w);
		wb_out_open(out, NULL, '{');
		wb_out_raw(out, "week", wb_slice_str(number));
		wb_out_string(out, "begins", begins(r, w, date));
		wb_out_number(out, "shipments", s->shipments[slot]);
		wb_out_number(out, "usual_shipments",
			      wb_rush_usual_shipments(r, s, slot));
		wb_out_number(out, "tpp_x10", (uint64_t)s->tpp_x10[slot]);
		wb_out_number(out, "usual_tpp_x10",
			      (uint64_t)wb_rush_usual_tpp(r, s, slot));
		wb_out_close(out, '}');
	}
	wb_out_close(out, ']');
}

static int report_json(const struct wb_rush *r)
{
	char date[WB_DATE_TEXT + 1];
	struct wb_json_out out;

	wb_date_format(r->day, date);
	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_string(&out, "ledger", r->what);
	wb_out_string(&out, "date", date);
	wb_out_number(&out, "hidden", r->hidden);
	weeks_json(&out, r, &r->all);
	wb_out_open(&out, "series", '[');
	for (size_t i = 0; i < r->n; i++) {
		if (!any(r, &r->series[i]))
			continue;
		wb_out_open(&out, NULL, '{');
		wb_out_string(&out, "exporter", r->series[i].exporter);
		wb_out_string(&out, "destination", r->series[i].to);
		weeks_json(&out, r, &r->series[i]);
		wb_out_close(&out, '}');
	}
	wb_out_close(&out, ']');
	wb_out_close(&out, '}');
	return wb_out_done(&out);
}

int wb_rush_report(const struct wb_rush *r)
{
	if (r->cli->json)
		return report_json(r);
	if (wb_opt(&r->cli->opt, WB_OPT_CSV) != NULL)
		return report_csv(r);
	return report_text(r);
}
