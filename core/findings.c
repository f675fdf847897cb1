#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"
#include "waybill/flags.h"
#include "waybill/text.h"

/* Every code a decision can carry.  FORMAT.md lists them; a test compares. */
static const struct wb_finding_kind kinds[] = {
	{"unregistered-party", WB_ALERT,
	 "a party of the shipment is not in the registry",
	 "have the authority register the party; it can use no exception "
	 "until then"},
	{"unknown-country", WB_FATAL,
	 "a country is not in the country table on that date",
	 "correct the country code, or have the table amended"},
	{"unknown-model", WB_ALERT, "the model is not in the product catalogue",
	 "attest the parameters, or have the catalogue amended"},
	{"fact-missing", WB_VERIFY,
	 "a parameter that a rule asks for is not known",
	 "attest the parameters of the item"},
	{"no-edition", WB_ALERT,
	 "no recorded edition covers the date of export",
	 "have the committee adopt the edition for that date"},
	{"declared-differs", WB_ALERT,
	 "the declared headquarters or parent differs from the registry",
	 "correct the declaration or have the registry amended; the "
	 "stricter of the two decided"},
	{"kind-differs", WB_VERIFY,
	 "a transfer is within one country, an export or a reexport is not",
	 "correct the kind, or where it goes; the stricter of the two "
	 "decided"},
	{"eccn-differs", WB_VERIFY, "the claimed ECCN is not the one computed",
	 "correct the ECCN on the next document"},
	{"authorization-differs", WB_VERIFY,
	 "the claimed authorization is not the one that applies",
	 "correct the authorization claimed"},
	{"licence-required", WB_ALERT, "a licence is required and none is held",
	 "apply for a licence before export"},
	{"limit-exceeded", WB_VERIFY,
	 "the yearly limit of an exception would be exceeded",
	 "reduce the quantity, wait for the next year, or apply for a "
	 "licence"},
	{"limit-exhausted", WB_VERIFY,
	 "less is left of a yearly limit than the least item that is counted",
	 "treat the limit as reached"},
	{"not-charged", WB_VERIFY,
	 "the party named as charged is not the one that is charged",
	 "name nobody, or a registered operator where the exception allows it"},
	{"listed-party", WB_ALERT, "somebody who takes part is on a list",
	 "stop and take advice; whether a licence is required the edition "
	 "says"},
	{"listed-owner", WB_ALERT,
	 "listed parties together hold half or more of somebody who takes part",
	 "stop and take advice; whether a licence is required the edition "
	 "says"},
	{"authority-unknown", WB_VERIFY,
	 "the licence or authorization that is named is not on record",
	 "name its number as granted"},
	{"authority-not-valid", WB_ALERT,
	 "the licence or authorization that is named is not in force",
	 "apply for a new one before export"},
	{"authority-differs", WB_ALERT,
	 "the licence or authorization that is named is for something else",
	 "ship what was granted to whom it was granted, or apply again"},
	{"authority-exceeded", WB_FATAL,
	 "the shipment exceeds what is left of the licence",
	 "reduce the quantity or apply for a licence for the rest"},
	{"licence-used", WB_INFO, "a licence that is held covers the item",
	 "quote its number on the documents"},
	{"veu-limit", WB_ALERT,
	 "a share of a universal validated end user would be exceeded",
	 "reduce the quantity or apply for a licence"},
	{"nveu-limit", WB_ALERT,
	 "the installed base of a national validated end user would be "
	 "exceeded",
	 "reduce the quantity, wait for the next quarter, or apply for a "
	 "licence"},
	{"attrition", WB_INFO,
	 "retired units leave the installed base of a validated end user",
	 "report them with the chip accounting"},
	{"lookups-exhausted", WB_VERIFY,
	 "more parties and owners are involved than one decision looks up",
	 "name fewer parties in one shipment, or have the authority look at "
	 "it"},
	{"limit-reached", WB_VERIFY,
	 "the yearly limit of an exception is reached exactly",
	 "the consignee notifies BIS at once"},
	{"paper-missing", WB_VERIFY,
	 "a paper that an exception needs is not there in time",
	 "obtain the paper and name it under papers"},
	{"pre-notice", WB_VERIFY,
	 "the shipment's size asks for a notice before export",
	 "notify BIS before export and name the notice under papers"},
	{"notice", WB_VERIFY, "the exception asks for a notice before export",
	 "give the notice and name it under papers"},
	{"marker", WB_VERIFY, "a cumulative amount passes a reporting mark",
	 "send the certification before the next export"},
	{"after-export", WB_INFO, "a duty that falls due after export",
	 "file in time"},
	{"contested-exception", WB_VERIFY,
	 "another paragraph read strictly bars the exception",
	 "take advice; the setting of the edition decided"},
	{"barred-exception", WB_ALERT,
	 "the exception is barred by another paragraph", "apply for a licence"},
	{"allocation-exceeded", WB_ALERT,
	 "the country allocation would be exceeded",
	 "reduce the quantity or obtain a government agreement"},
	{"doubt", WB_VERIFY,
	 "an open question of the law decided; the doubt is named",
	 "take advice if the other reading would change the outcome"},
	{"savings", WB_INFO,
	 "the savings clause applies: the earlier law decided",
	 "keep the carrier's documents"},
	{"savings-missed", WB_VERIFY,
	 "on board before the effective date, but the savings clause does "
	 "not apply",
	 "name the date of arrival if it is within the clause"},
	{"provisional", WB_INFO,
	 "the date of export is after the record: judged by the law "
	 "recorded now",
	 "a later edition may decide again"},
	{"late", WB_VERIFY, "the date of export is long before the record",
	 "submit at the time of export"},
	{"flags-not-asked", WB_VERIFY,
	 "some red flags were not asked: a decision reads no more of the state",
	 "split the shipment"},
	{"short-received", WB_VERIFY,
	 "fewer units have arrived than were shipped",
	 "say when the rest arrives, or correct the arrival or the shipment"},
	{"over-received", WB_ALERT, "more units have arrived than were shipped",
	 "correct the shipment or the arrival"},
	{"arrived-not-clear", WB_ALERT,
	 "units arrived of a shipment that was not clear to go or was voided",
	 "the exporter explains under what authority it went"},
	{"date-order", WB_VERIFY,
	 "a stated day is before one that must come first", "correct the date"},
	{"installed-not-arrived", WB_ALERT,
	 "more units are installed than have arrived and are in store",
	 "state the arrival, or correct the installation"},
	{"more-than-held", WB_ALERT, "more units leave than are held",
	 "state their arrival, or correct the statement"},
	{"facility-short", WB_VERIFY,
	 "more units leave a facility than are recorded in it",
	 "state their installation, or correct the statement"},
	{"count-differs", WB_VERIFY,
	 "an inventory counts other numbers than are recorded as installed",
	 "state the installations, moves and retirements that are missing"},
	{"serial-twice", WB_ALERT,
	 "a serial number stands in another shipment, or was said before",
	 "find out which unit it is; the first statement stands"},
	{"serial-differs", WB_ALERT,
	 "a serial number is none of those that the shipment lists",
	 "compare the units with the packing list and correct the wrong one"},
	{"serial-unknown", WB_ALERT,
	 "a serial number in an inventory stands in no shipment",
	 "show how the unit was obtained"},
	{"serial-elsewhere", WB_ALERT,
	 "a serial number in an inventory is recorded in another facility",
	 "state its move, or find out which unit it is"},
	{"serial-not-arrived", WB_VERIFY,
	 "a serial number in an inventory is of a unit whose arrival was not "
	 "stated",
	 "state its arrival"},
	{"serial-retired", WB_ALERT,
	 "a unit is spoken of that was retired or given away before",
	 "correct the retirement or the move"},
	{"corrected", WB_INFO,
	 "an earlier statement was corrected; its record stands as it is",
	 "nothing"},
	{"installed-as", WB_VERIFY,
	 "what stands in a facility was installed as other units than the "
	 "shipment is of, since it was corrected",
	 "have its operator correct the installation"},
	{"corrected-late", WB_VERIFY,
	 "a shipment was corrected after units of it had arrived",
	 "keep what shows the right quantity"},
	{"voided", WB_INFO,
	 "an earlier statement was taken back; its record stands as it is",
	 "nothing"},
	{"void-late", WB_VERIFY,
	 "a shipment was voided after its date of export or after units had "
	 "arrived",
	 "the authority may take it back by a finding"},
	{"would-now-fit", WB_INFO,
	 "room became free for a shipment that had not fitted",
	 "submit the shipment again under a new id"},
	{"redecided", WB_INFO,
	 "judged again by the law of its date of export, and not more "
	 "strictly; the earlier record stands as it is",
	 "read the new decision"},
	{"redecided-stricter", WB_ALERT,
	 "judged again by the law of its date of export, and more strictly; "
	 "the earlier record stands as it is",
	 "hold the goods, or show the licence under which they went"},
	{"law-changed", WB_ALERT,
	 "another law applies to a shipment that was judged before its date "
	 "of export, and the decision would be too long to be made again",
	 "correct the shipment, so that it is judged anew"},
	{"too-many-findings", WB_ALERT,
	 "there are more findings than a decision can carry",
	 "split the shipment"},
};

const struct wb_finding_kind *wb_finding_row(size_t i)
{
	return i < sizeof(kinds) / sizeof(kinds[0]) ? &kinds[i] : NULL;
}

const struct wb_finding_kind *wb_finding_kind(const char *code)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (wb_same(kinds[i].code, code))
			return &kinds[i];
	for (size_t i = 0; i < WB_FLAG_KINDS; i++)
		if (wb_same(wb_flag_row(i)->finding.code, code))
			return &wb_flag_row(i)->finding;
	return NULL;
}

/* A cut may have split a character: take its first bytes away too. */
static void end_whole(char *s)
{
	size_t len = strlen(s), at = len;

	while (at > 0 && ((unsigned char)s[at - 1] & 0xc0) == 0x80)
		at--;
	if (at > 0 && ((unsigned char)s[at - 1] & 0x80) != 0 &&
	    !wb_utf8_valid(wb_slice(s + at - 1, len - at + 1)))
		s[at - 1] = '\0';
}

static void find_va(struct wb_decision *d, const char *code,
		    const char *citation, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

static void find_va(struct wb_decision *d, const char *code,
		    const char *citation, const char *fmt, va_list ap)
{
	const struct wb_finding_kind *kind = wb_finding_kind(code);
	struct wb_finding *f;

	assert(kind != NULL);
	if (d->n_findings == WB_FINDINGS_MAX)
		return;
	if (d->n_findings == WB_FINDINGS_MAX - 1)
		kind = wb_finding_kind("too-many-findings");
	f = &d->finding[d->n_findings++];
	f->code = kind->code;
	f->severity = kind->severity;
	f->doubt[0] = '\0';
	f->seen = (struct wb_seen){0};
	/* A narrative that is cut is still true; names have limits. */
	if (d->n_findings == WB_FINDINGS_MAX)
		wb_copy(f->narrative, sizeof(f->narrative), kind->meaning);
	else
		(void)wb_format(f->narrative, sizeof(f->narrative), fmt, ap);
	end_whole(f->narrative);
	wb_copy(f->citation, sizeof(f->citation),
		citation == NULL ? "" : citation);
	wb_copy(f->resolution, sizeof(f->resolution), kind->resolution);
}

void wb_find(struct wb_decision *d, const char *code, const char *citation,
	     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	find_va(d, code, citation, fmt, ap);
	va_end(ap);
}

void wb_find_once(struct wb_decision *d, const char *code, const char *citation,
		  const char *fmt, ...)
{
	va_list ap;

	for (size_t i = 0; i < d->n_findings; i++)
		if (wb_same(d->finding[i].code, code))
			return;
	va_start(ap, fmt);
	find_va(d, code, citation, fmt, ap);
	va_end(ap);
}

void wb_seen_rests_on(const struct wb_decision *d, struct wb_seen *seen,
		      const char *key)
{
	if (seen == NULL || seen->n_records == WB_FLAG_RECORDS_MAX)
		return;
	for (size_t i = 0; i < d->n_reads; i++)
		if (d->read[i].present && wb_same(d->read[i].key, key))
			seen->record[seen->n_records++] = d->read[i].seq;
}

void wb_find_rests_on(struct wb_decision *d, const char *key)
{
	assert(d->n_findings > 0);
	wb_seen_rests_on(d, &d->finding[d->n_findings - 1].seen, key);
}

static bool doubted(const struct wb_decision *d, const char *doubt)
{
	for (size_t i = 0; i < d->n_findings; i++)
		if (wb_same(d->finding[i].doubt, doubt))
			return true;
	return false;
}

/* The last finding stands for many and is about no one doubt. */
static void mark(struct wb_decision *d, const char *doubt)
{
	if (d->n_findings < WB_FINDINGS_MAX)
		wb_copy(d->finding[d->n_findings - 1].doubt,
			sizeof(d->finding[0].doubt), doubt);
}

void wb_find_doubt(struct wb_decision *d, const char *doubt,
		   const char *citation, const char *fmt, ...)
{
	va_list ap;

	if (doubted(d, doubt))
		return;
	va_start(ap, fmt);
	find_va(d, "doubt", citation, fmt, ap);
	va_end(ap);
	mark(d, doubt);
}

void wb_find_contested(struct wb_decision *d, const char *code,
		       const char *doubt, const char *citation, const char *fmt,
		       ...)
{
	va_list ap;

	if (doubted(d, doubt))
		return;
	va_start(ap, fmt);
	find_va(d, code, citation, fmt, ap);
	va_end(ap);
	mark(d, doubt);
}

const char *wb_amount(int64_t x10, char out[WB_AMOUNT_MAX])
{
	uint8_t digits[24];
	size_t n, at = 0;
	struct wb_writer w;

	assert(x10 >= 0);
	wb_writer_init(&w, digits, sizeof(digits));
	wb_write_dec(&w, x10 / 10);
	n = w.len;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = (char)digits[i];
	}
	if (x10 % 10 != 0) {
		out[at++] = '.';
		out[at++] = (char)('0' + x10 % 10);
	}
	out[at] = '\0';
	return out;
}

void wb_scope_add(struct wb_decision *d, const char *country)
{
	size_t at = 0;

	if (country == NULL || country[0] == '\0')
		return;
	while (at < d->n_scopes && strcmp(d->scope[at], country) < 0)
		at++;
	if (at < d->n_scopes && wb_same(d->scope[at], country))
		return;
	/* Parties and their parents are bounded well below this. */
	assert(d->n_scopes < WB_SCOPES_MAX);
	memmove(d->scope[at + 1], d->scope[at],
		(d->n_scopes - at) * sizeof(d->scope[0]));
	wb_copy(d->scope[at], sizeof(d->scope[at]), country);
	d->n_scopes++;
}
