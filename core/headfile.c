#include "waybill/headfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/io.h"

#define SLOT_LEN       4096
#define SLOT_NOTE_MAX  3072
#define SLOT_SUM_AT    (SLOT_LEN - WB_HASH_LEN)
#define SLOT_MAGIC     "waybill-head/1\n"
#define SLOT_MAGIC_LEN 15

struct wb_headfile {
	int fd;
	unsigned newest;  /* slot that was read or written last */
	uint64_t counter; /* its turn; 0 before the first */
};

/* --- one slot (FORMAT.md, "Head file") -------------------------------- */

static void slot_sum(const uint8_t slot[SLOT_LEN], uint8_t ret[WB_HASH_LEN])
{
	struct wb_slice all = wb_slice(slot, SLOT_SUM_AT);

	wb_sha256(&all, 1, ret);
}

static int slot_encode(uint64_t counter, const struct wb_head *head,
		       uint8_t slot[SLOT_LEN])
{
	struct wb_writer w;
	struct wb_slice out;
	int rc;

	if (head->checkpoint_len > SLOT_NOTE_MAX)
		return WB_ELIMIT;
	memset(slot, 0, SLOT_LEN);
	wb_writer_init(&w, slot, SLOT_SUM_AT);
	wb_write_bytes(&w, SLOT_MAGIC, SLOT_MAGIC_LEN);
	wb_write_u8(&w, 0);
	wb_write_u64(&w, counter);
	wb_write_u64(&w, head->tip.seq);
	wb_write_u64(&w, (uint64_t)head->tip.time);
	wb_write_bytes(&w, head->tip.hash, WB_HASH_LEN);
	wb_write_bytes(&w, head->checkpoint.root, WB_HASH_LEN);
	wb_write_u16(&w, (uint16_t)strlen(head->checkpoint.origin));
	wb_write_str(&w, head->checkpoint.origin);
	wb_write_u16(&w, (uint16_t)head->checkpoint_len);
	wb_write_bytes(&w, head->checkpoint_note, head->checkpoint_len);
	rc = wb_writer_end(&w, &out);
	if (rc == 0)
		slot_sum(slot, slot + SLOT_SUM_AT);
	return rc;
}

static int slot_decode(const uint8_t slot[SLOT_LEN], uint64_t *ret_counter,
		       struct wb_head *ret)
{
	uint8_t sum[WB_HASH_LEN];
	struct wb_slice magic, part;
	struct wb_reader r;
	uint64_t counter;

	slot_sum(slot, sum);
	if (memcmp(sum, slot + SLOT_SUM_AT, WB_HASH_LEN) != 0)
		return WB_ECORRUPT;
	memset(ret, 0, sizeof(*ret));
	wb_reader_init(&r, wb_slice(slot, SLOT_SUM_AT));
	magic = wb_read_bytes(&r, SLOT_MAGIC_LEN);
	wb_read_u8(&r);
	counter = wb_read_u64(&r);
	ret->tip.seq = wb_read_u64(&r);
	ret->tip.time = (wb_time)wb_read_u64(&r);
	part = wb_read_bytes(&r, WB_HASH_LEN);
	if (!r.failed)
		memcpy(ret->tip.hash, part.p, WB_HASH_LEN);
	part = wb_read_bytes(&r, WB_HASH_LEN);
	if (!r.failed)
		memcpy(ret->checkpoint.root, part.p, WB_HASH_LEN);
	ret->checkpoint.size = ret->tip.seq;
	part = wb_read_bytes(&r, wb_read_u16(&r));
	if (wb_slice_copy(part, ret->checkpoint.origin,
			  sizeof(ret->checkpoint.origin)) != 0)
		return WB_ECORRUPT;
	part = wb_read_bytes(&r, wb_read_u16(&r));
	if (r.failed || part.len > SLOT_NOTE_MAX || counter == 0 ||
	    !wb_slice_is(magic, SLOT_MAGIC))
		return WB_ECORRUPT;
	memcpy(ret->checkpoint_note, part.p, part.len);
	ret->checkpoint_len = part.len;
	*ret_counter = counter;
	return 0;
}

/* --- the file --------------------------------------------------------- */

static int make_path(const char *dir, char *out, size_t cap)
{
	int n = snprintf(out, cap, "%s/head", dir);

	return n > 0 && (size_t)n < cap ? 0 : WB_ELIMIT;
}

/* A new file is filled with zeros and entered in its folder before use. */
static int prepare(int fd, const char *dir, bool create)
{
	off_t len = lseek(fd, 0, SEEK_END);
	int rc;

	if (len < 0)
		return wb_io_err(errno);
	if (len >= 2 * SLOT_LEN || !create)
		return 0;
	rc = wb_io_zero(fd, (uint64_t)len, 2 * SLOT_LEN);
	return rc == 0 ? wb_io_sync_dir(dir) : rc;
}

int wb_headfile_open(const char *dir, bool create, struct wb_headfile **ret)
{
	struct wb_headfile *h;
	char path[4096];
	int fd, rc;

	rc = make_path(dir, path, sizeof(path));
	if (rc == 0)
		rc = wb_io_open(path, O_RDWR | (create ? O_CREAT : 0), &fd);
	if (rc != 0)
		return rc;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		rc = wb_io_err(errno);
		goto close_fd;
	}
	rc = prepare(fd, dir, create);
	if (rc != 0)
		goto close_fd;
	h = calloc(1, sizeof(*h));
	if (h == NULL) {
		rc = WB_ENOMEM;
		goto close_fd;
	}
	h->fd = fd;
	*ret = h;
	return 0;

close_fd:
	close(fd);
	return rc;
}

void wb_headfile_close(struct wb_headfile *h)
{
	if (h == NULL)
		return;
	close(h->fd);
	free(h);
}

static bool all_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != 0)
			return false;
	return true;
}

int wb_headfile_read(struct wb_headfile *h, struct wb_head *ret)
{
	uint8_t slot[2][SLOT_LEN] = {{0}};
	bool found = false, written = false;

	for (unsigned i = 0; i < 2; i++) {
		struct wb_head head;
		uint64_t counter;
		int rc = wb_io_read(h->fd, (uint64_t)i * SLOT_LEN, slot[i],
				    SLOT_LEN);

		if (rc != 0 && rc != WB_EFORM)
			return rc;
		written |= !all_zero(slot[i], SLOT_LEN);
		if (rc != 0 || slot_decode(slot[i], &counter, &head) != 0 ||
		    counter <= h->counter)
			continue;
		h->counter = counter;
		h->newest = i;
		*ret = head;
		found = true;
	}
	if (found)
		return 0;
	return written ? WB_ECORRUPT : WB_ENOTFOUND;
}

int wb_headfile_peek(const char *dir, struct wb_head *ret)
{
	struct wb_headfile h = {0};
	char path[4096];
	int rc;

	rc = make_path(dir, path, sizeof(path));
	if (rc == 0)
		rc = wb_io_open(path, O_RDONLY, &h.fd);
	if (rc != 0)
		return rc;
	/* A slot half written does not count, and the other is whole. */
	rc = wb_headfile_read(&h, ret);
	close(h.fd);
	return rc;
}

int wb_headfile_write(struct wb_headfile *h, const struct wb_head *head)
{
	unsigned slot = h->counter == 0 ? 0 : 1 - h->newest;
	uint8_t bytes[SLOT_LEN];
	int rc;

	rc = slot_encode(h->counter + 1, head, bytes);
	if (rc == 0)
		rc = wb_io_write(h->fd, (uint64_t)slot * SLOT_LEN, bytes,
				 SLOT_LEN);
	if (rc == 0)
		rc = wb_io_sync(h->fd);
	if (rc != 0)
		return rc;
	h->counter++;
	h->newest = slot;
	return 0;
}
