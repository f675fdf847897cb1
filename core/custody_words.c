#include "core/custody_words.h"

bool wb_entry_next(struct wb_slice *value, struct wb_words *ret)
{
	struct wb_slice entry;

	if (!wb_part_next(value, ';', &entry))
		return false;
	wb_words_init(ret, entry);
	return true;
}

void wb_entry_text(struct wb_words *w, char *out, size_t cap)
{
	struct wb_slice s = wb_words_next(w);

	if (w->failed || wb_slice_copy(s, out, cap) != 0)
		w->failed = true;
}

int64_t wb_number_parse(struct wb_slice s, bool *failed)
{
	uint64_t n;

	if (wb_parse_dec(s, &n) == 0 && n <= WB_INTEGER_MAX)
		return (int64_t)n;
	*failed = true;
	return 0;
}

int64_t wb_entry_number(struct wb_words *w)
{
	return wb_words_number(w, WB_INTEGER_MAX, false);
}

int32_t wb_entry_line(struct wb_words *w)
{
	int64_t n = wb_entry_number(w);

	if (n <= INT32_MAX)
		return (int32_t)n;
	w->failed = true;
	return 0;
}

int64_t wb_entry_may_number(struct wb_words *w)
{
	return wb_words_number(w, WB_INTEGER_MAX, true);
}

bool wb_entry_ends(const struct wb_words *w)
{
	return wb_words_end(w) == 0;
}

void wb_entry_put_text(struct wb_writer *w, const char *s)
{
	wb_write_char(w, ' ');
	wb_write_word(w, s);
}

void wb_entry_put_number(struct wb_writer *w, int64_t n)
{
	wb_write_char(w, ' ');
	wb_write_number(w, n);
}

void wb_entry_put_date(struct wb_writer *w, wb_date date)
{
	wb_write_char(w, ' ');
	wb_write_date(w, date);
}
