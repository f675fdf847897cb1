#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/world.h"

/*
 * What the ledger takes and what it refuses, with real signatures: each case
 * goes through wb_admit() with verification, on the state of a real ledger.
 */
static struct world w;

static int admit(struct wb_slice bytes, struct wb_problem *problem)
{
	static struct wb_decision d;
	static struct wb_note note;
	struct wb_statement st = {0};
	struct wb_law law;
	struct wb_engine_input in = {
		.law = &law, .statement = &st, .time = w.now};
	struct wb_state state;
	struct wb_view *v;
	int rc;

	memset(problem, 0, sizeof(*problem));
	wb_law_init(&law, "paper");
	rc = wb_statement_open(bytes, ORIGIN, &note, &st, problem);
	if (rc != 0)
		return rc;
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &v), 0);
	state = wb_view_state(v);
	in.state = &state;
	wb_decision_init(&d);
	rc = wb_admit(&in, &note, true, &d, problem);
	wb_view_close(v);
	wb_statement_free(&st);
	wb_law_free(&law);
	return rc;
}

static void refused(struct wb_slice bytes, enum wb_problem_code code)
{
	struct wb_problem problem;

	assert_int_equal(admit(bytes, &problem), WB_EREFUSED);
	assert_int_equal(problem.code, code);
	assert_true(problem.detail[0] != '\0');
}

/* A party statement with the fields that cases vary. */
static const char *party(const char *subject, const char *role, int key,
			 const char *from)
{
	static char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"party\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"authority\",\"id\":\"p-%s-%d\","
		 "\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"%s\","
		 "\"role\":\"%s\",\"keys\":[\"%s\"],"
		 "\"valid_from\":\"%s\"}\n",
		 subject, key, subject, role, world_vkey(&w, key), from);
	return text;
}

static void test_quorum(void **state)
{
	const char *text =
		party("globex", "exporter", KEY_GLOBEX, "2025-01-01");
	struct wb_problem problem;

	(void)state;
	assert_int_equal(admit(world_sign(&w, text, KEY_AUTHORITY_A,
					  KEY_AUTHORITY_C, KEY_GLOBEX, -1),
			       &problem),
			 0);
	assert_int_equal(
		admit(world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
				 KEY_AUTHORITY_C, KEY_GLOBEX, -1),
		      &problem),
		0);
	refused(world_sign(&w, text, KEY_AUTHORITY_A, KEY_GLOBEX, -1),
		WB_P_QUORUM);
	/* The new key must prove possession. */
	refused(world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1),
		WB_P_LINES);
	/* A committee member is not of the authority. */
	refused(world_sign(&w, text, KEY_AUTHORITY_A, KEY_COMMITTEE, KEY_GLOBEX,
			   -1),
		WB_P_LINES);
	/* Nor is a stranger welcome beside a full quorum. */
	refused(world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
			   KEY_GLOBEX, KEY_STRANGER, -1),
		WB_P_LINES);
	/* The same member twice is not two. */
	refused(world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_A,
			   KEY_GLOBEX, -1),
		WB_P_LINES);
}

static void test_registration(void **state)
{
	(void)state;
	/* acme's key again, for another party and for itself. */
	refused(world_sign(&w,
			   party("acme", "exporter", KEY_ACME, "2025-01-01"),
			   KEY_AUTHORITY_A, KEY_AUTHORITY_B, KEY_ACME, -1),
		WB_P_KEY_TAKEN);
	refused(world_sign(
			&w,
			party("acme", "operator", KEY_STRANGER, "2025-01-01"),
			KEY_AUTHORITY_A, KEY_AUTHORITY_B, KEY_STRANGER, -1),
		WB_P_PARTY_ROLE);
}

static void test_shipment_signers(void **state)
{
	const char *text = world_shipment("S-1", "kuala", "MY", 5);
	struct wb_slice note;

	(void)state;
	refused(world_sign(&w, text, KEY_STRANGER, -1), WB_P_KEY_UNKNOWN);
	refused(world_sign(&w, text, KEY_GLOBEX, -1), WB_P_LINES);
	refused(world_sign(&w, text, KEY_ACME, KEY_STRANGER, -1), WB_P_LINES);
	refused(world_sign(&w, text, KEY_AUTHORITY_A, -1), WB_P_LINES);
	/* One bit of the text, one of the signature. */
	note = world_sign(&w, text, KEY_ACME, -1);
	*(char *)(uintptr_t)strstr((const char *)note.p, "S-1") = 'T';
	refused(note, WB_P_SIGNATURE);
	note = world_sign(&w, text, KEY_ACME, -1);
	w.note[note.len - 20] = w.note[note.len - 20] == 'A' ? 'B' : 'A';
	refused(note, WB_P_SIGNATURE);
	/* Good, but before any law is adopted nothing can be judged. */
	refused(world_sign(&w, text, KEY_ACME, -1), WB_P_NO_LAW);
}

/* The same shipment in the name of globex. */
static const char *by_globex(const char *text)
{
	static char other[2048];
	const char *at = strstr(text, "\"acme\"");

	snprintf(other, sizeof(other), "%.*s\"globex\"%s", (int)(at - text),
		 text, at + strlen("\"acme\""));
	return other;
}

static void test_validity(void **state)
{
	const char *text = world_shipment("S-1", "kuala", "MY", 5);
	wb_time now = w.now;

	(void)state;
	assert_int_equal(
		wb_time_parse(wb_slice_str("2024-12-31T23:59:59Z"), &w.now), 0);
	/* Dated ahead of the ledger's clock comes first. */
	refused(world_sign(&w, text, KEY_ACME, -1), WB_P_FUTURE);
	w.now = now - 86400LL * 1000 * 2;
	refused(world_sign(&w, text, KEY_ACME, -1), WB_P_FUTURE);
	w.now = now;
	/* Registered, but only from next month on. */
	assert_int_equal(
		world_say(&w,
			  party("globex", "exporter", KEY_GLOBEX, "2025-06-01"),
			  KEY_AUTHORITY_A, KEY_AUTHORITY_B, KEY_GLOBEX, -1),
		0);
	refused(world_sign(&w, by_globex(text), KEY_GLOBEX, -1), WB_P_KEY_TIME);
}

static void test_roles(void **state)
{
	const char *text =
		party("globex", "operator", KEY_GLOBEX, "2025-01-01");

	(void)state;
	/* A registration is not a party's to make. */
	refused(world_sign(&w, text, KEY_ACME, KEY_GLOBEX, -1), WB_P_LINES);
	/* An operator does not export. */
	assert_int_equal(world_say(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
				   KEY_GLOBEX, -1),
			 0);
	text = world_shipment("S-1", "kuala", "MY", 5);
	refused(world_sign(&w, by_globex(text), KEY_GLOBEX, -1), WB_P_ROLE);
}

static void test_owners(void **state)
{
	(void)state;
	assert_int_equal(world_detail(&w, "top", "MY", "[]"), 0);
	assert_int_equal(world_detail(&w, "middle", "MY",
				      "[{\"party\":\"top\",\"percent\":60}]"),
			 0);
	assert_int_equal(world_detail(&w, "bottom", "MY",
				      "[{\"party\":\"middle\","
				      "\"percent\":51}]"),
			 0);
	/* Back to the bottom: a circle. */
	assert_int_equal(world_detail(&w, "top", "MY",
				      "[{\"party\":\"bottom\","
				      "\"percent\":51}]"),
			 WB_EREFUSED);
	assert_int_equal(w.sub.problem.code, WB_P_OWNERS);
	/* Half is no majority, so no circle. */
	assert_int_equal(world_detail(&w, "top", "MY",
				      "[{\"party\":\"bottom\","
				      "\"percent\":50}]"),
			 0);
	assert_int_equal(world_detail(&w, "orphan", "MY",
				      "[{\"party\":\"nobody\","
				      "\"percent\":50}]"),
			 WB_EREFUSED);
	assert_int_equal(w.sub.problem.code, WB_P_PARTY);
}

static void test_chain_of_owners_is_bounded(void **state)
{
	char id[16], owners[64] = "[]";

	(void)state;
	for (int i = 0; i <= WB_OWNERSHIP_DEPTH_MAX; i++) {
		snprintf(id, sizeof(id), "c%d", i);
		assert_int_equal(world_detail(&w, id, "MY", owners), 0);
		snprintf(owners, sizeof(owners),
			 "[{\"party\":\"c%d\",\"percent\":100}]", i);
	}
	assert_int_equal(world_detail(&w, "one-more", "MY", owners),
			 WB_EREFUSED);
	assert_int_equal(w.sub.problem.code, WB_P_OWNERS);
}

static void test_editions(void **state)
{
	static const char us[] = "policy/us-2023.policy";
	static const char paper[] = "policy/diffusion.policy";

	(void)state;
	/* This ledger is not historical: an edition that has ended has no
	 * place in it, one in force begins with its record. */
	assert_int_equal(world_policy(&w, "edition", us), WB_EREFUSED);
	assert_int_equal(w.sub.problem.code, WB_P_EDITION);
	assert_int_equal(world_policy(&w, "edition", paper), 0);
	assert_int_equal(world_policy(&w, "catalogue", us), WB_EREFUSED);
	assert_int_equal(w.sub.problem.code, WB_P_LINE);
}

static int set_up(void **state)
{
	(void)state;
	world_begin(&w, false);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_end(&w);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_quorum),
		TEST(test_registration),
		TEST(test_shipment_signers),
		TEST(test_validity),
		TEST(test_roles),
		TEST(test_owners),
		TEST(test_chain_of_owners_is_bounded),
		TEST(test_editions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
