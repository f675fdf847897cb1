#ifndef WB_CORE_LEDGER_PARTS_H
#define WB_CORE_LEDGER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/book.h"
#include "waybill/headfile.h"
#include "waybill/journal.h"
#include "waybill/ledger.h"

/* What ledger.c (writing) and ledger_open.c (opening, reading) share. */

/* One record that is decided but not yet committed. */
struct wb_pending {
	struct wb_slice statement; /* the submission's */
	uint8_t statement_digest[WB_HASH_LEN];
	struct wb_slice judgement; /* in the arena */
	struct wb_slice workings;
	uint8_t judgement_salt[WB_SALT_LEN];
	uint8_t workings_salt[WB_SALT_LEN];
	uint8_t leaf[WB_HASH_LEN];
	uint8_t note[WB_RECORD_MAX];
	size_t text_len;
	size_t note_len;
	bool sound; /* the signature made verifies */
};

/*
 * head and tree are what is released; next is the book with the batch in
 * hand on top.  Between batches next equals them.  Only the writer thread
 * touches anything but head (under lock) and latched.
 */
struct wb_ledger {
	struct wb_headfile *headfile; /* opened first: it is the lock */
	struct wb_journal *journal;
	struct wb_store *store;
	struct wb_services services;
	int64_t clock_jump_max;
	struct wb_book next;
	struct wb_tree tree;

	pthread_mutex_t lock; /* of head, for readers in other threads */
	struct wb_head head;
	atomic_int latched;

	/* The batch in hand, and whose answers it holds. */
	struct wb_submission *sub;
	size_t n_sub;
	struct wb_write_txn *txn;
	bool adopted; /* it changed the law in next */
	size_t n_pending;
	struct wb_pending *pending;
	struct wb_entry entry[WB_BATCH_MAX]; /* pending, as stored */
	struct wb_decision *decision;
	uint8_t *arena;
	size_t arena_len;
};

/* Put a record's text at the end of the chain and tree in hand. */
int wb_ledger_link(struct wb_ledger *l, struct wb_slice text,
		   uint8_t ret_leaf[WB_HASH_LEN]) WB_MUST_CHECK;
/* Its id, index and state entries. */
int wb_ledger_index(struct wb_ledger *l, const struct wb_statement *st,
		    const struct wb_decision *d, uint64_t seq) WB_MUST_CHECK;
/* Drop the batch in hand; the book is as the head says. */
int wb_ledger_undo(struct wb_ledger *l, int why);
/* Bring the store up to the journal, deciding every record again. */
int wb_ledger_replay(struct wb_ledger *l, const char *dir) WB_MUST_CHECK;

/* Read every adopted document again from the store. */
int wb_ledger_load_law(struct wb_ledger *l) WB_MUST_CHECK;
/* Sign and self-verify the checkpoint of a tip and tree. */
int wb_ledger_make_head(const struct wb_ledger *l, const struct wb_tip *tip,
			const struct wb_tree *tree,
			struct wb_head *ret) WB_MUST_CHECK;
void wb_ledger_advance(struct wb_ledger *l, const struct wb_head *head);

/*
 * Whether an entry holds together: its signature by key, and its contents
 * those that the record commits to.  ret may be NULL.
 */
int wb_entry_check(const struct wb_entry *e, const struct wb_vkey *key,
		   struct wb_record *ret) WB_MUST_CHECK;

#endif /* WB_CORE_LEDGER_PARTS_H */
