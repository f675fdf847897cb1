#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cli.h"
#include "daemon/condition.h"
#include "daemon/files.h"
#include "daemon/log.h"
#include "daemon/server.h"

/*
 * run and check-config: from a configuration to a served ledger.
 */

struct run {
	const char *config_path;
	const char *data_option;
	const char *ready_file;
	bool own_listen, own_admin; /* the option came: it replaces */
	struct wb_listeners listen, admin;
	struct wb_config config;
	char dir[WB_PATH_MAX];
	char store[WB_PATH_MAX];
	struct wb_buf trust; /* the ledger's keys */
};

/* --- run -------------------------------------------------------------- */

/* Say where the daemon listens: to people, and to whoever waits for it. */
static int tell_ready(const struct wb_server *s, const char *ready_file)
{
	struct wb_buf b;
	int rc = 0;

	wb_buf_init(&b, 65536);
	wb_server_addresses(s, &b);
	if (b.failed)
		rc = WB_ENOMEM;
	/* The file first: who reads the line may then read the file. */
	else if (ready_file != NULL)
		rc = wb_file_replace(ready_file, wb_buf_slice(&b));
	if (rc == 0) {
		fwrite(b.p, 1, b.len, stdout);
		fflush(stdout);
	}
	wb_buf_free(&b);
	return rc;
}

static int serve(struct run *run, struct wb_ledger *ledger,
		 const struct wb_notify_fds *fds)
{
	struct wb_problem problem;
	struct wb_server *server;
	struct wb_head head;
	int rc;

	memset(&problem, 0, sizeof(problem));
	rc = wb_server_open(ledger, &run->config, fds, &server, &problem);
	if (rc == WB_EREFUSED) {
		wb_cli_problem("waybilld", &problem);
		return WB_EXIT_OTHER; /* an address may become free */
	}
	if (rc != 0) {
		wb_cli_error("cannot start: %s", wb_strerror(rc));
		return wb_cli_exit(rc);
	}
	rc = wb_server_check(server, run->dir, wb_buf_slice(&run->trust));
	if (rc == 0)
		rc = tell_ready(server, run->ready_file);
	if (rc == 0) {
		wb_ledger_head(ledger, &head);
		wb_log(WB_LOG_INFO, "waybilld %s serves %s, %llu records",
		       WB_VERSION, wb_ledger_origin(ledger),
		       (unsigned long long)head.checkpoint.size);
		wb_notify("READY=1\nSTATUS=Ready");
		wb_server_run(server);
	}
	wb_server_close(server);
	return wb_cli_exit(rc);
}

/* Not to begin at all is said by name, to people and to systemd. */
static int refuse(const char *dir, enum wb_condition c, int err)
{
	char status[160];

	snprintf(status, sizeof(status), "STATUS=%s: %s", wb_condition(c)->name,
		 wb_condition(c)->means);
	wb_notify(status);
	wb_condition_tell(dir, c, err);
	return wb_condition(c)->exit;
}

static int open_and_serve(struct run *run, const struct wb_notify_fds *fds)
{
	struct wb_services services;
	struct wb_ledger *ledger;
	int rc, code;

	if (wb_restored(run->dir))
		return refuse(run->dir, WB_C_RESTORED, 0);
	memset(&services, 0, sizeof(services));
	rc = wb_path_join(run->store, run->dir, "store");
	if (rc == 0)
		rc = wb_services_load(run->dir, run->config.checkpoint_key,
				      run->config.record_key, &services);
	if (rc != 0)
		return wb_cli_exit(rc);
	wb_notify("STATUS=Checking the ledger");
	wb_buf_init(&run->trust, WB_TRUST_MAX);
	wb_services_trust(&services, &run->trust);
	rc = run->trust.failed ? WB_ENOMEM
			       : wb_ledger_open(run->store, &services, &ledger);
	wb_wipe(&services, sizeof(services));
	if (rc != 0)
		return refuse(run->dir, wb_condition_of_open(rc), rc);
	wb_ledger_clock_jump_max(ledger,
				 (int64_t)run->config.clock_jump_max_s * 1000);
	code = serve(run, ledger, fds);
	rc = wb_ledger_latched(ledger);
	wb_ledger_close(ledger);
	wb_buf_free(&run->trust);
	if (rc != 0) {
		wb_log(WB_LOG_ERROR, "stopped while latched: %s",
		       wb_strerror(rc));
		return wb_condition(wb_condition_of_write(0, rc))->exit;
	}
	if (code == WB_EXIT_OK)
		wb_log(WB_LOG_INFO, "stopped");
	return code;
}

static int add_address(struct wb_listeners *to, bool *own, const char *text)
{
	struct wb_address a;

	if (!*own) {
		to->n = 0;
		*own = true;
	}
	if (strcmp(text, "none") == 0)
		return 0;
	if (wb_address_parse(wb_slice_str(text), &a) != 0)
		return wb_cli_usage("run",
				    "%s is not an address such as "
				    "127.0.0.1:7700, [::1]:7700 or unix:/path",
				    text);
	if (to->n == WB_CONFIG_LISTEN_MAX)
		return wb_cli_usage("run", "more listeners than are allowed");
	to->at[to->n++] = a;
	return 0;
}

static const struct option run_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"data", required_argument, NULL, 'd'},
	{"listen", required_argument, NULL, 'l'},
	{"admin", required_argument, NULL, 'a'},
	{"ready-file", required_argument, NULL, 'r'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_run(struct run *run, int argc, char *argv[], bool *ret_help)
{
	int c, rc = 0;

	while (rc == 0 &&
	       (c = getopt_long(argc, argv, "", run_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			run->config_path = optarg;
			break;
		case 'd':
			run->data_option = optarg;
			break;
		case 'l':
			rc = add_address(&run->listen, &run->own_listen,
					 optarg);
			break;
		case 'a':
			rc = add_address(&run->admin, &run->own_admin, optarg);
			break;
		case 'r':
			run->ready_file = optarg;
			break;
		case 'h':
			*ret_help = true;
			return 0;
		default:
			return wb_cli_usage("run", "the command line is not "
						   "understood");
		}
	}
	if (rc == 0 && optind < argc)
		rc = wb_cli_usage("run", "what is %s?", argv[optind]);
	return rc;
}

int wb_cmd_run(int argc, char *argv[])
{
	static struct run run; /* too large for the stack to be polite */
	struct wb_notify_fds fds;
	bool help = false;
	int rc;

	rc = parse_run(&run, argc, argv, &help);
	if (rc != 0)
		return rc;
	if (help) {
		wb_cli_help("run");
		return WB_EXIT_OK;
	}
	if (!wb_notify_fds(&fds)) {
		wb_cli_error("more than %d sockets were passed, or closed ones",
			     WB_NOTIFY_FD_MAX);
		return WB_EXIT_USAGE;
	}
	rc = wb_config_load(run.config_path, &run.config);
	if (rc == 0)
		rc = wb_data_dir(run.data_option, run.config.data, run.dir);
	if (rc != 0)
		return WB_EXIT_USAGE;
	if (run.own_listen)
		run.config.listen = run.listen;
	if (run.own_admin)
		run.config.admin = run.admin;
	if (run.config.listen.n == 0)
		return wb_cli_usage("run", "the ledger needs somewhere to "
					   "listen");
	return open_and_serve(&run, &fds);
}

/* --- check-config ----------------------------------------------------- */

static const struct option help_option[] = {
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int wb_cmd_check_config(int argc, char *argv[])
{
	struct wb_config config;
	uint8_t text[16384];
	struct wb_slice done;
	struct wb_writer w;
	int c;

	while ((c = getopt_long(argc, argv, "", help_option, NULL)) != -1) {
		if (c != 'h')
			return wb_cli_usage("check-config",
					    "the command line is not "
					    "understood");
		wb_cli_help("check-config");
		return WB_EXIT_OK;
	}
	if (argc - optind > 1)
		return wb_cli_usage("check-config", "one file at a time");
	if (wb_config_load(argc > optind ? argv[optind] : NULL, &config) != 0)
		return WB_EXIT_USAGE;
	wb_writer_init(&w, text, sizeof(text));
	wb_config_write(&w, &config);
	if (wb_writer_end(&w, &done) != 0)
		return WB_EXIT_OTHER;
	fwrite(done.p, 1, done.len, stdout);
	return WB_EXIT_OK;
}
