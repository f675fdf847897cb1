#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/sequences.h"

/*
 * The sequences of scenarios.md, in which state carries over: each on one
 * ledger with a real store, by signed statements in the order given.
 */

/* --- 1 and 2: filling the limit from three exporters ------------------------
 */

static void test_three_exporters_fill_one_limit(void **state)
{
	(void)state;
	begin();
	fill();
	ship(Z, "c", "2025-08-02", 100);
	came("review", "LICENCE", "presumption of approval");
	assert_int_equal(counter(LPP_2025), 253312000);
	ship(Z, "d", "2025-08-03", 99);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 268985680);
	/* 1,432 TPP are left: less than any chip of 3A090.a has. */
	assert_true(found("limit-exhausted"));
	ship_more(Z, "e", "2025-08-04", "MY", "nv-a100-sxm-80", 1, "");
	came("review", "LICENCE", "presumption of approval");
	assert_int_equal(counter(LPP_2025), 268985680);
	end();
}

static void test_order_of_the_ledger_decides(void **state)
{
	(void)state;
	begin();
	fill();
	ship(Z, "d", "2025-08-03", 99);
	came("clear", "LPP", "none");
	ship(Z, "c", "2025-08-02", 100);
	came("review", "LICENCE", "presumption of approval");
	assert_int_equal(counter(LPP_2025), 268985680);
	end();
}

/* --- 3: the operator's word beside the exporter's ----------------------------
 */

static void operator_begins(void)
{
	uint8_t seed[WB_SEED_LEN];
	char members[1024];

	begin();
	memset(seed, 98, sizeof(seed));
	assert_int_equal(
		wb_signer_make(wb_slice_str(ORIGIN "/party/consignee-MY/1"),
			       WB_SIG_ED25519, seed, &q.w.key[Y]),
		0);
	snprintf(members, sizeof(members),
		 "\"subject\":\"consignee-MY\",\"role\":\"operator\","
		 "\"keys\":[\"%s\"],\"valid_from\":\"2025-01-01\"",
		 world_vkey(&q.w, Y));
	say("party", "authority", "operator", members,
	    (int[]){KEY_AUTHORITY_A, KEY_AUTHORITY_B, Y});
}

static void arrive(const char *id, unsigned quantity)
{
	char members[512];

	at("2025-06-20");
	snprintf(members, sizeof(members),
		 "\"shipment\":{\"party\":\"acme\",\"id\":\"a\"},"
		 "\"date\":\"2025-06-20\","
		 "\"items\":[{\"line\":1,\"quantity\":%u}]",
		 quantity);
	say("arrival", "consignee-MY", id, members, (int[]){Y, -1, -1});
	came("noted", "arrival", "none");
}

static void test_what_arrives_is_counted_once(void **state)
{
	(void)state;
	operator_begins();
	ship_more(X, "a", "2025-06-02", "MY", "nv-h100-sxm", 500,
		  "\"itn\":\"X20250602000001\",");
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 79160000);
	arrive("r", 500);
	assert_false(found("short-received"));
	assert_int_equal(counter(LPP_2025), 79160000);
	end();
}

static void test_what_is_short_stays_charged_until_corrected(void **state)
{
	char members[6000];

	(void)state;
	operator_begins();
	ship(X, "a", "2025-06-02", 500);
	arrive("r", 480);
	assert_true(found("short-received"));
	assert_int_equal(counter(LPP_2025), 79160000);
	at("2025-06-25");
	snprintf(members, sizeof(members),
		 "\"corrects\":{\"id\":\"a\"},\"reason\":\"20 were left "
		 "behind\",\"shipment\":{%s}",
		 shipment("2025-06-02", "MY", "nv-h100-sxm", 480, ""));
	say("correction", "acme", "a-2", members, (int[]){X, -1, -1});
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 75993600);
	end();
}

/* --- 4: a correction gives back what was charged
 * ------------------------------ */

static void test_a_correction_gives_back(void **state)
{
	char members[6000];
	uint64_t third;

	(void)state;
	begin();
	fill();
	ship(Z, "c", "2025-08-02", 100);
	came("review", "LICENCE", "presumption of approval");
	third = q.w.sub.seq;
	at("2025-08-05");
	snprintf(members, sizeof(members),
		 "\"corrects\":{\"id\":\"a\"},\"reason\":\"100 were never "
		 "loaded\",\"shipment\":{%s}",
		 shipment("2025-06-02", "MY", "nv-h100-sxm", 700, ""));
	say("correction", "acme", "a-2", members, (int[]){X, -1, -1});
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 237480000);
	assert_true(found("corrected"));
	/* (c) would fit now; its own record is as it was. */
	assert_true(found("would-now-fit"));
	q.w.sub.seq = third;
	came("review", "LICENCE", "presumption of approval");
	ship(Z, "c-again", "2025-08-06", 100);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 253312000);
	end();
}

/* --- 9: an agreement appears
 * -------------------------------------------------- */

static void test_an_agreement_appears(void **state)
{
	uint8_t seed[WB_SEED_LEN];
	char members[1024];
	uint64_t first;

	(void)state;
	begin();
	memset(seed, 97, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(ORIGIN "/party/brazil/1"),
					WB_SIG_ED25519, seed, &q.w.key[Z]),
			 0);
	snprintf(members, sizeof(members),
		 "\"subject\":\"brazil\",\"role\":\"government\","
		 "\"keys\":[\"%s\"],\"valid_from\":\"2025-01-01\","
		 "\"countries\":[\"BR\"]",
		 world_vkey(&q.w, Z));
	say("party", "authority", "brazil", members,
	    (int[]){KEY_AUTHORITY_A, KEY_AUTHORITY_B, Z});
	ship_more(X, "d04", "2025-09-01", "BR", "nv-h100-sxm", 49899, "");
	came("deny", "LICENCE", "policy of denial");
	first = q.w.sub.seq;
	at("2025-10-01");
	say("agreement", "authority", "iga",
	    "\"government\":\"brazil\",\"country\":\"BR\","
	    "\"effective\":\"2025-10-01\",\"status\":\"in_force\","
	    "\"commitments\":[\"align_controls\",\"anti_smuggling\","
	    "\"no_military_cooperation\"],\"factor_percent\":200",
	    (int[]){KEY_AUTHORITY_A, KEY_AUTHORITY_B, Z});
	ship_more(X, "d04-again", "2025-10-01", "BR", "nv-h100-sxm", 49899, "");
	came("review", "LICENCE", "presumption of approval");
	/* The day before, it was not in force yet. */
	ship_more(X, "d04-early", "2025-09-30", "BR", "nv-h100-sxm", 49899, "");
	came("deny", "LICENCE", "policy of denial");
	q.w.sub.seq = first;
	came("deny", "LICENCE", "policy of denial");
	end();
}

/* --- 6: the year of export
 * ---------------------------------------------------- */

static void test_the_year_is_that_of_export(void **state)
{
	(void)state;
	begin();
	ship_more(X, "a", "2025-12-31", "MY", "nv-h100-sxm", 100,
		  "\"arrival\":\"2026-01-04\",");
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 15832000);
	assert_int_equal(counter("lpp/parent-MY/2026"), 0);
	end();
}

/* --- 12: the savings clause
 * ---------------------------------------------------- */

static void test_the_last_day_of_the_savings_clause(void **state)
{
	(void)state;
	begin();
	ship_more(X, "in-time", "2025-05-15", "MY", "nv-h100-sxm", 5000,
		  "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-16\",");
	came("clear", "NLR", "none");
	assert_true(found("savings"));
	assert_true(found("doubt"));
	ship_more(X, "late", "2025-05-15", "MY", "nv-h100-sxm", 5000,
		  "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-17\",");
	came("review", "LICENCE", "presumption of approval");
	assert_true(found("savings-missed"));
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_exporters_fill_one_limit),
		cmocka_unit_test(test_order_of_the_ledger_decides),
		cmocka_unit_test(test_what_arrives_is_counted_once),
		cmocka_unit_test(
			test_what_is_short_stays_charged_until_corrected),
		cmocka_unit_test(test_a_correction_gives_back),
		cmocka_unit_test(test_the_year_is_that_of_export),
		cmocka_unit_test(test_an_agreement_appears),
		cmocka_unit_test(test_the_last_day_of_the_savings_clause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
