#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The client's own pieces, which no library holds. */
#include "client/json.c"
#include "client/json_out.c"
#include "client/print.c"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void test_refused(void **state)
{
	static const struct {
		const char *text, *why;
		int rc;
	} row[] = {
		{"", "nothing", WB_EFORM},
		{" ", "nothing but space", WB_EFORM},
		{"{", "no end", WB_EFORM},
		{"{}}", "something behind the end", WB_EFORM},
		{"{} x", "something behind the end", WB_EFORM},
		{"[1,]", "a comma before the end", WB_EFORM},
		{"[,1]", "a comma at the beginning", WB_EFORM},
		{"[1 2]", "no comma", WB_EFORM},
		{"{\"a\"}", "a name without value", WB_EFORM},
		{"{\"a\":}", "a name without value", WB_EFORM},
		{"{a:1}", "a name without quotes", WB_EFORM},
		{"{\"a\":1,\"a\":2}", "a name twice", WB_EFORM},
		{"{\"a\":1]", "closed by the other bracket", WB_EFORM},
		{"nul", "a word cut off", WB_EFORM},
		{"True", "no such word", WB_EFORM},
		{"01", "a leading zero", WB_EFORM},
		{"-", "a sign alone", WB_EFORM},
		{"1.", "a point and no digit", WB_EFORM},
		{"1e", "an exponent and no digit", WB_EFORM},
		{"+1", "a plus sign", WB_EFORM},
		{"\"a", "a string without end", WB_EFORM},
		{"\"\n\"", "a newline that is not escaped", WB_EFORM},
		{"\"\x01\"", "a control character", WB_EFORM},
		{"\"\\x41\"", "no such escape", WB_EFORM},
		{"\"\\u12\"", "an escape cut off", WB_EFORM},
		{"\"\\u12G4\"", "no hexadecimal digit", WB_EFORM},
		{"\"\\u0000\"", "a NUL, which would end the string", WB_EFORM},
		{"\"\\ud800\"", "half a pair", WB_EFORM},
		{"\"\\ud800\\u0041\"", "half a pair", WB_EFORM},
		{"\"\\udc00\"", "the second half first", WB_EFORM},
		{"\"\xc3\"", "no UTF-8", WB_EFORM},
		{"\"\xed\xa0\x80\"", "a surrogate in UTF-8", WB_EFORM},
		{"\"\\", "an escape and no end", WB_EFORM},
		{"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "17 deep", WB_ELIMIT},
	};
	struct wb_answer *answer;

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		if (wb_answer_parse(wb_slice_str(row[i].text), &answer) !=
		    row[i].rc)
			fail_msg("%s: %s", row[i].text, row[i].why);
	}
	assert_int_equal(wb_answer_parse(wb_slice("[\0]", 3), &answer),
			 WB_EFORM);
}

static void test_read(void **state)
{
	static const char text[] =
		" {\"n\" : 18446744073709551615, \"s\":\"a\\n\\u00e9\","
		"\"l\":[1,[],{}],\"t\":true,\"z\":null,\"e\":\"\"}\n";
	const struct wb_value *top;
	struct wb_answer *answer;
	uint64_t n;

	(void)state;
	assert_int_equal(wb_answer_parse(wb_slice_str(text), &answer), 0);
	top = wb_answer_top(answer);
	assert_int_equal(top->n, 6);
	assert_true(wb_number(wb_member(top, "n"), &n));
	assert_true(n == UINT64_MAX);
	assert_string_equal(wb_string_of(top, "s"), "a\n\xc3\xa9");
	assert_string_equal(wb_string_of(top, "e"), "");
	assert_int_equal(wb_member(top, "l")->n, 3);
	assert_int_equal(wb_member(top, "z")->type, WB_V_NULL);

	/* What is not there, or is something else, is nothing. */
	assert_null(wb_member(top, "nosuch"));
	assert_null(wb_member(wb_member(top, "l"), "n"));
	assert_null(wb_member(NULL, "n"));
	assert_string_equal(wb_string_of(top, "n"), "");
	assert_false(wb_number(wb_member(top, "s"), &n));
	assert_false(wb_number(NULL, &n));
	wb_answer_free(answer);
	wb_answer_free(NULL);

	/* Numbers that are no count. */
	assert_int_equal(wb_answer_parse(wb_slice_str("[-1,1.5,1e3,"
						      "18446744073709551616]"),
					 &answer),
			 0);
	for (top = wb_answer_top(answer)->first; top; top = top->next)
		assert_false(wb_number(top, &n));
	wb_answer_free(answer);
}

/* More values than one block holds. */
static void test_many(void **state)
{
	struct wb_answer *answer;
	struct wb_buf text;

	(void)state;
	wb_buf_init(&text, 100000);
	wb_buf_str(&text, "[0");
	for (int i = 1; i < 5 * BLOCK; i++)
		wb_buf_fmt(&text, ",%d", i);
	wb_buf_str(&text, "]");
	assert_int_equal(wb_answer_parse(wb_buf_slice(&text), &answer), 0);
	assert_int_equal(wb_answer_top(answer)->n, 5 * BLOCK);
	wb_answer_free(answer);
	wb_buf_free(&text);
}

static void test_write(void **state)
{
	static const char expected[] =
		"{\"s\":\"a\\\"\\\\\\n\\u001b\xc3\xa9\xef\xbf\xbd\",\"n\":7,"
		"\"l\":[true,{\"x\":1}],\"r\":{\"y\":2}}";
	struct wb_json_out out;

	(void)state;
	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_string(&out, "s", "a\"\\\n\x1b\xc3\xa9\xff");
	wb_out_number(&out, "n", 7);
	wb_out_open(&out, "l", '[');
	wb_out_bool(&out, NULL, true);
	wb_out_open(&out, NULL, '{');
	wb_out_number(&out, "x", 1);
	wb_out_close(&out, '}');
	wb_out_close(&out, ']');
	wb_out_raw(&out, "r", wb_slice_str("{\"y\":2}\n"));
	wb_out_close(&out, '}');
	wb_buf_add(&out.buf, "", 1);
	assert_string_equal((const char *)out.buf.p, expected);
	wb_buf_free(&out.buf);
}

static void test_terminal_sees_no_control_bytes(void **state)
{
	static const struct {
		const char *text;
		bool lines;
		const char *shown;
	} row[] = {
		{"plain \xc3\xa9", false, "plain \xc3\xa9"},
		{"\x1b[31mred", false, "\\x1b[31mred"},
		{"a\nb\tc", true, "a\nb\tc"},
		{"a\nb\tc", false, "a\\x0ab\\x09c"},
		{"\xc2\x9b"
		 "2J",
		 true, "\\xc2\\x9b2J"}, /* C1: CSI */
		{"\xe2\x80\xae"
		 "abc",
		 true,
		 "\\xe2\\x80\\xae"
		 "abc"},
		{"\x7f\xff\xc3", true, "\\x7f\\xff\\xc3"},
	};
	char got[64];
	FILE *f;

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		f = fmemopen(got, sizeof(got), "w");
		assert_non_null(f);
		wb_put(f, wb_slice_str(row[i].text), row[i].lines);
		fclose(f);
		assert_string_equal(got, row[i].shown);
		if (!row[i].lines)
			assert_int_equal(
				wb_columns(wb_slice_str(row[i].text)),
				wb_columns(wb_slice_str(row[i].shown)));
	}
}

static void test_wrap(void **state)
{
	char got[512];
	FILE *f = fmemopen(got, sizeof(got), "w");

	(void)state;
	assert_non_null(f);
	/* No terminal: 80 columns. */
	wb_wrap(f, 70, wb_slice_str("one two three verylongwordindeed x"));
	fclose(f);
	got[strcspn(got, "v")] = '\0';
	assert_string_equal(got, "one two\n"
				 "                                            "
				 "                          three\n"
				 "                                            "
				 "                          ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_terminal_sees_no_control_bytes),
		cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
