#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/date.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void test_known_dates(void **state)
{
	static const struct {
		const char *text;
		wb_date date;
		int year;
		int quarter;
	} cases[] = {
		{"1970-01-01", 0, 1970, 1},
		{"1970-03-31", 89, 1970, 1},
		{"1970-04-01", 90, 1970, 2},
		{"1972-02-29", 789, 1972, 1},
		{"1999-12-31", 10956, 1999, 4},
		{"2000-02-29", 11016, 2000, 1},
		{"2025-05-15", 20223, 2025, 2},
		{"2025-09-30", 20361, 2025, 3},
		{"2100-03-01", 47541, 2100, 1},
		{"9999-12-31", 2932896, 9999, 4},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		char text[WB_DATE_TEXT + 1];
		wb_date date;

		assert_int_equal(
			wb_date_parse(wb_slice_str(cases[i].text), &date), 0);
		assert_int_equal(date, cases[i].date);
		assert_int_equal(wb_date_year(date), cases[i].year);
		assert_int_equal(wb_date_quarter(date), cases[i].quarter);
		wb_date_format(date, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void test_bad_dates(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{"", "empty"},
		{"1969-12-31", "before the first"},
		{"0000-01-01", "no year"},
		{"2025-02-29", "no leap year"},
		{"2100-02-29", "nor is a century"},
		{"2025-00-10", "no month 0"},
		{"2025-13-10", "no month 13"},
		{"2025-04-31", "April has 30"},
		{"2025-01-00", "no day 0"},
		{"2025-1-01", "one digit"},
		{"2025/01/01", "slashes"},
		{"20250101", "no dashes"},
		{"2025-01-01 ", "a space behind"},
		{"+025-01-01", "a sign"},
		{"2025-01-0a", "a letter"},
		{"2025-01-01T", "more behind"},
		{"10000-01-01", "past the last year"},
	};
	wb_date date = 42;

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		if (wb_date_parse(wb_slice_str(cases[i].text), &date) !=
		    WB_EFORM)
			fail_msg("taken: %s", cases[i].why);
	assert_int_equal(date, 42);
	assert_int_equal(wb_date_parse(wb_slice(NULL, 0), &date), WB_EFORM);
}

/* Around each turn of a year, where a calendar goes wrong if it does. */
static void test_days_follow_each_other(void **state)
{
	(void)state;
	for (int year = 1970; year < 9999; year++) {
		char text[WB_DATE_TEXT + 1];
		wb_date last = 0, date = 0;

		memcpy(text, "0000-12-31", sizeof(text));
		for (int i = 3, y = year; i >= 0; i--, y /= 10)
			text[i] = (char)('0' + y % 10);
		assert_int_equal(wb_date_parse(wb_slice_str(text), &last), 0);
		wb_date_format(last + 1, text);
		assert_int_equal(wb_date_parse(wb_slice_str(text), &date), 0);
		assert_int_equal(date, last + 1);
		assert_int_equal(wb_date_year(date), year + 1);
		assert_string_equal(text + 4, "-01-01");
	}
}

/* 400 years, after which the calendar comes again. */
static void test_every_day(void **state)
{
	wb_date last = 0;

	(void)state;
	assert_int_equal(wb_date_parse(wb_slice_str("2400-01-01"), &last), 0);
	for (wb_date date = 0; date <= last; date++) {
		char text[WB_DATE_TEXT + 1];
		wb_date back = -1;

		wb_date_format(date, text);
		assert_int_equal(wb_date_parse(wb_slice_str(text), &back), 0);
		assert_int_equal(back, date);
	}
}

static void test_known_times(void **state)
{
	static const struct {
		const char *seconds, *ms;
		wb_time time;
	} cases[] = {
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", 0},
		{"2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000Z",
		 1700000000000},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z",
		 253402300799000},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		char seconds[WB_TIME_TEXT + 1], ms[WB_TIME_MS_TEXT + 1];
		wb_time time;

		assert_int_equal(
			wb_time_parse(wb_slice_str(cases[i].seconds), &time),
			0);
		assert_int_equal(time, cases[i].time);
		assert_int_equal(
			wb_time_ms_parse(wb_slice_str(cases[i].ms), &time), 0);
		assert_int_equal(time, cases[i].time);
		wb_time_format(time, seconds);
		assert_string_equal(seconds, cases[i].seconds);
		wb_time_ms_format(time + 987, ms);
		memcpy(ms + 20, "000", 3);
		assert_string_equal(ms, cases[i].ms);
	}
	assert_int_equal(wb_time_date(86399999), 0);
	assert_int_equal(wb_time_date(86400000), 1);
	assert_int_equal(wb_time_date(253402300799999), 2932896);
}

static void test_bad_times(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{"2025-05-15", "a date alone"},
		{"2025-05-15T24:00:00Z", "hour 24"},
		{"2025-05-15T23:60:00Z", "minute 60"},
		{"2025-06-30T23:59:60Z", "leap seconds do not exist"},
		{"2025-05-15T00:00:00", "no zone"},
		{"2025-05-15T00:00:00z", "small z"},
		{"2025-05-15t00:00:00Z", "small t"},
		{"2025-05-15 00:00:00Z", "a space for the T"},
		{"2025-05-15T00:00:00+00:00", "an offset"},
		{"2025-05-15T0:00:00Z", "one digit"},
		{"2025-05-15T00-00-00Z", "dashes"},
		{"2025-02-30T00:00:00Z", "no such day"},
		{"2025-05-15T00:00:00.0Z", "tenths"},
		{"2025-05-15T00:00:00.00xZ", "a letter"},
		{"2025-05-15T00:00:00,000Z", "a comma"},
		{"2025-05-15T00:00:00.000z", "small z"},
		{"2025-05-15T00:00:00.000000Z", "microseconds"},
	};
	wb_time time = 42;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_slice s = wb_slice_str(cases[i].text);

		if (wb_time_parse(s, &time) != WB_EFORM ||
		    wb_time_ms_parse(s, &time) != WB_EFORM)
			fail_msg("taken: %s", cases[i].why);
	}
	/* Each of the two takes its own spelling only. */
	assert_int_equal(
		wb_time_parse(wb_slice_str("2025-05-15T00:00:00.000Z"), &time),
		WB_EFORM);
	assert_int_equal(
		wb_time_ms_parse(wb_slice_str("2025-05-15T00:00:00Z"), &time),
		WB_EFORM);
	assert_int_equal(time, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_dates),
		cmocka_unit_test(test_bad_dates),
		cmocka_unit_test(test_days_follow_each_other),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_known_times),
		cmocka_unit_test(test_bad_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
