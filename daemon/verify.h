#ifndef WB_DAEMON_VERIFY_H
#define WB_DAEMON_VERIFY_H

#include <stdbool.h>

/*
 * verify: a ledger's folder read as an auditor would, and its journal held
 * against the store.
 */
struct wb_verify {
	const char *dir;   /* the folder of the ledger */
	const char *trust; /* whose keys count, or NULL for those in dir */
	unsigned share;    /* per cent of a core to use; 0: all there is */
	bool report;       /* progress in lines, for the daemon */
};

/* Verify and say what was found; WB_EXIT_PROOF if something does not hold. */
int wb_verify_ledger(const struct wb_verify *v);

#endif /* WB_DAEMON_VERIFY_H */
