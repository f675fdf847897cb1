/*
 * statement: whatever is accepted keeps to limits.h, opens again to the same
 * digest and words, and holds no control character.  Whatever is refused is
 * refused with a code and texts that can be shown and sent.
 *
 * An input is tried as a note and as a text, so that the fuzzer need not find
 * out what base64 is.
 */
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "waybill/statement.h"
#include "waybill/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* --- what was accepted ---------------------------------------------------- */

/* s may be shown to people; NULL is what may be absent. */
static void check_text(const char *s, size_t max)
{
	struct wb_slice rest = wb_slice_str(s);

	require(s == NULL || (rest.len > 0 && rest.len <= max));
	while (rest.len > 0) {
		size_t len = wb_utf8_first(rest);

		require(len > 0 && !wb_utf8_control(wb_slice(rest.p, len)));
		rest = wb_slice(rest.p + len, rest.len - len);
	}
}

static void check_id(const char *s)
{
	require(s == NULL || wb_id_valid(wb_slice_str(s)));
}

static void check_country(const char *s)
{
	require(s == NULL || wb_country_valid(wb_slice_str(s)));
}

static void check_number(int64_t v, int64_t min, int64_t max)
{
	require(v >= min && v <= max);
}

static void check_quorum(const struct wb_quorum *q)
{
	check_number((int64_t)q->n, 1, WB_QUORUM_MAX);
	check_number(q->k, 1, (int64_t)q->n);
	for (size_t i = 0; i < q->n; i++) {
		require(q->key[i].type == WB_SIG_ED25519);
		require(wb_public_check(q->key[i].key) == 0);
		for (size_t j = 0; j < i; j++)
			require(memcmp(q->key[i].key, q->key[j].key,
				       WB_PUBLIC_LEN) != 0);
	}
}

static void check_genesis(const struct wb_genesis *g)
{
	check_quorum(&g->authority);
	check_quorum(&g->committee);
	require(strlen(g->family) <= WB_FAMILY_MAX);
	check_number(g->late_days, 0, INT32_MAX);
	check_number(g->engine, 1, INT32_MAX);
}

static void check_party(const struct wb_party_reg *r)
{
	check_id(r->subject);
	check_number(r->role, WB_ROLE_EXPORTER, WB_ROLE_AUDITOR);
	check_number((int64_t)r->n_keys, 1, WB_PARTY_KEYS_MAX);
	require(r->valid_from != WB_DATE_NONE);
	require(r->valid_to == WB_DATE_NONE || r->valid_to >= r->valid_from);
}

static void check_detail(const struct wb_party_detail *d)
{
	int64_t sum = 0;

	check_id(d->subject);
	check_text(d->name, WB_STRING_MAX);
	check_text(d->address, WB_STRING_MAX);
	check_country(d->country);
	check_country(d->headquarters);
	require(wb_business_name(d->business) != NULL);
	require(wb_address_kind_name(d->address_kind) != NULL);
	check_number((int64_t)d->n_links, 0, WB_LINKS_MAX);
	for (size_t i = 0; i < d->n_links; i++)
		check_text(d->link[i].sha256, 2 * WB_HASH_LEN);
	check_number((int64_t)d->n_facilities, 0, WB_FACILITIES_MAX);
	for (size_t i = 0; i < d->n_facilities; i++) {
		check_id(d->facility[i].id);
		check_country(d->facility[i].country);
		check_number(d->facility[i].it_power_kw, -1, WB_POWER_KW_MAX);
	}
	check_number((int64_t)d->n_owners, 0, WB_OWNERS_MAX);
	for (size_t i = 0; i < d->n_owners; i++) {
		check_id(d->owner[i].party);
		require(strcmp(d->owner[i].party, d->subject) != 0);
		check_number(d->owner[i].percent, 1, 100);
		sum += d->owner[i].percent;
	}
	check_number(sum, 0, 100);
}

static void check_days(wb_date from, wb_date to)
{
	require(from != WB_DATE_NONE);
	require(to == WB_DATE_NONE || to >= from);
}

static void check_licence_item(const struct wb_licence_item *item)
{
	check_text(item->eccn, WB_ECCN_MAX);
	check_number((int64_t)item->n_models, 0, WB_GRANT_MODELS_MAX);
	for (size_t i = 0; i < item->n_models; i++)
		check_id(item->model[i]);
	require(item->quantity > 0 || item->tpp_x10 > 0);
	check_number(item->quantity, -1, WB_QUANTITY_MAX);
	check_number(item->tpp_x10, -1, WB_INTEGER_MAX);
}

static void check_licence(const struct wb_licence *l)
{
	int64_t sum = 0;

	require(wb_grant_kind_name(l->kind) != NULL);
	require(wb_grant_status_name(l->status) != NULL);
	check_id(l->number);
	check_days(l->valid_from, l->valid_to);
	if (l->kind == WB_GRANT_LICENCE) {
		check_number((int64_t)l->n_exporters, 1,
			     WB_GRANT_EXPORTERS_MAX);
		check_id(l->exporter[0]);
		check_id(l->consignee);
		check_id(l->end_user);
		check_country(l->destination);
		check_number((int64_t)l->n_items, 1, WB_GRANT_ITEMS_MAX);
		for (size_t i = 0; i < l->n_items; i++)
			check_licence_item(&l->item[i]);
		require(l->holder == NULL);
		return;
	}
	check_id(l->holder);
	require(l->n_items == 0 && l->consignee == NULL);
	for (size_t i = 0; i < l->n_countries; i++) {
		check_country(l->country[i].country);
		sum += l->country[i].tpp_x10;
	}
	check_number(sum, 0, l->world_tpp_x10);
	check_number(l->installed_tpp_x10, 0, WB_INTEGER_MAX);
	for (size_t i = 0; i < l->n_destinations; i++)
		check_country(l->destinations[i]);
}

static void check_agreement(const struct wb_agreement *a)
{
	check_id(a->government);
	check_country(a->country);
	check_days(a->effective, a->until);
	require(wb_agreement_status_name(a->status) != NULL);
	check_number(a->commitments, 0, WB_ALL_COMMITMENTS);
	check_number(a->factor_percent, WB_FACTOR_PERCENT_MIN,
		     WB_FACTOR_PERCENT_MAX);
	check_number(a->chip_ceiling, -1, WB_INTEGER_MAX);
}

static void check_finding(const struct wb_finding_answer *f)
{
	check_id(f->about_party);
	check_id(f->about_id);
	check_id(f->code);
	require(wb_outcome_name(f->outcome) != NULL);
	require((f->outcome == WB_ASSIGNED) == (f->assignee != NULL));
	check_text(f->assignee, WB_STRING_MAX);
	check_text(f->note, WB_STRING_MAX);
	check_number((int64_t)f->serials.n, 0, WB_SERIALS_MAX);
	for (size_t i = 0; i < f->serials.n; i++)
		check_text(f->serials.serial[i], WB_SERIAL_MAX);
}

static void check_policy(const struct wb_policy_adoption *a)
{
	uint8_t digest[WB_HASH_LEN];

	check_number((int64_t)a->text.len, 1, WB_POLICY_TEXT_MAX);
	wb_sha256(&a->text, 1, digest);
	require(memcmp(digest, a->digest, sizeof(digest)) == 0);
}

/* Returns the item's total of attested TPP, in tenths. */
static int64_t check_item(const struct wb_item *item, int32_t line_before)
{
	check_number(item->line, (int64_t)line_before + 1, INT32_MAX);
	check_id(item->model);
	check_text(item->part, WB_STRING_MAX);
	check_text(item->eccn, WB_ECCN_MAX);
	check_number(item->quantity, 1, WB_QUANTITY_MAX);
	check_number(item->units, 1, WB_UNITS_MAX);
	require(item->units == 1 || item->form == WB_FORM_ASSEMBLY);
	require(wb_form_name(item->form) != NULL);
	check_text(item->base, WB_ECCN_MAX);
	check_number(item->unit_value_usd, -1, WB_USD_MAX);
	check_number((int64_t)item->n_lots, 0, WB_LOTS_MAX);
	require(item->n_lots == 0 || item->lots_quantity == item->quantity);
	if (item->model != NULL) {
		require(item->tpp_x10 == -1 && item->datacenter == -1);
		return 0;
	}
	check_number(item->tpp_x10, 0, WB_TPP_X10_MAX);
	check_number(item->die_area_mm2_x10, 0, WB_TPP_X10_MAX);
	check_number(item->dram_gbps_x10, 0, WB_TPP_X10_MAX);
	check_number(item->io_gbps_x10, 0, WB_TPP_X10_MAX);
	check_number(item->datacenter, 0, 1);
	require(item->package_area_mm2_x10 != 0);
	check_number(item->package_area_mm2_x10, -1, WB_TPP_X10_MAX);
	return item->tpp_x10 * item->units * item->quantity;
}

static void check_shipment(const struct wb_shipment *s, wb_time issued)
{
	int64_t total = 0;

	check_country(s->from);
	check_country(s->destination);
	check_id(s->consignee);
	check_id(s->end_user);
	check_country(s->declared_headquarters);
	check_country(s->declared_parent_headquarters);
	check_id(s->declared_parent);
	check_id(s->charged_to);
	check_id(s->facility_operator);
	check_id(s->facility);
	require((s->facility == NULL) == (s->facility_operator == NULL));
	check_country(s->port);
	check_country(s->payer);
	require(wb_transport_name(s->transport) != NULL);
	check_number(s->declined_service, -1, 1);
	check_text(s->authorization_number, WB_STRING_MAX);
	check_text(s->itn, WB_STRING_MAX);
	require(wb_shipment_kind_name(s->kind) != NULL);
	require(wb_end_use_name(s->end_use) != NULL);
	require(s->export_date != WB_DATE_NONE);
	require(s->export_date <= wb_time_date(issued) + WB_EXPORT_AHEAD_DAYS);
	check_number((int64_t)s->n_intermediates, 0, WB_INTERMEDIATES_MAX);
	for (size_t i = 0; i < s->n_intermediates; i++)
		check_id(s->intermediate[i]);
	check_number((int64_t)s->n_papers, 0, WB_NOTICES_MAX);
	for (size_t i = 0; i < s->n_papers; i++) {
		check_text(s->paper[i].reference, WB_STRING_MAX);
		require(wb_shipment_paper(s, s->paper[i].kind) == &s->paper[i]);
	}
	check_number((int64_t)s->n_items, 1, WB_ITEMS_MAX);
	for (size_t i = 0; i < s->n_items; i++)
		total += check_item(&s->item[i],
				    i == 0 ? 0 : s->item[i - 1].line);
	check_number(total, 0, WB_INTEGER_MAX);
}

static void check_serials(const struct wb_serials *s)
{
	check_number((int64_t)s->n, 0, WB_SERIALS_MAX);
	for (size_t i = 0; i < s->n; i++) {
		check_text(s->serial[i], WB_SERIAL_MAX);
		require(s->serial[i] != NULL);
		require(strpbrk(s->serial[i], " \"#%?\\") == NULL);
		require(i == 0 || strcmp(s->serial[i], s->serial[0]) != 0);
	}
}

static void check_handling(const struct wb_handling *h, wb_time issued)
{
	size_t listed = 0;

	check_id(h->shipper);
	check_id(h->shipment);
	require(h->date != WB_DATE_NONE && h->date <= wb_time_date(issued));
	check_text(h->condition, WB_STRING_MAX);
	check_text(h->authority, WB_STRING_MAX);
	check_text(h->buyer, WB_STRING_MAX);
	require(wb_retirement_name(h->kind) != NULL);
	require((h->to_party == NULL) == (h->to_country == NULL));
	require(h->to_party == NULL || h->to_facility == NULL);
	check_number((int64_t)h->n_items, 1, WB_ITEMS_MAX);
	for (size_t i = 0; i < h->n_items; i++) {
		const struct wb_handled_item *item = &h->item[i];

		check_number(item->line, i == 0 ? 1 : h->item[i - 1].line + 1,
			     INT32_MAX);
		check_number(item->quantity, 1, WB_QUANTITY_MAX);
		require(item->first_serial == listed);
		require((int64_t)item->n_serials <= item->quantity);
		listed += item->n_serials;
	}
	require(listed == h->serials.n);
	check_serials(&h->serials);
}

static void check_inventory(const struct wb_inventory *v, wb_time issued)
{
	check_id(v->facility);
	require(v->date != WB_DATE_NONE && v->date <= wb_time_date(issued));
	check_number((int64_t)v->n_counts, 1, WB_COUNTS_MAX);
	for (size_t i = 0; i < v->n_counts; i++) {
		check_id(v->count[i].model);
		check_number(v->count[i].quantity, 0, WB_QUANTITY_MAX);
	}
	check_serials(&v->serials);
	check_number(v->it_power_kw, -1, WB_POWER_KW_MAX);
	require((v->evidence_sha256 == NULL) == (v->evidence_country == NULL));
	require(v->customers_tier3 <= v->customers);
	require(v->customers_undisclosed <= v->customers);
}

static void check_correction(const struct wb_correction *c, wb_time issued)
{
	check_id(c->corrects);
	check_text(c->reason, WB_STRING_MAX);
	if (c->of == WB_SHIPMENT)
		check_shipment(&c->shipment, issued);
	else if (c->of == WB_INVENTORY)
		check_inventory(&c->inventory, issued);
	else
		check_handling(&c->handling, issued);
}

static void check_statement(const struct wb_statement *st)
{
	require(wb_origin_valid(wb_slice_str(st->ledger)));
	check_id(st->party);
	check_id(st->id);
	require(st->issued >= 0);
	switch (st->type) {
	case WB_GENESIS:
		check_genesis(&st->u.genesis);
		break;
	case WB_PARTY:
		check_party(&st->u.party_reg);
		break;
	case WB_PARTY_DETAIL:
		check_detail(&st->u.detail);
		break;
	case WB_POLICY:
		check_policy(&st->u.policy);
		break;
	case WB_SHIPMENT:
		check_shipment(&st->u.shipment, st->issued);
		break;
	case WB_ARRIVAL:
	case WB_INSTALLATION:
	case WB_MOVE:
	case WB_RETIREMENT:
		check_handling(&st->u.handling, st->issued);
		break;
	case WB_INVENTORY:
		check_inventory(&st->u.inventory, st->issued);
		break;
	case WB_CORRECTION:
		check_correction(&st->u.correction, st->issued);
		break;
	case WB_VOID:
		check_id(st->u.voiding.voids);
		check_text(st->u.voiding.reason, WB_STRING_MAX);
		break;
	case WB_LICENCE:
		check_licence(&st->u.licence);
		break;
	case WB_LETTER:
		check_id(st->u.letter.exporter);
		check_id(st->u.letter.name);
		check_days(st->u.letter.effective, st->u.letter.until);
		break;
	case WB_LISTING:
		check_id(st->u.listing.subject);
		check_id(st->u.listing.list);
		check_days(st->u.listing.effective, st->u.listing.until);
		break;
	case WB_AGREEMENT:
		check_agreement(&st->u.agreement);
		break;
	case WB_FINDING:
		check_finding(&st->u.finding);
		break;
	case WB_ENGINE_CHANGE:
		check_number(st->u.engine.number, 1, INT32_MAX);
		break;
	case WB_SWEEP:
		check_number(st->u.sweep.part, 1, WB_QUANTITY_MAX);
		break;
	case WB_TYPES:
		abort();
	}
}

/* --- what was refused ----------------------------------------------------- */

static void check_problem(const struct wb_problem *problem)
{
	require(wb_problem_kind(problem->code) != NULL);
	check_text(problem->detail, sizeof(problem->detail) - 1);
	check_text(problem->resolution, sizeof(problem->resolution) - 1);
	if (problem->found[0] != '\0')
		check_text(problem->found, sizeof(problem->found) - 1);
	if (problem->pointer[0] != '\0')
		check_text(problem->pointer, sizeof(problem->pointer) - 1);
}

/* --- the two ways in ------------------------------------------------------ */

static void try_text(struct wb_slice text)
{
	struct wb_problem problem = {0};
	struct wb_statement st;
	int rc = wb_statement_decode(text, NULL, &st, &problem);

	require(rc == 0 || rc == WB_EREFUSED);
	if (rc != 0) {
		check_problem(&problem);
		return;
	}
	require(problem.code == 0);
	require(text.len <= wb_kind(st.type)->max);
	check_statement(&st);
	wb_statement_free(&st);
}

static void try_note(struct wb_slice in)
{
	struct wb_problem problem = {0};
	struct wb_statement st, again;
	struct wb_note note;
	int rc = wb_statement_open(in, NULL, &note, &st, &problem);

	require(rc == 0 || rc == WB_EREFUSED);
	if (rc != 0) {
		check_problem(&problem);
		return;
	}
	require(in.len <= wb_kind(st.type)->max);
	check_statement(&st);
	/* It is made out to the ledger that it names, and to no other. */
	require(wb_statement_open(in, st.ledger, &note, &again, &problem) == 0);
	require(memcmp(st.digest, again.digest, sizeof(st.digest)) == 0);
	require(strcmp(st.id, again.id) == 0);
	wb_statement_free(&again);
	require(wb_statement_open(in, "fuzz/", &note, &again, &problem) ==
		WB_EREFUSED);
	require(problem.code == WB_P_LEDGER);
	wb_statement_free(&st);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static bool ready;

	if (!ready)
		require(wb_crypto_init() == 0);
	ready = true;
	try_text(wb_slice(p, n));
	try_note(wb_slice(p, n));
	return 0;
}
