#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/files.h"
#include "waybill/waybill.h"

/*
 * A real ledger in a folder of its own, with keys from fixed seeds: the
 * services, three members of the authority (two must sign), one of the
 * committee, and two exporters.  Tests include this after cmocka.h.
 */
#define ORIGIN   "example.org/waybill"
#define NOTE_CAP (1u << 20)

enum {
	KEY_CHECKPOINT,
	KEY_RECORD,
	KEY_AUTHORITY_A,
	KEY_AUTHORITY_B,
	KEY_AUTHORITY_C,
	KEY_COMMITTEE,
	KEY_ACME,
	KEY_GLOBEX,
	KEY_STRANGER,
	KEY_MITI, /* a government */
	KEY_MTI,  /* another one */
	KEYS
};

struct world {
	char dir[64];
	struct wb_signer key[KEYS];
	struct wb_services services;
	struct wb_ledger *ledger;
	wb_time now;
	uint8_t *note; /* the last statement's, and its length */
	size_t note_len;
	struct wb_submission sub;
};

static const char *const key_names[KEYS] = {
	ORIGIN,
	ORIGIN "/record",
	ORIGIN "/party/authority/a",
	ORIGIN "/party/authority/b",
	ORIGIN "/party/authority/c",
	ORIGIN "/party/committee/a",
	ORIGIN "/party/acme/1",
	ORIGIN "/party/globex/1",
	ORIGIN "/party/acme/stranger",
	ORIGIN "/party/miti/1",
	ORIGIN "/party/mti/1",
};

static inline void world_keys(struct world *w)
{
	for (int i = 0; i < KEYS; i++) {
		uint8_t seed[WB_SEED_LEN];

		memset(seed, i + 1, sizeof(seed));
		assert_int_equal(wb_signer_make(wb_slice_str(key_names[i]),
						WB_SIG_ED25519, seed,
						&w->key[i]),
				 0);
	}
	w->services.checkpoint = w->key[KEY_CHECKPOINT];
	w->services.record = w->key[KEY_RECORD];
}

static inline const char *world_vkey(const struct world *w, int key)
{
	static char text[KEYS][WB_VKEY_TEXT_MAX + 1];

	wb_vkey_format(&w->key[key].vkey, text[key]);
	return text[key];
}

/* Sign a text with the keys listed, ended by -1, into w->note. */
static inline struct wb_slice world_sign_va(struct world *w, const char *text,
					    va_list ap)
{
	const struct wb_signer *signer[KEYS];
	struct wb_writer out;
	struct wb_slice note;
	size_t n = 0;
	int key;

	while ((key = va_arg(ap, int)) >= 0)
		signer[n++] = &w->key[key];
	wb_writer_init(&out, w->note, NOTE_CAP);
	wb_note_sign(&out, wb_slice_str(text), signer, n, 0);
	assert_int_equal(wb_writer_end(&out, &note), 0);
	w->note_len = note.len;
	return note;
}

static inline struct wb_slice world_sign(struct world *w, const char *text, ...)
{
	struct wb_slice note;
	va_list ap;

	va_start(ap, text);
	note = world_sign_va(w, text, ap);
	va_end(ap);
	return note;
}

/* Append one note; the result is the submission's. */
static inline int world_append(struct world *w, struct wb_slice bytes)
{
	struct wb_statement st = {0};
	static struct wb_note note;
	struct wb_problem problem = {0};
	int rc;

	memset(&w->sub, 0, sizeof(w->sub));
	rc = wb_statement_open(bytes, ORIGIN, &note, &st, &problem);
	if (rc != 0) {
		w->sub.problem = problem;
		return rc;
	}
	w->sub.bytes = bytes;
	w->sub.note = &note;
	w->sub.statement = &st;
	rc = wb_ledger_append(w->ledger, &w->sub, 1, w->now);
	wb_statement_free(&st);
	return rc != 0 ? rc : w->sub.result;
}

/* Sign a statement as the keys listed, ended by -1, and append it. */
static inline int world_say(struct world *w, const char *text, ...)
{
	struct wb_slice note;
	va_list ap;

	va_start(ap, text);
	note = world_sign_va(w, text, ap);
	va_end(ap);
	return world_append(w, note);
}

static inline char *world_genesis(const struct world *w, bool historical)
{
	static char text[8192];

	snprintf(text, sizeof(text),
		 "{\"type\":\"genesis\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"ledger\",\"id\":\"genesis\","
		 "\"issued\":\"2025-05-01T00:00:00Z\","
		 "\"keys\":{\"checkpoint\":\"%s\",\"record\":\"%s\"},"
		 "\"authority\":{\"quorum\":2,\"keys\":[\"%s\",\"%s\","
		 "\"%s\"]},"
		 "\"committee\":{\"quorum\":1,\"keys\":[\"%s\"]},"
		 "\"family\":\"paper\",\"historical\":%s,\"late_days\":30,"
		 "\"engine\":1}\n",
		 world_vkey(w, KEY_CHECKPOINT), world_vkey(w, KEY_RECORD),
		 world_vkey(w, KEY_AUTHORITY_A), world_vkey(w, KEY_AUTHORITY_B),
		 world_vkey(w, KEY_AUTHORITY_C), world_vkey(w, KEY_COMMITTEE),
		 historical ? "true" : "false");
	return text;
}

static inline int world_policy(struct world *w, const char *member,
			       const char *path)
{
	struct wb_slice text = read_file(path);
	char hex[WB_HASH_HEX + 1];
	char *json = malloc(NOTE_CAP);
	struct wb_writer out;
	struct wb_slice s;
	int rc;

	wb_sha256_hex(text, hex);
	wb_writer_init(&out, json, NOTE_CAP - 1);
	wb_write_fmt(&out,
		     "{\"type\":\"policy\",\"ledger\":\"" ORIGIN "\","
		     "\"party\":\"committee\",\"id\":\"%.20s\","
		     "\"issued\":\"2025-05-01T00:00:00Z\",\"%s\":",
		     hex, member);
	wb_write_json(&out, text);
	wb_write_fmt(&out, ",\"sha256\":\"%s\"}\n", hex);
	assert_int_equal(wb_writer_end(&out, &s), 0);
	json[s.len] = '\0';
	rc = world_say(w, json, KEY_COMMITTEE, -1);
	free(json);
	free((void *)(uintptr_t)text.p);
	return rc;
}

static inline void world_law(struct world *w)
{
	static const char *const documents[][2] = {
		{"catalogue", "tests/vectors/test.catalogue"},
		{"countries", "policy/countries.table"},
		{"edition", "policy/us-2024-12.policy"},
		{"edition", "policy/diffusion.policy"},
	};

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
			world_policy(w, documents[i][0], documents[i][1]), 0);
}

static inline int world_party(struct world *w, const char *subject, int key)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"party\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"authority\",\"id\":\"party-%s\","
		 "\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"%s\","
		 "\"role\":\"exporter\",\"keys\":[\"%s\"],"
		 "\"valid_from\":\"2025-01-01\"}\n",
		 subject, subject, world_vkey(w, key));
	return world_say(w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_B, key, -1);
}

/* owners: the JSON list, such as [{"party":"x","percent":100}], or "[]". */
static inline int world_detail(struct world *w, const char *subject,
			       const char *country, const char *owners)
{
	char text[2048], list[512] = "";
	static unsigned count;

	if (strcmp(owners, "[]") != 0)
		snprintf(list, sizeof(list), ",\"owners\":%s", owners);
	snprintf(text, sizeof(text),
		 "{\"type\":\"party-detail\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"authority\",\"id\":\"detail-%u\","
		 "\"issued\":\"2025-05-01T00:00:00Z\",\"subject\":\"%s\","
		 "\"name\":\"%s\",\"country\":\"%s\",\"headquarters\":\"%s\","
		 "\"government\":false,\"effective\":\"2020-01-01\"%s}\n",
		 count++, subject, subject, country, country, list);
	return world_say(w, text, KEY_AUTHORITY_A, KEY_AUTHORITY_C, -1);
}

/* In a child that may crash: cmocka's handlers would make it go on as if it
 * were the test. */
static inline void crash_as_usual(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
}

/* A shipment of H100s by acme, with the LPP statement on file. */
static inline char *world_shipment(const char *id, const char *consignee,
				   const char *to, unsigned quantity)
{
	static char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"acme\",\"id\":\"%s\","
		 "\"issued\":\"2025-05-20T00:00:00Z\",\"kind\":\"export\","
		 "\"export_date\":\"2025-05-20\",\"from\":\"US\","
		 "\"destination\":\"%s\",\"consignee\":\"%s\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\","
		 "\"authorization\":{\"type\":\"LPP\"},"
		 "\"papers\":[{\"kind\":\"lpp_statement\",\"sha256\":\""
		 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b785"
		 "2b855\",\"date\":\"2025-05-16\"}],"
		 "\"items\":[{\"line\":1,\"model\":\"nv-h100-sxm\","
		 "\"quantity\":%u,\"eccn\":\"3A090.a\"}]}\n",
		 id, to, consignee, quantity);
	return text;
}

static inline void world_dir(struct world *w)
{
	memset(w, 0, sizeof(*w));
	snprintf(w->dir, sizeof(w->dir), "/tmp/waybill-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->note = malloc(NOTE_CAP);
	assert_non_null(w->note);
	assert_int_equal(wb_crypto_init(), 0);
	assert_int_equal(
		wb_time_parse(wb_slice_str("2025-05-20T12:00:00Z"), &w->now),
		0);
	world_keys(w);
}

static inline void world_open(struct world *w)
{
	assert_int_equal(wb_ledger_open(w->dir, &w->services, &w->ledger), 0);
}

/* A ledger that has begun, with nothing else in it. */
static inline void world_begin(struct world *w, bool historical)
{
	struct wb_problem problem = {0};
	struct wb_slice note;

	world_dir(w);
	note = world_sign(w, world_genesis(w, historical), KEY_CHECKPOINT,
			  KEY_RECORD, KEY_AUTHORITY_A, KEY_AUTHORITY_B, -1);
	if (wb_ledger_create(w->dir, &w->services, note, w->now, &problem) != 0)
		fail_msg("genesis: WB-%d %s %s", problem.code, problem.pointer,
			 problem.detail);
	world_open(w);
}

static inline int remove_one(const char *path, const struct stat *sb, int type,
			     struct FTW *ftw)
{
	(void)sb, (void)type, (void)ftw;
	return remove(path);
}

static inline void remove_folder(const char *dir)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void world_end(struct world *w)
{
	wb_ledger_close(w->ledger);
	remove_folder(w->dir);
	free(w->note);
}

#endif /* TESTS_UNIT_WORLD_H */
