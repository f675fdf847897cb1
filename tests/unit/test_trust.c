#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/small_ledger.h"
#include "waybill/trust.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct small_ledger ledger;

static void write_key(struct wb_writer *w, const struct wb_vkey *key)
{
	char text[WB_VKEY_TEXT_MAX + 1];

	wb_vkey_format(key, text);
	wb_write_str(w, text);
}

/*
 * Text with its keys: $L and $R the ledger's, $A $B $C the witnesses', $S
 * the log's key as a witness', $M the log's key under another name.
 */
static struct wb_slice expand(const char *text)
{
	static char out[WB_TRUST_MAX + 1];
	struct wb_signer same = small_signer("same/key", 0x04, 1);
	struct wb_signer moved = small_signer("moved/log", 0x01, 1);
	struct wb_signer named = small_signer(SMALL_ORIGIN, 0x01, 9);
	const struct {
		char letter;
		const struct wb_vkey *key;
	} row[] = {
		{'L', &ledger.log.vkey},
		{'R', &ledger.recorder.vkey},
		{'A', &ledger.witness[0].vkey},
		{'B', &ledger.witness[1].vkey},
		{'C', &ledger.witness[2].vkey},
		{'S', &same.vkey},
		{'M', &moved.vkey},
		{'N', &named.vkey},
	};
	struct wb_writer w;

	wb_writer_init(&w, out, sizeof(out));
	for (const char *s = text; *s != '\0'; s++) {
		if (*s != '$') {
			wb_write_char(&w, *s);
			continue;
		}
		s++;
		for (size_t i = 0; i < N(row); i++)
			if (row[i].letter == *s)
				write_key(&w, row[i].key);
	}
	return small_end(&w);
}

#define ABC "witness a $A\nwitness b $B\nwitness c $C\n"

/* --- the grammar ---------------------------------------------------------- */

static void test_good(void **state)
{
	static const char *const row[] = {
		"quorum none\n",
		"log $L\nquorum none\n",
		"log $L https://example.org/\nlog $R\nquorum none\n",
		"# comment\n\n \t\n\t # another\nquorum none\n",
		"  quorum\t none \t\n",
		"witness a $A\nquorum a\n",
		"witness a $A https://example.net/\nquorum a\n",
		"witness \xe2\x84\xaa $A\nquorum \xe2\x84\xaa\n",
		"witness all $A\ngroup any all all\nquorum any\n",
		"quorum none\nlog $L\n" ABC,
		ABC "group g 2 a b c\nquorum g\n",
		ABC "group g any a b c\nquorum a\n",
		ABC "group g all a b\ngroup h any g c\nquorum h\n",
	};
	struct wb_problem problem = {0};
	struct wb_trust trust;

	(void)state;
	for (size_t i = 0; i < N(row); i++)
		if (wb_trust_parse(expand(row[i]), &trust, &problem) != 0)
			fail_msg("%s: %s", row[i], problem.pointer);
}

static const struct {
	const char *text;
	const char *pointer;
	const char *why;
} bad[] = {
	{"", "line 1, column 1", "no quorum"},
	{"log $L\n", "line 2, column 1", "no quorum"},
	{"quorum none", "line 1, column 1", "no newline at the end"},
	{"quorum none\nlog", "line 2, column 1", "no newline at the end"},
	{"quorum none\nquorum none\n", "line 2, column 8", "two quorums"},
	{"quorum\n", "line 1, column 7", "a quorum of nothing"},
	{"quorum x\n", "line 1, column 8", "not defined"},
	{"quorum a\nwitness a $A\n", "line 1, column 8", "defined later"},
	{"quorum none none\n", "line 1, column 13", "two names"},
	{"quorum none # all\n", "line 1, column 13", "comment behind"},
	{"quorum none\r\n", "line 1, column 12", "carriage return"},
	{"quorum\x01none\n", "line 1, column 7", "control character"},
	{"# \x7f\nquorum none\n", "line 1, column 3", "DEL, in a comment"},
	{"Log $L\n", "line 1, column 1", "capital letter"},
	{"log\n", "line 1, column 4", "no key"},
	{"log example.org/waybill\n", "line 1, column 5", "no verifier key"},
	{"log example.org/waybill+00000000+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/"
	 "N0iAG0D29c\n",
	 "line 1, column 5", "another key's id"},
	{"log  $A\n", "line 1, column 6", "a witness' key for a log"},
	{"log $L https://example.org/ x\n", "line 1, column 100", "too much"},
	{"log $L\nlog $L\n", "line 2, column 5", "the same log twice"},
	{"log $L\nlog $M\n", "line 2, column 5", "one key, two names"},
	{"log $L\nlog $N\n", "line 2, column 5", "one name, two keys"},
	{"witness\n", "line 1, column 8", "no name"},
	{"witness a\n", "line 1, column 10", "no key"},
	{"witness none $A\n", "line 1, column 9", "none is taken"},
	{"witness $A\n", "line 1, column 84", "no name: the key is taken so"},
	{"witness a $L\n", "line 1, column 11", "a log's key for a witness"},
	{"witness a $A\nwitness a $B\n", "line 2, column 9", "a name twice"},
	{"witness a $A\nwitness b $A\n", "line 2, column 11", "a key twice"},
	{"group\n", "line 1, column 6", "no name"},
	{"group g\n", "line 1, column 8", "no number"},
	{"group g all\n", "line 1, column 12", "no members"},
	{ABC "group g 0 a\n", "line 4, column 9", "zero"},
	{ABC "group g 3 a b\n", "line 4, column 9", "more than there are"},
	{ABC "group g 01 a b\n", "line 4, column 9", "leading zero"},
	{ABC "group g -1 a b\n", "line 4, column 9", "sign"},
	{ABC "group g 4294967297 a b\n", "line 4, column 9", "2^32 + 1"},
	{ABC "group g some a b\n", "line 4, column 9", "no such word"},
	{ABC "group g any a d\n", "line 4, column 15", "not defined"},
	{ABC "group g any a g\n", "line 4, column 15", "a group of itself"},
	{ABC "group g any a none\n", "line 4, column 15", "none is no member"},
	{ABC "group g any a a\n", "line 4, column 15", "a member twice"},
	{ABC "group g any a\ngroup h any a\n", "line 5, column 13",
	 "in two groups"},
	{ABC "group a any b\n", "line 4, column 7", "a witness has the name"},
	{"witness a $A\nwitness b $S\nwitness c $S\n", "line 3, column 11",
	 "a key twice"},
};

static void test_bad(void **state)
{
	struct wb_trust trust = {.n_logs = 7};

	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct wb_problem problem = {0};

		if (wb_trust_parse(expand(bad[i].text), &trust, &problem) !=
		    WB_EREFUSED)
			fail_msg("%s", bad[i].why);
		assert_int_equal(problem.code, WB_P_LINE);
		if (strcmp(problem.pointer, bad[i].pointer) != 0)
			fail_msg("%s: %s, not %s", bad[i].why, problem.pointer,
				 bad[i].pointer);
		assert_true(problem.detail[0] != '\0');
	}
	assert_int_equal(trust.n_logs, 7); /* untouched */
	/* Who only wants to know whether, need not bring a problem. */
	assert_int_equal(wb_trust_parse(wb_slice_str("x\n"), &trust, NULL),
			 WB_EREFUSED);
}

/* --- limits --------------------------------------------------------------- */

/* n logs, witnesses and groups each, and then the quorum. */
static struct wb_slice many(unsigned n_logs, unsigned n_witnesses,
			    unsigned n_groups)
{
	static char out[WB_TRUST_MAX];
	struct wb_writer w;

	wb_writer_init(&w, out, sizeof(out));
	for (unsigned i = 0; i < n_logs + n_witnesses; i++) {
		bool log = i < n_logs;
		struct wb_signer s;
		char name[32];

		snprintf(name, sizeof(name), "example.net/%u", i);
		s = small_signer(name, log ? 0x01 : 0x04, (uint8_t)(i + 1));
		if (log)
			wb_write_str(&w, "log ");
		else
			wb_write_fmt(&w, "witness w%u ", i);
		write_key(&w, &s.vkey);
		wb_write_char(&w, '\n');
	}
	for (unsigned i = 0; i < n_groups; i++)
		wb_write_fmt(&w, "group g%u any %c%u\n", i, i == 0 ? 'w' : 'g',
			     i == 0 ? n_logs : i - 1);
	wb_write_str(&w, "quorum none\n");
	return small_end(&w);
}

static void test_limits(void **state)
{
	static char text[WB_TRUST_MAX + 2];
	struct wb_problem problem = {0};
	struct wb_trust trust;

	(void)state;
	assert_int_equal(wb_trust_parse(many(32, 32, 32), &trust, NULL), 0);
	assert_int_equal(trust.n_logs, 32);
	assert_int_equal(trust.n_nodes, 64);
	assert_int_equal(wb_trust_parse(many(33, 1, 1), &trust, NULL),
			 WB_EREFUSED);
	assert_int_equal(wb_trust_parse(many(1, 33, 1), &trust, NULL),
			 WB_EREFUSED);
	assert_int_equal(wb_trust_parse(many(1, 1, 33), &trust, NULL),
			 WB_EREFUSED);

	memset(text, '\n', sizeof(text));
	memcpy(text, "quorum none", 11);
	assert_int_equal(
		wb_trust_parse(wb_slice(text, WB_TRUST_MAX), &trust, NULL), 0);
	assert_int_equal(wb_trust_parse(wb_slice(text, WB_TRUST_MAX + 1),
					&trust, &problem),
			 WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_TOO_LONG);
}

static void test_name_limit(void **state)
{
	struct wb_trust trust;
	char text[1024];

	(void)state;
	for (int len = WB_KEY_NAME_MAX; len <= WB_KEY_NAME_MAX + 1; len++) {
		int rc;

		snprintf(text, sizeof(text), "witness %0*d $A\nquorum none\n",
			 len, 0);
		rc = wb_trust_parse(expand(text), &trust, NULL);
		assert_int_equal(rc, len == WB_KEY_NAME_MAX ? 0 : WB_EREFUSED);
	}
}

/* --- quorums -------------------------------------------------------------- */

static struct wb_trust parse(const char *text)
{
	struct wb_trust trust;

	assert_int_equal(wb_trust_parse(expand(text), &trust, NULL), 0);
	return trust;
}

/* A checkpoint cosigned by the witnesses that `by` has the letters of. */
static struct wb_note cosigned(const char *by)
{
	static const char text[] =
		SMALL_ORIGIN "\n0\n"
			     "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
	static char out[WB_CHECKPOINT_MAX];
	const struct wb_signer *signer[8] = {&ledger.log};
	struct wb_writer w;
	struct wb_note note;
	size_t n = 1;

	for (; *by != '\0'; by++)
		signer[n++] = &ledger.witness[*by - 'a'];
	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, wb_slice_str(text), signer, n, SMALL_TIME_S);
	assert_int_equal(wb_note_parse(small_end(&w), &note), 0);
	return note;
}

static void test_quorum(void **state)
{
	static const struct {
		const char *trust;
		const char *by;
		int rc;
	} row[] = {
		{ABC "quorum none\n", "", 0},
		{ABC "quorum none\n", "abc", 0},
		{ABC "quorum a\n", "", WB_EKEY},
		{ABC "quorum a\n", "a", 0},
		{ABC "quorum a\n", "bc", WB_EKEY},
		{ABC "group g any a b c\nquorum g\n", "", WB_EKEY},
		{ABC "group g any a b c\nquorum g\n", "c", 0},
		{ABC "group g all a b c\nquorum g\n", "ab", WB_EKEY},
		{ABC "group g all a b c\nquorum g\n", "abc", 0},
		{ABC "group g 2 a b c\nquorum g\n", "b", WB_EKEY},
		{ABC "group g 2 a b c\nquorum g\n", "bc", 0},
		{ABC "group g 2 a b c\nquorum g\n", "abc", 0},
		/* A key that signs twice is one witness. */
		{ABC "group g 2 a b c\nquorum g\n", "aa", WB_EKEY},
		{ABC "group g 2 a b c\nquorum g\n", "aaa", WB_EKEY},
		/* Groups of groups. */
		{ABC "group g all a b\ngroup h any g c\nquorum h\n", "a",
		 WB_EKEY},
		{ABC "group g all a b\ngroup h any g c\nquorum h\n", "ab", 0},
		{ABC "group g all a b\ngroup h any g c\nquorum h\n", "c", 0},
		{ABC "group g any a b\ngroup h all g c\nquorum h\n", "ab",
		 WB_EKEY},
		{ABC "group g any a b\ngroup h all g c\nquorum h\n", "bc", 0},
		{ABC "group g any a b\ngroup h all g c\nquorum g\n", "b", 0},
		/* Witnesses that nobody here has heard of do not count. */
		{"witness a $A\nquorum a\n", "bc", WB_EKEY},
		{"witness a $A\nquorum a\n", "abc", 0},
		{"witness b $S\nquorum b\n", "abc", WB_EKEY},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		struct wb_trust trust = parse(row[i].trust);
		struct wb_note note = cosigned(row[i].by);

		if (wb_trust_quorum(&trust, &note) != row[i].rc)
			fail_msg("%s by \"%s\"", row[i].trust, row[i].by);
	}
}

/* A known witness' line that fails refuses the note, needed or not. */
static void test_forged_line(void **state)
{
	static const char *const text[] = {
		"witness a $A\nquorum none\n",
		"witness a $A\nquorum a\n",
		ABC "group g any a b c\nquorum g\n",
	};
	struct wb_trust stranger = parse("witness c $C\nquorum none\n");
	struct wb_note note = cosigned("ab");

	(void)state;
	for (size_t i = 0; i < note.n; i++)
		if (wb_note_line_by(&note, i, &ledger.witness[0].vkey))
			note.line[i].sig[20] ^= 1;
	for (size_t i = 0; i < N(text); i++) {
		struct wb_trust trust = parse(text[i]);

		assert_int_equal(wb_trust_quorum(&trust, &note), WB_ESIG);
	}
	assert_int_equal(wb_trust_quorum(&stranger, &note), 0);
}

static void test_logs_by_name(void **state)
{
	struct wb_trust trust = parse("log $L\nlog $R\nquorum none\n");

	(void)state;
	assert_true(wb_vkey_eq(wb_trust_log(&trust, SMALL_ORIGIN),
			       &ledger.log.vkey));
	assert_true(wb_vkey_eq(wb_trust_log(&trust, SMALL_ORIGIN "/record"),
			       &ledger.recorder.vkey));
	assert_null(wb_trust_log(&trust, "example.org"));
	assert_null(wb_trust_log(&trust, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_name_limit),
		cmocka_unit_test(test_quorum),
		cmocka_unit_test(test_forged_line),
		cmocka_unit_test(test_logs_by_name),
	};

	if (wb_crypto_init() != 0)
		return 1;
	small_ledger_init(&ledger);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
