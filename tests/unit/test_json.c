#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "waybill/limits.h"

/* --- whole texts ---------------------------------------------------------- */

static void assert_text(const char *why, struct wb_slice text,
			enum wb_problem_code code, const char *pointer)
{
	struct wb_problem problem = {0};
	struct wb_decoder decoder;
	int rc = wb_json_open(text, &decoder, &problem);

	if (rc == 0)
		wb_json_close(decoder.document);
	if (rc != (code == 0 ? 0 : WB_EREFUSED) || problem.code != code ||
	    strcmp(problem.pointer, pointer) != 0)
		fail_msg("%s: %d, WB-%d at \"%s\": %s", why, rc, problem.code,
			 problem.pointer, problem.detail);
}

static void test_texts(void **state)
{
	static const struct {
		const char *why, *text;
		enum wb_problem_code code;
		const char *pointer;
	} cases[] = {
		{"nothing in it", "{}\n", 0, ""},
		{"one member", "{\"a\": 1}\n", 0, ""},
		{"brackets in a string", "{\"a\": \"[[[[[[[[{{{\"}\n", 0, ""},
		{"escapes in a string", "{\"a\": \"\\\\\\\"[\\n\"}\n", 0, ""},
		{"six deep", "{\"a\":[[[[[]]]]]}\n", 0, ""},
		{"six deep, often", "{\"a\":[[[[[]]]]],\"b\":[[[[[]]]]]}\n", 0,
		 ""},
		{"the largest number", "{\"a\": 9007199254740991}\n", 0, ""},
		/* For whom it is too large depends on where it stands. */
		{"a larger number", "{\"a\": 9223372036854775807}\n", 0, ""},

		{"nothing", "", WB_P_JSON, "line 1, column 1"},
		{"a list", "[]\n", WB_P_JSON, "line 1, column 1"},
		{"a space before", " {}\n", WB_P_JSON, "line 1, column 1"},
		{"a line before", "\n{}\n", WB_P_JSON, "line 1, column 1"},
		{"a byte order mark", "\xef\xbb\xbf{}\n", WB_P_JSON,
		 "line 1, column 1"},
		{"no newline", "{}", WB_P_JSON, ""},
		{"a space behind", "{} \n", WB_P_JSON, ""},
		{"a space behind the newline", "{}\n ", WB_P_JSON, ""},
		{"a line behind", "{}\n\n", WB_P_BLANK_LINE,
		 "line 2, column 1"},
		{"a second object", "{}{}\n", WB_P_JSON, "line 1, column 3"},
		{"a second line", "{}\nx\n", WB_P_JSON, "line 2, column 1"},
		{"cut off", "{\"a\": ", WB_P_JSON, "line 1, column 6"},
		{"cut off in a string", "{\"a", WB_P_JSON, "line 1, column 3"},
		{"a bracket too many", "{}}\n", WB_P_JSON, "line 1, column 3"},
		{"the wrong bracket", "{\"a\": [1}}\n", WB_P_JSON,
		 "line 1, column 9"},
		{"a comma too many", "{\"a\": 1,}\n", WB_P_JSON,
		 "line 1, column 9"},
		{"a comment", "{\"a\": 1 /* one */}\n", WB_P_JSON,
		 "line 1, column 9"},
		{"a name without quotes", "{a: 1}\n", WB_P_JSON,
		 "line 1, column 2"},
		{"single quotes", "{'a': 1}\n", WB_P_JSON, "line 1, column 2"},
		{"a leading zero", "{\"a\": 01}\n", WB_P_JSON,
		 "line 1, column 7"},
		{"a plus sign", "{\"a\": +1}\n", WB_P_JSON, "line 1, column 7"},
		{"not a number", "{\"a\": NaN}\n", WB_P_JSON,
		 "line 1, column 9"},
		{"half a surrogate pair", "{\"a\": \"\\ud83d\"}\n", WB_P_JSON,
		 "line 1, column 14"},
		{"an unknown escape", "{\"a\": \"\\x41\"}\n", WB_P_JSON,
		 "line 1, column 9"},
		{"a blank line", "{\n\n}\n", WB_P_BLANK_LINE,
		 "line 2, column 1"},
		{"a line of spaces", "{\n   \n}\n", WB_P_BLANK_LINE,
		 "line 2, column 4"},
		{"a tab", "{\t}\n", WB_P_CONTROL, "line 1, column 2"},
		{"a carriage return", "{}\r\n", WB_P_CONTROL,
		 "line 1, column 3"},
		{"a newline in a string", "{\"a\": \"\n\"}\n", WB_P_CONTROL,
		 "line 1, column 8"},
		{"an escape byte in a string", "{\"a\": \"\x1b\"}\n",
		 WB_P_CONTROL, "line 1, column 8"},
		{"an escaped NUL", "{\"a\": \"\\u0000\"}\n", WB_P_CONTROL,
		 "line 1, column 14"},
		{"an escaped NUL in a name", "{\"\\u0000\": 1}\n", WB_P_CONTROL,
		 "line 1, column 9"},
		{"Latin-1", "{\"\xe9\": 1}\n", WB_P_UTF8, "line 1, column 3"},
		{"an overlong slash", "{\"\xc0\xaf\": 1}\n", WB_P_UTF8,
		 "line 1, column 3"},
		{"columns are characters", "{\"\xc3\xa9\xc3\xa9\": \x80}\n",
		 WB_P_UTF8, "line 1, column 8"},
		{"eight deep", "{\"a\":[[[[[[[]]]]]]]}\n", WB_P_DEPTH,
		 "line 1, column 12"},
		{"eight deep, unclosed", "{{{{{{{{", WB_P_DEPTH,
		 "line 1, column 8"},
		{"a name twice", "{\"a\":1,\"a\":1}\n", WB_P_DUPLICATE,
		 "line 1, column 10"},
		{"a name twice, deeper", "{\"a\":{\"b\":1,\"b\":1}}\n",
		 WB_P_DUPLICATE, "line 1, column 15"},
		{"a number without end", "{\"a\": 99999999999999999999}\n",
		 WB_P_RANGE, "line 1, column 26"},
		{"below all numbers", "{\"a\": -99999999999999999999}\n",
		 WB_P_RANGE, "line 1, column 27"},
		{"a float without end", "{\"a\": 1.0e400}\n", WB_P_FLOAT,
		 "line 1, column 13"},
	};

	(void)state;
	for (size_t i = 0; i < WB_COUNT(cases); i++)
		assert_text(cases[i].why, wb_slice_str(cases[i].text),
			    cases[i].code, cases[i].pointer);
	assert_text("a NUL byte", wb_slice("{\0}\n", 4), WB_P_CONTROL,
		    "line 1, column 2");
}

/* A list of n zeros. */
static struct wb_slice zeros(size_t n)
{
	static char text[WB_JSON_VALUES_MAX * 2 + 64];
	struct wb_slice ret;
	struct wb_writer w;

	wb_writer_init(&w, text, sizeof(text));
	wb_write_str(&w, "{\"a\":[0");
	for (size_t i = 1; i < n; i++)
		wb_write_str(&w, ",0");
	wb_write_str(&w, "]}\n");
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

/* An object of len bytes. */
static struct wb_slice padded(size_t len)
{
	static char text[WB_POLICY_STATEMENT_MAX + 8];

	assert_true(len <= sizeof(text));
	memset(text, ' ', sizeof(text));
	text[0] = '{';
	memcpy(text + len - 2, "}\n", 2);
	return wb_slice(text, len);
}

static void test_limits(void **state)
{
	(void)state;
	assert_text("as many values as may be", zeros(WB_JSON_VALUES_MAX), 0,
		    "");
	assert_text("a value too many", zeros(WB_JSON_VALUES_MAX + 1),
		    WB_P_TOO_LONG, "line 1, column 32774");
	assert_text("as long as may be", padded(WB_POLICY_STATEMENT_MAX), 0,
		    "");
	assert_text("a byte too long", padded(WB_POLICY_STATEMENT_MAX + 1),
		    WB_P_TOO_LONG, "");
}

/* --- memory --------------------------------------------------------------- */

/* The linker puts this in place of malloc in our own code, which is what
 * jansson allocates with. */
void *__real_malloc(size_t len);
void *__wrap_malloc(size_t len);

static size_t allocations_left = SIZE_MAX; /* before one that fails */
static bool fails_from_then_on, has_failed;

void *__wrap_malloc(size_t len)
{
	if (allocations_left == 0) {
		has_failed = true;
		if (!fails_from_then_on)
			allocations_left = SIZE_MAX;
		return NULL;
	}
	allocations_left--;
	return __real_malloc(len);
}

/*
 * Whichever allocation fails, alone or with all behind it, it is told as that
 * and nothing leaks.  The long string matters: jansson leaves out the byte for
 * which it finds no room, and goes on.
 */
static void test_no_memory(void **state)
{
	static const char text[] =
		"{\"a\": [1, 2, \"three\"], \"b\": {\"c\": true},\n"
		"\"a name that needs some room\": "
		"\"and a string that has to be moved now and then\"}\n";
	struct wb_problem problem = {0};
	struct wb_decoder decoder;

	(void)state;
	for (int on = 0; on < 2; on++) {
		size_t n = 0;
		int rc;

		fails_from_then_on = on == 1;
		do {
			allocations_left = n++;
			has_failed = false;
			rc = wb_json_open(wb_slice_str(text), &decoder,
					  &problem);
			assert_int_equal(problem.code, 0);
			assert_int_equal(rc, has_failed ? WB_ENOMEM : 0);
		} while (rc != 0);
		wb_json_close(decoder.document);
		assert_true(n > 5);
	}
	allocations_left = SIZE_MAX;
}

/* --- places --------------------------------------------------------------- */

struct fixture {
	struct wb_problem problem;
	struct wb_decoder decoder;
	struct wb_json top;
};

static void open_text(struct fixture *f, const char *text)
{
	*f = (struct fixture){0};
	assert_int_equal(
		wb_json_open(wb_slice_str(text), &f->decoder, &f->problem), 0);
	f->top = wb_json_top(&f->decoder);
}

static void test_reading(void **state)
{
	static const char *const words[] = {"no", "yes"};
	struct wb_json list;
	struct fixture f;
	size_t n;

	(void)state;
	open_text(&f, "{\"s\":\"text\",\"i\":-5,\"b\":true,\"l\":[1,2],"
		      "\"w\":\"yes\",\"t\":\"two\\nlines\"}\n");
	assert_string_equal(wb_json_string(wb_json_need(&f.top, "s"), 4),
			    "text");
	assert_int_equal(wb_json_integer(wb_json_need(&f.top, "i"), -5, -5, 0),
			 -5);
	assert_int_equal(wb_json_bool(wb_json_may(&f.top, "b")), 1);
	list = wb_json_list(wb_json_need(&f.top, "l"), 1, 2, &n);
	assert_int_equal(n, 2);
	assert_int_equal(wb_json_integer(wb_json_at(&list, 1), 0, 9, 0), 2);
	assert_int_equal(wb_json_word(wb_json_need(&f.top, "w"), words, 2), 1);
	assert_true(wb_slice_is(wb_json_text(wb_json_need(&f.top, "t"), 9),
				"two\nlines"));
	assert_string_equal(wb_json_name(&f.top, 0), "s");
	assert_string_equal(wb_json_name(&f.top, 5), "t");
	assert_null(wb_json_name(&f.top, 6));
	assert_int_equal(f.decoder.error, 0);
	wb_json_close(f.decoder.document);
}

/* A place that may have no value gives what says so, and no error. */
static void test_absent(void **state)
{
	static const char *const words[] = {"a", "b"};
	struct fixture f;
	struct wb_json o;
	size_t n = 7;

	(void)state;
	open_text(&f, "{}\n");
	o = wb_json_object(wb_json_may(&f.top, "o"), words, 2);
	assert_null(wb_json_string(wb_json_need(&o, "a"), 1));
	assert_null(wb_json_id(wb_json_may(&o, "a")));
	assert_null(wb_json_country(wb_json_may(&o, "a")));
	assert_null(wb_json_digest(wb_json_may(&o, "a")));
	assert_int_equal(wb_json_text(wb_json_may(&o, "a"), 1).len, 0);
	assert_int_equal(wb_json_integer(wb_json_may(&o, "a"), 1, 2, -1), -1);
	assert_int_equal(wb_json_bool(wb_json_may(&o, "a")), -1);
	assert_int_equal(wb_json_date(wb_json_may(&o, "a")), WB_DATE_NONE);
	assert_int_equal(wb_json_time(wb_json_may(&o, "a")), 0);
	assert_int_equal(wb_json_word(wb_json_may(&o, "a"), words, 2), 0);
	(void)wb_json_list(wb_json_may(&o, "a"), 1, 2, &n);
	assert_int_equal(n, 0);
	assert_null(wb_json_name(&o, 0));
	assert_int_equal(f.decoder.error, 0);
	wb_json_close(f.decoder.document);
}

/* After the first error nothing has a value, and no other error is told. */
static void test_first_error_sticks(void **state)
{
	struct wb_json a, list;
	struct fixture f;
	size_t n;

	(void)state;
	open_text(&f, "{\"a\":[1,2,3],\"b\":\"x\"}\n");
	a = wb_json_need(&f.top, "a");
	list = wb_json_list(a, 1, 2, &n);
	assert_int_equal(n, 0);
	assert_int_equal(f.decoder.error, WB_EREFUSED);
	assert_int_equal(f.problem.code, WB_P_TOO_LONG);
	assert_string_equal(f.problem.pointer, "/a");
	assert_null(wb_json_at(&list, 0).value);
	assert_null(wb_json_string(wb_json_need(&f.top, "b"), 9));
	assert_null(wb_json_need(&f.top, "c").value);
	assert_null(wb_json_name(&f.top, 0));
	assert_false(wb_json_refuse(&a, WB_P_VALUE, "Later."));
	assert_int_equal(f.problem.code, WB_P_TOO_LONG);
	wb_json_close(f.decoder.document);
}

static void test_long_names(void **state)
{
	static char text[8192];
	struct wb_writer w;
	struct fixture f;

	(void)state;
	memset(text, 0, sizeof(text));
	wb_writer_init(&w, text, sizeof(text) - 1);
	wb_write_str(&w, "{\"");
	for (size_t i = 0; i < 4000; i++)
		wb_write_char(&w, '~');
	wb_write_str(&w, "\":1}\n");
	open_text(&f, text);
	wb_json_known(&f.top, NULL, 0);
	assert_int_equal(f.problem.code, WB_P_UNKNOWN);
	assert_memory_equal(f.problem.pointer, "/~0~0~0", 7);
	assert_int_equal(strlen(f.problem.pointer),
			 sizeof(f.problem.pointer) - 1);
	wb_json_close(f.decoder.document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_first_error_sticks),
		cmocka_unit_test(test_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
