#ifndef WB_CLIENT_LAW_H
#define WB_CLIENT_LAW_H

#include "client/cli.h"
#include "waybill/policy.h"

/*
 * law: the documents that `check` judges by, from files or from a ledger.
 */

/* The family whose editions apply where nothing says which. */
#define WB_FAMILY_USUAL "paper"

/*
 * From --policy, --catalogue, --countries, and what those leave open from the
 * policy folder: --policy-dir, or the one beside the program.  0 or an exit
 * code; the caller frees ret in any case.
 */
int wb_law_from_files(const struct wb_cli *cli, struct wb_law *ret);

/* The policy folder: --policy-dir, or the one beside the program.  0 or an exit
 * code, having said why. */
int wb_law_folder(const struct wb_cli *cli, char *path, size_t cap);

/* From the ledger at --url: what it has recorded, each text proved by its
 * digest. */
int wb_law_from_ledger(const struct wb_cli *cli, struct wb_law *ret);

#endif /* WB_CLIENT_LAW_H */
