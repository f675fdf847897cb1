#include <string.h>

#include "core/decide.h"
#include "waybill/flags.h"
#include "waybill/text.h"

/*
 * emit: the two canonical texts of a decision.  Fixed members in a fixed
 * order, one line, no space: the same decision gives the same bytes.
 */

/* Names are literals: in line, each is one copy of a known length. */
#define IN_LINE static inline __attribute__((always_inline))

IN_LINE void member(struct wb_writer *w, const char *name)
{
	wb_write_str(w, ",\"");
	wb_write_str(w, name);
	wb_write_str(w, "\":");
}

IN_LINE void str(struct wb_writer *w, const char *name, const char *value)
{
	member(w, name);
	wb_write_json(w, wb_slice_str(value));
}

IN_LINE void num(struct wb_writer *w, const char *name, int64_t value)
{
	member(w, name);
	wb_write_dec(w, value);
}

/* A number that nobody may know is null. */
IN_LINE void opt(struct wb_writer *w, const char *name, int64_t value)
{
	member(w, name);
	if (value < 0)
		wb_write_str(w, "null");
	else
		wb_write_dec(w, value);
}

IN_LINE void flag(struct wb_writer *w, const char *name, bool value)
{
	member(w, name);
	wb_write_str(w, value ? "true" : "false");
}

static void law(struct wb_writer *w, const char *name, const char *id,
		const char *sha256)
{
	member(w, name);
	if (sha256 == NULL) {
		wb_write_str(w, "null");
		return;
	}
	wb_write_str(w, "{\"id\":");
	wb_write_json(w, wb_slice_str(id));
	wb_write_str(w, ",\"sha256\":\"");
	wb_write_bytes(w, sha256, WB_HASH_HEX);
	wb_write_str(w, "\"}");
}

/* TPP / area in ten-thousandths, cut off; for readers, no rule uses it. */
static int64_t density_x10000(const struct wb_item_decision *item)
{
	if (item->tpp_x10 < 0 || item->die_area_mm2_x10 <= 0)
		return -1;
	return (int64_t)((__int128)item->tpp_x10 * 10000 /
			 item->die_area_mm2_x10);
}

static void item(struct wb_writer *w, const struct wb_item_decision *it)
{
	wb_write_str(w, "{\"line\":");
	wb_write_dec(w, it->line);
	str(w, "model", it->model);
	num(w, "quantity", it->quantity);
	num(w, "units", it->units);
	opt(w, "tpp_x10", it->tpp_x10);
	opt(w, "total_tpp_x10", it->total_x10);
	opt(w, "performance_density_x10000", density_x10000(it));
	str(w, "eccn", it->eccn);
	str(w, "limb", it->limb);
	str(w, "eccn_citation", it->eccn_citation);
	flag(w, "licence_required", it->licence_required);
	str(w, "licence_rule", it->licence_rule);
	str(w, "licence_citation", it->licence_citation);
	str(w, "path", it->path);
	str(w, "path_citation", it->path_citation);
	str(w, "review", it->review_text);
	str(w, "notice", it->notice);
	str(w, "verdict", wb_verdict_name(it->verdict));
	wb_write_char(w, '}');
}

static void records(struct wb_writer *w, const struct wb_seen *s, size_t n)
{
	member(w, "records");
	wb_write_char(w, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			wb_write_char(w, ',');
		wb_write_dec(w, (int64_t)s->record[i]);
	}
	wb_write_char(w, ']');
}

/* What a red flag saw, and the records it rests on besides this one; not what
 * tells of others. */
static void seen(struct wb_writer *w, const struct wb_seen *s)
{
	member(w, "seen");
	wb_write_str(w, "{\"version\":");
	wb_write_dec(w, s->version);
	if (s->shared) {
		member(w, "value");
		wb_write_str(w, "null");
	} else {
		num(w, "value", s->value);
	}
	num(w, "threshold", s->threshold);
	str(w, "unit", s->unit);
	str(w, "party", s->party);
	str(w, "id", s->id);
	records(w, s, s->shared ? 0 : s->n_records);
	wb_write_char(w, '}');
}

/* And that, for those who may read it: by the place of the finding. */
static void shared(struct wb_writer *w, const struct wb_decision *d)
{
	bool first = true;

	member(w, "seen");
	wb_write_char(w, '[');
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct wb_seen *s = &d->finding[i].seen;

		if (s->version == 0 || !s->shared)
			continue;
		wb_write_str(w, first ? "{\"finding\":" : ",{\"finding\":");
		wb_write_dec(w, (int64_t)i);
		str(w, "code", d->finding[i].code);
		num(w, "value", s->value);
		records(w, s, s->n_records);
		wb_write_char(w, '}');
		first = false;
	}
	wb_write_char(w, ']');
}

static void finding(struct wb_writer *w, const struct wb_finding *f)
{
	wb_write_str(w, "{\"code\":");
	wb_write_json(w, wb_slice_str(f->code));
	str(w, "severity", wb_severity_name(f->severity));
	str(w, "doubt", f->doubt);
	str(w, "narrative", f->narrative);
	str(w, "citation", f->citation);
	str(w, "resolution", f->resolution);
	if (f->seen.version > 0)
		seen(w, &f->seen);
	wb_write_char(w, '}');
}

static const char *standing(const struct wb_balance *b)
{
	if (b->limit_x10 < 0)
		return "unlimited";
	if (b->before_x10 + b->asked_x10 > b->limit_x10)
		return "insufficient";
	if (b->before_x10 + b->asked_x10 == b->limit_x10)
		return "limit reached";
	return "sufficient";
}

static int64_t remaining(const struct wb_balance *b)
{
	if (b->limit_x10 < 0)
		return -1;
	return b->after_x10 < b->limit_x10 ? b->limit_x10 - b->after_x10 : 0;
}

static void amounts(struct wb_writer *w, const struct wb_balance *b)
{
	str(w, "of", b->of);
	num(w, b->units ? "before_units" : "before_tpp_x10", b->before_x10);
	num(w, b->units ? "after_units" : "after_tpp_x10", b->after_x10);
	opt(w, b->units ? "remaining_units" : "remaining_tpp_x10",
	    remaining(b));
	num(w, b->units ? "if_granted_units" : "if_granted_tpp_x10",
	    b->granted_x10);
}

/* Shared balances appear to the parties only as sufficient or not. */
static void balance(struct wb_writer *w, const struct wb_balance *b, bool whole)
{
	wb_write_str(w, "{\"counter\":");
	wb_write_json(w, wb_slice_str(b->counter));
	str(w, "period", b->period);
	opt(w, b->units ? "limit_units" : "limit_tpp_x10", b->limit_x10);
	num(w, b->units ? "asked_units" : "asked_tpp_x10", b->asked_x10);
	str(w, "standing", standing(b));
	if (whole || b->own)
		amounts(w, b);
	wb_write_char(w, '}');
}

static void balances(struct wb_writer *w, const struct wb_decision *d,
		     bool whole)
{
	member(w, "balances");
	wb_write_char(w, '[');
	for (size_t i = 0; i < d->n_balances; i++) {
		if (i > 0)
			wb_write_char(w, ',');
		balance(w, &d->balance[i], whole);
	}
	wb_write_char(w, ']');
}

void wb_judgement_write(struct wb_writer *w, const struct wb_decision *d)
{
	char date[WB_DATE_TEXT + 1] = "";

	if (d->judged_for != WB_DATE_NONE)
		wb_date_format(d->judged_for, date);
	wb_write_str(w, "{\"engine\":");
	wb_write_dec(w, d->engine);
	str(w, "verdict", wb_verdict_name(d->verdict));
	str(w, "basis", d->basis);
	str(w, "review", d->review_text[0] == '\0' ? "none" : d->review_text);
	str(w, "judged_for", date);
	flag(w, "historical", d->historical);
	flag(w, "provisional", d->provisional);
	law(w, "edition", d->edition == NULL ? "" : d->edition->id,
	    d->edition == NULL ? NULL : d->edition->sha256);
	law(w, "catalogue", d->catalogue == NULL ? "" : d->catalogue->id,
	    d->catalogue == NULL ? NULL : d->catalogue->sha256);
	law(w, "countries", d->countries == NULL ? "" : d->countries->id,
	    d->countries == NULL ? NULL : d->countries->sha256);
	law(w, "flags", d->flags == NULL ? "" : d->flags->id,
	    d->flags == NULL ? NULL : d->flags->sha256);
	opt(w, "controlled_tpp_x10", d->total_x10);
	member(w, "items");
	wb_write_char(w, '[');
	for (size_t i = 0; i < d->n_items; i++) {
		if (i > 0)
			wb_write_char(w, ',');
		item(w, &d->item[i]);
	}
	wb_write_char(w, ']');
	member(w, "findings");
	wb_write_char(w, '[');
	for (size_t i = 0; i < d->n_findings; i++) {
		if (i > 0)
			wb_write_char(w, ',');
		finding(w, &d->finding[i]);
	}
	wb_write_char(w, ']');
	member(w, "scopes");
	wb_write_char(w, '[');
	for (size_t i = 0; i < d->n_scopes; i++) {
		if (i > 0)
			wb_write_char(w, ',');
		wb_write_json(w, wb_slice_str(d->scope[i]));
	}
	wb_write_char(w, ']');
	balances(w, d, false);
	wb_write_str(w, "}\n");
}

void wb_workings_write(struct wb_writer *w, const struct wb_decision *d)
{
	wb_write_str(w, "{\"reads\":[");
	for (size_t i = 0; i < d->n_reads; i++) {
		const struct wb_read *r = &d->read[i];

		wb_write_str(w, i > 0 ? ",{\"key\":" : "{\"key\":");
		wb_write_json(w, wb_slice_str(r->key));
		/* What was not there has no value. */
		if (r->present) {
			member(w, "value");
			wb_write_json(w, r->value);
			num(w, "seq", (int64_t)r->seq);
		}
		wb_write_char(w, '}');
	}
	wb_write_str(w, "],\"writes\":[");
	for (size_t i = 0; i < d->n_writes; i++) {
		wb_write_str(w, i > 0 ? ",{\"key\":" : "{\"key\":");
		wb_write_json(w, wb_slice_str(d->write[i].key));
		member(w, "value");
		wb_write_json(w, d->write[i].value);
		wb_write_char(w, '}');
	}
	wb_write_char(w, ']');
	balances(w, d, true);
	shared(w, d);
	wb_write_str(w, "}\n");
}
