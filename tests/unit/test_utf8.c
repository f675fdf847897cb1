#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/utf8.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void test_first(void **state)
{
	static const struct {
		const char *why, *s;
		size_t len;
	} cases[] = {
		{"ASCII", "ab", 1},
		{"two bytes", "\xc3\xa9x", 2},
		{"three bytes", "\xe2\x80\x94", 3},
		{"four bytes", "\xf0\x9f\x93\xa6z", 4},
		{"nothing", "", 0},
		{"a byte that continues", "\x80x", 0},
		{"cut short", "\xe2\x80", 0},
		{"an overlong form", "\xc0\xaf", 0},
		{"a surrogate", "\xed\xa0\x80", 0},
		{"beyond U+10FFFF", "\xf4\x90\x80\x80", 0},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		if (wb_utf8_first(wb_slice_str(cases[i].s)) != cases[i].len)
			fail_msg("%s", cases[i].why);
}

static void test_control(void **state)
{
	static const struct {
		const char *why, *c;
		bool control;
	} cases[] = {
		{"escape", "\x1b", true},
		{"newline", "\n", true},
		{"DEL", "\x7f", true},
		{"U+0080", "\xc2\x80", true},
		{"U+009B, which begins commands of terminals", "\xc2\x9b",
		 true},
		{"U+009F", "\xc2\x9f", true},
		{"line separator", "\xe2\x80\xa8", true},
		{"right-to-left override", "\xe2\x80\xae", true},
		{"isolate", "\xe2\x81\xa6", true},
		{"U+2069", "\xe2\x81\xa9", true},
		{"space", " ", false},
		{"tilde", "~", false},
		{"no-break space", "\xc2\xa0", false},
		{"the dash of notes", "\xe2\x80\x94", false},
		{"right-to-left mark, which names need", "\xe2\x80\x8f", false},
		{"U+206A", "\xe2\x81\xaa", false},
		{"Chinese", "\xe6\x98\x9f", false},
		{"four bytes", "\xf0\x9f\x93\xa6", false},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		if (wb_utf8_control(wb_slice_str(cases[i].c)) !=
		    cases[i].control)
			fail_msg("%s", cases[i].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_control),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
