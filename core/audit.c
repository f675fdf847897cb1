#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit_parts.h"

/*
 * audit: the ledger's steps read back, with the code that wrote them.
 *
 * While everything has been shown, the auditor holds the whole state and the
 * engine must decide each record again to the byte.  After something hidden,
 * see audit_partly.c; what the statement's signers are rests on public records
 * alone.
 */

int wb_audit_fail(struct wb_audit_failure *failure, uint64_t seq,
		  const char *step, const char *fmt, ...)
{
	va_list ap;

	if (failure != NULL) {
		failure->seq = seq;
		failure->step = step;
		va_start(ap, fmt);
		vsnprintf(failure->detail, sizeof(failure->detail), fmt, ap);
		va_end(ap);
	}
	return WB_EPROOF;
}

/* An audit over the network has no stored nodes to compare with. */
static int no_node(void *ctx, unsigned level, uint64_t index,
		   const uint8_t hash[WB_HASH_LEN])
{
	(void)ctx, (void)level, (void)index, (void)hash;
	return 0;
}

int wb_audit_new(const struct wb_vkey *checkpoint_key,
		 const struct wb_vkey *record_key, struct wb_audit **ret)
{
	struct wb_audit *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return WB_ENOMEM;
	wb_book_init(&a->book);
	a->checkpoint_key = *checkpoint_key;
	a->record_key = *record_key;
	a->complete = true;
	a->put_node = no_node;
	a->decision = calloc(1, sizeof(*a->decision));
	a->text = malloc(WB_WORKINGS_MAX);
	if (a->decision == NULL || a->text == NULL) {
		wb_audit_free(a);
		return WB_ENOMEM;
	}
	*ret = a;
	return 0;
}

void wb_audit_free(struct wb_audit *a)
{
	if (a == NULL)
		return;
	wb_book_free(&a->book);
	wb_memory_free(&a->memory);
	wb_memory_free(&a->ids);
	free(a->obscure);
	free(a->decision);
	free(a->text);
	free(a);
}

void wb_audit_counts(const struct wb_audit *a, struct wb_audit_counts *ret)
{
	*ret = a->counts;
}

/* --- one record ------------------------------------------------------- */

static int commitment(const uint8_t salt[WB_SALT_LEN], struct wb_slice text,
		      const uint8_t want[WB_HASH_LEN], uint64_t *count)
{
	uint8_t hash[WB_HASH_LEN];

	if (text.len == 0)
		return 0;
	wb_commitment(salt, text, hash);
	if (memcmp(hash, want, WB_HASH_LEN) != 0)
		return WB_EPROOF;
	(*count)++;
	return 0;
}

/* Signature, chain and tree: what everybody can check. */
static int public_part(struct wb_audit *a, const struct wb_audit_record *in,
		       struct wb_record *ret, struct wb_audit_failure *failure)
{
	uint64_t seq = a->book.tip.seq;
	uint8_t leaf[WB_HASH_LEN];
	struct wb_slice text;
	int rc;

	if (wb_record_open(in->record, &a->record_key, ret, &text) != 0)
		return wb_audit_fail(failure, seq, "record signature",
				     "the record is not one, or not signed "
				     "by %s",
				     a->record_key.name);
	if (strcmp(ret->origin, a->checkpoint_key.name) != 0)
		return wb_audit_fail(failure, seq, "origin",
				     "the record is of %s", ret->origin);
	rc = wb_tip_step(&a->book.tip, text);
	if (rc != 0)
		return wb_audit_fail(failure, seq, "chain", "%s",
				     wb_strerror(rc));
	wb_leaf_hash(text, leaf);
	rc = wb_tree_append(&a->book.tree, leaf, a->put_node, a->put_ctx);
	if (rc != 0)
		return wb_audit_fail(failure, seq, "tree",
				     "a stored node is not the tree's (%s)",
				     wb_strerror(rc));
	a->counts.records++;
	return 0;
}

int wb_audit_same_texts(struct wb_audit *a, const struct wb_audit_record *in,
			uint64_t seq, struct wb_audit_failure *failure)
{
	struct wb_writer w;
	struct wb_slice again;

	if (in->judgement.len > 0) {
		wb_writer_init(&w, a->text, WB_WORKINGS_MAX);
		wb_judgement_write(&w, a->decision);
		if (wb_writer_end(&w, &again) != 0 ||
		    !wb_slice_eq(again, in->judgement))
			return wb_audit_fail(
				failure, seq, "judgement",
				"the engine decides otherwise: %s",
				wb_verdict_name(a->decision->verdict));
		a->counts.reexecuted++;
	}
	if (in->workings.len > 0) {
		wb_writer_init(&w, a->text, WB_WORKINGS_MAX);
		wb_workings_write(&w, a->decision);
		if (wb_writer_end(&w, &again) != 0 ||
		    !wb_slice_eq(again, in->workings))
			return wb_audit_fail(failure, seq, "workings",
					     "the engine reads or writes "
					     "other state");
	}
	return 0;
}

/* What it comes to that the ledger's steps answered rc. */
static int admitted(struct wb_audit *a, int rc,
		    const struct wb_problem *problem,
		    const struct wb_record *rec,
		    struct wb_audit_failure *failure)
{
	if (rc == WB_EREFUSED)
		return wb_audit_fail(failure, rec->seq, "admission",
				     "WB-%d: %s", problem->code,
				     problem->detail);
	if (rc == WB_ENOMEM)
		return rc;
	if (rc != 0)
		return wb_audit_fail(failure, rec->seq, "decision", "%s",
				     wb_strerror(rc));
	a->counts.signatures++;
	return 0;
}

int wb_audit_judge(struct wb_audit *a, const struct wb_note *note,
		   const struct wb_statement *st, const struct wb_state *state,
		   const struct wb_record *rec,
		   struct wb_audit_failure *failure)
{
	struct wb_problem problem = {0};
	int rc = wb_book_judge(&a->book, note, st, state, rec->time, true,
			       a->decision, &problem);

	return admitted(a, rc, &problem, rec, failure);
}

static int remember(struct wb_audit *a, uint64_t seq)
{
	for (size_t i = 0; i < a->decision->n_writes; i++) {
		const struct wb_write *w = &a->decision->write[i];
		int rc = wb_memory_put(&a->memory, w->key, w->value, seq);

		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Without the state: whom the type asks for has signed. */
static int check_signers(struct wb_audit *a, const struct wb_note *note,
			 const struct wb_statement *st,
			 const struct wb_record *rec,
			 struct wb_audit_failure *failure)
{
	struct wb_state state = wb_memory_state(&a->memory);
	struct wb_problem problem = {0};
	int rc = wb_book_signed(&a->book, note, st, &state, rec->time,
				a->decision, &problem);

	rc = admitted(a, rc, &problem, rec, failure);
	return rc == 0 ? wb_audit_obscure(a, rec->seq) : rc;
}

/*
 * Decide again.  While everything was shown, and for what is everybody's to
 * read, the auditor has made all the state there is to read.  Of the rest,
 * without workings the signers are checked and nothing else can be.
 */
static int reexecute(struct wb_audit *a, const struct wb_audit_record *in,
		     const struct wb_note *note, const struct wb_statement *st,
		     const struct wb_record *rec,
		     struct wb_audit_failure *failure)
{
	bool whole = a->complete || wb_kind(st->type)->open;
	struct wb_state state = wb_memory_state(&a->memory);
	int rc;

	if (!whole && in->workings.len == 0)
		return check_signers(a, note, st, rec, failure);
	if (whole)
		rc = wb_audit_judge(a, note, st, &state, rec, failure);
	else
		rc = wb_audit_partly(a, in, note, st, rec, failure);
	if (rc == 0 && whole)
		rc = wb_audit_same_texts(a, in, rec->seq, failure);
	return rc == 0 ? remember(a, rec->seq) : rc;
}

/* (party, id) stands in the book once. */
static int check_once(struct wb_audit *a, const struct wb_statement *st,
		      uint64_t seq, struct wb_audit_failure *failure)
{
	struct wb_state ids = wb_memory_state(&a->ids);
	char key[2 * WB_ID_MAX + 2];
	struct wb_slice unused;
	uint64_t first;

	snprintf(key, sizeof(key), "%s/%s", st->party, st->id);
	if (ids.get(ids.ctx, key, &unused, &first) == 0)
		return wb_audit_fail(failure, seq, "id",
				     "%s %s is recorded already, as %llu",
				     st->party, st->id,
				     (unsigned long long)first);
	return wb_memory_put(&a->ids, key, wb_slice(NULL, 0), seq);
}

/* Whether the engine is at hand that decides from this record on. */
static int check_engine(int32_t number, uint64_t seq,
			struct wb_audit_failure *failure)
{
	if (number == WB_ENGINE)
		return 0;
	(void)wb_audit_fail(failure, seq, "engine",
			    "it asks for engine %d, and this program has "
			    "engine %d",
			    (int)number, WB_ENGINE);
	return WB_EENGINE;
}

/* What a genesis must say for this auditor to go on. */
static int check_genesis(const struct wb_audit *a, const struct wb_genesis *g,
			 uint64_t seq, struct wb_audit_failure *failure)
{
	if (!wb_vkey_eq(&g->checkpoint_key, &a->checkpoint_key) ||
	    !wb_vkey_eq(&g->record_key, &a->record_key))
		return wb_audit_fail(failure, seq, "genesis",
				     "it names other service keys than those "
				     "trusted");
	return check_engine(g->engine, seq, failure);
}

static int contents(struct wb_audit *a, const struct wb_audit_record *in,
		    const struct wb_record *rec,
		    struct wb_audit_failure *failure)
{
	struct wb_problem problem = {0};
	struct wb_statement st = {0};
	struct wb_note note;
	int rc;

	rc = wb_statement_open(in->statement, rec->origin, &note, &st,
			       &problem);
	if (rc != 0)
		return wb_audit_fail(failure, rec->seq, "statement",
				     "WB-%d: %s", problem.code, problem.detail);
	if (memcmp(st.digest, rec->statement, WB_HASH_LEN) != 0) {
		rc = wb_audit_fail(failure, rec->seq, "statement hash",
				   "the record commits to another statement");
		goto free_statement;
	}
	a->counts.statements++;
	rc = check_once(a, &st, rec->seq, failure);
	if (rc == 0 && st.type == WB_GENESIS)
		rc = check_genesis(a, &st.u.genesis, rec->seq, failure);
	if (rc == 0 && st.type == WB_ENGINE_CHANGE)
		rc = check_engine(st.u.engine.number, rec->seq, failure);
	if (rc == 0)
		rc = reexecute(a, in, &note, &st, rec, failure);
	if (rc == 0)
		rc = wb_book_adopt(&a->book, &st, rec->time);
	if (rc == 0 && a->check != NULL)
		rc = a->check(a->check_ctx, &st, a->decision, rec->seq,
			      failure);

free_statement:
	wb_statement_free(&st);
	return rc;
}

int wb_audit_step(struct wb_audit *a, const struct wb_audit_record *in,
		  struct wb_audit_failure *failure)
{
	struct wb_record rec;
	int rc;

	rc = public_part(a, in, &rec, failure);
	if (rc != 0)
		return rc;
	if (commitment(in->judgement_salt, in->judgement, rec.judgement,
		       &a->counts.judgements) != 0)
		return wb_audit_fail(failure, rec.seq, "judgement commitment",
				     "the record commits to another "
				     "judgement");
	if (commitment(in->workings_salt, in->workings, rec.workings,
		       &a->counts.workings) != 0)
		return wb_audit_fail(failure, rec.seq, "workings commitment",
				     "the record commits to other workings");
	if (in->statement.len == 0 && rec.seq == 0)
		return wb_audit_fail(failure, rec.seq, "genesis",
				     "the first statement is everybody's to "
				     "read and is not shown");
	if (in->statement.len == 0) {
		a->complete = false;
		a->counts.hidden++;
		return wb_audit_obscure(a, rec.seq);
	}
	return contents(a, in, &rec, failure);
}

int wb_audit_checkpoint(struct wb_audit *a, struct wb_slice note,
			struct wb_audit_failure *failure)
{
	uint64_t size = a->book.tip.seq;
	uint8_t root[WB_HASH_LEN];
	struct wb_checkpoint cp;

	if (wb_checkpoint_open(note, &a->checkpoint_key, &cp) != 0)
		return wb_audit_fail(failure, size, "checkpoint signature",
				     "the checkpoint is not one, or not "
				     "signed by %s",
				     a->checkpoint_key.name);
	wb_tree_root(&a->book.tree, root);
	if (cp.size != size || memcmp(root, cp.root, WB_HASH_LEN) != 0)
		return wb_audit_fail(failure, size, "checkpoint",
				     "size %llu with another root than the "
				     "%llu records have",
				     (unsigned long long)cp.size,
				     (unsigned long long)size);
	return 0;
}
