#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/audit_parts.h"
#include "core/store_lmdb.h"
#include "tests/unit/shown.h"

/*
 * An operator who holds the service keys and writes what he likes: records
 * that are whole, chained and signed, and yet not what the law makes them.
 */
enum { GENESIS, PARTY = 5, DETAIL, FIRST, SECOND, THIRD, LAST, RECORDS };

static int set_up(void **state)
{
	char id[16];

	(void)state;
	world_begin(&w, true);
	world_law(&w);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	assert_int_equal(world_detail(&w, "kuala", "MY", "[]"), 0);
	for (int i = FIRST; i <= LAST; i++) {
		snprintf(id, sizeof(id), "S-%d", i);
		assert_int_equal(
			world_say(&w, world_shipment(id, "kuala", "MY", 100),
				  KEY_ACME, -1),
			0);
	}
	take_truth();
	assert_int_equal(truth.n, RECORDS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free_truth();
	world_end(&w);
	return 0;
}

/* Commit to what r shows now, and sign it. */
static void sign_again(struct wb_audit_record *r)
{
	const struct wb_signer *signer = &w.key[KEY_RECORD];
	uint8_t text[WB_RECORD_MAX], note[WB_RECORD_MAX];
	struct wb_record rec;
	struct wb_slice s, t;
	struct wb_writer out;

	assert_int_equal(wb_record_open(r->record, &signer->vkey, &rec, &t), 0);
	wb_sha256(&r->statement, 1, rec.statement);
	wb_commitment(r->judgement_salt, r->judgement, rec.judgement);
	wb_commitment(r->workings_salt, r->workings, rec.workings);
	wb_writer_init(&out, text, sizeof(text));
	wb_record_format(&out, &rec);
	assert_int_equal(wb_writer_end(&out, &s), 0);
	wb_writer_init(&out, note, sizeof(note));
	wb_note_sign(&out, s, &signer, 1, 0);
	assert_int_equal(wb_writer_end(&out, &t), 0);
	r->record = keep(t);
}

/* Decide r->statement on the state m, as the engine would, and commit to it. */
static void decide_on(struct wb_audit_record *r, struct wb_memory *m)
{
	static struct wb_decision d;
	static uint8_t text[WB_WORKINGS_MAX];
	struct wb_state state = wb_memory_state(m);
	struct wb_problem problem = {0};
	struct wb_statement st;
	struct wb_writer out;
	struct wb_slice s;
	struct wb_note note;
	struct wb_book book;

	wb_book_init(&book);
	for (int i = GENESIS; i < PARTY; i++) {
		assert_int_equal(wb_statement_open(truth.rec[i].statement,
						   ORIGIN, &note, &st, NULL),
				 0);
		assert_int_equal(wb_book_adopt(&book, &st, w.now), 0);
		wb_statement_free(&st);
	}
	assert_int_equal(
		wb_statement_open(r->statement, ORIGIN, &note, &st, NULL), 0);
	if (wb_book_judge(&book, &note, &st, &state, w.now, true, &d,
			  &problem) != 0)
		fail_msg("WB-%d %s", problem.code, problem.detail);
	wb_writer_init(&out, text, sizeof(text));
	wb_judgement_write(&out, &d);
	assert_int_equal(wb_writer_end(&out, &s), 0);
	r->judgement = keep(s);
	wb_writer_init(&out, text, sizeof(text));
	wb_workings_write(&out, &d);
	assert_int_equal(wb_writer_end(&out, &s), 0);
	r->workings = keep(s);
	wb_statement_free(&st);
	wb_book_free(&book);
	sign_again(r);
}

static void expect(const struct wb_audit_record rec[], size_t n,
		   const char *step)
{
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;

	if (show(rec, n, &counts, &failure) != WB_EPROOF ||
	    strcmp(failure.step, step) != 0)
		fail_msg("%s expected, %s found (%s)", step,
			 failure.step == NULL ? "nothing" : failure.step,
			 failure.detail);
}

/* Each record is honest by itself; the statement counts twice all the same. */
static void test_a_statement_recorded_twice(void **state)
{
	struct wb_store *st = wb_ledger_store(w.ledger);
	uint8_t key[WB_KEY_MAX];
	MDB_val k = {wb_id_key("acme", "S-7", key), key};
	struct shown before = truth;
	MDB_txn *txn;

	(void)state;
	assert_int_equal(mdb_txn_begin(st->env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_del(txn, st->dbi[WB_DB_ID], &k, NULL), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	assert_int_equal(world_say(&w,
				   world_shipment("S-7", "kuala", "MY", 100),
				   KEY_ACME, -1),
			 0);
	assert_false(w.sub.repeated);
	take_truth();
	free(before.keep);
	assert_int_equal(truth.n, RECORDS + 1);
	expect(truth.rec, truth.n, "id");
}

/* The genesis is everybody's to read: without it nothing is proved. */
static void test_a_genesis_kept_back(void **state)
{
	struct wb_audit_record rec[SHOWN];

	(void)state;
	memcpy(rec, truth.rec, sizeof(rec));
	for (size_t i = 0; i < truth.n; i++)
		hide(&rec[i]);
	expect(rec, truth.n, "genesis");
}

/* A key that nobody registered, vouched for by the workings alone. */
static void test_a_forged_signer(void **state)
{
	const struct wb_vkey *stranger = &w.key[KEY_STRANGER].vkey;
	struct wb_audit_record rec[SHOWN];
	struct wb_memory m = {0};
	char key[WB_STATE_KEY_MAX + 1], text[WB_VKEY_TEXT_MAX + 1];

	(void)state;
	memcpy(rec, truth.rec, sizeof(rec));
	assert_int_equal(wb_memory_from_workings(&m, rec[LAST].workings), 0);
	wb_vkey_format(stranger, text);
	snprintf(key, sizeof(key), "signer/%s/%08x", stranger->name,
		 (unsigned)stranger->id);
	assert_int_equal(wb_memory_put(&m, key, wb_slice_str(text), PARTY), 0);
	rec[LAST].statement =
		keep(world_sign(&w, world_shipment("S-10", "kuala", "MY", 1),
				KEY_STRANGER, -1));
	decide_on(&rec[LAST], &m);
	wb_memory_free(&m);
	/* Who sees all is not deceived, nor who sees nearly all. */
	expect(rec, truth.n, "admission");
	hide(&rec[SECOND]);
	expect(rec, truth.n, "admission");
}

/* A counter that the workings put below what the record before wrote. */
static void test_a_counter_turned_back(void **state)
{
	static const struct {
		const char *value;
		uint64_t seq;
	} lies[] = {
		{"1583200", THIRD},  /* another value than that record wrote */
		{"1583200", FIRST},  /* as if nothing had come after */
		{"3166400", SECOND}, /* the hidden one, but one came after */
		{"4749600", DETAIL}, /* true, by a record that did not */
		{"4749600", LAST},   /* by the record itself */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct wb_audit_record rec[SHOWN];
		struct wb_memory m = {0};

		memcpy(rec, truth.rec, sizeof(rec));
		assert_int_equal(
			wb_memory_from_workings(&m, rec[LAST].workings), 0);
		assert_int_equal(wb_memory_put(&m, "lpp/kuala/2025",
					       wb_slice_str(lies[i].value),
					       lies[i].seq),
				 0);
		decide_on(&rec[LAST], &m);
		wb_memory_free(&m);
		expect(rec, truth.n, "workings");
		hide(&rec[SECOND]);
		expect(rec, truth.n, "workings");
	}
}

/* The hidden record may have written anything, and is taken at its word. */
static void test_a_counter_behind_a_hidden_record(void **state)
{
	struct wb_audit_record rec[SHOWN];
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	struct wb_memory m = {0};

	(void)state;
	memcpy(rec, truth.rec, sizeof(rec));
	hide(&rec[THIRD]);
	assert_int_equal(show(rec, truth.n, &counts, &failure), 0);
	assert_int_equal(counts.reexecuted, RECORDS - 1);
	/* Workings kept back hide as much. */
	rec[THIRD] = truth.rec[THIRD];
	rec[THIRD].workings.len = 0;
	hide(&rec[SECOND]);
	assert_int_equal(show(rec, truth.n, &counts, &failure), 0);
	assert_int_equal(counts.reexecuted, RECORDS - 2);
	/* A counter that is said not to be there is known to be. */
	hide(&rec[THIRD]);
	assert_int_equal(wb_memory_from_workings(&m, rec[FIRST].workings), 0);
	decide_on(&rec[LAST], &m);
	wb_memory_free(&m);
	expect(rec, truth.n, "workings");
}

/* The record was made by an engine that is not at hand: nothing is proved
 * and nothing refuted. */
static void test_an_engine_we_lack(void **state)
{
	struct wb_audit_record rec[SHOWN];
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	char *text = world_genesis(&w, true), *at;

	(void)state;
	memcpy(rec, truth.rec, sizeof(rec));
	at = strstr(text, "\"engine\":1");
	assert_non_null(at);
	at[9] = '7';
	rec[GENESIS].statement =
		keep(world_sign(&w, text, KEY_CHECKPOINT, KEY_RECORD,
				KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1));
	sign_again(&rec[GENESIS]);
	assert_int_equal(show(rec, truth.n, &counts, &failure), WB_EENGINE);
}

/* The committee has put one into force that is not at hand. */
static void test_an_engine_put_into_force(void **state)
{
	struct wb_audit_record rec[SHOWN];
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;

	(void)state;
	memcpy(rec, truth.rec, sizeof(rec));
	rec[LAST].statement = keep(world_sign(
		&w,
		"{\"type\":\"engine\",\"ledger\":\"" ORIGIN "\","
		"\"party\":\"committee\",\"id\":\"engine-2\","
		"\"issued\":\"2025-05-20T00:00:00Z\",\"engine\":2}\n",
		KEY_COMMITTEE, -1));
	sign_again(&rec[LAST]);
	assert_int_equal(show(rec, truth.n, &counts, &failure), WB_EENGINE);
}

/* --- a store whose records hold and whose rest lies ----------------------- */

static void spoil_entry(uint64_t seq, uint64_t batch_end)
{
	struct wb_store *st = wb_ledger_store(w.ledger);
	static uint8_t bytes[WB_ENTRY_MAX];
	struct wb_entry e;
	struct wb_writer out;
	struct wb_view *v;
	uint8_t key[8];
	MDB_val k = {8, key}, value = {0, bytes};
	MDB_txn *txn;

	assert_int_equal(wb_view_open(st, &v), 0);
	assert_int_equal(wb_view_entry(v, seq, &e), 0);
	e.batch_end = batch_end;
	wb_writer_init(&out, bytes, sizeof(bytes));
	assert_int_equal(wb_entry_encode(&out, &e), 0);
	wb_view_close(v);
	value.mv_size = out.len;
	wb_seq_key(seq, key);
	assert_int_equal(mdb_txn_begin(st->env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_put(txn, st->dbi[WB_DB_RECORD], &k, &value, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
}

static void expect_store(int want, const char *step)
{
	struct wb_audit_failure failure = {0};
	struct wb_audit_counts counts;
	int rc;

	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	rc = wb_audit_store(w.dir, &w.services.checkpoint.vkey,
			    &w.services.record.vkey, NULL, NULL, &counts,
			    &failure);
	if (rc != want || (step != NULL && strcmp(failure.step, step) != 0))
		fail_msg("%d, %s (%s)", rc, failure.step, failure.detail);
	world_open(&w);
}

/* The size of the batch decides a receipt's bytes, and nothing signs it. */
static void test_batches_that_are_none(void **state)
{
	(void)state;
	expect_store(0, NULL);
	spoil_entry(FIRST, FIRST);
	expect_store(WB_EPROOF, "batch");
	spoil_entry(FIRST, RECORDS + 1);
	expect_store(WB_EPROOF, "batch");
	/* Two batches made one: a checkpoint stands in its middle. */
	spoil_entry(FIRST, SECOND + 1);
	expect_store(WB_EPROOF, "tables");
	spoil_entry(SECOND, THIRD + 1);
	expect_store(WB_EPROOF, "batch");
	spoil_entry(SECOND, SECOND + 1);
	spoil_entry(FIRST, FIRST + 1);
	expect_store(0, NULL);
}

/* A checkpoint of a size that the ledger never had. */
static void test_a_checkpoint_too_many(void **state)
{
	struct wb_store *st = wb_ledger_store(w.ledger);
	uint8_t key[8];
	MDB_val k = {8, key};
	MDB_val value = {truth.checkpoint.len,
			 (void *)(uintptr_t)truth.checkpoint.p};
	MDB_txn *txn;

	(void)state;
	wb_seq_key(RECORDS + 5, key);
	assert_int_equal(mdb_txn_begin(st->env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_put(txn, st->dbi[WB_DB_CHECKPOINT], &k, &value, 0),
			 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	expect_store(WB_EPROOF, "tables");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_statement_recorded_twice),
		TEST(test_a_genesis_kept_back),
		TEST(test_a_forged_signer),
		TEST(test_a_counter_turned_back),
		TEST(test_a_counter_behind_a_hidden_record),
		TEST(test_an_engine_we_lack),
		TEST(test_an_engine_put_into_force),
		TEST(test_batches_that_are_none),
		TEST(test_a_checkpoint_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
