#ifndef WB_KEYS_H
#define WB_KEYS_H

#include "client/cli.h"
#include "waybill/note.h"
#include "waybill/trust.h"

/*
 * keys: whom we sign as, and whom we believe.  Each call says why and returns
 * an exit code.
 */

/*
 * Open the key file at path.  The passphrase, if it has one, comes from
 * --passphrase-file, WAYBILL_PASSPHRASE, or the terminal.  The caller wipes
 * ret.
 */
int wb_keys_open(const struct wb_cli *cli, const char *path,
		 struct wb_signer *ret);

/* A public key: a verifier key, or a file that is a key file or holds one. */
int wb_keys_public(const char *text, struct wb_vkey *ret);

/* A new passphrase, asked twice; empty under --no-passphrase.  The caller
 * wipes and frees ret. */
int wb_keys_new_passphrase(const struct wb_cli *cli, struct wb_buf *ret);

/* Wipe and free. */
void wb_keys_forget(struct wb_buf *secret);

/* The trust file of --trust; the caller frees ret. */
int wb_keys_trust(const struct wb_cli *cli, struct wb_trust **ret);

/* The two service keys of the ledger that --ledger names, or of the only one
 * that is trusted.  They borrow from trust. */
int wb_keys_ledger(const struct wb_cli *cli, const struct wb_trust *trust,
		   const struct wb_vkey **ret_checkpoint,
		   const struct wb_vkey **ret_record);

#endif /* WB_KEYS_H */
