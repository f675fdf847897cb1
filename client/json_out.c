#include <stdio.h>

#include "client/cli.h"
#include "client/json.h"
#include "client/print.h"
#include "core/utf8.h"

#define OUT_MAX ((size_t)1 << 30)

void wb_out_init(struct wb_json_out *out)
{
	wb_buf_init(&out->buf, OUT_MAX);
	out->comma = false;
}

static void put_string(struct wb_buf *b, struct wb_slice s)
{
	wb_buf_str(b, "\"");
	while (s.len > 0) {
		size_t n = wb_utf8_first(s);

		if (*s.p == '"' || *s.p == '\\') {
			wb_buf_str(b, "\\");
			wb_buf_add(b, s.p, 1);
		} else if (*s.p == '\n') {
			wb_buf_str(b, "\\n");
		} else if (*s.p < 0x20 || *s.p == 0x7f) {
			wb_buf_fmt(b, "\\u%04x", *s.p);
		} else if (n > 0) {
			wb_buf_add(b, s.p, n);
		} else {
			wb_buf_str(b, "\xef\xbf\xbd");
			n = 1;
		}
		s = wb_slice(s.p + n, s.len - n);
	}
	wb_buf_str(b, "\"");
}

static void begin(struct wb_json_out *out, const char *name)
{
	if (out->comma)
		wb_buf_str(&out->buf, ",");
	if (name != NULL) {
		put_string(&out->buf, wb_slice_str(name));
		wb_buf_str(&out->buf, ":");
	}
	out->comma = true;
}

void wb_out_open(struct wb_json_out *out, const char *name, char bracket)
{
	begin(out, name);
	wb_buf_add(&out->buf, &bracket, 1);
	out->comma = false;
}

void wb_out_close(struct wb_json_out *out, char bracket)
{
	wb_buf_add(&out->buf, &bracket, 1);
	out->comma = true;
}

void wb_out_slice(struct wb_json_out *out, const char *name,
		  struct wb_slice value)
{
	begin(out, name);
	put_string(&out->buf, value);
}

void wb_out_string(struct wb_json_out *out, const char *name, const char *value)
{
	wb_out_slice(out, name, wb_slice_str(value));
}

void wb_out_number(struct wb_json_out *out, const char *name, uint64_t value)
{
	begin(out, name);
	wb_buf_fmt(&out->buf, "%llu", (unsigned long long)value);
}

void wb_out_bool(struct wb_json_out *out, const char *name, bool value)
{
	begin(out, name);
	wb_buf_str(&out->buf, value ? "true" : "false");
}

void wb_out_raw(struct wb_json_out *out, const char *name, struct wb_slice text)
{
	if (text.len > 0 && text.p[text.len - 1] == '\n')
		text.len--;
	begin(out, name);
	wb_buf_add(&out->buf, text.p, text.len);
}

void wb_out_value(struct wb_json_out *out, const char *name,
		  const struct wb_value *value)
{
	char open = value->type == WB_V_LIST ? '[' : '{';

	switch (value->type) {
	case WB_V_NULL:
		wb_out_raw(out, name, wb_slice_str("null"));
		return;
	case WB_V_FALSE:
	case WB_V_TRUE:
		wb_out_bool(out, name, value->type == WB_V_TRUE);
		return;
	case WB_V_NUMBER:
		wb_out_raw(out, name, value->text);
		return;
	case WB_V_STRING:
		wb_out_slice(out, name, value->text);
		return;
	case WB_V_LIST:
	case WB_V_OBJECT:
		break;
	}
	wb_out_open(out, name, open);
	for (const struct wb_value *v = value->first; v != NULL; v = v->next)
		wb_out_value(out, v->name, v);
	wb_out_close(out, open == '[' ? ']' : '}');
}

int wb_out_done(struct wb_json_out *out)
{
	int rc = WB_EXIT_DONE;

	if (out->buf.failed)
		rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	else
		fwrite(out->buf.p, 1, out->buf.len, stdout);
	fputc('\n', stdout);
	wb_buf_free(&out->buf);
	return rc;
}
