#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "core/statement_kinds.h"
#include "waybill/text.h"

/* shipment: an export, reexport or transfer, by the exporter (DESIGN 3.2). */

/* Words, in the order of their enum. */
static const char *const kinds[] = {"export", "reexport", "transfer"};
static const char *const end_uses[] = {"data_centre", "training", "inference",
				       "research",    "resale",   "development",
				       "production",  "storage",  "consumer"};
static const char *const consignee_types[] = {"direct_consumer", "government",
					      "reseller", "other"};

static_assert(WB_COUNT(end_uses) == WB_USES, "a word for each end use");
static_assert(WB_COUNT(kinds) == WB_TRANSFER + 1, "a word for each kind");
static_assert(WB_COUNT(consignee_types) == WB_OTHER_UNKNOWN + 1,
	      "a word for each type of consignee");

/* What a shipment may claim to move under, and papers it may name: what the
 * rules of the editions ask about (RULES 3 and 8). */
static const char *const authorizations[] = {
	"NLR", "LPP", "AIA", "ACM", "NAC", "ACA", "UVEU", "NVEU", "LICENCE"};
static const char *const papers[] = {
	"lpp_statement",      "aia_certification",   "purchase_order",
	"prenotice",          "nac_notice",          "veu_certification",
	"end_user_statement", "designer_attestation"};

const char *wb_shipment_kind_name(enum wb_shipment_kind kind)
{
	assert((size_t)kind < WB_COUNT(kinds));

	return kinds[kind];
}

const char *wb_end_use_name(enum wb_end_use use)
{
	assert((size_t)use < WB_COUNT(end_uses));

	return end_uses[use];
}

const struct wb_paper *wb_shipment_paper(const struct wb_shipment *s,
					 const char *kind)
{
	for (size_t i = 0; i < s->n_papers; i++)
		if (strcmp(s->paper[i].kind, kind) == 0)
			return &s->paper[i];
	return NULL;
}

/* --- serial numbers and lots ---------------------------------------------- */

/* Strings that may come once in a statement, sorted. */
struct once {
	size_t n;
	const char *s[WB_SERIALS_MAX];
};

/* What runs through all items of a shipment. */
struct tally {
	struct once serials;
	struct once digests;
	int64_t tpp_x10; /* of the items with attested parameters */
};

/* Add the string s that stands at the place. */
static void add_once(const struct wb_json *at, struct once *set, const char *s)
{
	size_t low = 0, high = set->n;

	if (set->n == WB_COUNT(set->s)) {
		(void)wb_json_refuse(at, WB_P_TOO_LONG,
				     "A statement has at most %d of these.",
				     WB_SERIALS_MAX);
		return;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(s, set->s[middle]);

		if (order == 0) {
			(void)wb_json_refuse(at, WB_P_DUPLICATE,
					     "%s stands in the statement "
					     "before.",
					     s);
			return;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	memmove(&set->s[low + 1], &set->s[low],
		(set->n - low) * sizeof(set->s[0]));
	set->s[low] = s;
	set->n++;
}

static void decode_serial(struct wb_json at, struct tally *tally)
{
	const char *s = wb_json_string(at, WB_SERIAL_MAX);

	if (s == NULL)
		return;
	for (const char *c = s; *c != '\0'; c++)
		/* Without spaces, so that a list of them has one digest. */
		if (*c <= ' ' || *c > '~')
			(void)wb_json_refuse(&at, WB_P_VALUE,
					     "A serial number is printable "
					     "ASCII without spaces.");
	add_once(&at, &tally->serials, s);
}

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
		serials = wb_json_list(serials, 1, WB_SERIALS_MAX, &n);
		for (size_t i = 0; i < n; i++)
			decode_serial(wb_json_at(&serials, i), tally);
		return (int64_t)n;
	}
	at = wb_json_object(at, hashed, WB_COUNT(hashed));
	digest = wb_json_need(&at, "serials_sha256");
	s = wb_json_digest(digest);
	if (s != NULL)
		add_once(&digest, &tally->digests, s);
	return wb_json_integer(wb_json_need(&at, "quantity"), 1,
			       WB_QUANTITY_MAX, 0);
}

static void decode_lots(struct wb_json at, struct tally *tally,
			struct wb_item *item)
{
	struct wb_json list = wb_json_list(at, 1, WB_LOTS_MAX, &item->n_lots);

	for (size_t i = 0; i < item->n_lots; i++)
		item->lots_quantity += decode_lot(wb_json_at(&list, i), tally);
	if (item->n_lots > 0 && item->lots_quantity != item->quantity)
		(void)wb_json_refuse(&list, WB_P_VALUE,
				     "The lots hold %" PRId64
				     " units, the item %" PRId64 ".",
				     item->lots_quantity, item->quantity);
}

/* --- items ---------------------------------------------------------------- */

static void decode_parameters(struct wb_json at, struct wb_item *item)
{
	static const char *const names[] = {"tpp_x10", "die_area_mm2_x10",
					    "dram_gbps_x10", "io_gbps_x10",
					    "datacenter"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	int64_t *const tenths[] = {&item->tpp_x10, &item->die_area_mm2_x10,
				   &item->dram_gbps_x10, &item->io_gbps_x10};

	for (size_t i = 0; i < WB_COUNT(tenths); i++)
		*tenths[i] = wb_json_integer(wb_json_need(&o, names[i]), 0,
					     WB_TPP_X10_MAX, -1);
	item->datacenter = wb_json_bool(wb_json_need(&o, "datacenter"));
}

/* What the item is: a model of the catalogue, or attested parameters. */
static void decode_product(const struct wb_json *o, struct wb_item *item)
{
	struct wb_json parameters = wb_json_may(o, "parameters");

	item->tpp_x10 = -1;
	item->die_area_mm2_x10 = -1;
	item->dram_gbps_x10 = -1;
	item->io_gbps_x10 = -1;
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

static const char *decode_eccn(struct wb_json at)
{
	static const char allowed[] = "0123456789.abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *s = wb_json_string(at, WB_ECCN_MAX);

	if (s == NULL || s[strspn(s, allowed)] == '\0')
		return s;
	if (wb_json_refuse(&at, WB_P_VALUE, "This is not an ECCN."))
		wb_problem_advise(at.decoder->problem,
				  "Write the number down to its paragraph, as "
				  "in 3A090.a, or EAR99.");
	return NULL;
}

static void decode_item(struct wb_json at, int32_t line_before,
			struct tally *tally, struct wb_item *item)
{
	static const char *const names[] = {"line",       "model",    "part",
					    "parameters", "quantity", "eccn",
					    "lots"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));

	item->line = (int32_t)wb_json_integer(wb_json_need(&o, "line"),
					      (int64_t)line_before + 1,
					      INT32_MAX, 0);
	decode_product(&o, item);
	item->part = wb_json_string(wb_json_may(&o, "part"), WB_STRING_MAX);
	item->quantity = wb_json_integer(wb_json_need(&o, "quantity"), 1,
					 WB_QUANTITY_MAX, 0);
	item->eccn = decode_eccn(wb_json_need(&o, "eccn"));
	decode_lots(wb_json_may(&o, "lots"), tally, item);
	if (item->tpp_x10 < 0)
		return;
	/* It was at most WB_INTEGER_MAX before this item. */
	tally->tpp_x10 += item->tpp_x10 * item->quantity;
	if (tally->tpp_x10 > WB_INTEGER_MAX)
		(void)wb_json_refuse(&o, WB_P_TOTAL,
				     "With this item the total is %" PRId64
				     " tenths of TPP; %" PRId64
				     " can be counted.",
				     tally->tpp_x10, WB_INTEGER_MAX);
}

static_assert((INT64_MAX - WB_INTEGER_MAX) / WB_TPP_X10_MAX > WB_QUANTITY_MAX,
	      "the total fits when it is refused");

static void decode_items(struct wb_json at, struct wb_shipment *s)
{
	struct wb_json list = wb_json_list(at, 1, WB_ITEMS_MAX, &s->n_items);
	struct tally tally = {0};

	for (size_t i = 0; i < s->n_items; i++)
		decode_item(wb_json_at(&list, i),
			    i == 0 ? 0 : s->item[i - 1].line, &tally,
			    &s->item[i]);
}

/* --- parties and papers --------------------------------------------------- */

static void decode_intermediates(struct wb_json at, struct wb_shipment *s)
{
	struct wb_json list =
		wb_json_list(at, 1, WB_INTERMEDIATES_MAX, &s->n_intermediates);

	for (size_t i = 0; i < s->n_intermediates; i++) {
		struct wb_json one = wb_json_at(&list, i);

		s->intermediate[i] = wb_json_party(one);
		for (size_t j = 0; j < i && s->intermediate[i] != NULL; j++)
			if (strcmp(s->intermediate[i], s->intermediate[j]) == 0)
				(void)wb_json_refuse(&one, WB_P_DUPLICATE,
						     "\"%s\" is named twice.",
						     s->intermediate[i]);
	}
}

static void decode_declared(struct wb_json at, struct wb_shipment *s)
{
	static const char *const names[] = {"headquarters", "parent",
					    "parent_headquarters"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));

	if (o.value != NULL && wb_json_name(&o, 0) == NULL)
		(void)wb_json_refuse(&o, WB_P_VALUE, "Nothing is declared.");
	s->declared_headquarters =
		wb_json_country(wb_json_may(&o, "headquarters"));
	s->declared_parent = wb_json_party(wb_json_may(&o, "parent"));
	s->declared_parent_headquarters =
		wb_json_country(wb_json_may(&o, "parent_headquarters"));
}

static void decode_authorization(struct wb_json at, struct wb_shipment *s)
{
	static const char *const names[] = {"type", "number"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	size_t i = wb_json_word(wb_json_need(&o, "type"), authorizations,
				WB_COUNT(authorizations));

	s->authorization = authorizations[i];
	s->authorization_number =
		wb_json_string(wb_json_may(&o, "number"), WB_STRING_MAX);
}

static void decode_paper(struct wb_json at, struct wb_shipment *s, size_t i)
{
	static const char *const names[] = {"kind", "sha256", "date",
					    "reference"};
	struct wb_json o = wb_json_object(at, names, WB_COUNT(names));
	struct wb_json kind = wb_json_need(&o, "kind");
	struct wb_paper *paper = &s->paper[i];

	paper->kind = papers[wb_json_word(kind, papers, WB_COUNT(papers))];
	for (size_t j = 0; j < i; j++)
		if (paper->kind == s->paper[j].kind)
			(void)wb_json_refuse(&kind, WB_P_DUPLICATE,
					     "There are two papers of the kind "
					     "%s.",
					     paper->kind);
	paper->sha256 = wb_json_digest(wb_json_need(&o, "sha256"));
	paper->date = wb_json_date(wb_json_need(&o, "date"));
	paper->reference =
		wb_json_string(wb_json_may(&o, "reference"), WB_STRING_MAX);
}

static void decode_papers(struct wb_json at, struct wb_shipment *s)
{
	struct wb_json list = wb_json_list(at, 1, WB_NOTICES_MAX, &s->n_papers);

	for (size_t i = 0; i < s->n_papers; i++)
		decode_paper(wb_json_at(&list, i), s, i);
}

/* An internal transaction number of AES: X and 14 digits (15 CFR 30.1). */
static const char *decode_itn(struct wb_json at)
{
	const char *s = wb_json_string(at, WB_STRING_MAX);

	if (s == NULL ||
	    (s[0] == 'X' && strspn(s + 1, "0123456789") == 14 && s[15] == '\0'))
		return s;
	if (wb_json_refuse(&at, WB_P_VALUE, "This is not an ITN."))
		wb_problem_advise(at.decoder->problem,
				  "Write the letter X and 14 digits, as AES "
				  "answered the filing.");
	return NULL;
}

/* --- the whole ------------------------------------------------------------ */

static void decode_dates(const struct wb_json *o, wb_time issued,
			 struct wb_shipment *s)
{
	struct wb_json at = wb_json_need(o, "export_date");

	s->export_date = wb_json_date(at);
	if (s->export_date > wb_time_date(issued) + WB_EXPORT_AHEAD_DAYS)
		(void)wb_json_refuse(&at, WB_P_FUTURE,
				     "The date of export is more than %d days "
				     "after the statement was issued.",
				     WB_EXPORT_AHEAD_DAYS);
	s->loaded = wb_json_date(wb_json_may(o, "loaded"));
	s->arrival = wb_json_date(wb_json_may(o, "arrival"));
}

void wb_decode_shipment(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {
		/* clang-format off */
		WB_COMMON_MEMBERS,
		"kind", "export_date", "from", "destination", "consignee",
		"consignee_type", "end_user", "intermediates", "end_use",
		"declared", "loaded", "arrival", "authorization", "papers",
		"itn", "items",
		/* clang-format on */
	};
	struct wb_shipment *s = &st->u.shipment;

	wb_json_known(o, names, WB_COUNT(names));
	s->kind = (enum wb_shipment_kind)wb_json_word(wb_json_need(o, "kind"),
						      kinds, WB_COUNT(kinds));
	decode_dates(o, st->issued, s);
	s->from = wb_json_country(wb_json_need(o, "from"));
	s->destination = wb_json_country(wb_json_need(o, "destination"));
	s->consignee = wb_json_party(wb_json_need(o, "consignee"));
	s->consignee_type = (enum wb_consignee_type)wb_json_word(
		wb_json_need(o, "consignee_type"), consignee_types,
		WB_COUNT(consignee_types));
	s->end_user = wb_json_party(wb_json_may(o, "end_user"));
	decode_intermediates(wb_json_may(o, "intermediates"), s);
	s->end_use = (enum wb_end_use)wb_json_word(
		wb_json_need(o, "end_use"), end_uses, WB_COUNT(end_uses));
	decode_declared(wb_json_may(o, "declared"), s);
	decode_authorization(wb_json_need(o, "authorization"), s);
	decode_papers(wb_json_may(o, "papers"), s);
	s->itn = decode_itn(wb_json_may(o, "itn"));
	decode_items(wb_json_need(o, "items"), s);
}
