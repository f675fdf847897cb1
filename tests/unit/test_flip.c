#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/world.h"

/*
 * Damage.  One bit, one page or the tail of store, journal or head file is not
 * what was written; the ledger then answers the truth or refuses.  Where it
 * goes on, what it acknowledges can be read again, if need be after the store
 * was made anew from the journal.
 *
 * Every bit of the store's two meta pages that LMDB uses, and a sample of all
 * others.  WAYBILL_FLIPS=all asks for each bit of all three files, in an order
 * of WAYBILL_SEED's and for WAYBILL_SECONDS at most; "few", where a sanitizer
 * slows things down, for one in sixteen.
 */
#define PAGE        4096
#define META_USED   160
#define SAMPLE      400
#define FILES       3
#define CHILD_LIMIT 20 /* seconds */

static const char *const names[FILES] = {
	"data.mdb",
	"head",
	"journal/00000000000000000000.journal",
};

static struct world w;
static struct wb_slice file[FILES];
static uint64_t truth_size;
static uint8_t truth[WB_HASH_LEN]; /* of every answer */
static unsigned refused, answered;

/* --- every answer ----------------------------------------------------- */

static void mix(uint8_t sum[WB_HASH_LEN], struct wb_slice more)
{
	struct wb_slice both[2] = {wb_slice(sum, WB_HASH_LEN), more};

	wb_sha256(both, 2, sum);
}

/* Hash all that readers can ask of the first size records, or fail. */
static int all_answers(struct wb_ledger *l, uint64_t size,
		       uint8_t ret[WB_HASH_LEN])
{
	static uint8_t receipt[WB_RECEIPT_MAX];
	struct wb_nodes nodes;
	struct wb_tree tree;
	struct wb_view *v;
	int rc;

	memset(ret, 0, WB_HASH_LEN);
	rc = wb_view_open(wb_ledger_store(l), &v);
	if (rc != 0)
		return rc;
	for (uint64_t seq = 0; seq < size && rc == 0; seq++) {
		struct wb_writer out;
		struct wb_entry e;

		wb_writer_init(&out, receipt, sizeof(receipt));
		rc = wb_ledger_entry(l, v, seq, &e);
		if (rc == 0)
			rc = wb_ledger_receipt(l, v, seq, &out);
		if (rc != 0)
			break;
		mix(ret, e.record);
		mix(ret, e.statement);
		mix(ret, e.judgement);
		mix(ret, e.workings);
		mix(ret, wb_slice(receipt, out.len));
	}
	nodes = wb_view_nodes(v);
	if (rc == 0)
		rc = wb_tree_load(&nodes, size, &tree);
	if (rc == 0) {
		uint8_t root[WB_HASH_LEN];

		wb_tree_root(&tree, root);
		mix(ret, wb_slice(root, sizeof(root)));
	}
	wb_view_close(v);
	return rc;
}

/* --- one damaged state ------------------------------------------------ */

static void put_file(const char *dir, const char *name, struct wb_slice s)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(s.p, 1, s.len, f) != s.len)
		abort();
	fclose(f);
}

enum outcome { TRUTH, REFUSED, WRONG };

static int say_again(struct wb_ledger *l, const char *id)
{
	w.ledger = l;
	return world_detail(&w, id, "SG", "[]");
}

/* What was acknowledged is there, or comes back with a new store. */
static bool found_again(const char *dir, uint64_t size)
{
	struct wb_ledger *l;
	struct wb_head head;
	char path[160];

	if (wb_ledger_open(dir, &w.services, &l) != 0) {
		snprintf(path, sizeof(path), "%s/data.mdb", dir);
		unlink(path);
		if (wb_ledger_rebuild(dir, &w.services, &l) != 0)
			return false;
	}
	wb_ledger_head(l, &head);
	wb_ledger_close(l);
	return head.checkpoint.size >= size;
}

static enum outcome ask(const char *dir)
{
	uint8_t sum[WB_HASH_LEN];
	struct wb_ledger *l;
	struct wb_head head;
	uint64_t size;
	int rc;

	if (wb_ledger_open(dir, &w.services, &l) != 0)
		return REFUSED;
	wb_ledger_head(l, &head);
	size = head.checkpoint.size;
	if (size != truth_size)
		return WRONG;
	if (all_answers(l, size, sum) != 0) {
		wb_ledger_close(l);
		return REFUSED;
	}
	if (memcmp(sum, truth, WB_HASH_LEN) != 0)
		return WRONG;
	rc = say_again(l, "after");
	wb_ledger_close(l);
	return found_again(dir, rc == 0 ? size + 1 : size) ? TRUTH : WRONG;
}

/* In a process of its own: LMDB may crash on a damaged file. */
static enum outcome outcome_of(const char *dir)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		crash_as_usual();
		alarm(CHILD_LIMIT);
		close(STDERR_FILENO); /* LMDB's assertions need no log */
		_exit((int)ask(dir));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status))
		return WTERMSIG(status) == SIGALRM ? WRONG : REFUSED;
	return (enum outcome)WEXITSTATUS(status);
}

static void expect_truth_or_refusal(const char *what, int which, size_t at,
				    struct wb_slice damaged)
{
	char dir[64], journal[80];
	enum outcome got;

	snprintf(dir, sizeof(dir), "%s/waybill-flip-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(dir));
	snprintf(journal, sizeof(journal), "%s/journal", dir);
	mkdir(journal, 0700);
	for (int i = 0; i < FILES; i++)
		put_file(dir, names[i], i == which ? damaged : file[i]);
	got = outcome_of(dir);
	remove_folder(dir);
	refused += got == REFUSED;
	answered += got == TRUTH;
	if (got == WRONG)
		fail_msg("%s of %s at %zu: another answer", what, names[which],
			 at);
}

static void flip(int which, size_t bit)
{
	uint8_t *p = (uint8_t *)(uintptr_t)file[which].p;

	p[bit / 8] ^= (uint8_t)(1u << bit % 8);
	expect_truth_or_refusal("a flipped bit", which, bit, file[which]);
	p[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

/* --- tests ------------------------------------------------------------ */

static uint64_t next(void)
{
	static uint64_t state = 7;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return state >> 20;
}

/* Bytes of a file that anybody wrote: the zeros behind them are the journal's
 * room. */
static size_t used(int which)
{
	size_t n = file[which].len;

	while (n > 0 && file[which].p[n - 1] == 0)
		n--;
	return n;
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

/* Each bit once, far from the one before, until the time is over. */
static void flip_all(void)
{
	time_t end = time(NULL) + (time_t)number("WAYBILL_SECONDS", 1u << 30);
	size_t seed = number("WAYBILL_SEED", 1), bits = 0, tried = 0, step;

	for (int which = 0; which < FILES; which++)
		bits += used(which) * 8;
	step = bits / 5 * 3 + seed % 1000;
	while (common_divisor(step, bits) != 1)
		step++;
	for (; tried < bits && time(NULL) < end; tried++) {
		size_t at = (seed % bits + tried * step) % bits;
		int which = 0;

		while (at >= used(which) * 8)
			at -= used(which++) * 8;
		flip(which, at);
	}
	print_message("%zu of %zu bits\n", tried, bits);
}

static void test_flipped_bits(void **state)
{
	size_t step = asked_for("few") ? 16 : 1;

	(void)state;
	if (asked_for("all"))
		flip_all();
	for (int which = 0; which < FILES && !asked_for("all"); which++) {
		size_t bits = used(which) * 8;

		for (size_t i = 0; i < SAMPLE; i += step)
			flip(which, next() % bits);
		for (size_t bit = 0; which == 0 && bit < META_USED * 8;
		     bit += step) {
			flip(which, bit);
			flip(which, PAGE * 8 + bit);
		}
	}
	print_message("%u answered, %u refused\n", answered, refused);
	/* Both must have happened, or nothing was tried. */
	assert_true(answered > 0 && refused > 0);
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
	for (size_t at = 0; at < used(2); at += 1024)
		expect_truth_or_refusal("a cut", 2, at,
					wb_slice(file[2].p, at));
	for (size_t at = 0; at < file[1].len; at += 512)
		expect_truth_or_refusal("a cut", 1, at,
					wb_slice(file[1].p, at));
	free(copy);
}

static int set_up(void **state)
{
	struct wb_head head;

	(void)state;
	world_begin(&w, true);
	for (int i = 0; i < 4; i++) {
		char id[8];

		snprintf(id, sizeof(id), "p%d", i & 7);
		assert_int_equal(world_detail(&w, id, "MY", "[]"), 0);
	}
	wb_ledger_head(w.ledger, &head);
	truth_size = head.checkpoint.size;
	assert_int_equal(all_answers(w.ledger, truth_size, truth), 0);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	for (int i = 0; i < FILES; i++) {
		char path[160];

		snprintf(path, sizeof(path), "%s/%s", w.dir, names[i]);
		file[i] = read_file(path);
	}
	/* The journal's zeros need not be copied thousands of times. */
	file[2].len = (used(2) / PAGE + 64) * PAGE;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < FILES; i++)
		free((void *)(uintptr_t)file[i].p);
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
