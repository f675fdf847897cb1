#include "client/cli.h"
#include "client/what_if.h"

#define ANY    ((size_t)1 << 20)
#define COMMON (WB_BIT(HELP) | WB_BIT(JSON) | WB_BIT(CONFIG))
#define REMOTE (COMMON | WB_BIT(PASSPHRASE_FILE) | WB_BIT(URL) | WB_BIT(KEY))
#define LAW    (WB_BIT(HELP) | WB_BIT(CONFIG) | WB_BIT(POLICY_DIR))

/* Commands about the law: what it says, and what another would come to. */

const struct wb_command wb_policy_commands[] = {
	{
		.name = "replay",
		.operands = "[URL|FOLDER|FILE]",
		.summary = "judge a whole ledger again under another law",
		.about =
			"Runs every statement of a ledger through the engine "
			"again, from genesis and on a state of its own, under "
			"another edition or other parameters, and shows the "
			"decisions that change: each, and by country, party "
			"and month, with sums of TPP and H100-equivalents.  "
			"Nothing is written to the ledger.\n"
			"--edition is a text, or the name of an edition or a "
			"family in the policy folder; it stands in for the "
			"ledger's own from its first day to its last.  A "
			"ledger at an address and a download of 'audit --save' "
			"are audited on the way; a data folder is read as it "
			"stands.",
		.examples = "waybill replay /var/lib/waybill/ledger --edition "
			    "rev500\n"
			    "waybill replay day.audit --factor MY=1.5 --limit "
			    "lpp=7912000 --csv\n"
			    "waybill replay http://127.0.0.1:7700 --key "
			    "auditor.key --setting strict_740_2=on",
		.options = REMOTE | WB_WHAT_IF_FLAGS | WB_BIT(POLICY_DIR) |
			   WB_BIT(TRUST) | WB_BIT(LEDGER) | WB_BIT(CSV) |
			   WB_BIT(QUIET),
		.max = 1,
		.run = wb_cmd_replay,
	},
	{
		.name = "cases",
		.operands = "[URL|FOLDER|FILE]",
		.summary = "open findings, the weightiest first",
		.about = "Lists what is to be looked into: alerts and red "
			 "flags, "
			 "one case for each finding about a statement, ranked "
			 "by the TPP of the shipment, severity and age, with "
			 "the records behind it and the next step.  Statements "
			 "of type finding assign and close cases; closed ones "
			 "are shown with --all.",
		.examples =
			"waybill cases http://127.0.0.1:7700 --country MY\n"
			"waybill cases /var/lib/waybill/ledger --all --json",
		.options = REMOTE | WB_BIT(TRUST) | WB_BIT(LEDGER) |
			   WB_BIT(ALL) | WB_BIT(PARTY) | WB_BIT(COUNTRY) |
			   WB_BIT(FACILITY) | WB_BIT(QUIET),
		.max = 1,
		.run = wb_cmd_cases,
	},
	{
		.name = "rush",
		.operands = "[URL|FOLDER|FILE]",
		.summary = "shipments per week before and after a day",
		.about =
			"Shows what left in each week before and after the day "
			"of --date, such as the first day of a rule, beside "
			"what usually does: the median of the 13 weeks before "
			"that week, or of as many as the ledger has.  In all, "
			"and by exporter and destination.  "
			"Denied shipments and those taken back are not "
			"counted; of corrected ones the last word is.",
		.examples =
			"waybill rush /var/lib/waybill/ledger --date "
			"2025-05-15\n"
			"waybill rush http://127.0.0.1:7700 --date 2025-05-15 "
			"--weeks 4 --csv",
		.options = REMOTE | WB_BIT(TRUST) | WB_BIT(LEDGER) |
			   WB_BIT(DATE) | WB_BIT(WEEKS) | WB_BIT(CSV) |
			   WB_BIT(QUIET),
		.max = 1,
		.run = wb_cmd_rush,
	},
	{
		.name = "scenarios",
		.operands = "[FILE...]",
		.summary = "run a table of cases through a real ledger",
		.about =
			"Each row of the CSV table is a shipment, what stands "
			"before it, and what ought to come of it.  For each a "
			"ledger is begun in a folder that is thrown away, the "
			"law adopted, parties registered, earlier shipments "
			"made and grants given, all by signed statements; then "
			"the shipment is submitted.  Where a licence or a "
			"notice is all that lacks, it is granted or given, and "
			"the shipment submitted again, for the columns "
			"exp_*_after.  The manual page names the columns.\n"
			"An item that the catalogue lacks is looked up in the "
			"table of --chips, or chips.csv beside FILE.  Without "
			"FILE, each row of --chips is classified.\n"
			"Leaves with 1 unless all pass.",
		.examples = "waybill scenarios scenarios.csv\n"
			    "waybill scenarios scenarios.csv --mode P --mode "
			    "Ps --json\n"
			    "waybill scenarios --chips chips.csv --date "
			    "2024-01-01",
		.options = COMMON | WB_BIT(POLICY_DIR) | WB_BIT(CATALOGUE) |
			   WB_BIT(COUNTRIES) | WB_BIT(FLAGS) | WB_BIT(FAMILY) |
			   WB_BIT(CHIPS) | WB_BIT(MODE) | WB_BIT(DATE) |
			   WB_BIT(QUIET),
		.max = ANY,
		.run = wb_cmd_scenarios,
	},
	{
		.name = "policy lint",
		.operands = "[FILE...]",
		.summary = "check editions of the law, one by one and together",
		.about = "Tells every fault of the editions with line and "
			 "column, and whether those of each family follow one "
			 "another without gap or overlap.  Without FILE, all "
			 "of the policy folder.  Leaves with 1 if anything is "
			 "wrong.",
		.examples = "waybill policy lint policy/*.policy",
		.options = LAW,
		.max = ANY,
		.run = wb_cmd_policy_lint,
	},
	{
		.name = "policy show",
		.operands = "FILE|ID",
		.summary = "say in words what an edition of the law says",
		.about = "Every line of the edition as a sentence, with its "
			 "citation.  ID is that of an edition of the policy "
			 "folder.",
		.examples = "waybill policy show diffusion-2025-1",
		.options = LAW,
		.min = 1,
		.max = 1,
		.run = wb_cmd_policy_show,
	},
	{
		.name = "policy diff",
		.operands = "FILE|ID FILE|ID",
		.summary = "say in words what changes between two editions",
		.about = "What is gone, new and changed from the first to the "
			 "second.",
		.examples = "waybill policy diff diffusion-2025-1 rev500-1",
		.options = LAW,
		.min = 2,
		.max = 2,
		.run = wb_cmd_policy_diff,
	},
	{
		.name = "policy trace",
		.operands = "[VECTORS...]",
		.summary = "follow each line of the law to code and cases",
		.about = "For every line of every edition: its citation, the "
			 "function of the engine that applies such lines, and "
			 "the cases of the tables VECTORS that it decided.  "
			 "Without VECTORS, scenarios.csv and rules.csv of the "
			 "program.  --policy chooses editions.  Leaves with 1 "
			 "if a cell is empty or a case does not come out as "
			 "the table expects.",
		.examples = "waybill policy trace\n"
			    "waybill policy trace --policy rev500.policy "
			    "cases.csv",
		.options = LAW | WB_BIT(POLICY) | WB_BIT(CATALOGUE) |
			   WB_BIT(COUNTRIES) | WB_BIT(QUIET),
		.max = ANY,
		.run = wb_cmd_policy_trace,
	},
};

const size_t wb_policy_commands_n =
	sizeof(wb_policy_commands) / sizeof(wb_policy_commands[0]);
