#ifndef WB_DOC_H
#define WB_DOC_H

#include "client/json.h"
#include "waybill/statement.h"

/*
 * doc: a statement in a file, as a draft (JSON alone) or as a note.
 *
 * Invariant: statement and note borrow from bytes.
 */
struct wb_doc {
	struct wb_buf bytes;
	bool is_note;
	struct wb_note note;    /* if is_note */
	struct wb_slice text;   /* the JSON */
	struct wb_statement statement;
};

/*
 * Read and decode.  *problem is filled if the text is refused; everything
 * else is said here.  0 or an exit code; the caller frees ret on 0 only.
 */
int wb_doc_read(const char *path, struct wb_doc *ret,
		struct wb_problem *problem);
/* The same, and say the problem too. */
int wb_doc_load(const char *path, struct wb_doc *ret);
void wb_doc_free(struct wb_doc *doc);

/* {"code":...} under name. */
void wb_out_problem(struct wb_json_out *out, const char *name,
		    const struct wb_problem *problem);
/* "type","party","id" of a statement. */
void wb_out_statement(struct wb_json_out *out, const struct wb_statement *st);

#endif /* WB_DOC_H */
