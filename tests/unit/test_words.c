#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/words.h"

/* The values of the state: each word is taken once, in its one spelling. */

static void test_words(void **state)
{
	struct wb_words w;
	char text[4];

	(void)state;
	wb_words_init(&w, wb_slice_str("abc - 2025-05-15 - 7 -"));
	wb_words_copy(&w, text, sizeof(text));
	assert_string_equal(text, "abc");
	wb_words_copy_or(&w, text, sizeof(text));
	assert_string_equal(text, "");
	assert_int_equal(wb_words_date(&w), 20223);
	assert_int_equal(wb_words_date_or(&w), WB_DATE_NONE);
	assert_int_equal(wb_words_end(&w), WB_ECORRUPT); /* more is there */
	assert_int_equal(wb_words_number(&w, 7, false), 7);
	assert_int_equal(wb_words_number(&w, 7, true), -1);
	assert_int_equal(wb_words_end(&w), 0);
	/* One too many: every word from then on is empty. */
	assert_int_equal(wb_words_next(&w).len, 0);
	assert_int_equal(wb_words_end(&w), WB_ECORRUPT);
	assert_int_equal(wb_words_next(&w).len, 0);
}

/* What each reader takes; an error sticks, whatever comes after it. */
static void test_what_is_no_such_word(void **state)
{
	static const char *const no_date[] = {"", "-", "2025-5-15", "today",
					      "2025-05-15T00:00:00Z"};
	static const char *const no_number[] = {"",   "-",  "08", "+1",
						"-1", "11", "1.0"};
	struct wb_words w;
	char text[4];

	(void)state;
	for (size_t i = 0; i < sizeof(no_date) / sizeof(no_date[0]); i++) {
		wb_words_init(&w, wb_slice_str(no_date[i]));
		assert_int_equal(wb_words_date(&w), WB_DATE_NONE);
		assert_true(w.failed);
	}
	for (size_t i = 0; i < sizeof(no_number) / sizeof(no_number[0]); i++) {
		wb_words_init(&w, wb_slice_str(no_number[i]));
		(void)wb_words_number(&w, 10, false);
		assert_true(w.failed);
	}
	wb_words_init(&w, wb_slice_str("abcd x"));
	wb_words_copy(&w, text, sizeof(text));
	assert_string_equal(text, "");
	wb_words_copy_or(&w, text, sizeof(text));
	assert_int_equal(wb_words_end(&w), WB_ECORRUPT);
	wb_words_init(&w, wb_slice_str("-"));
	wb_words_copy(&w, text, sizeof(text));
	assert_true(w.failed);
}

static void test_parts(void **state)
{
	struct wb_slice text = wb_slice_str("a,,b"), part;
	int64_t n = 5;

	(void)state;
	assert_true(wb_part_next(&text, ',', &part));
	assert_true(wb_slice_is(part, "a"));
	assert_true(wb_part_next(&text, ',', &part));
	assert_int_equal(part.len, 0);
	assert_true(wb_part_next(&text, ',', &part));
	assert_true(wb_slice_is(part, "b"));
	assert_false(wb_part_next(&text, ',', &part));
	assert_int_equal(wb_part_number(wb_slice_str("11"), 10, &n),
			 WB_ECORRUPT);
	assert_int_equal(n, 5);
	assert_int_equal(wb_part_number(wb_slice_str("10"), 10, &n), 0);
	assert_int_equal(n, 10);
	assert_int_equal(wb_part_number(wb_slice_str("-"), 10, &n), 0);
	assert_int_equal(n, -1);
}

/* What is written is read again. */
static void test_writers(void **state)
{
	char text[64];
	struct wb_slice s;
	struct wb_writer out;

	(void)state;
	wb_writer_init(&out, text, sizeof(text));
	wb_write_date(&out, 20223);
	wb_write_date(&out, WB_DATE_NONE);
	wb_write_number(&out, 0);
	wb_write_number(&out, -1);
	wb_write_word(&out, "");
	wb_write_word(&out, "x");
	assert_int_equal(wb_writer_end(&out, &s), 0);
	assert_true(wb_slice_is(s, "2025-05-15-0--x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_what_is_no_such_word),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
