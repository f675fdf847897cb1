#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/any_history.h"
#include "waybill/text.h"

/*
 * What must hold of every history, tried on many made at random, each from a
 * seed of its own.  WAYBILL_HISTORIES says how many, WAYBILL_FIRST where to
 * begin: a history that fails is named by its number.
 */
#define HISTORIES  10000
#define STATEMENTS 10 /* said in one */
#define SUMS       256

struct taken {
	struct wb_statement st;
	enum who who;
	wb_time time;
	enum wb_verdict verdict;
	uint8_t digest[WB_HASH_LEN]; /* of both texts */
	uint8_t text[WB_STATEMENT_MAX];
};

static struct wb_memory world;
static struct taken taken[STATEMENTS];
static size_t n_taken;
static size_t family;
static unsigned long long number; /* of the history in hand */
static size_t of_type[WB_TYPES], n_said, n_refused, n_misspoken;
static size_t of_verdict[WB_VERDICTS], n_charges, n_credits;
static uint8_t all[WB_HASH_LEN]; /* of every decision so far */
static uint8_t texts[WB_JUDGEMENT_MAX + WB_WORKINGS_MAX];

#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			fail_msg("history %llu: " #what, number);              \
	} while (0)

/* --- one decision --------------------------------------------------------- */

/* The decision lists what it read, and that is what the state holds. */
static void check_reads(struct wb_memory *m)
{
	struct wb_state state = wb_memory_state(m);
	struct wb_slice value;
	uint64_t seq;

	for (size_t i = 0; i < d.n_reads; i++) {
		int rc = state.get(state.ctx, d.read[i].key, &value, &seq);

		MUST(rc == (d.read[i].present ? 0 : WB_ENOTFOUND));
		MUST(rc != 0 || (wb_slice_eq(value, d.read[i].value) &&
				 seq == d.read[i].seq));
	}
}

/* Decide as the ledger does; 0 or WB_EREFUSED, nothing else ever. */
static int decide(struct wb_memory *m, const struct wb_statement *st,
		  enum who who, wb_time time, uint64_t seq,
		  uint8_t ret_digest[WB_HASH_LEN])
{
	struct wb_state state = wb_memory_state(m);
	struct wb_problem problem = {0};
	struct wb_slice text;
	struct wb_writer w;
	int rc;

	rc = wb_book_judge(&books[family], &notes[who], st, &state, time, false,
			   &d, &problem);
	if (rc == WB_EREFUSED) {
		MUST(problem.code != 0);
		return rc;
	}
	if (rc != 0)
		fail_msg("history %llu: %s", number, wb_strerror(rc));
	check_reads(m);
	wb_writer_init(&w, texts, sizeof(texts));
	wb_judgement_write(&w, &d);
	wb_workings_write(&w, &d);
	MUST(wb_writer_end(&w, &text) == 0);
	wb_sha256(&text, 1, ret_digest);
	for (size_t i = 0; i < d.n_writes; i++)
		assert_int_equal(
			wb_memory_put(m, d.write[i].key, d.write[i].value, seq),
			0);
	return 0;
}

/* --- counters are the sums over the records ------------------------------- */

static struct {
	char key[WB_CHARGE_KEY_MAX + 1];
	int64_t x10;
} sum[SUMS];
static size_t n_sums;

static int64_t *sum_of(const char *key)
{
	size_t i = 0;

	while (i < n_sums && strcmp(sum[i].key, key) != 0)
		i++;
	assert_true(i < SUMS);
	if (i == n_sums) {
		snprintf(sum[i].key, sizeof(sum[i].key), "%s", key);
		sum[i].x10 = 0;
		n_sums++;
	}
	return &sum[i].x10;
}

static void add_charges(void)
{
	MUST(d.n_charges == 0 || d.verdict == WB_CLEAR);
	for (size_t i = 0; i < d.n_charges; i++)
		*sum_of(d.charge[i].key) += d.charge[i].x10;
	for (size_t i = 0; i < d.n_credits; i++)
		*sum_of(d.credit[i].key) -= d.credit[i].x10;
	/* Only what is charged is counted. */
	for (size_t i = 0; i < d.n_writes; i++) {
		const char *key = d.write[i].key;
		size_t k = 0;

		if (strncmp(key, "lpp/", 4) != 0 &&
		    strncmp(key, "aia/", 4) != 0 &&
		    strncmp(key, "alloc/", 6) != 0)
			continue;
		while (k < n_sums && strcmp(sum[k].key, key) != 0)
			k++;
		MUST(k < n_sums);
	}
}

static void check_sums(void)
{
	struct wb_state state = wb_memory_state(&world);
	struct wb_slice value;
	uint64_t n, by;

	for (size_t i = 0; i < n_sums; i++) {
		if (state.get(state.ctx, sum[i].key, &value, &by) != 0)
			n = 0;
		else
			MUST(wb_parse_dec(value, &n) == 0);
		MUST((int64_t)n == sum[i].x10);
	}
}

/* What is clear is within every limit that it was held against. */
static void check_limits(void)
{
	for (size_t i = 0; i < d.n_balances; i++) {
		const struct wb_balance *b = &d.balance[i];

		MUST(b->after_x10 == b->before_x10 ||
		     b->after_x10 <= b->limit_x10);
		MUST(b->after_x10 == b->before_x10 || d.verdict == WB_CLEAR);
	}
}

/* --- histories ------------------------------------------------------------ */

static void say_one(unsigned n)
{
	struct taken *t = &taken[n_taken];
	struct wb_problem problem = {0};
	int rc;

	t->who = say_any(n);
	t->time = (wb_time)today * 86400000 + 43200000;
	n_said++;
	rc = wb_statement_decode(wb_buf_slice(&said), ORIGIN, &t->st, &problem);
	if (rc != 0) {
		MUST(rc == WB_EREFUSED && problem.code != 0);
		n_misspoken++;
		return;
	}
	if (decide(&world, &t->st, t->who, t->time, n_taken + 2, t->digest) !=
	    0) {
		n_refused++;
		wb_statement_free(&t->st);
		return;
	}
	/* What was said is written over by what is said next. */
	memcpy(t->text, said.p, said.len);
	t->st.text = wb_slice(t->text, said.len);
	t->verdict = d.verdict;
	of_type[t->st.type]++;
	of_verdict[d.verdict]++;
	n_charges += d.n_charges;
	n_credits += d.n_credits;
	wb_sha256((struct wb_slice[]){wb_slice(all, sizeof(all)),
				      wb_slice(t->digest, sizeof(t->digest))},
		  2, all);
	add_charges();
	check_limits();
	n_taken++;
}

/* From the log alone, that is, from what was taken, the same comes out. */
static void replay(bool live)
{
	static struct wb_memory again;
	uint8_t digest[WB_HASH_LEN];

	make_world(&again, family, live);
	/* What is not set is not nothing. */
	memset(&d, (int)pick(256), offsetof(struct wb_decision, arena));
	for (size_t i = 0; i < n_taken; i++) {
		const struct taken *t = &taken[i];

		MUST(decide(&again, &t->st, t->who, t->time, i + 2, digest) ==
		     0);
		MUST(memcmp(digest, t->digest, WB_HASH_LEN) == 0);
	}
	wb_memory_free(&again);
}

/* Decide the shipments alone, all as of one time, in order or from the last
 * on; whether a limit was in the way of one. */
static bool run_shipments(bool live, bool back, enum wb_verdict verdict[],
			  char basis[][WB_OUTCOME_MAX + 1])
{
	static struct wb_memory m;
	const wb_time time = taken[n_taken - 1].time;
	uint8_t digest[WB_HASH_LEN];
	bool full = false;

	make_world(&m, family, live);
	for (size_t k = 0; k < n_taken; k++) {
		const size_t i = back ? n_taken - 1 - k : k;

		if (taken[i].st.type != WB_SHIPMENT)
			continue;
		MUST(decide(&m, &taken[i].st, taken[i].who, time, k + 2,
			    digest) == 0);
		verdict[i] = d.verdict;
		memcpy(basis[i], d.basis, sizeof(d.basis));
		for (size_t b = 0; b < d.n_balances; b++)
			full |= d.balance[b].before_x10 +
					d.balance[b].asked_x10 >
				d.balance[b].limit_x10;
		check_limits();
	}
	wb_memory_free(&m);
	return full;
}

/* While every limit has room for all, the order of submission decides
 * nothing. */
static void order(bool live)
{
	enum wb_verdict first[STATEMENTS], last[STATEMENTS];
	char first_basis[STATEMENTS][WB_OUTCOME_MAX + 1];
	char last_basis[STATEMENTS][WB_OUTCOME_MAX + 1];
	bool full;

	if (n_taken == 0)
		return;
	full = run_shipments(live, false, first, first_basis);
	full |= run_shipments(live, true, last, last_basis);
	for (size_t i = 0; i < n_taken && !full; i++) {
		if (taken[i].st.type != WB_SHIPMENT)
			continue;
		MUST(first[i] == last[i]);
		MUST(strcmp(first_basis[i], last_basis[i]) == 0);
	}
}

#define PARTS 5

static enum wb_verdict judged_part(const struct wb_statement *whole,
				   const char *id, int64_t quantity)
{
	const struct wb_shipment *s = &whole->u.shipment;
	struct wb_statement st = *whole;
	uint8_t digest[WB_HASH_LEN];

	st.id = id;
	st.u.shipment.item[0].quantity = quantity;
	MUST(decide(&world, &st, ACME, (wb_time)s->export_date * 86400000, 99,
		    digest) == 0);
	return d.verdict;
}

/*
 * After the history, a shipment in parts is not laxer than at once.  As in
 * test_properties.c, all papers are there, and amounts are below those at
 * which the law itself asks more of one large shipment.
 */
static void split(void)
{
	static const char *const ids[PARTS] = {"P-1", "P-2", "P-3", "P-4",
					       "P-5"};
	struct wb_statement st = any_shipment(true);
	enum wb_verdict at_once, strictest = WB_NOTED;
	struct wb_item *item = &st.u.shipment.item[0];
	struct wb_state state = wb_memory_state(&world);
	struct wb_engine_input in = {&books[family].law, &st, &state, 0};
	int64_t left;

	st.u.shipment.n_items = 1;
	item->quantity = item->quantity % 5000 + 1;
	left = item->quantity;
	in.time = (wb_time)st.u.shipment.export_date * 86400000;
	wb_decision_init(&d);
	MUST(wb_classify(&in, &d) == 0);
	at_once = d.verdict;
	for (size_t i = 0; i < PARTS && left > 0; i++) {
		int64_t n = i == PARTS - 1 ? left : 1 + pick((uint32_t)left);
		enum wb_verdict verdict = judged_part(&st, ids[i], n);

		strictest = verdict > strictest ? verdict : strictest;
		left -= n;
	}
	MUST(strictest >= at_once);
}

static void history(unsigned long long n)
{
	bool live;

	number = n;
	seed = n * UINT64_C(0x5851f42d4c957f2d);
	live = pick(3) > 0;
	family = pick(FAMILIES);
	today = any_beginning();
	n_taken = n_sums = 0;
	make_world(&world, family, live);
	for (unsigned i = 0; i < STATEMENTS; i++) {
		say_one(i);
		today += (wb_date)pick(4);
	}
	check_sums();
	replay(live);
	order(live);
	split();
	for (size_t i = 0; i < n_taken; i++)
		wb_statement_free(&taken[i].st);
}

static unsigned long long setting(const char *name, unsigned long long other)
{
	const char *value = getenv(name);

	return value == NULL ? other : strtoull(value, NULL, 10);
}

static void test_histories(void **state)
{
	const unsigned long long from = setting("WAYBILL_FIRST", 1);
	const unsigned long long n = setting("WAYBILL_HISTORIES", HISTORIES);

	char hex[2 * WB_HASH_LEN + 1];

	(void)state;
	/* So that a language or a zone could show. */
	(void)setlocale(LC_ALL, "");
	tzset();
	wb_buf_init(&said, WB_STATEMENT_MAX);
	for (unsigned long long i = from; i < from + n; i++)
		history(i);
	print_message("%llu histories, %zu statements, %zu refused\n", n,
		      n_said, n_refused);
	for (int i = WB_PARTY_DETAIL; i < WB_SWEEP; i++)
		if (i != WB_POLICY)
			print_message("%8zu %s\n", of_type[i],
				      wb_kind((enum wb_type)i)->name);
	for (int v = 0; v < WB_VERDICTS; v++)
		print_message("%8zu %s\n", of_verdict[v],
			      wb_verdict_name((enum wb_verdict)v));
	print_message("%8zu counters charged, %zu taken back\n", n_charges,
		      n_credits);
	wb_hex(all, sizeof(all), hex);
	print_message("decisions %s\n", hex); /* tests/determinism.sh */
	wb_buf_free(&said);
	wb_memory_free(&world);
}

/* Of each kind that the generator makes, some were taken. */
static void test_every_kind_was_taken(void **state)
{
	(void)state;
	if (n_said < 1000)
		return;
	assert_true(n_misspoken < n_said / 50);
	assert_true(n_refused > n_said / 1000 && n_refused < n_said / 2);
	for (int i = WB_PARTY_DETAIL; i < WB_SWEEP; i++)
		if (i != WB_POLICY && of_type[i] == 0)
			fail_msg("no %s", wb_kind((enum wb_type)i)->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histories),
		cmocka_unit_test(test_every_kind_was_taken),
	};

	return cmocka_run_group_tests(tests, make_laws, free_laws);
}
