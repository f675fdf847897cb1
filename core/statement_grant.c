#include <assert.h>
#include <string.h>

#include "core/statement_kinds.h"

/* Short acts: letter, listing, agreement, finding, engine. */

/* Words, in the order of their enum. */
static const char *const agreement_statuses[] = {"in_force", "suspended",
						 "ended"};
/* Bit i of enum wb_commitment. */
static const char *const commitments[] = {"align_controls", "anti_smuggling",
					  "no_military_cooperation"};
static const char *const outcomes[] = {"assigned", "closed", "confirmed",
				       "check_passed", "check_failed"};

static_assert(WB_COUNT(agreement_statuses) == WB_AGREEMENT_STATUSES,
	      "a word for each status");
static_assert(WB_ALL_COMMITMENTS == (1 << WB_COUNT(commitments)) - 1,
	      "a word for each commitment");
static_assert(WB_COUNT(outcomes) == WB_OUTCOMES, "a word for each outcome");

const char *wb_agreement_status_name(enum wb_agreement_status status)
{
	assert((size_t)status < WB_COUNT(agreement_statuses));

	return agreement_statuses[status];
}

const char *wb_commitment_name(enum wb_commitment commitment)
{
	size_t i = 0;

	while (i < WB_COUNT(commitments) - 1 && (unsigned)commitment != 1u << i)
		i++;
	assert((unsigned)commitment == 1u << i);

	return commitments[i];
}

const char *wb_outcome_name(enum wb_outcome outcome)
{
	assert((size_t)outcome < WB_COUNT(outcomes));

	return outcomes[outcome];
}

void wb_decode_days(const struct wb_json *o, const char *from, const char *to,
		    wb_date *ret_from, wb_date *ret_to)
{
	struct wb_json last = wb_json_may(o, to);

	*ret_from = wb_json_date(wb_json_need(o, from));
	*ret_to = wb_json_date(last);
	if (*ret_to != WB_DATE_NONE && *ret_to < *ret_from)
		(void)wb_json_refuse(&last, WB_P_DATE,
				     "It ends before it begins.");
}

void wb_decode_letter(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {WB_COMMON_MEMBERS, "exporter",
					    "name", "effective", "until"};
	struct wb_letter *l = &st->u.letter;

	wb_json_known(o, names, WB_COUNT(names));
	l->exporter = wb_json_party(wb_json_need(o, "exporter"));
	l->name = wb_json_id(wb_json_need(o, "name"));
	wb_decode_days(o, "effective", "until", &l->effective, &l->until);
}

void wb_decode_listing(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {WB_COMMON_MEMBERS, "subject",
					    "list", "effective", "until"};
	struct wb_listing *l = &st->u.listing;

	wb_json_known(o, names, WB_COUNT(names));
	l->subject = wb_json_party(wb_json_need(o, "subject"));
	l->list = wb_json_id(wb_json_need(o, "list"));
	wb_decode_days(o, "effective", "until", &l->effective, &l->until);
}

/* --- agreement ------------------------------------------------------------ */

static unsigned decode_commitments(struct wb_json at)
{
	unsigned bits = 0;
	size_t n;
	struct wb_json list = wb_json_list(at, 1, WB_COUNT(commitments), &n);

	for (size_t i = 0; i < n; i++) {
		struct wb_json one = wb_json_at(&list, i);
		size_t word =
			wb_json_word(one, commitments, WB_COUNT(commitments));

		if ((bits & 1u << word) != 0)
			(void)wb_json_refuse(&one, WB_P_DUPLICATE,
					     "\"%s\" is named twice.",
					     commitments[word]);
		bits |= 1u << word;
	}
	return bits;
}

void wb_decode_agreement(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {
		/* clang-format off */
		WB_COMMON_MEMBERS,
		"government", "country", "effective", "until", "status",
		"commitments", "factor_percent", "chip_ceiling",
		/* clang-format on */
	};
	struct wb_agreement *a = &st->u.agreement;

	wb_json_known(o, names, WB_COUNT(names));
	a->government = wb_json_party(wb_json_need(o, "government"));
	a->country = wb_json_country(wb_json_need(o, "country"));
	wb_decode_days(o, "effective", "until", &a->effective, &a->until);
	a->status = (enum wb_agreement_status)wb_json_word(
		wb_json_need(o, "status"), agreement_statuses,
		WB_COUNT(agreement_statuses));
	a->commitments = decode_commitments(wb_json_may(o, "commitments"));
	a->factor_percent = (int32_t)wb_json_integer(
		wb_json_need(o, "factor_percent"), WB_FACTOR_PERCENT_MIN,
		WB_FACTOR_PERCENT_MAX, WB_FACTOR_PERCENT_MIN);
	a->chip_ceiling = wb_json_integer(wb_json_may(o, "chip_ceiling"), 0,
					  WB_INTEGER_MAX, -1);
}

/* --- finding -------------------------------------------------------------- */

static void decode_about(struct wb_json at, struct wb_finding_answer *f)
{
	static const char *const names[] = {"party", "id"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));

	/* What a sweep finds is about a statement of a party, too. */
	f->about_party = wb_json_party(wb_json_need(&o, "party"));
	f->about_id = wb_json_id(wb_json_need(&o, "id"));
}

/* Whoever has it in hand is named exactly while somebody has. */
static void decode_assignee(const struct wb_json *o,
			    struct wb_finding_answer *f)
{
	struct wb_json may = wb_json_may(o, "assignee");

	if (f->outcome == WB_ASSIGNED)
		may = wb_json_need(o, "assignee");
	else if (may.value != NULL)
		(void)wb_json_refuse(&may, WB_P_VALUE,
				     "Only a finding that is assigned names "
				     "an assignee.");
	f->assignee = wb_json_string(may, WB_STRING_MAX);
}

void wb_decode_finding(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {
		WB_COMMON_MEMBERS, "about", "code",   "outcome",
		"assignee",        "note",  "serials"};
	struct wb_finding_answer *f = &st->u.finding;
	struct wb_json serials = wb_json_may(o, "serials");
	struct wb_once once = {0};
	size_t n;

	wb_json_known(o, names, WB_COUNT(names));
	decode_about(wb_json_need(o, "about"), f);
	f->code = wb_json_id(wb_json_need(o, "code"));
	f->outcome = (enum wb_outcome)wb_json_word(
		wb_json_need(o, "outcome"), outcomes, WB_COUNT(outcomes));
	decode_assignee(o, f);
	f->note = wb_json_string(wb_json_may(o, "note"), WB_STRING_MAX);
	if (serials.value != NULL)
		wb_decode_serials(serials, WB_SERIALS_MAX, &once, &f->serials,
				  &n);
}

/* --- engine --------------------------------------------------------------- */

void wb_decode_engine(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {WB_COMMON_MEMBERS, "engine"};

	wb_json_known(o, names, WB_COUNT(names));
	st->u.engine.number = (int32_t)wb_json_integer(
		wb_json_need(o, "engine"), 1, INT32_MAX, 0);
}
