#ifndef TESTS_UNIT_ANY_HISTORY_H
#define TESTS_UNIT_ANY_HISTORY_H

#include "tests/unit/any_grant.h"

/*
 * Statements of every kind at random from a seed, as the texts that parties
 * would sign: most are taken, some are refused, and they are about each other.
 * Tests include this after cmocka.h.
 */
static const char *const said_papers[] = {
	"lpp_statement",          "aia_certification",
	"purchase_order",         "prenotice",
	"nac_notice",             "veu_certification",
	"end_user_statement",     "designer_attestation",
	"supply_certification",   "foundry_certification",
	"security_certification", "testing_certification",
	"end_use_certification"};

#define SAID_PAPERS (sizeof(said_papers) / sizeof(said_papers[0]))

static inline void say_papers(void)
{
	const bool every = NOW_AND_THEN(4);
	const char *comma = "";

	SAY(",\"papers\":[");
	for (size_t i = 0; i < SAID_PAPERS; i++) {
		if (!every && i > 0 && NOW_AND_THEN(3))
			continue;
		SAY("%s{\"kind\":\"%s\",\"sha256\":\"" DIGEST
		    "\",\"date\":\"%s\"}",
		    comma, said_papers[i], in_text(today - (wb_date)pick(40)));
		comma = ",";
	}
	SAY("]");
}

/* Attested parameters on either side of a limit of the law: the TPP, the
 * density, what a shipment or a year may hold.  A package area is memory's. */
static const struct edge {
	unsigned tpp_x10, area_x10, dram_x10, io_x10, package_x10, quantity;
} edges[] = {
	{48000, 90000, 0, 0, 0, 1},      {47999, 90000, 0, 0, 0, 1},
	{29600, 5000, 0, 0, 0, 2},       {29600, 5001, 0, 0, 0, 2},
	{16000, 2700, 0, 0, 0, 3},       {15999, 2700, 0, 0, 0, 3},
	{24000, 15000, 0, 0, 0, 1},      {23999, 14999, 0, 0, 0, 1},
	{24000, 15001, 0, 0, 0, 1},      {16000, 5000, 0, 0, 0, 1},
	{16000, 5001, 0, 0, 0, 1},       {32000, 90000, 0, 0, 0, 1000},
	{269000, 0, 0, 0, 0, 1000},      {269001, 0, 0, 0, 0, 1000},
	{32000, 0, 0, 0, 0, 1000},       {31999, 10000, 0, 0, 0, 1000},
	{253000, 1, 0, 0, 0, 10000},     {252999, 1, 0, 0, 0, 10000},
	{790000, 90000, 0, 0, 0, 10000}, {790001, 90000, 0, 0, 0, 10000},
	{0, 0, 20000, 0, 10000, 9},      {0, 0, 20001, 0, 10000, 9},
	{0, 0, 33000, 0, 10000, 9},      {0, 0, 32999, 0, 10000, 9},
	{48000, 900, 0, 6000, 0, 1},     {48000, 900, 0, 5999, 0, 1},
	{48000, 900, 3000, 3000, 0, 1},  {210000, 9000, 65000, 0, 0, 1},
	{209999, 9000, 64999, 0, 0, 1},  {14000, 900, 14000, 0, 0, 5},
	{13999, 900, 13999, 0, 0, 5},
};

static inline void say_edge(const struct edge *e)
{
	SAY("\"parameters\":{\"tpp_x10\":%u,\"die_area_mm2_x10\":%u,"
	    "\"dram_gbps_x10\":%u,\"io_gbps_x10\":%u,\"datacenter\":%s",
	    e->tpp_x10, e->area_x10, e->dram_x10, e->io_x10,
	    NOW_AND_THEN(3) ? "false" : "true");
	if (e->package_x10 > 0)
		SAY(",\"package_area_mm2_x10\":%u},\"form\":\"memory\"",
		    e->package_x10);
	else
		SAY("}");
}

static inline void say_item(unsigned line)
{
	const struct edge *edge = NOW_AND_THEN(3) ? &PICK(edges) : NULL;
	const int64_t quantity = edge != NULL      ? edge->quantity
				 : NOW_AND_THEN(3) ? PICK(quantities)
						   : 1 + pick(40);

	SAY("%s{\"line\":%u,", line > 1 ? "," : "", line);
	if (edge != NULL)
		say_edge(edge);
	else if (NOW_AND_THEN(8))
		SAY("\"parameters\":{\"tpp_x10\":%u,\"die_area_mm2_x10\":%u,"
		    "\"dram_gbps_x10\":%u,\"io_gbps_x10\":%u,"
		    "\"datacenter\":true}",
		    pick(60000), pick(9000), pick(50000), pick(12000));
	else
		SAY("\"model\":\"%s\"", PICK(models));
	if (edge == NULL && NOW_AND_THEN(8))
		SAY(",\"form\":\"assembly\",\"units\":%u,\"base\":\"5A992\"",
		    1 + pick(8));
	SAY(",\"quantity\":%lld,\"eccn\":\"%s\"", (long long)quantity,
	    PICK(eccns));
	if (NOW_AND_THEN(6))
		SAY(",\"unit_value_usd\":%u", pick(40000));
	if (quantity == 1)
		SAY(",\"lots\":[{\"serials\":[\"S%u-%u\"]}]", line, pick(10));
	SAY("}");
}

static inline void say_authorization(void)
{
	static const char *const claimed[] = {
		"NLR",  "LPP",  "AIA",    "ACM",     "NAC",     "ACA",
		"UVEU", "NVEU", "NOTIFY", "LICENCE", "LICENCE", "LICENCE"};
	const char *type = PICK(claimed);
	const bool numbered =
		strcmp(type, "LICENCE") == 0 || strcmp(type + 1, "VEU") == 0;

	SAY(",\"authorization\":{\"type\":\"%s\"%s}", type,
	    numbered && pick(8) > 0 ? ",\"number\":\"D1\"" : "");
}

/* The members of a shipment behind the first five. */
static inline void say_shipment_body(void)
{
	static const char *const kinds[] = {"export", "export", "reexport",
					    "transfer"};
	static const char *const types[] = {"direct_consumer", "government",
					    "reseller", "other"};
	static const char *const uses[] = {"data_centre", "training", "resale",
					   "research"};

	SAY("\"kind\":\"%s\",\"export_date\":\"%s\",\"from\":\"%s\"",
	    PICK(kinds), in_text(today + (wb_date)pick(8) - 5),
	    pick(6) > 0 ? "US" : PICK(countries));
	SAY(",\"destination\":\"%s\",\"consignee\":\"%s\","
	    "\"consignee_type\":\"%s\"",
	    pick(4) > 0 ? "MY" : PICK(countries),
	    pick(4) > 0 ? PICK(listed) : PICK(party_ids), PICK(types));
	if (NOW_AND_THEN(4))
		SAY(",\"end_user\":\"%s\"", PICK(party_ids));
	if (NOW_AND_THEN(4))
		SAY(",\"intermediates\":[\"%s\"]", PICK(party_ids));
	if (NOW_AND_THEN(8))
		SAY(",\"charged_to\":\"kuala\"");
	if (NOW_AND_THEN(4))
		SAY(",\"facility\":{\"operator\":\"kuala\",\"id\":\"%s\"}",
		    PICK(facilities));
	SAY(",\"end_use\":\"%s\"", PICK(uses));
	if (NOW_AND_THEN(6))
		SAY(",\"declared\":{\"headquarters\":\"%s\"}", PICK(countries));
	if (NOW_AND_THEN(6))
		SAY(",\"loaded\":\"%s\"", in_text(today - (wb_date)pick(40)));
	if (NOW_AND_THEN(4))
		SAY(",\"arrival\":\"%s\"", in_text(today + (wb_date)pick(40)));
	say_authorization();
	if (pick(4) > 0)
		say_papers();
	if (NOW_AND_THEN(4))
		SAY(",\"itn\":\"X2025050100000%u\",\"filed\":\"%sT08:00:00Z\"",
		    pick(10), in_text(today - (wb_date)pick(3)));
	if (NOW_AND_THEN(4))
		SAY(",\"transport\":\"air\",\"port\":\"%s\",\"payer\":\"%s\"",
		    PICK(countries), PICK(countries));
	SAY(",\"items\":[");
	for (unsigned line = 1, n = NOW_AND_THEN(3) ? 1 + pick(4) : 1;
	     line <= n; line++)
		say_item(line);
	SAY("]");
}

/* The shipments said so far in a history; a history begins with none. */
static struct {
	enum who who;
	unsigned n;
} shipped[16];
static size_t n_shipped;

static inline void begin_history(void)
{
	n_shipped = 0;
	memset(shipped, 0, sizeof(shipped));
}

static inline enum who say_shipment(unsigned n)
{
	enum who who = pick(3) > 0 ? ACME : BETA;

	assert_true(n_shipped < sizeof(shipped) / sizeof(shipped[0]));
	shipped[n_shipped].who = who;
	shipped[n_shipped++].n = n;
	say_begin("shipment", who, n);
	SAY(",");
	say_shipment_body();
	SAY("}\n");
	return who;
}

/* Owners and headquarters change, also as of days past. */
static inline enum who say_detail(unsigned n)
{
	say_begin("party-detail", AUTHORITY, n);
	SAY(",\"subject\":\"%s\",\"name\":\"A\",\"country\":\"MY\","
	    "\"headquarters\":\"%s\",\"government\":%s,\"effective\":\"%s\"",
	    PICK(listed), PICK(countries), NOW_AND_THEN(4) ? "true" : "false",
	    in_text(today + (wb_date)pick(60) - 40));
	if (NOW_AND_THEN(2))
		SAY(",\"owners\":[{\"party\":\"%s\",\"percent\":%u}]",
		    PICK(party_ids), 40 + pick(61));
	if (NOW_AND_THEN(3))
		SAY(",\"incorporated\":\"%s\",\"business\":\"trading\","
		    "\"address_kind\":\"mail_drop\"",
		    in_text(today - (wb_date)pick(900)));
	if (NOW_AND_THEN(3))
		SAY(",\"links\":[{\"kind\":\"phone\",\"sha256\":\"" DIGEST
		    "\"}]");
	if (NOW_AND_THEN(3))
		SAY(",\"facilities\":[{\"id\":\"%s\",\"country\":\"MY\","
		    "\"it_power_kw\":%u}]",
		    PICK(facilities), pick(30000));
	SAY("}\n");
	return AUTHORITY;
}

/* An earlier shipment, or now and then one that is not there. */
static inline void say_of(void)
{
	const size_t i = n_shipped > 0 ? pick((uint32_t)n_shipped) : 0;
	const unsigned n = NOW_AND_THEN(8) ? 99 : shipped[i].n;

	SAY("\"shipment\":{\"party\":\"%s\",\"id\":\"shipment-%u\"}",
	    signers[shipped[i].who].party, n);
}

static inline void say_units(void)
{
	SAY(",\"items\":[{\"line\":1,\"quantity\":%u", 1 + pick(12));
	if (NOW_AND_THEN(4))
		SAY(",\"serials\":[\"S1-%u\"]", pick(10));
	SAY("}]");
}

static const char *const handlings[] = {"arrival", "installation", "move",
					"retirement"};

static inline void say_handling_body(const char *type)
{
	static const char *const ends[] = {"loss", "theft", "failure", "resale",
					   "relocation"};
	const char *from = PICK(facilities);

	say_of();
	SAY(",\"date\":\"%s\"", in_text(today - (wb_date)pick(5)));
	if (strcmp(type, "move") == 0)
		SAY(",\"from\":\"%s\"", from);
	else
		SAY(",\"facility\":\"%s\"", from);
	say_units();
	if (strcmp(type, "move") == 0)
		SAY(",\"to\":{\"party\":\"%s\",\"country\":\"%s\"}",
		    PICK(listed), PICK(countries));
	if (strcmp(type, "retirement") == 0)
		SAY(",\"kind\":\"%s\"", PICK(ends));
}

static inline enum who say_handling(unsigned n)
{
	const char *type = PICK(handlings);
	enum who who = pick(5) > 0 ? KUALA : DOCK;

	say_begin(type, who, n);
	SAY(",");
	say_handling_body(type);
	SAY("}\n");
	return who;
}

static inline enum who say_inventory(unsigned n)
{
	say_begin("inventory", KUALA, n);
	SAY(",\"facility\":\"%s\",\"date\":\"%s\",\"counts\":[{\"model\":"
	    "\"nv-h100-sxm\",\"quantity\":%u}],\"it_power_kw\":%u",
	    PICK(facilities), in_text(today), pick(2000), pick(5000));
	if (NOW_AND_THEN(3))
		SAY(",\"serials\":[\"S1-%u\"]", pick(10));
	if (NOW_AND_THEN(3))
		SAY(",\"iaas\":{\"customers\":9,\"tier3\":1,"
		    "\"undisclosed\":2}");
	SAY("}\n");
	return KUALA;
}

static inline enum who say_correction(unsigned n)
{
	const size_t i = n_shipped > 0 ? pick((uint32_t)n_shipped) : 0;
	const bool of_shipment = pick(3) > 0;
	const char *type = of_shipment ? "shipment" : PICK(handlings);
	enum who who = of_shipment ? shipped[i].who : KUALA;
	unsigned of = of_shipment && n_shipped > 0 ? shipped[i].n : pick(n + 1);

	/* None can be about itself. */
	say_begin("correction", who, n);
	if (n > 0 && NOW_AND_THEN(4))
		SAY(",\"corrects\":{\"id\":\"correction-%u\"}", pick(n));
	else
		SAY(",\"corrects\":{\"id\":\"%s-%u\"}", type, of);
	SAY(",\"reason\":\"counted again\",\"%s\":{", type);
	if (of_shipment)
		say_shipment_body();
	else
		say_handling_body(type);
	SAY("}}\n");
	return who;
}

static inline enum who say_void(unsigned n)
{
	const size_t i = n_shipped > 0 ? pick((uint32_t)n_shipped) : 0;
	const bool of_shipment = NOW_AND_THEN(2);
	enum who who = of_shipment ? shipped[i].who : KUALA;

	say_begin("void", who, n);
	SAY(",\"voids\":{\"id\":\"%s-%u\"},\"reason\":\"did not leave\"}\n",
	    of_shipment ? "shipment" : PICK(handlings),
	    of_shipment ? shipped[i].n : pick(n + 1));
	return who;
}

/* --- any of them -----------------------------------------------------------
 */

/* A day near one on which some edition begins, or any. */
static inline wb_date any_beginning(void)
{
	static const char *const turns[] = {
		"2022-10-21", "2023-11-17", "2024-04-04", "2025-04-09",
		"2025-05-15", "2025-05-15", "2026-01-15", "2026-07-10"};

	return NOW_AND_THEN(2) ? any_day()
			       : day(PICK(turns)) + (wb_date)pick(3);
}

/* The n-th statement of a history. */
static inline enum who say_any(unsigned n)
{
	if (n == 0)
		begin_history();
	switch (pick(32)) {
	case 0:
	case 1:
		return say_detail(n);
	case 2:
	case 3:
	case 4:
	case 5:
		return say_handling(n);
	case 6:
		return say_inventory(n);
	case 7:
	case 8:
		return say_correction(n);
	case 9:
		return say_void(n);
	case 10:
	case 11:
	case 12:
		return say_licence(n);
	case 13:
		return say_letter(n);
	case 14:
		return say_listing(n);
	case 15:
		return say_agreement(n);
	case 16:
		return say_finding(n);
	case 17:
		return NOW_AND_THEN(8) ? say_engine(n) : say_inventory(n);
	default:
		return say_shipment(n);
	}
}

#endif /* TESTS_UNIT_ANY_HISTORY_H */
