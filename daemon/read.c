#include <string.h>
#include <time.h>

#include "daemon/read.h"
#include "waybill/text.h"

int wb_read_guest(struct wb_question *r, struct wb_guest *ret)
{
	return wb_guest_open(r->view, r->service->origin, r->request, r->now,
			     ret, r->problem);
}

int wb_read_nothing(struct wb_question *r)
{
	return wb_refuse(r->problem, WB_P_NOT_FOUND, "", "%s",
			 "there is no such thing, or it is not yours to see");
}

int wb_read_needs_note(struct wb_question *r)
{
	return wb_refuse(r->problem, WB_P_ACCESS, "", "%s",
			 "the request carries no access note");
}

int wb_read_statement(const struct wb_entry *e, struct wb_note *note,
		      struct wb_statement *ret)
{
	int rc = wb_statement_open(e->statement, NULL, note, ret, NULL);

	return rc == 0 || rc == WB_ENOMEM ? rc : WB_ECORRUPT;
}

void wb_json_add(struct wb_buf *b, struct wb_slice text)
{
	uint8_t piece[6 * 256 + 2]; /* \u0000 is the longest escape */
	struct wb_slice done;
	struct wb_writer w;

	wb_buf_str(b, "\"");
	while (text.len > 0) {
		size_t n = text.len < 256 ? text.len : 256;

		wb_writer_init(&w, piece, sizeof(piece));
		wb_write_json(&w, wb_slice(text.p, n));
		if (wb_writer_end(&w, &done) != 0) {
			b->failed = true;
			return;
		}
		wb_buf_add(b, done.p + 1, done.len - 2);
		text = wb_slice(text.p + n, text.len - n);
	}
	wb_buf_str(b, "\"");
}

void wb_json_add_str(struct wb_buf *b, const char *text)
{
	wb_json_add(b, wb_slice_str(text));
}

void wb_json_add_base64(struct wb_buf *b, const void *p, size_t len)
{
	char text[128];

	if (wb_base64_len(len) >= sizeof(text)) {
		b->failed = true;
		return;
	}
	wb_base64(p, len, text);
	wb_buf_fmt(b, "\"%s\"", text);
}

static int dispatch(struct wb_question *r, struct wb_reply *reply)
{
	switch (r->routed->route) {
	case WB_R_CHECKPOINT:
		return wb_read_checkpoint(r, reply);
	case WB_R_TILE:
		return wb_read_tile(r, reply);
	case WB_R_RECORDS:
		return wb_read_records(r, reply);
	case WB_R_RECORD:
		return wb_read_record(r, reply);
	case WB_R_STATEMENT:
	case WB_R_JUDGEMENT:
	case WB_R_WORKINGS:
	case WB_R_RECEIPT:
		return wb_read_part(r, reply);
	case WB_R_COUNTRY:
		return wb_read_country(r, reply);
	case WB_R_CUSTODY:
	case WB_R_SERIAL:
		return wb_read_shipment(r, reply);
	case WB_R_POLICIES:
		return wb_read_policies(r, reply);
	case WB_R_POLICY:
		return wb_read_policy(r, reply);
	case WB_R_PARTIES:
		return wb_read_parties(r, reply);
	case WB_R_AGREEMENTS:
	case WB_R_LICENCES:
		return wb_read_granted(r, reply);
	case WB_R_CONSISTENCY:
		return wb_read_consistency(r, reply);
	case WB_R_SUBMIT:
	case WB_R_HEALTHZ:
	case WB_R_READYZ:
	case WB_R_METRICS:
	case WB_R_STATUS:
	case WB_ROUTES:
		break;
	}
	return WB_ENOTFOUND; /* not asked of us */
}

/* Open a view and answer from it; the view is closed on return. */
static int read_view(struct wb_service *s, struct wb_job *job,
		     struct wb_scratch *scratch, struct wb_problem *problem)
{
	struct wb_head head;
	struct wb_question r = {
		.service = s,
		.request = job->request,
		.routed = job->routed,
		.scratch = scratch,
		.head = &head,
		.now = wb_clock_ms(),
		.problem = problem,
	};
	int rc;

	/* The head first: the view then holds at least what it covers. */
	wb_ledger_head(s->ledger, &head);
	r.size = head.checkpoint.size;
	rc = wb_view_open(s->store, &r.view);
	if (rc != 0)
		return rc;
	rc = dispatch(&r, &job->reply);
	wb_view_close(r.view);
	if (rc == 0 && job->reply.body.failed)
		rc = WB_ENOMEM;
	return rc;
}

/* What a batch has changed and not released yet is so some milliseconds. */
#define READ_TRIES 25

void wb_step_read(struct wb_service *s, struct wb_job *job,
		  struct wb_scratch *scratch)
{
	static const struct timespec pause = {0, 2000000};
	struct wb_problem problem;
	int rc = WB_EBUSY;

	memset(&problem, 0, sizeof(problem));
	memset(&job->reply, 0, sizeof(job->reply));
	for (int i = 0; i < READ_TRIES && rc == WB_EBUSY &&
			atomic_load(&s->reply_bytes) <= WB_REPLY_BYTES_MAX;
	     i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		rc = read_view(s, job, scratch, &problem);
		if (rc == 0)
			return;
		wb_reply_free(&job->reply);
	}
	if (rc == WB_ECORRUPT) {
		wb_service_damage(s);
		problem.code = WB_P_INTERNAL;
	} else if (rc != WB_EREFUSED)
		wb_service_problem(s, rc, &problem);
	wb_reply_problem(&job->reply, &problem);
}
