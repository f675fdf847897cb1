#ifndef WB_CLIENT_AUDIT_H
#define WB_CLIENT_AUDIT_H

#include "client/cli.h"
#include "client/json.h"
#include "client/progress.h"
#include "client/remote.h"
#include "waybill/audit.h"
#include "waybill/trust.h"

/*
 * audit: what is shared by its three sources (a ledger, a saved download, a
 * local store) and by its report.
 */
struct wb_auditing {
	struct wb_cli *cli;
	const char *what;                  /* as the operand names it */
	struct wb_trust *trust;
	const struct wb_vkey *checkpoint_key, *record_key;
	struct wb_progress progress;
	struct wb_audit_counts counts;
	struct wb_audit_failure failure;
	struct wb_buf checkpoint;          /* the note it ended at */
	struct wb_checkpoint head;
	struct wb_buf remembered;          /* that of last time, or empty */
	struct wb_checkpoint last;
	bool consistent;                   /* with it */
	int quorum;                        /* what wb_trust_quorum() said */
	/* Called for each record that holds, or NULL; an exit code stops. */
	int (*each)(void *ctx, uint64_t seq, const struct wb_audit_record *rec);
	void *ctx;
	const struct wb_value *row;        /* that each is called for */
};

/*
 * audit_memory.c: the last good checkpoint of each ledger, in
 * $XDG_STATE_HOME/waybill/<SHA-256 of the origin>.checkpoint.  Calls say why
 * and return an exit code.
 */
int wb_memory_load(struct wb_auditing *a);
int wb_memory_keep(const struct wb_auditing *a);
/* Keep the checkpoint that contradicts the remembered one; tells where both
 * are. */
void wb_memory_evidence(const struct wb_auditing *a);

/* audit_source.c: run the records of a source through the audit. */
bool wb_audit_is_address(const char *what);
int wb_audit_remote(struct wb_auditing *a);
int wb_audit_saved(struct wb_auditing *a);

/* audit_report.c */
int wb_audit_failed(const struct wb_auditing *a);
/* The engine that it asks for is not at hand: nothing is wrong with it. */
int wb_audit_newer(const struct wb_auditing *a);
int wb_audit_report(const struct wb_auditing *a);

#endif /* WB_CLIENT_AUDIT_H */
