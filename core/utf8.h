#ifndef WB_CORE_UTF8_H
#define WB_CORE_UTF8_H

#include "waybill/bytes.h"

/* utf8: text from outside, one character at a time. */

/* Bytes of the character that s begins with; 0 if it is none, or s empty. */
size_t wb_utf8_first(struct wb_slice s);

/*
 * Whether the one character c may not stand in a string that people read: a
 * control character (Unicode category Cc), a line or paragraph separator, or
 * one that overrides the direction of writing and so can show a reader other
 * words than were signed.
 */
bool wb_utf8_control(struct wb_slice c);

#endif /* WB_CORE_UTF8_H */
