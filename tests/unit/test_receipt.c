#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/small_ledger.h"
#include "waybill/receipt.h"

#define N(a)  (sizeof(a) / sizeof((a)[0]))
#define SIZE  13 /* records of the ledger */
#define MAGIC "c2sp.org/tlog-proof@v1\n"

static struct small_ledger ledger;
static uint8_t scratch[WB_RECEIPT_MAX];

/* --- making and reading --------------------------------------------------- */

static void test_round_trip(void **state)
{
	char text[8192], again[8192], want[512];

	(void)state;
	for (uint64_t i = 0; i < SIZE; i++) {
		struct wb_slice in =
			small_receipt(&ledger, i, SIZE, 2, text, sizeof(text));
		struct wb_receipt rc;
		struct wb_writer w;

		assert_int_equal(
			wb_receipt_parse(in, scratch, sizeof(scratch), &rc), 0);
		assert_int_equal(rc.index, i);
		assert_true(wb_slice_eq(rc.record, small_record(&ledger, i)));
		assert_true(wb_slice_eq(
			rc.judgement, small_judgement(i, want, sizeof(want))));
		assert_int_equal(rc.salt[5], i);
		wb_writer_init(&w, again, sizeof(again));
		wb_receipt_format(&w, &rc);
		assert_true(wb_slice_eq(small_end(&w), in));
	}
}

/* The largest judgement of the plainest text, and what does not fit. */
static void test_limits(void **state)
{
	static uint8_t judgement[WB_JUDGEMENT_MAX + 1], text[WB_RECEIPT_MAX];
	static uint8_t small[4096];
	struct wb_receipt rc = {.checkpoint = wb_slice_str("x\n")}, got;
	struct wb_slice out;
	struct wb_writer w;

	(void)state;
	memset(judgement, 'j', sizeof(judgement));
	rc.judgement = wb_slice(judgement, WB_JUDGEMENT_MAX);
	wb_writer_init(&w, text, sizeof(text));
	wb_receipt_format(&w, &rc);
	out = small_end(&w);
	assert_int_equal(wb_receipt_parse(out, scratch, sizeof(scratch), &got),
			 0);
	assert_int_equal(got.judgement.len, WB_JUDGEMENT_MAX);
	assert_int_equal(wb_receipt_parse(out, small, sizeof(small), &got),
			 WB_ELIMIT);

	rc.judgement.len++;
	wb_writer_init(&w, text, sizeof(text));
	wb_receipt_format(&w, &rc);
	assert_int_equal(
		wb_receipt_parse(small_end(&w), scratch, sizeof(scratch), &got),
		WB_ELIMIT);

	/* Six bytes for each: the writer runs full, and says so. */
	memset(judgement, 1, sizeof(judgement));
	wb_writer_init(&w, text, sizeof(text));
	wb_receipt_format(&w, &rc);
	assert_int_equal(wb_writer_end(&w, &out), WB_ELIMIT);
}

/* --- extra ---------------------------------------------------------------- */

#define SALT  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define J(s)  "{\"record\":\"r\",\"judgement\":\"" s "\",\"salt\":\"" SALT "\"}"
#define JS(s) "{\"record\":\"r\",\"judgement\":\"j\",\"salt\":\"" s "\"}"

static void write_extra(struct wb_writer *w, struct wb_slice json)
{
	wb_write_str(w, "extra ");
	wb_write_base64(w, json.p, json.len);
	wb_write_char(w, '\n');
}

/* What parsing a receipt gives whose extra is the JSON of these bytes. */
static int parse_extra(struct wb_slice json, struct wb_receipt *ret)
{
	static char text[4096];
	struct wb_writer w;

	wb_writer_init(&w, text, sizeof(text));
	wb_write_str(&w, MAGIC);
	write_extra(&w, json);
	wb_write_str(&w, "index 0\n\nx\n");
	return wb_receipt_parse(small_end(&w), scratch, sizeof(scratch), ret);
}

static void test_good_extra(void **state)
{
	static const struct {
		const char *json;
		const char *judgement;
	} row[] = {
		{J(""), ""},
		{J("j"), "j"},
		{J("a/b"), "a/b"},
		{J("\\\"\\\\\\n"), "\"\\\n"},
		{J("\\u0001\\u001f\\u0009"), "\x01\x1f\t"},
		{J("\x7f\xc3\xa9"), "\x7f\xc3\xa9"},
		{J("{'record'}"), "{'record'}"},
	};
	struct wb_receipt rc;

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		assert_int_equal(parse_extra(wb_slice_str(row[i].json), &rc),
				 0);
		assert_true(wb_slice_is(rc.judgement, row[i].judgement));
	}
	assert_int_equal(
		parse_extra(wb_slice(J("\\u0000"), sizeof(J("\\u0000")) - 1),
			    &rc),
		0);
	assert_true(wb_slice_eq(rc.judgement, wb_slice("", 1)));
}

static void test_bad_extra(void **state)
{
	static const struct {
		const char *json;
		const char *why;
	} row[] = {
		{"", "nothing"},
		{"{}", "no members"},
		{"null", "no object"},
		{" " J("j"), "a space before"},
		{J("j") "\n", "a newline behind"},
		{J("j") J("j"), "two objects"},
		{"{ \"record\":\"\",\"judgement\":\"\",\"salt\":\"" SALT "\"}",
		 "a space inside"},
		{"{\"record\": \"\",\"judgement\":\"\",\"salt\":\"" SALT "\"}",
		 "a space inside"},
		{"{\"judgement\":\"\",\"record\":\"\",\"salt\":\"" SALT "\"}",
		 "another order"},
		{"{\"record\":\"\",\"judgement\":\"\"}", "no salt"},
		{"{\"record\":\"\",\"salt\":\"" SALT "\"}", "no judgement"},
		{"{\"record\":\"\",\"record\":\"\",\"judgement\":\"\","
		 "\"salt\":\"" SALT "\"}",
		 "a record twice"},
		{"{\"record\":\"\",\"judgement\":\"\",\"salt\":\"" SALT
		 "\",\"more\":1}",
		 "a fourth member"},
		{"{\"record\":null,\"judgement\":\"\",\"salt\":\"" SALT "\"}",
		 "null for a string"},
		{"{\"record\":\"\",\"judgement\":{},\"salt\":\"" SALT "\"}",
		 "an object for a string"},
		{"{\"record\":\"", "an open string"},
		{"{\"record\":\"\\", "half an escape"},
		{"{\"record\":\"\\u00", "half an escape"},
		{J("\\/"), "an escape that is not needed"},
		{J("\\t"), "not the spelling of the writer"},
		{J("\\b"), "not the spelling of the writer"},
		{J("\\u000a"), "not the spelling of the writer"},
		{J("\\u0022"), "not the spelling of the writer"},
		{J("\\u001F"), "capital hexadecimal"},
		{J("\\u0061"), "an escape that is not needed"},
		{J("\\u00e9"), "an escape that is not needed"},
		{J("\\u4e00"), "an escape that is not needed"},
		{J("\\x41"), "no JSON escape"},
		{J("\n"), "a bare control character"},
		{J("\t"), "a bare control character"},
		{J("\xff"), "no UTF-8"},
		{J("\xc3"), "half a character"},
		{J("\xed\xa0\x80"), "a surrogate"},
		{JS(""), "no salt"},
		{JS("AAAA"), "a salt of 3 bytes"},
		{JS("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB="),
		 "stray bits"},
		{JS("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		 "no padding"},
	};
	struct wb_receipt rc = {.index = 7};

	(void)state;
	for (size_t i = 0; i < N(row); i++)
		if (parse_extra(wb_slice_str(row[i].json), &rc) != WB_EFORM)
			fail_msg("%s: %s", row[i].why, row[i].json);
	assert_int_equal(parse_extra(wb_slice_str(JS(SALT "A")), &rc),
			 WB_ELIMIT);
	assert_int_equal(rc.index, 7); /* untouched */
}

/* --- the lines around it -------------------------------------------------- */

static void test_lines(void **state)
{
	static const struct {
		const char *before;
		const char *behind; /* the line of extra */
		const char *why;    /* NULL for what is good */
	} row[] = {
		{MAGIC, "index 0\n\nx\n", NULL},
		{MAGIC, "index 0\n" SALT "\n\nx\n", NULL},
		{MAGIC, "index 9223372036854775807\n\nx\n", NULL},
		{"", "index 0\n\nx\n", "no first line"},
		{"\n" MAGIC, "index 0\n\nx\n", "a blank line first"},
		{"c2sp.org/tlog-proof@v2\n", "index 0\n\nx\n", "version 2"},
		{MAGIC "extra \n", "index 0\n\nx\n", "extra twice"},
		{MAGIC "index 0\n", "\nx\n", "extra behind index"},
		{MAGIC, "\nx\n", "no index"},
		{MAGIC, "index \n\nx\n", "empty index"},
		{MAGIC, "index 00\n\nx\n", "leading zero"},
		{MAGIC, "index -1\n\nx\n", "sign"},
		{MAGIC, "index 9223372036854775808\n\nx\n", "2^63"},
		{MAGIC, "index  0\n\nx\n", "two spaces"},
		{MAGIC, "Index 0\n\nx\n", "capital letter"},
		{MAGIC, "index 0\nindex 0\n\nx\n", "index twice"},
		{MAGIC, "index 0\n", "ends behind the index"},
		{MAGIC, "index 0\n\n", "no checkpoint"},
		{MAGIC, "index 0\n" SALT "\n", "no blank line"},
		{MAGIC, "index 0\nAAAA\n\nx\n", "a hash of 3 bytes"},
		{MAGIC, "index 0\n " SALT "\n\nx\n", "a space before"},
		{MAGIC, "index 0\n" SALT SALT "\n\nx\n", "two on one line"},
		{MAGIC, "index 0\r\n\r\nx\r\n", "carriage returns"},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		int want = row[i].why == NULL ? 0 : WB_EFORM;
		struct wb_receipt rc;
		struct wb_writer w;
		char text[1024];

		wb_writer_init(&w, text, sizeof(text));
		wb_write_str(&w, row[i].before);
		write_extra(&w, wb_slice_str(J("j")));
		wb_write_str(&w, row[i].behind);
		if (wb_receipt_parse(small_end(&w), scratch, sizeof(scratch),
				     &rc) != want)
			fail_msg("row %zu", i);
	}
}

/* WB_PROOF_MAX hashes are read, one more is not. */
static void test_proof_limit(void **state)
{
	static char text[8192];

	(void)state;
	for (size_t n = WB_PROOF_MAX; n <= WB_PROOF_MAX + 1; n++) {
		struct wb_receipt rc;
		struct wb_writer w;

		wb_writer_init(&w, text, sizeof(text));
		wb_write_str(&w, MAGIC);
		write_extra(&w, wb_slice_str(J("j")));
		wb_write_str(&w, "index 0\n");
		for (size_t i = 0; i < n; i++)
			wb_write_str(&w, SALT "\n");
		wb_write_str(&w, "\nx\n");
		assert_int_equal(wb_receipt_parse(small_end(&w), scratch,
						  sizeof(scratch), &rc),
				 n == WB_PROOF_MAX ? 0 : WB_ELIMIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_good_extra),
		cmocka_unit_test(test_bad_extra),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_proof_limit),
	};

	if (wb_crypto_init() != 0)
		return 1;
	small_ledger_init(&ledger);
	for (unsigned i = 0; i < SIZE; i++)
		small_ledger_add(&ledger);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
