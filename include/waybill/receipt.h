#ifndef WB_RECEIPT_H
#define WB_RECEIPT_H

#include "waybill/checkpoint.h"
#include "waybill/record.h"
#include "waybill/tree.h"
#include "waybill/trust.h"

/*
 * receipt: what a submitter keeps, a C2SP tlog-proof (DESIGN 3.6).
 *
 *   c2sp.org/tlog-proof@v1
 *   extra <base64 of {"record":"...","judgement":"...","salt":"..."}>
 *   index <decimal>
 *   <base64 hash>...
 *
 *   <checkpoint note>
 *
 * Whoever has the statement, this text and a trust file needs no network.
 */
struct wb_receipt {
	uint64_t index;
	struct wb_tree_proof proof;
	struct wb_slice checkpoint; /* the note, borrowed from the text */
	struct wb_slice record;     /* the note; in scratch */
	struct wb_slice judgement;  /* in scratch */
	uint8_t salt[WB_SALT_LEN];
};

void wb_receipt_format(struct wb_writer *w, const struct wb_receipt *rc);

/*
 * scratch holds the decoded extra and must outlive ret; at least
 * WB_RECEIPT_MAX bytes are always enough.
 */
int wb_receipt_parse(struct wb_slice text, void *scratch, size_t cap,
		     struct wb_receipt *ret) WB_MUST_CHECK;

/* The steps of proving a receipt, in order; what failed is named. */
enum wb_receipt_step {
	WB_STEP_RECEIPT,    /* the text is a tlog-proof with our extra */
	WB_STEP_CHECKPOINT, /* a trusted log key signed the checkpoint */
	WB_STEP_RECORD,     /* the record is signed by <origin>/record */
	WB_STEP_STATEMENT,  /* it commits to this statement */
	WB_STEP_JUDGEMENT,  /* and to this judgement */
	WB_STEP_INCLUSION,  /* it is in the tree of the checkpoint */
	WB_STEP_QUORUM,     /* the witnesses asked for have cosigned it */
	WB_STEP_DONE,
};

const char *wb_receipt_step_name(enum wb_receipt_step step);

/*
 * Prove that statement (a whole note) is in the ledger as rc says.  0, or the
 * error of the step in *ret_step; WB_STEP_QUORUM failing means all else held,
 * and *ret is filled then too: WB_EKEY if too few witnesses have cosigned,
 * WB_ESIG if the line of one of them is forged.
 */
int wb_receipt_verify(const struct wb_receipt *rc, struct wb_slice statement,
		      const struct wb_trust *trust, struct wb_record *ret,
		      enum wb_receipt_step *ret_step) WB_MUST_CHECK;

#endif /* WB_RECEIPT_H */
