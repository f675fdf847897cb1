#include "client/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/json.h"
#include "client/print.h"

#define GAP         2
#define COLUMN_MIN  12
#define TABLE_BYTES ((size_t)1 << 28)

void wb_table_init(struct wb_table *t, const char *heads)
{
	memset(t, 0, sizeof(*t));
	wb_buf_init(&t->text, TABLE_BYTES);
	while (*heads != '\0' && t->n_columns < WB_TABLE_COLUMNS) {
		t->right[t->n_columns] = *heads == '>';
		heads += *heads == '>';
		t->head[t->n_columns++] = heads;
		heads += strcspn(heads, "|");
		heads += *heads == '|';
	}
}

void wb_table_cell(struct wb_table *t, struct wb_slice cell)
{
	/* A NUL would end the cell; nothing that we show holds one. */
	const uint8_t *nul = cell.len ? memchr(cell.p, '\0', cell.len) : NULL;

	if (nul != NULL)
		cell.len = (size_t)(nul - cell.p);
	wb_buf_add(&t->text, cell.p, cell.len);
	wb_buf_add(&t->text, "", 1);
	t->n++;
}

void wb_table_fmt(struct wb_table *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	wb_table_cell(t, wb_slice(text, n < 0 ? 0 : (size_t)n));
	if (n >= 0)
		free(text);
}

void wb_table_member(struct wb_table *t, const struct wb_value *row,
		     const char *name)
{
	const struct wb_value *v = wb_member(row, name);

	if (v == NULL || v->text.len == 0)
		wb_table_cell(t, wb_slice_str("-"));
	else
		wb_table_cell(t, v->text);
}

static struct wb_slice head_of(const struct wb_table *t, size_t i)
{
	return wb_slice(t->head[i], strcspn(t->head[i], "|"));
}

/* Widths that the cells ask for, the widest cut until all fit. */
static void widths(const struct wb_table *t, size_t room,
		   size_t width[WB_TABLE_COLUMNS])
{
	const char *cell = (const char *)t->text.p;
	size_t total = 0;

	for (size_t i = 0; i < t->n_columns; i++)
		width[i] = wb_columns(head_of(t, i));
	for (size_t i = 0; i < t->n; i++) {
		size_t w = wb_columns(wb_slice_str(cell));

		if (w > width[i % t->n_columns])
			width[i % t->n_columns] = w;
		cell += strlen(cell) + 1;
	}
	for (size_t i = 0; i < t->n_columns; i++)
		total += width[i] + GAP;
	while (total - GAP > room) {
		size_t widest = 0;

		for (size_t i = 1; i < t->n_columns; i++) {
			if (width[i] > width[widest])
				widest = i;
		}
		if (width[widest] <= COLUMN_MIN)
			return;
		width[widest]--;
		total--;
	}
}

/* The bytes of s that fit in width columns, cut at a space if there is one. */
static size_t fitting(struct wb_slice s, size_t width)
{
	size_t len = 0, space = 0;

	if (wb_columns(s) <= width)
		return s.len;
	for (size_t i = 1; i <= s.len; i++) {
		if (i < s.len && (s.p[i] & 0xc0) == 0x80)
			continue; /* within a character */
		if (wb_columns(wb_slice(s.p, i)) > width)
			break;
		len = i;
		if (i < s.len && s.p[i] == ' ')
			space = i;
	}
	if (space > 0)
		return space;
	return len > 0 ? len : 1;
}

static void pad(FILE *f, size_t n)
{
	if (n > 0)
		fprintf(f, "%*s", (int)n, "");
}

/* Print the next line of each cell of the row; false when nothing is left. */
static bool row_line(const struct wb_table *t, FILE *f, size_t indent,
		     const size_t width[], struct wb_slice rest[],
		     const enum wb_style style[])
{
	size_t blanks = indent;
	bool any = false;

	for (size_t i = 0; i < t->n_columns; i++)
		any = any || rest[i].len > 0;
	if (!any)
		return false;
	for (size_t i = 0; i < t->n_columns; i++) {
		struct wb_slice part =
			wb_slice(rest[i].p, fitting(rest[i], width[i]));
		size_t spare, used = wb_columns(part);

		spare = width[i] > used ? width[i] - used : 0;
		if (part.len > 0) {
			pad(f, blanks + (t->right[i] ? spare : 0));
			wb_put_styled(f, style[i], part);
			blanks = t->right[i] ? 0 : spare;
		} else {
			blanks += spare;
		}
		blanks += GAP;
		used = part.len;
		used += used < rest[i].len && rest[i].p[used] == ' ';
		rest[i] = wb_slice(rest[i].p + used, rest[i].len - used);
	}
	fputc('\n', f);
	return true;
}

void wb_table_done(struct wb_table *t, FILE *f, size_t indent)
{
	const char *cell = (const char *)t->text.p;
	size_t width[WB_TABLE_COLUMNS];
	struct wb_slice row[WB_TABLE_COLUMNS];
	enum wb_style style[WB_TABLE_COLUMNS];

	if (t->text.failed) {
		wb_buf_free(&t->text);
		wb_fail(1, "out of memory");
		return;
	}
	/* Programs that read a pipe want whole lines. */
	widths(t, isatty(fileno(f)) == 1 ? wb_width(f) - indent : SIZE_MAX,
	       width);
	for (size_t i = 0; i < t->n_columns; i++) {
		row[i] = head_of(t, i);
		style[i] = WB_BOLD;
	}
	while (row_line(t, f, indent, width, row, style))
		;
	for (size_t at = 0; at + t->n_columns <= t->n; at += t->n_columns) {
		for (size_t i = 0; i < t->n_columns; i++) {
			row[i] = wb_slice_str(cell);
			style[i] = wb_style_of(row[i]);
			cell += row[i].len + 1;
		}
		while (row_line(t, f, indent, width, row, style))
			;
	}
	wb_buf_free(&t->text);
}
