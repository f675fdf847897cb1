#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/json_scan.h"
#include "core/utf8.h"
#include "waybill/limits.h"
#include "waybill/text.h"

/* --- memory --------------------------------------------------------------- */

/*
 * jansson tells some failed allocations as syntax errors.  Nobody shall be
 * told that his text is wrong because we ran out of memory, so we look
 * ourselves.
 */
static _Thread_local bool no_memory;

static void *noting_malloc(size_t len)
{
	void *p = malloc(len);

	no_memory = no_memory || p == NULL;
	return p;
}

static void set_allocator(void)
{
	json_set_alloc_funcs(noting_malloc, free);
}

/* --- what jansson says ---------------------------------------------------- */

/* A number that jansson cannot hold ends at position. */
static bool is_float(struct wb_slice text, size_t position)
{
	for (size_t i = position < text.len ? position : text.len; i > 0; i--) {
		uint8_t c = text.p[i - 1];

		if (c == '.' || c == 'e' || c == 'E')
			return true;
		if (!((c >= '0' && c <= '9') || c == '-' || c == '+'))
			return false;
	}
	return false;
}

static int refuse_syntax(struct wb_slice text, const json_error_t *e,
			 struct wb_problem *problem)
{
	struct wb_mark at = {text, e->line > 0 ? (unsigned)e->line : 1,
			     e->column > 0 ? (unsigned)e->column : 1, problem};

	switch (json_error_code(e)) {
	case json_error_duplicate_key:
		return wb_mark_refuse(
			&at, WB_P_DUPLICATE,
			"A member name stands twice in one object: %s.",
			e->text);
	case json_error_numeric_overflow:
		if (is_float(text, (size_t)e->position))
			return wb_mark_refuse(&at, WB_P_FLOAT,
					      "A number is not an integer.");
		return wb_mark_refuse(&at, WB_P_RANGE,
				      "A number is beyond 2^53 - 1.");
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return wb_mark_refuse(&at, WB_P_CONTROL,
				      "A string holds \\u0000.");
	case json_error_unknown:
	case json_error_out_of_memory:
	case json_error_stack_overflow:
	case json_error_cannot_open_file:
	case json_error_invalid_argument:
	case json_error_invalid_utf8:
	case json_error_premature_end_of_input:
	case json_error_end_of_input_expected:
	case json_error_invalid_syntax:
	case json_error_invalid_format:
	case json_error_wrong_type:
	case json_error_null_value:
	case json_error_item_not_found:
	case json_error_index_out_of_range:
		break;
	}
	return wb_mark_refuse(&at, WB_P_JSON, "This is not JSON: %s.", e->text);
}

int wb_json_open(struct wb_slice text, struct wb_decoder *ret,
		 struct wb_problem *problem)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	json_error_t error;
	json_t *top;
	int rc;

	(void)pthread_once(&once, set_allocator);

	rc = wb_json_scan(text, problem);
	if (rc != 0)
		return rc;
	no_memory = false;
	top = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES,
			 &error);
	/* Also when it made something: for want of room it leaves out bytes of
	 * a string, and says nothing. */
	if (no_memory) {
		json_decref(top);
		return WB_ENOMEM;
	}
	if (top == NULL)
		return refuse_syntax(text, &error, problem);
	/* jansson takes any white space behind the object, and none. */
	if (text.len < 3 || memcmp(text.p + text.len - 2, "}\n", 2) != 0) {
		json_decref(top);
		return wb_refuse(
			problem, WB_P_JSON, "",
			"A statement ends with \"}\" and one newline.");
	}
	*ret = (struct wb_decoder){.document = top, .problem = problem};
	return 0;
}

void wb_json_close(void *document)
{
	json_decref(document);
}

/* --- places --------------------------------------------------------------- */

/* What stands at the place, as jansson has it. */
static json_t *value_of(const struct wb_json *at)
{
	return at->decoder->error == 0 ? at->value : NULL;
}

struct wb_json wb_json_top(struct wb_decoder *decoder)
{
	return (struct wb_json){.decoder = decoder, .value = decoder->document};
}

struct wb_json wb_json_may(const struct wb_json *o, const char *name)
{
	return (struct wb_json){
		.decoder = o->decoder,
		.up = o,
		.name = name,
		.value = json_object_get(value_of(o), name),
	};
}

struct wb_json wb_json_need(const struct wb_json *o, const char *name)
{
	struct wb_json at = wb_json_may(o, name);

	if (value_of(o) != NULL && at.value == NULL)
		(void)wb_json_refuse(&at, WB_P_MISSING,
				     "The member \"%s\" is missing.", name);
	return at;
}

struct wb_json wb_json_at(const struct wb_json *list, size_t i)
{
	return (struct wb_json){
		.decoder = list->decoder,
		.up = list,
		.index = i,
		.value = json_array_get(value_of(list), i),
	};
}

const char *wb_json_name(const struct wb_json *o, size_t i)
{
	json_t *object = value_of(o);
	void *member = json_object_iter(object);

	while (i-- > 0)
		member = json_object_iter_next(object, member);
	return member == NULL ? NULL : json_object_iter_key(member);
}

/* --- errors --------------------------------------------------------------- */

/* The pointer (RFC 6901) of a place. */
static void write_pointer(struct wb_writer *w, const struct wb_json *at)
{
	if (at->up == NULL)
		return;
	write_pointer(w, at->up); /* as deep as WB_JSON_DEPTH_MAX */
	wb_write_char(w, '/');
	if (at->name == NULL) {
		wb_write_dec(w, (int64_t)at->index);
		return;
	}
	for (const char *c = at->name; *c != '\0'; c++) {
		if (*c == '~')
			wb_write_str(w, "~0");
		else if (*c == '/')
			wb_write_str(w, "~1");
		else
			wb_write_char(w, *c);
	}
}

/* What stands at the place, in JSON. */
static void show_found(const struct wb_json *at, struct wb_problem *problem)
{
	const json_t *value = at->value;
	char text[sizeof(problem->found) * 2];
	struct wb_writer w;

	if (value == NULL)
		return;
	wb_writer_init(&w, text, sizeof(text));
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		wb_write_str(&w, "an object");
		break;
	case JSON_ARRAY:
		wb_write_str(&w, "a list");
		break;
	case JSON_STRING:
		wb_write_json(&w, wb_slice(json_string_value(value),
					   json_string_length(value)));
		break;
	case JSON_INTEGER:
		wb_write_dec(&w, json_integer_value(value));
		break;
	case JSON_REAL:
		wb_write_fmt(&w, "%.17g", json_real_value(value));
		break;
	case JSON_TRUE:
		wb_write_str(&w, "true");
		break;
	case JSON_FALSE:
		wb_write_str(&w, "false");
		break;
	case JSON_NULL:
		wb_write_str(&w, "null");
		break;
	}
	wb_problem_found(problem, wb_slice(text, w.len));
}

bool wb_json_refuse(const struct wb_json *at, enum wb_problem_code code,
		    const char *fmt, ...)
{
	struct wb_decoder *decoder = at->decoder;
	char pointer[1024] = "", detail[512];
	struct wb_writer w;
	va_list ap;

	if (decoder->error != 0)
		return false;
	wb_writer_init(&w, pointer, sizeof(pointer) - 1);
	write_pointer(&w, at);
	va_start(ap, fmt);
	if (vsnprintf(detail, sizeof(detail), fmt, ap) < 0)
		detail[0] = '\0';
	va_end(ap);
	decoder->error =
		wb_refuse(decoder->problem, code, pointer, "%s", detail);
	show_found(at, decoder->problem);
	return true;
}

/* --- values --------------------------------------------------------------- */

static const char *type_name(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		break;
	}
	return "null";
}

static void refuse_type(const struct wb_json *at, const char *wanted)
{
	(void)wb_json_refuse(at, WB_P_TYPE, "Here belongs %s, not %s.", wanted,
			     type_name(at->value));
}

static bool is_known(const char *name, const char *const known[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return false;
}

void wb_json_known(const struct wb_json *o, const char *const known[], size_t n)
{
	json_t *object = value_of(o);

	for (void *member = json_object_iter(object); member != NULL;
	     member = json_object_iter_next(object, member)) {
		const char *name = json_object_iter_key(member);
		struct wb_json at = wb_json_may(o, name);

		if (is_known(name, known, n))
			continue;
		if (wb_json_refuse(&at, WB_P_UNKNOWN,
				   "There is no member \"%s\" here.", name))
			wb_json_choices(&at, name, known, n);
		return;
	}
}

struct wb_json wb_json_object(struct wb_json at, const char *const known[],
			      size_t n)
{
	json_t *value = value_of(&at);

	if (value != NULL && !json_is_object(value))
		refuse_type(&at, "an object");
	wb_json_known(&at, known, n);
	return at;
}

struct wb_json wb_json_list(struct wb_json at, size_t min, size_t max,
			    size_t *ret_n)
{
	json_t *value = value_of(&at);
	size_t n = json_array_size(value);

	*ret_n = 0;
	if (value == NULL)
		return at;
	if (!json_is_array(value))
		refuse_type(&at, "a list");
	else if (n < min || n > max)
		(void)wb_json_refuse(&at, n > max ? WB_P_TOO_LONG : WB_P_VALUE,
				     "The list has %zu elements; from %zu to "
				     "%zu may stand here.",
				     n, min, max);
	else
		*ret_n = n;
	return at;
}

/* A string of 1 to max bytes; newlines only if lines. */
static const json_t *string_of(const struct wb_json *at, size_t max, bool lines)
{
	const json_t *value = value_of(at);
	struct wb_slice rest;

	if (value == NULL)
		return NULL;
	if (!json_is_string(value)) {
		refuse_type(at, "a string");
		return NULL;
	}
	rest = wb_slice(json_string_value(value), json_string_length(value));
	if (rest.len == 0)
		(void)wb_json_refuse(at, WB_P_VALUE, "The string is empty.");
	if (rest.len > max)
		(void)wb_json_refuse(at, WB_P_TOO_LONG,
				     "The string has %zu bytes; %zu may stand "
				     "here.",
				     rest.len, max);
	while (rest.len > 0) {
		size_t n = wb_utf8_first(rest);

		/* jansson has checked that it is UTF-8. */
		assert(n > 0);
		if (!(lines && rest.p[0] == '\n') &&
		    wb_utf8_control(wb_slice(rest.p, n))) {
			(void)wb_json_refuse(at, WB_P_CONTROL,
					     "The string holds a control "
					     "character.");
			break;
		}
		rest = wb_slice(rest.p + n, rest.len - n);
	}
	return at->decoder->error == 0 ? value : NULL;
}

const char *wb_json_string(struct wb_json at, size_t max)
{
	return json_string_value(string_of(&at, max, false));
}

struct wb_slice wb_json_text(struct wb_json at, size_t max)
{
	const json_t *value = string_of(&at, max, true);

	return wb_slice(json_string_value(value), json_string_length(value));
}

const char *wb_json_own(const struct wb_json *o, const char *name)
{
	struct wb_json at = wb_json_may(o, name);

	return json_is_string((json_t *)at.value) ? json_string_value(at.value)
						  : "";
}

int64_t wb_json_integer(struct wb_json at, int64_t min, int64_t max,
			int64_t none)
{
	const json_t *value = value_of(&at);
	int64_t v = json_integer_value(value);

	if (value == NULL)
		return none;
	if (json_is_real(value))
		(void)wb_json_refuse(&at, WB_P_FLOAT,
				     "The number is not written as an "
				     "integer.");
	else if (!json_is_integer(value))
		refuse_type(&at, "an integer");
	else if (v < min || v > max)
		(void)wb_json_refuse(&at, WB_P_RANGE,
				     "%" PRId64 " is outside the range from "
				     "%" PRId64 " to %" PRId64 ".",
				     v, min, max);
	else
		return v;
	return none;
}

int wb_json_bool(struct wb_json at)
{
	const json_t *value = value_of(&at);

	if (value == NULL)
		return -1;
	if (!json_is_boolean(value)) {
		refuse_type(&at, "true or false");
		return -1;
	}
	return json_is_true(value) ? 1 : 0;
}
