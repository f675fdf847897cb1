#ifndef WB_CORE_REGISTRY_H
#define WB_CORE_REGISTRY_H

#include "core/decide.h"

/*
 * registry: how parties are kept in the state, for the files that read and
 * write them.
 */

/* What holds of a party from a date on. */
struct wb_dated {
	wb_date effective;
	char country[3];
	char headquarters[3];
	bool government;
	size_t n_owners;
	struct {
		char party[WB_ID_MAX + 1];
		int32_t percent;
	} owner[WB_OWNERS_MAX];
	wb_date incorporated; /* or WB_DATE_NONE */
	enum wb_business business;
	enum wb_address_kind address_kind;
};

/* Entries from old to new.  WB_ECORRUPT if the value is none of ours. */
int wb_dated_parse(struct wb_slice value, struct wb_dated ret[WB_DETAILS_MAX],
		   size_t *ret_n) WB_MUST_CHECK;
void wb_dated_format(struct wb_writer *w, const struct wb_dated entry[],
		     size_t n);
/* The entry of a party in force on date; WB_ENOTFOUND if there is none. */
int wb_dated_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, wb_date date,
		  struct wb_dated *ret) WB_MUST_CHECK;
/* The entry in force on date, or NULL. */
const struct wb_dated *wb_dated_on(const struct wb_dated entry[], size_t n,
				   wb_date date);
/* The owner that holds more than half, or NULL: half is no control. */
const char *wb_dated_controller(const struct wb_dated *entry);

/* The value of party/<id>: role, first and last day; of a government that
 * speaks for countries, those. */
int wb_party_value_parse(struct wb_slice value, enum wb_role *ret_role,
			 wb_date *ret_from, wb_date *ret_to) WB_MUST_CHECK;
/* Whether such a value names the country. */
bool wb_party_value_governs(struct wb_slice value, struct wb_slice country);

/* The dated entries of a party with one more; WB_ELIMIT if too many, the
 * entry of the same day replaced. */
int wb_dated_with(const struct wb_state *state, struct wb_decision *d,
		  const struct wb_party_detail *detail,
		  struct wb_dated ret[WB_DETAILS_MAX],
		  size_t *ret_n) WB_MUST_CHECK;

/* The value of ledger: origin, family, historical or live, late days, engine.
 * Whether editions may take effect before they are recorded. */
bool wb_ledger_historical(struct wb_slice value);
/* The engine in force, or 0 if that is none. */
int64_t wb_ledger_engine(struct wb_slice value);

#endif /* WB_CORE_REGISTRY_H */
