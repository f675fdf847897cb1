#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "core/registry.h"
#include "tests/unit/counted.h"
#include "tests/unit/judge.h"

/* Who owns whom decides whose limit is charged and which headquarters count:
 * what the registry does not know never makes an outcome laxer. */

/* The majority owner comes into the registry a month after the export. */
static void test_an_owner_nobody_knows_yet(void **state)
{
	(void)state;
	put("detail/late-owner", "2025-06-20 CN CN private -");
	put("detail/early-sub", "2020-01-01 MY MY private late-owner:100");
	judge("2025-05-20", "MY", "early-sub", LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "LICENCE");
	assert_true(found("unregistered-party"));
	assert_int_equal(counted(&d), 0);
	judge("2025-06-20", "MY", "early-sub", LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
}

/* Admission bounds the steps above a party it registers, not those below one
 * that gets a new owner: such a chain must not end at whom it happens to. */
static void test_a_chain_longer_than_is_followed(void **state)
{
	char key[32], value[64];

	(void)state;
	for (int i = 0; i <= WB_OWNERSHIP_DEPTH_MAX + 1; i++) {
		snprintf(key, sizeof(key), "detail/k%d", i);
		snprintf(value, sizeof(value),
			 "2020-01-01 MY MY private k%d:51", i + 1);
		put(key, value);
	}
	snprintf(key, sizeof(key), "detail/k%d", WB_OWNERSHIP_DEPTH_MAX + 1);
	put(key, "2020-01-01 MY MY private -");
	judge("2025-05-20", "MY", "k1", LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("lpp/k9/2025"), "158320");
	judge("2025-05-20", "MY", "k0", LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("unregistered-party"));
	assert_int_equal(counted(&d), 0);
	/* As an end user it closes the exceptions too. */
	judge("2025-05-20", "MY", "my", "\"end_user\":\"k0\"," LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
}

/* A declared parent counts with what the registry knows of it (DESIGN 3.2). */
static void test_the_declared_parent_counts_too(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my", "\"declared\":{\"parent\":\"cn\"}," LPP,
	      H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("declared-differs"));
	judge("2025-05-20", "MY", "my",
	      "\"declared\":{\"parent\":\"my-of-cn\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	/* One that nobody knows closes the exceptions. */
	judge("2025-05-20", "MY", "my",
	      "\"declared\":{\"parent\":\"nobody\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("unregistered-party"));
	/* Another one of the right sort: told, and the registry's is charged.
	 */
	judge("2025-05-20", "MY", "my", "\"declared\":{\"parent\":\"de\"}," LPP,
	      H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_true(found("declared-differs"));
	assert_string_equal(written("lpp/my/2025"), "158320");
	judge("2025-05-20", "MY", "my-sub",
	      "\"declared\":{\"parent\":\"my\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(found("declared-differs"));
}

/* Numbers that no writer of ours makes are not added up. */
static void test_counters_out_of_range(void **state)
{
	static const char *const bad[] = {"",
					  "-1",
					  "1e3",
					  "9007199254740992",
					  "9223372036854775807",
					  "18446744073709551615",
					  "18446744073709551616"};
	struct wb_state reads = wb_memory_state(&registry);
	int64_t n = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put("lpp/odd/2025", bad[i]);
		wb_decision_init(&d);
		if (wb_counter_read(&reads, &d, "lpp/odd/2025", &n) !=
		    WB_ECORRUPT)
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(n, 7);
	}
	put("lpp/odd/2025", "9007199254740991");
	wb_decision_init(&d);
	assert_int_equal(wb_counter_read(&reads, &d, "lpp/odd/2025", &n), 0);
}

/* The key "ledger": what the ledger is, and its engine. */
static void test_the_ledger(void **state)
{
	static const struct {
		const char *value;
		bool historical;
		int64_t engine;
	} rows[] = {
		{"example.org/waybill paper live 30 1", false, 1},
		{"example.org/waybill paper historical 30 1", true, 1},
		{"example.org/waybill paper historical 30 2", true, 2},
		{"example.org/waybill paper live 30", false, 0},
		{"example.org/waybill paper live 30 x", false, 0},
		{"example.org/waybill paper live 30 1 1", false, 0},
		{"example.org/waybill paper", false, 0},
		{"", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wb_slice value = wb_slice_str(rows[i].value);

		assert_int_equal(wb_ledger_historical(value),
				 rows[i].historical);
		assert_int_equal(wb_ledger_engine(value), rows[i].engine);
	}
}

/* What an entry says of a party beyond its owners is kept, whichever part of
 * it there is. */
static void test_entries_are_written_as_read(void **state)
{
	static const char *const values[] = {
		"2020-01-01 MY MY private -",
		"2020-01-01 MY MY private - 2022-10-08 - -",
		"2020-01-01 MY MY private - - cloud -",
		"2020-01-01 MY MY private - - - office",
		("2020-01-01 MY MY private cn:50 - cloud -;"
		 "2021-01-01 MY MY government -"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct wb_dated entry[WB_DETAILS_MAX];
		uint8_t text[512];
		struct wb_writer w;
		struct wb_slice s;
		size_t n;

		assert_int_equal(
			wb_dated_parse(wb_slice_str(values[i]), entry, &n), 0);
		wb_writer_init(&w, text, sizeof(text));
		wb_dated_format(&w, entry, n);
		assert_int_equal(wb_writer_end(&w, &s), 0);
		if (!wb_slice_is(s, values[i]))
			fail_msg("%s is %.*s", values[i], (int)s.len,
				 (const char *)s.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_owner_nobody_knows_yet),
		cmocka_unit_test(test_a_chain_longer_than_is_followed),
		cmocka_unit_test(test_the_declared_parent_counts_too),
		cmocka_unit_test(test_counters_out_of_range),
		cmocka_unit_test(test_the_ledger),
		cmocka_unit_test(test_entries_are_written_as_read),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
