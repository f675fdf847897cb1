#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "tests/unit/policy_bad.h"

/* --- the parsed form ------------------------------------------------------ */

/* One of each line, and what the engine finds of it. */
static void test_form(void **state)
{
	static const char text[] = HEAD
		"savings 2025-06-16 AMBIG-9 # s\n"
		"h100 15825.5 # h\n" SET "set x = d5 - CN # x\n" SETTING
		"eccn 3A090.b limb 3A090.b.2 when pd < 5.92 and pd >= 3.2 # b\n"
		"exclude note-2 when datacenter is no and tpp < 4799.2 # n\n"
		"licence l when parties touches x and setting strict is on # "
		"l\n"
		"exception X \"The X\" # x1\n"
		"  unless eccn is not 3A090.a none # x2\n"
		"  when headquarters outside d5 # x3\n"
		"  barred strict when destination in x # x4\n"
		"  needs paper # x5\n"
		"  limit lpp 26900000 # x6\n"
		"  notice early from 3200000 days 25 \"tell BIS\" # x7\n"
		"  reached FULL \"is full\" # x8\n"
		"  marker aia 253000000.5 \"passed\" # x9\n"
		"  after 30 \"file it\" # x10\n"
		"review approval debit AMBIG-2 when from in d5 # r\n"
		"review unpublished when shipment_tpp <= 0 # r\n"
		"allocation 790000000 from 2025 to 2027 except x AMBIG-1 # a\n"
		"beyond policy_denial # y\n";
	struct wb_problem why = {0};
	struct wb_edition *ed = parse(text, &why);
	const struct wb_exception_line *line;
	const struct wb_term *term;
	char digest[WB_HASH_HEX + 1];

	(void)state;
	assert_string_equal(why.detail, "");
	assert_non_null(ed);
	wb_sha256_hex(wb_slice_str(text), digest);
	assert_string_equal(ed->sha256, digest);
	assert_string_equal(ed->id, "e-1");
	assert_int_equal(ed->n_families, 1);
	assert_string_equal(ed->family[0], "f");
	assert_string_equal(ed->title, "T t");
	assert_string_equal(ed->source, "S");
	assert_string_equal(ed->from_citation, "d");
	assert_int_equal(ed->to, INT32_MAX);
	assert_int_equal(ed->savings - ed->from, 32);
	assert_string_equal(ed->savings_doubt, "AMBIG-9");
	assert_int_equal(ed->h100_x10, 158255);

	assert_int_equal(ed->n_sets, 2);
	assert_int_equal(ed->set[1].part[0].what, WB_PART_SET);
	assert_int_equal(ed->set[1].part[0].index, 0);
	assert_true(ed->set[1].part[1].minus);
	assert_string_equal(ed->set[1].part[1].code, "CN");
	assert_false(ed->setting[0].on);
	assert_string_equal(ed->setting[0].doubt, "AMBIG-3");

	assert_string_equal(ed->eccn[0].limb, "3A090.b.2");
	term = ed->eccn[0].when.term;
	assert_int_equal(term[0].op, WB_OP_BELOW);
	assert_int_equal(term[0].number, 592);
	assert_int_equal(term[1].op, WB_OP_AT_LEAST);
	assert_int_equal(term[1].number, 320);
	term = ed->exclusion[0].when.term;
	assert_string_equal(term[0].word[0], "no");
	assert_int_equal(term[1].number, 47992);
	term = ed->licence[0].when.term;
	assert_int_equal(term[0].fact, WB_F_PARTIES);
	assert_int_equal(term[0].op, WB_OP_TOUCHES);
	assert_int_equal(term[0].set, 1);
	assert_int_equal(term[1].setting, 0);
	assert_string_equal(term[1].word[0], "on");
	assert_int_equal(ed->licence[0].when.line, 15);

	assert_int_equal(ed->exception[0].n, 9);
	assert_string_equal(ed->exception[0].title, "The X");
	line = ed->exception[0].item;
	assert_int_equal(line[0].kind, WB_X_UNLESS);
	assert_int_equal(line[0].when.term[0].op, WB_OP_IS_NOT);
	assert_int_equal(line[0].when.term[0].n_words, 2);
	assert_string_equal(line[0].citation, "x2");
	assert_int_equal(line[1].kind, WB_X_WHEN);
	assert_int_equal(line[2].kind, WB_X_BARRED);
	assert_int_equal(line[2].setting, 0);
	assert_int_equal(line[2].when.term[0].set, 1);
	assert_string_equal(line[3].name, "paper");
	assert_int_equal(line[4].tpp_x10, 269000000);
	assert_int_equal(line[5].tpp_x10, 32000000);
	assert_int_equal(line[5].days, 25);
	assert_string_equal(line[5].text, "tell BIS");
	assert_int_equal(line[6].kind, WB_X_REACHED);
	assert_int_equal(line[7].tpp_x10, 2530000005);
	assert_int_equal(line[8].days, 30);
	assert_int_equal(line[8].line, 25);

	assert_int_equal(ed->review[0].review, WB_REVIEW_APPROVAL);
	assert_true(ed->review[0].debit);
	assert_string_equal(ed->review[0].doubt, "AMBIG-2");
	assert_int_equal(ed->review[1].review, WB_REVIEW_UNPUBLISHED);
	assert_false(ed->review[1].debit);
	assert_int_equal(ed->allocation.tpp_x10, 7900000000);
	assert_int_equal(ed->allocation.except, 1);
	assert_string_equal(ed->allocation.doubt, "AMBIG-1");
	assert_string_equal(ed->allocation.citation, "a");
	assert_string_equal(ed->allocation.beyond_citation, "y");
	wb_edition_free(ed);
	wb_edition_free(NULL);
}

/* Each kind of line up to its maximum, and one more. */
static void test_maxima(void **state)
{
	static const struct {
		const char *line; /* %zu is its number */
		size_t max;
	} rows[] = {
		{"set s%zu = D5 # c\n", WB_SETS_MAX},
		{"setting s%zu on # c\n", WB_SETTINGS_MAX},
		{"eccn 3A090.a limb a.%zu when tpp > 1 # c\n",
		 WB_ECCN_RULES_MAX - 1},
		{"exclude n%zu when tpp > 1 # c\n", 8},
		{"licence l%zu when tpp > 1 # c\n", WB_LICENCE_RULES_MAX - 1},
		{"exception X%zu \"t\" # c\n  when tpp > 1 # c\n",
		 WB_EXCEPTIONS_MAX},
		{"review denial when tpp > %zu # c\n", WB_REVIEW_RULES_MAX - 1},
		{"companion 5A992 of 3A090.%zu is 5A992.z # c\n",
		 WB_COMPANIONS_MAX},
		{"exempt e%zu when tpp > 1 # c\n", WB_EXEMPT_RULES_MAX},
	};
	static char text[1 << 16];

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		for (size_t more = 0; more < 2; more++) {
			struct wb_problem why = {0};
			struct wb_edition *ed;
			int len = snprintf(text, sizeof(text), "%s", HEAD TAIL);

			for (size_t k = 0; k < rows[i].max + more; k++) {
				char line[128];
				const char *at = strstr(rows[i].line, "%zu");

				snprintf(line, sizeof(line), "%.*s%zu%s",
					 (int)(at - rows[i].line), rows[i].line,
					 k, at + 3);
				len += snprintf(text + len,
						sizeof(text) - (size_t)len,
						"%s", line);
			}
			ed = parse(text, &why);
			if ((ed == NULL) != (more == 1))
				fail_msg("%s: %s: %s", rows[i].line,
					 why.pointer, why.detail);
			if (more == 1)
				assert_non_null(
					strstr(why.detail, "more than"));
			wb_edition_free(ed);
		}
	}
	/* Parts of a set and lines of an exception are counted too. */
	for (size_t more = 0; more < 2; more++) {
		struct wb_problem why = {0};
		struct wb_edition *ed;
		int len = snprintf(text, sizeof(text), "%sset s = D5", HEAD);

		for (size_t k = 1; k < WB_SET_PARTS_MAX + more; k++)
			len += snprintf(text + len, 32, " + D5");
		len += snprintf(text + len, 512, " # c\n%s%s", TAIL,
				"exception X \"The X\" # c\n");
		for (size_t k = 0; k < WB_EXCEPTION_LINES_MAX; k++)
			len += snprintf(text + len, 32, "  when tpp > 1 # c\n");
		ed = parse(text, &why);
		assert_int_equal(ed == NULL, more == 1);
		wb_edition_free(ed);
		if (more == 1)
			continue;
		snprintf(text + len, 32, "  when tpp > 1 # c\n");
		assert_null(parse(text, &why));
		assert_non_null(strstr(why.detail, "more than 16 lines"));
	}
}

/* --- proto/FORMAT.md, section 7 ------------------------------------------- */

static void test_examples(void **state)
{
	struct wb_edition *ed;
	struct wb_catalogue *cat;
	struct wb_countries *table;

	(void)state;
	assert_int_equal(
		wb_edition_parse(format_example("policy-edition-example"), &ed,
				 NULL),
		0);
	assert_true(wb_slice_is(format_example_line("policy-edition-digest"),
				ed->sha256));
	assert_int_equal(ed->exception[0].n, 8);
	assert_int_equal(ed->allocation.except, 1);
	wb_edition_free(ed);

	assert_int_equal(
		wb_catalogue_parse(format_example("policy-catalogue-example"),
				   &cat, NULL),
		0);
	assert_int_equal(wb_product_find(cat, "ex-100")->tpp_x10, 158320);
	assert_int_equal(wb_product_find(cat, "ex-100")->settled_x10, 158320);
	assert_int_equal(wb_product_find(cat, "ex-old")->tpp_x10, 3240);
	assert_int_equal(wb_product_find(cat, "ex-old")->die_area_mm2_x10, 0);
	wb_catalogue_free(cat);

	assert_int_equal(
		wb_countries_parse(format_example("policy-countries-example"),
				   &table, NULL),
		0);
	assert_int_equal(table->n, 3);
	assert_int_equal(table->country[0].to + 1, table->country[1].from);
	wb_countries_free(table);
}

/* The second example: one of each line and fact that the first has not. */
static void test_more(void **state)
{
	const struct wb_exception_line *line;
	const struct wb_term *term;
	struct wb_edition *ed;

	(void)state;
	assert_int_equal(wb_edition_parse(format_example("policy-edition-more"),
					  &ed, NULL),
			 0);
	assert_true(wb_edition_serves(ed, "example"));
	assert_true(wb_edition_serves(ed, "other"));
	assert_false(wb_edition_serves(ed, "exam"));
	assert_int_equal(ed->n_families, 2);
	assert_int_equal(ed->validity_days, 365);
	assert_string_equal(ed->validity_citation, "750.7(g)");

	assert_string_equal(wb_companion_find(ed, "assembly", "3A090.a")->entry,
			    "4A090.a");
	assert_string_equal(wb_companion_find(ed, "5A992", "3A090.a")->entry,
			    "5A992.z.1");
	assert_null(wb_companion_find(ed, "5A992", "3A090.b"));

	/* set near = tier1 + tier1_heir if territories_follow */
	assert_int_equal(ed->set[0].n, 2);
	assert_int_equal(ed->set[0].part[0].only_if, -1);
	assert_int_equal(ed->set[0].part[1].index, WB_G_TIER1_HEIR);
	assert_int_equal(ed->set[0].part[1].only_if, 2);
	assert_int_equal(ed->settings_of_sets, 1u << 2);

	assert_string_equal(ed->exempt[0].as, "NLR (approved)");
	term = ed->exempt[0].when.term;
	assert_int_equal(term[1].fact, WB_F_CONSIGNEE_LIST);
	assert_string_equal(term[1].word[0], "supp_8");
	assert_string_equal(ed->licence[0].as, "LICENCE");
	assert_string_equal(ed->licence[1].as, "LICENCE (letter)");
	assert_int_equal(ed->licence[1].when.term[0].fact, WB_F_LETTER);
	assert_int_equal(ed->exclusion[0].when.term[1].number, 200);

	line = ed->exception[0].item;
	assert_string_equal(ed->exception[0].as, "UVEU");
	assert_int_equal(line[1].kind, WB_X_GRANT);
	assert_string_equal(line[1].name, "uveu");
	assert_int_equal(line[2].kind, WB_X_SHARE);
	assert_int_equal(line[2].percent_x10, 250);
	assert_false(line[2].country);
	assert_int_equal(line[2].when.n, 0);
	assert_true(line[3].country);
	assert_int_equal(line[4].percent_x10, 125);
	assert_int_equal(line[4].when.n, 1);
	assert_string_equal(line[4].citation, "para 6");
	assert_string_equal(ed->exception[1].as, "NVEU (2026)");
	line = ed->exception[1].item;
	assert_int_equal(line[0].when.term[0].fact, WB_F_LOCATED);
	assert_int_equal(line[0].when.term[1].op, WB_OP_IS_NOT);
	assert_int_equal(line[2].tpp_x10, 34815000000);
	assert_int_equal(line[3].from - line[2].from, 92);

	assert_string_equal(ed->review[0].as, "not published");
	assert_string_equal(ed->review[0].when.term[0].word[0], "letter");
	assert_int_equal(ed->review[1].when.term[0].number, 1000);
	assert_string_equal(ed->review[2].as, "case by case, no agreement");
	assert_true(ed->review[2].debit);
	assert_true(ed->allocation.factor);
	assert_string_equal(ed->allocation.as, "under the agreement");
	wb_edition_free(ed);
}

/* On those days it is what the line says, on all others the other. */
static void test_dated_settings(void **state)
{
	struct wb_edition *ed = parse(
		HEAD "setting a on # c\n"
		     "setting b on AMBIG-1 between 2025-06-01 and 2025-06-30 # "
		     "c\n"
		     "setting c off between 2025-06-01 and open # c\n" TAIL,
		NULL);
	wb_date june = ed->from + 17, july = june + 30;

	(void)state;
	assert_int_equal(wb_setting_find(ed, "b"), 1);
	assert_int_equal(wb_setting_find(ed, "d"), -1);
	assert_true(wb_setting_on(ed, 0, june));
	assert_false(wb_setting_on(ed, 1, june - 1));
	assert_true(wb_setting_on(ed, 1, june));
	assert_true(wb_setting_on(ed, 1, july - 1));
	assert_false(wb_setting_on(ed, 1, july));
	assert_true(wb_setting_on(ed, 2, june - 1));
	assert_false(wb_setting_on(ed, 2, june));
	assert_false(wb_setting_on(ed, 2, WB_DATE_MAX));
	wb_edition_free(ed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_maxima),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_dated_settings),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
