#include <stdio.h>

#include "core/flag.h"

/* flag_time: what does not fit the ledger's clock. */

/* 15 CFR 30.4: filed before the goods leave. */
WB_FLAG(41)
{
	enum { DAYS };
	int64_t days;

	if (w->s->filed == 0)
		return 0;
	days = (int64_t)wb_time_date(w->s->filed) - w->s->export_date;
	if (days > p->value[DAYS].number)
		(void)wb_flag_raise(w->d, p, days, p->value[DAYS].number,
				    "days",
				    "filed in AES %lld days after the export",
				    (long long)days);
	return 0;
}

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
