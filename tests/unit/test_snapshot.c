#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/any_history.h"
#include "waybill/text.h"

/*
 * What was decided once is decided still: the outcomes of random histories
 * stand in tests/vectors/decisions.txt, a line for each statement.  A change of
 * a rule shows there line by line, for somebody to read: with
 * WAYBILL_RENEW=1 this test writes the file anew.
 *
 * A line is <history>.<statement> <type>, then
 *   refused <problem>, or
 *   <verdict> <basis> <review> <edition> <total>,
 *   for each item | <eccn> <limb> <licence rule> <path> <review> <verdict>,
 *   for each balance b <counter> <of> <before> <asked> <after> <limit>,
 *   for each finding its code or doubt, what was charged and taken back, and
 *   what was written of the state.
 *
 * Of the histories past TOLD there is only the digest of their lines.
 */
#define FILE_NAME  "tests/vectors/decisions.txt"
#define TOLD       120 /* histories whose lines stand there */
#define HISTORIES  1000
#define STATEMENTS 10
#define FIRST      1000003 /* not those of test_histories.c */

static struct wb_memory world;
static struct wb_buf lines;

#define LINE(...) wb_buf_fmt(&lines, __VA_ARGS__)

static void tell_items(void)
{
	for (size_t i = 0; i < d.n_items; i++) {
		const struct wb_item_decision *item = &d.item[i];

		LINE(" | %s %s %s %s %s %s", item->eccn,
		     item->limb[0] == '\0' ? "-" : item->limb,
		     item->licence_rule[0] == '\0' ? "-" : item->licence_rule,
		     item->path, item->review_text,
		     wb_verdict_name(item->verdict));
	}
}

/* The code of a finding, or the doubt, and the numbers of its narrative. */
static void tell_finding(const struct wb_finding *f)
{
	const char *open = "(";

	LINE(" %s", f->doubt[0] == '\0' ? f->code : f->doubt);
	for (const char *s = f->narrative; *s != '\0'; s++) {
		size_t n = strspn(s, "0123456789,");

		if (n == 0)
			continue;
		LINE("%s%.*s", open, (int)n, s);
		open = " ";
		s += n - 1;
	}
	LINE("%s", open[0] == '(' ? "" : ")");
}

static void tell_numbers(void)
{
	for (size_t i = 0; i < d.n_balances; i++) {
		const struct wb_balance *b = &d.balance[i];

		LINE(" b %s %s %lld %lld %lld %lld", b->counter, b->of,
		     (long long)b->before_x10, (long long)b->asked_x10,
		     (long long)b->after_x10, (long long)b->limit_x10);
	}
	for (size_t i = 0; i < d.n_findings; i++)
		tell_finding(&d.finding[i]);
	for (size_t i = 0; i < d.n_charges; i++)
		LINE(" +%s=%lld", d.charge[i].key, (long long)d.charge[i].x10);
	for (size_t i = 0; i < d.n_credits; i++)
		LINE(" -%s=%lld", d.credit[i].key, (long long)d.credit[i].x10);
}

/* A value of the state, where it is short; a digest in it says only that
 * another edition or engine wrote it. */
static void tell_write(const struct wb_write *w)
{
	const char *p = (const char *)w->value.p;

	if (w->value.len >= 140 || strncmp(w->key, "detail/", 7) == 0)
		return;
	LINE(" %s=", w->key);
	for (size_t i = 0, n; i < w->value.len; i += n) {
		n = 0;
		while (i + n < w->value.len &&
		       strchr("0123456789abcdef", p[i + n]) != NULL)
			n++;
		if (n >= 16)
			LINE("#");
		else
			LINE("%.*s", (int)(n += n == 0), p + i);
	}
}

static void tell(void)
{
	LINE(" %s", wb_verdict_name(d.verdict));
	if (d.n_items > 0 || d.verdict != WB_NOTED)
		LINE(" %s %s %s %lld", d.basis, d.review_text,
		     d.edition == NULL ? "-" : d.edition->id,
		     (long long)d.total_x10);
	tell_items();
	tell_numbers();
	/* What is kept of units, flags and grants, where it is short. */
	for (size_t i = 0; i < d.n_writes; i++)
		tell_write(&d.write[i]);
}

static void one(unsigned h, unsigned n, size_t family)
{
	struct wb_state state = wb_memory_state(&world);
	struct wb_problem problem = {0};
	struct wb_statement st = {0};
	const enum who who = say_any(n);
	int rc;

	rc = wb_statement_decode(wb_buf_slice(&said), ORIGIN, &st, &problem);
	LINE("%u.%u %s", h, n, rc == 0 ? wb_kind(st.type)->name : "misspoken");
	if (rc == 0)
		rc = wb_book_judge(&books[family], &notes[who], &st, &state,
				   (wb_time)today * 86400000, false, &d,
				   &problem);
	if (rc == 0)
		tell();
	else
		LINE(" refused %d", problem.code);
	LINE("\n");
	for (size_t i = 0; rc == 0 && i < d.n_writes; i++)
		assert_int_equal(wb_memory_put(&world, d.write[i].key,
					       d.write[i].value, n + 2),
				 0);
	wb_statement_free(&st);
}

/* Put the digest of the lines of a history in their place. */
static void digest(unsigned h)
{
	struct wb_slice whole = wb_buf_slice(&lines);
	char hex[2 * WB_HASH_LEN + 1];
	uint8_t hash[WB_HASH_LEN];

	wb_sha256(&whole, 1, hash);
	wb_hex(hash, sizeof(hash), hex);
	wb_buf_free(&lines);
	LINE("%u.* %.16s\n", h, hex);
}

static void decide(unsigned h)
{
	size_t family = h % FAMILIES;

	seed = (FIRST + h) * UINT64_C(0x5851f42d4c957f2d);
	today = any_beginning();
	make_world(&world, family, pick(3) > 0);
	for (unsigned n = 0; n < STATEMENTS; n++) {
		one(h, n, family);
		today += (wb_date)pick(4);
	}
	if (h > TOLD)
		digest(h);
}

static void test_what_was_decided_once(void **state)
{
	const bool renew = getenv("WAYBILL_RENEW") != NULL;
	FILE *f = fopen(FILE_NAME, renew ? "w" : "r");
	char want[2048] = "";

	(void)state;
	assert_non_null(f);
	wb_buf_init(&said, WB_STATEMENT_MAX);
	wb_buf_init(&lines, 1 << 20);
	for (unsigned h = 1; h <= HISTORIES; h++) {
		struct wb_slice rest, line;

		decide(h);
		assert_false(lines.failed);
		rest = wb_buf_slice(&lines);
		if (renew)
			assert_int_equal(fwrite(lines.p, 1, lines.len, f),
					 lines.len);
		while (!renew && wb_line_next(&rest, &line)) {
			if (fgets(want, sizeof(want), f) != NULL)
				want[strcspn(want, "\n")] = '\0';
			if (!wb_slice_is(line, want))
				fail_msg("%s says\n%s\nand it is\n%.*s\n"
					 "If that is right: WAYBILL_RENEW=1, "
					 "this test, and read the difference.",
					 FILE_NAME, want, (int)line.len,
					 (const char *)line.p);
		}
		wb_buf_free(&lines);
	}
	assert_true(renew || fgets(want, sizeof(want), f) == NULL);
	assert_int_equal(fclose(f), 0);
	wb_buf_free(&said);
	wb_memory_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_decided_once),
	};

	return cmocka_run_group_tests(tests, make_laws, free_laws);
}
