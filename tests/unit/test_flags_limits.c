#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/flags_say.h"

/*
 * Red flags whose limit is that of the edition in force: 26,900,000 TPP under
 * 90 FR 4544, 7,912,000 in the revision of the press, none before.
 */

/* Judge by an edition as shipped until judge_by(NULL). */
static void by(const char *path)
{
	struct wb_slice text = read_file(path);
	char *copy = calloc(1, text.len + 1);

	assert_non_null(copy);
	memcpy(copy, text.p, text.len);
	judge_by(copy);
	memcpy(law.family, law.edition[0]->family[0], sizeof(law.family));
	free(copy);
	free((void *)(uintptr_t)text.p);
}

#define HEX "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LINKED                                                                 \
	"links/my=officer:" HEX "|link/officer/" HEX "=my,sa|lpp/sa/2025="
#define AT_F1 LPP "\"facility\":{\"operator\":\"op\",\"id\":\"f1\"},"

static void test_limits_of_editions(void **state)
{
	static const struct {
		const char *edition, *code, *state, *claim;
		int64_t threshold; /* 0: it does not fire */
		const char *why;
	} rows[] = {
		{"policy/diffusion.policy", "rf-29", "lpp/my/2025=268841681",
		 "LPP", 269000000, "above the limit"},
		{"policy/diffusion.policy", "rf-29", "lpp/my/2025=268841680",
		 "LPP", 0, "just the limit"},
		{"policy/rev500.policy", "rf-29", "lpp/my/2025=78961681",
		 "NOTIFY", 79120000, "above the lower limit"},
		{"policy/rev500.policy", "rf-29", "lpp/my/2025=78961680",
		 "NOTIFY", 0, "just the lower limit"},
		{"policy/diffusion.policy", "rf-03", LINKED "268841681", "LPP",
		 269000000, "above the limit together"},
		{"policy/rev500.policy", "rf-03", LINKED "78961681", "NOTIFY",
		 79120000, "above the lower limit together"},
		{"policy/rev500.policy", "rf-03", LINKED "78961680", "NOTIFY",
		 0, "just the lower limit together"},
		{"policy/diffusion.policy", "rf-44",
		 "site/op/f1/2025=268841681", "LPP", 269000000,
		 "above the limit at one facility"},
		{"policy/rev500.policy", "rf-44", "site/op/f1/2025=78961681",
		 "NOTIFY", 79120000, "above the lower limit at one facility"},
		{"policy/rev500.policy", "rf-44", "site/op/f1/2025=78961680",
		 "NOTIFY", 0, "just the lower limit at one facility"},
		{"policy/us-2024-12.policy", "rf-29", "lpp/my/2025=268841681",
		 "LPP", 0, "no limit is in force"},
		{"policy/us-2024-12.policy", "rf-44",
		 "site/op/f1/2025=268841681", "LPP", 0,
		 "no limit is in force at a facility"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct wb_finding *f;

		registry_of(rows[i].state);
		by(rows[i].edition);
		usual = as_usual;
		usual.claimed = rows[i].claim;
		judge("2025-05-20", "MY", "my", AT_F1, H100(1));
		f = finding(rows[i].code);
		if ((f == NULL) != (rows[i].threshold == 0) ||
		    (f != NULL && f->seen.threshold != rows[i].threshold))
			fail_msg("%s %s: %s", rows[i].edition, rows[i].code,
				 rows[i].why);
		judge_by(NULL);
	}
}

/* An amount may stand there, too. */
static void test_an_amount_of_its_own(void **state)
{
	struct wb_flags *kept = law.flags, *other;

	(void)state;
	assert_int_equal(
		wb_flags_parse(wb_slice_str("waybill/flags/1\nid f\n"
					    "flag RF-29 version 2 alert # c\n"
					    "  tpp 15831.9 # c\n"
					    "  counter lpp # c\n"),
			       &other, NULL),
		0);
	law.flags = other;
	registry_of("");
	judge("2025-05-20", "MY", "my", LPP, H100(1));
	assert_int_equal(finding("rf-29")->seen.threshold, 158319);
	law.flags = kept;
	wb_flags_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_of_editions),
		cmocka_unit_test(test_an_amount_of_its_own),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
