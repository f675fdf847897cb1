#ifndef WB_ENGINE_H
#define WB_ENGINE_H

#include "waybill/decision.h"
#include "waybill/policy.h"
#include "waybill/statement.h"

/*
 * engine: the pure function from (law, statement, state read) to a decision.
 *
 * Integers only; no clock, locale, hash order or I/O.  What it reads and
 * writes of the state is listed in the decision, so that each record can be
 * re-executed on its own.  The daemon runs it before it writes, the auditor
 * after reading, and `waybill check` on a draft.
 */
#define WB_ENGINE 1 /* the number of this engine */

/*
 * The state as of the record before: text keys to text values, each with the
 * sequence of the record that last wrote it.  get answers 0, WB_ENOTFOUND or
 * another error; the value is borrowed until the next call.
 */
struct wb_state {
	int (*get)(void *ctx, const char *key, struct wb_slice *ret_value,
		   uint64_t *ret_seq);
	void *ctx;
};

struct wb_engine_input {
	const struct wb_law *law;
	const struct wb_statement *statement;
	const struct wb_state *state;
	wb_time time; /* of the record */
};

/*
 * Whether the ledger takes the statement at all: the signature lines its type
 * asks for, by keys registered for that party, valid then, and of a role that
 * may say this; for registrations, that they fit the registry; for policies,
 * that they fit the law.  The reads it makes are added to *d.  0, WB_EREFUSED
 * with *problem, or an error of the state.
 *
 * With verify false the signatures themselves are taken as verified (the
 * daemon's verifier threads did); who they are by is checked all the same.
 */
int wb_admit(const struct wb_engine_input *in, const struct wb_note *note,
	     bool verify, struct wb_decision *d,
	     struct wb_problem *problem) WB_MUST_CHECK;

/*
 * Decide.  ret is filled whole (start it with wb_decision_init, or after
 * wb_admit).  0, or an error of the state: no statement that was admitted
 * makes the engine fail otherwise.
 */
void wb_decision_init(struct wb_decision *d);
int wb_classify(const struct wb_engine_input *in,
		struct wb_decision *d) WB_MUST_CHECK;

/*
 * Decide a shipment that in->statement need not be (a correction holds one);
 * who says it and when is that of in->statement.
 */
int wb_judge_shipment(const struct wb_engine_input *in,
		      const struct wb_shipment *s,
		      struct wb_decision *d) WB_MUST_CHECK;

/*
 * When an edition begins to apply: on its own date in a ledger whose genesis
 * says historical, else not before the record that adopts it (DESIGN 3.5).
 */
void wb_edition_begin(struct wb_edition *ed, bool historical, wb_time time);

/* The verifier key that a signature line names, looked up in the state:
 * WB_ENOTFOUND if nobody registered it. */
int wb_registered_key(const struct wb_state *state, struct wb_slice name,
		      uint32_t id, struct wb_vkey *ret) WB_MUST_CHECK;

/* The role and validity of a registered party. */
int wb_registered_party(const struct wb_state *state, const char *party,
			enum wb_role *ret_role, wb_date *ret_from,
			wb_date *ret_to) WB_MUST_CHECK;

/* The countries that a registered party speaks for: those of a government. */
int wb_registered_countries(const struct wb_state *state, const char *party,
			    char ret[WB_GOVERNED_MAX][3],
			    size_t *ret_n) WB_MUST_CHECK;

#endif /* WB_ENGINE_H */
