#include <string.h>

#include "core/policy_parse.h"
#include "waybill/text.h"

/* Counters, papers and finding codes are names that the text chooses. */

int wb_parse_exception(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_exception *x = &ed->exception[ed->n_exceptions];
	int rc;

	if (ed->n_exceptions == WB_EXCEPTIONS_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d exceptions.",
				     WB_EXCEPTIONS_MAX);
	rc = wb_lex_name(lex, "the name of an exception", x->name,
			 sizeof(x->name));
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < ed->n_exceptions; i++)
		if (strcmp(x->name, ed->exception[i].name) == 0)
			return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
					     "There is an exception of this "
					     "name.");
	rc = wb_lex_as(lex, x->name, x->as);
	if (rc == 0)
		rc = wb_lex_quoted(lex, "a title", x->title, sizeof(x->title));
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc == 0)
		rc = wb_lex_cite(lex, x->citation, sizeof(x->citation));
	if (rc != 0)
		return rc;
	x->line = lex->number;
	ed->n_exceptions++;
	return 0;
}

static bool has_line(const struct wb_exception *x,
		     enum wb_exception_line_kind kind)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->item[i].kind == kind)
			return true;
	return false;
}

static int parse_amount(struct wb_lex *lex, int64_t *ret)
{
	struct wb_slice at;
	int rc;

	rc = wb_lex_number(lex, "an amount of TPP", 1, WB_INTEGER_MAX, ret);
	if (rc != 0)
		return rc;
	at = lex->word[lex->i - 1].s;
	return *ret > 0 ? 0
			: wb_lex_refuse(lex, at,
					"The amount must be more than "
					"nothing.");
}

static int parse_days(struct wb_lex *lex, int32_t *ret)
{
	int64_t days;
	int rc;

	rc = wb_lex_number(lex, "a number of days", 0, 3660, &days);
	if (rc == 0)
		*ret = (int32_t)days;
	return rc;
}

/* The text for the reader, which ends the line. */
static int parse_text(struct wb_lex *lex, struct wb_exception_line *item)
{
	return wb_lex_quoted(lex, "what the reader is told", item->text,
			     sizeof(item->text));
}

static int parse_name(struct wb_lex *lex, const char *what,
		      struct wb_exception_line *item)
{
	return wb_lex_name(lex, what, item->name, sizeof(item->name));
}

/* notice PAPER [from TPP] [days N] "text" */
static int parse_notice(struct wb_lex *lex, struct wb_exception_line *item)
{
	int rc;

	rc = parse_name(lex, "the name of a paper", item);
	if (rc == 0 && wb_lex_is(lex, "from"))
		rc = parse_amount(lex, &item->tpp_x10);
	if (rc == 0 && wb_lex_is(lex, "days"))
		rc = parse_days(lex, &item->days);
	return rc == 0 ? parse_text(lex, item) : rc;
}

/* A counter's name begins its key in the state, where these have theirs. */
static int parse_counter(struct wb_lex *lex, struct wb_exception_line *item)
{
	static const char *const taken[] = {
		"agreement", "alloc",    "band",    "detail", "due",
		"fac",       "facility", "finding", "grant",  "granted",
		"inflow",    "itn",      "key",     "ledger", "letter",
		"link",      "listing",  "nveu",    "party",  "policy",
		"price",     "quorum",   "seen",    "serial", "ship",
		"signer",    "sweep",    "wait",
	};
	int rc = parse_name(lex, "the name of a counter", item);

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]) && rc == 0; i++)
		if (strcmp(item->name, taken[i]) == 0)
			rc = wb_lex_refuse(lex, lex->word[lex->i - 1].s,
					   "The state keeps something else "
					   "under this name.");
	return rc;
}

static int parse_limit(struct wb_lex *lex, const struct wb_exception *x,
		       struct wb_exception_line *item)
{
	int rc;

	/* One counter decides; two would ask which is charged. */
	if (has_line(x, WB_X_LIMIT))
		return wb_lex_refuse(lex, lex->body,
				     "The exception has a limit already.");
	rc = parse_counter(lex, item);
	return rc == 0 ? parse_amount(lex, &item->tpp_x10) : rc;
}

static int parse_reached(struct wb_lex *lex, const struct wb_exception *x,
			 struct wb_exception_line *item)
{
	int rc;

	if (!has_line(x, WB_X_LIMIT))
		return wb_lex_refuse(lex, lex->body,
				     "No limit stands above this line.");
	rc = parse_name(lex, "a finding code", item);
	return rc == 0 ? parse_text(lex, item) : rc;
}

/* exhausted TPP "text" */
static int parse_exhausted(struct wb_lex *lex, const struct wb_exception *x,
			   struct wb_exception_line *item)
{
	int rc;

	if (!has_line(x, WB_X_LIMIT))
		return wb_lex_refuse(lex, lex->body,
				     "No limit stands above this line.");
	rc = parse_amount(lex, &item->tpp_x10);
	return rc == 0 ? parse_text(lex, item) : rc;
}

static int parse_marker(struct wb_lex *lex, struct wb_exception_line *item)
{
	int rc;

	rc = parse_counter(lex, item);
	if (rc == 0)
		rc = parse_amount(lex, &item->tpp_x10);
	return rc == 0 ? parse_text(lex, item) : rc;
}

static int parse_after(struct wb_lex *lex, struct wb_exception_line *item)
{
	int rc = parse_days(lex, &item->days);

	return rc == 0 ? parse_text(lex, item) : rc;
}

static int parse_grant(struct wb_lex *lex, struct wb_exception_line *item)
{
	static const char *const kind[] = {"licence", "uveu", "nveu"};
	int i = 0, rc;

	rc = wb_lex_choice(lex, "a kind of grant", kind, 3, &i);
	if (rc != 0)
		return rc;
	return wb_lex_copy(lex, wb_slice_str(kind[i]), "a kind of grant",
			   item->name, sizeof(item->name));
}

/* share [country] outside SET PERCENT [when terms] */
static int parse_share(struct wb_lex *lex, const struct wb_edition *ed,
		       struct wb_exception_line *item)
{
	int64_t percent = 0;
	int rc;

	item->country = wb_lex_is(lex, "country");
	rc = wb_lex_expect(lex, "outside");
	if (rc == 0)
		rc = wb_parse_set_name(lex, ed, &item->set);
	if (rc == 0)
		rc = wb_lex_number(lex, "a percentage", 1, 1000, &percent);
	if (rc != 0)
		return rc;
	item->percent_x10 = (int32_t)percent;
	if (wb_lex_is(lex, "when"))
		return wb_parse_rule(lex, ed, &item->when);
	return wb_lex_end(lex);
}

/* installed TPP from DATE: rows in the order of their days */
static int parse_installed(struct wb_lex *lex, const struct wb_exception *x,
			   struct wb_exception_line *item)
{
	struct wb_slice s;
	int rc = parse_amount(lex, &item->tpp_x10);

	if (rc == 0)
		rc = wb_lex_expect(lex, "from");
	if (rc == 0)
		rc = wb_lex_take(lex, "a date", &s);
	if (rc == 0)
		rc = wb_lex_date(lex, s, &item->from);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < x->n; i++)
		if (x->item[i].kind == WB_X_INSTALLED &&
		    x->item[i].from >= item->from)
			return wb_lex_refuse(lex, s,
					     "A row above begins on this day "
					     "or later.");
	return 0;
}

/* What stands behind the keyword; a rule takes its line to the end. */
static int parse_item(struct wb_lex *lex, const struct wb_edition *ed,
		      const struct wb_exception *x,
		      struct wb_exception_line *item)
{
	int rc = 0;

	switch (item->kind) {
	case WB_X_WHEN:
	case WB_X_UNLESS:
		return wb_parse_rule(lex, ed, &item->when);
	case WB_X_BARRED:
		rc = wb_parse_setting_name(lex, ed, &item->setting);
		if (rc == 0)
			rc = wb_lex_expect(lex, "when");
		return rc == 0 ? wb_parse_rule(lex, ed, &item->when) : rc;
	case WB_X_NEEDS:
		rc = parse_name(lex, "the name of a paper", item);
		break;
	case WB_X_LIMIT:
		rc = parse_limit(lex, x, item);
		break;
	case WB_X_NOTICE:
		rc = parse_notice(lex, item);
		break;
	case WB_X_REACHED:
		rc = parse_reached(lex, x, item);
		break;
	case WB_X_MARKER:
		rc = parse_marker(lex, item);
		break;
	case WB_X_AFTER:
		rc = parse_after(lex, item);
		break;
	case WB_X_GRANT:
		rc = parse_grant(lex, item);
		break;
	case WB_X_SHARE:
		return parse_share(lex, ed, item);
	case WB_X_INSTALLED:
		rc = parse_installed(lex, x, item);
		break;
	case WB_X_OPERATOR:
		rc = wb_lex_expect(lex, "when");
		return rc == 0 ? wb_parse_rule(lex, ed, &item->when) : rc;
	case WB_X_EXHAUSTED:
		rc = parse_exhausted(lex, x, item);
		break;
	}
	return rc == 0 ? wb_lex_end(lex) : rc;
}

static bool counter_above(const struct wb_edition *ed, size_t x, size_t line)
{
	const char *name = ed->exception[x].item[line].name;

	for (size_t i = 0; i <= x; i++) {
		const struct wb_exception *one = &ed->exception[i];
		size_t n = i == x ? line : one->n;

		for (size_t k = 0; k < n; k++)
			if ((one->item[k].kind == WB_X_LIMIT ||
			     one->item[k].kind == WB_X_MARKER) &&
			    strcmp(one->item[k].name, name) == 0)
				return true;
	}
	return false;
}

/* One decision may read and charge all the counters there are. */
static int check_counters(struct wb_lex *lex, const struct wb_edition *ed)
{
	size_t n = 0;

	for (size_t i = 0; i < ed->n_exceptions; i++)
		for (size_t k = 0; k < ed->exception[i].n; k++) {
			enum wb_exception_line_kind kind =
				ed->exception[i].item[k].kind;

			if (kind == WB_X_LIMIT || kind == WB_X_MARKER)
				n += !counter_above(ed, i, k);
		}
	return n <= WB_COUNTERS_MAX
		       ? 0
		       : wb_lex_refuse(lex, lex->body,
				       "There are more than %d counters.",
				       WB_COUNTERS_MAX);
}

int wb_parse_exception_line(struct wb_lex *lex, struct wb_edition *ed)
{
	static const char *const name[] = {
		[WB_X_WHEN] = "when",         [WB_X_UNLESS] = "unless",
		[WB_X_NEEDS] = "needs",       [WB_X_LIMIT] = "limit",
		[WB_X_NOTICE] = "notice",     [WB_X_REACHED] = "reached",
		[WB_X_MARKER] = "marker",     [WB_X_AFTER] = "after",
		[WB_X_BARRED] = "barred",     [WB_X_GRANT] = "grant",
		[WB_X_SHARE] = "share",       [WB_X_INSTALLED] = "installed",
		[WB_X_OPERATOR] = "operator", [WB_X_EXHAUSTED] = "exhausted",
	};
	struct wb_exception *x = &ed->exception[ed->n_exceptions - 1];
	struct wb_exception_line *item = &x->item[x->n];
	int kind = 0, rc;

	if (x->n == WB_EXCEPTION_LINES_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "The exception has more than %d lines.",
				     WB_EXCEPTION_LINES_MAX);
	rc = wb_lex_choice(lex, "a line of an exception", name,
			   sizeof(name) / sizeof(name[0]), &kind);
	if (rc != 0)
		return rc;
	item->kind = (enum wb_exception_line_kind)kind;
	item->setting = item->set = -1;
	item->line = lex->number;
	rc = parse_item(lex, ed, x, item);
	if (rc == 0)
		rc = wb_lex_cite(lex, item->citation, sizeof(item->citation));
	if (rc != 0)
		return rc;
	x->n++;
	return check_counters(lex, ed);
}

int wb_check_exception(struct wb_lex *lex, const struct wb_edition *ed)
{
	const struct wb_exception *x = &ed->exception[ed->n_exceptions - 1];

	/* Without a condition it would be open to all items and places. */
	if (has_line(x, WB_X_WHEN))
		return 0;
	return wb_lex_refuse(lex, wb_slice(lex->line.p, 0),
			     "The exception %s ends here without a single "
			     "\"when\" line.",
			     x->name);
}
