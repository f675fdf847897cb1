#include "tests/unit/statement_case.h"

#define EXAMPLE  "statement-shipment"
#define ASSEMBLY "statement-shipment-assembly"
#define N(a)     (sizeof(a) / sizeof((a)[0]))

/* Assemblies and memory, and what AES is told of the way. */
static void test_example_assembly(void **state)
{
	struct wb_statement st = decoded(format_example(ASSEMBLY));
	const struct wb_shipment *s = &st.u.shipment;
	wb_time filed;

	(void)state;
	assert_int_equal(
		wb_time_parse(wb_slice_str("2025-05-19T17:45:00Z"), &filed), 0);
	assert_int_equal(s->filed, filed);
	assert_string_equal(s->charged_to, "kuala-compute");
	assert_string_equal(s->facility_operator, "kuala-compute");
	assert_string_equal(s->facility, "KUL-1");
	assert_int_equal(s->transport, WB_TRANSPORT_AIR);
	assert_string_equal(s->port, "SG");
	assert_string_equal(s->payer, "MY");
	assert_int_equal(s->declined_service, 0);
	assert_int_equal(s->item[0].form, WB_FORM_ASSEMBLY);
	assert_int_equal(s->item[0].units, 72);
	assert_string_equal(s->item[0].base, "5A992");
	assert_int_equal(s->item[0].unit_value_usd, 3000000);
	assert_int_equal(s->item[0].package_area_mm2_x10, -1);
	assert_int_equal(s->item[1].form, WB_FORM_MEMORY);
	assert_int_equal(s->item[1].units, 1);
	assert_int_equal(s->item[1].unit_value_usd, -1);
	assert_int_equal(s->item[1].package_area_mm2_x10, 1210);
	assert_null(s->item[1].base);
	wb_statement_free(&st);
}

/* Who says nothing of these says the usual thing, or nothing. */
static void test_unsaid(void **state)
{
	struct wb_statement st = decoded(format_example(EXAMPLE));
	const struct wb_shipment *s = &st.u.shipment;

	(void)state;
	assert_int_equal(s->filed, 0);
	assert_int_equal(s->transport, WB_TRANSPORT_UNSAID);
	assert_null(s->port);
	assert_null(s->payer);
	assert_null(s->charged_to);
	assert_null(s->facility_operator);
	assert_null(s->facility);
	assert_int_equal(s->declined_service, -1);
	assert_int_equal(s->item[0].form, WB_FORM_IC);
	assert_int_equal(s->item[0].units, 1);
	assert_null(s->item[0].base);
	assert_int_equal(s->item[0].unit_value_usd, -1);
	assert_int_equal(s->item[1].package_area_mm2_x10, -1);
	wb_statement_free(&st);
}

static void test_bad_assembly(void **state)
{
	static const struct bad_case bad[] = {
		{"no such form", "\"assembly\"", "\"board\"", WB_P_VALUE,
		 "/items/0/form"},
		{"no circuits", "\"units\": 72", "\"units\": 0", WB_P_RANGE,
		 "/items/0/units"},
		{"too many circuits", "\"units\": 72", "\"units\": 10001",
		 WB_P_RANGE, "/items/0/units"},
		{"a circuit of several", "\"memory\",", "\"ic\", \"units\": 2,",
		 WB_P_VALUE, "/items/1/units"},
		{"a base with its suffix", "\"5A992\"", "\"5A992.z\"",
		 WB_P_VALUE, "/items/0/base"},
		{"a base that is no ECCN", "\"5A992\"", "\"5A 92\"", WB_P_VALUE,
		 "/items/0/base"},
		{"a negative value", "\"unit_value_usd\": 3000000",
		 "\"unit_value_usd\": -1", WB_P_RANGE,
		 "/items/0/unit_value_usd"},
		{"a value in cents", "3000000", "3000000.5", WB_P_FLOAT,
		 "/items/0/unit_value_usd"},
		{"no area", "\"package_area_mm2_x10\": 1210",
		 "\"package_area_mm2_x10\": 0", WB_P_RANGE,
		 "/items/1/parameters/package_area_mm2_x10"},
		{"no such transport", "\"air\"", "\"ship\"", WB_P_VALUE,
		 "/transport"},
		{"a port by name", "\"SG\"", "\"Singapore\"", WB_P_VALUE,
		 "/port"},
		{"a payer by name", "\"payer\": \"MY\"", "\"payer\": \"Bank\"",
		 WB_P_VALUE, "/payer"},
		{"filed on a day", "\"2025-05-19T17:45:00Z\"", "\"2025-05-19\"",
		 WB_P_DATE, "/filed"},
		{"service declined, perhaps", "false", "\"no\"", WB_P_TYPE,
		 "/declined_service"},
		{"a reserved party is charged",
		 "\"charged_to\": \"kuala-compute\"",
		 "\"charged_to\": \"ledger\"", WB_P_VALUE, "/charged_to"},
		{"a facility of nobody",
		 "    \"operator\": \"kuala-compute\",\n", "", WB_P_MISSING,
		 "/facility/operator"},
		{"a facility by name alone",
		 "{\n    \"operator\": \"kuala-compute\",\n"
		 "    \"id\": \"KUL-1\"\n  }",
		 "\"kuala-compute/KUL-1\"", WB_P_TYPE, "/facility"},
		/* 10^9 * 10^4 * 10^7 would not even fit 64 bits */
		{"a total above 2^53 - 1",
		 "\"tpp_x10\": 0,\n        \"die_area_mm2_x10\": 0,\n"
		 "        \"dram_gbps_x10\": 8192,\n"
		 "        \"io_gbps_x10\": 0,\n"
		 "        \"datacenter\": true,\n"
		 "        \"package_area_mm2_x10\": 1210\n      },\n"
		 "      \"form\": \"memory\",\n      \"quantity\": 16",
		 "\"tpp_x10\": 1000000000,\n"
		 "        \"die_area_mm2_x10\": 0,\n"
		 "        \"dram_gbps_x10\": 8192,\n"
		 "        \"io_gbps_x10\": 0,\n"
		 "        \"datacenter\": true\n      },\n"
		 "      \"form\": \"assembly\", \"units\": 10000,\n"
		 "      \"quantity\": 10000000",
		 WB_P_TOTAL, "/items/1"},
	};

	(void)state;
	assert_bad_cases(ASSEMBLY, bad, N(bad));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example_assembly),
		cmocka_unit_test(test_unsaid),
		cmocka_unit_test(test_bad_assembly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
