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
	return l->next.origin;
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
	memcpy(ret->checkpoint.origin, l->next.origin,
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

/* --- receipts ------------------------------------------------------------ */

/* The checkpoint note of a size: the head's, the stored one, or made again
 * for the same bytes. */
static int checkpoint_of(struct wb_ledger *l, struct wb_view *v, uint64_t size,
			 struct wb_head *scratch, struct wb_slice *ret)
{
	struct wb_nodes nodes = wb_view_nodes(v);
	struct wb_tree tree;
	int rc;

	wb_ledger_head(l, scratch);
	if (size > scratch->checkpoint.size)
		return WB_ENOTFOUND; /* committed, not yet released */
	if (size < scratch->checkpoint.size) {
		rc = wb_view_checkpoint(v, size, ret);
		if (rc != WB_ENOTFOUND)
			return rc;
		rc = wb_tree_load(&nodes, size, &tree);
		if (rc != 0)
			return rc;
		rc = wb_ledger_make_head(l, &scratch->tip, &tree, scratch);
		if (rc != 0)
			return rc;
	}
	*ret = wb_slice(scratch->checkpoint_note, scratch->checkpoint_len);
	return 0;
}

int wb_ledger_receipt(struct wb_ledger *l, struct wb_view *v, uint64_t seq,
		      struct wb_writer *w)
{
	struct wb_nodes nodes = wb_view_nodes(v);
	struct wb_receipt rc = {.index = seq};
	struct wb_head scratch;
	struct wb_slice unused;
	struct wb_entry e;
	int err;

	err = wb_view_entry(v, seq, &e);
	if (err == 0)
		err = checkpoint_of(l, v, e.batch_end, &scratch,
				    &rc.checkpoint);
	if (err == 0)
		err = wb_tree_inclusion(&nodes, seq, e.batch_end, &rc.proof);
	if (err != 0)
		return err;
	rc.record = e.record;
	rc.judgement = e.judgement;
	memcpy(rc.salt, e.judgement_salt, WB_SALT_LEN);
	wb_receipt_format(w, &rc);
	return wb_writer_end(w, &unused);
}
