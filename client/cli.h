#ifndef WB_CLI_H
#define WB_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "client/options.h"

/*
 * cli: what the commands of waybill have in common.
 *
 * The client is the one layer where an error meets the person.  A function
 * here that "says why" prints one sentence on standard error, and what to do
 * about it, and returns the exit code; whoever called it only hands it on.
 */
enum wb_exit { /* DESIGN 7: scripts rely on these */
	WB_EXIT_DONE = 0,
	WB_EXIT_OTHER = 1,
	WB_EXIT_USAGE = 2,
	WB_EXIT_PROOF = 3,      /* a proof failed: keep the evidence */
	WB_EXIT_NOT_FOUND = 4,
	WB_EXIT_DENIED = 5,     /* recorded, with the verdict deny */
	WB_EXIT_WARNINGS = 6,   /* under --strict */
	WB_EXIT_TEMPORARY = 7,  /* the same again later may do */
	WB_EXIT_BELOW = 8,      /* all held but the quorum of witnesses */
	WB_EXIT_PARTLY = 9,
	WB_EXIT_ACCESS = 10,
	WB_EXIT_INTERRUPTED = 130,
};

struct wb_cli {
	const struct wb_command *command;
	struct wb_options opt;
	size_t n;                    /* operands */
	const char *const *operand;
	bool json;                   /* --json */
};

/* One row makes dispatch, usage, help and completion. */
struct wb_command {
	const char *name;     /* "key new" */
	const char *operands; /* as usage shows them, or "" */
	const char *summary;  /* one line, small letter, no full stop */
	const char *about;    /* paragraphs of help */
	const char *examples; /* lines, each a command */
	uint64_t options;     /* WB_BIT of each that it takes */
	size_t min, max;      /* operands */
	int (*run)(struct wb_cli *cli); /* returns an enum wb_exit */
};

extern const struct wb_command wb_new_commands[];
extern const size_t wb_new_commands_n;
extern const struct wb_command wb_policy_commands[];
extern const size_t wb_policy_commands_n;

/* Command i of all, or NULL past the last. */
const struct wb_command *wb_command_at(size_t i);

int wb_cmd_agreements(struct wb_cli *cli);
int wb_cmd_audit(struct wb_cli *cli);
int wb_cmd_cases(struct wb_cli *cli);
int wb_cmd_check(struct wb_cli *cli);
int wb_cmd_completion(struct wb_cli *cli);
int wb_cmd_help(struct wb_cli *cli);
int wb_cmd_key_new(struct wb_cli *cli);
int wb_cmd_key_public(struct wb_cli *cli);
int wb_cmd_key_show(struct wb_cli *cli);
int wb_cmd_licences(struct wb_cli *cli);
int wb_cmd_lint(struct wb_cli *cli);
int wb_cmd_list(struct wb_cli *cli);
int wb_cmd_new(struct wb_cli *cli);
int wb_cmd_new_policy(struct wb_cli *cli);
int wb_cmd_parties(struct wb_cli *cli);
int wb_cmd_party_detail(struct wb_cli *cli);
int wb_cmd_party_new(struct wb_cli *cli);
int wb_cmd_policies(struct wb_cli *cli);
int wb_cmd_policy_diff(struct wb_cli *cli);
int wb_cmd_policy_lint(struct wb_cli *cli);
int wb_cmd_policy_show(struct wb_cli *cli);
int wb_cmd_policy_trace(struct wb_cli *cli);
int wb_cmd_replay(struct wb_cli *cli);
int wb_cmd_rush(struct wb_cli *cli);
int wb_cmd_scenarios(struct wb_cli *cli);
int wb_cmd_show(struct wb_cli *cli);
int wb_cmd_sign(struct wb_cli *cli);
int wb_cmd_submit(struct wb_cli *cli);
int wb_cmd_trace(struct wb_cli *cli);
int wb_cmd_verify(struct wb_cli *cli);

/* Print the help of one command, or the list of all for NULL. */
void wb_help(const struct wb_command *command);

#endif /* WB_CLI_H */
