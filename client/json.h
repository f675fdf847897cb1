#ifndef WB_CLIENT_JSON_H
#define WB_CLIENT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "waybill/bytes.h"

/*
 * json: the daemon's answers read, our own written.
 *
 * Statements have a narrower profile and their own decoder in core/.  An
 * answer may hold what that one refuses (null, empty strings, newlines), comes
 * from a peer that need not be honest, and is only looked at.
 *
 * Invariants of a parsed document:
 *  1. Strings are valid UTF-8, hold no NUL, and end in one.
 *  2. Depth is at most WB_ANSWER_DEPTH, names are not repeated in an object
 *     (the first would be found), numbers keep their text.
 */
#define WB_ANSWER_DEPTH 16

enum wb_value_type {
	WB_V_NULL,
	WB_V_FALSE,
	WB_V_TRUE,
	WB_V_NUMBER,
	WB_V_STRING,
	WB_V_LIST,
	WB_V_OBJECT,
};

struct wb_value {
	enum wb_value_type type;
	const char *name;            /* of a member, else NULL */
	struct wb_slice text;        /* of a string or number */
	const struct wb_value *first;  /* of a list or object */
	const struct wb_value *next; /* beside it */
	size_t n;                    /* how many below */
};

struct wb_answer;

/* WB_EFORM, WB_ELIMIT for depth, or WB_ENOMEM.  text is copied. */
int wb_answer_parse(struct wb_slice text, struct wb_answer **ret)
	WB_MUST_CHECK;
void wb_answer_free(struct wb_answer *answer);
const struct wb_value *wb_answer_top(const struct wb_answer *answer);

/* A member of v, or NULL; v may be NULL or no object, as below. */
const struct wb_value *wb_member(const struct wb_value *v, const char *name);
/* The string that v is, or "". */
const char *wb_string(const struct wb_value *v);
/* The string of a member, or "". */
const char *wb_string_of(const struct wb_value *v, const char *name);
/* Whether v is a number of no sign and no fraction; then it. */
bool wb_number(const struct wb_value *v, uint64_t *ret);

/*
 * Writing.  Commas and quotes come by themselves; strings of any bytes become
 * valid JSON (what is not UTF-8 as U+FFFD).  name is NULL in a list.
 */
struct wb_json_out {
	struct wb_buf buf;
	bool comma;
};

void wb_out_init(struct wb_json_out *out);
void wb_out_open(struct wb_json_out *out, const char *name, char bracket);
void wb_out_close(struct wb_json_out *out, char bracket);
void wb_out_string(struct wb_json_out *out, const char *name,
		   const char *value);
void wb_out_slice(struct wb_json_out *out, const char *name,
		  struct wb_slice value);
void wb_out_number(struct wb_json_out *out, const char *name, uint64_t value);
void wb_out_bool(struct wb_json_out *out, const char *name, bool value);
/* text is JSON already; its last newline is left out. */
void wb_out_raw(struct wb_json_out *out, const char *name,
		struct wb_slice text);
/* A value read, written again. */
void wb_out_value(struct wb_json_out *out, const char *name,
		  const struct wb_value *value);
/* Print the document and a newline, and free it.  0 or an exit code. */
int wb_out_done(struct wb_json_out *out);

#endif /* WB_CLIENT_JSON_H */
