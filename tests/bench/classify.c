/*
 * classify: decisions a second on one core, at two sizes of a ledger.
 *
 *   bench_classify FOLDER FEW MANY SECONDS LAW...
 *
 * FOLDER gets two LMDB stores with a registry of 10,000 parties each; FEW
 * shipments are decided in the one and MANY in the other, and what they write
 * is stored.  Then decisions are timed on either, by turns, for SECONDS each.
 * Shipments are decided as the daemon's sequencer decides them: admission (the
 * signatures verified before, by other threads), the rules and both texts, all
 * reads in the store's write transaction; decoding, hashing and the commit are
 * other parts of `make bench`.  Timed is the processor time of the one thread,
 * so that a loaded machine counts less.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/book.h"
#include "tests/tools/tool.h"
#include "waybill/flags.h"
#include "waybill/store.h"
#include "waybill/text.h"

#define ORIGIN    "example.org/waybill"
#define PARTIES   10000
#define EXPORTERS 16
#define BLOCK     32   /* statements made and decided at a time */
#define COMMIT    8192 /* prior shipments stored in one transaction */
#define TURNS     10

static_assert(WB_BATCH_MAX % BLOCK == 0, "batches are of whole blocks");

#define PICK(list) ((list)[below(sizeof(list) / sizeof((list)[0]))])

static struct wb_book book;
static uint64_t chance_at;

/* splitmix64: the same on every machine. */
static uint32_t below(uint32_t n)
{
	uint64_t z = (chance_at += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ (z >> 31)) % n);
}

static void must(int rc, const char *what)
{
	if (rc != 0)
		tool_die(what, rc);
}

/* --- the law and the registry --------------------------------------------- */

static void adopt(const char *path)
{
	struct wb_problem problem = {0};
	struct wb_edition *ed = NULL;
	struct wb_catalogue *cat = NULL;
	struct wb_countries *table = NULL;
	struct wb_flags *flags = NULL;
	struct wb_buf text;
	int rc;

	tool_read(path, &text);
	if (strstr(path, ".policy") != NULL)
		rc = wb_edition_parse(wb_buf_slice(&text), &ed, &problem);
	else if (strstr(path, ".catalogue") != NULL)
		rc = wb_catalogue_parse(wb_buf_slice(&text), &cat, &problem);
	else if (strstr(path, "flags") != NULL)
		rc = wb_flags_parse(wb_buf_slice(&text), &flags, &problem);
	else
		rc = wb_countries_parse(wb_buf_slice(&text), &table, &problem);
	must(rc, path);
	wb_law_adopt(&book.law, ed, cat, table);
	if (flags != NULL)
		wb_law_adopt_flags(&book.law, flags);
	wb_buf_free(&text);
}

static const char *const places[] = {"MY", "SG", "AE", "SA", "IN", "DE",
				     "JP", "FR", "BR", "IL", "TW", "KR",
				     "PL", "CH", "TH", "KZ"};

static char consignee[PARTIES][16], place[PARTIES][3];
static char exporter[EXPORTERS][16];
static struct wb_note note[EXPORTERS];
static char line_name[EXPORTERS][80];

static void put(struct wb_write_txn *txn, const char *key, const char *value)
{
	must(wb_put_state(txn, key, wb_slice_str(value), 1), key);
}

/* One in four belongs to another party, which may belong to a third. */
static void register_consignee(struct wb_write_txn *txn, size_t i)
{
	char key[80], value[160], owner[32] = "-";

	snprintf(consignee[i], sizeof(consignee[i]), "company-%05zu", i);
	snprintf(place[i], sizeof(place[i]), "%s", PICK(places));
	if (i > 100 && below(4) == 0)
		snprintf(owner, sizeof(owner), "company-%05u:%u",
			 below((uint32_t)i), 51 + below(50));
	snprintf(key, sizeof(key), "detail/%s", consignee[i]);
	snprintf(value, sizeof(value), "2020-01-01 %.2s %.2s %s %s", place[i],
		 place[i], below(20) == 0 ? "government" : "private", owner);
	put(txn, key, value);
}

/* One signature line of a key that is registered; the signature is not
 * looked at. */
static void register_exporter(struct wb_write_txn *txn, size_t i)
{
	struct wb_note_line *line = &note[i].line[0];
	const uint8_t seed[WB_SEED_LEN] = {(uint8_t)i};
	char key[160], key_text[WB_VKEY_TEXT_MAX + 1];
	struct wb_signer signer;

	snprintf(exporter[i], sizeof(exporter[i]), "exporter-%02zu", i);
	snprintf(line_name[i], sizeof(line_name[i]), ORIGIN "/party/%s/desk",
		 exporter[i]);
	must(wb_signer_make(wb_slice_str(line_name[i]), WB_SIG_ED25519, seed,
			    &signer),
	     "key");
	note[i].n = 1;
	line->name = wb_slice_str(line_name[i]);
	line->id = signer.vkey.id;
	wb_vkey_format(&signer.vkey, key_text);
	snprintf(key, sizeof(key), "signer/%s/%08x", line_name[i], line->id);
	put(txn, key, key_text);
	snprintf(key, sizeof(key), "party/%s", exporter[i]);
	put(txn, key, "exporter 2020-01-01 -");
}

static void make_registry(struct wb_store *store)
{
	struct wb_write_txn *txn;

	must(wb_write_begin(store, &txn), "store");
	put(txn, "ledger", ORIGIN " paper live 30 1");
	for (size_t i = 0; i < PARTIES; i++)
		register_consignee(txn, i);
	for (size_t i = 0; i < EXPORTERS; i++)
		register_exporter(txn, i);
	must(wb_write_commit(txn), "store");
}

/* --- shipments ------------------------------------------------------------ */

#define PAPER(kind)                                                            \
	"{\"kind\":\"" kind "\",\"date\":\"2025-05-20\",\"sha256\":\""         \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"
#define ITEM(line, model)                                                      \
	"{\"line\":" line ",\"model\":\"" model                                \
	"\",\"eccn\":\"3A090.a\",\"quantity\":1}"

/* What shipments are made from: decoded once, as the daemon decodes them. */
static const struct {
	const char *claim, *papers, *items;
} forms[] = {
	{"LPP", PAPER("lpp_statement") "," PAPER("prenotice"),
	 ITEM("1", "nv-h100-sxm")},
	{"LPP", PAPER("lpp_statement"), ITEM("1", "nv-h200-sxm")},
	{"AIA", PAPER("aia_certification"), ITEM("1", "nv-b200")},
	{"AIA", PAPER("aia_certification"),
	 ITEM("1", "nv-h100-sxm") "," ITEM("2", "nv-l40")},
	{"NLR", PAPER("purchase_order"), ITEM("1", "nv-h20-96")},
	{"NLR", PAPER("purchase_order"),
	 ITEM("1", "nv-a10") "," ITEM("2", "nv-t4") "," ITEM("3", "nv-l20")},
	{"ACA", PAPER("purchase_order"), ITEM("1", "nv-rtx4090")},
	{"NAC", PAPER("nac_notice"),
	 ITEM("1", "nv-a30") "," ITEM("2", "nv-rtx4090")},
	{"LICENCE", PAPER("purchase_order"), ITEM("1", "amd-mi300x")},
	{"LPP", PAPER("lpp_statement"),
	 ITEM("1", "nv-a100-sxm-80") "," ITEM("2", "nv-l40s")},
};

#define FORMS (sizeof(forms) / sizeof(forms[0]))

static struct wb_statement form[FORMS], block[BLOCK];
static char block_id[BLOCK][24];
static uint8_t block_by[BLOCK]; /* exporter */
static struct wb_decision decision;
static uint8_t text[WB_JUDGEMENT_MAX + WB_WORKINGS_MAX];

static void make_forms(void)
{
	char json[4096];

	for (size_t i = 0; i < FORMS; i++) {
		struct wb_problem problem = {0};

		snprintf(json, sizeof(json),
			 "{\"type\":\"shipment\",\"ledger\":\"" ORIGIN "\","
			 "\"party\":\"a\",\"id\":\"S-1\","
			 "\"issued\":\"2025-06-01T00:00:00Z\","
			 "\"kind\":\"export\",\"from\":\"US\","
			 "\"destination\":\"MY\",\"consignee\":\"a\","
			 "\"consignee_type\":\"direct_consumer\","
			 "\"end_use\":\"data_centre\","
			 "\"export_date\":\"2025-06-01\",\"papers\":[%s],"
			 "\"authorization\":{\"type\":\"%s\"},"
			 "\"items\":[%s]}\n",
			 forms[i].papers, forms[i].claim, forms[i].items);
		if (wb_statement_decode(wb_slice_str(json), NULL, &form[i],
					&problem) != 0)
			tool_die(problem.detail, WB_EREFUSED);
	}
}

/* The next shipment, of the day it is recorded; one in fifty comes late. */
static void make_shipment(size_t i, const char *series, uint64_t n,
			  wb_date today)
{
	struct wb_statement *st = &block[i];
	struct wb_shipment *s = &st->u.shipment;
	uint32_t to = below(PARTIES);

	*st = form[below(FORMS)];
	block_by[i] = (uint8_t)below(EXPORTERS);
	snprintf(block_id[i], sizeof(block_id[i]), "%s-%llu", series,
		 (unsigned long long)n);
	st->party = exporter[block_by[i]];
	st->id = block_id[i];
	st->issued = (wb_time)today * 86400000;
	s->consignee = consignee[to];
	s->destination = place[to];
	s->export_date = today - (below(50) == 0 ? 40 : (wb_date)below(5));
	if (below(8) == 0)
		s->end_user = consignee[below(PARTIES)];
	if (below(4) == 0)
		s->intermediate[s->n_intermediates++] =
			consignee[below(PARTIES)];
	for (size_t k = 0; k < s->n_items; k++)
		s->item[k].quantity = 1 + below(8);
}

/* As the sequencer decides: admit, classify, both texts; how many bytes. */
static size_t decide(struct wb_write_txn *txn, size_t i, wb_time time)
{
	struct wb_state state = wb_write_state(txn);
	struct wb_problem problem = {0};
	struct wb_writer w;
	int rc;

	rc = wb_book_judge(&book, &note[block_by[i]], &block[i], &state, time,
			   false, &decision, &problem);
	if (rc != 0)
		tool_die(problem.detail, rc);
	wb_writer_init(&w, text, sizeof(text));
	wb_judgement_write(&w, &decision);
	wb_workings_write(&w, &decision);
	if (w.failed)
		tool_die("texts", WB_ELIMIT);
	return w.len;
}

static wb_date first_day(void)
{
	wb_date date;

	must(wb_date_parse(wb_slice_str("2025-06-01"), &date), "date");
	return date;
}

/* Decide so many shipments and store what they write. */
static void record(struct wb_store *store, uint64_t to)
{
	struct wb_write_txn *txn = NULL;
	wb_date today = first_day();

	for (uint64_t n = 0; n < to; n++) {
		if (txn == NULL)
			must(wb_write_begin(store, &txn), "store");
		make_shipment(0, "S", n, today);
		(void)decide(txn, 0, (wb_time)today * 86400000);
		for (size_t k = 0; k < decision.n_writes; k++)
			must(wb_put_state(txn, decision.write[k].key,
					  decision.write[k].value, n + 2),
			     "store");
		if (n % COMMIT != COMMIT - 1 && n != to - 1)
			continue;
		must(wb_write_commit(txn), "store");
		txn = NULL;
	}
}

static double cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* A ledger's state after so many shipments, and what deciding on it took. */
struct side {
	struct wb_store *store;
	uint64_t prior;
	double spent;
	size_t n, reads, bytes, verdicts[WB_VERDICTS];
};

/* Time decisions for some seconds; what they write is not stored. */
static void timed(struct side *side, double seconds)
{
	struct wb_write_txn *txn = NULL;
	wb_date today = first_day();
	double until = side->spent + seconds;

	while (side->spent < until) {
		double start;

		/* As many as the daemon decides in one. */
		if (side->n % WB_BATCH_MAX == 0) {
			wb_write_abort(txn);
			txn = NULL;
		}
		if (txn == NULL)
			must(wb_write_begin(side->store, &txn), "store");
		for (size_t i = 0; i < BLOCK; i++)
			make_shipment(i, "T", side->n + i, today);
		start = cpu();
		for (size_t i = 0; i < BLOCK; i++) {
			side->bytes +=
				decide(txn, i, (wb_time)today * 86400000);
			side->verdicts[decision.verdict]++;
			side->reads += decision.n_reads;
		}
		side->spent += cpu() - start;
		side->n += BLOCK;
	}
	wb_write_abort(txn);
}

static double rate(const struct side *side)
{
	return (double)side->n / side->spent;
}

static void print(const struct side *side)
{
	double n = (double)side->n;

	printf("%9llu prior %9.0f/s  %5.2f us, %.1f reads, %.0f bytes of "
	       "text; clear %.0f%%, review %.0f%%, deny %.0f%%\n",
	       (unsigned long long)side->prior, rate(side),
	       1e6 * side->spent / n, (double)side->reads / n,
	       (double)side->bytes / n,
	       100 * (double)side->verdicts[WB_CLEAR] / n,
	       100 * (double)side->verdicts[WB_REVIEW] / n,
	       100 * (double)side->verdicts[WB_DENY] / n);
}

static void make_side(struct side *side, const char *folder, const char *prior)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, prior);
	if (mkdir(path, 0777) != 0)
		tool_die(path, WB_EIO);
	must(wb_store_open(path, true, &side->store), path);
	side->prior = strtoull(prior, NULL, 10);
	chance_at = 20250515; /* the same registry on either side */
	make_registry(side->store);
	record(side->store, side->prior);
}

int main(int argc, char *argv[])
{
	struct side few = {0}, many = {0};
	double seconds;

	if (argc < 6) {
		fputs("usage: see the head of tests/bench/classify.c\n",
		      stderr);
		return 2;
	}
	seconds = strtod(argv[4], NULL);
	must(wb_crypto_init(), "start");
	wb_book_init(&book);
	wb_law_init(&book.law, "paper");
	for (int i = 5; i < argc; i++)
		adopt(argv[i]);
	make_forms();
	make_side(&few, argv[1], argv[2]);
	make_side(&many, argv[1], argv[3]);
	/* By turns, so that what else the machine does strikes both alike. */
	for (uint64_t i = 0; i < TURNS; i++) {
		chance_at = i;
		timed(&few, seconds / TURNS);
		chance_at = i;
		timed(&many, seconds / TURNS);
	}
	print(&few);
	print(&many);
	printf("the ratio of the two is %.2f\n", rate(&many) / rate(&few));
	wb_store_close(few.store);
	wb_store_close(many.store);
	for (size_t i = 0; i < FORMS; i++)
		wb_statement_free(&form[i]);
	wb_book_free(&book);
	return 0;
}
