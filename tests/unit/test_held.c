#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/* Licences that are held, and validated end users. */

/* 1,700 H100 are above the limit of LPP: they need a licence. */
static void licensed(const char *date, const char *to, const char *consignee,
		     const char *more, const char *number, const char *items)
{
	usual = as_usual;
	usual.claimed = "LICENCE";
	grant_number = number;
	judge(date, to, consignee, more, items);
}

static void put_licences(void)
{
	put("grant/L-1", "licence active 2025-05-15 2026-05-14 my - MY "
			 "acme 3A090.a:nv-h100-sxm:2000:-");
	put("grant/L-tpp", "licence active 2025-05-15 2026-05-14 my - MY acme "
			   "3A090.a:-:-:316640000");
	put("grant/L-gone", "licence revoked 2025-05-15 2026-05-14 my - MY "
			    "acme 3A090.a:-:2000:-");
	put("grant/L-user", "licence active 2025-05-15 2026-05-14 my de MY "
			    "acme 3A090.a:-:2000:-");
	put("grant/L-cn", "licence active 2025-05-15 2026-05-14 cn - CN acme "
			  "3A090.a:-:10:-");
	put("grant/L-other", "licence active 2025-05-15 2026-05-14 my - MY "
			     "globex 3A090.a:-:2000:-");
}

static void test_a_licence_clears_and_counts(void **state)
{
	(void)state;
	put("alloc/MY", "1000");
	licensed("2025-06-02", "MY", "my", "", "L-1", H100(1700));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "LICENCE");
	/* How the application fared is still told. */
	assert_string_equal(d.review_text, "presumption of approval");
	assert_true(found("licence-used"));
	assert_false(found("licence-required"));
	assert_string_equal(written("granted/L-1/1/units"), "1700");
	assert_string_equal(written("alloc/MY"), "269145000");
	/* What is licensed is not under LPP. */
	assert_string_equal(written("lpp/my/2025"), "");
	assert_int_equal(d.n_charges, 2);
	put("alloc/MY", "0");
}

static void test_a_licence_is_used_up(void **state)
{
	(void)state;
	put("granted/L-1/1/units", "1700");
	licensed("2025-06-02", "MY", "my", LPP, "L-1", H100(300));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("granted/L-1/1/units"), "2000");
	/* One more than what is left is no licence at all, and no LPP either:
	 * the exporter goes past its authority. */
	licensed("2025-06-02", "MY", "my", LPP, "L-1", H100(301));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("authority-exceeded"));
	assert_string_equal(cited("authority-exceeded"),
			    d.item[0].licence_citation);
	assert_int_equal(d.n_charges, 0);
	/* Two lines are as many as one. */
	licensed("2025-06-02", "MY", "my", LPP, "L-1",
		 H100(300) ",{\"line\":2,\"model\":\"nv-h100-sxm\","
			   "\"quantity\":1,\"eccn\":\"3A090.a\"}");
	assert_int_equal(d.verdict, WB_DENY);
	put("granted/L-1/1/units", "0");
}

/* What is left is told to the unit and to the tenth of a TPP. */
static void test_what_is_left_is_told(void **state)
{
	(void)state;
	put("granted/L-1/1/units", "1700");
	licensed("2025-06-02", "MY", "my", LPP, "L-1", H100(301));
	assert_string_equal(told("authority-exceeded"),
			    "L-1, item 1: 301 units are asked, 300 of 2000 "
			    "are left");
	put("granted/L-tpp/1/tpp", "158325");
	licensed("2025-06-02", "MY", "my", "", "L-tpp", H100(2000));
	assert_string_equal(told("authority-exceeded"),
			    "L-tpp, item 1: 31,664,000 TPP are asked, "
			    "31,648,167.5 of 31,664,000 are left");
	/* A licence that was cut down below what has been used of it. */
	put("granted/L-1/1/units", "2001");
	licensed("2025-06-02", "MY", "my", LPP, "L-1", H100(1));
	assert_string_equal(told("authority-exceeded"),
			    "L-1, item 1: 1 units are asked, 0 of 2000 are "
			    "left");
	put("granted/L-1/1/units", "0");
	put("granted/L-tpp/1/tpp", "316640001");
	licensed("2025-06-02", "MY", "my", "", "L-tpp", H100(1));
	assert_string_equal(told("authority-exceeded"),
			    "L-tpp, item 1: 15,832 TPP are asked, 0 of "
			    "31,664,000 are left");
	put("granted/L-tpp/1/tpp", "0");
}

/* The allocation as it stands and as it would: 26,914,400 TPP on top of 100. */
static void test_the_allocation_after_a_licence(void **state)
{
	const struct wb_balance *b = NULL;

	(void)state;
	put("alloc/MY", "1000");
	licensed("2025-06-02", "MY", "my", "", "L-1", H100(1700));
	for (size_t i = 0; i < d.n_balances; i++)
		if (strcmp(d.balance[i].counter, "alloc") == 0)
			b = &d.balance[i];
	assert_non_null(b);
	assert_string_equal(b->of, "MY");
	assert_false(b->units);
	assert_false(b->own); /* a country's is not for an exporter to see */
	assert_int_equal(b->before_x10, 1000);
	assert_int_equal(b->asked_x10, 269144000);
	assert_int_equal(b->after_x10, 269145000);
	assert_int_equal(b->granted_x10, 269145000);
	/* Without the licence nothing is used. */
	licensed("2025-06-02", "MY", "my", "", "L-gone", H100(1700));
	for (size_t i = 0; i < d.n_balances; i++)
		if (strcmp(d.balance[i].counter, "alloc") == 0)
			b = &d.balance[i];
	assert_int_equal(b->after_x10, 1000);
	assert_int_equal(b->granted_x10, 269145000);
	put("alloc/MY", "0");
}

static void test_a_licence_of_tpp(void **state)
{
	(void)state;
	licensed("2025-06-02", "MY", "my", "", "L-tpp", H100(2000));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("granted/L-tpp/1/tpp"), "316640000");
	licensed("2025-06-02", "MY", "my", "", "L-tpp", H100(2001));
	assert_int_equal(d.verdict, WB_DENY);
}

/* A licence against the policy is a licence all the same. */
static void test_a_licence_against_the_policy(void **state)
{
	(void)state;
	licensed("2025-06-02", "CN", "cn", "", "L-cn", H100(10));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.review_text, "presumption of denial");
	assert_string_equal(written("alloc/CN"), "");
}

/* Balances of the party's own show what remains. */
static void test_what_remains(void **state)
{
	static uint8_t out[WB_JUDGEMENT_MAX];
	struct wb_writer w;
	struct wb_slice s;

	(void)state;
	licensed("2025-06-02", "MY", "my", "", "L-1", H100(1700));
	wb_writer_init(&w, out, sizeof(out) - 1);
	wb_judgement_write(&w, &d);
	assert_int_equal(wb_writer_end(&w, &s), 0);
	out[s.len] = '\0';
	assert_non_null(strstr((char *)out,
			       "{\"counter\":\"granted\",\"period\":\"item 1\","
			       "\"limit_units\":2000,\"asked_units\":1700,"
			       "\"standing\":\"sufficient\",\"of\":\"L-1\","
			       "\"before_units\":0,\"after_units\":1700,"
			       "\"remaining_units\":300,"
			       "\"if_granted_units\":1700}"));
}

static void test_a_licence_for_something_else(void **state)
{
	static const struct {
		const char *why, *date, *to, *consignee, *more, *number, *code;
	} rows[] = {
		{"not on record", "2025-06-02", "MY", "my", "", "L-9",
		 "authority-unknown"},
		{"no id at all", "2025-06-02", "MY", "my", "", "L 9/../x",
		 "authority-unknown"},
		{"before its first day", "2025-05-14", "SA", "sa", "", "L-1",
		 "authority-not-valid"},
		{"after its last day", "2026-05-15", "MY", "my", "", "L-1",
		 "authority-not-valid"},
		{"revoked", "2025-06-02", "MY", "my", "", "L-gone",
		 "authority-not-valid"},
		{"another consignee", "2025-06-02", "MY", "my-sub", "", "L-1",
		 "authority-differs"},
		{"another destination", "2025-06-02", "SG", "my", "", "L-1",
		 "authority-differs"},
		{"an end user it does not name", "2025-06-02", "MY", "my",
		 "\"end_user\":\"de\",", "L-1", "authority-differs"},
		{"not the end user it names", "2025-06-02", "MY", "my", "",
		 "L-user", "authority-differs"},
		{"another exporter", "2025-06-02", "MY", "my", "", "L-other",
		 "authority-differs"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		licensed(rows[i].date, rows[i].to, rows[i].consignee,
			 rows[i].more, rows[i].number, H100(1700));
		/* The line that asks for a licence is cited. */
		if (!found(rows[i].code) || d.verdict == WB_CLEAR ||
		    d.n_charges > 0 || *cited(rows[i].code) == '\0' ||
		    strcmp(cited(rows[i].code), d.item[0].licence_citation) !=
			    0)
			fail_msg("%s", rows[i].why);
	}
	/* A model it does not name. */
	licensed("2025-06-02", "MY", "my", "", "L-1",
		 "{\"line\":1,\"model\":\"nv-b200\",\"quantity\":1700,"
		 "\"eccn\":\"3A090.a\"}");
	assert_true(found("authority-differs"));
	assert_int_equal(d.verdict, WB_REVIEW);
	/* Nothing but the word. */
	licensed("2025-06-02", "MY", "my", "", NULL, H100(1700));
	assert_true(found("authority-unknown"));
}

static void test_an_exception_beside_a_licence(void **state)
{
	(void)state;
	licensed("2025-06-02", "MY", "my", LPP, "L-9", H100(10));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "LPP");
	assert_true(found("authority-unknown"));
	assert_true(found("authorization-differs"));
}

/* --- validity, and editions of our own --------------------------------------
 */

#define EDITION                                                                \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"set home = DE # c\nset mine = MY # c\n"                               \
	"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"                   \
	"licence all when eccn is 3A090.a # c\n"

static void test_a_licence_too_old(void **state)
{
	(void)state;
	judge_by(EDITION "validity 365 # 750.7(g)\n"
			 "review denial when eccn is 3A090.a # c\n");
	put("grant/L-old", "licence active 2025-01-01 2027-12-31 my - MY acme "
			   "3A090.a:-:2000:-");
	licensed("2026-01-01", "MY", "my", "", "L-old", H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	licensed("2026-01-02", "MY", "my", "", "L-old", H100(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("authority-not-valid"));
	judge_by(NULL);
	/* An edition that says nothing of it lets it grow as old as it is. */
	judge_by(EDITION "review denial when eccn is 3A090.a # c\n");
	licensed("2027-12-31", "MY", "my", "", "L-old", H100(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	judge_by(NULL);
}

/* Judged by two laws, a licence is looked at under each. */
static void test_a_late_shipment_under_a_licence(void **state)
{
	(void)state;
	usual = as_usual;
	usual.claimed = "LICENCE";
	usual.now = "2025-08-01";
	grant_number = "L-1";
	judge("2025-06-02", "MY", "my", "", H100(1700));
	assert_true(found("late"));
	assert_non_null(strstr(told("late"), " 60 days before the record"));
	assert_string_equal(d.basis, "LICENCE");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("granted/L-1/1/units"), "1700");
}

/* Nothing needs a licence: what is claimed is not looked for. */
static void test_a_licence_for_nothing(void **state)
{
	(void)state;
	licensed("2025-06-02", "MY", "my", "", NULL,
		 "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,"
		 "\"eccn\":\"none\"}");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(found("authority-unknown"));
}

/* Nothing processed is an amount, too: none of the licence is used. */
static void test_a_licence_of_no_tpp(void **state)
{
	(void)state;
	judge_by("waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"
		 "effective 2025-01-01 # d\nuntil open\n"
		 "eccn 3A090.b limb 3A090.b.1 when dram >= 4000 # c\n"
		 "licence all when eccn is 3A090.b # c\n"
		 "allocation 10 from 2025 to 2025 # c\n"
		 "beyond policy_denial # c\n");
	put("alloc/MY", "0");
	put("grant/L-0", "licence active 2025-05-15 2026-05-14 my - MY acme "
			 "3A090.b:-:-:10");
	licensed("2025-06-02", "MY", "my", "", "L-0",
		 "{\"line\":1,\"parameters\":{\"tpp_x10\":0,"
		 "\"die_area_mm2_x10\":8000,\"dram_gbps_x10\":40000,"
		 "\"io_gbps_x10\":1,\"datacenter\":true},\"quantity\":5,"
		 "\"eccn\":\"3A090.b\"}");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_false(found("fact-missing"));
	assert_string_equal(written("granted/L-0/1/tpp"), "0");
	assert_string_equal(written("alloc/MY"), "");
	/* And a tenth of a TPP is one. */
	licensed("2025-06-02", "MY", "my", "", "L-0",
		 "{\"line\":1,\"parameters\":{\"tpp_x10\":1,"
		 "\"die_area_mm2_x10\":8000,\"dram_gbps_x10\":40000,"
		 "\"io_gbps_x10\":1,\"datacenter\":true},\"quantity\":1,"
		 "\"eccn\":\"3A090.b\"}");
	assert_string_equal(written("granted/L-0/1/tpp"), "1");
	assert_string_equal(written("alloc/MY"), "1");
	judge_by(NULL);
}

#define VEU                                                                    \
	"exception UVEU \"Universal\" # c\n"                                   \
	"  when eccn is 3A090.a # c\n"                                         \
	"  grant uveu # 748.15\n"                                              \
	"  share outside home 25 # c\n"                                        \
	"  share country outside home 7 # c\n"                                 \
	"exception NVEU \"National\" # c\n"                                    \
	"  when eccn is 3A090.a # c\n"                                         \
	"  grant nveu # c\n"                                                   \
	"  installed 1000000 from 2025-01-01 # c\n"                            \
	"  installed 2000000 from 2025-04-01 # c\n"                            \
	"review denial when eccn is 3A090.a # c\n"

static void veu(const char *claim, const char *to, const char *consignee,
		const char *number, const char *items)
{
	usual = as_usual;
	usual.claimed = claim;
	grant_number = number;
	judge("2025-03-31", to, consignee, "", items);
}

#define UNIT(n)                                                                \
	"{\"line\":1,\"parameters\":{\"tpp_x10\":50000,"                       \
	"\"die_area_mm2_x10\":8000,\"dram_gbps_x10\":1,\"io_gbps_x10\":1,"     \
	"\"datacenter\":true},\"quantity\":" #n ",\"eccn\":\"3A090.a\"}"

/* 5,000 TPP each: 7 percent of 100,000 TPP after the shipment is 7,000. */
static void test_shares_are_exact(void **state)
{
	(void)state;
	judge_by(EDITION VEU);
	/* 95,000 in all, 2,000 there: one more makes 7,000 of 100,000. */
	put("grant/U-1", "uveu active 2025-01-01 - de 950000 MY:20000,SA:10000 "
			 "MY,SA,DE");
	put("detail/my-of-de", "2020-01-01 MY MY private de:100");
	veu("UVEU", "MY", "my-of-de", "U-1", UNIT(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "UVEU");
	assert_string_equal(written("granted/U-1/all"), "50000");
	assert_string_equal(written("granted/U-1/in/MY"), "50000");
	assert_string_equal(written("granted/U-1/outside/home"), "50000");
	/* A tenth of a TPP in the world less is too little. */
	put("grant/U-1", "uveu active 2025-01-01 - de 949999 MY:20000,SA:10000 "
			 "MY,SA,DE");
	veu("UVEU", "MY", "my-of-de", "U-1", UNIT(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("veu-limit"));
	/* What it has had since counts; at home nothing limits it. */
	put("granted/U-1/all", "50000");
	veu("UVEU", "MY", "my-of-de", "U-1", UNIT(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	put("granted/U-1/in/MY", "50000");
	veu("UVEU", "MY", "my-of-de", "U-1", UNIT(1));
	assert_int_equal(d.verdict, WB_DENY);
	veu("UVEU", "DE", "de", "U-1", UNIT(1000));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("granted/U-1/all"), "50050000");
	assert_string_equal(written("granted/U-1/outside/home"), "");
	judge_by(NULL);
}

/* All countries outside together: 25 percent. */
static void test_the_share_of_all_countries(void **state)
{
	(void)state;
	judge_by(EDITION VEU);
	put("grant/U-2", "uveu active 2025-01-01 - de 950000 SA:200000 MY,DE");
	veu("UVEU", "MY", "my-of-de", "U-2", UNIT(1));
	assert_int_equal(d.verdict, WB_CLEAR);
	put("grant/U-2", "uveu active 2025-01-01 - de 950000 SA:200001 MY,DE");
	veu("UVEU", "MY", "my-of-de", "U-2", UNIT(1));
	assert_int_equal(d.verdict, WB_DENY);
	judge_by(NULL);
}

static void test_who_is_validated(void **state)
{
	(void)state;
	judge_by(EDITION VEU);
	put("grant/U-3", "uveu active 2025-01-01 - de 9500000 - MY");
	put("grant/U-off", "uveu suspended 2025-01-01 - de 9500000 - MY");
	put("grant/N-1", "nveu active 2025-01-01 - my MY 9500000");
	veu("UVEU", "SA", "my-of-de", "U-3", UNIT(1)); /* not named */
	assert_true(found("authority-differs"));
	assert_int_equal(d.verdict, WB_DENY);
	veu("UVEU", "MY", "my", "U-3", UNIT(1)); /* not the holder's */
	assert_true(found("authority-differs"));
	veu("UVEU", "MY", "my-of-de", "U-off", UNIT(1));
	assert_true(found("authority-not-valid"));
	assert_string_equal(cited("authority-not-valid"), "748.15");
	veu("UVEU", "MY", "my", "N-1", UNIT(1)); /* the other kind */
	assert_true(found("authority-differs"));
	veu("UVEU", "MY", "my-of-de", NULL, UNIT(1));
	assert_true(found("authority-unknown"));
	/* What is not claimed is not looked for. */
	veu("LPP", "MY", "my-of-de", "U-3", UNIT(1));
	assert_string_equal(d.basis, "LICENCE");
	assert_false(found("authority-unknown"));
	judge_by(NULL);
}

/* 950,000 TPP are installed; a quarter holds 1,000,000, the next two. */
static void test_installed_base(void **state)
{
	(void)state;
	judge_by(EDITION VEU);
	put("grant/N-2", "nveu active 2025-01-01 - my MY 9500000");
	veu("NVEU", "MY", "my", "N-2", UNIT(10));
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "NVEU");
	assert_string_equal(written("nveu/my/MY"), "500000");
	/* All exporters together: not for one of them to see. */
	assert_int_equal(d.n_balances, 1);
	assert_false(d.balance[0].own);
	assert_false(d.balance[0].units);
	assert_int_equal(d.balance[0].before_x10, 9500000);
	assert_int_equal(d.balance[0].limit_x10, 10000000);
	assert_int_equal(d.balance[0].after_x10, 10000000);
	assert_int_equal(d.balance[0].granted_x10, 10000000);
	put("nveu/my/MY", "500000");
	veu("NVEU", "MY", "my", "N-2", UNIT(1));
	assert_int_equal(d.verdict, WB_DENY);
	assert_true(found("nveu-limit"));
	/* The first day of the next quarter. */
	usual = as_usual;
	usual.claimed = "NVEU";
	grant_number = "N-2";
	judge("2025-04-01", "MY", "my", "", UNIT(200));
	assert_int_equal(d.verdict, WB_CLEAR);
	usual = as_usual;
	usual.claimed = "NVEU";
	grant_number = "N-2";
	judge("2025-04-01", "MY", "my", "", UNIT(201));
	assert_int_equal(d.verdict, WB_DENY);
	put("nveu/my/MY", "0");
	judge_by(NULL);
}

static int begin(void **state)
{
	int rc = set_up(state);

	put_licences();
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_licence_clears_and_counts),
		cmocka_unit_test(test_a_licence_is_used_up),
		cmocka_unit_test(test_what_is_left_is_told),
		cmocka_unit_test(test_the_allocation_after_a_licence),
		cmocka_unit_test(test_a_licence_of_tpp),
		cmocka_unit_test(test_a_licence_of_no_tpp),
		cmocka_unit_test(test_a_licence_against_the_policy),
		cmocka_unit_test(test_what_remains),
		cmocka_unit_test(test_a_licence_for_something_else),
		cmocka_unit_test(test_an_exception_beside_a_licence),
		cmocka_unit_test(test_a_licence_too_old),
		cmocka_unit_test(test_a_late_shipment_under_a_licence),
		cmocka_unit_test(test_a_licence_for_nothing),
		cmocka_unit_test(test_shares_are_exact),
		cmocka_unit_test(test_the_share_of_all_countries),
		cmocka_unit_test(test_who_is_validated),
		cmocka_unit_test(test_installed_base),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
