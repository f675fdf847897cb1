#include "client/csv.h"

#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/print.h"
#include "waybill/text.h"

struct reader {
	const char *path;
	const uint8_t *p, *end;
	unsigned line;
	struct wb_csv *csv;
	size_t cap; /* offsets that there is room for */
};

/* --- one cell ------------------------------------------------------------ */

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct reader *r)
{
	while (r->p < r->end && is_blank(*r->p))
		r->p++;
}

/* Take the next cell; *ret_last if a line ends behind it. */
static int cell(struct reader *r, bool *ret_last)
{
	struct wb_buf *text = &r->csv->text;
	size_t begin = text->len;
	bool quoted;

	skip_blanks(r);
	quoted = r->p < r->end && *r->p == '"';
	r->p += quoted;
	for (; r->p < r->end; r->p++) {
		if (quoted && *r->p == '"') {
			if (r->p + 1 == r->end || r->p[1] != '"')
				break;
			r->p++;
		} else if (!quoted && (*r->p == ',' || *r->p == '\n')) {
			break;
		}
		r->line += *r->p == '\n';
		if (quoted || *r->p != '\r' ||
		    (r->p + 1 < r->end && r->p[1] != '\n'))
			wb_buf_add(text, r->p, 1);
	}
	if (quoted && r->p == r->end)
		return wb_fail(WB_EXIT_USAGE,
			       "%s, line %u: a quote is not closed", r->path,
			       r->line);
	r->p += quoted;
	if (quoted)
		skip_blanks(r);
	else
		while (text->len > begin && is_blank(text->p[text->len - 1]))
			text->len--;
	if (quoted && r->p < r->end && *r->p == '\r')
		r->p++;
	wb_buf_add(text, "", 1);
	*ret_last = r->p == r->end || *r->p == '\n';
	if (r->p < r->end && *r->p != '\n' && *r->p != ',')
		return wb_fail(WB_EXIT_USAGE,
			       "%s, line %u: text behind a closing quote",
			       r->path, r->line);
	r->line += r->p < r->end && *r->p == '\n';
	r->p += r->p < r->end;
	return 0;
}

/* --- rows ---------------------------------------------------------------- */

static int room(struct reader *r, size_t n)
{
	size_t cap = r->cap == 0 ? 1024 : 2 * r->cap;
	size_t *at;

	if (n <= r->cap)
		return 0;
	while (cap < n)
		cap *= 2;
	at = reallocarray(r->csv->at, cap, sizeof(*at));
	if (at == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	r->csv->at = at;
	r->cap = cap;
	return 0;
}

static int head(struct reader *r)
{
	bool last = false;
	int rc = 0;

	while (rc == 0 && !last) {
		if (r->csv->n_columns == WB_CSV_COLUMNS_MAX)
			return wb_fail(WB_EXIT_USAGE,
				       "%s has more than %d columns", r->path,
				       WB_CSV_COLUMNS_MAX);
		rc = room(r, r->csv->n_columns + 1);
		if (rc != 0)
			return rc;
		r->csv->at[r->csv->n_columns++] = r->csv->text.len;
		rc = cell(r, &last);
	}
	return rc;
}

/* A line shorter than the first has empty cells at its end. */
static int row(struct reader *r)
{
	struct wb_csv *csv = r->csv;
	size_t *at, n = 0;
	unsigned line = r->line;
	bool last = false;
	int rc = room(r, (csv->n + 2) * csv->n_columns);

	if (rc != 0)
		return rc;
	at = csv->at + (csv->n + 1) * csv->n_columns;
	while (rc == 0 && !last) {
		size_t begin = csv->text.len;

		rc = cell(r, &last);
		if (n < csv->n_columns)
			at[n++] = begin;
		else if (rc == 0 && csv->text.len > begin + 1)
			return wb_fail(WB_EXIT_USAGE,
				       "%s, line %u: more cells than the first "
				       "line has columns",
				       r->path, line);
	}
	for (; n < csv->n_columns; n++)
		at[n] = csv->text.len - 1; /* the NUL of the last cell */
	csv->n++;
	return rc;
}

int wb_csv_parse(const char *path, struct wb_slice text, struct wb_csv *ret)
{
	struct reader r = {.path = path, .line = 1, .csv = ret};
	int rc;

	memset(ret, 0, sizeof(*ret));
	wb_buf_init(&ret->text, 2 * WB_CSV_MAX);
	if (text.len > 0 && memchr(text.p, '\0', text.len) != NULL)
		return wb_fail(WB_EXIT_USAGE, "%s holds a NUL byte", path);
	if (!wb_utf8_valid(text))
		return wb_fail(WB_EXIT_USAGE, "%s is not UTF-8", path);
	r.p = text.p;
	r.end = text.len == 0 ? text.p : text.p + text.len;
	/* The mark that spreadsheets write first. */
	if (wb_slice_starts(text, "\xef\xbb\xbf"))
		r.p += 3;
	rc = head(&r);
	while (rc == 0 && r.p < r.end) {
		if (*r.p == '\n' || *r.p == '\r') {
			r.line += *r.p++ == '\n';
			continue;
		}
		rc = row(&r);
	}
	if (rc == 0 && ret->text.failed)
		rc = wb_fail(WB_EXIT_OTHER, "%s is too long", path);
	return rc;
}

int wb_csv_load(const char *path, struct wb_csv *ret)
{
	struct wb_buf file;
	int rc = wb_load("table", path, WB_CSV_MAX, &file);

	memset(ret, 0, sizeof(*ret));
	if (rc == 0)
		rc = wb_csv_parse(path, wb_buf_slice(&file), ret);
	wb_buf_free(&file);
	return rc;
}

void wb_csv_free(struct wb_csv *csv)
{
	wb_buf_free(&csv->text);
	free(csv->at);
	memset(csv, 0, sizeof(*csv));
}

static const char *at(const struct wb_csv *csv, size_t line, size_t column)
{
	return (const char *)csv->text.p +
	       csv->at[line * csv->n_columns + column];
}

static size_t column_of(const struct wb_csv *csv, const char *column)
{
	size_t i = 0;

	while (i < csv->n_columns && strcmp(at(csv, 0, i), column) != 0)
		i++;
	return i;
}

bool wb_csv_has(const struct wb_csv *csv, const char *column)
{
	return column_of(csv, column) < csv->n_columns;
}

const char *wb_csv_cell(const struct wb_csv *csv, size_t n, const char *column)
{
	size_t i = column_of(csv, column);

	return i < csv->n_columns ? at(csv, n + 1, i) : "";
}

bool wb_csv_blank(const struct wb_csv *csv, size_t n)
{
	for (size_t i = 0; i < csv->n_columns; i++)
		if (*at(csv, n + 1, i) != '\0')
			return false;
	return true;
}

size_t wb_csv_find(const struct wb_csv *csv, const char *column,
		   const char *value)
{
	size_t i = column_of(csv, column);
	size_t k = 0;

	if (i == csv->n_columns)
		return csv->n;
	while (k < csv->n && strcmp(at(csv, k + 1, i), value) != 0)
		k++;
	return k;
}

int wb_csv_decimal(const char *text, int64_t scale, int64_t *ret)
{
	int64_t value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (value > (INT64_MAX / 10 - scale) / scale)
			return WB_ELIMIT;
		value = 10 * value + (*p - '0');
	}
	if (p == text)
		return WB_EFORM;
	value *= scale;
	if (*p == '.' && p[1] != '\0') {
		for (p++; *p >= '0' && *p <= '9'; p++) {
			scale /= 10;
			value += scale * (*p - '0');
		}
	}
	if (*p != '\0')
		return WB_EFORM;
	*ret = value;
	return 0;
}

void wb_csv_put(struct wb_buf *out, const char *s)
{
	size_t n = strlen(s);

	if (s[strcspn(s, ",\"\n\r")] == '\0' &&
	    (n == 0 ||
	     (!is_blank((uint8_t)s[0]) && !is_blank((uint8_t)s[n - 1])))) {
		wb_buf_str(out, s);
		return;
	}
	wb_buf_str(out, "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"')
			wb_buf_str(out, "\"");
		wb_buf_add(out, s, 1);
	}
	wb_buf_str(out, "\"");
}
