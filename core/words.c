#include <string.h>

#include "core/words.h"
#include "waybill/text.h"

void wb_words_init(struct wb_words *w, struct wb_slice value)
{
	*w = (struct wb_words){.rest = value};
}

struct wb_slice wb_words_next(struct wb_words *w)
{
	struct wb_slice word = {0};

	if (!w->failed && !wb_word_next(&w->rest, &word))
		w->failed = true;
	return word;
}

static bool is_nothing(struct wb_slice word)
{
	return wb_slice_is(word, "-");
}

void wb_words_copy(struct wb_words *w, char *out, size_t cap)
{
	struct wb_slice word = wb_words_next(w);

	if (word.len == 0 || is_nothing(word) ||
	    wb_slice_copy(word, out, cap) != 0) {
		w->failed = true;
		out[0] = '\0';
	}
}

void wb_words_copy_or(struct wb_words *w, char *out, size_t cap)
{
	struct wb_slice word = wb_words_next(w);

	out[0] = '\0';
	if (!is_nothing(word) && wb_slice_copy(word, out, cap) != 0)
		w->failed = true;
}

static wb_date date_of(struct wb_words *w, struct wb_slice word)
{
	wb_date date = WB_DATE_NONE;

	if (!w->failed && wb_date_parse(word, &date) != 0)
		w->failed = true;
	return date;
}

wb_date wb_words_date(struct wb_words *w)
{
	return date_of(w, wb_words_next(w));
}

wb_date wb_words_date_or(struct wb_words *w)
{
	struct wb_slice word = wb_words_next(w);

	return is_nothing(word) ? WB_DATE_NONE : date_of(w, word);
}

int64_t wb_words_number(struct wb_words *w, int64_t max, bool or)
{
	struct wb_slice word = wb_words_next(w);
	int64_t n = 0;

	if (wb_part_number(word, max, &n) != 0 || (n < 0 && ! or))
		w->failed = true;
	return n;
}

int wb_words_end(const struct wb_words *w)
{
	return w->failed || w->rest.len > 0 ? WB_ECORRUPT : 0;
}

bool wb_part_next(struct wb_slice *text, char sep, struct wb_slice *ret)
{
	const uint8_t *end;
	struct wb_slice part = *text;

	if (text->len == 0)
		return false;
	end = memchr(text->p, sep, text->len);
	if (end != NULL)
		part.len = (size_t)(end - text->p);
	text->p += part.len + (end != NULL);
	text->len -= part.len + (end != NULL);
	*ret = part;
	return true;
}

int wb_part_number(struct wb_slice s, int64_t max, int64_t *ret)
{
	uint64_t n;

	if (is_nothing(s)) {
		*ret = -1;
		return 0;
	}
	if (wb_parse_dec(s, &n) != 0 || n > (uint64_t)max)
		return WB_ECORRUPT;
	*ret = (int64_t)n;
	return 0;
}

void wb_write_date(struct wb_writer *w, wb_date date)
{
	char text[WB_DATE_TEXT + 1] = "-";

	if (date != WB_DATE_NONE)
		wb_date_format(date, text);
	wb_write_str(w, text);
}

void wb_write_number(struct wb_writer *w, int64_t n)
{
	if (n < 0)
		wb_write_char(w, '-');
	else
		wb_write_dec(w, n);
}

void wb_write_word(struct wb_writer *w, const char *s)
{
	wb_write_str(w, s[0] == '\0' ? "-" : s);
}
