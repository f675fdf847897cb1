#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/policy_case.h"
#include "tests/unit/judge.h"

/*
 * Each row of the tables of cases, whose outcome was read off the law and not
 * off the engine, by the engine alone: what `waybill policy trace` judges, as
 * a test among the others, so that mutants of the rules meet it first.
 */
static unsigned judged, wrong;

static void judge_row(const struct wb_csv *csv, size_t row)
{
	const char *family = wb_case_family(wb_csv_cell(csv, row, "mode"));
	static struct wb_case c;

	c = (struct wb_case){.csv = csv, .row = row, .d = &d};
	c.id = wb_csv_cell(csv, row, "id");
	assert_non_null(family);
	snprintf(law.family, sizeof(law.family), "%s", family);
	judged++;
	if (wb_case_judge(&c, &law) != 0 || !wb_case_expected(&c)) {
		wrong++;
		print_error("%s: %s\n", c.id, c.why);
	}
	wb_memory_free(&c.memory);
}

static void judge_table(const char *path, unsigned least)
{
	struct wb_csv csv = {.n = 0};

	assert_int_equal(wb_csv_load(path, &csv), 0);
	judged = wrong = 0;
	for (size_t i = 0; i < csv.n; i++)
		judge_row(&csv, i);
	wb_csv_free(&csv);
	assert_true(judged >= least);
	assert_int_equal(wrong, 0);
}

static void test_scenarios(void **state)
{
	(void)state;
	judge_table("tests/vectors/scenarios.csv", 66);
}

static void test_rules(void **state)
{
	(void)state;
	judge_table("tests/vectors/rules.csv", 478);
}

/* On either side of each limit, in every edition that has it. */
static void test_boundaries(void **state)
{
	(void)state;
	judge_table("tests/vectors/boundaries.csv", 700);
}

/* The rows of the second reading that no scenario can say. */
static void test_second_reading(void **state)
{
	(void)state;
	judge_table("tests/vectors/second-reading-rules.csv", 131);
}

static int every_edition(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(wb_crypto_init(), 0);
	assert_int_equal(glob("policy/*.policy", 0, NULL, &files), 0);
	wb_law_init(&law, "paper");
	for (size_t i = 0; i < files.gl_pathc; i++)
		adopt(files.gl_pathv[i]);
	adopt("tests/vectors/test.catalogue");
	adopt("policy/countries.table");
	globfree(&files);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenarios),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_boundaries),
		cmocka_unit_test(test_second_reading),
	};

	return cmocka_run_group_tests(tests, every_edition, tear_down);
}
