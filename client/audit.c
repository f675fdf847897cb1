#include "client/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/files.h"
#include "client/keys.h"
#include "client/print.h"

static bool on_record(void *ctx, uint64_t seq, uint64_t size)
{
	struct wb_auditing *a = ctx;

	wb_progress_step(&a->progress, seq, size, "records");
	return false;
}

/* A local store: indexes and state too, which no download shows.  What is
 * named may be the daemon's data folder, in which it is called store. */
static int audit_store(struct wb_auditing *a)
{
	char inner[4096];
	int rc = snprintf(inner, sizeof(inner), "%s/store", a->what);
	bool in_data =
		rc > 0 && (size_t)rc < sizeof(inner) && wb_folder_is(inner);

	wb_progress_start(&a->progress, a->cli);
	rc = wb_audit_store(in_data ? inner : a->what, a->checkpoint_key,
			    a->record_key, on_record, a, &a->counts,
			    &a->failure);
	wb_progress_clear(&a->progress);
	switch (rc) {
	case 0:
		return 0;
	case WB_EPROOF:
	case WB_ECORRUPT:
	case WB_ESIG:
	case WB_EFORM:
	case WB_EGAP:
	case WB_EFORK:
		return wb_audit_failed(a);
	case WB_EENGINE:
		return wb_audit_newer(a);
	case WB_ENOTFOUND:
		return wb_fail(WB_EXIT_NOT_FOUND, "%s holds no ledger",
			       a->what);
	default:
		return wb_fail(WB_EXIT_OTHER, "%s: %s", a->what,
			       wb_strerror(rc));
	}
}

static int run(struct wb_auditing *a)
{
	int rc = wb_keys_trust(a->cli, &a->trust);

	if (rc == 0)
		rc = wb_keys_ledger(a->cli, a->trust, &a->checkpoint_key,
				    &a->record_key);
	if (rc != 0)
		return rc;
	if (wb_folder_is(a->what)) {
		rc = audit_store(a);
		return rc == 0 ? wb_audit_report(a) : rc;
	}
	rc = wb_memory_load(a);
	if (rc != 0)
		return rc;
	if (wb_audit_is_address(a->what))
		rc = wb_audit_remote(a);
	else
		rc = wb_audit_saved(a);
	if (rc != 0)
		return rc;
	rc = wb_memory_keep(a);
	return rc == 0 ? wb_audit_report(a) : rc;
}

int wb_cmd_audit(struct wb_cli *cli)
{
	struct wb_auditing *a = calloc(1, sizeof(*a));
	int rc;

	if (a == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	a->cli = cli;
	a->what = cli->n == 1 ? cli->operand[0] : wb_opt(&cli->opt, WB_OPT_URL);
	if (a->what != NULL)
		rc = run(a);
	else
		rc = wb_fail(WB_EXIT_USAGE, "audit what?  The address of a "
					    "ledger, its data folder, or a "
					    "saved download");
	wb_buf_free(&a->checkpoint);
	wb_buf_free(&a->remembered);
	free(a->trust);
	free(a);
	return rc;
}
