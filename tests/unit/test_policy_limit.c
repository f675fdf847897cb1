#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/policy_bad.h"

/* Lines of exceptions about limits: operator, exhausted, and how many
 * counters one decision may have to charge. */

#define X(lines) HEAD SET ECCN LICENCE EXC "  when tpp >= 1 # c\n" lines REVIEW

static void test_operator(void **state)
{
	static const struct bad bad[] = {
		{X("  operator # c\n"), "line 13, column 11", "", "when"},
		{X("  operator d5 # c\n"), "line 13, column 12", "d5", "when"},
		{X("  operator when # c\n"), "line 13, column 16", "",
		 "a fact"},
		{X("  operator when headquarters in d4 # c\n"),
		 "line 13, column 33", "d4", "set"},
		{X("  operator when headquarters in d5\n"),
		 "line 13, column 35", "", "citation"},
	};
	struct wb_problem why = {0};
	struct wb_edition *ed =
		parse(X("  limit lpp 5 # c\n"
			"  operator when headquarters in d5 # why\n"),
		      &why);

	(void)state;
	assert_non_null(ed);
	assert_int_equal(ed->exception[0].item[2].kind, WB_X_OPERATOR);
	assert_int_equal(ed->exception[0].item[2].when.n, 1);
	assert_string_equal(ed->exception[0].item[2].citation, "why");
	wb_edition_free(ed);
	refuse(bad, N(bad));
}

static void test_exhausted(void **state)
{
	static const struct bad bad[] = {
		{X("  exhausted 1600 \"t\" # c\n"), "line 13, column 3",
		 "exhausted 1600 \"t\"", "No limit"},
		{X("  limit lpp 5 # c\n  exhausted \"t\" # c\n"),
		 "line 14, column 14", "t", "TPP"},
		{X("  limit lpp 5 # c\n  exhausted 0 \"t\" # c\n"),
		 "line 14, column 13", "0", "more than nothing"},
		{X("  limit lpp 5 # c\n  exhausted 1600 # c\n"),
		 "line 14, column 17", "", "told"},
		{X("  limit lpp 5 # c\n  exhausted 1600 \"t\" 1 # c\n"),
		 "line 14, column 22", "1", "complete"},
	};
	struct wb_problem why = {0};
	struct wb_edition *ed =
		parse(X("  limit lpp 5 # c\n  exhausted 1600.5 \"told\" # c\n"),
		      &why);

	(void)state;
	assert_non_null(ed);
	assert_int_equal(ed->exception[0].item[2].kind, WB_X_EXHAUSTED);
	assert_int_equal(ed->exception[0].item[2].tpp_x10, 16005);
	assert_string_equal(ed->exception[0].item[2].text, "told");
	wb_edition_free(ed);
	refuse(bad, N(bad));
}

/* By name: a counter that two exceptions share is one. */
static void test_counters(void **state)
{
#define SIX                                                                    \
	"  limit a 5 # c\n  marker b 5 \"t\" # c\n  marker c 5 \"t\" # c\n"    \
	"  marker d 5 \"t\" # c\n  marker e 5 \"t\" # c\n"                     \
	"  marker f 5 \"t\" # c\n"
	static const struct bad bad[] = {
		{X(SIX "  marker g 5 \"t\" # c\n"), "line 19, column 3",
		 "marker g 5 \"t\"", "more than 6 counters"},
		{X(SIX "exception Y \"Y\" # c\n  when tpp >= 1 # c\n"
		       "  limit g 5 # c\n"),
		 "line 21, column 3", "limit g 5", "more than 6 counters"},
	};

	(void)state;
	good(X(SIX "  marker a 5 \"t\" # c\n"));
	good(X(SIX "exception Y \"Y\" # c\n  when tpp >= 1 # c\n"
		   "  limit b 5 # c\n"));
	refuse(bad, N(bad));
}

static int begin(void **state)
{
	(void)state;
	return wb_crypto_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operator),
		cmocka_unit_test(test_exhausted),
		cmocka_unit_test(test_counters),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
