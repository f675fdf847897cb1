#ifndef WB_CORE_HELD_H
#define WB_CORE_HELD_H

#include "core/grants.h"

/*
 * held: the grant that a shipment names under `authorization`, and what is
 * left of it.
 *
 * A licence covers the items of its ECCN and models for its exporters, its
 * consignee and its destination (held.c); the authorization of a validated end
 * user is an exception with lines about it (veu.c).  The counters are
 *   granted/<number>/<item>/units, granted/<number>/<item>/tpp   of a licence
 *   granted/<number>/all, /outside/<set>, /in/<country>          of a uveu
 *   nveu/<parent>/<country>                                      of a nveu
 */
struct wb_held {
	bool read;  /* it was looked for */
	bool valid; /* on record, of the kind claimed, in force, not too old */
	struct wb_grant grant;
	const char *citation; /* of the line that asks for it */
	/* of a licence: what the shipment asks of each of its items */
	struct {
		bool used;
		int64_t units, units_before;
		int64_t tpp_x10, tpp_before;
		bool exceeded;
	} item[WB_GRANT_ITEMS_MAX];
};

/* Look the named grant up, once, for the line of that citation. */
int wb_held_read(const struct wb_state *state, const struct wb_facts *f,
		 const char *citation, struct wb_held *h,
		 struct wb_decision *d) WB_MUST_CHECK;

/*
 * Let the licence that the shipment names take the items that wait and that
 * it covers: use->path[] says so, and d->item[].verdict whether it is enough.
 */
int wb_held_take(const struct wb_state *state, const struct wb_facts f[],
		 struct wb_usage *use, struct wb_decision *d) WB_MUST_CHECK;
/* What is used of the licence: counters and balances. */
int wb_held_finish(const struct wb_usage *use,
		   struct wb_decision *d) WB_MUST_CHECK;

/* Whether the lines of exception x about grants allow asked_x10 more. */
int wb_veu_allows(const struct wb_state *state, const struct wb_facts *f,
		  struct wb_usage *use, const struct wb_exception *x,
		  int64_t asked_x10, struct wb_decision *d,
		  bool *ret) WB_MUST_CHECK;
/* The counters of exception i, which was used. */
int wb_veu_finish(const struct wb_state *state, const struct wb_facts *f,
		  const struct wb_usage *use, size_t i,
		  struct wb_decision *d) WB_MUST_CHECK;

#endif /* WB_CORE_HELD_H */
