#ifndef WB_FILES_H
#define WB_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "waybill/bytes.h"

/*
 * files: whole files in, whole files out.
 *
 * A file that is written appears complete or not at all: a temporary file in
 * the same folder is synced, renamed, and the folder synced.  "-" is standard
 * input or output.
 */

/*
 * Read the file at path into ret, which is initialised here with room for max
 * bytes and one more.  0, WB_ENOTFOUND, WB_EACCES, WB_ELIMIT, WB_ENOMEM, or
 * WB_EIO; errno is kept.  The caller frees ret in any case.
 */
int wb_file_read(const char *path, size_t max, struct wb_buf *ret)
	WB_MUST_CHECK;
/* The same, saying why not; what is "key file".  Returns an exit code. */
int wb_load(const char *what, const char *path, size_t max,
	    struct wb_buf *ret) WB_MUST_CHECK;

enum wb_file_how {
	WB_FILE_NEW,     /* WB_ECONFLICT if it is there */
	WB_FILE_LATER,   /* new, and wb_file_settle() makes it last */
	WB_FILE_REPLACE, /* what may be there */
};

int wb_file_write(const char *path, struct wb_slice bytes, mode_t mode,
		  enum wb_file_how how) WB_MUST_CHECK;
/* The same, saying why not.  Returns an exit code. */
int wb_store_file(const char *path, struct wb_slice bytes, mode_t mode,
		  enum wb_file_how how) WB_MUST_CHECK;
/*
 * Sync the file system that holds path, once for many files written LATER.
 * Until then a power cut may leave any of them empty.  An exit code.
 */
int wb_file_settle(const char *path) WB_MUST_CHECK;

/* Whether something is there. */
bool wb_file_is(const char *path);
bool wb_folder_is(const char *path);
/* Make the folder and those above it; 0 or WB_EIO with errno. */
int wb_folder_make(const char *path) WB_MUST_CHECK;

/*
 * The names in a folder that end in suffix, sorted by bytes.  Each and the
 * list are for the caller to free with wb_names_free().
 */
struct wb_names {
	char **v;
	size_t n;
};
int wb_folder_list(const char *path, const char *suffix, struct wb_names *ret)
	WB_MUST_CHECK;
void wb_names_free(struct wb_names *names);

/*
 * The operands, where a folder stands for the files in it that end in suffix.
 * 0, or an exit code having said why; the caller frees ret on 0.
 */
struct wb_cli;
int wb_names_expand(const struct wb_cli *cli, const char *suffix,
		    struct wb_names *ret) WB_MUST_CHECK;

#endif /* WB_FILES_H */
