#ifndef WB_VIEW_H
#define WB_VIEW_H

#include <stdio.h>

#include "client/json.h"

/*
 * view: JSON documents shown to people.
 */

/*
 * A judgement with its reasoning: items, what decided each, findings with
 * citation and resolution, balances.  workings (NULL: not shown to this
 * reader) bring the shared balances.
 */
void wb_view_judgement(FILE *f, const struct wb_value *judgement,
		       const struct wb_value *workings);

/* Any document: members by name, lists of like objects as tables. */
void wb_view_value(FILE *f, const struct wb_value *value, size_t indent);

/* Tenths as people write them: 26,900,000 or 15,832.5; -1 is "-". */
#define WB_TENTHS_TEXT 40
void wb_tenths(const struct wb_value *v, char out[WB_TENTHS_TEXT]);

/* Parse and show; says so if the text is no JSON. */
void wb_view_judgement_text(FILE *f, struct wb_slice judgement,
			    struct wb_slice workings);

#endif /* WB_VIEW_H */
