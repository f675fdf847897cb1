#ifndef WB_CORE_JSON_H
#define WB_CORE_JSON_H

#include "waybill/date.h"
#include "waybill/problem.h"

/*
 * json: the narrow profile of JSON that statements are written in (DESIGN
 * 3.2, proto/FORMAT.md "Statements").  json.c alone knows jansson.
 *
 * A struct wb_json is a place in the document: the value that stands there, or
 * none, and the way to it, from which the JSON pointer of an error is made.
 * Reading is like that of wb_reader: a decoder goes through without asking,
 * the first error sticks in the struct wb_decoder and is asked for once at the
 * end.  After an error, and below a place with no value, every place has no
 * value; what reading such a place gives is said at each call.
 *
 * Invariants:
 *  1. A place borrows from the place above it: an object or list that is
 *     walked stays in a variable.
 *  2. Strings are borrowed from the document, NUL-terminated, not empty,
 *     valid UTF-8 without control characters.
 */
struct wb_decoder {
	void *document;
	struct wb_problem *problem; /* may be NULL */
	int error;                  /* the first: 0 or WB_EREFUSED */
};

struct wb_json {
	struct wb_decoder *decoder;
	const struct wb_json *up; /* NULL at the top */
	const char *name;         /* of the member; NULL in a list */
	size_t index;             /* in a list */
	void *value;              /* jansson's; NULL: none */
};

#define WB_COUNT(list) (sizeof(list) / sizeof((list)[0]))

/*
 * Parse text: one object and a newline.  WB_EREFUSED with the line and column
 * in *problem, or WB_ENOMEM.  The caller closes ret->document.
 */
int wb_json_open(struct wb_slice text, struct wb_decoder *ret,
		 struct wb_problem *problem) WB_MUST_CHECK;
/* Accepts NULL. */
void wb_json_close(void *document);
struct wb_json wb_json_top(struct wb_decoder *decoder);

/* The member of object o; that there is none is an error, or is not. */
struct wb_json wb_json_need(const struct wb_json *o, const char *name);
struct wb_json wb_json_may(const struct wb_json *o, const char *name);
/* Element i of list, which has it. */
struct wb_json wb_json_at(const struct wb_json *list, size_t i);
/* The name of member i of object o in the order written, or NULL. */
const char *wb_json_name(const struct wb_json *o, size_t i);

/* Refuse members of o other than the n known ones. */
void wb_json_known(const struct wb_json *o, const char *const known[],
		   size_t n);
/* The place itself, having checked that it is an object of known members. */
struct wb_json wb_json_object(struct wb_json at, const char *const known[],
			      size_t n);
/* The place itself, having checked that it is a list of min to max. */
struct wb_json wb_json_list(struct wb_json at, size_t min, size_t max,
			    size_t *ret_n);

/* No value: NULL. */
const char *wb_json_string(struct wb_json at, size_t max);
/* A text of lines, which may hold newlines; no value: the empty slice. */
struct wb_slice wb_json_text(struct wb_json at, size_t max);
/* Of a text of our own: the string, which may be empty, or "". */
const char *wb_json_own(const struct wb_json *o, const char *name);
/* No value: none. */
int64_t wb_json_integer(struct wb_json at, int64_t min, int64_t max,
			int64_t none);
/* 1 or 0; no value: -1. */
int wb_json_bool(struct wb_json at);

/* Strings of a narrower form.  No value: NULL. */
const char *wb_json_id(struct wb_json at);
const char *wb_json_country(struct wb_json at);
/* A digest: 64 lower-case hexadecimal digits. */
const char *wb_json_digest(struct wb_json at);
/* No value: WB_DATE_NONE. */
wb_date wb_json_date(struct wb_json at);
/* No value: 0. */
wb_time wb_json_time(struct wb_json at);
/* Which of the n words stands there; no value: 0. */
size_t wb_json_word(struct wb_json at, const char *const word[], size_t n);

/*
 * Refuse what stands at the place, unless something was refused before.  True
 * if this was the first, so that the caller may give better advice.
 */
bool wb_json_refuse(const struct wb_json *at, enum wb_problem_code code,
		    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Having refused s at the place, name the nearest of the n words, or all. */
void wb_json_choices(const struct wb_json *at, const char *s,
		     const char *const word[], size_t n);

#endif /* WB_CORE_JSON_H */
