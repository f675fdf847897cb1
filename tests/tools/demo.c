/*
 * demo: the statements of the demo and of the bench, made and signed.
 *
 *   tool_demo parties ORIGIN PARTIES OUT KEY...
 *   tool_demo shipments ORIGIN PARTIES GOODS OUT N KEY...
 *
 * PARTIES and GOODS are the tables in tests/demo/.  KEY is a key file without
 * a passphrase: the authority's, or the exporters' in the order of the table.
 * OUT is a folder that gets a file for each statement, or "-": then they go to
 * standard output, each behind its length in decimal and a newline.
 *
 * Nothing here is left to chance: the same arguments give the same bytes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/tool.h"
#include "waybill/waybill.h"

#define PARTIES_MAX 100
#define GOODS_MAX   100
#define KEYS_MAX    8
#define FIELDS      7

struct party {
	char field[FIELDS]
		  [64]; /* id, name, country, hq, owner, claims, orders */
	unsigned orders;
};

struct good {
	char field[FIELDS][64]; /* model, eccn, claims, lot, weight */
	unsigned lot;
	unsigned weight;
};

/* Days since 1970: 2025-04-14, a Monday, and 2025-05-15. */
static const wb_date first_monday = 20192, rule_applies = 20223;

static struct party party[PARTIES_MAX];
static struct good good[GOODS_MAX];
static size_t n_parties, n_goods;
static struct wb_signer key[KEYS_MAX];
static size_t n_keys;
static const char *origin, *out;

/* splitmix64: good enough, and the same on every machine. */
static uint64_t chance(void)
{
	static uint64_t state = 20250515;
	uint64_t z;

	state += 0x9e3779b97f4a7c15;
	z = state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static unsigned below(unsigned n)
{
	return (unsigned)(chance() % n);
}

/* --- files ---------------------------------------------------------------- */

/* Split the next line of a table at its bars; false at the end. */
static bool next_row(struct wb_slice *rest, char field[FIELDS][64])
{
	struct wb_slice line, word;
	size_t i = 0;

	do {
		if (!wb_line_next(rest, &line))
			return false;
	} while (line.len == 0 || line.p[0] == '#');

	memset(field, 0, FIELDS * sizeof(field[0]));
	while (wb_word_next(&line, &word)) {
		size_t at = strlen(field[i]);

		if (wb_slice_is(word, "|")) {
			i++;
		} else {
			snprintf(field[i] + at, sizeof(field[i]) - at, "%s%.*s",
				 at > 0 ? " " : "", (int)word.len,
				 (const char *)word.p);
		}
		if (i == FIELDS)
			tool_die("too many columns in a table", WB_EFORM);
	}
	return true;
}

static void read_parties(const char *path)
{
	struct wb_buf text;
	struct wb_slice rest;

	tool_read(path, &text);
	rest = wb_buf_slice(&text);
	for (; n_parties < PARTIES_MAX; n_parties++) {
		struct party *p = &party[n_parties];

		if (!next_row(&rest, p->field))
			break;
		p->orders = (unsigned)strtoul(p->field[6], NULL, 10);
	}
	wb_buf_free(&text);
}

static void read_goods(const char *path)
{
	struct wb_buf text;
	struct wb_slice rest;

	tool_read(path, &text);
	rest = wb_buf_slice(&text);
	for (; n_goods < GOODS_MAX; n_goods++) {
		struct good *g = &good[n_goods];

		if (!next_row(&rest, g->field))
			break;
		g->lot = (unsigned)strtoul(g->field[3], NULL, 10);
		g->weight = (unsigned)strtoul(g->field[4], NULL, 10);
	}
	wb_buf_free(&text);
}

static void read_key(const char *path)
{
	struct wb_buf text;
	int rc;

	tool_read(path, &text);
	rc = wb_keyfile_open(wb_buf_slice(&text), wb_slice(NULL, 0),
			     &key[n_keys++]);
	if (rc != 0)
		tool_die(path, rc);
	wb_buf_free(&text);
}

/* Sign text by n keys and put the note where OUT says. */
static void put(const char *name, const struct wb_buf *text,
		const struct wb_signer *const signer[], size_t n)
{
	static uint8_t space[WB_STATEMENT_MAX];
	struct wb_writer w;
	struct wb_slice note;
	char path[512];
	FILE *f = stdout;
	int rc;

	wb_writer_init(&w, space, sizeof(space));
	wb_note_sign(&w, wb_buf_slice(text), signer, n, 0);
	rc = wb_writer_end(&w, &note);
	if (rc != 0 || text->failed)
		tool_die(name, WB_ELIMIT);

	if (strcmp(out, "-") == 0) {
		fprintf(f, "%zu\n", note.len);
	} else {
		snprintf(path, sizeof(path), "%s/%s.note", out, name);
		f = fopen(path, "wb");
	}
	if (f == NULL || fwrite(note.p, 1, note.len, f) != note.len ||
	    (f == stdout ? fflush(f) : fclose(f)) != 0) {
		tool_die(name, WB_EIO);
	}
}

/* --- registrations -------------------------------------------------------- */

static void put_party(const struct party *p, size_t i)
{
	const struct wb_signer *signer[KEYS_MAX];
	struct wb_buf t;
	char name[96];

	wb_buf_init(&t, WB_STATEMENT_MAX);
	wb_buf_fmt(&t, "{\n  \"type\": \"party-detail\",\n");
	wb_buf_fmt(&t, "  \"ledger\": \"%s\",\n", origin);
	wb_buf_fmt(&t, "  \"party\": \"authority\",\n");
	wb_buf_fmt(&t, "  \"id\": \"detail-%s\",\n", p->field[0]);
	wb_buf_fmt(&t, "  \"issued\": \"2025-04-01T09:00:00Z\",\n");
	wb_buf_fmt(&t, "  \"subject\": \"%s\",\n", p->field[0]);
	wb_buf_fmt(&t, "  \"name\": \"%s\",\n", p->field[1]);
	wb_buf_fmt(&t, "  \"country\": \"%s\",\n", p->field[2]);
	wb_buf_fmt(&t, "  \"headquarters\": \"%s\",\n", p->field[3]);
	wb_buf_fmt(&t, "  \"government\": false,\n");
	if (strcmp(p->field[4], "-") != 0) {
		wb_buf_fmt(&t, "  \"owners\": [{\"party\": \"%s\", ",
			   p->field[4]);
		wb_buf_fmt(&t, "\"percent\": 100}],\n");
	}
	wb_buf_fmt(&t, "  \"effective\": \"2025-01-01\"\n}\n");

	for (size_t k = 0; k < n_keys; k++)
		signer[k] = &key[k];
	snprintf(name, sizeof(name), "%02zu-%s", i, p->field[0]);
	put(name, &t, signer, n_keys);
	wb_buf_free(&t);
}

/* --- shipments ------------------------------------------------------------ */

static const struct party *some_consignee(void)
{
	unsigned sum = 0, at;
	size_t i;

	for (i = 0; i < n_parties; i++)
		sum += party[i].orders;
	at = below(sum);
	for (i = 0; at >= party[i].orders; i++)
		at -= party[i].orders;
	return &party[i];
}

static const struct good *some_good(void)
{
	unsigned sum = 0, at;
	size_t i;

	for (i = 0; i < n_goods; i++)
		sum += good[i].weight;
	at = below(sum);
	for (i = 0; at >= good[i].weight; i++)
		at -= good[i].weight;
	return &good[i];
}

/*
 * Days before and after 2025-05-15: orders are pulled forward, more each week
 * until the date, and what follows is the ordinary trade.
 */
static wb_date some_date(void)
{
	static const unsigned week[] = {50,  70,  100, 160, 260,
					190, 120, 80,  70,  60};
	unsigned sum = 0, at;
	wb_date w = 0;

	for (size_t i = 0; i < sizeof(week) / sizeof(week[0]); i++)
		sum += week[i];
	for (at = below(sum); at >= week[w]; w++)
		at -= week[w];
	return first_monday + 7 * w + (wb_date)below(5);
}

static void put_paper(struct wb_buf *t, const char *kind, wb_date date,
		      unsigned n, const char *end)
{
	char name[64], hex[WB_HASH_HEX + 1], day[WB_DATE_TEXT + 1];

	snprintf(name, sizeof(name), "%s %u", kind, n);
	wb_sha256_hex(wb_slice_str(name), hex);
	wb_date_format(date, day);
	wb_buf_fmt(t, "    {\"kind\": \"%s\", \"date\": \"%s\",\n", kind, day);
	wb_buf_fmt(t, "     \"sha256\": \"%s\"}%s\n", hex, end);
}

/* The papers of what is claimed; one exporter in thirty forgot. */
static void put_papers(struct wb_buf *t, const char *claims, wb_date date,
		       unsigned n)
{
	bool forgot = below(30) == 0;

	if (forgot || strcmp(claims, "NLR") == 0)
		return;
	wb_buf_fmt(t, "  \"papers\": [\n");
	if (strcmp(claims, "LPP") == 0) {
		put_paper(t, "lpp_statement", date - 9, n, ",");
		put_paper(t, "prenotice", date - 2, n, "");
	} else if (strcmp(claims, "AIA") == 0) {
		put_paper(t, "aia_certification", date - 20, n, "");
	} else {
		put_paper(t, "purchase_order", date - 30, n, "");
	}
	wb_buf_fmt(t, "  ],\n");
}

/* What the exporter claims: before the rule, no licence outside its scope. */
static const char *claim(const struct party *p, const struct good *g,
			 wb_date date)
{
	const char *claims = g->field[2][0] == '-' ? p->field[5] : g->field[2];

	return date < rule_applies && strcmp(claims, "LICENCE") != 0 ? "NLR"
								     : claims;
}

static void put_shipment(unsigned n, wb_date date)
{
	size_t by = below(100) < 65 ? 0 : 1;
	const struct party *p = some_consignee();
	const struct good *g = some_good();
	const struct wb_signer *signer = &key[by];
	unsigned quantity = g->lot / 4 + below(g->lot) + 1;
	const char *claims = claim(p, g, date);
	char day[WB_DATE_TEXT + 1], name[64];
	struct wb_buf t;

	wb_date_format(date, day);
	wb_buf_init(&t, WB_STATEMENT_MAX);
	wb_buf_fmt(&t, "{\n  \"type\": \"shipment\",\n");
	wb_buf_fmt(&t, "  \"ledger\": \"%s\",\n", origin);
	wb_buf_fmt(&t, "  \"party\": \"%s\",\n", party[by].field[0]);
	wb_buf_fmt(&t, "  \"id\": \"S-%05u\",\n", n);
	wb_buf_fmt(&t, "  \"issued\": \"%sT08:00:00Z\",\n", day);
	wb_buf_fmt(&t, "  \"kind\": \"%s\",\n",
		   by == 0 ? "export" : "reexport");
	wb_buf_fmt(&t, "  \"from\": \"%s\",\n", party[by].field[2]);
	wb_buf_fmt(&t, "  \"destination\": \"%s\",\n", p->field[2]);
	wb_buf_fmt(&t, "  \"consignee\": \"%s\",\n", p->field[0]);
	wb_buf_fmt(&t, "  \"consignee_type\": \"direct_consumer\",\n");
	wb_buf_fmt(&t, "  \"end_use\": \"data_centre\",\n");
	wb_buf_fmt(&t, "  \"export_date\": \"%s\",\n", day);
	wb_buf_fmt(&t, "  \"authorization\": {\"type\": \"%s\"},\n", claims);
	put_papers(&t, claims, date, n);
	wb_buf_fmt(&t, "  \"items\": [{\"line\": 1, \"model\": \"%s\", ",
		   g->field[0]);
	wb_buf_fmt(&t, "\"eccn\": \"%s\", \"quantity\": %u}]\n}\n", g->field[1],
		   quantity);

	snprintf(name, sizeof(name), "%s-%05u", day, n);
	put(name, &t, &signer, 1);
	wb_buf_free(&t);
}

static int by_date(const void *a, const void *b)
{
	wb_date x = *(const wb_date *)a, y = *(const wb_date *)b;

	return (x > y) - (x < y);
}

static void put_shipments(unsigned n)
{
	wb_date *date = calloc(n, sizeof(*date));

	if (date == NULL)
		tool_die("shipments", WB_ENOMEM);
	for (unsigned i = 0; i < n; i++)
		date[i] = some_date();
	qsort(date, n, sizeof(*date), by_date);
	for (unsigned i = 0; i < n; i++)
		put_shipment(i + 1, date[i]);
	free(date);
}

int main(int argc, char *argv[])
{
	int keys_from;

	if (wb_crypto_init() != 0)
		tool_die("start", WB_EIO);
	if (argc >= 6 && strcmp(argv[1], "parties") == 0) {
		keys_from = 5;
		out = argv[4];
	} else if (argc >= 8 && strcmp(argv[1], "shipments") == 0) {
		keys_from = 7;
		out = argv[5];
	} else {
		fputs("usage: see the head of tests/tools/demo.c\n", stderr);
		return 2;
	}

	origin = argv[2];
	read_parties(argv[3]);
	for (int i = keys_from; i < argc && n_keys < KEYS_MAX; i++)
		read_key(argv[i]);
	if (keys_from == 5) {
		for (size_t i = 0; i < n_parties; i++) {
			if (strchr(party[i].field[6], 'u') == NULL)
				put_party(&party[i], i);
		}
	} else {
		read_goods(argv[4]);
		put_shipments((unsigned)strtoul(argv[6], NULL, 10));
	}
	return 0;
}
