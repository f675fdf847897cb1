#include <stdio.h>
#include <string.h>

#include "core/custody.h"

/*
 * custody_serial: single units.  A serial number stands in one shipment and at
 * one place; a statement that says otherwise is a finding and moves nothing.
 */

/* What many serial numbers of a statement may have in common: one finding,
 * which names the first. */
struct remark {
	const char *code;
	const char *what;
	size_t n;
	const char *first;
};

enum { TWICE, DIFFERS, UNKNOWN, ELSEWHERE, EARLY, REFUSED, RETIRED, REMARKS };

struct serials {
	const struct wb_engine_input *in;
	struct wb_decision *d;
	int lookups; /* of other shipments, so far */
	struct remark remark[REMARKS];
};

/* Other shipments looked up, at most; past that a number is taken. */
#define LOOKUPS_MAX 8

static void begin(struct serials *w, const struct wb_engine_input *in,
		  struct wb_decision *d)
{
	*w = (struct serials){
		.in = in,
		.d = d,
		.remark = {
			[TWICE] = {"serial-twice",
				   "stands elsewhere or was said before", 0,
				   NULL},
			[DIFFERS] = {"serial-differs",
				     "is none that the shipment lists", 0,
				     NULL},
			[UNKNOWN] = {"serial-unknown", "stands in no shipment",
				     0, NULL},
			[ELSEWHERE] = {"serial-elsewhere",
				       "is recorded in another facility", 0,
				       NULL},
			[EARLY] = {"serial-not-arrived",
				   "is shipped, and nobody has said that it "
				   "arrived",
				   0, NULL},
			[REFUSED] = {"arrived-not-clear",
				     "stands in a shipment that is not clear",
				     0, NULL},
			[RETIRED] = {"serial-retired",
				     "was retired or given away before", 0,
				     NULL},
		}};
}

static void remark(struct serials *w, int which, const char *serial)
{
	if (w->remark[which].n++ == 0)
		w->remark[which].first = serial;
}

static void report(struct serials *w)
{
	for (int i = 0; i < REMARKS; i++) {
		const struct remark *r = &w->remark[i];
		char key[WB_STATE_KEY_MAX + 1];

		if (r->n == 1)
			wb_find(w->d, r->code, "", "serial number %s %s",
				r->first, r->what);
		else if (r->n > 1)
			wb_find(w->d, r->code, "",
				"%zu serial numbers; the first of them, %s, "
				"%s",
				r->n, r->first, r->what);
		if (r->n == 0)
			continue;
		wb_state_key(key, "serial/%s", r->first);
		wb_find_rests_on(w->d, key);
	}
}

/* The entry of a serial number; *ret_found is whether there is one. */
static int look_up(struct serials *w, const char *serial, struct wb_serial *ret,
		   bool *ret_found)
{
	struct wb_slice value;
	int rc = wb_serial_read(w->in->state, w->d, serial, &value);

	*ret_found = rc == 0;
	if (rc == WB_ENOTFOUND)
		return 0;
	return rc == 0 ? wb_serial_parse(value, ret) : rc;
}

static bool of_shipment(const struct wb_serial *s, const char *party,
			const char *id)
{
	return strcmp(s->party, party) == 0 && strcmp(s->id, id) == 0;
}

/* Whether a number that another shipment holds may be taken by this one: it
 * may not go, was voided, or does not list the number since a correction. */
static int is_free(struct serials *w, const struct wb_serial *s, bool *ret)
{
	struct wb_ship other;
	int rc;

	*ret = s->state == WB_SERIAL_LISTED || s->party[0] == '\0';
	if (*ret || w->lookups == LOOKUPS_MAX)
		return 0;
	w->lookups++;
	rc = wb_ship_read(w->in->state, w->d, s->party, s->id, &other);
	if (rc == WB_ELIMIT)
		return 0;
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	*ret = other.status == WB_SHIP_VOID || other.corrected != s->corrected;
	return 0;
}

/* --- shipments ------------------------------------------------------------ */

/* A shipment lists a number: what its entry becomes, in *s. */
static int list_one(struct serials *w, const struct wb_shipment *shipment,
		    const struct wb_ship_of *of, const char *serial,
		    struct wb_serial *s, bool found)
{
	const struct wb_ship *ship = of->ship;
	enum wb_serial_state state = ship->verdict == WB_CLEAR
					     ? WB_SERIAL_SHIPPED
					     : WB_SERIAL_LISTED;
	bool is_mine = found && of_shipment(s, of->party, of->id);
	bool onward = shipment->kind != WB_EXPORT;
	bool is_open = true;
	int rc;

	/* Corrected or judged again: where the unit has come stays so. */
	if (is_mine && s->corrected + 1 >= ship->corrected &&
	    s->state > WB_SERIAL_SHIPPED) {
		s->corrected = ship->corrected;
		return 0;
	}
	if (found && !is_mine) {
		rc = is_free(w, s, &is_open);
		if (rc != 0)
			return rc;
		/* Who reexports has them; else they left the country once. */
		if (!is_open && !(onward && s->state >= WB_SERIAL_ARRIVED)) {
			remark(w, TWICE, serial);
			return WB_ENOTFOUND;
		}
		if (s->state == WB_SERIAL_SEEN && s->holder[0] != '\0')
			remark(w, TWICE, serial);
	}
	*s = (struct wb_serial){.state = state,
				.corrected = ship->corrected,
				.restated = ship->restated};
	snprintf(s->party, sizeof(s->party), "%s", of->party);
	snprintf(s->id, sizeof(s->id), "%s", of->id);
	return 0;
}

int wb_serials_ship(const struct wb_engine_input *in,
		    const struct wb_shipment *shipment,
		    const struct wb_ship_of *of, struct wb_decision *d)
{
	struct serials w;

	begin(&w, in, d);
	for (size_t i = 0; i < shipment->n_items; i++) {
		const struct wb_item *item = &shipment->item[i];

		for (size_t k = 0; k < item->n_serials; k++) {
			const char *serial =
				shipment->serials
					.serial[item->first_serial + k];
			struct wb_serial s;
			bool found = false;
			int rc = look_up(&w, serial, &s, &found);

			if (rc == 0)
				rc = list_one(&w, shipment, of, serial, &s,
					      found);
			if (rc == WB_ENOTFOUND)
				continue; /* it stays where it is */
			s.line = item->line;
			if (rc == 0)
				rc = wb_serial_write(d, serial, &s);
			if (rc != 0)
				return rc;
		}
	}
	report(&w);
	return 0;
}

/* --- operators ------------------------------------------------------------ */

static enum wb_serial_state state_after(enum wb_type type,
					const struct wb_handling *h,
					enum wb_serial_state before)
{
	if (type == WB_ARRIVAL)
		return WB_SERIAL_ARRIVED;
	if (type == WB_INSTALLATION)
		return WB_SERIAL_INSTALLED;
	if (type == WB_RETIREMENT)
		return WB_SERIAL_RETIRED;
	if (h->to_party != NULL)
		return WB_SERIAL_AWAY;
	return before < WB_SERIAL_ARRIVED ? WB_SERIAL_ARRIVED : before;
}

/* Whether the unit, of the shipment and as last said, can be handled so. */
static bool check_before(struct serials *w, enum wb_type type,
			 const char *serial, const struct wb_serial *s)
{
	if (s->state == WB_SERIAL_RETIRED ||
	    (s->state == WB_SERIAL_AWAY &&
	     strcmp(s->holder, w->in->statement->party) != 0)) {
		remark(w, RETIRED, serial);
		return false;
	}
	if ((type == WB_ARRIVAL && s->state >= WB_SERIAL_ARRIVED &&
	     s->state != WB_SERIAL_AWAY) ||
	    (type == WB_INSTALLATION && s->state == WB_SERIAL_INSTALLED)) {
		remark(w, TWICE, serial);
		return false;
	}
	return true;
}

/* Whether the statement moves the unit at all. */
static int may_handle(struct serials *w, enum wb_type type,
		      const struct wb_ship_of *of,
		      const struct wb_ship_line *line, const char *serial,
		      const struct wb_serial *s, bool found, bool *ret)
{
	bool is_open;
	int rc;

	*ret = true;
	if (found && of_shipment(s, of->party, of->id) &&
	    s->corrected == of->ship->corrected) {
		/* After something was said anew, what it said of single units
		 * is open. */
		if (s->restated == of->ship->restated)
			*ret = check_before(w, type, serial, s);
		return 0;
	}
	if (found && !of_shipment(s, of->party, of->id)) {
		rc = is_free(w, s, &is_open);
		if (rc != 0)
			return rc;
		if (!is_open) {
			remark(w, TWICE, serial);
			*ret = false;
			return 0;
		}
	}
	/* A shipment that lists only some says nothing of the others. */
	if (line->listed >= line->shipped)
		remark(w, DIFFERS, serial);
	return 0;
}

static int handle_one(struct serials *w, enum wb_type type,
		      const struct wb_handling *h, const struct wb_ship_of *of,
		      const struct wb_ship_line *line, const char *serial)
{
	struct wb_serial s = {.state = WB_SERIAL_SHIPPED};
	bool found = false, may = false;
	int rc;

	rc = look_up(w, serial, &s, &found);
	if (rc == 0)
		rc = may_handle(w, type, of, line, serial, &s, found, &may);
	if (rc != 0 || !may)
		return rc;
	s.state = state_after(type, h, s.state);
	s.corrected = of->ship->corrected;
	s.restated = of->ship->restated;
	s.line = line->line;
	snprintf(s.party, sizeof(s.party), "%s", of->party);
	snprintf(s.id, sizeof(s.id), "%s", of->id);
	snprintf(s.holder, sizeof(s.holder), "%s",
		 h->to_party != NULL ? h->to_party : w->in->statement->party);
	s.facility[0] = '\0';
	if (h->to_facility != NULL)
		snprintf(s.facility, sizeof(s.facility), "%s", h->to_facility);
	else if (h->to_party == NULL && h->facility != NULL)
		snprintf(s.facility, sizeof(s.facility), "%s", h->facility);
	return wb_serial_write(w->d, serial, &s);
}

int wb_serials_handle(const struct wb_engine_input *in, enum wb_type type,
		      const struct wb_handling *h, const struct wb_ship_of *of,
		      struct wb_decision *d)
{
	struct serials w;

	begin(&w, in, d);
	for (size_t i = 0; i < h->n_items; i++) {
		const struct wb_handled_item *item = &h->item[i];
		const struct wb_ship_line *line =
			wb_ship_line(of->ship, item->line);

		for (size_t k = 0; k < item->n_serials; k++) {
			int rc = handle_one(
				&w, type, h, of, line,
				h->serials.serial[item->first_serial + k]);

			if (rc != 0)
				return rc;
		}
	}
	report(&w);
	return 0;
}

/* --- the census ----------------------------------------------------------- */

/* *ret_placed is whether the unit is said to be here by this statement. */
static int count_one(struct serials *w, const struct wb_inventory *v,
		     const char *serial, bool *ret_placed)
{
	const char *party = w->in->statement->party;
	struct wb_serial s = {.state = WB_SERIAL_SEEN};
	bool found = false;
	int rc;

	*ret_placed = false;
	rc = look_up(w, serial, &s, &found);
	if (rc != 0)
		return rc;
	/* Seen before, and taken back: as if never. */
	if (!found || (s.state == WB_SERIAL_SEEN && s.holder[0] == '\0')) {
		remark(w, UNKNOWN, serial);
	} else if (s.state == WB_SERIAL_RETIRED ||
		   (s.state == WB_SERIAL_AWAY &&
		    strcmp(s.holder, party) != 0)) {
		remark(w, RETIRED, serial);
		return 0;
	} else if (s.state < WB_SERIAL_ARRIVED) {
		remark(w, s.state == WB_SERIAL_LISTED ? REFUSED : EARLY,
		       serial);
		return 0;
	} else if (s.facility[0] != '\0' &&
		   (strcmp(s.holder, party) != 0 ||
		    strcmp(s.facility, v->facility) != 0)) {
		remark(w, ELSEWHERE, serial);
		return 0;
	} else if (s.facility[0] != '\0') {
		return 0; /* as it was known */
	}
	*ret_placed = true;
	snprintf(s.holder, sizeof(s.holder), "%s", party);
	snprintf(s.facility, sizeof(s.facility), "%s", v->facility);
	return wb_serial_write(w->d, serial, &s);
}

/* What an inventory said of a unit is not said any more, unless another
 * statement has moved the unit since. */
static int uncount_one(struct serials *w, const char *facility,
		       struct wb_slice serial)
{
	const char *party = w->in->statement->party;
	char name[WB_SERIAL_MAX + 1];
	struct wb_serial s;
	bool found = false;
	int rc;

	if (wb_slice_copy(serial, name, sizeof(name)) != 0)
		return WB_ECORRUPT;
	rc = look_up(w, name, &s, &found);
	if (rc != 0 || !found || strcmp(s.holder, party) != 0 ||
	    strcmp(s.facility, facility) != 0 ||
	    (s.state != WB_SERIAL_SEEN && s.state != WB_SERIAL_ARRIVED &&
	     s.state != WB_SERIAL_AWAY))
		return rc;
	s.facility[0] = '\0';
	if (s.state == WB_SERIAL_SEEN)
		s.holder[0] = '\0';
	return wb_serial_write(w->d, name, &s);
}

static bool among(const struct wb_counted *list, const char *serial)
{
	for (size_t i = 0; i < list->n; i++)
		if (wb_slice_is(list->serial[i], serial))
			return true;
	return false;
}

static bool listed(const struct wb_inventory *v, struct wb_slice serial)
{
	for (size_t i = 0; i < v->serials.n; i++)
		if (wb_slice_is(serial, v->serials.serial[i]))
			return true;
	return false;
}

int wb_serials_count(const struct wb_engine_input *in,
		     const struct wb_inventory *v, const struct wb_counted *old,
		     struct wb_counted *ret, struct wb_decision *d)
{
	struct serials w;
	int rc = 0;

	begin(&w, in, d);
	ret->n = 0;
	for (size_t i = 0; i < v->serials.n && rc == 0; i++) {
		const char *serial = v->serials.serial[i];
		bool placed = false;

		rc = count_one(&w, v, serial, &placed);
		if (placed || among(old, serial))
			ret->serial[ret->n++] = wb_slice_str(serial);
	}
	for (size_t i = 0; i < old->n && rc == 0; i++)
		if (!listed(v, old->serial[i]))
			rc = uncount_one(&w, v->facility, old->serial[i]);
	if (rc == 0)
		report(&w);
	return rc;
}

int wb_serials_uncount(const struct wb_engine_input *in, const char *facility,
		       const struct wb_counted *old, struct wb_decision *d)
{
	struct serials w;
	int rc = 0;

	begin(&w, in, d);
	for (size_t i = 0; i < old->n && rc == 0; i++)
		rc = uncount_one(&w, facility, old->serial[i]);
	return rc;
}
