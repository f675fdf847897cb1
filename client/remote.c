#include "client/remote.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "client/keys.h"
#include "client/print.h"
#include "proto/access.h"
#include "proto/problem.h"

/* Whom the key reads as; its origin stands in its name. */
static int set_signer(const struct wb_cli *cli, const char *path,
		      struct wb_remote *remote)
{
	const char *name = remote->signer.vkey.name;
	const char *party;
	int rc = wb_keys_open(cli, path, &remote->signer);

	if (rc != 0)
		return rc;
	remote->signs = true;
	party = strstr(name, "/party/");
	if (party != NULL &&
	    wb_slice_copy(wb_slice(name, (size_t)(party - name)),
			  remote->origin, sizeof(remote->origin)) == 0)
		return 0;
	return wb_fail(WB_EXIT_USAGE,
		       "the key in %s is not named <origin>/party/<id>/"
		       "<label>, so it is no reader's",
		       path);
}

int wb_remote_open(const struct wb_cli *cli, const char *url,
		   struct wb_remote *ret)
{
	const char *key = wb_opt(&cli->opt, WB_OPT_KEY);
	int rc = 0;

	memset(ret, 0, sizeof(*ret));
	ret->url = url;
	if (url == NULL)
		rc = wb_opt_need(&cli->opt, WB_OPT_URL, &ret->url);
	if (rc == 0 && key != NULL)
		rc = set_signer(cli, key, ret);
	if (rc == 0)
		rc = wb_remote_http(ret->url, 1, &ret->http);
	if (rc != 0)
		wb_remote_close(ret);
	return rc;
}

int wb_remote_http(const char *url, unsigned connections, struct wb_http **ret)
{
	switch (wb_http_open(url, connections, ret)) {
	case 0:
		return 0;
	case WB_EFORM:
		wb_fail(WB_EXIT_USAGE, "'%s' is no address of a ledger", url);
		wb_advise("give http://host:port, https://host, or "
			  "unix:/path/to/socket");
		return WB_EXIT_USAGE;
	default:
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	}
}

void wb_remote_close(struct wb_remote *remote)
{
	wb_http_close(remote->http);
	remote->http = NULL;
	wb_wipe(&remote->signer, sizeof(remote->signer));
}

/* The value of the access header for a GET of target. */
static int authorize(const struct wb_remote *remote, const char *target,
		     char header[WB_ACCESS_HEADER_MAX + 1])
{
	struct wb_access access = {
		.origin = wb_slice_str(remote->origin),
		.method = wb_slice_str("GET"),
		.target = wb_slice_str(target),
		.time = (wb_time)time(NULL) * 1000,
	};
	struct wb_slice text;
	struct wb_writer w;
	int rc;

	wb_writer_init(&w, header, WB_ACCESS_HEADER_MAX);
	rc = wb_access_write(&w, &access, &remote->signer);
	if (rc == 0)
		rc = wb_writer_end(&w, &text);
	if (rc != 0)
		return wb_fail(WB_EXIT_USAGE,
			       "no access note can be made for %s: %s", target,
			       wb_strerror(rc));
	header[text.len] = '\0';
	return 0;
}

void wb_remote_problem(const struct wb_request *request, struct wb_problem *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (wb_problem_read(wb_buf_slice(&request->answer), ret) == 0)
		return;
	memset(ret, 0, sizeof(*ret));
	ret->code = WB_P_HTTP;
	snprintf(ret->detail, sizeof(ret->detail),
		 "the answer has status %d and is not one of a Waybill daemon",
		 request->status);
	snprintf(ret->resolution, sizeof(ret->resolution),
		 "check the address; a proxy in front may have refused");
}

bool wb_remote_temporary(const struct wb_request *request)
{
	if (request->error != 0)
		return request->error == WB_EBUSY;
	return request->status == 408 || request->status == 429 ||
	       request->status >= 500;
}

int wb_remote_refused(const char *where, const char *url,
		      const struct wb_request *request)
{
	struct wb_problem problem;

	if (request->error == WB_EBUSY) {
		wb_fail(WB_EXIT_TEMPORARY, "%s: %s", where, request->why);
		wb_advise("is waybilld running, and reachable at %s?", url);
		return WB_EXIT_TEMPORARY;
	}
	if (request->error != 0)
		return wb_fail(WB_EXIT_OTHER, "%s: %s", where, request->why);
	wb_remote_problem(request, &problem);
	fflush(stdout);
	wb_print_problem(stderr, where, &problem);
	switch (request->status) {
	case 401:
	case 403:
		return WB_EXIT_ACCESS;
	case 404:
		return WB_EXIT_NOT_FOUND;
	default:
		return wb_remote_temporary(request) ? WB_EXIT_TEMPORARY
						    : WB_EXIT_OTHER;
	}
}

static int get(struct wb_remote *remote, const char *target, bool lenient,
	       struct wb_buf *ret)
{
	char header[WB_ACCESS_HEADER_MAX + 1];
	struct wb_request request = {
		.method = "GET",
		.target = target,
		.max = WB_ANSWER_MAX,
	};
	int rc = 0;

	if (remote->signs) {
		rc = authorize(remote, target, header);
		if (rc != 0)
			return rc;
		request.authorization = header;
	}
	wb_http_do(remote->http, &request);
	if (request.error == 0 && request.status == 200) {
		*ret = request.answer;
		return 0;
	}
	if (lenient && request.error == 0 &&
	    (request.status == 401 || request.status == 404)) {
		wb_buf_init(ret, 0);
	} else {
		rc = wb_remote_refused(target, remote->url, &request);
		if (rc == WB_EXIT_ACCESS && !remote->signs)
			wb_advise("give --key FILE to read as its party");
	}
	wb_buf_free(&request.answer);
	return rc;
}

int wb_remote_get(struct wb_remote *remote, const char *target,
		  struct wb_buf *ret)
{
	return get(remote, target, false, ret);
}

int wb_remote_try(struct wb_remote *remote, const char *target,
		  struct wb_buf *ret)
{
	return get(remote, target, true, ret);
}

int wb_remote_json(struct wb_remote *remote, const char *target,
		   struct wb_answer **ret)
{
	struct wb_buf body;
	int rc = wb_remote_get(remote, target, &body);

	if (rc != 0)
		return rc;
	rc = wb_answer_parse(wb_buf_slice(&body), ret);
	wb_buf_free(&body);
	if (rc == 0)
		return 0;
	return wb_fail(WB_EXIT_OTHER, "%s: the answer is not JSON (%s)", target,
		       wb_strerror(rc));
}
