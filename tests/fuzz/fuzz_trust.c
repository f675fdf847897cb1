#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/trust.h"

/*
 * Trust: a file that is taken makes groups that can be met and hold nothing
 * twice; one that is refused says where and why.  No file counts a
 * cosignature on a note that has none.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_nodes(const struct wb_trust *t)
{
	uint32_t members[WB_TRUST_WITNESSES_MAX + WB_TRUST_GROUPS_MAX] = {0};

	require(t->n_logs <= WB_TRUST_LOGS_MAX);
	require(t->n_nodes <= WB_TRUST_WITNESSES_MAX + WB_TRUST_GROUPS_MAX);
	require(t->quorum >= -1 && t->quorum < (int)t->n_nodes);
	for (size_t i = 0; i < t->n_nodes; i++) {
		int parent = t->node[i].parent;

		require(parent == -1 ||
			(parent > (int)i && parent < (int)t->n_nodes));
		require(strlen(t->node[i].name) > 0);
		for (size_t j = 0; j < i; j++)
			require(strcmp(t->node[j].name, t->node[i].name) != 0);
		if (parent >= 0) {
			require(t->node[parent].group);
			members[parent]++;
		}
	}
	for (size_t i = 0; i < t->n_nodes; i++)
		if (t->node[i].group)
			require(t->node[i].k >= 1 &&
				t->node[i].k <= members[i]);
}

static void check_logs(const struct wb_trust *t)
{
	for (size_t i = 0; i < t->n_logs; i++) {
		require(t->log[i].type == WB_SIG_ED25519);
		require(wb_trust_log(t, t->log[i].name) == &t->log[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct wb_trust trust;
	static struct wb_note bare; /* not signed by anybody */
	struct wb_problem problem = {0};

	require(wb_crypto_init() == 0);
	if (wb_trust_parse(wb_slice(p, n), &trust, &problem) != 0) {
		require(problem.detail[0] != '\0');
		require(problem.code == WB_P_TOO_LONG ||
			(problem.code == WB_P_LINE &&
			 problem.pointer[0] != '\0'));
		return 0;
	}
	check_nodes(&trust);
	check_logs(&trust);
	require(wb_trust_quorum(&trust, &bare) ==
		(trust.quorum == -1 ? 0 : WB_EKEY));
	return 0;
}
