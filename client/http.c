#include "client/http.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_MAX    64
#define CONNECT_TIMEOUT_MS 10000L
#define TIMEOUT_MS         120000L
#define UNIX_URL           "http://localhost"

/* A transfer: its handle is kept, for the connection that it caches. */
struct slot {
	CURL *easy;
	struct curl_slist *headers;
	struct wb_request *request; /* NULL while idle */
	char why[CURL_ERROR_SIZE];
};

struct wb_http {
	CURLM *multi;
	char *base;   /* URL without a slash at its end */
	char *socket; /* path of a Unix socket, or NULL */
	unsigned n;
	struct slot slot[CONNECTIONS_MAX];
	struct wb_request *failed; /* could not be started */
};

static int set_base(struct wb_http *http, const char *url)
{
	size_t len = strlen(url);

	if (strncmp(url, "unix:/", 6) == 0) {
		http->socket = strdup(url + 5);
		http->base = strdup(UNIX_URL);
		return http->socket && http->base ? 0 : WB_ENOMEM;
	}
	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
		return WB_EFORM;
	if (strpbrk(url, "?# ") != NULL)
		return WB_EFORM;
	while (len > 0 && url[len - 1] == '/')
		len--;
	http->base = strndup(url, len);
	return http->base ? 0 : WB_ENOMEM;
}

int wb_http_open(const char *url, unsigned connections, struct wb_http **ret)
{
	struct wb_http *http;
	int rc;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return WB_ENOMEM;
	http = calloc(1, sizeof(*http));
	if (http == NULL)
		return WB_ENOMEM;
	http->n = connections < CONNECTIONS_MAX ? connections : CONNECTIONS_MAX;
	rc = set_base(http, url);
	if (rc == 0) {
		http->multi = curl_multi_init();
		rc = http->multi ? 0 : WB_ENOMEM;
	}
	if (rc != 0) {
		wb_http_close(http);
		return rc;
	}
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)http->n);
	*ret = http;
	return 0;
}

void wb_http_close(struct wb_http *http)
{
	if (http == NULL)
		return;
	for (unsigned i = 0; i < http->n; i++) {
		struct slot *slot = &http->slot[i];

		if (slot->request != NULL)
			curl_multi_remove_handle(http->multi, slot->easy);
		curl_easy_cleanup(slot->easy);
		curl_slist_free_all(slot->headers);
	}
	curl_multi_cleanup(http->multi);
	free(http->base);
	free(http->socket);
	free(http);
}

static size_t receive(char *p, size_t size, size_t n, void *user)
{
	struct wb_request *request = user;

	/* libcurl promises that size is 1. */
	wb_buf_add(&request->answer, p, size * n);
	return request->answer.failed ? 0 : size * n;
}

static void fail(struct wb_request *request, int error, const char *why)
{
	request->error = error;
	snprintf(request->why, sizeof(request->why), "%s", why);
}

static struct curl_slist *add_header(struct curl_slist *list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(list, text);

	return longer ? longer : list;
}

static void set_headers(struct slot *slot, const struct wb_request *request)
{
	struct curl_slist *list = NULL;
	char *line;

	/* Without "Expect", a body goes out at once. */
	list = add_header(list, "Expect:");
	list = add_header(list, "Accept:");
	if (request->body.p != NULL)
		list = add_header(list, "Content-Type: "
					"text/plain; charset=utf-8");
	if (request->authorization != NULL &&
	    asprintf(&line, "Authorization: %s", request->authorization) > 0) {
		list = add_header(list, line);
		free(line);
	}
	slot->headers = list;
	curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, list);
}

static void set_transfer(const struct wb_http *http, CURL *easy,
			 struct slot *slot)
{
	curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->why);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			 (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "waybill/" WB_VERSION);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	if (http->socket != NULL)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, http->socket);
}

static int begin(struct wb_http *http, struct slot *slot,
		 struct wb_request *request)
{
	char *url;

	if (slot->easy == NULL)
		slot->easy = curl_easy_init();
	if (slot->easy == NULL)
		return -1;
	curl_easy_reset(slot->easy);
	slot->why[0] = '\0';
	if (asprintf(&url, "%s%s", http->base, request->target) < 0)
		return -1;
	set_transfer(http, slot->easy, slot);
	curl_easy_setopt(slot->easy, CURLOPT_URL, url); /* is copied */
	free(url);
	curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, request);
	set_headers(slot, request);
	if (strcmp(request->method, "POST") == 0) {
		curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body.len);
		curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS,
				 request->body.p);
	}
	if (curl_multi_add_handle(http->multi, slot->easy) != CURLM_OK)
		return -1;
	slot->request = request;
	return 0;
}

void wb_http_start(struct wb_http *http, struct wb_request *request)
{
	unsigned i = 0;

	request->error = 0;
	request->status = 0;
	request->retry_after_s = 0;
	request->why[0] = '\0';
	wb_buf_init(&request->answer, request->max);
	while (i < http->n && http->slot[i].request != NULL)
		i++;
	assert(i < http->n && http->failed == NULL);
	if (begin(http, &http->slot[i], request) != 0) {
		fail(request, WB_EIO, "out of memory");
		http->failed = request;
	}
}

/* What libcurl says of a transfer that brought no answer. */
static void translate(const struct slot *slot, CURLcode code,
		      struct wb_request *request)
{
	const char *why = slot->why[0] ? slot->why : curl_easy_strerror(code);

	switch ((int)code) {
	case CURLE_WRITE_ERROR:
		fail(request, WB_ELIMIT, "the answer is too long");
		return;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_OUT_OF_MEMORY:
		fail(request, WB_EIO, why);
		return;
	default: /* of the network, and it may come back */
		fail(request, WB_EBUSY, why);
		return;
	}
}

static struct wb_request *finish(struct wb_http *http, const CURLMsg *msg)
{
	CURLcode code = msg->data.result;
	CURL *easy = msg->easy_handle;
	struct wb_request *request;
	char *private = NULL;
	struct slot *slot;
	curl_off_t after = 0;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	slot = (struct slot *)(void *)private;
	request = slot->request;
	if (code != CURLE_OK) {
		translate(slot, code, request);
	} else {
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after);
		request->status = (int)status;
		if (after > 0 && after <= 86400)
			request->retry_after_s = (unsigned)after;
	}
	curl_multi_remove_handle(http->multi, easy);
	curl_slist_free_all(slot->headers);
	slot->headers = NULL;
	slot->request = NULL;
	return request;
}

struct wb_request *wb_http_wait(struct wb_http *http, int timeout_ms)
{
	struct wb_request *failed = http->failed;
	int running, left;
	CURLMsg *msg;

	http->failed = NULL;
	if (failed != NULL)
		return failed;
	for (int turn = 0; turn < 2; turn++) {
		curl_multi_perform(http->multi, &running);
		while ((msg = curl_multi_info_read(http->multi, &left))) {
			if (msg->msg == CURLMSG_DONE)
				return finish(http, msg);
		}
		if (turn == 0)
			curl_multi_poll(http->multi, NULL, 0, timeout_ms, NULL);
	}
	return NULL;
}

void wb_http_do(struct wb_http *http, struct wb_request *request)
{
	struct wb_request *back;

	wb_http_start(http, request);
	do {
		back = wb_http_wait(http, 1000);
	} while (back == NULL);
	assert(back == request);
}
