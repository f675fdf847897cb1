#ifndef WB_CLIENT_CSV_H
#define WB_CLIENT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "waybill/bytes.h"

/*
 * csv: a table in a file (RFC 4180), the first line of which names the
 * columns.  A line break may stand inside quotes; blanks around a cell do not
 * count.  Lines may be shorter than the first; what is longer is empty.
 */
#define WB_CSV_MAX         ((size_t)16 << 20) /* bytes of a file */
#define WB_CSV_COLUMNS_MAX 64

struct wb_csv {
	struct wb_buf text; /* the cells, each with a closing NUL */
	size_t n_columns;
	size_t n; /* rows, without the first line */
	size_t *at; /* (n + 1) * n_columns offsets into text */
};

/* 0 or an exit code, having said why; the caller frees ret in any case. */
int wb_csv_load(const char *path, struct wb_csv *ret);
/* The same of a text; path is what it is called. */
int wb_csv_parse(const char *path, struct wb_slice text, struct wb_csv *ret);
/* Accepts a zeroed struct. */
void wb_csv_free(struct wb_csv *csv);
bool wb_csv_has(const struct wb_csv *csv, const char *column);
/* The cell, "" where the table has no such column or the line is short. */
const char *wb_csv_cell(const struct wb_csv *csv, size_t row,
			const char *column);
/* Whether the row has nothing in any cell. */
bool wb_csv_blank(const struct wb_csv *csv, size_t row);
/* The row whose cell of that column is value, or csv->n. */
size_t wb_csv_find(const struct wb_csv *csv, const char *column,
		   const char *value);

/*
 * Decimal figures as tables have them, scaled: "4799.2" by 10 is 47992.
 * Digits past the scale are cut off, so that "less than" stays what it is.
 */
int wb_csv_decimal(const char *cell, int64_t scale,
		   int64_t *ret) WB_MUST_CHECK;

/* Write s as one field, quoted where that is needed. */
void wb_csv_put(struct wb_buf *out, const char *s);

#endif /* WB_CLIENT_CSV_H */
