#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge.h"

/* --- parties ---------------------------------------------------------- */

#define NOT_DATA_CENTRE                                                        \
	"{\"line\":1,\"model\":\"nv-rtx4090d\",\"quantity\":1,"                \
	"\"eccn\":\"3A991\"}"
#define NO_LISTS                                                               \
	"waybill/policy/1\nid x\nfamily paper\ntitle t\nsource s\n"            \
	"effective 2022-10-07 # c\nuntil open\n"                               \
	"set d5 = D5 # c\n"                                                    \
	"eccn 3A090.a limb a when tpp >= 4800 # c\n"                           \
	"licence hq when eccn is 3A090.a and headquarters touches d5 # c\n"    \
	"review denial when eccn is 3A090.a # c\n"

static void test_unregistered_uses_no_exception(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "nobody", LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "LICENCE");
	assert_true(found("unregistered-party"));
	assert_int_equal(d.n_charges, 0);
	/* Nothing may go to a party on a list, and nobody knows whether this
	 * one is: also where the item needs no licence (DESIGN 3.2). */
	for (int as = 0; as < 3; as++) {
		static const char *const more[] = {
			"", "\"end_user\":\"nobody\",",
			"\"intermediates\":[\"nobody\"],"};

		judge("2025-05-20", "MY", as == 0 ? "nobody" : "my", more[as],
		      NOT_DATA_CENTRE);
		assert_int_equal(d.verdict, WB_REVIEW);
		assert_string_equal(d.basis, "UNKNOWN");
		assert_true(found("unregistered-party"));
	}
	judge("2025-05-20", "MY", "my", "", NOT_DATA_CENTRE);
	assert_int_equal(d.verdict, WB_CLEAR);
	/* A party of the registry whose parent is not in it is no better. */
	put("detail/my-of-nobody", "2020-01-01 MY MY private nobody:60");
	judge("2025-05-20", "MY", "my-of-nobody", "", NOT_DATA_CENTRE);
	assert_int_equal(d.verdict, WB_REVIEW);
	put("listing/nobody", "entity_list 2024-01-01 -");
	judge("2025-05-20", "MY", "nobody", "", NOT_DATA_CENTRE);
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("listed-party"));
	put("listing/nobody", "entity_list 2024-01-01 2024-01-02");
	/* An edition that asks nothing of the item, whoever gets it. */
	judge_by(NO_LISTS);
	judge("2025-05-20", "MY", "nobody", "", NOT_DATA_CENTRE);
	assert_int_equal(d.verdict, WB_CLEAR);
	judge("2025-05-20", "MY", "nobody", LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	judge_by(NULL);
	/* Whether a .b item does hangs on the headquarters: not known. */
	judge("2025-05-20", "MY", "nobody", "",
	      "{\"line\":1,\"model\":\"nv-a40\",\"quantity\":1,"
	      "\"eccn\":\"3A090.b\"}");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "UNKNOWN");
}

static void test_counter_is_the_ultimate_parents(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my-sub", LPP, H100(10));
	assert_string_equal(written("lpp/my/2025"), "1583200");
	/* Two halves: neither owner controls. */
	judge("2025-05-20", "MY", "my-half", LPP, H100(10));
	assert_string_equal(written("lpp/my-half/2025"), "1583200");
}

static void test_parent_is_the_one_on_the_date_of_export(void **state)
{
	(void)state;
	judge("2025-06-30", "MY", "moved", LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	judge("2025-07-01", "MY", "moved", LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("lpp/de/2025"), "158320");
	/* Before its first entry nobody knows the party. */
	judge("2019-12-31", "MY", "moved", LPP, H100(1));
	assert_true(found("unregistered-party"));
	assert_true(found("no-edition"));
}

static void test_the_stricter_of_declared_and_registered(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my",
	      "\"declared\":{\"headquarters\":\"CN\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("declared-differs"));
	judge("2025-05-20", "MY", "my-of-cn",
	      "\"declared\":{\"parent_headquarters\":\"MY\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("declared-differs"));
	judge("2025-05-20", "MY", "my",
	      "\"declared\":{\"headquarters\":\"MY\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(found("declared-differs"));
	/* A parent that is declared, too, whichever of the two is stricter. */
	judge("2025-05-20", "MY", "my", "\"declared\":{\"parent\":\"cn\"}," LPP,
	      H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("declared-differs"));
	judge("2025-05-20", "MY", "my-of-cn",
	      "\"declared\":{\"parent\":\"de\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("declared-differs"));
	/* The end user counts as much as the consignee. */
	judge("2025-05-20", "MY", "my", "\"end_user\":\"my-of-cn\"," LPP,
	      H100(1));
	assert_int_equal(d.verdict, WB_DENY);
}

/* --- items ------------------------------------------------------------ */

static void test_limbs_at_their_limits(void **state)
{
	static const struct {
		const char *model;
		const char *eccn, *limb;
	} rows[] = {
		{"syn-4800", "3A090.a", "3A090.a.1"},
		{"syn-4799.2", "3A090.b", "3A090.b.1"},
		{"syn-4800-nondc", "3A090.a", "3A090.a.1"},
		{"syn-4799.2-nondc", "none", "note-2"},
		{"syn-pd592", "3A090.a", "3A090.a.2"},
		{"syn-pd591", "3A090.b", "3A090.b.2"},
		{"syn-1600-pd592", "3A090.a", "3A090.a.2"},
		{"syn-1599-pd6", "none", ""},
		{"syn-2400-pd16", "3A090.b", "3A090.b.1"},
		{"syn-2399-pd32", "3A090.b", "3A090.b.2"},
		{"syn-2399-pd31", "none", ""},
		{"syn-pd32", "3A090.b", "3A090.b.2"},
		{"syn-planar", "none", ""},
		{"nv-a10", "none", ""},
		{"nv-a30", "3A090.b", "3A090.b.1"},
		{"nv-a40", "3A090.b", "3A090.b.2"},
		{"nv-l4", "3A090.a", "3A090.a.2"},
		{"nv-h20-96", "none", ""},
		{"amd-mi308x", "unknown", "3A090.a.1"},
	};
	char item[160];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(item, sizeof(item),
			 "{\"line\":1,\"model\":\"%s\",\"quantity\":1,"
			 "\"eccn\":\"3A090.a\"}",
			 rows[i].model);
		judge("2025-05-20", "MY", "my", LPP, item);
		if (strcmp(d.item[0].eccn, rows[i].eccn) != 0 ||
		    strcmp(d.item[0].limb, rows[i].limb) != 0)
			fail_msg("%s: %s %s", rows[i].model, d.item[0].eccn,
				 d.item[0].limb);
	}
}

static void test_facts_that_are_missing(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my", LPP,
	      "{\"line\":1,\"model\":\"no-such\",\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("unknown-model"));
	assert_true(found("fact-missing"));
	/* Without a die area a small TPP may still meet a density limb ... */
	judge("2025-05-20", "MY", "my", LPP,
	      "{\"line\":1,\"model\":\"aws-trn1\",\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_string_equal(d.item[0].eccn, "unknown");
	assert_string_equal(d.item[0].limb, "3A090.a.2");
	/* ... a large one decides by itself. */
	judge("2025-05-20", "MY", "my", LPP,
	      "{\"line\":1,\"model\":\"intel-gaudi2\",\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_string_equal(d.item[0].limb, "3A090.a.1");
	assert_int_equal(d.verdict, WB_CLEAR);
	judge("2025-05-20", "XX", "my", LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("unknown-country"));
}

/* A country that is none makes no outcome laxer, and nothing clear. */
static void test_unknown_countries_hide_nothing(void **state)
{
	(void)state;
	judge("2025-05-20", "CN", "cn",
	      "\"declared\":{\"headquarters\":\"XX\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("unknown-country"));
	judge("2025-05-20", "XX", "my-of-cn", LPP, H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	judge("2025-05-20", "MY", "my",
	      "\"declared\":{\"parent_headquarters\":\"XX\"}," LPP, H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(d.review, WB_REVIEW_CASE_BY_CASE);
	assert_int_equal(d.n_charges, 0);
	/* What needs no licence anywhere is held up all the same. */
	judge("2025-05-20", "XX", "my", "",
	      "{\"line\":1,\"model\":\"nv-rtx4090d\",\"quantity\":1,"
	      "\"eccn\":\"3A991\"}");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "unknown-country");
}

static void test_planar_doubt(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my", LPP,
	      "{\"line\":1,\"model\":\"syn-planar\",\"quantity\":1,"
	      "\"eccn\":\"3A991\"}");
	assert_true(found("doubt"));
	assert_string_equal(d.finding[0].doubt, "AMBIG-11");
	/* Too small for any limb: no doubt mattered. */
	judge("2025-05-20", "MY", "my", LPP,
	      "{\"line\":1,\"parameters\":{\"tpp_x10\":100,"
	      "\"die_area_mm2_x10\":0,\"dram_gbps_x10\":0,"
	      "\"io_gbps_x10\":0,\"datacenter\":true},\"quantity\":1,"
	      "\"eccn\":\"3A991\"}");
	assert_false(found("doubt"));
}

/* --- paths ------------------------------------------------------------ */

static void test_strictest_item_decides(void **state)
{
	(void)state;
	judge("2025-05-20", "CN", "cn", LPP,
	      "{\"line\":1,\"model\":\"nv-rtx4090d\",\"quantity\":1,"
	      "\"eccn\":\"3A991\"},"
	      "{\"line\":2,\"model\":\"nv-h100-sxm\",\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_int_equal(d.item[0].verdict, WB_CLEAR);
	assert_int_equal(d.verdict, WB_DENY);
	assert_string_equal(d.basis, "LICENCE");
}

/* Splitting a shipment into lines does not stretch the limit. */
static void test_limit_counts_the_lines_together(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my",
	      "\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(
		      "prenotice", "2025-05-16") "],",
	      "{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":1699,"
	      "\"eccn\":\"3A090.a\"}");
	assert_int_equal(d.verdict, WB_CLEAR);
	judge("2025-05-20", "MY", "my",
	      "\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(
		      "prenotice", "2025-05-16") "],",
	      "{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":1699,"
	      "\"eccn\":\"3A090.a\"},"
	      "{\"line\":2,\"model\":\"nv-h100-sxm\",\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("limit-exceeded"));
	/* What is not clear uses nothing up. */
	assert_int_equal(d.n_charges, 0);
}

static void test_papers_must_come_in_time(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my",
	      "\"papers\":[" PAPER("lpp_statement", "2025-05-21") "],",
	      H100(1));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("paper-missing"));
	/* NAC: the notice 25 days before, not 24. */
	judge("2025-06-20", "CN", "cn",
	      "\"papers\":[" PAPER("nac_notice", "2025-05-27") "],",
	      "{\"line\":1,\"model\":\"nv-rtx4090\",\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_true(found("notice"));
	judge("2025-06-20", "CN", "cn",
	      "\"papers\":[" PAPER("nac_notice", "2025-05-26") "],",
	      "{\"line\":1,\"model\":\"nv-rtx4090\",\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "NAC");
}

static void test_contested_exception_is_told(void **state)
{
	(void)state;
	judge("2025-05-20", "SA", "sa", LPP, H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_true(found("contested-exception"));
}

/* A tier 2 group in a tier 1 country draws on its own country (AMBIG-1). */
static void test_allocation_of_the_headquarters(void **state)
{
	(void)state;
	put("detail/fr-of-sa", "2020-01-01 FR SA private -");
	judge("2025-05-20", "FR", "fr-of-sa", "", H100(10));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(d.n_balances, 1);
	assert_string_equal(d.balance[0].of, "SA");
	assert_string_equal(d.finding[1].doubt, "AMBIG-1");
}

/* --- what was claimed ---------------------------------------------------- */

/* An entry that the edition finds, or that companions have, is claimed wrongly
 * for what is in none; of other entries it says nothing. */
static void test_entries_claimed(void **state)
{
	static const struct {
		const char *claimed;
		bool differs;
	} rows[] = {
		{"3A090.a", true},   {"3A090", true},  {"5A992.z.1", true},
		{"4A004.z.1", true}, {"EAR99", false}, {"5A992", false},
		{"none", false},
	};
	char item[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(item, sizeof(item),
			 "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,"
			 "\"eccn\":\"%s\"}",
			 rows[i].claimed);
		judge("2025-05-20", "MY", "my", "", item);
		assert_string_equal(d.item[0].eccn, "none");
		if (found("eccn-differs") != rows[i].differs)
			fail_msg("%s", rows[i].claimed);
	}
}

/* --- dates ------------------------------------------------------------ */

/* More than 30 days before the record, and never in a historical ledger. */
static void test_late_is_told(void **state)
{
	static const struct {
		const char *now, *ledger;
		bool late;
	} rows[] = {
		{"2025-05-20", "live", false},
		{"2025-06-19", "live", false},
		{"2025-06-20", "live", true},
		{"2025-05-20", "historical", false},
		{"2026-05-20", "historical", false},
	};
	char ledger[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(ledger, sizeof(ledger),
			 "example.org/waybill paper %s 30 1", rows[i].ledger);
		put("ledger", ledger);
		usual = as_usual;
		usual.now = rows[i].now;
		judge("2025-05-20", "MY", "my", LPP, H100(1));
		if (found("late") != rows[i].late)
			fail_msg("%s %s", rows[i].ledger, rows[i].now);
	}
	put("ledger", "example.org/waybill paper live 30 1");
}

static void test_savings_clause(void **state)
{
	(void)state;
	judge("2025-05-15", "MY", "my",
	      "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-16\",", H100(1));
	assert_string_equal(d.basis, "NLR");
	assert_true(found("savings"));
	assert_true(found("doubt")); /* the last day: AMBIG-9 */
	judge("2025-05-15", "MY", "my",
	      "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-17\",", H100(1));
	assert_string_equal(d.basis, "LICENCE");
	assert_true(found("savings-missed"));
	judge("2025-05-15", "MY", "my",
	      "\"loaded\":\"2025-05-15\",\"arrival\":\"2025-06-10\",", H100(1));
	assert_false(found("savings"));
	assert_false(found("savings-missed"));
}

/* The clause is for goods that were under way on the effective date: what has
 * arrived before it was exported was not. */
static void test_savings_need_dates_in_order(void **state)
{
	(void)state;
	judge("2025-06-17", "MY", "my",
	      "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-16\",", H100(1));
	assert_string_equal(d.basis, "LICENCE");
	assert_true(found("savings-missed"));
	judge("2026-02-01", "CN", "cn",
	      "\"loaded\":\"2023-11-16\",\"arrival\":\"2025-05-16\",", H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("savings-missed"));
	judge("2025-06-16", "MY", "my",
	      "\"loaded\":\"2025-05-14\",\"arrival\":\"2025-06-16\",", H100(1));
	assert_string_equal(d.basis, "NLR");
}

/* --- the texts -------------------------------------------------------- */

/* What was written is read again, and the same bytes are written each time. */
static void test_texts_read_back(void **state)
{
	static uint8_t text[WB_WORKINGS_MAX], again[WB_WORKINGS_MAX];
	struct wb_verdict_view view;
	struct wb_memory reads = {0};
	struct wb_slice s, value;
	struct wb_state back;
	struct wb_writer w;
	uint64_t seq;

	(void)state;
	judge("2025-05-20", "SA", "sa", LPP, H100(1));
	wb_writer_init(&w, text, sizeof(text));
	wb_judgement_write(&w, &d);
	assert_int_equal(wb_writer_end(&w, &s), 0);
	assert_int_equal(wb_judgement_read(s, &view), 0);
	assert_int_equal(view.verdict, WB_CLEAR);
	assert_string_equal(view.basis, "LPP");
	assert_int_equal(view.n_scopes, 2);
	assert_string_equal(view.scope[0], "SA");
	wb_writer_init(&w, again, sizeof(again));
	wb_judgement_write(&w, &d);
	assert_memory_equal(text, again, s.len);
	/* Cut anywhere, it is not read. */
	for (size_t n = 0; n < s.len; n += 7)
		assert_int_equal(wb_judgement_read(wb_slice(s.p, n), &view),
				 WB_EFORM);

	wb_writer_init(&w, text, sizeof(text));
	wb_workings_write(&w, &d);
	assert_int_equal(wb_writer_end(&w, &s), 0);
	assert_int_equal(wb_memory_from_workings(&reads, s), 0);
	back = wb_memory_state(&reads);
	assert_int_equal(back.get(back.ctx, "detail/sa", &value, &seq), 0);
	assert_true(wb_slice_is(value, "2020-01-01 SA SA private -"));
	assert_int_equal(seq, 3);
	assert_int_equal(back.get(back.ctx, "lpp/sa/2025", &value, &seq),
			 WB_ENOTFOUND);
	wb_memory_free(&reads);
	assert_int_equal(wb_memory_from_workings(&reads, wb_slice_str("{}\n")),
			 WB_EFORM);
	wb_memory_free(&reads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unregistered_uses_no_exception),
		cmocka_unit_test(test_counter_is_the_ultimate_parents),
		cmocka_unit_test(test_parent_is_the_one_on_the_date_of_export),
		cmocka_unit_test(test_the_stricter_of_declared_and_registered),
		cmocka_unit_test(test_limbs_at_their_limits),
		cmocka_unit_test(test_facts_that_are_missing),
		cmocka_unit_test(test_unknown_countries_hide_nothing),
		cmocka_unit_test(test_planar_doubt),
		cmocka_unit_test(test_strictest_item_decides),
		cmocka_unit_test(test_limit_counts_the_lines_together),
		cmocka_unit_test(test_papers_must_come_in_time),
		cmocka_unit_test(test_contested_exception_is_told),
		cmocka_unit_test(test_allocation_of_the_headquarters),
		cmocka_unit_test(test_entries_claimed),
		cmocka_unit_test(test_late_is_told),
		cmocka_unit_test(test_savings_clause),
		cmocka_unit_test(test_savings_need_dates_in_order),
		cmocka_unit_test(test_texts_read_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
