#include <stdio.h>
#include <string.h>

#include "core/due.h"
#include "core/later.h"
#include "waybill/text.h"

/* later: what of a shipment is asked on a later day, once. */

enum { FILED_DAYS = 0, FILING = 2, FILED_EXCEPTION = 4 }; /* of RF-28 */

static bool same(const struct wb_later *x, const struct wb_later *y)
{
	return x->arrival == y->arrival && x->filing == y->filing &&
	       x->none == y->none;
}

int wb_later_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, const char *id, struct wb_later *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value, word;
	struct wb_later later = {0};
	int rc;

	wb_state_key(key, "later/%s/%s", party, id);
	rc = wb_state_read(state, d, key, &value);
	while (rc == 0 && wb_word_next(&value, &word)) {
		later.arrival |= wb_slice_is(word, "arrival");
		later.filing |= wb_slice_is(word, "filing");
		later.none |= wb_slice_is(word, "none");
	}
	if (rc == 0)
		*ret = later;
	return rc;
}

int wb_later_write(struct wb_decision *d, const char *party, const char *id,
		   const struct wb_later *later)
{
	char key[WB_STATE_KEY_MAX + 1], value[32];

	snprintf(value, sizeof(value), "%s%s%s",
		 later->arrival ? "arrival" : "-",
		 later->filing ? " filing" : "", later->none ? " none" : "");
	wb_state_key(key, "later/%s/%s", party, id);
	return wb_state_write(d, key, wb_slice_str(value));
}

int wb_later_due(const struct wb_flag_after *a, const char *kind,
		 const char *party, const char *id, int64_t day)
{
	char word[WB_DUE_WORD + 1];

	snprintf(word, sizeof(word), "%s:%s:%s", kind, party, id);
	if (day < a->asked)
		day = a->asked;
	return wb_due_add(a->in, a->d, (wb_date)day, word);
}

/* The arrival of what may go. */
static int due_arrival(const struct wb_flag_after *a,
		       const struct wb_shipment *s, const char *id,
		       struct wb_later *later)
{
	enum { DAYS_AIR, DAYS };
	const struct wb_flag *p = a->flags->on[WB_RF_11];
	bool air = s->transport == WB_TRANSPORT_AIR;

	if (p == NULL || a->d->verdict == WB_DENY || later->arrival)
		return 0;
	later->arrival = true;
	return wb_later_due(a, "arrival", a->in->statement->party, id,
			    s->export_date + 1 +
				    p->value[air ? DAYS_AIR : DAYS].number);
}

/* The filing of what has moved under the exception. */
static int due_filing(const struct wb_flag_after *a,
		      const struct wb_shipment *s, const char *id,
		      struct wb_later *later)
{
	const struct wb_flag *p = a->flags->on[WB_RF_28];
	bool filing = p != NULL && a->d->verdict == WB_CLEAR &&
		      wb_shipment_paper(s, p->value[FILING].word[0]) == NULL &&
		      wb_flag_path_x10(a->d, p, FILED_EXCEPTION) > 0;

	later->none = later->filing && !filing;
	if (later->filing || !filing)
		return 0;
	later->filing = true;
	return wb_later_due(a, "filing", a->in->statement->party, id,
			    s->export_date + 1 + p->value[FILED_DAYS].number);
}

/* What was asked of one of that verdict which has no entry. */
static struct wb_later asked_of(const struct wb_flag_after *a,
				enum wb_verdict verdict)
{
	return (struct wb_later){.arrival = a->flags->on[WB_RF_11] != NULL &&
					    verdict != WB_DENY};
}

int wb_later_shipment(const struct wb_flag_after *a,
		      const struct wb_shipment *s, const char *id, bool again,
		      enum wb_verdict was)
{
	const char *party = a->in->statement->party;
	struct wb_later later = asked_of(a, again ? was : WB_DENY), usual;
	int rc = WB_ENOTFOUND;

	if (again)
		rc = wb_later_read(a->in->state, a->d, party, id, &later);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	usual = rc == 0 ? later : asked_of(a, a->d->verdict);
	rc = due_arrival(a, s, id, &later);
	if (rc == 0)
		rc = due_filing(a, s, id, &later);
	return rc == 0 && !same(&later, &usual)
		       ? wb_later_write(a->d, party, id, &later)
		       : rc;
}
