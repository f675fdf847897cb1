#include <stdio.h>
#include <string.h>

#include "core/policy_lex.h"
#include "waybill/text.h"

/* --- words ---------------------------------------------------------------- */

bool wb_lex_is(struct wb_lex *lex, const char *s)
{
	if (lex->i == lex->n || lex->word[lex->i].quoted ||
	    !wb_slice_is(lex->word[lex->i].s, s))
		return false;
	lex->i++;
	return true;
}

int wb_lex_take(struct wb_lex *lex, const char *what, struct wb_slice *ret)
{
	if (lex->i == lex->n)
		return wb_lex_refuse(lex, wb_lex_end_of(lex),
				     "The line ends where %s should stand.",
				     what);
	if (lex->word[lex->i].quoted)
		return wb_lex_refuse(lex, lex->word[lex->i].s,
				     "A quotation stands where %s should.",
				     what);
	*ret = lex->word[lex->i++].s;
	return 0;
}

int wb_lex_expect(struct wb_lex *lex, const char *s)
{
	char what[40];
	struct wb_slice word;
	int rc;

	snprintf(what, sizeof(what), "\"%s\"", s);
	rc = wb_lex_take(lex, what, &word);
	if (rc != 0)
		return rc;
	if (!wb_slice_is(word, s))
		return wb_lex_refuse(lex, word,
				     "The word %s should stand here.", what);
	return 0;
}

int wb_lex_end(struct wb_lex *lex)
{
	if (lex->i == lex->n)
		return 0;
	return wb_lex_refuse(lex, lex->word[lex->i].s,
			     "The line is complete before this word.");
}

int wb_lex_choice(struct wb_lex *lex, const char *what,
		  const char *const name[], size_t n, int *ret)
{
	struct wb_slice word;
	int rc;

	rc = wb_lex_take(lex, what, &word);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (wb_slice_is(word, name[i])) {
			*ret = (int)i;
			return 0;
		}
	}
	return wb_lex_unknown(lex, word, what, name, n);
}

static bool is_name_char(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

int wb_lex_name_of(struct wb_lex *lex, struct wb_slice s, const char *what,
		   char *ret, size_t cap)
{
	if (s.len == 0)
		return wb_lex_refuse(lex, s, "Here should stand %s.", what);
	for (size_t i = 0; i < s.len; i++) {
		bool first = i == 0 && strchr("._-", s.p[i]) != NULL;

		if (!is_name_char(s.p[i]) || first)
			return wb_lex_refuse(
				lex, s,
				"Of this, character %zu cannot stand in %s: "
				"letters, digits, '.', '_' and '-', the first "
				"a letter or digit.",
				i + 1, what);
	}
	return wb_lex_copy(lex, s, what, ret, cap);
}

int wb_lex_name(struct wb_lex *lex, const char *what, char *ret, size_t cap)
{
	struct wb_slice word;
	int rc;

	rc = wb_lex_take(lex, what, &word);
	if (rc != 0)
		return rc;
	return wb_lex_name_of(lex, word, what, ret, cap);
}

int wb_lex_copy(struct wb_lex *lex, struct wb_slice s, const char *what,
		char *ret, size_t cap)
{
	if (s.len == 0)
		return wb_lex_refuse(lex, s, "Here should stand %s.", what);
	if (s.len >= cap)
		return wb_lex_refuse(lex, s,
				     "It has %zu bytes; %s has at most %zu.",
				     s.len, what, cap - 1);
	memcpy(ret, s.p, s.len);
	ret[s.len] = '\0';
	return 0;
}

int wb_lex_quoted(struct wb_lex *lex, const char *what, char *ret, size_t cap)
{
	if (lex->i == lex->n)
		return wb_lex_refuse(lex, wb_lex_end_of(lex),
				     "The line ends where %s in quotation "
				     "marks should stand.",
				     what);
	if (!lex->word[lex->i].quoted)
		return wb_lex_refuse(lex, lex->word[lex->i].s,
				     "Here should stand %s in quotation marks.",
				     what);
	return wb_lex_copy(lex, lex->word[lex->i++].s, what, ret, cap);
}

int wb_lex_as(struct wb_lex *lex, const char *other, char ret[WB_SHOWN_MAX])
{
	if (wb_lex_is(lex, "as"))
		return wb_lex_quoted(lex, "a text to show", ret, WB_SHOWN_MAX);
	return wb_lex_copy(lex, wb_slice_str(other), "a text to show", ret,
			   WB_SHOWN_MAX);
}

int wb_lex_cited(struct wb_lex *lex)
{
	int rc;

	if (lex->citation.len > 0)
		return 0;
	rc = wb_lex_refuse(lex, wb_lex_end_of(lex),
			   "The line has no citation.");
	wb_problem_advise(lex->problem,
			  "End the line with \" # \" and the place in the law "
			  "that it comes from.");
	return rc;
}

int wb_lex_cite(struct wb_lex *lex, char *ret, size_t cap)
{
	int rc = wb_lex_cited(lex);

	if (rc != 0)
		return rc;
	return wb_lex_copy(lex, lex->citation, "a citation", ret, cap);
}

/* --- numbers, dates, doubts ----------------------------------------------- */

static int refuse_number(struct wb_lex *lex, struct wb_slice s, int places)
{
	int rc = wb_lex_refuse(lex, s,
			       "This is not a number of the form asked for.");

	wb_problem_advise(lex->problem,
			  "Write digits without a sign, group marks or leading "
			  "zeros, with at most %d behind the point and no zero "
			  "at the end of the fraction.",
			  places);
	return rc;
}

int wb_lex_decimal(struct wb_lex *lex, struct wb_slice s, int places,
		   int64_t max, int64_t *ret)
{
	const uint8_t *point = s.len > 0 ? memchr(s.p, '.', s.len) : NULL;
	struct wb_slice whole = s, fraction = {NULL, 0};
	uint64_t v;

	if (point != NULL) {
		whole.len = (size_t)(point - s.p);
		fraction = wb_slice(point + 1, s.len - whole.len - 1);
		if (fraction.len == 0 || fraction.len > (size_t)places ||
		    fraction.p[fraction.len - 1] == '0')
			return refuse_number(lex, s, places);
	}
	if (whole.len > 18)
		return wb_lex_refuse(lex, s, "The number is too large.");
	if (wb_parse_dec(whole, &v) != 0)
		return refuse_number(lex, s, places);
	for (size_t i = 0; i < (size_t)places; i++) {
		uint8_t c = i < fraction.len ? fraction.p[i] : '0';

		if (c < '0' || c > '9')
			return refuse_number(lex, s, places);
		if (v > (uint64_t)max / 10)
			return wb_lex_refuse(lex, s,
					     "The number is too large.");
		v = v * 10 + (uint64_t)(c - '0');
	}
	if (v > (uint64_t)max)
		return wb_lex_refuse(lex, s, "The number is too large.");
	*ret = (int64_t)v;
	return 0;
}

int wb_lex_number(struct wb_lex *lex, const char *what, int places, int64_t max,
		  int64_t *ret)
{
	struct wb_slice word;
	int rc;

	rc = wb_lex_take(lex, what, &word);
	if (rc != 0)
		return rc;
	return wb_lex_decimal(lex, word, places, max, ret);
}

int wb_lex_date(struct wb_lex *lex, struct wb_slice s, wb_date *ret)
{
	if (wb_date_parse(s, ret) != 0)
		return wb_lex_refuse(lex, s,
				     "This is not a day that exists, written "
				     "like 2025-05-15.");
	return 0;
}

int wb_lex_doubt(struct wb_lex *lex, char ret[16])
{
	static const char prefix[] = "AMBIG-";
	struct wb_slice word, digits;
	uint64_t n;

	ret[0] = '\0';
	if (lex->i == lex->n || lex->word[lex->i].quoted ||
	    !wb_slice_starts(lex->word[lex->i].s, prefix))
		return 0;
	word = lex->word[lex->i].s;
	digits = wb_slice(word.p + strlen(prefix), word.len - strlen(prefix));
	if (wb_parse_dec(digits, &n) != 0 || n == 0 || n > 999)
		return wb_lex_refuse(
			lex, word, "A doubt is written AMBIG-1 to AMBIG-999.");
	lex->i++;
	return wb_lex_copy(lex, word, "a doubt", ret, 16);
}
