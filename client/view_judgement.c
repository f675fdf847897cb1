#include <stdio.h>
#include <string.h>

#include "client/print.h"
#include "client/table.h"
#include "client/view.h"

#define INDENT 14

static void label(FILE *f, const char *name)
{
	fprintf(f, "%-*s", INDENT, name);
}

static void put_text(FILE *f, const char *name, const char *text)
{
	if (*text == '\0')
		return;
	label(f, name);
	wb_wrap(f, INDENT, wb_slice_str(text));
}

/* "diffusion-2025-1  sha256 3f2a..." */
static void put_law(FILE *f, const char *name, const struct wb_value *law)
{
	const char *digest = wb_string_of(law, "sha256");

	label(f, name);
	if (law == NULL || law->type != WB_V_OBJECT)
		wb_say(f, "none recorded for this date\n");
	else
		wb_say(f, "%s (sha256 %.16s...)\n", wb_string_of(law, "id"),
		       digest);
}

static bool is_true(const struct wb_value *v)
{
	return v != NULL && v->type == WB_V_TRUE;
}

static void put_head(FILE *f, const struct wb_value *j)
{
	const char *verdict = wb_string_of(j, "verdict");
	const char *review = wb_string_of(j, "review");
	const char *date = wb_string_of(j, "judged_for");

	label(f, "verdict");
	wb_put_styled(f, wb_style_of(wb_slice_str(verdict)),
		      wb_slice_str(verdict));
	fputc('\n', f);
	put_text(f, "basis", wb_string_of(j, "basis"));
	if (strcmp(review, "none") != 0)
		put_text(f, "review", review);
	if (*date == '\0')
		return;
	label(f, "judged for");
	wb_say(f, "%s%s%s\n", date,
	       is_true(wb_member(j, "historical")) ? ", historical" : "",
	       is_true(wb_member(j, "provisional")) ? ", provisional" : "");
	put_law(f, "edition", wb_member(j, "edition"));
	put_law(f, "catalogue", wb_member(j, "catalogue"));
	put_law(f, "countries", wb_member(j, "countries"));
	if (wb_member(wb_member(j, "flags"), "id") != NULL)
		put_law(f, "red flags", wb_member(j, "flags"));
}

/* Ten-thousandths of performance density, cut to two places as the law
 * writes them. */
static void density(const struct wb_value *v, char out[WB_TENTHS_TEXT])
{
	uint64_t n;

	if (wb_number(v, &n))
		snprintf(out, WB_TENTHS_TEXT, "%llu.%02llu",
			 (unsigned long long)(n / 10000),
			 (unsigned long long)(n % 10000 / 100));
	else
		snprintf(out, WB_TENTHS_TEXT, "-");
}

static const char *or_dash(const char *s)
{
	return *s != '\0' ? s : "-";
}

/* The model, and how many circuits of it one unit holds. */
static void put_model(struct wb_table *table, const struct wb_value *item)
{
	const char *model = or_dash(wb_string_of(item, "model"));
	uint64_t circuits;

	if (wb_number(wb_member(item, "units"), &circuits) && circuits > 1)
		wb_table_fmt(table, "%llu x %s", (unsigned long long)circuits,
			     model);
	else
		wb_table_fmt(table, "%s", model);
}

static void put_items(FILE *f, const struct wb_value *items)
{
	char tpp[WB_TENTHS_TEXT], total[WB_TENTHS_TEXT], pd[WB_TENTHS_TEXT];
	struct wb_table table;

	if (items == NULL || items->n == 0)
		return;
	fputs("\nItems\n", f);
	wb_table_init(&table, ">line|model|>units|>TPP|>total TPP|>PD|ECCN|"
			      "path|verdict");
	for (const struct wb_value *i = items->first; i; i = i->next) {
		const struct wb_value *line = wb_member(i, "line");
		const struct wb_value *units = wb_member(i, "quantity");

		wb_tenths(wb_member(i, "tpp_x10"), tpp);
		wb_tenths(wb_member(i, "total_tpp_x10"), total);
		density(wb_member(i, "performance_density_x10000"), pd);
		wb_table_cell(&table, line ? line->text : wb_slice_str(""));
		put_model(&table, i);
		wb_table_cell(&table, units ? units->text : wb_slice_str(""));
		wb_table_fmt(&table, "%s", tpp);
		wb_table_fmt(&table, "%s", total);
		wb_table_fmt(&table, "%s", pd);
		wb_table_fmt(&table, "%s", wb_string_of(i, "eccn"));
		wb_table_fmt(&table, "%s", or_dash(wb_string_of(i, "path")));
		wb_table_fmt(&table, "%s", wb_string_of(i, "verdict"));
	}
	wb_table_done(&table, f, 2);
}

/* "<a> <b> [citation]" */
static void put_reason(FILE *f, const char *name, const char *a, const char *b,
		       const char *citation)
{
	char text[1024];

	if (*a == '\0')
		return;
	snprintf(text, sizeof(text), "%s%s%s%s%s%s", a, *b ? ", " : "", b,
		 *citation ? " [" : "", citation, *citation ? "]" : "");
	fputs("    ", f);
	fprintf(f, "%-*s", INDENT - 4, name);
	wb_wrap(f, INDENT, wb_slice_str(text));
}

static void put_reasons(FILE *f, const struct wb_value *items)
{
	for (const struct wb_value *i = items ? items->first : NULL; i;
	     i = i->next) {
		const struct wb_value *line = wb_member(i, "line");
		bool needs = is_true(wb_member(i, "licence_required"));
		const char *review = wb_string_of(i, "review");

		fputs("  line ", f);
		wb_put(f, line ? line->text : wb_slice_str("?"), false);
		fputc('\n', f);
		put_reason(f, "ECCN", wb_string_of(i, "eccn"),
			   wb_string_of(i, "limb"),
			   wb_string_of(i, "eccn_citation"));
		put_reason(f, "licence", needs ? "required" : "not required",
			   wb_string_of(i, "licence_rule"),
			   wb_string_of(i, "licence_citation"));
		put_reason(f, "path", wb_string_of(i, "path"),
			   strcmp(review, "none") != 0 ? review : "",
			   wb_string_of(i, "path_citation"));
		put_reason(f, "notice", wb_string_of(i, "notice"), "", "");
	}
}

static void put_finding(FILE *f, const struct wb_value *finding)
{
	const char *severity = wb_string_of(finding, "severity");
	const char *doubt = wb_string_of(finding, "doubt");

	fputs("  ", f);
	wb_put_styled(f, wb_style_of(wb_slice_str(severity)),
		      wb_slice_str(severity));
	wb_say(f, " %s%s%s%s\n", wb_string_of(finding, "code"),
	       *doubt ? " (" : "", doubt, *doubt ? ")" : "");
	put_reason(f, "", wb_string_of(finding, "narrative"), "",
		   wb_string_of(finding, "citation"));
	put_reason(f, "do", wb_string_of(finding, "resolution"), "", "");
}

static void put_findings(FILE *f, const struct wb_value *findings)
{
	if (findings == NULL || findings->n == 0)
		return;
	fputs("\nFindings\n", f);
	for (const struct wb_value *i = findings->first; i; i = i->next)
		put_finding(f, i);
}

/* One amount of a balance: TPP in tenths, or units. */
static void put_amount(struct wb_table *table, const struct wb_value *b,
		       const char *name)
{
	char member[32], text[WB_TENTHS_TEXT];
	const struct wb_value *units;

	snprintf(member, sizeof(member), "%s_units", name);
	units = wb_member(b, member);
	if (units != NULL) {
		wb_table_cell(table, units->text);
		return;
	}
	snprintf(member, sizeof(member), "%s_tpp_x10", name);
	wb_tenths(wb_member(b, member), text);
	wb_table_fmt(table, "%s", text);
}

static void put_balances(FILE *f, const struct wb_value *balances)
{
	static const char *const name[] = {"limit", "before",    "asked",
					   "after", "remaining", "if_granted"};
	struct wb_table table;

	if (balances == NULL || balances->n == 0)
		return;
	fputs("\nBalances (TPP)\n", f);
	wb_table_init(&table, "counter|of|period|>limit|>before|>asked|>after|"
			      ">remaining|>if granted|standing");
	for (const struct wb_value *b = balances->first; b; b = b->next) {
		bool units = wb_member(b, "limit_units") != NULL;

		wb_table_fmt(&table, "%s%s", wb_string_of(b, "counter"),
			     units ? ", units" : "");
		wb_table_fmt(&table, "%s", or_dash(wb_string_of(b, "of")));
		wb_table_fmt(&table, "%s", or_dash(wb_string_of(b, "period")));
		for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
			put_amount(&table, b, name[i]);
		wb_table_fmt(&table, "%s", wb_string_of(b, "standing"));
	}
	wb_table_done(&table, f, 2);
}

static void put_scopes(FILE *f, const struct wb_value *scopes)
{
	if (scopes == NULL || scopes->n == 0)
		return;
	fputs("\nConcerns      ", f);
	for (const struct wb_value *s = scopes->first; s; s = s->next)
		wb_say(f, "%s%s", wb_string(s), s->next ? ", " : "\n");
}

void wb_view_judgement(FILE *f, const struct wb_value *judgement,
		       const struct wb_value *workings)
{
	const struct wb_value *balances = wb_member(workings, "balances");

	put_head(f, judgement);
	put_items(f, wb_member(judgement, "items"));
	put_reasons(f, wb_member(judgement, "items"));
	put_findings(f, wb_member(judgement, "findings"));
	put_balances(f, balances ? balances : wb_member(judgement, "balances"));
	put_scopes(f, wb_member(judgement, "scopes"));
}

void wb_view_judgement_text(FILE *f, struct wb_slice judgement,
			    struct wb_slice workings)
{
	struct wb_answer *j, *w = NULL;

	if (wb_answer_parse(judgement, &j) != 0) {
		wb_say(f, "the judgement is not JSON\n");
		return;
	}
	if (workings.len > 0 && wb_answer_parse(workings, &w) != 0)
		w = NULL;
	wb_view_judgement(f, wb_answer_top(j), w ? wb_answer_top(w) : NULL);
	wb_answer_free(w);
	wb_answer_free(j);
}
