#include <string.h>

#include "core/decide.h"
#include "core/format.h"

/*
 * items: what each item of a shipment is.  An assembly is judged circuit by
 * circuit (4A090: any circuit at or above a limit), and is then under the
 * entry of its base.
 */

/* --- parameters ----------------------------------------------------------- */

/* The other TPP published; the same has no format in doubt. */
static void published(const struct wb_product *p, struct wb_facts *f)
{
	f->published_x10 = p->least_x10;
	if (!wb_facts_on(f, WB_SET_PUBLISHED))
		return;
	f->tpp_x10 = p->least_x10;
	f->other_tpp_x10 = p->least_x10;
	f->published_x10 = p->tpp_x10;
}

static void of_catalogue(const struct wb_product *p, struct wb_facts *f)
{
	bool io = p->link_gbps_x10 >= 0 && p->host_gbps_x10 >= 0;

	f->tpp_x10 = p->tpp_x10;
	f->other_tpp_x10 = p->settled_x10;
	if (wb_facts_on(f, WB_SET_BITS)) {
		f->tpp_x10 = p->settled_x10;
		f->other_tpp_x10 = p->tpp_x10;
	}
	/* What others published is of the maker's own format. */
	f->published_x10 = f->tpp_x10;
	if (f->tpp_x10 == p->tpp_x10 && p->least_x10 != p->tpp_x10)
		published(p, f);
	f->die_area_mm2_x10 = p->die_area_mm2_x10;
	f->dram_x10 = p->dram_gbps_x10;
	f->links_x10 = p->link_gbps_x10;
	f->whole_io_x10 = io ? p->link_gbps_x10 + p->host_gbps_x10 : -1;
	f->datacenter = p->datacenter;
}

static void parameters(const struct wb_catalogue *cat,
		       const struct wb_item *item, struct wb_facts *f,
		       struct wb_decision *d)
{
	const struct wb_product *p;

	f->form = item->form;
	f->tpp_x10 = f->other_tpp_x10 = f->published_x10 = item->tpp_x10;
	f->die_area_mm2_x10 = item->die_area_mm2_x10;
	f->dram_x10 = item->dram_gbps_x10;
	f->whole_io_x10 = item->io_gbps_x10;
	f->links_x10 = item->io_gbps_x10;
	f->package_area_x10 = item->package_area_mm2_x10;
	f->datacenter = item->datacenter;
	if (item->model == NULL)
		return;
	p = wb_product_find(cat, item->model);
	if (p != NULL)
		of_catalogue(p, f);
	else
		wb_find(d, "unknown-model", "",
			"line %d: %s is not in the catalogue", item->line,
			item->model);
}

static void describe(const struct wb_item *item, const struct wb_facts *f,
		     struct wb_item_decision *out)
{
	out->model[0] = '\0';
	if (item->model != NULL)
		wb_copy(out->model, sizeof(out->model), item->model);
	out->line = item->line;
	out->quantity = item->quantity;
	out->units = item->units;
	out->tpp_x10 = f->tpp_x10;
	out->die_area_mm2_x10 = f->die_area_mm2_x10;
	/* Admission has refused totals past 2^53 - 1. */
	out->total_x10 =
		f->tpp_x10 < 0 ? -1 : f->tpp_x10 * item->units * item->quantity;
}

/* --- ECCN ----------------------------------------------------------------- */

/* What an edition makes of a circuit. */
struct named {
	const char *eccn; /* "none" or "unknown" if nothing else */
	const char *limb;
	const char *citation;
};

static const struct named nothing = {"none", "", ""};

/* Exclusions first, then the limbs in text order; the first that holds
 * decides, and one that nobody can tell makes the ECCN unknown. */
static struct named name_of(const struct wb_facts *f)
{
	const struct wb_edition *ed = f->edition;
	bool unsure = false;

	for (size_t i = 0; i < ed->n_exclusions; i++) {
		const struct wb_exclusion *x = &ed->exclusion[i];
		enum wb_truth t = wb_rule_holds(f, &x->when);

		if (t == WB_TRUE)
			return (struct named){"none", x->name,
					      x->when.citation};
		unsure |= t == WB_UNKNOWN;
	}
	for (size_t i = 0; i < ed->n_eccns; i++) {
		const struct wb_eccn_rule *r = &ed->eccn[i];
		enum wb_truth t = wb_rule_holds(f, &r->when);

		if (t == WB_FALSE)
			continue;
		return (struct named){t == WB_TRUE && !unsure ? r->eccn
							      : "unknown",
				      r->limb, r->when.citation};
	}
	return nothing;
}

/* Under the other reading of a setting the circuit would be something else. */
static void reading(const struct wb_facts *f, enum wb_named setting,
		    const struct named *here, const struct wb_facts *other,
		    int32_t line, const char *why, struct wb_decision *d)
{
	const struct wb_setting *s = wb_facts_setting(f, setting);
	struct named there;

	if (s == NULL || s->doubt[0] == '\0')
		return;
	there = name_of(other);
	if (!wb_same(there.eccn, here->eccn))
		wb_find_doubt(d, s->doubt, s->citation,
			      "line %d: %s; it is %s here and would be %s "
			      "under the other reading",
			      line, why, here->eccn, there.eccn);
}

/* Several circuits of one unit as one: TPP and area together. */
static struct wb_facts as_one(const struct wb_facts *f, int32_t units)
{
	struct wb_facts one = *f;

	one.tpp_x10 = f->tpp_x10 < 0 ? -1 : f->tpp_x10 * units;
	one.die_area_mm2_x10 =
		f->die_area_mm2_x10 < 0 ? -1 : f->die_area_mm2_x10 * units;
	one.published_x10 =
		f->published_x10 < 0 ? -1 : f->published_x10 * units;
	return one;
}

/* The doubts that decide what the circuit is. */
static struct named classify(struct wb_facts *f, const struct wb_item *item,
			     struct wb_decision *d)
{
	struct wb_facts one = as_one(f, item->units), other = *f;
	bool whole = wb_facts_on(f, WB_SET_SUPERCHIP);
	struct named here = name_of(whole ? &one : f);

	if (item->units > 1)
		reading(f, WB_SET_SUPERCHIP, &here, whole ? f : &one,
			item->line, "a unit holds several circuits", d);
	other.io_x10 =
		wb_facts_on(f, WB_SET_IO) ? f->whole_io_x10 : f->links_x10;
	reading(f, WB_SET_IO, &here, &other, item->line,
		"I/O bandwidth may be with or without the host interface", d);
	other.io_x10 = f->io_x10;
	if (f->die_area_mm2_x10 == 0) {
		other.density_of_none = !f->density_of_none;
		reading(f, WB_SET_DENSITY, &here, &other, item->line,
			"no non-planar die, so no performance density", d);
	}
	if (f->marketing_unknown) {
		other = *f;
		other.datacenter = f->datacenter < 0 ? 0 : -1;
		reading(f, WB_SET_MARKETED, &here, &other, item->line,
			"nobody knows whether it is marketed for data centres",
			d);
	}
	return here;
}

#define WB_ECCN_NUMBER 5 /* characters, as 3A090 of 3A090.a.1 */

/* --- the entry, and what was claimed -------------------------------------- */

static const struct wb_companion *companion(const struct wb_facts *f,
					    const struct wb_item *item,
					    const char *eccn)
{
	if (item->base != NULL)
		return wb_companion_find(f->edition, item->base, eccn);
	if (item->form == WB_FORM_ASSEMBLY)
		return wb_companion_find(f->edition, "assembly", eccn);
	return NULL;
}

static void enter(const struct wb_facts *f, const struct wb_item *item,
		  const struct named *n, struct wb_item_decision *out)
{
	const struct wb_companion *c = companion(f, item, n->eccn);

	wb_copy(out->limb, sizeof(out->limb), n->limb);
	wb_copy(out->circuit_eccn, sizeof(out->circuit_eccn), n->eccn);
	wb_copy(out->eccn, sizeof(out->eccn), c == NULL ? n->eccn : c->entry);
	/* Which paragraph it is follows from what else the item is: claimed. */
	if (c != NULL && wb_eccn_fits(c->entry, item->eccn))
		wb_copy(out->eccn, sizeof(out->eccn), item->eccn);
	wb_copy(out->eccn_citation, sizeof(out->eccn_citation),
		c == NULL ? n->citation : c->citation);
}

static bool found_by(const struct wb_edition *ed, const char *eccn)
{
	for (size_t i = 0; i < ed->n_eccns; i++)
		if (strncmp(ed->eccn[i].eccn, eccn, WB_ECCN_NUMBER) == 0)
			return true;
	for (size_t i = 0; i < ed->n_companions; i++)
		if (wb_eccn_fits(ed->companion[i].entry, eccn))
			return true;
	return false;
}

static void claimed(const struct wb_facts *f, const struct wb_item *item,
		    const struct wb_item_decision *out, struct wb_decision *d)
{
	bool controlled = !wb_same(out->eccn, "none");

	if (wb_same(out->eccn, "unknown") || wb_same(item->eccn, out->eccn))
		return;
	/* Of entries that the edition does not find it says nothing. */
	if (!controlled && !found_by(f->edition, item->eccn))
		return;
	wb_find(d, "eccn-differs", out->eccn_citation,
		"line %d: claimed %s, computed %s", out->line, item->eccn,
		out->eccn);
}

/* The TPP that counters add up hangs on formats whose bits are in doubt. */
static void bits_doubt(const struct wb_facts *f, const struct named *n,
		       int32_t line, struct wb_decision *d)
{
	const struct wb_setting *s = wb_facts_setting(f, WB_SET_BITS);
	char here[WB_AMOUNT_MAX], there[WB_AMOUNT_MAX];

	if (s == NULL || s->doubt[0] == '\0' || wb_same(n->eccn, "none") ||
	    f->tpp_x10 < 0 || f->other_tpp_x10 < 0 ||
	    f->tpp_x10 == f->other_tpp_x10)
		return;
	wb_find_doubt(d, s->doubt, s->citation,
		      "line %d: the bit length of a format is in doubt; %s "
		      "TPP here would be %s under the other reading",
		      line, wb_amount(f->tpp_x10, here),
		      wb_amount(f->other_tpp_x10, there));
}

void wb_item_find(const struct wb_catalogue *cat, const struct wb_item *item,
		  struct wb_facts *f, struct wb_item_decision *out,
		  struct wb_decision *d)
{
	struct named n;

	parameters(cat, item, f, d);
	describe(item, f, out);
	f->io_x10 = wb_facts_on(f, WB_SET_IO) ? f->links_x10 : f->whole_io_x10;
	f->density_of_none = wb_facts_on(f, WB_SET_DENSITY);
	f->marketing_unknown = f->datacenter < 0;
	if (f->marketing_unknown && wb_facts_on(f, WB_SET_MARKETED))
		f->datacenter = 0;
	n = classify(f, item, d);
	bits_doubt(f, &n, out->line, d);
	enter(f, item, &n, out);
	if (wb_same(n.eccn, "unknown"))
		wb_find(d, "fact-missing", n.citation,
			"line %d: a parameter that %s asks for is not known",
			out->line, n.limb);
	claimed(f, item, out, d);
	/* Nobody can tell what is asked about an unknown ECCN. */
	f->eccn = wb_same(n.eccn, "unknown") ? NULL : out->circuit_eccn;
	f->entry = wb_same(n.eccn, "unknown") ? NULL : out->eccn;
	f->limb = f->eccn == NULL ? NULL : out->limb;
}
