#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/files.h"
#include "client/law.h"
#include "client/print.h"
#include "client/scenario.h"
#include "waybill/text.h"

static const struct {
	const char *mode, *family;
	const char *on; /* a setting that the mode turns on, or NULL */
} modes[] = {
	{"P", "paper", NULL},
	{"Ps", "paper", "strict_740_2"},
	{"A", "actual", NULL},
	{"R", "rev500", NULL},
};

#define N_MODES (sizeof(modes) / sizeof(modes[0]))

bool wb_pack_mode(const char *mode)
{
	for (size_t i = 0; i < N_MODES; i++)
		if (strcmp(modes[i].mode, mode) == 0)
			return true;
	return false;
}

/* --- a document as a policy ----------------------------------------------- */

/* The statement that adopts a text, signed by the committee. */
static int adopt(struct wb_pack *pack, const struct wb_sandbox_keys *keys,
		 const char *member, struct wb_slice text)
{
	char hex[2 * WB_HASH_LEN + 1];
	uint8_t digest[WB_HASH_LEN];
	size_t cap = 2 * text.len + 1024;
	char *p = malloc(cap);
	struct wb_writer w;
	struct wb_slice json;
	int rc;

	if (p == NULL || pack->n == WB_PACK_NOTES_MAX) {
		free(p);
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	wb_sha256(&text, 1, digest);
	wb_hex(digest, WB_HASH_LEN, hex);
	wb_writer_init(&w, p, cap);
	wb_write_fmt(&w,
		     "{\"type\":\"policy\",\"ledger\":\"" WB_SANDBOX_ORIGIN
		     "\",\"party\":\"committee\",\"id\":\"%.32s\","
		     "\"issued\":\"2022-01-01T00:00:00Z\",\"%s\":",
		     hex, member);
	wb_write_json(&w, text);
	wb_write_fmt(&w, ",\"sha256\":\"%s\"}\n", hex);
	rc = wb_writer_end(&w, &json);
	if (rc == 0)
		rc = wb_sandbox_sign(keys, json, 1u << WB_SANDBOX_COMMITTEE,
				     &pack->note[pack->n++]);
	free(p);
	return rc == 0 ? 0 : wb_fail(WB_EXIT_OTHER, "%s", wb_strerror(rc));
}

/* Turn a setting on in the text of an edition; false if it has none such. */
static bool turn_on(struct wb_buf *text, const char *setting)
{
	char line[80];
	uint8_t *at;

	snprintf(line, sizeof(line), "\nsetting %s off", setting);
	at = memmem(text->p, text->len, line, strlen(line));
	if (at == NULL)
		return false;
	/* One character shorter, and the line may end with a space more. */
	memcpy(at + strlen(line) - 3, "on ", 3);
	at += strlen(line) - 1;
	memmove(at, at + 1, text->len - (size_t)(at + 1 - text->p));
	text->len--;
	return true;
}

static int said(const char *path, int error, const struct wb_problem *problem)
{
	if (error == WB_EREFUSED)
		wb_print_problem(stderr, path, problem);
	else
		wb_fail(WB_EXIT_OTHER, "%s: %s", path, wb_strerror(error));
	return WB_EXIT_OTHER;
}

/* An edition of another family is passed over. */
static int edition(struct wb_pack *pack, const struct wb_sandbox_keys *keys,
		   const char *path, struct wb_buf *text, const char *on,
		   bool *found)
{
	struct wb_problem problem = {.code = 0};
	struct wb_edition *ed;
	int rc = wb_edition_parse(wb_buf_slice(text), &ed, &problem);

	if (rc != 0)
		return said(path, rc, &problem);
	if (!wb_edition_serves(ed, pack->family)) {
		wb_edition_free(ed);
		return 0;
	}
	if (on != NULL && turn_on(text, on)) {
		*found = true;
		wb_edition_free(ed);
		rc = wb_edition_parse(wb_buf_slice(text), &ed, &problem);
		if (rc != 0)
			return said(path, rc, &problem);
	}
	rc = wb_law_check(&pack->law, ed, &problem);
	if (rc != 0) {
		wb_edition_free(ed);
		return said(path, rc, &problem);
	}
	wb_law_adopt(&pack->law, ed, NULL, NULL);
	return adopt(pack, keys, "edition", wb_buf_slice(text));
}

static int other(struct wb_pack *pack, const struct wb_sandbox_keys *keys,
		 const char *path, struct wb_slice text, bool catalogue)
{
	struct wb_problem problem = {.code = 0};
	struct wb_catalogue *cat = NULL;
	struct wb_countries *table = NULL;
	int rc = catalogue ? wb_catalogue_parse(text, &cat, &problem)
			   : wb_countries_parse(text, &table, &problem);

	if (rc != 0)
		return said(path, rc, &problem);
	wb_law_adopt(&pack->law, NULL, cat, table);
	return adopt(pack, keys, catalogue ? "catalogue" : "countries", text);
}

/* --- the documents -------------------------------------------------------- */

static int take(struct wb_pack *pack, const struct wb_sandbox_keys *keys,
		enum wb_opt what, const char *path, const char *on, bool *found)
{
	struct wb_buf text;
	int rc = wb_load("policy text", path, WB_POLICY_TEXT_MAX, &text);

	if (rc == 0 && what == WB_OPT_POLICY)
		rc = edition(pack, keys, path, &text, on, found);
	else if (rc == 0)
		rc = other(pack, keys, path, wb_buf_slice(&text),
			   what == WB_OPT_CATALOGUE);
	wb_buf_free(&text);
	return rc;
}

/* All of one kind in the folder, or the file that a flag gives. */
static int take_all(const struct wb_cli *cli, struct wb_pack *pack,
		    const struct wb_sandbox_keys *keys, enum wb_opt what,
		    const char *suffix, const char *on)
{
	char folder[PATH_MAX];
	struct wb_names names;
	bool found = on == NULL;
	int rc;

	if (cli->opt.of[what].n > 0)
		return take(pack, keys, what, cli->opt.of[what].v[0], on,
			    &found);
	rc = wb_law_folder(cli, folder, sizeof(folder));
	if (rc != 0)
		return rc;
	if (wb_folder_list(folder, suffix, &names) != 0)
		return wb_fail(WB_EXIT_NOT_FOUND,
			       "the policy folder %s cannot be read: %s",
			       folder, strerror(errno));
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		rc = take(pack, keys, what, names.v[i], on, &found);
	if (rc == 0 && !found)
		rc = wb_fail(WB_EXIT_NOT_FOUND,
			     "no edition of family %s in %s has a setting %s "
			     "that is off",
			     pack->family, folder, on);
	wb_names_free(&names);
	return rc;
}

int wb_pack_load(const struct wb_cli *cli, const struct wb_sandbox_keys *keys,
		 const char *mode, struct wb_pack *ret)
{
	size_t i = 0;
	int rc;

	memset(ret, 0, sizeof(*ret));
	while (i < N_MODES && strcmp(modes[i].mode, mode) != 0)
		i++;
	if (i == N_MODES)
		return wb_fail(WB_EXIT_USAGE, "there is no mode '%s'", mode);
	snprintf(ret->mode, sizeof(ret->mode), "%s", mode);
	snprintf(ret->family, sizeof(ret->family), "%s", modes[i].family);
	wb_law_init(&ret->law, ret->family);
	rc = take_all(cli, ret, keys, WB_OPT_CATALOGUE, ".catalogue", NULL);
	if (rc == 0)
		rc = take_all(cli, ret, keys, WB_OPT_COUNTRIES, ".table", NULL);
	if (rc == 0)
		rc = take_all(cli, ret, keys, WB_OPT_POLICY, ".policy",
			      modes[i].on);
	if (rc != 0)
		return rc;
	if (ret->law.n > 0 && ret->law.catalogue != NULL &&
	    ret->law.countries != NULL)
		return 0;
	return wb_fail(WB_EXIT_NOT_FOUND,
		       "the policy folder has no %s for mode %s (family %s)",
		       ret->law.n == 0              ? "edition"
		       : ret->law.catalogue == NULL ? "catalogue"
						    : "table of countries",
		       mode, ret->family);
}

void wb_pack_free(struct wb_pack *pack)
{
	for (size_t i = 0; i < pack->n; i++)
		wb_buf_free(&pack->note[i]);
	wb_law_free(&pack->law);
	memset(pack, 0, sizeof(*pack));
}
