#include "tests/unit/grants.h"

/* What grants leave in the state, and what rules are told of it. */

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* --- the document --------------------------------------------------------- */

static void test_state_is_as_documented(void **unused)
{
	static const char *const examples[] = {
		"statement-party-detail", "statement-party-detail-more",
		"statement-licence",      "statement-uveu",
		"statement-nveu",         "statement-letter",
		"statement-listing",      "statement-agreement",
		"statement-finding",      "statement-engine",
	};
	char all[8192];
	struct wb_slice text;
	struct wb_writer w;

	(void)unused;
	put("said/acme/S-2025-0117", "shipment MY,US");
	wb_writer_init(&w, all, sizeof(all));
	for (size_t i = 0; i < N(examples); i++) {
		apply(format_example(examples[i]));
		for (size_t k = 0; k < d.n_writes; k++) {
			wb_write_str(&w, d.write[k].key);
			wb_write_char(&w, ' ');
			wb_write_slice(&w, d.write[k].value);
			wb_write_char(&w, '\n');
		}
	}
	assert_int_equal(wb_writer_end(&w, &text), 0);
	if (!wb_slice_eq(text, format_example("grants-state-example")))
		fail_msg("%.*s", (int)text.len, (const char *)text.p);
}

/* --- licences ------------------------------------------------------------- */

static void test_licence(void **unused)
{
	struct wb_grant g;

	(void)unused;
	apply(format_example("statement-licence"));
	again();
	assert_int_equal(wb_grant_read(&state, &d, "D1234567", &g), 0);
	assert_int_equal(g.kind, WB_GRANT_LICENCE);
	assert_string_equal(g.number, "D1234567");
	assert_string_equal(g.consignee, "merlion");
	assert_string_equal(g.end_user, "kuala-compute");
	assert_int_equal(g.n_exporters, 2);
	assert_true(wb_grant_exporter(&g, "globex"));
	assert_false(wb_grant_exporter(&g, "glob"));
	assert_true(wb_grant_destination(&g, "MY"));
	assert_false(wb_grant_destination(&g, "SG"));
	/* Both days are in it, the days around them are not. */
	assert_false(wb_grant_holds(&g, day("2025-06-01")));
	assert_true(wb_grant_holds(&g, day("2025-06-02")));
	assert_true(wb_grant_holds(&g, day("2026-06-01")));
	assert_false(wb_grant_holds(&g, day("2026-06-02")));
	/* An item of models, and one of whatever is of the ECCN. */
	assert_int_equal(wb_grant_item(&g, "3A090.a", "nv-h200-sxm")->quantity,
			 2000);
	assert_null(wb_grant_item(&g, "3A090.a", "nv-h20"));
	assert_null(wb_grant_item(&g, "3A090.a", NULL));
	assert_null(wb_grant_item(&g, "3A090", "nv-h200-sxm"));
	assert_int_equal(wb_grant_item(&g, "4A090.a", NULL)->tpp_x10,
			 316640000);
	assert_int_equal(wb_grant_item(&g, "4A090.a", "any")->quantity, -1);
}

static void test_a_status_ends_it(void **unused)
{
	struct wb_grant g;

	(void)unused;
	apply(format_example("statement-licence"));
	apply(changed("statement-licence", "\"active\"", "\"suspended\""));
	again();
	assert_int_equal(wb_grant_read(&state, &d, "D1234567", &g), 0);
	assert_int_equal(g.status, WB_GRANT_SUSPENDED);
	assert_false(wb_grant_holds(&g, day("2025-06-02")));
}

static void test_veu(void **unused)
{
	struct wb_grant g;

	(void)unused;
	apply(format_example("statement-uveu"));
	apply(format_example("statement-nveu"));
	again();
	assert_int_equal(wb_grant_read(&state, &d, "U-0007", &g), 0);
	assert_int_equal(g.kind, WB_GRANT_UVEU);
	assert_string_equal(g.holder, "globex");
	assert_int_equal(g.world_tpp_x10, 90000000000);
	assert_int_equal(wb_grant_declared(&g, "MY"), 1000000000);
	assert_int_equal(wb_grant_declared(&g, "IN"), 0);
	assert_true(wb_grant_destination(&g, "IN"));
	assert_false(wb_grant_destination(&g, "US"));
	/* Without a last day it holds on. */
	assert_true(wb_grant_holds(&g, day("2099-01-01")));
	assert_int_equal(wb_grant_read(&state, &d, "N-0012", &g), 0);
	assert_int_equal(g.kind, WB_GRANT_NVEU);
	assert_true(wb_grant_destination(&g, "MY"));
	assert_int_equal(g.installed_tpp_x10, 0);
}

/* Numbers that shipments claim are any text; none makes a wrong key. */
static void test_numbers_that_are_none(void **unused)
{
	static const char *const none[] = {"",
					   "D 1",
					   "../D1234567",
					   "D1234567/x",
					   "\xc3\xa9",
					   "-",
					   ("D000000000000000000000000000000000"
					    "0000000000000000000000000000"
					    "0000")};
	struct wb_grant g;

	(void)unused;
	apply(format_example("statement-licence"));
	again();
	for (size_t i = 0; i < N(none); i++)
		assert_int_equal(wb_grant_read(&state, &d, none[i], &g),
				 WB_ENOTFOUND);
	assert_int_equal(wb_grant_read(&state, &d, "D1234568", &g),
			 WB_ENOTFOUND);
	assert_int_equal(d.n_reads, 1);
}

/* The longest licence that can be stated fits a value of the state. */
static void test_the_longest_licence(void **unused)
{
	struct wb_grant g, read;
	uint8_t text[WB_STATE_VALUE_MAX];
	struct wb_slice value;
	struct wb_writer w;

	(void)unused;
	memset(&g, 0, sizeof(g));
	g.valid_from = g.valid_to = day("2025-06-02");
	memset(g.consignee, 'c', WB_ID_MAX);
	memset(g.end_user, 'e', WB_ID_MAX);
	memcpy(g.destination, "MY", 3);
	g.n_exporters = WB_GRANT_EXPORTERS_MAX;
	for (size_t i = 0; i < g.n_exporters; i++)
		memset(g.exporter[i], 'a' + (int)i, WB_ID_MAX);
	g.n_items = WB_GRANT_ITEMS_MAX;
	for (size_t i = 0; i < g.n_items; i++) {
		memset(g.item[i].eccn, 'A' + (int)i, WB_ECCN_MAX);
		g.item[i].n_models = WB_GRANT_MODELS_MAX;
		for (size_t k = 0; k < WB_GRANT_MODELS_MAX; k++)
			memset(g.item[i].model[k], 'm' + (int)k, WB_ID_MAX);
		g.item[i].quantity = WB_QUANTITY_MAX;
		g.item[i].tpp_x10 = WB_INTEGER_MAX;
	}
	wb_writer_init(&w, text, sizeof(text));
	wb_grant_format(&w, &g);
	assert_int_equal(wb_writer_end(&w, &value), 0);
	assert_int_equal(wb_grant_parse(value, &read), 0);
	assert_memory_equal(&read, &g, sizeof(g));
}

/* --- letters and lists ---------------------------------------------------- */

static bool letter_on(const char *exporter, const char *name, const char *date)
{
	bool on;

	assert_int_equal(
		wb_letter_on(&state, &d, exporter, name, day(date), &on), 0);
	return on;
}

static void test_letter(void **unused)
{
	(void)unused;
	apply(format_example("statement-letter"));
	again();
	assert_false(letter_on("acme", "h20-2025", "2025-04-08"));
	assert_true(letter_on("acme", "h20-2025", "2025-04-09"));
	assert_true(letter_on("acme", "h20-2025", "2035-04-09"));
	assert_false(letter_on("acme", "h20", "2025-04-09"));
	assert_false(letter_on("globex", "h20-2025", "2025-04-09"));
	/* Its last day is told later; a second one begins after that. */
	apply(changed("statement-letter", "\"2025-04-09\"",
		      "\"2025-04-09\",\n  \"until\": \"2025-07-14\""));
	apply(changed("statement-letter", "\"2025-04-09\"", "\"2025-08-01\""));
	again();
	assert_true(letter_on("acme", "h20-2025", "2025-07-14"));
	assert_false(letter_on("acme", "h20-2025", "2025-07-15"));
	assert_true(letter_on("acme", "h20-2025", "2025-08-01"));
	assert_int_equal(d.n_reads, 1);
}

static void test_spans(void **unused)
{
	struct wb_span other, s = {.name = "a", .from = 100, .to = 200};
	struct wb_spans spans = {0};

	(void)unused;
	assert_int_equal(wb_spans_put(&spans, &s, &other), 0);
	/* Days that meet at either end, around, within, and without end. */
	for (wb_date from = 0; from <= 300; from += 50) {
		for (wb_date to = from; to <= 350; to += 50) {
			struct wb_span t = {.name = "a",
					    .from = from + (from == 100),
					    .to = to + (from == 100)};
			struct wb_spans copy = spans;
			bool meet = t.from <= 200 && t.to >= 100;

			assert_int_equal(wb_spans_put(&copy, &t, &other),
					 meet ? WB_ECONFLICT : 0);
			memcpy(t.name, "b", 2);
			assert_int_equal(wb_spans_put(&copy, &t, &other), 0);
		}
	}
	s = (struct wb_span){.name = "a", .from = 50, .to = WB_DATE_NONE};
	assert_int_equal(wb_spans_put(&spans, &s, &other), WB_ECONFLICT);
	assert_int_equal(other.from, 100);
	s.from = 201;
	assert_int_equal(wb_spans_put(&spans, &s, &other), 0);
	/* The same first day: in the place of the one before. */
	s = (struct wb_span){.name = "a", .from = 100, .to = 150};
	assert_int_equal(wb_spans_put(&spans, &s, &other), 0);
	assert_int_equal(spans.n, 2);
	assert_int_equal(spans.span[0].to, 150);
	while (spans.n < WB_SPANS_MAX) {
		s.from = 1000 + (wb_date)spans.n;
		memcpy(s.name, "c", 2);
		s.to = s.from;
		assert_int_equal(wb_spans_put(&spans, &s, &other), 0);
	}
	s.from = s.to = 5000;
	assert_int_equal(wb_spans_put(&spans, &s, &other), WB_ELIMIT);
}

/* --- agreements ----------------------------------------------------------- */

static struct wb_agreement_now agreed(const char *country, const char *date)
{
	struct wb_agreement_now now;

	again();
	assert_int_equal(wb_agreement_on(&state, &d, country, day(date), &now),
			 0);
	return now;
}

static void test_agreement(void **unused)
{
	struct wb_agreement_now now;

	(void)unused;
	apply(format_example("statement-agreement"));
	assert_int_equal(agreed("MY", "2025-07-14").standing,
			 WB_AGREEMENT_NONE);
	assert_int_equal(agreed("SG", "2025-07-15").standing,
			 WB_AGREEMENT_NONE);
	now = agreed("MY", "2025-07-15");
	assert_int_equal(now.standing, WB_AGREEMENT_VALID);
	assert_int_equal(now.factor_percent, 150);
	assert_int_equal(now.chip_ceiling, 200000);
	assert_int_equal(agreed("MY", "2027-12-31").standing,
			 WB_AGREEMENT_VALID);
	now = agreed("MY", "2028-01-01");
	assert_int_equal(now.standing, WB_AGREEMENT_NONE);
	assert_int_equal(now.factor_percent, 100);
	assert_int_equal(now.chip_ceiling, -1);

	/* Suspended in the midst; and back, with one commitment less. */
	apply(changed("statement-agreement",
		      "\"effective\": \"2025-07-15\",\n  \"until\": "
		      "\"2027-12-31\",\n  \"status\": \"in_force\"",
		      "\"effective\": \"2026-01-01\",\n  \"status\": "
		      "\"suspended\""));
	apply(changed("statement-agreement",
		      "\"effective\": \"2025-07-15\",\n  \"until\": "
		      "\"2027-12-31\",\n  \"status\": \"in_force\",\n"
		      "  \"commitments\": [\n    \"align_controls\",",
		      "\"effective\": \"2026-03-01\",\n  \"status\": "
		      "\"in_force\",\n  \"commitments\": ["));
	assert_int_equal(agreed("MY", "2025-12-31").standing,
			 WB_AGREEMENT_VALID);
	now = agreed("MY", "2026-01-01");
	assert_int_equal(now.standing, WB_AGREEMENT_NONE);
	assert_int_equal(now.status, WB_AGREEMENT_SUSPENDED);
	assert_int_equal(now.factor_percent, 100);
	now = agreed("MY", "2026-03-01");
	assert_int_equal(now.standing, WB_AGREEMENT_PARTIAL);
	assert_int_equal(now.commitments,
			 WB_ANTI_SMUGGLING | WB_NO_MILITARY_COOPERATION);
	/* The first one's last day no longer matters. */
	assert_int_equal(agreed("MY", "2028-01-01").standing,
			 WB_AGREEMENT_PARTIAL);
}

/* --- findings, engine ----------------------------------------------------- */

static void test_answer(void **unused)
{
	struct wb_answer a;

	(void)unused;
	put("said/acme/S-2025-0117", "shipment MY,US");
	apply(format_example("statement-finding"));
	assert_int_equal(d.n_scopes, 2);
	assert_string_equal(d.scope[0], "MY");
	again();
	assert_int_equal(wb_answer_read(&state, &d, "acme", "S-2025-0117",
					"pre-notice", &a),
			 0);
	assert_int_equal(a.outcome, WB_CHECK_PASSED);
	assert_string_equal(a.by, "miti");
	assert_int_equal(a.date, day("2025-08-21"));
	assert_int_equal(a.assignee.len, 0);
	assert_int_equal(
		wb_answer_read(&state, &d, "acme", "S-2025-0117", "late", &a),
		WB_ENOTFOUND);
	apply(changed("statement-finding", "\"outcome\": \"check_passed\",",
		      "\"outcome\": \"assigned\",\n"
		      "  \"assignee\": \"Desk 4, export control\","));
	again();
	assert_int_equal(wb_answer_read(&state, &d, "acme", "S-2025-0117",
					"pre-notice", &a),
			 0);
	assert_int_equal(a.outcome, WB_ASSIGNED);
	assert_true(wb_slice_is(a.assignee, "Desk 4, export control"));
}

static void test_engine(void **unused)
{
	(void)unused;
	put("ledger", ORIGIN " rev500 historical 0 1");
	apply(format_example("statement-engine"));
	assert_int_equal(d.verdict, WB_NOTED);
	assert_string_equal(got("ledger"), ORIGIN " rev500 historical 0 1");
}

/* --- values that nobody wrote --------------------------------------------- */

static void test_bad_values(void **unused)
{
	static const char *const grants[] = {
		"",
		"licence",
		"lease active 2025-01-01 - a b MY",
		"nveu open 2025-01-01 - h MY 0",
		"nveu active - - h MY 0",
		"nveu active 2025-01-01 - h MY",
		"nveu active 2025-01-01 - h MY -",
		"nveu active 2025-01-01 - h MY 0 x",
		"nveu active 2025-01-01 - h MY 9007199254740992",
		"nveu active 2025-01-01 - h MYS 0",
		"uveu active 2025-01-01 - h 1 US 2 MY",
		"uveu active 2025-01-01 - h 1 US:- MY",
		"licence active 2025-01-01 2025-01-02 c - MY e",
		"licence active 2025-01-01 2025-01-02 c - MY e 3A090.a:-:1",
		"licence active 2025-01-01 2025-01-02 c - MY e 3A090.a::1:-",
		"licence active 2025-01-01 2025-01-02 c - MY e 3A090.a:-:1:-:2",
	};
	static const char *const spans[] = {"",
					    "a",
					    "a 2025-01-01",
					    "a - -",
					    "a 2025-01-01 - b",
					    "- 2025-01-01 -",
					    "a 2025-01-01 -;b"};
	static const char *const agreements[] = {
		"",
		"2025-01-01 - in_force 7 100 -",
		"2025-01-01 - at_rest 7 100 - g",
		"2025-01-01 - in_force 8 100 - g",
		"2025-01-01 - in_force 7 201 - g",
		"2025-01-01 - in_force 7 100 - g h"};
	struct wb_agreements all;
	struct wb_spans s;
	struct wb_grant g;

	(void)unused;
	for (size_t i = 0; i < N(grants); i++)
		if (wb_grant_parse(wb_slice_str(grants[i]), &g) == 0)
			fail_msg("taken: %s", grants[i]);
	for (size_t i = 0; i < N(spans); i++)
		if (wb_spans_parse(wb_slice_str(spans[i]), &s) == 0)
			fail_msg("taken: %s", spans[i]);
	for (size_t i = 0; i < N(agreements); i++)
		if (wb_agreements_parse(wb_slice_str(agreements[i]), &all) == 0)
			fail_msg("taken: %s", agreements[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_state_is_as_documented, empty),
		cmocka_unit_test_setup(test_licence, empty),
		cmocka_unit_test_setup(test_a_status_ends_it, empty),
		cmocka_unit_test_setup(test_veu, empty),
		cmocka_unit_test_setup(test_numbers_that_are_none, empty),
		cmocka_unit_test_setup(test_the_longest_licence, empty),
		cmocka_unit_test_setup(test_letter, empty),
		cmocka_unit_test_setup(test_spans, empty),
		cmocka_unit_test_setup(test_agreement, empty),
		cmocka_unit_test_setup(test_answer, empty),
		cmocka_unit_test_setup(test_engine, empty),
		cmocka_unit_test_setup(test_bad_values, empty),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
