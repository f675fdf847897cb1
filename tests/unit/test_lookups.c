#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/*
 * One decision reads at most WB_READS_MAX keys.  However many parties a
 * shipment names and however high their parents stand, it is decided: what
 * there were no reads left for is unknown, and told.
 */

/* name0 is held by name1, and so on up to nameN. */
static void put_chain(const char *name, int steps)
{
	char key[64], value[128];

	for (int i = 0; i <= steps; i++) {
		snprintf(key, sizeof(key), "detail/%s%d", name, i);
		if (i < steps)
			snprintf(value, sizeof(value),
				 "2020-01-01 MY MY private %s%d:60,my:40", name,
				 i + 1);
		else
			snprintf(value, sizeof(value),
				 "2020-01-01 MY MY private -");
		put(key, value);
	}
}

#define EIGHT                                                                  \
	"\"intermediates\":[\"i0\",\"j0\",\"k0\",\"l0\",\"m0\",\"n0\","        \
	"\"o0\",\"p0\"],"
#define EVERYBODY                                                              \
	"\"end_user\":\"e0\",\"charged_to\":\"f0\","                           \
	"\"declared\":{\"parent\":\"d0\"}," EIGHT LPP

static void put_everybody(int steps)
{
	static const char *const names[] = {"c", "d", "e", "f", "i", "j",
					    "k", "l", "m", "n", "o", "p"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put_chain(names[i], steps);
}

/* A licence whose every item must be weighed, in units and TPP. */
static void put_licence(void)
{
	char value[1024] =
		"licence active 2025-05-15 2026-05-14 c0 e0 MY acme ";
	static const char *const models[] = {
		"nv-h100-sxm", "nv-h200-sxm", "nv-b200",     "nv-gb200",
		"nv-gb300",    "nv-b300",     "nv-h100-nvl", "nv-h200-nvl"};

	for (size_t i = 0; i < 8; i++) {
		size_t at = strlen(value);

		snprintf(value + at, sizeof(value) - at,
			 "%s3A090.a:%s:1000:9000000000", i == 0 ? "" : ";",
			 models[i]);
	}
	put("grant/L-8", value);
}

static void assert_decided(const char *date, const char *more)
{
	static const char *const models[] = {
		"nv-h100-sxm", "nv-h200-sxm", "nv-b200",     "nv-gb200",
		"nv-gb300",    "nv-b300",     "nv-h100-nvl", "nv-h200-nvl"};
	char items[2048] = "";

	for (size_t i = 0; i < 8; i++) {
		size_t at = strlen(items);

		snprintf(items + at, sizeof(items) - at,
			 "%s{\"line\":%zu,\"model\":\"%s\",\"quantity\":1,"
			 "\"eccn\":\"3A090.a\"}",
			 i == 0 ? "" : ",", i + 1, models[i]);
	}
	usual = as_usual;
	usual.claimed = "LICENCE";
	grant_number = "L-8";
	judge(date, "MY", "c0", more, items);
	assert_true(d.n_reads <= WB_READS_MAX);
	assert_true(d.n_charges <= WB_CHARGES_MAX);
}

/* As many as can be named, as high as can be: no licence clears that. */
static void test_too_many(void **state)
{
	(void)state;
	put_everybody(WB_OWNERSHIP_DEPTH_MAX);
	assert_decided("2025-06-02", EVERYBODY);
	assert_true(found("lookups-exhausted"));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(d.n_charges, 0);
	/* Whom nobody could look up is not known to be on a list. */
	assert_false(found("listed-party"));
	assert_string_not_equal(d.review_text, "presumption of denial");
	/* Nor known to be on none: an exception is not open to them. */
	judge("2025-06-02", "MY", "c0", EVERYBODY, H100(1));
	assert_true(found("lookups-exhausted"));
	assert_string_equal(d.item[0].path, "LICENCE");
	assert_string_equal(d.basis, "LICENCE"); /* that much is known */
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_decided("2025-05-14", EVERYBODY); /* the edition before */
	assert_true(found("lookups-exhausted"));
}

#define EDITION                                                                \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"

/* However many owners a rule asks about, counters have their reads. */
static void test_owners_leave_reads_for_counters(void **state)
{
	(void)state;
	put_everybody(WB_OWNERSHIP_DEPTH_MAX);
	judge_by(EDITION "licence owned when owned_list is entity_list # c\n"
			 "licence all when eccn is 3A090.a # c\n"
			 "review denial when eccn is 3A090.a # c\n");
	for (int steps = 0; steps <= WB_OWNERSHIP_DEPTH_MAX; steps++) {
		put_everybody(steps);
		assert_decided("2025-06-02", EVERYBODY);
		assert_decided("2025-06-02", "\"end_user\":\"e0\"," EIGHT);
	}
	judge_by(NULL);
}

/* name is held by eight owners, as each of them is. */
static void put_wide(const char *name, int steps)
{
	char key[64], value[1024] = "2020-01-01 MY MY private -";
	size_t at = strlen(value) - 1;

	for (int i = 0; i < 8 && steps > 0; i++) {
		snprintf(key, sizeof(key), "%.40s-%d", name, i);
		put_wide(key, steps - 1);
		at += (size_t)snprintf(value + at, sizeof(value) - at,
				       "%s%s:12", i == 0 ? "" : ",", key);
	}
	snprintf(key, sizeof(key), "detail/%.40s", name);
	put(key, value);
}

/* Nor if the owners are as many as can be. */
static void test_many_owners_leave_reads_for_counters(void **state)
{
	(void)state;
	put_wide("c0", 2);
	put_licence();
	judge_by(EDITION "licence owned when owned_list is entity_list # c\n"
			 "licence all when eccn is 3A090.a # c\n"
			 "review denial when eccn is 3A090.a # c\n");
	assert_decided("2025-06-02", "\"end_user\":\"e0\",");
	assert_true(found("licence-used"));
	judge_by(NULL);
	put_everybody(WB_OWNERSHIP_DEPTH_MAX);
}

/* The parents of the last party there were no reads left for, though there was
 * one for itself: that is told. */
static void test_parents_that_are_not_looked_up(void **state)
{
	(void)state;
	judge_by(EDITION "licence all when eccn is 3A090.a # c\n"
			 "review denial when eccn is 3A090.a # c\n");
	put_everybody(2);
	assert_decided("2025-06-02", "\"end_user\":\"e0\"," EIGHT);
	assert_true(found("lookups-exhausted"));
	put_everybody(1);
	assert_decided("2025-06-02", "\"end_user\":\"e0\"," EIGHT);
	assert_false(found("lookups-exhausted"));
	judge_by(NULL);
	put_everybody(WB_OWNERSHIP_DEPTH_MAX);
}

/* Whom nobody could look up is not known to be on a list that exempts:
 * however far the reads reach. */
static void test_no_exemption_for_the_unknown(void **state)
{
	static const char *const via[] = {"i0", "j0", "k0", "l0",
					  "m0", "n0", "o0", "p0"};
	char more[512];

	(void)state;
	judge_by(EDITION "licence all when eccn is 3A090.a # c\n"
			 "exempt SUPP8 when consignee_list is supp_8 # c\n"
			 "review denial when eccn is 3A090.a # c\n");
	put("listing/c0", "supp_8 2020-01-01 -");
	for (int steps = 0; steps <= WB_OWNERSHIP_DEPTH_MAX; steps++) {
		put_everybody(steps);
		for (size_t n = 0; n <= 8; n++) {
			size_t len = (size_t)snprintf(
				more, sizeof(more),
				"\"end_user\":\"e0\",\"charged_to\":\"f0\","
				"\"declared\":{\"parent\":\"d0\"}%s",
				n > 0 ? ",\"intermediates\":[" : "");

			for (size_t i = 0; i < n; i++)
				len += (size_t)snprintf(
					more + len, sizeof(more) - len,
					"%s\"%s\"", i > 0 ? "," : "", via[i]);
			snprintf(more + len, sizeof(more) - len, "%s,",
				 n > 0 ? "]" : "");
			/* The end user is on no list. */
			judge("2025-06-02", "MY", "c0", more, H100(1));
			assert_true(d.item[0].licence_required);
		}
	}
	judge("2025-06-02", "MY", "c0", "", H100(1));
	assert_false(d.item[0].licence_required);
	put("listing/c0", "supp_8 2020-01-01 2020-01-02");
	judge_by(NULL);
}

/* What is spared is what is left of the reads above those that are kept. */
static void test_spare(void **state)
{
	(void)state;
	wb_decision_init(&d);
	assert_true(wb_reads_spare(&d, WB_READS_MAX - WB_READS_KEPT));
	assert_false(wb_reads_spare(&d, WB_READS_MAX - WB_READS_KEPT + 1));
	d.n_reads = 10;
	assert_true(wb_reads_spare(&d, WB_READS_MAX - WB_READS_KEPT - 10));
	assert_false(wb_reads_spare(&d, WB_READS_MAX - WB_READS_KEPT - 9));
}

/* A usual number of parties, with a parent each, leaves no gap. */
static void test_as_many_as_usual(void **state)
{
	(void)state;
	put_everybody(1);
	assert_decided("2025-06-02", "\"end_user\":\"e0\","
				     "\"intermediates\":[\"i0\",\"j0\"],");
	assert_false(found("lookups-exhausted"));
	assert_int_equal(d.verdict, WB_CLEAR);
	/* Eight items of the licence, and the allocation. */
	assert_int_equal(d.n_charges, 17);
}

/* Late statements are judged twice; reads are counted once. */
static void test_judged_twice(void **state)
{
	(void)state;
	put_everybody(WB_OWNERSHIP_DEPTH_MAX);
	usual = as_usual;
	usual.now = "2025-09-01";
	judge("2025-05-14", "MY", "c0", EVERYBODY, H100(1));
	assert_true(found("late"));
	assert_true(found("lookups-exhausted"));
	assert_true(d.n_reads <= WB_READS_MAX);
}

static int begin(void **state)
{
	int rc = set_up(state);

	put_licence();
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_spare),
		cmocka_unit_test(test_owners_leave_reads_for_counters),
		cmocka_unit_test(test_many_owners_leave_reads_for_counters),
		cmocka_unit_test(test_parents_that_are_not_looked_up),
		cmocka_unit_test(test_no_exemption_for_the_unknown),
		cmocka_unit_test(test_as_many_as_usual),
		cmocka_unit_test(test_judged_twice),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
