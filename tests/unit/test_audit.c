#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/shown.h"

/*
 * An auditor who is shown a ledger record by record, truly or not.  The
 * contents are copied out of a real store; the cases change one thing.
 */
static int set_up(void **state)
{
	(void)state;
	world_begin(&w, true);
	world_law(&w);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	assert_int_equal(world_detail(&w, "kuala", "MY", "[]"), 0);
	for (int i = 0; i < 4; i++) {
		char id[16];

		snprintf(id, sizeof(id), "S-%d", i);
		assert_int_equal(
			world_say(&w, world_shipment(id, "kuala", "MY", 600),
				  KEY_ACME, -1),
			0);
	}
	take_truth();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free_truth();
	world_end(&w);
	return 0;
}

static void test_truth_is_proved(void **state)
{
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;

	(void)state;
	assert_int_equal(show(truth.rec, truth.n, &counts, &failure), 0);
	assert_int_equal(counts.records, truth.n);
	assert_int_equal(counts.reexecuted, truth.n);
	assert_int_equal(counts.signatures, truth.n);
	assert_int_equal(counts.hidden, 0);
}

/* An exporter sees its own; others' balances reach it only as workings. */
static void test_hidden_contents(void **state)
{
	struct wb_audit_record rec[SHOWN];
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;

	(void)state;
	/* The party-detail and one shipment hidden, the rest with workings:
	 * each is decided again from what it read. */
	memcpy(rec, truth.rec, sizeof(rec));
	hide(&rec[6]);
	hide(&rec[8]);
	assert_int_equal(show(rec, truth.n, &counts, &failure), 0);
	assert_int_equal(counts.hidden, 2);
	assert_int_equal(counts.reexecuted, truth.n - 2);
	/* Without workings the signatures are still verified. */
	for (size_t i = 7; i < truth.n; i++)
		rec[i].workings.len = 0;
	assert_int_equal(show(rec, truth.n, &counts, &failure), 0);
	assert_int_equal(counts.reexecuted, 6);
	assert_int_equal(counts.signatures, truth.n - 2);
}

struct lie {
	const char *what;
	const char *step;
	void (*tell)(struct wb_audit_record rec[], size_t *n);
};

static void swap(struct wb_audit_record rec[], size_t *n)
{
	struct wb_audit_record r = rec[*n - 1];

	rec[*n - 1] = rec[*n - 2];
	rec[*n - 2] = r;
}

static void leave_out(struct wb_audit_record rec[], size_t *n)
{
	rec[*n - 2] = rec[*n - 1];
	(*n)--;
}

static void cut_tail(struct wb_audit_record rec[], size_t *n)
{
	(void)rec;
	(*n)--;
}

static void twice(struct wb_audit_record rec[], size_t *n)
{
	rec[*n] = rec[*n - 1];
	(*n)++;
}

static void other_statement(struct wb_audit_record rec[], size_t *n)
{
	rec[*n - 1].statement = rec[*n - 2].statement;
}

static void other_judgement(struct wb_audit_record rec[], size_t *n)
{
	rec[*n - 1].judgement = rec[0].judgement;
}

static void other_workings(struct wb_audit_record rec[], size_t *n)
{
	rec[*n - 1].workings = rec[0].workings;
}

static void other_salt(struct wb_audit_record rec[], size_t *n)
{
	rec[*n - 1].judgement_salt[0] ^= 1;
}

static void no_record(struct wb_audit_record rec[], size_t *n)
{
	rec[*n - 1].record.len = 0;
}

/* A record note with one bit of its signature changed. */
static void other_signature(struct wb_audit_record rec[], size_t *n)
{
	static uint8_t note[WB_RECORD_MAX];
	struct wb_slice *r = &rec[*n - 1].record;

	memcpy(note, r->p, r->len);
	note[r->len - 10] = note[r->len - 10] == 'A' ? 'B' : 'A';
	*r = wb_slice(note, r->len);
}

static void test_lies_are_found(void **state)
{
	static const struct lie lies[] = {
		{"two records change places", "chain", swap},
		{"a record is left out", "chain", leave_out},
		{"the tail is cut off", "checkpoint", cut_tail},
		{"a record is shown twice", "chain", twice},
		{"another statement", "statement hash", other_statement},
		{"another judgement", "judgement commitment", other_judgement},
		{"other workings", "workings commitment", other_workings},
		{"another salt", "judgement commitment", other_salt},
		{"no record", "record signature", no_record},
		{"a changed signature", "record signature", other_signature},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct wb_audit_record rec[SHOWN + 1];
		struct wb_audit_failure failure;
		struct wb_audit_counts counts;
		size_t n = truth.n;

		memcpy(rec, truth.rec, sizeof(truth.rec));
		lies[i].tell(rec, &n);
		if (show(rec, n, &counts, &failure) != WB_EPROOF ||
		    strcmp(failure.step, lies[i].step) != 0)
			fail_msg("%s: %s (%s)", lies[i].what,
				 failure.step == NULL ? "not found"
						      : failure.step,
				 failure.detail);
	}
}

/*
 * The operator writes a record that is whole but whose decision the engine
 * never made: a verdict changed before it was committed to and signed.
 */
static void test_a_false_decision_is_found(void **state)
{
	struct wb_audit_record rec[SHOWN];
	const struct wb_signer *signer = &w.key[KEY_RECORD];
	struct wb_audit_record *last = &rec[truth.n - 1];
	static uint8_t judgement[WB_JUDGEMENT_MAX], text[1024], note[2048];
	struct wb_audit_failure failure;
	struct wb_audit_counts counts;
	struct wb_record r;
	struct wb_writer out;
	struct wb_slice s, t;
	char *at;

	(void)state;
	memcpy(rec, truth.rec, sizeof(rec));
	memcpy(judgement, last->judgement.p, last->judgement.len);
	/* 1,800 H100 are too many for LPP; say that they were clear. */
	at = memmem(judgement, last->judgement.len, "\"review\"", 8);
	assert_non_null(at);
	memcpy(at, "\"clear!\"", 8);
	last->judgement = wb_slice(judgement, last->judgement.len);
	assert_int_equal(wb_record_open(last->record, &signer->vkey, &r, &t),
			 0);
	wb_commitment(last->judgement_salt, last->judgement, r.judgement);
	wb_writer_init(&out, text, sizeof(text));
	wb_record_format(&out, &r);
	assert_int_equal(wb_writer_end(&out, &s), 0);
	wb_writer_init(&out, note, sizeof(note));
	wb_note_sign(&out, s, &signer, 1, 0);
	assert_int_equal(wb_writer_end(&out, &last->record), 0);
	assert_int_equal(show(rec, truth.n, &counts, &failure), WB_EPROOF);
	assert_string_equal(failure.step, "judgement");
	assert_int_equal(failure.seq, truth.n - 1);
}

static void test_checkpoint_of_another_key(void **state)
{
	struct wb_audit_failure failure = {0};
	struct wb_audit *a;

	(void)state;
	assert_int_equal(wb_audit_new(&w.key[KEY_STRANGER].vkey,
				      &w.services.record.vkey, &a),
			 0);
	/* The records are of another origin than the one trusted. */
	assert_int_equal(wb_audit_step(a, &truth.rec[0], &failure), WB_EPROOF);
	assert_string_equal(failure.step, "origin");
	wb_audit_free(a);
	wb_audit_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truth_is_proved),
		cmocka_unit_test(test_hidden_contents),
		cmocka_unit_test(test_lies_are_found),
		cmocka_unit_test(test_a_false_decision_is_found),
		cmocka_unit_test(test_checkpoint_of_another_key),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
