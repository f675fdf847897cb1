#include <stdlib.h>
#include <string.h>

#include "core/ledger_parts.h"

/* What is read of a live ledger, in any thread: its head, and receipts. */

int wb_entry_check(const struct wb_entry *e, const struct wb_vkey *key,
		   struct wb_record *ret)
{
	uint8_t hash[WB_HASH_LEN];
	struct wb_record rec;
	struct wb_slice text;
	int rc;

	rc = wb_record_open(e->record, key, &rec, &text);
	if (rc != 0 || text.len != e->text_len)
		return WB_ECORRUPT;
	wb_sha256(&e->statement, 1, hash);
	if (memcmp(hash, rec.statement, WB_HASH_LEN) != 0)
		return WB_ECORRUPT;
	wb_commitment(e->judgement_salt, e->judgement, hash);
	if (memcmp(hash, rec.judgement, WB_HASH_LEN) != 0)
		return WB_ECORRUPT;
	wb_commitment(e->workings_salt, e->workings, hash);
	if (memcmp(hash, rec.workings, WB_HASH_LEN) != 0)
		return WB_ECORRUPT;
	if (ret != NULL)
		*ret = rec;
	return 0;
}

void wb_ledger_latch(struct wb_ledger *l, int why)
{
	int clear = 0;

	atomic_compare_exchange_strong(&l->latched, &clear, why);
}

int wb_ledger_latched(struct wb_ledger *l)
{
	return atomic_load(&l->latched);
}

void wb_ledger_clock_jump_max(struct wb_ledger *l, int64_t ms)
{
	l->clock_jump_max = ms;
}

const char *wb_ledger_origin(const struct wb_ledger *l)
{
	/* The key has its name, and never changes under a reader. */
	return l->services.checkpoint.vkey.name;
}

struct wb_store *wb_ledger_store(struct wb_ledger *l)
{
	return l->store;
}

void wb_ledger_head(struct wb_ledger *l, struct wb_head *ret)
{
	pthread_mutex_lock(&l->lock);
	*ret = l->head;
	pthread_mutex_unlock(&l->lock);
}

void wb_ledger_advance(struct wb_ledger *l, const struct wb_head *head)
{
	pthread_mutex_lock(&l->lock);
	l->head = *head;
	pthread_mutex_unlock(&l->lock);
}

int wb_ledger_make_head(const struct wb_ledger *l, const struct wb_tip *tip,
			const struct wb_tree *tree, struct wb_head *ret)
{
	const struct wb_signer *signer = &l->services.checkpoint;
	struct wb_checkpoint again;
	struct wb_slice text, note;
	uint8_t bytes[512];
	struct wb_writer w;
	int rc;

	memset(ret, 0, sizeof(*ret));
	ret->tip = *tip;
	memcpy(ret->checkpoint.origin, wb_ledger_origin(l),
	       sizeof(ret->checkpoint.origin));
	ret->checkpoint.size = tree->size;
	wb_tree_root(tree, ret->checkpoint.root);
	wb_writer_init(&w, bytes, sizeof(bytes));
	wb_checkpoint_format(&w, &ret->checkpoint);
	rc = wb_writer_end(&w, &text);
	if (rc != 0)
		return rc;
	wb_writer_init(&w, ret->checkpoint_note, sizeof(ret->checkpoint_note));
	wb_note_sign(&w, text, &signer, 1, 0);
	rc = wb_writer_end(&w, &note);
	if (rc != 0)
		return rc;
	ret->checkpoint_len = note.len;
	return wb_checkpoint_open(note, &signer->vkey, &again);
}

/* --- entries and receipts --------------------------------------------- */

int wb_ledger_entry(struct wb_ledger *l, struct wb_view *v, uint64_t seq,
		    struct wb_entry *ret)
{
	struct wb_nodes nodes = wb_view_nodes(v);
	uint8_t leaf[WB_HASH_LEN], node[WB_HASH_LEN];
	struct wb_record rec;
	struct wb_head head;
	struct wb_entry e;
	int rc;

	wb_ledger_head(l, &head);
	if (seq >= head.checkpoint.size)
		return WB_ENOTFOUND; /* committed, not yet released */
	rc = wb_view_entry(v, seq, &e);
	if (rc == 0)
		rc = wb_entry_check(&e, &l->services.record.vkey, &rec);
	if (rc == 0)
		rc = nodes.get(nodes.ctx, 0, seq, node);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	wb_leaf_hash(wb_slice(e.record.p, e.text_len), leaf);
	if (rec.seq != seq || memcmp(leaf, node, WB_HASH_LEN) != 0)
		return WB_ECORRUPT;
	*ret = e;
	return 0;
}

/* The checkpoint of a batch that ended at size: the head's, or the stored one,
 * which must still be our own.  None is ever signed here: a damaged node would
 * make us sign another tree. */
static int checkpoint_of(struct wb_ledger *l, struct wb_view *v, uint64_t size,
			 struct wb_head *head, struct wb_slice *ret,
			 uint8_t ret_root[WB_HASH_LEN])
{
	struct wb_checkpoint cp = head->checkpoint;
	struct wb_slice note =
		wb_slice(head->checkpoint_note, head->checkpoint_len);
	int rc;

	if (size > cp.size)
		return WB_ENOTFOUND;
	if (size < cp.size) {
		rc = wb_view_checkpoint(v, size, &note);
		if (rc == 0 &&
		    wb_checkpoint_open(note, &l->services.checkpoint.vkey,
				       &cp) != 0)
			rc = WB_ECORRUPT;
		if (rc != 0)
			return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	}
	if (cp.size != size)
		return WB_ECORRUPT;
	memcpy(ret_root, cp.root, WB_HASH_LEN);
	*ret = note;
	return 0;
}

/*
 * Whether the record's batch ends where its entry says.  No signature covers
 * that: with a bit flipped there the receipt would be a good one, under another
 * checkpoint than the first time.  Batches end where checkpoints were signed;
 * that of the newest may not be stored yet.
 */
static int check_batch(struct wb_view *v, uint64_t seq, uint64_t batch_end,
		       const struct wb_head *head)
{
	uint64_t size;
	int rc = wb_view_checkpoint_after(v, seq, &size);

	if (rc == WB_ENOTFOUND && batch_end >= head->checkpoint.size)
		return 0;
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	return size == batch_end ? 0 : WB_ECORRUPT;
}

/* The newest batch was read back and verified a moment ago; of older records
 * the signature is verified again before they are shown. */
static int read_entry(struct wb_ledger *l, struct wb_view *v, uint64_t seq,
		      const struct wb_head *head, struct wb_entry *ret)
{
	int rc = wb_view_entry(v, seq, ret);

	if (rc == 0 && ret->batch_end < head->checkpoint.size)
		rc = wb_ledger_entry(l, v, seq, ret);
	return rc;
}

int wb_ledger_receipt(struct wb_ledger *l, struct wb_view *v, uint64_t seq,
		      struct wb_writer *w)
{
	struct wb_nodes nodes = wb_view_nodes(v);
	uint8_t leaf[WB_HASH_LEN], root[WB_HASH_LEN];
	struct wb_receipt rc = {.index = seq};
	struct wb_head head;
	struct wb_slice unused;
	struct wb_entry e;
	int err;

	wb_ledger_head(l, &head);
	err = read_entry(l, v, seq, &head, &e);
	if (err == 0)
		err = check_batch(v, seq, e.batch_end, &head);
	if (err == 0)
		err = checkpoint_of(l, v, e.batch_end, &head, &rc.checkpoint,
				    root);
	if (err == 0)
		err = wb_tree_inclusion(&nodes, seq, e.batch_end, &rc.proof);
	if (err != 0)
		return err;
	wb_leaf_hash(wb_slice(e.record.p, e.text_len), leaf);
	if (wb_tree_verify_inclusion(leaf, seq, e.batch_end, &rc.proof, root) !=
	    0)
		return WB_ECORRUPT;
	rc.record = e.record;
	rc.judgement = e.judgement;
	memcpy(rc.salt, e.judgement_salt, WB_SALT_LEN);
	wb_receipt_format(w, &rc);
	return wb_writer_end(w, &unused);
}
