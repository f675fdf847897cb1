#ifndef WB_POLICY_CASE_H
#define WB_POLICY_CASE_H

#include "client/csv.h"
#include "core/audit_parts.h"
#include "waybill/decision.h"

/*
 * policy_case: a row of a table of cases, judged by the engine alone on a
 * state made up for it.  The columns are those of `waybill scenarios`, and
 *
 *   form, base, units, parameters  of the item (parameters: JSON, no model)
 *   via                     an intermediate: the party via
 *   consignee_kind          government or private
 *   lists                   "consignee:entity_list via:debarred"
 *   letter                  name of a letter the exporter has
 *   papers                  further papers, by kind, or "kind:date"
 *   settings                "strict_740_2=on": turned for this row
 *   members                 further JSON members of the shipment
 *   state                   further "key=value", parted by '|'
 *   exp_says, exp_silent    words that a finding has, or that none has
 *
 * authorization_held may be the name of an exception, which is claimed then.
 *
 * Through a real ledger goes `waybill scenarios`; this says which lines of the
 * law a row turns on.
 */

#define WB_CASE_WHY 512

struct wb_case {
	const struct wb_csv *csv;
	size_t row;
	const char *id;
	struct wb_memory memory;
	struct wb_decision *d; /* of the caller */
	char why[WB_CASE_WHY]; /* what is wrong with the row, or "" */
};

/* The family of a mode, or NULL. */
const char *wb_case_family(const char *mode);

/* Judge the row into c->d by law, whose family is set; 0 or an error with the
 * reason in c->why.  The caller frees c->memory. */
int wb_case_judge(struct wb_case *c, struct wb_law *law) WB_MUST_CHECK;

/* Whether it came out as the row expects; if not, c->why says what did not. */
bool wb_case_expected(struct wb_case *c);

#endif /* WB_POLICY_CASE_H */
