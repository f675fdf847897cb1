#ifndef WB_PROTO_CUSTODY_EVENTS_H
#define WB_PROTO_CUSTODY_EVENTS_H

#include "core/custody.h"
#include "proto/custody.h"

/* custody_events: the statements behind what is shown of custody, by the day
 * that each is about, and then by record. */

/* Records of operators that are looked at for inventories. */
#define WB_CUSTODY_LOOKED_MAX 4096

struct wb_custody_what {
	const char *party, *id; /* of the shipment, or NULL */
	const char *serial;     /* of one unit, or NULL */
	/* With a serial: who may have counted it. */
	size_t n_holders;
	const char *holder[WB_SHIP_PARTIES + 1];
};

/* Append ,"events":[...],"more":...} and a newline. */
int wb_custody_events(const struct wb_custody_asked *asked,
		      const struct wb_custody_what *what,
		      struct wb_buf *out) WB_MUST_CHECK;

#endif /* WB_PROTO_CUSTODY_EVENTS_H */
