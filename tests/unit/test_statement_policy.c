#include "tests/unit/statement_case.h"
#include "waybill/text.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void test_policy(void **state)
{
	struct wb_statement st = decoded(format_example("statement-policy"));
	const struct wb_policy_adoption *p = &st.u.policy;
	char digest[2 * WB_HASH_LEN + 1];

	(void)state;
	assert_int_equal(st.type, WB_POLICY);
	assert_int_equal(p->document, WB_DOC_COUNTRIES);
	assert_true(wb_slice_is(p->text, "waybill/countries/1\n"
					 "id example-countries\n"));
	wb_hex(p->digest, sizeof(p->digest), digest);
	assert_non_null(memmem(format_example("statement-policy").p,
			       format_example("statement-policy").len, digest,
			       strlen(digest)));
	wb_statement_free(&st);

	st = decoded(
		changed("statement-policy", "\"countries\"", "\"edition\""));
	assert_int_equal(st.u.policy.document, WB_DOC_EDITION);
	wb_statement_free(&st);
	st = decoded(
		changed("statement-policy", "\"countries\"", "\"catalogue\""));
	assert_int_equal(st.u.policy.document, WB_DOC_CATALOGUE);
	wb_statement_free(&st);
}

static void test_bad_policy(void **state)
{
	static const struct bad_case bad[] = {
		{"by the authority", "\"party\": \"committee\"",
		 "\"party\": \"authority\"", WB_P_VALUE, "/party"},
		{"no document",
		 "  \"countries\": \"waybill/countries/1\\n"
		 "id example-countries\\n\",\n",
		 "", WB_P_MISSING, ""},
		{"two documents", "\"countries\":",
		 "\"edition\": \"x\", \"countries\":", WB_P_VALUE,
		 "/countries"},
		{"an unknown document",
		 "\"countries\":", "\"country\":", WB_P_UNKNOWN, "/country"},
		{"a text that is none",
		 "\"waybill/countries/1\\n"
		 "id example-countries\\n\"",
		 "[\"waybill/countries/1\"]", WB_P_TYPE, "/countries"},
		{"another text", "example-countries", "example-country",
		 WB_P_DIGEST, "/sha256"},
		{"another digest", "20e28ea6", "20e28ea7", WB_P_DIGEST,
		 "/sha256"},
		{"no digest", "20e28ea6", "0x20e28e", WB_P_VALUE, "/sha256"},
		{"a tab in the text", "id example", "id\\texample",
		 WB_P_CONTROL, "/countries"},
		{"a carriage return in the text", "id example",
		 "\\r\\nid example", WB_P_CONTROL, "/countries"},
	};

	(void)state;
	assert_bad_cases("statement-policy", bad, N(bad));
}

/* A policy statement with a text of len bytes, in static memory. */
static struct wb_slice with_text(size_t len)
{
	static char text[WB_POLICY_TEXT_MAX + 1], whole[WB_POLICY_TEXT_MAX * 2];
	struct wb_slice content = wb_slice(text, len), ret;
	char digest[2 * WB_HASH_LEN + 1];
	uint8_t hash[WB_HASH_LEN];
	struct wb_writer w;

	assert_true(len <= sizeof(text));
	memset(text, '#', sizeof(text));
	wb_sha256(&content, 1, hash);
	wb_hex(hash, sizeof(hash), digest);
	wb_writer_init(&w, whole, sizeof(whole));
	wb_write_str(&w, "{\"type\":\"policy\",\"ledger\":\"" ORIGIN
			 "\",\"party\":\"committee\",\"id\":\"p\","
			 "\"issued\":\"2025-05-15T08:00:00Z\",\"edition\":");
	wb_write_json(&w, content);
	wb_write_str(&w, ",\"sha256\":\"");
	wb_write_str(&w, digest);
	wb_write_str(&w, "\"}\n");
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

static void test_limit(void **state)
{
	struct wb_statement st = decoded(with_text(WB_POLICY_TEXT_MAX));

	(void)state;
	assert_int_equal(st.u.policy.text.len, WB_POLICY_TEXT_MAX);
	wb_statement_free(&st);
	assert_refused("a text too long", with_text(WB_POLICY_TEXT_MAX + 1),
		       WB_P_TOO_LONG, "/edition");
}

static int setup(void **state)
{
	(void)state;
	return wb_crypto_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_bad_policy),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
