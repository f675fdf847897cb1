#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/custody_say.h"

/* What corrections and voids do. */

/* --- corrections and voids of shipments ----------------------------------- */

/* scenarios.md, sequence 4: a correction frees what another had asked for. */
static void test_correction_frees(void **state)
{
	(void)state;
	put("detail/seq", "2020-01-01 MY MY private -");
	assert_int_equal(SAY("2025-07-02", "shipment", "acme", "Q-a",
			     TO("seq", H100(800))),
			 0);
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_int_equal(SAY("2025-07-02", "shipment", "globex", "Q-b",
			     TO("seq", H100(800))),
			 0);
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_int_equal(SAY("2025-07-02", "shipment", "initech", "Q-c",
			     TO("seq", H100(100))),
			 0);
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(counter("lpp/seq/2025"), 253312000);
	assert_int_equal(SAY("2025-07-03", "correction", "acme", "Q-a-again",
			     "\"corrects\":{\"id\":\"Q-a\"},\"reason\":\"x\","
			     "\"shipment\":{" TO("seq", H100(700)) "}"),
			 0);
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "LPP");
	assert_true(found("corrected"));
	assert_true(found("would-now-fit"));
	/* The exception by its name, not by that of its counter. */
	assert_string_equal(told("would-now-fit"),
			    "a shipment of another party that did not fit "
			    "would now be LPP");
	for (size_t i = 0; i < d.n_findings; i++) {
		/* Whose it is, is not for others to read. */
		assert_null(strstr(d.finding[i].narrative, "initech"));
		assert_null(strstr(d.finding[i].narrative, "Q-c"));
	}
	assert_int_equal(counter("lpp/seq/2025"), 253312000 - 15832000);
	assert_line("Q-a", 700, 0, 0, 0, 0, 0);
	/* Corrected to nothing that needs the exception. */
	assert_int_equal(SAY("2025-07-03", "correction", "acme", "Q-a-3",
			     "\"corrects\":{\"id\":\"Q-a\"},\"reason\":\"x\","
			     "\"shipment\":{" TO("seq", H100(1700)) "}"),
			 0);
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(counter("lpp/seq/2025"), 126656000);
}

static void test_void(void **state)
{
	(void)state;
	put("detail/vo", "2020-01-01 MY MY private -");
	assert_int_equal(SAY("2025-06-20", "shipment", "acme", "V-early",
			     TO("vo", H100(10))),
			 0);
	assert_int_equal(SAY("2025-06-20", "shipment", "acme", "V-late",
			     TO("vo", H100(10))),
			 0);
	assert_int_equal(counter("lpp/vo/2025"), 2 * 1583200);
	assert_int_equal(SAY("2025-07-01", "void", "acme", "VV-1",
			     "\"voids\":{\"id\":\"V-early\"},"
			     "\"reason\":\"x\""),
			 0);
	assert_true(found("voided"));
	assert_int_equal(counter("lpp/vo/2025"), 1583200);
	assert_int_equal(ship_of("V-early").status, WB_SHIP_VOID);
	/* On the date of export it is too late. */
	assert_int_equal(SAY("2025-07-02", "void", "acme", "VV-2",
			     "\"voids\":{\"id\":\"V-late\"},\"reason\":\"x\""),
			 0);
	assert_true(found("void-late"));
	assert_int_equal(counter("lpp/vo/2025"), 1583200);
	assert_int_equal(ship_of("V-late").status, WB_SHIP_LIVE);
	/* And once it was taken back, a second time is refused. */
	assert_int_equal(SAY("2025-07-01", "void", "acme", "VV-3",
			     "\"voids\":{\"id\":\"V-early\"},"
			     "\"reason\":\"x\""),
			 WB_EREFUSED);
	assert_int_equal(SAY("2025-07-01", "correction", "acme", "VV-4",
			     "\"corrects\":{\"id\":\"V-early\"},\"reason\":"
			     "\"x\",\"shipment\":{" TO("vo", H100(1)) "}"),
			 WB_EREFUSED);
}

/* What was voided too late, the authority takes back by a finding. */
static void test_late_void_confirmed(void **state)
{
	static const struct {
		const char *why, *party, *code, *outcome, *about;
		int64_t left;
	} c[] = {
		{"closed only", "authority", "void-late", "closed", "LV-1",
		 1583200},
		{"another finding", "authority", "late", "confirmed", "LV-1",
		 1583200},
		{"a government", "gov-my", "void-late", "confirmed", "LV-1",
		 1583200},
		{"not the void", "authority", "void-late", "confirmed", "L-1",
		 1583200},
		{"confirmed", "authority", "void-late", "confirmed", "LV-1", 0},
		{"twice", "authority", "void-late", "confirmed", "LV-1", 0},
	};
	char members[512];

	(void)state;
	put("detail/lv", "2020-01-01 MY MY private -");
	assert_int_equal(SAY("2025-07-02", "shipment", "acme", "L-1",
			     TO("lv", H100(10))),
			 0);
	assert_int_equal(SAY("2025-07-02", "void", "acme", "LV-1",
			     "\"voids\":{\"id\":\"L-1\"},\"reason\":\"x\""),
			 0);
	put("said/acme/L-1", "shipment MY");
	put("said/acme/LV-1", "void MY");
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(members, sizeof(members),
			 "\"about\":{\"party\":\"acme\",\"id\":\"%s\"},"
			 "\"code\":\"%s\",\"outcome\":\"%s\"",
			 c[i].about, c[i].code, c[i].outcome);
		assert_int_equal(
			SAY("2025-07-03", "finding", c[i].party, "F", members),
			0);
		if (counter("lpp/lv/2025") != c[i].left)
			fail_msg("%s", c[i].why);
	}
	assert_int_equal(ship_of("L-1").status, WB_SHIP_VOID);
}

/* A correction keeps what has arrived, and drops serial numbers. */
static void test_correction_after_arrival(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "K-1",
			     BODY(LISTED(2, "\"K1\",\"K2\""))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "KA-1",
			     OF("K-1") ON("2025-06-10") SERIALS(2, "\"K1\"")),
			 0);
	assert_int_equal(SAY("2025-06-11", "correction", "acme", "K-1-again",
			     "\"corrects\":{\"id\":\"K-1\"},\"reason\":\"x\","
			     "\"shipment\":{" BODY(LISTED(1, "\"K1\"")) "}"),
			 0);
	assert_true(found("corrected-late"));
	assert_true(found("over-received"));
	assert_line("K-1", 1, 2, 0, 0, 0, 0);
	assert_int_equal(serial_of("K1").state, WB_SERIAL_ARRIVED);
	/* The other number is free. */
	assert_int_equal(SAY("2025-06-12", "shipment", "acme", "K-2",
			     BODY(LISTED(1, "\"K2\""))),
			 0);
	assert_false(found("serial-twice"));
	assert_string_equal(serial_of("K2").id, "K-2");
}

#define LINE(line, n)                                                          \
	"{\"line\":" #line ",\"model\":\"nv-h100-sxm\",\"quantity\":" #n       \
	",\"eccn\":\"3A090.a\"}"
#define AGAIN(id, members)                                                     \
	"\"corrects\":{\"id\":\"" id "\"},\"reason\":\"x\"," members

/* A line that has arrived stays, though the exporter drops it. */
static void test_a_line_that_arrived_stays(void **state)
{
	struct wb_ship ship;

	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "B-1",
			     BODY(LINE(1, 2) "," LINE(2, 3) "," LINE(3, 4))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "BA-1",
			     OF("B-1") ON("2025-06-10") "\"items\":[{\"line\":"
							"2,\"quantity\":1}]"),
			 0);
	assert_int_equal(
		SAY("2025-06-11", "correction", "acme", "B-1-again",
		    AGAIN("B-1", "\"shipment\":{" BODY(LINE(1, 2)) "}")),
		0);
	ship = ship_of("B-1");
	assert_int_equal(ship.n_lines, 2); /* the third never arrived */
	assert_int_equal(ship.line[1].line, 2);
	assert_int_equal(ship.line[1].shipped, 0);
	assert_int_equal(ship.line[1].arrived, 1);
}

/* Of an arrival of two, corrected to one, one has arrived. */
static void test_one_has_arrived(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "E-1", BODY(LINE(1, 2))),
		0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "EA-1",
			     OF("E-1") ON("2025-06-10") UNITS(1)),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "EA-2",
			     OF("E-1") ON("2025-06-10") UNITS(1)),
			 0);
	assert_int_equal(SAY("2025-06-11", "void", "my", "EV-2",
			     "\"voids\":{\"id\":\"EA-2\"},\"reason\":\"x\""),
			 0);
	assert_line("E-1", 2, 1, 0, 0, 0, 0);
	assert_true(ship_of("E-1").arrival_seen);
}

/* A number that one correction dropped and the next lists is a new one: where
 * the unit had come was of another list. */
static void test_a_number_dropped_and_listed_again(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "D-1",
			     BODY(LISTED(2, "\"D1\",\"D2\""))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "DA-1",
			     OF("D-1") ON("2025-06-10") SERIALS(1, "\"D1\"")),
			 0);
	assert_int_equal(SAY("2025-06-11", "correction", "acme", "D-1-a",
			     AGAIN("D-1", "\"shipment\":{" BODY(
						  LISTED(1, "\"D2\"")) "}")),
			 0);
	assert_int_equal(serial_of("D1").state, WB_SERIAL_ARRIVED);
	assert_int_equal(SAY("2025-06-12", "correction", "acme", "D-1-b",
			     AGAIN("D-1", "\"shipment\":{" BODY(LISTED(
						  2, "\"D1\",\"D2\"")) "}")),
			 0);
	assert_int_equal(serial_of("D1").state, WB_SERIAL_SHIPPED);
}

/* What is no longer cleared has not been shipped. */
static void test_a_number_of_what_is_denied(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "H-1",
			     BODY(LISTED(1, "\"H1\""))),
			 0);
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_int_equal(serial_of("H1").state, WB_SERIAL_SHIPPED);
	/* More than LPP holds. */
	assert_int_equal(
		SAY("2025-06-03", "correction", "acme", "H-1-again",
		    AGAIN("H-1", "\"shipment\":{" BODY(LISTED(
					 1, "\"H1\"") "," LINE(2, 1699)) "}")),
		0);
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(serial_of("H1").state, WB_SERIAL_LISTED);
}

/* After a void of an arrival its units can be said to arrive again. */
static void test_arrival_again(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "G-1",
			     BODY(LISTED(1, "\"G1\""))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "GA-1",
			     OF("G-1") ON("2025-06-10") SERIALS(1, "\"G1\"")),
			 0);
	assert_int_equal(SAY("2025-06-10", "void", "my", "GV-1",
			     "\"voids\":{\"id\":\"GA-1\"},\"reason\":\"x\""),
			 0);
	assert_false(ship_of("G-1").arrival_seen);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "GA-2",
			     OF("G-1") ON("2025-06-10") SERIALS(1, "\"G1\"")),
			 0);
	assert_int_equal(d.n_findings, 0);
	assert_line("G-1", 1, 1, 0, 0, 0, 0);
}

/* Whether some finding of the code says it. */
static bool says(const char *code, const char *text)
{
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].code, code) == 0 &&
		    strcmp(d.finding[i].narrative, text) == 0)
			return true;
	return false;
}

/* To whom, where and of what: a correction says what it was. */
static void test_what_was_corrected(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "W-1", BODY(LINE(1, 2))),
		0);
	assert_int_equal(
		SAY("2025-06-03", "correction", "acme", "W-1-a",
		    AGAIN("W-1",
			  "\"shipment\":{\"kind\":\"export\","
			  "\"export_date\":\"2025-06-02\",\"from\":\"US\","
			  "\"destination\":\"SA\",\"consignee\":\"sa\","
			  "\"consignee_type\":\"direct_consumer\","
			  "\"end_use\":\"data_centre\",\"authorization\":{"
			  "\"type\":\"LPP\"},\"items\":[" LINE(1, 2) "]}")),
		0);
	assert_true(
		says("corrected", "W-1 was for my in MY; it is for sa in SA"));
	assert_false(found("installed-as"));
	assert_int_equal(
		SAY("2025-06-04", "correction", "acme", "W-1-b",
		    AGAIN("W-1", "\"shipment\":{" BODY(LINE(1, 3)) "}")),
		0);
	assert_true(
		says("corrected", "W-1 was for sa in SA; it is for my in MY"));
	assert_int_equal(
		SAY("2025-06-05", "correction", "acme", "W-1-c",
		    AGAIN("W-1", "\"shipment\":{" BODY(LINE(1, 2)) "}")),
		0);
	assert_null(strstr(told("corrected"), " for "));
}

static void test_another_model(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "M-1",
			     BODY(LINE(1, 2) "," LINE(2, 5))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "MA-1",
			     OF("M-1") ON("2025-06-10") UNITS(2)),
			 0);
	assert_int_equal(SAY("2025-06-11", "installation", "my", "MI-1",
			     OF("M-1") ON("2025-06-11") AT("m-1") UNITS(2)),
			 0);
	assert_int_equal(
		SAY("2025-06-12", "correction", "acme", "M-1-a",
		    AGAIN("M-1", "\"shipment\":{" BODY(
					 "{\"line\":1,\"model\":\"nv-l2\","
					 "\"quantity\":2,\"eccn\":"
					 "\"3A090.b\"}," LINE(2, 5)) "}")),
		0);
	assert_true(says("corrected",
			 "line 1 was nv-h100-sxm of 1 chips and is nv-l2 of 1; "
			 "lines changed so: 1"));
	assert_true(says("installed-as",
			 "line 1: 2 units stand in facilities as nv-h100-sxm "
			 "of 1 chips; they are nv-l2 of 1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_correction_frees),
		cmocka_unit_test(test_void),
		cmocka_unit_test(test_late_void_confirmed),
		cmocka_unit_test(test_correction_after_arrival),
		cmocka_unit_test(test_a_line_that_arrived_stays),
		cmocka_unit_test(test_one_has_arrived),
		cmocka_unit_test(test_a_number_dropped_and_listed_again),
		cmocka_unit_test(test_a_number_of_what_is_denied),
		cmocka_unit_test(test_arrival_again),
		cmocka_unit_test(test_what_was_corrected),
		cmocka_unit_test(test_another_model),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
