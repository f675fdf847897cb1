#include "client/view.h"

#include <string.h>

#include "client/print.h"
#include "client/table.h"

#define LABEL      16 /* columns of names before values */
#define TABLE_LIKE 8  /* most columns of a table */

static bool is_compound(const struct wb_value *v)
{
	return v->type == WB_V_LIST || v->type == WB_V_OBJECT;
}

/* What stands for v on one line. */
static struct wb_slice scalar(const struct wb_value *v)
{
	switch (v->type) {
	case WB_V_NULL:
		return wb_slice_str("-");
	case WB_V_FALSE:
		return wb_slice_str("no");
	case WB_V_TRUE:
		return wb_slice_str("yes");
	case WB_V_NUMBER:
	case WB_V_STRING:
		return v->text.len > 0 ? v->text : wb_slice_str("-");
	case WB_V_LIST:
	case WB_V_OBJECT:
		break;
	}
	return wb_slice_str("...");
}

/* Whether name can head a column: wb_table_init() parts them by '|'. */
static bool is_heading(const char *name)
{
	return *name != '\0' && *name != '>' && strchr(name, '|') == NULL;
}

/* Whether the list holds objects without depth and with the same names. */
static bool is_table(const struct wb_value *list)
{
	const struct wb_value *row = list->first;

	if (list->type != WB_V_LIST || row == NULL ||
	    row->type != WB_V_OBJECT || row->n == 0 || row->n > TABLE_LIKE)
		return false;
	for (; row != NULL; row = row->next) {
		const struct wb_value *a = list->first->first, *b = row->first;

		if (row->type != WB_V_OBJECT || row->n != list->first->n)
			return false;
		for (; a != NULL; a = a->next, b = b->next) {
			if (strcmp(a->name, b->name) != 0 || is_compound(b) ||
			    !is_heading(a->name))
				return false;
		}
	}
	return true;
}

static void put_table(FILE *f, const struct wb_value *list, size_t indent)
{
	struct wb_buf heads;
	struct wb_table table;

	wb_buf_init(&heads, 4096);
	for (const struct wb_value *m = list->first->first; m; m = m->next) {
		wb_buf_fmt(&heads, "%s%s%s", heads.len > 0 ? "|" : "",
			   m->type == WB_V_NUMBER ? ">" : "", m->name);
	}
	wb_buf_add(&heads, "", 1);
	if (heads.failed) {
		wb_buf_free(&heads);
		return;
	}
	wb_table_init(&table, (const char *)heads.p);
	for (const struct wb_value *row = list->first; row; row = row->next) {
		for (const struct wb_value *m = row->first; m; m = m->next)
			wb_table_cell(&table, scalar(m));
	}
	wb_table_done(&table, f, indent);
	wb_buf_free(&heads);
}

/* A list of plain values, parted by commas. */
static void put_plain_list(FILE *f, const struct wb_value *list)
{
	struct wb_buf text;

	wb_buf_init(&text, (size_t)1 << 20);
	for (const struct wb_value *v = list->first; v; v = v->next) {
		struct wb_slice s = scalar(v);

		if (text.len > 0)
			wb_buf_str(&text, ", ");
		wb_buf_add(&text, s.p, s.len);
	}
	if (text.len == 0)
		wb_buf_str(&text, "-");
	wb_wrap(f, LABEL, wb_buf_slice(&text));
	wb_buf_free(&text);
}

static bool is_plain_list(const struct wb_value *v)
{
	if (v->type != WB_V_LIST)
		return false;
	for (const struct wb_value *m = v->first; m != NULL; m = m->next) {
		if (is_compound(m))
			return false;
	}
	return true;
}

static void put_member(FILE *f, const struct wb_value *v, size_t indent)
{
	bool lines = v->type == WB_V_STRING && v->text.len > 0 &&
		     memchr(v->text.p, '\n', v->text.len) != NULL;
	size_t label = wb_columns(wb_slice_str(v->name));

	fprintf(f, "%*s", (int)indent, "");
	wb_put(f, wb_slice_str(v->name), false);
	if (lines) {
		fputc('\n', f);
		wb_put(f, v->text, true);
		fputc('\n', f);
		return;
	}
	if (is_compound(v) && !is_plain_list(v)) {
		fputc('\n', f);
		wb_view_value(f, v, indent + 2);
		return;
	}
	fprintf(f, "%*s", label < LABEL - 1 ? (int)(LABEL - label) : 1, "");
	if (v->type == WB_V_LIST)
		put_plain_list(f, v);
	else
		wb_wrap(f, indent + LABEL, scalar(v));
}

void wb_view_value(FILE *f, const struct wb_value *value, size_t indent)
{
	if (is_table(value)) {
		put_table(f, value, indent);
		return;
	}
	switch (value->type) {
	case WB_V_OBJECT:
		for (const struct wb_value *m = value->first; m; m = m->next)
			put_member(f, m, indent);
		return;
	case WB_V_LIST:
		for (const struct wb_value *m = value->first; m; m = m->next) {
			fprintf(f, "%*s-\n", (int)indent, "");
			wb_view_value(f, m, indent + 2);
		}
		return;
	case WB_V_NULL:
	case WB_V_FALSE:
	case WB_V_TRUE:
	case WB_V_NUMBER:
	case WB_V_STRING:
		fprintf(f, "%*s", (int)indent, "");
		wb_wrap(f, indent, scalar(value));
		return;
	}
}

void wb_tenths(const struct wb_value *v, char out[WB_TENTHS_TEXT])
{
	char digits[24];
	uint64_t n;
	size_t len, at = 0;

	if (!wb_number(v, &n)) {
		snprintf(out, WB_TENTHS_TEXT, "-");
		return;
	}
	len = (size_t)snprintf(digits, sizeof(digits), "%llu",
			       (unsigned long long)(n / 10));
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	if (n % 10 != 0)
		snprintf(out + at, WB_TENTHS_TEXT - at, ".%u",
			 (unsigned)(n % 10));
}
