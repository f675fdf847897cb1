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
 * The journal as files: copies for a backup, and what it takes up.
 */

struct segments {
	uint64_t *first; /* ascending */
	size_t n;
};

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int add(struct segments *s, uint64_t first)
{
	uint64_t *more = realloc(s->first, (s->n + 1) * sizeof(*more));

	if (more == NULL)
		return WB_ENOMEM;
	s->first = more;
	s->first[s->n++] = first;
	return 0;
}

/* The segments that are there now, oldest first.  The caller frees. */
static int list(const char *journal, struct segments *ret)
{
	struct segments s = {NULL, 0};
	const struct dirent *entry;
	DIR *dir = opendir(journal);
	int rc = 0;

	if (dir == NULL)
		return wb_io_err(errno);
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		uint64_t first;

		if (wb_segment_name(entry->d_name, &first))
			rc = add(&s, first);
	}
	closedir(dir);
	if (rc != 0) {
		free(s.first);
		return rc;
	}
	if (s.n > 1)
		qsort(s.first, s.n, sizeof(*s.first), compare);
	*ret = s;
	return 0;
}

static int copy_bytes(int from, int to)
{
	uint8_t part[65536];
	uint64_t at = 0;
	struct stat sb;
	int rc = 0;

	if (fstat(from, &sb) != 0)
		return wb_io_err(errno);
	while (at < (uint64_t)sb.st_size && rc == 0) {
		uint64_t left = (uint64_t)sb.st_size - at;
		size_t n = left < sizeof(part) ? (size_t)left : sizeof(part);

		rc = wb_io_read(from, at, part, n);
		if (rc == 0)
			rc = wb_io_write(to, at, part, n);
		at += n;
	}
	return rc == 0 ? wb_io_sync(to) : rc;
}

static int copy_segment(const char *from, const char *to, uint64_t first)
{
	char source[WB_JOURNAL_PATH_MAX], copy[WB_JOURNAL_PATH_MAX];
	int in, out, rc;

	rc = wb_segment_path(from, first, source, sizeof(source));
	if (rc == 0)
		rc = wb_segment_path(to, first, copy, sizeof(copy));
	if (rc == 0)
		rc = wb_io_open(source, O_RDONLY, &in);
	if (rc != 0)
		return rc;
	rc = wb_io_open(copy, O_RDWR | O_CREAT | O_EXCL, &out);
	if (rc == 0) {
		rc = copy_bytes(in, out);
		close(out);
	}
	close(in);
	return rc;
}

/* Clear what stands behind the last whole frame: half of one that was being
 * written. */
static int trim(const char *journal)
{
	struct wb_journal_at at;
	int fd, rc;

	rc = wb_journal_walk(journal, WB_JOURNAL_LAST, NULL, NULL, &at, &fd);
	if (rc != 0)
		return rc;
	if (fd < 0)
		return WB_ENOTFOUND;
	rc = wb_io_zero(fd, at.offset, at.end);
	close(fd);
	return rc;
}

int wb_journal_copy(const char *dir, const char *to)
{
	char from[WB_JOURNAL_PATH_MAX], copy[WB_JOURNAL_PATH_MAX];
	struct segments s;
	int rc;

	rc = wb_journal_folder(dir, from);
	if (rc == 0)
		rc = wb_journal_folder(to, copy);
	if (rc == 0)
		rc = list(from, &s);
	if (rc != 0)
		return rc;
	if (mkdir(copy, 0700) != 0)
		rc = wb_io_err(errno);
	/* Oldest first: each names the one before, so any beginning of the
	 * list is a journal. */
	for (size_t i = 0; i < s.n && rc == 0; i++)
		rc = copy_segment(from, copy, s.first[i]);
	free(s.first);
	if (rc == 0)
		rc = trim(copy);
	if (rc == 0)
		rc = wb_io_sync_dir(copy);
	return rc == 0 ? wb_io_sync_dir(to) : rc;
}

int wb_journal_usage(const char *dir, uint64_t *ret_n, uint64_t *ret_bytes)
{
	char journal[WB_JOURNAL_PATH_MAX], path[WB_JOURNAL_PATH_MAX];
	struct segments s;
	uint64_t bytes = 0;
	struct stat sb;
	int rc;

	rc = wb_journal_folder(dir, journal);
	if (rc == 0)
		rc = list(journal, &s);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < s.n && rc == 0; i++) {
		rc = wb_segment_path(journal, s.first[i], path, sizeof(path));
		if (rc == 0 && stat(path, &sb) != 0)
			rc = wb_io_err(errno);
		if (rc == 0)
			bytes += (uint64_t)sb.st_size;
	}
	free(s.first);
	if (rc != 0)
		return rc;
	*ret_n = s.n;
	*ret_bytes = bytes;
	return 0;
}
