#ifndef TESTS_UNIT_ANY_GRANTED_H
#define TESTS_UNIT_ANY_GRANTED_H

#include "tests/unit/any_history.h"

/*
 * Histories of shipments that fit what was granted, up to its limit and past
 * it: a licence by units or by TPP, shares of a validated end user, a national
 * one's installed base, the mark of AIA, the allocation of a country.  Tests
 * include this after cmocka.h.
 */
static struct theme {
	const char *claim, *consignee, *destination, *use;
	unsigned quantity; /* of H100s in a shipment, at most */
} theme;

/* What the new holder or licensee is granted. */
static inline void say_new_grant(const char *kind, unsigned n)
{
	say_begin("licence", AUTHORITY, n);
	SAY(",\"grant\":\"%s\",\"number\":\"D1\",\"status\":\"active\","
	    "\"valid_from\":\"%s\",\"valid_to\":\"%s\"",
	    kind, in_text(today - 10), in_text(today + 300));
}

static inline enum who say_new_licence(unsigned n)
{
	const unsigned by = pick(3);
	const long long units = 1 + pick(60);

	theme = (struct theme){"LICENCE", "kuala", "MY", "data_centre", 15};
	say_new_grant("licence", n);
	SAY(",\"exporters\":[\"acme\",\"beta\"],\"consignee\":\"kuala\","
	    "\"destination\":\"MY\",\"items\":[{\"eccn\":\"3A090.a\"");
	if (by != 1)
		SAY(",\"quantity\":%lld", by == 0 ? units : 40);
	if (by != 0)
		SAY(",\"tpp_x10\":%lld", units * 158320 + pick(3) - 1);
	SAY("}]}\n");
	return AUTHORITY;
}

/* So much that the country's allocation ends before. */
static inline enum who say_large_licence(unsigned n)
{
	theme = (struct theme){"LICENCE", "kuala", "MY", "data_centre", 30000};
	say_new_grant("licence", n);
	SAY(",\"exporters\":[\"acme\",\"beta\"],\"consignee\":\"kuala\","
	    "\"destination\":\"MY\",\"items\":[{\"eccn\":\"3A090.a\","
	    "\"tpp_x10\":%lld}]}\n",
	    (long long)WB_INTEGER_MAX - pick(2));
	return AUTHORITY;
}

static inline enum who say_new_uveu(unsigned n)
{
	theme = (struct theme){"UVEU", "kuala-de", "MY", "data_centre", 40};
	say_new_grant("uveu", n);
	SAY(",\"holder\":\"de\",\"world_tpp_x10\":1000000000,\"countries\":["
	    "{\"country\":\"BR\",\"tpp_x10\":%u},"
	    "{\"country\":\"MY\",\"tpp_x10\":%u}],\"destinations\":[\"MY\"]}\n",
	    160000000 + pick(25000000), 40000000 + pick(25000000));
	return AUTHORITY;
}

static inline enum who say_new_nveu(unsigned n)
{
	static const unsigned rows[] = {949500000, 1266000000, 1582500000,
					1899000000};

	theme = (struct theme){"NVEU", "kuala", "MY", "data_centre", 60};
	say_new_grant("nveu", n);
	SAY(",\"holder\":\"kuala\",\"country\":\"MY\","
	    "\"installed_tpp_x10\":%lld}\n",
	    10LL * PICK(rows) - pick(40) * 158320LL);
	return AUTHORITY;
}

static inline enum who say_fitting(unsigned n);

static inline enum who say_first(unsigned n)
{
	begin_history();
	switch (pick(7)) {
	case 0:
		return say_new_uveu(n);
	case 1:
		return say_new_nveu(n);
	case 2:
		theme = (struct theme){"AIA", "de", "DE", "data_centre", 12000};
		return say_fitting(n);
	case 3:
		theme = (struct theme){"ACM", "kuala", "MY", "production",
				       3000};
		return say_fitting(n);
	case 4:
		return say_large_licence(n);
	default:
		return say_new_licence(n);
	}
}

static inline void say_every_paper(void)
{
	SAY(",\"papers\":[");
	for (size_t i = 0; i < SAID_PAPERS; i++)
		SAY("%s{\"kind\":\"%s\",\"sha256\":\"" DIGEST
		    "\",\"date\":\"%s\"}",
		    i > 0 ? "," : "", said_papers[i], in_text(today - 30));
	SAY("]");
}

/* The members of a fitting shipment behind the first five. */
static inline void say_fitting_body(void)
{
	const bool numbered = theme.claim[0] != 'A'; /* AIA, ACM */

	SAY("\"kind\":\"export\",\"export_date\":\"%s\",\"from\":\"US\","
	    "\"destination\":\"%s\",\"consignee\":\"%s\","
	    "\"consignee_type\":\"direct_consumer\","
	    "\"end_use\":\"%s\"",
	    in_text(today - (wb_date)pick(3)), theme.destination,
	    theme.consignee, theme.use);
	SAY(",\"authorization\":{\"type\":\"%s\"%s}", theme.claim,
	    numbered ? ",\"number\":\"D1\"" : "");
	say_every_paper();
	SAY(",\"items\":[");
	for (unsigned line = 1, n = 1 + pick(2); line <= n; line++)
		SAY("%s{\"line\":%u,\"model\":\"nv-h100-sxm\","
		    "\"quantity\":%u,\"eccn\":\"3A090.a\"}",
		    line > 1 ? "," : "", line, 1 + pick(theme.quantity));
	SAY("]");
}

static inline enum who say_fitting(unsigned n)
{
	enum who who = pick(3) > 0 ? ACME : BETA;

	shipped[n_shipped].who = who;
	shipped[n_shipped++].n = n;
	say_begin("shipment", who, n);
	SAY(",");
	say_fitting_body();
	SAY("}\n");
	return who;
}

static inline enum who say_fitting_correction(unsigned n)
{
	const size_t i = pick((uint32_t)n_shipped);

	say_begin("correction", shipped[i].who, n);
	SAY(",\"corrects\":{\"id\":\"shipment-%u\"},"
	    "\"reason\":\"counted again\",\"shipment\":{",
	    shipped[i].n);
	say_fitting_body();
	SAY("}}\n");
	return shipped[i].who;
}

static inline enum who say_fitting_void(unsigned n)
{
	const size_t i = pick((uint32_t)n_shipped);

	say_begin("void", shipped[i].who, n);
	SAY(",\"voids\":{\"id\":\"shipment-%u\"},"
	    "\"reason\":\"did not leave\"}\n",
	    shipped[i].n);
	return shipped[i].who;
}

/* The n-th statement of a history of what was granted. */
static inline enum who say_granted(unsigned n)
{
	if (n == 0)
		return say_first(n);
	switch (n_shipped == 0 ? 9 : pick(12)) {
	case 0:
		return say_any(n);
	case 1:
	case 2:
		return say_fitting_correction(n);
	case 3:
		return say_fitting_void(n);
	default:
		return say_fitting(n);
	}
}

#endif /* TESTS_UNIT_ANY_GRANTED_H */
