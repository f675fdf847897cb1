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
/* Visit each entry, until one answers other than 0. */
int wb_memory_each(const struct wb_memory *m,
		   int (*visit)(void *ctx, const char *key,
				struct wb_slice value, uint64_t seq),
		   void *ctx) WB_MUST_CHECK;
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
	/* Records whose writes were not shown, one bit each. */
	uint8_t *obscure;
	size_t obscure_len;
	struct wb_memory ids; /* party/id -> the record that has it */
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

/* Judge again on a state; a refusal now means it never should have passed. */
int wb_audit_judge(struct wb_audit *a, const struct wb_note *note,
		   const struct wb_statement *st, const struct wb_state *state,
		   const struct wb_record *rec,
		   struct wb_audit_failure *failure) WB_MUST_CHECK;
/* The engine's two texts must be those that in shows. */
int wb_audit_same_texts(struct wb_audit *a, const struct wb_audit_record *in,
			uint64_t seq,
			struct wb_audit_failure *failure) WB_MUST_CHECK;

/* --- after something was hidden (audit_partly.c) -------------------------- */

/* Note that nobody showed what record seq wrote. */
int wb_audit_obscure(struct wb_audit *a, uint64_t seq) WB_MUST_CHECK;
/* Decide on what is public and on the reads that the workings show. */
int wb_audit_partly(struct wb_audit *a, const struct wb_audit_record *in,
		    const struct wb_note *note, const struct wb_statement *st,
		    const struct wb_record *rec,
		    struct wb_audit_failure *failure) WB_MUST_CHECK;

#endif /* WB_CORE_AUDIT_PARTS_H */
