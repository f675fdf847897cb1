#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/*
 * The doubts of RULES 10 by which a shipment is judged twice, or that lines of
 * the editions shipped name: AMBIG-9, 13, 15, 18 and 19.
 */

/* Judge by an edition as shipped, with its setting off or on, until
 * judge_by(NULL). */
static void by(const char *path, const char *setting, bool on)
{
	struct wb_slice text = read_file(path);
	char *copy = calloc(1, text.len + 1);
	int i;

	assert_non_null(copy);
	memcpy(copy, text.p, text.len);
	judge_by(copy);
	memcpy(law.family, law.edition[0]->family[0], sizeof(law.family));
	i = wb_setting_find(law.edition[0], setting);
	assert_true(i >= 0);
	assert_false(law.edition[0]->setting[i].on); /* the default */
	law.edition[0]->setting[i].on = on;
	free(copy);
	free((void *)(uintptr_t)text.p);
}

#define DIFFUSION "policy/diffusion.policy"
#define ACTUAL_1  "policy/actual-2026-01.policy"
#define ACTUAL_7  "policy/actual-2026-07.policy"
#define REVISION  "policy/rev500.policy"

/* --- AMBIG-9: the last day of the savings clause ------------------------- */

static void test_the_last_day_of_savings(void **state)
{
	static const char more[] =
		"\"loaded\":\"2025-05-10\",\"arrival\":\"2025-06-16\",";
	static const char before[] =
		"\"loaded\":\"2025-05-10\",\"arrival\":\"2025-06-15\",";
	struct wb_edition *shipped = law.edition[law.n - 1];
	int i = wb_setting_find(shipped, "savings_before_last_day");
	struct wb_setting first;

	(void)state;
	assert_true(i >= 0);
	judge("2025-05-20", "MY", "my", more, H100(1));
	assert_true(found("savings"));
	assert_true(doubted("AMBIG-9"));
	shipped->setting[i].on = true;
	judge("2025-05-20", "MY", "my", more, H100(1));
	assert_true(found("savings-missed"));
	assert_true(doubted("AMBIG-9"));
	judge("2025-05-20", "MY", "my", before, H100(1));
	assert_true(found("savings"));
	assert_false(doubted("AMBIG-9"));
	/* Also where it is the first of the edition. */
	first = shipped->setting[0];
	shipped->setting[0] = shipped->setting[i];
	shipped->named[WB_SET_SAVINGS] = 0;
	judge("2025-05-20", "MY", "my", more, H100(1));
	assert_true(found("savings-missed"));
	shipped->named[WB_SET_SAVINGS] = i;
	shipped->setting[0] = first;
	shipped->setting[i].on = false;
}

/* --- AMBIG-13: territories ------------------------------------------------ */

#define AIA                                                                    \
	"\"papers\":[" PAPER("aia_certification", "2025-05-16") "," PAPER(     \
		"lpp_statement", "2025-05-16") "],"

static void test_territories(void **state)
{
	static const struct {
		const char *to, *consignee;
		const char *basis[2]; /* off, on */
		bool told;
		const char *why;
	} rows[] = {
		{"KY", "ky", {"LPP", "AIA"}, true, "destination and seat"},
		{"DE", "ky", {"LPP", "AIA"}, true, "the seat alone"},
		{"KY", "de", {"LPP", "AIA"}, true, "the destination alone"},
		{"KY", "my", {"LPP", "LPP"}, false, "tier 2 as it is"},
		{"DE", "de", {"AIA", "AIA"}, false, "no territory"},
		{"PR", "de", {"AIA", "AIA"}, false, "of the United States"},
		{"KY", "cn", {"LICENCE", "LICENCE"}, false, "tier 3 wins"},
	};

	(void)state;
	put("detail/ky", "2020-01-01 KY KY private -");
	for (int on = 0; on < 2; on++) {
		by(DIFFUSION, "territories_follow", on == 1);
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			usual = as_usual;
			usual.claimed = "AIA";
			judge("2025-05-20", rows[i].to, rows[i].consignee, AIA,
			      H100(2));
			if (strcmp(d.basis, rows[i].basis[on]) != 0 ||
			    doubted("AMBIG-13") != rows[i].told)
				fail_msg("%s: %s", rows[i].why, d.basis);
		}
		/* What is claimed is tried first: LPP is open either way. */
		judge("2025-05-20", "KY", "ky", AIA, H100(2));
		assert_string_equal(d.basis, "LPP");
		assert_false(doubted("AMBIG-13"));
		/* What needs no licence anyway hinges on nothing. */
		judge("2025-05-20", "KY", "ky", AIA,
		      "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,"
		      "\"eccn\":\"none\"}");
		assert_false(doubted("AMBIG-13"));
		judge_by(NULL);
	}
}

/* The other reading leaves no trace but the doubt: counters and balances are
 * those of this one. */
static void test_the_other_reading_counts_nothing(void **state)
{
	(void)state;
	by(DIFFUSION, "territories_follow", false);
	usual = as_usual;
	usual.claimed = "AIA";
	judge("2025-05-20", "KY", "ky", AIA, H100(2));
	assert_true(doubted("AMBIG-13"));
	assert_string_equal(written("lpp/ky/2025"), "316640");
	assert_string_equal(written("aia/ky"), "");
	assert_int_equal(d.n_balances, 1);
	assert_int_equal(d.n_charges, 1);
	judge_by(NULL);
	by(DIFFUSION, "territories_follow", true);
	usual = as_usual;
	usual.claimed = "AIA";
	judge("2025-05-20", "KY", "ky", AIA, H100(2));
	assert_string_equal(written("lpp/ky/2025"), "");
	assert_string_equal(written("aia/ky"), "316640");
	judge_by(NULL);
}

/* --- AMBIG-15: half of the volume ----------------------------------------- */

/* clang-format off */
#define P(kind) PAPER(kind "_certification", "2026-03-01")
#define CERTIFIED                                                              \
	P("supply") "," P("foundry") "," P("security") "," P("testing")        \
	"," P("end_use") "," P("market")
/* clang-format on */
#define H200                                                                   \
	"{\"line\":1,\"model\":\"nv-h200-sxm\",\"quantity\":1,"                \
	"\"eccn\":\"3A090.a\"}"

static void test_half_of_the_volume(void **state)
{
	static const char without[] = "\"papers\":[" CERTIFIED "],";
	static const char with[] =
		"\"papers\":[" CERTIFIED "," P("volume") "],";
	static const char *const paths[] = {ACTUAL_1, ACTUAL_7};
	static const struct {
		int tpp_x10, dram_x10;
		bool told;
	} edges[] = {
		{209999, 64999, true},
		{210000, 64999, false},
		{209999, 65000, false},
	};
	char item[512];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *day = i == 0 ? "2026-03-02" : "2026-08-03";

		by(paths[i], "half_volume_certified", false);
		judge(day, "CN", "cn", without, H200);
		assert_string_equal(d.review_text, "case by case");
		assert_true(doubted("AMBIG-15"));
		/* Relied on, though nobody knows its unit and period. */
		judge(day, "CN", "cn", with, H200);
		assert_string_equal(d.review_text, "case by case");
		assert_true(doubted("AMBIG-15"));
		judge(day, "CN", "cn", "", H200);
		assert_false(doubted("AMBIG-15"));
		judge_by(NULL);
		by(paths[i], "half_volume_certified", true);
		judge(day, "CN", "cn", without, H200);
		assert_string_equal(d.review_text, "presumption of denial");
		assert_true(doubted("AMBIG-15"));
		judge(day, "CN", "cn", with, H200);
		assert_string_equal(d.review_text, "case by case");
		assert_true(doubted("AMBIG-15"));
		/* Too fast for it in any case. */
		judge(day, "CN", "cn", without,
		      "{\"line\":1,\"model\":\"nv-b200\",\"quantity\":1,"
		      "\"eccn\":\"3A090.a\"}");
		assert_string_equal(d.review_text, "presumption of denial");
		assert_false(doubted("AMBIG-15"));
		for (size_t k = 0; k < sizeof(edges) / sizeof(edges[0]); k++) {
			snprintf(item, sizeof(item),
				 "{\"line\":1,\"parameters\":{\"tpp_x10\":%d,"
				 "\"die_area_mm2_x10\":8140,\"dram_gbps_x10\":"
				 "%d,\"io_gbps_x10\":0,\"datacenter\":true},"
				 "\"quantity\":1,\"eccn\":\"3A090.a\"}",
				 edges[k].tpp_x10, edges[k].dram_x10);
			judge(day, "CN", "cn", without, item);
			assert_int_equal(doubted("AMBIG-15"), edges[k].told);
		}
		judge_by(NULL);
	}
}

/* --- AMBIG-18: the United Arab Emirates ------------------------------------
 */

static void test_supp_8(void **state)
{
	(void)state;
	put("detail/ae", "2020-01-01 AE AE private -");
	put("detail/ae-other", "2020-01-01 AE AE private -");
	put("detail/ae-state", "2020-01-01 AE AE government -");
	put("listing/ae", "supp_8 2026-07-10 -");
	for (int on = 0; on < 2; on++) {
		by(ACTUAL_7, "strict_supp_8", on == 1);
		judge("2026-08-03", "AE", "ae", "", H100(1));
		assert_string_equal(d.basis,
				    on == 1 ? "LICENCE" : "NLR (Supp. 8)");
		assert_true(doubted("AMBIG-18"));
		judge("2026-08-03", "AE", "ae-state", "", H100(1));
		assert_string_equal(d.basis, on == 1 ? "LICENCE"
						     : "NLR (UAE Government)");
		assert_true(doubted("AMBIG-18"));
		/* Who is not on the list, or ships what nobody controls. */
		judge("2026-08-03", "AE", "ae-other", "", H100(1));
		assert_string_equal(d.basis, "LICENCE");
		assert_false(doubted("AMBIG-18"));
		judge("2026-08-03", "AE", "ae", "",
		      "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,"
		      "\"eccn\":\"none\"}");
		assert_string_equal(d.basis, "NLR");
		assert_false(doubted("AMBIG-18"));
		judge_by(NULL);
	}
}

/* --- AMBIG-19: the TPP of an H100 ------------------------------------------
 */

/* 500 of 15,832 TPP are 7,916,000; of 15,824 they are 7,912,000. */
static void test_the_least_tpp_published(void **state)
{
	(void)state;
	by(REVISION, "least_published_tpp", false);
	judge("2025-05-20", "MY", "my", LPP, H100(500));
	assert_string_equal(d.basis, "LICENCE");
	assert_true(doubted("AMBIG-19"));
	assert_true(found("limit-exceeded"));
	assert_int_equal(d.item[0].tpp_x10, 158320);
	judge("2025-05-20", "MY", "my", LPP, H100(501));
	assert_false(doubted("AMBIG-19"));
	judge("2025-05-20", "MY", "my", LPP, H100(499));
	assert_false(doubted("AMBIG-19"));
	judge_by(NULL);
	by(REVISION, "least_published_tpp", true);
	judge("2025-05-20", "MY", "my", LPP, H100(500));
	assert_false(found("limit-exceeded"));
	assert_true(doubted("AMBIG-19"));
	assert_int_equal(d.item[0].tpp_x10, 158240);
	judge("2025-05-20", "MY", "my", LPP, H100(499));
	assert_false(doubted("AMBIG-19"));
	judge_by(NULL);
}

/* Of a limit that is shared and of an allocation. */
static void test_published_amounts(void **state)
{
	static const struct {
		const char *key, *before; /* tenths of TPP */
		bool told;
		const char *why;
	} rows[] = {
		{"lpp/my/2025", "268841670", false, "15,833 are left"},
		{"lpp/my/2025", "268841681", true, "15,831.9 are left"},
		{"lpp/my/2025", "268841760", true, "15,824 are left"},
		{"lpp/my/2025", "268841761", false, "15,823.9 are left"},
		{"alloc/MY", "7899841680", false, "15,832 are left"},
		{"alloc/MY", "7899841681", true, "less than that"},
		{"alloc/MY", "7899841761", false, "too little for either"},
	};

	(void)state;
	by(DIFFUSION, "least_published_tpp", false);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put("lpp/my/2025", "268999999");
		put("alloc/MY", "0");
		put(rows[i].key, rows[i].before);
		judge("2025-05-20", "MY", "my", LPP, H100(1));
		if (doubted("AMBIG-19") != rows[i].told)
			fail_msg("%s: %s", rows[i].why, d.basis);
	}
	put("lpp/my/2025", "0");
	put("alloc/MY", "0");
	/* What the exporter attests is in no such doubt. */
	put("lpp/my/2025", "268841681");
	judge("2025-05-20", "MY", "my", LPP,
	      "{\"line\":1,\"parameters\":{\"tpp_x10\":158320,"
	      "\"die_area_mm2_x10\":8140,\"dram_gbps_x10\":33500,"
	      "\"io_gbps_x10\":10280,\"datacenter\":true},\"quantity\":1,"
	      "\"eccn\":\"3A090.a\"}");
	assert_false(doubted("AMBIG-19"));
	put("lpp/my/2025", "0");
	judge_by(NULL);
}

/* A limb that lies between the two figures. */
static void test_published_limbs(void **state)
{
	static const char text[] =
		"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		"effective 2025-01-01 # d\nuntil open\n"
		"setting least_published_tpp %s AMBIG-19 # c\n"
		"eccn 3A090.a limb 3A090.a.1 when %s # c\n"
		"licence all when eccn is 3A090.a # c\n"
		"review denial when eccn is 3A090.a # c\n";
	static const struct {
		const char *when;
		const char *eccn[2];
		bool told;
	} rows[] = {
		{"tpp >= 15832", {"3A090.a", "none"}, true},
		{"tpp > 15824", {"3A090.a", "none"}, true},
		{"tpp >= 15824", {"3A090.a", "3A090.a"}, false},
		{"tpp > 15832", {"none", "none"}, false},
		{"pd >= 19.45", {"none", "none"}, false},
		{"pd >= 19.44", {"3A090.a", "none"}, true},
	};
	char edition[1024];

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		size_t k = i / 2, on = i % 2;

		snprintf(edition, sizeof(edition), text, on == 1 ? "on" : "off",
			 rows[k].when);
		judge_by(edition);
		judge("2025-05-20", "MY", "my", "", H100(1));
		if (strcmp(d.item[0].eccn, rows[k].eccn[on]) != 0 ||
		    doubted("AMBIG-19") != rows[k].told)
			fail_msg("%s: %s", rows[k].when, d.item[0].eccn);
		judge_by(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_day_of_savings),
		cmocka_unit_test(test_territories),
		cmocka_unit_test(test_the_other_reading_counts_nothing),
		cmocka_unit_test(test_half_of_the_volume),
		cmocka_unit_test(test_supp_8),
		cmocka_unit_test(test_the_least_tpp_published),
		cmocka_unit_test(test_published_amounts),
		cmocka_unit_test(test_published_limbs),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
