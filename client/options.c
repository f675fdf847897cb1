#include "client/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/print.h"
#include "waybill/text.h"

#define ROW(opt) [WB_OPT_##opt]

/* name, alias, letter, argument, environment, setting, many, help */
const struct wb_opt_row wb_opt_rows[WB_OPTS] = {
	ROW(ADDRESS) = {"address", NULL, 0, "TEXT", NULL, false, false,
			"street address"},
	ROW(CATALOGUE) = {"catalogue", NULL, 0, "FILE", NULL, false, false,
			  "text of the product catalogue"},
	ROW(CONFIG) = {"config", NULL, 0, "FILE", "WAYBILL_CONFIG", false,
		       false, "settings, instead of the usual file"},
	ROW(CONNECTIONS) = {"connections", NULL, 0, "N", NULL, true, false,
			    "statements in flight (default 8)"},
	ROW(COUNTRIES) = {"countries", NULL, 0, "FILE", NULL, false, false,
			  "text of the country table"},
	ROW(COUNTRY) = {"country", NULL, 0, "CC", NULL, false, false,
			"country, two letters"},
	ROW(DETAIL) = {"detail", NULL, 0, "FILE", NULL, false, true,
		       "statement taken as recorded before (party, "
		       "party-detail, shipment); repeat for more"},
	ROW(EDITION) = {"edition", NULL, 0, "FILE", NULL, false, false,
			"text of a policy edition"},
	ROW(EFFECTIVE) = {"effective", NULL, 0, "DATE", NULL, false, false,
			  "first day that this is so"},
	ROW(FAMILY) = {"family", NULL, 0, "NAME", "WAYBILL_FAMILY", true, false,
		       "family of editions that applies"},
	ROW(GOVERNMENT) = {"government", NULL, 0, NULL, NULL, false, false,
			   "owned or controlled by a government"},
	ROW(HEADQUARTERS) = {"headquarters", NULL, 0, "CC", NULL, false, false,
			     "country of the headquarters"},
	ROW(HELP) = {"help", NULL, 'h', NULL, NULL, false, false,
		     "show this and leave"},
	ROW(ID) = {"id", NULL, 0, "ID", NULL, false, false,
		   "id of the statement, unique per party"},
	ROW(JSON) = {"json", NULL, 'j', NULL, NULL, false, false,
		     "print JSON for programs"},
	ROW(KEY) = {"key", NULL, 'k', "KEY", "WAYBILL_KEY", true, true,
		    "key file, or where only a public key is needed, "
		    "verifier key; repeat for more"},
	ROW(LABEL) = {"label", NULL, 0, "LABEL", NULL, false, false,
		      "label of the key among those of its party"},
	ROW(LEDGER) = {"ledger", "origin", 0, "ORIGIN", "WAYBILL_LEDGER", true,
		       false, "origin of the ledger"},
	ROW(LIMIT) = {"limit", NULL, 'n', "N", NULL, false, false,
		      "show at most so many"},
	ROW(NAME) = {"name", NULL, 0, "TEXT", NULL, false, false,
		     "name in full"},
	ROW(NO_PASSPHRASE) = {"no-passphrase", NULL, 0, NULL, NULL, false,
			      false, "leave the key unencrypted, for machines"},
	ROW(OUT) = {"out", NULL, 'o', "FILE", NULL, false, false,
		    "write here ('-' is standard output)"},
	ROW(OWNER) = {"owner", NULL, 0, "PARTY:PERCENT", NULL, false, true,
		      "an owner and its share; repeat for more"},
	ROW(PARTY) = {"party", NULL, 'p', "ID", "WAYBILL_PARTY", true, false,
		      "party id"},
	ROW(PASSPHRASE_FILE) = {"passphrase-file", NULL, 0, "FILE",
				"WAYBILL_PASSPHRASE_FILE", true, false,
				"first line is the passphrase"},
	ROW(POLICY) = {"policy", NULL, 0, "FILE", NULL, false, true,
		       "text of a policy edition; repeat for more"},
	ROW(POLICY_DIR) = {"policy-dir", NULL, 0, "FOLDER",
			   "WAYBILL_POLICY_DIR", true, false,
			   "folder of editions, catalogue and countries"},
	ROW(QUIET) = {"quiet", NULL, 'q', NULL, NULL, false, false,
		      "no progress, no table"},
	ROW(RETRIES) = {"retries", NULL, 0, "N", "WAYBILL_RETRIES", true, false,
			"times to try again what is temporary "
			"(default 6)"},
	ROW(ROLE) = {"role", NULL, 0, "ROLE", NULL, false, false,
		     "exporter, operator, government, auditor"},
	ROW(SAVE) = {"save", NULL, 0, "FILE", NULL, false, false,
		     "keep what was downloaded, to audit it again later"},
	ROW(SINCE) = {"since", NULL, 0, "DATE", NULL, false, false,
		      "recorded on this day or later"},
	ROW(STATE) = {"state", NULL, 0, "FILE", NULL, false, false,
		      "state of the ledger: lines of key, tab, value"},
	ROW(STRICT) = {"strict", NULL, 0, NULL, NULL, false, false,
		       "warnings count: leave with 6"},
	ROW(SUBJECT) = {"subject", NULL, 0, "ID", NULL, false, false,
			"the party that is registered"},
	ROW(TIME) = {"time", NULL, 0, "TIME", NULL, false, false,
		     "time of recording to assume (default: now)"},
	ROW(TRUST) = {"trust", NULL, 't', "FILE", "WAYBILL_TRUST", true, false,
		      "trust file: whose signatures count"},
	ROW(TYPE) = {"type", NULL, 0, "TYPE", NULL, false, false,
		     "type of statement"},
	ROW(UNTIL) = {"until", NULL, 0, "DATE", NULL, false, false,
		      "recorded on this day or earlier"},
	ROW(URL) = {"url", NULL, 'u', "URL", "WAYBILL_URL", true, false,
		    "the ledger: http://..., https://... or "
		    "unix:/path/to/socket"},
	ROW(VALID_FROM) = {"valid-from", NULL, 0, "DATE", NULL, false, false,
			   "first day that the keys are good"},
	ROW(VALID_TO) = {"valid-to", NULL, 0, "DATE", NULL, false, false,
			 "last day"},
	ROW(VERDICT) = {"verdict", NULL, 0, "VERDICT", NULL, false, false,
			"clear, review, deny or noted"},
};

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
