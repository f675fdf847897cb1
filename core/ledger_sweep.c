#include <stdio.h>
#include <string.h>

#include "core/ledger_parts.h"
#include "core/sweep.h"

/* ledger_sweep: the statement by which the ledger asks what is due. */

static int next_sweep(struct wb_ledger *l, wb_time time,
		      struct wb_sweep_next *ret)
{
	struct wb_engine_input in = {.law = &l->next.law, .time = time};
	struct wb_state state;
	struct wb_view *v;
	int rc;

	rc = wb_view_open(l->store, &v);
	if (rc != 0)
		return rc;
	state = wb_view_state(v);
	in.state = &state;
	wb_decision_init(l->decision);
	rc = wb_sweep_next(&in, l->decision, wb_time_date(time), ret);
	wb_view_close(v);
	return rc;
}

int wb_ledger_sweep(struct wb_ledger *l, wb_time now, struct wb_writer *w)
{
	const struct wb_signer *signer = &l->services.record;
	wb_time time = now > l->next.tip.time ? now : l->next.tip.time;
	char day[WB_DATE_TEXT + 1], issued[WB_TIME_TEXT + 1];
	char about[2 * WB_ID_MAX + 48] = "", text[1024];
	struct wb_sweep_next next;
	long long part;
	int rc;

	rc = next_sweep(l, time, &next);
	if (rc != 0)
		return rc;
	part = next.part;
	if (next.id[0] != '\0')
		snprintf(about, sizeof(about),
			 ",\"about\":{\"party\":\"%s\",\"id\":\"%s\"}",
			 next.party, next.id);
	wb_date_format(wb_time_date(time), day);
	wb_time_format(time, issued);
	snprintf(text, sizeof(text),
		 "{\"type\":\"sweep\",\"ledger\":\"%s\",\"party\":\"ledger\","
		 "\"id\":\"sweep-%s-%lld\",\"issued\":\"%s\",\"day\":\"%s\","
		 "\"part\":%lld%s}\n",
		 l->next.origin, day, part, issued, day, part, about);
	wb_note_sign(w, wb_slice_str(text), &signer, 1, 0);
	return 0;
}
