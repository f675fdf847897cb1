#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <lmdb.h>

#include "tests/unit/world.h"

/*
 * What a ledger does after a crash, with a copy put back, and with a part of
 * it lost: it is what was released, or it refuses by name.
 */
int __real_mdb_txn_commit(MDB_txn *txn);
int __wrap_mdb_txn_commit(MDB_txn *txn);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
static int commit_fails_with;
static int syncs_before_failure = -1;

int __wrap_mdb_txn_commit(MDB_txn *txn)
{
	if (commit_fails_with == 0)
		return __real_mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return commit_fails_with;
}

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

static void begin_trade(struct world *w)
{
	world_begin(w, true);
	world_law(w);
	assert_int_equal(world_party(w, "acme", KEY_ACME), 0);
	assert_int_equal(world_detail(w, "kuala", "MY", "[]"), 0);
}

static int ship(struct world *w, int i)
{
	char id[16];

	snprintf(id, sizeof(id), "S-%d", i);
	return world_say(w, world_shipment(id, "kuala", "MY", 10), KEY_ACME,
			 -1);
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

static void shut(struct world *w)
{
	wb_ledger_close(w->ledger);
	w->ledger = NULL;
}

static int open_again(struct world *w)
{
	return wb_ledger_open(w->dir, &w->services, &w->ledger);
}

static uint64_t size_of(struct world *w)
{
	struct wb_head head;

	wb_ledger_head(w->ledger, &head);
	return head.checkpoint.size;
}

/* --- files, kept and put back ----------------------------------------- */

static void path_of(const struct world *w, const char *name, char out[160])
{
	snprintf(out, 160, "%s/%s", w->dir, name);
}

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

static void audit(struct world *w)
{
	struct wb_audit_failure failure = {0};
	struct wb_audit_counts counts;

	if (wb_audit_store(w->dir, &w->services.checkpoint.vkey,
			   &w->services.record.vkey, NULL, NULL, &counts,
			   &failure) != 0)
		fail_msg("audit: %s: %s", failure.step, failure.detail);
	assert_int_equal(counts.reexecuted, size_of(w));
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
		cmocka_unit_test(test_flips_in_memory_release_nothing),
		cmocka_unit_test(test_failing_syncs_latch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
