#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"

/*
 * custody_units: how many units of a line are where, and how many stand in a
 * facility.
 */

#define LL(n) ((long long)(n))

/* --- facilities ----------------------------------------------------------- */

static int64_t bounded(__int128 n)
{
	if (n < 0)
		return 0;
	return n > WB_INTEGER_MAX ? WB_INTEGER_MAX : (int64_t)n;
}

/* What stands there, read once; NULL with *ret_error. */
static struct wb_fac *place(struct wb_places *p, const char *facility,
			    int *ret_error)
{
	size_t i = 0;
	int rc;

	while (i < p->n && strcmp(p->at[i].id, facility) != 0)
		i++;
	if (i < p->n)
		return &p->at[i].fac;
	assert(i < WB_PLACES_OF_ACT); /* two facilities, said twice */
	rc = wb_fac_read(p->in->state, p->d, p->in->statement->party, facility,
			 &p->at[i].fac);
	if (rc != 0) {
		*ret_error = rc;
		return NULL;
	}
	snprintf(p->at[i].id, sizeof(p->at[i].id), "%s", facility);
	p->n++;
	return &p->at[i].fac;
}

/* n more units of the line stand there, or -n fewer. */
static int change(struct wb_places *p, const char *facility,
		  const struct wb_ship_line *line, int64_t n)
{
	struct wb_fac_model *m;
	struct wb_fac *fac;
	int rc = 0;

	if (n == 0 || facility == NULL || facility[0] == '\0')
		return 0;
	fac = place(p, facility, &rc);
	if (fac == NULL)
		return rc;
	m = wb_fac_model(fac, line->model);
	if (m == NULL)
		return WB_ELIMIT;
	if (m->installed + n < 0) {
		wb_find(p->d, "facility-short", "",
			"line %d: %lld units leave %s, where %lld of %s stand",
			(int)line->line, LL(-n), facility, LL(m->installed),
			line->model[0] == '\0' ? "such" : line->model);
		n = -m->installed;
	}
	m->installed = bounded((__int128)m->installed + n);
	fac->chips = bounded(fac->chips + (__int128)n * line->units);
	if (line->tpp_x10 > 0)
		fac->tpp_x10 =
			bounded(fac->tpp_x10 + (__int128)n * line->tpp_x10);
	return 0;
}

int wb_places_write(struct wb_places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		int rc = wb_fac_write(p->d, p->in->statement->party,
				      p->at[i].id, &p->at[i].fac);

		if (rc != 0)
			return rc;
	}
	return wb_attrition_write(p);
}

/* --- lines ---------------------------------------------------------------- */

static int64_t in_store(const struct wb_ship_line *line)
{
	return line->arrived - line->installed - line->away - line->retired;
}

static int64_t less(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void wb_units_balance(const struct wb_ship_line *line, struct wb_decision *d)
{
	if (line->arrived < line->shipped)
		wb_find(d, "short-received", "",
			"line %d: %lld units shipped, %lld arrived, %lld "
			"missing",
			(int)line->line, LL(line->shipped), LL(line->arrived),
			LL(line->shipped - line->arrived));
	if (line->arrived > line->shipped)
		wb_find(d, "over-received", "",
			"line %d: %lld units shipped, %lld arrived, %lld too "
			"many",
			(int)line->line, LL(line->shipped), LL(line->arrived),
			LL(line->arrived - line->shipped));
}

/* Of what left under an earlier law and the savings clause of a later one: the
 * arrival that is stated is past its last day, or on it. */
static void check_savings(const struct wb_law *law, const struct wb_ship *ship,
			  wb_date arrival, struct wb_decision *d)
{
	for (size_t i = 0; i < law->n; i++) {
		const struct wb_edition *ed = law->edition[i];

		if (ed->savings == WB_DATE_NONE || arrival < ed->savings ||
		    ed->from <= ship->judged_for || ed->from > arrival ||
		    wb_law_edition(law, ed->from) != ed)
			continue;
		if (arrival > ed->savings)
			wb_find_once(d, "savings-missed", ed->savings_citation,
				     "shipped under the law before edition %s, "
				     "arrived after the last day of its "
				     "savings clause",
				     ed->id);
		else if (ed->savings_doubt[0] != '\0')
			wb_find_doubt(
				d, ed->savings_doubt, ed->savings_citation,
				"the arrival is on the last day of the clause");
	}
}

static void check_arrived(const struct wb_ship *ship,
			  const struct wb_handling *h, struct wb_decision *d)
{
	if (ship->status == WB_SHIP_VOID)
		wb_find_once(d, "arrived-not-clear", "",
			     "units arrived of a shipment that was voided");
	else if (ship->verdict != WB_CLEAR)
		wb_find_once(d, "arrived-not-clear", "",
			     "units arrived of a shipment whose verdict is %s",
			     wb_verdict_name(ship->verdict));
	if (h->date < ship->export_date)
		wb_find_once(d, "date-order", "",
			     "the arrival is before the date of export");
}

static int install(struct wb_places *p, const struct wb_handling *h,
		   struct wb_ship_line *line, int64_t n)
{
	if (n > in_store(line))
		wb_find(p->d, "installed-not-arrived", "",
			"line %d: %lld units installed, of %lld that have "
			"arrived and are in store",
			(int)line->line, LL(n),
			LL(in_store(line) < 0 ? 0 : in_store(line)));
	line->installed += n;
	return change(p, h->facility, line, n);
}

/* Units leave where they stand; *ret are those that were installed. */
static int leave(struct wb_places *p, const char *facility,
		 struct wb_ship_line *line, int64_t n, int64_t *ret)
{
	int64_t held = line->arrived - line->away - line->retired;

	if (n > held)
		wb_find(p->d, "more-than-held", "",
			"line %d: %lld units, of %lld that are held",
			(int)line->line, LL(n), LL(held < 0 ? 0 : held));
	*ret = less(n, line->installed);
	return change(p, facility, line, -*ret);
}

static int move(struct wb_places *p, const struct wb_handling *h,
		struct wb_ship_line *line, int64_t n, int64_t *ret_standing)
{
	int rc = leave(p, h->facility, line, n, ret_standing);

	if (rc != 0)
		return rc;
	line->moved += n;
	if (h->to_party == NULL)
		return change(p, h->to_facility, line, *ret_standing);
	line->away += n;
	line->installed -= *ret_standing;
	return 0;
}

static int retire(struct wb_places *p, const struct wb_handling *h,
		  struct wb_ship *ship, struct wb_ship_line *line, int64_t n,
		  int64_t *ret_standing)
{
	int rc = leave(p, h->facility, line, n, ret_standing);

	if (rc != 0)
		return rc;
	wb_attrition_note(p, ship, line, line->retired, *ret_standing, false);
	line->retired += n;
	line->installed -= *ret_standing;
	return 0;
}

static int handle(struct wb_places *p, enum wb_type type,
		  const struct wb_handling *h, struct wb_ship *ship,
		  struct wb_ship_line *line, int64_t n, int64_t *ret_standing)
{
	*ret_standing = 0;
	if (type == WB_ARRIVAL) {
		line->arrived += n;
		ship->arrival_seen = true;
		wb_units_balance(line, p->d);
		check_arrived(ship, h, p->d);
		check_savings(p->in->law, ship, h->date, p->d);
		return 0;
	}
	if (type == WB_INSTALLATION) {
		*ret_standing = n;
		return install(p, h, line, n);
	}
	if (type == WB_MOVE)
		return move(p, h, line, n, ret_standing);
	assert(type == WB_RETIREMENT);
	return retire(p, h, ship, line, n, ret_standing);
}

static void fill_in(const struct wb_handling *h, enum wb_type type,
		    struct wb_act *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->type = type;
	snprintf(ret->shipper, sizeof(ret->shipper), "%s", h->shipper);
	snprintf(ret->shipment, sizeof(ret->shipment), "%s", h->shipment);
	if (h->facility != NULL)
		snprintf(ret->facility, sizeof(ret->facility), "%s",
			 h->facility);
	if (h->to_facility != NULL)
		snprintf(ret->to_facility, sizeof(ret->to_facility), "%s",
			 h->to_facility);
	if (h->to_party != NULL)
		snprintf(ret->to_party, sizeof(ret->to_party), "%s",
			 h->to_party);
}

int wb_units_handle(struct wb_places *p, enum wb_type type,
		    const struct wb_handling *h, struct wb_ship *ship,
		    struct wb_act *ret)
{
	fill_in(h, type, ret);
	for (size_t i = 0; i < h->n_items; i++) {
		const struct wb_handled_item *item = &h->item[i];
		struct wb_ship_line *line = wb_ship_line(ship, item->line);
		int rc;

		/* Admission has seen to it that there is one. */
		if (line == NULL)
			return WB_ECORRUPT;
		ret->item[i].line = item->line;
		ret->item[i].quantity = item->quantity;
		rc = handle(p, type, h, ship, line, item->quantity,
			    &ret->item[i].standing);
		if (rc != 0)
			return rc;
		ret->n_items++;
	}
	return 0;
}

/* --- taking back ---------------------------------------------------------- */

static void take(int64_t *of, int64_t n)
{
	*of = *of > n ? *of - n : 0;
}

static int undo(struct wb_places *p, const struct wb_act *act,
		struct wb_ship *ship, struct wb_ship_line *line, int64_t n,
		int64_t standing)
{
	int rc;

	if (act->type == WB_ARRIVAL) {
		take(&line->arrived, n);
		return 0;
	}
	if (act->type == WB_INSTALLATION) {
		take(&line->installed, n);
		return change(p, act->facility, line, -n);
	}
	if (act->type == WB_MOVE) {
		take(&line->moved, n);
		rc = change(p, act->to_facility, line, -standing);
		if (rc != 0)
			return rc;
		if (act->to_party[0] != '\0')
			take(&line->away, n);
	} else {
		take(&line->retired, n);
		wb_attrition_note(p, ship, line, line->retired, standing, true);
	}
	if (act->to_facility[0] == '\0')
		line->installed += standing;
	return change(p, act->facility, line, standing);
}

int wb_units_undo(struct wb_places *p, const struct wb_act *act,
		  struct wb_ship *ship)
{
	for (size_t i = 0; i < act->n_items; i++) {
		struct wb_ship_line *line =
			wb_ship_line(ship, act->item[i].line);
		int rc;

		if (line == NULL)
			continue; /* dropped by a correction of the shipment */
		rc = undo(p, act, ship, line, act->item[i].quantity,
			  act->item[i].standing);
		if (rc != 0)
			return rc;
	}
	return 0;
}
