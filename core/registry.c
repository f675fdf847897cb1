#include <string.h>

#include "core/format.h"
#include "core/registry.h"
#include "core/words.h"
#include "waybill/text.h"

/*
 * A detail value is dated entries from old to new, parted by ';', each
 *   <effective> <country> <headquarters> <government|private> <owners>
 * where owners is '-' or party:percent parted by ','.  Where one of them is
 * known there follow <incorporated> <business> <kind of address>, '-' for the
 * others.
 */
static int parse_owners(struct wb_slice text, struct wb_dated *ret)
{
	ret->n_owners = 0;
	if (wb_slice_is(text, "-"))
		return 0;
	while (text.len > 0) {
		struct wb_slice one = text, name, percent;
		const uint8_t *comma = memchr(text.p, ',', text.len);
		const uint8_t *colon;
		uint64_t n;

		if (comma != NULL)
			one.len = (size_t)(comma - text.p);
		text.p += one.len;
		text.len -= one.len;
		if (comma != NULL) {
			text.p++;
			text.len--;
		}
		colon = memchr(one.p, ':', one.len);
		if (colon == NULL || ret->n_owners == WB_OWNERS_MAX)
			return WB_ECORRUPT;
		name = wb_slice(one.p, (size_t)(colon - one.p));
		percent = wb_slice(colon + 1, one.len - name.len - 1);
		if (wb_parse_dec(percent, &n) != 0 || n > 100)
			return WB_ECORRUPT;
		if (wb_slice_copy(name, ret->owner[ret->n_owners].party,
				  WB_ID_MAX + 1) != 0)
			return WB_ECORRUPT;
		ret->owner[ret->n_owners++].percent = (int32_t)n;
	}
	return 0;
}

static int parse_more(struct wb_slice text, struct wb_dated *ret)
{
	struct wb_slice business, address;
	struct wb_words w;
	int b = 0, a = 0;

	ret->incorporated = WB_DATE_NONE;
	ret->business = WB_BUSINESS_UNKNOWN;
	ret->address_kind = WB_ADDRESS_UNKNOWN;
	if (text.len == 0)
		return 0;
	wb_words_init(&w, text);
	ret->incorporated = wb_words_date_or(&w);
	business = wb_words_next(&w);
	address = wb_words_next(&w);
	while (!wb_slice_is(business, "-") && ++b < WB_BUSINESSES)
		if (wb_slice_is(business, wb_business_name(b)))
			break;
	while (!wb_slice_is(address, "-") && ++a < WB_ADDRESS_KINDS)
		if (wb_slice_is(address, wb_address_kind_name(a)))
			break;
	if (b == WB_BUSINESSES || a == WB_ADDRESS_KINDS)
		return WB_ECORRUPT;
	ret->business = (enum wb_business)b;
	ret->address_kind = (enum wb_address_kind)a;
	return wb_words_end(&w);
}

static int parse_entry(struct wb_slice text, struct wb_dated *ret)
{
	struct wb_slice word;

	if (!wb_word_next(&text, &word) ||
	    wb_date_parse(word, &ret->effective) != 0)
		return WB_ECORRUPT;
	if (!wb_word_next(&text, &word) ||
	    wb_slice_copy(word, ret->country, sizeof(ret->country)) != 0)
		return WB_ECORRUPT;
	if (!wb_word_next(&text, &word) ||
	    wb_slice_copy(word, ret->headquarters, sizeof(ret->headquarters)) !=
		    0)
		return WB_ECORRUPT;
	if (!wb_word_next(&text, &word))
		return WB_ECORRUPT;
	ret->government = wb_slice_is(word, "government");
	if (!wb_word_next(&text, &word) || parse_owners(word, ret) != 0)
		return WB_ECORRUPT;
	return parse_more(text, ret);
}

int wb_dated_parse(struct wb_slice value, struct wb_dated ret[WB_DETAILS_MAX],
		   size_t *ret_n)
{
	size_t n = 0;

	while (value.len > 0) {
		const uint8_t *end = memchr(value.p, ';', value.len);
		struct wb_slice one = value;
		int rc;

		if (end != NULL)
			one.len = (size_t)(end - value.p);
		if (n == WB_DETAILS_MAX)
			return WB_ECORRUPT;
		rc = parse_entry(one, &ret[n++]);
		if (rc != 0)
			return rc;
		value.p += one.len + (end != NULL);
		value.len -= one.len + (end != NULL);
	}
	*ret_n = n;
	return n > 0 ? 0 : WB_ECORRUPT;
}

static void format_more(struct wb_writer *w, const struct wb_dated *e)
{
	if (e->incorporated == WB_DATE_NONE &&
	    e->business == WB_BUSINESS_UNKNOWN &&
	    e->address_kind == WB_ADDRESS_UNKNOWN)
		return;
	wb_write_char(w, ' ');
	wb_write_date(w, e->incorporated);
	wb_write_char(w, ' ');
	wb_write_word(w, wb_business_name(e->business));
	wb_write_char(w, ' ');
	wb_write_word(w, wb_address_kind_name(e->address_kind));
}

void wb_dated_format(struct wb_writer *w, const struct wb_dated entry[],
		     size_t n)
{
	char date[WB_DATE_TEXT + 1];

	for (size_t i = 0; i < n; i++) {
		const struct wb_dated *e = &entry[i];

		if (i > 0)
			wb_write_char(w, ';');
		wb_date_format(e->effective, date);
		wb_write_str(w, date);
		wb_write_char(w, ' ');
		wb_write_str(w, e->country);
		wb_write_char(w, ' ');
		wb_write_str(w, e->headquarters);
		wb_write_str(w, e->government ? " government " : " private ");
		if (e->n_owners == 0)
			wb_write_char(w, '-');
		for (size_t k = 0; k < e->n_owners; k++) {
			if (k > 0)
				wb_write_char(w, ',');
			wb_write_str(w, e->owner[k].party);
			wb_write_char(w, ':');
			wb_write_dec(w, e->owner[k].percent);
		}
		format_more(w, e);
	}
}

const struct wb_dated *wb_dated_on(const struct wb_dated entry[], size_t n,
				   wb_date date)
{
	const struct wb_dated *on = NULL;

	for (size_t i = 0; i < n; i++)
		if (entry[i].effective <= date)
			on = &entry[i];
	return on;
}

const char *wb_dated_controller(const struct wb_dated *entry)
{
	/* Whoever holds more than all others together can hold. */
	for (size_t i = 0; i < entry->n_owners; i++)
		if (2 * entry->owner[i].percent > 100)
			return entry->owner[i].party;
	return NULL;
}

int wb_dated_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, wb_date date, struct wb_dated *ret)
{
	struct wb_dated entry[WB_DETAILS_MAX];
	const struct wb_dated *on;
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	size_t n;
	int rc;

	wb_state_key(key, "detail/%s", party);
	rc = wb_state_read(state, d, key, &value);
	if (rc != 0)
		return rc;
	rc = wb_dated_parse(value, entry, &n);
	if (rc != 0)
		return rc;
	on = wb_dated_on(entry, n, date);
	if (on == NULL)
		return WB_ENOTFOUND;
	*ret = *on;
	return 0;
}

/* The party itself; ret_at is its entry when it is registered. */
static int read_own(const struct wb_state *state, struct wb_decision *d,
		    const char *party, wb_date date, struct wb_profile *ret,
		    struct wb_dated *ret_at)
{
	struct wb_profile p = {0};
	int rc;

	wb_copy(p.id, sizeof(p.id), party);
	wb_copy(p.parent, sizeof(p.parent), party);
	rc = wb_dated_read(state, d, party, date, ret_at);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	if (rc == 0) {
		p.registered = true;
		p.government = ret_at->government;
		memcpy(p.country, ret_at->country, sizeof(p.country));
		memcpy(p.headquarters, ret_at->headquarters,
		       sizeof(p.headquarters));
	}
	*ret = p;
	return 0;
}

int wb_profile_read_own(const struct wb_state *state, struct wb_decision *d,
			const char *party, wb_date date, struct wb_profile *ret)
{
	struct wb_dated at;

	return read_own(state, d, party, date, ret, &at);
}

int wb_profile_read(const struct wb_state *state, struct wb_decision *d,
		    const char *party, wb_date date, struct wb_profile *ret)
{
	struct wb_profile p;
	struct wb_dated at;
	int rc;

	rc = read_own(state, d, party, date, &p, &at);
	if (rc != 0 || !p.registered) {
		if (rc == 0)
			*ret = p;
		return rc;
	}
	memcpy(p.parent_headquarters, p.headquarters,
	       sizeof(p.parent_headquarters));
	/* Admission refuses circles, and bounds the steps above whom it
	 * registers; below, chains may have grown longer. */
	for (int depth = 0;; depth++) {
		const char *owner = wb_dated_controller(&at);
		char next[WB_ID_MAX + 1];

		if (owner == NULL)
			break;
		wb_copy(next, sizeof(next), owner);
		rc = depth < WB_OWNERSHIP_DEPTH_MAX
			     ? wb_dated_read(state, d, next, date, &at)
			     : WB_ENOTFOUND;
		if (rc == WB_ENOTFOUND) {
			p.parent_unknown = true;
			break;
		}
		if (rc != 0)
			return rc;
		memcpy(p.parent, next, sizeof(p.parent));
		memcpy(p.parent_headquarters, at.headquarters,
		       sizeof(p.parent_headquarters));
		p.government = p.government || at.government;
	}
	*ret = p;
	return 0;
}

int wb_registered_key(const struct wb_state *state, struct wb_slice name,
		      uint32_t id, struct wb_vkey *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	uint64_t seq;
	int rc;

	if (name.len > WB_ORIGIN_MAX + 2 * WB_ID_MAX + 8)
		return WB_ENOTFOUND;
	wb_state_key(key, "signer/%.*s/%08x", (int)name.len,
		     (const char *)name.p, (unsigned)id);
	rc = state->get(state->ctx, key, &value, &seq);
	if (rc != 0)
		return rc;
	return wb_vkey_parse_known(value, ret) == 0 ? 0 : WB_ECORRUPT;
}

int wb_party_value_parse(struct wb_slice value, enum wb_role *ret_role,
			 wb_date *ret_from, wb_date *ret_to)
{
	struct wb_slice word;
	enum wb_role role;
	wb_date from, to = WB_DATE_NONE;

	if (!wb_word_next(&value, &word) || wb_role_named(word, &role) != 0)
		return WB_ECORRUPT;
	if (!wb_word_next(&value, &word) || wb_date_parse(word, &from) != 0)
		return WB_ECORRUPT;
	if (!wb_word_next(&value, &word))
		return WB_ECORRUPT;
	if (!wb_slice_is(word, "-") && wb_date_parse(word, &to) != 0)
		return WB_ECORRUPT;
	if (value.len > 0 && !(role == WB_ROLE_GOVERNMENT &&
			       wb_word_next(&value, &word) && value.len == 0))
		return WB_ECORRUPT;
	*ret_role = role;
	*ret_from = from;
	*ret_to = to;
	return 0;
}

/* The fourth word of the value, or an empty one. */
static struct wb_slice governed(struct wb_slice value)
{
	struct wb_slice word = {0};

	for (int i = 0; i < 4; i++)
		if (!wb_word_next(&value, &word))
			return wb_slice(NULL, 0);
	return word;
}

bool wb_party_value_governs(struct wb_slice value, struct wb_slice country)
{
	struct wb_slice word = governed(value), one;

	while (wb_part_next(&word, ',', &one))
		if (wb_slice_eq(one, country))
			return true;
	return false;
}

/* The public part of a party, for readers who note no reads. */
static int party_value(const struct wb_state *state, const char *party,
		       struct wb_slice *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint64_t seq;

	wb_state_key(key, "party/%s", party);
	return state->get(state->ctx, key, ret, &seq);
}

int wb_registered_countries(const struct wb_state *state, const char *party,
			    char ret[WB_GOVERNED_MAX][3], size_t *ret_n)
{
	struct wb_slice value, one;
	size_t n = 0;
	int rc = party_value(state, party, &value);

	if (rc != 0)
		return rc;
	value = governed(value);
	while (wb_part_next(&value, ',', &one)) {
		if (n == WB_GOVERNED_MAX ||
		    wb_slice_copy(one, ret[n++], sizeof(ret[0])) != 0)
			return WB_ECORRUPT;
	}
	*ret_n = n;
	return 0;
}

int wb_registered_party(const struct wb_state *state, const char *party,
			enum wb_role *ret_role, wb_date *ret_from,
			wb_date *ret_to)
{
	struct wb_slice value;
	int rc = party_value(state, party, &value);

	if (rc != 0)
		return rc;
	return wb_party_value_parse(value, ret_role, ret_from, ret_to);
}

bool wb_ledger_historical(struct wb_slice value)
{
	struct wb_slice word;

	return wb_word_next(&value, &word) && wb_word_next(&value, &word) &&
	       wb_word_next(&value, &word) && wb_slice_is(word, "historical");
}

int64_t wb_ledger_engine(struct wb_slice value)
{
	struct wb_words w;
	int64_t engine;

	wb_words_init(&w, value);
	for (int i = 0; i < 4; i++)
		(void)wb_words_next(&w);
	engine = wb_words_number(&w, INT32_MAX, false);
	return wb_words_end(&w) == 0 ? engine : 0;
}
