#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/policy_case.h"
#include "waybill/engine.h"
#include "waybill/text.h"

#define DIGEST                                                                 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

const char *wb_case_family(const char *mode)
{
	if (strcmp(mode, "A") == 0)
		return "actual";
	if (strcmp(mode, "R") == 0)
		return "rev500";
	return strcmp(mode, "P") == 0 || strcmp(mode, "Ps") == 0 ? "paper"
								 : NULL;
}

static int wrong(struct wb_case *c, const char *what, const char *found)
{
	snprintf(c->why, sizeof(c->why), "%s: '%.200s'", what, found);
	return WB_EFORM;
}

static const char *cell(const struct wb_case *c, const char *column)
{
	return wb_csv_cell(c->csv, c->row, column);
}

static const char *usual(const struct wb_case *c, const char *column,
			 const char *fallback)
{
	const char *value = cell(c, column);

	return *value != '\0' ? value : fallback;
}

/* --- the state ------------------------------------------------------------ */

static int put(struct wb_case *c, const char *key, const char *value)
{
	int rc = wb_memory_put(&c->memory, key, wb_slice_str(value), 1);

	return rc == 0 ? 0 : wrong(c, "the state does not hold", key);
}

static int putf(struct wb_case *c, const char *value, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int putf(struct wb_case *c, const char *value, const char *fmt, ...)
{
	char key[WB_STATE_KEY_MAX + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(key, sizeof(key), fmt, ap);
	va_end(ap);
	return put(c, key, value);
}

static int parties(struct wb_case *c)
{
	const char *to = cell(c, "destination");
	const char *hq = usual(c, "consignee_hq", to);
	char value[128];
	int rc;

	snprintf(value, sizeof(value), "2020-01-01 %.2s %.2s %s parent:100", to,
		 hq, usual(c, "consignee_kind", "private"));
	rc = put(c, "detail/consignee", value);
	snprintf(value, sizeof(value), "2020-01-01 %.2s %.2s private -",
		 usual(c, "ultimate_parent_hq", hq),
		 usual(c, "ultimate_parent_hq", hq));
	if (rc == 0)
		rc = put(c, "detail/parent", value);
	/* Others that a row may name, from nowhere that matters. */
	if (rc == 0)
		rc = put(c, "detail/via", "2020-01-01 SG SG private -");
	if (rc == 0)
		rc = put(c, "detail/owner", "2020-01-01 SG SG private -");
	if (rc == 0)
		rc = put(c, "detail/operator", "2020-01-01 MY MY private -");
	return rc;
}

/* An amount of TPP in the state: tenths. */
static int counter(struct wb_case *c, const char *column, const char *key)
{
	const char *text = cell(c, column);
	char value[32];
	int64_t x10;

	if (*text == '\0' || strcmp(text, "0") == 0)
		return 0;
	if (wb_csv_decimal(text, 10, &x10) != 0)
		return wrong(c, column, text);
	snprintf(value, sizeof(value), "%lld", (long long)x10);
	return put(c, key, value);
}

static int counters(struct wb_case *c)
{
	char key[64];
	int rc;

	snprintf(key, sizeof(key), "lpp/parent/%.4s", cell(c, "export_date"));
	rc = counter(c, "prior_lpp_tpp_year", key);
	snprintf(key, sizeof(key), "alloc/%.2s", cell(c, "destination"));
	return rc == 0 ? counter(c, "prior_country_licensed_tpp", key) : rc;
}

/* "1" and "no IGA" are none; "2" is twice the allocation. */
static int agreement(struct wb_case *c)
{
	const char *iga = usual(c, "iga", "1");
	char value[96];
	int64_t percent = 100;
	int commitments = strcmp(iga, "partial") == 0 ? 3 : 7;

	if (strcmp(iga, "1") == 0 || strcmp(iga, "no IGA") == 0)
		return 0;
	if (strcmp(iga, "IGA") != 0 && strcmp(iga, "partial") != 0 &&
	    wb_csv_decimal(iga, 100, &percent) != 0)
		return wrong(c, "iga", iga);
	snprintf(value, sizeof(value), "2020-01-01 - in_force %d %lld - gov",
		 commitments, (long long)percent);
	return putf(c, value, "agreement/%.2s", cell(c, "destination"));
}

/* What the shipment comes to, in tenths; 0 where the row does not say. */
static int64_t shipped(const struct wb_case *c)
{
	int64_t x10;

	return wb_csv_decimal(cell(c, "shipment_tpp"), 10, &x10) == 0 ? x10 : 0;
}

/*
 * "UVEU:6.9/20/30": of a world total of 1,000 shipments with this one, tenths
 * of a percent are shipments.  Brazil and Germany hold what is elsewhere.
 */
static int uveu(struct wb_case *c, const char *held)
{
	int64_t part[3] = {0, 0, 0}, s = shipped(c);
	char one[3][16], value[256];

	if (sscanf(held, "UVEU:%15[0-9.]/%15[0-9.]/%15[0-9.]", one[0], one[1],
		   one[2]) != 3 ||
	    wb_csv_decimal(one[0], 10, &part[0]) != 0 ||
	    wb_csv_decimal(one[1], 10, &part[1]) != 0 ||
	    wb_csv_decimal(one[2], 10, &part[2]) != 0)
		return wrong(c, "authorization_held", held);
	snprintf(value, sizeof(value),
		 "uveu active 2020-01-01 - parent %lld "
		 "BR:%lld,DE:%lld,%.2s:%lld %.2s",
		 (long long)(999 * s), (long long)((part[1] - part[0]) * s),
		 (long long)((part[2] - part[1]) * s), cell(c, "destination"),
		 (long long)((part[0] - 1) * s), cell(c, "destination"));
	return put(c, "grant/G-1", value);
}

static int held(struct wb_case *c)
{
	const char *held = cell(c, "authorization_held");
	const char *to = cell(c, "destination");
	char value[256];
	int64_t x10;

	if (strncmp(held, "UVEU:", 5) == 0)
		return uveu(c, held);
	if (strncmp(held, "NVEU:", 5) == 0) {
		if (wb_csv_decimal(held + 5, 10, &x10) != 0)
			return wrong(c, "authorization_held", held);
		snprintf(value, sizeof(value),
			 "nveu active 2020-01-01 - parent %.2s %lld", to,
			 (long long)x10);
		return put(c, "grant/G-1", value);
	}
	if (strcmp(held, "SUPP8") == 0)
		return put(c, "listing/consignee", "supp_8 2020-01-01 -");
	if (strncmp(held, "LICENCE", 7) == 0) {
		snprintf(value, sizeof(value),
			 "licence active %s 2030-12-31 consignee - %.2s "
			 "exporter %s:-:1000000:-",
			 held[7] == ':' ? held + 8 : cell(c, "export_date"), to,
			 cell(c, "exp_eccn"));
		return put(c, "grant/G-1", value);
	}
	/* The name of an exception: claimed, and nothing is held. */
	return 0;
}

/* "consignee:entity_list via:debarred": each on its list for long. */
static int lists(struct wb_case *c)
{
	struct wb_slice rest = wb_slice_str(cell(c, "lists")), word;
	int rc = 0;

	while (rc == 0 && wb_word_next(&rest, &word)) {
		char who[64], value[96], *colon;

		if (wb_slice_copy(word, who, sizeof(who)) != 0 ||
		    (colon = strchr(who, ':')) == NULL)
			return wrong(c, "lists", cell(c, "lists"));
		*colon = '\0';
		snprintf(value, sizeof(value), "%s 2020-01-01 -", colon + 1);
		rc = putf(c, value, "listing/%s", who);
	}
	return rc;
}

/* "key=value|key=value" */
static int further(struct wb_case *c)
{
	char copy[512], *at = copy, *one;
	int rc = 0;

	snprintf(copy, sizeof(copy), "%s", cell(c, "state"));
	while (rc == 0 && *copy != '\0' && (one = strsep(&at, "|")) != NULL) {
		char *equals = strchr(one, '=');

		if (equals == NULL)
			return wrong(c, "state", one);
		*equals = '\0';
		rc = put(c, one, equals + 1);
	}
	return rc;
}

static int state(struct wb_case *c, const struct wb_law *law)
{
	const char *letter = cell(c, "letter");
	char value[128];
	int rc;

	snprintf(value, sizeof(value), "example.org/waybill %s historical 30 1",
		 law->family);
	rc = put(c, "ledger", value);
	if (rc == 0)
		rc = parties(c);
	if (rc == 0)
		rc = counters(c);
	if (rc == 0)
		rc = agreement(c);
	if (rc == 0)
		rc = held(c);
	if (rc == 0)
		rc = lists(c);
	if (*letter == '\0' && strcmp(cell(c, "letter_addressee"), "Y") == 0)
		letter = "h20-2025";
	snprintf(value, sizeof(value), "%s 2020-01-01 -", letter);
	if (rc == 0 && *letter != '\0')
		rc = put(c, "letter/exporter", value);
	return rc == 0 ? further(c) : rc;
}

/* --- the shipment -----------------------------------------------------------
 */

/* "kind", dated long ago, or "kind:date". */
static void paper(struct wb_buf *b, const char *word)
{
	int len = (int)strcspn(word, ":");

	wb_buf_fmt(b,
		   "%s{\"kind\":\"%.*s\",\"sha256\":\"" DIGEST
		   "\",\"date\":\"%s\"}",
		   b->p[b->len - 1] == '[' ? "" : ",", len, word,
		   word[len] == ':' ? word + len + 1 : "2020-01-01");
}

/* A paper that all have on file, unless the row says "-" and its name. */
static void usual_paper(const struct wb_case *c, struct wb_buf *b,
			const char *kind)
{
	struct wb_slice rest = wb_slice_str(cell(c, "papers")), word;
	char missing[48];

	snprintf(missing, sizeof(missing), "-%s", kind);
	while (wb_word_next(&rest, &word))
		if (wb_slice_is(word, missing))
			return;
	paper(b, kind);
}

static void papers(const struct wb_case *c, struct wb_buf *b)
{
	static const char *const certified[] = {
		"supply_certification",   "foundry_certification",
		"security_certification", "testing_certification",
		"end_use_certification",  "market_certification",
	};
	struct wb_slice rest = wb_slice_str(cell(c, "papers")), word;
	char kind[64];

	wb_buf_str(b, ",\"papers\":[");
	usual_paper(c, b, "aia_certification");
	usual_paper(c, b, "purchase_order");
	if (strcmp(usual(c, "lpp_statement", "Y"), "Y") == 0)
		paper(b, "lpp_statement");
	for (size_t i = 0; i < sizeof(certified) / sizeof(certified[0]) &&
			   strcmp(cell(c, "cbc_certified"), "Y") == 0;
	     i++)
		paper(b, certified[i]);
	while (wb_word_next(&rest, &word))
		if (wb_slice_copy(word, kind, sizeof(kind)) == 0 &&
		    kind[0] != '-')
			paper(b, kind);
	wb_buf_str(b, "]");
}

static void item(const struct wb_case *c, struct wb_buf *b)
{
	static const char *const members[] = {"form", "base"};

	wb_buf_str(b, ",\"items\":[{\"line\":1");
	if (*cell(c, "parameters") != '\0')
		wb_buf_fmt(b, ",\"parameters\":%s", cell(c, "parameters"));
	else
		wb_buf_fmt(b, ",\"model\":\"%s\"", cell(c, "item"));
	for (size_t i = 0; i < 2; i++)
		if (*cell(c, members[i]) != '\0')
			wb_buf_fmt(b, ",\"%s\":\"%s\"", members[i],
				   cell(c, members[i]));
	if (*cell(c, "units") != '\0')
		wb_buf_fmt(b, ",\"units\":%s", cell(c, "units"));
	wb_buf_fmt(b, ",\"quantity\":%s,\"eccn\":\"3A090.a\"}]",
		   usual(c, "qty", "1"));
}

static void authorization(const struct wb_case *c, struct wb_buf *b)
{
	const char *held = cell(c, "authorization_held");
	bool grant = strcmp(held, "LICENCE") == 0 || strchr(held, ':') != NULL;

	if (*held == '\0' || strcmp(held, "SUPP8") == 0)
		held = "NLR";
	wb_buf_fmt(b, ",\"authorization\":{\"type\":\"%.*s\"%s}",
		   (int)strcspn(held, ":"), held,
		   grant ? ",\"number\":\"G-1\"" : "");
}

static void shipment(const struct wb_case *c, struct wb_buf *b)
{
	const char *use = usual(c, "end_use", "data_centre");
	const char *title = cell(c, "title");
	char loaded[16], arrival[16];

	if (strcmp(use, "data centre") == 0)
		use = "data_centre";
	else if (strcmp(use, "ACM") == 0)
		use = "production";
	wb_buf_fmt(b,
		   "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		   "\"party\":\"exporter\",\"id\":\"S-1\",\"issued\":"
		   "\"%sT12:00:00Z\",\"kind\":\"%s\",\"export_date\":\"%s\","
		   "\"from\":\"%s\",\"destination\":\"%s\",\"consignee\":"
		   "\"consignee\",\"consignee_type\":\"direct_consumer\","
		   "\"end_use\":\"%s\"",
		   cell(c, "export_date"), usual(c, "kind", "export"),
		   cell(c, "export_date"), usual(c, "from", "US"),
		   cell(c, "destination"), use);
	if (*cell(c, "via") != '\0')
		wb_buf_fmt(b, ",\"intermediates\":[\"%s\"]", cell(c, "via"));
	if (sscanf(title, "Loaded %10[0-9-], arrives %10[0-9-]", loaded,
		   arrival) == 2)
		wb_buf_fmt(b, ",\"loaded\":\"%s\",\"arrival\":\"%s\"", loaded,
			   arrival);
	if (*cell(c, "members") != '\0')
		wb_buf_fmt(b, ",%s", cell(c, "members"));
	authorization(c, b);
	papers(c, b);
	item(c, b);
	wb_buf_str(b, "}\n");
}

/* --- judging ----------------------------------------------------------------
 */

/* Turn what the row turns, in all editions; again to turn it back. */
static void turn(const struct wb_case *c, struct wb_law *law)
{
	bool strict = strcmp(cell(c, "mode"), "Ps") == 0;
	struct wb_slice word, rest = wb_slice_str(strict ? "strict_740_2"
							 : cell(c, "settings"));
	char name[40];

	while (wb_word_next(&rest, &word) &&
	       wb_slice_copy(word, name, sizeof(name)) == 0)
		for (size_t i = 0; i < law->n; i++) {
			int at = wb_setting_find(law->edition[i], name);

			if (at >= 0)
				law->edition[i]->setting[at].on ^= true;
		}
}

int wb_case_judge(struct wb_case *c, struct wb_law *law)
{
	struct wb_statement *st = calloc(1, sizeof(*st));
	struct wb_problem problem = {.code = 0};
	struct wb_state memory;
	struct wb_engine_input in = {.law = law, .statement = st};
	struct wb_buf text;
	wb_date day;
	int rc = st == NULL ? WB_ENOMEM : state(c, law);

	memory = wb_memory_state(&c->memory);
	in.state = &memory;
	wb_buf_init(&text, WB_STATEMENT_MAX);
	if (rc == 0 &&
	    wb_date_parse(wb_slice_str(cell(c, "export_date")), &day) != 0)
		rc = wrong(c, "export_date", cell(c, "export_date"));
	if (rc == 0) {
		in.time = ((wb_time)day * 24 + 12) * 3600 * 1000;
		shipment(c, &text);
		rc = wb_statement_decode(wb_buf_slice(&text), NULL, st,
					 &problem);
		if (rc != 0)
			(void)wrong(c, problem.pointer, problem.detail);
	}
	if (rc == 0) {
		turn(c, law);
		wb_decision_init(c->d);
		rc = wb_classify(&in, c->d);
		turn(c, law);
		wb_statement_free(st);
	}
	wb_buf_free(&text);
	free(st);
	return rc;
}

static bool same(struct wb_case *c, const char *column, const char *got)
{
	const char *want = cell(c, column);

	if (!wb_csv_has(c->csv, column) || *want == '\0' ||
	    strcmp(want, got) == 0)
		return true;
	snprintf(c->why, sizeof(c->why), "%s: expected %s, got %s", column,
		 want, got);
	return false;
}

/* Whether a finding, as "code: narrative", has the words in it. */
static bool says(const struct wb_decision *d, const char *words)
{
	char text[512];

	for (size_t i = 0; i < d->n_findings; i++) {
		snprintf(text, sizeof(text), "%s: %s", d->finding[i].code,
			 d->finding[i].narrative);
		if (strstr(text, words) != NULL)
			return true;
	}
	return false;
}

static bool findings(struct wb_case *c)
{
	const char *said = cell(c, "exp_says");
	const char *unsaid = cell(c, "exp_silent");

	if (*said != '\0' && !says(c->d, said))
		return wrong(c, "no finding says", said) == 0;
	if (*unsaid != '\0' && says(c->d, unsaid))
		return wrong(c, "a finding says", unsaid) == 0;
	return true;
}

bool wb_case_expected(struct wb_case *c)
{
	const struct wb_item_decision *item = &c->d->item[0];
	const char *review = item->review_text;

	if (c->d->n_items == 0) {
		(void)wrong(c, "nothing was judged", c->d->basis);
		return false;
	}
	if (strcmp(review, "none") == 0)
		review = "-";
	if (strncmp(cell(c, "exp_review"), "notice", 6) == 0)
		review = item->notice;
	/* The table writes the year behind the ECCN of another text. */
	return (strncmp(cell(c, "exp_eccn"), "3A090(", 6) == 0 ||
		same(c, "exp_eccn", item->eccn)) &&
	       same(c, "exp_path", item->path) &&
	       same(c, "exp_review", review) &&
	       same(c, "exp_verdict", wb_verdict_name(c->d->verdict)) &&
	       findings(c);
}
