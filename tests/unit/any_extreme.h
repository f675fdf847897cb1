#ifndef TESTS_UNIT_ANY_EXTREME_H
#define TESTS_UNIT_ANY_EXTREME_H

#include "tests/unit/any_granted.h"

/*
 * Statements whose amounts lie at the bounds of what may be said (DESIGN 3.2),
 * and now and then one past them.  Tests include this after cmocka.h.
 */
static inline long long extreme(long long most)
{
	switch (pick(16)) {
	case 0:
		return most + 1;
	case 1:
	case 2:
		return most / 1000 + 1;
	case 3:
	case 4:
	case 5:
		return 1 + (long long)pick(3);
	case 6:
	case 7:
		return most - 1;
	default:
		return most;
	}
}

static inline void say_extreme_item(unsigned line)
{
	/* So many make the most that a shipment may come to, or more. */
	const long long whole = WB_INTEGER_MAX / WB_QUANTITY_MAX;
	const long long tpp =
		NOW_AND_THEN(3) ? extreme(WB_TPP_X10_MAX) : extreme(whole);

	SAY("%s{\"line\":%u,\"parameters\":{\"tpp_x10\":%lld,"
	    "\"die_area_mm2_x10\":%lld,\"dram_gbps_x10\":%lld,"
	    "\"io_gbps_x10\":%lld,\"datacenter\":true}",
	    line > 1 ? "," : "", line, tpp, extreme(WB_TPP_X10_MAX),
	    extreme(WB_TPP_X10_MAX), extreme(WB_TPP_X10_MAX));
	if (NOW_AND_THEN(6))
		SAY(",\"form\":\"assembly\",\"units\":%lld",
		    extreme(WB_UNITS_MAX));
	SAY(",\"quantity\":%lld,\"eccn\":\"3A090.a\",\"unit_value_usd\":%lld}",
	    extreme(WB_QUANTITY_MAX), extreme(WB_USD_MAX));
}

/* Under AIA, which has no limit, or under a licence. */
static inline enum who say_extreme_shipment(unsigned n)
{
	const bool aia = NOW_AND_THEN(2);

	shipped[n_shipped].who = ACME;
	shipped[n_shipped++].n = n;
	say_begin("shipment", ACME, n);
	SAY(",\"kind\":\"export\",\"export_date\":\"%s\",\"from\":\"US\","
	    "\"destination\":\"%s\",\"consignee\":\"%s\","
	    "\"consignee_type\":\"direct_consumer\","
	    "\"end_use\":\"data_centre\"",
	    in_text(today), aia ? "DE" : "MY", aia ? "de" : "kuala");
	if (aia)
		SAY(",\"authorization\":{\"type\":\"AIA\"}");
	else
		say_authorization();
	say_every_paper();
	SAY(",\"items\":[");
	for (unsigned line = 1, lines = pick(3) > 0 ? 1 : 1 + pick(3);
	     line <= lines; line++)
		say_extreme_item(line);
	SAY("]}\n");
	return ACME;
}

static inline enum who say_extreme_licence(unsigned n)
{
	switch (pick(3)) {
	case 0:
		say_grant("uveu", n);
		SAY(",\"holder\":\"%s\",\"world_tpp_x10\":%lld,\"countries\":["
		    "{\"country\":\"MY\",\"tpp_x10\":%lld}],"
		    "\"destinations\":[\"MY\",\"SA\"]}\n",
		    PICK(listed), extreme(WB_INTEGER_MAX),
		    extreme(WB_INTEGER_MAX));
		break;
	case 1:
		say_grant("nveu", n);
		SAY(",\"holder\":\"%s\",\"country\":\"MY\","
		    "\"installed_tpp_x10\":%lld}\n",
		    PICK(listed), extreme(WB_INTEGER_MAX));
		break;
	default:
		say_grant("licence", n);
		SAY(",\"exporters\":[\"acme\"],\"consignee\":\"kuala\","
		    "\"destination\":\"MY\",\"items\":[{\"eccn\":\"3A090.a\","
		    "\"quantity\":%lld,\"tpp_x10\":%lld},{\"eccn\":"
		    "\"4A090.a\",\"tpp_x10\":%lld}]}\n",
		    extreme(WB_QUANTITY_MAX), extreme(WB_INTEGER_MAX),
		    extreme(WB_INTEGER_MAX));
	}
	return AUTHORITY;
}

static inline enum who say_extreme_handling(unsigned n)
{
	const char *type = NOW_AND_THEN(2) ? "arrival" : "installation";

	say_begin(type, KUALA, n);
	SAY(",");
	say_of();
	SAY(",\"date\":\"%s\",\"facility\":\"%s\",\"items\":[{\"line\":1,"
	    "\"quantity\":%lld}]}\n",
	    in_text(today), PICK(facilities), extreme(WB_QUANTITY_MAX));
	return KUALA;
}

static inline enum who say_extreme_inventory(unsigned n)
{
	say_begin("inventory", KUALA, n);
	SAY(",\"facility\":\"%s\",\"date\":\"%s\",\"counts\":[{\"model\":"
	    "\"nv-h100-sxm\",\"quantity\":%lld},{\"model\":\"nv-l4\","
	    "\"quantity\":%lld}],\"it_power_kw\":%lld}\n",
	    PICK(facilities), in_text(today), extreme(WB_QUANTITY_MAX),
	    extreme(WB_QUANTITY_MAX), extreme(WB_POWER_KW_MAX));
	return KUALA;
}

/* The n-th statement of a history of extremes. */
static inline enum who say_extreme(unsigned n)
{
	if (n == 0)
		return say_any(n);
	switch (pick(8)) {
	case 0:
		return say_any(n);
	case 1:
	case 2:
		return say_extreme_licence(n);
	case 3:
		return say_extreme_handling(n);
	case 4:
		return say_extreme_inventory(n);
	default:
		return say_extreme_shipment(n);
	}
}

#endif /* TESTS_UNIT_ANY_EXTREME_H */
