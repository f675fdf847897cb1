#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/scenario.h"
#include "waybill/text.h"

static int cannot(char why[WB_SCENARIO_WHY], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int cannot(char why[WB_SCENARIO_WHY], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, WB_SCENARIO_WHY, fmt, ap);
	va_end(ap);
	return WB_EFORM;
}

/* --- a row of scenarios -------------------------------------------------- */

static const char *cell(const struct wb_scenario *r, const char *column)
{
	return wb_csv_cell(r->csv, r->row, column);
}

/* The cell, or a default where it is empty. */
static const char *usual(const struct wb_scenario *r, const char *column,
			 const char *fallback)
{
	const char *value = cell(r, column);

	return *value == '\0' ? fallback : value;
}

static int country(const struct wb_scenario *r, const char *column,
		   const char *fallback, const char **ret,
		   char why[WB_SCENARIO_WHY])
{
	*ret = usual(r, column, fallback);
	if (wb_country_valid(wb_slice_str(*ret)))
		return 0;
	return cannot(why, "%s is a country of two letters, not '%s'", column,
		      *ret);
}

static int places(struct wb_scenario *r, char why[WB_SCENARIO_WHY])
{
	int rc = country(r, "from", "US", &r->from, why);

	if (rc == 0)
		rc = country(r, "destination", "", &r->to, why);
	if (rc == 0)
		rc = country(r, "consignee_hq", r->to, &r->hq, why);
	if (rc == 0)
		rc = country(r, "ultimate_parent_hq", r->hq, &r->parent_hq,
			     why);
	return rc;
}

static int date_of(const char *name, const char *text, wb_date *ret,
		   char why[WB_SCENARIO_WHY])
{
	if (wb_date_parse(wb_slice_str(text), ret) == 0)
		return 0;
	return cannot(why, "%s is a day as 2025-05-15, not '%s'", name, text);
}

/* Columns of their own, or "Loaded DATE, arrives DATE" as the title. */
static int dates(struct wb_scenario *r, char why[WB_SCENARIO_WHY])
{
	const char *loaded = cell(r, "loaded"), *arrival = cell(r, "arrival");
	char a[16] = "", b[16] = "";
	int rc = date_of("export_date", cell(r, "export_date"), &r->date, why);

	if (sscanf(cell(r, "title"), "Loaded %10[0-9-], arrives %10[0-9-]", a,
		   b) == 2) {
		loaded = *loaded == '\0' ? a : loaded;
		arrival = *arrival == '\0' ? b : arrival;
	}
	r->loaded = r->arrival = WB_DATE_NONE;
	if (rc == 0 && *loaded != '\0')
		rc = date_of("loaded", loaded, &r->loaded, why);
	if (rc == 0 && *arrival != '\0')
		rc = date_of("arrival", arrival, &r->arrival, why);
	return rc;
}

/* Digits as people part them: 26,900,000; cut off where out is full. */
static const char *digits(const char *text, char out[WB_FIGURE])
{
	size_t n = 0;

	for (; *text != '\0' && n < WB_FIGURE - 1; text++)
		if (*text != ',' && *text != '_' && *text != ' ')
			out[n++] = *text;
	out[n] = '\0';
	return out;
}

int wb_scenario_figure(const char *text, int64_t *ret_x10)
{
	char plain[WB_FIGURE];

	return wb_csv_decimal(digits(text, plain), 10, ret_x10);
}

static int amount(const struct wb_scenario *r, const char *column, int64_t *ret,
		  char why[WB_SCENARIO_WHY])
{
	const char *text = usual(r, column, "0");

	if (wb_scenario_figure(text, ret) == 0 && *ret <= WB_INTEGER_MAX)
		return 0;
	return cannot(why, "%s is an amount of TPP, not '%s'", column, text);
}

static int yes(const struct wb_scenario *r, const char *column, bool fallback,
	       bool *ret, char why[WB_SCENARIO_WHY])
{
	static const char *const words[2][4] = {{"N", "no", "false", "0"},
						{"Y", "yes", "true", "1"}};
	const char *text = usual(r, column, fallback ? "Y" : "N");

	for (size_t i = 0; i < 8; i++)
		if (strcasecmp(text, words[i / 4][i % 4]) == 0) {
			*ret = i >= 4;
			return 0;
		}
	return cannot(why, "%s is Y or N, not '%s'", column, text);
}

/* "data centre" is data_centre, and ACM an end use that it is open to. */
static int end_use(struct wb_scenario *r, char why[WB_SCENARIO_WHY])
{
	static const char *const other[][2] = {
		{"ACM", "production"},
		{"commercial data centre", "data centre"},
		{"commercial data center", "data centre"},
		{"data center", "data centre"},
		{"datacentre", "data centre"},
		{"datacenter", "data centre"},
	};
	const char *text = usual(r, "end_use", "data centre");
	size_t n;

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (strcasecmp(text, other[i][0]) == 0)
			text = other[i][1];
	n = strlen(text);
	if (n >= sizeof(r->end_use))
		return cannot(why, "end_use is not one: '%s'", text);
	snprintf(r->end_use, sizeof(r->end_use), "%s", text);
	for (char *p = r->end_use; *p != '\0'; p++)
		*p = *p == ' ' || *p == '-' ? '_'
					    : (char)tolower((unsigned char)*p);
	for (int i = 0; i < WB_USES; i++)
		if (strcmp(r->end_use, wb_end_use_name((enum wb_end_use)i)) ==
		    0)
			return 0;
	return cannot(why, "end_use is not one that statements know: '%s'",
		      text);
}

/* A percentage of at most two digits behind the point, with or without %. */
static bool percent(const char *text, int64_t *ret_x100)
{
	char copy[WB_FIGURE];
	int64_t x10000;

	snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(text, "%"), text);
	if (strcmp(text + strcspn(text, "%"), "%") != 0 &&
	    strchr(text, '%') != NULL)
		return false;
	if (wb_csv_decimal(copy, 10000, &x10000) != 0 || x10000 % 100 != 0 ||
	    x10000 > 1000000)
		return false;
	*ret_x100 = x10000 / 100;
	return true;
}

/* "UVEU:6.9/20/30". */
static int shares(struct wb_scenario *r, const char *text,
		  char why[WB_SCENARIO_WHY])
{
	char copy[64], *at = copy, *part;
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((part = strsep(&at, "/")) != NULL && n < 3)
		if (!percent(part, &r->share_x100[n++]))
			return cannot(why, "'%s' is not three percentages",
				      text);
	if (n != 3 || part != NULL || r->share_x100[0] > r->share_x100[1] ||
	    r->share_x100[1] > r->share_x100[2])
		return cannot(why,
			      "UVEU:%s is not one country / outside Supp. "
			      "5(a) / outside the US, none less than the one "
			      "before",
			      text);
	r->uveu = true;
	return 0;
}

static int held(struct wb_scenario *r, char why[WB_SCENARIO_WHY])
{
	char copy[128], *at = copy, *word;
	int rc = 0;

	snprintf(copy, sizeof(copy), "%s", cell(r, "authorization_held"));
	while (rc == 0 && (word = strsep(&at, " ;,")) != NULL) {
		if (*word == '\0')
			continue;
		if (strncmp(word, "UVEU:", 5) == 0)
			rc = shares(r, word + 5, why);
		else if (strncmp(word, "NVEU:", 5) == 0)
			rc = wb_scenario_figure(word + 5, &r->installed_x10);
		else if (strcmp(word, "SUPP8") == 0)
			r->supp8 = true;
		else if (strcmp(word, "LICENCE") == 0)
			r->licence = true;
		else
			rc = WB_EFORM;
		if (rc == 0 && strncmp(word, "NVEU:", 5) == 0)
			r->nveu = true;
		if (rc != 0 && why[0] == '\0')
			cannot(why,
			       "authorization_held is UVEU:c/o/w, NVEU:tpp, "
			       "SUPP8 or LICENCE, not '%s'",
			       word);
	}
	return rc == 0 ? 0 : WB_EFORM;
}

/* 1 or "no IGA": none; IGA: one as it stands; 2, x2, 2x, "alloc x2", "IGA x2":
 * of that factor. */
static int agreement(struct wb_scenario *r, char why[WB_SCENARIO_WHY])
{
	static const char *const before[] = {"IGA", "alloc", " ", "x"};
	const char *text = usual(r, "iga", "1"), *at = text;
	char copy[WB_FIGURE];
	int64_t factor;

	r->factor_percent = 0;
	if (strcasecmp(text, "no IGA") == 0 || strcmp(text, "1") == 0)
		return 0;
	r->factor_percent = 100;
	if (strcasecmp(text, "IGA") == 0)
		return 0;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (strncasecmp(at, before[i], strlen(before[i])) == 0)
			at += strlen(before[i]);
	snprintf(copy, sizeof(copy), "%s", at);
	if (*copy != '\0' && copy[strlen(copy) - 1] == 'x')
		copy[strlen(copy) - 1] = '\0';
	if (wb_csv_decimal(copy, 100, &factor) != 0 || factor < 100 ||
	    factor > 200)
		return cannot(why, "iga is 1 to 2, IGA or no IGA, not '%s'",
			      text);
	r->factor_percent = factor;
	return 0;
}

/* The chip: a model of the catalogue, else one of the table of chips, whose
 * figures are attested then. */
static int find_item(struct wb_scenario *r, const struct wb_pack *pack,
		     const struct wb_csv *chips, char why[WB_SCENARIO_WHY])
{
	const struct wb_product *p;
	size_t row;

	r->item = cell(r, "item");
	if (!wb_id_valid(wb_slice_str(r->item)))
		return cannot(why, "'%s' cannot be an item", r->item);
	p = wb_product_find(pack->law.catalogue, r->item);
	r->in_catalogue = p != NULL;
	if (p != NULL) {
		r->chip.tpp_x10 = p->tpp_x10;
		return 0;
	}
	row = chips == NULL ? 0 : wb_csv_find(chips, "id", r->item);
	if (chips == NULL || row == chips->n)
		return cannot(why,
			      "%s is neither in the catalogue nor in a table "
			      "of chips: give --chips FILE",
			      r->item);
	return wb_chip_read(chips, row, &r->chip, why);
}

static int quantity(struct wb_scenario *r, char why[WB_SCENARIO_WHY])
{
	char plain[WB_FIGURE];
	uint64_t n;

	if (wb_parse_dec(wb_slice_str(digits(cell(r, "qty"), plain)), &n) !=
		    0 ||
	    n == 0 || n > WB_QUANTITY_MAX)
		return cannot(why, "qty is 1 to %d, not '%s'", WB_QUANTITY_MAX,
			      cell(r, "qty"));
	r->quantity = (int64_t)n;
	return 0;
}

int wb_scenario_read(const struct wb_csv *csv, size_t row,
		     const struct wb_pack *pack, const struct wb_csv *chips,
		     struct wb_scenario *ret, char why[WB_SCENARIO_WHY])
{
	int rc;

	memset(ret, 0, sizeof(*ret));
	why[0] = '\0';
	ret->csv = csv;
	ret->row = row;
	ret->id = cell(ret, "id");
	ret->kind = usual(ret, "kind", "export");
	if (strcmp(ret->kind, "export") != 0 &&
	    strcmp(ret->kind, "reexport") != 0 &&
	    strcmp(ret->kind, "transfer") != 0)
		return cannot(why,
			      "kind is export, reexport or transfer, not "
			      "'%s'",
			      ret->kind);
	rc = dates(ret, why);
	if (rc == 0)
		rc = places(ret, why);
	if (rc == 0)
		rc = quantity(ret, why);
	if (rc == 0)
		rc = end_use(ret, why);
	if (rc == 0)
		rc = amount(ret, "prior_lpp_tpp_year", &ret->prior_lpp_x10,
			    why);
	if (rc == 0)
		rc = amount(ret, "prior_country_licensed_tpp",
			    &ret->prior_country_x10, why);
	if (rc == 0)
		rc = yes(ret, "lpp_statement", true, &ret->lpp_statement, why);
	if (rc == 0)
		rc = yes(ret, "cbc_certified", false, &ret->certified, why);
	if (rc == 0)
		rc = yes(ret, "letter_addressee", false, &ret->addressee, why);
	if (rc == 0)
		rc = held(ret, why);
	if (rc == 0)
		rc = agreement(ret, why);
	if (rc == 0)
		rc = find_item(ret, pack, chips, why);
	return rc;
}
