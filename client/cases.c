#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/cli.h"
#include "client/json.h"
#include "client/print.h"
#include "client/records.h"
#include "client/table.h"
#include "waybill/decision.h"
#include "waybill/text.h"

/*
 * cases: the worklist of a small staff.  A case is one finding code about one
 * statement; `finding` statements assign and close it, and the same finding
 * made again opens it again.
 */
#define CASE_RECORDS 8

/* What a statement is about: whom, where, and how much. */
struct matter {
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
	char other[WB_ID_MAX + 1];        /* consignee, or "" */
	char facility[2 * WB_ID_MAX + 2]; /* operator/id, or "" */
	char scopes[3 * WB_SCOPES_MAX + 1];
	int64_t tpp_x10;
};

struct one {
	const struct matter *about;
	char code[32];
	enum wb_severity severity;
	char narrative[512], next[256];
	wb_time since;
	enum { CASE_OPEN, CASE_ASSIGNED, CASE_CLOSED } state;
	char answer[160]; /* outcome and by whom, or "" */
	size_t n_records;
	uint64_t record[CASE_RECORDS];
};

struct run {
	struct wb_cli *cli;
	void *matters, *cases; /* tsearch(3) */
	struct one **list;
	size_t n;
	wb_time now;
	int error;
};

/* --- what there is -------------------------------------------------------- */

static int by_matter(const void *a, const void *b)
{
	const struct matter *x = a, *y = b;
	int order = strcmp(x->party, y->party);

	return order != 0 ? order : strcmp(x->id, y->id);
}

static int by_case(const void *a, const void *b)
{
	const struct one *x = a, *y = b;
	int order = by_matter(x->about, y->about);

	return order != 0 ? order : strcmp(x->code, y->code);
}

/* The matter of that name, made if it is not there; NULL without memory. */
static struct matter *matter_of(struct run *r, const char *party,
				const char *id)
{
	struct matter asked = {0}, *m, **at;

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

static struct one *case_of(struct run *r, const struct matter *about,
			   const char *code, bool make)
{
	struct one asked = {.about = about}, *c, **at;

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

static void learn(struct matter *m, const struct wb_statement *st,
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
	else if (st->type == WB_INVENTORY)
		snprintf(m->facility, sizeof(m->facility), "%s/%s", st->party,
			 st->u.inventory.facility);
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
		 const struct matter *own, const struct wb_value *names,
		 const struct wb_value *f)
{
	enum wb_severity severity = severity_of(f);
	const struct matter *about = own;
	struct one *c;

	if (wb_string_of(names, "id")[0] != '\0')
		about = matter_of(r, wb_string_of(names, "party"),
				  wb_string_of(names, "id"));
	c = about == NULL ? NULL
			  : case_of(r, about, wb_string_of(f, "code"), true);
	if (c == NULL)
		return;
	if (c->n_records == 0 || c->state == CASE_CLOSED)
		c->since = seen->time;
	c->state = c->state == CASE_CLOSED ? CASE_OPEN : c->state;
	if (severity >= c->severity) {
		c->severity = severity;
		snprintf(c->narrative, sizeof(c->narrative), "%s",
			 wb_string_of(f, "narrative"));
		snprintf(c->next, sizeof(c->next), "%s",
			 wb_string_of(f, "resolution"));
	}
	if (c->n_records < CASE_RECORDS &&
	    (c->n_records == 0 || c->record[c->n_records - 1] != seen->seq))
		c->record[c->n_records++] = seen->seq;
}

/* A `finding` statement: what became of a case. */
static void answered(struct run *r, const struct wb_statement *st)
{
	const struct wb_finding_answer *a = &st->u.finding;
	struct matter *about = matter_of(r, a->about_party, a->about_id);
	struct one *c =
		about == NULL ? NULL : case_of(r, about, a->code, false);

	if (c == NULL)
		return;
	switch (a->outcome) {
	case WB_ASSIGNED:
		c->state = CASE_ASSIGNED;
		break;
	case WB_CLOSED:
	case WB_CHECK_PASSED:
		c->state = CASE_CLOSED;
		break;
	case WB_CONFIRMED:
	case WB_CHECK_FAILED:
	case WB_OUTCOMES:
		c->state = c->state == CASE_CLOSED ? CASE_OPEN : c->state;
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
	struct matter *own;
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
	const struct one *x = *(struct one *const *)a;
	const struct one *y = *(struct one *const *)b;

	if (x->about->tpp_x10 != y->about->tpp_x10)
		return x->about->tpp_x10 > y->about->tpp_x10 ? -1 : 1;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	return by_case(x, y);
}

static bool wanted(const struct run *r, const struct one *c)
{
	const struct wb_options *opt = &r->cli->opt;
	const char *party = wb_opt(opt, WB_OPT_PARTY);
	const char *country = wb_opt(opt, WB_OPT_COUNTRY);
	const char *facility = wb_opt(opt, WB_OPT_FACILITY);

	if (c->state == CASE_CLOSED && wb_opt(opt, WB_OPT_ALL) == NULL)
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
	struct one *c = *(struct one *const *)node;
	struct run *r = ctx;
	struct one **more;

	if ((visit != postorder && visit != leaf) || !wanted(r, c))
		return;
	more = realloc(r->list, (r->n + 1) * sizeof(*r->list));
	if (more == NULL) {
		r->error = WB_ENOMEM;
		return;
	}
	r->list = more;
	r->list[r->n++] = c;
}

/* --- output ----------------------------------------------------------------
 */

static const char *state_name(const struct one *c)
{
	static const char *const names[] = {"open", "assigned", "closed"};

	return names[c->state];
}

static uint64_t days(const struct run *r, const struct one *c)
{
	return r->now > c->since ? (uint64_t)(r->now - c->since) / 86400000 : 0;
}

static void print_table(const struct run *r)
{
	struct wb_table table;

	wb_table_init(&table, ">TPP|severity|code|about|countries|>days|state|"
			      "records|what, and the next step");
	for (size_t i = 0; i < r->n; i++) {
		const struct one *c = r->list[i];
		char records[160] = "";
		size_t len = 0;

		for (size_t k = 0; k < c->n_records; k++)
			len += (size_t)snprintf(
				records + len, sizeof(records) - len, "%s%llu",
				k > 0 ? " " : "",
				(unsigned long long)c->record[k]);
		wb_table_fmt(&table, "%lld",
			     (long long)(c->about->tpp_x10 / 10));
		wb_table_fmt(&table, "%s", wb_severity_name(c->severity));
		wb_table_fmt(&table, "%s", c->code);
		wb_table_fmt(&table, "%s/%s", c->about->party, c->about->id);
		wb_table_fmt(&table, "%s",
			     c->about->scopes[0] ? c->about->scopes : "-");
		wb_table_fmt(&table, "%llu", (unsigned long long)days(r, c));
		wb_table_fmt(&table, "%s",
			     c->answer[0] ? c->answer : state_name(c));
		wb_table_fmt(&table, "%s", records);
		wb_table_fmt(&table, "%s; %s", c->narrative, c->next);
	}
	wb_table_done(&table, stdout, 0);
}

static int print_json(const struct run *r, uint64_t hidden)
{
	struct wb_json_out out;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "cases", '[');
	for (size_t i = 0; i < r->n; i++) {
		const struct one *c = r->list[i];
		char since[WB_TIME_TEXT + 1];

		wb_time_format(c->since, since);
		wb_out_open(&out, NULL, '{');
		wb_out_string(&out, "party", c->about->party);
		wb_out_string(&out, "id", c->about->id);
		wb_out_string(&out, "code", c->code);
		wb_out_string(&out, "severity", wb_severity_name(c->severity));
		wb_out_string(&out, "state", state_name(c));
		wb_out_string(&out, "answer", c->answer);
		wb_out_number(&out, "tpp_x10", (uint64_t)c->about->tpp_x10);
		wb_out_string(&out, "consignee", c->about->other);
		wb_out_string(&out, "facility", c->about->facility);
		wb_out_string(&out, "countries", c->about->scopes);
		wb_out_string(&out, "since", since);
		wb_out_number(&out, "days", days(r, c));
		wb_out_string(&out, "narrative", c->narrative);
		wb_out_string(&out, "next", c->next);
		wb_out_open(&out, "records", '[');
		for (size_t k = 0; k < c->n_records; k++)
			wb_out_number(&out, NULL, c->record[k]);
		wb_out_close(&out, ']');
		wb_out_close(&out, '}');
	}
	wb_out_close(&out, ']');
	wb_out_number(&out, "hidden", hidden);
	wb_out_close(&out, '}');
	return wb_out_done(&out);
}

int wb_cmd_cases(struct wb_cli *cli)
{
	struct run r = {.cli = cli, .now = (wb_time)time(NULL) * 1000};
	struct wb_records records = {.cli = cli, .each = on_record, .ctx = &r};
	int rc = wb_records_run(&records);

	if (rc == 0)
		twalk_r(r.cases, on_case, &r);
	if (rc == 0 && r.error != 0)
		rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	if (rc == 0 && r.n > 0)
		qsort(r.list, r.n, sizeof(r.list[0]), by_rank);
	if (rc == 0 && cli->json)
		rc = print_json(&r, records.hidden);
	else if (rc == 0 && r.n == 0)
		wb_say(stdout, "no cases\n");
	else if (rc == 0)
		print_table(&r);
	if (rc == 0 && !cli->json && records.hidden > 0)
		wb_say(stderr, "%llu records are not shown to this reader\n",
		       (unsigned long long)records.hidden);
	free(r.list);
	tdestroy(r.cases, free);
	tdestroy(r.matters, free);
	return rc;
}
