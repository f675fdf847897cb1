#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/policy_bad.h"

/* --- rules ------------------------------------------------------------ */

#define RULE(terms) HEAD SET SETTING "licence l when " terms " # c\n"

static void test_rules(void **state)
{
	static const struct bad bad[] = {
		{RULE(""), "line 10, column 15", "", "a fact"},
		{RULE("tp >= 1"), "line 10, column 16", "tp",
		 "Did you mean \"tpp\"?"},
		{RULE("tpp"), "line 10, column 19", "", "comparison"},
		{RULE("tpp => 1"), "line 10, column 20", "=>", "a comparison"},
		{RULE("tpp is 1"), "line 10, column 20", "is", "a comparison"},
		{RULE("tpp >="), "line 10, column 22", "", "a number"},
		{RULE("tpp >= x"), "line 10, column 23", "x", "digits"},
		{RULE("tpp >= -1"), "line 10, column 23", "-1", "digits"},
		{RULE("tpp >= 04800"), "line 10, column 23", "04800",
		 "leading zeros"},
		{RULE("tpp >= 4800.0"), "line 10, column 23", "4800.0",
		 "end of the fraction"},
		{RULE("tpp >= 4800.25"), "line 10, column 23", "4800.25",
		 "at most 1"},
		{RULE("tpp >= .5"), "line 10, column 23", ".5", "digits"},
		{RULE("tpp >= 5."), "line 10, column 23", "5.", "digits"},
		{RULE("tpp >= 1e9"), "line 10, column 23", "1e9", "digits"},
		{RULE("tpp >= 5.x"), "line 10, column 23", "5.x", "digits"},
		/* One tenth more than 2^53 - 1 tenths. */
		{RULE("tpp >= 900719925474099.2"), "line 10, column 23",
		 "900719925474099.2", "too large"},
		{RULE("tpp >= 99999999999999999999"), "line 10, column 23",
		 "99999999999999999999", "too large"},
		{RULE("pd >= 5.923"), "line 10, column 22", "5.923",
		 "at most 2"},
		{RULE("pd >= 1.60"), "line 10, column 22", "1.60",
		 "end of the fraction"},
		{RULE("datacenter yes"), "line 10, column 27", "yes", "\"is\""},
		{RULE("datacenter is"), "line 10, column 29", "", "a word"},
		{RULE("datacenter is maybe"), "line 10, column 30", "maybe",
		 "yes, no, unknown"},
		{RULE("datacenter is not"), "line 10, column 33", "", "a word"},
		{RULE("kind is exports"), "line 10, column 24", "exports",
		 "Did you mean \"export\"?"},
		{RULE("end_use is trainig"), "line 10, column 27", "trainig",
		 "Did you mean \"training\"?"},
		{RULE("consignee is state"), "line 10, column 29", "state",
		 "government"},
		{RULE("eccn is 3a090"), "line 10, column 24", "3a090",
		 "3A090.a"},
		{RULE("eccn is 3A090."), "line 10, column 24", "3A090.",
		 "3A090.a"},
		{RULE("eccn is 3A09"), "line 10, column 24", "3A09", "3A090.a"},
		{RULE("eccn is 3A090a"), "line 10, column 24", "3A090a",
		 "3A090.a"},
		{RULE("eccn is 3A090.aaaaaaaaaaaaaaaaaa"), "line 10, column 24",
		 "3A090.aaaaaaaaaaaaaaaaaa", "at most 23"},
		{RULE("eccn is and tpp > 1"), "line 10, column 24", "and",
		 "3A090.a"},
		{RULE("setting stric is on"), "line 10, column 24", "stric",
		 "Did you mean \"strict\"?"},
		{RULE("setting strict on"), "line 10, column 31", "on",
		 "\"is\""},
		{RULE("setting strict is yes"), "line 10, column 34", "yes",
		 "off, on"},
		{RULE("destination equals d5"), "line 10, column 28", "equals",
		 "in, touches, outside"},
		{RULE("destination in d6"), "line 10, column 31", "d6",
		 "Did you mean \"d5\"?"},
		/* Sets only: a group or a country in a rule has no citation. */
		{RULE("destination in D5"), "line 10, column 31", "D5",
		 "Did you mean \"d5\"?"},
		{RULE("parties outside MO"), "line 10, column 32", "MO",
		 "Known here: d5"},
		{RULE("tpp >= 1 tpp < 2"), "line 10, column 25", "tpp",
		 "\"and\""},
		{RULE("tpp >= 1 or tpp < 2"), "line 10, column 25", "or",
		 "\"and\""},
		{RULE("tpp >= 1 and"), "line 10, column 28", "", "a fact"},
		{RULE("tpp > 1 and tpp > 1 and tpp > 1 and tpp > 1 and tpp > 1 "
		      "and tpp > 1 and tpp > 1 and tpp > 1 and pd > 1"),
		 "line 10, column 112", "pd", "more than 8"},
		{RULE("eccn is 1A001 1A002 1A003 1A004 1A005 1A006 1A007 1A008 "
		      "1A009 1A010 1A011 1A012 1A013 1A014 1A015 1A016 1A017"),
		 "line 10, column 120", "1A017", "more than 16"},
		{HEAD "licence l tpp > 1 # c\n", "line 8, column 11", "tpp",
		 "\"when\""},
		{HEAD "licence l when tpp > 1\n", "line 8, column 23", "",
		 "no citation"},
		{HEAD LICENCE LICENCE, "line 9, column 9", "all",
		 "of this name"},
		{HEAD ECCN ECCN, "line 9, column 19", "3A090.a.1",
		 "for this limb"},
		{HEAD "eccn 3A090.a when tpp > 1 # c\n", "line 8, column 14",
		 "when", "\"limb\""},
		{HEAD "eccn 3A090.aaaaaaaaaa limb x when tpp > 1 # c\n",
		 "line 8, column 6", "3A090.aaaaaaaaaa", "at most 15"},
		{HEAD "exclude n when tpp > 1 # c\n"
		      "exclude n when tpp > 1 # c\n",
		 "line 9, column 9", "n", "for this note"},
		{HEAD "destination in d5 # c\n", "line 8, column 1",
		 "destination", "keyword"},
	};

	(void)state;
	refuse(bad, N(bad));
	good(RULE("tpp >= 900719925474099.1") TAIL);
	good(RULE("eccn is not 4A090.a 5A992.z.1 none unknown and from in d5 "
		  "and consignee is not unregistered and dram_plus_io > 0.1")
		     TAIL);
}

/* --- exceptions, review, allocation ----------------------------------- */

#define X(lines)      HEAD SET SETTING EXC lines
#define WHEN          "  when tpp > 1 # c\n"
#define AFTER_X(line) X(WHEN) line

static void test_exceptions(void **state)
{
	static const struct bad bad[] = {
		{HEAD "exception\n", "line 8, column 10", "",
		 "name of an exception"},
		{HEAD "exception X # c\n", "line 8, column 12", "", "a title"},
		{HEAD "exception X The # c\n", "line 8, column 13", "The",
		 "in quotation marks"},
		{HEAD "exception X \"\" # c\n", "line 8, column 14", "",
		 "a title"},
		{HEAD "exception X \"The # c\n", "line 8, column 13", "\"",
		 "not closed"},
		{HEAD "exception X \"T\"T # c\n", "line 8, column 16", "T",
		 "space must follow"},
		{HEAD "exception X \"T\"\n", "line 8, column 16", "",
		 "no citation"},
		{AFTER_X(EXC), "line 12, column 11", "X", "of this name"},
		{X("") TAIL, "line 11, column 1", "", "single \"when\""},
		{X("  needs paper # c\n"), "line 12, column 1", "",
		 "single \"when\""},
		{X("  unless tpp > 1 # c\n") ECCN, "line 12, column 1", "",
		 "single \"when\""},
		/* The indented line after another keyword has no exception. */
		{AFTER_X(ECCN WHEN), "line 13, column 3", "when tpp > 1",
		 "No exception"},
		{X("  whenever tpp > 1 # c\n"), "line 11, column 3", "whenever",
		 "Known here: when, unless"},
		{X("  wen tpp > 1 # c\n"), "line 11, column 3", "wen",
		 "Did you mean \"when\"?"},
		{X("  when tpp > 1\n"), "line 11, column 15", "",
		 "no citation"},
		{X("  unless # c\n"), "line 11, column 9", "", "a fact"},
		{X("  barred when tpp > 1 # c\n"), "line 11, column 10", "when",
		 "name of a setting"},
		{X("  barred strict tpp > 1 # c\n"), "line 11, column 17",
		 "tpp", "\"when\""},
		{X("  needs # c\n"), "line 11, column 8", "", "a paper"},
		{X("  needs a b # c\n"), "line 11, column 11", "b", "complete"},
		{X("  needs a\n"), "line 11, column 10", "", "no citation"},
		{X("  limit lpp # c\n"), "line 11, column 12", "", "TPP"},
		{X("  limit lpp 0 # c\n"), "line 11, column 13", "0",
		 "more than nothing"},
		{X("  limit lpp 26,900,000 # c\n"), "line 11, column 13",
		 "26,900,000", "group marks"},
		{X("  limit lpp 1 # c\n  limit lpp 1 # c\n"),
		 "line 12, column 3", "limit lpp 1", "a limit already"},
		{X("  limit detail 1 # c\n"), "line 11, column 9", "detail",
		 "state"},
		{X("  marker party 1 \"t\" # c\n"), "line 11, column 10",
		 "party", "state"},
		{X("  reached R \"t\" # c\n"), "line 11, column 3",
		 "reached R \"t\"", "No limit"},
		{X("  limit lpp 1 # c\n  reached R # c\n"),
		 "line 12, column 12", "", "told"},
		{X("  notice n from x \"t\" # c\n"), "line 11, column 17", "x",
		 "digits"},
		{X("  notice n from 0 \"t\" # c\n"), "line 11, column 17", "0",
		 "more than nothing"},
		{X("  notice n days 3661 \"t\" # c\n"), "line 11, column 17",
		 "3661", "too large"},
		{X("  notice n days 2.5 \"t\" # c\n"), "line 11, column 17",
		 "2.5", "at most 0"},
		{X("  notice n days 2 from 1 \"t\" # c\n"),
		 "line 11, column 19", "from", "quotation marks"},
		{X("  notice n # c\n"), "line 11, column 11", "",
		 "quotation marks"},
		{X("  marker m \"t\" # c\n"), "line 11, column 13", "t",
		 "quotation stands"},
		{X("  marker m 1 # c\n"), "line 11, column 13", "", "told"},
		{X("  after \"t\" # c\n"), "line 11, column 10", "t",
		 "quotation stands"},
		{X("  after -1 \"t\" # c\n"), "line 11, column 9", "-1",
		 "digits"},
		{X("  after 1 \"t\" x # c\n"), "line 11, column 15", "x",
		 "complete"},
	};

	(void)state;
	refuse(bad, N(bad));
	good(AFTER_X(TAIL));
	/* Comments and blank lines do not end an exception. */
	good(X("\n# c\n  # d\n" WHEN "\n" WHEN) TAIL);
}

static void test_review(void **state)
{
	static const struct bad bad[] = {
		{HEAD "review # c\n", "line 8, column 7", "", "review policy"},
		{HEAD "review denail when tpp > 1 # c\n", "line 8, column 8",
		 "denail", "Did you mean \"denial\"?"},
		{HEAD "review denial debits when tpp > 1 # c\n",
		 "line 8, column 15", "debits", "\"when\""},
		{HEAD "review denial AMBIG-1 debit when tpp > 1 # c\n",
		 "line 8, column 23", "debit", "\"when\""},
		{HEAD "review denial AMBIG- when tpp > 1 # c\n",
		 "line 8, column 15", "AMBIG-", "AMBIG-1"},
		{HEAD "allocation # c\n", "line 8, column 11", "", "TPP"},
		{HEAD "allocation 1 to 2027 # c\n", "line 8, column 14", "to",
		 "\"from\""},
		{HEAD "allocation 1 from 1969 to 2027 # c\n",
		 "line 8, column 19", "1969", "1970"},
		{HEAD "allocation 1 from 2025 to 2024 # c\n",
		 "line 8, column 27", "2024", "before the first"},
		{HEAD "allocation 1 from 2025 to 10000 # c\n",
		 "line 8, column 27", "10000", "too large"},
		{HEAD "allocation 1 from 2025 to 2027 but d5 # c\n",
		 "line 8, column 32", "but", "complete"},
		{HEAD "allocation 1 from 2025 to 2027 except d5 # c\n",
		 "line 8, column 39", "d5", "line above"},
		{HEAD ALLOC ALLOC, "line 9, column 1",
		 "allocation 790 from 2025 to 2027", "already"},
		{HEAD "allocation 1 from 2025 to 2027\n", "line 8, column 31",
		 "", "no citation"},
		{HEAD "beyond policy_denial # c\n", "line 8, column 1",
		 "beyond policy_denial", "No allocation"},
		{HEAD ALLOC "beyond denial # c\n", "line 9, column 8", "denial",
		 "\"policy_denial\""},
		{HEAD ALLOC "beyond policy_denial\n", "line 9, column 21", "",
		 "no citation"},
		{HEAD ALLOC "beyond policy_denial # c\n"
			    "beyond policy_denial # c\n",
		 "line 10, column 1", "beyond policy_denial", "already"},
	};

	(void)state;
	refuse(bad, N(bad));
	good(HEAD SET ECCN LICENCE
	     "allocation 0.5 from 1970 to 9999 except d5 AMBIG-1 # c\n"
	     "beyond policy_denial # c\n");
}

/* --- letters, lists, grants, companions
 * --------------------------------------- */

static void test_names(void **state)
{
	static const struct bad bad[] = {
		{HEAD "companion 5A992 of 3A090.a # c\n", "line 8, column 27",
		 "", "\"is\""},
		{HEAD "companion board of 3A090.a is 4A090.a # c\n",
		 "line 8, column 11", "board", "assembly"},
		{HEAD "companion 5A992 of assembly is 4A090.a # c\n",
		 "line 8, column 20", "assembly", "3A090.a"},
		{HEAD "companion 5A992 of 3A090.a is none # c\n",
		 "line 8, column 31", "none", "3A090.a"},
		{HEAD "companion 5A992 of 3A090.a is 5A992.z.1\n",
		 "line 8, column 40", "", "no citation"},
		{HEAD "companion 5A992 of 3A090.a is 5A992.z.1 # c\n"
		      "companion 5A992 of 3A090.a is 5A992.z.2 # c\n",
		 "line 9, column 20", "3A090.a", "base and ECCN"},
		{HEAD "exempt e tpp > 1 # c\n", "line 8, column 10", "tpp",
		 "\"when\""},
		{HEAD "exempt e as NLR when tpp > 1 # c\n", "line 8, column 13",
		 "NLR", "quotation marks"},
		{HEAD "licence l as \"0123456789012345678901234567890123456789"
		      "01234567\" when tpp > 1 # c\n",
		 "line 8, column 15",
		 "012345678901234567890123456789012345678901234567",
		 "at most 47"},
		{HEAD "licence l as \"\" when tpp > 1 # c\n",
		 "line 8, column 15", "", "a text to show"},
		{HEAD "exempt e when tpp > 1 # c\n"
		      "exempt e when tpp > 1 # c\n",
		 "line 9, column 8", "e", "of this name"},
		{HEAD "review denial debit as \"x\" when tpp > 1 # c\n",
		 "line 8, column 21", "as", "\"when\""},
		/* A licence line above, not one below or of no name. */
		{HEAD LICENCE "review denial when licence is al # c\n",
		 "line 9, column 31", "al", "Did you mean \"all\"?"},
		{HEAD "licence l when licence is l # c\n", "line 8, column 27",
		 "l", "line above"},
		{RULE("agreement is void"), "line 10, column 29", "void",
		 "Did you mean \"valid\"?"},
		{RULE("form is chip"), "line 10, column 24", "chip",
		 "ic, assembly, memory"},
		{RULE("entry is assembly"), "line 10, column 25", "assembly",
		 "3A090.a"},
		{RULE("letter is"), "line 10, column 25", "", "a word"},
		{RULE("party_list in d5"), "line 10, column 27", "in",
		 "\"is\""},
		{RULE("located is MO"), "line 10, column 24", "is",
		 "Did you mean \"in\"?"},
		{RULE("chips >= 0.5"), "line 10, column 25", "0.5",
		 "at most 0"},
		{RULE("bandwidth_density > 3.333"), "line 10, column 36",
		 "3.333", "at most 2"},
		{HEAD "validity 0 # c\n", "line 8, column 10", "0", "a day"},
		{HEAD "validity 3661 # c\n", "line 8, column 10", "3661",
		 "too large"},
		{HEAD "validity 1 # c\nvalidity 2 # c\n", "line 9, column 1",
		 "validity 2", "already"},
		{HEAD "allocation 1 from 2025 to 2027 factor 2 # c\n",
		 "line 8, column 39", "2", "\"agreement\""},
		{HEAD "setting s on between 2025-06-01 # c\n",
		 "line 8, column 32", "", "\"and\""},
		{HEAD "setting s on between 2025-06-01 and 2025-05-31 # c\n",
		 "line 8, column 37", "2025-05-31", "before the first"},
		{HEAD "setting s on between open and 2025-05-31 # c\n",
		 "line 8, column 22", "open", "a day"},
		{HEAD "setting s on between 2025-06-01 and open AMBIG-1 # c\n",
		 "line 8, column 42", "AMBIG-1", "complete"},
	};

	(void)state;
	refuse(bad, N(bad));
	good(RULE("letter is not h20-2025 s3374 and paper is any-name and "
		  "chips <= 9007199254740991 and located touches d5") TAIL);
	good(HEAD SET LICENCE ECCN
	     "review denial when licence is not all # c\n");
}

static void test_grants(void **state)
{
	static const struct bad bad[] = {
		{X("  grant veu # c\n"), "line 11, column 9", "veu",
		 "Did you mean"},
		{X("  grant uveu nveu # c\n"), "line 11, column 14", "nveu",
		 "complete"},
		{X("  share d5 7 # c\n"), "line 11, column 9", "d5",
		 "\"outside\""},
		{X("  share outside d6 7 # c\n"), "line 11, column 17", "d6",
		 "Did you mean \"d5\"?"},
		{X("  share outside d5 100.1 # c\n"), "line 11, column 20",
		 "100.1", "too large"},
		{X("  share outside d5 7.25 # c\n"), "line 11, column 20",
		 "7.25", "at most 1"},
		{X("  share outside d5 7 percent # c\n"), "line 11, column 22",
		 "percent", "complete"},
		{X("  share outside d5 7 when # c\n"), "line 11, column 26", "",
		 "a fact"},
		{X("  share country d5 7 # c\n"), "line 11, column 17", "d5",
		 "\"outside\""},
		{X("  installed 1 2025-01-01 # c\n"), "line 11, column 15",
		 "2025-01-01", "\"from\""},
		{X("  installed 0 from 2025-01-01 # c\n"), "line 11, column 13",
		 "0", "more than nothing"},
		{X("  installed 1 from 2025-01 # c\n"), "line 11, column 20",
		 "2025-01", "a day"},
		{X("  installed 1 from 2025-04-01 # c\n"
		   "  installed 2 from 2025-04-01 # c\n"),
		 "line 12, column 20", "2025-04-01", "on this day"},
		/* Keys of the state that are somebody else's. */
		{X("  limit nveu 1 # c\n"), "line 11, column 9", "nveu",
		 "state"},
		{X("  limit due 1 # c\n"), "line 11, column 9", "due", "state"},
	};

	(void)state;
	refuse(bad, N(bad));
	good(AFTER_X("  share country outside d5 100 when tpp > 1 and pd > 1 "
		     "# c\n") TAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_review),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_grants),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
