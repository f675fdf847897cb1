#include <stdio.h>
#include <string.h>

#include "client/cli.h"
#include "client/files.h"
#include "client/json.h"
#include "client/keys.h"
#include "client/print.h"
#include "waybill/keyfile.h"
#include "waybill/text.h"

/* key new, key show, key public. */

#define KEY_MODE 0600

/* The name given, or <origin>/party/<id>/<label>. */
static int key_name(const struct wb_cli *cli, char *name, size_t cap)
{
	const char *origin, *party, *label;
	int n, rc;

	if (cli->n == 1) {
		n = snprintf(name, cap, "%s", cli->operand[0]);
	} else {
		rc = wb_opt_need(&cli->opt, WB_OPT_PARTY, &party);
		if (rc == 0)
			rc = wb_opt_need(&cli->opt, WB_OPT_LEDGER, &origin);
		if (rc != 0) {
			wb_advise("or give the whole name of the key");
			return rc;
		}
		label = wb_opt(&cli->opt, WB_OPT_LABEL);
		if (label == NULL)
			label = "a";
		if (!wb_origin_valid(wb_slice_str(origin)))
			return wb_fail(WB_EXIT_USAGE,
				       "'%s' is no origin: a host and a path, "
				       "as example.org/waybill",
				       origin);
		if (!wb_id_valid(wb_slice_str(party)) ||
		    !wb_id_valid(wb_slice_str(label)))
			return wb_fail(WB_EXIT_USAGE,
				       "'%s' and '%s' must be ids: letters, "
				       "digits, '.', '_', '-'",
				       party, label);
		n = snprintf(name, cap, "%s/party/%s/%s", origin, party, label);
	}
	if (n < 0 || (size_t)n >= cap || !wb_key_name_valid(wb_slice_str(name)))
		return wb_fail(WB_EXIT_USAGE,
			       "this cannot name a key: no spaces, no '+', at "
			       "most %d bytes",
			       WB_KEY_NAME_MAX);
	return 0;
}

/* --out, or <party>-<label>.key from the last two parts of the name. */
static void out_path(const struct wb_cli *cli, const char *name, char *path,
		     size_t cap)
{
	const char *out = wb_opt(&cli->opt, WB_OPT_OUT);
	const char *last = strrchr(name, '/'), *before = last;

	if (out != NULL) {
		snprintf(path, cap, "%s", out);
		return;
	}
	while (before != NULL && before > name && before[-1] != '/')
		before--;
	snprintf(path, cap, "%s.key", before ? before : name);
	for (char *at = path; *at != '\0'; at++) {
		if (*at == '/')
			*at = '-';
	}
}

static int print_key(const struct wb_cli *cli, const char *path,
		     const struct wb_vkey *key, bool locked)
{
	char vkey[WB_VKEY_TEXT_MAX + 1];
	struct wb_json_out out;

	wb_vkey_format(key, vkey);
	if (cli->json) {
		wb_out_init(&out);
		wb_out_open(&out, NULL, '{');
		wb_out_string(&out, "file", path);
		wb_out_string(&out, "name", key->name);
		wb_out_string(&out, "vkey", vkey);
		wb_out_bool(&out, "passphrase", locked);
		wb_out_close(&out, '}');
		return wb_out_done(&out);
	}
	wb_say(stdout, "file        %s\n", path);
	wb_say(stdout, "name        %s\n", key->name);
	wb_say(stdout, "public key  %s\n", vkey);
	wb_say(stdout, "passphrase  %s\n",
	       locked ? "yes" : "no: only the file's mode guards it");
	return WB_EXIT_DONE;
}

int wb_cmd_key_new(struct wb_cli *cli)
{
	uint8_t seed[WB_SEED_LEN], text[WB_KEYFILE_MAX];
	char name[WB_KEY_NAME_MAX + 1], path[4096];
	struct wb_buf secret;
	struct wb_slice file;
	struct wb_vkey key;
	struct wb_writer w;
	bool locked = false;
	int rc, error;

	rc = key_name(cli, name, sizeof(name));
	if (rc != 0)
		return rc;
	out_path(cli, name, path, sizeof(path));
	rc = wb_keys_new_passphrase(cli, &secret);
	if (rc != 0)
		goto forget;
	wb_random(seed, sizeof(seed));
	wb_writer_init(&w, text, sizeof(text));
	error = wb_keyfile_write(&w, wb_slice_str(name), WB_SIG_ED25519, seed,
				 wb_buf_slice(&secret),
				 &wb_keyfile_cost_default);
	if (error == 0)
		error = wb_writer_end(&w, &file);
	if (error == 0)
		error = wb_keyfile_public(file, &key, &locked);
	if (error != 0)
		rc = wb_fail(WB_EXIT_OTHER, "no key can be made: %s",
			     wb_strerror(error));
	if (rc == 0)
		rc = wb_store_file(path, file, KEY_MODE, WB_FILE_NEW);
	/* On standard output the key itself is the output. */
	if (rc == 0 && strcmp(path, "-") != 0)
		rc = print_key(cli, path, &key, locked);
	wb_wipe(seed, sizeof(seed));
	wb_wipe(text, sizeof(text));
forget:
	wb_keys_forget(&secret);
	return rc;
}

int wb_cmd_key_show(struct wb_cli *cli)
{
	const char *path = cli->operand[0];
	struct wb_vkey key;
	struct wb_buf file;
	bool locked = false;
	int rc = wb_load("key file", path, WB_KEYFILE_MAX, &file);

	/* The file tells whether it is locked; a bare vkey is not. */
	if (rc == 0 &&
	    wb_keyfile_public(wb_buf_slice(&file), &key, &locked) != 0)
		rc = wb_keys_public(path, &key);
	if (rc == 0)
		rc = print_key(cli, path, &key, locked);
	wb_keys_forget(&file);
	return rc;
}

int wb_cmd_key_public(struct wb_cli *cli)
{
	char vkey[WB_VKEY_TEXT_MAX + 1];
	struct wb_json_out out;
	struct wb_vkey key;
	int rc;

	wb_out_init(&out);
	wb_out_open(&out, NULL, '{');
	wb_out_open(&out, "vkeys", '[');
	for (size_t i = 0; i < cli->n; i++) {
		rc = wb_keys_public(cli->operand[i], &key);
		if (rc != 0) {
			wb_buf_free(&out.buf);
			return rc;
		}
		wb_vkey_format(&key, vkey);
		if (cli->json)
			wb_out_string(&out, NULL, vkey);
		else
			wb_say(stdout, "%s\n", vkey);
	}
	wb_out_close(&out, ']');
	wb_out_close(&out, '}');
	if (cli->json)
		return wb_out_done(&out);
	wb_buf_free(&out.buf);
	return WB_EXIT_DONE;
}
