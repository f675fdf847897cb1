#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "waybill/headfile.h"
#include "waybill/text.h"

#define SLOT 4096

struct fixture {
	char dir[64];
	char path[80];
	struct wb_headfile *h;
};

static struct wb_head head_of(uint64_t seq)
{
	struct wb_head head;

	memset(&head, 0, sizeof(head));
	head.tip.seq = seq;
	head.tip.time = 1747742400000 + (wb_time)seq;
	memset(head.tip.hash, (int)seq, WB_HASH_LEN);
	head.checkpoint.size = seq;
	memset(head.checkpoint.root, (int)seq + 100, WB_HASH_LEN);
	memcpy(head.checkpoint.origin, "example.org/waybill", 20);
	head.checkpoint_len =
		(size_t)snprintf((char *)head.checkpoint_note, 200,
				 "note %llu\n", (unsigned long long)seq);
	return head;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_int_equal(wb_crypto_init(), 0);
	snprintf(f->dir, sizeof(f->dir), "/tmp/waybill-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/head", f->dir);
	assert_int_equal(wb_headfile_open(f->dir, true, &f->h), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	wb_headfile_close(f->h);
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void reopen(struct fixture *f)
{
	wb_headfile_close(f->h);
	assert_int_equal(wb_headfile_open(f->dir, false, &f->h), 0);
}

static void write_at(struct fixture *f, long at, const void *p, size_t len)
{
	FILE *file = fopen(f->path, "r+b");

	fseek(file, at, SEEK_SET);
	fwrite(p, 1, len, file);
	fclose(file);
}

static void expect(struct fixture *f, uint64_t seq)
{
	struct wb_head want = head_of(seq), got;

	assert_int_equal(wb_headfile_read(f->h, &got), 0);
	assert_memory_equal(&want, &got, sizeof(want));
}

static void test_newest_counts(void **state)
{
	struct fixture *f = *state;
	struct wb_head head;

	assert_int_equal(wb_headfile_read(f->h, &head), WB_ENOTFOUND);
	for (uint64_t seq = 1; seq < 8; seq++) {
		head = head_of(seq);
		assert_int_equal(wb_headfile_write(f->h, &head), 0);
		reopen(f);
		expect(f, seq);
	}
}

/* Whatever a torn write leaves of the one slot, the other still counts. */
static void test_torn_slot(void **state)
{
	struct fixture *f = *state;
	struct wb_head head;
	uint8_t old[SLOT];
	FILE *file;

	for (uint64_t seq = 1; seq <= 2; seq++) {
		head = head_of(seq);
		assert_int_equal(wb_headfile_write(f->h, &head), 0);
	}
	file = fopen(f->path, "rb");
	assert_int_equal(fread(old, 1, SLOT, file), SLOT);
	fclose(file);
	head = head_of(3); /* goes to slot 0 */
	assert_int_equal(wb_headfile_write(f->h, &head), 0);
	reopen(f);
	expect(f, 3);
	for (size_t tear = 0; tear < SLOT; tear += 512) {
		write_at(f, (long)tear, old + tear, 512);
		reopen(f);
		/* All sectors old again is the state before the write. */
		expect(f, 2);
	}
}

static void test_every_flipped_bit_of_a_slot(void **state)
{
	struct fixture *f = *state;
	struct wb_head head = head_of(1);
	uint8_t slot[SLOT];
	FILE *file;

	assert_int_equal(wb_headfile_write(f->h, &head), 0);
	file = fopen(f->path, "rb");
	assert_int_equal(fread(slot, 1, SLOT, file), SLOT);
	fclose(file);
	for (size_t bit = 0; bit < (size_t)SLOT * 8; bit += 7) {
		struct wb_head got;

		slot[bit / 8] ^= (uint8_t)(1u << bit % 8);
		write_at(f, 0, slot, SLOT);
		slot[bit / 8] ^= (uint8_t)(1u << bit % 8);
		reopen(f);
		assert_int_equal(wb_headfile_read(f->h, &got), WB_ECORRUPT);
	}
}

/* The lock is held for as long as the file is open. */
static void test_one_holder(void **state)
{
	struct fixture *f = *state;
	struct wb_headfile *other;

	assert_int_equal(wb_headfile_open(f->dir, false, &other), WB_EBUSY);
	assert_int_equal(wb_headfile_open("/nonexistent", true, &other),
			 WB_ENOTFOUND);
	wb_headfile_close(f->h);
	assert_int_equal(wb_headfile_open(f->dir, false, &f->h), 0);
	wb_headfile_close(NULL);
}

static void test_short_file(void **state)
{
	struct fixture *f = *state;
	struct wb_head head = head_of(1), got;

	assert_int_equal(wb_headfile_write(f->h, &head), 0);
	assert_int_equal(truncate(f->path, SLOT + 100), 0);
	reopen(f);
	expect(f, 1);
	assert_int_equal(truncate(f->path, 100), 0);
	reopen(f);
	assert_int_equal(wb_headfile_read(f->h, &got), WB_ECORRUPT);
	assert_int_equal(truncate(f->path, 0), 0);
	reopen(f);
	assert_int_equal(wb_headfile_read(f->h, &got), WB_ENOTFOUND);
}

static void test_note_too_long(void **state)
{
	struct fixture *f = *state;
	struct wb_head head = head_of(1);

	head.checkpoint_len = 3073;
	assert_int_equal(wb_headfile_write(f->h, &head), WB_ELIMIT);
	head.checkpoint_len = 3072;
	assert_int_equal(wb_headfile_write(f->h, &head), 0);
}

/* The lines of an example, as bytes behind each other. */
static size_t unhex_example(const char *name, uint8_t *out)
{
	struct wb_slice text = format_example(name), line;
	size_t n = 0;

	while (wb_line_next(&text, &line)) {
		assert_int_equal(wb_unhex(line, out + n, line.len / 2), 0);
		n += line.len / 2;
	}
	return n;
}

static void test_slot_is_as_documented(void **state)
{
	struct fixture *f = *state;
	struct wb_head head;
	uint8_t want[SLOT], slot[SLOT];
	size_t n = unhex_example("head-example", want);
	FILE *file;

	memset(&head, 0, sizeof(head));
	head.tip.seq = head.checkpoint.size = 2;
	head.tip.time = 1747742400000;
	memset(head.tip.hash, 0x33, WB_HASH_LEN);
	memset(head.checkpoint.root, 0x44, WB_HASH_LEN);
	memcpy(head.checkpoint.origin, "a/b", 4);
	memcpy(head.checkpoint_note, "note\n", 5);
	head.checkpoint_len = 5;
	assert_int_equal(wb_headfile_write(f->h, &head), 0);
	file = fopen(f->path, "rb");
	assert_int_equal(fread(slot, 1, SLOT, file), SLOT);
	fclose(file);
	n -= WB_HASH_LEN;
	assert_memory_equal(slot, want, n);
	for (size_t i = n; i < SLOT - WB_HASH_LEN; i++)
		assert_int_equal(slot[i], 0);
	assert_memory_equal(slot + SLOT - WB_HASH_LEN, want + n, WB_HASH_LEN);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slot_is_as_documented),
		TEST(test_newest_counts),
		TEST(test_torn_slot),
		TEST(test_every_flipped_bit_of_a_slot),
		TEST(test_one_holder),
		TEST(test_short_file),
		TEST(test_note_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
