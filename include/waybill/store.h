#ifndef WB_STORE_H
#define WB_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/bytes.h"
#include "waybill/crypto.h"
#include "waybill/engine.h"
#include "waybill/limits.h"
#include "waybill/tree.h"

/*
 * store: the ledger's LMDB environment (DESIGN 6, proto/FORMAT.md "Store").
 *
 * store.c alone knows LMDB: default durable mode, one environment a process,
 * MDB_NOTLS readers, a large fixed map, no DUPSORT and no deletes.  One
 * writer; any number of views, each used by one thread at a time and closed
 * before anything is written to a socket.
 */
struct wb_store;
struct wb_view; /* a read transaction */
struct wb_write_txn;

/* All that is stored with one record. */
struct wb_entry {
	struct wb_slice record;    /* the note */
	size_t text_len;           /* its text is the first text_len bytes */
	struct wb_slice statement; /* the note */
	struct wb_slice judgement;
	struct wb_slice workings;
	uint8_t judgement_salt[WB_SALT_LEN];
	uint8_t workings_salt[WB_SALT_LEN];
	uint64_t batch_end; /* tree size after the batch it was in */
};

/* WB_EBUSY if another process has it, WB_ENOTFOUND without create if there
 * is none, WB_ECORRUPT, WB_EIO, WB_EFULL, WB_ENOMEM. */
int wb_store_open(const char *dir, bool create,
		  struct wb_store **ret) WB_MUST_CHECK;
/* For programs that only read a store no daemon need be running on. */
int wb_store_open_readonly(const char *dir,
			   struct wb_store **ret) WB_MUST_CHECK;
void wb_store_close(struct wb_store *st);
/* Write a copy into the folder dir, synced, as of one moment; the writer goes
 * on meanwhile. */
int wb_store_copy(struct wb_store *st, const char *dir) WB_MUST_CHECK;
/* Clear reader slots of dead processes; for a timer. */
void wb_store_reader_check(struct wb_store *st);
/* Bytes of the data file, for metrics. */
uint64_t wb_store_bytes(struct wb_store *st);

/* --- reading ------------------------------------------------------------- */

int wb_view_open(struct wb_store *st, struct wb_view **ret) WB_MUST_CHECK;
void wb_view_close(struct wb_view *v);
/* Number of records. */
int wb_view_size(struct wb_view *v, uint64_t *ret) WB_MUST_CHECK;
/* Slices are valid until the view is closed. */
int wb_view_entry(struct wb_view *v, uint64_t seq,
		  struct wb_entry *ret) WB_MUST_CHECK;
/* The sequence of a statement by party and id. */
int wb_view_find(struct wb_view *v, const char *party, const char *id,
		 uint64_t *ret_seq) WB_MUST_CHECK;
/* Checkpoint notes as they were signed, by size. */
int wb_view_checkpoint(struct wb_view *v, uint64_t size,
		       struct wb_slice *ret) WB_MUST_CHECK;
/* The smallest size above this one that has a checkpoint, or WB_ENOTFOUND. */
int wb_view_checkpoint_after(struct wb_view *v, uint64_t size,
			     uint64_t *ret_size) WB_MUST_CHECK;
/* Tree nodes and state as of the view; the struct is valid while v is. */
struct wb_nodes wb_view_nodes(struct wb_view *v);
struct wb_state wb_view_state(struct wb_view *v);
/* State entries in key order from key on (exclusive): for listing. */
int wb_view_state_next(struct wb_view *v, const char *after,
		       struct wb_slice *ret_key, struct wb_slice *ret_value,
		       uint64_t *ret_seq) WB_MUST_CHECK;

/* How many entries a table has: what is there and nobody asked for. */
enum wb_table {
	WB_TABLE_IDS,
	WB_TABLE_NODES,
	WB_TABLE_STATE,
	WB_TABLE_BY_PARTY,
	WB_TABLE_BY_COUNTRY,
	WB_TABLE_CHECKPOINTS,
	WB_TABLES
};
int wb_view_count(struct wb_view *v, enum wb_table table,
		  uint64_t *ret) WB_MUST_CHECK;

/* Sequences that concern a party or a country, ascending from `from` on. */
enum wb_index { WB_BY_PARTY_ID, WB_BY_COUNTRY };
int wb_view_index(struct wb_view *v, enum wb_index index, const char *name,
		  uint64_t from, uint64_t ret[], size_t cap,
		  size_t *ret_n) WB_MUST_CHECK;

/* --- writing: one transaction per batch ---------------------------------- */

int wb_write_begin(struct wb_store *st,
		   struct wb_write_txn **ret) WB_MUST_CHECK;
void wb_write_abort(struct wb_write_txn *txn);
/* Frees txn whether or not it succeeds. */
int wb_write_commit(struct wb_write_txn *txn) WB_MUST_CHECK;
/* Reads that see what this transaction wrote. */
struct wb_state wb_write_state(struct wb_write_txn *txn);
int wb_write_find(struct wb_write_txn *txn, const char *party, const char *id,
		  uint64_t *ret_seq) WB_MUST_CHECK;
int wb_write_entry_of(struct wb_write_txn *txn, uint64_t seq,
		      struct wb_entry *ret) WB_MUST_CHECK;

int wb_put_entry(struct wb_write_txn *txn, uint64_t seq,
		 const struct wb_entry *entry) WB_MUST_CHECK;
int wb_put_id(struct wb_write_txn *txn, const char *party, const char *id,
	      uint64_t seq) WB_MUST_CHECK;
int wb_put_node(struct wb_write_txn *txn, unsigned level, uint64_t index,
		const uint8_t hash[WB_HASH_LEN]) WB_MUST_CHECK;
int wb_put_state(struct wb_write_txn *txn, const char *key,
		 struct wb_slice value, uint64_t seq) WB_MUST_CHECK;
int wb_put_index(struct wb_write_txn *txn, enum wb_index index,
		 const char *name, uint64_t seq) WB_MUST_CHECK;
int wb_put_checkpoint(struct wb_write_txn *txn, uint64_t size,
		      struct wb_slice note) WB_MUST_CHECK;

#endif /* WB_STORE_H */
