#ifndef WB_KEYFILE_H
#define WB_KEYFILE_H

#include "waybill/note.h"

/*
 * keyfile: the text that holds a private key (proto/FORMAT.md, "Key file").
 *
 * With a passphrase the seed is boxed with XChaCha20-Poly1305 under an
 * Argon2id key; without, it stands in the clear and only the file's mode
 * guards it.  The name and public key are bound as associated data.
 */
#define WB_KEYFILE_MAX 1024

struct wb_keyfile_cost {
	uint64_t ops;
	uint64_t mem_bytes;
};

/* The cost new files get: Argon2id "moderate", 3 passes over 256 MiB. */
extern const struct wb_keyfile_cost wb_keyfile_cost_default;
/* What a file may ask of the reader at most: 1 GiB, 10 passes. */

/* Write a key file; passphrase of length 0 means none. */
int wb_keyfile_write(struct wb_writer *w, struct wb_slice name, uint8_t type,
		     const uint8_t seed[WB_SEED_LEN],
		     struct wb_slice passphrase,
		     const struct wb_keyfile_cost *cost) WB_MUST_CHECK;

/* The public part, which the file shows in the clear (and which opening
 * checks), and whether a passphrase is needed. */
int wb_keyfile_public(struct wb_slice file, struct wb_vkey *ret,
		      bool *ret_locked) WB_MUST_CHECK;

/* WB_EFORM, WB_ELIMIT for a cost past the bound, WB_ESIG for a wrong
 * passphrase or changed file. */
int wb_keyfile_open(struct wb_slice file, struct wb_slice passphrase,
		    struct wb_signer *ret) WB_MUST_CHECK;

#endif /* WB_KEYFILE_H */
