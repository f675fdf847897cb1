#ifndef WB_STATEMENT_H
#define WB_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/date.h"
#include "waybill/grant.h"
#include "waybill/limits.h"
#include "waybill/note.h"
#include "waybill/problem.h"

/*
 * statement: what a party says, one JSON object inside a signed note
 * (DESIGN 3.2, proto/FORMAT.md "Statements").
 *
 * Decoded once into plain C; strings are borrowed from the parsed JSON that
 * the struct holds, NUL-terminated, valid UTF-8, without control characters
 * (policy texts may hold newlines).  An absent optional string is NULL, an
 * absent date WB_DATE_NONE, an absent number the value its field names.
 *
 * The kinds stand in one table (wb_statement_kinds): name, who must sign, the
 * size limit and the decoder.  A new kind is a new row.
 */
enum wb_type {
	WB_GENESIS,
	WB_PARTY,
	WB_PARTY_DETAIL,
	WB_POLICY,
	WB_SHIPMENT,
	WB_ARRIVAL,
	WB_INSTALLATION,
	WB_INVENTORY,
	WB_MOVE,
	WB_RETIREMENT,
	WB_CORRECTION,
	WB_VOID,
	WB_LICENCE,
	WB_LETTER,
	WB_LISTING,
	WB_AGREEMENT,
	WB_FINDING,
	WB_ENGINE_CHANGE, /* named "engine" */
	WB_SWEEP,
	WB_TYPES /* how many */
};

/* Whose signature lines a type asks for. */
enum wb_signed_by {
	WB_BY_PARTY,              /* one line, by a key of the named party */
	WB_BY_AUTHORITY,          /* distinct members of the authority quorum */
	WB_BY_COMMITTEE,          /* distinct members of the committee quorum */
	WB_BY_AUTHORITY_AND_KEYS, /* and each new key (possession) */
	WB_BY_LEDGER,             /* one line, by its record key */
	WB_BY_LEDGER_AND_AUTHORITY,     /* genesis: both service keys, quorum */
	WB_BY_AUTHORITY_AND_GOVERNMENT, /* and a key of the one it names */
	WB_BY_AUTHORITY_OR_PARTY, /* the quorum where party is authority, else
				     one line by a key of the party */
};

enum wb_role {
	WB_ROLE_EXPORTER,
	WB_ROLE_OPERATOR,
	WB_ROLE_GOVERNMENT,
	WB_ROLE_AUDITOR, /* full auditor: sees everything */
	WB_ROLE_AUTHORITY,
	WB_ROLE_COMMITTEE,
	WB_ROLES
};

struct wb_kind {
	enum wb_type type;
	const char *name; /* as in the member "type" */
	enum wb_signed_by signed_by;
	size_t max;     /* bytes of the note */
	bool open;      /* anyone may read it (DESIGN 4) */
	unsigned roles; /* of the party that signs: bit per enum wb_role */
};

const struct wb_kind *wb_kind(enum wb_type type);
const struct wb_kind *wb_kind_named(struct wb_slice name);
const char *wb_role_name(enum wb_role role);
int wb_role_named(struct wb_slice name, enum wb_role *ret) WB_MUST_CHECK;

/* Members whose keys count together, k of n. */
struct wb_quorum {
	unsigned k;
	size_t n;
	struct wb_vkey key[WB_QUORUM_MAX];
};

/* type genesis, party "ledger": the beginning of a ledger. */
struct wb_genesis {
	struct wb_vkey checkpoint_key; /* named <origin> */
	struct wb_vkey record_key;     /* named <origin>/record */
	struct wb_quorum authority;    /* named <origin>/party/authority/... */
	struct wb_quorum committee;    /* named <origin>/party/committee/... */
	const char *family;            /* of editions that it applies */
	bool historical;               /* editions may take effect earlier */
	int32_t late_days;
	int32_t engine; /* engine number it begins with */
	/* The ledger it goes on from, and the last checkpoint note known of
	 * that, whose signatures are not verified; NULL and empty if none. */
	const char *continues;
	struct wb_slice continues_checkpoint;
};

/* type party: the public part of a registration. */
struct wb_party_reg {
	const char *subject; /* the party registered */
	enum wb_role role;
	size_t n_keys;
	struct wb_vkey key[WB_PARTY_KEYS_MAX]; /* .../party/<subject>/<label> */
	wb_date valid_from;
	wb_date valid_to;   /* last day, or WB_DATE_NONE */
	size_t n_countries; /* role government: those it speaks for */
	const char *country[WB_GOVERNED_MAX];
};

/* type party-detail: the restricted part; also parties without keys. */
struct wb_owner {
	const char *party;
	int32_t percent; /* 1 to 100 */
};

enum wb_business {
	WB_BUSINESS_UNKNOWN, /* not said */
	WB_DATA_CENTRE,
	WB_CLOUD,
	WB_RESEARCH,
	WB_TELECOM,
	WB_MANUFACTURER,
	WB_FORWARDER,
	WB_TRADING,
	WB_BUSINESS_RESELLER,
	WB_WAREHOUSE,
	WB_OTHER_BUSINESS,
	WB_BUSINESSES
};

enum wb_address_kind {
	WB_ADDRESS_UNKNOWN, /* not said */
	WB_OFFICE,
	WB_INDUSTRIAL,
	WB_RESIDENTIAL,
	WB_MAIL_DROP,
	WB_FREE_ZONE,
	WB_ADDRESS_KINDS
};

/* What two parties may have in common; the thing itself is not told. */
enum wb_link_kind {
	WB_LINK_ADDRESS,
	WB_LINK_OFFICER,
	WB_LINK_PHONE,
	WB_LINK_DOMAIN,
	WB_LINK_BANK,
	WB_LINK_KINDS
};

struct wb_party_link {
	enum wb_link_kind kind;
	const char *sha256; /* hex */
};

struct wb_facility {
	const char *id; /* of the party's own */
	const char *country;
	int64_t it_power_kw; /* -1 if not said */
};

struct wb_party_detail {
	const char *subject;
	const char *name;
	const char *country;      /* located in */
	const char *headquarters; /* ISO country */
	const char *address;      /* or NULL */
	bool government;          /* owned or controlled by one (740.28) */
	wb_date effective;        /* first day that this is so */
	size_t n_owners;
	struct wb_owner owner[WB_OWNERS_MAX]; /* registered parties */
	wb_date incorporated;                 /* or WB_DATE_NONE */
	enum wb_business business;
	enum wb_address_kind address_kind;
	size_t n_links;
	struct wb_party_link link[WB_LINKS_MAX];
	size_t n_facilities;
	struct wb_facility facility[WB_FACILITIES_MAX];
};

/* type policy: exactly one of the four documents. */
enum wb_document {
	WB_DOC_EDITION,
	WB_DOC_CATALOGUE,
	WB_DOC_COUNTRIES,
	WB_DOC_FLAGS,
};

struct wb_policy_adoption {
	enum wb_document document;
	struct wb_slice text;        /* borrowed; newlines allowed */
	uint8_t digest[WB_HASH_LEN]; /* SHA-256 of text, checked */
};

/* type shipment. */
enum wb_shipment_kind { WB_EXPORT, WB_REEXPORT, WB_TRANSFER };

enum wb_end_use { /* 740.28 and RULES 8; names in the table of the decoder */
		  WB_USE_DATA_CENTRE,
		  WB_USE_TRAINING,
		  WB_USE_INFERENCE,
		  WB_USE_RESEARCH,
		  WB_USE_RESALE,
		  WB_USE_DEVELOPMENT,
		  WB_USE_PRODUCTION,
		  WB_USE_STORAGE,
		  WB_USE_CONSUMER,
		  WB_USES
};

enum wb_consignee_type { /* 15 CFR 30.6: EEI */
			 WB_DIRECT_CONSUMER,
			 WB_GOVERNMENT_ENTITY,
			 WB_RESELLER,
			 WB_OTHER_UNKNOWN,
};

enum wb_transport { /* how the goods leave; UNSAID: not stated */
		    WB_TRANSPORT_UNSAID,
		    WB_TRANSPORT_AIR,
		    WB_TRANSPORT_SEA,
		    WB_TRANSPORT_ROAD,
		    WB_TRANSPORT_RAIL,
};

enum wb_form {                   /* what a unit of an item is */
	       WB_FORM_IC,       /* one integrated circuit or package */
	       WB_FORM_ASSEMBLY, /* a board, module or computer holding them */
	       WB_FORM_MEMORY,   /* a memory stack by itself (3A090.c) */
};

struct wb_item {
	int32_t line;
	const char *model; /* catalogue id, or NULL: parameters attested */
	const char *part;  /* part number, or NULL */
	const char *eccn;  /* claimed */
	int64_t quantity;
	enum wb_form form;
	/* ICs of the model, or of these parameters, in one unit; 1 unless the
	 * form is assembly.  Limits ask about one IC, counters about all. */
	int32_t units;
	const char *base; /* ECCN without its .z, such as 5A992, or NULL */
	int64_t unit_value_usd; /* -1 if absent */
	/* Attested, -1 if absent; tenths. */
	int64_t tpp_x10;
	int64_t die_area_mm2_x10; /* 0: no non-planar die */
	int64_t dram_gbps_x10;
	int64_t io_gbps_x10;
	int64_t package_area_mm2_x10; /* for memory; never 0 */
	int datacenter;               /* 1, 0, or -1 if absent */
	size_t n_lots;
	int64_t lots_quantity; /* sum over lots; equals quantity if any */
	/* Those listed: of the shipment's serials. */
	size_t first_serial, n_serials;
};

/* Serial numbers as listed, none twice in a statement. */
struct wb_serials {
	size_t n;
	const char *serial[WB_SERIALS_MAX];
};

struct wb_paper {           /* a document kept by somebody: its hash and date */
	const char *kind;   /* of the table of papers, e.g. lpp_statement */
	const char *sha256; /* hex */
	const char *reference; /* or NULL */
	wb_date date;
};

struct wb_shipment {
	enum wb_shipment_kind kind;
	const char *from;        /* country the goods leave */
	const char *destination; /* country of ultimate destination */
	const char *consignee;   /* ultimate consignee: party id */
	enum wb_consignee_type consignee_type;
	const char *end_user; /* party id, or NULL: the consignee */
	size_t n_intermediates;
	const char *intermediate[WB_INTERMEDIATES_MAX]; /* party ids */
	enum wb_end_use end_use;
	/* Declared by the exporter about the consignee; may be NULL. */
	const char *declared_headquarters; /* country */
	const char *declared_parent_headquarters;
	const char *declared_parent; /* party id */
	wb_date export_date;
	wb_date loaded;            /* on board a carrier, or WB_DATE_NONE */
	wb_date arrival;           /* expected or real, or WB_DATE_NONE */
	const char *authorization; /* claimed: NLR, LPP, AIA, LICENCE ... */
	const char *authorization_number; /* or NULL */
	size_t n_papers;
	struct wb_paper paper[WB_NOTICES_MAX]; /* evidence and notices */
	const char *itn; /* AES internal transaction number or NULL */
	wb_time filed;   /* when AES took the filing; 0 if absent */
	enum wb_transport transport;
	const char *port;  /* country of the foreign port of unlading, NULL */
	const char *payer; /* country that the payment comes from, or NULL */
	/* The party whose yearly limit is charged when another entity than the
	 * consignee operates the items (740.29(a), AMBIG-5), or NULL. */
	const char *charged_to;
	const char *facility_operator; /* the data centre, or both NULL */
	const char *facility;          /* its id, unique for that operator */
	int declined_service;          /* 1, 0, or -1 if absent */
	size_t n_items;
	struct wb_item item[WB_ITEMS_MAX];
	struct wb_serials serials;
};

/*
 * types arrival, installation, move and retirement: what an operator has done
 * with units of one shipment.
 */
struct wb_handled_item {
	int32_t line; /* of the shipment */
	int64_t quantity;
	size_t first_serial, n_serials; /* at most quantity */
};

enum wb_retirement { /* names in the table of the decoder */
		     WB_RETIRED_LOSS,
		     WB_RETIRED_THEFT,
		     WB_RETIRED_DAMAGE,
		     WB_RETIRED_FAILURE,
		     WB_RETIRED_RELOCATION,
		     WB_RETIRED_RESALE,
		     WB_RETIRED_SCRAP,
		     WB_RETIREMENTS
};

struct wb_handling {
	const char *shipper; /* party and id of the shipment */
	const char *shipment;
	wb_date date;
	/* The operator's facility where it is; of a move: that it leaves.
	 * NULL only in an arrival. */
	const char *facility;
	const char *condition; /* arrival; or NULL */
	/* move: to a facility of the operator, or to another party in a
	 * country; the others are NULL */
	const char *to_facility;
	const char *to_party;
	const char *to_country;
	const char *authority;   /* move: grant or exception, or NULL */
	enum wb_retirement kind; /* retirement */
	const char *buyer;       /* retirement; or NULL */
	size_t n_items;
	struct wb_handled_item item[WB_ITEMS_MAX]; /* lines ascending */
	struct wb_serials serials;
};

/* type inventory: what an operator counts in one facility. */
struct wb_inventory {
	const char *facility;
	wb_date date;
	size_t n_counts;
	struct {
		const char *model; /* catalogue id; none twice */
		int64_t quantity;
	} count[WB_COUNTS_MAX];
	struct wb_serials serials;
	int64_t it_power_kw; /* -1 if absent */
	/* Evidence of the location; all NULL if absent. */
	const char *evidence_sha256;
	const char *evidence_country;
	const char *evidence_checkpoint; /* the nonce: SHA-256, hex */
	wb_time evidence_measured;
	/* Whom it rents out to; -1 if absent. */
	int64_t customers, customers_tier3, customers_undisclosed;
};

/*
 * type correction: says an earlier statement of the same party again, whole.
 * type void: takes one back.
 */
struct wb_correction {
	const char *corrects; /* id of the earlier statement */
	const char *reason;
	/* shipment, inventory, arrival, installation, move, retirement */
	enum wb_type of;
	struct wb_shipment shipment; /* which of the three: by of */
	struct wb_inventory inventory;
	struct wb_handling handling;
};

struct wb_void {
	const char *voids; /* id of the earlier statement */
	const char *reason;
};

/* type sweep: the ledger asks what is due (core/sweep.c). */
struct wb_sweep {
	wb_date day;  /* of the record */
	int64_t part; /* from 1: as many as the day needs */
	/* The shipment that is judged again, and alone; or both NULL. */
	const char *about_party;
	const char *about_id;
};

/* "party/id" */
#define WB_ABOUT_MAX (2 * WB_ID_MAX + 1)

/* type finding: what became of a finding of the ledger. */
struct wb_finding_answer {
	const char *about_party; /* the statement that the finding is of */
	const char *about_id;
	const char *code;
	enum wb_outcome outcome;
	const char *assignee;      /* a person or office, in assigned only */
	const char *note;          /* or NULL */
	struct wb_serials serials; /* seen in the check */
};

struct wb_statement {
	enum wb_type type;
	const char *ledger;
	const char *party;
	const char *id;
	wb_time issued;
	/* The statement that this one is about, as party/id: a shipment's own,
	 * the shipment that is handled, what is corrected or voided, or has
	 * the finding; or "". */
	char about[WB_ABOUT_MAX + 1];
	uint8_t digest[WB_HASH_LEN]; /* SHA-256 of the whole note */
	union {
		struct wb_genesis genesis;
		struct wb_party_reg party_reg;
		struct wb_party_detail detail;
		struct wb_policy_adoption policy;
		struct wb_shipment shipment;
		struct wb_handling handling;
		struct wb_inventory inventory;
		struct wb_correction correction;
		struct wb_void voiding;
		struct wb_licence licence;
		struct wb_letter letter;
		struct wb_listing listing;
		struct wb_agreement agreement;
		struct wb_finding_answer finding;
		struct wb_engine_change engine;
		struct wb_sweep sweep;
	} u;
	struct wb_slice text; /* that was decoded, borrowed; or empty */
	void *json;           /* owner of the strings */
};

/*
 * Decode the JSON text of a statement (a note's text, or a draft).  origin is
 * the ledger it must name, or NULL to take any.  WB_EREFUSED with *problem, or
 * WB_ENOMEM.  On success the caller frees ret, whose digest is zero: only
 * wb_statement_open() sees the note.
 */
int wb_statement_decode(struct wb_slice text, const char *origin,
			struct wb_statement *ret,
			struct wb_problem *problem) WB_MUST_CHECK;

/*
 * Parse a statement note whole: the note, strict lines, sizes per kind, the
 * JSON, and the digest.  No signature is verified here.  ret_note borrows
 * from in.
 */
int wb_statement_open(struct wb_slice in, const char *origin,
		      struct wb_note *ret_note, struct wb_statement *ret,
		      struct wb_problem *problem) WB_MUST_CHECK;

/* Accepts a zeroed struct. */
void wb_statement_free(struct wb_statement *st);

/* The inventory that it says, or says again; NULL if it is none. */
const struct wb_inventory *wb_inventory_of(const struct wb_statement *st);

const char *wb_business_name(enum wb_business business);
const char *wb_address_kind_name(enum wb_address_kind kind);
const char *wb_link_kind_name(enum wb_link_kind kind);

const char *wb_shipment_kind_name(enum wb_shipment_kind kind);
const char *wb_end_use_name(enum wb_end_use use);
const char *wb_consignee_type_name(enum wb_consignee_type type);
const char *wb_transport_name(enum wb_transport transport); /* "" unsaid */
const char *wb_form_name(enum wb_form form);
const char *wb_retirement_name(enum wb_retirement kind);
/* Whether the shipment carries a paper of that kind; the paper, or NULL. */
const struct wb_paper *wb_shipment_paper(const struct wb_shipment *s,
					 const char *kind);

#endif /* WB_STATEMENT_H */
