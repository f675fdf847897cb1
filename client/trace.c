#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/json.h"
#include "client/print.h"
#include "client/remote.h"
#include "client/table.h"
#include "client/trace.h"
#include "waybill/statement.h"
#include "waybill/text.h"

/*
 * trace: custody from factory to rack as a timeline, from the ledger or from a
 * store at hand.
 */
#define TRACE_MAX ((size_t)8 << 20)

/* --- where from ----------------------------------------------------------- */

static int from_ledger(struct wb_cli *cli, const char *what, bool is_shipment,
		       struct wb_buf *ret)
{
	char target[WB_TARGET_MAX];
	struct wb_remote remote;
	int rc = wb_remote_open(cli, NULL, &remote);

	if (rc != 0)
		return rc;
	snprintf(target, sizeof(target), "/v1/%s/%s",
		 is_shipment ? "shipments" : "serials", what);
	rc = wb_remote_get(&remote, target, ret);
	wb_remote_close(&remote);
	return rc;
}

/* --- shown ---------------------------------------------------------------- */

/* Whether some line has another number than 0 there. */
static bool any_of(const struct wb_value *lines, const char *name)
{
	uint64_t n;

	for (const struct wb_value *row = lines ? lines->first : NULL;
	     row != NULL; row = row->next)
		if (wb_number(wb_member(row, name), &n) && n > 0)
			return true;
	return false;
}

/* The columns in which something stands. */
static void print_lines(const struct wb_value *shipment)
{
	static const struct {
		const char *name, *head;
	} column[] = {
		{"on_the_way", "|>on the way"}, {"arrived", "|>arrived"},
		{"in_store", "|>in store"},     {"installed", "|>installed"},
		{"moved", "|>moved"},           {"away", "|>given away"},
		{"retired", "|>retired"},       {"missing", "|>missing"}};
	const struct wb_value *lines = wb_member(shipment, "lines");
	char heads[256] = ">line|model|>shipped";
	bool shown[sizeof(column) / sizeof(column[0])];
	struct wb_table table;

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		size_t len = strlen(heads);

		shown[i] = any_of(lines, column[i].name);
		if (shown[i])
			snprintf(heads + len, sizeof(heads) - len, "%s",
				 column[i].head);
	}
	wb_table_init(&table, heads);
	for (const struct wb_value *row = lines ? lines->first : NULL;
	     row != NULL; row = row->next) {
		wb_table_member(&table, row, "line");
		wb_table_member(&table, row, "model");
		wb_table_member(&table, row, "shipped");
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			if (shown[i])
				wb_table_member(&table, row, column[i].name);
	}
	wb_table_done(&table, stdout, 2);
}

/* The receiver as it was stated last, if the reader may see that. */
static const char *receiver(const struct wb_value *events)
{
	const char *name = "";
	uint64_t seq, last = 0;

	for (const struct wb_value *e = events ? events->first : NULL;
	     e != NULL; e = e->next)
		if (wb_string_of(e, "consignee")[0] != '\0' &&
		    wb_number(wb_member(e, "seq"), &seq) && seq >= last) {
			last = seq;
			name = wb_string_of(e, "consignee");
		}
	return name;
}

static void print_shipment(const struct wb_value *s,
			   const struct wb_value *events)
{
	const char *to = receiver(events);

	wb_say(stdout, "shipment %s/%s, %s%s: %s to %s on %s%s%s\n",
	       wb_string_of(s, "party"), wb_string_of(s, "id"),
	       wb_string_of(s, "verdict"),
	       strcmp(wb_string_of(s, "status"), "void") == 0 ? ", voided" : "",
	       wb_string_of(s, "from"), wb_string_of(s, "destination"),
	       wb_string_of(s, "export_date"), *to ? ", for " : "", to);
	print_lines(s);
}

/* How many units an event is about. */
static uint64_t units_of(const struct wb_value *event)
{
	const struct wb_value *items = wb_member(event, "items");
	uint64_t n, sum = 0;

	for (const struct wb_value *i = items ? items->first : NULL; i != NULL;
	     i = i->next)
		if (wb_number(wb_member(i, "quantity"), &n))
			sum += n;
	return sum;
}

/* Where it was and went, and what it is about. */
static void cell_where(struct wb_table *t, const struct wb_value *e)
{
	static const struct {
		const char *name, *before;
	} part[] = {{"facility", "at "},     {"to_facility", "to "},
		    {"to_party", "to "},     {"to_country", "in "},
		    {"kind", "for "},        {"corrects", "corrects "},
		    {"voids", "takes back "}};
	char text[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		const char *s = wb_string_of(e, part[i].name);

		if (*s != '\0' && len < sizeof(text) / 2)
			len += (size_t)snprintf(
				text + len, sizeof(text) - len, "%s%s%.64s",
				len == 0 ? "" : ", ", part[i].before, s);
	}
	wb_table_fmt(t, "%s", text);
}

static void print_events(const struct wb_value *top)
{
	const struct wb_value *list = wb_member(top, "events");
	const struct wb_value *more = wb_member(top, "more");
	struct wb_table table;
	uint64_t units;

	wb_say(stdout, "\n");
	wb_table_init(&table, "date|>record|statement|by|id|>units|where|"
			      "verdict");
	for (const struct wb_value *e = list ? list->first : NULL; e != NULL;
	     e = e->next) {
		wb_table_member(&table, e, "date");
		wb_table_member(&table, e, "seq");
		wb_table_member(&table, e, "type");
		wb_table_member(&table, e, "party");
		wb_table_member(&table, e, "id");
		units = units_of(e);
		if (units > 0)
			wb_table_fmt(&table, "%llu", (unsigned long long)units);
		else
			wb_table_cell(&table, wb_slice_str("-"));
		cell_where(&table, e);
		wb_table_member(&table, e, "verdict");
	}
	wb_table_done(&table, stdout, 2);
	if (more != NULL && more->type == WB_V_TRUE)
		wb_say(stdout, "  and there may be more\n");
}

/* What sweeps found, in words: their findings stand nowhere else that the
 * parties of the shipment may read. */
static void print_told(const struct wb_value *told)
{
	for (const struct wb_value *f = told ? told->first : NULL; f != NULL;
	     f = f->next) {
		wb_say(stdout, "    %s, ", wb_string_of(f, "severity"));
		wb_wrap(stdout, 4, wb_slice_str(wb_string_of(f, "narrative")));
		wb_say(stdout, "    next: ");
		wb_wrap(stdout, 4, wb_slice_str(wb_string_of(f, "resolution")));
	}
}

/* Which findings ask somebody to act, by record; show N tells the rest. */
static void print_findings(const struct wb_value *top)
{
	const struct wb_value *list = wb_member(top, "events");
	bool first = true;

	for (const struct wb_value *e = list ? list->first : NULL; e != NULL;
	     e = e->next) {
		const struct wb_value *codes = wb_member(e, "findings");
		const struct wb_value *seq = wb_member(e, "seq");
		const char *comma = "";

		if (codes == NULL || codes->first == NULL || seq == NULL)
			continue;
		wb_say(stdout, "%s  record %.*s: ", first ? "\n" : "",
		       (int)seq->text.len, (const char *)seq->text.p);
		first = false;
		for (const struct wb_value *f = codes->first; f; f = f->next) {
			wb_say(stdout, "%s%s", comma, wb_string(f));
			comma = ", ";
		}
		wb_say(stdout, "\n");
		print_told(wb_member(e, "told"));
	}
}

static void print_trace(const struct wb_value *top)
{
	const struct wb_value *shipment = wb_member(top, "shipment");
	const char *holder = wb_string_of(top, "holder");
	const char *facility = wb_string_of(top, "facility");

	if (shipment == NULL) {
		print_shipment(top, wb_member(top, "events"));
		print_events(top);
		print_findings(top);
		return;
	}
	wb_say(stdout, "unit %s: %s%s%s%s%s\n", wb_string_of(top, "serial"),
	       wb_string_of(top, "state"), *holder ? ", held by " : "", holder,
	       *facility ? " in " : "", facility);
	if (shipment->type == WB_V_OBJECT)
		print_shipment(shipment, wb_member(top, "events"));
	else
		wb_say(stdout, "it stands in no shipment\n");
	print_events(top);
	print_findings(top);
}

/* PARTY/ID, or a serial number. */
static bool names_shipment(const char *what)
{
	const char *slash = strchr(what, '/');

	return slash != NULL &&
	       wb_id_valid(wb_slice(what, (size_t)(slash - what))) &&
	       wb_id_valid(wb_slice_str(slash + 1));
}

int wb_cmd_trace(struct wb_cli *cli)
{
	const char *what = cli->operand[0];
	bool is_shipment = names_shipment(what);
	struct wb_answer *answer;
	struct wb_json_out out;
	struct wb_buf body;
	int rc;

	if (*what == '\0' || strlen(what) > WB_ABOUT_MAX ||
	    strpbrk(what, " \"#%?\\") != NULL)
		return wb_fail(WB_EXIT_USAGE,
			       "'%s' is neither PARTY/ID of a shipment nor a "
			       "serial number",
			       what);
	wb_buf_init(&body, TRACE_MAX);
	if (cli->n == 2)
		rc = wb_trace_store(cli->operand[1], what, is_shipment, &body);
	else
		rc = from_ledger(cli, what, is_shipment, &body);
	if (rc == 0 && wb_answer_parse(wb_buf_slice(&body), &answer) != 0)
		rc = wb_fail(WB_EXIT_OTHER, "%s: the answer is not JSON", what);
	else if (rc == 0) {
		if (cli->json) {
			wb_out_init(&out);
			wb_out_value(&out, NULL, wb_answer_top(answer));
			rc = wb_out_done(&out);
		} else {
			print_trace(wb_answer_top(answer));
		}
		wb_answer_free(answer);
	}
	wb_buf_free(&body);
	return rc;
}
