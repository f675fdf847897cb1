#include "tests/unit/statement_case.h"

/* licence, letter, listing, agreement, finding, engine, and what else is said
 * of a party: what is decoded and what is refused. */

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define GONE ""

/* --- licence -------------------------------------------------------------- */

static void test_licence(void **state)
{
	struct wb_statement st = decoded(format_example("statement-licence"));
	const struct wb_licence *l = &st.u.licence;

	(void)state;
	assert_int_equal(st.type, WB_LICENCE);
	assert_int_equal(l->kind, WB_GRANT_LICENCE);
	assert_int_equal(l->status, WB_GRANT_ACTIVE);
	assert_string_equal(l->number, "D1234567");
	assert_int_equal(l->valid_to - l->valid_from, 364);
	assert_int_equal(l->n_exporters, 2);
	assert_string_equal(l->exporter[1], "globex");
	assert_string_equal(l->consignee, "merlion");
	assert_string_equal(l->end_user, "kuala-compute");
	assert_string_equal(l->destination, "MY");
	assert_int_equal(l->n_items, 2);
	assert_int_equal(l->item[0].n_models, 2);
	assert_int_equal(l->item[0].quantity, 2000);
	assert_int_equal(l->item[0].tpp_x10, -1);
	assert_int_equal(l->item[1].n_models, 0);
	assert_int_equal(l->item[1].quantity, -1);
	assert_int_equal(l->item[1].tpp_x10, 316640000);
	wb_statement_free(&st);
	assert_good("statement-licence", "  \"end_user\": \"kuala-compute\",\n",
		    "");
	assert_good("statement-licence", "\"active\"", "\"revoked\"");
	/* Both limits at once. */
	assert_good("statement-licence", "\"quantity\": 2000",
		    "\"quantity\": 2000,\n      \"tpp_x10\": 1");
	/* One ECCN in two items, of different models. */
	assert_good("statement-licence", "\"4A090.a\",",
		    "\"3A090.a\",\n      \"models\": [\"nv-h20\"],");
}

static void test_bad_licence(void **state)
{
	static const struct bad_case bad[] = {
		{"no grant", "  \"grant\": \"licence\",\n", GONE, WB_P_MISSING,
		 "/grant"},
		{"a grant of no kind", "\"grant\": \"licence\"",
		 "\"grant\": \"license\"", WB_P_VALUE, "/grant"},
		{"a member of another grant", "\"consignee\"", "\"holder\"",
		 WB_P_UNKNOWN, "/holder"},
		{"a member misspelt", "\"end_user\"", "\"enduser\"",
		 WB_P_UNKNOWN, "/enduser"},
		{"no number", "  \"number\": \"D1234567\",\n", GONE,
		 WB_P_MISSING, "/number"},
		{"a number that is no id", "\"D1234567\"", "\"D 1\"",
		 WB_P_VALUE, "/number"},
		{"a number as a number", "\"D1234567\"", "1234567", WB_P_TYPE,
		 "/number"},
		{"no status", "  \"status\": \"active\",\n", GONE, WB_P_MISSING,
		 "/status"},
		{"a status of no kind", "\"active\"", "\"expired\"", WB_P_VALUE,
		 "/status"},
		{"no end", "  \"valid_to\": \"2026-06-01\",\n", GONE,
		 WB_P_MISSING, "/valid_to"},
		{"an end before its beginning", "2026-06-01", "2025-06-01",
		 WB_P_DATE, "/valid_to"},
		{"no day", "2026-06-01", "2026-06-31", WB_P_DATE, "/valid_to"},
		{"no exporters", "[\n    \"acme\",\n    \"globex\"\n  ]", "[]",
		 WB_P_VALUE, "/exporters"},
		{"an exporter twice", "\"globex\"", "\"acme\"", WB_P_DUPLICATE,
		 "/exporters/1"},
		{"a reserved exporter", "\"globex\"", "\"ledger\"", WB_P_VALUE,
		 "/exporters/1"},
		{"nine exporters", "\"globex\"",
		 "\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"",
		 WB_P_TOO_LONG, "/exporters"},
		{"no consignee", "  \"consignee\": \"merlion\",\n", GONE,
		 WB_P_MISSING, "/consignee"},
		{"no country", "\"MY\"", "\"my\"", WB_P_VALUE, "/destination"},
		{"an item without limit", ",\n      \"quantity\": 2000", GONE,
		 WB_P_MISSING, "/items/0"},
		{"no unit at all", "2000", "0", WB_P_RANGE,
		 "/items/0/quantity"},
		{"too many units", "2000", "10000001", WB_P_RANGE,
		 "/items/0/quantity"},
		{"a fraction of units", "2000", "2000.5", WB_P_FLOAT,
		 "/items/0/quantity"},
		{"no TPP", "316640000", "0", WB_P_RANGE, "/items/1/tpp_x10"},
		{"more than is counted", "316640000", "9007199254740992",
		 WB_P_RANGE, "/items/1/tpp_x10"},
		{"no ECCN", "\"3A090.a\"", "\"3A090,a\"", WB_P_VALUE,
		 "/items/0/eccn"},
		{"a model twice", "\"nv-h200-sxm\"", "\"nv-h100-sxm\"",
		 WB_P_DUPLICATE, "/items/0/models/1"},
		{"no models",
		 "[\n        \"nv-h100-sxm\",\n        \"nv-h200-sxm\"\n      "
		 "]",
		 "[]", WB_P_VALUE, "/items/0/models"},
		{"two items of one thing", "4A090.a", "3A090.a", WB_P_DUPLICATE,
		 "/items/1"},
		{"two items with one model", "\"4A090.a\",",
		 "\"3A090.a\",\n      \"models\": [\"nv-h200-sxm\"],",
		 WB_P_DUPLICATE, "/items/1"},
		{"by somebody else", "\"party\": \"authority\"",
		 "\"party\": \"acme\"", WB_P_VALUE, "/party"},
	};

	(void)state;
	assert_bad_cases("statement-licence", bad, N(bad));
}

static void test_veu(void **state)
{
	struct wb_statement st = decoded(format_example("statement-uveu"));
	const struct wb_licence *l = &st.u.licence;

	(void)state;
	assert_int_equal(l->kind, WB_GRANT_UVEU);
	assert_string_equal(l->holder, "globex");
	assert_int_equal(l->valid_to, WB_DATE_NONE);
	assert_int_equal(l->n_countries, 2);
	assert_string_equal(l->country[1].country, "MY");
	assert_int_equal(l->country[1].tpp_x10, 1000000000);
	assert_int_equal(l->n_destinations, 2);
	assert_null(l->consignee);
	wb_statement_free(&st);
	/* The countries may hold all there is. */
	assert_good("statement-uveu", "90000000000", "81000000000");
	st = decoded(format_example("statement-nveu"));
	assert_int_equal(st.u.licence.kind, WB_GRANT_NVEU);
	assert_string_equal(st.u.licence.in_country, "MY");
	assert_int_equal(st.u.licence.installed_tpp_x10, 0);
	wb_statement_free(&st);
}

static void test_bad_veu(void **state)
{
	static const struct bad_case uveu[] = {
		{"a member of a licence", "\"holder\"", "\"consignee\"",
		 WB_P_UNKNOWN, "/consignee"},
		{"no holder", "  \"holder\": \"globex\",\n", GONE, WB_P_MISSING,
		 "/holder"},
		{"countries that hold more than the world", "90000000000",
		 "80999999999", WB_P_VALUE, "/countries"},
		{"a country twice", "\"MY\"", "\"US\"", WB_P_DUPLICATE,
		 "/countries/1/country"},
		{"less than nothing", "1000000000\n", "-1\n", WB_P_RANGE,
		 "/countries/1/tpp_x10"},
		{"nowhere to build", "\n    \"MY\",\n    \"IN\"\n  ]", "]",
		 WB_P_VALUE, "/destinations"},
		{"a destination twice", "\"IN\"", "\"MY\"", WB_P_DUPLICATE,
		 "/destinations/1"},
		{"no destination", "\"IN\"", "\"India\"", WB_P_VALUE,
		 "/destinations/1"},
		{"no first day", "  \"valid_from\": \"2025-06-02\",\n", GONE,
		 WB_P_MISSING, "/valid_from"},
	};
	static const struct bad_case nveu[] = {
		{"members of a uveu", "\"country\"", "\"destinations\"",
		 WB_P_UNKNOWN, "/destinations"},
		{"no country", "  \"country\": \"MY\",\n", GONE, WB_P_MISSING,
		 "/country"},
		{"nothing installed is 0", ",\n  \"installed_tpp_x10\": 0",
		 GONE, WB_P_MISSING, "/installed_tpp_x10"},
		{"a holder that is none", "\"merlion-holdings\"",
		 "\"authority\"", WB_P_VALUE, "/holder"},
	};

	(void)state;
	assert_bad_cases("statement-uveu", uveu, N(uveu));
	assert_bad_cases("statement-nveu", nveu, N(nveu));
}

/* --- letter, listing ------------------------------------------------------ */

static void test_letter_and_listing(void **state)
{
	static const struct bad_case letter[] = {
		{"no exporter", "  \"exporter\": \"acme\",\n", GONE,
		 WB_P_MISSING, "/exporter"},
		{"the member of a listing", "\"exporter\"", "\"subject\"",
		 WB_P_UNKNOWN, "/subject"},
		{"a name of two words", "h20-2025", "h20 2025", WB_P_VALUE,
		 "/name"},
		{"an end before its beginning", "\"2025-04-09\"",
		 "\"2025-04-09\",\n  \"until\": \"2025-04-08\"", WB_P_DATE,
		 "/until"},
		{"no first day", ",\n  \"effective\": \"2025-04-09\"", GONE,
		 WB_P_MISSING, "/effective"},
		{"from the committee", "\"authority\"", "\"committee\"",
		 WB_P_VALUE, "/party"},
	};
	static const struct bad_case listing[] = {
		{"no subject", "  \"subject\": \"harbour-fund\",\n", GONE,
		 WB_P_MISSING, "/subject"},
		{"a reserved subject", "harbour-fund", "committee", WB_P_VALUE,
		 "/subject"},
		{"a list without name", "\"entity_list\"", "\"\"", WB_P_VALUE,
		 "/list"},
		{"many lists", "\"entity_list\"", "[\"entity_list\"]",
		 WB_P_TYPE, "/list"},
		{"an end before its beginning", "2026-11-09", "2025-09-15",
		 WB_P_DATE, "/until"},
	};
	struct wb_statement st = decoded(format_example("statement-letter"));

	(void)state;
	assert_string_equal(st.u.letter.exporter, "acme");
	assert_string_equal(st.u.letter.name, "h20-2025");
	assert_int_equal(st.u.letter.until, WB_DATE_NONE);
	wb_statement_free(&st);
	st = decoded(format_example("statement-listing"));
	assert_string_equal(st.u.listing.subject, "harbour-fund");
	assert_true(st.u.listing.until > st.u.listing.effective);
	wb_statement_free(&st);
	/* One day only. */
	assert_good("statement-listing", "2026-11-09", "2025-09-16");
	assert_bad_cases("statement-letter", letter, N(letter));
	assert_bad_cases("statement-listing", listing, N(listing));
}

/* --- agreement ------------------------------------------------------------ */

static void test_agreement(void **state)
{
	static const struct bad_case bad[] = {
		{"no government", "  \"government\": \"miti\",\n", GONE,
		 WB_P_MISSING, "/government"},
		{"with the authority itself", "\"miti\"", "\"authority\"",
		 WB_P_VALUE, "/government"},
		{"two countries", "\"MY\"", "\"MY,SG\"", WB_P_VALUE,
		 "/country"},
		{"a status of no kind", "in_force", "in force", WB_P_VALUE,
		 "/status"},
		{"a commitment of no kind", "anti_smuggling", "no_smuggling",
		 WB_P_VALUE, "/commitments/1"},
		{"a commitment twice", "anti_smuggling", "align_controls",
		 WB_P_DUPLICATE, "/commitments/1"},
		{"a factor below one", "150", "99", WB_P_RANGE,
		 "/factor_percent"},
		{"more than twice", "150", "201", WB_P_RANGE,
		 "/factor_percent"},
		{"a factor as a fraction", "150", "1.5", WB_P_FLOAT,
		 "/factor_percent"},
		{"no factor", "  \"factor_percent\": 150,\n", GONE,
		 WB_P_MISSING, "/factor_percent"},
		{"a ceiling below the floor", "200000", "-1", WB_P_RANGE,
		 "/chip_ceiling"},
		{"an end before its beginning", "2027-12-31", "2025-07-14",
		 WB_P_DATE, "/until"},
		{"a member misspelt", "\"chip_ceiling\"", "\"chips_ceiling\"",
		 WB_P_UNKNOWN, "/chips_ceiling"},
	};
	struct wb_statement st = decoded(format_example("statement-agreement"));

	(void)state;
	assert_int_equal(st.u.agreement.commitments, WB_ALL_COMMITMENTS);
	assert_int_equal(st.u.agreement.factor_percent, 150);
	assert_int_equal(st.u.agreement.chip_ceiling, 200000);
	wb_statement_free(&st);
	st = decoded(changed("statement-agreement",
			     ",\n  \"chip_ceiling\": 200000", GONE));
	assert_int_equal(st.u.agreement.chip_ceiling, -1);
	wb_statement_free(&st);
	assert_good("statement-agreement", "150", "100");
	assert_good("statement-agreement", "150", "200");
	assert_bad_cases("statement-agreement", bad, N(bad));
}

/* --- finding, engine ------------------------------------------------------ */

static void test_finding(void **state)
{
	static const struct bad_case bad[] = {
		{"about nothing", "\"about\"", "\"of\"", WB_P_UNKNOWN, "/of"},
		{"about no statement", ",\n    \"id\": \"S-2025-0117\"", GONE,
		 WB_P_MISSING, "/about/id"},
		{"more than it is about", "\"S-2025-0117\"",
		 "\"S-2025-0117\", \"line\": 1", WB_P_UNKNOWN, "/about/line"},
		{"about a registration", "\"acme\"", "\"authority\"",
		 WB_P_VALUE, "/about/party"},
		{"about what the ledger says", "\"acme\"", "\"ledger\"",
		 WB_P_VALUE, "/about/party"},
		{"a code of two words", "pre-notice", "pre notice", WB_P_VALUE,
		 "/code"},
		{"an outcome of no kind", "check_passed", "passed", WB_P_VALUE,
		 "/outcome"},
		{"assigned to nobody", "check_passed", "assigned", WB_P_MISSING,
		 "/assignee"},
		{"an assignee of what is done", "\"note\"", "\"assignee\"",
		 WB_P_VALUE, "/assignee"},
		{"no serial numbers",
		 "[\n    \"1650325000101\",\n    \"1650325000102\"\n  ]", "[]",
		 WB_P_VALUE, "/serials"},
		{"a serial number twice", "1650325000102", "1650325000101",
		 WB_P_DUPLICATE, "/serials/1"},
		{"a serial number with a space", "1650325000102", "16503 2",
		 WB_P_VALUE, "/serials/1"},
		{"by the committee", "\"party\": \"miti\"",
		 "\"party\": \"committee\"", WB_P_VALUE, "/party"},
		{"by the ledger", "\"party\": \"miti\"",
		 "\"party\": \"ledger\"", WB_P_VALUE, "/party"},
	};
	struct wb_statement st = decoded(format_example("statement-finding"));

	(void)state;
	assert_string_equal(st.u.finding.about_party, "acme");
	assert_string_equal(st.u.finding.about_id, "S-2025-0117");
	assert_string_equal(st.about, "acme/S-2025-0117");
	assert_int_equal(st.u.finding.outcome, WB_CHECK_PASSED);
	assert_null(st.u.finding.assignee);
	assert_int_equal(st.u.finding.serials.n, 2);
	wb_statement_free(&st);
	assert_good("statement-finding", "\"party\": \"miti\"",
		    "\"party\": \"authority\"");
	assert_good("statement-finding", "\"check_passed\"",
		    "\"assigned\",\n  \"assignee\": \"desk 4\"");
	assert_bad_cases("statement-finding", bad, N(bad));
}

static void test_engine(void **state)
{
	static const struct bad_case bad[] = {
		{"no number", "1\n}", "\"1\"\n}", WB_P_TYPE, "/engine"},
		{"engine zero", "1\n}", "0\n}", WB_P_RANGE, "/engine"},
		{"no engine", "\"engine\": 1\n}", "\"number\": 1\n}",
		 WB_P_UNKNOWN, "/number"},
		{"by the authority", "\"committee\"", "\"authority\"",
		 WB_P_VALUE, "/party"},
	};
	struct wb_statement st = decoded(format_example("statement-engine"));

	(void)state;
	assert_int_equal(st.type, WB_ENGINE_CHANGE);
	assert_int_equal(st.u.engine.number, 1);
	wb_statement_free(&st);
	/* What is not at hand is for the ledger to say. */
	assert_good("statement-engine", "1\n}", "2147483647\n}");
	assert_bad_cases("statement-engine", bad, N(bad));
}

/* --- of a party ----------------------------------------------------------- */

static void test_more_of_a_party(void **state)
{
	static const struct bad_case bad[] = {
		{"a business of no kind", "data_centre", "data_center",
		 WB_P_VALUE, "/business"},
		{"nothing said of it", "\"data_centre\"", "\"\"", WB_P_VALUE,
		 "/business"},
		{"an address of no kind", "\"industrial\"", "\"factory\"",
		 WB_P_VALUE, "/address_kind"},
		{"not founded yet", "2023-11-02", "2025-01-03", WB_P_FUTURE,
		 "/incorporated"},
		{"a link of no kind", "\"kind\": \"bank\"",
		 "\"kind\": \"banker\"", WB_P_VALUE, "/links/1/kind"},
		{"a digest too short", "57a0fd2", "57a0fd", WB_P_VALUE,
		 "/links/1/sha256"},
		{"no links", "\"links\": [", "\"links\": [],\n  \"more\": [",
		 WB_P_UNKNOWN, "/more"},
		{"a facility twice", "JHB-2", "CBJ-1", WB_P_DUPLICATE,
		 "/facilities/1/id"},
		{"a facility nowhere",
		 "\"id\": \"JHB-2\",\n      \"country\": \"MY\"",
		 "\"id\": \"JHB-2\"", WB_P_MISSING, "/facilities/1/country"},
		{"power below nothing", "24000", "-1", WB_P_RANGE,
		 "/facilities/0/it_power_kw"},
		{"a facility of no name", "\"CBJ-1\"", "\"CBJ 1\"", WB_P_VALUE,
		 "/facilities/0/id"},
	};
	struct wb_statement st =
		decoded(format_example("statement-party-detail-more"));
	const struct wb_party_detail *d = &st.u.detail;

	(void)state;
	assert_int_equal(d->business, WB_DATA_CENTRE);
	assert_int_equal(d->address_kind, WB_INDUSTRIAL);
	assert_int_equal(d->n_links, 2);
	assert_int_equal(d->link[1].kind, WB_LINK_BANK);
	assert_int_equal(d->n_facilities, 2);
	assert_int_equal(d->facility[0].it_power_kw, 24000);
	assert_int_equal(d->facility[1].it_power_kw, -1);
	wb_statement_free(&st);
	assert_bad_cases("statement-party-detail-more", bad, N(bad));
	/* The same digest of another kind is another link. */
	assert_good("statement-party-detail-more",
		    "d211febb3bfab1251dbd668b7e7a62b4a142aaa1041d136043c3da90a"
		    "57a0fd2",
		    "bf74273d8766c06983ddb6688dae7eb666b29de66d05618e89dcfe245"
		    "668c71f");
	/* Nothing of all this is needed. */
	st = decoded(format_example("statement-party-detail"));
	assert_int_equal(st.u.detail.business, WB_BUSINESS_UNKNOWN);
	assert_int_equal(st.u.detail.incorporated, WB_DATE_NONE);
	wb_statement_free(&st);
}

static void test_governments(void **state)
{
	static const struct bad_case bad[] = {
		{"an exporter speaks for no country", "2026-12-31\"",
		 "2026-12-31\",\n  \"countries\": [\"MY\"]", WB_P_VALUE,
		 "/countries"},
		{"a government of nowhere", "\"exporter\",",
		 "\"government\",\n  \"countries\": [],", WB_P_VALUE,
		 "/countries"},
		{"of one country twice", "\"exporter\",",
		 "\"government\",\n  \"countries\": [\"MY\", \"MY\"],",
		 WB_P_DUPLICATE, "/countries/1"},
	};
	struct wb_statement st = decoded(
		changed("statement-party", "\"exporter\",",
			"\"government\",\n  \"countries\": [\"MY\", \"BN\"],"));

	(void)state;
	assert_int_equal(st.u.party_reg.n_countries, 2);
	assert_string_equal(st.u.party_reg.country[1], "BN");
	wb_statement_free(&st);
	assert_bad_cases("statement-party", bad, N(bad));
}

static int setup(void **state)
{
	(void)state;
	return wb_crypto_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_licence),
		cmocka_unit_test(test_bad_licence),
		cmocka_unit_test(test_veu),
		cmocka_unit_test(test_bad_veu),
		cmocka_unit_test(test_letter_and_listing),
		cmocka_unit_test(test_agreement),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_engine),
		cmocka_unit_test(test_more_of_a_party),
		cmocka_unit_test(test_governments),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
