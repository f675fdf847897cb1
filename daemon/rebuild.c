#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cli.h"
#include "daemon/condition.h"
#include "daemon/files.h"
#include "daemon/service.h"
#include "daemon/verify.h"
#include "waybill/headfile.h"

/*
 * rebuild: the store made anew from the journal, every record decided again
 * and found the same.  The old store is moved aside and never deleted.
 */

static const char *const moved[] = {"data.mdb", "lock.mdb"};
#define MOVED (sizeof(moved) / sizeof(moved[0]))

struct rebuild {
	char dir[WB_PATH_MAX];
	char store[WB_PATH_MAX];
	char suffix[40]; /* of what is moved aside */
};

static int paths(const struct rebuild *r, size_t i, char own[WB_PATH_MAX],
		 char aside[WB_PATH_MAX])
{
	char name[80];
	int rc = wb_path_join(own, r->store, moved[i]);

	snprintf(name, sizeof(name), "%s%s", moved[i], r->suffix);
	return rc == 0 ? wb_path_join(aside, r->store, name) : rc;
}

static int move_aside(const struct rebuild *r)
{
	char own[WB_PATH_MAX], aside[WB_PATH_MAX];
	int rc = 0;

	for (size_t i = 0; i < MOVED && rc == 0; i++) {
		rc = paths(r, i, own, aside);
		if (rc == 0 && wb_file_exists(own))
			rc = wb_file_move(own, aside);
	}
	return rc;
}

/* What the journal could not make is nothing: the old store is put back.  Only
 * what was taken away can have been made. */
static void put_back(const struct rebuild *r, bool taken)
{
	char own[WB_PATH_MAX], aside[WB_PATH_MAX];

	for (size_t i = 0; i < MOVED; i++) {
		if (paths(r, i, own, aside) != 0)
			return;
		if (taken && wb_file_exists(own))
			(void)remove(own);
		if (wb_file_exists(aside) && wb_file_move(aside, own) != 0)
			return;
	}
}

static int tell_error(const struct rebuild *r, bool taken, int err)
{
	enum wb_condition c = wb_condition_of_open(err);

	/* A journal without a first frame is as good as none. */
	if (taken && c == WB_C_ABSENT)
		c = WB_C_DAMAGED;
	if (taken && c == WB_C_DAMAGED)
		wb_cli_error("%s/journal: damaged, so no store can be made "
			     "from it; what was there is as it was",
			     r->store);
	else
		wb_condition_tell(r->dir, c, err);
	return wb_condition(c)->exit;
}

/* With the lock held for as long as it takes to be sure that nobody else has
 * the ledger; without a store nobody can open it. */
static int take_away(const struct rebuild *r)
{
	struct wb_headfile *lock;
	int rc = wb_headfile_open(r->store, false, &lock);

	if (rc != 0)
		return rc;
	rc = move_aside(r);
	wb_headfile_close(lock);
	return rc;
}

static int rebuild(struct rebuild *r, const struct wb_config *config)
{
	struct wb_verify verify = {.dir = r->dir};
	struct wb_services services;
	struct wb_ledger *ledger;
	struct wb_head head;
	bool taken;
	int rc;

	rc = wb_services_load(r->dir, config->checkpoint_key,
			      config->record_key, &services);
	if (rc != 0)
		return wb_cli_exit(rc);
	rc = take_away(r);
	taken = rc == 0;
	if (taken)
		rc = wb_ledger_rebuild(r->store, &services, &ledger);
	wb_wipe(&services, sizeof(services));
	if (rc != 0) {
		put_back(r, taken);
		return tell_error(r, taken, rc);
	}
	wb_ledger_head(ledger, &head);
	wb_ledger_close(ledger);
	printf("The store was made anew from the journal: %llu records.\n"
	       "The old one is %s/data.mdb%s.\n",
	       (unsigned long long)head.checkpoint.size, r->store, r->suffix);
	fflush(stdout);
	return wb_verify_ledger(&verify);
}

static const struct option options[] = {
	{"config", required_argument, NULL, 'c'},
	{"data", required_argument, NULL, 'd'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int wb_cmd_rebuild(int argc, char *argv[])
{
	static struct wb_config config;
	static struct rebuild r;
	const char *data = NULL, *path = NULL;
	int c, rc;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'h') {
			wb_cli_help("rebuild");
			return WB_EXIT_OK;
		}
		if (c == 'd')
			data = optarg;
		else if (c == 'c')
			path = optarg;
		else
			return wb_cli_usage("rebuild", "the command line is "
						       "not understood");
	}
	if (optind < argc)
		return wb_cli_usage("rebuild", "what is %s?", argv[optind]);
	rc = wb_config_load(path, &config);
	if (rc == 0)
		rc = wb_data_dir(data, config.data, r.dir);
	if (rc == 0)
		rc = wb_path_join(r.store, r.dir, "store");
	if (rc != 0)
		return WB_EXIT_USAGE;
	if (wb_restored(r.dir)) {
		wb_condition_tell(r.dir, WB_C_RESTORED, 0);
		return wb_condition(WB_C_RESTORED)->exit;
	}
	snprintf(r.suffix, sizeof(r.suffix), ".aside-%llu",
		 (unsigned long long)wb_clock_ms());
	return rebuild(&r, &config);
}
