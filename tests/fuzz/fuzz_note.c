#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/note.h"

/*
 * Note and vkey: what is taken is what would be written.
 *
 *  1. Text, blank line and lines of a parsed note are its bytes again, and
 *     each short signature encodes to its line again.
 *  2. A strict note stays strict when a line is added, and that line opens it.
 *  3. A parsed vkey formats to its text again.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_line(const struct wb_note_line *line)
{
	uint8_t blob[4 + sizeof(line->sig)];
	struct wb_slice got = {0};
	struct wb_writer b, w;
	char text[WB_NOTE_LINE_MAX];

	require(line->sig_len > 0 && line->line.len <= WB_NOTE_LINE_MAX);
	if (line->sig_len > sizeof(line->sig))
		return;
	wb_writer_init(&b, blob, sizeof(blob));
	wb_write_u32(&b, line->id);
	wb_write_bytes(&b, line->sig, line->sig_len);
	wb_writer_init(&w, text, sizeof(text));
	wb_write_str(&w, "\xe2\x80\x94 ");
	wb_write_slice(&w, line->name);
	wb_write_char(&w, ' ');
	wb_write_base64(&w, blob, b.len);
	require(wb_writer_end(&w, &got) == 0 && wb_slice_eq(got, line->line));
}

static void check_parts(struct wb_slice in, const struct wb_note *note)
{
	const uint8_t *at = in.p + note->text.len;

	require(note->text.p == in.p && note->text.len > 0);
	require(at[-1] == '\n' && at[0] == '\n');
	require(note->n > 0 && note->n <= WB_NOTE_LINES_MAX);
	at++;
	for (size_t i = 0; i < note->n; i++) {
		require(note->line[i].line.p == at);
		at += note->line[i].line.len;
		require(*at++ == '\n');
		check_line(&note->line[i]);
	}
	require(at == in.p + in.len);
}

static void check_add(const struct wb_note *note)
{
	static const uint8_t seed[WB_SEED_LEN];
	static uint8_t out[WB_NOTE_MAX + WB_NOTE_LINE_MAX];
	static struct wb_note longer;
	struct wb_slice added = {0};
	struct wb_signer signer;
	struct wb_writer w;
	int rc;

	require(wb_signer_make(wb_slice_str("fuzz/key"), WB_SIG_ED25519, seed,
			       &signer) == 0);
	wb_writer_init(&w, out, sizeof(out));
	rc = wb_note_add(&w, note, &signer, 0);
	if (rc == WB_ECONFLICT)
		return;
	if (rc == WB_ELIMIT) {
		require(note->n == WB_NOTE_LINES_MAX);
		return;
	}
	require(rc == 0 && wb_writer_end(&w, &added) == 0);
	rc = wb_note_parse(added, &longer);
	if (rc == WB_ELIMIT) {
		require(added.len > WB_NOTE_MAX);
		return;
	}
	require(rc == 0 && longer.n == note->n + 1);
	require(wb_slice_eq(longer.text, note->text));
	require(wb_note_strict(&longer) == 0);
	require(wb_note_open(&longer, &signer.vkey, 1, NULL) == 0);
}

static void check_vkey(struct wb_slice in)
{
	char text[WB_VKEY_TEXT_MAX + 1];
	struct wb_vkey key;

	if (wb_vkey_parse(in, &key) != 0)
		return;
	wb_vkey_format(&key, text);
	require(wb_slice_is(in, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_slice in = wb_slice(p, n);
	static struct wb_note note;

	require(wb_crypto_init() == 0);
	check_vkey(in);
	if (wb_note_parse(in, &note) != 0)
		return 0;
	check_parts(in, &note);
	if (wb_note_strict(&note) == 0)
		check_add(&note);
	return 0;
}
