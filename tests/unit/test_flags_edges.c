#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/flags_say.h"

/*
 * Red flags about a shipment just within and just past what they ask: days of
 * a window, percents of a catalogue's figures, and the values that are told.
 */
#define HEX        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DAY        "2025-06-01"
#define AIA        "\"papers\":[" PAPER("aia_certification", "2025-01-01") "],"
#define BAND(days) "seen/my=2020-01-01 2025-01-01 - - -|band/my=" days
#define PRICED                                                                 \
	"{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":10,"               \
	"\"eccn\":\"3A090.a\",\"unit_value_usd\":30001}"
#define PRICES(day)                                                            \
	"price/nv-h100-sxm=" day ":20000 " day ":20000 " day ":20000 " day     \
	":20000 " day ":20000"
#define PART(part, tpp, area)                                                  \
	"{\"line\":1,\"part\":\"" part "\",\"quantity\":1,\"eccn\":"           \
	"\"3A090.a\",\"parameters\":{\"tpp_x10\":" #tpp                        \
	",\"die_area_mm2_x10\":" #area ",\"dram_gbps_x10\":0,"                 \
	"\"io_gbps_x10\":0,\"datacenter\":true}}"
#define L2 "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,\"eccn\":\"none\"}"
#define LINKED(who, own)                                                       \
	"links/" who "=officer:" HEX "|link/officer/" HEX "=" who              \
	",sa|lpp/sa/2025=268990000|lpp/" who "/2025=" own

struct row {
	const char *code;
	bool fires;
	const char *why, *state;
	const char *date, *to, *consignee, *more, *items;
};

static const struct row rows[] = {
	{"rf-03", true, "two limits are passed together", LINKED("my", "20000"),
	 DAY, "MY", "my", LPP, H100(1)},
	{"rf-03", false, "this one uses no limit", LINKED("my", "20000"), DAY,
	 "MY", "my", LPP, L2},
	{"rf-03", false, "this one uses another counter", LINKED("de", "20000"),
	 DAY, "DE", "de", AIA, H100(1)},
	{"rf-05", true, "three of one day", BAND("2025-06-01 2025-06-01"), DAY,
	 "MY", "my", LPP, H100(202)},
	{"rf-05", false, "three long ago",
	 BAND("2025-01-01 2025-01-02 2025-01-03"), DAY, "MY", "my", LPP,
	 H100(202)},
	{"rf-05", false, "three on the day before the window",
	 BAND("2025-05-02 2025-05-02 2025-05-02"), DAY, "MY", "my", LPP,
	 H100(202)},
	{"rf-05", false, "the last, told before, is 30 days after the first",
	 BAND("2025-05-31 2025-06-30"), DAY, "MY", "my", LPP, H100(202)},
	{"rf-05", true, "29 days after it", BAND("2025-05-31 2025-06-29"), DAY,
	 "MY", "my", LPP, H100(202)},
	{"rf-24", true, "prices of 90 days before", PRICES("2025-03-03"), DAY,
	 "MY", "my", LPP, PRICED},
	{"rf-24", false, "of 91 days before", PRICES("2025-03-02"), DAY, "MY",
	 "my", LPP, PRICED},
	{"rf-24", true, "of the same day", PRICES("2025-06-01"), DAY, "MY",
	 "my", LPP, PRICED},
	{"rf-24", false, "of the day after", PRICES("2025-06-02"), DAY, "MY",
	 "my", LPP, PRICED},
	{"rf-25", true, "refused on the same day",
	 "refused/nv-h100-sxm=2025-06-01:100:CN:cn:my:beta/S-9|said/beta/"
	 "S-9=shipment CN",
	 DAY, "MY", "my-sub", LPP, H100(100)},
	{"rf-26", true, "the quarter before is of the year before",
	 "inflow/MY/2025Q4=nv-h100-sxm:100|inflow/MY/2026Q1=nv-h100-sxm:500",
	 "2026-01-15", "MY", "my", LPP, H100(1)},
	{"rf-38", false, "a percent more", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 48480, 10000)},
	{"rf-38", true, "a tenth past it", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 48481, 10000)},
	{"rf-38", false, "a percent less", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 47520, 10000)},
	{"rf-38", true, "a tenth below that", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 47519, 10000)},
	{"rf-38", false, "a percent more area", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 48000, 10100)},
	{"rf-38", true, "a tenth more than that", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 48000, 10101)},
	{"rf-38", true, "nothing at all", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 0, 10000)},
	{"rf-38", true, "an area where the catalogue has none", "", DAY, "MY",
	 "my", LPP, PART("syn-planar", 40000, 1)},
	{"rf-38", false, "no area, as there", "", DAY, "MY", "my", LPP,
	 PART("syn-planar", 40000, 0)},
	{"rf-38", true, "no area", "", DAY, "MY", "my", LPP,
	 PART("syn-4800", 48000, 0)},
};

static void judge_row(const struct row *r)
{
	char text[8192];

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"S-1\","
		 "\"issued\":\"%sT00:00:00Z\",\"kind\":\"export\","
		 "\"export_date\":\"%s\",\"from\":\"US\","
		 "\"destination\":\"%s\",\"consignee\":\"%s\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\",%s"
		 "\"authorization\":{\"type\":\"LPP\"},\"items\":[%s]}\n",
		 r->date, r->date, r->to, r->consignee, r->more, r->items);
	judge_text(text, r->date);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		registry_of(r->state);
		judge_row(r);
		if ((finding(r->code) != NULL) != r->fires)
			fail_msg("%s %s: %s", r->code,
				 r->fires ? "is silent" : "fires", r->why);
	}
}

/* What is told is a value and what it is past, both of one unit. */
static void test_values(void **state)
{
	static const struct {
		struct row row;
		int64_t value, threshold;
	} c[] = {
		{{"rf-07", true, "", "seen/my=2020-01-01 - SG - -", DAY, "MY",
		  "my", LPP "\"declared\":{\"headquarters\":\"MY\"},", H100(1)},
		 1,
		 0},
		{{"rf-08", true, "", "listing/my=entity_list 2025-06-01 -", DAY,
		  "MY", "my", LPP, H100(1)},
		 1000,
		 500},
		{{"rf-05", true, "", BAND("2025-05-03 2025-05-20"), DAY, "MY",
		  "my", LPP, H100(202)},
		 3,
		 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const struct wb_finding *f;

		registry_of(c[i].row.state);
		judge_row(&c[i].row);
		f = finding(c[i].row.code);
		assert_non_null(f);
		assert_int_equal(f->seen.value, c[i].value);
		assert_int_equal(f->seen.threshold, c[i].threshold);
	}
}

/* 151 days after the last shipment the party comes under China. */
static void test_days_since(void **state)
{
	(void)state;
	registry_of("seen/my=2024-01-01 2025-01-01 - - -");
	judge_text("{\"type\":\"party-detail\",\"ledger\":"
		   "\"example.org/waybill\",\"party\":\"authority\","
		   "\"id\":\"D-1\",\"issued\":\"2025-06-01T00:00:00Z\","
		   "\"subject\":\"my\",\"name\":\"M\",\"country\":\"MY\","
		   "\"headquarters\":\"CN\",\"government\":false,"
		   "\"effective\":\"2025-06-01\"}\n",
		   DAY);
	assert_non_null(finding("rf-06"));
	assert_int_equal(finding("rf-06")->seen.value, 151);
	assert_int_equal(finding("rf-06")->seen.threshold, 365);
	assert_string_equal(told("rf-06"),
			    "my comes under headquarters in CN 151 days after "
			    "the last shipment that was cleared for it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_days_since),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
