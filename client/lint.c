#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/doc.h"
#include "client/print.h"

static void report(const char *path, const struct wb_doc *doc,
		   const struct wb_problem *problem, struct wb_json_out *out)
{
	const struct wb_statement *st = &doc->statement;

	if (out != NULL) {
		wb_out_open(out, NULL, '{');
		wb_out_string(out, "file", path);
		wb_out_bool(out, "ok", problem == NULL);
		if (problem == NULL)
			wb_out_statement(out, st);
		else
			wb_out_problem(out, "problem", problem);
		wb_out_close(out, '}');
	} else if (problem != NULL) {
		wb_print_problem(stdout, path, problem);
	} else {
		wb_say(stdout,
		       "%s: good %s, %s %s statement by %s with id "
		       "%s\n",
		       path, doc->is_note ? "note" : "draft",
		       strchr("aeiou", wb_kind(st->type)->name[0]) ? "an" : "a",
		       wb_kind(st->type)->name, st->party, st->id);
	}
}

int wb_cmd_lint(struct wb_cli *cli)
{
	int result = WB_EXIT_DONE;
	struct wb_problem problem;
	struct wb_json_out out;
	struct wb_doc doc;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "files", '[');
	for (size_t i = 0; i < cli->n; i++) {
		int rc = wb_doc_read(cli->operand[i], &doc, &problem);

		if (rc == 0 || problem.code != 0)
			report(cli->operand[i], &doc, rc == 0 ? NULL : &problem,
			       cli->json ? &out : NULL);
		if (rc == 0)
			wb_doc_free(&doc);
		else if (result == WB_EXIT_DONE || problem.code != 0)
			result = rc;
	}
	wb_out_close(&out, ']');
	wb_out_close(&out, '}');
	if (cli->json && wb_out_done(&out) != 0)
		return WB_EXIT_OTHER;
	wb_buf_free(&out.buf);
	return result;
}
