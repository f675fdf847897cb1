/*
 * answer: whatever the reader of the ledger's answers accepts is written again
 * as JSON that it accepts too, and that writes the same the second time; and
 * what is shown of it to people holds no byte that a terminal would obey.
 */
#include <stdlib.h>

#include "client/json.c"
#include "client/json_out.c"
#include "client/print.c"
#include "client/table.c"
#include "client/view.c"
#include "client/view_judgement.c"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_value(const struct wb_value *v, unsigned depth)
{
	size_t members = 0;

	require(depth <= WB_ANSWER_DEPTH);
	if (v->type == WB_V_STRING) {
		require(wb_utf8_valid(v->text));
		require(strlen((const char *)v->text.p) == v->text.len);
	}
	for (const struct wb_value *m = v->first; m != NULL; m = m->next) {
		require((m->name != NULL) == (v->type == WB_V_OBJECT));
		require(m->name == NULL || wb_member(v, m->name) == m);
		check_value(m, depth + 1);
		members++;
	}
	require(members == v->n);
}

static void write_again(struct wb_slice text, struct wb_json_out *out)
{
	struct wb_answer *answer;

	require(wb_answer_parse(text, &answer) == 0);
	wb_out_init(out);
	wb_out_value(out, NULL, wb_answer_top(answer));
	require(!out->buf.failed);
	wb_answer_free(answer);
}

/* Only our own newlines and tabs, and no other control character. */
static void check_shown(const struct wb_value *v)
{
	struct wb_slice rest;
	size_t len = 0, n;
	char *shown;
	FILE *f;

	f = open_memstream(&shown, &len);
	require(f != NULL);
	wb_view_value(f, v, 0);
	wb_view_judgement(f, v, v);
	fclose(f);
	for (rest = wb_slice(shown, len); rest.len > 0;
	     rest = wb_slice(rest.p + n, rest.len - n)) {
		n = wb_utf8_first(rest);
		require(n > 0);
		require(*rest.p == '\n' || *rest.p == '\t' ||
			!wb_utf8_control(wb_slice(rest.p, n)));
	}
	free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_json_out once, twice;
	struct wb_answer *answer;

	if (wb_answer_parse(wb_slice(p, n), &answer) != 0)
		return 0;
	check_value(wb_answer_top(answer), 0);
	check_shown(wb_answer_top(answer));
	wb_answer_free(answer);
	write_again(wb_slice(p, n), &once);
	write_again(wb_buf_slice(&once.buf), &twice);
	require(wb_slice_eq(wb_buf_slice(&once.buf), wb_buf_slice(&twice.buf)));
	wb_buf_free(&once.buf);
	wb_buf_free(&twice.buf);
	return 0;
}
