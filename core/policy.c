#include <assert.h>
#include <string.h>

#include "core/format.h"
#include "waybill/policy.h"
#include "waybill/text.h"

const char *wb_review_name(enum wb_review review)
{
	switch (review) {
	case WB_REVIEW_NONE:
		return "";
	case WB_REVIEW_APPROVAL:
		return "presumption of approval";
	case WB_REVIEW_CASE_BY_CASE:
		return "case by case";
	case WB_REVIEW_PRESUMED_DENIAL:
		return "presumption of denial";
	case WB_REVIEW_POLICY_DENIAL:
		return "policy of denial";
	case WB_REVIEW_UNPUBLISHED:
		return "not published";
	case WB_REVIEWS:
		break;
	}
	assert(!"a review policy");
	return "";
}

bool wb_edition_serves(const struct wb_edition *ed, const char *family)
{
	for (size_t i = 0; i < ed->n_families; i++)
		if (wb_same(ed->family[i], family))
			return true;
	return false;
}

bool wb_eccn_fits(const char *pattern, const char *eccn)
{
	const char *n;
	size_t before, digits;

	if (wb_same(pattern, eccn))
		return true;
	/* Category, group and the first digit tell most apart. */
	if (strncmp(pattern, eccn, 3) != 0)
		return false;
	n = strstr(pattern, ".n.");
	if (n == NULL)
		return false;
	before = (size_t)(n - pattern) + 1;
	if (strncmp(pattern, eccn, before) != 0)
		return false;
	digits = strspn(eccn + before, "0123456789");
	return digits > 0 && strcmp(eccn + before + digits, n + 2) == 0;
}

const struct wb_companion *wb_companion_find(const struct wb_edition *ed,
					     const char *base, const char *eccn)
{
	for (size_t i = 0; i < ed->n_companions; i++) {
		const struct wb_companion *c = &ed->companion[i];

		if (wb_same(c->base, base) && wb_same(c->eccn, eccn))
			return c;
	}
	return NULL;
}

const struct wb_product *wb_product_find(const struct wb_catalogue *cat,
					 const char *id)
{
	size_t low = 0, high = cat->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(id, cat->product[mid].id);

		if (order == 0)
			return &cat->product[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct wb_country *wb_country_on(const struct wb_countries *table,
				       const char *code, wb_date date)
{
	/* Rules ask this of every place: the table says where to look. */
	if (code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' ||
	    code[2] != '\0')
		return NULL;
	for (size_t i = table->first[code[0] - 'A'][code[1] - 'A'];
	     i > 0 && i <= table->n; i++) {
		const struct wb_country *c = &table->country[i - 1];

		if (memcmp(c->code, code, 2) != 0)
			return NULL;
		if (date >= c->from && date <= c->to)
			return c;
	}
	return NULL;
}
