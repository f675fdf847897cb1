#include <lmdb.h>
#include <stdlib.h>
#include <string.h>

#include "core/store_lmdb.h"

int wb_txn_get(struct wb_store *st, MDB_txn *txn, enum wb_db db,
	       struct wb_slice key, struct wb_slice *ret)
{
	MDB_val k = {key.len, (void *)(uintptr_t)key.p}, v;
	int rc = wb_store_err(mdb_get(txn, st->dbi[db], &k, &v));

	if (rc == 0)
		*ret = wb_slice(v.mv_data, v.mv_size);
	return rc;
}

/* A value that must be one big-endian number. */
static int get_seq(struct wb_slice value, uint64_t *ret)
{
	struct wb_reader r;
	uint64_t seq;

	wb_reader_init(&r, value);
	seq = wb_read_u64(&r);
	if (wb_reader_end(&r) != 0)
		return WB_ECORRUPT;
	*ret = seq;
	return 0;
}

int wb_txn_state(struct wb_store *st, MDB_txn *txn, struct wb_slice key,
		 struct wb_slice *ret_value, uint64_t *ret_seq)
{
	struct wb_slice value;
	int rc = wb_txn_get(st, txn, WB_DB_STATE, key, &value);

	if (rc != 0)
		return rc;
	if (value.len < 8)
		return WB_ECORRUPT;
	rc = get_seq(wb_slice(value.p, 8), ret_seq);
	if (rc == 0)
		*ret_value = wb_slice(value.p + 8, value.len - 8);
	return rc;
}

int wb_txn_find(struct wb_store *st, MDB_txn *txn, const char *party,
		const char *id, uint64_t *ret_seq)
{
	uint8_t key[WB_KEY_MAX];
	size_t len = wb_id_key(party, id, key);
	struct wb_slice value;
	int rc = wb_txn_get(st, txn, WB_DB_ID, wb_slice(key, len), &value);

	return rc == 0 ? get_seq(value, ret_seq) : rc;
}

int wb_txn_entry(struct wb_store *st, MDB_txn *txn, uint64_t seq,
		 struct wb_entry *ret)
{
	struct wb_slice value;
	uint8_t key[8];
	int rc;

	wb_seq_key(seq, key);
	rc = wb_txn_get(st, txn, WB_DB_RECORD, wb_slice(key, 8), &value);
	return rc == 0 ? wb_entry_decode(value, ret) : rc;
}

int wb_view_open(struct wb_store *st, struct wb_view **ret)
{
	struct wb_view *v = malloc(sizeof(*v));
	int rc;

	if (v == NULL)
		return WB_ENOMEM;
	v->st = st;
	rc = wb_store_err(mdb_txn_begin(st->env, NULL, MDB_RDONLY, &v->txn));
	if (rc != 0) {
		free(v);
		return rc;
	}
	*ret = v;
	return 0;
}

void wb_view_close(struct wb_view *v)
{
	if (v == NULL)
		return;
	mdb_txn_abort(v->txn);
	free(v);
}

int wb_view_size(struct wb_view *v, uint64_t *ret)
{
	MDB_stat stat;
	int rc =
		wb_store_err(mdb_stat(v->txn, v->st->dbi[WB_DB_RECORD], &stat));

	if (rc == 0)
		*ret = stat.ms_entries;
	return rc;
}

int wb_view_count(struct wb_view *v, enum wb_table table, uint64_t *ret)
{
	static const enum wb_db db[WB_TABLES] = {
		[WB_TABLE_IDS] = WB_DB_ID,
		[WB_TABLE_NODES] = WB_DB_NODE,
		[WB_TABLE_STATE] = WB_DB_STATE,
		[WB_TABLE_BY_PARTY] = WB_DB_BY_PARTY,
		[WB_TABLE_BY_COUNTRY] = WB_DB_BY_COUNTRY,
		[WB_TABLE_CHECKPOINTS] = WB_DB_CHECKPOINT,
	};
	MDB_stat stat;
	int rc = wb_store_err(mdb_stat(v->txn, v->st->dbi[db[table]], &stat));

	if (rc == 0)
		*ret = stat.ms_entries;
	return rc;
}

int wb_view_entry(struct wb_view *v, uint64_t seq, struct wb_entry *ret)
{
	return wb_txn_entry(v->st, v->txn, seq, ret);
}

int wb_view_find(struct wb_view *v, const char *party, const char *id,
		 uint64_t *ret_seq)
{
	return wb_txn_find(v->st, v->txn, party, id, ret_seq);
}

int wb_view_checkpoint(struct wb_view *v, uint64_t size, struct wb_slice *ret)
{
	uint8_t key[8];

	wb_seq_key(size, key);
	return wb_txn_get(v->st, v->txn, WB_DB_CHECKPOINT, wb_slice(key, 8),
			  ret);
}

int wb_view_checkpoint_after(struct wb_view *v, uint64_t size,
			     uint64_t *ret_size)
{
	uint8_t key[8];
	MDB_val k = {sizeof(key), key}, value;
	MDB_cursor *cur;
	int rc;

	wb_seq_key(size + 1, key);
	rc = wb_store_err(
		mdb_cursor_open(v->txn, v->st->dbi[WB_DB_CHECKPOINT], &cur));
	if (rc != 0)
		return rc;
	rc = wb_store_err(mdb_cursor_get(cur, &k, &value, MDB_SET_RANGE));
	if (rc == 0)
		rc = get_seq(wb_slice(k.mv_data, k.mv_size), ret_size);
	mdb_cursor_close(cur);
	return rc == 0 && *ret_size <= size ? WB_ECORRUPT : rc;
}

static int get_node(void *ctx, unsigned level, uint64_t index,
		    uint8_t ret[WB_HASH_LEN])
{
	struct wb_view *v = ctx;
	struct wb_slice value;
	uint8_t key[9];
	int rc;

	key[0] = (uint8_t)level;
	wb_seq_key(index, key + 1);
	rc = wb_txn_get(v->st, v->txn, WB_DB_NODE, wb_slice(key, 9), &value);
	if (rc != 0)
		return rc;
	if (value.len != WB_HASH_LEN)
		return WB_ECORRUPT;
	memcpy(ret, value.p, WB_HASH_LEN);
	return 0;
}

struct wb_nodes wb_view_nodes(struct wb_view *v)
{
	return (struct wb_nodes){get_node, v};
}

static int get_state(void *ctx, const char *key, struct wb_slice *ret_value,
		     uint64_t *ret_seq)
{
	struct wb_view *v = ctx;

	return wb_txn_state(v->st, v->txn, wb_slice_str(key), ret_value,
			    ret_seq);
}

struct wb_state wb_view_state(struct wb_view *v)
{
	return (struct wb_state){get_state, v};
}

/* A flipped bit puts keys out of order; what is asked for the next one must not
 * be led back. */
int wb_view_state_next(struct wb_view *v, const char *after,
		       struct wb_slice *ret_key, struct wb_slice *ret_value,
		       uint64_t *ret_seq)
{
	MDB_val from = {strlen(after), (void *)(uintptr_t)after};
	MDB_dbi dbi = v->st->dbi[WB_DB_STATE];
	MDB_val k = from, value;
	struct wb_slice s;
	MDB_cursor *cur;
	int rc;

	rc = wb_store_err(mdb_cursor_open(v->txn, dbi, &cur));
	if (rc != 0)
		return rc;
	rc = mdb_cursor_get(cur, &k, &value,
			    k.mv_size == 0 ? MDB_FIRST : MDB_SET_RANGE);
	if (rc == 0 && wb_slice_is(wb_slice(k.mv_data, k.mv_size), after))
		rc = mdb_cursor_get(cur, &k, &value, MDB_NEXT);
	mdb_cursor_close(cur);
	if (rc != 0)
		return wb_store_err(rc);
	s = wb_slice(value.mv_data, value.mv_size);
	if (s.len < 8 || mdb_cmp(v->txn, dbi, &k, &from) <= 0)
		return WB_ECORRUPT;
	rc = get_seq(wb_slice(s.p, 8), ret_seq);
	if (rc != 0)
		return rc;
	*ret_key = wb_slice(k.mv_data, k.mv_size);
	*ret_value = wb_slice(s.p + 8, s.len - 8);
	return 0;
}

int wb_view_index(struct wb_view *v, enum wb_index index, const char *name,
		  uint64_t from, uint64_t ret[], size_t cap, size_t *ret_n)
{
	enum wb_db db =
		index == WB_BY_PARTY_ID ? WB_DB_BY_PARTY : WB_DB_BY_COUNTRY;
	size_t len = strlen(name) + 1, n = 0;
	uint8_t key[WB_KEY_MAX];
	MDB_cursor *cur;
	MDB_val k, value;
	int rc;

	*ret_n = 0;
	if (len > WB_ABOUT_MAX + 1)
		return 0;
	memcpy(key, name, len);
	wb_seq_key(from, key + len);
	k = (MDB_val){len + 8, key};
	rc = wb_store_err(mdb_cursor_open(v->txn, v->st->dbi[db], &cur));
	if (rc != 0)
		return rc;
	rc = mdb_cursor_get(cur, &k, &value, MDB_SET_RANGE);
	while (rc == 0 && n < cap && k.mv_size == len + 8 &&
	       memcmp(k.mv_data, name, len) == 0) {
		struct wb_slice seq =
			wb_slice((const uint8_t *)k.mv_data + len, 8);

		rc = get_seq(seq, &ret[n]);
		if (rc == 0 && ret[n] < from)
			rc = WB_ECORRUPT;
		if (rc == 0)
			from = ret[n++] + 1;
		if (rc == 0)
			rc = mdb_cursor_get(cur, &k, &value, MDB_NEXT);
	}
	mdb_cursor_close(cur);
	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc == WB_ECORRUPT ? rc : wb_store_err(rc);
	*ret_n = n;
	return 0;
}
