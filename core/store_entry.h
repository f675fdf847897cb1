#ifndef WB_CORE_STORE_ENTRY_H
#define WB_CORE_STORE_ENTRY_H

#include "waybill/store.h"

/* The bytes of an entry, as LMDB and the journal keep it. */
#define WB_ENTRY_HEADER 88
/* The largest: its parts at their limits. */
#define WB_ENTRY_MAX                                                           \
	(WB_ENTRY_HEADER + WB_RECORD_MAX + WB_POLICY_STATEMENT_MAX +           \
	 WB_JUDGEMENT_MAX + WB_WORKINGS_MAX)

size_t wb_entry_len(const struct wb_entry *e);
int wb_entry_encode(struct wb_writer *w,
		    const struct wb_entry *e) WB_MUST_CHECK;
int wb_entry_decode(struct wb_slice value, struct wb_entry *ret) WB_MUST_CHECK;

#endif /* WB_CORE_STORE_ENTRY_H */
