#ifndef WB_DAEMON_BODY_H
#define WB_DAEMON_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "waybill/error.h"

/*
 * body: the buffers that request bodies are read into, taken at start.
 *
 * Three sizes: an ordinary statement, the largest statement, a policy.  There
 * is one of the first for each connection, so that slow senders of ordinary
 * statements keep nobody waiting; the others are few, and an empty pool is an
 * answer (503).  The last one given back is the next one taken, so that
 * memory which was never needed is never touched.
 */
struct wb_body {
	struct wb_body *next; /* free list */
	unsigned size;        /* index of its class */
	size_t cap;
	uint8_t *p;
};

struct wb_bodies;

int wb_bodies_new(size_t n_connections, struct wb_bodies **ret) WB_MUST_CHECK;
/* Accepts NULL; all bodies have been given back. */
void wb_bodies_free(struct wb_bodies *b);
/* A buffer of len bytes at least, or NULL if none of its size is free. */
struct wb_body *wb_body_take(struct wb_bodies *b, size_t len);
void wb_body_give(struct wb_bodies *b, struct wb_body *body);

#endif /* WB_DAEMON_BODY_H */
