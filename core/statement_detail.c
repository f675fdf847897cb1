#include <assert.h>
#include <string.h>

#include "core/statement_kinds.h"

/* party-detail: who a party is, the restricted part. */

/* Words, in the order of their enum; the first stands for nothing said. */
static const char *const businesses[] = {
	"",         "data_centre",  "cloud",     "research",
	"telecom",  "manufacturer", "forwarder", "trading",
	"reseller", "warehouse",    "other"};
static const char *const address_kinds[] = {
	"", "office", "industrial", "residential", "mail_drop", "free_zone"};
static const char *const link_kinds[] = {"address", "officer", "phone",
					 "domain", "bank"};

static_assert(WB_COUNT(businesses) == WB_BUSINESSES, "a word for each");
static_assert(WB_COUNT(address_kinds) == WB_ADDRESS_KINDS, "a word for each");
static_assert(WB_COUNT(link_kinds) == WB_LINK_KINDS, "a word for each");

const char *wb_business_name(enum wb_business business)
{
	assert((size_t)business < WB_COUNT(businesses));

	return businesses[business];
}

const char *wb_address_kind_name(enum wb_address_kind kind)
{
	assert((size_t)kind < WB_COUNT(address_kinds));

	return address_kinds[kind];
}

const char *wb_link_kind_name(enum wb_link_kind kind)
{
	assert((size_t)kind < WB_COUNT(link_kinds));

	return link_kinds[kind];
}

/* --- owners --------------------------------------------------------------- */

static void decode_owner(struct wb_json at, const struct wb_party_detail *d,
			 struct wb_owner *ret)
{
	static const char *const names[] = {"party", "percent"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_json party = wb_json_need(&o, "party");

	ret->party = wb_json_party(party);
	ret->percent = (int32_t)wb_json_integer(wb_json_need(&o, "percent"), 1,
						100, 0);
	if (ret->party == NULL)
		return;
	if (strcmp(ret->party, d->subject) == 0)
		(void)wb_json_refuse(&party, WB_P_OWNERS,
				     "\"%s\" cannot own itself.", ret->party);
	for (const struct wb_owner *before = d->owner; before < ret; before++)
		if (strcmp(ret->party, before->party) == 0)
			(void)wb_json_refuse(&party, WB_P_DUPLICATE,
					     "\"%s\" is an owner twice.",
					     ret->party);
}

static void decode_owners(struct wb_json at, struct wb_party_detail *d)
{
	struct wb_json list = wb_json_list(at, 1, WB_OWNERS_MAX, &d->n_owners);
	int32_t sum = 0;

	for (size_t i = 0; i < d->n_owners; i++) {
		decode_owner(wb_json_at(&list, i), d, &d->owner[i]);
		sum += d->owner[i].percent;
	}
	if (sum > 100)
		(void)wb_json_refuse(&list, WB_P_OWNERS,
				     "The shares add up to %d percent.", sum);
}

/* --- what two parties may share, and where they work ---------------------- */

static void decode_links(struct wb_json at, struct wb_party_detail *d)
{
	static const char *const names[] = {"kind", "sha256"};
	struct wb_json list = wb_json_list(at, 1, WB_LINKS_MAX, &d->n_links);

	for (size_t i = 0; i < d->n_links; i++) {
		struct wb_json o = wb_json_object(wb_json_at(&list, i), names,
						  WB_COUNT(names));
		struct wb_party_link *l = &d->link[i];

		l->kind = (enum wb_link_kind)wb_json_word(
			wb_json_need(&o, "kind"), link_kinds,
			WB_COUNT(link_kinds));
		l->sha256 = wb_json_digest(wb_json_need(&o, "sha256"));
		for (size_t k = 0; k < i && l->sha256 != NULL; k++)
			if (l->kind == d->link[k].kind &&
			    strcmp(l->sha256, d->link[k].sha256) == 0)
				(void)wb_json_refuse(&o, WB_P_DUPLICATE,
						     "This link stands there "
						     "twice.");
	}
}

static void decode_facilities(struct wb_json at, struct wb_party_detail *d)
{
	static const char *const names[] = {"id", "country", "it_power_kw"};
	struct wb_json list =
		wb_json_list(at, 1, WB_FACILITIES_MAX, &d->n_facilities);

	for (size_t i = 0; i < d->n_facilities; i++) {
		struct wb_json o = wb_json_object(wb_json_at(&list, i), names,
						  WB_COUNT(names));
		struct wb_json id = wb_json_need(&o, "id");
		struct wb_facility *f = &d->facility[i];

		f->id = wb_json_id(id);
		f->country = wb_json_country(wb_json_need(&o, "country"));
		f->it_power_kw = wb_json_integer(wb_json_may(&o, "it_power_kw"),
						 0, WB_POWER_KW_MAX, -1);
		for (size_t k = 0; k < i && f->id != NULL; k++)
			if (strcmp(f->id, d->facility[k].id) == 0)
				(void)wb_json_refuse(&id, WB_P_DUPLICATE,
						     "Two facilities have the "
						     "id \"%s\".",
						     f->id);
	}
}

/* The word at the place, or 0, which means that none is there. */
static size_t decode_said(struct wb_json at, const char *const word[], size_t n)
{
	if (at.value == NULL)
		return 0;
	return 1 + wb_json_word(at, word + 1, n - 1);
}

/* --- the whole ------------------------------------------------------------ */

void wb_decode_party_detail(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {
		/* clang-format off */
		WB_COMMON_MEMBERS,
		"subject", "name", "country", "headquarters", "address",
		"government", "effective", "owners", "incorporated",
		"business", "address_kind", "links", "facilities",
		/* clang-format on */
	};
	struct wb_json incorporated = wb_json_may(o, "incorporated");
	struct wb_party_detail *d = &st->u.detail;

	wb_json_known(o, names, WB_COUNT(names));
	d->subject = wb_json_party(wb_json_need(o, "subject"));
	d->name = wb_json_string(wb_json_need(o, "name"), WB_STRING_MAX);
	d->country = wb_json_country(wb_json_need(o, "country"));
	d->headquarters = wb_json_country(wb_json_need(o, "headquarters"));
	d->address = wb_json_string(wb_json_may(o, "address"), WB_STRING_MAX);
	d->government = wb_json_bool(wb_json_need(o, "government")) == 1;
	d->effective = wb_json_date(wb_json_need(o, "effective"));
	decode_owners(wb_json_may(o, "owners"), d);
	d->incorporated = wb_json_date(incorporated);
	if (d->incorporated != WB_DATE_NONE &&
	    d->incorporated > wb_time_date(st->issued))
		(void)wb_json_refuse(&incorporated, WB_P_FUTURE,
				     "It is not incorporated yet.");
	d->business = (enum wb_business)decode_said(
		wb_json_may(o, "business"), businesses, WB_COUNT(businesses));
	d->address_kind = (enum wb_address_kind)decode_said(
		wb_json_may(o, "address_kind"), address_kinds,
		WB_COUNT(address_kinds));
	decode_links(wb_json_may(o, "links"), d);
	decode_facilities(wb_json_may(o, "facilities"), d);
}
