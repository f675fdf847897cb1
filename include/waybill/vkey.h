#ifndef WB_VKEY_H
#define WB_VKEY_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/bytes.h"
#include "waybill/crypto.h"
#include "waybill/limits.h"

/*
 * vkey: keys with names, as C2SP signed-note v1.0.0 writes them.
 *
 * The id of a key hashes its name, type and bytes, so that a key cannot be
 * taken for another use.  A bad public key gets into no wb_vkey.
 */
enum wb_sig_type {
	WB_SIG_ED25519 = 0x01,     /* over the note text */
	WB_SIG_COSIGNATURE = 0x04, /* timestamped, C2SP tlog-cosignature */
};

/* A verifier key: "<name>+<hex8 key id>+<base64(type || public key)>". */
struct wb_vkey {
	char name[WB_KEY_NAME_MAX + 1];
	uint32_t id; /* SHA-256(name || 0x0A || type || key)[0:4] */
	uint8_t type;
	uint8_t key[WB_PUBLIC_LEN];
};

/* A key that can sign.  wb_wipe it when done. */
struct wb_signer {
	struct wb_vkey vkey;
	uint8_t secret[WB_SECRET_LEN];
};

/* What C2SP asks of a name in a signature line: not empty, UTF-8, no space as
 * Unicode has it, no '+'. */
bool wb_key_name_c2sp(struct wb_slice s);
/* Whether s can name a key of ours: besides, no control character, none that
 * turns the direction of writing, and at most WB_KEY_NAME_MAX bytes. */
bool wb_key_name_valid(struct wb_slice s);
/* WB_EFORM for a bad name, WB_EKEY for a bad public key or type. */
int wb_vkey_make(struct wb_slice name, uint8_t type,
		 const uint8_t key[WB_PUBLIC_LEN],
		 struct wb_vkey *ret) WB_MUST_CHECK;
/* WB_EFORM also when the id in the text is not the key's. */
int wb_vkey_parse(struct wb_slice text, struct wb_vkey *ret) WB_MUST_CHECK;
/* The same for a text that wb_vkey_parse() took before it was stored: the
 * check of the curve point, most of the cost, is not made again. */
int wb_vkey_parse_known(struct wb_slice text,
			struct wb_vkey *ret) WB_MUST_CHECK;
void wb_vkey_format(const struct wb_vkey *key, char out[WB_VKEY_TEXT_MAX + 1]);
bool wb_vkey_eq(const struct wb_vkey *a, const struct wb_vkey *b);
/* A signer of type Ed25519 or cosignature from a seed. */
int wb_signer_make(struct wb_slice name, uint8_t type,
		   const uint8_t seed[WB_SEED_LEN],
		   struct wb_signer *ret) WB_MUST_CHECK;

#endif /* WB_VKEY_H */
