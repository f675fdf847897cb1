#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "tests/unit/law_files.h"
#include "waybill/flags.h"

#define HEAD "waybill/flags/1\nid x\n"
#define SET  "set s = D5 + MO # cite\n"
#define RF01 "flag RF-01 version 1 verify # cite\n"
#define DAYS "  days 90 # cite\n"
#define TPP  "  tpp 3200000 # cite\n"

/* What is refused, where, and why. */
static const struct {
	const char *text, *pointer, *why;
} bad[] = {
	{"", "line 1, column 1", "nothing"},
	{"waybill/flags/2\nid x\n" RF01 DAYS TPP, "line 1, column 1",
	 "another version of the format"},
	{"waybill/flags/1\n" RF01 DAYS TPP, "line 2, column 1", "no id"},
	{HEAD, "line 3, column 1", "no flags"},
	{HEAD SET, "line 4, column 1", "sets alone"},
	{HEAD RF01, "line 4, column 1", "no parameters"},
	{HEAD RF01 DAYS, "line 5, column 1", "a parameter is missing"},
	{HEAD RF01 DAYS "flag RF-04 version 1 info # c\n" TPP,
	 "line 5, column 1", "the next flag does not help"},
	{HEAD RF01 DAYS DAYS TPP, "line 5, column 3", "twice"},
	{HEAD RF01 DAYS TPP "  set s # c\n", "line 6, column 3",
	 "a parameter of another flag"},
	{HEAD DAYS RF01 TPP, "line 3, column 3", "a parameter of no flag"},
	{HEAD RF01 DAYS TPP SET DAYS, "line 7, column 3",
	 "a set ends the flag"},
	{HEAD "flag RF-99 version 1 verify # c\n", "line 3, column 6",
	 "no such flag"},
	{HEAD "flag RF-01 version 2 verify # c\n" DAYS TPP, "line 3, column 20",
	 "a version that is not at hand"},
	{HEAD "flag RF-01 version 1 bad # c\n" DAYS TPP, "line 3, column 22",
	 "no such severity"},
	{HEAD "flag RF-01 1 verify # c\n" DAYS TPP, "line 3, column 12",
	 "without the word version"},
	{HEAD "flag RF-01 version 1 verify\n" DAYS TPP, "line 3, column 28",
	 "no citation"},
	{HEAD "flag RF-01 version 1 verify so # c\n" DAYS TPP,
	 "line 3, column 29", "more than is asked"},
	{HEAD RF01 "  days 90\n" TPP, "line 4, column 10",
	 "a threshold without a citation"},
	{HEAD RF01 "  days -1 # c\n" TPP, "line 4, column 8", "a sign"},
	{HEAD RF01 "  days 1.5 # c\n" TPP, "line 4, column 8",
	 "a count is whole"},
	{HEAD RF01 "  days 10000001 # c\n" TPP, "line 4, column 8", "too many"},
	{HEAD RF01 "  days 90 80 # c\n" TPP, "line 4, column 11", "two"},
	{HEAD RF01 DAYS TPP RF01 DAYS TPP, "line 6, column 6", "twice"},
	{HEAD "flag RF-04 version 1 info # c\n" RF01 DAYS TPP,
	 "line 4, column 6", "out of order"},
	{HEAD "flag RF-04 version 1 info # c\n" DAYS, "line 4, column 3",
	 "it has no parameters"},
	{HEAD "flag RF-20 version 1 info # c\n  set s # c\n",
	 "line 4, column 7", "a set that nobody defined"},
	{HEAD SET SET RF01 DAYS TPP, "line 4, column 5", "two sets of a name"},
	{HEAD "setting s on # c\n", "line 3, column 1", "a line of an edition"},
	{HEAD "flag RF-33 version 2 info # c\n  due 02-30 # c\n",
	 "line 4, column 7", "no such day in any year"},
	{HEAD "flag RF-33 version 2 info # c\n  due 07-15-01 # c\n",
	 "line 4, column 7", "not a day of the year"},
	{HEAD "flag RF-44 version 2 info # c\n  tpp limit # c\n",
	 "line 4, column 12", "of no counter"},
	{HEAD "flag RF-44 version 2 info # c\n  tpp limits lpp # c\n",
	 "line 4, column 7", "neither an amount nor a limit"},
	{HEAD "flag RF-44 version 2 info # c\n  tpp limit lpp aia # c\n",
	 "line 4, column 17", "of two counters"},
	{HEAD "flag RF-01 version 1 info # c\n  tpp limit lpp # c\n",
	 "line 4, column 7", "this flag asks for an amount"},
	{HEAD "flag RF-35 version 1 info # c\n  count x # c\n",
	 "line 4, column 9", "not a number"},
	{HEAD "flag RF-42 version 2 info # c\n  vendors a b c d e f g h i j k "
	      "l m n o p q # c\n",
	 "line 4, column 43", "too many words"},
	{HEAD "flag RF-42 version 2 info # c\n  vendors # c\n",
	 "line 4, column 10", "no words"},
	{HEAD RF01 DAYS "  tpp 3200000 # cite", "line 5, column 1",
	 "the last line does not end"},
};

static void test_bad_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct wb_problem why = {0};
		struct wb_flags *flags = NULL;

		if (wb_flags_parse(wb_slice_str(bad[i].text), &flags, &why) !=
		    WB_EREFUSED)
			fail_msg("%s: taken", bad[i].why);
		assert_null(flags);
		if (strcmp(why.pointer, bad[i].pointer) != 0)
			fail_msg("%s: %s, not %s (%s)", bad[i].why, why.pointer,
				 bad[i].pointer, why.detail);
	}
}

static void test_the_example(void **state)
{
	struct wb_slice text = format_example("policy-flags-example");
	char digest[WB_HASH_HEX + 1];
	const struct wb_flag *flag;
	struct wb_flags *flags;

	(void)state;
	assert_int_equal(wb_flags_parse(text, &flags, NULL), 0);
	wb_sha256_hex(text, digest);
	assert_string_equal(flags->sha256, digest);
	assert_string_equal(flags->id, "example-1");
	flag = flags->on[0];
	assert_string_equal(flag->kind->id, "RF-01");
	assert_int_equal(flag->severity, WB_VERIFY);
	assert_string_equal(flag->citation, "Supp. 3 to part 732, 4");
	assert_int_equal(flag->value[0].number, 90);
	assert_int_equal(flag->value[1].number, 32000000);
	assert_string_equal(flag->value[1].citation, "740.29(g)(3)");
	assert_non_null(flags->on[19]);
	assert_int_equal(flags->on[19]->value[0].set, 0);
	for (size_t i = 0; i < WB_FLAG_KINDS; i++)
		assert_true(i == 0 || i == 19 || flags->on[i] == NULL);
	wb_flags_free(flags);
	wb_flags_free(NULL);
}

/* What stands in policy/ is taken, and turns on all that is built. */
static void test_the_document(void **state)
{
	struct wb_slice text = law_file("policy/red-flags.table");
	struct wb_problem why = {0};
	struct wb_flags *flags;

	(void)state;
	if (wb_flags_parse(text, &flags, &why) != 0)
		law_refused("policy/red-flags.table", &why);
	for (size_t i = 0; i < WB_FLAG_KINDS; i++)
		if ((flags->on[i] == NULL) == (wb_flag_row(i)->unbuilt == NULL))
			fail_msg("%s", wb_flag_row(i)->id);
	law_file_free(text);
	wb_flags_free(flags);
}

/* Each row of the table stands in FORMAT.md, with what it asks for. */
static void test_rows_are_documented(void **state)
{
	static const char *const kinds[] = {
		[WB_FV_COUNT] = "count",     [WB_FV_TPP] = "tpp",
		[WB_FV_PERCENT] = "percent", [WB_FV_DATE] = "date",
		[WB_FV_SET] = "set",         [WB_FV_WORDS] = "words",
		[WB_FV_YEARLY] = "days",     [WB_FV_LIMIT] = "limit"};
	const char *text = format_document();

	(void)state;
	for (size_t i = 0; i < WB_FLAG_KINDS; i++) {
		const struct wb_flag_kind *k = wb_flag_row(i);
		char row[512];
		int n = snprintf(row, sizeof(row), "\n| %s | %d | %s |", k->id,
				 k->version, k->finding.meaning);

		if (k->unbuilt != NULL)
			snprintf(row + n, sizeof(row) - (size_t)n,
				 " not asked: %s |", k->unbuilt);
		else if (k->param[0].name == NULL)
			snprintf(row + n, sizeof(row) - (size_t)n, " none |");
		for (size_t j = 0; !k->unbuilt && k->param[j].name; j++)
			n += snprintf(row + n, sizeof(row) - (size_t)n,
				      "%s `%s` %s", j > 0 ? "," : "",
				      k->param[j].name,
				      kinds[k->param[j].kind]);
		if (strstr(text, row) == NULL)
			fail_msg("FORMAT.md lacks %s", row);
	}
}

/* All 44 of RULES 9 and the rule of the large data centre, once each. */
static void test_rows_are_whole(void **state)
{
	char id[8];

	(void)state;
	assert_null(wb_flag_row(WB_FLAG_KINDS));
	for (size_t i = 0; i < WB_FLAG_KINDS; i++) {
		const struct wb_flag_kind *k = wb_flag_row(i);

		snprintf(id, sizeof(id), "RF-%02d", (int)i + 1);
		assert_string_equal(k->id, i < 44 ? id : "DC-01");
		id[0] = i < 44 ? 'r' : 'd';
		id[1] = i < 44 ? 'f' : 'c';
		if (i == 44)
			id[3] = '0', id[4] = '1';
		assert_string_equal(k->finding.code, id);
		assert_true(k->version > 0);
		assert_true(k->finding.meaning[0] != '\0');
		assert_true(k->finding.resolution[0] != '\0');
	}
}

/* What is left out stands in the README, and nothing else does. */
static void test_left_out_is_documented(void **state)
{
	struct wb_slice text = law_file("policy/README.md");
	size_t n = 0, listed = 0;
	const char *p, *all = (const char *)text.p;
	char row[512];

	(void)state;
	for (size_t i = 0; i < WB_FLAG_KINDS; i++) {
		if (wb_flag_left_out(i) == NULL)
			continue;
		n++;
		snprintf(row, sizeof(row), "\n| %s | %s |\n",
			 wb_flag_row(i)->id, wb_flag_left_out(i));
		if (memmem(all, text.len, row, strlen(row)) == NULL)
			fail_msg("policy/README.md lacks %s", row);
	}
	for (p = all; (p = memmem(p, text.len - (size_t)(p - all), "\n| RF-",
				  6)) != NULL;
	     p++)
		listed++;
	assert_int_equal(listed, n);
	law_file_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_the_example),
		cmocka_unit_test(test_the_document),
		cmocka_unit_test(test_rows_are_documented),
		cmocka_unit_test(test_rows_are_whole),
		cmocka_unit_test(test_left_out_is_documented),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
