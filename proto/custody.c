#include "proto/custody.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/custody.h"
#include "proto/custody_events.h"

#define LL(n) ((long long)(n))

/* What is read of the state, and whether it is released.  That it is not yet,
 * only those are told who may see it. */
static int get(const struct wb_custody_asked *asked, const char *key,
	       struct wb_slice *ret, bool *ret_released)
{
	struct wb_state state = wb_view_state(asked->view);
	uint64_t seq = 0;
	int rc = state.get(state.ctx, key, ret, &seq);

	*ret_released = seq < asked->size;
	return rc;
}

/* --- lines ---------------------------------------------------------------- */

static void add_line(struct wb_buf *b, const struct wb_ship *ship,
		     const struct wb_ship_line *l)
{
	int64_t open = l->shipped > l->arrived ? l->shipped - l->arrived : 0;
	int64_t gone = l->installed + l->away + l->retired;

	wb_buf_fmt(b,
		   "{\"line\":%d,\"model\":\"%s\",\"tpp_x10\":", (int)l->line,
		   l->model);
	if (l->tpp_x10 < 0)
		wb_buf_str(b, "null");
	else
		wb_buf_fmt(b, "%lld", LL(l->tpp_x10));
	wb_buf_fmt(b, ",\"shipped\":%lld,\"on_the_way\":%lld,\"arrived\":%lld",
		   LL(l->shipped), LL(ship->arrival_seen ? 0 : open),
		   LL(l->arrived));
	wb_buf_fmt(b, ",\"in_store\":%lld,\"installed\":%lld,\"moved\":%lld",
		   LL(l->arrived > gone ? l->arrived - gone : 0),
		   LL(l->installed), LL(l->moved));
	wb_buf_fmt(b, ",\"away\":%lld,\"retired\":%lld,\"missing\":%lld}",
		   LL(l->away), LL(l->retired),
		   LL(ship->arrival_seen ? open : 0));
}

static void add_ship(struct wb_buf *b, const char *party, const char *id,
		     const struct wb_ship *ship)
{
	char date[WB_DATE_TEXT + 1];

	wb_date_format(ship->export_date, date);
	wb_buf_fmt(b, "\"party\":\"%s\",\"id\":\"%s\",\"status\":\"%s\"", party,
		   id, ship->status == WB_SHIP_VOID ? "void" : "live");
	wb_buf_fmt(b, ",\"verdict\":\"%s\",\"export_date\":\"%s\"",
		   wb_verdict_name(ship->verdict), date);
	wb_buf_fmt(b, ",\"from\":\"%s\",\"destination\":\"%s\"", ship->from,
		   ship->destination);
	wb_buf_fmt(b, ",\"transport\":\"%s\",\"corrected\":%llu",
		   ship->transport, (unsigned long long)ship->corrected);
	wb_buf_str(b, ",\"parties\":[");
	for (size_t i = 0; i < ship->n_parties; i++)
		wb_buf_fmt(b, "%s\"%s\"", i == 0 ? "" : ",", ship->party[i]);
	wb_buf_str(b, "],\"lines\":[");
	for (size_t i = 0; i < ship->n_lines; i++) {
		wb_buf_str(b, i == 0 ? "" : ",");
		add_line(b, ship, &ship->line[i]);
	}
	wb_buf_str(b, "]");
}

/* --- answers -------------------------------------------------------------- */

/* The shipment, if the reader may see it. */
static int find_ship(const struct wb_custody_asked *asked, const char *party,
		     const char *id, const char *holder, struct wb_ship *ret)
{
	const char *who[WB_SHIP_PARTIES + 2] = {party};
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	bool released;
	size_t n = 1;
	int rc;

	snprintf(key, sizeof(key), "ship/%s/%s", party, id);
	rc = get(asked, key, &value, &released);
	if (rc != 0)
		return rc;
	rc = wb_ship_parse(value, ret);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < ret->n_parties; i++)
		who[n++] = ret->party[i];
	if (holder != NULL)
		who[n++] = holder;
	rc = asked->may_see(asked->ctx, who, n);
	return rc == 0 && !released ? WB_EBUSY : rc;
}

int wb_custody_shipment_json(const struct wb_custody_asked *asked,
			     const char *party, const char *id,
			     struct wb_buf *out)
{
	struct wb_custody_what what = {.n_holders = 0};
	struct wb_ship ship;
	int rc = find_ship(asked, party, id, NULL, &ship);

	if (rc != 0)
		return rc;
	wb_buf_str(out, "{");
	add_ship(out, party, id, &ship);
	what.party = party;
	what.id = id;
	return wb_custody_events(asked, &what, out);
}

int wb_custody_serial_json(const struct wb_custody_asked *asked,
			   const char *serial, struct wb_buf *out)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_custody_what what = {.serial = serial};
	const char *holder;
	struct wb_slice value;
	struct wb_serial s;
	struct wb_ship ship;
	bool released;
	int rc;

	snprintf(key, sizeof(key), "serial/%s", serial);
	rc = get(asked, key, &value, &released);
	if (rc == 0)
		rc = wb_serial_parse(value, &s);
	if (rc != 0)
		return rc;
	holder = s.holder[0] == '\0' ? NULL : s.holder;
	if (s.party[0] != '\0')
		rc = find_ship(asked, s.party, s.id, holder, &ship);
	else
		rc = asked->may_see(asked->ctx, &holder, holder != NULL);
	if (rc == 0 && !released)
		rc = WB_EBUSY;
	if (rc != 0)
		return rc;
	wb_buf_fmt(out, "{\"serial\":\"%s\",\"state\":\"%s\",\"line\":%d",
		   serial, wb_serial_state_name(s.state), (int)s.line);
	wb_buf_fmt(out, ",\"holder\":\"%s\",\"facility\":\"%s\"", s.holder,
		   s.facility);
	if (holder != NULL)
		what.holder[what.n_holders++] = holder;
	if (s.party[0] == '\0') {
		wb_buf_str(out, ",\"shipment\":null");
		return wb_custody_events(asked, &what, out);
	}
	for (size_t i = 0; i < ship.n_parties; i++)
		if (holder == NULL || strcmp(ship.party[i], holder) != 0)
			what.holder[what.n_holders++] = ship.party[i];
	what.party = s.party;
	what.id = s.id;
	wb_buf_str(out, ",\"shipment\":{");
	add_ship(out, s.party, s.id, &ship);
	wb_buf_str(out, "}");
	return wb_custody_events(asked, &what, out);
}
