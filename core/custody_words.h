#ifndef WB_CORE_CUSTODY_WORDS_H
#define WB_CORE_CUSTODY_WORDS_H

#include "core/decide.h"
#include "core/words.h"
#include "waybill/text.h"

/*
 * custody_words: words (words.h) as the values of custody have them: entries
 * parted by ';', and a space before each word but the first.
 */

/* Take the entry before the next ';' off value; false at its end. */
bool wb_entry_next(struct wb_slice *value, struct wb_words *ret);
/* Whether nothing failed and nothing is left of the entry. */
bool wb_entry_ends(const struct wb_words *w);

void wb_entry_text(struct wb_words *w, char *out, size_t cap);
int64_t wb_entry_number(struct wb_words *w);
/* The number of a line. */
int32_t wb_entry_line(struct wb_words *w);
/* A number, or -1 for nothing. */
int64_t wb_entry_may_number(struct wb_words *w);

/* Decimal, at most WB_INTEGER_MAX. */
int64_t wb_number_parse(struct wb_slice s, bool *failed);

/* A space and the word; "", -1 and WB_DATE_NONE are nothing. */
void wb_entry_put_text(struct wb_writer *w, const char *s);
void wb_entry_put_number(struct wb_writer *w, int64_t n);
void wb_entry_put_date(struct wb_writer *w, wb_date date);

#endif /* WB_CORE_CUSTODY_WORDS_H */
