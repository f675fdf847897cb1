#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/cli.h"
#include "daemon/files.h"
#include "daemon/service.h"
#include "waybill/audit.h"
#include "waybill/trust.h"

#define PROGRESS_US 200000

/*
 * verify: the whole store, read as an auditor would.
 */

struct progress {
	bool tty;
	uint64_t shown_us;
};

static bool show_progress(void *ctx, uint64_t seq, uint64_t size)
{
	struct progress *p = ctx;
	uint64_t now = wb_monotonic_us();

	if (!p->tty || now - p->shown_us < PROGRESS_US)
		return false;
	p->shown_us = now;
	fprintf(stderr, "\r%llu of %llu records ", (unsigned long long)seq,
		(unsigned long long)size);
	fflush(stderr);
	return false;
}

/* The two service keys of a trust file: <origin> and <origin>/record. */
static int find_keys(const struct wb_trust *trust, const char *path,
		     const struct wb_vkey **ret_checkpoint,
		     const struct wb_vkey **ret_record)
{
	char name[WB_KEY_NAME_MAX + 16];

	for (size_t i = 0; i < trust->n_logs; i++) {
		const struct wb_vkey *record;

		snprintf(name, sizeof(name), "%s/record", trust->log[i].name);
		record = wb_trust_log(trust, name);
		if (record == NULL)
			continue;
		*ret_checkpoint = &trust->log[i];
		*ret_record = record;
		return 0;
	}
	wb_cli_error("%s: does not have both keys of a ledger", path);
	return WB_EKEY;
}

static int load_trust(const char *path, struct wb_trust *ret)
{
	struct wb_problem problem;
	struct wb_buf text;
	int rc;

	memset(&problem, 0, sizeof(problem));
	wb_buf_init(&text, WB_TRUST_MAX);
	rc = wb_file_read(path, &text);
	if (rc == 0) {
		rc = wb_trust_parse(wb_buf_slice(&text), ret, &problem);
		if (rc == WB_EREFUSED)
			wb_cli_problem(path, &problem);
	}
	wb_buf_free(&text);
	return rc;
}

static void tell(const struct wb_audit_counts *c)
{
	printf("%llu records: signature, chain and tree hold\n"
	       "%llu statements, %llu of them with verified signatures\n"
	       "%llu judgements and %llu workings as committed to\n"
	       "%llu decisions made again, byte for byte the same\n",
	       (unsigned long long)c->records,
	       (unsigned long long)c->statements,
	       (unsigned long long)c->signatures,
	       (unsigned long long)c->judgements,
	       (unsigned long long)c->workings,
	       (unsigned long long)c->reexecuted);
}

static int verify(const char *dir, const char *trust_path)
{
	static struct wb_trust trust;
	struct progress progress = {.tty = isatty(STDERR_FILENO) == 1};
	const struct wb_vkey *checkpoint, *record;
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	char store[WB_PATH_MAX], own[WB_PATH_MAX];
	int rc;

	rc = wb_path_join(store, dir, "store");
	if (rc == 0)
		rc = wb_path_join(own, dir, "trust");
	if (rc == 0)
		rc = load_trust(trust_path != NULL ? trust_path : own, &trust);
	if (rc == 0)
		rc = find_keys(&trust, trust_path != NULL ? trust_path : own,
			       &checkpoint, &record);
	if (rc != 0)
		return WB_EXIT_USAGE;

	memset(&failure, 0, sizeof(failure));
	rc = wb_audit_store(store, checkpoint, record, show_progress, &progress,
			    &counts, &failure);
	if (progress.shown_us != 0)
		fputc('\n', stderr);
	if (rc == 0) {
		tell(&counts);
		return WB_EXIT_OK;
	}
	if (rc == WB_EPROOF)
		wb_cli_error("record %llu: %s: %s",
			     (unsigned long long)failure.seq, failure.step,
			     failure.detail);
	else
		wb_cli_error("%s: cannot be verified: %s", store,
			     wb_strerror(rc));
	return wb_cli_exit(rc);
}

static const struct option options[] = {
	{"data", required_argument, NULL, 'd'},
	{"trust", required_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

int wb_cmd_verify(int argc, char *argv[])
{
	const char *data = NULL, *trust = NULL;
	char dir[WB_PATH_MAX];
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'h') {
			wb_cli_help("verify");
			return WB_EXIT_OK;
		}
		if (c == 'd')
			data = optarg;
		else if (c == 't')
			trust = optarg;
		else
			return wb_cli_usage("verify", "the command line is not "
						      "understood");
	}
	if (optind < argc)
		return wb_cli_usage("verify", "what is %s?", argv[optind]);
	if (wb_data_dir(data, NULL, dir) != 0)
		return WB_EXIT_USAGE;
	return verify(dir, trust);
}
