#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/amounts.h"
#include "client/policy_words.h"

/* --- terms ---------------------------------------------------------------- */

/* What a fact is called in a sentence. */
static const char *const facts[WB_FACTS] = {
	[WB_F_TPP] = "the TPP",
	[WB_F_PD] = "the performance density",
	[WB_F_DRAM] = "the memory bandwidth (GB/s)",
	[WB_F_IO] = "the I/O bandwidth (GB/s)",
	[WB_F_DRAM_PLUS_IO] = "memory and I/O bandwidth together (GB/s)",
	[WB_F_BANDWIDTH_DENSITY] = "the memory's bandwidth density",
	[WB_F_SHIPMENT_TPP] = "the TPP of the shipment",
	[WB_F_CHIPS] = "the number of units",
	[WB_F_DATACENTER] = "made for data centres",
	[WB_F_ECCN] = "the circuit's ECCN",
	[WB_F_ENTRY] = "the item's entry",
	[WB_F_LIMB] = "the limb",
	[WB_F_FORM] = "the form",
	[WB_F_KIND] = "the kind of shipment",
	[WB_F_END_USE] = "the end use",
	[WB_F_CONSIGNEE_KIND] = "the consignee",
	[WB_F_PAPER] = "a paper in time",
	[WB_F_LICENCE] = "the rule that asks for a licence",
	[WB_F_LETTER] = "a letter in force for the exporter",
	[WB_F_AGREEMENT] = "the agreement with the destination",
	[WB_F_EXPORTER_LIST] = "a list the exporter is on",
	[WB_F_PARTY_LIST] = "a list somebody involved is on",
	[WB_F_OWNED_LIST] = "a list the owners of half of somebody are on",
	[WB_F_CONSIGNEE_LIST] = "a list the consignee is on",
	[WB_F_SETTING] = "the setting",
	[WB_F_FROM] = "the country of departure",
	[WB_F_DESTINATION] = "the destination",
	[WB_F_LOCATED] = "the seats of consignee and end user",
	[WB_F_HEADQUARTERS] = "the headquarters",
	[WB_F_PARTIES] = "destination and headquarters",
};

static void say_hundredths(struct wb_buf *out, int64_t n)
{
	char a[WB_AMOUNT_TEXT];

	wb_buf_fmt(out, "%s.%02d", wb_count(n / 100, a), (int)(n % 100));
}

static void say_number(struct wb_buf *out, const struct wb_term *t)
{
	static const char *const op[] = {
		[WB_OP_AT_LEAST] = "at least",
		[WB_OP_BELOW] = "below",
		[WB_OP_ABOVE] = "above",
		[WB_OP_AT_MOST] = "at most",
	};
	char a[WB_AMOUNT_TEXT];

	wb_buf_fmt(out, "%s is %s ", facts[t->fact], op[t->op]);
	if (t->fact == WB_F_PD || t->fact == WB_F_BANDWIDTH_DENSITY)
		say_hundredths(out, t->number);
	else
		wb_buf_str(out, t->fact == WB_F_CHIPS ? wb_count(t->number, a)
						      : wb_tpp(t->number, a));
}

static void say_words(struct wb_buf *out, const struct wb_term *t)
{
	wb_buf_fmt(out, "%s is %s", facts[t->fact],
		   t->op == WB_OP_IS_NOT ? "not " : "");
	for (size_t i = 0; i < t->n_words; i++)
		wb_buf_fmt(out, "%s%s",
			   i == 0               ? ""
			   : i + 1 < t->n_words ? ", "
			   : t->op == WB_OP_IS  ? " or "
						: " nor ",
			   t->word[i]);
}

static void say_places(struct wb_buf *out, const struct wb_edition *ed,
		       const struct wb_term *t)
{
	const char *set = ed->set[t->set].name;
	bool one = t->fact == WB_F_FROM || t->fact == WB_F_DESTINATION;

	if (one)
		wb_buf_fmt(out, "%s is %s %s", facts[t->fact],
			   t->op == WB_OP_OUTSIDE ? "outside" : "in", set);
	else if (t->op == WB_OP_TOUCHES)
		wb_buf_fmt(out, "one of %s is in %s", facts[t->fact], set);
	else
		wb_buf_fmt(out, "%s are all %s %s", facts[t->fact],
			   t->op == WB_OP_IN ? "in" : "outside", set);
}

static void say_term(struct wb_buf *out, const struct wb_edition *ed,
		     const struct wb_term *t)
{
	switch (t->op) {
	case WB_OP_AT_LEAST:
	case WB_OP_BELOW:
	case WB_OP_ABOVE:
	case WB_OP_AT_MOST:
		say_number(out, t);
		return;
	case WB_OP_IN:
	case WB_OP_TOUCHES:
	case WB_OP_OUTSIDE:
		say_places(out, ed, t);
		return;
	case WB_OP_IS:
	case WB_OP_IS_NOT:
		break;
	}
	if (t->fact == WB_F_SETTING)
		wb_buf_fmt(out, "the setting %s is %s",
			   ed->setting[t->setting].name, t->word[0]);
	else
		say_words(out, t);
}

void wb_rule_say(struct wb_buf *out, const struct wb_edition *ed,
		 const struct wb_rule *rule)
{
	for (size_t i = 0; i < rule->n; i++) {
		wb_buf_str(out, i == 0 ? "" : ", and ");
		say_term(out, ed, &rule->term[i]);
	}
}

/* --- lines ---------------------------------------------------------------- */

static void say_set(struct wb_buf *out, const struct wb_edition *ed,
		    const struct wb_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct wb_set_part *part = &set->part[i];

		wb_buf_str(out, part->minus ? ", without "
				: i > 0     ? ", and "
					    : "");
		if (part->what == WB_PART_GROUP)
			wb_buf_fmt(out, "group %s",
				   wb_group_name((enum wb_group)part->index));
		else
			wb_buf_str(out, part->what == WB_PART_COUNTRY
						? part->code
						: ed->set[part->index].name);
		if (part->only_if >= 0)
			wb_buf_fmt(out, " if the setting %s is on",
				   ed->setting[part->only_if].name);
	}
}

static void say_setting(struct wb_buf *out, const struct wb_setting *s)
{
	char day[WB_DATE_TEXT + 1];

	wb_buf_str(out, s->on ? "on" : "off");
	if (s->dated) {
		wb_date_format(s->from, day);
		wb_buf_fmt(out, " for exports from %s", day);
		if (s->to != INT32_MAX) {
			wb_date_format(s->to, day);
			wb_buf_fmt(out, " through %s", day);
		}
		wb_buf_fmt(out, ", %s otherwise", s->on ? "off" : "on");
	}
	if (s->doubt[0] != '\0')
		wb_buf_fmt(out, " (%s)", s->doubt);
}

static void say_review(struct wb_buf *out, const struct wb_edition *ed,
		       const struct wb_review_rule *r)
{
	wb_buf_fmt(out, "%s%s%s%s if ", r->as,
		   r->debit ? ", counted against the allocation," : "",
		   r->doubt[0] != '\0' ? " under the reading of " : "",
		   r->doubt);
	wb_rule_say(out, ed, &r->when);
}

static void say_allocation(struct wb_buf *out, const struct wb_edition *ed)
{
	const struct wb_allocation *a = &ed->allocation;
	char amount[WB_AMOUNT_TEXT];

	wb_buf_fmt(out, "%s for up to %s TPP from %d through %d", a->as,
		   wb_tpp(a->tpp_x10, amount), a->first_year, a->last_year);
	if (a->factor)
		wb_buf_str(out, ", times the factor of an agreement");
	if (a->except >= 0)
		wb_buf_fmt(out,
			   "; in %s that of the headquarters' country counts",
			   ed->set[a->except].name);
}

/* What an exception's line says; its rule is said behind it. */
static void say_item(struct wb_buf *out, const struct wb_edition *ed,
		     const struct wb_exception_line *l)
{
	char a[WB_AMOUNT_TEXT], day[WB_DATE_TEXT + 1];

	wb_tpp(l->tpp_x10, a);
	switch (l->kind) {
	case WB_X_WHEN:
		wb_buf_str(out, "only if ");
		break;
	case WB_X_UNLESS:
		wb_buf_str(out, "not if ");
		break;
	case WB_X_NEEDS:
		wb_buf_str(out, "needs this paper");
		break;
	case WB_X_LIMIT:
		wb_buf_fmt(out, "at most %s TPP a year and ultimate parent", a);
		break;
	case WB_X_NOTICE:
		wb_buf_fmt(out, "%s: %d days before the export", l->text,
			   (int)l->days);
		if (l->tpp_x10 > 0)
			wb_buf_fmt(out, ", from %s TPP on", a);
		break;
	case WB_X_REACHED:
	case WB_X_AFTER:
		wb_buf_fmt(out, "%s", l->text);
		if (l->kind == WB_X_AFTER)
			wb_buf_fmt(out, ": within %d days of the export",
				   (int)l->days);
		break;
	case WB_X_MARKER:
		wb_buf_fmt(out, "from %s TPP of a consignee on: %s", a,
			   l->text);
		break;
	case WB_X_BARRED:
		wb_buf_fmt(out, "barred while the setting %s is on, if ",
			   ed->setting[l->setting].name);
		break;
	case WB_X_GRANT:
		wb_buf_str(out, "needs such a grant");
		break;
	case WB_X_SHARE:
		wb_buf_fmt(out, "at most %s percent of the holder's TPP %s%s",
			   wb_tpp(l->percent_x10, a),
			   l->country ? "in one country outside " : "outside ",
			   ed->set[l->set].name);
		if (l->when.n > 0)
			wb_buf_str(out, ", if ");
		break;
	case WB_X_INSTALLED:
		wb_date_format(l->from, day);
		wb_buf_fmt(out, "at most %s TPP installed, from %s on", a, day);
		break;
	case WB_X_OPERATOR:
		wb_buf_str(out, "the party named may be charged instead if ");
		break;
	case WB_X_EXHAUSTED:
		wb_buf_fmt(out, "below %s TPP left: %s", a, l->text);
		break;
	}
	wb_rule_say(out, ed, &l->when);
}

/* --- an edition taken apart ------------------------------------------------
 */

/* The next clause; its words are put into *b, which fits them or is cut. */
static struct wb_clause *add(struct wb_clauses *c, enum wb_clause_kind kind,
			     size_t of, const char *citation)
{
	struct wb_clause *ret = &c->clause[c->n];

	if (c->n + 1 < WB_CLAUSES_MAX)
		c->n++;
	*ret = (struct wb_clause){.kind = kind, .of = of, .citation = citation};
	return ret;
}

static void close(struct wb_clause *c, struct wb_buf *b, const char *name)
{
	struct wb_slice s = wb_buf_slice(b);

	snprintf(c->said, sizeof(c->said), "%.*s", (int)s.len, s.p);
	snprintf(c->name, sizeof(c->name), "%s", name);
	wb_buf_free(b);
	wb_buf_init(b, sizeof(c->said));
}

static void add_header(struct wb_clauses *c, struct wb_buf *b)
{
	const struct wb_edition *ed = c->edition;
	char day[WB_DATE_TEXT + 1], a[WB_AMOUNT_TEXT];

	wb_date_format(ed->from, day);
	wb_buf_fmt(b, "exports from %s", day);
	if (ed->to != INT32_MAX) {
		wb_date_format(ed->to, day);
		wb_buf_fmt(b, " through %s", day);
	}
	close(add(c, WB_C_EFFECTIVE, 0, ed->from_citation), b, "");
	if (ed->savings != WB_DATE_NONE) {
		wb_date_format(ed->savings, day);
		wb_buf_fmt(b, "what is on board before and arrives by %s", day);
		close(add(c, WB_C_SAVINGS, 0, ed->savings_citation), b, "");
	}
	if (ed->h100_x10 > 0) {
		wb_buf_fmt(b, "%s TPP, for display only",
			   wb_tpp(ed->h100_x10, a));
		close(add(c, WB_C_H100, 0, ed->h100_citation), b, "");
	}
	for (size_t i = 0; i < ed->n_settings; i++) {
		say_setting(b, &ed->setting[i]);
		close(add(c, WB_C_SETTING, i, ed->setting[i].citation), b,
		      ed->setting[i].name);
	}
	for (size_t i = 0; i < ed->n_sets; i++) {
		say_set(b, ed, &ed->set[i]);
		close(add(c, WB_C_SET, i, ed->set[i].citation), b,
		      ed->set[i].name);
	}
}

static void add_items(struct wb_clauses *c, struct wb_buf *b)
{
	const struct wb_edition *ed = c->edition;
	char name[64];

	for (size_t i = 0; i < ed->n_exclusions; i++) {
		wb_buf_str(b, "no ECCN of these if ");
		wb_rule_say(b, ed, &ed->exclusion[i].when);
		close(add(c, WB_C_EXCLUDE, i, ed->exclusion[i].when.citation),
		      b, ed->exclusion[i].name);
	}
	for (size_t i = 0; i < ed->n_eccns; i++) {
		wb_buf_fmt(b, "ECCN %s if ", ed->eccn[i].eccn);
		wb_rule_say(b, ed, &ed->eccn[i].when);
		close(add(c, WB_C_ECCN, i, ed->eccn[i].when.citation), b,
		      ed->eccn[i].limb);
	}
	for (size_t i = 0; i < ed->n_companions; i++) {
		const struct wb_companion *p = &ed->companion[i];

		wb_buf_fmt(b, "entry %s", p->entry);
		snprintf(name, sizeof(name), "%s of %s", p->base, p->eccn);
		close(add(c, WB_C_COMPANION, i, p->citation), b, name);
	}
}

static void add_rules(struct wb_clauses *c, struct wb_buf *b,
		      enum wb_clause_kind kind,
		      const struct wb_licence_rule rule[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		wb_buf_fmt(b, "%s if ", rule[i].as);
		wb_rule_say(b, c->edition, &rule[i].when);
		close(add(c, kind, i, rule[i].when.citation), b, rule[i].name);
	}
}

static void add_exception(struct wb_clauses *c, struct wb_buf *b, size_t i)
{
	const struct wb_exception *x = &c->edition->exception[i];
	char name[96];

	wb_buf_fmt(b, "%s, shown as %s", x->title, x->as);
	close(add(c, WB_C_EXCEPTION, i, x->citation), b, x->name);
	for (size_t k = 0; k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];
		struct wb_clause *clause =
			add(c, WB_C_LINES + (enum wb_clause_kind)l->kind, i,
			    l->citation);
		char day[WB_DATE_TEXT + 1] = "";

		clause->item = k;
		say_item(b, c->edition, l);
		if (l->kind == WB_X_INSTALLED)
			wb_date_format(l->from, day);
		snprintf(name, sizeof(name), "%s%s%s%s", x->name,
			 l->name[0] != '\0' || day[0] != '\0' ? " " : "",
			 l->name, day);
		close(clause, b, name);
	}
}

static void add_reviews(struct wb_clauses *c, struct wb_buf *b)
{
	const struct wb_edition *ed = c->edition;

	for (size_t i = 0; i < ed->n_reviews; i++) {
		say_review(b, ed, &ed->review[i]);
		close(add(c, WB_C_REVIEW, i, ed->review[i].when.citation), b,
		      "");
	}
	if (ed->allocation.present) {
		say_allocation(b, ed);
		close(add(c, WB_C_ALLOCATION, 0, ed->allocation.citation), b,
		      "");
		wb_buf_str(b, wb_review_name(WB_REVIEW_POLICY_DENIAL));
		close(add(c, WB_C_BEYOND, 0, ed->allocation.beyond_citation), b,
		      "");
	}
	if (ed->validity_days > 0) {
		wb_buf_fmt(b, "a licence is valid for %d days at most",
			   (int)ed->validity_days);
		close(add(c, WB_C_VALIDITY, 0, ed->validity_citation), b, "");
	}
}

struct wb_clauses *wb_clauses_of(const struct wb_edition *ed)
{
	struct wb_clauses *ret = calloc(1, sizeof(*ret));
	struct wb_buf b;

	if (ret == NULL)
		return NULL;
	ret->edition = ed;
	wb_buf_init(&b, sizeof(ret->clause[0].said));
	add_header(ret, &b);
	add_items(ret, &b);
	add_rules(ret, &b, WB_C_EXEMPT, ed->exempt, ed->n_exempts);
	add_rules(ret, &b, WB_C_LICENCE, ed->licence, ed->n_licences);
	for (size_t i = 0; i < ed->n_exceptions; i++)
		add_exception(ret, &b, i);
	add_reviews(ret, &b);
	wb_buf_free(&b);
	return ret;
}
