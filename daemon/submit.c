#include <string.h>

#include "daemon/read.h"

/*
 * submit: what the verifier threads do for a statement, before and after the
 * sequencer.
 */

/* The key of line i: registered, or one that the statement registers and
 * that signs to prove possession. */
static int find_key(const struct wb_job *job, const struct wb_state *state,
		    size_t i, struct wb_vkey *ret, struct wb_problem *problem)
{
	const struct wb_note_line *line = &job->note.line[i];
	const struct wb_statement *st = &job->statement;
	int rc = wb_registered_key(state, line->name, line->id, ret);

	if (rc != WB_ENOTFOUND)
		return rc;
	for (size_t k = 0; st->type == WB_PARTY && k < st->u.party_reg.n_keys;
	     k++) {
		if (wb_note_line_by(&job->note, i, &st->u.party_reg.key[k])) {
			*ret = st->u.party_reg.key[k];
			return 0;
		}
	}
	rc = wb_refuse(problem, WB_P_KEY_UNKNOWN, "",
		       "signature line %zu is by a key that is not registered",
		       i + 1);
	wb_problem_found(problem, line->name);
	return rc;
}

/* That each line is a good signature by its key.  Whether these lines are the
 * ones that the statement asks for is for the sequencer to say. */
static int check_lines(const struct wb_job *job, struct wb_view *view,
		       struct wb_problem *problem)
{
	struct wb_state state = wb_view_state(view);
	struct wb_vkey key[WB_NOTE_LINES_MAX];
	int rc;

	/* All keys first: a look-up is cheap, a signature is not. */
	for (size_t i = 0; i < job->note.n; i++) {
		rc = find_key(job, &state, i, &key[i], problem);
		if (rc != 0)
			return rc;
	}
	for (size_t i = 0; i < job->note.n; i++) {
		if (wb_note_verify(&job->note, i, &key[i]) == 0)
			continue;
		rc = wb_refuse(problem, WB_P_SIGNATURE, "",
			       "signature line %zu does not verify", i + 1);
		wb_problem_found(problem, job->note.line[i].name);
		return rc;
	}
	return 0;
}

static int verify(struct wb_service *s, struct wb_job *job,
		  struct wb_problem *problem)
{
	struct wb_view *view;
	int rc;

	rc = wb_statement_open(job->body, s->origin, &job->note,
			       &job->statement, problem);
	if (rc != 0)
		return rc;
	rc = wb_view_open(s->store, &view);
	if (rc == 0) {
		rc = check_lines(job, view, problem);
		wb_view_close(view);
	}
	if (rc != 0)
		wb_statement_free(&job->statement);
	return rc;
}

bool wb_step_verify(struct wb_service *s, struct wb_job *job)
{
	struct wb_problem problem;
	int rc;

	memset(&problem, 0, sizeof(problem));
	rc = verify(s, job, &problem);
	if (rc == 0)
		return true;
	if (rc != WB_EREFUSED)
		wb_service_problem(s, rc, &problem);
	wb_reply_problem(&job->reply, &problem);
	return false;
}

static int make_receipt(struct wb_service *s, struct wb_job *job,
			struct wb_scratch *scratch)
{
	struct wb_slice receipt;
	struct wb_view *view;
	struct wb_writer w;
	int rc;

	rc = wb_view_open(s->store, &view);
	if (rc != 0)
		return rc;
	wb_writer_init(&w, scratch->receipt, sizeof(scratch->receipt));
	rc = wb_ledger_receipt(s->ledger, view, job->outcome.seq, &w);
	wb_view_close(view);
	if (rc == 0)
		rc = wb_writer_end(&w, &receipt);
	if (rc != 0)
		return rc;
	wb_reply_init(&job->reply, job->outcome.repeated ? 200 : 201,
		      WB_NOTE_TYPE, WB_CACHE_PRIVATE);
	wb_buf_add(&job->reply.body, receipt.p, receipt.len);
	if (!job->reply.body.failed)
		return 0;
	wb_reply_free(&job->reply);
	return WB_ENOMEM;
}

void wb_step_answer(struct wb_service *s, struct wb_job *job,
		    struct wb_scratch *scratch)
{
	int rc = job->outcome.result;

	wb_statement_free(&job->statement);
	if (rc == 0)
		rc = make_receipt(s, job, scratch);
	if (rc == 0)
		return;
	if (rc == WB_ECORRUPT)
		wb_service_damage(s);
	if (rc != WB_EREFUSED)
		wb_service_problem(s, rc, &job->outcome.problem);
	wb_reply_problem(&job->reply, &job->outcome.problem);
}
