#ifndef WB_TRUST_H
#define WB_TRUST_H

#include "waybill/note.h"
#include "waybill/problem.h"

/*
 * trust: whom a verifier believes, in the grammar of C2SP tlog-policy.
 *
 *   log <vkey> [<url>]        the ledger's two service keys: the checkpoint
 *                             key, named for the origin, and <origin>/record
 *   witness <name> <vkey> [<url>]
 *   group <name> all|any|<k> <member>...
 *   quorum <name>|none        exactly one
 *
 * Words are parted by spaces and tabs; blank lines and lines that begin with
 * '#' are passed over.  Names are defined before use; a name is in at most one
 * group, and no key counts twice.  Log keys are of type 0x01, no two with one
 * name; witness keys are of type 0x04.
 */
#define WB_TRUST_LOGS_MAX      32
#define WB_TRUST_WITNESSES_MAX 32
#define WB_TRUST_GROUPS_MAX    32
#define WB_TRUST_MAX           65536

struct wb_trust_node { /* a witness or a group */
	char name[WB_KEY_NAME_MAX + 1];
	bool group;
	struct wb_vkey key; /* of a witness */
	uint32_t k;         /* of a group: how many members */
	int parent;         /* index of the group it is in, or -1 */
};

struct wb_trust {
	size_t n_logs;
	struct wb_vkey log[WB_TRUST_LOGS_MAX];
	size_t n_nodes;
	struct wb_trust_node node[WB_TRUST_WITNESSES_MAX + WB_TRUST_GROUPS_MAX];
	int quorum; /* index of the node, or -1 for none */
};

/* problem->pointer names line and column. */
int wb_trust_parse(struct wb_slice text, struct wb_trust *ret,
		   struct wb_problem *problem) WB_MUST_CHECK;

/* The log key of that name, or NULL. */
const struct wb_vkey *wb_trust_log(const struct wb_trust *trust,
				   const char *name);

/*
 * Whether the checkpoint note carries cosignatures that meet the quorum.
 * 0; WB_EKEY if too few; WB_ESIG if a known witness' line fails.
 */
int wb_trust_quorum(const struct wb_trust *trust,
		    const struct wb_note *note) WB_MUST_CHECK;

#endif /* WB_TRUST_H */
