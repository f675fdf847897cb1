#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/world.h"

/*
 * A ledger whose journal has many segments: this test is built with short
 * ones.  The start looks at the last one only; the full check, which is what
 * the daemon's child runs, looks at all.
 */
#define RECORDS 24

ssize_t __real_pread(int fd, void *p, size_t len, off_t at);
ssize_t __wrap_pread(int fd, void *p, size_t len, off_t at);
static unsigned reads;

ssize_t __wrap_pread(int fd, void *p, size_t len, off_t at)
{
	reads++;
	return __real_pread(fd, p, len, at);
}

struct fixture {
	struct world w;
	uint64_t first[RECORDS + 1]; /* of each segment */
	size_t n;
};

static void segment_path(const struct fixture *f, uint64_t first, char out[160])
{
	snprintf(out, 160, "%s/journal/%020llu.journal", f->w.dir,
		 (unsigned long long)first);
}

static void list_segments(struct fixture *f, uint64_t size)
{
	char path[160];

	f->n = 0;
	for (uint64_t seq = 0; seq < size; seq++) {
		segment_path(f, seq, path);
		if (access(path, F_OK) == 0)
			f->first[f->n++] = seq;
	}
}

static uint64_t size_of(struct fixture *f)
{
	struct wb_head head;

	wb_ledger_head(f->w.ledger, &head);
	return head.checkpoint.size;
}

static void append(struct fixture *f, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char id[16];

		snprintf(id, sizeof(id), "p%llu",
			 (unsigned long long)size_of(f));
		assert_int_equal(world_detail(&f->w, id, "MY", "[]"), 0);
	}
	list_segments(f, size_of(f));
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	world_begin(&f->w, true);
	append(f, RECORDS - 1);
	assert_true(f->n >= 3);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	world_end(&f->w);
	free(f);
	return 0;
}

static void shut(struct fixture *f)
{
	wb_ledger_close(f->w.ledger);
	f->w.ledger = NULL;
}

static int open_again(struct fixture *f)
{
	shut(f);
	reads = 0;
	return wb_ledger_open(f->w.dir, &f->w.services, &f->w.ledger);
}

static void flip(const char *path, long at)
{
	FILE *file = fopen(path, "r+b");
	int c;

	assert_non_null(file);
	fseek(file, at, SEEK_SET);
	c = fgetc(file);
	fseek(file, at, SEEK_SET);
	fputc(c ^ 4, file);
	fclose(file);
}

/* Files are copied by the name in the ledger's folder. */
static struct wb_slice keep(struct fixture *f, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", f->w.dir, name);
	return read_file(path);
}

static void put_back(struct fixture *f, const char *name, struct wb_slice kept)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->w.dir, name);
	file = fopen(path, "wb");
	assert_int_equal(fwrite(kept.p, 1, kept.len, file), kept.len);
	fclose(file);
	free((void *)(uintptr_t)kept.p);
}

/* The full check of the journal; the store is checked elsewhere. */
static int check(struct fixture *f, struct wb_audit_failure *failure)
{
	memset(failure, 0, sizeof(*failure));
	return wb_audit_journal(f->w.dir, NULL, NULL, failure);
}

/* The reads of an open do not grow with the segments: in each of ever more of
 * them there is one frame at the time. */
static void test_start_reads_as_much_as_ever(void **state)
{
	struct fixture *f = *state;
	unsigned few = 0;

	for (int i = 0; i < 4; i++) {
		size_t n = f->n;

		while (f->n == n)
			append(f, 1);
		assert_int_equal(open_again(f), 0);
		if (i == 0)
			few = reads;
		assert_int_equal(reads, few);
	}
	assert_true(few > 0 && few < 16);
}

/* Any byte of an old segment: the ledger opens, and the full check tells. */
static void test_old_damage_is_found_by_the_check(void **state)
{
	struct wb_audit_failure failure;
	struct fixture *f = *state;
	char path[160];

	assert_int_equal(check(f, &failure), 0);
	for (size_t i = 0; i + 1 < f->n; i++) {
		segment_path(f, f->first[i], path);
		for (long at = 5; at < 12000; at += 1009) {
			flip(path, at);
			assert_int_equal(open_again(f), 0);
			assert_int_equal(check(f, &failure), WB_EPROOF);
			assert_string_equal(failure.step, "journal");
			flip(path, at);
		}
	}
	assert_int_equal(check(f, &failure), 0);
	/* The last one is read at the start. */
	shut(f);
	segment_path(f, f->first[f->n - 1], path);
	flip(path, 30);
	assert_int_equal(open_again(f), WB_ECORRUPT);
}

static void test_lost_segment_is_found_by_the_check(void **state)
{
	struct wb_audit_failure failure;
	struct fixture *f = *state;
	char path[160];

	segment_path(f, f->first[1], path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(check(f, &failure), WB_EPROOF);
	/* No store can be made of it. */
	shut(f);
	snprintf(path, sizeof(path), "%s/data.mdb", f->w.dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(
		wb_ledger_rebuild(f->w.dir, &f->w.services, &f->w.ledger),
		WB_ECORRUPT);
}

/* A store from the middle of an old segment follows from there, over the seals
 * of what it needs and not of what it has. */
static void test_old_store_is_replayed_from_its_segment(void **state)
{
	struct wb_audit_failure failure;
	struct fixture *f = *state;
	struct wb_slice old;
	char path[160];
	uint64_t size;

	shut(f);
	old = keep(f, "data.mdb");
	assert_int_equal(open_again(f), 0);
	append(f, 3 * RECORDS);
	size = size_of(f);
	assert_true(f->n >= 6);
	shut(f);
	put_back(f, "data.mdb", old);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(size_of(f), size);
	assert_int_equal(check(f, &failure), 0);

	shut(f);
	old = keep(f, "data.mdb");
	assert_int_equal(open_again(f), 0);
	append(f, RECORDS);
	shut(f);
	put_back(f, "data.mdb", old);
	segment_path(f, f->first[f->n - 2], path);
	flip(path, 5000);
	assert_int_equal(open_again(f), WB_ECORRUPT);
}

/* A crash between the making of a segment and its first frame. */
static void test_empty_last_segment(void **state)
{
	struct wb_audit_failure failure;
	struct fixture *f = *state;
	struct wb_slice store = {0}, head = {0}, last;
	uint64_t size;
	char name[64];

	do {
		free((void *)(uintptr_t)store.p);
		free((void *)(uintptr_t)head.p);
		shut(f);
		store = keep(f, "data.mdb");
		head = keep(f, "head");
		assert_int_equal(open_again(f), 0);
		append(f, 1);
		size = size_of(f);
	} while (f->first[f->n - 1] + 1 < size);
	shut(f);
	snprintf(name, sizeof(name), "journal/%020llu.journal",
		 (unsigned long long)(size - 1));
	last = keep(f, name);
	memset((uint8_t *)(uintptr_t)last.p + 4096, 0, last.len - 4096);
	put_back(f, name, last);
	/* A released record is not in the journal ... */
	assert_int_equal(open_again(f), WB_ECORRUPT);
	/* ... and here there never was one. */
	put_back(f, "data.mdb", store);
	put_back(f, "head", head);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(size_of(f), size - 1);
	append(f, 3);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(size_of(f), size + 2);
	assert_int_equal(check(f, &failure), 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_start_reads_as_much_as_ever),
		TEST(test_old_damage_is_found_by_the_check),
		TEST(test_lost_segment_is_found_by_the_check),
		TEST(test_old_store_is_replayed_from_its_segment),
		TEST(test_empty_last_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
