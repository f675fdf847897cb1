#include <stdlib.h>
#include <string.h>

#include "core/policy_parse.h"
#include "waybill/flags.h"
#include "waybill/text.h"

/*
 * policy_flags: the document of red flags.
 *
 * Sets, then flags in the order of their ids, each with exactly the
 * parameters of its row in the table.  A document says whether a flag is
 * asked, how severe it is and where its thresholds lie, no more.
 */

struct parse {
	struct wb_lex *lex;
	struct wb_flags *flags;
	struct wb_flag *open; /* whose parameters may follow */
	uint32_t given;       /* bit per parameter of open */
	int last;             /* row of the last flag, or -1 */
};

/* --- values --------------------------------------------------------------- */

static int parse_words(struct wb_lex *lex, const char *what,
		       struct wb_flag_value *v)
{
	do {
		if (v->n_words == WB_WORDS_MAX)
			return wb_lex_refuse(lex, lex->word[lex->i].s,
					     "There are more than %d words.",
					     WB_WORDS_MAX);
		int rc = wb_lex_name(lex, what, v->word[v->n_words],
				     sizeof(v->word[0]));

		if (rc != 0)
			return rc;
		v->n_words++;
	} while (lex->i < lex->n);
	return 0;
}

/* Days of the year, 07-15, as any year has them. */
static int parse_yearly(struct wb_lex *lex, struct wb_flag_value *v)
{
	size_t first = lex->i;
	int rc = parse_words(lex, "a day of the year, like 07-15", v);

	for (size_t i = 0; rc == 0 && i < v->n_words; i++) {
		char date[WB_DATE_TEXT + 24] = "2025-";
		wb_date unused;

		memcpy(date + 5, v->word[i], strlen(v->word[i]) + 1);
		if (wb_date_parse(wb_slice_str(date), &unused) != 0)
			rc = wb_lex_refuse(lex, lex->word[first + i].s,
					   "A day of the year is written "
					   "07-15: month and day.");
	}
	return rc;
}

static int parse_date(struct wb_lex *lex, struct wb_flag_value *v)
{
	struct wb_slice s;
	wb_date date = 0;
	int rc = wb_lex_take(lex, "a date", &s);

	if (rc == 0)
		rc = wb_lex_date(lex, s, &date);
	v->number = date;
	return rc;
}

/* "26900000", or "limit lpp": what the edition in force says of that counter.
 */
static int parse_limit(struct wb_lex *lex, struct wb_flag_value *v)
{
	if (!wb_lex_is(lex, "limit"))
		return wb_lex_number(lex, "an amount of TPP or \"limit\"", 1,
				     WB_INTEGER_MAX, &v->number);
	v->n_words = 1;
	return wb_lex_name(lex, "the name of a counter", v->word[0],
			   sizeof(v->word[0]));
}

static int parse_value(struct wb_lex *lex, const struct wb_flags *flags,
		       enum wb_flag_value_kind kind, struct wb_flag_value *v)
{
	switch (kind) {
	case WB_FV_COUNT:
		return wb_lex_number(lex, "a whole number", 0, WB_QUANTITY_MAX,
				     &v->number);
	case WB_FV_TPP:
		return wb_lex_number(lex, "an amount of TPP", 1, WB_INTEGER_MAX,
				     &v->number);
	case WB_FV_LIMIT:
		return parse_limit(lex, v);
	case WB_FV_PERCENT:
		return wb_lex_number(lex, "a percentage", 1, 100000,
				     &v->number);
	case WB_FV_DATE:
		return parse_date(lex, v);
	case WB_FV_SET:
		return wb_parse_set_name(lex, flags->sets, &v->set);
	case WB_FV_WORDS:
		return parse_words(lex, "a word", v);
	case WB_FV_YEARLY:
		return parse_yearly(lex, v);
	}
	return WB_EFORM;
}

/* --- lines ---------------------------------------------------------------- */

/* Every parameter of the flag before must have been given. */
static int close_flag(struct parse *p)
{
	const struct wb_flag_kind *kind;

	if (p->open == NULL)
		return 0;
	kind = p->open->kind;
	for (size_t i = 0; kind->param[i].name != NULL; i++)
		if ((p->given & 1u << i) == 0)
			return wb_lex_refuse(p->lex, p->lex->body,
					     "%s has no line \"%s\".", kind->id,
					     kind->param[i].name);
	return 0;
}

/* An indented line: one parameter of the flag above. */
static int parse_param(struct parse *p)
{
	const char *name[WB_FLAG_PARAMS_MAX];
	const struct wb_flag_param *param;
	struct wb_flag_value *v;
	struct wb_slice at;
	size_t n = 0;
	int rc, i = 0;

	if (p->open == NULL)
		return wb_lex_refuse(p->lex, p->lex->body,
				     "An indented line belongs to a flag, and "
				     "there is none above.");
	param = p->open->kind->param;
	while (param[n].name != NULL) {
		name[n] = param[n].name;
		n++;
	}
	at = p->lex->body;
	if (n == 0)
		return wb_lex_refuse(p->lex, at, "%s has no parameters.",
				     p->open->kind->id);
	rc = wb_lex_choice(p->lex, "a parameter of this flag", name, n, &i);
	if (rc != 0)
		return rc;
	if ((p->given & 1u << i) != 0)
		return wb_lex_refuse(p->lex, at,
				     "The parameter stands here twice.");
	p->given |= 1u << i;
	v = &p->open->value[i];
	rc = parse_value(p->lex, p->flags, param[i].kind, v);
	if (rc == 0)
		rc = wb_lex_end(p->lex);
	if (rc == 0)
		rc = wb_lex_cite(p->lex, v->citation, sizeof(v->citation));
	return rc;
}

/* The row of the flag that the line names, which must be built and stand
 * behind the last. */
static int find_row(struct parse *p, int *ret)
{
	const char *name[WB_FLAG_KINDS];
	const struct wb_flag_kind *row;
	struct wb_slice at;
	int rc, i = 0;

	for (size_t k = 0; k < WB_FLAG_KINDS; k++)
		name[k] = wb_flag_row(k)->id;
	rc = wb_lex_choice(p->lex, "a red flag", name, WB_FLAG_KINDS, &i);
	if (rc != 0)
		return rc;
	row = wb_flag_row((size_t)i);
	at = p->lex->word[p->lex->i - 1].s;
	if (row->unbuilt != NULL)
		return wb_lex_refuse(p->lex, at, "%s cannot be asked: %s.",
				     row->id, row->unbuilt);
	if (i <= p->last)
		return wb_lex_refuse(p->lex, at,
				     "Flags stand in order of their ids, each "
				     "once; %s stands above.",
				     wb_flag_row((size_t)p->last)->id);
	p->last = *ret = i;
	return 0;
}

/* "RF-01 version 1 alert" */
static int parse_flag(struct parse *p)
{
	static const char *const severity[] = {"info", "verify", "alert",
					       "fatal"};
	struct wb_lex *lex = p->lex;
	struct wb_flag *flag;
	int64_t version;
	int rc, row = 0, i = 0;

	rc = find_row(p, &row);
	if (rc != 0)
		return rc;
	flag = calloc(1, sizeof(*flag));
	if (flag == NULL)
		return WB_ENOMEM;
	p->flags->on[row] = p->open = flag;
	p->given = 0;
	flag->kind = wb_flag_row((size_t)row);
	rc = wb_lex_expect(lex, "version");
	if (rc == 0)
		rc = wb_lex_number(lex, "a version", 0, 1000, &version);
	if (rc == 0 && version != flag->kind->version)
		rc = wb_lex_refuse(lex, lex->word[lex->i - 1].s,
				   "The predicate %s at hand has version %d.",
				   flag->kind->id, flag->kind->version);
	if (rc == 0)
		rc = wb_lex_choice(lex, "a severity", severity, 4, &i);
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc == 0)
		rc = wb_lex_cite(lex, flag->citation, sizeof(flag->citation));
	flag->severity = (enum wb_severity)i;
	return rc;
}

static int parse_line(struct parse *p)
{
	static const char *const keys[] = {"flag", "set"};
	int rc, i = 0;

	rc = wb_lex_words(p->lex);
	if (rc != 0)
		return rc;
	if (p->lex->indented)
		return parse_param(p);
	rc = close_flag(p);
	p->open = NULL;
	if (rc == 0)
		rc = wb_lex_choice(p->lex, "a line of this document", keys, 2,
				   &i);
	if (rc != 0)
		return rc;
	return i == 0 ? parse_flag(p) : wb_parse_set(p->lex, p->flags->sets);
}

static int parse_header(struct parse *p)
{
	struct wb_lex *lex = p->lex;
	bool more = false;
	int rc = wb_lex_line(lex, &more);

	if (rc != 0)
		return rc;
	if (!more || !wb_slice_is(lex->line, "waybill/flags/1"))
		return wb_lex_refuse(lex, lex->body,
				     "The first line must be "
				     "\"waybill/flags/1\".");
	rc = wb_lex_line(lex, &more);
	if (rc == 0)
		rc = wb_lex_words(lex);
	if (rc == 0)
		rc = wb_lex_expect(lex, "id");
	if (rc == 0)
		rc = wb_lex_name(lex, "an id", p->flags->id,
				 sizeof(p->flags->id));
	return rc == 0 ? wb_lex_end(lex) : rc;
}

static int parse_text(struct parse *p)
{
	bool more = false;
	int rc = parse_header(p);

	while (rc == 0) {
		rc = wb_lex_line(p->lex, &more);
		if (rc != 0 || !more)
			break;
		rc = parse_line(p);
	}
	if (rc == 0)
		rc = close_flag(p);
	if (rc == 0 && p->last < 0)
		rc = wb_lex_refuse(p->lex, p->lex->line,
				   "The document has no flags.");
	return rc;
}

int wb_flags_parse(struct wb_slice text, struct wb_flags **ret,
		   struct wb_problem *problem)
{
	struct parse p = {.last = -1};
	int rc = WB_ENOMEM;

	p.flags = calloc(1, sizeof(*p.flags));
	p.lex = malloc(sizeof(*p.lex));
	if (p.flags != NULL)
		p.flags->sets = calloc(1, sizeof(*p.flags->sets));
	if (p.lex == NULL || p.flags == NULL || p.flags->sets == NULL)
		goto free;
	rc = wb_lex_open(p.lex, text, problem);
	if (rc == 0)
		rc = parse_text(&p);
	if (rc != 0)
		goto free;
	wb_sha256_hex(text, p.flags->sha256);
	*ret = p.flags;
	p.flags = NULL;
free:
	free(p.lex);
	wb_flags_free(p.flags);
	return rc;
}

void wb_flags_free(struct wb_flags *flags)
{
	if (flags == NULL)
		return;
	for (size_t i = 0; i < WB_FLAG_KINDS; i++)
		free(flags->on[i]);
	wb_edition_free(flags->sets);
	free(flags);
}
