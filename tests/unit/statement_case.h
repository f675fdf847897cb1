#ifndef TESTS_UNIT_STATEMENT_CASE_H
#define TESTS_UNIT_STATEMENT_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "waybill/statement.h"

#define ORIGIN "example.org/waybill"

/*
 * statement_case: a good statement of proto/FORMAT.md with one thing changed,
 * and what must be said about it.
 */
struct bad_case {
	const char *why;
	const char *find; /* the first of these in the example */
	const char *put;  /* stands there instead */
	enum wb_problem_code code;
	const char *pointer;
};

/* The example with find replaced, in static memory. */
static inline struct wb_slice changed(const char *example, const char *find,
				      const char *put)
{
	static char text[1 << 17];
	struct wb_slice good = format_example(example);
	const char *at = memmem(good.p, good.len, find, strlen(find));
	struct wb_writer w;
	struct wb_slice ret;

	if (at == NULL)
		format_example_fail(example, find);
	wb_writer_init(&w, text, sizeof(text));
	wb_write_bytes(&w, good.p, (size_t)(at - (const char *)good.p));
	wb_write_str(&w, put);
	at += strlen(find);
	wb_write_bytes(&w, at, good.len - (size_t)(at - (const char *)good.p));
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

static inline void assert_refused(const char *why, struct wb_slice text,
				  enum wb_problem_code code,
				  const char *pointer)
{
	struct wb_problem problem = {0};
	struct wb_statement st;
	int rc = wb_statement_decode(text, ORIGIN, &st, &problem);

	if (rc != WB_EREFUSED || problem.code != code ||
	    strcmp(problem.pointer, pointer) != 0)
		fail_msg("%s: %d, WB-%d at \"%s\" (%s), not WB-%d at \"%s\"",
			 why, rc, problem.code, problem.pointer, problem.detail,
			 code, pointer);
	/* The person is always told what is wrong and what to do. */
	if (problem.detail[0] == '\0' || problem.resolution[0] == '\0')
		fail_msg("%s: no detail or no advice", why);
}

static inline void assert_bad_cases(const char *example,
				    const struct bad_case c[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_refused(c[i].why, changed(example, c[i].find, c[i].put),
			       c[i].code, c[i].pointer);
}

/* The caller frees what was decoded. */
static inline struct wb_statement decoded(struct wb_slice text)
{
	struct wb_problem problem = {0};
	struct wb_statement st = {0};

	if (wb_statement_decode(text, ORIGIN, &st, &problem) != 0)
		fail_msg("WB-%d at \"%s\": %s", problem.code, problem.pointer,
			 problem.detail);
	return st;
}

static inline void assert_good(const char *example, const char *find,
			       const char *put)
{
	struct wb_statement st = decoded(changed(example, find, put));

	wb_statement_free(&st);
}

#endif /* TESTS_UNIT_STATEMENT_CASE_H */
