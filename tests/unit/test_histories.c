#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/any_extreme.h"
#include "tests/unit/any_granted.h"
#include "tests/unit/history_sums.h"
#include "waybill/text.h"

/*
 * What must hold of every history, tried on many made at random, each from a
 * seed of its own.  WAYBILL_HISTORIES says how many, WAYBILL_FIRST where to
 * begin: a history that fails is named by its number.
 */
#define HISTORIES  10000
#define STATEMENTS 10 /* said in one */

struct taken {
	struct wb_statement st;
	enum who who;
	wb_time time;
	enum wb_verdict verdict;
	uint8_t digest[WB_HASH_LEN]; /* of both texts */
	uint8_t text[WB_STATEMENT_MAX];
};

static struct taken taken[STATEMENTS];
static size_t n_taken;
static size_t family;
static enum { ANY, GRANTED, EXTREME } made; /* what it is made of */
static size_t of_type[WB_TYPES], n_said, n_refused, n_misspoken;
static size_t n_extreme, n_past;
static size_t of_verdict[WB_VERDICTS], n_charges, n_credits;
static uint8_t all[WB_HASH_LEN]; /* of every decision so far */
static uint8_t texts[WB_JUDGEMENT_MAX + WB_WORKINGS_MAX];

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

/* What is clear is within every limit that it was held against; but what is
 * licensed counts even past an allocation, and that is told. */
static void check_limits(void)
{
	for (size_t i = 0; i < d.n_balances; i++) {
		const struct wb_balance *b = &d.balance[i];

		if (b->after_x10 == b->before_x10)
			continue;
		MUST(d.verdict == WB_CLEAR);
		if (b->limit_x10 < 0 || b->after_x10 <= b->limit_x10)
			continue;
		MUST(strcmp(b->counter, "alloc") == 0);
		MUST(found("allocation-exceeded") ||
		     strcmp(d.review_text, "policy of denial") != 0);
	}
}

/* --- histories ------------------------------------------------------------ */

static void say_one(unsigned n)
{
	struct taken *t = &taken[n_taken];
	struct wb_problem problem = {0};
	int rc;

	t->who = made == EXTREME   ? say_extreme(n)
		 : made == GRANTED ? say_granted(n)
				   : say_any(n);
	t->time = (wb_time)today * 86400000 + 43200000;
	n_said += made != EXTREME;
	n_extreme += made == EXTREME;
	rc = wb_statement_decode(wb_buf_slice(&said), ORIGIN, &t->st, &problem);
	if (rc != 0) {
		MUST(rc == WB_EREFUSED && problem.code != 0);
		n_misspoken += made != EXTREME;
		n_past += made == EXTREME;
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
	if (t->st.type == WB_SHIPMENT)
		count_basis(d.basis);
	of_type[t->st.type]++;
	of_verdict[d.verdict]++;
	n_charges += d.n_charges;
	n_credits += d.n_credits;
	wb_sha256((struct wb_slice[]){wb_slice(all, sizeof(all)),
				      wb_slice(t->digest, sizeof(t->digest))},
		  2, all);
	add_charges(t->st.type);
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

/* What says who may ship, and how much, and not what was shipped. */
static bool grants(enum wb_type type)
{
	return type == WB_PARTY_DETAIL || type == WB_LICENCE ||
	       type == WB_LETTER || type == WB_LISTING || type == WB_AGREEMENT;
}

static bool amount_was_in_the_way(void)
{
	for (size_t i = 0; i < d.n_balances; i++) {
		const struct wb_balance *b = &d.balance[i];

		if (b->limit_x10 >= 0 &&
		    b->before_x10 + b->asked_x10 > b->limit_x10)
			return true;
	}
	return found("veu-limit") || found("nveu-limit") ||
	       found("authority-exceeded") || found("allocation-exceeded");
}

static size_t n_orders, n_ties;

/* Decide what was granted and then the shipments, all as of one time, in order
 * or from the last on; whether a limit was in the way of one. */
static bool run_shipments(bool live, bool back, enum wb_verdict verdict[],
			  char basis[][WB_OUTCOME_MAX + 1])
{
	static struct wb_memory m;
	const wb_time time = taken[n_taken - 1].time;
	uint8_t digest[WB_HASH_LEN];
	bool full = false;

	make_world(&m, family, live);
	for (size_t i = 0; i < n_taken; i++)
		if (grants(taken[i].st.type))
			MUST(decide(&m, &taken[i].st, taken[i].who, time, i + 2,
				    digest) == 0);
	for (size_t k = 0; k < n_taken; k++) {
		const size_t i = back ? n_taken - 1 - k : k;

		if (taken[i].st.type != WB_SHIPMENT)
			continue;
		MUST(decide(&m, &taken[i].st, taken[i].who, time,
			    n_taken + k + 2, digest) == 0);
		verdict[i] = d.verdict;
		memcpy(basis[i], d.basis, sizeof(d.basis));
		full |= amount_was_in_the_way();
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
	n_ties += full;
	n_orders += !full;
	for (size_t i = 0; i < n_taken && !full; i++) {
		if (taken[i].st.type != WB_SHIPMENT)
			continue;
		MUST(first[i] == last[i]);
		MUST(strcmp(first_basis[i], last_basis[i]) == 0);
	}
}

#define PARTS 5

static char part_basis[PARTS][WB_OUTCOME_MAX + 1];
static size_t n_parts, n_waiting, n_splits;

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
	memcpy(part_basis[n_parts++], d.basis, sizeof(d.basis));
	return d.verdict;
}

/* Everything is certified and told in time. */
static void every_paper(struct wb_shipment *s)
{
	s->n_papers = 0;
	for (size_t i = 0; i < SAID_PAPERS; i++) {
		struct wb_paper *p = &s->paper[s->n_papers++];

		*p = (struct wb_paper){.kind = said_papers[i],
				       .sha256 = DIGEST,
				       .date = s->export_date - 30};
	}
}

/* One of those that histories are made of, under what this one granted. */
static struct wb_statement shipment_to_split(void)
{
	struct wb_problem problem = {0};
	struct wb_statement st = {0};
	struct wb_item *item = &st.u.shipment.item[0];
	int rc;

	if (made == GRANTED)
		(void)say_fitting(99);
	else
		(void)say_shipment(99);
	rc = wb_statement_decode(wb_buf_slice(&said), ORIGIN, &st, &problem);
	MUST(rc == 0 || rc == WB_EREFUSED);
	if (rc != 0)
		return any_shipment(true);
	st.party = "acme";
	item->n_lots = item->n_serials = st.u.shipment.serials.n = 0;
	item->lots_quantity = 0;
	every_paper(&st.u.shipment);
	return st;
}

/* Only what is clear is counted: where no part can be decided, for want of a
 * fact, none stands in the way of another. */
static bool waiting(void)
{
	for (size_t i = 0; i < n_parts; i++)
		if (strcmp(part_basis[i], "unknown-country") != 0)
			return false;
	return true;
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
	struct wb_statement st =
		pick(4) == 0 ? any_shipment(true) : shipment_to_split();
	enum wb_verdict at_once, strictest;
	struct wb_item *item = &st.u.shipment.item[0];
	struct wb_state state = wb_memory_state(&world);
	struct wb_problem problem = {0};
	int64_t left = 0;
	int rc;

	st.u.shipment.n_items = 1;
	item->quantity = item->quantity % 5000 + 1;
	rc = wb_book_judge(&books[family], &notes[ACME], &st, &state,
			   (wb_time)st.u.shipment.export_date * 86400000, false,
			   &d, &problem);
	MUST(rc == 0 || (rc == WB_EREFUSED && problem.code != 0));
	at_once = strictest = d.verdict;
	if (rc == 0) {
		left = item->quantity;
		strictest = WB_NOTED;
		n_splits++;
	}
	n_parts = 0;
	for (size_t i = 0; i < PARTS && left > 0; i++) {
		int64_t n = i == PARTS - 1 ? left : 1 + pick((uint32_t)left);
		enum wb_verdict verdict = judged_part(&st, ids[i], n);

		strictest = verdict > strictest ? verdict : strictest;
		left -= n;
	}
	n_waiting += strictest < at_once && waiting();
	if (strictest < at_once && !(waiting() && strictest == WB_REVIEW))
		fail_msg("history %llu: %s at once, %s in %zu parts under %s: "
			 "%.*s",
			 number, wb_verdict_name(at_once),
			 wb_verdict_name(strictest), n_parts, part_basis[0],
			 (int)said.len, (const char *)said.p);
	wb_statement_free(&st);
}

static void history(unsigned long long n)
{
	bool live;

	number = n;
	seed = n * UINT64_C(0x5851f42d4c957f2d);
	live = pick(3) > 0;
	family = pick(FAMILIES);
	made = n % 16 == 0 ? EXTREME : n % 4 == 1 ? GRANTED : ANY;
	today = any_beginning();
	if (made != ANY) {
		family = 0; /* paper: where grants decide most */
		today = day("2025-05-20") + (wb_date)pick(900);
	}
	n_taken = n_sums = 0;
	make_world(&world, family, live);
	for (unsigned i = 0; i < STATEMENTS; i++) {
		say_one(i);
		today += (wb_date)pick(4);
	}
	check_sums();
	replay(live);
	order(live);
	if (made != EXTREME)
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
	for (size_t i = 0; i < N_COUNTERS; i++)
		print_message("%8zu %s\n", of_counter[i], counters[i]);
	print_message("%zu of extremes, %zu past a bound, %zu counters full\n",
		      n_extreme, n_past, n_stopped);
	print_message("%zu orders, %zu with a tie; %zu splits, %zu laxer "
		      "while nobody can tell\n",
		      n_orders, n_ties, n_splits, n_waiting);
	for (size_t i = 0; i < BASES && moved[i].n > 0; i++)
		print_message("%8zu %s\n", moved[i].n, moved[i].name);
	wb_hex(all, sizeof(all), hex);
	print_message("decisions %s\n", hex); /* tests/determinism.sh */
	wb_buf_free(&said);
	wb_memory_free(&world);
}

/* Of each kind that the generator makes, some were taken. */
static void test_every_kind_was_taken(void **state)
{
	static const char *const bases[] = {"NLR",  "LPP",  "AIA",
					    "ACM",  "NAC",  "ACA",
					    "UVEU", "NVEU", "LICENCE"};

	(void)state;
	if (n_said < 50000)
		return;
	assert_true(n_misspoken < n_said / 50);
	assert_true(n_refused > n_said / 1000 && n_refused < n_said / 2);
	for (int i = WB_PARTY_DETAIL; i < WB_SWEEP; i++)
		if (i != WB_POLICY && of_type[i] == 0)
			fail_msg("no %s", wb_kind((enum wb_type)i)->name);
	for (size_t i = 0; i < N_COUNTERS; i++)
		assert_true(of_counter[i] > 0);
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		if (*basis_of(bases[i]) == 0)
			fail_msg("nothing moved under %s", bases[i]);
	assert_true(n_past > 0 && n_past < n_extreme / 2 && n_stopped > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histories),
		cmocka_unit_test(test_every_kind_was_taken),
	};

	return cmocka_run_group_tests(tests, make_laws, free_laws);
}
