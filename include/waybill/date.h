#ifndef WB_DATE_H
#define WB_DATE_H

#include <stdint.h>

#include "waybill/bytes.h"

/*
 * date: days and instants in UTC, without a clock, locale or time zone.
 *
 * A date is a count of days since 1970-01-01, an instant a count of
 * milliseconds since then; leap seconds do not exist.  Years 1970 to 9999.
 */
#define WB_DATE_TEXT    10 /* 2025-05-15 */
#define WB_TIME_TEXT    20 /* 2025-05-15T00:00:00Z */
#define WB_TIME_MS_TEXT 24 /* 2025-05-15T00:00:00.000Z */

typedef int32_t wb_date;
typedef int64_t wb_time;

#define WB_DATE_NONE INT32_MIN
#define WB_DATE_MAX  2932896 /* 9999-12-31 */

int wb_date_parse(struct wb_slice s, wb_date *ret) WB_MUST_CHECK;
void wb_date_format(wb_date date, char out[WB_DATE_TEXT + 1]);
/* The calendar year of date. */
int wb_date_year(wb_date date);
/* The quarter of date, 1 to 4. */
int wb_date_quarter(wb_date date);

/* Whole seconds. */
int wb_time_parse(struct wb_slice s, wb_time *ret) WB_MUST_CHECK;
void wb_time_format(wb_time time, char out[WB_TIME_TEXT + 1]);
/* Milliseconds, as the record has them. */
int wb_time_ms_parse(struct wb_slice s, wb_time *ret) WB_MUST_CHECK;
void wb_time_ms_format(wb_time time, char out[WB_TIME_MS_TEXT + 1]);
/* The day that an instant falls on. */
wb_date wb_time_date(wb_time time);

#endif /* WB_DATE_H */
