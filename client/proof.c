#include "client/proof.h"

#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/print.h"

void wb_prove(struct wb_slice statement, struct wb_slice receipt,
	      const struct wb_trust *trust, struct wb_proof *p)
{
	memset(p, 0, offsetof(struct wb_proof, scratch));
	p->step = WB_STEP_RECEIPT;
	p->error = wb_receipt_parse(receipt, p->scratch, sizeof(p->scratch),
				    &p->receipt);
	if (p->error != 0)
		return;
	p->step = WB_STEP_DONE;
	p->error = wb_receipt_verify(&p->receipt, statement, trust, &p->record,
				     &p->step);
	if ((p->error == 0 || wb_proof_below_quorum(p)) &&
	    wb_judgement_read(p->receipt.judgement, &p->view) != 0) {
		/* Committed to, and yet no judgement of ours. */
		p->error = WB_EFORM;
		p->step = WB_STEP_JUDGEMENT;
	}
	if (p->error == 0)
		p->step = WB_STEP_DONE;
}

bool wb_proof_below_quorum(const struct wb_proof *p)
{
	return p->error == WB_EKEY && p->step == WB_STEP_QUORUM;
}

int wb_proof_exit(const struct wb_proof *p)
{
	if (p->error == 0)
		return WB_EXIT_DONE;
	return wb_proof_below_quorum(p) ? WB_EXIT_BELOW : WB_EXIT_PROOF;
}

int wb_receipt_path(const char *path, char *out, size_t cap)
{
	int n = snprintf(out, cap, "%s.receipt", path);

	if (n > 0 && (size_t)n < cap)
		return 0;
	return wb_fail(WB_EXIT_USAGE, "%s is too long a name", path);
}
