#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/json.h"
#include "client/keys.h"
#include "client/print.h"
#include "client/proof.h"
#include "waybill/text.h"

/* verify: a note and its receipt, offline, step by step. */

#define KEYS_MAX 16

enum signature { UNCHECKED, GOOD, BAD };

struct verify {
	struct wb_cli *cli;
	struct wb_trust *trust;
	size_t n_keys;
	struct wb_vkey key[KEYS_MAX];
	struct wb_proof proof;
	struct wb_json_out out;
};

static enum signature check_signature(const struct verify *v,
				      struct wb_slice statement)
{
	struct wb_note note;

	if (v->n_keys == 0)
		return UNCHECKED;
	if (wb_note_parse(statement, &note) != 0)
		return BAD;
	return wb_note_open(&note, v->key, v->n_keys, NULL) == 0 ? GOOD : BAD;
}

static const char *result_of(const struct wb_proof *p,
			     enum wb_receipt_step step)
{
	if (p->error == 0 || step < p->step)
		return "ok";
	if (step > p->step)
		return "-";
	return wb_proof_below_quorum(p) ? "missing" : "FAILED";
}

/* What a step that held has shown. */
static void step_note(const struct wb_proof *p, const struct wb_trust *trust,
		      enum wb_receipt_step step, char *text, size_t cap)
{
	char time[WB_TIME_MS_TEXT + 1];
	struct wb_slice origin = {NULL, 0}, rest = p->receipt.checkpoint;

	text[0] = '\0';
	switch (step) {
	case WB_STEP_RECEIPT:
		snprintf(text, cap, "for record %llu",
			 (unsigned long long)p->receipt.index);
		return;
	case WB_STEP_CHECKPOINT:
		if (wb_line_next(&rest, &origin))
			snprintf(text, cap, "of %.*s", (int)origin.len,
				 (const char *)origin.p);
		return;
	case WB_STEP_RECORD:
		if (p->error != 0 && !wb_proof_below_quorum(p))
			return; /* its members are not filled in */
		wb_time_ms_format(p->record.time, time);
		snprintf(text, cap, "recorded %s", time);
		return;
	case WB_STEP_STATEMENT:
		snprintf(text, cap, "the record commits to this note");
		return;
	case WB_STEP_JUDGEMENT:
		if (p->error != 0 && !wb_proof_below_quorum(p))
			return;
		snprintf(text, cap, "%s, %s", wb_verdict_name(p->view.verdict),
			 p->view.basis);
		return;
	case WB_STEP_INCLUSION:
		snprintf(text, cap, "in the tree of the checkpoint");
		return;
	case WB_STEP_QUORUM:
		if (trust->quorum < 0)
			snprintf(text, cap,
				 "the trust file asks for no "
				 "witnesses");
		return;
	case WB_STEP_DONE:
		return;
	}
}

static const char *advice(const struct wb_proof *p)
{
	if (wb_proof_below_quorum(p))
		return "All else holds.  Too few witnesses have cosigned the "
		       "checkpoint of this receipt.";
	switch (p->step) {
	case WB_STEP_RECEIPT:
		return "The receipt file is damaged, or is no receipt.";
	case WB_STEP_CHECKPOINT:
		return "No log key of the trust file has signed it: a changed "
		       "receipt, another ledger, or the wrong trust file.";
	case WB_STEP_RECORD:
		return "The ledger's record key has not signed this record.";
	case WB_STEP_STATEMENT:
		return "The note is not the one that was recorded; not a byte "
		       "of it may change.";
	case WB_STEP_JUDGEMENT:
		return "The judgement is not the one that was recorded.";
	case WB_STEP_INCLUSION:
		return "The record is not in the tree that was signed.";
	case WB_STEP_QUORUM:
		return "The line of a witness does not verify.";
	case WB_STEP_DONE:
		break;
	}
	return "";
}

static void put_step(const char *name, const char *result, const char *note)
{
	wb_say(stdout, "  %-12s", name);
	wb_put_styled(stdout, wb_style_of(wb_slice_str(result)),
		      wb_slice_str(result));
	printf("%*s", (int)(9 - strlen(result)), "");
	wb_wrap(stdout, 23, wb_slice_str(note));
}

static void print_steps(const struct verify *v, const char *path,
			enum signature signature)
{
	const struct wb_proof *p = &v->proof;
	char note[512];

	wb_say(stdout, "%s\n", path);
	for (int i = 0; i < WB_STEP_DONE; i++) {
		enum wb_receipt_step step = (enum wb_receipt_step)i;
		const char *result = result_of(p, step);

		if (strcmp(result, "ok") == 0)
			step_note(p, v->trust, step, note, sizeof(note));
		else if (step == p->step)
			snprintf(note, sizeof(note), "%s", advice(p));
		else
			note[0] = '\0';
		put_step(wb_receipt_step_name(step), result, note);
	}
	switch (signature) {
	case UNCHECKED:
		put_step("signature", "-",
			 "the signer's key was not checked "
			 "(--key); the ledger did so");
		break;
	case GOOD:
		put_step("signature", "ok", "signed by the key given");
		break;
	case BAD:
		put_step("signature", "FAILED",
			 "no line of the note is by "
			 "the key given, or one is "
			 "forged");
		break;
	}
}

static void json_steps(struct verify *v, const char *path,
		       enum signature signature, bool proved)
{
	static const char *const names[] = {"not checked", "ok", "failed"};
	const struct wb_proof *p = &v->proof;
	struct wb_json_out *out = &v->out;
	char time[WB_TIME_MS_TEXT + 1];

	wb_out_open(out, NULL, '{');
	wb_out_string(out, "file", path);
	wb_out_bool(out, "proved", proved);
	wb_out_open(out, "steps", '{');
	for (int i = 0; i < WB_STEP_DONE; i++) {
		enum wb_receipt_step step = (enum wb_receipt_step)i;
		const char *result = result_of(p, step);

		wb_out_string(out, wb_receipt_step_name(step),
			      strcmp(result, "FAILED") == 0 ? "failed"
			      : strcmp(result, "-") == 0    ? "not reached"
							    : result);
	}
	wb_out_close(out, '}');
	wb_out_string(out, "signature", names[signature]);
	if (p->error == 0 || wb_proof_below_quorum(p)) {
		wb_time_ms_format(p->record.time, time);
		wb_out_string(out, "ledger", p->record.origin);
		wb_out_number(out, "seq", p->record.seq);
		wb_out_string(out, "time", time);
		wb_out_string(out, "verdict", wb_verdict_name(p->view.verdict));
		wb_out_string(out, "basis", p->view.basis);
	}
	wb_out_close(out, '}');
}

/* A file that is missing is said; what it comes to is the exit code. */
static int verify_file(struct verify *v, const char *path)
{
	struct wb_buf note, receipt;
	enum signature signature;
	char receipt_path[4096];
	int rc;

	rc = wb_receipt_path(path, receipt_path, sizeof(receipt_path));
	if (rc != 0)
		return rc;
	rc = wb_load("statement", path, WB_NOTE_MAX, &note);
	if (rc != 0) {
		wb_buf_free(&note);
		return rc;
	}
	rc = wb_load("receipt", receipt_path, WB_RECEIPT_MAX, &receipt);
	if (rc == WB_EXIT_NOT_FOUND)
		wb_advise("'waybill submit %s' gets one", path);
	if (rc == 0) {
		wb_prove(wb_buf_slice(&note), wb_buf_slice(&receipt), v->trust,
			 &v->proof);
		signature = check_signature(v, wb_buf_slice(&note));
		rc = wb_proof_exit(&v->proof);
		if (signature == BAD)
			rc = WB_EXIT_PROOF;
		if (v->cli->json)
			json_steps(v, path, signature, rc == 0);
		else if (rc != 0 || wb_opt(&v->cli->opt, WB_OPT_QUIET) == NULL)
			print_steps(v, path, signature);
	}
	wb_buf_free(&note);
	wb_buf_free(&receipt);
	return rc;
}

/* The graver of two codes: a failed proof, then what is missing. */
static int graver(int a, int b)
{
	static const int order[] = {WB_EXIT_PROOF, WB_EXIT_OTHER,
				    WB_EXIT_NOT_FOUND, WB_EXIT_USAGE,
				    WB_EXIT_BELOW};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return a;
}

static int run(struct verify *v)
{
	size_t n_keys = v->cli->opt.of[WB_OPT_KEY].n, held = 0;
	int result = WB_EXIT_DONE, rc;
	struct wb_names names;

	if (n_keys > KEYS_MAX)
		return wb_fail(WB_EXIT_USAGE, "at most %d keys at a time",
			       KEYS_MAX);
	for (; v->n_keys < n_keys; v->n_keys++) {
		rc = wb_keys_public(v->cli->opt.of[WB_OPT_KEY].v[v->n_keys],
				    &v->key[v->n_keys]);
		if (rc != 0)
			return rc;
	}
	rc = wb_keys_trust(v->cli, &v->trust);
	if (rc != 0)
		return rc;
	rc = wb_names_expand(v->cli, ".note", &names);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < names.n; i++) {
		rc = verify_file(v, names.v[i]);
		held += rc == 0;
		result = graver(result, rc);
	}
	if (names.n != 1 && !v->cli->json)
		wb_say(stdout, "%zu of %zu proved\n", held, names.n);
	wb_names_free(&names);
	return result;
}

int wb_cmd_verify(struct wb_cli *cli)
{
	struct verify *v = calloc(1, sizeof(*v));
	int rc;

	if (v == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	v->cli = cli;
	wb_out_init(&v->out);
	wb_out_open(&v->out, NULL, '{');
	wb_out_open(&v->out, "files", '[');
	rc = run(v);
	wb_out_close(&v->out, ']');
	wb_out_close(&v->out, '}');
	if (cli->json && v->trust != NULL && wb_out_done(&v->out) != 0)
		rc = WB_EXIT_OTHER;
	wb_buf_free(&v->out.buf);
	free(v->trust);
	free(v);
	return rc;
}
