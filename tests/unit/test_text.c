#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/limits.h"
#include "waybill/text.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* n times c, in static memory. */
static struct wb_slice many(char c, size_t n)
{
	static char text[512];

	assert_true(n <= sizeof(text));
	memset(text, c, n);
	return wb_slice(text, n);
}

/* --- lines and words ------------------------------------------------------ */

static void test_lines(void **state)
{
	struct wb_slice rest = wb_slice_str("one\n\nkey value\nlast"), line;

	(void)state;
	assert_true(wb_line_next(&rest, &line));
	assert_true(wb_slice_is(line, "one"));
	assert_true(wb_line_next(&rest, &line));
	assert_int_equal(line.len, 0);
	assert_true(wb_line_after(&rest, "key ", &line));
	assert_true(wb_slice_is(line, "value"));
	/* A line without its newline is none, and is left there. */
	assert_false(wb_line_next(&rest, &line));
	assert_true(wb_slice_is(rest, "last"));

	rest = wb_slice_str("seq 1\n");
	assert_false(wb_line_is(&rest, "seq"));
	rest = wb_slice_str("seq\n");
	assert_false(wb_line_after(&rest, "seq ", &line));
	rest = wb_slice(NULL, 0);
	assert_false(wb_line_next(&rest, &line));
	assert_false(wb_line_is(&rest, ""));
}

static void test_words(void **state)
{
	struct wb_slice line = wb_slice_str("  one two\tthree   "), word;

	(void)state;
	assert_true(wb_word_next(&line, &word));
	assert_true(wb_slice_is(word, "one"));
	assert_true(wb_word_next(&line, &word));
	/* Only 0x20 parts words. */
	assert_true(wb_slice_is(word, "two\tthree"));
	assert_false(wb_word_next(&line, &word));
	line = wb_slice(NULL, 0);
	assert_false(wb_word_next(&line, &word));
}

/* --- numbers -------------------------------------------------------------- */

static void test_dec(void **state)
{
	static const struct {
		const char *text;
		uint64_t v;
	} good[] = {
		{"0", 0},
		{"7", 7},
		{"10", 10},
		{"18446744073709551615", UINT64_MAX},
	};
	static const char *const bad[] = {
		"",
		"00",
		"01",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1.0",
		"0x1",
		"1e3",
		"1_0",
		"\xd9\xa1",
		"18446744073709551616",
		"99999999999999999999999",
	};
	uint64_t v = 42;

	(void)state;
	for (size_t i = 0; i < N(bad); i++)
		if (wb_parse_dec(wb_slice_str(bad[i]), &v) != WB_EFORM)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(v, 42);
	for (size_t i = 0; i < N(good); i++) {
		assert_int_equal(wb_parse_dec(wb_slice_str(good[i].text), &v),
				 0);
		assert_int_equal(v, good[i].v);
	}
}

static void test_tenths(void **state)
{
	static const struct {
		const char *text;
		uint64_t v;
	} good[] = {
		{"15832", 158320},
		{"4799.2", 47992},
		{"0.1", 1},
		{"0", 0},
		{"1844674407370955161.5", UINT64_MAX},
	};
	static const char *const bad[] = {
		"",
		"4799.0",
		"4799.",
		".5",
		"4799.25",
		"04.5",
		"4,5",
		"-4.5",
		"4.x",
		"4..5",
		"1.5.5",
		"1844674407370955161.6",
		"1844674407370955162",
		"1e3",
	};
	uint64_t v = 42;

	(void)state;
	for (size_t i = 0; i < N(bad); i++)
		if (wb_parse_tenths(wb_slice_str(bad[i]), &v) != WB_EFORM)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(v, 42);
	for (size_t i = 0; i < N(good); i++) {
		assert_int_equal(
			wb_parse_tenths(wb_slice_str(good[i].text), &v), 0);
		assert_int_equal(v, good[i].v);
	}
}

/* --- UTF-8 and names ------------------------------------------------------ */

static void test_utf8(void **state)
{
	static const char *const good[] = {
		"",
		"plain",
		"\x7f",
		"\xc2\x80",
		"\xdf\xbf",
		"\xe0\xa0\x80",
		"\xed\x9f\xbf",
		"\xee\x80\x80",
		"\xef\xbf\xbf",
		"\xf0\x90\x80\x80",
		"\xf4\x8f\xbf\xbf",
		"a\xe2\x80\x94z",
	};
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{"\x80", "a continuation alone"},
		{"\xc0\x80", "overlong NUL"},
		{"\xc1\xbf", "overlong, two bytes"},
		{"\xe0\x9f\xbf", "overlong, three bytes"},
		{"\xf0\x8f\xbf\xbf", "overlong, four bytes"},
		{"\xed\xa0\x80", "first surrogate"},
		{"\xed\xbf\xbf", "last surrogate"},
		{"\xf4\x90\x80\x80", "above U+10FFFF"},
		{"\xf5\x80\x80\x80", "a lead byte of none"},
		{"\xff", "never a byte of UTF-8"},
		{"\xc2", "cut short"},
		{"\xe2\x80", "cut short"},
		{"\xf0\x90\x80", "cut short"},
		{"\xe2\x28\xa1", "second byte is none"},
		{"\xe2\x82\x28", "third byte is none"},
		{"\xf0\x90\x80\x28", "fourth byte is none"},
	};

	(void)state;
	for (size_t i = 0; i < N(good); i++)
		if (!wb_utf8_valid(wb_slice_str(good[i])))
			fail_msg("refused: good case %zu", i);
	for (size_t i = 0; i < N(bad); i++)
		if (wb_utf8_valid(wb_slice_str(bad[i].text)))
			fail_msg("taken: %s", bad[i].why);
	assert_true(wb_utf8_valid(wb_slice("a\0b", 3)));
}

static void test_origin(void **state)
{
	static const char *const good[] = {
		"example.org/waybill",
		"a/b",
		"/",
		"waybill.example/1",
		"example.org/waybill/2",
		"[2001:db8::1]:80/w",
	};
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{"", "empty"},
		{"example.org", "no slash: could be anything"},
		{"example.org/way bill", "a space would split a line"},
		{"example.org/way\nbill", "so would a newline"},
		{"example.org/a+b", "it names a key, and '+' ends a name"},
		{"example.org/\x7f", "a control"},
		{"example.org/caf\xc3\xa9", "not ASCII"},
		{"{\"a\":1}/", "begins as a statement does"},
		{"waybill/record/1", "begins as a record does"},
		{"cosignature/v1", "begins as a cosigned message does"},
	};
	char text[WB_ORIGIN_MAX + 1];

	(void)state;
	for (size_t i = 0; i < N(good); i++)
		if (!wb_origin_valid(wb_slice_str(good[i])))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < N(bad); i++)
		if (wb_origin_valid(wb_slice_str(bad[i].text)))
			fail_msg("taken: %s", bad[i].why);
	memset(text, '/', sizeof(text));
	assert_true(wb_origin_valid(wb_slice(text, WB_ORIGIN_MAX)));
	assert_false(wb_origin_valid(wb_slice(text, WB_ORIGIN_MAX + 1)));
}

static void test_id(void **state)
{
	static const char *const good[] = {"a", "0", "S-2025.05_15", "ACME"};
	static const char *const bad[] = {
		"",    "-a",  ".a",       "_a",  "a b", "a/b",
		"a+b", "a\n", "\xc3\xa9", "a:b", "..",
	};

	(void)state;
	for (size_t i = 0; i < N(good); i++)
		if (!wb_id_valid(wb_slice_str(good[i])))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < N(bad); i++)
		if (wb_id_valid(wb_slice_str(bad[i])))
			fail_msg("taken: %s", bad[i]);
	assert_true(wb_id_valid(many('a', WB_ID_MAX)));
	assert_false(wb_id_valid(many('a', WB_ID_MAX + 1)));
	assert_false(wb_id_valid(wb_slice("a\0", 2)));
}

static void test_country(void **state)
{
	static const char *const bad[] = {"",    "U",  "us", "Us",
					  "USA", "U1", "U ", "\xc3\x84"};

	(void)state;
	assert_true(wb_country_valid(wb_slice_str("US")));
	assert_true(wb_country_valid(wb_slice_str("AZ")));
	for (size_t i = 0; i < N(bad); i++)
		if (wb_country_valid(wb_slice_str(bad[i])))
			fail_msg("taken: %s", bad[i]);
}

/* --- the nearest name ----------------------------------------------------- */

/* Longer than any id may be, and so never the nearest. */
static const char too_long[] = "a_name_that_nobody_can_have_meant_to_write_"
			       "and_so_has_65_letters_";

static void test_nearest(void **state)
{
	static const char *const name[] = {
		"type",     "ledger",  "party",     "id",     "issued",
		"end_user", "end_use", "consignee", too_long,
	};
	static const struct {
		const char *text;
		const char *nearest;
		const char *why;
	} cases[] = {
		{"type", "type", "itself"},
		{"tpye", "type", "two letters swapped are two edits"},
		{"leger", "ledger", "one missing"},
		{"ledgerr", "ledger", "one too many"},
		{"end_users", "end_user", "the nearer of two"},
		{"enduse", "end_use", "and the other"},
		{"ix", "id", "a short name may miss one letter"},
		{"x", NULL, "no letter of it stands"},
		{"destination", NULL, "nothing like it"},
		{"", NULL, "nothing is near nothing"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		const char *got =
			wb_nearest(wb_slice_str(cases[i].text), name, N(name));
		const char *want = cases[i].nearest;

		if (got != want &&
		    (got == NULL || want == NULL || strcmp(got, want) != 0))
			fail_msg("%s: got %s", cases[i].why,
				 got == NULL ? "nothing" : got);
	}
	assert_null(wb_nearest(wb_slice_str("type"), name, 0));
	/* One letter off, but too long to be looked at. */
	assert_null(wb_nearest(wb_slice(too_long, WB_ID_MAX), name, N(name)));
	/* A hostile length costs nothing. */
	assert_null(wb_nearest(many('t', 500), name, N(name)));
}

/* --- JSON strings --------------------------------------------------------- */

static void test_json(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{"", "\"\""},
		{"plain /text", "\"plain /text\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"line\n", "\"line\\n\""},
		{"\t\r\x01\x1f", "\"\\u0009\\u000d\\u0001\\u001f\""},
		{"\x7f", "\"\x7f\""},
		{"caf\xc3\xa9 \xe2\x80\xa8", "\"caf\xc3\xa9 \xe2\x80\xa8\""},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_writer w;
		char out[64];

		wb_writer_init(&w, out, sizeof(out));
		wb_write_json(&w, wb_slice_str(cases[i].in));
		assert_false(w.failed);
		if (!wb_slice_is(wb_slice(out, w.len), cases[i].out))
			fail_msg("%s: got %.*s", cases[i].out, (int)w.len, out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),   cmocka_unit_test(test_words),
		cmocka_unit_test(test_dec),     cmocka_unit_test(test_tenths),
		cmocka_unit_test(test_utf8),    cmocka_unit_test(test_origin),
		cmocka_unit_test(test_id),      cmocka_unit_test(test_country),
		cmocka_unit_test(test_nearest), cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
