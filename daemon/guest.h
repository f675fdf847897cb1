#ifndef WB_DAEMON_GUEST_H
#define WB_DAEMON_GUEST_H

#include "daemon/http.h"
#include "waybill/store.h"

/*
 * guest: who asks, and what he may see (DESIGN 4).
 *
 * A full guest (authority, full auditor) sees everything; another sees what
 * is open and the records that name his party; nobody else the open ones.
 */
struct wb_guest {
	bool known; /* an access note was given and holds */
	bool full;
	char party[WB_ID_MAX + 1];
	/* Of a government: those it speaks for. */
	size_t n_countries;
	char country[WB_GOVERNED_MAX][3];
};

/* The parts of a record that are not open to all. */
enum wb_part {
	WB_PART_STATEMENT,
	WB_PART_JUDGEMENT,
	WB_PART_RECEIPT,
	WB_PART_WORKINGS,
};

/*
 * Who made request, as of view at the time now.  Without an access note ret
 * is an unknown guest; WB_EREFUSED with *problem for one that does not hold.
 */
int wb_guest_open(struct wb_view *view, const char *origin,
		  const struct wb_http_request *request, wb_time now,
		  struct wb_guest *ret, struct wb_problem *problem)
	WB_MUST_CHECK;

/* Whether record seq, of a kind that is open or not, names the guest's party
 * or may be seen by him for another reason. */
int wb_guest_may(const struct wb_guest *guest, struct wb_view *view,
		 uint64_t seq, bool kind_open, enum wb_part part,
		 bool *ret) WB_MUST_CHECK;

/* Whether the index lists seq under name. */
int wb_index_has(struct wb_view *view, enum wb_index index, const char *name,
		 uint64_t seq, bool *ret) WB_MUST_CHECK;

#endif /* WB_DAEMON_GUEST_H */
