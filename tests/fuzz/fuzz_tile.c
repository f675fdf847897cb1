#include <stdint.h>
#include <stdlib.h>

#include "waybill/tile.h"

/*
 * Tile: a path that is taken is the only one of its tile; and a tile that is
 * within a tree is within every larger one, and not within an empty one.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char path[WB_TILE_PATH_MAX + 1];
	struct wb_tile tile;
	bool within = false;

	if (wb_tile_parse(wb_slice(p, n), &tile) != 0)
		return 0;
	wb_tile_format(&tile, path);
	require(wb_slice_is(wb_slice(p, n), path));
	require(tile.width >= 1 && tile.width <= WB_TILE_WIDTH);

	require(!wb_tile_within(&tile, 0));
	for (unsigned bit = 0; bit < 64; bit++) {
		bool now = wb_tile_within(&tile, UINT64_MAX >> (63 - bit));

		require(now || !within);
		within = now;
	}
	return 0;
}
