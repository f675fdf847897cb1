#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/judge.h"

/* Where goods go, whatever that is called; and who runs the data centre. */

/* Within one country it is a transfer, which LPP is not for, whatever it is
 * called; across a border what is called one is asked as one. */
static void test_kinds(void **state)
{
	static const struct {
		const char *kind, *from, *basis;
		bool differs;
	} cases[] = {
		{"export", "US", "LPP", false},
		{"reexport", "SG", "LPP", false},
		{"transfer", "MY", "LICENCE", false},
		{"reexport", "MY", "LICENCE", true},
		{"export", "MY", "LICENCE", true},
		{"transfer", "US", "LICENCE", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		usual = as_usual;
		usual.kind = cases[i].kind;
		sent_from = cases[i].from;
		judge("2025-05-20", "MY", "my", LPP, H100(2));
		assert_string_equal(d.basis, cases[i].basis);
		assert_int_equal(found("kind-differs"), cases[i].differs);
	}
}

/* Who runs the data centre takes part: it may be on a list, or unknown. */
static void test_the_operator_takes_part(void **state)
{
#define RUN_BY(party)                                                          \
	LPP "\"facility\":{\"operator\":\"" party "\",\"id\":\"F-1\"},"
	(void)state;
	judge("2025-05-20", "MY", "my", RUN_BY("de"), H100(2));
	assert_string_equal(d.basis, "LPP");
	put("listing/de", "entity_list 2025-01-01 -");
	judge("2025-05-20", "MY", "my", RUN_BY("de"), H100(2));
	assert_true(found("listed-party"));
	assert_int_not_equal(d.verdict, WB_CLEAR);
	judge("2025-05-20", "MY", "my", RUN_BY("nobody"), H100(2));
	assert_true(found("unregistered-party"));
	assert_int_not_equal(d.verdict, WB_CLEAR);
	put("listing/de", "entity_list 2025-01-01 2025-01-02");
}

/* 748.15: owner and operator each need the status. */
static void test_the_operator_of_a_validated_end_user(void **state)
{
	static const struct {
		const char *more;
		bool holds;
	} cases[] = {
		{"", true},
		{"\"facility\":{\"operator\":\"de\",\"id\":\"f\"},", true},
		{"\"facility\":{\"operator\":\"my\",\"id\":\"f\"},", false},
	};
	char more[512];

	(void)state;
	put("grant/U-1", "uveu active 2025-01-01 - de 9500000000 - MY");
	put("detail/site", "2020-01-01 MY DE private de:100");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(more, sizeof(more),
			 "\"papers\":[" PAPER("veu_certification",
					      "2025-05-16") "],%s",
			 cases[i].more);
		usual = as_usual;
		usual.claimed = "UVEU";
		grant_number = "U-1";
		judge("2025-05-20", "MY", "site", more, H100(2));
		assert_int_equal(found("authority-differs"), !cases[i].holds);
		assert_int_equal(strcmp(d.basis, "UVEU") == 0, cases[i].holds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_the_operator_takes_part),
		cmocka_unit_test(test_the_operator_of_a_validated_end_user),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
