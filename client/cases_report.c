#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/amounts.h"
#include "client/cases.h"
#include "client/json.h"
#include "client/print.h"
#include "client/table.h"
#include "waybill/text.h"

/* cases_report: the worklist, and how much of it is where. */

static const char *state_name(const struct wb_case *c)
{
	static const char *const names[] = {"open", "assigned", "corrected",
					    "closed"};

	return names[c->state];
}

const char *wb_case_facility(const struct wb_case *c)
{
	return c->about->facility[0] == '\0' && c->from != NULL
		       ? c->from->facility
		       : c->about->facility;
}

static uint64_t days(const struct wb_cases *r, const struct wb_case *c)
{
	return r->now > c->since ? (uint64_t)(r->now - c->since) / 86400000 : 0;
}

/* --- by country, party and facility ----------------------------------------
 */

enum by { BY_COUNTRY, BY_PARTY, BY_FACILITY, BYS };

static const char *const by_name[BYS] = {"country", "party", "facility"};

struct group {
	const char *key; /* len bytes of some matter */
	size_t len;
	size_t cases, open;
	int64_t tpp_x10;
	const struct wb_matter *last; /* counted in tpp_x10, so much of it */
	int64_t last_x10;
};

/* The next key of the case: its words, or the whole of it. */
static bool next_key(const struct wb_case *c, enum by by, struct wb_slice *at,
		     bool first, struct wb_slice *ret)
{
	const char *text = by == BY_COUNTRY ? c->about->scopes
			   : by == BY_PARTY ? c->about->party
					    : wb_case_facility(c);

	if (first)
		*at = wb_slice_str(text);
	return wb_word_next(at, ret);
}

static void count(struct group *g, const struct wb_case *c)
{
	g->cases++;
	g->open += c->state == WB_CASE_OPEN;
	/* Cases about the same, which follow each other here, are about the
	 * same TPP: the most of them. */
	if (g->last != c->about)
		g->last_x10 = 0;
	g->last = c->about;
	if (c->tpp_x10 > g->last_x10) {
		g->tpp_x10 += c->tpp_x10 - g->last_x10;
		g->last_x10 = c->tpp_x10;
	}
}

static int by_matter(const void *a, const void *b)
{
	const struct wb_case *x = *(struct wb_case *const *)a;
	const struct wb_case *y = *(struct wb_case *const *)b;

	return wb_matter_order(x->about, y->about);
}

static int by_weight(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order;

	if (x->tpp_x10 != y->tpp_x10)
		return x->tpp_x10 > y->tpp_x10 ? -1 : 1;
	if (x->cases != y->cases)
		return x->cases > y->cases ? -1 : 1;
	order = memcmp(x->key, y->key, least);
	if (order != 0)
		return order;
	return x->len < y->len ? -1 : x->len > y->len;
}

/* Put one case under key; false without memory. */
static bool put(struct group **list, size_t *n, struct wb_slice key,
		const struct wb_case *c)
{
	struct group *more;
	size_t i = 0;

	while (i < *n &&
	       !wb_slice_eq(wb_slice((*list)[i].key, (*list)[i].len), key))
		i++;
	if (i == *n) {
		more = reallocarray(*list, *n + 1, sizeof(**list));
		if (more == NULL)
			return false;
		*list = more;
		more[(*n)++] = (struct group){.key = (const char *)key.p,
					      .len = key.len};
	}
	count(&(*list)[i], c);
	return true;
}

/* The groups, the weightiest first; the caller frees *ret. */
static int groups(const struct wb_cases *r, enum by by, struct group **ret,
		  size_t *ret_n)
{
	struct wb_case **list = calloc(r->n + 1, sizeof(struct wb_case *));
	struct group *g = NULL;
	size_t n = 0;
	bool good = list != NULL;

	for (size_t i = 0; i < r->n && good; i++)
		list[i] = r->list[i];
	if (good)
		qsort(list, r->n, sizeof(list[0]), by_matter);
	for (size_t i = 0; i < r->n && good; i++) {
		struct wb_slice at = {0}, key;
		bool first = true;

		while (good && next_key(list[i], by, &at, first, &key)) {
			first = false;
			good = put(&g, &n, key, list[i]);
		}
	}
	free(list);
	if (good && n > 0)
		qsort(g, n, sizeof(*g), by_weight);
	*ret = g;
	*ret_n = n;
	return good ? 0 : wb_fail(WB_EXIT_OTHER, "out of memory");
}

/* --- text ------------------------------------------------------------------
 */

static void put_indented(const char *label, const char *text)
{
	struct wb_buf line;

	wb_buf_init(&line, 4096);
	wb_buf_fmt(&line, "%s%s", label, text);
	fputs("    ", stdout);
	wb_wrap(stdout, 4, wb_buf_slice(&line));
	wb_buf_free(&line);
}

static void print_case(const struct wb_cases *r, size_t i)
{
	const struct wb_case *c = r->list[i];
	const char *severity = wb_severity_name(c->severity);
	const struct wb_matter *m = c->about;
	const char *facility = wb_case_facility(c);
	char tpp[WB_AMOUNT_TEXT], where[512];
	struct wb_buf line;

	wb_say(stdout, "%3zu ", i + 1);
	wb_put_styled(stdout, wb_style_of(wb_slice_str(severity)),
		      wb_slice_str(severity));
	wb_say(stdout, " %s, %s/%s", c->code, m->party, m->id);
	if (c->tpp_x10 > 0)
		wb_say(stdout, ": %s TPP", wb_tpp(c->tpp_x10, tpp));
	fputc('\n', stdout);
	snprintf(where, sizeof(where), "%s%s%s%s%s%s%s",
		 m->other[0] ? "to " : "", m->other, m->other[0] ? ", " : "",
		 facility[0] ? "facility " : "", facility,
		 facility[0] ? ", " : "",
		 m->scopes[0] ? m->scopes : "no country");
	wb_buf_init(&line, 4096);
	wb_buf_fmt(&line, "%s; %s, %llu days old; record%s", where,
		   c->answer[0] ? c->answer : state_name(c),
		   (unsigned long long)days(r, c), c->n_records > 1 ? "s" : "");
	for (size_t k = 0; k < c->n_records; k++)
		wb_buf_fmt(&line, " %llu", (unsigned long long)c->record[k]);
	wb_buf_add(&line, "", 1);
	if (!line.failed)
		put_indented("", (const char *)line.p);
	wb_buf_free(&line);
	put_indented("", c->narrative);
	if (c->next[0] != '\0')
		put_indented("next: ", c->next);
}

static int print_groups(const struct wb_cases *r, enum by by)
{
	char heads[64], tpp[WB_AMOUNT_TEXT];
	struct group *g = NULL;
	struct wb_table table;
	size_t n = 0;
	int rc = groups(r, by, &g, &n);

	if (rc == 0 && n > 0) {
		fputc('\n', stdout);
		snprintf(heads, sizeof(heads), "%s|>cases|>open|>TPP",
			 by_name[by]);
		wb_table_init(&table, heads);
		for (size_t i = 0; i < n; i++) {
			wb_table_cell(&table, wb_slice(g[i].key, g[i].len));
			wb_table_fmt(&table, "%zu", g[i].cases);
			wb_table_fmt(&table, "%zu", g[i].open);
			wb_table_fmt(&table, "%s", wb_tpp(g[i].tpp_x10, tpp));
		}
		wb_table_done(&table, stdout, 0);
	}
	free(g);
	return rc;
}

static int print_text(const struct wb_cases *r)
{
	bool all = wb_opt(&r->cli->opt, WB_OPT_ALL) != NULL;
	int rc = 0;

	for (size_t i = 0; i < r->n; i++)
		print_case(r, i);
	for (int by = 0; by < BYS && rc == 0; by++)
		rc = print_groups(r, (enum by)by);
	if (r->n == 0)
		wb_say(stdout, "no cases%s\n",
		       all ? "" : " that are open; --all shows closed ones");
	if (r->hidden > 0)
		wb_say(stderr, "%llu records are not shown to this reader\n",
		       (unsigned long long)r->hidden);
	return rc;
}

/* --- JSON ------------------------------------------------------------------
 */

static void json_case(const struct wb_cases *r, const struct wb_case *c,
		      struct wb_json_out *out)
{
	char since[WB_TIME_TEXT + 1];

	wb_time_format(c->since, since);
	wb_out_open(out, NULL, '{');
	wb_out_string(out, "party", c->about->party);
	wb_out_string(out, "id", c->about->id);
	wb_out_string(out, "code", c->code);
	wb_out_string(out, "severity", wb_severity_name(c->severity));
	wb_out_string(out, "state", state_name(c));
	wb_out_string(out, "answer", c->answer);
	wb_out_number(out, "tpp_x10", (uint64_t)c->tpp_x10);
	wb_out_string(out, "consignee", c->about->other);
	wb_out_string(out, "facility", wb_case_facility(c));
	wb_out_string(out, "countries", c->about->scopes);
	wb_out_string(out, "since", since);
	wb_out_number(out, "days", days(r, c));
	wb_out_string(out, "narrative", c->narrative);
	wb_out_string(out, "next", c->next);
	wb_out_open(out, "records", '[');
	for (size_t k = 0; k < c->n_records; k++)
		wb_out_number(out, NULL, c->record[k]);
	wb_out_close(out, ']');
	wb_out_close(out, '}');
}

static int json_groups(const struct wb_cases *r, enum by by,
		       struct wb_json_out *out)
{
	static const char *const name[BYS] = {"by_country", "by_party",
					      "by_facility"};
	struct group *g = NULL;
	size_t n = 0;
	int rc = groups(r, by, &g, &n);

	wb_out_open(out, name[by], '[');
	for (size_t i = 0; i < n && rc == 0; i++) {
		wb_out_open(out, NULL, '{');
		wb_out_slice(out, by_name[by], wb_slice(g[i].key, g[i].len));
		wb_out_number(out, "cases", g[i].cases);
		wb_out_number(out, "open", g[i].open);
		wb_out_number(out, "tpp_x10", (uint64_t)g[i].tpp_x10);
		wb_out_close(out, '}');
	}
	wb_out_close(out, ']');
	free(g);
	return rc;
}

static int print_json(const struct wb_cases *r)
{
	struct wb_json_out out;
	int rc = 0;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "cases", '[');
	for (size_t i = 0; i < r->n; i++)
		json_case(r, r->list[i], &out);
	wb_out_close(&out, ']');
	for (int by = 0; by < BYS && rc == 0; by++)
		rc = json_groups(r, (enum by)by, &out);
	wb_out_number(&out, "hidden", r->hidden);
	wb_out_close(&out, '}');
	if (rc == 0)
		return wb_out_done(&out);
	wb_buf_free(&out.buf);
	return rc;
}

int wb_cases_report(const struct wb_cases *r)
{
	return r->cli->json ? print_json(r) : print_text(r);
}
