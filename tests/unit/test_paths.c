#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/* What satisfies a licence requirement, and what must not. */

#define ITEM(line, model, n)                                                   \
	"{\"line\":" #line ",\"model\":\"" model "\",\"quantity\":" #n         \
	",\"eccn\":\"3A090.a\"}"
#define BOTH_PAPERS                                                            \
	"\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(         \
		"prenotice", "2025-05-16") "],"

/* 740.28 asks for a private-sector end user: whoever of the consignee, the
 * end user and the exporter's own word says government decides. */
static void test_acm_is_for_private_end_users(void **state)
{
	(void)state;
	usual = (struct usual){"export", "direct_consumer", "production", "ACM",
			       NULL};
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "ACM");

	usual = (struct usual){"export", "direct_consumer", "production", "ACM",
			       NULL};
	judge("2025-05-20", "MY", "my-state", "", H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);

	usual = (struct usual){"export", "direct_consumer", "production", "ACM",
			       NULL};
	judge("2025-05-20", "MY", "my", "\"end_user\":\"my-state\",", H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "LICENCE");

	usual = (struct usual){"export", "government", "production", "ACM",
			       NULL};
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("declared-differs"));
}

/*
 * 50,000 H100 are more than the allocation holds.  Written as several lines,
 * of which one fits under LPP, they are still as many.
 */
static void test_lines_do_not_stretch_the_allocation(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my", BOTH_PAPERS,
	      ITEM(1, "nv-h100-sxm", 50000));
	assert_int_equal(d.verdict, WB_DENY);
	judge("2025-05-20", "MY", "my", BOTH_PAPERS,
	      ITEM(1, "nv-h100-sxm", 1699) "," ITEM(2, "nv-h100-sxm", 48301));
	assert_int_equal(d.verdict, WB_DENY);
	judge("2025-05-20", "MY", "my", BOTH_PAPERS,
	      ITEM(1, "nv-h100-sxm", 48301) "," ITEM(2, "nv-h100-sxm", 1699));
	assert_int_equal(d.verdict, WB_DENY);
	assert_string_equal(d.item[1].path, "LICENCE");
	/* Other goods beside them have their own exception. */
	judge("2025-05-20", "MY", "my",
	      "\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(
		      "prenotice", "2025-05-16") "," PAPER("purchase_order",
							   "2025-05-16") "],",
	      ITEM(1, "nv-h100-sxm", 1700) "," ITEM(2, "nv-rtx4090", 10));
	assert_string_equal(d.item[0].path, "LICENCE");
	assert_string_equal(d.item[1].path, "ACA");
}

/* One finding for a shipment, not one for each of its lines. */
static void test_papers_and_limits_are_told_once(void **state)
{
	size_t missing = 0, exceeded = 0;

	(void)state;
	judge("2025-05-20", "MY", "my", "",
	      ITEM(1, "nv-h100-sxm", 1) "," ITEM(2, "nv-h100-sxm", 1));
	for (size_t i = 0; i < d.n_findings; i++)
		missing += strcmp(d.finding[i].code, "paper-missing") == 0;
	assert_int_equal(missing, 1);
	judge("2025-05-20", "MY", "my", LPP,
	      ITEM(1, "nv-h100-sxm", 1000) "," ITEM(2, "nv-h100-sxm", 1000));
	for (size_t i = 0; i < d.n_findings; i++)
		exceeded += strcmp(d.finding[i].code, "limit-exceeded") == 0;
	assert_int_equal(exceeded, 1);
}

#define EDITION                                                                \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"set mine = MY # c\n"                                                  \
	"eccn 3A090.b limb 3A090.b.1 when dram >= 4000 # c\n"                  \
	"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"                   \
	"licence all when eccn is 3A090.a 3A090.b # c\n"

/* Two exceptions that name one counter draw on it together: 4,800 and 15,832
 * are 20,632. */
static void test_a_counter_of_two_exceptions(void **state)
{
	static const char two[] =
		"%sexception ONE \"One\" # c\n"
		"  when eccn is 3A090.a and tpp < 10000 # c\n"
		"  limit both %d # c\n"
		"  marker sum 15000 \"passed\" # c\n"
		"exception TWO \"Two\" # c\n"
		"  when eccn is 3A090.a # c\n"
		"  limit both %d # c\n"
		"  marker other 15000 \"passed\" # c\n"
		"  marker sum 15000 \"passed\" # c\n"
		"review denial when eccn is 3A090.a 3A090.b # c\n";
	static const char items[] =
		ITEM(1, "syn-4800", 1) "," ITEM(2, "nv-h100-sxm", 1);
	char edition[2048];

	(void)state;
	snprintf(edition, sizeof(edition), two, EDITION, 20631, 20631);
	judge_by(edition);
	judge("2025-05-20", "MY", "my", "", items);
	assert_string_equal(d.item[0].path, "ONE");
	assert_string_equal(d.item[1].path, "LICENCE");
	assert_int_equal(d.verdict, WB_DENY);
	judge_by(NULL);
	snprintf(edition, sizeof(edition), two, EDITION, 20632, 20632);
	judge_by(edition);
	judge("2025-05-20", "MY", "my", "", items);
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.item[1].path, "TWO");
	assert_string_equal(written("both/my/2025"), "206320");
	assert_string_equal(written("sum/my"), "206320");
	assert_string_equal(written("other/my"), "158320");
	/* On top of what there was. */
	put("sum/my", "100000");
	put("both/my/2025", "0");
	judge("2025-05-20", "MY", "my", "", ITEM(1, "syn-4800", 1));
	assert_string_equal(written("sum/my"), "148000");
	for (size_t i = 0; i < d.n_charges; i++)
		assert_int_equal(d.charge[i].x10, 48000);
	judge_by(NULL);
}

/* An amount that nobody knows is counted nowhere, and fails nothing. */
static void test_an_unknown_amount_is_not_counted(void **state)
{
	static const char *const tails[] = {
		"exception ONE \"One\" # c\n"
		"  when eccn is 3A090.b # c\n"
		"  limit one 20000 # c\n"
		"review denial when destination in mine # c\n",
		"exception ONE \"One\" # c\n"
		"  when eccn is 3A090.b # c\n"
		"  marker one 20000 \"passed\" # c\n"
		"review denial when destination in mine # c\n",
		"exception ONE \"One\" # c\n"
		"  when eccn is 3A090.b # c\n"
		"  notice paper from 100 \"notify\" # c\n"
		"review denial when destination in mine # c\n",
		"allocation 10 from 2025 to 2025 # c\n"
		"beyond policy_denial # c\n",
		"review approval debit when destination in mine # c\n"
		"allocation 10 from 2025 to 2025 # c\n"
		"beyond policy_denial # c\n",
		"exception ONE \"One\" # c\n"
		"  when eccn is 3A090.b # c\n"
		"  notice paper from 0.1 \"notify\" # c\n"
		"review denial when destination in mine # c\n",
		"exception ONE \"One\" # c\n"
		"  when eccn is 3A090.b and shipment_tpp < 100 # c\n"
		"review denial when destination in mine # c\n",
	};
	char edition[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(edition, sizeof(edition), "%s%s", EDITION, tails[i]);
		judge_by(edition);
		judge("2025-05-20", "MY", "my", "", ITEM(1, "amd-mi308x", 3));
		assert_string_equal(d.item[0].eccn, "3A090.b");
		assert_int_equal(d.total_x10, -1);
		assert_string_equal(d.item[0].path, "LICENCE");
		assert_int_equal(d.n_charges, 0);
		for (size_t b = 0; b < d.n_balances; b++)
			assert_string_not_equal(d.balance[b].counter, "alloc");
		if (strstr(tails[i], "allocation 10") == tails[i])
			assert_int_equal(d.item[0].review,
					 WB_REVIEW_CASE_BY_CASE);
		judge_by(NULL);
	}
}

/* An amount of nothing is known, and fits everywhere. */
static void test_an_amount_of_nothing_is_counted(void **state)
{
	static const char nothing[] =
		"{\"line\":1,\"parameters\":{\"tpp_x10\":0,"
		"\"die_area_mm2_x10\":8000,\"dram_gbps_x10\":40000,"
		"\"io_gbps_x10\":1,\"datacenter\":true},\"quantity\":3,"
		"\"eccn\":\"3A090.b\"}";

	(void)state;
	judge_by(EDITION "exception ONE \"One\" # c\n"
			 "  when eccn is 3A090.b # c\n"
			 "  limit one 20000 # c\n"
			 "review denial when destination in mine # c\n");
	judge("2025-05-20", "MY", "my", "", nothing);
	assert_string_equal(d.item[0].path, "ONE");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_int_equal(d.total_x10, 0);
	assert_false(found("fact-missing"));
	/* And so is a tenth of a TPP. */
	judge("2025-05-20", "MY", "my", "",
	      "{\"line\":1,\"parameters\":{\"tpp_x10\":1,"
	      "\"die_area_mm2_x10\":8000,\"dram_gbps_x10\":40000,"
	      "\"io_gbps_x10\":1,\"datacenter\":true},\"quantity\":1,"
	      "\"eccn\":\"3A090.b\"}");
	assert_string_equal(written("one/my/2025"), "1");
	judge_by(NULL);
	judge_by(EDITION "allocation 10 from 2025 to 2025 # c\n"
			 "beyond policy_denial # c\n");
	judge("2025-05-20", "MY", "my", "", nothing);
	assert_int_equal(d.item[0].review, WB_REVIEW_APPROVAL);
	assert_false(found("fact-missing"));
	judge_by(NULL);
}

/* An allocation is that of its years: before and after them, case by case. */
static void test_the_years_of_an_allocation(void **state)
{
	static const struct {
		const char *date;
		enum wb_review review;
	} rows[] = {
		{"2025-12-31", WB_REVIEW_CASE_BY_CASE},
		{"2026-01-01", WB_REVIEW_APPROVAL},
		{"2027-12-31", WB_REVIEW_APPROVAL},
		{"2028-01-01", WB_REVIEW_CASE_BY_CASE},
	};

	(void)state;
	judge_by(EDITION "allocation 790000000 from 2026 to 2027 # c\n"
			 "beyond policy_denial # c\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		judge(rows[i].date, "MY", "my", "", H100(1));
		if (d.item[0].review != rows[i].review)
			fail_msg("%s: %s", rows[i].date, d.review_text);
		if (d.n_balances > 0)
			assert_int_equal(d.balance[0].limit_x10, 7900000000);
	}
	judge_by(NULL);
}

#define ONE_LIMB                                                               \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"

/* Of what nobody knows all, nobody knows the sum. */
static void test_io_of_links_alone(void **state)
{
	struct wb_catalogue *cat;

	(void)state;
	assert_int_equal(
		wb_catalogue_parse(
			wb_slice_str(
				"waybill/catalogue/1\nid t-1\n\n"
				"x-1 | V | T | yes | FP8:100x8 | 800 | 1000 "
				"| 900 | - # s\n"
				"x-2 | V | T | yes | FP8:100x8 | 800 | 1000 "
				"| - | 900 # s\n"
				"x-3 | V | T | yes | FP8:100x8 | 800 | 1000 "
				"| 0 | 900 # s\n"
				"x-4 | V | T | yes | FP8:1000x8 | 800 | "
				"1000 | 900 | - # s\n"
				"x-5 | V | T | yes | FP8:1000x8 | 800 | "
				"1000 | 500 | 99 # s\n"),
			&cat, NULL),
		0);
	wb_law_adopt(&law, NULL, cat, NULL);
	judge_by(ONE_LIMB "licence io when io >= 600 # c\n"
			  "review denial when licence is io # c\n");
	for (int i = 1; i <= 3; i++) {
		char item[128];

		snprintf(item, sizeof(item),
			 "{\"line\":1,\"model\":\"x-%d\",\"quantity\":1,"
			 "\"eccn\":\"none\"}",
			 i);
		judge("2025-05-20", "MY", "my", "", item);
		assert_string_equal(d.basis, i < 3 ? "UNKNOWN" : "LICENCE");
	}
	judge_by(NULL);
	/* An exception that is shut to what that line asks for is not known to
	 * be open. */
	judge_by(ONE_LIMB "licence all when eccn is 3A090.a # c\n"
			  "licence io when io >= 600 # c\n"
			  "exception ONE \"One\" # c\n"
			  "  when eccn is 3A090.a # c\n"
			  "  unless licence is io # c\n"
			  "review denial when eccn is 3A090.a # c\n");
	judge("2025-05-20", "MY", "my", "",
	      "{\"line\":1,\"model\":\"x-4\",\"quantity\":1,"
	      "\"eccn\":\"none\"}");
	assert_string_equal(d.basis, "LICENCE");
	judge("2025-05-20", "MY", "my", "",
	      "{\"line\":1,\"model\":\"x-5\",\"quantity\":1,"
	      "\"eccn\":\"none\"}");
	assert_string_equal(d.basis, "ONE");
	judge_by(NULL);
	adopt("tests/vectors/test.catalogue");
}

/* Of lines that come out alike, the first that needs a licence decides. */
static void test_the_first_of_two_decides(void **state)
{
#define ALL_PAPERS                                                             \
	"\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(         \
		"purchase_order", "2025-05-16") "],"
	(void)state;
	usual = as_usual;
	usual.claimed = "ACA";
	judge("2025-05-20", "MY", "my", ALL_PAPERS,
	      ITEM(1, "nv-h100-sxm", 1) "," ITEM(2, "nv-rtx4090", 1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "LPP");
	usual = as_usual;
	usual.claimed = "ACA";
	judge("2025-05-20", "MY", "my", ALL_PAPERS,
	      ITEM(1, "nv-rtx4090", 1) "," ITEM(2, "nv-h100-sxm", 1));
	assert_string_equal(d.basis, "ACA");
	usual = as_usual;
	usual.claimed = "ACA";
	judge("2025-05-20", "MY", "my", ALL_PAPERS,
	      ITEM(1, "nv-l2", 1) "," ITEM(2, "nv-h100-sxm", 1));
	assert_string_equal(d.basis, "LPP");
}

/* A paper of the day of the export is there in time. */
static void test_papers_of_the_day(void **state)
{
	(void)state;
	judge("2025-05-16", "MY", "my", LPP, H100(1));
	assert_string_equal(d.basis, "LPP");
	assert_int_equal(d.verdict, WB_CLEAR);
}

/* A line of the review policy that is in no doubt tells none. */
static void test_a_review_without_a_doubt(void **state)
{
	(void)state;
	judge_by(EDITION "review denial when eccn is 3A090.a # c\n");
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_false(found("doubt"));
	judge_by(NULL);
}

/* A paper dated after the record is a promise, not a paper. */
static void test_papers_of_tomorrow(void **state)
{
	(void)state;
	usual = as_usual;
	usual.now = "2025-05-10";
	judge("2025-05-20", "MY", "my", LPP, H100(1));
	assert_string_equal(told("provisional"),
			    "the date of export, 2025-05-20, is 10 days after "
			    "the record");
	assert_true(found("paper-missing"));
	assert_int_equal(d.verdict, WB_REVIEW);
	/* East of Greenwich it may be the next day already. */
	usual = as_usual;
	usual.now = "2025-05-15";
	judge("2025-05-20", "MY", "my", LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
}

/* Duties after the last day that can be written. */
static void test_the_end_of_the_calendar(void **state)
{
	(void)state;
	judge("9999-12-31", "MY", "my", LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_true(found("after-export"));
}

/* Destination and headquarters in Supp. 5(a), the parent outside: the
 * allocation of the parent's country counts (AMBIG-1). */
static void test_allocation_of_the_parents_country(void **state)
{
	(void)state;
	put("detail/fr-of-sa-group", "2020-01-01 FR FR private sa:100");
	judge("2025-05-20", "FR", "fr-of-sa-group", "", H100(10));
	assert_int_equal(d.n_balances, 1);
	assert_string_equal(d.balance[0].of, "SA");
	assert_true(doubted("AMBIG-1"));
	/* Of an edition that has no doubt there, none is told. */
	judge_by(EDITION "set home = FR # c\n"
			 "allocation 790000000 from 2025 to 2027 except home "
			 "# c\n"
			 "beyond policy_denial # c\n");
	judge("2025-05-20", "FR", "fr-of-sa-group", "", H100(10));
	assert_string_equal(d.balance[0].of, "SA");
	assert_false(found("doubt"));
	judge_by(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acm_is_for_private_end_users),
		cmocka_unit_test(test_lines_do_not_stretch_the_allocation),
		cmocka_unit_test(test_papers_and_limits_are_told_once),
		cmocka_unit_test(test_a_counter_of_two_exceptions),
		cmocka_unit_test(test_an_unknown_amount_is_not_counted),
		cmocka_unit_test(test_an_amount_of_nothing_is_counted),
		cmocka_unit_test(test_the_years_of_an_allocation),
		cmocka_unit_test(test_io_of_links_alone),
		cmocka_unit_test(test_the_first_of_two_decides),
		cmocka_unit_test(test_papers_of_the_day),
		cmocka_unit_test(test_a_review_without_a_doubt),
		cmocka_unit_test(test_papers_of_tomorrow),
		cmocka_unit_test(test_the_end_of_the_calendar),
		cmocka_unit_test(test_allocation_of_the_parents_country),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
