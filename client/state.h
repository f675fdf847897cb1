#ifndef WB_CLIENT_STATE_H
#define WB_CLIENT_STATE_H

#include "waybill/engine.h"

/*
 * state: a small state of the ledger, given by files, for `check`.
 */
struct wb_given_entry {
	char *key;
	char *value;
	uint64_t seq; /* order of writing */
};

struct wb_given {
	struct wb_given_entry *entry; /* sorted by key */
	size_t n, cap;
	uint64_t seq;
};

/* 0 or WB_ENOMEM. */
int wb_given_put(struct wb_given *g, const char *key,
		 struct wb_slice value) WB_MUST_CHECK;
/* Lines of key, tab, value.  0 or an exit code, having said why. */
int wb_given_load(struct wb_given *g, const char *path);
struct wb_state wb_given_state(struct wb_given *g);
/* Accepts a zeroed struct. */
void wb_given_free(struct wb_given *g);

#endif /* WB_CLIENT_STATE_H */
