#include <stdio.h>

#include "core/flag.h"

/* flag_time: what does not fit the ledger's clock. */

/*
 * RULES 9: a statement dated far from its record.  A ledger that takes up the
 * past has statements of the past.
 */
WB_FLAG(43)
{
	enum { HOURS };
	int64_t away = w->in->time - w->in->statement->issued;
	int64_t hours;

	if (w->d->historical)
		return 0;
	hours = (away < 0 ? -away : away) / 3600000;
	if ((away < 0 ? -away : away) <= p->value[HOURS].number * 3600000)
		return 0;
	(void)wb_flag_raise(w->d, p, hours, p->value[HOURS].number, "hours",
			    "issued %lld hours %s the record", (long long)hours,
			    away < 0 ? "after" : "before");
	return 0;
}
