#include "tests/unit/statement_case.h"

#undef ORIGIN
#include "tests/unit/world.h"

/*
 * Licences, letters, lists, agreements, answers to findings and engines, with
 * real signatures on a real ledger: what is taken, and why the rest is not.
 */
static struct world w;

#define N(a)      (sizeof(a) / sizeof((a)[0]))
#define AUTHORITY KEY_AUTHORITY_A, KEY_AUTHORITY_B

/* The example with parts of it replaced, and an id of its own. */
struct edit {
	const char *find, *put;
};

static const char *edited(const char *example, const struct edit edit[],
			  size_t n)
{
	static char text[2][16384];
	static unsigned count;
	char *now = text[0], *next = text[1];

	assert_int_equal(
		wb_slice_copy(format_example(example), now, sizeof(text[0])),
		0);
	for (size_t i = 0; i <= n; i++) {
		const char *find = i == n ? "\"id\": \"" : edit[i].find;
		char *at = strstr(now, find), *kept = now;

		if (at == NULL)
			fail_msg("%s: no %s", example, find);
		if (i == n)
			snprintf(next, sizeof(text[0]), "%.*s\"id\": \"n%u-%s",
				 (int)(at - now), now, count++,
				 at + strlen(find));
		else
			snprintf(next, sizeof(text[0]), "%.*s%s%s",
				 (int)(at - now), now, edit[i].put,
				 at + strlen(find));
		now = next;
		next = kept;
	}
	return now;
}

#define EDITED(example, ...)                                                   \
	edited(example, (const struct edit[]){{"", ""}, ##__VA_ARGS__},        \
	       N(((const struct edit[]){{"", ""}, ##__VA_ARGS__})))

static void taken(struct wb_slice note)
{
	if (world_append(&w, note) != 0)
		fail_msg("WB-%d at %s: %s", w.sub.problem.code,
			 w.sub.problem.pointer, w.sub.problem.detail);
}

static void refused(struct wb_slice note, enum wb_problem_code code,
		    const char *pointer)
{
	uint64_t before, after;
	struct wb_head head;

	wb_ledger_head(w.ledger, &head);
	before = head.tip.seq;
	assert_int_equal(world_append(&w, note), WB_EREFUSED);
	if (w.sub.problem.code != code ||
	    strcmp(w.sub.problem.pointer, pointer) != 0)
		fail_msg("WB-%d at \"%s\" (%s), not WB-%d at \"%s\"",
			 w.sub.problem.code, w.sub.problem.pointer,
			 w.sub.problem.detail, code, pointer);
	wb_ledger_head(w.ledger, &head);
	after = head.tip.seq;
	assert_int_equal(before, after);
}

#define TAKEN(text, ...) taken(world_sign(&w, text, __VA_ARGS__, -1))
#define REFUSED(code, pointer, text, ...)                                      \
	refused(world_sign(&w, text, __VA_ARGS__, -1), code, pointer)

static void government(const char *id, const char *country, int key)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "{\"type\":\"party\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"authority\",\"id\":\"p-%s\","
		 "\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"%s\","
		 "\"role\":\"government\",\"keys\":[\"%s\"],"
		 "\"valid_from\":\"2025-01-01\",\"countries\":[\"%s\"]}\n",
		 id, id, world_vkey(&w, key), country);
	TAKEN(text, AUTHORITY, key);
}

static int set_up(void **state)
{
	static const char *const details[] = {"merlion", "kuala-compute",
					      "harbour-fund", "globex",
					      "merlion-holdings"};

	(void)state;
	world_begin(&w, true);
	world_law(&w);
	/* The examples are dated up to August. */
	w.now += (wb_time)120 * 86400000;
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	assert_int_equal(world_party(&w, "globex", KEY_GLOBEX), 0);
	government("miti", "MY", KEY_MITI);
	government("mti", "SG", KEY_MTI);
	for (size_t i = 0; i < N(details); i++)
		assert_int_equal(world_detail(&w, details[i], "MY", "[]"), 0);
	assert_int_equal(
		world_detail(&w, "half", "MY",
			     "[{\"party\":\"globex\",\"percent\":50}]"),
		0);
	assert_int_equal(
		world_detail(&w, "sub", "MY",
			     "[{\"party\":\"globex\",\"percent\":51}]"),
		0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_end(&w);
	return 0;
}

/* --- who signs ------------------------------------------------------------ */

static void test_quorums(void **state)
{
	static const char *const by_authority[] = {
		"statement-licence", "statement-uveu", "statement-letter",
		"statement-listing"};

	(void)state;
	for (size_t i = 0; i < N(by_authority); i++) {
		const char *text = EDITED(by_authority[i]);

		REFUSED(WB_P_QUORUM, "", text, KEY_AUTHORITY_A);
		REFUSED(WB_P_LINES, "", text, KEY_AUTHORITY_A, KEY_AUTHORITY_A);
		REFUSED(WB_P_LINES, "", text, AUTHORITY, KEY_ACME);
		REFUSED(WB_P_LINES, "", text, KEY_AUTHORITY_A, KEY_COMMITTEE);
		REFUSED(WB_P_LINES, "", text, AUTHORITY, KEY_MITI);
		TAKEN(text, KEY_AUTHORITY_B, KEY_AUTHORITY_C);
	}
}

static void test_agreement_signers(void **state)
{
	const char *text = EDITED("statement-agreement");

	(void)state;
	REFUSED(WB_P_LINES, "/government", text, AUTHORITY);
	REFUSED(WB_P_QUORUM, "", text, KEY_AUTHORITY_A, KEY_MITI);
	REFUSED(WB_P_QUORUM, "", text, KEY_MITI);
	REFUSED(WB_P_LINES, "/government", text, AUTHORITY, KEY_MTI);
	REFUSED(WB_P_LINES, "", text, AUTHORITY, KEY_MITI, KEY_MTI);
	REFUSED(WB_P_LINES, "", text, KEY_AUTHORITY_A, KEY_COMMITTEE, KEY_MITI);
	TAKEN(text, AUTHORITY, KEY_MITI);
	text = EDITED("statement-agreement", {"\"miti\"", "\"acme\""});
	REFUSED(WB_P_ROLE, "/party", text, AUTHORITY, KEY_ACME);
	REFUSED(WB_P_KEY_UNKNOWN, "", text, AUTHORITY, KEY_STRANGER);
}

static void test_finding_signers(void **state)
{
	const char *text;

	(void)state;
	TAKEN(world_shipment("S-1", "merlion", "MY", 5), KEY_ACME);
	text = EDITED("statement-finding", {"S-2025-0117", "S-1"});
	REFUSED(WB_P_LINES, "", text, AUTHORITY);
	REFUSED(WB_P_LINES, "", text, KEY_MTI);
	REFUSED(WB_P_LINES, "", text, KEY_MITI, KEY_AUTHORITY_A);
	TAKEN(text, KEY_MITI);
	/* By the authority, the quorum it is. */
	text = EDITED("statement-finding", {"S-2025-0117", "S-1"},
		      {"\"miti\"", "\"authority\""});
	REFUSED(WB_P_QUORUM, "", text, KEY_AUTHORITY_A);
	REFUSED(WB_P_LINES, "", text, KEY_MITI);
	REFUSED(WB_P_LINES, "", text, AUTHORITY, KEY_MITI);
	TAKEN(text, AUTHORITY);
	/* An exporter does not close what is found about it. */
	text = EDITED("statement-finding", {"S-2025-0117", "S-1"},
		      {"\"miti\"", "\"acme\""});
	REFUSED(WB_P_ROLE, "/party", text, KEY_ACME);
}

/* --- licences ------------------------------------------------------------- */

static void test_licence_parties(void **state)
{
	static const struct {
		const char *find, *put;
		enum wb_problem_code code;
		const char *pointer;
	} cases[] = {
		{"\"globex\"", "\"nobody\"", WB_P_PARTY, "/exporters/1"},
		{"\"globex\"", "\"miti\"", WB_P_PARTY_ROLE, "/exporters/1"},
		{"\"merlion\"", "\"nobody\"", WB_P_PARTY, "/consignee"},
		{"\"kuala-compute\"", "\"nobody\"", WB_P_PARTY, "/end_user"},
		{"\"destination\": \"MY\"", "\"destination\": \"XX\"",
		 WB_P_COUNTRY, "/destination"},
		{"\"active\"", "\"suspended\"", WB_P_STATUS, "/status"},
		{"\"active\"", "\"revoked\"", WB_P_STATUS, "/status"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		REFUSED(cases[i].code, cases[i].pointer,
			EDITED("statement-licence",
			       {cases[i].find, cases[i].put}),
			AUTHORITY);
	TAKEN(EDITED("statement-licence"), AUTHORITY);
}

static void test_numbers(void **state)
{
	(void)state;
	TAKEN(EDITED("statement-licence"), AUTHORITY);
	/* The same grant: less of it, for one exporter, until another day. */
	TAKEN(EDITED("statement-licence", {"2000", "1"},
		     {",\n    \"globex\"", ""}, {"2026-06-01", "2025-12-31"}),
	      AUTHORITY);
	/* Another grant. */
	REFUSED(WB_P_NUMBER, "/number",
		EDITED("statement-licence",
		       {"\"merlion\"", "\"harbour-fund\""}),
		AUTHORITY);
	REFUSED(WB_P_NUMBER, "/number",
		EDITED("statement-licence",
		       {"\"destination\": \"MY\"", "\"destination\": \"SG\""}),
		AUTHORITY);
	REFUSED(WB_P_NUMBER, "/number",
		EDITED("statement-uveu", {"U-0007", "D1234567"}), AUTHORITY);
	/* Suspended and resumed; revoked, and that is that. */
	TAKEN(EDITED("statement-licence", {"\"active\"", "\"suspended\""}),
	      AUTHORITY);
	TAKEN(EDITED("statement-licence"), AUTHORITY);
	TAKEN(EDITED("statement-licence", {"\"active\"", "\"revoked\""}),
	      AUTHORITY);
	REFUSED(WB_P_STATUS, "/status", EDITED("statement-licence"), AUTHORITY);
	TAKEN(EDITED("statement-licence", {"\"D1234567\"", "\"D1234568\""}),
	      AUTHORITY);
}

static void test_holders(void **state)
{
	(void)state;
	REFUSED(WB_P_PARTY, "/holder",
		EDITED("statement-uveu", {"\"globex\"", "\"nobody\""}),
		AUTHORITY);
	REFUSED(WB_P_OWNERS, "/holder",
		EDITED("statement-uveu", {"\"globex\"", "\"sub\""}), AUTHORITY);
	assert_string_equal(w.sub.problem.resolution,
			    "Make the grant out to globex.");
	/* Whom nobody holds more than half of is its own parent. */
	TAKEN(EDITED("statement-uveu", {"\"globex\"", "\"half\""},
		     {"U-0007", "U-1"}),
	      AUTHORITY);
	REFUSED(WB_P_COUNTRY, "/countries/1/country",
		EDITED("statement-uveu", {"\"MY\"", "\"XX\""}), AUTHORITY);
	REFUSED(WB_P_COUNTRY, "/destinations/1",
		EDITED("statement-uveu", {"\"IN\"", "\"XX\""}), AUTHORITY);
	TAKEN(EDITED("statement-uveu"), AUTHORITY);
	REFUSED(WB_P_COUNTRY, "/country",
		EDITED("statement-nveu", {"\"MY\"", "\"XX\""}), AUTHORITY);
	TAKEN(EDITED("statement-nveu"), AUTHORITY);
	REFUSED(WB_P_NUMBER, "/number",
		EDITED("statement-nveu", {"\"MY\"", "\"SG\""}), AUTHORITY);
}

/* As many destinations as a uveu may have, each of which may read of it. */
static void test_all_destinations(void **state)
{
	char list[512] = "\"IN\"";
	static const char *const more[] = {
		"AU", "BE", "CA", "DK", "FI", "FR", "DE", "IE",
		"IT", "JP", "NL", "NZ", "NO", "KR", "ES", "SE",
		"TW", "GB", "US", "SG", "AE", "SA", "VN", "CH",
		"PL", "BR", "MX", "TH", "ID", "PH", "QA"};
	size_t n = 2, len = strlen(list);

	(void)state;
	/* With MY and IN there are two; the table knows all of these. */
	for (size_t i = 0; n < WB_GRANT_DESTINATIONS_MAX; i++, n++)
		len += (size_t)snprintf(list + len, sizeof(list) - len,
					", \"%s\"", more[i]);
	TAKEN(EDITED("statement-uveu", {"\"IN\"", list}), AUTHORITY);
	snprintf(list + len, sizeof(list) - len, ", \"%s\"",
		 more[WB_GRANT_DESTINATIONS_MAX - 2]);
	assert_int_equal(world_append(&w, world_sign(&w,
						     EDITED("statement-uveu",
							    {"\"IN\"", list}),
						     AUTHORITY, -1)),
			 WB_EREFUSED);
	assert_int_equal(w.sub.problem.code, WB_P_TOO_LONG);
}

/* --- letters, lists ------------------------------------------------------- */

static void test_days(void **state)
{
	(void)state;
	REFUSED(WB_P_PARTY, "/exporter",
		EDITED("statement-letter", {"\"acme\"", "\"merlion\""}),
		AUTHORITY);
	REFUSED(WB_P_PARTY_ROLE, "/exporter",
		EDITED("statement-letter", {"\"acme\"", "\"miti\""}),
		AUTHORITY);
	TAKEN(EDITED("statement-letter"), AUTHORITY);
	REFUSED(WB_P_OVERLAP, "/effective",
		EDITED("statement-letter", {"\"effective\": \"2025-04-09\"",
					    "\"effective\": \"2025-08-01\""}),
		AUTHORITY);
	/* Another name, another exporter. */
	TAKEN(EDITED("statement-letter", {"h20-2025", "hbm-2025"}), AUTHORITY);
	TAKEN(EDITED("statement-letter", {"\"acme\"", "\"globex\""}),
	      AUTHORITY);
	TAKEN(EDITED("statement-letter",
		     {"\"effective\": \"2025-04-09\"",
		      "\"effective\": \"2025-04-09\", \"until\": "
		      "\"2025-07-31\""}),
	      AUTHORITY);
	TAKEN(EDITED("statement-letter", {"\"effective\": \"2025-04-09\"",
					  "\"effective\": \"2025-08-01\""}),
	      AUTHORITY);
	REFUSED(WB_P_PARTY, "/subject",
		EDITED("statement-listing", {"harbour-fund", "nobody"}),
		AUTHORITY);
	TAKEN(EDITED("statement-listing"), AUTHORITY);
	REFUSED(WB_P_OVERLAP, "/effective",
		EDITED("statement-listing",
		       {"\"2025-09-16\",\n", "\"2026-11-09\",\n"}),
		AUTHORITY);
}

/* --- agreements ----------------------------------------------------------- */

static void test_governments(void **state)
{
	(void)state;
	REFUSED(WB_P_GOVERNMENT, "/country",
		EDITED("statement-agreement", {"\"MY\"", "\"SG\""}), AUTHORITY,
		KEY_MITI);
	REFUSED(WB_P_STATUS, "/status",
		EDITED("statement-agreement", {"in_force", "ended"}), AUTHORITY,
		KEY_MITI);
	TAKEN(EDITED("statement-agreement"), AUTHORITY, KEY_MITI);
	/* Before it begins there is nothing to suspend, and after its end. */
	REFUSED(WB_P_STATUS, "/status",
		EDITED("statement-agreement", {"in_force", "suspended"},
		       {"2025-07-15", "2025-07-14"}),
		AUTHORITY, KEY_MITI);
	REFUSED(WB_P_STATUS, "/status",
		EDITED("statement-agreement", {"in_force", "suspended"},
		       {"2025-07-15", "2028-01-01"},
		       {"  \"until\": \"2027-12-31\",\n", ""}),
		AUTHORITY, KEY_MITI);
	TAKEN(EDITED("statement-agreement", {"in_force", "suspended"},
		     {"2025-07-15", "2026-01-01"}),
	      AUTHORITY, KEY_MITI);
}

static void test_as_many_agreements_as_are_kept(void **state)
{
	char date[16];

	(void)state;
	for (int i = 0; i <= WB_AGREEMENTS_MAX; i++) {
		const char *text;

		snprintf(date, sizeof(date), "2026-01-%02d", i + 1);
		text = EDITED("statement-agreement", {"2025-07-15", date});
		if (i < WB_AGREEMENTS_MAX)
			TAKEN(text, AUTHORITY, KEY_MITI);
		else
			REFUSED(WB_P_TOO_LONG, "", text, AUTHORITY, KEY_MITI);
	}
}

/* --- findings, engine, facilities ----------------------------------------- */

static void test_findings(void **state)
{
	(void)state;
	REFUSED(WB_P_STATEMENT, "/about", EDITED("statement-finding"),
		KEY_MITI);
	TAKEN(world_shipment("S-1", "merlion", "MY", 5), KEY_ACME);
	/* Of Malaysia and the United States, not of Singapore. */
	REFUSED(WB_P_GOVERNMENT, "/about",
		EDITED("statement-finding", {"S-2025-0117", "S-1"},
		       {"\"miti\"", "\"mti\""}),
		KEY_MTI);
	TAKEN(EDITED("statement-finding", {"S-2025-0117", "S-1"}), KEY_MITI);
	TAKEN(EDITED("statement-finding", {"S-2025-0117", "S-1"},
		     {"check_passed", "closed"}),
	      KEY_MITI);
}

static void test_engines(void **state)
{
	(void)state;
	REFUSED(WB_P_ENGINE, "/engine",
		EDITED("statement-engine", {"\"engine\": 1", "\"engine\": 2"}),
		KEY_COMMITTEE);
	REFUSED(WB_P_LINES, "", EDITED("statement-engine"), AUTHORITY);
	TAKEN(EDITED("statement-engine"), KEY_COMMITTEE);
	/* And the ledger goes on. */
	TAKEN(world_shipment("S-1", "merlion", "MY", 5), KEY_ACME);
}

/* A release that has not the engine in force does not open the ledger. */
static void test_a_ledger_under_another_engine(void **state)
{
	static const char value[] = ORIGIN " paper historical 30 2";
	struct wb_write_txn *txn;

	(void)state;
	assert_int_equal(wb_write_begin(wb_ledger_store(w.ledger), &txn), 0);
	assert_int_equal(wb_put_state(txn, "ledger", wb_slice_str(value), 0),
			 0);
	assert_int_equal(wb_write_commit(txn), 0);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	assert_int_equal(wb_ledger_open(w.dir, &w.services, &w.ledger),
			 WB_EENGINE);
}

static void test_facilities(void **state)
{
	(void)state;
	TAKEN(EDITED("statement-party-detail-more"), AUTHORITY);
	REFUSED(WB_P_NUMBER, "/facilities/1/id",
		EDITED("statement-party-detail-more",
		       {"\"JHB-2\",\n      \"country\": \"MY\"",
			"\"JHB-2\",\n      \"country\": \"SG\""}),
		AUTHORITY);
	TAKEN(EDITED("statement-party-detail-more", {"24000", "30000"}),
	      AUTHORITY);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_quorums),
		TEST(test_agreement_signers),
		TEST(test_finding_signers),
		TEST(test_licence_parties),
		TEST(test_numbers),
		TEST(test_holders),
		TEST(test_all_destinations),
		TEST(test_days),
		TEST(test_governments),
		TEST(test_as_many_agreements_as_are_kept),
		TEST(test_findings),
		TEST(test_engines),
		TEST(test_a_ledger_under_another_engine),
		TEST(test_facilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
