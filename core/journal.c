#include "waybill/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/journal_parts.h"

/*
 * journal: writing.  journal_read.c reads frames, also to find where writing
 * goes on.
 */

struct wb_journal {
	char dir[WB_JOURNAL_PATH_MAX]; /* dir/journal */
	int fd;                        /* the last segment, or -1 */
	struct wb_journal_at at;       /* behind the last good frame */
	struct wb_journal_at before;   /* and before it, for rewind */
	uint8_t *frame;                /* one on its way out */
	size_t frame_cap;
};

int wb_journal_folder(const char *dir, char out[WB_JOURNAL_PATH_MAX])
{
	int n = snprintf(out, WB_JOURNAL_PATH_MAX, "%s/journal", dir);

	return n > 0 && n < WB_JOURNAL_PATH_MAX - 64 ? 0 : WB_ELIMIT;
}

int wb_segment_path(const char *dir, uint64_t first, char *out, size_t cap)
{
	int n = snprintf(out, cap, "%s/%020llu.journal", dir,
			 (unsigned long long)first);

	return n > 0 && (size_t)n < cap ? 0 : WB_ELIMIT;
}

/* --- segments --------------------------------------------------------- */

/* The header of a segment: what it follows, and the seal on what that was. */
static int write_header(int fd, uint64_t first, const uint8_t prev[WB_HASH_LEN],
			const uint8_t seal[WB_HASH_LEN])
{
	uint8_t bytes[WB_SEGMENT_HEADER] = {0};
	struct wb_writer w;

	wb_writer_init(&w, bytes, sizeof(bytes));
	wb_write_bytes(&w, WB_SEGMENT_MAGIC, WB_SEGMENT_MAGIC_LEN);
	wb_write_u64(&w, first);
	wb_write_bytes(&w, prev, WB_HASH_LEN);
	wb_write_bytes(&w, seal, WB_HASH_LEN);
	return wb_io_write(fd, 0, bytes, sizeof(bytes));
}

/*
 * A segment without a frame, left by a crash or a rewind, is the one that would
 * be begun: made anew it would seal itself instead of the one before.
 */
static int lengthen(struct wb_journal *j, uint64_t room)
{
	int rc = wb_io_zero(j->fd, j->at.end, room);

	if (rc == 0)
		j->at.end = room;
	return rc;
}

/*
 * Begin the segment whose first record is j->at.size, large enough for a frame
 * of len.  It is made under another name: a segment is there whole or not.
 */
static int new_segment(struct wb_journal *j, size_t len)
{
	uint64_t room = WB_SEGMENT_HEADER + (uint64_t)len;
	char path[WB_JOURNAL_PATH_MAX], draft[WB_JOURNAL_PATH_MAX];
	uint8_t seal[WB_HASH_LEN] = {0};
	int fd, rc;

	if (room < WB_SEGMENT_LEN)
		room = WB_SEGMENT_LEN;
	if (j->fd >= 0 && j->at.size == j->at.first)
		return lengthen(j, room);
	rc = wb_segment_path(j->dir, j->at.size, path, sizeof(path));
	if (rc == 0 && snprintf(draft, sizeof(draft), "%s/draft", j->dir) >=
			       (int)sizeof(draft))
		rc = WB_ELIMIT;
	if (rc == 0 && j->fd >= 0)
		rc = wb_segment_seal(j->fd, j->at.offset, seal);
	if (rc != 0)
		return rc;
	rc = wb_io_open(draft, O_RDWR | O_CREAT | O_TRUNC, &fd);
	if (rc != 0)
		return rc;
	rc = write_header(fd, j->at.size, j->at.hash, seal);
	if (rc == 0)
		rc = wb_io_zero(fd, WB_SEGMENT_HEADER, room);
	if (rc == 0 && rename(draft, path) != 0)
		rc = wb_io_err(errno);
	if (rc == 0)
		rc = wb_io_sync_dir(j->dir);
	if (rc != 0) {
		close(fd);
		return rc;
	}
	if (j->fd >= 0)
		close(j->fd);
	j->fd = fd;
	j->at.first = j->at.size;
	j->at.offset = WB_SEGMENT_HEADER;
	j->at.end = room;
	return 0;
}

/* --- frames ----------------------------------------------------------- */

static size_t frame_len(const struct wb_entry entry[], size_t n)
{
	size_t len = WB_FRAME_HEADER + WB_HASH_LEN;

	for (size_t i = 0; i < n; i++)
		len += 4 + wb_entry_len(&entry[i]);
	return len;
}

static int encode(struct wb_journal *j, const struct wb_entry entry[], size_t n,
		  size_t len, const uint8_t hash[WB_HASH_LEN])
{
	struct wb_slice all;
	struct wb_writer w;
	int rc;

	if (len > j->frame_cap) {
		uint8_t *p = realloc(j->frame, len);

		if (p == NULL)
			return WB_ENOMEM;
		j->frame = p;
		j->frame_cap = len;
	}
	wb_writer_init(&w, j->frame, len - WB_HASH_LEN);
	wb_write_u32(&w, WB_FRAME_MAGIC);
	wb_write_u32(&w, (uint32_t)n);
	wb_write_u64(&w, len);
	wb_write_u64(&w, j->at.size);
	wb_write_bytes(&w, j->at.hash, WB_HASH_LEN);
	wb_write_bytes(&w, hash, WB_HASH_LEN);
	for (size_t i = 0; i < n; i++) {
		wb_write_u32(&w, (uint32_t)wb_entry_len(&entry[i]));
		rc = wb_entry_encode(&w, &entry[i]);
		if (rc != 0)
			return rc;
	}
	rc = wb_writer_end(&w, &all);
	if (rc == 0)
		wb_sha256(&all, 1, j->frame + all.len);
	return rc;
}

int wb_journal_append(struct wb_journal *j, const struct wb_entry entry[],
		      size_t n, const uint8_t hash[WB_HASH_LEN])
{
	size_t len = frame_len(entry, n);
	int rc;

	assert(n > 0 && n <= WB_BATCH_MAX);
	rc = encode(j, entry, n, len, hash);
	if (rc == 0 && (j->fd < 0 || len > j->at.end - j->at.offset))
		rc = new_segment(j, len);
	if (rc == 0)
		rc = wb_io_write(j->fd, j->at.offset, j->frame, len);
	if (rc == 0)
		rc = wb_io_sync(j->fd);
	if (rc != 0)
		return rc;
	j->before = j->at;
	j->at.offset += len;
	j->at.size += n;
	memcpy(j->at.hash, hash, WB_HASH_LEN);
	return 0;
}

int wb_journal_rewind(struct wb_journal *j)
{
	uint8_t zeros[WB_FRAME_HEADER] = {0};
	int rc;

	/* Without its header the frame is none. */
	rc = wb_io_write(j->fd, j->before.offset, zeros, sizeof(zeros));
	if (rc == 0)
		rc = wb_io_sync(j->fd);
	if (rc == 0)
		j->at = j->before;
	return rc;
}

uint64_t wb_journal_size(const struct wb_journal *j)
{
	return j->at.size;
}

const uint8_t *wb_journal_hash(const struct wb_journal *j)
{
	return j->at.hash;
}

/* --- open and close --------------------------------------------------- */

/*
 * What was read came from the kernel's memory, and need not be on the disk: a
 * write or sync that failed leaves its pages there, clean and unwritten.  The
 * last frame is the only one that nobody has built on, so it is written again.
 */
static int settle(struct wb_journal *j)
{
	uint8_t part[65536];
	int rc = 0;

	for (uint64_t at = j->at.last; at < j->at.offset && rc == 0;) {
		size_t n = j->at.offset - at < sizeof(part)
				   ? (size_t)(j->at.offset - at)
				   : sizeof(part);

		rc = wb_io_read(j->fd, at, part, n);
		if (rc == 0)
			rc = wb_io_write(j->fd, at, part, n);
		at += n;
	}
	if (rc == 0)
		rc = wb_io_sync(j->fd);
	return rc == 0 ? wb_io_sync_dir(j->dir) : rc;
}

int wb_journal_open(const char *dir, bool create, struct wb_journal **ret)
{
	struct wb_journal *j = calloc(1, sizeof(*j));
	int rc;

	if (j == NULL)
		return WB_ENOMEM;
	j->fd = -1;
	rc = wb_journal_folder(dir, j->dir);
	if (rc == 0 && create && mkdir(j->dir, 0700) != 0 && errno != EEXIST)
		rc = wb_io_err(errno);
	if (rc == 0 && create)
		rc = wb_io_sync_dir(dir);
	if (rc == 0)
		rc = wb_journal_walk(j->dir, WB_JOURNAL_LAST, NULL, NULL,
				     &j->at, &j->fd);
	if (rc == 0 && j->fd < 0 && !create)
		rc = WB_ENOTFOUND;
	if (rc == 0 && j->fd >= 0)
		rc = settle(j);
	if (rc != 0) {
		wb_journal_close(j);
		return rc;
	}
	j->before = j->at;
	*ret = j;
	return 0;
}

void wb_journal_close(struct wb_journal *j)
{
	if (j == NULL)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j->frame);
	free(j);
}

int wb_journal_read(const char *dir, uint64_t from,
		    int (*visit)(void *ctx, uint64_t seq,
				 const struct wb_entry *entry),
		    void *ctx)
{
	char path[WB_JOURNAL_PATH_MAX];
	struct wb_journal_at at;
	int fd, rc;

	rc = wb_journal_folder(dir, path);
	if (rc == 0)
		rc = wb_journal_walk(path, from, visit, ctx, &at, &fd);
	if (rc == 0 && fd >= 0)
		close(fd);
	return rc;
}
