#include <stdarg.h>
#include <stdio.h>

#include "core/json_scan.h"
#include "core/utf8.h"
#include "waybill/limits.h"
#include "waybill/text.h"

/* The line that is marked, for the reader to recognise. */
static struct wb_slice line_at(const struct wb_mark *mark)
{
	struct wb_slice rest = mark->text, line = rest;

	for (unsigned i = 0; i < mark->line; i++)
		if (!wb_line_next(&rest, &line))
			return rest;
	return line;
}

int wb_mark_refuse(const struct wb_mark *mark, enum wb_problem_code code,
		   const char *fmt, ...)
{
	char pointer[64], detail[512];
	va_list ap;
	int rc;

	va_start(ap, fmt);
	if (vsnprintf(detail, sizeof(detail), fmt, ap) < 0)
		detail[0] = '\0';
	va_end(ap);
	(void)snprintf(pointer, sizeof(pointer), "line %u, column %u",
		       mark->line, mark->column);
	rc = wb_refuse(mark->problem, code, pointer, "%s", detail);
	wb_problem_found(mark->problem, line_at(mark));
	return rc;
}

/* How far the pass is. */
struct scan {
	struct wb_mark at;
	struct wb_slice rest;
	unsigned depth;
	size_t commas;
	bool in_string;
	bool escaped;
	bool blank; /* nothing but spaces on this line so far */
};

/* A character outside of strings. */
static int scan_structure(struct scan *s, uint8_t c)
{
	if (c == '"') {
		s->in_string = true;
	} else if (c == '{' || c == '[') {
		if (++s->depth > WB_JSON_DEPTH_MAX)
			return wb_mark_refuse(
				&s->at, WB_P_DEPTH,
				"Objects and lists are nested more than %d "
				"deep.",
				WB_JSON_DEPTH_MAX);
	} else if (c == '}' || c == ']') {
		/* More than were opened is for jansson to refuse. */
		s->depth -= s->depth > 0 ? 1 : 0;
	} else if (c == ',') {
		if (++s->commas >= WB_JSON_VALUES_MAX)
			return wb_mark_refuse(&s->at, WB_P_TOO_LONG,
					      "There are more than %d values.",
					      WB_JSON_VALUES_MAX);
	}
	return 0;
}

static int scan_newline(struct scan *s)
{
	if (s->blank)
		return wb_mark_refuse(&s->at, WB_P_BLANK_LINE,
				      "Line %u is blank.", s->at.line);
	s->at.line++;
	s->at.column = 1;
	s->blank = true;
	return 0;
}

static int scan_control(const struct scan *s, uint8_t c)
{
	const char *what = c == '\t'   ? "a tab"
			   : c == '\r' ? "a carriage return"
			   : c == '\n' ? "a newline"
				       : "a control character";

	return wb_mark_refuse(
		&s->at, WB_P_CONTROL, "Byte 0x%02x, %s, stands %s.", c, what,
		s->in_string ? "in a string" : "between the values");
}

/* The first character of the rest, which has len bytes. */
static int scan_character(struct scan *s, size_t len)
{
	uint8_t c = s->rest.p[0];
	int rc = 0;

	if (len == 0)
		return wb_mark_refuse(&s->at, WB_P_UTF8,
				      "Byte 0x%02x begins no UTF-8 character.",
				      c);
	if (c == '\n' && !s->in_string)
		return scan_newline(s);
	if (c < 0x20)
		return scan_control(s, c);
	if (!s->in_string)
		rc = scan_structure(s, c);
	else if (s->escaped)
		s->escaped = false;
	else if (c == '\\')
		s->escaped = true;
	else if (c == '"')
		s->in_string = false;
	if (rc != 0)
		return rc;
	s->blank = s->blank && c == ' ';
	s->at.column++;
	return 0;
}

int wb_json_scan(struct wb_slice text, struct wb_problem *problem)
{
	struct scan s = {
		.at = {text, 1, 1, problem}, .rest = text, .blank = true};

	if (text.len > WB_POLICY_STATEMENT_MAX)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "The text has %zu bytes; no statement has "
				 "more than %d.",
				 text.len, WB_POLICY_STATEMENT_MAX);
	if (!wb_slice_starts(text, "{"))
		return wb_mark_refuse(
			&s.at, WB_P_JSON,
			"A statement has \"{\" as its first character.");
	while (s.rest.len > 0) {
		size_t len = wb_utf8_first(s.rest);
		int rc = scan_character(&s, len);

		if (rc != 0)
			return rc;
		s.rest = wb_slice(s.rest.p + len, s.rest.len - len);
	}
	return 0;
}
