#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/custody.h"
#include "tests/unit/judge.h"

/* What is retired goes out of the installed base, once. */

static struct wb_ship ship;
static struct wb_state state_now;
static struct wb_engine_input in;
static struct wb_places places;

/* 100 units of 2 x 5,000 TPP, all under one authorization. */
static void begin(const char *base)
{
	memset(&ship, 0, sizeof(ship));
	ship.n_lines = 1;
	ship.line[0].line = 1;
	ship.line[0].tpp_x10 = 100000;
	ship.line[0].units = 2;
	ship.line[0].shipped = 100;
	ship.n_charges = 1;
	snprintf(ship.charge[0].key, sizeof(ship.charge[0].key), "nveu/my/MY");
	ship.charge[0].x10 = 10000000;
	put("nveu/my/MY", base);
	state_now = wb_memory_state(&registry);
	in.state = &state_now;
	wb_decision_init(&d);
	memset(&places, 0, sizeof(places));
	places.in = &in;
	places.d = &d;
}

static const char *end(void)
{
	assert_int_equal(wb_attrition_write(&places), 0);
	return written("nveu/my/MY");
}

static void test_retired(void **state)
{
	(void)state;
	begin("15000000");
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "14000000");
	assert_string_equal(told("attrition"),
			    "100,000 TPP are taken out of the installed base "
			    "that its authorization counts");
}

/* No more than were shipped, however many are said to be. */
static void test_retired_more_than_shipped(void **state)
{
	(void)state;
	begin("15000000");
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 1000, false);
	assert_string_equal(end(), "5000000");
	begin("15000000");
	wb_attrition_note(&places, &ship, &ship.line[0], 95, 10, false);
	assert_string_equal(end(), "14500000");
	begin("15000000");
	wb_attrition_note(&places, &ship, &ship.line[0], 100, 10, false);
	assert_string_equal(end(), "");
	/* A counter does not fall below nothing. */
	begin("100");
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "0");
	/* From nothing, nothing is taken. */
	begin("0");
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "");
	assert_false(found("attrition"));
}

/* In store it is not in the installed base that is told. */
static void test_not_standing(void **state)
{
	(void)state;
	begin("15000000");
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 0, false);
	assert_string_equal(end(), "");
	assert_false(found("attrition"));
}

static void test_taken_back(void **state)
{
	(void)state;
	begin("14000000");
	ship.attrition_x10 = 1000000; /* of 10 units */
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, true);
	assert_string_equal(end(), "15000000");
	assert_string_equal(told("attrition"),
			    "100,000 TPP are put back into the installed base "
			    "that its authorization counts");
	/* Corrected from 10 to 4 units in one statement. */
	begin("14000000");
	ship.attrition_x10 = 1000000; /* of 10 units */
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, true);
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 4, false);
	assert_string_equal(end(), "14600000");
	/* And to the same number: nothing happens. */
	begin("14000000");
	ship.attrition_x10 = 1000000; /* of 10 units */
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, true);
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "");
	/* No more than were taken out. */
	begin("14000000");
	ship.attrition_x10 = 300000;
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, true);
	assert_string_equal(end(), "14300000");
	assert_int_equal(ship.attrition_x10, 0);
	/* Nor is more taken out than is in. */
	begin("14000000");
	ship.attrition_x10 = 9900000;
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "13900000");
	assert_int_equal(ship.attrition_x10, 10000000);
}

/* Who did not charge an installed base takes nothing out of one. */
static void test_other_paths(void **state)
{
	(void)state;
	begin("15000000");
	snprintf(ship.charge[0].key, sizeof(ship.charge[0].key), "lpp/my/2025");
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "");
	/* A second line under another path: which is which is not kept. */
	begin("15000000");
	ship.n_lines = 2;
	ship.line[1] = ship.line[0];
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "");
	begin("15000000");
	ship.line[0].tpp_x10 = -1;
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "");
}

/* What has no TPP is as much in the base as out of it. */
static void test_a_line_of_nothing(void **state)
{
	(void)state;
	begin("15000000");
	ship.n_lines = 2;
	ship.line[1] = ship.line[0];
	ship.line[1].tpp_x10 = 0;
	wb_attrition_note(&places, &ship, &ship.line[0], 0, 10, false);
	assert_string_equal(end(), "14000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retired),
		cmocka_unit_test(test_retired_more_than_shipped),
		cmocka_unit_test(test_not_standing),
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_other_paths),
		cmocka_unit_test(test_a_line_of_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
