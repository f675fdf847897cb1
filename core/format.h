#ifndef WB_CORE_FORMAT_H
#define WB_CORE_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * format: the small printing and comparing that every decision does dozens of
 * times.
 */

/* Whether two C strings are equal; most that are not differ at once. */
static inline bool wb_same(const char *a, const char *b)
{
	return a[0] == b[0] && strcmp(a, b) == 0;
}

/* Copy the C string s to out, cut to what fits with its NUL. */
void wb_copy(char *out, size_t cap, const char *s);

/*
 * What vsnprintf() does, at a fifth of the cost for %s, %.*s, %d, %u, %lld,
 * %zu and %08x; a format that holds another conversion goes to vsnprintf()
 * whole.  The length it would have had; out is cut to cap and closed.  cap is
 * not 0.
 */
size_t wb_format(char *out, size_t cap, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

#endif /* WB_CORE_FORMAT_H */
