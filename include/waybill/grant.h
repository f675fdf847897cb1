#ifndef WB_GRANT_H
#define WB_GRANT_H

#include <stddef.h>
#include <stdint.h>

#include "waybill/date.h"
#include "waybill/limits.h"

/*
 * grant: what the authority, the committee and partner governments say to a
 * ledger (proto/FORMAT.md 4.6 to 4.11): licences, letters, listings,
 * agreements, answers to findings, and the engine in force.
 *
 * These are bodies of struct wb_statement, and what that says of absent
 * members and of strings holds here.
 */

/*
 * type licence: what the authority grants.  A later statement of the same
 * number stands in its place.
 */
enum wb_grant_kind {
	WB_GRANT_LICENCE, /* one licence, for items to one consignee */
	WB_GRANT_UVEU,    /* universal validated end user */
	WB_GRANT_NVEU,    /* national validated end user */
	WB_GRANT_KINDS
};

enum wb_grant_status {
	WB_GRANT_ACTIVE,
	WB_GRANT_SUSPENDED,
	WB_GRANT_REVOKED, /* for good */
	WB_GRANT_STATUSES
};

struct wb_licence_item {
	const char *eccn;
	size_t n_models; /* 0: whatever is of the ECCN */
	const char *model[WB_GRANT_MODELS_MAX];
	int64_t quantity; /* units, or -1: not limited */
	int64_t tpp_x10;  /* tenths of TPP, or -1; one of the two is there */
};

struct wb_country_tpp {
	const char *country;
	int64_t tpp_x10;
};

struct wb_licence {
	enum wb_grant_kind kind;
	enum wb_grant_status status;
	const char *number; /* an id */
	wb_date valid_from;
	wb_date valid_to; /* last day; WB_DATE_NONE: open (uveu, nveu) */
	/* licence */
	size_t n_exporters;
	const char *exporter[WB_GRANT_EXPORTERS_MAX];
	const char *consignee;
	const char *end_user; /* or NULL */
	const char *destination;
	size_t n_items;
	struct wb_licence_item item[WB_GRANT_ITEMS_MAX];
	/* uveu, nveu */
	const char *holder; /* the ultimate parent */
	/* uveu: held as declared before the grant, world and by country */
	int64_t world_tpp_x10;
	size_t n_countries;
	struct wb_country_tpp country[WB_GRANT_COUNTRIES_MAX];
	size_t n_destinations; /* where it may build */
	const char *destinations[WB_GRANT_DESTINATIONS_MAX];
	/* nveu */
	const char *in_country;
	int64_t installed_tpp_x10;
};

/* type letter: an exporter is informed of a rule set that binds it. */
struct wb_letter {
	const char *exporter;
	const char *name; /* of the rule set */
	wb_date effective;
	wb_date until; /* last day, or WB_DATE_NONE */
};

/* type listing: a party is on a list. */
struct wb_listing {
	const char *subject;
	const char *list; /* an id that editions name */
	wb_date effective;
	wb_date until; /* last day, or WB_DATE_NONE */
};

/* type agreement: between the authority and a partner government. */
enum wb_agreement_status {
	WB_AGREEMENT_IN_FORCE,
	WB_AGREEMENT_SUSPENDED,
	WB_AGREEMENT_ENDED,
	WB_AGREEMENT_STATUSES
};

enum wb_commitment { /* bits */
		     WB_ALIGN_CONTROLS = 1,
		     WB_ANTI_SMUGGLING = 2,
		     WB_NO_MILITARY_COOPERATION = 4,
		     WB_ALL_COMMITMENTS = 7,
};

struct wb_agreement {
	const char *government; /* a party of that role */
	const char *country;
	wb_date effective;
	wb_date until; /* last day, or WB_DATE_NONE */
	enum wb_agreement_status status;
	unsigned commitments;
	int32_t factor_percent; /* 100 to 200 */
	int64_t chip_ceiling;   /* or -1 */
};

/* type finding: what became of a finding (struct wb_finding_answer). */
enum wb_outcome {
	WB_ASSIGNED,
	WB_CLOSED,
	WB_CONFIRMED,
	WB_CHECK_PASSED,
	WB_CHECK_FAILED,
	WB_OUTCOMES
};

/* type engine: the committee puts an engine into force. */
struct wb_engine_change {
	int32_t number;
};

const char *wb_grant_kind_name(enum wb_grant_kind kind);
const char *wb_grant_status_name(enum wb_grant_status status);
const char *wb_agreement_status_name(enum wb_agreement_status status);
/* Of one bit. */
const char *wb_commitment_name(enum wb_commitment commitment);
const char *wb_outcome_name(enum wb_outcome outcome);

#endif /* WB_GRANT_H */
