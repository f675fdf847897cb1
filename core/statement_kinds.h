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
#define WB_COMMON         5 /* how many */

void wb_decode_genesis(const struct wb_json *o, struct wb_statement *st);
void wb_decode_party(const struct wb_json *o, struct wb_statement *st);
void wb_decode_party_detail(const struct wb_json *o, struct wb_statement *st);
void wb_decode_policy(const struct wb_json *o, struct wb_statement *st);
void wb_decode_shipment(const struct wb_json *o, struct wb_statement *st);
void wb_decode_licence(const struct wb_json *o, struct wb_statement *st);
void wb_decode_letter(const struct wb_json *o, struct wb_statement *st);
void wb_decode_listing(const struct wb_json *o, struct wb_statement *st);
void wb_decode_agreement(const struct wb_json *o, struct wb_statement *st);
void wb_decode_finding(const struct wb_json *o, struct wb_statement *st);
void wb_decode_sweep(const struct wb_json *o, struct wb_statement *st);
void wb_decode_engine(const struct wb_json *o, struct wb_statement *st);

/*
 * The members of a shipment other than those five, which stand before them, or
 * not: in a correction it is an object by itself.
 */
void wb_decode_shipment_body(const struct wb_json *o, wb_time issued,
			     struct wb_shipment *s);
void wb_decode_items(struct wb_json at, struct wb_shipment *s);

void wb_decode_arrival(const struct wb_json *o, struct wb_statement *st);
void wb_decode_installation(const struct wb_json *o, struct wb_statement *st);
void wb_decode_inventory(const struct wb_json *o, struct wb_statement *st);
void wb_decode_move(const struct wb_json *o, struct wb_statement *st);
void wb_decode_retirement(const struct wb_json *o, struct wb_statement *st);
void wb_decode_correction(const struct wb_json *o, struct wb_statement *st);
void wb_decode_void(const struct wb_json *o, struct wb_statement *st);

/* The same of arrival, installation, move or retirement. */
void wb_decode_handling_body(const struct wb_json *o, enum wb_type type,
			     wb_time issued, struct wb_handling *h);

/* Strings that may come once in a statement, kept sorted. */
struct wb_once {
	size_t n;
	const char *s[WB_SERIALS_MAX];
};

/* Add the string s that stands at the place; one too many is refused. */
void wb_once_add(const struct wb_json *at, struct wb_once *set, const char *s);
/* Append the serial numbers of the list at the place, 1 to max, to all;
 * *ret_n of them, none before in once. */
void wb_decode_serials(struct wb_json at, size_t max, struct wb_once *once,
		       struct wb_serials *all, size_t *ret_n);

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
/* An ECCN; no value: NULL. */
const char *wb_json_eccn(struct wb_json at);
/* The members of o that are a first day, and a last day if there is one. */
void wb_decode_days(const struct wb_json *o, const char *from, const char *to,
		    wb_date *ret_from, wb_date *ret_to);

#endif /* WB_CORE_STATEMENT_KINDS_H */
