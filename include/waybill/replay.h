#ifndef WB_REPLAY_H
#define WB_REPLAY_H

#include "waybill/engine.h"

/*
 * replay: a ledger's statements judged again, from genesis on, under another
 * law and with a state of their own.  What was recorded stays as it is.
 */
#define WB_WHAT_IF_MAX 32

/*
 * What is different.  Editions stand in for those of the ledger, of whatever
 * family they are, from the first day of the earliest to the last day of the
 * latest; before and after, the ledger's own apply.  Limits, settings and
 * factors change what then applies; found says whether an edition has one of
 * that name.
 */
struct wb_what_if {
	size_t n_editions;
	struct wb_edition *edition[WB_EDITIONS_MAX]; /* the caller's */
	size_t n_limits;
	struct {
		char counter[32]; /* of an exception, or alloc */
		int64_t x10;
		bool found;
	} limit[WB_WHAT_IF_MAX];
	size_t n_settings;
	struct {
		char name[40];
		bool on, found;
	} setting[WB_WHAT_IF_MAX];
	size_t n_factors; /* an agreement in force, whatever is recorded */
	struct {
		char country[3];
		int32_t percent; /* of the allocation, 100 to 200 */
	} factor[WB_WHAT_IF_MAX];
};

/*
 * Make *ret the law that base becomes; the editions in it are copies, the
 * catalogue and the table are those of base.  0 or WB_ENOMEM.
 */
int wb_what_if_law(struct wb_what_if *w, const struct wb_law *base,
		   struct wb_law *ret) WB_MUST_CHECK;
/* Free what wb_what_if_law() made, which is not base's. */
void wb_what_if_law_free(struct wb_law *law);

/*
 * Put the agreements that the factors stand for into a state, as statements of
 * theirs would.  WB_EREFUSED with *problem if there is no such statement.
 */
int wb_what_if_factors(const struct wb_what_if *w, const struct wb_law *law,
		       const struct wb_state *state,
		       int (*put)(void *ctx, const char *key,
				  struct wb_slice value),
		       void *ctx, struct wb_problem *problem) WB_MUST_CHECK;

struct wb_replay;

/* w may be NULL: the same law.  It is borrowed until the replay is freed. */
int wb_replay_new(struct wb_what_if *w, struct wb_replay **ret) WB_MUST_CHECK;
void wb_replay_free(struct wb_replay *r);
/*
 * The next statement of the ledger and the time of its record, from genesis
 * on.  *ret_d is valid until the next step, and NULL for what is not judged
 * under the other law: an agreement that a factor takes the place of.
 */
int wb_replay_step(struct wb_replay *r, const struct wb_statement *st,
		   wb_time time, const struct wb_decision **ret_d,
		   struct wb_problem *problem) WB_MUST_CHECK;
/* A counter of the replay's own state, in tenths of TPP; 0 if not there. */
int64_t wb_replay_counter(struct wb_replay *r, const char *key);

#endif /* WB_REPLAY_H */
