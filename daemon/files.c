#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/cli.h"
#include "daemon/files.h"
#include "waybill/keyfile.h"

static int fail(const char *path, const char *what, int err)
{
	wb_cli_error("%s: cannot %s: %s", path, what, strerror(err));
	if (err == ENOENT)
		return WB_ENOTFOUND;
	if (err == EEXIST)
		return WB_ECONFLICT;
	if (err == ENOSPC || err == EDQUOT)
		return WB_EFULL;
	if (err == EACCES || err == EPERM)
		return WB_EACCES;
	return WB_EIO;
}

int wb_path_join(char out[WB_PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(out, WB_PATH_MAX, "%s/%s", dir, name);

	if (n < 0 || n >= WB_PATH_MAX) {
		wb_cli_error("%s/%s: the path is too long", dir, name);
		return WB_ELIMIT;
	}
	return 0;
}

bool wb_file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

int wb_folder_make(const char *path)
{
	char part[WB_PATH_MAX];
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof(part))
		return WB_ELIMIT;
	/* Those above it too, as ~/.local/state may not be there yet. */
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return fail(part, "make the folder", errno);
	}
	return 0;
}

int wb_file_read(const char *path, struct wb_buf *out)
{
	uint8_t piece[4096];
	ssize_t n;
	int rc = 0, fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(path, "open", errno);
	while ((n = read(fd, piece, sizeof(piece))) > 0) {
		wb_buf_add(out, piece, (size_t)n);
		if (out->failed) {
			wb_cli_error("%s: longer than its limit of %zu bytes",
				     path, out->max);
			rc = WB_ELIMIT;
			break;
		}
	}
	if (n < 0)
		rc = fail(path, "read", errno);
	close(fd);
	return rc;
}

static int write_all(int fd, struct wb_slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		bytes = wb_slice(bytes.p + n, bytes.len - (size_t)n);
	}
	return fsync(fd) == 0 ? 0 : errno;
}

/* A new file is not there for good until its folder is synced. */
static int sync_folder_of(const char *path)
{
	char dir[WB_PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	int fd, err = 0;

	if (slash == NULL)
		snprintf(dir, sizeof(dir), ".");
	else
		snprintf(dir, sizeof(dir), "%.*s", len == 0 ? 1 : (int)len,
			 path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (fsync(fd) != 0)
		err = errno;
	close(fd);
	return err;
}

int wb_file_make(const char *path, mode_t mode, struct wb_slice bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int err;

	if (fd < 0)
		return fail(path, "make", errno);
	err = write_all(fd, bytes);
	if (close(fd) != 0 && err == 0)
		err = errno;
	if (err == 0)
		err = sync_folder_of(path);
	if (err == 0)
		return 0;
	(void)unlink(path);
	return fail(path, "write", err);
}

int wb_file_replace(const char *path, struct wb_slice bytes)
{
	char temp[WB_PATH_MAX];
	int n = snprintf(temp, sizeof(temp), "%s.%ld", path, (long)getpid());
	int rc;

	if (n < 0 || (size_t)n >= sizeof(temp))
		return WB_ELIMIT;
	rc = wb_file_make(temp, 0644, bytes);
	if (rc != 0)
		return rc;
	if (rename(temp, path) == 0)
		return 0;
	rc = fail(path, "write", errno);
	(void)unlink(temp);
	return rc;
}

int wb_file_move(const char *from, const char *to)
{
	int err;

	if (rename(from, to) != 0)
		return fail(to, "move there", errno);
	err = sync_folder_of(to);
	return err == 0 ? 0 : fail(to, "sync the folder", err);
}

bool wb_folder_empty(const char *path)
{
	const struct dirent *entry;
	DIR *dir = opendir(path);
	bool empty = dir != NULL;

	while (empty && (entry = readdir(dir)) != NULL)
		empty = entry->d_name[0] == '.';
	if (dir != NULL)
		closedir(dir);
	return empty;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *at)
{
	(void)st, (void)type, (void)at;
	(void)remove(path);
	return 0;
}

void wb_folder_remove(const char *path)
{
	(void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

bool wb_restored(const char *dir)
{
	char path[WB_PATH_MAX];

	return wb_path_join(path, dir, "backup") == 0 && wb_file_exists(path);
}

int wb_config_load(const char *path, struct wb_config *ret)
{
	struct wb_problem problem;
	struct wb_buf text;
	int rc;

	wb_config_init(ret);
	if (path == NULL)
		return 0;
	memset(&problem, 0, sizeof(problem));
	wb_buf_init(&text, WB_CONFIG_MAX);
	rc = wb_file_read(path, &text);
	if (rc == 0) {
		rc = wb_config_parse(wb_buf_slice(&text), ret, &problem);
		if (rc == WB_EREFUSED)
			wb_cli_problem(path, &problem);
	}
	wb_buf_free(&text);
	return rc;
}

int wb_data_dir(const char *option, const char *configured,
		char out[WB_PATH_MAX])
{
	const char *state = getenv("STATE_DIRECTORY");
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const char *base, *rest = "";
	int n;

	/* systemd parts several folders by colons; we ask for one. */
	if (option != NULL && option[0] != '\0') {
		base = option;
	} else if (configured != NULL && configured[0] != '\0') {
		base = configured;
	} else if (state != NULL && state[0] == '/' && !strchr(state, ':')) {
		base = state;
	} else if (xdg != NULL && xdg[0] == '/') {
		base = xdg;
		rest = "/waybill";
	} else if (home != NULL && home[0] == '/') {
		base = home;
		rest = "/.local/state/waybill";
	} else {
		wb_cli_error("where is the ledger?  Give --data DIR.");
		return WB_ENOTFOUND;
	}
	n = snprintf(out, WB_PATH_MAX, "%s%s", base, rest);
	return n < 0 || n >= WB_PATH_MAX ? WB_ELIMIT : 0;
}

static int load_key(const char *path, struct wb_signer *ret)
{
	struct wb_buf text;
	struct stat st;
	int rc;

	if (stat(path, &st) != 0)
		return fail(path, "open", errno);
	if ((st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0) {
		wb_cli_error("%s: others may read or change it; chmod 600",
			     path);
		return WB_EKEY;
	}
	wb_buf_init(&text, WB_KEYFILE_MAX);
	rc = wb_file_read(path, &text);
	if (rc == 0) {
		rc = wb_keyfile_open(wb_buf_slice(&text), wb_slice(NULL, 0),
				     ret);
		if (rc != 0)
			wb_cli_error("%s: not a key file without passphrase: "
				     "%s",
				     path, wb_strerror(rc));
	}
	if (text.p != NULL)
		wb_wipe(text.p, text.cap);
	wb_buf_free(&text);
	return rc;
}

int wb_services_load(const char *dir, const char *checkpoint_path,
		     const char *record_path, struct wb_services *ret)
{
	char path[2][WB_PATH_MAX];
	int rc;

	rc = wb_path_join(path[0], dir, "keys/checkpoint.key");
	if (rc == 0)
		rc = wb_path_join(path[1], dir, "keys/record.key");
	if (rc == 0)
		rc = load_key(checkpoint_path[0] != '\0' ? checkpoint_path
							 : path[0],
			      &ret->checkpoint);
	if (rc == 0)
		rc = load_key(record_path[0] != '\0' ? record_path : path[1],
			      &ret->record);
	if (rc != 0)
		wb_wipe(ret, sizeof(*ret));
	return rc;
}

void wb_services_trust(const struct wb_services *services, struct wb_buf *out)
{
	char checkpoint[WB_VKEY_TEXT_MAX + 1], record[WB_VKEY_TEXT_MAX + 1];

	wb_vkey_format(&services->checkpoint.vkey, checkpoint);
	wb_vkey_format(&services->record.vkey, record);
	wb_buf_fmt(out, "log %s\nlog %s\nquorum none\n", checkpoint, record);
}
