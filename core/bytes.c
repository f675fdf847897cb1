#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/bytes.h"
#include "waybill/crypto.h"

/* --- slices --------------------------------------------------------------- */

bool wb_slice_eq(struct wb_slice a, struct wb_slice b)
{
	return wb_slice_cmp(a, b) == 0;
}

bool wb_slice_is(struct wb_slice a, const char *s)
{
	return wb_slice_eq(a, wb_slice_str(s));
}

bool wb_slice_starts(struct wb_slice a, const char *s)
{
	size_t len = strlen(s);

	return a.len >= len && (len == 0 || memcmp(a.p, s, len) == 0);
}

int wb_slice_cmp(struct wb_slice a, struct wb_slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	/* memcmp() must not see the NULL of an empty slice. */
	int order = len == 0 ? 0 : memcmp(a.p, b.p, len);

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

int wb_slice_copy(struct wb_slice a, char *out, size_t cap)
{
	if (a.len >= cap)
		return WB_ELIMIT;
	if (a.len > 0 && memchr(a.p, 0, a.len) != NULL)
		return WB_EFORM;
	if (a.len > 0)
		memcpy(out, a.p, a.len);
	out[a.len] = '\0';
	return 0;
}

/* --- reader --------------------------------------------------------------- */

void wb_reader_init(struct wb_reader *r, struct wb_slice in)
{
	*r = (struct wb_reader){.p = in.p, .len = in.len};
}

struct wb_slice wb_read_bytes(struct wb_reader *r, size_t len)
{
	struct wb_slice s = {.p = r->p, .len = len};

	if (r->failed || len > r->len) {
		r->failed = true;
		return wb_slice(NULL, 0);
	}
	if (len > 0)
		r->p += len;
	r->len -= len;
	return s;
}

static uint64_t read_number(struct wb_reader *r, size_t len)
{
	struct wb_slice s = wb_read_bytes(r, len);
	uint64_t v = 0;

	for (size_t i = 0; i < s.len; i++)
		v = v << 8 | s.p[i];
	return v;
}

uint8_t wb_read_u8(struct wb_reader *r)
{
	return (uint8_t)read_number(r, 1);
}

uint16_t wb_read_u16(struct wb_reader *r)
{
	return (uint16_t)read_number(r, 2);
}

uint32_t wb_read_u32(struct wb_reader *r)
{
	return (uint32_t)read_number(r, 4);
}

uint64_t wb_read_u64(struct wb_reader *r)
{
	return read_number(r, 8);
}

int wb_reader_end(const struct wb_reader *r)
{
	return r->failed || r->len > 0 ? WB_EFORM : 0;
}

/* --- writer --------------------------------------------------------------- */

void wb_writer_init(struct wb_writer *w, void *p, size_t cap)
{
	*w = (struct wb_writer){.p = p, .cap = cap};
}

static void write_number(struct wb_writer *w, uint64_t v, size_t len)
{
	uint8_t be[8];

	for (size_t i = 0; i < len; i++)
		be[i] = (uint8_t)(v >> (8 * (len - 1 - i)));
	wb_write_bytes(w, be, len);
}

void wb_write_u8(struct wb_writer *w, uint8_t v)
{
	write_number(w, v, 1);
}

void wb_write_u16(struct wb_writer *w, uint16_t v)
{
	write_number(w, v, 2);
}

void wb_write_u32(struct wb_writer *w, uint32_t v)
{
	write_number(w, v, 4);
}

void wb_write_u64(struct wb_writer *w, uint64_t v)
{
	write_number(w, v, 8);
}

void wb_write_slice(struct wb_writer *w, struct wb_slice s)
{
	wb_write_bytes(w, s.p, s.len);
}

void wb_write_dec(struct wb_writer *w, int64_t v)
{
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";
	char digits[20]; /* 2^63 has 19, and the sign */
	size_t i = sizeof(digits);
	/* Not -v, which the least of all would overflow. */
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	/* Most are of one digit. */
	if (v >= 0 && v <= 9) {
		wb_write_char(w, (char)('0' + v));
		return;
	}
	for (; rest >= 10; rest /= 100) {
		i -= 2;
		memcpy(digits + i, pairs + rest % 100 * 2, 2);
	}
	/* Nothing is left where the last pair was all, and not "0". */
	if (rest > 0 || i == sizeof(digits))
		digits[--i] = (char)('0' + rest);
	if (v < 0)
		digits[--i] = '-';
	wb_write_bytes(w, digits + i, sizeof(digits) - i);
}

void wb_write_base64(struct wb_writer *w, const void *p, size_t len)
{
	enum { CHUNK = 48 }; /* a multiple of 3: no padding in between */
	const uint8_t *in = p;
	char text[CHUNK / 3 * 4 + 1];

	while (len > 0) {
		size_t take = len < CHUNK ? len : CHUNK;

		wb_base64(in, take, text);
		wb_write_str(w, text);
		in += take;
		len -= take;
	}
}

void wb_write_fmt(struct wb_writer *w, const char *fmt, ...)
{
	size_t left = w->cap - w->len;
	va_list ap;
	int len;

	if (w->failed || left == 0) {
		w->failed = true;
		return;
	}
	va_start(ap, fmt);
	len = vsnprintf((char *)(w->p + w->len), left, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= left) {
		w->failed = true;
		return;
	}
	w->len += (size_t)len;
}

int wb_writer_end(const struct wb_writer *w, struct wb_slice *ret)
{
	if (w->failed)
		return WB_ELIMIT;
	*ret = wb_slice(w->p, w->len);
	return 0;
}

/* --- growing buffer ------------------------------------------------------- */

void wb_buf_init(struct wb_buf *b, size_t max)
{
	*b = (struct wb_buf){.max = max};
}

void wb_buf_free(struct wb_buf *b)
{
	if (b == NULL)
		return;
	free(b->p);
	*b = (struct wb_buf){.max = b->max};
}

/* Make room for len more bytes; false, and failed is set, if there is none. */
static bool buf_room(struct wb_buf *b, size_t len)
{
	size_t cap = b->cap < 256 ? 256 : b->cap;
	uint8_t *p;

	if (b->failed || len > b->max - b->len) {
		b->failed = true;
		return false;
	}
	if (len <= b->cap - b->len)
		return true;
	while (cap - b->len < len)
		cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
	if (cap > b->max)
		cap = b->max;
	p = realloc(b->p, cap);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void wb_buf_add(struct wb_buf *b, const void *p, size_t len)
{
	if (len == 0 || !buf_room(b, len))
		return;
	memcpy(b->p + b->len, p, len);
	b->len += len;
}

void wb_buf_str(struct wb_buf *b, const char *s)
{
	wb_buf_add(b, s, strlen(s));
}

void wb_buf_fmt(struct wb_buf *b, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0) {
		b->failed = true;
		return;
	}
	wb_buf_add(b, text, (size_t)len);
	free(text);
}

struct wb_slice wb_buf_slice(const struct wb_buf *b)
{
	return wb_slice(b->p, b->len);
}
