#include <string.h>

#include "core/audit_parts.h"
#include "waybill/journal.h"

/*
 * The journal held against the store.  Both were written from the same bytes
 * and must still have them: either can fail where the other does not.
 */
#define WINDOW 256 /* records read from one view */

/* Not an error: the store's last record has been compared. */
#define DONE 1

struct journal_audit {
	struct wb_store *store;
	struct wb_view *view;
	uint64_t size;
	bool (*progress)(void *ctx, uint64_t seq, uint64_t size);
	void *ctx;
	struct wb_audit_failure *failure;
};

static bool same(const struct wb_entry *a, const struct wb_entry *b)
{
	return a->text_len == b->text_len && a->batch_end == b->batch_end &&
	       wb_slice_eq(a->record, b->record) &&
	       wb_slice_eq(a->statement, b->statement) &&
	       wb_slice_eq(a->judgement, b->judgement) &&
	       wb_slice_eq(a->workings, b->workings) &&
	       memcmp(a->judgement_salt, b->judgement_salt, WB_SALT_LEN) == 0 &&
	       memcmp(a->workings_salt, b->workings_salt, WB_SALT_LEN) == 0;
}

/* A new view, and a pause for whoever watches. */
static int renew(struct journal_audit *a, uint64_t seq)
{
	wb_view_close(a->view);
	a->view = NULL;
	if (a->progress != NULL && a->progress(a->ctx, seq, a->size))
		return WB_EACCES;
	return wb_view_open(a->store, &a->view);
}

static int visit(void *ctx, uint64_t seq, const struct wb_entry *entry)
{
	struct journal_audit *a = ctx;
	struct wb_entry stored;
	int rc = 0;

	if (seq > 0 && seq % WINDOW == 0)
		rc = renew(a, seq);
	if (rc == 0)
		rc = wb_view_entry(a->view, seq, &stored);
	if (rc == 0 && !same(entry, &stored))
		rc = WB_EPROOF;
	if (rc == WB_EPROOF || rc == WB_ENOTFOUND || rc == WB_ECORRUPT)
		return wb_audit_fail(a->failure, seq, "journal",
				     "the record differs from the store's");
	if (rc != 0)
		return rc;
	/* Behind it the daemon may be writing. */
	return seq + 1 == a->size ? DONE : 0;
}

int wb_audit_journal(const char *dir,
		     bool (*progress)(void *ctx, uint64_t seq, uint64_t size),
		     void *ctx, struct wb_audit_failure *failure)
{
	struct journal_audit a = {
		.progress = progress, .ctx = ctx, .failure = failure};
	int rc;

	rc = wb_store_open_readonly(dir, &a.store);
	if (rc != 0)
		return rc;
	rc = wb_view_open(a.store, &a.view);
	if (rc == 0)
		rc = wb_view_size(a.view, &a.size);
	if (rc == 0)
		rc = wb_journal_read(dir, 0, visit, &a);
	/* It ended before the store did, or within. */
	if (rc == 0 || rc == WB_ECORRUPT || rc == WB_ENOTFOUND)
		rc = wb_audit_fail(failure, a.size, "journal",
				   "it does not hold the %llu records of the "
				   "store",
				   (unsigned long long)a.size);
	wb_view_close(a.view);
	wb_store_close(a.store);
	return rc == DONE ? 0 : rc;
}
