#ifndef TESTS_UNIT_AGAIN_SAY_H
#define TESTS_UNIT_AGAIN_SAY_H

#include "tests/unit/sweep_say.h"

/* Shipments judged before their date of export, in a ledger whose law is
 * another by then.  Tests include this after cmocka.h. */
#define RECORDED "2025-05-10"
#define EXPORTED "2025-05-20"

static struct wb_law before; /* without diffusion.policy, the last of them */

static inline void adopt_text(const char *path, const char *was, const char *is)
{
	struct wb_slice file = read_file(path);
	char *text = malloc(file.len + 256), *at;
	struct wb_edition *ed;

	assert_non_null(text);
	snprintf(text, file.len + 1, "%.*s", (int)file.len,
		 (const char *)file.p);
	at = strstr(text, was);
	assert_non_null(at);
	memmove(at + strlen(is), at + strlen(was),
		strlen(at) - strlen(was) + 1);
	memcpy(at, is, strlen(is));
	assert_int_equal(wb_edition_parse(wb_slice_str(text), &ed, NULL), 0);
	wb_law_adopt(&law, ed, NULL, NULL);
	free(text);
	free((void *)(uintptr_t)file.p);
}

static inline void adopt_diffusion(void)
{
	adopt_text("policy/diffusion.policy", "id diffusion", "id diffusion");
}

/* The law of before, nothing shipped. */
static inline void begin_again(void)
{
	while (law.n > before.n)
		wb_edition_free(law.edition[--law.n]);
	registry_of("");
}

static inline void say_h100(const char *papers)
{
	say_ship("S-1", "air", papers, EXPORTED, RECORDED);
}

/* Two units with their numbers, which needs no licence yet. */
static inline void say_serials(void)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"S-1\","
		 "\"issued\":\"2025-05-10T00:00:00Z\",\"kind\":\"export\","
		 "\"export_date\":\"2025-05-20\",\"from\":\"US\","
		 "\"destination\":\"MY\",\"consignee\":\"my\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\","
		 "\"authorization\":{\"type\":\"NLR\"},\"items\":[{\"line\":1,"
		 "\"model\":\"nv-h100-sxm\",\"quantity\":2,\"eccn\":"
		 "\"3A090.a\",\"lots\":[{"
		 "\"serials\":[\"X1\",\"X2\"]}]}]}\n");
	judge_text(text, RECORDED);
	keep();
}

static inline const char *state_of(const char *key)
{
	struct wb_state state = wb_memory_state(&registry);
	static char text[1024];
	struct wb_slice value;
	uint64_t seq;

	if (state.get(state.ctx, key, &value, &seq) != 0)
		return "";
	snprintf(text, sizeof(text), "%.*s", (int)value.len,
		 (const char *)value.p);
	return text;
}

static inline void starts(const char *want)
{
	const char *is = state_of("ship/acme/S-1");

	if (strncmp(is, want, strlen(want)) != 0)
		fail_msg("%s", is);
}

static inline int law_of_before(void **state)
{
	int rc = set_up(state);

	assert_string_equal(law.edition[law.n - 1]->id, "diffusion-2025-1");
	wb_edition_free(law.edition[--law.n]);
	before = law;
	return rc;
}

#endif /* TESTS_UNIT_AGAIN_SAY_H */
