#ifndef WB_RECORD_H
#define WB_RECORD_H

#include "waybill/crypto.h"
#include "waybill/date.h"
#include "waybill/limits.h"
#include "waybill/note.h"

/*
 * record: the one public line in the book per statement (DESIGN 3.3).
 *
 * The text is the leaf of the tree and what `prev` of the next one hashes.
 * One value, one encoding: the parser refuses what the formatter would not
 * write.
 */
struct wb_record {
	char origin[WB_ORIGIN_MAX + 1];
	uint64_t seq;
	wb_time time;
	uint8_t prev[WB_HASH_LEN];      /* leaf hash of record seq - 1 */
	uint8_t statement[WB_HASH_LEN]; /* SHA-256 of the statement note */
	uint8_t judgement[WB_HASH_LEN]; /* commitments */
	uint8_t workings[WB_HASH_LEN];
};

void wb_record_format(struct wb_writer *w, const struct wb_record *rec);
/* text is the note's text, without signature lines. */
int wb_record_parse(struct wb_slice text, struct wb_record *ret) WB_MUST_CHECK;

/*
 * Parse a record note, require exactly one signature line, by key, and good.
 * WB_EKEY if the line is by another key, or if key is not named
 * "<origin>/record" for the origin of the record.  ret_text borrows from note.
 */
int wb_record_open(struct wb_slice note, const struct wb_vkey *key,
		   struct wb_record *ret,
		   struct wb_slice *ret_text) WB_MUST_CHECK;

#endif /* WB_RECORD_H */
