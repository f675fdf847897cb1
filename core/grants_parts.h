#ifndef WB_CORE_GRANTS_PARTS_H
#define WB_CORE_GRANTS_PARTS_H

#include "core/grants.h"

/*
 * grants_parts: the values of the state behind core/grants.h, for the files
 * that read and write them: formatters, and the whole lists of which readers
 * pick one.  A parser answers WB_ECORRUPT for what the formatter did not write.
 */

/* --- grant/NUMBER ----------------------------------------------------------
 */

void wb_grant_of(const struct wb_licence *l, struct wb_grant *ret);
int wb_grant_parse(struct wb_slice value, struct wb_grant *ret) WB_MUST_CHECK;
void wb_grant_format(struct wb_writer *w, const struct wb_grant *g);

/* --- letter/PARTY, listing/PARTY -------------------------------------------
 */

/* Names with the days they hold, old ones first. */
struct wb_spans {
	size_t n;
	struct wb_span {
		char name[WB_ID_MAX + 1];
		wb_date from;
		wb_date to; /* last day, or WB_DATE_NONE */
	} span[WB_SPANS_MAX];
};

int wb_spans_parse(struct wb_slice value, struct wb_spans *ret) WB_MUST_CHECK;
void wb_spans_format(struct wb_writer *w, const struct wb_spans *spans);
/* Those of the key; none if it is not there. */
int wb_spans_read(const struct wb_state *state, struct wb_decision *d,
		  const char *key, struct wb_spans *ret) WB_MUST_CHECK;
/*
 * Put s in, for the one of its name and first day if there is one.  WB_ELIMIT
 * if there are too many; WB_ECONFLICT with the other in *ret_other if a day
 * would be in two of that name.
 */
int wb_spans_put(struct wb_spans *spans, const struct wb_span *s,
		 struct wb_span *ret_other) WB_MUST_CHECK;

/* --- agreement/CC ----------------------------------------------------------
 */

struct wb_agreements {
	size_t n;
	struct wb_agreed {
		wb_date effective;
		wb_date until;
		enum wb_agreement_status status;
		unsigned commitments;
		int32_t factor_percent;
		int64_t chip_ceiling;
		char government[WB_ID_MAX + 1];
	} at[WB_AGREEMENTS_MAX];
};

int wb_agreements_parse(struct wb_slice value,
			struct wb_agreements *ret) WB_MUST_CHECK;
void wb_agreements_format(struct wb_writer *w, const struct wb_agreements *a);
int wb_agreements_read(const struct wb_state *state, struct wb_decision *d,
		       const char *country,
		       struct wb_agreements *ret) WB_MUST_CHECK;
/* Put a in, for the one of its day if there is one; WB_ELIMIT if too many. */
int wb_agreements_put(struct wb_agreements *all,
		      const struct wb_agreement *a) WB_MUST_CHECK;
/* The one whose days date is among, or NULL: a later one ends an earlier. */
const struct wb_agreed *wb_agreed_on(const struct wb_agreements *all,
				     wb_date date);

/* --- facility/OPERATOR/ID, link/KIND/HEX32, links/PARTY --------------------
 */

int wb_facility_parse(struct wb_slice value,
		      struct wb_facility_now *ret) WB_MUST_CHECK;
void wb_facility_format(struct wb_writer *w, const struct wb_facility_now *f);

/* The parties of one link. */
struct wb_linked {
	size_t n;
	char party[WB_LINKED_MAX][WB_ID_MAX + 1];
	bool more;
};

void wb_link_key(char out[WB_STATE_KEY_MAX + 1], enum wb_link_kind kind,
		 struct wb_slice hex);
int wb_linked_parse(struct wb_slice value, struct wb_linked *ret) WB_MUST_CHECK;
void wb_linked_format(struct wb_writer *w, const struct wb_linked *l);

/* --- said/PARTY/ID ---------------------------------------------------------
 */

/* Whether the statement is recorded, and whether a government of these
 * countries may read it; its scopes are added to d.  WB_ENOTFOUND. */
int wb_said_read(const struct wb_state *state, struct wb_decision *d,
		 const char *party, const char *id,
		 struct wb_slice *ret_scopes) WB_MUST_CHECK;

#endif /* WB_CORE_GRANTS_PARTS_H */
