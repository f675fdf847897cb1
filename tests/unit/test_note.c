#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "waybill/note.h"

#define N(a)   (sizeof(a) / sizeof((a)[0]))
#define DASH   "\xe2\x80\x94 "
#define LINE_A DASH "a AAAAAUE=\n" /* key id 1, one byte of signature */
#define LINE_B DASH "b AAAAAkE=\n"

static struct wb_signer signer(const char *name, uint8_t type, uint8_t byte)
{
	uint8_t seed[WB_SEED_LEN];
	struct wb_signer s;

	memset(seed, byte, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(name), type, seed, &s), 0);
	return s;
}

/* The note that signers make of text, in static memory. */
static struct wb_slice sign(const char *text,
			    const struct wb_signer *const signers[], size_t n,
			    uint64_t time_s)
{
	static char out[32768];
	struct wb_slice ret = {0};
	struct wb_writer w;

	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, wb_slice_str(text), signers, n, time_s);
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

/* --- known answers -------------------------------------------------------- */

/* LOGS 2.4: log seed 32 x 01, witness seed 32 x 02. */
static const char known[] =
	"example.com/ledger\n"
	"8\n"
	"XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
	"\n" DASH "example.com/ledger "
	"NIHVQgxvS6l3WpL5i5PjNqkwIY75hOiFCPgBMgzQccOLH0TKcTIq"
	"mXb0mv+lbYmi2WWDHn1navCaMkhADz5W8t/eggg=\n" DASH
	"example.com/witness-a LAyDIAAAAABlU/EAgSNWCobMv7AtRfeoU69Vk0jWaqK53FqO"
	"v4ySKqm3rkIEy7OctNWusxK7tVwb5mITB/DP79ALEuKaURXOz0jlAQ==\n";

static void test_known_answer(void **state)
{
	struct wb_signer log = signer("example.com/ledger", 0x01, 1);
	struct wb_signer witness = signer("example.com/witness-a", 0x04, 2);
	const struct wb_signer *const both[] = {&witness, &log};
	const struct wb_vkey key[] = {witness.vkey, log.vkey};
	struct wb_slice got;
	struct wb_note note;
	bool good[2] = {0};

	(void)state;
	got = sign("example.com/ledger\n8\n"
		   "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
		   both, 2, 1700000000);
	assert_true(wb_slice_is(got, known));

	assert_int_equal(wb_note_parse(wb_slice_str(known), &note), 0);
	assert_int_equal(note.n, 2);
	assert_int_equal(wb_note_strict(&note), 0);
	assert_int_equal(wb_note_open(&note, key, 2, good), 0);
	assert_true(good[0] && good[1]);
	assert_int_equal(wb_note_cosign_time(&note.line[1]), 1700000000);
	/* A line that is no cosignature carries no time. */
	assert_int_equal(wb_note_cosign_time(&note.line[0]), 0);
}

/* The documentation of Go's x/mod/sumdb/note. */
static void test_go_answer(void **state)
{
	static const char text[] =
		"If you think cryptography is the answer to your problem,\n"
		"then you don't know what your problem is.\n"
		"\n" DASH
		"PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG"
		"UgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
	static const char vkey[] =
		"PeterNeumann+c74f20a3+"
		"ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
	struct wb_vkey key;
	struct wb_note note;

	(void)state;
	assert_int_equal(wb_vkey_parse(wb_slice_str(vkey), &key), 0);
	assert_int_equal(wb_note_parse(wb_slice_str(text), &note), 0);
	assert_int_equal(wb_note_open(&note, &key, 1, NULL), 0);
}

static void test_format_example(void **state)
{
	struct wb_signer log = signer("example.org/waybill", 0x01, 1);
	struct wb_signer witness = signer("witness.example/a", 0x04, 3);
	const struct wb_signer *const both[] = {&log, &witness};
	struct wb_slice got;

	(void)state;
	got = sign("example.org/waybill\n8\n"
		   "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
		   both, 2, 1747267200);
	assert_true(wb_slice_eq(got, format_example("note-example")));
}

/* --- parsing -------------------------------------------------------------- */

static void test_good_forms(void **state)
{
	static const struct {
		const char *in;
		const char *text;
		size_t n;
		const char *why;
	} cases[] = {
		{"t\n\n" LINE_A, "t\n", 1, "the least"},
		{"t\n\n" LINE_B LINE_A, "t\n", 2, "C2SP knows no order"},
		{"t\n\n" LINE_A LINE_A, "t\n", 2, "and takes a line twice"},
		{"\n\n" LINE_A, "\n", 1, "an empty line for a text"},
		{"a\n\nb\n\n" LINE_A, "a\n\nb\n", 1, "the last blank line"},
		{"a\n\n" LINE_B "\n" LINE_A, "a\n\n" LINE_B, 1,
		 "what looks like lines above it is text"},
		{"t\n\n" DASH "caf\xc3\xa9 AAAAAUE=\n", "t\n", 1, "UTF-8 name"},
		{"t\n\n" DASH "\xc2\x9b AAAAAUE=\n", "t\n", 1,
		 "a control that C2SP does not forbid"},
		{"\x7f\n\n" LINE_A, "\x7f\n", 1, "so with DEL in the text"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_note note;

		if (wb_note_parse(wb_slice_str(cases[i].in), &note) != 0 ||
		    !wb_slice_is(note.text, cases[i].text) ||
		    note.n != cases[i].n)
			fail_msg("%s", cases[i].why);
	}
}

static void test_bad_forms(void **state)
{
	static const struct {
		const char *in;
		const char *why;
	} cases[] = {
		{"", "empty"},
		{"\n", "a newline"},
		{"\n\n", "two"},
		{"t\n", "no blank line"},
		{"t\n\n", "no signature line"},
		{LINE_A, "no text"},
		{"\n" LINE_A, "a text without newline"},
		{"t\n" LINE_A, "no blank line between"},
		{"t\n\n" LINE_A "\n", "a blank line at the end"},
		{"t\n\n" LINE_A "t\n", "no line behind the lines"},
		{"t\n\n" DASH "a AAAAAUE=", "no newline at the end"},
		{"t\n\n" DASH "a AAAAAUE=\r\n", "a return"},
		{"t\r\n\n" LINE_A, "a return in the text"},
		{"t\t\n\n" LINE_A, "a tab in the text"},
		{"t\xff\n\n" LINE_A, "not UTF-8"},
		{"\xed\xa0\x80\n\n" LINE_A, "a surrogate"},
		{"t\n\n- a AAAAAUE=\n", "a hyphen for the dash"},
		{"t\n\n\xe2\x80\x94"
		 "a AAAAAUE=\n",
		 "no space behind the dash"},
		{"t\n\n " LINE_A, "a space before it"},
		{"t\n\n" DASH "\n", "nothing behind it"},
		{"t\n\n" DASH "a\n", "a name alone"},
		{"t\n\n" DASH "a \n", "an empty signature"},
		{"t\n\n" DASH " AAAAAUE=\n", "an empty name"},
		{"t\n\n" DASH "a+b AAAAAUE=\n", "a plus in the name"},
		{"t\n\n" DASH "a\xc2\xa0z AAAAAUE=\n", "U+00A0 in the name"},
		{"t\n\n" DASH "a  AAAAAUE=\n", "two spaces"},
		{"t\n\n" DASH "a AAAAAUE= \n", "a space at the end"},
		{"t\n\n" DASH "a b AAAAAUE=\n", "a name of two words"},
		{"t\n\n" DASH "a AAAAAUE\n", "padding missing"},
		{"t\n\n" DASH "a AAAAAUF=\n", "stray bits"},
		{"t\n\n" DASH "a AAAAAQ==\n", "a key id and no signature"},
		{"t\n\n" DASH "a AAAA\n", "less than a key id"},
		{"t\n\n" DASH "a AAAAAU_=\n", "base64url"},
	};
	struct wb_note note;

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		if (wb_note_parse(wb_slice_str(cases[i].in), &note) != WB_EFORM)
			fail_msg("taken: %s", cases[i].why);
	assert_int_equal(wb_note_parse(wb_slice(NULL, 0), &note), WB_EFORM);
	assert_int_equal(
		wb_note_parse(wb_slice("t\0\n\n" LINE_A, 4 + strlen(LINE_A)),
			      &note),
		WB_EFORM);
}

/* Stand at each limit and one past it. */
static void test_limits(void **state)
{
	static char in[WB_NOTE_MAX + 1];
	size_t tail = strlen("\n\n" LINE_A);
	struct wb_note note;
	struct wb_writer w;

	(void)state;
	memset(in, 't', sizeof(in));
	memcpy(in + WB_NOTE_MAX - tail, "\n\n" LINE_A, tail);
	assert_int_equal(wb_note_parse(wb_slice(in, WB_NOTE_MAX), &note), 0);
	memcpy(in + WB_NOTE_MAX + 1 - tail, "\n\n" LINE_A, tail);
	assert_int_equal(wb_note_parse(wb_slice(in, WB_NOTE_MAX + 1), &note),
			 WB_ELIMIT);

	wb_writer_init(&w, in, sizeof(in));
	wb_write_str(&w, "t\n\n");
	for (size_t i = 0; i < WB_NOTE_LINES_MAX; i++)
		wb_write_str(&w, LINE_A);
	assert_int_equal(wb_note_parse(wb_slice(in, w.len), &note), 0);
	assert_int_equal(note.n, WB_NOTE_LINES_MAX);
	wb_write_str(&w, LINE_A);
	assert_int_equal(wb_note_parse(wb_slice(in, w.len), &note), WB_ELIMIT);

	/* The signature of ML-DSA-44 is passed over, but not refused. */
	for (size_t digits = 3232; digits <= 4096; digits += 864) {
		wb_writer_init(&w, in, sizeof(in));
		wb_write_str(&w, "t\n\n" DASH "a ");
		for (size_t i = 0; i < digits; i++)
			wb_write_char(&w, 'A');
		wb_write_char(&w, '\n');
		assert_int_equal(wb_note_parse(wb_slice(in, w.len), &note),
				 digits == 3232 ? 0 : WB_ELIMIT);
	}
	assert_int_equal(note.line[0].sig_len, 2420);
}

static void test_strict(void **state)
{
	static const struct {
		const char *in;
		int rc;
		const char *why;
	} cases[] = {
		{"t\n\n" LINE_A, 0, "one line"},
		{"t\n\n" LINE_A LINE_B, 0, "sorted"},
		{"t\n\n" LINE_B LINE_A, WB_EFORM, "not sorted"},
		{"t\n\n" LINE_A LINE_A, WB_EFORM, "twice the same"},
		{"t\n\n" DASH "a AAAAAUE=\n" DASH "a AAAAAUI=\n", WB_EFORM,
		 "two lines by one key"},
		{"t\n\n" DASH "a AAAAA0E=\n" DASH "a AAAAAQE=\n" DASH
		 "a AAAAAwE=\n",
		 WB_EFORM, "with another's line between them"},
		{"t\n\n" DASH "a AAAAAUE=\n" DASH "a AAAAAkE=\n", 0,
		 "one name, two keys"},
		{"t\n\n" DASH "a AAAAAkE=\n" DASH "a/b AAAAAUE=\n", 0,
		 "a name that begins another comes first"},
	};
	struct wb_note note;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		assert_int_equal(
			wb_note_parse(wb_slice_str(cases[i].in), &note), 0);
		if (wb_note_strict(&note) != cases[i].rc)
			fail_msg("judged wrong: %s", cases[i].why);
	}
}

/* --- verifying ------------------------------------------------------------ */

static void test_open(void **state)
{
	struct wb_signer a = signer("a/log", 0x01, 1);
	struct wb_signer b = signer("b/log", 0x01, 2);
	struct wb_signer twin = signer("a/log", 0x01, 3); /* another id */
	const struct wb_signer *const signers[] = {&a, &b};
	const struct wb_vkey ab[] = {a.vkey, b.vkey};
	const struct wb_vkey others[] = {twin.vkey, b.vkey};
	struct wb_note note;
	bool good[2] = {false, false};

	(void)state;
	assert_int_equal(wb_note_parse(sign("t\n", signers, 2, 0), &note), 0);
	assert_int_equal(wb_note_open(&note, ab, 2, good), 0);
	assert_true(good[0] && good[1]);
	assert_int_equal(wb_note_open(&note, others, 2, good), 0);
	assert_false(good[0]);
	assert_true(good[1]);
	assert_int_equal(wb_note_open(&note, others, 1, good), WB_EKEY);
	assert_int_equal(wb_note_open(&note, NULL, 0, good), WB_EKEY);
	assert_true(!good[0] && good[1]);

	/* One known line that fails refuses the whole note. */
	note.line[1].sig[5] ^= 1;
	assert_int_equal(wb_note_open(&note, ab, 2, good), WB_ESIG);
	assert_true(!good[0] && good[1]); /* as it was */
}

/* A good line does not cover for a bad one by the same key. */
static void test_open_sees_every_line(void **state)
{
	struct wb_signer a = signer("a/log", 0x01, 1);
	const struct wb_signer *const signers[] = {&a};
	struct wb_note note;

	(void)state;
	assert_int_equal(wb_note_parse(sign("t\n", signers, 1, 0), &note), 0);
	note.line[1] = note.line[0];
	note.n = 2;
	assert_int_equal(wb_note_open(&note, &a.vkey, 1, NULL), 0);
	note.line[1].sig[0] ^= 1;
	assert_int_equal(wb_note_open(&note, &a.vkey, 1, NULL), WB_ESIG);
}

static void test_verify_refuses(void **state)
{
	struct wb_signer log = signer("example.com/ledger", 0x01, 1);
	struct wb_signer witness = signer("example.com/witness-a", 0x04, 2);
	struct wb_vkey wrong;
	struct wb_note note, changed;

	(void)state;
	assert_int_equal(wb_note_parse(wb_slice_str(known), &note), 0);
	assert_int_equal(wb_note_verify(&note, 0, &log.vkey), 0);
	assert_int_equal(wb_note_verify(&note, 1, &witness.vkey), 0);
	assert_int_equal(wb_note_verify(&note, 0, &witness.vkey), WB_ESIG);
	assert_int_equal(wb_note_verify(&note, 1, &log.vkey), WB_ESIG);

	/* Types that do not fit the length of the signature. */
	wrong = log.vkey;
	wrong.type = WB_SIG_COSIGNATURE;
	assert_int_equal(wb_note_verify(&note, 0, &wrong), WB_ESIG);
	wrong = witness.vkey;
	wrong.type = WB_SIG_ED25519;
	assert_int_equal(wb_note_verify(&note, 1, &wrong), WB_ESIG);
	wrong.type = 0x06;
	assert_int_equal(wb_note_verify(&note, 1, &wrong), WB_ESIG);

	/* Another time, and one past 2^63 - 1. */
	changed = note;
	changed.line[1].sig[7] ^= 1;
	assert_int_equal(wb_note_verify(&changed, 1, &witness.vkey), WB_ESIG);
	changed.line[1].sig[0] = 0x80;
	assert_int_equal(wb_note_verify(&changed, 1, &witness.vkey), WB_ESIG);

	/* A text one byte shorter. */
	changed = note;
	changed.text.len--;
	assert_int_equal(wb_note_verify(&changed, 0, &log.vkey), WB_ESIG);
	assert_int_equal(wb_note_verify(&changed, 1, &witness.vkey), WB_ESIG);
}

/* --- signing -------------------------------------------------------------- */

static void test_sign_any_order(void **state)
{
	struct wb_signer s[5];
	const struct wb_signer *up[5], *down[5];
	static const char *const name[] = {"a", "a/b", "a.b", "b", "A"};
	char first[2048];
	struct wb_slice note;
	struct wb_note parsed;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		s[i] = signer(name[i], 0x01, (uint8_t)(i + 1));
		up[i] = &s[i];
		down[4 - i] = &s[i];
	}
	note = sign("t\n", up, 5, 0);
	assert_int_equal(wb_slice_copy(note, first, sizeof(first)), 0);
	assert_true(wb_slice_is(sign("t\n", down, 5, 0), first));
	assert_int_equal(wb_note_parse(wb_slice_str(first), &parsed), 0);
	assert_int_equal(wb_note_strict(&parsed), 0);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(wb_note_open(&parsed, &s[i].vkey, 1, NULL), 0);
}

static void test_sign_limits(void **state)
{
	static char out[65536];
	struct wb_signer log = signer("a/log", 0x01, 1);
	struct wb_signer witness = signer("w", 0x04, 2);
	const struct wb_signer *many[WB_NOTE_LINES_MAX + 1];
	const struct wb_signer *const one[] = {&witness};
	static char text[WB_CHECKPOINT_MAX + 1];
	struct wb_writer w;

	(void)state;
	for (size_t i = 0; i < N(many); i++)
		many[i] = &log;
	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, wb_slice_str("t\n"), many, WB_NOTE_LINES_MAX + 1, 0);
	assert_true(w.failed);

	memset(text, 't', sizeof(text));
	text[WB_CHECKPOINT_MAX - 1] = '\n';
	text[WB_CHECKPOINT_MAX] = '\n';
	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, wb_slice(text, WB_CHECKPOINT_MAX), one, 1, INT64_MAX);
	assert_false(w.failed);
	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, wb_slice(text, WB_CHECKPOINT_MAX + 1), one, 1, 0);
	assert_true(w.failed);
	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, wb_slice_str("t\n"), one, 1, UINT64_C(1) << 63);
	assert_true(w.failed);
	wb_writer_init(&w, out, 90);
	wb_note_sign(&w, wb_slice_str("t\n"), many, 1, 0);
	assert_true(w.failed);
}

static void test_add(void **state)
{
	struct wb_signer log = signer("example.com/ledger", 0x01, 1);
	struct wb_signer witness = signer("example.com/witness-a", 0x04, 2);
	const struct wb_signer *const first[] = {&witness};
	struct wb_slice got = {0};
	struct wb_note note;
	struct wb_writer w;
	char out[1024];

	(void)state;
	assert_int_equal(
		wb_note_parse(
			sign("example.com/ledger\n8\n"
			     "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
			     "\n",
			     first, 1, 1700000000),
			&note),
		0);
	wb_writer_init(&w, out, sizeof(out));
	assert_int_equal(wb_note_add(&w, &note, &witness, 1700000001),
			 WB_ECONFLICT);
	assert_int_equal(w.len, 0);
	assert_int_equal(wb_note_add(&w, &note, &log, 0), 0);
	assert_int_equal(wb_writer_end(&w, &got), 0);
	assert_true(wb_slice_is(got, known));

	wb_writer_init(&w, out, 100);
	assert_int_equal(wb_note_add(&w, &note, &log, 0), WB_ELIMIT);
	while (note.n < WB_NOTE_LINES_MAX)
		note.line[note.n++] = note.line[0];
	wb_writer_init(&w, out, sizeof(out));
	assert_int_equal(wb_note_add(&w, &note, &log, 0), WB_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answer),
		cmocka_unit_test(test_go_answer),
		cmocka_unit_test(test_format_example),
		cmocka_unit_test(test_good_forms),
		cmocka_unit_test(test_bad_forms),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_open_sees_every_line),
		cmocka_unit_test(test_verify_refuses),
		cmocka_unit_test(test_sign_any_order),
		cmocka_unit_test(test_sign_limits),
		cmocka_unit_test(test_add),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
