#include <stdio.h>
#include <string.h>

#include "core/admit.h"
#include "core/grants_parts.h"
#include "core/registry.h"
#include "core/statement_kinds.h"
#include "core/words.h"

/*
 * admit_grants: whether what the authority, the committee and governments say
 * fits what is recorded: the parties it names, numbers, dates, countries.
 */

/* --- what several ask for ------------------------------------------------- */

/* An exporter of the ledger, named at pointer. */
static int need_exporter(const struct wb_engine_input *in,
			 struct wb_decision *d, const char *party,
			 const char *pointer, struct wb_problem *problem)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	enum wb_role role;
	wb_date from, to;
	int rc;

	wb_state_key(key, "party/%s", party);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == WB_ENOTFOUND)
		return wb_refuse(problem, WB_P_PARTY, pointer,
				 "the exporter %s is not registered", party);
	if (rc == 0)
		rc = wb_party_value_parse(value, &role, &from, &to);
	if (rc == 0 && role != WB_ROLE_EXPORTER)
		return wb_refuse(problem, WB_P_PARTY_ROLE, pointer,
				 "%s is registered as %s, not as exporter",
				 party, wb_role_name(role));
	return rc;
}

/* A party whose details are registered, for whatever days. */
static int need_detail(const struct wb_engine_input *in, struct wb_decision *d,
		       const char *party, const char *pointer,
		       struct wb_problem *problem)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "detail/%s", party);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == WB_ENOTFOUND)
		return wb_refuse(problem, WB_P_PARTY, pointer,
				 "the details of %s are not registered", party);
	return rc;
}

/* A country of the table, when there is one: grants may come before it. */
static int need_country(const struct wb_engine_input *in, const char *code,
			wb_date date, const char *pointer,
			struct wb_problem *problem)
{
	char text[WB_DATE_TEXT + 1];

	if (in->law->countries == NULL ||
	    wb_country_on(in->law->countries, code, date) != NULL)
		return 0;
	wb_date_format(date, text);
	return wb_refuse(problem, WB_P_COUNTRY, pointer,
			 "%s is not in the country table on %s", code, text);
}

/* --- licence, uveu, nveu -------------------------------------------------- */

static const char *or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

/* Whether two statements are of one grant: to the same, for the same place. */
static bool same_grant(const struct wb_grant *old, const struct wb_licence *l)
{
	return old->kind == l->kind &&
	       strcmp(old->holder, or_empty(l->holder)) == 0 &&
	       strcmp(old->consignee, or_empty(l->consignee)) == 0 &&
	       strcmp(old->destination, or_empty(l->destination)) == 0 &&
	       strcmp(old->in_country, or_empty(l->in_country)) == 0;
}

/* The number is new, or of this very grant, which is not revoked. */
static int check_number(const struct wb_engine_input *in, struct wb_decision *d,
			struct wb_problem *problem)
{
	const struct wb_licence *l = &in->statement->u.licence;
	struct wb_grant old;
	int rc = wb_grant_read(in->state, d, l->number, &old);

	if (rc == WB_ENOTFOUND && l->status != WB_GRANT_ACTIVE)
		return wb_refuse(problem, WB_P_STATUS, "/status",
				 "there is no grant %s that could be %s",
				 l->number, wb_grant_status_name(l->status));
	if (rc == WB_ENOTFOUND)
		return 0;
	if (rc != 0)
		return rc;
	if (!same_grant(&old, l))
		return wb_refuse(problem, WB_P_NUMBER, "/number",
				 "the number %s is that of another grant, a "
				 "%s of %s",
				 l->number, wb_grant_kind_name(old.kind),
				 old.kind == WB_GRANT_LICENCE ? old.consignee
							      : old.holder);
	if (old.status == WB_GRANT_REVOKED)
		return wb_refuse(problem, WB_P_STATUS, "/status",
				 "the grant %s is revoked, for good",
				 l->number);
	return 0;
}

static int check_parties(const struct wb_engine_input *in,
			 struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_licence *l = &in->statement->u.licence;
	char pointer[40];
	int rc;

	for (size_t i = 0; i < l->n_exporters; i++) {
		snprintf(pointer, sizeof(pointer), "/exporters/%zu", i);
		rc = need_exporter(in, d, l->exporter[i], pointer, problem);
		if (rc != 0)
			return rc;
	}
	rc = need_detail(in, d, l->consignee, "/consignee", problem);
	if (rc == 0 && l->end_user != NULL)
		rc = need_detail(in, d, l->end_user, "/end_user", problem);
	if (rc != 0)
		return rc;
	return need_country(in, l->destination, l->valid_from, "/destination",
			    problem);
}

/* What a VEU holds is counted under the ultimate parent, so it is that. */
static int check_holder(const struct wb_engine_input *in, struct wb_decision *d,
			struct wb_problem *problem)
{
	const struct wb_licence *l = &in->statement->u.licence;
	struct wb_profile p;
	int rc;

	rc = need_detail(in, d, l->holder, "/holder", problem);
	if (rc == 0)
		rc = wb_profile_read(in->state, d, l->holder, l->valid_from,
				     &p);
	if (rc != 0)
		return rc;
	if (strcmp(p.parent, l->holder) == 0)
		return 0;
	rc = wb_refuse(problem, WB_P_OWNERS, "/holder",
		       "the ultimate parent of %s is %s", l->holder, p.parent);
	wb_problem_advise(problem, "Make the grant out to %s.", p.parent);
	return rc;
}

static int check_places(const struct wb_engine_input *in,
			struct wb_problem *problem)
{
	const struct wb_licence *l = &in->statement->u.licence;
	char pointer[40];
	int rc = 0;

	if (l->in_country != NULL)
		rc = need_country(in, l->in_country, l->valid_from, "/country",
				  problem);
	for (size_t i = 0; i < l->n_countries && rc == 0; i++) {
		snprintf(pointer, sizeof(pointer), "/countries/%zu/country", i);
		rc = need_country(in, l->country[i].country, l->valid_from,
				  pointer, problem);
	}
	for (size_t i = 0; i < l->n_destinations && rc == 0; i++) {
		snprintf(pointer, sizeof(pointer), "/destinations/%zu", i);
		rc = need_country(in, l->destinations[i], l->valid_from,
				  pointer, problem);
	}
	return rc;
}

static int admit_licence(const struct wb_engine_input *in,
			 struct wb_decision *d, struct wb_problem *problem)
{
	int rc = check_number(in, d, problem);

	if (rc != 0)
		return rc;
	if (in->statement->u.licence.kind == WB_GRANT_LICENCE)
		return check_parties(in, d, problem);
	rc = check_holder(in, d, problem);
	return rc == 0 ? check_places(in, problem) : rc;
}

/* --- letter, listing ------------------------------------------------------ */

/* The days of a name do not meet others of it under the key. */
static int check_span(const struct wb_engine_input *in, struct wb_decision *d,
		      const char *key, const char *name, wb_date from,
		      wb_date to, struct wb_problem *problem)
{
	struct wb_span span = {.from = from, .to = to}, other;
	char a[WB_DATE_TEXT + 1], b[WB_DATE_TEXT + 1] = "open";
	struct wb_spans spans;
	int rc;

	snprintf(span.name, sizeof(span.name), "%s", name);
	rc = wb_spans_read(in->state, d, key, &spans);
	if (rc == 0)
		rc = wb_spans_put(&spans, &span, &other);
	if (rc == WB_ELIMIT)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "as many are recorded as are kept, which is "
				 "%d",
				 WB_SPANS_MAX);
	if (rc != WB_ECONFLICT)
		return rc;
	wb_date_format(other.from, a);
	if (other.to != WB_DATE_NONE)
		wb_date_format(other.to, b);
	return wb_refuse(problem, WB_P_OVERLAP, "/effective",
			 "the days meet those of %s recorded before, from %s "
			 "until %s",
			 name, a, b);
}

static int admit_letter(const struct wb_engine_input *in, struct wb_decision *d,
			struct wb_problem *problem)
{
	const struct wb_letter *l = &in->statement->u.letter;
	char key[WB_STATE_KEY_MAX + 1];
	int rc = need_exporter(in, d, l->exporter, "/exporter", problem);

	if (rc != 0)
		return rc;
	wb_state_key(key, "letter/%s", l->exporter);
	return check_span(in, d, key, l->name, l->effective, l->until, problem);
}

static int admit_listing(const struct wb_engine_input *in,
			 struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_listing *l = &in->statement->u.listing;
	char key[WB_STATE_KEY_MAX + 1];
	int rc = need_detail(in, d, l->subject, "/subject", problem);

	if (rc != 0)
		return rc;
	wb_state_key(key, "listing/%s", l->subject);
	return check_span(in, d, key, l->list, l->effective, l->until, problem);
}

/* --- agreement ------------------------------------------------------------ */

static int governs(const struct wb_engine_input *in, struct wb_decision *d,
		   const char *government, struct wb_slice country, bool *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	/* That it is a government was seen when its line was. */
	wb_state_key(key, "party/%s", government);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == 0)
		*ret = wb_party_value_governs(value, country);
	return rc;
}

static int admit_agreement(const struct wb_engine_input *in,
			   struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_agreement *a = &in->statement->u.agreement;
	struct wb_agreements all;
	bool own;
	int rc;

	rc = governs(in, d, a->government, wb_slice_str(a->country), &own);
	if (rc == 0 && !own)
		return wb_refuse(problem, WB_P_GOVERNMENT, "/country",
				 "%s is not registered to speak for %s",
				 a->government, a->country);
	if (rc == 0)
		rc = need_country(in, a->country, a->effective, "/country",
				  problem);
	if (rc == 0)
		rc = wb_agreements_read(in->state, d, a->country, &all);
	if (rc != 0)
		return rc;
	if (a->status != WB_AGREEMENT_IN_FORCE &&
	    wb_agreed_on(&all, a->effective) == NULL)
		return wb_refuse(problem, WB_P_STATUS, "/status",
				 "%s has no agreement then that could be %s",
				 a->country,
				 wb_agreement_status_name(a->status));
	if (wb_agreements_put(&all, a) != 0)
		return wb_refuse(problem, WB_P_TOO_LONG, "",
				 "%s has as many dated agreements as are kept",
				 a->country);
	return 0;
}

/* --- finding -------------------------------------------------------------- */

static int admit_finding(const struct wb_engine_input *in,
			 struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_finding_answer *f = &in->statement->u.finding;
	const char *by = in->statement->party;
	struct wb_slice scopes, one;
	bool own = false;
	int rc;

	rc = wb_said_read(in->state, d, f->about_party, f->about_id, &scopes);
	if (rc == WB_ENOTFOUND)
		return wb_refuse(problem, WB_P_STATEMENT, "/about",
				 "%s has no statement %s recorded",
				 f->about_party, f->about_id);
	if (rc != 0 || strcmp(by, WB_ID_AUTHORITY) == 0)
		return rc;
	while (!own && wb_part_next(&scopes, ',', &one)) {
		rc = governs(in, d, by, one, &own);
		if (rc != 0)
			return rc;
	}
	if (!own)
		return wb_refuse(problem, WB_P_GOVERNMENT, "/about",
				 "the statement is of no country that %s "
				 "speaks for",
				 by);
	return 0;
}

/* --- engine --------------------------------------------------------------- */

static int admit_engine(const struct wb_engine_input *in, struct wb_decision *d,
			struct wb_problem *problem)
{
	int32_t number = in->statement->u.engine.number;

	(void)d;
	if (number == WB_ENGINE)
		return 0;
	return wb_refuse(problem, WB_P_ENGINE, "/engine",
			 "engine %d is not at hand; %d is", (int)number,
			 WB_ENGINE);
}

int wb_admit_grant(const struct wb_engine_input *in, struct wb_decision *d,
		   struct wb_problem *problem)
{
	static int (*const check[WB_TYPES])(const struct wb_engine_input *in,
					    struct wb_decision *d,
					    struct wb_problem *problem) = {
		[WB_LICENCE] = admit_licence, [WB_LETTER] = admit_letter,
		[WB_LISTING] = admit_listing, [WB_AGREEMENT] = admit_agreement,
		[WB_FINDING] = admit_finding, [WB_ENGINE_CHANGE] = admit_engine,
	};
	enum wb_type type = in->statement->type;

	return check[type] == NULL ? 0 : check[type](in, d, problem);
}

/* --- of a party's details ------------------------------------------------- */

/*
 * What the register will read of links is read here already: if that is more
 * than a decision may read, the statement is refused and never fails later.
 */
static int read_links(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_party_detail *p = &in->statement->u.detail;
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;

	for (size_t i = 0; i < p->n_links; i++) {
		int rc;

		wb_link_key(key, p->link[i].kind,
			    wb_slice_str(p->link[i].sha256));
		rc = wb_state_read(in->state, d, key, &value);
		if (rc != 0 && rc != WB_ENOTFOUND)
			return rc;
	}
	return 0;
}

int wb_admit_of_party(const struct wb_engine_input *in, struct wb_decision *d,
		      struct wb_problem *problem)
{
	const struct wb_party_detail *p = &in->statement->u.detail;
	struct wb_facility_now old;
	char pointer[40];

	for (size_t i = 0; i < p->n_facilities; i++) {
		int rc = wb_facility_read(in->state, d, p->subject,
					  p->facility[i].id, &old);

		if (rc == WB_ENOTFOUND)
			continue;
		if (rc != 0)
			return rc;
		if (strcmp(old.country, p->facility[i].country) == 0)
			continue;
		snprintf(pointer, sizeof(pointer), "/facilities/%zu/id", i);
		return wb_refuse(problem, WB_P_NUMBER, pointer,
				 "%s has a facility %s in %s", p->subject,
				 p->facility[i].id, old.country);
	}
	return read_links(in, d);
}
