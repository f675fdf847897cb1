#ifndef TESTS_UNIT_FLAGS_SAY_H
#define TESTS_UNIT_FLAGS_SAY_H

#include "tests/unit/judge.h"
#include "waybill/flags.h"

/* flags_say: the engine under the red flags of policy/, on a registry that a
 * case adds to. */

/* The registry anew, with what a row adds. */
static inline void registry_of(const char *state)
{
	char key[128], value[512];
	int n;

	wb_memory_free(&registry);
	registry = (struct wb_memory){0};
	put("ledger", "example.org/waybill paper live 30 1");
	put("detail/my", "2020-01-01 MY MY private -");
	put("detail/my-sub", "2020-01-01 MY MY private my:51");
	put("detail/de", "2020-01-01 DE DE private -");
	put("detail/cn", "2020-01-01 CN CN private -");
	put("detail/sa", "2020-01-01 SA SA private -");
	/* Of data centres. */
	put("detail/op", "2020-01-01 MY MY private -");
	while (*state != '\0') {
		assert_int_equal(
			sscanf(state, "%127[^=]=%511[^|]%n", key, value, &n),
			2);
		put(key, value);
		state += n;
		state += *state == '|';
	}
}

static inline const struct wb_finding *finding(const char *code)
{
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].code, code) == 0)
			return &d.finding[i];
	return NULL;
}

static inline int begin(void **state)
{
	struct wb_slice text;
	struct wb_flags *flags;
	int rc = set_up(state);

	text = read_file("policy/red-flags.table");
	assert_int_equal(wb_flags_parse(text, &flags, NULL), 0);
	free((void *)(uintptr_t)text.p);
	wb_law_adopt_flags(&law, flags);
	return rc;
}

#endif /* TESTS_UNIT_FLAGS_SAY_H */
