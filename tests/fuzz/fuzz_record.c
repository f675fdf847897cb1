#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/chain.h"

/*
 * Record: what is taken is what would be written, byte for byte, and a tip
 * moves over a record or not at all.  The input is a record's text or note.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_step(struct wb_slice text, const struct wb_record *rec)
{
	struct wb_tip tip, before;
	int rc;

	/* A tip that this record may follow, if its parent is all zero. */
	wb_tip_init(&tip);
	tip.seq = rec->seq;
	before = tip;
	rc = wb_tip_step(&tip, text);
	if (rc == 0)
		require(tip.seq == before.seq + 1 && tip.time == rec->time);
	else
		require(rc == WB_EFORK && tip.seq == before.seq &&
			tip.time == before.time &&
			memcmp(tip.hash, before.hash, WB_HASH_LEN) == 0);
}

static void check_text(struct wb_slice text)
{
	struct wb_slice again = {0};
	uint8_t out[WB_RECORD_MAX];
	struct wb_record rec;
	struct wb_writer w;

	if (wb_record_parse(text, &rec) != 0)
		return;
	wb_writer_init(&w, out, sizeof(out));
	wb_record_format(&w, &rec);
	require(wb_writer_end(&w, &again) == 0 && wb_slice_eq(again, text));
	check_step(text, &rec);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_slice in = wb_slice(p, n);
	static struct wb_note note;

	require(wb_crypto_init() == 0);
	check_text(in);
	if (wb_note_parse(in, &note) == 0)
		check_text(note.text);
	return 0;
}
