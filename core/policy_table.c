#include <stdlib.h>
#include <string.h>

#include "core/policy_parse.h"
#include "waybill/text.h"

/* The two tables: `field | field | field # source`, one line a row. */
#define FIELDS_MAX 9

static int open_table(struct wb_lex *lex, struct wb_slice text,
		      struct wb_problem *problem, const char *first, char *id,
		      size_t cap)
{
	bool more = false;
	int rc = wb_lex_open(lex, text, problem);

	if (rc == 0)
		rc = wb_lex_line(lex, &more);
	if (rc != 0)
		return rc;
	if (!more || !wb_slice_is(lex->line, first))
		return wb_lex_refuse(lex, lex->body,
				     "The first line must be \"%s\".", first);
	rc = wb_lex_line(lex, &more);
	if (rc == 0)
		rc = wb_lex_words(lex);
	if (rc == 0)
		rc = wb_lex_expect(lex, "id");
	if (rc == 0)
		rc = wb_lex_name(lex, "an id", id, cap);
	return rc == 0 ? wb_lex_end(lex) : rc;
}

static struct wb_slice trim(struct wb_slice s)
{
	while (s.len > 0 && s.p[0] == ' ')
		s = wb_slice(s.p + 1, s.len - 1);
	while (s.len > 0 && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* Part the line into exactly n fields, none of them empty. */
static int part_fields(struct wb_lex *lex, struct wb_slice field[], size_t n)
{
	struct wb_slice left = lex->body;

	if (lex->indented)
		return wb_lex_refuse(lex, lex->body,
				     "A line of a table is not indented.");
	for (size_t i = 0; i < n; i++) {
		const uint8_t *bar =
			left.len == 0 ? NULL : memchr(left.p, '|', left.len);
		size_t len = bar == NULL ? left.len : (size_t)(bar - left.p);

		if ((bar == NULL) != (i + 1 == n))
			return wb_lex_refuse(lex, wb_slice(left.p + len, 0),
					     "A line of this table has %zu "
					     "fields parted by '|'.",
					     n);
		field[i] = trim(wb_slice(left.p, len));
		if (field[i].len == 0)
			return wb_lex_refuse(lex, wb_slice(left.p, 0),
					     "Field %zu is empty; write - for "
					     "what is not known.",
					     i + 1);
		if (bar != NULL)
			left = wb_slice(bar + 1, left.len - len - 1);
	}
	return wb_lex_cited(lex);
}

/* --- product catalogue ---------------------------------------------------- */

/* One format, `FP8:1979x8`: peak dense TOPS and bits of its operands. */
static int parse_format(struct wb_lex *lex, struct wb_slice s, int64_t *ret,
			bool *ret_settled)
{
	const uint8_t *end = s.p + s.len;
	const uint8_t *colon = memchr(s.p, ':', s.len);
	const uint8_t *x = colon == NULL
				   ? NULL
				   : memchr(colon, 'x', (size_t)(end - colon));
	struct wb_slice name, tops, bits;
	int64_t tops_x10, n_bits;
	char unused[16];
	int rc;

	if (x == NULL)
		return wb_lex_refuse(lex, s,
				     "A format is written like FP8:1979x8: "
				     "name, dense TOPS, bits.");
	name = wb_slice(s.p, (size_t)(colon - s.p));
	tops = wb_slice(colon + 1, (size_t)(x - colon) - 1);
	bits = wb_slice(x + 1, (size_t)(end - x) - 1);
	rc = wb_lex_name_of(lex, name, "the name of a format", unused,
			    sizeof(unused));
	if (rc == 0)
		rc = wb_lex_decimal(lex, tops, 1, WB_TPP_X10_MAX, &tops_x10);
	if (rc == 0)
		rc = wb_lex_decimal(lex, bits, 0, 128, &n_bits);
	if (rc != 0)
		return rc;
	/* At most 1e9 * 128: far from overflow. */
	if (n_bits == 0 || tops_x10 * n_bits > WB_TPP_X10_MAX)
		return wb_lex_refuse(lex, s,
				     "TOPS times bits is not a TPP from 0 to "
				     "%d.",
				     WB_TPP_X10_MAX / 10);
	*ret = tops_x10 * n_bits;
	/* TF32 uses 19 of its 32 bits, microscaled elements share an exponent,
	 * and six bits are stored in eight or not. */
	*ret_settled = !wb_slice_starts(name, "TF32") &&
		       !wb_slice_starts(name, "MX") &&
		       !wb_slice_starts(name, "FP6");
	return 0;
}

/* ... or TPP: the least that others have published of the same product. */
static int parse_least(struct wb_lex *lex, struct wb_slice left,
		       struct wb_product *p)
{
	struct wb_slice word = left, more;
	int rc;

	if (!wb_word_next(&left, &word) || wb_word_next(&left, &more))
		return wb_lex_refuse(lex, word,
				     "Behind \"or\" stands one other TPP, the "
				     "least that was published.");
	rc = wb_lex_decimal(lex, word, 1, WB_TPP_X10_MAX, &p->least_x10);
	if (rc == 0 && (p->least_x10 == 0 || p->least_x10 >= p->tpp_x10))
		rc = wb_lex_refuse(lex, word,
				   "The other TPP must be below that of the "
				   "formats: the highest governs.");
	return rc;
}

/*
 * TPP is TOPS times bits of the format that gives the most (ECCN 3A090,
 * Technical Notes 1 to 3).  It is computed here so that no line can state a
 * TPP that its own formats do not give.
 */
static int parse_formats(struct wb_lex *lex, struct wb_slice field,
			 struct wb_product *p)
{
	struct wb_slice word = field;

	p->tpp_x10 = p->settled_x10 = p->least_x10 = -1;
	if (wb_slice_is(field, "-"))
		return 0;
	while (wb_word_next(&field, &word) && !wb_slice_is(word, "or")) {
		int64_t tpp_x10 = 0;
		bool settled = false;
		int rc = parse_format(lex, word, &tpp_x10, &settled);

		if (rc != 0)
			return rc;
		if (tpp_x10 > p->tpp_x10)
			p->tpp_x10 = tpp_x10;
		if (settled && tpp_x10 > p->settled_x10)
			p->settled_x10 = tpp_x10;
	}
	p->least_x10 = p->tpp_x10;
	return wb_slice_is(word, "or") ? parse_least(lex, field, p) : 0;
}

/* A number in tenths, or - for one that is not known. */
static int parse_figure(struct wb_lex *lex, struct wb_slice field, int64_t *ret)
{
	if (wb_slice_is(field, "-")) {
		*ret = -1;
		return 0;
	}
	return wb_lex_decimal(lex, field, 1, WB_TPP_X10_MAX, ret);
}

static int parse_datacenter(struct wb_lex *lex, struct wb_slice field, int *ret)
{
	static const char *const name[] = {"no", "yes", "unknown"};

	for (int i = 0; i < 3; i++) {
		if (wb_slice_is(field, name[i])) {
			*ret = i == 2 ? -1 : i;
			return 0;
		}
	}
	return wb_lex_unknown(lex, field, "a word for data centre", name, 3);
}

/* id | vendor | name | datacenter | formats | die | dram | link | host */
static int parse_product(struct wb_lex *lex, struct wb_product *p)
{
	struct wb_slice f[FIELDS_MAX];
	int rc = part_fields(lex, f, 9);

	if (rc == 0)
		rc = wb_lex_name_of(lex, f[0], "a product id", p->id,
				    sizeof(p->id));
	if (rc == 0)
		rc = wb_lex_copy(lex, f[1], "a vendor", p->vendor,
				 sizeof(p->vendor));
	if (rc == 0)
		rc = wb_lex_copy(lex, f[2], "a product name", p->name,
				 sizeof(p->name));
	if (rc == 0)
		rc = parse_datacenter(lex, f[3], &p->datacenter);
	if (rc == 0)
		rc = parse_formats(lex, f[4], p);
	if (rc == 0)
		rc = parse_figure(lex, f[5], &p->die_area_mm2_x10);
	if (rc == 0)
		rc = parse_figure(lex, f[6], &p->dram_gbps_x10);
	if (rc == 0)
		rc = parse_figure(lex, f[7], &p->link_gbps_x10);
	if (rc == 0)
		rc = parse_figure(lex, f[8], &p->host_gbps_x10);
	return rc;
}

static int parse_products(struct wb_lex *lex, struct wb_catalogue *cat)
{
	bool more = false;

	for (;;) {
		struct wb_product *p;
		int rc = wb_lex_line(lex, &more);

		if (rc != 0 || !more)
			return rc;
		if (cat->n == WB_PRODUCTS_MAX)
			return wb_lex_refuse(lex, lex->body,
					     "There are more than %d products.",
					     WB_PRODUCTS_MAX);
		p = &cat->product[cat->n];
		rc = parse_product(lex, p);
		if (rc != 0)
			return rc;
		if (cat->n > 0 && strcmp(p[-1].id, p->id) >= 0)
			return wb_lex_refuse(lex, lex->body,
					     "Products stand in order of their "
					     "ids, each once; %s stands above.",
					     p[-1].id);
		cat->n++;
	}
}

int wb_catalogue_parse(struct wb_slice text, struct wb_catalogue **ret,
		       struct wb_problem *problem)
{
	struct wb_catalogue *cat = calloc(1, sizeof(*cat));
	struct wb_lex *lex = malloc(sizeof(*lex));
	int rc = WB_ENOMEM;

	if (cat == NULL || lex == NULL)
		goto free;
	rc = open_table(lex, text, problem, "waybill/catalogue/1", cat->id,
			sizeof(cat->id));
	if (rc == 0)
		rc = parse_products(lex, cat);
	if (rc == 0 && cat->n == 0)
		rc = wb_lex_refuse(lex, lex->line,
				   "The catalogue has no products.");
	if (rc != 0)
		goto free;
	wb_sha256_hex(text, cat->sha256);
	*ret = cat;
	cat = NULL;
free:
	free(lex);
	free(cat);
	return rc;
}

void wb_catalogue_free(struct wb_catalogue *cat)
{
	free(cat);
}

/* --- country table -------------------------------------------------------- */

static int parse_groups(struct wb_lex *lex, struct wb_slice field,
			uint32_t *ret)
{
	const uint32_t tiers =
		1u << WB_G_TIER1 | 1u << WB_G_TIER2 | 1u << WB_G_TIER3;
	struct wb_slice whole = field, word;
	uint32_t groups = 0;

	while (wb_word_next(&field, &word)) {
		int i = 0;

		while (i < WB_GROUPS && !wb_slice_is(word, wb_group_names[i]))
			i++;
		if (i == WB_GROUPS)
			return wb_lex_unknown(lex, word, "a country group",
					      wb_group_names, WB_GROUPS);
		if ((groups & 1u << i) != 0)
			return wb_lex_refuse(lex, word,
					     "The group stands here twice.");
		groups |= 1u << i;
	}
	if ((groups & tiers) == 0 ||
	    ((groups & tiers) & ((groups & tiers) - 1)))
		return wb_lex_refuse(lex, whole,
				     "A country is in exactly one of tier1, "
				     "tier2 and tier3.");
	*ret = groups;
	return 0;
}

/* code | name | first day | last day or open | tier and groups */
static int parse_country(struct wb_lex *lex, struct wb_country *c)
{
	struct wb_slice f[FIELDS_MAX];
	int rc = part_fields(lex, f, 5);

	if (rc != 0)
		return rc;
	if (!wb_country_valid(f[0]))
		return wb_lex_refuse(lex, f[0],
				     "A country code is two capital letters.");
	memcpy(c->code, f[0].p, 2);
	rc = wb_lex_copy(lex, f[1], "a country name", c->name, sizeof(c->name));
	if (rc == 0)
		rc = wb_lex_date(lex, f[2], &c->from);
	c->to = INT32_MAX;
	if (rc == 0 && !wb_slice_is(f[3], "open"))
		rc = wb_lex_date(lex, f[3], &c->to);
	if (rc == 0 && c->to < c->from)
		rc = wb_lex_refuse(lex, f[3],
				   "The last day is before the first.");
	return rc == 0 ? parse_groups(lex, f[4], &c->groups) : rc;
}

static int check_order(struct wb_lex *lex, const struct wb_country *before,
		       const struct wb_country *c)
{
	int order = strcmp(before->code, c->code);

	if (order > 0 || (order == 0 && before->from >= c->from))
		return wb_lex_refuse(lex, lex->body,
				     "Lines stand in order of code and first "
				     "day; %s stands above.",
				     before->code);
	if (order == 0 && before->to >= c->from)
		return wb_lex_refuse(lex, lex->body,
				     "The days of this line overlap those of "
				     "the line above.");
	return 0;
}

static int parse_lines(struct wb_lex *lex, struct wb_countries *table)
{
	bool more = false;

	for (;;) {
		struct wb_country *c;
		uint16_t *first;
		int rc = wb_lex_line(lex, &more);

		if (rc != 0 || !more)
			return rc;
		if (table->n == WB_COUNTRY_LINES_MAX)
			return wb_lex_refuse(lex, lex->body,
					     "There are more than %d lines.",
					     WB_COUNTRY_LINES_MAX);
		c = &table->country[table->n];
		rc = parse_country(lex, c);
		if (rc == 0 && table->n > 0)
			rc = check_order(lex, c - 1, c);
		if (rc != 0)
			return rc;
		first = &table->first[c->code[0] - 'A'][c->code[1] - 'A'];
		table->n++;
		if (*first == 0)
			*first = (uint16_t)table->n;
	}
}

int wb_countries_parse(struct wb_slice text, struct wb_countries **ret,
		       struct wb_problem *problem)
{
	struct wb_countries *table = calloc(1, sizeof(*table));
	struct wb_lex *lex = malloc(sizeof(*lex));
	int rc = WB_ENOMEM;

	if (table == NULL || lex == NULL)
		goto free;
	rc = open_table(lex, text, problem, "waybill/countries/1", table->id,
			sizeof(table->id));
	if (rc == 0)
		rc = parse_lines(lex, table);
	if (rc == 0 && table->n == 0)
		rc = wb_lex_refuse(lex, lex->line,
				   "The table has no countries.");
	if (rc != 0)
		goto free;
	wb_sha256_hex(text, table->sha256);
	*ret = table;
	table = NULL;
free:
	free(lex);
	free(table);
	return rc;
}

void wb_countries_free(struct wb_countries *table)
{
	free(table);
}
