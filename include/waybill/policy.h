#ifndef WB_POLICY_H
#define WB_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/crypto.h"
#include "waybill/date.h"
#include "waybill/limits.h"
#include "waybill/problem.h"

/*
 * policy: the law as data, read from three kinds of text (proto/FORMAT.md
 * "Policy texts"): editions of rules, the product catalogue, the country
 * table.  The SHA-256 of the text names each.
 *
 * An edition is a list of rules in the order they are tried.  A rule applies
 * when all its terms hold.  The facts that terms can name and the ways of
 * counting are the vocabulary of this header; every number, country and date
 * stands in the text, beside its citation.
 *
 * Invariants of a parsed edition: every rule, limit, notice and setting has a
 * citation; every set and name used is defined above; numbers are in range.
 */

/* --- country table ------------------------------------------------------ */

/* Groups of Supplement 1 to part 740 and the tiers, one bit each. */
enum wb_group {
	WB_G_A1,
	WB_G_A5,
	WB_G_A6,
	WB_G_B,
	WB_G_D1,
	WB_G_D3,
	WB_G_D4,
	WB_G_D5,
	WB_G_E1,
	WB_G_E2,
	WB_G_TIER1,
	WB_G_TIER2,
	WB_G_TIER3,
	WB_G_TIER1_HEIR, /* tier1, if territories follow (AMBIG-13) */
	WB_GROUPS
};

/* As texts name it: D5, tier1. */
const char *wb_group_name(enum wb_group group);

struct wb_country {
	char code[3];
	wb_date from;
	wb_date to;      /* last day; INT32_MAX while open */
	uint32_t groups; /* bit per enum wb_group */
	char name[64];
};

struct wb_countries {
	char sha256[WB_HASH_HEX + 1]; /* of the text */
	char id[WB_ID_MAX + 1];
	size_t n; /* sorted by code, then from; never overlapping */
	struct wb_country country[WB_COUNTRY_LINES_MAX];
	uint16_t first[26][26]; /* line of a code, counted from 1; 0: none */
};

/* The line of code on date, or NULL if the table does not know it then. */
const struct wb_country *wb_country_on(const struct wb_countries *table,
				       const char *code, wb_date date);

/* --- product catalogue --------------------------------------------------- */

struct wb_product {
	char id[WB_ID_MAX + 1];
	char vendor[32];
	char name[96];
	int datacenter;           /* 1, 0, or -1 unknown */
	int64_t tpp_x10;          /* -1 unknown, as below */
	int64_t least_x10;        /* what others published, or the same
				     (AMBIG-19) */
	int64_t settled_x10;      /* by formats alone whose bit length nobody
				     doubts: not TF32, MX..., FP6 (AMBIG-10) */
	int64_t die_area_mm2_x10; /* 0: no non-planar die; -1 unknown */
	int64_t dram_gbps_x10;
	int64_t link_gbps_x10; /* chip to chip, both directions */
	int64_t host_gbps_x10; /* host interface, both directions */
};

struct wb_catalogue {
	char sha256[WB_HASH_HEX + 1]; /* of the text */
	char id[WB_ID_MAX + 1];
	size_t n; /* sorted by id */
	struct wb_product product[WB_PRODUCTS_MAX];
};

const struct wb_product *wb_product_find(const struct wb_catalogue *cat,
					 const char *id);

/* --- editions ------------------------------------------------------------ */

#define WB_CITATION_MAX        160
#define WB_SHOWN_MAX           48 /* a path or review policy as shown */
#define WB_FAMILIES_MAX        4  /* families that one edition serves */
#define WB_TERMS_MAX           8  /* terms of one rule */
#define WB_SETS_MAX            32
#define WB_SET_PARTS_MAX       64
#define WB_ECCN_RULES_MAX      64
#define WB_LICENCE_RULES_MAX   32
#define WB_EXEMPT_RULES_MAX    16
#define WB_COMPANIONS_MAX      64
#define WB_EXCEPTIONS_MAX      16
#define WB_EXCEPTION_LINES_MAX 16
#define WB_COUNTERS_MAX        6 /* limits and markers by name */
#define WB_REVIEW_RULES_MAX    32
#define WB_SETTINGS_MAX        48
#define WB_TABLE_ROWS_MAX      64
#define WB_WORDS_MAX           16 /* words of an `in` list */

/* What a term asks about. */
enum wb_fact {
	/* numbers of one unit, in tenths */
	WB_F_TPP,
	WB_F_PD,
	WB_F_DRAM,
	WB_F_IO,
	WB_F_DRAM_PLUS_IO,
	WB_F_BANDWIDTH_DENSITY, /* of memory: GB/s per mm2 of the package, in
				   hundredths like WB_F_PD */
	/* TPP of the whole shipment, in tenths; its units, counted */
	WB_F_SHIPMENT_TPP,
	WB_F_CHIPS,
	/* words */
	WB_F_DATACENTER, /* yes, no, unknown */
	WB_F_ECCN,       /* that of the item's ICs, as found */
	WB_F_ENTRY,      /* the item's own: 4A090.a, 5A992.z.1 (companion) */
	WB_F_LIMB,       /* and the limb that decided it */
	WB_F_FORM,       /* ic, assembly, memory */
	WB_F_KIND,       /* export, reexport, transfer */
	WB_F_END_USE,
	WB_F_CONSIGNEE_KIND, /* government, private, unregistered */
	WB_F_PAPER,          /* a paper of that kind, dated in time */
	WB_F_LICENCE,        /* a licence line asks for one */
	WB_F_LETTER,         /* a letter in force for the exporter */
	WB_F_AGREEMENT,      /* of the destination: valid, partial, none */
	WB_F_EXPORTER_LIST,  /* the exporter is on such a list */
	WB_F_PARTY_LIST,     /* consignee, end user, an intermediate or the
				ultimate parent of one is */
	WB_F_OWNED_LIST,     /* one of them is, or listed parties together own
				half of it or more */
	WB_F_CONSIGNEE_LIST, /* the consignee is, and the end user if named */
	WB_F_SETTING,        /* "setting NAME is on|off" */
	/* countries */
	WB_F_FROM, /* the country the goods leave */
	WB_F_DESTINATION,
	WB_F_LOCATED,      /* registered countries of consignee and end user */
	WB_F_HEADQUARTERS, /* HQ and ultimate parent HQ of consignee and end
			      user, as registered and as declared */
	WB_F_PARTIES,      /* destination and headquarters */
	WB_FACTS
};

enum wb_op {
	WB_OP_AT_LEAST, /* >= */
	WB_OP_BELOW,    /* <  */
	WB_OP_ABOVE,    /* >  */
	WB_OP_AT_MOST,  /* <= */
	WB_OP_IS,       /* one of the words */
	WB_OP_IS_NOT,
	WB_OP_IN,      /* every country is in the set */
	WB_OP_TOUCHES, /* at least one is */
	WB_OP_OUTSIDE, /* none is */
};

struct wb_term {
	enum wb_fact fact;
	enum wb_op op;
	int64_t number; /* tenths; for pd and bandwidth_density hundredths,
			   for chips whole */
	int set;        /* index into set[] */
	size_t n_words;
	char word[WB_WORDS_MAX][24]; /* for a setting: on or off */
	int setting;                 /* index into setting[] */
};

struct wb_rule { /* "when term and term", all must hold */
	size_t n;
	struct wb_term term[WB_TERMS_MAX];
	char citation[WB_CITATION_MAX];
	uint32_t line;
};

/* A set of countries: parts added or taken away, left to right. */
struct wb_set_part {
	bool minus;
	enum { WB_PART_GROUP, WB_PART_COUNTRY, WB_PART_SET } what;
	int index; /* group or set */
	char code[3];
	int only_if; /* a part only where this setting is on, or -1 */
};

struct wb_set {
	char name[32];
	size_t n;
	struct wb_set_part part[WB_SET_PARTS_MAX];
	char citation[WB_CITATION_MAX];
	uint32_t line;
};

/*
 * A doubt of RULES 10 or a switch, with its default.  One that is dated has
 * its value from the first through the last day, and the other value on all
 * other days of export.
 */
struct wb_setting {
	char name[40];
	char doubt[16]; /* AMBIG-n, or "" */
	bool on;
	bool dated;
	wb_date from, to; /* to is INT32_MAX while open */
	char citation[WB_CITATION_MAX];
	uint32_t line;
};

/*
 * Settings that the engine asks an edition about by name.  Each is the other
 * reading of a doubt (RULES 10), off where an edition does not name it; the
 * edition's line says which doubt it is, and the decision names that when the
 * other reading would have changed it.
 */
enum wb_named {
	WB_SET_OPERATOR,  /* limit_of_operator, AMBIG-5: a yearly limit is that
			     of charged_to, if the shipment names one */
	WB_SET_RECEIPT,   /* year_of_receipt, AMBIG-6: and of that year */
	WB_SET_MORE,      /* more_than_amount, AMBIG-7: an amount asks for a
			     notice or passes a mark from just above it */
	WB_SET_IO,        /* io_without_host, AMBIG-8: I/O bandwidth is that of
			     the links alone */
	WB_SET_DENSITY,   /* density_without_area, AMBIG-11: above any limit */
	WB_SET_SUPERCHIP, /* superchip_is_one, AMBIG-12: the circuits of one
			     unit count as one */
	WB_SET_MARKETED,  /* unknown_not_datacenter, AMBIG-17: what nobody knows
			     to be marketed for data centres is not */
	WB_SET_BITS,      /* settled_bits_only, AMBIG-10: formats whose bit
			     length is in doubt do not count */
	WB_SET_PUBLISHED, /* least_published_tpp, AMBIG-19: the least TPP that
			     anybody has published counts, not the
			     catalogue's own */
	WB_SET_SAVINGS,   /* savings_before_last_day, AMBIG-9: the last day of
			     the savings clause is not in it */
	WB_NAMED_SETTINGS
};

struct wb_eccn_rule {
	char eccn[16]; /* 3A090.a */
	char limb[16]; /* 3A090.a.1 */
	struct wb_rule when;
};

struct wb_exclusion { /* Note 2: takes an item out again */
	char name[24];
	struct wb_rule when;
};

/* The item of member `base` BASE, whose ICs are ECCN, has the entry ENTRY. */
struct wb_companion {
	char base[16]; /* 5A992; "assembly" for one without base */
	char eccn[16]; /* 3A090.a */
	char entry[16];
	char citation[WB_CITATION_MAX];
	uint32_t line;
};

struct wb_licence_rule { /* licence and exempt lines */
	char name[32];
	char as[WB_SHOWN_MAX]; /* the path: LICENCE or NLR unless it says */
	struct wb_rule when;
};

/* Lines of an exception, in text order. */
enum wb_exception_line_kind {
	WB_X_WHEN,      /* must hold, or the exception is not available */
	WB_X_UNLESS,    /* must not hold, or it is not available */
	WB_X_NEEDS,     /* a paper without which it is not available */
	WB_X_LIMIT,     /* counter and its yearly limit */
	WB_X_NOTICE,    /* a paper due before export from a TPP on: review */
	WB_X_REACHED,   /* a finding when the limit is reached exactly */
	WB_X_MARKER,    /* a finding when a cumulative counter passes */
	WB_X_AFTER,     /* a duty after export, told as information */
	WB_X_BARRED,    /* not available when it holds and a setting is on;
			   a finding with the doubt when it is off */
	WB_X_GRANT,     /* a grant of this kind is held and valid */
	WB_X_SHARE,     /* the holder's share of AI TPP outside a set, at most;
			   if country, that in the destination, if outside */
	WB_X_INSTALLED, /* installed base per company and country, at most;
			   the newest row at the date of export */
	WB_X_OPERATOR,  /* the limit of the party that the shipment names as
			   charged may be charged instead */
	WB_X_EXHAUSTED, /* a finding when less than this is left of it */
};
#define WB_X_KINDS (WB_X_EXHAUSTED + 1)

struct wb_exception_line {
	enum wb_exception_line_kind kind;
	struct wb_rule when; /* WHEN, UNLESS, BARRED, OPERATOR; SHARE: n
				0 is always */
	char name[32];       /* paper, counter, finding code or kind of grant */
	int64_t tpp_x10; /* of LIMIT, NOTICE (0: always), MARKER and others */
	int32_t days;    /* NOTICE: days before export; AFTER: due */
	int setting;     /* BARRED */
	int set;         /* SHARE */
	int32_t percent_x10; /* SHARE */
	bool country;        /* SHARE */
	wb_date from;        /* INSTALLED: first day of the row */
	char text[120];      /* what the reader is told, or "" */
	char citation[WB_CITATION_MAX];
	uint32_t line;
};

struct wb_exception {
	char name[16];         /* AIA, ACM, LPP, NAC, ACA */
	char as[WB_SHOWN_MAX]; /* the path; the name unless the line says */
	char title[80];
	size_t n;
	struct wb_exception_line item[WB_EXCEPTION_LINES_MAX];
	char citation[WB_CITATION_MAX];
	uint32_t line;
};

enum wb_review {
	WB_REVIEW_NONE,     /* no licence is asked for */
	WB_REVIEW_APPROVAL, /* presumption of approval */
	WB_REVIEW_CASE_BY_CASE,
	WB_REVIEW_PRESUMED_DENIAL, /* presumption of denial */
	WB_REVIEW_POLICY_DENIAL,   /* policy of denial */
	WB_REVIEW_UNPUBLISHED,
	WB_REVIEWS
};

const char *wb_review_name(enum wb_review review);

struct wb_review_rule {
	enum wb_review review;
	char as[WB_SHOWN_MAX]; /* the policy as shown */
	bool debit;            /* the allocation counts it all the same */
	char doubt[16];        /* named when this rule decides, or "" */
	struct wb_rule when;
};

struct wb_allocation { /* 742.6(b)(10)(iii)(B) */
	bool present;
	int64_t tpp_x10;
	int first_year, last_year;
	int except;            /* set of countries that have none: there
				  the headquarters' counts; or -1 */
	char doubt[16];        /* named when that happens, or "" */
	bool factor;           /* times that of the destination's agreement */
	char as[WB_SHOWN_MAX]; /* the policy as shown while it lasts */
	char citation[WB_CITATION_MAX];
	char beyond_citation[WB_CITATION_MAX]; /* policy of denial */
	uint32_t line, beyond_line;
};

struct wb_edition {
	char sha256[WB_HASH_HEX + 1]; /* of the text */
	char id[WB_ID_MAX + 1];
	size_t n_families;
	char family[WB_FAMILIES_MAX][32];
	char title[160];
	char source[160];
	wb_date from;    /* first export date */
	wb_date to;      /* last, or INT32_MAX */
	wb_date savings; /* completed by, or WB_DATE_NONE */
	char from_citation[WB_CITATION_MAX];
	char savings_citation[WB_CITATION_MAX];
	char savings_doubt[16];
	int64_t h100_x10;      /* TPP of one H100-equivalent, or -1 */
	int32_t validity_days; /* of a licence, or 0: no such line */
	char validity_citation[WB_CITATION_MAX];
	char h100_citation[WB_CITATION_MAX];
	uint32_t from_line, savings_line, h100_line, validity_line;
	size_t n_sets, n_settings, n_eccns, n_exclusions, n_companions,
		n_exempts, n_licences, n_exceptions, n_reviews;
	struct wb_set set[WB_SETS_MAX];
	struct wb_setting setting[WB_SETTINGS_MAX];
	int named[WB_NAMED_SETTINGS]; /* index into setting[], or -1 */
	uint64_t settings_of_sets;    /* bit per setting that a set hinges on */
	struct wb_eccn_rule eccn[WB_ECCN_RULES_MAX];
	struct wb_exclusion exclusion[8];
	struct wb_companion companion[WB_COMPANIONS_MAX];
	struct wb_licence_rule exempt[WB_EXEMPT_RULES_MAX];
	struct wb_licence_rule licence[WB_LICENCE_RULES_MAX];
	struct wb_exception exception[WB_EXCEPTIONS_MAX];
	struct wb_review_rule review[WB_REVIEW_RULES_MAX];
	struct wb_allocation allocation;
};

/*
 * Parse a text.  WB_EREFUSED with line and column in problem->pointer, or
 * WB_ENOMEM.  The caller frees with free(3)-like wb_..._free.
 */
int wb_edition_parse(struct wb_slice text, struct wb_edition **ret,
		     struct wb_problem *problem) WB_MUST_CHECK;
void wb_edition_free(struct wb_edition *ed);
int wb_catalogue_parse(struct wb_slice text, struct wb_catalogue **ret,
		       struct wb_problem *problem) WB_MUST_CHECK;
void wb_catalogue_free(struct wb_catalogue *cat);
int wb_countries_parse(struct wb_slice text, struct wb_countries **ret,
		       struct wb_problem *problem) WB_MUST_CHECK;
void wb_countries_free(struct wb_countries *table);

/* Whether the edition serves the family. */
bool wb_edition_serves(const struct wb_edition *ed, const char *family);

/* Whether setting i is on for exports of date. */
bool wb_setting_on(const struct wb_edition *ed, int i, wb_date date);
/*
 * The setting of that name, or -1: for the switches that the engine itself
 * asks about (policy/README.md lists them).  One that an edition does not
 * name is off.
 */
int wb_setting_find(const struct wb_edition *ed, const char *name);

/* Whether pattern is that ECCN; n in it, as in 3A001.z.n.a, is any number. */
bool wb_eccn_fits(const char *pattern, const char *eccn);

/* The entry of an item of that base whose ICs are eccn, or NULL. */
const struct wb_companion *wb_companion_find(const struct wb_edition *ed,
					     const char *base,
					     const char *eccn);

/* Whether the country of that code is in set on date; an unknown country is
 * in no set (and the engine has said so before it asks). */
bool wb_set_holds(const struct wb_edition *ed, int set,
		  const struct wb_countries *table, const char *code,
		  wb_date date);
/* The same of a line of the table, where setting turned, if it is not -1, is
 * read the other way. */
bool wb_set_has(const struct wb_edition *ed, int set, int turned,
		const struct wb_country *country, wb_date date);
/* Whether a part of a set that counts by that setting alone holds one of the n
 * countries. */
bool wb_set_hinges(const struct wb_edition *ed, int setting,
		   const struct wb_countries *table, const char *const code[],
		   size_t n, wb_date date);

struct wb_flags;

/* --- the law in force ---------------------------------------------------- */

/*
 * All documents recorded so far, in record order.  The newest catalogue and
 * table apply; the edition is chosen by date of export (wb_law_edition).  An
 * edition that is open (`until open`) lasts until the next of its family
 * begins; dates that are written down do not give way.
 */
struct wb_law {
	char family[32];
	size_t n;
	struct wb_edition *edition[WB_EDITIONS_MAX];
	struct wb_catalogue *catalogue; /* newest, or NULL */
	struct wb_countries *countries;
	struct wb_flags *flags; /* newest red flags (flags.h), or NULL */
};

void wb_law_init(struct wb_law *law, const char *family);
void wb_law_free(struct wb_law *law);

/*
 * Whether an edition fits: of this family (others are kept but never
 * apply), not overlapping one that is there.  WB_EREFUSED says what is wrong.
 */
int wb_law_check(const struct wb_law *law, const struct wb_edition *ed,
		 struct wb_problem *problem) WB_MUST_CHECK;
/*
 * Whether ed, with the first day that its text gives, leaves days without an
 * edition after the one of the law's family that begins last before it.
 */
int wb_law_gap(const struct wb_law *law, const struct wb_edition *ed,
	       struct wb_problem *problem) WB_MUST_CHECK;
/* Take over ed, catalogue or countries (the others NULL). */
void wb_law_adopt(struct wb_law *law, struct wb_edition *ed,
		  struct wb_catalogue *catalogue,
		  struct wb_countries *countries);

/* Take over the red flags adopted. */
void wb_law_adopt_flags(struct wb_law *law, struct wb_flags *flags);

/* The first day of export that an edition of the law's family covers, or
 * WB_DATE_NONE. */
wb_date wb_law_first(const struct wb_law *law);

/* The edition of the law's family for date, or NULL. */
const struct wb_edition *wb_law_edition(const struct wb_law *law, wb_date date);

#endif /* WB_POLICY_H */
