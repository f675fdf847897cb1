#ifndef TESTS_UNIT_JUDGE_H
#define TESTS_UNIT_JUDGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit_parts.h"
#include "tests/unit/files.h"
#include "waybill/flags.h"

/*
 * The engine on drafts: one shipment each, whose members the case gives, on a
 * small registry held in memory.  Tests include this after cmocka.h.
 */
static struct wb_law law;
static struct wb_memory registry;
static struct wb_decision d;

static inline void adopt(const char *path)
{
	struct wb_slice text = read_file(path);
	struct wb_edition *ed = NULL;
	struct wb_catalogue *cat = NULL;
	struct wb_countries *table = NULL;
	int rc;

	if (strstr(path, ".policy") != NULL)
		rc = wb_edition_parse(text, &ed, NULL);
	else if (strstr(path, ".catalogue") != NULL)
		rc = wb_catalogue_parse(text, &cat, NULL);
	else
		rc = wb_countries_parse(text, &table, NULL);
	assert_int_equal(rc, 0);
	wb_law_adopt(&law, ed, cat, table);
	free((void *)(uintptr_t)text.p);
}

static inline void put(const char *key, const char *value)
{
	assert_int_equal(wb_memory_put(&registry, key, wb_slice_str(value), 3),
			 0);
}

static inline int set_up(void **state)
{
	(void)state;
	assert_int_equal(wb_crypto_init(), 0);
	wb_law_init(&law, "paper");
	adopt("policy/us-2023.policy");
	adopt("policy/us-2024-04.policy");
	adopt("policy/us-2024-12.policy");
	adopt("policy/diffusion.policy");
	adopt("tests/vectors/test.catalogue");
	adopt("policy/countries.table");
	put("ledger", "example.org/waybill paper live 30 1");
	put("detail/my", "2020-01-01 MY MY private -");
	put("detail/my-sub", "2020-01-01 MY MY private my:51");
	put("detail/my-half", "2020-01-01 MY MY private my:50,de:50");
	put("detail/my-state", "2020-01-01 MY MY government -");
	put("detail/de", "2020-01-01 DE DE private -");
	put("detail/cn", "2020-01-01 CN CN private -");
	put("detail/my-of-cn", "2020-01-01 MY MY private cn:100");
	/* Sold to the German group in the middle of the year. */
	put("detail/moved", "2020-01-01 MY MY private cn:100;"
			    "2025-07-01 MY MY private de:100");
	put("detail/sa", "2020-01-01 SA SA private -");
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	wb_law_free(&law);
	wb_memory_free(&registry);
	return 0;
}

#define DIGEST                                                                 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define PAPER(kind, date)                                                      \
	"{\"kind\":\"" kind "\",\"sha256\":\"" DIGEST "\",\"date\":\"" date    \
	"\"}"
#define H100(n)                                                                \
	"{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":" #n               \
	",\"eccn\":\"3A090.a\"}"
#define LPP "\"papers\":[" PAPER("lpp_statement", "2025-05-16") "],"

/* What most cases leave as it is; judge() sets it back. */
struct usual {
	const char *kind, *consignee_type, *end_use, *claimed;
	const char *now; /* the day of the record, or NULL: that of export */
};
static const struct usual as_usual = {
	.kind = "export",
	.consignee_type = "direct_consumer",
	.end_use = "data_centre",
	.claimed = "LPP",
};
static struct usual usual;
static const char *grant_number; /* that is claimed with it, or NULL */
static const char *sent_from;    /* or NULL: US */

/* Judge the shipment that a text says, as of the day of the record. */
static inline void judge_text(const char *text, const char *now)
{
	struct wb_state state = wb_memory_state(&registry);
	struct wb_problem problem = {0};
	struct wb_statement st = {0};
	struct wb_engine_input in = {&law, &st, &state, 0};
	wb_date day;

	if (wb_statement_decode(wb_slice_str(text), NULL, &st, &problem) != 0)
		fail_msg("WB-%d %s: %s", problem.code, problem.pointer,
			 problem.detail);
	assert_int_equal(wb_date_parse(wb_slice_str(now), &day), 0);
	in.time = (wb_time)day * 86400000;
	wb_decision_init(&d);
	assert_int_equal(wb_classify(&in, &d), 0);
	wb_statement_free(&st);
}

/* Judge a shipment; more holds further members and a comma behind each. */
static inline void judge(const char *date, const char *to,
			 const char *consignee, const char *more,
			 const char *items)
{
	struct usual u = usual.kind == NULL ? as_usual : usual;
	char text[8192], number[96] = "";

	if (grant_number != NULL)
		snprintf(number, sizeof(number), ",\"number\":\"%s\"",
			 grant_number);
	if (u.now == NULL)
		u.now = date;
	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"S-1\","
		 "\"issued\":\"%sT00:00:00Z\",\"kind\":\"%s\","
		 "\"export_date\":\"%s\",\"from\":\"%s\","
		 "\"destination\":\"%s\",\"consignee\":\"%s\","
		 "\"consignee_type\":\"%s\",\"end_use\":\"%s\",%s"
		 "\"authorization\":{\"type\":\"%s\"%s},\"items\":[%s]}\n",
		 u.now, u.kind, date, sent_from == NULL ? "US" : sent_from, to,
		 consignee, u.consignee_type, u.end_use, more, u.claimed,
		 number, items);
	judge_text(text, u.now);
	usual = as_usual;
	grant_number = NULL;
	sent_from = NULL;
}

static inline bool found(const char *code)
{
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].code, code) == 0)
			return true;
	return false;
}

/* The version of the predicate that has this code. */
static inline int version_of(const char *code)
{
	for (size_t i = 0; i < WB_FLAG_KINDS; i++)
		if (strcmp(wb_flag_row(i)->finding.code, code) == 0)
			return wb_flag_row(i)->version;
	return 0;
}

/* What the first finding of that code tells, or "". */
static inline const char *told(const char *code)
{
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].code, code) == 0)
			return d.finding[i].narrative;
	return "";
}

/* The citation of the first finding of that code, or "". */
static inline const char *cited(const char *code)
{
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].code, code) == 0)
			return d.finding[i].citation;
	return "";
}

static inline bool doubted(const char *doubt)
{
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].doubt, doubt) == 0)
			return true;
	return false;
}

static inline const char *written(const char *key)
{
	static char value[64];

	for (size_t i = 0; i < d.n_writes; i++) {
		if (strcmp(d.write[i].key, key) != 0)
			continue;
		assert_int_equal(
			wb_slice_copy(d.write[i].value, value, sizeof(value)),
			0);
		return value;
	}
	return "";
}

/* Judge by this edition alone until judge_by(NULL). */
static inline void judge_by(const char *edition)
{
	static struct wb_law usual_law;
	struct wb_problem problem = {0};

	if (edition == NULL) {
		wb_edition_free(law.edition[0]);
		law = usual_law;
		return;
	}
	usual_law = law;
	law.n = 1;
	if (wb_edition_parse(wb_slice_str(edition), &law.edition[0],
			     &problem) != 0)
		fail_msg("%s: %s", problem.pointer, problem.detail);
}

#endif /* TESTS_UNIT_JUDGE_H */
