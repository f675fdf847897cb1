#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/custody.h"
#include "tests/unit/flags_say.h"
#include "waybill/text.h"

/*
 * Red flags about what operators do with units: moves as well as
 * installations, and a correction as the statement that it puts in place.
 */
#define SHIP                                                                   \
	"ship/acme/S-1=live clear 2025-06-01 2025-06-01 US MY air 0 0 0 op "   \
	"lpp/my/2025=15832000;1 nv-h100-sxm 158320 1 90000 0 90000 90000 0 0 " \
	"0|"
/* Boards of eight. */
#define BOARDS                                                                 \
	"ship/acme/S-1=live clear 2025-06-01 2025-06-01 US MY air 0 0 0 op "   \
	"-;1 nv-h100-sxm 1266560 8 9000 0 9000 0 0 0 0|"
#define PARTIES                                                                \
	"party/op=operator 2020-01-01 -|detail/op=2020-01-01 MY MY private "   \
	"-|detail/prc=2020-01-01 CN CN private -|"
#define HALL(id, country) "facility/op/" id "=" country " 100 2025-01-01|"
#define BIG(id, country)  "facility/op/" id "=" country " 90000 2025-01-01|"
#define FAC(id, chips)                                                         \
	"fac/op/" id "=" chips " 0 - - - -;nv-h100-sxm " chips " - " chips "|"
#define OF                                                                     \
	"\"shipment\":{\"party\":\"acme\",\"id\":\"S-1\"},"                    \
	"\"date\":\"2025-07-01\","
#define UNITS(n)       "\"items\":[{\"line\":1,\"quantity\":" #n "}]"
#define IN(id)         OF "\"facility\":\"" id "\","
#define MOVED(from)    OF "\"from\":\"" from "\","
#define TO_HALL(id)    "\"to\":{\"facility\":\"" id "\"},"
#define TO(who, cc)    "\"to\":{\"party\":\"" who "\",\"country\":\"" cc "\"},"
#define BY(authority)  "\"authority\":\"" authority "\","
#define CORRECTS(what) "\"corrects\":{\"id\":\"O-0\"},\"reason\":\"x\",\"" what
#define ACT(type, where)                                                       \
	"act/op/O-0=live " type " acme S-1 " where ";1 5 5 0 5 nv-h100-sxm "   \
	"158320 1|"
#define LICENCE(number, status, to, cc)                                        \
	"grant/" number "=licence " status " 2025-05-15 2026-05-14 " to        \
	" - " cc " acme 3A090.a:-:100:-|"
#define COUNT(id, n)                                                           \
	"\"facility\":\"" id "\",\"date\":\"2025-07-01\",\"counts\":"          \
	"[{\"model\":\"nv-h100-sxm\",\"quantity\":" #n "}]"

struct row {
	const char *code;
	bool fires;
	const char *why, *state, *type, *members;
};

static const struct row rows[] = {
	/* 758.5, of moves */
	{"rf-13", true, "moved to another country",
	 SHIP HALL("a", "MY") HALL("b", "CN") FAC("a", "100"), "move",
	 MOVED("a") TO_HALL("b") UNITS(5)},
	{"rf-13", true, "moved to where nobody knows",
	 SHIP HALL("a", "MY") FAC("a", "100"), "move",
	 MOVED("a") TO_HALL("b") UNITS(5)},
	{"rf-13", false, "moved within the country",
	 SHIP HALL("a", "MY") HALL("b", "MY") FAC("a", "100"), "move",
	 MOVED("a") TO_HALL("b") UNITS(5)},
	{"rf-13", true, "handed to a party in another country",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100"), "move",
	 MOVED("a") TO("prc", "CN") UNITS(5)},
	{"rf-13", false, "handed to a party in the country",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100"), "move",
	 MOVED("a") TO("de", "MY") UNITS(5)},
	{"rf-13", false, "under a licence for there",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100")
		 LICENCE("L-1", "active", "de", "DE"),
	 "move", MOVED("a") TO("de", "DE") BY("L-1") UNITS(5)},
	/* 740.29(a), and what is an authority */
	{"rf-30", true, "the name of an exception",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100"), "move",
	 MOVED("a") TO("de", "MY") BY("LPP") UNITS(5)},
	{"rf-30", true, "a number that is none",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100"), "move",
	 MOVED("a") TO("de", "MY") BY("L-1") UNITS(5)},
	{"rf-30", false, "a licence for it",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100")
		 LICENCE("L-1", "active", "de", "MY"),
	 "move", MOVED("a") TO("de", "MY") BY("L-1") UNITS(5)},
	{"rf-30", true, "a licence that was revoked",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100")
		 LICENCE("L-1", "revoked", "de", "MY"),
	 "move", MOVED("a") TO("de", "MY") BY("L-1") UNITS(5)},
	{"rf-30", true, "a licence for another party",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100")
		 LICENCE("L-1", "active", "sa", "MY"),
	 "move", MOVED("a") TO("de", "MY") BY("L-1") UNITS(5)},
	{"rf-30", true, "a licence for another country",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100")
		 LICENCE("L-1", "active", "de", "DE"),
	 "move", MOVED("a") TO("de", "MY") BY("L-1") UNITS(5)},
	{"rf-30", false, "the authorization of a national validated end user",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100") "grant/N-1=nveu active "
						      "2025-05-15 2026-05-14 "
						      "de MY 1000000|",
	 "move", MOVED("a") TO("de", "MY") BY("N-1") UNITS(5)},
	/* Supp. 3 to part 732, 29, of who gets them */
	{"rf-08", true, "handed to a listed party",
	 SHIP PARTIES HALL("a", "MY")
		 FAC("a", "100") "listing/prc=entity_list 2025-01-01 -|",
	 "move", MOVED("a") TO("prc", "CN") UNITS(5)},
	{"rf-08", false, "handed to another",
	 SHIP PARTIES HALL("a", "MY")
		 FAC("a", "100") "listing/prc=entity_list 2025-01-01 -|",
	 "move", MOVED("a") TO("de", "CN") UNITS(5)},
	/* corrections */
	{"rf-13", true, "an installation, corrected to another country",
	 SHIP HALL("a", "MY") HALL("b", "CN") FAC("a", "100")
		 ACT("installation", "a - -"),
	 "correction", CORRECTS("installation\":{") IN("b") UNITS(5) "}"},
	{"rf-17", true, "corrected to more than there is power for",
	 SHIP HALL("a", "MY") FAC("a", "100") ACT("installation", "a - -"),
	 "correction", CORRECTS("installation\":{") IN("a") UNITS(90) "}"},
	{"dc-01", true, "corrected to more than 50,000",
	 SHIP BIG("a", "MY") FAC("a", "100") ACT("installation", "a - -"),
	 "correction", CORRECTS("installation\":{") IN("a") UNITS(60000) "}"},
	{"rf-30", true, "a move, corrected to another party",
	 SHIP PARTIES HALL("a", "MY") FAC("a", "100") ACT("move", "a b -"),
	 "correction",
	 CORRECTS("move\":{") MOVED("a") TO("de", "MY") UNITS(5) "}"},
	{"rf-34", true, "a retirement, corrected to a sale to nobody",
	 SHIP HALL("a", "MY") FAC("a", "100") ACT("retirement", "a - -"),
	 "correction",
	 CORRECTS("retirement\":{")
		 IN("a") "\"kind\":\"resale\"," UNITS(5) "}"},
	/* chips, not units, wherever they go, as counted if that is more */
	{"dc-01", true, "6,251 boards of eight", BOARDS BIG("a", "MY"),
	 "installation", IN("a") UNITS(6251)},
	{"dc-01", false, "6,250 boards of eight", BOARDS BIG("a", "MY"),
	 "installation", IN("a") UNITS(6250)},
	{"dc-01", true, "50,001 moved in",
	 SHIP BIG("a", "MY") BIG("b", "MY") FAC("a", "60000"), "move",
	 MOVED("a") TO_HALL("b") UNITS(50001)},
	{"dc-01", false, "50,000 moved in",
	 SHIP BIG("a", "MY") BIG("b", "MY") FAC("a", "60000"), "move",
	 MOVED("a") TO_HALL("b") UNITS(50000)},
	{"dc-01", true, "56,000 counted", BIG("a", "MY") FAC("a", "10"),
	 "inventory", COUNT("a", 56000)},
	{"dc-01", true, "7,000 boards counted, as the thousand stated hold",
	 BIG("a", "MY") "fac/op/a=8000 0 - - - -;nv-h100-sxm 1000 - 8000|",
	 "inventory", COUNT("a", 7000)},
	{"dc-01", false, "6,250 such boards",
	 BIG("a", "MY") "fac/op/a=8000 0 - - - -;nv-h100-sxm 1000 - 8000|",
	 "inventory", COUNT("a", 6250)},
	{"rf-17", true, "143 moved into 100 kW",
	 SHIP BIG("a", "MY") HALL("b", "MY") FAC("a", "60000"), "move",
	 MOVED("a") TO_HALL("b") UNITS(143)},
	{"rf-17", false, "142 moved into 100 kW",
	 SHIP BIG("a", "MY") HALL("b", "MY") FAC("a", "60000"), "move",
	 MOVED("a") TO_HALL("b") UNITS(142)},
	{"rf-17", true, "143 counted", HALL("a", "MY"), "inventory",
	 COUNT("a", 143)},
};

static void say(const char *type, const char *members)
{
	char text[4096];

	snprintf(text, sizeof(text),
		 "{\"type\":\"%s\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"op\",\"id\":\"O-1\","
		 "\"issued\":\"2025-07-02T00:00:00Z\",%s}\n",
		 type, members);
	judge_text(text, "2025-07-02");
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		registry_of(r->state);
		say(r->type, r->members);
		if ((finding(r->code) != NULL) != r->fires)
			fail_msg("%s %s: %s", r->code,
				 r->fires ? "is silent" : "fires", r->why);
		assert_null(finding("flags-not-asked"));
	}
}

/* What was refused goes to another party or country, by a correction. */
static void test_refused_and_corrected(void **state)
{
	static const struct {
		const char *why, *verdict, *consignee, *destination;
		bool fires;
	} c[] = {
		{"to another in another country", "deny", "prc", "CN", true},
		{"the same one in another country", "deny", "my", "CN", true},
		{"another in the same country", "deny", "my-sub", "MY", false},
		{"the same", "deny", "my", "MY", false},
		{"it was not refused", "clear", "prc", "CN", false},
	};
	char world[512];

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(world, sizeof(world),
			 PARTIES "ship/acme/S-1=live %s 2025-05-20 2025-05-20 "
				 "US %s air 0 0 0 %s -;1 nv-h100-sxm 158320 1 "
				 "10 0 0 0 0 0 0",
			 c[i].verdict, c[i].destination, c[i].consignee);
		registry_of(world);
		judge_text("{\"type\":\"correction\",\"ledger\":"
			   "\"example.org/waybill\",\"party\":\"acme\","
			   "\"id\":\"C-1\",\"issued\":\"2025-06-01T00:00:00Z\","
			   "\"corrects\":{\"id\":\"S-1\"},\"reason\":\"x\","
			   "\"shipment\":{\"kind\":\"export\","
			   "\"export_date\":\"2025-06-01\",\"from\":\"US\","
			   "\"destination\":\"MY\",\"consignee\":\"my\","
			   "\"consignee_type\":\"direct_consumer\","
			   "\"end_use\":\"data_centre\"," LPP
			   "\"authorization\":{\"type\":\"LPP\"},"
			   "\"items\":[" H100(10) "]}}\n",
			   "2025-06-01");
		assert_int_equal(d.verdict, WB_CLEAR);
		if ((finding("rf-25") != NULL) != c[i].fires)
			fail_msg("%s", c[i].why);
		if (c[i].fires) {
			assert_int_equal(finding("rf-25")->seen.value, 10);
			assert_int_equal(finding("rf-25")->seen.threshold, 10);
		}
	}
}

/* What falls due of a facility is noted by whatever is said of it first. */
static void test_what_falls_due_of_a_facility(void **state)
{
	static const struct {
		const char *why, *state, *type, *members;
		size_t items;
	} c[] = {
		{"installed", SHIP HALL("b", "MY"), "installation",
		 IN("b") UNITS(5), 3},
		{"moved in", SHIP HALL("a", "MY") HALL("b", "MY") FAC("a", "9"),
		 "move", MOVED("a") TO_HALL("b") UNITS(5), 3},
		{"corrected to it",
		 SHIP HALL("a", "MY") HALL("b", "MY") FAC("a", "9")
			 ACT("installation", "a - -"),
		 "correction",
		 CORRECTS("installation\":{") IN("b") UNITS(5) "}", 3},
		{"counted", HALL("b", "MY"), "inventory", COUNT("b", 5), 3},
		{"known before", SHIP HALL("b", "MY") FAC("b", "9"),
		 "installation", IN("b") UNITS(5), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		size_t items = 0;

		registry_of(c[i].state);
		say(c[i].type, c[i].members);
		for (size_t k = 0; k < d.n_writes; k++) {
			struct wb_slice value = d.write[k].value, word;

			if (strncmp(d.write[k].key, "due/20", 6) != 0 ||
			    strlen(d.write[k].key) == strlen("due/2025-07"))
				continue;
			while (wb_word_next(&value, &word)) {
				char text[64];

				assert_int_equal(
					wb_slice_copy(word, text, sizeof(text)),
					0);
				items += strstr(text, ":op:b:") != NULL;
			}
		}
		if (items != c[i].items)
			fail_msg("%s: %zu", c[i].why, items);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_refused_and_corrected),
		cmocka_unit_test(test_what_falls_due_of_a_facility),
	};

	return cmocka_run_group_tests(tests, begin, tear_down);
}
