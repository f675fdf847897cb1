#ifndef WB_CORE_JOURNAL_PARTS_H
#define WB_CORE_JOURNAL_PARTS_H

#include "core/io.h"
#include "core/store_entry.h"
#include "waybill/journal.h"

/* What journal.c and journal_read.c share; offsets are in FORMAT.md. */
#define WB_JOURNAL_PATH_MAX  4096
#define WB_SEGMENT_MAGIC     "waybill-journal/1\n"
#define WB_SEGMENT_MAGIC_LEN 18
#define WB_SEGMENT_HEADER    4096
#ifndef WB_SEGMENT_LEN /* tests are built with shorter ones, too */
#define WB_SEGMENT_LEN (8ULL << 20)
#endif
#define WB_FRAME_MAGIC  0x57424a31 /* "WBJ1" */
#define WB_FRAME_HEADER 88         /* up to the first entry */

#define WB_JOURNAL_LAST UINT64_MAX

/* A place between two frames. */
struct wb_journal_at {
	uint64_t first;            /* first record of the segment */
	uint64_t offset;           /* in the segment */
	uint64_t last;             /* where the frame before it begins */
	uint64_t end;              /* of the segment */
	uint64_t size;             /* records before this place */
	uint8_t hash[WB_HASH_LEN]; /* leaf hash of the last of them */
};

/* dir/journal */
int wb_journal_folder(const char *dir,
		      char out[WB_JOURNAL_PATH_MAX]) WB_MUST_CHECK;
int wb_segment_path(const char *dir, uint64_t first, char *out,
		    size_t cap) WB_MUST_CHECK;
/* Whether name is that of a segment, and its first record. */
bool wb_segment_name(const char *name, uint64_t *ret_first);
/* SHA-256 of a segment's header and frames, up to offset end. */
int wb_segment_seal(int fd, uint64_t end,
		    uint8_t ret[WB_HASH_LEN]) WB_MUST_CHECK;

/*
 * Walk the frames of dir/journal in order, from the segment that record `from`
 * is in; 0 walks all of them and checks every seal, WB_JOURNAL_LAST only the
 * last segment.  visit may be NULL and gets no record before `from`.  *ret_at
 * is the place behind the last good frame and *ret_fd its segment, which the
 * caller closes, or -1 if there is none.
 */
int wb_journal_walk(const char *dir, uint64_t from,
		    int (*visit)(void *ctx, uint64_t seq,
				 const struct wb_entry *entry),
		    void *ctx, struct wb_journal_at *ret_at,
		    int *ret_fd) WB_MUST_CHECK;

#endif /* WB_CORE_JOURNAL_PARTS_H */
