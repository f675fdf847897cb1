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
#define RECORDS_MAX 128

static const char *const names[FILES] = {
	"data.mdb",
	"head",
	"journal/00000000000000000000.journal",
};

static struct world w;
static struct wb_slice file[FILES];
static size_t used_bytes[FILES];
static uint64_t truth_size;
static uint8_t truth[WB_HASH_LEN];        /* of every answer that is signed */
static uint8_t truth_listed[WB_HASH_LEN]; /* and of those that are not */
static uint8_t *another;                  /* a statement to come, a note */
static size_t another_len;
static unsigned refused, answered, told_later, wrong;

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

/* Mix in what one index lists under a name. */
static int list_index(struct wb_view *v, enum wb_index index, const char *name,
		      uint8_t ret[WB_HASH_LEN])
{
	uint64_t seq[RECORDS_MAX];
	size_t n;
	int rc = wb_view_index(v, index, name, 0, seq, RECORDS_MAX, &n);

	if (rc == 0)
		mix(ret, wb_slice((const uint8_t *)seq, n * sizeof(seq[0])));
	return rc;
}

static int list_state(struct wb_view *v, uint8_t ret[WB_HASH_LEN])
{
	char after[WB_STATE_KEY_MAX + 1] = "";
	int rc;

	for (;;) {
		struct wb_slice key, value;
		uint64_t seq;

		rc = wb_view_state_next(v, after, &key, &value, &seq);
		if (rc == 0)
			rc = wb_slice_copy(key, after, sizeof(after));
		if (rc != 0)
			return rc == WB_ENOTFOUND ? 0 : rc;
		mix(ret, key);
		mix(ret, value);
		mix(ret, wb_slice((const uint8_t *)&seq, sizeof(seq)));
	}
}

/* Under the name and country of each party that was detailed. */
static void name_of(unsigned i, char name[16], char country[8])
{
	snprintf(name, 16, "p%u", i);
	snprintf(country, 8, "%c%c", 'A' + (int)(i % 26), 'B');
}

/*
 * Hash what no signature covers: ids, listings, the state.  These the full
 * check compares with the records; until then they are believed.
 */
static int all_listed(struct wb_ledger *l, uint64_t size,
		      uint8_t ret[WB_HASH_LEN])
{
	struct wb_view *v;
	uint64_t found;
	int rc;

	memset(ret, 0, WB_HASH_LEN);
	rc = wb_view_open(wb_ledger_store(l), &v);
	if (rc != 0)
		return rc;
	rc = list_state(v, ret);
	if (rc == 0)
		rc = list_index(v, WB_BY_PARTY_ID, "authority", ret);
	for (unsigned i = 0; i < size - 1 && rc == 0; i++) {
		char name[16], country[8], id[16];

		name_of(i, name, country);
		snprintf(id, sizeof(id), "detail-%u", i);
		found = size;
		rc = wb_view_find(v, "authority", id, &found);
		if (rc == WB_ENOTFOUND)
			rc = 0;
		mix(ret, wb_slice((const uint8_t *)&found, sizeof(found)));
		if (rc == 0)
			rc = list_index(v, WB_BY_PARTY_ID, name, ret);
		if (rc == 0)
			rc = list_index(v, WB_BY_COUNTRY, country, ret);
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

enum outcome {
	TRUTH,
	REFUSED,
	LATER, /* a listing is another, and the full check says so */
	WRONG,
	OUTCOMES
};

static int say_another(struct wb_ledger *l)
{
	int rc;

	w.ledger = l;
	rc = world_append(&w, wb_slice(another, another_len));
	w.ledger = NULL;
	return rc;
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

/* What `waybilld verify` says, which the daemon runs behind each start. */
static bool full_check_holds(const char *dir)
{
	static struct wb_audit_failure failure;
	struct wb_audit_counts counts;

	return wb_audit_store(dir, &w.services.checkpoint.vkey,
			      &w.services.record.vkey, NULL, NULL, &counts,
			      &failure) == 0;
}

/* It goes on, as a daemon would that nobody has told yet. */
static enum outcome write_on(const char *dir, struct wb_ledger *l,
			     uint64_t size, enum outcome got)
{
	int rc = say_another(l);

	wb_ledger_close(l);
	return found_again(dir, rc == 0 ? size + 1 : size) ? got : WRONG;
}

/* *ret_opened: it did not refuse at once. */
static enum outcome ask(const char *dir, bool *ret_opened)
{
	uint8_t sum[WB_HASH_LEN];
	enum outcome got = TRUTH;
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
	if (rc == 0 &&
	    (size != truth_size || memcmp(sum, truth, WB_HASH_LEN) != 0)) {
		wb_ledger_close(l);
		return WRONG;
	}
	if (rc == 0)
		rc = all_listed(l, size, sum);
	if (rc != 0) {
		wb_ledger_close(l);
		return REFUSED;
	}
	if (memcmp(sum, truth_listed, WB_HASH_LEN) != 0) {
		/* LMDB bears one environment in a process. */
		wb_ledger_close(l);
		if (full_check_holds(dir))
			return WRONG;
		got = LATER;
		if (wb_ledger_open(dir, &w.services, &l) != 0)
			return got;
	}
	return write_on(dir, l, size, got);
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
	told_later += got == LATER;
	if (got != WRONG)
		return;
	print_message("%s of %s at %zu: another answer, or none in time\n",
		      what, names[which], at);
	fflush(stdout);
	/* The others are worth knowing, but not for hours. */
	assert_true(++wrong < 10);
}

#endif /* TESTS_UNIT_DAMAGE_H */
