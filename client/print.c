#include "client/print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "waybill/problem.h"

#define WIDTH_MIN 40
#define WIDTH_MAX 200

/*
 * Length of the UTF-8 character at p and its code point, or 0 if there is no
 * valid one.
 */
static size_t utf8_at(const uint8_t *p, size_t len, uint32_t *ret)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t least;
	} form[] = {{0x80, 0x00, 0},
		    {0xe0, 0xc0, 0x80},
		    {0xf0, 0xe0, 0x800},
		    {0xf8, 0xf0, 0x10000}};
	uint32_t c;

	for (size_t n = 1; n <= 4 && n <= len; n++) {
		if ((p[0] & form[n - 1].mask) != form[n - 1].lead)
			continue;
		c = p[0] & (uint32_t)(uint8_t)~form[n - 1].mask;
		for (size_t i = 1; i < n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (p[i] & 0x3f);
		}
		if (c < form[n - 1].least || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return 0;
		*ret = c;
		return n;
	}
	return 0;
}

/* Characters that a terminal obeys instead of showing, or that reorder or
 * hide their neighbours. */
static bool is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

/* The next piece of s: its length, and whether it may be shown as it is. */
static size_t piece(struct wb_slice s, bool lines, bool *ret_plain)
{
	uint32_t c = 0;
	size_t n = utf8_at(s.p, s.len, &c);

	*ret_plain = n > 0 &&
		     (!is_harmful(c) || (lines && (c == '\n' || c == '\t')));
	return n > 0 ? n : 1;
}

void wb_put(FILE *f, struct wb_slice s, bool lines)
{
	bool plain;

	while (s.len > 0) {
		size_t n = piece(s, lines, &plain);

		if (plain) {
			fwrite(s.p, 1, n, f);
		} else {
			for (size_t i = 0; i < n; i++)
				fprintf(f, "\\x%02x", s.p[i]);
		}
		s = wb_slice(s.p + n, s.len - n);
	}
}

size_t wb_columns(struct wb_slice s)
{
	size_t columns = 0;
	bool plain;

	while (s.len > 0) {
		size_t n = piece(s, false, &plain);

		columns += plain ? 1 : 4 * n;
		s = wb_slice(s.p + n, s.len - n);
	}
	return columns;
}

static void say(FILE *f, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
static void say(FILE *f, const char *fmt, va_list ap)
{
	char *text;
	int n = vasprintf(&text, fmt, ap);

	if (n < 0)
		return;
	wb_put(f, wb_slice(text, (size_t)n), true);
	free(text);
}

void wb_say(FILE *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(f, fmt, ap);
	va_end(ap);
}

int wb_fail(int code, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("waybill: ", stderr);
	va_start(ap, fmt);
	say(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}

void wb_advise(const char *fmt, ...)
{
	va_list ap;

	fputs("         ", stderr);
	va_start(ap, fmt);
	say(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* NO_COLOR: https://no-color.org, set to anything but nothing. */
static bool has_colour(FILE *f)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return (no == NULL || *no == '\0') && isatty(fileno(f)) == 1 &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

void wb_put_styled(FILE *f, enum wb_style style, struct wb_slice s)
{
	static const char *const code[] = {
		[WB_PLAIN] = "",           [WB_BOLD] = "\033[1m",
		[WB_DIM] = "\033[2m",      [WB_GOOD] = "\033[32m",
		[WB_CAREFUL] = "\033[33m", [WB_BAD] = "\033[1;31m",
	};
	bool colour = style != WB_PLAIN && has_colour(f);

	if (colour)
		fputs(code[style], f);
	wb_put(f, s, false);
	if (colour)
		fputs("\033[0m", f);
}

enum wb_style wb_style_of(struct wb_slice word)
{
	static const struct {
		const char *word;
		enum wb_style style;
	} row[] = {
		{"clear", WB_GOOD},     {"ok", WB_GOOD},
		{"review", WB_CAREFUL}, {"verify", WB_CAREFUL},
		{"alert", WB_CAREFUL},  {"missing", WB_CAREFUL},
		{"deny", WB_BAD},       {"fatal", WB_BAD},
		{"FAILED", WB_BAD},     {"noted", WB_DIM},
		{"info", WB_DIM},       {"-", WB_DIM},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (wb_slice_is(word, row[i].word))
			return row[i].style;
	}
	return WB_PLAIN;
}

size_t wb_width(FILE *f)
{
	struct winsize size;

	if (ioctl(fileno(f), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	if (size.ws_col < WIDTH_MIN)
		return WIDTH_MIN;
	return size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

void wb_wrap(FILE *f, size_t indent, struct wb_slice text)
{
	size_t width = wb_width(f);
	size_t at = indent;
	bool first = true;

	while (text.len > 0) {
		const uint8_t *space = memchr(text.p, ' ', text.len);
		size_t len = space ? (size_t)(space - text.p) : text.len;
		struct wb_slice word = wb_slice(text.p, len);
		size_t columns = wb_columns(word);

		if (!first && at + 1 + columns > width) {
			fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			fputc(' ', f);
			at++;
		}
		wb_put(f, word, false);
		at += columns;
		first = false;
		len += space ? 1 : 0;
		text = wb_slice(text.p + len, text.len - len);
	}
	fputc('\n', f);
}

static void line(FILE *f, const char *label, const char *text)
{
	if (*text == '\0')
		return;
	fprintf(f, "    %-8s", label);
	wb_wrap(f, 12, wb_slice_str(text));
}

void wb_print_problem(FILE *f, const char *where, const struct wb_problem *p)
{
	const struct wb_problem_kind *kind = wb_problem_kind(p->code);
	const char *advice = p->resolution;

	if (*advice == '\0')
		advice = kind->resolution;
	wb_put(f, wb_slice_str(where), false);
	fprintf(f, ": WB-%04d ", (int)p->code);
	wb_put(f, wb_slice_str(kind->title), false);
	fputc('\n', f);
	line(f, "at", p->pointer);
	line(f, "found", p->found);
	line(f, "why", p->detail);
	line(f, "do", advice != NULL ? advice : "");
}
