#include <assert.h>
#include <string.h>

#include "core/statement_kinds.h"
#include "waybill/checkpoint.h"
#include "waybill/text.h"

/* Who is who, the public part: genesis, party. */

/* Ten years; a ledger that takes statements later than that wants
 * "historical". */
#define LATE_DAYS_MAX 3660

/* --- keys ----------------------------------------------------------------- */

/* The keys that a statement has named so far; none may come twice. */
struct keys {
	size_t n;
	const struct wb_vkey *key[2 + 2 * WB_QUORUM_MAX];
};

/* How a key must be named: as the prefix, or the prefix and a label. */
struct key_name {
	char prefix[WB_KEY_NAME_MAX + 1];
	bool labelled;
};

static void key_name_init(struct key_name *name, const char *origin,
			  const char *rest, const char *party)
{
	struct wb_writer w;

	/* Origins and ids are short enough to fit (limits.h). */
	*name = (struct key_name){.labelled = party != NULL};
	wb_writer_init(&w, name->prefix, sizeof(name->prefix) - 1);
	wb_write_str(&w, origin);
	wb_write_str(&w, rest);
	if (party != NULL) {
		wb_write_str(&w, party);
		wb_write_char(&w, '/');
	}
	assert(!w.failed);
}

static bool key_name_fits(const struct key_name *name, const char *s)
{
	size_t len = strlen(name->prefix);

	if (strncmp(s, name->prefix, len) != 0)
		return false;
	return name->labelled ? wb_id_valid(wb_slice_str(s + len))
			      : s[len] == '\0';
}

static void refuse_key(const struct wb_json *at, const struct key_name *name,
		       const char *why)
{
	if (wb_json_refuse(at, WB_P_KEY_BAD, "The key %s.", why))
		wb_problem_advise(at->decoder->problem,
				  "Write what `waybill key public` prints for "
				  "the key named %s%s.",
				  name->prefix,
				  name->labelled ? "<label>" : "");
}

/* Refuse a key that has the name or the public key of one before. */
static void check_new(const struct wb_json *at, const struct keys *seen,
		      const struct wb_vkey *key)
{
	for (size_t i = 0; i < seen->n; i++) {
		const struct wb_vkey *before = seen->key[i];

		if (memcmp(before->key, key->key, WB_PUBLIC_LEN) == 0)
			(void)wb_json_refuse(at, WB_P_DUPLICATE,
					     "The statement has this public "
					     "key before, as %s.",
					     before->name);
		else if (strcmp(before->name, key->name) == 0)
			(void)wb_json_refuse(at, WB_P_DUPLICATE,
					     "Two keys are named %s.",
					     key->name);
	}
}

/* The verifier key at the place. */
static void decode_key(struct wb_json at, const struct key_name *name,
		       struct keys *seen, struct wb_vkey *ret)
{
	const char *text = wb_json_string(at, WB_VKEY_TEXT_MAX);
	int rc;

	if (text == NULL)
		return;
	rc = wb_vkey_parse(wb_slice_str(text), ret);
	if (rc == WB_EKEY)
		refuse_key(&at, name,
			   "is of small order, not canonical, or of "
			   "a type not used here");
	else if (rc != 0)
		refuse_key(&at, name,
			   "is not a verifier key, or the key id "
			   "in it is not its own");
	else if (ret->type != WB_SIG_ED25519)
		refuse_key(&at, name, "is not of type Ed25519");
	else if (!key_name_fits(name, ret->name))
		refuse_key(&at, name, "has a name that is not allowed here");
	else
		check_new(&at, seen, ret);
	if (at.decoder->error == 0)
		seen->key[seen->n++] = ret;
}

/* --- genesis -------------------------------------------------------------- */

static void decode_services(struct wb_json at, struct keys *seen,
			    struct wb_statement *st)
{
	static const char *const names[] = {"checkpoint", "record"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_genesis *g = &st->u.genesis;
	struct key_name name;

	key_name_init(&name, st->ledger, "", NULL);
	decode_key(wb_json_need(&o, "checkpoint"), &name, seen,
		   &g->checkpoint_key);
	key_name_init(&name, st->ledger, "/record", NULL);
	decode_key(wb_json_need(&o, "record"), &name, seen, &g->record_key);
}

static void decode_quorum(struct wb_json at, const char *origin,
			  const char *party, struct keys *seen,
			  struct wb_quorum *ret)
{
	static const char *const names[] = {"quorum", "keys"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_json list = wb_json_list(wb_json_need(&o, "keys"), 1,
					   WB_QUORUM_MAX, &ret->n);
	struct key_name name;

	key_name_init(&name, origin, "/party/", party);
	for (size_t i = 0; i < ret->n; i++)
		decode_key(wb_json_at(&list, i), &name, seen, &ret->key[i]);
	ret->k = (unsigned)wb_json_integer(wb_json_need(&o, "quorum"), 1,
					   (int64_t)ret->n, 0);
}

static const char *decode_family(struct wb_json at)
{
	const char *family = wb_json_id(at);

	if (family != NULL && strlen(family) > WB_FAMILY_MAX)
		(void)wb_json_refuse(&at, WB_P_TOO_LONG,
				     "A family has at most %d characters.",
				     WB_FAMILY_MAX);
	return family;
}

/* Whether note is a checkpoint of origin, with a line that claims to be its. */
static bool checkpoint_of(struct wb_slice note, const char *origin)
{
	struct wb_checkpoint cp;
	struct wb_note parsed;

	if (wb_note_parse(note, &parsed) != 0 ||
	    wb_checkpoint_parse(parsed.text, &cp) != 0 ||
	    strcmp(cp.origin, origin) != 0)
		return false;
	for (size_t i = 0; i < parsed.n; i++)
		if (wb_slice_is(parsed.line[i].name, origin))
			return true;
	return false;
}

static void decode_continues(struct wb_json at, struct wb_statement *st)
{
	static const char *const names[] = {"origin", "checkpoint"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_genesis *g = &st->u.genesis;
	struct wb_json origin = wb_json_need(&o, "origin");
	struct wb_json checkpoint = wb_json_need(&o, "checkpoint");

	g->continues = wb_json_string(origin, WB_ORIGIN_MAX);
	g->continues_checkpoint = wb_json_text(checkpoint, WB_CHECKPOINT_MAX);
	if (at.decoder->error != 0)
		return;
	if (strcmp(g->continues, st->ledger) == 0)
		(void)wb_json_refuse(&origin, WB_P_VALUE,
				     "A ledger cannot continue itself: it has "
				     "an origin of its own.");
	else if (!checkpoint_of(g->continues_checkpoint, g->continues))
		(void)wb_json_refuse(&checkpoint, WB_P_VALUE,
				     "This is not a checkpoint note of %s.",
				     g->continues);
}

void wb_decode_genesis(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {
		WB_COMMON_MEMBERS, "keys",   "authority",
		"committee",       "family", "historical",
		"late_days",       "engine", "continues"};
	struct wb_json id = wb_json_need(o, "id");
	struct wb_json continues = wb_json_may(o, "continues");
	struct wb_genesis *g = &st->u.genesis;
	struct keys seen = {0};

	wb_json_known(o, names, WB_COUNT(names));
	if (strcmp(st->id, WB_ID_GENESIS) != 0)
		(void)wb_json_refuse(&id, WB_P_VALUE,
				     "The id of a genesis is \"%s\".",
				     WB_ID_GENESIS);
	decode_services(wb_json_need(o, "keys"), &seen, st);
	decode_quorum(wb_json_need(o, "authority"), st->ledger, WB_ID_AUTHORITY,
		      &seen, &g->authority);
	decode_quorum(wb_json_need(o, "committee"), st->ledger, WB_ID_COMMITTEE,
		      &seen, &g->committee);
	g->family = decode_family(wb_json_need(o, "family"));
	g->historical = wb_json_bool(wb_json_need(o, "historical")) == 1;
	g->late_days = (int32_t)wb_json_integer(wb_json_need(o, "late_days"), 0,
						LATE_DAYS_MAX, 0);
	g->engine = (int32_t)wb_json_integer(wb_json_need(o, "engine"), 1,
					     INT32_MAX, 0);
	if (continues.value != NULL)
		decode_continues(continues, st);
}

/* --- party ---------------------------------------------------------------- */

static void decode_role(struct wb_json at, enum wb_role *ret)
{
	/* Authority and committee are named by genesis only. */
	const char *names[WB_ROLE_AUTHORITY];

	for (size_t i = 0; i < WB_COUNT(names); i++)
		names[i] = wb_role_name((enum wb_role)i);
	*ret = (enum wb_role)wb_json_word(at, names, WB_COUNT(names));
}

/* The countries that a government speaks for. */
static void decode_governed(struct wb_json at, struct wb_party_reg *p)
{
	struct wb_json list =
		wb_json_list(at, 1, WB_GOVERNED_MAX, &p->n_countries);

	if (at.value != NULL && p->role != WB_ROLE_GOVERNMENT)
		(void)wb_json_refuse(&at, WB_P_VALUE,
				     "Only a government speaks for countries.");
	for (size_t i = 0; i < p->n_countries; i++) {
		struct wb_json one = wb_json_at(&list, i);

		p->country[i] = wb_json_country(one);
		for (size_t k = 0; k < i && p->country[i] != NULL; k++)
			if (strcmp(p->country[i], p->country[k]) == 0)
				(void)wb_json_refuse(&one, WB_P_DUPLICATE,
						     "%s is named twice.",
						     p->country[i]);
	}
}

void wb_decode_party(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {
		WB_COMMON_MEMBERS, "subject",  "role",     "keys",
		"valid_from",      "valid_to", "countries"};
	struct wb_party_reg *p = &st->u.party_reg;
	struct keys seen = {0};
	struct key_name name;
	struct wb_json list;

	wb_json_known(o, names, WB_COUNT(names));
	p->subject = wb_json_party(wb_json_need(o, "subject"));
	decode_role(wb_json_need(o, "role"), &p->role);
	list = wb_json_list(wb_json_need(o, "keys"), 1, WB_PARTY_KEYS_MAX,
			    &p->n_keys);
	if (p->n_keys > 0)
		key_name_init(&name, st->ledger, "/party/", p->subject);
	for (size_t i = 0; i < p->n_keys; i++)
		decode_key(wb_json_at(&list, i), &name, &seen, &p->key[i]);
	wb_decode_days(o, "valid_from", "valid_to", &p->valid_from,
		       &p->valid_to);
	decode_governed(wb_json_may(o, "countries"), p);
}
