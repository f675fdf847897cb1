#include "proto/told.h"

#include <string.h>

#include "core/json.h"
#include "waybill/limits.h"
#include "waybill/text.h"

/* One string of a finding is at most 6 times as long in JSON. */
#define TEXT_MAX (6 * WB_STRING_MAX + 2)

static void add(struct wb_buf *b, const char *name, const char *value)
{
	uint8_t text[TEXT_MAX];
	struct wb_slice done;
	struct wb_writer w;

	wb_buf_str(b, name);
	wb_writer_init(&w, text, sizeof(text));
	wb_write_json(&w, wb_slice_str(value));
	if (wb_writer_end(&w, &done) == 0)
		wb_buf_add(b, done.p, done.len);
	else
		b->failed = true;
}

/* One finding, if it is about something that the reader is told of. */
static int tell(struct wb_told *told, const struct wb_json *finding,
		struct wb_buf *out)
{
	struct wb_json seen = wb_json_may(finding, "seen");
	const char *party = wb_json_own(&seen, "party");
	const char *id = wb_json_own(&seen, "id");
	const char *code = wb_json_own(finding, "code");
	const char *severity = wb_json_own(finding, "severity");
	bool may = false;
	int rc = 0;

	if (*party != '\0' && *id != '\0')
		rc = told->may(told->ctx, party, id, &may);
	if (rc != 0 || !may)
		return rc;
	add(out, told->n++ == 0 ? "{\"party\":" : ",{\"party\":", party);
	add(out, ",\"id\":", id);
	add(out, ",\"code\":", code);
	add(out, ",\"severity\":", severity);
	add(out, ",\"narrative\":", wb_json_own(finding, "narrative"));
	add(out, ",\"citation\":", wb_json_own(finding, "citation"));
	add(out, ",\"resolution\":", wb_json_own(finding, "resolution"));
	wb_buf_str(out, "}");
	if (told->codes != NULL)
		wb_buf_fmt(told->codes, "%s\"%s\"", told->n == 1 ? "" : ",",
			   code);
	told->alerts += strcmp(severity, "alert") == 0 ||
			strcmp(severity, "fatal") == 0;
	told->has_code |= told->code != NULL && strcmp(code, told->code) == 0;
	return 0;
}

int wb_told_json(struct wb_told *told, struct wb_slice judgement,
		 struct wb_buf *out)
{
	struct wb_json top, list;
	struct wb_decoder d;
	size_t n;
	int rc = wb_json_open(judgement, &d, NULL);

	if (rc != 0)
		return rc == WB_ENOMEM ? rc : WB_ECORRUPT;
	told->n = told->alerts = 0;
	told->has_code = false;
	top = wb_json_top(&d);
	list = wb_json_list(wb_json_need(&top, "findings"), 0, WB_FINDINGS_MAX,
			    &n);
	wb_buf_str(out, "[");
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct wb_json one = wb_json_at(&list, i);

		rc = tell(told, &one, out);
	}
	wb_buf_str(out, "]");
	wb_json_close(d.document);
	return rc == 0 && d.error != 0 ? WB_ECORRUPT : rc;
}
