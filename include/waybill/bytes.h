#ifndef WB_BYTES_H
#define WB_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "waybill/error.h"

/*
 * bytes: borrowed byte ranges, and the only reader and writer of formats.
 *
 * Invariants:
 *  1. A slice is borrowed: whoever made it keeps the bytes alive.
 *  2. Numbers are big-endian.  The first error sticks; it is asked for once,
 *     at the end.
 *  3. A writer never writes past cap and allocates nothing.
 */
struct wb_slice {
	const uint8_t *p;
	size_t len;
};

static inline struct wb_slice wb_slice(const void *p, size_t len)
{
	return (struct wb_slice){.p = (const uint8_t *)p, .len = len};
}

/* The bytes of the C string s, which may be NULL for the empty slice. */
static inline struct wb_slice wb_slice_str(const char *s)
{
	return wb_slice(s, s == NULL ? 0 : strlen(s));
}

bool wb_slice_eq(struct wb_slice a, struct wb_slice b);
bool wb_slice_is(struct wb_slice a, const char *s);
/* Whether a begins with s. */
bool wb_slice_starts(struct wb_slice a, const char *s);
/* memcmp order, the shorter first where one begins the other. */
int wb_slice_cmp(struct wb_slice a, struct wb_slice b);
/*
 * Copy a to out with a closing NUL.  WB_ELIMIT if it has more than cap - 1
 * bytes, WB_EFORM if it holds a NUL.
 */
int wb_slice_copy(struct wb_slice a, char *out, size_t cap) WB_MUST_CHECK;

struct wb_reader {
	const uint8_t *p;
	size_t len; /* bytes left */
	bool failed;
};

void wb_reader_init(struct wb_reader *r, struct wb_slice in);
uint8_t wb_read_u8(struct wb_reader *r);
uint16_t wb_read_u16(struct wb_reader *r);
uint32_t wb_read_u32(struct wb_reader *r);
uint64_t wb_read_u64(struct wb_reader *r);
/* The next len bytes, borrowed; the empty slice after an error. */
struct wb_slice wb_read_bytes(struct wb_reader *r, size_t len);
/* 0 if nothing failed and nothing is left over, else WB_EFORM. */
int wb_reader_end(const struct wb_reader *r) WB_MUST_CHECK;

struct wb_writer {
	uint8_t *p;
	size_t len; /* bytes written */
	size_t cap;
	bool failed;
};

void wb_writer_init(struct wb_writer *w, void *p, size_t cap);
void wb_write_u8(struct wb_writer *w, uint8_t v);
void wb_write_u16(struct wb_writer *w, uint16_t v);
void wb_write_u32(struct wb_writer *w, uint32_t v);
void wb_write_u64(struct wb_writer *w, uint64_t v);
void wb_write_slice(struct wb_writer *w, struct wb_slice s);

/* These make most of every text; in line, a literal's length is known. */
static inline void wb_write_bytes(struct wb_writer *w, const void *p,
				  size_t len)
{
	if (w->failed || len > w->cap - w->len) {
		w->failed = true;
		return;
	}
	if (len > 0)
		memcpy(w->p + w->len, p, len);
	w->len += len;
}

static inline void wb_write_str(struct wb_writer *w, const char *s)
{
	wb_write_bytes(w, s, strlen(s));
}

static inline void wb_write_char(struct wb_writer *w, char c)
{
	wb_write_bytes(w, &c, 1);
}

/* v in decimal digits. */
void wb_write_dec(struct wb_writer *w, int64_t v);
/* p[0..len) in base64 with padding (RFC 4648 section 4). */
void wb_write_base64(struct wb_writer *w, const void *p, size_t len);
/* printf into the writer; for text that people read, never for formats.  It
 * needs room for a closing NUL, which is not counted as written. */
void wb_write_fmt(struct wb_writer *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* 0, or WB_ELIMIT if something did not fit.  ret is what was written. */
int wb_writer_end(const struct wb_writer *w,
		  struct wb_slice *ret) WB_MUST_CHECK;

/*
 * A growing byte buffer for programs; core/ uses it only where no record
 * passes.  After a failed growth it stays as it was and failed is true.
 */
struct wb_buf {
	uint8_t *p;
	size_t len;
	size_t cap;
	size_t max; /* never grows past this */
	bool failed;
};

void wb_buf_init(struct wb_buf *b, size_t max);
void wb_buf_free(struct wb_buf *b);
void wb_buf_add(struct wb_buf *b, const void *p, size_t len);
void wb_buf_str(struct wb_buf *b, const char *s);
void wb_buf_fmt(struct wb_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct wb_slice wb_buf_slice(const struct wb_buf *b);

#endif /* WB_BYTES_H */
