#ifndef WB_PROTO_TOLD_H
#define WB_PROTO_TOLD_H

#include <stdbool.h>

#include "waybill/bytes.h"

/*
 * told: what a sweep found about statements and facilities of a reader who
 * may not see the rest of it (API.md, "Sweeps").
 */
struct wb_told {
	/* Whether the reader is told of findings about that statement, or
	 * facility, of a party. */
	int (*may)(void *ctx, const char *party, const char *id, bool *ret);
	void *ctx;
	const char *code;     /* asked for, or NULL */
	struct wb_buf *codes; /* to append the codes to, or NULL */
	/* out */
	size_t n;      /* findings told */
	size_t alerts; /* of them alert or fatal */
	bool has_code; /* one of them is of that code */
};

/*
 * Append the findings of a sweep's judgement that the reader is told of, a
 * list in JSON.  0, WB_ECORRUPT, or an error of may.
 */
int wb_told_json(struct wb_told *told, struct wb_slice judgement,
		 struct wb_buf *out) WB_MUST_CHECK;

#endif /* WB_PROTO_TOLD_H */
