#ifndef WB_TILE_H
#define WB_TILE_H

#include <stdint.h>

#include "waybill/bytes.h"

/*
 * tile: the paths of C2SP tlog-tiles and what stands behind them.
 */
#define WB_TILE_WIDTH    256
#define WB_TILE_HEIGHT   8
#define WB_TILE_PATH_MAX 64
#define WB_TILE_ENTRIES  255 /* as level: an entry bundle */

struct wb_tile {
	uint8_t level; /* 0 to 63, or WB_TILE_ENTRIES */
	uint64_t index;
	uint16_t width; /* 1 to 256; 256 is a full tile */
};

/* path as after "/tile/", such as "0/x001/067.p/8" or "entries/000". */
int wb_tile_parse(struct wb_slice path, struct wb_tile *ret) WB_MUST_CHECK;
void wb_tile_format(const struct wb_tile *tile, char out[WB_TILE_PATH_MAX + 1]);
/* Whether tile lies within a tree of size leaves. */
bool wb_tile_within(const struct wb_tile *tile, uint64_t size);

#endif /* WB_TILE_H */
