#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "waybill/receipt.h"
#include "waybill/text.h"

#define MAGIC "c2sp.org/tlog-proof@v1"

#define SALT_TEXT_LEN 44 /* base64 of a salt */

/* --- writing -------------------------------------------------------------- */

/* Base64 of bytes that arrive in pieces. */
struct packer {
	struct wb_writer *w;
	size_t n;
	uint8_t held[3 * 256]; /* three bytes make four characters */
};

static void pack(struct packer *pk, struct wb_slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		pk->held[pk->n++] = s.p[i];
		if (pk->n == sizeof(pk->held)) {
			wb_write_base64(pk->w, pk->held, pk->n);
			pk->n = 0;
		}
	}
}

/* Pack s as a JSON string, in pieces whose escaped form is bounded. */
static void pack_json(struct packer *pk, struct wb_slice s)
{
	uint8_t text[64 * 6 + 2]; /* \u001f is the longest, and the quotes */
	struct wb_slice piece, out;
	struct wb_writer w;

	pack(pk, wb_slice_str("\""));
	for (size_t at = 0; at < s.len; at += piece.len) {
		int rc;

		piece = wb_slice(s.p + at, s.len - at < 64 ? s.len - at : 64);
		wb_writer_init(&w, text, sizeof(text));
		wb_write_json(&w, piece);
		rc = wb_writer_end(&w, &out);
		assert(rc == 0);
		pack(pk, wb_slice(out.p + 1, out.len - 2));
	}
	pack(pk, wb_slice_str("\""));
}

static void write_extra(struct wb_writer *w, const struct wb_receipt *rc)
{
	struct packer pk = {.w = w};
	char salt[SALT_TEXT_LEN + 1];

	assert(wb_base64_len(WB_SALT_LEN) == SALT_TEXT_LEN);

	wb_base64(rc->salt, sizeof(rc->salt), salt);
	wb_write_str(w, "extra ");
	pack(&pk, wb_slice_str("{\"record\":"));
	pack_json(&pk, rc->record);
	pack(&pk, wb_slice_str(",\"judgement\":"));
	pack_json(&pk, rc->judgement);
	pack(&pk, wb_slice_str(",\"salt\":"));
	pack_json(&pk, wb_slice_str(salt));
	pack(&pk, wb_slice_str("}"));
	wb_write_base64(w, pk.held, pk.n);
	wb_write_char(w, '\n');
}

void wb_receipt_format(struct wb_writer *w, const struct wb_receipt *rc)
{
	assert(rc->index <= INT64_MAX && rc->proof.n <= WB_PROOF_MAX);

	wb_write_str(w, MAGIC "\n");
	write_extra(w, rc);
	wb_write_str(w, "index ");
	wb_write_dec(w, (int64_t)rc->index);
	wb_write_char(w, '\n');
	for (size_t i = 0; i < rc->proof.n; i++) {
		wb_write_base64(w, rc->proof.hash[i], WB_HASH_LEN);
		wb_write_char(w, '\n');
	}
	wb_write_char(w, '\n');
	wb_write_slice(w, rc->checkpoint);
}

/* --- reading -------------------------------------------------------------- */

/* The JSON of extra, undone where it lies: a string only gets shorter. */
struct unpacker {
	uint8_t *p;
	size_t len;
	size_t at;
};

static bool take(struct unpacker *u, const char *s)
{
	struct wb_slice rest = wb_slice(u->p + u->at, u->len - u->at);

	if (!wb_slice_starts(rest, s))
		return false;
	u->at += strlen(s);
	return true;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The byte that the escape at the head of s stands for, or -1. */
static int unescape(struct wb_slice s)
{
	int high, low;

	if (s.len < 2)
		return -1;
	if (s.p[1] == 'n')
		return '\n';
	if (s.p[1] == '"' || s.p[1] == '\\')
		return s.p[1];
	if (s.len < 6 || memcmp(s.p, "\\u00", 4) != 0)
		return -1;
	high = hex_digit(s.p[4]);
	low = hex_digit(s.p[5]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/*
 * Take one character and what it stands for.  It is encoded again, for only
 * what wb_write_json() would have written is good.
 */
static int take_char(struct unpacker *u, uint8_t *ret)
{
	struct wb_slice rest = wb_slice(u->p + u->at, u->len - u->at), again;
	int c = rest.p[0] == '\\' ? unescape(rest) : rest.p[0];
	uint8_t text[8], byte;
	struct wb_writer w;
	int rc;

	if (c < 0)
		return WB_EFORM;
	byte = (uint8_t)c;
	wb_writer_init(&w, text, sizeof(text));
	wb_write_json(&w, wb_slice(&byte, 1));
	rc = wb_writer_end(&w, &again);
	assert(rc == 0);
	again = wb_slice(again.p + 1, again.len - 2);
	if (rest.len < again.len || memcmp(rest.p, again.p, again.len) != 0)
		return WB_EFORM;
	u->at += again.len;
	*ret = byte;
	return 0;
}

/* Take the rest of a string whose first quote is taken. */
static int take_string(struct unpacker *u, size_t max, struct wb_slice *ret)
{
	uint8_t *out = u->p + u->at;
	size_t len = 0;

	while (u->at < u->len && u->p[u->at] != '"') {
		uint8_t byte;
		int rc = take_char(u, &byte);

		if (rc != 0)
			return rc;
		if (len == max)
			return WB_ELIMIT;
		out[len++] = byte;
	}
	if (!take(u, "\"") || !wb_utf8_valid(wb_slice(out, len)))
		return WB_EFORM;
	*ret = wb_slice(out, len);
	return 0;
}

static int unpack(struct unpacker *u, struct wb_receipt *rc)
{
	struct wb_slice salt;
	size_t len;
	int err;

	if (!take(u, "{\"record\":\""))
		return WB_EFORM;
	err = take_string(u, WB_RECORD_MAX, &rc->record);
	if (err != 0)
		return err;
	if (!take(u, ",\"judgement\":\""))
		return WB_EFORM;
	err = take_string(u, WB_JUDGEMENT_MAX, &rc->judgement);
	if (err != 0)
		return err;
	if (!take(u, ",\"salt\":\""))
		return WB_EFORM;
	err = take_string(u, SALT_TEXT_LEN, &salt);
	if (err != 0)
		return err;
	if (!take(u, "}") || u->at != u->len)
		return WB_EFORM;
	err = wb_unbase64(salt, rc->salt, sizeof(rc->salt), &len);
	if (err != 0)
		return err;
	return len == sizeof(rc->salt) ? 0 : WB_EFORM;
}

/* Read hashes up to and with the blank line. */
static int read_proof(struct wb_slice *rest, struct wb_tree_proof *proof)
{
	struct wb_slice line;
	size_t len;

	for (;;) {
		if (!wb_line_next(rest, &line))
			return WB_EFORM;
		if (line.len == 0)
			return 0;
		if (proof->n == WB_PROOF_MAX)
			return WB_ELIMIT;
		if (wb_unbase64(line, proof->hash[proof->n], WB_HASH_LEN,
				&len) != 0 ||
		    len != WB_HASH_LEN)
			return WB_EFORM;
		proof->n++;
	}
}

int wb_receipt_parse(struct wb_slice text, void *scratch, size_t cap,
		     struct wb_receipt *ret)
{
	struct wb_slice rest = text, extra, index;
	struct unpacker u = {.p = scratch};
	struct wb_receipt rc = {0};
	int err;

	if (text.len > WB_RECEIPT_MAX)
		return WB_ELIMIT;
	if (!wb_line_is(&rest, MAGIC) ||
	    !wb_line_after(&rest, "extra ", &extra) ||
	    !wb_line_after(&rest, "index ", &index))
		return WB_EFORM;
	if (wb_parse_dec(index, &rc.index) != 0 || rc.index > INT64_MAX)
		return WB_EFORM;
	err = read_proof(&rest, &rc.proof);
	if (err != 0)
		return err;
	if (rest.len == 0)
		return WB_EFORM;
	if (rest.len > WB_CHECKPOINT_MAX)
		return WB_ELIMIT;
	rc.checkpoint = rest;

	err = wb_unbase64(extra, scratch, cap, &u.len);
	if (err != 0)
		return err;
	err = unpack(&u, &rc);
	if (err != 0)
		return err;
	*ret = rc;
	return 0;
}

/* --- proving -------------------------------------------------------------- */

const char *wb_receipt_step_name(enum wb_receipt_step step)
{
	switch (step) {
	case WB_STEP_RECEIPT:
		return "receipt";
	case WB_STEP_CHECKPOINT:
		return "checkpoint";
	case WB_STEP_RECORD:
		return "record";
	case WB_STEP_STATEMENT:
		return "statement";
	case WB_STEP_JUDGEMENT:
		return "judgement";
	case WB_STEP_INCLUSION:
		return "inclusion";
	case WB_STEP_QUORUM:
		return "quorum";
	case WB_STEP_DONE:
		return "done";
	}
	return "unknown";
}

/* What is being proved, and what the steps before have found. */
struct prover {
	const struct wb_receipt *rc;
	const struct wb_trust *trust;
	struct wb_slice statement;
	struct wb_note note; /* the checkpoint */
	struct wb_checkpoint cp;
	struct wb_record rec;
	struct wb_slice rec_text;
};

static int prove_checkpoint(struct prover *p)
{
	const struct wb_vkey *key;
	int rc;

	if (p->rc->checkpoint.len > WB_CHECKPOINT_MAX)
		return WB_ELIMIT;
	rc = wb_note_parse(p->rc->checkpoint, &p->note);
	if (rc != 0)
		return rc;
	rc = wb_checkpoint_parse(p->note.text, &p->cp);
	if (rc != 0)
		return rc;
	key = wb_trust_log(p->trust, p->cp.origin);
	if (key == NULL)
		return WB_EKEY;
	return wb_checkpoint_open(p->rc->checkpoint, key, &p->cp);
}

static int prove_record(struct prover *p)
{
	char name[WB_ORIGIN_MAX + sizeof("/record")];
	const struct wb_vkey *key;
	int rc;

	snprintf(name, sizeof(name), "%s/record", p->cp.origin);
	key = wb_trust_log(p->trust, name);
	if (key == NULL)
		return WB_EKEY;
	rc = wb_record_open(p->rc->record, key, &p->rec, &p->rec_text);
	if (rc != 0)
		return rc;
	/* The key's name says so already; it costs nothing to look. */
	return strcmp(p->rec.origin, p->cp.origin) == 0 ? 0 : WB_EKEY;
}

static int prove_statement(struct prover *p)
{
	uint8_t hash[WB_HASH_LEN];

	wb_sha256(&p->statement, 1, hash);
	return memcmp(hash, p->rec.statement, sizeof(hash)) == 0 ? 0
								 : WB_EPROOF;
}

static int prove_judgement(struct prover *p)
{
	uint8_t hash[WB_HASH_LEN];

	wb_commitment(p->rc->salt, p->rc->judgement, hash);
	return memcmp(hash, p->rec.judgement, sizeof(hash)) == 0 ? 0
								 : WB_EPROOF;
}

static int prove_inclusion(struct prover *p)
{
	uint8_t leaf[WB_HASH_LEN];

	if (p->rec.seq != p->rc->index)
		return WB_EPROOF;
	wb_leaf_hash(p->rec_text, leaf);
	return wb_tree_verify_inclusion(leaf, p->rc->index, p->cp.size,
					&p->rc->proof, p->cp.root);
}

static int prove_quorum(struct prover *p)
{
	return wb_trust_quorum(p->trust, &p->note);
}

int wb_receipt_verify(const struct wb_receipt *rc, struct wb_slice statement,
		      const struct wb_trust *trust, struct wb_record *ret,
		      enum wb_receipt_step *ret_step)
{
	static const struct {
		enum wb_receipt_step step;
		int (*prove)(struct prover *p);
	} row[] = {
		{WB_STEP_CHECKPOINT, prove_checkpoint},
		{WB_STEP_RECORD, prove_record},
		{WB_STEP_STATEMENT, prove_statement},
		{WB_STEP_JUDGEMENT, prove_judgement},
		{WB_STEP_INCLUSION, prove_inclusion},
		{WB_STEP_QUORUM, prove_quorum},
	};
	struct prover p = {.rc = rc, .trust = trust, .statement = statement};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int err = row[i].prove(&p);

		if (err == 0)
			continue;
		*ret_step = row[i].step;
		if (row[i].step == WB_STEP_QUORUM)
			*ret = p.rec;
		return err;
	}
	*ret = p.rec;
	*ret_step = WB_STEP_DONE;
	return 0;
}
