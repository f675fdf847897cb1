#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/cli.h"
#include "client/doc.h"
#include "client/files.h"
#include "client/keys.h"
#include "client/print.h"
#include "waybill/limits.h"

/* sign: a draft becomes a note; a note gets one more line (k of n). */

#define NOTE_MODE 0644
#define SIGNERS   16

struct signers {
	size_t n;
	struct wb_signer v[SIGNERS];
};

static int open_signers(const struct wb_cli *cli, struct signers *ret)
{
	const char *first;
	int rc = wb_opt_need(&cli->opt, WB_OPT_KEY, &first);

	if (rc != 0)
		return rc;
	if (cli->opt.of[WB_OPT_KEY].n > SIGNERS)
		return wb_fail(WB_EXIT_USAGE, "at most %d keys at a time",
			       SIGNERS);
	for (size_t i = 0; i < cli->opt.of[WB_OPT_KEY].n; i++) {
		rc = wb_keys_open(cli, cli->opt.of[WB_OPT_KEY].v[i],
				  &ret->v[i]);
		if (rc != 0)
			return rc;
		ret->n = i + 1;
	}
	return 0;
}

/* Whether key is named <ledger>/party/<party>/... */
static bool is_of(const struct wb_vkey *key, const char *ledger,
		  const char *party)
{
	char prefix[WB_KEY_NAME_MAX + 1];

	snprintf(prefix, sizeof(prefix), "%s/party/%s/", ledger, party);
	return strncmp(key->name, prefix, strlen(prefix)) == 0;
}

/* Whether the ledger asks for a line by key on this statement. */
static bool is_asked_for(const struct wb_statement *st,
			 const struct wb_vkey *key)
{
	switch (wb_kind(st->type)->signed_by) {
	case WB_BY_PARTY:
		return is_of(key, st->ledger, st->party);
	case WB_BY_AUTHORITY:
		return is_of(key, st->ledger, "authority");
	case WB_BY_COMMITTEE:
		return is_of(key, st->ledger, "committee");
	case WB_BY_AUTHORITY_AND_KEYS:
		return is_of(key, st->ledger, "authority") ||
		       is_of(key, st->ledger, st->u.party_reg.subject);
	case WB_BY_AUTHORITY_AND_GOVERNMENT:
		return is_of(key, st->ledger, "authority") ||
		       is_of(key, st->ledger, st->u.agreement.government);
	case WB_BY_AUTHORITY_OR_PARTY:
		return is_of(key, st->ledger, st->party);
	case WB_BY_LEDGER:
		return false; /* the daemon makes it */
	case WB_BY_LEDGER_AND_AUTHORITY:
		return true; /* of several names, and init makes it */
	}
	return false;
}

static int check_signers(const char *path, const struct wb_statement *st,
			 const struct signers *signers)
{
	for (size_t i = 0; i < signers->n; i++) {
		const struct wb_vkey *key = &signers->v[i].vkey;

		if (is_asked_for(st, key))
			continue;
		wb_fail(WB_EXIT_OTHER,
			"%s: a line by %s is not what a %s statement of %s "
			"asks for",
			path, key->name, wb_kind(st->type)->name, st->party);
		wb_advise("the ledger would refuse the note; sign with a key "
			  "of the party that speaks");
		return WB_EXIT_OTHER;
	}
	return 0;
}

/* The note with all lines, in room that the caller frees. */
static int make_note(const struct wb_doc *doc, const struct signers *signers,
		     uint8_t **ret_room, struct wb_slice *ret)
{
	size_t cap = doc->bytes.len + (signers->n + 1) * WB_NOTE_LINE_MAX;
	const struct wb_signer *all[SIGNERS];
	uint8_t *now = malloc(cap), *next = malloc(cap), *kept;
	struct wb_slice bytes = wb_buf_slice(&doc->bytes);
	struct wb_note note;
	struct wb_writer w;
	int rc = now && next ? 0 : WB_ENOMEM;

	for (size_t i = 0; i < signers->n; i++)
		all[i] = &signers->v[i];
	if (rc == 0 && !doc->is_note) {
		wb_writer_init(&w, now, cap);
		wb_note_sign(&w, doc->text, all, signers->n, 0);
		rc = wb_writer_end(&w, &bytes);
	}
	for (size_t i = 0; rc == 0 && doc->is_note && i < signers->n; i++) {
		rc = wb_note_parse(bytes, &note);
		wb_writer_init(&w, next, cap);
		if (rc == 0)
			rc = wb_note_add(&w, &note, all[i], 0);
		if (rc == 0)
			rc = wb_writer_end(&w, &bytes);
		kept = now;
		now = next;
		next = kept;
	}
	free(next);
	if (rc != 0) {
		free(now);
		return rc;
	}
	*ret_room = now;
	*ret = bytes;
	return 0;
}

/* --out; a note in place; a draft beside itself: s.json gives s.note. */
static void out_path(const struct wb_cli *cli, const char *path, bool is_note,
		     char *out, size_t cap)
{
	const char *given = wb_opt(&cli->opt, WB_OPT_OUT);
	size_t len = strlen(path);

	if (given != NULL) {
		snprintf(out, cap, "%s", given);
	} else if (is_note || strcmp(path, "-") == 0) {
		snprintf(out, cap, "%s", path);
	} else {
		if (len > 5 && strcmp(path + len - 5, ".json") == 0)
			len -= 5;
		snprintf(out, cap, "%.*s.note", (int)len, path);
	}
}

static int sign_doc(const struct wb_cli *cli, const char *path,
		    const struct wb_doc *doc, const struct signers *signers,
		    struct wb_json_out *json)
{
	const struct wb_statement *st = &doc->statement;
	uint8_t *room = NULL;
	struct wb_slice note;
	char out[4096];
	enum wb_file_how how = cli->n > 1 ? WB_FILE_LATER : WB_FILE_NEW;
	int rc = check_signers(path, st, signers);

	if (rc != 0)
		return rc;
	rc = make_note(doc, signers, &room, &note);
	if (rc == WB_ECONFLICT)
		return wb_fail(WB_EXIT_OTHER,
			       "%s has a line by this key already", path);
	if (rc != 0)
		return wb_fail(WB_EXIT_OTHER, "%s cannot be signed: %s", path,
			       wb_strerror(rc));
	out_path(cli, path, doc->is_note, out, sizeof(out));
	/* In place there are signatures of others to lose. */
	if (doc->is_note && strcmp(out, path) == 0)
		how = WB_FILE_REPLACE;
	if (note.len > wb_kind(st->type)->max)
		rc = wb_fail(WB_EXIT_OTHER,
			     "%s has %zu bytes with its signatures; a %s "
			     "statement has at most %zu",
			     path, note.len, wb_kind(st->type)->name,
			     wb_kind(st->type)->max);
	else
		rc = wb_store_file(out, note, NOTE_MODE, how);
	free(room);
	if (rc != 0)
		return rc;
	wb_out_open(json, NULL, '{');
	wb_out_string(json, "file", path);
	wb_out_string(json, "note", out);
	wb_out_statement(json, st);
	wb_out_close(json, '}');
	if (!cli->json && strcmp(out, "-") != 0 &&
	    wb_opt(&cli->opt, WB_OPT_QUIET) == NULL)
		wb_say(stdout, "%s\n", out);
	return 0;
}

/* Notes lie beside their drafts: sync each file system once. */
static int settle(const struct wb_cli *cli)
{
	struct stat st;
	dev_t last = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && cli->n > 1 && i < cli->n; i++) {
		if (stat(cli->operand[i], &st) != 0 ||
		    (i > 0 && st.st_dev == last))
			continue;
		last = st.st_dev;
		rc = wb_file_settle(cli->operand[i]);
	}
	return rc;
}

int wb_cmd_sign(struct wb_cli *cli)
{
	static struct signers signers; /* wiped below */
	struct wb_json_out json;
	struct wb_doc doc;
	int rc;

	if (cli->n > 1 && wb_opt(&cli->opt, WB_OPT_OUT) != NULL)
		return wb_fail(WB_EXIT_USAGE,
			       "--out names one file, and there are %zu to "
			       "sign",
			       cli->n);
	wb_out_init(&json);
	wb_out_open(&json, NULL, '{');
	wb_out_open(&json, "signed", '[');
	rc = open_signers(cli, &signers);
	for (size_t i = 0; rc == 0 && i < cli->n; i++) {
		rc = wb_doc_load(cli->operand[i], &doc);
		if (rc != 0)
			break;
		rc = sign_doc(cli, cli->operand[i], &doc, &signers, &json);
		wb_doc_free(&doc);
	}
	wb_wipe(&signers, sizeof(signers));
	if (rc == 0)
		rc = settle(cli);
	wb_out_close(&json, ']');
	wb_out_close(&json, '}');
	if (rc == 0 && cli->json)
		return wb_out_done(&json);
	wb_buf_free(&json.buf);
	return rc;
}
