#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/granted.h"
#include "tests/unit/world.h"

/*
 * What is shown of agreements and licences, from a real store: to whom, page
 * by page, and nothing that is not released.
 */
static struct world w;
static struct wb_view *view;
static struct wb_buf out;

static void say(const char *type, const char *id, const char *members)
{
	char text[2048];
	bool agreed = strcmp(type, "agreement") == 0;

	snprintf(text, sizeof(text),
		 "{\"type\":\"%s\",\"ledger\":\"" ORIGIN "\",\"party\":"
		 "\"authority\",\"id\":\"%s\",\"issued\":"
		 "\"2025-05-20T00:00:00Z\",%s}\n",
		 type, id, members);
	if (world_say(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
		      agreed ? KEY_MITI : -1, -1) != 0)
		fail_msg("%s: WB-%d %s %s", id, w.sub.problem.code,
			 w.sub.problem.pointer, w.sub.problem.detail);
}

#define ACTIVE(N) "\"number\":\"" N "\",\"status\":\"active\","
#define VALID     "\"valid_from\":\"2025-05-01\","

static void say_what_is_granted(void)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"party\",\"ledger\":\"" ORIGIN "\",\"party\":"
		 "\"authority\",\"id\":\"party-miti\",\"issued\":"
		 "\"2025-05-01T00:00:00Z\",\"subject\":\"miti\",\"role\":"
		 "\"government\",\"countries\":[\"MY\"],\"keys\":[\"%s\"],"
		 "\"valid_from\":\"2025-01-01\"}\n",
		 world_vkey(&w, KEY_MITI));
	assert_int_equal(world_say(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
				   KEY_MITI, -1),
			 0);
	say("agreement", "A-1",
	    "\"government\":\"miti\",\"country\":\"MY\",\"effective\":"
	    "\"2025-05-20\",\"status\":\"in_force\",\"commitments\":["
	    "\"align_controls\",\"no_military_cooperation\"],"
	    "\"factor_percent\":120,\"chip_ceiling\":70000");
	say("agreement", "A-2",
	    "\"government\":\"miti\",\"country\":\"MY\",\"effective\":"
	    "\"2025-07-01\",\"status\":\"suspended\",\"commitments\":["
	    "\"anti_smuggling\"],\"factor_percent\":100");
	say("licence", "G-1",
	    "\"grant\":\"licence\"," ACTIVE("D-1") VALID
	    "\"valid_to\":\"2026-04-30\",\"exporters\":[\"acme\"],"
	    "\"consignee\":\"op\",\"destination\":\"MY\",\"items\":["
	    "{\"eccn\":\"3A090.a\",\"quantity\":10,\"tpp_x10\":1000},"
	    "{\"eccn\":\"4A090\",\"models\":[\"x\"],\"tpp_x10\":7}]");
	say("licence", "G-2",
	    "\"grant\":\"nveu\"," ACTIVE("N-1") VALID
	    "\"holder\":\"op\",\"country\":\"MY\",\"installed_tpp_x10\":5");
	say("licence", "G-3",
	    "\"grant\":\"uveu\"," ACTIVE("U-1") VALID
	    "\"holder\":\"op\",\"world_tpp_x10\":100,\"countries\":[{"
	    "\"country\":\"US\",\"tpp_x10\":90}],\"destinations\":[\"MY\","
	    "\"US\",\"SG\"]");
}

static int set_up(void **state)
{
	(void)state;
	world_begin(&w, true);
	world_law(&w);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	assert_int_equal(world_party(&w, "globex", KEY_GLOBEX), 0);
	assert_int_equal(world_detail(&w, "op", "MY", "[]"), 0);
	say_what_is_granted();
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &view), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wb_view_close(view);
	wb_buf_free(&out);
	world_end(&w);
	return 0;
}

static struct wb_granted_asked as(const char *party)
{
	struct wb_granted_asked asked = {.view = view, .party = party};

	assert_int_equal(wb_view_size(view, &asked.size), 0);
	assert_int_equal(
		wb_date_parse(wb_slice_str("2025-06-01"), &asked.today), 0);
	return asked;
}

static int licences(const struct wb_granted_asked *asked, const char *after,
		    uint32_t limit)
{
	struct wb_licences_query q = {.limit = limit};
	int rc;

	snprintf(q.after, sizeof(q.after), "%s", after);
	wb_buf_free(&out);
	wb_buf_init(&out, 1 << 20);
	rc = wb_licences_json(asked, &q, &out);
	wb_buf_add(&out, "", 1);
	return rc;
}

static bool said(const char *text)
{
	return strstr((const char *)out.p, text) != NULL;
}

static bool shows(const char *d, const char *n, const char *u)
{
	return said("D-1") == (*d != '\0') && said("N-1") == (*n != '\0') &&
	       said("U-1") == (*u != '\0');
}

static void test_agreements(void **state)
{
	struct wb_granted_asked asked = as("");

	(void)state;
	wb_buf_init(&out, 1 << 20);
	assert_int_equal(wb_agreements_json(&asked, &out), 0);
	wb_buf_add(&out, "", 1);
	assert_true(said("{\"agreements\":[{\"country\":\"MY\","
			 "\"government\":\"miti\",\"effective\":"
			 "\"2025-05-20\",\"until\":null,\"status\":"
			 "\"in_force\",\"commitments\":[\"align_controls\","
			 "\"no_military_cooperation\"],\"factor_percent\":120,"
			 "\"chip_ceiling\":70000,\"in_force\":true,"));
	assert_true(said("\"status\":\"suspended\",\"commitments\":["
			 "\"anti_smuggling\"],\"factor_percent\":100,"
			 "\"chip_ceiling\":null,\"in_force\":false,"));
	/* The last of them is not released yet. */
	asked.size -= 4;
	assert_int_equal(wb_agreements_json(&asked, &out), WB_EBUSY);
}

/* The allocation of a country, by its agreement; and whom nothing limits. */
static void test_countries(void **state)
{
	struct wb_granted_asked asked = as("");

	(void)state;
	wb_buf_free(&out);
	wb_buf_init(&out, 1 << 20);
	assert_int_equal(wb_country_json(&asked, "MY", &out), 0);
	assert_int_equal(wb_country_json(&asked, "SG", &out), 0);
	assert_int_equal(wb_country_json(&asked, "DE", &out), 0);
	wb_buf_add(&out, "", 1);
	assert_true(said("\"allocation\":{\"used_x10\":0,\"limit_x10\":"
			 "9480000000,\"factor_percent\":120,"
			 "\"remaining_x10\":9480000000},\"agreement\":{"
			 "\"country\":\"MY\",\"government\":\"miti\","));
	assert_true(said("{\"country\":\"SG\",\"records\":1,\"allocation\":{"
			 "\"used_x10\":0,\"limit_x10\":7900000000,"
			 "\"factor_percent\":100,\"remaining_x10\":"
			 "7900000000},\"agreement\":null}\n"));
	assert_true(said("{\"country\":\"DE\",\"records\":0,\"allocation\":{"
			 "\"used_x10\":0,\"limit_x10\":null,"
			 "\"remaining_x10\":null},\"agreement\":null}\n"));
	/* The agreement is not released yet. */
	asked.size -= 4;
	assert_int_equal(wb_country_json(&asked, "MY", &out), WB_EBUSY);
	wb_buf_free(&out);
}

static void test_who_sees(void **state)
{
	struct wb_granted_asked asked = as("");

	(void)state;
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_string_equal((const char *)out.p, "{\"licences\":[]}\n");
	asked.full = true;
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(shows("D", "N", "U") && !said("next"));
	asked = as("acme"); /* an exporter of one */
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(shows("D", "", ""));
	asked = as("op"); /* consignee of one, holder of others */
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(shows("D", "N", "U"));
	assert_true(said("\"declared_x10\":100"));
	asked = as("globex"); /* named by none */
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(shows("", "", ""));
}

/* A government sees those of its countries, and of shares in the world its
 * own. */
static void test_governments(void **state)
{
	struct wb_granted_asked asked = as("miti");

	(void)state;
	asked.n_countries = 2;
	memcpy(asked.country[0], "JP", 3);
	memcpy(asked.country[1], "SG", 3);
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(shows("", "", "U"));
	assert_true(said("\"holder\":\"op\",\"countries\":[{\"country\":\"SG\","
			 "\"declared_x10\":0,\"used_x10\":0}]"));
	memcpy(asked.country[0], "MY", 3);
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(shows("D", "N", "U"));
	assert_false(said("\"US\""));
}

static void test_balances(void **state)
{
	struct wb_granted_asked asked = as("op");

	(void)state;
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(said("{\"eccn\":\"3A090.a\",\"models\":[],\"quantity\":10,"
			 "\"used\":0,\"left\":10,\"tpp_x10\":1000,"
			 "\"tpp_used_x10\":0,\"tpp_left_x10\":1000}"));
	assert_true(said("{\"eccn\":\"4A090\",\"models\":[\"x\"],\"quantity\":"
			 "null,\"used\":null,\"left\":null,\"tpp_x10\":7,"));
	assert_true(said("\"country\":\"MY\",\"declared_x10\":5,"
			 "\"used_x10\":0"));
	/* Declared first, then where it may build besides; none twice. */
	assert_true(said("\"countries\":[{\"country\":\"US\",\"declared_x10\":"
			 "90,\"used_x10\":0},{\"country\":\"MY\","));
}

/* 748.15 by the edition in force on 2025-06-01: a quarter's row, and shares
 * of which a government is told how they stand and nothing of the rest. */
static void test_limits(void **state)
{
	struct wb_granted_asked asked = as("op");

	(void)state;
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(said("\"declared_x10\":5,\"used_x10\":0,\"limit_x10\":"
			 "9495000000,\"limit_from\":\"2025-04-01\","
			 "\"left_x10\":9494999995,"));
	/* Of 100 in the world 90 are in the United States: a third of what is
	 * outside may be added, and its holder is not of there. */
	assert_true(said("\"shares\":[{\"outside\":\"supp_5a\",\"country\":"
			 "null,\"percent_x10\":250,\"standing\":"
			 "\"sufficient\",\"held_x10\":0,\"of_x10\":100,"
			 "\"left_x10\":33},{\"outside\":\"supp_5a\","
			 "\"country\":\"MY\",\"percent_x10\":70,\"standing\":"
			 "\"sufficient\",\"held_x10\":0,\"of_x10\":100,"
			 "\"left_x10\":7},{\"outside\":\"supp_5a\","
			 "\"country\":\"SG\","));
	assert_false(said("united_states"));
	/* Before the rule there was no such limit. */
	assert_int_equal(
		wb_date_parse(wb_slice_str("2025-05-14"), &asked.today), 0);
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(said("\"limit_x10\":null,\"limit_from\":null,"
			 "\"left_x10\":null"));
	assert_true(said("\"shares\":[]"));
	assert_int_equal(
		wb_date_parse(wb_slice_str("2027-06-01"), &asked.today), 0);
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(said("\"limit_x10\":50640000000,\"limit_from\":"
			 "\"2027-01-01\""));
	asked = as("miti");
	asked.n_countries = 1;
	memcpy(asked.country[0], "MY", 3);
	assert_int_equal(licences(&asked, "", 9), 0);
	assert_true(said("\"shares\":[{\"outside\":\"supp_5a\",\"country\":"
			 "\"MY\",\"percent_x10\":70,\"standing\":"
			 "\"sufficient\"}]"));
	assert_false(said("SG"));
	assert_false(said("of_x10"));
}

static void test_pages(void **state)
{
	struct wb_granted_asked asked = as("op");

	(void)state;
	assert_int_equal(licences(&asked, "", 1), 0);
	assert_true(shows("D", "", "") && said("],\"next\":\"D-1\"}\n"));
	assert_int_equal(licences(&asked, "D-1", 1), 0);
	assert_true(shows("", "N", "") && said("],\"next\":\"N-1\"}\n"));
	assert_int_equal(licences(&asked, "N-1", 1), 0);
	assert_true(shows("", "", "U") && !said("next"));
	/* What comes behind and is not shown does not make another page. */
	asked = as("acme");
	assert_int_equal(licences(&asked, "", 1), 0);
	assert_true(shows("D", "", "") && !said("next"));
	asked = as("op");
	asked.size--; /* the last is not released yet */
	assert_int_equal(licences(&asked, "", 9), WB_EBUSY);
}

/* One of several exporters is not told what the others have used. */
static void test_of_several_exporters(void **state)
{
	static const char *const readers[] = {"acme", "op", ""};
	struct wb_granted_asked asked;

	(void)state;
	say("licence", "G-4",
	    "\"grant\":\"licence\"," ACTIVE("D-2") VALID
	    "\"valid_to\":\"2026-04-30\",\"exporters\":[\"acme\",\"globex\"],"
	    "\"consignee\":\"op\",\"destination\":\"MY\",\"items\":["
	    "{\"eccn\":\"3A090.a\",\"quantity\":7}]");
	wb_view_close(view);
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &view), 0);
	for (size_t i = 0; i < 3; i++) {
		asked = as(readers[i]);
		asked.full = readers[i][0] == '\0';
		assert_int_equal(licences(&asked, "D-1", 1), 0);
		assert_true(said("\"D-2\"") && said("\"quantity\":7"));
		assert_int_equal(said("\"used\":0,\"left\":7"), i > 0);
		assert_int_equal(said("\"used\":null,\"left\":null"), i == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agreements),
		cmocka_unit_test(test_countries),
		cmocka_unit_test(test_who_sees),
		cmocka_unit_test(test_governments),
		cmocka_unit_test(test_balances),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_of_several_exporters),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
