#include <assert.h>
#include <string.h>

#include "core/statement_kinds.h"
#include "waybill/text.h"

/*
 * arrival, installation, inventory, move, retirement: what operators say of
 * units that were shipped (DESIGN 3.2).
 */

/* In the order of their enum. */
static const char *const retirements[] = {
	"loss", "theft", "damage", "failure", "relocation", "resale", "scrap"};

static_assert(WB_COUNT(retirements) == WB_RETIREMENTS,
	      "a word for each kind of retirement");

const char *wb_retirement_name(enum wb_retirement kind)
{
	assert((size_t)kind < WB_COUNT(retirements));

	return retirements[kind];
}

/* A day on which something was done: by the day of the statement. */
static wb_date decode_day(struct wb_json at, wb_time issued)
{
	wb_date day = wb_json_date(at);

	if (day > wb_time_date(issued))
		(void)wb_json_refuse(&at, WB_P_FUTURE,
				     "The day is after the statement was "
				     "issued.");
	return day;
}

/* --- units of a shipment -------------------------------------------------- */

static void decode_of(struct wb_json at, struct wb_handling *h)
{
	static const char *const names[] = {"party", "id"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));

	h->shipper = wb_json_party(wb_json_need(&o, "party"));
	h->shipment = wb_json_id(wb_json_need(&o, "id"));
}

static void decode_item(struct wb_json at, int32_t line_before,
			struct wb_once *once, struct wb_serials *all,
			struct wb_handled_item *item)
{
	static const char *const names[] = {"line", "quantity", "serials"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_json serials = wb_json_may(&o, "serials");

	item->line = (int32_t)wb_json_integer(wb_json_need(&o, "line"),
					      (int64_t)line_before + 1,
					      INT32_MAX, 0);
	item->quantity = wb_json_integer(wb_json_need(&o, "quantity"), 1,
					 WB_QUANTITY_MAX, 0);
	item->first_serial = all->n;
	if (serials.value != NULL)
		wb_decode_serials(serials, WB_SERIALS_MAX, once, all,
				  &item->n_serials);
	if ((int64_t)item->n_serials > item->quantity)
		(void)wb_json_refuse(&serials, WB_P_VALUE,
				     "There are %zu serial numbers for fewer "
				     "units.",
				     item->n_serials);
}

static void decode_items(struct wb_json at, struct wb_handling *h)
{
	struct wb_json list = wb_json_list(at, 1, WB_ITEMS_MAX, &h->n_items);
	struct wb_once once;

	once.n = 0;
	for (size_t i = 0; i < h->n_items; i++)
		decode_item(wb_json_at(&list, i),
			    i == 0 ? 0 : h->item[i - 1].line, &once,
			    &h->serials, &h->item[i]);
}

/* --- the four that handle them -------------------------------------------- */

#define HANDLING "shipment", "date", "facility", "items"

static const char *const arrival[] = {WB_COMMON_MEMBERS, HANDLING, "condition"};
static const char *const installation[] = {WB_COMMON_MEMBERS, HANDLING};
static const char *const move[] = {WB_COMMON_MEMBERS, "shipment", "date",
				   "items",           "from",     "to",
				   "authority"};
static const char *const retirement[] = {WB_COMMON_MEMBERS, HANDLING, "kind",
					 "buyer"};

struct shape {
	const char *const *member;
	size_t n;
};

static struct shape shape_of(enum wb_type type)
{
	if (type == WB_ARRIVAL)
		return (struct shape){arrival, WB_COUNT(arrival)};
	if (type == WB_INSTALLATION)
		return (struct shape){installation, WB_COUNT(installation)};
	if (type == WB_MOVE)
		return (struct shape){move, WB_COUNT(move)};
	assert(type == WB_RETIREMENT);
	return (struct shape){retirement, WB_COUNT(retirement)};
}

/* Where it goes: a facility of the operator, or a party in a country. */
static void decode_to(struct wb_json at, struct wb_handling *h)
{
	static const char *const names[] = {"facility", "party", "country"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_json facility = wb_json_may(&o, "facility");
	struct wb_json party = wb_json_may(&o, "party");

	h->to_facility = wb_json_id(facility);
	if (facility.value == NULL) {
		h->to_party = wb_json_party(wb_json_need(&o, "party"));
		h->to_country = wb_json_country(wb_json_need(&o, "country"));
		return;
	}
	if (party.value == NULL)
		party = wb_json_may(&o, "country");
	if (party.value != NULL)
		(void)wb_json_refuse(&party, WB_P_VALUE,
				     "It goes to a facility of the operator, "
				     "or to another party, not to both.");
	if (h->facility != NULL && h->to_facility != NULL &&
	    strcmp(h->facility, h->to_facility) == 0)
		(void)wb_json_refuse(&facility, WB_P_VALUE,
				     "It is there already.");
}

static void decode_retirement(const struct wb_json *o, struct wb_handling *h)
{
	h->kind = (enum wb_retirement)wb_json_word(
		wb_json_need(o, "kind"), retirements, WB_COUNT(retirements));
	h->buyer = wb_json_string(wb_json_may(o, "buyer"), WB_STRING_MAX);
}

void wb_decode_handling_body(const struct wb_json *o, enum wb_type type,
			     wb_time issued, struct wb_handling *h)
{
	decode_of(wb_json_need(o, "shipment"), h);
	h->date = decode_day(wb_json_need(o, "date"), issued);
	if (type == WB_ARRIVAL)
		h->facility = wb_json_id(wb_json_may(o, "facility"));
	else
		h->facility = wb_json_id(
			wb_json_need(o, type == WB_MOVE ? "from" : "facility"));
	if (type == WB_ARRIVAL)
		h->condition = wb_json_string(wb_json_may(o, "condition"),
					      WB_STRING_MAX);
	if (type == WB_MOVE) {
		decode_to(wb_json_need(o, "to"), h);
		h->authority = wb_json_string(wb_json_may(o, "authority"),
					      WB_STRING_MAX);
	}
	if (type == WB_RETIREMENT)
		decode_retirement(o, h);
	decode_items(wb_json_need(o, "items"), h);
}

static void decode_handling(const struct wb_json *o, struct wb_statement *st)
{
	struct shape shape = shape_of(st->type);

	wb_json_known(o, shape.member, shape.n);
	wb_decode_handling_body(o, st->type, st->issued, &st->u.handling);
}

void wb_decode_arrival(const struct wb_json *o, struct wb_statement *st)
{
	decode_handling(o, st);
}

void wb_decode_installation(const struct wb_json *o, struct wb_statement *st)
{
	decode_handling(o, st);
}

void wb_decode_move(const struct wb_json *o, struct wb_statement *st)
{
	decode_handling(o, st);
}

void wb_decode_retirement(const struct wb_json *o, struct wb_statement *st)
{
	decode_handling(o, st);
}

/* --- the census ----------------------------------------------------------- */

static void decode_counts(struct wb_json at, struct wb_inventory *v)
{
	static const char *const names[] = {"model", "quantity"};
	struct wb_json list = wb_json_list(at, 1, WB_COUNTS_MAX, &v->n_counts);
	struct wb_once once;

	once.n = 0;
	for (size_t i = 0; i < v->n_counts; i++) {
		struct wb_json one = wb_json_at(&list, i);
		struct wb_json o = wb_json_object(one, names, WB_COUNT(names));
		struct wb_json model = wb_json_need(&o, "model");

		v->count[i].model = wb_json_id(model);
		if (v->count[i].model != NULL)
			wb_once_add(&model, &once, v->count[i].model);
		v->count[i].quantity = wb_json_integer(
			wb_json_need(&o, "quantity"), 0, WB_QUANTITY_MAX, 0);
	}
}

static void decode_location(struct wb_json at, struct wb_inventory *v)
{
	static const char *const names[] = {"evidence_sha256", "country",
					    "checkpoint", "measured"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));

	if (o.value == NULL)
		return;
	v->evidence_sha256 =
		wb_json_digest(wb_json_need(&o, "evidence_sha256"));
	v->evidence_country = wb_json_country(wb_json_need(&o, "country"));
	v->evidence_checkpoint = wb_json_digest(wb_json_need(&o, "checkpoint"));
	v->evidence_measured = wb_json_time(wb_json_need(&o, "measured"));
}

static void decode_iaas(struct wb_json at, struct wb_inventory *v)
{
	static const char *const names[] = {"customers", "tier3",
					    "undisclosed"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	int64_t *const number[] = {&v->customers, &v->customers_tier3,
				   &v->customers_undisclosed};
	int64_t most = WB_QUANTITY_MAX;

	for (size_t i = 0; i < WB_COUNT(names); i++)
		*number[i] = -1;
	if (o.value == NULL)
		return;
	for (size_t i = 0; i < WB_COUNT(names); i++) {
		*number[i] = wb_json_integer(wb_json_need(&o, names[i]), 0,
					     most, -1);
		most = v->customers; /* the others are of these */
	}
}

static const char *const inventory_names[] = {
	WB_COMMON_MEMBERS, "facility",    "date",     "counts",
	"serials",         "it_power_kw", "location", "iaas"};

static void decode_inventory(const struct wb_json *o, wb_time issued,
			     struct wb_inventory *v)
{
	struct wb_json serials = wb_json_may(o, "serials");
	struct wb_once once;
	size_t n;

	v->facility = wb_json_id(wb_json_need(o, "facility"));
	v->date = decode_day(wb_json_need(o, "date"), issued);
	decode_counts(wb_json_need(o, "counts"), v);
	once.n = 0;
	if (serials.value != NULL)
		wb_decode_serials(serials, WB_SERIALS_MAX, &once, &v->serials,
				  &n);
	v->it_power_kw = wb_json_integer(wb_json_may(o, "it_power_kw"), 0,
					 WB_POWER_KW_MAX, -1);
	decode_location(wb_json_may(o, "location"), v);
	decode_iaas(wb_json_may(o, "iaas"), v);
}

void wb_decode_inventory(const struct wb_json *o, struct wb_statement *st)
{
	wb_json_known(o, inventory_names, WB_COUNT(inventory_names));
	decode_inventory(o, st->issued, &st->u.inventory);
}

const struct wb_inventory *wb_inventory_of(const struct wb_statement *st)
{
	if (st->type == WB_CORRECTION && st->u.correction.of == WB_INVENTORY)
		return &st->u.correction.inventory;
	return st->type == WB_INVENTORY ? &st->u.inventory : NULL;
}

/* --- saying something again, or taking it back ---------------------------- */

/* The id of the earlier statement, in an object of its own. */
static const char *decode_earlier(struct wb_json at, const char *self)
{
	static const char *const names[] = {"id"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_json id_at = wb_json_need(&o, "id");
	const char *id = wb_json_id(id_at);

	if (id != NULL && self != NULL && strcmp(id, self) == 0)
		(void)wb_json_refuse(&id_at, WB_P_VALUE,
				     "That is this statement itself.");
	return id;
}

void wb_decode_correction(const struct wb_json *o, struct wb_statement *st)
{
	static const enum wb_type types[] = {WB_SHIPMENT,     WB_ARRIVAL,
					     WB_INSTALLATION, WB_INVENTORY,
					     WB_MOVE,         WB_RETIREMENT};
	static const char *const names[] = {
		WB_COMMON_MEMBERS, "corrects", "reason",
		"shipment",        "arrival",  "installation",
		"inventory",       "move",     "retirement"};
	struct wb_correction *c = &st->u.correction;
	struct wb_json body = {0};

	wb_json_known(o, names, WB_COUNT(names));
	c->corrects = decode_earlier(wb_json_need(o, "corrects"), st->id);
	c->reason = wb_json_string(wb_json_need(o, "reason"), WB_STRING_MAX);
	for (size_t i = 0; i < WB_COUNT(types); i++) {
		struct wb_json at = wb_json_may(o, wb_kind(types[i])->name);

		if (at.value == NULL)
			continue;
		if (body.value != NULL)
			(void)wb_json_refuse(&at, WB_P_VALUE,
					     "A correction says one statement "
					     "again, not two.");
		body = at;
		c->of = types[i];
	}
	if (body.value == NULL) {
		(void)wb_json_need(o, "shipment");
		return;
	}
	if (c->of == WB_SHIPMENT) {
		wb_decode_shipment_body(&body, st->issued, &c->shipment);
	} else if (c->of == WB_INVENTORY) {
		body = wb_json_object(body, inventory_names + WB_COMMON,
				      WB_COUNT(inventory_names) - WB_COMMON);
		decode_inventory(&body, st->issued, &c->inventory);
	} else {
		struct shape shape = shape_of(c->of);

		body = wb_json_object(body, shape.member + WB_COMMON,
				      shape.n - WB_COMMON);
		wb_decode_handling_body(&body, c->of, st->issued, &c->handling);
	}
}

void wb_decode_void(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {WB_COMMON_MEMBERS, "voids",
					    "reason"};
	struct wb_void *v = &st->u.voiding;

	wb_json_known(o, names, WB_COUNT(names));
	v->voids = decode_earlier(wb_json_need(o, "voids"), st->id);
	v->reason = wb_json_string(wb_json_need(o, "reason"), WB_STRING_MAX);
}
