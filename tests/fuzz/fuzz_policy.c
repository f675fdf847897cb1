#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/policy.h"
#include "waybill/text.h"

/*
 * Policy texts: what is taken has every index in range, every citation, and
 * every order and limit that policy.h promises; it is taken again with a
 * comment behind it.  What is refused is refused at a place in the text.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

#define CITED(s) require((s)[0] != '\0' && strnlen(s, sizeof(s)) < sizeof(s))

static void check_rule(const struct wb_edition *ed, const struct wb_rule *rule)
{
	require(rule->n > 0 && rule->n <= WB_TERMS_MAX);
	CITED(rule->citation);
	for (size_t i = 0; i < rule->n; i++) {
		const struct wb_term *t = &rule->term[i];

		require(t->fact < WB_FACTS);
		require(t->number >= 0 && t->number <= WB_INTEGER_MAX);
		require((t->set >= 0) == (t->fact >= WB_F_FROM));
		require(t->set < (int)ed->n_sets);
		require((t->setting >= 0) == (t->fact == WB_F_SETTING));
		require(t->setting < (int)ed->n_settings);
		require((t->n_words > 0) == (t->fact >= WB_F_DATACENTER &&
					     t->fact <= WB_F_SETTING));
		require(t->n_words <= WB_WORDS_MAX);
		for (size_t k = 0; k < t->n_words; k++)
			CITED(t->word[k]);
	}
}

static void check_sets(const struct wb_edition *ed)
{
	static const char table[] = "waybill/countries/1\nid t\n"
				    "CN | c | 2025-01-01 | open | tier3 # s\n";
	struct wb_countries *t;

	require(ed->n_sets <= WB_SETS_MAX);
	require(wb_countries_parse(wb_slice_str(table), &t, NULL) == 0);
	for (int i = 0; i < (int)ed->n_sets; i++) {
		const struct wb_set *set = &ed->set[i];

		CITED(set->name);
		CITED(set->citation);
		require(set->n > 0 && set->n <= WB_SET_PARTS_MAX);
		require(!set->part[0].minus);
		for (size_t k = 0; k < set->n; k++) {
			const struct wb_set_part *part = &set->part[k];
			int on = part->only_if;

			if (part->what == WB_PART_SET)
				require(part->index >= 0 && part->index < i);
			else if (part->what == WB_PART_GROUP)
				require(part->index < WB_GROUPS);
			require(on >= -1 && on < (int)ed->n_settings);
			require(on < 0 || ed->settings_of_sets >> on & 1);
		}
		/* It can be asked, and ends. */
		(void)wb_set_holds(ed, i, t, "CN", t->country[0].from);
		require(!wb_set_holds(ed, i, t, "ZZ", t->country[0].from));
		for (int k = 0; k < (int)ed->n_settings; k++)
			(void)wb_set_has(ed, i, k, &t->country[0],
					 t->country[0].from);
	}
	wb_countries_free(t);
	require(ed->n_settings <= WB_SETTINGS_MAX);
	for (size_t i = 0; i < ed->n_settings; i++)
		CITED(ed->setting[i].citation);
}

static void check_exception(const struct wb_edition *ed,
			    const struct wb_exception *x)
{
	size_t limits = 0, whens = 0;

	CITED(x->name);
	CITED(x->title);
	CITED(x->citation);
	require(x->n <= WB_EXCEPTION_LINES_MAX);
	for (size_t i = 0; i < x->n; i++) {
		const struct wb_exception_line *l = &x->item[i];

		CITED(l->citation);
		require(l->tpp_x10 >= 0 && l->tpp_x10 <= WB_INTEGER_MAX);
		require(l->days >= 0 && l->days <= 3660);
		require((l->setting >= 0) == (l->kind == WB_X_BARRED));
		require(l->setting < (int)ed->n_settings);
		require(l->kind != WB_X_REACHED || limits == 1);
		limits += l->kind == WB_X_LIMIT;
		whens += l->kind == WB_X_WHEN;
		if (l->kind == WB_X_WHEN || l->kind == WB_X_UNLESS ||
		    l->kind == WB_X_BARRED || l->kind == WB_X_OPERATOR ||
		    (l->kind == WB_X_SHARE && l->when.n > 0))
			check_rule(ed, &l->when);
		else
			require(l->when.n == 0);
	}
	require(limits <= 1 && whens > 0);
}

static void check_edition(const struct wb_edition *ed)
{
	check_sets(ed);
	CITED(ed->id);
	require(ed->n_families > 0);
	for (size_t i = 0; i < ed->n_families; i++)
		CITED(ed->family[i]);
	CITED(ed->title);
	CITED(ed->source);
	CITED(ed->from_citation);
	require(ed->to >= ed->from);
	require(ed->savings == WB_DATE_NONE || ed->savings >= ed->from);
	require(ed->n_eccns > 0 && ed->n_eccns <= WB_ECCN_RULES_MAX);
	for (size_t i = 0; i < ed->n_eccns; i++)
		check_rule(ed, &ed->eccn[i].when);
	require(ed->n_exclusions <= 8);
	for (size_t i = 0; i < ed->n_exclusions; i++)
		check_rule(ed, &ed->exclusion[i].when);
	require(ed->n_licences > 0 && ed->n_licences <= WB_LICENCE_RULES_MAX);
	for (size_t i = 0; i < ed->n_licences; i++)
		check_rule(ed, &ed->licence[i].when);
	require(ed->n_exceptions <= WB_EXCEPTIONS_MAX);
	for (size_t i = 0; i < ed->n_exceptions; i++)
		check_exception(ed, &ed->exception[i]);
	require(ed->n_reviews <= WB_REVIEW_RULES_MAX);
	for (size_t i = 0; i < ed->n_reviews; i++) {
		check_rule(ed, &ed->review[i].when);
		require(ed->review[i].review > WB_REVIEW_NONE &&
			ed->review[i].review < WB_REVIEWS);
	}
	require(ed->n_reviews > 0 || ed->allocation.present);
	if (!ed->allocation.present)
		return;
	CITED(ed->allocation.citation);
	CITED(ed->allocation.beyond_citation);
	require(ed->allocation.except < (int)ed->n_sets);
	require(ed->allocation.first_year <= ed->allocation.last_year);
}

static void check_catalogue(const struct wb_catalogue *cat)
{
	require(cat->n > 0 && cat->n <= WB_PRODUCTS_MAX);
	for (size_t i = 0; i < cat->n; i++) {
		const struct wb_product *p = &cat->product[i];

		require(wb_id_valid(wb_slice_str(p->id)));
		require(p->tpp_x10 >= -1 && p->tpp_x10 <= WB_TPP_X10_MAX);
		require(p->least_x10 <= p->tpp_x10 && p->least_x10 != 0 &&
			(p->least_x10 < 0) == (p->tpp_x10 < 0));
		require(p->die_area_mm2_x10 >= -1);
		require(p->datacenter >= -1 && p->datacenter <= 1);
		require(i == 0 || strcmp(p[-1].id, p->id) < 0);
		require(wb_product_find(cat, p->id) == p);
	}
}

static void check_countries(const struct wb_countries *table)
{
	require(table->n > 0 && table->n <= WB_COUNTRY_LINES_MAX);
	for (size_t i = 0; i < table->n; i++) {
		const struct wb_country *c = &table->country[i];

		require(c->from <= c->to);
		require(wb_country_on(table, c->code, c->from) == c);
		require(wb_country_on(table, c->code, c->to) == c);
		require(c->groups < 1u << WB_GROUPS);
	}
}

/* The place named is in the text, or on the line behind its last. */
static void check_refusal(struct wb_slice text, const struct wb_problem *why)
{
	unsigned line = 0, column = 0;
	unsigned lines = 1;

	if (why->code == WB_P_TOO_LONG)
		return;
	require(why->code == WB_P_LINE && why->detail[0] != '\0');
	require(sscanf(why->pointer, "line %u, column %u", &line, &column) ==
		2);
	for (size_t i = 0; i < text.len; i++)
		lines += text.p[i] == '\n';
	require(line > 0 && line <= lines);
	require(column > 0 && column <= text.len + 1);
}

/* Whether it is one of the three; which is told by the digest. */
static bool parse(struct wb_slice text, char sha256[WB_HASH_HEX + 1])
{
	struct wb_problem why[3] = {0};
	struct wb_edition *ed;
	struct wb_catalogue *cat;
	struct wb_countries *table;

	if (wb_edition_parse(text, &ed, &why[0]) == 0) {
		check_edition(ed);
		memcpy(sha256, ed->sha256, WB_HASH_HEX + 1);
		wb_edition_free(ed);
		return true;
	}
	check_refusal(text, &why[0]);
	if (wb_catalogue_parse(text, &cat, &why[1]) == 0) {
		check_catalogue(cat);
		memcpy(sha256, cat->sha256, WB_HASH_HEX + 1);
		wb_catalogue_free(cat);
		return true;
	}
	check_refusal(text, &why[1]);
	if (wb_countries_parse(text, &table, &why[2]) == 0) {
		check_countries(table);
		memcpy(sha256, table->sha256, WB_HASH_HEX + 1);
		wb_countries_free(table);
		return true;
	}
	check_refusal(text, &why[2]);
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char comment[] = "\n  # a comment\n";
	char sha256[WB_HASH_HEX + 1], again[WB_HASH_HEX + 1];
	struct wb_slice text = wb_slice(p, n);
	size_t more = sizeof(comment) - 1;
	uint8_t *longer;

	require(wb_crypto_init() == 0);
	if (!parse(text, sha256) || n + more > WB_POLICY_TEXT_MAX)
		return 0;
	require(parse(text, again));
	require(strcmp(sha256, again) == 0);
	longer = malloc(n + more);
	require(longer != NULL);
	memcpy(longer, p, n);
	memcpy(longer + n, comment, more);
	require(parse(wb_slice(longer, n + more), again));
	require(strcmp(sha256, again) != 0);
	free(longer);
	return 0;
}
