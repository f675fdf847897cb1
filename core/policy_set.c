#include <assert.h>
#include <string.h>

#include "core/format.h"
#include "core/policy_parse.h"
#include "waybill/text.h"

const char *const wb_group_names[WB_GROUPS] = {
	[WB_G_A1] = "A1",       [WB_G_A5] = "A5",
	[WB_G_A6] = "A6",       [WB_G_B] = "B",
	[WB_G_D1] = "D1",       [WB_G_D3] = "D3",
	[WB_G_D4] = "D4",       [WB_G_D5] = "D5",
	[WB_G_E1] = "E1",       [WB_G_E2] = "E2",
	[WB_G_TIER1] = "tier1", [WB_G_TIER2] = "tier2",
	[WB_G_TIER3] = "tier3", [WB_G_TIER1_HEIR] = "tier1_heir",
};

const char *wb_group_name(enum wb_group group)
{
	assert(group < WB_GROUPS);
	return wb_group_names[group];
}

/* --- parsing -------------------------------------------------------------- */

static int find_group(struct wb_slice s)
{
	for (int i = 0; i < WB_GROUPS; i++)
		if (wb_slice_is(s, wb_group_names[i]))
			return i;
	return -1;
}

static int find_set(const struct wb_edition *ed, struct wb_slice s)
{
	for (size_t i = 0; i < ed->n_sets; i++)
		if (wb_slice_is(s, ed->set[i].name))
			return (int)i;
	return -1;
}

/* Not a set, group or country: say what is near. */
static int refuse_part(struct wb_lex *lex, const struct wb_edition *ed,
		       struct wb_slice s)
{
	const char *name[WB_SETS_MAX + WB_GROUPS];
	size_t n = 0;

	for (size_t i = 0; i < ed->n_sets; i++)
		name[n++] = ed->set[i].name;
	for (size_t i = 0; i < WB_GROUPS; i++)
		name[n++] = wb_group_names[i];
	return wb_lex_unknown(lex, s, "a group, a country code or a set", name,
			      n);
}

static int parse_part(struct wb_lex *lex, const struct wb_edition *ed,
		      bool minus, struct wb_set_part *ret)
{
	struct wb_slice s;
	int rc;

	rc = wb_lex_take(lex, "a group, a country code or a set", &s);
	if (rc != 0)
		return rc;
	*ret = (struct wb_set_part){.minus = minus, .only_if = -1};
	/* Groups first: no ISO code looks like one, but a set might. */
	ret->what = WB_PART_GROUP;
	ret->index = find_group(s);
	if (ret->index >= 0)
		return 0;
	if (wb_country_valid(s)) {
		ret->what = WB_PART_COUNTRY;
		memcpy(ret->code, s.p, 2);
		return 0;
	}
	ret->what = WB_PART_SET;
	ret->index = find_set(ed, s);
	return ret->index >= 0 ? 0 : refuse_part(lex, ed, s);
}

static int parse_parts(struct wb_lex *lex, const struct wb_edition *ed,
		       struct wb_set *set)
{
	bool minus = false;

	for (;;) {
		int rc;

		if (set->n == WB_SET_PARTS_MAX)
			return wb_lex_refuse(lex, wb_lex_end_of(lex),
					     "The set has more than %d parts.",
					     WB_SET_PARTS_MAX);
		rc = parse_part(lex, ed, minus, &set->part[set->n]);
		if (rc == 0 && wb_lex_is(lex, "if"))
			rc = wb_parse_setting_name(lex, ed,
						   &set->part[set->n].only_if);
		if (rc != 0)
			return rc;
		set->n++;
		if (lex->i == lex->n)
			return 0;
		minus = wb_lex_is(lex, "-");
		if (!minus) {
			rc = wb_lex_expect(lex, "+");
			if (rc != 0)
				return rc;
		}
	}
}

int wb_parse_set(struct wb_lex *lex, struct wb_edition *ed)
{
	struct wb_set *set = &ed->set[ed->n_sets];
	struct wb_slice s;
	int rc;

	if (ed->n_sets == WB_SETS_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d sets.",
				     WB_SETS_MAX);
	rc = wb_lex_name(lex, "the name of a set", set->name,
			 sizeof(set->name));
	if (rc != 0)
		return rc;
	s = lex->word[lex->i - 1].s;
	if (find_group(s) >= 0 || wb_country_valid(s))
		return wb_lex_refuse(lex, s,
				     "A set cannot be called like a group or a "
				     "country.");
	if (find_set(ed, s) >= 0)
		return wb_lex_refuse(lex, s, "There is a set of this name.");
	rc = wb_lex_expect(lex, "=");
	if (rc == 0)
		rc = parse_parts(lex, ed, set);
	if (rc == 0)
		rc = wb_lex_cite(lex, set->citation, sizeof(set->citation));
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < set->n; i++)
		if (set->part[i].only_if >= 0)
			ed->settings_of_sets |= 1ull << set->part[i].only_if;
	set->line = lex->number;
	ed->n_sets++;
	return 0;
}

int wb_parse_set_name(struct wb_lex *lex, const struct wb_edition *ed, int *ret)
{
	const char *name[WB_SETS_MAX];

	for (size_t i = 0; i < ed->n_sets; i++)
		name[i] = ed->set[i].name;
	return wb_lex_choice(lex, "the name of a set", name, ed->n_sets, ret);
}

/* [between DATE and DATE|open] */
static int parse_between(struct wb_lex *lex, struct wb_setting *set)
{
	struct wb_slice s;
	int rc;

	if (!wb_lex_is(lex, "between"))
		return 0;
	set->dated = true;
	rc = wb_lex_take(lex, "a date", &s);
	if (rc == 0)
		rc = wb_lex_date(lex, s, &set->from);
	if (rc == 0)
		rc = wb_lex_expect(lex, "and");
	if (rc != 0)
		return rc;
	set->to = INT32_MAX;
	if (wb_lex_is(lex, "open"))
		return 0;
	rc = wb_lex_take(lex, "a date or \"open\"", &s);
	if (rc == 0)
		rc = wb_lex_date(lex, s, &set->to);
	if (rc == 0 && set->to < set->from)
		rc = wb_lex_refuse(lex, s, "The last day is before the first.");
	return rc;
}

/* The engine asks about it by its name. */
static void name_it(struct wb_edition *ed, const char *name, int at)
{
	static const char *const names[] = {
		[WB_SET_OPERATOR] = "limit_of_operator",
		[WB_SET_RECEIPT] = "year_of_receipt",
		[WB_SET_MORE] = "more_than_amount",
		[WB_SET_IO] = "io_without_host",
		[WB_SET_DENSITY] = "density_without_area",
		[WB_SET_SUPERCHIP] = "superchip_is_one",
		[WB_SET_MARKETED] = "unknown_not_datacenter",
		[WB_SET_BITS] = "settled_bits_only",
		[WB_SET_PUBLISHED] = "least_published_tpp",
		[WB_SET_SAVINGS] = "savings_before_last_day",
	};

	static_assert(sizeof(names) / sizeof(names[0]) == WB_NAMED_SETTINGS,
		      "a name for each");
	for (int i = 0; i < WB_NAMED_SETTINGS; i++)
		if (wb_same(names[i], name))
			ed->named[i] = at;
}

int wb_parse_setting(struct wb_lex *lex, struct wb_edition *ed)
{
	static const char *const on_off[] = {"off", "on"};
	struct wb_setting *set = &ed->setting[ed->n_settings];
	int rc, on = 0;

	if (ed->n_settings == WB_SETTINGS_MAX)
		return wb_lex_refuse(lex, lex->body,
				     "There are more than %d settings.",
				     WB_SETTINGS_MAX);
	rc = wb_lex_name(lex, "the name of a setting", set->name,
			 sizeof(set->name));
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < ed->n_settings; i++)
		if (wb_same(set->name, ed->setting[i].name))
			return wb_lex_refuse(lex, lex->word[lex->i - 1].s,
					     "There is a setting of this "
					     "name.");
	rc = wb_lex_choice(lex, "on or off", on_off, 2, &on);
	if (rc == 0)
		rc = wb_lex_doubt(lex, set->doubt);
	if (rc == 0)
		rc = parse_between(lex, set);
	if (rc == 0)
		rc = wb_lex_end(lex);
	if (rc == 0)
		rc = wb_lex_cite(lex, set->citation, sizeof(set->citation));
	if (rc != 0)
		return rc;
	set->on = on == 1;
	set->line = lex->number;
	name_it(ed, set->name, (int)ed->n_settings++);
	return 0;
}

int wb_parse_setting_name(struct wb_lex *lex, const struct wb_edition *ed,
			  int *ret)
{
	const char *name[WB_SETTINGS_MAX];

	for (size_t i = 0; i < ed->n_settings; i++)
		name[i] = ed->setting[i].name;
	return wb_lex_choice(lex, "the name of a setting", name, ed->n_settings,
			     ret);
}

/* --- asking --------------------------------------------------------------- */

bool wb_setting_on(const struct wb_edition *ed, int i, wb_date date)
{
	const struct wb_setting *s;

	assert(i >= 0 && (size_t)i < ed->n_settings);
	s = &ed->setting[i];
	if (!s->dated || (date >= s->from && date <= s->to))
		return s->on;
	return !s->on;
}

int wb_setting_find(const struct wb_edition *ed, const char *name)
{
	for (size_t i = 0; i < ed->n_settings; i++)
		if (wb_same(ed->setting[i].name, name))
			return (int)i;
	return -1;
}

/* Whether a part counts on that day. */
static bool applies(const struct wb_edition *ed, const struct wb_set_part *part,
		    int turned, wb_date date)
{
	return part->only_if < 0 || wb_setting_on(ed, part->only_if, date) !=
					    (part->only_if == turned);
}

static bool part_holds(const struct wb_edition *ed,
		       const struct wb_set_part *part, int turned,
		       const struct wb_country *country, wb_date date)
{
	switch (part->what) {
	case WB_PART_GROUP:
		return (country->groups >> part->index & 1) != 0;
	case WB_PART_COUNTRY:
		return wb_same(part->code, country->code);
	case WB_PART_SET:
		break;
	}
	return wb_set_has(ed, part->index, turned, country, date);
}

/* A set holds earlier sets only (the parser saw to it), so this ends. */
bool wb_set_has(const struct wb_edition *ed, int set, int turned,
		const struct wb_country *country, wb_date date)
{
	const struct wb_set *s;
	bool in = false;

	assert(set >= 0 && (size_t)set < ed->n_sets);
	s = &ed->set[set];
	for (size_t i = 0; i < s->n; i++) {
		const struct wb_set_part *part = &s->part[i];

		if (part_holds(ed, part, turned, country, date) &&
		    applies(ed, part, turned, date))
			in = !part->minus;
	}
	return in;
}

bool wb_set_holds(const struct wb_edition *ed, int set,
		  const struct wb_countries *table, const char *code,
		  wb_date date)
{
	const struct wb_country *country = wb_country_on(table, code, date);

	return country != NULL && wb_set_has(ed, set, -1, country, date);
}

bool wb_set_hinges(const struct wb_edition *ed, int setting,
		   const struct wb_countries *table, const char *const code[],
		   size_t n, wb_date date)
{
	const struct wb_country *country;

	for (size_t i = 0; i < ed->n_sets; i++)
		for (size_t k = 0; k < ed->set[i].n; k++) {
			const struct wb_set_part *part = &ed->set[i].part[k];

			for (size_t m = 0; part->only_if == setting && m < n;
			     m++) {
				country = wb_country_on(table, code[m], date);
				if (country != NULL &&
				    part_holds(ed, part, -1, country, date))
					return true;
			}
		}
	return false;
}
