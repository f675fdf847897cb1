#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/any_granted.h"
#include "waybill/text.h"

/*
 * A judgement is read by the exporter it is about, and tells it nothing of
 * what its rival shipped: in histories of two exporters who ship to the same
 * parties, under the same grants, no judgement of one names a statement of the
 * other, or has the amount of a counter that the other has charged.
 */
#define HISTORIES  3000
#define STATEMENTS 10
#define FIRST      2000003 /* not those of other tests */
#define KEYS       64

static struct wb_memory world;
static char text[WB_JUDGEMENT_MAX + 1];
static size_t n_judgements, n_amounts, n_others;
static unsigned long long history; /* its number */

/* What the two have charged to each counter. */
static struct {
	char key[WB_STATE_KEY_MAX + 1];
	int64_t x10[2];
} charged[KEYS];
static size_t n_charged;

static void charge(const struct wb_charge *c, enum who who, int64_t sign)
{
	size_t i = 0;

	while (i < n_charged && strcmp(charged[i].key, c->key) != 0)
		i++;
	assert_true(i < KEYS);
	if (i == n_charged) {
		memset(&charged[i], 0, sizeof(charged[i]));
		snprintf(charged[n_charged++].key, sizeof(charged[0].key), "%s",
			 c->key);
	}
	charged[i].x10[who] += sign * c->x10;
}

/* Whether the text has the number, and not as a part of a longer one. */
static bool has_number(const char *number)
{
	const size_t len = strlen(number);

	for (const char *s = text; (s = strstr(s, number)) != NULL; s++) {
		const bool before = s > text && strchr("0123456789,.", s[-1]) &&
				    s[-1] != '\0';
		const char *end = s + len;
		const bool after = strchr("0123456789", *end) != NULL ||
				   ((*end == ',' || *end == '.') &&
				    end[1] >= '0' && end[1] <= '9');

		if (!before && !after)
			return true;
	}
	return false;
}

/* What the shipments of each came to: a correction tells of an earlier one. */
static int64_t total[2][STATEMENTS];
static size_t n_totals[2];

/* An amount that is one of its own says nothing. */
static bool own_amount(int64_t x10, enum who who)
{
	bool own = x10 < 1000 || x10 == d.total_x10;

	for (size_t i = 0; i < n_totals[who]; i++)
		own |= x10 == total[who][i];

	for (size_t i = 0; i < d.n_items; i++)
		own |= x10 == d.item[i].total_x10 || x10 == d.item[i].tpp_x10 ||
		       x10 == d.item[i].quantity;
	for (size_t i = 0; i < d.n_balances; i++)
		own |= x10 == d.balance[i].asked_x10 ||
		       x10 == d.balance[i].limit_x10;
	for (size_t i = 0; i < d.n_charges; i++)
		own |= x10 == d.charge[i].x10;
	return own;
}

static void tells_not(int64_t x10, const char *of, enum who who)
{
	char plain[32], amount[WB_AMOUNT_MAX];

	if (own_amount(x10, who))
		return;
	snprintf(plain, sizeof(plain), "%lld", (long long)x10);
	n_amounts++;
	if (has_number(plain) || has_number(wb_amount(x10, amount)))
		fail_msg("history %llu: %lld of %s is in %s", history,
			 (long long)x10, of, strstr(text, "findings"));
}

/* A counter that the rival has charged: what it was, what it is with this
 * shipment, and what is left of its limit. */
static void check_counters(enum who who)
{
	for (size_t i = 0; i < n_charged; i++) {
		const int64_t rival = charged[i].x10[1 - who];
		const int64_t sum = charged[i].x10[who] + rival;

		if (rival <= 0)
			continue;
		tells_not(rival, charged[i].key, who);
		if (sum != charged[i].x10[who])
			tells_not(sum, charged[i].key, who);
	}
	for (size_t i = 0; i < d.n_balances; i++) {
		const struct wb_balance *b = &d.balance[i];
		char key[WB_STATE_KEY_MAX + 1];
		bool rivals = false;

		snprintf(key, sizeof(key), "%s/%s", b->counter, b->of);
		for (size_t k = 0; k < n_charged; k++)
			rivals |=
				charged[k].x10[1 - who] > 0 &&
				strncmp(charged[k].key, key, strlen(key)) == 0;
		if (!rivals || b->before_x10 == 0)
			continue;
		tells_not(b->before_x10, key, who);
		tells_not(b->before_x10 + b->asked_x10, key, who);
		if (b->limit_x10 > b->before_x10)
			tells_not(b->limit_x10 - b->before_x10, key, who);
		if (b->limit_x10 > b->before_x10 + b->asked_x10)
			tells_not(b->limit_x10 - b->before_x10 - b->asked_x10,
				  key, who);
	}
}

static void check_statements(enum who who)
{
	char id[64];

	for (size_t i = 0; i < n_shipped; i++) {
		if (shipped[i].who == who)
			continue;
		snprintf(id, sizeof(id), "shipment-%u", shipped[i].n);
		n_others++;
		if (strstr(text, id) != NULL)
			fail_msg("history %llu: %s is in %s", history, id,
				 text);
		snprintf(id, sizeof(id), "\"%s\"", signers[1 - who].party);
		if (strstr(text, id) != NULL)
			fail_msg("history %llu: %s is in %s", history, id,
				 text);
	}
}

static void one(unsigned n, size_t family, bool granted)
{
	struct wb_state state = wb_memory_state(&world);
	struct wb_problem problem = {0};
	struct wb_statement st = {0};
	const enum who who = granted ? say_granted(n) : say_any(n);
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	rc = wb_statement_decode(wb_buf_slice(&said), ORIGIN, &st, &problem);
	if (rc == 0)
		rc = wb_book_judge(&books[family], &notes[who], &st, &state,
				   (wb_time)today * 86400000, false, &d,
				   &problem);
	if (rc == 0 && (who == ACME || who == BETA)) {
		wb_writer_init(&w, text, sizeof(text) - 1);
		wb_judgement_write(&w, &d);
		assert_int_equal(wb_writer_end(&w, &s), 0);
		text[s.len] = '\0';
		n_judgements++;
		check_counters(who);
		check_statements(who);
		total[who][n_totals[who]++] = d.total_x10;
		for (size_t i = 0; i < d.n_charges; i++)
			charge(&d.charge[i], who, 1);
		for (size_t i = 0; i < d.n_credits; i++)
			charge(&d.credit[i], who, -1);
	}
	for (size_t i = 0; rc == 0 && i < d.n_writes; i++)
		assert_int_equal(wb_memory_put(&world, d.write[i].key,
					       d.write[i].value, n + 2),
				 0);
	wb_statement_free(&st);
}

static void test_judgements_tell_nothing_of_rivals(void **state)
{
	(void)state;
	wb_buf_init(&said, WB_STATEMENT_MAX);
	for (history = FIRST; history < FIRST + HISTORIES; history++) {
		const bool granted = history % 2 == 0;
		size_t family;

		seed = history * UINT64_C(0x5851f42d4c957f2d);
		family = granted ? 0 : pick(FAMILIES);
		today = granted ? day("2025-05-20") + (wb_date)pick(200)
				: any_beginning();
		n_charged = n_totals[ACME] = n_totals[BETA] = 0;
		make_world(&world, family, true);
		for (unsigned n = 0; n < STATEMENTS; n++) {
			one(n, family, granted);
			today += (wb_date)pick(4);
		}
	}
	print_message("%zu judgements, %zu amounts and %zu statements of "
		      "rivals\n",
		      n_judgements, n_amounts, n_others);
	assert_true(n_amounts > 1000 && n_others > 1000);
	wb_buf_free(&said);
	wb_memory_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judgements_tell_nothing_of_rivals),
	};

	return cmocka_run_group_tests(tests, make_laws, free_laws);
}
