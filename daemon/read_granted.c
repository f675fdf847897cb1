#include <string.h>

#include "daemon/read.h"
#include "proto/granted.h"

/*
 * read_granted: agreements, which are open, and licences, for those that they
 * name, the governments of their countries, the authority and auditors.
 */
int wb_read_granted(struct wb_question *r, struct wb_reply *reply)
{
	struct wb_granted_asked asked = {.view = r->view,
					 .size = r->size,
					 .today = wb_time_date(r->now)};
	struct wb_licences_query q;
	struct wb_guest guest;
	int rc;

	if (r->routed->route == WB_R_AGREEMENTS) {
		wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_NO);
		return wb_agreements_json(&asked, &reply->body);
	}
	rc = wb_licences_query_parse(r->routed->query, &q, r->problem);
	if (rc == 0)
		rc = wb_read_guest(r, &guest);
	if (rc != 0)
		return rc;
	if (!guest.known)
		return wb_read_needs_note(r);
	asked.full = guest.full;
	asked.party = guest.party;
	asked.n_countries = guest.n_countries;
	memcpy(asked.country, guest.country, sizeof(asked.country));
	wb_reply_init(reply, 200, WB_JSON_TYPE, WB_CACHE_PRIVATE);
	return wb_licences_json(&asked, &q, &reply->body);
}
