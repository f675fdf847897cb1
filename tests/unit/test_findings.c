#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/format_example.h"
#include "waybill/text.h"

static struct wb_decision d;

/* A narrative that is cut ends in a whole character. */
static void test_long_names_are_cut_whole(void **state)
{
	char declared[121];

	(void)state;
	wb_decision_init(&d);
	for (int i = 0; i < 60; i++)
		memcpy(declared + 2 * i, "\xc3\xa9", 3);
	for (size_t cut = 0; cut < 4; cut++)
		wb_find(&d, "unknown-model", "", "%.*s%s%s%s%s", (int)cut,
			"xxxx", declared, declared, declared, declared);
	for (size_t i = 0; i < d.n_findings; i++)
		assert_true(
			wb_utf8_valid(wb_slice_str(d.finding[i].narrative)));
}

static void test_findings_are_bounded(void **state)
{
	(void)state;
	wb_decision_init(&d);
	for (int i = 0; i < WB_FINDINGS_MAX + 20; i++)
		wb_find(&d, "late", "", "number %d", i);
	assert_int_equal(d.n_findings, WB_FINDINGS_MAX);
	assert_string_equal(d.finding[WB_FINDINGS_MAX - 1].code,
			    "too-many-findings");
	wb_find_doubt(&d, "AMBIG-1", "", "one more");
	assert_string_equal(d.finding[WB_FINDINGS_MAX - 1].doubt, "");
}

static void test_amounts(void **state)
{
	static const struct {
		int64_t x10;
		const char *text;
	} rows[] = {
		{0, "0"},
		{5, "0.5"},
		{9990, "999"},
		{10000, "1,000"},
		{47992, "4,799.2"},
		{268985680, "26,898,568"},
		{WB_INTEGER_MAX, "900,719,925,474,099.1"},
	};
	char out[WB_AMOUNT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(wb_amount(rows[i].x10, out), rows[i].text);
}

/* Each code stands in FORMAT.md with its severity, and no other does. */
static void test_findings_are_documented(void **state)
{
	const char *text = format_document();
	const struct wb_finding_kind *kind;
	char row[160];
	size_t i, n = 0;

	(void)state;
	for (i = 0; (kind = wb_finding_row(i)) != NULL; i++) {
		snprintf(row, sizeof(row), "\n| `%s` | %s | %s |", kind->code,
			 wb_severity_name(kind->severity), kind->meaning);
		if (strstr(text, row) == NULL)
			fail_msg("FORMAT.md lacks %s", row);
	}
	text = strstr(text, "| code | severity |");
	assert_non_null(text);
	for (; strncmp(text, "\n\n", 2) != 0; text++)
		n += *text == '\n';
	assert_int_equal(n, i + 1); /* and the line of dashes */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_long_names_are_cut_whole),
		cmocka_unit_test(test_findings_are_bounded),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_findings_are_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
