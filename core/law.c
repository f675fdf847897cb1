#include <assert.h>
#include <string.h>

#include "core/format.h"
#include "waybill/flags.h"

void wb_law_init(struct wb_law *law, const char *family)
{
	*law = (struct wb_law){0};
	/* A name too long for an edition stays empty: it matches none. */
	if (strlen(family) < sizeof(law->family))
		memcpy(law->family, family, strlen(family) + 1);
}

void wb_law_free(struct wb_law *law)
{
	for (size_t i = 0; i < law->n; i++)
		wb_edition_free(law->edition[i]);
	wb_catalogue_free(law->catalogue);
	wb_countries_free(law->countries);
	wb_flags_free(law->flags);
	*law = (struct wb_law){0};
}

/*
 * Two editions of a family overlap when a day is in both.  An open edition
 * gives way to one that begins later, but not to one of the same day: that
 * would leave open which of the two holds.
 */
static bool overlap(const struct wb_edition *a, const struct wb_edition *b)
{
	if (a->from == b->from)
		return true;
	if (a->from > b->from)
		return overlap(b, a);
	return a->to != INT32_MAX && a->to >= b->from;
}

int wb_law_check(const struct wb_law *law, const struct wb_edition *ed,
		 struct wb_problem *problem)
{
	if (law->n == WB_EDITIONS_MAX)
		return wb_refuse(problem, WB_P_EDITION, "/text",
				 "The ledger has %d editions already, which is "
				 "the most it takes.",
				 WB_EDITIONS_MAX);
	for (size_t i = 0; i < law->n; i++) {
		const struct wb_edition *old = law->edition[i];
		char from[WB_DATE_TEXT + 1], to[WB_DATE_TEXT + 1] = "open";

		if (wb_same(old->id, ed->id))
			return wb_refuse(
				problem, WB_P_EDITION, "/text",
				"An edition with the id %s is recorded "
				"already.",
				ed->id);
		if (!wb_edition_serves(ed, law->family) ||
		    !wb_edition_serves(old, law->family) || !overlap(old, ed))
			continue;
		wb_date_format(old->from, from);
		if (old->to != INT32_MAX)
			wb_date_format(old->to, to);
		return wb_refuse(
			problem, WB_P_EDITION, "/text",
			"The dates of %s overlap those of %s, which is "
			"effective from %s until %s.",
			ed->id, old->id, from, to);
	}
	return 0;
}

/* The edition of the law's family that begins last before day, or NULL. */
static const struct wb_edition *latest_before(const struct wb_law *law,
					      wb_date day)
{
	const struct wb_edition *ret = NULL;

	for (size_t i = 0; i < law->n; i++) {
		const struct wb_edition *ed = law->edition[i];

		if (wb_edition_serves(ed, law->family) && ed->from < day &&
		    (ret == NULL || ed->from > ret->from))
			ret = ed;
	}
	return ret;
}

int wb_law_gap(const struct wb_law *law, const struct wb_edition *ed,
	       struct wb_problem *problem)
{
	const struct wb_edition *before;
	char to[WB_DATE_TEXT + 1], from[WB_DATE_TEXT + 1];

	if (!wb_edition_serves(ed, law->family))
		return 0;
	before = latest_before(law, ed->from);
	if (before == NULL || before->to >= ed->from - 1)
		return 0;
	wb_date_format(before->to, to);
	wb_date_format(ed->from, from);
	(void)wb_refuse(problem, WB_P_EDITION, "/text",
			"%s ends on %s and %s begins on %s: no edition of the "
			"family %s covers the days between.",
			before->id, to, ed->id, from, law->family);
	wb_problem_advise(problem, "Take in the editions of a family in the "
				   "order of their days.");
	return WB_EREFUSED;
}

void wb_law_adopt(struct wb_law *law, struct wb_edition *ed,
		  struct wb_catalogue *catalogue,
		  struct wb_countries *countries)
{
	if (ed != NULL) {
		assert(law->n < WB_EDITIONS_MAX);
		law->edition[law->n++] = ed;
	}
	if (catalogue != NULL) {
		wb_catalogue_free(law->catalogue);
		law->catalogue = catalogue;
	}
	if (countries != NULL) {
		wb_countries_free(law->countries);
		law->countries = countries;
	}
}

void wb_law_adopt_flags(struct wb_law *law, struct wb_flags *flags)
{
	wb_flags_free(law->flags);
	law->flags = flags;
}

wb_date wb_law_first(const struct wb_law *law)
{
	wb_date ret = WB_DATE_NONE;

	for (size_t i = 0; i < law->n; i++) {
		const struct wb_edition *ed = law->edition[i];

		if (wb_edition_serves(ed, law->family) &&
		    (ret == WB_DATE_NONE || ed->from < ret))
			ret = ed->from;
	}
	return ret;
}

const struct wb_edition *wb_law_edition(const struct wb_law *law, wb_date date)
{
	const struct wb_edition *ret = NULL;

	/* The latest that has begun; it may have ended without a successor. */
	for (size_t i = 0; i < law->n; i++) {
		const struct wb_edition *ed = law->edition[i];

		if (ed->from <= date && (ret == NULL || ed->from > ret->from) &&
		    wb_edition_serves(ed, law->family))
			ret = ed;
	}
	return ret != NULL && date <= ret->to ? ret : NULL;
}
