#include <stdio.h>
#include <string.h>

#include "core/due.h"
#include "core/ledger_parts.h"

/* ledger_sweep: the statement by which the ledger asks what is due. */

/* Where the next sweep begins, and whether there is one to make. */
static int next_sweep(struct wb_ledger *l, wb_date day, struct wb_due *ret)
{
	struct wb_slice unused;
	struct wb_state state;
	struct wb_due at;
	struct wb_view *v;
	int rc;

	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		return rc;
	state = wb_view_state(v);
	wb_decision_init(l->decision);
	rc = wb_due_read(&state, l->decision, ret);
	at = *ret;
	if (rc == 0)
		rc = wb_due_next(&state, l->decision, day, &at, &unused);
	wb_view_close(v);
	/* Many months without an item: a sweep goes a part further. */
	return rc == WB_ELIMIT ? 0 : rc;
}

int wb_ledger_sweep(struct wb_ledger *l, wb_time now, struct wb_writer *w)
{
	const struct wb_signer *signer = &l->services.record;
	wb_time time = now > l->next.tip.time ? now : l->next.tip.time;
	char day[WB_DATE_TEXT + 1], issued[WB_TIME_TEXT + 1];
	wb_date date = wb_time_date(time);
	struct wb_due due;
	long long part;
	char text[512];
	int rc;

	rc = next_sweep(l, date, &due);
	if (rc != 0)
		return rc;
	part = due.swept == date ? due.swept_part + 1 : 1;
	wb_date_format(date, day);
	wb_time_format(time, issued);
	snprintf(text, sizeof(text),
		 "{\"type\":\"sweep\",\"ledger\":\"%s\",\"party\":\"ledger\","
		 "\"id\":\"sweep-%s-%lld\",\"issued\":\"%s\",\"day\":\"%s\","
		 "\"part\":%lld}\n",
		 l->next.origin, day, part, issued, day, part);
	wb_note_sign(w, wb_slice_str(text), &signer, 1, 0);
	return 0;
}
