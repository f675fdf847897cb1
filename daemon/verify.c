#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "daemon/cli.h"
#include "daemon/files.h"
#include "daemon/service.h"
#include "daemon/verify.h"
#include "waybill/audit.h"
#include "waybill/text.h"
#include "waybill/trust.h"

#define NICE        19
#define PROGRESS_US 200000
#define REST_US     20000 /* a pause worth making */

struct progress {
	const struct wb_verify *verify;
	bool tty;
	const char *what;
	uint64_t begun_us, shown_us;
};

static uint64_t cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* Sleep until what was used is our share of the time that has passed. */
static void rest(const struct progress *p)
{
	uint64_t passed = wb_monotonic_us() - p->begun_us;
	uint64_t due = cpu_us() * 100 / p->verify->share;
	struct timespec pause;

	if (due < passed + REST_US)
		return;
	due -= passed;
	pause.tv_sec = (time_t)(due / 1000000);
	pause.tv_nsec = (long)(due % 1000000) * 1000;
	(void)nanosleep(&pause, NULL);
}

static bool show_progress(void *ctx, uint64_t seq, uint64_t size)
{
	struct progress *p = ctx;
	uint64_t now;

	if (p->verify->share > 0)
		rest(p);
	now = wb_monotonic_us();
	if ((!p->tty && !p->verify->report) || now - p->shown_us < PROGRESS_US)
		return false;
	p->shown_us = now;
	if (p->verify->report) {
		printf("%s %llu %llu\n", p->what, (unsigned long long)seq,
		       (unsigned long long)size);
		/* Nobody listens any more: the daemon has gone. */
		return fflush(stdout) != 0;
	}
	fprintf(stderr, "\r%s: %llu of %llu records ", p->what,
		(unsigned long long)seq, (unsigned long long)size);
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

static int check(struct progress *p, const char *store,
		 const struct wb_vkey *checkpoint, const struct wb_vkey *record,
		 struct wb_audit_counts *counts,
		 struct wb_audit_failure *failure)
{
	int rc;

	p->begun_us = wb_monotonic_us();
	p->what = "store";
	rc = wb_audit_store(store, checkpoint, record, show_progress, p, counts,
			    failure);
	p->what = "journal";
	if (rc == 0)
		rc = wb_audit_journal(store, show_progress, p, failure);
	if (p->tty && p->shown_us != 0)
		fputc('\n', stderr);
	return rc;
}

static int load_keys(const struct wb_verify *v, struct wb_trust *trust,
		     const struct wb_vkey **ret_checkpoint,
		     const struct wb_vkey **ret_record)
{
	char own[WB_PATH_MAX];
	const char *path = v->trust != NULL ? v->trust : own;
	int rc;

	rc = wb_path_join(own, v->dir, "trust");
	if (rc == 0)
		rc = load_trust(path, trust);
	return rc == 0 ? find_keys(trust, path, ret_checkpoint, ret_record)
		       : rc;
}

int wb_verify_ledger(const struct wb_verify *v)
{
	static struct wb_trust trust;
	struct progress progress = {
		.verify = v,
		.tty = !v->report && isatty(STDERR_FILENO) == 1,
	};
	const struct wb_vkey *checkpoint, *record;
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	char store[WB_PATH_MAX];
	int rc;

	rc = wb_path_join(store, v->dir, "store");
	if (rc == 0)
		rc = load_keys(v, &trust, &checkpoint, &record);
	if (rc != 0)
		return WB_EXIT_USAGE;

	memset(&failure, 0, sizeof(failure));
	rc = check(&progress, store, checkpoint, record, &counts, &failure);
	if (rc == 0 && !v->report)
		tell(&counts);
	if (rc == 0)
		return WB_EXIT_OK;
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
	{"share", required_argument, NULL, 's'},
	{"report", no_argument, NULL, 'r'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_share(const char *text, unsigned *ret)
{
	uint64_t n;

	if (wb_parse_dec(wb_slice_str(text), &n) != 0 || n < 1 || n > 100)
		return wb_cli_usage("verify",
				    "--share is a number from 1 to 100, not %s",
				    text);
	*ret = (unsigned)n;
	return 0;
}

int wb_cmd_verify(int argc, char *argv[])
{
	struct wb_verify v = {0};
	const char *data = NULL;
	char dir[WB_PATH_MAX];
	int c, rc = 0;

	while (rc == 0 &&
	       (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'h') {
			wb_cli_help("verify");
			return WB_EXIT_OK;
		}
		if (c == 'd')
			data = optarg;
		else if (c == 't')
			v.trust = optarg;
		else if (c == 's')
			rc = parse_share(optarg, &v.share);
		else if (c == 'r')
			v.report = true;
		else
			rc = wb_cli_usage("verify",
					  "the command line is not understood");
	}
	if (rc == 0 && optind < argc)
		rc = wb_cli_usage("verify", "what is %s?", argv[optind]);
	if (rc != 0)
		return rc;
	if (wb_data_dir(data, NULL, dir) != 0)
		return WB_EXIT_USAGE;
	v.dir = dir;
	/* It gives way to the daemon beside it; if that cannot be, so be it. */
	if (v.report || v.share > 0)
		(void)setpriority(PRIO_PROCESS, 0, NICE);
	return wb_verify_ledger(&v);
}
