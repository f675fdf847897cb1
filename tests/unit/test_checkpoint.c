#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/file_into.h"
#include "tests/unit/memory_tree.h"
#include "waybill/checkpoint.h"

#define N(a)   (sizeof(a) / sizeof((a)[0]))
#define ORIGIN "example.org/waybill"
#define HASH   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static struct wb_vkey vkey(const char *text)
{
	struct wb_vkey key;

	assert_int_equal(wb_vkey_parse(wb_slice_str(text), &key), 0);
	return key;
}

static struct wb_signer signer(const char *name, uint8_t type, uint8_t byte)
{
	uint8_t seed[WB_SEED_LEN];
	struct wb_signer s;

	memset(seed, byte, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(name), type, seed, &s), 0);
	return s;
}

static struct wb_slice sign(const char *text,
			    const struct wb_signer *const by[], size_t n)
{
	static char out[WB_CHECKPOINT_MAX];
	struct wb_slice ret = {0};
	struct wb_writer w;

	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, wb_slice_str(text), by, n, 1700000000);
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

/* --- the text ------------------------------------------------------------- */

static void test_good_texts(void **state)
{
	static const char *const row[] = {
		ORIGIN "\n0\n" HASH "\n",
		ORIGIN "\n1\n" HASH "\n",
		"a/b\n9223372036854775807\n" HASH "\n",
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		struct wb_checkpoint cp;
		struct wb_slice again = {0};
		struct wb_writer w;
		char out[256];

		assert_int_equal(wb_checkpoint_parse(wb_slice_str(row[i]), &cp),
				 0);
		wb_writer_init(&w, out, sizeof(out));
		wb_checkpoint_format(&w, &cp);
		assert_int_equal(wb_writer_end(&w, &again), 0);
		assert_true(wb_slice_is(again, row[i]));
	}
}

static void test_bad_texts(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} row[] = {
		{"", "nothing"},
		{ORIGIN "\n", "no size"},
		{ORIGIN "\n1\n", "no root"},
		{ORIGIN "\n1\n" HASH, "no newline at the end"},
		{ORIGIN "\n1\n" HASH "\next\n", "an extension line"},
		{ORIGIN "\n1\n" HASH "\n\n", "a blank line"},
		{"\n1\n" HASH "\n", "no origin"},
		{"example.org\n1\n" HASH "\n", "an origin without a path"},
		{"waybill/record/1\n1\n" HASH "\n", "begins as a record"},
		{"{\"a\":1}/\n1\n" HASH "\n", "begins as a statement"},
		{"cosignature/v1\n1\n" HASH "\n", "begins as a cosignature"},
		{"a b/c\n1\n" HASH "\n", "a space in the origin"},
		{ORIGIN "\n\n" HASH "\n", "empty size"},
		{ORIGIN "\n01\n" HASH "\n", "leading zero"},
		{ORIGIN "\n+1\n" HASH "\n", "sign"},
		{ORIGIN "\n-1\n" HASH "\n", "sign"},
		{ORIGIN "\n 1\n" HASH "\n", "space"},
		{ORIGIN "\n1 \n" HASH "\n", "space"},
		{ORIGIN "\n1e3\n" HASH "\n", "exponent"},
		{ORIGIN "\n9223372036854775808\n" HASH "\n", "2^63"},
		{ORIGIN "\n18446744073709551617\n" HASH "\n", "2^64 + 1"},
		{ORIGIN "\n1\nAAAA\n", "a root of three bytes"},
		{ORIGIN "\n1\n\n", "empty root"},
		{ORIGIN "\n1\n" HASH "A\n", "a root with a tail"},
		{ORIGIN "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		 "a root of 33 bytes"},
		{ORIGIN "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
		 "stray bits in base64"},
		{ORIGIN "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		 "base64 without padding"},
		{ORIGIN "\r\n1\r\n" HASH "\r\n", "carriage returns"},
	};
	struct wb_checkpoint cp = {.size = 7};

	(void)state;
	for (size_t i = 0; i < N(row); i++)
		if (wb_checkpoint_parse(wb_slice_str(row[i].text), &cp) !=
		    WB_EFORM)
			fail_msg("%s", row[i].why);
	assert_int_equal(cp.size, 7); /* untouched */
}

/* An origin of WB_ORIGIN_MAX bytes, and one of a byte more. */
static void test_origin_limit(void **state)
{
	char text[WB_ORIGIN_MAX + 64];
	struct wb_checkpoint cp;

	(void)state;
	for (int len = WB_ORIGIN_MAX; len <= WB_ORIGIN_MAX + 1; len++) {
		snprintf(text, sizeof(text), "a/%0*d\n1\n%s\n", len - 2, 0,
			 HASH);
		if (wb_checkpoint_parse(wb_slice_str(text), &cp) == 0)
			assert_int_equal(len, WB_ORIGIN_MAX);
		else
			assert_int_equal(len, WB_ORIGIN_MAX + 1);
	}
}

/* --- the note ------------------------------------------------------------- */

static void test_open(void **state)
{
	static const char text[] = ORIGIN "\n1\n" HASH "\n";
	struct wb_signer log = signer(ORIGIN, WB_SIG_ED25519, 1);
	struct wb_signer other = signer(ORIGIN, WB_SIG_ED25519, 2);
	struct wb_signer record = signer(ORIGIN "/record", WB_SIG_ED25519, 3);
	struct wb_signer witness =
		signer("example.net/w", WB_SIG_COSIGNATURE, 4);
	struct wb_signer self = signer(ORIGIN, WB_SIG_COSIGNATURE, 5);
	const struct {
		const struct wb_signer *by[2];
		const struct wb_signer *trusted;
		int rc;
		const char *why;
	} row[] = {
		{{&log}, &log, 0, "as it should be"},
		{{&log, &witness}, &log, 0, "cosigned too"},
		{{&other}, &log, WB_EKEY, "signed by another key of the name"},
		{{&witness}, &log, WB_EKEY, "only cosigned"},
		{{&record}, &record, WB_EKEY, "a key not named for the origin"},
		{{&self}, &self, WB_EKEY, "a cosignature by the log's name"},
		{{&witness}, &witness, WB_EKEY, "a witness is no log"},
	};
	struct wb_checkpoint cp;

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		size_t n = row[i].by[1] == NULL ? 1 : 2;
		struct wb_slice note = sign(text, row[i].by, n);

		if (wb_checkpoint_open(note, &row[i].trusted->vkey, &cp) !=
		    row[i].rc)
			fail_msg("%s", row[i].why);
	}
}

/* Any byte changed anywhere, and the note is no longer good. */
static void test_every_byte_counts(void **state)
{
	struct wb_signer log = signer(ORIGIN, WB_SIG_ED25519, 1);
	const struct wb_signer *by[] = {&log};
	struct wb_slice note = sign(ORIGIN "\n1\n" HASH "\n", by, 1);
	uint8_t bad[WB_CHECKPOINT_MAX + 1];
	struct wb_checkpoint cp;

	(void)state;
	for (size_t i = 0; i < note.len; i++) {
		memcpy(bad, note.p, note.len);
		bad[i] ^= 0x01;
		assert_int_not_equal(wb_checkpoint_open(wb_slice(bad, note.len),
							&log.vkey, &cp),
				     0);
		assert_int_not_equal(
			wb_checkpoint_open(wb_slice(note.p, i), &log.vkey, &cp),
			0);
	}
	memset(bad, 'a', sizeof(bad));
	assert_int_equal(
		wb_checkpoint_open(wb_slice(bad, sizeof(bad)), &log.vkey, &cp),
		WB_ELIMIT);
}

/* --- a log by others ------------------------------------------------------ */

/* The log that Tessera's authors publish: 15 entries, 16 checkpoints. */
static void test_tessera(void **state)
{
	struct wb_vkey key =
		vkey("example.com/log/testdata+33d7b496+"
		     "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
	static char bundle[1024], tile[1024], text[1024];
	static struct memory_tree t;
	uint8_t roots[16][WB_HASH_LEN];
	struct wb_slice hashes;
	struct wb_reader r;

	(void)state;
	wb_reader_init(&r, file_into("tests/vectors/tessera/"
				     "tile-entries-000.p-15",
				     bundle, sizeof(bundle)));
	memory_tree_init(&t);
	for (unsigned size = 0; size <= 15; size++) {
		char path[64];
		struct wb_checkpoint cp;
		struct wb_slice note;

		if (size > 0)
			assert_int_equal(
				memory_tree_add(
					&t, wb_read_bytes(&r, wb_read_u16(&r))),
				0);
		snprintf(path, sizeof(path),
			 "tests/vectors/tessera/checkpoint.%u", size);
		note = file_into(path, text, sizeof(text));
		assert_int_equal(wb_checkpoint_open(note, &key, &cp), 0);
		assert_int_equal(cp.size, size);
		wb_tree_root(&t.tree, roots[size]);
		assert_memory_equal(cp.root, roots[size], WB_HASH_LEN);
	}
	assert_int_equal(wb_reader_end(&r), 0);

	hashes = file_into("tests/vectors/tessera/tile-0-000.p-15", tile,
			   sizeof(tile));
	assert_true(
		wb_slice_eq(hashes, wb_slice(t.node[0][0], 15 * WB_HASH_LEN)));
	for (unsigned to = 1; to <= 15; to++) {
		for (unsigned from = 1; from <= to; from++) {
			struct wb_nodes nodes = memory_tree_nodes(&t);
			struct wb_tree_proof p;

			assert_int_equal(
				wb_tree_consistency(&nodes, from, to, &p), 0);
			assert_int_equal(
				wb_tree_verify_consistency(
					from, to, roots[from], roots[to], &p),
				0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_texts),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_origin_limit),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_tessera),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
