#ifndef TESTS_UNIT_SHOWN_H
#define TESTS_UNIT_SHOWN_H

#include "tests/unit/world.h"

/*
 * A ledger as it is shown to an auditor, truly or not: the contents of a real
 * store, copied out.  Tests include this after cmocka.h.
 */
#define SHOWN 16

struct shown {
	size_t n;
	struct wb_audit_record rec[SHOWN];
	struct wb_slice checkpoint;
	uint8_t *keep; /* all bytes */
	size_t len;
};

static struct world w;
static struct shown truth;

static inline struct wb_slice keep(struct wb_slice s)
{
	uint8_t *at = truth.keep + truth.len;

	memcpy(at, s.p, s.len);
	truth.len += s.len;
	return wb_slice(at, s.len);
}

/* Copy out what the ledger of w holds. */
static inline void take_truth(void)
{
	struct wb_head head;
	struct wb_view *v;
	uint64_t size;

	truth.keep = malloc(8u << 20);
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &v), 0);
	assert_int_equal(wb_view_size(v, &size), 0);
	truth.n = (size_t)size;
	assert_true(truth.n <= SHOWN);
	for (size_t i = 0; i < truth.n; i++) {
		struct wb_audit_record *r = &truth.rec[i];
		struct wb_entry e;

		assert_int_equal(wb_view_entry(v, i, &e), 0);
		r->record = keep(e.record);
		r->statement = keep(e.statement);
		r->judgement = keep(e.judgement);
		r->workings = keep(e.workings);
		memcpy(r->judgement_salt, e.judgement_salt, WB_SALT_LEN);
		memcpy(r->workings_salt, e.workings_salt, WB_SALT_LEN);
	}
	wb_view_close(v);
	wb_ledger_head(w.ledger, &head);
	truth.checkpoint =
		keep(wb_slice(head.checkpoint_note, head.checkpoint_len));
}

static inline void free_truth(void)
{
	free(truth.keep);
	memset(&truth, 0, sizeof(truth));
}

/* Show the n records and then the checkpoint. */
static inline int show(const struct wb_audit_record rec[], size_t n,
		struct wb_audit_counts *counts,
		struct wb_audit_failure *failure)
{
	struct wb_audit *a;
	int rc;

	memset(failure, 0, sizeof(*failure));
	rc = wb_audit_new(&w.services.checkpoint.vkey, &w.services.record.vkey,
			  &a);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = wb_audit_step(a, &rec[i], failure);
	if (rc == 0)
		rc = wb_audit_checkpoint(a, truth.checkpoint, failure);
	wb_audit_counts(a, counts);
	wb_audit_free(a);
	return rc;
}

static inline void hide(struct wb_audit_record *r)
{
	r->statement.len = 0;
	r->judgement.len = 0;
	r->workings.len = 0;
}

#endif /* TESTS_UNIT_SHOWN_H */
