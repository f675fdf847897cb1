#ifndef WB_CORE_STORE_RECENT_H
#define WB_CORE_STORE_RECENT_H

#include "waybill/bytes.h"

/*
 * recent: what the transaction at hand has read of the state.  In a batch the
 * same exporters come again and again, and a look-up in LMDB costs as much as
 * ten of these.
 *
 * Invariants:
 *  1. What is found here is what LMDB would answer: what is written is
 *     forgotten, and all is when a transaction begins.
 *  2. A key has one place.  Another that falls on it takes it over, and what is
 *     longer than a place is not kept.
 */
#define WB_RECENT_PLACES 1024

struct wb_recent {
	uint64_t txn; /* counts them */
	struct wb_recent_place {
		uint64_t txn; /* by which it was read */
		uint64_t seq;
		size_t key_len, len;
		bool present;
		uint8_t key[96], value[256];
	} place[WB_RECENT_PLACES];
};

/* Forget everything. */
void wb_recent_begin(struct wb_recent *r);
/* Whether the key was read: *ret_rc is 0, or WB_ENOTFOUND and the others are
 * left alone.  The value is borrowed until the next call. */
bool wb_recent_find(const struct wb_recent *r, struct wb_slice key,
		    struct wb_slice *ret_value, uint64_t *ret_seq, int *ret_rc);
/* Keep what was read; value is NULL for a key that is not there. */
void wb_recent_keep(struct wb_recent *r, struct wb_slice key,
		    const struct wb_slice *value, uint64_t seq);
/* The key is written. */
void wb_recent_forget(struct wb_recent *r, struct wb_slice key);

#endif /* WB_CORE_STORE_RECENT_H */
