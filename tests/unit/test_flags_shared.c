#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/flags_say.h"

/*
 * Of the shipments, prices and papers of others a flag tells nothing; its value
 * is for the workings.
 */
#define DAY "2025-06-01"
#define PRICED                                                                 \
	"{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":10,"               \
	"\"unit_value_usd\":30001,\"eccn\":\"3A090.a\"}"
#define ITN LPP "\"itn\":\"X20250601000001\","

static const struct {
	const char *code, *state, *more, *items, *not_told;
	int64_t value, threshold;
} shared[] = {
	{"rf-01", "seen/my=2025-03-04 - - - -", LPP, H100(203), "89 days",
	 32138960, 32000000},
	{"rf-24",
	 "price/nv-h100-sxm=2025-04-01:20000 2025-04-02:20000 "
	 "2025-04-03:20000 2025-04-04:20000 2025-04-05:20000",
	 LPP, PRICED, "20000", 1500, 1500},
	{"rf-25",
	 "refused/nv-h100-sxm=2025-02-01:103:CN:cn:my:beta/S-9|"
	 "said/beta/S-9=shipment CN",
	 LPP, H100(110), "103", 120, 120},
	{"rf-26",
	 "inflow/MY/2025Q1=nv-h100-sxm:100|inflow/MY/2025Q2=nv-h100-sxm:500",
	 LPP, H100(1), "501", 5010, 5000},
	{"rf-29", "lpp/my/2025=268985680", LPP, H100(1), "26,914,400",
	 269144000, 269000000},
	{"rf-37", "itn/X20250601000001=beta/S-9", ITN, H100(1), "S-9", 2, 1},
};

static void test_what_is_of_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		const struct wb_finding *f;

		registry_of(shared[i].state);
		judge(DAY, "MY", "my", shared[i].more, shared[i].items);
		f = finding(shared[i].code);
		if (f == NULL || strstr(f->narrative, shared[i].not_told))
			fail_msg("%s: %s", shared[i].code,
				 f == NULL ? "" : f->narrative);
		assert_true(f->seen.shared);
		assert_int_equal(f->seen.value, shared[i].value);
		assert_int_equal(f->seen.threshold, shared[i].threshold);
		assert_int_equal(f->seen.n_records, 1);
	}
}

/* The policy's own numbers are told, whatever the prices of others are. */
static void test_the_limit_of_a_price(void **state)
{
	(void)state;
	registry_of(shared[1].state);
	judge(DAY, "MY", "my", LPP, PRICED);
	assert_string_equal(told("rf-24"),
			    "line 1: 30001 USD for nv-h100-sxm, above 150.0 "
			    "percent of the median of 90 days");
}

/* What is left of a licence that another exporter holds too. */
static void test_a_licence_of_two(void **state)
{
	(void)state;
	registry_of("grant/L-2=licence active 2025-05-15 2026-05-14 my - MY "
		    "acme,globex 3A090.a:-:2000:-|granted/L-2/1/units=1700");
	usual = as_usual;
	usual.claimed = "LICENCE";
	grant_number = "L-2";
	judge(DAY, "MY", "my", LPP, H100(301));
	assert_string_equal(told("authority-exceeded"),
			    "L-2, item 1: 301 units are asked, more than is "
			    "left of 2000");
	assert_int_equal(d.n_balances > 0, 1);
	assert_false(d.balance[0].own);
	usual = as_usual;
	grant_number = NULL;
}

/* An order that waits for a licence is told of, and is no inflow yet. */
static void test_an_order_is_no_inflow(void **state)
{
	(void)state;
	registry_of("inflow/MY/2025Q1=nv-h100-sxm:100|"
		    "inflow/MY/2025Q2=nv-h100-sxm:500");
	judge(DAY, "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_non_null(finding("rf-26"));
	assert_non_null(strstr(told("rf-26"), "orders for MY"));
	assert_string_equal(written("inflow/MY/2025Q2"), "");
	judge(DAY, "MY", "my", LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("inflow/MY/2025Q2"), "nv-h100-sxm:501");
}

/* Its own other shipment an exporter may know. */
static void test_what_is_its_own(void **state)
{
	(void)state;
	registry_of("itn/X20250601000001=acme/S-0");
	judge(DAY, "MY", "my", ITN, H100(1));
	assert_non_null(strstr(told("rf-37"), "acme/S-0"));
	assert_false(finding("rf-37")->seen.shared);
	/* It stands on two shipments, and may stand on one. */
	assert_int_equal(finding("rf-37")->seen.value, 2);
	assert_int_equal(finding("rf-37")->seen.threshold, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_of_others),
		cmocka_unit_test(test_the_limit_of_a_price),
		cmocka_unit_test(test_a_licence_of_two),
		cmocka_unit_test(test_an_order_is_no_inflow),
		cmocka_unit_test(test_what_is_its_own),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
