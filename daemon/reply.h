#ifndef WB_DAEMON_REPLY_H
#define WB_DAEMON_REPLY_H

#include <stdbool.h>

#include "waybill/bytes.h"
#include "waybill/problem.h"

/*
 * reply: an answer on its way out, and the bound on how much of them the
 * daemon holds.
 *
 * A body is allocated by the thread that makes it and freed by the loop when
 * it is written.  The bytes of all bodies are counted; while they are over
 * WB_REPLY_BYTES_MAX no new body but a problem is made.  The bound is passed
 * by at most one body per thread.
 */
#define WB_REPLY_BYTES_MAX (64 << 20)
#define WB_REPLY_BODY_MAX  (8 << 20) /* one body */
#define WB_REPLY_HEAD_MAX  768

enum wb_cache {
	WB_CACHE_NO,      /* changes at any time: no-cache */
	WB_CACHE_PRIVATE, /* for this reader only: no-store */
	WB_CACHE_FOREVER, /* never changes */
};

struct wb_reply {
	int status;
	const char *type; /* Content-Type, static */
	enum wb_cache cache;
	enum wb_problem_code code; /* 0 unless a problem */
	const char *allow;         /* header Allow, static, or NULL */
	struct wb_buf body;
};

/* An empty reply; the body may be added to. */
void wb_reply_init(struct wb_reply *r, int status, const char *type,
		   enum wb_cache cache);
/* Free the body. */
void wb_reply_free(struct wb_reply *r);
/* Make r, which holds nothing, the problem p. */
void wb_reply_problem(struct wb_reply *r, const struct wb_problem *p);
/* The same for a code alone. */
void wb_reply_refuse(struct wb_reply *r, enum wb_problem_code code);

/* The status line and headers, WB_REPLY_HEAD_MAX bytes at most. */
struct wb_reply_line {
	bool old;        /* answer an HTTP/1.0 client */
	bool keep_alive;
	int64_t time_s;  /* for the header Date */
};
void wb_reply_head(struct wb_writer *w, const struct wb_reply *r,
		   const struct wb_reply_line *line);

#endif /* WB_DAEMON_REPLY_H */
