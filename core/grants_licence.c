#include <stdio.h>
#include <string.h>

#include "core/grants_parts.h"
#include "core/words.h"
#include "waybill/text.h"

/*
 * The value of grant/<number>: kind, status, first and last day, and
 *   licence  consignee, end user, destination, exporters parted by ',', and
 *            items parted by ';': eccn:models parted by '/':quantity:tpp
 *   uveu     holder, world, held as country:tpp parted by ',', destinations
 *   nveu     holder, country, installed
 */

static void copy(char *out, size_t cap, const char *s)
{
	snprintf(out, cap, "%s", s == NULL ? "" : s);
}

static void item_of(const struct wb_licence_item *item,
		    struct wb_grant_item *ret)
{
	copy(ret->eccn, sizeof(ret->eccn), item->eccn);
	ret->n_models = item->n_models;
	for (size_t i = 0; i < item->n_models; i++)
		copy(ret->model[i], sizeof(ret->model[i]), item->model[i]);
	ret->quantity = item->quantity;
	ret->tpp_x10 = item->tpp_x10;
}

void wb_grant_of(const struct wb_licence *l, struct wb_grant *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = l->kind;
	ret->status = l->status;
	ret->valid_from = l->valid_from;
	ret->valid_to = l->valid_to;
	copy(ret->number, sizeof(ret->number), l->number);
	ret->n_exporters = l->n_exporters;
	for (size_t i = 0; i < l->n_exporters; i++)
		copy(ret->exporter[i], sizeof(ret->exporter[i]),
		     l->exporter[i]);
	copy(ret->consignee, sizeof(ret->consignee), l->consignee);
	copy(ret->end_user, sizeof(ret->end_user), l->end_user);
	copy(ret->destination, sizeof(ret->destination), l->destination);
	ret->n_items = l->n_items;
	for (size_t i = 0; i < l->n_items; i++)
		item_of(&l->item[i], &ret->item[i]);
	copy(ret->holder, sizeof(ret->holder), l->holder);
	ret->world_tpp_x10 = l->world_tpp_x10;
	ret->n_countries = l->n_countries;
	for (size_t i = 0; i < l->n_countries; i++) {
		copy(ret->country[i].country, sizeof(ret->country[i].country),
		     l->country[i].country);
		ret->country[i].tpp_x10 = l->country[i].tpp_x10;
	}
	ret->n_destinations = l->n_destinations;
	for (size_t i = 0; i < l->n_destinations; i++)
		copy(ret->destinations[i], sizeof(ret->destinations[i]),
		     l->destinations[i]);
	copy(ret->in_country, sizeof(ret->in_country), l->in_country);
	ret->installed_tpp_x10 = l->installed_tpp_x10;
}

/* --- write ---------------------------------------------------------------- */

static void write_items(struct wb_writer *w, const struct wb_grant *g)
{
	for (size_t i = 0; i < g->n_items; i++) {
		const struct wb_grant_item *item = &g->item[i];

		wb_write_char(w, i == 0 ? ' ' : ';');
		wb_write_str(w, item->eccn);
		wb_write_str(w, item->n_models == 0 ? ":-" : "");
		for (size_t k = 0; k < item->n_models; k++) {
			wb_write_char(w, k == 0 ? ':' : '/');
			wb_write_str(w, item->model[k]);
		}
		wb_write_char(w, ':');
		wb_write_number(w, item->quantity);
		wb_write_char(w, ':');
		wb_write_number(w, item->tpp_x10);
	}
}

static void write_licence(struct wb_writer *w, const struct wb_grant *g)
{
	wb_write_str(w, g->consignee);
	wb_write_char(w, ' ');
	wb_write_word(w, g->end_user);
	wb_write_char(w, ' ');
	wb_write_str(w, g->destination);
	for (size_t i = 0; i < g->n_exporters; i++) {
		wb_write_char(w, i == 0 ? ' ' : ',');
		wb_write_str(w, g->exporter[i]);
	}
	write_items(w, g);
}

static void write_uveu(struct wb_writer *w, const struct wb_grant *g)
{
	wb_write_str(w, g->holder);
	wb_write_char(w, ' ');
	wb_write_number(w, g->world_tpp_x10);
	wb_write_str(w, g->n_countries == 0 ? " -" : "");
	for (size_t i = 0; i < g->n_countries; i++) {
		wb_write_char(w, i == 0 ? ' ' : ',');
		wb_write_str(w, g->country[i].country);
		wb_write_char(w, ':');
		wb_write_number(w, g->country[i].tpp_x10);
	}
	for (size_t i = 0; i < g->n_destinations; i++) {
		wb_write_char(w, i == 0 ? ' ' : ',');
		wb_write_str(w, g->destinations[i]);
	}
}

static void write_nveu(struct wb_writer *w, const struct wb_grant *g)
{
	wb_write_str(w, g->holder);
	wb_write_char(w, ' ');
	wb_write_str(w, g->in_country);
	wb_write_char(w, ' ');
	wb_write_number(w, g->installed_tpp_x10);
}

void wb_grant_format(struct wb_writer *w, const struct wb_grant *g)
{
	wb_write_str(w, wb_grant_kind_name(g->kind));
	wb_write_char(w, ' ');
	wb_write_str(w, wb_grant_status_name(g->status));
	wb_write_char(w, ' ');
	wb_write_date(w, g->valid_from);
	wb_write_char(w, ' ');
	wb_write_date(w, g->valid_to);
	wb_write_char(w, ' ');
	switch (g->kind) {
	case WB_GRANT_LICENCE:
		write_licence(w, g);
		break;
	case WB_GRANT_UVEU:
		write_uveu(w, g);
		break;
	case WB_GRANT_NVEU:
		write_nveu(w, g);
		break;
	case WB_GRANT_KINDS:
		break;
	}
}

/* --- read ----------------------------------------------------------------- */

static int read_models(struct wb_slice text, struct wb_grant_item *item)
{
	struct wb_slice one;

	if (wb_slice_is(text, "-"))
		return 0;
	while (wb_part_next(&text, '/', &one)) {
		if (item->n_models == WB_GRANT_MODELS_MAX ||
		    wb_slice_copy(one, item->model[item->n_models++],
				  WB_ID_MAX + 1) != 0)
			return WB_ECORRUPT;
	}
	return item->n_models > 0 ? 0 : WB_ECORRUPT;
}

static int read_item(struct wb_slice text, struct wb_grant_item *item)
{
	struct wb_slice eccn, models, quantity, tpp;

	if (!wb_part_next(&text, ':', &eccn) ||
	    !wb_part_next(&text, ':', &models) ||
	    !wb_part_next(&text, ':', &quantity) ||
	    !wb_part_next(&text, ':', &tpp) || text.len > 0 ||
	    wb_slice_copy(eccn, item->eccn, sizeof(item->eccn)) != 0 ||
	    read_models(models, item) != 0)
		return WB_ECORRUPT;
	if (wb_part_number(quantity, WB_INTEGER_MAX, &item->quantity) != 0)
		return WB_ECORRUPT;
	return wb_part_number(tpp, WB_INTEGER_MAX, &item->tpp_x10);
}

static void read_licence(struct wb_words *w, struct wb_grant *g)
{
	struct wb_slice list, one;

	wb_words_copy(w, g->consignee, sizeof(g->consignee));
	wb_words_copy_or(w, g->end_user, sizeof(g->end_user));
	wb_words_copy(w, g->destination, sizeof(g->destination));
	list = wb_words_next(w);
	while (wb_part_next(&list, ',', &one) && !w->failed)
		w->failed = g->n_exporters == WB_GRANT_EXPORTERS_MAX ||
			    wb_slice_copy(one, g->exporter[g->n_exporters++],
					  WB_ID_MAX + 1) != 0;
	list = wb_words_next(w);
	while (wb_part_next(&list, ';', &one) && !w->failed)
		w->failed = g->n_items == WB_GRANT_ITEMS_MAX ||
			    read_item(one, &g->item[g->n_items++]) != 0;
}

static bool read_held(struct wb_slice text, struct wb_grant *g)
{
	struct wb_slice country;
	int64_t x10;
	size_t i = g->n_countries;

	if (i == WB_GRANT_COUNTRIES_MAX ||
	    !wb_part_next(&text, ':', &country) ||
	    wb_slice_copy(country, g->country[i].country, 3) != 0 ||
	    wb_part_number(text, WB_INTEGER_MAX, &x10) != 0 || x10 < 0)
		return false;
	g->country[i].tpp_x10 = x10;
	g->n_countries++;
	return true;
}

static void read_uveu(struct wb_words *w, struct wb_grant *g)
{
	struct wb_slice list, one;

	wb_words_copy(w, g->holder, sizeof(g->holder));
	g->world_tpp_x10 = wb_words_number(w, WB_INTEGER_MAX, false);
	list = wb_words_next(w);
	if (!wb_slice_is(list, "-"))
		while (wb_part_next(&list, ',', &one) && !w->failed)
			w->failed = !read_held(one, g);
	list = wb_words_next(w);
	while (wb_part_next(&list, ',', &one) && !w->failed)
		w->failed =
			g->n_destinations == WB_GRANT_DESTINATIONS_MAX ||
			wb_slice_copy(one, g->destinations[g->n_destinations++],
				      3) != 0;
}

static void read_nveu(struct wb_words *w, struct wb_grant *g)
{
	wb_words_copy(w, g->holder, sizeof(g->holder));
	wb_words_copy(w, g->in_country, sizeof(g->in_country));
	g->installed_tpp_x10 = wb_words_number(w, WB_INTEGER_MAX, false);
}

int wb_grant_parse(struct wb_slice value, struct wb_grant *ret)
{
	struct wb_slice kind, status;
	struct wb_words w;

	memset(ret, 0, sizeof(*ret));
	wb_words_init(&w, value);
	kind = wb_words_next(&w);
	status = wb_words_next(&w);
	ret->valid_from = wb_words_date(&w);
	ret->valid_to = wb_words_date_or(&w);
	while (ret->kind < WB_GRANT_KINDS &&
	       !wb_slice_is(kind, wb_grant_kind_name(ret->kind)))
		ret->kind++;
	while (ret->status < WB_GRANT_STATUSES &&
	       !wb_slice_is(status, wb_grant_status_name(ret->status)))
		ret->status++;
	if (w.failed || ret->status == WB_GRANT_STATUSES)
		return WB_ECORRUPT;
	switch (ret->kind) {
	case WB_GRANT_LICENCE:
		read_licence(&w, ret);
		break;
	case WB_GRANT_UVEU:
		read_uveu(&w, ret);
		break;
	case WB_GRANT_NVEU:
		read_nveu(&w, ret);
		break;
	case WB_GRANT_KINDS:
		return WB_ECORRUPT;
	}
	return wb_words_end(&w);
}

/* --- for rules ------------------------------------------------------------ */

int wb_grant_read(const struct wb_state *state, struct wb_decision *d,
		  const char *number, struct wb_grant *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	/* Shipments claim numbers in any text; ours are ids. */
	if (!wb_id_valid(wb_slice_str(number)))
		return WB_ENOTFOUND;
	wb_state_key(key, "grant/%s", number);
	rc = wb_state_read(state, d, key, &value);
	if (rc != 0)
		return rc;
	rc = wb_grant_parse(value, ret);
	copy(ret->number, sizeof(ret->number), number);
	return rc;
}

bool wb_grant_holds(const struct wb_grant *g, wb_date date)
{
	return g->status == WB_GRANT_ACTIVE && date >= g->valid_from &&
	       (g->valid_to == WB_DATE_NONE || date <= g->valid_to);
}

bool wb_grant_exporter(const struct wb_grant *g, const char *party)
{
	for (size_t i = 0; i < g->n_exporters; i++)
		if (strcmp(g->exporter[i], party) == 0)
			return true;
	return false;
}

bool wb_grant_destination(const struct wb_grant *g, const char *country)
{
	for (size_t i = 0; i < g->n_destinations; i++)
		if (strcmp(g->destinations[i], country) == 0)
			return true;
	return strcmp(g->destination, country) == 0 ||
	       strcmp(g->in_country, country) == 0;
}

int64_t wb_grant_declared(const struct wb_grant *g, const char *country)
{
	for (size_t i = 0; i < g->n_countries; i++)
		if (strcmp(g->country[i].country, country) == 0)
			return g->country[i].tpp_x10;
	return 0;
}

const struct wb_grant_item *wb_grant_item(const struct wb_grant *g,
					  const char *eccn, const char *model)
{
	for (size_t i = 0; i < g->n_items; i++) {
		const struct wb_grant_item *item = &g->item[i];

		if (strcmp(item->eccn, eccn) != 0)
			continue;
		if (item->n_models == 0)
			return item;
		for (size_t k = 0; model != NULL && k < item->n_models; k++)
			if (strcmp(item->model[k], model) == 0)
				return item;
	}
	return NULL;
}
