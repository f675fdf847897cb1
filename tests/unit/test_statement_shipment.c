#include "tests/unit/statement_case.h"

#define EXAMPLE "statement-shipment"
#define N(a)    (sizeof(a) / sizeof((a)[0]))
#define ZEROS16 "0000000000000000"
#define ZEROS   ZEROS16 ZEROS16 ZEROS16 ZEROS16

static void test_example(void **state)
{
	struct wb_statement st = decoded(format_example(EXAMPLE));
	const struct wb_shipment *s = &st.u.shipment;
	wb_date export_date;

	(void)state;
	assert_int_equal(st.type, WB_SHIPMENT);
	assert_string_equal(st.ledger, ORIGIN);
	assert_string_equal(st.party, "acme");
	assert_string_equal(st.id, "S-2025-0117");
	assert_int_equal(s->kind, WB_EXPORT);
	assert_string_equal(s->from, "US");
	assert_string_equal(s->destination, "MY");
	assert_string_equal(s->consignee, "merlion");
	assert_int_equal(s->consignee_type, WB_DIRECT_CONSUMER);
	assert_string_equal(s->end_user, "kuala-compute");
	assert_int_equal(s->n_intermediates, 1);
	assert_string_equal(s->intermediate[0], "straits-freight");
	assert_int_equal(s->end_use, WB_USE_DATA_CENTRE);
	assert_string_equal(s->declared_headquarters, "MY");
	assert_string_equal(s->declared_parent, "merlion-holdings");
	assert_string_equal(s->declared_parent_headquarters, "MY");
	assert_int_equal(
		wb_date_parse(wb_slice_str("2025-05-15"), &export_date), 0);
	assert_int_equal(s->export_date, export_date);
	assert_int_equal(s->loaded, export_date + 1);
	assert_int_equal(s->arrival, export_date + 4);
	assert_string_equal(s->authorization, "LPP");
	assert_null(s->authorization_number);
	assert_string_equal(s->itn, "X20250514004711");
	wb_statement_free(&st);
}

static void test_example_papers(void **state)
{
	struct wb_statement st = decoded(format_example(EXAMPLE));
	const struct wb_shipment *s = &st.u.shipment;
	const struct wb_paper *paper = wb_shipment_paper(s, "lpp_statement");

	(void)state;
	assert_int_equal(s->n_papers, 1);
	assert_non_null(paper);
	assert_int_equal(paper->date, s->export_date - 3);
	assert_string_equal(paper->reference, "ML-77");
	assert_int_equal(strlen(paper->sha256), 64);
	assert_null(wb_shipment_paper(s, "prenotice"));
	wb_statement_free(&st);
}

static void test_example_items(void **state)
{
	struct wb_statement st = decoded(format_example(EXAMPLE));
	const struct wb_item *item = st.u.shipment.item;

	(void)state;
	assert_int_equal(st.u.shipment.n_items, 2);
	assert_int_equal(item[0].line, 1);
	assert_string_equal(item[0].model, "nv-h100-sxm");
	assert_string_equal(item[0].part, "965-24687-0000-000");
	assert_string_equal(item[0].eccn, "3A090.a");
	assert_int_equal(item[0].quantity, 64);
	assert_int_equal(item[0].n_lots, 2);
	assert_int_equal(item[0].lots_quantity, 64);
	/* What a model's figures are is for the catalogue to say. */
	assert_int_equal(item[0].tpp_x10, -1);
	assert_int_equal(item[0].die_area_mm2_x10, -1);
	assert_int_equal(item[0].dram_gbps_x10, -1);
	assert_int_equal(item[0].io_gbps_x10, -1);
	assert_int_equal(item[0].datacenter, -1);
	assert_null(item[1].model);
	assert_null(item[1].part);
	assert_int_equal(item[1].tpp_x10, 23680);
	assert_int_equal(item[1].die_area_mm2_x10, 8140);
	assert_int_equal(item[1].dram_gbps_x10, 40000);
	assert_int_equal(item[1].io_gbps_x10, 10280);
	assert_int_equal(item[1].datacenter, 1);
	assert_int_equal(item[1].n_lots, 0);
	wb_statement_free(&st);
}

/* What may be left out, and what is at its limit. */
static void test_good(void **state)
{
	static const struct {
		const char *find, *put;
	} good[] = {
		{"  \"end_user\": \"kuala-compute\",\n", ""},
		{"  \"loaded\": \"2025-05-16\",\n", ""},
		{"  \"arrival\": \"2025-05-19\",\n", ""},
		{"  \"itn\": \"X20250514004711\",\n", ""},
		{"      \"part\": \"965-24687-0000-000\",\n", ""},
		{",\n      \"reference\": \"ML-77\"", ""},
		{"\"type\": \"LPP\"", "\"type\": \"LICENCE\","
				      " \"number\": \"D123\""},
		{"    \"parent\": \"merlion-holdings\",\n", ""},
		/* 366 days after it was issued, in a year of 365 */
		{"\"export_date\": \"2025-05-15\"",
		 "\"export_date\": \"2026-05-15\""},
		{"\"export_date\": \"2025-05-15\"",
		 "\"export_date\": \"1970-01-01\""},
		{"\"quantity\": 8", "\"quantity\": 10000000"},
		{"\"tpp_x10\": 23680", "\"tpp_x10\": 1000000000"},
		{"\"die_area_mm2_x10\": 8140", "\"die_area_mm2_x10\": 0"},
		{"\"datacenter\": true", "\"datacenter\": false"},
		{"\"line\": 2", "\"line\": 2147483647"},
		{"\"eccn\": \"3A991.p\"", "\"eccn\": \"EAR99\""},
	};

	(void)state;
	for (size_t i = 0; i < N(good); i++)
		assert_good(EXAMPLE, good[i].find, good[i].put);
}

static void test_bad(void **state)
{
	static const struct bad_case bad[] = {
		{"kind in capitals", "\"export\"", "\"Export\"", WB_P_VALUE,
		 "/kind"},
		{"kind is no string", "\"export\"", "1", WB_P_TYPE, "/kind"},
		{"a day that does not exist", "\"2025-05-15\"",
		 "\"2025-02-30\"", WB_P_DATE, "/export_date"},
		{"an instant for a date", "\"2025-05-15\"",
		 "\"2025-05-15T00:00:00Z\"", WB_P_DATE, "/export_date"},
		{"more than a year ahead", "\"2025-05-15\"", "\"2026-05-16\"",
		 WB_P_FUTURE, "/export_date"},
		{"a country by name", "\"US\"", "\"Usa\"", WB_P_VALUE, "/from"},
		{"a country in small letters", "\"destination\": \"MY\"",
		 "\"destination\": \"my\"", WB_P_VALUE, "/destination"},
		{"no destination", "  \"destination\": \"MY\",\n", "",
		 WB_P_MISSING, "/destination"},
		{"an id with a space", "\"merlion\"", "\"mer lion\"",
		 WB_P_VALUE, "/consignee"},
		{"a reserved id", "\"merlion\"", "\"authority\"", WB_P_VALUE,
		 "/consignee"},
		{"no such type of consignee", "\"direct_consumer\"",
		 "\"consumer\"", WB_P_VALUE, "/consignee_type"},
		{"an absent end user is left out", "\"kuala-compute\"", "null",
		 WB_P_TYPE, "/end_user"},
		{"an empty string", "\"kuala-compute\"", "\"\"", WB_P_VALUE,
		 "/end_user"},
		{"an empty list", "[\n    \"straits-freight\"\n  ]", "[]",
		 WB_P_VALUE, "/intermediates"},
		{"no list", "[\n    \"straits-freight\"\n  ]",
		 "\"straits-freight\"", WB_P_TYPE, "/intermediates"},
		{"nine intermediates", "\"straits-freight\"",
		 "\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"",
		 WB_P_TOO_LONG, "/intermediates"},
		{"an intermediate twice", "\"straits-freight\"",
		 "\"a\",\"b\",\"a\"", WB_P_DUPLICATE, "/intermediates/2"},
		{"a reserved intermediate", "\"straits-freight\"",
		 "\"a\",\"ledger\"", WB_P_VALUE, "/intermediates/1"},
		{"no such end use", "\"data_centre\"", "\"datacenter\"",
		 WB_P_VALUE, "/end_use"},
		{"nothing declared",
		 "{\n    \"headquarters\": \"MY\",\n"
		 "    \"parent\": \"merlion-holdings\",\n"
		 "    \"parent_headquarters\": \"MY\"\n  }",
		 "{}", WB_P_VALUE, "/declared"},
		{"an unknown declaration", "\"parent\":", "\"parents\":",
		 WB_P_UNKNOWN, "/declared/parents"},
		{"declared country", "\"headquarters\": \"MY\"",
		 "\"headquarters\": \"M1\"", WB_P_VALUE,
		 "/declared/headquarters"},
		{"loaded on no day", "\"2025-05-16\"", "\"2025-5-16\"",
		 WB_P_DATE, "/loaded"},
		{"a number for a date", "\"2025-05-19\"", "20250519", WB_P_TYPE,
		 "/arrival"},
		{"an authorization alone", "{\n    \"type\": \"LPP\"\n  }",
		 "\"LPP\"", WB_P_TYPE, "/authorization"},
		{"no such authorization", "\"LPP\"", "\"GOV\"", WB_P_VALUE,
		 "/authorization/type"},
		{"no type of authorization", "\"type\": \"LPP\"",
		 "\"number\": \"1\"", WB_P_MISSING, "/authorization/type"},
		{"no such paper", "\"lpp_statement\"", "\"lpp-statement\"",
		 WB_P_VALUE, "/papers/0/kind"},
		{"two papers of a kind", "\"papers\": [",
		 "\"papers\": [{\"kind\": \"lpp_statement\", \"sha256\": "
		 "\"" ZEROS "\", \"date\": \"2025-05-01\"},",
		 WB_P_DUPLICATE, "/papers/1/kind"},
		{"a digest in capitals", "bf74", "BF74", WB_P_VALUE,
		 "/papers/0/sha256"},
		{"a digest cut short", "bf74", "bf7", WB_P_VALUE,
		 "/papers/0/sha256"},
		{"a paper without date", "      \"date\": \"2025-05-12\",\n",
		 "", WB_P_MISSING, "/papers/0/date"},
		{"a control character in an escape", "ML-77", "ML\\u001b[1m",
		 WB_P_CONTROL, "/papers/0/reference"},
		{"an ITN without X", "X20250514004711", "20250514004711",
		 WB_P_VALUE, "/itn"},
		{"an ITN too long", "X20250514004711", "X202505140047110",
		 WB_P_VALUE, "/itn"},
		{"items for papers", "\"papers\"", "\"itms\"", WB_P_UNKNOWN,
		 "/itms"},
	};

	(void)state;
	assert_bad_cases(EXAMPLE, bad, N(bad));
}

static void test_bad_items(void **state)
{
	static const struct bad_case bad[] = {
		{"line 0", "\"line\": 1", "\"line\": 0", WB_P_RANGE,
		 "/items/0/line"},
		{"the same line", "\"line\": 2", "\"line\": 1", WB_P_RANGE,
		 "/items/1/line"},
		{"lines backwards", "\"line\": 1", "\"line\": 3", WB_P_RANGE,
		 "/items/1/line"},
		{"a line beyond", "\"line\": 2", "\"line\": 2147483648",
		 WB_P_RANGE, "/items/1/line"},
		{"a misspelt member", "\"quantity\": 64", "\"quantiy\": 64",
		 WB_P_UNKNOWN, "/items/0/quantiy"},
		{"a name that needs escapes", "\"quantity\": 64",
		 "\"a/b~c\": 64", WB_P_UNKNOWN, "/items/0/a~1b~0c"},
		{"no quantity", "\"quantity\": 64,\n", "", WB_P_MISSING,
		 "/items/0/quantity"},
		{"quantity 0", "\"quantity\": 64", "\"quantity\": 0",
		 WB_P_RANGE, "/items/0/quantity"},
		{"a negative quantity", "\"quantity\": 8", "\"quantity\": -8",
		 WB_P_RANGE, "/items/1/quantity"},
		{"one too many", "\"quantity\": 8", "\"quantity\": 10000001",
		 WB_P_RANGE, "/items/1/quantity"},
		{"half a unit", "\"quantity\": 8", "\"quantity\": 8.5",
		 WB_P_FLOAT, "/items/1/quantity"},
		{"a float that is whole", "\"quantity\": 8",
		 "\"quantity\": 8.0", WB_P_FLOAT, "/items/1/quantity"},
		{"an exponent", "\"quantity\": 8", "\"quantity\": 8e0",
		 WB_P_FLOAT, "/items/1/quantity"},
		{"a number in a string", "\"quantity\": 8",
		 "\"quantity\": \"8\"", WB_P_TYPE, "/items/1/quantity"},
		{"neither model nor parameters",
		 "      \"model\": \"nv-h100-sxm\",\n", "", WB_P_MISSING,
		 "/items/0/model"},
		{"model and parameters", "\"line\": 2",
		 "\"line\": 2, \"model\": \"x\"", WB_P_VALUE,
		 "/items/1/parameters"},
		{"a model that is no id", "nv-h100-sxm", "NVIDIA H100",
		 WB_P_VALUE, "/items/0/model"},
		{"not in tenths", "\"tpp_x10\"", "\"tpp\"", WB_P_UNKNOWN,
		 "/items/1/parameters/tpp"},
		{"a figure missing", "\"dram_gbps_x10\": 40000,\n", "",
		 WB_P_MISSING, "/items/1/parameters/dram_gbps_x10"},
		{"a negative figure", "\"io_gbps_x10\": 10280",
		 "\"io_gbps_x10\": -1", WB_P_RANGE,
		 "/items/1/parameters/io_gbps_x10"},
		{"a figure too large", "\"tpp_x10\": 23680",
		 "\"tpp_x10\": 1000000001", WB_P_RANGE,
		 "/items/1/parameters/tpp_x10"},
		{"yes is no truth value", "true", "\"yes\"", WB_P_TYPE,
		 "/items/1/parameters/datacenter"},
		/* 900719926 * 10^7 tenths are just above 2^53 - 1 */
		{"a total above 2^53 - 1",
		 "\"tpp_x10\": 23680,\n        \"die_area_mm2_x10\": 8140,\n"
		 "        \"dram_gbps_x10\": 40000,\n"
		 "        \"io_gbps_x10\": 10280,\n"
		 "        \"datacenter\": true\n      },\n"
		 "      \"quantity\": 8",
		 "\"tpp_x10\": 900719926,\n        \"die_area_mm2_x10\": 8140,"
		 "\n        \"dram_gbps_x10\": 40000,\n"
		 "        \"io_gbps_x10\": 10280,\n"
		 "        \"datacenter\": true\n      },\n"
		 "      \"quantity\": 10000000",
		 WB_P_TOTAL, "/items/1"},
		{"no ECCN", "3A090.a", "3A090 a", WB_P_VALUE, "/items/0/eccn"},
		{"an ECCN too long", "3A090.a", "3A090.a.3A090.a.",
		 WB_P_TOO_LONG, "/items/0/eccn"},
	};

	(void)state;
	assert_bad_cases(EXAMPLE, bad, N(bad));
}

static void test_bad_lots(void **state)
{
	static const struct bad_case bad[] = {
		{"lots that do not add up", "\"quantity\": 62",
		 "\"quantity\": 61", WB_P_VALUE, "/items/0/lots"},
		{"no lots", "\"eccn\": \"3A991.p\"",
		 "\"eccn\": \"3A991.p\", \"lots\": []", WB_P_VALUE,
		 "/items/1/lots"},
		{"an empty lot", "\"eccn\": \"3A991.p\"",
		 "\"eccn\": \"3A991.p\", \"lots\": [{}]", WB_P_MISSING,
		 "/items/1/lots/0/serials_sha256"},
		{"a lot without quantity", "          \"quantity\": 62,\n", "",
		 WB_P_MISSING, "/items/0/lots/1/quantity"},
		{"serials are counted", "\"serials\": [",
		 "\"quantity\": 2, \"serials\": [", WB_P_UNKNOWN,
		 "/items/0/lots/0/quantity"},
		{"a serial twice", "\"1650325000102\"", "\"1650325000101\"",
		 WB_P_DUPLICATE, "/items/0/lots/0/serials/1"},
		{"a serial twice, in two lots", "\"eccn\": \"3A991.p\"",
		 "\"eccn\": \"3A991.p\", \"lots\": [{\"serials\": "
		 "[\"1\", \"1650325000102\"]}]",
		 WB_P_DUPLICATE, "/items/1/lots/0/serials/1"},
		{"a digest twice", "\"eccn\": \"3A991.p\"",
		 "\"eccn\": \"3A991.p\", \"lots\": [{\"quantity\": 8, "
		 "\"serials_sha256\": \"d211febb3bfab1251dbd668b7e7a62b4"
		 "a142aaa1041d136043c3da90a57a0fd2\"}]",
		 WB_P_DUPLICATE, "/items/1/lots/0/serials_sha256"},
		{"a serial with a space", "1650325000101", "1650325 000101",
		 WB_P_VALUE, "/items/0/lots/0/serials/0"},
		{"a serial that is not ASCII", "1650325000101", "165\xc3\xa9",
		 WB_P_VALUE, "/items/0/lots/0/serials/0"},
		{"a serial too long", "1650325000101", ZEROS "0", WB_P_TOO_LONG,
		 "/items/0/lots/0/serials/0"},
		{"a serial that is a number", "\"1650325000101\"",
		 "1650325000101", WB_P_TYPE, "/items/0/lots/0/serials/0"},
		{"too deep", "\"1650325000101\"", "[[\"1650325000101\"]]",
		 WB_P_DEPTH, "line 47, column 14"},
	};

	(void)state;
	assert_bad_cases(EXAMPLE, bad, N(bad));
}

/* n items, or n serial numbers in one lot. */
static struct wb_slice with_many(size_t items, size_t serials)
{
	static char text[1 << 17];
	struct wb_slice good = format_example(EXAMPLE), ret;
	const char *items_at = memmem(good.p, good.len, "\"items\"", 7);
	struct wb_writer w;

	wb_writer_init(&w, text, sizeof(text));
	wb_write_bytes(&w, good.p, (size_t)(items_at - (const char *)good.p));
	wb_write_str(&w, "\"items\": [");
	for (size_t i = 0; i < items; i++) {
		wb_write_fmt(&w,
			     "%s{\"line\": %zu, \"model\": \"m\", "
			     "\"quantity\": %zu, \"eccn\": \"EAR99\"",
			     i == 0 ? "" : ",", i + 1,
			     serials > 0 ? serials : 1);
		for (size_t j = 0; j < serials; j++)
			wb_write_fmt(&w, "%s\"%zu\"",
				     j == 0 ? ", \"lots\": [{\"serials\": ["
					    : ",",
				     j * 7919 % 10007);
		wb_write_str(&w, serials > 0 ? "]}]}" : "}");
	}
	wb_write_str(&w, "]}\n");
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

static void test_limits(void **state)
{
	struct wb_statement st = decoded(with_many(WB_ITEMS_MAX, 0));

	(void)state;
	assert_int_equal(st.u.shipment.n_items, WB_ITEMS_MAX);
	wb_statement_free(&st);
	assert_refused("an item too many", with_many(WB_ITEMS_MAX + 1, 0),
		       WB_P_TOO_LONG, "/items");

	st = decoded(with_many(1, WB_SERIALS_MAX));
	assert_int_equal(st.u.shipment.item[0].lots_quantity, WB_SERIALS_MAX);
	wb_statement_free(&st);
	assert_refused("a serial too many", with_many(1, WB_SERIALS_MAX + 1),
		       WB_P_TOO_LONG, "/items/0/lots/0/serials");
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(wb_shipment_kind_name(WB_EXPORT), "export");
	assert_string_equal(wb_shipment_kind_name(WB_TRANSFER), "transfer");
	assert_string_equal(wb_end_use_name(WB_USE_DATA_CENTRE), "data_centre");
	assert_string_equal(wb_end_use_name(WB_USE_CONSUMER), "consumer");
	assert_string_equal(wb_transport_name(WB_TRANSPORT_UNSAID), "");
	assert_string_equal(wb_transport_name(WB_TRANSPORT_AIR), "air");
	assert_string_equal(wb_transport_name(WB_TRANSPORT_RAIL), "rail");
	assert_string_equal(wb_form_name(WB_FORM_IC), "ic");
	assert_string_equal(wb_form_name(WB_FORM_MEMORY), "memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_example_papers),
		cmocka_unit_test(test_example_items),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bad_items),
		cmocka_unit_test(test_bad_lots),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
