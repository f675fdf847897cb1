#include <assert.h>
#include <string.h>

#include "core/utf8.h"
#include "waybill/text.h"
#include "waybill/vkey.h"

#define KEY_ID_LEN 4

/* --- names ---------------------------------------------------------------- */

/* Take the next character off s, which is not empty and valid UTF-8. */
static uint32_t next_char(struct wb_slice *s)
{
	static const uint8_t lead_bits[] = {0x7f, 0x1f, 0x0f, 0x07};
	uint8_t lead = s->p[0];
	size_t more = (lead >= 0xc0) + (lead >= 0xe0) + (lead >= 0xf0);
	uint32_t c = lead & lead_bits[more];

	for (size_t i = 1; i <= more; i++)
		c = c << 6 | (s->p[i] & 0x3f);
	*s = wb_slice(s->p + 1 + more, s->len - 1 - more);
	return c;
}

/* White_Space of Unicode, which is also what Go's unicode.IsSpace says. */
static bool is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 ||
	       c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	       c == 0x3000;
}

bool wb_key_name_c2sp(struct wb_slice s)
{
	if (s.len == 0 || !wb_utf8_valid(s))
		return false;
	while (s.len > 0) {
		uint32_t c = next_char(&s);

		if (c == '+' || is_space(c))
			return false;
	}
	return true;
}

bool wb_key_name_valid(struct wb_slice s)
{
	if (s.len > WB_KEY_NAME_MAX || !wb_key_name_c2sp(s))
		return false;
	/* Names are shown to people, also on terminals. */
	while (s.len > 0) {
		size_t n = wb_utf8_first(s);

		if (wb_utf8_control(wb_slice(s.p, n)))
			return false;
		s = wb_slice(s.p + n, s.len - n);
	}
	return true;
}

/* --- keys ----------------------------------------------------------------- */

static bool is_signing_type(uint8_t type)
{
	return type == WB_SIG_ED25519 || type == WB_SIG_COSIGNATURE;
}

static uint32_t key_id(const struct wb_vkey *key)
{
	const uint8_t middle[] = {'\n', key->type};
	const struct wb_slice part[] = {
		wb_slice_str(key->name),
		wb_slice(middle, sizeof(middle)),
		wb_slice(key->key, WB_PUBLIC_LEN),
	};
	uint8_t hash[WB_HASH_LEN];
	struct wb_reader r;

	wb_sha256(part, 3, hash);
	wb_reader_init(&r, wb_slice(hash, sizeof(hash)));
	return wb_read_u32(&r);
}

/* All but the check of the curve point. */
static int assemble(struct wb_slice name, uint8_t type,
		    const uint8_t key[WB_PUBLIC_LEN], struct wb_vkey *ret)
{
	struct wb_vkey vkey = {.type = type};
	int rc;

	if (!wb_key_name_valid(name))
		return WB_EFORM;
	if (!is_signing_type(type))
		return WB_EKEY;
	rc = wb_slice_copy(name, vkey.name, sizeof(vkey.name));
	if (rc != 0)
		return rc;
	memcpy(vkey.key, key, WB_PUBLIC_LEN);
	vkey.id = key_id(&vkey);
	*ret = vkey;
	return 0;
}

int wb_vkey_make(struct wb_slice name, uint8_t type,
		 const uint8_t key[WB_PUBLIC_LEN], struct wb_vkey *ret)
{
	struct wb_vkey vkey;
	int rc = assemble(name, type, key, &vkey);

	if (rc == 0)
		rc = wb_public_check(key);
	if (rc == 0)
		*ret = vkey;
	return rc;
}

/* Take the bytes before the first '+' off s, and the '+' itself. */
static bool take_field(struct wb_slice *s, struct wb_slice *ret)
{
	const uint8_t *plus = s->len == 0 ? NULL : memchr(s->p, '+', s->len);
	size_t len;

	if (plus == NULL)
		return false;
	len = (size_t)(plus - s->p);
	*ret = wb_slice(s->p, len);
	*s = wb_slice(plus + 1, s->len - len - 1);
	return true;
}

static int parse(struct wb_slice text, bool check, struct wb_vkey *ret)
{
	uint8_t blob[1 + WB_PUBLIC_LEN], id_bytes[KEY_ID_LEN];
	struct wb_slice name, id;
	struct wb_vkey vkey;
	struct wb_reader r;
	size_t len;
	int rc;

	if (!take_field(&text, &name) || !take_field(&text, &id))
		return WB_EFORM;
	rc = wb_unhex(id, id_bytes, sizeof(id_bytes));
	if (rc != 0)
		return rc;
	rc = wb_unbase64(text, blob, sizeof(blob), &len);
	if (rc != 0 || len != sizeof(blob))
		return WB_EFORM;
	rc = assemble(name, blob[0], blob + 1, &vkey);
	if (rc == 0 && check)
		rc = wb_public_check(vkey.key);
	if (rc != 0)
		return rc;
	wb_reader_init(&r, wb_slice(id_bytes, sizeof(id_bytes)));
	if (wb_read_u32(&r) != vkey.id)
		return WB_EFORM;
	*ret = vkey;
	return 0;
}

int wb_vkey_parse(struct wb_slice text, struct wb_vkey *ret)
{
	return parse(text, true, ret);
}

int wb_vkey_parse_known(struct wb_slice text, struct wb_vkey *ret)
{
	return parse(text, false, ret);
}

/* The four bytes of a key id. */
static void put_id(uint32_t id, uint8_t out[KEY_ID_LEN])
{
	struct wb_writer w;

	wb_writer_init(&w, out, KEY_ID_LEN);
	wb_write_u32(&w, id);
	assert(!w.failed);
}

void wb_vkey_format(const struct wb_vkey *key, char out[WB_VKEY_TEXT_MAX + 1])
{
	uint8_t blob[1 + WB_PUBLIC_LEN], id_bytes[KEY_ID_LEN];
	char id[2 * KEY_ID_LEN + 1];
	struct wb_writer w;

	put_id(key->id, id_bytes);
	wb_hex(id_bytes, sizeof(id_bytes), id);
	blob[0] = key->type;
	memcpy(blob + 1, key->key, WB_PUBLIC_LEN);

	wb_writer_init(&w, out, WB_VKEY_TEXT_MAX + 1);
	wb_write_str(&w, key->name);
	wb_write_char(&w, '+');
	wb_write_str(&w, id);
	wb_write_char(&w, '+');
	wb_write_base64(&w, blob, sizeof(blob));
	wb_write_char(&w, '\0');
	assert(!w.failed);
}

bool wb_vkey_eq(const struct wb_vkey *a, const struct wb_vkey *b)
{
	return a->type == b->type && a->id == b->id &&
	       strcmp(a->name, b->name) == 0 &&
	       memcmp(a->key, b->key, WB_PUBLIC_LEN) == 0;
}

int wb_signer_make(struct wb_slice name, uint8_t type,
		   const uint8_t seed[WB_SEED_LEN], struct wb_signer *ret)
{
	uint8_t public[WB_PUBLIC_LEN], secret[WB_SECRET_LEN];
	struct wb_vkey vkey;
	int rc;

	wb_key_from_seed(seed, public, secret);
	rc = wb_vkey_make(name, type, public, &vkey);
	if (rc == 0) {
		ret->vkey = vkey;
		memcpy(ret->secret, secret, sizeof(secret));
	}
	wb_wipe(secret, sizeof(secret));
	return rc;
}
