#ifndef WB_REMOTE_H
#define WB_REMOTE_H

#include "client/cli.h"
#include "client/http.h"
#include "client/json.h"
#include "waybill/limits.h"
#include "waybill/note.h"
#include "waybill/problem.h"

/*
 * remote: a ledger at --url, read as whoever --key is.
 *
 * Each read is signed anew with the first key, if there is one; without, only
 * what is open is given.  Calls say why and return an exit code.
 */
struct wb_remote {
	struct wb_http *http;
	const char *url;
	bool signs;
	struct wb_signer signer;
	char origin[WB_ORIGIN_MAX + 1]; /* of the signer's name */
};

/* The longest answer taken; the daemon's pages end at about 4 MiB. */
#define WB_ANSWER_MAX ((size_t)64 << 20)

/* url is NULL for that of the settings. */
int wb_remote_open(const struct wb_cli *cli, const char *url,
		   struct wb_remote *ret);
/* Accepts a zeroed struct; wipes the key. */
void wb_remote_close(struct wb_remote *remote);

/* wb_http_open(), saying why not. */
int wb_remote_http(const char *url, unsigned connections,
		   struct wb_http **ret);

/* GET target; on 0 the caller frees ret. */
int wb_remote_get(struct wb_remote *remote, const char *target,
		  struct wb_buf *ret);
/* The same, but what this reader may not see, or is not there, is no error:
 * *ret is empty then. */
int wb_remote_try(struct wb_remote *remote, const char *target,
		  struct wb_buf *ret);
/* wb_remote_get(), and parse the answer, which the caller frees. */
int wb_remote_json(struct wb_remote *remote, const char *target,
		   struct wb_answer **ret);

/*
 * What a request that brought no success comes to: prints why under `where`
 * and returns the exit code.  url is named when nothing answered.
 */
int wb_remote_refused(const char *where, const char *url,
		      const struct wb_request *request);
/* Whether the same again later may do. */
bool wb_remote_temporary(const struct wb_request *request);
/* The problem in an answer, or one that is made of its status. */
void wb_remote_problem(const struct wb_request *request,
		       struct wb_problem *ret);

#endif /* WB_REMOTE_H */
