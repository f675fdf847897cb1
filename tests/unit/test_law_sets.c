#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/law_files.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Sets of countries: how editions put them together, and whom each holds. */

static int set_named(const struct wb_edition *ed, const char *name)
{
	for (size_t i = 0; i < ed->n_sets; i++)
		if (strcmp(ed->set[i].name, name) == 0)
			return (int)i;
	fail_msg("%s: no set %s", ed->id, name);
	return -1;
}

/* Parts are added and taken away from left to right. */
static void test_parts(void **state)
{
	static const char table[] =
		"waybill/countries/1\nid t\n"
		"AA | a | 2025-01-01 | open | tier1 D5 A5 # s\n"
		"BB | b | 2025-01-01 | open | tier2 D5 # s\n"
		"CC | c | 2025-01-01 | open | tier3 # s\n";
	static const struct {
		const char *set, *in;
	} cases[] = {
		{"D5", "AA BB"},
		{"D5 - A5", "BB"},
		{"D5 - A5 + AA", "AA BB"},
		{"D5 + AA - A5", "BB"},
		{"CC + D5 - CC", "AA BB"},
		{"CC - CC", ""},
		{"base - AA", "BB CC"},
		{"CC + base - base + AA", "AA"},
		{"tier3 + tier2", "BB CC"},
		{"D5 + ZZ", "AA BB"},
	};
	wb_date day = law_date("2025-01-01");
	struct wb_countries *t;

	(void)state;
	assert_int_equal(wb_countries_parse(wb_slice_str(table), &t, NULL), 0);
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_edition *ed = NULL;
		char text[1024], in[16] = "";

		snprintf(text, sizeof(text),
			 "waybill/policy/1\nid e\nfamily f\ntitle T\nsource S\n"
			 "effective 2025-01-01 # c\nuntil open\n"
			 "set base = D5 + CC # c\nset asked = %s # c\n"
			 "eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"
			 "licence all when destination in asked # c\n"
			 "review denial when eccn is 3A090.a # c\n",
			 cases[i].set);
		assert_int_equal(
			wb_edition_parse(wb_slice_str(text), &ed, NULL), 0);
		for (size_t k = 0; k < t->n; k++) {
			const char *code = t->country[k].code;

			assert_false(wb_set_holds(ed, 1, t, code, day - 1));
			if (wb_set_holds(ed, 1, t, code, day))
				snprintf(in + strlen(in),
					 sizeof(in) - strlen(in), "%s%s",
					 in[0] == '\0' ? "" : " ", code);
		}
		assert_string_equal(in, cases[i].in);
		/* In no table, in no set, even in one that names it. */
		assert_false(wb_set_holds(ed, 1, t, "ZZ", day));
		wb_edition_free(ed);
	}
	wb_countries_free(t);
}

/* The members of a set on a day, in order, parted by spaces. */
static const char *members(const struct wb_edition *ed, const char *set,
			   const struct wb_countries *t, const char *date)
{
	static char ret[1024];
	int index = set_named(ed, set);
	size_t len = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < t->n; i++) {
		const char *code = t->country[i].code;

		if ((i == 0 || strcmp(t->country[i - 1].code, code) != 0) &&
		    wb_set_holds(ed, index, t, code, law_date(date)))
			len += (size_t)snprintf(ret + len, sizeof(ret) - len,
						"%s%s", len > 0 ? " " : "",
						code);
	}
	return ret;
}

/* RULES 3.1 and 2.3, by name; the territories of the United States too. */
static void test_members(void **state)
{
	static const char d5[] =
		"AF BY CD CF CN CU ER HK HT IQ IR KH KP LB LY MM MO NI RU "
		"SD SO SS SY VE ZW";
	struct wb_edition *ed = law_edition_file("policy/diffusion.policy");
	struct wb_countries *t = law_countries_file("policy/countries.table");

	(void)state;
	assert_string_equal(
		members(ed, "supp_5a", t, "2025-05-15"),
		"AS AU BE CA DE DK ES FI FR GB GU IE IT JP KR MP NL NO NZ PR "
		"SE TW UM US VI");
	assert_string_equal(members(ed, "d5_macau", t, "2025-05-15"), d5);
	assert_null(strstr(members(ed, "d5_macau", t, "2025-11-07"), "KH"));
	assert_null(strstr(members(ed, "d5_macau", t, "2024-03-14"), "NI"));
	assert_string_equal(
		members(ed, "scope_2023", t, "2025-05-15"),
		"AE AF AM AZ BH BY CD CF CN CU EG ER GE HK HT IQ IR JO KG "
		"KH KP KW KZ LA LB LY MD MM MN MO NI OM PK QA RU SA SD SO SS "
		"SY TJ TM UZ VE VN YE ZW");
	/* AE is in A:5 from 2026-07-10, but named for .b all the same. */
	assert_null(strstr(members(ed, "scope_2023", t, "2026-07-10"), "AE"));
	assert_non_null(
		strstr(members(ed, "scope_2023", t, "2026-07-09"), "AE"));
	assert_non_null(strstr(members(ed, "scope_b", t, "2026-07-10"), "AE"));
	/* Israel is in D:4 and A:6: out of the scope. */
	assert_null(strstr(members(ed, "scope_b", t, "2025-05-15"), "IL"));
	wb_edition_free(ed);
	wb_countries_free(t);
}

/* The sets of every edition on its first day: RULES 2.1, 2.3, 3.1 and 4; what
 * moved in between is Nicaragua (2024-03-15), Cambodia (2025-11-07), and the
 * Emirates (2026-07-10, and then by name). */
static void test_members_of_every_edition(void **state)
{
#define BEFORE_KH "AF BY CD CF CN CU ER HK HT IQ IR"
#define AFTER_LY  "SO SS SY VE ZW"
#define SCOPE_TO                                                               \
	"AF AM AZ BH BY CD CF CN CU EG ER GE HK HT IQ IR JO KG KH KP KW KZ "   \
	"LA LB LY MD MM MN MO "
#define SCOPE_FROM "OM PK QA RU SA SD SO SS SY TJ TM UZ VE VN YE ZW"
	static const char united_states[] = "AS GU MP PR UM US VI";
	static const struct {
		const char *file, *date, *set, *in;
	} cases[] = {
		{"us-2022-10", "2022-10-07", "scope_2022", "CN HK"},
		{"us-2023-01", "2023-01-17", "scope_2022", "CN HK MO"},
		{"us-2023", "2023-11-17", "d5_macau",
		 BEFORE_KH " KH KP LB LY MM MO RU SD " AFTER_LY},
		{"us-2024-04", "2024-04-04", "d5_macau",
		 BEFORE_KH " KH KP LB LY MM MO NI RU SD " AFTER_LY},
		{"us-2024-12", "2024-12-02", "d5_macau",
		 BEFORE_KH " KH KP LB LY MM MO NI RU SD " AFTER_LY},
		{"diffusion", "2025-05-15", "d5_macau",
		 BEFORE_KH " KH KP LB LY MM MO NI RU SD " AFTER_LY},
		{"rev500", "2025-05-15", "d5_macau",
		 BEFORE_KH " KH KP LB LY MM MO NI RU SD " AFTER_LY},
		{"actual-2025-04", "2025-04-09", "d5_macau",
		 BEFORE_KH " KH KP LB LY MM MO NI RU SD " AFTER_LY},
		{"actual-2025-05", "2025-05-15", "d5_macau",
		 BEFORE_KH " KH KP LB LY MM MO NI RU SD " AFTER_LY},
		{"actual-2026-01", "2026-01-15", "d5_macau",
		 BEFORE_KH " KP LB LY MM MO NI RU SD " AFTER_LY},
		{"actual-2026-07", "2026-07-10", "d5_macau",
		 BEFORE_KH " KP LB LY MM MO NI RU SD " AFTER_LY},
		{"us-2023", "2023-11-17", "scope_2023",
		 "AE " SCOPE_TO SCOPE_FROM},
		{"us-2024-04", "2024-04-04", "scope_2023",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"us-2024-12", "2024-12-02", "scope_2023",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"diffusion", "2025-05-15", "scope_2023",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"rev500", "2025-05-15", "scope_2023",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"rev500", "2026-07-10", "scope_b",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"actual-2025-04", "2025-04-09", "scope_2023",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"actual-2025-05", "2025-05-15", "scope_2023",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"actual-2026-01", "2026-01-15", "scope_2023",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"actual-2026-07", "2026-07-10", "scope_2023",
		 SCOPE_TO "NI " SCOPE_FROM},
		{"actual-2026-07", "2026-07-10", "scope",
		 "AE " SCOPE_TO "NI " SCOPE_FROM},
		{"us-2023", "2023-11-17", "united_states", united_states},
		{"us-2024-04", "2024-04-04", "united_states", united_states},
		{"us-2024-12", "2024-12-02", "united_states", united_states},
		{"diffusion", "2025-05-15", "united_states", united_states},
		{"rev500", "2025-05-15", "united_states", united_states},
		{"actual-2025-04", "2025-04-09", "united_states",
		 united_states},
		{"actual-2025-05", "2025-05-15", "united_states",
		 united_states},
		{"actual-2026-01", "2026-01-15", "united_states",
		 united_states},
		{"actual-2026-07", "2026-07-10", "united_states",
		 united_states},
		{"actual-2026-01", "2026-01-15", "china_macau", "CN HK MO"},
		{"actual-2026-07", "2026-07-10", "china_macau", "CN HK MO"},
	};
	struct wb_countries *t = law_countries_file("policy/countries.table");
	char path[80];

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_edition *ed;
		const char *got;

		snprintf(path, sizeof(path), "policy/%s.policy", cases[i].file);
		ed = law_edition_file(path);
		got = members(ed, cases[i].set, t, cases[i].date);
		if (strcmp(got, cases[i].in) != 0)
			fail_msg("%s, %s:\n%s, not\n%s", cases[i].file,
				 cases[i].set, got, cases[i].in);
		wb_edition_free(ed);
	}
	wb_countries_free(t);
}

/* On every day each country is in one tier: 5(a), D:5 or Macau, or neither. */
static void test_tiers(void **state)
{
	struct wb_edition *ed = law_edition_file("policy/diffusion.policy");
	struct wb_countries *t = law_countries_file("policy/countries.table");
	int one = set_named(ed, "supp_5a"), three = set_named(ed, "d5_macau");
	int scope = set_named(ed, "scope_2023");

	(void)state;
	for (size_t i = 0; i < t->n; i++) {
		const struct wb_country *c = &t->country[i];
		wb_date last = c->to == INT32_MAX ? c->from : c->to;

		for (wb_date day = c->from; day <= last; day += 97) {
			bool in5a = wb_set_holds(ed, one, t, c->code, day);
			bool d5 = wb_set_holds(ed, three, t, c->code, day);

			assert_int_equal(in5a, c->groups >> WB_G_TIER1 & 1);
			assert_int_equal(d5, c->groups >> WB_G_TIER3 & 1);
			/* Tier 3 is always within the scope of 2023. */
			assert_true(!d5 ||
				    wb_set_holds(ed, scope, t, c->code, day));
		}
	}
	wb_edition_free(ed);
	wb_countries_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_members_of_every_edition),
		cmocka_unit_test(test_tiers),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
