#ifndef WB_POLICY_COVER_H
#define WB_POLICY_COVER_H

#include "client/policy_words.h"
#include "waybill/decision.h"

/*
 * policy_cover: which lines of an edition a decision turned on, told from the
 * decision alone: the limb, the rules and the path it names, the citations of
 * its findings, and the sets and settings that those lines name.
 */
#define WB_COVER_IDS 48 /* bytes of the ids of cases that are kept */

struct wb_cover {
	struct wb_clauses *clauses; /* of the edition */
	struct {
		unsigned n; /* cases */
		char ids[WB_COVER_IDS];
	} * by; /* per clause */
};

/* False: out of memory. */
bool wb_cover_init(struct wb_cover *cover, const struct wb_edition *ed);
void wb_cover_free(struct wb_cover *cover);
/* Add what the decision of case id turned on, if it was by this edition or
 * for its savings clause. */
void wb_cover_add(struct wb_cover *cover, const struct wb_decision *d,
		  const char *id);

/* The engine's code that applies lines of the kind: "core/x.c:function". */
const char *wb_clause_code(enum wb_clause_kind kind);

#endif /* WB_POLICY_COVER_H */
