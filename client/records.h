#ifndef WB_RECORDS_H
#define WB_RECORDS_H

#include "client/cli.h"
#include "client/json.h"
#include "waybill/statement.h"

/*
 * records: the statements of a ledger in order, from wherever it can be read:
 * a daemon's data folder or its store, a download of `audit --save`, or the
 * ledger at an address.  The last two are audited on the way, as `audit` does;
 * a folder is read as it stands.
 */
struct wb_shown_record {
	uint64_t seq;
	wb_time time;                         /* of the record */
	const struct wb_statement *statement; /* NULL: not shown */
	struct wb_slice judgement;            /* empty: not shown */
	/* What a sweep that is not shown found about what is: a list, or NULL.
	 * That is the ledger's word, which no record proves. */
	const struct wb_value *told;
};

struct wb_records {
	struct wb_cli *cli;
	const char *what; /* the operand, or --url */
	/* Called for each record; an exit code other than 0 stops. */
	int (*each)(void *ctx, const struct wb_shown_record *seen);
	void *ctx;
	uint64_t n;      /* records seen */
	uint64_t hidden; /* of them, not shown to this reader */
};

/* Run through them all.  0 or an exit code, having said why. */
int wb_records_run(struct wb_records *records);

#endif /* WB_RECORDS_H */
