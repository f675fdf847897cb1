#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/unit/world.h"

#include "tests/unit/recorder.h"

/*
 * Power cuts.  A ledger is written while every write and sync is recorded;
 * then the folder is made again as a cut at some moment might have left it.
 * From each such state the ledger must open, hold every record that was
 * released before the cut, with the bytes of record, checkpoint and receipt
 * that were released, pass the audit, and take everything again without a
 * record more.  So no sequence number and no tree size is signed twice with
 * different content.
 *
 * Every other state is opened and written to under the recorder again, and cut
 * again: what was released before either cut must hold.  For half of these the
 * first was no cut but a kill, behind writes that the disk had not taken: the
 * kernel shows them, and they are lost with the power.
 *
 * The journal is built with short segments, so that cuts fall into their
 * changing too.
 *
 * WAYBILL_STATES asks for more than the 500 states of `make check`,
 * WAYBILL_SEED for others.
 */
#define RECORDS 16
#define STATES  500

static struct world w;
static char *statement[RECORDS + 1]; /* notes, as they were sent */
static size_t statement_len[RECORDS + 1];
static uint8_t released[RECORDS + 2][WB_RECORD_MAX]; /* record notes */
static size_t released_len[RECORDS + 2];
static uint8_t released_receipt[RECORDS + 2][WB_HASH_LEN];
static struct wb_head released_head[RECORDS + 2]; /* by size; 0 if never */
static size_t first_cut; /* the event behind the release of the genesis */

/* --- the run that is recorded ----------------------------------------- */

static void receipt_hash(struct wb_ledger *l, struct wb_view *v, uint64_t seq,
			 uint8_t ret[WB_HASH_LEN])
{
	static uint8_t space[WB_RECEIPT_MAX];
	struct wb_slice receipt;
	struct wb_writer out;

	wb_writer_init(&out, space, sizeof(space));
	assert_int_equal(wb_ledger_receipt(l, v, seq, &out), 0);
	assert_int_equal(wb_writer_end(&out, &receipt), 0);
	wb_sha256(&receipt, 1, ret);
}

/* Everything that is new leaves the ledger. */
static void release(struct wb_ledger *l)
{
	struct wb_head head;
	struct wb_view *v;

	wb_ledger_head(l, &head);
	released_head[head.checkpoint.size] = head;
	assert_int_equal(wb_view_open(wb_ledger_store(l), &v), 0);
	for (uint64_t seq = 0; seq < head.checkpoint.size; seq++) {
		struct wb_entry e;

		if (released_len[seq] > 0)
			continue;
		assert_int_equal(wb_view_entry(v, seq, &e), 0);
		memcpy(released[seq], e.record.p, e.record.len);
		released_len[seq] = e.record.len;
		receipt_hash(l, v, seq, released_receipt[seq]);
	}
	wb_view_close(v);
	record(EV_RELEASE, -1)->offset = head.checkpoint.size;
}

static void make_statements(void)
{
	for (int i = 0; i < RECORDS; i++) {
		struct wb_slice note;
		char text[512];

		snprintf(text, sizeof(text),
			 "{\"type\":\"party-detail\",\"ledger\":\"" ORIGIN
			 "\",\"party\":\"authority\",\"id\":\"d-%d\","
			 "\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":"
			 "\"p-%d\",\"name\":\"Party %d\",\"country\":\"MY\","
			 "\"headquarters\":\"MY\",\"government\":false,"
			 "\"effective\":\"2020-01-01\"}\n",
			 i, i, i);
		note = world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
				  -1);
		statement[i] = malloc(note.len);
		memcpy(statement[i], note.p, note.len);
		statement_len[i] = note.len;
	}
}

/* Append the statements [from, to) in one batch. */
static int append(struct wb_ledger *l, int from, int to)
{
	static struct wb_note note[RECORDS];
	static struct wb_statement st[RECORDS];
	static struct wb_submission sub[RECORDS];
	int n = to - from, rc;

	for (int i = 0; i < n; i++) {
		memset(&sub[i], 0, sizeof(sub[i]));
		sub[i].bytes =
			wb_slice(statement[from + i], statement_len[from + i]);
		assert_int_equal(wb_statement_open(sub[i].bytes, ORIGIN,
						   &note[i], &st[i], NULL),
				 0);
		sub[i].note = &note[i];
		sub[i].statement = &st[i];
		sub[i].verified = true; /* what saves time is not tried here */
	}
	rc = wb_ledger_append(l, sub, (size_t)n, w.now);
	for (int i = 0; i < n; i++) {
		assert_int_equal(rc == 0 ? sub[i].result : 0, 0);
		wb_statement_free(&st[i]);
	}
	return rc;
}

/* All statements from the from-th on, in batches of 1 to 5. */
static void append_all(struct wb_ledger *l, int from)
{
	for (int n = 1; from < RECORDS; from += n) {
		n = 1 + from % 5;
		if (from + n > RECORDS)
			n = RECORDS - from;
		assert_int_equal(append(l, from, from + n), 0);
		release(l);
	}
}

static void record_a_run(void)
{
	struct wb_slice note;

	world_dir(&w);
	make_statements();
	note = world_sign(&w, world_genesis(&w, true), KEY_CHECKPOINT,
			  KEY_RECORD, KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1);
	snprintf(recorder.dir, sizeof(recorder.dir), "%s", w.dir);
	assert_int_equal(
		wb_ledger_create(w.dir, &w.services, note, w.now, NULL), 0);
	world_open(&w);
	release(w.ledger);
	first_cut = recorder.n;
	append_all(w.ledger, 0);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	recorder.dir[0] = '\0';
	settle();
}

/* --- one state -------------------------------------------------------- */

static uint64_t released_by(size_t end)
{
	uint64_t n = 0;

	for (size_t i = 0; i < end; i++)
		if (recorder.event[i].kind == EV_RELEASE)
			n = recorder.event[i].offset;
	return n;
}

/* Whether the first n records are as they were released, and every checkpoint
 * over them. */
static const char *check_released(struct wb_ledger *l, uint64_t n)
{
	const char *wrong = NULL;
	struct wb_nodes nodes;
	struct wb_view *v;

	if (wb_view_open(wb_ledger_store(l), &v) != 0)
		return "it cannot be read";
	nodes = wb_view_nodes(v);
	for (uint64_t seq = 0; seq < n && wrong == NULL; seq++) {
		const struct wb_head *was = &released_head[seq + 1];
		uint8_t sum[WB_HASH_LEN];
		struct wb_tree tree;
		struct wb_entry e;

		if (wb_view_entry(v, seq, &e) != 0 ||
		    e.record.len != released_len[seq] ||
		    memcmp(e.record.p, released[seq], e.record.len) != 0)
			wrong = "a released record is another";
		receipt_hash(l, v, seq, sum);
		if (memcmp(sum, released_receipt[seq], sizeof(sum)) != 0)
			wrong = "a released receipt is another";
		if (was->checkpoint.size == 0)
			continue;
		assert_int_equal(wb_tree_load(&nodes, seq + 1, &tree), 0);
		wb_tree_root(&tree, sum);
		if (memcmp(sum, was->checkpoint.root, sizeof(sum)) != 0)
			wrong = "a released checkpoint has another root";
	}
	wb_view_close(v);
	return wrong;
}

/* Whether the checkpoint that l has signed at open is one that was released,
 * or over more. */
static const char *check_head(struct wb_ledger *l, uint64_t n)
{
	const struct wb_head *was = &released_head[n];
	struct wb_head head;

	wb_ledger_head(l, &head);
	if (head.checkpoint.size < n)
		return "a released record is missing";
	if (head.checkpoint.size > n)
		return NULL;
	if (head.checkpoint_len != was->checkpoint_len ||
	    memcmp(head.checkpoint_note, was->checkpoint_note,
		   head.checkpoint_len) != 0)
		return "a size is signed twice";
	return NULL;
}

/* What is wrong with the state in dir, or NULL. */
static const char *check_state(const char *dir, size_t end)
{
	static struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	uint64_t n = released_by(end);
	struct wb_ledger *l;
	struct wb_head head;
	const char *wrong;

	if (wb_ledger_open(dir, &w.services, &l) != 0)
		return "it does not open";
	wrong = check_head(l, n);
	if (wrong != NULL)
		return wrong;
	if (append(l, 0, RECORDS) != 0)
		return "it takes nothing";
	wb_ledger_head(l, &head);
	if (head.checkpoint.size != RECORDS + 1)
		return "a record is there twice";
	wrong = check_released(l, n);
	wb_ledger_close(l);
	if (wrong != NULL)
		return wrong;
	if (wb_audit_store(dir, &w.services.checkpoint.vkey,
			   &w.services.record.vkey, NULL, NULL, &counts,
			   &failure) != 0)
		return failure.step;
	if (wb_audit_journal(dir, NULL, NULL, &failure) != 0)
		return failure.detail;
	return counts.records == RECORDS + 1 ? NULL : "the audit is short";
}

/* Take up the state in dir, of which the disk has what is in the folder disk,
 * and write to the end, under the recorder. */
static const char *live_on(const char *dir, const char *disk, size_t end)
{
	uint64_t n = released_by(end);
	struct wb_ledger *l;
	struct wb_head head;

	for (uint64_t seq = n; seq <= RECORDS + 1; seq++) {
		/* That never was. */
		released_len[seq] = 0;
		if (seq > n)
			memset(&released_head[seq], 0, sizeof(head));
	}
	record_again(dir, disk);
	record(EV_RELEASE, -1)->offset = n;
	first_cut = recorder.n;
	if (wb_ledger_open(dir, &w.services, &l) != 0)
		return "it does not open";
	wb_ledger_head(l, &head);
	release(l);
	append_all(l, (int)head.checkpoint.size - 1);
	wb_ledger_close(l);
	recorder.dir[0] = '\0';
	settle();
	return NULL;
}

static void make_folder(char dir[64], size_t end, enum cut cut)
{
	char journal[80];

	snprintf(dir, 64, "%s/waybill-cut-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(dir));
	snprintf(journal, sizeof(journal), "%s/journal", dir);
	mkdir(journal, 0700);
	make_state(dir, end, cut);
}

/* Where the child is, in words. */
static char where[160];

static void place(const char *what, enum cut cut, size_t end)
{
	size_t len = strlen(where);

	snprintf(where + len, sizeof(where) - len,
		 "%s%s %d before event %zu of %zu", len == 0 ? "" : ", then ",
		 what, cut, end, recorder.n);
}

static const char *one_cut(size_t end, enum cut cut)
{
	const char *wrong;
	char dir[64];

	make_folder(dir, end, cut);
	place("cut", cut, end);
	wrong = check_state(dir, end);
	remove_folder(dir);
	return wrong;
}

/* A cut; or a kill, where what is not synced is in memory only. */
static const char *first_of_two(size_t end, enum cut cut, bool killed)
{
	char dir[64], disk[64];
	const char *wrong;

	make_folder(dir, end, killed ? CUT_NOTHING : cut);
	if (killed)
		make_folder(disk, end, CUT_UNSYNCED);
	place(killed ? "kill" : "cut", cut, end);
	wrong = live_on(dir, killed ? disk : dir, end);
	remove_folder(dir);
	if (killed)
		remove_folder(disk);
	return wrong;
}

enum trial {
	ONE_CUT,
	TWO_CUTS,        /* or a kill and a cut */
	KILL_AND_LOSSES, /* a kill, and at the end a cut that loses all it may
			  */
};

static const char *try_state(size_t end, enum cut cut, enum trial trial)
{
	const char *wrong;

	switch (trial) {
	case ONE_CUT:
		return one_cut(end, cut);
	case TWO_CUTS:
		wrong = first_of_two(end, cut, chance() & 1);
		if (wrong != NULL)
			return wrong;
		end = first_cut + chance() % (recorder.n + 1 - first_cut);
		return one_cut(end, (enum cut)(chance() % CUTS));
	case KILL_AND_LOSSES:
		wrong = first_of_two(end, cut, true);
		return wrong != NULL ? wrong : one_cut(recorder.n, cut);
	}
	return "no such trial";
}

/* Each in a process of its own, which says what is wrong. */
static bool in_child(size_t end, enum cut cut, enum trial trial)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		const char *wrong;

		crash_as_usual();
		wrong = try_state(end, cut, trial);
		if (wrong != NULL)
			fprintf(stderr, "%s: %s\n", where, wrong);
		_exit(wrong == NULL ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void test_power_cuts(void **state)
{
	uint64_t states = number("WAYBILL_STATES", STATES);
	uint64_t seed = number("WAYBILL_SEED", 1);
	uint64_t bad = 0;

	(void)state;
	for (uint64_t i = 0; i < states && bad < 10; i++) {
		size_t end;

		/* Each state by itself, so that one can be made again. */
		chance_state = seed * 1000000007 + i;
		end = first_cut + chance() % (recorder.n + 1 - first_cut);
		if (!in_child(end, (enum cut)(i / 2 % CUTS),
			      i % 2 == 1 ? TWO_CUTS : ONE_CUT)) {
			print_message("state %llu of seed %llu is bad\n",
				      (unsigned long long)i,
				      (unsigned long long)seed);
			bad++;
		}
	}
	print_message("%llu states of %zu events, %llu bad\n",
		      (unsigned long long)states, recorder.n,
		      (unsigned long long)bad);
	assert_int_equal(bad, 0);
}

/*
 * A kill behind each frame and before its sync: the next start finds it, and
 * builds on it.  So it must have seen to it that it is on the disk.
 */
static void test_frame_found_is_written_again(void **state)
{
	unsigned tried = 0;

	(void)state;
	for (size_t i = first_cut; i < recorder.n; i++) {
		const struct event *e = &recorder.event[i];

		if (e->kind != EV_WRITE || e->data == NULL || e->offset == 0 ||
		    !in_journal(recorder.name[e->file]))
			continue;
		assert_true(in_child(i + 1, CUT_UNSYNCED, KILL_AND_LOSSES));
		tried++;
	}
	assert_true(tried > 3);
}

/*
 * When an answer leaves, nothing that was written before it is still on its
 * way to the disk.  That is more than it takes: a store that is behind is
 * brought up to the journal.  But two of three are not to rest on one.
 */
static void test_release_is_behind_all_syncs(void **state)
{
	(void)state;
	for (size_t end = 0; end < recorder.n; end++) {
		if (recorder.event[end].kind != EV_RELEASE)
			continue;
		for (size_t i = 0; i < end; i++) {
			const struct event *e = &recorder.event[i];

			if (e->kind != EV_WRITE && e->kind != EV_CREATE &&
			    e->kind != EV_RENAME)
				continue;
			if (!is_durable(i, end + 1))
				fail_msg("%s: event %zu is released at %zu and "
					 "synced at %zu",
					 recorder.name[e->file], i, end,
					 e->durable_at);
		}
	}
}

static int set_up(void **state)
{
	(void)state;
	record_a_run();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_end(&w);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_release_is_behind_all_syncs),
		cmocka_unit_test(test_frame_found_is_written_again),
		cmocka_unit_test(test_power_cuts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
