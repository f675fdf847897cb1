#include "core/store_recent.h"

#include <string.h>

/* FNV-1a.  Keys made to fall on one place cost what they cost without it. */
static size_t place_of(struct wb_slice key)
{
	uint32_t h = 2166136261;

	for (size_t i = 0; i < key.len; i++)
		h = (h ^ key.p[i]) * 16777619;
	return (h ^ h >> 16) % WB_RECENT_PLACES;
}

static bool holds(const struct wb_recent *r, const struct wb_recent_place *p,
		  struct wb_slice key)
{
	return p->txn == r->txn &&
	       wb_slice_eq(wb_slice(p->key, p->key_len), key);
}

void wb_recent_begin(struct wb_recent *r)
{
	r->txn++;
}

bool wb_recent_find(const struct wb_recent *r, struct wb_slice key,
		    struct wb_slice *ret_value, uint64_t *ret_seq, int *ret_rc)
{
	const struct wb_recent_place *p = &r->place[place_of(key)];

	if (!holds(r, p, key))
		return false;
	*ret_rc = p->present ? 0 : WB_ENOTFOUND;
	if (p->present) {
		*ret_value = wb_slice(p->value, p->len);
		*ret_seq = p->seq;
	}
	return true;
}

void wb_recent_keep(struct wb_recent *r, struct wb_slice key,
		    const struct wb_slice *value, uint64_t seq)
{
	struct wb_recent_place *p = &r->place[place_of(key)];

	if (key.len > sizeof(p->key) ||
	    (value != NULL && value->len > sizeof(p->value)))
		return;
	p->txn = r->txn;
	p->seq = seq;
	p->key_len = key.len;
	memcpy(p->key, key.p, key.len);
	p->present = value != NULL;
	p->len = p->present ? value->len : 0;
	if (p->len > 0)
		memcpy(p->value, value->p, p->len);
}

void wb_recent_forget(struct wb_recent *r, struct wb_slice key)
{
	struct wb_recent_place *p = &r->place[place_of(key)];

	if (holds(r, p, key))
		p->txn = 0;
}
