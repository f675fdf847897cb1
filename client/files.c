#include "client/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/cli.h"
#include "client/print.h"
#include "waybill/crypto.h"

static int from_errno(int err)
{
	switch (err) {
	case ENOENT:
	case ENOTDIR:
		return WB_ENOTFOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return WB_EACCES;
	case ENOSPC:
	case EDQUOT:
		return WB_EFULL;
	case EEXIST:
		return WB_ECONFLICT;
	case ENOMEM:
		return WB_ENOMEM;
	default:
		return WB_EIO;
	}
}

static int read_all(int fd, size_t max, struct wb_buf *ret)
{
	uint8_t chunk[16384];
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return from_errno(errno);
		if (n == 0)
			return 0;
		if ((size_t)n > max - ret->len)
			return WB_ELIMIT;
		wb_buf_add(ret, chunk, (size_t)n);
		if (ret->failed)
			return WB_ENOMEM;
	}
}

int wb_file_read(const char *path, size_t max, struct wb_buf *ret)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int rc, err;

	/* Two more, so that a caller may close it with a newline and NUL. */
	wb_buf_init(ret, max + 2);
	if (fd < 0)
		return from_errno(errno);
	rc = read_all(fd, max, ret);
	err = errno;
	if (!standard)
		close(fd);
	errno = err;
	return rc;
}

int wb_load(const char *what, const char *path, size_t max, struct wb_buf *ret)
{
	int rc = wb_file_read(path, max, ret);

	switch (rc) {
	case 0:
		return 0;
	case WB_ENOTFOUND:
		return wb_fail(WB_EXIT_NOT_FOUND, "there is no %s %s", what,
			       path);
	case WB_ELIMIT:
		return wb_fail(WB_EXIT_OTHER,
			       "%s is longer than the %zu bytes that a %s may "
			       "have",
			       path, max, what);
	case WB_ENOMEM:
		return wb_fail(WB_EXIT_OTHER, "out of memory");
	default:
		return wb_fail(WB_EXIT_OTHER, "%s %s cannot be read: %s", what,
			       path, strerror(errno));
	}
}

static int write_all(int fd, struct wb_slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes = wb_slice(bytes.p + n, bytes.len - (size_t)n);
	}
	return 0;
}

/* Folder and last part of path. */
static int split(const char *path, char *folder, size_t cap,
		 const char **ret_base)
{
	const char *slash = strrchr(path, '/');
	int n;

	if (slash == NULL)
		n = snprintf(folder, cap, ".");
	else if (slash == path)
		n = snprintf(folder, cap, "/");
	else
		n = snprintf(folder, cap, "%.*s", (int)(slash - path), path);
	*ret_base = slash ? slash + 1 : path;
	if (n < 0 || (size_t)n >= cap || **ret_base == '\0') {
		errno = n < 0 || (size_t)n >= cap ? ENAMETOOLONG : EISDIR;
		return -1;
	}
	return 0;
}

/* Give the complete file its name. */
static int give_name(int dir, const char *temp, const char *base, bool replace)
{
	if (replace)
		return renameat(dir, temp, dir, base);
	if (renameat2(dir, temp, dir, base, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* File systems without it, NFS among them, can link. */
	if (linkat(dir, temp, dir, base, 0) != 0)
		return -1;
	return unlinkat(dir, temp, 0);
}

static int write_in(int dir, const char *base, struct wb_slice bytes,
		    mode_t mode, enum wb_file_how how)
{
	char temp[64];
	uint8_t random[8];
	char hex[2 * sizeof(random) + 1];
	int fd, rc, err;

	wb_random(random, sizeof(random));
	wb_hex(random, sizeof(random), hex);
	snprintf(temp, sizeof(temp), ".waybill-%s.tmp", hex);
	fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return from_errno(errno);
	rc = write_all(fd, bytes);
	if (rc == 0 && how != WB_FILE_LATER)
		rc = fsync(fd);
	err = errno;
	if (close(fd) != 0 && rc == 0) {
		rc = -1;
		err = errno;
	}
	if (rc == 0) {
		rc = give_name(dir, temp, base, how == WB_FILE_REPLACE);
		err = errno;
	}
	if (rc != 0)
		unlinkat(dir, temp, 0);
	else if (how != WB_FILE_LATER && fsync(dir) != 0) {
		rc = -1;
		err = errno;
	}
	errno = err;
	return rc == 0 ? 0 : from_errno(err);
}

int wb_file_write(const char *path, struct wb_slice bytes, mode_t mode,
		  enum wb_file_how how)
{
	char folder[4096];
	const char *base;
	int dir, rc, err;

	if (strcmp(path, "-") == 0) {
		fwrite(bytes.p, 1, bytes.len, stdout);
		return fflush(stdout) == 0 ? 0 : from_errno(errno);
	}
	if (split(path, folder, sizeof(folder), &base) != 0)
		return from_errno(errno);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return from_errno(errno);
	rc = write_in(dir, base, bytes, mode, how);
	err = errno;
	close(dir);
	errno = err;
	return rc;
}

int wb_store_file(const char *path, struct wb_slice bytes, mode_t mode,
		  enum wb_file_how how)
{
	int rc = wb_file_write(path, bytes, mode, how);

	if (rc == 0)
		return 0;
	if (rc == WB_ECONFLICT) {
		wb_fail(WB_EXIT_OTHER, "%s is there already", path);
		wb_advise("choose another name with --out, or move it away");
		return WB_EXIT_OTHER;
	}
	return wb_fail(WB_EXIT_OTHER, "%s cannot be written: %s", path,
		       strerror(errno));
}

int wb_file_settle(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : syncfs(fd);

	if (rc != 0)
		wb_fail(WB_EXIT_OTHER, "%s cannot be synced: %s", path,
			strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc == 0 ? 0 : WB_EXIT_OTHER;
}

bool wb_file_is(const char *path)
{
	struct stat st;

	/* Unreadable is there all the same, and reading it tells. */
	return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool wb_folder_is(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int wb_folder_make(const char *path)
{
	char part[4096];
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return WB_EIO;
	}
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		char c = part[i];

		if (c != '/' && c != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return WB_EIO;
		part[i] = c;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes path over, also when it fails. */
static int add_name(struct wb_names *names, char *path)
{
	char **v = names->v;

	if (path == NULL)
		return WB_ENOMEM;
	if ((names->n & (names->n - 1)) == 0) { /* full at powers of two */
		size_t cap = names->n == 0 ? 1 : 2 * names->n;

		v = reallocarray(v, cap, sizeof(*v));
		if (v == NULL) {
			free(path);
			return WB_ENOMEM;
		}
		names->v = v;
	}
	v[names->n++] = path;
	return 0;
}

static int add_entry(struct wb_names *names, const char *folder,
		     const char *name)
{
	char *path;

	return add_name(names, asprintf(&path, "%s/%s", folder, name) < 0
				       ? NULL
				       : path);
}

int wb_folder_list(const char *path, const char *suffix, struct wb_names *ret)
{
	struct wb_names names = {NULL, 0};
	DIR *dir = opendir(path);
	struct dirent *entry;
	int rc = 0;

	if (dir == NULL)
		return from_errno(errno);
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name), tail = strlen(suffix);

		if (entry->d_name[0] != '.' && len >= tail &&
		    strcmp(entry->d_name + len - tail, suffix) == 0)
			rc = add_entry(&names, path, entry->d_name);
	}
	closedir(dir);
	if (rc != 0) {
		wb_names_free(&names);
		return rc;
	}
	if (names.n > 0)
		qsort(names.v, names.n, sizeof(*names.v), compare);
	*ret = names;
	return 0;
}

static int add_folder(const char *path, const char *suffix,
		      struct wb_names *names)
{
	struct wb_names inside;
	int rc = wb_folder_list(path, suffix, &inside);

	if (rc != 0)
		return wb_fail(WB_EXIT_OTHER, "the folder %s cannot be read",
			       path);
	for (size_t i = 0; i < inside.n; i++) {
		/* Taken over, so not freed with the rest. */
		if (rc == 0)
			rc = add_name(names, inside.v[i]);
		else
			free(inside.v[i]);
	}
	free(inside.v);
	return rc == 0 ? 0 : wb_fail(WB_EXIT_OTHER, "out of memory");
}

int wb_names_expand(const struct wb_cli *cli, const char *suffix,
		    struct wb_names *ret)
{
	struct wb_names names = {NULL, 0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < cli->n; i++) {
		if (wb_folder_is(cli->operand[i]))
			rc = add_folder(cli->operand[i], suffix, &names);
		else if (add_name(&names, strdup(cli->operand[i])) != 0)
			rc = wb_fail(WB_EXIT_OTHER, "out of memory");
	}
	if (rc != 0) {
		wb_names_free(&names);
		return rc;
	}
	*ret = names;
	return 0;
}

void wb_names_free(struct wb_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i]);
	free(names->v);
	*names = (struct wb_names){NULL, 0};
}
