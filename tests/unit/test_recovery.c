#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <lmdb.h>

#include "tests/unit/trade.h"

/*
 * What a ledger does after a crash, with a copy put back, and with a part of
 * it lost: it is what was released, or it refuses by name.
 */
int __real_mdb_txn_commit(MDB_txn *txn);
int __wrap_mdb_txn_commit(MDB_txn *txn);
static int commit_fails_with;

int __wrap_mdb_txn_commit(MDB_txn *txn)
{
	if (commit_fails_with == 0)
		return __real_mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return commit_fails_with;
}

/* --- files, kept and put back ----------------------------------------- */

static struct wb_slice keep(const struct world *w, const char *name)
{
	static const size_t cap = 64u << 20;
	char path[160];
	uint8_t *p = malloc(cap);
	FILE *f;
	size_t n;

	path_of(w, name, path);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(p, 1, cap, f);
	fclose(f);
	return wb_slice(p, n);
}

static void put_back(const struct world *w, const char *name,
		     struct wb_slice kept)
{
	char path[160];
	FILE *f;

	path_of(w, name, path);
	f = fopen(path, "wb");
	assert_int_equal(fwrite(kept.p, 1, kept.len, f), kept.len);
	fclose(f);
	free((void *)(uintptr_t)kept.p);
}

static const char first_segment[] = "journal/00000000000000000000.journal";

static uint8_t *receipt(struct world *w, uint64_t seq, size_t *ret_len)
{
	uint8_t *p = malloc(WB_RECEIPT_MAX);
	struct wb_writer out;
	struct wb_view *v;

	wb_writer_init(&out, p, WB_RECEIPT_MAX);
	assert_int_equal(wb_view_open(wb_ledger_store(w->ledger), &v), 0);
	assert_int_equal(wb_ledger_receipt(w->ledger, v, seq, &out), 0);
	wb_view_close(v);
	*ret_len = out.len;
	return p;
}

/* --- tests ------------------------------------------------------------ */

/* The commit is lost, the journal has it: the record is there after all. */
static void test_journal_fills_the_store(void **state)
{
	struct world w;
	uint64_t size;

	(void)state;
	begin_trade(&w);
	assert_int_equal(ship(&w, 1), 0);
	size = size_of(&w);
	commit_fails_with = EIO;
	assert_int_equal(ship(&w, 2), WB_EIO);
	commit_fails_with = 0;
	shut(&w);
	assert_int_equal(open_again(&w), 0);
	assert_int_equal(size_of(&w), size + 1);
	/* Sent again, it is the same record. */
	assert_int_equal(ship(&w, 2), 0);
	assert_true(w.sub.repeated);
	assert_int_equal(w.sub.seq, size);
	audit(&w);
	world_end(&w);
}

/* A full disk: the journal forgets what the store could not take. */
static void test_full_disk_leaves_no_frame(void **state)
{
	struct world w;
	uint64_t size;

	(void)state;
	begin_trade(&w);
	size = size_of(&w);
	commit_fails_with = ENOSPC;
	assert_int_equal(ship(&w, 1), WB_EFULL);
	commit_fails_with = 0;
	shut(&w);
	assert_int_equal(open_again(&w), 0);
	assert_int_equal(size_of(&w), size);
	assert_int_equal(ship(&w, 2), 0);
	audit(&w);
	world_end(&w);
}

/* An old store under a new journal is brought up to date, byte for byte. */
static void test_old_store_is_replayed(void **state)
{
	struct wb_slice old;
	uint8_t *before, *after;
	size_t len, len2;
	struct world w;
	uint64_t size;

	(void)state;
	begin_trade(&w);
	assert_int_equal(ship(&w, 1), 0);
	shut(&w);
	old = keep(&w, "data.mdb");
	assert_int_equal(open_again(&w), 0);
	for (int i = 2; i < 8; i++)
		assert_int_equal(ship(&w, i), 0);
	size = size_of(&w);
	before = receipt(&w, size - 2, &len);
	shut(&w);
	put_back(&w, "data.mdb", old);
	assert_int_equal(open_again(&w), 0);
	assert_int_equal(size_of(&w), size);
	after = receipt(&w, size - 2, &len2);
	assert_int_equal(len, len2);
	assert_memory_equal(before, after, len);
	audit(&w);
	free(before);
	free(after);
	world_end(&w);
}

/* The store is gone: it is made again from the journal alone. */
static void test_store_is_rebuilt(void **state)
{
	uint8_t *before, *after;
	size_t len, len2;
	char path[160];
	struct world w;
	uint64_t size;

	(void)state;
	begin_trade(&w);
	for (int i = 1; i < 5; i++)
		assert_int_equal(ship(&w, i), 0);
	size = size_of(&w);
	before = receipt(&w, size - 1, &len);
	shut(&w);
	path_of(&w, "data.mdb", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(open_again(&w), WB_ENOTFOUND);
	assert_int_equal(wb_ledger_rebuild(w.dir, &w.services, &w.ledger), 0);
	assert_int_equal(size_of(&w), size);
	after = receipt(&w, size - 1, &len2);
	assert_int_equal(len, len2);
	assert_memory_equal(before, after, len);
	audit(&w);
	assert_int_equal(ship(&w, 9), 0);
	free(before);
	free(after);
	world_end(&w);
}

/* Store and journal of yesterday, head of today. */
static void test_rollback_is_refused(void **state)
{
	struct wb_slice store, journal;
	struct world w;

	(void)state;
	begin_trade(&w);
	assert_int_equal(ship(&w, 1), 0);
	shut(&w);
	store = keep(&w, "data.mdb");
	journal = keep(&w, first_segment);
	assert_int_equal(open_again(&w), 0);
	assert_int_equal(ship(&w, 2), 0);
	shut(&w);
	put_back(&w, "data.mdb", store);
	put_back(&w, first_segment, journal);
	assert_int_equal(open_again(&w), WB_EROLLBACK);
	world_end(&w);
}

/* Another record under a number that was released. */
static void test_fork_is_refused(void **state)
{
	struct wb_slice store, journal, head;
	struct world w;

	(void)state;
	begin_trade(&w);
	shut(&w);
	store = keep(&w, "data.mdb");
	journal = keep(&w, first_segment);
	head = keep(&w, "head");
	assert_int_equal(open_again(&w), 0);
	assert_int_equal(ship(&w, 1), 0);
	shut(&w);
	/* A whole copy of yesterday goes another way ... */
	put_back(&w, "data.mdb", store);
	put_back(&w, first_segment, journal);
	store = keep(&w, "head");
	put_back(&w, "head", head);
	assert_int_equal(open_again(&w), 0);
	assert_int_equal(ship(&w, 2), 0);
	shut(&w);
	/* ... and meets the head of today. */
	put_back(&w, "head", store);
	assert_int_equal(open_again(&w), WB_EFORK);
	world_end(&w);
}

/* The journal may not be behind the store, nor be another ledger's. */
static void test_lost_journal_is_refused(void **state)
{
	struct wb_slice journal;
	char path[160];
	struct world w;

	(void)state;
	begin_trade(&w);
	shut(&w);
	journal = keep(&w, first_segment);
	assert_int_equal(open_again(&w), 0);
	assert_int_equal(ship(&w, 1), 0);
	shut(&w);
	put_back(&w, first_segment, journal);
	assert_int_equal(open_again(&w), WB_ECORRUPT);
	path_of(&w, first_segment, path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(open_again(&w), WB_ENOTFOUND);
	world_end(&w);
}

static void test_lost_head_is_refused(void **state)
{
	char path[160];
	struct world w;

	(void)state;
	begin_trade(&w);
	shut(&w);
	path_of(&w, "head", path);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(open_again(&w), WB_EROLLBACK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(open_again(&w), WB_ENOTFOUND);
	world_end(&w);
}

static void test_two_openers(void **state)
{
	struct wb_ledger *other;
	struct world w;

	(void)state;
	begin_trade(&w);
	assert_int_equal(wb_ledger_open(w.dir, &w.services, &other), WB_EBUSY);
	world_end(&w);
}

/* The leaf that the tree has for one of the last records, in every copy of the
 * page: proofs over it would be wrong. */
static void test_damaged_leaf_is_refused(void **state)
{
	uint8_t leaf[WB_HASH_LEN];
	struct wb_slice store;
	struct wb_entry e;
	struct wb_view *v;
	struct world w;
	unsigned n = 0;

	(void)state;
	begin_trade(&w);
	for (int i = 1; i < 4; i++)
		assert_int_equal(ship(&w, i), 0);
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &v), 0);
	assert_int_equal(wb_view_entry(v, size_of(&w) - 2, &e), 0);
	wb_leaf_hash(wb_slice(e.record.p, e.text_len), leaf);
	wb_view_close(v);
	shut(&w);
	store = keep(&w, "data.mdb");
	for (size_t at = 0; at + WB_HASH_LEN <= store.len; at++) {
		if (memcmp(store.p + at, leaf, WB_HASH_LEN) != 0)
			continue;
		*(uint8_t *)(uintptr_t)(store.p + at + 9) ^= 1;
		n++;
	}
	assert_true(n > 0);
	put_back(&w, "data.mdb", store);
	assert_int_equal(open_again(&w), WB_ECORRUPT);
	world_end(&w);
}

/* The batch that a record says it was in, changed to a later one: the receipt
 * would verify, and be another. */
static void test_changed_batch_is_refused(void **state)
{
	static uint8_t space[WB_RECEIPT_MAX];
	struct wb_slice store;
	struct wb_writer out;
	struct wb_entry e;
	struct wb_view *v;
	struct world w;
	uint8_t begins[12];
	unsigned n = 0;

	(void)state;
	begin_trade(&w);
	for (int i = 1; i < 4; i++)
		assert_int_equal(ship(&w, i), 0);
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &v), 0);
	assert_int_equal(wb_view_entry(v, 0, &e), 0);
	assert_int_equal(e.batch_end, 1);
	/* An entry begins with it, and the two lengths of its record. */
	memset(begins, 0, sizeof(begins));
	begins[7] = 1;
	begins[8] = (uint8_t)(e.text_len >> 8);
	begins[9] = (uint8_t)e.text_len;
	begins[10] = (uint8_t)(e.record.len >> 8);
	begins[11] = (uint8_t)e.record.len;
	wb_view_close(v);
	shut(&w);
	store = keep(&w, "data.mdb");
	for (size_t at = 0; at + sizeof(begins) <= store.len; at++) {
		if (memcmp(store.p + at, begins, sizeof(begins)) != 0)
			continue;
		*(uint8_t *)(uintptr_t)(store.p + at + 7) = 3;
		n++;
	}
	assert_true(n > 0);
	put_back(&w, "data.mdb", store);
	assert_int_equal(open_again(&w), 0);
	wb_writer_init(&out, space, sizeof(space));
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &v), 0);
	assert_int_equal(wb_ledger_receipt(w.ledger, v, 0, &out), WB_ECORRUPT);
	wb_view_close(v);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_journal_fills_the_store),
		cmocka_unit_test(test_full_disk_leaves_no_frame),
		cmocka_unit_test(test_old_store_is_replayed),
		cmocka_unit_test(test_store_is_rebuilt),
		cmocka_unit_test(test_rollback_is_refused),
		cmocka_unit_test(test_fork_is_refused),
		cmocka_unit_test(test_lost_journal_is_refused),
		cmocka_unit_test(test_lost_head_is_refused),
		cmocka_unit_test(test_two_openers),
		cmocka_unit_test(test_damaged_leaf_is_refused),
		cmocka_unit_test(test_changed_batch_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
