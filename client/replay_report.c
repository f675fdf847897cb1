#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/amounts.h"
#include "client/csv.h"
#include "client/print.h"
#include "client/replaying.h"
#include "client/table.h"

/* --- sums ---------------------------------------------------------------- */

/* The changes of one country, party or month. */
struct group {
	char key[WB_ID_MAX + 1];
	uint64_t changed, stricter, laxer;
	int64_t tpp_x10;
	int64_t h100; /* whole ones */
};

enum by { BY_COUNTRY, BY_PARTY, BY_MONTH };
static const char *const by_name[] = {"country", "party", "month"};

static void key_of(const struct wb_change *c, enum by by,
		   char out[WB_ID_MAX + 1])
{
	char date[WB_DATE_TEXT + 1];

	switch (by) {
	case BY_COUNTRY:
		snprintf(out, WB_ID_MAX + 1, "%s", c->to);
		return;
	case BY_PARTY:
		snprintf(out, WB_ID_MAX + 1, "%s", c->party);
		return;
	case BY_MONTH:
		wb_date_format(c->date, date);
		snprintf(out, WB_ID_MAX + 1, "%.7s", date);
		return;
	}
}

static int by_key(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static int64_t plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static void add(struct group *g, const struct wb_change *c)
{
	g->changed++;
	g->stricter += c->now.verdict > c->was.verdict;
	g->laxer += c->now.verdict < c->was.verdict;
	g->tpp_x10 = plus(g->tpp_x10, c->tpp_x10);
	g->h100 = plus(g->h100, wb_h100(c->tpp_x10, c->h100_x10));
}

/* One group per change, sorted, then those of one key made one.  NULL without
 * memory. */
static struct group *groups(const struct wb_replaying *r, enum by by,
			    size_t *ret_n)
{
	struct group *g = calloc(r->n + 1, sizeof(*g));
	size_t n = 0;

	if (g == NULL)
		return NULL;
	for (size_t i = 0; i < r->n; i++) {
		key_of(&r->change[i], by, g[i].key);
		add(&g[i], &r->change[i]);
	}
	qsort(g, r->n, sizeof(*g), by_key);
	for (size_t i = 0; i < r->n; i++) {
		if (n > 0 && strcmp(g[n - 1].key, g[i].key) == 0) {
			g[n - 1].changed += g[i].changed;
			g[n - 1].stricter += g[i].stricter;
			g[n - 1].laxer += g[i].laxer;
			g[n - 1].tpp_x10 = plus(g[n - 1].tpp_x10, g[i].tpp_x10);
			g[n - 1].h100 = plus(g[n - 1].h100, g[i].h100);
		} else {
			g[n++] = g[i];
		}
	}
	*ret_n = n;
	return g;
}

static void sum_up(const struct wb_replaying *r, struct group *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < r->n; i++)
		add(ret, &r->change[i]);
}

/* --- text ---------------------------------------------------------------- */

static void outcome_cell(struct wb_table *t, const struct wb_verdict_shown *o)
{
	wb_table_fmt(t, "%s %s%s%s", wb_verdict_name(o->verdict), o->basis,
		     *o->review == '\0' ? "" : ", ", o->review);
}

static void list_text(const struct wb_replaying *r)
{
	struct wb_table t;
	char date[WB_DATE_TEXT + 1], tpp[WB_AMOUNT_TEXT], h100[WB_AMOUNT_TEXT];

	wb_table_init(&t, ">record|exported|shipment|to|>TPP|>H100e|was|would "
			  "be");
	for (size_t i = 0; i < r->n; i++) {
		const struct wb_change *c = &r->change[i];

		wb_date_format(c->date, date);
		wb_table_fmt(&t, "%llu", (unsigned long long)c->seq);
		wb_table_cell(&t, wb_slice_str(date));
		wb_table_fmt(&t, "%s/%s", c->party, c->id);
		wb_table_cell(&t, wb_slice_str(c->to));
		wb_table_cell(&t, wb_slice_str(wb_tpp(c->tpp_x10, tpp)));
		wb_table_cell(&t,
			      wb_slice_str(wb_count(
				      wb_h100(c->tpp_x10, c->h100_x10), h100)));
		outcome_cell(&t, &c->was);
		outcome_cell(&t, &c->now);
	}
	wb_table_done(&t, stdout, 0);
}

static int groups_text(const struct wb_replaying *r, enum by by)
{
	static const char *const heads[] = {
		"country|>changed|>stricter|>laxer|>TPP|>H100e",
		"party|>changed|>stricter|>laxer|>TPP|>H100e",
		"month|>changed|>stricter|>laxer|>TPP|>H100e",
	};
	char tpp[WB_AMOUNT_TEXT], h100[WB_AMOUNT_TEXT];
	struct wb_table t;
	size_t n;
	struct group *g = groups(r, by, &n);

	if (g == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	wb_table_init(&t, heads[by]);
	for (size_t i = 0; i < n; i++) {
		wb_table_cell(&t, wb_slice_str(g[i].key));
		wb_table_fmt(&t, "%llu", (unsigned long long)g[i].changed);
		wb_table_fmt(&t, "%llu", (unsigned long long)g[i].stricter);
		wb_table_fmt(&t, "%llu", (unsigned long long)g[i].laxer);
		wb_table_cell(&t, wb_slice_str(wb_tpp(g[i].tpp_x10, tpp)));
		wb_table_cell(&t, wb_slice_str(wb_count(g[i].h100, h100)));
	}
	fputc('\n', stdout);
	wb_table_done(&t, stdout, 0);
	free(g);
	return 0;
}

static int report_text(const struct wb_replaying *r)
{
	char tpp[WB_AMOUNT_TEXT], h100[WB_AMOUNT_TEXT];
	struct group all;
	int rc = 0;

	sum_up(r, &all);
	wb_say(stdout,
	       "%s under %s: %llu of %llu decisions change, %llu stricter and "
	       "%llu laxer; %s TPP, %s H100-equivalents\n",
	       r->what, r->under, (unsigned long long)all.changed,
	       (unsigned long long)r->judged, (unsigned long long)all.stricter,
	       (unsigned long long)all.laxer, wb_tpp(all.tpp_x10, tpp),
	       wb_count(all.h100, h100));
	if (r->hidden > 0)
		wb_say(stdout,
		       "%llu records were not shown to this reader; what they "
		       "would have counted is missing\n",
		       (unsigned long long)r->hidden);
	if (r->n == 0)
		return 0;
	fputc('\n', stdout);
	list_text(r);
	for (int by = BY_COUNTRY; by <= BY_MONTH && rc == 0; by++)
		rc = groups_text(r, (enum by)by);
	return rc;
}

/* --- CSV and JSON -------------------------------------------------------- */

static int report_csv(const struct wb_replaying *r)
{
	char date[WB_DATE_TEXT + 1], tpp[WB_AMOUNT_TEXT];

	fputs("seq,export_date,party,id,destination,tpp,h100e,was_verdict,"
	      "was_path,was_review,verdict,path,review\n",
	      stdout);
	for (size_t i = 0; i < r->n; i++) {
		const struct wb_change *c = &r->change[i];
		const char *text[] = {wb_verdict_name(c->was.verdict),
				      c->was.basis,
				      c->was.review,
				      wb_verdict_name(c->now.verdict),
				      c->now.basis,
				      c->now.review};
		struct wb_buf line;

		wb_date_format(c->date, date);
		wb_buf_init(&line, WB_CSV_MAX);
		wb_buf_fmt(&line, "%llu,%s,%s,%s,%s,%s,%lld",
			   (unsigned long long)c->seq, date, c->party, c->id,
			   c->to, wb_plain_tpp(c->tpp_x10, tpp),
			   (long long)wb_h100(c->tpp_x10, c->h100_x10));
		for (size_t k = 0; k < 6; k++) {
			wb_buf_str(&line, ",");
			wb_csv_put(&line, text[k]);
		}
		wb_buf_str(&line, "\n");
		wb_put(stdout, wb_buf_slice(&line), true);
		wb_buf_free(&line);
	}
	return 0;
}

static void outcome_json(struct wb_json_out *out, const char *name,
			 const struct wb_verdict_shown *o)
{
	wb_out_open(out, name, '{');
	wb_out_string(out, "verdict", wb_verdict_name(o->verdict));
	wb_out_string(out, "path", o->basis);
	wb_out_string(out, "review", o->review);
	wb_out_close(out, '}');
}

static void sums_json(struct wb_json_out *out, const struct group *g)
{
	wb_out_number(out, "changed", g->changed);
	wb_out_number(out, "stricter", g->stricter);
	wb_out_number(out, "laxer", g->laxer);
	wb_out_number(out, "tpp_x10", (uint64_t)g->tpp_x10);
	wb_out_number(out, "h100e", (uint64_t)g->h100);
}

static int groups_json(struct wb_json_out *out, const struct wb_replaying *r,
		       enum by by)
{
	static const char *const name[] = {"by_country", "by_party",
					   "by_month"};
	size_t n;
	struct group *g = groups(r, by, &n);

	if (g == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	wb_out_open(out, name[by], '[');
	for (size_t i = 0; i < n; i++) {
		wb_out_open(out, NULL, '{');
		wb_out_string(out, by_name[by], g[i].key);
		sums_json(out, &g[i]);
		wb_out_close(out, '}');
	}
	wb_out_close(out, ']');
	free(g);
	return 0;
}

static void list_json(struct wb_json_out *out, const struct wb_replaying *r)
{
	char date[WB_DATE_TEXT + 1];

	wb_out_open(out, "decisions", '[');
	for (size_t i = 0; i < r->n; i++) {
		const struct wb_change *c = &r->change[i];

		wb_date_format(c->date, date);
		wb_out_open(out, NULL, '{');
		wb_out_number(out, "seq", c->seq);
		wb_out_string(out, "export_date", date);
		wb_out_string(out, "party", c->party);
		wb_out_string(out, "id", c->id);
		wb_out_string(out, "destination", c->to);
		wb_out_number(out, "tpp_x10", (uint64_t)c->tpp_x10);
		wb_out_number(out, "h100e",
			      (uint64_t)wb_h100(c->tpp_x10, c->h100_x10));
		outcome_json(out, "was", &c->was);
		outcome_json(out, "would_be", &c->now);
		wb_out_close(out, '}');
	}
	wb_out_close(out, ']');
}

static int report_json(const struct wb_replaying *r)
{
	struct wb_json_out out;
	struct group all;
	int rc = 0;

	sum_up(r, &all);
	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_string(&out, "ledger", r->what);
	wb_out_string(&out, "under", r->under);
	wb_out_number(&out, "records", r->records);
	wb_out_number(&out, "hidden", r->hidden);
	wb_out_number(&out, "judged", r->judged);
	sums_json(&out, &all);
	list_json(&out, r);
	for (int by = BY_COUNTRY; by <= BY_MONTH && rc == 0; by++)
		rc = groups_json(&out, r, (enum by)by);
	wb_out_close(&out, '}');
	if (rc == 0)
		return wb_out_done(&out);
	wb_buf_free(&out.buf);
	return rc;
}

int wb_replay_report(const struct wb_replaying *r)
{
	if (r->cli->json)
		return report_json(r);
	if (wb_opt(&r->cli->opt, WB_OPT_CSV) != NULL)
		return report_csv(r);
	return report_text(r);
}
