#ifndef WB_PROGRESS_H
#define WB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/cli.h"

/*
 * progress: one line on the terminal, drawn over itself a few times a second;
 * nothing where standard error is no terminal, or under --quiet.
 */
struct wb_progress {
	bool on;
	bool drawn;
	int64_t start_ms;
	int64_t last_ms;
};

void wb_progress_start(struct wb_progress *p, const struct wb_cli *cli);
/* done of total, 0 while that is unknown; note is short. */
void wb_progress_step(struct wb_progress *p, uint64_t done, uint64_t total,
		      const char *note);
/* Wipe the line; before anything else is printed, too. */
void wb_progress_clear(struct wb_progress *p);

/* Milliseconds that never go back. */
int64_t wb_monotonic_ms(void);

#endif /* WB_PROGRESS_H */
