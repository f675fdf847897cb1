#include "daemon/condition.h"

#include <assert.h>

#include "daemon/cli.h"
#include "waybill/error.h"

#define CONTINUE                                                               \
	"Keep the folder as evidence. If the newer one is lost, begin a "      \
	"ledger that continues this one: waybilld init --continues."

static const struct wb_condition_row table[WB_CONDITIONS] = {
	[WB_C_OK] = {"ok", WB_EXIT_OK, "takes statements and answers questions",
		     ""},
	[WB_C_STARTING] = {"starting", WB_EXIT_OK, "opens the ledger", ""},
	[WB_C_STOPPING] = {"stopping", WB_EXIT_OK, "finishes what was begun",
			   ""},
	[WB_C_CHECKING] = {"checking", WB_EXIT_OK,
			   "reads the ledger through before it decides", ""},
	[WB_C_FULL] = {"full", WB_EXIT_OTHER, "there is no space left",
		       "Make room on the disk of the ledger; it goes on by "
		       "itself."},
	[WB_C_CLOCK] = {"clock", WB_EXIT_OTHER,
			"the clock is too far ahead of the last record",
			"Set the clock right, or raise clock_jump_max_s."},
	[WB_C_REFUSED] = {"refused", WB_EXIT_OTHER,
			  "the last statements could not be written",
			  "Read the log."},
	[WB_C_LATCHED] = {"latched", WB_EXIT_LATCHED, "a write failed",
			  "See waybilld(8), \"After a write error\"."},
	[WB_C_DAMAGED] = {"damaged", WB_EXIT_PROOF,
			  "what is stored is not what was written",
			  "Stop the daemon; waybilld verify says what does not "
			  "hold, waybilld rebuild makes the store anew from "
			  "the journal."},
	[WB_C_ROLLBACK] = {"rollback", WB_EXIT_PROOF,
			   "the store is behind what was released", CONTINUE},
	[WB_C_FORK] = {"fork", WB_EXIT_PROOF,
		       "what is stored is not what was released", CONTINUE},
	[WB_C_RESTORED] = {"restored", WB_EXIT_PROOF,
			   "a restored copy may be behind what was released",
			   "Read and audit it; to go on, begin a ledger that "
			   "continues it: waybilld init --continues."},
	[WB_C_KEYS] = {"keys", WB_EXIT_USAGE,
		       "the keys are not those of this ledger",
		       "Put the key files of this ledger in their place."},
	[WB_C_ABSENT] = {"absent", WB_EXIT_USAGE, "no ledger is there",
			 "Begin one with waybilld init, or say where it is "
			 "with --data. If only its store is gone, waybilld "
			 "rebuild makes it anew."},
	[WB_C_BUSY] = {"busy", WB_EXIT_OTHER, "another process has the ledger",
		       "Stop it, or wait for it."},
	[WB_C_FAILED] = {"failed", WB_EXIT_OTHER, "the ledger cannot be opened",
			 "Read the log."},
};

const struct wb_condition_row *wb_condition(enum wb_condition c)
{
	assert(c < WB_CONDITIONS);
	return &table[c];
}

void wb_condition_tell(const char *dir, enum wb_condition c, int err)
{
	const struct wb_condition_row *row = wb_condition(c);

	if (c == WB_C_FAILED)
		wb_cli_error("%s: %s: %s (%s)", dir, row->name, row->means,
			     wb_strerror(err));
	else
		wb_cli_error("%s: %s: %s", dir, row->name, row->means);
	if (row->todo[0] != '\0')
		wb_cli_error("%s", row->todo);
}

enum wb_condition wb_condition_of_open(int err)
{
	switch (err) {
	case 0:
		return WB_C_OK;
	case WB_EROLLBACK:
		return WB_C_ROLLBACK;
	case WB_EFORK:
		return WB_C_FORK;
	case WB_ECORRUPT:
	case WB_EPROOF:
	case WB_EGAP:
		return WB_C_DAMAGED;
	case WB_EKEY:
		return WB_C_KEYS;
	case WB_ENOTFOUND:
		return WB_C_ABSENT;
	case WB_EBUSY:
		return WB_C_BUSY;
	case WB_EFULL:
		return WB_C_FULL;
	default:
		return WB_C_FAILED;
	}
}

enum wb_condition wb_condition_of_write(int err, int latched)
{
	if (latched == WB_ECORRUPT || latched == WB_EPROOF ||
	    latched == WB_EFORK || latched == WB_EGAP)
		return WB_C_DAMAGED;
	if (latched != 0)
		return WB_C_LATCHED;
	if (err == WB_EFULL)
		return WB_C_FULL;
	if (err == WB_ECLOCK)
		return WB_C_CLOCK;
	return err == 0 ? WB_C_OK : WB_C_REFUSED;
}
