#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The client's own pieces, which no library holds. */
#include "client/amounts.c"
#include "client/csv.c"
#include "client/files.c"
#include "client/print.c"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int load(struct wb_slice text, struct wb_csv *ret)
{
	char path[] = "/tmp/waybill-csv-XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.len), (ssize_t)text.len);
	close(fd);
	rc = wb_csv_load(path, ret);
	unlink(path);
	return rc;
}

static void test_cells(void **state)
{
	static const struct {
		const char *text, *why;
		size_t n;
		const char *cell; /* of column b in the last row */
	} row[] = {
		{"a,b\n1,2\n", "plain", 1, "2"},
		{"a,b\n1,2", "no newline at the end", 1, "2"},
		{"a,b\r\n1,2\r\n", "lines as spreadsheets end them", 1, "2"},
		{"\xef\xbb\xbf"
		 "b\n2\n",
		 "the mark they begin with", 1, "2"},
		{"a,b\n1\n", "a short line", 1, ""},
		{"a,b\n\n1,2\n\n", "empty lines", 1, "2"},
		{"a,b\n1,\"x,y\"\n", "a comma inside quotes", 1, "x,y"},
		{"a,b\n1,\"x\ny\"\n", "a line break inside quotes", 1, "x\ny"},
		{"a,b\n1,\"say \"\"x\"\"\"\n", "quotes", 1, "say \"x\""},
		{"a,b\n1,\"\"\n", "nothing inside quotes", 1, ""},
		{"a,b\n1,\"2\"\r\n3,\"4\"\r\n", "quotes, CR LF", 2, "4"},
		{"a,b\n1,2 \"x\"\n", "quotes inside", 1, "2 \"x\""},
		{"a,b\n,\n", "nothing", 1, ""},
		{"a\n1\n", "no such column", 1, ""},
		{"a,b\n", "no row", 0, NULL},
		{" a , b\n1, 2 \n", "blanks around cells", 1, "2"},
		{"a,b\n1, \"2 \" \n", "and around quotes", 1, "2 "},
		{"a,b\n1,2,,\n", "empty cells past the last", 1, "2"},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		struct wb_csv csv;

		if (load(wb_slice_str(row[i].text), &csv) != 0)
			fail_msg("%s", row[i].why);
		assert_int_equal(csv.n, row[i].n);
		if (csv.n > 0)
			assert_string_equal(wb_csv_cell(&csv, csv.n - 1, "b"),
					    row[i].cell);
		wb_csv_free(&csv);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *why;
		size_t len;
	} row[] = {
		{"a,b\n1,2,3\n", "more cells than columns", 0},
		{"a,b\n1,\"2\n", "a quote that is not closed", 0},
		{"a,b\n1,\"2\"x\n", "text behind a quote", 0},
		{"a,b\n1,\"2\" ,3\n", "a space behind a quote", 0},
		{"a,b\n1,\xff\n", "not UTF-8", 0},
		{"a,b\n1,\0\n", "a NUL byte", 8},
	};
	struct wb_csv csv;
	struct wb_buf wide;

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		size_t len = row[i].len > 0 ? row[i].len : strlen(row[i].text);

		if (load(wb_slice(row[i].text, len), &csv) == 0)
			fail_msg("taken: %s", row[i].why);
		wb_csv_free(&csv);
	}
	wb_buf_init(&wide, 4096);
	for (size_t i = 0; i < WB_CSV_COLUMNS_MAX; i++)
		wb_buf_str(&wide, i == 0 ? "c" : ",c");
	wb_buf_str(&wide, "\n");
	assert_int_equal(load(wb_buf_slice(&wide), &csv), 0);
	wb_csv_free(&csv);
	wide.len--;
	wb_buf_str(&wide, ",c\n");
	assert_int_not_equal(load(wb_buf_slice(&wide), &csv), 0);
	wb_csv_free(&csv);
	wb_buf_free(&wide);
}

static void test_rows_are_found(void **state)
{
	struct wb_csv csv;

	(void)state;
	assert_int_equal(load(wb_slice_str("id,x\na,1\nb,2\n"), &csv), 0);
	assert_true(wb_csv_has(&csv, "x"));
	assert_false(wb_csv_has(&csv, "y"));
	assert_int_equal(wb_csv_find(&csv, "id", "b"), 1);
	assert_int_equal(wb_csv_find(&csv, "id", "c"), csv.n);
	assert_int_equal(wb_csv_find(&csv, "y", "b"), csv.n);
	wb_csv_free(&csv);
	assert_int_not_equal(wb_csv_load("/nonexistent/x.csv", &csv), 0);
	wb_csv_free(&csv);
}

static void test_decimals(void **state)
{
	static const struct {
		const char *text;
		int64_t scale, value; /* -1: refused */
	} row[] = {
		{"4799.2", 10, 47992},
		{"4800", 10, 48000},
		{"0", 10, 0},
		{"0.05", 10, 0},
		{"4799.99", 10, 47999}, /* cut off, not up to the limit */
		{"1.5", 100, 150},
		{"1.555", 100, 155},
		{"922337203685477570", 10, 9223372036854775700},
		{"922337203685477581", 10, -1},
		{"99999999999999999999", 10, -1},
		{"", 10, -1},
		{".5", 10, -1},
		{"1.", 10, -1},
		{"-1", 10, -1},
		{"+1", 10, -1},
		{"1e3", 10, -1},
		{" 1", 10, -1},
		{"1 ", 10, -1},
		{"1,000", 10, -1},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		int64_t value = -1;

		(void)!wb_csv_decimal(row[i].text, row[i].scale, &value);
		if (value != row[i].value)
			fail_msg("'%s' is %lld", row[i].text, (long long)value);
	}
}

static void test_written(void **state)
{
	static const char *const row[][2] = {
		{"plain", "plain"},
		{"", ""},
		{"a,b", "\"a,b\""},
		{"say \"x\"", "\"say \"\"x\"\"\""},
		{"two\nlines", "\"two\nlines\""},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		struct wb_buf b;

		wb_buf_init(&b, 64);
		wb_csv_put(&b, row[i][0]);
		assert_true(wb_slice_is(wb_buf_slice(&b), row[i][1]));
		wb_buf_free(&b);
	}
}

static void test_amounts(void **state)
{
	char out[WB_AMOUNT_TEXT];

	(void)state;
	assert_string_equal(wb_count(0, out), "0");
	assert_string_equal(wb_count(999, out), "999");
	assert_string_equal(wb_count(1000, out), "1,000");
	assert_string_equal(wb_count(-1234567, out), "-1,234,567");
	assert_string_equal(wb_count(INT64_MIN, out),
			    "-9,223,372,036,854,775,808");
	assert_string_equal(wb_tpp(47992, out), "4,799.2");
	assert_string_equal(wb_tpp(269000000, out), "26,900,000");
	assert_string_equal(wb_plain_tpp(47992, out), "4799.2");
	assert_int_equal(wb_h100(158250, 158250), 1);
	assert_int_equal(wb_h100(158249, 158250), 0);
	assert_int_equal(wb_h100(158250, -1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_rows_are_found),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_amounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
