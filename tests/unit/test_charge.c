#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/* What a decision charges to counters, and what it takes back. */

static struct wb_state state_of(void)
{
	static struct wb_state state;

	state = wb_memory_state(&registry);
	return state;
}

/* A correction of a shipment that was charged 700 H100 takes them back. */
static void credit(const char *key, int64_t x10)
{
	struct wb_charge *c = &d.credit[d.n_credits++];

	snprintf(c->key, sizeof(c->key), "%s", key);
	c->x10 = x10;
}

static void test_charged_as_written(void **state)
{
	(void)state;
	judge("2025-06-02", "MY", "my", LPP, H100(10));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_int_equal(d.n_charges, 1);
	assert_string_equal(d.charge[0].key, "lpp/my/2025");
	assert_int_equal(d.charge[0].x10, 1583200);
	assert_string_equal(written("lpp/my/2025"), "1583200");
}

/* What is not clear charges nothing. */
static void test_not_charged(void **state)
{
	(void)state;
	judge("2025-06-02", "MY", "my", LPP, H100(1700));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(d.n_charges, 0);
	assert_string_equal(written("lpp/my/2025"), "");
}

static void test_read_without_what_is_taken_back(void **state)
{
	struct wb_state s = state_of();
	int64_t n;

	(void)state;
	put("lpp/credited/2025", "1000");
	wb_decision_init(&d);
	credit("lpp/credited/2025", 300);
	assert_int_equal(wb_counter_read(&s, &d, "lpp/credited/2025", &n), 0);
	assert_int_equal(n, 700);
	/* The read that is listed is what the state says. */
	assert_true(wb_slice_is(d.read[0].value, "1000"));
	/* More than there is leaves nothing. */
	credit("lpp/credited/2025", 1300);
	assert_int_equal(wb_counter_read(&s, &d, "lpp/credited/2025", &n), 0);
	assert_int_equal(n, 0);
	/* A counter that was never written stays 0. */
	credit("lpp/nobody/2025", 300);
	assert_int_equal(wb_counter_read(&s, &d, "lpp/nobody/2025", &n), 0);
	assert_int_equal(n, 0);
}

static void test_taken_back_is_written(void **state)
{
	struct wb_state s = state_of();

	(void)state;
	put("lpp/credited/2025", "1000");
	wb_decision_init(&d);
	credit("lpp/credited/2025", 300);
	assert_int_equal(wb_credits_write(&s, &d), 0);
	assert_string_equal(written("lpp/credited/2025"), "700");
}

/* A counter that the new judgement charges is written once, by that. */
static void test_charged_anew(void **state)
{
	struct wb_state s = state_of();
	int64_t n;

	(void)state;
	put("lpp/credited/2025", "1000");
	wb_decision_init(&d);
	credit("lpp/credited/2025", 300);
	assert_int_equal(wb_counter_read(&s, &d, "lpp/credited/2025", &n), 0);
	assert_int_equal(wb_counter_charge(&d, "lpp/credited/2025", n, 200), 0);
	assert_int_equal(wb_credits_write(&s, &d), 0);
	assert_int_equal(d.n_writes, 1);
	assert_string_equal(written("lpp/credited/2025"), "900");
}

/* A counter without a limit stops at the largest number there is. */
static void test_charge_stops(void **state)
{
	(void)state;
	wb_decision_init(&d);
	assert_int_equal(
		wb_counter_charge(&d, "aia/x", WB_INTEGER_MAX - 5, 100), 0);
	assert_string_equal(written("aia/x"), "9007199254740991");
	assert_int_equal(d.charge[0].x10, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charged_as_written),
		cmocka_unit_test(test_not_charged),
		cmocka_unit_test(test_read_without_what_is_taken_back),
		cmocka_unit_test(test_taken_back_is_written),
		cmocka_unit_test(test_charged_anew),
		cmocka_unit_test(test_charge_stops),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
