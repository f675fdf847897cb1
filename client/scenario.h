#ifndef WB_SCENARIO_H
#define WB_SCENARIO_H

#include "client/cli.h"
#include "client/chip.h"
#include "client/csv.h"
#include "client/sandbox.h"
#include "waybill/policy.h"

/*
 * scenario: rows of a table, each a shipment and what ought to come of it, run
 * through a ledger of its own.  docs: waybill(1), "Scenarios".
 */

/* --- scenario_pack.c: the law of one mode --------------------------------- */

#define WB_PACK_NOTES_MAX (WB_EDITIONS_MAX + 3)

/* A mode's family, its documents signed as policies, and them parsed. */
struct wb_pack {
	char mode[8];
	bool failed; /* it could not be loaded, and that was said */
	char family[WB_FAMILY_MAX + 1];
	size_t n;
	struct wb_buf note[WB_PACK_NOTES_MAX];
	struct wb_law law;
};

/* 0 or an exit code, having said why; the caller frees ret in any case. */
int wb_pack_load(const struct wb_cli *cli, const struct wb_sandbox_keys *keys,
		 const char *mode, struct wb_pack *ret);
void wb_pack_free(struct wb_pack *pack);
/* Whether mode is one of P, Ps, A, R. */
bool wb_pack_mode(const char *mode);

/* The counter that the law of a day limits by ultimate parent and year, and to
 * how much; 0 if there is no such limit. */
const char *wb_pack_limit(const struct wb_pack *pack, wb_date date,
			  int64_t *ret_x10);
/* A country that no group keeps anything from, or "". */
const char *wb_pack_open_country(const struct wb_pack *pack, wb_date date);

/* --- scenario_row.c: a row read ------------------------------------------- */

struct wb_scenario {
	const struct wb_csv *csv;
	size_t row;
	const char *id, *item, *kind, *from, *to, *hq, *parent_hq;
	char end_use[24];
	wb_date date, loaded, arrival; /* the last two may be NONE */
	int64_t quantity;
	bool in_catalogue;
	struct wb_chip chip; /* of the catalogue, or attested */
	int64_t prior_lpp_x10, prior_country_x10;
	int64_t factor_percent; /* of the agreement, or 0: there is none */
	bool lpp_statement, certified, addressee;
	bool uveu, nveu, supp8, licence; /* held */
	int64_t share_x100[3];           /* percent in hundredths, see uveu */
	int64_t installed_x10;
};

/* 0, or WB_EFORM with the reason in why.  chips may be NULL. */
int wb_scenario_read(const struct wb_csv *csv, size_t row,
		     const struct wb_pack *pack, const struct wb_csv *chips,
		     struct wb_scenario *ret,
		     char why[WB_SCENARIO_WHY]) WB_MUST_CHECK;

/* Tenths of an amount, in which thousands may be parted: 26,900,000. */
#define WB_FIGURE 48
int wb_scenario_figure(const char *text, int64_t *ret_x10) WB_MUST_CHECK;

/* --- scenario_world.c: what stands before the shipment -------------------- */

/* Of what a row says was shipped before, that which no shipment can bring
 * about: the law of the day does not count it, or it is past the limit. */
struct wb_scenario_besides {
	int64_t lpp_x10, country_x10;
};

/* Record law, parties, what the row holds, and what was shipped before.  0, or
 * another code with the reason in s->why. */
int wb_scenario_world(struct wb_sandbox *s, const struct wb_pack *pack,
		      const struct wb_scenario *row,
		      struct wb_scenario_besides *ret) WB_MUST_CHECK;

/* Its parts: a statement that buf holds, which is freed; the members that all
 * grants begin with, into a new buf; the grant of a UVEU row. */
int wb_scenario_say(struct wb_sandbox *s, const char *type, const char *party,
		    const char *id, unsigned mask,
		    struct wb_buf *buf) WB_MUST_CHECK;
void wb_scenario_grant_begin(struct wb_buf *ret, const struct wb_scenario *row,
			     const char *kind, const char *number);
int wb_scenario_uveu(struct wb_sandbox *s, const struct wb_pack *pack,
		     const struct wb_scenario *row) WB_MUST_CHECK;

enum wb_scenario_notices { WB_NO_NOTICES, WB_NOTICES };

/* Submit the shipment of the row under an id, claiming this authorization. */
int wb_scenario_ship(struct wb_sandbox *s, const struct wb_scenario *row,
		     const char *id, const char *authorization,
		     const char *number, const char *eccn,
		     enum wb_scenario_notices notices,
		     uint64_t *ret_seq) WB_MUST_CHECK;
/* Grant the licence that the row's shipment needs. */
int wb_scenario_grant(struct wb_sandbox *s, const struct wb_scenario *row,
		      const char *number, const char *eccn) WB_MUST_CHECK;

/* --- scenario_check.c: what came out, beside what ought to ---------------- */

enum { WB_CHECKS_MAX = 12 };

struct wb_scenario_check {
	const char *name; /* the column, or what was done */
	char want[160], got[160];
	bool same;
};

struct wb_scenario_result {
	const char *id;
	bool pass;
	char why[WB_SCENARIO_WHY]; /* it could not be run, or "" */
	char findings[1024];       /* codes, parted by spaces */
	size_t n;
	struct wb_scenario_check check[WB_CHECKS_MAX];
};

void wb_scenario_run(const struct wb_sandbox_keys *keys,
		     const struct wb_pack *pack, const struct wb_scenario *row,
		     struct wb_scenario_result *ret);

#endif /* WB_SCENARIO_H */
