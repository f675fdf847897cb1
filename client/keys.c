#include "client/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "client/files.h"
#include "client/print.h"
#include "waybill/keyfile.h"

#define PASSPHRASE_MAX 1024
#define TRIES          3
#define CONTROL_C      3

void wb_keys_forget(struct wb_buf *secret)
{
	if (secret->p != NULL)
		wb_wipe(secret->p, secret->cap);
	wb_buf_free(secret);
}

/*
 * Ask on the terminal without echo.  Signals from keys are off meanwhile, so
 * that ^C cannot leave the terminal silent.
 */
static int ask(const char *prompt, struct wb_buf *ret)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct termios kept, quiet;
	bool interrupted = false;
	char c;

	if (fd < 0 || tcgetattr(fd, &kept) != 0) {
		if (fd >= 0)
			close(fd);
		wb_fail(WB_EXIT_OTHER, "a passphrase is needed, and there is "
				       "no terminal to ask on");
		wb_advise("give --passphrase-file FILE, or set "
			  "WAYBILL_PASSPHRASE");
		return WB_EXIT_OTHER;
	}
	quiet = kept;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	quiet.c_cc[VEOL] = CONTROL_C; /* ends the line, so that it is seen */
	tcsetattr(fd, TCSAFLUSH, &quiet);
	dprintf(fd, "%s: ", prompt);
	while (read(fd, &c, 1) == 1 && c != '\n' && !ret->failed) {
		interrupted = c == CONTROL_C;
		if (interrupted)
			break;
		wb_buf_add(ret, &c, 1);
	}
	tcsetattr(fd, TCSAFLUSH, &kept);
	dprintf(fd, "\n");
	close(fd);
	return interrupted ? WB_EXIT_INTERRUPTED : 0;
}

/* The passphrase that the settings give; *ret_given tells whether they do. */
static int given(const struct wb_cli *cli, struct wb_buf *ret, bool *ret_given)
{
	const char *path = wb_opt(&cli->opt, WB_OPT_PASSPHRASE_FILE);
	const char *env = getenv("WAYBILL_PASSPHRASE");
	const uint8_t *newline;
	int rc;

	*ret_given = path != NULL || env != NULL;
	if (path != NULL) {
		rc = wb_load("passphrase file", path, PASSPHRASE_MAX, ret);
		if (rc != 0)
			return rc;
		newline = ret->len ? memchr(ret->p, '\n', ret->len) : NULL;
		if (newline != NULL)
			ret->len = (size_t)(newline - ret->p);
		if (ret->len == 0)
			return wb_fail(WB_EXIT_OTHER, "%s holds no passphrase",
				       path);
	} else if (env != NULL) {
		wb_buf_str(ret, env);
	}
	return 0;
}

int wb_keys_new_passphrase(const struct wb_cli *cli, struct wb_buf *ret)
{
	struct wb_buf again;
	bool is_given;
	int rc;

	wb_buf_init(ret, PASSPHRASE_MAX);
	if (wb_opt(&cli->opt, WB_OPT_NO_PASSPHRASE) != NULL)
		return 0;
	rc = given(cli, ret, &is_given);
	if (rc != 0 || is_given)
		return rc;
	wb_buf_init(&again, PASSPHRASE_MAX);
	rc = ask("New passphrase", ret);
	if (rc == 0 && ret->len == 0) {
		rc = wb_fail(WB_EXIT_OTHER, "an empty passphrase guards "
					    "nothing");
		wb_advise("--no-passphrase makes an unencrypted key");
	}
	if (rc == 0)
		rc = ask("The same again", &again);
	if (rc == 0 && !wb_slice_eq(wb_buf_slice(ret), wb_buf_slice(&again)))
		rc = wb_fail(WB_EXIT_OTHER, "the two passphrases differ");
	wb_keys_forget(&again);
	return rc;
}

/* Say what a key file's error means. */
static int key_error(const char *path, int error, bool locked)
{
	switch (error) {
	case WB_ESIG:
		if (!locked)
			return wb_fail(WB_EXIT_OTHER,
				       "%s was changed after it was written",
				       path);
		return wb_fail(WB_EXIT_OTHER,
			       "wrong passphrase for %s (or the file was "
			       "changed)",
			       path);
	case WB_ENOMEM:
		return wb_fail(WB_EXIT_OTHER,
			       "not enough memory for the "
			       "passphrase of %s",
			       path);
	default:
		wb_fail(WB_EXIT_OTHER, "%s is not a key file (%s)", path,
			wb_strerror(error));
		wb_advise("'waybill key new' makes one");
		return WB_EXIT_OTHER;
	}
}

static int open_locked(const struct wb_cli *cli, const char *path,
		       struct wb_slice file, const struct wb_vkey *key,
		       struct wb_signer *ret)
{
	char prompt[WB_KEY_NAME_MAX + 32];
	struct wb_buf secret;
	bool is_given;
	int rc, error = WB_ESIG;

	snprintf(prompt, sizeof(prompt), "Passphrase of %s", key->name);
	for (int i = 0; i < TRIES && error == WB_ESIG; i++) {
		wb_buf_init(&secret, PASSPHRASE_MAX);
		rc = given(cli, &secret, &is_given);
		if (rc == 0 && !is_given)
			rc = ask(prompt, &secret);
		if (rc == 0)
			error = wb_keyfile_open(file, wb_buf_slice(&secret),
						ret);
		wb_keys_forget(&secret);
		if (rc != 0)
			return rc;
		if (is_given)
			break;
	}
	return error == 0 ? 0 : key_error(path, error, true);
}

int wb_keys_open(const struct wb_cli *cli, const char *path,
		 struct wb_signer *ret)
{
	struct wb_vkey key;
	struct wb_buf file;
	bool locked;
	int error, rc;

	rc = wb_load("key file", path, WB_KEYFILE_MAX, &file);
	if (rc == WB_EXIT_NOT_FOUND)
		wb_advise("'waybill key new' makes one");
	if (rc != 0)
		goto forget;
	error = wb_keyfile_public(wb_buf_slice(&file), &key, &locked);
	if (error != 0) {
		rc = key_error(path, error, false);
	} else if (locked) {
		rc = open_locked(cli, path, wb_buf_slice(&file), &key, ret);
	} else {
		error = wb_keyfile_open(wb_buf_slice(&file), wb_slice(NULL, 0),
					ret);
		rc = error == 0 ? 0 : key_error(path, error, false);
	}
forget:
	wb_keys_forget(&file);
	return rc;
}

int wb_keys_public(const char *text, struct wb_vkey *ret)
{
	struct wb_buf file;
	struct wb_slice in;
	bool locked;
	int error, rc;

	if (wb_vkey_parse(wb_slice_str(text), ret) == 0)
		return 0;
	if (!wb_file_is(text)) {
		wb_fail(WB_EXIT_USAGE,
			"'%s' is neither a verifier key nor a "
			"file",
			text);
		wb_advise("a verifier key is <name>+<id>+<base64>, as "
			  "'waybill key public FILE' prints it");
		return WB_EXIT_USAGE;
	}
	rc = wb_load("key file", text, WB_KEYFILE_MAX, &file);
	if (rc != 0)
		goto forget;
	in = wb_buf_slice(&file);
	error = wb_keyfile_public(in, ret, &locked);
	if (error != 0) {
		while (in.len > 0 && in.p[in.len - 1] == '\n')
			in.len--;
		if (wb_vkey_parse(in, ret) != 0)
			rc = key_error(text, error, false);
	}
forget:
	wb_keys_forget(&file);
	return rc;
}

/* --- trust ------------------------------------------------------------ */

int wb_keys_trust(const struct wb_cli *cli, struct wb_trust **ret)
{
	const char *path = wb_opt(&cli->opt, WB_OPT_TRUST);
	struct wb_problem problem = {.code = 0};
	struct wb_trust *trust;
	struct wb_buf file;
	int rc;

	if (path == NULL) {
		wb_fail(WB_EXIT_USAGE, "no trust file: nothing can be proved "
				       "without keys to believe");
		wb_advise("give --trust FILE, or set WAYBILL_TRUST; the "
			  "ledger's operator gives it to you");
		return WB_EXIT_USAGE;
	}
	rc = wb_load("trust file", path, WB_TRUST_MAX, &file);
	if (rc != 0) {
		wb_buf_free(&file);
		return rc;
	}
	trust = malloc(sizeof(*trust));
	if (trust == NULL) {
		rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	} else if (wb_trust_parse(wb_buf_slice(&file), trust, &problem) != 0) {
		wb_print_problem(stderr, path, &problem);
		/* What cannot be believed proves nothing. */
		rc = WB_EXIT_PROOF;
		free(trust);
	} else {
		*ret = trust;
	}
	wb_buf_free(&file);
	return rc;
}

/* The record key beside log i, or NULL if log i is no checkpoint key. */
static const struct wb_vkey *record_key(const struct wb_trust *trust, size_t i)
{
	char name[WB_KEY_NAME_MAX + 16];

	snprintf(name, sizeof(name), "%s/record", trust->log[i].name);
	return wb_trust_log(trust, name);
}

int wb_keys_ledger(const struct wb_cli *cli, const struct wb_trust *trust,
		   const struct wb_vkey **ret_checkpoint,
		   const struct wb_vkey **ret_record)
{
	const char *origin = wb_opt(&cli->opt, WB_OPT_LEDGER);
	size_t found = 0, at = 0;

	for (size_t i = 0; i < trust->n_logs; i++) {
		if (record_key(trust, i) == NULL ||
		    (origin != NULL && strcmp(origin, trust->log[i].name) != 0))
			continue;
		found++;
		at = i;
	}
	if (found == 0 && origin != NULL)
		return wb_fail(WB_EXIT_NOT_FOUND,
			       "the trust file has no two keys %s and "
			       "%s/record",
			       origin, origin);
	if (found == 0)
		return wb_fail(WB_EXIT_NOT_FOUND,
			       "the trust file names no ledger: 'log' lines "
			       "for <origin> and <origin>/record");
	if (found > 1) {
		wb_fail(WB_EXIT_USAGE, "the trust file names several ledgers");
		wb_advise("choose one with --ledger ORIGIN");
		return WB_EXIT_USAGE;
	}
	*ret_checkpoint = &trust->log[at];
	*ret_record = record_key(trust, at);
	return 0;
}
