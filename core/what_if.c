#include <stdlib.h>
#include <string.h>

#include "waybill/replay.h"

/* what_if: another law made of the one that a ledger has. */

/* The last day of an edition that is open is not known: it gives way. */
static wb_date last_day(const struct wb_what_if *w)
{
	wb_date to = INT32_MIN;

	for (size_t i = 0; i < w->n_editions; i++)
		if (w->edition[i]->to > to)
			to = w->edition[i]->to;
	return to;
}

static wb_date first_day(const struct wb_what_if *w)
{
	wb_date from = INT32_MAX;

	for (size_t i = 0; i < w->n_editions; i++)
		if (w->edition[i]->from < from)
			from = w->edition[i]->from;
	return from;
}

static void change_lines(struct wb_what_if *w, struct wb_exception *x)
{
	for (size_t i = 0; i < w->n_limits; i++)
		for (size_t k = 0; k < x->n; k++) {
			if (x->item[k].kind != WB_X_LIMIT ||
			    strcmp(x->item[k].name, w->limit[i].counter) != 0)
				continue;
			x->item[k].tpp_x10 = w->limit[i].x10;
			w->limit[i].found = true;
		}
}

static void change(struct wb_what_if *w, struct wb_edition *ed)
{
	for (size_t i = 0; i < ed->n_exceptions; i++)
		change_lines(w, &ed->exception[i]);
	for (size_t i = 0; i < w->n_limits; i++) {
		if (!ed->allocation.present ||
		    strcmp(w->limit[i].counter, "alloc") != 0)
			continue;
		ed->allocation.tpp_x10 = w->limit[i].x10;
		w->limit[i].found = true;
	}
	for (size_t i = 0; i < w->n_settings; i++)
		for (size_t k = 0; k < ed->n_settings; k++) {
			if (strcmp(ed->setting[k].name, w->setting[i].name) !=
			    0)
				continue;
			ed->setting[k].on = w->setting[i].on;
			ed->setting[k].dated = false;
			w->setting[i].found = true;
		}
}

/* A copy of an edition joins the law; *ret_ed is it. */
static int add(struct wb_law *law, const struct wb_edition *ed,
	       struct wb_edition **ret_ed)
{
	struct wb_edition *copy = malloc(sizeof(*copy));

	if (copy == NULL || law->n == WB_EDITIONS_MAX) {
		free(copy);
		return WB_ENOMEM;
	}
	*copy = *ed;
	copy->n_families = 1;
	memcpy(copy->family[0], law->family, sizeof(copy->family[0]));
	law->edition[law->n++] = copy;
	*ret_ed = copy;
	return 0;
}

/* What is left of an edition beside those that stand in for the ledger's:
 * the days before them, and, if it is the law then, those after. */
static int add_rest(const struct wb_what_if *w, const struct wb_law *base,
		    const struct wb_edition *ed, struct wb_law *ret)
{
	wb_date first = first_day(w), last = last_day(w);
	struct wb_edition *copy;
	int rc = 0;

	if (w->n_editions == 0 || ed->to < first || ed->from > last)
		return add(ret, ed, &copy);
	if (ed->from < first) {
		rc = add(ret, ed, &copy);
		if (rc == 0)
			copy->to = first - 1;
	}
	if (rc == 0 && last < ed->to && wb_law_edition(base, last + 1) == ed) {
		rc = add(ret, ed, &copy);
		if (rc == 0)
			copy->from = last + 1;
	}
	return rc;
}

int wb_what_if_law(struct wb_what_if *w, const struct wb_law *base,
		   struct wb_law *ret)
{
	struct wb_edition *ed;
	int rc = 0;

	memset(ret, 0, sizeof(*ret));
	memcpy(ret->family, base->family, sizeof(ret->family));
	ret->catalogue = base->catalogue;
	ret->countries = base->countries;
	ret->flags = base->flags;
	for (size_t i = 0; i < base->n && rc == 0; i++)
		if (wb_edition_serves(base->edition[i], base->family))
			rc = add_rest(w, base, base->edition[i], ret);
	for (size_t i = 0; i < w->n_editions && rc == 0; i++)
		rc = add(ret, w->edition[i], &ed);
	for (size_t i = 0; i < ret->n; i++)
		change(w, ret->edition[i]);
	if (rc != 0)
		wb_what_if_law_free(ret);
	return rc;
}

void wb_what_if_law_free(struct wb_law *law)
{
	for (size_t i = 0; i < law->n; i++)
		free(law->edition[i]);
	memset(law, 0, sizeof(*law));
}
