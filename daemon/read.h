#ifndef WB_DAEMON_READ_H
#define WB_DAEMON_READ_H

#include "daemon/guest.h"
#include "daemon/service.h"

/*
 * read: the questions that a verifier thread answers from one view.
 *
 * An answer is built whole in memory and the view closed before it goes to
 * the loop.  Nothing past the released head is shown, though the store may
 * hold it already.
 */
struct wb_question {
	struct wb_service *service;
	const struct wb_http_request *request;
	const struct wb_routed *routed;
	struct wb_scratch *scratch;
	struct wb_view *view;
	const struct wb_head *head;
	uint64_t size; /* records that may be shown */
	wb_time now;
	struct wb_problem *problem;
};

/*
 * Each answers one kind of question into reply, which is initialised by it.
 * 0, WB_EREFUSED with *r->problem, or another error; reply is freed by the
 * caller in any case.
 */
int wb_read_checkpoint(struct wb_question *r,
		       struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_tile(struct wb_question *r, struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_consistency(struct wb_question *r,
			struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_record(struct wb_question *r, struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_part(struct wb_question *r, struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_records(struct wb_question *r,
		    struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_country(struct wb_question *r,
		    struct wb_reply *reply) WB_MUST_CHECK;
/* Of a shipment, or of a serial number. */
int wb_read_shipment(struct wb_question *r,
		     struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_policies(struct wb_question *r,
		     struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_policy(struct wb_question *r, struct wb_reply *reply) WB_MUST_CHECK;
int wb_read_parties(struct wb_question *r,
		    struct wb_reply *reply) WB_MUST_CHECK;

/* Agreements, or licences. */
int wb_read_granted(struct wb_question *r,
		    struct wb_reply *reply) WB_MUST_CHECK;

/* Who asks; WB_EREFUSED for an access note that does not hold. */
int wb_read_guest(struct wb_question *r, struct wb_guest *ret) WB_MUST_CHECK;
/* The one answer to "not there" and "not yours". */
int wb_read_nothing(struct wb_question *r) WB_MUST_CHECK;
/* The answer to a question that needs an access note and has none. */
int wb_read_needs_note(struct wb_question *r) WB_MUST_CHECK;

/*
 * The statement of an entry, decoded; note borrows from e.  Stored statements
 * were decoded before they were stored: what does not decode is WB_ECORRUPT.
 * The caller frees ret.
 */
int wb_read_statement(const struct wb_entry *e, struct wb_note *note,
		      struct wb_statement *ret) WB_MUST_CHECK;

/* Append text as a JSON string, and bytes as one in base64. */
void wb_json_add(struct wb_buf *b, struct wb_slice text);
void wb_json_add_str(struct wb_buf *b, const char *text);
void wb_json_add_base64(struct wb_buf *b, const void *p, size_t len);

#define WB_JSON_TYPE "application/json"
#define WB_NOTE_TYPE "text/plain; charset=utf-8"
#define WB_TILE_TYPE "application/octet-stream"

#endif /* WB_DAEMON_READ_H */
