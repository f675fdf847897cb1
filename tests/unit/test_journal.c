#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/journal_parts.h"
#include "tests/unit/format_example.h"
#include "waybill/text.h"

/*
 * A journal of made-up entries: record i has a statement of a length that i
 * gives, filled with the byte i.
 */
#define BIG          (1u << 20)
#define SECOND_FRAME (4096 + 320) /* behind one of 100 bytes */

ssize_t __real_pread(int fd, void *p, size_t len, off_t at);
ssize_t __wrap_pread(int fd, void *p, size_t len, off_t at);
static unsigned reads;

ssize_t __wrap_pread(int fd, void *p, size_t len, off_t at)
{
	reads++;
	return __real_pread(fd, p, len, at);
}

struct fixture {
	char dir[64];
	struct wb_journal *j;
	uint8_t *bytes;
};

static struct wb_entry entry_of(struct fixture *f, uint64_t seq, size_t len)
{
	struct wb_entry e = {
		.record = wb_slice_str("record"),
		.text_len = 3,
		.judgement = wb_slice_str("j"),
		.workings = wb_slice_str("w"),
		.batch_end = seq + 1,
	};

	memset(f->bytes, (int)seq, len);
	e.statement = wb_slice(f->bytes, len);
	return e;
}

/* Record i has the leaf hash i + 1 + chain, in every byte. */
static void append_to(struct fixture *f, size_t len, int chain)
{
	uint64_t seq = wb_journal_size(f->j);
	struct wb_entry e = entry_of(f, seq, len);
	uint8_t hash[WB_HASH_LEN];

	memset(hash, (int)seq + 1 + chain, sizeof(hash));
	assert_int_equal(wb_journal_append(f->j, &e, 1, hash), 0);
}

static void append(struct fixture *f, size_t len)
{
	append_to(f, len, 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_int_equal(wb_crypto_init(), 0);
	snprintf(f->dir, sizeof(f->dir), "/tmp/waybill-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->bytes = malloc(BIG);
	assert_int_equal(wb_journal_open(f->dir, true, &f->j), 0);
	*state = f;
	return 0;
}

static void segment(struct fixture *f, uint64_t first, char path[128])
{
	snprintf(path, 128, "%s/journal/%020llu.journal", f->dir,
		 (unsigned long long)first);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char path[128];

	wb_journal_close(f->j);
	for (uint64_t i = 0; i < 64; i++) {
		segment(f, i, path);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/journal", f->dir);
	rmdir(path);
	rmdir(f->dir);
	free(f->bytes);
	free(f);
	return 0;
}

static int reopen(struct fixture *f)
{
	wb_journal_close(f->j);
	f->j = NULL;
	return wb_journal_open(f->dir, false, &f->j);
}

struct seen {
	uint64_t next;
	uint64_t bytes;
};

static int see(void *ctx, uint64_t seq, const struct wb_entry *e)
{
	struct seen *s = ctx;

	assert_int_equal(seq, s->next++);
	assert_true(wb_slice_is(e->record, "record"));
	for (size_t i = 0; i < e->statement.len; i += 997)
		assert_int_equal(e->statement.p[i], (uint8_t)seq);
	s->bytes += e->statement.len;
	return 0;
}

static void flip(const char *path, long at)
{
	FILE *file = fopen(path, "r+b");
	int c;

	fseek(file, at, SEEK_SET);
	c = fgetc(file);
	fseek(file, at, SEEK_SET);
	fputc(c ^ 1, file);
	fclose(file);
}

static void test_what_was_written_is_read(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {0};

	for (size_t i = 0; i < 5; i++)
		append(f, 100 * i);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 5);
	assert_int_equal(wb_journal_hash(f->j)[0], 5);
	append(f, 7);
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), 0);
	assert_int_equal(seen.next, 6);
	assert_int_equal(seen.bytes, 1007);
	seen.next = 4;
	assert_int_equal(wb_journal_read(f->dir, 4, see, &seen), 0);
	assert_int_equal(seen.next, 6);
}

/* Ten frames of a mebibyte take more than one segment. */
static void test_segments_follow_each_other(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {0};
	char path[128];

	for (size_t i = 0; i < 10; i++)
		append(f, BIG - 100);
	segment(f, 7, path);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 10);
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), 0);
	assert_int_equal(seen.next, 10);
	/* The old segment is sealed: one bit, and the next does not fit. */
	segment(f, 0, path);
	flip(path, 3000000);
	seen.next = 0;
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), WB_ECORRUPT);
	/* Even where no frame is: in the header. */
	flip(path, 3000000);
	flip(path, 1000);
	seen.next = 0;
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), WB_ECORRUPT);
}

static unsigned reads_of_open(struct fixture *f)
{
	reads = 0;
	assert_int_equal(reopen(f), 0);
	return reads;
}

/* Old segments are left to those who read them. */
static void test_open_reads_the_last_segment(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {0};
	char path[128];
	unsigned few;

	for (size_t i = 0; i < 8; i++)
		append(f, BIG - 100);
	few = reads_of_open(f);
	for (size_t i = 8; i < 15; i++)
		append(f, BIG - 100);
	segment(f, 14, path);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(reads_of_open(f), few);
	assert_int_equal(wb_journal_size(f->j), 15);
	assert_int_equal(wb_journal_hash(f->j)[0], 15);

	/* From the middle on, what lies before is not read. */
	segment(f, 0, path);
	flip(path, 3000000);
	assert_int_equal(reopen(f), 0);
	seen.next = 9;
	assert_int_equal(wb_journal_read(f->dir, 9, see, &seen), 0);
	assert_int_equal(seen.next, 15);
	/* But what lies behind is sealed. */
	segment(f, 7, path);
	flip(path, 1000);
	seen.next = 9;
	assert_int_equal(wb_journal_read(f->dir, 9, see, &seen), WB_ECORRUPT);
	seen.next = 0;
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), WB_ECORRUPT);
}

/* Without its last segment a journal is shorter, without another it is none. */
static void test_lost_segments(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {0};
	char path[128];

	for (size_t i = 0; i < 15; i++)
		append(f, BIG - 100);
	segment(f, 7, path);
	unlink(path);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), WB_ECORRUPT);
	segment(f, 14, path);
	unlink(path);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 7);
	append(f, BIG - 100);
	segment(f, 0, path);
	unlink(path);
	assert_int_equal(reopen(f), WB_ECORRUPT);
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), WB_ECORRUPT);
}

/* A whole frame of the right number, which follows another record. */
static void test_frame_of_another_ledger_is_none(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[3220];
	void *other_state;
	struct fixture *other;
	char path[128];
	FILE *file;

	append(f, 100);
	append(f, 3000);
	assert_int_equal(set_up(&other_state), 0);
	other = other_state;
	append_to(other, 100, 100);
	append_to(other, 3000, 100);
	assert_int_equal(reopen(other), 0);
	assert_int_equal(wb_journal_size(other->j), 2);

	segment(other, 0, path);
	file = fopen(path, "rb");
	assert_int_equal(fseek(file, SECOND_FRAME, SEEK_SET), 0);
	assert_int_equal(fread(frame, 1, sizeof(frame), file), sizeof(frame));
	fclose(file);
	segment(f, 0, path);
	file = fopen(path, "r+b");
	assert_int_equal(fseek(file, SECOND_FRAME, SEEK_SET), 0);
	assert_int_equal(fwrite(frame, 1, sizeof(frame), file), sizeof(frame));
	fclose(file);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 1);
	assert_int_equal(tear_down(&other_state), 0);
}

/* A frame that was not synced whole was never acknowledged. */
static void test_torn_frame_is_none(void **state)
{
	struct fixture *f = *state;
	struct seen seen;
	char path[128];

	segment(f, 0, path);
	append(f, 100);
	append(f, 3000);
	/* Any byte of the second frame, the first is at 4,096. */
	for (long at = 4096 + 320; at < 4096 + 320 + 3200; at += 131) {
		flip(path, at);
		assert_int_equal(reopen(f), 0);
		assert_int_equal(wb_journal_size(f->j), 1);
		flip(path, at);
	}
	/* What is written next takes its place. */
	flip(path, 4096 + 320);
	assert_int_equal(reopen(f), 0);
	append(f, 50);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 2);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(wb_journal_read(f->dir, 0, see, &seen), 0);
	assert_int_equal(seen.bytes, 150);
}

static void test_rewind(void **state)
{
	struct fixture *f = *state;

	append(f, 100);
	append(f, 200);
	assert_int_equal(wb_journal_rewind(f->j), 0);
	assert_int_equal(wb_journal_size(f->j), 1);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 1);
	append(f, 300);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 2);
}

/* The first of a batch of one segment may be the one taken back. */
static void test_rewind_of_a_new_segment(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < 8; i++)
		append(f, BIG - 100);
	assert_int_equal(wb_journal_rewind(f->j), 0);
	assert_int_equal(wb_journal_size(f->j), 7);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 7);
	append(f, 10);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 8);
}

static int count(void *ctx, uint64_t seq, const struct wb_entry *e)
{
	uint64_t *n = ctx;

	(void)e;
	assert_int_equal(seq, *n);
	++*n;
	return 0;
}

/* A segment without a frame, and one behind it that needs more room. */
static void test_long_frame_in_an_empty_segment(void **state)
{
	struct fixture *f = *state;
	struct wb_entry e[10];
	uint8_t hash[WB_HASH_LEN] = {1, 2, 3};
	uint64_t n = 0;

	for (size_t i = 0; i < 8; i++)
		append(f, BIG - 100);
	assert_int_equal(wb_journal_rewind(f->j), 0);
	for (size_t i = 0; i < 10; i++)
		e[i] = entry_of(f, 7, BIG - 100);
	assert_int_equal(wb_journal_append(f->j, e, 10, hash), 0);
	append(f, BIG - 100);
	assert_int_equal(reopen(f), 0);
	assert_int_equal(wb_journal_size(f->j), 18);
	assert_int_equal(wb_journal_read(f->dir, 0, count, &n), 0);
	assert_int_equal(n, 18);
}

static void test_damaged_headers(void **state)
{
	struct fixture *f = *state;
	char path[128];

	append(f, 100);
	segment(f, 0, path);
	for (long at = 0; at < 90; at += 5) {
		flip(path, at);
		assert_int_equal(reopen(f), WB_ECORRUPT);
		flip(path, at);
	}
	assert_int_equal(truncate(path, 4000), 0);
	assert_int_equal(reopen(f), WB_ECORRUPT);
	unlink(path);
	assert_int_equal(reopen(f), WB_ENOTFOUND);
}

static int stop(void *ctx, uint64_t seq, const struct wb_entry *e)
{
	(void)ctx, (void)e;
	return seq == 1 ? WB_EACCES : 0;
}

static void test_visitor_may_stop(void **state)
{
	struct fixture *f = *state;

	append(f, 1);
	append(f, 1);
	append(f, 1);
	assert_int_equal(wb_journal_read(f->dir, 0, stop, NULL), WB_EACCES);
	wb_journal_close(NULL);
}

static void test_file_is_as_documented(void **state)
{
	struct fixture *f = *state;
	struct wb_slice text = format_example("journal-example"), line;
	struct wb_entry e = {
		.record = wb_slice_str("ab"),
		.text_len = 1,
		.statement = wb_slice_str("cde"),
		.judgement = wb_slice_str("f"),
		.workings = wb_slice_str("gh"),
		.batch_end = 9,
	};
	uint8_t hash[WB_HASH_LEN], want[1024], got[8192];
	char path[128];
	size_t n = 0;
	FILE *file;

	while (wb_line_next(&text, &line)) {
		assert_int_equal(wb_unhex(line, want + n, line.len / 2), 0);
		n += line.len / 2;
	}
	memset(e.judgement_salt, 0x11, WB_SALT_LEN);
	memset(e.workings_salt, 0x22, WB_SALT_LEN);
	memset(hash, 0x55, sizeof(hash));
	assert_int_equal(wb_journal_append(f->j, &e, 1, hash), 0);
	segment(f, 0, path);
	file = fopen(path, "rb");
	assert_int_equal(fread(got, 1, sizeof(got), file), sizeof(got));
	fclose(file);
	assert_memory_equal(got, want, 90);
	for (size_t i = 90; i < WB_SEGMENT_HEADER; i++)
		assert_int_equal(got[i], 0);
	assert_memory_equal(got + WB_SEGMENT_HEADER, want + 90, n - 90);
	assert_int_equal(got[WB_SEGMENT_HEADER + n - 90], 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_is_as_documented),
		TEST(test_what_was_written_is_read),
		TEST(test_segments_follow_each_other),
		TEST(test_open_reads_the_last_segment),
		TEST(test_lost_segments),
		TEST(test_torn_frame_is_none),
		TEST(test_frame_of_another_ledger_is_none),
		TEST(test_rewind),
		TEST(test_rewind_of_a_new_segment),
		TEST(test_long_frame_in_an_empty_segment),
		TEST(test_damaged_headers),
		TEST(test_visitor_may_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
