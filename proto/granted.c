#include <stdio.h>
#include <string.h>

#include "proto/granted_parts.h"
#include "waybill/text.h"

#define LL(n) ((long long)(n))

/* --- the state ------------------------------------------------------------ */

/* The next entry behind *key that begins with prefix; *key becomes its key.
 * WB_ENOTFOUND at the end. */
static int next(const struct wb_granted_asked *asked, const char *prefix,
		char key[WB_STATE_KEY_MAX + 1], struct wb_slice *ret_value,
		uint64_t *ret_seq)
{
	struct wb_slice found;
	int rc = wb_view_state_next(asked->view, key, &found, ret_value,
				    ret_seq);

	if (rc == 0 && !wb_slice_starts(found, prefix))
		return WB_ENOTFOUND;
	if (rc == 0 && wb_slice_copy(found, key, WB_STATE_KEY_MAX + 1) != 0)
		return WB_ECORRUPT;
	return rc;
}

int wb_granted_counted(const struct wb_granted_asked *asked, const char *key,
		       int64_t *ret)
{
	struct wb_state state = wb_view_state(asked->view);
	struct wb_slice value;
	uint64_t n, seq = 0;
	int rc = state.get(state.ctx, key, &value, &seq);

	if (rc == WB_ENOTFOUND) {
		*ret = 0;
		return 0;
	}
	if (rc != 0)
		return rc;
	if (seq >= asked->size)
		return WB_EBUSY;
	if (wb_parse_dec(value, &n) != 0 || n > WB_INTEGER_MAX)
		return WB_ECORRUPT;
	*ret = (int64_t)n;
	return 0;
}

/* --- parts of JSON: ids, dates and numbers need no escape ------------------
 */

static void add_date(struct wb_buf *b, const char *name, wb_date date)
{
	char text[WB_DATE_TEXT + 1];

	if (date == WB_DATE_NONE) {
		wb_buf_fmt(b, ",\"%s\":null", name);
		return;
	}
	wb_date_format(date, text);
	wb_buf_fmt(b, ",\"%s\":\"%s\"", name, text);
}

/* null below 0. */
static void add_number(struct wb_buf *b, const char *name, int64_t n)
{
	if (n < 0)
		wb_buf_fmt(b, ",\"%s\":null", name);
	else
		wb_buf_fmt(b, ",\"%s\":%lld", name, LL(n));
}

static void add_bool(struct wb_buf *b, const char *name, bool yes)
{
	wb_buf_fmt(b, ",\"%s\":%s", name, yes ? "true" : "false");
}

/* --- agreements ------------------------------------------------------------
 */

void wb_granted_add_agreement(struct wb_buf *b, const char *country,
			      const struct wb_agreed *a, bool in_force,
			      uint64_t seq)
{
	const char *comma = "";

	wb_buf_fmt(b, "{\"country\":\"%s\",\"government\":\"%s\"", country,
		   a->government);
	add_date(b, "effective", a->effective);
	add_date(b, "until", a->until);
	wb_buf_fmt(b, ",\"status\":\"%s\",\"commitments\":[",
		   wb_agreement_status_name(a->status));
	for (unsigned bit = 1; bit <= WB_ALL_COMMITMENTS; bit <<= 1) {
		if ((a->commitments & bit) == 0)
			continue;
		wb_buf_fmt(b, "%s\"%s\"", comma,
			   wb_commitment_name((enum wb_commitment)bit));
		comma = ",";
	}
	wb_buf_str(b, "]");
	add_number(b, "factor_percent", a->factor_percent);
	add_number(b, "chip_ceiling", a->chip_ceiling);
	add_bool(b, "in_force", in_force);
	wb_buf_fmt(b, ",\"seq\":%llu}", (unsigned long long)seq);
}

int wb_agreements_json(const struct wb_granted_asked *asked, struct wb_buf *out)
{
	static const char prefix[] = "agreement/";
	char key[WB_STATE_KEY_MAX + 1] = "agreement/";
	struct wb_agreements all;
	const struct wb_agreed *on;
	struct wb_slice value;
	const char *comma = "";
	uint64_t seq = 0;
	int rc;

	wb_buf_str(out, "{\"agreements\":[");
	while ((rc = next(asked, prefix, key, &value, &seq)) == 0) {
		rc = seq < asked->size ? wb_agreements_parse(value, &all)
				       : WB_EBUSY;
		if (rc != 0)
			return rc;
		on = wb_agreed_on(&all, asked->today);
		for (size_t i = 0; i < all.n; i++) {
			const struct wb_agreed *a = &all.at[i];

			wb_buf_str(out, comma);
			wb_granted_add_agreement(
				out, key + sizeof(prefix) - 1, a,
				a == on && a->status == WB_AGREEMENT_IN_FORCE,
				seq);
			comma = ",";
		}
	}
	wb_buf_str(out, "]}\n");
	return rc == WB_ENOTFOUND ? 0 : rc;
}

/* --- licences: who may see one ---------------------------------------------
 */

/* How much of a grant is shown. */
enum shown {
	NOT,
	SHARE, /* what concerns the countries that the reader speaks for */
	WHOLE,
};

static int listed(const struct wb_granted_asked *asked, enum wb_index index,
		  const char *name, uint64_t seq, bool *ret)
{
	uint64_t found;
	size_t n;
	int rc = wb_view_index(asked->view, index, name, seq, &found, 1, &n);

	if (rc == 0)
		*ret = n == 1 && found == seq;
	return rc;
}

/* A grant is as its last statement says, and so is who may see it. */
static int may_see(const struct wb_granted_asked *asked, uint64_t seq,
		   enum shown *ret)
{
	bool yes = asked->full;
	int rc = 0;

	if (!yes && asked->party[0] != '\0')
		rc = listed(asked, WB_BY_PARTY_ID, asked->party, seq, &yes);
	*ret = yes ? WHOLE : NOT;
	for (size_t i = 0; i < asked->n_countries && rc == 0 && !yes; i++) {
		rc = listed(asked, WB_BY_COUNTRY, asked->country[i], seq, &yes);
		*ret = yes ? SHARE : NOT;
	}
	return rc;
}

static bool speaks_for(const struct wb_granted_asked *asked, enum shown shown,
		       const char *country)
{
	for (size_t i = 0; i < asked->n_countries; i++)
		if (strcmp(asked->country[i], country) == 0)
			return true;
	return shown == WHOLE;
}

/* --- licences: what is left ------------------------------------------------
 */

/* Whether the reader is one of several exporters: what is left would tell it
 * what the others have shipped. */
static bool of_several(const struct wb_granted_asked *asked,
		       const struct wb_grant *g)
{
	return !asked->full && g->n_exporters > 1 &&
	       wb_grant_exporter(g, asked->party);
}

/* limit, used and left; the last two are null of what is not limited, or not
 * for the reader. */
static int add_balance(const struct wb_granted_asked *asked, struct wb_buf *b,
		       const struct wb_grant *g, const char *key, int64_t limit,
		       const char *const name[3])
{
	int64_t used = -1, left = -1;
	int rc = 0;

	if (limit >= 0 && !of_several(asked, g)) {
		rc = wb_granted_counted(asked, key, &used);
		left = limit > used ? limit - used : 0;
	}
	add_number(b, name[0], limit);
	add_number(b, name[1], used);
	add_number(b, name[2], left);
	return rc;
}

static int add_item(const struct wb_granted_asked *asked, struct wb_buf *b,
		    const struct wb_grant *g, size_t i)
{
	static const char *const units[] = {"quantity", "used", "left"};
	static const char *const tpp[] = {"tpp_x10", "tpp_used_x10",
					  "tpp_left_x10"};
	const struct wb_grant_item *item = &g->item[i];
	char key[WB_STATE_KEY_MAX + 1];
	int rc;

	wb_buf_fmt(b, "%s{\"eccn\":\"%s\",\"models\":[", i == 0 ? "" : ",",
		   item->eccn);
	for (size_t k = 0; k < item->n_models; k++)
		wb_buf_fmt(b, "%s\"%s\"", k == 0 ? "" : ",", item->model[k]);
	wb_buf_str(b, "]");
	snprintf(key, sizeof(key), "granted/%s/%zu/units", g->number, i + 1);
	rc = add_balance(asked, b, g, key, item->quantity, units);
	if (rc != 0)
		return rc;
	snprintf(key, sizeof(key), "granted/%s/%zu/tpp", g->number, i + 1);
	rc = add_balance(asked, b, g, key, item->tpp_x10, tpp);
	wb_buf_str(b, "}");
	return rc;
}

static int add_licence(const struct wb_granted_asked *asked, struct wb_buf *b,
		       const struct wb_grant *g)
{
	int rc = 0;

	wb_buf_str(b, ",\"exporters\":[");
	for (size_t i = 0; i < g->n_exporters; i++)
		wb_buf_fmt(b, "%s\"%s\"", i == 0 ? "" : ",", g->exporter[i]);
	wb_buf_fmt(b, "],\"consignee\":\"%s\",\"end_user\":", g->consignee);
	wb_buf_fmt(b, g->end_user[0] == '\0' ? "null" : "\"%s\"", g->end_user);
	wb_buf_fmt(b, ",\"destination\":\"%s\",\"items\":[", g->destination);
	for (size_t i = 0; i < g->n_items && rc == 0; i++)
		rc = add_item(asked, b, g, i);
	wb_buf_str(b, "]");
	return rc;
}

/* One country of a uveu: held as declared, and recorded here since. */
static int add_country(const struct wb_granted_asked *asked, struct wb_buf *b,
		       const struct wb_grant *g, const char *country,
		       const char **comma)
{
	char key[WB_STATE_KEY_MAX + 1];
	int64_t used = 0;
	int rc;

	snprintf(key, sizeof(key), "granted/%s/in/%s", g->number, country);
	rc = wb_granted_counted(asked, key, &used);
	wb_buf_fmt(b, "%s{\"country\":\"%s\",\"declared_x10\":%lld", *comma,
		   country, LL(wb_grant_declared(g, country)));
	wb_buf_fmt(b, ",\"used_x10\":%lld}", LL(used));
	*comma = ",";
	return rc;
}

/* Countries where something was declared, and where it may build besides. */
static int add_countries(const struct wb_granted_asked *asked, struct wb_buf *b,
			 const struct wb_grant *g, enum shown shown)
{
	const char *comma = "";
	int rc = 0;

	wb_buf_str(b, ",\"countries\":[");
	for (size_t i = 0; i < g->n_countries && rc == 0; i++)
		if (speaks_for(asked, shown, g->country[i].country))
			rc = add_country(asked, b, g, g->country[i].country,
					 &comma);
	for (size_t i = 0; i < g->n_destinations && rc == 0; i++) {
		bool again = false;

		for (size_t k = 0; k < g->n_countries; k++)
			again |= strcmp(g->country[k].country,
					g->destinations[i]) == 0;
		if (!again && speaks_for(asked, shown, g->destinations[i]))
			rc = add_country(asked, b, g, g->destinations[i],
					 &comma);
	}
	wb_buf_str(b, "]");
	return rc;
}

/* What is recorded outside each set of countries that an edition names. */
static int add_outside(const struct wb_granted_asked *asked, struct wb_buf *b,
		       const struct wb_grant *g)
{
	char prefix[WB_STATE_KEY_MAX + 1], key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	const char *comma = "";
	int64_t used = 0;
	uint64_t seq;
	int rc;

	snprintf(prefix, sizeof(prefix), "granted/%s/outside/", g->number);
	snprintf(key, sizeof(key), "%s", prefix);
	wb_buf_str(b, ",\"outside\":[");
	while ((rc = next(asked, prefix, key, &value, &seq)) == 0) {
		rc = wb_granted_counted(asked, key, &used);
		if (rc != 0)
			return rc;
		wb_buf_fmt(b, "%s{\"set\":\"%s\",\"used_x10\":%lld}", comma,
			   key + strlen(prefix), LL(used));
		comma = ",";
	}
	wb_buf_str(b, "]");
	return rc == WB_ENOTFOUND ? 0 : rc;
}

static int add_uveu(const struct wb_granted_asked *asked,
		    const struct wb_granted_law *law, struct wb_buf *b,
		    const struct wb_grant *g, enum shown shown)
{
	char key[WB_STATE_KEY_MAX + 1];
	int64_t used = 0;
	int rc = 0;

	wb_buf_fmt(b, ",\"holder\":\"%s\"", g->holder);
	if (shown == WHOLE) {
		snprintf(key, sizeof(key), "granted/%s/all", g->number);
		rc = wb_granted_counted(asked, key, &used);
		add_number(b, "declared_x10", g->world_tpp_x10);
		add_number(b, "used_x10", used);
	}
	if (rc == 0 && shown == WHOLE)
		rc = add_outside(asked, b, g);
	if (rc == 0)
		rc = add_countries(asked, b, g, shown);
	return rc == 0 ? wb_granted_add_shares(asked, law, g, shown == WHOLE, b)
		       : rc;
}

static int add_nveu(const struct wb_granted_asked *asked,
		    const struct wb_granted_law *law, struct wb_buf *b,
		    const struct wb_grant *g)
{
	char key[WB_STATE_KEY_MAX + 1];
	int64_t used = 0;
	int rc;

	snprintf(key, sizeof(key), "nveu/%s/%s", g->holder, g->in_country);
	rc = wb_granted_counted(asked, key, &used);
	wb_buf_fmt(b, ",\"holder\":\"%s\",\"country\":\"%s\"", g->holder,
		   g->in_country);
	add_number(b, "declared_x10", g->installed_tpp_x10);
	add_number(b, "used_x10", used);
	wb_granted_add_base(asked, law, g->installed_tpp_x10 + used, b);
	return rc;
}

static int add_grant(const struct wb_granted_asked *asked,
		     struct wb_granted_law *law, struct wb_buf *b,
		     const struct wb_grant *g, enum shown shown, uint64_t seq)
{
	int rc = g->kind == WB_GRANT_LICENCE ? 0
					     : wb_granted_law_read(asked, law);

	if (rc != 0)
		return rc;

	wb_buf_fmt(b, "{\"number\":\"%s\",\"kind\":\"%s\",\"status\":\"%s\"",
		   g->number, wb_grant_kind_name(g->kind),
		   wb_grant_status_name(g->status));
	add_date(b, "valid_from", g->valid_from);
	add_date(b, "valid_to", g->valid_to);
	add_bool(b, "in_force", wb_grant_holds(g, asked->today));
	switch (g->kind) {
	case WB_GRANT_LICENCE:
		rc = add_licence(asked, b, g);
		break;
	case WB_GRANT_UVEU:
		rc = add_uveu(asked, law, b, g, shown);
		break;
	case WB_GRANT_NVEU:
		rc = add_nveu(asked, law, b, g);
		break;
	case WB_GRANT_KINDS:
		return WB_ECORRUPT;
	}
	wb_buf_fmt(b, ",\"seq\":%llu}", (unsigned long long)seq);
	return rc;
}

/* The number behind the prefix of a key. */
static int take_number(const char *key, char ret[WB_ID_MAX + 1])
{
	return wb_slice_copy(wb_slice_str(key + strlen("grant/")), ret,
			     WB_ID_MAX + 1) == 0
		       ? 0
		       : WB_ECORRUPT;
}

static int page(const struct wb_granted_asked *asked,
		const struct wb_licences_query *q, struct wb_granted_law *law,
		struct wb_buf *out)
{
	char key[WB_STATE_KEY_MAX + 1], last[WB_ID_MAX + 1] = "";
	struct wb_slice value;
	struct wb_grant g;
	enum shown shown = NOT;
	uint64_t seq = 0;
	size_t n = 0;
	int rc;

	snprintf(key, sizeof(key), "grant/%s", q->after);
	wb_buf_str(out, "{\"licences\":[");
	while ((rc = next(asked, "grant/", key, &value, &seq)) == 0) {
		rc = may_see(asked, seq, &shown);
		if (rc == 0 && shown == NOT)
			continue;
		if (rc == 0 && seq >= asked->size)
			rc = WB_EBUSY;
		if (rc == 0)
			rc = wb_grant_parse(value, &g);
		if (rc == 0)
			rc = take_number(key, g.number);
		if (rc != 0)
			return rc;
		if (n == q->limit || out->len >= WB_QUERY_BYTES_MAX)
			break;
		wb_buf_str(out, n++ == 0 ? "" : ",");
		rc = add_grant(asked, law, out, &g, shown, seq);
		if (rc != 0)
			return rc;
		memcpy(last, g.number, sizeof(last));
	}
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	wb_buf_str(out, "]");
	/* Another was found that may be seen. */
	if (rc == 0)
		wb_buf_fmt(out, ",\"next\":\"%s\"", last);
	wb_buf_str(out, "}\n");
	return 0;
}

int wb_licences_json(const struct wb_granted_asked *asked,
		     const struct wb_licences_query *q, struct wb_buf *out)
{
	struct wb_granted_law law = {.read = false};
	int rc = page(asked, q, &law, out);

	wb_granted_law_free(&law);
	return rc;
}
