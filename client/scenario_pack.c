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

/* --- a document as a policy ---------------------------------------------- */

/* The statement that adopts a text, signed by the committee. */
static int adopt(struct wb_pack *pack, const struct wb_sandbox_keys *keys,
		 const char *member, struct wb_slice text)
{
	char hex[WB_HASH_HEX + 1];
	size_t cap = 2 * text.len + 1024;
	char *p = malloc(cap);
	struct wb_writer w;
	struct wb_slice json;
	int rc;

	if (p == NULL || pack->n == WB_PACK_NOTES_MAX) {
		free(p);
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	wb_sha256_hex(text, hex);
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

/* An edition of the family, with its text. */
struct candidate {
	struct wb_edition *ed;
	struct wb_buf text;
};

struct loading {
	struct wb_pack *pack;
	const struct wb_sandbox_keys *keys;
	const char *on; /* the setting to turn on, or NULL */
	bool turned;
	size_t n;
	struct candidate edition[WB_EDITIONS_MAX];
};

static int parse_edition(const char *path, const struct wb_buf *text,
			 struct wb_edition **ret)
{
	struct wb_problem problem = {.code = 0};
	int rc = wb_edition_parse(wb_buf_slice(text), ret, &problem);

	return rc == 0 ? 0 : said(path, rc, &problem);
}

/* Keep an edition; one of another family is passed over.  *text is taken. */
static int keep_edition(struct loading *l, const char *path,
			struct wb_buf *text)
{
	struct wb_edition *ed;
	int rc = parse_edition(path, text, &ed);

	if (rc != 0)
		return rc;
	if (!wb_edition_serves(ed, l->pack->family) ||
	    l->n == WB_EDITIONS_MAX) {
		wb_edition_free(ed);
		return 0;
	}
	if (l->on != NULL && turn_on(text, l->on)) {
		l->turned = true;
		wb_edition_free(ed);
		rc = parse_edition(path, text, &ed);
		if (rc != 0)
			return rc;
	}
	l->edition[l->n].ed = ed;
	l->edition[l->n++].text = *text;
	wb_buf_init(text, 0);
	return 0;
}

static int by_day(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->ed->from < y->ed->from ? -1 : x->ed->from > y->ed->from;
}

/* In the order of their days, as a ledger takes them. */
static int adopt_editions(struct loading *l)
{
	struct wb_problem problem = {.code = 0};
	int rc = 0;

	qsort(l->edition, l->n, sizeof(l->edition[0]), by_day);
	for (size_t i = 0; i < l->n && rc == 0; i++) {
		struct candidate *c = &l->edition[i];

		rc = wb_law_check(&l->pack->law, c->ed, &problem);
		if (rc != 0)
			return said(c->ed->id, rc, &problem);
		rc = adopt(l->pack, l->keys, "edition", wb_buf_slice(&c->text));
		wb_law_adopt(&l->pack->law, c->ed, NULL, NULL);
		c->ed = NULL;
	}
	return rc;
}

static int other(struct loading *l, const char *path, enum wb_opt what,
		 struct wb_slice text)
{
	struct wb_problem problem = {.code = 0};
	struct wb_catalogue *cat = NULL;
	struct wb_countries *table = NULL;
	const char *member = "flags";
	int rc = 0;

	if (what == WB_OPT_CATALOGUE) {
		member = "catalogue";
		rc = wb_catalogue_parse(text, &cat, &problem);
	} else if (what == WB_OPT_COUNTRIES) {
		member = "countries";
		rc = wb_countries_parse(text, &table, &problem);
	}
	if (rc != 0)
		return said(path, rc, &problem);
	wb_law_adopt(&l->pack->law, NULL, cat, table);
	return adopt(l->pack, l->keys, member, text);
}

/* --- the documents ------------------------------------------------------- */

static int take(struct loading *l, enum wb_opt what, const char *path)
{
	struct wb_buf text;
	int rc = wb_load("policy text", path, WB_POLICY_TEXT_MAX, &text);

	if (rc == 0 && what == WB_OPT_POLICY)
		rc = keep_edition(l, path, &text);
	else if (rc == 0)
		rc = other(l, path, what, wb_buf_slice(&text));
	wb_buf_free(&text);
	return rc;
}

/* All of one kind in the folder, or the file that a flag gives. */
static int take_all(const struct wb_cli *cli, struct loading *l,
		    enum wb_opt what, const char *suffix)
{
	char folder[PATH_MAX];
	struct wb_names names;
	int rc;

	if (cli->opt.of[what].n > 0)
		return take(l, what, cli->opt.of[what].v[0]);
	rc = wb_law_folder(cli, folder, sizeof(folder));
	if (rc != 0)
		return rc;
	if (wb_folder_list(folder, suffix, &names) != 0)
		return wb_fail(WB_EXIT_NOT_FOUND,
			       "the policy folder %s cannot be read: %s",
			       folder, strerror(errno));
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		rc = take(l, what, names.v[i]);
	wb_names_free(&names);
	return rc;
}

static int take_documents(const struct wb_cli *cli, struct loading *l)
{
	static const struct {
		enum wb_opt what;
		const char *suffix;
	} part[] = {{WB_OPT_CATALOGUE, ".catalogue"},
		    {WB_OPT_COUNTRIES, "countries.table"},
		    {WB_OPT_FLAGS, "flags.table"},
		    {WB_OPT_POLICY, ".policy"}};
	int rc = 0;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]) && rc == 0; i++)
		rc = take_all(cli, l, part[i].what, part[i].suffix);
	if (rc == 0 && l->on != NULL && !l->turned)
		rc = wb_fail(WB_EXIT_NOT_FOUND,
			     "no edition of family %s has a setting %s that is "
			     "off",
			     l->pack->family, l->on);
	return rc == 0 ? adopt_editions(l) : rc;
}

static int load(const struct wb_cli *cli, const struct wb_sandbox_keys *keys,
		const char *on, struct wb_pack *ret)
{
	struct loading *l = calloc(1, sizeof(*l));
	int rc;

	if (l == NULL)
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	l->pack = ret;
	l->keys = keys;
	l->on = on;
	rc = take_documents(cli, l);
	for (size_t i = 0; i < l->n; i++) {
		wb_edition_free(l->edition[i].ed);
		wb_buf_free(&l->edition[i].text);
	}
	free(l);
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
	rc = load(cli, keys, modes[i].on, ret);
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

/* --- asked of the law ----------------------------------------------------- */

const char *wb_pack_limit(const struct wb_pack *pack, wb_date date,
			  int64_t *ret_x10)
{
	const struct wb_edition *ed = wb_law_edition(&pack->law, date);

	for (size_t i = 0; ed != NULL && i < ed->n_exceptions; i++)
		for (size_t k = 0; k < ed->exception[i].n; k++) {
			const struct wb_exception_line *l =
				&ed->exception[i].item[k];

			if (l->kind == WB_X_LIMIT) {
				*ret_x10 = l->tpp_x10;
				return l->name;
			}
		}
	*ret_x10 = 0;
	return "lpp";
}

const char *wb_pack_open_country(const struct wb_pack *pack, wb_date date)
{
	const struct wb_countries *t = pack->law.countries;
	uint32_t closed = 1u << WB_G_D1 | 1u << WB_G_D3 | 1u << WB_G_D4 |
			  1u << WB_G_D5 | 1u << WB_G_TIER1 | 1u << WB_G_TIER3;

	for (size_t i = 0; i < t->n; i++)
		if (t->country[i].from <= date && t->country[i].to >= date &&
		    (t->country[i].groups & closed) == 0)
			return t->country[i].code;
	return "";
}
