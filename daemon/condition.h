#ifndef WB_DAEMON_CONDITION_H
#define WB_DAEMON_CONDITION_H

/*
 * condition: the states of a ledger by name (waybilld(8), "States").  One
 * table for whoever names them: run, status, /readyz and /metrics.
 */
enum wb_condition {
	WB_C_OK,
	WB_C_STARTING,
	WB_C_STOPPING,
	WB_C_CHECKING,
	/* writing is refused, reading goes on */
	WB_C_FULL,
	WB_C_CLOCK,
	WB_C_REFUSED,
	WB_C_LATCHED,
	/* also found while it runs */
	WB_C_DAMAGED,
	/* run does not begin */
	WB_C_ROLLBACK,
	WB_C_FORK,
	WB_C_RESTORED,
	WB_C_KEYS,
	WB_C_ABSENT,
	WB_C_BUSY,
	WB_C_FAILED,
	WB_CONDITIONS
};

struct wb_condition_row {
	const char *name;
	int exit;          /* of run and status; enum wb_exit */
	const char *means; /* a phrase */
	const char *todo;  /* a sentence, or "" */
};

const struct wb_condition_row *wb_condition(enum wb_condition c);

/* Say on standard error that the ledger in dir is so, with what to do; err is
 * named where the condition says little by itself, or 0. */
void wb_condition_tell(const char *dir, enum wb_condition c, int err);

/* What err of wb_ledger_open() is called. */
enum wb_condition wb_condition_of_open(int err);
/* What it is called that a batch met err, the ledger being latched or not. */
enum wb_condition wb_condition_of_write(int err, int latched);

#endif /* WB_DAEMON_CONDITION_H */
