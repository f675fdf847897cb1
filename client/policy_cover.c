#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/policy_cover.h"

const char *wb_clause_code(enum wb_clause_kind kind)
{
	static const char *const code[WB_CLAUSE_KINDS] = {
		[WB_C_EFFECTIVE] = "core/law.c:wb_law_edition",
		[WB_C_SAVINGS] = "core/dated.c:wb_dated_edition",
		[WB_C_H100] = "client/amounts.c:wb_h100",
		[WB_C_SETTING] = "core/policy_set.c:wb_setting_on",
		[WB_C_SET] = "core/policy_set.c:wb_set_holds",
		[WB_C_EXCLUDE] = "core/items.c:name_of",
		[WB_C_ECCN] = "core/items.c:name_of",
		[WB_C_COMPANION] = "core/items.c:companion",
		[WB_C_EXEMPT] = "core/engine.c:licence",
		[WB_C_LICENCE] = "core/engine.c:licence",
		[WB_C_EXCEPTION] = "core/paths.c:try_exception",
		[WB_C_REVIEW] = "core/review.c:review_policy",
		[WB_C_ALLOCATION] = "core/review.c:review_by_allocation",
		[WB_C_BEYOND] = "core/review.c:review_by_allocation",
		[WB_C_VALIDITY] = "core/held.c:too_old",
		[WB_C_LINES + WB_X_WHEN] = "core/paths.c:conditions_hold",
		[WB_C_LINES + WB_X_UNLESS] = "core/paths.c:conditions_hold",
		[WB_C_LINES + WB_X_NEEDS] = "core/paths.c:papers_there",
		[WB_C_LINES + WB_X_LIMIT] = "core/paths.c:within_limit",
		[WB_C_LINES + WB_X_NOTICE] = "core/balances.c:notices",
		[WB_C_LINES + WB_X_REACHED] = "core/balances.c:near_limit",
		[WB_C_LINES + WB_X_MARKER] = "core/balances.c:marker",
		[WB_C_LINES + WB_X_AFTER] = "core/balances.c:notices",
		[WB_C_LINES + WB_X_BARRED] = "core/paths.c:barred",
		[WB_C_LINES + WB_X_GRANT] = "core/veu.c:grant_held",
		[WB_C_LINES + WB_X_SHARE] = "core/veu.c:share_fits",
		[WB_C_LINES + WB_X_INSTALLED] = "core/veu.c:installed_fits",
		[WB_C_LINES + WB_X_OPERATOR] = "core/paths.c:limit_doubts",
		[WB_C_LINES + WB_X_EXHAUSTED] = "core/balances.c:near_limit",
	};

	return code[kind];
}

bool wb_cover_init(struct wb_cover *cover, const struct wb_edition *ed)
{
	cover->clauses = wb_clauses_of(ed);
	cover->by = calloc(WB_CLAUSES_MAX, sizeof(*cover->by));
	return cover->clauses != NULL && cover->by != NULL;
}

void wb_cover_free(struct wb_cover *cover)
{
	free(cover->clauses);
	free(cover->by);
}

/* --- marking
 * ------------------------------------------------------------------ */

struct marking {
	struct wb_cover *cover;
	const struct wb_edition *ed;
	const struct wb_decision *d;
	const char *id;
	bool marked[WB_CLAUSES_MAX]; /* by this decision */
};

static void mark_rule(struct marking *m, const struct wb_rule *rule);

static void mark_at(struct marking *m, size_t i)
{
	size_t len;

	if (m->marked[i])
		return;
	m->marked[i] = true;
	len = strlen(m->cover->by[i].ids);
	if (len + strlen(m->id) + 2 < WB_COVER_IDS)
		snprintf(m->cover->by[i].ids + len, WB_COVER_IDS - len, "%s%s",
			 len > 0 ? " " : "", m->id);
	m->cover->by[i].n++;
}

/* The clause of that kind and index, with the sets it names. */
static void mark(struct marking *m, enum wb_clause_kind kind, size_t of,
		 size_t item)
{
	const struct wb_clauses *c = m->cover->clauses;

	for (size_t i = 0; i < c->n; i++)
		if (c->clause[i].kind == kind && c->clause[i].of == of &&
		    c->clause[i].item == item)
			mark_at(m, i);
}

static void mark_set(struct marking *m, int set)
{
	if (set < 0)
		return;
	mark(m, WB_C_SET, (size_t)set, 0);
	for (size_t i = 0; i < m->ed->set[set].n; i++)
		if (m->ed->set[set].part[i].what == WB_PART_SET)
			mark_set(m, m->ed->set[set].part[i].index);
}

static void mark_rule(struct marking *m, const struct wb_rule *rule)
{
	for (size_t i = 0; i < rule->n; i++) {
		const struct wb_term *t = &rule->term[i];

		if (t->fact == WB_F_SETTING)
			mark(m, WB_C_SETTING, (size_t)t->setting, 0);
		else if (t->op == WB_OP_IN || t->op == WB_OP_TOUCHES ||
			 t->op == WB_OP_OUTSIDE)
			mark_set(m, t->set);
	}
}

static bool found(const struct wb_decision *d, const char *citation)
{
	for (size_t i = 0; i < d->n_findings; i++)
		if (strcmp(d->finding[i].citation, citation) == 0)
			return true;
	return false;
}

/* --- what decided about an item
 * ------------------------------------------------ */

static void item_found(struct marking *m, const struct wb_item_decision *item)
{
	const struct wb_edition *ed = m->ed;

	for (size_t i = 0; i < ed->n_eccns; i++) {
		if (strcmp(ed->eccn[i].limb, item->limb) != 0)
			continue;
		mark(m, WB_C_ECCN, i, 0);
		mark_rule(m, &ed->eccn[i].when);
	}
	for (size_t i = 0; i < ed->n_exclusions; i++)
		if (strcmp(ed->exclusion[i].name, item->limb) == 0)
			mark(m, WB_C_EXCLUDE, i, 0);
	/* Of one base several entries are alike: the circuit's tells. */
	for (size_t i = 0; i < ed->n_companions; i++) {
		const struct wb_companion *p = &ed->companion[i];

		if (strcmp(p->entry, item->eccn) == 0 &&
		    strcmp(p->eccn, item->circuit_eccn) == 0 &&
		    strcmp(p->citation, item->eccn_citation) == 0)
			mark(m, WB_C_COMPANION, i, 0);
	}
}

static void asked(struct marking *m, const struct wb_item_decision *item)
{
	const struct wb_edition *ed = m->ed;

	for (size_t i = 0; i < ed->n_exempts; i++) {
		if (strcmp(ed->exempt[i].as, item->path) != 0)
			continue;
		mark(m, WB_C_EXEMPT, i, 0);
		mark_rule(m, &ed->exempt[i].when);
	}
	for (size_t i = 0; i < ed->n_licences; i++) {
		if (strcmp(ed->licence[i].name, item->licence_rule) != 0)
			continue;
		mark(m, WB_C_LICENCE, i, 0);
		mark_rule(m, &ed->licence[i].when);
	}
}

/* Whether the decision tells the doubt of the setting. */
static bool doubted(const struct marking *m, const char *setting)
{
	int at = wb_setting_find(m->ed, setting);

	for (size_t i = 0; i < m->d->n_findings && at >= 0; i++)
		if (m->d->finding[i].doubt[0] != '\0' &&
		    strcmp(m->d->finding[i].doubt, m->ed->setting[at].doubt) ==
			    0)
			return true;
	return false;
}

/* Whether a line of an exception that was taken had its say. */
static bool line_told(const struct marking *m, const struct wb_exception *x,
		      size_t k, const struct wb_item_decision *item)
{
	const struct wb_exception_line *l = &x->item[k];

	switch (l->kind) {
	case WB_X_WHEN:
	case WB_X_UNLESS:
	case WB_X_NEEDS:
	case WB_X_LIMIT:
	case WB_X_GRANT:
	case WB_X_SHARE:
		return true;
	case WB_X_INSTALLED: /* the newest of those that have begun counts */
		return l->from <= m->d->judged_for;
	case WB_X_NOTICE:
		return strcmp(item->notice, l->text) == 0;
	case WB_X_OPERATOR: /* another limit than the consignee's */
		return doubted(m, "limit_of_operator");
	case WB_X_BARRED:
	case WB_X_REACHED:
	case WB_X_MARKER:
	case WB_X_AFTER:
	case WB_X_EXHAUSTED:
		break;
	}
	return found(m->d, l->citation);
}

static void mark_line(struct marking *m, size_t i, size_t k)
{
	const struct wb_exception_line *l = &m->ed->exception[i].item[k];

	mark(m, WB_C_LINES + (enum wb_clause_kind)l->kind, i, k);
	mark_rule(m, &l->when);
	mark_set(m, l->set);
	if (l->kind == WB_X_BARRED)
		mark(m, WB_C_SETTING, (size_t)l->setting, 0);
}

static void taken(struct marking *m, const struct wb_item_decision *item)
{
	for (size_t i = 0; i < m->ed->n_exceptions; i++) {
		const struct wb_exception *x = &m->ed->exception[i];
		bool used = strcmp(x->as, item->path) == 0 &&
			    strcmp(x->citation, item->path_citation) == 0;

		if (used)
			mark(m, WB_C_EXCEPTION, i, 0);
		/* A line may shut an exception too, and say so. */
		for (size_t k = 0; k < x->n; k++)
			if ((used && line_told(m, x, k, item)) ||
			    (x->item[k].kind != WB_X_WHEN &&
			     x->item[k].kind != WB_X_UNLESS &&
			     found(m->d, x->item[k].citation)))
				mark_line(m, i, k);
	}
}

/* The first line of that policy and citation: others need their own. */
static void reviewed(struct marking *m, const struct wb_item_decision *item)
{
	const struct wb_edition *ed = m->ed;

	for (size_t i = 0; i < ed->n_reviews; i++) {
		const struct wb_review_rule *r = &ed->review[i];

		if (strcmp(r->when.citation, item->path_citation) != 0 ||
		    strcmp(r->as, item->review_text) != 0)
			continue;
		mark(m, WB_C_REVIEW, i, 0);
		mark_rule(m, &r->when);
		return;
	}
	if (!ed->allocation.present)
		return;
	if (strcmp(ed->allocation.citation, item->path_citation) == 0)
		mark(m, WB_C_ALLOCATION, 0, 0);
	if (strcmp(ed->allocation.beyond_citation, item->path_citation) == 0)
		mark(m, WB_C_BEYOND, 0, 0);
	mark_set(m, ed->allocation.except);
}

void wb_cover_add(struct wb_cover *cover, const struct wb_decision *d,
		  const char *id)
{
	const struct wb_edition *ed = cover->clauses->edition;
	struct marking m = {.cover = cover, .ed = ed, .d = d, .id = id};

	if (ed->savings != WB_DATE_NONE && found(d, ed->savings_citation))
		mark(&m, WB_C_SAVINGS, 0, 0);
	/* What is saved is judged by the edition before. */
	if (d->edition != ed)
		return;
	mark(&m, WB_C_EFFECTIVE, 0, 0);
	if (d->total_x10 > 0)
		mark(&m, WB_C_H100, 0, 0);
	for (size_t i = 0; i < d->n_items; i++) {
		item_found(&m, &d->item[i]);
		asked(&m, &d->item[i]);
		taken(&m, &d->item[i]);
		reviewed(&m, &d->item[i]);
	}
	for (size_t i = 0; i < ed->n_settings; i++)
		if (found(d, ed->setting[i].citation) ||
		    doubted(&m, ed->setting[i].name))
			mark(&m, WB_C_SETTING, i, 0);
	if (ed->validity_days > 0 && found(d, ed->validity_citation))
		mark(&m, WB_C_VALIDITY, 0, 0);
}
