/*
 * verdicts: tables of what the ledger answered.
 *
 *   tool_verdicts COUNTRIES FOLDER
 *
 * Reads every statement X.note in FOLDER and the receipt beside it, and counts
 * verdicts by country of destination and by week of export.  What the receipts
 * say is proved by `waybill verify`, not here.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/tool.h"
#include "waybill/waybill.h"

#define ROWS_MAX 300

/* The columns of clear verdicts, by basis; others are told as they come. */
static const char *const bases[] = {"NLR", "ACA", "AIA", "LPP"};

#define BASES (sizeof(bases) / sizeof(bases[0]))

struct row {
	char code[3]; /* of a country */
	wb_date week; /* its Monday */
	unsigned all, review, deny, clear;
	unsigned by[BASES]; /* clear */
};

static struct row country[ROWS_MAX], week[ROWS_MAX], total;
static size_t n_countries, n_weeks;

static struct row *row_of(struct row *table, size_t *n, const char *code,
			  wb_date monday)
{
	size_t i = 0;

	while (i < *n &&
	       (strcmp(table[i].code, code) != 0 || table[i].week != monday)) {
		i++;
	}
	if (i == ROWS_MAX)
		tool_die("rows", WB_ELIMIT);
	if (i == *n) {
		snprintf(table[i].code, sizeof(table[i].code), "%s", code);
		table[i].week = monday;
		++*n;
	}
	return &table[i];
}

static void count(struct row *row, const struct wb_verdict_view *view)
{
	row->all++;
	switch (view->verdict) {
	case WB_CLEAR:
		row->clear++;
		for (size_t i = 0; i < BASES; i++)
			row->by[i] += strcmp(view->basis, bases[i]) == 0;
		break;
	case WB_REVIEW:
		row->review++;
		break;
	case WB_DENY:
		row->deny++;
		break;
	case WB_NOTED:
	case WB_VERDICTS:
		break;
	}
}

static void take(const char *path)
{
	static uint8_t scratch[WB_RECEIPT_MAX];
	char receipt_path[4200];
	struct wb_buf note_text, receipt_text;
	struct wb_problem problem = {0};
	struct wb_verdict_view view;
	struct wb_statement st;
	struct wb_receipt receipt;
	struct wb_note note;
	int rc;

	snprintf(receipt_path, sizeof(receipt_path), "%s.receipt", path);
	tool_read(path, &note_text);
	tool_read(receipt_path, &receipt_text);

	rc = wb_statement_open(wb_buf_slice(&note_text), NULL, &note, &st,
			       &problem);
	if (rc != 0 || st.type != WB_SHIPMENT)
		tool_die(path, rc);
	rc = wb_receipt_parse(wb_buf_slice(&receipt_text), scratch,
			      sizeof(scratch), &receipt);
	if (rc != 0)
		tool_die(receipt_path, rc);
	rc = wb_judgement_read(receipt.judgement, &view);
	if (rc != 0)
		tool_die(receipt_path, rc);

	/* 1970-01-01 was a Thursday. */
	count(row_of(week, &n_weeks, "",
		     st.u.shipment.export_date -
			     (st.u.shipment.export_date + 3) % 7),
	      &view);
	count(row_of(country, &n_countries, st.u.shipment.destination, 0),
	      &view);
	count(&total, &view);

	wb_statement_free(&st);
	wb_buf_free(&note_text);
	wb_buf_free(&receipt_text);
}

/* --- tables --------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->all != y->all)
		return x->all < y->all ? 1 : -1;
	return strcmp(x->code, y->code);
}

static int by_week(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->week > y->week) - (x->week < y->week);
}

static void add(struct row *sum, const struct row *row)
{
	sum->all += row->all;
	sum->clear += row->clear;
	sum->review += row->review;
	sum->deny += row->deny;
	for (size_t i = 0; i < BASES; i++)
		sum->by[i] += row->by[i];
}

/* A count, or a dot where there is none. */
static void cell(unsigned n, int width)
{
	if (n == 0) {
		printf("%*s", width, ".");
	} else {
		printf("%*u", width, n);
	}
}

static void print_country(const char *name, const struct row *row)
{
	int pad = 27;

	for (const char *s = name; *s != '\0'; s++) /* columns, not bytes */
		pad -= ((unsigned char)*s & 0xc0) != 0x80;
	printf("  %s%*s", name, pad, "");
	cell(row->all, 8);
	for (size_t i = 0; i < BASES; i++)
		cell(row->by[i], 6);
	cell(row->review, 9);
	cell(row->deny, 7);
	putchar('\n');
}

static void print_countries(const struct wb_countries *table, wb_date date)
{
	const size_t shown = n_countries < 18 ? n_countries : 16;
	struct row rest = {.all = 0};
	char name[80];

	qsort(country, n_countries, sizeof(country[0]), by_size);
	printf("  %-27s%8s%6s%6s%6s%6s%9s%7s\n", "destination", "sent",
	       bases[0], bases[1], bases[2], bases[3], "review", "deny");
	for (size_t i = 0; i < n_countries; i++) {
		const struct wb_country *c =
			wb_country_on(table, country[i].code, date);

		if (i >= shown) {
			add(&rest, &country[i]);
			continue;
		}
		snprintf(name, sizeof(name), "%.2s  %.22s", country[i].code,
			 c == NULL ? "" : c->name);
		print_country(name, &country[i]);
	}
	if (rest.all > 0) {
		snprintf(name, sizeof(name), "%zu others", n_countries - shown);
		print_country(name, &rest);
	}
	print_country("all", &total);
}

static void print_weeks(wb_date date)
{
	char day[WB_DATE_TEXT + 1];
	unsigned most = 1;

	qsort(week, n_weeks, sizeof(week[0]), by_week);
	for (size_t i = 0; i < n_weeks; i++)
		most = week[i].all > most ? week[i].all : most;
	printf("\n  %-12s%9s%8s%8s%7s\n", "week of", "shipments", "clear",
	       "review", "deny");
	for (size_t i = 0; i < n_weeks; i++) {
		wb_date_format(week[i].week, day);
		printf("  %-12s", day);
		cell(week[i].all, 9);
		cell(week[i].clear, 8);
		cell(week[i].review, 8);
		cell(week[i].deny, 7);
		printf("  %.*s%s\n", (int)(20 * week[i].all / most),
		       "####################",
		       date >= week[i].week && date < week[i].week + 7
			       ? " <- 15 May: the rule"
			       : "");
	}
}

int main(int argc, char *argv[])
{
	struct wb_problem problem = {0};
	struct wb_countries *table;
	struct wb_buf text;
	struct dirent *entry;
	char path[4096];
	wb_date date;
	DIR *dir;

	if (argc != 3) {
		fputs("usage: see the head of tests/tools/verdicts.c\n",
		      stderr);
		return 2;
	}
	if (wb_crypto_init() != 0 ||
	    wb_date_parse(wb_slice_str("2025-05-15"), &date) != 0) {
		tool_die("start", WB_EIO);
	}
	tool_read(argv[1], &text);
	if (wb_countries_parse(wb_buf_slice(&text), &table, &problem) != 0)
		tool_die(argv[1], WB_EFORM);

	dir = opendir(argv[2]);
	if (dir == NULL)
		tool_die(argv[2], WB_EIO);
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len > 5 && strcmp(entry->d_name + len - 5, ".note") == 0) {
			snprintf(path, sizeof(path), "%s/%s", argv[2],
				 entry->d_name);
			take(path);
		}
	}
	closedir(dir);

	print_countries(table, date);
	print_weeks(date);
	wb_countries_free(table);
	wb_buf_free(&text);
	return 0;
}
