#ifndef WB_DAEMON_HTTP_H
#define WB_DAEMON_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/limits.h"
#include "waybill/problem.h"

/*
 * http: the head of a request, from bytes.  http.c alone knows the parser
 * library; the strictness on top of it is ours (DESIGN 5):
 *
 *   scan    finds the end of the head as bytes come in, and refuses at once
 *           what no head has: NUL and other controls, bare CR or LF, folded
 *           lines, bytes above 0x7e, too many lines
 *   parse   takes the whole head apart; refuses Transfer-Encoding, a second
 *           Content-Length, Host or Authorization, and targets that are not
 *           in origin form
 *
 * Pure: no I/O, no allocation.
 */
enum wb_verb {
	WB_GET,
	WB_HEAD,
	WB_POST,
	WB_OTHER_VERB, /* known to HTTP, not to us */
};

/* Slices borrow from the head. */
struct wb_http_request {
	enum wb_verb verb;
	struct wb_slice method;
	struct wb_slice target;
	struct wb_slice authorization; /* empty if there is none */
	bool has_length;
	uint64_t length;
	bool old; /* HTTP/1.0 */
	bool keep_alive;
	bool expect_continue;
};

struct wb_http_scan {
	size_t at; /* bytes looked at */
	size_t lines;
};

/*
 * Go on through in, which begins where the request does and has grown since.
 * 0 and the length of the head with its empty line; WB_ENOTFOUND if more bytes
 * are needed; WB_EREFUSED and *problem.
 */
int wb_http_scan(struct wb_http_scan *scan, struct wb_slice in,
		 size_t *ret_len, struct wb_problem *problem) WB_MUST_CHECK;

/* head is what scan measured.  WB_EREFUSED and *problem. */
int wb_http_parse(struct wb_slice head, struct wb_http_request *ret,
		  struct wb_problem *problem) WB_MUST_CHECK;

/* The reason phrase of a status that we send. */
const char *wb_http_reason(int status);

#endif /* WB_DAEMON_HTTP_H */
