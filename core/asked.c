#include <assert.h>

#include "core/decide.h"
#include "core/format.h"
#include "core/grants.h"

/*
 * asked: facts that are looked up in the state when a rule first asks, so
 * that a shipment nobody has written a letter about costs no read.
 */

bool wb_reads_spare(const struct wb_decision *d, size_t n)
{
	return d->n_reads + n + WB_READS_KEPT <= d->reads_max;
}

static size_t spare(const struct wb_decision *d)
{
	size_t kept = d->n_reads + WB_READS_KEPT;

	return kept < d->reads_max ? d->reads_max - kept : 0;
}

/* What the answer is when the reader said rc: the first error sticks, and
 * what there were no reads left for is unknown. */
static enum wb_truth answer(struct wb_asked *asked, int rc, enum wb_truth t)
{
	if (rc == 0)
		return t;
	if (rc == WB_ELIMIT)
		asked->cut = true;
	else if (asked->error == 0)
		asked->error = rc;
	return WB_UNKNOWN;
}

static enum wb_truth turned(enum wb_truth t, const struct wb_term *term)
{
	if (term->op == WB_OP_IS || t == WB_UNKNOWN)
		return t;
	return t == WB_TRUE ? WB_FALSE : WB_TRUE;
}

/* --- letters and agreements ------------------------------------------------
 */

enum wb_truth wb_asked_letter(const struct wb_facts *f, const struct wb_term *t)
{
	struct wb_asked *a = f->asked;
	enum wb_truth any = WB_FALSE;

	for (size_t i = 0; i < t->n_words && any == WB_FALSE; i++) {
		bool on = false;
		int rc = wb_letter_on(a->state, a->d, a->exporter, t->word[i],
				      a->date, &on);

		any = answer(a, rc, on ? WB_TRUE : WB_FALSE);
	}
	return turned(any, t);
}

enum wb_truth wb_asked_agreement(const struct wb_facts *f,
				 const struct wb_term *t)
{
	/* In the order of their enum. */
	static const char *const names[] = {"none", "partial", "valid"};
	struct wb_asked *a = f->asked;
	struct wb_agreement_now now = {0};
	enum wb_truth any = WB_FALSE;
	int rc = wb_agreement_on(a->state, a->d, f->shipment->destination,
				 a->date, &now);

	for (size_t i = 0; i < t->n_words; i++)
		if (wb_same(t->word[i], names[now.standing]))
			any = WB_TRUE;
	return turned(answer(a, rc, any), t);
}

int wb_asked_factor(const struct wb_facts *f, const char *country, int32_t *ret)
{
	struct wb_asked *a = f->asked;
	struct wb_agreement_now now;
	int rc = wb_agreement_on(a->state, a->d, country, a->date, &now);

	if (rc == 0)
		*ret = now.factor_percent;
	return rc;
}

/* --- lists -----------------------------------------------------------------
 */

/* Whether the lists of the party have been read. */
static bool listing_read(const struct wb_decision *d, const char *party)
{
	char key[WB_STATE_KEY_MAX + 1];

	wb_state_key(key, "listing/%s", party);
	for (size_t i = 0; i < d->n_reads; i++)
		if (wb_same(d->read[i].key, key))
			return true;
	return false;
}

static void lists_of(const struct wb_term *t, const char *ret[WB_WORDS_MAX])
{
	for (size_t i = 0; i < t->n_words; i++)
		ret[i] = t->word[i];
}

/* Whether the party itself is on one of the lists.  Most are on no list at
 * all: that is found once, and *unlisted from then on. */
static enum wb_truth on_list(struct wb_asked *a, const char *party,
			     const struct wb_term *t, const char **ret_list,
			     bool *unlisted)
{
	const char *list[WB_WORDS_MAX], *on = NULL;
	bool ever = true;
	int rc;

	if (*unlisted)
		return WB_FALSE;
	if (spare(a->d) == 0 && !listing_read(a->d, party))
		return answer(a, WB_ELIMIT, WB_UNKNOWN);
	lists_of(t, list);
	rc = wb_listing_on(a->state, a->d, party, list, t->n_words, a->date,
			   &on, &ever);
	*unlisted = !ever;
	if (on != NULL)
		*ret_list = on;
	return answer(a, rc, on != NULL ? WB_TRUE : WB_FALSE);
}

static enum wb_truth involved_on(struct wb_asked *a, size_t i,
				 const struct wb_term *t, const char **ret_list)
{
	struct wb_involved *p = &a->involved[i];

	return on_list(a, p->id, t, ret_list, &p->unlisted);
}

static enum wb_truth party_list(struct wb_asked *a, const struct wb_term *t)
{
	enum wb_truth any = WB_FALSE;

	for (size_t i = 0; i < a->n_involved; i++) {
		const char *list = "";
		enum wb_truth one;

		/* Who owns them is for the rule about owners to ask. */
		if (!a->involved[i].takes_part)
			continue;
		one = involved_on(a, i, t, &list);
		if (one == WB_TRUE) {
			wb_find_once(a->d, "listed-party", a->citation,
				     "%s is on the list %s on the date of "
				     "export",
				     a->involved[i].id, list);
			return WB_TRUE;
		}
		/* Who is not registered may be listed under another name. */
		if (one == WB_UNKNOWN || a->involved[i].unknown)
			any = WB_UNKNOWN;
	}
	return any;
}

static enum wb_truth consignee_list(struct wb_asked *a, const struct wb_term *t)
{
	enum wb_truth all = WB_TRUE;

	for (size_t i = 0; i < a->n_involved; i++) {
		const char *list = "";
		enum wb_truth one;

		if (!a->involved[i].receives)
			continue;
		one = involved_on(a, i, t, &list);
		if (one == WB_FALSE)
			return WB_FALSE;
		if (one == WB_UNKNOWN)
			all = WB_UNKNOWN;
	}
	return all;
}

/* Whether one of them is listed, or held for half or more by who is. */
static enum wb_truth owned_list(struct wb_asked *a, const struct wb_term *t)
{
	const char *list[WB_WORDS_MAX];
	enum wb_truth any = WB_FALSE;

	lists_of(t, list);
	for (size_t i = 0; i < a->n_involved; i++) {
		const char *party = a->involved[i].id;
		struct wb_listed_as as = {.how = WB_LISTED_UNKNOWN};
		int rc = wb_listed_as(a->state, a->d, party, list, t->n_words,
				      a->date, spare(a->d), &as);

		if (answer(a, rc, WB_TRUE) == WB_TRUE &&
		    (as.how == WB_LISTED_DIRECT || as.how == WB_LISTED_OWNED)) {
			wb_find_once(a->d, "listed-owner", a->citation,
				     "%s is held by parties on the list %s or "
				     "others to the share that counts",
				     a->involved[i].takes_part
					     ? party
					     : "an owner of who takes part",
				     as.list);
			return WB_TRUE;
		}
		if (rc != 0 || as.how == WB_LISTED_UNKNOWN)
			any = WB_UNKNOWN;
	}
	return any;
}

enum wb_truth wb_asked_list(const struct wb_facts *f, const struct wb_term *t)
{
	struct wb_asked *a = f->asked;
	const char *list = "";

	switch (t->fact) {
	case WB_F_EXPORTER_LIST:
		return turned(on_list(a, a->exporter, t, &list,
				      &a->exporter_unlisted),
			      t);
	case WB_F_PARTY_LIST:
		return turned(party_list(a, t), t);
	case WB_F_CONSIGNEE_LIST:
		return turned(consignee_list(a, t), t);
	default:
		assert(t->fact == WB_F_OWNED_LIST);
		return turned(owned_list(a, t), t);
	}
}
