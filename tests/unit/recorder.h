#ifndef TESTS_UNIT_RECORDER_H
#define TESTS_UNIT_RECORDER_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * recorder: every write and sync below one folder, as it happens; and the
 * folder made again as a power cut might have left it.
 *
 * The linker lets these functions stand in for the system's, in our code and
 * in LMDB's (linked as an archive): see WRAP in the Makefile.  The model is
 * that of a disk that tells the truth and a kernel that may write what is not
 * synced in any order, in part, or not at all, torn at 512 bytes.
 */
enum event_kind {
	EV_CREATE, /* the name in data, in the folder or in journal/ */
	EV_WRITE,
	EV_SYNC,     /* of a file */
	EV_SYNC_DIR, /* of the names so far in the folder, or in journal/ */
	EV_RENAME,   /* of file to the name in data */
	EV_RELEASE,  /* an answer left: offset is how many records hold */
};

struct event {
	enum event_kind kind;
	int file;
	bool durable;      /* a write through O_DSYNC */
	size_t durable_at; /* the event by which it holds for good */
	uint64_t offset;
	size_t len;
	uint8_t *data; /* NULL: zeros */
};

/* In the place of a file's number: a folder. */
#define IN_DIR     -1
#define IN_JOURNAL -2

#define FILES_MAX 32
#define FDS_MAX   256

static struct {
	char dir[64]; /* what is recorded; "" while nothing is */
	size_t n, cap;
	struct event *event;
	int n_files;
	char name[FILES_MAX][96];
	int file_of[FDS_MAX]; /* fd to file + 1 */
	bool dsync[FDS_MAX];
} recorder;

int __real_open(const char *path, int flags, ...);
int __real_open64(const char *path, int flags, ...);
ssize_t __real_pwrite(int fd, const void *p, size_t len, off_t at);
ssize_t __real_pwrite64(int fd, const void *p, size_t len, off_t at);
ssize_t __real_writev(int fd, const struct iovec *iov, int n);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __real_close(int fd);

static inline struct event *record(enum event_kind kind, int file)
{
	struct event *e;

	if (recorder.n == recorder.cap) {
		recorder.cap = recorder.cap * 2 + 1024;
		recorder.event =
			realloc(recorder.event, recorder.cap * sizeof(*e));
		if (recorder.event == NULL)
			abort();
	}
	e = &recorder.event[recorder.n++];
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->file = file;
	return e;
}

static inline bool in_journal(const char *path)
{
	return strstr(path, "/journal") != NULL ||
	       strncmp(path, "journal/", 8) == 0;
}

/* The number of a file below the folder, or -1 if it is elsewhere. */
static inline int file_named(const char *path)
{
	size_t len = strlen(recorder.dir);

	if (len == 0 || strncmp(path, recorder.dir, len) != 0 ||
	    path[len] != '/' || strstr(path, "lock.mdb") != NULL)
		return -1;
	for (int i = 0; i < recorder.n_files; i++)
		if (strcmp(recorder.name[i], path + len + 1) == 0)
			return i;
	if (recorder.n_files == FILES_MAX)
		abort();
	snprintf(recorder.name[recorder.n_files], sizeof(recorder.name[0]),
		 "%s", path + len + 1);
	record(EV_CREATE, recorder.n_files)->data =
		(uint8_t *)strdup(path + len + 1);
	return recorder.n_files++;
}

static inline void opened(int fd, const char *path, int flags)
{
	struct stat sb;

	if (fd < 0 || fd >= FDS_MAX || recorder.dir[0] == '\0')
		return;
	recorder.file_of[fd] = 0;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode))
		recorder.file_of[fd] = file_named(path) + 1;
	else if (strncmp(path, recorder.dir, strlen(recorder.dir)) == 0)
		recorder.file_of[fd] = in_journal(path) ? IN_JOURNAL : IN_DIR;
	recorder.dsync[fd] = (flags & O_DSYNC) != 0;
}

static inline void wrote(int fd, const void *p, size_t len, uint64_t at)
{
	static const uint8_t zeros[65536];
	struct event *e;

	if (fd >= FDS_MAX || recorder.file_of[fd] <= 0)
		return;
	e = record(EV_WRITE, recorder.file_of[fd] - 1);
	e->offset = at;
	e->len = len;
	e->durable = recorder.dsync[fd];
	if (len <= sizeof(zeros) && memcmp(p, zeros, len) == 0)
		return;
	e->data = malloc(len);
	if (e->data == NULL)
		abort();
	memcpy(e->data, p, len);
}

static inline void synced(int fd)
{
	if (fd >= FDS_MAX || recorder.file_of[fd] == 0)
		return;
	if (recorder.file_of[fd] < 0)
		record(EV_SYNC_DIR, recorder.file_of[fd]);
	else
		record(EV_SYNC, recorder.file_of[fd] - 1);
}

int __wrap_open(const char *path, int flags, int mode);
int __wrap_open64(const char *path, int flags, int mode);
ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at);
ssize_t __wrap_pwrite64(int fd, const void *p, size_t len, off_t at);
ssize_t __wrap_writev(int fd, const struct iovec *iov, int n);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_close(int fd);

int __wrap_open(const char *path, int flags, int mode)
{
	int fd = __real_open(path, flags, mode);

	opened(fd, path, flags);
	return fd;
}

int __wrap_open64(const char *path, int flags, int mode)
{
	int fd = __real_open64(path, flags, mode);

	opened(fd, path, flags);
	return fd;
}

ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at)
{
	ssize_t n = __real_pwrite(fd, p, len, at);

	if (n > 0)
		wrote(fd, p, (size_t)n, (uint64_t)at);
	return n;
}

ssize_t __wrap_pwrite64(int fd, const void *p, size_t len, off_t at)
{
	ssize_t n = __real_pwrite64(fd, p, len, at);

	if (n > 0)
		wrote(fd, p, (size_t)n, (uint64_t)at);
	return n;
}

ssize_t __wrap_writev(int fd, const struct iovec *iov, int n)
{
	uint64_t at = (uint64_t)lseek(fd, 0, SEEK_CUR);
	ssize_t done = __real_writev(fd, iov, n);
	ssize_t left = done;

	for (int i = 0; i < n && left > 0; i++) {
		size_t len = iov[i].iov_len < (size_t)left ? iov[i].iov_len
							   : (size_t)left;

		wrote(fd, iov[i].iov_base, len, at);
		at += len;
		left -= (ssize_t)len;
	}
	return done;
}

int __wrap_fdatasync(int fd)
{
	int rc = __real_fdatasync(fd);

	if (rc == 0)
		synced(fd);
	return rc;
}

int __wrap_fsync(int fd)
{
	int rc = __real_fsync(fd);

	if (rc == 0)
		synced(fd);
	return rc;
}

int __wrap_rename(const char *from, const char *to)
{
	int file = file_named(from);
	int rc = __real_rename(from, to);
	struct event *e;

	if (rc != 0 || file < 0)
		return rc;
	e = record(EV_RENAME, file);
	e->data = (uint8_t *)strdup(to + strlen(recorder.dir) + 1);
	/* The descriptor goes on under the new name. */
	snprintf(recorder.name[file], sizeof(recorder.name[0]), "%s",
		 (char *)e->data);
	return rc;
}

int __wrap_close(int fd)
{
	if (fd >= 0 && fd < FDS_MAX)
		recorder.file_of[fd] = 0;
	return __real_close(fd);
}

/* A file that is there, whose bytes hold for good; its name may not. */
static inline void adopt_file(const char *dir, const char *name, bool named)
{
	static uint8_t bytes[65536];
	struct event *e;
	char path[192];
	ssize_t n = 0;
	uint64_t at = 0;
	struct stat sb;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = __real_open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &sb) != 0)
		abort();
	e = record(EV_CREATE, recorder.n_files);
	e->durable = named;
	e->data = (uint8_t *)strdup(name);
	snprintf(recorder.name[recorder.n_files], sizeof(recorder.name[0]),
		 "%s", name);
	recorder.file_of[fd] = recorder.n_files + 1;
	recorder.dsync[fd] = true;
	while ((n = pread(fd, bytes, sizeof(bytes), (off_t)at)) > 0) {
		wrote(fd, bytes, (size_t)n, at);
		at += (uint64_t)n;
	}
	recorder.n_files++;
	__wrap_close(fd);
}

static inline bool is_known(const char *name)
{
	for (int i = 0; i < recorder.n_files; i++)
		if (strcmp(recorder.name[i], name) == 0)
			return true;
	return false;
}

/* Those of folder/sub that are not known yet. */
static inline void adopt_files(const char *folder, const char *sub, bool named)
{
	char path[128], name[96];
	struct dirent *entry;
	DIR *d;

	snprintf(path, sizeof(path), "%s/%s", folder, sub);
	d = opendir(path);
	while (d != NULL && (entry = readdir(d)) != NULL) {
		snprintf(name, sizeof(name), "%s%.80s", sub, entry->d_name);
		if (entry->d_type == DT_REG && !is_known(name) &&
		    strstr(name, "lock.mdb") == NULL)
			adopt_file(folder, name, named);
	}
	if (d != NULL)
		closedir(d);
}

/*
 * Forget everything, and record what happens to dir from now on.  The disk
 * holds what is in the folder disk; where dir has more, it is in memory only:
 * pages whose writing failed stay there, and no sync writes them again.  A file
 * that only dir has was synced before it got its name, and the name was not.
 */
static inline void record_again(const char *dir, const char *disk)
{
	recorder.n = 0;
	recorder.n_files = 0;
	memset(recorder.file_of, 0, sizeof(recorder.file_of));
	snprintf(recorder.dir, sizeof(recorder.dir), "%s", dir);
	adopt_files(disk, "", true);
	adopt_files(disk, "journal/", true);
	adopt_files(dir, "", false);
	adopt_files(dir, "journal/", false);
}

/* --- the folder as a power cut might leave it ------------------------- */

enum cut {
	CUT_NOTHING,  /* all that was written is there */
	CUT_UNSYNCED, /* all that was not synced is lost */
	CUT_LAST,     /* only the last unsynced write is there */
	CUT_SOME,     /* any of the unsynced writes */
	CUT_TORN,     /* any of their sectors */
	CUTS
};

/* splitmix64, seeded: the same states on every machine. */
static uint64_t chance_state;

static inline uint64_t chance(void)
{
	uint64_t z = chance_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Whether sync s makes event e hold for good. */
static inline bool covers(const struct event *s, const struct event *e)
{
	if (e->kind == EV_WRITE)
		return s->kind == EV_SYNC && s->file == e->file;
	if (s->kind != EV_SYNC_DIR || e->file < 0)
		return false;
	return s->file ==
	       (in_journal(recorder.name[e->file]) ? IN_JOURNAL : IN_DIR);
}

/* Once everything is recorded: when does each event hold for good? */
static inline void settle(void)
{
	for (size_t i = 0; i < recorder.n; i++) {
		struct event *e = &recorder.event[i];
		size_t k = i;

		while (!e->durable && k < recorder.n) {
			if (covers(&recorder.event[k++], e))
				break;
		}
		e->durable_at = k;
	}
}

static inline bool is_durable(size_t i, size_t end)
{
	return recorder.event[i].durable_at < end;
}

static inline void put_bytes(int fd, const struct event *e, size_t from,
			     size_t len)
{
	static const uint8_t zeros[65536];
	const uint8_t *p = e->data == NULL ? zeros : e->data + from;
	off_t end = (off_t)(e->offset + from + len);
	struct stat sb;

	/* Zeros behind the end need no bytes. */
	if (e->data == NULL && fstat(fd, &sb) == 0 &&
	    sb.st_size <= (off_t)(e->offset + from)) {
		if (ftruncate(fd, end) != 0)
			abort();
		return;
	}
	if (__real_pwrite(fd, p, len, (off_t)(e->offset + from)) !=
	    (ssize_t)len)
		abort();
}

static inline void put_write(int fd, const struct event *e, bool whole)
{
	if (whole) {
		put_bytes(fd, e, 0, e->len);
		return;
	}
	for (size_t at = 0; at < e->len; at += 512)
		if (chance() & 1)
			put_bytes(fd, e, at,
				  e->len - at < 512 ? e->len - at : 512);
}

/*
 * Make dir what a cut before event end leaves.  dir/journal is there already.
 */
static inline void make_state(const char *dir, size_t end, enum cut cut)
{
	int fd[FILES_MAX];
	size_t last = end;
	char path[256], to[256];

	memset(fd, -1, sizeof(fd));
	for (size_t i = 0; i < end; i++)
		if (recorder.event[i].kind == EV_WRITE && !is_durable(i, end))
			last = i;
	for (size_t i = 0; i < end; i++) {
		const struct event *e = &recorder.event[i];
		bool there = is_durable(i, end) || cut == CUT_NOTHING ||
			     (cut == CUT_LAST && i == last) ||
			     (cut == CUT_SOME && (chance() & 1));

		if (e->kind == EV_CREATE) {
			/* Under a passing name: it may come to nothing. */
			snprintf(path, sizeof(path), "%s/file-%d", dir,
				 e->file);
			fd[e->file] = __real_open(path, O_RDWR | O_CREAT, 0600);
		} else if (e->kind == EV_WRITE && fd[e->file] >= 0) {
			if (there)
				put_write(fd[e->file], e, true);
			else if (cut == CUT_TORN)
				put_write(fd[e->file], e, false);
		}
	}
	for (int file = 0; file < recorder.n_files; file++) {
		const char *name = NULL;

		for (size_t i = 0; i < end; i++) {
			const struct event *e = &recorder.event[i];
			bool there = is_durable(i, end) || cut == CUT_NOTHING ||
				     (cut >= CUT_SOME && (chance() & 1));

			if (e->file != file || !there)
				continue;
			if (e->kind == EV_CREATE ||
			    (e->kind == EV_RENAME && name != NULL))
				name = (const char *)e->data;
		}
		if (fd[file] >= 0)
			__real_close(fd[file]);
		snprintf(path, sizeof(path), "%s/file-%d", dir, file);
		if (name == NULL) {
			unlink(path);
			continue;
		}
		snprintf(to, sizeof(to), "%s/%s", dir, name);
		if (fd[file] >= 0 && __real_rename(path, to) != 0)
			abort();
	}
}

#endif /* TESTS_UNIT_RECORDER_H */
