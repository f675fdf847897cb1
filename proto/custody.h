#ifndef WB_PROTO_CUSTODY_H
#define WB_PROTO_CUSTODY_H

#include "waybill/store.h"

/*
 * custody: where the units of a shipment, or one unit, are, and what was
 * stated about them: the answer of GET /v1/shipments/PARTY/ID and of
 * GET /v1/serials/SERIAL, from a view of a store (API.md).
 */
#define WB_CUSTODY_EVENTS_MAX 512 /* statements listed in one answer */

struct wb_custody_asked {
	struct wb_view *view;
	uint64_t size; /* records that may be shown */
	/* Whether the shipment and who has it may be shown: WB_ENOTFOUND if
	 * not.  parties are those that the shipment names. */
	int (*may_see)(void *ctx, const char *const party[], size_t n);
	/* The entry of a record; WB_ENOTFOUND if it may not be shown. */
	int (*entry)(void *ctx, uint64_t seq, struct wb_entry *ret);
	/* The same whoever reads: of a sweep, what it found about a shipment
	 * that may be shown is shown, and no more. */
	int (*any)(void *ctx, uint64_t seq, struct wb_entry *ret);
	void *ctx;
};

/* Append the JSON.  WB_ENOTFOUND, WB_EBUSY while a change of it is not
 * released yet, or another error; out may be half written then. */
int wb_custody_shipment_json(const struct wb_custody_asked *asked,
			     const char *party, const char *id,
			     struct wb_buf *out) WB_MUST_CHECK;
int wb_custody_serial_json(const struct wb_custody_asked *asked,
			   const char *serial,
			   struct wb_buf *out) WB_MUST_CHECK;

#endif /* WB_PROTO_CUSTODY_H */
