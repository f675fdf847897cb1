#include "proto/custody.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/custody.h"
#include "core/json.h"
#include "proto/told.h"

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

/* --- statements ----------------------------------------------------------- */

/* The records to list, and the serial number that they must name, or NULL. */
struct events {
	const struct wb_custody_asked *asked;
	const char *party, *id; /* of the shipment */
	const char *serial;
	bool more;
	size_t n;
	uint64_t seq[WB_CUSTODY_EVENTS_MAX];
};

static int add_events(struct events *e, const char *about)
{
	size_t n;
	int rc = wb_view_index(e->asked->view, WB_BY_PARTY_ID, about, 0,
			       e->seq + e->n, WB_CUSTODY_EVENTS_MAX - e->n, &n);

	if (rc == 0)
		e->n += n;
	e->more |= e->n == WB_CUSTODY_EVENTS_MAX;
	return rc;
}

static int decode(const struct wb_entry *entry, struct wb_statement *ret)
{
	struct wb_note note;
	int rc = wb_statement_open(entry->statement, NULL, &note, ret, NULL);

	return rc == 0 || rc == WB_ENOMEM ? rc : WB_ECORRUPT;
}

/* What was said about the statements of operators in turn. */
static int add_second(struct events *e)
{
	size_t first = e->n;

	for (size_t i = 0; i < first; i++) {
		char about[WB_ABOUT_MAX + 1] = "";
		struct wb_statement st;
		struct wb_entry entry;
		int rc;

		if (e->seq[i] >= e->asked->size)
			continue;
		rc = e->asked->entry(e->asked->ctx, e->seq[i], &entry);
		if (rc == WB_ENOTFOUND)
			continue;
		if (rc == 0)
			rc = decode(&entry, &st);
		if (rc != 0)
			return rc;
		if (st.type == WB_ARRIVAL || st.type == WB_INSTALLATION ||
		    st.type == WB_MOVE || st.type == WB_RETIREMENT)
			snprintf(about, sizeof(about), "%s/%s", st.party,
				 st.id);
		wb_statement_free(&st);
		if (about[0] != '\0')
			rc = add_events(e, about);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static const struct wb_handling *handling_of(const struct wb_statement *st)
{
	if (st->type == WB_CORRECTION && st->u.correction.of != WB_SHIPMENT &&
	    st->u.correction.of != WB_INVENTORY)
		return &st->u.correction.handling;
	if (st->type == WB_ARRIVAL || st->type == WB_INSTALLATION ||
	    st->type == WB_MOVE || st->type == WB_RETIREMENT)
		return &st->u.handling;
	return NULL;
}

static const struct wb_shipment *shipment_of(const struct wb_statement *st)
{
	if (st->type == WB_SHIPMENT)
		return &st->u.shipment;
	if (st->type == WB_CORRECTION && st->u.correction.of == WB_SHIPMENT)
		return &st->u.correction.shipment;
	return NULL;
}

static bool lists(const struct wb_serials *s, const char *serial)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->serial[i], serial) == 0)
			return true;
	return false;
}

/* Whether the statement is about the unit that is asked for. */
static bool concerns(const struct wb_statement *st, const char *serial)
{
	const struct wb_handling *h = handling_of(st);
	const struct wb_shipment *s = shipment_of(st);

	if (serial == NULL || st->type == WB_VOID)
		return true;
	return (h != NULL && lists(&h->serials, serial)) ||
	       (s != NULL && lists(&s->serials, serial));
}

static void add_handling(struct wb_buf *b, const struct wb_handling *h)
{
	wb_buf_str(b, ",\"facility\":");
	wb_buf_fmt(b, h->facility == NULL ? "null" : "\"%s\"",
		   h->facility == NULL ? "" : h->facility);
	if (h->to_facility != NULL)
		wb_buf_fmt(b, ",\"to_facility\":\"%s\"", h->to_facility);
	if (h->to_party != NULL)
		wb_buf_fmt(b, ",\"to_party\":\"%s\",\"to_country\":\"%s\"",
			   h->to_party, h->to_country);
	wb_buf_str(b, ",\"items\":[");
	for (size_t i = 0; i < h->n_items; i++)
		wb_buf_fmt(b, "%s{\"line\":%d,\"quantity\":%lld}",
			   i == 0 ? "" : ",", (int)h->item[i].line,
			   LL(h->item[i].quantity));
	wb_buf_str(b, "]");
}

static void add_shipment(struct wb_buf *b, const struct wb_shipment *s)
{
	wb_buf_str(b, ",\"items\":[");
	for (size_t i = 0; i < s->n_items; i++)
		wb_buf_fmt(b, "%s{\"line\":%d,\"quantity\":%lld}",
			   i == 0 ? "" : ",", (int)s->item[i].line,
			   LL(s->item[i].quantity));
	wb_buf_str(b, "]");
}

/* The codes of the findings that ask somebody to do something. */
static int add_findings(struct wb_buf *b, struct wb_slice judgement)
{
	struct wb_json top, list;
	struct wb_decoder d;
	const char *comma = "";
	size_t n;
	int rc = wb_json_open(judgement, &d, NULL);

	if (rc != 0)
		return rc == WB_ENOMEM ? rc : WB_ECORRUPT;
	top = wb_json_top(&d);
	list = wb_json_list(wb_json_need(&top, "findings"), 0, WB_FINDINGS_MAX,
			    &n);
	wb_buf_str(b, ",\"findings\":[");
	for (size_t i = 0; i < n; i++) {
		struct wb_json one = wb_json_at(&list, i);
		const char *code =
			wb_json_string(wb_json_need(&one, "code"), 64);
		const char *severity =
			wb_json_string(wb_json_need(&one, "severity"), 16);

		if (code == NULL || severity == NULL ||
		    strcmp(severity, "info") == 0)
			continue;
		wb_buf_fmt(b, "%s\"%s\"", comma, code);
		comma = ",";
	}
	wb_buf_str(b, "]");
	wb_json_close(d.document);
	return d.error == 0 ? 0 : WB_ECORRUPT;
}

static int is_about(void *ctx, const char *party, const char *id, bool *ret)
{
	const struct events *e = ctx;

	*ret = strcmp(e->party, party) == 0 && strcmp(e->id, id) == 0;
	return 0;
}

/* What a sweep found about the shipment: codes, and in words. */
static int add_swept(const struct events *e, struct wb_buf *b,
		     struct wb_slice judgement)
{
	struct events about = *e;
	struct wb_buf codes, words;
	struct wb_told told = {.may = is_about, .ctx = &about, .codes = &codes};
	int rc;

	wb_buf_init(&codes, WB_JUDGEMENT_MAX);
	wb_buf_init(&words, WB_JUDGEMENT_MAX);
	rc = wb_told_json(&told, judgement, &words);
	wb_buf_str(b, ",\"findings\":[");
	wb_buf_add(b, codes.p, codes.len);
	wb_buf_str(b, "],\"told\":");
	wb_buf_add(b, words.p, words.len);
	b->failed |= codes.failed || words.failed;
	wb_buf_free(&codes);
	wb_buf_free(&words);
	return rc;
}

static wb_date day_of(const struct wb_statement *st)
{
	const struct wb_handling *h = handling_of(st);
	const struct wb_shipment *s = shipment_of(st);

	if (h != NULL)
		return h->date;
	return s != NULL ? s->export_date : wb_time_date(st->issued);
}

static int add_event(const struct events *e, struct wb_buf *b, uint64_t seq,
		     const struct wb_statement *st,
		     const struct wb_entry *entry)
{
	const struct wb_handling *h = handling_of(st);
	const struct wb_shipment *s = shipment_of(st);
	struct wb_verdict_view view;
	char date[WB_DATE_TEXT + 1];
	int rc = wb_judgement_read(entry->judgement, &view);

	if (rc != 0)
		return rc == WB_ENOMEM ? rc : WB_ECORRUPT;
	wb_date_format(day_of(st), date);
	wb_buf_fmt(b, "{\"seq\":%llu,\"date\":\"%s\",\"type\":\"%s\"",
		   (unsigned long long)seq, date, wb_kind(st->type)->name);
	wb_buf_fmt(b, ",\"party\":\"%s\",\"id\":\"%s\",\"verdict\":\"%s\"",
		   st->party, st->id, wb_verdict_name(view.verdict));
	if (st->type == WB_CORRECTION)
		wb_buf_fmt(b, ",\"corrects\":\"%s\"",
			   st->u.correction.corrects);
	if (st->type == WB_VOID)
		wb_buf_fmt(b, ",\"voids\":\"%s\"", st->u.voiding.voids);
	if (st->type == WB_RETIREMENT)
		wb_buf_fmt(b, ",\"kind\":\"%s\"",
			   wb_retirement_name(st->u.handling.kind));
	if (h != NULL)
		add_handling(b, h);
	if (s != NULL)
		add_shipment(b, s);
	/* A sweep that judges the shipment again is about nothing else. */
	if (st->type == WB_SWEEP && st->about[0] == '\0')
		rc = add_swept(e, b, entry->judgement);
	else
		rc = add_findings(b, entry->judgement);
	wb_buf_str(b, "}");
	return rc;
}

/* One record, if it is to be shown. */
static int show(const struct events *e, uint64_t seq, const char **comma,
		struct wb_buf *b)
{
	struct wb_statement st;
	struct wb_entry entry;
	bool shown = true;
	int rc;

	if (seq >= e->asked->size)
		return 0;
	rc = e->asked->entry(e->asked->ctx, seq, &entry);
	if (rc == WB_ENOTFOUND) {
		shown = false;
		rc = e->asked->any(e->asked->ctx, seq, &entry);
	}
	if (rc == 0)
		rc = decode(&entry, &st);
	if (rc != 0)
		return rc;
	if ((shown || st.type == WB_SWEEP) && concerns(&st, e->serial)) {
		wb_buf_str(b, *comma);
		*comma = ",";
		rc = add_event(e, b, seq, &st, &entry);
	}
	wb_statement_free(&st);
	return rc;
}

static int add_history(const struct wb_custody_asked *asked, const char *party,
		       const char *id, const char *serial, struct wb_buf *b)
{
	struct events e = {
		.asked = asked, .party = party, .id = id, .serial = serial};
	char about[WB_ABOUT_MAX + 1];
	const char *comma = "";
	int rc;

	snprintf(about, sizeof(about), "%s/%s", party, id);
	rc = add_events(&e, about);
	if (rc == 0)
		rc = add_second(&e);
	if (rc != 0)
		return rc;
	qsort(e.seq, e.n, sizeof(e.seq[0]), by_number);
	wb_buf_str(b, ",\"events\":[");
	for (size_t i = 0; i < e.n; i++) {
		if (i > 0 && e.seq[i] == e.seq[i - 1])
			continue;
		rc = show(&e, e.seq[i], &comma, b);
		if (rc != 0)
			return rc;
	}
	wb_buf_fmt(b, "],\"more\":%s}\n", e.more ? "true" : "false");
	return 0;
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
	struct wb_ship ship;
	int rc = find_ship(asked, party, id, NULL, &ship);

	if (rc != 0)
		return rc;
	wb_buf_str(out, "{");
	add_ship(out, party, id, &ship);
	return add_history(asked, party, id, NULL, out);
}

int wb_custody_serial_json(const struct wb_custody_asked *asked,
			   const char *serial, struct wb_buf *out)
{
	char key[WB_STATE_KEY_MAX + 1];
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
	if (s.party[0] == '\0') {
		wb_buf_str(out, ",\"shipment\":null,\"events\":[],"
				"\"more\":false}\n");
		return 0;
	}
	wb_buf_str(out, ",\"shipment\":{");
	add_ship(out, s.party, s.id, &ship);
	wb_buf_str(out, "}");
	return add_history(asked, s.party, s.id, serial, out);
}
