#include "tests/unit/grants.h"

/* What is known of parties: whom listed ones own, what they share, where they
 * work. */

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* --- who is owned --------------------------------------------------------- */

static const char *const lists[] = {"unverified_list", "entity_list"};

static struct wb_listed_as stands(const char *party, const char *date,
				  size_t reads)
{
	struct wb_listed_as as;

	again();
	assert_int_equal(wb_listed_as(&state, &d, party, lists, N(lists),
				      day(date), reads, &as),
			 0);
	assert_true(d.n_reads <= reads);
	return as;
}

static void test_owned_by_listed(void **unused)
{
	static const struct {
		const char *why, *party, *date;
		enum wb_listed how;
		int percent;
	} cases[] = {
		{"on the list", "bad", "2025-06-01", WB_LISTED_DIRECT, 0},
		{"the day before", "bad", "2025-05-31", WB_LISTED_NOT, 0},
		{"on another list", "shady", "2025-06-01", WB_LISTED_DIRECT, 0},
		{"all of it", "whole", "2025-06-01", WB_LISTED_OWNED, 100},
		{"before the owner was listed", "whole", "2025-05-31",
		 WB_LISTED_NOT, 0},
		{"half is enough", "half", "2025-06-01", WB_LISTED_OWNED, 50},
		{"less than half is not", "less", "2025-06-01", WB_LISTED_NOT,
		 49},
		{"two together", "both", "2025-06-01", WB_LISTED_OWNED, 50},
		{"two of one listed", "mixed", "2025-06-01", WB_LISTED_NOT, 25},
		{"through one that is owned", "below", "2025-06-01",
		 WB_LISTED_OWNED, 60},
		{"through one that is not", "below-less", "2025-06-01",
		 WB_LISTED_NOT, 0},
		{"shares are not multiplied", "third", "2025-06-01",
		 WB_LISTED_OWNED, 50},
		{"a circle of minorities", "ring-a", "2025-06-01",
		 WB_LISTED_NOT, 0},
		{"a circle that a listed one is in", "ring-c", "2025-06-01",
		 WB_LISTED_OWNED, 50},
		{"nobody knows the owner", "orphan", "2025-06-01",
		 WB_LISTED_UNKNOWN, 0},
		{"an unknown owner that cannot matter", "known", "2025-06-01",
		 WB_LISTED_NOT, 0},
		{"with an unknown owner it may be half", "may-be", "2025-06-01",
		 WB_LISTED_UNKNOWN, 40},
		{"with an unknown owner it is one short", "may-not",
		 "2025-06-01", WB_LISTED_NOT, 39},
		{"known enough", "enough", "2025-06-01", WB_LISTED_OWNED, 60},
		{"not registered", "nobody", "2025-06-01", WB_LISTED_UNKNOWN,
		 0},
		{"registered later", "late", "2025-06-01", WB_LISTED_UNKNOWN,
		 0},
	};
	static const char *const details[][2] = {
		{"good", "-"},
		{"bad", "-"},
		{"shady", "-"},
		{"whole", "bad:100"},
		{"half", "bad:50,good:50"},
		{"less", "bad:49,good:51"},
		{"both", "bad:25,good:50,shady:25"},
		{"mixed", "bad:25,good:75"},
		{"below", "half:60,good:40"},
		{"below-less", "less:100"},
		{"third", "below:50,good:50"},
		{"ring-a", "ring-b:50,good:50"},
		{"ring-b", "ring-a:50,good:50"},
		{"ring-c", "ring-d:50,good:50"},
		{"ring-d", "ring-c:50,bad:50"},
		{"orphan", "nobody:50,good:50"},
		{"known", "nobody:49,good:51"},
		{"may-be", "bad:40,nobody:10,good:50"},
		{"may-not", "bad:39,nobody:10,good:51"},
		{"enough", "nobody:40,bad:60"},
	};
	char key[80], value[120];

	(void)unused;
	for (size_t i = 0; i < N(details); i++) {
		snprintf(key, sizeof(key), "detail/%s", details[i][0]);
		snprintf(value, sizeof(value), "2020-01-01 MY MY private %s",
			 details[i][1]);
		put(key, value);
	}
	put("detail/late", "2025-06-02 MY MY private bad:100");
	put("listing/bad", "entity_list 2025-06-01 -");
	put("listing/shady", "unverified_list 2025-01-01 2025-12-31");
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_listed_as as =
			stands(cases[i].party, cases[i].date, 40);

		if (as.how != cases[i].how || as.percent != cases[i].percent)
			fail_msg("%s: %d, %d percent", cases[i].why,
				 (int)as.how, as.percent);
	}
	assert_string_equal(stands("below", "2025-06-01", 40).party, "bad");
	assert_string_equal(stands("below", "2025-06-01", 40).list,
			    "entity_list");
	assert_string_equal(stands("ring-a", "2025-06-01", 40).party, "");
}

/* Reads that run out make an answer, never an error. */
static void test_owners_beyond_the_reads(void **unused)
{
	char key[80], value[120];

	(void)unused;
	put("listing/o9", "entity_list 2025-06-01 -");
	for (int i = 0; i < 9; i++) {
		snprintf(key, sizeof(key), "detail/o%d", i);
		snprintf(value, sizeof(value),
			 "2020-01-01 MY MY private o%d:60", i + 1);
		put(key, value);
	}
	put("detail/o9", "2020-01-01 MY MY private -");
	assert_int_equal(stands("o1", "2025-06-01", 40).how, WB_LISTED_OWNED);
	/* One step more than is followed. */
	assert_int_equal(stands("o0", "2025-06-01", 40).how, WB_LISTED_UNKNOWN);
	for (size_t reads = 0; reads < 17; reads++)
		assert_int_equal(stands("o1", "2025-06-01", reads).how,
				 WB_LISTED_UNKNOWN);
	assert_int_equal(stands("o1", "2025-06-01", 17).how, WB_LISTED_OWNED);
	/* Nor past those that a decision has at all. */
	again();
	while (d.n_reads < WB_READS_MAX - 2) {
		struct wb_slice none;

		snprintf(key, sizeof(key), "x/%zu", d.n_reads);
		assert_int_equal(wb_state_read(&state, &d, key, &none),
				 WB_ENOTFOUND);
	}
	struct wb_listed_as as;
	assert_int_equal(wb_listed_as(&state, &d, "o1", lists, N(lists),
				      day("2025-06-01"), 40, &as),
			 0);
	assert_int_equal(as.how, WB_LISTED_UNKNOWN);
}

/* --- parties -------------------------------------------------------------- */

static const char *detail_of(const char *subject, const char *more)
{
	static char text[4096];

	snprintf(text, sizeof(text),
		 "{\"type\":\"party-detail\",\"ledger\":\"" ORIGIN "\","
		 "\"party\":\"authority\",\"id\":\"d\","
		 "\"issued\":\"2025-06-01T00:00:00Z\",\"subject\":\"%s\","
		 "\"name\":\"n\",\"country\":\"MY\",\"headquarters\":\"MY\","
		 "\"government\":false,%s}\n",
		 subject, more);
	return text;
}

#define HEX(c)                                                                 \
	c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c  \
		c c c c c c c c c c c c c c c c c c c c c c c c c c c c c
#define LINK(kind, c) "{\"kind\":\"" kind "\",\"sha256\":\"" HEX(c) "\"}"

static void test_links(void **unused)
{
	struct wb_links links;
	char subject[8];

	(void)unused;
	apply(wb_slice_str(detail_of(
		"p", "\"effective\":\"2025-01-01\",\"links\":[" LINK(
			     "address", "a") "," LINK("phone", "b") "]")));
	apply(wb_slice_str(detail_of(
		"q", "\"effective\":\"2025-01-01\",\"links\":[" LINK(
			     "address", "a") "," LINK("phone", "b") "]")));
	/* The same digest of another kind is another thing. */
	apply(wb_slice_str(detail_of("r",
				     "\"effective\":\"2025-01-01\","
				     "\"links\":[" LINK("officer", "a") "]")));
	again();
	assert_int_equal(wb_links_read(&state, &d, "p", &links), 0);
	assert_int_equal(links.n, 1);
	assert_string_equal(links.party[0].party, "q");
	assert_int_equal(links.party[0].kinds,
			 1U << WB_LINK_ADDRESS | 1U << WB_LINK_PHONE);
	assert_false(links.more);
	assert_int_equal(d.n_reads, 3);
	assert_int_equal(wb_links_read(&state, &d, "r", &links), 0);
	assert_int_equal(links.n, 0);
	assert_int_equal(wb_links_read(&state, &d, "nobody", &links), 0);
	assert_int_equal(links.n, 0);
	/* Said again it is no second party; past eight there are more. */
	for (int i = 0; i < 2 * WB_LINKED_MAX; i++) {
		snprintf(subject, sizeof(subject), "s%d", i / 2);
		apply(wb_slice_str(detail_of(
			subject, "\"effective\":\"2025-01-01\","
				 "\"links\":[" LINK("bank", "c") "]")));
	}
	assert_string_equal(got("link/bank/cccccccccccccccccccccccccccccccc"),
			    "s0,s1,s2,s3,s4,s5,s6,s7");
	apply(wb_slice_str(detail_of("t",
				     "\"effective\":\"2025-01-01\","
				     "\"links\":[" LINK("bank", "c") "]")));
	assert_string_equal(got("link/bank/cccccccccccccccccccccccccccccccc"),
			    "s0,s1,s2,s3,s4,s5,s6,s7,+");
	again();
	assert_int_equal(wb_links_read(&state, &d, "t", &links), 0);
	assert_int_equal(links.n, WB_LINKED_MAX);
	assert_true(links.more);
}

static void test_facilities(void **unused)
{
	struct wb_facility_now f;

	(void)unused;
	apply(wb_slice_str(detail_of(
		"op", "\"effective\":\"2025-03-01\",\"facilities\":[{\"id\":"
		      "\"F\",\"country\":\"MY\",\"it_power_kw\":5000}]")));
	again();
	assert_int_equal(wb_facility_read(&state, &d, "op", "F", &f), 0);
	assert_string_equal(f.country, "MY");
	assert_int_equal(f.it_power_kw, 5000);
	assert_int_equal(wb_facility_read(&state, &d, "op", "G", &f),
			 WB_ENOTFOUND);
	assert_int_equal(wb_facility_read(&state, &d, "po", "F", &f),
			 WB_ENOTFOUND);
	/* An older detail that comes late does not undo it, a newer does. */
	apply(wb_slice_str(detail_of(
		"op", "\"effective\":\"2025-02-01\",\"facilities\":[{\"id\":"
		      "\"F\",\"country\":\"MY\",\"it_power_kw\":1}]")));
	assert_string_equal(got("facility/op/F"), "MY 5000 2025-03-01");
	apply(wb_slice_str(detail_of(
		"op", "\"effective\":\"2025-04-01\",\"facilities\":[{\"id\":"
		      "\"F\",\"country\":\"MY\"}]")));
	assert_string_equal(got("facility/op/F"), "MY - 2025-04-01");
}

static void test_about(void **unused)
{
	struct wb_about about;

	(void)unused;
	apply(format_example("statement-party-detail-more"));
	again();
	assert_int_equal(wb_about_read(&state, &d, "kuala-compute",
				       day("2025-01-01"), &about),
			 0);
	assert_true(about.registered);
	assert_int_equal(about.incorporated, day("2023-11-02"));
	assert_int_equal(about.business, WB_DATA_CENTRE);
	assert_int_equal(about.address_kind, WB_INDUSTRIAL);
	assert_int_equal(wb_about_read(&state, &d, "kuala-compute",
				       day("2024-06-29"), &about),
			 0);
	assert_false(about.registered);
	assert_int_equal(about.incorporated, WB_DATE_NONE);
	assert_int_equal(about.business, WB_BUSINESS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_owned_by_listed, empty),
		cmocka_unit_test_setup(test_owners_beyond_the_reads, empty),
		cmocka_unit_test_setup(test_links, empty),
		cmocka_unit_test_setup(test_facilities, empty),
		cmocka_unit_test_setup(test_about, empty),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
