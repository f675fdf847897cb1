#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cli.h"
#include "waybill/crypto.h"
#include "waybill/engine.h"
#include "waybill/error.h"
#include "waybill/text.h"

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char *argv[]);
	const char *help;
};

static const struct command table[] = {
	{"init", "begin a ledger", wb_cmd_init,
	 "Usage: waybilld init --origin NAME [options]\n"
	 "       waybilld init --genesis FILE [--data DIR]\n"
	 "\n"
	 "Make the keys of the service and the genesis statement, which names "
	 "the\n"
	 "authority and the committee; when a quorum of the authority has "
	 "signed it,\n"
	 "begin the ledger.\n"
	 "\n"
	 "  --origin NAME           name of the ledger, as "
	 "example.org/waybill\n"
	 "  --data DIR              folder of the ledger\n"
	 "  --authority KEY         a member: verifier key, or a file with its "
	 "key;\n"
	 "                          may repeat\n"
	 "  --quorum K              members needed (default: a majority)\n"
	 "  --committee KEY         a member of the End-User Review Committee\n"
	 "  --committee-quorum K    members needed (default: a majority)\n"
	 "  --family NAME           editions that apply (default: paper)\n"
	 "  --historical            editions may take effect before they are "
	 "recorded\n"
	 "  --late-days N           days after which a shipment is late "
	 "(default: 30)\n"
	 "  --continues FILE        last checkpoint of a ledger to go on "
	 "from\n"
	 "  --genesis FILE          finish with a genesis that has been "
	 "signed\n"
	 "\n"
	 "Without --authority and --committee a key is made for each, to be "
	 "moved off\n"
	 "this machine.\n"
	 "\n"
	 "Examples:\n"
	 "  waybilld init --origin example.org/waybill --data /srv/waybill\n"
	 "  waybilld init --origin example.org/waybill --quorum 2 \\\n"
	 "      --authority a.vkey-text --authority b.key --committee c.key\n"
	 "  waybilld init --genesis genesis.note --data /srv/waybill\n"},
	{"run", "serve the ledger", wb_cmd_run,
	 "Usage: waybilld run [--config FILE] [--data DIR] [--ready-file "
	 "FILE]\n"
	 "\n"
	 "Serve the ledger until SIGTERM or SIGINT, then finish what is in "
	 "flight.\n"
	 "Each listener is printed once it listens, a line each.\n"
	 "\n"
	 "  --config FILE           configuration (default: built in)\n"
	 "  --data DIR              folder of the ledger (default: "
	 "$STATE_DIRECTORY,\n"
	 "                          $XDG_STATE_HOME/waybill or\n"
	 "                          ~/.local/state/waybill)\n"
	 "  --listen ADDRESS        in place of the configured listeners; may "
	 "repeat\n"
	 "  --admin ADDRESS         in place of the configured admin "
	 "listeners\n"
	 "  --ready-file FILE       write the listeners there when ready\n"
	 "\n"
	 "Examples:\n"
	 "  waybilld run\n"
	 "  waybilld run --config /etc/waybill/waybilld.conf\n"
	 "  waybilld run --data /srv/waybill --listen "
	 "unix:/run/waybill.sock\n"},
	{"check-config", "check a configuration file", wb_cmd_check_config,
	 "Usage: waybilld check-config [FILE]\n"
	 "\n"
	 "Say what is wrong with FILE, or print every setting as it would "
	 "hold;\n"
	 "without FILE, the settings built in.\n"
	 "\n"
	 "Example:\n"
	 "  waybilld check-config /etc/waybill/waybilld.conf\n"},
	{"verify", "check everything stored", wb_cmd_verify,
	 "Usage: waybilld verify [--data DIR] [--trust FILE] [--share N]\n"
	 "\n"
	 "Read the whole store: each record's signature, chain and place in "
	 "the tree,\n"
	 "each statement's signatures, each decision made again, and every "
	 "index and\n"
	 "balance; and hold the journal against the store.  The daemon may be "
	 "running.\n"
	 "Exit code 3 if something does not hold.\n"
	 "\n"
	 "  --data DIR              folder of the ledger\n"
	 "  --trust FILE            keys to trust (default: DIR/trust)\n"
	 "  --share N               use N per cent of a core at most\n"
	 "  --report                progress in lines on standard output\n"
	 "\n"
	 "Example:\n"
	 "  waybilld verify --data /srv/waybill\n"},
	{"status", "say how the ledger is", wb_cmd_status,
	 "Usage: waybilld status [--config FILE] [--admin ADDRESS]\n"
	 "       waybilld status --data DIR\n"
	 "\n"
	 "Ask the daemon at its admin listener: its state, size, last record, "
	 "what it takes\n"
	 "up, and the full check.  Or read what the files in DIR say.  The "
	 "exit code is the\n"
	 "state's; waybilld(8) lists them.\n"
	 "\n"
	 "  --config FILE           for where the admin listener is\n"
	 "  --admin ADDRESS         the admin listener (default: "
	 "127.0.0.1:7701)\n"
	 "  --data DIR              folder of a ledger that is not served\n"
	 "\n"
	 "Example:\n"
	 "  waybilld status --admin unix:/run/waybill/admin\n"},
	{"rebuild", "make the store anew from the journal", wb_cmd_rebuild,
	 "Usage: waybilld rebuild [--config FILE] [--data DIR]\n"
	 "\n"
	 "Move a damaged store aside and make it anew from the journal: every "
	 "record is\n"
	 "decided again and must come out the same.  The daemon must not run.  "
	 "If the\n"
	 "journal is damaged too, all stays as it is.  The new store is then "
	 "verified.\n"
	 "\n"
	 "  --config FILE           for where data and keys are\n"
	 "  --data DIR              folder of the ledger\n"
	 "\n"
	 "Example:\n"
	 "  waybilld rebuild --data /srv/waybill\n"},
	{"backup", "copy the ledger while it runs", wb_cmd_backup,
	 "Usage: waybilld backup [--data DIR] --to FOLDER\n"
	 "\n"
	 "Copy store, journal and trust file, verify the copy, and only then "
	 "give it its\n"
	 "name.  The daemon may be writing.  Neither keys nor head file are "
	 "copied: a copy\n"
	 "that could sign would break receipts.\n"
	 "\n"
	 "  --data DIR              folder of the ledger\n"
	 "  --to FOLDER             is made\n"
	 "\n"
	 "Example:\n"
	 "  waybilld backup --data /srv/waybill --to /backup/$(date +%F)\n"},
	{"restore", "make a folder from a backup, to read", wb_cmd_restore,
	 "Usage: waybilld restore --from FOLDER [--data DIR]\n"
	 "\n"
	 "Copy a backup back and verify it.  The folder can be read and "
	 "audited, but run\n"
	 "refuses it: what was released after the backup would be signed a "
	 "second time.\n"
	 "\n"
	 "  --from FOLDER           what waybilld backup made\n"
	 "  --data DIR              is made\n"
	 "\n"
	 "Example:\n"
	 "  waybilld restore --from /backup/2026-03-01 --data /srv/copy\n"},
};

#define COMMANDS (sizeof(table) / sizeof(table[0]))

static void help(FILE *to)
{
	fputs("Usage: waybilld COMMAND [options]\n"
	      "\n"
	      "The daemon of a Waybill ledger.\n"
	      "\n",
	      to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-14s %s\n", table[i].name, table[i].summary);
	fputs("\n"
	      "  --help         this text; waybilld COMMAND --help for more\n"
	      "  --version      version and engine number\n"
	      "  --limits       every limit, by name\n"
	      "\n"
	      "Examples:\n"
	      "  waybilld init --origin example.org/waybill\n"
	      "  waybilld run\n",
	      to);
}

void wb_cli_help(const char *command)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(table[i].name, command) == 0)
			fputs(table[i].help, stdout);
	}
}

static void say(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));

static void say(const char *fmt, va_list ap)
{
	fputs("waybilld: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int wb_cli_usage(const char *command, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fprintf(stderr, "Try 'waybilld %s%s--help'.\n", command,
		command[0] == '\0' ? "" : " ");
	return WB_EXIT_USAGE;
}

void wb_cli_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void wb_cli_problem(const char *file, const struct wb_problem *p)
{
	const struct wb_problem_kind *kind = wb_problem_kind(p->code);

	wb_cli_error("%s%s%s: %s", file, p->pointer[0] != '\0' ? ": " : "",
		     p->pointer, p->detail);
	if (p->found[0] != '\0')
		fprintf(stderr, "  found: %s\n", p->found);
	fprintf(stderr, "  %s\n",
		p->resolution[0] != '\0' ? p->resolution : kind->resolution);
}

int wb_cli_exit(int err)
{
	if (err == 0)
		return WB_EXIT_OK;
	if (err == WB_ECORRUPT || err == WB_EROLLBACK || err == WB_EFORK ||
	    err == WB_EPROOF || err == WB_EGAP)
		return WB_EXIT_PROOF;
	if (err == WB_EREFUSED || err == WB_EKEY || err == WB_EFORM ||
	    err == WB_ENOTFOUND || err == WB_EENGINE)
		return WB_EXIT_USAGE;
	return WB_EXIT_OTHER;
}

static int unknown(const char *name)
{
	const char *known[COMMANDS], *near;

	for (size_t i = 0; i < COMMANDS; i++)
		known[i] = table[i].name;
	near = wb_nearest(wb_slice_str(name), known, COMMANDS);
	if (near != NULL)
		return wb_cli_usage("", "no such command: %s; did you mean %s?",
				    name, near);
	return wb_cli_usage("", "no such command: %s", name);
}

int main(int argc, char *argv[])
{
	/* A peer that goes away is an error of the write, not a signal; and
	 * there is nothing to read again on SIGHUP. */
	signal(SIGPIPE, SIG_IGN);
	/* So that the limit of file sizes is an error of the write too. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	/* A limit on the size of files is a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		help(stderr);
		return WB_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		help(stdout);
		return WB_EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("waybilld %s, engine %d\n", WB_VERSION, WB_ENGINE);
		return WB_EXIT_OK;
	}
	if (strcmp(argv[1], "--limits") == 0) {
		wb_limits_print();
		return WB_EXIT_OK;
	}
	if (wb_crypto_init() != 0) {
		wb_cli_error("the crypto libraries cannot be used");
		return WB_EXIT_OTHER;
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(table[i].name, argv[1]) == 0)
			return table[i].run(argc - 1, argv + 1);
	}
	return unknown(argv[1]);
}
