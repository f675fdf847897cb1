#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/told.h"
#include "waybill/error.h"
#include "waybill/limits.h"

/* Of a sweep, the findings about one's own. */

#define FINDING(CODE, SEVERITY, TEXT, SEEN)                                    \
	"{\"code\":\"" CODE "\",\"severity\":\"" SEVERITY                      \
	"\",\"doubt\":\"\",\"narrative\":\"" TEXT                              \
	"\",\"citation\":\"\",\"resolution\":\"do it\"" SEEN "}"
#define SEEN(PARTY, ID)                                                        \
	",\"seen\":{\"version\":1,\"value\":50,\"threshold\":45,"              \
	"\"unit\":\"days\",\"party\":\"" PARTY "\",\"id\":\"" ID               \
	"\",\"records\":[7]}"

/* clang-format off */
static const char judgement[] =
	"{\"engine\":1,\"verdict\":\"noted\",\"findings\":["
	FINDING("rf-11", "alert", "acme \\\"one\\\"", SEEN("acme", "S-1")) ","
	FINDING("rf-11", "alert", "secret", SEEN("globex", "S-1")) ","
	FINDING("rf-28", "verify", "two", SEEN("acme", "S-2")) ","
	FINDING("rf-43", "info", "secret", SEEN("", "")) ","
	FINDING("note", "info", "secret", "") "]}\n";
/* clang-format on */

static struct wb_buf out, codes;

static int may(void *ctx, const char *party, const char *id, bool *ret)
{
	const char *who = ctx;

	(void)id;
	*ret = strcmp(party, who) == 0;
	return strcmp(who, "broken") == 0 ? WB_EIO : 0;
}

static int tell(const char *who, const char *text, struct wb_told *told)
{
	char name[16];

	strncpy(name, who, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	*told = (struct wb_told){
		.may = may, .ctx = name, .code = "rf-28", .codes = &codes};
	wb_buf_free(&out);
	wb_buf_free(&codes);
	wb_buf_init(&out, 1 << 16);
	wb_buf_init(&codes, 1 << 16);
	return wb_told_json(told, wb_slice_str(text), &out);
}

static void test_own(void **state)
{
	struct wb_told told;

	(void)state;
	assert_int_equal(tell("acme", judgement, &told), 0);
	assert_int_equal(told.n, 2);
	assert_int_equal(told.alerts, 1);
	assert_true(told.has_code);
	assert_true(wb_slice_is(wb_buf_slice(&codes), "\"rf-11\",\"rf-28\""));
	assert_true(wb_slice_is(
		wb_buf_slice(&out),
		"[{\"party\":\"acme\",\"id\":\"S-1\",\"code\":\"rf-11\","
		"\"severity\":\"alert\",\"narrative\":\"acme \\\"one\\\"\","
		"\"citation\":\"\",\"resolution\":\"do it\"},"
		"{\"party\":\"acme\",\"id\":\"S-2\",\"code\":\"rf-28\","
		"\"severity\":\"verify\",\"narrative\":\"two\","
		"\"citation\":\"\",\"resolution\":\"do it\"}]"));
	assert_int_equal(tell("globex", judgement, &told), 0);
	assert_int_equal(told.n, 1);
	assert_false(told.has_code);
	assert_int_equal(tell("other", judgement, &told), 0);
	assert_int_equal(told.n, 0);
	assert_true(wb_slice_is(wb_buf_slice(&out), "[]"));
}

static void test_bad(void **state)
{
	struct wb_told told;

	(void)state;
	assert_int_equal(tell("acme", "{}\n", &told), WB_ECORRUPT);
	assert_int_equal(tell("acme", "{", &told), WB_ECORRUPT);
	assert_int_equal(tell("acme", "{\"findings\":1}\n", &told),
			 WB_ECORRUPT);
	assert_int_equal(tell("broken", judgement, &told), WB_EIO);
	wb_buf_free(&out);
	wb_buf_free(&codes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
