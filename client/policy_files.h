#ifndef WB_POLICY_FILES_H
#define WB_POLICY_FILES_H

#include "client/cli.h"
#include "client/files.h"
#include "client/policy_words.h"

/*
 * policy_files: the editions that the commands `policy ...` are about.
 */

/* An edition by the name of its file, or by its id in the policy folder.  0 or
 * an exit code, having said why; the caller frees it. */
int wb_policy_find(const struct wb_cli *cli, const char *name,
		   struct wb_edition **ret);

/* The files of all editions of the policy folder; wb_names_free() them. */
int wb_policy_folder(const struct wb_cli *cli, struct wb_names *ret);

/* One edition of a file. */
int wb_policy_load(const char *path, struct wb_edition **ret);

/* The keyword of a line. */
const char *wb_clause_word(enum wb_clause_kind kind);

#endif /* WB_POLICY_FILES_H */
