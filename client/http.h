#ifndef WB_HTTP_H
#define WB_HTTP_H

#include <stddef.h>

#include "waybill/bytes.h"

/*
 * http: requests to one ledger over a few kept connections.
 *
 * http.c alone knows libcurl.  It decides nothing: no redirects, no retries;
 * what came back stands in the request.
 */
struct wb_http;

struct wb_request {
	/* in; borrowed until the request has come back */
	const char *method;        /* GET or POST */
	const char *target;        /* "/v1/..." */
	const char *authorization; /* or NULL */
	struct wb_slice body;
	size_t max;                /* bytes of the answer */
	void *owner;               /* the caller's */
	/* out */
	int error;                 /* 0, or WB_EBUSY: not reached or cut off;
				      WB_ELIMIT; WB_EIO */
	int status;
	unsigned retry_after_s;    /* 0: not said */
	struct wb_buf answer;      /* the caller frees it */
	char why[256];             /* when error is not 0 */
};

/*
 * url is http://host[:port], https://... or unix:/path.  WB_EFORM for any
 * other, WB_ENOMEM.
 */
int wb_http_open(const char *url, unsigned connections, struct wb_http **ret)
	WB_MUST_CHECK;
void wb_http_close(struct wb_http *http);

/* Send; at most `connections` are on their way at a time.  What cannot even
 * be started comes back with an error. */
void wb_http_start(struct wb_http *http, struct wb_request *request);
/* The next request that has come back, or NULL after timeout_ms, or when a
 * signal came. */
struct wb_request *wb_http_wait(struct wb_http *http, int timeout_ms);
/* Send one and wait for it; nothing else may be on its way. */
void wb_http_do(struct wb_http *http, struct wb_request *request);

#endif /* WB_HTTP_H */
