#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/custody_say.h"

/* Custody of units: where they are, and who may say so. */

/* --- the way of units ----------------------------------------------------- */

static void test_from_factory_to_rack(void **state)
{
	struct wb_fac fac;

	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "W-1", BODY(H100(10))),
		0);
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_line("W-1", 10, 0, 0, 0, 0, 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "A-1",
			     OF("W-1") ON("2025-06-10") UNITS(10)),
			 0);
	assert_int_equal(d.verdict, WB_NOTED);
	assert_string_equal(d.basis, "arrival");
	assert_int_equal(d.n_findings, 0);
	assert_int_equal(d.n_scopes, 1);
	assert_string_equal(d.scope[0], "MY");
	assert_int_equal(SAY("2025-06-11", "installation", "my", "I-1",
			     OF("W-1") ON("2025-06-11") AT("dc-1") UNITS(8)),
			 0);
	assert_int_equal(d.n_findings, 0);
	assert_line("W-1", 10, 10, 8, 0, 0, 0);
	fac = fac_of("my", "dc-1");
	assert_int_equal(fac.chips, 8);
	assert_int_equal(fac.tpp_x10, 8 * 158320);
	assert_int_equal(fac.n_models, 1);

	/* To another hall: what stands there moves with it. */
	assert_int_equal(SAY("2025-06-12", "move", "my", "M-1",
			     OF("W-1") ON("2025-06-12") "\"from\":\"dc-1\","
							"\"to\":{\"facility\":"
							"\"dc-2\"}," UNITS(3)),
			 0);
	assert_int_equal(d.n_findings, 0);
	assert_line("W-1", 10, 10, 8, 3, 0, 0);
	assert_int_equal(fac_of("my", "dc-1").chips, 5);
	assert_int_equal(fac_of("my", "dc-2").chips, 3);
	/* To another party: six, of which one was in store only. */
	assert_int_equal(
		SAY("2025-06-13", "move", "my", "M-2",
		    OF("W-1") ON("2025-06-13") "\"from\":\"dc-1\","
					       "\"to\":{\"party\":\"sa\","
					       "\"country\":\"SA\"}," UNITS(5)),
		0);
	assert_int_equal(d.n_scopes, 2);
	assert_line("W-1", 10, 10, 3, 8, 5, 0);
	assert_int_equal(fac_of("my", "dc-1").chips, 0);
	assert_int_equal(SAY("2025-06-14", "retirement", "my", "R-1",
			     OF("W-1") ON("2025-06-14") AT(
				     "dc-2") "\"kind\":\"failure\"," UNITS(4)),
			 0);
	/* Three stood there, one was in store. */
	assert_line("W-1", 10, 10, 0, 8, 5, 4);
	assert_int_equal(fac_of("my", "dc-2").chips, 0);
	assert_int_equal(fac_of("my", "dc-2").tpp_x10, 0);
	/* Who was handed units may speak of them now. */
	assert_int_equal(SAY("2025-06-15", "retirement", "sa", "R-1",
			     OF("W-1") ON("2025-06-15") AT(
				     "riyadh") "\"kind\":\"theft\"," UNITS(1)),
			 0);
}

/* scenarios.md, sequence 3. */
static void test_short_received(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "S-500", BODY(H100(500))),
		0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "A-480",
			     OF("S-500") ON("2025-06-10") UNITS(480)),
			 0);
	assert_true(found("short-received"));
	assert_line("S-500", 500, 480, 0, 0, 0, 0);
	/* The operator looks again. */
	assert_int_equal(SAY("2025-06-11", "correction", "my", "A-480-again",
			     "\"corrects\":{\"id\":\"A-480\"},\"reason\":\"x\","
			     "\"arrival\":{" OF("S-500") ON("2025-06-10")
				     UNITS(500) "}"),
			 0);
	assert_int_equal(d.verdict, WB_NOTED);
	assert_true(found("corrected"));
	assert_false(found("short-received"));
	assert_line("S-500", 500, 500, 0, 0, 0, 0);
	/* One more makes too many. */
	assert_int_equal(SAY("2025-06-12", "arrival", "my", "A-1-more",
			     OF("S-500") ON("2025-06-12") UNITS(1)),
			 0);
	assert_true(found("over-received"));
	assert_int_equal(SAY("2025-06-13", "void", "my", "V-1",
			     "\"voids\":{\"id\":\"A-1-more\"},"
			     "\"reason\":\"x\""),
			 0);
	assert_true(found("voided"));
	assert_line("S-500", 500, 500, 0, 0, 0, 0);
}

/* What is in store is what has arrived and is not installed yet. */
static void test_what_is_in_store(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "ST-1", BODY(H100(10))),
		0);
	assert_int_equal(SAY("2025-06-03", "arrival", "my", "STA-1",
			     OF("ST-1") ON("2025-06-03") UNITS(4)),
			 0);
	assert_int_equal(SAY("2025-06-04", "installation", "my", "STI-1",
			     OF("ST-1") ON("2025-06-04") AT("dc-9") UNITS(2)),
			 0);
	assert_false(found("installed-not-arrived"));
	assert_int_equal(SAY("2025-06-05", "installation", "my", "STI-2",
			     OF("ST-1") ON("2025-06-05") AT("dc-9") UNITS(3)),
			 0);
	assert_string_equal(told("installed-not-arrived"),
			    "line 1: 3 units installed, of 2 that have arrived "
			    "and are in store");
}

static void test_what_does_not_balance(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "B-1", BODY(H100(4))), 0);
	assert_int_equal(SAY("2025-06-03", "installation", "my", "BI-1",
			     OF("B-1") ON("2025-06-03") AT("dc-3") UNITS(2)),
			 0);
	assert_true(found("installed-not-arrived"));
	assert_int_equal(SAY("2025-06-03", "arrival", "my", "BA-1",
			     OF("B-1") ON("2025-06-01") UNITS(4)),
			 0);
	assert_true(found("date-order"));
	assert_int_equal(SAY("2025-06-04", "retirement", "my", "BR-1",
			     OF("B-1") ON("2025-06-04")
				     AT("dc-3") "\"kind\":\"scrap\"," UNITS(5)),
			 0);
	assert_true(found("more-than-held"));
	assert_int_equal(SAY("2025-06-04", "installation", "my", "BI-2",
			     OF("B-1") ON("2025-06-04") AT("dc-3") UNITS(1)),
			 0);
	/* It leaves another hall than it stands in. */
	assert_int_equal(SAY("2025-06-04", "retirement", "my", "BR-2",
			     OF("B-1") ON("2025-06-04")
				     AT("dc-4") "\"kind\":\"scrap\"," UNITS(1)),
			 0);
	assert_true(found("facility-short"));
	assert_non_null(
		strstr(told("facility-short"), " of nv-h100-sxm stand"));
	assert_int_equal(fac_of("my", "dc-4").chips, 0);
}

/* scenarios.md, sequence 12: shipped under the old law, arrived within the
 * savings clause of the new one, or a day too late. */
static void test_savings(void **state)
{
	static const struct {
		const char *id, *arrived;
		bool doubt, missed;
	} c[] = {
		{"Z-1", "2025-06-15", false, false},
		{"Z-2", "2025-06-16", true, false},
		{"Z-3", "2025-06-17", false, true},
	};
	char members[512];

	(void)state;
	assert_int_equal(
		SAY("2025-05-14", "shipment", "acme", "Z-1",
		    "\"kind\":\"export\",\"export_date\":\"2025-05-14\","
		    "\"from\":\"US\",\"destination\":\"MY\",\"consignee\":"
		    "\"my\",\"consignee_type\":\"direct_consumer\","
		    "\"end_use\":\"data_centre\",\"authorization\":{"
		    "\"type\":\"NLR\"},\"items\":[" H100(3) "]"),
		0);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(members, sizeof(members),
			 OF("Z-1") "\"date\":\"%s\"," UNITS(1), c[i].arrived);
		assert_int_equal(
			SAY("2025-07-01", "arrival", "my", c[i].id, members),
			0);
		if (found("savings-missed") != c[i].missed ||
		    found("doubt") != c[i].doubt)
			fail_msg("%s", c[i].arrived);
	}
	/* What was judged by the new law owes it nothing. */
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "Z-4", BODY(H100(1))), 0);
	assert_int_equal(SAY("2025-07-01", "arrival", "my", "ZA-4",
			     OF("Z-4") ON("2025-07-01") UNITS(1)),
			 0);
	assert_false(found("savings-missed"));
}

/* A shipment that may not go is kept all the same, and so is its arrival. */
static void test_denied_and_arrived(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "D-1",
			     "\"kind\":\"export\",\"export_date\":"
			     "\"2025-06-02\",\"from\":\"US\",\"destination\":"
			     "\"CN\",\"consignee\":\"cn\",\"consignee_type\":"
			     "\"direct_consumer\",\"end_use\":\"training\","
			     "\"authorization\":{\"type\":\"NLR\"},"
			     "\"items\":[" LISTED(1, "\"DN-1\"") "]"),
			 0);
	assert_int_equal(d.verdict, WB_DENY);
	assert_int_equal(serial_of("DN-1").state, WB_SERIAL_LISTED);
	assert_int_equal(SAY("2025-06-20", "arrival", "cn", "DA-1",
			     OF("D-1") ON("2025-06-20") UNITS(1)),
			 0);
	assert_true(found("arrived-not-clear"));
	/* It holds no serial number against one that may go. */
	assert_int_equal(SAY("2025-06-21", "shipment", "acme", "D-2",
			     BODY(LISTED(1, "\"DN-1\""))),
			 0);
	assert_false(found("serial-twice"));
	assert_string_equal(serial_of("DN-1").id, "D-2");
}

/* --- who may speak -------------------------------------------------------- */

static void test_refused(void **state)
{
	static const struct {
		const char *why, *type, *party, *members, *pointer;
	} c[] = {
		{"no such shipment", "arrival", "my",
		 OF("R-0") ON("2025-06-10") UNITS(1), "/shipment"},
		{"a shipment that does not name the party", "arrival", "de",
		 OF("R-1") ON("2025-06-10") UNITS(1), "/shipment"},
		{"a shipment of another exporter", "arrival", "my",
		 "\"shipment\":{\"party\":\"globex\",\"id\":\"R-1\"}," ON(
			 "2025-06-10") UNITS(1),
		 "/shipment"},
		{"no such line", "arrival", "my",
		 OF("R-1") ON("2025-06-10") "\"items\":[{\"line\":1,"
					    "\"quantity\":1},{\"line\":3,"
					    "\"quantity\":1}]",
		 "/items/1/line"},
		{"a correction of nothing", "correction", "my",
		 "\"corrects\":{\"id\":\"none\"},\"reason\":\"x\",\"arrival\":"
		 "{" OF("R-1") ON("2025-06-10") UNITS(1) "}",
		 "/corrects/id"},
		{"a correction of a statement of another", "correction", "sa",
		 "\"corrects\":{\"id\":\"RA-1\"},\"reason\":\"x\",\"arrival\":"
		 "{" OF("R-1") ON("2025-06-10") UNITS(1) "}",
		 "/corrects/id"},
		{"a correction into another type", "correction", "my",
		 "\"corrects\":{\"id\":\"RA-1\"},\"reason\":\"x\","
		 "\"installation\":{" OF("R-1") ON("2025-06-10") AT("dc-9")
			 UNITS(1) "}",
		 "/corrects/id"},
		{"a correction into another shipment", "correction", "my",
		 "\"corrects\":{\"id\":\"RA-1\"},\"reason\":\"x\",\"arrival\":"
		 "{" OF("R-2") ON("2025-06-10") UNITS(1) "}",
		 "/corrects/id"},
		{"a line that is not there, corrected", "correction", "my",
		 "\"corrects\":{\"id\":\"RA-1\"},\"reason\":\"x\",\"arrival\":"
		 "{" OF("R-1") ON("2025-06-10") "\"items\":[{\"line\":2,"
						"\"quantity\":1}]}",
		 "/arrival/items/0/line"},
		{"a shipment of another, corrected", "correction", "globex",
		 "\"corrects\":{\"id\":\"R-1\"},\"reason\":\"x\","
		 "\"shipment\":{" BODY(H100(1)) "}",
		 "/corrects/id"},
		{"a void of nothing", "void", "acme",
		 "\"voids\":{\"id\":\"R-0\"},\"reason\":\"x\"", "/voids/id"},
		{"a void of another's", "void", "globex",
		 "\"voids\":{\"id\":\"R-1\"},\"reason\":\"x\"", "/voids/id"},
		{"a void of what is void", "void", "my",
		 "\"voids\":{\"id\":\"RA-2\"},\"reason\":\"x\"", "/voids/id"},
		{"a correction of what is void", "correction", "my",
		 "\"corrects\":{\"id\":\"RA-2\"},\"reason\":\"x\",\"arrival\":"
		 "{" OF("R-1") ON("2025-06-10") UNITS(1) "}",
		 "/corrects/id"},
	};

	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "R-1", BODY(H100(1))), 0);
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "R-2", BODY(H100(1))), 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "RA-1",
			     OF("R-1") ON("2025-06-10") UNITS(1)),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "RA-2",
			     OF("R-1") ON("2025-06-10") UNITS(1)),
			 0);
	assert_int_equal(SAY("2025-06-10", "void", "my", "RV-2",
			     "\"voids\":{\"id\":\"RA-2\"},\"reason\":\"x\""),
			 0);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		int rc = say(__LINE__, "2025-06-11", c[i].type, c[i].party,
			     "X-1", c[i].members);

		if (rc != WB_EREFUSED || refused.code != WB_P_CUSTODY ||
		    strcmp(refused.pointer, c[i].pointer) != 0)
			fail_msg("%s: %d, WB-%d at %s", c[i].why, rc,
				 refused.code, refused.pointer);
	}
	assert_line("R-1", 1, 1, 0, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_factory_to_rack),
		cmocka_unit_test(test_short_received),
		cmocka_unit_test(test_what_is_in_store),
		cmocka_unit_test(test_what_does_not_balance),
		cmocka_unit_test(test_savings),
		cmocka_unit_test(test_denied_and_arrived),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
