#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/admit.h"
#include "core/custody.h"
#include "core/registry.h"
#include "waybill/flags.h"
#include "waybill/text.h"

/*
 * admit: whether the ledger takes a statement.  A statement that is refused
 * here leaves no record; what is taken is recorded whatever the verdict.
 */

static int admit_party(const struct wb_engine_input *in, struct wb_decision *d,
		       struct wb_problem *problem)
{
	const struct wb_party_reg *p = &in->statement->u.party_reg;
	char key[WB_STATE_KEY_MAX + 1], hex[2 * WB_PUBLIC_LEN + 1];
	struct wb_slice value;
	enum wb_role role;
	wb_date from, to;
	int rc;

	wb_state_key(key, "party/%s", p->subject);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == 0)
		rc = wb_party_value_parse(value, &role, &from, &to);
	else if (rc == WB_ENOTFOUND)
		role = p->role, rc = 0;
	if (rc != 0)
		return rc;
	if (role != p->role)
		return wb_refuse(problem, WB_P_PARTY_ROLE, "/role",
				 "%s is registered as %s", p->subject,
				 wb_role_name(role));
	for (size_t i = 0; i < p->n_keys; i++) {
		wb_hex(p->key[i].key, WB_PUBLIC_LEN, hex);
		wb_state_key(key, "key/%s", hex);
		rc = wb_state_read(in->state, d, key, &value);
		if (rc == 0)
			return wb_refuse(problem, WB_P_KEY_TAKEN, "/keys",
					 "the key of %s is registered already "
					 "as %.*s",
					 p->key[i].name, (int)value.len,
					 (const char *)value.p);
		if (rc != WB_ENOTFOUND)
			return rc;
	}
	return 0;
}

/*
 * Follow the majority owners from the subject on one date.  *ret_next is the
 * next day on which one of the parties met changes, or WB_DATE_NONE.
 */
static int walk_owners(const struct wb_engine_input *in, struct wb_decision *d,
		       const struct wb_dated own[], size_t n_own, wb_date date,
		       wb_date *ret_next, struct wb_problem *problem)
{
	const char *subject = in->statement->u.detail.subject;
	struct wb_dated entry[WB_DETAILS_MAX];
	char at[WB_ID_MAX + 1], key[WB_STATE_KEY_MAX + 1];
	size_t n = n_own;

	*ret_next = WB_DATE_NONE;
	memcpy(entry, own, n_own * sizeof(own[0]));
	for (int depth = 0; depth <= WB_OWNERSHIP_DEPTH_MAX; depth++) {
		const struct wb_dated *on = wb_dated_on(entry, n, date);
		const char *up = on == NULL ? NULL : wb_dated_controller(on);
		struct wb_slice value;
		int rc;

		for (size_t i = 0; i < n; i++)
			if (entry[i].effective > date &&
			    (*ret_next == WB_DATE_NONE ||
			     entry[i].effective < *ret_next))
				*ret_next = entry[i].effective;
		if (up == NULL)
			return 0;
		if (strcmp(up, subject) == 0)
			return wb_refuse(problem, WB_P_OWNERS, "/owners",
					 "the owners of %s make a circle",
					 subject);
		snprintf(at, sizeof(at), "%s", up);
		wb_state_key(key, "detail/%s", at);
		rc = wb_state_read(in->state, d, key, &value);
		if (rc == WB_ENOTFOUND)
			return 0;
		if (rc == 0)
			rc = wb_dated_parse(value, entry, &n);
		if (rc != 0)
			return rc;
	}
	return wb_refuse(problem, WB_P_OWNERS, "/owners",
			 "more than %d steps to the ultimate parent of %s",
			 WB_OWNERSHIP_DEPTH_MAX, subject);
}

static int admit_detail(const struct wb_engine_input *in, struct wb_decision *d,
			struct wb_problem *problem)
{
	const struct wb_party_detail *p = &in->statement->u.detail;
	struct wb_dated own[WB_DETAILS_MAX];
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t text[WB_STATE_VALUE_MAX];
	struct wb_slice value;
	struct wb_writer w;
	wb_date date;
	size_t n;
	int rc;

	for (size_t i = 0; i < p->n_owners; i++) {
		wb_state_key(key, "detail/%s", p->owner[i].party);
		rc = wb_state_read(in->state, d, key, &value);
		if (rc == WB_ENOTFOUND)
			return wb_refuse(problem, WB_P_PARTY, "/owners",
					 "the owner %s is not registered",
					 p->owner[i].party);
		if (rc != 0)
			return rc;
	}
	rc = wb_dated_with(in->state, d, p, own, &n);
	if (rc == 0) {
		wb_writer_init(&w, text, sizeof(text));
		wb_dated_format(&w, own, n);
		rc = wb_writer_end(&w, &value);
	}
	if (rc == WB_ELIMIT)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "%s has as many dated details as are kept",
				 p->subject);
	if (rc != 0)
		return rc;
	for (date = p->effective; date != WB_DATE_NONE;) {
		wb_date next;

		rc = walk_owners(in, d, own, n, date, &next, problem);
		if (rc != 0)
			return rc;
		date = next;
	}
	return wb_admit_of_party(in, d, problem);
}

static int admit_edition(const struct wb_engine_input *in, bool historical,
			 struct wb_slice text, struct wb_problem *problem)
{
	struct wb_edition *ed;
	int rc;

	rc = wb_edition_parse(text, &ed, problem);
	if (rc != 0)
		return rc;
	rc = wb_law_gap(in->law, ed, problem);
	wb_edition_begin(ed, historical, in->time);
	if (rc == 0 && ed->from > ed->to)
		rc = wb_refuse(problem, WB_P_EDITION, "/edition",
			       "edition %s ended before the record that "
			       "adopts it",
			       ed->id);
	else if (rc == 0)
		rc = wb_law_check(in->law, ed, problem);
	wb_edition_free(ed);
	return rc;
}

static int admit_policy(const struct wb_engine_input *in, struct wb_decision *d,
			struct wb_problem *problem)
{
	const struct wb_policy_adoption *p = &in->statement->u.policy;
	char key[WB_STATE_KEY_MAX + 1], hex[2 * WB_HASH_LEN + 1];
	struct wb_catalogue *cat;
	struct wb_countries *table;
	struct wb_flags *flags;
	struct wb_slice value, ledger;
	int rc = wb_state_read(in->state, d, "ledger", &ledger);

	if (rc != 0)
		return rc;
	wb_hex(p->digest, WB_HASH_LEN, hex);
	wb_state_key(key, "policy/%s", hex);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == 0)
		return wb_refuse(problem, WB_P_EDITION, "/sha256",
				 "this text is adopted already");
	if (rc != WB_ENOTFOUND)
		return rc;
	switch (p->document) {
	case WB_DOC_EDITION:
		return admit_edition(in, wb_ledger_historical(ledger), p->text,
				     problem);
	case WB_DOC_CATALOGUE:
		rc = wb_catalogue_parse(p->text, &cat, problem);
		if (rc == 0)
			wb_catalogue_free(cat);
		return rc;
	case WB_DOC_COUNTRIES:
		rc = wb_countries_parse(p->text, &table, problem);
		if (rc == 0)
			wb_countries_free(table);
		return rc;
	case WB_DOC_FLAGS:
		rc = wb_flags_parse(p->text, &flags, problem);
		if (rc == 0)
			wb_flags_free(flags);
		return rc;
	}
	return WB_EFORM;
}

/* Totals are kept in 53 bits (DESIGN 3.2); the decoder has seen to attested
 * parameters, here the catalogue's figures count too. */
static int admit_shipment(const struct wb_engine_input *in,
			  const struct wb_shipment *s,
			  struct wb_problem *problem)
{
	const struct wb_law *law = in->law;
	__int128 total = 0;

	if (law->catalogue == NULL || law->countries == NULL)
		return wb_refuse(problem, WB_P_NO_LAW, "",
				 "no catalogue and country table are adopted "
				 "yet");
	for (size_t i = 0; i < s->n_items; i++) {
		const struct wb_item *item = &s->item[i];
		const struct wb_product *p = NULL;
		int64_t tpp_x10 = item->tpp_x10;

		if (item->model != NULL)
			p = wb_product_find(law->catalogue, item->model);
		if (p != NULL)
			tpp_x10 = p->tpp_x10;
		if (tpp_x10 > 0)
			total += (__int128)tpp_x10 * item->units *
				 item->quantity;
		if (total > WB_INTEGER_MAX)
			return wb_refuse(problem, WB_P_TOTAL, "/items",
					 "the total up to line %d is above "
					 "2^53 - 1 tenths of TPP",
					 item->line);
	}
	return 0;
}

int wb_admit_signed(const struct wb_engine_input *in,
		    const struct wb_note *note, bool verify,
		    struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_statement *st = in->statement;
	struct wb_slice value, origin = {0};
	bool begun;
	int rc;

	rc = wb_state_read(in->state, d, "ledger", &value);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	begun = rc == 0;
	if (begun == (st->type == WB_GENESIS))
		return wb_refuse(problem, WB_P_GENESIS, "/type",
				 begun ? "the ledger has begun already"
				       : "the ledger has not begun");
	if (begun &&
	    !(wb_word_next(&value, &origin) && wb_slice_is(origin, st->ledger)))
		return wb_refuse(problem, WB_P_LEDGER, "/ledger",
				 "this is the ledger %.*s", (int)origin.len,
				 (const char *)origin.p);
	if (!begun && st->u.genesis.engine != WB_ENGINE)
		return wb_refuse(problem, WB_P_VALUE, "/engine",
				 "engine %d is not the one at hand, which is "
				 "%d",
				 (int)st->u.genesis.engine, WB_ENGINE);
	if (st->issued > in->time + WB_ISSUED_AHEAD_S * (wb_time)1000)
		return wb_refuse(problem, WB_P_FUTURE, "/issued",
				 "the statement is dated more than a day "
				 "ahead of the ledger's clock");
	return wb_admit_signers(in, note, verify, d, problem);
}

static int admit(const struct wb_engine_input *in, const struct wb_note *note,
		 bool verify, struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_statement *st = in->statement;
	int rc = wb_admit_signed(in, note, verify, d, problem);

	if (rc != 0)
		return rc;
	switch (st->type) {
	case WB_PARTY:
		return admit_party(in, d, problem);
	case WB_PARTY_DETAIL:
		return admit_detail(in, d, problem);
	case WB_POLICY:
		return admit_policy(in, d, problem);
	case WB_SHIPMENT:
		return admit_shipment(in, &st->u.shipment, problem);
	case WB_CORRECTION:
		rc = wb_custody_admit(in, d, problem);
		if (rc != 0 || st->u.correction.of != WB_SHIPMENT)
			return rc;
		return admit_shipment(in, &st->u.correction.shipment, problem);
	case WB_LICENCE:
	case WB_LETTER:
	case WB_LISTING:
	case WB_AGREEMENT:
	case WB_FINDING:
	case WB_ENGINE_CHANGE:
		return wb_admit_grant(in, d, problem);
	case WB_SWEEP:
		return wb_sweep_admit(in, d, problem);
	case WB_ARRIVAL:
	case WB_INSTALLATION:
	case WB_INVENTORY:
	case WB_MOVE:
	case WB_RETIREMENT:
	case WB_VOID:
		return wb_custody_admit(in, d, problem);
	case WB_GENESIS:
	case WB_TYPES:
		break;
	}
	return 0;
}

int wb_admit(const struct wb_engine_input *in, const struct wb_note *note,
	     bool verify, struct wb_decision *d, struct wb_problem *problem)
{
	int rc = admit(in, note, verify, d, problem);

	if (rc == WB_ELIMIT)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "the statement asks for more of the registry "
				 "than one decision may read");
	return rc;
}
