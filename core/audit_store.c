#include <stdlib.h>
#include <string.h>

#include "core/audit_parts.h"

#define WINDOW 256 /* records read from one view */

/*
 * The audit of a local store: besides the records, every node, id, index entry
 * and state entry must be what the records make it, and nothing more.
 */
struct store_audit {
	struct wb_audit *audit;
	struct wb_view *view;
	uint64_t size;
	uint64_t batch_end; /* of the batch that the last record was in */
	uint64_t count[WB_TABLES]; /* entries that the records call for */
	const char *key;           /* of the state, that is not as it should */
};

static int same_node(void *ctx, unsigned level, uint64_t index,
		     const uint8_t hash[WB_HASH_LEN])
{
	struct store_audit *s = ctx;
	struct wb_nodes nodes = wb_view_nodes(s->view);
	uint8_t stored[WB_HASH_LEN];
	int rc = nodes.get(nodes.ctx, level, index, stored);

	if (rc == 0 && memcmp(stored, hash, WB_HASH_LEN) != 0)
		rc = WB_EPROOF;
	s->count[WB_TABLE_NODES]++;
	return rc;
}

static int indexed(struct store_audit *s, enum wb_index index, const char *name,
		   uint64_t seq, struct wb_audit_failure *failure)
{
	uint64_t found;
	size_t n = 0;
	int rc = wb_view_index(s->view, index, name, seq, &found, 1, &n);

	if (rc != 0 || n == 0 || found != seq)
		return wb_audit_fail(failure, seq, "index",
				     "the record is not listed under %s", name);
	return 0;
}

/* Parties are indexed once each, however often a statement names them. */
static int by_party(struct store_audit *s, const struct wb_statement *st,
		    uint64_t seq, struct wb_audit_failure *failure)
{
	const char *party[WB_CONCERNS_MAX + 1];
	size_t n = wb_book_concerns(st, party, WB_CONCERNS_MAX);

	party[n++] = st->party;
	for (size_t i = 0; i < n; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= strcmp(party[i], party[k]) == 0;
		if (again)
			continue;
		s->count[WB_TABLE_BY_PARTY]++;
		if (indexed(s, WB_BY_PARTY_ID, party[i], seq, failure) != 0)
			return WB_EPROOF;
	}
	return 0;
}

/* What a sweep found is listed under what it is about. */
static int by_sweep(struct store_audit *s, const struct wb_statement *st,
		    const struct wb_decision *d, uint64_t seq,
		    struct wb_audit_failure *failure)
{
	char about[WB_ABOUT_MAX + 1];

	for (size_t i = 0; i < d->n_findings; i++) {
		if (!wb_book_swept(st, d, i, about))
			continue;
		s->count[WB_TABLE_BY_PARTY]++;
		if (indexed(s, WB_BY_PARTY_ID, about, seq, failure) != 0)
			return WB_EPROOF;
	}
	return 0;
}

static int check(void *ctx, const struct wb_statement *st,
		 const struct wb_decision *d, uint64_t seq,
		 struct wb_audit_failure *failure)
{
	struct store_audit *s = ctx;
	uint64_t found;
	int rc;

	rc = wb_view_find(s->view, st->party, st->id, &found);
	if (rc != 0 || found != seq)
		return wb_audit_fail(failure, seq, "id",
				     "%s %s does not lead to the record",
				     st->party, st->id);
	s->count[WB_TABLE_IDS]++;
	rc = by_party(s, st, seq, failure);
	if (rc == 0)
		rc = by_sweep(s, st, d, seq, failure);
	for (size_t i = 0; i < d->n_scopes && rc == 0; i++) {
		s->count[WB_TABLE_BY_COUNTRY]++;
		rc = indexed(s, WB_BY_COUNTRY, d->scope[i], seq, failure);
	}
	return rc;
}

static int same_state(void *ctx, const char *key, struct wb_slice value,
		      uint64_t seq)
{
	struct store_audit *s = ctx;
	struct wb_state stored = wb_view_state(s->view);
	struct wb_slice found;
	uint64_t by;

	if (stored.get(stored.ctx, key, &found, &by) == 0 && by == seq &&
	    wb_slice_eq(found, value))
		return 0;
	s->key = key;
	return WB_EPROOF;
}

/*
 * The stored state is exactly the one that the records made: each entry is
 * found by its key, and check_counts() sees that there are no more.  To walk
 * what is stored would not do: a key that is out of order hides its neighbours,
 * and the count that LMDB keeps still has them.
 */
static int check_state(struct store_audit *s, uint64_t seq,
		       struct wb_audit_failure *failure)
{
	if (wb_memory_each(&s->audit->memory, same_state, s) != 0)
		return wb_audit_fail(failure, seq, "state",
				     "the entry %s is not what the records "
				     "make it",
				     s->key);
	s->count[WB_TABLE_STATE] = s->audit->memory.n;
	return 0;
}

static int check_counts(struct store_audit *s, uint64_t seq,
			struct wb_audit_failure *failure)
{
	static const char *const name[WB_TABLES] = {
		[WB_TABLE_IDS] = "ids",
		[WB_TABLE_NODES] = "nodes",
		[WB_TABLE_STATE] = "state entries",
		[WB_TABLE_BY_PARTY] = "party index entries",
		[WB_TABLE_BY_COUNTRY] = "country index entries",
		[WB_TABLE_CHECKPOINTS] = "checkpoints",
	};

	for (int i = 0; i < WB_TABLES; i++) {
		uint64_t stored = 0;
		int rc = wb_view_count(s->view, (enum wb_table)i, &stored);

		if (rc != 0 || stored != s->count[i])
			return wb_audit_fail(
				failure, seq, "tables",
				"%llu %s where the records make %llu",
				(unsigned long long)stored, name[i],
				(unsigned long long)s->count[i]);
	}
	return 0;
}

/* Batches follow one another without a gap, none is larger than may be, and a
 * checkpoint that is kept is of the end of one. */
static int batch(struct store_audit *s, uint64_t seq, uint64_t end,
		 struct wb_audit_failure *failure)
{
	bool fits = end == s->batch_end;
	struct wb_slice note;
	int rc;

	if (seq == s->batch_end)
		fits = end > seq && end <= s->size && end - seq <= WB_BATCH_MAX;
	if (!fits)
		return wb_audit_fail(failure, seq, "batch",
				     "its batch is said to end at %llu",
				     (unsigned long long)end);
	s->batch_end = end;
	if (seq + 1 < end)
		return 0;
	rc = wb_view_checkpoint(s->view, end, &note);
	if (rc == WB_ENOTFOUND)
		return 0; /* of the last batch, or made again when asked for */
	if (rc == 0)
		rc = wb_audit_checkpoint(s->audit, note, failure);
	s->count[WB_TABLE_CHECKPOINTS]++;
	return rc;
}

static int step(struct store_audit *s, uint64_t seq,
		struct wb_audit_failure *failure)
{
	struct wb_audit_record in = {0};
	struct wb_entry e;
	int rc;

	rc = wb_view_entry(s->view, seq, &e);
	if (rc != 0)
		return wb_audit_fail(failure, seq, "store",
				     "the record cannot be read: %s",
				     wb_strerror(rc));
	if (e.statement.len == 0 || e.judgement.len == 0 || e.workings.len == 0)
		return wb_audit_fail(failure, seq, "store",
				     "the record's contents are missing");
	in.record = e.record;
	in.statement = e.statement;
	in.judgement = e.judgement;
	in.workings = e.workings;
	memcpy(in.judgement_salt, e.judgement_salt, WB_SALT_LEN);
	memcpy(in.workings_salt, e.workings_salt, WB_SALT_LEN);
	rc = wb_audit_step(s->audit, &in, failure);
	if (rc != 0)
		return rc;
	return batch(s, seq, e.batch_end, failure);
}

/* The records from *seq on, up to end. */
static int steps(struct store_audit *s, uint64_t *seq, uint64_t end,
		 struct wb_audit_failure *failure)
{
	int rc = 0;

	for (; *seq < end && rc == 0; ++*seq)
		rc = step(s, *seq, failure);
	return rc;
}

/*
 * One view's worth of records.  LMDB keeps every page that a view may want, so
 * no view is held for long; only the one that sees the end is read to its end,
 * for tables can be compared with all records or not at all.
 */
static int window(struct store_audit *s, uint64_t *seq, uint64_t *known,
		  uint64_t *ret_size, struct wb_audit_failure *failure)
{
	uint64_t size, end;
	int rc;

	rc = wb_view_size(s->view, &size);
	if (rc != 0)
		return rc;
	s->size = size;
	if (size == 0)
		return WB_ENOTFOUND;
	if (size < *seq)
		return wb_audit_fail(failure, size, "store",
				     "it has become shorter");
	if (*known == 0)
		*known = size;
	end = *seq + WINDOW < *known ? *seq + WINDOW : size;
	*ret_size = size;
	rc = steps(s, seq, end, failure);
	if (rc == 0 && end == size)
		rc = check_state(s, size, failure);
	if (rc == 0 && end == size)
		rc = check_counts(s, size, failure);
	return rc;
}

static int whole(struct store_audit *s, struct wb_store *store,
		 bool (*progress)(void *ctx, uint64_t seq, uint64_t size),
		 void *ctx, struct wb_audit_failure *failure)
{
	uint64_t seq = 0, known = 0, size = 0;
	int rc;

	for (;;) {
		rc = wb_view_open(store, &s->view);
		if (rc != 0)
			return rc;
		rc = window(s, &seq, &known, &size, failure);
		wb_view_close(s->view);
		if (rc != 0 || seq == size)
			return rc;
		if (progress != NULL && progress(ctx, seq, size))
			return WB_EACCES;
	}
}

int wb_audit_store(const char *dir, const struct wb_vkey *checkpoint_key,
		   const struct wb_vkey *record_key,
		   bool (*progress)(void *ctx, uint64_t seq, uint64_t size),
		   void *ctx, struct wb_audit_counts *ret,
		   struct wb_audit_failure *failure)
{
	struct store_audit s = {0};
	struct wb_store *store;
	int rc;

	rc = wb_store_open_readonly(dir, &store);
	if (rc != 0)
		return rc;
	rc = wb_audit_new(checkpoint_key, record_key, &s.audit);
	if (rc != 0)
		goto close_store;
	s.audit->put_node = same_node;
	s.audit->put_ctx = &s;
	s.audit->check = check;
	s.audit->check_ctx = &s;
	rc = whole(&s, store, progress, ctx, failure);
	wb_audit_counts(s.audit, ret);
	wb_audit_free(s.audit);

close_store:
	wb_store_close(store);
	return rc;
}
