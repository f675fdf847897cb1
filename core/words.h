#ifndef WB_CORE_WORDS_H
#define WB_CORE_WORDS_H

#include "waybill/date.h"

/*
 * words: the values of the state, which are words parted by spaces, with lists
 * inside words and entries parted by ';'.
 *
 * Read like bytes: the first error sticks and is asked for once, at the end.
 * A word that stands for nothing is "-".
 */
struct wb_words {
	struct wb_slice rest;
	bool failed;
};

void wb_words_init(struct wb_words *w, struct wb_slice value);
/* The next word, or one that is empty after an error. */
struct wb_slice wb_words_next(struct wb_words *w);
void wb_words_copy(struct wb_words *w, char *out, size_t cap);
/* The same, where "-" gives "". */
void wb_words_copy_or(struct wb_words *w, char *out, size_t cap);
wb_date wb_words_date(struct wb_words *w);
/* The same, where "-" gives WB_DATE_NONE. */
wb_date wb_words_date_or(struct wb_words *w);
/* At most max; the -1 of "-" only if or. */
int64_t wb_words_number(struct wb_words *w, int64_t max, bool or);
/* 0 if nothing failed and nothing is left over, else WB_ECORRUPT. */
int wb_words_end(const struct wb_words *w) WB_MUST_CHECK;

/* The next part of text up to sep or its end; false when text is empty. */
bool wb_part_next(struct wb_slice *text, char sep, struct wb_slice *ret);
/* A decimal number up to max, or "-", which gives -1. */
int wb_part_number(struct wb_slice s, int64_t max, int64_t *ret) WB_MUST_CHECK;

void wb_write_date(struct wb_writer *w, wb_date date);  /* or "-" */
void wb_write_number(struct wb_writer *w, int64_t n);   /* "-" below 0 */
void wb_write_word(struct wb_writer *w, const char *s); /* "-" if "" */

#endif /* WB_CORE_WORDS_H */
