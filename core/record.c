#include <assert.h>
#include <string.h>

#include "waybill/record.h"
#include "waybill/text.h"

static void write_hash(struct wb_writer *w, const char *word,
		       const uint8_t hash[WB_HASH_LEN])
{
	wb_write_str(w, word);
	wb_write_base64(w, hash, WB_HASH_LEN);
	wb_write_char(w, '\n');
}

void wb_record_format(struct wb_writer *w, const struct wb_record *rec)
{
	char time[WB_TIME_MS_TEXT + 1];

	assert(rec->seq <= INT64_MAX);

	wb_time_ms_format(rec->time, time);
	wb_write_str(w, "waybill/record/1\n");
	wb_write_str(w, rec->origin);
	wb_write_str(w, "\nseq ");
	wb_write_dec(w, (int64_t)rec->seq);
	wb_write_str(w, "\ntime ");
	wb_write_str(w, time);
	write_hash(w, "\nprev ", rec->prev);
	write_hash(w, "statement ", rec->statement);
	write_hash(w, "judgement ", rec->judgement);
	write_hash(w, "workings ", rec->workings);
}

static bool read_hash(struct wb_slice *rest, const char *word,
		      uint8_t out[WB_HASH_LEN])
{
	struct wb_slice value;
	size_t len;

	return wb_line_after(rest, word, &value) &&
	       wb_unbase64(value, out, WB_HASH_LEN, &len) == 0 &&
	       len == WB_HASH_LEN;
}

int wb_record_parse(struct wb_slice text, struct wb_record *ret)
{
	struct wb_slice rest = text, origin, seq, time;
	struct wb_record rec = {0};
	int rc;

	if (!wb_line_is(&rest, "waybill/record/1") ||
	    !wb_line_next(&rest, &origin) || !wb_origin_valid(origin))
		return WB_EFORM;
	rc = wb_slice_copy(origin, rec.origin, sizeof(rec.origin));
	if (rc != 0)
		return rc;
	if (!wb_line_after(&rest, "seq ", &seq) ||
	    wb_parse_dec(seq, &rec.seq) != 0 || rec.seq > INT64_MAX)
		return WB_EFORM;
	if (!wb_line_after(&rest, "time ", &time) ||
	    wb_time_ms_parse(time, &rec.time) != 0)
		return WB_EFORM;
	if (!read_hash(&rest, "prev ", rec.prev) ||
	    !read_hash(&rest, "statement ", rec.statement) ||
	    !read_hash(&rest, "judgement ", rec.judgement) ||
	    !read_hash(&rest, "workings ", rec.workings) || rest.len > 0)
		return WB_EFORM;
	*ret = rec;
	return 0;
}

/* Whether key is the record key of the ledger called origin. */
static bool is_record_key(const struct wb_vkey *key, const char *origin)
{
	size_t len = strlen(origin);

	return strncmp(key->name, origin, len) == 0 &&
	       strcmp(key->name + len, "/record") == 0;
}

int wb_record_open(struct wb_slice note, const struct wb_vkey *key,
		   struct wb_record *ret, struct wb_slice *ret_text)
{
	struct wb_record rec;
	struct wb_note parsed;
	int rc;

	if (note.len > WB_RECORD_MAX)
		return WB_ELIMIT;
	rc = wb_note_parse(note, &parsed);
	if (rc != 0)
		return rc;
	if (parsed.n != 1)
		return WB_EFORM;
	rc = wb_record_parse(parsed.text, &rec);
	if (rc != 0)
		return rc;
	if (!is_record_key(key, rec.origin) ||
	    !wb_note_line_by(&parsed, 0, key))
		return WB_EKEY;
	rc = wb_note_verify(&parsed, 0, key);
	if (rc != 0)
		return rc;
	*ret = rec;
	*ret_text = parsed.text;
	return 0;
}
