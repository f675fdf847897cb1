#include <stdio.h>
#include <string.h>

#include "client/scenario.h"

/*
 * A validated end user whose totals by country, declared before, come to the
 * shares of the row with its shipment on top.
 */
#define WHOLE 10000

struct uveu {
	const struct wb_scenario *row;
	const struct wb_countries *table;
	struct wb_buf *out;
	bool comma;
	size_t next; /* line of the table */
};

static bool in_tier1(const struct uveu *u, const char *code)
{
	const struct wb_country *c =
		wb_country_on(u->table, code, u->row->date);

	return c != NULL && (c->groups >> WB_G_TIER1 & 1);
}

static void declare(struct uveu *u, const char *code, int64_t x10)
{
	if (x10 == 0)
		return;
	wb_buf_fmt(u->out, "%s{\"country\":\"%s\",\"tpp_x10\":%lld}",
		   u->comma ? "," : "", code, (long long)x10);
	u->comma = true;
}

/* Spread x10 over countries other than the destination and the US, of tier 1
 * or of tier 2, at most each_x10 in one.  Territories of the US are of tier 1
 * and are not abroad; like the US they are in no country group A:5. */
static bool spread(struct uveu *u, bool tier1, int64_t each_x10, int64_t x10)
{
	while (x10 > 0) {
		int64_t here = x10 < each_x10 ? x10 : each_x10;
		const struct wb_country *c = NULL;

		for (; u->next < u->table->n && c == NULL; u->next++) {
			c = &u->table->country[u->next];
			if (c->from > u->row->date || c->to < u->row->date ||
			    !(c->groups >> (tier1 ? WB_G_TIER1 : WB_G_TIER2) &
			      1) ||
			    (tier1 && !(c->groups >> WB_G_A5 & 1)) ||
			    strcmp(c->code, u->row->to) == 0 ||
			    strcmp(c->code, "US") == 0)
				c = NULL;
		}
		if (c == NULL || here == 0)
			return false;
		declare(u, c->code, here);
		x10 -= here;
	}
	return true;
}

/*
 * With a world total of 10,000 times the shipment, a hundredth of a percent is
 * the shipment itself, and all shares are whole.  The destination is the
 * largest single country outside Supp. 5(a), if it is outside.
 */
int wb_scenario_uveu(struct wb_sandbox *s, const struct wb_pack *pack,
		     const struct wb_scenario *r)
{
	int64_t tpp_x10 = r->chip.tpp_x10 * r->quantity;
	int64_t one = r->share_x100[0], outside = r->share_x100[1],
		abroad = r->share_x100[2];
	struct wb_buf b;
	struct uveu u = {r, pack->law.countries, &b, false, 0};
	bool ok;

	if (r->chip.tpp_x10 < 0 || tpp_x10 > WB_INTEGER_MAX / WHOLE) {
		snprintf(s->why, sizeof(s->why),
			 "UVEU: the shipment's TPP is not known or too large");
		return WB_EFORM;
	}
	wb_scenario_grant_begin(&b, r, "uveu", "UVEU-1");
	wb_buf_fmt(&b,
		   ",\"holder\":\"parent\",\"world_tpp_x10\":%lld,"
		   "\"destinations\":[\"%s\"],\"countries\":[",
		   (long long)(tpp_x10 * (WHOLE - 1)), r->to);
	if (strcmp(r->to, "US") == 0) {
		ok = abroad < WHOLE;
		declare(&u, "US", tpp_x10 * (WHOLE - 1 - abroad));
		ok = ok && spread(&u, false, tpp_x10 * one, tpp_x10 * outside);
	} else if (in_tier1(&u, r->to)) {
		ok = abroad - outside >= 1;
		declare(&u, "US", tpp_x10 * (WHOLE - abroad));
		declare(&u, r->to, tpp_x10 * (abroad - outside - 1));
		ok = ok && spread(&u, false, tpp_x10 * one, tpp_x10 * outside);
		abroad = outside;
	} else {
		ok = one >= 1;
		declare(&u, "US", tpp_x10 * (WHOLE - abroad));
		declare(&u, r->to, tpp_x10 * (one - 1));
		ok = ok && spread(&u, false, tpp_x10 * one,
				  tpp_x10 * (outside - one));
	}
	u.next = 0;
	ok = ok &&
	     spread(&u, true, tpp_x10 * WHOLE, tpp_x10 * (abroad - outside));
	wb_buf_str(&b, "]");
	if (ok)
		return wb_scenario_say(s, "licence", "authority", NULL,
				       1u << WB_SANDBOX_AUTHORITY, &b);
	wb_buf_free(&b);
	snprintf(s->why, sizeof(s->why),
		 "UVEU: no totals by country come to these shares after the "
		 "shipment");
	return WB_EFORM;
}
