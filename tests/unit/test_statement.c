#include "tests/unit/statement_case.h"
#include "waybill/template.h"

#define N(a)     (sizeof(a) / sizeof((a)[0]))
#define SHIPMENT "statement-shipment"

/* --- the table of kinds --------------------------------------------------- */

static void test_kinds(void **state)
{
	(void)state;
	for (int i = 0; i < WB_TYPES; i++) {
		const struct wb_kind *kind = wb_kind((enum wb_type)i);

		assert_int_equal(kind->type, i);
		assert_ptr_equal(wb_kind_named(wb_slice_str(kind->name)), kind);
		assert_true(kind->max <= WB_NOTE_MAX);
		/* A party signs only in a role that may. */
		assert_int_equal(
			kind->signed_by == WB_BY_PARTY ||
				kind->signed_by ==
					WB_BY_AUTHORITY_AND_GOVERNMENT ||
				kind->signed_by == WB_BY_AUTHORITY_OR_PARTY,
			kind->roles != 0);
	}
	assert_null(wb_kind_named(wb_slice_str("Shipment")));
	assert_null(wb_kind_named(wb_slice_str("")));
	assert_int_equal(wb_kind(WB_SHIPMENT)->roles, 1U << WB_ROLE_EXPORTER);
	assert_false(wb_kind(WB_SHIPMENT)->open);
	assert_false(wb_kind(WB_PARTY_DETAIL)->open);
	assert_true(wb_kind(WB_PARTY)->open);
	assert_int_equal(wb_kind(WB_POLICY)->max, WB_POLICY_STATEMENT_MAX);
}

static void test_roles(void **state)
{
	enum wb_role role = WB_ROLES;

	(void)state;
	assert_int_equal(wb_role_named(wb_slice_str("exporters"), &role),
			 WB_EFORM);
	assert_int_equal(wb_role_named(wb_slice_str(""), &role), WB_EFORM);
	assert_int_equal(role, WB_ROLES);
	for (int i = 0; i < WB_ROLES; i++) {
		const char *name = wb_role_name((enum wb_role)i);

		assert_int_equal(wb_role_named(wb_slice_str(name), &role), 0);
		assert_int_equal(role, i);
	}
}

/* --- what all statements share -------------------------------------------- */

static void test_bad_common(void **state)
{
	static const struct bad_case bad[] = {
		{"no such type", "\"type\": \"shipment\"",
		 "\"type\": \"shipments\"", WB_P_KIND, "/type"},
		{"type is no string", "\"type\": \"shipment\"", "\"type\": 4",
		 WB_P_TYPE, "/type"},
		{"a type for another object", "\"type\": \"shipment\"",
		 "\"type\": \"party\"", WB_P_VALUE, "/party"},
		{"type misspelt", "\"type\"", "\"tpye\"", WB_P_UNKNOWN,
		 "/tpye"},
		{"no ledger", "  \"ledger\": \"" ORIGIN "\",\n", "",
		 WB_P_MISSING, "/ledger"},
		{"another ledger", ORIGIN, "example.org/other", WB_P_LEDGER,
		 "/ledger"},
		{"no origin", ORIGIN, "example.org", WB_P_VALUE, "/ledger"},
		{"by a body of the ledger", "\"acme\"", "\"authority\"",
		 WB_P_VALUE, "/party"},
		{"party before ledger",
		 "\"ledger\": \"" ORIGIN "\",\n  \"party\": \"acme\"",
		 "\"party\": \"acme\",\n  \"ledger\": \"" ORIGIN "\"",
		 WB_P_ORDER, "/ledger"},
		{"something between", "\"issued\"", "\"x\": 1, \"issued\"",
		 WB_P_ORDER, "/issued"},
		{"no id", "  \"id\": \"S-2025-0117\",\n", "", WB_P_MISSING,
		 "/id"},
		{"id is a number", "\"S-2025-0117\"", "117", WB_P_TYPE, "/id"},
		{"id with a slash", "S-2025-0117", "2025/0117", WB_P_VALUE,
		 "/id"},
		{"issued on a day", "2025-05-14T16:20:00Z", "2025-05-14",
		 WB_P_DATE, "/issued"},
		{"issued elsewhere", "16:20:00Z", "16:20:00+02:00", WB_P_DATE,
		 "/issued"},
		{"issued at 24:00", "16:20:00Z", "24:00:00Z", WB_P_DATE,
		 "/issued"},
		{"issued in parts of a second", "16:20:00Z", "16:20:00.000Z",
		 WB_P_DATE, "/issued"},
		{"a member twice", "\"from\": \"US\",",
		 "\"from\": \"US\", \"from\": \"CN\",", WB_P_DUPLICATE,
		 "line 9, column 22"},
		{"a member twice, once escaped", "\"from\": \"US\",",
		 "\"from\": \"US\", \"fr\\u006fm\": \"CN\",", WB_P_DUPLICATE,
		 "line 9, column 27"},
		{"a comma missing", "\"from\": \"US\",", "\"from\": \"US\"",
		 WB_P_JSON, "line 10, column 15"},
		{"a blank line", "  \"from\"", "\n  \"from\"", WB_P_BLANK_LINE,
		 "line 9, column 1"},
		{"a tab", "  \"from\"", "\t\"from\"", WB_P_CONTROL,
		 "line 9, column 1"},
		{"Windows line ends", "\"US\",\n", "\"US\",\r\n", WB_P_CONTROL,
		 "line 9, column 16"},
		{"Latin-1", "merlion", "m\xe9rlion", WB_P_UTF8,
		 "line 11, column 18"},
		{"a number of 20 digits", "\"quantity\": 8",
		 "\"quantity\": 10000000000000000000", WB_P_RANGE,
		 "line 66, column 38"},
		{"a float that overflows", "\"quantity\": 8",
		 "\"quantity\": 1e999", WB_P_FLOAT, "line 66, column 23"},
	};

	(void)state;
	assert_bad_cases(SHIPMENT, bad, N(bad));
}

/* What was found, and what to do: for the person who made the error. */
static void test_advice(void **state)
{
	static const struct {
		const char *find, *put, *found, *advice;
	} cases[] = {
		{"\"quantity\": 64", "\"quantiy\": 64", "64",
		 "Did you mean \"quantity\"?"},
		{"\"tpp_x10\"", "\"zzz\"", "23680",
		 "Allowed here: tpp_x10, die_area_mm2_x10, dram_gbps_x10, "
		 "io_gbps_x10, datacenter, package_area_mm2_x10."},
		{"\"data_centre\"", "\"datacenter\"", "\"datacenter\"",
		 "Did you mean \"data_centre\"?"},
		{"\"export\"", "\"Transit\"", "\"Transit\"",
		 "Allowed here: export, reexport, transfer."},
		{"\"type\": \"shipment\"", "\"type\": \"shipping\"",
		 "\"shipping\"", "Did you mean \"shipment\"?"},
		{"\"quantity\": 8", "\"quantity\": 8.5", "8.5", NULL},
		{"\"quantity\": 8", "\"quantity\": null", "null", NULL},
		{"\"quantity\": 8", "\"quantity\": {}", "an object", NULL},
		{"\"quantity\": 8", "\"quantity\": []", "a list", NULL},
		{"\"quantity\": 8", "\"quantity\": false", "false", NULL},
		{"\"quantity\": 8", "\"quantity\": true", "true", NULL},
		{"\"from\": \"US\",", "\"from\": \"US\"",
		 "  \"destination\": \"MY\",", NULL},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct wb_problem problem = {0};
		struct wb_statement st;

		assert_int_equal(
			wb_statement_decode(
				changed(SHIPMENT, cases[i].find, cases[i].put),
				ORIGIN, &st, &problem),
			WB_EREFUSED);
		assert_string_equal(problem.found, cases[i].found);
		if (cases[i].advice != NULL)
			assert_string_equal(problem.resolution,
					    cases[i].advice);
	}
}

/* Nobody need ask for the problem, and ret stays as it was. */
static void test_failure_moves_nothing(void **state)
{
	struct wb_statement st = {.id = "untouched"};

	(void)state;
	assert_int_equal(wb_statement_decode(changed(SHIPMENT, "\"US\"", "1"),
					     ORIGIN, &st, NULL),
			 WB_EREFUSED);
	assert_string_equal(st.id, "untouched");
}

static void test_any_ledger(void **state)
{
	struct wb_problem problem = {0};
	struct wb_statement st;

	(void)state;
	assert_int_equal(
		wb_statement_decode(changed(SHIPMENT, ORIGIN, "other.org/x"),
				    NULL, &st, &problem),
		0);
	assert_string_equal(st.ledger, "other.org/x");
	wb_statement_free(&st);
	wb_statement_free(&st); /* it was zeroed */
}

/* --- examples to edit ----------------------------------------------------- */

static void test_templates(void **state)
{
	(void)state;
	for (int i = 0; i < WB_TYPES; i++) {
		struct wb_statement st;
		struct wb_slice text;
		struct wb_writer w;
		char out[8192];

		wb_writer_init(&w, out, sizeof(out));
		assert_int_equal(wb_statement_template((enum wb_type)i, ORIGIN,
						       "acme", &w),
				 0);
		assert_int_equal(wb_writer_end(&w, &text), 0);
		st = decoded(text);
		assert_int_equal(st.type, i);
		wb_statement_free(&st);

		wb_writer_init(&w, out, text.len - 1);
		assert_int_equal(wb_statement_template((enum wb_type)i, ORIGIN,
						       "acme", &w),
				 WB_ELIMIT);
		assert_int_equal(wb_statement_template((enum wb_type)i,
						       "no origin", "acme", &w),
				 WB_EFORM);
	}
}

/* Each kind of example decodes, as that kind. */
static void test_template_kinds(void **state)
{
	size_t n = 0;

	(void)state;
	for (int i = 0; i < WB_TYPES; i++) {
		const char *kind;

		for (size_t k = 0;
		     (kind = wb_statement_template_kind((enum wb_type)i, k)) !=
		     NULL;
		     k++, n++) {
			struct wb_statement st;
			struct wb_slice text;
			struct wb_writer w;
			char out[8192];

			wb_writer_init(&w, out, sizeof(out));
			assert_int_equal(
				wb_statement_template_of((enum wb_type)i, kind,
							 ORIGIN, "acme", &w),
				0);
			assert_int_equal(wb_writer_end(&w, &text), 0);
			st = decoded(text);
			assert_int_equal(st.type, i);
			if (i == WB_CORRECTION)
				assert_string_equal(
					wb_kind(st.u.correction.of)->name,
					kind);
			else if (i == WB_LICENCE)
				assert_string_equal(
					wb_grant_kind_name(st.u.licence.kind),
					kind);
			else
				assert_int_equal(st.u.handling.to_party != NULL,
						 k == 1);
			wb_statement_free(&st);
			assert_int_equal(wb_statement_template_of(
						 (enum wb_type)i, "other",
						 ORIGIN, "acme", &w),
					 WB_ENOTFOUND);
		}
	}
	assert_true(n >= 10);
}

static void test_template_names(void **state)
{
	char longest[WB_ID_MAX + 2], out[8192];
	struct wb_writer w;

	(void)state;
	wb_writer_init(&w, out, sizeof(out));
	assert_int_equal(wb_statement_template(WB_SHIPMENT, ORIGIN, NULL, &w),
			 WB_EFORM);
	assert_int_equal(wb_statement_template(WB_PARTY, ORIGIN, "ledger", &w),
			 WB_EFORM);
	assert_int_equal(
		wb_statement_template(WB_PARTY_DETAIL, ORIGIN, "a b", &w),
		WB_EFORM);
	memset(longest, 'p', sizeof(longest));
	longest[WB_ID_MAX + 1] = '\0';
	assert_int_equal(wb_statement_template(WB_PARTY, ORIGIN, longest, &w),
			 WB_EFORM);
	longest[WB_ID_MAX] = '\0';
	assert_int_equal(wb_statement_template(WB_PARTY, ORIGIN, longest, &w),
			 0);
	wb_writer_init(&w, out, sizeof(out));
	assert_int_equal(wb_statement_template(WB_POLICY, ORIGIN, NULL, &w), 0);
}

/* --- notes ---------------------------------------------------------------- */

/* text signed by the n keys <origin>/party/acme/<i>, in static memory. */
static struct wb_slice signed_note(struct wb_slice text, size_t n)
{
	static char out[1 << 17];
	const struct wb_signer *signers[4];
	struct wb_signer signer[4];
	struct wb_writer w;
	struct wb_slice ret;

	assert_true(n <= N(signer));
	for (size_t i = 0; i < n; i++) {
		uint8_t seed[WB_SEED_LEN] = {4, (uint8_t)i};
		char name[64];

		snprintf(name, sizeof(name), ORIGIN "/party/acme/k%zu", i);
		assert_int_equal(wb_signer_make(wb_slice_str(name),
						WB_SIG_ED25519, seed,
						&signer[i]),
				 0);
		signers[i] = &signer[i];
	}
	wb_writer_init(&w, out, sizeof(out));
	wb_note_sign(&w, text, signers, n, 0);
	assert_int_equal(wb_writer_end(&w, &ret), 0);
	return ret;
}

/* The example of FORMAT.md: text, signature line, digest. */
static void test_open_example(void **state)
{
	struct wb_slice text = format_example(SHIPMENT);
	struct wb_slice line = format_example("statement-signature");
	uint8_t seed[WB_SEED_LEN], digest[WB_HASH_LEN];
	struct wb_problem problem = {0};
	struct wb_statement st;
	struct wb_signer signer;
	struct wb_note note;
	struct wb_slice in;
	struct wb_writer w;
	char out[8192];

	(void)state;
	wb_writer_init(&w, out, sizeof(out));
	wb_write_slice(&w, text);
	wb_write_char(&w, '\n');
	wb_write_slice(&w, line);
	assert_int_equal(wb_writer_end(&w, &in), 0);
	assert_int_equal(wb_statement_open(in, ORIGIN, &note, &st, &problem),
			 0);
	assert_int_equal(wb_unhex(format_example_line("statement-digest"),
				  digest, sizeof(digest)),
			 0);
	assert_memory_equal(st.digest, digest, sizeof(digest));
	assert_int_equal(note.n, 1);

	memset(seed, 4, sizeof(seed));
	assert_int_equal(wb_signer_make(wb_slice_str(ORIGIN "/party/acme/main"),
					WB_SIG_ED25519, seed, &signer),
			 0);
	assert_int_equal(wb_note_verify(&note, 0, &signer.vkey), 0);
	wb_statement_free(&st);
}

static void assert_not_opened(const char *why, struct wb_slice in,
			      enum wb_problem_code code)
{
	struct wb_problem problem = {0};
	struct wb_statement st;
	struct wb_note note;

	assert_int_equal(wb_statement_open(in, ORIGIN, &note, &st, &problem),
			 WB_EREFUSED);
	if (problem.code != code)
		fail_msg("%s: WB-%d (%s)", why, problem.code, problem.detail);
}

static void test_bad_notes(void **state)
{
	struct wb_slice text = format_example(SHIPMENT);
	struct wb_slice in = signed_note(text, 2);
	size_t line_len = (in.len - text.len - 1) / 2;
	char out[1 << 14];
	struct wb_slice swapped;
	struct wb_writer w;

	(void)state;
	assert_not_opened("no signature", text, WB_P_NOTE);
	assert_not_opened("nothing", wb_slice(NULL, 0), WB_P_NOTE);
	assert_not_opened("cut off", wb_slice(in.p, in.len - 1), WB_P_NOTE);
	assert_not_opened("cut in the text", wb_slice(in.p, text.len / 2),
			  WB_P_NOTE);

	wb_writer_init(&w, out, sizeof(out));
	wb_write_bytes(&w, in.p, text.len + 1);
	wb_write_bytes(&w, in.p + text.len + 1 + line_len, line_len);
	wb_write_bytes(&w, in.p + text.len + 1, line_len);
	assert_int_equal(wb_writer_end(&w, &swapped), 0);
	assert_not_opened("lines out of order", swapped, WB_P_LINES);

	wb_writer_init(&w, out, sizeof(out));
	wb_write_bytes(&w, in.p, text.len + 1 + line_len);
	wb_write_bytes(&w, in.p + text.len + 1, line_len);
	assert_int_equal(wb_writer_end(&w, &swapped), 0);
	assert_not_opened("a line twice", swapped, WB_P_LINES);

	assert_not_opened("another text in a note",
			  signed_note(wb_slice_str("waybill/access/1\n"), 1),
			  WB_P_JSON);
	assert_not_opened("an error in the statement",
			  signed_note(changed(SHIPMENT, "\"US\"", "\"us\""), 1),
			  WB_P_VALUE);
}

static void test_too_many_lines(void **state)
{
	struct wb_slice in = signed_note(format_example(SHIPMENT), 1);
	size_t text_len = format_example(SHIPMENT).len + 1;
	char out[1 << 15];
	struct wb_slice all;
	struct wb_writer w;

	(void)state;
	wb_writer_init(&w, out, sizeof(out));
	wb_write_bytes(&w, in.p, text_len);
	for (size_t i = 0; i <= WB_NOTE_LINES_MAX; i++)
		wb_write_bytes(&w, in.p + text_len, in.len - text_len);
	assert_int_equal(wb_writer_end(&w, &all), 0);
	assert_not_opened("a line too many", all, WB_P_TOO_LONG);
}

/* A shipment text of exactly len bytes: spaces fill it up. */
static struct wb_slice text_of(size_t len)
{
	static char put[1 << 16];
	size_t spaces = len - format_example(SHIPMENT).len;

	assert_true(spaces < sizeof(put) - sizeof("\"from\""));
	memset(put, ' ', spaces);
	memcpy(put + spaces, "\"from\"", sizeof("\"from\""));
	return changed(SHIPMENT, "\"from\"", put);
}

static void test_size_limit(void **state)
{
	/* What the note adds: the blank line and one signature line. */
	size_t more = signed_note(format_example(SHIPMENT), 1).len -
		      format_example(SHIPMENT).len;
	static char huge[WB_NOTE_MAX + 1];
	struct wb_problem problem = {0};
	struct wb_statement st;
	struct wb_note note;
	struct wb_slice in;

	(void)state;
	in = signed_note(text_of(WB_STATEMENT_MAX - more), 1);
	assert_int_equal(in.len, WB_STATEMENT_MAX);
	assert_int_equal(wb_statement_open(in, ORIGIN, &note, &st, &problem),
			 0);
	wb_statement_free(&st);
	in = signed_note(text_of(WB_STATEMENT_MAX - more + 1), 1);
	assert_not_opened("a byte too many", in, WB_P_TOO_LONG);
	/* That a draft is too long is known before it is signed. */
	assert_refused("a text too long", text_of(WB_STATEMENT_MAX + 1),
		       WB_P_TOO_LONG, "");
	memset(huge, '\n', sizeof(huge));
	assert_not_opened("no note is so long", wb_slice(huge, sizeof(huge)),
			  WB_P_TOO_LONG);
}

static int setup(void **state)
{
	(void)state;
	return wb_crypto_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_bad_common),
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_failure_moves_nothing),
		cmocka_unit_test(test_any_ledger),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_template_kinds),
		cmocka_unit_test(test_template_names),
		cmocka_unit_test(test_open_example),
		cmocka_unit_test(test_bad_notes),
		cmocka_unit_test(test_too_many_lines),
		cmocka_unit_test(test_size_limit),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
