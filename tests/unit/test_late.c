#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/judge.h"

/*
 * A date of export long before the record is judged by the law of either day,
 * and the stricter stands (DESIGN 3.5), whichever that is.
 */
#define A_LAW                                                                  \
	"waybill/policy/1\nid %s\nfamily paper\ntitle t\nsource s\n"           \
	"effective %s # c\nuntil open\nset d5 = D5 # c\n"                      \
	"eccn 3A090.a limb a when tpp >= 4800 # c\n%s"
#define ASKS     "licence all when eccn is 3A090.a # c\n"
#define APPROVAL ASKS "review approval when eccn is 3A090.a # c\n"
#define CASES    ASKS "review case_by_case when eccn is 3A090.a # c\n"
#define DENIAL   ASKS "review denial when eccn is 3A090.a # c\n"
#define NOTHING                                                                \
	"licence all when eccn is 3A090.a and headquarters in d5 # c\n"        \
	"review denial when eccn is 3A090.a # c\n"
#define EXCEPTION                                                              \
	ASKS "exception ACM \"x\" # c\n  when eccn is 3A090.a # c\n"           \
	     "review case_by_case when eccn is 3A090.a # c\n"

/* Exported under one law and recorded, late, under another: whether that of
 * the record decides. */
static void late_by(const char *export, const char *record, bool by_record)
{
	struct wb_law usual_law = law;
	struct wb_problem problem = {0};
	char text[1024];

	law.n = 2;
	for (size_t i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), A_LAW, i == 0 ? "one" : "two",
			 i == 0 ? "2023-01-01" : "2025-01-01",
			 i == 0 ? export : record);
		if (wb_edition_parse(wb_slice_str(text), &law.edition[i],
				     &problem) != 0)
			fail_msg("%s: %s", problem.pointer, problem.detail);
	}
	usual = as_usual;
	usual.now = "2025-07-01";
	judge("2024-05-01", "MY", "my", "", H100(1));
	assert_string_equal(d.edition->id, by_record ? "two" : "one");
	assert_true(found("late"));
	assert_int_equal(d.n_items, 1);
	wb_edition_free(law.edition[0]);
	wb_edition_free(law.edition[1]);
	law = usual_law;
}

/* In a ledger that keeps pace, a date long past makes nothing laxer than the
 * law of the record would be (DESIGN 3.5). */
static void test_back_dating_does_not_help(void **state)
{
	(void)state;
	/* No licence before the Diffusion rule; 30 days are in time. */
	usual = as_usual;
	usual.now = "2025-06-13";
	judge("2025-05-14", "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(found("late"));
	usual = as_usual;
	usual.now = "2025-06-14";
	judge("2025-05-14", "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "LICENCE");
	assert_string_equal(d.edition->id, "diffusion-2025-1");
	assert_true(found("late"));
	assert_int_equal(d.n_charges, 0);
	/* Clear by either, but only one of them counts: it is the stricter, or
	 * many small shipments would each be clear uncounted. */
	usual = as_usual;
	usual.now = "2025-06-14";
	judge("2025-05-14", "MY", "my",
	      "\"papers\":[" PAPER("lpp_statement", "2025-05-01") "],",
	      H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "LPP");
	assert_string_equal(written("lpp/my/2025"), "158320");
	/* The earlier law may be the stricter one. */
	usual = as_usual;
	usual.now = "2025-12-31";
	judge("2023-12-01", "SA", "sa",
	      "\"papers\":[" PAPER("lpp_statement", "2023-11-20") "],",
	      H100(1));
	assert_string_equal(d.edition->id, "us-2023-1");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("late"));
	/* Where both agree, that of the export is named, and counts once. */
	usual = as_usual;
	usual.now = "2025-12-31";
	judge("2025-05-20", "MY", "my", LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_int_equal(d.n_items, 1);
	assert_int_equal(d.n_balances, 1);
	assert_string_equal(written("lpp/my/2025"), "158320");
	/* A ledger that says it is historical judges by the day of export. */
	put("ledger", "example.org/waybill paper historical 30 1");
	usual = as_usual;
	usual.now = "2025-12-31";
	judge("2025-05-14", "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(found("late"));
	put("ledger", "example.org/waybill paper live 30 1");
}

static void test_which_is_stricter(void **state)
{
	(void)state;
	/* Neither is clear: the sterner policy of review is the stricter. */
	late_by(APPROVAL, DENIAL, true);
	late_by(DENIAL, APPROVAL, false);
	late_by(APPROVAL, CASES, true);
	late_by(CASES, APPROVAL, false);
	/* Both are clear: who needs an exception is judged more strictly. */
	late_by(NOTHING, EXCEPTION, true);
	late_by(EXCEPTION, NOTHING, false);
	/* Nothing to choose between: that of the date of export. */
	late_by(CASES, CASES, false);
}

static void test_both_are_told(void **state)
{
	(void)state;
	usual = as_usual;
	usual.now = "2025-06-14";
	judge("2025-05-14", "MY", "my", "", H100(1));
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].code, "late") == 0)
			assert_string_equal(
				d.finding[i].narrative,
				"the date of export is 31 days before the "
				"record: clear, NLR, by us-2024-2 of the date "
				"of export; review, LICENCE, by "
				"diffusion-2025-1 of the record, which is "
				"stricter and decided");
}

/* What was the law before the first edition nobody has recorded: that is told,
 * with its first day, and nothing is presumed. */
static void test_before_the_first_edition(void **state)
{
	(void)state;
	judge("2023-11-16", "CN", "cn", "", H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "no-edition");
	assert_int_equal(d.n_charges, 0);
	assert_string_equal(told("no-edition"),
			    "no edition of family paper covers 2023-11-16: the "
			    "first begins on 2023-11-17, and what was the law "
			    "before is not recorded");
	judge("2023-11-17", "CN", "cn", "", H100(1));
	assert_false(found("no-edition"));
	/* Behind the last there is no first to name. */
	law.edition[law.n - 1]->to = law.edition[law.n - 1]->from;
	judge("2025-05-16", "CN", "cn", "", H100(1));
	assert_string_equal(told("no-edition"),
			    "no edition of family paper covers 2025-05-16");
	law.edition[law.n - 1]->to = INT32_MAX;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_back_dating_does_not_help),
		cmocka_unit_test(test_which_is_stricter),
		cmocka_unit_test(test_both_are_told),
		cmocka_unit_test(test_before_the_first_edition),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
