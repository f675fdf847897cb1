#ifndef TESTS_UNIT_ANY_SHIPMENT_H
#define TESTS_UNIT_ANY_SHIPMENT_H

#include "tests/unit/judge.h"

/*
 * Shipments at random from a seed: the values cluster where the law has its
 * limits.  Tests include this after cmocka.h.
 */
static uint64_t seed;

static inline uint32_t pick(uint32_t n)
{
	/* splitmix64 */
	uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) % n);
}

#define PICK(list) ((list)[pick(sizeof(list) / sizeof((list)[0]))])

static const char *const countries[] = {"MY", "SA", "CN", "FR", "US", "KH",
					"SG", "VN", "AE", "MO", "DE", "XX"};
static const char *const party_ids[] = {
	"my",       "my-sub", "my-half", "my-state", "de", "cn",
	"my-of-cn", "moved",  "sa",      "fr-of-sa", "us", "nobody"};
static const char *const models[] = {
	"nv-h100-sxm", "nv-h20-96",  "nv-a40",     "nv-rtx4090", "nv-l4",
	"amd-mi308x",  "aws-trn1",   "syn-4800",   "syn-planar", "no-such",
	"syn-pd592",   "syn-4799.2", "nv-h100-sxm"};
static const int64_t quantities[] = {1,   2,    10,   100,  202,   203,
				     500, 1698, 1699, 1700, 49898, 49899};
static const char *const claims[] = {"NLR", "LPP", "AIA",  "ACM",
				     "NAC", "ACA", "UVEU", "LICENCE"};
static const char *const paper_kinds[] = {"lpp_statement", "aia_certification",
					  "purchase_order", "prenotice",
					  "nac_notice"};

static inline wb_date day(const char *s)
{
	wb_date date;

	assert_int_equal(wb_date_parse(wb_slice_str(s), &date), 0);
	return date;
}

/* A day near one on which the law changes, or any. */
static inline wb_date any_day(void)
{
	static const char *const turns[] = {
		"2023-11-17", "2025-05-15", "2025-06-16", "2025-11-07",
		"2025-12-31", "2026-07-10", "2027-12-31"};
	wb_date date = day(PICK(turns));

	return date + (wb_date)pick(pick(4) == 0 ? 400 : 3) - 1;
}

static inline struct wb_item any_item(int32_t line)
{
	struct wb_item item = {.line = line,
			       .model = PICK(models),
			       .eccn = "3A090.a",
			       .quantity = PICK(quantities),
			       .units = 1,
			       .unit_value_usd = -1,
			       .package_area_mm2_x10 = -1,
			       .tpp_x10 = -1,
			       .die_area_mm2_x10 = -1,
			       .dram_gbps_x10 = -1,
			       .io_gbps_x10 = -1,
			       .datacenter = -1};

	if (pick(8) > 0)
		return item;
	item.model = NULL;
	item.tpp_x10 = (int64_t)pick(60000);
	item.die_area_mm2_x10 = (int64_t)pick(9000);
	item.dram_gbps_x10 = (int64_t)pick(50000);
	item.io_gbps_x10 = (int64_t)pick(12000);
	item.datacenter = (int)pick(2);
	return item;
}

static inline void any_parties(struct wb_shipment *s)
{
	s->from = pick(4) > 0 ? "US" : PICK(countries);
	s->destination = pick(2) > 0 ? "MY" : PICK(countries);
	s->consignee = pick(2) > 0 ? "my" : PICK(party_ids);
	s->consignee_type = (enum wb_consignee_type)pick(4);
	if (pick(4) == 0)
		s->end_user = PICK(party_ids);
	for (size_t i = pick(3); i > 0; i--)
		s->intermediate[s->n_intermediates++] = PICK(party_ids);
	if (pick(6) == 0)
		s->declared_headquarters = PICK(countries);
	if (pick(6) == 0)
		s->declared_parent_headquarters = PICK(countries);
	if (pick(6) == 0)
		s->declared_parent = PICK(party_ids);
}

/* With every paper, or with some of them. */
static inline void any_papers(struct wb_shipment *s, bool every)
{
	for (size_t i = 0; i < sizeof(paper_kinds) / sizeof(paper_kinds[0]);
	     i++) {
		struct wb_paper *p = &s->paper[s->n_papers];

		if (!every && pick(3) == 0)
			continue;
		p->kind = paper_kinds[i];
		p->sha256 = DIGEST;
		p->date = s->export_date - (every ? 30 : (wb_date)pick(60) - 2);
		s->n_papers++;
	}
}

static inline struct wb_statement any_shipment(bool every_paper)
{
	struct wb_statement st = {.type = WB_SHIPMENT,
				  .ledger = "example.org/waybill",
				  .party = "acme",
				  .id = "S-1",
				  .u.shipment.declined_service = -1};
	struct wb_shipment *s = &st.u.shipment;

	s->kind = pick(3) > 0 ? WB_EXPORT : (enum wb_shipment_kind)pick(3);
	s->end_use = (enum wb_end_use)pick(WB_USES);
	s->authorization = PICK(claims);
	s->export_date = any_day();
	s->loaded = pick(6) == 0 ? any_day() : WB_DATE_NONE;
	s->arrival = pick(6) == 0 ? any_day() : WB_DATE_NONE;
	any_parties(s);
	any_papers(s, every_paper);
	s->n_items = 1 + (pick(3) == 0 ? pick(4) : 0);
	for (size_t i = 0; i < s->n_items; i++)
		s->item[i] = any_item((int32_t)i + 1);
	return st;
}

#endif /* TESTS_UNIT_ANY_SHIPMENT_H */
