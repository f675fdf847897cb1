#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/custody.h"
#include "tests/unit/world.h"

/*
 * What is shown of custody, from a real store: lines and statements, to whom,
 * and nothing that is not released.
 */
static struct world w;
static struct wb_view *view;
static struct wb_buf out;

/* Who reads: "" sees all. */
static const char *reader = "";
static uint64_t hidden = UINT64_MAX; /* a record that the reader may not see */

static int may_see(void *ctx, const char *const party[], size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		if (reader[0] == '\0' || strcmp(party[i], reader) == 0)
			return 0;
	return WB_ENOTFOUND;
}

static int entry(void *ctx, uint64_t seq, struct wb_entry *ret)
{
	return seq == hidden ? WB_ENOTFOUND : wb_view_entry(ctx, seq, ret);
}

static int any(void *ctx, uint64_t seq, struct wb_entry *ret)
{
	(void)ctx;
	return wb_view_entry(view, seq, ret);
}

/* The operator signs with globex's key, under a name of its own. */
static void say(const char *type, const char *id, const char *members)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"%s\",\"ledger\":\"" ORIGIN "\",\"party\":"
		 "\"op\",\"id\":\"%s\",\"issued\":\"2025-05-20T12:00:00Z\","
		 "%s}\n",
		 type, id, members);
	if (world_say(&w, text, KEY_GLOBEX, -1) != 0)
		fail_msg("%s: WB-%d %s", id, w.sub.problem.code,
			 w.sub.problem.detail);
}

#define OF "\"shipment\":{\"party\":\"acme\",\"id\":\"S-1\"},"
#define ON "\"date\":\"2025-05-20\","

static void say_what_happened(void)
{
	static char text[2048];
	char *at;

	/* The serial numbers of three of the ten units. */
	snprintf(text, sizeof(text), "%s",
		 world_shipment("S-1", "op", "MY", 3));
	at = strstr(text, "\"eccn\"");
	snprintf(at, sizeof(text) - (size_t)(at - text),
		 "\"eccn\":\"3A090.a\",\"lots\":[{\"serials\":[\"U1\",\"U2\","
		 "\"U3\"]}]}]}\n");
	assert_int_equal(world_say(&w, text, KEY_ACME, -1), 0);
	say("arrival", "A-1",
	    OF ON "\"items\":[{\"line\":1,\"quantity\":2,"
		  "\"serials\":[\"U1\",\"U2\"]}]");
	say("installation", "I-1",
	    OF ON "\"facility\":\"dc-1\",\"items\":[{\"line\":1,"
		  "\"quantity\":1,\"serials\":[\"U1\"]}]");
	say("void", "V-1", "\"voids\":{\"id\":\"I-1\"},\"reason\":\"x\"");
	say("inventory", "C-1",
	    ON "\"facility\":\"dc-2\",\"counts\":[{\"model\":"
	       "\"nv-h100-sxm\",\"quantity\":1}],\"serials\":[\"U9\"]");
	say("inventory", "C-2",
	    "\"date\":\"2025-05-19\",\"facility\":\"dc-3\",\"counts\":["
	    "{\"model\":\"nv-h100-sxm\",\"quantity\":1}],\"serials\":["
	    "\"U2\"]");
	say("inventory", "C-3",
	    "\"date\":\"2025-05-18\",\"facility\":\"dc-4\",\"counts\":["
	    "{\"model\":\"nv-h100-sxm\",\"quantity\":1}],\"serials\":["
	    "\"U3\"]");
	say("void", "V-2", "\"voids\":{\"id\":\"C-3\"},\"reason\":\"x\"");
}

static int set_up(void **state)
{
	char text[1024];
	uint8_t seed[WB_SEED_LEN];

	(void)state;
	world_begin(&w, true);
	world_law(&w);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	memset(seed, 77, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(ORIGIN "/party/op/1"),
					WB_SIG_ED25519, seed,
					&w.key[KEY_GLOBEX]),
			 0);
	snprintf(text, sizeof(text),
		 "{\"type\":\"party\",\"ledger\":\"" ORIGIN "\",\"party\":"
		 "\"authority\",\"id\":\"party-op\",\"issued\":"
		 "\"2025-05-01T00:00:00Z\",\"subject\":\"op\",\"role\":"
		 "\"operator\",\"keys\":[\"%s\"],\"valid_from\":"
		 "\"2025-01-01\"}\n",
		 world_vkey(&w, KEY_GLOBEX));
	assert_int_equal(world_say(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
				   KEY_GLOBEX, -1),
			 0);
	assert_int_equal(world_detail(&w, "op", "MY", "[]"), 0);
	say_what_happened();
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

/* The answer about what, in out, NUL-terminated; size as released. */
static int ask(const char *what, uint64_t size)
{
	struct wb_custody_asked asked = {view, size, may_see, entry, any, view};
	int rc;

	wb_buf_free(&out);
	wb_buf_init(&out, 1 << 20);
	if (strncmp(what, "acme/", 5) == 0)
		rc = wb_custody_shipment_json(&asked, "acme", what + 5, &out);
	else
		rc = wb_custody_serial_json(&asked, what, &out);
	wb_buf_add(&out, "", 1);
	return rc;
}

static bool said(const char *text)
{
	return strstr((const char *)out.p, text) != NULL;
}

static uint64_t size_of(void)
{
	uint64_t n;

	assert_int_equal(wb_view_size(view, &n), 0);
	return n;
}

static void test_shipment(void **state)
{
	(void)state;
	assert_int_equal(ask("acme/S-1", size_of()), 0);
	assert_true(said("\"parties\":[\"op\"]"));
	assert_true(said("\"shipped\":3,\"on_the_way\":0,\"arrived\":2,"
			 "\"in_store\":2,\"installed\":0"));
	assert_true(said("\"missing\":1"));
	assert_true(said("\"type\":\"arrival\""));
	assert_true(said("\"findings\":[\"short-received\""));
	/* What was said of the installation stands under the shipment, too. */
	assert_true(said("\"voids\":\"I-1\""));
	assert_true(said("\"more\":false"));
}

static void test_unit(void **state)
{
	(void)state;
	assert_int_equal(ask("U2", size_of()), 0);
	assert_true(said("\"state\":\"arrived\""));
	assert_true(said("\"type\":\"arrival\""));
	assert_false(said("\"type\":\"installation\""));
	assert_int_equal(ask("U3", size_of()), 0);
	assert_true(said("\"state\":\"listed\"") ||
		    said("\"state\":\"shipped"));
	assert_false(said("\"type\":\"arrival\""));
	/* Only ever seen in an inventory. */
	assert_int_equal(ask("U9", size_of()), 0);
	assert_true(said("\"state\":\"seen\""));
	assert_true(said("\"shipment\":null"));
	assert_true(said("\"id\":\"C-1\""));
	assert_false(said("\"id\":\"C-2\""));
}

/* Inventories that list the unit are statements about it, and so are voids of
 * these; they stand where their day is, though they were stated later. */
static void test_counted(void **state)
{
	const char *counted, *arrived;

	(void)state;
	assert_int_equal(ask("U2", size_of()), 0);
	assert_false(said("\"id\":\"C-1\""));
	assert_false(said("\"id\":\"C-3\""));
	assert_false(said("\"id\":\"V-2\""));
	assert_true(said("\"date\":\"2025-05-19\",\"type\":\"inventory\""));
	assert_true(said("\"facility\":\"dc-3\""));
	counted = strstr((const char *)out.p, "\"id\":\"C-2\"");
	arrived = strstr((const char *)out.p, "\"id\":\"A-1\"");
	assert_non_null(counted);
	assert_non_null(arrived);
	assert_true(counted < arrived);
	assert_int_equal(ask("U3", size_of()), 0);
	assert_true(said("\"id\":\"C-3\""));
	assert_true(said("\"voids\":\"C-3\""));
	/* An inventory that the reader may not see is not shown. */
	assert_int_equal(wb_view_find(view, "op", "C-2", &hidden), 0);
	assert_int_equal(ask("U2", size_of()), 0);
	assert_false(said("\"type\":\"inventory\""));
	assert_true(said("\"id\":\"A-1\""));
	hidden = UINT64_MAX;
	/* Of a shipment it is none of the statements. */
	assert_int_equal(ask("acme/S-1", size_of()), 0);
	assert_false(said("\"type\":\"inventory\""));
	assert_true(said("\"consignee\":\"op\""));
}

static void test_not_there_and_not_theirs(void **state)
{
	static const char *const what[] = {"acme/S-2", "acme/A-1", "U4", "S-1",
					   "acme/"};
	static const char *const theirs[] = {"acme/S-1", "U1", "U9"};

	(void)state;
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		assert_int_equal(ask(what[i], size_of()), WB_ENOTFOUND);
	reader = "globex";
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
		assert_int_equal(ask(theirs[i], size_of()), WB_ENOTFOUND);
		assert_int_equal(out.len, 1);
	}
	/* A unit that stands in no shipment is its holder's alone. */
	reader = "acme";
	assert_int_equal(ask("U1", size_of()), 0);
	assert_int_equal(ask("U9", size_of()), WB_ENOTFOUND);
	reader = "op";
	assert_int_equal(ask("U9", size_of()), 0);
	assert_int_equal(ask("acme/S-1", size_of()), 0);
	reader = "";
}

/* Of the statements only those that the reader may see. */
static void test_hidden_statements(void **state)
{
	(void)state;
	assert_int_equal(wb_view_find(view, "op", "A-1", &hidden), 0);
	assert_int_equal(ask("acme/S-1", size_of()), 0);
	assert_false(said("\"type\":\"arrival\""));
	assert_false(said("short-received"));
	assert_true(said("\"type\":\"installation\""));
	hidden = UINT64_MAX;
}

/* Nothing past the released head: what changed there is asked for again. */
static void test_not_released(void **state)
{
	uint64_t last;

	(void)state;
	assert_int_equal(wb_view_find(view, "op", "V-1", &last), 0);
	assert_int_equal(ask("acme/S-1", last + 1), 0);
	assert_int_equal(ask("acme/S-1", last), WB_EBUSY);
	assert_int_equal(ask("U9", last), WB_EBUSY);
	assert_int_equal(ask("U3", last), WB_EBUSY);
	/* Others do not learn that there is anything to wait for. */
	reader = "globex";
	assert_int_equal(ask("acme/S-1", last), WB_ENOTFOUND);
	assert_int_equal(ask("U9", last), WB_ENOTFOUND);
	reader = "";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipment),
		cmocka_unit_test(test_unit),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_not_there_and_not_theirs),
		cmocka_unit_test(test_hidden_statements),
		cmocka_unit_test(test_not_released),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
