#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/access.h"
#include "tests/unit/format_example.h"
#include "waybill/crypto.h"

#define ORIGIN "example.org/waybill"
#define NAME   ORIGIN "/party/acme/2025"

static const uint8_t seed[WB_SEED_LEN] = {7};

static struct wb_signer signer_of(uint8_t type)
{
	struct wb_signer s;

	assert_int_equal(wb_signer_make(wb_slice_str(NAME), type, seed, &s), 0);
	return s;
}

static struct wb_access request(const char *target)
{
	struct wb_access a = {
		.origin = wb_slice_str(ORIGIN),
		.method = wb_slice_str("GET"),
		.target = wb_slice_str(target),
		.time = 1747267200000,
	};

	return a;
}

/* The header for a text that wb_access_write() would not write. */
static struct wb_slice header_of(const char *text, size_t n_signers)
{
	static char out[2 * WB_ACCESS_HEADER_MAX] = "Waybill ";
	static uint8_t note[WB_ACCESS_NOTE_MAX];
	struct wb_signer s[2] = {signer_of(WB_SIG_ED25519)};
	const struct wb_signer *by[2] = {&s[0], &s[1]};
	struct wb_writer w;
	struct wb_slice done;

	assert_int_equal(wb_signer_make(wb_slice_str(NAME "b"), WB_SIG_ED25519,
					seed, &s[1]),
			 0);
	wb_writer_init(&w, note, sizeof(note));
	wb_note_sign(&w, wb_slice_str(text), by, n_signers, 0);
	assert_int_equal(wb_writer_end(&w, &done), 0);
	wb_base64url(done.p, done.len, out + 8);
	return wb_slice_str(out);
}

static void test_round_trip(void **state)
{
	uint8_t out[WB_ACCESS_HEADER_MAX], scratch[WB_ACCESS_NOTE_MAX];
	char target[WB_ACCESS_TARGET_MAX + 1];
	struct wb_signer s = signer_of(WB_SIG_ED25519);
	struct wb_access a, got;
	struct wb_note note;
	struct wb_problem problem = {0};
	struct wb_slice header;
	struct wb_writer w;

	(void)state;
	memset(target, 'x', sizeof(target));
	target[0] = '/';
	target[WB_ACCESS_TARGET_MAX] = '\0';

	for (int with_body = 0; with_body < 2; with_body++) {
		a = request(with_body ? target : "/v1/records/7/statement");
		a.has_body = with_body;
		memset(a.body, 0xab, sizeof(a.body));
		wb_writer_init(&w, out, sizeof(out));
		assert_int_equal(wb_access_write(&w, &a, &s), 0);
		assert_int_equal(wb_writer_end(&w, &header), 0);

		assert_int_equal(wb_access_open(header, scratch, &got, &note),
				 0);
		assert_int_equal(wb_access_match(&got, &a, &problem), 0);
		assert_int_equal(wb_note_verify(&note, 0, &s.vkey), 0);
		assert_true(wb_note_line_by(&note, 0, &s.vkey));
	}
}

/* The note and header that proto/FORMAT.md shows are what we write. */
static void test_example(void **state)
{
	uint8_t out[WB_ACCESS_HEADER_MAX], scratch[WB_ACCESS_NOTE_MAX];
	struct wb_access a = request("/v1/records/7/judgement"), got;
	uint8_t acme[WB_SEED_LEN];
	struct wb_slice header, want;
	struct wb_signer s;
	struct wb_note note;
	struct wb_writer w;

	(void)state;
	memset(acme, 4, sizeof(acme));
	assert_int_equal(wb_signer_make(wb_slice_str(ORIGIN "/party/acme/main"),
					WB_SIG_ED25519, acme, &s),
			 0);
	wb_writer_init(&w, out, sizeof(out));
	assert_int_equal(wb_access_write(&w, &a, &s), 0);
	assert_int_equal(wb_writer_end(&w, &header), 0);
	assert_int_equal(wb_access_open(header, scratch, &got, &note), 0);

	want = format_example("access-example");
	assert_int_equal(want.len, note.text.len + 1 + note.sigs.len);
	assert_memory_equal(want.p, scratch, want.len);
	want = format_example_line("access-header-example");
	assert_int_equal(want.len, strlen("Authorization: ") + header.len);
	assert_memory_equal(want.p + strlen("Authorization: "), header.p,
			    header.len);
}

static void test_write_refuses(void **state)
{
	uint8_t out[WB_ACCESS_HEADER_MAX];
	char target[WB_ACCESS_TARGET_MAX + 2];
	struct wb_signer good = signer_of(WB_SIG_ED25519);
	struct wb_signer witness = signer_of(WB_SIG_COSIGNATURE);
	struct wb_access a;
	struct wb_writer w;

	(void)state;
	wb_writer_init(&w, out, sizeof(out));
	memset(target, 'x', sizeof(target));
	target[0] = '/';
	target[WB_ACCESS_TARGET_MAX + 1] = '\0';
	a = request(target);
	assert_int_equal(wb_access_write(&w, &a, &good), WB_EFORM);
	a = request("no-slash");
	assert_int_equal(wb_access_write(&w, &a, &good), WB_EFORM);
	a = request("/a b");
	assert_int_equal(wb_access_write(&w, &a, &good), WB_EFORM);
	a = request("/a\nb");
	assert_int_equal(wb_access_write(&w, &a, &good), WB_EFORM);
	a = request("/");
	a.method = wb_slice_str("PUT");
	assert_int_equal(wb_access_write(&w, &a, &good), WB_EFORM);
	a = request("/");
	a.origin = wb_slice_str("noslash");
	assert_int_equal(wb_access_write(&w, &a, &good), WB_EFORM);
	a = request("/");
	assert_int_equal(wb_access_write(&w, &a, &witness), WB_EFORM);
	assert_int_equal(w.len, 0);
}

#define L2  "waybill/access/1\n" ORIGIN "\n"
#define HEX "00112233445566778899aabbccddeeff"

static void test_open_refuses(void **state)
{
	static const struct {
		const char *why, *text;
	} bad[] = {
		{"another kind", "waybill/access/2\n" ORIGIN
				 "\nGET\n/\n-\n2025-05-15T00:00:00Z\n"},
		{"no origin", "waybill/access/1\nGET\n/\n-\n"
			      "2025-05-15T00:00:00Z\n"},
		{"a bad origin", "waybill/access/1\nx\nGET\n/\n-\n"
				 "2025-05-15T00:00:00Z\n"},
		{"lower case", L2 "get\n/\n-\n2025-05-15T00:00:00Z\n"},
		{"a method we do not serve", L2 "PUT\n/\n-\n"
						"2025-05-15T00:00:00Z\n"},
		{"no slash", L2 "GET\nx\n-\n2025-05-15T00:00:00Z\n"},
		{"a space", L2 "GET\n/ \n-\n2025-05-15T00:00:00Z\n"},
		{"not ASCII", L2 "GET\n/\xc3\xa9\n-\n2025-05-15T00:00:00Z\n"},
		{"a short digest", L2 "GET\n/\n" HEX "\n"
				      "2025-05-15T00:00:00Z\n"},
		{"a digest in capitals",
		 L2 "GET\n/\n" HEX "00112233445566778899AABBCCDDEEFF\n"
		    "2025-05-15T00:00:00Z\n"},
		{"an empty digest", L2 "GET\n/\n \n2025-05-15T00:00:00Z\n"},
		{"milliseconds", L2 "GET\n/\n-\n2025-05-15T00:00:00.000Z\n"},
		{"another zone", L2 "GET\n/\n-\n2025-05-15T00:00:00+00:00\n"},
		{"no such day", L2 "GET\n/\n-\n2025-02-30T00:00:00Z\n"},
		{"no time", L2 "GET\n/\n-\n"},
		{"a line too many", L2 "GET\n/\n-\n2025-05-15T00:00:00Z\nx\n"},
	};
	static const char *const header[] = {
		"",
		"Waybill",
		"Waybill ",
		"waybill AAAA",
		"Basic AAAA",
		"Waybill  AAAA",
		"Waybill AAAA",
		"Waybill A",
		"Waybill AA==",
		"Waybill +/+/",
		"Waybill AA AA",
	};
	static const char good[] = L2 "GET\n/\n-\n2025-05-15T00:00:00Z\n";
	static char huge[8 + 6000 + 1] = "Waybill ";
	uint8_t scratch[WB_ACCESS_NOTE_MAX];
	struct wb_access got;
	struct wb_note note;

	(void)state;
	assert_int_equal(
		wb_access_open(header_of(good, 1), scratch, &got, &note), 0);
	assert_int_not_equal(
		wb_access_open(header_of(good, 2), scratch, &got, &note), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (wb_access_open(header_of(bad[i].text, 1), scratch, &got,
				   &note) == 0)
			fail_msg("taken: %s", bad[i].why);
	}
	for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++) {
		if (wb_access_open(wb_slice_str(header[i]), scratch, &got,
				   &note) == 0)
			fail_msg("taken: '%s'", header[i]);
	}
	memset(huge + 8, 'A', 6000);
	assert_int_equal(
		wb_access_open(wb_slice_str(huge), scratch, &got, &note),
		WB_ELIMIT);
}

static void test_match(void **state)
{
	struct wb_access want = request("/v1/parties"), got;
	struct wb_problem p;

	(void)state;
	want.time += 999; /* clocks have milliseconds, notes have not */
	got = want;
	got.time = want.time - WB_ACCESS_SKEW_MS;
	assert_int_equal(wb_access_match(&got, &want, NULL), 0);
	got.time = want.time + WB_ACCESS_SKEW_MS;
	assert_int_equal(wb_access_match(&got, &want, NULL), 0);

	for (int i = 0; i < 8; i++) {
		memset(&p, 0, sizeof(p));
		got = want;
		want.has_body = i == 7;
		switch (i) {
		case 0:
			got.origin = wb_slice_str("example.org/other");
			break;
		case 1:
			got.method = wb_slice_str("HEAD");
			break;
		case 2:
			got.target = wb_slice_str("/v1/parties?");
			break;
		case 3:
			got.has_body = true;
			break;
		case 4:
			got.time += WB_ACCESS_SKEW_MS + 1;
			break;
		case 5:
			got.time -= WB_ACCESS_SKEW_MS + 1;
			break;
		case 6:
			got.time = 0;
			break;
		case 7:
			got.has_body = true;
			got.body[31] = 1;
			break;
		}
		assert_int_equal(wb_access_match(&got, &want, &p), WB_EREFUSED);
		assert_int_equal(p.code, WB_P_ACCESS_NOTE);
		assert_true(p.detail[0] != '\0');
	}
}

static void test_party(void **state)
{
	static const char *const bad[] = {
		"",
		ORIGIN,
		ORIGIN "/",
		ORIGIN "/party/",
		ORIGIN "/party/acme",
		ORIGIN "/party/acme/",
		ORIGIN "/party/"
		       "/2025",
		ORIGIN "/party/acme/2025/x",
		ORIGIN "/witness/acme/2025",
		"example.org/other/party/acme/2025",
		ORIGIN "/record",
		ORIGIN "x/party/acme/2025",
		ORIGIN "/party/-acme/2025",
	};
	char party[WB_ID_MAX + 1];

	(void)state;
	assert_int_equal(wb_access_party(wb_slice_str(ORIGIN),
					 wb_slice_str(NAME), party),
			 0);
	assert_string_equal(party, "acme");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (wb_access_party(wb_slice_str(ORIGIN), wb_slice_str(bad[i]),
				    party) == 0)
			fail_msg("taken: %s", bad[i]);
	}
	assert_string_equal(party, "acme");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_write_refuses),
		cmocka_unit_test(test_open_refuses),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_party),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
