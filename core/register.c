#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/register.h"
#include "core/registry.h"
#include "core/words.h"
#include "waybill/flags.h"
#include "waybill/text.h"

/*
 * register: the effects of statements that are not trade.  Admission has
 * checked that they fit; here they become state.
 */

static int put_str(struct wb_decision *d, const char *key, const char *value)
{
	return wb_state_write(d, key, wb_slice_str(value));
}

/* Two entries per key: by name for verifiers, by bytes against a second
 * registration. */
static int put_key(struct wb_decision *d, const struct wb_vkey *vkey)
{
	char key[WB_STATE_KEY_MAX + 1];
	char text[WB_VKEY_TEXT_MAX + 1];
	char hex[2 * WB_PUBLIC_LEN + 1];
	int rc;

	wb_vkey_format(vkey, text);
	wb_state_key(key, "signer/%s/%08x", vkey->name, (unsigned)vkey->id);
	rc = put_str(d, key, text);
	if (rc != 0)
		return rc;
	wb_hex(vkey->key, WB_PUBLIC_LEN, hex);
	wb_state_key(key, "key/%s", hex);
	return put_str(d, key, vkey->name);
}

static int put_party(struct wb_decision *d, const struct wb_party_reg *p)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[64 + 3 * WB_GOVERNED_MAX];
	struct wb_writer w;
	struct wb_slice s;

	wb_writer_init(&w, value, sizeof(value));
	wb_write_str(&w, wb_role_name(p->role));
	wb_write_char(&w, ' ');
	wb_write_date(&w, p->valid_from);
	wb_write_char(&w, ' ');
	wb_write_date(&w, p->valid_to);
	for (size_t i = 0; i < p->n_countries; i++) {
		wb_write_char(&w, i == 0 ? ' ' : ',');
		wb_write_str(&w, p->country[i]);
	}
	if (wb_writer_end(&w, &s) != 0)
		return WB_ELIMIT;
	wb_state_key(key, "party/%s", p->subject);
	return wb_state_write(d, key, s);
}

static int put_quorum(struct wb_decision *d, const char *party,
		      enum wb_role role, wb_date from,
		      const struct wb_quorum *q)
{
	char key[WB_STATE_KEY_MAX + 1];
	char text[WB_VKEY_TEXT_MAX + 1];
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_writer w;
	struct wb_party_reg member;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	wb_write_dec(&w, q->k);
	for (size_t i = 0; i < q->n; i++) {
		wb_vkey_format(&q->key[i], text);
		wb_write_char(&w, ' ');
		wb_write_str(&w, text);
		rc = put_key(d, &q->key[i]);
		if (rc != 0)
			return rc;
	}
	rc = wb_writer_end(&w, &s);
	if (rc != 0)
		return rc;
	wb_state_key(key, "quorum/%s", party);
	rc = wb_state_write(d, key, s);
	if (rc != 0)
		return rc;
	member = (struct wb_party_reg){.subject = party,
				       .role = role,
				       .valid_from = from,
				       .valid_to = WB_DATE_NONE};
	return put_party(d, &member);
}

static int do_genesis(const struct wb_statement *st, struct wb_decision *d)
{
	const struct wb_genesis *g = &st->u.genesis;
	wb_date from = wb_time_date(st->issued);
	char value[256];
	int rc;

	snprintf(value, sizeof(value), "%s %s %s %d %d", st->ledger, g->family,
		 g->historical ? "historical" : "live", g->late_days,
		 g->engine);
	rc = put_str(d, "ledger", value);
	if (rc != 0)
		return rc;
	rc = put_key(d, &g->checkpoint_key);
	if (rc != 0)
		return rc;
	rc = put_key(d, &g->record_key);
	if (rc != 0)
		return rc;
	rc = put_quorum(d, "authority", WB_ROLE_AUTHORITY, from, &g->authority);
	if (rc != 0)
		return rc;
	return put_quorum(d, "committee", WB_ROLE_COMMITTEE, from,
			  &g->committee);
}

static int do_party(const struct wb_statement *st, struct wb_decision *d)
{
	const struct wb_party_reg *p = &st->u.party_reg;
	int rc;

	for (size_t i = 0; i < p->n_keys; i++) {
		rc = put_key(d, &p->key[i]);
		if (rc != 0)
			return rc;
	}
	return put_party(d, p);
}

int wb_dated_with(const struct wb_state *state, struct wb_decision *d,
		  const struct wb_party_detail *detail,
		  struct wb_dated ret[WB_DETAILS_MAX], size_t *ret_n)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	struct wb_dated *e;
	size_t n = 0, at;
	int rc;

	wb_state_key(key, "detail/%s", detail->subject);
	rc = wb_state_read(state, d, key, &value);
	if (rc == 0)
		rc = wb_dated_parse(value, ret, &n);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;

	for (at = 0; at < n && ret[at].effective < detail->effective; at++)
		;
	if (at == n || ret[at].effective != detail->effective) {
		if (n == WB_DETAILS_MAX)
			return WB_ELIMIT;
		memmove(&ret[at + 1], &ret[at], (n - at) * sizeof(ret[0]));
		n++;
	}
	e = &ret[at];
	e->effective = detail->effective;
	e->government = detail->government;
	snprintf(e->country, sizeof(e->country), "%s", detail->country);
	snprintf(e->headquarters, sizeof(e->headquarters), "%s",
		 detail->headquarters);
	e->incorporated = detail->incorporated;
	e->business = detail->business;
	e->address_kind = detail->address_kind;
	e->n_owners = detail->n_owners;
	for (size_t i = 0; i < detail->n_owners; i++) {
		snprintf(e->owner[i].party, sizeof(e->owner[i].party), "%s",
			 detail->owner[i].party);
		e->owner[i].percent = detail->owner[i].percent;
	}
	*ret_n = n;
	return 0;
}

static int do_detail(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_party_detail *p = &in->statement->u.detail;
	struct wb_dated entry[WB_DETAILS_MAX];
	uint8_t value[WB_STATE_VALUE_MAX];
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_writer w;
	struct wb_slice s;
	size_t n;
	int rc;

	rc = wb_dated_with(in->state, d, p, entry, &n);
	if (rc != 0)
		return rc;
	wb_writer_init(&w, value, sizeof(value));
	wb_dated_format(&w, entry, n);
	rc = wb_writer_end(&w, &s);
	if (rc != 0)
		return rc;
	wb_state_key(key, "detail/%s", p->subject);
	rc = wb_state_write(d, key, s);
	if (rc != 0)
		return rc;
	wb_scope_add(d, p->country);
	wb_scope_add(d, p->headquarters);
	rc = wb_register_of_party(in, d);
	return rc == 0 ? wb_flags_detail(in, d) : rc;
}

void wb_edition_begin(struct wb_edition *ed, bool historical, wb_time time)
{
	if (!historical && ed->from < wb_time_date(time))
		ed->from = wb_time_date(time);
}

/* Its families, with commas between: one word of a value. */
static void join_families(const struct wb_edition *ed, char *out, size_t cap)
{
	size_t len = 0;

	for (size_t i = 0; i < ed->n_families && len < cap; i++)
		len += (size_t)snprintf(out + len, cap - len, "%s%s",
					i > 0 ? "," : "", ed->family[i]);
}

/* The value of policy/<digest>: document, id, families, first and last day. */
static int policy_value(const struct wb_policy_adoption *p, bool historical,
			wb_time time, char *out, size_t cap)
{
	char from[WB_DATE_TEXT + 1], to[WB_DATE_TEXT + 1] = "-";
	char families[WB_FAMILIES_MAX * (WB_FAMILY_MAX + 1)] = "";
	struct wb_edition *ed = NULL;
	struct wb_catalogue *cat = NULL;
	struct wb_countries *table = NULL;
	struct wb_flags *flags = NULL;
	int rc = 0;

	switch (p->document) {
	case WB_DOC_EDITION:
		rc = wb_edition_parse(p->text, &ed, NULL);
		if (rc != 0)
			return rc;
		wb_edition_begin(ed, historical, time);
		wb_date_format(ed->from, from);
		if (ed->to != INT32_MAX)
			wb_date_format(ed->to, to);
		join_families(ed, families, sizeof(families));
		snprintf(out, cap, "edition %s %s %s %s", ed->id, families,
			 from, to);
		wb_edition_free(ed);
		return 0;
	case WB_DOC_CATALOGUE:
		rc = wb_catalogue_parse(p->text, &cat, NULL);
		if (rc != 0)
			return rc;
		snprintf(out, cap, "catalogue %s - - -", cat->id);
		wb_catalogue_free(cat);
		return 0;
	case WB_DOC_COUNTRIES:
		rc = wb_countries_parse(p->text, &table, NULL);
		if (rc != 0)
			return rc;
		snprintf(out, cap, "countries %s - - -", table->id);
		wb_countries_free(table);
		return 0;
	case WB_DOC_FLAGS:
		rc = wb_flags_parse(p->text, &flags, NULL);
		if (rc != 0)
			return rc;
		snprintf(out, cap, "flags %s - - -", flags->id);
		wb_flags_free(flags);
		return 0;
	}
	return WB_EFORM;
}

static int do_policy(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_policy_adoption *p = &in->statement->u.policy;
	char key[WB_STATE_KEY_MAX + 1];
	char hex[2 * WB_HASH_LEN + 1];
	char value[256];
	struct wb_slice ledger;
	int rc;

	rc = wb_state_read(in->state, d, "ledger", &ledger);
	if (rc == 0)
		rc = policy_value(p, wb_ledger_historical(ledger), in->time,
				  value, sizeof(value));
	if (rc != 0)
		return rc;
	wb_hex(p->digest, WB_HASH_LEN, hex);
	wb_state_key(key, "policy/%s", hex);
	return put_str(d, key, value);
}

int wb_register(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;

	d->verdict = WB_NOTED;
	snprintf(d->basis, sizeof(d->basis), "%s", wb_kind(st->type)->name);
	switch (st->type) {
	case WB_GENESIS:
		return do_genesis(st, d);
	case WB_PARTY:
		return do_party(st, d);
	case WB_PARTY_DETAIL:
		return do_detail(in, d);
	case WB_POLICY:
		return do_policy(in, d);
	case WB_ARRIVAL:
	case WB_INSTALLATION:
	case WB_INVENTORY:
	case WB_MOVE:
	case WB_RETIREMENT:
	case WB_CORRECTION:
	case WB_VOID:
		return wb_custody(in, d);
	case WB_LICENCE:
	case WB_LETTER:
	case WB_LISTING:
	case WB_AGREEMENT:
	case WB_FINDING:
	case WB_ENGINE_CHANGE:
		return wb_register_grant(in, d);
	case WB_SWEEP:
		return wb_sweep(in, d);
	case WB_SHIPMENT:
	case WB_TYPES:
		break;
	}
	assert(!"trade is not registered");
	return WB_EFORM;
}
