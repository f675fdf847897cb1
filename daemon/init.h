#ifndef WB_DAEMON_INIT_H
#define WB_DAEMON_INIT_H

#include "daemon/files.h"

/*
 * init: what the command of that name knows while it runs, and the keys that
 * it makes or is given.
 */

/* Authority or committee. */
struct wb_board {
	const char *party;               /* its id */
	const char *text[WB_QUORUM_MAX]; /* of the command line */
	size_t n;
	unsigned k; /* 0: a majority */
	struct wb_vkey key[WB_QUORUM_MAX];
	size_t n_signers;
	struct wb_signer signer[WB_QUORUM_MAX]; /* of those that can */
};

struct wb_init {
	const char *origin;
	const char *data_option;
	const char *genesis; /* file, or NULL */
	const char *family;
	bool historical;
	unsigned late_days;
	struct wb_board authority, committee;
	bool made_keys; /* none were named: one for each board is made */
	const char *continues_path;
	struct wb_buf continues; /* the checkpoint note there */
	struct wb_checkpoint continued;
	char dir[WB_PATH_MAX];
	struct wb_services services;
};

/* The service's two keys and the folder for them. */
int wb_init_services(struct wb_init *in) WB_MUST_CHECK;
/* A board of one, whose key is made here. */
int wb_init_member(struct wb_init *in, struct wb_board *b) WB_MUST_CHECK;
/* The keys that the command line names, if it names any. */
int wb_init_board(const struct wb_init *in, struct wb_board *b) WB_MUST_CHECK;

#endif /* WB_DAEMON_INIT_H */
