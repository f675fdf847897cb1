#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/server.h"

#define BACKLOG 1024

/*
 * listen: addresses of the configuration, or sockets that systemd passes in
 * their place.
 */

static void on_connection(uv_stream_t *stream, int status)
{
	struct wb_listener *l = stream->data;

	if (status != 0)
		wb_log(WB_LOG_WARNING, "%s: cannot accept: %s", l->name,
		       uv_strerror(status));
	else if (!l->server->closing)
		wb_conn_accept(l);
}

static int refuse(struct wb_problem *problem, const char *name, int uv_err)
{
	return wb_refuse(problem, WB_P_CONFIG, "listen",
			 "cannot listen on %s: %s", name, uv_strerror(uv_err));
}

/* A listener of that type, initialised in the loop, so that it will be closed
 * with the others whatever comes. */
static struct wb_listener *listener_new(struct wb_server *s, bool is_unix,
					bool admin)
{
	struct wb_listener *l;
	int rc;

	if (s->n_listeners == WB_LISTENERS_MAX)
		return NULL;
	l = &s->listener[s->n_listeners];
	rc = is_unix ? uv_pipe_init(&s->loop, &l->u.pipe, 0)
		     : uv_tcp_init(&s->loop, &l->u.tcp);
	if (rc != 0)
		return NULL;
	s->n_listeners++;
	l->server = s;
	l->admin = admin;
	l->u.any.data = l;
	return l;
}

/* Name the listener by the address that it really has: port 0 became one. */
static void name_tcp(struct wb_listener *l)
{
	struct sockaddr_storage ss;
	const struct sockaddr *sa = (const struct sockaddr *)&ss;
	char host[INET6_ADDRSTRLEN] = "?";
	int len = sizeof(ss), port = 0;

	memset(&ss, 0, sizeof(ss));
	if (uv_tcp_getsockname(&l->u.tcp, (struct sockaddr *)&ss, &len) == 0) {
		if (sa->sa_family == AF_INET6) {
			const struct sockaddr_in6 *in6 =
				(const struct sockaddr_in6 *)&ss;

			uv_ip6_name(in6, host, sizeof(host));
			port = ntohs(in6->sin6_port);
		} else {
			const struct sockaddr_in *in =
				(const struct sockaddr_in *)&ss;

			uv_ip4_name(in, host, sizeof(host));
			port = ntohs(in->sin_port);
		}
	}
	snprintf(l->name, sizeof(l->name),
		 sa->sa_family == AF_INET6 ? "http://[%s]:%d" : "http://%s:%d",
		 host, port);
}

/* Whether what is sent there can be read on the way. */
static bool leaves_machine(const struct wb_address *a)
{
	return strncmp(a->host, "127.", 4) != 0 && strcmp(a->host, "::1") != 0;
}

static int listen_tcp(struct wb_server *s, const struct wb_address *a,
		      bool admin, struct wb_problem *problem)
{
	struct wb_listener *l = listener_new(s, false, admin);
	struct sockaddr_in6 in6;
	struct sockaddr_in in;
	const struct sockaddr *sa;
	int rc;

	if (l == NULL)
		return WB_ENOMEM;
	if (strchr(a->host, ':') != NULL) {
		rc = uv_ip6_addr(a->host, a->port, &in6);
		sa = (const struct sockaddr *)&in6;
	} else {
		rc = uv_ip4_addr(a->host, a->port, &in);
		sa = (const struct sockaddr *)&in;
	}
	if (rc == 0)
		rc = uv_tcp_bind(&l->u.tcp, sa, 0);
	if (rc == 0)
		rc = uv_listen(&l->u.stream, BACKLOG, on_connection);
	if (rc != 0)
		return refuse(problem, a->host, rc);
	name_tcp(l);
	if (leaves_machine(a))
		wb_log(WB_LOG_WARNING,
		       "%s is not loopback, and answers are not encrypted: "
		       "put a proxy with TLS in front",
		       l->name);
	return 0;
}

/* A socket file that nobody answers at is left over from a crash. */
static void remove_stale(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct stat st;
	int fd, rc;

	if (lstat(path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	memcpy(to.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	rc = connect(fd, (const struct sockaddr *)&to, sizeof(to));
	if (rc != 0 && errno == ECONNREFUSED)
		(void)unlink(path);
	close(fd);
}

static int listen_unix(struct wb_server *s, const struct wb_address *a,
		       bool admin, struct wb_problem *problem)
{
	struct wb_listener *l = listener_new(s, true, admin);
	int rc;

	if (l == NULL)
		return WB_ENOMEM;
	remove_stale(a->host);
	rc = uv_pipe_bind(&l->u.pipe, a->host);
	/* As open as a port on loopback; the folder guards it. */
	if (rc == 0)
		rc = uv_pipe_chmod(&l->u.pipe, UV_READABLE | UV_WRITABLE);
	if (rc == 0)
		rc = uv_listen(&l->u.stream, BACKLOG, on_connection);
	if (rc != 0)
		return refuse(problem, a->host, rc);
	snprintf(l->name, sizeof(l->name), "unix:%s", a->host);
	return 0;
}

static int listen_fd(struct wb_server *s, int fd, bool admin,
		     struct wb_problem *problem)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct wb_listener *l;
	bool is_unix;
	int rc;

	memset(&ss, 0, sizeof(ss));
	if (getsockname(fd, (struct sockaddr *)&ss, &len) != 0)
		return refuse(problem, "a socket that was passed",
			      uv_translate_sys_error(errno));
	is_unix = ss.ss_family == AF_UNIX;
	l = listener_new(s, is_unix, admin);
	if (l == NULL)
		return WB_ENOMEM;
	rc = is_unix ? uv_pipe_open(&l->u.pipe, fd)
		     : uv_tcp_open(&l->u.tcp, fd);
	if (rc == 0)
		rc = uv_listen(&l->u.stream, BACKLOG, on_connection);
	if (rc != 0)
		return refuse(problem, "a socket that was passed", rc);
	if (is_unix)
		snprintf(l->name, sizeof(l->name), "unix:%s",
			 ((const struct sockaddr_un *)&ss)->sun_path);
	else
		name_tcp(l);
	return 0;
}

static int listen_list(struct wb_server *s, const struct wb_listeners *list,
		       bool admin, struct wb_problem *problem)
{
	int rc = 0;

	for (size_t i = 0; i < list->n && rc == 0; i++) {
		const struct wb_address *a = &list->at[i];

		rc = a->is_unix ? listen_unix(s, a, admin, problem)
				: listen_tcp(s, a, admin, problem);
	}
	return rc;
}

int wb_listen_all(struct wb_server *s, const struct wb_notify_fds *fds,
		  struct wb_problem *problem)
{
	bool passed[2] = {false, false};
	int rc = 0;

	for (size_t i = 0; i < fds->n && rc == 0; i++) {
		passed[fds->admin[i]] = true;
		rc = listen_fd(s, WB_NOTIFY_FD_FIRST + (int)i, fds->admin[i],
			       problem);
	}
	if (rc == 0 && !passed[0])
		rc = listen_list(s, &s->config->listen, false, problem);
	if (rc == 0 && !passed[1])
		rc = listen_list(s, &s->config->admin, true, problem);
	return rc;
}

void wb_server_addresses(const struct wb_server *s, struct wb_buf *out)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		wb_buf_fmt(out, "%s %s\n",
			   s->listener[i].admin ? "admin" : "api",
			   s->listener[i].name);
}
