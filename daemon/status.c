#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/cli.h"
#include "daemon/condition.h"
#include "daemon/files.h"
#include "waybill/headfile.h"
#include "waybill/journal.h"
#include "waybill/text.h"

#define ANSWER_MAX 65536
#define TIMEOUT_S  10

/*
 * status: how a daemon is, asked of its admin listener; or what the files of a
 * ledger say without one.
 */

/* --- of a daemon ------------------------------------------------------- */

union any_address {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t make_address(const struct wb_address *a,
			      union any_address *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (a->is_unix) {
		ret->un.sun_family = AF_UNIX;
		if (strlen(a->host) >= sizeof(ret->un.sun_path))
			return 0;
		memcpy(ret->un.sun_path, a->host, strlen(a->host) + 1);
		return sizeof(ret->un);
	}
	if (inet_pton(AF_INET, a->host, &ret->in.sin_addr) == 1) {
		ret->in.sin_family = AF_INET;
		ret->in.sin_port = htons(a->port);
		return sizeof(ret->in);
	}
	if (inet_pton(AF_INET6, a->host, &ret->in6.sin6_addr) == 1) {
		ret->in6.sin6_family = AF_INET6;
		ret->in6.sin6_port = htons(a->port);
		return sizeof(ret->in6);
	}
	return 0;
}

static int receive(int fd, struct wb_buf *answer)
{
	static const char request[] =
		"GET /status HTTP/1.0\r\nHost: localhost\r\n\r\n";
	char part[4096];
	ssize_t n;

	if (send(fd, request, sizeof(request) - 1, 0) !=
	    (ssize_t)sizeof(request) - 1)
		return errno;
	while ((n = recv(fd, part, sizeof(part), 0)) > 0)
		wb_buf_add(answer, part, (size_t)n);
	if (n < 0)
		return errno;
	return answer->failed ? ENOBUFS : 0;
}

/* Ask the daemon; the errno of what failed. */
static int ask(const struct wb_address *a, struct wb_buf *answer)
{
	struct timeval limit = {.tv_sec = TIMEOUT_S};
	union any_address to;
	socklen_t len = make_address(a, &to);
	int fd, rc = 0;

	if (len == 0)
		return EAFNOSUPPORT;
	fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) !=
		    0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) !=
		    0 ||
	    connect(fd, &to.any, len) != 0)
		rc = errno;
	if (rc == 0)
		rc = receive(fd, answer);
	close(fd);
	return rc;
}

/* The exit code of the condition that the first line names. */
static int exit_of(struct wb_slice body)
{
	struct wb_slice line, word;

	if (!wb_line_next(&body, &line) || !wb_word_next(&line, &word) ||
	    !wb_slice_is(word, "state") || !wb_word_next(&line, &word))
		return WB_EXIT_OTHER;
	for (int c = 0; c < WB_CONDITIONS; c++) {
		const struct wb_condition_row *row =
			wb_condition((enum wb_condition)c);

		if (wb_slice_is(word, row->name))
			return row->exit;
	}
	return WB_EXIT_OTHER;
}

static int status_of_daemon(const struct wb_address *a)
{
	struct wb_slice text, body = {NULL, 0};
	struct wb_buf answer;
	const uint8_t *end;
	int err, code = WB_EXIT_OTHER;

	wb_buf_init(&answer, ANSWER_MAX);
	err = ask(a, &answer);
	if (err != 0) {
		wb_cli_error("no daemon answers at %s%s: %s",
			     a->is_unix ? "unix:" : "", a->host, strerror(err));
		goto free_answer;
	}
	text = wb_buf_slice(&answer);
	end = text.len == 0 ? NULL : memmem(text.p, text.len, "\r\n\r\n", 4);
	if (end != NULL)
		body = wb_slice(end + 4, text.len - (size_t)(end + 4 - text.p));
	if (text.len < 12 || memcmp(text.p + 8, " 200", 4) != 0 ||
	    body.len == 0) {
		wb_cli_error("%s: not the admin listener of waybilld", a->host);
		goto free_answer;
	}
	fwrite(body.p, 1, body.len, stdout);
	code = exit_of(body);

free_answer:
	wb_buf_free(&answer);
	return code;
}

/* --- of a folder ------------------------------------------------------- */

static int status_of_folder(const char *dir)
{
	char store[WB_PATH_MAX], data[WB_PATH_MAX], time[WB_TIME_TEXT + 1];
	uint64_t n = 0, bytes = 0;
	struct wb_head head;
	struct stat sb;
	int rc;

	if (wb_restored(dir)) {
		wb_condition_tell(dir, WB_C_RESTORED, 0);
		return wb_condition(WB_C_RESTORED)->exit;
	}
	rc = wb_path_join(store, dir, "store");
	if (rc == 0)
		rc = wb_path_join(data, store, "data.mdb");
	if (rc == 0)
		rc = wb_headfile_peek(store, &head);
	if (rc == 0)
		rc = wb_journal_usage(store, &n, &bytes);
	if (rc == 0 && stat(data, &sb) != 0)
		rc = WB_ENOTFOUND;
	if (rc != 0) {
		enum wb_condition c = wb_condition_of_open(rc);

		wb_condition_tell(dir, c, rc);
		return wb_condition(c)->exit;
	}
	wb_time_format(head.tip.time, time);
	printf("origin %s\nreleased %llu\nlast_record %s\n"
	       "journal_files %llu\njournal_bytes %llu\nstore_bytes %llu\n",
	       head.checkpoint.origin, (unsigned long long)head.tip.seq, time,
	       (unsigned long long)n, (unsigned long long)bytes,
	       (unsigned long long)sb.st_size);
	return WB_EXIT_OK;
}

/* --- the command line -------------------------------------------------- */

static const struct option options[] = {
	{"admin", required_argument, NULL, 'a'},
	{"config", required_argument, NULL, 'c'},
	{"data", required_argument, NULL, 'd'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int wb_cmd_status(int argc, char *argv[])
{
	static struct wb_config config;
	const char *admin = NULL, *path = NULL, *data = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'h') {
			wb_cli_help("status");
			return WB_EXIT_OK;
		}
		if (c == 'a')
			admin = optarg;
		else if (c == 'c')
			path = optarg;
		else if (c == 'd')
			data = optarg;
		else
			return wb_cli_usage("status", "the command line is not "
						      "understood");
	}
	if (optind < argc)
		return wb_cli_usage("status", "what is %s?", argv[optind]);
	if (data != NULL)
		return status_of_folder(data);
	if (wb_config_load(path, &config) != 0)
		return WB_EXIT_USAGE;
	if (admin != NULL &&
	    wb_address_parse(wb_slice_str(admin), &config.admin.at[0]) != 0)
		return wb_cli_usage("status",
				    "%s is not an address such as "
				    "127.0.0.1:7701 or unix:/path",
				    admin);
	if (admin == NULL && config.admin.n == 0)
		return wb_cli_usage("status", "no admin listener is "
					      "configured");
	return status_of_daemon(&config.admin.at[0]);
}
