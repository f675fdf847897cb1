#ifndef WB_CORE_REGISTER_H
#define WB_CORE_REGISTER_H

#include "core/decide.h"

/* register: the parts of wb_register(), which share its promises. */

/* licence, letter, listing, agreement, finding, engine. */
int wb_register_grant(const struct wb_engine_input *in,
		      struct wb_decision *d) WB_MUST_CHECK;
/* The links and facilities of a party-detail. */
int wb_register_of_party(const struct wb_engine_input *in,
			 struct wb_decision *d) WB_MUST_CHECK;

#endif /* WB_CORE_REGISTER_H */
