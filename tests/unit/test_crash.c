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
 * released before the cut with the bytes that were released, pass the audit,
 * and take everything again without a record more.
 *
 * WAYBILL_STATES asks for more than the 500 states of `make check`.
 */
#define RECORDS 24
#define STATES  500

static struct world w;
static char *statement[RECORDS + 1]; /* notes, as they were sent */
static size_t statement_len[RECORDS + 1];
static uint8_t released[RECORDS + 2][WB_RECORD_MAX]; /* record notes */
static size_t released_len[RECORDS + 2];
static size_t first_cut; /* the event behind the release of the genesis */

/* --- the run that is recorded ----------------------------------------- */

static void release(void)
{
	struct wb_head head;
	struct wb_view *v;

	wb_ledger_head(w.ledger, &head);
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &v), 0);
	for (uint64_t seq = 0; seq < head.checkpoint.size; seq++) {
		struct wb_entry e;

		if (released_len[seq] > 0)
			continue;
		assert_int_equal(wb_view_entry(v, seq, &e), 0);
		memcpy(released[seq], e.record.p, e.record.len);
		released_len[seq] = e.record.len;
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
	}
	rc = wb_ledger_append(l, sub, (size_t)n, w.now);
	for (int i = 0; i < n; i++) {
		assert_int_equal(rc == 0 ? sub[i].result : 0, 0);
		wb_statement_free(&st[i]);
	}
	return rc;
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
	release();
	first_cut = recorder.n;
	for (int from = 0, n = 1; from < RECORDS; from += n) {
		n = 1 + from % 5;
		if (from + n > RECORDS)
			n = RECORDS - from;
		assert_int_equal(append(w.ledger, from, from + n), 0);
		release();
	}
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

/* What is wrong with the state in dir, or NULL; in a process of its own. */
static const char *check_state(const char *dir, size_t end)
{
	struct wb_audit_failure failure = {0};
	struct wb_audit_counts counts;
	struct wb_ledger *l;
	struct wb_head head;
	struct wb_view *v;
	uint64_t n = released_by(end);

	if (wb_ledger_open(dir, &w.services, &l) != 0)
		return "it does not open";
	wb_ledger_head(l, &head);
	if (head.checkpoint.size < n)
		return "a released record is missing";
	if (wb_view_open(wb_ledger_store(l), &v) != 0)
		return "it cannot be read";
	for (uint64_t seq = 0; seq < n; seq++) {
		struct wb_entry e;

		if (wb_view_entry(v, seq, &e) != 0 ||
		    e.record.len != released_len[seq] ||
		    memcmp(e.record.p, released[seq], e.record.len) != 0)
			return "a released record is another";
	}
	wb_view_close(v);
	if (append(l, 0, RECORDS) != 0)
		return "it takes nothing";
	wb_ledger_head(l, &head);
	if (head.checkpoint.size != RECORDS + 1)
		return "a record is there twice";
	wb_ledger_close(l);
	if (wb_audit_store(dir, &w.services.checkpoint.vkey,
			   &w.services.record.vkey, NULL, NULL, &counts,
			   &failure) != 0)
		return failure.step;
	return counts.records == RECORDS + 1 ? NULL : "the audit is short";
}

static bool in_child(const char *dir, size_t end)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		const char *wrong;

		crash_as_usual();
		wrong = check_state(dir, end);

		if (wrong != NULL)
			fprintf(stderr, "event %zu: %s\n", end, wrong);
		_exit(wrong == NULL ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static bool try_state(size_t end, enum cut cut)
{
	char dir[64], journal[80];
	bool good;

	snprintf(dir, sizeof(dir), "%s/waybill-cut-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(dir));
	snprintf(journal, sizeof(journal), "%s/journal", dir);
	mkdir(journal, 0700);
	make_state(dir, end, cut);
	good = in_child(dir, end);
	if (!good)
		fprintf(stderr, "cut %d before event %zu of %zu\n", cut, end,
			recorder.n);
	remove_folder(dir);
	return good;
}

static void test_power_cuts(void **state)
{
	const char *more = getenv("WAYBILL_STATES");
	size_t states = more == NULL ? STATES : strtoul(more, NULL, 10);
	size_t bad = 0;

	(void)state;
	record_a_run();
	chance_state = 1;
	for (size_t i = 0; i < states; i++) {
		size_t end =
			first_cut + chance() % (recorder.n + 1 - first_cut);

		bad += !try_state(end, (enum cut)(i % CUTS));
	}
	print_message("%zu states of %zu events, %zu bad\n", states, recorder.n,
		      bad);
	assert_int_equal(bad, 0);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
