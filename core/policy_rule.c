#include <string.h>

#include "core/policy_parse.h"
#include "waybill/statement.h"
#include "waybill/text.h"

/* The vocabulary of terms: what can be asked about, and how. */
static const char *const fact_names[WB_FACTS] = {
	[WB_F_TPP] = "tpp",
	[WB_F_PD] = "pd",
	[WB_F_DRAM] = "dram",
	[WB_F_IO] = "io",
	[WB_F_DRAM_PLUS_IO] = "dram_plus_io",
	[WB_F_BANDWIDTH_DENSITY] = "bandwidth_density",
	[WB_F_SHIPMENT_TPP] = "shipment_tpp",
	[WB_F_CHIPS] = "chips",
	[WB_F_DATACENTER] = "datacenter",
	[WB_F_ECCN] = "eccn",
	[WB_F_ENTRY] = "entry",
	[WB_F_LIMB] = "limb",
	[WB_F_FORM] = "form",
	[WB_F_KIND] = "kind",
	[WB_F_END_USE] = "end_use",
	[WB_F_CONSIGNEE_KIND] = "consignee",
	[WB_F_PAPER] = "paper",
	[WB_F_LICENCE] = "licence",
	[WB_F_LETTER] = "letter",
	[WB_F_AGREEMENT] = "agreement",
	[WB_F_EXPORTER_LIST] = "exporter_list",
	[WB_F_PARTY_LIST] = "party_list",
	[WB_F_OWNED_LIST] = "owned_list",
	[WB_F_CONSIGNEE_LIST] = "consignee_list",
	[WB_F_SETTING] = "setting",
	[WB_F_FROM] = "from",
	[WB_F_DESTINATION] = "destination",
	[WB_F_LOCATED] = "located",
	[WB_F_HEADQUARTERS] = "headquarters",
	[WB_F_PARTIES] = "parties",
};

static int parse_number_term(struct wb_lex *lex, struct wb_term *term)
{
	static const char *const name[] = {">=", "<", ">", "<="};
	static const enum wb_op op[] = {
		WB_OP_AT_LEAST,
		WB_OP_BELOW,
		WB_OP_ABOVE,
		WB_OP_AT_MOST,
	};
	int i = 0, rc, places = 1;

	if (term->fact == WB_F_PD || term->fact == WB_F_BANDWIDTH_DENSITY)
		places = 2;
	else if (term->fact == WB_F_CHIPS)
		places = 0;
	rc = wb_lex_choice(lex, "a comparison of numbers", name, 4, &i);
	if (rc != 0)
		return rc;
	term->op = op[i];
	return wb_lex_number(lex, "a number", places, WB_INTEGER_MAX,
			     &term->number);
}

static int parse_country_term(struct wb_lex *lex, const struct wb_edition *ed,
			      struct wb_term *term)
{
	static const char *const name[] = {"in", "touches", "outside"};
	static const enum wb_op op[] = {WB_OP_IN, WB_OP_TOUCHES, WB_OP_OUTSIDE};
	int i = 0, rc;

	rc = wb_lex_choice(lex, "a comparison of countries", name, 3, &i);
	if (rc != 0)
		return rc;
	term->op = op[i];
	return wb_parse_set_name(lex, ed, &term->set);
}

/* The words that fact can have: how many, or 0 if they are open. */
static size_t closed_words(enum wb_fact fact, const char *ret[WB_WORDS_MAX])
{
	size_t n = 0;

	if (fact == WB_F_DATACENTER) {
		ret[n++] = "yes";
		ret[n++] = "no";
		ret[n++] = "unknown";
	} else if (fact == WB_F_KIND) {
		for (int i = WB_EXPORT; i <= WB_TRANSFER; i++)
			ret[n++] =
				wb_shipment_kind_name((enum wb_shipment_kind)i);
	} else if (fact == WB_F_END_USE) {
		for (int i = 0; i < WB_USES; i++)
			ret[n++] = wb_end_use_name((enum wb_end_use)i);
	} else if (fact == WB_F_CONSIGNEE_KIND) {
		ret[n++] = "government";
		ret[n++] = "private";
		ret[n++] = "unregistered";
	} else if (fact == WB_F_FORM) {
		ret[n++] = "ic";
		ret[n++] = "assembly";
		ret[n++] = "memory";
	} else if (fact == WB_F_AGREEMENT) {
		ret[n++] = "valid";
		ret[n++] = "partial";
		ret[n++] = "none";
	}
	return n;
}

/*
 * An ECCN: category digit, product group letter, three digits, and paragraphs;
 * or none, or unknown, as the engine says of items.  Which ones exist is not
 * asked: companion entries may be named before any rule finds them.
 */
bool wb_eccn_shaped(const char *s)
{
	if (!(s[0] >= '0' && s[0] <= '9' && s[1] >= 'A' && s[1] <= 'E'))
		return false;
	for (int i = 2; i < 5; i++)
		if (!(s[i] >= '0' && s[i] <= '9'))
			return false;
	if (s[5] == '\0')
		return true;
	return s[5] == '.' && s[6] != '\0';
}

/* Papers, letters and lists are names that statements choose. */
static bool is_open_name(enum wb_fact fact)
{
	return fact == WB_F_PAPER || fact == WB_F_LETTER ||
	       fact == WB_F_EXPORTER_LIST || fact == WB_F_PARTY_LIST ||
	       fact == WB_F_OWNED_LIST || fact == WB_F_CONSIGNEE_LIST;
}

static int parse_licence_name(struct wb_lex *lex, const struct wb_edition *ed,
			      char ret[24])
{
	const char *name[WB_LICENCE_RULES_MAX];
	int i = 0, rc;

	for (size_t k = 0; k < ed->n_licences; k++)
		name[k] = ed->licence[k].name;
	rc = wb_lex_choice(lex, "a licence line", name, ed->n_licences, &i);
	if (rc != 0)
		return rc;
	return wb_lex_copy(lex, wb_slice_str(name[i]),
			   "the name of a licence line in a term", ret, 24);
}

static int parse_word(struct wb_lex *lex, const struct wb_edition *ed,
		      enum wb_fact fact, char ret[24])
{
	const char *known[WB_WORDS_MAX];
	size_t n = closed_words(fact, known);
	struct wb_slice word;
	int i, rc;

	if (fact == WB_F_LICENCE)
		return parse_licence_name(lex, ed, ret);
	if (n > 0) {
		rc = wb_lex_choice(lex, "a word", known, n, &i);
		if (rc != 0)
			return rc;
		return wb_lex_copy(lex, wb_slice_str(known[i]), "a word", ret,
				   24);
	}
	rc = wb_lex_name(lex, "a word", ret, 24);
	if (rc != 0)
		return rc;
	word = lex->word[lex->i - 1].s;
	if (!is_open_name(fact) && !wb_eccn_shaped(ret) &&
	    strcmp(ret, "none") != 0 && strcmp(ret, "unknown") != 0)
		return wb_lex_refuse(lex, word,
				     "An ECCN is written like 3A090.a, a limb "
				     "like 3A090.a.1.");
	return 0;
}

static int parse_word_term(struct wb_lex *lex, const struct wb_edition *ed,
			   struct wb_term *term)
{
	int rc;

	rc = wb_lex_expect(lex, "is");
	if (rc != 0)
		return rc;
	term->op = wb_lex_is(lex, "not") ? WB_OP_IS_NOT : WB_OP_IS;
	do {
		if (term->n_words == WB_WORDS_MAX)
			return wb_lex_refuse(lex, lex->word[lex->i].s,
					     "The list has more than %d words.",
					     WB_WORDS_MAX);
		rc = parse_word(lex, ed, term->fact, term->word[term->n_words]);
		if (rc != 0)
			return rc;
		term->n_words++;
	} while (lex->i < lex->n && !wb_slice_is(lex->word[lex->i].s, "and"));
	return 0;
}

static int parse_setting_term(struct wb_lex *lex, const struct wb_edition *ed,
			      struct wb_term *term)
{
	static const char *const name[] = {"off", "on"};
	int i = 0, rc;

	rc = wb_parse_setting_name(lex, ed, &term->setting);
	if (rc == 0)
		rc = wb_lex_expect(lex, "is");
	if (rc == 0)
		rc = wb_lex_choice(lex, "on or off", name, 2, &i);
	if (rc != 0)
		return rc;
	term->op = WB_OP_IS;
	term->n_words = 1;
	return wb_lex_copy(lex, wb_slice_str(name[i]), "on or off",
			   term->word[0], sizeof(term->word[0]));
}

static int parse_term(struct wb_lex *lex, const struct wb_edition *ed,
		      struct wb_term *term)
{
	int fact = 0, rc;

	rc = wb_lex_choice(lex, "a fact", fact_names, WB_FACTS, &fact);
	if (rc != 0)
		return rc;
	*term = (struct wb_term){
		.fact = (enum wb_fact)fact, .set = -1, .setting = -1};
	switch (term->fact) {
	case WB_F_TPP:
	case WB_F_PD:
	case WB_F_DRAM:
	case WB_F_IO:
	case WB_F_DRAM_PLUS_IO:
	case WB_F_BANDWIDTH_DENSITY:
	case WB_F_SHIPMENT_TPP:
	case WB_F_CHIPS:
		return parse_number_term(lex, term);
	case WB_F_DATACENTER:
	case WB_F_ECCN:
	case WB_F_ENTRY:
	case WB_F_LIMB:
	case WB_F_FORM:
	case WB_F_KIND:
	case WB_F_END_USE:
	case WB_F_CONSIGNEE_KIND:
	case WB_F_PAPER:
	case WB_F_LICENCE:
	case WB_F_LETTER:
	case WB_F_AGREEMENT:
	case WB_F_EXPORTER_LIST:
	case WB_F_PARTY_LIST:
	case WB_F_OWNED_LIST:
	case WB_F_CONSIGNEE_LIST:
		return parse_word_term(lex, ed, term);
	case WB_F_SETTING:
		return parse_setting_term(lex, ed, term);
	case WB_F_FROM:
	case WB_F_DESTINATION:
	case WB_F_LOCATED:
	case WB_F_HEADQUARTERS:
	case WB_F_PARTIES:
		return parse_country_term(lex, ed, term);
	case WB_FACTS:
		break;
	}
	return WB_EFORM;
}

int wb_parse_rule(struct wb_lex *lex, const struct wb_edition *ed,
		  struct wb_rule *ret)
{
	int rc;

	ret->line = lex->number;
	for (;;) {
		if (ret->n == WB_TERMS_MAX)
			return wb_lex_refuse(lex, lex->word[lex->i].s,
					     "The rule has more than %d terms.",
					     WB_TERMS_MAX);
		rc = parse_term(lex, ed, &ret->term[ret->n]);
		if (rc != 0)
			return rc;
		ret->n++;
		if (lex->i == lex->n)
			break;
		rc = wb_lex_expect(lex, "and");
		if (rc != 0)
			return rc;
	}
	return wb_lex_cite(lex, ret->citation, sizeof(ret->citation));
}
