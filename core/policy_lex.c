#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/policy_lex.h"
#include "core/utf8.h"
#include "waybill/text.h"

/* --- refusing ------------------------------------------------------------- */

/* Columns count characters: a byte that continues one does not count. */
static size_t column_of(const struct wb_lex *lex, struct wb_slice at)
{
	size_t column = 1;

	for (const uint8_t *p = lex->line.p; p < at.p; p++)
		if ((*p & 0xc0) != 0x80)
			column++;
	return column;
}

int wb_lex_refuse(struct wb_lex *lex, struct wb_slice at, const char *fmt, ...)
{
	char pointer[64], detail[320];
	va_list ap;

	snprintf(pointer, sizeof(pointer), "line %u, column %zu", lex->number,
		 column_of(lex, at));
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	(void)wb_refuse(lex->problem, WB_P_LINE, pointer, "%s", detail);
	if (at.len > 0)
		wb_problem_found(lex->problem, at);
	return WB_EREFUSED;
}

int wb_lex_unknown(struct wb_lex *lex, struct wb_slice at, const char *what,
		   const char *const name[], size_t n)
{
	/* Every other letter is near to one letter. */
	const char *near = at.len > 1 ? wb_nearest(at, name, n) : NULL;
	char list[256] = "";
	size_t len = 0;
	int rc;

	rc = wb_lex_refuse(lex, at, "This is not %s known here.", what);
	if (near != NULL) {
		wb_problem_advise(lex->problem, "Did you mean \"%s\"?", near);
		return rc;
	}
	for (size_t i = 0; i < n; i++) {
		size_t want = strlen(name[i]) + 2;

		if (len + want >= sizeof(list) - 6) {
			snprintf(list + len, sizeof(list) - len, ", ...");
			break;
		}
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
					i > 0 ? ", " : "", name[i]);
	}
	if (n == 0)
		wb_problem_advise(lex->problem, "Define it on a line above.");
	else
		wb_problem_advise(lex->problem, "Known here: %s.", list);
	return rc;
}

struct wb_slice wb_lex_end_of(const struct wb_lex *lex)
{
	return wb_slice(lex->body.p + lex->body.len, 0);
}

/* --- lines ---------------------------------------------------------------- */

static int check_line(struct wb_lex *lex)
{
	if (lex->line.len > WB_POLICY_LINE_MAX)
		return wb_lex_refuse(
			lex, wb_slice(lex->line.p + WB_POLICY_LINE_MAX, 0),
			"The line has %zu bytes; at most %d are allowed.",
			lex->line.len, WB_POLICY_LINE_MAX);
	for (size_t i = 0, n; i < lex->line.len; i += n) {
		struct wb_slice left =
			wb_slice(lex->line.p + i, lex->line.len - i);

		n = left.p[0] < 0x80 ? 1 : wb_utf8_first(left);
		if (n == 0)
			return wb_lex_refuse(lex, wb_slice(left.p, 0),
					     "This is not valid UTF-8.");
		if (wb_utf8_control(wb_slice(left.p, n)))
			return wb_lex_refuse(
				lex, wb_slice(left.p, n),
				"A control character stands here; words are "
				"parted by spaces, lines end in a newline "
				"alone, and nothing may change how a line is "
				"shown.");
	}
	return 0;
}

int wb_lex_open(struct wb_lex *lex, struct wb_slice text,
		struct wb_problem *problem)
{
	*lex = (struct wb_lex){.problem = problem};
	if (text.len > WB_POLICY_TEXT_MAX)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "The text has %zu bytes; at most %d are "
				 "allowed.",
				 text.len, WB_POLICY_TEXT_MAX);
	lex->rest = text;
	while (wb_line_next(&lex->rest, &lex->line)) {
		int rc;

		lex->number++;
		rc = check_line(lex);
		if (rc != 0)
			return rc;
	}
	if (lex->rest.len > 0 || text.len == 0) {
		lex->number++;
		lex->line = wb_slice(lex->rest.p, 0);
		return wb_lex_refuse(
			lex, lex->line,
			text.len == 0 ? "The text is empty."
				      : "The last line does not end in a "
					"newline.");
	}
	lex->rest = text;
	lex->number = 0;
	return 0;
}

static struct wb_slice trim(struct wb_slice s)
{
	while (s.len > 0 && s.p[0] == ' ')
		s = wb_slice(s.p + 1, s.len - 1);
	while (s.len > 0 && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* Everything behind the first " # " is the citation. */
static int part_citation(struct wb_lex *lex)
{
	const struct wb_slice *line = &lex->line;

	lex->body = trim(*line);
	lex->citation = wb_slice(line->p + line->len, 0);
	for (size_t i = 0; i + 1 < line->len; i++) {
		if (line->p[i] != ' ' || line->p[i + 1] != '#')
			continue;
		if (i + 2 < line->len && line->p[i + 2] != ' ')
			return wb_lex_refuse(
				lex, wb_slice(line->p + i + 1, 1),
				"A citation stands behind \" # \", "
				"with a space on both sides.");
		lex->body = trim(wb_slice(line->p, i));
		lex->citation =
			trim(wb_slice(line->p + i + 2, line->len - i - 2));
		return 0;
	}
	return 0;
}

int wb_lex_line(struct wb_lex *lex, bool *ret_more)
{
	while (wb_line_next(&lex->rest, &lex->line)) {
		struct wb_slice bare = trim(lex->line);

		lex->number++;
		lex->n = lex->i = 0;
		if (bare.len == 0 || bare.p[0] == '#')
			continue;
		lex->indented = lex->line.p[0] == ' ';
		*ret_more = true;
		return part_citation(lex);
	}
	/* What is refused from here on stands behind the last line. */
	lex->number++;
	lex->line = lex->body = lex->citation = wb_slice(lex->rest.p, 0);
	lex->n = lex->i = 0;
	*ret_more = false;
	return 0;
}

/* Take one word, quoted or bare, off left. */
static int take_word(struct wb_lex *lex, struct wb_slice *left,
		     struct wb_lex_word *ret)
{
	struct wb_slice s = *left;
	size_t len = 0;

	if (s.p[0] != '"') {
		while (len < s.len && s.p[len] != ' ') {
			if (s.p[len] == '"')
				return wb_lex_refuse(
					lex, wb_slice(s.p + len, 1),
					"A quotation mark stands inside a "
					"word.");
			len++;
		}
		*ret = (struct wb_lex_word){wb_slice(s.p, len), false};
	} else {
		for (len = 1; len < s.len && s.p[len] != '"'; len++)
			;
		if (len == s.len)
			return wb_lex_refuse(lex, wb_slice(s.p, 1),
					     "The quotation is not closed on "
					     "this line.");
		*ret = (struct wb_lex_word){wb_slice(s.p + 1, len - 1), true};
		len++;
		if (len < s.len && s.p[len] != ' ')
			return wb_lex_refuse(lex, wb_slice(s.p + len, 1),
					     "A space must follow the "
					     "quotation.");
	}
	*left = trim(wb_slice(s.p + len, s.len - len));
	return 0;
}

int wb_lex_words(struct wb_lex *lex)
{
	struct wb_slice left = lex->body;

	lex->n = lex->i = 0;
	while (left.len > 0) {
		int rc;

		if (lex->n == WB_LEX_WORDS_MAX)
			return wb_lex_refuse(lex, wb_slice(left.p, 0),
					     "The line has more than %d words.",
					     WB_LEX_WORDS_MAX);
		rc = take_word(lex, &left, &lex->word[lex->n]);
		if (rc != 0)
			return rc;
		lex->n++;
	}
	return 0;
}
