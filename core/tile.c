#include <assert.h>
#include <string.h>

#include "waybill/text.h"
#include "waybill/tile.h"

#define LEVEL_MAX  63
#define GROUP      1000 /* an index is written in groups of three digits */
#define GROUPS_MAX 7    /* of the largest uint64_t */

/* Take the path's next element off rest, without its slash. */
static struct wb_slice element_next(struct wb_slice *rest, bool *ret_last)
{
	const uint8_t *slash =
		rest->len == 0 ? NULL : memchr(rest->p, '/', rest->len);
	struct wb_slice element = *rest;

	*ret_last = slash == NULL;
	if (slash == NULL) {
		*rest = wb_slice(NULL, 0);
		return element;
	}
	element.len = (size_t)(slash - rest->p);
	*rest = wb_slice(slash + 1, rest->len - element.len - 1);
	return element;
}

/* Add three digits to index.  WB_EFORM if there is anything else. */
static int add_group(struct wb_slice group, uint64_t *index)
{
	uint64_t value = 0;

	if (group.len != 3)
		return WB_EFORM;
	for (size_t i = 0; i < group.len; i++) {
		if (group.p[i] < '0' || group.p[i] > '9')
			return WB_EFORM;
		value = value * 10 + (uint64_t)(group.p[i] - '0');
	}
	if (*index > (UINT64_MAX - value) / GROUP)
		return WB_EFORM;
	*index = *index * GROUP + value;
	return 0;
}

static int parse_level(struct wb_slice element, uint8_t *ret)
{
	uint64_t level;

	if (wb_slice_is(element, "entries")) {
		*ret = WB_TILE_ENTRIES;
		return 0;
	}
	if (wb_parse_dec(element, &level) != 0 || level > LEVEL_MAX)
		return WB_EFORM;
	*ret = (uint8_t)level;
	return 0;
}

/* element is the last group, with ".p" behind it if a width follows. */
static int parse_tail(struct wb_slice element, bool last, struct wb_slice rest,
		      struct wb_tile *tile)
{
	uint64_t width;

	tile->width = WB_TILE_WIDTH;
	if (last)
		return add_group(element, &tile->index);
	if (element.len != 5 || memcmp(element.p + 3, ".p", 2) != 0 ||
	    wb_parse_dec(rest, &width) != 0 || width == 0 ||
	    width >= WB_TILE_WIDTH)
		return WB_EFORM;
	tile->width = (uint16_t)width;
	return add_group(wb_slice(element.p, 3), &tile->index);
}

int wb_tile_parse(struct wb_slice path, struct wb_tile *ret)
{
	char again[WB_TILE_PATH_MAX + 1];
	struct wb_slice rest = path, element;
	struct wb_tile tile = {0};
	bool last;
	int rc;

	element = element_next(&rest, &last);
	rc = last ? WB_EFORM : parse_level(element, &tile.level);
	if (rc != 0)
		return rc;
	for (;;) {
		element = element_next(&rest, &last);
		if (last || element.len == 0 || element.p[0] != 'x')
			break;
		rc = add_group(wb_slice(element.p + 1, element.len - 1),
			       &tile.index);
		if (rc != 0)
			return rc;
	}
	rc = parse_tail(element, last, rest, &tile);
	if (rc != 0)
		return rc;

	/* One spelling: this refuses leading groups of zeros. */
	wb_tile_format(&tile, again);
	if (!wb_slice_is(path, again))
		return WB_EFORM;
	*ret = tile;
	return 0;
}

static void write_group(struct wb_writer *w, unsigned group)
{
	wb_write_char(w, (char)('0' + group / 100));
	wb_write_char(w, (char)('0' + group / 10 % 10));
	wb_write_char(w, (char)('0' + group % 10));
}

void wb_tile_format(const struct wb_tile *tile, char out[WB_TILE_PATH_MAX + 1])
{
	unsigned group[GROUPS_MAX];
	uint64_t index = tile->index;
	struct wb_writer w;
	size_t n = 0;

	assert(tile->level <= LEVEL_MAX || tile->level == WB_TILE_ENTRIES);
	assert(tile->width >= 1 && tile->width <= WB_TILE_WIDTH);

	wb_writer_init(&w, out, WB_TILE_PATH_MAX + 1);
	if (tile->level == WB_TILE_ENTRIES)
		wb_write_str(&w, "entries");
	else
		wb_write_dec(&w, tile->level);
	do {
		group[n++] = (unsigned)(index % GROUP);
		index /= GROUP;
	} while (index > 0);
	while (n > 0) {
		n--;
		wb_write_char(&w, '/');
		if (n > 0)
			wb_write_char(&w, 'x');
		write_group(&w, group[n]);
	}
	if (tile->width < WB_TILE_WIDTH) {
		wb_write_str(&w, ".p/");
		wb_write_dec(&w, tile->width);
	}
	wb_write_u8(&w, 0);
	assert(!w.failed);
}

bool wb_tile_within(const struct wb_tile *tile, uint64_t size)
{
	unsigned shift = 0;
	uint64_t entries;

	if (tile->level != WB_TILE_ENTRIES)
		shift = tile->level * (unsigned)WB_TILE_HEIGHT;
	entries = shift < 64 ? size >> shift : 0;
	return entries >= tile->width &&
	       tile->index <= (entries - tile->width) / WB_TILE_WIDTH;
}
