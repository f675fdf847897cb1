#ifndef TESTS_UNIT_TRADE_H
#define TESTS_UNIT_TRADE_H

#include "tests/unit/world.h"

/*
 * trade: a ledger with law, an exporter and a buyer, which takes shipments and
 * is closed and opened again.
 */
static inline void begin_trade(struct world *w)
{
	world_begin(w, true);
	world_law(w);
	assert_int_equal(world_party(w, "acme", KEY_ACME), 0);
	assert_int_equal(world_detail(w, "kuala", "MY", "[]"), 0);
}

static inline int ship(struct world *w, int i)
{
	char id[16];

	snprintf(id, sizeof(id), "S-%d", i);
	return world_say(w, world_shipment(id, "kuala", "MY", 10), KEY_ACME,
			 -1);
}

static inline void shut(struct world *w)
{
	wb_ledger_close(w->ledger);
	w->ledger = NULL;
}

static inline int open_again(struct world *w)
{
	return wb_ledger_open(w->dir, &w->services, &w->ledger);
}

static inline uint64_t size_of(struct world *w)
{
	struct wb_head head;

	wb_ledger_head(w->ledger, &head);
	return head.checkpoint.size;
}

static inline void path_of(const struct world *w, const char *name,
			   char out[160])
{
	snprintf(out, 160, "%s/%s", w->dir, name);
}

static inline void audit(struct world *w)
{
	struct wb_audit_failure failure = {0};
	struct wb_audit_counts counts;

	if (wb_audit_store(w->dir, &w->services.checkpoint.vkey,
			   &w->services.record.vkey, NULL, NULL, &counts,
			   &failure) != 0)
		fail_msg("audit: %s: %s", failure.step, failure.detail);
	assert_int_equal(counts.reexecuted, size_of(w));
}

#endif /* TESTS_UNIT_TRADE_H */
