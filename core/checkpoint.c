#include <assert.h>
#include <string.h>

#include "waybill/checkpoint.h"
#include "waybill/text.h"

void wb_checkpoint_format(struct wb_writer *w, const struct wb_checkpoint *cp)
{
	assert(cp->size <= INT64_MAX);

	wb_write_str(w, cp->origin);
	wb_write_char(w, '\n');
	wb_write_dec(w, (int64_t)cp->size);
	wb_write_char(w, '\n');
	wb_write_base64(w, cp->root, sizeof(cp->root));
	wb_write_char(w, '\n');
}

int wb_checkpoint_parse(struct wb_slice text, struct wb_checkpoint *ret)
{
	struct wb_slice rest = text, origin, size, root;
	struct wb_checkpoint cp = {0};
	size_t len;
	int rc;

	if (!wb_line_next(&rest, &origin) || !wb_line_next(&rest, &size) ||
	    !wb_line_next(&rest, &root) || rest.len > 0)
		return WB_EFORM;
	if (!wb_origin_valid(origin))
		return WB_EFORM;
	rc = wb_slice_copy(origin, cp.origin, sizeof(cp.origin));
	if (rc != 0)
		return rc;
	if (wb_parse_dec(size, &cp.size) != 0 || cp.size > INT64_MAX)
		return WB_EFORM;
	if (wb_unbase64(root, cp.root, sizeof(cp.root), &len) != 0 ||
	    len != sizeof(cp.root))
		return WB_EFORM;
	*ret = cp;
	return 0;
}

int wb_checkpoint_open(struct wb_slice note, const struct wb_vkey *key,
		       struct wb_checkpoint *ret)
{
	struct wb_checkpoint cp;
	struct wb_note parsed;
	int rc;

	if (note.len > WB_CHECKPOINT_MAX)
		return WB_ELIMIT;
	rc = wb_note_parse(note, &parsed);
	if (rc != 0)
		return rc;
	rc = wb_checkpoint_parse(parsed.text, &cp);
	if (rc != 0)
		return rc;
	/* A cosignature does not say that the log itself stands by it. */
	if (key->type != WB_SIG_ED25519 || strcmp(key->name, cp.origin) != 0)
		return WB_EKEY;
	rc = wb_note_open(&parsed, key, 1, NULL);
	if (rc != 0)
		return rc;
	*ret = cp;
	return 0;
}
