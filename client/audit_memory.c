#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/audit.h"
#include "client/files.h"
#include "client/print.h"

#define CHECKPOINT_MODE 0644

/* The folder, and in it the file of the origin with a suffix. */
static int path_of(const struct wb_auditing *a, const char *suffix,
		   char *folder, char *path, size_t cap)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct wb_slice origin = wb_slice_str(a->checkpoint_key->name);
	char hex[WB_HASH_HEX + 1];
	int n;

	wb_sha256_hex(origin, hex);
	if (xdg != NULL && *xdg == '/')
		n = snprintf(folder, cap, "%s/waybill", xdg);
	else if (home != NULL && *home == '/')
		n = snprintf(folder, cap, "%s/.local/state/waybill", home);
	else
		n = -1;
	if (n > 0 && (size_t)n < cap)
		n = snprintf(path, cap, "%s/%s.%s", folder, hex, suffix);
	if (n > 0 && (size_t)n < cap)
		return 0;
	wb_fail(WB_EXIT_OTHER, "there is no place to remember checkpoints");
	wb_advise("set HOME or XDG_STATE_HOME to a folder");
	return WB_EXIT_OTHER;
}

int wb_memory_load(struct wb_auditing *a)
{
	char folder[4096], path[4096];
	int rc = path_of(a, "checkpoint", folder, path, sizeof(path));

	if (rc != 0)
		return rc;
	wb_buf_init(&a->remembered, 0);
	if (!wb_file_is(path))
		return 0;
	rc = wb_load("remembered checkpoint", path, WB_CHECKPOINT_MAX,
		     &a->remembered);
	if (rc != 0)
		return rc;
	if (wb_checkpoint_open(wb_buf_slice(&a->remembered), a->checkpoint_key,
			       &a->last) == 0)
		return 0;
	wb_fail(WB_EXIT_OTHER,
		"the checkpoint remembered in %s is not signed by the key "
		"that the trust file names",
		path);
	wb_advise("if that key was replaced rightly, move the file away; if "
		  "not, the trust file is not the one of last time");
	return WB_EXIT_OTHER;
}

int wb_memory_keep(const struct wb_auditing *a)
{
	char folder[4096], path[4096];
	int rc = path_of(a, "checkpoint", folder, path, sizeof(path));

	if (rc != 0)
		return rc;
	/* A saved download may be older than what was seen since. */
	if (a->remembered.len > 0 && a->last.size >= a->head.size)
		return 0;
	if (wb_folder_make(folder) != 0)
		return wb_fail(WB_EXIT_OTHER, "%s cannot be made: %s", folder,
			       strerror(errno));
	return wb_store_file(path, wb_buf_slice(&a->checkpoint),
			     CHECKPOINT_MODE, WB_FILE_REPLACE);
}

void wb_memory_evidence(const struct wb_auditing *a)
{
	char folder[4096], path[4096], other[4096], suffix[64];

	snprintf(suffix, sizeof(suffix), "conflict-%llu",
		 (unsigned long long)a->head.size);
	if (path_of(a, "checkpoint", folder, path, sizeof(path)) != 0 ||
	    path_of(a, suffix, folder, other, sizeof(other)) != 0 ||
	    wb_store_file(other, wb_buf_slice(&a->checkpoint), CHECKPOINT_MODE,
			  true) != 0)
		return;
	wb_advise("Both checkpoints are signed by the ledger and kept as "
		  "evidence:");
	wb_advise("  before  %s", path);
	wb_advise("  now     %s", other);
}
