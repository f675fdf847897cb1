#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/*
 * The doubts of RULES 10 that the engine reads by named settings: each is
 * told when the other reading would change something, and only then.
 */

#define EDITION(operator, receipt, more)                                       \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"setting limit_of_operator "                                           \
	operator" AMBIG-5 # c\n"                                               \
		"setting year_of_receipt " receipt " AMBIG-6 # c\n"            \
		"setting more_than_amount " more " AMBIG-7 # c\n"              \
		"set home = DE # c\n"                                          \
		"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"           \
		"licence all when eccn is 3A090.a # c\n"                       \
		"exception ONE \"One\" # c\n"                                  \
		"  when eccn is 3A090.a # c\n"                                 \
		"  limit one 100000 # c\n"                                     \
		"  operator when headquarters in home # c\n"                   \
		"  exhausted 1600 \"as good as reached\" # c\n"                \
		"  notice told from 15832 \"tell them\" # c\n"                 \
		"  marker sum 31664 \"passed\" # c\n"                          \
		"review denial when eccn is 3A090.a # c\n"

/* --- AMBIG-5: whose limit ---------------------------------------------------
 */

static void test_the_operator_is_charged(void **state)
{
	(void)state;
	judge_by(EDITION("on", "off", "off"));
	judge("2025-05-20", "MY", "de", "\"charged_to\":\"my\",", H100(2));
	assert_int_equal(d.n_charges, 0); /* a notice is due */
	assert_string_equal(d.balance[0].of, "my");
	assert_true(doubted("AMBIG-5"));
	/* Only where the line says so. */
	judge("2025-05-20", "MY", "sa", "\"charged_to\":\"my\",", H100(2));
	assert_string_equal(d.balance[0].of, "sa");
	assert_false(doubted("AMBIG-5"));
	assert_true(found("not-charged"));
	/* Never nobody. */
	judge("2025-05-20", "MY", "de", "\"charged_to\":\"nobody\",", H100(2));
	assert_string_equal(d.balance[0].of, "de");
	assert_true(found("not-charged"));
	judge("2025-05-20", "MY", "de", "", H100(2));
	assert_string_equal(d.balance[0].of, "de");
	assert_false(doubted("AMBIG-5"));
	judge_by(NULL);
	judge_by(EDITION("off", "off", "off"));
	judge("2025-05-20", "MY", "de", "\"charged_to\":\"my\",", H100(2));
	assert_string_equal(d.balance[0].of, "de");
	judge_by(NULL);
}

/* --- AMBIG-6: whose year ----------------------------------------------------
 */

static void test_the_year_of_receipt(void **state)
{
	(void)state;
	judge_by(EDITION("on", "off", "off"));
	judge("2025-12-31", "MY", "my", "\"arrival\":\"2026-01-04\",", H100(1));
	assert_string_equal(d.balance[0].period, "2025");
	assert_true(doubted("AMBIG-6"));
	judge("2025-12-30", "MY", "my", "\"arrival\":\"2025-12-31\",", H100(1));
	assert_false(doubted("AMBIG-6"));
	judge_by(NULL);
	judge_by(EDITION("on", "on", "off"));
	judge("2025-12-31", "MY", "my", "\"arrival\":\"2026-01-04\",", H100(1));
	assert_string_equal(d.balance[0].period, "2026");
	assert_true(doubted("AMBIG-6"));
	/* Without an arrival it is the year of export. */
	judge("2025-12-31", "MY", "my", "", H100(1));
	assert_string_equal(d.balance[0].period, "2025");
	judge_by(NULL);
}

/* --- AMBIG-7: at least, or more than ----------------------------------------
 */

static void test_exactly_the_amount(void **state)
{
	(void)state;
	judge_by(EDITION("on", "off", "off"));
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_true(found("pre-notice"));
	assert_true(doubted("AMBIG-7"));
	judge("2025-05-20", "MY", "my", "", H100(3));
	assert_true(found("pre-notice"));
	assert_true(found("marker"));
	assert_false(doubted("AMBIG-7"));
	judge("2025-05-20", "MY", "my", "", H100(2)); /* exactly the mark */
	assert_true(found("marker"));
	assert_true(doubted("AMBIG-7"));
	judge_by(NULL);
	judge_by(EDITION("on", "off", "on"));
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_false(found("pre-notice"));
	assert_true(doubted("AMBIG-7"));
	assert_int_equal(d.verdict, WB_CLEAR);
	judge("2025-05-20", "MY", "my", "", H100(2));
	assert_true(found("pre-notice"));
	assert_false(found("marker"));
	/* At the mark is not past it: the next one passes. */
	put("sum/my", "316640");
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_true(found("marker"));
	put("sum/my", "316641");
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_false(found("marker"));
	judge_by(NULL);
	/* Where the mark itself is enough, it is not passed from there. */
	judge_by(EDITION("on", "off", "off"));
	put("sum/my", "316640");
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_false(found("marker"));
	put("sum/my", "316639");
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_true(found("marker"));
	put("sum/my", "0");
	judge_by(NULL);
}

/* --- practically exhausted ---------------------------------------------------
 */

static void test_nothing_fits_any_more(void **state)
{
	static const struct {
		const char *before; /* tenths of TPP */
		bool exhausted;
	} rows[] = {
		{"825680", false}, /* 1,600 are left: one could be that */
		{"825681", true},
		{"841679", true},
		{"841680", false}, /* nothing is left: that is the limit */
	};

	(void)state;
	judge_by(EDITION("on", "off", "off"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put("one/my/2025", rows[i].before);
		judge("2025-05-20", "MY", "my", "", H100(1));
		assert_string_equal(d.basis, "ONE");
		assert_int_equal(found("limit-exhausted"), rows[i].exhausted);
	}
	put("one/my/2025", "0");
	judge_by(NULL);
}

/* --- AMBIG-11 ----------------------------------------------------------------
 */

/* Chips without a die that counts have no density, or any. */
static void test_no_density(void **state)
{
	static const char *const texts[] = {
		"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		"effective 2025-01-01 # d\nuntil open\n"
		"setting density_without_area off AMBIG-11 # c\n"
		"eccn 3A090.a limb 3A090.a.2 when tpp >= 1600 and pd >= 5.92 # "
		"c\n"
		"licence all when eccn is 3A090.a # c\n"
		"review denial when eccn is 3A090.a # c\n",
		"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		"effective 2025-01-01 # d\nuntil open\n"
		"setting density_without_area on AMBIG-11 # c\n"
		"eccn 3A090.a limb 3A090.a.2 when tpp >= 1600 and pd >= 5.92 # "
		"c\n"
		"licence all when eccn is 3A090.a # c\n"
		"review denial when eccn is 3A090.a # c\n",
	};
	static const char planar[] =
		"{\"line\":1,\"parameters\":{\"tpp_x10\":20000,"
		"\"die_area_mm2_x10\":0,\"dram_gbps_x10\":1,\"io_gbps_x10\":1,"
		"\"datacenter\":true},\"quantity\":1,\"eccn\":\"EAR99\"}";

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		judge_by(texts[i]);
		judge("2025-05-20", "MY", "my", "", planar);
		assert_string_equal(d.item[0].eccn,
				    i == 0 ? "none" : "3A090.a");
		assert_true(doubted("AMBIG-11"));
		judge_by(NULL);
	}
}

/* --- exceptions that hang on a setting
 * ---------------------------------------- */

/* Told where it would have let the goods go, or does; not where a paper is
 * missing or the limit is passed. */
static void test_exceptions_by_settings(void **state)
{
	static const char *const settings[] = {"off", "on"};
	static const char text[] =
		"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		"effective 2025-01-01 # d\nuntil open\n"
		"setting paper_exceptions %s AMBIG-14 # c\n"
		"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"
		"licence all when eccn is 3A090.a # c\n"
		"exception ONE \"One\" # c\n"
		"  when setting paper_exceptions is on # c\n"
		"  when eccn is 3A090.a # c\n"
		"  when kind is export # c\n"
		"  needs lpp_statement # c\n"
		"  limit one 31664 # c\n"
		"review approval when eccn is 3A090.a # c\n";
	char edition[2048];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(edition, sizeof(edition), text, settings[i]);
		judge_by(edition);
		judge("2025-05-20", "MY", "my", LPP, H100(2));
		assert_string_equal(d.basis, i == 0 ? "LICENCE" : "ONE");
		assert_true(doubted("AMBIG-14"));
		judge("2025-05-20", "MY", "my", LPP, H100(3));
		assert_string_equal(d.basis, "LICENCE");
		assert_false(doubted("AMBIG-14"));
		judge("2025-05-20", "MY", "my", "", H100(2));
		assert_false(doubted("AMBIG-14"));
		usual = as_usual;
		usual.kind = "transfer";
		judge("2025-05-20", "MY", "my", LPP, H100(2));
		assert_false(doubted("AMBIG-14"));
		judge_by(NULL);
	}
}

/* --- AMBIG-17
 * ------------------------------------------------------------------ */

static void test_marketing(void **state)
{
	static const char text[] =
		"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		"effective 2025-01-01 # d\nuntil open\n"
		"setting unknown_not_datacenter %s AMBIG-17 # c\n"
		"eccn 3A090.a limb 3A090.a.1 when dram >= %s # c\n"
		"exclude note-2 when datacenter is no and dram < 4000 # c\n"
		"licence all when eccn is 3A090.a # c\n"
		"exception ACA \"A\" # c\n"
		"  when eccn is 3A090.a # c\n"
		"  unless datacenter is yes unknown # c\n"
		"review denial when eccn is 3A090.a # c\n";
	/* The catalogue does not know what this one is marketed for: 1,398. */
	static const char unknown[] =
		"{\"line\":1,\"model\":\"nv-rtx6000d\",\"quantity\":1,"
		"\"eccn\":\"EAR99\"}";
	static const struct {
		const char *on, *eccn, *basis;
	} rows[] = {
		{"off", "unknown", "UNKNOWN"},
		{"on", "none", "NLR"},
	};
	char edition[2048];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(edition, sizeof(edition), text, rows[i].on, "1000");
		judge_by(edition);
		judge("2025-05-20", "MY", "my", "", unknown);
		assert_string_equal(d.item[0].eccn, rows[i].eccn);
		assert_string_equal(d.basis, rows[i].basis);
		assert_true(doubted("AMBIG-17"));
		assert_non_null(strstr(told("doubt"), i == 0 ? "would be none"
							     : "it is none"));
		/* What is known is in no doubt. */
		judge("2025-05-20", "MY", "my", "", H100(1));
		assert_false(doubted("AMBIG-17"));
		judge_by(NULL);
	}
}

/* An exception for what is not marketed for data centres. */
static void test_marketing_opens_an_exception(void **state)
{
	static const char text[] =
		"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		"effective 2025-01-01 # d\nuntil open\n"
		"setting unknown_not_datacenter %s AMBIG-17 # c\n"
		"eccn 3A090.a limb 3A090.a.1 when dram >= 1000 # c\n"
		"licence all when eccn is 3A090.a # c\n"
		"exception ACA \"A\" # c\n"
		"  when eccn is 3A090.a # c\n"
		"  unless datacenter is yes unknown # c\n"
		"review denial when eccn is 3A090.a # c\n";
	static const char unknown[] =
		"{\"line\":1,\"model\":\"nv-rtx6000d\",\"quantity\":1,"
		"\"eccn\":\"3A090.a\"}";
	char edition[2048];

	(void)state;
	snprintf(edition, sizeof(edition), text, "off");
	judge_by(edition);
	judge("2025-05-20", "MY", "my", "", unknown);
	assert_string_equal(d.basis, "LICENCE");
	assert_true(doubted("AMBIG-17"));
	judge_by(NULL);
	snprintf(edition, sizeof(edition), text, "on");
	judge_by(edition);
	judge("2025-05-20", "MY", "my", "", unknown);
	assert_string_equal(d.basis, "ACA");
	assert_true(doubted("AMBIG-17"));
	judge_by(NULL);
}

/* --- settings of our own -------------------------------------------------- */

#define OF_SETTING(on)                                                         \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"setting s " on " AMBIG-9 # c\n"                                       \
	"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"

/* A doubt is told whichever way its setting is turned, if it decided. */
static void test_licences_and_reviews_by_settings(void **state)
{
	static const struct {
		const char *text, *model;
		enum wb_verdict verdict;
		bool told;
	} rows[] = {
		{OF_SETTING("on") "licence one when eccn is 3A090.a and "
				  "setting s is on # c\n"
				  "review denial when eccn is 3A090.a # c\n",
		 "nv-h100-sxm", WB_DENY, true},
		{OF_SETTING("off") "licence one when eccn is 3A090.a and "
				   "setting s is on # c\n"
				   "review denial when eccn is 3A090.a # c\n",
		 "nv-h100-sxm", WB_CLEAR, true},
		{OF_SETTING("on") "licence one when eccn is 3A090.a and "
				  "setting s is on # c\n"
				  "review denial when eccn is 3A090.a # c\n",
		 "nv-l2", WB_CLEAR, false},
		{OF_SETTING("on") "licence all when eccn is 3A090.a # c\n"
				  "review denial when setting s is on and eccn "
				  "is 3A090.a # c\n"
				  "review approval when eccn is 3A090.a # c\n",
		 "nv-h100-sxm", WB_DENY, true},
		{OF_SETTING("off") "licence all when eccn is 3A090.a # c\n"
				   "review denial when setting s is on and "
				   "eccn is 3A090.a # c\n"
				   "review approval when eccn is 3A090.a # c\n",
		 "nv-h100-sxm", WB_REVIEW, true},
		{OF_SETTING("on") "licence all when eccn is 3A090.a # c\n"
				  "review denial when setting s is on and eccn "
				  "is 3A090.b # c\n"
				  "review approval when eccn is 3A090.a # c\n",
		 "nv-h100-sxm", WB_REVIEW, false},
	};
	char item[200];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		judge_by(rows[i].text);
		snprintf(item, sizeof(item),
			 "{\"line\":1,\"model\":\"%s\",\"quantity\":1,"
			 "\"eccn\":\"none\"}",
			 rows[i].model);
		judge("2025-05-20", "MY", "my", "", item);
		if (d.verdict != rows[i].verdict ||
		    doubted("AMBIG-9") != rows[i].told)
			fail_msg("row %zu: %s", i, wb_verdict_name(d.verdict));
		judge_by(NULL);
	}
}

/* Of lines that nobody can tell, the first is named, and no doubt is told; one
 * that holds behind them decides all the same. */
static void test_lines_that_nobody_can_tell(void **state)
{
	static const char *const last[] = {
		"licence two when pd >= 3 # c\n",
		"licence two when dram >= 4000 # c\n",
	};
	char edition[1024];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(edition, sizeof(edition), "%s%s%s%s", OF_SETTING("on"),
			 "licence zero when tpp >= 9000 and kind is reexport "
			 "# c\nlicence one when tpp >= 9000 and setting s is "
			 "on # c\n",
			 last[i], "review denial when eccn is 3A090.a # c\n");
		judge_by(edition);
		/* Nobody knows its TPP or its density. */
		judge("2025-05-20", "MY", "my", "",
		      "{\"line\":1,\"model\":\"amd-mi308x\",\"quantity\":1,"
		      "\"eccn\":\"none\"}");
		assert_int_equal(d.verdict, WB_REVIEW);
		assert_string_equal(d.item[0].licence_rule,
				    i == 0 ? "one" : "two");
		assert_int_equal(d.item[0].licence_required, i == 1);
		assert_false(doubted("AMBIG-9"));
		judge_by(NULL);
	}
}

/* Circuits of no TPP are of no TPP together. */
static void test_a_superchip_of_nothing(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my", "",
	      "{\"line\":1,\"parameters\":{\"tpp_x10\":0,"
	      "\"die_area_mm2_x10\":8000,\"dram_gbps_x10\":0,"
	      "\"io_gbps_x10\":0,\"datacenter\":true},\"form\":\"assembly\","
	      "\"units\":2,\"quantity\":1,\"eccn\":\"none\"}");
	assert_string_equal(d.item[0].eccn, "none");
	assert_false(doubted("AMBIG-12"));
	/* Nor has what has no density one together: 1,000 and 1,000 TPP. */
	judge("2025-05-20", "MY", "my", "",
	      "{\"line\":1,\"parameters\":{\"tpp_x10\":10000,"
	      "\"die_area_mm2_x10\":0,\"dram_gbps_x10\":0,"
	      "\"io_gbps_x10\":0,\"datacenter\":true},\"form\":\"assembly\","
	      "\"units\":2,\"quantity\":1,\"eccn\":\"none\"}");
	assert_string_equal(d.item[0].eccn, "none");
	assert_false(doubted("AMBIG-12"));
	/* Two of 3,000 would be one of 6,000. */
	judge("2025-05-20", "MY", "my", "",
	      "{\"line\":1,\"parameters\":{\"tpp_x10\":30000,"
	      "\"die_area_mm2_x10\":30000,\"dram_gbps_x10\":0,"
	      "\"io_gbps_x10\":0,\"datacenter\":true},\"form\":\"assembly\","
	      "\"units\":2,\"quantity\":1,\"eccn\":\"none\"}");
	assert_string_equal(d.item[0].eccn, "none");
	assert_true(doubted("AMBIG-12"));
}

/* A setting that an edition does not name is off, and nobody's doubt. */
static void test_unnamed(void **state)
{
	(void)state;
	judge_by("waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		 "effective 2025-01-01 # d\nuntil open\n"
		 "eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"
		 "licence all when eccn is 3A090.a # c\n"
		 "exception ONE \"One\" # c\n"
		 "  when eccn is 3A090.a # c\n"
		 "  limit one 100000 # c\n"
		 "  notice told from 15832 \"tell them\" # c\n"
		 "review denial when eccn is 3A090.a # c\n");
	judge("2025-12-31", "MY", "my", "\"arrival\":\"2026-01-04\",", H100(1));
	assert_true(found("pre-notice"));
	assert_string_equal(d.balance[0].period, "2025");
	assert_false(found("doubt"));
	judge_by(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_operator_is_charged),
		cmocka_unit_test(test_the_year_of_receipt),
		cmocka_unit_test(test_exactly_the_amount),
		cmocka_unit_test(test_nothing_fits_any_more),
		cmocka_unit_test(test_no_density),
		cmocka_unit_test(test_exceptions_by_settings),
		cmocka_unit_test(test_marketing),
		cmocka_unit_test(test_marketing_opens_an_exception),
		cmocka_unit_test(test_licences_and_reviews_by_settings),
		cmocka_unit_test(test_lines_that_nobody_can_tell),
		cmocka_unit_test(test_a_superchip_of_nothing),
		cmocka_unit_test(test_unnamed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
