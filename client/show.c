#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/print.h"
#include "client/remote.h"
#include "client/view.h"
#include "waybill/checkpoint.h"
#include "waybill/receipt.h"
#include "waybill/record.h"
#include "waybill/text.h"

/* show: any of our texts, or a record of a ledger, in readable form. */

static int not_json(const char *where)
{
	return wb_fail(WB_EXIT_OTHER, "%s: this is not JSON", where);
}

static bool is_judgement(const struct wb_value *v)
{
	return wb_member(v, "verdict") != NULL &&
	       wb_member(v, "findings") != NULL;
}

/* --- pieces, for people or for programs ------------------------------- */

static int show_json(const char *name, const char *where, struct wb_slice text,
		     struct wb_json_out *out)
{
	struct wb_answer *answer;

	if (wb_answer_parse(text, &answer) != 0)
		return not_json(where);
	if (out != NULL)
		wb_out_raw(out, name, text);
	else if (is_judgement(wb_answer_top(answer)))
		wb_view_judgement(stdout, wb_answer_top(answer), NULL);
	else
		wb_view_value(stdout, wb_answer_top(answer), 0);
	wb_answer_free(answer);
	return 0;
}

static void show_signers(const struct wb_note *note, struct wb_json_out *out)
{
	if (out != NULL)
		wb_out_open(out, "signed_by", '[');
	for (size_t i = 0; i < note->n; i++) {
		if (out != NULL) {
			wb_out_slice(out, NULL, note->line[i].name);
			continue;
		}
		fputs("signed by     ", stdout);
		wb_put(stdout, note->line[i].name, false);
		fputs(" (not verified here)\n", stdout);
	}
	if (out != NULL)
		wb_out_close(out, ']');
}

static void hash_line(const char *name, const uint8_t hash[WB_HASH_LEN],
		      struct wb_json_out *out)
{
	char text[48];

	wb_base64(hash, WB_HASH_LEN, text);
	if (out != NULL)
		wb_out_string(out, name, text);
	else
		printf("%-13s %s\n", name, text);
}

static void show_record_text(const struct wb_record *rec,
			     struct wb_json_out *out)
{
	char time[WB_TIME_MS_TEXT + 1];

	wb_time_ms_format(rec->time, time);
	if (out != NULL) {
		wb_out_string(out, "ledger", rec->origin);
		wb_out_number(out, "seq", rec->seq);
		wb_out_string(out, "time", time);
	} else {
		wb_say(stdout, "record        %llu of %s\ntime          %s\n",
		       (unsigned long long)rec->seq, rec->origin, time);
	}
	hash_line("prev", rec->prev, out);
	hash_line("statement", rec->statement, out);
	hash_line("judgement", rec->judgement, out);
	hash_line("workings", rec->workings, out);
}

static int show_record(const char *where, struct wb_slice text,
		       struct wb_json_out *out)
{
	struct wb_record rec;
	struct wb_note note;

	if (wb_note_parse(text, &note) != 0 ||
	    wb_record_parse(note.text, &rec) != 0)
		return wb_fail(WB_EXIT_OTHER, "%s is not a whole record note",
			       where);
	if (out != NULL)
		wb_out_open(out, "record", '{');
	show_record_text(&rec, out);
	show_signers(&note, out);
	if (out != NULL)
		wb_out_close(out, '}');
	return 0;
}

static int show_statement(const char *where, struct wb_slice text,
			  struct wb_json_out *out)
{
	struct wb_note note;
	int rc;

	/* A draft has no signature lines. */
	if (wb_note_parse(text, &note) != 0)
		return show_json("statement", where, text, out);
	rc = show_json("statement", where, note.text, out);
	if (rc == 0)
		show_signers(&note, out);
	return rc;
}

static int show_checkpoint(const char *where, struct wb_slice text,
			   struct wb_json_out *out)
{
	struct wb_checkpoint cp;
	struct wb_note note;

	if (wb_note_parse(text, &note) != 0 ||
	    wb_checkpoint_parse(note.text, &cp) != 0) {
		wb_fail(WB_EXIT_OTHER,
			"%s is none of the texts that this "
			"command knows",
			where);
		wb_advise("a statement, judgement, record, receipt or "
			  "checkpoint; for key files: waybill key show");
		return WB_EXIT_OTHER;
	}
	if (out != NULL) {
		wb_out_open(out, "checkpoint", '{');
		wb_out_string(out, "ledger", cp.origin);
		wb_out_number(out, "size", cp.size);
	} else {
		wb_say(stdout, "checkpoint    of %s\nsize          %llu\n",
		       cp.origin, (unsigned long long)cp.size);
	}
	hash_line("root", cp.root, out);
	show_signers(&note, out);
	if (out != NULL)
		wb_out_close(out, '}');
	return 0;
}

static int show_receipt(const char *where, struct wb_slice text,
			struct wb_json_out *out)
{
	uint8_t *scratch = malloc(WB_RECEIPT_MAX);
	struct wb_receipt receipt;
	int rc;

	if (scratch == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	rc = wb_receipt_parse(text, scratch, WB_RECEIPT_MAX, &receipt);
	if (rc != 0) {
		free(scratch);
		return wb_fail(WB_EXIT_OTHER, "%s is a damaged receipt: %s",
			       where, wb_strerror(rc));
	}
	rc = show_record(where, receipt.record, out);
	if (rc == 0 && out == NULL)
		fputc('\n', stdout);
	if (rc == 0)
		rc = show_json("judgement", where, receipt.judgement, out);
	if (rc == 0 && out == NULL)
		fputc('\n', stdout);
	if (rc == 0)
		rc = show_checkpoint(where, receipt.checkpoint, out);
	if (rc == 0 && out == NULL)
		wb_say(stdout,
		       "proof         %zu hashes; 'waybill verify' "
		       "checks it\n",
		       receipt.proof.n);
	free(scratch);
	return rc;
}

/* --- a file ----------------------------------------------------------- */

static int show_file(const char *path, struct wb_json_out *out)
{
	struct wb_slice text;
	struct wb_buf file;
	int rc = wb_load("file", path, WB_NOTE_MAX, &file);

	text = wb_buf_slice(&file);
	if (rc != 0)
		;
	else if (wb_slice_starts(text, "c2sp.org/tlog-proof@"))
		rc = show_receipt(path, text, out);
	else if (wb_slice_starts(text, "waybill/record/1\n"))
		rc = show_record(path, text, out);
	else if (wb_slice_starts(text, "{"))
		rc = show_statement(path, text, out);
	else
		rc = show_checkpoint(path, text, out);
	wb_buf_free(&file);
	return rc;
}

/* --- a record of a ledger --------------------------------------------- */

/* The document inside {"judgement":"...","salt":"..."}. */
static int inner(const char *where, const char *name, struct wb_slice body,
		 struct wb_answer **ret, struct wb_slice *ret_text)
{
	const struct wb_value *v;

	if (wb_answer_parse(body, ret) != 0)
		return not_json(where);
	v = wb_member(wb_answer_top(*ret), name);
	if (v != NULL && v->type == WB_V_STRING) {
		*ret_text = v->text;
		return 0;
	}
	wb_answer_free(*ret);
	return wb_fail(WB_EXIT_OTHER, "%s: the answer has no %s", where, name);
}

/* One of the restricted parts; that it is not shown is told, no error. */
static int show_part(struct wb_remote *remote, const char *seq,
		     const char *name, struct wb_json_out *out)
{
	struct wb_answer *answer;
	struct wb_slice text;
	struct wb_buf body;
	char target[64];
	int rc;

	snprintf(target, sizeof(target), "/v1/records/%s/%s", seq, name);
	rc = wb_remote_try(remote, target, &body);
	if (rc != 0)
		return rc;
	if (out == NULL)
		wb_say(stdout, "\n--- %s%s\n", name,
		       body.len == 0 ? ": not shown to this reader" : "");
	if (body.len == 0)
		return 0;
	if (strcmp(name, "statement") == 0) {
		rc = show_statement(target, wb_buf_slice(&body), out);
	} else {
		rc = inner(target, name, wb_buf_slice(&body), &answer, &text);
		if (rc == 0) {
			rc = show_json(name, target, text, out);
			wb_answer_free(answer);
		}
	}
	wb_buf_free(&body);
	return rc;
}

static int show_remote(struct wb_cli *cli, const char *seq,
		       struct wb_json_out *out)
{
	static const char *const parts[] = {"statement", "judgement",
					    "workings"};
	struct wb_remote remote;
	struct wb_buf body;
	char target[64];
	int rc = wb_remote_open(cli, NULL, &remote);

	if (rc != 0)
		return rc;
	snprintf(target, sizeof(target), "/v1/records/%s", seq);
	rc = wb_remote_get(&remote, target, &body);
	if (rc == 0) {
		rc = show_record(target, wb_buf_slice(&body), out);
		wb_buf_free(&body);
	}
	for (size_t i = 0; rc == 0 && i < 3; i++)
		rc = show_part(&remote, seq, parts[i], out);
	wb_remote_close(&remote);
	return rc;
}

int wb_cmd_show(struct wb_cli *cli)
{
	const char *what = cli->operand[0];
	struct wb_json_out out, *json = cli->json ? &out : NULL;
	uint64_t seq;
	int rc;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	if (wb_parse_dec(wb_slice_str(what), &seq) == 0 && !wb_file_is(what))
		rc = show_remote(cli, what, json);
	else
		rc = show_file(what, json);
	wb_out_close(&out, '}');
	if (rc == 0 && cli->json)
		rc = wb_out_done(&out);
	wb_buf_free(&out.buf);
	return rc;
}
