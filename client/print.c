#include "client/print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/utf8.h"
#include "waybill/problem.h"

#define WIDTH_MIN 40
#define WIDTH_MAX 200

/* The next piece of s: its length, and whether it may be shown as it is. */
static size_t piece(struct wb_slice s, bool lines, bool *ret_plain)
{
	size_t n = wb_utf8_first(s);

	*ret_plain = n > 0 && (!wb_utf8_control(wb_slice(s.p, n)) ||
			       (lines && (*s.p == '\n' || *s.p == '\t')));
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
