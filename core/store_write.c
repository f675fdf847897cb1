#include <assert.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>

#include "core/store_lmdb.h"

int wb_write_begin(struct wb_store *st, struct wb_write_txn **ret)
{
	struct wb_write_txn *w = malloc(sizeof(*w));
	int rc;

	if (w == NULL)
		return WB_ENOMEM;
	w->st = st;
	w->puts = 0;
	w->bytes = 0;
	w->scratch = malloc(WB_ENTRY_MAX);
	if (w->scratch == NULL) {
		free(w);
		return WB_ENOMEM;
	}
	rc = wb_store_err(mdb_txn_begin(st->env, NULL, 0, &w->txn));
	if (rc != 0) {
		free(w->scratch);
		free(w);
		return rc;
	}
	wb_recent_begin(st->recent);
	*ret = w;
	return 0;
}

void wb_write_abort(struct wb_write_txn *w)
{
	if (w == NULL)
		return;
	mdb_txn_abort(w->txn);
	free(w->scratch);
	free(w);
}

int wb_write_commit(struct wb_write_txn *w)
{
	int rc = wb_store_reserve(w->st, w->puts, w->bytes);

	/* mdb_txn_commit() frees the transaction whether or not it succeeds. */
	if (rc == 0)
		rc = wb_store_err(mdb_txn_commit(w->txn));
	else
		mdb_txn_abort(w->txn);
	free(w->scratch);
	free(w);
	return rc;
}

static int get_state(void *ctx, const char *key, struct wb_slice *ret_value,
		     uint64_t *ret_seq)
{
	struct wb_write_txn *w = ctx;
	struct wb_slice k = wb_slice_str(key);
	int rc;

	if (wb_recent_find(w->st->recent, k, ret_value, ret_seq, &rc))
		return rc;
	rc = wb_txn_state(w->st, w->txn, k, ret_value, ret_seq);
	if (rc == 0)
		wb_recent_keep(w->st->recent, k, ret_value, *ret_seq);
	else if (rc == WB_ENOTFOUND)
		wb_recent_keep(w->st->recent, k, NULL, 0);
	return rc;
}

struct wb_state wb_write_state(struct wb_write_txn *w)
{
	return (struct wb_state){get_state, w};
}

int wb_write_find(struct wb_write_txn *w, const char *party, const char *id,
		  uint64_t *ret_seq)
{
	return wb_txn_find(w->st, w->txn, party, id, ret_seq);
}

int wb_write_entry_of(struct wb_write_txn *w, uint64_t seq,
		      struct wb_entry *ret)
{
	return wb_txn_entry(w->st, w->txn, seq, ret);
}

static int put(struct wb_write_txn *w, enum wb_db db, struct wb_slice key,
	       struct wb_slice value, unsigned flags)
{
	MDB_val k = {key.len, (void *)(uintptr_t)key.p};
	MDB_val v = {value.len, (void *)(uintptr_t)value.p};

	w->puts++;
	w->bytes += key.len + value.len;

	return wb_store_err(mdb_put(w->txn, w->st->dbi[db], &k, &v, flags));
}

int wb_put_entry(struct wb_write_txn *w, uint64_t seq,
		 const struct wb_entry *entry)
{
	struct wb_writer out;
	uint8_t key[8];
	int rc;

	assert(entry->text_len <= entry->record.len &&
	       entry->record.len <= WB_RECORD_MAX);
	wb_writer_init(&out, w->scratch, WB_ENTRY_MAX);
	rc = wb_entry_encode(&out, entry);
	if (rc != 0)
		return rc;
	wb_seq_key(seq, key);
	return put(w, WB_DB_RECORD, wb_slice(key, 8),
		   wb_slice(w->scratch, out.len), MDB_APPEND);
}

int wb_put_id(struct wb_write_txn *w, const char *party, const char *id,
	      uint64_t seq)
{
	uint8_t key[WB_KEY_MAX], value[8];
	size_t len = wb_id_key(party, id, key);

	wb_seq_key(seq, value);
	return put(w, WB_DB_ID, wb_slice(key, len), wb_slice(value, 8),
		   MDB_NOOVERWRITE);
}

int wb_put_node(struct wb_write_txn *w, unsigned level, uint64_t index,
		const uint8_t hash[WB_HASH_LEN])
{
	uint8_t key[9];

	key[0] = (uint8_t)level;
	wb_seq_key(index, key + 1);
	return put(w, WB_DB_NODE, wb_slice(key, 9), wb_slice(hash, WB_HASH_LEN),
		   MDB_NOOVERWRITE);
}

int wb_put_state(struct wb_write_txn *w, const char *key, struct wb_slice value,
		 uint64_t seq)
{
	uint8_t bytes[8 + WB_STATE_VALUE_MAX];

	assert(value.len <= WB_STATE_VALUE_MAX);
	wb_seq_key(seq, bytes);
	if (value.len > 0)
		memcpy(bytes + 8, value.p, value.len);
	wb_recent_forget(w->st->recent, wb_slice_str(key));
	return put(w, WB_DB_STATE, wb_slice_str(key),
		   wb_slice(bytes, 8 + value.len), 0);
}

int wb_put_index(struct wb_write_txn *w, enum wb_index index, const char *name,
		 uint64_t seq)
{
	enum wb_db db =
		index == WB_BY_PARTY_ID ? WB_DB_BY_PARTY : WB_DB_BY_COUNTRY;
	size_t len = strlen(name) + 1;
	uint8_t key[WB_KEY_MAX];

	assert(len <= WB_ABOUT_MAX + 1);
	memcpy(key, name, len);
	wb_seq_key(seq, key + len);
	return put(w, db, wb_slice(key, len + 8), wb_slice(NULL, 0), 0);
}

int wb_put_checkpoint(struct wb_write_txn *w, uint64_t size,
		      struct wb_slice note)
{
	uint8_t key[8];

	wb_seq_key(size, key);
	/* Written again after a restart, the bytes are the same: Ed25519 is
	 * deterministic. */
	return put(w, WB_DB_CHECKPOINT, wb_slice(key, 8), note, 0);
}
