#ifndef TESTS_UNIT_HISTORY_WORLD_H
#define TESTS_UNIT_HISTORY_WORLD_H

#include <glob.h>

#include "core/book.h"
#include "tests/unit/any_shipment.h"
#include "waybill/flags.h"

/*
 * The world of random histories: the law of every family, who signs, and who
 * is registered when one begins.  Tests include this after cmocka.h.
 */
#define ORIGIN "example.org/waybill"

/* --- who signs ------------------------------------------------------------ */

enum who {
	ACME,
	BETA,
	KUALA,
	DOCK,
	PUTRAJAYA,
	AUTHORITY,
	COMMITTEE,
	WHO,
	BOTH = WHO, /* the authority and the government */
	NOTES
};

static const struct {
	const char *party, *role;
} signers[WHO] = {
	{"acme", "exporter"},        {"beta", "exporter"},
	{"kuala", "operator"},       {"dock", "operator"},
	{"putrajaya", "government"}, {"authority", "authority"},
	{"committee", "committee"},
};

static struct wb_note notes[NOTES];
static char line_name[WHO][2][80], line_key[WHO][2][WB_VKEY_TEXT_MAX + 1];

/* A key each, and a quorum of two of two for those that have one;
 * wb_book_judge() is told that the lines are verified. */
static inline void make_notes(void)
{
	for (size_t who = 0; who < WHO; who++) {
		notes[who].n = who >= AUTHORITY ? 2 : 1;
		for (size_t i = 0; i < notes[who].n; i++) {
			const uint8_t of[WB_SEED_LEN] = {(uint8_t)who,
							 (uint8_t)i};
			struct wb_note_line *line = &notes[who].line[i];
			char *name = line_name[who][i];
			struct wb_signer signer;

			snprintf(name, sizeof(line_name[0][0]),
				 ORIGIN "/party/%s/%zu", signers[who].party, i);
			line->name = wb_slice_str(name);
			assert_int_equal(wb_signer_make(line->name,
							WB_SIG_ED25519, of,
							&signer),
					 0);
			line->id = signer.vkey.id;
			wb_vkey_format(&signer.vkey, line_key[who][i]);
		}
	}
	notes[BOTH] = notes[AUTHORITY];
	notes[BOTH].line[notes[BOTH].n++] = notes[PUTRAJAYA].line[0];
}

static inline void put_in(struct wb_memory *m, const char *key,
			  const char *value)
{
	assert_int_equal(wb_memory_put(m, key, wb_slice_str(value), 0), 0);
}

static inline void register_signer(struct wb_memory *m, enum who who)
{
	char key[200], value[1000];

	snprintf(key, sizeof(key), "party/%s", signers[who].party);
	snprintf(value, sizeof(value), "%s 2020-01-01 -%s", signers[who].role,
		 who == PUTRAJAYA ? " MY" : "");
	put_in(m, key, value);
	if (who >= AUTHORITY) {
		snprintf(key, sizeof(key), "quorum/%s", signers[who].party);
		snprintf(value, sizeof(value), "2 %.320s %.320s",
			 line_key[who][0], line_key[who][1]);
		put_in(m, key, value);
		return;
	}
	snprintf(key, sizeof(key), "signer/%.79s/%08x", line_name[who][0],
		 (unsigned)notes[who].line[0].id);
	put_in(m, key, line_key[who][0]);
}

/* --- the law -------------------------------------------------------------- */

static const char *const families[] = {"paper", "actual", "rev500"};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

static struct wb_book books[FAMILIES];

static inline void adopt_flags(void)
{
	struct wb_slice text = read_file("policy/red-flags.table");
	struct wb_flags *flags;

	assert_int_equal(wb_flags_parse(text, &flags, NULL), 0);
	wb_law_adopt_flags(&law, flags);
	free((void *)(uintptr_t)text.p);
}

static inline int make_laws(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(wb_crypto_init(), 0);
	assert_int_equal(glob("policy/*.policy", 0, NULL, &files), 0);
	for (size_t f = 0; f < FAMILIES; f++) {
		wb_law_init(&law, families[f]);
		for (size_t i = 0; i < files.gl_pathc; i++)
			adopt(files.gl_pathv[i]);
		adopt("tests/vectors/test.catalogue");
		adopt("policy/countries.table");
		adopt_flags();
		books[f].law = law;
	}
	globfree(&files);
	make_notes();
	return 0;
}

static inline int free_laws(void **state)
{
	(void)state;
	for (size_t f = 0; f < FAMILIES; f++)
		wb_law_free(&books[f].law);
	return 0;
}

/* --- the registry --------------------------------------------------------- */

static inline void make_world(struct wb_memory *m, size_t family, bool live)
{
	static const char *const fixed[][2] = {
		{"detail/my", "2020-01-01 MY MY private -"},
		{"detail/my-sub", "2020-01-01 MY MY private my:51"},
		{"detail/my-half", "2020-01-01 MY MY private my:50,de:50"},
		{"detail/my-state", "2020-01-01 MY MY government -"},
		{"detail/de", "2020-01-01 DE DE private -"},
		{"detail/cn", "2020-01-01 CN CN private -"},
		{"detail/my-of-cn", "2020-01-01 MY MY private cn:100"},
		{"detail/moved", "2020-01-01 MY MY private cn:100;"
				 "2025-07-01 MY MY private de:100"},
		{"detail/sa", "2020-01-01 SA SA private -"},
		{"detail/us", "2020-01-01 US US private -"},
		{"detail/kuala", "2020-01-01 MY MY private -"},
		{"detail/kuala-de", "2020-01-01 MY DE private de:100"},
		{"detail/dock", "2020-01-01 SG SG private -"},
	};
	char ledger[100];

	snprintf(ledger, sizeof(ledger), ORIGIN " %s %s 30 1", families[family],
		 live ? "live" : "historical");
	wb_memory_free(m);
	put_in(m, "ledger", ledger);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		put_in(m, fixed[i][0], fixed[i][1]);
	for (int who = 0; who < WHO; who++)
		register_signer(m, (enum who)who);
}

/* --- what is said --------------------------------------------------------- */

static struct wb_buf said; /* the text in hand */
static wb_date today;

/*
 * Write with up to seven arguments, evaluated in their order: C leaves that
 * open, and each may pick.
 */
#define SAY(...)                                                               \
	SAY_BY(__VA_ARGS__, SAY7, SAY6, SAY5, SAY4, SAY3, SAY2, SAY1, SAY0)    \
	(__VA_ARGS__)
#define SAY_BY(f, a, b, c, d, e, g, h, name, ...) name
#define SAY0(f)                                   wb_buf_fmt(&said, f)
#define LET(name, value)                          __auto_type name = (value)
#define SAY1(f, a)                                                             \
	do {                                                                   \
		LET(say_a, a);                                                 \
		wb_buf_fmt(&said, f, say_a);                                   \
	} while (0)
#define SAY2(f, a, b)                                                          \
	do {                                                                   \
		LET(say_a, a);                                                 \
		LET(say_b, b);                                                 \
		wb_buf_fmt(&said, f, say_a, say_b);                            \
	} while (0)
#define SAY3(f, a, b, c)                                                       \
	do {                                                                   \
		LET(say_a, a);                                                 \
		LET(say_b, b);                                                 \
		LET(say_c, c);                                                 \
		wb_buf_fmt(&said, f, say_a, say_b, say_c);                     \
	} while (0)
#define SAY4(f, a, b, c, d)                                                    \
	do {                                                                   \
		LET(say_a, a);                                                 \
		LET(say_b, b);                                                 \
		LET(say_c, c);                                                 \
		LET(say_d, d);                                                 \
		wb_buf_fmt(&said, f, say_a, say_b, say_c, say_d);              \
	} while (0)
#define SAY5(f, a, b, c, d, e)                                                 \
	do {                                                                   \
		LET(say_a, a);                                                 \
		LET(say_b, b);                                                 \
		LET(say_c, c);                                                 \
		LET(say_d, d);                                                 \
		LET(say_e, e);                                                 \
		wb_buf_fmt(&said, f, say_a, say_b, say_c, say_d, say_e);       \
	} while (0)
#define SAY6(f, a, b, c, d, e, g)                                              \
	do {                                                                   \
		LET(say_a, a);                                                 \
		LET(say_b, b);                                                 \
		LET(say_c, c);                                                 \
		LET(say_d, d);                                                 \
		LET(say_e, e);                                                 \
		LET(say_g, g);                                                 \
		wb_buf_fmt(&said, f, say_a, say_b, say_c, say_d, say_e,        \
			   say_g);                                             \
	} while (0)
#define SAY7(f, a, b, c, d, e, g, h)                                           \
	do {                                                                   \
		LET(say_a, a);                                                 \
		LET(say_b, b);                                                 \
		LET(say_c, c);                                                 \
		LET(say_d, d);                                                 \
		LET(say_e, e);                                                 \
		LET(say_g, g);                                                 \
		LET(say_h, h);                                                 \
		wb_buf_fmt(&said, f, say_a, say_b, say_c, say_d, say_e, say_g, \
			   say_h);                                             \
	} while (0)
/* One in so many. */
#define NOW_AND_THEN(n) (pick(n) == 0)

static const char *const facilities[] = {"F-1", "F-2"};
static const char *const eccns[] = {"3A090.a", "3A090.b", "4A090.a", "5A992",
				    "5A992.z.1"};
static const char *const listed[] = {"my", "my-sub", "sa",    "cn",
				     "de", "kuala",  "kuala", "kuala"};

static inline const char *in_text(wb_date date)
{
	static char out[4][WB_DATE_TEXT + 1];
	static size_t i;

	i = (i + 1) % 4;
	wb_date_format(date, out[i]);
	return out[i];
}

static inline void say_begin(const char *type, enum who who, unsigned n)
{
	wb_buf_free(&said);
	SAY("{\"type\":\"%s\",\"ledger\":\"" ORIGIN "\",\"party\":\"%s\","
	    "\"id\":\"%s-%u\",\"issued\":\"%sT10:00:00Z\"",
	    type, signers[who].party, type, n, in_text(today));
}

#endif /* TESTS_UNIT_HISTORY_WORLD_H */
