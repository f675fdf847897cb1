#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <lmdb.h>

#include "tests/unit/world.h"

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

static uint8_t *receipt_of(struct world *w, uint64_t seq, size_t *ret_len)
{
	uint8_t *p = malloc(WB_RECEIPT_MAX);
	struct wb_writer out;
	struct wb_view *v;

	wb_writer_init(&out, p, WB_RECEIPT_MAX);
	assert_int_equal(wb_view_open(wb_ledger_store(w->ledger), &v), 0);
	assert_int_equal(wb_ledger_receipt(w->ledger, v, seq, &out), 0);
	wb_view_close(v);
	*ret_len = out.len;
	return p;
}

static int audit(struct world *w, struct wb_audit_counts *counts,
		 struct wb_audit_failure *failure)
{
	return wb_audit_store(w->dir, &w->services.checkpoint.vkey,
			      &w->services.record.vkey, NULL, NULL, counts,
			      failure);
}

/* A ledger in use: law, one exporter, a consignee with a parent. */
static void begin_trade(struct world *w)
{
	world_begin(w, true);
	world_law(w);
	assert_int_equal(world_party(w, "acme", KEY_ACME), 0);
	assert_int_equal(world_detail(w, "holding", "MY", "[]"), 0);
	assert_int_equal(world_detail(w, "kuala", "MY",
				      "[{\"party\":\"holding\","
				      "\"percent\":100}]"),
			 0);
}

static uint64_t size_of(struct world *w)
{
	struct wb_head head;

	wb_ledger_head(w->ledger, &head);
	return head.checkpoint.size;
}

static void test_statement_becomes_a_provable_record(void **state)
{
	static uint8_t scratch[WB_RECEIPT_MAX];
	struct wb_trust trust = {.quorum = -1, .n_logs = 2};
	enum wb_receipt_step step;
	struct wb_receipt rc;
	struct wb_record rec;
	struct wb_slice note;
	struct world w;
	uint8_t *p;
	size_t len;

	(void)state;
	begin_trade(&w);
	note = world_sign(&w, world_shipment("S-1", "kuala", "MY", 100),
			  KEY_ACME, -1);
	assert_int_equal(world_append(&w, note), 0);
	assert_false(w.sub.repeated);
	p = receipt_of(&w, w.sub.seq, &len);
	assert_int_equal(wb_receipt_parse(wb_slice(p, len), scratch,
					  sizeof(scratch), &rc),
			 0);
	trust.log[0] = w.services.checkpoint.vkey;
	trust.log[1] = w.services.record.vkey;
	assert_int_equal(wb_receipt_verify(&rc, note, &trust, &rec, &step), 0);
	assert_int_equal(rec.seq, w.sub.seq);
	/* Another statement under the same receipt is no proof. */
	w.note[20] ^= 1;
	assert_int_not_equal(wb_receipt_verify(&rc, note, &trust, &rec, &step),
			     0);
	assert_int_equal(step, WB_STEP_STATEMENT);
	free(p);
	world_end(&w);
}

static void test_same_text_again_same_receipt(void **state)
{
	struct world w;
	struct wb_slice note;
	uint8_t *first, *again;
	size_t len, len2;
	uint64_t seq, size;

	(void)state;
	begin_trade(&w);
	note = world_sign(&w, world_shipment("S-1", "kuala", "MY", 100),
			  KEY_ACME, -1);
	assert_int_equal(world_append(&w, note), 0);
	seq = w.sub.seq;
	first = receipt_of(&w, seq, &len);
	assert_int_equal(world_say(&w, world_shipment("S-2", "kuala", "MY", 1),
				   KEY_ACME, -1),
			 0);
	size = size_of(&w);

	assert_int_equal(world_say(&w,
				   world_shipment("S-1", "kuala", "MY", 100),
				   KEY_ACME, -1),
			 0);
	assert_true(w.sub.repeated);
	assert_int_equal(w.sub.seq, seq);
	assert_int_equal(size_of(&w), size);
	/* Also from another process, later. */
	wb_ledger_close(w.ledger);
	world_open(&w);
	again = receipt_of(&w, seq, &len2);
	assert_int_equal(len, len2);
	assert_memory_equal(first, again, len);

	assert_int_equal(world_say(&w,
				   world_shipment("S-1", "kuala", "MY", 101),
				   KEY_ACME, -1),
			 WB_EREFUSED);
	assert_int_equal(w.sub.problem.code, WB_P_ID_TAKEN);
	assert_int_equal(size_of(&w), size);
	free(first);
	free(again);
	world_end(&w);
}

/* A repeat may stand in the very batch that brings the original. */
static void test_repeat_within_a_batch(void **state)
{
	struct wb_submission sub[3] = {0};
	struct wb_statement st[3] = {0};
	static struct wb_note note[3];
	uint8_t bytes[3][4096];
	struct world w;
	uint64_t size;

	(void)state;
	begin_trade(&w);
	size = size_of(&w);
	for (int i = 0; i < 3; i++) {
		struct wb_slice s = world_sign(
			&w, world_shipment("S-1", "kuala", "MY", i < 2 ? 5 : 6),
			KEY_ACME, -1);

		memcpy(bytes[i], s.p, s.len);
		sub[i].bytes = wb_slice(bytes[i], s.len);
		assert_int_equal(wb_statement_open(sub[i].bytes, ORIGIN,
						   &note[i], &st[i], NULL),
				 0);
		sub[i].note = &note[i];
		sub[i].statement = &st[i];
	}
	assert_int_equal(wb_ledger_append(w.ledger, sub, 3, w.now), 0);
	assert_int_equal(sub[0].result, 0);
	assert_false(sub[0].repeated);
	assert_int_equal(sub[1].result, 0);
	assert_true(sub[1].repeated);
	assert_int_equal(sub[1].seq, sub[0].seq);
	assert_int_equal(sub[2].problem.code, WB_P_ID_TAKEN);
	assert_int_equal(size_of(&w), size + 1);
	for (int i = 0; i < 3; i++)
		wb_statement_free(&st[i]);
	world_end(&w);
}

/* A commit that the disk refuses must leave no trace, and be retryable. */
static void test_full_disk_moves_nothing(void **state)
{
	struct wb_head before, after;
	struct world w;

	(void)state;
	begin_trade(&w);
	wb_ledger_head(w.ledger, &before);
	commit_fails_with = ENOSPC;
	assert_int_equal(world_say(&w, world_shipment("S-1", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 WB_EFULL);
	commit_fails_with = 0;
	wb_ledger_head(w.ledger, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(wb_ledger_latched(w.ledger), 0);
	assert_int_equal(world_say(&w, world_shipment("S-1", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 0);
	assert_int_equal(w.sub.seq, before.checkpoint.size);
	world_end(&w);
}

/* After any other error the outcome is unknown: nothing is written again. */
static void test_io_error_latches(void **state)
{
	struct world w;

	(void)state;
	begin_trade(&w);
	commit_fails_with = EIO;
	assert_int_equal(world_say(&w, world_shipment("S-1", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 WB_EIO);
	commit_fails_with = 0;
	assert_int_equal(wb_ledger_latched(w.ledger), WB_EIO);
	assert_int_equal(world_say(&w, world_shipment("S-2", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 WB_EIO);
	world_end(&w);
}

/* An edition adopted in a batch that fails is not in force, and the rest of
 * the law is as it was. */
static void test_failed_adoption_is_forgotten(void **state)
{
	static const char edition[] = "policy/diffusion.policy";
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	struct world w;

	(void)state;
	world_begin(&w, true);
	assert_int_equal(
		world_policy(&w, "catalogue", "tests/vectors/test.catalogue"),
		0);
	assert_int_equal(
		world_policy(&w, "countries", "policy/countries.table"), 0);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	commit_fails_with = ENOSPC;
	assert_int_equal(world_policy(&w, "edition", edition), WB_EFULL);
	commit_fails_with = 0;
	/* Were it in force, adopting it again would be an overlap. */
	assert_int_equal(world_policy(&w, "edition", edition), 0);
	assert_int_equal(world_policy(&w, "edition", edition), 0);
	assert_true(w.sub.repeated);
	assert_int_equal(world_say(&w, world_shipment("S-1", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 0);
	assert_int_equal(audit(&w, &counts, &failure), 0);
	assert_int_equal(counts.reexecuted, size_of(&w));
	world_end(&w);
}

static void test_counters_add_up(void **state)
{
	struct wb_slice value;
	struct wb_state view;
	struct wb_view *v;
	struct world w;
	uint64_t seq;

	(void)state;
	begin_trade(&w);
	for (int i = 0; i < 3; i++) {
		char id[16];

		snprintf(id, sizeof(id), "S-%d", i);
		assert_int_equal(
			world_say(&w, world_shipment(id, "kuala", "MY", 100),
				  KEY_ACME, -1),
			0);
	}
	assert_int_equal(wb_view_open(wb_ledger_store(w.ledger), &v), 0);
	view = wb_view_state(v);
	assert_int_equal(view.get(view.ctx, "lpp/holding/2025", &value, &seq),
			 0);
	/* 300 H100 of 15,832 TPP, in tenths. */
	assert_true(wb_slice_is(value, "47496000"));
	assert_int_equal(seq, w.sub.seq);
	wb_view_close(v);
	world_end(&w);
}

static void test_time_never_goes_back(void **state)
{
	struct wb_head a, b;
	struct world w;

	(void)state;
	begin_trade(&w);
	wb_ledger_head(w.ledger, &a);
	w.now -= 3600 * 1000;
	assert_int_equal(world_say(&w, world_shipment("S-1", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 0);
	wb_ledger_head(w.ledger, &b);
	assert_true(a.tip.time == b.tip.time);
	/* A leap ahead waits for an operator, and nothing is latched. */
	wb_ledger_clock_jump_max(w.ledger, 60 * 1000);
	w.now = b.tip.time + 61 * 1000;
	assert_int_equal(world_say(&w, world_shipment("S-2", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 WB_ECLOCK);
	w.now = b.tip.time + 60 * 1000;
	assert_int_equal(world_say(&w, world_shipment("S-2", "kuala", "MY", 5),
				   KEY_ACME, -1),
			 0);
	world_end(&w);
}

static void test_open_refuses_other_keys(void **state)
{
	struct wb_services other;
	struct wb_ledger *l;
	struct world w;

	(void)state;
	begin_trade(&w);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	other = w.services;
	other.record = w.key[KEY_STRANGER];
	assert_int_equal(wb_ledger_open(w.dir, &other, &l), WB_EKEY);
	assert_int_equal(wb_ledger_open("/nonexistent", &w.services, &l),
			 WB_ENOTFOUND);
	world_end(&w);
}

static void test_create_refuses(void **state)
{
	struct wb_problem problem;
	struct wb_slice note;
	struct world w;

	(void)state;
	world_dir(&w);
	/* One member where two must sign. */
	memset(&problem, 0, sizeof(problem));
	note = world_sign(&w, world_genesis(&w, true), KEY_CHECKPOINT,
			  KEY_RECORD, KEY_AUTHORITY_A, -1);
	assert_int_equal(
		wb_ledger_create(w.dir, &w.services, note, w.now, &problem),
		WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_QUORUM);
	/* A service key that does not prove possession. */
	memset(&problem, 0, sizeof(problem));
	note = world_sign(&w, world_genesis(&w, true), KEY_CHECKPOINT,
			  KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1);
	assert_int_equal(
		wb_ledger_create(w.dir, &w.services, note, w.now, &problem),
		WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_LINES);
	/* Something else before the genesis. */
	memset(&problem, 0, sizeof(problem));
	note = world_sign(&w, world_shipment("S-1", "kuala", "MY", 5), KEY_ACME,
			  -1);
	assert_int_equal(
		wb_ledger_create(w.dir, &w.services, note, w.now, &problem),
		WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_GENESIS);
	/* A changed byte under good lines. */
	memset(&problem, 0, sizeof(problem));
	note = world_sign(&w, world_genesis(&w, true), KEY_CHECKPOINT,
			  KEY_RECORD, KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1);
	*(char *)(uintptr_t)strstr((const char *)note.p, "\"late_days\":30") =
		'\"';
	((char *)(uintptr_t)strstr((const char *)note.p, ":30,"))[1] = '4';
	assert_int_equal(
		wb_ledger_create(w.dir, &w.services, note, w.now, &problem),
		WB_EREFUSED);
	assert_int_equal(problem.code, WB_P_SIGNATURE);
	/* None of it has begun a ledger. */
	assert_int_equal(wb_ledger_open(w.dir, &w.services, &w.ledger),
			 WB_ENOTFOUND);
	world_end(&w);
}

static void test_second_genesis_is_refused(void **state)
{
	struct world w;

	(void)state;
	begin_trade(&w);
	assert_int_equal(world_say(&w, world_genesis(&w, false), KEY_CHECKPOINT,
				   KEY_RECORD, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
				   -1),
			 WB_EREFUSED);
	/* The id is taken by the first; the text is another. */
	assert_int_equal(w.sub.problem.code, WB_P_ID_TAKEN);
	world_end(&w);
}

/* Write one byte of the data file where a text stands. */
static void spoil(const struct world *w, const char *text, size_t at)
{
	char path[128];
	uint8_t *p = malloc(64u << 20);
	uint8_t *hit = NULL;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/data.mdb", w->dir);
	f = fopen(path, "r+b");
	n = fread(p, 1, 64u << 20, f);
	for (uint8_t *q = p;
	     (q = memmem(q, n - (size_t)(q - p), text, strlen(text))) != NULL;
	     q++)
		hit = q;
	assert_non_null(hit);
	hit[at] ^= 1;
	rewind(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
	free(p);
}

static void test_damage_is_found(void **state)
{
	static const struct {
		const char *text; /* of the last shipment */
		const char *why;
	} cases[] = {
		{"\"id\":\"S-9\"", "the statement"},
		{"\"verdict\":\"clear\",\"basis\"", "the judgement"},
		{"\"key\":\"lpp/holding/2025\"", "the workings"},
		{"waybill/record/1", "the record"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wb_audit_failure failure = {0};
		struct wb_audit_counts counts;
		struct wb_ledger *l;
		struct world w;

		begin_trade(&w);
		assert_int_equal(
			world_say(&w, world_shipment("S-9", "kuala", "MY", 7),
				  KEY_ACME, -1),
			0);
		assert_int_equal(audit(&w, &counts, &failure), 0);
		wb_ledger_close(w.ledger);
		w.ledger = NULL;
		spoil(&w, cases[i].text, 8);
		assert_int_equal(audit(&w, &counts, &failure), WB_EPROOF);
		assert_int_equal(wb_ledger_open(w.dir, &w.services, &l),
				 WB_ECORRUPT);
		world_end(&w);
	}
}

/* An index or a counter that lies is found although all records hold. */
static void test_damage_beside_the_records_is_found(void **state)
{
	struct wb_audit_failure failure = {0};
	struct wb_audit_counts counts;
	struct world w;

	(void)state;
	begin_trade(&w);
	assert_int_equal(world_say(&w, world_shipment("S-9", "kuala", "MY", 7),
				   KEY_ACME, -1),
			 0);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	/* The stored value alone; in the workings quotes stand around it. */
	spoil(&w, "2020-01-01 MY MY private holding:100", 12);
	assert_int_equal(audit(&w, &counts, &failure), WB_EPROOF);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statement_becomes_a_provable_record),
		cmocka_unit_test(test_same_text_again_same_receipt),
		cmocka_unit_test(test_repeat_within_a_batch),
		cmocka_unit_test(test_full_disk_moves_nothing),
		cmocka_unit_test(test_io_error_latches),
		cmocka_unit_test(test_failed_adoption_is_forgotten),
		cmocka_unit_test(test_counters_add_up),
		cmocka_unit_test(test_time_never_goes_back),
		cmocka_unit_test(test_open_refuses_other_keys),
		cmocka_unit_test(test_create_refuses),
		cmocka_unit_test(test_second_genesis_is_refused),
		cmocka_unit_test(test_damage_is_found),
		cmocka_unit_test(test_damage_beside_the_records_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
