#include <string.h>

#include "core/policy_parse.h"
#include "waybill/text.h"

/* What an item is, and whether it needs a licence. */

/* An ECCN or entry; or the word other, which stands for one. */
static int take_eccn(struct wb_lex *lex, const char *other, char ret[16])
{
	int rc = wb_lex_name(lex, "an ECCN", ret, 16);

	if (rc != 0 || wb_eccn_shaped(ret) ||
	    (other != NULL && strcmp(ret, other) == 0))
		return rc;
	return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
			     "An ECCN is written like 3A090.a or 5A992%s%s.",
			     other != NULL ? "; here can also stand " : "",
			     other != NULL ? other : "");
}

/* eccn 3A090.a limb 3A090.a.1 when ... */
int wb_parse_eccn(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_eccn_rule *rule = &ed->eccn[ed->n_eccns];
	int rc;

	if (ed->n_eccns == WB_ECCN_RULES_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d eccn lines.",
				     WB_ECCN_RULES_MAX);
	rc = wb_lex_name(lex, "an ECCN", rule->eccn, sizeof(rule->eccn));
	if (rc == 0)
		rc = wb_lex_expect(lex, "limb");
	if (rc == 0)
		rc = wb_lex_name(lex, "a limb", rule->limb, sizeof(rule->limb));
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < ed->n_eccns; i++)
		if (strcmp(rule->limb, ed->eccn[i].limb) == 0)
			return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
					     "There is a line for this limb.");
	rc = wb_lex_expect(lex, "when");
	if (rc == 0)
		rc = wb_parse_rule(lex, ed, &rule->when);
	if (rc == 0)
		ed->n_eccns++;
	return rc;
}

int wb_parse_exclude(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_exclusion *x = &ed->exclusion[ed->n_exclusions];
	size_t max = sizeof(ed->exclusion) / sizeof(ed->exclusion[0]);
	int rc;

	if (ed->n_exclusions == max)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %zu exclude lines.",
				     max);
	rc = wb_lex_name(lex, "the name of a note", x->name, sizeof(x->name));
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < ed->n_exclusions; i++)
		if (strcmp(x->name, ed->exclusion[i].name) == 0)
			return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
					     "There is a line for this note.");
	rc = wb_lex_expect(lex, "when");
	if (rc == 0)
		rc = wb_parse_rule(lex, ed, &x->when);
	if (rc == 0)
		ed->n_exclusions++;
	return rc;
}

/* companion BASE of ECCN is ENTRY */
int wb_parse_companion(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_companion *c = &ed->companion[ed->n_companions];
	int rc;

	if (ed->n_companions == WB_COMPANIONS_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d companion lines.",
				     WB_COMPANIONS_MAX);
	rc = take_eccn(lex, "assembly", c->base);
	if (rc == 0)
		rc = wb_lex_expect(lex, "of");
	if (rc == 0)
		rc = take_eccn(lex, NULL, c->eccn);
	if (rc != 0)
		return rc;
	if (wb_companion_find(ed, c->base, c->eccn) != NULL)
		return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
				     "There is a line for this base and "
				     "ECCN.");
	rc = wb_lex_expect(lex, "is");
	if (rc == 0)
		rc = take_eccn(lex, NULL, c->entry);
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc == 0)
		rc = wb_lex_cite(lex, c->citation, sizeof(c->citation));
	if (rc != 0)
		return rc;
	c->line = lex->number;
	ed->n_companions++;
	return 0;
}

/* NAME [as "TEXT"] when ..., the same for licence and exempt lines */
static int parse_named(struct wb_lex *lex, const struct wb_edition *ed,
		       const struct wb_licence_rule *above, size_t n,
		       const char *as, struct wb_licence_rule *rule)
{
	int rc = wb_lex_name(lex, "the name of a rule", rule->name,
			     sizeof(rule->name));

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (strcmp(rule->name, above[i].name) == 0)
			return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
					     "There is a rule of this name.");
	rc = wb_lex_as(lex, as, rule->as);
	if (rc == 0)
		rc = wb_lex_expect(lex, "when");
	return rc == 0 ? wb_parse_rule(lex, ed, &rule->when) : rc;
}

int wb_parse_exempt(struct wb_lex *lex, struct wb_edition *ed)
{
	int rc;

	if (ed->n_exempts == WB_EXEMPT_RULES_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d exempt lines.",
				     WB_EXEMPT_RULES_MAX);
	rc = parse_named(lex, ed, ed->exempt, ed->n_exempts, "NLR",
			 &ed->exempt[ed->n_exempts]);
	if (rc == 0)
		ed->n_exempts++;
	return rc;
}

int wb_parse_licence(struct wb_lex *lex, struct wb_edition *ed)
{
	int rc;

	if (ed->n_licences == WB_LICENCE_RULES_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d licence lines.",
				     WB_LICENCE_RULES_MAX);
	rc = parse_named(lex, ed, ed->licence, ed->n_licences, "LICENCE",
			 &ed->licence[ed->n_licences]);
	if (rc == 0)
		ed->n_licences++;
	return rc;
}
