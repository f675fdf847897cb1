#include "client/doc.h"

#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/print.h"
#include "proto/problem.h"

/* Behind the text of a note stand a blank line and "— ". */
static bool has_signatures(struct wb_slice text)
{
	static const char mark[] = "\n\n\xe2\x80\x94 ";

	return text.len > 0 &&
	       memmem(text.p, text.len, mark, sizeof(mark) - 1) != NULL;
}

int wb_doc_read(const char *path, struct wb_doc *ret,
		struct wb_problem *problem)
{
	struct wb_slice bytes;
	int rc;

	memset(ret, 0, sizeof(*ret));
	memset(problem, 0, sizeof(*problem));
	rc = wb_load("statement", path, WB_POLICY_STATEMENT_MAX, &ret->bytes);
	if (rc != 0) {
		wb_buf_free(&ret->bytes);
		return rc;
	}
	bytes = wb_buf_slice(&ret->bytes);
	ret->is_note = has_signatures(bytes);
	if (ret->is_note)
		rc = wb_statement_open(bytes, NULL, &ret->note, &ret->statement,
				       problem);
	else
		rc = wb_statement_decode(bytes, NULL, &ret->statement, problem);
	if (rc == 0) {
		ret->text = ret->is_note ? ret->note.text : bytes;
		return 0;
	}
	wb_buf_free(&ret->bytes);
	if (rc != WB_EREFUSED)
		wb_fail(WB_EXIT_OTHER, "%s: %s", path, wb_strerror(rc));
	return WB_EXIT_OTHER;
}

int wb_doc_load(const char *path, struct wb_doc *ret)
{
	struct wb_problem problem;
	int rc = wb_doc_read(path, ret, &problem);

	if (rc != 0 && problem.code != 0) {
		fflush(stdout);
		wb_print_problem(stderr, path, &problem);
	}
	return rc;
}

void wb_doc_free(struct wb_doc *doc)
{
	wb_statement_free(&doc->statement);
	wb_buf_free(&doc->bytes);
}

void wb_out_problem(struct wb_json_out *out, const char *name,
		    const struct wb_problem *problem)
{
	uint8_t text[WB_PROBLEM_MAX];
	struct wb_slice json;
	struct wb_writer w;

	wb_writer_init(&w, text, sizeof(text));
	wb_problem_write(&w, problem);
	if (wb_writer_end(&w, &json) == 0)
		wb_out_raw(out, name, json);
}

void wb_out_statement(struct wb_json_out *out, const struct wb_statement *st)
{
	wb_out_string(out, "type", wb_kind(st->type)->name);
	wb_out_string(out, "party", st->party);
	wb_out_string(out, "id", st->id);
}
