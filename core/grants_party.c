#include <stdio.h>
#include <string.h>

#include "core/grants_parts.h"
#include "core/registry.h"
#include "core/words.h"

/* grants_party: facilities, links, and what else is known of a party. */

/* --- facilities: <country> <it power in kW or -> <since> ------------------ */

int wb_facility_parse(struct wb_slice value, struct wb_facility_now *ret)
{
	struct wb_words w;

	wb_words_init(&w, value);
	wb_words_copy(&w, ret->country, sizeof(ret->country));
	ret->it_power_kw = wb_words_number(&w, WB_POWER_KW_MAX, true);
	ret->since = wb_words_date(&w);
	return wb_words_end(&w);
}

void wb_facility_format(struct wb_writer *w, const struct wb_facility_now *f)
{
	wb_write_str(w, f->country);
	wb_write_char(w, ' ');
	wb_write_number(w, f->it_power_kw);
	wb_write_char(w, ' ');
	wb_write_date(w, f->since);
}

int wb_facility_read(const struct wb_state *state, struct wb_decision *d,
		     const char *operator, const char * id,
		     struct wb_facility_now *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "facility/%s/%s", operator, id);
	rc = wb_state_read(state, d, key, &value);
	return rc == 0 ? wb_facility_parse(value, ret) : rc;
}

/* --- links ---------------------------------------------------------------- */

/* The half of a digest that keys are made of is as hard to meet by chance. */
#define LINK_HEX 32

void wb_link_key(char out[WB_STATE_KEY_MAX + 1], enum wb_link_kind kind,
		 struct wb_slice hex)
{
	wb_state_key(out, "link/%s/%.*s", wb_link_kind_name(kind), LINK_HEX,
		     (const char *)hex.p);
}

int wb_linked_parse(struct wb_slice value, struct wb_linked *ret)
{
	struct wb_slice one;

	memset(ret, 0, sizeof(*ret));
	while (wb_part_next(&value, ',', &one)) {
		if (ret->more)
			return WB_ECORRUPT;
		ret->more = wb_slice_is(one, "+");
		if (ret->more)
			continue;
		if (ret->n == WB_LINKED_MAX ||
		    wb_slice_copy(one, ret->party[ret->n++], WB_ID_MAX + 1) !=
			    0)
			return WB_ECORRUPT;
	}
	return ret->n > 0 ? 0 : WB_ECORRUPT;
}

void wb_linked_format(struct wb_writer *w, const struct wb_linked *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			wb_write_char(w, ',');
		wb_write_str(w, l->party[i]);
	}
	if (l->more)
		wb_write_str(w, ",+");
}

static void links_add(struct wb_links *all, const char *party,
		      enum wb_link_kind kind)
{
	size_t i = 0;

	while (i < all->n && strcmp(all->party[i].party, party) != 0)
		i++;
	if (i == all->n) {
		snprintf(all->party[i].party, sizeof(all->party[i].party), "%s",
			 party);
		all->party[i].kinds = 0;
		all->n++;
	}
	all->party[i].kinds |= 1U << kind;
}

/* The parties of one link of party, which text names as kind:hex. */
static int link_read(const struct wb_state *state, struct wb_decision *d,
		     const char *party, struct wb_slice text,
		     struct wb_links *all)
{
	char key[WB_STATE_KEY_MAX + 1];
	enum wb_link_kind kind = WB_LINK_ADDRESS;
	struct wb_slice name, value;
	struct wb_linked linked;
	int rc;

	if (!wb_part_next(&text, ':', &name) || text.len != LINK_HEX)
		return WB_ECORRUPT;
	while (kind < WB_LINK_KINDS &&
	       !wb_slice_is(name, wb_link_kind_name(kind)))
		kind++;
	if (kind == WB_LINK_KINDS)
		return WB_ECORRUPT;
	wb_link_key(key, kind, text);
	rc = wb_state_read(state, d, key, &value);
	if (rc == 0)
		rc = wb_linked_parse(value, &linked);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	all->more |= linked.more;
	for (size_t i = 0; i < linked.n; i++)
		if (strcmp(linked.party[i], party) != 0)
			links_add(all, linked.party[i], kind);
	return 0;
}

int wb_links_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, struct wb_links *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value, one;
	size_t n = 0;
	int rc;

	memset(ret, 0, sizeof(*ret));
	wb_state_key(key, "links/%s", party);
	rc = wb_state_read(state, d, key, &value);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	while (wb_part_next(&value, ',', &one)) {
		if (n++ == WB_LINKS_MAX)
			return WB_ECORRUPT;
		rc = link_read(state, d, party, one, ret);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* --- the rest ------------------------------------------------------------- */

int wb_about_read(const struct wb_state *state, struct wb_decision *d,
		  const char *party, wb_date date, struct wb_about *ret)
{
	struct wb_dated at;
	int rc = wb_dated_read(state, d, party, date, &at);

	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	*ret = (struct wb_about){.incorporated = WB_DATE_NONE};
	if (rc == WB_ENOTFOUND)
		return 0;
	ret->registered = true;
	ret->incorporated = at.incorporated;
	ret->business = at.business;
	ret->address_kind = at.address_kind;
	return 0;
}
