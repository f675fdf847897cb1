#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/cases.h"
#include "client/json.h"
#include "client/print.h"
#include "client/records.h"
#include "waybill/text.h"

/*
 * cases: the worklist of a small staff.  A case is one finding code about one
 * statement; `finding` statements assign and close it, and the same finding
 * made again opens it again.
 */
struct run {
	struct wb_cases shown;
	struct wb_matters matters;
	void *cases; /* tsearch(3) */
	int error;
};

/* --- what there is -------------------------------------------------------- */

static int by_case(const void *a, const void *b)
{
	const struct wb_case *x = a, *y = b;
	int order = wb_matter_order(x->about, y->about);

	return order != 0 ? order : strcmp(x->code, y->code);
}

static struct wb_case *case_of(struct run *r, struct wb_matter *about,
			       const char *code, bool make)
{
	struct wb_case asked = {.about = about, .units = -1}, *c, **at;

	snprintf(asked.code, sizeof(asked.code), "%s", code);
	at = tfind(&asked, &r->cases, by_case);
	if (at != NULL)
		return *at;
	if (!make)
		return NULL;
	c = malloc(sizeof(*c));
	if (c == NULL) {
		r->error = WB_ENOMEM;
		return NULL;
	}
	*c = asked;
	if (tsearch(c, &r->cases, by_case) == NULL) {
		free(c);
		r->error = WB_ENOMEM;
		return NULL;
	}
	c->next_about = about->cases;
	about->cases = c;
	return c;
}

/* Flags about a facility as it stands: one fact, whoever states what. */
static bool of_facility(const char *code)
{
	static const char *const codes[] = {"rf-14", "rf-17", "rf-33", "rf-35",
					    "rf-36", "rf-42", "dc-01"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

/* Of a move between facilities a flag says which of them it is about. */
static struct wb_matter *place_named(struct run *r, const struct wb_matter *own,
				     const char *narrative)
{
	char name[WB_ID_MAX + 16];

	if (own->handling && own->from != NULL && own->to != NULL) {
		snprintf(name, sizeof(name), "facility %s ", own->to->id);
		if (strstr(narrative, name) != NULL)
			return own->to;
	}
	return wb_matter_place(&r->matters, own);
}

/* What a finding is about: the facility, what the flag names, or else own. */
static struct wb_matter *about_of(struct run *r, struct wb_matter *own,
				  const struct wb_value *names,
				  const char *code, const char *narrative)
{
	const char *party = wb_string_of(names, "party"),
		   *id = wb_string_of(names, "id");
	struct wb_matter *place;

	if (id[0] != '\0' && of_facility(code))
		return wb_place_of(&r->matters, party, id);
	if (id[0] != '\0')
		return wb_matter_of(&r->matters, party, id);
	if (own == NULL || own->facility[0] == '\0' || !of_facility(code))
		return own;
	place = place_named(r, own, narrative);
	/* One that nobody has registered is where the statement is. */
	if (place != NULL && place->scopes[0] == '\0')
		memcpy(place->scopes, own->scopes, sizeof(place->scopes));
	return place;
}

/* --- a record ------------------------------------------------------------- */

static enum wb_severity severity_of(const struct wb_value *f)
{
	const char *name = wb_string_of(f, "severity");
	enum wb_severity s = WB_FATAL;

	while (s > WB_INFO && strcmp(name, wb_severity_name(s)) != 0)
		s--;
	return s;
}

static void add_record(struct wb_case *c, uint64_t seq)
{
	size_t at = c->n_records;

	while (at > 0 && c->record[at - 1] > seq)
		at--;
	if (c->n_records == WB_CASE_RECORDS ||
	    (at > 0 && c->record[at - 1] == seq))
		return;
	memmove(&c->record[at + 1], &c->record[at],
		(c->n_records - at) * sizeof(c->record[0]));
	c->record[at] = seq;
	c->n_records++;
}

static void add_records(struct wb_case *c, uint64_t seq,
			const struct wb_value *names)
{
	const struct wb_value *list = wb_member(names, "records");
	uint64_t n;

	add_record(c, seq);
	for (const struct wb_value *v = list ? list->first : NULL; v != NULL;
	     v = v->next)
		if (wb_number(v, &n))
			add_record(c, n);
}

/* A finding of the judgement of own, or of a sweep. */
static void take(struct run *r, const struct wb_shown_record *seen,
		 struct wb_matter *own, const struct wb_value *names,
		 const struct wb_value *f)
{
	const char *code = wb_string_of(f, "code");
	struct wb_matter *about =
		about_of(r, own, names, code, wb_string_of(f, "narrative"));
	struct wb_case *c =
		about == NULL ? NULL : case_of(r, about, code, true);
	enum wb_severity severity = severity_of(f);
	uint64_t units;

	if (c == NULL)
		return;
	if (c->n_records == 0 || c->state >= WB_CASE_CORRECTED) {
		c->since = seen->time;
		c->state = WB_CASE_OPEN;
		c->answer[0] = '\0';
		c->severity = severity;
		c->before_x10 = 0;
	} else if (c->from != NULL && c->from != own) {
		c->before_x10 += c->from->tpp_x10;
	}
	c->stale = false;
	c->from = own;
	c->units = -1;
	if (own == NULL && strcmp(wb_string_of(names, "unit"), "units") == 0 &&
	    wb_number(wb_member(names, "value"), &units))
		c->units = (int64_t)units;
	if (severity >= c->severity) {
		c->severity = severity;
		snprintf(c->narrative, sizeof(c->narrative), "%s",
			 wb_string_of(f, "narrative"));
		snprintf(c->next, sizeof(c->next), "%s",
			 wb_string_of(f, "resolution"));
	}
	add_records(c, seen->seq, names);
}

/* --- corrections ---------------------------------------------------------- */

/* A paper that a sweep missed, which it names, and that is there now. */
static bool filed(const struct wb_case *c, const struct wb_statement *st)
{
	const struct wb_shipment *s = &st->u.correction.shipment;

	if (c->from != NULL || st->u.correction.of != WB_SHIPMENT ||
	    strcmp(c->code, "rf-28") != 0)
		return false;
	for (size_t i = 0; i < s->n_papers; i++)
		if (strstr(c->narrative, s->paper[i].kind) != NULL)
			return true;
	return false;
}

/* Findings that a correction may have cured: of what it corrects, about that
 * and about others. */
static void doubt(struct wb_matter *about, const struct wb_matter *own,
		  const struct wb_statement *st)
{
	struct wb_case *c = about == NULL ? NULL : about->cases;

	for (; c != NULL; c = c->next_about)
		c->stale = c->state < WB_CASE_CORRECTED &&
			   (c->from == own || filed(c, st));
}

/* Those that it has not made again. */
static void settle(struct wb_matter *about, uint64_t seq)
{
	struct wb_case *c = about == NULL ? NULL : about->cases;

	for (; c != NULL; c = c->next_about) {
		if (!c->stale)
			continue;
		c->stale = false;
		c->state = WB_CASE_CORRECTED;
		snprintf(c->answer, sizeof(c->answer),
			 "corrected by record %llu", (unsigned long long)seq);
		add_record(c, seq);
	}
}

/* --- answers -------------------------------------------------------------- */

/* A `finding` statement: what became of a case. */
static void answered(struct run *r, const struct wb_statement *st)
{
	const struct wb_finding_answer *a = &st->u.finding;
	struct wb_matter *own =
		wb_matter_of(&r->matters, a->about_party, a->about_id);
	struct wb_matter *about;
	struct wb_case *c;

	if (own != NULL && own->corrects != NULL)
		own = own->corrects;
	about = about_of(r, own, NULL, a->code, "");
	c = about == NULL ? NULL : case_of(r, about, a->code, false);
	if (c == NULL)
		return;
	switch (a->outcome) {
	case WB_ASSIGNED:
		c->state = WB_CASE_ASSIGNED;
		break;
	case WB_CLOSED:
	case WB_CHECK_PASSED:
		c->state = WB_CASE_CLOSED;
		break;
	case WB_CONFIRMED:
	case WB_CHECK_FAILED:
	case WB_OUTCOMES:
		c->state =
			c->state >= WB_CASE_CORRECTED ? WB_CASE_OPEN : c->state;
		break;
	}
	snprintf(c->answer, sizeof(c->answer), "%s%s%s by %s",
		 wb_outcome_name(a->outcome), a->assignee ? " to " : "",
		 a->assignee ? a->assignee : "", st->party);
}

/* The findings of a judgement, alerts and red flags of whatever severity,
 * are of own, or of none if it is a sweep's. */
static void judged(struct run *r, const struct wb_shown_record *seen,
		   const struct wb_value *judgement)
{
	const struct wb_statement *st = seen->statement;
	const struct wb_value *list = wb_member(judgement, "findings");
	/* A sweep that judges a shipment again is about that. */
	bool again = st->type == WB_SWEEP && st->u.sweep.about_id != NULL,
	     corrects = st->type == WB_CORRECTION;
	struct wb_matter *own, *place = NULL;

	if (again)
		own = wb_matter_of(&r->matters, st->u.sweep.about_party,
				   st->u.sweep.about_id);
	else if (st->type == WB_SWEEP)
		own = NULL;
	else
		own = wb_matter_learn(&r->matters, st, judgement);
	if (corrects && own != NULL) {
		place = own->facility[0] == '\0'
				? NULL
				: wb_matter_place(&r->matters, own);
		doubt(own, own, st);
		doubt(place, own, st);
	}
	for (const struct wb_value *f = list ? list->first : NULL; f != NULL;
	     f = f->next)
		if (severity_of(f) >= WB_ALERT || wb_member(f, "seen") != NULL)
			take(r, seen, own, wb_member(f, "seen"), f);
	if (corrects) {
		settle(own, seen->seq);
		settle(place, seen->seq);
	}
}

static int on_record(void *ctx, const struct wb_shown_record *seen)
{
	struct wb_answer *answer;
	struct run *r = ctx;

	/* Of a sweep that this reader may not see, what it is told of. */
	for (const struct wb_value *f = seen->told ? seen->told->first : NULL;
	     f != NULL; f = f->next)
		take(r, seen, NULL, f, f);
	if (seen->statement == NULL)
		return 0;
	if (seen->statement->type == WB_FINDING)
		answered(r, seen->statement);
	if (seen->judgement.len == 0 ||
	    wb_answer_parse(seen->judgement, &answer) != 0)
		return 0;
	judged(r, seen, wb_answer_top(answer));
	wb_answer_free(answer);
	return r->error == 0 && !r->matters.failed
		       ? 0
		       : wb_fail(WB_EXIT_OTHER, "out of memory");
}

/* --- ranking and filters ---------------------------------------------------
 */

/* Of the units that the finding is about where they are known, else of all. */
static int64_t at_risk(const struct wb_case *c)
{
	const struct wb_matter *m = c->about;

	if (m->place)
		return m->tpp_x10 > m->counted_x10 ? m->tpp_x10
						   : m->counted_x10;
	if (c->from != NULL && c->from->handling) {
		int64_t x10 = c->before_x10 + c->from->tpp_x10;

		/* Several statements may be about the same units of it. */
		return m == c->from || m->n_lines == 0 || x10 < m->tpp_x10
			       ? x10
			       : m->tpp_x10;
	}
	return c->units < 0 ? m->tpp_x10 : wb_matter_units(m, c->units);
}

/* TPP at risk, then severity, then age. */
static int by_rank(const void *a, const void *b)
{
	const struct wb_case *x = *(struct wb_case *const *)a;
	const struct wb_case *y = *(struct wb_case *const *)b;

	if (x->tpp_x10 != y->tpp_x10)
		return x->tpp_x10 > y->tpp_x10 ? -1 : 1;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	return by_case(x, y);
}

static bool wanted(const struct run *r, const struct wb_case *c)
{
	const struct wb_options *opt = &r->shown.cli->opt;
	const char *party = wb_opt(opt, WB_OPT_PARTY);
	const char *country = wb_opt(opt, WB_OPT_COUNTRY);
	const char *facility = wb_opt(opt, WB_OPT_FACILITY);

	if (c->state >= WB_CASE_CORRECTED && wb_opt(opt, WB_OPT_ALL) == NULL)
		return false;
	if (party != NULL && strcmp(party, c->about->party) != 0 &&
	    strcmp(party, c->about->other) != 0 &&
	    (c->from == NULL || strcmp(party, c->from->party) != 0))
		return false;
	if (country != NULL && strstr(c->about->scopes, country) == NULL &&
	    (c->from == NULL || strstr(c->from->scopes, country) == NULL))
		return false;
	return facility == NULL || strcmp(facility, wb_case_facility(c)) == 0;
}

static void on_case(const void *node, VISIT visit, void *ctx)
{
	struct wb_case *c = *(struct wb_case *const *)node;
	struct run *r = ctx;
	struct wb_case **more;

	if ((visit != postorder && visit != leaf) || !wanted(r, c))
		return;
	more = realloc(r->shown.list,
		       (r->shown.n + 1) * sizeof(*r->shown.list));
	if (more == NULL) {
		r->error = WB_ENOMEM;
		return;
	}
	c->tpp_x10 = at_risk(c);
	r->shown.list = more;
	r->shown.list[r->shown.n++] = c;
}

/* Filters that can match nothing are slips of the hand. */
static int check_filters(const struct wb_options *opt)
{
	const char *party = wb_opt(opt, WB_OPT_PARTY);
	const char *country = wb_opt(opt, WB_OPT_COUNTRY);
	const char *facility = wb_opt(opt, WB_OPT_FACILITY);
	const char *slash = facility == NULL ? NULL : strchr(facility, '/');

	if (party != NULL && !wb_id_valid(wb_slice_str(party)))
		return wb_fail(WB_EXIT_USAGE, "--party is a party id, not '%s'",
			       party);
	if (country != NULL && !wb_country_valid(wb_slice_str(country)))
		return wb_fail(WB_EXIT_USAGE,
			       "--country is two capital letters, not '%s'",
			       country);
	if (facility != NULL && slash == NULL)
		return wb_fail(WB_EXIT_USAGE,
			       "--facility is OPERATOR/ID, as op-my/dc-1, not "
			       "'%s'",
			       facility);
	return 0;
}

int wb_cmd_cases(struct wb_cli *cli)
{
	struct run r = {
		.shown = {.cli = cli, .now = (wb_time)time(NULL) * 1000}};
	struct wb_records records = {.cli = cli, .each = on_record, .ctx = &r};
	int rc = check_filters(&cli->opt);

	if (rc == 0)
		rc = wb_records_run(&records);
	if (rc == 0)
		twalk_r(r.cases, on_case, &r);
	if (rc == 0 && r.error != 0)
		rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	if (rc == 0 && r.shown.n > 0)
		qsort(r.shown.list, r.shown.n, sizeof(r.shown.list[0]),
		      by_rank);
	r.shown.hidden = records.hidden;
	if (rc == 0)
		rc = wb_cases_report(&r.shown);
	free(r.shown.list);
	tdestroy(r.cases, free);
	wb_matters_free(&r.matters);
	return rc;
}
