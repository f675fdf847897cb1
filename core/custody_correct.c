#include <string.h>

#include "core/custody.h"
#include "core/format.h"

/* custody_correct: a shipment that is said again, and what has changed. */

void wb_ship_line_add(struct wb_ship *ship, const struct wb_engine_input *in,
		      const struct wb_item *item)
{
	struct wb_ship_line *line = &ship->line[ship->n_lines++];
	const struct wb_product *p = NULL;

	*line = (struct wb_ship_line){
		.line = item->line,
		.units = item->units,
		.shipped = item->quantity,
		.listed = (int64_t)item->n_serials,
		.tpp_x10 = item->tpp_x10,
	};
	if (item->model != NULL) {
		wb_copy(line->model, sizeof(line->model), item->model);
		p = wb_product_find(in->law->catalogue, item->model);
		line->tpp_x10 = p == NULL ? -1 : p->tpp_x10;
	}
	if (line->tpp_x10 >= 0)
		line->tpp_x10 *= item->units; /* 10^9 times 10^4 at most */
}

static int64_t all_units(const struct wb_ship *ship, int64_t *ret_x10)
{
	__int128 x10 = 0;
	int64_t n = 0;

	for (size_t i = 0; i < ship->n_lines; i++) {
		n += ship->line[i].shipped;
		if (ship->line[i].tpp_x10 > 0)
			x10 += (__int128)ship->line[i].shipped *
			       ship->line[i].tpp_x10;
	}
	/* Admission has bounded it. */
	*ret_x10 = x10 > WB_INTEGER_MAX ? WB_INTEGER_MAX : (int64_t)x10;
	return n;
}

static const char *model_of(const struct wb_ship_line *line)
{
	return line->model[0] == '\0' ? "parameters attested" : line->model;
}

/* Lines of another model or another number of ICs: the first is named; and
 * each that stands in facilities as what it was. */
static void tell_models(struct wb_ship *old, const struct wb_ship *new,
			struct wb_decision *d)
{
	const struct wb_ship_line *first = NULL, *first_was = NULL;
	size_t n = 0;

	for (size_t i = 0; i < new->n_lines; i++) {
		const struct wb_ship_line *is = &new->line[i];
		const struct wb_ship_line *was = wb_ship_line(old, is->line);

		if (was == NULL ||
		    (wb_same(was->model, is->model) && was->units == is->units))
			continue;
		if (n++ == 0) {
			first = is;
			first_was = was;
		}
		if (was->installed > 0)
			wb_find(d, "installed-as", "",
				"line %d: %lld units stand in facilities as %s "
				"of %lld chips; they are %s of %lld",
				(int)is->line, (long long)was->installed,
				model_of(was), (long long)was->units,
				model_of(is), (long long)is->units);
	}
	if (n > 0)
		wb_find(d, "corrected", "",
			"line %d was %s of %lld chips and is %s of %lld; lines "
			"changed so: %zu",
			(int)first->line, model_of(first_was),
			(long long)first_was->units, model_of(first),
			(long long)first->units, n);
}

/* What it was and is; new has the lines of the correction only. */
static void tell(const struct wb_correction *c, struct wb_ship *old,
		 const struct wb_ship *new, struct wb_decision *d)
{
	char was[WB_AMOUNT_MAX], is[WB_AMOUNT_MAX];
	const struct wb_shipment *s = &c->shipment;
	int64_t old_x10, new_x10, old_n, new_n;

	old_n = all_units(old, &old_x10);
	new_n = all_units(new, &new_x10);
	wb_find(d, "corrected", "",
		"%s was %lld units of %s TPP, %s; it is %lld units of %s TPP, "
		"%s",
		c->corrects, (long long)old_n, wb_amount(old_x10, was),
		wb_verdict_name(old->verdict), (long long)new_n,
		wb_amount(new_x10, is), wb_verdict_name(d->verdict));
	if (!wb_same(old->party[0], s->consignee) ||
	    !wb_same(old->destination, s->destination))
		wb_find(d, "corrected", "",
			"%s was for %s in %s; it is for %s in %s", c->corrects,
			old->party[0], old->destination, s->consignee,
			s->destination);
	tell_models(old, new, d);
	if (old->arrival_seen)
		wb_find_once(d, "corrected-late", "",
			     "units of it have arrived before the correction");
}

int wb_custody_correct(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_correction *c = &in->statement->u.correction;
	struct wb_ship old, new = {0};
	int rc = wb_ship_read(in->state, d, in->statement->party, c->corrects,
			      &old);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	d->n_credits = old.n_charges;
	memcpy(d->credit, old.charge, old.n_charges * sizeof(d->credit[0]));
	rc = wb_judge_shipment(in, &c->shipment, d);
	if (rc == 0)
		rc = wb_custody_shipment(in, &c->shipment, d);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < c->shipment.n_items; i++)
		wb_ship_line_add(&new, in, &c->shipment.item[i]);
	tell(c, &old, &new, d);
	return wb_wait_ask(in, c->corrects, d);
}
