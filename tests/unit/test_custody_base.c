#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/custody_say.h"

/*
 * An installed base (748.15), through shipments, retirements, corrections and
 * voids: what is retired is taken out of it once, whatever happens to the
 * shipment after that.
 */

#define TPP ((int64_t)158320) /* of one H100, in tenths */

/* n H100 under the authorization; others are shipped by it, too. */
#define NVEU(n, claim)                                                         \
	"\"kind\":\"export\",\"export_date\":\"2025-06-02\",\"from\":\"US\","  \
	"\"destination\":\"MY\",\"consignee\":\"base\",\"consignee_type\":"    \
	"\"direct_consumer\",\"end_use\":\"data_centre\",\"papers\":[" PAPER(  \
		"veu_certification",                                           \
		"2025-05-16") "," PAPER("lpp_statement",                       \
					"2025-05-16") "],\"authorization\":"   \
						      "{" claim                \
						      "},\"items\":[" H100(    \
							      n) "]"
#define CLAIM "\"type\":\"NVEU\",\"number\":\"NV-1\""
#define UNDER "\"type\":\"LPP\""

static const char key[] = "nveu/base/MY";

/* 100 are shipped to my facility and installed, 10 of these retired. */
static void begin(int64_t others)
{
	char value[32];

	put("detail/base", "2020-01-01 MY MY private -");
	put("grant/NV-1", "nveu active 2025-01-01 - base MY 0");
	snprintf(value, sizeof(value), "%lld", (long long)(others * TPP));
	put(key, value);
	assert_int_equal(
		SAY("2025-06-02", "shipment", "acme", "S", NVEU(100, CLAIM)),
		0);
	assert_string_equal(d.basis, "NVEU");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_int_equal(counter(key), (others + 100) * TPP);
	assert_int_equal(SAY("2025-06-10", "arrival", "base", "A",
			     OF("S") ON("2025-06-10") UNITS(100)),
			 0);
	assert_int_equal(SAY("2025-06-11", "installation", "base", "I",
			     OF("S") ON("2025-06-11") AT("F") UNITS(100)),
			 0);
	assert_int_equal(SAY("2025-06-12", "retirement", "base", "R",
			     OF("S") ON("2025-06-12")
				     AT("F") "\"kind\":\"failure\"," UNITS(10)),
			 0);
	assert_true(found("attrition"));
	assert_int_equal(counter(key), (others + 90) * TPP);
}

static void void_it(const char *id)
{
	char members[200];

	put("said/acme/S", "shipment MY");
	put("said/acme/V", "void MY");
	snprintf(members, sizeof(members),
		 "\"voids\":{\"id\":\"S\"},\"reason\":\"x\"");
	assert_int_equal(SAY("2025-06-20", "void", "acme", id, members), 0);
	snprintf(members, sizeof(members),
		 "\"about\":{\"party\":\"acme\",\"id\":\"%s\"},"
		 "\"code\":\"void-late\",\"outcome\":\"confirmed\"",
		 id);
	assert_int_equal(
		SAY("2025-06-21", "finding", "authority", "X", members), 0);
	assert_int_equal(ship_of("S").status, WB_SHIP_VOID);
}

/* What was retired is out already: the void takes back the rest. */
static void test_retired_and_then_void(void **state)
{
	(void)state;
	begin(50);
	void_it("V");
	assert_int_equal(counter(key), 50 * TPP);
}

/* Nor does it come back when the retirement is taken back after that. */
static void test_void_and_then_not_retired(void **state)
{
	(void)state;
	begin(50);
	void_it("V");
	assert_int_equal(SAY("2025-06-22", "void", "base", "VR",
			     "\"voids\":{\"id\":\"R\"},\"reason\":\"x\""),
			 0);
	assert_int_equal(counter(key), 50 * TPP);
}

static void test_not_retired_and_then_void(void **state)
{
	(void)state;
	begin(50);
	assert_int_equal(SAY("2025-06-13", "void", "base", "VR",
			     "\"voids\":{\"id\":\"R\"},\"reason\":\"x\""),
			 0);
	assert_int_equal(counter(key), 150 * TPP);
	void_it("V");
	assert_int_equal(counter(key), 50 * TPP);
}

#define CORRECTED(members)                                                     \
	"\"corrects\":{\"id\":\"S\"},\"reason\":\"x\",\"shipment\":{" members  \
	"}"

/* A correction leaves out what was retired, also where nothing else is in the
 * base; and so does the void of what was corrected. */
static void test_corrected(void **state)
{
	(void)state;
	for (int64_t others = 0; others < 100; others += 50) {
		begin(others);
		assert_int_equal(SAY("2025-06-14", "correction", "acme", "C",
				     CORRECTED(NVEU(80, CLAIM))),
				 0);
		assert_string_equal(d.basis, "NVEU");
		assert_int_equal(counter(key), (others + 70) * TPP);
		void_it("V");
		assert_int_equal(counter(key), others * TPP);
	}
}

/* Corrected to fewer than were retired: no more than is shipped is out. */
static void test_corrected_to_little(void **state)
{
	(void)state;
	begin(50);
	assert_int_equal(SAY("2025-06-14", "correction", "acme", "C",
			     CORRECTED(NVEU(4, CLAIM))),
			 0);
	assert_int_equal(counter(key), 50 * TPP);
	void_it("V");
	assert_int_equal(counter(key), 50 * TPP);
}

/* Corrected to what is under no such authorization. */
static void test_corrected_to_another_path(void **state)
{
	(void)state;
	begin(50);
	assert_int_equal(SAY("2025-06-14", "correction", "acme", "C",
			     CORRECTED(NVEU(100, UNDER))),
			 0);
	assert_string_equal(d.basis, "LPP");
	assert_int_equal(counter(key), 50 * TPP);
	assert_int_equal(counter("lpp/base/2025"), 100 * TPP);
	void_it("V");
	assert_int_equal(counter(key), 50 * TPP);
	assert_int_equal(counter("lpp/base/2025"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retired_and_then_void),
		cmocka_unit_test(test_void_and_then_not_retired),
		cmocka_unit_test(test_not_retired_and_then_void),
		cmocka_unit_test(test_corrected),
		cmocka_unit_test(test_corrected_to_little),
		cmocka_unit_test(test_corrected_to_another_path),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
