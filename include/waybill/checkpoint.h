#ifndef WB_CHECKPOINT_H
#define WB_CHECKPOINT_H

#include "waybill/crypto.h"
#include "waybill/limits.h"
#include "waybill/note.h"

/*
 * checkpoint: C2SP tlog-checkpoint v1.0.0, origin, size and root; we write no
 * extension lines and refuse them in our own ledger's checkpoints.
 */
struct wb_checkpoint {
	char origin[WB_ORIGIN_MAX + 1];
	uint64_t size;
	uint8_t root[WB_HASH_LEN];
};

void wb_checkpoint_format(struct wb_writer *w, const struct wb_checkpoint *cp);
/* text is the note's text.  WB_EFORM for extension lines too. */
int wb_checkpoint_parse(struct wb_slice text,
			struct wb_checkpoint *ret) WB_MUST_CHECK;
/* Parse a checkpoint note and require a good line by key, named for the
 * origin; cosignatures by others are passed over. */
int wb_checkpoint_open(struct wb_slice note, const struct wb_vkey *key,
		       struct wb_checkpoint *ret) WB_MUST_CHECK;

#endif /* WB_CHECKPOINT_H */
