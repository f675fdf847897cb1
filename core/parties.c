#include <string.h>

#include "core/decide.h"

/*
 * parties: who the goods go to, as registered and as declared.  Rules are
 * asked about both, so that the stricter decides.
 */

/* Note what the registry knows of a party whose place matters; *f is NULL for
 * those whose place no rule asks about. */
static void known(struct wb_decision *d, const struct wb_profile *p,
		  struct wb_facts *f)
{
	wb_scope_add(d, p->country);
	wb_scope_add(d, p->headquarters);
	wb_scope_add(d, p->parent_headquarters);
	if (!p->registered)
		wb_find(d, "unregistered-party", "",
			"%s is not in the registry on the date of export",
			p->id);
	else if (p->parent_unknown)
		wb_find(d, "unregistered-party", "",
			"the ultimate parent of %s, above %s, is not in the "
			"registry on the date of export or more than %d steps "
			"up",
			p->id, p->parent, WB_OWNERSHIP_DEPTH_MAX);
	if (f == NULL)
		return;
	f->headquarters_unknown |= !p->registered || p->parent_unknown;
	wb_facts_headquarters_add(f, p->headquarters);
	wb_facts_headquarters_add(f, p->parent_headquarters);
}

/* The consignee's kind and the end user's: the stricter is asked about. */
static void kind_add(struct wb_facts *f, const struct wb_profile *p)
{
	static const char *const kinds[] = {"private", "government",
					    "unregistered"};
	size_t kind = !p->registered || p->parent_unknown ? 2 : p->government;

	for (size_t i = kind + 1; i < 3 && f->consignee_kind != NULL; i++)
		if (strcmp(f->consignee_kind, kinds[i]) == 0)
			kind = i;
	f->consignee_kind = kinds[kind];
}

static void differs(struct wb_decision *d, const char *what,
		    const char *declared, const char *registered)
{
	if (declared != NULL && registered[0] != '\0' &&
	    strcmp(declared, registered) != 0)
		wb_find(d, "declared-differs", "",
			"%s declared as %s, registered as %s", what, declared,
			registered);
}

/* Where the declaration is another than the registry, both are asked about,
 * so that the stricter decides. */
static int declared(const struct wb_engine_input *in, struct wb_facts *f,
		    const struct wb_profile *consignee, struct wb_decision *d)
{
	const struct wb_shipment *s = f->shipment;
	struct wb_profile p;
	int rc;

	wb_facts_headquarters_add(f, s->declared_headquarters);
	wb_facts_headquarters_add(f, s->declared_parent_headquarters);
	differs(d, "headquarters", s->declared_headquarters,
		consignee->headquarters);
	differs(d, "headquarters of the parent",
		s->declared_parent_headquarters,
		consignee->parent_headquarters);
	if (s->consignee_type == WB_GOVERNMENT_ENTITY &&
	    strcmp(f->consignee_kind, "private") == 0) {
		differs(d, "consignee type", "government", f->consignee_kind);
		f->consignee_kind = "government";
	}
	if (s->declared_parent == NULL ||
	    strcmp(s->declared_parent, consignee->parent) == 0)
		return 0;
	if (consignee->registered)
		differs(d, "ultimate parent", s->declared_parent,
			consignee->parent);
	rc = wb_profile_read(in->state, d, s->declared_parent, s->export_date,
			     &p);
	if (rc == 0)
		known(d, &p, f);
	return rc;
}

int wb_parties(const struct wb_engine_input *in, struct wb_facts *f,
	       struct wb_profile *consignee, struct wb_decision *d)
{
	const struct wb_shipment *s = f->shipment;
	const char *name[2];
	struct wb_profile p;
	size_t n = 0;
	int rc;

	name[n++] = s->consignee;
	if (s->end_user != NULL && strcmp(s->end_user, s->consignee) != 0)
		name[n++] = s->end_user;
	wb_scope_add(d, s->from);
	wb_scope_add(d, s->destination);
	for (size_t i = 0; i < n; i++) {
		rc = wb_profile_read(in->state, d, name[i], s->export_date, &p);
		if (rc != 0)
			return rc;
		known(d, &p, f);
		kind_add(f, &p);
		if (i == 0)
			*consignee = p;
	}
	/* Goods pass through intermediates; no rule asks who owns them. */
	for (size_t i = 0; i < s->n_intermediates; i++) {
		rc = wb_profile_read_own(in->state, d, s->intermediate[i],
					 s->export_date, &p);
		if (rc != 0)
			return rc;
		known(d, &p, NULL);
	}
	return declared(in, f, consignee, d);
}
