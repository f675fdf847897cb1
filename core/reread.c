#include <string.h>

#include "core/audit_parts.h"
#include "core/json.h"
#include "waybill/decision.h"

/*
 * reread: the two texts of a decision, read again by those who hold them.
 * Whoever reads them has checked the commitment first or proves nothing.
 */

static void read_severities(const struct wb_json *findings, size_t n,
			    struct wb_verdict_view *ret)
{
	static const char *const severity[] = {"info", "verify", "alert",
					       "fatal"};

	for (size_t i = 0; i < n; i++) {
		struct wb_json f = wb_json_at(findings, i);
		size_t s = wb_json_word(wb_json_need(&f, "severity"), severity,
					WB_COUNT(severity));

		ret->n_findings += s >= WB_ALERT;
	}
}

static void copy_text(struct wb_json at, char *out, size_t cap)
{
	struct wb_slice s = wb_json_text(at, cap - 1);

	if (wb_slice_copy(s, out, cap) != 0)
		out[0] = '\0';
}

int wb_judgement_read(struct wb_slice judgement, struct wb_verdict_view *ret)
{
	static const char *const verdict[] = {"noted", "clear", "review",
					      "deny"};
	struct wb_verdict_view v = {0};
	struct wb_json top, list;
	struct wb_decoder d;
	size_t n;
	int rc;

	rc = wb_json_open(judgement, &d, NULL);
	if (rc != 0)
		return rc == WB_ENOMEM ? rc : WB_EFORM;
	top = wb_json_top(&d);
	v.verdict = (enum wb_verdict)wb_json_word(wb_json_need(&top, "verdict"),
						  verdict, WB_COUNT(verdict));
	copy_text(wb_json_need(&top, "basis"), v.basis, sizeof(v.basis));
	copy_text(wb_json_need(&top, "review"), v.review, sizeof(v.review));
	list = wb_json_list(wb_json_need(&top, "scopes"), 0, WB_SCOPES_MAX,
			    &v.n_scopes);
	for (size_t i = 0; i < v.n_scopes; i++) {
		const char *code = wb_json_country(wb_json_at(&list, i));

		if (code != NULL)
			memcpy(v.scope[i], code, 2);
	}
	list = wb_json_list(wb_json_need(&top, "findings"), 0, WB_FINDINGS_MAX,
			    &n);
	read_severities(&list, n, &v);
	wb_json_close(d.document);
	if (d.error != 0)
		return WB_EFORM;
	*ret = v;
	return 0;
}

int wb_memory_from_workings(struct wb_memory *m, struct wb_slice workings)
{
	struct wb_json top, list;
	struct wb_decoder d;
	size_t n;
	int rc;

	rc = wb_json_open(workings, &d, NULL);
	if (rc != 0)
		return rc == WB_ENOMEM ? rc : WB_EFORM;
	top = wb_json_top(&d);
	list = wb_json_list(wb_json_need(&top, "reads"), 0, WB_READS_ALL_MAX,
			    &n);
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct wb_json r = wb_json_at(&list, i);
		const char *key = wb_json_string(wb_json_need(&r, "key"),
						 WB_STATE_KEY_MAX);
		struct wb_json value = wb_json_may(&r, "value");
		int64_t seq = wb_json_integer(wb_json_may(&r, "seq"), 0,
					      WB_INTEGER_MAX, -1);

		if (key != NULL && value.value != NULL && seq >= 0)
			rc = wb_memory_put(
				m, key, wb_json_text(value, WB_STATE_VALUE_MAX),
				(uint64_t)seq);
	}
	wb_json_close(d.document);
	return rc == 0 && d.error != 0 ? WB_EFORM : rc;
}
