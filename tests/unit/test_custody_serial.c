#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/custody_say.h"
#include "tests/unit/format_example.h"

/* Custody of single units, facilities, and the limits of what is kept. */

/* --- serial numbers ------------------------------------------------------- */

static void test_serials(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "N-1",
			     BODY(LISTED(3, "\"N1\",\"N2\",\"N3\""))),
			 0);
	assert_int_equal(serial_of("N1").state, WB_SERIAL_SHIPPED);
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "N-2",
			     BODY(LISTED(2, "\"N3\",\"N4\""))),
			 0);
	assert_true(found("serial-twice"));
	assert_string_equal(serial_of("N3").id, "N-1");
	assert_string_equal(serial_of("N4").id, "N-2");
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "NA-1",
			     OF("N-1") ON("2025-06-10") AT("dc-5")
				     SERIALS(3, "\"N1\",\"N2\",\"N9\"")),
			 0);
	assert_true(found("serial-differs"));
	assert_int_equal(serial_of("N1").state, WB_SERIAL_ARRIVED);
	assert_string_equal(serial_of("N1").facility, "dc-5");
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "NA-2",
			     OF("N-1") ON("2025-06-10") SERIALS(1, "\"N1\"")),
			 0);
	assert_true(found("serial-twice"));
	/* Of another shipment. */
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "NA-3",
			     OF("N-2") ON("2025-06-10") SERIALS(1, "\"N2\"")),
			 0);
	assert_true(found("serial-twice"));
	assert_string_equal(serial_of("N2").id, "N-1");
	assert_int_equal(SAY("2025-06-11", "installation", "my", "NI-1",
			     OF("N-1") ON("2025-06-11") AT("dc-6")
				     SERIALS(1, "\"N1\"")),
			 0);
	assert_int_equal(serial_of("N1").state, WB_SERIAL_INSTALLED);
	assert_string_equal(serial_of("N1").facility, "dc-6");
	assert_int_equal(SAY("2025-06-12", "retirement", "my", "NR-1",
			     OF("N-1") ON("2025-06-12")
				     AT("dc-6") "\"kind\":\"theft\"," SERIALS(
					     1, "\"N1\"")),
			 0);
	assert_int_equal(SAY("2025-06-13", "installation", "my", "NI-2",
			     OF("N-1") ON("2025-06-13") AT("dc-6")
				     SERIALS(1, "\"N1\"")),
			 0);
	assert_true(found("serial-retired"));
	assert_int_equal(serial_of("N1").state, WB_SERIAL_RETIRED);
}

/* Who reexports units has them: arrived is enough, shipped is not. */
static void test_reexported(void **state)
{
#define REEXPORT(list)                                                         \
	"\"kind\":\"reexport\",\"export_date\":\"2025-06-20\","                \
	"\"from\":\"MY\",\"destination\":\"SA\",\"consignee\":\"sa\","         \
	"\"consignee_type\":\"direct_consumer\",\"end_use\":"                  \
	"\"data_centre\"," LPP                                                 \
	"\"authorization\":{\"type\":\"LPP\"},\"items\":[" list "]"
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "R-1",
			     BODY(LISTED(2, "\"R1\",\"R2\""))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "RA-1",
			     OF("R-1") ON("2025-06-10") SERIALS(1, "\"R1\"")),
			 0);
	assert_int_equal(serial_of("R1").state, WB_SERIAL_ARRIVED);
	assert_int_equal(SAY("2025-06-20", "shipment", "globex", "R-2",
			     REEXPORT(LISTED(1, "\"R1\""))),
			 0);
	assert_false(found("serial-twice"));
	assert_string_equal(serial_of("R1").id, "R-2");
	assert_int_equal(SAY("2025-06-20", "shipment", "globex", "R-3",
			     REEXPORT(LISTED(1, "\"R2\""))),
			 0);
	assert_true(found("serial-twice"));
	assert_string_equal(serial_of("R2").id, "R-1");
}

/* What an inventory finds. */
static void test_inventory(void **state)
{
	struct wb_fac fac;

	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "C-1",
			     BODY(LISTED(2, "\"C1\",\"C2\""))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "CA-1",
			     OF("C-1") ON("2025-06-10") AT("dc-7")
				     SERIALS(1, "\"C1\"")),
			 0);
	assert_int_equal(SAY("2025-06-11", "installation", "my", "CI-1",
			     OF("C-1") ON("2025-06-11") AT("dc-7")
				     SERIALS(1, "\"C1\"")),
			 0);
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "CC-1",
			     AT("dc-7")
				     ON("2025-06-30") "\"counts\":[{\"model\":"
						      "\"nv-h100-sxm\","
						      "\"quantity\":1}],"
						      "\"serials\":[\"C1\"],"
						      "\"it_power_kw\":900"),
			 0);
	assert_int_equal(d.n_findings, 0);
	fac = fac_of("my", "dc-7");
	assert_int_equal(fac.it_power_kw, 900);
	assert_int_equal(fac.model[0].counted, 1);
	/* No power at all is a power, too; none said is none. */
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "CC-0",
			     AT("dc-7")
				     ON("2025-06-30") "\"counts\":[{\"model\":"
						      "\"nv-h100-sxm\","
						      "\"quantity\":1}],"
						      "\"it_power_kw\":0"),
			 0);
	assert_int_equal(fac_of("my", "dc-7").it_power_kw, 0);
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "CC-00",
			     AT("dc-7")
				     ON("2025-06-30") "\"counts\":[{\"model\":"
						      "\"nv-h100-sxm\","
						      "\"quantity\":1}]"),
			 0);
	assert_int_equal(fac_of("my", "dc-7").it_power_kw, 0);
	/* Found elsewhere, not arrived, never shipped, and too many. */
	assert_int_equal(
		SAY("2025-06-30", "inventory", "my", "CC-2",
		    AT("dc-8") ON("2025-06-30") "\"counts\":[{\"model\":\"nv-"
						"h100-sxm\","
						"\"quantity\":3}],\"serials\":["
						"\"C1\",\"C2\","
						"\"C9\"]"),
		0);
	assert_string_equal(told("serial-elsewhere"),
			    "serial number C1 is recorded in another facility");
	assert_string_equal(told("serial-not-arrived"),
			    "serial number C2 is shipped, and nobody has said "
			    "that it arrived");
	assert_true(found("serial-unknown"));
	assert_true(found("count-differs"));
	assert_string_equal(serial_of("C2").facility, "");
	assert_string_equal(serial_of("C1").facility, "dc-7");
	assert_int_equal(serial_of("C9").state, WB_SERIAL_SEEN);
	/* The same stock counted in two halls. */
	assert_int_equal(SAY("2025-06-30", "inventory", "sa", "CC-1",
			     AT("riyadh")
				     ON("2025-06-30") "\"counts\":[{\"model\":"
						      "\"nv-h100-sxm\","
						      "\"quantity\":1}],"
						      "\"serials\":[\"C9\"]"),
			 0);
	assert_true(found("serial-elsewhere"));
	/* An older census does not replace a newer one. */
	assert_int_equal(SAY("2025-07-01", "inventory", "my", "CC-3",
			     AT("dc-7")
				     ON("2025-06-29") "\"counts\":[{\"model\":"
						      "\"nv-h100-sxm\","
						      "\"quantity\":7}]"),
			 0);
	assert_true(found("date-order"));
	assert_int_equal(fac_of("my", "dc-7").model[0].counted, 1);
}

/* What a census does not name is not there. */
static void test_a_model_that_is_not_counted(void **state)
{
	struct wb_fac fac;

	(void)state;
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "CM-1",
			     AT("dc-10")
				     ON("2025-06-30") "\"counts\":[{\"model\":"
						      "\"nv-h100-sxm\","
						      "\"quantity\":2}]"),
			 0);
	assert_int_equal(SAY("2025-07-01", "inventory", "my", "CM-2",
			     AT("dc-10")
				     ON("2025-07-01") "\"counts\":[{\"model\":"
						      "\"nv-l4\","
						      "\"quantity\":3}]"),
			 0);
	fac = fac_of("my", "dc-10");
	assert_string_equal(fac.model[0].model, "nv-h100-sxm");
	assert_int_equal(fac.model[0].counted, 0);
	assert_int_equal(fac.model[1].counted, 3);
}

/* --- limits and values ---------------------------------------------------- */

static void with_serials(struct wb_writer *w, const char *prefix, size_t n)
{
	for (size_t i = 0; i < n; i++)
		wb_write_fmt(w, "%s\"%s%zu\"", i == 0 ? "" : ",", prefix, i);
}

/* As many serial numbers as a statement lists, all read and written, while
 * rules have their reads. */
static void test_as_many_serials_as_there_may_be(void **state)
{
	static char list[32768], members[49152];
	struct wb_writer w;

	(void)state;
	wb_writer_init(&w, list, sizeof(list) - 1);
	with_serials(&w, "a-rather-long-serial-number-", WB_SERIALS_MAX);
	list[w.len] = '\0';
	snprintf(members, sizeof(members),
		 TO("my", "{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":"
			  "512,\"eccn\":\"3A090.a\",\"lots\":[{\"serials\":["
			  "%s]}]}"),
		 list);
	assert_int_equal(SAY("2025-07-02", "shipment", "acme", "L-1", members),
			 0);
	assert_int_equal(d.n_serial_reads, WB_SERIALS_MAX);
	assert_true(d.n_reads - d.n_serial_reads < WB_READS_MAX);
	assert_true(d.n_writes > WB_SERIALS_MAX);
	snprintf(members, sizeof(members),
		 OF("L-1")
			 ON("2025-07-10") "\"items\":[{\"line\":1,"
					  "\"quantity\":512,\"serials\":[%s]}]",
		 list);
	assert_int_equal(SAY("2025-07-10", "arrival", "my", "LA-1", members),
			 0);
	assert_int_equal(d.n_findings, 0);
	assert_int_equal(serial_of("a-rather-long-serial-number-511").state,
			 WB_SERIAL_ARRIVED);
}

static void test_reads_beyond_the_last(void **state)
{
	struct wb_state s = wb_memory_state(&registry);
	struct wb_slice value;
	char name[32];

	(void)state;
	wb_decision_init(&d);
	for (int i = 0; i < WB_SERIALS_MAX; i++) {
		snprintf(name, sizeof(name), "limit-%d", i);
		assert_int_equal(wb_serial_read(&s, &d, name, &value),
				 WB_ENOTFOUND);
	}
	assert_int_equal(wb_serial_read(&s, &d, "one-more", &value), WB_ELIMIT);
	for (int i = 0; i < WB_READS_MAX; i++) {
		snprintf(name, sizeof(name), "limit/%d", i);
		assert_int_equal(wb_state_read(&s, &d, name, &value),
				 WB_ENOTFOUND);
	}
	assert_int_equal(wb_state_read(&s, &d, "limit/last", &value),
			 WB_ELIMIT);
	/* What was read is still there. */
	assert_int_equal(wb_state_read(&s, &d, "limit/0", &value),
			 WB_ENOTFOUND);
}

/* The largest value of the state, and one byte more. */
static void test_the_largest_value(void **state)
{
	static uint8_t bytes[WB_STATE_VALUE_MAX + 1];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	wb_decision_init(&d);
	assert_int_equal(
		wb_state_write(&d, "big", wb_slice(bytes, WB_STATE_VALUE_MAX)),
		0);
	assert_int_equal(
		wb_state_write(&d, "big", wb_slice(bytes, sizeof(bytes))),
		WB_ELIMIT);
}

static void test_bad_values(void **state)
{
	static const char *const ships[] = {
		"",
		"live",
		"live clear 2025-06-02 - US MY - 0 0 0 my -",
		"dead clear 2025-06-02 - US MY - 0 0 0 my -;1 m 1 1 1 0 0 0 0 "
		"0 "
		"0",
		"live good 2025-06-02 - US MY - 0 0 0 my -;1 m 1 1 1 0 0 0 0 0 "
		"0",
		"live clear 2025-06-31 - US MY - 0 0 0 my -;1 m 1 1 1 0 0 0 0 "
		"0 "
		"0",
		"live clear 2025-06-02 - USA MY - 0 0 0 my -;1 m 1 1 1 0 0 0 0 "
		"0 "
		"0",
		"live clear 2025-06-02 - US MY - 0 0 0 my x;1 m 1 1 1 0 0 0 0 "
		"0 "
		"0",
		"live clear 2025-06-02 - US MY - 0 0 0 my a=;1 m 1 1 1 0 0 0 0 "
		"0 "
		"0",
		"live clear 2025-06-02 - US MY - 0 0 0 my -;0 m 1 1 1 0 0 0 0 "
		"0 "
		"0",
		"live clear 2025-06-02 - US MY - 0 0 0 my -;1 m 1 1 -1 0 0 0 0 "
		"0 "
		"0",
		"live clear 2025-06-02 - US MY - 0 0 0 my -;1 m 1 1 1 0 0 0 0 "
		"0",
		"live clear 2025-06-02 - US MY - 0 0 0 my -;1 m 1 1 1 0 0 0 0 "
		"0 "
		"0 "
		"0",
		"live clear 2025-06-02 - US MY - 0 0 0 my - -;1 m 1 1 1 0 0 0 "
		"0 "
		"0 "
		"0",
	};
	static const char *const serials[] = {"",
					      "shipped",
					      "gone 0 0 a b 1 - -",
					      "shipped 0 0 a b 1 -",
					      "shipped 0 0 a b x - -",
					      "shipped 0 0 a b 1 - - -",
					      "shipped 0 0 a b 1 - -;"};
	static const char *const facs[] = {"",
					   "1 1 - - -",
					   "1 1 2025-13-01 - - -",
					   "1 1 - - - -;m 1",
					   "1 1 - - - -;m 1 x",
					   "- 1 - - - -",
					   "1 1 - - MYS -"};
	static struct wb_ship ship;
	static struct wb_fac fac;
	struct wb_serial serial;

	(void)state;
	for (size_t i = 0; i < sizeof(ships) / sizeof(ships[0]); i++)
		if (wb_ship_parse(wb_slice_str(ships[i]), &ship) == 0)
			fail_msg("taken: %s", ships[i]);
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]) - 1; i++)
		if (wb_serial_parse(wb_slice_str(serials[i]), &serial) == 0)
			fail_msg("taken: %s", serials[i]);
	for (size_t i = 0; i < sizeof(facs) / sizeof(facs[0]); i++)
		if (wb_fac_parse(wb_slice_str(facs[i]), &fac) == 0)
			fail_msg("taken: %s", facs[i]);
}

/* FORMAT.md, 6.1: the shipment of 4.5 after the arrival of 4.12. */
static void test_as_documented(void **state)
{
	struct wb_slice want = format_example("custody-example");
	const struct wb_write *w = NULL;

	(void)state;
	want.len -= want.p[want.len - 1] == '\n';
	put("detail/merlion", "2020-01-01 MY MY private -");
	put("detail/kuala-compute", "2020-01-01 MY MY private -");
	assert_int_equal(take(format_example("statement-shipment"),
			      "2025-05-15", __LINE__),
			 0);
	assert_int_equal(take(format_example("statement-arrival"), "2025-05-20",
			      __LINE__),
			 0);
	assert_true(found("short-received"));
	for (size_t i = 0; i < d.n_writes; i++)
		if (strncmp(d.write[i].key, "ship/", 5) == 0)
			w = &d.write[i];
	assert_non_null(w);
	if (!wb_slice_eq(w->value, want))
		fail_msg("it is %.*s", (int)w->value.len,
			 (const char *)w->value.p);
}

/* Counted, though it was in a shipment that may not go. */
static void test_counted_of_what_is_refused(void **state)
{
	(void)state;
	put("serial/REF1", "listed 0 0 acme REF 1 - -");
	assert_int_equal(SAY("2025-06-30", "inventory", "my", "CR-1",
			     AT("dc-r")
				     ON("2025-06-30") "\"counts\":[{\"model\":"
						      "\"nv-h100-sxm\","
						      "\"quantity\":1}],"
						      "\"serials\":[\"REF1\"]"),
			 0);
	assert_string_equal(told("arrived-not-clear"),
			    "serial number REF1 stands in a shipment that is "
			    "not clear");
	assert_false(found("serial-not-arrived"));
	assert_int_equal(serial_of("REF1").state, WB_SERIAL_LISTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_reexported),
		cmocka_unit_test(test_inventory),
		cmocka_unit_test(test_a_model_that_is_not_counted),
		cmocka_unit_test(test_as_many_serials_as_there_may_be),
		cmocka_unit_test(test_reads_beyond_the_last),
		cmocka_unit_test(test_the_largest_value),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_as_documented),
		cmocka_unit_test(test_counted_of_what_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
