#ifndef WB_JOURNAL_H
#define WB_JOURNAL_H

#include <stdbool.h>

#include "waybill/store.h"

/*
 * journal: the second copy of every record, append-only segments in
 * dir/journal/ (proto/FORMAT.md "Journal").
 *
 * A frame is one batch: its entries with their contents, chained by the leaf
 * hash of the record before and closed by a checksum; it is synced before
 * LMDB commits.  Segments are filled with zeros when they are made.  A new one
 * names the SHA-256 of the one before: old segments are sealed.
 *
 * Invariants: frames carry consecutive numbers from genesis on; what stands
 * behind the last good frame was never acknowledged.
 */
struct wb_journal;

/*
 * Open dir/journal for writing behind its last good frame, or make it.  Only
 * the last segment is read, so that this takes as long after ten years as on
 * the first day; whoever reads from record 0 on checks the others.
 * WB_ENOTFOUND without create, WB_ECORRUPT if the segment is not one.
 */
int wb_journal_open(const char *dir, bool create,
		    struct wb_journal **ret) WB_MUST_CHECK;
void wb_journal_close(struct wb_journal *j);

/* How many records it holds, and the leaf hash of the last. */
uint64_t wb_journal_size(const struct wb_journal *j);
const uint8_t *wb_journal_hash(const struct wb_journal *j);

/*
 * Write one frame of n entries, numbered from wb_journal_size() on, and sync
 * it.  hash is the leaf hash of the last.  WB_EFULL leaves the journal as it
 * was and may be tried again; after another error it is not to be written.
 */
int wb_journal_append(struct wb_journal *j, const struct wb_entry entry[],
		      size_t n, const uint8_t hash[WB_HASH_LEN]) WB_MUST_CHECK;

/*
 * Forget frames from record size on: a batch whose commit failed for want of
 * space was never acknowledged.
 */
int wb_journal_rewind(struct wb_journal *j) WB_MUST_CHECK;

/*
 * Read every record from `from` on in order, and with 0 the seals of all
 * segments; visit gets the entry of record seq, borrowed,
 * and stops the reading by an error of its own.  Needs no open journal.
 */
int wb_journal_read(const char *dir, uint64_t from,
		    int (*visit)(void *ctx, uint64_t seq,
				 const struct wb_entry *entry),
		    void *ctx) WB_MUST_CHECK;

/*
 * Copy dir/journal into the folder `to`, up to its last whole frame, synced.
 * A daemon may be writing: what it appends meanwhile may be in it or not.
 */
int wb_journal_copy(const char *dir, const char *to) WB_MUST_CHECK;

/* How many segments dir/journal has, and their bytes. */
int wb_journal_usage(const char *dir, uint64_t *ret_n,
		     uint64_t *ret_bytes) WB_MUST_CHECK;

#endif /* WB_JOURNAL_H */
