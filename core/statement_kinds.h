#ifndef WB_CORE_STATEMENT_KINDS_H
#define WB_CORE_STATEMENT_KINDS_H

#include "core/json.h"
#include "waybill/statement.h"

/*
 * statement_kinds: what each kind of statement says, besides the five members
 * that all begin with.  The table in statement.c calls these.
 *
 * o is the object whole; the five members are in st already.  The caller asks
 * the decoder for its error; if there is one, st may be half filled.
 */
#define WB_COMMON_MEMBERS "type", "ledger", "party", "id", "issued"

void wb_decode_genesis(const struct wb_json *o, struct wb_statement *st);
void wb_decode_party(const struct wb_json *o, struct wb_statement *st);
void wb_decode_party_detail(const struct wb_json *o, struct wb_statement *st);
void wb_decode_policy(const struct wb_json *o, struct wb_statement *st);
void wb_decode_shipment(const struct wb_json *o, struct wb_statement *st);

/*
 * The members of a shipment other than those five, which o may have or not:
 * in a correction it is an object by itself.
 */
void wb_decode_shipment_body(const struct wb_json *o, wb_time issued,
			     struct wb_shipment *s);
void wb_decode_items(struct wb_json at, struct wb_shipment *s);

/* Ids of the parties that every ledger has. */
#define WB_ID_LEDGER    "ledger"
#define WB_ID_AUTHORITY "authority"
#define WB_ID_COMMITTEE "committee"

/* The id of every genesis statement. */
#define WB_ID_GENESIS "genesis"

/* Whether id, which may be NULL, can name a party other than those. */
bool wb_party_named(const char *id);
/* Such an id; no value: NULL. */
const char *wb_json_party(struct wb_json at);

#endif /* WB_CORE_STATEMENT_KINDS_H */
