#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/journal_parts.h"

/*
 * Reading frames.  A frame that is not whole ends its segment; only the last
 * segment may end so, and what stands behind was never acknowledged.
 */
struct walk {
	const char *dir; /* dir/journal */
	uint64_t from;
	int (*visit)(void *ctx, uint64_t seq, const struct wb_entry *entry);
	void *ctx;
	struct wb_journal_at at;
	int fd;
	uint8_t *frame;
	size_t cap;
};

int wb_segment_seal(int fd, uint64_t end, uint8_t ret[WB_HASH_LEN])
{
	uint8_t part[65536], chain[WB_HASH_LEN] = {0};
	uint64_t at = 0;

	/* Hashed part by part, each with the hash so far in front. */
	while (at < end) {
		size_t n = end - at < sizeof(part) ? (size_t)(end - at)
						   : sizeof(part);
		struct wb_slice both[2] = {wb_slice(chain, WB_HASH_LEN),
					   wb_slice(part, n)};
		int rc = wb_io_read(fd, at, part, n);

		if (rc != 0)
			return rc == WB_EFORM ? WB_ECORRUPT : rc;
		wb_sha256(both, 2, chain);
		at += n;
	}
	memcpy(ret, chain, WB_HASH_LEN);
	return 0;
}

bool wb_segment_name(const char *name, uint64_t *ret_first)
{
	unsigned long long first;
	char again[64];

	if (sscanf(name, "%20llu.journal", &first) != 1)
		return false;
	snprintf(again, sizeof(again), "%020llu.journal", first);
	*ret_first = first;
	return strcmp(again, name) == 0;
}

/*
 * The segment in which record seq is or would be: the last that begins no later
 * than it.  Names alone tell, so this takes no longer with the years.
 */
static int find_segment(const char *path, uint64_t seq, uint64_t *ret_first)
{
	const struct dirent *entry;
	DIR *dir = opendir(path);
	bool any = false, begun = false;
	uint64_t last = 0;

	if (dir == NULL)
		return errno == ENOENT ? WB_ECORRUPT : wb_io_err(errno);
	while ((entry = readdir(dir)) != NULL) {
		uint64_t first;

		if (!wb_segment_name(entry->d_name, &first))
			continue;
		any = true;
		begun |= first == 0;
		if (first <= seq && first > last)
			last = first;
	}
	closedir(dir);
	if (!any)
		return WB_ENOTFOUND;
	*ret_first = last;
	return begun ? 0 : WB_ECORRUPT;
}

/*
 * Open the segment that begins with record w->at.size and check that it
 * follows; WB_ENOTFOUND if there is none.  The first of a walk that begins
 * later than the journal is taken at its word about what it follows.
 */
static int open_segment(struct walk *w)
{
	bool taken_up = w->fd < 0 && w->at.size > 0;
	uint8_t bytes[WB_SEGMENT_HEADER], seal[WB_HASH_LEN] = {0};
	char path[WB_JOURNAL_PATH_MAX];
	struct wb_slice magic, prev, sealed;
	struct wb_reader r;
	uint64_t first;
	struct stat sb;
	int fd, rc;

	/* A segment without a frame is the last. */
	if (w->fd >= 0 && w->at.size == w->at.first)
		return WB_ENOTFOUND;
	rc = wb_segment_path(w->dir, w->at.size, path, sizeof(path));
	if (rc == 0)
		rc = wb_io_open(path, O_RDWR, &fd);
	if (rc != 0)
		return rc;
	rc = wb_io_read(fd, 0, bytes, sizeof(bytes));
	if (rc == 0 && w->fd >= 0)
		rc = wb_segment_seal(w->fd, w->at.offset, seal);
	if (rc == 0 && fstat(fd, &sb) != 0)
		rc = wb_io_err(errno);
	if (rc != 0)
		goto close_fd;
	wb_reader_init(&r, wb_slice(bytes, sizeof(bytes)));
	magic = wb_read_bytes(&r, WB_SEGMENT_MAGIC_LEN);
	first = wb_read_u64(&r);
	prev = wb_read_bytes(&r, WB_HASH_LEN);
	sealed = wb_read_bytes(&r, WB_HASH_LEN);
	if (taken_up)
		memcpy(w->at.hash, prev.p, WB_HASH_LEN);
	else if (memcmp(prev.p, w->at.hash, WB_HASH_LEN) != 0 ||
		 memcmp(sealed.p, seal, WB_HASH_LEN) != 0)
		rc = WB_ECORRUPT;
	if (!wb_slice_is(magic, WB_SEGMENT_MAGIC) || first != w->at.size)
		rc = WB_ECORRUPT;
	if (rc != 0)
		goto close_fd;
	if (w->fd >= 0)
		close(w->fd);
	w->fd = fd;
	w->at.first = first;
	w->at.offset = WB_SEGMENT_HEADER;
	w->at.last = 0; /* the header */
	w->at.end = (uint64_t)sb.st_size;
	return 0;

close_fd:
	close(fd);
	return rc == WB_EFORM ? WB_ECORRUPT : rc;
}

/* Bring the frame at w->at into memory: WB_ENOTFOUND if there is no whole one.
 */
static int load_frame(struct walk *w, uint32_t *ret_n, size_t *ret_len)
{
	uint8_t header[WB_FRAME_HEADER], sum[WB_HASH_LEN];
	struct wb_slice prev, body;
	struct wb_reader r;
	uint64_t len, seq;
	uint32_t magic;
	int rc;

	if (w->at.end - w->at.offset < WB_FRAME_HEADER + WB_HASH_LEN)
		return WB_ENOTFOUND;
	rc = wb_io_read(w->fd, w->at.offset, header, sizeof(header));
	if (rc != 0)
		return rc == WB_EFORM ? WB_ENOTFOUND : rc;
	wb_reader_init(&r, wb_slice(header, sizeof(header)));
	magic = wb_read_u32(&r);
	*ret_n = wb_read_u32(&r);
	len = wb_read_u64(&r);
	seq = wb_read_u64(&r);
	prev = wb_read_bytes(&r, WB_HASH_LEN);
	if (magic != WB_FRAME_MAGIC || seq != w->at.size || *ret_n == 0 ||
	    *ret_n > WB_BATCH_MAX || len > w->at.end - w->at.offset ||
	    len < WB_FRAME_HEADER + WB_HASH_LEN ||
	    memcmp(prev.p, w->at.hash, WB_HASH_LEN) != 0)
		return WB_ENOTFOUND;
	if (len > w->cap) {
		uint8_t *p = realloc(w->frame, (size_t)len);

		if (p == NULL)
			return WB_ENOMEM;
		w->frame = p;
		w->cap = (size_t)len;
	}
	rc = wb_io_read(w->fd, w->at.offset, w->frame, (size_t)len);
	if (rc != 0)
		return rc == WB_EFORM ? WB_ENOTFOUND : rc;
	body = wb_slice(w->frame, (size_t)len - WB_HASH_LEN);
	wb_sha256(&body, 1, sum);
	if (memcmp(sum, w->frame + body.len, WB_HASH_LEN) != 0)
		return WB_ENOTFOUND;
	*ret_len = (size_t)len;
	return 0;
}

static int visit_entries(struct walk *w, uint32_t n, size_t len)
{
	struct wb_slice body = wb_slice(w->frame + WB_FRAME_HEADER,
					len - WB_FRAME_HEADER - WB_HASH_LEN);
	struct wb_reader r;
	int rc = 0;

	wb_reader_init(&r, body);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t entry_len = wb_read_u32(&r);
		struct wb_slice bytes = wb_read_bytes(&r, entry_len);
		struct wb_entry entry;

		if (r.failed || wb_entry_decode(bytes, &entry) != 0)
			return WB_ECORRUPT;
		if (w->visit != NULL && w->at.size + i >= w->from)
			rc = w->visit(w->ctx, w->at.size + i, &entry);
		if (rc != 0)
			return rc;
	}
	return wb_reader_end(&r) == 0 ? 0 : WB_ECORRUPT;
}

static int walk_frames(struct walk *w)
{
	uint32_t n;
	size_t len;
	int rc;

	while ((rc = load_frame(w, &n, &len)) == 0) {
		rc = visit_entries(w, n, len);
		if (rc != 0)
			return rc;
		memcpy(w->at.hash, w->frame + WB_FRAME_HEADER - WB_HASH_LEN,
		       WB_HASH_LEN);
		w->at.size += n;
		w->at.last = w->at.offset;
		w->at.offset += len;
	}
	return rc == WB_ENOTFOUND ? 0 : rc;
}

/* The walk must end in the last segment there is: a frame damaged further
 * back would look like the end otherwise. */
static int check_last(const struct walk *w)
{
	const struct dirent *entry;
	DIR *dir = opendir(w->dir);
	int rc = 0;

	if (dir == NULL)
		return wb_io_err(errno);
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		uint64_t first;

		if (wb_segment_name(entry->d_name, &first) &&
		    (w->fd < 0 || first > w->at.first))
			rc = WB_ECORRUPT;
	}
	closedir(dir);
	return rc;
}

int wb_journal_walk(const char *dir, uint64_t from,
		    int (*visit)(void *ctx, uint64_t seq,
				 const struct wb_entry *entry),
		    void *ctx, struct wb_journal_at *ret_at, int *ret_fd)
{
	struct walk w = {dir, from, visit, ctx, {0}, -1, NULL, 0};
	int rc;

	rc = find_segment(dir, from, &w.at.size);
	while (rc == 0) {
		rc = open_segment(&w);
		if (rc == 0)
			rc = walk_frames(&w);
	}
	free(w.frame);
	if (rc == WB_ENOTFOUND)
		rc = check_last(&w);
	if (rc != 0) {
		if (w.fd >= 0)
			close(w.fd);
		return rc;
	}
	*ret_at = w.at;
	*ret_fd = w.fd;
	return 0;
}
