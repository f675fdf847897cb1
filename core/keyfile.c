#include <assert.h>
#include <string.h>

#include "waybill/keyfile.h"
#include "waybill/text.h"

#define COMMENT      "untrusted comment: "
#define COST_OPS_MAX 10
#define COST_MEM_MIN 8192 /* Argon2id's own */
#define COST_MEM_MAX (UINT64_C(1) << 30)
#define BOX_LEN      (WB_SEED_LEN + WB_TAG_LEN)

const struct wb_keyfile_cost wb_keyfile_cost_default = {
	.ops = 3,
	.mem_bytes = UINT64_C(256) << 20,
};

/* A key file taken apart.  With locked false only seed is set, else the rest;
 * either way whoever has one wipes it. */
struct keyfile {
	struct wb_vkey vkey;
	struct wb_slice ad; /* the lines above the last */
	bool locked;
	uint8_t seed[WB_SEED_LEN];
	struct wb_keyfile_cost cost;
	uint8_t salt[WB_PWSALT_LEN];
	uint8_t nonce[WB_NONCE_LEN];
	uint8_t box[BOX_LEN];
};

static int check_cost(const struct wb_keyfile_cost *cost)
{
	if (cost->ops < 1 || cost->ops > COST_OPS_MAX ||
	    cost->mem_bytes < COST_MEM_MIN || cost->mem_bytes > COST_MEM_MAX)
		return WB_ELIMIT;
	return 0;
}

/* --- writing -------------------------------------------------------------- */

/* Base64 through a buffer that is wiped: for what must not stay about. */
static void write_secret(struct wb_writer *w, const char *word,
			 const uint8_t seed[WB_SEED_LEN])
{
	char text[(WB_SEED_LEN + 2) / 3 * 4 + 1];

	wb_base64(seed, WB_SEED_LEN, text);
	wb_write_str(w, word);
	wb_write_str(w, text);
	wb_write_char(w, '\n');
	wb_wipe(text, sizeof(text));
}

/* The kdf and box lines; the associated data begins at from in w. */
static int write_locked(struct wb_writer *w, size_t from,
			const uint8_t seed[WB_SEED_LEN],
			struct wb_slice passphrase,
			const struct wb_keyfile_cost *cost)
{
	uint8_t salt[WB_PWSALT_LEN], key[32];
	uint8_t nonced[WB_NONCE_LEN + BOX_LEN];
	struct wb_slice ad;
	int rc;

	rc = check_cost(cost);
	if (rc != 0)
		return rc;
	wb_random(salt, sizeof(salt));
	wb_random(nonced, WB_NONCE_LEN);
	rc = wb_password_key(passphrase, salt, cost->ops, cost->mem_bytes, key);
	if (rc != 0)
		return rc;

	wb_write_str(w, "kdf argon2id ");
	wb_write_dec(w, (int64_t)cost->ops);
	wb_write_char(w, ' ');
	wb_write_dec(w, (int64_t)cost->mem_bytes);
	wb_write_char(w, ' ');
	wb_write_base64(w, salt, sizeof(salt));
	wb_write_char(w, '\n');
	ad = wb_slice(w->p + from, w->len - from);
	wb_box(key, nonced, ad, wb_slice(seed, WB_SEED_LEN),
	       nonced + WB_NONCE_LEN);
	wb_wipe(key, sizeof(key));

	wb_write_str(w, "box ");
	wb_write_base64(w, nonced, sizeof(nonced));
	wb_write_char(w, '\n');
	return 0;
}

int wb_keyfile_write(struct wb_writer *w, struct wb_slice name, uint8_t type,
		     const uint8_t seed[WB_SEED_LEN],
		     struct wb_slice passphrase,
		     const struct wb_keyfile_cost *cost)
{
	char vkey[WB_VKEY_TEXT_MAX + 1];
	struct wb_signer signer;
	size_t from;
	int rc;

	rc = wb_signer_make(name, type, seed, &signer);
	if (rc != 0)
		return rc;
	wb_vkey_format(&signer.vkey, vkey);
	wb_wipe(&signer, sizeof(signer));

	wb_write_str(w, COMMENT "waybill private key ");
	wb_write_slice(w, name);
	wb_write_char(w, '\n');
	from = w->len;
	wb_write_str(w, "waybill-key-v1\npublic ");
	wb_write_str(w, vkey);
	wb_write_char(w, '\n');
	if (passphrase.len > 0) {
		rc = write_locked(w, from, seed, passphrase, cost);
		if (rc != 0)
			return rc;
	} else {
		wb_write_str(w, "kdf none\n");
		write_secret(w, "seed ", seed);
	}
	return w->failed ? WB_ELIMIT : 0;
}

/* --- reading -------------------------------------------------------------- */

/* Exactly len bytes in base64. */
static int read_bytes(struct wb_slice text, uint8_t *out, size_t len)
{
	size_t got;

	if (wb_unbase64(text, out, len, &got) != 0 || got != len)
		return WB_EFORM;
	return 0;
}

/* "argon2id <ops> <mem> <salt>" as the writer spells it. */
static int parse_kdf(struct wb_slice value, struct keyfile *f)
{
	struct wb_slice rest = value, word[4];
	size_t spelt = 3; /* the spaces between the words */
	int rc;

	for (size_t i = 0; i < 4; i++) {
		if (!wb_word_next(&rest, &word[i]))
			return WB_EFORM;
		spelt += word[i].len;
	}
	if (spelt != value.len || !wb_slice_is(word[0], "argon2id"))
		return WB_EFORM;
	rc = wb_parse_dec(word[1], &f->cost.ops);
	if (rc != 0)
		return rc;
	rc = wb_parse_dec(word[2], &f->cost.mem_bytes);
	if (rc != 0)
		return rc;
	rc = check_cost(&f->cost);
	if (rc != 0)
		return rc;
	return read_bytes(word[3], f->salt, sizeof(f->salt));
}

static int parse_box(struct wb_slice value, struct keyfile *f)
{
	uint8_t nonced[WB_NONCE_LEN + BOX_LEN];
	int rc = read_bytes(value, nonced, sizeof(nonced));

	if (rc != 0)
		return rc;
	memcpy(f->nonce, nonced, WB_NONCE_LEN);
	memcpy(f->box, nonced + WB_NONCE_LEN, BOX_LEN);
	return 0;
}

static int parse(struct wb_slice file, struct keyfile *f)
{
	struct wb_slice rest = file, value;
	const uint8_t *from;
	int rc;

	if (file.len > WB_KEYFILE_MAX)
		return WB_ELIMIT;
	if (!wb_utf8_valid(file) || !wb_line_after(&rest, COMMENT, &value))
		return WB_EFORM;
	from = rest.p;
	if (!wb_line_is(&rest, "waybill-key-v1") ||
	    !wb_line_after(&rest, "public ", &value))
		return WB_EFORM;
	rc = wb_vkey_parse(value, &f->vkey);
	if (rc != 0)
		return rc;
	if (!wb_line_after(&rest, "kdf ", &value))
		return WB_EFORM;
	f->locked = !wb_slice_is(value, "none");
	if (f->locked) {
		rc = parse_kdf(value, f);
		if (rc != 0)
			return rc;
	}
	f->ad = wb_slice(from, (size_t)(rest.p - from));
	if (!wb_line_after(&rest, f->locked ? "box " : "seed ", &value) ||
	    rest.len > 0)
		return WB_EFORM;
	return f->locked ? parse_box(value, f)
			 : read_bytes(value, f->seed, sizeof(f->seed));
}

int wb_keyfile_public(struct wb_slice file, struct wb_vkey *ret,
		      bool *ret_locked)
{
	struct keyfile f;
	int rc = parse(file, &f);

	if (rc == 0) {
		*ret = f.vkey;
		*ret_locked = f.locked;
	}
	wb_wipe(&f, sizeof(f));
	return rc;
}

static int unlock(struct keyfile *f, struct wb_slice passphrase)
{
	uint8_t key[32];
	int rc;

	rc = wb_password_key(passphrase, f->salt, f->cost.ops,
			     (size_t)f->cost.mem_bytes, key);
	if (rc != 0)
		return rc;
	rc = wb_unbox(key, f->nonce, f->ad, wb_slice(f->box, sizeof(f->box)),
		      f->seed);
	wb_wipe(key, sizeof(key));
	return rc;
}

int wb_keyfile_open(struct wb_slice file, struct wb_slice passphrase,
		    struct wb_signer *ret)
{
	struct wb_signer signer;
	struct keyfile f;
	int rc;

	rc = parse(file, &f);
	if (rc == 0 && f.locked)
		rc = unlock(&f, passphrase);
	if (rc != 0)
		goto wipe_file;
	rc = wb_signer_make(wb_slice_str(f.vkey.name), f.vkey.type, f.seed,
			    &signer);
	if (rc != 0)
		goto wipe_file;
	/* The seed must be that of the key the file shows. */
	if (wb_vkey_eq(&signer.vkey, &f.vkey))
		*ret = signer;
	else
		rc = WB_ESIG;
	wb_wipe(&signer, sizeof(signer));
wipe_file:
	wb_wipe(&f, sizeof(f));
	return rc;
}
