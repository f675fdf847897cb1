#ifndef TESTS_UNIT_DAMAGE_H
#define TESTS_UNIT_DAMAGE_H

#include "tests/unit/world.h"

/*
 * damage: the files of a small ledger, its truth, and what becomes of them when
 * one is damaged.  For test_flip.c alone.
 */
#define PAGE        4096
#define FILES       3
#define CHILD_LIMIT 20 /* seconds */

static const char *const names[FILES] = {
	"data.mdb",
	"head",
	"journal/00000000000000000000.journal",
};

static struct world w;
static struct wb_slice file[FILES];
static size_t used_bytes[FILES];
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

/* *ret_opened: it did not refuse at once. */
static enum outcome ask(const char *dir, bool *ret_opened)
{
	uint8_t sum[WB_HASH_LEN];
	struct wb_ledger *l;
	struct wb_head head;
	uint64_t size;
	int rc;

	if (wb_ledger_open(dir, &w.services, &l) != 0)
		return REFUSED;
	*ret_opened = true;
	wb_ledger_head(l, &head);
	size = head.checkpoint.size;
	rc = size == truth_size ? all_answers(l, size, sum) : 0;
	if (rc != 0 || size != truth_size ||
	    memcmp(sum, truth, WB_HASH_LEN) != 0) {
		wb_ledger_close(l);
		return rc != 0 ? REFUSED : WRONG;
	}
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
		bool opened;

		crash_as_usual();
		alarm(CHILD_LIMIT);
		close(STDERR_FILENO); /* LMDB's assertions need no log */
		_exit((int)ask(dir, &opened));
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

#endif /* TESTS_UNIT_DAMAGE_H */
