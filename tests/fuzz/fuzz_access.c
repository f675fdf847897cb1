#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/access.h"
#include "proto/problem.h"
#include "proto/query.h"
#include "waybill/crypto.h"

/*
 * Access notes: a header that is taken is the base64url of a note whose text
 * is the one that we would write.  No input is a signature by a key that
 * nobody has used.  Problems and queries go with them: what is read and
 * written again is the same.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_access(struct wb_slice header)
{
	static const uint8_t seed[WB_SEED_LEN] = {9};
	uint8_t scratch[WB_ACCESS_NOTE_MAX], mine[WB_ACCESS_NOTE_MAX];
	uint8_t out[WB_ACCESS_HEADER_MAX];
	struct wb_access a, again;
	struct wb_note note, my_note;
	struct wb_signer signer;
	struct wb_slice done;
	struct wb_writer w;

	if (wb_access_open(header, scratch, &a, &note) != 0)
		return;
	require(note.n == 1 && a.target.len <= WB_ACCESS_TARGET_MAX);
	require(wb_signer_make(wb_slice_str("x"), WB_SIG_ED25519, seed,
			       &signer) == 0);
	require(wb_note_verify(&note, 0, &signer.vkey) != 0);
	wb_writer_init(&w, out, sizeof(out));
	require(wb_access_write(&w, &a, &signer) == 0);
	require(wb_writer_end(&w, &done) == 0);
	require(wb_access_open(done, mine, &again, &my_note) == 0);
	require(wb_slice_eq(note.text, my_note.text));
}

static void check_problem(struct wb_slice json)
{
	uint8_t out[WB_PROBLEM_MAX];
	struct wb_problem p, again;
	struct wb_slice done;
	struct wb_writer w;

	if (wb_problem_read(json, &p) != 0)
		return;
	wb_writer_init(&w, out, sizeof(out));
	wb_problem_write(&w, &p);
	require(wb_writer_end(&w, &done) == 0);
	require(wb_problem_read(done, &again) == 0);
	require(p.code == again.code);
}

static void check_query(struct wb_slice query)
{
	struct wb_records_query q, again;
	struct wb_problem problem = {0};
	struct wb_slice done, rest;
	struct wb_writer w;
	uint8_t out[512];

	if (wb_records_query_parse(query, &q, &problem) != 0) {
		require(problem.code == WB_P_QUERY);
		return;
	}
	wb_writer_init(&w, out, sizeof(out));
	wb_records_query_write(&w, &q);
	require(wb_writer_end(&w, &done) == 0);
	rest = wb_slice(done.p + 11, done.len - 11);
	if (rest.len > 0)
		rest = wb_slice(rest.p + 1, rest.len - 1);
	require(wb_records_query_parse(rest, &again, &problem) == 0);
	require(memcmp(&q, &again, sizeof(q)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	require(wb_crypto_init() == 0);
	check_access(wb_slice(p, n));
	check_problem(wb_slice(p, n));
	check_query(wb_slice(p, n));
	return 0;
}
