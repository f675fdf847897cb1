#ifndef WB_CORE_IO_H
#define WB_CORE_IO_H

#include <stddef.h>
#include <stdint.h>

#include "waybill/bytes.h"

/*
 * io: files that must not lie, for the head file and the journal.  Short
 * reads and writes are gone on with, EINTR is tried again, everything else is
 * an error of waybill/error.h.
 */
int wb_io_err(int err) WB_MUST_CHECK;
/* flags as open(2); O_CLOEXEC is added. */
int wb_io_open(const char *path, int flags, int *ret_fd) WB_MUST_CHECK;
/* Exactly len bytes; WB_EFORM at the end of the file. */
int wb_io_read(int fd, uint64_t at, void *p, size_t len) WB_MUST_CHECK;
int wb_io_write(int fd, uint64_t at, const void *p, size_t len) WB_MUST_CHECK;
int wb_io_sync(int fd) WB_MUST_CHECK;
int wb_io_sync_dir(const char *dir) WB_MUST_CHECK;
/* Write zeros over [from, to) and sync: blocks that are there hold. */
int wb_io_zero(int fd, uint64_t from, uint64_t to) WB_MUST_CHECK;

#endif /* WB_CORE_IO_H */
