#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/format.h"

/* The same as vsnprintf() in a room of every size. */
static void same(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void same(const char *fmt, ...)
{
	char got[80], want[80];
	va_list ap, again;

	for (size_t cap = 1; cap <= sizeof(got); cap++) {
		int len;

		memset(got, '?', sizeof(got));
		memset(want, '?', sizeof(want));
		va_start(ap, fmt);
		va_copy(again, ap);
		len = vsnprintf(want, cap, fmt, again);
		assert_int_equal(wb_format(got, cap, fmt, ap), len);
		va_end(again);
		va_end(ap);
		assert_memory_equal(got, want, sizeof(got));
	}
}

static void test_as_vsnprintf(void **state)
{
	static const char raw[3] = {'a', 'b', 'c'};

	(void)state;
	same("plain");
	same("lpp/%s/%d", "acme", 2025);
	same("%s%s%s", "", "one", "");
	same("%d %d %d", INT32_MIN, -1, INT32_MAX);
	same("%lld %lld", (long long)INT64_MIN, (long long)INT64_MAX);
	same("%u of %u", 0, UINT32_MAX);
	same("%zu", SIZE_MAX);
	same("signer/%.*s/%08x", 3, raw, 0x1fu);
	same("%.*s|%.*s|%.*s", 2, "abc", 9, "abc", -1, "abc");
	same("%08x %08x", 0u, UINT32_MAX);
}

/* Others are not lost. */
static void test_other_conversions(void **state)
{
	(void)state;
	same("%s: 100%%", "share");
	same("%s %5d %-4s| %lld %x %.2s", "a", 7, "b", -5LL, 255u, "MYX");
	same("%d %03d", 1, 2);
}

static void test_copy(void **state)
{
	char out[4] = "zzz";

	(void)state;
	wb_copy(out, sizeof(out), "");
	assert_string_equal(out, "");
	wb_copy(out, sizeof(out), "abc");
	assert_string_equal(out, "abc");
	wb_copy(out, sizeof(out), "abcd");
	assert_string_equal(out, "abc");
	wb_copy(out, 1, "abcd");
	assert_string_equal(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_vsnprintf),
		cmocka_unit_test(test_other_conversions),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
