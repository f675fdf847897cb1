#include "daemon/read.h"

/*
 * read_record: one record and what is stored with it.
 */

int wb_read_record(struct wb_question *r, struct wb_reply *reply)
{
	struct wb_entry e;
	int rc;

	if (r->routed->seq >= r->size)
		return wb_read_nothing(r);
	rc = wb_ledger_entry(r->service->ledger, r->view, r->routed->seq, &e);
	if (rc != 0)
		return rc;
	wb_reply_init(reply, 200, WB_NOTE_TYPE, WB_CACHE_FOREVER);
	wb_buf_add(&reply->body, e.record.p, e.record.len);
	return 0;
}

static enum wb_part part_of(enum wb_route route)
{
	if (route == WB_R_STATEMENT)
		return WB_PART_STATEMENT;
	if (route == WB_R_JUDGEMENT)
		return WB_PART_JUDGEMENT;
	if (route == WB_R_RECEIPT)
		return WB_PART_RECEIPT;
	return WB_PART_WORKINGS;
}

/* Whether anyone may read the kind of statement that e holds. */
static int kind_open(const struct wb_entry *e, bool *ret)
{
	struct wb_statement st;
	struct wb_note note;
	int rc = wb_read_statement(e, &note, &st);

	if (rc != 0)
		return rc;
	*ret = wb_kind(st.type)->open;
	wb_statement_free(&st);
	return 0;
}

/* 0 if who asks may see this part, else the one answer for all others. */
static int check_right(struct wb_question *r, const struct wb_entry *e,
		       enum wb_part part, bool *ret_open)
{
	struct wb_guest guest;
	bool may = false;
	int rc;

	rc = kind_open(e, ret_open);
	if (rc != 0 || *ret_open)
		return rc;
	rc = wb_read_guest(r, &guest);
	if (rc != 0)
		return rc;
	if (!guest.known)
		return wb_read_needs_note(r);
	rc = wb_guest_may(&guest, r->view, r->routed->seq, *ret_open, part,
			  &may);
	if (rc != 0)
		return rc;
	return may ? 0 : wb_read_nothing(r);
}

static void add_committed(struct wb_buf *b, const char *name,
			  struct wb_slice text, const uint8_t *salt)
{
	wb_buf_fmt(b, "{\"%s\":", name);
	wb_json_add(b, text);
	wb_buf_str(b, ",\"salt\":");
	wb_json_add_base64(b, salt, WB_SALT_LEN);
	wb_buf_str(b, "}\n");
}

static int add_receipt(struct wb_question *r, struct wb_buf *b)
{
	struct wb_slice receipt;
	struct wb_writer w;
	int rc;

	wb_writer_init(&w, r->scratch->receipt, sizeof(r->scratch->receipt));
	rc = wb_ledger_receipt(r->service->ledger, r->view, r->routed->seq, &w);
	if (rc == 0)
		rc = wb_writer_end(&w, &receipt);
	if (rc != 0)
		return rc;
	wb_buf_add(b, receipt.p, receipt.len);
	return 0;
}

int wb_read_part(struct wb_question *r, struct wb_reply *reply)
{
	enum wb_part part = part_of(r->routed->route);
	bool json = part == WB_PART_JUDGEMENT || part == WB_PART_WORKINGS;
	struct wb_entry e;
	bool open = false;
	int rc;

	if (r->routed->seq >= r->size)
		return wb_read_nothing(r);
	rc = wb_ledger_entry(r->service->ledger, r->view, r->routed->seq, &e);
	if (rc == 0)
		rc = check_right(r, &e, part, &open);
	if (rc != 0)
		return rc;

	wb_reply_init(reply, 200, json ? WB_JSON_TYPE : WB_NOTE_TYPE,
		      open ? WB_CACHE_FOREVER : WB_CACHE_PRIVATE);
	switch (part) {
	case WB_PART_STATEMENT:
		wb_buf_add(&reply->body, e.statement.p, e.statement.len);
		break;
	case WB_PART_JUDGEMENT:
		add_committed(&reply->body, "judgement", e.judgement,
			      e.judgement_salt);
		break;
	case WB_PART_WORKINGS:
		add_committed(&reply->body, "workings", e.workings,
			      e.workings_salt);
		break;
	case WB_PART_RECEIPT:
		return add_receipt(r, &reply->body);
	}
	return 0;
}
