#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/law.h"
#include "client/policy_case.h"
#include "client/policy_cover.h"
#include "client/policy_files.h"
#include "client/print.h"

/*
 * policy trace: from each line of the law to its citation, to the code that
 * applies it, and to the cases that turned on it.
 */
struct trace {
	struct wb_cli *cli;
	struct wb_law law; /* every edition; its family is the row's */
	struct wb_cover cover[WB_EDITIONS_MAX];
	struct wb_decision *d;
	unsigned cases, wrong, empty;
	char folder[PATH_MAX]; /* of the tables that come with the program */
};

static int find_folder(struct trace *t)
{
	static const char *const beside[] = {"../share/waybill/vectors",
					     "../../tests/vectors"};
	char self[PATH_MAX], *slash;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[len > 0 ? len : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	for (size_t i = 0; i < 2; i++) {
		int n = snprintf(t->folder, sizeof(t->folder), "%s/%s", self,
				 beside[i]);

		if (n > 0 && (size_t)n < sizeof(t->folder) &&
		    wb_folder_is(t->folder))
			return 0;
	}
	return wb_fail(WB_EXIT_NOT_FOUND,
		       "the tables of cases do not stand beside the program");
}

/* --- cases ---------------------------------------------------------------- */

static void tell_wrong(struct trace *t, const struct wb_case *c)
{
	t->wrong++;
	wb_say(stdout, "%s: %s\n", c->id, c->why);
}

static void run_case(struct trace *t, const struct wb_csv *csv, size_t row)
{
	struct wb_case *c = calloc(1, sizeof(*c));
	const char *family = wb_case_family(wb_csv_cell(csv, row, "mode"));

	if (c == NULL || family == NULL) {
		t->wrong++;
		free(c);
		return;
	}
	c->csv = csv;
	c->row = row;
	c->d = t->d;
	c->id = wb_csv_cell(csv, row, "id");
	snprintf(t->law.family, sizeof(t->law.family), "%s", family);
	t->cases++;
	if (wb_case_judge(c, &t->law) != 0) {
		tell_wrong(t, c);
	} else {
		if (!wb_case_expected(c))
			tell_wrong(t, c);
		for (size_t i = 0; i < t->law.n; i++)
			wb_cover_add(&t->cover[i], t->d, c->id);
	}
	wb_memory_free(&c->memory);
	free(c);
}

static int run_table(struct trace *t, const char *path)
{
	struct wb_csv csv = {.n = 0};
	int rc = wb_csv_load(path, &csv);

	for (size_t i = 0; rc == 0 && i < csv.n; i++)
		run_case(t, &csv, i);
	wb_csv_free(&csv);
	return rc;
}

static int run_tables(struct trace *t)
{
	static const char *const usual[] = {"scenarios.csv", "rules.csv"};
	char path[PATH_MAX + 16];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->cli->n; i++)
		rc = run_table(t, t->cli->operand[i]);
	for (size_t i = 0; rc == 0 && i < 2 && t->cli->n == 0; i++) {
		snprintf(path, sizeof(path), "%s/%s", t->folder, usual[i]);
		rc = run_table(t, path);
	}
	return rc;
}

/* --- the table ------------------------------------------------------------ */

static void show_clause(struct trace *t, const struct wb_cover *cover, size_t i)
{
	const struct wb_clause *c = &cover->clauses->clause[i];
	const char *code = wb_clause_code(c->kind);
	unsigned n = cover->by[i].n;
	const char *exception = "";

	if (c->kind >= WB_C_LINES)
		exception = cover->clauses->edition->exception[c->of].name;
	if (n == 0 || code == NULL || c->citation[0] == '\0')
		t->empty++;
	else if (wb_opt(&t->cli->opt, WB_OPT_QUIET) != NULL)
		return;
	wb_say(stdout, "  %s%s%s%s%s%s | %s | %s | %s%s\n",
	       n == 0 ? "EMPTY " : "", wb_clause_word(c->kind),
	       c->name[0] == '\0' && exception[0] == '\0' ? "" : " ",
	       c->name[0] == '\0' ? exception : c->name,
	       c->kind == WB_C_REVIEW ? ": " : "",
	       c->kind == WB_C_REVIEW ? c->said : "", c->citation,
	       code == NULL ? "" : code, cover->by[i].ids, n > 6 ? " ..." : "");
}

static void show(struct trace *t)
{
	for (size_t i = 0; i < t->law.n; i++) {
		const struct wb_cover *cover = &t->cover[i];

		wb_say(stdout, "%s\n", t->law.edition[i]->id);
		for (size_t k = 0; k < cover->clauses->n; k++)
			show_clause(t, cover, k);
	}
	wb_say(stdout,
	       "%zu editions, %u cases, %u not as expected, %u lines with an "
	       "empty cell\n",
	       t->law.n, t->cases, t->wrong, t->empty);
}

/* --- the command ------------------------------------------------------------
 */

/* The catalogue of the tables has their synthetic parts too. */
static int load_goods(struct trace *t)
{
	struct wb_problem problem = {.code = 0};
	char path[PATH_MAX + 16];
	struct wb_catalogue *goods;
	struct wb_buf text;
	int rc;

	if (wb_opt(&t->cli->opt, WB_OPT_CATALOGUE) != NULL)
		return 0;
	snprintf(path, sizeof(path), "%s/test.catalogue", t->folder);
	rc = wb_load("catalogue", path, WB_POLICY_TEXT_MAX, &text);
	if (rc == 0 &&
	    wb_catalogue_parse(wb_buf_slice(&text), &goods, &problem) != 0)
		rc = wb_fail(WB_EXIT_OTHER, "%s: %s", path, problem.detail);
	else if (rc == 0)
		wb_law_adopt(&t->law, NULL, goods, NULL);
	wb_buf_free(&text);
	return rc;
}

static int begin(struct trace *t)
{
	int rc = find_folder(t);

	if (rc == 0)
		rc = wb_law_from_files(t->cli, &t->law);
	if (rc == 0)
		rc = load_goods(t);
	/* Cases are about editions; what flags see is not. */
	for (size_t i = 0; rc == 0 && i < t->law.n; i++)
		if (!wb_cover_init(&t->cover[i], t->law.edition[i]))
			rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	return rc;
}

int wb_cmd_policy_trace(struct wb_cli *cli)
{
	struct trace *t = calloc(1, sizeof(*t));
	int rc;

	if (t != NULL)
		t->d = calloc(1, sizeof(*t->d));
	if (t == NULL || t->d == NULL) {
		free(t);
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	t->cli = cli;
	rc = begin(t);
	if (rc == 0)
		rc = run_tables(t);
	if (rc == 0) {
		show(t);
		if (t->wrong > 0 || t->empty > 0)
			rc = WB_EXIT_OTHER;
	}
	for (size_t i = 0; i < t->law.n; i++)
		wb_cover_free(&t->cover[i]);
	wb_law_free(&t->law);
	free(t->d);
	free(t);
	return rc;
}
