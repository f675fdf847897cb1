#include <assert.h>
#include <string.h>

#include "daemon/server.h"

/* How long a peer may take to close after our answer, and how long what was
 * begun may take when the daemon stops. */
#define DRAIN_MS 1000
/* A connection that has been quiet for so long gives way to a new one. */
#define QUIET_MS 1000

/*
 * conn: the life of a connection, from accept to close.
 */

static uint64_t now_ms(const struct wb_server *s)
{
	return uv_now(&s->loop);
}

/* --- close ------------------------------------------------------------ */

static void on_close(uv_handle_t *handle)
{
	struct wb_conn *c = handle->data;
	struct wb_server *s = c->server;

	wb_link_remove(&c->active);
	s->n_active--;
	c->state = WB_CONN_FREE;
	c->next_free = s->free_conns;
	s->free_conns = c;
	wb_conn_accept_pending(s);
}

void wb_conn_close(struct wb_conn *c)
{
	/* A job borrows from the connection, which waits for it. */
	assert(c->state != WB_CONN_RUNNING && c->state != WB_CONN_FREE);
	if (c->state == WB_CONN_CLOSING)
		return;
	if (c->state == WB_CONN_WAITING) {
		wb_link_remove(&c->waiting);
		c->server->n_waiting--;
	}
	/* A write that is under way still borrows the reply: its callback,
	 * which comes before on_close, drops it. */
	if (c->state != WB_CONN_WRITING)
		wb_exchange_drop(c);
	wb_link_remove(&c->quiet);
	c->state = WB_CONN_CLOSING;
	c->deadline_ms = UINT64_MAX;
	uv_close(&c->u.any, on_close);
}

static void on_shutdown(uv_shutdown_t *req, int status)
{
	struct wb_conn *c = req->data;

	if (c->state == WB_CONN_DRAIN && status != 0)
		wb_conn_close(c);
}

void wb_conn_drain(struct wb_conn *c)
{
	c->state = WB_CONN_DRAIN;
	c->deadline_ms = now_ms(c->server) + DRAIN_MS;
	c->shutdown.data = c;
	if (uv_shutdown(&c->shutdown, &c->u.stream, on_shutdown) != 0) {
		wb_conn_close(c);
		return;
	}
	wb_conn_start_reading(c);
}

/* --- read ------------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct wb_conn *c = handle->data;
	struct wb_server *s = c->server;

	(void)suggested;
	if (c->state == WB_CONN_IDLE || c->state == WB_CONN_HEAD)
		*buf = uv_buf_init((char *)c->in + c->in_len,
				   (unsigned)(sizeof(c->in) - c->in_len));
	else if (c->state == WB_CONN_BODY)
		/* No more than the body: what follows stays in the socket. */
		*buf = uv_buf_init((char *)c->body->p + c->body_len,
				   (unsigned)(c->request.length - c->body_len));
	else
		*buf = uv_buf_init(s->trash, sizeof(s->trash));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct wb_conn *c = stream->data;

	(void)buf;
	if (c->state == WB_CONN_CLOSING || n == 0)
		return;
	if (n < 0) {
		/* Half a request is no request; nothing was promised. */
		wb_conn_close(c);
		return;
	}
	if (c->state == WB_CONN_DRAIN)
		return;
	if (c->state == WB_CONN_BODY)
		c->body_len += (size_t)n;
	else
		c->in_len += (size_t)n;
	wb_exchange_bytes(c);
}

void wb_conn_start_reading(struct wb_conn *c)
{
	int rc = uv_read_start(&c->u.stream, on_alloc, on_read);

	if (rc != 0 && rc != UV_EALREADY)
		wb_conn_close(c);
}

void wb_conn_idle(struct wb_conn *c)
{
	struct wb_server *s = c->server;

	c->state = WB_CONN_IDLE;
	c->used = 0;
	c->since_ms = now_ms(s);
	c->deadline_ms = c->since_ms + s->config->idle_timeout_ms;
	wb_link_append(&s->quiet, &c->quiet);
}

/* --- accept ----------------------------------------------------------- */

/* Only what is read over is cleared: pages that a connection never needs are
 * never touched. */
static void conn_init(struct wb_conn *c, struct wb_listener *l)
{
	struct wb_server *s = l->server;

	c->server = s;
	c->admin = l->admin;
	c->in_len = 0;
	c->body = NULL;
	c->body_len = 0;
	c->job = NULL;
	c->counted = 0;
	memset(&c->reply, 0, sizeof(c->reply));
	memset(&c->request, 0, sizeof(c->request));
	wb_link_init(&c->active);
	wb_link_init(&c->quiet);
	wb_link_init(&c->waiting);
	wb_link_append(&s->active, &c->active);
	s->n_active++;
	wb_conn_idle(c);
}

static int handle_init(struct wb_conn *c, const struct wb_listener *l)
{
	uv_loop_t *loop = &l->server->loop;
	int rc = l->u.any.type == UV_TCP ? uv_tcp_init(loop, &c->u.tcp)
					 : uv_pipe_init(loop, &c->u.pipe, 0);

	c->u.any.data = c;
	return rc;
}

/* Make room by closing the connection that has been quiet longest. */
static void evict(struct wb_server *s)
{
	struct wb_conn *c;

	if (wb_link_alone(&s->quiet))
		return;
	c = WB_LINK_OF(s->quiet.next, struct wb_conn, quiet);
	if (now_ms(s) - c->since_ms >= QUIET_MS)
		wb_conn_close(c);
}

void wb_conn_accept(struct wb_listener *l)
{
	struct wb_server *s = l->server;
	struct wb_conn *c = s->free_conns;

	/* Not accepting stops the listener until we do; the tick tries again.
	 */
	l->pending = true;
	if (c == NULL) {
		evict(s);
		return;
	}
	if (handle_init(c, l) != 0)
		return;
	l->pending = false;
	s->free_conns = c->next_free;
	conn_init(c, l);
	if (uv_accept(&l->u.stream, &c->u.stream) != 0) {
		wb_conn_close(c);
		return;
	}
	atomic_fetch_add(&s->service.metrics.accepted_connections, 1);
	if (c->u.any.type == UV_TCP)
		(void)uv_tcp_nodelay(&c->u.tcp, 1);
	wb_conn_start_reading(c);
}

void wb_conn_accept_pending(struct wb_server *s)
{
	for (size_t i = 0; i < s->n_listeners && !s->closing; i++) {
		if (s->listener[i].pending)
			wb_conn_accept(&s->listener[i]);
	}
}

/* --- deadlines -------------------------------------------------------- */

static void expire(struct wb_conn *c)
{
	switch (c->state) {
	case WB_CONN_HEAD:
	case WB_CONN_BODY:
		wb_exchange_refuse(c, c->server->closing ? WB_P_CLOSING
							 : WB_P_SLOW);
		break;
	case WB_CONN_WAITING:
		wb_link_remove(&c->waiting);
		c->server->n_waiting--;
		wb_exchange_refuse(c, WB_P_BUSY);
		break;
	case WB_CONN_IDLE:
	case WB_CONN_WRITING:
	case WB_CONN_DRAIN:
		wb_conn_close(c);
		break;
	case WB_CONN_FREE:
	case WB_CONN_RUNNING:
	case WB_CONN_CLOSING:
		break;
	}
}

void wb_conn_expire_all(struct wb_server *s)
{
	uint64_t now = now_ms(s);
	struct wb_link *next;

	for (struct wb_link *l = s->active.next; l != &s->active; l = next) {
		struct wb_conn *c = WB_LINK_OF(l, struct wb_conn, active);

		next = l->next;
		if (c->deadline_ms <= now)
			expire(c);
	}
}

void wb_conn_close_all(struct wb_server *s)
{
	uint64_t soon = now_ms(s) + DRAIN_MS;
	struct wb_link *next;

	for (struct wb_link *l = s->active.next; l != &s->active; l = next) {
		struct wb_conn *c = WB_LINK_OF(l, struct wb_conn, active);

		next = l->next;
		if (c->state == WB_CONN_IDLE)
			wb_conn_close(c);
		else if (c->deadline_ms > soon && c->deadline_ms != UINT64_MAX)
			c->deadline_ms = soon;
	}
}
