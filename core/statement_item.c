#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/statement_kinds.h"
#include "waybill/text.h"

/* The items of a shipment: what each is, how many, and their lots. */

/* --- serial numbers and lots ---------------------------------------------- */

/* Words, in the order of their enum. */
static const char *const forms[] = {"ic", "assembly", "memory"};

static_assert(WB_COUNT(forms) == WB_FORM_MEMORY + 1, "a word for each form");

const char *wb_form_name(enum wb_form form)
{
	assert((size_t)form < WB_COUNT(forms));

	return forms[form];
}

/* What runs through all items of a shipment. */
struct tally {
	struct wb_once serials;
	struct wb_once digests;
	struct wb_serials *listed;
	unsigned __int128 tpp_x10; /* of the items with attested parameters */
};

/* The quantity of the lot at the place. */
static int64_t decode_lot(struct wb_json at, struct tally *tally)
{
	static const char *const listed[] = {"serials"};
	static const char *const hashed[] = {"quantity", "serials_sha256"};
	struct wb_json serials = wb_json_may(&at, "serials");
	struct wb_json digest;
	const char *s;
	size_t n;

	if (serials.value != NULL) {
		at = wb_json_object(at, listed, WB_COUNT(listed));
		wb_decode_serials(serials, WB_SERIALS_MAX, &tally->serials,
				  tally->listed, &n);
		return (int64_t)n;
	}
	at = wb_json_object(at, hashed, WB_COUNT(hashed));
	digest = wb_json_need(&at, "serials_sha256");
	s = wb_json_digest(digest);
	if (s != NULL)
		wb_once_add(&digest, &tally->digests, s);
	return wb_json_integer(wb_json_need(&at, "quantity"), 1,
			       WB_QUANTITY_MAX, 0);
}

static void decode_lots(struct wb_json at, struct tally *tally,
			struct wb_item *item)
{
	struct wb_json list = wb_json_list(at, 1, WB_LOTS_MAX, &item->n_lots);

	item->first_serial = tally->listed->n;
	for (size_t i = 0; i < item->n_lots; i++)
		item->lots_quantity += decode_lot(wb_json_at(&list, i), tally);
	item->n_serials = tally->listed->n - item->first_serial;
	if (item->n_lots > 0 && item->lots_quantity != item->quantity)
		(void)wb_json_refuse(&list, WB_P_VALUE,
				     "The lots hold %" PRId64
				     " units, the item %" PRId64 ".",
				     item->lots_quantity, item->quantity);
}

/* --- items ---------------------------------------------------------------- */

static void decode_parameters(struct wb_json at, struct wb_item *item)
{
	static const char *const names[] = {
		"tpp_x10",     "die_area_mm2_x10", "dram_gbps_x10",
		"io_gbps_x10", "datacenter",       "package_area_mm2_x10"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	int64_t *const tenths[] = {&item->tpp_x10, &item->die_area_mm2_x10,
				   &item->dram_gbps_x10, &item->io_gbps_x10};

	for (size_t i = 0; i < WB_COUNT(tenths); i++)
		*tenths[i] = wb_json_integer(wb_json_need(&o, names[i]), 0,
					     WB_TPP_X10_MAX, -1);
	item->datacenter = wb_json_bool(wb_json_need(&o, "datacenter"));
	item->package_area_mm2_x10 = wb_json_integer(
		wb_json_may(&o, "package_area_mm2_x10"), 1, WB_TPP_X10_MAX, -1);
}

/* What the item is: a model of the catalogue, or attested parameters. */
static void decode_product(const struct wb_json *o, struct wb_item *item)
{
	struct wb_json parameters = wb_json_may(o, "parameters");

	item->tpp_x10 = -1;
	item->die_area_mm2_x10 = -1;
	item->dram_gbps_x10 = -1;
	item->io_gbps_x10 = -1;
	item->package_area_mm2_x10 = -1;
	item->datacenter = -1;
	item->model =
		wb_json_id(parameters.value == NULL ? wb_json_need(o, "model")
						    : wb_json_may(o, "model"));
	if (parameters.value == NULL)
		return;
	if (item->model != NULL)
		(void)wb_json_refuse(&parameters, WB_P_VALUE,
				     "The model is named; parameters are for "
				     "what the catalogue does not have.");
	decode_parameters(parameters, item);
}

/* The base of a companion entry, such as 5A992 of 5A992.z.1. */
static const char *decode_base(struct wb_json at)
{
	const char *s = wb_json_eccn(at);

	if (s == NULL || (strlen(s) == 5 && strchr(s, '.') == NULL))
		return s;
	if (wb_json_refuse(&at, WB_P_VALUE, "This is not an ECCN's number."))
		wb_problem_advise(at.decoder->problem,
				  "Write the five characters alone, as 5A992 "
				  "for 5A992.z.1.");
	return NULL;
}

/* What a unit of the item is, and how many ICs it holds. */
static void decode_form(const struct wb_json *o, struct wb_item *item)
{
	struct wb_json form = wb_json_may(o, "form");
	struct wb_json units = wb_json_may(o, "units");

	if (form.value != NULL)
		item->form = (enum wb_form)wb_json_word(form, forms,
							WB_COUNT(forms));
	item->units = (int32_t)wb_json_integer(units, 1, WB_UNITS_MAX, 1);
	if (units.value != NULL && item->form != WB_FORM_ASSEMBLY)
		(void)wb_json_refuse(&units, WB_P_VALUE,
				     "Only an assembly holds several ICs.");
	item->base = decode_base(wb_json_may(o, "base"));
}

static void decode_item(struct wb_json at, int32_t line_before,
			struct tally *tally, struct wb_item *item)
{
	static const char *const names[] = {
		"line", "model", "part",     "parameters",     "form", "units",
		"base", "eccn",  "quantity", "unit_value_usd", "lots"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));

	item->line = (int32_t)wb_json_integer(wb_json_need(&o, "line"),
					      (int64_t)line_before + 1,
					      INT32_MAX, 0);
	decode_product(&o, item);
	item->part = wb_json_string(wb_json_may(&o, "part"), WB_STRING_MAX);
	decode_form(&o, item);
	item->quantity = wb_json_integer(wb_json_need(&o, "quantity"), 1,
					 WB_QUANTITY_MAX, 0);
	item->unit_value_usd = wb_json_integer(
		wb_json_may(&o, "unit_value_usd"), 0, WB_USD_MAX, -1);
	item->eccn = wb_json_eccn(wb_json_need(&o, "eccn"));
	decode_lots(wb_json_may(&o, "lots"), tally, item);
	if (item->tpp_x10 < 0)
		return;
	tally->tpp_x10 += (unsigned __int128)item->tpp_x10 *
			  (uint64_t)item->units * (uint64_t)item->quantity;
	if (tally->tpp_x10 > WB_INTEGER_MAX)
		(void)wb_json_refuse(
			&o, WB_P_TOTAL,
			"With this item the total is above %" PRId64
			" tenths of TPP, the most that can be "
			"counted.",
			WB_INTEGER_MAX);
}

void wb_decode_items(struct wb_json at, struct wb_shipment *s)
{
	struct wb_json list = wb_json_list(at, 1, WB_ITEMS_MAX, &s->n_items);
	struct tally tally = {.listed = &s->serials};

	for (size_t i = 0; i < s->n_items; i++)
		decode_item(wb_json_at(&list, i),
			    i == 0 ? 0 : s->item[i - 1].line, &tally,
			    &s->item[i]);
}
