#include <assert.h>
#include <string.h>

#include "core/custody.h"
#include "core/format.h"
#include "core/grants.h"
#include "core/provisional.h"
#include "core/statement_kinds.h"

/*
 * custody: what statements about shipments do to the state.  Admission has
 * seen that they may be made; whatever they say is kept, and what does not
 * agree with the rest is a finding.
 */

/* --- shipments ------------------------------------------------------------ */

static int add_party(struct wb_ship *ship, const char *party)
{
	if (party == NULL)
		return 0;
	for (size_t i = 0; i < ship->n_parties; i++)
		if (wb_same(ship->party[i], party))
			return 0;
	if (ship->n_parties == WB_SHIP_PARTIES)
		return WB_ELIMIT;
	wb_copy(ship->party[ship->n_parties++], sizeof(ship->party[0]), party);
	return 0;
}

static int add_parties(struct wb_ship *ship, const struct wb_shipment *s)
{
	int rc = add_party(ship, s->consignee);

	if (rc == 0)
		rc = add_party(ship, s->end_user);
	for (size_t i = 0; i < s->n_intermediates && rc == 0; i++)
		rc = add_party(ship, s->intermediate[i]);
	return rc == 0 ? add_party(ship, s->facility_operator) : rc;
}

/* The holders whom moves have named stay. */
static int carry_parties(struct wb_ship *ship, const struct wb_ship *old)
{
	int rc = 0;

	for (size_t i = 0; i < old->n_parties && rc == 0; i++)
		rc = add_party(ship, old->party[i]);
	return rc;
}

/* Take over from the shipment before its correction what became of it. */
static int carry(struct wb_ship *ship, struct wb_ship *old,
		 struct wb_decision *d)
{
	ship->corrected = old->corrected + 1;
	ship->restated = old->restated;
	ship->arrival_seen = old->arrival_seen;
	for (size_t i = 0; i < old->n_lines; i++) {
		const struct wb_ship_line *was = &old->line[i];
		struct wb_ship_line *is = wb_ship_line(ship, was->line);

		if (is == NULL) {
			/* No longer shipped, but it has arrived. */
			if (was->arrived == 0 && was->installed == 0)
				continue;
			if (ship->n_lines == WB_ITEMS_MAX)
				return WB_ELIMIT;
			is = &ship->line[ship->n_lines++];
			*is = *was;
			is->shipped = 0;
			is->listed = 0;
			continue;
		}
		is->arrived = was->arrived;
		is->installed = was->installed;
		is->moved = was->moved;
		is->away = was->away;
		is->retired = was->retired;
	}
	for (size_t i = 0; i < ship->n_lines && ship->arrival_seen; i++)
		wb_units_balance(&ship->line[i], d);
	return carry_parties(ship, old);
}

static int record_ship(const struct wb_engine_input *in,
		       const struct wb_shipment *s, const char *id,
		       struct wb_ship *old, struct wb_decision *d)
{
	struct wb_ship ship; /* large: filled in as far as its counts say */
	struct wb_ship_of of = {in->statement->party, id, &ship};
	int rc;

	ship.status = WB_SHIP_LIVE;
	ship.verdict = d->verdict;
	ship.export_date = s->export_date;
	ship.judged_for = d->judged_for;
	ship.corrected = ship.restated = 0;
	ship.arrival_seen = false;
	ship.n_parties = ship.n_lines = 0;
	wb_copy(ship.from, sizeof(ship.from), s->from);
	wb_copy(ship.destination, sizeof(ship.destination), s->destination);
	wb_copy(ship.transport, sizeof(ship.transport),
		wb_transport_name(s->transport));
	ship.n_charges = d->n_charges;
	memcpy(ship.charge, d->charge, d->n_charges * sizeof(d->charge[0]));
	for (size_t i = 0; i < s->n_items; i++)
		wb_ship_line_add(&ship, in, &s->item[i]);
	rc = add_parties(&ship, s);
	if (rc == 0 && old != NULL)
		rc = carry(&ship, old, d);
	if (rc == 0)
		rc = wb_attrition_carry(in, old, &ship, d);
	if (rc == 0)
		rc = wb_serials_ship(in, s, &of, d);
	if (rc == 0)
		rc = wb_wait_note(in, id, d);
	if (rc == 0)
		rc = wb_provisional_keep(in, s, id, &ship, d);
	return rc == 0 ? wb_ship_write(d, of.party, id, &ship) : rc;
}

int wb_custody_shipment(const struct wb_engine_input *in,
			const struct wb_shipment *s, struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;
	struct wb_ship old;
	int rc;

	if (st->type == WB_SHIPMENT)
		return record_ship(in, s, st->id, NULL, d);
	assert(st->type == WB_CORRECTION);
	rc = wb_ship_read(in->state, d, st->party, st->u.correction.corrects,
			  &old);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	return record_ship(in, s, st->u.correction.corrects, &old, d);
}

/* --- scopes --------------------------------------------------------------- */

/* The countries of the author and of its facility on the date. */
static int add_scopes(const struct wb_engine_input *in, const char *facility,
		      wb_date date, struct wb_decision *d)
{
	const char *party = in->statement->party;
	struct wb_facility_now now;
	struct wb_profile profile;
	int rc;

	rc = wb_profile_read_own(in->state, d, party, date, &profile);
	if (rc != 0)
		return rc;
	if (profile.registered)
		wb_scope_add(d, profile.country);
	if (facility == NULL || facility[0] == '\0')
		return 0;
	rc = wb_facility_read(in->state, d, party, facility, &now);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	wb_scope_add(d, now.country);
	return 0;
}

static int handling_scopes(const struct wb_engine_input *in,
			   const struct wb_ship *ship,
			   const struct wb_handling *h, struct wb_decision *d)
{
	int rc;

	wb_scope_add(d, ship->destination);
	wb_scope_add(d, h->to_country);
	rc = add_scopes(in, h->facility, h->date, d);
	if (rc == 0 && h->to_facility != NULL)
		rc = add_scopes(in, h->to_facility, h->date, d);
	return rc;
}

/* --- what operators state ------------------------------------------------- */

/* Do to the shipment, as it stands in ship, what is stated. */
static int apply(struct wb_places *p, enum wb_type type,
		 const struct wb_handling *h, struct wb_ship *ship,
		 const char *id)
{
	const struct wb_engine_input *in = p->in;
	struct wb_ship_of of = {h->shipper, h->shipment, ship};
	struct wb_act act;
	int rc;

	rc = handling_scopes(in, ship, h, p->d);
	if (rc == 0)
		rc = wb_units_handle(p, type, h, ship, &act);
	if (rc == 0)
		rc = wb_serials_handle(in, type, h, &of, p->d);
	if (rc == 0)
		rc = add_party(ship, h->to_party);
	if (rc == 0)
		rc = wb_act_write(p->d, in->statement->party, id, &act);
	if (rc == 0)
		rc = wb_places_write(p);
	return rc == 0 ? wb_ship_write(p->d, h->shipper, h->shipment, ship)
		       : rc;
}

static int read_ship(const struct wb_engine_input *in, const char *party,
		     const char *id, struct wb_ship *ret, struct wb_decision *d)
{
	int rc = wb_ship_read(in->state, d, party, id, ret);

	return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc; /* it was admitted */
}

static int do_handling(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;
	const struct wb_handling *h = &st->u.handling;
	struct wb_places places = {.in = in, .d = d};
	struct wb_ship ship;
	int rc = read_ship(in, h->shipper, h->shipment, &ship, d);

	return rc == 0 ? apply(&places, st->type, h, &ship, st->id) : rc;
}

static int do_inventory(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;
	const struct wb_inventory *v = wb_inventory_of(st);
	int rc;

	rc = add_scopes(in, v->facility, v->date, d);
	wb_scope_add(d, v->evidence_country);
	if (rc != 0)
		return rc;
	return st->type == WB_INVENTORY
		       ? wb_count_new(in, v, d)
		       : wb_count_correct(in, st->u.correction.corrects, v, d);
}

/* --- corrections and voids ------------------------------------------------ */

static int64_t act_units(const struct wb_act *act)
{
	int64_t n = 0;

	for (size_t i = 0; i < act->n_items; i++)
		n += act->item[i].quantity;
	return n;
}

/* Take back what the earlier statement of an operator did to the shipment,
 * which is left in *ret_ship. */
static int take_back(struct wb_places *p, const struct wb_act *act,
		     struct wb_ship *ret_ship)
{
	int rc = read_ship(p->in, act->shipper, act->shipment, ret_ship, p->d);

	if (rc == 0)
		rc = wb_units_undo(p, act, ret_ship);
	if (rc != 0)
		return rc;
	ret_ship->restated++;
	ret_ship->arrival_seen = false;
	for (size_t i = 0; i < ret_ship->n_lines; i++)
		ret_ship->arrival_seen |= ret_ship->line[i].arrived > 0;
	return 0;
}

static int correct_handling(const struct wb_engine_input *in,
			    struct wb_decision *d)
{
	const struct wb_correction *c = &in->statement->u.correction;
	const struct wb_handling *h = &c->handling;
	struct wb_places places = {.in = in, .d = d};
	struct wb_ship ship;
	struct wb_act act;
	int64_t n = 0;
	int rc;

	rc = wb_act_read(in->state, d, in->statement->party, c->corrects, &act);
	if (rc == 0)
		rc = take_back(&places, &act, &ship);
	if (rc == 0)
		rc = apply(&places, c->of, h, &ship, c->corrects);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	for (size_t i = 0; i < h->n_items; i++)
		n += h->item[i].quantity;
	wb_find(d, "corrected", "", "%s was of %lld units; it is of %lld units",
		c->corrects, (long long)act_units(&act), (long long)n);
	return 0;
}

static void credit(const struct wb_ship *ship, struct wb_decision *d)
{
	d->n_credits = ship->n_charges;
	memcpy(d->credit, ship->charge, d->n_credits * sizeof(d->credit[0]));
}

/* The shipment is void: nothing is used up any more. */
static int release(const struct wb_engine_input *in, const char *party,
		   const char *id, struct wb_ship *ship, struct wb_decision *d)
{
	int rc;

	credit(ship, d);
	wb_attrition_credit(ship, d);
	rc = wb_credits_write(in->state, d);
	if (rc != 0)
		return rc;
	ship->status = WB_SHIP_VOID;
	ship->n_charges = 0;
	rc = wb_ship_write(d, party, id, ship);
	if (rc != 0)
		return rc;
	wb_find(d, "voided", "", "%s and what it has used up are taken back",
		id);
	return wb_wait_ask(in, id, d);
}

/* Balance returns only before the goods have left, as far as is known; later
 * the authority may answer the finding. */
static int void_shipment(const struct wb_engine_input *in, const char *id,
			 struct wb_ship *ship, struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;
	char key[WB_STATE_KEY_MAX + 1];

	wb_scope_add(d, ship->destination);
	if (!ship->arrival_seen && ship->export_date > wb_time_date(in->time))
		return release(in, st->party, id, ship, d);
	wb_find(d, "void-late", "", "%s: %s; nothing is taken back", id,
		ship->arrival_seen ? "units of it have arrived"
				   : "its date of export has come");
	wb_state_key(key, "late/%s/%s", st->party, st->id);
	return wb_state_write(d, key, wb_slice_str(id));
}

int wb_custody_finding(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_finding_answer *f = &in->statement->u.finding;
	char key[WB_STATE_KEY_MAX + 1], id[WB_ID_MAX + 1];
	struct wb_slice value;
	struct wb_ship ship;
	int rc;

	if (!wb_same(f->code, "void-late") || f->outcome != WB_CONFIRMED ||
	    !wb_same(in->statement->party, WB_ID_AUTHORITY))
		return 0;
	wb_state_key(key, "late/%s/%s", f->about_party, f->about_id);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	if (wb_slice_copy(value, id, sizeof(id)) != 0)
		return WB_ECORRUPT;
	rc = read_ship(in, f->about_party, id, &ship, d);
	if (rc != 0 || ship.status == WB_SHIP_VOID)
		return rc;
	return release(in, f->about_party, id, &ship, d);
}

static int void_count(const struct wb_engine_input *in, const char *id,
		      struct wb_decision *d)
{
	char facility[WB_ID_MAX + 1];
	int rc = wb_count_void(in, id, facility, d);

	return rc == 0 ? add_scopes(in, facility, wb_time_date(in->time), d)
		       : rc;
}

static int void_act(const struct wb_engine_input *in, const char *id,
		    struct wb_decision *d)
{
	const char *party = in->statement->party;
	struct wb_places places = {.in = in, .d = d};
	struct wb_ship ship;
	struct wb_act act;
	int rc;

	rc = wb_act_read(in->state, d, party, id, &act);
	if (rc == WB_ENOTFOUND)
		return void_count(in, id, d);
	if (rc == 0)
		rc = take_back(&places, &act, &ship);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	wb_scope_add(d, ship.destination);
	act.voided = true;
	rc = wb_act_write(d, party, id, &act);
	if (rc == 0)
		rc = wb_ship_write(d, act.shipper, act.shipment, &ship);
	if (rc == 0)
		rc = wb_places_write(&places);
	if (rc == 0)
		rc = add_scopes(in, act.facility, wb_time_date(in->time), d);
	if (rc == 0)
		wb_find(d, "voided", "", "%s, of %lld units, is taken back", id,
			(long long)act_units(&act));
	return rc;
}

static int do_void(const struct wb_engine_input *in, struct wb_decision *d)
{
	const char *id = in->statement->u.voiding.voids;
	struct wb_ship ship;
	int rc;

	rc = wb_ship_read(in->state, d, in->statement->party, id, &ship);
	if (rc == WB_ENOTFOUND)
		return void_act(in, id, d);
	return rc == 0 ? void_shipment(in, id, &ship, d) : rc;
}

int wb_custody(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;

	if (wb_inventory_of(st) != NULL)
		return do_inventory(in, d);
	if (st->type == WB_VOID)
		return do_void(in, d);
	if (st->type != WB_CORRECTION)
		return do_handling(in, d);
	if (st->u.correction.of == WB_SHIPMENT)
		return wb_custody_correct(in, d);
	return correct_handling(in, d);
}
