#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/flags_say.h"
#include "waybill/flags.h"

/*
 * Red flags about a shipment: for each one that fires and one that just does
 * not, under the document of policy/.
 */

#define HEX "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ITEM(more)                                                             \
	"{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":10,"               \
	"\"eccn\":\"3A090.a\"" more "}"
#define PART(part, tpp, dc)                                                    \
	"{\"line\":1,\"part\":\"" part "\",\"quantity\":1,\"eccn\":"           \
	"\"3A090.a\",\"parameters\":{\"tpp_x10\":" #tpp                        \
	",\"die_area_mm2_x10\":8140,"                                          \
	"\"dram_gbps_x10\":33500,\"io_gbps_x10\":10280,\"datacenter\":" dc     \
	"}}"
#define KNOWN "seen/my=2020-01-01 2025-01-01 - - -|"

struct row {
	const char *code;
	bool fires;
	const char *why;
	const char *state; /* key=value|... */
	const char *to, *consignee, *more, *items;
};

static const struct row rows[] = {
	{"rf-01", true, "first seen today, 203 H100", "", "MY", "my", LPP,
	 H100(203)},
	{"rf-01", false, "first seen today, 202 H100", "", "MY", "my", LPP,
	 H100(202)},
	{"rf-01", true, "first seen 89 days ago", "seen/my=2025-03-04 - - - -",
	 "MY", "my", LPP, H100(203)},
	{"rf-01", false, "first seen 90 days ago", "seen/my=2025-03-03 - - - -",
	 "MY", "my", LPP, H100(203)},
	{"rf-02", true, "founded the day after the controls",
	 "detail/my=2020-01-01 MY MY private - 2022-10-08 - -", "MY", "my", LPP,
	 H100(1)},
	{"rf-02", false, "founded on the day",
	 "detail/my=2020-01-01 MY MY private - 2022-10-07 - -", "MY", "my", LPP,
	 H100(1)},
	{"rf-02", false, "not a 3A090.a item",
	 "detail/my=2020-01-01 MY MY private - 2023-10-07 - -", "MY", "my", LPP,
	 "{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,\"eccn\":\"none\"}"},
	{"rf-03", true, "two linked parents pass the limit together",
	 "links/my=officer:" HEX "|link/officer/" HEX
	 "=my,sa|lpp/sa/2025=268850000",
	 "MY", "my", LPP, H100(1)},
	{"rf-03", false, "they just keep it",
	 "links/my=officer:" HEX "|link/officer/" HEX
	 "=my,sa|lpp/sa/2025=268841680",
	 "MY", "my", LPP, H100(1)},
	{"rf-03", false, "linked to its own group",
	 "links/my=officer:" HEX "|link/officer/" HEX
	 "=my,my-sub|lpp/my/2025=268841680",
	 "MY", "my", LPP, H100(1)},
	{"rf-04", true, "another parent has goods there", "site/op/f1=sa", "MY",
	 "my", LPP "\"facility\":{\"operator\":\"op\",\"id\":\"f1\"},",
	 H100(1)},
	{"rf-04", false, "the same parent has", "site/op/f1=my", "MY", "my-sub",
	 LPP "\"facility\":{\"operator\":\"op\",\"id\":\"f1\"},", H100(1)},
	{"rf-05", true, "the third within 30 days",
	 KNOWN "band/my=2025-05-03 2025-05-20", "MY", "my", LPP, H100(202)},
	{"rf-05", false, "the first is a day too old",
	 KNOWN "band/my=2025-05-02 2025-05-20", "MY", "my", LPP, H100(202)},
	{"rf-05", false, "not quite 90 percent",
	 KNOWN "band/my=2025-05-03 2025-05-20", "MY", "my", LPP, H100(181)},
	{"rf-05", true, "90 percent and a little",
	 KNOWN "band/my=2025-05-03 2025-05-20", "MY", "my", LPP, H100(182)},
	{"rf-07", true, "declared otherwise than before",
	 "seen/my=2020-01-01 - SG - -", "MY", "my",
	 LPP "\"declared\":{\"headquarters\":\"MY\"},", H100(1)},
	{"rf-07", false, "declared as before", "seen/my=2020-01-01 - MY - -",
	 "MY", "my", LPP "\"declared\":{\"headquarters\":\"MY\"},", H100(1)},
	{"rf-08", true, "listed", "listing/my=entity_list 2025-06-01 -", "MY",
	 "my", LPP, H100(1)},
	{"rf-08", false, "from the day after",
	 "listing/my=entity_list 2025-06-02 -", "MY", "my", LPP, H100(1)},
	{"rf-08", false, "another list", "listing/my=other 2025-06-01 -", "MY",
	 "my", LPP, H100(1)},
	{"rf-08", true, "owned by half",
	 "listing/cn=entity_list 2025-01-01 -|"
	 "detail/my=2020-01-01 MY MY private cn:50",
	 "MY", "my", LPP, H100(1)},
	{"rf-08", false, "owned below half",
	 "listing/cn=entity_list 2025-01-01 -|"
	 "detail/my=2020-01-01 MY MY private cn:49",
	 "MY", "my", LPP, H100(1)},
	{"rf-09", true, "new, with an officer of one delisted",
	 "links/my=officer:" HEX "|link/officer/" HEX
	 "=my,sa|listing/sa=entity_list 2020-01-01 2021-01-01",
	 "MY", "my", LPP, H100(1)},
	{"rf-09", false, "no longer new",
	 "seen/my=2025-03-03 - - - -|links/my=officer:" HEX "|link/officer/" HEX
	 "=my,sa|listing/sa=entity_list 2020-01-01 2021-01-01",
	 "MY", "my", LPP, H100(1)},
	{"rf-09", false, "a link of another kind",
	 "links/my=bank:" HEX "|link/bank/" HEX
	 "=my,sa|listing/sa=entity_list 2020-01-01 2021-01-01",
	 "MY", "my", LPP, H100(1)},
	{"rf-18", true, "a reseller", "", "MY", "my",
	 LPP "\"consignee_type\":\"reseller\",", H100(1)},
	{"rf-18", false, "a direct consumer", "", "MY", "my", LPP, H100(1)},
	{"rf-19", true, "a forwarder",
	 "detail/my=2020-01-01 MY MY private - - forwarder -", "MY", "my", LPP,
	 H100(1)},
	{"rf-19", true, "a warehouse in a free zone",
	 "detail/my=2020-01-01 MY MY private - - warehouse free_zone", "MY",
	 "my", LPP, H100(1)},
	{"rf-19", false, "a warehouse elsewhere",
	 "detail/my=2020-01-01 MY MY private - - warehouse industrial", "MY",
	 "my", LPP, H100(1)},
	{"rf-20", true, "by way of a party in China", "", "MY", "my",
	 LPP "\"intermediates\":[\"cn\"],", H100(1)},
	{"rf-20", false, "by way of Germany", "", "MY", "my",
	 LPP "\"intermediates\":[\"de\"],", H100(1)},
	{"rf-20", true, "by way of a port in China", "", "MY", "my",
	 LPP "\"port\":\"HK\",", H100(1)},
	{"rf-20", false, "the destination is in the set itself", "", "VN", "my",
	 LPP "\"intermediates\":[\"cn\"],", H100(1)},
	{"rf-21", true, "a mail drop",
	 "detail/my=2020-01-01 MY MY private - - - mail_drop", "MY", "my", LPP,
	 H100(1)},
	{"rf-21", false, "an office",
	 "detail/my=2020-01-01 MY MY private - - - office", "MY", "my", LPP,
	 H100(1)},
	{"rf-22", true, "a manufacturer",
	 "detail/my=2020-01-01 MY MY private - - manufacturer -", "MY", "my",
	 LPP, H100(1)},
	{"rf-22", false, "a cloud",
	 "detail/my=2020-01-01 MY MY private - - cloud -", "MY", "my", LPP,
	 H100(1)},
	{"rf-22", false, "nobody said", "", "MY", "my", LPP, H100(1)},
	{"rf-23", true, "service declined for servers", "", "MY", "my",
	 LPP "\"declined_service\":true,",
	 ITEM(",\"form\":\"assembly\",\"units\":8")},
	{"rf-23", false, "for parts", "", "MY", "my",
	 LPP "\"declined_service\":true,", ITEM("")},
	{"rf-23", false, "service taken", "", "MY", "my",
	 LPP "\"declined_service\":false,",
	 ITEM(",\"form\":\"assembly\",\"units\":8")},
#define PRICES                                                                 \
	"price/nv-h100-sxm=2025-03-03:1 2025-03-04:20000 2025-04-01:20000 "    \
	"2025-04-02:20000 2025-05-01:20000 2025-05-31:20000"
	{"rf-24", true, "above 150 percent of the median", PRICES, "MY", "my",
	 LPP, ITEM(",\"unit_value_usd\":30001")},
	{"rf-24", true, "the median of prices in no order",
	 "price/nv-h100-sxm=2025-04-01:50000 2025-04-02:30000 "
	 "2025-04-03:10000 2025-04-04:20000 2025-04-05:20000",
	 "MY", "my", LPP, ITEM(",\"unit_value_usd\":30001")},
	{"rf-24", false, "and no more than half above it",
	 "price/nv-h100-sxm=2025-04-01:50000 2025-04-02:30000 "
	 "2025-04-03:10000 2025-04-04:20000 2025-04-05:20000",
	 "MY", "my", LPP, ITEM(",\"unit_value_usd\":30000")},
	{"rf-24", false, "150 percent", PRICES, "MY", "my", LPP,
	 ITEM(",\"unit_value_usd\":30000")},
	{"rf-24", false, "four prices are too few",
	 "price/nv-h100-sxm=2025-03-02:1 2025-03-04:2 2025-04-01:2 "
	 "2025-04-02:2 2025-05-01:2",
	 "MY", "my", LPP, ITEM(",\"unit_value_usd\":30000")},
	{"rf-24", true, "paid from elsewhere", "", "MY", "my",
	 LPP "\"payer\":\"CN\",", H100(1)},
	{"rf-24", false, "paid from there", "", "MY", "my",
	 LPP "\"payer\":\"MY\",", H100(1)},
	{"rf-25", true, "refused 120 days ago to its own parent",
	 "refused/nv-h100-sxm=2025-02-01:100:CN:cn:my:beta/S-9|said/beta/"
	 "S-9=shipment CN",
	 "MY", "my-sub", LPP, H100(110)},
	{"rf-25", false, "121 days ago",
	 "refused/nv-h100-sxm=2025-01-31:100:CN:cn:my:beta/S-9|said/beta/"
	 "S-9=shipment CN",
	 "MY", "my-sub", LPP, H100(110)},
	{"rf-25", false, "more than a tenth away",
	 "refused/nv-h100-sxm=2025-02-01:100:CN:cn:my:beta/S-9|said/beta/"
	 "S-9=shipment CN",
	 "MY", "my-sub", LPP, H100(111)},
	{"rf-25", false, "to somebody else",
	 "refused/nv-h100-sxm=2025-02-01:100:CN:cn:cn:beta/S-9|said/beta/"
	 "S-9=shipment CN",
	 "MY", "my", LPP, H100(100)},
	{"rf-25", true, "by way of the one refused",
	 "refused/nv-h100-sxm=2025-02-01:100:CN:cn:cn:beta/S-9|said/beta/"
	 "S-9=shipment CN",
	 "MY", "my", LPP "\"intermediates\":[\"cn\"],", H100(100)},
	{"rf-26", true, "past five times the quarter before",
	 "inflow/MY/2025Q1=nv-h100-sxm:100|inflow/MY/2025Q2=nv-h100-sxm:500",
	 "MY", "my", LPP, H100(1)},
	{"rf-26", false, "five times",
	 "inflow/MY/2025Q1=nv-h100-sxm:100|inflow/MY/2025Q2=nv-h100-sxm:499",
	 "MY", "my", LPP, H100(1)},
	{"rf-26", false, "told before",
	 "inflow/MY/2025Q1=nv-h100-sxm:100|inflow/MY/2025Q2=nv-h100-sxm:501",
	 "MY", "my", LPP, H100(1)},
	{"rf-26", false, "too few in the quarter before",
	 "inflow/MY/2025Q1=nv-h100-sxm:99|inflow/MY/2025Q2=nv-h100-sxm:500",
	 "MY", "my", LPP, H100(1)},
	{"rf-26", false, "no hub",
	 "inflow/SA/2025Q1=nv-h100-sxm:100|inflow/SA/2025Q2=nv-h100-sxm:500",
	 "SA", "sa", LPP, H100(1)},
	{"rf-27", true, "a statement of the day after", "", "MY", "my",
	 "\"papers\":[" PAPER("lpp_statement", "2025-06-02") "],", H100(1)},
	{"rf-27", false, "of the day", "", "MY", "my",
	 "\"papers\":[" PAPER("lpp_statement", "2025-06-01") "],", H100(1)},
	{"rf-27", true, "older than a year", "", "MY", "my",
	 "\"papers\":[" PAPER("lpp_statement", "2024-05-31") "],", H100(1)},
	{"rf-27", false, "a year old", "", "MY", "my",
	 "\"papers\":[" PAPER("lpp_statement", "2024-06-01") "],", H100(1)},
	{"rf-28", true, "no notice before export", "", "MY", "my", LPP,
	 H100(203)},
	{"rf-28", false, "none is asked for", "", "MY", "my", LPP, H100(202)},
	{"rf-28", false, "given", "", "MY", "my",
	 "\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(
		 "prenotice", "2025-06-01") "],",
	 H100(203)},
	{"rf-28", true, "given a day late", "", "MY", "my",
	 "\"papers\":[" PAPER("lpp_statement", "2025-05-16") "," PAPER(
		 "prenotice", "2025-06-02") "],",
	 H100(203)},
	{"rf-29", true, "claimed past the limit", "lpp/my/2025=268985680", "MY",
	 "my", LPP, H100(1)},
	{"rf-29", false, "within", "lpp/my/2025=268800000", "MY", "my", LPP,
	 H100(1)},
	{"rf-37", true, "no ITN", "", "MY", "my", LPP, H100(1)},
	{"rf-37", false, "one of its own", "", "MY", "my",
	 LPP "\"itn\":\"X20250601000001\",", H100(1)},
	{"rf-37", true, "on another shipment", "itn/X20250601000001=acme/S-0",
	 "MY", "my", LPP "\"itn\":\"X20250601000001\",", H100(1)},
	{"rf-37", false, "on this one", "itn/X20250601000001=acme/S-1", "MY",
	 "my", LPP "\"itn\":\"X20250601000001\",", H100(1)},
	{"rf-38", true, "claimed to be nothing", "", "MY", "my", LPP,
	 "{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":1,"
	 "\"eccn\":\"EAR99\"}"},
	{"rf-38", false, "claimed right", "", "MY", "my", LPP, H100(1)},
	{"rf-38", true, "more than a percent off the catalogue", "", "MY", "my",
	 LPP, PART("nv-h100-sxm", 159904, "true")},
	{"rf-38", false, "a percent", "", "MY", "my", LPP,
	 PART("nv-h100-sxm", 159903, "true")},
	{"rf-39", true, "with sparsity", "", "MY", "my", LPP,
	 PART("nv-h100-sxm", 316640, "true")},
	{"rf-39", true, "half", "", "MY", "my", LPP,
	 PART("nv-h100-sxm", 79160, "true")},
	{"rf-39", false, "in between", "", "MY", "my", LPP,
	 PART("nv-h100-sxm", 240000, "true")},
	{"rf-39", true, "said not to be for data centres", "", "MY", "my", LPP,
	 PART("nv-h100-sxm", 158320, "false")},
	{"rf-41", true, "filed the day after", "", "MY", "my",
	 LPP "\"filed\":\"2025-06-02T00:00:00Z\",", H100(1)},
	{"rf-41", false, "filed on the day", "", "MY", "my",
	 LPP "\"filed\":\"2025-06-01T23:59:59Z\",", H100(1)},
	{"rf-44", true, "a facility gets more than a limit",
	 "site/op/f1/2025=268985680", "MY", "my",
	 LPP "\"facility\":{\"operator\":\"op\",\"id\":\"f1\"},", H100(1)},
	{"rf-44", false, "just the limit", "site/op/f1/2025=268841680", "MY",
	 "my", LPP "\"facility\":{\"operator\":\"op\",\"id\":\"f1\"},",
	 H100(1)},
};

static void judge_row(const struct row *r, const char *now)
{
	char text[8192];
	bool typed = strstr(r->more, "consignee_type") != NULL;

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"S-1\","
		 "\"issued\":\"2025-06-01T00:00:00Z\",\"kind\":\"export\","
		 "\"export_date\":\"2025-06-01\",\"from\":\"US\","
		 "\"destination\":\"%s\",\"consignee\":\"%s\",%s"
		 "\"end_use\":\"data_centre\",%s"
		 "\"authorization\":{\"type\":\"LPP\"},\"items\":[%s]}\n",
		 r->to, r->consignee,
		 typed ? "" : "\"consignee_type\":\"direct_consumer\",",
		 r->more, r->items);
	judge_text(text, now);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		const struct wb_finding *f;
		enum wb_verdict verdict;

		registry_of(r->state);
		judge_row(r, "2025-06-01");
		f = finding(r->code);
		if ((f != NULL) != r->fires)
			fail_msg("%s %s: %s", r->code,
				 r->fires ? "is silent" : "fires", r->why);
		verdict = d.verdict;
		if (f != NULL) {
			assert_int_equal(f->seen.version, version_of(r->code));
			assert_true(f->citation[0] != '\0');
			assert_true(f->seen.unit[0] != '\0');
			/* What is kept under a key is told by its record. */
			for (size_t k = 0; k < f->seen.n_records; k++)
				assert_int_equal(f->seen.record[k], 3);
		}
		assert_null(finding("flags-not-asked"));
		/* A flag is never a denial: without them it is the same. */
		registry_of(r->state);
		struct wb_flags *flags = law.flags;
		law.flags = NULL;
		judge_row(r, "2025-06-01");
		law.flags = flags;
		assert_int_equal(verdict, d.verdict);
		assert_null(finding(r->code));
		assert_null(d.flags);
	}
}

/* What a shipment leaves for those after it. */
static void test_what_is_kept(void **state)
{
	static const struct row r = {
		"",
		false,
		"",
		"",
		"MY",
		"my",
		LPP "\"itn\":\"X20250601000001\",\"facility\":{\"operator\":"
		    "\"op\",\"id\":\"f1\"},\"declared\":{\"headquarters\":"
		    "\"MY\"},",
		ITEM(",\"unit_value_usd\":7")};

	static const struct row free_of_all = {
		"",
		false,
		"",
		"",
		"MY",
		"my",
		"",
		"{\"line\":1,\"model\":\"nv-l2\",\"quantity\":1,"
		"\"eccn\":\"none\"}"};
	static const struct row unlicensed = {"",   false, "", "",
					      "MY", "my",  "", H100(1)};

	(void)state;
	registry_of("");
	judge_row(&r, "2025-06-01");
	assert_string_equal(written("seen/my"), "2025-06-01 2025-06-01 MY - -");
	assert_string_equal(written("itn/X20250601000001"), "acme/S-1");
	assert_string_equal(written("site/op/f1"), "my");
	assert_string_equal(written("site/op/f1/2025"), "1583200");
	assert_string_equal(written("price/nv-h100-sxm"), "2025-06-01:7");
	assert_string_equal(written("inflow/MY/2025Q2"), "nv-h100-sxm:10");
	assert_string_equal(written("band/my"), "");
	/* The last that was cleared under an authority, and none before. */
	registry_of("seen/my=2025-01-01 2025-06-15 - - -");
	judge_row(&r, "2025-06-01");
	assert_string_equal(written("seen/my"), "2025-01-01 2025-06-15 MY - -");
	registry_of("seen/my=2025-01-01 2025-05-15 - - -");
	judge_row(&r, "2025-06-01");
	assert_string_equal(written("seen/my"), "2025-01-01 2025-06-01 MY - -");
	registry_of("");
	judge_row(&free_of_all, "2025-06-01");
	assert_int_equal(d.verdict, WB_CLEAR);
	assert_string_equal(written("seen/my"), "2025-06-01 - - - -");
	judge_row(&unlicensed, "2025-06-01");
	assert_int_equal(d.verdict, WB_REVIEW);
	assert_string_equal(written("seen/my"), "2025-06-01 - - - -");
}

/* A finding names its value and its threshold, both of one unit. */
static void test_values(void **state)
{
	static const struct row half = {"",   true, "",  "",
					"MY", "my", LPP, H100(1)};
	static const struct row declared = {
		"",
		true,
		"",
		"",
		"MY",
		"my",
		LPP "\"declared\":{\"headquarters\":\"MY\"},",
		H100(1)};
	const struct wb_finding *f;

	(void)state;
	registry_of("listing/cn=entity_list 2025-01-01 -|"
		    "detail/my=2020-01-01 MY MY private cn:51");
	judge_row(&half, "2025-06-01");
	f = finding("rf-08");
	assert_non_null(f);
	assert_int_equal(f->seen.value, 510);
	assert_int_equal(f->seen.threshold, 500);
	assert_string_equal(f->seen.unit, "percent_x10");
	registry_of("seen/my=2020-01-01 - SG - -");
	judge_row(&declared, "2025-06-01");
	assert_non_null(strstr(told("rf-07"), "declared otherwise before"));
	registry_of("detail/my=2020-01-01 MY SG private -");
	judge_row(&declared, "2025-06-01");
	assert_non_null(strstr(told("rf-07"), "registered otherwise"));
}

static void test_clock(void **state)
{
	static const struct row r = {"",   false, "",  "",
				     "MY", "my",  LPP, H100(1)};

	(void)state;
	registry_of("");
	judge_row(&r, "2025-06-02");
	assert_null(finding("rf-43"));
	judge_row(&r, "2025-06-03");
	assert_non_null(finding("rf-43"));
	put("ledger", "example.org/waybill paper historical 30 1");
	judge_row(&r, "2025-06-03");
	assert_null(finding("rf-43"));
}

/* A shipment of many models: some flags are not asked, and that is told. */
static void test_more_than_may_be_read(void **state)
{
	char items[8192] = "", parties[1024] = "\"intermediates\":[";
	struct row r = {"", false, "", "", "MY", "my", parties, items};

	(void)state;
	registry_of("");
	for (int i = 0; i < 8; i++)
		snprintf(parties + strlen(parties), 64, "%s\"via-%d\"",
			 i > 0 ? "," : "", i);
	snprintf(parties + strlen(parties), 64, "],\"end_user\":\"sa\",");
	for (size_t i = 0; i < 30; i++) {
		const struct wb_product *p = &law.catalogue->product[i];

		snprintf(items + strlen(items), 256,
			 "%s{\"line\":%zu,\"model\":\"%s\",\"quantity\":1,"
			 "\"unit_value_usd\":1,\"eccn\":\"none\"}",
			 i > 0 ? "," : "", i + 1, p->id);
	}
	judge_row(&r, "2025-06-01");
	assert_true(d.n_reads <= WB_READS_MAX);
	assert_true(d.n_writes <= WB_WRITES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_what_is_kept),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_more_than_may_be_read),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
