#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/judge.h"

/*
 * Which way a shipment goes where that hangs on little: an amount that is the
 * limit by one figure published for an H100 (AMBIG-19) and not by another,
 * whose limit it is, and what two exceptions count of one shipment.
 */
#define EDITION                                                                \
	"waybill/policy/1\nid e-1\nfamily paper\ntitle T\nsource S\n"          \
	"effective 2025-01-01 # d\nuntil open\n"                               \
	"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"                   \
	"eccn 3A090.b limb 3A090.b.1 when tpp >= 2400 # c\n"                   \
	"licence all when eccn is 3A090.a 3A090.b # c\n"                       \
	"exception LPP \"L\" # c\n  when eccn is 3A090.a # c\n"                \
	"  limit lpp 26900000 # c\n"                                           \
	"exception NVEU \"N\" # c\n  when eccn is 3A090.b # c\n"               \
	"  grant nveu # c\n  installed 633000000 from 2025-01-01 # c\n"        \
	"review denial when eccn is 3A090.a 3A090.b # c\n"
#define TPP(line, x10)                                                         \
	"{\"line\":" #line ",\"parameters\":{\"tpp_x10\":" #x10                \
	",\"die_area_mm2_x10\":90000,\"dram_gbps_x10\":0,\"io_gbps_x10\":0,"   \
	"\"datacenter\":true},\"quantity\":1,\"eccn\":\"3A090.a\"}"

static void publish_least(bool on)
{
	struct wb_edition *ed = law.edition[law.n - 1];
	int i = wb_setting_find(ed, "least_published_tpp");

	assert_true(i >= 0);
	ed->setting[i].on = on;
}

/* 740.29(g)(3), "of 3,200,000", at least: 3,184,168 and an H100 of 15,832 are
 * that, of 15,824 they are not. */
static void test_just_the_amount_of_the_notice(void **state)
{
	(void)state;
	judge("2025-05-20", "MY", "my", LPP, H100(1) "," TPP(2, 31841680));
	assert_true(found("pre-notice"));
	assert_true(doubted("AMBIG-19"));
	publish_least(true);
	judge("2025-05-20", "MY", "my", LPP, H100(1) "," TPP(2, 31841680));
	assert_false(found("pre-notice"));
	assert_true(doubted("AMBIG-19"));
	publish_least(false);
	judge("2025-05-20", "MY", "my", LPP, H100(1) "," TPP(2, 31841679));
	assert_false(found("pre-notice"));
	assert_false(doubted("AMBIG-19"));
}

/* Supp. 10 to part 748: a quarter outside Supp. 5(a).  The world's 4,047,480
 * and 1,000,000 outside: one H100 of 15,832 more passes it, of 15,824 not. */
static void test_just_a_quarter(void **state)
{
	(void)state;
	put("detail/uv", "2020-01-01 MY DE private -");
	put("grant/U-1", "uveu active 2025-01-01 - uv 40474800 BR:10000000 MY");
	usual = as_usual;
	usual.claimed = "UVEU";
	grant_number = "U-1";
	judge("2025-05-20", "MY", "uv", "", H100(1));
	assert_true(found("veu-limit"));
	assert_true(doubted("AMBIG-19"));
	/* 40 TPP more in the world, and it does by either. */
	put("grant/U-1", "uveu active 2025-01-01 - uv 40475200 BR:10000000 MY");
	usual = as_usual;
	usual.claimed = "UVEU";
	grant_number = "U-1";
	judge("2025-05-20", "MY", "uv", "", H100(1));
	assert_false(found("veu-limit"));
	assert_false(doubted("AMBIG-19"));
}

/* 748.15: 15,828 TPP are left of the installed base. */
static void test_just_the_installed_base(void **state)
{
	(void)state;
	put("grant/N-9", "nveu active 2025-01-01 - my MY 9494841720");
	usual = as_usual;
	usual.claimed = "NVEU";
	grant_number = "N-9";
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_true(found("nveu-limit"));
	assert_true(doubted("AMBIG-19"));
}

/* A licence in TPP of which 15,828 are left, and one of which a tenth more than
 * an H100 is left by either figure. */
static void test_just_what_a_licence_leaves(void **state)
{
	(void)state;
	put("grant/L-9", "licence active 2025-05-15 2026-05-14 my - MY acme "
			 "3A090.a:-:-:316640000");
	for (int i = 0; i < 2; i++) {
		put("granted/L-9/1/tpp", i == 0 ? "316481720" : "316481679");
		usual = as_usual;
		usual.claimed = "LICENCE";
		grant_number = "L-9";
		judge("2025-05-20", "MY", "my", "", H100(1));
		assert_int_equal(found("authority-exceeded"), i == 0);
		assert_int_equal(doubted("AMBIG-19"), i == 0);
	}
}

/* A counter needs to know whose it is, whatever else an exception asks. */
static void test_nobody_knows_whose(void **state)
{
	(void)state;
	judge_by(EDITION);
	put("detail/orphan", "2020-01-01 MY MY private not-there:100");
	judge("2025-05-20", "MY", "orphan", "", H100(1));
	assert_string_equal(d.basis, "LICENCE");
	judge("2025-05-20", "MY", "not-there", "", H100(1));
	assert_string_equal(d.basis, "LICENCE");
	judge("2025-05-20", "MY", "my", "", H100(1));
	assert_string_equal(d.basis, "LPP");
	judge_by(NULL);
}

/* What is known is told, what is not is a reason of its own only without. */
static void test_a_country_nobody_knows(void **state)
{
	(void)state;
	judge("2025-05-20", "XX", "my", LPP, H100(1));
	assert_true(found("unknown-country"));
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "LICENCE");
	judge("2025-05-20", "XX", "my", "",
	      "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,"
	      "\"eccn\":\"none\"}");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "unknown-country");
}

static const struct wb_balance *balance_of(const char *counter)
{
	for (size_t i = 0; i < d.n_balances; i++)
		if (strcmp(d.balance[i].counter, counter) == 0)
			return &d.balance[i];
	fail_msg("no balance of %s", counter);
	return NULL;
}

/* One shipment under two exceptions: each counts its own items. */
static void test_two_counters(void **state)
{
	(void)state;
	judge_by(EDITION);
	put("grant/N-1", "nveu active 2025-01-01 - my MY 0");
	usual = as_usual;
	usual.claimed = "NVEU";
	grant_number = "N-1";
	judge("2025-05-20", "MY", "my", "", TPP(1, 50000) "," TPP(2, 30000));
	assert_string_equal(d.item[0].path, "LPP");
	assert_string_equal(d.item[1].path, "NVEU");
	assert_int_equal(balance_of("lpp")->after_x10, 50000);
	assert_int_equal(balance_of("lpp")->granted_x10, 50000);
	assert_int_equal(balance_of("nveu")->after_x10, 30000);
	assert_string_equal(written("lpp/my/2025"), "50000");
	assert_string_equal(written("nveu/my/MY"), "30000");
	judge_by(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_just_the_amount_of_the_notice),
		cmocka_unit_test(test_just_a_quarter),
		cmocka_unit_test(test_just_the_installed_base),
		cmocka_unit_test(test_just_what_a_licence_leaves),
		cmocka_unit_test(test_nobody_knows_whose),
		cmocka_unit_test(test_a_country_nobody_knows),
		cmocka_unit_test(test_two_counters),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
