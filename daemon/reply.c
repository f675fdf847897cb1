#include <string.h>
#include <time.h>

#include "daemon/http.h"
#include "daemon/reply.h"
#include "proto/problem.h"

void wb_reply_init(struct wb_reply *r, int status, const char *type,
		   enum wb_cache cache)
{
	memset(r, 0, sizeof(*r));
	r->status = status;
	r->type = type;
	r->cache = cache;
	wb_buf_init(&r->body, WB_REPLY_BODY_MAX);
}

void wb_reply_free(struct wb_reply *r)
{
	wb_buf_free(&r->body);
}

void wb_reply_problem(struct wb_reply *r, const struct wb_problem *p)
{
	uint8_t json[WB_PROBLEM_MAX];
	struct wb_slice text;
	struct wb_writer w;

	wb_reply_init(r, wb_problem_kind(p->code)->status, WB_PROBLEM_TYPE,
		      WB_CACHE_PRIVATE);
	r->code = p->code;
	wb_writer_init(&w, json, sizeof(json));
	wb_problem_write(&w, p);
	/* Without memory for it the status alone must do. */
	if (wb_writer_end(&w, &text) == 0)
		wb_buf_add(&r->body, text.p, text.len);
}

void wb_reply_refuse(struct wb_reply *r, enum wb_problem_code code)
{
	struct wb_problem p;

	memset(&p, 0, sizeof(p));
	p.code = code;
	wb_reply_problem(r, &p);
}

static const char *cache_control(enum wb_cache cache)
{
	switch (cache) {
	case WB_CACHE_NO:
		return "no-cache";
	case WB_CACHE_PRIVATE:
		return "no-store";
	case WB_CACHE_FOREVER:
		return "public, max-age=31536000, immutable";
	}
	return "no-store";
}

static void write_date(struct wb_writer *w, int64_t time_s)
{
	time_t t = (time_t)time_s;
	struct tm tm;
	char text[40];

	/* The daemon never calls setlocale(): names are the C locale's. */
	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		return;
	wb_write_fmt(w, "Date: %s\r\n", text);
}

void wb_reply_head(struct wb_writer *w, const struct wb_reply *r,
		   const struct wb_reply_line *line)
{
	wb_write_fmt(w, "HTTP/1.1 %d %s\r\n", r->status,
		     wb_http_reason(r->status));
	write_date(w, line->time_s);
	wb_write_fmt(w, "Content-Length: %zu\r\n", r->body.len);
	if (r->body.len > 0)
		wb_write_fmt(w,
			     "Content-Type: %s\r\n"
			     "X-Content-Type-Options: nosniff\r\n",
			     r->type);
	wb_write_fmt(w, "Cache-Control: %s\r\n", cache_control(r->cache));
	if (r->allow != NULL)
		wb_write_fmt(w, "Allow: %s\r\n", r->allow);
	if (r->status == 401)
		wb_write_str(w, "WWW-Authenticate: Waybill\r\n");
	if (r->status == 503)
		wb_write_str(w, "Retry-After: 1\r\n");
	if (!line->keep_alive)
		wb_write_str(w, "Connection: close\r\n");
	else if (line->old)
		wb_write_str(w, "Connection: keep-alive\r\n");
	wb_write_str(w, "\r\n");
}
