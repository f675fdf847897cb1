#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/draft.h"
#include "client/keys.h"
#include "client/print.h"
#include "waybill/text.h"

/* party new, party detail: registrations, for the authority to sign. */

/* The id of the statement: --id, or <what>-<subject>[-<date>]. */
static void statement_id(const struct wb_cli *cli, const char *what,
			 const char *subject, const char *date,
			 char id[WB_ID_MAX + 16])
{
	const char *given = wb_opt(&cli->opt, WB_OPT_ID);

	if (given != NULL)
		snprintf(id, WB_ID_MAX + 16, "%s", given);
	else
		snprintf(id, WB_ID_MAX + 16, "%s-%s-%s", what, subject, date);
}

static int add_keys(const struct wb_cli *cli, struct wb_draft *draft)
{
	size_t n = cli->opt.of[WB_OPT_KEY].n;
	char text[WB_VKEY_TEXT_MAX + 1];
	struct wb_vkey key;
	int rc;

	wb_draft_name(draft, "keys");
	wb_buf_str(&draft->text, "[");
	for (size_t i = 0; i < n; i++) {
		rc = wb_keys_public(cli->opt.of[WB_OPT_KEY].v[i], &key);
		if (rc != 0)
			return rc;
		wb_vkey_format(&key, text);
		wb_buf_str(&draft->text, i > 0 ? ",\n    " : "\n    ");
		wb_draft_quote(draft, wb_slice_str(text));
	}
	wb_buf_str(&draft->text, "\n  ]");
	return 0;
}

/* A string member from a flag, if it is given. */
static void add_given(const struct wb_cli *cli, struct wb_draft *draft,
		      const char *name, enum wb_opt opt)
{
	const char *value = wb_opt(&cli->opt, opt);

	if (value != NULL)
		wb_draft_member(draft, name, wb_slice_str(value));
}

/* The countries that a government speaks for: --country MY,SG. */
static void add_countries(const struct wb_cli *cli, struct wb_draft *draft)
{
	const char *code = wb_opt(&cli->opt, WB_OPT_COUNTRY);

	if (code == NULL)
		return;
	wb_draft_name(draft, "countries");
	for (const char *before = "[\n    ";; before = ",\n    ") {
		size_t len = strcspn(code, ",");

		wb_buf_str(&draft->text, before);
		wb_draft_quote(draft, wb_slice(code, len));
		if (code[len] == '\0')
			break;
		code += len + 1;
	}
	wb_buf_str(&draft->text, "\n  ]");
}

int wb_cmd_party_new(struct wb_cli *cli)
{
	const char *subject, *role, *key, *from;
	char id[WB_ID_MAX + 16];
	struct wb_draft draft;
	int rc;

	if ((rc = wb_opt_need(&cli->opt, WB_OPT_SUBJECT, &subject)) != 0 ||
	    (rc = wb_opt_need(&cli->opt, WB_OPT_ROLE, &role)) != 0 ||
	    (rc = wb_opt_need(&cli->opt, WB_OPT_KEY, &key)) != 0 ||
	    (rc = wb_opt_need(&cli->opt, WB_OPT_VALID_FROM, &from)) != 0)
		return rc;
	statement_id(cli, "party", subject, from, id);
	wb_draft_init(&draft);
	rc = wb_draft_begin(cli, &draft, WB_PARTY, "authority", id);
	if (rc == 0) {
		wb_draft_member(&draft, "subject", wb_slice_str(subject));
		wb_draft_member(&draft, "role", wb_slice_str(role));
		rc = add_keys(cli, &draft);
	}
	if (rc != 0) {
		wb_buf_free(&draft.text);
		return rc;
	}
	wb_draft_member(&draft, "valid_from", wb_slice_str(from));
	add_given(cli, &draft, "valid_to", WB_OPT_VALID_TO);
	add_countries(cli, &draft);
	wb_draft_end(&draft);
	return wb_draft_done(cli, &draft);
}

static int add_owner(struct wb_draft *draft, const char *text, bool first)
{
	const char *colon = strrchr(text, ':');
	uint64_t percent;

	if (colon == NULL ||
	    wb_parse_dec(wb_slice_str(colon + 1), &percent) != 0)
		return wb_fail(WB_EXIT_USAGE,
			       "--owner is PARTY:PERCENT, as acme:60, not '%s'",
			       text);
	wb_buf_str(&draft->text,
		   first ? "\n    { \"party\": " : ",\n    { \"party\": ");
	wb_draft_quote(draft, wb_slice(text, (size_t)(colon - text)));
	wb_buf_fmt(&draft->text, ", \"percent\": %llu }",
		   (unsigned long long)percent);
	return 0;
}

static int add_owners(const struct wb_cli *cli, struct wb_draft *draft)
{
	size_t n = cli->opt.of[WB_OPT_OWNER].n;
	int rc;

	if (n == 0)
		return 0;
	wb_draft_name(draft, "owners");
	wb_buf_str(&draft->text, "[");
	for (size_t i = 0; i < n; i++) {
		rc = add_owner(draft, cli->opt.of[WB_OPT_OWNER].v[i], i == 0);
		if (rc != 0)
			return rc;
	}
	wb_buf_str(&draft->text, "\n  ]");
	return 0;
}

int wb_cmd_party_detail(struct wb_cli *cli)
{
	bool government = wb_opt(&cli->opt, WB_OPT_GOVERNMENT) != NULL;
	const char *subject, *name, *country, *headquarters, *effective;
	char id[WB_ID_MAX + 16];
	struct wb_draft draft;
	int rc;

	if ((rc = wb_opt_need(&cli->opt, WB_OPT_SUBJECT, &subject)) != 0 ||
	    (rc = wb_opt_need(&cli->opt, WB_OPT_NAME, &name)) != 0 ||
	    (rc = wb_opt_need(&cli->opt, WB_OPT_COUNTRY, &country)) != 0 ||
	    (rc = wb_opt_need(&cli->opt, WB_OPT_EFFECTIVE, &effective)) != 0)
		return rc;
	headquarters = wb_opt(&cli->opt, WB_OPT_HEADQUARTERS);
	statement_id(cli, "detail", subject, effective, id);
	wb_draft_init(&draft);
	rc = wb_draft_begin(cli, &draft, WB_PARTY_DETAIL, "authority", id);
	if (rc != 0)
		goto free;
	wb_draft_member(&draft, "subject", wb_slice_str(subject));
	wb_draft_member(&draft, "name", wb_slice_str(name));
	wb_draft_member(&draft, "country", wb_slice_str(country));
	wb_draft_member(&draft, "headquarters",
			wb_slice_str(headquarters ? headquarters : country));
	add_given(cli, &draft, "address", WB_OPT_ADDRESS);
	wb_draft_name(&draft, "government");
	wb_buf_str(&draft.text, government ? "true" : "false");
	wb_draft_member(&draft, "effective", wb_slice_str(effective));
	rc = add_owners(cli, &draft);
	if (rc != 0)
		goto free;
	wb_draft_end(&draft);
	return wb_draft_done(cli, &draft);

free:
	wb_buf_free(&draft.text);
	return rc;
}
