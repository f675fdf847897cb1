#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "tests/unit/small_ledger.h"
#include "waybill/text.h"
#include "waybill/tile.h"

/*
 * The worked examples of sections 8 and 9 of proto/FORMAT.md: what the small
 * ledger writes for its first three records, to the byte.
 */
#define SIZE 3
#define SEQ  1 /* of the receipt */

static struct small_ledger ledger;

/* The n hashes of an example, one a line. */
static void assert_hashes(const char *name, const uint8_t hash[][WB_HASH_LEN],
			  size_t n)
{
	struct wb_slice rest = format_example(name), line;
	char text[64];

	for (size_t i = 0; i < n; i++) {
		assert_true(wb_line_next(&rest, &line));
		wb_base64(hash[i], WB_HASH_LEN, text);
		assert_true(wb_slice_is(line, text));
	}
	assert_int_equal(rest.len, 0);
}

static void test_tree(void **state)
{
	struct wb_nodes nodes = memory_tree_nodes(&ledger.memory);
	struct wb_tree_proof proof;
	uint8_t root[1][WB_HASH_LEN];

	(void)state;
	assert_hashes("tree-leaves-example", ledger.memory.node[0], SIZE);
	wb_tree_root(&ledger.memory.tree, root[0]);
	assert_hashes("tree-root-example", root, 1);
	assert_int_equal(wb_tree_consistency(&nodes, 1, SIZE, &proof), 0);
	assert_hashes("tree-consistency-example", proof.hash, proof.n);
}

static void test_tiles(void **state)
{
	struct wb_slice rest = format_example("tile-example"), line;

	(void)state;
	while (wb_line_next(&rest, &line)) {
		struct wb_tile tile;
		char judged = '!';

		assert_true(line.len > 2);
		if (wb_tile_parse(wb_slice(line.p + 2, line.len - 2), &tile) ==
		    0)
			judged = wb_tile_within(&tile, 70000) ? '+' : '-';
		if (judged != (char)line.p[0])
			fail_msg("%.*s", (int)line.len, (const char *)line.p);
	}
}

static void test_checkpoint(void **state)
{
	char text[WB_CHECKPOINT_MAX];

	(void)state;
	assert_true(wb_slice_eq(
		format_example("checkpoint-example"),
		small_checkpoint(&ledger, SIZE, 2, text, sizeof(text))));
}

/* The receipt is as we write it, and proves under the trust file shown. */
static void test_receipt(void **state)
{
	struct wb_slice statement = format_example("receipt-statement-example");
	struct wb_slice text = format_example("receipt-example");
	static uint8_t scratch[WB_RECEIPT_MAX];
	enum wb_receipt_step step;
	struct wb_receipt rc;
	struct wb_record rec;
	struct wb_trust trust;
	char own[8192];

	(void)state;
	assert_true(wb_slice_eq(
		statement, small_statement(&ledger, SEQ, own, sizeof(own))));
	assert_true(wb_slice_eq(
		text, small_receipt(&ledger, SEQ, SIZE, 2, own, sizeof(own))));
	assert_true(wb_slice_eq(format_example("trust-example"),
				small_trust(&ledger, "two", own, sizeof(own))));
	assert_int_equal(
		wb_trust_parse(format_example("trust-example"), &trust, NULL),
		0);
	assert_int_equal(wb_receipt_parse(text, scratch, sizeof(scratch), &rc),
			 0);
	assert_int_equal(wb_receipt_verify(&rc, statement, &trust, &rec, &step),
			 0);
	assert_int_equal(step, WB_STEP_DONE);
	assert_int_equal(rec.seq, SEQ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tiles),
		cmocka_unit_test(test_checkpoint),
		cmocka_unit_test(test_receipt),
	};

	if (wb_crypto_init() != 0)
		return 1;
	small_ledger_init(&ledger);
	while (ledger.n < SIZE)
		small_ledger_add(&ledger);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
