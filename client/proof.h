#ifndef WB_PROOF_H
#define WB_PROOF_H

#include "waybill/decision.h"
#include "waybill/receipt.h"

/*
 * proof: a statement and its receipt against the trust file, for `verify` and
 * for `submit`, which believes no receipt that `verify` would not.
 */
struct wb_proof {
	int error;                 /* of the step, 0 if all held */
	enum wb_receipt_step step; /* that failed, or WB_STEP_DONE */
	struct wb_receipt receipt; /* borrows from the text and scratch */
	struct wb_record record;
	struct wb_verdict_view view; /* once WB_STEP_JUDGEMENT held */
	uint8_t scratch[WB_RECEIPT_MAX];
};

/* Fill in *p; both texts must outlive it. */
void wb_prove(struct wb_slice statement, struct wb_slice receipt,
	      const struct wb_trust *trust, struct wb_proof *p);
/* Whether all held but the quorum of witnesses, too few of whom signed. */
bool wb_proof_below_quorum(const struct wb_proof *p);
/* WB_EXIT_DONE, WB_EXIT_BELOW or WB_EXIT_PROOF. */
int wb_proof_exit(const struct wb_proof *p);

/* path with ".receipt" behind it; 0, or an exit code having said why. */
int wb_receipt_path(const char *path, char *out, size_t cap);

#endif /* WB_PROOF_H */
