#ifndef WB_DRAFT_H
#define WB_DRAFT_H

#include "client/cli.h"
#include "waybill/date.h"
#include "waybill/statement.h"

/*
 * draft: a statement being written, one member a line for people to edit.
 * What fails to be added is told by wb_draft_done().
 */
struct wb_draft {
	struct wb_buf text;
	bool comma;
};

void wb_draft_init(struct wb_draft *draft);
/* The opening brace and the five common members.  0 or an exit code. */
int wb_draft_begin(const struct wb_cli *cli, struct wb_draft *draft,
		   enum wb_type type, const char *party, const char *id);
void wb_draft_member(struct wb_draft *draft, const char *name,
		     struct wb_slice value);
/* The member's name; its value is for the caller to add to text. */
void wb_draft_name(struct wb_draft *draft, const char *name);
void wb_draft_quote(struct wb_draft *draft, struct wb_slice value);
void wb_draft_end(struct wb_draft *draft);

/*
 * Decode the draft, so that nothing is written that the ledger would refuse;
 * write it to --out or standard output; free it.  0 or an exit code.
 */
int wb_draft_done(const struct wb_cli *cli, struct wb_draft *draft);

/* The time of --time, or now in room. */
int wb_draft_issued(const struct wb_cli *cli, char room[WB_TIME_TEXT + 1],
		    const char **ret);

#endif /* WB_DRAFT_H */
