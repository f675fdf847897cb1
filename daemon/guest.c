#include <string.h>

#include "daemon/guest.h"
#include "proto/access.h"
#include "waybill/engine.h"

static int refuse(struct wb_problem *problem, const char *detail)
{
	return wb_refuse(problem, WB_P_ACCESS_NOTE, "", "%s", detail);
}

/* The party behind the one signature line, if its key and time are good. */
static int find_party(struct wb_view *view, const char *origin,
		      const struct wb_note *note, wb_time now,
		      struct wb_guest *guest, struct wb_problem *problem)
{
	struct wb_state state = wb_view_state(view);
	wb_date from, to, today = wb_time_date(now);
	struct wb_vkey key;
	enum wb_role role;
	int rc;

	if (wb_access_party(wb_slice_str(origin), note->line[0].name,
			    guest->party) != 0)
		return refuse(problem, "the access note is not signed by a "
				       "party of this ledger");
	rc = wb_registered_key(&state, note->line[0].name, note->line[0].id,
			       &key);
	if (rc == WB_ENOTFOUND)
		return refuse(problem, "the access note is signed by a key "
				       "that is not registered");
	if (rc != 0)
		return rc;
	if (wb_note_verify(note, 0, &key) != 0)
		return refuse(problem, "the signature of the access note does "
				       "not verify");
	rc = wb_registered_party(&state, guest->party, &role, &from, &to);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	if (today < from || (to != WB_DATE_NONE && today > to))
		return refuse(problem, "the registration of the party that "
				       "signed the access note is not valid "
				       "today");
	rc = wb_registered_countries(&state, guest->party, guest->country,
				     &guest->n_countries);
	if (rc != 0)
		return rc;
	guest->known = true;
	guest->full = role == WB_ROLE_AUTHORITY || role == WB_ROLE_AUDITOR;
	return 0;
}

int wb_guest_open(struct wb_view *view, const char *origin,
		  const struct wb_http_request *request, wb_time now,
		  struct wb_guest *ret, struct wb_problem *problem)
{
	struct wb_access got, want = {
				      .origin = wb_slice_str(origin),
				      .method = request->method,
				      .target = request->target,
				      .time = now,
			      };
	struct wb_guest guest = {.known = false};
	uint8_t scratch[WB_ACCESS_NOTE_MAX];
	struct wb_note note;
	int rc;

	if (request->authorization.len == 0) {
		*ret = guest;
		return 0;
	}
	rc = wb_access_open(request->authorization, scratch, &got, &note);
	if (rc != 0)
		return refuse(problem, "the header Authorization does not "
				       "hold a well-formed access note");
	rc = wb_access_match(&got, &want, problem);
	if (rc != 0)
		return rc;
	rc = find_party(view, origin, &note, now, &guest, problem);
	if (rc != 0)
		return rc;
	*ret = guest;
	return 0;
}

int wb_index_has(struct wb_view *view, enum wb_index index, const char *name,
		 uint64_t seq, bool *ret)
{
	uint64_t found;
	size_t n;
	int rc;

	rc = wb_view_index(view, index, name, seq, &found, 1, &n);
	if (rc != 0)
		return rc;
	*ret = n == 1 && found == seq;
	return 0;
}

int wb_guest_may(const struct wb_guest *guest, struct wb_view *view,
		 uint64_t seq, bool kind_open, enum wb_part part, bool *ret)
{
	if (kind_open || guest->full) {
		*ret = true;
		return 0;
	}
	if (!guest->known || part == WB_PART_WORKINGS) {
		*ret = false;
		return 0;
	}
	return wb_index_has(view, WB_BY_PARTY_ID, guest->party, seq, ret);
}
