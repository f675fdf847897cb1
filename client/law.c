#include "client/law.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/files.h"
#include "client/print.h"
#include "client/remote.h"
#include "waybill/flags.h"

/* --- one document at a time ------------------------------------------- */

static int refused(const char *where, int error,
		   const struct wb_problem *problem)
{
	if (error == WB_EREFUSED)
		wb_print_problem(stderr, where, problem);
	else
		wb_fail(WB_EXIT_OTHER, "%s: %s", where, wb_strerror(error));
	return WB_EXIT_OTHER;
}

/*
 * Take an edition in.  Of files that were named the first decides the family,
 * unless --family has: editions of other families are passed over then, and a
 * mistake otherwise.  A folder holds several families, and the rules as
 * published are those that apply unless --family says which.
 */
static int add_edition(const struct wb_cli *cli, struct wb_law *law,
		       const char *where, struct wb_slice text)
{
	const char *family = wb_opt(&cli->opt, WB_OPT_FAMILY);
	bool named = cli->opt.of[WB_OPT_POLICY].n > 0;
	struct wb_problem problem = {.code = 0};
	struct wb_edition *edition;
	int error = wb_edition_parse(text, &edition, &problem);

	if (error != 0)
		return refused(where, error, &problem);
	if (law->family[0] == '\0')
		snprintf(law->family, sizeof(law->family), "%s",
			 family  ? family
			 : named ? edition->family[0]
				 : WB_FAMILY_USUAL);
	if (family == NULL && named &&
	    !wb_edition_serves(edition, law->family)) {
		wb_fail(WB_EXIT_USAGE,
			"%s is of family %s, and others are of family %s",
			where, edition->family[0], law->family);
		wb_advise("choose one with --family NAME");
		wb_edition_free(edition);
		return WB_EXIT_USAGE;
	}
	error = wb_law_check(law, edition, &problem);
	if (error != 0) {
		wb_edition_free(edition);
		return refused(where, error, &problem);
	}
	wb_law_adopt(law, edition, NULL, NULL);
	return 0;
}

static int add_catalogue(struct wb_law *law, const char *where,
			 struct wb_slice text)
{
	struct wb_problem problem = {.code = 0};
	struct wb_catalogue *catalogue;
	int error = wb_catalogue_parse(text, &catalogue, &problem);

	if (error != 0)
		return refused(where, error, &problem);
	wb_law_adopt(law, NULL, catalogue, NULL);
	return 0;
}

static int add_countries(struct wb_law *law, const char *where,
			 struct wb_slice text)
{
	struct wb_problem problem = {.code = 0};
	struct wb_countries *countries;
	int error = wb_countries_parse(text, &countries, &problem);

	if (error != 0)
		return refused(where, error, &problem);
	wb_law_adopt(law, NULL, NULL, countries);
	return 0;
}

static int add_flags(struct wb_law *law, const char *where,
		     struct wb_slice text)
{
	struct wb_problem problem = {.code = 0};
	struct wb_flags *flags;
	int error = wb_flags_parse(text, &flags, &problem);

	if (error != 0)
		return refused(where, error, &problem);
	wb_law_adopt_flags(law, flags);
	return 0;
}

static int add_document(const struct wb_cli *cli, struct wb_law *law,
			enum wb_opt kind, const char *where,
			struct wb_slice text)
{
	if (kind == WB_OPT_CATALOGUE)
		return add_catalogue(law, where, text);
	if (kind == WB_OPT_COUNTRIES)
		return add_countries(law, where, text);
	if (kind == WB_OPT_FLAGS)
		return add_flags(law, where, text);
	return add_edition(cli, law, where, text);
}

/* --- files ------------------------------------------------------------ */

static int add_file(const struct wb_cli *cli, struct wb_law *law,
		    enum wb_opt kind, const char *path)
{
	struct wb_buf text;
	int rc = wb_load("policy text", path, WB_POLICY_TEXT_MAX, &text);

	if (rc == 0)
		rc = add_document(cli, law, kind, path, wb_buf_slice(&text));
	wb_buf_free(&text);
	return rc;
}

/*
 * The policy folder: that of --policy-dir, else the installed one beside the
 * program's folder, else that of the source tree the program was built in.
 */
int wb_law_folder(const struct wb_cli *cli, char *path, size_t cap)
{
	static const char *const beside[] = {"../share/waybill/policy",
					     "../../policy"};
	const char *given = wb_opt(&cli->opt, WB_OPT_POLICY_DIR);
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;
	int n;

	if (given != NULL) {
		snprintf(path, cap, "%s", given);
		return 0;
	}
	self[len > 0 ? len : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		n = snprintf(path, cap, "%s/%s", self, beside[i]);
		if (n > 0 && (size_t)n < cap && wb_folder_is(path))
			return 0;
	}
	wb_fail(WB_EXIT_NOT_FOUND, "there is no policy folder");
	wb_advise("give --policy-dir FOLDER, or --policy, --catalogue and "
		  "--countries");
	return WB_EXIT_NOT_FOUND;
}

/* Add from the folder what was not given: all editions, one of the others. */
static int add_folder(const struct wb_cli *cli, struct wb_law *law,
		      const char *folder, enum wb_opt kind, const char *suffix)
{
	struct wb_names names;
	int rc = 0;

	if (wb_folder_list(folder, suffix, &names) != 0)
		return wb_fail(WB_EXIT_NOT_FOUND,
			       "the policy folder %s cannot be read: %s",
			       folder, strerror(errno));
	/* A law without red flags is one. */
	if (names.n == 0 && kind != WB_OPT_FLAGS)
		rc = wb_fail(WB_EXIT_NOT_FOUND, "there is no *%s in %s", suffix,
			     folder);
	if (kind != WB_OPT_POLICY && names.n > 1)
		rc = wb_fail(WB_EXIT_USAGE,
			     "there are several *%s in %s: choose one with "
			     "--%s",
			     suffix, folder, wb_opt_rows[kind].name);
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		rc = add_file(cli, law, kind, names.v[i]);
	wb_names_free(&names);
	return rc;
}

/*
 * The folder holds several families; without --family it is the one that a new
 * ledger has unless told otherwise.  Files that are named speak for themselves.
 */
static const struct wb_cli *with_family(const struct wb_cli *cli)
{
	static struct wb_cli mine; /* large */

	if (cli->opt.of[WB_OPT_POLICY].n > 0 ||
	    cli->opt.of[WB_OPT_FAMILY].n > 0)
		return cli;
	mine = *cli;
	mine.opt.of[WB_OPT_FAMILY].n = 1;
	mine.opt.of[WB_OPT_FAMILY].v[0] = "paper";
	return &mine;
}

int wb_law_from_files(const struct wb_cli *cli, struct wb_law *ret)
{
	static const struct {
		enum wb_opt kind;
		const char *suffix;
	} part[] = {{WB_OPT_POLICY, ".policy"},
		    {WB_OPT_CATALOGUE, ".catalogue"},
		    {WB_OPT_COUNTRIES, "countries.table"},
		    {WB_OPT_FLAGS, "flags.table"}};
	char folder[PATH_MAX];
	int rc = 0;

	cli = with_family(cli);
	wb_law_init(ret, "");
	for (size_t i = 0; rc == 0 && i < 4; i++) {
		size_t n = cli->opt.of[part[i].kind].n;

		for (size_t k = 0; rc == 0 && k < n; k++)
			rc = add_file(cli, ret, part[i].kind,
				      cli->opt.of[part[i].kind].v[k]);
		/* Flags come from the folder that countries come from. */
		if (n > 0 || (part[i].kind == WB_OPT_FLAGS &&
			      cli->opt.of[WB_OPT_COUNTRIES].n > 0))
			continue;
		rc = wb_law_folder(cli, folder, sizeof(folder));
		if (rc == 0)
			rc = add_folder(cli, ret, folder, part[i].kind,
					part[i].suffix);
	}
	return rc;
}

/* Whether the ledger has all that a judgement needs. */
static int complete(const struct wb_law *law)
{
	if (law->n > 0 && law->catalogue != NULL && law->countries != NULL)
		return 0;
	wb_fail(WB_EXIT_NOT_FOUND, "the ledger has not recorded %s yet",
		law->n == 0              ? "an edition"
		: law->catalogue == NULL ? "a product catalogue"
					 : "a country table");
	wb_advise("without --url, the policy folder is the law");
	return WB_EXIT_NOT_FOUND;
}

/* --- a ledger --------------------------------------------------------- */

static int add_remote(const struct wb_cli *cli, struct wb_remote *remote,
		      struct wb_law *law, const struct wb_value *row)
{
	const char *digest = wb_string_of(row, "digest");
	const char *document = wb_string_of(row, "document");
	enum wb_opt kind = WB_OPT_POLICY;
	char target[128], found[WB_HASH_HEX + 1];
	struct wb_buf body;
	int rc;

	if (strlen(digest) != WB_HASH_HEX)
		return wb_fail(WB_EXIT_OTHER, "the ledger lists a policy "
					      "without a digest");
	if (strcmp(document, "catalogue") == 0)
		kind = WB_OPT_CATALOGUE;
	else if (strcmp(document, "countries") == 0)
		kind = WB_OPT_COUNTRIES;
	else if (strcmp(document, "flags") == 0)
		kind = WB_OPT_FLAGS;
	snprintf(target, sizeof(target), "/v1/policies/%s", digest);
	rc = wb_remote_get(remote, target, &body);
	if (rc != 0)
		return rc;
	wb_sha256_hex(wb_buf_slice(&body), found);
	if (strcmp(found, digest) != 0)
		rc = wb_fail(WB_EXIT_PROOF,
			     "the text given for policy %s has the digest %s",
			     digest, found);
	else
		rc = add_document(cli, law, kind, target, wb_buf_slice(&body));
	wb_buf_free(&body);
	return rc;
}

int wb_law_from_ledger(const struct wb_cli *cli, struct wb_law *ret)
{
	struct wb_remote remote;
	struct wb_answer *answer;
	const struct wb_value *list;
	int rc;

	wb_law_init(ret, "");
	rc = wb_remote_open(cli, NULL, &remote);
	if (rc != 0)
		return rc;
	rc = wb_remote_json(&remote, "/v1/policies", &answer);
	if (rc == 0) {
		list = wb_member(wb_answer_top(answer), "policies");
		for (const struct wb_value *row = list ? list->first : NULL;
		     rc == 0 && row != NULL; row = row->next)
			rc = add_remote(cli, &remote, ret, row);
		wb_answer_free(answer);
	}
	wb_remote_close(&remote);
	return rc == 0 ? complete(ret) : rc;
}
