#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/print.h"

static void print_paragraphs(const char *text, size_t indent)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		printf("%*s", (int)indent, "");
		wb_wrap(stdout, indent, wb_slice(text, len));
		text += len;
		text += *text == '\n';
	}
}

static void print_option(const struct wb_opt_row *row)
{
	char flag[64];
	int n;

	n = snprintf(flag, sizeof(flag), "  %c%c%s--%s%s%s",
		     row->letter ? '-' : ' ', row->letter ? row->letter : ' ',
		     row->letter ? ", " : "  ", row->name, row->arg ? " " : "",
		     row->arg ? row->arg : "");
	printf("%-32s", flag);
	if (n >= 32)
		printf("\n%32s", "");
	wb_wrap(stdout, 32, wb_slice_str(row->help));
	if (row->env != NULL)
		printf("%32s(or %s%s)\n", "", row->env,
		       row->setting ? ", or the configuration file" : "");
	else if (row->setting)
		printf("%32s(or the configuration file)\n", "");
}

static void help_command(const struct wb_command *command)
{
	printf("usage: waybill %s [options]%s%s\n\n", command->name,
	       *command->operands ? " " : "", command->operands);
	print_paragraphs(command->about, 0);
	printf("\nOptions:\n");
	for (size_t i = 0; i < WB_OPTS; i++) {
		if (command->options >> i & 1)
			print_option(&wb_opt_rows[i]);
	}
	printf("\nExamples:\n");
	for (const char *at = command->examples; *at != '\0';) {
		size_t len = strcspn(at, "\n");

		printf("  %.*s\n", (int)len, at);
		at += len;
		at += *at == '\n';
	}
}

void wb_help(const struct wb_command *command)
{
	if (command != NULL) {
		help_command(command);
		return;
	}
	printf("usage: waybill COMMAND [options] ...\n\n"
	       "Makes, signs, submits and proves statements of a Waybill "
	       "ledger.\n\nCommands:\n");
	for (size_t i = 0; (command = wb_command_at(i)) != NULL; i++) {
		printf("  %-18s", command->name);
		wb_wrap(stdout, 20, wb_slice_str(command->summary));
	}
	printf("\n'waybill help COMMAND' shows its options and examples; "
	       "'waybill --version' the\nversion.  Settings are read from "
	       "flags, then the environment, then 'key = value'\nlines of "
	       "$XDG_CONFIG_HOME/waybill/config:\n ");
	for (size_t i = 0; i < WB_OPTS; i++) {
		if (wb_opt_rows[i].setting)
			printf(" %s", wb_opt_rows[i].name);
	}
	printf("\n\nExit codes: 0 done or proved, 1 other, 2 usage, 3 proof "
	       "failed, 4 not found,\n5 recorded but denied, 6 warnings under "
	       "--strict, 7 temporary, 8 below quorum,\n9 partly done, 10 "
	       "access refused, 130 interrupted.\n");
}

int wb_cmd_help(struct wb_cli *cli)
{
	bool found = false;
	char name[64];
	size_t len;

	if (cli->n == 0) {
		wb_help(NULL);
		return WB_EXIT_DONE;
	}
	len = strlen(cli->operand[0]);
	snprintf(name, sizeof(name), "%s%s%s", cli->operand[0],
		 cli->n > 1 ? " " : "", cli->n > 1 ? cli->operand[1] : "");
	for (size_t i = 0; wb_command_at(i) != NULL; i++) {
		if (strcmp(wb_command_at(i)->name, name) == 0) {
			wb_help(wb_command_at(i));
			return WB_EXIT_DONE;
		}
	}
	/* The first word of several: each of them. */
	for (size_t i = 0; cli->n == 1 && wb_command_at(i) != NULL; i++) {
		const struct wb_command *c = wb_command_at(i);

		if (strncmp(c->name, name, len) != 0 || c->name[len] != ' ')
			continue;
		printf("  %-18s", c->name);
		wb_wrap(stdout, 20, wb_slice_str(c->summary));
		found = true;
	}
	if (found)
		return WB_EXIT_DONE;
	return wb_fail(WB_EXIT_USAGE, "there is no command '%s'", name);
}

/* --- completion
 * ---------------------------------------------------------------
 */

static void complete_row(const struct wb_command *command)
{
	printf("\t'%s') words='", command->name);
	for (size_t i = 0; i < WB_OPTS; i++) {
		if (command->options >> i & 1)
			printf("--%s ", wb_opt_rows[i].name);
	}
	printf("' ;;\n");
}

int wb_cmd_completion(struct wb_cli *cli)
{
	if (strcmp(cli->operand[0], "bash") != 0)
		return wb_fail(WB_EXIT_USAGE,
			       "there is completion for bash only, not '%s'",
			       cli->operand[0]);
	printf("# bash completion for waybill; made by 'waybill completion "
	       "bash'\n_waybill() {\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words='' files=-f\n"
	       "\tcase \"${COMP_WORDS[*]:1:2}\" in\n");
	for (size_t i = 0; wb_command_at(i) != NULL; i++) {
		if (strchr(wb_command_at(i)->name, ' ') != NULL)
			complete_row(wb_command_at(i));
	}
	printf("\t*) case \"${COMP_WORDS[1]}\" in\n");
	for (size_t i = 0; wb_command_at(i) != NULL; i++) {
		if (strchr(wb_command_at(i)->name, ' ') == NULL)
			complete_row(wb_command_at(i));
	}
	printf("\tesac ;;\n\tesac\n"
	       "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords='");
	for (size_t i = 0; wb_command_at(i) != NULL; i++)
		printf("%.*s ", (int)strcspn(wb_command_at(i)->name, " "),
		       wb_command_at(i)->name);
	printf("'\n\telif [ \"$COMP_CWORD\" = 2 ]; then\n"
	       "\t\tcase \"${COMP_WORDS[1]}\" in\n");
	for (size_t i = 0; wb_command_at(i) != NULL; i++) {
		const char *name = wb_command_at(i)->name;
		size_t len = strcspn(name, " ");

		if (name[len] == ' ')
			printf("\t\t%.*s) words=\"%s $words\" files= ;;&\n",
			       (int)len, name, name + len + 1);
	}
	printf("\t\t*) ;;\n\t\tesac\n\tfi\n"
	       "\tif [ \"$COMP_CWORD\" -gt 1 ] && [[ $cur != -* ]]; then\n"
	       "\t\twords=${words%%%%--*}\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen ${files:+-f} -W "
	       "\"$words\" -- "
	       "\"$cur\")\n"
	       "\telse\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
	       "\"$cur\")\n"
	       "\tfi\n}\ncomplete -o filenames -F _waybill waybill\n");
	return WB_EXIT_DONE;
}
