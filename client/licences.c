#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/print.h"
#include "client/remote.h"
#include "client/table.h"
#include "client/view.h"
#include "proto/query.h"
#include "waybill/text.h"

/* licences: what was granted, and what is left of it. */

static bool is_true(const struct wb_value *row, const char *name)
{
	const struct wb_value *v = wb_member(row, name);

	return v != NULL && v->type == WB_V_TRUE;
}

/* Tenths as a cell; "-" for null. */
static void tenths_cell(struct wb_table *t, const struct wb_value *row,
			const char *name)
{
	char text[WB_TENTHS_TEXT];

	wb_tenths(wb_member(row, name), text);
	wb_table_fmt(t, "%s", text);
}

/* The strings of a list, parted by ", ", or other if there are none. */
static void list_cell(struct wb_table *t, const struct wb_value *list,
		      const char *other)
{
	struct wb_buf text;

	wb_buf_init(&text, (size_t)1 << 16);
	for (const struct wb_value *v = list ? list->first : NULL; v != NULL;
	     v = v->next) {
		wb_buf_str(&text, text.len > 0 ? ", " : "");
		wb_buf_str(&text, wb_string(v));
	}
	wb_table_cell(t,
		      text.len > 0 ? wb_buf_slice(&text) : wb_slice_str(other));
	wb_buf_free(&text);
}

static void print_items(const struct wb_value *g)
{
	const struct wb_value *items = wb_member(g, "items");
	struct wb_table table;

	wb_table_init(&table, "ECCN|models|>units|>used|>left|>TPP|>TPP used|"
			      ">TPP left");
	for (const struct wb_value *i = items ? items->first : NULL; i != NULL;
	     i = i->next) {
		wb_table_member(&table, i, "eccn");
		list_cell(&table, wb_member(i, "models"), "any");
		wb_table_member(&table, i, "quantity");
		wb_table_member(&table, i, "used");
		wb_table_member(&table, i, "left");
		tenths_cell(&table, i, "tpp_x10");
		tenths_cell(&table, i, "tpp_used_x10");
		tenths_cell(&table, i, "tpp_left_x10");
	}
	wb_table_done(&table, stdout, 2);
}

/* A row of what a validated end user has. */
static void place(struct wb_table *t, const char *where, const char *what,
		  const struct wb_value *row)
{
	wb_table_fmt(t, "%s%s", where, what);
	tenths_cell(t, row, "declared_x10");
	tenths_cell(t, row, "used_x10");
}

/* The limits of today. */
static void print_shares(const struct wb_value *g)
{
	const struct wb_value *shares = wb_member(g, "shares");
	const struct wb_value *limit = wb_member(g, "limit_x10");
	char amount[WB_TENTHS_TEXT], left[WB_TENTHS_TEXT];
	struct wb_table table;

	if (limit != NULL && limit->type == WB_V_NUMBER) {
		wb_tenths(limit, amount);
		wb_tenths(wb_member(g, "left_x10"), left);
		wb_say(stdout, "  at most %s TPP installed since %s, %s left\n",
		       amount, wb_string_of(g, "limit_from"), left);
	}
	if (shares == NULL || shares->first == NULL)
		return;
	wb_table_init(&table, "share of|>percent at most|>TPP held|>TPP in the "
			      "world|>TPP left|standing");
	for (const struct wb_value *s = shares->first; s; s = s->next) {
		const char *country = wb_string_of(s, "country");

		wb_table_fmt(&table, "%s%s", *country ? "" : "outside ",
			     *country ? country : wb_string_of(s, "outside"));
		tenths_cell(&table, s, "percent_x10");
		tenths_cell(&table, s, "held_x10");
		tenths_cell(&table, s, "of_x10");
		tenths_cell(&table, s, "left_x10");
		wb_table_member(&table, s, "standing");
	}
	wb_table_done(&table, stdout, 2);
}

static void print_places(const struct wb_value *g)
{
	const struct wb_value *in = wb_member(g, "countries");
	const struct wb_value *outside = wb_member(g, "outside");
	struct wb_table table;

	wb_table_init(&table, "where|>TPP declared|>TPP recorded since");
	if (in == NULL)
		place(&table, "", wb_string_of(g, "country"), g);
	else if (wb_member(g, "declared_x10") != NULL)
		place(&table, "in the world", "", g);
	for (const struct wb_value *c = in ? in->first : NULL; c; c = c->next)
		place(&table, "", wb_string_of(c, "country"), c);
	for (const struct wb_value *o = outside ? outside->first : NULL; o;
	     o = o->next)
		place(&table, "outside ", wb_string_of(o, "set"), o);
	wb_table_done(&table, stdout, 2);
}

static void print_licence(const struct wb_value *g)
{
	const struct wb_value *exporters = wb_member(g, "exporters");
	const char *to = wb_string_of(g, "valid_to");
	const char *user = wb_string_of(g, "end_user");
	const char *comma = ": ";

	wb_say(stdout, "%s, %s, %s%s, from %s%s%s", wb_string_of(g, "number"),
	       wb_string_of(g, "kind"), wb_string_of(g, "status"),
	       is_true(g, "in_force") ? "" : ", not in force today",
	       wb_string_of(g, "valid_from"), *to ? " to " : "", to);
	if (exporters == NULL) {
		wb_say(stdout, ": held by %s\n", wb_string_of(g, "holder"));
		print_places(g);
		print_shares(g);
		return;
	}
	for (const struct wb_value *e = exporters->first; e; e = e->next) {
		wb_say(stdout, "%s%s", comma, wb_string(e));
		comma = ", ";
	}
	wb_say(stdout, " to %s%s%s in %s\n", wb_string_of(g, "consignee"),
	       *user ? " for " : "", user, wb_string_of(g, "destination"));
	print_items(g);
}

/* What is shown of one page; with a number, only that one. */
static uint64_t show(struct wb_cli *cli, const struct wb_value *list,
		     struct wb_json_out *out)
{
	const char *number = cli->n == 1 ? cli->operand[0] : NULL;
	uint64_t n = 0;

	for (const struct wb_value *g = list->first; g != NULL; g = g->next) {
		if (number != NULL &&
		    strcmp(number, wb_string_of(g, "number")) != 0)
			continue;
		n++;
		if (cli->json)
			wb_out_value(out, NULL, g);
		else
			print_licence(g);
	}
	return n;
}

/* Pages to the end; *ret_n licences. */
static int pages(struct wb_cli *cli, struct wb_remote *remote,
		 struct wb_json_out *out, uint64_t *ret_n)
{
	struct wb_licences_query q = {.limit = WB_QUERY_PAGE_MAX};
	char target[WB_TARGET_MAX + 1];
	const struct wb_value *list;
	struct wb_answer *answer;
	struct wb_slice text;
	struct wb_writer w;
	const char *next;
	int rc;

	do {
		wb_writer_init(&w, target, WB_TARGET_MAX);
		wb_licences_query_write(&w, &q);
		if (wb_writer_end(&w, &text) != 0)
			return wb_fail(WB_EXIT_OTHER, "the query is too long");
		target[text.len] = '\0';
		rc = wb_remote_json(remote, target, &answer);
		if (rc != 0)
			return rc;
		list = wb_member(wb_answer_top(answer), "licences");
		if (list == NULL || list->type != WB_V_LIST) {
			wb_answer_free(answer);
			return wb_fail(WB_EXIT_OTHER,
				       "%s: the answer has no licences",
				       target);
		}
		*ret_n += show(cli, list, out);
		next = wb_string_of(wb_answer_top(answer), "next");
		/* Behind the last, or it would go on for ever. */
		if (strcmp(next, q.after) > 0 &&
		    wb_id_valid(wb_slice_str(next)))
			snprintf(q.after, sizeof(q.after), "%s", next);
		else
			next = "";
		list = *next == '\0' ? NULL : list;
		wb_answer_free(answer);
	} while (list != NULL);
	return 0;
}

int wb_cmd_licences(struct wb_cli *cli)
{
	struct wb_remote remote;
	struct wb_json_out out;
	uint64_t n = 0;
	int rc = wb_remote_open(cli, NULL, &remote);

	if (rc != 0)
		return rc;
	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "licences", '[');
	rc = pages(cli, &remote, &out, &n);
	wb_out_close(&out, ']');
	wb_out_close(&out, '}');
	if (rc == 0 && n == 0 && cli->n == 1)
		rc = wb_fail(WB_EXIT_NOT_FOUND,
			     "there is no licence %s, or it is not yours to "
			     "see",
			     cli->operand[0]);
	else if (rc == 0 && cli->json)
		rc = wb_out_done(&out);
	else if (rc == 0 && n == 0)
		wb_say(stdout, "no licences that this reader may see\n");
	wb_buf_free(&out.buf);
	wb_remote_close(&remote);
	return rc;
}
