#ifndef WB_DAEMON_SERVER_H
#define WB_DAEMON_SERVER_H

#include <pthread.h>
#include <uv.h>

#include "daemon/condition.h"
#include "daemon/body.h"
#include "daemon/config.h"
#include "daemon/http.h"
#include "daemon/list.h"
#include "daemon/notify.h"
#include "daemon/scrub.h"
#include "daemon/service.h"

/*
 * server: the loop thread, its listeners and its connections.
 *
 * Everything here belongs to the loop thread but `done`, through which the
 * other threads give jobs back.  Connections, bodies and jobs are taken at
 * start.  With no connection free, the one that has been idle longest gives
 * way; with none idle, nothing is accepted until one closes.  With no job
 * free, a request waits a while and is then told to come back.
 */
#define WB_LISTENERS_MAX (2 * WB_CONFIG_LISTEN_MAX)

struct wb_server;

struct wb_listener {
	union {
		uv_handle_t any;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} u;
	struct wb_server *server;
	bool admin;
	bool pending; /* a connection waits for a place */
	char name[WB_ADDRESS_MAX + 32]; /* "http://127.0.0.1:7700" */
};

/*
 *      accept          first byte        head            body
 *  FREE ----> IDLE ------------> HEAD ---------> BODY --------> WAITING
 *              ^                  |                 (no body)      | a job
 *              | kept alive       | refused                        v
 *              +---- WRITING <----+----------------------------- RUNNING
 *                       | not kept alive
 *                       v
 *                     DRAIN ----> CLOSING ----> FREE
 */
enum wb_conn_state {
	WB_CONN_FREE,
	WB_CONN_IDLE,
	WB_CONN_HEAD,
	WB_CONN_BODY,
	WB_CONN_WAITING,
	WB_CONN_RUNNING,
	WB_CONN_WRITING,
	WB_CONN_DRAIN, /* answered and shut down: read until the peer closes,
			  for a reset would take the answer from it */
	WB_CONN_CLOSING,
};

struct wb_conn {
	union {
		uv_handle_t any;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} u;
	struct wb_server *server;
	struct wb_link active;  /* all that are not FREE */
	struct wb_link quiet;   /* IDLE and HEAD, by since_ms */
	struct wb_link waiting; /* WAITING: oldest first */
	struct wb_conn *next_free;
	enum wb_conn_state state;
	bool admin;
	uint64_t since_ms;    /* when it became IDLE, or left it for HEAD */
	uint64_t begin_ms;    /* the first byte of the request */
	uint64_t deadline_ms; /* UINT64_MAX: none */
	/* the request */
	struct wb_http_scan scan;
	struct wb_http_request request;
	struct wb_routed routed;
	size_t used; /* bytes of in[] that the request took */
	struct wb_body *body;
	size_t body_len;
	struct wb_job *job;
	/* the answer */
	struct wb_reply reply;
	size_t counted; /* bytes of it in service.reply_bytes */
	bool keep_alive;
	uint8_t out[WB_REPLY_HEAD_MAX];
	uv_write_t write;
	uv_shutdown_t shutdown;
	size_t in_len;
	uint8_t in[WB_HEAD_MAX];
};

struct wb_server {
	uv_loop_t loop;
	const struct wb_config *config;
	struct wb_service service;
	size_t n_listeners;
	struct wb_listener listener[WB_LISTENERS_MAX];
	uv_timer_t tick;
	uv_signal_t sigterm, sigint;
	uv_async_t wake;
	pthread_mutex_t done_lock; /* guards done */
	struct wb_job_queue done;
	bool closing;
	uint64_t started_ms;
	uint64_t watchdog_us; /* 0: none */
	uint64_t asked_us;    /* when the sequencer was asked to show itself */
	uint64_t next_watchdog_ms, next_reader_check_ms, next_status_ms;
	struct wb_link active, quiet, waiting;
	size_t n_active, n_waiting, n_jobs;
	struct wb_conn *conns;
	struct wb_conn *free_conns;
	struct wb_job *jobs;
	struct wb_job_queue free_jobs;
	struct wb_bodies *bodies;
	struct wb_scrub scrub;
	char trash[4096]; /* what a draining connection reads */
};

/* Take memory, start threads, listen.  WB_EREFUSED with *problem for an
 * address that cannot be had. */
int wb_server_open(struct wb_ledger *ledger, const struct wb_config *config,
		   const struct wb_notify_fds *fds, struct wb_server **ret,
		   struct wb_problem *problem) WB_MUST_CHECK;
/* Check the ledger in full while it runs: see scrub.h. */
int wb_server_check(struct wb_server *s, const char *dir,
		    struct wb_slice trust) WB_MUST_CHECK;
/* Until a signal says stop and all that was begun is finished. */
void wb_server_run(struct wb_server *s);
/* Accepts NULL; after run, or after open alone. */
void wb_server_close(struct wb_server *s);
/* The listeners, a line each: "api http://127.0.0.1:7700". */
void wb_server_addresses(const struct wb_server *s, struct wb_buf *out);

/* --- between the files of the loop --------------------------------------- */

/* listen.c */
int wb_listen_all(struct wb_server *s, const struct wb_notify_fds *fds,
		  struct wb_problem *problem) WB_MUST_CHECK;

/* conn.c */
void wb_conn_accept(struct wb_listener *l);
/* Look for listeners that wait for a place. */
void wb_conn_accept_pending(struct wb_server *s);
void wb_conn_close(struct wb_conn *c);
/* Close what is idle; what is begun gets a moment to finish. */
void wb_conn_close_all(struct wb_server *s);
/* Act on deadlines that have passed. */
void wb_conn_expire_all(struct wb_server *s);
void wb_conn_idle(struct wb_conn *c);
void wb_conn_start_reading(struct wb_conn *c);
void wb_conn_drain(struct wb_conn *c);

/* exchange.c */
/* Bytes have come in, or are left over from before. */
void wb_exchange_bytes(struct wb_conn *c);
/* Answer with a problem, and not keep the connection. */
void wb_exchange_refuse(struct wb_conn *c, enum wb_problem_code code);
/* Jobs have come back. */
void wb_exchange_done(struct wb_server *s);
/* A full check has ended: the ledger holds, or is damaged. */
void wb_exchange_checked(struct wb_server *s, bool holds);
/* Give back what the request of c holds; its job is not out. */
void wb_exchange_drop(struct wb_conn *c);

/* admin.c: answered by the loop itself. */
enum wb_condition wb_server_condition(struct wb_server *s);
void wb_admin_reply(struct wb_server *s, enum wb_route route,
		    struct wb_reply *ret);

#endif /* WB_DAEMON_SERVER_H */
