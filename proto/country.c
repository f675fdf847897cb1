#include <string.h>

#include "core/grants_parts.h"
#include "proto/granted_parts.h"

/*
 * country: what stands recorded of a country: how many records name it, what
 * is left of its allocation by the edition in force today, and the agreement.
 */

#define LL(n) ((long long)(n))

static int count_records(const struct wb_granted_asked *asked,
			 const char *country, uint64_t *ret)
{
	uint64_t seq[256], total = 0, from = 0;
	size_t n;
	int rc;

	do {
		rc = wb_view_index(asked->view, WB_BY_COUNTRY, country, from,
				   seq, 256, &n);
		if (rc != 0)
			return rc;
		for (size_t i = 0; i < n; i++)
			total += seq[i] < asked->size;
		if (n > 0)
			from = seq[n - 1] + 1;
	} while (n == 256);
	*ret = total;
	return 0;
}

/* The agreements of the country; none if nothing is recorded. */
static int agreements_of(const struct wb_granted_asked *asked,
			 const char *country, struct wb_agreements *ret,
			 uint64_t *ret_seq)
{
	struct wb_state state = wb_view_state(asked->view);
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	ret->n = 0;
	wb_state_key(key, "agreement/%s", country);
	rc = state.get(state.ctx, key, &value, ret_seq);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? 0 : rc;
	if (*ret_seq >= asked->size)
		return WB_EBUSY;
	return wb_agreements_parse(value, ret);
}

/* Tenths of TPP that may be licensed to the country, or -1: no limit. */
static int64_t limit_of(const struct wb_granted_law *law, const char *country,
			wb_date today, int32_t percent)
{
	const struct wb_edition *ed = law->edition;
	const struct wb_allocation *a = ed == NULL ? NULL : &ed->allocation;
	int year = wb_date_year(today);
	__int128 x10;

	if (a == NULL || !a->present || year < a->first_year ||
	    year > a->last_year)
		return -1;
	if (a->except >= 0 && law->countries != NULL &&
	    wb_set_holds(ed, a->except, law->countries, country, today))
		return -1;
	x10 = (__int128)a->tpp_x10 * (a->factor ? percent : 100) / 100;
	return x10 > WB_INTEGER_MAX ? WB_INTEGER_MAX : (int64_t)x10;
}

static void add_allocation(struct wb_buf *out, int64_t limit_x10,
			   int32_t percent, int64_t used_x10)
{
	wb_buf_fmt(out, ",\"allocation\":{\"used_x10\":%lld", LL(used_x10));
	if (limit_x10 < 0) {
		wb_buf_str(out, ",\"limit_x10\":null,\"remaining_x10\":null}");
		return;
	}
	wb_buf_fmt(out,
		   ",\"limit_x10\":%lld,\"factor_percent\":%d,"
		   "\"remaining_x10\":%lld}",
		   LL(limit_x10), (int)percent,
		   LL(used_x10 < limit_x10 ? limit_x10 - used_x10 : 0));
}

int wb_country_json(const struct wb_granted_asked *asked, const char *country,
		    struct wb_buf *out)
{
	struct wb_granted_law law = {.read = false};
	char key[WB_STATE_KEY_MAX + 1];
	const struct wb_agreed *on;
	struct wb_agreements all;
	uint64_t records, seq = 0;
	int32_t percent = WB_FACTOR_PERCENT_MIN;
	int64_t used_x10;
	bool in_force;
	int rc;

	wb_state_key(key, "alloc/%s", country);
	rc = count_records(asked, country, &records);
	if (rc == 0)
		rc = wb_granted_counted(asked, key, &used_x10);
	if (rc == 0)
		rc = agreements_of(asked, country, &all, &seq);
	if (rc == 0)
		rc = wb_granted_law_read(asked, &law);
	if (rc != 0)
		goto free_law;
	on = wb_agreed_on(&all, asked->today);
	in_force = on != NULL && on->status == WB_AGREEMENT_IN_FORCE;
	if (in_force)
		percent = on->factor_percent;
	wb_buf_fmt(out, "{\"country\":\"%s\",\"records\":%llu", country,
		   (unsigned long long)records);
	add_allocation(out, limit_of(&law, country, asked->today, percent),
		       percent, used_x10);
	wb_buf_str(out, ",\"agreement\":");
	if (on == NULL)
		wb_buf_str(out, "null");
	else
		wb_granted_add_agreement(out, country, on, in_force, seq);
	wb_buf_str(out, "}\n");
free_law:
	wb_granted_law_free(&law);
	return rc;
}
