#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/custody_say.h"

/*
 * Custody where an amount is just enough, what a void puts back, and what is
 * said of single units and of shipments that wait.
 */

/* --- taking back ---------------------------------------------------------- */

static void take_back(const char *id, const char *voided)
{
	char members[128];

	snprintf(members, sizeof(members),
		 "\"voids\":{\"id\":\"%s\"},\"reason\":\"x\"", voided);
	assert_int_equal(SAY("2025-06-20", "void", "my", id, members), 0);
}

static void chips(const char *facility, int64_t n)
{
	assert_int_equal(fac_of("my", facility).chips, n);
}

static void test_voids(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "V", BODY(H100(10))), 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "VA",
			     OF("V") ON("2025-06-10") UNITS(10)),
			 0);
	assert_int_equal(SAY("2025-06-11", "installation", "my", "VI",
			     OF("V") ON("2025-06-11") AT("v-1") UNITS(8)),
			 0);
	/* To another hall, and back. */
	assert_int_equal(
		SAY("2025-06-12", "move", "my", "VM",
		    OF("V") ON("2025-06-12") "\"from\":\"v-1\",\"to\":"
					     "{\"facility\":\"v-2\"}," UNITS(
						     3)),
		0);
	chips("v-2", 3);
	take_back("VMV", "VM");
	assert_line("V", 10, 10, 8, 0, 0, 0);
	chips("v-1", 8);
	chips("v-2", 0);
	/* To another party. */
	assert_int_equal(
		SAY("2025-06-13", "move", "my", "VP",
		    OF("V") ON("2025-06-13") "\"from\":\"v-1\",\"to\":{"
					     "\"party\":\"sa\",\"country\":"
					     "\"SA\"}," UNITS(5)),
		0);
	assert_line("V", 10, 10, 3, 5, 5, 0);
	take_back("VPV", "VP");
	assert_line("V", 10, 10, 8, 0, 0, 0);
	chips("v-1", 8);
	assert_int_equal(SAY("2025-06-14", "retirement", "my", "VR",
			     OF("V") ON("2025-06-14") AT(
				     "v-1") "\"kind\":\"failure\"," UNITS(4)),
			 0);
	assert_line("V", 10, 10, 4, 0, 0, 4);
	take_back("VRV", "VR");
	assert_line("V", 10, 10, 8, 0, 0, 0);
	chips("v-1", 8);
	take_back("VIV", "VI");
	assert_line("V", 10, 10, 0, 0, 0, 0);
	chips("v-1", 0);
	take_back("VAV", "VA");
	assert_line("V", 10, 0, 0, 0, 0, 0);
}

/* --- just enough ---------------------------------------------------------- */

static void test_all_there_is(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "E", BODY(H100(10))), 0);
	/* It may arrive on the day it left. */
	assert_int_equal(SAY("2025-06-02", "arrival", "my", "EA",
			     OF("E") ON("2025-06-02") UNITS(10)),
			 0);
	assert_int_equal(d.n_findings, 0);
	assert_int_equal(SAY("2025-06-03", "installation", "my", "EI",
			     OF("E") ON("2025-06-03") AT("e-1") UNITS(4)),
			 0);
	/* All that stand there are retired; of those in store all go in. */
	assert_int_equal(SAY("2025-06-04", "retirement", "my", "ER",
			     OF("E") ON("2025-06-04") AT(
				     "e-1") "\"kind\":\"failure\"," UNITS(4)),
			 0);
	assert_int_equal(d.n_findings, 0);
	assert_int_equal(SAY("2025-06-05", "installation", "my", "EI-2",
			     OF("E") ON("2025-06-05") AT("e-1") UNITS(6)),
			 0);
	assert_int_equal(d.n_findings, 0);
	/* And all that are held are given away. */
	assert_int_equal(
		SAY("2025-06-06", "move", "my", "EM-2",
		    OF("E") ON("2025-06-06") "\"from\":\"e-1\",\"to\":{"
					     "\"party\":\"sa\",\"country\":"
					     "\"SA\"}," UNITS(6)),
		0);
	assert_int_equal(d.n_findings, 0);
	assert_line("E", 10, 10, 0, 6, 6, 4);
	assert_int_equal(SAY("2025-06-07", "retirement", "my", "ER-2",
			     OF("E") ON("2025-06-07") AT(
				     "e-1") "\"kind\":\"failure\"," UNITS(1)),
			 0);
	assert_string_equal(told("more-than-held"),
			    "line 1: 1 units, of 0 that are held");
	/* Less than nothing is nothing. */
	assert_int_equal(SAY("2025-06-08", "retirement", "my", "ER-3",
			     OF("E") ON("2025-06-08") AT(
				     "e-1") "\"kind\":\"failure\"," UNITS(1)),
			 0);
	assert_string_equal(told("more-than-held"),
			    "line 1: 1 units, of 0 that are held");
	assert_int_equal(SAY("2025-06-09", "installation", "my", "EI-3",
			     OF("E") ON("2025-06-09") AT("e-1") UNITS(1)),
			 0);
	assert_string_equal(told("installed-not-arrived"),
			    "line 1: 1 units installed, of 0 that have arrived "
			    "and are in store");
}

static void test_how_many_are_missing(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "M", BODY(H100(10))), 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "MA",
			     OF("M") ON("2025-06-10") UNITS(7)),
			 0);
	assert_string_equal(told("short-received"),
			    "line 1: 10 units shipped, 7 arrived, 3 missing");
	assert_int_equal(SAY("2025-06-11", "arrival", "my", "MA-2",
			     OF("M") ON("2025-06-11") UNITS(5)),
			 0);
	assert_string_equal(told("over-received"),
			    "line 1: 10 units shipped, 12 arrived, 2 too many");
}

/* A tenth of a TPP is one, too. */
static void test_the_least_that_counts(void **state)
{
	(void)state;
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "T",
		    BODY("{\"line\":1,\"quantity\":3,\"eccn\":\"none\","
			 "\"parameters\":{\"tpp_x10\":1,\"die_area_mm2_x10\":"
			 "100,\"dram_gbps_x10\":0,\"io_gbps_x10\":0,"
			 "\"datacenter\":true}}")),
		0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "TA",
			     OF("T") ON("2025-06-10") UNITS(3)),
			 0);
	assert_int_equal(SAY("2025-06-10", "installation", "my", "TI",
			     OF("T") ON("2025-06-10") AT("t-1") UNITS(3)),
			 0);
	assert_int_equal(fac_of("my", "t-1").tpp_x10, 3);
}

/* The savings clause of an edition that the ledger's family has not. */
static void test_savings_of_another_family(void **state)
{
	(void)state;
	snprintf(law.family, sizeof(law.family), "actual");
	put("ship/acme/F", "live clear 2025-05-14 2025-05-14 US MY air 0 0 0 my"
			   " -;1 nv-h100-sxm 158320 1 3 0 0 0 0 0 0");
	assert_int_equal(SAY("2025-07-01", "arrival", "my", "FA",
			     OF("F") ON("2025-06-17") UNITS(3)),
			 0);
	assert_false(found("savings-missed"));
	snprintf(law.family, sizeof(law.family), "paper");
	assert_int_equal(SAY("2025-07-01", "arrival", "my", "FA-2",
			     OF("F") ON("2025-06-17") UNITS(3)),
			 0);
	assert_true(found("savings-missed"));
}

/* 748.15: what is retired from where it stood is no more installed, until the
 * retirement is taken back. */
static void test_attrition(void **state)
{
	(void)state;
	put("ship/acme/N", "live clear 2025-06-02 2025-06-02 US MY air 0 0 0 my"
			   " nveu/my/MY=1583200;1 nv-h100-sxm 158320 1 10 0 "
			   "10 0 0 0 0");
	put("nveu/my/MY", "1583200");
	assert_int_equal(SAY("2025-06-11", "installation", "my", "NI",
			     OF("N") ON("2025-06-11") AT("n-9") UNITS(10)),
			 0);
	assert_int_equal(SAY("2025-06-12", "retirement", "my", "NR",
			     OF("N") ON("2025-06-12") AT(
				     "n-9") "\"kind\":\"failure\"," UNITS(4)),
			 0);
	assert_string_equal(written("nveu/my/MY"), "949920");
	take_back("NRV", "NR");
	assert_string_equal(written("nveu/my/MY"), "1583200");
}

/* --- single units --------------------------------------------------------- */

#define COUNTED(where, list)                                                   \
	AT(where)                                                              \
	ON("2025-06-30")                                                       \
	"\"counts\":[{\"model\":\"nv-h100-sxm\",\"quantity\":1}],"             \
	"\"serials\":[" list "]"

static void test_given_away(void **state)
{
	(void)state;
	assert_int_equal(SAY("2025-06-02", "shipment", "acme", "G",
			     BODY(LISTED(2, "\"G1\",\"G2\""))),
			 0);
	assert_int_equal(SAY("2025-06-10", "arrival", "my", "GA",
			     OF("G") ON("2025-06-10") SERIALS(1, "\"G1\"")),
			 0);
	assert_int_equal(
		SAY("2025-06-11", "move", "my", "GM",
		    OF("G") ON("2025-06-11") "\"from\":\"g-1\",\"to\":{"
					     "\"party\":\"sa\",\"country\":"
					     "\"SA\"}," SERIALS(1, "\"G1\"")),
		0);
	assert_int_equal(serial_of("G1").state, WB_SERIAL_AWAY);
	/* Who has it not any more may not retire it; who has it may. */
	assert_int_equal(SAY("2025-06-12", "retirement", "my", "GR",
			     OF("G") ON("2025-06-12")
				     AT("g-1") "\"kind\":\"scrap\"," SERIALS(
					     1, "\"G1\"")),
			 0);
	assert_true(found("serial-retired"));
	assert_int_equal(SAY("2025-06-13", "retirement", "sa", "GR",
			     OF("G") ON("2025-06-13")
				     AT("g-9") "\"kind\":\"scrap\"," SERIALS(
					     1, "\"G1\"")),
			 0);
	assert_false(found("serial-retired"));
	assert_int_equal(serial_of("G1").state, WB_SERIAL_RETIRED);
	/* Counted all the same: that is told, and it is not placed. */
	assert_int_equal(SAY("2025-07-01", "inventory", "sa", "GC",
			     COUNTED("g-9", "\"G1\"")),
			 0);
	assert_true(found("serial-retired"));
	assert_string_equal(written("count/sa/GC/1"), "");
}

static void test_counted_elsewhere(void **state)
{
	(void)state;
	put("serial/N1", "installed 0 0 acme W-1 1 my n-1");
	/* Where it was known to be: nothing is new. */
	assert_int_equal(SAY("2025-07-01", "inventory", "my", "N-1",
			     COUNTED("n-1", "\"N1\"")),
			 0);
	assert_false(found("serial-elsewhere"));
	assert_string_equal(written("serial/N1"), "");
	assert_string_equal(written("count/my/N-1/1"), "");
	/* Another hall of the same party, and one of that name of another. */
	assert_int_equal(SAY("2025-07-01", "inventory", "my", "N-2",
			     COUNTED("n-2", "\"N1\"")),
			 0);
	assert_true(found("serial-elsewhere"));
	assert_int_equal(SAY("2025-07-01", "inventory", "sa", "N-3",
			     COUNTED("n-1", "\"N1\"")),
			 0);
	assert_true(found("serial-elsewhere"));
	assert_string_equal(serial_of("N1").holder, "my");
	/* One that nobody knew is placed, and is in its page. */
	assert_int_equal(SAY("2025-07-01", "inventory", "my", "N-4",
			     COUNTED("n-1", "\"N1\",\"N2\"")),
			 0);
	assert_string_equal(written("count/my/N-4/1"), "N2");
}

/* --- who waits ------------------------------------------------------------ */

/* A void frees 1,000 of a counter that is at 5,000 of 10,000: whether it is
 * told that what waits would now fit. */
static bool would_fit(const char *asked, const char *status,
		      const char *verdict)
{
	char value[256];

	put("ship/acme/W",
	    "live clear 2025-07-02 2025-07-02 US MY air 0 0 0 my "
	    "lpp/w/2025=1000;1 nv-h100-sxm 158320 1 1 0 0 0 0 0 0");
	put("lpp/w/2025", "5000");
	snprintf(value, sizeof(value), "globex X %s 10000", asked);
	put("wait/lpp/w/2025", value);
	snprintf(value, sizeof(value),
		 "%s %s 2025-06-02 2025-06-02 US MY air 0 0 0 w -;1 "
		 "nv-h100-sxm 158320 1 1 0 0 0 0 0 0",
		 status, verdict);
	put("ship/globex/X", value);
	assert_int_equal(SAY("2025-07-01", "void", "acme", "WV",
			     "\"voids\":{\"id\":\"W\"},\"reason\":\"x\""),
			 0);
	assert_string_equal(written("lpp/w/2025"), "4000");
	return found("would-now-fit");
}

static void test_who_would_fit(void **state)
{
	(void)state;
	assert_true(would_fit("6000", "live", "review"));
	assert_false(would_fit("6001", "live", "review"));
	/* It went another way, or goes no more. */
	assert_false(would_fit("6000", "live", "clear"));
	assert_false(would_fit("6000", "void", "review"));
}

/* A shipment waits once, and one of that name of another exporter beside. */
static void test_who_waits(void **state)
{
	(void)state;
	put("detail/ww", "2020-01-01 MY MY private -");
	put("wait/lpp/ww/2025", "globex WW 5 6;acme WW 7 8");
	assert_int_equal(SAY("2025-07-02", "shipment", "acme", "WW",
			     TO("ww", H100(1700))),
			 0);
	assert_string_equal(written("wait/lpp/ww/2025"),
			    "globex WW 5 6;acme WW 269144000 269000000");
}

/* --- values that are none of ours ----------------------------------------- */

static void test_bad_values(void **state)
{
	static struct wb_ship ship;
	char value[512] = "live clear 2025-06-02 - US MY - 0 0 0 a0";
	struct wb_act act;

	(void)state;
	assert_int_equal(
		wb_act_parse(wb_slice_str("live arrival acme S - - -;1 1 0 0 0 "
					  "- - 1"),
			     &act),
		0);
	assert_int_equal(wb_act_parse(wb_slice_str("live arrival acme S - - -;"
						   "2147483648 1 0 0 0 - - 1"),
				      &act),
			 WB_ECORRUPT);
	/* One party more than there may be. */
	for (int i = 1; i <= WB_SHIP_PARTIES; i++)
		snprintf(value + strlen(value), 16, ",a%d", i);
	snprintf(value + strlen(value), 64, " -;1 m 1 1 1 0 0 0 0 0 0");
	assert_int_equal(wb_ship_parse(wb_slice_str(value), &ship),
			 WB_ECORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_voids),
		cmocka_unit_test(test_all_there_is),
		cmocka_unit_test(test_how_many_are_missing),
		cmocka_unit_test(test_the_least_that_counts),
		cmocka_unit_test(test_savings_of_another_family),
		cmocka_unit_test(test_attrition),
		cmocka_unit_test(test_given_away),
		cmocka_unit_test(test_counted_elsewhere),
		cmocka_unit_test(test_who_would_fit),
		cmocka_unit_test(test_who_waits),
		cmocka_unit_test(test_bad_values),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
