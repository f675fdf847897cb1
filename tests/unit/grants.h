#ifndef TESTS_UNIT_GRANTS_H
#define TESTS_UNIT_GRANTS_H

#include "tests/unit/statement_case.h"

#include "core/audit_parts.h"
#include "core/grants_parts.h"
#include "core/register.h"

/*
 * grants: a state in memory to which statements are applied as the ledger does
 * once they are admitted.
 */
static struct wb_memory memory;
static struct wb_decision d;
static struct wb_state state;
static struct wb_law law; /* none adopted */

static inline wb_date day(const char *text)
{
	wb_date date;

	assert_int_equal(wb_date_parse(wb_slice_str(text), &date), 0);
	return date;
}

static inline void put(const char *key, const char *value)
{
	assert_int_equal(wb_memory_put(&memory, key, wb_slice_str(value), 3),
			 0);
}

static inline const char *got(const char *key)
{
	static char text[WB_STATE_VALUE_MAX + 1];
	struct wb_slice value;
	uint64_t seq;

	if (state.get(state.ctx, key, &value, &seq) != 0)
		return NULL;
	assert_int_equal(wb_slice_copy(value, text, sizeof(text)), 0);
	return text;
}

static inline int empty(void **unused)
{
	(void)unused;
	assert_int_equal(wb_crypto_init(), 0);
	wb_memory_free(&memory);
	state = wb_memory_state(&memory);
	wb_decision_init(&d);
	put("ledger", ORIGIN " paper live 30 1");
	return 0;
}

static inline int done(void **unused)
{
	(void)unused;
	wb_memory_free(&memory);
	return 0;
}

/* Apply a statement, as the ledger does once it is admitted. */
static inline void apply(struct wb_slice text)
{
	struct wb_statement st = decoded(text);
	struct wb_engine_input in = {
		.law = &law, .statement = &st, .state = &state};

	in.time = (wb_time)day("2025-08-21") * 86400000;
	wb_decision_init(&d);
	assert_int_equal(wb_register(&in, &d), 0);
	for (size_t i = 0; i < d.n_writes; i++)
		assert_int_equal(wb_memory_put(&memory, d.write[i].key,
					       d.write[i].value, 5),
				 0);
	wb_statement_free(&st);
}

static inline void again(void)
{
	wb_decision_init(&d);
}

#endif /* TESTS_UNIT_GRANTS_H */
