#include "client/options.h"

#define ROW(opt) [WB_OPT_##opt]

const struct wb_opt_row wb_opt_rows[WB_OPTS] = {
	ROW(ADDRESS) =
		{
			.name = "address",
			.arg = "TEXT",
			.help = "street address",
		},
	ROW(ALL) =
		{
			.name = "all",
			.help = "closed ones too",
		},
	ROW(CATALOGUE) =
		{
			.name = "catalogue",
			.arg = "FILE",
			.help = "text of the product catalogue",
		},
	ROW(CHIPS) =
		{
			.name = "chips",
			.arg = "FILE",
			.help = "table of chips and their figures (CSV)",
		},
	ROW(CONFIG) =
		{
			.name = "config",
			.arg = "FILE",
			.env = "WAYBILL_CONFIG",
			.help = "settings, instead of the usual file",
		},
	ROW(CONNECTIONS) =
		{
			.name = "connections",
			.arg = "N",
			.setting = true,
			.help = "statements in flight (default 8)",
		},
	ROW(COUNTRIES) =
		{
			.name = "countries",
			.arg = "FILE",
			.help = "text of the country table",
		},
	ROW(COUNTRY) =
		{
			.name = "country",
			.arg = "CC",
			.help = "country, two letters",
		},
	ROW(CSV) =
		{
			.name = "csv",
			.help = "print a table for spreadsheets",
		},
	ROW(DATE) =
		{
			.name = "date",
			.arg = "DATE",
			.help = "day whose law applies, or that takes effect",
		},
	ROW(DETAIL) =
		{
			.name = "detail",
			.arg = "FILE",
			.many = true,
			.help = "statement taken as recorded before (party, "
				"party-detail, shipment); repeat for more",
		},
	ROW(EDITION) =
		{
			.name = "edition",
			.arg = "FILE",
			.help = "text of a policy edition",
		},
	ROW(EFFECTIVE) =
		{
			.name = "effective",
			.arg = "DATE",
			.help = "first day that this is so",
		},
	ROW(FACILITY) =
		{
			.name = "facility",
			.arg = "OPERATOR/ID",
			.help = "facility",
		},
	ROW(FACTOR) =
		{
			.name = "factor",
			.arg = "CC=N",
			.many = true,
			.help = "try the country's allocation N times, 1 to 2",
		},
	ROW(FAMILY) =
		{
			.name = "family",
			.arg = "NAME",
			.env = "WAYBILL_FAMILY",
			.setting = true,
			.help = "family of editions that applies",
		},
	ROW(FINDING) =
		{
			.name = "finding",
			.arg = "CODE",
			.help = "with a finding of this code, as rf-11",
		},
	ROW(FLAGS) =
		{
			.name = "flags",
			.arg = "FILE",
			.help = "text of the red flags",
		},
	ROW(GOVERNMENT) =
		{
			.name = "government",
			.help = "owned or controlled by a government",
		},
	ROW(HEADQUARTERS) =
		{
			.name = "headquarters",
			.arg = "CC",
			.help = "country of the headquarters",
		},
	ROW(HELP) =
		{
			.name = "help",
			.letter = 'h',
			.help = "show this and leave",
		},
	ROW(ID) =
		{
			.name = "id",
			.arg = "ID",
			.help = "id of the statement, unique per party",
		},
	ROW(JSON) =
		{
			.name = "json",
			.letter = 'j',
			.help = "print JSON for programs",
		},
	ROW(KEY) =
		{
			.name = "key",
			.letter = 'k',
			.arg = "KEY",
			.env = "WAYBILL_KEY",
			.setting = true,
			.many = true,
			.help = "key file, or where only a public key is "
				"needed, "
				"verifier key; repeat for more",
		},
	ROW(KIND) =
		{
			.name = "kind",
			.arg = "KIND",
			.help = "another example of the type",
		},
	ROW(LABEL) =
		{
			.name = "label",
			.arg = "LABEL",
			.help = "label of the key among those of its party",
		},
	ROW(LEDGER) =
		{
			.name = "ledger",
			.alias = "origin",
			.arg = "ORIGIN",
			.env = "WAYBILL_LEDGER",
			.setting = true,
			.help = "origin of the ledger",
		},
	ROW(LIMIT) =
		{
			.name = "limit",
			.letter = 'n',
			.arg = "N",
			.help = "show at most so many",
		},
	ROW(MODE) =
		{
			.name = "mode",
			.arg = "MODE",
			.many = true,
			.help = "only rows of this mode; repeat for more",
		},
	ROW(MODEL) =
		{
			.name = "model",
			.arg = "ID",
			.help = "model of the catalogue",
		},
	ROW(NAME) =
		{
			.name = "name",
			.arg = "TEXT",
			.help = "name in full",
		},
	ROW(NO_PASSPHRASE) =
		{
			.name = "no-passphrase",
			.help = "leave the key unencrypted, for machines",
		},
	ROW(OUT) =
		{
			.name = "out",
			.letter = 'o',
			.arg = "FILE",
			.help = "write here ('-' is standard output)",
		},
	ROW(OWNER) =
		{
			.name = "owner",
			.arg = "PARTY:PERCENT",
			.many = true,
			.help = "an owner and its share; repeat for more",
		},
	ROW(PARTY) =
		{
			.name = "party",
			.letter = 'p',
			.arg = "ID",
			.env = "WAYBILL_PARTY",
			.setting = true,
			.help = "party id",
		},
	ROW(PASSPHRASE_FILE) =
		{
			.name = "passphrase-file",
			.arg = "FILE",
			.env = "WAYBILL_PASSPHRASE_FILE",
			.setting = true,
			.help = "first line is the passphrase",
		},
	ROW(POLICY) =
		{
			.name = "policy",
			.arg = "FILE",
			.many = true,
			.help = "text of a policy edition; repeat for more",
		},
	ROW(POLICY_DIR) =
		{
			.name = "policy-dir",
			.arg = "FOLDER",
			.env = "WAYBILL_POLICY_DIR",
			.setting = true,
			.help = "folder of editions, catalogue and countries",
		},
	ROW(QUIET) =
		{
			.name = "quiet",
			.letter = 'q',
			.help = "no progress, no table",
		},
	ROW(RETRIES) =
		{
			.name = "retries",
			.arg = "N",
			.env = "WAYBILL_RETRIES",
			.setting = true,
			.help = "times to try again what is temporary (default "
				"6)",
		},
	ROW(ROLE) =
		{
			.name = "role",
			.arg = "ROLE",
			.help = "exporter, operator, government, auditor",
		},
	ROW(SAVE) =
		{
			.name = "save",
			.arg = "FILE",
			.help = "keep what was downloaded, to audit it again "
				"later",
		},
	ROW(SETTING) =
		{
			.name = "setting",
			.arg = "NAME=on|off",
			.many = true,
			.help = "try a setting of the edition the other way",
		},
	ROW(SINCE) =
		{
			.name = "since",
			.arg = "DATE",
			.help = "recorded on this day or later",
		},
	ROW(STATE) =
		{
			.name = "state",
			.arg = "FILE",
			.help = "state of the ledger: lines of key, tab, value",
		},
	ROW(STRICT) =
		{
			.name = "strict",
			.help = "warnings count: leave with 6",
		},
	ROW(SUBJECT) =
		{
			.name = "subject",
			.arg = "ID",
			.help = "the party that is registered, or spoken of",
		},
	ROW(TIME) =
		{
			.name = "time",
			.arg = "TIME",
			.help = "time of recording to assume (default: now)",
		},
	ROW(TRUST) =
		{
			.name = "trust",
			.letter = 't',
			.arg = "FILE",
			.env = "WAYBILL_TRUST",
			.setting = true,
			.help = "trust file: whose signatures count",
		},
	/* Of the commands that try another law; named as others are elsewhere.
	 */
	ROW(TRY_EDITION) =
		{
			.name = "edition",
			.arg = "FILE|NAME",
			.help = "try this edition, or this family",
		},
	ROW(TRY_LIMIT) =
		{
			.name = "limit",
			.arg = "NAME=TPP",
			.many = true,
			.help = "try this limit of an exception, or alloc=TPP",
		},
	ROW(TYPE) =
		{
			.name = "type",
			.arg = "TYPE",
			.help = "type of statement",
		},
	ROW(UNTIL) =
		{
			.name = "until",
			.arg = "DATE",
			.help = "recorded on this day or earlier",
		},
	ROW(URL) =
		{
			.name = "url",
			.letter = 'u',
			.arg = "URL",
			.env = "WAYBILL_URL",
			.setting = true,
			.help = "the ledger: http://..., https://... or "
				"unix:/path/to/socket",
		},
	ROW(VALID_FROM) =
		{
			.name = "valid-from",
			.arg = "DATE",
			.help = "first day that the keys are good",
		},
	ROW(VALID_TO) =
		{
			.name = "valid-to",
			.arg = "DATE",
			.help = "last day",
		},
	ROW(VERDICT) =
		{
			.name = "verdict",
			.arg = "VERDICT",
			.help = "clear, review, deny or noted",
		},
	ROW(WEEKS) =
		{
			.name = "weeks",
			.arg = "N",
			.help = "show so many on each side (default 8)",
		},
};
