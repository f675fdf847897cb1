#ifndef WB_TEMPLATE_H
#define WB_TEMPLATE_H

#include "waybill/statement.h"

/* template: examples of statements for a person to edit. */

/*
 * Write an example of that type for a person to edit: indented JSON that
 * decodes as it is.  party is who says it (shipment, custody) or whom it is
 * about (party, party-detail); the others leave it aside.  The keys in it are
 * nobody's.  WB_EFORM for an origin or party that cannot be one, or WB_ELIMIT.
 */
int wb_statement_template(enum wb_type type, const char *origin,
			  const char *party, struct wb_writer *w) WB_MUST_CHECK;
/*
 * The same, of a kind: a licence is of licence, uveu or nveu; a move to
 * facility or party; a correction of the type that is corrected.  NULL is the
 * kind that wb_statement_template() writes.  WB_ENOTFOUND if there is none.
 */
int wb_statement_template_of(enum wb_type type, const char *kind,
			     const char *origin, const char *party,
			     struct wb_writer *w) WB_MUST_CHECK;
/* Kind i of that type, or NULL past the last: most have none. */
const char *wb_statement_template_kind(enum wb_type type, size_t i);

#endif /* WB_TEMPLATE_H */
