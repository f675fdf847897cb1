#ifndef WB_TABLE_H
#define WB_TABLE_H

#include <stdio.h>

#include "waybill/bytes.h"

/*
 * table: aligned columns for people.
 *
 * Cells are gathered and printed together.  What does not fit a terminal is
 * wrapped within the widest column, at spaces where there are any.  Elsewhere
 * a row is one line.
 */
#define WB_TABLE_COLUMNS 12

struct wb_table {
	size_t n_columns;
	const char *head[WB_TABLE_COLUMNS];
	bool right[WB_TABLE_COLUMNS]; /* numbers */
	size_t n;          /* cells */
	struct wb_buf text; /* cells, each with a closing NUL */
};

/* heads are parted by '|'; one that begins with '>' is aligned right.  The
 * string must outlive the table. */
void wb_table_init(struct wb_table *t, const char *heads);
/* The next cell, row by row. */
void wb_table_cell(struct wb_table *t, struct wb_slice cell);
void wb_table_fmt(struct wb_table *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A member of a row: a string, a number, or "-". */
struct wb_value;
void wb_table_member(struct wb_table *t, const struct wb_value *row,
		     const char *name);
/* Print it indented, and free it. */
void wb_table_done(struct wb_table *t, FILE *f, size_t indent);

#endif /* WB_TABLE_H */
