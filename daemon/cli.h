#ifndef WB_DAEMON_CLI_H
#define WB_DAEMON_CLI_H

#include "waybill/bytes.h"
#include "waybill/problem.h"

/*
 * cli: the commands of waybilld, and what they share.
 */

/* Exit codes; systemd does not restart after the last three. */
enum wb_exit {
	WB_EXIT_OK = 0,
	WB_EXIT_OTHER = 1,   /* may go away by itself */
	WB_EXIT_USAGE = 2,   /* command line, configuration, keys */
	WB_EXIT_PROOF = 3,   /* what is stored is not what was written */
	WB_EXIT_LATCHED = 4, /* stopped after a write error */
};

/* Each parses its own options; argv[0] is the command's name. */
int wb_cmd_init(int argc, char *argv[]);
int wb_cmd_run(int argc, char *argv[]);
int wb_cmd_check_config(int argc, char *argv[]);
int wb_cmd_verify(int argc, char *argv[]);
int wb_cmd_status(int argc, char *argv[]);
int wb_cmd_rebuild(int argc, char *argv[]);
int wb_cmd_backup(int argc, char *argv[]);
int wb_cmd_restore(int argc, char *argv[]);

/* The help of a command, from the table in main.c. */
void wb_cli_help(const char *command);
/* Say what is wrong with the command line; WB_EXIT_USAGE. */
int wb_cli_usage(const char *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Say why something failed; the caller chooses the exit code. */
void wb_cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same for a text of the user's: place, what is wrong, what to do. */
void wb_cli_problem(const char *file, const struct wb_problem *p);
/* The exit code for an error of the ledger. */
int wb_cli_exit(int err);

/* limits.c: every limit of limits.h, a line each. */
void wb_limits_print(void);

#endif /* WB_DAEMON_CLI_H */
