#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/audit_parts.h"
#include "tests/unit/format_example.h"
#include "waybill/flags.h"
#include "waybill/text.h"

/*
 * The worked example of FORMAT.md, section 6: the statement, decided under the
 * texts of section 7 on the state shown, gives the two texts shown.
 */
static struct wb_law law;
static struct wb_memory registry;
static struct wb_decision d;

static void read_state(void)
{
	struct wb_slice text = format_example("decision-state-example"), line;

	while (wb_line_next(&text, &line)) {
		struct wb_slice seq, key;
		char name[WB_STATE_KEY_MAX + 1];
		uint64_t n;

		assert_true(wb_word_next(&line, &seq));
		assert_true(wb_word_next(&line, &key));
		/* The value is the rest, behind one space. */
		line = wb_slice(line.p + (line.p[0] == ' '),
				line.len - (line.p[0] == ' '));
		assert_int_equal(wb_parse_dec(seq, &n), 0);
		assert_int_equal(wb_slice_copy(key, name, sizeof(name)), 0);
		assert_int_equal(wb_memory_put(&registry, name, line, n), 0);
	}
}

static int set_up(void **state)
{
	struct wb_edition *ed;
	struct wb_catalogue *cat;
	struct wb_countries *table;
	struct wb_flags *flags;

	(void)state;
	assert_int_equal(wb_crypto_init(), 0);
	wb_law_init(&law, "example");
	assert_int_equal(
		wb_edition_parse(format_example("policy-edition-example"), &ed,
				 NULL),
		0);
	assert_int_equal(
		wb_catalogue_parse(format_example("policy-catalogue-example"),
				   &cat, NULL),
		0);
	assert_int_equal(
		wb_countries_parse(format_example("policy-countries-example"),
				   &table, NULL),
		0);
	assert_int_equal(wb_flags_parse(format_example("policy-flags-example"),
					&flags, NULL),
			 0);
	wb_law_adopt(&law, ed, NULL, NULL);
	wb_law_adopt(&law, NULL, cat, NULL);
	wb_law_adopt(&law, NULL, NULL, table);
	wb_law_adopt_flags(&law, flags);
	read_state();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wb_law_free(&law);
	wb_memory_free(&registry);
	return 0;
}

static void decide(void)
{
	struct wb_slice text = format_example("decision-statement-example");
	struct wb_state state = wb_memory_state(&registry);
	struct wb_problem problem = {0};
	struct wb_statement st = {0};
	struct wb_engine_input in = {&law, &st, &state, 0};

	if (wb_statement_decode(text, NULL, &st, &problem) != 0)
		fail_msg("WB-%d %s: %s", problem.code, problem.pointer,
			 problem.detail);
	in.time = st.issued;
	wb_decision_init(&d);
	assert_int_equal(wb_classify(&in, &d), 0);
	wb_statement_free(&st);
}

static void same(void (*write)(struct wb_writer *w,
			       const struct wb_decision *d),
		 const char *example)
{
	static uint8_t text[WB_WORKINGS_MAX];
	struct wb_slice want = format_example(example), got;
	struct wb_writer w;

	wb_writer_init(&w, text, sizeof(text));
	write(&w, &d);
	assert_int_equal(wb_writer_end(&w, &got), 0);
	if (wb_slice_eq(got, want))
		return;
	printf("%s should be\n", example);
	fwrite(got.p, 1, got.len, stdout);
	fail();
}

static void test_judgement_is_as_documented(void **state)
{
	(void)state;
	decide();
	same(wb_judgement_write, "judgement-example");
}

static void test_workings_are_as_documented(void **state)
{
	(void)state;
	decide();
	same(wb_workings_write, "workings-example");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judgement_is_as_documented),
		cmocka_unit_test(test_workings_are_as_documented),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
