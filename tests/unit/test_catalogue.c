#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/law_files.h"
#include "waybill/text.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define CAT     "waybill/catalogue/1\nid c-1\n"
#define ROW(id) id " | V | N | yes | FP8:1979x8 | 814 | 3350 | 900 | 128 # s\n"
#define TABLE   "waybill/countries/1\nid t-1\n"

struct bad {
	const char *text;
	const char *pointer;
	const char *found;
	const char *says;
};

static void told(const struct bad *bad, int rc, const struct wb_problem *why)
{
	if (rc != WB_EREFUSED || why->code != WB_P_LINE ||
	    strcmp(why->pointer, bad->pointer) != 0 ||
	    strcmp(why->found, bad->found) != 0 ||
	    (strstr(why->detail, bad->says) == NULL &&
	     strstr(why->resolution, bad->says) == NULL))
		fail_msg("%d at \"%s\" found \"%s\": %s %s\n%s", rc,
			 why->pointer, why->found, why->detail, why->resolution,
			 bad->text);
}

/* --- product catalogue ------------------------------------------------ */

static void test_catalogue_refused(void **state)
{
#define F(formats) CAT "a | V | N | yes | " formats " | - | - | - | - # s\n"
	static const struct bad bad[] = {
		{"waybill/catalogue/2\n", "line 1, column 1",
		 "waybill/catalogue/2", "waybill/catalogue/1"},
		{"waybill/countries/1\nid x\n", "line 1, column 1",
		 "waybill/countries/1", "waybill/catalogue/1"},
		{"waybill/catalogue/1\n", "line 2, column 1", "", "\"id\""},
		{"waybill/catalogue/1\nid c 1\n", "line 2, column 6", "1",
		 "complete"},
		{CAT, "line 3, column 1", "", "no products"},
		{CAT "  " ROW("a"), "line 3, column 3",
		 "a | V | N | yes | FP8:1979x8 | 814 | 3350 | 900 | 128",
		 "not indented"},
		{CAT "a | V | N # s\n", "line 3, column 10", "", "9 fields"},
		{CAT "a | V | N | yes | - | - | - | - | - | - # s\n",
		 "line 3, column 37", "", "9 fields"},
		{CAT "a | V |  | yes | - | - | - | - | - # s\n",
		 "line 3, column 8", "", "Field 3 is empty"},
		{CAT "a | V | N | yes | - | - | - | - | - \n",
		 "line 3, column 36", "", "no citation"},
		{CAT "a | V | N | yes | - | - | - | - | # s\n",
		 "line 3, column 34", "", "Field 9 is empty"},
		{CAT "a/b | V | N | yes | - | - | - | - | - # s\n",
		 "line 3, column 1", "a/b", "character 2"},
		{CAT "a | V | N | y | - | - | - | - | - # s\n",
		 "line 3, column 13", "y", "no, yes, unknown"},
		{F("FP8"), "line 3, column 19", "FP8", "FP8:1979x8"},
		{F("FP8:1979"), "line 3, column 19", "FP8:1979", "FP8:1979x8"},
		{F("x8:1979"), "line 3, column 19", "x8:1979", "FP8:1979x8"},
		{F(":1979x8"), "line 3, column 19", "", "name of a format"},
		{F("FP8:x8"), "line 3, column 23", "", "digits"},
		{F("FP8:1979x"), "line 3, column 28", "", "digits"},
		{F("FP8:1979.25x8"), "line 3, column 23", "1979.25",
		 "at most 1"},
		{F("FP8:1979x8x2"), "line 3, column 28", "8x2", "digits"},
		{F("FP8:1979x0"), "line 3, column 19", "FP8:1979x0",
		 "TOPS times bits"},
		{F("FP8:1979x129"), "line 3, column 28", "129", "too large"},
		{F("FP8:12500000.1x8"), "line 3, column 19", "FP8:12500000.1x8",
		 "TOPS times bits"},
		{F("FP8:1979x8 -"), "line 3, column 30", "-", "FP8:1979x8"},
		{F("FP8:1979x8 or"), "line 3, column 32", "", "one other TPP"},
		{F("FP8:1979x8 or 15824 15825"), "line 3, column 33", "15824",
		 "one other TPP"},
		{F("or 15824"), "line 3, column 22", "15824", "must be below"},
		{F("- or 15824"), "line 3, column 19", "-", "FP8:1979x8"},
		{F("FP8:1979x8 or 15832"), "line 3, column 33", "15832",
		 "must be below"},
		{F("FP8:1979x8 or 0"), "line 3, column 33", "0",
		 "must be below"},
		{F("FP8:1979x8 or 15,824"), "line 3, column 33", "15,824",
		 "digits"},
		{CAT "a | V | N | yes | - | 1,5 | - | - | - # s\n",
		 "line 3, column 23", "1,5", "digits"},
		{CAT "a | V | N | yes | - | ? | - | - | - # s\n",
		 "line 3, column 23", "?", "digits"},
		{CAT ROW("b") ROW("a"), "line 4, column 1",
		 "a | V | N | yes | FP8:1979x8 | 814 | 3350 | 900 | 128",
		 "b stands above"},
		{CAT ROW("b") ROW("b"), "line 4, column 1",
		 "b | V | N | yes | FP8:1979x8 | 814 | 3350 | 900 | 128",
		 "each once"},
		/* Order is of bytes, not of a locale: "B" before "a". */
		{CAT ROW("a") ROW("B"), "line 4, column 1",
		 "B | V | N | yes | FP8:1979x8 | 814 | 3350 | 900 | 128",
		 "a stands above"},
	};

	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct wb_problem why = {0};
		struct wb_catalogue *cat = NULL;
		int rc = wb_catalogue_parse(wb_slice_str(bad[i].text), &cat,
					    &why);

		assert_null(cat);
		told(&bad[i], rc, &why);
	}
}

static void test_catalogue_values(void **state)
{
	static const char text[] = CAT
		"# comment\n\n"
		"H100.b_1-x | V | N | yes | FP8:1979x8 | 814 | 3350 | 900 "
		"| 128 # s\n"
		"a | V | N | no | FP8:1.1x8 mxfp4:2.3x4 | 0 | 0.1 | 0 | - # s\n"
		"b | V | \xc3\x85ngstr\xc3\xb6m | unknown | - | - | - | - | - "
		"# s; x # y\n"
		"c | V | N | yes | X:12500000x8 | 1 | 1 | 1 | 1 # s\n"
		"d | V | N | yes | TF32:494x32 FP8:1979x8 or 15824 | 1 | 1 | 1 "
		"| 1 # s\n";
	struct wb_catalogue *cat;
	const struct wb_product *p;

	(void)state;
	assert_int_equal(wb_catalogue_parse(wb_slice_str(text), &cat, NULL), 0);
	assert_int_equal(cat->n, 5);
	p = wb_product_find(cat, "H100.b_1-x");
	assert_int_equal(p->tpp_x10, 158320);
	assert_int_equal(p->least_x10, 158320);
	assert_int_equal(p->die_area_mm2_x10, 8140);
	assert_int_equal(p->dram_gbps_x10, 33500);
	assert_int_equal(p->link_gbps_x10, 9000);
	assert_int_equal(p->host_gbps_x10, 1280);
	assert_int_equal(p->datacenter, 1);
	p = wb_product_find(cat, "a");
	assert_int_equal(p->tpp_x10, 92); /* 2.3 x 4 is more than 1.1 x 8 */
	assert_int_equal(p->die_area_mm2_x10, 0);
	assert_int_equal(p->dram_gbps_x10, 1);
	assert_int_equal(p->host_gbps_x10, -1);
	assert_int_equal(p->datacenter, 0);
	p = wb_product_find(cat, "b");
	assert_string_equal(p->name, "\xc3\x85ngstr\xc3\xb6m");
	assert_int_equal(p->tpp_x10, -1);
	assert_int_equal(p->die_area_mm2_x10, -1);
	assert_int_equal(p->datacenter, -1);
	assert_int_equal(wb_product_find(cat, "c")->tpp_x10, WB_TPP_X10_MAX);
	assert_null(wb_product_find(cat, ""));
	assert_null(wb_product_find(cat, "A"));
	assert_null(wb_product_find(cat, "aa"));
	assert_null(wb_product_find(cat, "e"));
	p = wb_product_find(cat, "d");
	assert_int_equal(p->tpp_x10, 158320);
	assert_int_equal(p->settled_x10, 158320);
	assert_int_equal(p->least_x10, 158240);
	assert_int_equal(wb_product_find(cat, "b")->least_x10, -1);
	wb_catalogue_free(cat);
	wb_catalogue_free(NULL);
}

/* As many products as fit, and one more. */
static void test_catalogue_full(void **state)
{
	static char text[WB_POLICY_TEXT_MAX];
	int len = snprintf(text, sizeof(text), "%s", CAT);
	struct wb_problem why = {0};
	struct wb_catalogue *cat = NULL;

	(void)state;
	for (int i = 0; i < WB_PRODUCTS_MAX + 1; i++) {
		if (i == WB_PRODUCTS_MAX) {
			assert_int_equal(wb_catalogue_parse(wb_slice_str(text),
							    &cat, NULL),
					 0);
			assert_int_equal(cat->n, WB_PRODUCTS_MAX);
			wb_catalogue_free(cat);
		}
		len += snprintf(text + len, 64,
				"p%05d | V | N | yes | - | - | - | - | - # s\n",
				i);
	}
	assert_int_equal(wb_catalogue_parse(wb_slice_str(text), &cat, &why),
			 WB_EREFUSED);
	assert_non_null(strstr(why.detail, "more than 2048"));
}

/* --- country table -------------------------------------------------------- */

static void test_countries_refused(void **state)
{
#define C(rest) TABLE "AE | N | " rest " # s\n"
	static const struct bad bad[] = {
		{TABLE, "line 3, column 1", "", "no countries"},
		{"waybill/catalogue/1\nid x\n", "line 1, column 1",
		 "waybill/catalogue/1", "waybill/countries/1"},
		{TABLE "ae | N | 2022-10-07 | open | tier2 # s\n",
		 "line 3, column 1", "ae", "two capital letters"},
		{TABLE "ARE | N | 2022-10-07 | open | tier2 # s\n",
		 "line 3, column 1", "ARE", "two capital letters"},
		{C("2022-10-07 | open"), "line 3, column 27", "", "5 fields"},
		{C("2022-10-7 | open | tier2"), "line 3, column 10",
		 "2022-10-7", "a day"},
		{C("open | open | tier2"), "line 3, column 10", "open",
		 "a day"},
		{C("2022-10-07 | - | tier2"), "line 3, column 23", "-",
		 "a day"},
		{C("2022-10-07 | 2022-10-06 | tier2"), "line 3, column 23",
		 "2022-10-06", "before the first"},
		{C("2022-10-07 | open | -"), "line 3, column 30", "-",
		 "Known here"},
		{C("2022-10-07 | open | B"), "line 3, column 30", "B",
		 "exactly one"},
		{C("2022-10-07 | open | tier2 B tier3"), "line 3, column 30",
		 "tier2 B tier3", "exactly one"},
		{C("2022-10-07 | open | tier2 tier2"), "line 3, column 36",
		 "tier2", "twice"},
		{C("2022-10-07 | open | tier4"), "line 3, column 30", "tier4",
		 "Did you mean \"tier1\"?"},
		{C("2022-10-07 | open | tier2 D:5"), "line 3, column 36", "D:5",
		 "Did you mean \"D5\"?"},
		{TABLE "AE | N | 2022-10-07 | open | tier2\n",
		 "line 3, column 35", "", "no citation"},
		{C("2022-10-07 | open | tier2") "AD | N | 2022-10-07 | open | "
						"tier2 # s\n",
		 "line 4, column 1", "AD | N | 2022-10-07 | open | tier2",
		 "AE stands above"},
		{C("2022-10-07 | 2022-10-07 | tier2") "AE | N | 2022-10-07 | "
						      "open | tier2 # s\n",
		 "line 4, column 1", "AE | N | 2022-10-07 | open | tier2",
		 "first day"},
		{C("2022-10-07 | 2026-07-09 | tier2") "AE | N | 2026-07-09 | "
						      "open | tier2 # s\n",
		 "line 4, column 1", "AE | N | 2026-07-09 | open | tier2",
		 "overlap"},
		{C("2022-10-07 | open | tier2") "AE | N | 2026-07-09 | open | "
						"tier2 # s\n",
		 "line 4, column 1", "AE | N | 2026-07-09 | open | tier2",
		 "overlap"},
	};

	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct wb_problem why = {0};
		struct wb_countries *table = NULL;
		int rc = wb_countries_parse(wb_slice_str(bad[i].text), &table,
					    &why);

		assert_null(table);
		told(&bad[i], rc, &why);
	}
}

static void test_countries_on(void **state)
{
	static const char text[] =
		TABLE "AE | Emirates | 2022-10-07 | 2026-07-09 | tier2 D4 # s\n"
		      "AE | Emirates | 2026-07-10 | open | tier2 A5 # s\n"
		      "KH | Cambodia | 2022-10-07 | 2025-11-06 | tier3 D5 # s\n"
		      "KH | Cambodia | 2025-11-08 | open | tier2 # s\n";
	static const struct {
		const char *code, *date;
		uint32_t groups; /* 0: not known then */
	} cases[] = {
		{"AE", "2022-10-06", 0},
		{"AE", "2022-10-07", 1u << WB_G_TIER2 | 1u << WB_G_D4},
		{"AE", "2026-07-09", 1u << WB_G_TIER2 | 1u << WB_G_D4},
		{"AE", "2026-07-10", 1u << WB_G_TIER2 | 1u << WB_G_A5},
		{"AE", "9999-12-31", 1u << WB_G_TIER2 | 1u << WB_G_A5},
		{"KH", "2025-11-06", 1u << WB_G_TIER3 | 1u << WB_G_D5},
		{"KH", "2025-11-07", 0}, /* a day between the lines */
		{"KH", "2025-11-08", 1u << WB_G_TIER2},
		{"AD", "2025-01-01", 0},
		{"ZZ", "2025-01-01", 0},
		{"", "2025-01-01", 0},
	};
	struct wb_countries *table;

	(void)state;
	assert_int_equal(wb_countries_parse(wb_slice_str(text), &table, NULL),
			 0);
	for (size_t i = 0; i < N(cases); i++) {
		const struct wb_country *c = wb_country_on(
			table, cases[i].code, law_date(cases[i].date));

		assert_int_equal(c == NULL ? 0 : c->groups, cases[i].groups);
	}
	wb_countries_free(table);
	wb_countries_free(NULL);
}

/* --- what the tree ships -------------------------------------------------- */

/* RULES 7: the neighbours of the limits, as their sources state them. */
static void test_products(void **state)
{
	static const struct {
		const char *id;
		int64_t tpp_x10, die_x10, dram_x10, io_x10;
		int datacenter;
	} cases[] = {
		{"nv-h100-sxm", 158320, 8140, 33500, 10280, 1},
		{"nv-h100-nvl", 133680, 8140, 39000, 7280, 1}, /* 16 bit */
		{"nv-h20-96", 23680, 8140, 40000, 10280, 1},
		{"nv-gb300", 600000, 16280, 80000, 19280, 1},
		{"nv-a10", 20000, 6284, 6000, 640, 1},
		{"nv-a30", 26400, 8260, 9330, 2640, 1},
		{"nv-a40", 23948, 6284, 6960, 1765, 1}, /* 4 bit */
		{"nv-l4", 19400, 2945, 3000, 640, 1},
		{"nv-rtx4090", 52848, 6085, 10080, 640, 0},
		{"nv-rtx4090d", 47080, 6085, 10080, 640, 0},
		{"nv-rtx6000d", -1, 7500, 13980, 1280, -1},
		{"amd-mi308x", -1, -1, 40000, 4280, 1},
		{"amd-mi325x", 209192, 24000, 60000, 10240, 1},
		{"amd-mi350x", 553650, -1, 80000, 12032, 1},   /* MXFP6 */
		{"intel-gaudi3", 293600, -1, 37000, 13280, 1}, /* BF16 */
		{"google-tpu-v4", 44000, 6000, 12280, 6320, 1},
		{"cerebras-wse3", 2500000, 462250, 0, 1500, 1},
		{"syn-4800", 48000, 10000, 0, 0, 1},
		{"syn-4799.2", 47992, 10000, 0, 0, 1},
		{"syn-4799.2-nondc", 47992, 5000, 0, 0, 0},
		{"syn-pd592", 17760, 3000, 0, 0, 1},
		{"syn-pd591", 17752, 3000, 0, 0, 1},
		{"syn-1599-pd6", 15992, 2500, 0, 0, 1},
		{"syn-2399-pd31", 23992, 7600, 0, 0, 1},
		{"syn-planar", 40000, 0, 0, 0, 1},
		{"syn-20999", 209992, 8000, 64990, 9000, 1},
		{"syn-ltr-sum", 8000, 8000, 10000, 7000, 1},
	};
	struct wb_catalogue *cat =
		law_catalogue_file("tests/vectors/test.catalogue");

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		const struct wb_product *p = wb_product_find(cat, cases[i].id);

		if (p == NULL)
			fail_msg("%s: missing", cases[i].id);
		assert_int_equal(p->tpp_x10, cases[i].tpp_x10);
		assert_int_equal(p->die_area_mm2_x10, cases[i].die_x10);
		assert_int_equal(p->dram_gbps_x10, cases[i].dram_x10);
		assert_int_equal(p->link_gbps_x10 + p->host_gbps_x10,
				 cases[i].io_x10);
		assert_int_equal(p->datacenter, cases[i].datacenter);
	}
	wb_catalogue_free(cat);
}

/* The next line with a product, or false. */
static bool next_row(struct wb_slice *rest, struct wb_slice *ret)
{
	while (wb_line_next(rest, ret))
		if (memmem(ret->p, ret->len, " | ", 3) != NULL &&
		    ret->p[0] != '#')
			return true;
	return false;
}

/* Formats whose bit length is in doubt are told apart (AMBIG-10). */
static void test_settled(void **state)
{
	struct wb_catalogue *real =
		law_catalogue_file("policy/products.catalogue");
	const struct wb_product *p = wb_product_find(real, "amd-mi355x");

	(void)state;
	assert_int_equal(p->tpp_x10, 603978);
	assert_int_equal(p->settled_x10, 402656);
	p = wb_product_find(real, "nv-h100-sxm");
	assert_int_equal(p->tpp_x10, p->settled_x10);
	/* No format at all: nothing is known either way. */
	p = wb_product_find(real, "amd-mi308x");
	assert_int_equal(p->tpp_x10, -1);
	assert_int_equal(p->settled_x10, -1);
	wb_catalogue_free(real);
}

/* The catalogue of the tests is the two others, merged, and nothing else. */
static void test_merged(void **state)
{
	struct wb_slice real = law_file("policy/products.catalogue");
	struct wb_slice made = law_file("tests/vectors/synthetic.catalogue");
	struct wb_slice both = law_file("tests/vectors/test.catalogue");
	struct wb_slice a = real, b = made, c = both, row_a, row_b, row_c;
	bool more_a = next_row(&a, &row_a), more_b = next_row(&b, &row_b);
	size_t n = 0;

	(void)state;
	for (; next_row(&c, &row_c); n++) {
		bool from_a =
			more_a && (!more_b || wb_slice_cmp(row_a, row_b) < 0);

		assert_true(from_a || more_b);
		assert_true(wb_slice_eq(row_c, from_a ? row_a : row_b));
		if (from_a)
			more_a = next_row(&a, &row_a);
		else
			more_b = next_row(&b, &row_b);
	}
	assert_false(more_a || more_b);
	assert_int_equal(n, 104);
	wb_catalogue_free(law_catalogue_file("policy/products.catalogue"));
	wb_catalogue_free(
		law_catalogue_file("tests/vectors/synthetic.catalogue"));
	law_file_free(real);
	law_file_free(made);
	law_file_free(both);
}

/* Every country has a line, and so a tier, on every day from the first on. */
static void test_every_day(void **state)
{
	struct wb_countries *t = law_countries_file("policy/countries.table");
	wb_date first = law_date("2022-10-07"), last = law_date("2028-12-31");
	size_t codes = 0;

	(void)state;
	assert_int_equal(t->n, 253);
	for (size_t i = 0; i < t->n; i++) {
		const char *code = t->country[i].code;

		if (i > 0 && strcmp(t->country[i - 1].code, code) == 0)
			continue;
		codes++;
		for (wb_date day = first; day <= last; day++)
			if (wb_country_on(t, code, day) == NULL)
				fail_msg("%s has no line on day %d", code, day);
		assert_null(wb_country_on(t, code, first - 1));
	}
	assert_int_equal(codes, 250);
	wb_countries_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue_refused),
		cmocka_unit_test(test_catalogue_values),
		cmocka_unit_test(test_catalogue_full),
		cmocka_unit_test(test_countries_refused),
		cmocka_unit_test(test_countries_on),
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_every_day),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
