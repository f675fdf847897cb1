#ifndef WB_CORE_LATER_H
#define WB_CORE_LATER_H

#include "core/flag.h"

/*
 * later: what of a shipment is asked on a later day (due.h), and was put into
 * that index already: no correction and no other law asks it twice.
 *
 * The value of later/<party>/<id>, which is there only where it does not
 * follow from the verdict: that the arrival of what may go is asked, and no
 * filing.
 */
struct wb_later {
	bool arrival; /* its arrival is asked, or was */
	bool filing;  /* the same of its filing */
	bool none;    /* as it stands now, nothing is to be filed */
};

/* WB_ENOTFOUND if there is no entry. */
int wb_later_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, const char *id,
		  struct wb_later *ret) WB_MUST_CHECK;
int wb_later_write(struct wb_decision *d, const char *party, const char *id,
		   const struct wb_later *later) WB_MUST_CHECK;

/* Put an item about a shipment on a day. */
int wb_later_due(const struct wb_flag_after *a, const char *kind,
		 const char *party, const char *id, int64_t day) WB_MUST_CHECK;

/* What of a shipment of the author is asked later as it stands now, and was
 * not asked yet when it was of that verdict before. */
int wb_later_shipment(const struct wb_flag_after *a,
		      const struct wb_shipment *s, const char *id, bool again,
		      enum wb_verdict was) WB_MUST_CHECK;

#endif /* WB_CORE_LATER_H */
