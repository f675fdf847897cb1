#include <assert.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"

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

static enum wb_truth tpp(const struct wb_facts *f, const struct wb_term *t)
{
	enum wb_truth ret = number(f->tpp_x10, t);

	if (f->published_x10 != f->tpp_x10 &&
	    number(f->published_x10, t) != ret)
		f->asked->near = true;
	return ret;
}

/*
 * PD = TPP / applicable die area (Technical Note 4 to 3A090); the limit is in
 * hundredths, so TPP / area op n / 100 is TPP * 100 op n * area.  Without a
 * non-planar die there is no PD, and no limb that asks for one is met
 * (AMBIG-11).
 */
static enum wb_truth density_of(const struct wb_facts *f, int64_t tpp_x10,
				const struct wb_term *t)
{
	bool above = t->op == WB_OP_AT_LEAST || t->op == WB_OP_ABOVE;

	if (f->die_area_mm2_x10 == 0)
		return f->density_of_none && above ? WB_TRUE : WB_FALSE;
	if (tpp_x10 < 0 || f->die_area_mm2_x10 < 0)
		return WB_UNKNOWN;
	return compare((__int128)tpp_x10 * 100, t->op,
		       (__int128)t->number * f->die_area_mm2_x10);
}

/* By the other TPP published it may be otherwise, as with other amounts. */
static enum wb_truth density(const struct wb_facts *f, const struct wb_term *t)
{
	enum wb_truth ret = density_of(f, f->tpp_x10, t);

	if (f->published_x10 != f->tpp_x10 &&
	    density_of(f, f->published_x10, t) != ret)
		f->asked->near = true;
	return ret;
}

/* Bandwidth of a memory stack over the area of its package, the same way
 * (3A090.c). */
static enum wb_truth bandwidth_density(const struct wb_facts *f,
				       const struct wb_term *t)
{
	if (f->dram_x10 < 0 || f->package_area_x10 <= 0)
		return WB_UNKNOWN;
	return compare((__int128)f->dram_x10 * 100, t->op,
		       (__int128)t->number * f->package_area_x10);
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
		if (wb_same(t->word[i], have))
			found = true;
	return found == (t->op == WB_OP_IS) ? WB_TRUE : WB_FALSE;
}

static enum wb_truth entry(const char *have, const struct wb_term *t)
{
	bool found = false;

	if (have == NULL)
		return WB_UNKNOWN;
	for (size_t i = 0; i < t->n_words; i++)
		found |= wb_eccn_fits(t->word[i], have);
	return found == (t->op == WB_OP_IS) ? WB_TRUE : WB_FALSE;
}

/* With a party or a country unknown, only what one known place settles is
 * settled. */
static enum wb_truth places(const struct wb_facts *f, const struct wb_term *t,
			    const char place[][3], size_t n, bool unknown)
{
	size_t in = 0, known = 0;

	for (size_t i = 0; i < n; i++) {
		const struct wb_country *country =
			wb_country_on(f->countries, place[i], f->date);

		if (country == NULL) {
			unknown = true;
			continue;
		}
		known++;
		in += wb_set_has(f->edition, t->set, f->turned, country,
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

static enum wb_truth paper(const struct wb_facts *f, const struct wb_term *t)
{
	bool there = false;

	for (size_t i = 0; i < t->n_words; i++)
		there |= wb_paper_in_time(f, t->word[i], 0);
	return there == (t->op == WB_OP_IS) ? WB_TRUE : WB_FALSE;
}

static enum wb_truth setting(const struct wb_facts *f, const struct wb_term *t)
{
	return word(wb_facts_setting_on(f, t->setting) ? "on" : "off", t);
}

/* Whether one of the licence lines asks for a licence.  They stand above what
 * names them, so that this ends. */
static enum wb_truth licence(const struct wb_facts *f, const struct wb_term *t)
{
	const struct wb_edition *ed = f->edition;
	enum wb_truth any = WB_FALSE;

	for (size_t i = 0; i < t->n_words; i++)
		for (size_t k = 0; k < ed->n_licences; k++) {
			enum wb_truth one;

			if (!wb_same(t->word[i], ed->licence[k].name))
				continue;
			one = wb_rule_holds(f, &ed->licence[k].when);
			if (one != WB_FALSE && any != WB_TRUE)
				any = one;
		}
	if (any == WB_UNKNOWN)
		return any;
	return (any == WB_TRUE) == (t->op == WB_OP_IS) ? WB_TRUE : WB_FALSE;
}

static enum wb_truth datacenter(const struct wb_facts *f,
				const struct wb_term *t)
{
	static const char *const yes_no[] = {"no", "yes"};

	if (f->datacenter >= 0)
		return word(yes_no[f->datacenter], t);
	/* A rule may ask for "unknown"; others cannot tell. */
	if (t->op == WB_OP_IS && word("unknown", t) == WB_TRUE)
		return WB_TRUE;
	return WB_UNKNOWN;
}

static enum wb_truth term_holds(const struct wb_facts *f,
				const struct wb_term *t)
{
	switch (t->fact) {
	case WB_F_TPP:
		return tpp(f, t);
	case WB_F_PD:
		return density(f, t);
	case WB_F_DRAM:
		return number(f->dram_x10, t);
	case WB_F_IO:
		return number(f->io_x10, t);
	case WB_F_DRAM_PLUS_IO:
		return sum(f->dram_x10, f->io_x10, t);
	case WB_F_BANDWIDTH_DENSITY:
		return bandwidth_density(f, t);
	case WB_F_SHIPMENT_TPP:
		wb_facts_near(f, f->shipment_x10, t->number);
		return number(f->shipment_x10, t);
	case WB_F_CHIPS:
		return number(f->chips, t);
	case WB_F_DATACENTER:
		return datacenter(f, t);
	case WB_F_ECCN:
		return word(f->eccn, t);
	case WB_F_ENTRY:
		return entry(f->entry, t);
	case WB_F_LIMB:
		return word(f->limb, t);
	case WB_F_FORM:
		return word(wb_form_name(f->form), t);
	case WB_F_KIND:
		return word(wb_shipment_kind_name(wb_facts_kind(f->shipment)),
			    t);
	case WB_F_END_USE:
		return word(wb_end_use_name(f->shipment->end_use), t);
	case WB_F_CONSIGNEE_KIND:
		return word(f->consignee_kind, t);
	case WB_F_PAPER:
		return paper(f, t);
	case WB_F_LICENCE:
		return licence(f, t);
	case WB_F_LETTER:
		return wb_asked_letter(f, t);
	case WB_F_AGREEMENT:
		return wb_asked_agreement(f, t);
	case WB_F_EXPORTER_LIST:
	case WB_F_PARTY_LIST:
	case WB_F_OWNED_LIST:
	case WB_F_CONSIGNEE_LIST:
		return wb_asked_list(f, t);
	case WB_F_SETTING:
		return setting(f, t);
	case WB_F_FROM:
		return one_place(f, t, f->shipment->from);
	case WB_F_DESTINATION:
		return one_place(f, t, f->shipment->destination);
	case WB_F_LOCATED:
		return places(f, t, f->located, f->n_located,
			      f->located_unknown);
	case WB_F_HEADQUARTERS:
		return places(f, t, f->headquarters, f->n_headquarters,
			      f->headquarters_unknown);
	case WB_F_PARTIES:
		return all_places(f, t);
	case WB_FACTS:
		break;
	}
	assert(!"the parser knows the facts");
	return WB_UNKNOWN;
}

static enum wb_truth all_hold(const struct wb_facts *f,
			      const struct wb_rule *rule, bool settings)
{
	enum wb_truth all = WB_TRUE;

	for (size_t i = 0; i < rule->n; i++) {
		const struct wb_term *t = &rule->term[i];
		enum wb_truth one;

		if (t->fact == WB_F_SETTING && !settings)
			continue;
		f->asked->citation = rule->citation;
		one = term_holds(f, t);
		if (one == WB_FALSE)
			return WB_FALSE;
		if (one == WB_UNKNOWN)
			all = WB_UNKNOWN;
	}
	return all;
}

enum wb_truth wb_rule_holds(const struct wb_facts *f,
			    const struct wb_rule *rule)
{
	return all_hold(f, rule, true);
}

/* Nothing hinges on this but what is told: that it could not be looked up
 * leaves no gap. */
enum wb_truth wb_rule_but_settings(const struct wb_facts *f,
				   const struct wb_rule *rule)
{
	bool cut = f->asked->cut;
	enum wb_truth t = all_hold(f, rule, false);

	f->asked->cut = cut;
	return t;
}

bool wb_rule_has_settings(const struct wb_rule *rule)
{
	for (size_t i = 0; i < rule->n; i++)
		if (rule->term[i].fact == WB_F_SETTING)
			return true;
	return false;
}

/* --- doubts that mattered ------------------------------------------------- */

void wb_rule_doubts(const struct wb_facts *f, const struct wb_rule *rule,
		    struct wb_decision *d)
{
	for (size_t i = 0; i < rule->n; i++) {
		const struct wb_term *t = &rule->term[i];
		const struct wb_setting *s;

		if (t->fact != WB_F_SETTING)
			continue;
		s = &f->edition->setting[t->setting];
		if (s->doubt[0] != '\0')
			wb_find_doubt(d, s->doubt, rule->citation,
				      "the setting %s is %s here, and decides",
				      s->name,
				      wb_facts_setting_on(f, t->setting)
					      ? "on"
					      : "off");
	}
}

void wb_rule_io_doubt(const struct wb_facts *f, const struct wb_rule *rule,
		      enum wb_truth t, struct wb_decision *d)
{
	const struct wb_setting *s = wb_facts_setting(f, WB_SET_IO);
	struct wb_facts other;
	bool asks = false;

	for (size_t i = 0; i < rule->n; i++)
		asks |= rule->term[i].fact == WB_F_IO ||
			rule->term[i].fact == WB_F_DRAM_PLUS_IO;
	if (!asks || s == NULL || s->doubt[0] == '\0')
		return;
	other = *f;
	other.io_x10 =
		wb_facts_on(f, WB_SET_IO) ? f->whole_io_x10 : f->links_x10;
	if (wb_rule_holds(&other, rule) != t)
		wb_find_doubt(d, s->doubt, rule->citation,
			      "I/O bandwidth %s the host interface here; the "
			      "other reading would decide otherwise",
			      wb_facts_on(f, WB_SET_IO) ? "is without"
							: "includes");
}

/* --- settings, papers, places --------------------------------------------- */

const struct wb_setting *wb_facts_setting(const struct wb_facts *f,
					  enum wb_named name)
{
	int at = f->edition->named[name];

	return at < 0 ? NULL : &f->edition->setting[at];
}

bool wb_facts_on(const struct wb_facts *f, enum wb_named name)
{
	int at = f->edition->named[name];

	return at >= 0 && wb_facts_setting_on(f, at);
}

bool wb_facts_setting_on(const struct wb_facts *f, int setting)
{
	return wb_setting_on(f->edition, setting, f->date) !=
	       (setting == f->turned);
}

bool wb_facts_set_holds(const struct wb_facts *f, int set, const char *code)
{
	const struct wb_country *country =
		wb_country_on(f->countries, code, f->date);

	return country != NULL &&
	       wb_set_has(f->edition, set, f->turned, country, f->date);
}

enum wb_shipment_kind wb_facts_kind(const struct wb_shipment *s)
{
	return wb_same(s->from, s->destination) ? WB_TRANSFER : s->kind;
}

/* Somewhere on earth it is tomorrow already, nowhere the day after. */
bool wb_paper_in_time(const struct wb_facts *f, const char *kind, int32_t days)
{
	const struct wb_shipment *s = f->shipment;
	const struct wb_paper *paper = wb_shipment_paper(s, kind);

	return paper != NULL && paper->date <= s->export_date - days &&
	       paper->date <= f->today + 1;
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
