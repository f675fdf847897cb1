#ifndef WB_DAEMON_FILES_H
#define WB_DAEMON_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/config.h"
#include "waybill/ledger.h"

/*
 * files: the folder of a ledger and the files that commands read and write.
 *
 *   DIR/keys/checkpoint.key, record.key   the service's, unlocked, 0600
 *   DIR/store/                            the ledger (wb_ledger_open)
 *   DIR/trust                             for those who verify
 *   DIR/genesis.note                      until enough members have signed
 *   DIR/backup, checkpoint                of a copy, which never signs
 *
 * Each call says on standard error what it could not do, once.
 */
#define WB_PATH_MAX 2048

/* Read the whole file, which has at most out->max bytes; WB_ENOTFOUND,
 * WB_ELIMIT or WB_EIO. */
int wb_file_read(const char *path, struct wb_buf *out) WB_MUST_CHECK;
/* Make a file that is not there yet, synced with its folder; WB_ECONFLICT if
 * it is there. */
int wb_file_make(const char *path, mode_t mode,
		 struct wb_slice bytes) WB_MUST_CHECK;
/* Put bytes in the place of what is there, if anything, in one step. */
int wb_file_replace(const char *path, struct wb_slice bytes) WB_MUST_CHECK;
/* Make the folder, 0700, if it is not there. */
int wb_folder_make(const char *path) WB_MUST_CHECK;
bool wb_file_exists(const char *path);
/* Rename a file or folder, synced. */
int wb_file_move(const char *from, const char *to) WB_MUST_CHECK;
bool wb_folder_empty(const char *path);
/* Remove a folder of ours with all that is in it, as far as possible. */
void wb_folder_remove(const char *path);
/* Whether the folder of a ledger is a backup or was restored from one. */
bool wb_restored(const char *dir);

/* dir/name; WB_ELIMIT. */
int wb_path_join(char out[WB_PATH_MAX], const char *dir,
		 const char *name) WB_MUST_CHECK;

/* The trust file for the keys of services. */
void wb_services_trust(const struct wb_services *services, struct wb_buf *out);

/* Read the configuration at path, or the defaults if it is NULL. */
int wb_config_load(const char *path, struct wb_config *ret) WB_MUST_CHECK;

/* The folder of the ledger: the option, the configuration, or by the
 * environment; either may be NULL or "". */
int wb_data_dir(const char *option, const char *configured,
		char out[WB_PATH_MAX]) WB_MUST_CHECK;

/* Read the two service keys; paths of "" are those in dir.  The caller wipes
 * ret. */
int wb_services_load(const char *dir, const char *checkpoint_path,
		     const char *record_path,
		     struct wb_services *ret) WB_MUST_CHECK;

#endif /* WB_DAEMON_FILES_H */
