#include "proto/custody_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "proto/told.h"

#define LL(n) ((long long)(n))

/* What one record says, in the text of them all. */
struct said {
	wb_date date;
	uint64_t seq;
	size_t from, len;
};

/* The records to list. */
struct events {
	const struct wb_custody_asked *asked;
	const struct wb_custody_what *what;
	bool more;
	size_t n;
	uint64_t seq[WB_CUSTODY_EVENTS_MAX];
	size_t n_said;
	struct said said[WB_CUSTODY_EVENTS_MAX];
	struct wb_buf text;
};

/* --- records -------------------------------------------------------------- */

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

static bool lists(const struct wb_serials *s, const char *serial)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->serial[i], serial) == 0)
			return true;
	return false;
}

/* Whether a void takes back one of the records in hand from first on. */
static bool takes_back(const struct events *e, size_t first,
		       const struct wb_statement *st)
{
	uint64_t seq;

	if (st->type != WB_VOID || wb_view_find(e->asked->view, st->party,
						st->u.voiding.voids, &seq) != 0)
		return false;
	for (size_t i = first; i < e->n; i++)
		if (e->seq[i] == seq)
			return true;
	return false;
}

/* Take the record if it is an inventory that lists the unit, or the void of
 * one that was taken. */
static int add_count(struct events *e, size_t first, uint64_t seq)
{
	const char *serial = e->what->serial;
	const struct wb_inventory *inv;
	struct wb_statement st;
	struct wb_entry entry;
	int rc = e->asked->any(e->asked->ctx, seq, &entry);

	if (rc != 0)
		return rc;
	/* Most are about other units; a text with escapes is read. */
	if (memmem(entry.statement.p, entry.statement.len, serial,
		   strlen(serial)) == NULL &&
	    memmem(entry.statement.p, entry.statement.len, "void", 4) == NULL &&
	    memchr(entry.statement.p, '\\', entry.statement.len) == NULL)
		return 0;
	rc = decode(&entry, &st);
	if (rc != 0)
		return rc;
	inv = wb_inventory_of(&st);
	if (takes_back(e, first, &st) ||
	    (inv != NULL && lists(&inv->serials, serial))) {
		if (e->n == WB_CUSTODY_EVENTS_MAX)
			e->more = true;
		else
			e->seq[e->n++] = seq;
	}
	wb_statement_free(&st);
	return 0;
}

/* The inventories of those who may have counted the unit. */
static int add_counts(struct events *e)
{
	size_t left = WB_CUSTODY_LOOKED_MAX, n, first = e->n;
	uint64_t seq[64], from;
	int rc = 0;

	for (size_t i = 0; i < e->what->n_holders && rc == 0; i++) {
		from = 0;
		do {
			rc = wb_view_index(e->asked->view, WB_BY_PARTY_ID,
					   e->what->holder[i], from, seq, 64,
					   &n);
			for (size_t k = 0; k < n && rc == 0; k++)
				if (seq[k] < e->asked->size && left > 0) {
					left--;
					rc = add_count(e, first, seq[k]);
				}
			from = n == 0 ? 0 : seq[n - 1] + 1;
		} while (rc == 0 && n == 64 && left > 0);
	}
	e->more |= left == 0;
	return rc;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int by_date(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* --- one of them ---------------------------------------------------------- */

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

/* Whether the statement is about the unit that is asked for. */
static bool concerns(const struct wb_statement *st, const char *serial)
{
	const struct wb_handling *h = handling_of(st);
	const struct wb_shipment *s = shipment_of(st);
	const struct wb_inventory *inv = wb_inventory_of(st);

	if (serial == NULL || st->type == WB_VOID)
		return true;
	return (inv != NULL && lists(&inv->serials, serial)) ||
	       (h != NULL && lists(&h->serials, serial)) ||
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
	wb_buf_fmt(b, ",\"consignee\":\"%s\",\"items\":[", s->consignee);
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

	*ret = e->what->party != NULL && strcmp(e->what->party, party) == 0 &&
	       strcmp(e->what->id, id) == 0;
	return 0;
}

/* What a sweep found about the shipment: codes, and in words. */
static int add_swept(struct events *e, struct wb_buf *b,
		     struct wb_slice judgement)
{
	struct wb_buf codes, words;
	struct wb_told told = {.may = is_about, .ctx = e, .codes = &codes};
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
	const struct wb_inventory *inv = wb_inventory_of(st);

	if (h != NULL)
		return h->date;
	if (inv != NULL)
		return inv->date;
	return s != NULL ? s->export_date : wb_time_date(st->issued);
}

static int add_event(struct events *e, struct wb_buf *b, uint64_t seq,
		     const struct wb_statement *st,
		     const struct wb_entry *entry)
{
	const struct wb_handling *h = handling_of(st);
	const struct wb_shipment *s = shipment_of(st);
	const struct wb_inventory *inv = wb_inventory_of(st);
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
	if (inv != NULL)
		wb_buf_fmt(b, ",\"facility\":\"%s\"", inv->facility);
	/* A sweep that judges the shipment again is about nothing else. */
	if (st->type == WB_SWEEP && st->about[0] == '\0')
		rc = add_swept(e, b, entry->judgement);
	else
		rc = add_findings(b, entry->judgement);
	wb_buf_str(b, "}");
	return rc;
}

/* One record, if it is to be shown. */
static int show(struct events *e, uint64_t seq)
{
	struct said *said = &e->said[e->n_said];
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
	if ((shown || st.type == WB_SWEEP) && concerns(&st, e->what->serial)) {
		*said = (struct said){day_of(&st), seq, e->text.len, 0};
		rc = add_event(e, &e->text, seq, &st, &entry);
		said->len = e->text.len - said->from;
		e->n_said++;
	}
	wb_statement_free(&st);
	return rc;
}

/* --- all of them ---------------------------------------------------------- */

static int gather(struct events *e)
{
	char about[WB_ABOUT_MAX + 1];
	int rc = 0;

	if (e->what->party != NULL) {
		snprintf(about, sizeof(about), "%s/%s", e->what->party,
			 e->what->id);
		rc = add_events(e, about);
		if (rc == 0)
			rc = add_second(e);
	}
	if (rc == 0 && e->what->serial != NULL)
		rc = add_counts(e);
	if (rc == 0)
		qsort(e->seq, e->n, sizeof(e->seq[0]), by_number);
	for (size_t i = 0; i < e->n && rc == 0; i++)
		if (i == 0 || e->seq[i] != e->seq[i - 1])
			rc = show(e, e->seq[i]);
	return rc;
}

int wb_custody_events(const struct wb_custody_asked *asked,
		      const struct wb_custody_what *what, struct wb_buf *out)
{
	struct events *e = calloc(1, sizeof(*e));
	int rc;

	if (e == NULL)
		return WB_ENOMEM;
	e->asked = asked;
	e->what = what;
	wb_buf_init(&e->text, out->max);
	rc = gather(e);
	if (rc == 0) {
		qsort(e->said, e->n_said, sizeof(e->said[0]), by_date);
		wb_buf_str(out, ",\"events\":[");
		for (size_t i = 0; i < e->n_said && !e->text.failed; i++) {
			wb_buf_str(out, i == 0 ? "" : ",");
			wb_buf_add(out, e->text.p + e->said[i].from,
				   e->said[i].len);
		}
		wb_buf_fmt(out, "],\"more\":%s}\n", e->more ? "true" : "false");
	}
	wb_buf_free(&e->text);
	free(e);
	return rc;
}
