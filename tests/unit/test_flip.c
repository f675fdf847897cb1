#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/damage.h"
#include "tests/unit/verified_once.h"

/*
 * Damage.  One bit, one page or the tail of store, journal or head file is not
 * what was written; the ledger then answers the truth or refuses.  Where it
 * goes on, what it acknowledges can be read again, if need be after the store
 * was made anew from the journal.  Ids, listings and the state, which no
 * signature covers, may be others until the full check has read them: then it
 * must say so.
 *
 * Every bit of the store's two meta pages that LMDB uses, and a sample of all
 * others.  WAYBILL_FLIPS=all asks for each bit of all three files, with 64
 * pages in the store, for WAYBILL_SECONDS at most; with WAYBILL_PARTS, for the
 * part of them that WAYBILL_SEED says; with WAYBILL_FROM, from where a run
 * ended before.  "few", where a sanitizer slows things down, asks for one in
 * sixteen.
 */
#define META_USED 160
#define SAMPLE    400
#define KEY_BITS  4096
/* Of the store, when each bit is asked for. */
#define PAGES_WANTED 64

/* --- flipped bits ----------------------------------------------------- */

/*
 * Many to a process: a fork and a folder for each would take most of the time.
 * What a trial has written is put back before the next.  A process that met
 * damage in a ledger it had open is not trusted with another bit, and an answer
 * that looks wrong is asked for again in a process and folder of its own.
 */
#define BITS_A_PROCESS 1000

static struct {
	char dir[64];
	int fd[FILES];
	uint8_t *map[FILES]; /* what lies in the folder */
} bed;

struct bit {
	int which;
	size_t at;
};

/* Those of a list; or, without one, each of all files once, far from the one
 * before. */
struct bits {
	size_t n;
	const struct bit *list;
	size_t all, part, parts, step, from;
};

/* Shared with the children. */
struct progress {
	size_t done;
	size_t count[OUTCOMES];
	bool doubt; /* about the one behind done */
};

/* Bytes of a file that anybody wrote: the zeros behind them are the journal's
 * room. */
static size_t used(int which)
{
	size_t n = file[which].len;

	while (n > 0 && file[which].p[n - 1] == 0)
		n--;
	return n;
}

static void make_bed_of(int i)
{
	char path[160];

	if (bed.map[i] != NULL) {
		munmap(bed.map[i], file[i].len);
		close(bed.fd[i]);
	}
	snprintf(path, sizeof(path), "%s/%s", bed.dir, names[i]);
	unlink(path);
	put_file(bed.dir, names[i], file[i]);
	bed.fd[i] = open(path, O_RDWR | O_CLOEXEC);
	bed.map[i] = mmap(NULL, file[i].len, PROT_READ | PROT_WRITE, MAP_SHARED,
			  bed.fd[i], 0);
	if (bed.map[i] == MAP_FAILED)
		abort();
}

static void make_bed(void)
{
	char journal[80];

	snprintf(bed.dir, sizeof(bed.dir), "%s/waybill-flip-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(bed.dir));
	snprintf(journal, sizeof(journal), "%s/journal", bed.dir);
	mkdir(journal, 0700);
	for (int i = 0; i < FILES; i++)
		make_bed_of(i);
}

/* Whether the file of that name is still the one that is mapped. */
static bool in_place(int i)
{
	struct stat named, mapped;
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", bed.dir, names[i]);
	return stat(path, &named) == 0 && fstat(bed.fd[i], &mapped) == 0 &&
	       named.st_ino == mapped.st_ino &&
	       (size_t)named.st_size >= file[i].len;
}

static void mend_bed(void)
{
	for (int i = 0; i < FILES; i++) {
		if (!in_place(i)) {
			make_bed_of(i);
			continue;
		}
		if (ftruncate(bed.fd[i], (off_t)file[i].len) != 0)
			abort();
		for (size_t at = 0; at < file[i].len; at += PAGE) {
			size_t n = file[i].len - at < PAGE ? file[i].len - at
							   : PAGE;

			if (memcmp(bed.map[i] + at, file[i].p + at, n) != 0)
				memcpy(bed.map[i] + at, file[i].p + at, n);
		}
	}
}

static struct bit bit_of(const struct bits *bits, size_t i)
{
	struct bit b = {0, 0};

	if (bits->list != NULL)
		return bits->list[i];
	b.at = (i * bits->parts + bits->part) * bits->step % bits->all;
	while (b.at >= used_bytes[b.which] * 8)
		b.at -= used_bytes[b.which++] * 8;
	return b;
}

/* One after the other from p->done on; _exit() is the end of each process. */
static void flip_some(const struct bits *bits, struct progress *p)
{
	size_t end = p->done + BITS_A_PROCESS;

	crash_as_usual();
	close(STDERR_FILENO); /* LMDB's assertions need no log */
	while (p->done < bits->n && p->done < end) {
		struct bit b = bit_of(bits, p->done);
		bool opened = false;
		enum outcome got;

		mend_bed();
		alarm(CHILD_LIMIT);
		bed.map[b.which][b.at / 8] ^= (uint8_t)(1u << b.at % 8);
		got = ask(bed.dir, &opened);
		alarm(0);
		if (got == WRONG) {
			p->doubt = true;
			return;
		}
		p->count[got]++;
		p->done++;
		if (got == REFUSED && opened)
			return;
	}
}

/* The bit by which a child died, or that it did not like. */
static void flip_again(const struct bits *bits, struct progress *p, int status)
{
	struct bit b = bit_of(bits, p->done);
	bool timed_out = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;

	if (p->doubt || timed_out) {
		struct wb_slice whole = file[b.which];
		uint8_t *copy = malloc(whole.len);

		assert_non_null(copy);
		memcpy(copy, whole.p, whole.len);
		copy[b.at / 8] ^= (uint8_t)(1u << b.at % 8);
		expect_truth_or_refusal("a flipped bit", b.which, b.at,
					wb_slice(copy, whole.len));
		free(copy);
		p->doubt = false;
	} else {
		p->count[REFUSED]++;
	}
	p->done++;
}

/* Undamaged, it is the truth; and the children know what was found good. */
static void warm_up(void)
{
	bool opened;

	assert_int_equal(ask(bed.dir, &opened), TRUTH);
}

static void flip_all(const struct bits *bits, time_t end)
{
	struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t told = 0;

	assert_true(p != MAP_FAILED);
	p->done = bits->from;
	make_bed();
	warm_up();
	while (p->done < bits->n && time(NULL) < end) {
		int status = 0;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			flip_some(bits, p);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		/* A sanitizer makes an exit code of a signal. */
		if (p->doubt || status != 0)
			flip_again(bits, p, status);
		if (p->done / 20000 != told) {
			told = p->done / 20000;
			print_message("%zu bits\n", p->done);
			fflush(stdout);
		}
	}
	print_message("%zu of %zu bits\n", p->done, bits->n);
	answered += (unsigned)p->count[TRUTH];
	refused += (unsigned)p->count[REFUSED];
	told_later += (unsigned)p->count[LATER];
	remove_folder(bed.dir);
	munmap(p, sizeof(*p));
}

/* --- tests ------------------------------------------------------------ */

static uint64_t next(void)
{
	static uint64_t state = 7;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 20;
}

static bool asked_for(const char *what)
{
	const char *flips = getenv("WAYBILL_FLIPS");

	return flips != NULL && strcmp(flips, what) == 0;
}

static size_t number(const char *name, size_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

static size_t common_divisor(size_t a, size_t b)
{
	return b == 0 ? a : common_divisor(b, a % b);
}

/* Each bit of all files, or this process's part of them. */
static void flip_each(void)
{
	time_t end = time(NULL) + (time_t)number("WAYBILL_SECONDS", 1u << 30);
	struct bits bits = {0};

	for (int which = 0; which < FILES; which++)
		bits.all += used_bytes[which] * 8;
	bits.parts = number("WAYBILL_PARTS", 1);
	bits.part = number("WAYBILL_SEED", 1) % bits.parts;
	bits.from = number("WAYBILL_FROM", 0);
	bits.n = (bits.all - bits.part + bits.parts - 1) / bits.parts;
	/* The golden section: those done so far are spread evenly. */
	bits.step = bits.all / 1000 * 618;
	while (common_divisor(bits.step, bits.all) != 1)
		bits.step++;
	flip_all(&bits, end);
}

/* Each bit of each key of the state that begins so: one out of order hides
 * others. */
static void add_keys(const char *begin, size_t step, struct bit *list,
		     size_t cap, size_t *n)
{
	size_t len = strlen(begin);

	for (size_t at = 0; at + len <= used_bytes[0]; at++) {
		if (memcmp(file[0].p + at, begin, len) != 0)
			continue;
		for (size_t i = 0; i < len * 8 && *n < cap; i += step)
			list[(*n)++] = (struct bit){0, at * 8 + i};
	}
}

static void flip_sample(size_t step)
{
	static struct bit list[FILES * SAMPLE + 2 * META_USED * 8 + KEY_BITS];
	struct bits bits = {.list = list};

	for (int which = 0; which < FILES; which++) {
		size_t n = used_bytes[which] * 8;

		for (size_t i = 0; i < SAMPLE; i += step)
			list[bits.n++] = (struct bit){which, next() % n};
	}
	for (size_t at = 0; at < META_USED * 8; at += step) {
		list[bits.n++] = (struct bit){0, at};
		list[bits.n++] = (struct bit){0, PAGE * 8 + at};
	}
	add_keys("detail/p", step, list, sizeof(list) / sizeof(list[0]),
		 &bits.n);
	flip_all(&bits, time(NULL) + 3600);
}

static void test_flipped_bits(void **state)
{
	(void)state;
	if (asked_for("all"))
		flip_each();
	else
		flip_sample(asked_for("few") ? 16 : 1);
	print_message("%u answered, %u refused, %u with another listing that "
		      "the full check reports\n",
		      answered, refused, told_later);
	/* Both must have happened, or nothing was tried. */
	assert_true(answered > 0 && refused > 0);
	assert_int_equal(wrong, 0);
}

static void test_pages(void **state)
{
	size_t pages = file[0].len / PAGE, step = asked_for("few") ? 4 : 1;
	uint8_t *copy = malloc(file[0].len);

	(void)state;
	for (size_t i = 0; i < pages; i += step) {
		size_t other = next() % pages;

		memcpy(copy, file[0].p, file[0].len);
		memset(copy + i * PAGE, 0, PAGE);
		expect_truth_or_refusal("a zeroed page", 0, i,
					wb_slice(copy, file[0].len));
		memcpy(copy + i * PAGE, file[0].p + other * PAGE, PAGE);
		expect_truth_or_refusal("a misplaced page", 0, i,
					wb_slice(copy, file[0].len));
		expect_truth_or_refusal("a cut", 0, i,
					wb_slice(file[0].p, i * PAGE));
	}
	for (size_t at = 0; at < used_bytes[2]; at += 1024)
		expect_truth_or_refusal("a cut", 2, at,
					wb_slice(file[2].p, at));
	for (size_t at = 0; at < file[1].len; at += 512)
		expect_truth_or_refusal("a cut", 1, at,
					wb_slice(file[1].p, at));
	free(copy);
	assert_int_equal(wrong, 0);
}

static void read_files(void)
{
	for (int i = 0; i < FILES; i++) {
		char path[160];

		snprintf(path, sizeof(path), "%s/%s", w.dir, names[i]);
		free((void *)(uintptr_t)file[i].p);
		file[i] = read_file(path);
		used_bytes[i] = used(i);
	}
}

/* One that is ready, so that it is the same in each trial. */
static void sign_another(void)
{
	static const char text[] =
		"{\"type\":\"party-detail\",\"ledger\":\"" ORIGIN "\","
		"\"party\":\"authority\",\"id\":\"another\","
		"\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"p0\","
		"\"name\":\"Another\",\"country\":\"SG\","
		"\"headquarters\":\"SG\",\"government\":false,"
		"\"effective\":\"2020-01-01\"}\n";
	struct wb_slice note =
		world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_C, -1);

	another = malloc(note.len);
	assert_non_null(another);
	memcpy(another, note.p, note.len);
	another_len = note.len;
}

static int set_up(void **state)
{
	size_t want = asked_for("all") ? PAGES_WANTED * PAGE : 1;
	struct wb_head head;
	unsigned i = 0;

	(void)state;
	world_begin(&w, true);
	do {
		char name[16], country[8];

		name_of(i++, name, country);
		assert_int_equal(world_detail(&w, name, country, "[]"), 0);
		read_files();
	} while (i < 4 || used_bytes[0] < want);
	wb_ledger_head(w.ledger, &head);
	truth_size = head.checkpoint.size;
	assert_true(truth_size <= RECORDS_MAX);
	assert_int_equal(all_answers(w.ledger, truth_size, truth), 0);
	assert_int_equal(all_listed(w.ledger, truth_size, truth_listed), 0);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	read_files();
	/* The journal's zeros need not be copied thousands of times. */
	file[2].len = (used_bytes[2] / PAGE + 64) * PAGE;
	sign_another();
	print_message("%llu records, %zu pages of the store\n",
		      (unsigned long long)truth_size, used_bytes[0] / PAGE);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < FILES; i++)
		free((void *)(uintptr_t)file[i].p);
	free(another);
	world_end(&w);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
