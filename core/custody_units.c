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

/* n more units of the line stand there, or -n fewer; *ret is how many more
 * or fewer that really came to. */
static int change(struct wb_places *p, const char *facility,
		  const struct wb_ship_line *line, int64_t n, int64_t *ret)
{
	struct wb_fac_model *m;
	struct wb_fac *fac;
	int rc = 0;

	*ret = 0;
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
	m->chips = bounded(m->chips + (__int128)n * line->units);
	fac->chips = bounded(fac->chips + (__int128)n * line->units);
	if (line->tpp_x10 > 0)
		fac->tpp_x10 =
			bounded(fac->tpp_x10 + (__int128)n * line->tpp_x10);
	*ret = n < 0 ? -n : n;
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
	char day[WB_DATE_TEXT + 1], last[WB_DATE_TEXT + 1];

	for (size_t i = 0; i < law->n; i++) {
		const struct wb_edition *ed = law->edition[i];

		if (ed->savings == WB_DATE_NONE || arrival < ed->savings ||
		    ed->from <= ship->judged_for || ed->from > arrival ||
		    wb_law_edition(law, ed->from) != ed)
			continue;
		wb_date_format(arrival, day);
		wb_date_format(ed->savings, last);
		if (arrival > ed->savings)
			wb_find_once(d, "savings-missed", ed->savings_citation,
				     "shipped under the law before edition %s, "
				     "arrived on %s, after %s, the last day of "
				     "its savings clause",
				     ed->id, day, last);
		else if (ed->savings_doubt[0] != '\0')
			wb_find_doubt(
				d, ed->savings_doubt, ed->savings_citation,
				"the arrival is on the last day of the clause");
	}
}

static void check_arrived(const struct wb_ship *ship,
			  const struct wb_handling *h, struct wb_decision *d)
{
	char arrival[WB_DATE_TEXT + 1], export[WB_DATE_TEXT + 1];

	if (ship->status == WB_SHIP_VOID)
		wb_find_once(d, "arrived-not-clear", "",
			     "units arrived of a shipment that was voided");
	else if (ship->verdict != WB_CLEAR)
		wb_find_once(d, "arrived-not-clear", "",
			     "units arrived of a shipment whose verdict is %s",
			     wb_verdict_name(ship->verdict));
	if (h->date < ship->export_date) {
		wb_date_format(h->date, arrival);
		wb_date_format(ship->export_date, export);
		wb_find_once(d, "date-order", "",
			     "the arrival, %s, is before the date of export, "
			     "%s",
			     arrival, export);
	}
}

static int install(struct wb_places *p, const struct wb_handling *h,
		   struct wb_ship_line *line, struct wb_acted *acted)
{
	int64_t n = acted->quantity;

	if (n > in_store(line))
		wb_find(p->d, "installed-not-arrived", "",
			"line %d: %lld units installed, of %lld that have "
			"arrived and are in store",
			(int)line->line, LL(n),
			LL(in_store(line) < 0 ? 0 : in_store(line)));
	acted->standing = n;
	line->installed += n;
	return change(p, h->facility, line, n, &acted->put);
}

/* Units leave where they stand. */
static int leave(struct wb_places *p, const char *facility,
		 struct wb_ship_line *line, struct wb_acted *acted)
{
	int64_t held = line->arrived - line->away - line->retired;

	if (acted->quantity > held)
		wb_find(p->d, "more-than-held", "",
			"line %d: %lld units, of %lld that are held",
			(int)line->line, LL(acted->quantity),
			LL(held < 0 ? 0 : held));
	acted->standing = less(acted->quantity, line->installed);
	return change(p, facility, line, -acted->standing, &acted->taken);
}

static int move(struct wb_places *p, const struct wb_handling *h,
		struct wb_ship_line *line, struct wb_acted *acted)
{
	int rc = leave(p, h->facility, line, acted);

	if (rc != 0)
		return rc;
	line->moved += acted->quantity;
	if (h->to_party == NULL)
		return change(p, h->to_facility, line, acted->standing,
			      &acted->put);
	line->away += acted->quantity;
	line->installed -= acted->standing;
	return 0;
}

static int retire(struct wb_places *p, const struct wb_handling *h,
		  struct wb_ship *ship, struct wb_ship_line *line,
		  struct wb_acted *acted)
{
	int rc = leave(p, h->facility, line, acted);

	if (rc != 0)
		return rc;
	wb_attrition_note(p, ship, line, line->retired, acted->standing, false);
	line->retired += acted->quantity;
	line->installed -= acted->standing;
	return 0;
}

static int handle(struct wb_places *p, enum wb_type type,
		  const struct wb_handling *h, struct wb_ship *ship,
		  struct wb_ship_line *line, struct wb_acted *acted)
{
	if (type == WB_ARRIVAL) {
		line->arrived += acted->quantity;
		ship->arrival_seen = true;
		wb_units_balance(line, p->d);
		check_arrived(ship, h, p->d);
		check_savings(p->in->law, ship, h->date, p->d);
		return 0;
	}
	if (type == WB_INSTALLATION)
		return install(p, h, line, acted);
	if (type == WB_MOVE)
		return move(p, h, line, acted);
	assert(type == WB_RETIREMENT);
	return retire(p, h, ship, line, acted);
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
		ret->item[i] = (struct wb_acted){.line = item->line,
						 .quantity = item->quantity,
						 .tpp_x10 = line->tpp_x10,
						 .units = line->units};
		memcpy(ret->item[i].model, line->model, sizeof(line->model));
		rc = handle(p, type, h, ship, line, &ret->item[i]);
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

/* Out of and into the facilities, as units of what they were then: as many
 * as it has really put there and taken. */
static int undo_places(struct wb_places *p, const struct wb_act *act,
		       const struct wb_acted *acted)
{
	struct wb_ship_line as = {.line = acted->line,
				  .tpp_x10 = acted->tpp_x10,
				  .units = acted->units};
	const char *into =
		act->type == WB_INSTALLATION ? act->facility : act->to_facility;
	int64_t done;
	int rc;

	memcpy(as.model, acted->model, sizeof(as.model));
	rc = change(p, into, &as, -acted->put, &done);
	return rc == 0 ? change(p, act->facility, &as, acted->taken, &done)
		       : rc;
}

static void undo_line(struct wb_places *p, const struct wb_act *act,
		      const struct wb_acted *acted, struct wb_ship *ship,
		      struct wb_ship_line *line)
{
	int64_t n = acted->quantity;

	if (act->type == WB_ARRIVAL) {
		take(&line->arrived, n);
		return;
	}
	if (act->type == WB_INSTALLATION) {
		take(&line->installed, n);
		return;
	}
	if (act->type == WB_MOVE) {
		take(&line->moved, n);
		if (act->to_party[0] != '\0')
			take(&line->away, n);
	} else {
		take(&line->retired, n);
		wb_attrition_note(p, ship, line, line->retired, acted->standing,
				  true);
	}
	if (act->to_facility[0] == '\0')
		line->installed += acted->standing;
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
		undo_line(p, act, &act->item[i], ship, line);
		rc = undo_places(p, act, &act->item[i]);
		if (rc != 0)
			return rc;
	}
	return 0;
}
