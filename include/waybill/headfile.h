#ifndef WB_HEADFILE_H
#define WB_HEADFILE_H

#include "waybill/ledger.h"

/*
 * headfile: what the ledger has released, kept outside LMDB (DESIGN 6,
 * proto/FORMAT.md "Head file").
 *
 * Two slots are written in turn and synced, so that a torn write leaves the
 * other whole; the newest good slot counts.  LMDB has no checksums and one
 * flipped bit can undo its last commit without a trace: whoever holds a head
 * knows better.  The file is locked for as long as it is open.
 */
struct wb_headfile;

/*
 * Open dir/head, or make it.  WB_EBUSY if another process holds it,
 * WB_ENOTFOUND without create if there is none, WB_EIO, WB_EFULL.
 */
int wb_headfile_open(const char *dir, bool create,
		     struct wb_headfile **ret) WB_MUST_CHECK;
void wb_headfile_close(struct wb_headfile *h);

/* The newest good slot.  WB_ENOTFOUND if none was ever written, WB_ECORRUPT
 * if what was written is damaged in both. */
int wb_headfile_read(struct wb_headfile *h, struct wb_head *ret) WB_MUST_CHECK;

/* The same without the lock, while a daemon may be writing: what it says was
 * released, though more may have been since. */
int wb_headfile_peek(const char *dir, struct wb_head *ret) WB_MUST_CHECK;

/* Write head into the older slot and sync.  After an error the file is not to
 * be written again. */
int wb_headfile_write(struct wb_headfile *h,
		      const struct wb_head *head) WB_MUST_CHECK;

#endif /* WB_HEADFILE_H */
