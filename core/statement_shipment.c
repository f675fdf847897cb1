#include <assert.h>
#include <string.h>

#include "core/statement_kinds.h"
#include "waybill/text.h"

/* shipment: an export, reexport or transfer, by the exporter (DESIGN 3.2). */

/* Words, in the order of their enum. */
static const char *const kinds[] = {"export", "reexport", "transfer"};
static const char *const end_uses[] = {"data_centre", "training", "inference",
				       "research",    "resale",   "development",
				       "production",  "storage",  "consumer"};
static const char *const transports[] = {"air", "sea", "road", "rail"};
static const char *const consignee_types[] = {"direct_consumer", "government",
					      "reseller", "other"};

static_assert(WB_COUNT(end_uses) == WB_USES, "a word for each end use");
static_assert(WB_COUNT(transports) == WB_TRANSPORT_RAIL, "and transport");
static_assert(WB_COUNT(kinds) == WB_TRANSFER + 1, "a word for each kind");
static_assert(WB_COUNT(consignee_types) == WB_OTHER_UNKNOWN + 1,
	      "a word for each type of consignee");

/* What a shipment may claim to move under, and papers it may name: what the
 * rules of the editions ask about (RULES 3 and 8). */
static const char *const authorizations[] = {"NLR",    "LPP",    "AIA",  "ACM",
					     "NAC",    "ACA",    "UVEU", "NVEU",
					     "NOTIFY", "LICENCE"};
static const char *const papers[] = {
	"lpp_statement",
	"aia_certification",
	"purchase_order",
	"prenotice",
	"nac_notice",
	"veu_certification",
	"end_user_statement",
	"designer_attestation",
	/* Note 1 to 3A090.a, besides that of an approved designer */
	"authorized_attestation",
	"osat_attestation",
	"transistor_attestation",
	"lpp_filing",
	"limit_notice",
	/* what 91 FR 1684 lets an exporter certify, or show */
	"supply_certification",
	"volume_certification",
	"foundry_certification",
	"security_certification",
	"testing_certification",
	"end_use_certification",
	"market_certification",
};

const char *wb_shipment_kind_name(enum wb_shipment_kind kind)
{
	assert((size_t)kind < WB_COUNT(kinds));

	return kinds[kind];
}

const char *wb_transport_name(enum wb_transport transport)
{
	assert(transport <= WB_TRANSPORT_RAIL);

	return transport == WB_TRANSPORT_UNSAID ? ""
						: transports[transport - 1];
}

const char *wb_end_use_name(enum wb_end_use use)
{
	assert((size_t)use < WB_COUNT(end_uses));

	return end_uses[use];
}

const char *wb_consignee_type_name(enum wb_consignee_type type)
{
	assert((size_t)type < WB_COUNT(consignee_types));

	return consignee_types[type];
}

const struct wb_paper *wb_shipment_paper(const struct wb_shipment *s,
					 const char *kind)
{
	for (size_t i = 0; i < s->n_papers; i++)
		if (strcmp(s->paper[i].kind, kind) == 0)
			return &s->paper[i];
	return NULL;
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

static void decode_transport(struct wb_json at, struct wb_shipment *s)
{
	if (at.value == NULL)
		return;
	s->transport = (enum wb_transport)(
		1 + wb_json_word(at, transports, WB_COUNT(transports)));
}

static void decode_facility(struct wb_json at, struct wb_shipment *s)
{
	static const char *const names[] = {"operator", "id"};
	struct wb_json o;

	if (at.value == NULL)
		return;
	o = wb_json_object(at, names, WB_COUNT(names));
	s->facility_operator = wb_json_party(wb_json_need(&o, "operator"));
	s->facility = wb_json_id(wb_json_need(&o, "id"));
}

/* What AES was told of the way and the payment. */
static void decode_clearance(const struct wb_json *o, struct wb_shipment *s)
{
	struct wb_json filed = wb_json_may(o, "filed");

	s->itn = decode_itn(wb_json_may(o, "itn"));
	s->filed = wb_json_time(filed);
	decode_transport(wb_json_may(o, "transport"), s);
	s->port = wb_json_country(wb_json_may(o, "port"));
	s->payer = wb_json_country(wb_json_may(o, "payer"));
	s->declined_service = wb_json_bool(wb_json_may(o, "declined_service"));
}

static void decode_parties(const struct wb_json *o, struct wb_shipment *s)
{
	s->consignee = wb_json_party(wb_json_need(o, "consignee"));
	s->consignee_type = (enum wb_consignee_type)wb_json_word(
		wb_json_need(o, "consignee_type"), consignee_types,
		WB_COUNT(consignee_types));
	s->end_user = wb_json_party(wb_json_may(o, "end_user"));
	decode_intermediates(wb_json_may(o, "intermediates"), s);
	s->charged_to = wb_json_party(wb_json_may(o, "charged_to"));
	decode_facility(wb_json_may(o, "facility"), s);
}

void wb_decode_shipment_body(const struct wb_json *o, wb_time issued,
			     struct wb_shipment *s)
{
	static const char *const names[] = {
		/* clang-format off */
		WB_COMMON_MEMBERS,
		"kind", "export_date", "from", "destination", "consignee",
		"consignee_type", "end_user", "intermediates", "charged_to",
		"facility", "end_use", "declared", "loaded", "arrival",
		"authorization", "papers", "itn", "filed", "transport", "port",
		"payer", "declined_service", "items",
		/* clang-format on */
	};
	size_t skip = o->up == NULL ? 0 : WB_COMMON; /* in a correction */

	wb_json_known(o, names + skip, WB_COUNT(names) - skip);
	s->kind = (enum wb_shipment_kind)wb_json_word(wb_json_need(o, "kind"),
						      kinds, WB_COUNT(kinds));
	decode_dates(o, issued, s);
	s->from = wb_json_country(wb_json_need(o, "from"));
	s->destination = wb_json_country(wb_json_need(o, "destination"));
	decode_parties(o, s);
	s->end_use = (enum wb_end_use)wb_json_word(
		wb_json_need(o, "end_use"), end_uses, WB_COUNT(end_uses));
	decode_declared(wb_json_may(o, "declared"), s);
	decode_authorization(wb_json_need(o, "authorization"), s);
	decode_papers(wb_json_may(o, "papers"), s);
	decode_clearance(o, s);
	wb_decode_items(wb_json_need(o, "items"), s);
}

void wb_decode_shipment(const struct wb_json *o, struct wb_statement *st)
{
	wb_decode_shipment_body(o, st->issued, &st->u.shipment);
}
