#ifndef WB_TEXT_H
#define WB_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/bytes.h"

/*
 * text: the small strict pieces that all our text formats are made of.
 *
 * Every parser takes the one spelling that its formatter writes.
 */

/*
 * Take the next line off rest, without its newline.  False, and rest is left
 * alone, when rest is empty or its last line has no newline.
 */
bool wb_line_next(struct wb_slice *rest, struct wb_slice *ret_line);
/* Take the next line and require that it be s. */
bool wb_line_is(struct wb_slice *rest, const char *s);
/* Take the next line, require that it begin with prefix, return the rest. */
bool wb_line_after(struct wb_slice *rest, const char *prefix,
		   struct wb_slice *ret_value);
/* Take the next word off line; words are parted by spaces (0x20). */
bool wb_word_next(struct wb_slice *line, struct wb_slice *ret_word);

/* Decimal digits, no sign, no leading zero, at most UINT64_MAX. */
int wb_parse_dec(struct wb_slice s, uint64_t *ret) WB_MUST_CHECK;

/*
 * A non-negative decimal number with at most one digit behind a point, as
 * tenths: "15832" is 158320 and "4799.2" is 47992.
 */
int wb_parse_tenths(struct wb_slice s, uint64_t *ret) WB_MUST_CHECK;

/* Valid UTF-8 (no surrogates, no overlong forms). */
bool wb_utf8_valid(struct wb_slice s);

/* An origin as DESIGN 3.1 wants it. */
bool wb_origin_valid(struct wb_slice s);

/* A party, statement or label id: 1 to WB_ID_MAX of [A-Za-z0-9._-], the
 * first a letter or digit. */
bool wb_id_valid(struct wb_slice s);

/* Two capital letters. */
bool wb_country_valid(struct wb_slice s);

/*
 * The nearest of the n names to s by edits (Levenshtein), or NULL if none is
 * within a third of its length.
 */
const char *wb_nearest(struct wb_slice s, const char *const name[], size_t n);

/*
 * Append s to w as a JSON string with its quotes: what JSON requires escaped
 * is, and nothing else.  The one emitter of JSON strings that are hashed.
 */
void wb_write_json(struct wb_writer *w, struct wb_slice s);

#endif /* WB_TEXT_H */
