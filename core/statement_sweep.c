#include "core/statement_kinds.h"

/* sweep: the ledger asks what is due; all else follows from the state. */

static void decode_about(struct wb_json at, struct wb_sweep *s)
{
	static const char *const names[] = {"party", "id"};
	struct wb_json o;

	if (at.value == NULL)
		return;
	o = wb_json_object(at, names, WB_COUNT(names));
	s->about_party = wb_json_party(wb_json_need(&o, "party"));
	s->about_id = wb_json_id(wb_json_need(&o, "id"));
}

void wb_decode_sweep(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {WB_COMMON_MEMBERS, "day", "part",
					    "about"};
	struct wb_sweep *s = &st->u.sweep;

	wb_json_known(o, names, WB_COUNT(names));
	s->day = wb_json_date(wb_json_need(o, "day"));
	s->part =
		wb_json_integer(wb_json_need(o, "part"), 1, WB_QUANTITY_MAX, 0);
	decode_about(wb_json_may(o, "about"), s);
}
