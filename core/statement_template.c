#include <assert.h>
#include <string.h>

#include "core/statement_kinds.h"
#include "waybill/template.h"
#include "waybill/text.h"

/* Examples for a person to edit; FORMAT.md explains each member. */

#define EXAMPLE_ISSUED "2025-05-15T08:00:00Z"

static const char shipment[] =
	"  \"kind\": \"export\",\n"
	"  \"export_date\": \"2025-05-15\",\n"
	"  \"from\": \"US\",\n"
	"  \"destination\": \"MY\",\n"
	"  \"consignee\": \"example-consignee\",\n"
	"  \"consignee_type\": \"direct_consumer\",\n"
	"  \"end_use\": \"data_centre\",\n"
	"  \"authorization\": {\n"
	"    \"type\": \"LPP\"\n"
	"  },\n"
	"  \"papers\": [\n"
	"    {\n"
	"      \"kind\": \"lpp_statement\",\n"
	"      \"sha256\": \"00000000000000000000000000000000"
	"00000000000000000000000000000000\",\n"
	"      \"date\": \"2025-05-12\"\n"
	"    }\n"
	"  ],\n"
	"  \"itn\": \"X20250515000001\",\n"
	"  \"items\": [\n"
	"    {\n"
	"      \"line\": 1,\n"
	"      \"model\": \"nv-h100-sxm\",\n"
	"      \"quantity\": 8,\n"
	"      \"eccn\": \"3A090.a\"\n"
	"    }\n"
	"  ]\n";

#define OF_SHIPMENT                                                            \
	"  \"shipment\": {\n"                                                  \
	"    \"party\": \"example-exporter\",\n"                               \
	"    \"id\": \"example-1\"\n"                                          \
	"  },\n"
#define ITEMS                                                                  \
	"  \"items\": [\n"                                                     \
	"    {\n"                                                              \
	"      \"line\": 1,\n"                                                 \
	"      \"quantity\": 2,\n"                                             \
	"      \"serials\": [\n"                                               \
	"        \"1650325000101\",\n"                                         \
	"        \"1650325000102\"\n"                                          \
	"      ]\n"                                                            \
	"    }\n"                                                              \
	"  ]\n"

static const char arrival[] =
	OF_SHIPMENT "  \"date\": \"2025-05-15\",\n"
		    "  \"facility\": \"dc-1\",\n"
		    "  \"condition\": \"sealed, undamaged\",\n" ITEMS;

static const char installation[] =
	OF_SHIPMENT "  \"date\": \"2025-05-15\",\n"
		    "  \"facility\": \"dc-1\",\n" ITEMS;

static const char move[] = OF_SHIPMENT "  \"date\": \"2025-05-15\",\n"
				       "  \"from\": \"dc-1\",\n"
				       "  \"to\": {\n"
				       "    \"facility\": \"dc-2\"\n"
				       "  },\n" ITEMS;

static const char retirement[] = OF_SHIPMENT "  \"date\": \"2025-05-15\",\n"
					     "  \"facility\": \"dc-1\",\n"
					     "  \"kind\": \"failure\",\n" ITEMS;

static const char move_to_party[] =
	OF_SHIPMENT "  \"date\": \"2025-05-15\",\n"
		    "  \"from\": \"dc-1\",\n"
		    "  \"to\": {\n"
		    "    \"party\": \"example-operator\",\n"
		    "    \"country\": \"MY\"\n"
		    "  },\n"
		    "  \"authority\": \"D0000001\",\n" ITEMS;

static const char inventory[] =
	"  \"facility\": \"dc-1\",\n"
	"  \"date\": \"2025-05-15\",\n"
	"  \"counts\": [\n"
	"    {\n"
	"      \"model\": \"nv-h100-sxm\",\n"
	"      \"quantity\": 8\n"
	"    }\n"
	"  ],\n"
	"  \"it_power_kw\": 1200,\n"
	"  \"location\": {\n"
	"    \"evidence_sha256\": \"00000000000000000000000000000000"
	"00000000000000000000000000000000\",\n"
	"    \"country\": \"MY\",\n"
	"    \"checkpoint\": \"00000000000000000000000000000000"
	"00000000000000000000000000000000\",\n"
	"    \"measured\": \"2025-05-15T04:00:00Z\"\n"
	"  }\n";

#define CORRECTS                                                               \
	"  \"corrects\": {\n"                                                  \
	"    \"id\": \"example-0\"\n"                                          \
	"  },\n"
static const char correction[] =
	CORRECTS "  \"reason\": \"two units were found on another pallet\",\n"
		 "  \"arrival\": {\n"
		 "    \"shipment\": {\n"
		 "      \"party\": \"example-exporter\",\n"
		 "      \"id\": \"example-1\"\n"
		 "    },\n"
		 "    \"date\": \"2025-05-15\",\n"
		 "    \"items\": [\n"
		 "      {\n"
		 "        \"line\": 1,\n"
		 "        \"quantity\": 8\n"
		 "      }\n"
		 "    ]\n"
		 "  }\n";

static const char voiding[] = "  \"voids\": {\n"
			      "    \"id\": \"example-0\"\n"
			      "  },\n"
			      "  \"reason\": \"the goods did not leave\"\n";

static const char detail[] = "  \"name\": \"Example Sdn Bhd\",\n"
			     "  \"country\": \"MY\",\n"
			     "  \"headquarters\": \"MY\",\n"
			     "  \"address\": \"1 Example Road, Cyberjaya\",\n"
			     "  \"government\": false,\n"
			     "  \"effective\": \"2025-01-01\",\n"
			     "  \"owners\": [\n"
			     "    {\n"
			     "      \"party\": \"example-parent\",\n"
			     "      \"percent\": 60\n"
			     "    }\n"
			     "  ]\n";

static const char licence[] = "  \"grant\": \"licence\",\n"
			      "  \"number\": \"D0000001\",\n"
			      "  \"status\": \"active\",\n"
			      "  \"valid_from\": \"2025-05-15\",\n"
			      "  \"valid_to\": \"2026-05-14\",\n"
			      "  \"exporters\": [\n"
			      "    \"example-exporter\"\n"
			      "  ],\n"
			      "  \"consignee\": \"example-consignee\",\n"
			      "  \"destination\": \"MY\",\n"
			      "  \"items\": [\n"
			      "    {\n"
			      "      \"eccn\": \"3A090.a\",\n"
			      "      \"models\": [\n"
			      "        \"nv-h100-sxm\"\n"
			      "      ],\n"
			      "      \"quantity\": 1000\n"
			      "    }\n"
			      "  ]\n";

#define GRANT(KIND)                                                            \
	"  \"grant\": \"" KIND "\",\n"                                         \
	"  \"number\": \"" KIND "-0001\",\n"                                   \
	"  \"status\": \"active\",\n"                                          \
	"  \"valid_from\": \"2025-05-15\",\n"                                  \
	"  \"holder\": \"example-holder\",\n"

/* Declared before the grant: tenths of TPP in the world and where. */
static const char uveu[] = GRANT("uveu") "  \"world_tpp_x10\": 1000000000,\n"
					 "  \"countries\": [\n"
					 "    {\n"
					 "      \"country\": \"US\",\n"
					 "      \"tpp_x10\": 900000000\n"
					 "    },\n"
					 "    {\n"
					 "      \"country\": \"MY\",\n"
					 "      \"tpp_x10\": 10000000\n"
					 "    }\n"
					 "  ],\n"
					 "  \"destinations\": [\n"
					 "    \"MY\",\n"
					 "    \"SG\"\n"
					 "  ]\n";

static const char nveu[] = GRANT("nveu") "  \"country\": \"MY\",\n"
					 "  \"installed_tpp_x10\": 0\n";

static const char letter[] = "  \"name\": \"example-letter\",\n"
			     "  \"effective\": \"2025-05-15\"\n";

static const char listing[] = "  \"list\": \"entity_list\",\n"
			      "  \"effective\": \"2025-05-15\"\n";

static const char agreement[] = "  \"country\": \"MY\",\n"
				"  \"effective\": \"2025-05-15\",\n"
				"  \"until\": \"2027-12-31\",\n"
				"  \"status\": \"in_force\",\n"
				"  \"commitments\": [\n"
				"    \"align_controls\",\n"
				"    \"anti_smuggling\",\n"
				"    \"no_military_cooperation\"\n"
				"  ],\n"
				"  \"factor_percent\": 150\n";

static const char finding[] = "  \"about\": {\n"
			      "    \"party\": \"example-exporter\",\n"
			      "    \"id\": \"S-1\"\n"
			      "  },\n"
			      "  \"code\": \"pre-notice\",\n"
			      "  \"outcome\": \"closed\",\n"
			      "  \"note\": \"The notice was given.\"\n";

static const char sweep[] = "  \"day\": \"2025-07-01\",\n"
			    "  \"part\": 1\n";

static const char engine[] = "  \"engine\": 1\n";

/* The first lines of an edition; an adopted one is whole. */
static const char edition[] = "waybill/policy/1\nid example-2025\n";

static void write_member(struct wb_writer *w, const char *name,
			 const char *value)
{
	wb_write_str(w, "  ");
	wb_write_json(w, wb_slice_str(name));
	wb_write_str(w, ": ");
	wb_write_json(w, wb_slice_str(value));
	wb_write_str(w, ",\n");
}

/*
 * A key that nobody holds: digests are tried as the public key until one is a
 * point of the curve.  Were it made from a seed that stands here, an example
 * left as it is could be signed by anyone.
 */
static void write_key(struct wb_writer *w, const char *const name_part[],
		      size_t n)
{
	char name[WB_KEY_NAME_MAX + 1] = "", text[WB_VKEY_TEXT_MAX + 1];
	uint8_t before[WB_HASH_LEN], public[WB_PUBLIC_LEN];
	struct wb_slice hashed = wb_slice_str("example");
	struct wb_writer name_w;
	struct wb_vkey key;
	int rc;

	wb_writer_init(&name_w, name, sizeof(name) - 1);
	for (size_t i = 0; i < n; i++)
		wb_write_str(&name_w, name_part[i]);
	do {
		const struct wb_slice part[] = {wb_slice_str(name), hashed};

		wb_sha256(part, 2, public);
		rc = wb_vkey_make(wb_slice_str(name), WB_SIG_ED25519, public,
				  &key);
		memcpy(before, public, sizeof(before));
		hashed = wb_slice(before, sizeof(before));
	} while (rc == WB_EKEY);
	/* An origin and an id always make a name. */
	assert(rc == 0);
	wb_vkey_format(&key, text);
	wb_write_json(w, wb_slice_str(text));
}

static void write_service_key(struct wb_writer *w, const char *origin,
			      const char *suffix)
{
	const char *const name[] = {origin, suffix};

	write_key(w, name, WB_COUNT(name));
}

static void write_party_key(struct wb_writer *w, const char *origin,
			    const char *party, const char *label)
{
	const char *const name[] = {origin, "/party/", party, "/", label};

	write_key(w, name, WB_COUNT(name));
}

static void write_quorum(struct wb_writer *w, const char *origin,
			 const char *party)
{
	static const char *const labels[] = {"a", "b", "c"};

	wb_write_str(w, "  ");
	wb_write_json(w, wb_slice_str(party));
	wb_write_str(w, ": {\n    \"quorum\": 2,\n    \"keys\": [\n");
	for (size_t i = 0; i < WB_COUNT(labels); i++) {
		wb_write_str(w, "      ");
		write_party_key(w, origin, party, labels[i]);
		wb_write_str(w, i + 1 < WB_COUNT(labels) ? ",\n" : "\n");
	}
	wb_write_str(w, "    ]\n  },\n");
}

static void write_genesis(struct wb_writer *w, const char *origin)
{
	wb_write_str(w, "  \"keys\": {\n    \"checkpoint\": ");
	write_service_key(w, origin, "");
	wb_write_str(w, ",\n    \"record\": ");
	write_service_key(w, origin, "/record");
	wb_write_str(w, "\n  },\n");
	write_quorum(w, origin, WB_ID_AUTHORITY);
	write_quorum(w, origin, WB_ID_COMMITTEE);
	write_member(w, "family", "paper");
	wb_write_str(w, "  \"historical\": false,\n"
			"  \"late_days\": 30,\n"
			"  \"engine\": 1\n");
}

static void write_party(struct wb_writer *w, const char *origin,
			const char *subject)
{
	write_member(w, "role", wb_role_name(WB_ROLE_EXPORTER));
	wb_write_str(w, "  \"keys\": [\n    ");
	write_party_key(w, origin, subject, "a");
	wb_write_str(w, "\n  ],\n  \"valid_from\": \"2025-01-01\"\n");
}

static void write_policy(struct wb_writer *w)
{
	struct wb_slice text = wb_slice_str(edition);
	char digest[WB_HASH_HEX + 1];

	wb_sha256_hex(text, digest);
	write_member(w, "edition", edition);
	wb_write_fmt(w, "  \"sha256\": \"%s\"\n", digest);
}

/* The members that all have. */
static void write_common(struct wb_writer *w, enum wb_type type,
			 const char *origin, const char *by)
{
	write_member(w, "type", wb_kind(type)->name);
	write_member(w, "ledger", origin);
	write_member(w, "party", by);
	write_member(w, "id", type == WB_GENESIS ? WB_ID_GENESIS : "example-1");
	write_member(w, "issued", EXAMPLE_ISSUED);
}

/* One kind: who says it, the member that names the party it is about, and the
 * other members, unless a function writes them. */
struct example {
	const char *by;    /* NULL: the party */
	const char *names; /* or NULL */
	const char *members;
};

static const struct example examples[WB_TYPES] = {
	[WB_GENESIS] = {WB_ID_LEDGER, NULL, NULL},
	[WB_PARTY] = {WB_ID_AUTHORITY, "subject", NULL},
	[WB_PARTY_DETAIL] = {WB_ID_AUTHORITY, "subject", detail},
	[WB_POLICY] = {WB_ID_COMMITTEE, NULL, NULL},
	[WB_SHIPMENT] = {NULL, NULL, shipment},
	[WB_ARRIVAL] = {NULL, NULL, arrival},
	[WB_INSTALLATION] = {NULL, NULL, installation},
	[WB_INVENTORY] = {NULL, NULL, inventory},
	[WB_MOVE] = {NULL, NULL, move},
	[WB_RETIREMENT] = {NULL, NULL, retirement},
	[WB_CORRECTION] = {NULL, NULL, correction},
	[WB_VOID] = {NULL, NULL, voiding},
	[WB_LICENCE] = {WB_ID_AUTHORITY, NULL, licence},
	[WB_LETTER] = {WB_ID_AUTHORITY, "exporter", letter},
	[WB_LISTING] = {WB_ID_AUTHORITY, "subject", listing},
	[WB_AGREEMENT] = {WB_ID_AUTHORITY, "government", agreement},
	[WB_FINDING] = {NULL, NULL, finding},
	[WB_ENGINE_CHANGE] = {WB_ID_COMMITTEE, NULL, engine},
	[WB_SWEEP] = {WB_ID_LEDGER, NULL, sweep},
};

/* Kinds of a type: other members, or those of another type, inside. */
static const struct variant {
	enum wb_type type;
	const char *kind;
	const char *members; /* NULL: those of the type of that name, inside */
} variants[] = {
	{WB_LICENCE, "licence", licence},
	{WB_LICENCE, "uveu", uveu},
	{WB_LICENCE, "nveu", nveu},
	{WB_MOVE, "facility", move},
	{WB_MOVE, "party", move_to_party},
	{WB_CORRECTION, "arrival", correction},
	{WB_CORRECTION, "shipment", NULL},
	{WB_CORRECTION, "installation", NULL},
	{WB_CORRECTION, "inventory", NULL},
	{WB_CORRECTION, "move", NULL},
	{WB_CORRECTION, "retirement", NULL},
};

const char *wb_statement_template_kind(enum wb_type type, size_t i)
{
	for (size_t k = 0; k < WB_COUNT(variants); k++)
		if (variants[k].type == type && i-- == 0)
			return variants[k].kind;
	return NULL;
}

/* NULL without a kind: members of the type itself. */
static int find_variant(enum wb_type type, const char *kind,
			const struct variant **ret)
{
	*ret = NULL;
	if (kind == NULL)
		return 0;
	for (size_t k = 0; k < WB_COUNT(variants) && *ret == NULL; k++)
		if (variants[k].type == type &&
		    strcmp(variants[k].kind, kind) == 0)
			*ret = &variants[k];
	return *ret == NULL ? WB_ENOTFOUND : 0;
}

/* A correction that says a statement of another type again. */
static void write_again(struct wb_writer *w, const char *type)
{
	const struct wb_kind *kind = wb_kind_named(wb_slice_str(type));
	struct wb_slice text = wb_slice_str(examples[kind->type].members), line;

	wb_write_str(w, CORRECTS);
	write_member(w, "reason", "a figure was wrong");
	wb_write_fmt(w, "  \"%s\": {\n", type);
	while (wb_line_next(&text, &line)) {
		wb_write_str(w, "  ");
		wb_write_slice(w, line);
		wb_write_char(w, '\n');
	}
	wb_write_str(w, "  }\n");
}

static void write_whole(struct wb_writer *w, enum wb_type type,
			const struct variant *variant, const char *origin,
			const char *party)
{
	const struct example *e = &examples[type];
	const char *members = variant == NULL ? e->members : variant->members;

	wb_write_str(w, "{\n");
	write_common(w, type, origin, e->by == NULL ? party : e->by);
	if (e->names != NULL)
		write_member(w, e->names, party);
	if (members != NULL)
		wb_write_str(w, members);
	else if (variant != NULL)
		write_again(w, variant->kind);
	else if (type == WB_GENESIS)
		write_genesis(w, origin);
	else if (type == WB_PARTY)
		write_party(w, origin, party);
	else
		write_policy(w);
	wb_write_str(w, "}\n");
}

int wb_statement_template_of(enum wb_type type, const char *kind,
			     const char *origin, const char *party,
			     struct wb_writer *w)
{
	const struct variant *variant;
	struct wb_slice written;
	bool may;
	int rc;

	assert(type < WB_TYPES);

	rc = find_variant(type, kind, &variant);
	if (rc != 0)
		return rc;
	may = (examples[type].by != NULL && examples[type].names == NULL) ||
	      wb_party_named(party);
	/* The authority answers findings, as governments do. */
	if (type == WB_FINDING && party != NULL)
		may |= strcmp(party, WB_ID_AUTHORITY) == 0;
	if (!may || !wb_origin_valid(wb_slice_str(origin)))
		return WB_EFORM;
	write_whole(w, type, variant, origin, party);
	return wb_writer_end(w, &written);
}

int wb_statement_template(enum wb_type type, const char *origin,
			  const char *party, struct wb_writer *w)
{
	return wb_statement_template_of(type, NULL, origin, party, w);
}
