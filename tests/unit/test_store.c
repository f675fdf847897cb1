#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/store_lmdb.h"
#include "tests/unit/format_example.h"
#include "tests/unit/world.h"

/* --- the entry -------------------------------------------------------- */

static struct wb_entry example(void)
{
	struct wb_entry e = {
		.record = wb_slice_str("ab"),
		.text_len = 1,
		.statement = wb_slice_str("cde"),
		.judgement = wb_slice_str("f"),
		.workings = wb_slice_str("gh"),
		.batch_end = 9,
	};

	memset(e.judgement_salt, 0x11, WB_SALT_LEN);
	memset(e.workings_salt, 0x22, WB_SALT_LEN);
	return e;
}

static void test_entry_is_as_documented(void **state)
{
	struct wb_slice text = format_example("entry-example"), line;
	uint8_t want[256], got[256];
	struct wb_entry e = example(), back;
	struct wb_writer w;
	size_t n = 0;

	(void)state;
	while (wb_line_next(&text, &line)) {
		assert_int_equal(wb_unhex(line, want + n, line.len / 2), 0);
		n += line.len / 2;
	}
	wb_writer_init(&w, got, sizeof(got));
	assert_int_equal(wb_entry_encode(&w, &e), 0);
	assert_int_equal(w.len, n);
	assert_memory_equal(got, want, n);
	assert_int_equal(wb_entry_decode(wb_slice(want, n), &back), 0);
	assert_true(wb_slice_is(back.workings, "gh"));
	assert_int_equal(back.text_len, 1);
	assert_int_equal(back.batch_end, 9);
}

static void test_bad_entries_are_refused(void **state)
{
	uint8_t bytes[256];
	struct wb_entry e = example(), back;
	struct wb_writer w;

	(void)state;
	wb_writer_init(&w, bytes, sizeof(bytes));
	assert_int_equal(wb_entry_encode(&w, &e), 0);
	for (size_t n = 0; n < w.len; n++)
		assert_int_equal(wb_entry_decode(wb_slice(bytes, n), &back),
				 WB_ECORRUPT);
	assert_int_equal(wb_entry_decode(wb_slice(bytes, w.len + 1), &back),
			 WB_ECORRUPT);
	/* A text longer than its note. */
	bytes[9] = 3;
	assert_int_equal(wb_entry_decode(wb_slice(bytes, w.len), &back),
			 WB_ECORRUPT);
	bytes[9] = 1;
	/* A length that reaches around the address space. */
	memset(bytes + 12, 0xff, 4);
	assert_int_equal(wb_entry_decode(wb_slice(bytes, w.len), &back),
			 WB_ECORRUPT);
}

/* --- the environment -------------------------------------------------- */

static struct wb_store *fresh(char dir[64])
{
	struct wb_store *st;

	snprintf(dir, 64, "/tmp/waybill-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(wb_store_open(dir, true, &st), 0);
	return st;
}

static void test_open(void **state)
{
	struct wb_store *st, *other;
	char dir[64];

	(void)state;
	assert_int_equal(wb_store_open("/nonexistent", false, &st),
			 WB_ENOTFOUND);
	assert_int_equal(wb_store_open("/nonexistent/x", true, &st),
			 WB_ENOTFOUND);
	assert_int_equal(wb_store_open_readonly("/tmp", &st), WB_ENOTFOUND);
	st = fresh(dir);
	wb_store_close(st);
	assert_int_equal(wb_store_open(dir, false, &st), 0);
	wb_store_close(st);
	assert_int_equal(wb_store_open_readonly(dir, &other), 0);
	wb_store_close(other);
	wb_store_close(NULL);
	remove_folder(dir);
}

/* Not a store, or one of a format this program does not know. */
static void test_open_refuses_strangers(void **state)
{
	char name[] = "format", other[] = "waybill-store/2";
	MDB_val key = {6, name}, value = {15, other};
	struct wb_store *st;
	char dir[64], path[96];
	MDB_txn *txn;
	FILE *f;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/waybill-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	f = fopen(path, "w");
	for (int i = 0; i < 9000; i++)
		fputc(i & 0xff, f);
	fclose(f);
	assert_int_equal(wb_store_open(dir, false, &st), WB_ECORRUPT);
	remove_folder(dir);

	st = fresh(dir);
	assert_int_equal(mdb_txn_begin(st->env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_put(txn, st->dbi[WB_DB_META], &key, &value, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	wb_store_close(st);
	assert_int_equal(wb_store_open(dir, false, &st), WB_ECORRUPT);
	remove_folder(dir);
}

static void test_txn(void **state)
{
	static const uint8_t hash[WB_HASH_LEN] = {7};
	struct wb_entry e = example(), back;
	struct wb_write_txn *txn;
	uint64_t seq, found[4], count;
	struct wb_nodes nodes;
	struct wb_slice value, key;
	struct wb_state st_view;
	struct wb_store *st;
	struct wb_view *old, *v;
	uint8_t got[WB_HASH_LEN];
	char dir[64];
	size_t n;

	(void)state;
	st = fresh(dir);
	assert_int_equal(wb_view_open(st, &old), 0);
	assert_int_equal(wb_write_begin(st, &txn), 0);
	assert_int_equal(wb_put_entry(txn, 0, &e), 0);
	/* Records are appended, never written again or between. */
	assert_int_equal(wb_put_entry(txn, 0, &e), WB_ECORRUPT);
	assert_int_equal(wb_put_entry(txn, 1, &e), 0);
	assert_int_equal(wb_put_id(txn, "acme", "S-1", 1), 0);
	assert_int_equal(wb_put_id(txn, "acme", "S-1", 2), WB_ECORRUPT);
	assert_int_equal(wb_put_node(txn, 0, 0, hash), 0);
	assert_int_equal(wb_put_node(txn, 0, 0, hash), WB_ECORRUPT);
	assert_int_equal(wb_put_state(txn, "a", wb_slice_str("x"), 0), 0);
	assert_int_equal(wb_put_state(txn, "b", wb_slice_str(""), 1), 0);
	assert_int_equal(wb_put_index(txn, WB_BY_COUNTRY, "MY", 0), 0);
	assert_int_equal(wb_put_index(txn, WB_BY_COUNTRY, "MY", 1), 0);
	assert_int_equal(wb_put_index(txn, WB_BY_COUNTRY, "MYX", 1), 0);
	/* The transaction sees what it wrote, others do not yet. */
	assert_int_equal(wb_write_find(txn, "acme", "S-1", &seq), 0);
	assert_int_equal(seq, 1);
	assert_int_equal(wb_write_entry_of(txn, 0, &back), 0);
	assert_int_equal(wb_view_entry(old, 0, &back), WB_ENOTFOUND);
	assert_int_equal(wb_write_commit(txn), 0);
	assert_int_equal(wb_view_entry(old, 0, &back), WB_ENOTFOUND);
	wb_view_close(old);

	assert_int_equal(wb_view_open(st, &v), 0);
	assert_int_equal(wb_view_size(v, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(wb_view_find(v, "acme", "S-1", &seq), 0);
	assert_int_equal(wb_view_find(v, "acme", "S-", &seq), WB_ENOTFOUND);
	nodes = wb_view_nodes(v);
	assert_int_equal(nodes.get(nodes.ctx, 0, 0, got), 0);
	assert_memory_equal(got, hash, sizeof(got));
	assert_int_equal(nodes.get(nodes.ctx, 1, 0, got), WB_ENOTFOUND);
	st_view = wb_view_state(v);
	assert_int_equal(st_view.get(st_view.ctx, "b", &value, &seq), 0);
	assert_int_equal(value.len, 0);
	assert_int_equal(seq, 1);
	assert_int_equal(wb_view_state_next(v, "", &key, &value, &seq), 0);
	assert_true(wb_slice_is(key, "a"));
	assert_int_equal(wb_view_state_next(v, "a", &key, &value, &seq), 0);
	assert_true(wb_slice_is(key, "b"));
	assert_int_equal(wb_view_state_next(v, "b", &key, &value, &seq),
			 WB_ENOTFOUND);
	assert_int_equal(wb_view_index(v, WB_BY_COUNTRY, "MY", 0, found, 4, &n),
			 0);
	assert_int_equal(n, 2);
	assert_int_equal(wb_view_index(v, WB_BY_COUNTRY, "MY", 1, found, 4, &n),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(wb_view_index(v, WB_BY_COUNTRY, "M", 0, found, 4, &n),
			 0);
	assert_int_equal(n, 0);
	assert_int_equal(wb_view_count(v, WB_TABLE_BY_COUNTRY, &count), 0);
	assert_int_equal(count, 3);
	wb_view_close(v);
	wb_store_close(st);
	remove_folder(dir);
}

static void test_abort_leaves_nothing(void **state)
{
	struct wb_entry e = example();
	struct wb_write_txn *txn;
	struct wb_store *st;
	struct wb_view *v;
	uint64_t size;
	char dir[64];

	(void)state;
	st = fresh(dir);
	assert_int_equal(wb_write_begin(st, &txn), 0);
	assert_int_equal(wb_put_entry(txn, 0, &e), 0);
	wb_write_abort(txn);
	wb_write_abort(NULL);
	assert_int_equal(wb_view_open(st, &v), 0);
	assert_int_equal(wb_view_size(v, &size), 0);
	assert_int_equal(size, 0);
	wb_view_close(v);
	wb_view_close(NULL);
	wb_store_close(st);
	remove_folder(dir);
}

/* One commit of a long entry; *seq goes on when it is in. */
/* Change a text in the store's file, each time it is there. */
static void spoil(const char *dir, const char *text, const char *into)
{
	size_t n = strlen(text);
	struct wb_slice all;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	all = read_file(path);
	f = fopen(path, "r+b");
	assert_non_null(f);
	for (size_t at = 0; at + n <= all.len; at++) {
		if (memcmp(all.p + at, text, n) != 0)
			continue;
		assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
		assert_int_equal(fwrite(into, 1, n, f), n);
	}
	fclose(f);
	free((void *)(uintptr_t)all.p);
}

/*
 * A flipped bit puts keys out of order.  Who asks for the next, again and
 * again, would then be led in a circle.
 */
/* What a transaction has read, and writes, it reads as it is. */
static void read_as(struct wb_write_txn *txn, const char *key,
		    const char *value, uint64_t by)
{
	struct wb_state state = wb_write_state(txn);
	struct wb_slice got;
	uint64_t seq;
	int rc = state.get(state.ctx, key, &got, &seq);

	if (value == NULL) {
		assert_int_equal(rc, WB_ENOTFOUND);
		return;
	}
	assert_int_equal(rc, 0);
	assert_true(wb_slice_is(got, value));
	assert_int_equal(seq, by);
}

static void test_what_is_read_again(void **state)
{
	char dir[64], longest[WB_STATE_KEY_MAX + 1], value[1024];
	struct wb_write_txn *txn;
	struct wb_store *st;

	(void)state;
	st = fresh(dir);
	assert_int_equal(wb_write_begin(st, &txn), 0);
	for (int i = 0; i < 2; i++)
		read_as(txn, "party/a", NULL, 0);
	assert_int_equal(wb_put_state(txn, "party/a", wb_slice_str("x"), 5), 0);
	for (int i = 0; i < 2; i++)
		read_as(txn, "party/a", "x", 5);
	assert_int_equal(wb_put_state(txn, "party/a", wb_slice_str(""), 6), 0);
	for (int i = 0; i < 2; i++)
		read_as(txn, "party/a", "", 6);
	/* Longer ones than are kept. */
	memset(longest, 'k', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	for (int i = 0; i < 2; i++)
		read_as(txn, longest, NULL, 0);
	assert_int_equal(wb_put_state(txn, longest, wb_slice_str(value), 7), 0);
	assert_int_equal(wb_put_state(txn, "b", wb_slice_str(value), 8), 0);
	for (int i = 0; i < 2; i++) {
		read_as(txn, longest, value, 7);
		read_as(txn, "b", value, 8);
	}
	assert_int_equal(wb_put_state(txn, "b", wb_slice_str("c"), 9), 0);
	for (int i = 0; i < 2; i++)
		read_as(txn, "b", "c", 9);
	wb_write_abort(txn);
	/* Nothing of that was stored. */
	assert_int_equal(wb_write_begin(st, &txn), 0);
	read_as(txn, "party/a", NULL, 0);
	read_as(txn, "b", NULL, 0);
	assert_int_equal(wb_write_commit(txn), 0);
	wb_store_close(st);
	remove_folder(dir);
}

/* Many more keys than there are places, written and read in a muddle. */
static void test_keys_fall_on_one_place(void **state)
{
	enum { MANY = 3 * WB_RECENT_PLACES };
	static uint64_t last[MANY];
	char dir[64], key[32], value[32];
	struct wb_write_txn *txn;
	struct wb_store *st;
	uint32_t chance = 1;

	(void)state;
	memset(last, 0, sizeof(last));
	st = fresh(dir);
	assert_int_equal(wb_write_begin(st, &txn), 0);
	for (uint64_t seq = 1; seq <= 40000; seq++) {
		size_t k = (chance = chance * 1664525 + 1013904223) >> 16;

		k %= MANY;
		snprintf(key, sizeof(key), "k/%zu", k);
		snprintf(value, sizeof(value), "%llu",
			 (unsigned long long)last[k]);
		read_as(txn, key, last[k] == 0 ? NULL : value, last[k]);
		if (chance >> 14 & 1)
			continue;
		last[k] = seq;
		snprintf(value, sizeof(value), "%llu", (unsigned long long)seq);
		assert_int_equal(
			wb_put_state(txn, key, wb_slice_str(value), seq), 0);
		read_as(txn, key, value, seq);
	}
	wb_write_abort(txn);
	wb_store_close(st);
	remove_folder(dir);
}

static void test_keys_out_of_order_are_damage(void **state)
{
	char dir[64], name[16];
	struct wb_store *st = fresh(dir);
	struct wb_slice key, value;
	struct wb_write_txn *txn;
	uint64_t seq, seqs[8];
	struct wb_view *v;
	size_t n;

	(void)state;
	assert_int_equal(wb_write_begin(st, &txn), 0);
	for (unsigned i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "detail/%u", i);
		assert_int_equal(wb_put_state(txn, name, wb_slice_str("x"), 1),
				 0);
		/* "ABCDEFGA" to "ABCDEFGE" */
		assert_int_equal(wb_put_index(txn, WB_BY_PARTY_ID, "acme",
					      0x4142434445464741 + i),
				 0);
	}
	assert_int_equal(wb_write_commit(txn), 0);
	wb_store_close(st);
	spoil(dir, "detail/3", "detail-3");
	spoil(dir, "ABCDEFGD", "ABCDEFG@");
	assert_int_equal(wb_store_open(dir, false, &st), 0);
	assert_int_equal(wb_view_open(st, &v), 0);
	assert_int_equal(wb_view_state_next(v, "detail/2", &key, &value, &seq),
			 WB_ECORRUPT);
	assert_int_equal(
		wb_view_index(v, WB_BY_PARTY_ID, "acme", 0, seqs, 8, &n),
		WB_ECORRUPT);
	assert_int_equal(n, 0);
	wb_view_close(v);
	wb_store_close(st);
	remove_folder(dir);
}

static int put_some(struct wb_store *st, uint64_t *seq)
{
	static uint8_t text[WB_STATEMENT_MAX];
	struct wb_entry e = example();
	struct wb_write_txn *txn;
	int rc;

	e.statement = wb_slice(text, sizeof(text));
	assert_int_equal(wb_write_begin(st, &txn), 0);
	assert_int_equal(wb_put_entry(txn, *seq, &e), 0);
	rc = wb_write_commit(txn);
	if (rc == 0)
		++*seq;
	return rc;
}

/* LMDB takes a short write for an I/O error; want of space is never one. */
static void test_full_is_no_io_error(void **state)
{
	struct rlimit before, limit;
	char dir[64], path[96];
	struct wb_store *st;
	uint64_t seq = 0;
	struct stat sb;

	(void)state;
	st = fresh(dir);
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	assert_int_equal(put_some(st, &seq), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	for (unsigned more = 1; more < 200000; more += 7177) {
		assert_int_equal(stat(path, &sb), 0);
		limit.rlim_cur = (rlim_t)sb.st_size + more;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		for (int rc = 0; rc == 0;) {
			rc = put_some(st, &seq);
			assert_true(rc == 0 || rc == WB_EFULL);
		}
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		assert_int_equal(put_some(st, &seq), 0);
	}
	wb_store_close(st);
	remove_folder(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry_is_as_documented),
		cmocka_unit_test(test_bad_entries_are_refused),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_open_refuses_strangers),
		cmocka_unit_test(test_txn),
		cmocka_unit_test(test_abort_leaves_nothing),
		cmocka_unit_test(test_what_is_read_again),
		cmocka_unit_test(test_keys_fall_on_one_place),
		cmocka_unit_test(test_keys_out_of_order_are_damage),
		cmocka_unit_test(test_full_is_no_io_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
