#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/files.h"
#include "client/policy_files.h"
#include "client/policy_words.h"
#include "client/print.h"

/* policy show and policy diff: editions in words. */

static const char *const headings[] = {
	[WB_C_EFFECTIVE] = "When",
	[WB_C_SAVINGS] = "When",
	[WB_C_H100] = "When",
	[WB_C_SETTING] = "Settings",
	[WB_C_SET] = "Countries",
	[WB_C_EXCLUDE] = "What an item is",
	[WB_C_ECCN] = "What an item is",
	[WB_C_COMPANION] = "What an item is",
	[WB_C_EXEMPT] = "Whether it needs a licence",
	[WB_C_LICENCE] = "Whether it needs a licence",
	[WB_C_EXCEPTION] = "Licence exceptions",
	[WB_C_REVIEW] = "How an application fares",
	[WB_C_ALLOCATION] = "How an application fares",
	[WB_C_BEYOND] = "How an application fares",
	[WB_C_VALIDITY] = "How an application fares",
};

static const char *heading_of(enum wb_clause_kind kind)
{
	return headings[kind < WB_C_LINES ? kind : WB_C_EXCEPTION];
}

const char *wb_clause_word(enum wb_clause_kind kind)
{
	static const char *const words[WB_CLAUSE_KINDS] = {
		[WB_C_EFFECTIVE] = "effective",
		[WB_C_SAVINGS] = "savings",
		[WB_C_H100] = "h100",
		[WB_C_SETTING] = "setting",
		[WB_C_SET] = "set",
		[WB_C_EXCLUDE] = "exclude",
		[WB_C_ECCN] = "eccn",
		[WB_C_COMPANION] = "companion",
		[WB_C_EXEMPT] = "exempt",
		[WB_C_LICENCE] = "licence",
		[WB_C_EXCEPTION] = "exception",
		[WB_C_REVIEW] = "review",
		[WB_C_ALLOCATION] = "allocation",
		[WB_C_BEYOND] = "beyond",
		[WB_C_VALIDITY] = "validity",
		[WB_C_LINES + WB_X_WHEN] = "when",
		[WB_C_LINES + WB_X_UNLESS] = "unless",
		[WB_C_LINES + WB_X_NEEDS] = "needs",
		[WB_C_LINES + WB_X_LIMIT] = "limit",
		[WB_C_LINES + WB_X_NOTICE] = "notice",
		[WB_C_LINES + WB_X_REACHED] = "reached",
		[WB_C_LINES + WB_X_MARKER] = "marker",
		[WB_C_LINES + WB_X_AFTER] = "after",
		[WB_C_LINES + WB_X_BARRED] = "barred",
		[WB_C_LINES + WB_X_GRANT] = "grant",
		[WB_C_LINES + WB_X_SHARE] = "share",
		[WB_C_LINES + WB_X_INSTALLED] = "installed",
		[WB_C_LINES + WB_X_OPERATOR] = "operator",
		[WB_C_LINES + WB_X_EXHAUSTED] = "exhausted",
	};

	return words[kind];
}

/* --- show
 * --------------------------------------------------------------------- */

static void show_clause(const struct wb_clause *c)
{
	bool inner = c->kind >= WB_C_LINES;
	struct wb_buf b;

	wb_buf_init(&b,
		    sizeof(c->said) + sizeof(c->name) + WB_CITATION_MAX + 32);
	wb_buf_fmt(&b, "%s%s%s: %s [%s]", wb_clause_word(c->kind),
		   inner || c->name[0] == '\0' ? "" : " ", inner ? "" : c->name,
		   c->said, c->citation);
	wb_say(stdout, "%s", inner ? "    " : "  ");
	wb_wrap(stdout, inner ? 6 : 4, wb_buf_slice(&b));
	wb_buf_free(&b);
}

int wb_cmd_policy_show(struct wb_cli *cli)
{
	struct wb_edition *ed = NULL;
	struct wb_clauses *c;
	const char *heading = "";
	int rc = wb_policy_find(cli, cli->operand[0], &ed);

	if (rc != 0)
		return rc;
	c = wb_clauses_of(ed);
	if (c == NULL) {
		wb_edition_free(ed);
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	wb_say(stdout, "%s: %s\nsource: %s\nfamily:", ed->id, ed->title,
	       ed->source);
	for (size_t i = 0; i < ed->n_families; i++)
		wb_say(stdout, " %s", ed->family[i]);
	fputc('\n', stdout);
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(heading, heading_of(c->clause[i].kind)) != 0) {
			heading = heading_of(c->clause[i].kind);
			wb_say(stdout, "\n%s\n", heading);
		}
		show_clause(&c->clause[i]);
	}
	free(c);
	wb_edition_free(ed);
	return WB_EXIT_DONE;
}

/* --- diff
 * --------------------------------------------------------------------- */

/* Lines of one kind and name, in both, are the same line; where several are
 * of one name (conditions have none), what they say tells them apart. */
static bool same_line(const struct wb_clause *a, const struct wb_clause *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0;
}

static bool unnamed(const struct wb_clause *c)
{
	return c->kind == WB_C_REVIEW || c->kind == WB_C_LINES + WB_X_WHEN ||
	       c->kind == WB_C_LINES + WB_X_UNLESS ||
	       c->kind == WB_C_LINES + WB_X_BARRED ||
	       c->kind == WB_C_LINES + WB_X_SHARE ||
	       c->kind == WB_C_LINES + WB_X_AFTER;
}

static const struct wb_clause *match(const struct wb_clauses *in,
				     const struct wb_clause *c)
{
	for (size_t i = 0; i < in->n; i++)
		if (same_line(&in->clause[i], c) &&
		    (!unnamed(c) || strcmp(in->clause[i].said, c->said) == 0))
			return &in->clause[i];
	return NULL;
}

/* Whether the exception that the line belongs to is in the other at all: if
 * not, that is said once. */
static bool of_whole(const struct wb_clauses *own,
		     const struct wb_clauses *other, const struct wb_clause *c)
{
	const char *name;

	if (c->kind < WB_C_LINES)
		return false;
	name = own->edition->exception[c->of].name;
	for (size_t i = 0; i < other->edition->n_exceptions; i++)
		if (strcmp(other->edition->exception[i].name, name) == 0)
			return false;
	return true;
}

static void tell(char sign, const struct wb_clause *c)
{
	struct wb_buf b;

	wb_buf_init(&b,
		    sizeof(c->said) + sizeof(c->name) + WB_CITATION_MAX + 32);
	wb_buf_fmt(&b, "%s%s%s: %s [%s]", wb_clause_word(c->kind),
		   c->name[0] == '\0' ? "" : " ", c->name, c->said,
		   c->citation);
	wb_say(stdout, "%c ", sign);
	wb_wrap(stdout, 4, wb_buf_slice(&b));
	wb_buf_free(&b);
}

/* What changed, lines in the order of the second. */
static size_t changes(const struct wb_clauses *a, const struct wb_clauses *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (match(b, &a->clause[i]) != NULL ||
		    of_whole(a, b, &a->clause[i]))
			continue;
		tell('-', &a->clause[i]);
		n++;
	}
	for (size_t i = 0; i < b->n; i++) {
		const struct wb_clause *now = &b->clause[i];
		const struct wb_clause *was = match(a, now);

		if (was == NULL && !of_whole(b, a, now)) {
			tell('+', now);
			n++;
		} else if (was != NULL && strcmp(was->said, now->said) != 0) {
			wb_say(stdout, "~ %s%s%s\n", wb_clause_word(now->kind),
			       now->name[0] == '\0' ? "" : " ", now->name);
			wb_say(stdout, "    was: ");
			wb_wrap(stdout, 9, wb_slice_str(was->said));
			wb_say(stdout, "    is:  ");
			wb_wrap(stdout, 9, wb_slice_str(now->said));
			n++;
		}
	}
	return n;
}

int wb_cmd_policy_diff(struct wb_cli *cli)
{
	struct wb_edition *ed[2] = {NULL, NULL};
	struct wb_clauses *c[2] = {NULL, NULL};
	int rc = 0;

	for (size_t i = 0; i < 2 && rc == 0; i++)
		rc = wb_policy_find(cli, cli->operand[i], &ed[i]);
	for (size_t i = 0; i < 2 && rc == 0; i++) {
		c[i] = wb_clauses_of(ed[i]);
		if (c[i] == NULL)
			rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	if (rc == 0) {
		wb_say(stdout,
		       "From %s (%s)\nto %s (%s)\n"
		       "- is gone, + is new, ~ changed\n\n",
		       ed[0]->id, ed[0]->title, ed[1]->id, ed[1]->title);
		if (changes(c[0], c[1]) == 0)
			wb_say(stdout, "They say the same.\n");
	}
	for (size_t i = 0; i < 2; i++) {
		free(c[i]);
		wb_edition_free(ed[i]);
	}
	return rc;
}
