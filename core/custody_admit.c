#include <stdio.h>
#include <string.h>

#include "core/custody.h"

/*
 * custody_admit: who may say something about a shipment.  What is said is
 * taken though it contradicts the rest; only that nobody may say is refused.
 * That there is no such shipment and that it does not name the operator is one
 * answer, so that nobody learns of those of others.
 */

#define NONE_STANDS                                                            \
	"this party has made no such statement that stands and can be changed"

static int refuse(struct wb_problem *problem, const char *pointer,
		  const char *detail)
{
	return wb_refuse(problem, WB_P_CUSTODY, pointer, "%s", detail);
}

static bool names(const struct wb_ship *ship, const char *party)
{
	for (size_t i = 0; i < ship->n_parties; i++)
		if (strcmp(ship->party[i], party) == 0)
			return true;
	return false;
}

static int admit_lines(struct wb_ship *ship, const struct wb_handling *h,
		       const char *body, struct wb_problem *problem)
{
	char pointer[64];

	for (size_t i = 0; i < h->n_items; i++) {
		if (wb_ship_line(ship, h->item[i].line) != NULL)
			continue;
		snprintf(pointer, sizeof(pointer), "%s/items/%zu/line", body,
			 i);
		return refuse(problem, pointer,
			      "the shipment has no such line");
	}
	return 0;
}

/* body is the pointer to the members of the handling. */
static int admit_handling(const struct wb_engine_input *in,
			  const struct wb_handling *h, const char *body,
			  struct wb_decision *d, struct wb_problem *problem)
{
	char pointer[64];
	struct wb_ship ship;
	int rc;

	rc = wb_ship_read(in->state, d, h->shipper, h->shipment, &ship);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	snprintf(pointer, sizeof(pointer), "%s/shipment", body);
	if (rc == WB_ENOTFOUND || !names(&ship, in->statement->party))
		return refuse(problem, pointer,
			      "there is no such shipment, or it does not name "
			      "this party");
	if (h->to_party != NULL && !names(&ship, h->to_party) &&
	    ship.n_parties == WB_SHIP_PARTIES)
		return wb_refuse(problem, WB_P_TOO_LONG, "/to/party",
				 "a shipment names at most %d parties, and "
				 "those who are handed units of it",
				 WB_SHIP_PARTIES);
	return admit_lines(&ship, h, body, problem);
}

/* The statement of an operator that is said again or taken back. */
static int admit_earlier(const struct wb_engine_input *in, const char *id,
			 const char *pointer, struct wb_act *ret,
			 struct wb_decision *d, struct wb_problem *problem)
{
	int rc = wb_act_read(in->state, d, in->statement->party, id, ret);

	if (rc == WB_ENOTFOUND || (rc == 0 && ret->voided))
		return refuse(problem, pointer, NONE_STANDS);
	return rc;
}

static int admit_live(const struct wb_engine_input *in, const char *id,
		      const char *pointer, struct wb_decision *d,
		      struct wb_problem *problem)
{
	struct wb_ship ship;
	int rc = wb_ship_read(in->state, d, in->statement->party, id, &ship);

	if (rc == WB_ENOTFOUND || (rc == 0 && ship.status == WB_SHIP_VOID))
		return refuse(problem, pointer,
			      "this party has made no such shipment that "
			      "stands");
	return rc;
}

/* An inventory that is said again, of the same facility. */
static int admit_count(const struct wb_engine_input *in,
		       const struct wb_correction *c, struct wb_decision *d,
		       struct wb_problem *problem)
{
	char facility[WB_ID_MAX + 1];
	int rc = wb_count_facility(in, c->corrects, facility, d);

	if (rc == WB_ENOTFOUND)
		return refuse(problem, "/corrects/id",
			      "this party has made no such inventory that "
			      "was not taken back");
	if (rc == 0 && strcmp(facility, c->inventory.facility) != 0)
		return refuse(problem, "/inventory/facility",
			      "the earlier inventory is of another facility; "
			      "void it");
	return rc;
}

static int admit_correction(const struct wb_engine_input *in,
			    struct wb_decision *d, struct wb_problem *problem)
{
	const struct wb_correction *c = &in->statement->u.correction;
	const struct wb_handling *h = &c->handling;
	struct wb_act act;
	char body[32];
	int rc;

	if (c->of == WB_SHIPMENT)
		return admit_live(in, c->corrects, "/corrects/id", d, problem);
	if (c->of == WB_INVENTORY)
		return admit_count(in, c, d, problem);
	rc = admit_earlier(in, c->corrects, "/corrects/id", &act, d, problem);
	if (rc != 0)
		return rc;
	if (act.type != c->of || strcmp(act.shipper, h->shipper) != 0 ||
	    strcmp(act.shipment, h->shipment) != 0)
		return refuse(problem, "/corrects/id",
			      "the earlier statement is of another type or "
			      "about another shipment; void it");
	snprintf(body, sizeof(body), "/%s", wb_kind(c->of)->name);
	return admit_handling(in, h, body, d, problem);
}

static int admit_void(const struct wb_engine_input *in, struct wb_decision *d,
		      struct wb_problem *problem)
{
	const char *id = in->statement->u.voiding.voids;
	char facility[WB_ID_MAX + 1];
	struct wb_ship ship;
	struct wb_act act;
	int rc;

	rc = wb_ship_read(in->state, d, in->statement->party, id, &ship);
	if (rc == 0)
		return admit_live(in, id, "/voids/id", d, problem);
	if (rc != WB_ENOTFOUND)
		return rc;
	rc = wb_act_read(in->state, d, in->statement->party, id, &act);
	if (rc == WB_ENOTFOUND)
		rc = wb_count_facility(in, id, facility, d);
	else if (rc == 0 && act.voided)
		rc = WB_ENOTFOUND;
	return rc == WB_ENOTFOUND ? refuse(problem, "/voids/id", NONE_STANDS)
				  : rc;
}

int wb_custody_admit(const struct wb_engine_input *in, struct wb_decision *d,
		     struct wb_problem *problem)
{
	const struct wb_statement *st = in->statement;

	if (st->type == WB_INVENTORY)
		return 0;
	if (st->type == WB_CORRECTION)
		return admit_correction(in, d, problem);
	if (st->type == WB_VOID)
		return admit_void(in, d, problem);
	return admit_handling(in, &st->u.handling, "", d, problem);
}
