#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/print.h"
#include "client/remote.h"
#include "client/table.h"
#include "proto/query.h"
#include "waybill/text.h"

/* list, policies, parties, agreements: tables of what the ledger shows this
 * reader. */

/* The time of a record, to the minute: "2026-11-23 14:33". */
static void minute_cell(struct wb_table *table, const struct wb_value *row)
{
	const struct wb_value *v = wb_member(row, "time");
	char text[17];

	if (v == NULL || v->text.len < 16) {
		wb_table_cell(table, wb_slice_str("-"));
		return;
	}
	memcpy(text, v->text.p, 16);
	text[10] = ' ';
	wb_table_cell(table, wb_slice(text, 16));
}

/* A list of strings, parted by spaces. */
static void list_cell(struct wb_table *table, const struct wb_value *list)
{
	struct wb_buf text;

	wb_buf_init(&text, (size_t)1 << 16);
	for (const struct wb_value *v = list ? list->first : NULL; v != NULL;
	     v = v->next) {
		if (text.len > 0)
			wb_buf_str(&text, " ");
		wb_buf_str(&text, wb_string(v));
	}
	wb_table_cell(table,
		      text.len > 0 ? wb_buf_slice(&text) : wb_slice_str("-"));
	wb_buf_free(&text);
}

/* --- list ------------------------------------------------------------- */

/* Flags that are parameters of the query, by the same names. */
static const struct {
	enum wb_opt opt;
	const char *want;
} filters[] = {
	{WB_OPT_PARTY, "a party id"},
	{WB_OPT_COUNTRY, "two capital letters"},
	{WB_OPT_VERDICT, "clear, review, deny or noted"},
	{WB_OPT_TYPE, "a statement type, as shipment"},
	{WB_OPT_FINDING, "the code of a finding, as rf-11"},
	{WB_OPT_MODEL, "the id of a model"},
	{WB_OPT_FACILITY, "OPERATOR/ID, as op-my/dc-1"},
	{WB_OPT_SINCE, "a day, as 2025-05-15"},
	{WB_OPT_UNTIL, "a day, as 2025-05-15"},
};

static int query_of(const struct wb_options *opt, struct wb_records_query *q)
{
	wb_records_query_init(q);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		const char *name = wb_opt_rows[filters[i].opt].name;
		const char *value = wb_opt(opt, filters[i].opt);

		if (value != NULL && !wb_records_query_set(q, name, value))
			return wb_fail(WB_EXIT_USAGE, "--%s is %s, not '%s'",
				       name, filters[i].want, value);
	}
	return 0;
}

static void print_page(const struct wb_value *records)
{
	struct wb_table table;

	/* What does not fit a terminal is in --json. */
	wb_table_init(&table, ">seq|time (UTC)|type|party|id|verdict|basis|"
			      "scopes|>findings");
	for (const struct wb_value *row = records->first; row != NULL;
	     row = row->next) {
		wb_table_member(&table, row, "seq");
		minute_cell(&table, row);
		wb_table_member(&table, row, "type");
		wb_table_member(&table, row, "party");
		wb_table_member(&table, row, "id");
		wb_table_member(&table, row, "verdict");
		wb_table_member(&table, row, "basis");
		list_cell(&table, wb_member(row, "scopes"));
		wb_table_member(&table, row, "findings");
	}
	wb_table_done(&table, stdout, 0);
}

/* Fetch the page of q; the caller frees the answer. */
static int fetch(struct wb_remote *remote, const struct wb_records_query *q,
		 struct wb_answer **ret, const struct wb_value **ret_records)
{
	char target[WB_TARGET_MAX + 1];
	struct wb_slice text;
	struct wb_writer w;
	int rc;

	wb_writer_init(&w, target, WB_TARGET_MAX);
	wb_records_query_write(&w, q);
	if (wb_writer_end(&w, &text) != 0)
		return wb_fail(WB_EXIT_USAGE, "the query is too long");
	target[text.len] = '\0';
	rc = wb_remote_json(remote, target, ret);
	if (rc != 0)
		return rc;
	*ret_records = wb_member(wb_answer_top(*ret), "records");
	if (*ret_records != NULL && (*ret_records)->type == WB_V_LIST)
		return 0;
	wb_answer_free(*ret);
	return wb_fail(WB_EXIT_OTHER, "%s: the answer has no records", target);
}

/* Pages until the limit or the end; *ret_n rows. */
static int pages(struct wb_cli *cli, struct wb_remote *remote,
		 struct wb_records_query *q, uint64_t limit,
		 struct wb_json_out *out, uint64_t *ret_n)
{
	const struct wb_value *records = NULL, *next;
	struct wb_answer *answer;
	uint64_t n = 0, after;
	int rc;

	for (;;) {
		q->limit = limit - n < WB_QUERY_PAGE_MAX ? (uint32_t)(limit - n)
							 : WB_QUERY_PAGE_MAX;
		rc = fetch(remote, q, &answer, &records);
		if (rc != 0)
			return rc;
		n += records->n;
		if (!cli->json && records->n > 0)
			print_page(records);
		for (const struct wb_value *row = records->first;
		     cli->json && row != NULL; row = row->next)
			wb_out_value(out, NULL, row);
		next = wb_member(wb_answer_top(answer), "next");
		if (!wb_number(next, &after) || n >= limit ||
		    (q->has_after && after <= q->after)) {
			wb_answer_free(answer);
			*ret_n = n;
			return 0;
		}
		wb_answer_free(answer);
		q->after = after;
		q->has_after = true;
	}
}

int wb_cmd_list(struct wb_cli *cli)
{
	struct wb_records_query q;
	struct wb_remote remote;
	struct wb_json_out out;
	uint64_t limit, n = 0;
	int rc;

	rc = query_of(&cli->opt, &q);
	if (rc == 0)
		rc = wb_opt_number(&cli->opt, WB_OPT_LIMIT, 1, 100000000,
				   100000000, &limit);
	if (rc == 0)
		rc = wb_remote_open(cli, NULL, &remote);
	if (rc != 0)
		return rc;
	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "records", '[');
	rc = pages(cli, &remote, &q, limit, &out, &n);
	wb_out_close(&out, ']');
	wb_out_close(&out, '}');
	if (rc == 0 && cli->json)
		rc = wb_out_done(&out);
	else if (rc == 0 && n == 0)
		wb_say(stdout, "no records that this reader may see\n");
	wb_buf_free(&out.buf);
	wb_remote_close(&remote);
	return rc;
}

/* --- policies, parties, agreements -----------------------------------------
 */

static int print_policy(struct wb_cli *cli, struct wb_remote *remote)
{
	const char *digest = cli->operand[0];
	uint8_t hash[WB_HASH_LEN];
	char target[128], found[WB_HASH_HEX + 1];
	struct wb_buf body;
	int rc;

	if (wb_unhex(wb_slice_str(digest), hash, sizeof(hash)) != 0)
		return wb_fail(WB_EXIT_USAGE,
			       "a policy is named by its SHA-256, 64 small "
			       "hexadecimal digits, not '%s'",
			       digest);
	snprintf(target, sizeof(target), "/v1/policies/%s", digest);
	rc = wb_remote_get(remote, target, &body);
	if (rc != 0)
		return rc;
	wb_sha256_hex(wb_buf_slice(&body), found);
	if (strcmp(found, digest) != 0)
		rc = wb_fail(WB_EXIT_PROOF, "the text given has the digest %s",
			     found);
	else
		wb_put(stdout, wb_buf_slice(&body), true);
	wb_buf_free(&body);
	return rc;
}

/* GET a list and print it as it is (--json) or by the rows' printer. */
static int print_list(struct wb_cli *cli, struct wb_remote *remote,
		      const char *target, const char *member,
		      void (*print)(const struct wb_value *list))
{
	const struct wb_value *list;
	struct wb_answer *answer;
	struct wb_json_out out;
	int rc = wb_remote_json(remote, target, &answer);

	if (rc != 0)
		return rc;
	list = wb_member(wb_answer_top(answer), member);
	if (list == NULL || list->type != WB_V_LIST) {
		rc = wb_fail(WB_EXIT_OTHER, "%s: the answer has no %s", target,
			     member);
	} else if (cli->json) {
		wb_out_init(&out);
		wb_out_value(&out, NULL, wb_answer_top(answer));
		rc = wb_out_done(&out);
	} else {
		print(list);
	}
	wb_answer_free(answer);
	return rc;
}

static void print_policies(const struct wb_value *list)
{
	struct wb_table table;

	wb_table_init(&table, ">seq|document|id|family|effective|digest");
	for (const struct wb_value *row = list->first; row; row = row->next) {
		wb_table_member(&table, row, "seq");
		wb_table_member(&table, row, "document");
		wb_table_member(&table, row, "id");
		wb_table_member(&table, row, "family");
		wb_table_member(&table, row, "effective");
		wb_table_member(&table, row, "digest");
	}
	wb_table_done(&table, stdout, 0);
}

int wb_cmd_policies(struct wb_cli *cli)
{
	struct wb_remote remote;
	int rc = wb_remote_open(cli, NULL, &remote);

	if (rc != 0)
		return rc;
	if (cli->n == 1)
		rc = print_policy(cli, &remote);
	else
		rc = print_list(cli, &remote, "/v1/policies", "policies",
				print_policies);
	wb_remote_close(&remote);
	return rc;
}

/* Keys stand on lines of their own, whole, to be copied. */
static void print_parties(const struct wb_value *list)
{
	for (const struct wb_value *row = list->first; row; row = row->next) {
		const struct wb_value *keys = wb_member(row, "keys");
		const char *to = wb_string_of(row, "valid_to");

		wb_say(stdout, "%s, %s, from %s%s%s\n",
		       wb_string_of(row, "party"), wb_string_of(row, "role"),
		       wb_string_of(row, "valid_from"), *to ? " to " : "", to);
		for (const struct wb_value *key = keys ? keys->first : NULL;
		     key != NULL; key = key->next)
			wb_say(stdout, "  %s\n", wb_string(key));
	}
}

int wb_cmd_parties(struct wb_cli *cli)
{
	struct wb_remote remote;
	int rc = wb_remote_open(cli, NULL, &remote);

	if (rc != 0)
		return rc;
	rc = print_list(cli, &remote, "/v1/parties", "parties", print_parties);
	wb_remote_close(&remote);
	return rc;
}

static void print_agreements(const struct wb_value *list)
{
	const struct wb_value *today;
	struct wb_table table;

	if (list->n == 0) {
		wb_say(stdout, "no agreements are recorded\n");
		return;
	}
	wb_table_init(&table, "country|government|from|to|status|today|"
			      ">factor %|>chip ceiling|commitments|>record");
	for (const struct wb_value *row = list->first; row; row = row->next) {
		today = wb_member(row, "in_force");
		wb_table_member(&table, row, "country");
		wb_table_member(&table, row, "government");
		wb_table_member(&table, row, "effective");
		wb_table_member(&table, row, "until");
		wb_table_member(&table, row, "status");
		wb_table_fmt(&table, "%s",
			     today != NULL && today->type == WB_V_TRUE
				     ? "in force"
				     : "-");
		wb_table_member(&table, row, "factor_percent");
		wb_table_member(&table, row, "chip_ceiling");
		list_cell(&table, wb_member(row, "commitments"));
		wb_table_member(&table, row, "seq");
	}
	wb_table_done(&table, stdout, 0);
}

int wb_cmd_agreements(struct wb_cli *cli)
{
	struct wb_remote remote;
	int rc = wb_remote_open(cli, NULL, &remote);

	if (rc != 0)
		return rc;
	rc = print_list(cli, &remote, "/v1/agreements", "agreements",
			print_agreements);
	wb_remote_close(&remote);
	return rc;
}
