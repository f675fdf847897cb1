#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/format.h"

void wb_copy(char *out, size_t cap, const char *s)
{
	size_t len = strnlen(s, cap - 1);

	memcpy(out, s, len);
	out[len] = '\0';
}

struct out {
	char *p;
	size_t cap, len; /* len may be past cap: it counts, and is not kept */
};

static void put(struct out *o, const char *s, size_t n)
{
	size_t room = o->len < o->cap ? o->cap - o->len : 0;

	memcpy(o->p + (room > 0 ? o->len : 0), s, n < room ? n : room);
	o->len += n;
}

/* v in a base of 10 or 16, with zeros in front up to width. */
static void put_number(struct out *o, uint64_t v, unsigned base, size_t width)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v > 0 || sizeof(digits) - i < width);
	put(o, digits + i, sizeof(digits) - i);
}

static void put_int(struct out *o, int64_t v)
{
	if (v < 0)
		put(o, "-", 1);
	put_number(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10, 1);
}

/* One conversion, after its '%'; false for those left to vsnprintf(). */
static bool convert(struct out *o, const char **rest, va_list *ap)
{
	const char *at = *rest, *s;
	int n;

	if (at[0] == 's') {
		s = va_arg(*ap, const char *);
		put(o, s, strlen(s));
	} else if (at[0] == 'd') {
		put_int(o, va_arg(*ap, int));
	} else if (at[0] == 'u') {
		put_number(o, va_arg(*ap, unsigned), 10, 1);
	} else if (at[0] == 'l' && at[1] == 'l' && at[2] == 'd') {
		put_int(o, va_arg(*ap, long long));
		at += 2;
	} else if (at[0] == 'z' && at[1] == 'u') {
		put_number(o, va_arg(*ap, size_t), 10, 1);
		at++;
	} else if (at[0] == '.' && at[1] == '*' && at[2] == 's') {
		n = va_arg(*ap, int);
		s = va_arg(*ap, const char *);
		put(o, s, n < 0 ? strlen(s) : strnlen(s, (size_t)n));
		at += 2;
	} else if (at[0] == '0' && at[1] == '8' && at[2] == 'x') {
		put_number(o, va_arg(*ap, unsigned), 16, 8);
		at += 2;
	} else {
		return false;
	}
	*rest = at + 1;
	return true;
}

size_t wb_format(char *out, size_t cap, const char *fmt, va_list ap)
{
	struct out o = {.p = out, .cap = cap - 1};
	const char *rest = fmt;
	va_list copy;
	bool all = true;
	int n;

	va_copy(copy, ap);
	while (*rest != '\0' && all) {
		size_t plain = (size_t)(strchrnul(rest, '%') - rest);

		put(&o, rest, plain);
		rest += plain;
		if (*rest == '\0')
			break;
		rest++;
		all = convert(&o, &rest, &copy);
	}
	va_end(copy);
	if (!all) {
		n = vsnprintf(out, cap, fmt, ap);
		return n < 0 ? 0 : (size_t)n;
	}
	out[o.len < o.cap ? o.len : o.cap] = '\0';
	return o.len;
}
