#include "core/io.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int wb_io_err(int err)
{
	switch (err) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return WB_EFULL;
	case ENOENT:
		return WB_ENOTFOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return WB_EACCES;
	case ENOMEM:
		return WB_ENOMEM;
	case EWOULDBLOCK:
		return WB_EBUSY;
	default:
		return WB_EIO;
	}
}

int wb_io_open(const char *path, int flags, int *ret_fd)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC, 0600);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return wb_io_err(errno);
	*ret_fd = fd;
	return 0;
}

int wb_io_read(int fd, uint64_t at, void *p, size_t len)
{
	uint8_t *out = p;

	while (len > 0) {
		ssize_t n = pread(fd, out, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wb_io_err(errno);
		if (n == 0)
			return WB_EFORM;
		out += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int wb_io_write(int fd, uint64_t at, const void *p, size_t len)
{
	const uint8_t *in = p;

	while (len > 0) {
		ssize_t n = pwrite(fd, in, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? wb_io_err(errno) : WB_EIO;
		in += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

int wb_io_sync(int fd)
{
	int rc;

	/* After an error other than EINTR the pages may be gone: no retry. */
	do
		rc = fdatasync(fd);
	while (rc != 0 && errno == EINTR);
	return rc == 0 ? 0 : wb_io_err(errno);
}

/* With what the file system knows about the file. */
static int sync_all(int fd)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc != 0 && errno == EINTR);
	return rc == 0 ? 0 : wb_io_err(errno);
}

int wb_io_sync_dir(const char *dir)
{
	int fd, rc;

	rc = wb_io_open(dir, O_RDONLY | O_DIRECTORY, &fd);
	if (rc != 0)
		return rc;
	rc = sync_all(fd);
	close(fd);
	return rc;
}

int wb_io_zero(int fd, uint64_t from, uint64_t to)
{
	static const uint8_t zeros[65536];

	while (from < to) {
		size_t n = to - from < sizeof(zeros) ? (size_t)(to - from)
						     : sizeof(zeros);
		int rc = wb_io_write(fd, from, zeros, n);

		if (rc != 0)
			return rc;
		from += n;
	}
	return sync_all(fd);
}
