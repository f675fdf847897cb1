#include <assert.h>
#include <string.h>

#include "proto/access.h"
#include "waybill/text.h"

#define FIRST_LINE "waybill/access/1"
#define SCHEME     "Waybill "

/* Text and one line of the longest: what the scratch must hold. */
#define TEXT_MAX                                                               \
	(sizeof(FIRST_LINE) + WB_ORIGIN_MAX + 1 + 8 + WB_ACCESS_TARGET_MAX +   \
	 1 + 2 * WB_HASH_LEN + 1 + WB_TIME_TEXT + 1)
static_assert(TEXT_MAX + WB_KEY_NAME_MAX + 128 <= WB_ACCESS_NOTE_MAX,
	      "an access note fits its scratch");
static_assert(sizeof(SCHEME) - 1 + (WB_ACCESS_NOTE_MAX * 4 + 2) / 3 <=
		      WB_ACCESS_HEADER_MAX,
	      "and its header");

/* GET, HEAD or POST: no other is ever signed. */
static bool method_valid(struct wb_slice s)
{
	return wb_slice_is(s, "GET") || wb_slice_is(s, "HEAD") ||
	       wb_slice_is(s, "POST");
}

/* Origin form: a slash, then visible ASCII. */
static bool target_valid(struct wb_slice s)
{
	if (s.len == 0 || s.len > WB_ACCESS_TARGET_MAX || s.p[0] != '/')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
			return false;
	}
	return true;
}

static int write_text(struct wb_writer *w, const struct wb_access *a)
{
	char hex[2 * WB_HASH_LEN + 1] = "-";
	char time[WB_TIME_TEXT + 1];

	if (!wb_origin_valid(a->origin) || !method_valid(a->method) ||
	    !target_valid(a->target))
		return WB_EFORM;
	if (a->has_body)
		wb_hex(a->body, sizeof(a->body), hex);
	wb_time_format(a->time, time);

	wb_write_str(w, FIRST_LINE "\n");
	wb_write_slice(w, a->origin);
	wb_write_char(w, '\n');
	wb_write_slice(w, a->method);
	wb_write_char(w, '\n');
	wb_write_slice(w, a->target);
	wb_write_char(w, '\n');
	wb_write_str(w, hex);
	wb_write_char(w, '\n');
	wb_write_str(w, time);
	wb_write_char(w, '\n');
	return 0;
}

int wb_access_write(struct wb_writer *w, const struct wb_access *a,
		    const struct wb_signer *signer)
{
	uint8_t text_buf[TEXT_MAX], note_buf[WB_ACCESS_NOTE_MAX];
	char header[WB_ACCESS_HEADER_MAX + 1];
	struct wb_writer text, note;
	struct wb_slice done;
	int rc;

	if (signer->vkey.type != WB_SIG_ED25519)
		return WB_EFORM;

	wb_writer_init(&text, text_buf, sizeof(text_buf));
	rc = write_text(&text, a);
	if (rc != 0)
		return rc;
	rc = wb_writer_end(&text, &done);
	if (rc != 0)
		return rc;

	wb_writer_init(&note, note_buf, sizeof(note_buf));
	wb_note_sign(&note, done, &signer, 1, 0);
	rc = wb_writer_end(&note, &done);
	if (rc != 0)
		return rc;

	wb_base64url(done.p, done.len, header);
	wb_write_str(w, SCHEME);
	wb_write_str(w, header);
	return 0;
}

static int parse_text(struct wb_slice text, struct wb_access *ret)
{
	struct wb_access a = {.has_body = false};
	struct wb_slice body, time;
	int rc;

	if (!wb_line_is(&text, FIRST_LINE) || !wb_line_next(&text, &a.origin) ||
	    !wb_origin_valid(a.origin) || !wb_line_next(&text, &a.method) ||
	    !method_valid(a.method) || !wb_line_next(&text, &a.target) ||
	    !target_valid(a.target) || !wb_line_next(&text, &body) ||
	    !wb_line_next(&text, &time) || text.len != 0)
		return WB_EFORM;

	if (!wb_slice_is(body, "-")) {
		rc = wb_unhex(body, a.body, sizeof(a.body));
		if (rc != 0)
			return rc;
		a.has_body = true;
	}
	rc = wb_time_parse(time, &a.time);
	if (rc != 0)
		return rc;
	*ret = a;
	return 0;
}

int wb_access_open(struct wb_slice header, uint8_t scratch[WB_ACCESS_NOTE_MAX],
		   struct wb_access *ret, struct wb_note *ret_note)
{
	const size_t skip = sizeof(SCHEME) - 1;
	struct wb_access a;
	size_t len;
	int rc;

	if (!wb_slice_starts(header, SCHEME))
		return WB_EFORM;
	header = wb_slice(header.p + skip, header.len - skip);
	rc = wb_unbase64url(header, scratch, WB_ACCESS_NOTE_MAX, &len);
	if (rc != 0)
		return rc;

	rc = wb_note_parse(wb_slice(scratch, len), ret_note);
	if (rc != 0)
		return rc;
	if (ret_note->n != 1)
		return WB_EFORM;
	rc = parse_text(ret_note->text, &a);
	if (rc != 0)
		return rc;
	*ret = a;
	return 0;
}

static int refuse(struct wb_problem *problem, const char *place,
		  struct wb_slice found, const char *detail)
{
	int rc = wb_refuse(problem, WB_P_ACCESS_NOTE, place, "%s", detail);

	wb_problem_found(problem, found);
	return rc;
}

int wb_access_match(const struct wb_access *got, const struct wb_access *want,
		    struct wb_problem *problem)
{
	char time[WB_TIME_TEXT + 1];
	wb_time apart;

	if (!wb_slice_eq(got->origin, want->origin))
		return refuse(problem, "line 2", got->origin,
			      "the access note is made out to another ledger");
	if (!wb_slice_eq(got->method, want->method))
		return refuse(problem, "line 3", got->method,
			      "the access note is for another method");
	if (!wb_slice_eq(got->target, want->target))
		return refuse(problem, "line 4", got->target,
			      "the access note is for another request target");
	if (got->has_body != want->has_body ||
	    (got->has_body &&
	     memcmp(got->body, want->body, sizeof(got->body)) != 0))
		return refuse(problem, "line 5", wb_slice(NULL, 0),
			      "the access note is for another body");

	apart = got->time > want->time ? got->time - want->time
				       : want->time - got->time;
	if (apart > WB_ACCESS_SKEW_MS) {
		wb_time_format(got->time, time);
		return refuse(problem, "line 6", wb_slice_str(time),
			      "the access note is more than five minutes "
			      "away from this ledger's clock");
	}
	return 0;
}

int wb_access_party(struct wb_slice origin, struct wb_slice name,
		    char ret[WB_ID_MAX + 1])
{
	static const char middle[] = "/party/";
	const size_t skip = sizeof(middle) - 1;
	struct wb_slice id, label;
	const uint8_t *slash;

	if (name.len <= origin.len ||
	    !wb_slice_eq(wb_slice(name.p, origin.len), origin))
		return WB_EFORM;
	name = wb_slice(name.p + origin.len, name.len - origin.len);
	if (!wb_slice_starts(name, middle))
		return WB_EFORM;
	name = wb_slice(name.p + skip, name.len - skip);

	slash = name.len == 0 ? NULL : memchr(name.p, '/', name.len);
	if (slash == NULL)
		return WB_EFORM;
	id = wb_slice(name.p, (size_t)(slash - name.p));
	label = wb_slice(slash + 1, name.len - id.len - 1);
	if (!wb_id_valid(id) || !wb_id_valid(label))
		return WB_EFORM;
	return wb_slice_copy(id, ret, WB_ID_MAX + 1);
}
