#ifndef WB_PROTO_GRANTED_H
#define WB_PROTO_GRANTED_H

#include "proto/query.h"
#include "waybill/store.h"

/*
 * granted: what was granted and agreed, and what is left of it: the answers
 * of GET /v1/agreements and GET /v1/licences, from a view of a store (API.md).
 */
struct wb_granted_asked {
	struct wb_view *view;
	uint64_t size; /* records that may be shown */
	wb_date today;
	/*
	 * Who reads of licences: one who may see all; or a party, "" if none,
	 * which sees those that name it, and the countries that it speaks for
	 * as a government, whose licences it sees too.
	 */
	bool full;
	const char *party;
	size_t n_countries;
	char country[WB_GOVERNED_MAX][3];
};

/* Append the JSON.  WB_EBUSY while a change is not released yet, or another
 * error; out may be half written then. */
int wb_agreements_json(const struct wb_granted_asked *asked,
		       struct wb_buf *out) WB_MUST_CHECK;
int wb_licences_json(const struct wb_granted_asked *asked,
		     const struct wb_licences_query *q,
		     struct wb_buf *out) WB_MUST_CHECK;

/* The country, for who may see all (country.c). */
int wb_country_json(const struct wb_granted_asked *asked, const char *country,
		    struct wb_buf *out) WB_MUST_CHECK;

#endif /* WB_PROTO_GRANTED_H */
