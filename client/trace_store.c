#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/print.h"
#include "client/trace.h"
#include "proto/custody.h"

/* trace_store: custody read from a store at hand, by the daemon's own code. */

/* Whoever has the store sees all of it. */
static int may_see(void *ctx, const char *const party[], size_t n)
{
	(void)ctx;
	(void)party;
	(void)n;
	return 0;
}

static int entry(void *ctx, uint64_t seq, struct wb_entry *ret)
{
	return wb_view_entry(ctx, seq, ret);
}

static int from_view(struct wb_view *view, const char *what, bool is_shipment,
		     struct wb_buf *ret)
{
	struct wb_custody_asked asked = {view, 0, may_see, entry, entry, view};
	char party[WB_ID_MAX + 1] = "";
	const char *slash = strchr(what, '/');
	int rc = wb_view_size(view, &asked.size);

	if (rc != 0)
		return rc;
	if (!is_shipment)
		return wb_custody_serial_json(&asked, what, ret);
	rc = wb_slice_copy(wb_slice(what, (size_t)(slash - what)), party,
			   sizeof(party));
	if (rc != 0)
		return WB_ENOTFOUND;
	return wb_custody_shipment_json(&asked, party, slash + 1, ret);
}

int wb_trace_store(const char *folder, const char *what, bool is_shipment,
		   struct wb_buf *ret)
{
	char inner[4096];
	int n = snprintf(inner, sizeof(inner), "%s/store", folder);
	bool in_data =
		n > 0 && (size_t)n < sizeof(inner) && wb_folder_is(inner);
	struct wb_store *store;
	struct wb_view *view;
	int rc = wb_store_open_readonly(in_data ? inner : folder, &store);

	if (rc == 0) {
		rc = wb_view_open(store, &view);
		if (rc == 0) {
			rc = from_view(view, what, is_shipment, ret);
			wb_view_close(view);
		}
		wb_store_close(store);
	} else if (rc == WB_ENOTFOUND) {
		return wb_fail(WB_EXIT_NOT_FOUND, "%s holds no ledger", folder);
	}
	if (rc == WB_ENOTFOUND)
		return wb_fail(WB_EXIT_NOT_FOUND, "%s: nothing is known of %s",
			       folder, what);
	if (rc == 0 && ret->failed)
		rc = WB_ENOMEM;
	return rc == 0 ? 0
		       : wb_fail(WB_EXIT_OTHER, "%s: %s", folder,
				 wb_strerror(rc));
}
