#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/file_into.h"
#include "tests/unit/small_ledger.h"
#include "waybill/receipt.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define SIZE 13 /* records of the ledger */
#define SEQ  5  /* the one that is tampered with */

static struct small_ledger ledger;

static struct wb_trust trust_of(struct wb_slice text)
{
	struct wb_trust ret;

	assert_int_equal(wb_trust_parse(text, &ret, NULL), 0);
	return ret;
}

static struct wb_trust trust_with(const char *quorum)
{
	char text[2048];

	return trust_of(small_trust(&ledger, quorum, text, sizeof(text)));
}

static void test_every_record_of_every_size(void **state)
{
	static uint8_t scratch[WB_RECEIPT_MAX];
	struct wb_trust trust = trust_with("two");
	char statement[512], text[8192];
	enum wb_receipt_step step;

	(void)state;
	for (uint64_t size = 1; size <= SIZE; size++) {
		for (uint64_t i = 0; i < size; i++) {
			struct wb_slice st, in;
			struct wb_receipt rc;
			struct wb_record rec;

			st = small_statement(&ledger, i, statement,
					     sizeof(statement));
			in = small_receipt(&ledger, i, size, 2, text,
					   sizeof(text));
			assert_int_equal(wb_receipt_parse(in, scratch,
							  sizeof(scratch), &rc),
					 0);
			assert_int_equal(
				wb_receipt_verify(&rc, st, &trust, &rec, &step),
				0);
			assert_int_equal(step, WB_STEP_DONE);
			assert_int_equal(rec.seq, i);
		}
	}
}

/* --- tampering ------------------------------------------------------------ */

/* A receipt in its parts, and memory for those that a change makes anew. */
struct parts {
	struct wb_receipt rc;
	struct wb_slice statement;
	struct wb_trust trust;
	char statement_text[512];
	char record_text[WB_RECORD_MAX];
	char judgement_text[512];
	char checkpoint_text[WB_CHECKPOINT_MAX];
};

static void parts_init(struct parts *p)
{
	struct wb_nodes nodes = memory_tree_nodes(&ledger.memory);

	memset(p, 0, sizeof(*p));
	p->rc.index = SEQ;
	assert_int_equal(wb_tree_inclusion(&nodes, SEQ, SIZE, &p->rc.proof), 0);
	p->rc.record = small_record(&ledger, SEQ);
	p->rc.judgement = small_judgement(SEQ, p->judgement_text,
					  sizeof(p->judgement_text));
	small_salt(SEQ, p->rc.salt);
	p->rc.checkpoint =
		small_checkpoint(&ledger, SIZE, 2, p->checkpoint_text,
				 sizeof(p->checkpoint_text));
	p->statement = small_statement(&ledger, SEQ, p->statement_text,
				       sizeof(p->statement_text));
	p->trust = trust_with("two");
}

/* Change a character of the base64 of the note's line by key. */
static struct wb_slice forge(struct wb_slice note, const struct wb_vkey *key,
			     char *out)
{
	struct wb_note parsed;
	size_t at = 0;

	assert_int_equal(wb_note_parse(note, &parsed), 0);
	for (size_t i = 0; i < parsed.n; i++)
		if (wb_note_line_by(&parsed, i, key))
			at = (size_t)(parsed.line[i].line.p - note.p) +
			     parsed.line[i].line.len - 10;
	assert_int_not_equal(at, 0);
	memmove(out, note.p, note.len);
	out[at] = out[at] == 'A' ? 'B' : 'A';
	return wb_slice(out, note.len);
}

/* The note's text signed by another. */
static struct wb_slice sign_as(struct wb_slice note, const struct wb_signer *by,
			       char *out, size_t cap)
{
	char text[WB_CHECKPOINT_MAX];
	struct wb_note parsed;
	struct wb_writer w;

	assert_int_equal(wb_note_parse(note, &parsed), 0);
	memcpy(text, parsed.text.p, parsed.text.len);
	wb_writer_init(&w, out, cap);
	wb_note_sign(&w, wb_slice(text, parsed.text.len), &by, 1, 0);
	return small_end(&w);
}

static void nothing(struct parts *p)
{
	(void)p;
}

static void other_statement(struct parts *p)
{
	p->statement = small_statement(&ledger, SEQ + 1, p->statement_text,
				       sizeof(p->statement_text));
}

static void statement_signature(struct parts *p)
{
	p->statement =
		forge(p->statement, &ledger.exporter.vkey, p->statement_text);
}

static void no_statement(struct parts *p)
{
	p->statement = wb_slice("", 0);
}

static void other_record(struct parts *p)
{
	p->rc.record = small_record(&ledger, SEQ + 1);
}

static void record_forged(struct parts *p)
{
	p->rc.record =
		forge(p->rc.record, &ledger.recorder.vkey, p->record_text);
}

static void record_by_other(struct parts *p)
{
	struct wb_signer by =
		small_signer(SMALL_ORIGIN "/record", WB_SIG_ED25519, 0x77);

	p->rc.record = sign_as(p->rc.record, &by, p->record_text,
			       sizeof(p->record_text));
}

static void record_by_log(struct parts *p)
{
	p->rc.record = sign_as(p->rc.record, &ledger.log, p->record_text,
			       sizeof(p->record_text));
}

static void record_cut(struct parts *p)
{
	p->rc.record.len -= 5;
}

static void record_is_checkpoint(struct parts *p)
{
	p->rc.record = p->rc.checkpoint;
}

static void other_judgement(struct parts *p)
{
	p->rc.judgement = small_judgement(SEQ + 1, p->judgement_text,
					  sizeof(p->judgement_text));
}

static void other_salt(struct parts *p)
{
	p->rc.salt[WB_SALT_LEN - 1] ^= 1;
}

static void other_index(struct parts *p)
{
	p->rc.index++;
}

static void proof_cut(struct parts *p)
{
	p->rc.proof.n--;
}

static void proof_flipped(struct parts *p)
{
	p->rc.proof.hash[1][7] ^= 0x10;
}

static void size_without_it(struct parts *p)
{
	p->rc.checkpoint = small_checkpoint(&ledger, SEQ, 2, p->checkpoint_text,
					    sizeof(p->checkpoint_text));
}

static void other_size(struct parts *p)
{
	p->rc.checkpoint =
		small_checkpoint(&ledger, SIZE - 1, 2, p->checkpoint_text,
				 sizeof(p->checkpoint_text));
}

static void checkpoint_by_other(struct parts *p)
{
	struct wb_signer by = small_signer(SMALL_ORIGIN, WB_SIG_ED25519, 0x77);

	p->rc.checkpoint = sign_as(p->rc.checkpoint, &by, p->checkpoint_text,
				   sizeof(p->checkpoint_text));
}

static void checkpoint_forged(struct parts *p)
{
	p->rc.checkpoint =
		forge(p->rc.checkpoint, &ledger.log.vkey, p->checkpoint_text);
}

static void checkpoint_only_cosigned(struct parts *p)
{
	p->rc.checkpoint =
		sign_as(p->rc.checkpoint, &ledger.witness[0],
			p->checkpoint_text, sizeof(p->checkpoint_text));
}

static void checkpoint_garbage(struct parts *p)
{
	p->rc.checkpoint = wb_slice_str("x\n");
}

static void checkpoint_is_record(struct parts *p)
{
	p->rc.checkpoint = p->rc.record;
}

static void log_not_trusted(struct parts *p)
{
	p->trust = trust_of(wb_slice_str("quorum none\n"));
}

static void recorder_not_trusted(struct parts *p)
{
	p->trust.n_logs = 1;
}

static void cosigned_once(struct parts *p)
{
	p->rc.checkpoint =
		small_checkpoint(&ledger, SIZE, 1, p->checkpoint_text,
				 sizeof(p->checkpoint_text));
}

static void cosignature_forged(struct parts *p)
{
	p->rc.checkpoint = forge(p->rc.checkpoint, &ledger.witness[1].vkey,
				 p->checkpoint_text);
}

static void test_tampered(void **state)
{
	static const struct {
		void (*change)(struct parts *p);
		enum wb_receipt_step step;
		int rc;
	} row[] = {
		{nothing, WB_STEP_DONE, 0},
		{checkpoint_garbage, WB_STEP_CHECKPOINT, WB_EFORM},
		{checkpoint_is_record, WB_STEP_CHECKPOINT, WB_EFORM},
		{checkpoint_by_other, WB_STEP_CHECKPOINT, WB_EKEY},
		{checkpoint_only_cosigned, WB_STEP_CHECKPOINT, WB_EKEY},
		{checkpoint_forged, WB_STEP_CHECKPOINT, WB_ESIG},
		{log_not_trusted, WB_STEP_CHECKPOINT, WB_EKEY},
		{recorder_not_trusted, WB_STEP_RECORD, WB_EKEY},
		{record_forged, WB_STEP_RECORD, WB_ESIG},
		{record_by_other, WB_STEP_RECORD, WB_EKEY},
		{record_by_log, WB_STEP_RECORD, WB_EKEY},
		{record_cut, WB_STEP_RECORD, WB_EFORM},
		{record_is_checkpoint, WB_STEP_RECORD, WB_EFORM},
		{other_record, WB_STEP_STATEMENT, WB_EPROOF},
		{other_statement, WB_STEP_STATEMENT, WB_EPROOF},
		{statement_signature, WB_STEP_STATEMENT, WB_EPROOF},
		{no_statement, WB_STEP_STATEMENT, WB_EPROOF},
		{other_judgement, WB_STEP_JUDGEMENT, WB_EPROOF},
		{other_salt, WB_STEP_JUDGEMENT, WB_EPROOF},
		{other_index, WB_STEP_INCLUSION, WB_EPROOF},
		{proof_cut, WB_STEP_INCLUSION, WB_EPROOF},
		{proof_flipped, WB_STEP_INCLUSION, WB_EPROOF},
		{size_without_it, WB_STEP_INCLUSION, WB_EPROOF},
		{other_size, WB_STEP_INCLUSION, WB_EPROOF},
		{cosigned_once, WB_STEP_QUORUM, WB_EKEY},
		{cosignature_forged, WB_STEP_QUORUM, WB_ESIG},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		static struct parts p;
		struct wb_record rec = {.seq = 77};
		enum wb_receipt_step step;
		int rc;

		parts_init(&p);
		row[i].change(&p);
		rc = wb_receipt_verify(&p.rc, p.statement, &p.trust, &rec,
				       &step);
		if (rc != row[i].rc || step != row[i].step)
			fail_msg("row %zu: %s, %s", i, wb_strerror(rc),
				 wb_receipt_step_name(step));
		/* All but the quorum held: then the record is known. */
		assert_int_equal(rec.seq, step >= WB_STEP_QUORUM ? SEQ : 77);
	}
}

static void test_step_names(void **state)
{
	(void)state;
	for (int i = WB_STEP_RECEIPT; i <= WB_STEP_DONE; i++)
		for (int j = WB_STEP_RECEIPT; j < i; j++)
			assert_string_not_equal(
				wb_receipt_step_name((enum wb_receipt_step)i),
				wb_receipt_step_name((enum wb_receipt_step)j));
}

/* --- a proof by others ---------------------------------------------------- */

/*
 * A tlog-proof that other tools take too: leaf 5 of the eight leaves of
 * Certificate Transparency, with a witness.  It lacks our extra, so that it
 * is no receipt until it is given one.
 */
static void test_known_proof(void **state)
{
	static const char magic[] = "c2sp.org/tlog-proof@v1\n";
	static const char trust_text[] =
		"log example.com/ledger+3481d542+"
		"AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n"
		"witness a example.com/witness-a+2c0c8320+"
		"BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU\n"
		"quorum a\n";
	static const char extra[] =
		"{\"record\":\"\",\"judgement\":\"\",\"salt\":\""
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}";
	struct wb_trust trust = trust_of(wb_slice_str(trust_text));
	char text[2048], with[4096];
	uint8_t scratch[2048], leaf[WB_HASH_LEN];
	struct wb_checkpoint cp;
	struct wb_receipt rc;
	struct wb_note note;
	struct wb_slice in;
	struct wb_writer w;

	(void)state;
	in = file_into("tests/vectors/p5.tlog-proof", text, sizeof(text));
	assert_int_equal(wb_receipt_parse(in, scratch, sizeof(scratch), &rc),
			 WB_EFORM);

	assert_true(wb_slice_starts(in, magic));
	wb_writer_init(&w, with, sizeof(with));
	wb_write_str(&w, magic);
	wb_write_str(&w, "extra ");
	wb_write_base64(&w, extra, strlen(extra));
	wb_write_char(&w, '\n');
	wb_write_bytes(&w, in.p + strlen(magic), in.len - strlen(magic));
	assert_int_equal(
		wb_receipt_parse(small_end(&w), scratch, sizeof(scratch), &rc),
		0);
	assert_int_equal(rc.index, 5);
	assert_int_equal(wb_checkpoint_open(rc.checkpoint, &trust.log[0], &cp),
			 0);
	assert_string_equal(cp.origin, "example.com/ledger");
	wb_leaf_hash(wb_slice("\x40\x41\x42\x43", 4), leaf);
	assert_int_equal(
		wb_tree_verify_inclusion(leaf, 5, cp.size, &rc.proof, cp.root),
		0);
	assert_int_equal(wb_note_parse(rc.checkpoint, &note), 0);
	assert_int_equal(wb_trust_quorum(&trust, &note), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_record_of_every_size),
		cmocka_unit_test(test_tampered),
		cmocka_unit_test(test_step_names),
		cmocka_unit_test(test_known_proof),
	};

	if (wb_crypto_init() != 0)
		return 1;
	small_ledger_init(&ledger);
	for (unsigned i = 0; i < SIZE; i++)
		small_ledger_add(&ledger);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
