#include "core/custody_words.h"

#include <string.h>

bool wb_entry_next(struct wb_slice *value, struct wb_fields *ret)
{
	const uint8_t *end;
	size_t len;

	if (value->len == 0)
		return false;
	end = memchr(value->p, ';', value->len);
	len = end == NULL ? value->len : (size_t)(end - value->p);
	ret->rest = wb_slice(value->p, len);
	ret->failed = false;
	len += end != NULL;
	*value = wb_slice(value->p + len, value->len - len);
	return true;
}

struct wb_slice wb_entry_word(struct wb_fields *w)
{
	struct wb_slice ret = {0};

	if (!wb_word_next(&w->rest, &ret))
		w->failed = true;
	return ret;
}

void wb_entry_text(struct wb_fields *w, char *out, size_t cap)
{
	struct wb_slice s = wb_entry_word(w);

	if (w->failed || wb_slice_copy(s, out, cap) != 0)
		w->failed = true;
}

void wb_entry_may_text(struct wb_fields *w, char *out, size_t cap)
{
	wb_entry_text(w, out, cap);
	if (!w->failed && strcmp(out, "-") == 0)
		out[0] = '\0';
}

int64_t wb_number_parse(struct wb_slice s, bool *failed)
{
	uint64_t n;

	if (wb_parse_dec(s, &n) == 0 && n <= WB_INTEGER_MAX)
		return (int64_t)n;
	*failed = true;
	return 0;
}

int64_t wb_entry_number(struct wb_fields *w)
{
	return wb_number_parse(wb_entry_word(w), &w->failed);
}

int32_t wb_entry_line(struct wb_fields *w)
{
	int64_t n = wb_entry_number(w);

	if (n <= INT32_MAX)
		return (int32_t)n;
	w->failed = true;
	return 0;
}

int64_t wb_entry_may_number(struct wb_fields *w)
{
	struct wb_slice s = wb_entry_word(w);

	return wb_slice_is(s, "-") ? -1 : wb_number_parse(s, &w->failed);
}

wb_date wb_entry_may_date(struct wb_fields *w)
{
	struct wb_slice s = wb_entry_word(w);
	wb_date ret = WB_DATE_NONE;

	if (!wb_slice_is(s, "-") && wb_date_parse(s, &ret) != 0)
		w->failed = true;
	return ret;
}

bool wb_entry_ends(const struct wb_fields *w)
{
	return !w->failed && w->rest.len == 0;
}

bool wb_piece_next(struct wb_slice *list, struct wb_slice *ret)
{
	const uint8_t *comma;

	if (list->len == 0)
		return false;
	comma = memchr(list->p, ',', list->len);
	*ret = *list;
	if (comma != NULL)
		ret->len = (size_t)(comma - list->p);
	*list = wb_slice(list->p + ret->len + (comma != NULL),
			 list->len - ret->len - (comma != NULL));
	return true;
}

void wb_entry_put_text(struct wb_writer *w, const char *s)
{
	wb_write_char(w, ' ');
	wb_write_str(w, s[0] == '\0' ? "-" : s);
}

void wb_entry_put_number(struct wb_writer *w, int64_t n)
{
	if (n < 0) {
		wb_entry_put_text(w, "");
		return;
	}
	wb_write_char(w, ' ');
	wb_write_dec(w, n);
}

void wb_entry_put_date(struct wb_writer *w, wb_date date)
{
	char out[WB_DATE_TEXT + 1] = "";

	if (date != WB_DATE_NONE)
		wb_date_format(date, out);
	wb_entry_put_text(w, out);
}
