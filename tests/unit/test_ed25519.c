#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "waybill/crypto.h"

/* The signatures of crypto.c: what must be refused fills a file. */

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

/* RFC 8032 section 7.1, tests 1 to 3. */
static void test_rfc8032(void **state)
{
	static const struct {
		const char *seed, *public, *msg, *sig;
		size_t len;
	} cases[] = {
		{"9d61b19deffd5a60ba844af492ec2cc4"
		 "4449c5697b326919703bac031cae7f60",
		 "d75a980182b10ab7d54bfed3c964073a"
		 "0ee172f3daa62325af021a68f707511a",
		 "",
		 "e5564300c360ac729086e2cc806e828a"
		 "84877f1eb8e5d974d873e06522490155"
		 "5fb8821590a33bacc61e39701cf9b46b"
		 "d25bf5f0595bbe24655141438e7a100b",
		 0},
		{"4ccd089b28ff96da9db6c346ec114e0f"
		 "5b8a319f35aba624da8cf6ed4fb8a6fb",
		 "3d4017c3e843895a92b70aa74d1b7ebc"
		 "9c982ccf2ec4968cc0cd55f12af4660c",
		 "72",
		 "92a009a9f0d4cab8720e820b5f642540"
		 "a2b27b5416503f8fb3762223ebdb69da"
		 "085ac1e43e15996e458f3613d0f11d8c"
		 "387b2eaeb4302aeeb00d291612bb0c00",
		 1},
		{"c5aa8df43f9f837bedb7442f31dcb7b1"
		 "66d38535076f094b85ce3a2e0b4458f7",
		 "fc51cd8e6218a1a38da47ed00230f058"
		 "0816ed13ba3303ac5deb911548908025",
		 "af82",
		 "6291d657deec24024827e69c3abe01a3"
		 "0ce548a284743a445e3680d7db5ac3ac"
		 "18ff9b538d16f290ae67f760984dc659"
		 "4a7c15e9716ed28dc027beceea1ec40a",
		 2},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		uint8_t seed[WB_SEED_LEN], public[WB_PUBLIC_LEN];
		uint8_t secret[WB_SECRET_LEN], sig[WB_SIG_LEN], msg[2];

		unhex(cases[i].seed, seed, sizeof(seed));
		unhex(cases[i].msg, msg, cases[i].len);
		wb_key_from_seed(seed, public, secret);
		assert_hex(public, sizeof(public), cases[i].public);
		wb_sign(secret, wb_slice(msg, cases[i].len), sig);
		assert_hex(sig, sizeof(sig), cases[i].sig);
		assert_int_equal(
			wb_verify(public, wb_slice(msg, cases[i].len), sig), 0);
		assert_int_equal(wb_public_check(public), 0);
	}
}

/* Any bit changed in message, signature or key is noticed. */
static void test_verify_sees_each_bit(void **state)
{
	uint8_t seed[WB_SEED_LEN] = {7}, public[WB_PUBLIC_LEN];
	uint8_t secret[WB_SECRET_LEN], sig[WB_SIG_LEN];
	uint8_t msg[] = "2 units to Malaysia";
	struct wb_slice text = wb_slice(msg, sizeof(msg) - 1);

	(void)state;
	wb_key_from_seed(seed, public, secret);
	wb_sign(secret, text, sig);
	for (size_t bit = 0; bit < 8 * sizeof(sig); bit++) {
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(wb_verify(public, text, sig), WB_ESIG);
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * text.len; bit++) {
		msg[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(wb_verify(public, text, sig), WB_ESIG);
		msg[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof(public); bit++) {
		public[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(wb_verify(public, text, sig), WB_ESIG);
		public[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(wb_verify(public, text, sig), 0);
}

/* Keys that no honest signer has; made as "Taming the many EdDSAs" does. */
static void test_bad_public_keys(void **state)
{
	static const struct {
		const char *key;
		const char *why;
	} cases[] = {
		{"00000000000000000000000000000000"
		 "00000000000000000000000000000000",
		 "order 4"},
		{"00000000000000000000000000000000"
		 "00000000000000000000000000000080",
		 "order 4"},
		{"01000000000000000000000000000000"
		 "00000000000000000000000000000000",
		 "the neutral point"},
		{"01000000000000000000000000000000"
		 "00000000000000000000000000000080",
		 "the neutral point with a minus"},
		{"ecffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffff7f",
		 "order 2"},
		{"ecffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffffff",
		 "order 2 with a minus"},
		{"26e8958fc2b227b045c3f489f2ef98f0"
		 "d5dfac05d3c63339b13802886d53fc05",
		 "order 8"},
		{"26e8958fc2b227b045c3f489f2ef98f0"
		 "d5dfac05d3c63339b13802886d53fc85",
		 "order 8"},
		{"c7176a703d4dd84fba3c0b760d10670f"
		 "2a2053fa2c39ccc64ec7fd7792ac037a",
		 "order 8"},
		{"c7176a703d4dd84fba3c0b760d10670f"
		 "2a2053fa2c39ccc64ec7fd7792ac03fa",
		 "order 8"},
		{"edffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffff7f",
		 "y = p, which is 0"},
		{"eeffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffff7f",
		 "y = p + 1"},
		{"f0ffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffff7f",
		 "y = p + 3, a good point otherwise"},
		{"f0ffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffffff",
		 "y = p + 3 with a minus"},
		{"ffffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffff7f",
		 "y = p + 18, the last of them"},
		{"02000000000000000000000000000000"
		 "00000000000000000000000000000000",
		 "y = 2 is not on the curve"},
		{"07000000000000000000000000000000"
		 "00000000000000000000000000000080",
		 "nor is y = 7"},
		{"9ea3f11f5bd34f0cd7147fd0a436c088"
		 "f624c6100c1df6a53c0a29e05d60cea0",
		 "a good key plus a point of order 8"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		uint8_t key[WB_PUBLIC_LEN];

		unhex(cases[i].key, key, sizeof(key));
		if (wb_public_check(key) != WB_EKEY)
			fail_msg("taken: %s", cases[i].why);
	}
}

/* Signatures over "shipment" that satisfy the equation of one verifier or
 * another, and must not satisfy ours.  The key is that of seed 32 x 01 unless
 * one is given. */
static void test_bad_signatures(void **state)
{
	static const char key_01[] = "8a88e3dd7409f195fd52db2d3cba5d72"
				     "ca6709bf1d94121bf3748801b40f6f5c";
	static const struct {
		const char *key;
		const char *r, *s;
		int rc;
		const char *why;
	} cases[] = {
		{key_01,
		 "7767a3242dc9b58bbc68488c1265cc6c"
		 "c5f26c6f3c88a5d55e901b0734dca572",
		 "67aa65b5624742d5dff61be888f315ae"
		 "8f431f96840a8ffa8515ee02feec9a0f",
		 0, "the good one, which the next two are made of"},
		{key_01,
		 "7767a3242dc9b58bbc68488c1265cc6c"
		 "c5f26c6f3c88a5d55e901b0734dca572",
		 "547e5b127daa542db693138b67edf4c2"
		 "8f431f96840a8ffa8515ee02feec9a1f",
		 WB_ESIG, "S + L"},
		{key_01,
		 "7767a3242dc9b58bbc68488c1265cc6c"
		 "c5f26c6f3c88a5d55e901b0734dca572",
		 "4a15cd27ee1556fe6e279e74949726e7"
		 "90431f96840a8ffa8515ee02feec9aff",
		 WB_ESIG, "S + 15 L, the largest that fits"},
		{key_01,
		 "6a84d583f06569edb3f5ed77df65544b"
		 "27d6948b4f0b2cb76f33dd8413b20719",
		 "564f3d5250a12743b7e3c341c33c854e"
		 "ade8955ddd3e93f14036a1f74eea300d",
		 WB_ESIG, "R with a part of order 8: good times 8"},
		{key_01,
		 "01000000000000000000000000000000"
		 "00000000000000000000000000000000",
		 "ea689345d9d8dbde715c1548851a4478"
		 "43a0f88ef4867ad11702aa8663138e06",
		 WB_ESIG, "R is the neutral point"},
		{key_01,
		 "eeffffffffffffffffffffffffffffff"
		 "ffffffffffffffffffffffffffffff7f",
		 "9646b6de35676292ca87f04e5c179728"
		 "ff10fe2bf1f5b66bb1d3d21a23bdbf08",
		 WB_ESIG, "R is the neutral point, spelt y = p + 1"},
		{"c7176a703d4dd84fba3c0b760d10670f"
		 "2a2053fa2c39ccc64ec7fd7792ac037a",
		 "239a25e13d218173a6c4075d634921ce"
		 "a435d02aa93e9cb5bd5f09aa4ffb306f",
		 "e00a1feb8ca954ab0000000000000000"
		 "00000000000000000000000000000000",
		 WB_ESIG, "forged without a secret under a key of order 8"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		uint8_t key[WB_PUBLIC_LEN], sig[WB_SIG_LEN];

		unhex(cases[i].key, key, sizeof(key));
		unhex(cases[i].r, sig, 32);
		unhex(cases[i].s, sig + 32, 32);
		if (wb_verify(key, wb_slice_str("shipment"), sig) !=
		    cases[i].rc)
			fail_msg("judged wrong: %s", cases[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc8032),
		cmocka_unit_test(test_verify_sees_each_bit),
		cmocka_unit_test(test_bad_public_keys),
		cmocka_unit_test(test_bad_signatures),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
