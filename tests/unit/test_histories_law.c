#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sweep.h"
#include "tests/unit/any_granted.h"
#include "tests/unit/history_sums.h"
#include "waybill/text.h"

/*
 * Histories in which the law changes: an edition is adopted in the middle, on
 * its first day at the latest, and sweeps judge again what had been judged for
 * that day or a later one.  What must hold of every history holds of these:
 * nothing fails, counters are the sums over all decisions, and the same comes
 * out when it is told again.  WAYBILL_HISTORIES says how many.
 */
#define HISTORIES  2000
#define STATEMENTS 10
#define STEPS      200 /* statements, sweeps and the adoption */
#define AFTER      4   /* days that sweeps go on */

struct step {
	enum { SAID, SWEPT, ADOPTED } what;
	struct wb_statement st;
	enum who who;
	wb_time time;
	int64_t part; /* of a sweep */
	uint8_t digest[WB_HASH_LEN];
	uint8_t *text;
};

static struct step step[STEPS];
static size_t n_steps, family, n_again, n_stricter, n_charged_again;
static uint8_t texts[WB_JUDGEMENT_MAX + WB_WORKINGS_MAX];

/* --- one decision --------------------------------------------------------- */

/* What was decided: its digest, and what it writes becomes state. */
static void keep(struct wb_memory *m, uint64_t seq, uint8_t ret[WB_HASH_LEN])
{
	struct wb_slice text;
	struct wb_writer w;

	wb_writer_init(&w, texts, sizeof(texts));
	wb_judgement_write(&w, &d);
	wb_workings_write(&w, &d);
	MUST(wb_writer_end(&w, &text) == 0);
	wb_sha256(&text, 1, ret);
	for (size_t i = 0; i < d.n_writes; i++)
		assert_int_equal(
			wb_memory_put(m, d.write[i].key, d.write[i].value, seq),
			0);
}

static int say_it(struct wb_memory *m, const struct step *s, uint64_t seq,
		  uint8_t ret[WB_HASH_LEN])
{
	struct wb_state state = wb_memory_state(m);
	struct wb_problem problem = {0};
	int rc = wb_book_judge(&books[family], &notes[s->who], &s->st, &state,
			       s->time, false, &d, &problem);

	if (rc != 0 && rc != WB_EREFUSED)
		fail_msg("history %llu: %s", number, wb_strerror(rc));
	if (rc == 0)
		keep(m, seq, ret);
	return rc;
}

/* The next sweep of that day; WB_ENOTFOUND when nothing is due. */
static int sweep_it(struct wb_memory *m, const struct step *s, uint64_t seq,
		    uint8_t ret[WB_HASH_LEN])
{
	struct wb_state state = wb_memory_state(m);
	struct wb_statement st = {.type = WB_SWEEP, .party = "ledger"};
	struct wb_engine_input in = {&books[family].law, &st, &state, s->time};
	struct wb_problem problem = {0};
	struct wb_sweep_next next;
	int rc;

	st.u.sweep.day = wb_time_date(s->time);
	st.u.sweep.part = s->part;
	wb_decision_init(&d);
	rc = wb_sweep_next(&in, &d, st.u.sweep.day, &next);
	if (rc == WB_ENOTFOUND)
		return rc;
	MUST(rc == 0 && next.part == s->part);
	if (next.id[0] != '\0') {
		st.u.sweep.about_party = next.party;
		st.u.sweep.about_id = next.id;
	}
	wb_decision_init(&d);
	MUST(wb_sweep_admit(&in, &d, &problem) == 0);
	MUST(wb_classify(&in, &d) == 0);
	keep(m, seq, ret);
	return 0;
}

/* --- a history -------------------------------------------------------------
 */

static struct step *next_step(wb_time time)
{
	struct step *s = &step[n_steps];

	MUST(n_steps < STEPS);
	*s = (struct step){.time = time};
	return s;
}

static wb_time noon(void)
{
	return (wb_time)today * 86400000 + 43200000;
}

static void say_one(unsigned n)
{
	struct step *s = next_step(noon());
	struct wb_problem problem = {0};

	s->who = family == 0 && number % 2 == 0 ? say_granted(n) : say_any(n);
	if (wb_statement_decode(wb_buf_slice(&said), ORIGIN, &s->st,
				&problem) != 0)
		return;
	s->text = malloc(said.len);
	assert_non_null(s->text);
	memcpy(s->text, said.p, said.len);
	s->st.text = wb_slice(s->text, said.len);
	if (say_it(&world, s, n_steps + 2, s->digest) != 0) {
		wb_statement_free(&s->st);
		free(s->text);
		return;
	}
	add_charges(s->st.type);
	n_steps++;
}

static void sweep_the_day(void)
{
	for (int64_t part = 1;; part++) {
		struct step *s = next_step((wb_time)today * 86400000);

		s->what = SWEPT;
		s->part = part;
		if (sweep_it(&world, s, n_steps + 2, s->digest) != 0)
			return;
		add_charges(WB_SWEEP);
		n_again += found("redecided") || found("redecided-stricter");
		n_stricter += found("redecided-stricter");
		n_charged_again += d.n_charges > 0;
		n_steps++;
	}
}

/* The edition that is kept back stands last in the law, and is not counted. */
static wb_date keep_back(void)
{
	struct wb_law *l = &books[family].law;
	size_t i;

	do
		i = pick((uint32_t)l->n);
	while (!wb_edition_serves(l->edition[i], l->family));
	struct wb_edition *ed = l->edition[i];

	l->edition[i] = l->edition[l->n - 1];
	l->edition[l->n - 1] = ed;
	l->n--;
	return ed->from;
}

static void adopt_it(void)
{
	step[n_steps++] = (struct step){.what = ADOPTED};
	books[family].law.n++;
}

static void replay(bool live)
{
	static struct wb_memory again;
	uint8_t digest[WB_HASH_LEN];

	make_world(&again, family, live);
	books[family].law.n--;
	for (size_t i = 0; i < n_steps; i++) {
		const struct step *s = &step[i];

		if (s->what == ADOPTED) {
			books[family].law.n++;
			continue;
		}
		MUST((s->what == SAID ? say_it : sweep_it)(&again, s, i + 2,
							   digest) == 0);
		MUST(memcmp(digest, s->digest, WB_HASH_LEN) == 0);
	}
	wb_memory_free(&again);
}

/* What was kept to be judged again is not kept for ever. */
static int still_kept(void *ctx, const char *key, struct wb_slice value,
		      uint64_t seq)
{
	(void)ctx, (void)seq;
	return strncmp(key, "kept/", 5) == 0 && value.len > 0;
}

static void history(unsigned long long n)
{
	bool live, adopted = false;
	wb_date first;
	unsigned at;

	number = n;
	seed = n * UINT64_C(0x5851f42d4c957f2d);
	live = pick(3) > 0;
	family = pick(FAMILIES);
	first = keep_back();
	today = first - 1 - (wb_date)pick(4);
	at = pick(STATEMENTS);
	n_steps = n_sums = 0;
	make_world(&world, family, live);
	for (unsigned i = 0; i < STATEMENTS; i++) {
		wb_date days = (wb_date)pick(2);

		if (!adopted && (i == at || today >= first)) {
			adopt_it();
			adopted = true;
		}
		say_one(i);
		while (days-- > 0) {
			today++;
			sweep_the_day();
		}
	}
	if (!adopted)
		adopt_it();
	for (int i = 0; i < AFTER; i++) {
		today++;
		sweep_the_day();
	}
	check_sums();
	MUST(wb_memory_each(&world, still_kept, NULL) == 0);
	replay(live);
	for (size_t i = 0; i < n_steps; i++) {
		if (step[i].what == SAID)
			wb_statement_free(&step[i].st);
		free(step[i].text);
	}
}

static void test_histories(void **state)
{
	const char *many = getenv("WAYBILL_HISTORIES");
	const unsigned long long n =
		many == NULL ? HISTORIES : strtoull(many, NULL, 10);

	(void)state;
	wb_buf_init(&said, WB_STATEMENT_MAX);
	for (unsigned long long i = 1; i <= n; i++)
		history(i);
	print_message("%llu histories, %zu judged again, %zu of them stricter, "
		      "%zu charged\n",
		      n, n_again, n_stricter, n_charged_again);
	/* A property that was tried on nothing shows. */
	assert_true(n < HISTORIES ||
		    (n_again > 100 && n_stricter > 10 && n_again > n_stricter));
	wb_buf_free(&said);
	wb_memory_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histories),
	};

	return cmocka_run_group_tests(tests, make_laws, free_laws);
}
