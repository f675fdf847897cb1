#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/files.h"
#include "client/print.h"
#include "client/progress.h"
#include "client/scenario.h"

/*
 * scenarios: a table of shipments and what ought to come of each, every row
 * through a real ledger of its own; or a table of chips, classified.
 */
struct scenarios {
	struct wb_cli *cli;
	struct wb_sandbox_keys keys;
	struct wb_csv csv, chips;
	bool has_chips;
	struct wb_pack *pack; /* loaded so far */
	size_t n_packs;
	struct wb_json_out out;
	struct wb_progress progress;
	unsigned passed, failed;
};

enum { PACKS_MAX = 4 };

/* The first ^C lets the row that is under way end, and its ledger go; the
 * second kills. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void catch_interrupts(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_interrupt,
				   .sa_flags = (int)SA_RESETHAND};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* --- what is shown ------------------------------------------------------- */

static void show_json(struct scenarios *s, const struct wb_scenario_result *r)
{
	wb_out_open(&s->out, NULL, '{');
	wb_out_string(&s->out, "id", r->id);
	wb_out_bool(&s->out, "pass", r->pass);
	if (r->why[0] != '\0')
		wb_out_string(&s->out, "error", r->why);
	wb_out_string(&s->out, "findings", r->findings);
	wb_out_open(&s->out, "columns", '[');
	for (size_t i = 0; i < r->n; i++) {
		wb_out_open(&s->out, NULL, '{');
		wb_out_string(&s->out, "column", r->check[i].name);
		wb_out_string(&s->out, "expected", r->check[i].want);
		wb_out_string(&s->out, "got", r->check[i].got);
		wb_out_bool(&s->out, "same", r->check[i].same);
		wb_out_close(&s->out, '}');
	}
	wb_out_close(&s->out, ']');
	wb_out_close(&s->out, '}');
}

static const char *or_nothing(const char *text)
{
	return *text == '\0' ? "nothing" : text;
}

/* A row that passes is a line of what it came to; of one that fails, each
 * column that is not as expected is told. */
static void show_text(const struct wb_scenario_result *r)
{
	const char *comma = "  ";

	wb_say(stdout, "%-5s ", r->id);
	wb_put_styled(stdout, r->pass ? WB_GOOD : WB_BAD,
		      wb_slice_str(r->pass ? "pass" : "FAIL"));
	for (size_t i = 0; i < r->n; i++) {
		const char *name = r->check[i].name;

		if (r->check[i].got[0] == '\0')
			continue;
		name += strncmp(name, "exp_", 4) == 0 ? 4 : 0;
		wb_say(stdout, "%s%s %s", comma, name, r->check[i].got);
		comma = ", ";
	}
	fputc('\n', stdout);
	if (r->why[0] != '\0')
		wb_say(stdout, "      cannot be run: %s\n", r->why);
	for (size_t i = 0; i < r->n; i++)
		if (!r->check[i].same)
			wb_say(stdout, "      %s: expected %s, got %s\n",
			       r->check[i].name, or_nothing(r->check[i].want),
			       or_nothing(r->check[i].got));
}

/* --- the table ----------------------------------------------------------- */

/* The law of a mode, or NULL where it cannot be loaded. */
static const struct wb_pack *pack_of(struct scenarios *s, const char *mode)
{
	struct wb_pack *pack;

	for (size_t i = 0; i < s->n_packs; i++)
		if (strcmp(s->pack[i].mode, mode) == 0)
			return s->pack[i].failed ? NULL : &s->pack[i];
	pack = &s->pack[s->n_packs++];
	wb_progress_clear(&s->progress);
	pack->failed = wb_pack_load(s->cli, &s->keys, mode, pack) != 0;
	return pack->failed ? NULL : pack;
}

static bool asked_for(const struct scenarios *s, const char *mode)
{
	const struct wb_options *opt = &s->cli->opt;

	for (size_t i = 0; i < opt->of[WB_OPT_MODE].n; i++)
		if (strcmp(opt->of[WB_OPT_MODE].v[i], mode) == 0)
			return true;
	return opt->of[WB_OPT_MODE].n == 0;
}

static int run_row(struct scenarios *s, size_t row)
{
	const char *mode = wb_csv_cell(&s->csv, row, "mode");
	struct wb_scenario_result *result = calloc(1, sizeof(*result));
	const struct wb_pack *pack;
	struct wb_scenario sc;

	if (result == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	result->id = wb_csv_cell(&s->csv, row, "id");
	pack = wb_pack_mode(mode) ? pack_of(s, mode) : NULL;
	if (pack == NULL)
		snprintf(result->why, sizeof(result->why),
			 wb_pack_mode(mode) ? "there is no law for mode %s"
					    : "mode is P, Ps, A or R, not '%s'",
			 mode);
	else if (wb_scenario_read(&s->csv, row, pack,
				  s->has_chips ? &s->chips : NULL, &sc,
				  result->why) == 0)
		wb_scenario_run(&s->keys, pack, &sc, result);
	wb_progress_clear(&s->progress);
	s->passed += result->pass;
	s->failed += !result->pass;
	if (s->cli->json)
		show_json(s, result);
	else
		show_text(result);
	free(result);
	return 0;
}

static int run_table(struct scenarios *s, const char *path)
{
	int rc = wb_csv_load(path, &s->csv);

	if (rc != 0)
		return rc;
	if (!wb_csv_has(&s->csv, "id") || !wb_csv_has(&s->csv, "mode"))
		return wb_fail(WB_EXIT_USAGE,
			       "%s has no columns id and mode: not a table of "
			       "scenarios",
			       path);
	for (size_t i = 0; i < s->csv.n && rc == 0; i++) {
		if (wb_csv_blank(&s->csv, i) ||
		    !asked_for(s, wb_csv_cell(&s->csv, i, "mode")))
			continue;
		wb_progress_step(&s->progress, i, s->csv.n, "scenarios");
		rc = run_row(s, i);
		if (rc == 0 && interrupted)
			rc = wb_fail(WB_EXIT_INTERRUPTED, "interrupted");
	}
	wb_progress_clear(&s->progress);
	return rc;
}

/* --- the table of chips -------------------------------------------------- */

/* That of --chips; else chips.csv beside the scenarios, or of the program. */
static int load_chips(struct scenarios *s, const char *path)
{
	static const char *const places[] = {"../share/waybill/vectors",
					     "../../tests/vectors"};
	const char *given = wb_opt(&s->cli->opt, WB_OPT_CHIPS);
	const char *slash = strrchr(path, '/');
	char beside[PATH_MAX], self[PATH_MAX];
	ssize_t len;

	if (given != NULL) {
		s->has_chips = true;
		return wb_csv_load(given, &s->chips);
	}
	snprintf(beside, sizeof(beside), "%.*schips.csv",
		 slash == NULL ? 0 : (int)(slash - path + 1), path);
	for (size_t i = 0; !wb_file_is(beside) && i < 2; i++) {
		len = readlink("/proc/self/exe", self, sizeof(self) - 1);
		self[len > 0 ? len : 0] = '\0';
		slash = strrchr(self, '/');
		len = slash == NULL ? 0 : slash - self;
		if (snprintf(beside, sizeof(beside), "%.*s/%s/chips.csv",
			     (int)len, self, places[i]) >= (int)sizeof(beside))
			beside[0] = '\0';
	}
	if (!wb_file_is(beside))
		return 0;
	s->has_chips = true;
	return wb_csv_load(beside, &s->chips);
}

static int check_modes(const struct wb_cli *cli)
{
	for (size_t i = 0; i < cli->opt.of[WB_OPT_MODE].n; i++)
		if (!wb_pack_mode(cli->opt.of[WB_OPT_MODE].v[i]))
			return wb_fail(WB_EXIT_USAGE,
				       "--mode is P, Ps, A or R, not '%s'",
				       cli->opt.of[WB_OPT_MODE].v[i]);
	return 0;
}

static int finish(struct scenarios *s)
{
	int rc = WB_EXIT_DONE;

	if (s->passed + s->failed == 0) {
		wb_buf_free(&s->out.buf);
		return wb_fail(WB_EXIT_USAGE,
			       "nothing was run: no table has a scenario%s",
			       s->cli->opt.of[WB_OPT_MODE].n > 0
				       ? " of that mode"
				       : "");
	}

	if (s->cli->json) {
		wb_out_close(&s->out, ']');
		wb_out_number(&s->out, "passed", s->passed);
		wb_out_number(&s->out, "failed", s->failed);
		wb_out_close(&s->out, '}');
		rc = wb_out_done(&s->out);
	} else {
		wb_say(stdout, "%u passed, %u failed\n", s->passed, s->failed);
	}
	return rc == 0 && s->failed > 0 ? WB_EXIT_OTHER : rc;
}

int wb_cmd_scenarios(struct wb_cli *cli)
{
	const char *chips = wb_opt(&cli->opt, WB_OPT_CHIPS);
	struct scenarios *s;
	int rc = check_modes(cli);

	if (rc != 0)
		return rc;
	if (cli->n == 0 && chips != NULL)
		return wb_chips_print(cli, chips);
	if (cli->n == 0)
		return wb_fail(WB_EXIT_USAGE, "scenarios asks for a table, or "
					      "for --chips and one of chips");
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	s->cli = cli;
	s->pack = calloc(PACKS_MAX, sizeof(*s->pack));
	rc = s->pack == NULL ? wb_fail(WB_EXIT_OTHER, "out of memory")
			     : load_chips(s, cli->operand[0]);
	wb_sandbox_keys_make(&s->keys);
	wb_out_init(&s->out);
	wb_out_open(&s->out, NULL, '{');
	wb_out_open(&s->out, "scenarios", '[');
	wb_progress_start(&s->progress, cli);
	catch_interrupts();
	for (size_t i = 0; i < cli->n && rc == 0; i++) {
		wb_csv_free(&s->csv);
		rc = run_table(s, cli->operand[i]);
	}
	if (rc == 0)
		rc = finish(s);
	wb_buf_free(&s->out.buf);
	for (size_t i = 0; i < s->n_packs; i++)
		wb_pack_free(&s->pack[i]);
	free(s->pack);
	wb_csv_free(&s->csv);
	wb_csv_free(&s->chips);
	wb_sandbox_keys_wipe(&s->keys);
	free(s);
	return rc;
}
