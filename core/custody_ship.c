#include <string.h>

#include "core/custody.h"
#include "core/custody_words.h"

/* custody_ship: shipments, and what was done with them, in the state. */

/* --- shipments ------------------------------------------------------------ */

static void parse_parties(struct wb_words *w, struct wb_ship *ret)
{
	struct wb_slice list = wb_words_next(w), one;

	while (wb_part_next(&list, ',', &one)) {
		if (ret->n_parties == WB_SHIP_PARTIES || !wb_id_valid(one) ||
		    wb_slice_copy(one, ret->party[ret->n_parties],
				  sizeof(ret->party[0])) != 0) {
			w->failed = true;
			return;
		}
		ret->n_parties++;
	}
}

static void parse_charges(struct wb_words *w, struct wb_ship *ret)
{
	struct wb_slice list = wb_words_next(w), one;

	if (wb_slice_is(list, "-"))
		return;
	while (wb_part_next(&list, ',', &one)) {
		const uint8_t *is = memchr(one.p, '=', one.len);
		struct wb_charge *c = &ret->charge[ret->n_charges];
		size_t len = is == NULL ? 0 : (size_t)(is - one.p);
		struct wb_slice x10 = {0}, out;

		if (len == 0 || ret->n_charges == WB_CHARGES_MAX ||
		    wb_slice_copy(wb_slice(one.p, len), c->key,
				  sizeof(c->key)) != 0) {
			w->failed = true;
			return;
		}
		out = wb_slice(is + 1, one.len - len - 1);
		(void)wb_part_next(&out, '-', &x10);
		c->x10 = wb_number_parse(x10, &w->failed);
		if (out.len > 0)
			ret->attrition_x10 = wb_number_parse(out, &w->failed);
		ret->n_charges++;
	}
}

static void parse_head(struct wb_words *w, struct wb_ship *ret)
{
	struct wb_slice status = wb_words_next(w);

	ret->status = WB_SHIP_LIVE;
	if (wb_slice_is(status, "void"))
		ret->status = WB_SHIP_VOID;
	else if (!wb_slice_is(status, "live"))
		w->failed = true;
	if (wb_verdict_named(wb_words_next(w), &ret->verdict) != 0)
		w->failed = true;
	ret->export_date = wb_words_date_or(w);
	ret->judged_for = wb_words_date_or(w);
	wb_entry_text(w, ret->from, sizeof(ret->from));
	wb_entry_text(w, ret->destination, sizeof(ret->destination));
	wb_words_copy_or(w, ret->transport, sizeof(ret->transport));
	ret->corrected = (uint64_t)wb_entry_number(w);
	ret->restated = (uint64_t)wb_entry_number(w);
	ret->arrival_seen = wb_entry_number(w) != 0;
	parse_parties(w, ret);
	parse_charges(w, ret);
}

static void parse_line(struct wb_words *w, struct wb_ship_line *ret)
{
	ret->line = wb_entry_line(w);
	if (ret->line < 1)
		w->failed = true;
	wb_words_copy_or(w, ret->model, sizeof(ret->model));
	ret->tpp_x10 = wb_entry_may_number(w);
	ret->units = wb_entry_number(w);
	ret->shipped = wb_entry_number(w);
	ret->listed = wb_entry_number(w);
	ret->arrived = wb_entry_number(w);
	ret->installed = wb_entry_number(w);
	ret->moved = wb_entry_number(w);
	ret->away = wb_entry_number(w);
	ret->retired = wb_entry_number(w);
}

int wb_ship_parse(struct wb_slice value, struct wb_ship *ret)
{
	struct wb_words w;

	memset(ret, 0, sizeof(*ret));
	if (!wb_entry_next(&value, &w))
		return WB_ECORRUPT;
	parse_head(&w, ret);
	if (!wb_entry_ends(&w))
		return WB_ECORRUPT;
	while (wb_entry_next(&value, &w)) {
		if (ret->n_lines == WB_ITEMS_MAX)
			return WB_ECORRUPT;
		parse_line(&w, &ret->line[ret->n_lines++]);
		if (!wb_entry_ends(&w))
			return WB_ECORRUPT;
	}
	return ret->n_lines > 0 && ret->n_parties > 0 ? 0 : WB_ECORRUPT;
}

static void write_head(struct wb_writer *w, const struct wb_ship *ship)
{
	wb_write_str(w, ship->status == WB_SHIP_VOID ? "void" : "live");
	wb_entry_put_text(w, wb_verdict_name(ship->verdict));
	wb_entry_put_date(w, ship->export_date);
	wb_entry_put_date(w, ship->judged_for);
	wb_entry_put_text(w, ship->from);
	wb_entry_put_text(w, ship->destination);
	wb_entry_put_text(w, ship->transport);
	wb_entry_put_number(w, (int64_t)ship->corrected);
	wb_entry_put_number(w, (int64_t)ship->restated);
	wb_entry_put_number(w, ship->arrival_seen);
	for (size_t i = 0; i < ship->n_parties; i++) {
		wb_write_char(w, i == 0 ? ' ' : ',');
		wb_write_str(w, ship->party[i]);
	}
	for (size_t i = 0; i < ship->n_charges; i++) {
		wb_write_char(w, i == 0 ? ' ' : ',');
		wb_write_str(w, ship->charge[i].key);
		wb_write_char(w, '=');
		wb_write_dec(w, ship->charge[i].x10);
		if (ship->attrition_x10 > 0 &&
		    wb_attrition_is_of(&ship->charge[i])) {
			wb_write_char(w, '-');
			wb_write_dec(w, ship->attrition_x10);
		}
	}
	if (ship->n_charges == 0)
		wb_entry_put_text(w, "");
}

int wb_ship_write(struct wb_decision *d, const char *party, const char *id,
		  const struct wb_ship *ship)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	write_head(&w, ship);
	for (size_t i = 0; i < ship->n_lines; i++) {
		const struct wb_ship_line *l = &ship->line[i];

		wb_write_char(&w, ';');
		wb_write_dec(&w, l->line);
		wb_entry_put_text(&w, l->model);
		wb_entry_put_number(&w, l->tpp_x10);
		wb_entry_put_number(&w, l->units);
		wb_entry_put_number(&w, l->shipped);
		wb_entry_put_number(&w, l->listed);
		wb_entry_put_number(&w, l->arrived);
		wb_entry_put_number(&w, l->installed);
		wb_entry_put_number(&w, l->moved);
		wb_entry_put_number(&w, l->away);
		wb_entry_put_number(&w, l->retired);
	}
	rc = wb_writer_end(&w, &s);
	if (rc != 0)
		return rc;
	wb_state_key(key, "ship/%s/%s", party, id);
	return wb_state_write(d, key, s);
}

int wb_ship_read(const struct wb_state *state, struct wb_decision *d,
		 const char *party, const char *id, struct wb_ship *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "ship/%s/%s", party, id);
	rc = wb_state_read(state, d, key, &value);
	return rc == 0 ? wb_ship_parse(value, ret) : rc;
}

struct wb_ship_line *wb_ship_line(struct wb_ship *ship, int32_t line)
{
	for (size_t i = 0; i < ship->n_lines; i++)
		if (ship->line[i].line == line)
			return &ship->line[i];
	return NULL;
}

/* --- what an operator stated ---------------------------------------------- */

static void parse_acted(struct wb_words *w, struct wb_acted *ret)
{
	ret->line = wb_entry_line(w);
	ret->quantity = wb_entry_number(w);
	ret->standing = wb_entry_number(w);
	ret->taken = wb_entry_number(w);
	ret->put = wb_entry_number(w);
	wb_words_copy_or(w, ret->model, sizeof(ret->model));
	ret->tpp_x10 = wb_entry_may_number(w);
	ret->units = wb_entry_number(w);
}

int wb_act_parse(struct wb_slice value, struct wb_act *ret)
{
	const struct wb_kind *kind;
	struct wb_slice status;
	struct wb_words w;

	memset(ret, 0, sizeof(*ret));
	if (!wb_entry_next(&value, &w))
		return WB_ECORRUPT;
	status = wb_words_next(&w);
	ret->voided = wb_slice_is(status, "void");
	if (!ret->voided && !wb_slice_is(status, "live"))
		w.failed = true;
	kind = wb_kind_named(wb_words_next(&w));
	if (kind == NULL)
		return WB_ECORRUPT;
	ret->type = kind->type;
	wb_entry_text(&w, ret->shipper, sizeof(ret->shipper));
	wb_entry_text(&w, ret->shipment, sizeof(ret->shipment));
	wb_words_copy_or(&w, ret->facility, sizeof(ret->facility));
	wb_words_copy_or(&w, ret->to_facility, sizeof(ret->to_facility));
	wb_words_copy_or(&w, ret->to_party, sizeof(ret->to_party));
	if (!wb_entry_ends(&w))
		return WB_ECORRUPT;
	while (wb_entry_next(&value, &w)) {
		if (ret->n_items == WB_ITEMS_MAX)
			return WB_ECORRUPT;
		parse_acted(&w, &ret->item[ret->n_items++]);
		if (!wb_entry_ends(&w))
			return WB_ECORRUPT;
	}
	return 0;
}

int wb_act_read(const struct wb_state *state, struct wb_decision *d,
		const char *party, const char *id, struct wb_act *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "act/%s/%s", party, id);
	rc = wb_state_read(state, d, key, &value);
	return rc == 0 ? wb_act_parse(value, ret) : rc;
}

int wb_act_write(struct wb_decision *d, const char *party, const char *id,
		 const struct wb_act *act)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	wb_write_str(&w, act->voided ? "void" : "live");
	wb_entry_put_text(&w, wb_kind(act->type)->name);
	wb_entry_put_text(&w, act->shipper);
	wb_entry_put_text(&w, act->shipment);
	wb_entry_put_text(&w, act->facility);
	wb_entry_put_text(&w, act->to_facility);
	wb_entry_put_text(&w, act->to_party);
	for (size_t i = 0; i < act->n_items; i++) {
		const struct wb_acted *acted = &act->item[i];

		wb_write_char(&w, ';');
		wb_write_dec(&w, acted->line);
		wb_entry_put_number(&w, acted->quantity);
		wb_entry_put_number(&w, acted->standing);
		wb_entry_put_number(&w, acted->taken);
		wb_entry_put_number(&w, acted->put);
		wb_entry_put_text(&w, acted->model);
		wb_entry_put_number(&w, acted->tpp_x10);
		wb_entry_put_number(&w, acted->units);
	}
	rc = wb_writer_end(&w, &s);
	if (rc != 0)
		return rc;
	wb_state_key(key, "act/%s/%s", party, id);
	return wb_state_write(d, key, s);
}
