#include "client/what_if.h"

#define ANY    ((size_t)1 << 20)
#define COMMON (WB_BIT(HELP) | WB_BIT(JSON) | WB_BIT(CONFIG))
#define SECRET (WB_BIT(PASSPHRASE_FILE))
#define REMOTE (COMMON | SECRET | WB_BIT(URL) | WB_BIT(KEY))
#define DRAFT                                                                  \
	(COMMON | WB_BIT(LEDGER) | WB_BIT(ID) | WB_BIT(TIME) | WB_BIT(OUT))

static const struct wb_command commands[] = {
	{
		.name = "key new",
		.operands = "[NAME]",
		.summary = "make a signing key",
		.about = "Makes an Ed25519 key and writes it to a file of mode "
			 "0600, encrypted with a passphrase (Argon2id and "
			 "XChaCha20-Poly1305).  A party's key is named "
			 "<origin>/party/<id>/<label>: give --party, --ledger "
			 "and --label, or the whole NAME.  Without --out the "
			 "file is named for its party and label.",
		.examples =
			"waybill key new --ledger example.org/waybill --party "
			"acme --label a\n"
			"waybill key new --no-passphrase --out acme.key "
			"example.org/waybill/party/acme/a",
		.options = COMMON | SECRET | WB_BIT(PARTY) | WB_BIT(LABEL) |
			   WB_BIT(LEDGER) | WB_BIT(OUT) | WB_BIT(NO_PASSPHRASE),
		.max = 1,
		.run = wb_cmd_key_new,
	},
	{
		.name = "key show",
		.operands = "FILE",
		.summary = "show what a key file holds, not the secret",
		.about = "Shows the name and public key of a key file, and "
			 "whether it asks for a passphrase.",
		.examples = "waybill key show acme-a.key",
		.options = COMMON,
		.min = 1,
		.max = 1,
		.run = wb_cmd_key_show,
	},
	{
		.name = "key public",
		.operands = "FILE...",
		.summary = "print the verifier key of key files",
		.about = "Prints the public key of each file as a C2SP "
			 "verifier key, <name>+<id>+<base64>: what others "
			 "register, trust and verify with.",
		.examples = "waybill key public acme-a.key",
		.options = COMMON,
		.min = 1,
		.max = ANY,
		.run = wb_cmd_key_public,
	},
	{
		.name = "new shipment",
		.operands = "",
		.summary = "write an example of a shipment statement to edit",
		.about = "Writes a whole and valid example; edit it, then "
			 "lint, check and sign it.  The flags fill in members.",
		.examples = "waybill new shipment --ledger example.org/waybill "
			    "--party acme --id S-1 --out s1.json",
		.options = DRAFT | WB_BIT(PARTY) | WB_BIT(COUNTRY),
		.run = wb_cmd_new,
	},
	{
		.name = "new party",
		.operands = "",
		.summary = "write an example of a party registration to edit",
		.about = "Writes an example with a key that nobody holds.  "
			 "'waybill party new' writes a whole one from flags.",
		.examples = "waybill new party --ledger example.org/waybill "
			    "--subject acme",
		.options = DRAFT | WB_BIT(SUBJECT) | WB_BIT(ROLE) |
			   WB_BIT(VALID_FROM),
		.run = wb_cmd_new,
	},
	{
		.name = "new party-detail",
		.operands = "",
		.summary = "write an example of a party's details to edit",
		.about = "Writes an example.  'waybill party detail' writes a "
			 "whole one from flags.",
		.examples = "waybill new party-detail --ledger "
			    "example.org/waybill --subject acme-my",
		.options = DRAFT | WB_BIT(SUBJECT) | WB_BIT(NAME) |
			   WB_BIT(COUNTRY) | WB_BIT(HEADQUARTERS) |
			   WB_BIT(ADDRESS) | WB_BIT(EFFECTIVE),
		.run = wb_cmd_new,
	},
	{
		.name = "new policy",
		.operands = "",
		.summary = "write the statement that adopts a policy text",
		.about = "Parses the text of an edition, a catalogue, a "
			 "country table or red flags, and writes the statement "
			 "that adopts "
			 "it, with its SHA-256, for the committee to sign.  "
			 "Without --id the document's id is taken.",
		.examples = "waybill new policy --ledger example.org/waybill "
			    "--edition diffusion.policy --out p1.json\n"
			    "waybill new policy --ledger example.org/waybill "
			    "--countries countries.table",
		.options = DRAFT | WB_BIT(EDITION) | WB_BIT(CATALOGUE) |
			   WB_BIT(COUNTRIES) | WB_BIT(FLAGS),
		.run = wb_cmd_new_policy,
	},
	{
		.name = "party new",
		.operands = "",
		.summary = "write a party's registration, to be signed",
		.about = "Writes the statement that registers a party: its "
			 "role and keys.  The authority signs it k of n, and "
			 "each new key too (proof of possession).  --key takes "
			 "a verifier key or a key file; --country the "
			 "countries that a government speaks for, as MY,BN.",
		.examples =
			"waybill party new --ledger example.org/waybill "
			"--subject acme --role exporter --key acme-a.key "
			"--valid-from 2025-01-01 --out acme.json\n"
			"waybill sign acme.json --key authority-a.key --key "
			"authority-b.key --key acme-a.key",
		.options = DRAFT | WB_BIT(SUBJECT) | WB_BIT(ROLE) |
			   WB_BIT(KEY) | WB_BIT(VALID_FROM) | WB_BIT(VALID_TO) |
			   WB_BIT(COUNTRY),
		.run = wb_cmd_party_new,
	},
	{
		.name = "party detail",
		.operands = "",
		.summary = "write a party's restricted details, to be signed",
		.about = "Writes the statement that says where a party is, "
			 "where its headquarters are and who owns it; also for "
			 "parties without keys.  The authority signs it.",
		.examples =
			"waybill party detail --ledger example.org/waybill "
			"--subject acme-my --name 'Acme Sdn Bhd' --country MY "
			"--headquarters US --effective 2025-01-01 --owner "
			"acme:100",
		.options = DRAFT | WB_BIT(SUBJECT) | WB_BIT(NAME) |
			   WB_BIT(COUNTRY) | WB_BIT(HEADQUARTERS) |
			   WB_BIT(ADDRESS) | WB_BIT(EFFECTIVE) | WB_BIT(OWNER) |
			   WB_BIT(GOVERNMENT),
		.run = wb_cmd_party_detail,
	},
	{
		.name = "lint",
		.operands = "FILE...",
		.summary = "check the form of drafts and notes",
		.about = "Decodes each file as the ledger will, and tells what "
			 "it would refuse: code, place, what was found, what "
			 "to do.  Leaves with 1 if anything is wrong.  '-' is "
			 "standard input.",
		.examples = "waybill lint s1.json s2.note",
		.options = COMMON,
		.min = 1,
		.max = ANY,
		.run = wb_cmd_lint,
	},
	{
		.name = "check",
		.operands = "FILE...",
		.summary = "classify drafts here, with the reasoning shown",
		.about =
			"Runs the ledger's engine on each statement, without "
			"network: ECCN and what decided it, TPP, performance "
			"density, licence requirement, the path that satisfies "
			"it, findings with citations, balances.\n"
			"The law comes from --policy, --catalogue, "
			"--countries and --flags, else from the policy folder; "
			"with --url "
			"it is what that ledger has recorded.  Who the parties "
			"are, and what was shipped before, comes from --detail "
			"and --state; without them the consignee is not "
			"registered, and no exception is open to it.\n"
			"--edition, --factor, --limit and --setting show what "
			"it would be under another law, as in 'waybill replay'"
			".\n"
			"Leaves with 5 if a verdict is deny, and under "
			"--strict with 6 if there is a finding of alert or "
			"fatal.",
		.examples = "waybill check s1.json --detail consignee.json\n"
			    "waybill check s1.json --policy diffusion.policy "
			    "--json\n"
			    "waybill check s1.json --limit lpp=7912000\n"
			    "waybill check s1.json --url http://127.0.0.1:7700",
		.options = REMOTE | WB_BIT(POLICY) | WB_BIT(POLICY_DIR) |
			   WB_BIT(CATALOGUE) | WB_BIT(COUNTRIES) |
			   WB_BIT(FLAGS) | WB_BIT(FAMILY) | WB_BIT(STATE) |
			   WB_BIT(DETAIL) | WB_BIT(TIME) | WB_BIT(STRICT) |
			   WB_WHAT_IF_FLAGS,
		.min = 1,
		.max = ANY,
		.run = wb_cmd_check,
	},
	{
		.name = "sign",
		.operands = "FILE...",
		.summary = "sign drafts, or add a signature to notes",
		.about =
			"Makes s1.note from s1.json: the text and one line per "
			"key.  A note gets one more line, in place, so that k "
			"of n can sign one after the other.  What lint would "
			"refuse is not signed.  The passphrase is asked on the "
			"terminal, or read from --passphrase-file or "
			"WAYBILL_PASSPHRASE.",
		.examples = "waybill sign s1.json --key acme-a.key\n"
			    "waybill sign p1.note --key committee-b.key\n"
			    "waybill sign *.json --key acme-a.key "
			    "--passphrase-file secret",
		.options = COMMON | SECRET | WB_BIT(KEY) | WB_BIT(OUT) |
			   WB_BIT(QUIET),
		.min = 1,
		.max = ANY,
		.run = wb_cmd_sign,
	},
	{
		.name = "submit",
		.operands = "FILE...",
		.summary = "send notes to the ledger and keep the receipts",
		.about =
			"Sends each note, proves the receipt that comes back "
			"against the trust file, and writes it beside the "
			"note as FILE.receipt.  A folder stands for the *.note "
			"in it.  Notes that have a proved receipt are skipped, "
			"so the same command again goes on where it stopped; "
			"sending twice does no harm.  What is temporary is "
			"tried again.  Several are on their way at a time, in "
			"no order: use --connections 1 where one builds on "
			"another.\n"
			"Leaves with 5 if any was recorded but denied, 9 if "
			"only some have a receipt, 7 if the ledger cannot be "
			"reached.",
		.examples =
			"waybill submit s1.note --url http://127.0.0.1:7700 "
			"--trust trust.txt\n"
			"waybill submit outbox/ --retries 20",
		.options = COMMON | WB_BIT(URL) | WB_BIT(TRUST) |
			   WB_BIT(RETRIES) | WB_BIT(CONNECTIONS) |
			   WB_BIT(QUIET),
		.min = 1,
		.max = ANY,
		.run = wb_cmd_submit,
	},
	{
		.name = "trace",
		.operands = "PARTY/ID|SERIAL [STORE]",
		.summary = "follow a shipment or one unit from factory to rack",
		.about = "Where its units are, and what was stated, as a "
			 "timeline; from a store, or as the ledger shows it.",
		.examples = "waybill trace acme/S-1 --key acme-a.key\n"
			    "waybill trace 1650325000101 /var/lib/waybill",
		.options = REMOTE,
		.min = 1,
		.max = 2,
		.run = wb_cmd_trace,
	},
	{
		.name = "verify",
		.operands = "FILE...",
		.summary = "prove notes by their receipts, without network",
		.about = "Proves with FILE.receipt and the trust file that the "
			 "note FILE is in the ledger and was judged as the "
			 "receipt says; each step is shown.  A folder stands "
			 "for the *.note in it.  With --key the signature of "
			 "the note itself is verified too.\n"
			 "Leaves with 3 if a proof fails, and 8 if all holds "
			 "but too few witnesses have cosigned.",
		.examples = "waybill verify s1.note --trust trust.txt\n"
			    "waybill verify s1.note --trust trust.txt --key "
			    "acme.vkey",
		.options = COMMON | WB_BIT(TRUST) | WB_BIT(KEY) | WB_BIT(QUIET),
		.min = 1,
		.max = ANY,
		.run = wb_cmd_verify,
	},
	{
		.name = "show",
		.operands = "FILE|N",
		.summary = "show a statement, receipt, record or judgement",
		.about = "Shows a file in readable form, or record number N of "
			 "the ledger with what this reader may see of it.  "
			 "Proves nothing: that is verify and audit.",
		.examples = "waybill show s1.note.receipt\n"
			    "waybill show 17 --url http://127.0.0.1:7700 --key "
			    "acme-a.key",
		.options = REMOTE,
		.min = 1,
		.max = 1,
		.run = wb_cmd_show,
	},
	{
		.name = "list",
		.operands = "",
		.summary = "list records that this reader may see",
		.about = "Lists what the ledger shows to the party of --key: "
			 "its own records and those that name it; all of them "
			 "to the authority and to auditors.",
		.examples =
			"waybill list --key acme-a.key --verdict deny\n"
			"waybill list --key op.key --facility op-my/dc-1\n"
			"waybill list --country MY --since 2025-05-01 --until "
			"2025-05-31 --json",
		.options = REMOTE | WB_BIT(PARTY) | WB_BIT(COUNTRY) |
			   WB_BIT(FACILITY) | WB_BIT(VERDICT) | WB_BIT(TYPE) |
			   WB_BIT(FINDING) | WB_BIT(MODEL) | WB_BIT(SINCE) |
			   WB_BIT(UNTIL) | WB_BIT(LIMIT),
		.run = wb_cmd_list,
	},
	{
		.name = "policies",
		.operands = "[DIGEST]",
		.summary = "list the policy texts recorded, or print one",
		.about = "Lists the editions, catalogues and country tables "
			 "that the ledger has adopted; with a digest, prints "
			 "that text, having checked it.",
		.examples = "waybill policies --url http://127.0.0.1:7700",
		.options = REMOTE,
		.max = 1,
		.run = wb_cmd_policies,
	},
	{
		.name = "parties",
		.operands = "",
		.summary = "list the registered parties and their keys",
		.about = "Lists the public part of the registry.",
		.examples = "waybill parties --url http://127.0.0.1:7700",
		.options = REMOTE,
		.run = wb_cmd_parties,
	},
	{
		.name = "agreements",
		.operands = "",
		.summary = "list what governments and we have agreed",
		.about = "Lists the agreements recorded, by country and first "
			 "day, with status, commitments, allocation factor and "
			 "chip ceiling.  They are open to all.",
		.examples = "waybill agreements --url http://127.0.0.1:7700",
		.options = REMOTE,
		.run = wb_cmd_agreements,
	},
	{
		.name = "licences",
		.operands = "[NUMBER]",
		.summary = "list licences, and what is left of them",
		.about = "Lists the licences and validated end users that the "
			 "ledger shows to the party of --key: those that name "
			 "it; to a government those of its countries; all of "
			 "them to the authority and to auditors.  With a "
			 "number, that one: leaves with 4 if there is none, or "
			 "it is not shown.",
		.examples = "waybill licences --key acme-a.key\n"
			    "waybill licences D-1 --key acme-a.key --json",
		.options = REMOTE,
		.max = 1,
		.run = wb_cmd_licences,
	},
	{
		.name = "audit",
		.operands = "[URL|FOLDER|FILE]",
		.summary = "verify a whole ledger and make its decisions again",
		.about =
			"Downloads everything that the reader of --key may "
			"see, and verifies signatures, chain and tree, that "
			"contents are the ones committed to, and that the "
			"engine decides the same again.  The checkpoint is "
			"remembered; a ledger that has shrunk or forked since "
			"the last audit is told, and both checkpoints are kept "
			"as evidence.  A data folder is audited with its "
			"indexes and state; FILE is a download of --save.\n"
			"Leaves with 3 if anything fails, 8 if the witnesses "
			"asked for have not cosigned.",
		.examples =
			"waybill audit http://127.0.0.1:7700 --key auditor.key "
			"--trust trust.txt\n"
			"waybill audit http://127.0.0.1:7700 --save "
			"today.audit\n"
			"waybill audit /var/lib/waybill/ledger",
		.options = REMOTE | WB_BIT(TRUST) | WB_BIT(LEDGER) |
			   WB_BIT(SAVE) | WB_BIT(QUIET),
		.max = 1,
		.run = wb_cmd_audit,
	},
	{
		.name = "completion",
		.operands = "bash",
		.summary = "print a completion script for the shell",
		.about = "Prints a script that completes commands and flags.",
		.examples = "source <(waybill completion bash)",
		.options = COMMON,
		.min = 1,
		.max = 1,
		.run = wb_cmd_completion,
	},
	{
		.name = "help",
		.operands = "[COMMAND]",
		.summary = "show the commands, or the options of one",
		.about = "Shows the commands, or one of them with its options "
			 "and examples.",
		.examples = "waybill help submit",
		.options = WB_BIT(HELP),
		.max = 2,
		.run = wb_cmd_help,
	},
};

const struct wb_command *wb_command_at(size_t i)
{
	const struct wb_command *const table[] = {commands, wb_new_commands,
						  wb_policy_commands};
	const size_t n[] = {sizeof(commands) / sizeof(commands[0]),
			    wb_new_commands_n, wb_policy_commands_n};

	for (size_t k = 0; k < sizeof(n) / sizeof(n[0]); k++) {
		if (i < n[k])
			return &table[k][i];
		i -= n[k];
	}
	return NULL;
}
