#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/judge.h"
#include "waybill/replay.h"

/* Another law made of the one that a ledger has: which edition is the law of
 * which day, and what in it is another. */
#define EDITION(id, from, to)                                                  \
	"waybill/policy/1\nid " id "\nfamily paper\ntitle t\nsource s\n"       \
	"effective " from " # c\nuntil " to "\nset d5 = D5 # c\n"              \
	"eccn 3A090.a limb a when tpp >= 4800 # c\n"                           \
	"licence all when eccn is 3A090.a # c\n"                               \
	"review denial when eccn is 3A090.a # c\n"

static struct wb_what_if w;
static struct wb_law other;

static void with(const char *text)
{
	struct wb_problem problem = {0};

	if (wb_edition_parse(wb_slice_str(text), &w.edition[w.n_editions],
			     &problem) != 0)
		fail_msg("%s: %s", problem.pointer, problem.detail);
	w.n_editions++;
}

static void law_of(const char *day, const char *id)
{
	const struct wb_edition *ed;
	wb_date date;

	assert_int_equal(wb_date_parse(wb_slice_str(day), &date), 0);
	ed = wb_law_edition(&other, date);
	if (strcmp(ed == NULL ? "" : ed->id, id) != 0)
		fail_msg("%s: %s", day, ed == NULL ? "none" : ed->id);
}

static void make(void)
{
	assert_int_equal(wb_what_if_law(&w, &law, &other), 0);
}

static void end(void)
{
	wb_what_if_law_free(&other);
	for (size_t i = 0; i < w.n_editions; i++)
		wb_edition_free(w.edition[i]);
	memset(&w, 0, sizeof(w));
}

/* The days before and after are those of the ledger's law. */
static void test_days(void **state)
{
	(void)state;
	with(EDITION("two", "2025-07-01", "2025-07-31"));
	with(EDITION("one", "2025-06-01", "2025-06-30"));
	make();
	law_of("2025-05-14", "us-2024-2");
	law_of("2025-05-15", "diffusion-2025-1");
	law_of("2025-05-31", "diffusion-2025-1");
	law_of("2025-06-01", "one");
	law_of("2025-06-30", "one");
	law_of("2025-07-01", "two");
	law_of("2025-07-31", "two");
	law_of("2025-08-01", "diffusion-2025-1");
	end();
	/* From the first day of another to its last, nothing is left of it. */
	with(EDITION("one", "2023-11-17", "2024-04-03"));
	make();
	law_of("2023-11-16", "");
	law_of("2023-11-17", "one");
	law_of("2024-04-03", "one");
	law_of("2024-04-04", "us-2024-1");
	end();
	with(EDITION("one", "2024-04-03", "2024-04-04"));
	make();
	law_of("2024-04-02", "us-2023-1");
	law_of("2024-04-03", "one");
	law_of("2024-04-04", "one");
	law_of("2024-04-05", "us-2024-1");
	end();
}

static const struct wb_exception_line *limit_of(const struct wb_edition *ed)
{
	for (size_t i = 0; i < ed->n_exceptions; i++)
		for (size_t k = 0; k < ed->exception[i].n; k++)
			if (ed->exception[i].item[k].kind == WB_X_LIMIT)
				return &ed->exception[i].item[k];
	return NULL;
}

static void test_limits(void **state)
{
	const struct wb_edition *ed;

	(void)state;
	w.n_limits = 3;
	snprintf(w.limit[0].counter, sizeof(w.limit[0].counter), "alloc");
	w.limit[0].x10 = 1234;
	snprintf(w.limit[1].counter, sizeof(w.limit[1].counter), "none");
	snprintf(w.limit[2].counter, sizeof(w.limit[2].counter), "lpp");
	w.limit[2].x10 = 77;
	make();
	ed = other.edition[other.n - 1];
	assert_string_equal(ed->id, "diffusion-2025-1");
	assert_int_equal(ed->allocation.tpp_x10, 1234);
	assert_int_equal(limit_of(ed)->tpp_x10, 77);
	assert_true(w.limit[0].found);
	assert_false(w.limit[1].found);
	assert_true(w.limit[2].found);
	/* The law itself is as it was. */
	assert_int_equal(law.edition[law.n - 1]->allocation.tpp_x10,
			 INT64_C(7900000000));
	end();
}

/* A setting that is turned is so on all days. */
static void test_settings(void **state)
{
	const struct wb_edition *ed;
	int at;

	(void)state;
	w.n_settings = 2;
	snprintf(w.setting[0].name, sizeof(w.setting[0].name), "affiliates_50");
	w.setting[0].on = true;
	snprintf(w.setting[1].name, sizeof(w.setting[1].name), "nosuch");
	make();
	ed = other.edition[other.n - 1];
	at = wb_setting_find(ed, "affiliates_50");
	assert_true(at >= 0);
	assert_true(wb_setting_on(ed, at, ed->from));
	assert_false(wb_setting_on(law.edition[law.n - 1], at, ed->from));
	assert_true(w.setting[0].found);
	assert_false(w.setting[1].found);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
