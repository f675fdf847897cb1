#ifndef WB_MATTERS_H
#define WB_MATTERS_H

#include "client/json.h"
#include "waybill/decision.h"
#include "waybill/statement.h"

/*
 * matters: what cases are about, as the records so far tell it: statements as
 * they were last corrected, and facilities with what stands in them.
 */
struct wb_case;
struct wb_matter_line;

/* Whom, where, and how much. */
struct wb_matter {
	/* Of the statement, or the operator and its facility. */
	char party[WB_ID_MAX + 1], id[WB_ID_MAX + 1];
	bool place;
	char other[WB_ID_MAX + 1];          /* consignee, or "" */
	char facility[2 * WB_ID_MAX + 2];   /* operator/id, or "" */
	char scopes[3 * WB_SCOPES_MAX + 1]; /* countries, parted by spaces */
	/* Of the shipment, of the units that a statement of their operator is
	 * about, or of what is installed in the facility. */
	int64_t tpp_x10;
	bool handling;         /* such a statement of an operator */
	int64_t counted_x10;   /* in the facility, by the last inventory */
	struct wb_case *cases; /* about it */
	size_t n_lines;        /* of a shipment */
	struct wb_matter_line *line;
	struct wb_matter *corrects;  /* this is a correction of that */
	struct wb_matter *from, *to; /* facilities that its units change */
};

struct wb_matters {
	void *tree; /* tsearch(3) */
	size_t n_models;
	struct wb_model_tpp *model;
	bool failed; /* no memory */
};

void wb_matters_free(struct wb_matters *ms);
int wb_matter_order(const void *a, const void *b);
/* The statement or facility of that name, made if it is not there; NULL
 * without memory. */
struct wb_matter *wb_matter_of(struct wb_matters *ms, const char *party,
			       const char *id);
struct wb_matter *wb_place_of(struct wb_matters *ms, const char *operator,
			      const char * id);
/* The facility that a statement is about, or NULL. */
struct wb_matter *wb_matter_place(struct wb_matters *ms,
				  const struct wb_matter *m);
/* Take in a record; judgement is the top of its JSON.  Its matter, which of a
 * correction is that of what it corrects, or NULL without memory. */
struct wb_matter *wb_matter_learn(struct wb_matters *ms,
				  const struct wb_statement *st,
				  const struct wb_value *judgement);
/* TPP of so many units of a shipment, or of all where they may differ. */
int64_t wb_matter_units(const struct wb_matter *m, int64_t units);

#endif /* WB_MATTERS_H */
