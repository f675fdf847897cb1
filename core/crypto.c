#include <assert.h>
#include <pthread.h>

#include <openssl/evp.h>
#include <sodium.h>

#include "waybill/crypto.h"

static_assert(WB_SEED_LEN == crypto_sign_SEEDBYTES, "seed");
static_assert(WB_PUBLIC_LEN == crypto_sign_PUBLICKEYBYTES, "public key");
static_assert(WB_SECRET_LEN == crypto_sign_SECRETKEYBYTES, "secret key");
static_assert(WB_SIG_LEN == crypto_sign_BYTES, "signature");
static_assert(WB_HASH_LEN == crypto_hash_sha256_BYTES, "hash");
static_assert(WB_PWSALT_LEN == crypto_pwhash_SALTBYTES, "salt");
static_assert(WB_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	      "nonce");
static_assert(WB_TAG_LEN == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32, "box key");

/* --- start ---------------------------------------------------------------- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int init_result = WB_ENOMEM;
static OSSL_LIB_CTX *library; /* our own: see init() */
static EVP_MD *sha256;        /* fetched once: a fetch costs more than a hash */
static pthread_key_t sha256_key; /* each thread's EVP_MD_CTX */

static void free_context(void *ctx)
{
	EVP_MD_CTX_free(ctx);
}

static void init(void)
{
	if (sodium_init() < 0)
		return;
	if (pthread_key_create(&sha256_key, free_context) != 0)
		return;
	/* Where memory is short, OpenSSL 3.0 goes on with half a default
	 * context, and crashes; one of our own it refuses to make. */
	library = OSSL_LIB_CTX_new();
	if (library == NULL)
		return;
	sha256 = EVP_MD_fetch(library, "SHA256", NULL);
	if (sha256 == NULL)
		return;
	init_result = 0;
}

int wb_crypto_init(void)
{
	if (pthread_once(&once, init) != 0)
		return WB_ENOMEM;
	return init_result;
}

/* --- SHA-256 -------------------------------------------------------------- */

/* This thread's context, ready for a new hash, or NULL without memory. */
static EVP_MD_CTX *fresh_context(void)
{
	EVP_MD_CTX *ctx = pthread_getspecific(sha256_key);

	if (ctx == NULL) {
		ctx = EVP_MD_CTX_new();
		if (ctx == NULL)
			return NULL;
		if (pthread_setspecific(sha256_key, ctx) != 0) {
			EVP_MD_CTX_free(ctx);
			return NULL;
		}
	}
	return EVP_DigestInit_ex2(ctx, sha256, NULL) == 1 ? ctx : NULL;
}

/* Several times slower than libcrypto, but needs no memory: a hash cannot
 * fail. */
static void sha256_without_memory(const struct wb_slice part[], size_t n,
				  uint8_t ret[WB_HASH_LEN])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < n; i++)
		crypto_hash_sha256_update(&state, part[i].p, part[i].len);
	crypto_hash_sha256_final(&state, ret);
}

void wb_sha256(const struct wb_slice part[], size_t n, uint8_t ret[WB_HASH_LEN])
{
	EVP_MD_CTX *ctx;
	int ok = 1;

	assert(sha256 != NULL);

	ctx = fresh_context();
	if (ctx == NULL) {
		sha256_without_memory(part, n, ret);
		return;
	}
	for (size_t i = 0; i < n; i++)
		ok &= EVP_DigestUpdate(ctx, part[i].p, part[i].len);
	ok &= EVP_DigestFinal_ex(ctx, ret, NULL);
	assert(ok == 1);
}

void wb_commitment(const uint8_t salt[WB_SALT_LEN], struct wb_slice text,
		   uint8_t ret[WB_HASH_LEN])
{
	const struct wb_slice part[] = {wb_slice(salt, WB_SALT_LEN), text};

	wb_sha256(part, 2, ret);
}

/* --- Ed25519 -------------------------------------------------------------- */

void wb_key_from_seed(const uint8_t seed[WB_SEED_LEN],
		      uint8_t ret_public[WB_PUBLIC_LEN],
		      uint8_t ret_secret[WB_SECRET_LEN])
{
	int rc = crypto_sign_seed_keypair(ret_public, ret_secret, seed);

	assert(rc == 0);
}

void wb_sign(const uint8_t secret[WB_SECRET_LEN], struct wb_slice msg,
	     uint8_t ret_sig[WB_SIG_LEN])
{
	int rc = crypto_sign_detached(ret_sig, NULL, msg.p, msg.len, secret);

	assert(rc == 0);
}

int wb_verify(const uint8_t pub[WB_PUBLIC_LEN], struct wb_slice msg,
	      const uint8_t sig[WB_SIG_LEN])
{
	/*
	 * libsodium refuses S >= L, small-order R, and small-order or
	 * non-canonical keys.  It makes R anew and compares bytes, so that a
	 * non-canonical R fails too.
	 */
	if (crypto_sign_verify_detached(sig, msg.p, msg.len, pub) != 0)
		return WB_ESIG;
	return 0;
}

int wb_public_check(const uint8_t pub[WB_PUBLIC_LEN])
{
	return crypto_core_ed25519_is_valid_point(pub) == 1 ? 0 : WB_EKEY;
}

/* --- secrets -------------------------------------------------------------- */

int wb_password_key(struct wb_slice passphrase,
		    const uint8_t salt[WB_PWSALT_LEN], uint64_t ops,
		    size_t mem_bytes, uint8_t ret_key[32])
{
	if (ops < crypto_pwhash_OPSLIMIT_MIN ||
	    ops > crypto_pwhash_OPSLIMIT_MAX ||
	    mem_bytes < crypto_pwhash_MEMLIMIT_MIN ||
	    mem_bytes > crypto_pwhash_MEMLIMIT_MAX)
		return WB_ELIMIT;
	if (crypto_pwhash(ret_key, 32, (const char *)passphrase.p,
			  passphrase.len, salt, ops, mem_bytes,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return WB_ENOMEM;
	return 0;
}

void wb_box(const uint8_t key[32], const uint8_t nonce[WB_NONCE_LEN],
	    struct wb_slice ad, struct wb_slice text, uint8_t *out)
{
	int rc = crypto_aead_xchacha20poly1305_ietf_encrypt(
		out, NULL, text.p, text.len, ad.p, ad.len, NULL, nonce, key);

	assert(rc == 0);
}

int wb_unbox(const uint8_t key[32], const uint8_t nonce[WB_NONCE_LEN],
	     struct wb_slice ad, struct wb_slice box, uint8_t *out)
{
	if (box.len < WB_TAG_LEN)
		return WB_ESIG;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, box.p,
						       box.len, ad.p, ad.len,
						       nonce, key) != 0) {
		wb_wipe(out, box.len - WB_TAG_LEN);
		return WB_ESIG;
	}
	return 0;
}

void wb_random(void *p, size_t len)
{
	randombytes_buf(p, len);
}

void wb_wipe(void *p, size_t len)
{
	sodium_memzero(p, len);
}

/* --- base64 and hexadecimal ----------------------------------------------- */

size_t wb_base64_len(size_t len)
{
	return (len + 2) / 3 * 4;
}

void wb_base64(const void *p, size_t len, char *out)
{
	sodium_bin2base64(out, wb_base64_len(len) + 1, p, len,
			  sodium_base64_VARIANT_ORIGINAL);
}

void wb_base64url(const void *p, size_t len, char *out)
{
	sodium_bin2base64(
		out,
		sodium_base64_encoded_len(
			len, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
		p, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* digits is how many characters of in are not padding. */
static int unbase64(struct wb_slice in, size_t digits, int variant, void *out,
		    size_t cap, size_t *ret_len)
{
	size_t len;

	if (digits / 4 * 3 + digits % 4 * 3 / 4 > cap)
		return WB_ELIMIT;
	/*
	 * libsodium refuses stray bits and characters that are no digits, but
	 * takes some bytes from 0x80 on for digits: its comparisons expect
	 * ASCII.
	 */
	for (size_t i = 0; i < in.len; i++)
		if (in.p[i] >= 0x80)
			return WB_EFORM;
	if (sodium_base642bin(out, cap, (const char *)in.p, in.len, NULL, &len,
			      NULL, variant) != 0)
		return WB_EFORM;
	*ret_len = len;
	return 0;
}

int wb_unbase64(struct wb_slice in, void *out, size_t cap, size_t *ret_len)
{
	size_t digits = in.len;

	if (in.len % 4 != 0)
		return WB_EFORM;
	for (int i = 0; i < 2 && digits > 0 && in.p[digits - 1] == '='; i++)
		digits--;
	return unbase64(in, digits, sodium_base64_VARIANT_ORIGINAL, out, cap,
			ret_len);
}

int wb_unbase64url(struct wb_slice in, void *out, size_t cap, size_t *ret_len)
{
	return unbase64(in, in.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING,
			out, cap, ret_len);
}

void wb_hex(const void *p, size_t len, char *out)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *in = p;

	/* Of digests, which are no secret. */
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digit[in[i] >> 4];
		out[2 * i + 1] = digit[in[i] & 0xf];
	}
	out[2 * len] = '\0';
}

void wb_sha256_hex(struct wb_slice text, char ret[WB_HASH_HEX + 1])
{
	uint8_t hash[WB_HASH_LEN];

	wb_sha256(&text, 1, hash);
	wb_hex(hash, sizeof(hash), ret);
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int wb_unhex(struct wb_slice in, void *out, size_t len)
{
	uint8_t *p = out;

	if (in.len % 2 != 0 || in.len / 2 != len)
		return WB_EFORM;
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(in.p[2 * i]);
		int low = hex_digit(in.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return WB_EFORM;
		p[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}
