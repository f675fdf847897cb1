#include <string.h>
#include <strings.h>

#include <http_parser.h>

#include "daemon/http.h"
#include "waybill/text.h"

struct header {
	struct wb_slice name;
	struct wb_slice value;
};

/* What the callbacks of one wb_http_parse() fill in. */
struct parse {
	struct wb_slice target;
	struct header header[WB_HEADERS_MAX];
	size_t n;
	bool in_value; /* the last callback was for a value */
	bool too_many;
	bool complete;
};

static int refuse(struct wb_problem *problem, enum wb_problem_code code,
		  const char *detail)
{
	return wb_refuse(problem, code, "", "%s", detail);
}

/* --- scan ----------------------------------------------------------------- */

/* Why byte c cannot follow prev in a head, or NULL. */
static const char *misfit(uint8_t prev, uint8_t c)
{
	if (prev == '\r' && c != '\n')
		return "a carriage return stands alone";
	if (c == '\n')
		return prev == '\r' ? NULL : "a newline stands alone";
	if (prev == '\n' && (c == ' ' || c == '\t'))
		return "a header line is folded";
	if (c == '\r' || c == '\t')
		return NULL;
	if (c < 0x20 || c >= 0x7f)
		return "a byte that is not visible ASCII stands in the head";
	return NULL;
}

static int over_long(struct wb_slice in, struct wb_problem *problem)
{
	if (memchr(in.p, '\n', in.len) == NULL)
		return refuse(problem, WB_P_HEADERS,
			      "the request line is longer than its limit");
	return refuse(problem, WB_P_HEADERS,
		      "the headers are longer than their limit");
}

int wb_http_scan(struct wb_http_scan *scan, struct wb_slice in, size_t *ret_len,
		 struct wb_problem *problem)
{
	for (size_t i = scan->at; i < in.len; i++) {
		uint8_t c = in.p[i];
		const char *why = misfit(i > 0 ? in.p[i - 1] : 0, c);

		if (i >= WB_HEAD_MAX)
			return over_long(in, problem);
		if (why != NULL)
			return refuse(problem, WB_P_HTTP, why);
		scan->at = i + 1;
		if (c != '\n')
			continue;
		if (i >= 3 && in.p[i - 2] == '\n') {
			*ret_len = i + 1;
			return 0;
		}
		/* The request line and WB_HEADERS_MAX more. */
		if (++scan->lines > WB_HEADERS_MAX + 1)
			return refuse(problem, WB_P_HEADERS,
				      "there are more header lines than the "
				      "limit");
	}
	if (in.len >= WB_HEAD_MAX)
		return over_long(in, problem);
	return WB_ENOTFOUND;
}

/* --- the library's callbacks ------------------------------------------ */

/* The library may give a string in pieces; they lie behind each other. */
static void extend(struct wb_slice *s, const char *at, size_t len)
{
	if (s->p == NULL)
		*s = wb_slice(at, len);
	else
		s->len += len;
}

static int on_url(http_parser *p, const char *at, size_t len)
{
	struct parse *parse = p->data;

	extend(&parse->target, at, len);
	return 0;
}

static int on_name(http_parser *p, const char *at, size_t len)
{
	struct parse *parse = p->data;

	if (parse->n == 0 || parse->in_value) {
		if (parse->n == WB_HEADERS_MAX) {
			parse->too_many = true;
			return 1;
		}
		parse->n++;
	}
	parse->in_value = false;
	extend(&parse->header[parse->n - 1].name, at, len);
	return 0;
}

static int on_value(http_parser *p, const char *at, size_t len)
{
	struct parse *parse = p->data;

	parse->in_value = true;
	extend(&parse->header[parse->n - 1].value, at, len);
	return 0;
}

/* 1 tells the library that no body follows: bodies are counted by us. */
static int on_headers(http_parser *p)
{
	(void)p;
	return 1;
}

static int on_complete(http_parser *p)
{
	struct parse *parse = p->data;

	parse->complete = true;
	return 0;
}

/* --- parse ------------------------------------------------------------ */

static bool name_valid(struct wb_slice s)
{
	static const char other[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= 'a' && c <= 'z') && strchr(other, c) == NULL)
			return false;
	}
	return s.len > 0;
}

static bool name_is(struct wb_slice s, const char *name)
{
	return s.len == strlen(name) &&
	       strncasecmp((const char *)s.p, name, s.len) == 0;
}

static struct wb_slice trim(struct wb_slice s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = wb_slice(s.p + 1, s.len - 1);
	while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static enum wb_verb verb_of(unsigned method)
{
	if (method == HTTP_GET)
		return WB_GET;
	if (method == HTTP_HEAD)
		return WB_HEAD;
	if (method == HTTP_POST)
		return WB_POST;
	return WB_OTHER_VERB;
}

/* Origin form: a slash, then visible ASCII without a fragment. */
static int check_target(struct wb_slice s, struct wb_problem *problem)
{
	if (s.len > WB_TARGET_MAX)
		return refuse(problem, WB_P_HEADERS,
			      "the request target is longer than its limit");
	if (s.len == 0 || s.p[0] != '/')
		return refuse(problem, WB_P_HTTP,
			      "the request target does not begin with '/'");
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] <= 0x20 || s.p[i] == '#' || s.p[i] == '\\')
			return refuse(problem, WB_P_HTTP,
				      "the request target holds a character "
				      "that it cannot");
	}
	return 0;
}

static int take_length(struct wb_http_request *r, struct wb_slice value,
		       struct wb_problem *problem)
{
	if (r->has_length)
		return refuse(problem, WB_P_HTTP,
			      "Content-Length stands there twice");
	if (wb_parse_dec(value, &r->length) != 0)
		return refuse(problem, WB_P_HTTP,
			      "Content-Length is not a number");
	r->has_length = true;
	return 0;
}

static int take_header(struct wb_http_request *r, const struct header *h,
		       size_t *hosts, struct wb_problem *problem)
{
	struct wb_slice value = trim(h->value);

	if (!name_valid(h->name))
		return refuse(problem, WB_P_HTTP,
			      "a header name holds a character that it "
			      "cannot");
	if (name_is(h->name, "content-length"))
		return take_length(r, value, problem);
	if (name_is(h->name, "transfer-encoding"))
		return refuse(problem, WB_P_HTTP,
			      "Transfer-Encoding is not understood");
	if (name_is(h->name, "host"))
		++*hosts;
	if (name_is(h->name, "authorization")) {
		if (r->authorization.p != NULL)
			return refuse(problem, WB_P_HTTP,
				      "Authorization stands there twice");
		r->authorization = value;
	}
	if (name_is(h->name, "expect")) {
		if (!name_is(value, "100-continue"))
			return refuse(problem, WB_P_HTTP,
				      "an expectation that is not understood");
		r->expect_continue = true;
	}
	return 0;
}

/* The library takes several spaces where one belongs. */
static bool line_exact(struct wb_slice head, const uint8_t *space,
		       struct wb_slice target)
{
	const uint8_t *end = target.p + target.len;
	size_t rest = (size_t)(head.p + head.len - end);

	return target.p == space + 1 && rest > 10 &&
	       memcmp(end, " HTTP/1.", 8) == 0 && end[9] == '\r';
}

static int take_apart(const http_parser *p, const struct parse *parse,
		      struct wb_slice head, struct wb_http_request *ret,
		      struct wb_problem *problem)
{
	struct wb_http_request r = {.verb = verb_of(p->method)};
	const uint8_t *space = memchr(head.p, ' ', head.len);
	size_t hosts = 0;
	int rc;

	if (p->http_major != 1 || p->http_minor > 1)
		return refuse(problem, WB_P_HTTP, "only HTTP/1.1 is spoken");
	if (!line_exact(head, space, parse->target))
		return refuse(problem, WB_P_HTTP,
			      "the request line is malformed");
	rc = check_target(parse->target, problem);
	for (size_t i = 0; i < parse->n && rc == 0; i++)
		rc = take_header(&r, &parse->header[i], &hosts, problem);
	if (rc != 0)
		return rc;

	r.old = p->http_minor == 0;
	if (hosts > 1 || (hosts == 0 && !r.old))
		return refuse(problem, WB_P_HTTP,
			      "the request does not have one header Host");
	/* The library took the method, so a space ends it. */
	r.method = wb_slice(head.p, (size_t)(space - head.p));
	r.target = parse->target;
	r.keep_alive = http_should_keep_alive(p) != 0;
	if (r.old)
		r.expect_continue = false;
	*ret = r;
	return 0;
}

int wb_http_parse(struct wb_slice head, struct wb_http_request *ret,
		  struct wb_problem *problem)
{
	static const http_parser_settings settings = {
		.on_url = on_url,
		.on_header_field = on_name,
		.on_header_value = on_value,
		.on_headers_complete = on_headers,
		.on_message_complete = on_complete,
	};
	struct parse parse = {.n = 0};
	http_parser p;
	size_t n;

	http_parser_init(&p, HTTP_REQUEST);
	p.data = &parse;
	n = http_parser_execute(&p, &settings, (const char *)head.p, head.len);
	if (parse.too_many)
		return refuse(problem, WB_P_HEADERS,
			      "there are more header lines than the limit");
	if (HTTP_PARSER_ERRNO(&p) != HPE_OK || n != head.len ||
	    !parse.complete || parse.target.p == NULL || head.p[0] < 'A' ||
	    head.p[0] > 'Z')
		return refuse(problem, WB_P_HTTP,
			      "the request line or a header is malformed");
	return take_apart(&p, &parse, head, ret, problem);
}

const char *wb_http_reason(int status)
{
	return http_status_str((enum http_status)status);
}
