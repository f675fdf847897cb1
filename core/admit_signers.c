#include <stdio.h>
#include <string.h>

#include "core/admit.h"
#include "core/registry.h"
#include "core/statement_kinds.h"
#include "waybill/text.h"

/* admit_signers: who has signed, and whether that is whom the type asks for. */

static int line_ok(const struct wb_note *note, size_t i,
		   const struct wb_vkey *key, bool verify,
		   struct wb_problem *problem)
{
	if (!verify || wb_note_verify(note, i, key) == 0)
		return 0;
	return wb_refuse(problem, WB_P_SIGNATURE, "",
			 "the signature line by %s does not verify", key->name);
}

/* Read quorum/<party>: k and the members' keys. */
static int read_quorum(const struct wb_engine_input *in, const char *party,
		       struct wb_decision *d, struct wb_quorum *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value, word;
	uint64_t k;
	int rc;

	wb_state_key(key, "quorum/%s", party);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	if (!wb_word_next(&value, &word) || wb_parse_dec(word, &k) != 0)
		return WB_ECORRUPT;
	ret->k = (unsigned)k;
	ret->n = 0;
	while (wb_word_next(&value, &word)) {
		if (ret->n == WB_QUORUM_MAX ||
		    wb_vkey_parse_known(word, &ret->key[ret->n]) != 0)
			return WB_ECORRUPT;
		ret->n++;
	}
	return 0;
}

/*
 * Each line of the note must be by one of the must keys (all of them, once) or
 * by a member; members must reach k.  wb_note_strict saw to it that no key
 * signs twice.
 */
static int check_lines(const struct wb_note *note, const struct wb_vkey must[],
		       size_t n_must, const struct wb_quorum *members,
		       bool verify, struct wb_problem *problem)
{
	size_t got_must = 0, got_members = 0;

	for (size_t i = 0; i < note->n; i++) {
		const struct wb_vkey *key = NULL;

		for (size_t k = 0; k < n_must && key == NULL; k++) {
			if (!wb_note_line_by(note, i, &must[k]))
				continue;
			key = &must[k];
			got_must++;
		}
		for (size_t k = 0; k < members->n && key == NULL; k++) {
			if (!wb_note_line_by(note, i, &members->key[k]))
				continue;
			key = &members->key[k];
			got_members++;
		}
		if (key == NULL)
			return wb_refuse(problem, WB_P_LINES, "",
					 "signature line %zu is by %.*s, whom "
					 "this statement does not ask for",
					 i + 1, (int)note->line[i].name.len,
					 (const char *)note->line[i].name.p);
		if (line_ok(note, i, key, verify, problem) != 0)
			return WB_EREFUSED;
	}
	if (got_must < n_must)
		return wb_refuse(problem, WB_P_LINES, "",
				 "%zu of %zu keys that must sign have signed",
				 got_must, n_must);
	if (got_members < members->k)
		return wb_refuse(problem, WB_P_QUORUM, "",
				 "%zu of the %u members needed have signed",
				 got_members, members->k);
	return 0;
}

/* Whether line i of the note claims to be by a key of party. */
static bool line_of(const struct wb_note *note, size_t i, const char *ledger,
		    const char *party)
{
	char prefix[WB_STATE_KEY_MAX + 1];

	wb_state_key(prefix, "%s/party/%s/", ledger, party);
	return wb_slice_starts(note->line[i].name, prefix) &&
	       note->line[i].name.len <= WB_KEY_NAME_MAX;
}

/*
 * The key of line i, which is by a party whose role may say this today.  ret
 * may be NULL: whoever has verified the line has read the key.
 */
static int party_key(const struct wb_engine_input *in,
		     const struct wb_note *note, size_t i, const char *party,
		     struct wb_decision *d, struct wb_vkey *ret,
		     struct wb_problem *problem)
{
	const struct wb_statement *st = in->statement;
	struct wb_slice value, name = note->line[i].name;
	wb_date from, to, today = wb_time_date(in->time);
	char key[WB_STATE_KEY_MAX + 1];
	enum wb_role role;
	int rc;

	wb_state_key(key, "signer/%.*s/%08x", (int)name.len,
		     (const char *)name.p, (unsigned)note->line[i].id);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == WB_ENOTFOUND)
		return wb_refuse(problem, WB_P_KEY_UNKNOWN, "",
				 "the key %.*s is not registered",
				 (int)name.len, (const char *)name.p);
	if (rc != 0)
		return rc;
	if (ret != NULL && wb_vkey_parse_known(value, ret) != 0)
		return WB_ECORRUPT;

	wb_state_key(key, "party/%s", party);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == 0)
		rc = wb_party_value_parse(value, &role, &from, &to);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	if ((wb_kind(st->type)->roles & 1u << role) == 0)
		return wb_refuse(problem, WB_P_ROLE, "/party",
				 "a party of role %s may not make a %s "
				 "statement",
				 wb_role_name(role), wb_kind(st->type)->name);
	if (today < from || (to != WB_DATE_NONE && today > to))
		return wb_refuse(problem, WB_P_KEY_TIME, "/party",
				 "the registration of %s is not valid today",
				 party);
	return 0;
}

/* One line, by a key of the named party, whose role may say this. */
static int by_party(const struct wb_engine_input *in,
		    const struct wb_note *note, bool verify,
		    struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_statement *st = in->statement;
	struct wb_vkey key;
	int rc;

	if (note->n != 1)
		return wb_refuse(problem, WB_P_LINES, "",
				 "the note has %zu signature lines; this "
				 "statement asks for one",
				 note->n);
	if (!line_of(note, 0, st->ledger, st->party))
		return wb_refuse(problem, WB_P_LINES, "",
				 "the signature is not by a key of party %s",
				 st->party);
	rc = party_key(in, note, 0, st->party, d, verify ? &key : NULL,
		       problem);
	if (rc != 0 || !verify)
		return rc;
	return line_ok(note, 0, &key, verify, problem);
}

static int by_quorum(const struct wb_engine_input *in,
		     const struct wb_note *note, const char *party, bool verify,
		     struct wb_decision *d, struct wb_problem *problem)
{
	struct wb_quorum members;
	int rc = read_quorum(in, party, d, &members);

	if (rc != 0)
		return rc;
	return check_lines(note, NULL, 0, &members, verify, problem);
}

/* The authority's quorum, and one line by the government that is named. */
static int with_government(const struct wb_engine_input *in,
			   const struct wb_note *note, bool verify,
			   struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_statement *st = in->statement;
	const char *government = st->u.agreement.government;
	struct wb_quorum members;
	struct wb_vkey key;
	size_t at = 0;
	int rc;

	while (at < note->n && !line_of(note, at, st->ledger, government))
		at++;
	if (at == note->n)
		return wb_refuse(problem, WB_P_LINES, "/government",
				 "no key of %s has signed", government);
	rc = party_key(in, note, at, government, d, &key, problem);
	if (rc == 0)
		rc = read_quorum(in, WB_ID_AUTHORITY, d, &members);
	if (rc != 0)
		return rc;
	return check_lines(note, &key, 1, &members, verify, problem);
}

/* One line, by the key that signs the records. */
static int by_ledger(const struct wb_engine_input *in,
		     const struct wb_note *note, bool verify,
		     struct wb_decision *d, struct wb_problem *problem)
{
	char key[WB_STATE_KEY_MAX + 1], name[WB_ORIGIN_MAX + 16];
	struct wb_slice value;
	struct wb_vkey vkey;
	int rc;

	snprintf(name, sizeof(name), "%s/record", in->statement->ledger);
	if (note->n != 1 || !wb_slice_is(note->line[0].name, name))
		return wb_refuse(problem, WB_P_LINES, "",
				 "this statement is the ledger's own, signed "
				 "by %s alone",
				 name);
	wb_state_key(key, "signer/%s/%08x", name, (unsigned)note->line[0].id);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == WB_ENOTFOUND)
		return wb_refuse(problem, WB_P_KEY_UNKNOWN, "",
				 "the ledger has no key %s of that id", name);
	if (rc == 0 && wb_vkey_parse_known(value, &vkey) != 0)
		rc = WB_ECORRUPT;
	return rc == 0 ? line_ok(note, 0, &vkey, verify, problem) : rc;
}

int wb_admit_signers(const struct wb_engine_input *in,
		     const struct wb_note *note, bool verify,
		     struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_statement *st = in->statement;
	struct wb_quorum members;
	struct wb_vkey must[2];
	int rc;

	switch (wb_kind(st->type)->signed_by) {
	case WB_BY_PARTY:
		return by_party(in, note, verify, d, problem);
	case WB_BY_AUTHORITY:
		return by_quorum(in, note, WB_ID_AUTHORITY, verify, d, problem);
	case WB_BY_COMMITTEE:
		return by_quorum(in, note, WB_ID_COMMITTEE, verify, d, problem);
	case WB_BY_AUTHORITY_AND_GOVERNMENT:
		return with_government(in, note, verify, d, problem);
	case WB_BY_AUTHORITY_OR_PARTY:
		if (strcmp(st->party, WB_ID_AUTHORITY) != 0)
			return by_party(in, note, verify, d, problem);
		return by_quorum(in, note, WB_ID_AUTHORITY, verify, d, problem);
	case WB_BY_AUTHORITY_AND_KEYS:
		rc = read_quorum(in, WB_ID_AUTHORITY, d, &members);
		if (rc != 0)
			return rc;
		return check_lines(note, st->u.party_reg.key,
				   st->u.party_reg.n_keys, &members, verify,
				   problem);
	case WB_BY_LEDGER:
		return by_ledger(in, note, verify, d, problem);
	case WB_BY_LEDGER_AND_AUTHORITY:
		must[0] = st->u.genesis.checkpoint_key;
		must[1] = st->u.genesis.record_key;
		return check_lines(note, must, 2, &st->u.genesis.authority,
				   verify, problem);
	}
	return WB_EFORM;
}
