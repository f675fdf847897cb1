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
	void *matters, *cases; /* tsearch(3) */
	int error;
};

/* --- what there is -------------------------------------------------------- */

static int by_matter(const void *a, const void *b)
{
	const struct wb_matter *x = a, *y = b;
	int order = strcmp(x->party, y->party);

	return order != 0 ? order : strcmp(x->id, y->id);
}

static int by_case(const void *a, const void *b)
{
	const struct wb_case *x = a, *y = b;
	int order = by_matter(x->about, y->about);

	return order != 0 ? order : strcmp(x->code, y->code);
}

/* The matter of that name, made if it is not there; NULL without memory. */
static struct wb_matter *matter_of(struct run *r, const char *party,
				   const char *id)
{
	struct wb_matter asked = {0}, *m, **at;

	snprintf(asked.party, sizeof(asked.party), "%s", party);
	snprintf(asked.id, sizeof(asked.id), "%s", id);
	at = tfind(&asked, &r->matters, by_matter);
	if (at != NULL)
		return *at;
	m = malloc(sizeof(*m));
	if (m == NULL) {
		r->error = WB_ENOMEM;
		return NULL;
	}
	*m = asked;
	if (tsearch(m, &r->matters, by_matter) == NULL) {
		free(m);
		r->error = WB_ENOMEM;
		return NULL;
	}
	return m;
}

static struct wb_case *case_of(struct run *r, const struct wb_matter *about,
			       const char *code, bool make)
{
	struct wb_case asked = {.about = about}, *c, **at;

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
	return c;
}

/* --- a record ------------------------------------------------------------- */

static void learn(struct wb_matter *m, const struct wb_statement *st,
		  const struct wb_value *j)
{
	const struct wb_value *list = wb_member(j, "scopes");
	const struct wb_shipment *s = NULL;
	size_t len = 0;
	uint64_t n;

	if (st->type == WB_SHIPMENT)
		s = &st->u.shipment;
	else if (st->type == WB_CORRECTION &&
		 st->u.correction.of == WB_SHIPMENT)
		s = &st->u.correction.shipment;
	else if (wb_inventory_of(st) != NULL)
		snprintf(m->facility, sizeof(m->facility), "%s/%s", st->party,
			 wb_inventory_of(st)->facility);
	else if (st->type == WB_INSTALLATION || st->type == WB_MOVE ||
		 st->type == WB_RETIREMENT)
		snprintf(m->facility, sizeof(m->facility), "%s/%s", st->party,
			 st->u.handling.facility);
	if (s != NULL) {
		snprintf(m->other, sizeof(m->other), "%s", s->consignee);
		if (s->facility != NULL)
			snprintf(m->facility, sizeof(m->facility), "%s/%s",
				 s->facility_operator, s->facility);
		if (wb_number(wb_member(j, "controlled_tpp_x10"), &n))
			m->tpp_x10 = (int64_t)n;
	}
	m->scopes[0] = '\0';
	for (const struct wb_value *v = list ? list->first : NULL; v != NULL;
	     v = v->next)
		len += (size_t)snprintf(m->scopes + len,
					sizeof(m->scopes) - len, "%s%.2s",
					len > 0 ? " " : "", wb_string(v));
}

static enum wb_severity severity_of(const struct wb_value *f)
{
	const char *name = wb_string_of(f, "severity");
	enum wb_severity s = WB_FATAL;

	while (s > WB_INFO && strcmp(name, wb_severity_name(s)) != 0)
		s--;
	return s;
}

/* A finding about a matter, which is what some flag names, or else own. */
static void take(struct run *r, const struct wb_shown_record *seen,
		 const struct wb_matter *own, const struct wb_value *names,
		 const struct wb_value *f)
{
	enum wb_severity severity = severity_of(f);
	const struct wb_matter *about = own;
	struct wb_case *c;

	if (wb_string_of(names, "id")[0] != '\0')
		about = matter_of(r, wb_string_of(names, "party"),
				  wb_string_of(names, "id"));
	c = about == NULL ? NULL
			  : case_of(r, about, wb_string_of(f, "code"), true);
	if (c == NULL)
		return;
	if (c->n_records == 0 || c->state == WB_CASE_CLOSED)
		c->since = seen->time;
	c->state = c->state == WB_CASE_CLOSED ? WB_CASE_OPEN : c->state;
	if (severity >= c->severity) {
		c->severity = severity;
		snprintf(c->narrative, sizeof(c->narrative), "%s",
			 wb_string_of(f, "narrative"));
		snprintf(c->next, sizeof(c->next), "%s",
			 wb_string_of(f, "resolution"));
	}
	if (c->n_records < WB_CASE_RECORDS &&
	    (c->n_records == 0 || c->record[c->n_records - 1] != seen->seq))
		c->record[c->n_records++] = seen->seq;
}

/* A `finding` statement: what became of a case. */
static void answered(struct run *r, const struct wb_statement *st)
{
	const struct wb_finding_answer *a = &st->u.finding;
	struct wb_matter *about = matter_of(r, a->about_party, a->about_id);
	struct wb_case *c =
		about == NULL ? NULL : case_of(r, about, a->code, false);

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
		c->state = c->state == WB_CASE_CLOSED ? WB_CASE_OPEN : c->state;
		break;
	}
	snprintf(c->answer, sizeof(c->answer), "%s%s%s by %s",
		 wb_outcome_name(a->outcome), a->assignee ? " to " : "",
		 a->assignee ? a->assignee : "", st->party);
}

static int on_record(void *ctx, const struct wb_shown_record *seen)
{
	const struct wb_statement *st = seen->statement;
	const struct wb_value *list;
	struct wb_answer *answer;
	struct run *r = ctx;
	struct wb_matter *own;
	bool again;

	/* Of a sweep that this reader may not see, what it is told of. */
	for (const struct wb_value *f = seen->told ? seen->told->first : NULL;
	     f != NULL; f = f->next)
		take(r, seen, NULL, f, f);
	if (st == NULL)
		return 0;
	if (st->type == WB_FINDING)
		answered(r, st);
	if (seen->judgement.len == 0 ||
	    wb_answer_parse(seen->judgement, &answer) != 0)
		return 0;
	/* A sweep that judges a shipment again is about that. */
	again = st->type == WB_SWEEP && st->u.sweep.about_id != NULL;
	own = again ? matter_of(r, st->u.sweep.about_party,
				st->u.sweep.about_id)
		    : matter_of(r, st->party, st->id);
	list = wb_member(wb_answer_top(answer), "findings");
	if (own != NULL && !again)
		learn(own, st, wb_answer_top(answer));
	/* Alerts, and red flags of whatever severity. */
	for (const struct wb_value *f = list ? list->first : NULL;
	     f != NULL && own != NULL; f = f->next)
		if (severity_of(f) >= WB_ALERT || wb_member(f, "seen") != NULL)
			take(r, seen, own, wb_member(f, "seen"), f);
	wb_answer_free(answer);
	return r->error == 0 ? 0 : wb_fail(WB_EXIT_OTHER, "out of memory");
}

/* --- ranking and filters ---------------------------------------------------
 */

/* TPP at risk, then severity, then age. */
static int by_rank(const void *a, const void *b)
{
	const struct wb_case *x = *(struct wb_case *const *)a;
	const struct wb_case *y = *(struct wb_case *const *)b;

	if (x->about->tpp_x10 != y->about->tpp_x10)
		return x->about->tpp_x10 > y->about->tpp_x10 ? -1 : 1;
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

	if (c->state == WB_CASE_CLOSED && wb_opt(opt, WB_OPT_ALL) == NULL)
		return false;
	if (party != NULL && strcmp(party, c->about->party) != 0 &&
	    strcmp(party, c->about->other) != 0)
		return false;
	if (country != NULL && strstr(c->about->scopes, country) == NULL)
		return false;
	return facility == NULL || strcmp(facility, c->about->facility) == 0;
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
	tdestroy(r.matters, free);
	return rc;
}
