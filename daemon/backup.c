#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/cli.h"
#include "daemon/condition.h"
#include "daemon/files.h"
#include "daemon/service.h"
#include "daemon/verify.h"
#include "waybill/headfile.h"
#include "waybill/journal.h"
#include "waybill/text.h"

/*
 * backup and restore: a ledger's folder copied while the daemon writes, and
 * back.  A copy has neither keys nor head, so it cannot sign; it is verified
 * before it gets its name.
 */

struct copy {
	const char *from;
	const char *to;
	char draft[WB_PATH_MAX]; /* what it is called until it is good */
	char from_store[WB_PATH_MAX];
	char draft_store[WB_PATH_MAX];
};

static void tell_phase(const char *what)
{
	if (isatty(STDERR_FILENO) == 1)
		fprintf(stderr, "copying the %s\n", what);
}

static int fail(const char *path, const char *what, int err)
{
	wb_cli_error("%s: cannot copy the %s: %s", path, what,
		     wb_strerror(err));
	return err;
}

/* The store first: the journal is never behind it, so that the copy of the
 * journal holds all that the copy of the store does. */
static int copy_ledger(const struct copy *c)
{
	struct wb_store *store;
	int rc;

	rc = wb_folder_make(c->draft_store);
	if (rc != 0)
		return rc;
	tell_phase("store");
	rc = wb_store_open_readonly(c->from_store, &store);
	if (rc != 0)
		return fail(c->from_store, "store", rc);
	rc = wb_store_copy(store, c->draft_store);
	wb_store_close(store);
	if (rc != 0)
		return fail(c->draft_store, "store", rc);
	tell_phase("journal");
	rc = wb_journal_copy(c->from_store, c->draft_store);
	return rc == 0 ? 0 : fail(c->draft_store, "journal", rc);
}

static int copy_file(const struct copy *c, const char *name)
{
	char from[WB_PATH_MAX], to[WB_PATH_MAX];
	struct wb_buf text;
	int rc;

	rc = wb_path_join(from, c->from, name);
	if (rc == 0)
		rc = wb_path_join(to, c->draft, name);
	if (rc != 0)
		return rc;
	wb_buf_init(&text, WB_TRUST_MAX);
	rc = wb_file_read(from, &text);
	if (rc == 0)
		rc = wb_file_make(to, 0644, wb_buf_slice(&text));
	wb_buf_free(&text);
	return rc;
}

/* The tree of the copy, at the size of the head, has the head's root. */
static int check_head(const struct copy *c, const struct wb_head *head)
{
	uint8_t root[WB_HASH_LEN];
	struct wb_store *store;
	struct wb_nodes nodes;
	struct wb_tree tree;
	struct wb_view *view;
	int rc;

	rc = wb_store_open_readonly(c->draft_store, &store);
	if (rc != 0)
		return fail(c->draft, "store", rc);
	rc = wb_view_open(store, &view);
	if (rc == 0) {
		nodes = wb_view_nodes(view);
		rc = wb_tree_load(&nodes, head->checkpoint.size, &tree);
		wb_view_close(view);
	}
	wb_store_close(store);
	if (rc == 0)
		wb_tree_root(&tree, root);
	if (rc == 0 && memcmp(root, head->checkpoint.root, WB_HASH_LEN) == 0)
		return 0;
	wb_cli_error("%s: what was copied is not what was released", c->from);
	return WB_ECORRUPT;
}

/* Say what the copy is (FORMAT.md, "Backup"). */
static int write_label(const struct copy *c, const struct wb_head *head)
{
	const struct wb_checkpoint *cp = &head->checkpoint;
	char path[WB_PATH_MAX], time[WB_TIME_TEXT + 1], root[64];
	struct wb_buf b;
	int rc;

	wb_time_format(wb_clock_ms(), time);
	wb_base64(cp->root, WB_HASH_LEN, root);
	wb_buf_init(&b, 4096);
	wb_buf_fmt(&b,
		   "waybill/backup/1\norigin %s\ntime %s\nsize %llu\n"
		   "root %s\n",
		   cp->origin, time, (unsigned long long)cp->size, root);
	rc = b.failed ? WB_ENOMEM : wb_path_join(path, c->draft, "backup");
	if (rc == 0)
		rc = wb_file_make(path, 0644, wb_buf_slice(&b));
	wb_buf_free(&b);
	if (rc == 0)
		rc = wb_path_join(path, c->draft, "checkpoint");
	if (rc == 0)
		rc = wb_file_make(
			path, 0644,
			wb_slice(head->checkpoint_note, head->checkpoint_len));
	return rc;
}

static int prepare(struct copy *c)
{
	int n, rc;

	if (wb_file_exists(c->to) && !wb_folder_empty(c->to)) {
		wb_cli_error("%s: something is there already", c->to);
		return WB_ECONFLICT;
	}
	n = snprintf(c->draft, sizeof(c->draft), "%s.draft-%ld", c->to,
		     (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(c->draft))
		return WB_ELIMIT;
	rc = wb_path_join(c->from_store, c->from, "store");
	return rc == 0 ? wb_path_join(c->draft_store, c->draft, "store") : rc;
}

/* Verify the draft and give it its name, or remove it. */
static int finish(const struct copy *c, int rc)
{
	struct wb_verify verify = {.dir = c->draft};
	char lock[WB_PATH_MAX];
	int code = wb_cli_exit(rc);

	if (rc == 0)
		code = wb_verify_ledger(&verify);
	/* Verifying made it. */
	if (wb_path_join(lock, c->draft_store, "lock.mdb") == 0)
		(void)remove(lock);
	if (code == WB_EXIT_OK && wb_file_move(c->draft, c->to) != 0)
		code = WB_EXIT_OTHER;
	if (code != WB_EXIT_OK)
		wb_folder_remove(c->draft);
	return code;
}

static int backup(struct copy *c)
{
	struct wb_head head;
	int rc, code;

	rc = prepare(c);
	if (rc != 0)
		return WB_EXIT_USAGE;
	/* What is released now will be in the copy, and perhaps more. */
	rc = wb_headfile_peek(c->from_store, &head);
	if (rc != 0) {
		wb_condition_tell(c->from, wb_condition_of_open(rc), rc);
		return wb_cli_exit(rc);
	}
	rc = copy_ledger(c);
	if (rc == 0)
		rc = copy_file(c, "trust");
	if (rc == 0)
		rc = check_head(c, &head);
	if (rc == 0)
		rc = write_label(c, &head);
	code = finish(c, rc);
	if (code == WB_EXIT_OK)
		printf("%s is a verified copy of %s at %llu records.\n", c->to,
		       head.checkpoint.origin,
		       (unsigned long long)head.checkpoint.size);
	return code;
}

static int restore(struct copy *c)
{
	static const char *const names[] = {"trust", "checkpoint", "backup"};
	int rc, code;

	rc = prepare(c);
	if (rc != 0)
		return WB_EXIT_USAGE;
	if (!wb_restored(c->from)) {
		wb_cli_error("%s: not what waybilld backup made", c->from);
		return WB_EXIT_USAGE;
	}
	rc = copy_ledger(c);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && rc == 0; i++)
		rc = copy_file(c, names[i]);
	code = finish(c, rc);
	if (code == WB_EXIT_OK)
		printf("%s can be read and audited, and signs nothing: it may "
		       "be behind what was\nreleased. To go on, begin a ledger "
		       "that continues it:\n"
		       "  waybilld init --origin NEW --continues "
		       "%s/checkpoint\n",
		       c->to, c->to);
	return code;
}

/* --- the command lines ------------------------------------------------- */

static int parse(const char *command, const struct option options[], int argc,
		 char *argv[], const char **ret_data, const char **ret_other)
{
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'd')
			*ret_data = optarg;
		else if (c == 'o')
			*ret_other = optarg;
		else
			return wb_cli_usage(
				command, "the command line is not understood");
	}
	if (optind < argc)
		return wb_cli_usage(command, "what is %s?", argv[optind]);
	if (*ret_other == NULL)
		return wb_cli_usage(command, "--%s FOLDER is missing",
				    options[1].name);
	return 0;
}

static bool asks_help(const char *command, int argc, char *argv[])
{
	if (argc != 2 || strcmp(argv[1], "--help") != 0)
		return false;
	wb_cli_help(command);
	return true;
}

int wb_cmd_backup(int argc, char *argv[])
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'},
		{"to", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	static struct copy c;
	const char *data = NULL;
	char dir[WB_PATH_MAX];
	int rc;

	if (asks_help("backup", argc, argv))
		return WB_EXIT_OK;
	rc = parse("backup", options, argc, argv, &data, &c.to);
	if (rc != 0)
		return rc;
	if (wb_data_dir(data, NULL, dir) != 0)
		return WB_EXIT_USAGE;
	c.from = dir;
	return backup(&c);
}

int wb_cmd_restore(int argc, char *argv[])
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'},
		{"from", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	static struct copy c;
	const char *data = NULL;
	char dir[WB_PATH_MAX];
	int rc;

	if (asks_help("restore", argc, argv))
		return WB_EXIT_OK;
	rc = parse("restore", options, argc, argv, &data, &c.from);
	if (rc != 0)
		return rc;
	if (wb_data_dir(data, NULL, dir) != 0)
		return WB_EXIT_USAGE;
	c.to = dir;
	return restore(&c);
}
