#include <string.h>

#include "daemon/read.h"
#include "proto/query.h"
#include "waybill/tile.h"

/*
 * read_tree: what is open to all and needs no statement (C2SP tlog-tiles).
 */

int wb_read_checkpoint(struct wb_question *r, struct wb_reply *reply)
{
	wb_reply_init(reply, 200, WB_NOTE_TYPE, WB_CACHE_NO);
	wb_buf_add(&reply->body, r->head->checkpoint_note,
		   r->head->checkpoint_len);
	return 0;
}

/* The hashes of a tile. */
static int add_hashes(struct wb_question *r, struct wb_buf *b)
{
	const struct wb_tile *tile = &r->routed->tile;
	struct wb_nodes nodes = wb_view_nodes(r->view);
	unsigned level = (unsigned)tile->level * WB_TILE_HEIGHT;
	uint8_t hash[WB_HASH_LEN];
	int rc;

	for (unsigned i = 0; i < tile->width; i++) {
		rc = nodes.get(nodes.ctx, level,
			       tile->index * WB_TILE_WIDTH + i, hash);
		/* Within the tree, so it must be there. */
		if (rc != 0)
			return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
		wb_buf_add(b, hash, sizeof(hash));
	}
	return 0;
}

/* The records of an entry bundle: u16 length, then the text. */
static int add_entries(struct wb_question *r, struct wb_buf *b)
{
	const struct wb_tile *tile = &r->routed->tile;
	struct wb_entry e;
	uint8_t prefix[2];
	int rc;

	for (unsigned i = 0; i < tile->width; i++) {
		rc = wb_ledger_entry(r->service->ledger, r->view,
				     tile->index * WB_TILE_WIDTH + i, &e);
		if (rc != 0)
			return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
		if (e.text_len > WB_RECORD_MAX)
			return WB_ECORRUPT;
		prefix[0] = (uint8_t)(e.text_len >> 8);
		prefix[1] = (uint8_t)(e.text_len & 0xff);
		wb_buf_add(b, prefix, sizeof(prefix));
		wb_buf_add(b, e.record.p, e.text_len);
	}
	return 0;
}

int wb_read_tile(struct wb_question *r, struct wb_reply *reply)
{
	const struct wb_tile *tile = &r->routed->tile;

	if (!wb_tile_within(tile, r->size))
		return wb_refuse(r->problem, WB_P_NOT_FOUND, "", "%s",
				 "the tree does not reach there yet");
	wb_reply_init(reply, 200, WB_TILE_TYPE, WB_CACHE_FOREVER);
	if (tile->level == WB_TILE_ENTRIES)
		return add_entries(r, &reply->body);
	return add_hashes(r, &reply->body);
}

int wb_read_consistency(struct wb_question *r, struct wb_reply *reply)
{
	struct wb_nodes nodes = wb_view_nodes(r->view);
	struct wb_tree_proof proof;
	uint64_t from = 0, to = 0;
	int rc;

	rc = wb_consistency_query_parse(r->routed->query, &from, &to,
					r->problem);
	if (rc != 0)
		return rc;
	if (to > r->size)
		return wb_refuse(r->problem, WB_P_NOT_FOUND, "to", "%s",
				 "the tree is not that large yet");
	rc = wb_tree_consistency(&nodes, from, to, &proof);
	if (rc != 0)
		return rc;

	/* A proof between two sizes never changes. */
	wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_FOREVER);
	wb_buf_fmt(&reply->body, "{\"from\":%llu,\"to\":%llu,\"proof\":[",
		   (unsigned long long)from, (unsigned long long)to);
	for (size_t i = 0; i < proof.n; i++) {
		if (i > 0)
			wb_buf_str(&reply->body, ",");
		wb_json_add_base64(&reply->body, proof.hash[i],
				   sizeof(proof.hash[i]));
	}
	wb_buf_str(&reply->body, "]}\n");
	return 0;
}
