#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/problem.h"
#include "waybill/text.h"

static void test_table(void **state)
{
	size_t n = 0;

	(void)state;
	for (; wb_problem_row(n) != NULL; n++) {
		const struct wb_problem_kind *row = wb_problem_row(n);

		assert_ptr_equal(wb_problem_kind(row->code), row);
		assert_true(row->status >= 400 && row->status < 600);
		assert_true(strlen(row->title) > 10);
		assert_true(strlen(row->resolution) > 5);
		/* A title is a phrase, advice a sentence. */
		assert_int_not_equal(row->title[strlen(row->title) - 1], '.');
		assert_int_equal(row->resolution[strlen(row->resolution) - 1],
				 '.');
		/* In order, so none is there twice. */
		assert_true(n == 0 || wb_problem_row(n - 1)->code < row->code);
	}
	assert_true(n > 50);
	assert_null(wb_problem_row(n + 1));
	assert_null(wb_problem_kind((enum wb_problem_code)0));
	assert_null(wb_problem_kind((enum wb_problem_code)1999));
}

/* Each code of the header has its row. */
static void test_complete(void **state)
{
	FILE *f = fopen("include/waybill/problem.h", "r");
	char line[256];
	size_t n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		int code;

		if (sscanf(line, " WB_P_%*[A-Z_0-9] = %d,", &code) != 1)
			continue;
		if (wb_problem_kind((enum wb_problem_code)code) == NULL)
			fail_msg("no row for %d", code);
		n++;
	}
	fclose(f);
	assert_null(wb_problem_row(n));
	assert_non_null(wb_problem_row(n - 1));
}

/* Each row against what problem.h says of the code. */
static void test_status(void **state)
{
	static const struct {
		enum wb_problem_code code;
		int status;
	} cases[] = {
		{WB_P_NOTE, 422},      {WB_P_TOO_LONG, 413},
		{WB_P_LINE, 422},      {WB_P_LINES, 403},
		{WB_P_KEY_BAD, 403},   {WB_P_ID_TAKEN, 409},
		{WB_P_PARTY, 422},     {WB_P_PARTY_ROLE, 409},
		{WB_P_ACCESS, 401},    {WB_P_ACCESS_NOTE, 403},
		{WB_P_NOT_FOUND, 404}, {WB_P_BUSY, 503},
		{WB_P_FULL, 503},      {WB_P_CLOCK, 503},
		{WB_P_CLOSING, 503},   {WB_P_LATCHED, 503},
		{WB_P_INTERNAL, 500},  {WB_P_HTTP, 400},
		{WB_P_METHOD, 405},    {WB_P_LENGTH, 411},
		{WB_P_BODY, 413},      {WB_P_HEADERS, 431},
		{WB_P_SLOW, 408},      {WB_P_PATH, 404},
		{WB_P_QUERY, 400},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(wb_problem_kind(cases[i].code)->status,
				 cases[i].status);
}

static void test_refuse(void **state)
{
	struct wb_problem p = {0};

	(void)state;
	assert_int_equal(wb_refuse(&p, WB_P_RANGE, "/items/0/line",
				   "%d is too %s.", 7, "small"),
			 WB_EREFUSED);
	assert_int_equal(p.code, WB_P_RANGE);
	assert_string_equal(p.pointer, "/items/0/line");
	assert_string_equal(p.detail, "7 is too small.");
	assert_string_equal(p.found, "");
	assert_string_equal(p.resolution,
			    wb_problem_kind(WB_P_RANGE)->resolution);
	wb_problem_found(&p, wb_slice_str("7"));
	assert_string_equal(p.found, "7");
	wb_problem_advise(&p, "Write %d.", 8);
	assert_string_equal(p.resolution, "Write 8.");

	/* The first error is the one that is told. */
	assert_int_equal(wb_refuse(&p, WB_P_TYPE, "", "Later."), WB_EREFUSED);
	assert_int_equal(p.code, WB_P_RANGE);
	assert_string_equal(p.detail, "7 is too small.");
}

static void test_nobody_asks(void **state)
{
	(void)state;
	assert_int_equal(wb_refuse(NULL, WB_P_TYPE, "", "Unheard."),
			 WB_EREFUSED);
	wb_problem_found(NULL, wb_slice_str("x"));
	wb_problem_advise(NULL, "Unheard.");
}

/* Problems go to terminals and into JSON, whatever was sent. */
static void test_hostile(void **state)
{
	static const struct {
		const char *found, *shown;
	} cases[] = {
		{"a\x1b[31mb", "a?[31mb"},
		{"a\nb\tc", "a?b?c"},
		{"\xff\xfe", "??"},
		{"cut \xe2\x80", "cut ??"},
		{"\xe2\x80\xae"
		 "evil",
		 "?evil"},
		{"caf\xc3\xa9", "caf\xc3\xa9"},
	};
	struct wb_problem p = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wb_problem_found(&p, wb_slice_str(cases[i].found));
		assert_string_equal(p.found, cases[i].shown);
	}
	wb_problem_found(&p, wb_slice("a\0b", 3));
	assert_string_equal(p.found, "a?b");
	assert_int_equal(wb_refuse(&p, WB_P_VALUE, "/\x07", "\x1b%s", "\xff"),
			 WB_EREFUSED);
	assert_string_equal(p.pointer, "/?");
	assert_string_equal(p.detail, "??");
}

/* What does not fit is cut at a character, and shows that it was. */
static void test_long(void **state)
{
	struct wb_problem p = {0};
	char text[4096];

	(void)state;
	memset(text, 'x', sizeof(text));
	wb_problem_found(&p, wb_slice(text, sizeof(p.found) - 1));
	assert_int_equal(strlen(p.found), sizeof(p.found) - 1);
	assert_int_equal(p.found[sizeof(p.found) - 2], 'x');
	wb_problem_found(&p, wb_slice(text, sizeof(p.found)));
	assert_int_equal(strlen(p.found), sizeof(p.found) - 1);
	assert_string_equal(p.found + sizeof(p.found) - 4, "...");

	for (size_t i = 0; i + 3 <= sizeof(text); i += 3)
		memcpy(text + i, "\xe2\x80\x94", 3);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(wb_refuse(&p, WB_P_VALUE, text, "%s", text),
			 WB_EREFUSED);
	for (size_t shift = 0; shift < 3; shift++) {
		wb_problem_found(
			&p, wb_slice(text + shift, sizeof(text) - 1 - shift));
		assert_true(wb_utf8_valid(wb_slice_str(p.found)));
	}
	assert_true(wb_utf8_valid(wb_slice_str(p.detail)));
	assert_true(wb_utf8_valid(wb_slice_str(p.pointer)));
	wb_problem_advise(&p, "%s", text);
	assert_true(wb_utf8_valid(wb_slice_str(p.resolution)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_nobody_asks),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
