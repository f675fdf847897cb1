#include "tests/unit/statement_case.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Verifier keys made for the cases: seeds are 32 bytes of the number. */
#define RECORD                                                                 \
	"example.org/waybill/record+7d230914+"                                 \
	"AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
#define ANA                                                                    \
	"example.org/waybill/party/authority/ana+52b00a97+"                    \
	"AW56HN0psLeP0Tr0xVmP7/TvKpcWbjym8uT7/M2AUFvx"
#define BEN                                                                    \
	"example.org/waybill/party/authority/ben+b350110d+"                    \
	"AYqHX/8es4RRV3rNWv7kBUVlaN18ieCQhjoFV7x69J8X"
#define MAIN                                                                   \
	"example.org/waybill/party/acme/main+739191a1+"                        \
	"AcqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58"

/* A vkey from a seed of 32 bytes of the number, in static memory. */
static const char *vkey(const char *name, uint8_t type, uint8_t number)
{
	static char text[WB_VKEY_TEXT_MAX + 3];
	uint8_t seed[WB_SEED_LEN];
	struct wb_signer signer;

	memset(seed, number, sizeof(seed));
	assert_int_equal(
		wb_signer_make(wb_slice_str(name), type, seed, &signer), 0);
	text[0] = '"';
	wb_vkey_format(&signer.vkey, text + 1);
	memcpy(text + strlen(text), "\"", 2);
	return text;
}

/* --- genesis -------------------------------------------------------------- */

static void test_genesis(void **state)
{
	struct wb_statement st = decoded(format_example("statement-genesis"));
	const struct wb_genesis *g = &st.u.genesis;

	(void)state;
	assert_int_equal(st.type, WB_GENESIS);
	assert_string_equal(g->checkpoint_key.name, ORIGIN);
	assert_string_equal(g->record_key.name, ORIGIN "/record");
	assert_int_equal(g->authority.k, 2);
	assert_int_equal(g->authority.n, 2);
	assert_string_equal(g->authority.key[1].name,
			    ORIGIN "/party/authority/ben");
	assert_int_equal(g->committee.k, 1);
	assert_int_equal(g->committee.n, 2);
	assert_string_equal(g->family, "paper");
	assert_false(g->historical);
	assert_int_equal(g->late_days, 30);
	assert_int_equal(g->engine, 1);
	wb_statement_free(&st);

	st = decoded(changed("statement-genesis", "false", "true"));
	assert_true(st.u.genesis.historical);
	wb_statement_free(&st);
	assert_good("statement-genesis", "\"late_days\": 30",
		    "\"late_days\": 0");
}

static void test_bad_genesis(void **state)
{
	static const struct bad_case bad[] = {
		{"by a party", "\"party\": \"ledger\"", "\"party\": \"acme\"",
		 WB_P_VALUE, "/party"},
		{"another id", "\"id\": \"genesis\"", "\"id\": \"genesis-2\"",
		 WB_P_VALUE, "/id"},
		{"no record key", ",\n    \"record\": \"" RECORD "\"", "",
		 WB_P_MISSING, "/keys/record"},
		{"a service key for another ledger", RECORD,
		 "example.org/other/record+7d230914+"
		 "AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU",
		 WB_P_KEY_BAD, "/keys/record"},
		{"a member for a service", RECORD, ANA, WB_P_KEY_BAD,
		 "/keys/record"},
		{"a service for a member", ANA, RECORD, WB_P_KEY_BAD,
		 "/authority/keys/0"},
		{"a member of another body", ANA,
		 "example.org/waybill/party/committee/cleo+5b889418+"
		 "AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs",
		 WB_P_KEY_BAD, "/authority/keys/0"},
		{"no key", ANA, "ana", WB_P_KEY_BAD, "/authority/keys/0"},
		{"another key id", "52b00a97", "52b00a98", WB_P_KEY_BAD,
		 "/authority/keys/0"},
		{"a key of small order", ANA,
		 "example.org/waybill/party/authority/ana+b1a2f0bf+"
		 "AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		 WB_P_KEY_BAD, "/authority/keys/0"},
		{"a member twice", BEN, ANA, WB_P_DUPLICATE,
		 "/authority/keys/1"},
		{"no members",
		 "[\n      \"" ANA "\",\n      \"" BEN "\"\n    ]", "[]",
		 WB_P_VALUE, "/authority/keys"},
		{"a quorum of none", "\"quorum\": 2", "\"quorum\": 0",
		 WB_P_RANGE, "/authority/quorum"},
		{"a quorum of more than there are", "\"quorum\": 2",
		 "\"quorum\": 3", WB_P_RANGE, "/authority/quorum"},
		{"no quorum", "    \"quorum\": 1,\n", "", WB_P_MISSING,
		 "/committee/quorum"},
		{"no committee", "\"committee\": {", "\"comittee\": {",
		 WB_P_UNKNOWN, "/comittee"},
		{"a family that is no id", "\"paper\"", "\"the paper\"",
		 WB_P_VALUE, "/family"},
		{"a family too long", "\"paper\"",
		 "\"paper-paper-paper-paper-paper-32\"", WB_P_TOO_LONG,
		 "/family"},
		{"a number for a truth value", "false", "0", WB_P_TYPE,
		 "/historical"},
		{"late before it is recorded", "\"late_days\": 30",
		 "\"late_days\": -1", WB_P_RANGE, "/late_days"},
		{"late after more than ten years", "\"late_days\": 30",
		 "\"late_days\": 3661", WB_P_RANGE, "/late_days"},
		{"no engine", "\"engine\": 1", "\"engine\": 0", WB_P_RANGE,
		 "/engine"},
	};

	(void)state;
	assert_bad_cases("statement-genesis", bad, N(bad));
}

/* The example's genesis with the member `continues`, changed itself. */
static struct wb_slice continuing(const char *find, const char *put)
{
	struct wb_slice member = changed("genesis-continues", find, put);
	char with[4096];

	snprintf(with, sizeof(with), "\"engine\": 1,\n%.*s",
		 (int)member.len - 1, (const char *)member.p);
	return changed("statement-genesis", "\"engine\": 1", with);
}

static void test_continues(void **state)
{
	static const struct bad_case bad[] = {
		{"no origin", "    \"origin\": \"example.org/waybill-2024\",\n",
		 "", WB_P_MISSING, "/continues/origin"},
		{"itself", "\"origin\": \"example.org/waybill-2024\"",
		 "\"origin\": \"example.org/waybill\"", WB_P_VALUE,
		 "/continues/origin"},
		{"a checkpoint of another",
		 "\"origin\": \"example.org/waybill-2024\"",
		 "\"origin\": \"example.org/waybill-2023\"", WB_P_VALUE,
		 "/continues/checkpoint"},
		{"no line by the ledger",
		 "\xe2\x80\x94 example.org/waybill-2024",
		 "\xe2\x80\x94 example.org/waybill-2023", WB_P_VALUE,
		 "/continues/checkpoint"},
		{"no blank line", "\\n\\n\xe2\x80\x94", "\\n\xe2\x80\x94",
		 WB_P_VALUE, "/continues/checkpoint"},
		{"a size that is none", "48211", "048211", WB_P_VALUE,
		 "/continues/checkpoint"},
		{"another member", "\"origin\"", "\"orign\"", WB_P_UNKNOWN,
		 "/continues/orign"},
	};
	struct wb_statement st = decoded(continuing("48211", "48211"));
	const struct wb_genesis *g = &st.u.genesis;

	(void)state;
	assert_string_equal(g->continues, "example.org/waybill-2024");
	assert_true(wb_slice_starts(g->continues_checkpoint,
				    "example.org/waybill-2024\n48211\n"));
	wb_statement_free(&st);
	st = decoded(format_example("statement-genesis"));
	assert_null(st.u.genesis.continues);
	assert_int_equal(st.u.genesis.continues_checkpoint.len, 0);
	wb_statement_free(&st);
	for (size_t i = 0; i < N(bad); i++)
		assert_refused(bad[i].why, continuing(bad[i].find, bad[i].put),
			       bad[i].code, bad[i].pointer);
}

/* The same public key under two names would count twice in a quorum. */
static void test_public_key_twice(void **state)
{
	const char *ana_as_ben =
		vkey(ORIGIN "/party/authority/ben", WB_SIG_ED25519, 5);

	(void)state;
	assert_refused("in one quorum",
		       changed("statement-genesis", "\"" BEN "\"", ana_as_ben),
		       WB_P_DUPLICATE, "/authority/keys/1");
	assert_refused(
		"of a service",
		changed("statement-genesis", "\"" ANA "\"",
			vkey(ORIGIN "/party/authority/ana", WB_SIG_ED25519, 2)),
		WB_P_DUPLICATE, "/authority/keys/0");
	assert_refused(
		"two keys of one name",
		changed("statement-genesis", "\"" BEN "\"",
			vkey(ORIGIN "/party/authority/ana", WB_SIG_ED25519, 9)),
		WB_P_DUPLICATE, "/authority/keys/1");
	assert_refused("a key that makes cosignatures",
		       changed("statement-genesis", "\"" ANA "\"",
			       vkey(ORIGIN "/party/authority/ana",
				    WB_SIG_COSIGNATURE, 5)),
		       WB_P_KEY_BAD, "/authority/keys/0");
}

/* A quorum of n members in place of the authority. */
static struct wb_slice with_members(size_t n)
{
	static char members[8192];
	struct wb_writer w;

	memset(members, 0, sizeof(members));
	wb_writer_init(&w, members, sizeof(members) - 1);
	wb_write_str(&w, "\"keys\": [");
	for (size_t i = 0; i < n; i++) {
		char name[64];

		snprintf(name, sizeof(name), ORIGIN "/party/authority/%zu", i);
		wb_write_str(&w, i == 0 ? "" : ",");
		wb_write_str(&w,
			     vkey(name, WB_SIG_ED25519, (uint8_t)(100 + i)));
	}
	wb_write_str(&w, "]");
	return changed("statement-genesis",
		       "\"keys\": [\n      \"" ANA "\",\n      \"" BEN
		       "\"\n    ]",
		       members);
}

static void test_quorum_limit(void **state)
{
	struct wb_statement st = decoded(with_members(WB_QUORUM_MAX));

	(void)state;
	assert_int_equal(st.u.genesis.authority.n, WB_QUORUM_MAX);
	wb_statement_free(&st);
	assert_refused("a member too many", with_members(WB_QUORUM_MAX + 1),
		       WB_P_TOO_LONG, "/authority/keys");
}

/* --- party ---------------------------------------------------------------- */

static void test_party(void **state)
{
	struct wb_statement st = decoded(format_example("statement-party"));
	const struct wb_party_reg *p = &st.u.party_reg;
	char day[WB_DATE_TEXT + 1];

	(void)state;
	assert_int_equal(st.type, WB_PARTY);
	assert_string_equal(p->subject, "acme");
	assert_int_equal(p->role, WB_ROLE_EXPORTER);
	assert_int_equal(p->n_keys, 1);
	assert_string_equal(p->key[0].name, ORIGIN "/party/acme/main");
	wb_date_format(p->valid_from, day);
	assert_string_equal(day, "2025-01-01");
	wb_date_format(p->valid_to, day);
	assert_string_equal(day, "2026-12-31");
	wb_statement_free(&st);

	st = decoded(changed("statement-party",
			     ",\n  \"valid_to\": \"2026-12-31\"", ""));
	assert_int_equal(st.u.party_reg.valid_to, WB_DATE_NONE);
	wb_statement_free(&st);
	/* One day is long enough. */
	assert_good("statement-party", "2026-12-31", "2025-01-01");
}

static void test_bad_party(void **state)
{
	static const struct bad_case bad[] = {
		{"by itself", "\"party\": \"authority\"", "\"party\": \"acme\"",
		 WB_P_VALUE, "/party"},
		{"a reserved subject", "\"subject\": \"acme\"",
		 "\"subject\": \"committee\"", WB_P_VALUE, "/subject"},
		{"a subject with a slash", "\"subject\": \"acme\"",
		 "\"subject\": \"acme/main\"", WB_P_VALUE, "/subject"},
		{"a subject of 65 characters", "\"subject\": \"acme\"",
		 "\"subject\": \"a23456789012345678901234567890123"
		 "45678901234567890123456789012345\"",
		 WB_P_VALUE, "/subject"},
		{"an authority besides the genesis'", "\"exporter\"",
		 "\"authority\"", WB_P_VALUE, "/role"},
		{"no such role", "\"exporter\"", "\"importer\"", WB_P_VALUE,
		 "/role"},
		{"no keys", "[\n    \"" MAIN "\"\n  ]", "[]", WB_P_VALUE,
		 "/keys"},
		{"a key alone", "[\n    \"" MAIN "\"\n  ]", "\"" MAIN "\"",
		 WB_P_TYPE, "/keys"},
		{"the key of another party", MAIN, ANA, WB_P_KEY_BAD,
		 "/keys/0"},
		{"a key twice", "\"" MAIN "\"", "\"" MAIN "\",\"" MAIN "\"",
		 WB_P_DUPLICATE, "/keys/1"},
		{"no first day", "  \"valid_from\": \"2025-01-01\",\n", "",
		 WB_P_MISSING, "/valid_from"},
		{"over before it begins", "2026-12-31", "2024-12-31", WB_P_DATE,
		 "/valid_to"},
		{"a name is for the detail", "\"role\"",
		 "\"name\": \"Acme\", \"role\"", WB_P_UNKNOWN, "/name"},
	};

	(void)state;
	assert_bad_cases("statement-party", bad, N(bad));
	assert_refused(
		"a label that is none",
		changed("statement-party", "\"" MAIN "\"",
			vkey(ORIGIN "/party/acme/a/b", WB_SIG_ED25519, 4)),
		WB_P_KEY_BAD, "/keys/0");
	assert_refused("no label",
		       changed("statement-party", "\"" MAIN "\"",
			       vkey(ORIGIN "/party/acme", WB_SIG_ED25519, 4)),
		       WB_P_KEY_BAD, "/keys/0");
}

/* --- party-detail --------------------------------------------------------- */

static void test_detail(void **state)
{
	struct wb_statement st =
		decoded(format_example("statement-party-detail"));
	const struct wb_party_detail *d = &st.u.detail;

	(void)state;
	assert_int_equal(st.type, WB_PARTY_DETAIL);
	assert_string_equal(d->subject, "merlion");
	assert_string_equal(d->name, "Merlion Cloud Sdn Bhd");
	assert_string_equal(d->country, "MY");
	assert_string_equal(d->headquarters, "MY");
	assert_non_null(d->address);
	assert_false(d->government);
	assert_int_equal(d->n_owners, 2);
	assert_string_equal(d->owner[0].party, "merlion-holdings");
	assert_int_equal(d->owner[0].percent, 80);
	assert_int_equal(d->owner[1].percent, 20);
	wb_statement_free(&st);
	/* Names are in any script. */
	assert_good("statement-party-detail", "Merlion Cloud",
		    "\xe9\xad\x9a\xe5\xb0\xbe\xe7\x8d\x85");
}

static void test_bad_detail(void **state)
{
	static const struct bad_case bad[] = {
		{"a reserved subject", "\"merlion\"", "\"ledger\"", WB_P_VALUE,
		 "/subject"},
		{"no name", "  \"name\": \"Merlion Cloud Sdn Bhd\",\n", "",
		 WB_P_MISSING, "/name"},
		{"a name in two lines", "Merlion Cloud", "Merlion\\nCloud",
		 WB_P_CONTROL, "/name"},
		{"DEL in a name", "Merlion Cloud", "Merlion\x7f", WB_P_CONTROL,
		 "/name"},
		{"a C1 control in a name", "Merlion Cloud", "Merlion\\u009b",
		 WB_P_CONTROL, "/name"},
		{"a name that shows as another", "Merlion Cloud",
		 "\\u202eduolC noilreM", WB_P_CONTROL, "/name"},
		{"three letters", "\"country\": \"MY\"", "\"country\": \"MYS\"",
		 WB_P_VALUE, "/country"},
		{"no headquarters", "  \"headquarters\": \"MY\",\n", "",
		 WB_P_MISSING, "/headquarters"},
		{"an empty address", "1 Jalan Contoh, 63000 Cyberjaya", "",
		 WB_P_VALUE, "/address"},
		{"no truth value", "false", "\"no\"", WB_P_TYPE, "/government"},
		{"a year for a date", "\"2024-06-30\"", "2024", WB_P_TYPE,
		 "/effective"},
		{"owners for an object", "\"owners\": [",
		 "\"owners\": {}, \"x\": [", WB_P_UNKNOWN, "/x"},
		{"nothing owned", "\"percent\": 20", "\"percent\": 0",
		 WB_P_RANGE, "/owners/1/percent"},
		{"more than all", "\"percent\": 20", "\"percent\": 101",
		 WB_P_RANGE, "/owners/1/percent"},
		{"a share in a fraction", "\"percent\": 20",
		 "\"percent\": 19.9", WB_P_FLOAT, "/owners/1/percent"},
		{"together more than all", "\"percent\": 20", "\"percent\": 21",
		 WB_P_OWNERS, "/owners"},
		{"an owner twice", "\"harbour-fund\"", "\"merlion-holdings\"",
		 WB_P_DUPLICATE, "/owners/1/party"},
		{"its own owner", "\"harbour-fund\"", "\"merlion\"",
		 WB_P_OWNERS, "/owners/1/party"},
		{"an owner without share", ",\n      \"percent\": 20", "",
		 WB_P_MISSING, "/owners/1/percent"},
	};

	(void)state;
	assert_bad_cases("statement-party-detail", bad, N(bad));
}

/* A string at its limit, and one byte past it. */
static void test_string_limit(void **state)
{
	char name[WB_STRING_MAX + 2];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[WB_STRING_MAX] = '\0';
	assert_good("statement-party-detail", "Merlion Cloud Sdn Bhd", name);
	name[WB_STRING_MAX] = 'n';
	name[WB_STRING_MAX + 1] = '\0';
	assert_refused("a name too long",
		       changed("statement-party-detail",
			       "Merlion Cloud Sdn Bhd", name),
		       WB_P_TOO_LONG, "/name");
}

static int setup(void **state)
{
	(void)state;
	return wb_crypto_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_genesis),
		cmocka_unit_test(test_bad_genesis),
		cmocka_unit_test(test_continues),
		cmocka_unit_test(test_public_key_twice),
		cmocka_unit_test(test_quorum_limit),
		cmocka_unit_test(test_party),
		cmocka_unit_test(test_bad_party),
		cmocka_unit_test(test_detail),
		cmocka_unit_test(test_bad_detail),
		cmocka_unit_test(test_string_limit),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
