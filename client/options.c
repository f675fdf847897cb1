#include "client/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/print.h"
#include "waybill/text.h"

static int add(struct wb_options *opt, enum wb_opt which, const char *value)
{
	const struct wb_opt_row *row = &wb_opt_rows[which];

	if (opt->of[which].n == (row->many ? WB_OPT_VALUES_MAX : 1)) {
		if (row->many)
			return wb_fail(WB_EXIT_USAGE,
				       "--%s is given more than %d times",
				       row->name, WB_OPT_VALUES_MAX);
		return wb_fail(WB_EXIT_USAGE, "--%s is given twice", row->name);
	}
	opt->of[which].v[opt->of[which].n++] = value;
	return 0;
}

/* Say which flag was meant. */
static int unknown(const char *flag, uint64_t mask)
{
	const char *name[2 * WB_OPTS];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < WB_OPTS; i++) {
		if (!(mask >> i & 1))
			continue;
		name[n++] = wb_opt_rows[i].name;
		if (wb_opt_rows[i].alias != NULL)
			name[n++] = wb_opt_rows[i].alias;
	}
	wb_fail(WB_EXIT_USAGE, "this command does not know %s", flag);
	while (*flag == '-')
		flag++;
	near = wb_nearest(wb_slice(flag, strcspn(flag, "=")), name, n);
	if (near != NULL)
		wb_advise("did you mean --%s?", near);
	else
		wb_advise("--help lists what it knows");
	return WB_EXIT_USAGE;
}

/* The tables that getopt_long wants, for the options of mask. */
static void tables(uint64_t mask, struct option longs[2 * WB_OPTS + 1],
		   char letters[2 * WB_OPTS + 2])
{
	size_t n = 0;

	*letters++ = ':';
	for (size_t i = 0; i < WB_OPTS; i++) {
		const struct wb_opt_row *row = &wb_opt_rows[i];
		int arg = row->arg ? required_argument : no_argument;
		const char *name[2] = {row->name, row->alias};

		if (!(mask >> i & 1))
			continue;
		for (size_t k = 0; k < 2 && name[k] != NULL; k++)
			longs[n++] = (struct option){name[k], arg, NULL,
						     256 + (int)i};
		if (row->letter != 0) {
			*letters++ = row->letter;
			if (row->arg != NULL)
				*letters++ = ':';
		}
	}
	longs[n] = (struct option){NULL, 0, NULL, 0};
	*letters = '\0';
}

static enum wb_opt by_letter(int letter)
{
	size_t i = 0;

	while (wb_opt_rows[i].letter != letter)
		i++;
	return (enum wb_opt)i;
}

int wb_options_flags(struct wb_options *opt, uint64_t mask, int argc,
		     char **argv, int *ret_at)
{
	struct option longs[2 * WB_OPTS + 1];
	char letters[2 * WB_OPTS + 2];
	int c, rc;

	tables(mask, longs, letters);
	opterr = 0;
	optind = 1;
	for (;;) {
		enum wb_opt which;
		int at = optind;

		c = getopt_long(argc, argv, letters, longs, NULL);
		if (c == -1)
			break;
		if (c == ':')
			return wb_fail(WB_EXIT_USAGE, "%s needs a value",
				       argv[optind - 1]);
		if (c == '?')
			return unknown(argv[optind > at ? optind - 1 : at],
				       mask);
		which = c >= 256 ? (enum wb_opt)(c - 256) : by_letter(c);
		rc = add(opt, which, wb_opt_rows[which].arg ? optarg : "yes");
		if (rc != 0)
			return rc;
		opt->flagged |= (uint64_t)1 << which;
	}
	*ret_at = optind;
	return 0;
}

const char *wb_opt(const struct wb_options *opt, enum wb_opt which)
{
	return opt->of[which].n > 0 ? opt->of[which].v[0] : NULL;
}

int wb_opt_need(const struct wb_options *opt, enum wb_opt which,
		const char **ret)
{
	const struct wb_opt_row *row = &wb_opt_rows[which];

	*ret = wb_opt(opt, which);
	if (*ret != NULL)
		return 0;
	wb_fail(WB_EXIT_USAGE, "--%s %s is missing: %s", row->name, row->arg,
		row->help);
	if (row->env != NULL && row->setting)
		wb_advise("give the flag, set %s, or put '%s = ...' in the "
			  "configuration file",
			  row->env, row->name);
	return WB_EXIT_USAGE;
}

int wb_opt_number(const struct wb_options *opt, enum wb_opt which, uint64_t min,
		  uint64_t max, uint64_t fallback, uint64_t *ret)
{
	const char *text = wb_opt(opt, which);
	uint64_t value = fallback;

	if (text != NULL && (wb_parse_dec(wb_slice_str(text), &value) != 0 ||
			     value < min || value > max))
		return wb_fail(WB_EXIT_USAGE,
			       "--%s is a number from %llu to %llu, not '%s'",
			       wb_opt_rows[which].name, (unsigned long long)min,
			       (unsigned long long)max, text);
	*ret = value;
	return 0;
}

/* --- environment and configuration file ----------------------------------- */

/* Where the file usually is; false if there is no home. */
static bool config_path(char *path, size_t cap)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	int n;

	if (xdg != NULL && *xdg == '/')
		n = snprintf(path, cap, "%s/waybill/config", xdg);
	else if (home != NULL && *home == '/')
		n = snprintf(path, cap, "%s/.config/waybill/config", home);
	else
		return false;
	return n > 0 && (size_t)n < cap;
}

static int bad_setting(const char *path, unsigned line, const char *key)
{
	const char *name[WB_OPTS];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < WB_OPTS; i++) {
		if (wb_opt_rows[i].setting)
			name[n++] = wb_opt_rows[i].name;
	}
	wb_fail(WB_EXIT_USAGE, "%s, line %u: there is no setting '%s'", path,
		line, key);
	near = wb_nearest(wb_slice_str(key), name, n);
	if (near != NULL)
		wb_advise("did you mean '%s'?", near);
	else
		wb_advise("'waybill help' names those that there are");
	return WB_EXIT_USAGE;
}

static char *trim(char *s)
{
	size_t len;

	s += strspn(s, " \t");
	len = strlen(s);
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		s[--len] = '\0';
	return s;
}

/*
 * One "key = value" line, changed in place.  seen are the keys of earlier
 * lines, said those that a flag or the environment has settled.
 */
static int config_line(struct wb_options *opt, uint64_t said, uint64_t *seen,
		       const char *path, unsigned line, char *text)
{
	char *equals, *key, *value;
	size_t i;

	text = trim(text);
	if (*text == '\0' || *text == '#')
		return 0;
	equals = strchr(text, '=');
	if (equals == NULL)
		return wb_fail(WB_EXIT_USAGE, "%s, line %u: not 'key = value'",
			       path, line);
	*equals = '\0';
	key = trim(text);
	value = trim(equals + 1);
	for (i = 0; i < WB_OPTS; i++) {
		if (wb_opt_rows[i].setting &&
		    strcmp(wb_opt_rows[i].name, key) == 0)
			break;
	}
	if (i == WB_OPTS)
		return bad_setting(path, line, key);
	if (*value == '\0')
		return wb_fail(WB_EXIT_USAGE, "%s, line %u: %s has no value",
			       path, line, key);
	if (*seen >> i & 1 && !wb_opt_rows[i].many)
		return wb_fail(WB_EXIT_USAGE, "%s, line %u: %s is set twice",
			       path, line, key);
	*seen |= (uint64_t)1 << i;
	return said >> i & 1 ? 0 : add(opt, (enum wb_opt)i, value);
}

static int config_file(struct wb_options *opt, uint64_t said)
{
	char usual[4096];
	const char *path = wb_opt(opt, WB_OPT_CONFIG);
	uint64_t seen = 0;
	unsigned line = 0;
	char *at, *end;
	int rc;

	if (path == NULL) {
		if (!config_path(usual, sizeof(usual)) || !wb_file_is(usual))
			return 0;
		path = usual;
	}
	rc = wb_load("configuration file", path, WB_CONFIG_MAX, &opt->config);
	if (rc != 0)
		return rc;
	wb_buf_add(&opt->config, "\n", 2); /* with a closing NUL */
	if (opt->config.failed)
		return wb_fail(WB_EXIT_OTHER, "%s is too long", path);
	if (memchr(opt->config.p, '\0', opt->config.len - 1) != NULL)
		return wb_fail(WB_EXIT_USAGE, "%s holds a NUL byte", path);
	at = (char *)opt->config.p;
	while ((end = strchr(at, '\n')) != NULL) {
		*end = '\0';
		rc = config_line(opt, said, &seen, path, ++line, at);
		if (rc != 0)
			return rc;
		at = end + 1;
	}
	return 0;
}

int wb_options_settings(struct wb_options *opt, uint64_t mask)
{
	uint64_t said = ~mask;
	int rc;

	for (size_t i = 0; i < WB_OPTS; i++) {
		const struct wb_opt_row *row = &wb_opt_rows[i];
		const char *value = row->env ? getenv(row->env) : NULL;

		if (opt->of[i].n == 0 && (mask >> i & 1) && value != NULL &&
		    *value != '\0') {
			rc = add(opt, (enum wb_opt)i, value);
			if (rc != 0)
				return rc;
		}
		if (opt->of[i].n > 0)
			said |= (uint64_t)1 << i;
	}
	return config_file(opt, said);
}

void wb_options_free(struct wb_options *opt)
{
	wb_buf_free(&opt->config);
}
