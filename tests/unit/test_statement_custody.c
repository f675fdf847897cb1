#include "tests/unit/statement_case.h"

/* Statements of operators, corrections and voids: their form. */

#define N(a)  (sizeof(a) / sizeof((a)[0]))
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void test_arrival(void **state)
{
	struct wb_statement st = decoded(format_example("statement-arrival"));
	const struct wb_handling *h = &st.u.handling;

	(void)state;
	assert_int_equal(st.type, WB_ARRIVAL);
	assert_string_equal(st.about, "acme/S-2025-0117");
	assert_string_equal(h->shipper, "acme");
	assert_string_equal(h->shipment, "S-2025-0117");
	assert_string_equal(h->facility, "kl-1");
	assert_string_equal(h->condition, "sealed; one pallet missing");
	assert_int_equal(h->n_items, 2);
	assert_int_equal(h->item[0].quantity, 60);
	assert_int_equal(h->item[0].n_serials, 2);
	assert_int_equal(h->item[1].line, 2);
	assert_int_equal(h->item[1].n_serials, 0);
	assert_int_equal(h->serials.n, 2);
	assert_string_equal(h->serials.serial[1], "1650325000102");
	wb_statement_free(&st);
}

static void test_bad_arrivals(void **state)
{
	static const struct bad_case bad[] = {
		{"no shipment",
		 "  \"shipment\": {\n    \"party\": \"acme\",\n    \"id\": "
		 "\"S-2025-0117\"\n  },\n",
		 "", WB_P_MISSING, "/shipment"},
		{"a shipment of nobody", "    \"party\": \"acme\",\n", "",
		 WB_P_MISSING, "/shipment/party"},
		{"a shipment of the authority", "\"party\": \"acme\"",
		 "\"party\": \"authority\"", WB_P_VALUE, "/shipment/party"},
		{"a shipment by its number", "\"party\": \"acme\"",
		 "\"seq\": 4, \"party\": \"acme\"", WB_P_UNKNOWN,
		 "/shipment/seq"},
		{"tomorrow", "2025-05-19", "2025-05-21", WB_P_FUTURE, "/date"},
		{"no date", "  \"date\": \"2025-05-19\",\n", "", WB_P_MISSING,
		 "/date"},
		{"a facility of two words", "kl-1", "kl 1", WB_P_VALUE,
		 "/facility"},
		{"no unit", "\"quantity\": 8", "\"quantity\": 0", WB_P_RANGE,
		 "/items/1/quantity"},
		{"a unit less", "\"quantity\": 8", "\"quantity\": -8",
		 WB_P_RANGE, "/items/1/quantity"},
		{"too many units", "\"quantity\": 8", "\"quantity\": 10000001",
		 WB_P_RANGE, "/items/1/quantity"},
		{"a line twice", "\"line\": 2", "\"line\": 1", WB_P_RANGE,
		 "/items/1/line"},
		{"more serials than units", "\"quantity\": 60",
		 "\"quantity\": 1", WB_P_VALUE, "/items/0/serials"},
		{"a serial twice", "1650325000102", "1650325000101",
		 WB_P_DUPLICATE, "/items/0/serials/1"},
		{"a serial with a question mark", "1650325000102", "16?",
		 WB_P_VALUE, "/items/0/serials/1"},
		{"a serial with a hash", "1650325000102", "16#", WB_P_VALUE,
		 "/items/0/serials/1"},
		{"a serial too long", "1650325000102", ZEROS "0", WB_P_TOO_LONG,
		 "/items/0/serials/1"},
		{"no serials", "\"line\": 2,", "\"line\": 2, \"serials\": [],",
		 WB_P_VALUE, "/items/1/serials"},
		{"a kind", "\"condition\"", "\"kind\"", WB_P_UNKNOWN, "/kind"},
	};

	(void)state;
	assert_bad_cases("statement-arrival", bad, N(bad));
	assert_good("statement-arrival", "  \"facility\": \"kl-1\",\n", "");
}

static void test_installation(void **state)
{
	static const struct bad_case bad[] = {
		{"nowhere", "  \"facility\": \"kl-1\",\n", "", WB_P_MISSING,
		 "/facility"},
		{"a condition", "\"date\"", "\"condition\": \"good\", \"date\"",
		 WB_P_UNKNOWN, "/condition"},
		{"nothing", "  \"items\": [", "  \"items\": [], \"item\": [",
		 WB_P_UNKNOWN, "/item"},
	};
	struct wb_statement st =
		decoded(format_example("statement-installation"));

	(void)state;
	assert_int_equal(st.type, WB_INSTALLATION);
	assert_int_equal(st.u.handling.item[0].n_serials, 1);
	wb_statement_free(&st);
	assert_bad_cases("statement-installation", bad, N(bad));
}

static void test_move(void **state)
{
	static const struct bad_case bad[] = {
		{"from nowhere", "  \"from\": \"kl-1\",\n", "", WB_P_MISSING,
		 "/from"},
		{"to where it is", "kl-2", "kl-1", WB_P_VALUE, "/to/facility"},
		{"to nowhere", "    \"facility\": \"kl-2\"\n", "", WB_P_MISSING,
		 "/to/party"},
		{"to a party somewhere", "\"facility\": \"kl-2\"",
		 "\"party\": \"other\"", WB_P_MISSING, "/to/country"},
		{"to a country", "\"facility\": \"kl-2\"",
		 "\"country\": \"SG\"", WB_P_MISSING, "/to/party"},
		{"to both", "\"facility\": \"kl-2\"",
		 "\"facility\": \"kl-2\", \"party\": \"other\"", WB_P_VALUE,
		 "/to/party"},
		{"a facility in a country", "\"facility\": \"kl-2\"",
		 "\"facility\": \"kl-2\", \"country\": \"SG\"", WB_P_VALUE,
		 "/to/country"},
		{"to the authority", "\"facility\": \"kl-2\"",
		 "\"party\": \"authority\", \"country\": \"US\"", WB_P_VALUE,
		 "/to/party"},
		{"a facility, too", "\"from\"", "\"facility\"", WB_P_UNKNOWN,
		 "/facility"},
	};
	struct wb_statement st =
		decoded(changed("statement-move", "\"facility\": \"kl-2\"",
				"\"party\": \"other\", \"country\": \"SG\""));

	(void)state;
	assert_string_equal(st.u.handling.facility, "kl-1");
	assert_string_equal(st.u.handling.to_party, "other");
	assert_string_equal(st.u.handling.to_country, "SG");
	assert_null(st.u.handling.to_facility);
	wb_statement_free(&st);
	assert_good("statement-move", "", "");
	assert_good("statement-move", "\"date\"",
		    "\"authority\": \"NAC\", \"date\"");
	assert_bad_cases("statement-move", bad, N(bad));
}

static void test_retirement(void **state)
{
	static const struct bad_case bad[] = {
		{"no kind", "  \"kind\": \"failure\",\n", "", WB_P_MISSING,
		 "/kind"},
		{"a kind there is not", "failure", "failed", WB_P_VALUE,
		 "/kind"},
		{"a buyer without a name", "\"kind\"",
		 "\"buyer\": \"\", \"kind\"", WB_P_VALUE, "/buyer"},
	};
	struct wb_statement st = decoded(
		changed("statement-retirement", "\"failure\"", "\"resale\""));

	(void)state;
	assert_int_equal(st.u.handling.kind, WB_RETIRED_RESALE);
	assert_string_equal(wb_retirement_name(WB_RETIRED_LOSS), "loss");
	assert_string_equal(wb_retirement_name(WB_RETIRED_SCRAP), "scrap");
	wb_statement_free(&st);
	assert_good("statement-retirement", "\"kind\"",
		    "\"buyer\": \"Contoh Sdn Bhd\", \"kind\"");
	assert_bad_cases("statement-retirement", bad, N(bad));
}

static void test_inventory(void **state)
{
	static const struct bad_case bad[] = {
		{"nowhere", "  \"facility\": \"kl-1\",\n", "", WB_P_MISSING,
		 "/facility"},
		{"tomorrow", "\"date\": \"2025-06-30\"",
		 "\"date\": \"2025-07-02\"", WB_P_FUTURE, "/date"},
		{"a model twice", "\"quantity\": 60\n    }",
		 "\"quantity\": 60\n    }, {\"model\": \"nv-h100-sxm\", "
		 "\"quantity\": 1}",
		 WB_P_DUPLICATE, "/counts/1/model"},
		{"less than none", "\"quantity\": 60", "\"quantity\": -1",
		 WB_P_RANGE, "/counts/0/quantity"},
		{"no country shown", "    \"country\": \"MY\",\n", "",
		 WB_P_MISSING, "/location/country"},
		{"no nonce",
		 "    \"checkpoint\": \"d211febb3bfab1251dbd668b7e7a62b4a142aaa"
		 "1041d136043c3da90a57a0fd2\",\n",
		 "", WB_P_MISSING, "/location/checkpoint"},
		{"a nonce that is no digest", "\"checkpoint\": \"d2",
		 "\"checkpoint\": \"D2", WB_P_VALUE, "/location/checkpoint"},
		{"more of tier 3 than there are", "\"tier3\": 0",
		 "\"tier3\": 13", WB_P_RANGE, "/iaas/tier3"},
		{"more undisclosed than there are", "\"undisclosed\": 1",
		 "\"undisclosed\": 13", WB_P_RANGE, "/iaas/undisclosed"},
		{"power without end", "\"it_power_kw\": 1200",
		 "\"it_power_kw\": 100000001", WB_P_RANGE, "/it_power_kw"},
		{"a shipment", "\"counts\"", "\"shipment\": {}, \"counts\"",
		 WB_P_UNKNOWN, "/shipment"},
	};
	struct wb_statement st = decoded(format_example("statement-inventory"));
	const struct wb_inventory *v = &st.u.inventory;

	(void)state;
	assert_string_equal(st.about, "");
	assert_int_equal(v->n_counts, 1);
	assert_int_equal(v->count[0].quantity, 60);
	assert_int_equal(v->serials.n, 1);
	assert_int_equal(v->it_power_kw, 1200);
	assert_string_equal(v->evidence_country, "MY");
	assert_int_equal(v->customers, 12);
	assert_int_equal(v->customers_undisclosed, 1);
	wb_statement_free(&st);
	st = decoded(changed("statement-inventory",
			     "  \"it_power_kw\": 1200,\n", ""));
	assert_int_equal(st.u.inventory.it_power_kw, -1);
	wb_statement_free(&st);
	assert_bad_cases("statement-inventory", bad, N(bad));
}

static void test_correction(void **state)
{
	static const struct bad_case bad[] = {
		{"of nothing", "  \"corrects\": {\n    \"id\": \"A-1\"\n  },\n",
		 "", WB_P_MISSING, "/corrects"},
		{"of itself", "    \"id\": \"A-1\"\n",
		 "    \"id\": \"A-1-again\"\n", WB_P_VALUE, "/corrects/id"},
		{"without a reason",
		 "  \"reason\": \"the missing pallet was in another bay\",\n",
		 "", WB_P_MISSING, "/reason"},
		{"that says nothing", "\"arrival\"", "\"arrivals\"",
		 WB_P_UNKNOWN, "/arrivals"},
		{"two at once", "  \"arrival\"", "  \"move\": {}, \"arrival\"",
		 WB_P_VALUE, "/move"},
		{"with the members that all have", "  \"arrival\": {\n",
		 "  \"arrival\": {\n\"party\": \"merlion\",\n", WB_P_UNKNOWN,
		 "/arrival/party"},
		{"of a licence", "\"arrival\"", "\"licence\"", WB_P_UNKNOWN,
		 "/licence"},
		{"of an inventory, as an arrival", "\"arrival\"",
		 "\"inventory\"", WB_P_UNKNOWN, "/inventory/shipment"},
		{"that is no object", "\"arrival\": {",
		 "\"move\": 4, \"arrival\": {", WB_P_VALUE, "/move"},
		{"a date ahead", "2025-05-19", "2025-05-24", WB_P_FUTURE,
		 "/arrival/date"},
	};
	struct wb_statement st =
		decoded(format_example("statement-correction"));

	(void)state;
	assert_int_equal(st.u.correction.of, WB_ARRIVAL);
	assert_string_equal(st.about, "merlion/A-1");
	assert_int_equal(st.u.correction.handling.item[0].quantity, 64);
	wb_statement_free(&st);
	assert_bad_cases("statement-correction", bad, N(bad));
	/* An installation has this form, too; a retirement not. */
	assert_good("statement-correction", "\"arrival\"", "\"installation\"");
	assert_refused("of the form of another",
		       changed("statement-correction", "\"arrival\"",
			       "\"retirement\""),
		       WB_P_MISSING, "/retirement/kind");
}

/* The shipment of 4.5 inside a correction: as deep as texts nest. */
static struct wb_slice shipment_again(const char *before)
{
	struct wb_slice s = format_example("statement-shipment"), ret;
	static char text[1 << 16];
	const char *kind = memmem(s.p, s.len, "  \"kind\"", 8);
	struct wb_writer w;

	wb_writer_init(&w, text, sizeof(text));
	wb_write_str(&w, "{\"type\":\"correction\",\"ledger\":\"" ORIGIN
			 "\",\"party\":\"acme\",\"id\":\"K-1\",\"issued\":"
			 "\"2025-05-20T00:00:00Z\",\"corrects\":{\"id\":"
			 "\"S-2025-0117\"},\"reason\":\"miscounted\","
			 "\"shipment\":{");
	wb_write_str(&w, before);
	wb_write_bytes(&w, kind, s.len - (size_t)(kind - (const char *)s.p));
	/* The newline of the shipment ends within. */
	w.len--;
	wb_write_str(&w, "}\n");
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

static void test_shipment_again(void **state)
{
	struct wb_statement st = decoded(shipment_again(""));

	(void)state;
	assert_int_equal(st.u.correction.of, WB_SHIPMENT);
	assert_string_equal(st.about, "acme/S-2025-0117");
	assert_int_equal(st.u.correction.shipment.item[0].quantity, 64);
	assert_int_equal(st.u.correction.shipment.serials.n, 2);
	wb_statement_free(&st);
	assert_refused("a shipment with a party of its own",
		       shipment_again("\"party\":\"acme\","), WB_P_UNKNOWN,
		       "/shipment/party");
	assert_refused("a shipment with an id of its own",
		       shipment_again("\"id\":\"S-2\","), WB_P_UNKNOWN,
		       "/shipment/id");
}

static void test_void(void **state)
{
	static const struct bad_case bad[] = {
		{"of nothing",
		 "  \"voids\": {\n    \"id\": \"S-2025-0117\"\n"
		 "  },\n",
		 "", WB_P_MISSING, "/voids"},
		{"of itself", "S-2025-0117", "V-1", WB_P_VALUE, "/voids/id"},
		{"of another party's", "    \"id\": \"S-2025-0117\"",
		 "    \"party\": \"globex\", \"id\": \"S-2025-0117\"",
		 WB_P_UNKNOWN, "/voids/party"},
		{"without a reason",
		 ",\n  \"reason\": \"the order was "
		 "cancelled\"",
		 "", WB_P_MISSING, "/reason"},
		{"by a string", "{\n    \"id\": \"S-2025-0117\"\n  }",
		 "\"S-2025-0117\"", WB_P_TYPE, "/voids"},
	};
	struct wb_statement st = decoded(format_example("statement-void"));

	(void)state;
	assert_string_equal(st.u.voiding.voids, "S-2025-0117");
	assert_string_equal(st.about, "acme/S-2025-0117");
	wb_statement_free(&st);
	assert_bad_cases("statement-void", bad, N(bad));
}

/* n serial numbers of one arrival. */
static struct wb_slice with_serials(size_t n)
{
	static char text[1 << 17];
	struct wb_slice ret;
	struct wb_writer w;

	wb_writer_init(&w, text, sizeof(text));
	wb_write_str(&w, "{\"type\":\"arrival\",\"ledger\":\"" ORIGIN
			 "\",\"party\":\"merlion\",\"id\":\"A-2\",\"issued\":"
			 "\"2025-05-20T00:00:00Z\",\"shipment\":{\"party\":"
			 "\"acme\",\"id\":\"S-1\"},\"date\":\"2025-05-19\","
			 "\"items\":[");
	/* The limit is of the statement, not of an item. */
	for (size_t i = 0; i < n; i++) {
		if (i % 300 == 0)
			wb_write_fmt(&w,
				     "%s{\"line\":%zu,\"quantity\":300,"
				     "\"serials\":[",
				     i == 0 ? "" : "]},", i / 300 + 1);
		wb_write_fmt(&w, "%s\"SN-%zu\"", i % 300 == 0 ? "" : ",",
			     i * 7919 % 10007);
	}
	wb_write_str(&w, "]}]}\n");
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

static void test_limits(void **state)
{
	struct wb_statement st = decoded(with_serials(WB_SERIALS_MAX));

	(void)state;
	assert_int_equal(st.u.handling.serials.n, WB_SERIALS_MAX);
	assert_int_equal(st.u.handling.item[1].first_serial, 300);
	wb_statement_free(&st);
	assert_refused("a serial too many", with_serials(WB_SERIALS_MAX + 1),
		       WB_P_TOO_LONG, "/items/1/serials/212");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrival),
		cmocka_unit_test(test_bad_arrivals),
		cmocka_unit_test(test_installation),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_retirement),
		cmocka_unit_test(test_inventory),
		cmocka_unit_test(test_correction),
		cmocka_unit_test(test_shipment_again),
		cmocka_unit_test(test_void),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
