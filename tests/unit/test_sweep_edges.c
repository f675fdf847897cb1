#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/custody.h"
#include "tests/unit/sweep_say.h"
#include "waybill/flags.h"

/*
 * Sweeps on either side of each of their limits: days, halves of a year, what
 * is told together.  The index of what is due is written as FORMAT.md says.
 */
#define DUE(day, n, items)                                                     \
	"sweep=2025-07-01 0 - 0|due/2025-07=" day ":" n "|due/2025-07-" day    \
	"/0=" items "|"
#define SHIP(id, to, moved_about)                                              \
	"ship/acme/" id "=live clear 2025-06-01 2025-06-01 US " to             \
	" air 0 0 0 op lpp/my/2025=15832000;1 nv-h100-sxm 158320 1 10 "        \
	"0 " moved_about "|"
#define SITE(id, country, counted, proved)                                     \
	"facility/op/" id "=" country " 100 2025-01-01|fac/op/" id             \
	"=5 0 " counted " - " country " " proved ";nv-h100-sxm 5 - 5|"

static int64_t value_of(const char *code)
{
	const struct wb_finding *f = finding(code);

	assert_non_null(f);
	assert_int_equal(f->seen.version, version_of(code));
	return f->seen.value;
}

static void test_what_is_told(void **state)
{
	(void)state;
	registry_of(DUE("17", "2", "arrival:acme:S-1 filing:acme:S-1")
			    SHIP("S-1", "MY", "4 0 0 0 0"));
	assert_int_equal(sweep("2025-07-17", 1), 0);
	assert_int_equal(value_of("rf-11"), 46);
	assert_string_equal(told("rf-11"),
			    "acme/S-1: 6 units have not arrived 46 days after "
			    "the export to MY");
	assert_int_equal(value_of("rf-28"), 46);
	registry_of(DUE("17", "1", "report:op:kl:2025-07-15")
			    SITE("kl", "MY", "-", "-"));
	assert_int_equal(sweep("2025-07-17", 1), 0);
	assert_int_equal(value_of("rf-33"), 2);
	registry_of(DUE("31", "1", "proof:op:kl:2025-07-01")
			    SITE("kl", "MY", "-", "-"));
	assert_int_equal(sweep("2025-07-31", 1), 0);
	assert_int_equal(value_of("rf-14"), 30);
}

/* In store is what has arrived, is in no facility, and has not left. */
static void test_in_store(void **state)
{
	(void)state;
	/* 10 arrived; 3 installed, 4 away, 2 retired: one is left. */
	registry_of(DUE("17", "1", "install:acme:S-1:2025-01-01")
			    SHIP("S-1", "MY", "10 3 4 4 2"));
	assert_int_equal(sweep("2025-07-17", 1), 0);
	assert_int_equal(value_of("rf-12"), 197);
	assert_non_null(strstr(told("rf-12"), ": 1 units"));
	registry_of(DUE("17", "1", "install:acme:S-1:2025-01-01")
			    SHIP("S-1", "MY", "10 4 4 4 2"));
	assert_int_equal(sweep("2025-07-17", 1), 0);
	assert_null(finding("rf-12"));
}

/* 748.15: each half-year has its own; what is of the day on which the one
 * before was due is that one. */
static void test_halves_of_a_year(void **state)
{
	static const struct {
		const char *world, *code;
		bool fires;
	} c[] = {
#define REPORT DUE("17", "1", "report:op:kl:2025-07-15")
#define PROOF  DUE("17", "1", "proof:op:kl:2025-07-01")
		{REPORT SITE("kl", "MY", "2025-01-15", "-"), "rf-33", true},
		{REPORT SITE("kl", "MY", "2025-01-16", "-"), "rf-33", false},
		{REPORT SITE("kl", "MY", "2024-07-20", "-"), "rf-33", true},
#define ACCOUNTING DUE("17", "1", "accounting:op:kl:2025-08-01")
		{ACCOUNTING SITE("kl", "MY", "2025-02-01", "-"), "rf-33", true},
		{ACCOUNTING SITE("kl", "MY", "2025-02-02", "-"), "rf-33",
		 false},
		{PROOF SITE("kl", "MY", "-", "2025-01-01"), "rf-14", true},
		{PROOF SITE("kl", "MY", "-", "2025-01-02"), "rf-14", false},
		{PROOF SITE("kl", "MY", "-", "2024-07-20"), "rf-14", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		registry_of(c[i].world);
		assert_int_equal(sweep("2025-07-17", 1), 0);
		if ((finding(c[i].code) != NULL) != c[i].fires)
			fail_msg("%s", c[i].world);
	}
}

/* The days as shipped: 748.15 has two of the reports, Supp. 10 two of the
 * accounting of chips; each is asked for on the day after. */
static void test_days_of_the_year(void **state)
{
	static const struct {
		const char *item, *due;
		wb_date asked;
		const char *next;
	} c[] = {
		{"report", "2025-07-15", 16, "report:op:kl:2026-01-15"},
		{"report", "2026-01-15", 16, "report:op:kl:2026-07-15"},
		{"accounting", "2025-08-01", 2, "accounting:op:kl:2026-02-01"},
		{"accounting", "2026-02-01", 2, "accounting:op:kl:2026-08-01"},
	};
	char world[512], today[16];
	bool again;

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(today, sizeof(today), "%.8s%02d", c[i].due,
			 (int)c[i].asked);
		snprintf(world, sizeof(world),
			 "sweep=%.10s 0 - "
			 "0|due/%.7s=%d:1|due/%s/0=%s:op:kl:%s|" SITE(
				 "kl", "MY", "2024-07-01", "-"),
			 c[i].due, c[i].due, (int)c[i].asked, today, c[i].item,
			 c[i].due);
		registry_of(world);
		assert_int_equal(sweep(c[i].due, 1), WB_EREFUSED);
		assert_int_equal(sweep(today, 1), 0);
		assert_int_equal(value_of("rf-33"), 1);
		again = false;
		for (size_t k = 0; k < d.n_writes; k++)
			again |= wb_slice_is(d.write[k].value, c[i].next);
		if (!again)
			fail_msg("%s is not asked again", c[i].due);
	}
}

/* Whatever the order in which a table names the days of a year. */
static void test_days_in_any_order(void **state)
{
	struct wb_flags *kept = law.flags, *other;

	(void)state;
	assert_int_equal(
		wb_flags_parse(wb_slice_str("waybill/flags/1\nid f\n"
					    "flag RF-33 version 2 verify # c\n"
					    "  due 07-15 01-15 # c\n"
					    "  accounting 08-01 02-01 # c\n"),
			       &other, NULL),
		0);
	law.flags = other;
	registry_of("sweep=2026-01-16 0 - 0|due/2026-01=16:1|"
		    "due/2026-01-16/0=report:op:kl:2026-01-15|" SITE(
			    "kl", "MY", "2025-07-01", "-"));
	assert_int_equal(sweep("2026-01-16", 1), 0);
	assert_non_null(finding("rf-33"));
	law.flags = kept;
	wb_flags_free(other);
}

/* Days that follow one another are each asked. */
static void test_day_after_day(void **state)
{
	(void)state;
	registry_of("sweep=2025-07-01 0 - 0|due/2025-07=2:1 3:1|"
		    "due/2025-07-02/0=filing:acme:S-1|"
		    "due/2025-07-03/0=filing:acme:S-2|" SHIP("S-1", "MY",
							     "0 0 0 0 0")
			    SHIP("S-2", "MY", "0 0 0 0 0"));
	assert_int_equal(sweep("2025-07-10", 1), 0);
	assert_int_equal(d.n_findings, 2);
	assert_int_equal(sweep("2025-07-10", 2), WB_EREFUSED);
}

/* The index as others may write it: words, and a space between them. */
static void test_the_index(void **state)
{
	(void)state;
	registry_of("");
	say_ship("S-1", "air", LPP, "2025-06-01", "2025-06-01");
	assert_string_equal(written("due/2025-07-02/0"), "filing:acme:S-1");
	say_ship("S-2", "air", LPP, "2025-06-01", "2025-06-01");
	assert_string_equal(written("due/2025-07-02/0"),
			    "filing:acme:S-1 filing:acme:S-2");
}

/* One decision concerns the same countries, for it is shown whole. */
static void test_told_together(void **state)
{
#define FACILITY(id) "report:op:" id ":2025-07-15"
	static const struct {
		const char *items;
		size_t first; /* findings of the first of two sweeps */
	} c[] = {
		{FACILITY("kl") " " FACILITY("pg"), 2},
		{"filing:acme:S-1 filing:acme:S-2", 2},
		{FACILITY("kl") " " FACILITY("fr"), 1},
		{FACILITY("kl") " filing:acme:S-1", 1},
		{"filing:acme:S-1 " FACILITY("kl"), 1},
		{"filing:acme:S-1 filing:acme:S-3", 1},
	};
	char world[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(world, sizeof(world),
			 "sweep=2025-07-01 0 - 0|due/2025-07=17:2|"
			 "due/2025-07-17/0=%s|" SITE("kl", "MY", "-", "-")
				 SITE("pg", "MY", "-", "-") SITE("fr", "FR",
								 "-", "-")
					 SHIP("S-1", "MY", "0 0 0 0 0")
						 SHIP("S-2", "MY", "0 0 0 0 0")
							 SHIP("S-3", "SG",
							      "0 0 0 "
							      "0 0"),
			 c[i].items);
		registry_of(world);
		assert_int_equal(sweep("2025-07-17", 1), 0);
		if (d.n_findings != c[i].first)
			fail_msg("%s: %zu", c[i].items, d.n_findings);
		assert_int_equal(sweep("2025-07-17", 2),
				 c[i].first == 1 ? 0 : WB_EREFUSED);
	}
}

static int begin(void **state)
{
	struct wb_slice text;
	struct wb_flags *flags;
	int rc = set_up(state);

	text = read_file("policy/red-flags.table");
	assert_int_equal(wb_flags_parse(text, &flags, NULL), 0);
	free((void *)(uintptr_t)text.p);
	wb_law_adopt_flags(&law, flags);
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_told),
		cmocka_unit_test(test_in_store),
		cmocka_unit_test(test_halves_of_a_year),
		cmocka_unit_test(test_days_of_the_year),
		cmocka_unit_test(test_days_in_any_order),
		cmocka_unit_test(test_day_after_day),
		cmocka_unit_test(test_the_index),
		cmocka_unit_test(test_told_together),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
