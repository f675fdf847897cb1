#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/query.h"
#include "waybill/text.h"

/* The parameters of /v1/records, in the order in which they are written. */
enum param {
	P_PARTY,
	P_COUNTRY,
	P_VERDICT,
	P_TYPE,
	P_FINDING,
	P_MODEL,
	P_FACILITY,
	P_SINCE,
	P_UNTIL,
	P_AFTER,
	P_LIMIT,
	P_CONTENTS,
	PARAMS
};

static const char *const param_name[PARAMS] = {
	"party",    "country", "verdict", "type",  "finding", "model",
	"facility", "since",   "until",   "after", "limit",   "contents",
};

static const char *const licences_name[2] = {"after", "limit"};
static const char *const consistency_name[2] = {"from", "to"};

#define BAD_VALUE "the query parameter has a value that is not allowed"

static int refuse(struct wb_problem *problem, const char *name,
		  struct wb_slice found, const char *why)
{
	int rc = wb_refuse(problem, WB_P_QUERY, name, "%s", why);

	wb_problem_found(problem, found);
	return rc;
}

static int unknown(struct wb_problem *problem, struct wb_slice name,
		   const char *const known[], size_t n)
{
	const char *near = wb_nearest(name, known, n);
	int rc = refuse(problem, "", name, "no such query parameter");

	if (near != NULL)
		wb_problem_advise(problem, "Did you mean \"%s\"?", near);
	return rc;
}

/*
 * Take the next name=value off rest; which is its place in known.  seen has a
 * bit for each that stood before.
 */
static int param_next(struct wb_slice *rest, const char *const known[],
		      size_t n, unsigned *seen, size_t *ret_which,
		      struct wb_slice *ret_value, struct wb_problem *problem)
{
	struct wb_slice one = *rest, name;
	const uint8_t *end = memchr(one.p, '&', one.len), *eq;
	size_t i = 0;

	if (end != NULL) {
		one.len = (size_t)(end - one.p);
		*rest = wb_slice(end + 1, rest->len - one.len - 1);
		if (rest->len == 0)
			return refuse(problem, "", one,
				      "nothing follows the last '&'");
	} else {
		rest->len = 0;
	}
	eq = one.len == 0 ? NULL : memchr(one.p, '=', one.len);
	if (eq == NULL)
		return refuse(problem, "", one,
			      "a query parameter is written name=value");
	name = wb_slice(one.p, (size_t)(eq - one.p));
	*ret_value = wb_slice(eq + 1, one.len - name.len - 1);

	while (i < n && !wb_slice_is(name, known[i]))
		i++;
	if (i == n)
		return unknown(problem, name, known, n);
	if ((*seen & 1u << i) != 0)
		return refuse(problem, known[i], one,
			      "the query parameter stands there twice");
	*seen |= 1u << i;
	*ret_which = i;
	return 0;
}

static bool parse_limit(struct wb_slice value, uint32_t *ret)
{
	uint64_t n;

	if (wb_parse_dec(value, &n) != 0 || n < 1 || n > WB_QUERY_PAGE_MAX)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static bool parse_type(struct wb_slice value, enum wb_type *ret)
{
	const struct wb_kind *kind = wb_kind_named(value);

	if (kind == NULL)
		return false;
	*ret = kind->type;
	return true;
}

/* OPERATOR/ID. */
static bool parse_facility(struct wb_slice value, struct wb_records_query *q)
{
	const uint8_t *slash =
		value.len == 0 ? NULL : memchr(value.p, '/', value.len);
	struct wb_slice operator, id;

	if (slash == NULL)
		return false;
	operator= wb_slice(value.p, (size_t)(slash - value.p));
	id = wb_slice(slash + 1, value.len - operator.len - 1);
	return wb_id_valid(operator) && wb_id_valid(id) &&
	       wb_slice_copy(operator, q->operator, sizeof(q->operator)) == 0 &&
	       wb_slice_copy(id, q->facility, sizeof(q->facility)) == 0;
}

/* False if value cannot stand for parameter which. */
static bool set_param(struct wb_records_query *q, enum param which,
		      struct wb_slice value)
{
	switch (which) {
	case P_PARTY:
		return wb_id_valid(value) &&
		       wb_slice_copy(value, q->party, sizeof(q->party)) == 0;
	case P_COUNTRY:
		return wb_country_valid(value) &&
		       wb_slice_copy(value, q->country, sizeof(q->country)) ==
			       0;
	case P_VERDICT:
		q->has_verdict = true;
		return wb_verdict_named(value, &q->verdict) == 0;
	case P_TYPE:
		q->has_type = true;
		return parse_type(value, &q->type);
	case P_FINDING:
		return wb_slice_copy(value, q->finding, sizeof(q->finding)) ==
			       0 &&
		       wb_finding_kind(q->finding) != NULL;
	case P_MODEL:
		return wb_id_valid(value) &&
		       wb_slice_copy(value, q->model, sizeof(q->model)) == 0;
	case P_FACILITY:
		return parse_facility(value, q);
	case P_SINCE:
		return wb_date_parse(value, &q->since) == 0;
	case P_UNTIL:
		return wb_date_parse(value, &q->until) == 0;
	case P_AFTER:
		q->has_after = true;
		return wb_parse_dec(value, &q->after) == 0;
	case P_LIMIT:
		return parse_limit(value, &q->limit);
	case P_CONTENTS:
		q->contents = wb_slice_is(value, "true");
		return q->contents || wb_slice_is(value, "false");
	case PARAMS:
		break;
	}
	return false;
}

bool wb_records_query_set(struct wb_records_query *q, const char *name,
			  const char *value)
{
	for (size_t i = 0; i < PARAMS; i++)
		if (strcmp(name, param_name[i]) == 0)
			return set_param(q, (enum param)i, wb_slice_str(value));
	return false;
}

void wb_records_query_init(struct wb_records_query *q)
{
	memset(q, 0, sizeof(*q));
	q->since = WB_DATE_NONE;
	q->until = WB_DATE_NONE;
	q->limit = WB_QUERY_LIMIT_DEFAULT;
}

int wb_records_query_parse(struct wb_slice query, struct wb_records_query *ret,
			   struct wb_problem *problem)
{
	struct wb_records_query q;
	struct wb_slice value;
	unsigned seen = 0;
	size_t which;
	int rc;

	wb_records_query_init(&q);
	while (query.len > 0) {
		rc = param_next(&query, param_name, PARAMS, &seen, &which,
				&value, problem);
		if (rc != 0)
			return rc;
		if (!set_param(&q, (enum param)which, value))
			return refuse(problem, param_name[which], value,
				      BAD_VALUE);
	}
	*ret = q;
	return 0;
}

static void write_param(struct wb_writer *w, bool *first, const char *name,
			const char *value)
{
	wb_write_char(w, *first ? '?' : '&');
	wb_write_str(w, name);
	wb_write_char(w, '=');
	wb_write_str(w, value);
	*first = false;
}

static void write_number(struct wb_writer *w, bool *first, const char *name,
			 uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	write_param(w, first, name, text);
}

static void write_date(struct wb_writer *w, bool *first, const char *name,
		       wb_date date)
{
	char text[WB_DATE_TEXT + 1];

	if (date == WB_DATE_NONE)
		return;
	wb_date_format(date, text);
	write_param(w, first, name, text);
}

void wb_records_query_write(struct wb_writer *w,
			    const struct wb_records_query *q)
{
	bool first = true;

	assert(q->limit >= 1 && q->limit <= WB_QUERY_PAGE_MAX);
	wb_write_str(w, "/v1/records");
	if (q->party[0] != '\0')
		write_param(w, &first, param_name[P_PARTY], q->party);
	if (q->country[0] != '\0')
		write_param(w, &first, param_name[P_COUNTRY], q->country);
	if (q->has_verdict)
		write_param(w, &first, param_name[P_VERDICT],
			    wb_verdict_name(q->verdict));
	if (q->has_type)
		write_param(w, &first, param_name[P_TYPE],
			    wb_kind(q->type)->name);
	if (q->finding[0] != '\0')
		write_param(w, &first, param_name[P_FINDING], q->finding);
	if (q->model[0] != '\0')
		write_param(w, &first, param_name[P_MODEL], q->model);
	if (q->facility[0] != '\0') {
		write_param(w, &first, param_name[P_FACILITY], q->operator);
		wb_write_char(w, '/');
		wb_write_str(w, q->facility);
	}
	write_date(w, &first, param_name[P_SINCE], q->since);
	write_date(w, &first, param_name[P_UNTIL], q->until);
	if (q->has_after)
		write_number(w, &first, param_name[P_AFTER], q->after);
	if (q->limit != WB_QUERY_LIMIT_DEFAULT)
		write_number(w, &first, param_name[P_LIMIT], q->limit);
	if (q->contents)
		write_param(w, &first, param_name[P_CONTENTS], "true");
}

static bool same(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static bool handled_at(const struct wb_handling *h, const char *facility)
{
	return same(h->facility, facility) || same(h->to_facility, facility);
}

static bool shipped_to(const struct wb_shipment *s, const char *operator,
		       const char * facility)
{
	return same(s->facility_operator, operator) &&
	       same(s->facility, facility);
}

static bool registered_in(const struct wb_party_detail *p, const char *facility)
{
	for (size_t i = 0; i < p->n_facilities; i++)
		if (same(p->facility[i].id, facility))
			return true;
	return false;
}

bool wb_statement_at(const struct wb_statement *st, const char *operator,
		     const char * facility)
{
	const struct wb_correction *c = &st->u.correction;
	bool own = same(st->party, operator);

	switch (st->type) {
	case WB_SHIPMENT:
		return shipped_to(&st->u.shipment, operator, facility);
	case WB_ARRIVAL:
	case WB_INSTALLATION:
	case WB_MOVE:
	case WB_RETIREMENT:
		return own && handled_at(&st->u.handling, facility);
	case WB_INVENTORY:
		return own && same(st->u.inventory.facility, facility);
	case WB_CORRECTION:
		if (c->of == WB_INVENTORY)
			return own && same(c->inventory.facility, facility);
		return c->of == WB_SHIPMENT
			       ? shipped_to(&c->shipment, operator, facility)
			       : own && handled_at(&c->handling, facility);
	case WB_PARTY_DETAIL:
		return same(st->u.detail.subject, operator) &&
		       registered_in(&st->u.detail, facility);
	case WB_GENESIS:
	case WB_PARTY:
	case WB_POLICY:
	case WB_VOID:
	case WB_LICENCE:
	case WB_LETTER:
	case WB_LISTING:
	case WB_AGREEMENT:
	case WB_FINDING:
	case WB_ENGINE_CHANGE:
	case WB_SWEEP:
	case WB_TYPES:
		break;
	}
	return false;
}

int wb_licences_query_parse(struct wb_slice query,
			    struct wb_licences_query *ret,
			    struct wb_problem *problem)
{
	struct wb_licences_query q = {.limit = WB_QUERY_LIMIT_DEFAULT};
	struct wb_slice value;
	unsigned seen = 0;
	size_t which;
	bool good;
	int rc;

	while (query.len > 0) {
		rc = param_next(&query, licences_name, 2, &seen, &which, &value,
				problem);
		if (rc != 0)
			return rc;
		if (which == 0)
			good = wb_id_valid(value) &&
			       wb_slice_copy(value, q.after, sizeof(q.after)) ==
				       0;
		else
			good = parse_limit(value, &q.limit);
		if (!good)
			return refuse(problem, licences_name[which], value,
				      BAD_VALUE);
	}
	*ret = q;
	return 0;
}

void wb_licences_query_write(struct wb_writer *w,
			     const struct wb_licences_query *q)
{
	bool first = true;

	assert(q->limit >= 1 && q->limit <= WB_QUERY_PAGE_MAX);
	wb_write_str(w, "/v1/licences");
	if (q->after[0] != '\0')
		write_param(w, &first, licences_name[0], q->after);
	if (q->limit != WB_QUERY_LIMIT_DEFAULT)
		write_number(w, &first, licences_name[1], q->limit);
}

int wb_consistency_query_parse(struct wb_slice query, uint64_t *ret_from,
			       uint64_t *ret_to, struct wb_problem *problem)
{
	uint64_t number[2] = {0, 0};
	struct wb_slice value;
	unsigned seen = 0;
	size_t which;
	int rc;

	while (query.len > 0) {
		rc = param_next(&query, consistency_name, 2, &seen, &which,
				&value, problem);
		if (rc != 0)
			return rc;
		if (wb_parse_dec(value, &number[which]) != 0)
			return refuse(problem, consistency_name[which], value,
				      "not a tree size");
	}
	if (seen != 3)
		return refuse(problem, "", wb_slice(NULL, 0),
			      "from and to are both needed");
	if (number[0] > number[1])
		return refuse(problem, "from", wb_slice(NULL, 0),
			      "from is larger than to");
	*ret_from = number[0];
	*ret_to = number[1];
	return 0;
}

void wb_consistency_query_write(struct wb_writer *w, uint64_t from, uint64_t to)
{
	bool first = true;

	wb_write_str(w, "/v1/consistency");
	write_number(w, &first, consistency_name[0], from);
	write_number(w, &first, consistency_name[1], to);
}
