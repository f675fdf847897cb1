#include <stdio.h>
#include <string.h>

#include "core/flag.h"
#include "core/grants_parts.h"

/* flag_who: what the registry says of the parties: age, business, address,
 * owners, lists, and whom they share something with. */

/* Whether an item of the shipment is controlled at all. */
static bool controlled(const struct wb_decision *d)
{
	for (size_t i = 0; i < d->n_items; i++)
		if (strcmp(d->item[i].eccn, "none") != 0)
			return true;
	return false;
}

/* The consignee as registered on the day of export. */
static int about(const struct wb_flag_work *w, struct wb_about *ret)
{
	int rc = wb_flag_room(w, 1);

	if (rc == 0)
		rc = wb_about_read(w->in->state, w->d, w->s->consignee,
				   w->s->export_date, ret);
	return rc;
}

static void rests_on_about(const struct wb_flag_work *w, struct wb_seen *seen)
{
	char key[WB_STATE_KEY_MAX + 1];

	wb_state_key(key, "detail/%s", w->s->consignee);
	wb_seen_rests_on(w->d, seen, key);
}

/* BIS diversion guidance: a company founded after the controls began. */
WB_FLAG(02)
{
	enum { AFTER, ECCN };
	char date[WB_DATE_TEXT + 1];
	struct wb_about a;
	bool any = false;
	int rc;

	for (size_t i = 0; i < w->d->n_items; i++)
		any |= wb_flag_word(p, ECCN, w->d->item[i].eccn);
	if (!any)
		return 0;
	rc = about(w, &a);
	if (rc != 0 || a.incorporated == WB_DATE_NONE ||
	    a.incorporated <= p->value[AFTER].number)
		return rc;
	wb_date_format(a.incorporated, date);
	rests_on_about(w, wb_flag_raise(w->d, p, a.incorporated,
					p->value[AFTER].number, "day",
					"%s was incorporated on %s",
					w->s->consignee, date));
	return 0;
}

/* Supp. 3 to part 732, 9: who passes goods on is not who uses them. */
WB_FLAG(19)
{
	enum { BUSINESS, ADDRESSES };
	const char *business;
	struct wb_about a;
	int rc;

	if (!controlled(w->d))
		return 0;
	rc = about(w, &a);
	if (rc != 0)
		return rc;
	business = wb_business_name(a.business);
	if (!wb_flag_word(p, BUSINESS, business) &&
	    !(a.business == WB_WAREHOUSE &&
	      wb_flag_word(p, ADDRESSES, wb_address_kind_name(a.address_kind))))
		return 0;
	rests_on_about(w, wb_flag_raise(w->d, p, 1, 0, "parties",
					"%s, the ultimate consignee, is in the "
					"business %s, at an address of kind %s",
					w->s->consignee, business,
					wb_address_kind_name(a.address_kind)));
	return 0;
}

/* BIS diversion guidance: delivered to a home or a mail drop. */
WB_FLAG(21)
{
	enum { ADDRESSES };
	struct wb_about a;
	int rc;

	if (!controlled(w->d))
		return 0;
	rc = about(w, &a);
	if (rc == 0 &&
	    wb_flag_word(p, ADDRESSES, wb_address_kind_name(a.address_kind)))
		rests_on_about(
			w, wb_flag_raise(w->d, p, 1, 0, "parties",
					 "the address of %s is of kind %s",
					 w->s->consignee,
					 wb_address_kind_name(a.address_kind)));
	return rc;
}

/* Supp. 3 to part 732, 2: the item does not fit the buyer's business. */
WB_FLAG(22)
{
	enum { BUSINESS };
	struct wb_about a;
	int rc;

	if (!controlled(w->d))
		return 0;
	rc = about(w, &a);
	if (rc == 0 && a.business != WB_BUSINESS_UNKNOWN &&
	    !wb_flag_word(p, BUSINESS, wb_business_name(a.business)))
		rests_on_about(w, wb_flag_raise(w->d, p, 1, 0, "parties",
						"the business of %s is %s",
						w->s->consignee,
						wb_business_name(a.business)));
	return rc;
}

/* --- lists ---------------------------------------------------------------- */

/* The words of value i, as those who ask for lists take them. */
static size_t words_of(const struct wb_flag *p, size_t i,
		       const char *ret[WB_WORDS_MAX])
{
	for (size_t k = 0; k < p->value[i].n_words; k++)
		ret[k] = p->value[i].word[k];
	return p->value[i].n_words;
}

int wb_flag_listed(const struct wb_flag_work *w, const struct wb_flag *p,
		   const char *party, wb_date date)
{
	enum { PERCENT, LISTS };
	const char *list[WB_WORDS_MAX];
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_listed_as as;
	size_t n = words_of(p, LISTS, list);
	int rc = wb_flag_room(w, 8);

	if (rc == 0)
		rc = wb_listed_as(w->in->state, w->d, party, list, n, date, 8,
				  &as);
	if (rc != 0 || as.party[0] == '\0' ||
	    (as.how != WB_LISTED_DIRECT &&
	     as.percent * 10 < p->value[PERCENT].number))
		return rc;
	wb_state_key(key, "listing/%s", as.party);
	if (as.how == WB_LISTED_DIRECT)
		wb_seen_rests_on(
			w->d,
			wb_flag_raise(w->d, p, 1000, p->value[PERCENT].number,
				      "percent_x10", "%s is on the list %s",
				      party, as.list),
			key);
	else
		wb_seen_rests_on(
			w->d,
			wb_flag_shared(wb_flag_raise(
				w->d, p, as.percent * 10,
				p->value[PERCENT].number, "percent_x10",
				"parties on the list %s or others hold %lld "
				"percent or more of %s",
				as.list,
				(long long)(p->value[PERCENT].number / 10),
				party)),
			key);
	return 0;
}

/* Supp. 3 to part 732, 29: listed, or owned by listed parties. */
WB_FLAG(08)
{
	const struct wb_shipment *s = w->s;
	int rc = wb_flag_listed(w, p, s->consignee, s->export_date);

	if (rc == 0 && s->end_user != NULL &&
	    strcmp(s->end_user, s->consignee) != 0)
		rc = wb_flag_listed(w, p, s->end_user, s->export_date);
	for (size_t i = 0; rc == 0 && i < s->n_intermediates; i++)
		rc = wb_flag_listed(w, p, s->intermediate[i], s->export_date);
	return rc;
}

/* --- links ---------------------------------------------------------------- */

/* The first of the kinds that value i names, or NULL. */
static const char *link_of(const struct wb_flag *p, size_t i, unsigned kinds)
{
	for (unsigned k = 0; k < WB_LINK_KINDS; k++) {
		const char *name = wb_link_kind_name((enum wb_link_kind)k);

		if ((kinds & 1u << k) != 0 && wb_flag_word(p, i, name))
			return name;
	}
	return NULL;
}

/* Whether the party is or was on one of the lists of value i; which. */
static int ever_listed(const struct wb_flag_work *w, const struct wb_flag *p,
		       size_t i, const char *party, const char **ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_spans spans;
	int rc = wb_flag_room(w, 1);

	*ret = NULL;
	wb_state_key(key, "listing/%s", party);
	if (rc == 0)
		rc = wb_spans_read(w->in->state, w->d, key, &spans);
	for (size_t k = 0; rc == 0 && k < spans.n; k++)
		for (size_t n = 0; n < p->value[i].n_words; n++)
			if (strcmp(spans.span[k].name, p->value[i].word[n]) ==
			    0)
				*ret = p->value[i].word[n];
	return rc;
}

/* Supp. 3 to part 732, 24: a new consignee near one that is or was listed. */
WB_FLAG(09)
{
	enum { DAYS, LINKS, LISTS };
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_links links;
	const char *list;
	int rc;

	if (w->known.first != WB_DATE_NONE &&
	    w->s->export_date - w->known.first >= p->value[DAYS].number)
		return 0;
	rc = wb_flag_room(w, WB_LINKS_MAX + 1);
	if (rc == 0)
		rc = wb_links_read(w->in->state, w->d, w->s->consignee, &links);
	for (size_t i = 0; rc == 0 && i < links.n; i++) {
		const char *party = links.party[i].party;
		const char *link = link_of(p, LINKS, links.party[i].kinds);

		if (link == NULL)
			continue;
		rc = ever_listed(w, p, LISTS, party, &list);
		if (rc != 0 || list == NULL)
			continue;
		wb_state_key(key, "listing/%s", party);
		wb_seen_rests_on(
			w->d,
			wb_flag_shared(wb_flag_raise(
				w->d, p, 1, 0, "links",
				"%s, new, shares its %s with a party that is "
				"or was on the list %s",
				w->s->consignee, link, list)),
			key);
	}
	return rc;
}

/* --- structuring ---------------------------------------------------------- */

/* The counter of a parent after this shipment, which may charge it. */
static int used(const struct wb_flag_work *w, const char *counter,
		const char *parent, int64_t *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	int rc = wb_flag_room(w, 1);

	wb_state_key(key, "%s/%s/%d", counter, parent,
		     wb_date_year(w->s->export_date));
	if (rc == 0)
		rc = wb_counter_read(w->in->state, w->d, key, ret);
	for (size_t i = 0; rc == 0 && i < w->d->n_charges; i++)
		if (strcmp(w->d->charge[i].key, key) == 0)
			*ret += w->d->charge[i].x10;
	return rc;
}

/* Whether this shipment charges a counter of that name. */
static bool charges(const struct wb_decision *d, const char *counter)
{
	size_t len = strlen(counter);

	for (size_t i = 0; i < d->n_charges; i++)
		if (strncmp(d->charge[i].key, counter, len) == 0 &&
		    d->charge[i].key[len] == '/')
			return true;
	return false;
}

/* 740.29(h): linked consignees that use more than one limit together. */
WB_FLAG(03)
{
	enum { TPP, COUNTER, LINKS };
	const char *counter = p->value[COUNTER].word[0];
	int64_t limit = wb_flag_limit(w->d, p, TPP);
	char parent[WB_LINKED_ALL + 1][WB_ID_MAX + 1];
	char amount[WB_AMOUNT_MAX];
	struct wb_links links;
	size_t n = 1;
	int64_t sum = 0, one = 0;
	int rc = wb_flag_room(w, WB_LINKS_MAX + 1);

	if (!charges(w->d, counter) || limit < 0)
		return 0;
	if (rc == 0)
		rc = wb_links_read(w->in->state, w->d, w->s->consignee, &links);
	if (rc == 0)
		rc = used(w, counter, w->consignee.parent, &sum);
	snprintf(parent[0], sizeof(parent[0]), "%s", w->consignee.parent);
	for (size_t i = 0; rc == 0 && i < links.n; i++) {
		struct wb_profile linked;
		size_t k = 0;

		if (link_of(p, LINKS, links.party[i].kinds) == NULL)
			continue;
		rc = wb_flag_room(w, WB_OWNERSHIP_DEPTH_MAX);
		if (rc == 0)
			rc = wb_profile_read(w->in->state, w->d,
					     links.party[i].party,
					     w->s->export_date, &linked);
		if (rc != 0)
			break;
		while (k < n && strcmp(parent[k], linked.parent) != 0)
			k++;
		if (k < n)
			continue;
		snprintf(parent[n++], sizeof(parent[0]), "%s", linked.parent);
		rc = used(w, counter, linked.parent, &one);
		sum += rc == 0 ? one : 0;
	}
	if (rc == 0 && n > 1 && sum > limit)
		(void)wb_flag_shared(wb_flag_raise(
			w->d, p, sum, limit, "tpp_x10",
			"%s and parties of other ultimate parents linked to it "
			"have used more than %s TPP of %s in %d",
			w->s->consignee, wb_amount(limit, amount), counter,
			wb_date_year(w->s->export_date)));
	return rc;
}

/* 740.29(h): one facility for consignees of different parents. */
WB_FLAG(04)
{
	const struct wb_shipment *s = w->s;
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_flag_list parents;
	bool there = false;
	int rc;

	if (s->facility == NULL || w->d->verdict == WB_DENY)
		return 0;
	wb_state_key(key, "site/%s/%s", s->facility_operator, s->facility);
	rc = wb_flag_list_read(w, key, &parents);
	for (size_t i = 0; rc == 0 && i < parents.n; i++)
		there |= wb_slice_is(parents.word[i], w->consignee.parent);
	if (rc != 0 || there)
		return rc;
	/* Told by the first shipment of each parent but the first. */
	if (parents.n > 0)
		wb_seen_rests_on(
			w->d,
			wb_flag_shared(wb_flag_raise(
				w->d, p, (int64_t)parents.n + 1, 1, "parents",
				"facility %s of %s takes in for %s, and before "
				"for a party of another ultimate parent",
				s->facility, s->facility_operator,
				s->consignee)),
			key);
	return wb_flag_list_add(w, &parents, 16, w->consignee.parent);
}

/* 740.29(h): what all consignees at one facility get under an exception. */
WB_FLAG(44)
{
	enum { TPP, EXCEPTION };
	const struct wb_shipment *s = w->s;
	int64_t x10 = wb_flag_path_x10(w->d, p, EXCEPTION), before;
	int64_t limit = wb_flag_limit(w->d, p, TPP);
	char key[WB_STATE_KEY_MAX + 1], amount[WB_AMOUNT_MAX];
	int rc = wb_flag_room(w, 1);

	if (s->facility == NULL || x10 <= 0 || w->d->verdict != WB_CLEAR)
		return 0;
	wb_state_key(key, "site/%s/%s/%d", s->facility_operator, s->facility,
		     wb_date_year(s->export_date));
	if (rc == 0)
		rc = wb_counter_read(w->in->state, w->d, key, &before);
	if (rc != 0)
		return rc;
	if (limit >= 0 && before + x10 > limit)
		wb_seen_rests_on(
			w->d,
			wb_flag_shared(wb_flag_raise(
				w->d, p, before + x10, limit, "tpp_x10",
				"facility %s of %s gets more than %s TPP under "
				"%s in %d",
				s->facility, s->facility_operator,
				wb_amount(limit, amount), w->d->basis,
				wb_date_year(s->export_date))),
			key);
	return wb_counter_write(w->d, key, before + x10);
}

/* --- a registration ------------------------------------------------------- */

/*
 * 744.23(a)(3): a consignee comes under a headquarters of concern while it
 * has goods that were cleared for another.
 */
static int rf_06(const struct wb_engine_input *in, const struct wb_flag *p,
		 struct wb_decision *d)
{
	enum { SET, DAYS };
	const struct wb_party_detail *detail = &in->statement->u.detail;
	const struct wb_flags *flags = in->law->flags;
	struct wb_shipment s = {.consignee = detail->subject,
				.export_date = detail->effective};
	struct wb_flag_work w = {.in = in, .s = &s, .d = d};
	struct wb_profile before, owner = {0};
	char key[WB_STATE_KEY_MAX + 1];
	const char *now = detail->headquarters;
	int rc;

	if (in->law->countries == NULL)
		return 0;
	rc = wb_profile_read(in->state, d, detail->subject, detail->effective,
			     &before);
	if (rc == 0)
		rc = wb_flag_known_read(&w, &w.known);
	for (size_t i = 0; rc == 0 && i < detail->n_owners; i++)
		if (2 * detail->owner[i].percent > 100)
			rc = wb_profile_read(in->state, d,
					     detail->owner[i].party,
					     detail->effective, &owner);
	if (rc != 0 || w.known.last == WB_DATE_NONE ||
	    detail->effective - w.known.last > p->value[DAYS].number)
		return rc;
	if (owner.registered &&
	    wb_set_holds(flags->sets, p->value[SET].set, in->law->countries,
			 owner.parent_headquarters, detail->effective))
		now = owner.parent_headquarters;
	if (!wb_flag_in(&w, p, SET, now) ||
	    wb_flag_in(&w, p, SET, before.headquarters) ||
	    wb_flag_in(&w, p, SET, before.parent_headquarters))
		return 0;
	wb_state_key(key, "seen/%s", detail->subject);
	wb_seen_rests_on(
		d,
		wb_flag_raise(d, p, detail->effective - w.known.last,
			      p->value[DAYS].number, "days",
			      "%s comes under headquarters in %s %d days after "
			      "the last shipment that was cleared for it",
			      detail->subject, now,
			      (int)(detail->effective - w.known.last)),
		key);
	return 0;
}

int wb_flags_detail(const struct wb_engine_input *in, struct wb_decision *d)
{
	const struct wb_flags *flags = in->law->flags;
	int rc = 0;

	if (flags == NULL)
		return 0;
	d->flags = flags;
	if (flags->on[WB_RF_06] != NULL)
		rc = rf_06(in, flags->on[WB_RF_06], d);
	/* A registration that reads much is taken all the same. */
	if (rc == WB_ELIMIT) {
		wb_find_once(d, "flags-not-asked", "", "RF-06 was not");
		rc = 0;
	}
	return rc;
}
