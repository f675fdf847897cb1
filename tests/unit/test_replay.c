#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/sequences.h"
#include "waybill/replay.h"

/*
 * A ledger judged again under another law: sequence 10 of scenarios.md, and
 * the other readings of sequences 6 and 9.
 */

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
		cmocka_unit_test(test_the_same_law_decides_the_same),
		cmocka_unit_test(test_another_limit_over_the_same_ledger),
		cmocka_unit_test(test_the_revision_over_the_same_ledger),
		cmocka_unit_test(test_the_other_reading_of_the_year),
		cmocka_unit_test(test_a_factor_stands_in_for_an_agreement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
