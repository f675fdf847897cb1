#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/custody.h"
#include "tests/unit/again_say.h"
#include "tests/unit/format_example.h"
#include "waybill/flags.h"

/*
 * Shipments judged before their date of export (DESIGN 3.5): on that day a
 * sweep judges again those whose law is another by then.  The ledger has the
 * editions of before; tests adopt a later one.
 */

/* --- one shipment ----------------------------------------------------------
 */

static void test_the_same_law(void **state)
{
	(void)state;
	begin_again();
	say_h100(LPP);
	assert_true(d.provisional);
	assert_int_equal(sweep("2025-05-19", 1), WB_EREFUSED);
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_int_equal(d.verdict, WB_NOTED);
	assert_int_equal(d.n_findings, 0);
	assert_int_equal(sweep(EXPORTED, 2), WB_EREFUSED);
	/* Once more when the day is over, then nothing is kept. */
	assert_int_equal(sweep("2025-05-21", 1), 0);
	assert_int_equal(d.n_findings, 0);
	assert_string_equal(state_of("kept/acme/S-1/0"), "");
	assert_string_equal(state_of("kept/acme/S-1/0/0"), "");
	assert_int_equal(sweep("2025-05-22", 1), WB_EREFUSED);
}

/* A licence is needed now, and no exception is open without its paper. */
static void test_stricter(void **state)
{
	const struct wb_finding *f;
	struct wb_slice want;

	(void)state;
	begin_again();
	say_h100("");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "NLR");
	adopt_diffusion();
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(d.basis, "LICENCE");
	assert_string_equal(d.item[0].eccn, "3A090.a");
	assert_string_equal(d.edition->id, "diffusion-2025-1");
	assert_false(d.provisional);
	f = finding("redecided-stricter");
	assert_non_null(f);
	assert_int_equal(f->severity, WB_ALERT);
	assert_string_equal(f->seen.party, "acme");
	assert_string_equal(f->seen.id, "S-1");
	assert_int_equal(f->seen.record[0], 5);
	assert_int_equal(f->seen.version, 1);
	assert_int_equal(f->seen.value, 1);
	want = format_example("sweep-again-example");
	assert_int_equal(strlen(f->narrative) + 1, want.len);
	assert_memory_equal(f->narrative, want.p, want.len - 1);
	assert_false(found("late"));
	starts("live review 2025-05-20 2025-05-20 US MY air 0 0 0 my,op -;");
	/* What was decided again is not again. */
	assert_int_equal(sweep(EXPORTED, 2), WB_EREFUSED);
	assert_int_equal(sweep("2025-05-21", 1), 0);
	assert_int_equal(d.n_findings, 0);
	assert_string_equal(state_of("kept/acme/S-1/0"), "");
}

/* What the new decision uses up is taken. */
static void test_charged(void **state)
{
	(void)state;
	begin_again();
	say_h100(LPP);
	assert_string_equal(state_of("lpp/my/2025"), "");
	adopt_diffusion();
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(d.basis, "LPP");
	assert_true(found("redecided"));
	assert_string_equal(state_of("lpp/my/2025"), "1583200");
	starts("live clear 2025-05-20 2025-05-20 US MY air 0 0 0 my,op "
	       "lpp/my/2025=1583200;");
}

/* Another law that says the same: that it was asked again is all there is to
 * tell. */
static void test_no_other_outcome(void **state)
{
	(void)state;
	begin_again();
	say_h100(LPP);
	adopt_text("policy/us-2024-12.policy",
		   "id us-2024-2\nfamily paper actual rev500",
		   "id again\nfamily paper");
	law.edition[law.n - 1]->from = law.edition[law.n - 2]->from + 3;
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_string_equal(d.basis, "NLR");
	assert_int_equal(d.n_findings, 2);
	assert_string_equal(d.finding[0].code, "redecided");
	assert_string_equal(d.finding[1].code, "authorization-differs");
	begin_again();
	say_serials();
	adopt_text("policy/us-2024-12.policy",
		   "id us-2024-2\nfamily paper actual rev500",
		   "id again\nfamily paper");
	law.edition[law.n - 1]->from = law.edition[law.n - 2]->from + 3;
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_int_equal(d.n_findings, 1);
	assert_string_equal(d.finding[0].code, "redecided");
}

/* A statement longer than one page of what is kept is the same again. */
static void test_of_two_pages(void **state)
{
	static char text[32768];
	int len;

	(void)state;
	begin_again();
	len = snprintf(text, sizeof(text),
		       "{\"type\":\"shipment\",\"ledger\":"
		       "\"example.org/waybill\",\"party\":\"acme\",\"id\":"
		       "\"S-1\",\"issued\":\"2025-05-10T00:00:00Z\",\"kind\":"
		       "\"export\",\"export_date\":\"2025-05-20\",\"from\":"
		       "\"US\",\"destination\":\"MY\",\"consignee\":\"my\","
		       "\"consignee_type\":\"direct_consumer\",\"end_use\":"
		       "\"data_centre\",\"papers\":[%s,%s],"
		       "\"authorization\":{\"type\":\"LPP\"},\"items\":[{"
		       "\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":"
		       "400,\"eccn\":\"3A090.a\",\"lots\":[{\"serials\":[",
		       PAPER("lpp_statement", "2025-05-09"),
		       PAPER("prenotice", "2025-05-09"));
	for (int i = 0; i < 400; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				"%s\"%060d\"", i > 0 ? "," : "", i);
	snprintf(text + len, sizeof(text) - (size_t)len, "]}]}]}\n");
	judge_text(text, RECORDED);
	keep();
	assert_true(state_of("kept/acme/S-1/0/1")[0] != '\0');
	adopt_diffusion();
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_string_equal(d.basis, "LPP");
	assert_string_equal(state_of("lpp/my/2025"), "63328000");
}

/* What the earlier one used up is given back, and who waits for it is told of
 * it. */
static void test_given_back(void **state)
{
	(void)state;
	begin_again();
	adopt_diffusion();
	say_h100("\"papers\":[" PAPER("lpp_statement", "2025-05-09") "],");
	assert_string_equal(d.basis, "LPP");
	assert_string_equal(state_of("lpp/my/2025"), "1583200");
	say_ship("S-2", "air", LPP, "2025-05-16", "2025-05-16");
	assert_string_equal(state_of("lpp/my/2025"), "3166400");
	put("wait/lpp/my/2025", "acme S-3 267000000 269000000");
	put("ship/acme/S-3", "review live");
	put("ship/acme/S-3",
	    "live review 2025-05-16 2025-05-16 US MY air 0 0 0 my -;1 "
	    "nv-h100-sxm 158320 1 1 0 0 0 0 0 0");
	adopt_text("policy/us-2024-12.policy",
		   "id us-2024-2\nfamily paper actual rev500",
		   "id back\nfamily paper");
	law.edition[law.n - 1]->from = law.edition[law.n - 2]->from + 3;
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_string_equal(d.basis, "NLR");
	assert_true(found("redecided"));
	assert_true(found("would-now-fit"));
	assert_string_equal(state_of("lpp/my/2025"), "1583200");
	starts("live clear 2025-05-20 2025-05-20 US MY air 0 0 0 my,op -;");
}

/* Corrected in the meantime: the correction is what is judged again. */
static void test_corrected(void **state)
{
	char text[2048];

	(void)state;
	begin_again();
	say_h100(LPP);
	snprintf(text, sizeof(text),
		 "{\"type\":\"correction\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"C-1\","
		 "\"issued\":\"2025-05-12T00:00:00Z\","
		 "\"corrects\":{\"id\":\"S-1\"},"
		 "\"reason\":\"x\",\"shipment\":{\"kind\":\"export\","
		 "\"export_date\":\"2025-05-20\",\"from\":\"US\","
		 "\"destination\":\"MY\",\"consignee\":\"my\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\",%s"
		 "\"authorization\":{\"type\":\"LPP\"},\"items\":[%s]}}\n",
		 LPP, H100(20));
	judge_text(text, "2025-05-12");
	keep();
	adopt_diffusion();
	/* The first version is done with; the second has a sweep of its own. */
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_int_equal(d.verdict, WB_NOTED);
	assert_int_equal(sweep(EXPORTED, 2), 0);
	assert_string_equal(d.basis, "LPP");
	assert_string_equal(state_of("lpp/my/2025"), "3166400");
	assert_string_equal(state_of("kept/acme/S-1/0"), "");
	assert_int_equal(sweep("2025-05-21", 1), 0);
	assert_string_equal(state_of("kept/acme/S-1/1"), "");
}

static void test_voided(void **state)
{
	(void)state;
	begin_again();
	say_h100(LPP);
	judge_text("{\"type\":\"void\",\"ledger\":\"example.org/waybill\","
		   "\"party\":\"acme\",\"id\":\"V-1\","
		   "\"issued\":\"2025-05-12T00:00:00Z\","
		   "\"voids\":{\"id\":\"S-1\"},\"reason\":\"x\"}\n",
		   "2025-05-12");
	keep();
	adopt_diffusion();
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_int_equal(d.verdict, WB_NOTED);
	assert_string_equal(state_of("lpp/my/2025"), "");
	assert_string_equal(state_of("kept/acme/S-1/0"), "");
}

/* Serial numbers of what may not go any more are free for others. */
static void test_serials(void **state)
{
	(void)state;
	begin_again();
	say_serials();
	assert_int_equal(strncmp(state_of("serial/X1"), "shipped", 7), 0);
	put("serial/X2", "installed 0 0 acme S-1 1 op kl");
	adopt_diffusion();
	assert_int_equal(sweep(EXPORTED, 1), 0);
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_int_equal(strncmp(state_of("serial/X1"), "listed", 6), 0);
	assert_int_equal(strncmp(state_of("serial/X2"), "installed", 9), 0);
}

/* --- many -------------------------------------------------------------------
 */

/* Each has a sweep of its own, in turn with what else is due. */
static void test_many(void **state)
{
	size_t again = 0, part = 1;

	(void)state;
	begin_again();
	for (int i = 0; i < 40; i++) {
		char id[16];

		snprintf(id, sizeof(id), "S-%d", i);
		say_ship(id, "air", i % 2 == 0 ? LPP : "", EXPORTED, RECORDED);
	}
	adopt_diffusion();
	for (; sweep(EXPORTED, (int64_t)part) == 0; part++)
		again += d.verdict != WB_NOTED;
	assert_int_equal(again, 40);
	assert_int_equal(part, 41);
	assert_string_equal(state_of("lpp/my/2025"), "31664000");
	/* The day after, all in one. */
	assert_int_equal(sweep("2025-05-21", 1), 0);
	assert_int_equal(sweep("2025-05-21", 2), WB_EREFUSED);
}

/* A ledger that slept for years finds the shipment in two steps. */
static void test_long_after(void **state)
{
	(void)state;
	begin_again();
	put("sweep", "2015-01-01 0 - 0");
	say_h100("");
	adopt_diffusion();
	for (int part = 1; part < 9; part++) {
		assert_int_equal(sweep("2025-08-01", part), 0);
		if (d.verdict == WB_REVIEW)
			return;
	}
	fail_msg("it is not judged again");
}

static void test_refused(void **state)
{
	struct wb_state memory = wb_memory_state(&registry);
	struct wb_statement st = {.type = WB_SWEEP, .party = "ledger"};
	struct wb_engine_input in = {&law, &st, &memory, 0};
	struct wb_problem problem = {0};

	(void)state;
	begin_again();
	say_h100("");
	adopt_diffusion();
	assert_int_equal(wb_date_parse(wb_slice_str(EXPORTED), &st.u.sweep.day),
			 0);
	in.time = (wb_time)st.u.sweep.day * 86400000;
	st.u.sweep.part = 1;
	/* It names the shipment, that one, and no other. */
	wb_decision_init(&d);
	assert_int_equal(wb_sweep_admit(&in, &d, &problem), WB_EREFUSED);
	assert_string_equal(problem.pointer, "/about");
	assert_string_equal(problem.detail, "acme/S-1 is what is due");
	st.u.sweep.about_party = "acme";
	st.u.sweep.about_id = "S-2";
	wb_decision_init(&d);
	assert_int_equal(wb_sweep_admit(&in, &d, &problem), WB_EREFUSED);
	st.u.sweep.about_id = "S-1";
	wb_decision_init(&d);
	assert_int_equal(wb_sweep_admit(&in, &d, &problem), 0);
}

static void test_the_example(void **state)
{
	struct wb_statement st = {0};

	(void)state;
	assert_int_equal(
		wb_statement_decode(format_example("statement-sweep-again"),
				    NULL, &st, NULL),
		0);
	assert_string_equal(st.about, "acme/S-1");
	assert_string_equal(st.u.sweep.about_id, "S-1");
	wb_statement_free(&st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_law),
		cmocka_unit_test(test_stricter),
		cmocka_unit_test(test_charged),
		cmocka_unit_test(test_no_other_outcome),
		cmocka_unit_test(test_of_two_pages),
		cmocka_unit_test(test_given_back),
		cmocka_unit_test(test_corrected),
		cmocka_unit_test(test_voided),
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_long_after),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_the_example),
	};

	return cmocka_run_group_tests(tests, law_of_before, tear_down);
}
