#include "client/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/audit.h"
#include "client/files.h"
#include "client/keys.h"
#include "client/print.h"
#include "waybill/store.h"

/* --- one record ---------------------------------------------------------- */

static int strange(const struct wb_records *r, uint64_t seq, int error)
{
	return wb_fail(WB_EXIT_OTHER, "%s: record %llu cannot be read: %s",
		       r->what, (unsigned long long)seq, wb_strerror(error));
}

static int show(struct wb_records *r, uint64_t seq, struct wb_slice record,
		struct wb_slice statement, struct wb_slice judgement,
		const struct wb_value *told)
{
	struct wb_shown_record seen = {
		.seq = seq, .judgement = judgement, .told = told};
	struct wb_statement st = {.json = NULL};
	static struct wb_note note; /* large */
	struct wb_record rec;
	int rc = wb_note_parse(record, &note);

	if (rc == 0)
		rc = wb_record_parse(note.text, &rec);
	if (rc == 0 && statement.len > 0)
		rc = wb_statement_open(statement, rec.origin, &note, &st, NULL);
	if (rc != 0)
		return strange(r, seq, rc);
	seen.time = rec.time;
	seen.statement = statement.len > 0 ? &st : NULL;
	r->n++;
	r->hidden += statement.len == 0;
	rc = r->each(r->ctx, &seen);
	wb_statement_free(&st);
	return rc;
}

/* --- a folder ------------------------------------------------------------ */

static int from_view(struct wb_records *r, struct wb_view *view)
{
	struct wb_progress progress;
	struct wb_entry entry;
	uint64_t size;
	int rc = wb_view_size(view, &size);

	if (rc != 0)
		return strange(r, 0, rc);
	wb_progress_start(&progress, r->cli);
	for (uint64_t seq = 0; seq < size && rc == 0; seq++) {
		wb_progress_step(&progress, seq, size, "records");
		rc = wb_view_entry(view, seq, &entry);
		if (rc != 0)
			rc = strange(r, seq, rc);
		else
			rc = show(r, seq, entry.record, entry.statement,
				  entry.judgement, NULL);
	}
	wb_progress_clear(&progress);
	return rc;
}

/* What is named may be the daemon's data folder, in which it is called
 * store. */
static int from_folder(struct wb_records *r)
{
	char inner[4096];
	int n = snprintf(inner, sizeof(inner), "%s/store", r->what);
	bool in_data =
		n > 0 && (size_t)n < sizeof(inner) && wb_folder_is(inner);
	struct wb_store *store;
	struct wb_view *view;
	int rc = wb_store_open_readonly(in_data ? inner : r->what, &store);

	if (rc == WB_ENOTFOUND)
		return wb_fail(WB_EXIT_NOT_FOUND, "%s holds no ledger",
			       r->what);
	if (rc != 0)
		return wb_fail(WB_EXIT_OTHER, "%s: %s", r->what,
			       wb_strerror(rc));
	rc = wb_view_open(store, &view);
	if (rc != 0) {
		rc = strange(r, 0, rc);
	} else {
		rc = from_view(r, view);
		wb_view_close(view);
	}
	wb_store_close(store);
	return rc;
}

/* --- a ledger, or a download of it --------------------------------------- */

struct source {
	struct wb_records *records;
	struct wb_auditing *a;
};

static int on_record(void *ctx, uint64_t seq, const struct wb_audit_record *rec)
{
	struct source *s = ctx;
	const struct wb_value *told = wb_member(s->a->row, "told");

	if (told != NULL && told->type != WB_V_LIST)
		told = NULL;
	return show(s->records, seq, rec->record, rec->statement,
		    rec->judgement, told);
}

static int audited(struct wb_records *r)
{
	struct wb_auditing *a = calloc(1, sizeof(*a));
	struct source source = {r, a};
	int rc;

	if (a == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	a->cli = r->cli;
	a->what = r->what;
	a->each = on_record;
	a->ctx = &source;
	rc = wb_keys_trust(a->cli, &a->trust);
	if (rc == 0)
		rc = wb_keys_ledger(a->cli, a->trust, &a->checkpoint_key,
				    &a->record_key);
	if (rc == 0 && wb_audit_is_address(a->what))
		rc = wb_audit_remote(a);
	else if (rc == 0)
		rc = wb_audit_saved(a);
	wb_buf_free(&a->checkpoint);
	free(a->trust);
	free(a);
	return rc;
}

int wb_records_run(struct wb_records *r)
{
	if (r->cli->n > 0)
		r->what = r->cli->operand[0];
	else
		r->what = wb_opt(&r->cli->opt, WB_OPT_URL);
	if (r->what == NULL)
		return wb_fail(WB_EXIT_USAGE,
			       "%s of what?  The address of a ledger, its data "
			       "folder, or a saved download",
			       r->cli->command->name);
	return wb_folder_is(r->what) ? from_folder(r) : audited(r);
}
