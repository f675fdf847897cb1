#include <string.h>

#include "daemon/read.h"
#include "proto/custody.h"

/*
 * read_shipment: custody of a shipment and of one unit, for those that it
 * names, the authority and auditors; and of the statements about it those
 * that the guest may read.
 */
struct asking {
	struct wb_question *r;
	struct wb_guest guest;
};

static int may_see(void *ctx, const char *const party[], size_t n)
{
	const struct asking *a = ctx;

	if (a->guest.full)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(party[i], a->guest.party) == 0)
			return 0;
	return WB_ENOTFOUND;
}

static int any(void *ctx, uint64_t seq, struct wb_entry *ret)
{
	struct asking *a = ctx;
	int rc = wb_ledger_entry(a->r->service->ledger, a->r->view, seq, ret);

	return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
}

static int entry(void *ctx, uint64_t seq, struct wb_entry *ret)
{
	struct asking *a = ctx;
	bool may = false;
	int rc = wb_guest_may(&a->guest, a->r->view, seq, false,
			      WB_PART_JUDGEMENT, &may);

	if (rc == 0 && !may)
		return WB_ENOTFOUND;
	return rc == 0 ? any(ctx, seq, ret) : rc;
}

int wb_read_shipment(struct wb_question *r, struct wb_reply *reply)
{
	struct asking a = {.r = r};
	struct wb_custody_asked asked = {r->view, r->size, may_see,
					 entry,   any,     &a};
	int rc = wb_read_guest(r, &a.guest);

	if (rc != 0)
		return rc;
	if (!a.guest.known)
		return wb_read_needs_note(r);
	wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_PRIVATE);
	if (r->routed->route == WB_R_SERIAL)
		rc = wb_custody_serial_json(&asked, r->routed->serial,
					    &reply->body);
	else
		rc = wb_custody_shipment_json(&asked, r->routed->party,
					      r->routed->id, &reply->body);
	return rc == WB_ENOTFOUND ? wb_read_nothing(r) : rc;
}
