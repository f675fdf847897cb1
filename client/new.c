#include <stdio.h>
#include <string.h>
#include <time.h>

#include "client/cli.h"
#include "client/draft.h"
#include "client/files.h"
#include "client/print.h"
#include "waybill/flags.h"
#include "waybill/template.h"
#include "waybill/text.h"

/* new: drafts from examples; new policy: from the text of a document. */

#define TEMPLATE_MAX 16384

/* A member of the example that a flag fills in. */
struct fill {
	const char *member;
	enum wb_opt opt;
};

static const struct fill fills[] = {
	{"id", WB_OPT_ID},
	{"role", WB_OPT_ROLE},
	{"valid_from", WB_OPT_VALID_FROM},
	{"name", WB_OPT_NAME},
	{"country", WB_OPT_COUNTRY},
	{"destination", WB_OPT_COUNTRY},
	{"headquarters", WB_OPT_HEADQUARTERS},
	{"address", WB_OPT_ADDRESS},
	{"effective", WB_OPT_EFFECTIVE},
	{"holder", WB_OPT_SUBJECT},
};

/* What stands in the place of the example's value, or NULL. */
static const char *filling(const struct wb_cli *cli, struct wb_slice member,
			   const char *issued)
{
	if (wb_slice_is(member, "issued"))
		return issued;
	for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
		if (wb_slice_is(member, fills[i].member))
			return wb_opt(&cli->opt, fills[i].opt);
	}
	return NULL;
}

/* Copy the example line by line; its top members are indented by two. */
static void fill_in(const struct wb_cli *cli, struct wb_slice example,
		    const char *issued, struct wb_draft *draft)
{
	struct wb_slice line, member;
	const uint8_t *end;
	const char *value;

	while (wb_line_next(&example, &line)) {
		value = NULL;
		if (wb_slice_starts(line, "  \"")) {
			member = wb_slice(line.p + 3, line.len - 3);
			end = memchr(member.p, '"', member.len);
			member.len = end ? (size_t)(end - member.p) : 0;
			value = filling(cli, member, issued);
		}
		if (value == NULL) {
			wb_buf_add(&draft->text, line.p, line.len);
		} else {
			wb_buf_add(&draft->text, line.p, 3 + member.len);
			wb_buf_str(&draft->text, "\": ");
			wb_draft_quote(draft, wb_slice_str(value));
			if (line.p[line.len - 1] == ',')
				wb_buf_str(&draft->text, ",");
		}
		wb_buf_str(&draft->text, "\n");
	}
}

static int no_kind(const struct wb_cli *cli, enum wb_type type)
{
	char known[128] = "";
	const char *kind;
	size_t len = 0;

	for (size_t i = 0; len < sizeof(known) &&
			   (kind = wb_statement_template_kind(type, i)) != NULL;
	     i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len,
					"%s%s", i == 0 ? "" : ", ", kind);
	return wb_fail(WB_EXIT_USAGE, "--kind is one of %s, not '%s'", known,
		       wb_opt(&cli->opt, WB_OPT_KIND));
}

int wb_cmd_new(struct wb_cli *cli)
{
	const struct wb_kind *kind;
	const char *origin, *party, *issued;
	uint8_t example[TEMPLATE_MAX];
	char now[WB_TIME_TEXT + 1];
	struct wb_draft draft;
	struct wb_slice text;
	struct wb_writer w;
	int rc;

	/* The command's name ends in the type. */
	kind = wb_kind_named(wb_slice_str(cli->command->name + 4));
	rc = wb_opt_need(&cli->opt, WB_OPT_LEDGER, &origin);
	if (rc == 0)
		rc = wb_draft_issued(cli, now, &issued);
	if (rc != 0)
		return rc;
	/* Who speaks, or else who is spoken of. */
	party = wb_opt(&cli->opt,
		       kind->signed_by == WB_BY_PARTY ||
				       kind->signed_by ==
					       WB_BY_AUTHORITY_OR_PARTY
			       ? WB_OPT_PARTY
			       : WB_OPT_SUBJECT);
	if (party == NULL)
		party = "example-party";
	wb_writer_init(&w, example, sizeof(example));
	rc = wb_statement_template_of(
		kind->type, wb_opt(&cli->opt, WB_OPT_KIND), origin, party, &w);
	if (rc == WB_ENOTFOUND)
		return no_kind(cli, kind->type);
	if (rc != 0 || wb_writer_end(&w, &text) != 0)
		return wb_fail(WB_EXIT_USAGE,
			       "'%s' is no origin (example.org/waybill), or "
			       "'%s' no party id",
			       origin, party);
	wb_draft_init(&draft);
	fill_in(cli, text, issued, &draft);
	return wb_draft_done(cli, &draft);
}

/* --- policy ----------------------------------------------------------- */

/* Which of the four is given, and its member. */
static int document(const struct wb_cli *cli, enum wb_document *ret,
		    const char **ret_member, const char **ret_path)
{
	static const struct {
		enum wb_opt opt;
		enum wb_document document;
	} row[] = {{WB_OPT_EDITION, WB_DOC_EDITION},
		   {WB_OPT_CATALOGUE, WB_DOC_CATALOGUE},
		   {WB_OPT_COUNTRIES, WB_DOC_COUNTRIES},
		   {WB_OPT_FLAGS, WB_DOC_FLAGS}};
	size_t found = 0;

	for (size_t i = 0; i < 4; i++) {
		const char *path = wb_opt(&cli->opt, row[i].opt);

		if (path == NULL)
			continue;
		found++;
		*ret = row[i].document;
		*ret_member = wb_opt_rows[row[i].opt].name;
		*ret_path = path;
	}
	if (found == 1)
		return 0;
	return wb_fail(WB_EXIT_USAGE, "give one of --edition FILE, "
				      "--catalogue FILE, --countries FILE, "
				      "--flags FILE");
}

/* Whether the text is one that a ledger takes; its id. */
static int parse(enum wb_document document, struct wb_slice text,
		 char id[WB_ID_MAX + 1], struct wb_problem *problem)
{
	struct wb_edition *edition;
	struct wb_catalogue *catalogue;
	struct wb_countries *countries;
	struct wb_flags *flags;
	int rc = WB_EFORM;

	switch (document) {
	case WB_DOC_EDITION:
		rc = wb_edition_parse(text, &edition, problem);
		if (rc == 0) {
			memcpy(id, edition->id, sizeof(edition->id));
			wb_edition_free(edition);
		}
		break;
	case WB_DOC_CATALOGUE:
		rc = wb_catalogue_parse(text, &catalogue, problem);
		if (rc == 0) {
			memcpy(id, catalogue->id, sizeof(catalogue->id));
			wb_catalogue_free(catalogue);
		}
		break;
	case WB_DOC_COUNTRIES:
		rc = wb_countries_parse(text, &countries, problem);
		if (rc == 0) {
			memcpy(id, countries->id, sizeof(countries->id));
			wb_countries_free(countries);
		}
		break;
	case WB_DOC_FLAGS:
		rc = wb_flags_parse(text, &flags, problem);
		if (rc == 0) {
			memcpy(id, flags->id, sizeof(flags->id));
			wb_flags_free(flags);
		}
		break;
	}
	return rc;
}

static int write_policy(struct wb_cli *cli, const char *member,
			struct wb_slice text, const char *id)
{
	char digest[WB_HASH_HEX + 1];
	struct wb_draft draft;
	const char *given = wb_opt(&cli->opt, WB_OPT_ID);
	int rc;

	wb_sha256_hex(text, digest);
	wb_draft_init(&draft);
	rc = wb_draft_begin(cli, &draft, WB_POLICY, "committee",
			    given ? given : id);
	if (rc != 0) {
		wb_buf_free(&draft.text);
		return rc;
	}
	wb_draft_member(&draft, member, text);
	wb_draft_member(&draft, "sha256", wb_slice_str(digest));
	wb_draft_end(&draft);
	return wb_draft_done(cli, &draft);
}

int wb_cmd_new_policy(struct wb_cli *cli)
{
	struct wb_problem problem = {.code = 0};
	enum wb_document which = WB_DOC_EDITION;
	const char *member = NULL, *path = NULL;
	char id[WB_ID_MAX + 1];
	struct wb_buf text;
	int rc, error;

	rc = document(cli, &which, &member, &path);
	if (rc != 0)
		return rc;
	rc = wb_load("policy text", path, WB_POLICY_TEXT_MAX, &text);
	if (rc == 0) {
		error = parse(which, wb_buf_slice(&text), id, &problem);
		if (error == WB_EREFUSED)
			wb_print_problem(stderr, path, &problem);
		else if (error != 0)
			wb_fail(WB_EXIT_OTHER, "%s: %s", path,
				wb_strerror(error));
		rc = error == 0 ? 0 : WB_EXIT_OTHER;
	}
	if (rc == 0)
		rc = write_policy(cli, member, wb_buf_slice(&text), id);
	wb_buf_free(&text);
	return rc;
}
