#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/scenario.h"
#include "waybill/text.h"

/*
 * What stands before the shipment of a row, as real statements by those who
 * make them: the law, the parties, what the row holds, and the shipments that
 * bring the counters to where the row says they are.
 */
#define DIGEST                                                                 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define LONG_AGO  "2020-01-01"
#define AUTHORITY (1u << WB_SANDBOX_AUTHORITY)

/* The parts of the figures that stand for earlier shipments: chips of 10,000
 * TPP on 100 mm2, controlled under any edition. */
#define PRIOR_UNIT_X10 100000
#define PRIOR_DIE_X10  1000
/* Below this no density brings a chip under control. */
#define PRIOR_LEAST_X10 16000

/* Say what buf holds, and free it. */
int wb_scenario_say(struct wb_sandbox *s, const char *type, const char *party,
		    const char *id, unsigned mask, struct wb_buf *buf)
{
	int rc;

	wb_buf_add(buf, "", 1);
	if (buf->failed) {
		snprintf(s->why, sizeof(s->why), "out of memory");
		rc = WB_ENOMEM;
	} else {
		rc = wb_sandbox_say(s, type, party, id, mask,
				    (const char *)buf->p);
	}
	wb_buf_free(buf);
	return rc;
}

/* --- parties ------------------------------------------------------------- */

/* country is that of a government, else NULL. */
static int party(struct wb_sandbox *s, enum wb_sandbox_key key,
		 const char *role, const char *country)
{
	char vkey[WB_VKEY_TEXT_MAX + 1];
	struct wb_buf b;

	wb_vkey_format(&s->keys->signer[key].vkey, vkey);
	wb_buf_init(&b, WB_STATEMENT_MAX);
	wb_buf_fmt(&b,
		   "\"subject\":\"%s\",\"role\":\"%s\",\"keys\":[\"%s\"],"
		   "\"valid_from\":\"" LONG_AGO "\"",
		   wb_sandbox_party(key), role, vkey);
	if (country != NULL)
		wb_buf_fmt(&b, ",\"countries\":[\"%s\"]", country);
	return wb_scenario_say(s, "party", "authority", NULL,
			       AUTHORITY | 1u << key, &b);
}

static int detail(struct wb_sandbox *s, const char *subject,
		  const char *country, const char *hq, const char *owner)
{
	struct wb_buf b;

	wb_buf_init(&b, WB_STATEMENT_MAX);
	wb_buf_fmt(&b,
		   "\"subject\":\"%s\",\"name\":\"%s\",\"country\":\"%s\","
		   "\"headquarters\":\"%s\",\"government\":false,"
		   "\"effective\":\"" LONG_AGO "\"",
		   subject, subject, country, hq);
	if (owner != NULL)
		wb_buf_fmt(&b,
			   ",\"owners\":[{\"party\":\"%s\",\"percent\":100}]",
			   owner);
	return wb_scenario_say(s, "party-detail", "authority", NULL, AUTHORITY,
			       &b);
}

static int parties(struct wb_sandbox *s, const struct wb_scenario *r)
{
	int rc = party(s, WB_SANDBOX_EXPORTER, "exporter", NULL);

	if (rc == 0)
		rc = party(s, WB_SANDBOX_EARLIER, "exporter", NULL);
	if (rc == 0)
		rc = detail(s, "exporter", r->from, r->from, NULL);
	if (rc == 0)
		rc = detail(s, "parent", r->parent_hq, r->parent_hq, NULL);
	if (rc == 0)
		rc = detail(s, "consignee", r->to, r->hq, "parent");
	/* Those who received earlier: of the same parent, and of none. */
	if (rc == 0)
		rc = detail(s, "sister", r->parent_hq, r->parent_hq, "parent");
	if (rc == 0)
		rc = detail(s, "buyer", r->to, r->hq, NULL);
	if (rc == 0 && r->factor_percent > 0)
		rc = party(s, WB_SANDBOX_GOVERNMENT, "government", r->to);
	if (rc == 0 && r->factor_percent > 0)
		rc = detail(s, "government", r->to, r->to, NULL);
	return rc;
}

/* --- what the row holds -------------------------------------------------- */

static int agreement(struct wb_sandbox *s, const struct wb_scenario *r)
{
	char date[WB_DATE_TEXT + 1];
	struct wb_buf b;

	wb_date_format(r->date, date);
	wb_buf_init(&b, WB_STATEMENT_MAX);
	wb_buf_fmt(&b,
		   "\"government\":\"government\",\"country\":\"%s\","
		   "\"effective\":\"%s\",\"status\":\"in_force\","
		   "\"commitments\":[\"align_controls\",\"anti_smuggling\","
		   "\"no_military_cooperation\"],\"factor_percent\":%lld",
		   r->to, date, (long long)r->factor_percent);
	return wb_scenario_say(s, "agreement", "authority", NULL,
			       AUTHORITY | 1u << WB_SANDBOX_GOVERNMENT, &b);
}

/* The first letter that the licence lines of the edition ask about. */
static const char *first_letter(const struct wb_edition *ed)
{
	for (size_t i = 0; ed != NULL && i < ed->n_licences; i++)
		for (size_t k = 0; k < ed->licence[i].when.n; k++) {
			const struct wb_term *t = &ed->licence[i].when.term[k];

			if (t->fact == WB_F_LETTER)
				return t->word[0];
		}
	return "";
}

static int letter(struct wb_sandbox *s, const struct wb_pack *pack,
		  const struct wb_scenario *r)
{
	const char *name = wb_csv_cell(r->csv, r->row, "letter");
	struct wb_buf b;

	if (*name == '\0')
		name = first_letter(wb_law_edition(&pack->law, r->date));
	if (*name == '\0')
		return 0;
	wb_buf_init(&b, WB_STATEMENT_MAX);
	wb_buf_fmt(&b,
		   "\"exporter\":\"exporter\",\"name\":\"%s\","
		   "\"effective\":\"" LONG_AGO "\"",
		   name);
	return wb_scenario_say(s, "letter", "authority", NULL, AUTHORITY, &b);
}

static int listing(struct wb_sandbox *s, const struct wb_scenario *r)
{
	char date[WB_DATE_TEXT + 1];
	struct wb_buf b;

	wb_date_format(r->date, date);
	wb_buf_init(&b, WB_STATEMENT_MAX);
	wb_buf_fmt(&b,
		   "\"subject\":\"consignee\",\"list\":\"supp_8\","
		   "\"effective\":\"%s\"",
		   date);
	return wb_scenario_say(s, "listing", "authority", NULL, AUTHORITY, &b);
}

/* The members that all grants begin with: valid for a year from the export. */
void wb_scenario_grant_begin(struct wb_buf *b, const struct wb_scenario *r,
			     const char *kind, const char *number)
{
	char from[WB_DATE_TEXT + 1], to[WB_DATE_TEXT + 1];

	wb_date_format(r->date, from);
	wb_date_format(r->date + 364, to);
	wb_buf_init(b, WB_STATEMENT_MAX);
	wb_buf_fmt(b,
		   "\"grant\":\"%s\",\"number\":\"%s\",\"status\":\"active\","
		   "\"valid_from\":\"%s\",\"valid_to\":\"%s\"",
		   kind, number, from, to);
}

static int nveu(struct wb_sandbox *s, const struct wb_scenario *r)
{
	struct wb_buf b;

	wb_scenario_grant_begin(&b, r, "nveu", "NVEU-1");
	wb_buf_fmt(&b,
		   ",\"holder\":\"parent\",\"country\":\"%s\","
		   "\"installed_tpp_x10\":%lld",
		   r->to, (long long)r->installed_x10);
	return wb_scenario_say(s, "licence", "authority", NULL, AUTHORITY, &b);
}

/* --- shipments ----------------------------------------------------------- */

static void paper(struct wb_buf *b, const char *kind)
{
	wb_buf_fmt(b,
		   "%s{\"kind\":\"%s\",\"sha256\":\"" DIGEST
		   "\",\"date\":\"" LONG_AGO "\"}",
		   b->p[b->len - 1] == '[' ? "" : ",", kind);
}

/* What a careful consignee and exporter have on file; notices when the row
 * has been told that it lacks them. */
static void papers(struct wb_buf *b, bool lpp, bool certified, bool notices)
{
	static const char *const certifications[] = {
		"supply_certification",   "foundry_certification",
		"security_certification", "testing_certification",
		"end_use_certification",  "market_certification",
	};

	wb_buf_str(b, ",\"papers\":[");
	paper(b, "aia_certification");
	paper(b, "purchase_order");
	paper(b, "designer_attestation");
	if (lpp)
		paper(b, "lpp_statement");
	for (size_t i = 0;
	     certified &&
	     i < sizeof(certifications) / sizeof(certifications[0]);
	     i++)
		paper(b, certifications[i]);
	if (notices) {
		paper(b, "prenotice");
		paper(b, "nac_notice");
		paper(b, "veu_certification");
	}
	wb_buf_str(b, "]");
}

static void route(struct wb_buf *b, const struct wb_scenario *r,
		  const char *kind, const char *to, const char *consignee,
		  const char *end_use)
{
	char date[WB_DATE_TEXT + 1];

	wb_date_format(r->date, date);
	wb_buf_init(b, WB_STATEMENT_MAX);
	wb_buf_fmt(b,
		   "\"kind\":\"%s\",\"export_date\":\"%s\",\"from\":\"%s\","
		   "\"destination\":\"%s\",\"consignee\":\"%s\","
		   "\"consignee_type\":\"direct_consumer\","
		   "\"end_use\":\"%s\"",
		   kind, date, r->from, to, consignee, end_use);
}

static void authorization(struct wb_buf *b, const char *type,
			  const char *number)
{
	wb_buf_fmt(b, ",\"authorization\":{\"type\":\"%s\"", type);
	if (number != NULL)
		wb_buf_fmt(b, ",\"number\":\"%s\"", number);
	wb_buf_str(b, "}");
}

int wb_scenario_ship(struct wb_sandbox *s, const struct wb_scenario *r,
		     const char *id, const char *type, const char *number,
		     const char *eccn, enum wb_scenario_notices notices,
		     uint64_t *ret_seq)
{
	char date[WB_DATE_TEXT + 1];
	struct wb_buf b;
	int rc;

	route(&b, r, r->kind, r->to, "consignee", r->end_use);
	if (r->loaded != WB_DATE_NONE) {
		wb_date_format(r->loaded, date);
		wb_buf_fmt(&b, ",\"loaded\":\"%s\"", date);
	}
	if (r->arrival != WB_DATE_NONE) {
		wb_date_format(r->arrival, date);
		wb_buf_fmt(&b, ",\"arrival\":\"%s\"", date);
	}
	authorization(&b, type, number);
	papers(&b, r->lpp_statement, r->certified, notices == WB_NOTICES);
	wb_buf_str(&b, ",\"items\":[{\"line\":1,");
	wb_chip_item(&b, &r->chip, r->in_catalogue ? r->item : NULL,
		     r->quantity);
	wb_buf_fmt(&b, ",\"eccn\":\"%s\"}]", eccn);
	rc = wb_scenario_say(s, "shipment", "exporter", id,
			     1u << WB_SANDBOX_EXPORTER, &b);
	return rc == 0 ? wb_sandbox_flush(s, ret_seq) : rc;
}

int wb_scenario_grant(struct wb_sandbox *s, const struct wb_scenario *r,
		      const char *number, const char *eccn)
{
	struct wb_buf b;

	wb_scenario_grant_begin(&b, r, "licence", number);
	wb_buf_fmt(&b,
		   ",\"exporters\":[\"exporter\"],\"consignee\":\"consignee\","
		   "\"destination\":\"%s\",\"items\":[{\"eccn\":\"%s\","
		   "\"quantity\":%lld}]",
		   r->to, eccn, (long long)r->quantity);
	return wb_scenario_say(s, "licence", "authority", NULL, AUTHORITY, &b);
}

/* --- what was shipped before --------------------------------------------- */

/* Chips of 10,000 TPP, and one that takes up the rest. */
static int prior_items(struct wb_sandbox *s, const char *column, int64_t x10,
		       struct wb_buf *b)
{
	struct wb_chip chip = {.tpp_x10 = PRIOR_UNIT_X10,
			       .die_x10 = PRIOR_DIE_X10,
			       .dram_x10 = 0,
			       .io_x10 = 0,
			       .datacenter = 1};
	int64_t n = x10 / PRIOR_UNIT_X10;

	if (n > WB_QUANTITY_MAX) {
		snprintf(s->why, sizeof(s->why),
			 "%s: no earlier shipment can come to %lld TPP", column,
			 (long long)(x10 / 10));
		wb_buf_free(b);
		return WB_EFORM;
	}
	wb_buf_str(b, ",\"items\":[");
	if (n > 1) {
		wb_buf_str(b, "{\"line\":1,");
		wb_chip_item(b, &chip, NULL, n - 1);
		wb_buf_str(b, ",\"eccn\":\"3A090.a\"},");
		x10 -= (n - 1) * PRIOR_UNIT_X10;
	}
	chip.tpp_x10 = x10;
	wb_buf_str(b, "{\"line\":2,");
	wb_chip_item(b, &chip, NULL, 1);
	wb_buf_str(b, ",\"eccn\":\"3A090.a\"}]");
	return 0;
}

/*
 * The state must have counted what was shipped, or the row cannot be; unless
 * it counts none of it, being under another law: then *ret_besides is all.
 */
static int counted(struct wb_sandbox *s, const char *column, const char *key,
		   int64_t shipped_x10, int64_t want_x10, int64_t *ret_besides)
{
	int64_t x10;
	int rc = wb_sandbox_counter(s, key, &x10);

	if (rc != 0)
		return rc;
	*ret_besides = want_x10 - x10;
	if (x10 == shipped_x10 || x10 == 0)
		return 0;
	snprintf(s->why, sizeof(s->why),
		 "%s: the ledger does not count earlier shipments of %lld TPP "
		 "so: %s is %lld TPP",
		 column, (long long)(want_x10 / 10), key,
		 (long long)(x10 / 10));
	return WB_EFORM;
}

/* Under the exception with a limit, to a company of the same parent; whether
 * that was counted is for the caller to see. */
static int ship_lpp(struct wb_sandbox *s, const struct wb_scenario *r,
		    int64_t x10, const char *to, const char *consignee)
{
	struct wb_buf b;
	int rc;

	route(&b, r, "export", to, consignee, "data_centre");
	authorization(&b, "LPP", NULL);
	papers(&b, true, false, true);
	rc = prior_items(s, "prior_lpp_tpp_year", x10, &b);
	if (rc == 0)
		rc = wb_scenario_say(s, "shipment", "earlier-exporter", NULL,
				     1u << WB_SANDBOX_EARLIER, &b);
	return rc == 0 ? wb_sandbox_flush(s, NULL) : rc;
}

/* At home, or, where the parent's country is closed to that, elsewhere; never
 * past the limit, up to which the decision is the same as past it. */
static int prior_lpp(struct wb_sandbox *s, const struct wb_pack *pack,
		     const struct wb_scenario *r, int64_t *ret_besides)
{
	const char *elsewhere = wb_pack_open_country(pack, r->date);
	char key[WB_STATE_KEY_MAX + 1];
	int64_t x10 = 0, limit_x10, ship_x10 = r->prior_lpp_x10;
	int rc;

	snprintf(key, sizeof(key), "%s/parent/%d",
		 wb_pack_limit(pack, r->date, &limit_x10),
		 wb_date_year(r->date));
	if (ship_x10 > limit_x10)
		ship_x10 = limit_x10;
	*ret_besides = r->prior_lpp_x10;
	/* There is no such limit, or no shipment is that small. */
	if (ship_x10 < PRIOR_LEAST_X10)
		return 0;
	rc = ship_lpp(s, r, ship_x10, r->parent_hq, "sister");
	if (rc == 0)
		rc = wb_sandbox_counter(s, key, &x10);
	if (rc == 0 && x10 == 0 && *elsewhere != '\0') {
		rc = detail(s, "sister-abroad", elsewhere, elsewhere, "parent");
		if (rc == 0)
			rc = ship_lpp(s, r, ship_x10, elsewhere,
				      "sister-abroad");
	}
	return rc == 0 ? counted(s, "prior_lpp_tpp_year", key, ship_x10,
				 r->prior_lpp_x10, ret_besides)
		       : rc;
}

/* Under a licence, to somebody else in the same country. */
static int prior_country(struct wb_sandbox *s, const struct wb_scenario *r,
			 int64_t *ret_besides)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_buf b;
	int64_t x10;
	int rc;

	*ret_besides = r->prior_country_x10;
	if (r->prior_country_x10 < PRIOR_LEAST_X10)
		return 0;
	wb_scenario_grant_begin(&b, r, "licence", "L-0");
	wb_buf_fmt(&b,
		   ",\"exporters\":[\"earlier-exporter\"],"
		   "\"consignee\":\"buyer\",\"destination\":\"%s\","
		   "\"items\":[{\"eccn\":\"3A090.a\",\"tpp_x10\":%lld}]",
		   r->to, (long long)r->prior_country_x10);
	rc = wb_scenario_say(s, "licence", "authority", NULL, AUTHORITY, &b);
	if (rc != 0)
		return rc;
	route(&b, r, "export", r->to, "buyer", "data_centre");
	authorization(&b, "LICENCE", "L-0");
	papers(&b, false, false, true);
	rc = prior_items(s, "prior_country_licensed_tpp", r->prior_country_x10,
			 &b);
	if (rc == 0)
		rc = wb_scenario_say(s, "shipment", "earlier-exporter", NULL,
				     1u << WB_SANDBOX_EARLIER, &b);
	if (rc == 0)
		rc = wb_sandbox_flush(s, NULL);
	if (rc != 0)
		return rc;
	/* Where the destination has no allocation, the buyer's home has. */
	snprintf(key, sizeof(key), "alloc/%s", r->hq);
	rc = wb_sandbox_counter(s, key, &x10);
	if (rc == 0 && x10 != r->prior_country_x10)
		snprintf(key, sizeof(key), "alloc/%s", r->to);
	return rc == 0 ? counted(s, "prior_country_licensed_tpp", key,
				 r->prior_country_x10, r->prior_country_x10,
				 ret_besides)
		       : rc;
}

int wb_scenario_world(struct wb_sandbox *s, const struct wb_pack *pack,
		      const struct wb_scenario *r,
		      struct wb_scenario_besides *ret)
{
	int rc = 0;

	ret->lpp_x10 = ret->country_x10 = 0;
	for (size_t i = 0; i < pack->n && rc == 0; i++)
		rc = wb_sandbox_note(s, wb_buf_slice(&pack->note[i]));
	if (rc == 0)
		rc = parties(s, r);
	if (rc == 0 && r->factor_percent > 0)
		rc = agreement(s, r);
	if (rc == 0 && r->supp8)
		rc = listing(s, r);
	if (rc == 0 && r->addressee)
		rc = letter(s, pack, r);
	if (rc == 0 && r->nveu)
		rc = nveu(s, r);
	if (rc == 0 && r->uveu)
		rc = wb_scenario_uveu(s, pack, r);
	if (rc == 0)
		rc = wb_sandbox_flush(s, NULL);
	if (rc == 0 && r->prior_lpp_x10 > 0)
		rc = prior_lpp(s, pack, r, &ret->lpp_x10);
	if (rc == 0 && r->prior_country_x10 > 0)
		rc = prior_country(s, r, &ret->country_x10);
	return rc;
}
