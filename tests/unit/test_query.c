#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query.h"

static int parse(const char *text, struct wb_records_query *q,
		 struct wb_problem *p)
{
	memset(p, 0, sizeof(*p));
	return wb_records_query_parse(wb_slice_str(text), q, p);
}

/* What is parsed and written again is the text it came from. */
static void test_round_trip(void **state)
{
	static const char *const good[] = {
		"",
		"?party=acme",
		"?country=MY",
		"?verdict=deny",
		"?finding=rf-11&model=nv-h100-sxm&limit=5",
		"?type=party-detail",
		"?facility=op-my/dc-1&until=2026-01-01",
		"?since=2025-05-15",
		"?until=2025-12-31",
		"?after=0",
		"?after=18446744073709551615",
		"?limit=1",
		"?limit=1000",
		"?contents=true",
		"?party=a.b_c-D&country=TW&verdict=noted&type=shipment&"
		"since=2025-01-01&until=2025-01-01&after=7&limit=99&"
		"contents=true",
	};
	struct wb_records_query q;
	struct wb_problem p;
	struct wb_slice done;
	struct wb_writer w;
	char out[512];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(parse(good[i] + (good[i][0] == '?'), &q, &p),
				 0);
		wb_writer_init(&w, out, sizeof(out));
		wb_records_query_write(&w, &q);
		assert_int_equal(wb_writer_end(&w, &done), 0);
		out[done.len] = '\0';
		assert_memory_equal(out, "/v1/records", 11);
		assert_string_equal(out + 11, good[i]);
	}
}

static void test_defaults(void **state)
{
	struct wb_records_query q;
	struct wb_problem p;

	(void)state;
	assert_int_equal(parse("contents=false&limit=100", &q, &p), 0);
	assert_int_equal(q.limit, WB_QUERY_LIMIT_DEFAULT);
	assert_false(q.contents || q.has_after || q.has_type || q.has_verdict);
	assert_int_equal(q.since, WB_DATE_NONE);
	assert_int_equal(q.until, WB_DATE_NONE);
	assert_string_equal(q.party, "");
	/* In any order. */
	assert_int_equal(parse("after=3&party=acme", &q, &p), 0);
	assert_int_equal(q.after, 3);
	assert_string_equal(q.party, "acme");
}

static void test_refusals(void **state)
{
	static const struct {
		const char *why, *text, *pointer;
	} bad[] = {
		{"no value", "party", ""},
		{"empty value", "party=", "party"},
		{"unknown", "partei=acme", ""},
		{"empty name", "=acme", ""},
		{"capitals", "Party=acme", ""},
		{"twice", "party=a&party=a", "party"},
		{"ampersand at the end", "party=a&", ""},
		{"ampersand at the beginning", "&party=a", ""},
		{"two ampersands", "party=a&&limit=1", ""},
		{"encoded", "party=a%62", "party"},
		{"no id", "party=-a", "party"},
		{"two equals", "party=a=b", "party"},
		{"65 characters",
		 "party="
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaa",
		 "party"},
		{"small letters", "country=my", "country"},
		{"three letters", "country=MYS", "country"},
		{"no verdict", "verdict=denied", "verdict"},
		{"no finding", "finding=rf-99", "finding"},
		{"no model", "model=a/b", "model"},
		{"no operator", "facility=dc-1", "facility"},
		{"empty operator", "facility=/dc-1", "facility"},
		{"empty facility", "facility=op/", "facility"},
		{"two slashes", "facility=op/dc-1/2", "facility"},
		{"no type", "type=shipments", "type"},
		{"no day", "since=2025-02-30", "since"},
		{"an instant", "since=2025-02-03T00:00:00Z", "since"},
		{"no date", "until=now", "until"},
		{"a sign", "after=-1", "after"},
		{"leading zero", "after=01", "after"},
		{"2^64", "after=18446744073709551616", "after"},
		{"none", "limit=0", "limit"},
		{"past the limit", "limit=1001", "limit"},
		{"2^32 and one", "limit=4294967297", "limit"},
		{"not a boolean", "contents=yes", "contents"},
		{"a fragment", "contents=true#x", "contents"},
	};
	struct wb_records_query q;
	struct wb_problem p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parse(bad[i].text, &q, &p) != WB_EREFUSED)
			fail_msg("taken: %s", bad[i].why);
		assert_int_equal(p.code, WB_P_QUERY);
		assert_string_equal(p.pointer, bad[i].pointer);
		assert_true(p.detail[0] != '\0');
	}
	assert_int_equal(parse("verdikt=deny", &q, &p), WB_EREFUSED);
	assert_non_null(strstr(p.resolution, "verdict"));
}

static void test_licences(void **state)
{
	static const struct {
		const char *why, *text, *pointer;
	} bad[] = {
		{"no number", "after=", "after"},
		{"no id", "after=-1", "after"},
		{"none", "limit=0", "limit"},
		{"past the limit", "limit=1001", "limit"},
		{"twice", "after=a&after=b", "after"},
		{"of records", "party=acme", ""},
	};
	struct wb_licences_query q;
	struct wb_problem p = {0};
	struct wb_slice done;
	struct wb_writer w;
	char out[128];

	(void)state;
	assert_int_equal(wb_licences_query_parse(
				 wb_slice_str("after=D-1&limit=7"), &q, &p),
			 0);
	wb_writer_init(&w, out, sizeof(out));
	wb_licences_query_write(&w, &q);
	assert_int_equal(wb_writer_end(&w, &done), 0);
	assert_true(wb_slice_is(done, "/v1/licences?after=D-1&limit=7"));
	assert_int_equal(wb_licences_query_parse(wb_slice_str(""), &q, &p), 0);
	assert_int_equal(q.limit, WB_QUERY_LIMIT_DEFAULT);
	wb_writer_init(&w, out, sizeof(out));
	wb_licences_query_write(&w, &q);
	assert_int_equal(wb_writer_end(&w, &done), 0);
	assert_true(wb_slice_is(done, "/v1/licences"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&p, 0, sizeof(p));
		if (wb_licences_query_parse(wb_slice_str(bad[i].text), &q,
					    &p) != WB_EREFUSED)
			fail_msg("taken: %s", bad[i].why);
		assert_string_equal(p.pointer, bad[i].pointer);
	}
}

static void test_consistency(void **state)
{
	static const char *const bad[] = {
		"",
		"from=1",
		"to=1",
		"from=2&to=1",
		"from=1&to=",
		"from=1&from=1",
		"to=1&x=1",
		"from=a&to=2",
		"from=1&to=2&",
		"from=1&to=2&to=2",
	};
	uint64_t from = 9, to = 9;
	struct wb_problem p;
	struct wb_slice done;
	struct wb_writer w;
	char out[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&p, 0, sizeof(p));
		if (wb_consistency_query_parse(wb_slice_str(bad[i]), &from, &to,
					       &p) != WB_EREFUSED)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(p.code, WB_P_QUERY);
	}
	assert_int_equal(from, 9);
	assert_int_equal(to, 9);

	wb_writer_init(&w, out, sizeof(out));
	wb_consistency_query_write(&w, 3, UINT64_MAX);
	assert_int_equal(wb_writer_end(&w, &done), 0);
	assert_true(wb_slice_is(
		done, "/v1/consistency?from=3&to=18446744073709551615"));
	assert_int_equal(
		wb_consistency_query_parse(wb_slice(done.p + 16, done.len - 16),
					   &from, &to, &p),
		0);
	assert_int_equal(from, 3);
	assert_true(to == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_licences),
		cmocka_unit_test(test_consistency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
