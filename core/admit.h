#ifndef WB_CORE_ADMIT_H
#define WB_CORE_ADMIT_H

#include "core/decide.h"

/*
 * admit: the parts of wb_admit(), which share its promises: 0, WB_EREFUSED
 * with *problem, or an error of the state.
 */

/* The ledger is this one, the day has come, and wb_admit_signers(): what rests
 * on records alone that everybody may read. */
int wb_admit_signed(const struct wb_engine_input *in,
		    const struct wb_note *note, bool verify,
		    struct wb_decision *d,
		    struct wb_problem *problem) WB_MUST_CHECK;

/* The signature lines are those that the statement's type asks for. */
int wb_admit_signers(const struct wb_engine_input *in,
		     const struct wb_note *note, bool verify,
		     struct wb_decision *d,
		     struct wb_problem *problem) WB_MUST_CHECK;

/* licence, letter, listing, agreement, finding, engine. */
int wb_admit_grant(const struct wb_engine_input *in, struct wb_decision *d,
		   struct wb_problem *problem) WB_MUST_CHECK;
/* The facilities and links of a party-detail. */
int wb_admit_of_party(const struct wb_engine_input *in, struct wb_decision *d,
		      struct wb_problem *problem) WB_MUST_CHECK;

#endif /* WB_CORE_ADMIT_H */
