#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/format_example.h"
#include "waybill/text.h"
#include "waybill/vkey.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct wb_signer signer(const char *name, uint8_t type, uint8_t byte)
{
	uint8_t seed[WB_SEED_LEN];
	struct wb_signer s;

	memset(seed, byte, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(name), type, seed, &s), 0);
	return s;
}

/* LOGS 2.4; and a key of the documentation of Go x/mod. */
static void test_known_answers(void **state)
{
	struct wb_signer log = signer("example.com/ledger", 0x01, 1);
	struct wb_signer witness = signer("example.com/witness-a", 0x04, 2);
	char text[WB_VKEY_TEXT_MAX + 1];
	struct wb_vkey key;

	(void)state;
	wb_vkey_format(&log.vkey, text);
	assert_string_equal(text,
			    "example.com/ledger+3481d542+"
			    "AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c");
	wb_vkey_format(&witness.vkey, text);
	assert_string_equal(text,
			    "example.com/witness-a+2c0c8320+"
			    "BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU");
	assert_int_equal(
		wb_vkey_parse(
			wb_slice_str("PeterNeumann+c74f20a3+"
				     "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izW"
				     "y10TW"),
			&key),
		0);
	assert_string_equal(key.name, "PeterNeumann");
	assert_int_equal(key.id, 0xc74f20a3);
}

/* The example of proto/FORMAT.md, made again and parsed. */
static void test_format_example(void **state)
{
	static const struct {
		const char *name;
		uint8_t type;
		uint8_t seed;
	} keys[] = {
		{"example.org/waybill", 0x01, 1},
		{"example.org/waybill/record", 0x01, 2},
		{"example.org/waybill/party/acme/main", 0x01, 4},
		{"witness.example/a", 0x04, 3},
	};
	struct wb_slice rest = format_example("vkey-example"), line;

	(void)state;
	for (size_t i = 0; i < N(keys); i++) {
		struct wb_signer s =
			signer(keys[i].name, keys[i].type, keys[i].seed);
		char text[WB_VKEY_TEXT_MAX + 1];
		struct wb_vkey parsed;

		assert_true(wb_line_next(&rest, &line));
		wb_vkey_format(&s.vkey, text);
		assert_true(wb_slice_is(line, text));
		assert_int_equal(wb_vkey_parse(line, &parsed), 0);
		assert_true(wb_vkey_eq(&parsed, &s.vkey));
	}
	assert_int_equal(rest.len, 0);
}

static void test_names(void **state)
{
	static const char *const good[] = {
		"a",
		"example.org/waybill/party/acme/main",
		"caf\xc3\xa9",
		"\xe5\x8d\xb0",
		"\xf0\x9f\x94\x91",
		"a-b_c:d",
		"{",
		"\xe2\x80\x8b", /* zero width, but no White_Space */
	};
	static const struct {
		const char *name;
		const char *why;
	} bad[] = {
		{"", "empty"},
		{"a+b", "plus"},
		{"a b", "space"},
		{"a\tb", "tab"},
		{"a\nb", "newline"},
		{"a\rb", "return"},
		{"a\x0b", "vertical tab"},
		{"\x0c", "form feed"},
		{"a\xc2\x85", "U+0085, a space and a control"},
		{"a\xc2\xa0z", "U+00A0"},
		{"\xe1\x9a\x80", "U+1680"},
		{"\xe2\x80\x80", "U+2000"},
		{"\xe2\x80\x8a", "U+200A"},
		{"\xe2\x80\xa8", "U+2028"},
		{"\xe2\x80\xa9", "U+2029"},
		{"\xe2\x80\xaf", "U+202F"},
		{"\xe2\x81\x9f", "U+205F"},
		{"\xe3\x80\x80", "U+3000"},
		{"a\xff", "not UTF-8"},
		{"a\xe2\x80", "cut short"},
	};
	static const char *const controls[] = {
		"\x01",     "a\x1b[0m", "\x7f",
		"\xc2\x80", "\xc2\x9b", "a\xe2\x80\xaez",
	};
	char text[WB_KEY_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < N(good); i++)
		if (!wb_key_name_valid(wb_slice_str(good[i])) ||
		    !wb_key_name_c2sp(wb_slice_str(good[i])))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < N(bad); i++)
		if (wb_key_name_valid(wb_slice_str(bad[i].name)) ||
		    wb_key_name_c2sp(wb_slice_str(bad[i].name)))
			fail_msg("taken: %s", bad[i].why);
	/* C2SP leaves these to others; ours may reach a terminal. */
	for (size_t i = 0; i < N(controls); i++) {
		assert_true(wb_key_name_c2sp(wb_slice_str(controls[i])));
		assert_false(wb_key_name_valid(wb_slice_str(controls[i])));
	}
	memset(text, 'a', sizeof(text));
	assert_true(wb_key_name_valid(wb_slice(text, WB_KEY_NAME_MAX)));
	assert_false(wb_key_name_valid(wb_slice(text, WB_KEY_NAME_MAX + 1)));
	assert_false(wb_key_name_valid(wb_slice("a\0b", 3)));
}

static void test_make_refuses(void **state)
{
	uint8_t small[WB_PUBLIC_LEN] = {1};
	struct wb_signer s = signer("a", 0x01, 1), before = s;
	static const uint8_t type[] = {0x00, 0x02, 0x03, 0x05, 0x06, 0xff};
	struct wb_vkey key = s.vkey;

	(void)state;
	assert_int_equal(wb_vkey_make(wb_slice_str("a b"), 1, key.key, &key),
			 WB_EFORM);
	assert_int_equal(wb_vkey_make(wb_slice_str("a"), 1, small, &key),
			 WB_EKEY);
	for (size_t i = 0; i < N(type); i++) {
		assert_int_equal(wb_vkey_make(wb_slice_str("a"), type[i],
					      s.vkey.key, &key),
				 WB_EKEY);
		assert_int_equal(
			wb_signer_make(wb_slice_str("a"), type[i], small, &s),
			WB_EKEY);
	}
	assert_int_equal(wb_signer_make(wb_slice_str(""), 1, small, &s),
			 WB_EFORM);
	assert_memory_equal(&s, &before, sizeof(s));
	assert_true(wb_vkey_eq(&key, &before.vkey));
}

static void test_longest_name(void **state)
{
	char name[WB_KEY_NAME_MAX + 1], text[WB_VKEY_TEXT_MAX + 1];
	struct wb_vkey parsed;
	struct wb_signer s;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[WB_KEY_NAME_MAX] = '\0';
	s = signer(name, 0x01, 1);
	wb_vkey_format(&s.vkey, text);
	assert_int_equal(wb_vkey_parse(wb_slice_str(text), &parsed), 0);
	assert_true(wb_vkey_eq(&parsed, &s.vkey));
}

static void test_bad_vkeys(void **state)
{
#define KEY "AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
	static const struct {
		const char *text;
		int rc;
		const char *why;
	} cases[] = {
		{"", WB_EFORM, "empty"},
		{"example.com/ledger", WB_EFORM, "a name alone"},
		{"example.com/ledger+3481d542", WB_EFORM, "no key"},
		{"example.com/ledger+3481d542+", WB_EFORM, "an empty key"},
		{"+3481d542+" KEY, WB_EFORM, "no name"},
		{"example.com/ledger+3481d543+" KEY, WB_EFORM, "another id"},
		{"example.com/ledges+3481d542+" KEY, WB_EFORM, "another name"},
		{"example.com/ledger+3481D542+" KEY, WB_EFORM, "capitals"},
		{"example.com/ledger+481d542+" KEY, WB_EFORM, "seven digits"},
		{"example.com/ledger+03481d542+" KEY, WB_EFORM, "nine digits"},
		{"example.com/ledger+3481d542+" KEY "=", WB_EFORM, "padding"},
		{"example.com/ledger+3481d542+" KEY "\n", WB_EFORM, "newline"},
		{" example.com/ledger+3481d542+" KEY, WB_EFORM, "space"},
		{"example.com/ledger+3481d542+"
		 "AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D28=",
		 WB_EFORM, "a byte short"},
		{"example.com/ledger+3481d542+" KEY "AAAA", WB_EFORM,
		 "three bytes long"},
		{"example.com/ledger+3481d542+"
		 "BoqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
		 WB_EKEY, "a type we do not have"},
		{"example.com/ledger+3481d542+"
		 "AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		 WB_EKEY, "the neutral point"},
	};
#undef KEY
	struct wb_vkey key = {.id = 42};

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		if (wb_vkey_parse(wb_slice_str(cases[i].text), &key) !=
		    cases[i].rc)
			fail_msg("judged wrong: %s", cases[i].why);
	assert_int_equal(key.id, 42);
}

static void test_eq(void **state)
{
	struct wb_vkey a = signer("a", 0x01, 1).vkey, b = a;

	(void)state;
	assert_true(wb_vkey_eq(&a, &b));
	b.key[31] ^= 1;
	assert_false(wb_vkey_eq(&a, &b));
	b = a;
	b.id++;
	assert_false(wb_vkey_eq(&a, &b));
	b = a;
	b.type = 0x04;
	assert_false(wb_vkey_eq(&a, &b));
	b = a;
	b.name[0] = 'b';
	assert_false(wb_vkey_eq(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_format_example),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_make_refuses),
		cmocka_unit_test(test_longest_name),
		cmocka_unit_test(test_bad_vkeys),
		cmocka_unit_test(test_eq),
	};

	if (wb_crypto_init() != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
