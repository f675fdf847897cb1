#ifndef WB_LEDGER_H
#define WB_LEDGER_H

#include "waybill/chain.h"
#include "waybill/checkpoint.h"
#include "waybill/receipt.h"
#include "waybill/store.h"

/*
 * ledger: the write path, and what is read of a live ledger.
 *
 * One thread writes, batch by batch, in the order of DESIGN 6:
 *
 *   prepare   admit, decide, build texts (in one LMDB transaction)
 *   sign      the records, held back; any thread, any order
 *   commit    journal frame, LMDB commit, read back, re-hash, compare,
 *             verify own signatures, sign the batch checkpoint, head file
 *
 * and only then may an answer leave.  After an error other than WB_EFULL the
 * ledger is latched: it answers reads and refuses writes.
 */
struct wb_ledger;

/* The two service keys: <origin> for checkpoints, <origin>/record. */
struct wb_services {
	struct wb_signer checkpoint;
	struct wb_signer record;
};

/*
 * One statement on its way in.  verified says that the caller has verified
 * each signature line under the key that the state, or a party statement
 * itself, names for it; lines that nobody has verified are verified here.
 */
struct wb_submission {
	/* in; all borrowed until the batch is committed */
	struct wb_slice bytes; /* the note as it came */
	const struct wb_note *note;
	const struct wb_statement *statement;
	bool verified;
	/* out */
	int result;    /* 0; WB_EREFUSED with problem; or an error */
	bool repeated; /* it was there already: same receipt */
	uint64_t seq;
	struct wb_problem problem;
};

/* What the ledger stands at; copied out, so never half old. */
struct wb_head {
	struct wb_tip tip;
	struct wb_checkpoint checkpoint;
	size_t checkpoint_len;
	uint8_t checkpoint_note[WB_CHECKPOINT_MAX];
};

/*
 * Begin a ledger in the empty folder dir with a genesis note, as of now.
 * WB_EREFUSED with *problem if the genesis is not one, or not ours.
 */
int wb_ledger_create(const char *dir, const struct wb_services *services,
		     struct wb_slice genesis, wb_time now,
		     struct wb_problem *problem) WB_MUST_CHECK;

/*
 * Open, load the law and the tree, and check the tail: the last records
 * re-hashed, chained, and proved to the root.  A store behind the journal is
 * brought up to it, every record decided again; a head file behind the store
 * is advanced.  WB_EBUSY if another process has the ledger; WB_ECORRUPT if
 * something does not hold together; WB_EROLLBACK if store and journal are
 * behind what was released, WB_EFORK if they are not what was released;
 * WB_EKEY if services are not this ledger's.
 */
int wb_ledger_open(const char *dir, const struct wb_services *services,
		   struct wb_ledger **ret) WB_MUST_CHECK;
void wb_ledger_close(struct wb_ledger *l);

/* Open dir as wb_ledger_open() does, making the store anew from the journal
 * when there is none. */
int wb_ledger_rebuild(const char *dir, const struct wb_services *services,
		      struct wb_ledger **ret) WB_MUST_CHECK;

const char *wb_ledger_origin(const struct wb_ledger *l);
struct wb_store *wb_ledger_store(struct wb_ledger *l);
/* Any thread. */
void wb_ledger_head(struct wb_ledger *l, struct wb_head *ret);
/* 0, or the error that latched it.  Any thread. */
int wb_ledger_latched(struct wb_ledger *l);
/* Refuse writes from now on, for whoever finds damage.  Any thread. */
void wb_ledger_latch(struct wb_ledger *l, int why);
/* Largest step of the clock that is taken without asking, milliseconds. */
void wb_ledger_clock_jump_max(struct wb_ledger *l, int64_t ms);

/*
 * The three steps; one writer thread calls prepare and commit.  n is at most
 * WB_BATCH_MAX.  prepare fills in the submissions that are refused or
 * repeated; *ret_n is the number of new records, which wb_ledger_sign(l, i)
 * signs for i in [0, *ret_n) in any threads.  When prepare fails, or *ret_n is
 * 0, there is nothing to sign or commit, and each submission's result says
 * so.  commit releases: after it answered 0, receipts may leave.  When either
 * fails, every result of the batch is that error, also those of statements
 * refused or repeated: what they rest on may not be there.
 */
int wb_ledger_prepare(struct wb_ledger *l, struct wb_submission sub[], size_t n,
		      wb_time now, size_t *ret_n) WB_MUST_CHECK;
void wb_ledger_sign(struct wb_ledger *l, size_t i);
int wb_ledger_commit(struct wb_ledger *l) WB_MUST_CHECK;
/* All three, in this thread. */
int wb_ledger_append(struct wb_ledger *l, struct wb_submission sub[], size_t n,
		     wb_time now) WB_MUST_CHECK;

/*
 * The next sweep as of now, a signed note, for the writer thread to append
 * between two batches; WB_ENOTFOUND when nothing is due.
 */
int wb_ledger_sweep(struct wb_ledger *l, wb_time now,
		    struct wb_writer *w) WB_MUST_CHECK;

/*
 * The entry of record seq, as it was released: its signature, contents and
 * leaf are checked first.  WB_ENOTFOUND, or WB_ECORRUPT for what is not what
 * was written; valid until view is closed.
 */
int wb_ledger_entry(struct wb_ledger *l, struct wb_view *view, uint64_t seq,
		    struct wb_entry *ret) WB_MUST_CHECK;

/*
 * The receipt of record seq as of view: the same bytes each time.
 * scratch_cap >= WB_RECEIPT_MAX is always enough for w.
 */
int wb_ledger_receipt(struct wb_ledger *l, struct wb_view *view, uint64_t seq,
		      struct wb_writer *w) WB_MUST_CHECK;

#endif /* WB_LEDGER_H */
