#include "client/cli.h"

/* The commands `new TYPE` whose examples differ in their type alone. */

#define DRAFT                                                                  \
	(WB_BIT(HELP) | WB_BIT(JSON) | WB_BIT(CONFIG) | WB_BIT(LEDGER) |       \
	 WB_BIT(ID) | WB_BIT(TIME) | WB_BIT(OUT))

/* OPTS fill in members. */
#define NEW(TYPE, WHAT, FLAGS, OPTS)                                           \
	{                                                                      \
		.name = "new " TYPE, .operands = "",                           \
		.summary = "write an example: " WHAT,                          \
		.about = "Writes a whole and valid example; edit it, then "    \
			 "lint and sign it.  The flags fill in members.",      \
		.examples = "waybill new " TYPE                                \
			    " --ledger example.org/waybill " FLAGS             \
			    " --out " TYPE ".json",                            \
		.options = DRAFT | (OPTS), .run = wb_cmd_new,                  \
	}

const struct wb_command wb_new_commands[] = {
	NEW("arrival", "units have arrived", "--party op-my", WB_BIT(PARTY)),
	NEW("installation", "units are installed", "--party op-my",
	    WB_BIT(PARTY)),
	NEW("inventory", "what a facility holds", "--party op-my",
	    WB_BIT(PARTY)),
	NEW("move", "units go elsewhere", "--kind party --party op-my",
	    WB_BIT(PARTY) | WB_BIT(KIND)),
	NEW("retirement", "units are no more", "--party op-my", WB_BIT(PARTY)),
	NEW("correction", "an earlier statement, anew",
	    "--kind shipment --party acme", WB_BIT(PARTY) | WB_BIT(KIND)),
	NEW("void", "an earlier statement, withdrawn", "--party acme",
	    WB_BIT(PARTY)),
	NEW("licence", "what the authority grants: a licence, uveu or nveu",
	    "--kind nveu --subject globex --country MY",
	    WB_BIT(COUNTRY) | WB_BIT(KIND) | WB_BIT(SUBJECT)),
	NEW("letter", "an exporter is informed", "--subject acme",
	    WB_BIT(SUBJECT) | WB_BIT(NAME) | WB_BIT(EFFECTIVE)),
	NEW("listing", "a party is put on a list", "--subject acme-my",
	    WB_BIT(SUBJECT) | WB_BIT(EFFECTIVE)),
	NEW("agreement", "what a government and we have agreed",
	    "--subject gov-my --country MY",
	    WB_BIT(SUBJECT) | WB_BIT(COUNTRY) | WB_BIT(EFFECTIVE)),
	NEW("finding", "what became of a finding", "--party authority",
	    WB_BIT(PARTY)),
	NEW("engine", "an engine is put into force", "--id engine-1", 0),
};
const size_t wb_new_commands_n =
	sizeof(wb_new_commands) / sizeof(wb_new_commands[0]);
