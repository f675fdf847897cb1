#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "waybill/record.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define ZERO "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define TOP  "waybill/record/1\nexample.org/waybill\n"
#define SEQ  "seq 7\n"
#define TIME "time 2025-05-15T00:00:00.000Z\n"
#define PREV "prev " ZERO "\n"
#define STMT "statement " ZERO "\n"
#define JUDG "judgement " ZERO "\n"
#define WORK "workings " ZERO "\n"
#define TAIL PREV STMT JUDG WORK

/* The record key of the examples, seed 32 x 02. */
static struct wb_signer record_key(const char *name)
{
	uint8_t seed[WB_SEED_LEN];
	struct wb_signer s;

	memset(seed, 2, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(name), 0x01, seed, &s), 0);
	return s;
}

static struct wb_slice sign(char *out, size_t cap, const char *text,
			    const struct wb_signer *const signer[], size_t n)
{
	struct wb_slice ret = {0};
	struct wb_writer w;

	wb_writer_init(&w, out, cap);
	wb_note_sign(&w, wb_slice_str(text), signer, n, 0);
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

/* What the formatter writes, the parser reads, at both ends of each range. */
static void test_round_trip(void **state)
{
	static const struct {
		uint64_t seq;
		wb_time time;
	} cases[] = {
		{0, 0},
		{1, 1},
		{INT64_MAX, 253402300799999},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_record rec = {.seq = cases[i].seq,
					.time = cases[i].time},
				 got;
		struct wb_slice text = {0};
		char out[WB_RECORD_MAX];
		struct wb_writer w;

		memset(rec.origin, '/', WB_ORIGIN_MAX);
		memset(rec.prev, 0xff, WB_HASH_LEN);
		memset(rec.statement, 1, WB_HASH_LEN);
		memset(rec.judgement, 2, WB_HASH_LEN);
		memset(rec.workings, 3, WB_HASH_LEN);
		wb_writer_init(&w, out, sizeof(out));
		wb_record_format(&w, &rec);
		assert_int_equal(wb_writer_end(&w, &text), 0);
		assert_int_equal(wb_record_parse(text, &got), 0);
		assert_int_equal(got.seq, rec.seq);
		assert_int_equal(got.time, rec.time);
		assert_string_equal(got.origin, rec.origin);
		assert_memory_equal(got.prev, rec.prev, WB_HASH_LEN);
		assert_memory_equal(got.statement, rec.statement, WB_HASH_LEN);
		assert_memory_equal(got.judgement, rec.judgement, WB_HASH_LEN);
		assert_memory_equal(got.workings, rec.workings, WB_HASH_LEN);
	}
}

static void test_bad_texts(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{"", "empty"},
		{"waybill/record/2\nexample.org/waybill\n" SEQ TIME TAIL,
		 "another version"},
		{"waybill/record/1 \nexample.org/waybill\n" SEQ TIME TAIL,
		 "a space behind the first line"},
		{"waybill/record/1\nexample.org\n" SEQ TIME TAIL,
		 "no origin: it has no slash"},
		{"waybill/record/1\nwaybill/record/1\n" SEQ TIME TAIL,
		 "no origin: it looks like a record"},
		{"waybill/record/1\n" SEQ TIME TAIL, "no origin at all"},
		{TOP TIME TAIL, "no seq"},
		{TOP "seq 07\n" TIME TAIL, "a leading zero"},
		{TOP "seq -1\n" TIME TAIL, "before the first"},
		{TOP "seq  7\n" TIME TAIL, "two spaces"},
		{TOP "seq 7 \n" TIME TAIL, "a space behind"},
		{TOP "seq 9223372036854775808\n" TIME TAIL, "2^63"},
		{TOP "seq 18446744073709551616\n" TIME TAIL, "2^64"},
		{TOP "Seq 7\n" TIME TAIL, "a capital"},
		{TOP SEQ TAIL, "no time"},
		{TOP SEQ "time 2025-05-15T00:00:00Z\n" TAIL, "whole seconds"},
		{TOP SEQ "time 2025-02-29T00:00:00.000Z\n" TAIL, "no such day"},
		{TOP TIME SEQ TAIL, "time before seq"},
		{TOP SEQ TIME STMT JUDG WORK, "no prev"},
		{TOP SEQ TIME PREV JUDG WORK, "no statement"},
		{TOP SEQ TIME PREV STMT WORK, "no judgement"},
		{TOP SEQ TIME PREV STMT JUDG, "no workings"},
		{TOP SEQ TIME PREV STMT WORK JUDG, "out of order"},
		{TOP SEQ TIME "prev \n" STMT JUDG WORK, "an empty hash"},
		{TOP SEQ TIME "prev AAAA\n" STMT JUDG WORK, "a short hash"},
		{TOP SEQ TIME "prev AA" ZERO "\n" STMT JUDG WORK,
		 "a long hash"},
		{TOP SEQ TIME
		 "prev AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n" STMT JUDG
			 WORK,
		 "stray bits"},
		{TOP SEQ TIME TAIL "\n", "a blank line"},
		{TOP SEQ TIME TAIL "more\n", "a line more"},
		{TOP SEQ TIME TAIL "x", "a byte more"},
		{TOP SEQ TIME PREV STMT JUDG "workings " ZERO,
		 "no newline at the end"},
		{"waybill/record/1\r\nexample.org/waybill\r\n" SEQ TIME TAIL,
		 "returns"},
	};
	struct wb_record rec = {.seq = 42};

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		if (wb_record_parse(wb_slice_str(cases[i].text), &rec) !=
		    WB_EFORM)
			fail_msg("taken: %s", cases[i].why);
	assert_int_equal(rec.seq, 42);
	assert_int_equal(wb_record_parse(wb_slice(TOP SEQ TIME TAIL,
						  strlen(TOP SEQ TIME TAIL)),
					 &rec),
			 0);
}

static void test_format_example(void **state)
{
	struct wb_signer key = record_key("example.org/waybill/record");
	struct wb_slice genesis = format_example("record-example"), text;
	struct wb_record rec;

	(void)state;
	assert_int_equal(wb_record_open(genesis, &key.vkey, &rec, &text), 0);
	assert_int_equal(rec.seq, 0);
	assert_int_equal(rec.time, 1747267200000);
	assert_string_equal(rec.origin, "example.org/waybill");
	for (size_t i = 0; i < WB_HASH_LEN; i++) {
		assert_int_equal(rec.prev[i], 0);
		assert_int_equal(rec.statement[i], 0x10);
		assert_int_equal(rec.judgement[i], 0x20);
		assert_int_equal(rec.workings[i], 0x30);
	}
	assert_int_equal(wb_record_open(format_example("record-next-example"),
					&key.vkey, &rec, &text),
			 0);
	assert_int_equal(rec.seq, 1);
}

static void test_open_refuses(void **state)
{
	static const char text[] = TOP SEQ TIME TAIL;
	struct wb_signer key = record_key("example.org/waybill/record");
	struct wb_signer origin = record_key("example.org/waybill");
	struct wb_signer other = record_key("example.org/other/record");
	struct wb_signer label = record_key("example.org/waybill/record/2");
	const struct wb_signer *const by[] = {&key, &origin, &other, &label};
	char out[WB_RECORD_MAX + 1];
	struct wb_slice note, ret_text = {0};
	struct wb_record rec = {.seq = 42};

	(void)state;
	note = sign(out, sizeof(out), text, by, 1);
	for (size_t i = 1; i < N(by); i++)
		assert_int_equal(
			wb_record_open(note, &by[i]->vkey, &rec, &ret_text),
			WB_EKEY);
	/* Signed by the key asked for, but that is no key for this record. */
	for (size_t i = 1; i < N(by); i++) {
		note = sign(out, sizeof(out), text, by + i, 1);
		assert_int_equal(
			wb_record_open(note, &by[i]->vkey, &rec, &ret_text),
			WB_EKEY);
	}
	note = sign(out, sizeof(out), text, by, 2);
	assert_int_equal(wb_record_open(note, &key.vkey, &rec, &ret_text),
			 WB_EFORM);
	note = sign(out, sizeof(out), TOP, by, 1);
	assert_int_equal(wb_record_open(note, &key.vkey, &rec, &ret_text),
			 WB_EFORM);
	assert_int_equal(
		wb_record_open(wb_slice_str(text), &key.vkey, &rec, &ret_text),
		WB_EFORM);
	memset(out, 'x', sizeof(out));
	assert_int_equal(wb_record_open(wb_slice(out, sizeof(out)), &key.vkey,
					&rec, &ret_text),
			 WB_ELIMIT);
	note = sign(out, sizeof(out), text, by, 1);
	out[strlen(TOP "seq ")] = '8';
	assert_int_equal(wb_record_open(note, &key.vkey, &rec, &ret_text),
			 WB_ESIG);
	assert_int_equal(rec.seq, 42);
	assert_int_equal(ret_text.len, 0);
	out[strlen(TOP "seq ")] = '7';
	assert_int_equal(wb_record_open(note, &key.vkey, &rec, &ret_text), 0);
	assert_true(wb_slice_is(ret_text, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_format_example),
		cmocka_unit_test(test_open_refuses),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
