#include "client/chip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/json.h"
#include "client/law.h"
#include "client/print.h"
#include "client/state.h"
#include "client/table.h"
#include "waybill/engine.h"

/*
 * chips: each row of a table of chips classified from its own figures, as the
 * item of a shipment.
 */
struct chips {
	const struct wb_cli *cli;
	struct wb_csv csv;
	struct wb_law law;
	wb_date date;
	struct wb_decision *d;
	struct wb_table table;
	struct wb_json_out out;
	unsigned differ; /* rows that say another ECCN or limb */
};

/* --- one chip ------------------------------------------------------------ */

static void draft(wb_date day, struct wb_buf *b)
{
	char date[WB_DATE_TEXT + 1];

	wb_date_format(day, date);
	wb_buf_init(b, WB_STATEMENT_MAX);
	wb_buf_fmt(b,
		   "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		   "\"party\":\"exporter\",\"id\":\"chip\","
		   "\"issued\":\"%sT00:00:00Z\",\"kind\":\"export\","
		   "\"export_date\":\"%s\",\"from\":\"US\","
		   "\"destination\":\"CN\",\"consignee\":\"consignee\","
		   "\"consignee_type\":\"direct_consumer\","
		   "\"end_use\":\"data_centre\","
		   "\"authorization\":{\"type\":\"NLR\"},"
		   "\"items\":[{\"line\":1,\"model\":\"chip\","
		   "\"quantity\":1,\"eccn\":\"3A090.a\"}]}\n",
		   date, date);
}

/* The chip as the one product of the catalogue, so that a figure that nobody
 * knows stays unknown. */
static void stock(struct chips *c, const struct wb_chip *chip)
{
	struct wb_product *p = &c->law.catalogue->product[0];

	memset(p, 0, sizeof(*p));
	c->law.catalogue->n = 1;
	snprintf(p->id, sizeof(p->id), "chip");
	p->datacenter = chip->datacenter;
	p->tpp_x10 = chip->tpp_x10;
	p->die_area_mm2_x10 = chip->die_x10;
	p->dram_gbps_x10 = chip->dram_x10;
	p->link_gbps_x10 = chip->io_x10;
}

static int classify(struct chips *c, const struct wb_chip *chip,
		    char why[WB_SCENARIO_WHY])
{
	struct wb_problem problem = {.code = 0};
	struct wb_given given = {.entry = NULL};
	struct wb_state state = wb_given_state(&given);
	struct wb_statement st = {.json = NULL};
	struct wb_engine_input in = {&c->law, &st, &state,
				     (wb_time)c->date * 86400000};
	struct wb_buf text;
	int rc;

	stock(c, chip);
	draft(c->date, &text);
	rc = text.failed ? WB_ENOMEM
			 : wb_statement_decode(wb_buf_slice(&text), NULL, &st,
					       &problem);
	if (rc == 0) {
		wb_decision_init(c->d);
		rc = wb_classify(&in, c->d);
	}
	if (rc != 0)
		snprintf(why, WB_SCENARIO_WHY, "%s",
			 rc == WB_EREFUSED ? problem.detail : wb_strerror(rc));
	wb_statement_free(&st);
	wb_buf_free(&text);
	wb_given_free(&given);
	return rc;
}

/* --- what is shown ------------------------------------------------------- */

/* Whether the table's own column, if it has one, says otherwise. */
static bool differs(const struct chips *c, size_t row, const char *column,
		    const char *got)
{
	const char *want = wb_csv_cell(&c->csv, row, column);

	return *want != '\0' && strcmp(want, got) != 0;
}

/* With one digit for tenths or four for ten-thousandths, "-" for unknown. */
static void figure(char out[32], int64_t value, int64_t scale, int digits)
{
	if (value < 0)
		snprintf(out, 32, "-");
	else if (digits == 1 && value % scale == 0)
		snprintf(out, 32, "%lld", (long long)(value / scale));
	else
		snprintf(out, 32, "%lld.%0*lld", (long long)(value / scale),
			 digits, (long long)(value % scale));
}

static void show(struct chips *c, size_t row, const struct wb_chip *chip,
		 const char *why)
{
	const struct wb_item_decision *item = &c->d->item[0];
	const char *id = wb_csv_cell(&c->csv, row, "id");
	const char *eccn = *why == '\0' ? item->eccn : "error";
	const char *limb = *why == '\0' ? item->limb : "";
	bool other = *why != '\0' || differs(c, row, "eccn", eccn) ||
		     differs(c, row, "limb", limb);
	char tpp[32], pd[32];

	c->differ += other;
	figure(tpp, chip->tpp_x10, 10, 1);
	figure(pd,
	       chip->tpp_x10 < 0 || chip->die_x10 <= 0
		       ? -1
		       : (chip->tpp_x10 * 20000 / chip->die_x10 + 1) / 2,
	       10000, 4);
	if (c->cli->json) {
		wb_out_open(&c->out, NULL, '{');
		wb_out_string(&c->out, "id", id);
		wb_out_string(&c->out, "eccn", eccn);
		wb_out_string(&c->out, "limb", limb);
		wb_out_string(&c->out, "tpp", tpp);
		wb_out_string(&c->out, "pd", pd);
		wb_out_bool(&c->out, "same", !other);
		if (*why != '\0')
			wb_out_string(&c->out, "error", why);
		wb_out_close(&c->out, '}');
		return;
	}
	wb_table_cell(&c->table, wb_slice_str(id));
	wb_table_cell(&c->table, wb_slice_str(eccn));
	wb_table_cell(&c->table, wb_slice_str(*limb == '\0' ? "-" : limb));
	wb_table_cell(&c->table, wb_slice_str(tpp));
	wb_table_cell(&c->table, wb_slice_str(pd));
	if (*why != '\0')
		wb_table_cell(&c->table, wb_slice_str(why));
	else if (other)
		wb_table_fmt(&c->table, "the table says %s %s",
			     wb_csv_cell(&c->csv, row, "eccn"),
			     wb_csv_cell(&c->csv, row, "limb"));
	else
		wb_table_cell(&c->table, wb_slice_str(""));
}

/* --- the table ----------------------------------------------------------- */

/* The law of --date; without, the newest of the editions. */
static int choose_day(struct chips *c)
{
	const char *text = wb_opt(&c->cli->opt, WB_OPT_DATE);

	if (text != NULL && wb_date_parse(wb_slice_str(text), &c->date) != 0)
		return wb_fail(WB_EXIT_USAGE,
			       "--date is written 2025-05-15, not '%s'", text);
	for (size_t i = 0; text == NULL && i < c->law.n; i++)
		if (c->law.edition[i]->from > c->date)
			c->date = c->law.edition[i]->from;
	if (wb_law_edition(&c->law, c->date) != NULL)
		return 0;
	if (text == NULL)
		return wb_fail(WB_EXIT_USAGE,
			       "there is no edition of family "
			       "%s",
			       c->law.family);
	return wb_fail(WB_EXIT_USAGE, "no edition covers %s", text);
}

static int each(struct chips *c)
{
	for (size_t i = 0; i < c->csv.n; i++) {
		char why[WB_SCENARIO_WHY] = "";
		struct wb_chip chip = {-1, -1, -1, -1, -1};

		if (wb_csv_blank(&c->csv, i))
			continue;
		if (wb_chip_read(&c->csv, i, &chip, why) == 0 &&
		    classify(c, &chip, why) == WB_ENOMEM)
			return wb_fail(WB_EXIT_OTHER, "out of memory");
		show(c, i, &chip, why);
	}
	return 0;
}

static int finish(struct chips *c)
{
	int rc = WB_EXIT_DONE;

	if (c->cli->json) {
		wb_out_close(&c->out, ']');
		wb_out_number(&c->out, "differ", c->differ);
		wb_out_close(&c->out, '}');
		rc = wb_out_done(&c->out);
	} else {
		wb_table_done(&c->table, stdout, 0);
		wb_say(stdout, "%zu chips, %u differ\n", c->csv.n, c->differ);
	}
	return rc == 0 && c->differ > 0 ? WB_EXIT_OTHER : rc;
}

int wb_chips_print(const struct wb_cli *cli, const char *path)
{
	struct chips c = {.cli = cli};
	int rc = wb_csv_load(path, &c.csv);

	wb_table_init(&c.table, "id|ECCN|limb|>TPP|>PD|note");
	wb_out_init(&c.out);
	wb_out_open(&c.out, NULL, '{');
	wb_out_open(&c.out, "chips", '[');
	c.d = malloc(sizeof(*c.d));
	if (rc == 0 && !wb_csv_has(&c.csv, "id"))
		rc = wb_fail(WB_EXIT_USAGE,
			     "%s has no column id: not a table of chips", path);
	if (rc == 0 && c.d == NULL)
		rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	if (rc == 0)
		rc = wb_law_from_files(cli, &c.law);
	if (rc == 0)
		rc = choose_day(&c);
	if (rc == 0)
		rc = each(&c);
	if (rc == 0)
		rc = finish(&c);
	free(c.d);
	wb_law_free(&c.law);
	wb_csv_free(&c.csv);
	wb_buf_free(&c.table.text);
	wb_buf_free(&c.out.buf);
	return rc;
}
