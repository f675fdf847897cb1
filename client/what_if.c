#include "client/what_if.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/csv.h"
#include "client/files.h"
#include "client/law.h"
#include "client/print.h"
#include "waybill/text.h"

bool wb_what_if_asked(const struct wb_cli *cli)
{
	static const enum wb_opt flags[] = {WB_OPT_TRY_EDITION, WB_OPT_FACTOR,
					    WB_OPT_TRY_LIMIT, WB_OPT_SETTING};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (cli->opt.of[flags[i]].n > 0)
			return true;
	return false;
}

/* --- NAME=VALUE ---------------------------------------------------------- */

/* Split at the equals sign; the name must fit and not be empty. */
static int split(const char *flag, const char *text, char *name, size_t cap,
		 const char **ret_value)
{
	const char *equals = strchr(text, '=');
	size_t len = equals == NULL ? 0 : (size_t)(equals - text);

	if (len == 0 || len >= cap)
		return wb_fail(WB_EXIT_USAGE,
			       "--%s is written NAME=VALUE, not '%s'", flag,
			       text);
	memcpy(name, text, len);
	name[len] = '\0';
	*ret_value = equals + 1;
	return 0;
}

static int limit(const char *text, struct wb_what_if *w)
{
	const char *value;
	size_t i = w->n_limits;
	int rc = split("limit", text, w->limit[i].counter,
		       sizeof(w->limit[i].counter), &value);

	if (rc != 0)
		return rc;
	if (wb_csv_decimal(value, 10, &w->limit[i].x10) != 0 ||
	    w->limit[i].x10 > WB_INTEGER_MAX)
		return wb_fail(WB_EXIT_USAGE,
			       "--limit %s: '%s' is not an amount of TPP",
			       w->limit[i].counter, value);
	w->n_limits++;
	return 0;
}

static int setting(const char *text, struct wb_what_if *w)
{
	const char *value;
	size_t i = w->n_settings;
	int rc = split("setting", text, w->setting[i].name,
		       sizeof(w->setting[i].name), &value);

	if (rc != 0)
		return rc;
	w->setting[i].on = strcmp(value, "on") == 0;
	if (!w->setting[i].on && strcmp(value, "off") != 0)
		return wb_fail(WB_EXIT_USAGE,
			       "--setting %s is on or off, not '%s'",
			       w->setting[i].name, value);
	w->n_settings++;
	return 0;
}

static int factor(const char *text, struct wb_what_if *w)
{
	const char *value;
	int64_t percent;
	size_t i = w->n_factors;
	int rc = split("factor", text, w->factor[i].country,
		       sizeof(w->factor[i].country), &value);

	if (rc != 0)
		return rc;
	if (!wb_country_valid(wb_slice_str(w->factor[i].country)))
		return wb_fail(WB_EXIT_USAGE,
			       "--factor names a country of two letters, not "
			       "'%s'",
			       w->factor[i].country);
	if (wb_csv_decimal(value, 100, &percent) != 0 || percent < 100 ||
	    percent > 200)
		return wb_fail(WB_EXIT_USAGE,
			       "--factor %s is from 1 to 2, not '%s'",
			       w->factor[i].country, value);
	w->factor[i].percent = (int32_t)percent;
	w->n_factors++;
	return 0;
}

static int each(const struct wb_cli *cli, enum wb_opt which,
		int (*take)(const char *text, struct wb_what_if *w),
		struct wb_what_if *w)
{
	int rc = 0;

	if (cli->opt.of[which].n > WB_WHAT_IF_MAX)
		return wb_fail(WB_EXIT_USAGE,
			       "--%s is given more than %d "
			       "times",
			       wb_opt_rows[which].name, WB_WHAT_IF_MAX);
	for (size_t i = 0; i < cli->opt.of[which].n && rc == 0; i++)
		rc = take(cli->opt.of[which].v[i], w);
	return rc;
}

/* --- --edition ----------------------------------------------------------- */

static int parse(const char *path, struct wb_edition **ret)
{
	struct wb_problem problem = {.code = 0};
	struct wb_buf text;
	int rc = wb_load("policy text", path, WB_POLICY_TEXT_MAX, &text);

	if (rc == 0) {
		rc = wb_edition_parse(wb_buf_slice(&text), ret, &problem);
		if (rc == WB_EREFUSED)
			wb_print_problem(stderr, path, &problem);
		else if (rc != 0)
			wb_fail(WB_EXIT_OTHER, "%s: %s", path, wb_strerror(rc));
		rc = rc == 0 ? 0 : WB_EXIT_OTHER;
	}
	wb_buf_free(&text);
	return rc;
}

/* Those of the policy folder that are called so, or are of that family. */
static int named(const struct wb_cli *cli, const char *name,
		 struct wb_what_if *w)
{
	char folder[PATH_MAX];
	struct wb_names names;
	struct wb_edition *ed;
	int rc = wb_law_folder(cli, folder, sizeof(folder));

	if (rc != 0)
		return rc;
	if (wb_folder_list(folder, ".policy", &names) != 0)
		return wb_fail(WB_EXIT_NOT_FOUND,
			       "the policy folder %s cannot be read: %s",
			       folder, strerror(errno));
	for (size_t i = 0; i < names.n && rc == 0; i++) {
		rc = parse(names.v[i], &ed);
		if (rc != 0)
			break;
		if (w->n_editions < WB_EDITIONS_MAX &&
		    (wb_edition_serves(ed, name) || strcmp(ed->id, name) == 0))
			w->edition[w->n_editions++] = ed;
		else
			wb_edition_free(ed);
	}
	wb_names_free(&names);
	if (rc == 0 && w->n_editions == 0) {
		rc = wb_fail(WB_EXIT_NOT_FOUND,
			     "there is no file %s, and no edition or family of "
			     "that name in %s",
			     name, folder);
		wb_advise("'waybill help replay' says how editions are named");
	}
	return rc;
}

int wb_what_if_load(const struct wb_cli *cli, struct wb_what_if *ret)
{
	const char *edition = wb_opt(&cli->opt, WB_OPT_TRY_EDITION);
	int rc = 0;

	memset(ret, 0, sizeof(*ret));
	if (edition != NULL && wb_file_is(edition)) {
		rc = parse(edition, &ret->edition[0]);
		ret->n_editions = rc == 0;
	} else if (edition != NULL) {
		rc = named(cli, edition, ret);
	}
	if (rc == 0)
		rc = each(cli, WB_OPT_TRY_LIMIT, limit, ret);
	if (rc == 0)
		rc = each(cli, WB_OPT_SETTING, setting, ret);
	if (rc == 0)
		rc = each(cli, WB_OPT_FACTOR, factor, ret);
	return rc;
}

void wb_what_if_free(struct wb_what_if *w)
{
	for (size_t i = 0; i < w->n_editions; i++)
		wb_edition_free(w->edition[i]);
	w->n_editions = 0;
}

/* --- said ---------------------------------------------------------------- */

int wb_what_if_found(const struct wb_what_if *w)
{
	for (size_t i = 0; i < w->n_limits; i++)
		if (!w->limit[i].found)
			return wb_fail(WB_EXIT_USAGE,
				       "--limit: no edition that applies has a "
				       "limit called %s",
				       w->limit[i].counter);
	for (size_t i = 0; i < w->n_settings; i++)
		if (!w->setting[i].found)
			return wb_fail(WB_EXIT_USAGE,
				       "--setting: no edition that applies has "
				       "a setting called %s",
				       w->setting[i].name);
	return 0;
}

void wb_what_if_words(const struct wb_cli *cli, char *out, size_t cap)
{
	static const enum wb_opt flags[] = {WB_OPT_TRY_EDITION, WB_OPT_FACTOR,
					    WB_OPT_TRY_LIMIT, WB_OPT_SETTING};
	size_t len = 0;

	snprintf(out, cap, "the same law");
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		for (size_t k = 0; k < cli->opt.of[flags[i]].n; k++) {
			snprintf(out + len, cap - len, "%s%s%s",
				 len > 0 ? ", " : "",
				 flags[i] == WB_OPT_FACTOR ? "factor " : "",
				 cli->opt.of[flags[i]].v[k]);
			len += strlen(out + len);
		}
}

int wb_what_if_failed(int error, const struct wb_problem *problem)
{
	if (error == WB_EREFUSED && problem->code != 0) {
		wb_print_problem(stderr, "--factor", problem);
		return WB_EXIT_OTHER;
	}
	return wb_fail(WB_EXIT_OTHER, "%s", wb_strerror(error));
}
