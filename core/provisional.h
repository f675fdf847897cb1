#ifndef WB_CORE_PROVISIONAL_H
#define WB_CORE_PROVISIONAL_H

#include "core/custody.h"

/*
 * provisional: shipments judged before their date of export, by the law
 * recorded then (DESIGN 3.5).  On the day of export, and once more when that
 * is over, a sweep asks whether another law is the law of that day; if so it
 * judges the shipment again, from what the state has kept of it.
 *
 *   kept/PARTY/ID/N        what was decided, and under which law; N counts the
 *                          corrections of the shipment
 *   kept/PARTY/ID/N/PAGE   the text of the statement that was judged
 *
 * What was decided before stands in its record.  The new decision takes back
 * what the earlier one has charged and charges anew, as a correction does.
 */
#define WB_KEPT_PAGES 4 /* a statement has at most 48 KiB */

struct wb_kept {
	const char *party, *id;       /* the caller's */
	uint64_t corrected;           /* N */
	char edition[WB_ID_MAX + 1];  /* id, or "-" */
	char edition_hex[17];         /* first digits of its digest, or "-" */
	char countries_hex[17];       /* the same of the country table */
	size_t pages;                 /* 0: the text was not kept */
	struct wb_slice eccns, basis; /* as decided, parted by ',' */
	struct wb_ship ship;
};

/* After shipment id, whose entry is ship, was judged: if that is provisional,
 * it is kept and asked again. */
int wb_provisional_keep(const struct wb_engine_input *in,
			const struct wb_shipment *s, const char *id,
			const struct wb_ship *ship,
			struct wb_decision *d) WB_MUST_CHECK;

/*
 * Look at the item "law:PARTY:ID:N", of which rest is what follows ID;
 * *ret_changed is whether the shipment is to be judged again.
 */
int wb_provisional_look(const struct wb_engine_input *in, struct wb_decision *d,
			const char *party, const char *id, struct wb_slice rest,
			struct wb_kept *ret, bool *ret_changed) WB_MUST_CHECK;

/* What it comes to: a finding's code, and in words. */
struct wb_again {
	const char *code;
	char text[360];
};

/* Judge it again: d becomes that decision.  Where that would be longer than a
 * decision may be, d stays as it was and *ret_again says so. */
int wb_provisional_judge(const struct wb_engine_input *in,
			 struct wb_decision *d, struct wb_kept *kept,
			 struct wb_again *ret_again) WB_MUST_CHECK;

/* The item is done with on that day: until the date of export is over it is
 * asked once more, then nothing is kept. */
int wb_provisional_done(const struct wb_engine_input *in, struct wb_decision *d,
			const struct wb_kept *kept,
			wb_date today) WB_MUST_CHECK;

#endif /* WB_CORE_PROVISIONAL_H */
