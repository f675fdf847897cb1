#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/custody_say.h"

/* What is taken back is what was really done. */

#define FROM(hall)  "\"from\":\"" hall "\","
#define TO_HALL(id) "\"to\":{\"facility\":\"" id "\"},"

/* A shipment of ten, arrived and installed in hall a. */
static void ten_in(const char *id, const char *hall)
{
	char members[512], name[64];

	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", id, BODY(H100(10))), 0);
	snprintf(name, sizeof(name), "%s-A", id);
	snprintf(members, sizeof(members),
		 "\"shipment\":{\"party\":\"acme\",\"id\":\"%s\"}," ON(
			 "2025-06-03") UNITS(10),
		 id);
	assert_int_equal(SAY("2025-06-03", "arrival", "my", name, members), 0);
	snprintf(name, sizeof(name), "%s-I", id);
	snprintf(members, sizeof(members),
		 "\"shipment\":{\"party\":\"acme\",\"id\":\"%s\"}," ON(
			 "2025-06-04") "\"facility\":\"%s\"," UNITS(10),
		 id, hall);
	assert_int_equal(SAY("2025-06-04", "installation", "my", name, members),
			 0);
}

/* Moved by mistake out of a hall where none stand: once that is void, no hall
 * holds what it never held. */
static void test_void_of_a_mistaken_move(void **state)
{
	(void)state;
	ten_in("U-1", "ua");
	assert_int_equal(SAY("2025-06-05", "move", "my", "UM-1",
			     OF("U-1") ON("2025-06-05") FROM("ub") TO_HALL("uc")
				     UNITS(10)),
			 0);
	assert_true(found("facility-short"));
	assert_int_equal(SAY("2025-06-06", "void", "my", "UV-1",
			     "\"voids\":{\"id\":\"UM-1\"},\"reason\":\"x\""),
			 0);
	assert_int_equal(fac_of("my", "ua").chips, 10);
	assert_int_equal(fac_of("my", "ub").chips, 0);
	assert_int_equal(fac_of("my", "ub").tpp_x10, 0);
	assert_int_equal(fac_of("my", "uc").chips, 0);
	assert_line("U-1", 10, 10, 10, 0, 0, 0);
}

/* Corrected to the hall they stood in, they have moved, and no others are. */
static void test_correction_of_a_mistaken_move(void **state)
{
	(void)state;
	ten_in("U-2", "ud");
	assert_int_equal(SAY("2025-06-05", "move", "my", "UM-2",
			     OF("U-2") ON("2025-06-05") FROM("ue") TO_HALL("uf")
				     UNITS(10)),
			 0);
	assert_int_equal(SAY("2025-06-06", "correction", "my", "UC-2",
			     "\"corrects\":{\"id\":\"UM-2\"},\"reason\":\"x\","
			     "\"move\":{" OF("U-2") ON("2025-06-05") FROM("ud")
				     TO_HALL("uf") UNITS(10) "}"),
			 0);
	assert_false(found("facility-short"));
	assert_int_equal(fac_of("my", "ud").chips, 0);
	assert_int_equal(fac_of("my", "ue").chips, 0);
	assert_int_equal(fac_of("my", "uf").chips, 10);
}

/* Retired out of the wrong hall, in part: only what went comes back. */
static void test_void_of_a_mistaken_retirement(void **state)
{
	(void)state;
	ten_in("U-3", "ug");
	assert_int_equal(SAY("2025-06-05", "move", "my", "UM-3",
			     OF("U-3") ON("2025-06-05") FROM("ug") TO_HALL("uh")
				     UNITS(3)),
			 0);
	assert_int_equal(SAY("2025-06-06", "retirement", "my", "UR-3",
			     OF("U-3") ON("2025-06-06")
				     AT("uh") "\"kind\":\"scrap\"," UNITS(8)),
			 0);
	assert_true(found("facility-short"));
	assert_int_equal(fac_of("my", "uh").chips, 0);
	assert_int_equal(SAY("2025-06-07", "void", "my", "UV-3",
			     "\"voids\":{\"id\":\"UR-3\"},\"reason\":\"x\""),
			 0);
	assert_int_equal(fac_of("my", "ug").chips, 7);
	assert_int_equal(fac_of("my", "uh").chips, 3);
	assert_line("U-3", 10, 10, 10, 3, 0, 0);
}

/* The exporter corrects the model: what stands in the hall is what was
 * installed, until its operator says so anew. */
static void test_the_model_as_it_was(void **state)
{
	struct wb_fac fac;

	(void)state;
	ten_in("U-4", "ui");
	assert_int_equal(
		SAY("2025-06-05", "correction", "acme", "U-4-again",
		    "\"corrects\":{\"id\":\"U-4\"},\"reason\":\"x\","
		    "\"shipment\":{" BODY(
			    "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":10,"
			    "\"eccn\":\"3A090.b\"}") "}"),
		0);
	assert_int_equal(SAY("2025-06-06", "correction", "my", "U-4-I-again",
			     "\"corrects\":{\"id\":\"U-4-I\"},\"reason\":\"x\","
			     "\"installation\":{" OF("U-4") ON("2025-06-04")
				     AT("ui") UNITS(10) "}"),
			 0);
	assert_false(found("facility-short"));
	fac = fac_of("my", "ui");
	assert_int_equal(fac.chips, 10);
	for (size_t i = 0; i < fac.n_models; i++)
		assert_int_equal(fac.model[i].installed,
				 strcmp(fac.model[i].model, "nv-l2") == 0 ? 10
									  : 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_void_of_a_mistaken_move),
		cmocka_unit_test(test_correction_of_a_mistaken_move),
		cmocka_unit_test(test_void_of_a_mistaken_retirement),
		cmocka_unit_test(test_the_model_as_it_was),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
