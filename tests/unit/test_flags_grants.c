#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/flags_say.h"

/* Red flags about registrations, and those that rules find of grants. */

static void judge_claim(const char *more, const char *items,
			const char *claimed)
{
	char text[4096];

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"S-1\","
		 "\"issued\":\"2025-06-01T00:00:00Z\",\"kind\":\"export\","
		 "\"export_date\":\"2025-06-01\",\"from\":\"US\","
		 "\"destination\":\"MY\",\"consignee\":\"my\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\",%s\"authorization\":"
		 "{\"type\":\"%s\",\"number\":\"D1\"},\"items\":[%s]}\n",
		 more, claimed, items);
	judge_text(text, "2025-06-01");
}

/* 744.23(a)(3): under a headquarters of concern after clear shipments. */
static void test_moves(void **state)
{
	static const struct {
		bool fires;
		const char *why, *state, *more;
	} moves[] = {
		{true, "a year after the last one",
		 "seen/my=2024-01-01 2024-06-01 - - -",
		 "\"headquarters\":\"CN\""},
		{false, "a day more", "seen/my=2024-01-01 2024-05-31 - - -",
		 "\"headquarters\":\"CN\""},
		{false, "to Germany", "seen/my=2024-01-01 2024-06-01 - - -",
		 "\"headquarters\":\"DE\""},
		{false, "nothing was cleared for it",
		 "seen/my=2024-06-01 - - - -", "\"headquarters\":\"CN\""},
		{true, "bought by one of China",
		 "seen/my=2024-01-01 2024-06-01 - - -",
		 "\"headquarters\":\"MY\",\"owners\":[{\"party\":\"cn\","
		 "\"percent\":51}]"},
		{false, "half of it is", "seen/my=2024-01-01 2024-06-01 - - -",
		 "\"headquarters\":\"MY\",\"owners\":[{\"party\":\"cn\","
		 "\"percent\":50}]"},
		{false, "its owner was there before",
		 "seen/my=2024-01-01 2024-06-01 - - -|"
		 "detail/my=2020-01-01 MY MY private cn:100",
		 "\"headquarters\":\"CN\""},
		{false, "it was there before",
		 "seen/my=2024-01-01 2024-06-01 - - -|"
		 "detail/my=2020-01-01 MY CN private -",
		 "\"headquarters\":\"CN\""},
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		registry_of(moves[i].state);
		snprintf(text, sizeof(text),
			 "{\"type\":\"party-detail\",\"ledger\":"
			 "\"example.org/waybill\",\"party\":\"authority\","
			 "\"id\":\"D-1\",\"issued\":\"2025-06-01T00:00:00Z\","
			 "\"subject\":\"my\",\"name\":\"M\",\"country\":\"MY\","
			 "\"government\":false,\"effective\":\"2025-06-01\",%s}"
			 "\n",
			 moves[i].more);
		judge_text(text, "2025-06-01");
		if ((finding("rf-06") != NULL) != moves[i].fires)
			fail_msg("rf-06: %s", moves[i].why);
	}
}

/* 748.15, 750.7(g): what the rules find of grants is a flag, too. */
static void test_grants(void **state)
{
	static const struct {
		const char *code, *grant, *claimed;
		int units;
		bool fires;
	} held[] = {
		{"rf-40",
		 "grant/D1=licence active 2025-01-01 2025-12-31 my - MY acme "
		 "3A090.a:-:10:-",
		 "LICENCE", 10, false},
		{"rf-40",
		 "grant/D1=licence active 2025-01-01 2025-12-31 my - MY acme "
		 "3A090.a:-:10:-",
		 "LICENCE", 11, true},
		{"rf-40",
		 "grant/D1=licence active 2024-01-01 2024-12-31 my - MY acme "
		 "3A090.a:-:10:-",
		 "LICENCE", 1, true},
		/* 7 percent in a country outside Supp. 5(a) */
		{"rf-31",
		 "grant/D1=uveu active 2025-01-01 - de 1000000000 - MY", "UVEU",
		 1, false},
		{"rf-31",
		 "grant/D1=uveu active 2025-01-01 - de 1000000000 - MY", "UVEU",
		 500, true},
		/* With 158,320 just 949,500,000, and a tenth more. */
		{"rf-32", "grant/D1=nveu active 2025-01-01 - de MY 9494841680",
		 "NVEU", 1, false},
		{"rf-32", "grant/D1=nveu active 2025-01-01 - de MY 9494841681",
		 "NVEU", 1, true},
		{"rf-32", "grant/D1=nveu active 2025-01-01 - de MY 9494000000",
		 "NVEU", 10, true},
	};
	char more[256];

	(void)state;
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		char items[256];

		registry_of(held[i].grant);
		put("detail/my", "2020-01-01 MY DE private de:100");
		if (strcmp(held[i].claimed, "LICENCE") == 0)
			put("detail/my", "2020-01-01 MY MY private -");
		snprintf(more, sizeof(more),
			 "\"papers\":[" PAPER("veu_certification",
					      "2025-05-16") "],");
		snprintf(items, sizeof(items),
			 "{\"line\":1,\"model\":\"nv-h100-sxm\","
			 "\"quantity\":%d,\"eccn\":\"3A090.a\"}",
			 held[i].units);
		judge_claim(more, items, held[i].claimed);
		assert_ptr_equal(d.flags, law.flags);
		if ((finding(held[i].code) != NULL) != held[i].fires)
			fail_msg("%s: row %zu", held[i].code, i);
		/* Shares are one thing, an installed base another. */
		if (strcmp(held[i].claimed, "NVEU") == 0)
			assert_null(finding("rf-31"));
		/* What it says again rests on the grant. */
		if (held[i].fires && strcmp(held[i].code, "rf-32") != 0)
			assert_int_equal(finding(held[i].code)->seen.n_records,
					 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_grants),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
