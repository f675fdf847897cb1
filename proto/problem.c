#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/problem.h"
#include "waybill/crypto.h"
#include "waybill/limits.h"
#include "waybill/text.h"

/* Each text grows to six bytes a byte at the worst (\u0000). */
static_assert(6 * (sizeof(struct wb_problem) + 200) < WB_PROBLEM_MAX,
	      "a problem fits its JSON");

void wb_problem_code(enum wb_problem_code code,
		     char out[WB_PROBLEM_CODE_TEXT + 1])
{
	unsigned n = (unsigned)code % 10000;

	snprintf(out, WB_PROBLEM_CODE_TEXT + 1, "WB-%04u", n);
}

static void member(struct wb_writer *w, const char *name, const char *value)
{
	wb_write_str(w, ",\"");
	wb_write_str(w, name);
	wb_write_str(w, "\":");
	wb_write_json(w, wb_slice_str(value));
}

void wb_problem_write(struct wb_writer *w, const struct wb_problem *p)
{
	const struct wb_problem_kind *kind = wb_problem_kind(p->code);
	char code[WB_PROBLEM_CODE_TEXT + 1];

	wb_problem_code(p->code, code);
	wb_write_str(w, "{\"type\":\"about:blank\"");
	member(w, "title", kind->title);
	wb_write_str(w, ",\"status\":");
	wb_write_dec(w, kind->status);
	member(w, "code", code);
	member(w, "severity", "fatal");
	member(w, "detail", p->detail[0] != '\0' ? p->detail : kind->title);
	member(w, "pointer", p->pointer);
	member(w, "found", p->found);
	member(w, "resolution",
	       p->resolution[0] != '\0' ? p->resolution : kind->resolution);
	wb_write_str(w, "}\n");
}

/* Take s off the front of in. */
static bool take(struct wb_slice *in, const char *s)
{
	size_t len = strlen(s);

	if (!wb_slice_starts(*in, s))
		return false;
	*in = wb_slice(in->p + len, in->len - len);
	return true;
}

/* One escape of wb_write_json(), behind its backslash. */
static bool take_escape(struct wb_slice *in, char *ret)
{
	uint8_t byte = 0;

	if (take(in, "u00")) {
		if (in->len < 2 ||
		    wb_unhex(wb_slice(in->p, 2), &byte, 1) != 0 || byte == 0 ||
		    byte == '\n' || byte >= 0x20)
			return false;
		*in = wb_slice(in->p + 2, in->len - 2);
		*ret = (char)byte;
		return true;
	}
	if (in->len == 0)
		return false;
	switch (in->p[0]) {
	case 'n':
		*ret = '\n';
		break;
	case '"':
	case '\\':
		*ret = (char)in->p[0];
		break;
	default:
		return false;
	}
	*in = wb_slice(in->p + 1, in->len - 1);
	return true;
}

/* The rest of a JSON string, whose opening quote has been taken. */
static bool take_string(struct wb_slice *in, char *out, size_t cap)
{
	size_t len = 0;

	while (in->len > 0) {
		char c = (char)in->p[0];

		*in = wb_slice(in->p + 1, in->len - 1);
		if (c == '"') {
			out[len] = '\0';
			return wb_utf8_valid(wb_slice(out, len));
		}
		if ((unsigned char)c < 0x20 || len + 1 >= cap)
			return false;
		if (c == '\\' && !take_escape(in, &c))
			return false;
		out[len++] = c;
	}
	return false;
}

static bool take_number(struct wb_slice *in, uint64_t *ret)
{
	size_t n = 0;

	while (n < in->len && n < 8 && in->p[n] >= '0' && in->p[n] <= '9')
		n++;
	if (wb_parse_dec(wb_slice(in->p, n), ret) != 0)
		return false;
	*in = wb_slice(in->p + n, in->len - n);
	return true;
}

static const struct wb_problem_kind *kind_of(const char *code)
{
	char text[WB_PROBLEM_CODE_TEXT + 1];

	for (size_t i = 0; wb_problem_row(i) != NULL; i++) {
		wb_problem_code(wb_problem_row(i)->code, text);
		if (strcmp(text, code) == 0)
			return wb_problem_row(i);
	}
	return NULL;
}

int wb_problem_read(struct wb_slice json, struct wb_problem *ret)
{
	char title[120], code[WB_PROBLEM_CODE_TEXT + 1];
	const struct wb_problem_kind *kind;
	struct wb_problem p;
	uint64_t status;

	memset(&p, 0, sizeof(p));
	if (!take(&json, "{\"type\":\"about:blank\",\"title\":\"") ||
	    !take_string(&json, title, sizeof(title)) ||
	    !take(&json, ",\"status\":") || !take_number(&json, &status) ||
	    !take(&json, ",\"code\":\"") ||
	    !take_string(&json, code, sizeof(code)) ||
	    !take(&json, ",\"severity\":\"fatal\",\"detail\":\"") ||
	    !take_string(&json, p.detail, sizeof(p.detail)) ||
	    !take(&json, ",\"pointer\":\"") ||
	    !take_string(&json, p.pointer, sizeof(p.pointer)) ||
	    !take(&json, ",\"found\":\"") ||
	    !take_string(&json, p.found, sizeof(p.found)) ||
	    !take(&json, ",\"resolution\":\"") ||
	    !take_string(&json, p.resolution, sizeof(p.resolution)) ||
	    !take(&json, "}\n") || json.len != 0)
		return WB_EFORM;

	kind = kind_of(code);
	if (kind == NULL || (uint64_t)kind->status != status)
		return WB_EFORM;
	p.code = kind->code;
	*ret = p;
	return 0;
}
