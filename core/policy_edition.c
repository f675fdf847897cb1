#include <stdlib.h>
#include <string.h>

#include "core/policy_parse.h"
#include "waybill/text.h"

/* --- header --------------------------------------------------------------- */

/* Go to the next line, which must begin with key; ret is what follows it. */
static int header_line(struct wb_lex *lex, const char *key,
		       struct wb_slice *ret)
{
	size_t len = strlen(key);
	bool more = false;
	int rc;

	rc = wb_lex_line(lex, &more);
	if (rc != 0)
		return rc;
	if (!more)
		return wb_lex_refuse(lex, lex->body,
				     "The text ends where the line \"%s\" "
				     "should stand.",
				     key);
	if (lex->indented || !wb_slice_starts(lex->body, key) ||
	    (lex->body.len > len && lex->body.p[len] != ' ')) {
		(void)wb_lex_refuse(lex, lex->body,
				    "Here should stand the line \"%s\".", key);
		wb_problem_advise(lex->problem,
				  "An edition begins with the lines "
				  "waybill/policy/1, id, family, title, "
				  "source, effective, until, in this order.");
		return WB_EREFUSED;
	}
	*ret = wb_slice(lex->body.p + len, lex->body.len - len);
	while (ret->len > 0 && ret->p[0] == ' ')
		*ret = wb_slice(ret->p + 1, ret->len - 1);
	return 0;
}

static int parse_first(struct wb_lex *lex)
{
	struct wb_slice rest;
	int rc = header_line(lex, "waybill/policy/1", &rest);

	if (rc != 0)
		return rc;
	return rest.len == 0 && lex->citation.len == 0
		       ? 0
		       : wb_lex_refuse(lex, rest,
				       "Nothing else stands on the "
				       "first line.");
}

static int parse_until(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_slice s;
	int rc = header_line(lex, "until", &s);

	if (rc != 0)
		return rc;
	ed->to = INT32_MAX;
	if (wb_slice_is(s, "open"))
		return 0;
	rc = wb_lex_date(lex, s, &ed->to);
	if (rc != 0)
		return rc;
	if (ed->to < ed->from)
		return wb_lex_refuse(lex, s,
				     "The last day is before the first.");
	return 0;
}

/* One name or several, each once. */
static int parse_families(struct wb_lex *lex, struct wb_slice names,
			  struct wb_edition *ed)
{
	struct wb_slice word;

	if (names.len == 0)
		return wb_lex_refuse(lex, names, "Here should stand a family.");
	while (wb_word_next(&names, &word)) {
		char *name = ed->family[ed->n_families];
		int rc;

		if (ed->n_families == WB_FAMILIES_MAX)
			return wb_lex_refuse(lex, word,
					     "An edition serves at most %d "
					     "families.",
					     WB_FAMILIES_MAX);
		rc = wb_lex_name_of(lex, word, "a family", name,
				    sizeof(ed->family[0]));
		if (rc != 0)
			return rc;
		if (wb_edition_serves(ed, name))
			return wb_lex_refuse(lex, word,
					     "The family stands here twice.");
		ed->n_families++;
	}
	return 0;
}

static int parse_header(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_slice s;
	int rc = parse_first(lex);

	if (rc == 0)
		rc = header_line(lex, "id", &s);
	if (rc == 0)
		rc = wb_lex_name_of(lex, s, "an id", ed->id, sizeof(ed->id));
	if (rc == 0)
		rc = header_line(lex, "family", &s);
	if (rc == 0)
		rc = parse_families(lex, s, ed);
	if (rc == 0)
		rc = header_line(lex, "title", &s);
	if (rc == 0)
		rc = wb_lex_copy(lex, s, "a title", ed->title,
				 sizeof(ed->title));
	if (rc == 0)
		rc = header_line(lex, "source", &s);
	if (rc == 0)
		rc = wb_lex_copy(lex, s, "a source", ed->source,
				 sizeof(ed->source));
	if (rc == 0)
		rc = header_line(lex, "effective", &s);
	if (rc == 0)
		rc = wb_lex_date(lex, s, &ed->from);
	if (rc == 0)
		rc = wb_lex_cite(lex, ed->from_citation,
				 sizeof(ed->from_citation));
	ed->from_line = lex->number;
	return rc == 0 ? parse_until(lex, ed) : rc;
}

/* --- lines ---------------------------------------------------------------- */

static int parse_savings(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_slice s;
	int rc;

	if (ed->savings != WB_DATE_NONE)
		return wb_lex_refuse(lex, lex->body,
				     "There is a savings line already.");
	ed->savings_line = lex->number;
	rc = wb_lex_take(lex, "a date", &s);
	if (rc == 0)
		rc = wb_lex_date(lex, s, &ed->savings);
	if (rc == 0 && ed->savings < ed->from)
		rc = wb_lex_refuse(lex, s,
				   "The savings end before the edition takes "
				   "effect.");
	if (rc == 0)
		rc = wb_lex_doubt(lex, ed->savings_doubt);
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc != 0)
		return rc;
	return wb_lex_cite(lex, ed->savings_citation,
			   sizeof(ed->savings_citation));
}

static int parse_h100(struct wb_lex *lex, struct wb_edition *ed)
{
	int rc;

	if (ed->h100_x10 >= 0)
		return wb_lex_refuse(lex, lex->body,
				     "There is an h100 line already.");
	rc = wb_lex_number(lex, "an amount of TPP", 1, WB_TPP_X10_MAX,
			   &ed->h100_x10);
	if (rc == 0 && ed->h100_x10 == 0)
		rc = wb_lex_refuse(lex, lex->word[lex->i - 1].s,
				   "The amount must be more than nothing.");
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc != 0)
		return rc;
	ed->h100_line = lex->number;
	return wb_lex_cite(lex, ed->h100_citation, sizeof(ed->h100_citation));
}

/* review WORD [as "TEXT"] [debit] [AMBIG-n] when ... */
static int parse_review(struct wb_lex *lex, struct wb_edition *ed)
{
	static const char *const name[] = {
		"approval",      "case_by_case", "denial",
		"policy_denial", "unpublished",
	};
	static const enum wb_review review[] = {
		WB_REVIEW_APPROVAL,        WB_REVIEW_CASE_BY_CASE,
		WB_REVIEW_PRESUMED_DENIAL, WB_REVIEW_POLICY_DENIAL,
		WB_REVIEW_UNPUBLISHED,
	};
	struct wb_review_rule *rule = &ed->review[ed->n_reviews];
	int i = 0, rc;

	if (ed->n_reviews == WB_REVIEW_RULES_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d review lines.",
				     WB_REVIEW_RULES_MAX);
	rc = wb_lex_choice(lex, "a review policy", name, 5, &i);
	if (rc != 0)
		return rc;
	rule->review = review[i];
	rc = wb_lex_as(lex, wb_review_name(rule->review), rule->as);
	if (rc != 0)
		return rc;
	rule->debit = wb_lex_is(lex, "debit");
	rc = wb_lex_doubt(lex, rule->doubt);
	if (rc == 0)
		rc = wb_lex_expect(lex, "when");
	if (rc == 0)
		rc = wb_parse_rule(lex, ed, &rule->when);
	if (rc == 0)
		ed->n_reviews++;
	return rc;
}

static int parse_year(struct wb_lex *lex, int *ret)
{
	int64_t year;
	int rc = wb_lex_number(lex, "a year", 0, 9999, &year);

	if (rc != 0)
		return rc;
	if (year < 1970)
		return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
				     "Years are from 1970 to 9999.");
	*ret = (int)year;
	return 0;
}

/* TPP from YEAR to YEAR */
static int parse_amount_and_years(struct wb_lex *lex, struct wb_allocation *a)
{
	int rc;

	rc = wb_lex_number(lex, "an amount of TPP", 1, WB_INTEGER_MAX,
			   &a->tpp_x10);
	if (rc == 0)
		rc = wb_lex_expect(lex, "from");
	if (rc == 0)
		rc = parse_year(lex, &a->first_year);
	if (rc == 0)
		rc = wb_lex_expect(lex, "to");
	if (rc == 0)
		rc = parse_year(lex, &a->last_year);
	if (rc == 0 && a->last_year < a->first_year)
		rc = wb_lex_refuse(lex, lex->word[lex->i - 1].s,
				   "The last year is before the first.");
	return rc;
}

/* ... [except SET [AMBIG-n]] [factor agreement] [as "TEXT"] */
static int parse_allocation(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_allocation *a = &ed->allocation;
	int rc;

	if (a->present)
		return wb_lex_refuse(lex, lex->body,
				     "There is an allocation already.");
	rc = parse_amount_and_years(lex, a);
	if (rc == 0 && wb_lex_is(lex, "except")) {
		rc = wb_parse_set_name(lex, ed, &a->except);
		if (rc == 0)
			rc = wb_lex_doubt(lex, a->doubt);
	}
	if (rc == 0 && wb_lex_is(lex, "factor")) {
		a->factor = true;
		rc = wb_lex_expect(lex, "agreement");
	}
	if (rc == 0)
		rc = wb_lex_as(lex, wb_review_name(WB_REVIEW_APPROVAL), a->as);
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc == 0)
		rc = wb_lex_cite(lex, a->citation, sizeof(a->citation));
	a->line = lex->number;
	if (rc == 0)
		a->present = true;
	return rc;
}

static int parse_beyond(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_allocation *a = &ed->allocation;
	int rc;

	if (!a->present || a->beyond_citation[0] != '\0')
		return wb_lex_refuse(lex, lex->body,
				     a->present ? "There is a beyond line "
						  "already."
						: "No allocation stands above "
						  "this line.");
	a->beyond_line = lex->number;
	rc = wb_lex_expect(lex, "policy_denial");
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc != 0)
		return rc;
	return wb_lex_cite(lex, a->beyond_citation, sizeof(a->beyond_citation));
}

static int parse_validity(struct wb_lex *lex, struct wb_edition *ed)
{
	int64_t days = 0;
	int rc;

	if (ed->validity_days > 0)
		return wb_lex_refuse(lex, lex->body,
				     "There is a validity line already.");
	rc = wb_lex_number(lex, "a number of days", 0, 3660, &days);
	if (rc == 0 && days == 0)
		rc = wb_lex_refuse(lex, lex->word[lex->i - 1].s,
				   "A licence is valid for a day at least.");
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc != 0)
		return rc;
	ed->validity_line = lex->number;
	ed->validity_days = (int32_t)days;
	return wb_lex_cite(lex, ed->validity_citation,
			   sizeof(ed->validity_citation));
}

/* --- the whole ------------------------------------------------------------ */

static const struct {
	const char *key;
	int (*parse)(struct wb_lex *lex, struct wb_edition *ed);
} rows[] = {
	{"savings", parse_savings},        {"h100", parse_h100},
	{"setting", wb_parse_setting},     {"set", wb_parse_set},
	{"eccn", wb_parse_eccn},           {"exclude", wb_parse_exclude},
	{"companion", wb_parse_companion}, {"exempt", wb_parse_exempt},
	{"licence", wb_parse_licence},     {"exception", wb_parse_exception},
	{"review", parse_review},          {"allocation", parse_allocation},
	{"beyond", parse_beyond},          {"validity", parse_validity},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* What only the whole text can be asked. */
static int check_whole(struct wb_lex *lex, const struct wb_edition *ed)
{
	const char *missing = NULL;

	if (ed->n_eccns == 0)
		missing = "an eccn line: it would find nothing controlled";
	else if (ed->n_licences == 0)
		missing = "a licence line: it would never ask for one";
	else if (ed->n_reviews == 0 && !ed->allocation.present)
		missing = "a review line: licences would have no policy";
	else if (ed->allocation.present &&
		 ed->allocation.beyond_citation[0] == '\0')
		missing = "the line \"beyond\" of its allocation";
	if (missing == NULL)
		return 0;
	return wb_lex_refuse(lex, wb_slice(lex->line.p, 0),
			     "The edition ends without %s.", missing);
}

static int parse_lines(struct wb_lex *lex, struct wb_edition *ed)
{
	const char *key[ROWS];
	bool more = false, in_exception = false;
	int rc, row = 0;

	for (size_t i = 0; i < ROWS; i++)
		key[i] = rows[i].key;
	for (;;) {
		rc = wb_lex_line(lex, &more);
		if (rc == 0 && in_exception && !(more && lex->indented))
			rc = wb_check_exception(lex, ed);
		if (rc != 0 || !more)
			return rc != 0 ? rc : check_whole(lex, ed);
		rc = wb_lex_words(lex);
		if (rc != 0)
			return rc;
		if (lex->indented) {
			if (!in_exception)
				return wb_lex_refuse(
					lex, lex->body,
					"No exception stands above this "
					"indented line.");
			rc = wb_parse_exception_line(lex, ed);
		} else {
			rc = wb_lex_choice(lex, "a keyword", key, ROWS, &row);
			if (rc == 0)
				rc = rows[row].parse(lex, ed);
			in_exception = rows[row].parse == wb_parse_exception;
		}
		if (rc != 0)
			return rc;
	}
}

int wb_edition_parse(struct wb_slice text, struct wb_edition **ret,
		     struct wb_problem *problem)
{
	struct wb_edition *ed = calloc(1, sizeof(*ed));
	struct wb_lex *lex = malloc(sizeof(*lex));
	int rc = WB_ENOMEM;

	if (ed == NULL || lex == NULL)
		goto free;
	ed->savings = WB_DATE_NONE;
	ed->h100_x10 = -1;
	ed->allocation.except = -1;
	for (int i = 0; i < WB_NAMED_SETTINGS; i++)
		ed->named[i] = -1;
	rc = wb_lex_open(lex, text, problem);
	if (rc == 0)
		rc = parse_header(lex, ed);
	if (rc == 0)
		rc = parse_lines(lex, ed);
	if (rc != 0)
		goto free;
	wb_sha256_hex(text, ed->sha256);
	*ret = ed;
	ed = NULL;
free:
	free(lex);
	free(ed);
	return rc;
}

void wb_edition_free(struct wb_edition *ed)
{
	free(ed);
}
