#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/route.h"

static int route(enum wb_verb verb, const char *target, bool admin,
		 struct wb_routed *r, const char **allow, struct wb_problem *p)
{
	struct wb_http_request request = {
		.verb = verb,
		.target = wb_slice_str(target),
	};

	memset(p, 0, sizeof(*p));
	*allow = NULL;
	return wb_route(&request, admin, r, allow, p);
}

#define DIGEST                                                                 \
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void test_good(void **state)
{
	static const struct {
		const char *target;
		enum wb_route route;
		bool admin;
	} good[] = {
		{"/checkpoint", WB_R_CHECKPOINT, false},
		{"/tile/0/000", WB_R_TILE, false},
		{"/tile/1/x001/234.p/7", WB_R_TILE, false},
		{"/tile/entries/000.p/1", WB_R_TILE, false},
		{"/v1/records", WB_R_RECORDS, false},
		{"/v1/records?", WB_R_RECORDS, false},
		{"/v1/records?party=a/b?c", WB_R_RECORDS, false},
		{"/v1/records/0", WB_R_RECORD, false},
		{"/v1/records/18446744073709551615", WB_R_RECORD, false},
		{"/v1/records/7/statement", WB_R_STATEMENT, false},
		{"/v1/records/7/judgement", WB_R_JUDGEMENT, false},
		{"/v1/records/7/workings", WB_R_WORKINGS, false},
		{"/v1/records/7/receipt", WB_R_RECEIPT, false},
		{"/v1/shipments/acme/S-1", WB_R_CUSTODY, false},
		{"/v1/serials/1650325000101", WB_R_SERIAL, false},
		{"/v1/serials/SN/7:a", WB_R_SERIAL, false},
		{"/v1/countries/MY", WB_R_COUNTRY, false},
		{"/v1/policies", WB_R_POLICIES, false},
		{"/v1/policies/" DIGEST, WB_R_POLICY, false},
		{"/v1/parties", WB_R_PARTIES, false},
		{"/v1/agreements", WB_R_AGREEMENTS, false},
		{"/v1/licences", WB_R_LICENCES, false},
		{"/v1/licences?after=D-1&limit=5", WB_R_LICENCES, false},
		{"/v1/consistency?from=1&to=2", WB_R_CONSISTENCY, false},
		{"/healthz", WB_R_HEALTHZ, true},
		{"/readyz", WB_R_READYZ, true},
		{"/metrics", WB_R_METRICS, true},
	};
	struct wb_routed r;
	struct wb_problem p;
	const char *allow;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (route(WB_GET, good[i].target, good[i].admin, &r, &allow,
			  &p) != 0)
			fail_msg("refused: %s", good[i].target);
		assert_int_equal(r.route, good[i].route);
		assert_int_equal(route(WB_HEAD, good[i].target, good[i].admin,
				       &r, &allow, &p),
				 0);
		/* Not on the other listener, and not by POST. */
		assert_int_equal(route(WB_GET, good[i].target, !good[i].admin,
				       &r, &allow, &p),
				 WB_EREFUSED);
		assert_int_equal(p.code, WB_P_PATH);
		assert_int_equal(route(WB_POST, good[i].target, good[i].admin,
				       &r, &allow, &p),
				 WB_EREFUSED);
		assert_int_equal(p.code, WB_P_METHOD);
		assert_string_equal(allow, "GET, HEAD");
	}
	assert_int_equal(
		route(WB_POST, "/v1/statements", false, &r, &allow, &p), 0);
	assert_int_equal(r.route, WB_R_SUBMIT);
	assert_int_equal(route(WB_GET, "/v1/statements", false, &r, &allow, &p),
			 WB_EREFUSED);
	assert_string_equal(allow, "POST");
}

static void test_values(void **state)
{
	struct wb_routed r;
	struct wb_problem p;
	const char *allow;

	(void)state;
	assert_int_equal(
		route(WB_GET, "/v1/records/42/receipt", false, &r, &allow, &p),
		0);
	assert_int_equal(r.seq, 42);
	assert_int_equal(
		route(WB_GET, "/v1/countries/TW", false, &r, &allow, &p), 0);
	assert_string_equal(r.country, "TW");
	assert_int_equal(
		route(WB_GET, "/v1/records?after=7", false, &r, &allow, &p), 0);
	assert_true(wb_slice_is(r.query, "after=7"));
	assert_int_equal(
		route(WB_GET, "/v1/policies/" DIGEST, false, &r, &allow, &p),
		0);
	assert_int_equal(r.digest[31], 0xff);
}

static void test_refusals(void **state)
{
	static const char *const none[] = {
		"/",
		"/v1",
		"/v1/",
		"/v1/records/",
		"/v1/record",
		"/v1/records7",
		"/v1/records/07",
		"/v1/records/-1",
		"/v1/records/18446744073709551616",
		"/v1/records/7/",
		"/v1/records/7/statements",
		"/v1/records/"
		"/statement",
		"/v1/records/7/statement/",
		"/V1/records",
		"/"
		"/v1/records",
		"/v1/./records",
		"/v1/countries/my",
		"/v1/countries/MYS",
		"/v1/countries/",
		"/v1/policies/00",
		"/v1/policies/" DIGEST "0",
		"/checkpoint/",
		"/tile/",
		"/tile/0",
		"/tile/64/000",
		"/tile/0/0",
		"/tile/0/000.p/0",
		"/tile/0/000.p/256",
		"/tile/0/x000/000",
		"/tile/../checkpoint",
		"/healthz",
		"/metrics",
	};
	static const char *const query[] = {
		"/checkpoint?",
		"/checkpoint?x=1",
		"/v1/records/7?x",
		"/v1/parties?party=acme",
	};
	struct wb_routed r;
	struct wb_problem p;
	const char *allow;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (route(WB_GET, none[i], false, &r, &allow, &p) !=
		    WB_EREFUSED)
			fail_msg("taken: %s", none[i]);
		assert_int_equal(p.code, WB_P_PATH);
	}
	for (size_t i = 0; i < sizeof(query) / sizeof(query[0]); i++) {
		if (route(WB_GET, query[i], false, &r, &allow, &p) !=
		    WB_EREFUSED)
			fail_msg("taken: %s", query[i]);
		assert_int_equal(p.code, WB_P_QUERY);
	}
	assert_int_equal(
		route(WB_OTHER_VERB, "/checkpoint", false, &r, &allow, &p),
		WB_EREFUSED);
	assert_int_equal(p.code, WB_P_METHOD);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < WB_ROUTES; i++)
		assert_string_not_equal(wb_route_name((enum wb_route)i),
					"none");
	assert_string_equal(wb_route_name(WB_ROUTES), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
