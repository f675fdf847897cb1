#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/keyfile.h"

/*
 * Key file: a plain one that opens is, below its comment, what would be
 * written for its name, type and seed, and shows the key that it holds.  One
 * with a passphrase is only looked at: opening may take seconds by right.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What follows the first line. */
static struct wb_slice below_comment(struct wb_slice file)
{
	const uint8_t *end = memchr(file.p, '\n', file.len);

	require(end != NULL);
	return wb_slice(end + 1, file.len - (size_t)(end + 1 - file.p));
}

static void check_plain(struct wb_slice file, const struct wb_vkey *shown)
{
	struct wb_slice again = {0};
	uint8_t out[WB_KEYFILE_MAX];
	struct wb_signer signer;
	struct wb_writer w;
	int rc;

	rc = wb_keyfile_open(file, wb_slice_str(""), &signer);
	if (rc != 0) {
		require(rc == WB_ESIG);
		return;
	}
	require(wb_vkey_eq(&signer.vkey, shown));
	wb_writer_init(&w, out, sizeof(out));
	/* The secret of Ed25519 begins with its seed. */
	rc = wb_keyfile_write(&w, wb_slice_str(shown->name), shown->type,
			      signer.secret, wb_slice_str(""), NULL);
	require(rc == 0 && wb_writer_end(&w, &again) == 0);
	require(wb_slice_eq(below_comment(again), below_comment(file)));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_slice file = wb_slice(p, n);
	struct wb_vkey shown;
	bool locked;

	require(wb_crypto_init() == 0);
	if (wb_keyfile_public(file, &shown, &locked) != 0)
		return 0;
	require(n <= WB_KEYFILE_MAX);
	require(wb_key_name_valid(wb_slice_str(shown.name)));
	require(wb_public_check(shown.key) == 0);
	if (!locked)
		check_plain(file, &shown);
	return 0;
}
