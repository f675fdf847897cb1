#include "core/provisional.h"

#include <stdio.h>
#include <string.h>

#include "core/custody_words.h"
#include "core/due.h"
#include "core/format.h"

/* Of the values that a decision has read and written, at most, so that its
 * workings are within their limit. */
#define BYTES_MAX ((size_t)320 << 10)

/* --- the law of a day ----------------------------------------------------- */

struct day_law {
	const char *edition; /* id, or "-" */
	char edition_hex[17], countries_hex[17];
};

static struct day_law law_of(const struct wb_law *law, wb_date date)
{
	const struct wb_edition *ed = wb_law_edition(law, date);
	struct day_law ret = {.edition = ed == NULL ? "-" : ed->id};

	wb_copy(ret.edition_hex, sizeof(ret.edition_hex),
		ed == NULL ? "-" : ed->sha256);
	wb_copy(ret.countries_hex, sizeof(ret.countries_hex),
		law->countries == NULL ? "-" : law->countries->sha256);
	return ret;
}

/* --- what is kept --------------------------------------------------------- */

static void kept_key(char out[WB_STATE_KEY_MAX + 1], const struct wb_kept *k)
{
	wb_state_key(out, "kept/%s/%s/%llu", k->party, k->id,
		     (unsigned long long)k->corrected);
}

static void page_key(char out[WB_STATE_KEY_MAX + 1], const struct wb_kept *k,
		     size_t page)
{
	wb_state_key(out, "kept/%s/%s/%llu/%zu", k->party, k->id,
		     (unsigned long long)k->corrected, page);
}

/* The ECCNs of the items, parted by ','. */
static struct wb_slice eccns_of(const struct wb_decision *d, char *out,
				size_t cap)
{
	struct wb_slice ret = {0};
	struct wb_writer w;

	wb_writer_init(&w, out, cap);
	for (size_t i = 0; i < d->n_items; i++) {
		wb_write_str(&w, i == 0 ? "" : ",");
		wb_write_str(&w, d->item[i].eccn);
	}
	if (d->n_items == 0)
		wb_write_str(&w, "-");
	return wb_writer_end(&w, &ret) == 0 ? ret : wb_slice_str("-");
}

#define ECCNS_MAX (WB_ITEMS_MAX * (WB_ECCN_MAX + 1))

/* What d has decided, under the law of the date of export. */
static int put_kept(const struct wb_law *law, const struct wb_kept *k,
		    struct wb_decision *d)
{
	struct day_law now = law_of(law, k->ship.export_date);
	char key[WB_STATE_KEY_MAX + 1], eccns[ECCNS_MAX];
	uint8_t value[ECCNS_MAX + 256];
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	wb_write_str(&w, now.edition);
	wb_entry_put_text(&w, now.edition_hex);
	wb_entry_put_text(&w, now.countries_hex);
	wb_entry_put_number(&w, (int64_t)k->pages);
	wb_write_char(&w, ' ');
	wb_write_slice(&w, eccns_of(d, eccns, sizeof(eccns)));
	wb_entry_put_text(&w, d->basis);
	rc = wb_writer_end(&w, &s);
	kept_key(key, k);
	return rc == 0 ? wb_state_write(d, key, s) : rc;
}

static int parse_kept(struct wb_slice value, struct wb_kept *ret)
{
	struct wb_words w = {.rest = value};
	int64_t pages;

	wb_entry_text(&w, ret->edition, sizeof(ret->edition));
	wb_entry_text(&w, ret->edition_hex, sizeof(ret->edition_hex));
	wb_entry_text(&w, ret->countries_hex, sizeof(ret->countries_hex));
	pages = wb_entry_number(&w);
	ret->eccns = wb_words_next(&w);
	/* A space, and words. */
	if (w.failed || pages > WB_KEPT_PAGES || w.rest.len < 2)
		return WB_ECORRUPT;
	ret->basis = wb_slice(w.rest.p + 1, w.rest.len - 1);
	ret->pages = (size_t)pages;
	return 0;
}

/* The text, page by page, none of which ends within a character. */
static int put_text(struct wb_slice text, struct wb_kept *k,
		    struct wb_decision *d)
{
	char key[WB_STATE_KEY_MAX + 1];
	int rc = 0;

	for (k->pages = 0; text.len > 0 && rc == 0; k->pages++) {
		size_t n = text.len < WB_STATE_VALUE_MAX ? text.len
							 : WB_STATE_VALUE_MAX;

		while (n < text.len && (text.p[n] & 0xc0) == 0x80)
			n--;
		page_key(key, k, k->pages);
		rc = k->pages == WB_KEPT_PAGES
			     ? WB_ELIMIT
			     : wb_state_write(d, key, wb_slice(text.p, n));
		text = wb_slice(text.p + n, text.len - n);
	}
	return rc;
}

static int ask_on(const struct wb_engine_input *in, struct wb_decision *d,
		  const struct wb_kept *k, wb_date day)
{
	char word[WB_DUE_WORD + 1];

	snprintf(word, sizeof(word), "law:%s:%s:%llu", k->party, k->id,
		 (unsigned long long)k->corrected);
	return wb_due_add(in, d, day, word);
}

static int keep(const struct wb_engine_input *in, const struct wb_shipment *s,
		const char *id, const struct wb_ship *ship,
		struct wb_decision *d)
{
	struct wb_kept k = {.party = in->statement->party,
			    .id = id,
			    .corrected = ship->corrected};
	size_t reads_max = d->reads_max;
	int rc;

	k.ship.export_date = s->export_date;
	rc = put_text(in->statement->text, &k, d);
	if (rc == 0)
		rc = put_kept(in->law, &k, d);
	/* Where the index goes on is no fact that a rule asks for. */
	d->reads_max += WB_READS_INDEX;
	if (rc == 0)
		rc = ask_on(in, d, &k, s->export_date);
	d->reads_max = reads_max;
	return rc;
}

int wb_provisional_keep(const struct wb_engine_input *in,
			const struct wb_shipment *s, const char *id,
			const struct wb_ship *ship, struct wb_decision *d)
{
	return d->provisional ? keep(in, s, id, ship, d) : 0;
}

/* --- asked ---------------------------------------------------------------- */

static bool stands(const struct wb_kept *k)
{
	return k->ship.status != WB_SHIP_VOID &&
	       k->ship.corrected == k->corrected;
}

int wb_provisional_look(const struct wb_engine_input *in, struct wb_decision *d,
			const char *party, const char *id, struct wb_slice rest,
			struct wb_kept *ret, bool *ret_changed)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	struct day_law now;
	bool failed = false;
	int rc;

	ret->party = party;
	ret->id = id;
	ret->corrected = (uint64_t)wb_number_parse(rest, &failed);
	rc = failed ? WB_ECORRUPT
		    : wb_ship_read(in->state, d, party, id, &ret->ship);
	kept_key(key, ret);
	if (rc == 0)
		rc = wb_state_read(in->state, d, key, &value);
	if (rc == 0)
		rc = parse_kept(value, ret);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	now = law_of(in->law, ret->ship.export_date);
	*ret_changed = stands(ret) &&
		       (strcmp(now.edition_hex, ret->edition_hex) != 0 ||
			strcmp(now.countries_hex, ret->countries_hex) != 0);
	return 0;
}

int wb_provisional_done(const struct wb_engine_input *in, struct wb_decision *d,
			const struct wb_kept *kept, wb_date today)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice nothing = {0};
	int rc;

	if (stands(kept) && today <= kept->ship.export_date)
		return ask_on(in, d, kept, kept->ship.export_date + 1);
	kept_key(key, kept);
	rc = wb_state_write(d, key, nothing);
	for (size_t i = 0; i < kept->pages && rc == 0; i++) {
		page_key(key, kept, i);
		rc = wb_state_write(d, key, nothing);
	}
	return rc;
}

/* --- judged again --------------------------------------------------------- */

static int get_text(const struct wb_state *state, const struct wb_kept *k,
		    struct wb_writer *w, struct wb_decision *d)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice page;
	int rc = 0;

	for (size_t i = 0; i < k->pages && rc == 0; i++) {
		page_key(key, k, i);
		rc = wb_state_read(state, d, key, &page);
		if (rc == 0)
			wb_write_slice(w, page);
	}
	return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
}

/* The shipment's entry, and those of its serial numbers if it may go now and
 * might not before, or the other way round. */
static int restate(const struct wb_engine_input *in,
		   const struct wb_shipment *s, struct wb_kept *k,
		   struct wb_decision *d)
{
	struct wb_ship_of of = {k->party, k->id, &k->ship};
	const struct wb_ship old = k->ship;
	bool went = old.verdict == WB_CLEAR;
	int rc;

	k->ship.verdict = d->verdict;
	k->ship.judged_for = d->judged_for;
	k->ship.n_charges = d->n_charges;
	memcpy(k->ship.charge, d->charge, d->n_charges * sizeof(d->charge[0]));
	rc = wb_attrition_carry(in, &old, &k->ship, d);
	if (rc == 0 && went != (d->verdict == WB_CLEAR))
		rc = wb_serials_ship(in, s, &of, d);
	if (rc == 0)
		rc = wb_wait_note(in, k->id, d);
	if (rc == 0)
		rc = wb_ship_write(d, k->party, k->id, &k->ship);
	return rc == 0 ? wb_wait_ask(in, k->id, d) : rc;
}

/* By the law of the date of export, as of that day: the statement is neither
 * early nor late. */
static int judge(const struct wb_engine_input *in, struct wb_statement *st,
		 struct wb_kept *k, struct wb_decision *d)
{
	const struct wb_shipment *s = st->type == WB_CORRECTION
					      ? &st->u.correction.shipment
					      : &st->u.shipment;
	struct wb_engine_input then = *in, now = *in;
	enum wb_verdict was = k->ship.verdict;
	int rc;

	then.statement = now.statement = st;
	then.time = (wb_time)k->ship.export_date * 86400000;
	d->reads_max = d->n_reads + WB_READS_MAX;
	d->n_credits = k->ship.n_charges;
	memcpy(d->credit, k->ship.charge,
	       k->ship.n_charges * sizeof(d->credit[0]));
	rc = wb_judge_law(&then, s, d);
	if (rc == 0)
		rc = wb_flags_again(&then, s, d);
	if (rc == 0)
		rc = restate(&then, s, k, d);
	d->reads_max += WB_READS_INDEX;
	if (rc == 0)
		rc = wb_flags_later(&now, s, k->id, was, d);
	if (rc == 0)
		rc = put_kept(in->law, k, d);
	return rc == 0 && d->arena_len > BYTES_MAX ? WB_ELIMIT : rc;
}

static int judge_text(const struct wb_engine_input *in, struct wb_kept *k,
		      struct wb_decision *d)
{
	uint8_t text[WB_STATEMENT_MAX];
	struct wb_statement st;
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, text, sizeof(text));
	rc = get_text(in->state, k, &w, d);
	if (rc == 0)
		rc = wb_writer_end(&w, &s);
	if (rc == 0)
		rc = s.len == 0 ? WB_ELIMIT
				: wb_statement_decode(s, NULL, &st, NULL);
	if (rc != 0)
		return rc == WB_EREFUSED ? WB_ECORRUPT : rc;
	rc = judge(in, &st, k, d);
	wb_statement_free(&st);
	return rc;
}

/* As a sweep is that has found nothing. */
static void undo(struct wb_decision *d, size_t n_writes)
{
	wb_outcome_init(d);
	wb_copy(d->basis, sizeof(d->basis), wb_kind(WB_SWEEP)->name);
	d->n_writes = n_writes;
}

static void tell(const struct wb_kept *k, enum wb_verdict was,
		 const struct wb_decision *d, struct wb_again *ret)
{
	char eccns[ECCNS_MAX];
	struct wb_slice now = eccns_of(d, eccns, sizeof(eccns));

	ret->code = d->verdict > was ? "redecided-stricter" : "redecided";
	snprintf(ret->text, sizeof(ret->text),
		 "%s/%s was %s, %.*s, with ECCN %.*s%s by %s; it is %s, %s, "
		 "with ECCN %.*s%s by %s",
		 k->party, k->id, wb_verdict_name(was), (int)k->basis.len,
		 (const char *)k->basis.p,
		 k->eccns.len > 32 ? 32 : (int)k->eccns.len,
		 (const char *)k->eccns.p, k->eccns.len > 32 ? "..." : "",
		 k->edition, wb_verdict_name(d->verdict), d->basis,
		 now.len > 32 ? 32 : (int)now.len, (const char *)now.p,
		 now.len > 32 ? "..." : "",
		 d->edition == NULL ? "-" : d->edition->id);
}

int wb_provisional_judge(const struct wb_engine_input *in,
			 struct wb_decision *d, struct wb_kept *kept,
			 struct wb_again *ret_again)
{
	enum wb_verdict was = kept->ship.verdict;
	size_t n_writes = d->n_writes;
	int rc = judge_text(in, kept, d);

	if (rc == 0) {
		tell(kept, was, d, ret_again);
		return 0;
	}
	if (rc != WB_ELIMIT)
		return rc;
	undo(d, n_writes);
	ret_again->code = "law-changed";
	snprintf(ret_again->text, sizeof(ret_again->text),
		 "%s/%s was judged by %s, which is not the law of its date of "
		 "export",
		 kept->party, kept->id, kept->edition);
	return 0;
}
