#ifndef TESTS_UNIT_SEQUENCES_H
#define TESTS_UNIT_SEQUENCES_H

#include "tests/unit/world.h"
#include "waybill/text.h"

/*
 * What the sequences of scenarios.md share: a ledger with a real store, three
 * exporters, and consignees in Malaysia and Brazil, each of a parent there.
 * Tests include this after cmocka.h.
 */
enum { X = KEY_ACME, Y = KEY_GLOBEX, Z = KEY_STRANGER };

struct sequence {
	struct world w;
};

static struct sequence q;

static inline const char *exporter(int key)
{
	return key == X ? "acme" : key == Y ? "globex" : "initech";
}

/* --- saying -------------------------------------------------------------- */

static inline void at(const char *date)
{
	char text[32];

	snprintf(text, sizeof(text), "%sT12:00:00Z", date);
	assert_int_equal(wb_time_parse(wb_slice_str(text), &q.w.now), 0);
}

static inline void say(const char *type, const char *party, const char *id,
		       const char *members, const int key[3])
{
	char issued[WB_TIME_TEXT + 1];
	static char text[8192];

	wb_time_format(q.w.now, issued);
	snprintf(text, sizeof(text),
		 "{\"type\":\"%s\",\"ledger\":\"" ORIGIN "\",\"party\":\"%s\","
		 "\"id\":\"%s\",\"issued\":\"%s\",%s}\n",
		 type, party, id, issued, members);
	if (world_say(&q.w, text, key[0], key[1], key[2], -1) != 0)
		fail_msg("%s: WB-%d %s: %s", id, q.w.sub.problem.code,
			 q.w.sub.problem.pointer, q.w.sub.problem.detail);
}

#define PAPER(kind)                                                            \
	"{\"kind\":\"" kind "\",\"sha256\":\""                                 \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""   \
	",\"date\":\"2025-01-02\"}"

/* The members of a shipment with its papers and the notice before export on
 * file; more holds further members, and a comma behind each. */
static inline const char *shipment(const char *date, const char *to,
				   const char *model, unsigned quantity,
				   const char *more)
{
	static char members[4096];

	snprintf(members, sizeof(members),
		 "\"kind\":\"export\",\"export_date\":\"%s\",\"from\":\"US\","
		 "\"destination\":\"%s\",\"consignee\":\"consignee-%s\","
		 "\"consignee_type\":\"direct_consumer\","
		 "\"end_use\":\"data_centre\",%s"
		 "\"authorization\":{\"type\":\"LPP\"},"
		 "\"papers\":[%s,%s],\"items\":[{\"line\":1,\"model\":\"%s\","
		 "\"quantity\":%u,\"eccn\":\"3A090.a\"}]",
		 date, to, to, more, PAPER("lpp_statement"), PAPER("prenotice"),
		 model, quantity);
	return members;
}

static inline void ship_more(int key, const char *id, const char *date,
			     const char *to, const char *model,
			     unsigned quantity, const char *more)
{
	at(date);
	say("shipment", exporter(key), id,
	    shipment(date, to, model, quantity, more), (int[]){key, -1, -1});
}

static inline void ship(int key, const char *id, const char *date,
			unsigned quantity)
{
	ship_more(key, id, date, "MY", "nv-h100-sxm", quantity, "");
}

static inline void begin(void)
{
	uint8_t seed[WB_SEED_LEN];
	char text[64];

	world_begin(&q.w, true);
	wb_ledger_clock_jump_max(q.w.ledger, INT64_MAX);
	memset(seed, 99, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(ORIGIN "/party/initech/1"),
					WB_SIG_ED25519, seed, &q.w.key[Z]),
			 0);
	world_law(&q.w);
	for (int key = X; key <= Z; key++)
		assert_int_equal(world_party(&q.w, exporter(key), key), 0);
	for (int i = 0; i < 2; i++) {
		const char *to = i == 0 ? "MY" : "BR";

		snprintf(text, sizeof(text), "parent-%s", to);
		assert_int_equal(world_detail(&q.w, text, to, "[]"), 0);
		snprintf(text, sizeof(text), "consignee-%s", to);
		assert_int_equal(
			world_detail(&q.w, text, to,
				     i == 0 ? "[{\"party\":\"parent-MY\","
					      "\"percent\":100}]"
					    : "[{\"party\":\"parent-BR\","
					      "\"percent\":100}]"),
			0);
	}
}

static inline void end(void)
{
	world_end(&q.w);
}

/* --- what came of it ----------------------------------------------------- */

static inline struct wb_view *look(struct wb_entry *ret)
{
	struct wb_view *view;

	assert_int_equal(wb_view_open(wb_ledger_store(q.w.ledger), &view), 0);
	assert_int_equal(wb_ledger_entry(q.w.ledger, view, q.w.sub.seq, ret),
			 0);
	return view;
}

/* The last statement's verdict, path and review policy. */
static inline void came(const char *verdict, const char *path,
			const char *review)
{
	struct wb_verdict_view v;
	struct wb_entry entry;
	struct wb_view *view = look(&entry);

	assert_int_equal(wb_judgement_read(entry.judgement, &v), 0);
	wb_view_close(view);
	assert_string_equal(wb_verdict_name(v.verdict), verdict);
	assert_string_equal(v.basis, path);
	assert_string_equal(v.review, review);
}

/* Whether the last judgement has a finding of that code. */
static inline bool found(const char *code)
{
	char text[96];
	struct wb_entry entry;
	struct wb_view *view = look(&entry);
	bool ret;

	snprintf(text, sizeof(text), "\"code\":\"%s\"", code);
	ret = memmem(entry.judgement.p, entry.judgement.len, text,
		     strlen(text)) != NULL;
	wb_view_close(view);
	return ret;
}

/* A counter of the state, in tenths. */
static inline int64_t counter(const char *key)
{
	struct wb_view *view;
	struct wb_state state;
	struct wb_slice value;
	uint64_t seq, number = 0;

	assert_int_equal(wb_view_open(wb_ledger_store(q.w.ledger), &view), 0);
	state = wb_view_state(view);
	if (state.get(state.ctx, key, &value, &seq) == 0)
		assert_int_equal(wb_parse_dec(value, &number), 0);
	wb_view_close(view);
	return (int64_t)number;
}

#define LPP_2025 "lpp/parent-MY/2025"

/* 800 chips each from two exporters: sequence 1 (a) and (b). */
static inline void fill(void)
{
	ship(X, "a", "2025-06-02", 800);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 126656000);
	ship(Y, "b", "2025-07-02", 800);
	came("clear", "LPP", "none");
	assert_int_equal(counter(LPP_2025), 253312000);
}

#endif /* TESTS_UNIT_SEQUENCES_H */
