#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/scenario.h"

/*
 * A row run: submitted, judged, and, where a licence or a notice is all that
 * lacks, granted or given and submitted again, so that the counters stand as
 * the row expects them.
 */
struct run {
	struct wb_sandbox box;
	const struct wb_pack *pack;
	const struct wb_scenario *row;
	struct wb_scenario_result *out;
	struct wb_answer *judgement, *workings; /* of the first submission */
	const struct wb_value *item;            /* in judgement */
	struct wb_scenario_besides besides;
};

/* --- columns ------------------------------------------------------------- */

static void column(struct run *r, const char *name, const char *want,
		   const char *got, bool same)
{
	struct wb_scenario_check *c = &r->out->check[r->out->n];

	if (r->out->n == WB_CHECKS_MAX)
		return;
	r->out->n++;
	c->name = name;
	snprintf(c->want, sizeof(c->want), "%s", want);
	snprintf(c->got, sizeof(c->got), "%s", got);
	c->same = same;
	r->out->pass &= same;
}

/* Compare with a column of the table: where it has none, or the cell is empty,
 * nothing is expected and what came is shown. */
static void expect(struct run *r, const char *name, const char *got)
{
	const char *want = wb_csv_cell(r->row->csv, r->row->row, name);

	column(r, name, want, got, *want == '\0' || strcasecmp(want, got) == 0);
}

static void expect_tpp(struct run *r, const char *name, int64_t x10)
{
	int64_t want_x10;
	char got[64];
	int n = snprintf(got, sizeof(got), "%lld", (long long)(x10 / 10));

	if (x10 % 10 != 0)
		snprintf(got + n, sizeof(got) - (size_t)n, ".%lld",
			 (long long)(x10 % 10));
	/* 26,900,000 and 26900000.0 are the same. */
	if (wb_scenario_figure(wb_csv_cell(r->row->csv, r->row->row, name),
			       &want_x10) == 0 &&
	    want_x10 == x10)
		snprintf(got, sizeof(got), "%s",
			 wb_csv_cell(r->row->csv, r->row->row, name));
	expect(r, name, x10 < 0 ? "unknown" : got);
}

static bool is_true(const struct wb_value *v, const char *name)
{
	const struct wb_value *m = wb_member(v, name);

	return m != NULL && m->type == WB_V_TRUE;
}

/* "notice 25 days" is what a path asks for; else the policy of the review. */
static void expect_review(struct run *r)
{
	const char *want = wb_csv_cell(r->row->csv, r->row->row, "exp_review");
	const char *review = wb_string_of(r->item, "review");
	const char *notice = wb_string_of(r->item, "notice");

	if (strcmp(review, "none") == 0)
		review = "-";
	if (strncmp(want, "notice", 6) == 0 && *notice != '\0')
		review = notice;
	expect(r, "exp_review", review);
}

/* --- flags --------------------------------------------------------------- */

/* The flag that a finding raises, or NULL. */
static const char *flag_of(const struct wb_value *finding)
{
	static const struct {
		const char *code, *flag;
	} same[] = {
		{"pre-notice", "PRE-NOTICE"},
		{"limit-reached", "LIMIT-REACHED"},
		{"savings", "SAVINGS"},
		{"contested-exception", "CONTESTED-740.2"},
		{"barred-exception", "740.2-BAR"},
		{"veu-limit", "VEU-LIMIT"},
		{"nveu-limit", "VEU-LIMIT"},
	};
	const char *code = wb_string_of(finding, "code");

	if (strcmp(code, "doubt") == 0)
		return wb_string_of(finding, "doubt");
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(code, same[i].code) == 0)
			return same[i].flag;
	return NULL;
}

#define SEPARATORS ", ;|"

static bool names(const char *list, const char *flag)
{
	size_t len = strlen(flag);

	for (const char *at = list; (at = strstr(at, flag)) != NULL; at++)
		if ((at == list || strchr(SEPARATORS, at[-1]) != NULL) &&
		    (at[len] == '\0' || strchr(SEPARATORS, at[len]) != NULL))
			return true;
	return false;
}

/*
 * The flags in the order of the row's own, so that equal ones look equal; then
 * those it does not expect.  A doubt that the row does not name is told and no
 * difference: rows name one where it is what they are about.
 */
static void expect_flags(struct run *r)
{
	const struct wb_value *list =
		wb_member(wb_answer_top(r->judgement), "findings");
	const char *want = wb_csv_cell(r->row->csv, r->row->row, "exp_flags");
	char raised[160] = "", got[160] = "", copy[160], *at = copy, *word;
	bool same = true;

	for (const struct wb_value *f = list ? list->first : NULL; f != NULL;
	     f = f->next) {
		const char *flag = flag_of(f);
		size_t n = strlen(raised), m = strlen(r->out->findings);

		snprintf(r->out->findings + m, sizeof(r->out->findings) - m,
			 "%s%s", m > 0 ? " " : "", wb_string_of(f, "code"));
		if (flag != NULL && !names(raised, flag))
			snprintf(raised + n, sizeof(raised) - n, "%s%s",
				 n > 0 ? "," : "", flag);
	}
	snprintf(copy, sizeof(copy), "%s", want);
	while ((word = strsep(&at, SEPARATORS)) != NULL)
		same = same && (*word == '\0' || names(raised, word));
	snprintf(copy, sizeof(copy), "%s", raised);
	at = copy;
	while ((word = strsep(&at, ",")) != NULL)
		same = same && (*word == '\0' || names(want, word) ||
				strncmp(word, "AMBIG-", 6) == 0);
	snprintf(got, sizeof(got), "%s", same ? want : raised);
	column(r, "exp_flags", want, got,
	       same || !wb_csv_has(r->row->csv, "exp_flags"));
}

/* --- the steps ----------------------------------------------------------- */

/* What the exporter claims to ship under, and its number or NULL. */
static const char *claim(const struct wb_scenario *row, const char **ret_number)
{
	*ret_number = row->licence ? "L-1"
		      : row->uveu  ? "UVEU-1"
		      : row->nveu  ? "NVEU-1"
				   : NULL;
	return row->licence ? "LICENCE"
	       : row->uveu  ? "UVEU"
	       : row->nveu  ? "NVEU"
			    : "NLR";
}

static int submit(struct run *r)
{
	const char *number, *held = claim(r->row, &number);
	char date[WB_DATE_TEXT + 1];
	uint64_t seq;
	int rc = 0;

	if (r->row->licence)
		rc = wb_scenario_grant(&r->box, r->row, "L-1", "3A090.a");
	if (rc == 0)
		rc = wb_scenario_ship(&r->box, r->row, "S-1", held, number,
				      "3A090.a", WB_NO_NOTICES, &seq);
	if (rc == 0)
		rc = wb_sandbox_texts(&r->box, seq, &r->judgement,
				      &r->workings);
	if (rc != 0)
		return rc;
	r->item = wb_member(wb_answer_top(r->judgement), "items");
	r->item = r->item != NULL ? r->item->first : NULL;
	if (r->item != NULL)
		return 0;
	wb_date_format(r->row->date, date);
	snprintf(r->box.why, sizeof(r->box.why),
		 "nothing was judged (%s): has family %s an edition for %s?",
		 wb_string_of(wb_answer_top(r->judgement), "basis"),
		 r->pack->family, date);
	return WB_EFORM;
}

/* "3A090(2022)" is an ECCN by the text of that year, which names the limb. */
static void expect_eccn(struct run *r)
{
	const char *want = wb_csv_cell(r->row->csv, r->row->row, "exp_eccn");
	const char *year = strrchr(wb_string_of(r->item, "limb"), '.');
	char got[64];

	snprintf(got, sizeof(got), "%s", wb_string_of(r->item, "eccn"));
	if (strchr(want, '(') != NULL && year != NULL)
		snprintf(got, sizeof(got), "%.40s(%.10s)",
			 wb_string_of(r->item, "eccn"), year + 1);
	expect(r, "exp_eccn", got);
}

static void expect_item(struct run *r)
{
	const struct wb_value *total = wb_member(r->item, "total_tpp_x10");
	uint64_t x10;

	expect_tpp(r, "shipment_tpp",
		   wb_number(total, &x10) ? (int64_t)x10 : -1);
	expect_eccn(r);
	expect(r, "exp_licence_required",
	       is_true(r->item, "licence_required") ? "Y" : "N");
	expect(r, "exp_path", wb_string_of(r->item, "path"));
	expect_review(r);
	expect_flags(r);
}

/* The licence granted, or the notice given, the shipment is clear. */
static int submit_again(struct run *r, bool licence)
{
	struct wb_answer *judgement, *workings;
	const char *eccn = wb_string_of(r->item, "eccn");
	const char *number, *held = claim(r->row, &number), *verdict;
	uint64_t seq;
	int rc = 0;

	if (licence) {
		held = "LICENCE";
		number = "L-2";
		rc = wb_scenario_grant(&r->box, r->row, number, eccn);
	}
	if (rc == 0)
		rc = wb_scenario_ship(&r->box, r->row, "S-2", held, number,
				      eccn, WB_NOTICES, &seq);
	if (rc == 0)
		rc = wb_sandbox_texts(&r->box, seq, &judgement, &workings);
	if (rc != 0)
		return rc;
	verdict = wb_string_of(wb_answer_top(judgement), "verdict");
	column(r, licence ? "with the licence" : "with the notice", "clear",
	       verdict, strcmp(verdict, "clear") == 0);
	wb_answer_free(judgement);
	wb_answer_free(workings);
	return 0;
}

/* Where the counter of the country stands: that which was looked at. */
static const char *country_of(const struct run *r)
{
	const struct wb_value *list =
		wb_member(wb_answer_top(r->workings), "balances");

	for (const struct wb_value *b = list ? list->first : NULL; b != NULL;
	     b = b->next)
		if (strcmp(wb_string_of(b, "counter"), "alloc") == 0)
			return wb_string_of(b, "of");
	return r->row->to;
}

static int expect_counters(struct run *r)
{
	char lpp[WB_STATE_KEY_MAX + 1], alloc[WB_STATE_KEY_MAX + 1];
	int64_t lpp_x10, alloc_x10, limit_x10;
	int rc;

	snprintf(lpp, sizeof(lpp), "%s/parent/%d",
		 wb_pack_limit(r->pack, r->row->date, &limit_x10),
		 wb_date_year(r->row->date));
	snprintf(alloc, sizeof(alloc), "alloc/%.64s", country_of(r));
	rc = wb_sandbox_counter(&r->box, lpp, &lpp_x10);
	if (rc == 0)
		rc = wb_sandbox_counter(&r->box, alloc, &alloc_x10);
	if (rc != 0)
		return rc;
	expect_tpp(r, "exp_lpp_after", lpp_x10 + r->besides.lpp_x10);
	expect_tpp(r, "exp_country_after", alloc_x10 + r->besides.country_x10);
	return 0;
}

static int steps(struct run *r)
{
	const char *verdict;
	bool licence;
	int rc = wb_scenario_world(&r->box, r->pack, r->row, &r->besides);

	if (rc == 0)
		rc = submit(r);
	if (rc != 0)
		return rc;
	expect_item(r);
	verdict = wb_string_of(wb_answer_top(r->judgement), "verdict");
	licence = strcmp(wb_string_of(r->item, "review"), "none") != 0;
	/* A licence is granted unless the policy is against it.  Where a fact
	 * is missing, neither licence nor notice is all that lacks. */
	if (strcmp(verdict, "review") == 0 &&
	    (licence || *wb_string_of(r->item, "notice") != '\0'))
		rc = submit_again(r, licence);
	return rc == 0 ? expect_counters(r) : rc;
}

void wb_scenario_run(const struct wb_sandbox_keys *keys,
		     const struct wb_pack *pack, const struct wb_scenario *row,
		     struct wb_scenario_result *ret)
{
	struct run r = {.pack = pack, .row = row, .out = ret};
	int rc;

	memset(ret, 0, sizeof(*ret));
	ret->id = row->id;
	ret->pass = true;
	rc = wb_sandbox_begin(&r.box, keys, pack->family, row->date);
	if (rc == 0)
		rc = steps(&r);
	if (rc != 0) {
		snprintf(ret->why, sizeof(ret->why), "%s", r.box.why);
		ret->pass = false;
	}
	wb_answer_free(r.judgement);
	wb_answer_free(r.workings);
	wb_sandbox_end(&r.box);
}
