#include <stdint.h>
#include <stdlib.h>

#include "tests/unit/small_ledger.h"
#include "waybill/receipt.h"

/*
 * Receipt: what is taken is what would be written, byte for byte; and nothing
 * is proved of the small ledger but its own records.
 */
#define RECORDS 8

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_round_trip(const struct wb_receipt *rc, struct wb_slice in)
{
	static uint8_t out[WB_RECEIPT_MAX];
	struct wb_slice again = {0};
	struct wb_writer w;

	wb_writer_init(&w, out, sizeof(out));
	wb_receipt_format(&w, rc);
	require(wb_writer_end(&w, &again) == 0 && wb_slice_eq(again, in));
}

static void check_proof(const struct wb_receipt *rc,
			const struct small_ledger *ledger,
			const struct wb_trust *trust)
{
	enum wb_receipt_step step = WB_STEP_RECEIPT;
	struct wb_slice statement;
	struct wb_record rec;
	char text[512];

	if (rc->index >= RECORDS)
		return;
	statement = small_statement(ledger, rc->index, text, sizeof(text));
	if (wb_receipt_verify(rc, statement, trust, &rec, &step) != 0) {
		require(step > WB_STEP_RECEIPT && step < WB_STEP_DONE);
		return;
	}
	require(step == WB_STEP_DONE && rec.seq == rc->index);
	require(wb_slice_eq(rc->record, small_record(ledger, rc->index)));
	require(wb_slice_eq(rc->judgement,
			    small_judgement(rc->index, text, sizeof(text))));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct small_ledger ledger;
	static uint8_t scratch[WB_RECEIPT_MAX];
	static struct wb_trust trust;
	struct wb_slice in = wb_slice(p, n);
	struct wb_receipt rc;
	char text[2048];

	if (ledger.n == 0) {
		require(wb_crypto_init() == 0);
		small_ledger_init(&ledger);
		while (ledger.n < RECORDS)
			small_ledger_add(&ledger);
		require(wb_trust_parse(
				small_trust(&ledger, "two", text, sizeof(text)),
				&trust, NULL) == 0);
	}
	if (wb_receipt_parse(in, scratch, sizeof(scratch), &rc) != 0)
		return 0;
	require(rc.proof.n <= WB_PROOF_MAX);
	require(rc.record.len <= WB_RECORD_MAX);
	require(rc.judgement.len <= WB_JUDGEMENT_MAX);
	require(rc.checkpoint.len <= WB_CHECKPOINT_MAX);
	check_round_trip(&rc, in);
	check_proof(&rc, &ledger, &trust);
	return 0;
}
