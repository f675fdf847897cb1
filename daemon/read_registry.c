#include <stdio.h>
#include <string.h>

#include "daemon/read.h"
#include "proto/granted.h"
#include "waybill/text.h"

/*
 * read_registry: parties, policies and balances, from the state.
 */

/* The entries of the state whose key begins with prefix, one at a time. */
struct walk {
	struct wb_view *view;
	const char *prefix;
	char key[WB_STATE_KEY_MAX + 1]; /* the last one */
};

static void walk_init(struct walk *w, struct wb_view *view, const char *prefix)
{
	w->view = view;
	w->prefix = prefix;
	/* No key is the prefix alone, so all of them come behind it. */
	snprintf(w->key, sizeof(w->key), "%s", prefix);
}

/* WB_ENOTFOUND at the end.  ret_name is the key behind the prefix. */
static int walk_next(struct walk *w, struct wb_slice *ret_name,
		     struct wb_slice *ret_value, uint64_t *ret_seq)
{
	struct wb_slice key, value;
	size_t skip = strlen(w->prefix);
	uint64_t seq;
	int rc;

	rc = wb_view_state_next(w->view, w->key, &key, &value, &seq);
	if (rc != 0)
		return rc;
	if (!wb_slice_starts(key, w->prefix))
		return WB_ENOTFOUND;
	rc = wb_slice_copy(key, w->key, sizeof(w->key));
	if (rc != 0)
		return WB_ECORRUPT;
	*ret_name = wb_slice(w->key + skip, key.len - skip);
	*ret_value = value;
	*ret_seq = seq;
	return 0;
}

/* The next word of a value, "" for the word that stands for nothing. */
static int word(struct wb_slice *value, struct wb_slice *ret)
{
	if (!wb_word_next(value, ret))
		return WB_ECORRUPT;
	if (wb_slice_is(*ret, "-"))
		*ret = wb_slice(NULL, 0);
	return 0;
}

/* --- parties ---------------------------------------------------------- */

static int add_keys(struct wb_question *r, struct wb_buf *b,
		    struct wb_slice party)
{
	char prefix[WB_STATE_KEY_MAX + 1];
	struct wb_slice name, value;
	const char *comma = "";
	struct walk w;
	uint64_t seq;
	int rc;

	snprintf(prefix, sizeof(prefix), "signer/%s/party/%.*s/",
		 r->service->origin, (int)party.len, (const char *)party.p);
	walk_init(&w, r->view, prefix);
	while ((rc = walk_next(&w, &name, &value, &seq)) == 0) {
		wb_buf_str(b, comma);
		wb_json_add(b, value);
		comma = ",";
	}
	return rc == WB_ENOTFOUND ? 0 : rc;
}

static int add_party(struct wb_question *r, struct wb_buf *b,
		     struct wb_slice party, struct wb_slice value)
{
	struct wb_slice role, from, to;
	int rc;

	rc = word(&value, &role);
	if (rc == 0)
		rc = word(&value, &from);
	if (rc == 0)
		rc = word(&value, &to);
	if (rc != 0)
		return rc;
	wb_buf_str(b, "{\"party\":");
	wb_json_add(b, party);
	wb_buf_str(b, ",\"role\":");
	wb_json_add(b, role);
	wb_buf_str(b, ",\"valid_from\":");
	wb_json_add(b, from);
	wb_buf_str(b, ",\"valid_to\":");
	if (to.len == 0)
		wb_buf_str(b, "null");
	else
		wb_json_add(b, to);
	wb_buf_str(b, ",\"keys\":[");
	rc = add_keys(r, b, party);
	wb_buf_str(b, "]}");
	return rc;
}

int wb_read_parties(struct wb_question *r, struct wb_reply *reply)
{
	struct wb_slice party, value;
	const char *comma = "";
	struct walk w;
	uint64_t seq;
	int rc;

	wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_NO);
	wb_buf_str(&reply->body, "{\"parties\":[");
	walk_init(&w, r->view, "party/");
	while ((rc = walk_next(&w, &party, &value, &seq)) == 0) {
		if (seq >= r->size)
			continue;
		wb_buf_str(&reply->body, comma);
		rc = add_party(r, &reply->body, party, value);
		if (rc != 0)
			return rc;
		comma = ",";
	}
	wb_buf_str(&reply->body, "]}\n");
	return rc == WB_ENOTFOUND ? 0 : rc;
}

/* --- policies --------------------------------------------------------- */

static int add_policy(struct wb_buf *b, struct wb_slice digest,
		      struct wb_slice value, uint64_t seq)
{
	static const char *const name[] = {"document", "id", "family",
					   "effective", "until"};
	struct wb_slice part;
	int rc;

	wb_buf_str(b, "{\"digest\":");
	wb_json_add(b, digest);
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		rc = word(&value, &part);
		if (rc != 0)
			return rc;
		wb_buf_fmt(b, ",\"%s\":", name[i]);
		wb_json_add(b, part);
	}
	wb_buf_fmt(b, ",\"seq\":%llu}", (unsigned long long)seq);
	return 0;
}

int wb_read_policies(struct wb_question *r, struct wb_reply *reply)
{
	struct wb_slice digest, value;
	const char *comma = "";
	struct walk w;
	uint64_t seq;
	int rc;

	wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_NO);
	wb_buf_str(&reply->body, "{\"policies\":[");
	walk_init(&w, r->view, "policy/");
	while ((rc = walk_next(&w, &digest, &value, &seq)) == 0) {
		if (seq >= r->size)
			continue;
		wb_buf_str(&reply->body, comma);
		rc = add_policy(&reply->body, digest, value, seq);
		if (rc != 0)
			return rc;
		comma = ",";
	}
	wb_buf_str(&reply->body, "]}\n");
	return rc == WB_ENOTFOUND ? 0 : rc;
}

int wb_read_policy(struct wb_question *r, struct wb_reply *reply)
{
	struct wb_state state = wb_view_state(r->view);
	char key[WB_STATE_KEY_MAX + 1], hex[2 * WB_HASH_LEN + 1];
	struct wb_slice value;
	struct wb_statement st;
	struct wb_note note;
	struct wb_entry e;
	uint64_t seq = 0;
	int rc;

	wb_hex(r->routed->digest, WB_HASH_LEN, hex);
	snprintf(key, sizeof(key), "policy/%s", hex);
	rc = state.get(state.ctx, key, &value, &seq);
	if (rc == WB_ENOTFOUND || (rc == 0 && seq >= r->size))
		return wb_refuse(r->problem, WB_P_NOT_FOUND, "", "%s",
				 "no policy text with this digest is adopted");
	if (rc == 0)
		rc = wb_view_entry(r->view, seq, &e);
	if (rc == 0)
		rc = wb_read_statement(&e, &note, &st);
	if (rc != 0)
		return rc;
	wb_reply_init(reply, 200, WB_NOTE_TYPE, WB_CACHE_FOREVER);
	if (st.type == WB_POLICY)
		wb_buf_add(&reply->body, st.u.policy.text.p,
			   st.u.policy.text.len);
	else
		rc = WB_ECORRUPT;
	wb_statement_free(&st);
	return rc;
}

/* --- countries -------------------------------------------------------- */

int wb_read_country(struct wb_question *r, struct wb_reply *reply)
{
	struct wb_granted_asked asked = {.view = r->view,
					 .size = r->size,
					 .today = wb_time_date(r->now)};
	struct wb_guest guest;
	int rc = wb_read_guest(r, &guest);

	if (rc != 0)
		return rc;
	if (!guest.known)
		return wb_read_needs_note(r);
	if (!guest.full)
		return wb_read_nothing(r);
	wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_PRIVATE);
	return wb_country_json(&asked, r->routed->country, &reply->body);
}
