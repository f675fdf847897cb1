#ifndef WB_CORE_STORE_LMDB_H
#define WB_CORE_STORE_LMDB_H

#include <lmdb.h>

#include "core/store_entry.h"
#include "core/store_recent.h"

/*
 * What the three files of the store share.  Keys and values are in
 * proto/FORMAT.md, "Store".
 */
enum wb_db {
	WB_DB_META,       /* "format" -> "waybill-store/1" */
	WB_DB_RECORD,     /* seq u64 -> entry */
	WB_DB_NODE,       /* level u8, index u64 -> hash */
	WB_DB_ID,         /* party 0x00 id -> seq u64 */
	WB_DB_STATE,      /* key -> seq u64, value */
	WB_DB_BY_PARTY,   /* party 0x00 seq u64 -> nothing */
	WB_DB_BY_COUNTRY, /* country 0x00 seq u64 -> nothing */
	WB_DB_CHECKPOINT, /* size u64 -> note */
	WB_DBS
};

#define WB_READERS_MAX 126
#define WB_KEY_MAX     511 /* of LMDB as Debian builds it */

struct wb_store {
	MDB_env *env;
	MDB_dbi dbi[WB_DBS];
	struct wb_recent *recent; /* of the write transaction */
};

struct wb_view {
	struct wb_store *st;
	MDB_txn *txn;
};

struct wb_write_txn {
	struct wb_store *st;
	MDB_txn *txn;
	uint8_t *scratch; /* an entry on its way in */
	uint64_t puts;    /* and bytes: what it may need of the file */
	uint64_t bytes;
};

int wb_store_err(int rc) WB_MUST_CHECK;
/* Fill the data file with zeros to where a commit of so much may reach. */
int wb_store_reserve(struct wb_store *st, uint64_t puts,
		     uint64_t bytes) WB_MUST_CHECK;
size_t wb_id_key(const char *party, const char *id, uint8_t out[WB_KEY_MAX]);
void wb_seq_key(uint64_t seq, uint8_t out[8]);

/* Reads that views and the batch transaction share. */
int wb_txn_get(struct wb_store *st, MDB_txn *txn, enum wb_db db,
	       struct wb_slice key, struct wb_slice *ret) WB_MUST_CHECK;
int wb_txn_state(struct wb_store *st, MDB_txn *txn, struct wb_slice key,
		 struct wb_slice *ret_value, uint64_t *ret_seq) WB_MUST_CHECK;
int wb_txn_find(struct wb_store *st, MDB_txn *txn, const char *party,
		const char *id, uint64_t *ret_seq) WB_MUST_CHECK;
int wb_txn_entry(struct wb_store *st, MDB_txn *txn, uint64_t seq,
		 struct wb_entry *ret) WB_MUST_CHECK;

#endif /* WB_CORE_STORE_LMDB_H */
