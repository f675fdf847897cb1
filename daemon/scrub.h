#ifndef WB_DAEMON_SCRUB_H
#define WB_DAEMON_SCRUB_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/files.h"

/*
 * scrub: the full check of the ledger in a child process, `waybilld verify`,
 * once after the start and then within a bounded share of one core.
 *
 * A store that is damaged can kill whoever reads it, so the child's death by
 * such a signal is a verdict as good as its exit code.  Damage latches the
 * ledger.  Everything here belongs to the loop thread.
 */
enum wb_scrub_verdict {
	WB_SCRUB_NONE,       /* none has ended yet */
	WB_SCRUB_HOLDS,
	WB_SCRUB_DAMAGED,    /* for good: the ledger is latched */
	WB_SCRUB_UNFINISHED, /* killed from outside, no memory ... */
	WB_SCRUB_VERDICTS
};

struct wb_server;

struct wb_scrub {
	struct wb_server *server;
	char dir[WB_PATH_MAX]; /* "": none to check */
	int trust_fd;          /* the keys, in memory; the child's input */
	uint64_t interval_ms;  /* 0: only after the start */
	uint64_t next_ms;
	uv_process_t process;
	uv_pipe_t out;
	unsigned open; /* of the two handles */
	bool running;
	uint64_t begun_ms;
	/* What the child said last, and how far it is. */
	char line[96];
	size_t line_len;
	char what[16];
	uint64_t at, size;
	/* The last that ended. */
	enum wb_scrub_verdict verdict;
	char why[96];
	int64_t ended_s; /* since 1970; 0: none */
	uint64_t took_ms;
	uint64_t count[WB_SCRUB_VERDICTS];
};

/* Check the ledger in the folder dir, whose keys trust names, every so many
 * hours.  WB_ELIMIT, WB_EIO. */
int wb_scrub_init(struct wb_scrub *c, struct wb_server *server, const char *dir,
		  struct wb_slice trust, unsigned interval_h) WB_MUST_CHECK;
/* Begin one if it is time. */
void wb_scrub_tick(struct wb_scrub *c, uint64_t now_ms);
/* End the one that runs; its handles close in the loop. */
void wb_scrub_stop(struct wb_scrub *c);
/* After the loop has ended. */
void wb_scrub_free(struct wb_scrub *c);

const char *wb_scrub_verdict_name(enum wb_scrub_verdict v);

#endif /* WB_DAEMON_SCRUB_H */
