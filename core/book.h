#ifndef WB_CORE_BOOK_H
#define WB_CORE_BOOK_H

#include "waybill/chain.h"
#include "waybill/engine.h"
#include "waybill/tree.h"

/*
 * book: the code that decides, shared by the ledger that writes and the audit
 * that reads back.  What one does before a record is made, the other does
 * again after reading it.
 */
struct wb_book {
	char origin[WB_ORIGIN_MAX + 1]; /* "" before genesis */
	bool historical;
	struct wb_vkey checkpoint_key;
	struct wb_vkey record_key;
	struct wb_law law;
	struct wb_tip tip;
	struct wb_tree tree;
};

void wb_book_init(struct wb_book *book);
void wb_book_free(struct wb_book *book);

/* Admit and classify; with verify, signatures too. */
int wb_book_judge(const struct wb_book *book, const struct wb_note *note,
		  const struct wb_statement *st, const struct wb_state *state,
		  wb_time time, bool verify, struct wb_decision *d,
		  struct wb_problem *problem) WB_MUST_CHECK;

/* Only who has signed, for readers who lack the state: what rests on public
 * records alone, signatures verified.  *d is undefined. */
int wb_book_signed(const struct wb_book *book, const struct wb_note *note,
		   const struct wb_statement *st, const struct wb_state *state,
		   wb_time time, struct wb_decision *d,
		   struct wb_problem *problem) WB_MUST_CHECK;

/* What the engine decides of what was admitted, and what it writes. */
int wb_book_classify(const struct wb_engine_input *in,
		     struct wb_decision *d) WB_MUST_CHECK;

/* Take over what an admitted genesis or policy changes for those after it. */
int wb_book_adopt(struct wb_book *book, const struct wb_statement *st,
		  wb_time time) WB_MUST_CHECK;

/*
 * The names under which a statement is listed besides its author: the parties
 * that it concerns, and what it is about (party/id, which is no party's name).
 * At most cap, which is WB_CONCERNS_MAX or more.
 */
size_t wb_book_concerns(const struct wb_statement *st, const char *ret[],
			size_t cap);
/*
 * Of a sweep: the statement or facility, as party/id, that its finding i is
 * about, under which the record is listed too; false if finding i is about
 * none, or the same as one before it or as the sweep itself.
 */
bool wb_book_swept(const struct wb_statement *st, const struct wb_decision *d,
		   size_t i, char ret[WB_ABOUT_MAX + 1]);
#define WB_CONCERNS_MAX (WB_INTERMEDIATES_MAX + 3)

#endif /* WB_CORE_BOOK_H */
