#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/crypto.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Bytes from hexadecimal; the test ends if text is not of that length. */
static void unhex(const char *text, uint8_t *out, size_t len)
{
	assert_int_equal(wb_unhex(wb_slice_str(text), out, len), 0);
}

static void assert_hex(const uint8_t *p, size_t len, const char *want)
{
	char got[257];

	assert_true(len <= 128);
	wb_hex(p, len, got);
	assert_string_equal(got, want);
}

/* --- SHA-256 -------------------------------------------------------------- */

/* FIPS 180-4 examples. */
static const struct {
	const char *text;
	const char *hash;
} sha256_case[] = {
	{"", "e3b0c44298fc1c149afbf4c8996fb924"
	     "27ae41e4649b934ca495991b7852b855"},
	{"abc", "ba7816bf8f01cfea414140de5dae2223"
		"b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	 "248d6a61d20638b8e5c026930c3e6039"
	 "a33ce45964ff2167f6ecedd419db06c1"},
};

static void test_sha256(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(sha256_case); i++) {
		struct wb_slice whole = wb_slice_str(sha256_case[i].text);
		size_t half = whole.len / 2;
		const struct wb_slice part[] = {
			wb_slice(whole.p, half),
			wb_slice(NULL, 0),
			wb_slice(whole.p + half, whole.len - half),
		};
		uint8_t hash[WB_HASH_LEN];

		wb_sha256(&whole, 1, hash);
		assert_hex(hash, sizeof(hash), sha256_case[i].hash);
		wb_sha256(part, N(part), hash);
		assert_hex(hash, sizeof(hash), sha256_case[i].hash);
	}
}

static bool no_memory;
struct evp_md_ctx_st *__real_EVP_MD_CTX_new(void);
struct evp_md_ctx_st *__wrap_EVP_MD_CTX_new(void);

struct evp_md_ctx_st *__wrap_EVP_MD_CTX_new(void)
{
	return no_memory ? NULL : __real_EVP_MD_CTX_new();
}

static void *hash_in_new_thread(void *arg)
{
	struct wb_slice in = wb_slice_str(sha256_case[2].text);

	wb_sha256(&in, 1, arg);
	return NULL;
}

/* A thread that gets no context hashes all the same. */
static void test_sha256_without_memory(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		uint8_t hash[WB_HASH_LEN] = {0};
		pthread_t thread;

		no_memory = i == 1;
		assert_int_equal(
			pthread_create(&thread, NULL, hash_in_new_thread, hash),
			0);
		assert_int_equal(pthread_join(thread, NULL), 0);
		no_memory = false;
		assert_hex(hash, sizeof(hash), sha256_case[2].hash);
	}
}

static void test_commitment_is_salted(void **state)
{
	uint8_t salt[WB_SALT_LEN] = {1}, a[WB_HASH_LEN], b[WB_HASH_LEN];
	const struct wb_slice part[] = {wb_slice(salt, sizeof(salt)),
					wb_slice_str("clear")};

	(void)state;
	wb_commitment(salt, part[1], a);
	wb_sha256(part, 2, b);
	assert_memory_equal(a, b, sizeof(a));
	salt[31] = 1;
	wb_commitment(salt, part[1], b);
	assert_memory_not_equal(a, b, sizeof(a));
}

/* --- secrets -------------------------------------------------------------- */

/* The value of the reference program: argon2 -id -t 2 -k 64 -p 1 -l 32. */
static void test_password_key(void **state)
{
	const uint8_t *salt = (const uint8_t *)"saltsaltsaltsalt";
	struct wb_slice pass = wb_slice_str("correct horse");
	uint8_t key[32] = {0};
	uint8_t zero[32] = {0};

	(void)state;
	assert_int_equal(wb_password_key(pass, salt, 0, 65536, key), WB_ELIMIT);
	assert_int_equal(wb_password_key(pass, salt, 2, 8191, key), WB_ELIMIT);
	assert_int_equal(
		wb_password_key(pass, salt, UINT64_C(1) << 32, 65536, key),
		WB_ELIMIT);
	assert_int_equal(wb_password_key(pass, salt, 2, SIZE_MAX, key),
			 WB_ELIMIT);
	assert_memory_equal(key, zero, sizeof(key));
	assert_int_equal(wb_password_key(pass, salt, 2, 65536, key), 0);
	assert_hex(key, sizeof(key),
		   "e6374c2335a815bcd23a5ea4df06a2f6"
		   "e5377fc2c3f879865d0828d6e84740f2");
}

/* draft-irtf-cfrg-xchacha-03, A.3.1. */
static void test_box_known_answer(void **state)
{
	static const char want[] = "bd6d179d3e83d43b9576579493c0e939572a1700252"
				   "bfaccbed2902c21396cbb"
				   "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c5"
				   "4c216cb96b72e1213b452"
				   "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc36"
				   "9488f76b2383565d3fff9"
				   "21f9664c97637da9768812f615c68b13b52e"
				   "c0875924c1c7987947deafd8780acf49";
	struct wb_slice text = wb_slice_str(
		"Ladies and Gentlemen of the class of '99: If I could offer "
		"you "
		"only one tip for the future, sunscreen would be it.");
	uint8_t key[32], nonce[WB_NONCE_LEN], ad[12];
	uint8_t box[114 + WB_TAG_LEN], expected[sizeof(box)], out[114];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(0x80 + i);
	for (size_t i = 0; i < sizeof(nonce); i++)
		nonce[i] = (uint8_t)(0x40 + i);
	unhex("50515253c0c1c2c3c4c5c6c7", ad, sizeof(ad));
	unhex(want, expected, sizeof(expected));

	assert_int_equal(text.len, sizeof(out));
	wb_box(key, nonce, wb_slice(ad, sizeof(ad)), text, box);
	assert_memory_equal(box, expected, sizeof(box));
	assert_int_equal(wb_unbox(key, nonce, wb_slice(ad, sizeof(ad)),
				  wb_slice(box, sizeof(box)), out),
			 0);
	assert_memory_equal(out, text.p, sizeof(out));
}

static void test_unbox_refuses(void **state)
{
	uint8_t key[32] = {1}, nonce[WB_NONCE_LEN] = {2};
	uint8_t box[4 + WB_TAG_LEN], out[4], zero[4] = {0};
	struct wb_slice ad = wb_slice_str("ad");

	(void)state;
	wb_box(key, nonce, ad, wb_slice_str("text"), box);
	for (size_t i = 0; i < sizeof(box); i++) {
		memset(out, 0xff, sizeof(out));
		box[i] ^= 1;
		assert_int_equal(wb_unbox(key, nonce, ad,
					  wb_slice(box, sizeof(box)), out),
				 WB_ESIG);
		assert_memory_equal(out, zero, sizeof(out));
		box[i] ^= 1;
	}
	assert_int_equal(wb_unbox(key, nonce, wb_slice_str("da"),
				  wb_slice(box, sizeof(box)), out),
			 WB_ESIG);
	assert_int_equal(
		wb_unbox(key, nonce, ad, wb_slice(box, WB_TAG_LEN - 1), out),
		WB_ESIG);
	key[0] = 0;
	assert_int_equal(
		wb_unbox(key, nonce, ad, wb_slice(box, sizeof(box)), out),
		WB_ESIG);
}

static void test_random_and_wipe(void **state)
{
	uint8_t a[32] = {0}, b[32] = {0};

	(void)state;
	wb_random(a, sizeof(a));
	assert_memory_not_equal(a, b, sizeof(a));
	wb_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	wb_wipe(a, sizeof(a));
	memset(b, 0, sizeof(b));
	assert_memory_equal(a, b, sizeof(a));
}

/* --- base64 and hexadecimal ----------------------------------------------- */

/* RFC 4648 section 10, and what a strict reader must refuse. */
static void test_base64(void **state)
{
	static const char *const good[] = {
		"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy",
	};
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{"Zg", "padding missing"},
		{"Zg=", "half the padding"},
		{"Zg===", "too much of it"},
		{"Zm9v====", "nothing but padding"},
		{"====", "nothing else at all"},
		{"Zh==", "stray bits"},
		{"Zm9=", "stray bits"},
		{"Z===", "six bits are no byte"},
		{"Zg==Zg==", "goes on behind the padding"},
		{"Zm 9", "a space"},
		{"Zm9v\n", "a newline"},
		{"Zm\n9v", "a newline"},
		{"Zm-_", "the alphabet of base64url"},
		{"Zm9\xc3", "not ASCII"},
	};
	char out[16], text[16];
	size_t len = 42;

	(void)state;
	for (size_t i = 0; i < N(bad); i++)
		if (wb_unbase64(wb_slice_str(bad[i].text), out, sizeof(out),
				&len) != WB_EFORM)
			fail_msg("taken: %s", bad[i].why);
	assert_int_equal(wb_unbase64(wb_slice("Zm9\0", 4), out, 3, &len),
			 WB_EFORM);
	assert_int_equal(len, 42);
	for (size_t i = 0; i < N(good); i++) {
		assert_int_equal(wb_base64_len(i), strlen(good[i]));
		wb_base64("foobar", i, text);
		assert_string_equal(text, good[i]);
		assert_int_equal(
			wb_unbase64(wb_slice_str(good[i]), out, i, &len), 0);
		assert_int_equal(len, i);
		assert_memory_equal(out, "foobar", i);
		if (i > 0)
			assert_int_equal(wb_unbase64(wb_slice_str(good[i]), out,
						     i - 1, &len),
					 WB_ELIMIT);
	}
}

/* Whatever is taken is what the encoder writes: tried with each byte in each
 * place, since libsodium alone takes some that are not ASCII. */
static void test_base64_is_canonical(void **state)
{
	int taken = 0, taken_url = 0;

	(void)state;
	for (size_t i = 0; i < 4 * 256; i++) {
		uint8_t in[4] = {'Q', 'Q', 'Q', 'Q'};
		char text[8];
		uint8_t out[3];
		size_t len;

		in[i / 256] = (uint8_t)i;
		if (wb_unbase64(wb_slice(in, 4), out, 3, &len) == 0) {
			wb_base64(out, len, text);
			assert_memory_equal(text, in, 4);
			taken++;
		}
		if (wb_unbase64url(wb_slice(in, 4), out, 3, &len) == 0) {
			wb_base64url(out, len, text);
			assert_memory_equal(text, in, 4);
			taken_url++;
		}
	}
	assert_int_equal(taken, 4 * 64 + 1); /* "QQQ=" too */
	assert_int_equal(taken_url, 4 * 64);
}

static void test_base64url(void **state)
{
	static const char *const bad[] = {
		"-_8=", "+_8", "-/8", "-_9", "Z", "-_8\n", "-_8 ",
	};
	const uint8_t in[] = {0xfb, 0xff};
	char text[8];
	uint8_t out[2];
	size_t len = 42;

	(void)state;
	wb_base64url(in, sizeof(in), text);
	assert_string_equal(text, "-_8");
	for (size_t i = 0; i < N(bad); i++) {
		uint8_t wide[8];

		if (wb_unbase64url(wb_slice_str(bad[i]), wide, sizeof(wide),
				   &len) != WB_EFORM)
			fail_msg("taken: %s", bad[i]);
	}
	assert_int_equal(wb_unbase64url(wb_slice_str("-_8"), out, 1, &len),
			 WB_ELIMIT);
	assert_int_equal(len, 42);
	assert_int_equal(wb_unbase64url(wb_slice_str("-_8"), out, 2, &len), 0);
	assert_int_equal(len, 2);
	assert_memory_equal(out, in, 2);
	assert_int_equal(wb_unbase64url(wb_slice(NULL, 0), out, 2, &len), 0);
	assert_int_equal(len, 0);
}

static void test_hex(void **state)
{
	static const char *const bad[] = {"",     "0",      "00",   "0g00",
					  "0A00", "000000", "0x00", "00 0"};
	const uint8_t in[] = {0x0f, 0xa9};
	uint8_t out[2];
	char text[5];

	(void)state;
	wb_hex(in, sizeof(in), text);
	assert_string_equal(text, "0fa9");
	assert_int_equal(wb_unhex(wb_slice_str("0fa9"), out, 2), 0);
	assert_memory_equal(out, in, 2);
	for (size_t i = 0; i < N(bad); i++)
		if (wb_unhex(wb_slice_str(bad[i]), out, 2) != WB_EFORM)
			fail_msg("taken: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_sha256_without_memory),
		cmocka_unit_test(test_commitment_is_salted),
		cmocka_unit_test(test_password_key),
		cmocka_unit_test(test_box_known_answer),
		cmocka_unit_test(test_unbox_refuses),
		cmocka_unit_test(test_random_and_wipe),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_base64_is_canonical),
		cmocka_unit_test(test_base64url),
		cmocka_unit_test(test_hex),
	};

	if (wb_crypto_init() != 0 || wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
