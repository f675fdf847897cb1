#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/custody.h"
#include "tests/unit/again_say.h"
#include "waybill/flags.h"

/* What is asked of a shipment that another law has judged. */

/* Flags that look at what the law has decided are asked again, and no others;
 * what moves under LPP now is asked for its filing. */
static void test_flags(void **state)
{
	(void)state;
	begin_again();
	put("lpp/my/2025", "268000000");
	say_h100(LPP);
	assert_string_equal(d.basis, "NLR");
	assert_false(found("rf-29"));
	assert_true(found("rf-37")); /* no ITN */
	assert_string_equal(state_of("due/2025-06-20/0"), "");
	adopt_diffusion();
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_string_equal(d.basis, "LICENCE");
	assert_true(found("rf-29"));
	assert_false(found("rf-37"));
	assert_string_equal(state_of("due/2025-06-20/0"), "");
	begin_again();
	say_h100(LPP);
	adopt_diffusion();
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_string_equal(d.basis, "LPP");
	assert_string_equal(state_of("due/2025-06-20/0"), "filing:acme:S-1");
	/* It is not filed. */
	assert_int_equal(sweep("2025-05-21", 1), 0);
	for (int part = 1; sweep("2025-06-20", part) == 0; part++)
		if (found("rf-28"))
			return;
	fail_msg("rf-28 is silent");
}

/* What was denied and may go now is asked for its arrival; long after, on the
 * day of the sweep. */
static void test_arrival(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		begin_again();
		adopt_diffusion();
		put("listing/my", "entity_list 2025-01-01 2025-05-12");
		put("alloc/MY", "7900000000");
		say_h100("");
		assert_int_equal(d.verdict, WB_DENY);
		assert_string_equal(state_of("due/2025-07-05/0"), "");
		adopt_text("policy/us-2024-12.policy",
			   "id us-2024-2\nfamily paper actual rev500",
			   "id back\nfamily paper");
		law.edition[law.n - 1]->from = law.edition[law.n - 2]->from + 3;
		assert_int_equal(sweep(late == 1 ? "2026-01-02" : EXPORTED, 1),
				 0);
		assert_string_equal(d.basis, "NLR");
		assert_string_equal(state_of(late == 1 ? "due/2026-01-02/0"
						       : "due/2025-07-05/0"),
				    "arrival:acme:S-1");
	}
}

static int begin(void **state)
{
	struct wb_slice text = read_file("policy/red-flags.table");
	struct wb_flags *flags;
	int rc = law_of_before(state);

	assert_int_equal(wb_flags_parse(text, &flags, NULL), 0);
	free((void *)(uintptr_t)text.p);
	wb_law_adopt_flags(&law, flags);
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_arrival),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
