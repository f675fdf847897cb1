#include <string.h>

#include "waybill/limits.h"
#include "waybill/text.h"

/* --- lines and words ------------------------------------------------------ */

bool wb_line_next(struct wb_slice *rest, struct wb_slice *ret_line)
{
	const uint8_t *end;
	size_t len;

	if (rest->len == 0)
		return false;
	end = memchr(rest->p, '\n', rest->len);
	if (end == NULL)
		return false;
	len = (size_t)(end - rest->p);
	*ret_line = wb_slice(rest->p, len);
	*rest = wb_slice(end + 1, rest->len - len - 1);
	return true;
}

bool wb_line_is(struct wb_slice *rest, const char *s)
{
	struct wb_slice line;

	return wb_line_next(rest, &line) && wb_slice_is(line, s);
}

bool wb_line_after(struct wb_slice *rest, const char *prefix,
		   struct wb_slice *ret_value)
{
	size_t len = strlen(prefix);
	struct wb_slice line;

	if (!wb_line_next(rest, &line) || !wb_slice_starts(line, prefix))
		return false;
	*ret_value = wb_slice(line.p + len, line.len - len);
	return true;
}

bool wb_word_next(struct wb_slice *line, struct wb_slice *ret_word)
{
	size_t from = 0, to;

	while (from < line->len && line->p[from] == ' ')
		from++;
	if (from == line->len)
		return false;
	for (to = from; to < line->len && line->p[to] != ' '; to++)
		;
	*ret_word = wb_slice(line->p + from, to - from);
	*line = wb_slice(line->p + to, line->len - to);
	return true;
}

/* --- numbers -------------------------------------------------------------- */

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

int wb_parse_dec(struct wb_slice s, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.len == 0 || (s.len > 1 && s.p[0] == '0'))
		return WB_EFORM;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.p[i]))
			return WB_EFORM;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, s.p[i] - '0', &v))
			return WB_EFORM;
	}
	*ret = v;
	return 0;
}

int wb_parse_tenths(struct wb_slice s, uint64_t *ret)
{
	uint64_t tenth = 0, v;
	int rc;

	if (s.len > 2 && s.p[s.len - 2] == '.') {
		/* ".0" is the long spelling of nothing. */
		if (!is_digit(s.p[s.len - 1]) || s.p[s.len - 1] == '0')
			return WB_EFORM;
		tenth = (uint64_t)(s.p[s.len - 1] - '0');
		s.len -= 2;
	}
	rc = wb_parse_dec(s, &v);
	if (rc != 0)
		return rc;
	if (__builtin_mul_overflow(v, 10, &v) ||
	    __builtin_add_overflow(v, tenth, &v))
		return WB_EFORM;
	*ret = v;
	return 0;
}

/* --- UTF-8 and names ------------------------------------------------------ */

/* Bytes of the well-formed character at p (Unicode table 3-7), or 0. */
static size_t utf8_char(const uint8_t *p, size_t len)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	/* The second byte rules out overlong forms, surrogates and what is
	 * above U+10FFFF. */
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (len < n || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool wb_utf8_valid(struct wb_slice s)
{
	for (size_t i = 0; i < s.len;) {
		size_t n = utf8_char(s.p + i, s.len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

bool wb_origin_valid(struct wb_slice s)
{
	bool slash = false;

	if (s.len == 0 || s.len > WB_ORIGIN_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		/* It names a key, and key names have no '+'. */
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '+')
			return false;
		slash = slash || s.p[i] == '/';
	}
	return slash && s.p[0] != '{' && !wb_slice_starts(s, "waybill/") &&
	       !wb_slice_starts(s, "cosignature/");
}

static bool is_alnum(uint8_t c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool wb_id_valid(struct wb_slice s)
{
	if (s.len == 0 || s.len > WB_ID_MAX || !is_alnum(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '_' &&
		    s.p[i] != '-')
			return false;
	return true;
}

bool wb_country_valid(struct wb_slice s)
{
	return s.len == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' &&
	       s.p[1] <= 'Z';
}

/* --- the nearest name ----------------------------------------------------- */

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Insertions, deletions and changes that make a of b; both are at most
 * WB_ID_MAX long. */
static size_t edits(struct wb_slice a, struct wb_slice b)
{
	size_t row[WB_ID_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j];
			size_t change = a.p[i - 1] == b.p[j - 1] ? 0 : 1;

			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + change);
			diagonal = above;
		}
	}
	return row[b.len];
}

const char *wb_nearest(struct wb_slice s, const char *const name[], size_t n)
{
	size_t best = (s.len + 2) / 3 + 1; /* one past the farthest allowed */
	const char *ret = NULL;

	if (s.len == 0 || s.len > WB_ID_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct wb_slice candidate = wb_slice_str(name[i]);
		size_t distance;

		if (candidate.len > WB_ID_MAX)
			continue;
		distance = edits(s, candidate);
		if (distance < best) {
			best = distance;
			ret = name[i];
		}
	}
	return ret;
}

/* --- JSON strings --------------------------------------------------------- */

/* Sixteen bytes, which gcc and clang compare at once on any machine. */
typedef uint8_t wb_block __attribute__((vector_size(16)));

/* 0xff for each byte that JSON escapes. */
static wb_block specials(wb_block v)
{
	return (wb_block)((v < ' ') | (v == '"') | (v == '\\'));
}

static bool any(wb_block v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(v));
	return (half[0] | half[1]) != 0;
}

/* Whether nothing in s is escaped, as in most texts. */
static bool is_plain(struct wb_slice s)
{
	wb_block v, found = {0};

	for (size_t i = 0; i + sizeof(v) <= s.len; i += sizeof(v)) {
		memcpy(&v, s.p + i, sizeof(v));
		found |= specials(v);
	}
	/* The last ones, some of them again, or all of a short text. */
	if (s.len >= sizeof(v)) {
		memcpy(&v, s.p + s.len - sizeof(v), sizeof(v));
	} else {
		memset(&v, 'x', sizeof(v));
		if (s.len > 0)
			memcpy(&v, s.p, s.len);
	}
	return !any(found | specials(v));
}

static void write_char(struct wb_writer *w, uint8_t c)
{
	static const char digit[] = "0123456789abcdef";

	if (c == '\n') {
		wb_write_str(w, "\\n");
	} else if (c < 0x20) {
		wb_write_str(w, "\\u00");
		wb_write_char(w, digit[c >> 4]);
		wb_write_char(w, digit[c & 0xf]);
	} else {
		if (c == '"' || c == '\\')
			wb_write_char(w, '\\');
		wb_write_char(w, (char)c);
	}
}

/* Not in line: it would slow down the texts that need it not. */
__attribute__((noinline)) static void write_escaped(struct wb_writer *w,
						    struct wb_slice s)
{
	wb_write_char(w, '"');
	for (size_t i = 0; i < s.len; i++)
		write_char(w, s.p[i]);
	wb_write_char(w, '"');
}

void wb_write_json(struct wb_writer *w, struct wb_slice s)
{
	uint8_t *out = w->p + w->len;

	if (s.len == 0) {
		wb_write_str(w, "\"\"");
		return;
	}
	if (!is_plain(s)) {
		write_escaped(w, s);
		return;
	}
	if (w->failed || w->cap - w->len < 2 || s.len > w->cap - w->len - 2) {
		w->failed = true;
		return;
	}
	out[0] = '"';
	if (s.len > 0)
		memcpy(out + 1, s.p, s.len);
	out[s.len + 1] = '"';
	w->len += s.len + 2;
}
