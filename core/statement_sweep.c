#include "core/statement_kinds.h"

/* sweep: the ledger asks what is due; all else follows from the state. */
void wb_decode_sweep(const struct wb_json *o, struct wb_statement *st)
{
	static const char *const names[] = {WB_COMMON_MEMBERS, "day", "part"};

	wb_json_known(o, names, WB_COUNT(names));
	st->u.sweep.day = wb_json_date(wb_json_need(o, "day"));
	st->u.sweep.part =
		wb_json_integer(wb_json_need(o, "part"), 1, WB_QUANTITY_MAX, 0);
}
