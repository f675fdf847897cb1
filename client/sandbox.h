#ifndef WB_SANDBOX_H
#define WB_SANDBOX_H

#include "client/json.h"
#include "waybill/ledger.h"

/*
 * sandbox: a real ledger in a folder that is thrown away: its own keys,
 * genesis, journal and store, and statements signed by those who must.
 *
 * The origin is fixed and the keys are made once per program run, so that a
 * note that is the same in every sandbox (a policy) is signed once.
 */
#define WB_SANDBOX_ORIGIN "example.org/waybill"

enum wb_sandbox_key {
	WB_SANDBOX_CHECKPOINT,
	WB_SANDBOX_RECORD,
	WB_SANDBOX_AUTHORITY, /* alone makes the quorum */
	WB_SANDBOX_COMMITTEE,
	WB_SANDBOX_EXPORTER,
	WB_SANDBOX_EARLIER, /* another exporter */
	WB_SANDBOX_GOVERNMENT,
	WB_SANDBOX_KEYS
};
/* The party of that key: exporter, earlier, government. */
const char *wb_sandbox_party(enum wb_sandbox_key key);

struct wb_sandbox_keys {
	struct wb_signer signer[WB_SANDBOX_KEYS];
};
void wb_sandbox_keys_make(struct wb_sandbox_keys *ret);
void wb_sandbox_keys_wipe(struct wb_sandbox_keys *keys);

struct wb_sandbox {
	const struct wb_sandbox_keys *keys;
	char dir[256];
	struct wb_services services;
	struct wb_ledger *ledger;
	wb_time now;  /* of all records */
	unsigned ids; /* given out */
	/* Statements that wait for wb_sandbox_flush(). */
	struct wb_said *said;
	size_t n_said;
	char why[512]; /* of the last failure */
};

/*
 * Begin a ledger of that family, historical, all of it at noon of the day.
 * Calls answer 0, or another code with the reason in s->why; wb_sandbox_end()
 * is called in any case and takes a zeroed struct.
 */
int wb_sandbox_begin(struct wb_sandbox *s, const struct wb_sandbox_keys *keys,
		     const char *family, wb_date day) WB_MUST_CHECK;
void wb_sandbox_end(struct wb_sandbox *s);

/* Sign a text as the keys of the mask, bit per enum wb_sandbox_key. */
int wb_sandbox_sign(const struct wb_sandbox_keys *keys, struct wb_slice text,
		    unsigned mask, struct wb_buf *ret_note) WB_MUST_CHECK;
/* Add the signed note to what waits; it is copied. */
int wb_sandbox_note(struct wb_sandbox *s, struct wb_slice note) WB_MUST_CHECK;
/*
 * The same for a statement: the five common members are written here, members
 * is the rest of the JSON object without its braces.  id is NULL for one of
 * its own.
 */
int wb_sandbox_say(struct wb_sandbox *s, const char *type, const char *party,
		   const char *id, unsigned mask,
		   const char *members) WB_MUST_CHECK;
/* Append what waits in one batch; all of it must be taken.  ret_seq is that of
 * the last one and may be NULL. */
int wb_sandbox_flush(struct wb_sandbox *s, uint64_t *ret_seq) WB_MUST_CHECK;

/* What is recorded: the two texts of record seq, for the caller to free. */
int wb_sandbox_texts(struct wb_sandbox *s, uint64_t seq,
		     struct wb_answer **ret_judgement,
		     struct wb_answer **ret_workings) WB_MUST_CHECK;
/* A number of the state; 0 if the key is not there. */
int wb_sandbox_counter(struct wb_sandbox *s, const char *key,
		       int64_t *ret) WB_MUST_CHECK;

#endif /* WB_SANDBOX_H */
