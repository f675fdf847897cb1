#ifndef WB_CORE_AUDIT_PARTS_H
#define WB_CORE_AUDIT_PARTS_H

#include "core/book.h"
#include "waybill/audit.h"

/* What audit.c, audit_store.c and memory.c share. */

/* --- memory: a state held in memory (memory.c) --------------------------- */

struct wb_memory {
	void *root; /* tsearch(3) */
	size_t n;
};

int wb_memory_put(struct wb_memory *m, const char *key, struct wb_slice value,
		  uint64_t seq) WB_MUST_CHECK;
struct wb_state wb_memory_state(struct wb_memory *m);
/* The reads that workings list, as the state they were read from. */
int wb_memory_from_workings(struct wb_memory *m,
			    struct wb_slice workings) WB_MUST_CHECK;
void wb_memory_free(struct wb_memory *m);

/* --- audit --------------------------------------------------------------- */

struct wb_audit {
	struct wb_vkey checkpoint_key;
	struct wb_vkey record_key;
	struct wb_book book;
	struct wb_memory memory;
	bool complete; /* nothing has been hidden so far */
	struct wb_audit_counts counts;
	struct wb_decision *decision;
	uint8_t *text; /* what the engine writes again */

	/* A store holds its nodes and indexes against the records. */
	int (*put_node)(void *ctx, unsigned level, uint64_t index,
			const uint8_t hash[WB_HASH_LEN]);
	void *put_ctx;
	int (*check)(void *ctx, const struct wb_statement *st,
		     const struct wb_decision *d, uint64_t seq,
		     struct wb_audit_failure *failure);
	void *check_ctx;
};

/* Fill in failure and return WB_EPROOF. */
int wb_audit_fail(struct wb_audit_failure *failure, uint64_t seq,
		  const char *step, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif /* WB_CORE_AUDIT_PARTS_H */
