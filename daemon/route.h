#ifndef WB_DAEMON_ROUTE_H
#define WB_DAEMON_ROUTE_H

#include "daemon/http.h"
#include "waybill/crypto.h"
#include "waybill/tile.h"

/*
 * route: which of the things in proto/API.md a request asks for.  Pure.
 */
enum wb_route {
	WB_R_SUBMIT,
	WB_R_CHECKPOINT,
	WB_R_TILE,
	WB_R_RECORDS,
	WB_R_RECORD,
	WB_R_STATEMENT,
	WB_R_JUDGEMENT,
	WB_R_WORKINGS,
	WB_R_RECEIPT,
	WB_R_CUSTODY,
	WB_R_SERIAL,
	WB_R_COUNTRY,
	WB_R_POLICIES,
	WB_R_POLICY,
	WB_R_PARTIES,
	WB_R_AGREEMENTS,
	WB_R_LICENCES,
	WB_R_CONSISTENCY,
	/* of the admin listener */
	WB_R_HEALTHZ,
	WB_R_READYZ,
	WB_R_METRICS,
	WB_R_STATUS,
	WB_ROUTES
};

/* What the path says besides; only what the route has is set. */
struct wb_routed {
	enum wb_route route;
	uint64_t seq;
	struct wb_tile tile;
	char country[3];
	char party[WB_ID_MAX + 1];
	char id[WB_ID_MAX + 1];
	char serial[WB_SERIAL_MAX + 1];
	uint8_t digest[WB_HASH_LEN];
	struct wb_slice query; /* behind the '?', or empty; borrowed */
};

/* The route's name in metrics. */
const char *wb_route_name(enum wb_route route);

/*
 * Find what target asks for, on the admin or on the other listeners.
 * WB_EREFUSED with *problem for no such path, a method that it does not take
 * (*ret_allow is then the header Allow), or a query where there is none.
 */
int wb_route(const struct wb_http_request *request, bool admin,
	     struct wb_routed *ret, const char **ret_allow,
	     struct wb_problem *problem) WB_MUST_CHECK;

#endif /* WB_DAEMON_ROUTE_H */
