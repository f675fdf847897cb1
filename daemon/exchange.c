#include <assert.h>
#include <string.h>

#include "daemon/server.h"

/* How long a request waits for a job before it is told to come back. */
#define WAIT_MS 2000

/*
 * exchange: one request and its answer.
 */

static uint64_t now_ms(const struct wb_conn *c)
{
	return uv_now(&c->server->loop);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* --- the answer ------------------------------------------------------- */

void wb_exchange_drop(struct wb_conn *c)
{
	struct wb_server *s = c->server;

	assert(c->job == NULL);
	if (c->body != NULL)
		wb_body_give(s->bodies, c->body);
	c->body = NULL;
	c->body_len = 0;
	wb_reply_free(&c->reply);
	atomic_fetch_sub(&s->service.reply_bytes, c->counted);
	c->counted = 0;
}

/* Make room for the next request: what came behind this one moves up. */
static void next_request(struct wb_conn *c)
{
	c->in_len -= c->used;
	memmove(c->in, c->in + c->used, c->in_len);
	wb_conn_idle(c);
	wb_conn_start_reading(c);
	if (c->in_len > 0 && c->state == WB_CONN_IDLE)
		wb_exchange_bytes(c);
}

static void on_write(uv_write_t *req, int status)
{
	struct wb_conn *c = req->data;

	wb_exchange_drop(c);
	if (c->state != WB_CONN_WRITING)
		return; /* already closing */
	if (status != 0)
		wb_conn_close(c);
	else if (c->keep_alive && !c->server->closing)
		next_request(c);
	else
		wb_conn_drain(c);
}

/* Send c->reply. */
static void answer(struct wb_conn *c, enum wb_route route)
{
	struct wb_server *s = c->server;
	struct wb_reply_line line = {
		.old = c->request.old,
		.keep_alive = c->keep_alive && !s->closing,
		.time_s = wb_clock_ms() / 1000,
	};
	struct wb_slice head;
	struct wb_writer w;
	uv_buf_t buf[2];
	unsigned n = 1;
	int rc;

	wb_metrics_answer(&s->service.metrics, route, c->reply.status,
			  c->reply.code);
	wb_writer_init(&w, c->out, sizeof(c->out));
	wb_reply_head(&w, &c->reply, &line);
	rc = wb_writer_end(&w, &head);
	assert(rc == 0);
	buf[0] = uv_buf_init((char *)c->out, (unsigned)head.len);
	if (c->request.verb != WB_HEAD && c->reply.body.len > 0) {
		buf[1] = uv_buf_init((char *)c->reply.body.p,
				     (unsigned)c->reply.body.len);
		n = 2;
	}
	uv_read_stop(&c->u.stream);
	wb_link_remove(&c->quiet);
	c->state = WB_CONN_WRITING;
	c->deadline_ms = now_ms(c) + s->config->write_timeout_ms;
	c->write.data = c;
	/* When the call fails, its callback is never called. */
	if (uv_write(&c->write, &c->u.stream, buf, n, on_write) != 0) {
		wb_exchange_drop(c);
		wb_conn_close(c);
	}
}

/* Refuse the request; what may follow on the connection cannot be told from
 * it if the request has a body that was not read. */
static void refuse(struct wb_conn *c, const struct wb_problem *p,
		   const char *allow, bool keep)
{
	wb_reply_problem(&c->reply, p);
	c->reply.allow = allow;
	c->keep_alive = keep && c->keep_alive;
	answer(c, WB_ROUTES);
}

static void refuse_as(struct wb_conn *c, enum wb_problem_code code, bool keep)
{
	struct wb_problem p;

	memset(&p, 0, sizeof(p));
	p.code = code;
	refuse(c, &p, NULL, keep);
}

void wb_exchange_refuse(struct wb_conn *c, enum wb_problem_code code)
{
	refuse_as(c, code, false);
}

/* --- jobs ------------------------------------------------------------- */

/*
 * What is answered before the ledger has been read through: what its own hash
 * or signature proves.  Who may read the rest, what is listed and what is
 * decided rests on state that nothing covers.
 */
static bool proves_itself(enum wb_route route)
{
	return route == WB_R_CHECKPOINT || route == WB_R_TILE ||
	       route == WB_R_RECORD || route == WB_R_POLICY ||
	       route == WB_R_CONSISTENCY;
}

static bool may_run(const struct wb_conn *c)
{
	return proves_itself(c->routed.route) ||
	       atomic_load(&c->server->service.checked);
}

static void run_job(struct wb_conn *c, struct wb_job *job)
{
	struct wb_server *s = c->server;

	job->owner = c;
	job->step =
		c->routed.route == WB_R_SUBMIT ? WB_JOB_VERIFY : WB_JOB_READ;
	job->request = &c->request;
	job->routed = &c->routed;
	job->body = wb_slice(c->body == NULL ? NULL : c->body->p, c->body_len);
	memset(&job->statement, 0, sizeof(job->statement));
	memset(&job->reply, 0, sizeof(job->reply));
	c->job = job;
	c->state = WB_CONN_RUNNING;
	c->deadline_ms = UINT64_MAX;
	s->n_jobs++;
	wb_service_start_job(&s->service, job);
}

/* The request is whole. */
static void start(struct wb_conn *c)
{
	struct wb_server *s = c->server;
	struct wb_job *job;

	uv_read_stop(&c->u.stream);
	wb_link_remove(&c->quiet);
	if (c->admin) {
		wb_admin_reply(s, c->routed.route, &c->reply);
		answer(c, c->routed.route);
		return;
	}
	if (may_run(c)) {
		job = wb_job_take(&s->free_jobs);
		if (job != NULL) {
			run_job(c, job);
			return;
		}
	} else if (s->scrub.verdict == WB_SCRUB_DAMAGED) {
		/* What may be wrong is not answered. */
		refuse_as(c, WB_P_LATCHED, true);
		return;
	} else {
		wb_scrub_tick(&s->scrub, now_ms(c)); /* at once */
	}
	c->state = WB_CONN_WAITING;
	c->deadline_ms = now_ms(c) + WAIT_MS;
	wb_link_append(&s->waiting, &c->waiting);
	s->n_waiting++;
}

static void end_wait(struct wb_conn *c)
{
	wb_link_remove(&c->waiting);
	c->server->n_waiting--;
}

/* Give a free job to whoever has waited longest and may run. */
static void reuse_job(struct wb_server *s, struct wb_job *job)
{
	for (struct wb_link *l = s->waiting.next; l != &s->waiting;
	     l = l->next) {
		struct wb_conn *c = WB_LINK_OF(l, struct wb_conn, waiting);

		if (!may_run(c))
			continue;
		end_wait(c);
		run_job(c, job);
		return;
	}
	wb_job_put(&s->free_jobs, job);
}

/* To whoever waits for what the check has decided. */
void wb_exchange_checked(struct wb_server *s, bool holds)
{
	size_t n = s->n_waiting;

	atomic_store(&s->service.checked, holds);
	while (n-- > 0 && !s->closing) {
		struct wb_conn *c =
			WB_LINK_OF(s->waiting.next, struct wb_conn, waiting);

		end_wait(c);
		start(c);
	}
}

static void take_back(struct wb_server *s, struct wb_job *job)
{
	struct wb_conn *c = job->owner;

	assert(c->job == job && c->state == WB_CONN_RUNNING);
	c->job = NULL;
	c->reply = job->reply;
	c->counted = job->reply.body.cap;
	s->n_jobs--;
	reuse_job(s, job);
	answer(c, c->routed.route);
}

void wb_exchange_done(struct wb_server *s)
{
	struct wb_job_queue done;
	struct wb_job *job;

	pthread_mutex_lock(&s->done_lock);
	done = s->done;
	memset(&s->done, 0, sizeof(s->done));
	pthread_mutex_unlock(&s->done_lock);
	while ((job = wb_job_take(&done)) != NULL)
		take_back(s, job);
}

/* --- the request ------------------------------------------------------ */

/* Ask the client for the body that it holds back.  A socket that does not
 * take these few bytes at once is not worth waiting for. */
static bool say_continue(struct wb_conn *c)
{
	static char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	uv_buf_t buf = uv_buf_init(text, sizeof(text) - 1);

	return uv_try_write(&c->u.stream, &buf, 1) == (int)buf.len;
}

/* Whether the length of the body is one that the route takes. */
static int check_length(const struct wb_conn *c, struct wb_problem *problem)
{
	const struct wb_http_request *r = &c->request;

	if (r->verb != WB_POST) {
		if (r->length == 0)
			return 0;
		return wb_refuse(problem, WB_P_HTTP, "", "%s",
				 "a request to read has no body");
	}
	if (!r->has_length)
		return wb_refuse(problem, WB_P_LENGTH, "", "%s",
				 "the request has a body of unknown length");
	if (r->length > WB_POLICY_STATEMENT_MAX)
		return wb_refuse(problem, WB_P_BODY, "",
				 "the body has %llu bytes; no statement has "
				 "more than %d",
				 (unsigned long long)r->length,
				 WB_POLICY_STATEMENT_MAX);
	return 0;
}

static void begin_body(struct wb_conn *c)
{
	size_t length = (size_t)c->request.length;
	size_t here = c->in_len - c->used;

	c->body = wb_body_take(c->server->bodies, length);
	if (c->body == NULL) {
		wb_exchange_refuse(c, WB_P_BUSY);
		return;
	}
	if (here > length)
		here = length;
	memcpy(c->body->p, c->in + c->used, here);
	c->body_len = here;
	c->used += here;
	if (c->body_len == length) {
		start(c);
		return;
	}
	if (c->request.expect_continue && here == 0 && !say_continue(c)) {
		wb_conn_close(c);
		return;
	}
	wb_link_remove(&c->quiet);
	c->state = WB_CONN_BODY;
	c->deadline_ms =
		earlier(now_ms(c) + c->server->config->body_timeout_ms,
			c->begin_ms + c->server->config->request_timeout_ms);
}

/* The head is whole: say what it asks for, or refuse. */
static void take_head(struct wb_conn *c, size_t len)
{
	struct wb_problem p;
	const char *allow = NULL;
	int rc;

	memset(&p, 0, sizeof(p));
	rc = wb_http_parse(wb_slice(c->in, len), &c->request, &p);
	if (rc != 0) {
		refuse(c, &p, NULL, false);
		return;
	}
	c->used = len;
	c->keep_alive = c->request.keep_alive;
	rc = wb_route(&c->request, c->admin, &c->routed, &allow, &p);
	if (rc != 0) {
		refuse(c, &p, allow,
		       c->request.verb != WB_POST && c->request.length == 0 &&
			       !c->request.expect_continue);
		return;
	}
	if (check_length(c, &p) != 0) {
		refuse(c, &p, NULL, false);
		return;
	}
	if (c->request.verb == WB_POST)
		begin_body(c);
	else
		start(c);
}

static void take_bytes_of_head(struct wb_conn *c)
{
	const struct wb_config *config = c->server->config;
	struct wb_problem p;
	size_t len = 0;
	int rc;

	if (c->state == WB_CONN_IDLE) {
		/* The deadline runs from the first byte: bytes that trickle in
		 * do not move it. */
		memset(&c->scan, 0, sizeof(c->scan));
		memset(&c->request, 0, sizeof(c->request));
		c->state = WB_CONN_HEAD;
		c->begin_ms = now_ms(c);
		c->since_ms = c->begin_ms;
		wb_link_remove(&c->quiet);
		wb_link_append(&c->server->quiet, &c->quiet);
		c->deadline_ms =
			c->begin_ms + earlier(config->header_timeout_ms,
					      config->request_timeout_ms);
	}
	memset(&p, 0, sizeof(p));
	rc = wb_http_scan(&c->scan, wb_slice(c->in, c->in_len), &len, &p);
	if (rc == 0)
		take_head(c, len);
	else if (rc != WB_ENOTFOUND)
		refuse(c, &p, NULL, false);
}

void wb_exchange_bytes(struct wb_conn *c)
{
	if (c->state == WB_CONN_IDLE || c->state == WB_CONN_HEAD)
		take_bytes_of_head(c);
	else if (c->state == WB_CONN_BODY &&
		 c->body_len == (size_t)c->request.length)
		start(c);
}
