#ifndef TESTS_UNIT_POLICY_BAD_H
#define TESTS_UNIT_POLICY_BAD_H

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/policy.h"

/*
 * policy_bad: small editions that are refused, each at its place and for its
 * reason, and a few that are taken.  cmocka's own headers come first.
 */
#define N(a) (sizeof(a) / sizeof((a)[0]))

/* A small edition; its header takes seven lines. */
#define HEAD                                                                   \
	"waybill/policy/1\nid e-1\nfamily f\ntitle T t\nsource S\n"            \
	"effective 2025-05-15 # d\nuntil open\n"
#define ECCN    "eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"
#define LICENCE "licence all when eccn is 3A090.a # c\n"
#define REVIEW  "review denial when eccn is 3A090.a # c\n"
#define TAIL    ECCN LICENCE REVIEW
#define SET     "set d5 = D5 + MO # c\n"
#define SETTING "setting strict off AMBIG-3 # c\n"
#define EXC     "exception X \"The X\" # c\n"
#define ALLOC   "allocation 790 from 2025 to 2027 # c\n"

static inline struct wb_edition *parse(const char *text, struct wb_problem *why)
{
	struct wb_edition *ret = NULL;
	int rc = wb_edition_parse(wb_slice_str(text), &ret, why);

	if (rc == 0)
		return ret;
	assert_int_equal(rc, WB_EREFUSED);
	assert_null(ret);
	assert_int_not_equal(why->code, 0);
	return NULL;
}

/* Parse and free; a text that should be taken and is not says why. */
static inline void good(const char *text)
{
	struct wb_problem why = {0};
	struct wb_edition *ed = parse(text, &why);

	if (ed == NULL)
		fail_msg("%s: %s: refused in\n%s", why.pointer, why.detail,
			 text);
	wb_edition_free(ed);
}

struct bad {
	const char *text;
	const char *pointer; /* where it is refused */
	const char *found;
	const char *says; /* in detail or resolution */
};

static inline void refuse(const struct bad *bad, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct wb_problem why = {0};

		if (parse(bad[i].text, &why) != NULL)
			fail_msg("taken, though: %s\n%s", bad[i].says,
				 bad[i].text);
		if (why.code != WB_P_LINE)
			fail_msg("code %d", why.code);
		if (strcmp(why.pointer, bad[i].pointer) != 0)
			fail_msg("%s, not %s: %s\n%s", why.pointer,
				 bad[i].pointer, why.detail, bad[i].text);
		if (strcmp(why.found, bad[i].found) != 0)
			fail_msg("found %s, not %s\n%s", why.found,
				 bad[i].found, bad[i].text);
		if (strstr(why.detail, bad[i].says) == NULL &&
		    strstr(why.resolution, bad[i].says) == NULL)
			fail_msg("does not say \"%s\" but: %s %s", bad[i].says,
				 why.detail, why.resolution);
	}
}

#endif /* TESTS_UNIT_POLICY_BAD_H */
