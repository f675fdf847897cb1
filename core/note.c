#include <assert.h>
#include <string.h>

#include "waybill/note.h"
#include "waybill/text.h"

#define DASH       "\xe2\x80\x94 " /* U+2014 and a space begin each line */
#define KEY_ID_LEN 4
#define TIME_LEN   8 /* of a cosignature, before its signature proper */
#define SIG_KEPT   (TIME_LEN + WB_SIG_LEN)

static_assert(sizeof(((struct wb_note_line *)NULL)->sig) == SIG_KEPT, "sig");

/* --- parsing -------------------------------------------------------------- */

/* C2SP: UTF-8, and no control below 0x20 but the newline. */
static bool bytes_valid(struct wb_slice in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.p[i] < 0x20 && in.p[i] != '\n')
			return false;
	return wb_utf8_valid(in);
}

static int parse_line(struct wb_slice line, struct wb_note_line *ret)
{
	uint8_t blob[WB_NOTE_LINE_MAX / 4 * 3];
	struct wb_slice rest, sig;
	const uint8_t *space;
	struct wb_reader r;
	size_t len;
	int rc;

	if (line.len > WB_NOTE_LINE_MAX)
		return WB_ELIMIT;
	if (!wb_slice_starts(line, DASH))
		return WB_EFORM;
	rest = wb_slice(line.p + strlen(DASH), line.len - strlen(DASH));
	space = rest.len == 0 ? NULL : memchr(rest.p, ' ', rest.len);
	if (space == NULL)
		return WB_EFORM;
	ret->line = line;
	ret->name = wb_slice(rest.p, (size_t)(space - rest.p));
	if (!wb_key_name_c2sp(ret->name))
		return WB_EFORM;
	rest = wb_slice(space + 1, rest.len - ret->name.len - 1);
	rc = wb_unbase64(rest, blob, sizeof(blob), &len);
	if (rc != 0)
		return rc;
	if (len <= KEY_ID_LEN)
		return WB_EFORM;
	wb_reader_init(&r, wb_slice(blob, len));
	ret->id = wb_read_u32(&r);
	ret->sig_len = len - KEY_ID_LEN;
	if (ret->sig_len <= sizeof(ret->sig)) {
		sig = wb_read_bytes(&r, ret->sig_len);
		memcpy(ret->sig, sig.p, sig.len);
	}
	return 0;
}

int wb_note_parse(struct wb_slice in, struct wb_note *ret)
{
	struct wb_slice rest, line;
	size_t at; /* of the second newline of the last blank line */
	int rc;

	if (in.len > WB_NOTE_MAX)
		return WB_ELIMIT;
	if (in.len < 2 || in.p[in.len - 1] != '\n' || !bytes_valid(in))
		return WB_EFORM;
	for (at = in.len - 1; at > 0; at--)
		if (in.p[at] == '\n' && in.p[at - 1] == '\n')
			break;
	if (at == 0)
		return WB_EFORM;

	ret->text = wb_slice(in.p, at);
	ret->sigs = wb_slice(in.p + at + 1, in.len - at - 1);
	ret->n = 0;
	rest = ret->sigs;
	while (wb_line_next(&rest, &line)) {
		if (ret->n == WB_NOTE_LINES_MAX)
			return WB_ELIMIT;
		rc = parse_line(line, &ret->line[ret->n]);
		if (rc != 0)
			return rc;
		ret->n++;
	}
	return ret->n > 0 ? 0 : WB_EFORM;
}

static bool same_key(const struct wb_note_line *a, const struct wb_note_line *b)
{
	return a->id == b->id && wb_slice_eq(a->name, b->name);
}

int wb_note_strict(const struct wb_note *note)
{
	for (size_t i = 1; i < note->n; i++) {
		const struct wb_note_line *line = &note->line[i];

		if (wb_slice_cmp(line[-1].line, line->line) >= 0)
			return WB_EFORM;
		/* Two lines by one key need not be neighbours. */
		for (size_t j = 0; j < i; j++)
			if (same_key(&note->line[j], line))
				return WB_EFORM;
	}
	return 0;
}

/* --- verifying ------------------------------------------------------------ */

/*
 * What a cosignature signs.  It is made over checkpoints, so that a text
 * longer than any of those has none, and no memory need be asked for.
 */
struct cosign_message {
	uint8_t bytes[WB_CHECKPOINT_MAX + 64];
	struct wb_slice msg;
};

static int make_message(struct cosign_message *m, struct wb_slice text,
			uint64_t time_s)
{
	struct wb_writer w;

	if (time_s > INT64_MAX)
		return WB_EFORM;
	if (text.len > WB_CHECKPOINT_MAX)
		return WB_ELIMIT;
	wb_writer_init(&w, m->bytes, sizeof(m->bytes));
	wb_write_str(&w, "cosignature/v1\ntime ");
	wb_write_dec(&w, (int64_t)time_s);
	wb_write_char(&w, '\n');
	wb_write_slice(&w, text);
	return wb_writer_end(&w, &m->msg);
}

uint64_t wb_note_cosign_time(const struct wb_note_line *line)
{
	struct wb_reader r;

	if (line->sig_len != SIG_KEPT)
		return 0;
	wb_reader_init(&r, wb_slice(line->sig, sizeof(line->sig)));
	return wb_read_u64(&r);
}

bool wb_note_line_by(const struct wb_note *note, size_t i,
		     const struct wb_vkey *key)
{
	const struct wb_note_line *line = &note->line[i];

	return line->id == key->id && wb_slice_is(line->name, key->name);
}

int wb_note_verify(const struct wb_note *note, size_t i,
		   const struct wb_vkey *key)
{
	const struct wb_note_line *line = &note->line[i];
	struct cosign_message m;

	assert(i < note->n);

	if (!wb_note_line_by(note, i, key))
		return WB_ESIG;
	if (key->type == WB_SIG_ED25519) {
		if (line->sig_len != WB_SIG_LEN)
			return WB_ESIG;
		return wb_verify(key->key, note->text, line->sig);
	}
	if (key->type != WB_SIG_COSIGNATURE || line->sig_len != SIG_KEPT)
		return WB_ESIG;
	if (make_message(&m, note->text, wb_note_cosign_time(line)) != 0)
		return WB_ESIG;
	return wb_verify(key->key, m.msg, line->sig + TIME_LEN);
}

/* Whether any line is by key; WB_ESIG if one of them fails. */
static int verify_lines_by(const struct wb_note *note,
			   const struct wb_vkey *key, bool *ret_found)
{
	bool found = false;

	for (size_t i = 0; i < note->n; i++) {
		int rc;

		if (!wb_note_line_by(note, i, key))
			continue;
		rc = wb_note_verify(note, i, key);
		if (rc != 0)
			return rc;
		found = true;
	}
	*ret_found = found;
	return 0;
}

int wb_note_open(const struct wb_note *note, const struct wb_vkey key[],
		 size_t n, bool ret_good[])
{
	bool any = false, found;

	for (size_t k = 0; k < n; k++) {
		int rc = verify_lines_by(note, &key[k], &found);

		if (rc != 0)
			return rc;
		any = any || found;
	}
	if (!any)
		return WB_EKEY;

	/* All lines by known keys are good by now. */
	for (size_t k = 0; ret_good != NULL && k < n; k++) {
		ret_good[k] = false;
		for (size_t i = 0; i < note->n; i++)
			if (wb_note_line_by(note, i, &key[k]))
				ret_good[k] = true;
	}
	return 0;
}

/* --- signing -------------------------------------------------------------- */

/* A line of our own with its newline: dash, name, space, base64, newline. */
struct own_line {
	char p[sizeof(DASH) + WB_KEY_NAME_MAX + 2 +
	       (KEY_ID_LEN + SIG_KEPT + 2) / 3 * 4];
	struct wb_slice line; /* of p, without the newline */
};

static int make_line(struct own_line *own, const struct wb_signer *signer,
		     struct wb_slice text, uint64_t time_s)
{
	uint8_t blob[KEY_ID_LEN + SIG_KEPT], sig[WB_SIG_LEN];
	struct cosign_message m = {.msg = text};
	struct wb_writer b, w;
	int rc;

	wb_writer_init(&b, blob, sizeof(blob));
	wb_write_u32(&b, signer->vkey.id);
	if (signer->vkey.type == WB_SIG_COSIGNATURE) {
		rc = make_message(&m, text, time_s);
		if (rc != 0)
			return rc;
		wb_write_u64(&b, time_s);
	}
	wb_sign(signer->secret, m.msg, sig);
	wb_write_bytes(&b, sig, sizeof(sig));
	assert(!b.failed);

	wb_writer_init(&w, own->p, sizeof(own->p));
	wb_write_str(&w, DASH);
	wb_write_str(&w, signer->vkey.name);
	wb_write_char(&w, ' ');
	wb_write_base64(&w, blob, b.len);
	return wb_writer_end(&w, &own->line);
}

/* Put line in its place among the n sorted ones; there is room for it. */
static void insert_line(struct wb_slice sorted[], size_t n,
			struct wb_slice line)
{
	size_t i = n;

	for (; i > 0 && wb_slice_cmp(sorted[i - 1], line) > 0; i--)
		sorted[i] = sorted[i - 1];
	sorted[i] = line;
}

static void write_note(struct wb_writer *w, struct wb_slice text,
		       const struct wb_slice line[], size_t n)
{
	wb_write_slice(w, text);
	wb_write_char(w, '\n');
	for (size_t i = 0; i < n; i++) {
		wb_write_slice(w, line[i]);
		wb_write_char(w, '\n');
	}
}

void wb_note_sign(struct wb_writer *w, struct wb_slice text,
		  const struct wb_signer *const signer[], size_t n,
		  uint64_t time_s)
{
	struct wb_slice sorted[WB_NOTE_LINES_MAX];
	struct own_line own[WB_NOTE_LINES_MAX];

	assert(text.len > 0 && text.p[text.len - 1] == '\n');

	if (n > WB_NOTE_LINES_MAX) {
		w->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (make_line(&own[i], signer[i], text, time_s) != 0) {
			w->failed = true;
			return;
		}
		insert_line(sorted, i, own[i].line);
	}
	write_note(w, text, sorted, n);
}

int wb_note_add(struct wb_writer *w, const struct wb_note *note,
		const struct wb_signer *signer, uint64_t time_s)
{
	struct wb_slice sorted[WB_NOTE_LINES_MAX];
	struct own_line own;
	int rc;

	if (note->n == WB_NOTE_LINES_MAX)
		return WB_ELIMIT;
	for (size_t i = 0; i < note->n; i++) {
		if (wb_note_line_by(note, i, &signer->vkey))
			return WB_ECONFLICT;
		insert_line(sorted, i, note->line[i].line);
	}
	rc = make_line(&own, signer, note->text, time_s);
	if (rc != 0)
		return rc;
	insert_line(sorted, note->n, own.line);
	write_note(w, note->text, sorted, note->n + 1);
	return w->failed ? WB_ELIMIT : 0;
}
