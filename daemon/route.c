#include <assert.h>
#include <string.h>

#include "daemon/route.h"
#include "waybill/text.h"

enum takes {
	READ,  /* GET and HEAD */
	WRITE, /* POST */
};

/*
 * Paths are matched from left to right; a capital in braces stands for
 *   {N} a record number   {C} a country code
 *   {D} a digest in hex   {T} the rest, a tile
 *   {P} a party           {I} an id of its
 *   {S} the rest, a serial number
 */
struct path {
	const char *pattern;
	enum wb_route route;
	enum takes takes;
	bool admin;
	bool query;
	const char *name; /* in metrics */
};

static const struct path table[] = {
	{"/v1/statements", WB_R_SUBMIT, WRITE, false, false, "submit"},
	{"/checkpoint", WB_R_CHECKPOINT, READ, false, false, "checkpoint"},
	{"/tile/{T}", WB_R_TILE, READ, false, false, "tile"},
	{"/v1/records", WB_R_RECORDS, READ, false, true, "records"},
	{"/v1/records/{N}", WB_R_RECORD, READ, false, false, "record"},
	{"/v1/records/{N}/statement", WB_R_STATEMENT, READ, false, false,
	 "statement"},
	{"/v1/records/{N}/judgement", WB_R_JUDGEMENT, READ, false, false,
	 "judgement"},
	{"/v1/records/{N}/workings", WB_R_WORKINGS, READ, false, false,
	 "workings"},
	{"/v1/records/{N}/receipt", WB_R_RECEIPT, READ, false, false,
	 "receipt"},
	{"/v1/shipments/{P}/{I}", WB_R_CUSTODY, READ, false, false, "shipment"},
	{"/v1/serials/{S}", WB_R_SERIAL, READ, false, false, "serial"},
	{"/v1/countries/{C}", WB_R_COUNTRY, READ, false, false, "country"},
	{"/v1/policies", WB_R_POLICIES, READ, false, false, "policies"},
	{"/v1/policies/{D}", WB_R_POLICY, READ, false, false, "policy"},
	{"/v1/parties", WB_R_PARTIES, READ, false, false, "parties"},
	{"/v1/agreements", WB_R_AGREEMENTS, READ, false, false, "agreements"},
	{"/v1/licences", WB_R_LICENCES, READ, false, true, "licences"},
	{"/v1/consistency", WB_R_CONSISTENCY, READ, false, true, "consistency"},
	{"/healthz", WB_R_HEALTHZ, READ, true, false, "healthz"},
	{"/readyz", WB_R_READYZ, READ, true, false, "readyz"},
	{"/metrics", WB_R_METRICS, READ, true, false, "metrics"},
	{"/status", WB_R_STATUS, READ, true, false, "status"},
};

#define PATHS (sizeof(table) / sizeof(table[0]))
static_assert(PATHS == WB_ROUTES, "each route has one path");

const char *wb_route_name(enum wb_route route)
{
	for (size_t i = 0; i < PATHS; i++) {
		if (table[i].route == route)
			return table[i].name;
	}
	return "none";
}

/* Take one value off path for the placeholder which. */
static bool take_value(char which, struct wb_slice *path, struct wb_routed *ret)
{
	struct wb_slice value = *path;
	const uint8_t *slash =
		value.len == 0 ? NULL : memchr(value.p, '/', value.len);

	if (which != 'T' && which != 'S' && slash != NULL)
		value.len = (size_t)(slash - value.p);
	*path = wb_slice(path->p + value.len, path->len - value.len);
	switch (which) {
	case 'N':
		return wb_parse_dec(value, &ret->seq) == 0;
	case 'C':
		return wb_country_valid(value) &&
		       wb_slice_copy(value, ret->country,
				     sizeof(ret->country)) == 0;
	case 'D':
		return wb_unhex(value, ret->digest, sizeof(ret->digest)) == 0;
	case 'T':
		return wb_tile_parse(value, &ret->tile) == 0;
	case 'P':
		return wb_id_valid(value) &&
		       wb_slice_copy(value, ret->party, sizeof(ret->party)) ==
			       0;
	case 'I':
		return wb_id_valid(value) &&
		       wb_slice_copy(value, ret->id, sizeof(ret->id)) == 0;
	case 'S':
		/* What it may consist of, the HTTP reader has seen to. */
		return value.len > 0 && wb_slice_copy(value, ret->serial,
						      sizeof(ret->serial)) == 0;
	}
	return false;
}

static bool match(const char *pattern, struct wb_slice path,
		  struct wb_routed *ret)
{
	while (*pattern != '\0') {
		if (*pattern == '{') {
			if (!take_value(pattern[1], &path, ret))
				return false;
			pattern += 3;
			continue;
		}
		if (path.len == 0 || path.p[0] != (uint8_t)*pattern)
			return false;
		path = wb_slice(path.p + 1, path.len - 1);
		pattern++;
	}
	return path.len == 0;
}

static bool verb_fits(enum takes takes, enum wb_verb verb)
{
	switch (takes) {
	case READ:
		return verb == WB_GET || verb == WB_HEAD;
	case WRITE:
		return verb == WB_POST;
	}
	return false;
}

int wb_route(const struct wb_http_request *request, bool admin,
	     struct wb_routed *ret, const char **ret_allow,
	     struct wb_problem *problem)
{
	struct wb_slice path = request->target;
	struct wb_routed routed = {.query = {NULL, 0}};
	const uint8_t *mark = memchr(path.p, '?', path.len);
	const struct path *p = NULL;

	if (mark != NULL) {
		path.len = (size_t)(mark - path.p);
		routed.query =
			wb_slice(mark + 1, request->target.len - path.len - 1);
	}
	for (size_t i = 0; i < PATHS && p == NULL; i++) {
		if (table[i].admin == admin &&
		    match(table[i].pattern, path, &routed))
			p = &table[i];
	}
	if (p == NULL)
		return wb_refuse(problem, WB_P_PATH, "",
				 "there is nothing at this path");
	if (!verb_fits(p->takes, request->verb)) {
		*ret_allow = p->takes == WRITE ? "POST" : "GET, HEAD";
		return wb_refuse(problem, WB_P_METHOD, "",
				 "the method is not one that this path takes");
	}
	if (mark != NULL && !p->query)
		return wb_refuse(problem, WB_P_QUERY, "",
				 "this path takes no query");
	routed.route = p->route;
	*ret = routed;
	return 0;
}
