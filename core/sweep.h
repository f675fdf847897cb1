#ifndef WB_CORE_SWEEP_H
#define WB_CORE_SWEEP_H

#include "core/decide.h"
#include "waybill/flags.h"

/* sweep: what the ledger is to state next. */
struct wb_sweep_next {
	int64_t part;
	/* The shipment that it judges again and alone, or "". */
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
};

/* 0, or WB_ENOTFOUND when nothing is due by that day. */
int wb_sweep_next(const struct wb_engine_input *in, struct wb_decision *d,
		  wb_date day, struct wb_sweep_next *ret) WB_MUST_CHECK;

/* An item of the index of due dates (due.h). */
/* What an item comes to. */
struct wb_sweep_outcome {
	const struct wb_flag *p; /* both NULL: nothing to tell */
	const char *code;        /* of a finding that is no flag */
	int64_t value, threshold;
	const char *unit;
	char text[360];
	char key[WB_STATE_KEY_MAX + 1]; /* it rests on */
	char scope[2][3];               /* countries it concerns */
	wb_date again; /* as many days behind it the same is asked, or NONE */
	int64_t again_days;
};

struct wb_sweep_item {
	const struct wb_engine_input *in;
	struct wb_decision *d;
	wb_date today;
	struct wb_slice kind, rest; /* of the word */
	char a[WB_ID_MAX + 1], b[WB_ID_MAX + 1];
};

/* Ask it: nothing to tell if its flag is no longer on (sweep_item.c). */
int wb_sweep_ask(struct wb_sweep_item *item,
		 struct wb_sweep_outcome *out) WB_MUST_CHECK;
/* kind:operator:facility:day, to be asked so many days behind it; WB_DATE_NONE
 * is never. */
int wb_sweep_again(const struct wb_engine_input *in, struct wb_decision *d,
		   const char *kind, const char *holder, const char *id,
		   wb_date due, int64_t days) WB_MUST_CHECK;

#endif /* WB_CORE_SWEEP_H */
