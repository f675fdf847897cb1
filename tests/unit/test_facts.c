#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "tests/unit/judge.h"

/* Terms of rules, on either side of each limit and of what is known. */

#define HEAD                                                                   \
	"waybill/policy/1\nid t\nfamily paper\ntitle t\nsource t\n"            \
	"effective 2020-01-01 # t\nuntil open\n"                               \
	"setting yes_set on # t\nsetting no_set off # t\n"                     \
	"set asia = MY + SG # t\n"                                             \
	"eccn 3A090.a limb a when tpp >= 1 # t\n"

static struct wb_facts f;
static struct wb_shipment shipment;
static struct wb_asked asked;

/* Nothing is known of an item, and everything of a shipment to Malaysia. */
static void begin(void)
{
	f = (struct wb_facts){.countries = law.countries,
			      .date = 20000,
			      .today = 20000,
			      .shipment = &shipment,
			      .asked = &asked,
			      .turned = -1,
			      .tpp_x10 = -1,
			      .die_area_mm2_x10 = -1,
			      .dram_x10 = -1,
			      .io_x10 = -1,
			      .whole_io_x10 = -1,
			      .links_x10 = -1,
			      .package_area_x10 = -1,
			      .datacenter = -1,
			      .shipment_x10 = -1,
			      .chips = -1};
	shipment = (struct wb_shipment){
		.from = "US", .destination = "MY", .export_date = 20000};
}

static const char holds = 'y', fails = 'n', open = '?';

/* Whether a rule of these terms holds of the facts. */
static void ask(char want, const char *terms)
{
	static const char letter[] = {
		[WB_FALSE] = 'n', [WB_TRUE] = 'y', [WB_UNKNOWN] = '?'};
	struct wb_problem problem = {0};
	struct wb_edition *ed;
	char text[1000];
	char got;

	snprintf(text, sizeof(text),
		 HEAD "licence l when %s # t\n"
		      "review case_by_case when eccn is 3A090.a # t\n",
		 terms);
	if (wb_edition_parse(wb_slice_str(text), &ed, &problem) != 0)
		fail_msg("%s: %s %s", terms, problem.pointer, problem.detail);
	f.edition = ed;
	got = letter[wb_rule_holds(&f, &ed->licence[0].when)];
	if (got != want)
		fail_msg("%s: %c, not %c", terms, got, want);
	wb_edition_free(ed);
}

static void test_numbers(void **state)
{
	(void)state;
	begin();
	ask(open, "tpp >= 4800");
	ask(open, "tpp < 4800");
	f.tpp_x10 = 48000;
	ask(holds, "tpp >= 4800");
	ask(holds, "tpp <= 4800");
	ask(fails, "tpp < 4800");
	ask(fails, "tpp > 4800");
	f.tpp_x10 = 47999;
	ask(fails, "tpp >= 4800");
	ask(holds, "tpp < 4800");
	f.tpp_x10 = 48001;
	ask(holds, "tpp > 4800");
	ask(fails, "tpp <= 4800");
	f.tpp_x10 = 0; /* known */
	ask(holds, "tpp < 4800");
	f.die_area_mm2_x10 = 1;
	ask(fails, "pd >= 5.92");
	ask(holds, "pd < 5.92");
	f.die_area_mm2_x10 = -1;
	f.dram_x10 = 14000;
	ask(holds, "dram >= 1400");
	ask(fails, "dram > 1400");
	f.io_x10 = 6000;
	ask(holds, "io >= 600");
	ask(fails, "io > 600");
	f.shipment_x10 = 30;
	ask(holds, "shipment_tpp >= 3");
	ask(fails, "shipment_tpp > 3");
	f.chips = 5000; /* whole */
	ask(holds, "chips >= 5000");
	ask(fails, "chips > 5000");
}

/* PD is TPP over area in hundredths: 5.92 is 2,960 on 500 mm2. */
static void test_densities(void **state)
{
	(void)state;
	begin();
	f.tpp_x10 = 29600;
	ask(open, "pd >= 5.92");
	f.die_area_mm2_x10 = 5000;
	ask(holds, "pd >= 5.92");
	ask(fails, "pd < 5.92");
	ask(fails, "pd > 5.92");
	f.die_area_mm2_x10 = 5001;
	ask(fails, "pd >= 5.92");
	f.die_area_mm2_x10 = 4999;
	ask(holds, "pd > 5.92");
	f.tpp_x10 = -1;
	ask(open, "pd >= 5.92");
	/* Without an area none is met, unless the other reading applies. */
	f.die_area_mm2_x10 = 0;
	ask(fails, "pd >= 5.92");
	ask(fails, "pd < 5.92");
	f.density_of_none = true;
	ask(holds, "pd >= 5.92");
	ask(holds, "pd > 5.92");
	ask(fails, "pd < 5.92");
	ask(fails, "pd <= 5.92");

	ask(open, "bandwidth_density > 2");
	f.dram_x10 = 20000;
	ask(open, "bandwidth_density > 2");
	f.package_area_x10 = 0;
	ask(open, "bandwidth_density > 2");
	f.package_area_x10 = 1;
	ask(holds, "bandwidth_density > 2");
	f.package_area_x10 = 10000;
	ask(fails, "bandwidth_density > 2");
	ask(holds, "bandwidth_density <= 2");
	f.package_area_x10 = 9999;
	ask(holds, "bandwidth_density > 2");
	f.dram_x10 = 0;
	ask(holds, "bandwidth_density <= 2");
}

/* One known part may be enough, but only upwards. */
static void test_sums(void **state)
{
	(void)state;
	begin();
	ask(open, "dram_plus_io >= 650");
	f.dram_x10 = 6500;
	ask(holds, "dram_plus_io >= 650");
	ask(open, "dram_plus_io > 650");
	ask(open, "dram_plus_io < 650");
	ask(open, "dram_plus_io <= 650");
	ask(open, "dram_plus_io < 9000");
	f.dram_x10 = 6501;
	ask(holds, "dram_plus_io > 650");
	f.dram_x10 = 6499;
	ask(open, "dram_plus_io >= 650");
	f.dram_x10 = -1;
	f.io_x10 = 6500;
	ask(holds, "dram_plus_io >= 650");
	f.dram_x10 = 0;
	ask(holds, "dram_plus_io <= 650");
	f.dram_x10 = 1;
	ask(fails, "dram_plus_io <= 650");
}

static void test_words(void **state)
{
	(void)state;
	begin();
	ask(open, "datacenter is yes");
	ask(open, "datacenter is not yes");
	ask(holds, "datacenter is yes unknown");
	ask(open, "datacenter is not unknown");
	f.datacenter = 1;
	ask(holds, "datacenter is yes");
	ask(fails, "datacenter is no");
	ask(fails, "datacenter is not yes");
	f.datacenter = 0;
	ask(holds, "datacenter is no");
	ask(open, "eccn is 3A090.a");
	f.eccn = "3A090.a";
	ask(holds, "eccn is 3A090.a");
	ask(holds, "eccn is 3A090.b 3A090.a");
	ask(fails, "eccn is not 3A090.b 3A090.a");
	ask(holds, "eccn is not 3A090.b");
	f.form = WB_FORM_MEMORY;
	ask(holds, "form is memory");
	ask(fails, "form is ic assembly");
	f.consignee_kind = "private";
	ask(holds, "consignee is private");
	shipment.kind = WB_REEXPORT;
	ask(holds, "kind is reexport");
	ask(fails, "kind is export");
	shipment.end_use = WB_USE_RESALE;
	ask(holds, "end_use is resale");
	ask(holds, "setting yes_set is on");
	ask(holds, "setting no_set is off");
	ask(fails, "setting no_set is on");
}

/* A paper counts when it is dated by the day of export, and not later than
 * tomorrow. */
static void test_papers(void **state)
{
	(void)state;
	begin();
	ask(fails, "paper is purchase_order");
	ask(holds, "paper is not purchase_order");
	shipment.n_papers = 1;
	shipment.paper[0].kind = "purchase_order";
	shipment.paper[0].date = 20000;
	ask(holds, "paper is purchase_order");
	ask(holds, "paper is nac_notice purchase_order");
	ask(fails, "paper is not purchase_order");
	shipment.paper[0].date = 20001;
	ask(fails, "paper is purchase_order");
	shipment.export_date = 20002;
	ask(holds, "paper is purchase_order");
	shipment.paper[0].date = 20002;
	ask(fails, "paper is purchase_order");
}

static void test_places(void **state)
{
	(void)state;
	begin();
	ask(holds, "destination in asia");
	ask(fails, "from in asia");
	ask(holds, "from outside asia");
	shipment.from = "XX"; /* in no table */
	ask(open, "from in asia");
	ask(open, "from touches asia");
	ask(open, "from outside asia");
	/* Nobody's headquarters: nothing is outside what there is. */
	f.n_headquarters = 2;
	memcpy(f.headquarters[0], "SG", 3);
	memcpy(f.headquarters[1], "DE", 3);
	ask(fails, "headquarters in asia");
	ask(holds, "headquarters touches asia");
	ask(fails, "headquarters outside asia");
	ask(holds, "parties touches asia");
	memcpy(f.headquarters[1], "MY", 3);
	ask(holds, "headquarters in asia");
	ask(holds, "parties in asia");
	memcpy(f.headquarters[0], "FR", 3);
	memcpy(f.headquarters[1], "DE", 3);
	ask(holds, "headquarters outside asia");
	ask(fails, "headquarters touches asia");
	ask(fails, "parties outside asia");
	shipment.destination = "FR";
	ask(holds, "parties outside asia");
	/* Somebody is not registered. */
	f.headquarters_unknown = true;
	ask(open, "headquarters outside asia");
	ask(open, "headquarters touches asia");
	ask(fails, "headquarters in asia");
	ask(open, "parties outside asia");
	memcpy(f.headquarters[0], "MY", 3);
	memcpy(f.headquarters[1], "SG", 3);
	ask(open, "headquarters in asia");
	ask(holds, "headquarters touches asia");
	f.n_located = 1;
	memcpy(f.located[0], "MY", 3);
	ask(holds, "located in asia");
	f.located_unknown = true;
	ask(open, "located in asia");
}

/* All must hold; one that fails decides, whatever is unknown. */
static void test_rules(void **state)
{
	(void)state;
	begin();
	f.tpp_x10 = 48000;
	ask(holds, "tpp >= 4800 and destination in asia");
	ask(open, "tpp >= 4800 and pd >= 1");
	ask(open, "pd >= 1 and tpp >= 4800");
	ask(fails, "pd >= 1 and tpp < 4800");
	ask(fails, "tpp < 4800 and pd >= 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_densities),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_papers),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
