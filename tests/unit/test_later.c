#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/custody.h"
#include "tests/unit/sweep_say.h"
#include "waybill/flags.h"

/*
 * What of a shipment is asked on a later day, however often it is corrected:
 * what its last version asks for, once.
 */
#define FILED                                                                  \
	"\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(         \
		"lpp_filing", "2025-06-01") "],"

static int begin(void **state)
{
	struct wb_slice text;
	struct wb_flags *flags;
	int rc = set_up(state);

	text = read_file("policy/red-flags.table");
	assert_int_equal(wb_flags_parse(text, &flags, NULL), 0);
	free((void *)(uintptr_t)text.p);
	wb_law_adopt_flags(&law, flags);
	return rc;
}

/* One version of the shipment L: the first, or a correction of it. */
struct version {
	const char *to, *authorization, *more, *exported;
	int n;
};

static const struct version to_china = {"CN", "NLR", "", "2025-06-01", 10};
static const struct version may_go = {"MY", "LPP", LPP, "2025-06-01", 10};
static const struct version too_much = {"MY", "LPP", LPP, "2025-06-01", 1700};
static const struct version filed = {"MY", "LPP", FILED, "2025-06-01", 10};
static const struct version postponed = {"MY", "LPP", LPP, "2025-09-01", 10};
static const struct version a_day_later = {"MY", "LPP", LPP, "2025-06-02", 10};

static void say(const struct version *v, bool again)
{
	char text[3072], body[2048];

	snprintf(body, sizeof(body),
		 "\"kind\":\"export\",\"export_date\":\"%s\",\"from\":\"US\","
		 "\"destination\":\"%s\",\"consignee\":\"%s\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\",\"transport\":\"air\",%s"
		 "\"authorization\":{\"type\":\"%s\"},\"items\":[{\"line\":1,"
		 "\"model\":\"nv-h100-sxm\",\"quantity\":%d,"
		 "\"eccn\":\"3A090.a\"}]",
		 v->exported, v->to[0] == 'C' ? "CN" : "MY",
		 v->to[0] == 'C' ? "cn" : "my", v->more, v->authorization,
		 v->n);
	snprintf(text, sizeof(text),
		 "{\"type\":\"%s\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"%s\","
		 "\"issued\":\"2025-06-01T00:00:00Z\",%s%s%s}\n",
		 again ? "correction" : "shipment", again ? "C" : "L",
		 again ? "\"corrects\":{\"id\":\"L\"},\"reason\":\"x\","
			 "\"shipment\":{"
		       : "",
		 body, again ? "}" : "");
	judge_text(text, "2025-06-01");
	keep();
}

/* How often a flag was found by sweeps up to the end of the year. */
static size_t found_by_sweeps(const char *code, const char *first)
{
	wb_date day;
	size_t n = 0;

	assert_int_equal(wb_date_parse(wb_slice_str(first), &day), 0);
	for (int i = 0; i < 30; i++, day += 7) {
		char text[WB_DATE_TEXT + 1];

		wb_date_format(day, text);
		for (int64_t part = 1; sweep(text, part) == 0; part++)
			for (size_t k = 0; k < d.n_findings; k++)
				n += strcmp(d.finding[k].code, code) == 0;
	}
	return n;
}

static void test_versions(void **state)
{
	static const struct {
		const char *why;
		const struct version *v[5];
		size_t arrival, filing;
	} c[] = {
		{"never corrected", {&may_go}, 1, 1},
		{"never may go", {&to_china}, 0, 0},
		{"refused first", {&to_china, &may_go}, 1, 1},
		{"reviewed first", {&too_much, &may_go}, 1, 1},
		{"corrected twice", {&too_much, &may_go, &may_go}, 1, 1},
		{"refused in the end", {&may_go, &to_china}, 0, 0},
		{"refused for a while", {&may_go, &to_china, &may_go}, 1, 1},
		{"no longer under the exception", {&may_go, &too_much}, 1, 0},
		{"under it again", {&may_go, &too_much, &may_go}, 1, 1},
		{"filed meanwhile", {&may_go, &filed}, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		static const char *const codes[] = {"rf-11", "rf-28"};

		for (size_t k = 0; k < 2; k++) {
			size_t n, want = k == 0 ? c[i].arrival : c[i].filing;

			registry_of("detail/cn=2020-01-01 CN CN private -");
			for (size_t v = 0; c[i].v[v] != NULL; v++)
				say(c[i].v[v], v > 0);
			n = found_by_sweeps(codes[k], "2025-06-15");
			if (n != want)
				fail_msg("%s: %s found %zu times", c[i].why,
					 codes[k], n);
		}
	}
}

/* Refused on the day on which it would have been asked, and cleared later. */
static void test_asked_once_it_may_go(void **state)
{
	static const char *const codes[] = {"rf-11", "rf-28"};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		registry_of("detail/cn=2020-01-01 CN CN private -");
		say(&may_go, false);
		say(&to_china, true);
		assert_int_equal(found_by_sweeps(codes[k], "2025-06-15"), 0);
		say(&may_go, true);
		assert_int_equal(found_by_sweeps(codes[k], "2026-02-01"), 1);
	}
}

/* Exported later than was said first: not asked before its time, were it by a
 * day. */
static void test_a_later_export(void **state)
{
	static const struct {
		const struct version *v;
		const char *code;
		int64_t days;
	} c[] = {
		{&postponed, "rf-11", 45},
		{&postponed, "rf-28", 30},
		{&a_day_later, "rf-11", 45},
		{&a_day_later, "rf-28", 30},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		int64_t n = 0;
		wb_date day;

		registry_of("");
		say(&may_go, false);
		say(c[i].v, true);
		assert_int_equal(
			wb_date_parse(wb_slice_str(c[i].v->exported), &day), 0);
		for (wb_date at = day - 60; at < day + 60; at++) {
			char text[WB_DATE_TEXT + 1];

			wb_date_format(at, text);
			if (sweep(text, 1) != 0 || finding(c[i].code) == NULL)
				continue;
			assert_int_equal(at, day + c[i].days + 1);
			n++;
		}
		assert_int_equal(n, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_asked_once_it_may_go),
		cmocka_unit_test(test_a_later_export),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
