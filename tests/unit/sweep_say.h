#ifndef TESTS_UNIT_SWEEP_SAY_H
#define TESTS_UNIT_SWEEP_SAY_H

#include "core/sweep.h"
#include "tests/unit/judge.h"

/* Shipments whose decisions become state, and sweeps over that state. */

/* The registry anew, with what a row adds. */
static inline void registry_of(const char *state)
{
	char key[128], value[512];
	int n;

	wb_memory_free(&registry);
	registry = (struct wb_memory){0};
	put("ledger", "example.org/waybill paper live 30 1");
	put("detail/my", "2020-01-01 MY MY private -");
	put("detail/op", "2020-01-01 MY MY private -");
	put("detail/de", "2020-01-01 DE DE private -");
	while (*state != '\0') {
		assert_int_equal(
			sscanf(state, "%127[^=]=%511[^|]%n", key, value, &n),
			2);
		put(key, value);
		state += n;
		state += *state == '|';
	}
}

static inline const struct wb_finding *finding(const char *code)
{
	for (size_t i = 0; i < d.n_findings; i++)
		if (strcmp(d.finding[i].code, code) == 0)
			return &d.finding[i];
	return NULL;
}

/* What was decided becomes state. */
static inline void keep(void)
{
	for (size_t i = 0; i < d.n_writes; i++)
		assert_int_equal(wb_memory_put(&registry, d.write[i].key,
					       d.write[i].value, 5),
				 0);
}

/* The next sweep of a day: 0 or WB_EREFUSED. */
static inline int sweep(const char *now, int64_t part)
{
	struct wb_state memory = wb_memory_state(&registry);
	struct wb_statement st = {.type = WB_SWEEP, .party = "ledger"};
	struct wb_engine_input in = {&law, &st, &memory, 0};
	struct wb_problem problem = {0};
	struct wb_sweep_next next;
	wb_date day;
	int rc;

	assert_int_equal(wb_date_parse(wb_slice_str(now), &day), 0);
	in.time = (wb_time)day * 86400000;
	st.u.sweep.day = day;
	st.u.sweep.part = part;
	wb_decision_init(&d);
	rc = wb_sweep_next(&in, &d, day, &next);
	if (rc == 0 && next.id[0] != '\0') {
		st.u.sweep.about_party = next.party;
		st.u.sweep.about_id = next.id;
	}
	wb_decision_init(&d);
	rc = wb_sweep_admit(&in, &d, &problem);
	if (rc == 0)
		rc = wb_classify(&in, &d);
	if (rc == 0)
		keep();
	return rc;
}

static inline void say_ship(const char *id, const char *transport,
			    const char *more, const char *date, const char *now)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "{\"type\":\"shipment\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"acme\",\"id\":\"%s\","
		 "\"issued\":\"%sT00:00:00Z\",\"kind\":\"export\","
		 "\"export_date\":\"%s\",\"from\":\"US\","
		 "\"destination\":\"MY\",\"consignee\":\"my\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\",\"transport\":\"%s\","
		 "\"facility\":{\"operator\":\"op\",\"id\":\"kl\"},%s"
		 "\"authorization\":{\"type\":\"LPP\"},\"items\":[%s]}\n",
		 id, now, date, transport, more, H100(10));
	judge_text(text, now);
	keep();
}

#endif /* TESTS_UNIT_SWEEP_SAY_H */
