#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/ledger_parts.h"
#include "core/registry.h"

#define TAIL_CHECKED 64 /* records re-hashed at each open */

/* Longer pauses are confirmed by an operator (clock_jump_max). */
#define CLOCK_JUMP_MAX_MS (400LL * 86400 * 1000)

/* --- the law, from the policy statements in the store -------------------- */

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

/* WB_EENGINE if the ledger goes on under an engine that is not at hand. */
static int check_engine(struct wb_view *v)
{
	struct wb_state state = wb_view_state(v);
	struct wb_slice value;
	uint64_t seq;
	int rc = state.get(state.ctx, "ledger", &value, &seq);

	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	return wb_ledger_engine(value) == WB_ENGINE ? 0 : WB_EENGINE;
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
	rc = check_engine(v);
	if (rc == 0)
		rc = adopt_from(l, v, 0); /* genesis: empties the law */
	if (rc == 0)
		rc = policy_records(v, &seqs, &n);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = adopt_from(l, v, seqs[i]);
	free(seqs);
	wb_view_close(v);
	return rc;
}

/* --- open and create ----------------------------------------------------- */

static void ledger_free(struct wb_ledger *l)
{
	wb_store_close(l->store);
	wb_journal_close(l->journal);
	wb_book_free(&l->next);
	wb_wipe(&l->services, sizeof(l->services));
	pthread_mutex_destroy(&l->lock);
	free(l->pending);
	free(l->decision);
	free(l->arena);
	/* The lock goes last. */
	wb_headfile_close(l->headfile);
	free(l);
}

void wb_ledger_close(struct wb_ledger *l)
{
	if (l == NULL)
		return;
	wb_write_abort(l->txn);
	ledger_free(l);
}

/* Head file, store, journal, in this order: the head file is the lock. */
static int open_files(struct wb_ledger *l, const char *dir, bool create)
{
	int rc = wb_headfile_open(dir, create, &l->headfile);

	if (rc == 0)
		rc = wb_store_open(dir, create, &l->store);
	if (rc == 0)
		rc = wb_journal_open(dir, create, &l->journal);
	return rc;
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
		rc = open_files(l, dir, create);
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

/* The store as it is: law, keys, tail. */
static int load_store(struct wb_ledger *l)
{
	struct wb_view *v;
	uint64_t size;
	int rc;

	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		return rc;
	rc = wb_view_size(v, &size);
	if (rc == 0 && size > 0) {
		rc = wb_ledger_load_law(l);
		if (rc == 0 && !ours(&l->services, &l->next.checkpoint_key,
				     &l->next.record_key))
			rc = WB_EKEY;
		if (rc == 0)
			rc = check_tail(l, v, size);
	}
	wb_view_close(v);
	return rc;
}

/* The journal is never behind the store; the store is brought up to it. */
static int follow_journal(struct wb_ledger *l, const char *dir)
{
	const struct wb_tip *tip = &l->next.tip;
	int rc = 0;

	if (wb_journal_size(l->journal) < tip->seq)
		return WB_ECORRUPT;
	if (wb_journal_size(l->journal) > tip->seq)
		rc = wb_ledger_replay(l, dir);
	if (rc == 0 && tip->seq != wb_journal_size(l->journal))
		return WB_ECORRUPT;
	if (rc == 0 && tip->seq == 0)
		return WB_ENOTFOUND;
	if (rc == 0 &&
	    memcmp(wb_journal_hash(l->journal), tip->hash, WB_HASH_LEN) != 0)
		rc = WB_EFORK;
	return rc;
}

/*
 * What was released must be the beginning of what is here.  Only a genesis,
 * whose making was cut off, may be without a head.
 */
static int follow_head(struct wb_ledger *l)
{
	uint8_t root[WB_HASH_LEN];
	struct wb_nodes nodes;
	struct wb_head released;
	struct wb_tree tree;
	struct wb_view *v;
	int rc;

	rc = wb_headfile_read(l->headfile, &released);
	if (rc == WB_ENOTFOUND)
		return l->next.tip.seq == 1 ? 0 : WB_EROLLBACK;
	if (rc != 0)
		return rc;
	if (strcmp(released.checkpoint.origin, l->next.origin) != 0)
		return WB_EFORK;
	if (released.checkpoint.size > l->next.tip.seq)
		return WB_EROLLBACK;
	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		return rc;
	nodes = wb_view_nodes(v);
	rc = wb_tree_load(&nodes, released.checkpoint.size, &tree);
	wb_view_close(v);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	wb_tree_root(&tree, root);
	return memcmp(root, released.checkpoint.root, WB_HASH_LEN) == 0
		       ? 0
		       : WB_EFORK;
}

/* DESIGN 6, at open. */
static int load(struct wb_ledger *l, const char *dir)
{
	struct wb_head head;
	int rc;

	rc = load_store(l);
	if (rc == 0)
		rc = follow_journal(l, dir);
	if (rc == 0)
		rc = follow_head(l);
	if (rc != 0)
		return rc;
	l->tree = l->next.tree;
	rc = wb_ledger_make_head(l, &l->next.tip, &l->tree, &head);
	if (rc == 0)
		rc = wb_headfile_write(l->headfile, &head);
	if (rc == 0)
		wb_ledger_advance(l, &head);
	return rc;
}

static int open_ledger(const char *dir, bool create,
		       const struct wb_services *services,
		       struct wb_ledger **ret)
{
	struct wb_ledger *l;
	int rc;

	rc = ledger_new(dir, create, services, &l);
	if (rc != 0)
		return rc;
	rc = load(l, dir);
	if (rc != 0) {
		ledger_free(l);
		return rc;
	}
	*ret = l;
	return 0;
}

int wb_ledger_open(const char *dir, const struct wb_services *services,
		   struct wb_ledger **ret)
{
	return open_ledger(dir, false, services, ret);
}

int wb_ledger_rebuild(const char *dir, const struct wb_services *services,
		      struct wb_ledger **ret)
{
	return open_ledger(dir, true, services, ret);
}

/* A folder in which a ledger has begun keeps it, even if its store is gone: a
 * second genesis under the same keys would be another history. */
static int nothing_begun(struct wb_ledger *l, struct wb_problem *problem)
{
	struct wb_head head;
	int rc = wb_headfile_read(l->headfile, &head);

	if (rc == WB_ENOTFOUND && wb_journal_size(l->journal) == 0)
		return 0;
	if (rc != 0 && rc != WB_ENOTFOUND && rc != WB_ECORRUPT)
		return rc;
	rc = wb_refuse(problem, WB_P_GENESIS, "",
		       "the folder holds what is left of a ledger");
	wb_problem_advise(problem, "Rebuild its store from the journal, or "
				   "begin in an empty folder.");
	return rc;
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

	rc = nothing_begun(l, problem);
	if (rc == 0)
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
	sub.verified = true;
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
