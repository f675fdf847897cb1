#ifndef WB_OPTIONS_H
#define WB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "waybill/bytes.h"

/*
 * options: every setting of the client in one table, read from flags, then
 * the environment, then the configuration file; the first that speaks wins.
 */
enum wb_opt {
	WB_OPT_ADDRESS,
	WB_OPT_ALL,
	WB_OPT_CATALOGUE,
	WB_OPT_CHIPS,
	WB_OPT_CONFIG,
	WB_OPT_CONNECTIONS,
	WB_OPT_COUNTRIES,
	WB_OPT_COUNTRY,
	WB_OPT_CSV,
	WB_OPT_DATE,
	WB_OPT_DETAIL,
	WB_OPT_EDITION,
	WB_OPT_EFFECTIVE,
	WB_OPT_FACILITY,
	WB_OPT_FACTOR,
	WB_OPT_FAMILY,
	WB_OPT_FINDING,
	WB_OPT_FLAGS,
	WB_OPT_GOVERNMENT,
	WB_OPT_HEADQUARTERS,
	WB_OPT_HELP,
	WB_OPT_ID,
	WB_OPT_JSON,
	WB_OPT_KEY,
	WB_OPT_KIND,
	WB_OPT_LABEL,
	WB_OPT_LEDGER,
	WB_OPT_LIMIT,
	WB_OPT_MODE,
	WB_OPT_MODEL,
	WB_OPT_NAME,
	WB_OPT_NO_PASSPHRASE,
	WB_OPT_OUT,
	WB_OPT_OWNER,
	WB_OPT_PARTY,
	WB_OPT_PASSPHRASE_FILE,
	WB_OPT_POLICY,
	WB_OPT_POLICY_DIR,
	WB_OPT_QUIET,
	WB_OPT_RETRIES,
	WB_OPT_ROLE,
	WB_OPT_SAVE,
	WB_OPT_SETTING,
	WB_OPT_SINCE,
	WB_OPT_STATE,
	WB_OPT_STRICT,
	WB_OPT_SUBJECT,
	WB_OPT_TIME,
	WB_OPT_TRUST,
	WB_OPT_TRY_EDITION,
	WB_OPT_TRY_LIMIT,
	WB_OPT_TYPE,
	WB_OPT_UNTIL,
	WB_OPT_URL,
	WB_OPT_VALID_FROM,
	WB_OPT_VALID_TO,
	WB_OPT_VERDICT,
	WB_OPT_WEEKS,
	WB_OPTS
};

#define WB_BIT(opt)        ((uint64_t)1 << WB_OPT_##opt)
#define WB_OPT_VALUES_MAX  64
#define WB_CONFIG_MAX      16384

struct wb_opt_row {
	const char *name;    /* without the dashes */
	const char *alias;   /* another name, or NULL */
	char letter;         /* or 0 */
	const char *arg;     /* what help calls the value; NULL: none */
	const char *env;     /* or NULL: not from the environment */
	bool setting;        /* may stand in the configuration file */
	bool many;
	const char *help;
};

extern const struct wb_opt_row wb_opt_rows[WB_OPTS];

/* Values are borrowed from argv, the environment and the kept file. */
struct wb_options {
	struct {
		size_t n;
		const char *v[WB_OPT_VALUES_MAX];
	} of[WB_OPTS];
	uint64_t flagged; /* WB_BIT of each that a flag gave */
	struct wb_buf config;
};

/*
 * Read argv[1..] for a command that takes the options of the mask; *ret_at is
 * where the operands begin, which getopt moves to the end.  0, or the exit
 * code after having said why.
 */
int wb_options_flags(struct wb_options *opt, uint64_t mask, int argc,
		     char **argv, int *ret_at);
/* Fill what no flag said from the environment and the file. */
int wb_options_settings(struct wb_options *opt, uint64_t mask);
void wb_options_free(struct wb_options *opt);

/* The value, the first of many, or NULL. */
const char *wb_opt(const struct wb_options *opt, enum wb_opt which);
/* A number from min to max, or fallback when not set. */
int wb_opt_number(const struct wb_options *opt, enum wb_opt which,
		  uint64_t min, uint64_t max, uint64_t fallback,
		  uint64_t *ret);
/* The value, which must be there. */
int wb_opt_need(const struct wb_options *opt, enum wb_opt which,
		const char **ret);

#endif /* WB_OPTIONS_H */
