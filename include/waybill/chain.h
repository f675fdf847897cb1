#ifndef WB_CHAIN_H
#define WB_CHAIN_H

#include <stdint.h>

#include "waybill/bytes.h"
#include "waybill/crypto.h"
#include "waybill/record.h"

/*
 * chain: what it means for one record to follow another.
 *
 * Pure: no clock, no disk, no allocation.  The daemon steps a tip before it
 * writes and the auditor after reading; both run this code.
 *
 * Invariants:
 *  1. seq is the number of records behind the tip: what the next one carries.
 *  2. hash is the leaf hash of the last record's text, zero when seq is 0;
 *     genesis names its origin, so no two ledgers share a beginning.
 *  3. time is the last record's, 0 when seq is 0; time never decreases.
 */
struct wb_tip {
	uint64_t seq;
	uint8_t hash[WB_HASH_LEN];
	wb_time time;
};

/* Set tip to the empty chain. */
void wb_tip_init(struct wb_tip *tip);

/*
 * Move tip over the record whose text is text.  WB_EFORM if it is none,
 * WB_EGAP if it has the wrong number, WB_EFORK if it names another parent or
 * an earlier time; on any error tip is unchanged.
 */
int wb_tip_step(struct wb_tip *tip, struct wb_slice text) WB_MUST_CHECK;

#endif /* WB_CHAIN_H */
