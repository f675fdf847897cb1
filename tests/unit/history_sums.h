#ifndef TESTS_UNIT_HISTORY_SUMS_H
#define TESTS_UNIT_HISTORY_SUMS_H

#include "tests/unit/history_world.h"
#include "waybill/text.h"

/*
 * What a history comes to: counters are the sums over its records; and a tally
 * of what many of them moved under, so that a property that was tried on
 * nothing shows.  Tests include this after cmocka.h.
 */
static struct wb_memory world;
static unsigned long long number; /* of the history in hand */

#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			fail_msg("history %llu: " #what, number);              \
	} while (0)

#define SUMS 256

static struct {
	char key[WB_CHARGE_KEY_MAX + 1];
	int64_t x10;
} sum[SUMS];
static size_t n_sums, n_stopped; /* at the most that is counted */

static inline int64_t *sum_of(const char *key)
{
	size_t i = 0;

	while (i < n_sums && strcmp(sum[i].key, key) != 0)
		i++;
	assert_true(i < SUMS);
	if (i == n_sums) {
		snprintf(sum[i].key, sizeof(sum[i].key), "%s", key);
		sum[i].x10 = 0;
		n_sums++;
	}
	return &sum[i].x10;
}

/* Every counter of the state; what each counts stands in core/. */
static const char *const counters[] = {"lpp/", "aia/", "alloc/", "granted/",
				       "nveu/"};
#define N_COUNTERS (sizeof(counters) / sizeof(counters[0]))
static size_t of_counter[N_COUNTERS], n_taken_out;

/* Which of the counters it is, or -1. */
static inline int counter_of(const char *key)
{
	for (size_t i = 0; i < N_COUNTERS; i++)
		if (strncmp(key, counters[i], strlen(counters[i])) == 0)
			return (int)i;
	return -1;
}

static inline void count_kind(const char *key)
{
	MUST(counter_of(key) >= 0);
	of_counter[counter_of(key)]++;
}

/* What is retired goes out of an installed base (748.15), and back into it
 * when that is taken back. */
static inline void take_out(enum wb_type type)
{
	uint64_t n;

	for (size_t i = 0; i < d.n_writes && found("attrition"); i++) {
		int64_t *of;

		if (strncmp(d.write[i].key, "nveu/", 5) != 0)
			continue;
		of = sum_of(d.write[i].key);
		MUST(wb_parse_dec(d.write[i].value, &n) == 0);
		MUST(type == WB_RETIREMENT || type == WB_CORRECTION ||
		     type == WB_VOID || type == WB_SWEEP);
		MUST(type != WB_RETIREMENT || (int64_t)n < *of);
		*of = (int64_t)n;
		n_taken_out++;
	}
}

static inline void add_charges(enum wb_type type)
{
	MUST(d.n_charges == 0 || d.verdict == WB_CLEAR);
	for (size_t i = 0; i < d.n_charges; i++) {
		*sum_of(d.charge[i].key) += d.charge[i].x10;
		n_stopped += *sum_of(d.charge[i].key) == WB_INTEGER_MAX;
		count_kind(d.charge[i].key);
		/* No more than the shipment is. */
		MUST(d.charge[i].x10 >= 0);
		MUST(strstr(d.charge[i].key, "/units") != NULL ||
		     d.charge[i].x10 <= d.total_x10);
	}
	for (size_t i = 0; i < d.n_credits; i++) {
		int64_t *of = sum_of(d.credit[i].key);

		/* Some may have been taken out already. */
		*of = *of > d.credit[i].x10 ? *of - d.credit[i].x10 : 0;
	}
	/* Only what is charged is counted. */
	for (size_t i = 0; i < d.n_writes; i++) {
		const char *key = d.write[i].key;
		size_t k = 0;

		if (counter_of(key) < 0)
			continue;
		while (k < n_sums && strcmp(sum[k].key, key) != 0)
			k++;
		MUST(k < n_sums);
	}
	take_out(type);
}

static inline void check_sums(void)
{
	struct wb_state state = wb_memory_state(&world);
	struct wb_slice value;
	uint64_t n, by;

	for (size_t i = 0; i < n_sums; i++) {
		if (state.get(state.ctx, sum[i].key, &value, &by) != 0)
			n = 0;
		else
			MUST(wb_parse_dec(value, &n) == 0);
		if ((int64_t)n != sum[i].x10)
			fail_msg("history %llu: %s is %llu; its charges come "
				 "to %lld",
				 number, sum[i].key, (unsigned long long)n,
				 (long long)sum[i].x10);
		MUST(n <= WB_INTEGER_MAX);
	}
}

/* --- the tally ------------------------------------------------------------ */

#define BASES 32

static struct {
	char name[WB_OUTCOME_MAX + 1];
	size_t n;
} moved[BASES];

static inline size_t *basis_of(const char *name)
{
	size_t i = 0;

	while (moved[i].n > 0 && strcmp(moved[i].name, name) != 0)
		assert_true(++i < BASES);
	snprintf(moved[i].name, sizeof(moved[i].name), "%s", name);
	return &moved[i].n;
}

static inline void count_basis(const char *name)
{
	++*basis_of(name);
}

#endif /* TESTS_UNIT_HISTORY_SUMS_H */
