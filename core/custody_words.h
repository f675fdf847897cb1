#ifndef WB_CORE_CUSTODY_WORDS_H
#define WB_CORE_CUSTODY_WORDS_H

#include "core/decide.h"
#include "waybill/text.h"

/*
 * custody_words: values of the state that are entries parted by ';', of words
 * parted by spaces; a list in a word is parted by ','.  Nothing is "-".
 */
struct wb_fields {
	struct wb_slice rest;
	bool failed; /* the first error sticks */
};

/* Take the entry before the next ';' off value; false at its end. */
bool wb_entry_next(struct wb_slice *value, struct wb_fields *ret);
/* Whether nothing failed and nothing is left of the entry. */
bool wb_entry_ends(const struct wb_fields *w);

struct wb_slice wb_entry_word(struct wb_fields *w);
void wb_entry_text(struct wb_fields *w, char *out, size_t cap);
/* The same, and "" for nothing. */
void wb_entry_may_text(struct wb_fields *w, char *out, size_t cap);
int64_t wb_entry_number(struct wb_fields *w);
/* The number of a line. */
int32_t wb_entry_line(struct wb_fields *w);
/* A number, or -1 for nothing. */
int64_t wb_entry_may_number(struct wb_fields *w);
/* A date, or WB_DATE_NONE for nothing. */
wb_date wb_entry_may_date(struct wb_fields *w);

/* Take the piece before the next ',' off list; false at its end. */
bool wb_piece_next(struct wb_slice *list, struct wb_slice *ret);
/* Decimal, at most WB_INTEGER_MAX. */
int64_t wb_number_parse(struct wb_slice s, bool *failed);

/* A space and the word; "", -1 and WB_DATE_NONE are nothing. */
void wb_entry_put_text(struct wb_writer *w, const char *s);
void wb_entry_put_number(struct wb_writer *w, int64_t n);
void wb_entry_put_date(struct wb_writer *w, wb_date date);

#endif /* WB_CORE_CUSTODY_WORDS_H */
