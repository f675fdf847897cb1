#ifndef WB_CRYPTO_H
#define WB_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "waybill/bytes.h"

/*
 * crypto: the few primitives Waybill uses, each from a library.
 *
 * crypto.c alone knows libsodium (Ed25519, Argon2id, XChaCha20-Poly1305,
 * random, base64) and libcrypto (SHA-256).  wb_crypto_init() comes first, once
 * per process; everything after is safe in any thread.
 */
#define WB_HASH_LEN   32
#define WB_SEED_LEN   32
#define WB_PUBLIC_LEN 32
#define WB_SECRET_LEN 64
#define WB_SIG_LEN    64
#define WB_SALT_LEN   32 /* of a commitment */
#define WB_PWSALT_LEN 16 /* of Argon2id */
#define WB_NONCE_LEN  24 /* of XChaCha20-Poly1305 */
#define WB_TAG_LEN    16

int wb_crypto_init(void) WB_MUST_CHECK;

/* SHA-256 (FIPS 180-4) of the n parts in a row. */
void wb_sha256(const struct wb_slice part[], size_t n,
	       uint8_t ret[WB_HASH_LEN]);

/* The SHA-256 of a text in hexadecimal, as documents are named. */
#define WB_HASH_HEX (2 * WB_HASH_LEN)
void wb_sha256_hex(struct wb_slice text, char ret[WB_HASH_HEX + 1]);

/* SHA-256(salt || text): the commitments of a record (DESIGN 3.3). */
void wb_commitment(const uint8_t salt[WB_SALT_LEN], struct wb_slice text,
		   uint8_t ret[WB_HASH_LEN]);

/* Ed25519 (RFC 8032), deterministic. */
void wb_key_from_seed(const uint8_t seed[WB_SEED_LEN],
		      uint8_t ret_public[WB_PUBLIC_LEN],
		      uint8_t ret_secret[WB_SECRET_LEN]);
void wb_sign(const uint8_t secret[WB_SECRET_LEN], struct wb_slice msg,
	     uint8_t ret_sig[WB_SIG_LEN]);
/* 0 or WB_ESIG; refuses S >= L, small-order and non-canonical keys and R. */
int wb_verify(const uint8_t pub[WB_PUBLIC_LEN], struct wb_slice msg,
	      const uint8_t sig[WB_SIG_LEN]) WB_MUST_CHECK;
/* 0, or WB_EKEY for a small-order, non-canonical or off-curve public key, and
 * for one with a small-order part, which no seed gives. */
int wb_public_check(const uint8_t pub[WB_PUBLIC_LEN]) WB_MUST_CHECK;

/* Argon2id, RFC 9106.  WB_ENOMEM if mem_bytes cannot be had, WB_ELIMIT for a
 * cost that Argon2id does not have. */
int wb_password_key(struct wb_slice passphrase,
		    const uint8_t salt[WB_PWSALT_LEN], uint64_t ops,
		    size_t mem_bytes, uint8_t ret_key[32]) WB_MUST_CHECK;
/* XChaCha20-Poly1305: out has len + WB_TAG_LEN bytes. */
void wb_box(const uint8_t key[32], const uint8_t nonce[WB_NONCE_LEN],
	    struct wb_slice ad, struct wb_slice text, uint8_t *out);
/* 0 or WB_ESIG; out has box.len - WB_TAG_LEN bytes, wiped on failure. */
int wb_unbox(const uint8_t key[32], const uint8_t nonce[WB_NONCE_LEN],
	     struct wb_slice ad, struct wb_slice box,
	     uint8_t *out) WB_MUST_CHECK;

void wb_random(void *p, size_t len);
/* Zero p in a way the compiler keeps. */
void wb_wipe(void *p, size_t len);

/* Characters of base64 with padding for len bytes, without a NUL. */
size_t wb_base64_len(size_t len);
/* out has wb_base64_len(len) + 1 bytes and gets a closing NUL. */
void wb_base64(const void *p, size_t len, char *out);
/*
 * Canonical base64 with padding only (RFC 4648 section 4): no space, no
 * stray bits.  WB_EFORM, or WB_ELIMIT if it decodes to more than cap.
 */
int wb_unbase64(struct wb_slice in, void *out, size_t cap,
		size_t *ret_len) WB_MUST_CHECK;
/* The same for base64url without padding (RFC 4648 section 5). */
void wb_base64url(const void *p, size_t len, char *out);
int wb_unbase64url(struct wb_slice in, void *out, size_t cap,
		   size_t *ret_len) WB_MUST_CHECK;
/* Lower-case hexadecimal; out has 2 * len + 1 bytes. */
void wb_hex(const void *p, size_t len, char *out);
/* Exactly 2 * len lower-case digits. */
int wb_unhex(struct wb_slice in, void *out, size_t len) WB_MUST_CHECK;

#endif /* WB_CRYPTO_H */
