#include <assert.h>
#include <string.h>

#include "core/decide.h"

/*
 * facts: whether a rule of an edition holds of an item.
 *
 * Three-valued: a term about a fact that nobody knows is unknown, and so is a
 * rule that hinges on one.  Integers only; performance density is compared by
 * cross-multiplication.
 */

static enum wb_truth compare(__int128 a, enum wb_op op, __int128 b)
{
	switch (op) {
	case WB_OP_AT_LEAST:
		return a >= b ? WB_TRUE : WB_FALSE;
	case WB_OP_BELOW:
		return a < b ? WB_TRUE : WB_FALSE;
	case WB_OP_ABOVE:
		return a > b ? WB_TRUE : WB_FALSE;
	case WB_OP_AT_MOST:
		return a <= b ? WB_TRUE : WB_FALSE;
	case WB_OP_IS:
	case WB_OP_IS_NOT:
	case WB_OP_IN:
	case WB_OP_TOUCHES:
	case WB_OP_OUTSIDE:
		break;
	}
	assert(!"the parser lets numbers be compared only");
	return WB_UNKNOWN;
}

static enum wb_truth number(int64_t have_x10, const struct wb_term *t)
{
	if (have_x10 < 0)
		return WB_UNKNOWN;
	return compare(have_x10, t->op, t->number);
}

/*
 * PD = TPP / applicable die area (Technical Note 4 to 3A090); the limit is in
 * hundredths, so TPP / area op n / 100 is TPP * 100 op n * area.  Without a
 * non-planar die there is no PD, and no limb that asks for one is met
 * (AMBIG-11).
 */
static enum wb_truth density(const struct wb_facts *f, const struct wb_term *t)
{
	if (f->die_area_mm2_x10 == 0)
		return WB_FALSE;
	if (f->tpp_x10 < 0 || f->die_area_mm2_x10 < 0)
		return WB_UNKNOWN;
	return compare((__int128)f->tpp_x10 * 100, t->op,
		       (__int128)t->number * f->die_area_mm2_x10);
}

static enum wb_truth sum(int64_t a, int64_t b, const struct wb_term *t)
{
	/* One known part may be enough to know. */
	if (a < 0 || b < 0) {
		int64_t known = a > b ? a : b;

		if (known >= 0 &&
		    (t->op == WB_OP_AT_LEAST || t->op == WB_OP_ABOVE) &&
		    number(known, t) == WB_TRUE)
			return WB_TRUE;
		return WB_UNKNOWN;
	}
	return number(a + b, t);
}

static enum wb_truth word(const char *have, const struct wb_term *t)
{
	bool found = false;

	if (have == NULL)
		return WB_UNKNOWN;
	for (size_t i = 0; i < t->n_words; i++)
		if (strcmp(t->word[i], have) == 0)
			found = true;
	return found == (t->op == WB_OP_IS) ? WB_TRUE : WB_FALSE;
}

/* With a party or a country unknown, only what one known place settles is
 * settled. */
static enum wb_truth places(const struct wb_facts *f, const struct wb_term *t,
			    const char place[][3], size_t n, bool unknown)
{
	size_t in = 0, known = 0;

	for (size_t i = 0; i < n; i++) {
		if (wb_country_on(f->countries, place[i], f->date) == NULL) {
			unknown = true;
			continue;
		}
		known++;
		in += wb_set_holds(f->edition, t->set, f->countries, place[i],
				   f->date);
	}
	switch (t->op) {
	case WB_OP_IN:
		if (in < known)
			return WB_FALSE;
		return unknown ? WB_UNKNOWN : WB_TRUE;
	case WB_OP_TOUCHES:
		if (in > 0)
			return WB_TRUE;
		return unknown ? WB_UNKNOWN : WB_FALSE;
	case WB_OP_OUTSIDE:
		if (in > 0)
			return WB_FALSE;
		return unknown ? WB_UNKNOWN : WB_TRUE;
	case WB_OP_AT_LEAST:
	case WB_OP_BELOW:
	case WB_OP_ABOVE:
	case WB_OP_AT_MOST:
	case WB_OP_IS:
	case WB_OP_IS_NOT:
		break;
	}
	assert(!"the parser lets places be in, touch or be outside only");
	return WB_UNKNOWN;
}

static enum wb_truth one_place(const struct wb_facts *f,
			       const struct wb_term *t, const char *code)
{
	char place[1][3] = {{0}};

	memcpy(place[0], code, 2);
	return places(f, t, place, 1, false);
}

static enum wb_truth all_places(const struct wb_facts *f,
				const struct wb_term *t)
{
	char place[WB_PLACES_MAX + 1][3] = {{0}};

	memcpy(place[0], f->shipment->destination, 2);
	memcpy(place[1], f->headquarters, sizeof(f->headquarters));
	return places(f, t, place, f->n_headquarters + 1,
		      f->headquarters_unknown);
}

static enum wb_truth term_holds(const struct wb_facts *f,
				const struct wb_term *t)
{
	static const char *const yes_no[] = {"no", "yes"};
	bool on;

	switch (t->fact) {
	case WB_F_TPP:
		return number(f->tpp_x10, t);
	case WB_F_PD:
		return density(f, t);
	case WB_F_DRAM:
		return number(f->dram_x10, t);
	case WB_F_IO:
		return number(f->io_x10, t);
	case WB_F_DRAM_PLUS_IO:
		return sum(f->dram_x10, f->io_x10, t);
	case WB_F_SHIPMENT_TPP:
		return number(f->shipment_x10, t);
	case WB_F_DATACENTER:
		if (f->datacenter >= 0)
			return word(yes_no[f->datacenter], t);
		/* A rule may ask for "unknown"; others cannot tell. */
		if (t->op == WB_OP_IS && word("unknown", t) == WB_TRUE)
			return WB_TRUE;
		return WB_UNKNOWN;
	case WB_F_ECCN:
		return word(f->eccn, t);
	case WB_F_LIMB:
		return word(f->limb, t);
	case WB_F_KIND:
		return word(wb_shipment_kind_name(f->shipment->kind), t);
	case WB_F_END_USE:
		return word(wb_end_use_name(f->shipment->end_use), t);
	case WB_F_CONSIGNEE_KIND:
		return word(f->consignee_kind, t);
	case WB_F_SETTING:
		on = wb_setting_on(f->edition, t->setting, f->date);
		return word(on ? "on" : "off", t);
	case WB_F_FROM:
		return one_place(f, t, f->shipment->from);
	case WB_F_DESTINATION:
		return one_place(f, t, f->shipment->destination);
	case WB_F_HEADQUARTERS:
		return places(f, t, f->headquarters, f->n_headquarters,
			      f->headquarters_unknown);
	case WB_F_PARTIES:
		return all_places(f, t);
	case WB_F_BANDWIDTH_DENSITY:
	case WB_F_CHIPS:
	case WB_F_ENTRY:
	case WB_F_FORM:
	case WB_F_PAPER:
	case WB_F_LICENCE:
	case WB_F_LETTER:
	case WB_F_AGREEMENT:
	case WB_F_EXPORTER_LIST:
	case WB_F_PARTY_LIST:
	case WB_F_OWNED_LIST:
	case WB_F_CONSIGNEE_LIST:
	case WB_F_LOCATED:
		return WB_UNKNOWN;
	case WB_FACTS:
		break;
	}
	assert(!"the parser knows the facts");
	return WB_UNKNOWN;
}

enum wb_truth wb_rule_holds(const struct wb_facts *f,
			    const struct wb_rule *rule)
{
	enum wb_truth all = WB_TRUE;

	for (size_t i = 0; i < rule->n; i++) {
		enum wb_truth one = term_holds(f, &rule->term[i]);

		if (one == WB_FALSE)
			return WB_FALSE;
		if (one == WB_UNKNOWN)
			all = WB_UNKNOWN;
	}
	return all;
}

void wb_facts_headquarters_add(struct wb_facts *f, const char *code)
{
	if (code == NULL || code[0] == '\0')
		return;
	for (size_t i = 0; i < f->n_headquarters; i++)
		if (memcmp(f->headquarters[i], code, 2) == 0)
			return;
	assert(f->n_headquarters < WB_PLACES_MAX);
	memcpy(f->headquarters[f->n_headquarters], code, 2);
	f->headquarters[f->n_headquarters++][2] = '\0';
}

bool wb_facts_places_known(const struct wb_facts *f, const char **ret_code)
{
	const char *fixed[] = {f->shipment->from, f->shipment->destination};

	for (size_t i = 0; i < 2; i++) {
		if (wb_country_on(f->countries, fixed[i], f->date) != NULL)
			continue;
		*ret_code = fixed[i];
		return false;
	}
	for (size_t i = 0; i < f->n_headquarters; i++) {
		if (wb_country_on(f->countries, f->headquarters[i], f->date))
			continue;
		*ret_code = f->headquarters[i];
		return false;
	}
	return true;
}
