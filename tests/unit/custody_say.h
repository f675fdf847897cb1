#ifndef TESTS_UNIT_CUSTODY_SAY_H
#define TESTS_UNIT_CUSTODY_SAY_H

#include "core/custody.h"
#include "tests/unit/judge.h"

/*
 * Statements about shipments, one after the other in a ledger held in memory:
 * what they do to the state.  Tests include this after cmocka.h.
 */
#define SAY(...) say(__LINE__, __VA_ARGS__)

static struct wb_problem refused;

/* Take a statement as the ledger does, on the day of now; its writes become
 * state.  0 or WB_EREFUSED with the problem in refused. */
static inline int take(struct wb_slice text, const char *now, int line)
{
	struct wb_state state = wb_memory_state(&registry);
	struct wb_problem problem = {0};
	struct wb_statement st = {0};
	struct wb_engine_input in = {&law, &st, &state, 0};
	wb_date day;
	int rc;

	if (wb_statement_decode(text, NULL, &st, &problem) != 0)
		fail_msg("line %d: WB-%d %s: %s", line, problem.code,
			 problem.pointer, problem.detail);
	assert_int_equal(wb_date_parse(wb_slice_str(now), &day), 0);
	in.time = (wb_time)day * 86400000;
	wb_decision_init(&d);
	memset(&refused, 0, sizeof(refused));
	rc = st.type == WB_SHIPMENT || st.type == WB_FINDING
		     ? 0
		     : wb_custody_admit(&in, &d, &refused);
	if (rc == 0)
		rc = wb_classify(&in, &d);
	for (size_t i = 0; rc == 0 && i < d.n_writes; i++)
		assert_int_equal(wb_memory_put(&registry, d.write[i].key,
					       d.write[i].value, 5),
				 0);
	wb_statement_free(&st);
	return rc;
}

static inline int say(int line, const char *now, const char *type,
		      const char *party, const char *id, const char *members)
{
	static char text[65536];

	snprintf(text, sizeof(text),
		 "{\"type\":\"%s\",\"ledger\":\"example.org/waybill\","
		 "\"party\":\"%s\",\"id\":\"%s\",\"issued\":\"%sT00:00:00Z\","
		 "%s}\n",
		 type, party, id, now, members);
	return take(wb_slice_str(text), now, line);
}

/* The members of a shipment to my, whose data centre it goes to. */
#define BODY(items)                                                            \
	"\"kind\":\"export\",\"export_date\":\"2025-06-02\",\"from\":\"US\","  \
	"\"destination\":\"MY\",\"consignee\":\"my\",\"consignee_type\":"      \
	"\"direct_consumer\",\"end_use\":\"data_centre\"," LPP                 \
	"\"authorization\":{\"type\":\"LPP\"},\"items\":[" items "]"
#define OF(id)       "\"shipment\":{\"party\":\"acme\",\"id\":\"" id "\"},"
#define ON(date)     "\"date\":\"" date "\","
#define AT(facility) "\"facility\":\"" facility "\","
#define UNITS(n)     "\"items\":[{\"line\":1,\"quantity\":" #n "}]"
#define SERIALS(n, list)                                                       \
	"\"items\":[{\"line\":1,\"quantity\":" #n ",\"serials\":[" list "]}]"
#define LISTED(n, list)                                                        \
	"{\"line\":1,\"model\":\"nv-h100-sxm\",\"quantity\":" #n               \
	",\"eccn\":\"3A090.a\",\"lots\":[{\"serials\":[" list "]}]}"

static inline struct wb_ship ship_of(const char *id)
{
	struct wb_state state = wb_memory_state(&registry);
	struct wb_ship ship;

	wb_decision_init(&d);
	assert_int_equal(wb_ship_read(&state, &d, "acme", id, &ship), 0);
	return ship;
}

static inline struct wb_fac fac_of(const char *party, const char *id)
{
	struct wb_state state = wb_memory_state(&registry);
	struct wb_fac fac;

	wb_decision_init(&d);
	assert_int_equal(wb_fac_read(&state, &d, party, id, &fac), 0);
	return fac;
}

static inline struct wb_serial serial_of(const char *serial)
{
	struct wb_state state = wb_memory_state(&registry);
	struct wb_serial s = {0};
	struct wb_slice value;

	wb_decision_init(&d);
	assert_int_equal(wb_serial_read(&state, &d, serial, &value), 0);
	assert_int_equal(wb_serial_parse(value, &s), 0);
	return s;
}

static inline void assert_line(const char *id, int64_t shipped, int64_t arrived,
			       int64_t installed, int64_t moved, int64_t away,
			       int64_t retired)
{
	struct wb_ship ship = ship_of(id);
	const struct wb_ship_line *l = &ship.line[0];

	assert_int_equal(l->shipped, shipped);
	assert_int_equal(l->arrived, arrived);
	assert_int_equal(l->installed, installed);
	assert_int_equal(l->moved, moved);
	assert_int_equal(l->away, away);
	assert_int_equal(l->retired, retired);
}

static inline int64_t counter(const char *key)
{
	struct wb_state state = wb_memory_state(&registry);
	int64_t n;

	wb_decision_init(&d);
	assert_int_equal(wb_counter_read(&state, &d, key, &n), 0);
	return n;
}

#define TO(who, items)                                                         \
	"\"kind\":\"export\",\"export_date\":\"2025-07-02\",\"from\":\"US\","  \
	"\"destination\":\"MY\",\"consignee\":\"" who                          \
	"\",\"consignee_type\":\"direct_consumer\",\"end_use\":"               \
	"\"data_centre\",\"papers\":[" PAPER(                                  \
		"lpp_statement",                                               \
		"2025-05-16") "," PAPER("prenotice",                           \
					"2025-05-20") "],\"authorization\":{"  \
						      "\"type\":"              \
						      "\"LPP\"},\"items\":"    \
						      "[" items "]"

#endif /* TESTS_UNIT_CUSTODY_SAY_H */
