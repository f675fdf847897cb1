#include <assert.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"

/*
 * parties: who the goods go to, as registered and as declared.  Rules are
 * asked about both, so that the stricter decides.
 */

static void involve(struct wb_facts *f, const char *id, bool takes_part,
		    bool receives, bool unknown)
{
	struct wb_asked *a = f->asked;

	for (size_t i = 0; i < a->n_involved; i++) {
		if (!wb_same(a->involved[i].id, id))
			continue;
		a->involved[i].takes_part |= takes_part;
		a->involved[i].receives |= receives;
		a->involved[i].unknown |= unknown;
		return;
	}
	assert(a->n_involved < WB_INVOLVED_MAX);
	wb_copy(a->involved[a->n_involved].id, WB_ID_MAX + 1, id);
	a->involved[a->n_involved].unlisted = false;
	a->involved[a->n_involved].takes_part = takes_part;
	a->involved[a->n_involved].unknown = unknown;
	a->involved[a->n_involved++].receives = receives;
}

/* Note what the registry knows of a party; an owner takes no part. */
static void known(struct wb_decision *d, const struct wb_profile *p,
		  bool takes_part, struct wb_facts *f)
{
	wb_scope_add(d, p->country);
	wb_scope_add(d, p->headquarters);
	wb_scope_add(d, p->parent_headquarters);
	involve(f, p->id, takes_part, false, !p->registered);
	involve(f, p->parent, false, false,
		!p->registered || p->parent_unknown);
	if (!p->registered)
		wb_find(d, "unregistered-party", "",
			"%s is not in the registry on the date of export",
			p->id);
	else if (p->parent_unknown)
		wb_find(d, "unregistered-party", "",
			"the ultimate parent of %s is not in the registry on "
			"the date of export or more than %d steps up",
			p->id, WB_OWNERSHIP_DEPTH_MAX);
}

/* And of one whose headquarters rules ask about. */
static void counts(struct wb_facts *f, const struct wb_profile *p)
{
	bool unknown = !p->registered || p->parent_unknown;

	f->headquarters_unknown |= unknown;
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
		if (wb_same(f->consignee_kind, kinds[i]))
			kind = i;
	f->consignee_kind = kinds[kind];
}

static void receives(struct wb_facts *f, const struct wb_profile *p)
{
	counts(f, p);
	kind_add(f, p);
	involve(f, p->id, true, true, false);
	if (!p->registered)
		f->located_unknown = true;
	else
		wb_copy(f->located[f->n_located++], 3, p->country);
}

static void differs(struct wb_decision *d, const char *what,
		    const char *declared, const char *registered)
{
	if (declared != NULL && registered[0] != '\0' &&
	    !wb_same(declared, registered))
		wb_find(d, "declared-differs", "",
			"%s declared as %s; the registry has another", what,
			declared);
}

/*
 * Read a party whom not everything hinges on: with its parents while there are
 * reads to spare, else by itself or not at all.
 */
static int read_if_spare(const struct wb_engine_input *in, struct wb_facts *f,
			 const char *party, bool parents,
			 struct wb_profile *ret, struct wb_decision *d)
{
	wb_date date = f->shipment->export_date;

	if (parents && wb_reads_spare(d, WB_OWNERSHIP_DEPTH_MAX + 1))
		return wb_profile_read(in->state, d, party, date, ret);
	f->asked->cut |= parents || !wb_reads_spare(d, 1);
	return wb_profile_read_own(in->state, d, party, date, ret);
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
	    wb_same(f->consignee_kind, "private")) {
		differs(d, "consignee type", "government", f->consignee_kind);
		f->consignee_kind = "government";
	}
	if (s->declared_parent == NULL ||
	    wb_same(s->declared_parent, consignee->parent))
		return 0;
	if (consignee->registered)
		differs(d, "ultimate parent", s->declared_parent,
			consignee->parent);
	rc = read_if_spare(in, f, s->declared_parent, true, &p, d);
	if (rc != 0)
		return rc;
	known(d, &p, false, f);
	counts(f, &p);
	return 0;
}

/* Goods pass through intermediates; rules ask who they are, and their
 * parents, not where. */
static int intermediates(const struct wb_engine_input *in, struct wb_facts *f,
			 struct wb_decision *d)
{
	const struct wb_shipment *s = f->shipment;
	struct wb_profile p;
	int rc = 0;

	for (size_t i = 0; i < s->n_intermediates && rc == 0; i++) {
		rc = read_if_spare(in, f, s->intermediate[i], true, &p, d);
		if (rc == 0)
			known(d, &p, true, f);
	}
	return rc;
}

/* Who runs the data centre that is named: it takes part, and its status is
 * asked about where the consignee's is (748.15). */
static int operator_of(const struct wb_engine_input *in, struct wb_facts *f,
		       const struct wb_profile *consignee,
		       struct wb_profile *ret, struct wb_decision *d)
{
	const struct wb_shipment *s = f->shipment;
	const char *party = s->facility_operator;
	int rc;

	*ret = *consignee;
	if (party == NULL || wb_same(party, s->consignee))
		return 0;
	rc = read_if_spare(in, f, party, true, ret, d);
	if (rc == 0 && (s->end_user == NULL || !wb_same(party, s->end_user)))
		known(d, ret, true, f);
	return rc;
}

/* What is called one thing and goes like another. */
static void kind_told(const struct wb_shipment *s, struct wb_decision *d)
{
	bool within = wb_same(s->from, s->destination);

	if (within != (s->kind == WB_TRANSFER))
		wb_find(d, "kind-differs", "",
			"called %s, from %s to %s, and asked about as %s",
			wb_shipment_kind_name(s->kind), s->from, s->destination,
			wb_shipment_kind_name(WB_TRANSFER));
}

int wb_parties(const struct wb_engine_input *in, struct wb_facts *f,
	       struct wb_usage *use, struct wb_decision *d)
{
	const struct wb_shipment *s = f->shipment;
	struct wb_profile *consignee = &use->consignee;
	struct wb_profile *charged = &use->charged;
	struct wb_profile p;
	int rc;

	wb_scope_add(d, s->from);
	wb_scope_add(d, s->destination);
	kind_told(s, d);
	rc = wb_profile_read(in->state, d, s->consignee, s->export_date,
			     consignee);
	if (rc != 0)
		return rc;
	known(d, consignee, true, f);
	receives(f, consignee);
	if (s->end_user != NULL && !wb_same(s->end_user, s->consignee)) {
		rc = wb_profile_read(in->state, d, s->end_user, s->export_date,
				     &p);
		if (rc != 0)
			return rc;
		known(d, &p, true, f);
		receives(f, &p);
	}
	*charged = *consignee;
	if (s->charged_to != NULL) {
		rc = wb_profile_read(in->state, d, s->charged_to,
				     s->export_date, charged);
		if (rc != 0)
			return rc;
		known(d, charged, true, f);
	}
	rc = intermediates(in, f, d);
	if (rc == 0)
		rc = operator_of(in, f, consignee, &use->operator, d);
	return rc == 0 ? declared(in, f, consignee, d) : rc;
}
