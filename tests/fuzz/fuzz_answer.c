/*
 * answer: whatever the reader of the ledger's answers accepts is written again
 * as JSON that it accepts too, and that writes the same the second time.
 */
#include <stdlib.h>

#include "client/json.c"
#include "client/json_out.c"
#include "client/print.c"

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

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_json_out once, twice;
	struct wb_answer *answer;

	if (wb_answer_parse(wb_slice(p, n), &answer) != 0)
		return 0;
	check_value(wb_answer_top(answer), 0);
	wb_answer_free(answer);
	write_again(wb_slice(p, n), &once);
	write_again(wb_buf_slice(&once.buf), &twice);
	require(wb_slice_eq(wb_buf_slice(&once.buf), wb_buf_slice(&twice.buf)));
	wb_buf_free(&once.buf);
	wb_buf_free(&twice.buf);
	return 0;
}
