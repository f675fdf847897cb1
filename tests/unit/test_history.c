#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <lmdb.h>

#include "tests/unit/world.h"
#include "waybill/text.h"

/*
 * Histories made at random from a fixed seed: a few hundred statements in
 * batches of any size - good ones, repeats, the same ids with other texts,
 * forgeries, registrations, circles of owners, law adopted between two
 * shipments - with full disks, pauses and reopenings in between.  At the end
 * an audit decides every record again and compares all that is stored.
 */
#define STATEMENTS 400
#define BATCH_MAX  24
#define SAID_MAX   STATEMENTS

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

struct said {
	uint8_t *p;
	size_t len;
	bool recorded;
	uint64_t seq;
};

static struct world w;
static struct said said[SAID_MAX];
static size_t n_said;
static uint64_t seed;
static size_t recorded, repeated, refused, failed;

static uint32_t pick(uint32_t n)
{
	uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) % n);
}

#define PICK(list) ((list)[pick(sizeof(list) / sizeof((list)[0]))])

#define PARAMETERS                                                             \
	"\"parameters\":{\"tpp_x10\":48000,\"die_area_mm2_x10\":8000,"         \
	"\"dram_gbps_x10\":0,\"io_gbps_x10\":0,\"datacenter\":true}"

static const char *const party_ids[] = {"kuala",  "penang", "riyadh",
					"berlin", "macau",  "nobody"};

/* --- one statement ----------------------------------------------------------
 */

static struct wb_slice any_shipment(void)
{
	static const char *const countries[] = {"MY", "MY", "SA",
						"DE", "CN", "XX"};
	static const char *const items[] = {
		"\"model\":\"nv-h100-sxm\"", "\"model\":\"nv-rtx4090\"",
		"\"model\":\"no-such\"", PARAMETERS};
	static const char *const dates[] = {"2025-05-14", "2025-05-15",
					    "2025-05-20", "2025-06-01",
					    "2024-01-01"};
	static const unsigned quantities[] = {1, 50, 100, 202, 203, 1699};
	bool globex = pick(4) == 0;
	int key = globex ? KEY_GLOBEX : KEY_ACME;
	char text[4096];

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"%s\",\"id\":\"S-%u\","
		 "\"issued\":\"2025-05-20T00:00:00Z\",\"kind\":\"export\","
		 "\"export_date\":\"%s\",\"from\":\"US\","
		 "\"destination\":\"%s\",\"consignee\":\"%s\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_user\":\"%s\","
		 "\"end_use\":\"data_centre\","
		 "\"authorization\":{\"type\":\"LPP\"},"
		 "\"papers\":[{\"kind\":\"lpp_statement\",\"sha256\":\""
		 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b785"
		 "2b855\",\"date\":\"2025-05-10\"}],"
		 "\"items\":[{\"line\":1,%s,\"quantity\":%u,"
		 "\"eccn\":\"3A090.a\"}]}\n",
		 globex ? "globex" : "acme", (unsigned)pick(STATEMENTS),
		 PICK(dates), PICK(countries), PICK(party_ids), PICK(party_ids),
		 PICK(items), PICK(quantities));
	if (pick(20) == 0)
		key = KEY_STRANGER;
	return world_sign(&w, text, key, -1);
}

static struct wb_slice any_detail(void)
{
	static const char *const days[] = {"2020-01-01", "2025-01-01",
					   "2025-05-18"};
	const char *subject = PICK(party_ids);
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"party-detail\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"authority\",\"id\":\"d-%u\","
		 "\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"%s\","
		 "\"name\":\"N\",\"country\":\"%s\",\"headquarters\":\"%s\","
		 "\"government\":%s,\"effective\":\"%s\","
		 "\"owners\":[{\"party\":\"%s\",\"percent\":%u}]}\n",
		 (unsigned)pick(2 * STATEMENTS), subject,
		 pick(2) > 0 ? "MY" : "SA", pick(3) > 0 ? "MY" : "DE",
		 pick(4) > 0 ? "false" : "true", PICK(days),
		 subject == party_ids[0] ? party_ids[1] : PICK(party_ids),
		 40 + pick(60));
	return world_sign(&w, text, KEY_AUTHORITY_A,
			  pick(10) > 0 ? KEY_AUTHORITY_B : KEY_COMMITTEE, -1);
}

static struct wb_slice any_party(void)
{
	bool globex = pick(2) == 0;
	int key = globex ? KEY_GLOBEX : KEY_ACME;
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"party\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"authority\",\"id\":\"p-%u\","
		 "\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"%s\","
		 "\"role\":\"%s\",\"keys\":[\"%s\"],"
		 "\"valid_from\":\"2025-01-01\"}\n",
		 (unsigned)pick(STATEMENTS), globex ? "globex" : "acme",
		 pick(4) > 0 ? "exporter" : "operator", world_vkey(&w, key));
	return world_sign(&w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B,
			  pick(10) > 0 ? key : KEY_STRANGER, -1);
}

/* A small edition, catalogue or table that may or may not fit. */
static struct wb_slice any_policy(void)
{
	static const char edition[] =
		"waybill/policy/1\nid e-%u\nfamily %s\ntitle T\nsource S\n"
		"effective 2026-0%u-01 # d\nuntil open\n"
		"set mine = MY # c\n"
		"eccn 3A090.a limb 3A090.a.1 when tpp >= 4800 # c\n"
		"licence all when eccn is 3A090.a # c\n"
		"review denial when eccn is 3A090.a # c\n";
	static const char catalogue[] =
		"waybill/catalogue/1\nid c-%u\n"
		"nv-h100-sxm | NVIDIA | H100 | yes | FP8:%ux8 | 814 | 3350 | "
		"900 | 128 # s\n";
	char text[2048], hex[2 * WB_HASH_LEN + 1];
	static char json[8192];
	uint8_t digest[WB_HASH_LEN];
	bool is_edition = pick(2) == 0;
	struct wb_writer out;
	struct wb_slice s;

	if (is_edition)
		snprintf(text, sizeof(text), edition, (unsigned)pick(50),
			 pick(3) > 0 ? "paper" : "other", 1 + pick(9));
	else
		snprintf(text, sizeof(text), catalogue, (unsigned)pick(50),
			 1900 + pick(80));
	s = wb_slice_str(text);
	wb_sha256(&s, 1, digest);
	wb_hex(digest, WB_HASH_LEN, hex);
	wb_writer_init(&out, json, sizeof(json) - 1);
	wb_write_fmt(&out,
		     "{\"type\":\"policy\",\"ledger\":\"" ORIGIN "\","
		     "\"party\":\"committee\",\"id\":\"%.20s\","
		     "\"issued\":\"2025-05-01T00:00:00Z\",\"%s\":",
		     hex, is_edition ? "edition" : "catalogue");
	wb_write_json(&out, s);
	wb_write_fmt(&out, ",\"sha256\":\"%s\"}\n", hex);
	assert_int_equal(wb_writer_end(&out, &s), 0);
	json[s.len] = '\0';
	return world_sign(&w, json, pick(10) > 0 ? KEY_COMMITTEE : KEY_ACME,
			  -1);
}

/* The note of a statement, kept; an old one again, or a new one. */
static struct said *any_statement(void)
{
	struct wb_slice note;
	struct said *s;

	if (n_said == SAID_MAX || (n_said > 0 && pick(6) == 0))
		return &said[pick((uint32_t)n_said)];
	switch (pick(10)) {
	case 0:
		note = any_detail();
		break;
	case 1:
		note = pick(3) > 0 ? any_detail() : any_party();
		break;
	case 2:
		note = pick(2) > 0 ? any_shipment() : any_policy();
		break;
	default:
		note = any_shipment();
		break;
	}
	/* Chance may say the same twice. */
	for (s = said; s < said + n_said; s++)
		if (wb_slice_eq(wb_slice(s->p, s->len), note))
			return s;
	n_said++;
	s->p = malloc(note.len);
	assert_non_null(s->p);
	memcpy(s->p, note.p, note.len);
	s->len = note.len;
	/* A forger changes a letter of the text. */
	if (pick(25) == 0)
		s->p[20 + pick(10)] ^= 1;
	return s;
}

/* --- batches ----------------------------------------------------------------
 */

static void check_result(struct said *s, const struct wb_submission *sub,
			 int rc)
{
	if (rc != 0) {
		assert_int_equal(sub->result, rc);
		failed++;
	} else if (sub->result == WB_EREFUSED) {
		assert_int_not_equal(sub->problem.code, 0);
		assert_true(sub->problem.detail[0] != '\0');
		/* What is recorded stays so, however often it comes. */
		assert_false(s->recorded);
		refused++;
	} else {
		assert_int_equal(sub->result, 0);
		assert_true(sub->repeated == s->recorded);
		if (s->recorded)
			assert_int_equal(sub->seq, s->seq);
		repeated += s->recorded;
		recorded += !s->recorded;
		s->recorded = true;
		s->seq = sub->seq;
	}
}

static void any_batch(void)
{
	static struct wb_submission sub[BATCH_MAX];
	static struct wb_statement st[BATCH_MAX];
	static struct wb_note note[BATCH_MAX];
	struct said *from[BATCH_MAX];
	size_t n = 1 + pick(BATCH_MAX), taken = 0;
	int rc;

	memset(sub, 0, sizeof(sub));
	for (size_t i = 0; i < n; i++) {
		struct said *s = any_statement();
		struct wb_slice bytes = wb_slice(s->p, s->len);

		if (wb_statement_open(bytes, ORIGIN, &note[taken], &st[taken],
				      NULL) != 0)
			continue;
		from[taken] = s;
		sub[taken].bytes = bytes;
		sub[taken].note = &note[taken];
		sub[taken].statement = &st[taken];
		taken++;
	}
	if (taken == 0)
		return;
	commit_fails_with = pick(12) == 0 ? ENOSPC : 0;
	rc = wb_ledger_append(w.ledger, sub, taken, w.now);
	commit_fails_with = 0;
	assert_true(rc == 0 || rc == WB_EFULL);
	assert_int_equal(wb_ledger_latched(w.ledger), 0);
	for (size_t i = 0; i < taken; i++) {
		check_result(from[i], &sub[i], rc);
		wb_statement_free(&st[i]);
	}
}

static void history(uint64_t from, bool historical)
{
	struct wb_audit_failure failure = {0};
	struct wb_audit_counts counts;
	struct wb_head head;
	size_t before;

	seed = from;
	recorded = repeated = refused = failed = n_said = 0;
	memset(said, 0, sizeof(said));
	world_begin(&w, historical);
	assert_int_equal(
		world_policy(&w, "catalogue", "tests/vectors/test.catalogue"),
		0);
	assert_int_equal(
		world_policy(&w, "countries", "policy/countries.table"), 0);
	assert_int_equal(world_policy(&w, "edition", "policy/diffusion.policy"),
			 0);
	assert_int_equal(world_party(&w, "acme", KEY_ACME), 0);
	assert_int_equal(world_detail(&w, "kuala", "MY", "[]"), 0);
	assert_int_equal(world_detail(&w, "macau", "MO", "[]"), 0);
	wb_ledger_head(w.ledger, &head);
	before = (size_t)head.checkpoint.size;
	while (n_said < SAID_MAX) {
		any_batch();
		w.now += (wb_time)pick(3) * 3600 * 1000 - 3600 * 1000;
		if (pick(12) == 0) {
			wb_ledger_close(w.ledger);
			world_open(&w);
		}
	}
	wb_ledger_head(w.ledger, &head);
	assert_int_equal(head.checkpoint.size, before + recorded);
	assert_true(recorded > 100 && repeated > 10 && refused > 20);
	wb_ledger_close(w.ledger);
	w.ledger = NULL;
	if (wb_audit_store(w.dir, &w.services.checkpoint.vkey,
			   &w.services.record.vkey, NULL, NULL, &counts,
			   &failure) != 0)
		fail_msg("record %llu, %s: %s", (unsigned long long)failure.seq,
			 failure.step, failure.detail);
	assert_int_equal(counts.records, head.checkpoint.size);
	assert_int_equal(counts.reexecuted, head.checkpoint.size);
	assert_int_equal(counts.signatures, head.checkpoint.size);
	print_message("%zu recorded, %zu repeated, %zu refused, %zu failed\n",
		      recorded, repeated, refused, failed);
	for (size_t i = 0; i < n_said; i++)
		free(said[i].p);
	world_end(&w);
}

static void test_historical_ledgers(void **state)
{
	(void)state;
	history(1, true);
	history(2, true);
}

static void test_live_ledgers(void **state)
{
	(void)state;
	history(3, false);
	history(4, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_historical_ledgers),
		cmocka_unit_test(test_live_ledgers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
