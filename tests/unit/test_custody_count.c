#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/custody_say.h"

/* Inventories, said again and taken back. */

#define COUNT(n)  "\"counts\":[{\"model\":\"nv-h100-sxm\",\"quantity\":" #n "}]"
#define VOIDS(id) "\"voids\":{\"id\":\"" id "\"},\"reason\":\"x\""
#define AGAIN(id, body)                                                        \
	"\"corrects\":{\"id\":\"" id                                           \
	"\"},\"reason\":\"x\",\"inventory\":{" body "}"

static int64_t counted(const char *facility)
{
	struct wb_fac fac = fac_of("my", facility);
	struct wb_fac_model *m = wb_fac_model(&fac, "nv-h100-sxm");

	return fac.counted == WB_DATE_NONE ? -1 : m->counted;
}

/* Void, the one before stands, whatever it is; a voided one never. */
static void test_chain(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "A-1",
			     AT("a") ON("2025-06-01")
				     COUNT(1) ",\"it_power_kw\":100"),
			 0);
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "A-2",
			     AT("a") ON("2025-06-02") COUNT(2)),
			 0);
	assert_int_equal(fac_of("my", "a").it_power_kw, 100);
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "A-3",
			     AT("a") ON("2025-06-03")
				     COUNT(3) ",\"it_power_kw\":300"),
			 0);
	assert_int_equal(SAY("2025-06-30", "void", "my", "V-2", VOIDS("A-2")),
			 0);
	assert_true(found("voided"));
	assert_int_equal(counted("a"), 3); /* a later one stands */
	assert_int_equal(SAY("2025-06-30", "void", "my", "V-3", VOIDS("A-3")),
			 0);
	assert_int_equal(counted("a"), 1);
	assert_int_equal(fac_of("my", "a").it_power_kw, 100);
	assert_int_equal(SAY("2025-06-30", "void", "my", "V-1", VOIDS("A-1")),
			 0);
	assert_int_equal(counted("a"), -1);
	assert_int_equal(fac_of("my", "a").it_power_kw, -1);
	/* What is void stays so. */
	assert_int_equal(SAY("2025-06-30", "void", "my", "V-4", VOIDS("A-1")),
			 WB_EREFUSED);
	assert_int_equal(refused.code, WB_P_CUSTODY);
	assert_int_equal(SAY("2025-06-30", "correction", "my", "C-4",
			     AGAIN("A-1", AT("a") ON("2025-06-01") COUNT(1))),
			 WB_EREFUSED);
	/* Nobody else's, and of that facility. */
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "A-5",
			     AT("a") ON("2025-06-05") COUNT(5)),
			 0);
	assert_int_equal(
		SAY("2025-06-30", "void", "other", "V-5", VOIDS("A-5")),
		WB_EREFUSED);
	assert_int_equal(SAY("2025-06-30", "correction", "my", "C-5",
			     AGAIN("A-5", AT("b") ON("2025-06-05") COUNT(1))),
			 WB_EREFUSED);
	assert_string_equal(refused.pointer, "/inventory/facility");
}

/* A correction is weighed against the one before, not against itself. */
static void test_again(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "B-1",
			     AT("c") ON("2025-06-01") COUNT(1)),
			 0);
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "B-2",
			     AT("c") ON("2025-06-20") COUNT(9)),
			 0);
	assert_int_equal(SAY("2025-06-30", "correction", "my", "B-2-2",
			     AGAIN("B-2", AT("c") ON("2025-06-10") COUNT(2))),
			 0);
	assert_true(found("corrected") && !found("date-order"));
	assert_int_equal(counted("c"), 2);
	/* Said to be older than the one before: that stands. */
	assert_int_equal(SAY("2025-06-30", "correction", "my", "B-2-3",
			     AGAIN("B-2", AT("c") ON("2025-05-10") COUNT(3))),
			 0);
	assert_true(found("date-order"));
	assert_int_equal(counted("c"), 1);
	/* Of the one before a later one: that goes on to stand. */
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "B-3",
			     AT("c") ON("2025-06-25") COUNT(7)),
			 0);
	assert_int_equal(SAY("2025-06-30", "correction", "my", "B-1-2",
			     AGAIN("B-1", AT("c") ON("2025-06-02") COUNT(4))),
			 0);
	assert_true(found("date-order"));
	assert_int_equal(counted("c"), 7);
	assert_int_equal(SAY("2025-06-30", "void", "my", "VB-3", VOIDS("B-3")),
			 0);
	assert_int_equal(counted("c"), 4);
}

/* Units go back with the inventory that placed them, and no others. */
static void test_units(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "U-1",
			     BODY(LISTED(2, "\"U1\",\"U2\""))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "UA-1",
			     OF("U-1") ON("2025-06-10")
				     SERIALS(2, "\"U1\",\"U2\"")),
			 0);
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "U-C",
			     AT("d") ON("2025-06-20") COUNT(
				     3) ",\"serials\":[\"U1\",\"U2\",\"U3\"]"),
			 0);
	assert_true(found("serial-unknown"));
	assert_string_equal(serial_of("U1").facility, "d");
	/* The other unit is installed elsewhere since. */
	assert_int_equal(SAY("2025-06-30", "installation", "my", "U-I",
			     OF("U-1") ON("2025-06-25") AT("e")
				     SERIALS(1, "\"U2\"")),
			 0);
	assert_int_equal(SAY("2025-06-30", "correction", "my", "U-C-2",
			     AGAIN("U-C", AT("d") ON("2025-06-20") COUNT(
						  1) ",\"serials\":[\"U3\"]")),
			 0);
	assert_false(found("serial-unknown")); /* the first record told it */
	assert_string_equal(serial_of("U1").facility, "");
	assert_int_equal(serial_of("U1").state, WB_SERIAL_ARRIVED);
	assert_string_equal(serial_of("U2").facility, "e");
	assert_string_equal(serial_of("U3").facility, "d");
	assert_int_equal(SAY("2025-06-30", "void", "my", "U-V", VOIDS("U-C")),
			 0);
	assert_string_equal(serial_of("U3").holder, "");
	/* As if never seen: shipped without a word, or found once more. */
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "U-C-3",
			     AT("d") ON("2025-06-21")
				     COUNT(1) ",\"serials\":[\"U3\"]"),
			 0);
	assert_true(found("serial-unknown"));
	assert_int_equal(
		SAY("2025-06-30", "void", "my", "U-V-3", VOIDS("U-C-3")), 0);
	assert_int_equal(SAY("2025-06-30", "shipment", "acme", "U-2",
			     BODY(LISTED(1, "\"U3\""))),
			 0);
	assert_false(found("serial-twice"));
}

/* As many as a statement may list, over pages, there and back. */
static void test_pages(void **state)
{
	static char members[32768];
	size_t len = 0;

	(void)state;
	len += (size_t)snprintf(members, sizeof(members), "%s,\"serials\":[",
				AT("f") ON("2025-06-20") COUNT(1));
	for (int i = 0; i < WB_SERIALS_MAX; i++)
		len += (size_t)snprintf(members + len, sizeof(members) - len,
					"%s\"P%d\"", i == 0 ? "" : ",", i);
	snprintf(members + len, sizeof(members) - len, "]");
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "P-C", members),
			 0);
	assert_string_equal(serial_of("P0").facility, "f");
	assert_string_equal(serial_of("P511").facility, "f");
	assert_int_equal(SAY("2025-06-30", "void", "my", "P-V", VOIDS("P-C")),
			 0);
	assert_string_equal(serial_of("P0").facility, "");
	assert_string_equal(serial_of("P128").facility, "");
	assert_string_equal(serial_of("P511").holder, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
