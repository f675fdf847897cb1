#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/law.h"
#include "client/policy_files.h"
#include "client/print.h"
#include "waybill/text.h"

/* policy lint: the form of editions, one by one and as families. */

/* --- files ------------------------------------------------------------------
 */

int wb_policy_folder(const struct wb_cli *cli, struct wb_names *ret)
{
	char folder[PATH_MAX];
	int rc = wb_law_folder(cli, folder, sizeof(folder));

	if (rc == 0 && wb_folder_list(folder, ".policy", ret) != 0)
		rc = wb_fail(WB_EXIT_NOT_FOUND,
			     "the policy folder %s cannot be read: %s", folder,
			     strerror(errno));
	return rc;
}

int wb_policy_load(const char *path, struct wb_edition **ret)
{
	struct wb_problem problem = {.code = 0};
	struct wb_buf text;
	int rc = wb_load("policy text", path, WB_POLICY_TEXT_MAX, &text);

	if (rc != 0)
		return rc;
	rc = wb_edition_parse(wb_buf_slice(&text), ret, &problem);
	wb_buf_free(&text);
	if (rc == WB_EREFUSED)
		wb_print_problem(stderr, path, &problem);
	else if (rc != 0)
		wb_fail(WB_EXIT_OTHER, "%s: %s", path, wb_strerror(rc));
	return rc == 0 ? 0 : WB_EXIT_OTHER;
}

int wb_policy_find(const struct wb_cli *cli, const char *name,
		   struct wb_edition **ret)
{
	struct wb_names names;
	bool found = false;
	int rc;

	if (wb_file_is(name))
		return wb_policy_load(name, ret);
	rc = wb_policy_folder(cli, &names);
	for (size_t i = 0; rc == 0 && !found && i < names.n; i++) {
		rc = wb_policy_load(names.v[i], ret);
		found = rc == 0 && strcmp((*ret)->id, name) == 0;
		if (rc == 0 && !found)
			wb_edition_free(*ret);
	}
	if (rc == 0 && !found)
		rc = wb_fail(WB_EXIT_NOT_FOUND,
			     "'%s' is neither a file nor the id of an edition "
			     "of the policy folder",
			     name);
	wb_names_free(&names);
	return rc;
}

/* --- one text
 * ----------------------------------------------------------------- */

/* Line n of the text, from 1, without its newline; empty past the end. */
static struct wb_slice line_at(struct wb_slice text, unsigned n)
{
	struct wb_slice line = {NULL, 0};

	while (n > 0 && wb_line_next(&text, &line))
		n--;
	return n == 0 ? line : wb_slice(text.p, 0);
}

/*
 * Make a comment of the line that was refused, and of the lines that belong to
 * it, so that the next fault shows.  False if there is nothing to pass over:
 * the header, or something about the whole.
 */
static bool pass_over(struct wb_buf *text, const struct wb_problem *problem)
{
	struct wb_slice whole = wb_buf_slice(text), line;
	bool first = true, alone;
	unsigned n = 0;

	if (sscanf(problem->pointer, "line %u", &n) != 1 || n < 8)
		return false;
	for (;; n++, first = false) {
		line = line_at(whole, n);
		if (line.len == 0 || (first && line.p[0] == '#') ||
		    (!first && line.p[0] != ' ' && line.p[0] != '#'))
			return !first;
		alone = first && !wb_slice_starts(line, "exception");
		text->p[line.p - whole.p] = '#';
		if (alone)
			return true;
	}
}

/* Tell every fault of the text; *ret is the edition if it has none. */
static int lint_text(const char *path, struct wb_buf *text,
		     struct wb_edition **ret)
{
	struct wb_problem problem;
	unsigned faults = 0;
	int rc;

	for (;;) {
		problem = (struct wb_problem){.code = 0};
		rc = wb_edition_parse(wb_buf_slice(text), ret, &problem);
		if (rc != WB_EREFUSED)
			break;
		wb_print_problem(stdout, path, &problem);
		if (++faults == 50 || !pass_over(text, &problem))
			return WB_EXIT_OTHER;
	}
	if (rc != 0)
		return wb_fail(WB_EXIT_OTHER, "%s: %s", path, wb_strerror(rc));
	if (faults == 0)
		return 0;
	wb_edition_free(*ret);
	*ret = NULL;
	return WB_EXIT_OTHER;
}

/* --- families
 * ----------------------------------------------------------------- */

static int by_first_day(const void *a, const void *b)
{
	const struct wb_edition *x = *(const struct wb_edition *const *)a;
	const struct wb_edition *y = *(const struct wb_edition *const *)b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* The editions of a family in the order of their days: neither gap nor
 * overlap.  Borrows them. */
static int lint_family(const char *family, struct wb_edition *const ed[],
		       size_t n)
{
	struct wb_law *law = calloc(1, sizeof(*law));
	struct wb_problem problem = {.code = 0};
	int result = WB_EXIT_DONE;
	size_t served = 0;

	if (law == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	wb_law_init(law, family);
	for (size_t i = 0; i < n; i++) {
		int rc;

		if (!wb_edition_serves(ed[i], family))
			continue;
		rc = wb_law_gap(law, ed[i], &problem);
		if (rc == 0)
			rc = wb_law_check(law, ed[i], &problem);
		if (rc != 0) {
			wb_print_problem(stdout, ed[i]->id, &problem);
			result = WB_EXIT_OTHER;
			continue;
		}
		law->edition[law->n++] = ed[i];
		served++;
	}
	if (result == WB_EXIT_DONE)
		wb_say(stdout, "family %s: %zu edition%s, no gap, no overlap\n",
		       family, served, served == 1 ? "" : "s");
	free(law);
	return result;
}

/* Each family that one of the editions serves, once. */
static int lint_families(struct wb_edition *ed[], size_t n)
{
	int result = WB_EXIT_DONE;

	qsort(ed, n, sizeof(*ed), by_first_day);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < ed[i]->n_families; k++) {
			const char *family = ed[i]->family[k];
			bool seen = false;
			int rc;

			for (size_t j = 0; j < i && !seen; j++)
				seen = wb_edition_serves(ed[j], family);
			rc = seen ? 0 : lint_family(family, ed, n);
			if (rc != 0)
				result = rc;
		}
	}
	return result;
}

/* --- the command
 * ---------------------------------------------------------------- */

static int lint_files(const char *const path[], size_t n)
{
	struct wb_edition *ed[WB_EDITIONS_MAX];
	int result = WB_EXIT_DONE, rc;
	size_t good = 0;

	if (n > WB_EDITIONS_MAX)
		return wb_fail(WB_EXIT_USAGE, "at most %d editions at a time",
			       WB_EDITIONS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct wb_buf text;

		rc = wb_load("policy text", path[i], WB_POLICY_TEXT_MAX, &text);
		if (rc == 0)
			rc = lint_text(path[i], &text, &ed[good]);
		wb_buf_free(&text);
		if (rc != 0) {
			result = rc;
			continue;
		}
		wb_say(stdout, "%s: good edition %s\n", path[i], ed[good]->id);
		good++;
	}
	rc = lint_families(ed, good);
	if (rc != 0)
		result = rc;
	for (size_t i = 0; i < good; i++)
		wb_edition_free(ed[i]);
	return result;
}

int wb_cmd_policy_lint(struct wb_cli *cli)
{
	struct wb_names names;
	int rc;

	if (cli->n > 0)
		return lint_files(cli->operand, cli->n);
	rc = wb_policy_folder(cli, &names);
	if (rc == 0)
		rc = lint_files((const char *const *)names.v, names.n);
	wb_names_free(&names);
	return rc;
}
