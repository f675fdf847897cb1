#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/* What rules ask of the ledger and of items besides TPP and countries. */

#define EDITION                                                                \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"set mine = MY # c\nset china = CN + MO # c\n"
#define TPP "eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"
#define ALL "licence all when eccn is 3A090.a # c\n"

static void h100(const char *to, const char *consignee, const char *more)
{
	judge("2025-05-20", to, consignee, more, H100(1));
}

static void h20(const char *to, const char *consignee)
{
	judge("2025-05-20", to, consignee, "",
	      "{\"line\":1,\"model\":\"nv-h20-96\",\"quantity\":1,"
	      "\"eccn\":\"EAR99\"}");
}

/* --- letters ----------------------------------------------------------------
 */

/* A letter binds whom it is addressed to, from its day on, for items of no
 * ECCN too. */
static void test_letters(void **state)
{
	(void)state;
	judge_by(EDITION TPP
		 "licence letter-dram as \"LICENCE (letter)\" when letter is "
		 "h20-2025 and dram >= 1400 and parties touches china # c\n"
		 "review unpublished when licence is letter-dram # c\n"
		 "review denial when eccn is 3A090.a # c\n");
	h20("CN", "cn");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "NLR");
	put("letter/acme", "h20-2025 2025-05-20 2025-06-30");
	h20("CN", "cn");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.item[0].eccn, "none");
	assert_string_equal(d.basis, "LICENCE (letter)");
	assert_string_equal(d.review_text, "not published");
	assert_string_equal(d.item[0].licence_rule, "letter-dram");
	h20("MY", "my");
	assert_int_equal(d.verdict, WB_CLEAR);
	put("letter/acme", "h20-2025 2025-05-21 -");
	h20("CN", "cn");
	assert_int_equal(d.verdict, WB_CLEAR);
	put("letter/acme", "other 2025-05-01 -");
	h20("CN", "cn");
	assert_int_equal(d.verdict, WB_CLEAR);
	judge_by(NULL);
}

/* Nobody knows whether it is made for data centres. */
#define UNKNOWN_USE                                                            \
	"{\"line\":1,\"model\":\"syn-unknown\",\"quantity\":1,"                \
	"\"eccn\":\"3A090.a\"}"

/* Both the rule and a letter may ask: an exception that answers the one leaves
 * the other, and "licence is" speaks of every line that asks. */
static void test_letter_besides_the_rule(void **state)
{
	(void)state;
	judge_by(EDITION TPP ALL
		 "licence letter when letter is h20-2025 and dram >= 1400 # c\n"
		 "exception NAC \"N\" # c\n"
		 "  when eccn is 3A090.a # c\n"
		 "  unless licence is letter # c\n"
		 "review denial when licence is letter # c\n"
		 "review approval when eccn is 3A090.a # c\n");
	h100("MY", "my", "");
	assert_string_equal(d.basis, "NAC");
	put("letter/acme", "h20-2025 2025-05-20 -");
	h100("MY", "my", "");
	assert_string_equal(d.basis, "LICENCE");
	assert_string_equal(d.item[0].licence_rule, "all");
	assert_int_equal(d.verdict, WB_DENY);
	judge_by(NULL);
	/* One of the lines that are named is enough, and none that nobody can
	 * tell undoes it; alone such a line settles nothing. */
	judge_by(EDITION
		 "eccn 3A090.a limb 3A090.a.1 when tpp >= 1000 # c\n" ALL
		 "licence letter when letter is h20-2025 and tpp >= 1000 # c\n"
		 "licence use when datacenter is no # c\n"
		 "licence none when tpp < 1 # c\n"
		 "review denial when licence is letter use none # c\n"
		 "review approval when eccn is 3A090.a # c\n");
	judge("2025-05-20", "MY", "my", "", UNKNOWN_USE);
	assert_int_equal(d.verdict, WB_DENY);
	put("letter/acme", "other 2025-05-20 -");
	judge("2025-05-20", "MY", "my", "", UNKNOWN_USE);
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(d.review, WB_REVIEW_CASE_BY_CASE);
	judge_by(NULL);
}

/* Without the host interface a link of 900 is below 1,000, with it above. */
static void test_io_is_in_doubt(void **state)
{
	(void)state;
	put("letter/acme", "h20-2025 2025-01-01 -");
	judge_by(EDITION "setting io_without_host off AMBIG-8 # c\n" TPP
			 "licence letter-io when letter is h20-2025 and io "
			 ">= 1000 # c\n"
			 "review denial when licence is letter-io # c\n");
	h20("CN", "cn"); /* 900 and 128 */
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(doubted("AMBIG-8"));
	judge_by(NULL);
	judge_by(EDITION "setting io_without_host on AMBIG-8 # c\n" TPP
			 "licence letter-io when letter is h20-2025 and io "
			 ">= 1000 # c\n"
			 "review denial when licence is letter-io # c\n");
	h20("CN", "cn");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_true(doubted("AMBIG-8"));
	judge_by(NULL);
	/* A rule may ask of nothing else. */
	judge_by(EDITION "setting io_without_host on AMBIG-8 # c\n" TPP
			 "licence io when io >= 1000 # c\n"
			 "review denial when licence is io # c\n");
	h20("CN", "cn");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_true(doubted("AMBIG-8"));
	judge_by(NULL);
	judge_by(EDITION "setting io_without_host on AMBIG-8 # c\n" TPP
			 "licence io when dram_plus_io >= 5000 # c\n"
			 "review denial when licence is io # c\n");
	h20("CN", "cn"); /* 4,000 and 900 and 128 */
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_true(doubted("AMBIG-8"));
	judge_by(NULL);
	/* Where both readings say the same, nobody need be told. */
	judge_by(EDITION "setting io_without_host off AMBIG-8 # c\n" TPP
			 "licence letter-io when letter is h20-2025 and io "
			 ">= 1100 # c\n"
			 "review denial when licence is letter-io # c\n");
	h20("CN", "cn");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(doubted("AMBIG-8"));
	judge_by(NULL);
}

/* --- lists ------------------------------------------------------------------
 */

static void test_lists(void **state)
{
	(void)state;
	judge_by(EDITION TPP
		 "licence listed when party_list is entity_list # 744.11\n"
		 "review denial when party_list is entity_list # c\n");
	put("listing/de", "entity_list 2025-05-01 -");
	/* Items of no ECCN need one too. */
	h20("MY", "my");
	assert_int_equal(d.verdict, WB_CLEAR);
	h20("DE", "de");
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("listed-party"));
	assert_string_equal(cited("listed-party"), "744.11");
	/* An end user and an intermediate as well, but not who owns them: that
	 * is the Affiliates rule, which comes and goes. */
	put("detail/my-of-de", "2020-01-01 MY MY private de:51");
	h20("MY", "my-of-de");
	assert_int_equal(d.verdict, WB_CLEAR);
	h100("MY", "my", "\"end_user\":\"de\",");
	assert_int_equal(d.verdict, WB_DENY);
	h100("MY", "my", "\"intermediates\":[\"de\"],");
	assert_int_equal(d.verdict, WB_DENY);
	h20("MY", "my-of-de");
	assert_int_equal(d.verdict, WB_CLEAR);
	/* Another list, and a listing that ended. */
	put("listing/de", "unverified_list 2025-05-01 -");
	h20("DE", "de");
	assert_int_equal(d.verdict, WB_CLEAR);
	put("listing/de", "entity_list 2025-05-01 2025-05-19");
	h20("DE", "de");
	assert_int_equal(d.verdict, WB_CLEAR);
	/* Who is not registered may have any name and any parent: a fact is
	 * missing. */
	h20("MY", "nobody");
	assert_int_equal(d.verdict, WB_REVIEW);
	put("listing/nobody", "entity_list 2025-05-01 -");
	h20("MY", "nobody");
	assert_int_equal(d.verdict, WB_DENY);
	judge_by(NULL);
}

/* The switch of the Affiliates rule is dated; turned off it is in doubt only
 * where somebody is owned by whom it names. */
static void test_owned_lists(void **state)
{
	static const char text[] = EDITION
		"setting affiliates on AMBIG-16 between 2025-05-20 and "
		"2025-05-20 # c\n" TPP
		"licence owned when owned_list is entity_list and setting "
		"affiliates is on # 90 FR 47201\n"
		"review denial when owned_list is entity_list # c\n";

	(void)state;
	judge_by(text);
	put("listing/cn", "entity_list 2025-05-01 -");
	put("listing/sa", "entity_list 2025-05-01 -");
	put("detail/half", "2020-01-01 MY MY private cn:25,sa:25,my:50");
	put("detail/less", "2020-01-01 MY MY private cn:25,sa:24,my:51");
	h20("MY", "half");
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("listed-owner"));
	assert_string_equal(cited("listed-owner"), "90 FR 47201");
	h20("MY", "less");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(doubted("AMBIG-16"));
	/* The day after it is off. */
	judge("2025-05-21", "MY", "half", "",
	      "{\"line\":1,\"model\":\"nv-h20-96\",\"quantity\":1,"
	      "\"eccn\":\"EAR99\"}");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_true(doubted("AMBIG-16"));
	judge_by(NULL);
	put("listing/cn", "other 2025-05-01 -");
	put("listing/sa", "other 2025-05-01 -");
}

/* Approved entities: an exemption before any requirement. */
static void test_exempt(void **state)
{
	(void)state;
	judge_by(EDITION TPP "exempt supp-8 as \"NLR (Supp. 8)\" when eccn is "
			     "3A090.a and consignee_list is supp_8 # s8\n" ALL
			     "review denial when eccn is 3A090.a # c\n");
	put("listing/my", "supp_8 2025-05-01 -");
	h100("MY", "my", "");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "NLR (Supp. 8)");
	assert_false(d.item[0].licence_required);
	assert_string_equal(d.item[0].path_citation, "s8");
	/* The end user, if there is one, must be on it as well, but not whose
	 * hands the goods pass through. */
	h100("MY", "my", "\"intermediates\":[\"sa\"],");
	assert_int_equal(d.verdict, WB_CLEAR);
	h100("MY", "my", "\"end_user\":\"sa\",");
	assert_int_equal(d.verdict, WB_DENY);
	h100("SA", "sa", "");
	assert_int_equal(d.verdict, WB_DENY);
	put("listing/my", "other 2025-05-01 -");
	judge_by(NULL);
}

/* --- agreements --------------------------------------------------------------
 */

static void test_agreements(void **state)
{
	static const char text[] = EDITION TPP ALL
		"review approval as \"under IGA quota\" debit when agreement "
		"is valid # c\n"
		"review case_by_case as \"partly\" when agreement is partial # "
		"c\n"
		"review case_by_case as \"case by case, no IGA\" debit when "
		"agreement is none # c\n";

	(void)state;
	judge_by(text);
	h100("MY", "my", "");
	assert_string_equal(d.review_text, "case by case, no IGA");
	assert_string_equal(d.balance[0].counter, "alloc");
	assert_int_equal(d.balance[0].granted_x10, 158320);
	put("agreement/MY", "2025-05-20 - in_force 7 150 - my-gov");
	h100("MY", "my", "");
	assert_string_equal(d.review_text, "under IGA quota");
	put("agreement/MY", "2025-05-20 - in_force 3 150 - my-gov");
	h100("MY", "my", "");
	assert_string_equal(d.review_text, "partly");
	put("agreement/MY", "2025-05-20 - suspended 7 150 - my-gov");
	h100("MY", "my", "");
	assert_string_equal(d.review_text, "case by case, no IGA");
	judge_by(NULL);
}

/* 150 percent of 15,000 are 22,500: one H100 fits, two do not. */
static void test_the_factor_of_an_agreement(void **state)
{
	(void)state;
	judge_by(EDITION TPP ALL
		 "allocation 15000 from 2025 to 2027 factor agreement # c\n"
		 "beyond policy_denial # c\n");
	put("agreement/MY", "2025-05-20 - in_force 7 150 - my-gov");
	h100("MY", "my", "");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(d.balance[0].limit_x10, 225000);
	judge("2025-05-20", "MY", "my", "", H100(2));
	assert_int_equal(d.verdict, WB_DENY);
	/* The day before it is in force. */
	judge("2025-05-19", "MY", "my", "", H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	judge_by(NULL);
}

/* --- items -------------------------------------------------------------------
 */

#define FORM(model, more)                                                      \
	"{\"line\":1,\"model\":\"" model "\"," more                            \
	"\"quantity\":2,\"eccn\":\"3A090.a\"}"

/* A board is judged by its circuits, and is under its own entry. */
static void test_assemblies(void **state)
{
	static const char text[] =
		EDITION "setting superchip_is_one off AMBIG-12 # c\n" TPP
			"companion assembly of 3A090.a is 4A090.a # 4a\n"
			"companion 5A992 of 3A090.a is 5A992.z.1 # 5z\n"
			"licence z when entry is 5A992.z.1 # c\n"
			"licence a when entry is 4A090.a and form is assembly "
			"# c\n"
			"review denial when eccn is 3A090.a # c\n";

	(void)state;
	judge_by(text);
	judge("2025-05-20", "MY", "my", "",
	      FORM("nv-h100-sxm", "\"form\":\"assembly\",\"units\":8,"));
	assert_string_equal(d.item[0].eccn, "4A090.a");
	assert_string_equal(d.item[0].circuit_eccn, "3A090.a");
	assert_string_equal(d.item[0].eccn_citation, "4a");
	assert_string_equal(d.item[0].licence_rule, "a");
	assert_int_equal(d.item[0].tpp_x10, 158320);
	assert_int_equal(d.total_x10, 158320 * 16);
	judge("2025-05-20", "MY", "my", "",
	      FORM("nv-h100-sxm", "\"form\":\"assembly\",\"units\":8,"
				  "\"base\":\"5A992\","));
	assert_string_equal(d.item[0].eccn, "5A992.z.1");
	assert_string_equal(d.item[0].licence_rule, "z");
	/* Four circuits of 1,148.8 together are nothing, by circuit. */
	judge("2025-05-20", "MY", "my", "",
	      FORM("nv-a16", "\"form\":\"assembly\",\"units\":4,"));
	assert_string_equal(d.item[0].eccn, "none");
	assert_false(doubted("AMBIG-12"));
	/* Where the sum would be caught, that is a doubt. */
	judge("2025-05-20", "MY", "my", "",
	      FORM("nv-a16", "\"form\":\"assembly\",\"units\":17,"));
	assert_string_equal(d.item[0].eccn, "none");
	assert_true(doubted("AMBIG-12"));
	/* One circuit by itself is not an assembly. */
	judge("2025-05-20", "MY", "my", "", FORM("nv-h100-sxm", ""));
	assert_string_equal(d.item[0].eccn, "3A090.a");
	judge_by(NULL);
}

/* The paragraph of a .z entry is the one claimed; its letter is the limb's. */
static void test_paragraphs(void **state)
{
	static const struct {
		const char *base, *model, *claimed, *eccn, *path;
	} rows[] = {
		{"3A001", "nv-h100-sxm", "3A001.z.4.a", "3A001.z.4.a", "LPP"},
		{"3A001", "nv-h100-sxm", "3A001.z", "3A001.z.n.a", "LPP"},
		{"3A001", "nv-h100-sxm", "3A001.z.4.b", "3A001.z.n.a", "LPP"},
		{"3A001", "nv-h100-sxm", "3A001.z..a", "3A001.z.n.a", "LPP"},
		{"3A001", "nv-a30", "3A001.z.4.b", "3A001.z.4.b", "NLR"},
		{"4A003", "nv-h100-sxm", "4A003.z.1.a", "4A003.z.1.a", "LPP"},
		{"4A003", "nv-h100-sxm", "4A003.z.2.a", "4A003.z.2.a", "LPP"},
		/* 740.29(b) names these two. */
		{"4A003", "nv-h100-sxm", "4A003.z.3.a", "4A003.z.3.a",
		 "LICENCE"},
		{"4A003", "nv-h100-sxm", "4A003.z", "4A003.z.n.a", "LICENCE"},
		{"4A004", "nv-h100-sxm", "4A004.z.1", "4A004.z.1", "LPP"},
		{"4A005", "nv-h100-sxm", "4A005.z.1", "4A005.z.1", "LPP"},
		{"5A004", "nv-h100-sxm", "5A004.z.12.a", "5A004.z.12.a", "LPP"},
		{"5A992", "nv-h100-sxm", "5A992.z.1", "5A992.z.1", "LPP"},
		{"5A002", "nv-h100-sxm", "5A002.z", "5A002.z", "LPP"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char item[256];

		snprintf(item, sizeof(item),
			 "{\"line\":1,\"model\":\"%s\",\"form\":\"assembly\","
			 "\"quantity\":1,\"base\":\"%s\",\"eccn\":\"%s\"}",
			 rows[i].model, rows[i].base, rows[i].claimed);
		judge("2025-05-20", "MY", "my", LPP, item);
		assert_string_equal(d.item[0].eccn, rows[i].eccn);
		assert_string_equal(d.item[0].path, rows[i].path);
		assert_int_equal(found("eccn-differs"),
				 strcmp(rows[i].claimed, rows[i].eccn) != 0);
	}
}

/* 819.2 GB/s over 121 mm2 are 6.77; more than the 2 of 3A090.c. */
static void test_memory(void **state)
{
	static const char text[] =
		EDITION "eccn 3A090.c limb 3A090.c when form is memory and "
			"bandwidth_density > 2 # c\n"
			"licence c when eccn is 3A090.c # c\n"
			"review denial when eccn is 3A090.c # c\n";
	static const struct {
		int dram, area;
		const char *eccn;
	} rows[] = {
		{8192, 1210, "3A090.c"},
		{2420, 1210, "none"}, /* 2 exactly is not more than 2 */
		{2421, 1210, "3A090.c"},
	};
	char item[512];

	(void)state;
	judge_by(text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(item, sizeof(item),
			 "{\"line\":1,\"parameters\":{\"tpp_x10\":0,"
			 "\"die_area_mm2_x10\":0,\"dram_gbps_x10\":%d,"
			 "\"io_gbps_x10\":0,\"datacenter\":true,"
			 "\"package_area_mm2_x10\":%d},\"form\":\"memory\","
			 "\"quantity\":1,\"eccn\":\"3A090.c\"}",
			 rows[i].dram, rows[i].area);
		judge("2025-05-20", "MY", "my", "", item);
		assert_string_equal(d.item[0].eccn, rows[i].eccn);
	}
	/* Who does not say how large it is. */
	judge("2025-05-20", "MY", "my", "",
	      "{\"line\":1,\"model\":\"nv-h100-sxm\",\"form\":\"memory\","
	      "\"quantity\":1,\"eccn\":\"3A090.c\"}");
	assert_string_equal(d.item[0].eccn, "unknown");
	assert_int_equal(d.verdict, WB_REVIEW);
	judge_by(NULL);
}

/* --- papers, places, chips
 * ---------------------------------------------------- */

static void test_papers_and_places(void **state)
{
	static const char text[] = EDITION TPP ALL
		"review case_by_case when paper is supply_certification and "
		"located in mine and chips < 3 # c\n"
		"review denial when eccn is 3A090.a # c\n";

	(void)state;
	judge_by(text);
	h100("MY", "my", "");
	assert_int_equal(d.verdict, WB_DENY);
	h100("MY", "my",
	     "\"papers\":[" PAPER("supply_certification", "2025-05-20") "],");
	assert_int_equal(d.verdict, WB_REVIEW);
	/* A day late; somewhere else; too many. */
	h100("MY", "my",
	     "\"papers\":[" PAPER("supply_certification", "2025-05-21") "],");
	assert_int_equal(d.verdict, WB_DENY);
	h100("MY", "sa",
	     "\"papers\":[" PAPER("supply_certification", "2025-05-20") "],");
	assert_int_equal(d.verdict, WB_DENY);
	judge("2025-05-20", "MY", "my",
	      "\"papers\":[" PAPER("supply_certification", "2025-05-20") "],",
	      H100(3));
	assert_int_equal(d.verdict, WB_DENY);
	judge_by(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_letter_besides_the_rule),
		cmocka_unit_test(test_io_is_in_doubt),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_owned_lists),
		cmocka_unit_test(test_exempt),
		cmocka_unit_test(test_agreements),
		cmocka_unit_test(test_the_factor_of_an_agreement),
		cmocka_unit_test(test_assemblies),
		cmocka_unit_test(test_paragraphs),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_papers_and_places),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
