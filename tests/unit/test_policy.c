#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/policy_bad.h"

/* --- the text as such ------------------------------------------------- */

static void test_text(void **state)
{
	static const struct bad bad[] = {
		{"", "line 1, column 1", "", "empty"},
		{"\n", "line 2, column 1", "", "waybill/policy/1"},
		{"waybill/policy/1", "line 1, column 1", "", "newline"},
		{HEAD TAIL "set x", "line 11, column 1", "", "newline"},
		{HEAD "set\td5 = D5 # c\n" TAIL, "line 8, column 4", "?",
		 "control"},
		{HEAD "set d5 = D5 # c\r\n" TAIL, "line 8, column 16", "?",
		 "control"},
		/* Shown, this would read as another line than is parsed. */
		{HEAD "set d5 = D5 # \xe2\x80\xae"
		      "c\n" TAIL,
		 "line 8, column 15", "?", "shown"},
		{HEAD "set d5 = D5 # \xc2\x85\n" TAIL, "line 8, column 15", "?",
		 "control"},
		{HEAD "set d5 = D5 # \xff\n" TAIL, "line 8, column 15", "",
		 "UTF-8"},
		{HEAD "set d5 = D5 # \xc3\n" TAIL, "line 8, column 15", "",
		 "UTF-8"},
		/* A column is a character, not a byte. */
		{HEAD "exception X \"\xc3\xa9\xe2\x82\xac\" x # c\n" TAIL,
		 "line 8, column 18", "x", "complete"},
	};

	(void)state;
	refuse(bad, N(bad));
	good(HEAD TAIL);
	good(HEAD "# a comment\n\n  # an indented one\n   \n" TAIL);
	good(HEAD "set   d5  =  D5   +  MO    #    c   \n" TAIL);
}

static void test_lengths(void **state)
{
	static char text[WB_POLICY_TEXT_MAX + 2];
	struct wb_problem why = {0};
	struct wb_edition *ed;
	size_t head;

	(void)state;
	/* A comment of exactly the longest line, and one byte more. */
	for (size_t more = 0; more < 2; more++) {
		char *p = text;

		p += snprintf(p, 512, "%s", HEAD TAIL);
		memset(p, '#', WB_POLICY_LINE_MAX + more);
		p += WB_POLICY_LINE_MAX + more;
		memcpy(p, "\n", 2);
		why = (struct wb_problem){0};
		ed = parse(text, &why);
		assert_int_equal(ed == NULL, more == 1);
		wb_edition_free(ed);
	}
	assert_string_equal(why.pointer, "line 11, column 4097");
	assert_non_null(strstr(why.detail, "4097 bytes"));

	/* The longest text: short comments up to the limit. */
	head = (size_t)snprintf(text, 512, "%s", HEAD TAIL);
	memset(text + head, '\n', sizeof(text) - head);
	ed = NULL;
	assert_int_equal(
		wb_edition_parse(wb_slice(text, WB_POLICY_TEXT_MAX), &ed, NULL),
		0);
	wb_edition_free(ed);
	why = (struct wb_problem){0};
	assert_int_equal(
		wb_edition_parse(wb_slice(text, WB_POLICY_TEXT_MAX + 1), &ed,
				 &why),
		WB_EREFUSED);
	assert_int_equal(why.code, WB_P_TOO_LONG);
	/* Nobody need ask why. */
	assert_int_equal(wb_edition_parse(wb_slice_str("x\n"), &ed, NULL),
			 WB_EREFUSED);
}

/* --- header ----------------------------------------------------------- */

static void test_header(void **state)
{
#define TOP "waybill/policy/1\nid e-1\nfamily f\ntitle T t\nsource S\n"
	static const struct bad bad[] = {
		{"waybill/policy/2\n", "line 1, column 1", "waybill/policy/2",
		 "\"waybill/policy/1\""},
		{"waybill/policy/1 x\n", "line 1, column 18", "x",
		 "Nothing else"},
		{"waybill/policy/10\n", "line 1, column 1", "waybill/policy/10",
		 "\"waybill/policy/1\""},
		{" waybill/policy/1\n", "line 1, column 2", "waybill/policy/1",
		 "\"waybill/policy/1\""},
		{"waybill/policy/1\n", "line 2, column 1", "", "\"id\""},
		{"waybill/policy/1\nfamily f\n", "line 2, column 1", "family f",
		 "in this order"},
		{"waybill/policy/1\nid\n", "line 2, column 3", "", "an id"},
		{"waybill/policy/1\nid a b\n", "line 2, column 4", "a b",
		 "character 2"},
		{"waybill/policy/1\nid -a\n", "line 2, column 4", "-a",
		 "character 1"},
		{"waybill/policy/1\nidx\n", "line 2, column 1", "idx",
		 "\"id\""},
		{"waybill/policy/1\nid e-1\nfamily "
		 "abcdefghijklmnopqrstuvwxyz012345\n",
		 "line 3, column 8", "abcdefghijklmnopqrstuvwxyz012345",
		 "32 bytes"},
		{"waybill/policy/1\nid e-1\nfamily a b a\n",
		 "line 3, column 12", "a", "twice"},
		{"waybill/policy/1\nid e-1\nfamily a b c d e\n",
		 "line 3, column 16", "e", "at most 4"},
		{"waybill/policy/1\nid e-1\nfamily\n", "line 3, column 7", "",
		 "a family"},
		{"waybill/policy/1\nid e-1\nfamily f\ntitle\n",
		 "line 4, column 6", "", "a title"},
		{TOP "until open\n", "line 6, column 1", "until open",
		 "\"effective\""},
		{TOP "effective 2025-05-15\n", "line 6, column 21", "",
		 "no citation"},
		{TOP "effective 2025-05-15 #\n", "line 6, column 21", "",
		 "no citation"},
		{TOP "effective 2025-5-15 # c\n", "line 6, column 11",
		 "2025-5-15", "a day"},
		{TOP "effective 2025-02-29 # c\n", "line 6, column 11",
		 "2025-02-29", "a day"},
		{TOP "effective 2025-05-15 # c\nuntil 2025-05-14\n",
		 "line 7, column 7", "2025-05-14", "before the first"},
		{TOP "effective 2025-05-15 # c\nuntil Open\n",
		 "line 7, column 7", "Open", "a day"},
		{HEAD "id e-2\n" TAIL, "line 8, column 1", "id", "keyword"},
		{HEAD "savings 2025-05-14 # c\n" TAIL, "line 8, column 9",
		 "2025-05-14", "before the edition"},
		{HEAD "savings 2025-06-16 AMBIG-0 # c\n" TAIL,
		 "line 8, column 20", "AMBIG-0", "AMBIG-1"},
		{HEAD "savings 2025-06-16 AMBIG-09 # c\n" TAIL,
		 "line 8, column 20", "AMBIG-09", "AMBIG-1"},
		{HEAD "savings 2025-06-16 ambig-9 # c\n" TAIL,
		 "line 8, column 20", "ambig-9", "complete"},
		{HEAD "savings 2025-06-16 # c\nsavings 2025-06-16 # c\n",
		 "line 9, column 1", "savings 2025-06-16", "already"},
		{HEAD "savings 2025-06-16\n", "line 8, column 19", "",
		 "no citation"},
		{HEAD "h100 0 # c\n", "line 8, column 6", "0", "more than"},
		{HEAD "h100 15,825 # c\n", "line 8, column 6", "15,825",
		 "group marks"},
		{HEAD "h100 15825\n", "line 8, column 11", "", "no citation"},
		{HEAD "h100 1 # c\nh100 1 # c\n", "line 9, column 1", "h100 1",
		 "already"},
		{HEAD, "line 8, column 1", "", "an eccn line"},
		{HEAD ECCN, "line 9, column 1", "", "a licence line"},
		{HEAD ECCN LICENCE, "line 10, column 1", "", "a review line"},
		{HEAD ECCN LICENCE ALLOC, "line 11, column 1", "",
		 "\"beyond\""},
	};

	(void)state;
	refuse(bad, N(bad));
	good(TOP "effective 2025-05-15 # c\nuntil 2025-05-15\n" TAIL);
	good(HEAD "savings 2025-05-15 # c\n" TAIL);
}

/* --- sets and settings ------------------------------------------------ */

static void test_sets(void **state)
{
	static const struct bad bad[] = {
		{HEAD "set\n", "line 8, column 4", "", "name of a set"},
		{HEAD "set d5\n", "line 8, column 7", "", "\"=\""},
		{HEAD "set d5 D5 # c\n", "line 8, column 8", "D5", "\"=\""},
		{HEAD "set d5 = # c\n", "line 8, column 9", "", "a group"},
		{HEAD "set d5 = D5 + # c\n", "line 8, column 14", "",
		 "a group"},
		{HEAD "set d5 = D5 MO # c\n", "line 8, column 13", "MO",
		 "\"+\""},
		{HEAD "set d5 = - D5 # c\n", "line 8, column 10", "-",
		 "a group"},
		{HEAD "set d5 = D5 + d4 # c\n", "line 8, column 15", "d4",
		 "Did you mean \"D4\"?"},
		{HEAD SET "set x = d6 # c\n", "line 9, column 9", "d6",
		 "Did you mean \"d5\"?"},
		/* Itself, and one below, are not defined yet. */
		{HEAD "set x = x # c\n", "line 8, column 9", "x", "Known here"},
		{HEAD "set x = later # c\nset later = D1 # c\n",
		 "line 8, column 9", "later", "Known here"},
		{HEAD "set x = mo # c\n", "line 8, column 9", "mo",
		 "Known here"},
		{HEAD "set x = CHN # c\n", "line 8, column 9", "CHN",
		 "Known here"},
		{HEAD "set D5 = D4 # c\n", "line 8, column 5", "D5",
		 "like a group"},
		{HEAD "set tier1 = D4 # c\n", "line 8, column 5", "tier1",
		 "like a group"},
		{HEAD "set MO = D4 # c\n", "line 8, column 5", "MO",
		 "like a group"},
		{HEAD SET SET, "line 9, column 5", "d5", "of this name"},
		{HEAD "set d5 = D5\n", "line 8, column 12", "", "no citation"},
		{HEAD "set d5 = D5 #c\n", "line 8, column 13", "#",
		 "both sides"},
		{HEAD "set d5 = \"D5\" # c\n", "line 8, column 11", "D5",
		 "quotation"},
		{HEAD "set d5 = D\"5 # c\n", "line 8, column 11", "\"",
		 "inside a word"},
		{HEAD SETTING "set x = D5 if # c\n", "line 9, column 14", "",
		 "name of a setting"},
		{HEAD SETTING "set x = D5 if struct # c\n", "line 9, column 15",
		 "struct", "\"strict\""},
		{HEAD "set x = D5 if strict # c\n" SETTING, "line 8, column 15",
		 "strict", "name of a setting"},
		{HEAD SETTING "set x = if strict # c\n", "line 9, column 9",
		 "if", "a group"},
		{HEAD SETTING "set x = D5 if strict if strict # c\n",
		 "line 9, column 22", "if", "\"+\""},
		{HEAD SETTING "set x = D5 if strict MO # c\n",
		 "line 9, column 22", "MO", "\"+\""},
		{HEAD "sett d5 = D5 # c\n", "line 8, column 1", "sett",
		 "Did you mean \"set\"?"},
		{HEAD "banana d5 = D5 # c\n", "line 8, column 1", "banana",
		 "Known here: savings, h100"},
		{HEAD "  set d5 = D5 # c\n", "line 8, column 3", "set d5 = D5",
		 "No exception"},
		{HEAD "setting\n", "line 8, column 8", "", "name of a setting"},
		{HEAD "setting strict\n", "line 8, column 15", "", "on or off"},
		{HEAD "setting strict yes # c\n", "line 8, column 16", "yes",
		 "off, on"},
		{HEAD "setting strict on AMBIG-1000 # c\n", "line 8, column 19",
		 "AMBIG-1000", "AMBIG-999"},
		{HEAD "setting strict on x # c\n", "line 8, column 19", "x",
		 "complete"},
		{HEAD "setting strict on\n", "line 8, column 18", "",
		 "no citation"},
		{HEAD SETTING SETTING, "line 9, column 9", "strict",
		 "of this name"},
	};

	(void)state;
	refuse(bad, N(bad));
	good(HEAD SET "set x = MO + d5 - CN + tier2 # c\n" TAIL);
	good(HEAD SETTING "set x = MO if strict + D5 - CN if strict # c\n"
			  "set y = x + x if strict # c\n" TAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_sets),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
