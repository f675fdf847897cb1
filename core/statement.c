#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/statement_kinds.h"
#include "waybill/text.h"

/* --- the table of kinds --------------------------------------------------- */

struct row {
	struct wb_kind kind;
	const char *party; /* the one party that says this, or NULL: any */
	void (*decode)(const struct wb_json *o, struct wb_statement *st);
};

#define EXPORTER (1U << WB_ROLE_EXPORTER)
#define OPERATOR (1U << WB_ROLE_OPERATOR)

/* A new kind is a new row, and a decoder. */
static const struct row table[WB_TYPES] = {
	[WB_GENESIS] = {{WB_GENESIS, "genesis", WB_BY_LEDGER_AND_AUTHORITY,
			 WB_STATEMENT_MAX, true, 0},
			WB_ID_LEDGER,
			wb_decode_genesis},
	[WB_PARTY] = {{WB_PARTY, "party", WB_BY_AUTHORITY_AND_KEYS,
		       WB_STATEMENT_MAX, true, 0},
		      WB_ID_AUTHORITY,
		      wb_decode_party},
	[WB_PARTY_DETAIL] = {{WB_PARTY_DETAIL, "party-detail", WB_BY_AUTHORITY,
			      WB_STATEMENT_MAX, false, 0},
			     WB_ID_AUTHORITY,
			     wb_decode_party_detail},
	[WB_POLICY] = {{WB_POLICY, "policy", WB_BY_COMMITTEE,
			WB_POLICY_STATEMENT_MAX, true, 0},
		       WB_ID_COMMITTEE,
		       wb_decode_policy},
	[WB_SHIPMENT] = {{WB_SHIPMENT, "shipment", WB_BY_PARTY,
			  WB_STATEMENT_MAX, false, EXPORTER},
			 NULL,
			 wb_decode_shipment},
	[WB_ARRIVAL] = {{WB_ARRIVAL, "arrival", WB_BY_PARTY, WB_STATEMENT_MAX,
			 false, OPERATOR},
			NULL,
			wb_decode_arrival},
	[WB_INSTALLATION] = {{WB_INSTALLATION, "installation", WB_BY_PARTY,
			      WB_STATEMENT_MAX, false, OPERATOR},
			     NULL,
			     wb_decode_installation},
	[WB_INVENTORY] = {{WB_INVENTORY, "inventory", WB_BY_PARTY,
			   WB_STATEMENT_MAX, false, OPERATOR},
			  NULL,
			  wb_decode_inventory},
	[WB_MOVE] = {{WB_MOVE, "move", WB_BY_PARTY, WB_STATEMENT_MAX, false,
		      OPERATOR},
		     NULL,
		     wb_decode_move},
	[WB_RETIREMENT] = {{WB_RETIREMENT, "retirement", WB_BY_PARTY,
			    WB_STATEMENT_MAX, false, OPERATOR},
			   NULL,
			   wb_decode_retirement},
	[WB_CORRECTION] = {{WB_CORRECTION, "correction", WB_BY_PARTY,
			    WB_STATEMENT_MAX, false, EXPORTER | OPERATOR},
			   NULL,
			   wb_decode_correction},
	[WB_VOID] = {{WB_VOID, "void", WB_BY_PARTY, WB_STATEMENT_MAX, false,
		      EXPORTER | OPERATOR},
		     NULL,
		     wb_decode_void},
	[WB_LICENCE] = {{WB_LICENCE, "licence", WB_BY_AUTHORITY,
			 WB_STATEMENT_MAX, false, 0},
			WB_ID_AUTHORITY,
			wb_decode_licence},
	[WB_LETTER] = {{WB_LETTER, "letter", WB_BY_AUTHORITY, WB_STATEMENT_MAX,
			false, 0},
		       WB_ID_AUTHORITY,
		       wb_decode_letter},
	[WB_LISTING] = {{WB_LISTING, "listing", WB_BY_AUTHORITY,
			 WB_STATEMENT_MAX, false, 0},
			WB_ID_AUTHORITY,
			wb_decode_listing},
	[WB_AGREEMENT] = {{WB_AGREEMENT, "agreement",
			   WB_BY_AUTHORITY_AND_GOVERNMENT, WB_STATEMENT_MAX,
			   true, 1U << WB_ROLE_GOVERNMENT},
			  WB_ID_AUTHORITY,
			  wb_decode_agreement},
	[WB_FINDING] = {{WB_FINDING, "finding", WB_BY_AUTHORITY_OR_PARTY,
			 WB_STATEMENT_MAX, false, 1U << WB_ROLE_GOVERNMENT},
			NULL,
			wb_decode_finding},
	[WB_ENGINE_CHANGE] = {{WB_ENGINE_CHANGE, "engine", WB_BY_COMMITTEE,
			       WB_STATEMENT_MAX, true, 0},
			      WB_ID_COMMITTEE,
			      wb_decode_engine},
	[WB_SWEEP] = {{WB_SWEEP, "sweep", WB_BY_LEDGER, WB_STATEMENT_MAX, false,
		       0},
		      WB_ID_LEDGER,
		      wb_decode_sweep},
};

static const char *const role_names[WB_ROLES] = {
	[WB_ROLE_EXPORTER] = "exporter",     [WB_ROLE_OPERATOR] = "operator",
	[WB_ROLE_GOVERNMENT] = "government", [WB_ROLE_AUDITOR] = "auditor",
	[WB_ROLE_AUTHORITY] = "authority",   [WB_ROLE_COMMITTEE] = "committee",
};

const struct wb_kind *wb_kind(enum wb_type type)
{
	assert(type < WB_TYPES);

	return &table[type].kind;
}

const struct wb_kind *wb_kind_named(struct wb_slice name)
{
	for (size_t i = 0; i < WB_TYPES; i++)
		if (wb_slice_is(name, table[i].kind.name))
			return &table[i].kind;
	return NULL;
}

const char *wb_role_name(enum wb_role role)
{
	assert(role < WB_ROLES);

	return role_names[role];
}

int wb_role_named(struct wb_slice name, enum wb_role *ret)
{
	for (size_t i = 0; i < WB_ROLES; i++) {
		if (wb_slice_is(name, role_names[i])) {
			*ret = (enum wb_role)i;
			return 0;
		}
	}
	return WB_EFORM;
}

/* --- the five members that all begin with --------------------------------- */

/* Member i has another name than wanted: misspelt, missing or misplaced. */
static void refuse_order(const struct wb_json *o, size_t i, const char *name,
			 const char *wanted)
{
	struct wb_json at = wb_json_may(o, name);

	if (wb_json_may(o, wanted).value != NULL) {
		at = wb_json_may(o, wanted);
		(void)wb_json_refuse(&at, WB_P_ORDER,
				     "Member %zu is \"%s\"; \"%s\" belongs "
				     "there.",
				     i + 1, name, wanted);
	} else if (wb_nearest(wb_slice_str(name), &wanted, 1) != NULL) {
		if (wb_json_refuse(&at, WB_P_UNKNOWN,
				   "There is no member \"%s\" here.", name))
			wb_json_choices(&at, name, &wanted, 1);
	} else {
		(void)wb_json_need(o, wanted);
	}
}

/* Refuse o if it does not begin with the five, in order. */
static void check_order(const struct wb_json *o)
{
	static const char *const wanted[] = {WB_COMMON_MEMBERS};

	for (size_t i = 0; i < WB_COUNT(wanted); i++) {
		const char *name = wb_json_name(o, i);

		if (name == NULL)
			(void)wb_json_need(o, wanted[i]);
		else if (strcmp(name, wanted[i]) != 0)
			refuse_order(o, i, name, wanted[i]);
	}
}

/* The row of the type at the place, or NULL. */
static const struct row *decode_type(struct wb_json at)
{
	const char *name = wb_json_string(at, WB_STRING_MAX);
	const struct wb_kind *kind;
	const char *names[WB_TYPES];

	if (name == NULL)
		return NULL;
	kind = wb_kind_named(wb_slice_str(name));
	if (kind != NULL)
		return &table[kind->type];
	for (size_t i = 0; i < WB_TYPES; i++)
		names[i] = table[i].kind.name;
	if (wb_json_refuse(&at, WB_P_KIND, "There is no type \"%s\".", name))
		wb_json_choices(&at, name, names, WB_TYPES);
	return NULL;
}

static const char *decode_ledger(struct wb_json at, const char *origin)
{
	const char *ledger = wb_json_string(at, WB_STRING_MAX);

	if (ledger == NULL)
		return NULL;
	if (!wb_origin_valid(wb_slice_str(ledger)))
		(void)wb_json_refuse(&at, WB_P_VALUE,
				     "This is not the origin of a ledger.");
	else if (origin != NULL && strcmp(ledger, origin) != 0)
		(void)wb_json_refuse(&at, WB_P_LEDGER,
				     "The statement is for %s; this ledger is "
				     "%s.",
				     ledger, origin);
	return ledger;
}

bool wb_party_named(const char *id)
{
	return id != NULL && wb_id_valid(wb_slice_str(id)) &&
	       strcmp(id, WB_ID_LEDGER) != 0 &&
	       strcmp(id, WB_ID_AUTHORITY) != 0 &&
	       strcmp(id, WB_ID_COMMITTEE) != 0;
}

const char *wb_json_party(struct wb_json at)
{
	const char *id = wb_json_id(at);

	if (id == NULL || wb_party_named(id))
		return id;
	if (wb_json_refuse(&at, WB_P_VALUE, "The id \"%s\" is reserved.", id))
		wb_problem_advise(at.decoder->problem,
				  "Name the party that is meant; ledger, "
				  "authority and committee are no parties to "
				  "trade.");
	return NULL;
}

/* The party that says this, which for most types is always the same. */
static const char *decode_by(struct wb_json at, const struct row *row)
{
	const char *id;

	id = wb_json_id(at);
	if (id != NULL && row->kind.signed_by == WB_BY_AUTHORITY_OR_PARTY &&
	    strcmp(id, WB_ID_AUTHORITY) == 0)
		return id;
	if (row->party == NULL)
		return wb_json_party(at);
	if (id != NULL && strcmp(id, row->party) != 0 &&
	    wb_json_refuse(&at, WB_P_VALUE, "A %s statement is not by \"%s\".",
			   row->kind.name, id))
		wb_problem_advise(at.decoder->problem, "Write \"%s\".",
				  row->party);
	return id;
}

/* The members that all have.  The row of its type, or NULL after an error. */
static const struct row *decode_common(const struct wb_json *o,
				       const char *origin,
				       struct wb_statement *st)
{
	const struct row *row;

	check_order(o);
	row = decode_type(wb_json_need(o, "type"));
	if (row == NULL)
		return NULL;
	st->type = row->kind.type;
	st->ledger = decode_ledger(wb_json_need(o, "ledger"), origin);
	st->party = decode_by(wb_json_need(o, "party"), row);
	st->id = wb_json_id(wb_json_need(o, "id"));
	st->issued = wb_json_time(wb_json_need(o, "issued"));
	return o->decoder->error == 0 ? row : NULL;
}

/* What it is about, once all is decoded. */
static void decode_about(struct wb_statement *st)
{
	const char *party = st->party, *id = NULL;

	switch (st->type) {
	case WB_SHIPMENT:
		id = st->id;
		break;
	case WB_ARRIVAL:
	case WB_INSTALLATION:
	case WB_MOVE:
	case WB_RETIREMENT:
		party = st->u.handling.shipper;
		id = st->u.handling.shipment;
		break;
	case WB_CORRECTION:
		id = st->u.correction.corrects;
		break;
	case WB_VOID:
		id = st->u.voiding.voids;
		break;
	case WB_FINDING:
		party = st->u.finding.about_party;
		id = st->u.finding.about_id;
		break;
	case WB_GENESIS:
	case WB_PARTY:
	case WB_PARTY_DETAIL:
	case WB_POLICY:
	case WB_INVENTORY:
	case WB_LICENCE:
	case WB_LETTER:
	case WB_LISTING:
	case WB_AGREEMENT:
	case WB_ENGINE_CHANGE:
	case WB_TYPES:
		return;
	case WB_SWEEP:
		if (st->u.sweep.about_id == NULL)
			return;
		party = st->u.sweep.about_party;
		id = st->u.sweep.about_id;
		break;
	}
	snprintf(st->about, sizeof(st->about), "%s/%s", party, id);
}

/* --- whole ---------------------------------------------------------------- */

static int check_size(size_t len, const struct wb_kind *kind,
		      struct wb_problem *problem)
{
	if (len <= kind->max)
		return 0;
	return wb_refuse(problem, WB_P_TOO_LONG, "",
			 "The statement has %zu bytes; one of type %s has at "
			 "most %zu.",
			 len, kind->name, kind->max);
}

int wb_statement_decode(struct wb_slice text, const char *origin,
			struct wb_statement *ret, struct wb_problem *problem)
{
	struct wb_statement st = {0};
	struct wb_decoder decoder;
	const struct row *row;
	struct wb_json top;
	int rc;

	rc = wb_json_open(text, &decoder, problem);
	if (rc != 0)
		return rc;
	st.json = decoder.document;
	top = wb_json_top(&decoder);
	row = decode_common(&top, origin, &st);
	if (row != NULL) {
		rc = check_size(text.len, &row->kind, problem);
		if (rc != 0)
			goto free_st;
		row->decode(&top, &st);
	}
	rc = decoder.error;
	if (rc != 0)
		goto free_st;
	decode_about(&st);
	st.text = text;
	*ret = st;
	return 0;

free_st:
	wb_statement_free(&st);
	return rc;
}

/* The note and its form, without looking into the text. */
static int open_note(struct wb_slice in, struct wb_note *ret,
		     struct wb_problem *problem)
{
	int rc;

	if (in.len > WB_NOTE_MAX)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "The note has %zu bytes; none has more than "
				 "%d.",
				 in.len, WB_NOTE_MAX);
	rc = wb_note_parse(in, ret);
	if (rc == WB_ELIMIT)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "The note has more than %d signature lines, "
				 "or one of more than %d bytes.",
				 WB_NOTE_LINES_MAX, WB_NOTE_LINE_MAX);
	if (rc != 0)
		return wb_refuse(problem, WB_P_NOTE, "",
				 "The %zu bytes are not a text, a blank line "
				 "and signature lines.",
				 in.len);
	rc = wb_note_strict(ret);
	if (rc != 0)
		return wb_refuse(problem, WB_P_LINES, "",
				 "The signature lines are not sorted by their "
				 "bytes, or two are by one key.");
	return 0;
}

int wb_statement_open(struct wb_slice in, const char *origin,
		      struct wb_note *ret_note, struct wb_statement *ret,
		      struct wb_problem *problem)
{
	struct wb_statement st;
	struct wb_note note;
	int rc;

	rc = open_note(in, &note, problem);
	if (rc != 0)
		return rc;
	rc = wb_statement_decode(note.text, origin, &st, problem);
	if (rc != 0)
		return rc;
	rc = check_size(in.len, wb_kind(st.type), problem);
	if (rc != 0) {
		wb_statement_free(&st);
		return rc;
	}
	wb_sha256(&in, 1, st.digest);
	*ret_note = note;
	*ret = st;
	return 0;
}

void wb_statement_free(struct wb_statement *st)
{
	wb_json_close(st->json);
	st->json = NULL;
}
