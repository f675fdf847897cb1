#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/print.h"
#include "waybill/crypto.h"
#include "waybill/text.h"

/* The row that argv names with two words or one, and how many. */
static const struct wb_command *find(int argc, char **argv, int *ret_words)
{
	const struct wb_command *found = NULL, *command;
	char two[64] = "";

	if (argc > 2)
		snprintf(two, sizeof(two), "%s %s", argv[1], argv[2]);
	for (size_t i = 0; (command = wb_command_at(i)) != NULL; i++) {
		if (strcmp(command->name, two) == 0) {
			*ret_words = 2;
			return command;
		}
		if (strcmp(command->name, argv[1]) == 0) {
			*ret_words = 1;
			found = command;
		}
	}
	return found;
}

/* argv[1] is no command: perhaps the first word of some, or nearly one. */
static int no_command(const char *word)
{
	const char *name[64];
	const char *near;
	const struct wb_command *command;
	size_t n = 0, len = strlen(word);

	for (size_t i = 0; (command = wb_command_at(i)) != NULL && n < 64;
	     i++) {
		if (strncmp(command->name, word, len) == 0 &&
		    command->name[len] == ' ') {
			wb_fail(WB_EXIT_USAGE, "%s what?  For example: %s",
				word, command->name);
			wb_advise("'waybill help' lists the commands");
			return WB_EXIT_USAGE;
		}
		name[n++] = command->name;
	}
	wb_fail(WB_EXIT_USAGE, "there is no command '%s'", word);
	near = wb_nearest(wb_slice_str(word), name, n);
	if (near != NULL)
		wb_advise("did you mean '%s'?", near);
	else
		wb_advise("'waybill help' lists the commands");
	return WB_EXIT_USAGE;
}

static int operands(const struct wb_cli *cli)
{
	const struct wb_command *command = cli->command;

	if (cli->n >= command->min && cli->n <= command->max)
		return 0;
	if (cli->n < command->min)
		wb_fail(WB_EXIT_USAGE, "%s asks for %s", command->name,
			command->operands);
	else
		wb_fail(WB_EXIT_USAGE, "%s does not know what to do with '%s'",
			command->name, cli->operand[command->max]);
	wb_advise("usage: waybill %s [options] %s", command->name,
		  command->operands);
	return WB_EXIT_USAGE;
}

static int run(const struct wb_command *command, int argc, char **argv)
{
	static struct wb_cli cli; /* large */
	int at = 0;
	int rc = wb_options_flags(&cli.opt, command->options, argc, argv, &at);

	if (rc != 0)
		return rc;
	cli.command = command;
	cli.n = (size_t)(argc - at);
	cli.operand = (const char *const *)(argv + at);
	cli.json = wb_opt(&cli.opt, WB_OPT_JSON) != NULL;
	if (wb_opt(&cli.opt, WB_OPT_HELP) != NULL) {
		wb_help(command);
		return WB_EXIT_DONE;
	}
	rc = operands(&cli);
	if (rc == 0)
		rc = wb_options_settings(&cli.opt, command->options);
	if (rc == 0)
		rc = command->run(&cli);
	wb_options_free(&cli.opt);
	return rc;
}

int main(int argc, char **argv)
{
	const struct wb_command *command;
	int words = 0, rc;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (wb_crypto_init() != 0)
		return wb_fail(WB_EXIT_OTHER, "libsodium does not start");
	if (argc < 2 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0) {
		wb_help(NULL);
		return argc < 2 ? WB_EXIT_USAGE : WB_EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("waybill " WB_VERSION);
		return WB_EXIT_DONE;
	}
	command = find(argc, argv, &words);
	if (command == NULL)
		return no_command(argv[1]);
	rc = run(command, argc - words, argv + words);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		return wb_fail(WB_EXIT_OTHER, "the output cannot be written");
	return rc;
}
