#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/problem.h"
#include "waybill/limits.h"

static struct wb_slice write_problem(const struct wb_problem *p)
{
	static uint8_t out[WB_PROBLEM_MAX];
	struct wb_slice done;
	struct wb_writer w;

	wb_writer_init(&w, out, sizeof(out));
	wb_problem_write(&w, p);
	assert_int_equal(wb_writer_end(&w, &done), 0);
	return done;
}

/* Every code goes there and back. */
static void test_every_code(void **state)
{
	struct wb_problem p, got;
	char code[WB_PROBLEM_CODE_TEXT + 1];

	(void)state;
	for (size_t i = 0; wb_problem_row(i) != NULL; i++) {
		memset(&p, 0, sizeof(p));
		p.code = wb_problem_row(i)->code;
		assert_int_equal(wb_problem_read(write_problem(&p), &got), 0);
		assert_int_equal(got.code, p.code);
		assert_string_equal(got.detail, wb_problem_row(i)->title);
		assert_string_equal(got.resolution,
				    wb_problem_row(i)->resolution);
		wb_problem_code(p.code, code);
		assert_int_equal(strlen(code), WB_PROBLEM_CODE_TEXT);
	}
}

/* The example of proto/API.md. */
static void test_text(void **state)
{
	struct wb_problem p;

	(void)state;
	memset(&p, 0, sizeof(p));
	assert_int_equal(wb_refuse(&p, WB_P_PATH, "", "%s",
				   "there is nothing at this path"),
			 WB_EREFUSED);
	assert_true(wb_slice_is(
		write_problem(&p),
		"{\"type\":\"about:blank\",\"title\":\"There is no such "
		"path\",\"status\":404,\"code\":\"WB-6007\",\"severity\":"
		"\"fatal\",\"detail\":\"there is nothing at this "
		"path\",\"pointer\":\"\",\"found\":\"\",\"resolution\":"
		"\"proto/API.md lists the paths.\"}\n"));
}

/* Fields as full as they can be, of what grows most. */
static void test_longest(void **state)
{
	struct wb_problem p, got;

	(void)state;
	memset(&p, 0, sizeof(p));
	p.code = WB_P_VALUE;
	memset(p.pointer, 1, sizeof(p.pointer) - 1);
	memset(p.found, '"', sizeof(p.found) - 1);
	memset(p.detail, 0x1f, sizeof(p.detail) - 1);
	memset(p.resolution, '\n', sizeof(p.resolution) - 1);
	assert_int_equal(wb_problem_read(write_problem(&p), &got), 0);
	assert_memory_equal(&p, &got, sizeof(p));
}

/* One character changed or lost is another text, or none. */
static void test_each_byte_counts(void **state)
{
	struct wb_slice good;
	struct wb_problem p, got;
	char text[WB_PROBLEM_MAX];

	(void)state;
	memset(&p, 0, sizeof(p));
	assert_int_equal(wb_refuse(&p, WB_P_UNKNOWN, "/x", "%s", "y"),
			 WB_EREFUSED);
	good = write_problem(&p);
	for (size_t len = 0; len < good.len; len++)
		assert_int_equal(wb_problem_read(wb_slice(good.p, len), &got),
				 WB_EFORM);
	memcpy(text, good.p, good.len);
	text[good.len] = '\n';
	assert_int_equal(wb_problem_read(wb_slice(text, good.len + 1), &got),
			 WB_EFORM);
	for (size_t i = 0; i < good.len; i++) {
		char was = text[i];

		text[i] = '\0';
		assert_int_equal(
			wb_problem_read(wb_slice(text, good.len), &got),
			WB_EFORM);
		text[i] = was;
	}
}

static void test_refusals(void **state)
{
#define HEAD "{\"type\":\"about:blank\",\"title\":\"t\",\"status\":"
#define TAIL                                                                   \
	",\"severity\":\"fatal\",\"detail\":\"d\",\"pointer\":\"\","           \
	"\"found\":\"\",\"resolution\":\"\"}\n"
	static const char *const bad[] = {
		"",
		"{}",
		"null\n",
		HEAD "404,\"code\":\"WB-9999\"" TAIL,
		HEAD "400,\"code\":\"WB-6007\"" TAIL,
		HEAD "0404,\"code\":\"WB-6007\"" TAIL,
		HEAD "404404404404,\"code\":\"WB-6007\"" TAIL,
		HEAD "\"404\",\"code\":\"WB-6007\"" TAIL,
		HEAD "404,\"code\":\"wb-6007\"" TAIL,
		HEAD "404,\"code\":\"WB-60077\"" TAIL,
		HEAD "404, \"code\":\"WB-6007\"" TAIL,
		"{\"type\":\"about:blank\",\"title\":\"\\u0041\",\"status\":"
		"404,\"code\":\"WB-6007\"" TAIL,
		"{\"type\":\"about:blank\",\"title\":\"\\x\",\"status\":"
		"404,\"code\":\"WB-6007\"" TAIL,
		"{\"type\":\"about:blank\",\"title\":\"\xff\",\"status\":"
		"404,\"code\":\"WB-6007\"" TAIL,
		"{\"type\":\"about:blank\",\"title\":\"\t\",\"status\":"
		"404,\"code\":\"WB-6007\"" TAIL,
	};
	struct wb_problem got;

	(void)state;
	assert_int_equal(wb_problem_read(wb_slice_str(HEAD "404,\"code\":"
							   "\"WB-6007\"" TAIL),
					 &got),
			 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (wb_problem_read(wb_slice_str(bad[i]), &got) != WB_EFORM)
			fail_msg("taken: %s", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_each_byte_counts),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
