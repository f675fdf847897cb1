#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "core/audit_parts.h"
#include "tests/unit/csv.h"
#include "tests/unit/files.h"

/*
 * The scenario vectors that the editions of family "paper" cover, each row
 * judged on its own state.  Rows of other packs and of rules that come later
 * are counted and named, so that none is lost in silence.
 */
struct fixture {
	struct wb_law law;
	struct csv_row head;
	unsigned passed, failed, later;
	char later_ids[1024];
};

static void adopt(struct wb_law *law, const char *path, enum wb_document what)
{
	struct wb_slice text = read_file(path);
	struct wb_problem problem = {0};
	struct wb_edition *ed = NULL;
	struct wb_catalogue *cat = NULL;
	struct wb_countries *table = NULL;
	int rc = 0;

	switch (what) {
	case WB_DOC_EDITION:
		rc = wb_edition_parse(text, &ed, &problem);
		break;
	case WB_DOC_CATALOGUE:
		rc = wb_catalogue_parse(text, &cat, &problem);
		break;
	case WB_DOC_COUNTRIES:
		rc = wb_countries_parse(text, &table, &problem);
		break;
	case WB_DOC_FLAGS:
		assert_true(false);
		break;
	}
	if (rc != 0)
		fail_msg("%s: %s: %s", path, problem.pointer, problem.detail);
	wb_law_adopt(law, ed, cat, table);
	free((void *)(uintptr_t)text.p);
}

/* --- a row as a statement and a state --------------------------------- */

static void put(struct wb_memory *m, const char *key, const char *value)
{
	assert_int_equal(wb_memory_put(m, key, wb_slice_str(value), 1), 0);
}

static void put_detail(struct wb_memory *m, const char *party,
		       const char *country, const char *hq, const char *owner)
{
	char key[64], value[128];

	snprintf(key, sizeof(key), "detail/%s", party);
	snprintf(value, sizeof(value), "2020-01-01 %s %s private %s", country,
		 hq, owner);
	put(m, key, value);
}

static void put_counter(struct wb_memory *m, const char *key, const char *tpp)
{
	char value[32];

	if (strcmp(tpp, "0") == 0 || tpp[0] == '\0')
		return;
	snprintf(value, sizeof(value), "%s0", tpp);
	put(m, key, value);
}

/* "Loaded 2025-05-14, arrives 2025-06-10" stands in the title only. */
static void loaded(const char *title, char out[96])
{
	char a[16], b[16];

	out[0] = '\0';
	if (sscanf(title, "Loaded %10[0-9-], arrives %10[0-9-]", a, b) == 2)
		snprintf(out, 96, "\"loaded\":\"%s\",\"arrival\":\"%s\",", a,
			 b);
}

static const char *end_use(const char *cell)
{
	return strcmp(cell, "ACM") == 0 ? "production" : "data_centre";
}

#define DIGEST                                                                 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/*
 * Papers on file by default are those a careful consignee has; the LPP
 * statement is left out where the row says so, and no notice has been given.
 */
static void statement_of(const struct fixture *f, const struct csv_row *row,
			 char *out, size_t cap)
{
	const char *date = csv_get(&f->head, row, "export_date");
	const char *lpp = csv_get(&f->head, row, "lpp_statement");
	char more[96], statement[200] = "";

	loaded(csv_get(&f->head, row, "title"), more);
	if (strcmp(lpp, "Y") == 0)
		snprintf(statement, sizeof(statement),
			 ",{\"kind\":\"lpp_statement\",\"sha256\":\"" DIGEST
			 "\",\"date\":\"2022-01-01\"}");
	snprintf(out, cap,
		 "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"exporter\",\"id\":\"%s\","
		 "\"issued\":\"%sT00:00:00Z\",\"kind\":\"%s\","
		 "\"export_date\":\"%s\",\"from\":\"%s\","
		 "\"destination\":\"%s\",\"consignee\":\"consignee\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"%s\",%s"
		 "\"authorization\":{\"type\":\"NLR\"},"
		 "\"papers\":[{\"kind\":\"aia_certification\",\"sha256\":"
		 "\"" DIGEST "\",\"date\":\"2022-01-01\"},"
		 "{\"kind\":\"purchase_order\",\"sha256\":\"" DIGEST
		 "\",\"date\":\"2022-01-01\"},"
		 "{\"kind\":\"designer_attestation\",\"sha256\":\"" DIGEST
		 "\",\"date\":\"2022-01-01\"}%s],"
		 "\"items\":[{\"line\":1,\"model\":\"%s\",\"quantity\":%s,"
		 "\"eccn\":\"3A090.a\"}]}\n",
		 csv_get(&f->head, row, "id"), date,
		 csv_get(&f->head, row, "kind"), date,
		 csv_get(&f->head, row, "from"),
		 csv_get(&f->head, row, "destination"),
		 end_use(csv_get(&f->head, row, "end_use")), more, statement,
		 csv_get(&f->head, row, "item"), csv_get(&f->head, row, "qty"));
}

static void state_of(const struct fixture *f, const struct csv_row *row,
		     struct wb_memory *m)
{
	const char *to = csv_get(&f->head, row, "destination");
	const char *hq = csv_get(&f->head, row, "consignee_hq");
	const char *parent = csv_get(&f->head, row, "ultimate_parent_hq");
	char key[64];

	put_detail(m, "parent", parent, parent, "-");
	put_detail(m, "consignee", to, hq, "parent:100");
	snprintf(key, sizeof(key), "lpp/parent/%.4s",
		 csv_get(&f->head, row, "export_date"));
	put_counter(m, key, csv_get(&f->head, row, "prior_lpp_tpp_year"));
	snprintf(key, sizeof(key), "alloc/%s", to);
	put_counter(m, key,
		    csv_get(&f->head, row, "prior_country_licensed_tpp"));
}

/* --- what came out, in the words of the table ------------------------- */

static bool flag_of(const struct wb_finding *f, const char *flag)
{
	static const struct {
		const char *flag, *code;
	} same[] = {
		{"PRE-NOTICE", "pre-notice"},
		{"LIMIT-REACHED", "limit-reached"},
		{"SAVINGS", "savings"},
		{"CONTESTED-740.2", "contested-exception"},
		{"740.2-BAR", "barred-exception"},
	};

	if (strcmp(f->code, "doubt") == 0)
		return strcmp(f->doubt, flag) == 0;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(same[i].flag, flag) == 0 &&
		    strcmp(same[i].code, f->code) == 0)
			return true;
	return false;
}

static bool is_flag(const struct wb_finding *f)
{
	static const char *const codes[] = {
		"pre-notice",          "limit-reached",    "savings",
		"contested-exception", "barred-exception", "doubt",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i], f->code) == 0)
			return true;
	return false;
}

/* Exactly the expected flags: none missing, none more. */
static bool same_flags(const struct wb_decision *d, const char *want)
{
	size_t n_want = 0, n_got = 0;
	char copy[128], *at = copy, *word;

	for (size_t i = 0; i < d->n_findings; i++)
		n_got += is_flag(&d->finding[i]);
	snprintf(copy, sizeof(copy), "%s", want);
	while ((word = strsep(&at, ", ")) != NULL) {
		bool found = false;

		if (*word == '\0')
			continue;
		n_want++;
		for (size_t i = 0; i < d->n_findings; i++)
			found |= flag_of(&d->finding[i], word);
		if (!found)
			return false;
	}
	return n_want == n_got;
}

/* The counter as it would stand if a licence were granted, in whole TPP. */
static int64_t after(const struct wb_decision *d, const char *counter,
		     const char *prior)
{
	for (size_t i = 0; i < d->n_balances; i++)
		if (strcmp(d->balance[i].counter, counter) == 0)
			return d->balance[i].granted_x10 / 10;
	return atoll(prior);
}

static const char *review_of(const struct wb_item_decision *item)
{
	if (item->review != WB_REVIEW_NONE)
		return wb_review_name(item->review);
	if (strcmp(item->path, "NAC") == 0)
		return item->notice;
	return "-";
}

static bool check(const struct fixture *f, const struct csv_row *row,
		  const struct wb_decision *d)
{
	const struct wb_item_decision *item = &d->item[0];
	int64_t lpp =
		after(d, "lpp", csv_get(&f->head, row, "prior_lpp_tpp_year"));
	int64_t alloc =
		after(d, "alloc",
		      csv_get(&f->head, row, "prior_country_licensed_tpp"));
	const char *want = csv_get(&f->head, row, "exp_licence_required");
	bool ok = strcmp(item->eccn, csv_get(&f->head, row, "exp_eccn")) == 0 &&
		  item->licence_required == (want[0] == 'Y') &&
		  strcmp(item->path, csv_get(&f->head, row, "exp_path")) == 0 &&
		  strcmp(review_of(item),
			 csv_get(&f->head, row, "exp_review")) == 0 &&
		  lpp == atoll(csv_get(&f->head, row, "exp_lpp_after")) &&
		  alloc == atoll(csv_get(&f->head, row, "exp_country_after")) &&
		  same_flags(d, csv_get(&f->head, row, "exp_flags"));

	if (ok)
		return true;
	print_message("%s: got %s %c %s '%s' lpp %lld country %lld;",
		      row->field[0], item->eccn,
		      item->licence_required ? 'Y' : 'N', item->path,
		      review_of(item), (long long)lpp, (long long)alloc);
	for (size_t i = 0; i < d->n_findings; i++)
		print_message(" %s%s", d->finding[i].code, d->finding[i].doubt);
	print_message("\n");
	return false;
}

/* Mode Ps is the paper edition with 740.2(a)(9)(ii) read strictly. */
static void read_strictly(struct fixture *f, bool on)
{
	struct wb_edition *ed = f->law.edition[f->law.n - 1];

	for (size_t i = 0; i < ed->n_settings; i++)
		if (strcmp(ed->setting[i].name, "strict_740_2") == 0)
			ed->setting[i].on = on;
}

static bool run(struct fixture *f, const struct csv_row *row)
{
	static struct wb_decision d;
	struct wb_statement st = {0};
	struct wb_problem problem = {0};
	struct wb_memory m = {0};
	struct wb_state state = wb_memory_state(&m);
	struct wb_engine_input in = {&f->law, &st, &state, 0};
	char text[4096];
	bool ok;

	statement_of(f, row, text, sizeof(text));
	state_of(f, row, &m);
	if (wb_statement_decode(wb_slice_str(text), NULL, &st, &problem) != 0)
		fail_msg("%s: WB-%d %s: %s", row->field[0], problem.code,
			 problem.pointer, problem.detail);
	in.time = st.issued;
	read_strictly(f, strcmp(csv_get(&f->head, row, "mode"), "Ps") == 0);
	wb_decision_init(&d);
	assert_int_equal(wb_classify(&in, &d), 0);
	ok = check(f, row, &d);
	wb_statement_free(&st);
	wb_memory_free(&m);
	return ok;
}

/* Validated end users, agreements and the other packs are a later issue. */
static bool covered(const struct fixture *f, const struct csv_row *row)
{
	return csv_get(&f->head, row, "mode")[0] == 'P' &&
	       csv_get(&f->head, row, "authorization_held")[0] == '\0' &&
	       strcmp(csv_get(&f->head, row, "iga"), "1") == 0;
}

static void later(struct fixture *f, const char *id)
{
	size_t at = strlen(f->later_ids);

	snprintf(f->later_ids + at, sizeof(f->later_ids) - at, " %s", id);
	f->later++;
}

static void test_rows(void **state)
{
	struct fixture *f = *state;
	FILE *in = fopen("tests/vectors/scenarios.csv", "r");
	static struct csv_row row;

	assert_non_null(in);
	assert_true(csv_read(in, &f->head));
	while (csv_read(in, &row)) {
		if (!covered(f, &row)) {
			later(f, row.field[0]);
		} else if (run(f, &row)) {
			f->passed++;
		} else {
			f->failed++;
		}
	}
	fclose(in);
	print_message("scenarios: %u passed, %u failed, %u of later "
		      "editions and rules:%s\n",
		      f->passed, f->failed, f->later, f->later_ids);
	assert_int_equal(f->failed, 0);
	assert_int_equal(f->passed, 38);
	assert_int_equal(f->passed + f->later, 66);
}

static int set_up(void **state)
{
	static struct fixture f;

	assert_int_equal(wb_crypto_init(), 0);
	wb_law_init(&f.law, "paper");
	adopt(&f.law, "policy/us-2023.policy", WB_DOC_EDITION);
	adopt(&f.law, "policy/us-2024-04.policy", WB_DOC_EDITION);
	adopt(&f.law, "policy/us-2024-12.policy", WB_DOC_EDITION);
	adopt(&f.law, "policy/diffusion.policy", WB_DOC_EDITION);
	adopt(&f.law, "tests/vectors/test.catalogue", WB_DOC_CATALOGUE);
	adopt(&f.law, "policy/countries.table", WB_DOC_COUNTRIES);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	wb_law_free(&f->law);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
