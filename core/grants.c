#include <stdio.h>
#include <string.h>

#include "core/grants_parts.h"
#include "core/words.h"

/* grants: letters, lists, agreements, answers, as the state keeps them. */

/* --- names with days: letters and lists ----------------------------------- */

/*
 * A value is spans parted by ';', sorted by first day and name, each
 *   <name> <first day> <last day or ->
 */
int wb_spans_parse(struct wb_slice value, struct wb_spans *ret)
{
	struct wb_slice one;

	ret->n = 0;
	while (wb_part_next(&value, ';', &one)) {
		struct wb_span *s;
		struct wb_words w;

		if (ret->n == WB_SPANS_MAX)
			return WB_ECORRUPT;
		s = &ret->span[ret->n++];
		wb_words_init(&w, one);
		wb_words_copy(&w, s->name, sizeof(s->name));
		s->from = wb_words_date(&w);
		s->to = wb_words_date_or(&w);
		if (wb_words_end(&w) != 0)
			return WB_ECORRUPT;
	}
	return ret->n > 0 ? 0 : WB_ECORRUPT;
}

void wb_spans_format(struct wb_writer *w, const struct wb_spans *spans)
{
	for (size_t i = 0; i < spans->n; i++) {
		const struct wb_span *s = &spans->span[i];

		if (i > 0)
			wb_write_char(w, ';');
		wb_write_str(w, s->name);
		wb_write_char(w, ' ');
		wb_write_date(w, s->from);
		wb_write_char(w, ' ');
		wb_write_date(w, s->to);
	}
}

int wb_spans_read(const struct wb_state *state, struct wb_decision *d,
		  const char *key, struct wb_spans *ret)
{
	struct wb_slice value;
	int rc = wb_state_read(state, d, key, &value);

	if (rc == WB_ENOTFOUND) {
		ret->n = 0;
		return 0;
	}
	return rc == 0 ? wb_spans_parse(value, ret) : rc;
}

static bool span_on(const struct wb_span *s, wb_date date)
{
	return s->from <= date && (s->to == WB_DATE_NONE || date <= s->to);
}

int wb_spans_put(struct wb_spans *spans, const struct wb_span *s,
		 struct wb_span *ret_other)
{
	size_t at = 0;

	for (size_t i = 0; i < spans->n; i++) {
		const struct wb_span *old = &spans->span[i];

		if (strcmp(old->name, s->name) != 0 || old->from == s->from)
			continue;
		if (span_on(old, s->from) || span_on(s, old->from)) {
			*ret_other = *old;
			return WB_ECONFLICT;
		}
	}
	while (at < spans->n && (spans->span[at].from < s->from ||
				 (spans->span[at].from == s->from &&
				  strcmp(spans->span[at].name, s->name) < 0)))
		at++;
	if (at == spans->n || spans->span[at].from != s->from ||
	    strcmp(spans->span[at].name, s->name) != 0) {
		if (spans->n == WB_SPANS_MAX)
			return WB_ELIMIT;
		memmove(&spans->span[at + 1], &spans->span[at],
			(spans->n - at) * sizeof(*s));
		spans->n++;
	}
	spans->span[at] = *s;
	return 0;
}

static bool name_on(const struct wb_spans *spans, const char *name,
		    wb_date date)
{
	for (size_t i = 0; i < spans->n; i++)
		if (strcmp(spans->span[i].name, name) == 0 &&
		    span_on(&spans->span[i], date))
			return true;
	return false;
}

int wb_letter_on(const struct wb_state *state, struct wb_decision *d,
		 const char *exporter, const char *name, wb_date date,
		 bool *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_spans spans;
	int rc;

	wb_state_key(key, "letter/%s", exporter);
	rc = wb_spans_read(state, d, key, &spans);
	if (rc == 0)
		*ret = name_on(&spans, name, date);
	return rc;
}

int wb_listing_on(const struct wb_state *state, struct wb_decision *d,
		  const char *party, const char *const list[], size_t n,
		  wb_date date, const char **ret_list, bool *ret_ever)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_spans spans;
	int rc;

	wb_state_key(key, "listing/%s", party);
	rc = wb_spans_read(state, d, key, &spans);
	if (rc != 0)
		return rc;
	*ret_ever = spans.n > 0;
	*ret_list = NULL;
	for (size_t i = 0; i < n && *ret_list == NULL; i++)
		if (name_on(&spans, list[i], date))
			*ret_list = list[i];
	return 0;
}

/* --- agreements ----------------------------------------------------------- */

/*
 * A value is entries parted by ';', sorted by first day, each
 *   <first day> <last day or -> <status> <commitments: sum of bits>
 *   <factor> <ceiling or -> <government>
 */
static int agreed_parse(struct wb_slice text, struct wb_agreed *ret)
{
	struct wb_slice status;
	struct wb_words w;

	memset(ret, 0, sizeof(*ret));
	wb_words_init(&w, text);
	ret->effective = wb_words_date(&w);
	ret->until = wb_words_date_or(&w);
	status = wb_words_next(&w);
	ret->commitments =
		(unsigned)wb_words_number(&w, WB_ALL_COMMITMENTS, false);
	ret->factor_percent =
		(int32_t)wb_words_number(&w, WB_FACTOR_PERCENT_MAX, false);
	ret->chip_ceiling = wb_words_number(&w, WB_INTEGER_MAX, true);
	wb_words_copy(&w, ret->government, sizeof(ret->government));
	while (ret->status < WB_AGREEMENT_STATUSES &&
	       !wb_slice_is(status, wb_agreement_status_name(ret->status)))
		ret->status++;
	if (ret->status == WB_AGREEMENT_STATUSES)
		return WB_ECORRUPT;
	return wb_words_end(&w);
}

int wb_agreements_parse(struct wb_slice value, struct wb_agreements *ret)
{
	struct wb_slice one;

	ret->n = 0;
	while (wb_part_next(&value, ';', &one))
		if (ret->n == WB_AGREEMENTS_MAX ||
		    agreed_parse(one, &ret->at[ret->n++]) != 0)
			return WB_ECORRUPT;
	return ret->n > 0 ? 0 : WB_ECORRUPT;
}

void wb_agreements_format(struct wb_writer *w, const struct wb_agreements *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct wb_agreed *a = &all->at[i];

		if (i > 0)
			wb_write_char(w, ';');
		wb_write_date(w, a->effective);
		wb_write_char(w, ' ');
		wb_write_date(w, a->until);
		wb_write_char(w, ' ');
		wb_write_str(w, wb_agreement_status_name(a->status));
		wb_write_char(w, ' ');
		wb_write_dec(w, a->commitments);
		wb_write_char(w, ' ');
		wb_write_dec(w, a->factor_percent);
		wb_write_char(w, ' ');
		wb_write_number(w, a->chip_ceiling);
		wb_write_char(w, ' ');
		wb_write_str(w, a->government);
	}
}

int wb_agreements_read(const struct wb_state *state, struct wb_decision *d,
		       const char *country, struct wb_agreements *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "agreement/%s", country);
	rc = wb_state_read(state, d, key, &value);
	if (rc == WB_ENOTFOUND) {
		ret->n = 0;
		return 0;
	}
	return rc == 0 ? wb_agreements_parse(value, ret) : rc;
}

int wb_agreements_put(struct wb_agreements *all, const struct wb_agreement *a)
{
	struct wb_agreed *to;
	size_t at = 0;

	while (at < all->n && all->at[at].effective < a->effective)
		at++;
	if (at == all->n || all->at[at].effective != a->effective) {
		if (all->n == WB_AGREEMENTS_MAX)
			return WB_ELIMIT;
		memmove(&all->at[at + 1], &all->at[at],
			(all->n - at) * sizeof(all->at[0]));
		all->n++;
	}
	to = &all->at[at];
	to->effective = a->effective;
	to->until = a->until;
	to->status = a->status;
	to->commitments = a->commitments;
	to->factor_percent = a->factor_percent;
	to->chip_ceiling = a->chip_ceiling;
	snprintf(to->government, sizeof(to->government), "%s", a->government);
	return 0;
}

const struct wb_agreed *wb_agreed_on(const struct wb_agreements *all,
				     wb_date date)
{
	const struct wb_agreed *on = NULL;

	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].effective <= date)
			on = &all->at[i];
	if (on != NULL && on->until != WB_DATE_NONE && on->until < date)
		return NULL;
	return on;
}

int wb_agreement_on(const struct wb_state *state, struct wb_decision *d,
		    const char *country, wb_date date,
		    struct wb_agreement_now *ret)
{
	struct wb_agreement_now now = {
		.standing = WB_AGREEMENT_NONE,
		.status = WB_AGREEMENT_ENDED,
		.factor_percent = WB_FACTOR_PERCENT_MIN,
		.chip_ceiling = -1,
		.effective = WB_DATE_NONE,
		.until = WB_DATE_NONE,
	};
	struct wb_agreements all;
	const struct wb_agreed *on;
	int rc = wb_agreements_read(state, d, country, &all);

	if (rc != 0)
		return rc;
	on = wb_agreed_on(&all, date);
	if (on != NULL) {
		now.status = on->status;
		now.effective = on->effective;
		now.until = on->until;
	}
	if (on != NULL && on->status == WB_AGREEMENT_IN_FORCE) {
		now.standing = on->commitments == WB_ALL_COMMITMENTS
				       ? WB_AGREEMENT_VALID
				       : WB_AGREEMENT_PARTIAL;
		now.commitments = on->commitments;
		now.factor_percent = on->factor_percent;
		now.chip_ceiling = on->chip_ceiling;
	}
	*ret = now;
	return 0;
}

/* --- statements and answers to their findings ----------------------------- */

int wb_said_write(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;
	char key[WB_STATE_KEY_MAX + 1];
	char value[64 + 3 * WB_SCOPES_MAX];
	struct wb_writer w;
	struct wb_slice s;

	if (wb_kind(st->type)->signed_by != WB_BY_PARTY)
		return 0;
	wb_writer_init(&w, value, sizeof(value));
	wb_write_str(&w, wb_kind(st->type)->name);
	wb_write_str(&w, d->n_scopes == 0 ? " -" : "");
	for (size_t i = 0; i < d->n_scopes; i++) {
		wb_write_char(&w, i == 0 ? ' ' : ',');
		wb_write_str(&w, d->scope[i]);
	}
	if (wb_writer_end(&w, &s) != 0)
		return WB_ELIMIT;
	wb_state_key(key, "said/%s/%s", st->party, st->id);
	return wb_state_write(d, key, s);
}

int wb_said_read(const struct wb_state *state, struct wb_decision *d,
		 const char *party, const char *id, struct wb_slice *ret_scopes)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value, scopes;
	struct wb_words w;
	int rc;

	wb_state_key(key, "said/%s/%s", party, id);
	rc = wb_state_read(state, d, key, &value);
	if (rc != 0)
		return rc;
	wb_words_init(&w, value);
	(void)wb_words_next(&w);
	scopes = wb_words_next(&w);
	rc = wb_words_end(&w);
	if (rc == 0)
		*ret_scopes =
			wb_slice_is(scopes, "-") ? wb_slice(NULL, 0) : scopes;
	return rc;
}

/* <outcome> <by> <date> and, while it is assigned, a space and to whom. */
int wb_answer_read(const struct wb_state *state, struct wb_decision *d,
		   const char *party, const char *id, const char *code,
		   struct wb_answer *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value, outcome;
	struct wb_answer answer = {0};
	struct wb_words w;
	int rc;

	wb_state_key(key, "finding/%s/%s/%s", party, id, code);
	rc = wb_state_read(state, d, key, &value);
	if (rc != 0)
		return rc;
	wb_words_init(&w, value);
	outcome = wb_words_next(&w);
	wb_words_copy(&w, answer.by, sizeof(answer.by));
	answer.date = wb_words_date(&w);
	/* To the end, behind a space: it may have spaces of its own. */
	if (w.rest.len > 1)
		answer.assignee = wb_slice(w.rest.p + 1, w.rest.len - 1);
	while (answer.outcome < WB_OUTCOMES &&
	       !wb_slice_is(outcome, wb_outcome_name(answer.outcome)))
		answer.outcome++;
	if (w.failed || answer.outcome == WB_OUTCOMES ||
	    (answer.outcome == WB_ASSIGNED) != (answer.assignee.len > 0))
		return WB_ECORRUPT;
	*ret = answer;
	return 0;
}
