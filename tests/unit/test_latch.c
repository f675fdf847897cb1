#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/trade.h"

/*
 * When memory or the disk fails while a batch is written, nothing is released
 * and the ledger latches; after a restart it holds together.
 */
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
static int syncs_before_failure = -1;

int __wrap_fdatasync(int fd)
{
	if (syncs_before_failure == 0) {
		errno = EIO;
		return -1;
	}
	if (syncs_before_failure > 0)
		syncs_before_failure--;
	return __real_fdatasync(fd);
}

/* The n-th signature from now on comes out with a bit flipped. */
void __real_wb_sign(const uint8_t *secret, struct wb_slice msg, uint8_t *sig);
void __wrap_wb_sign(const uint8_t *secret, struct wb_slice msg, uint8_t *sig);
static int signatures_before_flip = -1;

void __wrap_wb_sign(const uint8_t *secret, struct wb_slice msg, uint8_t *sig)
{
	__real_wb_sign(secret, msg, sig);
	if (signatures_before_flip >= 0 && signatures_before_flip-- == 0)
		sig[7] ^= 4;
}

/* What goes into the store is not what was decided: one bit of its text. */
int __real_wb_put_entry(struct wb_write_txn *txn, uint64_t seq,
			const struct wb_entry *entry);
int __wrap_wb_put_entry(struct wb_write_txn *txn, uint64_t seq,
			const struct wb_entry *entry);
static bool store_another;

int __wrap_wb_put_entry(struct wb_write_txn *txn, uint64_t seq,
			const struct wb_entry *entry)
{
	static uint8_t judgement[WB_JUDGEMENT_MAX];
	struct wb_entry other = *entry;

	if (!store_another)
		return __real_wb_put_entry(txn, seq, entry);
	memcpy(judgement, entry->judgement.p, entry->judgement.len);
	judgement[20] ^= 1;
	other.judgement.p = judgement;
	return __real_wb_put_entry(txn, seq, &other);
}

/* The names of a record are lost on their way into the store, its id or its
 * place among those of its party; or its leaf in the tree is changed. */
int __real_wb_put_id(struct wb_write_txn *txn, const char *party,
		     const char *id, uint64_t seq);
int __wrap_wb_put_id(struct wb_write_txn *txn, const char *party,
		     const char *id, uint64_t seq);
int __real_wb_put_index(struct wb_write_txn *txn, enum wb_index index,
			const char *name, uint64_t seq);
int __wrap_wb_put_index(struct wb_write_txn *txn, enum wb_index index,
			const char *name, uint64_t seq);
int __real_wb_put_node(struct wb_write_txn *txn, unsigned level, uint64_t index,
		       const uint8_t hash[WB_HASH_LEN]);
int __wrap_wb_put_node(struct wb_write_txn *txn, unsigned level, uint64_t index,
		       const uint8_t hash[WB_HASH_LEN]);
static bool lose_id, lose_index, change_leaf;

int __wrap_wb_put_node(struct wb_write_txn *txn, unsigned level, uint64_t index,
		       const uint8_t hash[WB_HASH_LEN])
{
	uint8_t other[WB_HASH_LEN];

	memcpy(other, hash, WB_HASH_LEN);
	other[3] ^= change_leaf && level == 0;
	return __real_wb_put_node(txn, level, index, other);
}

int __wrap_wb_put_id(struct wb_write_txn *txn, const char *party,
		     const char *id, uint64_t seq)
{
	return lose_id ? 0 : __real_wb_put_id(txn, party, id, seq);
}

int __wrap_wb_put_index(struct wb_write_txn *txn, enum wb_index index,
			const char *name, uint64_t seq)
{
	return lose_index ? 0 : __real_wb_put_index(txn, index, name, seq);
}

/*
 * The disk fails the n-th sync from here: of the journal, of LMDB (which has
 * its own fd and call), of the head.  Nothing is acknowledged, nothing is
 * written again, and what is there after a restart holds together.
 */
static void test_failing_syncs_latch(void **state)
{
	(void)state;
	for (int n = 0; n < 3; n++) {
		struct world w;
		uint64_t size;

		begin_trade(&w);
		assert_int_equal(ship(&w, 1), 0);
		size = size_of(&w);
		syncs_before_failure = n;
		if (ship(&w, 2) == 0) {
			/* Fewer syncs than n in one commit. */
			syncs_before_failure = -1;
			assert_true(n >= 2);
			world_end(&w);
			continue;
		}
		syncs_before_failure = -1;
		assert_int_equal(wb_ledger_latched(w.ledger), WB_EIO);
		assert_int_equal(ship(&w, 3), WB_EIO);
		assert_int_equal(size_of(&w), size);
		shut(&w);
		assert_int_equal(open_again(&w), 0);
		assert_int_equal(ship(&w, 2), 0);
		audit(&w);
		world_end(&w);
	}
}

/* FAULTS 0.9: nothing is released over a signature or a record that memory
 * has changed; the ledger latches, and goes on after a restart. */
static void test_flips_in_memory_release_nothing(void **state)
{
	(void)state;
	/* The exporter's signature, the record's, the checkpoint's, and the
	 * entry on its way into the store. */
	for (int n = 1; n < 4; n++) {
		struct world w;
		uint64_t size;

		begin_trade(&w);
		assert_int_equal(ship(&w, 1), 0);
		size = size_of(&w);
		signatures_before_flip = n < 3 ? n : -1;
		store_another = n == 3;
		assert_int_not_equal(ship(&w, 2), 0);
		store_another = false;
		signatures_before_flip = -1;
		assert_int_not_equal(wb_ledger_latched(w.ledger), 0);
		assert_int_equal(size_of(&w), size);
		shut(&w);
		if (n == 3) {
			/* The store is damaged; the journal is not. */
			char path[160];

			assert_int_equal(open_again(&w), WB_ECORRUPT);
			path_of(&w, "data.mdb", path);
			assert_int_equal(unlink(path), 0);
			assert_int_equal(wb_ledger_rebuild(w.dir, &w.services,
							   &w.ledger),
					 0);
		} else {
			assert_int_equal(open_again(&w), 0);
		}
		assert_int_equal(ship(&w, 2), 0);
		audit(&w);
		world_end(&w);
	}
}

/* Nor over a record that its id does not lead to: sent again, it would be
 * there twice. */
static void test_lost_names_release_nothing(void **state)
{
	(void)state;
	for (int n = 0; n < 4; n++) {
		struct world w;
		char path[160];
		uint64_t size;

		begin_trade(&w);
		/* A leaf on the left of the tree, and one on the right. */
		for (int i = 0; i < 1 + n % 2; i++)
			assert_int_equal(ship(&w, 4 + i), 0);
		size = size_of(&w);
		lose_id = n == 0;
		lose_index = n == 1;
		change_leaf = n >= 2;
		assert_int_not_equal(ship(&w, 2), 0);
		lose_id = lose_index = change_leaf = false;
		assert_int_equal(wb_ledger_latched(w.ledger), WB_ECORRUPT);
		assert_int_equal(size_of(&w), size);
		shut(&w);
		path_of(&w, "data.mdb", path);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(
			wb_ledger_rebuild(w.dir, &w.services, &w.ledger), 0);
		assert_int_equal(ship(&w, 2), 0);
		assert_true(w.sub.repeated);
		audit(&w);
		world_end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flips_in_memory_release_nothing),
		cmocka_unit_test(test_lost_names_release_nothing),
		cmocka_unit_test(test_failing_syncs_latch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
