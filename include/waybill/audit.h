#ifndef WB_AUDIT_H
#define WB_AUDIT_H

#include "waybill/chain.h"
#include "waybill/checkpoint.h"
#include "waybill/store.h"

/*
 * audit: the ledger's steps read back.  The auditor feeds records in order;
 * what it cannot see it takes as a hash and counts as such.
 *
 * For each record: signature, chain, tree; and, where the contents are shown,
 * that they are the ones committed to, that the statement's signatures are by
 * keys registered then, and that the engine decides the same again.
 */
struct wb_audit;

struct wb_audit_counts {
	uint64_t records;    /* signature, chain and tree verified */
	uint64_t statements; /* shown and hashed */
	uint64_t signatures; /* statements whose signatures were verified */
	uint64_t judgements; /* shown and matching the commitment */
	uint64_t workings;
	uint64_t reexecuted; /* decided again, byte for byte the same */
	uint64_t hidden;     /* contents not shown to this reader */
};

/* What one record shows; an empty slice is not shown. */
struct wb_audit_record {
	struct wb_slice record; /* the note; always needed */
	struct wb_slice statement;
	struct wb_slice judgement;
	struct wb_slice workings;
	uint8_t judgement_salt[WB_SALT_LEN];
	uint8_t workings_salt[WB_SALT_LEN];
};

/* Where and why an audit failed. */
struct wb_audit_failure {
	uint64_t seq;
	const char *step; /* "record signature", "chain", "statement hash" ..*/
	char detail[240];
};

/* checkpoint and record keys as the auditor trusts them. */
int wb_audit_new(const struct wb_vkey *checkpoint_key,
		 const struct wb_vkey *record_key,
		 struct wb_audit **ret) WB_MUST_CHECK;
void wb_audit_free(struct wb_audit *a);
/* WB_EPROOF and *failure when something does not hold; WB_EENGINE and *failure
 * when the record asks for an engine that is not at hand.  The genesis must be
 * shown. */
int wb_audit_step(struct wb_audit *a, const struct wb_audit_record *rec,
		  struct wb_audit_failure *failure) WB_MUST_CHECK;
/* The records so far are what this checkpoint note (of the same size)
 * covers. */
int wb_audit_checkpoint(struct wb_audit *a, struct wb_slice note,
			struct wb_audit_failure *failure) WB_MUST_CHECK;
void wb_audit_counts(const struct wb_audit *a, struct wb_audit_counts *ret);

/*
 * The whole of a local store: every record as above, and that indexes, ids,
 * nodes and state are exactly what the records make them.  A daemon may be
 * writing: records are read from one view after the other, and the last holds
 * them all.  progress, which may be NULL, is called between two views, so that
 * it may rest; it returns true to stop: WB_EACCES.
 */
int wb_audit_store(const char *dir, const struct wb_vkey *checkpoint_key,
		   const struct wb_vkey *record_key,
		   bool (*progress)(void *ctx, uint64_t seq, uint64_t size),
		   void *ctx, struct wb_audit_counts *ret,
		   struct wb_audit_failure *failure) WB_MUST_CHECK;

/* That the journal holds each record of the store, byte for byte, and that
 * its frames and segments are whole; progress as above. */
int wb_audit_journal(const char *dir,
		     bool (*progress)(void *ctx, uint64_t seq, uint64_t size),
		     void *ctx, struct wb_audit_failure *failure) WB_MUST_CHECK;

#endif /* WB_AUDIT_H */
