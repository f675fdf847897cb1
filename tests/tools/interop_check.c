/*
 * interop_check FOLDER: whether we take what another implementation made, and
 * refuse it with any part changed.  FOLDER holds
 *
 *   vkey         the key of its log
 *   checkpoint   a note by that key
 *   inclusion    proofs, one a line, as tests/vectors/merkle-inclusion.txt
 *   consistency  proofs, as tests/vectors/merkle-consistency.txt
 *
 * The checkpoint's root is that of the last inclusion proof.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/tool.h"
#include "waybill/checkpoint.h"
#include "waybill/text.h"
#include "waybill/tree.h"

struct proof_line {
	uint64_t a;
	uint64_t b;
	uint8_t hash[2][WB_HASH_LEN];
	struct wb_tree_proof proof;
};

static _Noreturn void wrong(const char *what, struct wb_slice where)
{
	fprintf(stderr, "interop_check: %s: %.*s\n", what,
		(int)(where.len < 200 ? where.len : 200),
		(const char *)where.p);
	exit(1);
}

static void read_path(const char *folder, const char *name, struct wb_buf *ret)
{
	char path[4096];
	int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (len < 0 || (size_t)len >= sizeof(path))
		tool_die(folder, WB_ELIMIT);
	tool_read(path, ret);
}

/* --- proofs --------------------------------------------------------------- */

static bool read_hash(struct wb_slice text, uint8_t out[WB_HASH_LEN])
{
	size_t len;

	return wb_unbase64(text, out, WB_HASH_LEN, &len) == 0 &&
	       len == WB_HASH_LEN;
}

static bool read_proof(struct wb_slice text, struct wb_tree_proof *proof)
{
	if (wb_slice_is(text, "-"))
		return true;
	for (;;) {
		const uint8_t *comma = memchr(text.p, ',', text.len);
		size_t len =
			comma == NULL ? text.len : (size_t)(comma - text.p);

		if (proof->n == WB_PROOF_MAX ||
		    !read_hash(wb_slice(text.p, len), proof->hash[proof->n++]))
			return false;
		if (comma == NULL)
			return true;
		text = wb_slice(comma + 1, text.len - len - 1);
	}
}

static bool read_line(struct wb_slice line, struct proof_line *ret)
{
	struct wb_slice word[7], rest = line;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < 7; i++)
		if (!wb_word_next(&rest, &word[i]))
			return false;
	return rest.len == 0 && wb_slice_is(word[1], "good") &&
	       wb_parse_dec(word[2], &ret->a) == 0 &&
	       wb_parse_dec(word[3], &ret->b) == 0 &&
	       read_hash(word[4], ret->hash[0]) &&
	       read_hash(word[5], ret->hash[1]) &&
	       read_proof(word[6], &ret->proof);
}

static int inclusion(const struct proof_line *l)
{
	return wb_tree_verify_inclusion(l->hash[1], l->a, l->b, &l->proof,
					l->hash[0]);
}

static int consistency(const struct proof_line *l)
{
	return wb_tree_verify_consistency(l->a, l->b, l->hash[0], l->hash[1],
					  &l->proof);
}

/* Each hash with a bit flipped, and a hash too many. */
static bool refuses_changed(const struct proof_line *good,
			    int (*verify)(const struct proof_line *l))
{
	struct proof_line bad = *good;

	for (size_t i = 0; i < good->proof.n + 2; i++) {
		uint8_t *hash = i < 2 ? bad.hash[i] : bad.proof.hash[i - 2];

		hash[i % WB_HASH_LEN] ^= 0x20;
		if (verify(&bad) == 0)
			return false;
		bad = *good;
	}
	bad.proof.n++;
	return verify(&bad) != 0;
}

static void check_proofs(const char *folder, const char *name,
			 int (*verify)(const struct proof_line *l),
			 struct proof_line *ret_last)
{
	struct wb_slice rest, line;
	struct wb_buf text;
	unsigned n = 0;

	read_path(folder, name, &text);
	rest = wb_buf_slice(&text);
	while (wb_line_next(&rest, &line)) {
		if (!read_line(line, ret_last))
			wrong("not a line with a proof", line);
		if (verify(ret_last) != 0)
			wrong("a good proof is refused", line);
		if (!refuses_changed(ret_last, verify))
			wrong("a changed proof is taken", line);
		n++;
	}
	if (n == 0 || rest.len > 0)
		wrong("no proofs", wb_slice_str(name));
	wb_buf_free(&text);
}

/* --- notes ---------------------------------------------------------------- */

static void check_checkpoint(const char *folder, const struct proof_line *last)
{
	struct wb_buf note, key;
	struct wb_checkpoint cp;
	struct wb_slice text, line;
	struct wb_vkey vkey;

	read_path(folder, "vkey", &key);
	text = wb_buf_slice(&key);
	if (!wb_line_next(&text, &line) || wb_vkey_parse(line, &vkey) != 0)
		wrong("not a verifier key", wb_buf_slice(&key));
	read_path(folder, "checkpoint", &note);
	if (wb_checkpoint_open(wb_buf_slice(&note), &vkey, &cp) != 0)
		wrong("a good checkpoint is refused", wb_buf_slice(&note));
	if (cp.size != last->b ||
	    memcmp(cp.root, last->hash[0], WB_HASH_LEN) != 0)
		wrong("the checkpoint is of another tree", wb_buf_slice(&note));
	for (size_t i = 0; i < note.len; i++) {
		note.p[i] ^= 0x01;
		if (wb_checkpoint_open(wb_buf_slice(&note), &vkey, &cp) == 0)
			wrong("a changed checkpoint is taken",
			      wb_buf_slice(&note));
		note.p[i] ^= 0x01;
	}
	wb_buf_free(&note);
	wb_buf_free(&key);
}

int main(int argc, char *argv[])
{
	struct proof_line last;
	int rc = wb_crypto_init();

	if (argc != 2) {
		fprintf(stderr, "interop_check FOLDER\n");
		return 2;
	}
	if (rc != 0)
		tool_die("crypto", rc);
	check_proofs(argv[1], "consistency", consistency, &last);
	check_proofs(argv[1], "inclusion", inclusion, &last);
	check_checkpoint(argv[1], &last);
	return 0;
}
