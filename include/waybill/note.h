#ifndef WB_NOTE_H
#define WB_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "waybill/bytes.h"
#include "waybill/crypto.h"
#include "waybill/limits.h"
#include "waybill/vkey.h"

/*
 * note: C2SP signed notes v1.0.0, the one container of all that is signed.
 *
 * A note is a text that ends in a newline, a blank line, and signature lines
 * "— <name> <base64(key id || signature)>".  The text ends before the last
 * blank line.  Exact bytes are kept; nothing is made anew to be verified.
 */

/* One signature line.  name and line borrow from the note. */
struct wb_note_line {
	struct wb_slice line; /* whole, without its newline */
	struct wb_slice name;
	uint32_t id;
	size_t sig_len;  /* bytes behind the key id */
	uint8_t sig[72]; /* them, if they are at most 72; else not kept */
};

struct wb_note {
	struct wb_slice text; /* up to and with its last newline */
	struct wb_slice sigs; /* the signature lines */
	size_t n;
	struct wb_note_line line[WB_NOTE_LINES_MAX];
};

/* As C2SP has it.  WB_EFORM or WB_ELIMIT.  ret borrows from in. */
int wb_note_parse(struct wb_slice in, struct wb_note *ret) WB_MUST_CHECK;

/*
 * Waybill's own rule for statements, records and access notes on top: lines
 * sorted by their bytes, one line per (name, key id).  WB_EFORM if not so.
 */
int wb_note_strict(const struct wb_note *note) WB_MUST_CHECK;

/* Whether line i is by key: same name and key id.  Proves nothing. */
bool wb_note_line_by(const struct wb_note *note, size_t i,
		     const struct wb_vkey *key);

/* 0 or WB_ESIG: line i is by key, and a good signature over the text. */
int wb_note_verify(const struct wb_note *note, size_t i,
		   const struct wb_vkey *key) WB_MUST_CHECK;

/*
 * The C2SP reading for n known keys: lines by others are passed over, a known
 * key's line that fails refuses the note (WB_ESIG), and at least one must be
 * good (else WB_EKEY).  ret_good[i], if ret_good is not NULL, tells which.
 */
int wb_note_open(const struct wb_note *note, const struct wb_vkey key[],
		 size_t n, bool ret_good[]) WB_MUST_CHECK;

/* The seconds that a 0x04 line carries. */
uint64_t wb_note_cosign_time(const struct wb_note_line *line);

/*
 * Write text, blank line, and lines by the n different signers, sorted by
 * bytes.  text ends in a newline and holds no blank line.  For type 0x04,
 * time_s is the timestamp, and text has at most WB_CHECKPOINT_MAX bytes, else
 * w fails.
 */
void wb_note_sign(struct wb_writer *w, struct wb_slice text,
		  const struct wb_signer *const signer[], size_t n,
		  uint64_t time_s);

/* Write note with one more line by signer, sorted; WB_ECONFLICT if it has
 * one by that key already. */
int wb_note_add(struct wb_writer *w, const struct wb_note *note,
		const struct wb_signer *signer, uint64_t time_s) WB_MUST_CHECK;

#endif /* WB_NOTE_H */
