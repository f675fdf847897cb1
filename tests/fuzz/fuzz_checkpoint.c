#include <stdint.h>
#include <stdlib.h>

#include "tests/unit/small_ledger.h"
#include "waybill/checkpoint.h"

/*
 * Checkpoint: what is taken is what would be written, byte for byte; and no
 * note opens by the small ledger's key but over a text which it has signed.
 * The input is a checkpoint's text or note.
 */
#define RECORDS 8

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_text(struct wb_slice text)
{
	struct wb_slice again = {0};
	struct wb_checkpoint cp;
	struct wb_writer w;
	char out[512];

	if (wb_checkpoint_parse(text, &cp) != 0)
		return;
	wb_writer_init(&w, out, sizeof(out));
	wb_checkpoint_format(&w, &cp);
	require(wb_writer_end(&w, &again) == 0 && wb_slice_eq(again, text));
}

/* cp is what the small ledger signs for that size. */
static void check_signed(struct small_ledger *ledger,
			 const struct wb_checkpoint *cp)
{
	char text[WB_CHECKPOINT_MAX];
	struct wb_checkpoint own;

	require(cp->size <= RECORDS);
	require(wb_checkpoint_open(small_checkpoint(ledger, cp->size, 0, text,
						    sizeof(text)),
				   &ledger->log.vkey, &own) == 0);
	require(memcmp(own.root, cp->root, WB_HASH_LEN) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct small_ledger ledger;
	static struct wb_note note;
	struct wb_slice in = wb_slice(p, n);
	struct wb_checkpoint cp;

	if (ledger.n == 0) {
		require(wb_crypto_init() == 0);
		small_ledger_init(&ledger);
		while (ledger.n < RECORDS)
			small_ledger_add(&ledger);
	}
	check_text(in);
	if (wb_note_parse(in, &note) == 0)
		check_text(note.text);
	if (wb_checkpoint_open(in, &ledger.log.vkey, &cp) == 0)
		check_signed(&ledger, &cp);
	return 0;
}
