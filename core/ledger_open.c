#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/ledger_parts.h"

#define TAIL_CHECKED 64 /* records re-hashed at each open */

/* A day: longer pauses are confirmed by an operator (clock_jump_max). */
#define CLOCK_JUMP_MAX_MS (400LL * 86400 * 1000)

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

/* --- the law, from the policy statements in the store ----------------------
 */

static int adopt_from(struct wb_ledger *l, struct wb_view *v, uint64_t seq)
{
	struct wb_statement st = {0};
	struct wb_record rec;
	struct wb_entry e;
	struct wb_note note;
	int rc;

	rc = wb_view_entry(v, seq, &e);
	if (rc == 0)
		rc = wb_record_parse(wb_slice(e.record.p, e.text_len), &rec);
	if (rc == 0)
		rc = wb_statement_open(e.statement, NULL, &note, &st, NULL);
	if (rc != 0)
		return WB_ECORRUPT;
	rc = wb_book_adopt(&l->next, &st, rec.time);
	wb_statement_free(&st);
	return rc;
}

static int compare_seq(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The state lists each adopted document with the record that did it. */
static int policy_records(struct wb_view *v, uint64_t **ret, size_t *ret_n)
{
	char after[WB_STATE_KEY_MAX + 1] = "policy/";
	uint64_t *seqs = NULL, *more;
	size_t n = 0;

	for (;;) {
		struct wb_slice key, value;
		uint64_t seq;
		int rc = wb_view_state_next(v, after, &key, &value, &seq);

		if (rc == WB_ENOTFOUND ||
		    (rc == 0 && !wb_slice_starts(key, "policy/")))
			break;
		if (rc == 0)
			rc = wb_slice_copy(key, after, sizeof(after));
		more = rc == 0 ? realloc(seqs, (n + 1) * sizeof(*seqs)) : NULL;
		if (more == NULL) {
			free(seqs);
			return rc == 0 ? WB_ENOMEM : rc;
		}
		seqs = more;
		seqs[n++] = seq;
	}
	if (n > 1)
		qsort(seqs, n, sizeof(*seqs), compare_seq);
	*ret = seqs;
	*ret_n = n;
	return 0;
}

int wb_ledger_load_law(struct wb_ledger *l)
{
	uint64_t *seqs = NULL;
	struct wb_view *v;
	size_t n = 0;
	int rc;

	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		return rc;
	rc = adopt_from(l, v, 0); /* genesis: empties the law */
	if (rc == 0)
		rc = policy_records(v, &seqs, &n);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = adopt_from(l, v, seqs[i]);
	free(seqs);
	wb_view_close(v);
	return rc;
}

/* --- open and create --------------------------------------------------------
 */

static void ledger_free(struct wb_ledger *l)
{
	wb_store_close(l->store);
	wb_book_free(&l->next);
	wb_wipe(&l->services, sizeof(l->services));
	pthread_mutex_destroy(&l->lock);
	free(l->pending);
	free(l->decision);
	free(l->arena);
	free(l);
}

void wb_ledger_close(struct wb_ledger *l)
{
	if (l == NULL)
		return;
	wb_write_abort(l->txn);
	ledger_free(l);
}

static int ledger_new(const char *dir, bool create,
		      const struct wb_services *services,
		      struct wb_ledger **ret)
{
	struct wb_ledger *l = calloc(1, sizeof(*l));
	int rc;

	if (l == NULL)
		return WB_ENOMEM;
	pthread_mutex_init(&l->lock, NULL);
	wb_book_init(&l->next);
	l->services = *services;
	l->clock_jump_max = CLOCK_JUMP_MAX_MS;
	l->pending = calloc(WB_BATCH_MAX, sizeof(*l->pending));
	l->decision = calloc(1, sizeof(*l->decision));
	/* An address range: only the pages that texts need are ever touched. */
	l->arena = malloc((size_t)WB_BATCH_MAX *
			  (WB_JUDGEMENT_MAX + WB_WORKINGS_MAX));
	if (l->pending == NULL || l->decision == NULL || l->arena == NULL)
		rc = WB_ENOMEM;
	else
		rc = wb_store_open(dir, create, &l->store);
	if (rc != 0) {
		ledger_free(l);
		return rc;
	}
	*ret = l;
	return 0;
}

static bool ours(const struct wb_services *s, const struct wb_vkey *checkpoint,
		 const struct wb_vkey *record)
{
	return wb_vkey_eq(&s->checkpoint.vkey, checkpoint) &&
	       wb_vkey_eq(&s->record.vkey, record);
}

/* The last records chained, hashed and proved to the root. */
static int check_tail(struct wb_ledger *l, struct wb_view *v, uint64_t size)
{
	uint64_t from = size > TAIL_CHECKED ? size - TAIL_CHECKED : 0;
	struct wb_nodes nodes = wb_view_nodes(v);
	struct wb_tip tip;
	int rc = 0;

	wb_tip_init(&tip);
	for (uint64_t seq = from; seq < size && rc == 0; seq++) {
		uint8_t node[WB_HASH_LEN];
		struct wb_record rec;
		struct wb_slice text;
		struct wb_entry e;

		rc = wb_view_entry(v, seq, &e);
		if (rc == 0)
			rc = wb_entry_check(&e, &l->next.record_key, &rec);
		if (rc != 0)
			break;
		if (seq == from && from > 0) {
			/* The chain is taken up in the middle. */
			tip.seq = seq;
			tip.time = rec.time;
			memcpy(tip.hash, rec.prev, WB_HASH_LEN);
		}
		text = wb_slice(e.record.p, e.text_len);
		rc = wb_tip_step(&tip, text);
		if (rc == 0)
			rc = nodes.get(nodes.ctx, 0, seq, node);
		if (rc == 0 && memcmp(node, tip.hash, WB_HASH_LEN) != 0)
			rc = WB_ECORRUPT;
	}
	if (rc == 0)
		rc = wb_tree_load(&nodes, size, &l->next.tree);
	if (rc != 0)
		return rc == WB_ENOMEM || rc == WB_EIO ? rc : WB_ECORRUPT;
	l->next.tip = tip;
	return 0;
}

static int load(struct wb_ledger *l)
{
	struct wb_head head;
	struct wb_view *v;
	uint64_t size;
	int rc;

	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		return rc;
	rc = wb_view_size(v, &size);
	if (rc == 0 && size == 0)
		rc = WB_ENOTFOUND;
	if (rc == 0)
		rc = wb_ledger_load_law(l);
	if (rc == 0 &&
	    !ours(&l->services, &l->next.checkpoint_key, &l->next.record_key))
		rc = WB_EKEY;
	if (rc == 0)
		rc = check_tail(l, v, size);
	wb_view_close(v);
	if (rc != 0)
		return rc;
	l->tree = l->next.tree;
	rc = wb_ledger_make_head(l, &l->next.tip, &l->tree, &head);
	if (rc == 0)
		wb_ledger_advance(l, &head);
	return rc;
}

int wb_ledger_open(const char *dir, const struct wb_services *services,
		   struct wb_ledger **ret)
{
	struct wb_ledger *l;
	int rc;

	rc = ledger_new(dir, false, services, &l);
	if (rc != 0)
		return rc;
	rc = load(l);
	if (rc != 0) {
		ledger_free(l);
		return rc;
	}
	*ret = l;
	return 0;
}

/* The genesis goes the way of every statement, with its signatures verified
 * here because no verifier thread has seen it. */
static int begin(struct wb_ledger *l, struct wb_slice genesis, wb_time now,
		 struct wb_problem *problem)
{
	struct wb_submission sub = {.bytes = genesis};
	struct wb_statement st = {0};
	struct wb_decision *d = l->decision;
	struct wb_note note;
	struct wb_state state;
	struct wb_view *v;
	int rc;

	rc = wb_statement_open(genesis, NULL, &note, &st, problem);
	if (rc != 0)
		return rc;
	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		goto free_statement;
	state = wb_view_state(v);
	rc = wb_book_judge(&l->next, &note, &st, &state, now, true, d, problem);
	wb_view_close(v);
	if (rc == 0 && !ours(&l->services, &st.u.genesis.checkpoint_key,
			     &st.u.genesis.record_key))
		rc = wb_refuse(problem, WB_P_KEY_BAD, "/keys",
			       "the genesis names other service keys than "
			       "those at hand");
	if (rc != 0)
		goto free_statement;
	sub.note = &note;
	sub.statement = &st;
	rc = wb_ledger_append(l, &sub, 1, now);
	if (rc == 0 && sub.result != 0) {
		if (problem != NULL)
			*problem = sub.problem;
		rc = sub.result;
	}

free_statement:
	wb_statement_free(&st);
	return rc;
}

int wb_ledger_create(const char *dir, const struct wb_services *services,
		     struct wb_slice genesis, wb_time now,
		     struct wb_problem *problem)
{
	struct wb_ledger *l;
	int rc;

	rc = ledger_new(dir, true, services, &l);
	if (rc != 0)
		return rc;
	rc = begin(l, genesis, now, problem);
	ledger_free(l);
	return rc;
}

/* --- receipts ----------------------------------------------------------------
 */

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
