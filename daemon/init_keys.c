#include <stdio.h>
#include <string.h>

#include "daemon/cli.h"
#include "daemon/init.h"
#include "proto/access.h"
#include "waybill/keyfile.h"

/*
 * init_keys: keys made and keys given.
 */

/* A new key in dir/keys/<file>, without passphrase, 0600. */
static int make_key(const struct wb_init *in, const char *file,
		    const char *name, struct wb_signer *ret)
{
	uint8_t seed[WB_SEED_LEN], text[WB_KEYFILE_MAX];
	char path[WB_PATH_MAX], in_keys[80];
	struct wb_slice done;
	struct wb_writer w;
	int rc;

	snprintf(in_keys, sizeof(in_keys), "keys/%s", file);
	rc = wb_path_join(path, in->dir, in_keys);
	if (rc != 0)
		return rc;
	wb_random(seed, sizeof(seed));
	wb_writer_init(&w, text, sizeof(text));
	rc = wb_keyfile_write(&w, wb_slice_str(name), WB_SIG_ED25519, seed,
			      wb_slice(NULL, 0), &wb_keyfile_cost_default);
	if (rc == 0)
		rc = wb_writer_end(&w, &done);
	if (rc == 0)
		rc = wb_signer_make(wb_slice_str(name), WB_SIG_ED25519, seed,
				    ret);
	if (rc != 0)
		wb_cli_error("%s: cannot make the key %s: %s", path, name,
			     wb_strerror(rc));
	else
		rc = wb_file_make(path, 0600, done);
	wb_wipe(seed, sizeof(seed));
	wb_wipe(text, sizeof(text));
	return rc;
}

int wb_init_services(struct wb_init *in)
{
	char path[WB_PATH_MAX], name[WB_ORIGIN_MAX + 16];
	int rc;

	rc = wb_path_join(path, in->dir, "keys");
	if (rc == 0)
		rc = wb_folder_make(path);
	snprintf(name, sizeof(name), "%s", in->origin);
	if (rc == 0)
		rc = make_key(in, "checkpoint.key", name,
			      &in->services.checkpoint);
	snprintf(name, sizeof(name), "%s/record", in->origin);
	if (rc == 0)
		rc = make_key(in, "record.key", name, &in->services.record);
	return rc;
}

int wb_init_member(struct wb_init *in, struct wb_board *b)
{
	char name[WB_ORIGIN_MAX + 40], file[40];
	int rc;

	snprintf(name, sizeof(name), "%s/party/%s/1", in->origin, b->party);
	snprintf(file, sizeof(file), "%s.key", b->party);
	rc = make_key(in, file, name, &b->signer[0]);
	if (rc != 0)
		return rc;
	b->key[0] = b->signer[0].vkey;
	b->n = 1;
	b->n_signers = 1;
	return 0;
}

/* A member whose key file is here: it signs at once unless it is locked. */
static int load_member(struct wb_board *b, const char *path,
		       struct wb_vkey *key)
{
	struct wb_buf text;
	bool locked = true;
	int rc;

	wb_buf_init(&text, WB_KEYFILE_MAX);
	rc = wb_file_read(path, &text);
	if (rc != 0)
		return rc;
	rc = wb_keyfile_public(wb_buf_slice(&text), key, &locked);
	if (rc == 0 && !locked) {
		rc = wb_keyfile_open(wb_buf_slice(&text), wb_slice(NULL, 0),
				     &b->signer[b->n_signers]);
		b->n_signers += rc == 0;
	}
	wb_wipe(text.p, text.cap);
	wb_buf_free(&text);
	if (rc != 0)
		wb_cli_error("%s: not a key file: %s", path, wb_strerror(rc));
	return rc;
}

/* Before anything is made: what the genesis would be refused for. */
static int check_board(const struct wb_init *in, const struct wb_board *b)
{
	char party[WB_ID_MAX + 1];

	for (size_t i = 0; i < b->n; i++) {
		struct wb_slice name = wb_slice_str(b->key[i].name);

		for (size_t k = 0; k < i; k++) {
			if (!wb_vkey_eq(&b->key[k], &b->key[i]))
				continue;
			wb_cli_error("the key %s is given twice",
				     b->key[i].name);
			return WB_EKEY;
		}
		if (wb_access_party(wb_slice_str(in->origin), name, party) ==
			    0 &&
		    strcmp(party, b->party) == 0)
			continue;
		wb_cli_error("the key %s is not named %s/party/%s/...",
			     b->key[i].name, in->origin, b->party);
		return WB_EKEY;
	}
	if (b->k > b->n) {
		wb_cli_error("the %s has %zu members, its quorum is %u",
			     b->party, b->n, b->k);
		return WB_EFORM;
	}
	return 0;
}

int wb_init_board(const struct wb_init *in, struct wb_board *b)
{
	int rc;

	for (size_t i = 0; i < b->n; i++) {
		if (wb_vkey_parse(wb_slice_str(b->text[i]), &b->key[i]) == 0)
			continue;
		if (!wb_file_exists(b->text[i])) {
			wb_cli_error("%s: neither a verifier key nor a file",
				     b->text[i]);
			return WB_EFORM;
		}
		rc = load_member(b, b->text[i], &b->key[i]);
		if (rc != 0)
			return rc;
	}
	return check_board(in, b);
}
