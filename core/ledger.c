#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/ledger_parts.h"

/*
 * ledger: the write path.  wb_ledger_commit() is the order of release of
 * DESIGN 6 as a list; nothing else lets an answer out.
 */

/* --- prepare -------------------------------------------------------------- */

/* The record's time: never before the last one, never a leap ahead. */
static int record_time(const struct wb_ledger *l, wb_time now, wb_time *ret)
{
	const struct wb_tip *tip = &l->next.tip;

	if (tip->seq > 0 && now > tip->time &&
	    now - tip->time > l->clock_jump_max)
		return WB_ECLOCK;
	*ret = now > tip->time ? now : tip->time;
	return 0;
}

/* The statement digest of a record, stored or still pending. */
static int digest_of(struct wb_ledger *l, uint64_t seq,
		     uint8_t ret[WB_HASH_LEN])
{
	struct wb_record rec;
	struct wb_entry entry;
	int rc;

	if (seq >= l->head.tip.seq) {
		size_t i = (size_t)(seq - l->head.tip.seq);

		memcpy(ret, l->pending[i].statement_digest, WB_HASH_LEN);
		return 0;
	}
	rc = wb_write_entry_of(l->txn, seq, &entry);
	if (rc != 0)
		return rc;
	rc = wb_record_parse(wb_slice(entry.record.p, entry.text_len), &rec);
	if (rc != 0)
		return WB_ECORRUPT;
	memcpy(ret, rec.statement, WB_HASH_LEN);
	return 0;
}

static int judge(struct wb_ledger *l, struct wb_submission *sub, wb_time time)
{
	struct wb_state state = wb_write_state(l->txn);

	return wb_book_judge(&l->next, sub->note, sub->statement, &state, time,
			     !sub->verified, l->decision, &sub->problem);
}

/* Whoever may not speak for the party is told that, as if there were no such
 * id: which ones it has used is not his to know. */
static int refuse_id(struct wb_ledger *l, struct wb_submission *sub,
		     wb_time time)
{
	const struct wb_statement *st = sub->statement;
	int rc = judge(l, sub, time);

	if (rc == WB_EREFUSED && sub->problem.code >= WB_P_LINES &&
	    sub->problem.code <= WB_P_KEY_BAD)
		return rc;
	if (rc != 0 && rc != WB_EREFUSED && rc != WB_ELIMIT)
		return rc;
	memset(&sub->problem, 0, sizeof(sub->problem));
	return wb_refuse(&sub->problem, WB_P_ID_TAKEN, "/id",
			 "%s has used the id %s for another statement",
			 st->party, st->id);
}

/* (party, id) is the idempotency key: same text again, same receipt. */
static int look_for_repeat(struct wb_ledger *l, struct wb_submission *sub,
			   wb_time time)
{
	const struct wb_statement *st = sub->statement;
	uint8_t digest[WB_HASH_LEN];
	uint64_t seq;
	int rc;

	rc = wb_write_find(l->txn, st->party, st->id, &seq);
	if (rc != 0)
		return rc;
	rc = digest_of(l, seq, digest);
	if (rc != 0)
		return rc;
	if (memcmp(digest, st->digest, WB_HASH_LEN) != 0)
		return refuse_id(l, sub, time);
	sub->repeated = true;
	sub->seq = seq;
	return 0;
}

static int put_node(void *ctx, unsigned level, uint64_t index,
		    const uint8_t hash[WB_HASH_LEN])
{
	return wb_put_node(ctx, level, index, hash);
}

int wb_ledger_index(struct wb_ledger *l, const struct wb_statement *st,
		    const struct wb_decision *d, uint64_t seq)
{
	const char *party[WB_CONCERNS_MAX];
	size_t n = wb_book_concerns(st, party, WB_CONCERNS_MAX);
	char about[WB_ABOUT_MAX + 1];
	int rc;

	rc = wb_put_id(l->txn, st->party, st->id, seq);
	if (rc == 0)
		rc = wb_put_index(l->txn, WB_BY_PARTY_ID, st->party, seq);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = wb_put_index(l->txn, WB_BY_PARTY_ID, party[i], seq);
	for (size_t i = 0; i < d->n_findings && rc == 0; i++)
		if (wb_book_swept(st, d, i, about))
			rc = wb_put_index(l->txn, WB_BY_PARTY_ID, about, seq);
	for (size_t i = 0; i < d->n_scopes && rc == 0; i++)
		rc = wb_put_index(l->txn, WB_BY_COUNTRY, d->scope[i], seq);
	for (size_t i = 0; i < d->n_writes && rc == 0; i++)
		rc = wb_put_state(l->txn, d->write[i].key, d->write[i].value,
				  seq);
	return rc;
}

/* Write the two texts behind each other in the batch's arena. */
static int write_texts(struct wb_ledger *l, const struct wb_decision *d,
		       struct wb_pending *p)
{
	struct wb_writer w;
	int rc;

	wb_writer_init(&w, l->arena + l->arena_len, WB_JUDGEMENT_MAX);
	wb_judgement_write(&w, d);
	rc = wb_writer_end(&w, &p->judgement);
	if (rc != 0)
		return rc;
	l->arena_len += p->judgement.len;
	wb_writer_init(&w, l->arena + l->arena_len, WB_WORKINGS_MAX);
	wb_workings_write(&w, d);
	rc = wb_writer_end(&w, &p->workings);
	l->arena_len += p->workings.len;
	return rc;
}

int wb_ledger_link(struct wb_ledger *l, struct wb_slice text,
		   uint8_t ret_leaf[WB_HASH_LEN])
{
	int rc = wb_tip_step(&l->next.tip, text);

	if (rc != 0)
		return rc;
	wb_leaf_hash(text, ret_leaf);
	return wb_tree_append(&l->next.tree, ret_leaf, put_node, l->txn);
}

static int make_record(struct wb_ledger *l, const struct wb_statement *st,
		       wb_time time, struct wb_pending *p)
{
	struct wb_record rec = {.seq = l->next.tip.seq, .time = time};
	struct wb_slice text;
	struct wb_writer w;
	int rc;

	memcpy(rec.origin, st->ledger, strlen(st->ledger) + 1);
	memcpy(rec.prev, l->next.tip.hash, WB_HASH_LEN);
	memcpy(rec.statement, st->digest, WB_HASH_LEN);
	wb_random(p->judgement_salt, WB_SALT_LEN);
	wb_random(p->workings_salt, WB_SALT_LEN);
	wb_commitment(p->judgement_salt, p->judgement, rec.judgement);
	wb_commitment(p->workings_salt, p->workings, rec.workings);

	wb_writer_init(&w, p->note, sizeof(p->note));
	wb_record_format(&w, &rec);
	rc = wb_writer_end(&w, &text);
	if (rc != 0)
		return rc;
	p->text_len = text.len;
	return wb_ledger_link(l, text, p->leaf);
}

/* One statement: 0 whatever becomes of it, or an error that ends the batch. */
static int take(struct wb_ledger *l, struct wb_submission *sub, wb_time time)
{
	struct wb_pending *p = &l->pending[l->n_pending];
	int rc;

	sub->result = look_for_repeat(l, sub, time);
	if (sub->result == WB_ENOTFOUND)
		sub->result = judge(l, sub, time);
	if (sub->result == 0 && !sub->repeated)
		sub->result = write_texts(l, l->decision, p);
	if (sub->result == WB_ELIMIT)
		sub->result = wb_refuse(&sub->problem, WB_P_TOO_LONG, "",
					"the decision about this statement "
					"would be longer than its limit");
	if (sub->result != 0 || sub->repeated)
		return sub->result == WB_EREFUSED ? 0 : sub->result;

	sub->seq = l->next.tip.seq;
	rc = make_record(l, sub->statement, time, p);
	if (rc == 0)
		rc = wb_ledger_index(l, sub->statement, l->decision, sub->seq);
	if (rc == 0)
		rc = wb_book_adopt(&l->next, sub->statement, time);
	p->statement = sub->bytes;
	memcpy(p->statement_digest, sub->statement->digest, WB_HASH_LEN);
	l->adopted |= sub->statement->type == WB_POLICY;
	l->n_pending++;
	return rc;
}

/* None of the batch is in.  That goes for refusals too: they may rest on what
 * came before them in it. */
static int none_in(struct wb_ledger *l, int why)
{
	for (size_t i = 0; i < l->n_sub; i++) {
		struct wb_submission *sub = &l->sub[i];

		sub->result = why;
		sub->repeated = false;
		memset(&sub->problem, 0, sizeof(sub->problem));
	}
	return why;
}

/* Drop what the batch has done so far; the book is as the head says. */
int wb_ledger_undo(struct wb_ledger *l, int why)
{
	int rc = 0;

	wb_write_abort(l->txn);
	l->txn = NULL;
	l->n_pending = 0;
	l->next.tip = l->head.tip;
	l->next.tree = l->tree;
	if (l->adopted)
		rc = wb_ledger_load_law(l);
	l->adopted = false;
	if (why != WB_EFULL && why != WB_ENOMEM && why != 0)
		wb_ledger_latch(l, why);
	if (rc != 0)
		wb_ledger_latch(l, rc);
	return why == 0 ? 0 : none_in(l, why);
}

int wb_ledger_prepare(struct wb_ledger *l, struct wb_submission sub[], size_t n,
		      wb_time now, size_t *ret_n)
{
	wb_time time;
	int rc;

	assert(n > 0 && n <= WB_BATCH_MAX && l->txn == NULL);
	l->sub = sub;
	l->n_sub = n;
	(void)none_in(l, 0); /* nor is anything yet */
	rc = wb_ledger_latched(l);
	if (rc == 0)
		rc = record_time(l, now, &time);
	if (rc == 0)
		rc = wb_write_begin(l->store, &l->txn);
	if (rc != 0)
		return none_in(l, rc);
	l->n_pending = 0;
	l->arena_len = 0;
	for (size_t i = 0; i < n; i++) {
		rc = take(l, &sub[i], time);
		if (rc != 0)
			return wb_ledger_undo(l, rc);
	}
	*ret_n = l->n_pending;
	return l->n_pending == 0 ? wb_ledger_undo(l, 0) : 0;
}

/* --- sign ---------------------------------------------------------------- */

void wb_ledger_sign(struct wb_ledger *l, size_t i)
{
	const struct wb_signer *signer = &l->services.record;
	struct wb_pending *p = &l->pending[i];
	uint8_t note[WB_RECORD_MAX];
	struct wb_slice out, text;
	struct wb_record again;
	struct wb_writer w;
	int rc;

	wb_writer_init(&w, note, sizeof(note));
	wb_note_sign(&w, wb_slice(p->note, p->text_len), &signer, 1, 0);
	rc = wb_writer_end(&w, &out);
	assert(rc == 0); /* origin and name are bounded */
	memcpy(p->note, out.p, out.len);
	p->note_len = out.len;
	/* A bit that flipped on the way must not get as far as the journal. */
	p->sound = wb_record_open(wb_slice(p->note, p->note_len), &signer->vkey,
				  &again, &text) == 0;
}

/* --- commit -------------------------------------------------------------- */

/* The batch as it is stored, in the store and in the journal. */
static int make_entries(struct wb_ledger *l)
{
	for (size_t i = 0; i < l->n_pending; i++) {
		const struct wb_pending *p = &l->pending[i];
		struct wb_entry *e = &l->entry[i];

		if (!p->sound)
			return WB_ESIG;
		e->record = wb_slice(p->note, p->note_len);
		e->text_len = p->text_len;
		e->statement = p->statement;
		e->judgement = p->judgement;
		e->workings = p->workings;
		e->batch_end = l->next.tip.seq;
		memcpy(e->judgement_salt, p->judgement_salt, WB_SALT_LEN);
		memcpy(e->workings_salt, p->workings_salt, WB_SALT_LEN);
	}
	return 0;
}

static int put_entries(struct wb_ledger *l)
{
	const struct wb_head *head = &l->head;
	int rc = 0;

	/* The checkpoint of the batch before was signed after its commit. */
	if (head->checkpoint.size > 0)
		rc = wb_put_checkpoint(
			l->txn, head->checkpoint.size,
			wb_slice(head->checkpoint_note, head->checkpoint_len));
	for (size_t i = 0; i < l->n_pending && rc == 0; i++)
		rc = wb_put_entry(l->txn, l->head.tip.seq + i, &l->entry[i]);
	return rc;
}

/* What makes a repeat one, and lists a record as its party's, leads to it.  The
 * rest, other parties and balances, is for the full check: a second reading
 * would decide the batch twice. */
static int read_back_names(const struct wb_ledger *l, struct wb_view *v)
{
	int rc = 0;

	for (size_t i = 0; i < l->n_sub && rc == 0; i++) {
		const struct wb_submission *sub = &l->sub[i];
		const struct wb_statement *st = sub->statement;
		uint64_t by_id = 0, listed = 0;
		size_t n = 0;

		if (sub->result != 0 || sub->repeated)
			continue;
		rc = wb_view_find(v, st->party, st->id, &by_id);
		if (rc == 0)
			rc = wb_view_index(v, WB_BY_PARTY_ID, st->party,
					   sub->seq, &listed, 1, &n);
		if (rc == 0 && (by_id != sub->seq || listed != sub->seq))
			rc = WB_ECORRUPT;
	}
	return rc;
}

/* Read the batch back from the map and hold it against what was decided. */
static int read_back(struct wb_ledger *l)
{
	uint8_t root[WB_HASH_LEN], want[WB_HASH_LEN];
	struct wb_nodes nodes;
	struct wb_tree tree;
	struct wb_view *v;
	int rc;

	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		return rc;
	nodes = wb_view_nodes(v);
	for (size_t i = 0; i < l->n_pending && rc == 0; i++) {
		uint64_t seq = l->head.tip.seq + i;
		uint8_t leaf[WB_HASH_LEN], node[WB_HASH_LEN];
		struct wb_entry e;

		rc = wb_view_entry(v, seq, &e);
		if (rc == 0)
			rc = wb_entry_check(&e, &l->services.record.vkey, NULL);
		if (rc == 0)
			rc = nodes.get(nodes.ctx, 0, seq, node);
		if (rc != 0)
			break;
		wb_leaf_hash(wb_slice(e.record.p, e.text_len), leaf);
		if (memcmp(leaf, l->pending[i].leaf, WB_HASH_LEN) != 0 ||
		    memcmp(leaf, node, WB_HASH_LEN) != 0 ||
		    e.batch_end != l->next.tip.seq)
			rc = WB_ECORRUPT;
	}
	if (rc == 0)
		rc = read_back_names(l, v);
	if (rc == 0)
		rc = wb_tree_load(&nodes, l->next.tip.seq, &tree);
	wb_view_close(v);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	wb_tree_root(&tree, root);
	wb_tree_root(&l->next.tree, want);
	return memcmp(root, want, WB_HASH_LEN) == 0 ? 0 : WB_ECORRUPT;
}

/* The disk is full: nothing was acknowledged, so the journal forgets too.  But
 * when LMDB could not write its meta page it takes no transaction any more, and
 * nobody knows which page is there: then the journal must not be behind. */
static int no_space(struct wb_ledger *l, int rc)
{
	if (rc == WB_EFULL || rc == WB_ENOMEM) {
		int failed;

		wb_write_abort(l->txn);
		l->txn = NULL;
		failed = wb_write_begin(l->store, &l->txn);
		if (failed == 0)
			failed = wb_journal_rewind(l->journal);
		/* Whatever it is called, a write has failed. */
		if (failed != 0)
			wb_ledger_latch(l, WB_EIO);
	}
	return wb_ledger_undo(l, rc);
}

int wb_ledger_commit(struct wb_ledger *l)
{
	struct wb_head head;
	int rc;

	assert(l->txn != NULL && l->n_pending > 0);
	/* 1. Texts are built, records signed and held back. */
	rc = make_entries(l);
	if (rc != 0)
		return wb_ledger_undo(l, rc);
	/* 2. The journal frame, synced. */
	rc = wb_journal_append(l->journal, l->entry, l->n_pending,
			       l->next.tip.hash);
	if (rc != 0)
		return wb_ledger_undo(l, rc);
	/* 3. One commit, synced. */
	rc = put_entries(l);
	if (rc != 0)
		return no_space(l, rc);
	rc = wb_write_commit(l->txn);
	l->txn = NULL;
	if (rc != 0)
		return no_space(l, rc);
	/* 4. Read back, re-hash, compare; verify our own signatures again. */
	rc = read_back(l);
	/* 5. Sign the batch checkpoint, and verify it. */
	if (rc == 0)
		rc = wb_ledger_make_head(l, &l->next.tip, &l->next.tree, &head);
	/* 6. Advance the head file, synced. */
	if (rc == 0)
		rc = wb_headfile_write(l->headfile, &head);
	if (rc != 0) {
		wb_ledger_latch(l, rc);
		return none_in(l, rc);
	}
	/* 7. Only now is it true, and an answer may leave. */
	l->tree = l->next.tree;
	wb_ledger_advance(l, &head);
	l->n_pending = 0;
	l->adopted = false;
	return 0;
}

int wb_ledger_append(struct wb_ledger *l, struct wb_submission sub[], size_t n,
		     wb_time now)
{
	size_t fresh;
	int rc = wb_ledger_prepare(l, sub, n, now, &fresh);

	if (rc != 0 || fresh == 0)
		return rc;
	for (size_t i = 0; i < fresh; i++)
		wb_ledger_sign(l, i);
	return wb_ledger_commit(l);
}
