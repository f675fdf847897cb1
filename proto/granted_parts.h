#ifndef WB_PROTO_GRANTED_PARTS_H
#define WB_PROTO_GRANTED_PARTS_H

#include "core/grants_parts.h"
#include "proto/granted.h"
#include "waybill/policy.h"

/* granted_parts: what the files of granted share. */

/* A counter of the state; 0 if nothing was ever counted.  WB_EBUSY if its last
 * change is not released. */
int wb_granted_counted(const struct wb_granted_asked *asked, const char *key,
		       int64_t *ret) WB_MUST_CHECK;

/* An agreement as an object. */
void wb_granted_add_agreement(struct wb_buf *b, const char *country,
			      const struct wb_agreed *a, bool in_force,
			      uint64_t seq);

/*
 * The law of today as far as it is released: either may be NULL.  It is read
 * once for an answer that shows a validated end user (granted_limits.c).
 */
struct wb_granted_law {
	bool read;
	struct wb_edition *edition;
	struct wb_countries *countries;
};

int wb_granted_law_read(const struct wb_granted_asked *asked,
			struct wb_granted_law *law) WB_MUST_CHECK;
void wb_granted_law_free(struct wb_granted_law *law);

/* "shares" of a uveu: with amounts for who may see it whole, else for the
 * countries that the reader speaks for how they stand. */
int wb_granted_add_shares(const struct wb_granted_asked *asked,
			  const struct wb_granted_law *law,
			  const struct wb_grant *g, bool whole,
			  struct wb_buf *b) WB_MUST_CHECK;
/* The limit of today on the base of an nveu that has installed held_x10. */
void wb_granted_add_base(const struct wb_granted_asked *asked,
			 const struct wb_granted_law *law, int64_t held_x10,
			 struct wb_buf *b);

#endif /* WB_PROTO_GRANTED_PARTS_H */
