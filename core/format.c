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

static void put_int(struct out *o, int v)
{
	if (v < 0)
		put(o, "-", 1);
	put_number(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10, 1);
}

static bool takes(const char **fmt, const char *conversion)
{
	size_t len = strlen(conversion);

	if (strncmp(*fmt, conversion, len) != 0)
		return false;
	*fmt += len;
	return true;
}

size_t wb_format(char *out, size_t cap, const char *fmt, va_list ap)
{
	struct out o = {.p = out, .cap = cap - 1};
	const char *rest = fmt, *s;
	va_list again;
	int n;

	va_copy(again, ap);
	while (*rest != '\0') {
		size_t plain = strcspn(rest, "%");

		put(&o, rest, plain);
		rest += plain;
		if (*rest == '\0')
			break;
		if (takes(&rest, "%s")) {
			s = va_arg(ap, const char *);
			put(&o, s, strlen(s));
		} else if (takes(&rest, "%d")) {
			put_int(&o, va_arg(ap, int));
		} else if (takes(&rest, "%u")) {
			put_number(&o, va_arg(ap, unsigned), 10, 1);
		} else if (takes(&rest, "%zu")) {
			put_number(&o, va_arg(ap, size_t), 10, 1);
		} else if (takes(&rest, "%.*s")) {
			n = va_arg(ap, int);
			s = va_arg(ap, const char *);
			put(&o, s, n < 0 ? strlen(s) : strnlen(s, (size_t)n));
		} else if (takes(&rest, "%08x")) {
			put_number(&o, va_arg(ap, unsigned), 16, 8);
		} else {
			n = vsnprintf(out, cap, fmt, again);
			va_end(again);
			return n < 0 ? 0 : (size_t)n;
		}
	}
	va_end(again);
	out[o.len < o.cap ? o.len : o.cap] = '\0';
	return o.len;
}
