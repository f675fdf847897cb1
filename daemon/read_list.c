#include <string.h>

#include "daemon/read.h"
#include "proto/query.h"
#include "proto/told.h"
#include "waybill/text.h"

/*
 * read_list: GET /v1/records, a page of those records that who asks may see.
 *
 * Where to look is chosen so that the answer, its length and where it stops
 * depend on nothing that the guest may not see: an index by party or country
 * is walked for full guests only, or for a guest's own party.  Others walk the
 * book, and what is hidden is passed over before the query is looked at.
 */

struct page {
	struct wb_question *r;
	struct wb_records_query q;
	struct wb_guest guest;
	struct wb_buf *out;
	enum { BOOK, BY_PARTY, BY_COUNTRY } walk;
	bool filtered; /* by what a hidden record must not tell */
	size_t rows;
};

/* One record, taken apart. */
struct row {
	uint64_t seq;
	struct wb_entry e;
	struct wb_record record;
	struct wb_note note;
	struct wb_statement st;
	struct wb_verdict_view view;
};

static void choose_walk(struct page *p)
{
	const struct wb_records_query *q = &p->q;

	p->walk = BOOK;
	if (q->party[0] != '\0' &&
	    (p->guest.full ||
	     (p->guest.known && strcmp(q->party, p->guest.party) == 0)))
		p->walk = BY_PARTY;
	else if (q->country[0] != '\0' && p->guest.full)
		p->walk = BY_COUNTRY;
}

/* The next record to look at, from *seq on; WB_ENOTFOUND at the end. */
static int next_seq(const struct page *p, uint64_t *seq)
{
	uint64_t found = *seq;
	size_t n = 1;
	int rc = 0;

	switch (p->walk) {
	case BOOK:
		break;
	case BY_PARTY:
		rc = wb_view_index(p->r->view, WB_BY_PARTY_ID, p->q.party, *seq,
				   &found, 1, &n);
		break;
	case BY_COUNTRY:
		rc = wb_view_index(p->r->view, WB_BY_COUNTRY, p->q.country,
				   *seq, &found, 1, &n);
		break;
	}
	if (rc != 0)
		return rc;
	if (n == 0 || found >= p->r->size)
		return WB_ENOTFOUND;
	*seq = found;
	return 0;
}

static int record_day(struct wb_question *r, uint64_t seq, wb_date *ret)
{
	struct wb_record record;
	struct wb_entry e;
	int rc = wb_ledger_entry(r->service->ledger, r->view, seq, &e);

	if (rc == 0)
		rc = wb_record_parse(wb_slice(e.record.p, e.text_len), &record);
	if (rc != 0)
		return WB_ECORRUPT;
	*ret = wb_time_date(record.time);
	return 0;
}

/* The first record of day or later: time never decreases in the book. */
static int first_since(struct wb_question *r, wb_date day, uint64_t *ret)
{
	uint64_t low = 0, high = r->size;
	wb_date at;
	int rc;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		rc = record_day(r, middle, &at);
		if (rc != 0)
			return rc;
		if (at < day)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = low;
	return 0;
}

/* --- one record ------------------------------------------------------- */

static int open_row(struct page *p, struct row *row)
{
	int rc = wb_ledger_entry(p->r->service->ledger, p->r->view, row->seq,
				 &row->e);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	if (wb_record_parse(wb_slice(row->e.record.p, row->e.text_len),
			    &row->record) != 0)
		return WB_ECORRUPT;
	return wb_read_statement(&row->e, &row->note, &row->st);
}

/*
 * Whether the judgement has that member with that value.  Within its strings
 * every quote stands behind a backslash, so no text can pass for one.
 */
static bool says(struct wb_slice judgement, const char *member,
		 const char *value)
{
	char text[96];
	int n = snprintf(text, sizeof(text), "%s%s\",", member, value);

	return n > 0 && (size_t)n < sizeof(text) &&
	       memmem(judgement.p, judgement.len, text, (size_t)n) != NULL;
}

/* Whether a sweep found something about the facility: it is listed under it. */
static int found_at(struct page *p, const struct row *row, bool *ret)
{
	char about[WB_ABOUT_MAX + 1];

	snprintf(about, sizeof(about), "%s/%s", p->q.operator, p->q.facility);
	return wb_index_has(p->r->view, WB_BY_PARTY_ID, about, row->seq, ret);
}

/* Whether the row, which is visible, is asked for. */
static int wanted(struct page *p, struct row *row, bool *ret)
{
	const struct wb_records_query *q = &p->q;
	bool yes = !q->has_type || q->type == row->st.type;
	int rc;

	if (wb_judgement_read(row->e.judgement, &row->view) != 0)
		return WB_ECORRUPT;
	if (q->has_verdict && q->verdict != row->view.verdict)
		yes = false;
	if (yes && q->finding[0] != '\0')
		yes = says(row->e.judgement, "{\"code\":\"", q->finding);
	if (yes && q->model[0] != '\0')
		yes = says(row->e.judgement, ",\"model\":\"", q->model);
	if (yes && q->facility[0] != '\0' && row->st.type == WB_SWEEP) {
		rc = found_at(p, row, &yes);
		if (rc != 0)
			return rc;
	} else if (yes && q->facility[0] != '\0') {
		yes = wb_statement_at(&row->st, q->operator, q->facility);
	}
	if (yes && q->party[0] != '\0') {
		rc = wb_index_has(p->r->view, WB_BY_PARTY_ID, q->party,
				  row->seq, &yes);
		if (rc != 0)
			return rc;
	}
	if (yes && q->country[0] != '\0') {
		rc = wb_index_has(p->r->view, WB_BY_COUNTRY, q->country,
				  row->seq, &yes);
		if (rc != 0)
			return rc;
	}
	*ret = yes;
	return 0;
}

static void add_text(struct wb_buf *b, const char *name, const char *value)
{
	wb_buf_fmt(b, ",\"%s\":", name);
	wb_json_add_str(b, value);
}

static void add_slice(struct wb_buf *b, const char *name, struct wb_slice s)
{
	wb_buf_fmt(b, ",\"%s\":", name);
	wb_json_add(b, s);
}

static void begin_row(struct page *p, uint64_t seq)
{
	wb_buf_fmt(p->out, "%s{\"seq\":%llu", p->rows > 0 ? "," : "",
		   (unsigned long long)seq);
	p->rows++;
}

static int add_contents(struct page *p, const struct row *row)
{
	const struct wb_entry *e = &row->e;
	bool may = false;
	int rc;

	add_slice(p->out, "record", e->record);
	add_slice(p->out, "statement", e->statement);
	add_slice(p->out, "judgement", e->judgement);
	wb_buf_str(p->out, ",\"judgement_salt\":");
	wb_json_add_base64(p->out, e->judgement_salt, WB_SALT_LEN);
	rc = wb_guest_may(&p->guest, p->r->view, row->seq,
			  wb_kind(row->st.type)->open, WB_PART_WORKINGS, &may);
	if (rc != 0 || !may)
		return rc;
	add_slice(p->out, "workings", e->workings);
	wb_buf_str(p->out, ",\"workings_salt\":");
	wb_json_add_base64(p->out, e->workings_salt, WB_SALT_LEN);
	return 0;
}

/* What a row begins with; findings are those shown. */
static void add_heads(struct page *p, const struct row *row, size_t findings)
{
	char time[WB_TIME_MS_TEXT + 1];

	wb_time_ms_format(row->record.time, time);
	begin_row(p, row->seq);
	add_text(p->out, "time", time);
	add_text(p->out, "type", wb_kind(row->st.type)->name);
	add_text(p->out, "party", row->st.party);
	add_text(p->out, "id", row->st.id);
	add_text(p->out, "verdict", wb_verdict_name(row->view.verdict));
	add_text(p->out, "basis", row->view.basis);
	add_text(p->out, "review", row->view.review);
	wb_buf_str(p->out, ",\"scopes\":[");
	for (size_t i = 0; i < row->view.n_scopes; i++) {
		wb_buf_str(p->out, i > 0 ? "," : "");
		wb_json_add_str(p->out, row->view.scope[i]);
	}
	wb_buf_fmt(p->out, "],\"findings\":%zu", findings);
}

static int add_row(struct page *p, const struct row *row)
{
	int rc = 0;

	add_heads(p, row, row->view.n_findings);
	if (p->q.contents)
		rc = add_contents(p, row);
	wb_buf_str(p->out, "}");
	return rc;
}

/* A record that is not for this guest: its text is open all the same. */
static void add_hidden(struct page *p, const struct row *row)
{
	if (!p->q.contents || p->filtered)
		return;
	begin_row(p, row->seq);
	add_slice(p->out, "record", row->e.record);
	wb_buf_str(p->out, "}");
}

/* --- of a sweep, what it found about the guest's own ------------------- */

/* Who may see a statement is told what a sweep found about it. */
static int may_be_told(void *ctx, const char *party, const char *id, bool *ret)
{
	const struct page *p = ctx;
	uint64_t seq;
	int rc;

	*ret = false;
	if (p->q.facility[0] != '\0' && (strcmp(party, p->q.operator) != 0 ||
					 strcmp(id, p->q.facility) != 0))
		return 0;
	*ret = p->guest.full || strcmp(party, p->guest.party) == 0;
	if (*ret)
		return 0;
	rc = wb_view_find(p->r->view, party, id, &seq);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	return wb_index_has(p->r->view, WB_BY_PARTY_ID, p->guest.party, seq,
			    ret);
}

/* Whether such a sweep is asked for.  It names no party and no model. */
static int sweep_wanted(struct page *p, const struct row *row,
			const struct wb_told *told, bool *ret)
{
	const struct wb_records_query *q = &p->q;

	*ret = (!q->has_type || q->type == WB_SWEEP) &&
	       (!q->has_verdict || q->verdict == row->view.verdict) &&
	       (q->finding[0] == '\0' || told->has_code) &&
	       q->party[0] == '\0' && q->model[0] == '\0';
	if (!*ret || q->country[0] == '\0')
		return 0;
	return wb_index_has(p->r->view, WB_BY_COUNTRY, q->country, row->seq,
			    ret);
}

static int visit_sweep(struct page *p, struct row *row)
{
	struct wb_told told = {
		.may = may_be_told, .ctx = p, .code = p->q.finding};
	bool yes = false;
	struct wb_buf words;
	int rc;

	wb_buf_init(&words, WB_JUDGEMENT_MAX);
	rc = wb_told_json(&told, row->e.judgement, &words);
	if (rc == 0 && told.n == 0) {
		add_hidden(p, row);
	} else if (rc == 0) {
		rc = wb_judgement_read(row->e.judgement, &row->view) == 0
			     ? sweep_wanted(p, row, &told, &yes)
			     : WB_ECORRUPT;
		if (yes) {
			add_heads(p, row, told.alerts);
			wb_buf_str(p->out, ",\"told\":");
			wb_buf_add(p->out, words.p, words.len);
			if (p->q.contents)
				add_slice(p->out, "record", row->e.record);
			wb_buf_str(p->out, "}");
		}
	}
	p->out->failed |= words.failed;
	wb_buf_free(&words);
	return rc;
}

static int visit(struct page *p, struct row *row)
{
	bool visible = false, yes = false;
	int rc;

	rc = wb_guest_may(&p->guest, p->r->view, row->seq,
			  wb_kind(row->st.type)->open, WB_PART_JUDGEMENT,
			  &visible);
	if (rc != 0)
		return rc;
	if (!visible && p->guest.known && row->st.type == WB_SWEEP)
		return visit_sweep(p, row);
	if (!visible) {
		add_hidden(p, row);
		return 0;
	}
	rc = wanted(p, row, &yes);
	if (rc != 0 || !yes)
		return rc;
	return add_row(p, row);
}

/* --- the page --------------------------------------------------------- */

/* Whether the page holds as much as one may; or enough has been looked at. */
static bool full(const struct page *p, size_t looked_at)
{
	return p->rows >= p->q.limit || looked_at >= WB_QUERY_SCAN_MAX ||
	       p->out->len >= WB_QUERY_BYTES_MAX;
}

/* Go through the records from seq on; *ret_next is the last one looked at if
 * the page ended before they did. */
static int fill(struct page *p, uint64_t seq, bool *ret_more,
		uint64_t *ret_next)
{
	wb_date until = p->q.until;
	struct row row;
	size_t looked_at = 0;
	int rc;

	*ret_more = false;
	while ((rc = next_seq(p, &seq)) == 0) {
		if (full(p, looked_at)) {
			*ret_more = true;
			*ret_next = seq - 1;
			return 0;
		}
		row.seq = seq;
		rc = open_row(p, &row);
		if (rc != 0)
			return rc;
		if (until != WB_DATE_NONE &&
		    wb_time_date(row.record.time) > until) {
			wb_statement_free(&row.st);
			return 0;
		}
		rc = visit(p, &row);
		wb_statement_free(&row.st);
		if (rc != 0)
			return rc;
		looked_at++;
		seq++;
	}
	return rc == WB_ENOTFOUND ? 0 : rc;
}

/* Where the page begins. */
static int begin(struct page *p, uint64_t *ret)
{
	uint64_t from = 0, since;
	int rc;

	if (p->q.has_after) {
		from = p->q.after < p->r->size ? p->q.after + 1 : p->r->size;
	}
	if (p->q.since != WB_DATE_NONE) {
		rc = first_since(p->r, p->q.since, &since);
		if (rc != 0)
			return rc;
		if (since > from)
			from = since;
	}
	*ret = from;
	return 0;
}

int wb_read_records(struct wb_question *r, struct wb_reply *reply)
{
	struct page p = {.r = r, .out = &reply->body};
	uint64_t from = 0, next = 0;
	bool more = false;
	int rc;

	rc = wb_records_query_parse(r->routed->query, &p.q, r->problem);
	if (rc == 0)
		rc = wb_read_guest(r, &p.guest);
	if (rc == 0)
		rc = begin(&p, &from);
	if (rc != 0)
		return rc;
	p.filtered = p.q.party[0] != '\0' || p.q.country[0] != '\0' ||
		     p.q.has_verdict || p.q.has_type ||
		     p.q.finding[0] != '\0' || p.q.model[0] != '\0' ||
		     p.q.facility[0] != '\0';
	choose_walk(&p);

	wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_PRIVATE);
	wb_buf_str(&reply->body, "{\"records\":[");
	rc = fill(&p, from, &more, &next);
	if (rc != 0)
		return rc;
	wb_buf_str(&reply->body, "]");
	if (more)
		wb_buf_fmt(&reply->body, ",\"next\":%llu",
			   (unsigned long long)next);
	wb_buf_str(&reply->body, "}\n");
	return 0;
}
