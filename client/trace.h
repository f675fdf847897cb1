#ifndef WB_TRACE_H
#define WB_TRACE_H

#include <stdbool.h>

#include "waybill/bytes.h"

/* The answer that the ledger would give about a shipment (PARTY/ID) or serial
 * number, from a store or a daemon's data folder.  0 or an exit code, having
 * said why. */
int wb_trace_store(const char *folder, const char *what, bool is_shipment,
		   struct wb_buf *ret);

#endif /* WB_TRACE_H */
