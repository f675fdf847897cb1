#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <lmdb.h>

#include "tests/unit/world.h"

/* What becomes of the statements of a batch, and of each beside the others. */

/* The Makefile lets this stand in for the real call: see WRAP. */
int __real_mdb_txn_commit(MDB_txn *txn);
int __wrap_mdb_txn_commit(MDB_txn *txn);
static int commit_fails_with;

int __wrap_mdb_txn_commit(MDB_txn *txn)
{
	if (commit_fails_with == 0)
		return __real_mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return commit_fails_with;
}

#define BATCH 4

struct batch {
	size_t n;
	struct wb_submission sub[BATCH];
	struct wb_statement st[BATCH];
	struct wb_note note[BATCH];
	uint8_t bytes[BATCH][4096];
};

static struct world w;
static struct batch b;

static void add(struct wb_slice note)
{
	size_t i = b.n++;

	assert_true(note.len <= sizeof(b.bytes[i]));
	memcpy(b.bytes[i], note.p, note.len);
	b.sub[i].bytes = wb_slice(b.bytes[i], note.len);
	assert_int_equal(wb_statement_open(b.sub[i].bytes, NULL, &b.note[i],
					   &b.st[i], NULL),
			 0);
	b.sub[i].note = &b.note[i];
	b.sub[i].statement = &b.st[i];
	/* What is left of another batch must not be taken for an answer. */
	b.sub[i].result = WB_EBUSY;
	b.sub[i].repeated = true;
}

static void forget(void)
{
	for (size_t i = 0; i < b.n; i++)
		wb_statement_free(&b.st[i]);
	memset(&b, 0, sizeof(b));
}

static int set_up(void **state)
{
	(void)state;
	world_begin(&w, true);
	world_law(&w);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	assert_int_equal(world_party(&w, "globex", KEY_GLOBEX), 0);
	assert_int_equal(world_detail(&w, "kuala", "MY", "[]"), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	commit_fails_with = 0;
	forget();
	world_end(&w);
	return 0;
}

static void all_are(int result)
{
	for (size_t i = 0; i < b.n; i++) {
		assert_int_equal(b.sub[i].result, result);
		assert_false(b.sub[i].repeated);
		assert_int_equal(b.sub[i].problem.code, 0);
	}
}

/* S-1 is one text, the same again, and another: of a batch that fails none is
 * in, so nobody may be told that the id is taken. */
static void add_three(void)
{
	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 5), KEY_ACME,
		       -1));
	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 5), KEY_ACME,
		       -1));
	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 6), KEY_ACME,
		       -1));
}

static void test_a_failed_commit_answers_nothing(void **state)
{
	(void)state;
	add_three();
	commit_fails_with = ENOSPC;
	assert_int_equal(wb_ledger_append(w.ledger, b.sub, b.n, w.now),
			 WB_EFULL);
	all_are(WB_EFULL);
	commit_fails_with = 0;
	assert_int_equal(wb_ledger_append(w.ledger, b.sub, b.n, w.now), 0);
	assert_int_equal(b.sub[0].result, 0);
	assert_true(b.sub[1].repeated);
	assert_int_equal(b.sub[2].problem.code, WB_P_ID_TAKEN);
}

/* A batch that is not even begun says so of each statement. */
static void test_a_batch_not_begun_answers_nothing(void **state)
{
	size_t fresh;

	(void)state;
	add_three();
	wb_ledger_clock_jump_max(w.ledger, 60 * 1000);
	assert_int_equal(wb_ledger_prepare(w.ledger, b.sub, b.n,
					   w.now + 61 * 1000, &fresh),
			 WB_ECLOCK);
	all_are(WB_ECLOCK);
	commit_fails_with = EIO;
	assert_int_equal(wb_ledger_append(w.ledger, b.sub, b.n, w.now), WB_EIO);
	all_are(WB_EIO);
	commit_fails_with = 0;
	assert_int_equal(wb_ledger_prepare(w.ledger, b.sub, b.n, w.now, &fresh),
			 WB_EIO);
	all_are(WB_EIO);
}

/* Signatures that nobody said to have verified are verified here. */
static void test_signatures_are_not_taken_on_trust(void **state)
{
	char *at;

	(void)state;
	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 5), KEY_ACME,
		       -1));
	forget();
	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 5), KEY_ACME,
		       -1));
	at = memmem(b.bytes[0], b.sub[0].bytes.len, "\"quantity\":5", 12);
	wb_statement_free(&b.st[0]);
	at[11] = '6';
	assert_int_equal(wb_statement_open(b.sub[0].bytes, NULL, &b.note[0],
					   &b.st[0], NULL),
			 0);
	assert_int_equal(wb_ledger_append(w.ledger, b.sub, 1, w.now), 0);
	assert_int_equal(b.sub[0].result, WB_EREFUSED);
	assert_int_equal(b.sub[0].problem.code, WB_P_SIGNATURE);
}

/* Whoever may not speak for a party does not learn which ids it has used. */
static void test_ids_of_others_are_not_told(void **state)
{
	(void)state;
	assert_int_equal(world_say(&w, world_shipment("S-1", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 0);
	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 6), KEY_GLOBEX,
		       -1));
	add(world_sign(&w, world_shipment("S-2", "kuala", "MY", 6), KEY_GLOBEX,
		       -1));
	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 6), KEY_ACME,
		       -1));
	assert_int_equal(wb_ledger_append(w.ledger, b.sub, b.n, w.now), 0);
	assert_int_equal(b.sub[0].problem.code, WB_P_LINES);
	assert_memory_equal(&b.sub[0].problem, &b.sub[1].problem,
			    sizeof(b.sub[0].problem));
	assert_int_equal(b.sub[2].problem.code, WB_P_ID_TAKEN);
}

/* Whatever the caller let pass, no record is of another ledger. */
static void test_statements_of_other_ledgers(void **state)
{
	static const char text[] =
		"{\"type\":\"party-detail\",\"ledger\":\"example.org/other\","
		"\"party\":\"authority\",\"id\":\"x\","
		"\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"x\","
		"\"name\":\"x\",\"country\":\"MY\",\"headquarters\":\"MY\","
		"\"government\":false,\"effective\":\"2020-01-01\"}\n";

	(void)state;
	add(world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1));
	assert_int_equal(wb_ledger_append(w.ledger, b.sub, 1, w.now), 0);
	assert_int_equal(b.sub[0].result, WB_EREFUSED);
	assert_int_equal(b.sub[0].problem.code, WB_P_LEDGER);
}

/* A catalogue adopted between two shipments of one batch: each is judged, and
 * its texts are written, under the one of its turn. */
static void test_adoption_in_the_middle_of_a_batch(void **state)
{
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	static const char policy[] = "policy/products.catalogue";
	static uint8_t kept[1 << 20];
	struct wb_slice note;
	size_t len;

	(void)state;
	/* Signed once to have its note, in a ledger that has no room. */
	commit_fails_with = ENOSPC;
	assert_int_equal(world_policy(&w, "catalogue", policy), WB_EFULL);
	commit_fails_with = 0;
	len = w.note_len;
	memcpy(kept, w.note, len);
	note = wb_slice(kept, len);

	add(world_sign(&w, world_shipment("S-1", "kuala", "MY", 5), KEY_ACME,
		       -1));
	b.n++;
	b.sub[1].bytes = note;
	assert_int_equal(
		wb_statement_open(note, NULL, &b.note[1], &b.st[1], NULL), 0);
	b.sub[1].note = &b.note[1];
	b.sub[1].statement = &b.st[1];
	add(world_sign(&w, world_shipment("S-2", "kuala", "MY", 5), KEY_ACME,
		       -1));
	assert_int_equal(wb_ledger_append(w.ledger, b.sub, b.n, w.now), 0);
	for (size_t i = 0; i < b.n; i++)
		assert_int_equal(b.sub[i].result, 0);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	assert_int_equal(wb_audit_store(w.dir, &w.services.checkpoint.vkey,
					&w.services.record.vkey, NULL, NULL,
					&counts, &failure),
			 0);
}

/* One ledger, one writer. */
static void test_a_second_writer_is_refused(void **state)
{
	struct wb_ledger *l;
	struct wb_store *st;
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0)
		_exit(wb_ledger_open(w.dir, &w.services, &l) == WB_EBUSY ? 0
									 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* Readers are welcome. */
	pid = fork();
	if (pid == 0)
		_exit(wb_store_open_readonly(w.dir, &st) == 0 ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int create(const char *text, struct wb_problem *problem)
{
	struct wb_slice note = world_sign(&w, text, KEY_CHECKPOINT, KEY_RECORD,
					  KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1);

	memset(problem, 0, sizeof(*problem));
	return wb_ledger_create(w.dir, &w.services, note, w.now, problem);
}

/* Its store lost, a ledger is not begun again over what is left of it: the
 * journal rebuilds it, and its keys never sign a second beginning. */
static void test_no_new_beginning_over_an_old_one(void **state)
{
	struct wb_problem problem;
	char path[128], other[128];

	(void)state;
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	assert_int_equal(create(world_genesis(&w, true), &problem),
			 WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_GENESIS);
	snprintf(path, sizeof(path), "%s/data.mdb", w.dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(create(world_genesis(&w, false), &problem),
			 WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_GENESIS);
	/* The journal out of the way, the head remains. */
	snprintf(path, sizeof(path), "%s/journal", w.dir);
	snprintf(other, sizeof(other), "%s/elsewhere", w.dir);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(create(world_genesis(&w, false), &problem),
			 WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_GENESIS);
	rmdir(path);
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(wb_ledger_rebuild(w.dir, &w.services, &w.ledger), 0);
}

/* A ledger does not begin with an engine that nobody here has. */
static void test_genesis_names_our_engine(void **state)
{
	struct wb_problem problem;
	char *text, *at;
	struct world other;

	(void)state;
	world_dir(&other);
	text = world_genesis(&w, true);
	at = strstr(text, "\"engine\":1");
	assert_non_null(at);
	at[9] = '2';
	remove_folder(other.dir);
	memcpy(other.dir, w.dir, sizeof(other.dir));
	snprintf(w.dir, sizeof(w.dir), "/tmp/waybill-test-XXXXXX");
	assert_non_null(mkdtemp(w.dir));
	assert_int_equal(create(text, &problem), WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_VALUE);
	assert_string_equal(problem.pointer, "/engine");
	remove_folder(w.dir);
	memcpy(w.dir, other.dir, sizeof(w.dir));
	free(other.note);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_failed_commit_answers_nothing),
		TEST(test_a_batch_not_begun_answers_nothing),
		TEST(test_signatures_are_not_taken_on_trust),
		TEST(test_ids_of_others_are_not_told),
		TEST(test_statements_of_other_ledgers),
		TEST(test_adoption_in_the_middle_of_a_batch),
		TEST(test_a_second_writer_is_refused),
		TEST(test_no_new_beginning_over_an_old_one),
		TEST(test_genesis_names_our_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
