#include <stdio.h>
#include <string.h>

#include "core/registry.h"
#include "core/words.h"
#include "proto/granted_parts.h"
#include "waybill/text.h"

/*
 * granted_limits: the limits of validated end users by the edition in force
 * today, and what is left below them: shares of what the holder has in the
 * world, and the installed base of the quarter (748.15).
 */

#define LL(n) ((long long)(n))

/* --- the law of today ----------------------------------------------------- */

/* The family of the ledger: the second word of its entry. */
static int family_of(const struct wb_granted_asked *asked, char ret[32])
{
	struct wb_state state = wb_view_state(asked->view);
	struct wb_slice value, word;
	uint64_t seq;
	int rc = state.get(state.ctx, "ledger", &value, &seq);

	if (rc == 0 &&
	    (!wb_word_next(&value, &word) || !wb_word_next(&value, &word) ||
	     wb_slice_copy(word, ret, 32) != 0))
		rc = WB_ECORRUPT;
	return rc;
}

/* A document as the state lists it: the records that hold those in force. */
struct found {
	char family[32];
	bool edition, countries;
	wb_date from, to;
	uint64_t edition_seq, countries_seq;
};

static bool serves(struct wb_slice families, const char *family)
{
	struct wb_slice one;

	while (wb_part_next(&families, ',', &one))
		if (wb_slice_is(one, family))
			return true;
	return false;
}

/* document id families from to */
static int look_at(const struct wb_granted_asked *asked, struct wb_slice value,
		   uint64_t seq, struct found *f)
{
	struct wb_slice word[5];
	wb_date from, to = INT32_MAX;

	for (size_t i = 0; i < 5; i++)
		if (!wb_word_next(&value, &word[i]))
			return WB_ECORRUPT;
	if (wb_slice_is(word[0], "countries") &&
	    (!f->countries || seq > f->countries_seq)) {
		f->countries = true;
		f->countries_seq = seq;
	}
	if (!wb_slice_is(word[0], "edition") || !serves(word[2], f->family))
		return 0;
	if (wb_date_parse(word[3], &from) != 0 ||
	    (!wb_slice_is(word[4], "-") && wb_date_parse(word[4], &to) != 0))
		return WB_ECORRUPT;
	/* The latest that has begun; it may have ended without a successor. */
	if (from > asked->today || (f->edition && from <= f->from))
		return 0;
	f->edition = true;
	f->from = from;
	f->to = to;
	f->edition_seq = seq;
	return 0;
}

static int take_text(const struct wb_granted_asked *asked, uint64_t seq,
		     struct wb_granted_law *law)
{
	struct wb_statement st = {0};
	struct wb_note note;
	struct wb_entry e;
	int rc = wb_view_entry(asked->view, seq, &e);

	if (rc == 0)
		rc = wb_statement_open(e.statement, NULL, &note, &st, NULL);
	if (rc == 0 && st.type != WB_POLICY)
		rc = WB_ECORRUPT;
	else if (rc == 0 && st.u.policy.document == WB_DOC_EDITION)
		rc = wb_edition_parse(st.u.policy.text, &law->edition, NULL);
	else if (rc == 0)
		rc = wb_countries_parse(st.u.policy.text, &law->countries,
					NULL);
	wb_statement_free(&st);
	return rc == WB_EREFUSED ? WB_ECORRUPT : rc;
}

int wb_granted_law_read(const struct wb_granted_asked *asked,
			struct wb_granted_law *law)
{
	static const char prefix[] = "policy/";
	char key[WB_STATE_KEY_MAX + 1] = "policy/";
	struct wb_slice name, value;
	struct found f = {.edition = false};
	uint64_t seq;
	int rc;

	if (law->read)
		return 0;
	law->read = true;
	rc = family_of(asked, f.family);
	while (rc == 0) {
		rc = wb_view_state_next(asked->view, key, &name, &value, &seq);
		if (rc == 0 && !wb_slice_starts(name, prefix))
			rc = WB_ENOTFOUND;
		if (rc == 0)
			rc = wb_slice_copy(name, key, sizeof(key));
		if (rc == 0 && seq < asked->size)
			rc = look_at(asked, value, seq, &f);
	}
	rc = rc == WB_ENOTFOUND ? 0 : rc;
	if (rc == 0 && f.edition && asked->today <= f.to)
		rc = take_text(asked, f.edition_seq, law);
	if (rc == 0 && f.countries)
		rc = take_text(asked, f.countries_seq, law);
	return rc;
}

void wb_granted_law_free(struct wb_granted_law *law)
{
	wb_edition_free(law->edition);
	wb_countries_free(law->countries);
}

/* The exception that asks for a grant of that kind, or NULL. */
static const struct wb_exception *exception_of(const struct wb_edition *ed,
					       enum wb_grant_kind kind)
{
	for (size_t i = 0; ed != NULL && i < ed->n_exceptions; i++)
		for (size_t k = 0; k < ed->exception[i].n; k++) {
			const struct wb_exception_line *l =
				&ed->exception[i].item[k];

			if (l->kind == WB_X_GRANT &&
			    strcmp(l->name, wb_grant_kind_name(kind)) == 0)
				return &ed->exception[i];
		}
	return NULL;
}

/* --- shares --------------------------------------------------------------- */

struct share {
	const struct wb_granted_asked *asked;
	const struct wb_granted_law *law;
	const struct wb_grant *g;
	const struct wb_exception_line *line;
	bool whole;
	const char *comma;
	struct wb_buf *b;
};

static bool outside(const struct share *s, const char *country)
{
	return !wb_set_holds(s->law->edition, s->line->set, s->law->countries,
			     country, s->asked->today);
}

/* Whether the line is about this holder, as far as its headquarters tell. */
static int about_holder(const struct share *s, bool *ret)
{
	struct wb_state state = wb_view_state(s->asked->view);
	struct wb_facts f = {.edition = s->law->edition,
			     .countries = s->law->countries,
			     .turned = -1,
			     .date = s->asked->today};
	struct wb_dated entry[WB_DETAILS_MAX];
	struct wb_asked asked = {.cut = false};
	const struct wb_dated *now = NULL;
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	uint64_t seq;
	size_t n = 0;
	int rc;

	*ret = false;
	for (size_t i = 0; i < s->line->when.n; i++)
		if (s->line->when.term[i].fact != WB_F_HEADQUARTERS)
			return 0; /* not about the holder alone */
	wb_state_key(key, "detail/%s", s->g->holder);
	rc = state.get(state.ctx, key, &value, &seq);
	if (rc == 0)
		rc = wb_dated_parse(value, entry, &n);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	now = rc == 0 ? wb_dated_on(entry, n, s->asked->today) : NULL;
	f.asked = &asked;
	f.headquarters_unknown = now == NULL;
	if (now != NULL)
		memcpy(f.headquarters[f.n_headquarters++], now->headquarters,
		       sizeof(now->headquarters));
	*ret = wb_rule_holds(&f, &s->line->when) == WB_TRUE;
	return 0;
}

/* What may still come, of which each unit makes the world larger, too:
 * (part + x) * 1000 <= (world + x) * percent. */
static int64_t left_of(int64_t part, int64_t world, int32_t percent_x10)
{
	__int128 room = (__int128)world * percent_x10 - (__int128)part * 1000;

	if (room <= 0)
		return 0;
	if (percent_x10 == 1000 || room / (1000 - percent_x10) > WB_INTEGER_MAX)
		return WB_INTEGER_MAX;
	return (int64_t)(room / (1000 - percent_x10));
}

static const char *standing(int64_t part, int64_t world, int32_t percent_x10)
{
	__int128 room = (__int128)world * percent_x10 - (__int128)part * 1000;

	return room < 0    ? "insufficient"
	       : room == 0 ? "limit reached"
			   : "sufficient";
}

/* One line for one country, or for all outside the set with country NULL. */
static int add_share(struct share *s, const char *country)
{
	const struct wb_grant *g = s->g;
	const char *set = s->law->edition->set[s->line->set].name;
	char key[WB_STATE_KEY_MAX + 1];
	int64_t part, world;
	int rc;

	if (country != NULL)
		wb_state_key(key, "granted/%s/in/%s", g->number, country);
	else
		wb_state_key(key, "granted/%s/outside/%s", g->number, set);
	rc = wb_granted_counted(s->asked, key, &part);
	wb_state_key(key, "granted/%s/all", g->number);
	if (rc == 0)
		rc = wb_granted_counted(s->asked, key, &world);
	if (rc != 0)
		return rc;
	world += g->world_tpp_x10;
	for (size_t i = 0; i < g->n_countries; i++)
		if (country == NULL
			    ? outside(s, g->country[i].country)
			    : strcmp(g->country[i].country, country) == 0)
			part += g->country[i].tpp_x10;
	wb_buf_fmt(s->b, "%s{\"outside\":\"%s\",\"country\":", s->comma, set);
	wb_buf_fmt(s->b, country == NULL ? "null" : "\"%s\"", country);
	wb_buf_fmt(s->b, ",\"percent_x10\":%d,\"standing\":\"%s\"",
		   (int)s->line->percent_x10,
		   standing(part, world, s->line->percent_x10));
	if (s->whole)
		wb_buf_fmt(s->b,
			   ",\"held_x10\":%lld,\"of_x10\":%lld,"
			   "\"left_x10\":%lld",
			   LL(part), LL(world),
			   LL(left_of(part, world, s->line->percent_x10)));
	wb_buf_str(s->b, "}");
	s->comma = ",";
	return 0;
}

static bool may_see(const struct share *s, const char *country)
{
	bool yes = s->whole;

	for (size_t i = 0; i < s->asked->n_countries; i++)
		yes |= strcmp(s->asked->country[i], country) == 0;
	return yes && outside(s, country);
}

/* Each country where something was declared, or where it may build. */
static int add_countries(struct share *s)
{
	const struct wb_grant *g = s->g;
	int rc = 0;

	for (size_t i = 0; i < g->n_countries && rc == 0; i++)
		if (may_see(s, g->country[i].country))
			rc = add_share(s, g->country[i].country);
	for (size_t i = 0; i < g->n_destinations && rc == 0; i++) {
		bool again = false;

		for (size_t k = 0; k < g->n_countries; k++)
			again |= strcmp(g->country[k].country,
					g->destinations[i]) == 0;
		if (!again && may_see(s, g->destinations[i]))
			rc = add_share(s, g->destinations[i]);
	}
	return rc;
}

int wb_granted_add_shares(const struct wb_granted_asked *asked,
			  const struct wb_granted_law *law,
			  const struct wb_grant *g, bool whole,
			  struct wb_buf *b)
{
	const struct wb_exception *x = exception_of(law->edition, g->kind);
	struct share s = {asked, law, g, NULL, whole, "", b};
	int rc = 0;

	wb_buf_str(b, ",\"shares\":[");
	for (size_t i = 0;
	     x != NULL && law->countries != NULL && i < x->n && rc == 0; i++) {
		bool about = false;

		s.line = &x->item[i];
		if (s.line->kind != WB_X_SHARE)
			continue;
		rc = about_holder(&s, &about);
		if (rc == 0 && about && s.line->country)
			rc = add_countries(&s);
		else if (rc == 0 && about && whole)
			rc = add_share(&s, NULL);
	}
	wb_buf_str(b, "]");
	return rc;
}

/* --- the installed base ----------------------------------------------------
 */

void wb_granted_add_base(const struct wb_granted_asked *asked,
			 const struct wb_granted_law *law, int64_t held_x10,
			 struct wb_buf *b)
{
	const struct wb_exception *x =
		exception_of(law->edition, WB_GRANT_NVEU);
	const struct wb_exception_line *row = NULL;
	char from[WB_DATE_TEXT + 1];

	for (size_t k = 0; x != NULL && k < x->n; k++) {
		const struct wb_exception_line *l = &x->item[k];

		if (l->kind == WB_X_INSTALLED && l->from <= asked->today &&
		    (row == NULL || l->from > row->from))
			row = l;
	}
	if (row == NULL) {
		wb_buf_str(b, ",\"limit_x10\":null,\"limit_from\":null,"
			      "\"left_x10\":null");
		return;
	}
	wb_date_format(row->from, from);
	wb_buf_fmt(b, ",\"limit_x10\":%lld,\"limit_from\":\"%s\"",
		   LL(row->tpp_x10), from);
	wb_buf_fmt(b, ",\"left_x10\":%lld",
		   LL(held_x10 < row->tpp_x10 ? row->tpp_x10 - held_x10 : 0));
}
