#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/bytes.h"
#include "waybill/crypto.h"

/* --- slices --------------------------------------------------------------- */

static void test_slice_order(void **state)
{
	static const struct {
		const char *a, *b;
		int order; /* its sign */
		const char *why;
	} cases[] = {
		{NULL, NULL, 0, "NULL is the empty slice"},
		{NULL, "", 0, "and equals an empty one that is not NULL"},
		{"", "a", -1, "empty comes first"},
		{"a", "ab", -1, "the shorter first where one begins the other"},
		{"ab", "a", 1, "and the other way round"},
		{"ab", "b", -1, "else the first byte that differs decides"},
		{"\x7f", "\x80", -1, "bytes are unsigned"},
		{"same", "same", 0, "equal"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wb_slice a = wb_slice_str(cases[i].a);
		struct wb_slice b = wb_slice_str(cases[i].b);
		int order = wb_slice_cmp(a, b);

		if ((order > 0) - (order < 0) != cases[i].order ||
		    wb_slice_eq(a, b) != (cases[i].order == 0))
			fail_msg("%s", cases[i].why);
	}
}

static void test_slice_starts(void **state)
{
	(void)state;
	assert_true(wb_slice_starts(wb_slice_str("waybill/1"), "waybill/"));
	assert_true(wb_slice_starts(wb_slice_str("waybill/"), "waybill/"));
	assert_true(wb_slice_starts(wb_slice_str(NULL), ""));
	assert_false(wb_slice_starts(wb_slice_str("waybill"), "waybill/"));
	assert_false(wb_slice_starts(wb_slice_str(NULL), "w"));
	assert_true(wb_slice_is(wb_slice_str("seq"), "seq"));
	assert_false(wb_slice_is(wb_slice_str("seq"), "se"));
	assert_false(wb_slice_is(wb_slice("se\0", 3), "se"));
}

static void test_slice_copy(void **state)
{
	char out[4] = "xyz";

	(void)state;
	assert_int_equal(wb_slice_copy(wb_slice_str("abcd"), out, 4),
			 WB_ELIMIT);
	assert_int_equal(wb_slice_copy(wb_slice("a\0b", 3), out, 4), WB_EFORM);
	assert_int_equal(wb_slice_copy(wb_slice_str("a"), out, 0), WB_ELIMIT);
	assert_string_equal(out, "xyz");
	assert_int_equal(wb_slice_copy(wb_slice_str("abc"), out, 4), 0);
	assert_string_equal(out, "abc");
	assert_int_equal(wb_slice_copy(wb_slice_str(NULL), out, 4), 0);
	assert_string_equal(out, "");
}

/* --- reader and writer ---------------------------------------------------- */

static void test_numbers_are_big_endian(void **state)
{
	static const uint8_t want[] = {
		0xfe, 0x01, 0x02, 0xff, 0x00, 0x00, 0x01, 0x80,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07,
	};
	uint8_t got[sizeof(want)];
	struct wb_writer w;
	struct wb_reader r;

	(void)state;
	wb_writer_init(&w, got, sizeof(got));
	wb_write_u8(&w, 0xfe);
	wb_write_u16(&w, 0x0102);
	wb_write_u32(&w, 0xff000001);
	wb_write_u64(&w, 0x8000000000000007);
	assert_false(w.failed);
	assert_int_equal(w.len, sizeof(want));
	assert_memory_equal(got, want, sizeof(want));

	wb_reader_init(&r, wb_slice(want, sizeof(want)));
	assert_int_equal(wb_read_u8(&r), 0xfe);
	assert_int_equal(wb_read_u16(&r), 0x0102);
	assert_int_equal(wb_read_u32(&r), 0xff000001);
	assert_int_equal(wb_read_u64(&r), 0x8000000000000007);
	assert_int_equal(wb_reader_end(&r), 0);
}

static void test_reader_error_sticks(void **state)
{
	static const uint8_t in[] = {1, 2, 3};
	struct wb_reader r;

	(void)state;
	wb_reader_init(&r, wb_slice(in, sizeof(in)));
	assert_int_equal(wb_read_u32(&r), 0);
	/* There are bytes, but after an error none is given. */
	assert_int_equal(wb_read_u8(&r), 0);
	assert_int_equal(wb_read_bytes(&r, 1).len, 0);
	assert_int_equal(wb_reader_end(&r), WB_EFORM);
}

static void test_reader_bounds(void **state)
{
	static const uint8_t in[] = {1, 2, 3};
	struct wb_reader r;

	(void)state;
	wb_reader_init(&r, wb_slice(in, sizeof(in)));
	assert_int_equal(wb_read_bytes(&r, 2).len, 2);
	assert_int_equal(wb_reader_end(&r), WB_EFORM); /* one is left over */
	assert_int_equal(wb_read_bytes(&r, SIZE_MAX).len, 0);
	assert_int_equal(wb_reader_end(&r), WB_EFORM);

	wb_reader_init(&r, wb_slice(NULL, 0));
	assert_int_equal(wb_read_bytes(&r, 0).len, 0);
	assert_int_equal(wb_reader_end(&r), 0);
	assert_int_equal(wb_read_u8(&r), 0);
	assert_int_equal(wb_reader_end(&r), WB_EFORM);
}

static void test_writer_never_passes_cap(void **state)
{
	struct wb_slice got = wb_slice_str("untouched");
	char out[5] = "....";
	volatile size_t huge = SIZE_MAX; /* the compiler must not know */
	struct wb_writer w;

	(void)state;
	wb_writer_init(&w, out, 3);
	wb_write_str(&w, "ab");
	wb_write_u16(&w, 1);    /* one byte too many */
	wb_write_char(&w, 'c'); /* would fit, but the error sticks */
	assert_int_equal(wb_writer_end(&w, &got), WB_ELIMIT);
	assert_true(wb_slice_is(got, "untouched"));
	assert_string_equal(out, "ab..");

	wb_writer_init(&w, out, 3);
	wb_write_str(&w, "abc");
	assert_int_equal(wb_writer_end(&w, &got), 0);
	assert_true(wb_slice_is(got, "abc"));
	wb_write_bytes(&w, "x", huge);
	assert_true(w.failed);

	wb_writer_init(&w, NULL, 0);
	wb_write_str(&w, "");
	wb_write_slice(&w, wb_slice(NULL, 0));
	assert_int_equal(wb_writer_end(&w, &got), 0);
	assert_int_equal(got.len, 0);
}

static void test_write_dec(void **state)
{
	static const struct {
		int64_t v;
		const char *text;
	} cases[] = {
		{0, "0"},
		{-1, "-1"},
		{10, "10"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wb_writer w;
		char out[20];

		wb_writer_init(&w, out, sizeof(out));
		wb_write_dec(&w, cases[i].v);
		assert_false(w.failed);
		if (!wb_slice_is(wb_slice(out, w.len), cases[i].text))
			fail_msg("%s", cases[i].text);
	}
}

/* The writer encodes in pieces; all lengths must come out as in one. */
static void test_write_base64_in_pieces(void **state)
{
	uint8_t in[150];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7);
	for (size_t len = 0; len <= sizeof(in); len++) {
		char whole[201], pieces[200];
		struct wb_writer w;

		wb_base64(in, len, whole);
		wb_writer_init(&w, pieces, wb_base64_len(len));
		wb_write_base64(&w, in, len);
		assert_false(w.failed);
		assert_true(wb_slice_is(wb_slice(pieces, w.len), whole));
	}
}

static void test_write_fmt(void **state)
{
	char out[4] = "...";
	struct wb_writer w;

	(void)state;
	wb_writer_init(&w, out, 4);
	wb_write_fmt(&w, "%d", 123);
	assert_false(w.failed);
	assert_int_equal(w.len, 3);
	/* The closing NUL has no room. */
	wb_write_fmt(&w, "%s", "x");
	assert_true(w.failed);
	assert_int_equal(w.len, 3);

	wb_writer_init(&w, NULL, 0);
	wb_write_fmt(&w, "x");
	assert_true(w.failed);
}

/* --- growing buffer ------------------------------------------------------- */

static void test_buf_grows_to_max(void **state)
{
	struct wb_buf b;

	(void)state;
	wb_buf_init(&b, 1000);
	for (int i = 0; i < 100; i++)
		wb_buf_fmt(&b, "%s%d", "12345678", i % 100 / 10);
	wb_buf_str(&b, "");
	assert_false(b.failed);
	assert_int_equal(wb_buf_slice(&b).len, 900);
	for (int i = 0; i < 100; i++)
		wb_buf_add(&b, "x", 1);
	assert_false(b.failed);
	assert_int_equal(b.len, 1000);

	/* Past its limit it stays as it was. */
	wb_buf_add(&b, "y", 1);
	assert_true(b.failed);
	assert_int_equal(b.len, 1000);
	assert_int_equal(b.p[999], 'x');
	wb_buf_free(&b);
	wb_buf_free(NULL);
}

static bool no_memory;
void *__real_realloc(void *p, size_t len);
void *__wrap_realloc(void *p, size_t len);

void *__wrap_realloc(void *p, size_t len)
{
	return no_memory ? NULL : __real_realloc(p, len);
}

static void test_buf_without_memory(void **state)
{
	struct wb_buf b;

	(void)state;
	wb_buf_init(&b, SIZE_MAX);
	wb_buf_str(&b, "kept");
	no_memory = true;
	for (int i = 0; i < 100; i++)
		wb_buf_str(&b, "12345678");
	no_memory = false;
	assert_true(b.failed);
	assert_true(wb_slice_starts(wb_buf_slice(&b), "kept1234"));
	/* The error sticks: nothing may be missing in the middle. */
	wb_buf_str(&b, "x");
	assert_true(b.len % 8 == 4);
	wb_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slice_order),
		cmocka_unit_test(test_slice_starts),
		cmocka_unit_test(test_slice_copy),
		cmocka_unit_test(test_numbers_are_big_endian),
		cmocka_unit_test(test_reader_error_sticks),
		cmocka_unit_test(test_reader_bounds),
		cmocka_unit_test(test_writer_never_passes_cap),
		cmocka_unit_test(test_write_dec),
		cmocka_unit_test(test_write_base64_in_pieces),
		cmocka_unit_test(test_write_fmt),
		cmocka_unit_test(test_buf_grows_to_max),
		cmocka_unit_test(test_buf_without_memory),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
