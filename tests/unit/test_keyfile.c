#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "waybill/keyfile.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char name[] = "example.org/waybill/party/acme/main";
static const char passphrase[] = "correct horse";

/* The least that Argon2id takes, so that tests are fast. */
static const struct wb_keyfile_cost cheap = {.ops = 1, .mem_bytes = 8192};

/* The seed of the examples, 32 x 04. */
static const uint8_t *seed(void)
{
	static uint8_t s[WB_SEED_LEN];

	memset(s, 4, sizeof(s));
	return s;
}

/* A key file in out, which has WB_KEYFILE_MAX bytes. */
static struct wb_slice write_file(char *out, const char *pass)
{
	struct wb_slice ret = {0};
	struct wb_writer w;

	wb_writer_init(&w, out, WB_KEYFILE_MAX);
	assert_int_equal(wb_keyfile_write(&w, wb_slice_str(name), 0x01, seed(),
					  wb_slice_str(pass), &cheap),
			 0);
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

static void test_round_trip(void **state)
{
	static const char *const pass[] = {"", passphrase};
	struct wb_signer want;

	(void)state;
	assert_int_equal(
		wb_signer_make(wb_slice_str(name), 0x01, seed(), &want), 0);
	for (size_t i = 0; i < N(pass); i++) {
		char out[WB_KEYFILE_MAX];
		struct wb_slice file = write_file(out, pass[i]);
		struct wb_signer got;
		struct wb_vkey key;
		bool locked;

		assert_int_equal(wb_keyfile_public(file, &key, &locked), 0);
		assert_true(wb_vkey_eq(&key, &want.vkey));
		assert_int_equal(locked, i == 1);
		assert_int_equal(
			wb_keyfile_open(file, wb_slice_str(pass[i]), &got), 0);
		assert_true(wb_vkey_eq(&got.vkey, &want.vkey));
		assert_memory_equal(got.secret, want.secret, WB_SECRET_LEN);
	}
}

static void test_format_examples(void **state)
{
	struct wb_slice plain = format_example("keyfile-example");
	struct wb_slice locked = format_example("keyfile-locked-example");
	struct wb_signer a, b;
	char out[WB_KEYFILE_MAX];

	(void)state;
	assert_true(wb_slice_eq(write_file(out, ""), plain));
	assert_int_equal(wb_keyfile_open(plain, wb_slice_str(""), &a), 0);
	assert_int_equal(wb_keyfile_open(locked, wb_slice_str(passphrase), &b),
			 0);
	assert_true(wb_vkey_eq(&a.vkey, &b.vkey));
	assert_memory_equal(a.secret, b.secret, WB_SECRET_LEN);
}

/* Two files of one key share nothing secret. */
static void test_salted(void **state)
{
	char a[WB_KEYFILE_MAX], b[WB_KEYFILE_MAX];

	(void)state;
	assert_false(wb_slice_eq(write_file(a, passphrase),
				 write_file(b, passphrase)));
}

/* No byte below the comment can change without being noticed. */
static void test_each_byte_is_bound(void **state)
{
	static const char *const pass[] = {"", passphrase};
	const size_t comment = strlen("untrusted comment: ");

	(void)state;
	for (size_t k = 0; k < N(pass); k++) {
		char out[WB_KEYFILE_MAX];
		struct wb_slice file = write_file(out, pass[k]);
		struct wb_signer got = {.vkey.id = 42};
		const char *end = memchr(out, '\n', file.len);
		size_t line = (size_t)(end - out);

		for (size_t i = 0; i < file.len; i++) {
			if (i >= comment && i < line)
				continue;
			out[i] ^= 1;
			if (wb_keyfile_open(file, wb_slice_str(pass[k]),
					    &got) == 0)
				fail_msg("byte %zu may change", i);
			out[i] ^= 1;
		}
		assert_int_equal(got.vkey.id, 42);
		/* The comment is untrusted, as it says. */
		out[comment] ^= 1;
		assert_int_equal(
			wb_keyfile_open(file, wb_slice_str(pass[k]), &got), 0);
	}
}

static void test_wrong_passphrase(void **state)
{
	static const char *const wrong[] = {"", "correct hors", "Correct horse",
					    "correct horse ", "x"};
	char out[WB_KEYFILE_MAX];
	struct wb_slice file = write_file(out, passphrase);
	struct wb_signer got;

	(void)state;
	for (size_t i = 0; i < N(wrong); i++)
		assert_int_equal(
			wb_keyfile_open(file, wb_slice_str(wrong[i]), &got),
			WB_ESIG);
}

#define HEAD  "untrusted comment: x\nwaybill-key-v1\n"
#define VKEY  "a+4db32098+AcqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58"
#define PUB   "public " VKEY "\n"
#define SEED  "seed BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=\n"
#define PLAIN "kdf none\n" SEED
#define SALT  "AAAAAAAAAAAAAAAAAAAAAA=="
#define BOX                                                                    \
	"box AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"

static void test_bad_files(void **state)
{
	static const struct {
		const char *file;
		int rc;
		const char *why;
	} cases[] = {
		{HEAD PUB PLAIN, 0, "a good one, for comparison"},
		{HEAD PUB "kdf argon2id 1 8192 " SALT "\n" BOX, WB_ESIG,
		 "a good form with an empty box"},
		{"", WB_EFORM, "empty"},
		{"waybill-key-v1\n" PUB PLAIN, WB_EFORM, "no comment"},
		{"comment: x\nwaybill-key-v1\n" PUB PLAIN, WB_EFORM,
		 "another comment"},
		{"untrusted comment: x\nwaybill-key-v2\n" PUB PLAIN, WB_EFORM,
		 "another version"},
		{"untrusted comment: \xff\nwaybill-key-v1\n" PUB PLAIN,
		 WB_EFORM, "not UTF-8"},
		{HEAD PLAIN, WB_EFORM, "no public key"},
		{HEAD "public " VKEY " \n" PLAIN, WB_EFORM, "a space behind"},
		{HEAD "public a+4db32098+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		      "AAAAAA\n" PLAIN,
		 WB_EKEY, "a public key of small order"},
		{HEAD PUB SEED, WB_EFORM, "no kdf"},
		{HEAD PUB "kdf none\n", WB_EFORM, "no seed"},
		{HEAD PUB "kdf none \n" SEED, WB_EFORM, "a space behind none"},
		{HEAD PUB "kdf none\n" BOX, WB_EFORM, "a box without kdf"},
		{HEAD PUB "kdf argon2id 1 8192 " SALT "\n" SEED, WB_EFORM,
		 "a seed with one"},
		{HEAD PUB PLAIN "\n", WB_EFORM, "a line more"},
		{HEAD PUB PLAIN SEED, WB_EFORM, "two seeds"},
		{HEAD PUB "kdf none\nseed BAQE\n", WB_EFORM, "a short seed"},
		{HEAD PUB "kdf none\n"
			  "seed BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=",
		 WB_EFORM, "no newline at the end"},
		{HEAD PUB "kdf none\n"
			  "seed BQQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=\n",
		 WB_ESIG, "the seed of another key"},
		{HEAD PUB "kdf scrypt 1 8192 " SALT "\n" BOX, WB_EFORM,
		 "another kdf"},
		{HEAD PUB "kdf argon2id 1 8192\n" BOX, WB_EFORM, "no salt"},
		{HEAD PUB "kdf argon2id 1 8192 " SALT " x\n" BOX, WB_EFORM,
		 "a fifth word"},
		{HEAD PUB "kdf argon2id  1 8192 " SALT "\n" BOX, WB_EFORM,
		 "two spaces"},
		{HEAD PUB "kdf argon2id 1 8192 AAAA\n" BOX, WB_EFORM,
		 "a short salt"},
		{HEAD PUB "kdf argon2id 01 8192 " SALT "\n" BOX, WB_EFORM,
		 "a leading zero"},
		{HEAD PUB "kdf argon2id 1 8192 " SALT "\nbox AAAA\n", WB_EFORM,
		 "a short box"},
		{HEAD PUB "kdf argon2id 0 8192 " SALT "\n" BOX, WB_ELIMIT,
		 "no pass at all"},
		{HEAD PUB "kdf argon2id 11 8192 " SALT "\n" BOX, WB_ELIMIT,
		 "a pass too many"},
		{HEAD PUB "kdf argon2id 1 8191 " SALT "\n" BOX, WB_ELIMIT,
		 "too little memory"},
		{HEAD PUB "kdf argon2id 1 1073741825 " SALT "\n" BOX, WB_ELIMIT,
		 "too much memory"},
		{HEAD PUB "kdf argon2id 1 18446744073709551615 " SALT "\n" BOX,
		 WB_ELIMIT, "all memory there is"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_signer got;
		int rc = wb_keyfile_open(wb_slice_str(cases[i].file),
					 wb_slice_str("x"), &got);

		if (rc != cases[i].rc)
			fail_msg("%s: %d", cases[i].why, rc);
	}
}

static void test_size_limit(void **state)
{
	char out[WB_KEYFILE_MAX + 1];
	struct wb_vkey key;
	bool locked;

	(void)state;
	memset(out, 'x', sizeof(out));
	assert_int_equal(
		wb_keyfile_public(wb_slice(out, sizeof(out)), &key, &locked),
		WB_ELIMIT);
	assert_int_equal(
		wb_keyfile_public(wb_slice(out, WB_KEYFILE_MAX), &key, &locked),
		WB_EFORM);
}

static void test_write_refuses(void **state)
{
	static const struct wb_keyfile_cost dear[] = {
		{0, 8192},
		{11, 8192},
		{1, 8191},
		{1, (UINT64_C(1) << 30) + 1},
	};
	char longest[WB_KEY_NAME_MAX + 1], out[WB_KEYFILE_MAX];
	struct wb_slice pass = wb_slice_str(passphrase), file;
	struct wb_signer got;
	struct wb_writer w;

	(void)state;
	for (size_t i = 0; i < N(dear); i++) {
		wb_writer_init(&w, out, sizeof(out));
		assert_int_equal(wb_keyfile_write(&w, wb_slice_str(name), 0x01,
						  seed(), pass, &dear[i]),
				 WB_ELIMIT);
	}
	wb_writer_init(&w, out, sizeof(out));
	assert_int_equal(wb_keyfile_write(&w, wb_slice_str("a b"), 0x01, seed(),
					  pass, &cheap),
			 WB_EFORM);
	assert_int_equal(wb_keyfile_write(&w, wb_slice_str("a"), 0x06, seed(),
					  pass, &cheap),
			 WB_EKEY);
	wb_writer_init(&w, out, 200);
	assert_int_equal(wb_keyfile_write(&w, wb_slice_str(name), 0x01, seed(),
					  pass, &cheap),
			 WB_ELIMIT);

	/* The longest name fits with the largest cost that is cheap. */
	memset(longest, 'n', sizeof(longest));
	wb_writer_init(&w, out, sizeof(out));
	assert_int_equal(wb_keyfile_write(&w,
					  wb_slice(longest, WB_KEY_NAME_MAX),
					  0x04, seed(), pass, &cheap),
			 0);
	assert_int_equal(wb_writer_end(&w, &file), 0);
	assert_int_equal(wb_keyfile_open(file, pass, &got), 0);
	assert_int_equal(got.vkey.type, 0x04);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_format_examples),
		cmocka_unit_test(test_salted),
		cmocka_unit_test(test_each_byte_is_bound),
		cmocka_unit_test(test_wrong_passphrase),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_size_limit),
		cmocka_unit_test(test_write_refuses),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
