#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/grants_parts.h"
#include "core/register.h"
#include "core/words.h"

/* register_grants: what licences, letters, lists, agreements, answers to
 * findings and engines leave in the state, and who may read of them. */

static int put(struct wb_decision *d, const char *key, struct wb_writer *w)
{
	struct wb_slice value;
	int rc = wb_writer_end(w, &value);

	return rc == 0 ? wb_state_write(d, key, value) : rc;
}

/* The governments of where a party is may read what is said of it. */
static int scope_of(const struct wb_engine_input *in, struct wb_decision *d,
		    const char *party, wb_date date)
{
	struct wb_profile p;
	int rc = wb_profile_read_own(in->state, d, party, date, &p);

	if (rc == 0 && p.registered) {
		wb_scope_add(d, p.country);
		wb_scope_add(d, p.headquarters);
	}
	return rc;
}

/* All of them may read it. */
static_assert(WB_GRANT_DESTINATIONS_MAX <= WB_SCOPES_MAX, "scopes of a uveu");
static_assert(WB_FACILITIES_MAX + 2 <= WB_SCOPES_MAX, "and of a detail");

static int do_licence(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_licence *l = &in->statement->u.licence;
	uint8_t value[WB_STATE_VALUE_MAX];
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_grant grant;
	struct wb_writer w;

	if (l->consignee != NULL) {
		int rc = scope_of(in, d, l->consignee, l->valid_from);

		if (rc != 0)
			return rc;
	}
	wb_grant_of(l, &grant);
	wb_writer_init(&w, value, sizeof(value));
	wb_grant_format(&w, &grant);
	wb_state_key(key, "grant/%s", l->number);
	if (l->destination != NULL)
		wb_scope_add(d, l->destination);
	if (l->in_country != NULL)
		wb_scope_add(d, l->in_country);
	for (size_t i = 0; i < l->n_destinations; i++)
		wb_scope_add(d, l->destinations[i]);
	return put(d, key, &w);
}

/* Add a span to those of the key; admission saw that it fits. */
static int put_span(const struct wb_engine_input *in, struct wb_decision *d,
		    const char *key, const char *name, wb_date from, wb_date to)
{
	struct wb_span span = {.from = from, .to = to}, other;
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_spans spans;
	struct wb_writer w;
	int rc;

	snprintf(span.name, sizeof(span.name), "%s", name);
	rc = wb_spans_read(in->state, d, key, &spans);
	if (rc == 0)
		rc = wb_spans_put(&spans, &span, &other);
	if (rc != 0)
		return rc;
	wb_writer_init(&w, value, sizeof(value));
	wb_spans_format(&w, &spans);
	return put(d, key, &w);
}

static int do_letter(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_letter *l = &in->statement->u.letter;
	char key[WB_STATE_KEY_MAX + 1];
	int rc;

	wb_state_key(key, "letter/%s", l->exporter);
	rc = put_span(in, d, key, l->name, l->effective, l->until);
	return rc == 0 ? scope_of(in, d, l->exporter, l->effective) : rc;
}

static int do_listing(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_listing *l = &in->statement->u.listing;
	char key[WB_STATE_KEY_MAX + 1];
	int rc;

	wb_state_key(key, "listing/%s", l->subject);
	rc = put_span(in, d, key, l->list, l->effective, l->until);
	return rc == 0 ? scope_of(in, d, l->subject, l->effective) : rc;
}

static int do_agreement(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_agreement *a = &in->statement->u.agreement;
	uint8_t value[WB_STATE_VALUE_MAX];
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_agreements all;
	struct wb_writer w;
	int rc;

	rc = wb_agreements_read(in->state, d, a->country, &all);
	if (rc == 0)
		rc = wb_agreements_put(&all, a);
	if (rc != 0)
		return rc;
	wb_writer_init(&w, value, sizeof(value));
	wb_agreements_format(&w, &all);
	wb_state_key(key, "agreement/%s", a->country);
	wb_scope_add(d, a->country);
	return put(d, key, &w);
}

static int do_finding(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_finding_answer *f = &in->statement->u.finding;
	uint8_t value[WB_STRING_MAX + 128];
	char key[WB_STATE_KEY_MAX + 1], country[3] = "";
	struct wb_slice scopes, one;
	struct wb_writer w;
	int rc;

	/* Whoever may read the statement may read what became of it. */
	rc = wb_said_read(in->state, d, f->about_party, f->about_id, &scopes);
	if (rc != 0)
		return rc;
	while (wb_part_next(&scopes, ',', &one))
		if (wb_slice_copy(one, country, sizeof(country)) == 0)
			wb_scope_add(d, country);
	wb_writer_init(&w, value, sizeof(value));
	wb_write_str(&w, wb_outcome_name(f->outcome));
	wb_write_char(&w, ' ');
	wb_write_str(&w, in->statement->party);
	wb_write_char(&w, ' ');
	wb_write_date(&w, wb_time_date(in->time));
	if (f->assignee != NULL) {
		wb_write_char(&w, ' ');
		wb_write_str(&w, f->assignee);
	}
	wb_state_key(key, "finding/%s/%s/%s", f->about_party, f->about_id,
		     f->code);
	rc = put(d, key, &w);
	return rc == 0 ? wb_custody_finding(in, d) : rc;
}

/* The last word of the ledger's value is the engine in force. */
static int do_engine(const struct wb_engine_input *in, struct wb_decision *d)
{
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_slice ledger, word;
	struct wb_writer w;
	int rc;

	rc = wb_state_read(in->state, d, "ledger", &ledger);
	if (rc != 0)
		return rc;
	wb_writer_init(&w, value, sizeof(value));
	for (int i = 0; i < 4; i++) {
		if (!wb_part_next(&ledger, ' ', &word))
			return WB_ECORRUPT;
		wb_write_slice(&w, word);
		wb_write_char(&w, ' ');
	}
	wb_write_dec(&w, in->statement->u.engine.number);
	return put(d, "ledger", &w);
}

int wb_register_grant(const struct wb_engine_input *in, struct wb_decision *d)
{
	static int (*const effect[WB_TYPES])(const struct wb_engine_input *in,
					     struct wb_decision *d) = {
		[WB_LICENCE] = do_licence, [WB_LETTER] = do_letter,
		[WB_LISTING] = do_listing, [WB_AGREEMENT] = do_agreement,
		[WB_FINDING] = do_finding, [WB_ENGINE_CHANGE] = do_engine,
	};

	assert(effect[in->statement->type] != NULL);

	return effect[in->statement->type](in, d);
}

/* --- of a party's details ------------------------------------------------- */

/* Put the subject among the parties of a link. */
static int put_link(const struct wb_engine_input *in, struct wb_decision *d,
		    const char *subject, const struct wb_party_link *link)
{
	uint8_t value[WB_LINKED_MAX * (WB_ID_MAX + 1) + 2];
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_linked linked = {0};
	struct wb_slice old;
	struct wb_writer w;
	int rc;

	wb_link_key(key, link->kind, wb_slice_str(link->sha256));
	rc = wb_state_read(in->state, d, key, &old);
	if (rc == 0)
		rc = wb_linked_parse(old, &linked);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	for (size_t i = 0; i < linked.n; i++)
		if (strcmp(linked.party[i], subject) == 0)
			return 0;
	if (linked.n == WB_LINKED_MAX)
		linked.more = true;
	else
		snprintf(linked.party[linked.n++], WB_ID_MAX + 1, "%s",
			 subject);
	wb_writer_init(&w, value, sizeof(value));
	wb_linked_format(&w, &linked);
	return put(d, key, &w);
}

static int put_links(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_party_detail *p = &in->statement->u.detail;
	uint8_t value[WB_LINKS_MAX * 48];
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_writer w;
	int rc;

	if (p->n_links == 0)
		return 0;
	wb_writer_init(&w, value, sizeof(value));
	for (size_t i = 0; i < p->n_links; i++) {
		/* The same two words as in the key of the link. */
		wb_link_key(key, p->link[i].kind,
			    wb_slice_str(p->link[i].sha256));
		*strrchr(key, '/') = ':';
		if (i > 0)
			wb_write_char(&w, ',');
		wb_write_str(&w, key + strlen("link/"));
		rc = put_link(in, d, p->subject, &p->link[i]);
		if (rc != 0)
			return rc;
	}
	wb_state_key(key, "links/%s", p->subject);
	return put(d, key, &w);
}

static int put_facility(const struct wb_engine_input *in, struct wb_decision *d,
			const struct wb_facility *f)
{
	const struct wb_party_detail *p = &in->statement->u.detail;
	struct wb_facility_now old,
		now = {.it_power_kw = f->it_power_kw, .since = p->effective};
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[64];
	struct wb_writer w;
	int rc;

	rc = wb_facility_read(in->state, d, p->subject, f->id, &old);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	wb_scope_add(d, f->country);
	/* What is registered late does not undo what is newer. */
	if (rc == 0 && old.since > p->effective)
		return 0;
	snprintf(now.country, sizeof(now.country), "%s", f->country);
	wb_writer_init(&w, value, sizeof(value));
	wb_facility_format(&w, &now);
	wb_state_key(key, "facility/%s/%s", p->subject, f->id);
	return put(d, key, &w);
}

int wb_register_of_party(const struct wb_engine_input *in,
			 struct wb_decision *d)
{
	const struct wb_party_detail *p = &in->statement->u.detail;
	int rc = put_links(in, d);

	for (size_t i = 0; i < p->n_facilities && rc == 0; i++)
		rc = put_facility(in, d, &p->facility[i]);
	return rc;
}
