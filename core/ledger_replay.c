#include <assert.h>
#include <string.h>

#include "core/ledger_parts.h"

/*
 * replay: records that the journal has and the store has not.  Each is decided
 * again by the code that decided it first, and must come out the same to the
 * byte; so the store is what it was, or it is refused.
 */
#define REPLAY_BATCH 256 /* records in one commit */

struct replay {
	struct wb_ledger *ledger;
	bool begun;
	size_t n; /* in the transaction in hand */
};

static bool same_text(struct wb_ledger *l,
		      void (*write)(struct wb_writer *w,
				    const struct wb_decision *d),
		      struct wb_slice want)
{
	struct wb_writer w;
	struct wb_slice got;

	wb_writer_init(&w, l->arena, WB_WORKINGS_MAX);
	write(&w, l->decision);
	return wb_writer_end(&w, &got) == 0 && wb_slice_eq(got, want);
}

/* The checkpoint of the tree in hand, which is what a batch left. */
static int put_checkpoint(struct wb_ledger *l)
{
	struct wb_head head;
	int rc;

	rc = wb_ledger_make_head(l, &l->next.tip, &l->next.tree, &head);
	if (rc != 0)
		return rc;
	return wb_put_checkpoint(
		l->txn, head.checkpoint.size,
		wb_slice(head.checkpoint_note, head.checkpoint_len));
}

static int put_again(struct wb_ledger *l, const struct wb_statement *st,
		     const struct wb_note *note, const struct wb_record *rec,
		     const struct wb_entry *e)
{
	struct wb_state state = wb_write_state(l->txn);
	uint8_t leaf[WB_HASH_LEN];
	int rc;

	rc = wb_book_judge(&l->next, note, st, &state, rec->time, true,
			   l->decision, NULL);
	if (rc != 0)
		return rc == WB_EREFUSED ? WB_ECORRUPT : rc;
	if (!same_text(l, wb_judgement_write, e->judgement) ||
	    !same_text(l, wb_workings_write, e->workings))
		return WB_ECORRUPT;
	rc = wb_ledger_link(l, wb_slice(e->record.p, e->text_len), leaf);
	if (rc == 0)
		rc = wb_ledger_index(l, st, l->decision, rec->seq);
	if (rc == 0)
		rc = wb_put_entry(l->txn, rec->seq, e);
	if (rc == 0)
		rc = wb_book_adopt(&l->next, st, rec->time);
	if (rc == 0 && l->next.tip.seq == e->batch_end)
		rc = put_checkpoint(l);
	return rc;
}

static int flush(struct replay *r)
{
	struct wb_ledger *l = r->ledger;
	int rc = 0;

	if (l->txn != NULL)
		rc = wb_write_commit(l->txn);
	l->txn = NULL;
	r->n = 0;
	return rc;
}

static int visit(void *ctx, uint64_t seq, const struct wb_entry *e)
{
	struct replay *r = ctx;
	struct wb_ledger *l = r->ledger;
	struct wb_statement st = {0};
	struct wb_record rec;
	struct wb_note note;
	int rc = 0;

	if (l->txn == NULL)
		rc = wb_write_begin(l->store, &l->txn);
	/* The batch before had its checkpoint stored with this one. */
	if (rc == 0 && !r->begun && seq > 0)
		rc = put_checkpoint(l);
	r->begun = true;
	if (rc == 0)
		rc = wb_entry_check(e, &l->services.record.vkey, &rec);
	if (rc == 0 && rec.seq != seq)
		rc = WB_ECORRUPT;
	if (rc == 0)
		rc = wb_statement_open(e->statement, NULL, &note, &st, NULL);
	if (rc != 0)
		return rc == WB_EREFUSED ? WB_ECORRUPT : rc;
	rc = put_again(l, &st, &note, &rec, e);
	wb_statement_free(&st);
	if (rc == 0 && ++r->n == REPLAY_BATCH)
		rc = flush(r);
	return rc;
}

int wb_ledger_replay(struct wb_ledger *l, const char *dir)
{
	struct replay r = {.ledger = l};
	int rc = wb_journal_read(dir, l->next.tip.seq, visit, &r);

	if (rc == 0)
		return flush(&r);
	wb_write_abort(l->txn);
	l->txn = NULL;
	return rc;
}
