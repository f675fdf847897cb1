#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The client's own pieces, which no library holds. */
#include "client/csv.c"
#include "client/files.c"

/* What they say of it is not of interest. */
int wb_fail(int code, const char *fmt, ...)
{
	(void)fmt;
	return code;
}

void wb_advise(const char *fmt, ...)
{
	(void)fmt;
}

/*
 * Tables: what is taken, written again field by field, is taken again and has
 * the same cells.  What is refused is refused without a stray read.
 */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void write_line(const struct wb_csv *csv, size_t line,
		       struct wb_buf *out)
{
	for (size_t i = 0; i < csv->n_columns; i++) {
		if (i > 0)
			wb_buf_str(out, ",");
		/* A line of one empty cell would be none. */
		if (*at(csv, line, i) == '\0')
			wb_buf_str(out, "\"\"");
		else
			wb_csv_put(out, at(csv, line, i));
	}
	wb_buf_str(out, "\n");
}

static void compare_cells(const struct wb_csv *a, const struct wb_csv *b)
{
	if (a->n != b->n || a->n_columns != b->n_columns)
		abort();
	for (size_t line = 0; line <= a->n; line++)
		for (size_t i = 0; i < a->n_columns; i++)
			if (strcmp(at(a, line, i), at(b, line, i)) != 0)
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_csv csv, again;
	struct wb_buf out;

	wb_buf_init(&out, 4 * WB_CSV_MAX);
	if (wb_csv_parse("table", wb_slice(p, n), &csv) == 0) {
		/* So that no cell looks like the mark of a spreadsheet. */
		wb_buf_str(&out, "\xef\xbb\xbf");
		for (size_t line = 0; line <= csv.n; line++)
			write_line(&csv, line, &out);
		if (wb_csv_parse("again", wb_buf_slice(&out), &again) != 0)
			abort();
		compare_cells(&csv, &again);
		wb_csv_free(&again);
	}
	wb_buf_free(&out);
	wb_csv_free(&csv);
	return 0;
}
