#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "waybill/chain.h"
#include "waybill/text.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* A record that follows tip, as text in out. */
static struct wb_slice next_record(const struct wb_tip *tip, char *out,
				   const struct wb_record *changed)
{
	struct wb_record rec = {.seq = tip->seq, .time = tip->time + 5};
	struct wb_slice ret = {0};
	struct wb_writer w;

	if (changed != NULL)
		rec = *changed;
	else
		memcpy(rec.prev, tip->hash, WB_HASH_LEN);
	memcpy(rec.origin, "example.org/waybill", 20);
	wb_writer_init(&w, out, WB_RECORD_MAX);
	wb_record_format(&w, &rec);
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

static void test_steps(void **state)
{
	char out[WB_RECORD_MAX];
	struct wb_tip tip;

	(void)state;
	wb_tip_init(&tip);
	for (uint64_t i = 0; i < 10; i++) {
		struct wb_slice text = next_record(&tip, out, NULL);
		const struct wb_slice part[] = {wb_slice("\0", 1), text};
		uint8_t leaf[WB_HASH_LEN];

		assert_int_equal(wb_tip_step(&tip, text), 0);
		wb_sha256(part, 2, leaf);
		assert_memory_equal(tip.hash, leaf, WB_HASH_LEN);
		assert_int_equal(tip.seq, i + 1);
		assert_int_equal(tip.time, 5 * (i + 1));
	}
}

/* The two records of proto/FORMAT.md, and their leaf hashes. */
static void test_format_example(void **state)
{
	static const char *const name[] = {"record-example",
					   "record-next-example"};
	struct wb_slice leaf = format_example("leaf-example"), line;
	struct wb_note note;
	struct wb_tip tip;
	char hash[45];

	(void)state;
	wb_tip_init(&tip);
	for (size_t i = 0; i < N(name); i++) {
		assert_int_equal(wb_note_parse(format_example(name[i]), &note),
				 0);
		assert_int_equal(wb_tip_step(&tip, note.text), 0);
		wb_base64(tip.hash, WB_HASH_LEN, hash);
		assert_true(wb_line_next(&leaf, &line));
		assert_true(wb_slice_is(line, hash));
	}
	assert_int_equal(leaf.len, 0);
}

/* What does not follow leaves the tip where it was. */
static void test_refuses(void **state)
{
	char out[WB_RECORD_MAX];
	struct wb_tip tip, before;
	struct wb_record good = {0}, bad;
	struct wb_slice text;

	(void)state;
	wb_tip_init(&tip);
	good.time = 100;
	bad = good;
	bad.prev[31] = 1;
	text = next_record(&tip, out, &bad);
	assert_int_equal(wb_tip_step(&tip, text), WB_EFORK);
	assert_int_equal(wb_tip_step(&tip, next_record(&tip, out, &good)), 0);

	before = tip;
	good.seq = 1;
	good.time = 100; /* equal times follow each other */
	memcpy(good.prev, tip.hash, WB_HASH_LEN);
	bad = good;
	bad.seq = 0;
	assert_int_equal(wb_tip_step(&tip, next_record(&tip, out, &bad)),
			 WB_EGAP);
	bad.seq = 2;
	assert_int_equal(wb_tip_step(&tip, next_record(&tip, out, &bad)),
			 WB_EGAP);
	bad = good;
	bad.prev[0] ^= 1;
	assert_int_equal(wb_tip_step(&tip, next_record(&tip, out, &bad)),
			 WB_EFORK);
	bad = good;
	bad.time = 99;
	assert_int_equal(wb_tip_step(&tip, next_record(&tip, out, &bad)),
			 WB_EFORK);
	text = next_record(&tip, out, &good);
	text.len--;
	assert_int_equal(wb_tip_step(&tip, text), WB_EFORM);
	assert_int_equal(wb_tip_step(&tip, wb_slice(NULL, 0)), WB_EFORM);
	assert_memory_equal(&tip, &before, sizeof(tip));

	assert_int_equal(wb_tip_step(&tip, next_record(&tip, out, &good)), 0);
	assert_int_equal(tip.seq, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_format_example),
		cmocka_unit_test(test_refuses),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
