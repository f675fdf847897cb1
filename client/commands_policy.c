#include "client/cli.h"

#define ANY    ((size_t)1 << 20)
#define COMMON (WB_BIT(HELP) | WB_BIT(CONFIG) | WB_BIT(POLICY_DIR))

const struct wb_command wb_policy_commands[] = {
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
		.options = COMMON,
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
		.options = COMMON,
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
		.options = COMMON,
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
		.options = COMMON | WB_BIT(POLICY) | WB_BIT(CATALOGUE) |
			   WB_BIT(COUNTRIES) | WB_BIT(CHIPS) | WB_BIT(QUIET),
		.max = ANY,
		.run = wb_cmd_policy_trace,
	},
};

const size_t wb_policy_commands_n =
	sizeof(wb_policy_commands) / sizeof(wb_policy_commands[0]);
