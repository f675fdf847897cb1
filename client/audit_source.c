#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/audit.h"
#include "client/print.h"
#include "proto/query.h"

/*
 * A download is a checkpoint and then pages of records, each one line of
 * JSON; --save keeps exactly these lines, so that they can be audited again
 * without the ledger.
 */
struct source {
	struct wb_auditing *a;
	struct wb_audit *audit;
	struct wb_remote *remote; /* or, */
	FILE *in;                 /* a saved download */
	FILE *out;                /* --save, or NULL */
	char *line;
	size_t line_cap;
	uint64_t next; /* seq of the record that comes next */
	bool has_after;
	uint64_t after;
};

static int strange(const struct source *s, const char *what)
{
	return wb_fail(WB_EXIT_OTHER, "%s: the download makes no sense: %s",
		       s->a->what, what);
}

/* The ledger does not show what it signed for. */
static int withheld(const struct source *s, const char *what)
{
	return wb_fail(WB_EXIT_PROOF, "%s: the audit FAILED at record %llu: %s",
		       s->a->what, (unsigned long long)s->next, what);
}

/* --- lines ------------------------------------------------------------ */

static int save_line(struct source *s, struct wb_slice text)
{
	if (s->out == NULL)
		return 0;
	if (text.len > 0 && text.p[text.len - 1] == '\n')
		text.len--;
	if (memchr(text.p, '\n', text.len) != NULL)
		return strange(s, "an answer of several lines");
	if (fwrite(text.p, 1, text.len, s->out) != text.len ||
	    fputc('\n', s->out) == EOF)
		return wb_fail(WB_EXIT_OTHER,
			       "the download cannot be saved: %s",
			       strerror(errno));
	return 0;
}

static int read_line(struct source *s, struct wb_answer **ret)
{
	ssize_t len = getline(&s->line, &s->line_cap, s->in);

	if (len < 0)
		return strange(s, "it ends before the checkpoint is reached");
	if (wb_answer_parse(wb_slice(s->line, (size_t)len), ret) != 0)
		return strange(s, "a line is not JSON");
	return 0;
}

static int fetch_page(struct source *s, struct wb_answer **ret)
{
	char target[WB_TARGET_MAX + 1];
	struct wb_records_query q;
	struct wb_slice text;
	struct wb_writer w;
	struct wb_buf body;
	int rc;

	if (s->in != NULL)
		return read_line(s, ret);
	wb_records_query_init(&q);
	q.contents = true;
	q.limit = WB_QUERY_PAGE_MAX;
	q.has_after = s->has_after;
	q.after = s->after;
	wb_writer_init(&w, target, WB_TARGET_MAX);
	wb_records_query_write(&w, &q);
	if (wb_writer_end(&w, &text) != 0)
		return strange(s, "a query is too long");
	target[text.len] = '\0';
	rc = wb_remote_get(s->remote, target, &body);
	if (rc != 0)
		return rc;
	rc = save_line(s, wb_buf_slice(&body));
	if (rc == 0 && wb_answer_parse(wb_buf_slice(&body), ret) != 0)
		rc = strange(s, "an answer is not JSON");
	wb_buf_free(&body);
	return rc;
}

/* --- the checkpoint --------------------------------------------------- */

static int read_checkpoint(struct source *s)
{
	struct wb_auditing *a = s->a;
	const struct wb_value *v;
	struct wb_answer *answer;
	struct wb_json_out out;
	int rc;

	if (s->in == NULL) {
		rc = wb_remote_get(s->remote, "/checkpoint", &a->checkpoint);
		if (rc != 0)
			return rc;
		wb_out_init(&out);
		wb_out_open(&out, NULL, '{');
		wb_out_slice(&out, "checkpoint", wb_buf_slice(&a->checkpoint));
		wb_out_close(&out, '}');
		rc = save_line(s, wb_buf_slice(&out.buf));
		wb_buf_free(&out.buf);
		return rc;
	}
	rc = read_line(s, &answer);
	if (rc != 0)
		return rc;
	v = wb_member(wb_answer_top(answer), "checkpoint");
	wb_buf_init(&a->checkpoint, WB_CHECKPOINT_MAX);
	if (v != NULL && v->type == WB_V_STRING)
		wb_buf_add(&a->checkpoint, v->text.p, v->text.len);
	wb_answer_free(answer);
	if (a->checkpoint.len == 0)
		return strange(s, "it does not begin with a checkpoint");
	return 0;
}

static int open_checkpoint(struct source *s)
{
	struct wb_auditing *a = s->a;
	static struct wb_note note; /* large */
	int rc = read_checkpoint(s);

	if (rc != 0)
		return rc;
	if (wb_checkpoint_open(wb_buf_slice(&a->checkpoint), a->checkpoint_key,
			       &a->head) != 0) {
		wb_fail(WB_EXIT_PROOF,
			"%s: the checkpoint is not signed by the key of %s",
			a->what, a->checkpoint_key->name);
		wb_advise("another ledger, or the wrong trust file");
		return WB_EXIT_PROOF;
	}
	rc = wb_note_parse(wb_buf_slice(&a->checkpoint), &note);
	a->quorum = rc != 0 ? rc : wb_trust_quorum(a->trust, &note);
	if (a->remembered.len == 0 || s->in != NULL ||
	    a->head.size >= a->last.size)
		return 0;
	wb_fail(WB_EXIT_PROOF,
		"the ledger has shrunk: it signed %llu records before, and "
		"%llu now",
		(unsigned long long)a->last.size,
		(unsigned long long)a->head.size);
	wb_memory_evidence(a);
	return WB_EXIT_PROOF;
}

/* --- records ---------------------------------------------------------- */

static struct wb_slice part(const struct wb_value *row, const char *name)
{
	const struct wb_value *v = wb_member(row, name);

	if (v == NULL || v->type != WB_V_STRING)
		return wb_slice(NULL, 0);
	return v->text;
}

/* A salt is there when its text is. */
static bool salt(const struct wb_value *row, const char *name,
		 struct wb_slice text, uint8_t ret[WB_SALT_LEN])
{
	size_t len = 0;

	return text.len == 0 ||
	       (wb_unbase64(part(row, name), ret, WB_SALT_LEN, &len) == 0 &&
		len == WB_SALT_LEN);
}

/* That the records so far are what a signed checkpoint covers. */
static int at_checkpoint(struct source *s, const struct wb_buf *note,
			 bool remembered)
{
	struct wb_auditing *a = s->a;

	if (wb_audit_checkpoint(s->audit, wb_buf_slice(note), &a->failure) ==
	    0) {
		a->consistent = a->consistent || remembered;
		return 0;
	}
	wb_audit_failed(a);
	if (remembered)
		wb_memory_evidence(a);
	return WB_EXIT_PROOF;
}

static int step(struct source *s, const struct wb_value *row)
{
	struct wb_audit_record rec = {
		.record = part(row, "record"),
		.statement = part(row, "statement"),
		.judgement = part(row, "judgement"),
		.workings = part(row, "workings"),
	};
	struct wb_auditing *a = s->a;
	uint64_t seq;
	int rc;

	if (!wb_number(wb_member(row, "seq"), &seq) || seq != s->next ||
	    rec.record.len == 0)
		return withheld(s, "it is missing");
	if (!salt(row, "judgement_salt", rec.judgement, rec.judgement_salt) ||
	    !salt(row, "workings_salt", rec.workings, rec.workings_salt))
		return withheld(s, "a salt is missing");
	rc = wb_audit_step(s->audit, &rec, &a->failure);
	if (rc == WB_EENGINE)
		return wb_audit_newer(a);
	if (rc == WB_ENOMEM || rc == WB_EIO)
		return wb_fail(WB_EXIT_OTHER, "%s", wb_strerror(rc));
	if (rc != 0)
		return wb_audit_failed(a);
	a->row = row;
	if (a->each != NULL)
		rc = a->each(a->ctx, seq, &rec);
	if (rc != 0)
		return rc;
	s->next++;
	if (a->remembered.len > 0 && s->next == a->last.size) {
		rc = at_checkpoint(s, &a->remembered, true);
		if (rc != 0)
			return rc;
	}
	if (s->next == a->head.size)
		return at_checkpoint(s, &a->checkpoint, false);
	return 0;
}

static int page(struct source *s)
{
	struct wb_auditing *a = s->a;
	const struct wb_value *list;
	struct wb_answer *answer;
	uint64_t before = s->next;
	int rc = fetch_page(s, &answer);

	if (rc != 0)
		return rc;
	list = wb_member(wb_answer_top(answer), "records");
	/* Records past the checkpoint came after it; the next audit's. */
	for (const struct wb_value *row = list ? list->first : NULL;
	     rc == 0 && row != NULL && s->next < a->head.size;
	     row = row->next) {
		rc = step(s, row);
		wb_progress_step(&a->progress, s->next, a->head.size,
				 "records");
	}
	if (rc == 0 && s->next == before)
		rc = withheld(s, "it and all that follow are missing");
	s->has_after = true;
	s->after = s->next > 0 ? s->next - 1 : 0;
	wb_answer_free(answer);
	return rc;
}

static int run(struct source *s)
{
	struct wb_auditing *a = s->a;
	int rc = open_checkpoint(s);

	if (rc != 0)
		return rc;
	if (wb_audit_new(a->checkpoint_key, a->record_key, &s->audit) != 0)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	wb_progress_start(&a->progress, a->cli);
	while (rc == 0 && s->next < a->head.size)
		rc = page(s);
	wb_progress_clear(&a->progress);
	wb_audit_counts(s->audit, &a->counts);
	wb_audit_free(s->audit);
	return rc;
}

/* --- the two sources -------------------------------------------------- */

/* Give the saved download its name, or take it away. */
static int end_save(FILE *out, const char *temp, const char *path, int rc)
{
	bool good = fflush(out) == 0 && fsync(fileno(out)) == 0;

	good = fclose(out) == 0 && good;
	/* A download that failed the audit is evidence. */
	if (good && (rc == 0 || rc == WB_EXIT_PROOF) && rename(temp, path) == 0)
		return rc;
	unlink(temp);
	if (rc != 0)
		return rc;
	return wb_fail(WB_EXIT_OTHER, "%s cannot be written: %s", path,
		       strerror(errno));
}

bool wb_audit_is_address(const char *what)
{
	return strstr(what, "://") != NULL || strncmp(what, "unix:", 5) == 0;
}

int wb_audit_remote(struct wb_auditing *a)
{
	const char *path = wb_opt(&a->cli->opt, WB_OPT_SAVE);
	struct source s = {.a = a};
	struct wb_remote remote;
	char temp[4096];
	int n, rc;

	rc = wb_remote_open(a->cli, a->what, &remote);
	if (rc != 0)
		return rc;
	s.remote = &remote;
	if (path != NULL) {
		n = snprintf(temp, sizeof(temp), "%s.part", path);
		s.out = n > 0 && (size_t)n < sizeof(temp) ? fopen(temp, "wex")
							  : NULL;
		if (s.out == NULL)
			rc = wb_fail(WB_EXIT_OTHER,
				     "%s.part cannot be written: %s", path,
				     strerror(errno));
	}
	if (rc == 0)
		rc = run(&s);
	if (s.out != NULL)
		rc = end_save(s.out, temp, path, rc);
	wb_remote_close(&remote);
	return rc;
}

int wb_audit_saved(struct wb_auditing *a)
{
	struct source s = {.a = a};
	int rc;

	s.in = fopen(a->what, "re");
	if (s.in == NULL) {
		wb_fail(WB_EXIT_NOT_FOUND,
			"%s is no address (http://...), and no file or "
			"folder that can be read: %s",
			a->what, strerror(errno));
		return WB_EXIT_NOT_FOUND;
	}
	rc = run(&s);
	free(s.line);
	fclose(s.in);
	return rc;
}
