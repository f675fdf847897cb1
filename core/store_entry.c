#include "core/store_entry.h"

#include <string.h>

/* The value of a record (FORMAT.md, "Store"); journal frames hold it too. */

size_t wb_entry_len(const struct wb_entry *e)
{
	return WB_ENTRY_HEADER + e->record.len + e->statement.len +
	       e->judgement.len + e->workings.len;
}

int wb_entry_encode(struct wb_writer *w, const struct wb_entry *e)
{
	struct wb_slice unused;

	wb_write_u64(w, e->batch_end);
	wb_write_u16(w, (uint16_t)e->text_len);
	wb_write_u16(w, (uint16_t)e->record.len);
	wb_write_u32(w, (uint32_t)e->statement.len);
	wb_write_u32(w, (uint32_t)e->judgement.len);
	wb_write_u32(w, (uint32_t)e->workings.len);
	wb_write_bytes(w, e->judgement_salt, WB_SALT_LEN);
	wb_write_bytes(w, e->workings_salt, WB_SALT_LEN);
	wb_write_slice(w, e->record);
	wb_write_slice(w, e->statement);
	wb_write_slice(w, e->judgement);
	wb_write_slice(w, e->workings);
	return wb_writer_end(w, &unused);
}

int wb_entry_decode(struct wb_slice value, struct wb_entry *ret)
{
	struct wb_entry e;
	struct wb_reader r;
	uint16_t record_len;
	uint32_t len[3];
	struct wb_slice salt;

	wb_reader_init(&r, value);
	e.batch_end = wb_read_u64(&r);
	e.text_len = wb_read_u16(&r);
	record_len = wb_read_u16(&r);
	for (int i = 0; i < 3; i++)
		len[i] = wb_read_u32(&r);
	salt = wb_read_bytes(&r, WB_SALT_LEN);
	if (!r.failed)
		memcpy(e.judgement_salt, salt.p, WB_SALT_LEN);
	salt = wb_read_bytes(&r, WB_SALT_LEN);
	if (!r.failed)
		memcpy(e.workings_salt, salt.p, WB_SALT_LEN);
	e.record = wb_read_bytes(&r, record_len);
	e.statement = wb_read_bytes(&r, len[0]);
	e.judgement = wb_read_bytes(&r, len[1]);
	e.workings = wb_read_bytes(&r, len[2]);
	if (wb_reader_end(&r) != 0 || e.text_len > record_len)
		return WB_ECORRUPT;
	*ret = e;
	return 0;
}
