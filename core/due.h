#ifndef WB_CORE_DUE_H
#define WB_CORE_DUE_H

#include "core/decide.h"

/*
 * due: what is to be asked on a later day, as an index in the state.
 *
 *   due/<year-month>     day:count of each day of the month that has items
 *   due/<day>/<n>        the n-th page of a day's items, WB_DUE_PAGE to a page
 *   sweep                where the next sweep begins: day, items of it that
 *                        are done; and day and part of the last sweep
 *
 * An item is a word, at most 160 bytes: what is asked, then of whom, parted
 * by ':'.  One that would be due before the place where the next sweep begins
 * is put there, so none is passed over.  Within one decision items may be
 * added one after the other: what it has written is read back.
 */
#define WB_DUE_PAGE 32
#define WB_DUE_WORD 224

struct wb_due {
	bool begun; /* some item has ever been added */
	wb_date day;
	int64_t done;       /* items of that day */
	wb_date swept;      /* day of the last sweep, or WB_DATE_NONE */
	int64_t swept_part; /* and its part */
};

int wb_due_read(const struct wb_state *state, struct wb_decision *d,
		struct wb_due *ret) WB_MUST_CHECK;
int wb_due_write(struct wb_decision *d, const struct wb_due *due) WB_MUST_CHECK;

/* Put an item on day, or where the next sweep begins if that is later. */
int wb_due_add(const struct wb_engine_input *in, struct wb_decision *d,
	       wb_date day, const char *word) WB_MUST_CHECK;

/*
 * The next item due by today, which due is moved to; 0, WB_ENOTFOUND when
 * there is none and due rests on today, or WB_ELIMIT when no more may be read
 * and due has come as far as that.  ret borrows from d.
 */
int wb_due_next(const struct wb_state *state, struct wb_decision *d,
		wb_date today, struct wb_due *due,
		struct wb_slice *ret) WB_MUST_CHECK;

#endif /* WB_CORE_DUE_H */
