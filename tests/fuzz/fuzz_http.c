#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/http.h"

/*
 * HTTP: the head of a request means the same in one piece and byte by byte;
 * what is taken is within every limit, lies within the head, and holds none of
 * the bytes by which one server can be made to disagree with another.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void inside(struct wb_slice head, struct wb_slice s)
{
	if (s.len == 0)
		return;
	require(s.p >= head.p && s.p + s.len <= head.p + head.len);
	for (size_t i = 0; i < s.len; i++)
		require(s.p[i] >= 0x20 || s.p[i] == '\t');
}

static void check_request(struct wb_slice head)
{
	struct wb_problem problem = {0};
	struct wb_http_request r;
	int rc = wb_http_parse(head, &r, &problem);

	if (rc != 0) {
		require(rc == WB_EREFUSED && problem.code >= WB_P_HTTP);
		return;
	}
	inside(head, r.method);
	inside(head, r.target);
	inside(head, r.authorization);
	require(r.target.len > 0 && r.target.len <= WB_TARGET_MAX);
	require(r.target.p[0] == '/');
	require(memchr(r.target.p, ' ', r.target.len) == NULL);
	require(r.method.p == head.p);
	require(r.verb != WB_GET || wb_slice_is(r.method, "GET"));
	require(r.verb != WB_HEAD || wb_slice_is(r.method, "HEAD"));
	require(r.verb != WB_POST || wb_slice_is(r.method, "POST"));
	require(!(r.old && r.expect_continue));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_http_scan whole = {0, 0}, step = {0, 0};
	struct wb_problem problem = {0};
	size_t len = 0, len_step = 0;
	int rc, rc_step = WB_ENOTFOUND;

	if (n > WB_HEAD_MAX + 16)
		n = WB_HEAD_MAX + 16;
	rc = wb_http_scan(&whole, wb_slice(p, n), &len, &problem);
	for (size_t i = 1; i <= n && rc_step == WB_ENOTFOUND; i++)
		rc_step = wb_http_scan(&step, wb_slice(p, i), &len_step,
				       &problem);
	if (n == 0)
		return 0;
	require(rc == rc_step);
	if (rc != 0)
		return 0;
	require(len == len_step && len <= WB_HEAD_MAX && len <= n);
	require(memcmp(p + len - 4, "\r\n\r\n", 4) == 0);
	check_request(wb_slice(p, len));
	return 0;
}
