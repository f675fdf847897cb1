#ifndef TESTS_UNIT_SMALL_LEDGER_H
#define TESTS_UNIT_SMALL_LEDGER_H

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/memory_tree.h"
#include "waybill/receipt.h"

/*
 * small_ledger: a ledger without engine or store, for tests of the proofs and
 * for the judges of tests/interop.  The same bytes each time: every key comes
 * from a seed of one repeated byte, every salt is its record's number.
 *
 * The record of number n is of a statement that says n; its judgement holds
 * all that a JSON string may need escaped.
 */
#define SMALL_ORIGIN  "example.org/waybill"
#define SMALL_MAX     300 /* records */
#define SMALL_WITNESS 3   /* witnesses a, b, c */
#define SMALL_TIME_S  1747267200 /* 2025-05-15T00:00:00Z */

struct small_ledger {
	struct wb_signer log;
	struct wb_signer recorder;
	struct wb_signer exporter;
	struct wb_signer witness[SMALL_WITNESS];
	struct memory_tree memory;
	uint8_t tip[WB_HASH_LEN];
	uint64_t n;
	struct { /* the record notes */
		char text[WB_RECORD_MAX];
		size_t len;
	} record[SMALL_MAX];
};

static inline struct wb_signer small_signer(const char *name, uint8_t type,
					    uint8_t byte)
{
	uint8_t seed[WB_SEED_LEN];
	struct wb_signer ret;
	int rc;

	memset(seed, byte, sizeof(seed));
	rc = wb_signer_make(wb_slice_str(name), type, seed, &ret);
	assert(rc == 0);
	return ret;
}

static inline struct wb_slice small_end(const struct wb_writer *w)
{
	struct wb_slice ret;
	int rc = wb_writer_end(w, &ret);

	assert(rc == 0);
	return ret;
}

static inline void small_ledger_init(struct small_ledger *l)
{
	memset(l, 0, sizeof(*l));
	memory_tree_init(&l->memory);
	l->log = small_signer(SMALL_ORIGIN, WB_SIG_ED25519, 1);
	l->recorder = small_signer(SMALL_ORIGIN "/record", WB_SIG_ED25519, 3);
	l->exporter = small_signer(SMALL_ORIGIN "/party/acme/1",
				   WB_SIG_ED25519, 4);
	for (unsigned i = 0; i < SMALL_WITNESS; i++) {
		char name[] = "example.net/witness-a";

		name[sizeof(name) - 2] = (char)('a' + i);
		l->witness[i] = small_signer(name, WB_SIG_COSIGNATURE,
					     (uint8_t)(0x10 + i));
	}
}

/* The statement note of record seq. */
static inline struct wb_slice small_statement(const struct small_ledger *l,
					      uint64_t seq, char *out,
					      size_t cap)
{
	const struct wb_signer *by[] = {&l->exporter};
	struct wb_writer w;
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"" SMALL_ORIGIN "\","
		 "\"party\":\"acme\",\"id\":\"S-%u\"}\n",
		 (unsigned)seq);
	wb_writer_init(&w, out, cap);
	wb_note_sign(&w, wb_slice_str(text), by, 1, 0);
	return small_end(&w);
}

static inline struct wb_slice small_judgement(uint64_t seq, char *out,
					      size_t cap)
{
	int len = snprintf(out, cap,
			   "{\"verdict\":\"clear\",\"number\":%u}\n"
			   "\\ \x01\x1f\t\r\x7f \xc3\xa9 \xf0\x9f\x93\xa6\n",
			   (unsigned)seq);

	assert(len > 0 && (size_t)len < cap);
	return wb_slice(out, (size_t)len);
}

static inline void small_salt(uint64_t seq, uint8_t ret[WB_SALT_LEN])
{
	memset(ret, (int)(seq % 256), WB_SALT_LEN);
}

static inline void small_ledger_add(struct small_ledger *l)
{
	const struct wb_signer *by[] = {&l->recorder};
	struct wb_record rec = {
		.origin = SMALL_ORIGIN,
		.seq = l->n,
		.time = (wb_time)SMALL_TIME_S * 1000 + (wb_time)l->n,
	};
	char scratch[WB_RECORD_MAX], text[WB_RECORD_MAX];
	struct wb_slice statement, judgement, leaf;
	uint8_t salt[WB_SALT_LEN];
	struct wb_writer w;
	int rc;

	assert(l->n < SMALL_MAX);
	memcpy(rec.prev, l->tip, sizeof(rec.prev));
	statement = small_statement(l, l->n, scratch, sizeof(scratch));
	wb_sha256(&statement, 1, rec.statement);
	small_salt(l->n, salt);
	judgement = small_judgement(l->n, scratch, sizeof(scratch));
	wb_commitment(salt, judgement, rec.judgement);
	wb_commitment(salt, wb_slice_str("{}\n"), rec.workings);

	wb_writer_init(&w, text, sizeof(text));
	wb_record_format(&w, &rec);
	leaf = small_end(&w);
	wb_leaf_hash(leaf, l->tip);
	rc = memory_tree_add(&l->memory, leaf);
	assert(rc == 0);
	wb_writer_init(&w, l->record[l->n].text, WB_RECORD_MAX);
	wb_note_sign(&w, leaf, by, 1, 0);
	l->record[l->n].len = small_end(&w).len;
	l->n++;
}

static inline struct wb_slice small_record(const struct small_ledger *l,
					   uint64_t seq)
{
	return wb_slice(l->record[seq].text, l->record[seq].len);
}

/* The checkpoint note of the first size records, with n cosignatures. */
static inline struct wb_slice small_checkpoint(struct small_ledger *l,
					       uint64_t size, size_t n,
					       char *out, size_t cap)
{
	const struct wb_signer *by[1 + SMALL_WITNESS] = {&l->log};
	struct wb_nodes nodes = memory_tree_nodes(&l->memory);
	struct wb_checkpoint cp = {.origin = SMALL_ORIGIN, .size = size};
	struct wb_slice body;
	struct wb_tree tree;
	struct wb_writer w;
	char text[256];
	int rc;

	assert(n <= SMALL_WITNESS);
	for (size_t i = 0; i < n; i++)
		by[1 + i] = &l->witness[i];
	rc = wb_tree_load(&nodes, size, &tree);
	assert(rc == 0);
	wb_tree_root(&tree, cp.root);
	wb_writer_init(&w, text, sizeof(text));
	wb_checkpoint_format(&w, &cp);
	body = small_end(&w);
	wb_writer_init(&w, out, cap);
	wb_note_sign(&w, body, by, 1 + n, SMALL_TIME_S);
	return small_end(&w);
}

/* The receipt of record seq under the checkpoint of size with n witnesses. */
static inline struct wb_slice small_receipt(struct small_ledger *l,
					    uint64_t seq, uint64_t size,
					    size_t n, char *out, size_t cap)
{
	struct wb_nodes nodes = memory_tree_nodes(&l->memory);
	struct wb_receipt rc = {.index = seq, .record = small_record(l, seq)};
	char judgement[512], checkpoint[WB_CHECKPOINT_MAX];
	struct wb_writer w;
	int err;

	err = wb_tree_inclusion(&nodes, seq, size, &rc.proof);
	assert(err == 0);
	rc.judgement = small_judgement(seq, judgement, sizeof(judgement));
	small_salt(seq, rc.salt);
	rc.checkpoint = small_checkpoint(l, size, n, checkpoint,
					 sizeof(checkpoint));
	wb_writer_init(&w, out, cap);
	wb_receipt_format(&w, &rc);
	return small_end(&w);
}

/* A trust file: both keys of the ledger, and two of its witnesses asked for. */
static inline struct wb_slice small_trust(const struct small_ledger *l,
					  const char *quorum, char *out,
					  size_t cap)
{
	char key[WB_VKEY_TEXT_MAX + 1];
	struct wb_writer w;

	wb_writer_init(&w, out, cap);
	wb_vkey_format(&l->log.vkey, key);
	wb_write_fmt(&w, "log %s\n", key);
	wb_vkey_format(&l->recorder.vkey, key);
	wb_write_fmt(&w, "log %s\n", key);
	for (unsigned i = 0; i < SMALL_WITNESS; i++) {
		wb_vkey_format(&l->witness[i].vkey, key);
		wb_write_fmt(&w, "witness %c %s\n", 'a' + (int)i, key);
	}
	wb_write_str(&w, "group two 2 a b c\nquorum ");
	wb_write_str(&w, quorum);
	wb_write_char(&w, '\n');
	return small_end(&w);
}

#endif /* TESTS_UNIT_SMALL_LEDGER_H */
