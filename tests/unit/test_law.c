#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/law_files.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* An edition of those dates; it says next to nothing else. */
static struct wb_edition *edition(const char *id, const char *family,
				  const char *from, const char *to)
{
	struct wb_edition *ret = NULL;
	char text[1024];

	snprintf(text, sizeof(text),
		 "waybill/policy/1\nid %s\nfamily %s\ntitle T\nsource S\n"
		 "effective %s # c\nuntil %s\n"
		 "eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"
		 "licence all when eccn is 3A090.a # c\n"
		 "review denial when eccn is 3A090.a # c\n",
		 id, family, from, to);
	assert_int_equal(wb_edition_parse(wb_slice_str(text), &ret, NULL), 0);
	return ret;
}

static void adopt(struct wb_law *law, struct wb_edition *ed)
{
	assert_int_equal(wb_law_check(law, ed, NULL), 0);
	wb_law_adopt(law, ed, NULL, NULL);
}

static const char *id_on(const struct wb_law *law, const char *date)
{
	const struct wb_edition *ed = wb_law_edition(law, law_date(date));

	return ed == NULL ? "none" : ed->id;
}

/* --- which edition applies ------------------------------------------------ */

/* All that policy/ holds, in the order of their names as a shell lists them. */
static const char *const editions[] = {
	"policy/actual-2025-04.policy", "policy/actual-2025-05.policy",
	"policy/actual-2026-01.policy", "policy/actual-2026-07.policy",
	"policy/diffusion.policy",      "policy/rev500.policy",
	"policy/us-2022-10.policy",     "policy/us-2023-01.policy",
	"policy/us-2023.policy",        "policy/us-2024-04.policy",
	"policy/us-2024-12.policy",
};

/* Each first day and the day before it, in each family. */
static void test_dates(void **state)
{
	static const struct {
		const char *family, *date, *id;
	} cases[] = {
		{"paper", "2022-10-06", "none"},
		{"paper", "2022-10-07", "us-2022-1"},
		{"paper", "2023-01-16", "us-2022-1"},
		{"paper", "2023-01-17", "us-2022-2"},
		{"paper", "2023-11-16", "us-2022-2"},
		{"paper", "2023-11-17", "us-2023-1"},
		{"paper", "2024-04-03", "us-2023-1"},
		{"paper", "2024-04-04", "us-2024-1"},
		{"paper", "2024-12-01", "us-2024-1"},
		{"paper", "2024-12-02", "us-2024-2"},
		{"paper", "2025-05-14", "us-2024-2"},
		{"paper", "2025-05-15", "diffusion-2025-1"},
		{"paper", "9999-12-31", "diffusion-2025-1"},
		{"actual", "2022-10-07", "us-2022-1"},
		{"actual", "2025-04-08", "us-2024-2"},
		{"actual", "2025-04-09", "actual-2025-1"},
		{"actual", "2025-05-14", "actual-2025-1"},
		{"actual", "2025-05-15", "actual-2025-2"},
		{"actual", "2026-01-14", "actual-2025-2"},
		{"actual", "2026-01-15", "actual-2026-1"},
		{"actual", "2026-07-09", "actual-2026-1"},
		{"actual", "2026-07-10", "actual-2026-2"},
		{"actual", "9999-12-31", "actual-2026-2"},
		{"rev500", "2025-05-15", "rev500-1"},
	};
	struct wb_law law;

	(void)state;
	/* The order in which they are recorded does not matter. */
	for (size_t turn = 0; turn < 2 * N(cases); turn++) {
		wb_law_init(&law, cases[turn / 2].family);
		assert_null(wb_law_edition(&law, 20000));
		for (size_t i = 0; i < N(editions); i++)
			adopt(&law,
			      law_edition_file(
				      editions[turn % 2 == 0
						       ? i
						       : N(editions) - 1 - i]));
		assert_string_equal(id_on(&law, cases[turn / 2].date),
				    cases[turn / 2].id);
		wb_law_free(&law);
	}
}

static void test_gap(void **state)
{
	static const struct {
		const char *family, *from;
		bool fits;
	} cases[] = {
		{"f", "2025-07-01", true},    {"f", "2025-07-02", false},
		{"f", "2030-01-01", false},   {"g", "2025-07-02", true},
		{"f", "2025-05-01", true}, /* none stands before it */
		{"g f", "2025-07-02", false},
	};
	struct wb_law law;

	(void)state;
	wb_law_init(&law, "f");
	adopt(&law, edition("a", "g f", "2025-06-01", "2025-06-30"));
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_edition *ed =
			edition("b", cases[i].family, cases[i].from, "open");
		struct wb_problem why = {0};
		int rc = wb_law_gap(&law, ed, &why);

		assert_int_equal(rc, cases[i].fits ? 0 : WB_EREFUSED);
		assert_int_equal(why.code, cases[i].fits ? 0 : WB_P_EDITION);
		if (!cases[i].fits)
			assert_non_null(strstr(why.detail, "2025-06-30"));
		wb_edition_free(ed);
	}
	wb_law_free(&law);
}

/* An open edition gives way; what then ends leaves a gap, not a return. */
static void test_open(void **state)
{
	struct wb_law law;

	(void)state;
	wb_law_init(&law, "f");
	adopt(&law, edition("a", "f", "2025-01-01", "open"));
	assert_string_equal(id_on(&law, "2027-01-01"), "a");
	adopt(&law, edition("b", "f", "2025-06-01", "2025-12-31"));
	assert_string_equal(id_on(&law, "2025-05-31"), "a");
	assert_string_equal(id_on(&law, "2025-06-01"), "b");
	assert_string_equal(id_on(&law, "2026-01-01"), "none");
	adopt(&law, edition("c", "f", "2026-01-01", "open"));
	assert_string_equal(id_on(&law, "2026-01-01"), "c");
	wb_law_free(&law);
}

static void test_family(void **state)
{
	struct wb_law law;

	(void)state;
	wb_law_init(&law, "f");
	adopt(&law, edition("a", "g", "2025-01-01", "open"));
	assert_string_equal(id_on(&law, "2025-01-01"), "none");
	/* Of a family that never applies, overlaps are of no account. */
	adopt(&law, edition("b", "g", "2025-01-01", "2025-02-01"));
	adopt(&law, edition("c", "f", "2025-01-01", "2025-02-01"));
	assert_string_equal(id_on(&law, "2025-01-01"), "c");
	assert_int_equal(law.n, 3);
	wb_law_free(&law);

	/* A family that no edition can name has no editions. */
	wb_law_init(&law, "abcdefghijklmnopqrstuvwxyz0123456789");
	adopt(&law, edition("a", "abcdefghijklmnopqrstuvwxyz01234",
			    "2025-01-01", "open"));
	assert_string_equal(id_on(&law, "2025-01-01"), "none");
	wb_law_free(&law);
}

static void test_overlap(void **state)
{
	static const struct {
		const char *from, *to; /* of the second; the first is June */
		bool fits;
	} cases[] = {
		{"2025-05-01", "2025-05-31", true},
		{"2025-07-01", "2025-07-31", true},
		{"2025-07-01", "open", true},
		{"2025-05-01", "open", true}, /* gives way in June */
		{"2025-06-30", "2025-07-31", false},
		{"2025-06-30", "open", false},
		{"2025-05-01", "2025-06-01", false},
		{"2025-05-01", "2025-12-31", false},
		{"2025-06-10", "2025-06-20", false},
		{"2025-06-01", "2025-06-30", false},
		{"2025-06-01", "open", false}, /* the same first day */
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_problem why = {0};
		struct wb_edition *ed =
			edition("b", "f", cases[i].from, cases[i].to);
		struct wb_law law;
		int rc;

		wb_law_init(&law, "f");
		adopt(&law, edition("a", "f", "2025-06-01", "2025-06-30"));
		rc = wb_law_check(&law, ed, &why);
		assert_int_equal(rc, cases[i].fits ? 0 : WB_EREFUSED);
		assert_int_equal(why.code, cases[i].fits ? 0 : WB_P_EDITION);
		if (!cases[i].fits)
			assert_non_null(strstr(why.detail, "2025-06-30"));
		wb_edition_free(ed);
		wb_law_free(&law);
	}
}

static void test_refused(void **state)
{
	struct wb_problem why = {0};
	struct wb_edition *ed;
	struct wb_law law;
	char id[16], from[32];

	(void)state;
	wb_law_init(&law, "f");
	adopt(&law, edition("a", "f", "2025-06-01", "open"));
	/* An edition is never edited: its id stands for one text. */
	ed = edition("a", "f", "2026-01-01", "open");
	assert_int_equal(wb_law_check(&law, ed, &why), WB_EREFUSED);
	assert_int_equal(why.code, WB_P_EDITION);
	assert_non_null(strstr(why.detail, "id a"));
	wb_edition_free(ed);

	for (int i = 1; i < WB_EDITIONS_MAX; i++) {
		snprintf(id, sizeof(id), "e%d", i);
		snprintf(from, sizeof(from), "%d-01-01", 2025 + i);
		adopt(&law, edition(id, "f", from, "open"));
	}
	why = (struct wb_problem){0};
	ed = edition("last", "g", "2200-01-01", "open");
	assert_int_equal(wb_law_check(&law, ed, &why), WB_EREFUSED);
	assert_non_null(strstr(why.detail, "64 editions"));
	wb_edition_free(ed);
	wb_law_free(&law);
}

/* The newest catalogue and table replace the ones before, which are freed. */
static void test_newest(void **state)
{
	struct wb_catalogue *cat =
		law_catalogue_file("tests/vectors/synthetic.catalogue");
	struct wb_law law;

	(void)state;
	wb_law_init(&law, "f");
	assert_null(law.catalogue);
	wb_law_adopt(&law, NULL,
		     law_catalogue_file("policy/products.catalogue"), NULL);
	wb_law_adopt(&law, NULL, cat, NULL);
	assert_ptr_equal(law.catalogue, cat);
	wb_law_adopt(&law, NULL, NULL,
		     law_countries_file("policy/countries.table"));
	wb_law_adopt(&law, NULL, NULL,
		     law_countries_file("policy/countries.table"));
	assert_ptr_equal(law.catalogue, cat);
	assert_non_null(law.countries);
	wb_law_free(&law);
	assert_null(law.catalogue);
}

/* --- the figures of the shipped editions ---------------------------------- */

static const struct wb_exception_line *line_of(const struct wb_edition *ed,
					       const char *exception,
					       enum wb_exception_line_kind kind)
{
	for (size_t i = 0; i < ed->n_exceptions; i++)
		for (size_t k = 0; k < ed->exception[i].n; k++)
			if (strcmp(ed->exception[i].name, exception) == 0 &&
			    ed->exception[i].item[k].kind == kind)
				return &ed->exception[i].item[k];
	fail_msg("%s: no such line in %s", ed->id, exception);
	return NULL;
}

/* RULES 2.2, 3.3 and 3.4; each beside the paragraph it stands under. */
static void test_figures(void **state)
{
	struct wb_edition *ed = law_edition_file("policy/diffusion.policy");
	const struct wb_exception_line *line;
	const struct wb_rule *rule;

	(void)state;
	assert_int_equal(ed->from, law_date("2025-05-15"));
	assert_int_equal(ed->savings, law_date("2025-06-16"));
	assert_int_equal(ed->h100_x10, 158250);
	rule = &ed->eccn[1].when;
	assert_string_equal(rule->citation, "ECCN 3A090.a.1");
	assert_int_equal(rule->term[0].number, 48000);
	rule = &ed->eccn[2].when;
	assert_int_equal(rule->term[0].number, 16000);
	assert_int_equal(rule->term[1].number, 592);
	rule = &ed->eccn[5].when;
	assert_int_equal(rule->term[0].number, 24000);
	assert_int_equal(rule->term[1].number, 48000);
	assert_int_equal(rule->term[2].number, 160);
	assert_int_equal(rule->term[3].number, 592);
	rule = &ed->eccn[6].when;
	assert_int_equal(rule->term[0].number, 16000);
	assert_int_equal(rule->term[1].number, 320);
	assert_int_equal(rule->term[2].number, 592);
	line = line_of(ed, "LPP", WB_X_LIMIT);
	assert_int_equal(line->tpp_x10, 269000000);
	assert_non_null(strstr(line->citation, "740.29(d)"));
	line = line_of(ed, "LPP", WB_X_NOTICE);
	assert_int_equal(line->tpp_x10, 32000000);
	assert_non_null(strstr(line->citation, "740.29(g)(3)"));
	line = line_of(ed, "LPP", WB_X_AFTER);
	assert_int_equal(line->days, 30);
	assert_string_equal(line->citation, "740.29(g)(1)");
	line = line_of(ed, "LPP", WB_X_BARRED);
	assert_false(ed->setting[line->setting].on);
	line = line_of(ed, "AIA", WB_X_MARKER);
	assert_int_equal(line->tpp_x10, 2530000000);
	assert_non_null(strstr(line->citation, "740.27(c)"));
	line = line_of(ed, "LPP", WB_X_EXHAUSTED);
	assert_int_equal(line->tpp_x10, 16000);
	assert_non_null(strstr(line->citation, "3A090.a.2"));
	line = line_of(ed, "AIA", WB_X_AFTER);
	assert_int_equal(line->days, 0); /* with the shipment */
	line = line_of(ed, "ACM", WB_X_AFTER);
	assert_int_equal(line->days, 0);
	assert_int_equal(ed->validity_days, 365); /* 750.7(g) */
	line = line_of(ed, "NAC", WB_X_NOTICE);
	assert_int_equal(line->days, 25);
	assert_int_equal(ed->allocation.tpp_x10, 7900000000);
	assert_int_equal(ed->allocation.first_year, 2025);
	assert_int_equal(ed->allocation.last_year, 2027);
	assert_string_equal(ed->set[ed->allocation.except].name, "supp_5a");
	wb_edition_free(ed);
}

/* 750.7(g): a licence is generally good for one year. */
static void test_validity(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(editions); i++) {
		struct wb_edition *ed = law_edition_file(editions[i]);

		if (ed->validity_days != 0)
			assert_int_equal(ed->validity_days, 365);
		if (strstr(editions[i], "diffusion") != NULL ||
		    strstr(editions[i], "rev500") != NULL)
			assert_int_equal(ed->validity_days, 365);
		wb_edition_free(ed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),    cmocka_unit_test(test_gap),
		cmocka_unit_test(test_open),     cmocka_unit_test(test_family),
		cmocka_unit_test(test_overlap),  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_newest),   cmocka_unit_test(test_figures),
		cmocka_unit_test(test_validity),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
