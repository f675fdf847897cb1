#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/world.h"
#include "waybill/replay.h"
#include "waybill/text.h"

/*
 * The sequences of scenarios.md, in which state carries over: each on one
 * ledger with a real store, by signed statements in the order given.
 */
enum { X = KEY_ACME, Y = KEY_GLOBEX, Z = KEY_STRANGER };

struct sequence {
	struct world w;
	wb_time begun; /* the time of genesis */
};

static struct sequence q;

static const char *exporter(int key)
{
	return key == X ? "acme" : key == Y ? "globex" : "initech";
}

/* --- saying -----------------------------------------------------------------
 */

static void at(const char *date)
{
	char text[32];

	snprintf(text, sizeof(text), "%sT12:00:00Z", date);
	assert_int_equal(wb_time_parse(wb_slice_str(text), &q.w.now), 0);
}

static void say(const char *type, const char *party, const char *id,
		const char *members, const int key[3])
{
	char issued[WB_TIME_TEXT + 1];
	static char text[8192];

	wb_time_format(q.w.now, issued);
	snprintf(text, sizeof(text),
		 "{\"type\":\"%s\",\"ledger\":\"" ORIGIN "\",\"party\":\"%s\","
		 "\"id\":\"%s\",\"issued\":\"%s\",%s}\n",
		 type, party, id, issued, members);
	if (world_say(&q.w, text, key[0], key[1], key[2], -1) != 0)
		fail_msg("%s: WB-%d %s: %s", id, q.w.sub.problem.code,
			 q.w.sub.problem.pointer, q.w.sub.problem.detail);
}

#define PAPER(kind)                                                            \
	"{\"kind\":\"" kind "\",\"sha256\":\""                                 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""   \
	",\"date\":\"2025-01-02\"}"

/* The members of a shipment with its papers and the notice before export on
 * file; more holds further members, and a comma behind each. */
static const char *shipment(const char *date, const char *to, const char *model,
			    unsigned quantity, const char *more)
{
	static char members[4096];

	snprintf(members, sizeof(members),
		 "\"kind\":\"export\",\"export_date\":\"%s\",\"from\":\"US\","
		 "\"destination\":\"%s\",\"consignee\":\"consignee-%s\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\",%s"
		 "\"authorization\":{\"type\":\"LPP\"},"
		 "\"papers\":[%s,%s],\"items\":[{\"line\":1,\"model\":\"%s\","
		 "\"quantity\":%u,\"eccn\":\"3A090.a\"}]",
		 date, to, to, more, PAPER("lpp_statement"), PAPER("prenotice"),
		 model, quantity);
	return members;
}

static void ship_more(int key, const char *id, const char *date, const char *to,
		      const char *model, unsigned quantity, const char *more)
{
	at(date);
	say("shipment", exporter(key), id,
	    shipment(date, to, model, quantity, more), (int[]){key, -1, -1});
}

static void ship(int key, const char *id, const char *date, unsigned quantity)
{
	ship_more(key, id, date, "MY", "nv-h100-sxm", quantity, "");
}

static void begin(void)
{
	uint8_t seed[WB_SEED_LEN];
	char text[64];

	world_begin(&q.w, true);
	q.begun = q.w.now;
	wb_ledger_clock_jump_max(q.w.ledger, INT64_MAX);
	memset(seed, 99, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(ORIGIN "/party/initech/1"),
					WB_SIG_ED25519, seed, &q.w.key[Z]),
			 0);
	world_law(&q.w);
	for (int key = X; key <= Z; key++)
		assert_int_equal(world_party(&q.w, exporter(key), key), 0);
	for (int i = 0; i < 2; i++) {
		const char *to = i == 0 ? "MY" : "BR";

		snprintf(text, sizeof(text), "parent-%s", to);
		assert_int_equal(world_detail(&q.w, text, to, "[]"), 0);
		snprintf(text, sizeof(text), "consignee-%s", to);
		assert_int_equal(
			world_detail(&q.w, text, to,
				     i == 0 ? "[{\"party\":\"parent-MY\","
					      "\"percent\":100}]"
					    : "[{\"party\":\"parent-BR\","
					      "\"percent\":100}]"),
			0);
	}
}

static void end(void)
{
	world_end(&q.w);
}

/* --- what came of it --------------------------------------------------------
 */

static struct wb_view *look(struct wb_entry *ret)
{
	struct wb_view *view;

	assert_int_equal(wb_view_open(wb_ledger_store(q.w.ledger), &view), 0);
	assert_int_equal(wb_ledger_entry(q.w.ledger, view, q.w.sub.seq, ret),
			 0);
	return view;
}

/* The last statement's verdict, path and review policy. */
static void came(const char *verdict, const char *path, const char *review)
{
	struct wb_verdict_view v;
	struct wb_entry entry;
	struct wb_view *view = look(&entry);

	assert_int_equal(wb_judgement_read(entry.judgement, &v), 0);
	wb_view_close(view);
	assert_string_equal(wb_verdict_name(v.verdict), verdict);
	assert_string_equal(v.basis, path);
	assert_string_equal(v.review, review);
}

/* Whether the last judgement has a finding of that code. */
static bool found(const char *code)
{
	char text[96];
	struct wb_entry entry;
	struct wb_view *view = look(&entry);
	bool ret;

	snprintf(text, sizeof(text), "\"code\":\"%s\"", code);
	ret = memmem(entry.judgement.p, entry.judgement.len, text,
		     strlen(text)) != NULL;
	wb_view_close(view);
	return ret;
}

/* A counter of the state, in tenths. */
static int64_t counter(const char *key)
{
	struct wb_view *view;
	struct wb_state state;
	struct wb_slice value;
	uint64_t seq, number = 0;

	assert_int_equal(wb_view_open(wb_ledger_store(q.w.ledger), &view), 0);
	state = wb_view_state(view);
	if (state.get(state.ctx, key, &value, &seq) == 0)
		assert_int_equal(wb_parse_dec(value, &number), 0);
	wb_view_close(view);
	return (int64_t)number;
}

#define LPP_2025 "lpp/parent-MY/2025"

/* --- 1 and 2: filling the limit from three exporters ------------------------
 */

static void fill(void)
{
	ship(X, "a", "2025-06-02", 800);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 126656000);
	ship(Y, "b", "2025-07-02", 800);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 253312000);
}

static void test_three_exporters_fill_one_limit(void **state)
{
	(void)state;
	begin();
	fill();
	ship(Z, "c", "2025-08-02", 100);
	came("review", "LICENCE", "presumption of approval");
	assert_int_equal(counter(LPP_2025), 253312000);
	ship(Z, "d", "2025-08-03", 99);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 268985680);
	/* 1,432 TPP are left: less than any chip of 3A090.a has. */
	assert_true(found("limit-exhausted"));
	ship_more(Z, "e", "2025-08-04", "MY", "nv-a100-sxm-80", 1, "");
	came("review", "LICENCE", "presumption of approval");
	assert_int_equal(counter(LPP_2025), 268985680);
	end();
}

static void test_order_of_the_ledger_decides(void **state)
{
	(void)state;
	begin();
	fill();
	ship(Z, "d", "2025-08-03", 99);
	came("clear", "LPP", "none");
	ship(Z, "c", "2025-08-02", 100);
	came("review", "LICENCE", "presumption of approval");
	assert_int_equal(counter(LPP_2025), 268985680);
	end();
}

/* --- 3: the operator's word beside the exporter's ----------------------------
 */

static void operator_begins(void)
{
	uint8_t seed[WB_SEED_LEN];
	char members[1024];

	begin();
	memset(seed, 98, sizeof(seed));
	assert_int_equal(
		wb_signer_make(wb_slice_str(ORIGIN "/party/consignee-MY/1"),
			       WB_SIG_ED25519, seed, &q.w.key[Y]),
		0);
	snprintf(members, sizeof(members),
		 "\"subject\":\"consignee-MY\",\"role\":\"operator\","
		 "\"keys\":[\"%s\"],\"valid_from\":\"2025-01-01\"",
		 world_vkey(&q.w, Y));
	say("party", "authority", "operator", members,
	    (int[]){KEY_AUTHORITY_A, KEY_AUTHORITY_B, Y});
}

static void arrive(const char *id, unsigned quantity)
{
	char members[512];

	at("2025-06-20");
	snprintf(members, sizeof(members),
		 "\"shipment\":{\"party\":\"acme\",\"id\":\"a\"},"
		 "\"date\":\"2025-06-20\","
		 "\"items\":[{\"line\":1,\"quantity\":%u}]",
		 quantity);
	say("arrival", "consignee-MY", id, members, (int[]){Y, -1, -1});
	came("noted", "arrival", "none");
}

static void test_what_arrives_is_counted_once(void **state)
{
	(void)state;
	operator_begins();
	ship_more(X, "a", "2025-06-02", "MY", "nv-h100-sxm", 500,
		  "\"itn\":\"X20250602000001\",");
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 79160000);
	arrive("r", 500);
	assert_false(found("short-received"));
	assert_int_equal(counter(LPP_2025), 79160000);
	end();
}

static void test_what_is_short_stays_charged_until_corrected(void **state)
{
	char members[6000];

	(void)state;
	operator_begins();
	ship(X, "a", "2025-06-02", 500);
	arrive("r", 480);
	assert_true(found("short-received"));
	assert_int_equal(counter(LPP_2025), 79160000);
	at("2025-06-25");
	snprintf(members, sizeof(members),
		 "\"corrects\":{\"id\":\"a\"},\"reason\":\"20 were left "
		 "behind\",\"shipment\":{%s}",
		 shipment("2025-06-02", "MY", "nv-h100-sxm", 480, ""));
	say("correction", "acme", "a-2", members, (int[]){X, -1, -1});
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 75993600);
	end();
}

/* --- 4: a correction gives back what was charged
 * ------------------------------ */

static void test_a_correction_gives_back(void **state)
{
	char members[6000];
	uint64_t third;

	(void)state;
	begin();
	fill();
	ship(Z, "c", "2025-08-02", 100);
	came("review", "LICENCE", "presumption of approval");
	third = q.w.sub.seq;
	at("2025-08-05");
	snprintf(members, sizeof(members),
		 "\"corrects\":{\"id\":\"a\"},\"reason\":\"100 were never "
		 "loaded\",\"shipment\":{%s}",
		 shipment("2025-06-02", "MY", "nv-h100-sxm", 700, ""));
	say("correction", "acme", "a-2", members, (int[]){X, -1, -1});
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 237480000);
	assert_true(found("corrected"));
	/* (c) would fit now; its own record is as it was. */
	assert_true(found("would-now-fit"));
	q.w.sub.seq = third;
	came("review", "LICENCE", "presumption of approval");
	ship(Z, "c-again", "2025-08-06", 100);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 253312000);
	end();
}

/* --- 9: an agreement appears
 * -------------------------------------------------- */

static void test_an_agreement_appears(void **state)
{
	uint8_t seed[WB_SEED_LEN];
	char members[1024];
	uint64_t first;

	(void)state;
	begin();
	memset(seed, 97, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(ORIGIN "/party/brazil/1"),
					WB_SIG_ED25519, seed, &q.w.key[Z]),
			 0);
	snprintf(members, sizeof(members),
		 "\"subject\":\"brazil\",\"role\":\"government\","
		 "\"keys\":[\"%s\"],\"valid_from\":\"2025-01-01\","
		 "\"countries\":[\"BR\"]",
		 world_vkey(&q.w, Z));
	say("party", "authority", "brazil", members,
	    (int[]){KEY_AUTHORITY_A, KEY_AUTHORITY_B, Z});
	ship_more(X, "d04", "2025-09-01", "BR", "nv-h100-sxm", 49899, "");
	came("deny", "LICENCE", "policy of denial");
	first = q.w.sub.seq;
	at("2025-10-01");
	say("agreement", "authority", "iga",
	    "\"government\":\"brazil\",\"country\":\"BR\","
	    "\"effective\":\"2025-10-01\",\"status\":\"in_force\","
	    "\"commitments\":[\"align_controls\",\"anti_smuggling\","
	    "\"no_military_cooperation\"],\"factor_percent\":200",
	    (int[]){KEY_AUTHORITY_A, KEY_AUTHORITY_B, Z});
	ship_more(X, "d04-again", "2025-10-01", "BR", "nv-h100-sxm", 49899, "");
	came("review", "LICENCE", "presumption of approval");
	/* The day before, it was not in force yet. */
	ship_more(X, "d04-early", "2025-09-30", "BR", "nv-h100-sxm", 49899, "");
	came("deny", "LICENCE", "policy of denial");
	q.w.sub.seq = first;
	came("deny", "LICENCE", "policy of denial");
	end();
}

/* --- 6: the year of export
 * ---------------------------------------------------- */

static void test_the_year_is_that_of_export(void **state)
{
	(void)state;
	begin();
	ship_more(X, "a", "2025-12-31", "MY", "nv-h100-sxm", 100,
		  "\"arrival\":\"2026-01-04\",");
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 15832000);
	assert_int_equal(counter("lpp/parent-MY/2026"), 0);
	end();
}

/* --- 12: the savings clause
 * ---------------------------------------------------- */

static void test_the_last_day_of_the_savings_clause(void **state)
{
	(void)state;
	begin();
	ship_more(X, "in-time", "2025-05-15", "MY", "nv-h100-sxm", 5000,
		  "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-16\",");
	came("clear", "NLR", "none");
	assert_true(found("savings"));
	assert_true(found("doubt"));
	ship_more(X, "late", "2025-05-15", "MY", "nv-h100-sxm", 5000,
		  "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-17\",");
	came("review", "LICENCE", "presumption of approval");
	assert_true(found("savings-missed"));
	end();
}

/* --- 10: another law over the ledger of sequence 1 --------------------------
 */

struct again {
	struct wb_replay *replay;
	char said[512]; /* "a LICENCE;" for each shipment */
};

static void one_again(struct again *a, const struct wb_entry *entry,
		      wb_time time)
{
	struct wb_problem problem = {0};
	const struct wb_decision *d;
	struct wb_statement st = {0};
	static struct wb_note note;
	size_t at_end = strlen(a->said);

	assert_int_equal(wb_statement_open(entry->statement, ORIGIN, &note, &st,
					   &problem),
			 0);
	assert_int_equal(wb_replay_step(a->replay, &st, time, &d, &problem), 0);
	if (st.type == WB_SHIPMENT)
		snprintf(a->said + at_end, sizeof(a->said) - at_end,
			 "%s %s %s;", st.id, wb_verdict_name(d->verdict),
			 d->basis);
	wb_statement_free(&st);
}

static void replay(struct wb_what_if *w, struct again *a)
{
	struct wb_entry entry;
	struct wb_record rec;
	struct wb_view *view;
	uint64_t size;

	memset(a, 0, sizeof(*a));
	assert_int_equal(wb_replay_new(w, &a->replay), 0);
	assert_int_equal(wb_view_open(wb_ledger_store(q.w.ledger), &view), 0);
	assert_int_equal(wb_view_size(view, &size), 0);
	for (uint64_t seq = 0; seq < size; seq++) {
		assert_int_equal(wb_view_entry(view, seq, &entry), 0);
		assert_int_equal(
			wb_record_parse(
				wb_slice(entry.record.p, entry.text_len), &rec),
			0);
		one_again(a, &entry, rec.time);
	}
	wb_view_close(view);
}

static void test_the_same_law_decides_the_same(void **state)
{
	struct again a;

	(void)state;
	begin();
	fill();
	ship(Z, "c", "2025-08-02", 100);
	ship(Z, "d", "2025-08-03", 99);
	replay(NULL, &a);
	assert_string_equal(a.said, "a clear LPP;b clear LPP;"
				    "c review LICENCE;d clear LPP;");
	assert_int_equal(wb_replay_counter(a.replay, LPP_2025), 268985680);
	wb_replay_free(a.replay);
	end();
}

static void test_another_limit_over_the_same_ledger(void **state)
{
	static struct wb_what_if w;
	struct again a;

	(void)state;
	begin();
	fill();
	ship(Z, "c", "2025-08-02", 100);
	ship(Z, "d", "2025-08-03", 99);
	w.n_limits = 2;
	snprintf(w.limit[0].counter, sizeof(w.limit[0].counter), "lpp");
	w.limit[0].x10 = 79120000;
	snprintf(w.limit[1].counter, sizeof(w.limit[1].counter), "nosuch");
	replay(&w, &a);
	/* Nothing of (a) and (b) is charged, so (c) and (d) fit. */
	assert_string_equal(a.said, "a review LICENCE;b review LICENCE;"
				    "c clear LPP;d clear LPP;");
	assert_int_equal(wb_replay_counter(a.replay, LPP_2025), 31505680);
	assert_true(w.limit[0].found);
	assert_false(w.limit[1].found);
	/* The ledger itself is as it was. */
	assert_int_equal(counter(LPP_2025), 268985680);
	wb_replay_free(a.replay);
	end();
}

/* The editions of policy/ of a family, which stand in for the ledger's. */
static void under(struct wb_what_if *w, const char *const path[], size_t n)
{
	struct wb_problem problem = {0};

	memset(w, 0, sizeof(*w));
	for (size_t i = 0; i < n; i++) {
		struct wb_slice text = read_file(path[i]);

		if (wb_edition_parse(text, &w->edition[i], &problem) != 0)
			fail_msg("%s: %s", path[i], problem.detail);
		free((void *)(uintptr_t)text.p);
		w->n_editions++;
	}
}

static void test_the_revision_over_the_same_ledger(void **state)
{
	static const char *const path[] = {"policy/rev500.policy"};
	static struct wb_what_if w;
	struct again a;

	(void)state;
	begin();
	fill();
	ship(Z, "c", "2025-08-02", 100);
	ship(Z, "d", "2025-08-03", 99);
	under(&w, path, 1);
	replay(&w, &a);
	assert_string_equal(a.said, "a review LICENCE;b review LICENCE;"
				    "c clear NOTIFY<=LIMIT;"
				    "d clear NOTIFY<=LIMIT;");
	assert_int_equal(wb_replay_counter(a.replay, LPP_2025), 31505680);
	wb_replay_free(a.replay);
	wb_edition_free(w.edition[0]);
	end();
}

static void test_the_other_reading_of_the_year(void **state)
{
	static struct wb_what_if w;
	struct again a;

	(void)state;
	begin();
	ship_more(X, "a", "2025-12-31", "MY", "nv-h100-sxm", 100,
		  "\"arrival\":\"2026-01-04\",");
	memset(&w, 0, sizeof(w));
	w.n_settings = 1;
	snprintf(w.setting[0].name, sizeof(w.setting[0].name),
		 "year_of_receipt");
	w.setting[0].on = true;
	replay(&w, &a);
	assert_true(w.setting[0].found);
	assert_string_equal(a.said, "a clear LPP;");
	assert_int_equal(wb_replay_counter(a.replay, LPP_2025), 0);
	assert_int_equal(wb_replay_counter(a.replay, "lpp/parent-MY/2026"),
			 15832000);
	wb_replay_free(a.replay);
	end();
}

static void test_a_factor_stands_in_for_an_agreement(void **state)
{
	static struct wb_what_if w;
	struct again a;

	(void)state;
	begin();
	ship_more(X, "d04", "2025-09-01", "BR", "nv-h100-sxm", 49899, "");
	came("deny", "LICENCE", "policy of denial");
	memset(&w, 0, sizeof(w));
	w.n_factors = 1;
	snprintf(w.factor[0].country, sizeof(w.factor[0].country), "BR");
	w.factor[0].percent = 150;
	replay(&w, &a);
	assert_string_equal(a.said, "d04 review LICENCE;");
	wb_replay_free(a.replay);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_exporters_fill_one_limit),
		cmocka_unit_test(test_order_of_the_ledger_decides),
		cmocka_unit_test(test_what_arrives_is_counted_once),
		cmocka_unit_test(
			test_what_is_short_stays_charged_until_corrected),
		cmocka_unit_test(test_a_correction_gives_back),
		cmocka_unit_test(test_the_year_is_that_of_export),
		cmocka_unit_test(test_the_other_reading_of_the_year),
		cmocka_unit_test(test_an_agreement_appears),
		cmocka_unit_test(test_a_factor_stands_in_for_an_agreement),
		cmocka_unit_test(test_the_last_day_of_the_savings_clause),
		cmocka_unit_test(test_the_same_law_decides_the_same),
		cmocka_unit_test(test_another_limit_over_the_same_ledger),
		cmocka_unit_test(test_the_revision_over_the_same_ledger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
