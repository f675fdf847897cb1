#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/tile.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void test_good_paths(void **state)
{
	static const struct {
		const char *path;
		struct wb_tile tile;
	} row[] = {
		{"0/000", {0, 0, 256}},
		{"0/000.p/1", {0, 0, 1}},
		{"0/999.p/255", {0, 999, 255}},
		{"0/x001/000", {0, 1000, 256}},
		{"63/001.p/9", {63, 1, 9}},
		/* The example of C2SP tlog-tiles. */
		{"1/x001/x234/067", {1, 1234067, 256}},
		{"1/x001/x234/067.p/8", {1, 1234067, 8}},
		{"entries/000.p/15", {WB_TILE_ENTRIES, 0, 15}},
		{"entries/x001/000", {WB_TILE_ENTRIES, 1000, 256}},
		{"0/x018/x446/x744/x073/x709/x551/615", {0, UINT64_MAX, 256}},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++) {
		char path[WB_TILE_PATH_MAX + 1];
		struct wb_tile tile;

		assert_int_equal(
			wb_tile_parse(wb_slice_str(row[i].path), &tile), 0);
		assert_int_equal(tile.level, row[i].tile.level);
		assert_true(tile.index == row[i].tile.index);
		assert_int_equal(tile.width, row[i].tile.width);
		wb_tile_format(&tile, path);
		assert_string_equal(path, row[i].path);
	}
}

static void test_bad_paths(void **state)
{
	static const struct {
		const char *path;
		const char *why;
	} row[] = {
		{"", "nothing"},
		{"0", "no index"},
		{"0/", "empty index"},
		{"/000", "no level"},
		{"64/000", "a level above 63"},
		{"255/000", "the level that stands for entries"},
		{"00/000", "a level with a leading zero"},
		{"-1/000", "a signed level"},
		{"+1/000", "a signed level"},
		{"data/000", "no such kind"},
		{"Entries/000", "capital letter"},
		{"0/0", "a group of one digit"},
		{"0/0000", "a group of four digits"},
		{"0/00a", "a digit that is none"},
		{"0/x000/000", "a leading group of zeros"},
		{"0/x000/x001/000", "a leading group of zeros"},
		{"0/x001", "the last group with an x"},
		{"0/001/000", "a group without its x"},
		{"0/x001/"
		 "/000",
		 "an empty group"},
		{"0/xx01/000", "two x"},
		{"0/X001/000", "capital X"},
		{"0/000/", "a slash at the end"},
		{"0/000.p", "no width"},
		{"0/000.p/", "empty width"},
		{"0/000.p/0", "nothing in it"},
		{"0/000.p/256", "a full tile is not partial"},
		{"0/000.p/01", "a width with a leading zero"},
		{"0/000.p/1/", "a slash at the end"},
		{"0/000.p/1/2", "something behind the width"},
		{"0/000.q/1", "not .p"},
		{"0/000/1", "no .p"},
		{"0/x001.p/000", "a width in the middle"},
		{"8/0/000", "the height in the path, as Go writes it"},
		{"0/000?a=b", "a query"},
		{"0/ 000", "a space"},
		{"0/x018/x446/x744/x073/x709/x551/616", "above 2^64 - 1"},
		{"0/x999/x999/x999/x999/x999/x999/999", "far above 2^64"},
		{"0/x001/x000/x000/x000/x000/x000/x000/000", "eight groups"},
	};
	struct wb_tile tile = {7, 7, 7};

	(void)state;
	for (size_t i = 0; i < N(row); i++)
		if (wb_tile_parse(wb_slice_str(row[i].path), &tile) != WB_EFORM)
			fail_msg("%s: %s", row[i].path, row[i].why);
	assert_int_equal(wb_tile_parse(wb_slice("0/000\0", 6), &tile),
			 WB_EFORM);
	assert_int_equal(tile.width, 7); /* untouched */
}

static void test_within(void **state)
{
	static const struct {
		struct wb_tile tile;
		uint64_t size;
		bool within;
	} row[] = {
		{{0, 0, 1}, 0, false},
		{{0, 0, 1}, 1, true},
		{{0, 0, 2}, 1, false},
		{{0, 0, 256}, 255, false},
		{{0, 0, 256}, 256, true},
		{{0, 1, 1}, 256, false},
		{{0, 1, 1}, 257, true},
		{{WB_TILE_ENTRIES, 0, 255}, 255, true},
		{{WB_TILE_ENTRIES, 0, 256}, 255, false},
		{{1, 0, 1}, 255, false},
		{{1, 0, 1}, 256, true},
		/* The arithmetic of tlog-tiles for 70,000 entries. */
		{{0, 272, 256}, 70000, true},
		{{0, 273, 112}, 70000, true},
		{{0, 273, 113}, 70000, false},
		{{1, 0, 256}, 70000, true},
		{{1, 1, 17}, 70000, true},
		{{1, 1, 18}, 70000, false},
		{{2, 0, 1}, 70000, true},
		{{2, 0, 2}, 70000, false},
		{{3, 0, 1}, 70000, false},
		{{7, 0, 127}, INT64_MAX, true},
		{{7, 0, 128}, INT64_MAX, false},
		{{8, 0, 1}, UINT64_MAX, false},
		{{63, 0, 1}, UINT64_MAX, false},
		{{0, UINT64_MAX, 1}, UINT64_MAX, false},
		{{0, UINT64_MAX / 256, 255}, UINT64_MAX, true},
		{{0, UINT64_MAX / 256, 256}, UINT64_MAX, false},
	};

	(void)state;
	for (size_t i = 0; i < N(row); i++)
		if (wb_tile_within(&row[i].tile, row[i].size) != row[i].within)
			fail_msg("row %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_paths),
		cmocka_unit_test(test_bad_paths),
		cmocka_unit_test(test_within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
