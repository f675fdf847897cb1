#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/statement_kinds.h"

/* licence: what the authority grants: a licence, or a VEU authorization. */

/* Words, in the order of their enum. */
static const char *const kinds[] = {"licence", "uveu", "nveu"};
static const char *const statuses[] = {"active", "suspended", "revoked"};

static_assert(WB_COUNT(kinds) == WB_GRANT_KINDS, "a word for each kind");
static_assert(WB_COUNT(statuses) == WB_GRANT_STATUSES, "and each status");

const char *wb_grant_kind_name(enum wb_grant_kind kind)
{
	assert((size_t)kind < WB_COUNT(kinds));

	return kinds[kind];
}

const char *wb_grant_status_name(enum wb_grant_status status)
{
	assert((size_t)status < WB_COUNT(statuses));

	return statuses[status];
}

/* Refuse the string s at the place if it is one of the n before it. */
static void check_once(const struct wb_json *at, const char *s,
		       const char *const before[], size_t n)
{
	for (size_t i = 0; i < n && s != NULL; i++)
		if (before[i] != NULL && strcmp(s, before[i]) == 0)
			(void)wb_json_refuse(at, WB_P_DUPLICATE,
					     "\"%s\" is named twice.", s);
}

/* --- licence -------------------------------------------------------------- */

static void decode_exporters(struct wb_json at, struct wb_licence *l)
{
	struct wb_json list =
		wb_json_list(at, 1, WB_GRANT_EXPORTERS_MAX, &l->n_exporters);

	for (size_t i = 0; i < l->n_exporters; i++) {
		struct wb_json one = wb_json_at(&list, i);

		l->exporter[i] = wb_json_party(one);
		check_once(&one, l->exporter[i], l->exporter, i);
	}
}

static void decode_models(struct wb_json at, struct wb_licence_item *item)
{
	struct wb_json list =
		wb_json_list(at, 1, WB_GRANT_MODELS_MAX, &item->n_models);

	for (size_t i = 0; i < item->n_models; i++) {
		struct wb_json one = wb_json_at(&list, i);

		item->model[i] = wb_json_id(one);
		check_once(&one, item->model[i], item->model, i);
	}
}

static void decode_item(struct wb_json at, struct wb_licence_item *item)
{
	static const char *const names[] = {"eccn", "models", "quantity",
					    "tpp_x10"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));

	item->eccn = wb_json_eccn(wb_json_need(&o, "eccn"));
	decode_models(wb_json_may(&o, "models"), item);
	item->quantity = wb_json_integer(wb_json_may(&o, "quantity"), 1,
					 WB_QUANTITY_MAX, -1);
	item->tpp_x10 = wb_json_integer(wb_json_may(&o, "tpp_x10"), 1,
					WB_INTEGER_MAX, -1);
	if (o.value != NULL && item->quantity < 0 && item->tpp_x10 < 0)
		(void)wb_json_refuse(&o, WB_P_MISSING,
				     "One of the members \"quantity\" and "
				     "\"tpp_x10\" is missing; both may be "
				     "there.");
}

/*
 * Whether an item of a shipment could be of both: then what is left of which
 * would be open.
 */
static bool items_meet(const struct wb_licence_item *a,
		       const struct wb_licence_item *b)
{
	if (a->eccn == NULL || b->eccn == NULL || strcmp(a->eccn, b->eccn) != 0)
		return false;
	if (a->n_models == 0 || b->n_models == 0)
		return true;
	for (size_t i = 0; i < a->n_models; i++)
		for (size_t k = 0; k < b->n_models; k++)
			if (a->model[i] != NULL && b->model[k] != NULL &&
			    strcmp(a->model[i], b->model[k]) == 0)
				return true;
	return false;
}

static void decode_items(struct wb_json at, struct wb_licence *l)
{
	struct wb_json list =
		wb_json_list(at, 1, WB_GRANT_ITEMS_MAX, &l->n_items);

	for (size_t i = 0; i < l->n_items; i++) {
		struct wb_json one = wb_json_at(&list, i);

		decode_item(one, &l->item[i]);
		for (size_t k = 0; k < i; k++)
			if (items_meet(&l->item[i], &l->item[k]))
				(void)wb_json_refuse(
					&one, WB_P_DUPLICATE,
					"Item %zu is of the same ECCN and "
					"model.",
					k);
	}
}

static void decode_licence(const struct wb_json *o, struct wb_licence *l)
{
	static const char *const names[] = {
		/* clang-format off */
		WB_COMMON_MEMBERS,
		"grant", "number", "status", "valid_from", "valid_to",
		"exporters", "consignee", "end_user", "destination", "items",
		/* clang-format on */
	};

	wb_json_known(o, names, WB_COUNT(names));
	/* No licence is for good (15 CFR 750.7(g)). */
	(void)wb_json_need(o, "valid_to");
	decode_exporters(wb_json_need(o, "exporters"), l);
	l->consignee = wb_json_party(wb_json_need(o, "consignee"));
	l->end_user = wb_json_party(wb_json_may(o, "end_user"));
	l->destination = wb_json_country(wb_json_need(o, "destination"));
	decode_items(wb_json_need(o, "items"), l);
}

/* --- validated end users -------------------------------------------------- */

static void decode_held(struct wb_json at, struct wb_licence *l)
{
	static const char *const names[] = {"country", "tpp_x10"};
	struct wb_json list =
		wb_json_list(at, 1, WB_GRANT_COUNTRIES_MAX, &l->n_countries);
	int64_t sum = 0;

	for (size_t i = 0; i < l->n_countries; i++) {
		struct wb_json o = wb_json_object(wb_json_at(&list, i), names,
						  WB_COUNT(names));
		struct wb_json country = wb_json_need(&o, "country");
		struct wb_country_tpp *held = &l->country[i];

		held->country = wb_json_country(country);
		for (size_t k = 0; k < i; k++)
			check_once(&country, held->country,
				   &l->country[k].country, 1);
		held->tpp_x10 = wb_json_integer(wb_json_need(&o, "tpp_x10"), 0,
						WB_INTEGER_MAX, 0);
		sum += held->tpp_x10; /* at most 64 * 2^53 */
	}
	if (sum > l->world_tpp_x10)
		(void)wb_json_refuse(&list, WB_P_VALUE,
				     "The countries hold %" PRId64
				     " tenths of TPP, the world %" PRId64 ".",
				     sum, l->world_tpp_x10);
}

static_assert(INT64_MAX / WB_INTEGER_MAX > WB_GRANT_COUNTRIES_MAX,
	      "the sum of a list fits");

static void decode_destinations(struct wb_json at, struct wb_licence *l)
{
	struct wb_json list = wb_json_list(at, 1, WB_GRANT_DESTINATIONS_MAX,
					   &l->n_destinations);

	for (size_t i = 0; i < l->n_destinations; i++) {
		struct wb_json one = wb_json_at(&list, i);

		l->destinations[i] = wb_json_country(one);
		check_once(&one, l->destinations[i], l->destinations, i);
	}
}

static void decode_uveu(const struct wb_json *o, struct wb_licence *l)
{
	static const char *const names[] = {
		/* clang-format off */
		WB_COMMON_MEMBERS,
		"grant", "number", "status", "valid_from", "valid_to",
		"holder", "world_tpp_x10", "countries", "destinations",
		/* clang-format on */
	};

	wb_json_known(o, names, WB_COUNT(names));
	l->holder = wb_json_party(wb_json_need(o, "holder"));
	l->world_tpp_x10 = wb_json_integer(wb_json_need(o, "world_tpp_x10"), 0,
					   WB_INTEGER_MAX, 0);
	decode_held(wb_json_may(o, "countries"), l);
	decode_destinations(wb_json_need(o, "destinations"), l);
}

static void decode_nveu(const struct wb_json *o, struct wb_licence *l)
{
	static const char *const names[] = {
		/* clang-format off */
		WB_COMMON_MEMBERS,
		"grant", "number", "status", "valid_from", "valid_to",
		"holder", "country", "installed_tpp_x10",
		/* clang-format on */
	};

	wb_json_known(o, names, WB_COUNT(names));
	l->holder = wb_json_party(wb_json_need(o, "holder"));
	l->in_country = wb_json_country(wb_json_need(o, "country"));
	l->installed_tpp_x10 = wb_json_integer(
		wb_json_need(o, "installed_tpp_x10"), 0, WB_INTEGER_MAX, 0);
}

/* --- the whole ------------------------------------------------------------ */

void wb_decode_licence(const struct wb_json *o, struct wb_statement *st)
{
	struct wb_licence *l = &st->u.licence;
	struct wb_json grant = wb_json_need(o, "grant");

	l->kind =
		(enum wb_grant_kind)wb_json_word(grant, kinds, WB_COUNT(kinds));
	/* Which members there are rests on it. */
	if (o->decoder->error != 0)
		return;
	switch (l->kind) {
	case WB_GRANT_LICENCE:
		decode_licence(o, l);
		break;
	case WB_GRANT_UVEU:
		decode_uveu(o, l);
		break;
	case WB_GRANT_NVEU:
		decode_nveu(o, l);
		break;
	case WB_GRANT_KINDS:
		break;
	}
	l->number = wb_json_id(wb_json_need(o, "number"));
	l->status = (enum wb_grant_status)wb_json_word(
		wb_json_need(o, "status"), statuses, WB_COUNT(statuses));
	wb_decode_days(o, "valid_from", "valid_to", &l->valid_from,
		       &l->valid_to);
}
