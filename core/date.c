#include <assert.h>

#include "waybill/date.h"

#define DAY_MS   INT64_C(86400000)
#define TIME_MAX ((WB_DATE_MAX + 1) * DAY_MS - 1)

/* A day of the calendar. */
struct civil {
	int year;
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
};

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01 to the first of January of year. */
static int32_t year_start(int year)
{
	int y = year - 1; /* the last year that is over */

	return (y - 1969) * 365 + (y / 4 - 1969 / 4) - (y / 100 - 1969 / 100) +
	       (y / 400 - 1969 / 400);
}

static int32_t from_civil(struct civil c)
{
	int32_t date = year_start(c.year) + c.day - 1;

	for (int month = 1; month < c.month; month++)
		date += days_in_month(c.year, month);
	return date;
}

/*
 * Years that begin in March end with their leap day, and their months of 31,
 * 30, 31, 30 and 31 days begin on day (153 m + 2) / 5, m counted from March.
 */
static struct civil to_civil(wb_date date)
{
	int32_t day, left, year, month;

	assert(date >= 0 && date <= WB_DATE_MAX);
	day = date + 719468; /* since 0000-03-01 */
	left = day % 146097; /* of 400 years */
	/* Leap days are day 1,460 of four years, and so on, for they end
	 * them: without those all years have 365 days. */
	year = (left - left / 1460 + left / 36524 - left / 146096) / 365;
	left -= 365 * year + year / 4 - year / 100;
	month = (5 * left + 2) / 153;
	year += 400 * (day / 146097);
	return (struct civil){
		.year = month < 10 ? year : year + 1,
		.month = month < 10 ? month + 3 : month - 9,
		.day = left - (153 * month + 2) / 5 + 1,
	};
}

/* The n digits at p as a number, or -1. */
static int digits(const uint8_t *p, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

/* Write v, which has at most n digits, with leading zeros. */
static void put_digits(char *out, int n, int v)
{
	for (int i = n - 1; i >= 0; i--) {
		out[i] = (char)('0' + v % 10);
		v /= 10;
	}
	assert(v == 0);
}

int wb_date_parse(struct wb_slice s, wb_date *ret)
{
	struct civil c;

	if (s.len != WB_DATE_TEXT || s.p[4] != '-' || s.p[7] != '-')
		return WB_EFORM;
	c.year = digits(s.p, 4);
	c.month = digits(s.p + 5, 2);
	c.day = digits(s.p + 8, 2);
	if (c.year < 1970 || c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > days_in_month(c.year, c.month))
		return WB_EFORM;
	*ret = from_civil(c);
	return 0;
}

void wb_date_format(wb_date date, char out[WB_DATE_TEXT + 1])
{
	struct civil c = to_civil(date);

	put_digits(out, 4, c.year);
	out[4] = '-';
	put_digits(out + 5, 2, c.month);
	out[7] = '-';
	put_digits(out + 8, 2, c.day);
	out[WB_DATE_TEXT] = '\0';
}

int wb_date_year(wb_date date)
{
	return to_civil(date).year;
}

int wb_date_quarter(wb_date date)
{
	return (to_civil(date).month - 1) / 3 + 1;
}

/* "2025-05-15T00:00:00", the first 19 characters of both spellings. */
static int parse_seconds(struct wb_slice s, wb_time *ret)
{
	int hour, minute, second;
	wb_date date;
	int rc;

	rc = wb_date_parse(wb_slice(s.p, WB_DATE_TEXT), &date);
	if (rc != 0)
		return rc;
	if (s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':')
		return WB_EFORM;
	hour = digits(s.p + 11, 2);
	minute = digits(s.p + 14, 2);
	second = digits(s.p + 17, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59)
		return WB_EFORM;
	*ret = date * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
	return 0;
}

static void format_seconds(wb_time time, char *out)
{
	int second;

	assert(time >= 0 && time <= TIME_MAX);

	second = (int)(time % DAY_MS / 1000);
	wb_date_format(wb_time_date(time), out);
	out[10] = 'T';
	put_digits(out + 11, 2, second / 3600);
	out[13] = ':';
	put_digits(out + 14, 2, second / 60 % 60);
	out[16] = ':';
	put_digits(out + 17, 2, second % 60);
}

int wb_time_parse(struct wb_slice s, wb_time *ret)
{
	if (s.len != WB_TIME_TEXT || s.p[19] != 'Z')
		return WB_EFORM;
	return parse_seconds(s, ret);
}

void wb_time_format(wb_time time, char out[WB_TIME_TEXT + 1])
{
	format_seconds(time, out);
	out[19] = 'Z';
	out[WB_TIME_TEXT] = '\0';
}

int wb_time_ms_parse(struct wb_slice s, wb_time *ret)
{
	wb_time time;
	int ms, rc;

	if (s.len != WB_TIME_MS_TEXT || s.p[19] != '.' || s.p[23] != 'Z')
		return WB_EFORM;
	ms = digits(s.p + 20, 3);
	if (ms < 0)
		return WB_EFORM;
	rc = parse_seconds(s, &time);
	if (rc != 0)
		return rc;
	*ret = time + ms;
	return 0;
}

void wb_time_ms_format(wb_time time, char out[WB_TIME_MS_TEXT + 1])
{
	format_seconds(time, out);
	out[19] = '.';
	put_digits(out + 20, 3, (int)(time % 1000));
	out[23] = 'Z';
	out[WB_TIME_MS_TEXT] = '\0';
}

wb_date wb_time_date(wb_time time)
{
	assert(time >= 0 && time <= TIME_MAX);

	return (wb_date)(time / DAY_MS);
}
