#ifndef WB_WHAT_IF_H
#define WB_WHAT_IF_H

#include "client/cli.h"
#include "client/json.h"
#include "waybill/replay.h"

/*
 * what_if: the flags --edition, --factor, --limit and --setting, which say
 * what law is to be tried in place of the one in force.
 */
#define WB_WHAT_IF_FLAGS                                                       \
	(WB_BIT(TRY_EDITION) | WB_BIT(FACTOR) | WB_BIT(TRY_LIMIT) |            \
	 WB_BIT(SETTING))

/* Whether one of the four is given. */
bool wb_what_if_asked(const struct wb_cli *cli);
/* 0 or an exit code, having said why; the caller frees ret in any case. */
int wb_what_if_load(const struct wb_cli *cli, struct wb_what_if *ret);
void wb_what_if_free(struct wb_what_if *w);
/* Whether each name was found in an edition; says which was not. */
int wb_what_if_found(const struct wb_what_if *w);
/* "rev500, lpp=7912000": what is tried, in words. */
void wb_what_if_words(const struct wb_cli *cli, char *out, size_t cap);
/* An error of wb_what_if_factors() or wb_replay_step(), said. */
int wb_what_if_failed(int error, const struct wb_problem *problem);

#endif /* WB_WHAT_IF_H */
