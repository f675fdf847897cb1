#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/admit.h"
#include "core/book.h"
#include "core/grants.h"
#include "waybill/flags.h"

void wb_book_init(struct wb_book *book)
{
	memset(book, 0, sizeof(*book));
	wb_law_init(&book->law, "");
	wb_tip_init(&book->tip);
	wb_tree_init(&book->tree);
}

void wb_book_free(struct wb_book *book)
{
	wb_law_free(&book->law);
}

int wb_book_judge(const struct wb_book *book, const struct wb_note *note,
		  const struct wb_statement *st, const struct wb_state *state,
		  wb_time time, bool verify, struct wb_decision *d,
		  struct wb_problem *problem)
{
	struct wb_engine_input in = {&book->law, st, state, time};
	int rc;

	wb_decision_init(d);
	rc = wb_admit(&in, note, verify, d, problem);
	return rc == 0 ? wb_book_classify(&in, d) : rc;
}

int wb_book_classify(const struct wb_engine_input *in, struct wb_decision *d)
{
	int rc = wb_classify(in, d);

	return rc == 0 ? wb_said_write(in, d) : rc;
}

int wb_book_signed(const struct wb_book *book, const struct wb_note *note,
		   const struct wb_statement *st, const struct wb_state *state,
		   wb_time time, struct wb_decision *d,
		   struct wb_problem *problem)
{
	struct wb_engine_input in = {&book->law, st, state, time};

	wb_decision_init(d);
	return wb_admit_signed(&in, note, true, d, problem);
}

static int adopt_policy(struct wb_book *book,
			const struct wb_policy_adoption *p, wb_time time)
{
	struct wb_edition *ed = NULL;
	struct wb_catalogue *cat = NULL;
	struct wb_countries *table = NULL;
	struct wb_flags *flags;
	int rc = WB_EFORM;

	switch (p->document) {
	case WB_DOC_EDITION:
		rc = wb_edition_parse(p->text, &ed, NULL);
		if (rc == 0)
			wb_edition_begin(ed, book->historical, time);
		break;
	case WB_DOC_CATALOGUE:
		rc = wb_catalogue_parse(p->text, &cat, NULL);
		break;
	case WB_DOC_COUNTRIES:
		rc = wb_countries_parse(p->text, &table, NULL);
		break;
	case WB_DOC_FLAGS:
		rc = wb_flags_parse(p->text, &flags, NULL);
		if (rc == 0)
			wb_law_adopt_flags(&book->law, flags);
		return rc;
	}
	if (rc == 0)
		wb_law_adopt(&book->law, ed, cat, table);
	return rc;
}

int wb_book_adopt(struct wb_book *book, const struct wb_statement *st,
		  wb_time time)
{
	if (st->type == WB_POLICY)
		return adopt_policy(book, &st->u.policy, time);
	if (st->type != WB_GENESIS)
		return 0;
	snprintf(book->origin, sizeof(book->origin), "%s", st->ledger);
	book->historical = st->u.genesis.historical;
	book->checkpoint_key = st->u.genesis.checkpoint_key;
	book->record_key = st->u.genesis.record_key;
	wb_law_free(&book->law);
	wb_law_init(&book->law, st->u.genesis.family);
	return 0;
}

/* The parties that a shipment names. */
static size_t named(const struct wb_shipment *s, const char *ret[], size_t cap)
{
	size_t n = 0;

	ret[n++] = s->consignee;
	if (s->end_user != NULL)
		ret[n++] = s->end_user;
	for (size_t i = 0; i < s->n_intermediates && n < cap; i++)
		ret[n++] = s->intermediate[i];
	return n;
}

/* The shipper, and who is handed the goods. */
static size_t handed(const struct wb_handling *h, const char *ret[])
{
	size_t n = 0;

	ret[n++] = h->shipper;
	if (h->to_party != NULL)
		ret[n++] = h->to_party;
	return n;
}

static size_t concerned_by_grant(const struct wb_licence *l, const char *ret[])
{
	size_t n = 0;

	if (l->kind != WB_GRANT_LICENCE) {
		ret[n++] = l->holder;
		return n;
	}
	ret[n++] = l->consignee;
	if (l->end_user != NULL)
		ret[n++] = l->end_user;
	for (size_t i = 0; i < l->n_exporters; i++)
		ret[n++] = l->exporter[i];
	return n;
}

static_assert(WB_CONCERNS_MAX >= WB_GRANT_EXPORTERS_MAX + 2,
	      "all whom a licence names");

size_t wb_book_concerns(const struct wb_statement *st, const char *ret[],
			size_t cap)
{
	size_t n = 0;

	if (st->about[0] != '\0')
		ret[n++] = st->about;
	switch (st->type) {
	case WB_PARTY:
		ret[n++] = st->u.party_reg.subject;
		break;
	case WB_PARTY_DETAIL:
		ret[n++] = st->u.detail.subject;
		break;
	case WB_SHIPMENT:
		n += named(&st->u.shipment, ret + n, cap - n);
		break;
	case WB_ARRIVAL:
	case WB_INSTALLATION:
	case WB_MOVE:
	case WB_RETIREMENT:
		n += handed(&st->u.handling, ret + n);
		break;
	case WB_CORRECTION:
		if (st->u.correction.of == WB_SHIPMENT)
			n += named(&st->u.correction.shipment, ret + n,
				   cap - n);
		else if (st->u.correction.of != WB_INVENTORY)
			n += handed(&st->u.correction.handling, ret + n);
		break;
	case WB_LICENCE:
		return concerned_by_grant(&st->u.licence, ret);
	case WB_LETTER:
		ret[n++] = st->u.letter.exporter;
		break;
	case WB_LISTING:
		ret[n++] = st->u.listing.subject;
		break;
	case WB_AGREEMENT:
		ret[n++] = st->u.agreement.government;
		break;
	case WB_FINDING:
		ret[n++] = st->u.finding.about_party;
		break;
	case WB_SWEEP:
		if (st->u.sweep.about_party != NULL)
			ret[n++] = st->u.sweep.about_party;
		break;
	case WB_GENESIS:
	case WB_POLICY:
	case WB_INVENTORY:
	case WB_VOID:
	case WB_ENGINE_CHANGE:
	case WB_TYPES:
		break;
	}
	return n;
}

bool wb_book_swept(const struct wb_statement *st, const struct wb_decision *d,
		   size_t i, char ret[WB_ABOUT_MAX + 1])
{
	const struct wb_seen *seen = &d->finding[i].seen;

	if (st->type != WB_SWEEP || seen->id[0] == '\0')
		return false;
	for (size_t k = 0; k < i; k++)
		if (strcmp(d->finding[k].seen.party, seen->party) == 0 &&
		    strcmp(d->finding[k].seen.id, seen->id) == 0)
			return false;
	snprintf(ret, WB_ABOUT_MAX + 1, "%s/%s", seen->party, seen->id);
	return strcmp(ret, st->about) != 0;
}
