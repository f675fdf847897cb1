#include "client/matters.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one unit of a line, or of a model, has. */
struct wb_matter_line {
	uint64_t line;
	int64_t tpp_x10;
};

struct wb_model_tpp {
	char name[WB_ID_MAX + 1];
	int64_t tpp_x10;
};

/* --- by name -------------------------------------------------------------- */

int wb_matter_order(const void *a, const void *b)
{
	const struct wb_matter *x = a, *y = b;
	int order = strcmp(x->party, y->party);

	if (order == 0)
		order = strcmp(x->id, y->id);
	return order != 0 ? order : x->place - y->place;
}

static void free_matter(void *p)
{
	struct wb_matter *m = p;

	free(m->line);
	free(m);
}

void wb_matters_free(struct wb_matters *ms)
{
	tdestroy(ms->tree, free_matter);
	free(ms->model);
}

static struct wb_matter *find(struct wb_matters *ms, const char *party,
			      const char *id, bool place)
{
	struct wb_matter *m = calloc(1, sizeof(*m)), **at = NULL;

	if (m != NULL) {
		snprintf(m->party, sizeof(m->party), "%s", party);
		snprintf(m->id, sizeof(m->id), "%s", id);
		m->place = place;
		at = tsearch(m, &ms->tree, wb_matter_order);
	}
	if (at == NULL || *at != m)
		free(m);
	ms->failed |= at == NULL;
	return at == NULL ? NULL : *at;
}

struct wb_matter *wb_matter_of(struct wb_matters *ms, const char *party,
			       const char *id)
{
	return find(ms, party, id, false);
}

struct wb_matter *wb_place_of(struct wb_matters *ms, const char *operator,
			      const char * id)
{
	struct wb_matter *m = find(ms, operator, id, true);

	if (m != NULL)
		snprintf(m->facility, sizeof(m->facility), "%s/%s", m->party,
			 m->id);
	return m;
}

struct wb_matter *wb_matter_place(struct wb_matters *ms,
				  const struct wb_matter *m)
{
	const char *slash = strchr(m->facility, '/');
	char operator[WB_ID_MAX + 1];

	if (slash == NULL)
		return NULL;
	snprintf(operator, sizeof(operator), "%.*s", (int)(slash - m->facility),
		 m->facility);
	return wb_place_of(ms, operator, slash + 1);
}

/* --- shipments ------------------------------------------------------------ */

static void learn_model(struct wb_matters *ms, const char *name, int64_t x10)
{
	struct wb_model_tpp *more;

	for (size_t i = 0; i < ms->n_models; i++)
		if (strcmp(ms->model[i].name, name) == 0)
			return;
	more = reallocarray(ms->model, ms->n_models + 1, sizeof(*more));
	if (more == NULL) {
		ms->failed = true;
		return;
	}
	ms->model = more;
	more += ms->n_models++;
	snprintf(more->name, sizeof(more->name), "%s", name);
	more->tpp_x10 = x10;
}

static void learn_lines(struct wb_matters *ms, struct wb_matter *m,
			const struct wb_value *list)
{
	struct wb_matter_line *more;
	uint64_t line, quantity, x10;

	m->n_lines = 0;
	for (const struct wb_value *v = list ? list->first : NULL; v != NULL;
	     v = v->next) {
		if (!wb_number(wb_member(v, "line"), &line) ||
		    !wb_number(wb_member(v, "quantity"), &quantity))
			continue;
		/* What nobody knows counts nothing. */
		if (!wb_number(wb_member(v, "total_tpp_x10"), &x10) ||
		    x10 > WB_INTEGER_MAX || quantity == 0)
			x10 = 0;
		else
			x10 /= quantity;
		more = reallocarray(m->line, m->n_lines + 1, sizeof(*more));
		if (more == NULL) {
			ms->failed = true;
			return;
		}
		m->line = more;
		m->line[m->n_lines++] =
			(struct wb_matter_line){line, (int64_t)x10};
		if (wb_string_of(v, "model")[0] != '\0')
			learn_model(ms, wb_string_of(v, "model"), (int64_t)x10);
	}
}

static int64_t times(int64_t x10, int64_t units)
{
	int64_t product;

	return __builtin_mul_overflow(x10, units, &product) ? WB_INTEGER_MAX
							    : product;
}

static int64_t plus(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? WB_INTEGER_MAX : sum;
}

int64_t wb_matter_units(const struct wb_matter *m, int64_t units)
{
	int64_t x10;

	if (m->n_lines == 0)
		return m->tpp_x10;
	x10 = m->line[0].tpp_x10;
	for (size_t i = 1; i < m->n_lines; i++)
		if (m->line[i].tpp_x10 != x10)
			return m->tpp_x10;
	return times(x10, units);
}

static void of_shipment(struct wb_matters *ms, struct wb_matter *m,
			const struct wb_shipment *s,
			const struct wb_value *judgement)
{
	uint64_t n;

	snprintf(m->other, sizeof(m->other), "%s", s->consignee);
	m->facility[0] = '\0';
	if (s->facility != NULL)
		snprintf(m->facility, sizeof(m->facility), "%s/%s",
			 s->facility_operator, s->facility);
	if (wb_number(wb_member(judgement, "controlled_tpp_x10"), &n))
		m->tpp_x10 = (int64_t)n;
	learn_lines(ms, m, wb_member(judgement, "items"));
}

/* --- statements of operators ---------------------------------------------- */

/* What it has changed in facilities is taken back. */
static void undo(struct wb_matter *m)
{
	if (m->from != NULL)
		m->from->tpp_x10 = plus(m->from->tpp_x10, m->tpp_x10);
	if (m->to != NULL)
		m->to->tpp_x10 -= m->tpp_x10;
	m->from = m->to = NULL;
}

static void of_handling(struct wb_matters *ms, struct wb_matter *m,
			enum wb_type type, const struct wb_handling *h)
{
	const struct wb_matter *s = wb_matter_of(ms, h->shipper, h->shipment);
	struct wb_matter *at = NULL;

	undo(m);
	m->handling = true;
	m->tpp_x10 = 0;
	for (size_t i = 0; s != NULL && i < h->n_items; i++)
		for (size_t k = 0; k < s->n_lines; k++)
			if (s->line[k].line == (uint64_t)h->item[i].line)
				m->tpp_x10 = plus(m->tpp_x10,
						  times(s->line[k].tpp_x10,
							h->item[i].quantity));
	if (h->facility == NULL)
		return;
	at = wb_place_of(ms, m->party, h->facility);
	snprintf(m->facility, sizeof(m->facility), "%s/%s", m->party,
		 h->facility);
	if (type == WB_INSTALLATION)
		m->to = at;
	else if (type == WB_MOVE || type == WB_RETIREMENT)
		m->from = at;
	if (type == WB_MOVE && h->to_facility != NULL)
		m->to = wb_place_of(ms, m->party, h->to_facility);
	if (m->from != NULL)
		m->from->tpp_x10 -= m->tpp_x10;
	if (m->to != NULL)
		m->to->tpp_x10 = plus(m->to->tpp_x10, m->tpp_x10);
}

static void of_inventory(struct wb_matters *ms, struct wb_matter *m,
			 const struct wb_inventory *inv)
{
	struct wb_matter *at = wb_place_of(ms, m->party, inv->facility);
	int64_t sum = 0;

	snprintf(m->facility, sizeof(m->facility), "%s/%s", m->party,
		 inv->facility);
	for (size_t i = 0; i < inv->n_counts; i++)
		for (size_t k = 0; k < ms->n_models; k++)
			if (strcmp(ms->model[k].name, inv->count[i].model) == 0)
				sum = plus(sum, times(ms->model[k].tpp_x10,
						      inv->count[i].quantity));
	m->tpp_x10 = sum;
	if (at != NULL)
		at->counted_x10 = sum;
}

/* --- records -------------------------------------------------------------- */

static void of_detail(struct wb_matters *ms, const struct wb_party_detail *p)
{
	for (size_t i = 0; i < p->n_facilities; i++) {
		struct wb_matter *m =
			wb_place_of(ms, p->subject, p->facility[i].id);

		if (m != NULL)
			snprintf(m->scopes, sizeof(m->scopes), "%s",
				 p->facility[i].country);
	}
}

static void of_scopes(struct wb_matter *m, const struct wb_value *list)
{
	size_t len = 0;

	m->scopes[0] = '\0';
	for (const struct wb_value *v = list ? list->first : NULL; v != NULL;
	     v = v->next)
		len += (size_t)snprintf(m->scopes + len,
					sizeof(m->scopes) - len, "%s%.2s",
					len > 0 ? " " : "", wb_string(v));
}

static void of_void(struct wb_matters *ms, const struct wb_statement *st)
{
	struct wb_matter *m = wb_matter_of(ms, st->party, st->u.voiding.voids);

	if (m != NULL)
		undo(m);
}

static void of_correction(struct wb_matters *ms, const struct wb_statement *st,
			  struct wb_matter *corrects)
{
	struct wb_matter *m = wb_matter_of(ms, st->party, st->id);

	if (m != NULL)
		m->corrects = corrects;
}

struct wb_matter *wb_matter_learn(struct wb_matters *ms,
				  const struct wb_statement *st,
				  const struct wb_value *judgement)
{
	bool again = st->type == WB_CORRECTION;
	enum wb_type type = again ? st->u.correction.of : st->type;
	const struct wb_inventory *inv = wb_inventory_of(st);
	struct wb_matter *m = wb_matter_of(
		ms, st->party, again ? st->u.correction.corrects : st->id);

	if (m == NULL)
		return NULL;
	if (again)
		of_correction(ms, st, m);
	if (type == WB_SHIPMENT)
		of_shipment(ms, m,
			    again ? &st->u.correction.shipment
				  : &st->u.shipment,
			    judgement);
	else if (inv != NULL)
		of_inventory(ms, m, inv);
	else if (type == WB_ARRIVAL || type == WB_INSTALLATION ||
		 type == WB_MOVE || type == WB_RETIREMENT)
		of_handling(ms, m, type,
			    again ? &st->u.correction.handling
				  : &st->u.handling);
	else if (type == WB_PARTY_DETAIL)
		of_detail(ms, &st->u.detail);
	else if (type == WB_VOID)
		of_void(ms, st);
	of_scopes(m, wb_member(judgement, "scopes"));
	return m;
}
