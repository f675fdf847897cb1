#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/http.h"

/* Scan and parse text as if it came in one piece. */
static int take(struct wb_slice text, struct wb_http_request *r,
		struct wb_problem *p)
{
	struct wb_http_scan scan = {0, 0};
	size_t len = 0;
	int rc;

	memset(p, 0, sizeof(*p));
	rc = wb_http_scan(&scan, text, &len, p);
	if (rc != 0)
		return rc;
	return wb_http_parse(wb_slice(text.p, len), r, p);
}

static void test_good(void **state)
{
	struct wb_http_request r;
	struct wb_problem p;

	(void)state;
	assert_int_equal(
		take(wb_slice_str("GET /v1/records?after=1 HTTP/1.1\r\n"
				  "Host: example.org\r\n"
				  "authorization:\t Waybill AAAA \t\r\n"
				  "X-Empty:\r\n"
				  "\r\n"),
		     &r, &p),
		0);
	assert_int_equal(r.verb, WB_GET);
	assert_true(wb_slice_is(r.method, "GET"));
	assert_true(wb_slice_is(r.target, "/v1/records?after=1"));
	assert_true(wb_slice_is(r.authorization, "Waybill AAAA"));
	assert_true(r.keep_alive);
	assert_false(r.has_length || r.old || r.expect_continue);

	assert_int_equal(take(wb_slice_str("POST /v1/statements HTTP/1.1\r\n"
					   "Host: x\r\n"
					   "CONTENT-LENGTH: 12\r\n"
					   "Expect: 100-Continue\r\n"
					   "Connection: close\r\n"
					   "\r\nabc"),
			      &r, &p),
			 0);
	assert_int_equal(r.verb, WB_POST);
	assert_true(r.has_length && r.expect_continue);
	assert_int_equal(r.length, 12);
	assert_false(r.keep_alive);

	/* HTTP/1.0 needs no Host and knows no 100. */
	assert_int_equal(take(wb_slice_str("HEAD / HTTP/1.0\r\n"
					   "Expect: 100-continue\r\n\r\n"),
			      &r, &p),
			 0);
	assert_int_equal(r.verb, WB_HEAD);
	assert_true(r.old);
	assert_false(r.keep_alive || r.expect_continue);

	assert_int_equal(
		take(wb_slice_str("PUT / HTTP/1.1\r\nHost: x\r\n\r\n"), &r, &p),
		0);
	assert_int_equal(r.verb, WB_OTHER_VERB);
}

#define H "Host: x\r\n"

static void test_refusals(void **state)
{
	static const struct {
		const char *why, *text;
		enum wb_problem_code code;
	} bad[] = {
		{"no Host", "GET / HTTP/1.1\r\n\r\n", WB_P_HTTP},
		{"two Hosts", "GET / HTTP/1.1\r\n" H H "\r\n", WB_P_HTTP},
		{"Transfer-Encoding",
		 "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n",
		 WB_P_HTTP},
		{"identity",
		 "GET / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n",
		 WB_P_HTTP},
		{"both",
		 "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n"
		 "Transfer-Encoding: chunked\r\n\r\n",
		 WB_P_HTTP},
		{"a length twice",
		 "POST / HTTP/1.1\r\n" H
		 "Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
		 WB_P_HTTP},
		{"lengths in a list",
		 "POST / HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\n",
		 WB_P_HTTP},
		{"a sign", "POST / HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\n",
		 WB_P_HTTP},
		{"hexadecimal",
		 "POST / HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\n",
		 WB_P_HTTP},
		{"an empty length",
		 "POST / HTTP/1.1\r\n" H "Content-Length: \r\n\r\n", WB_P_HTTP},
		{"2^64",
		 "POST / HTTP/1.1\r\n" H
		 "Content-Length: 18446744073709551616\r\n\r\n",
		 WB_P_HTTP},
		{"a leading zero",
		 "POST / HTTP/1.1\r\n" H "Content-Length: 03\r\n\r\n",
		 WB_P_HTTP},
		{"Authorization twice",
		 "GET / HTTP/1.1\r\n" H
		 "Authorization: Waybill A\r\nAuthorization: Waybill A\r\n\r\n",
		 WB_P_HTTP},
		{"another expectation",
		 "GET / HTTP/1.1\r\n" H "Expect: 200-ok\r\n\r\n", WB_P_HTTP},
		{"a folded line", "GET / HTTP/1.1\r\n" H "X-A: b\r\n c\r\n\r\n",
		 WB_P_HTTP},
		{"folded by a tab",
		 "GET / HTTP/1.1\r\n" H "X-A: b\r\n\tc\r\n\r\n", WB_P_HTTP},
		{"a bare newline", "GET / HTTP/1.1\n" H "\r\n", WB_P_HTTP},
		{"a bare carriage return",
		 "GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n", WB_P_HTTP},
		{"a control", "GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n",
		 WB_P_HTTP},
		{"an escape", "GET /\x1b HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"DEL", "GET / HTTP/1.1\r\n" H "X: \x7f\r\n\r\n", WB_P_HTTP},
		{"UTF-8", "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"a space before the colon",
		 "GET / HTTP/1.1\r\n" H "X : a\r\n\r\n", WB_P_HTTP},
		{"a length with a space before the colon",
		 "POST / HTTP/1.1\r\n" H "Content-Length : 3\r\n\r\n",
		 WB_P_HTTP},
		{"no colon", "GET / HTTP/1.1\r\n" H "X\r\n\r\n", WB_P_HTTP},
		{"no name", "GET / HTTP/1.1\r\n" H ": a\r\n\r\n", WB_P_HTTP},
		{"a name in parts", "GET / HTTP/1.1\r\n" H "X(: a\r\n\r\n",
		 WB_P_HTTP},
		{"absolute form", "GET http://x/ HTTP/1.1\r\n" H "\r\n",
		 WB_P_HTTP},
		{"authority form", "CONNECT x:80 HTTP/1.1\r\n" H "\r\n",
		 WB_P_HTTP},
		{"asterisk form", "OPTIONS * HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"a fragment", "GET /a#b HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"a backslash", "GET /a\\b HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"two spaces", "GET  / HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"a space in the target", "GET /a b HTTP/1.1\r\n" H "\r\n",
		 WB_P_HTTP},
		{"a space first", " GET / HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"a line first", "\r\nGET / HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"nothing but lines", "\r\n\r\n", WB_P_HTTP},
		{"small letters", "get / HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"no such method", "FETCH / HTTP/1.1\r\n" H "\r\n", WB_P_HTTP},
		{"HTTP/0.9", "GET /\r\n\r\n", WB_P_HTTP},
		{"HTTP/2", "GET / HTTP/2.0\r\n" H "\r\n", WB_P_HTTP},
		{"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", WB_P_HTTP},
		{"HTTP/1.2", "GET / HTTP/1.2\r\n" H "\r\n", WB_P_HTTP},
		{"no version", "GET / HTTP\r\n" H "\r\n", WB_P_HTTP},
		{"TLS", "\x16\x03\x01\x02", WB_P_HTTP},
	};
	struct wb_http_request r;
	struct wb_problem p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (take(wb_slice_str(bad[i].text), &r, &p) != WB_EREFUSED)
			fail_msg("taken: %s", bad[i].why);
		assert_int_equal(p.code, bad[i].code);
		assert_true(p.detail[0] != '\0');
	}
	assert_int_equal(
		take(wb_slice("GET / HTTP/1.1\r\nHost: x\0\r\n\r\n", 29), &r,
		     &p),
		WB_EREFUSED);
}

/* Heads that come in byte by byte give the same, and nothing before their
 * end. */
static void test_pieces(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /";
	struct wb_http_scan scan = {0, 0};
	struct wb_problem p;
	size_t len = 0;

	(void)state;
	memset(&p, 0, sizeof(p));
	for (size_t n = 0; n < 27; n++)
		assert_int_equal(
			wb_http_scan(&scan, wb_slice(text, n), &len, &p),
			WB_ENOTFOUND);
	assert_int_equal(wb_http_scan(&scan, wb_slice(text, 27), &len, &p), 0);
	assert_int_equal(len, 27);
}

static void test_limits(void **state)
{
	static char text[WB_HEAD_MAX + 64];
	struct wb_http_request r;
	struct wb_problem p;
	size_t len;

	(void)state;
	/* The target. */
	for (int n = WB_TARGET_MAX; n <= WB_TARGET_MAX + 1; n++) {
		len = (size_t)snprintf(text, sizeof(text),
				       "GET /%0*d HTTP/1.1\r\n" H "\r\n", n - 1,
				       7);
		assert_int_equal(take(wb_slice(text, len), &r, &p),
				 n == WB_TARGET_MAX ? 0 : WB_EREFUSED);
		if (n > WB_TARGET_MAX)
			assert_int_equal(p.code, WB_P_HEADERS);
	}
	/* How many headers. */
	for (int n = WB_HEADERS_MAX; n <= WB_HEADERS_MAX + 1; n++) {
		len = (size_t)snprintf(text, sizeof(text),
				       "GET / HTTP/1.1\r\n" H);
		for (int i = 1; i < n; i++)
			len += (size_t)snprintf(text + len, 16, "X: a\r\n");
		len += (size_t)snprintf(text + len, 16, "\r\n");
		assert_int_equal(take(wb_slice(text, len), &r, &p),
				 n == WB_HEADERS_MAX ? 0 : WB_EREFUSED);
		if (n > WB_HEADERS_MAX)
			assert_int_equal(p.code, WB_P_HEADERS);
	}
	/* Their length together: 16,384 bytes with the empty line. */
	for (int more = 0; more <= 1; more++) {
		len = (size_t)snprintf(text, sizeof(text),
				       "GET / HTTP/1.1\r\n" H "X: %0*d",
				       WB_HEAD_MAX - 32 + more, 7);
		len += (size_t)snprintf(text + len, 16, "\r\n\r\n");
		assert_int_equal(len, WB_HEAD_MAX + more);
		assert_int_equal(take(wb_slice(text, len), &r, &p),
				 more == 0 ? 0 : WB_EREFUSED);
	}
	assert_int_equal(p.code, WB_P_HEADERS);
	/* A request line without end. */
	memset(text, 'A', sizeof(text));
	assert_int_equal(take(wb_slice(text, WB_HEAD_MAX), &r, &p),
			 WB_EREFUSED);
	assert_int_equal(p.code, WB_P_HEADERS);
}

static void test_reasons(void **state)
{
	(void)state;
	for (size_t i = 0; wb_problem_row(i) != NULL; i++)
		assert_string_not_equal(
			wb_http_reason(wb_problem_row(i)->status), "<unknown>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),    cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_pieces),  cmocka_unit_test(test_limits),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
