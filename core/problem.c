#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"
#include "waybill/problem.h"

/* Enough for any detail before it is cut to its field. */
#define PHRASE_MAX 1024

/* Titles and advice are read by the person who sent the text, and printed as
 * they stand; a problem may bring better advice. */
static const struct wb_problem_kind table[] = {
	/* 1xxx: the form of a text */
	{WB_P_NOTE, 422, "This is not a signed note",
	 "Send what `waybill sign` wrote: the text, an empty line, and the "
	 "signature lines, byte for byte."},
	{WB_P_TOO_LONG, 413, "Something is longer than its limit",
	 "Shorten it, or split the statement into several."},
	{WB_P_UTF8, 422, "The text is not valid UTF-8",
	 "Save the text as UTF-8 and sign it again."},
	{WB_P_JSON, 422, "The text is not one JSON object",
	 "Correct the JSON at the place named; `waybill lint` checks it before "
	 "you sign."},
	{WB_P_DUPLICATE, 422, "Something is said twice", "Say it once."},
	{WB_P_FLOAT, 422, "A number is not an integer",
	 "Write a whole number without a point or an exponent; members whose "
	 "name ends in _x10 count tenths, so 15832.5 is written 158325."},
	{WB_P_RANGE, 422, "A number is outside its range",
	 "Write a number within the range named."},
	{WB_P_CONTROL, 422, "A control character stands in the text",
	 "Remove the character; indent with spaces and end lines with a single "
	 "newline."},
	{WB_P_DEPTH, 422, "Objects and lists are nested too deeply",
	 "Compare the text with the example of its type: `waybill new`."},
	{WB_P_BLANK_LINE, 422, "The text holds a blank line",
	 "Remove the blank line; in a signed note it would begin the "
	 "signatures."},
	{WB_P_UNKNOWN, 422, "A member is not known here",
	 "Correct its name or remove it; nothing is silently ignored."},
	{WB_P_MISSING, 422, "A member is missing", "Add the member named."},
	{WB_P_TYPE, 422, "A value is of the wrong type",
	 "Write a value of the type named."},
	{WB_P_VALUE, 422, "A value is not allowed here",
	 "Write one of the values that are allowed here."},
	{WB_P_DATE, 422, "This is not a date that can stand here",
	 "Write a date as 2025-05-15, an instant as 2025-05-15T08:00:00Z "
	 "(UTC)."},
	{WB_P_ORDER, 422, "The first five members are out of order",
	 "Begin the object with type, ledger, party, id and issued, in this "
	 "order."},
	{WB_P_KIND, 422, "There is no such type of statement",
	 "Use one of the types that this ledger records."},
	{WB_P_TOTAL, 422, "A total is too large to be counted",
	 "Check the figures; if they are right, split the shipment."},
	{WB_P_LEDGER, 422, "The statement is made out to another ledger",
	 "Send it to the ledger that it names, or write a new one for this "
	 "ledger."},
	{WB_P_DIGEST, 422, "A digest is not that of the text beside it",
	 "Compute SHA-256 over the exact text and write it in lower-case "
	 "hexadecimal."},
	{WB_P_FUTURE, 422, "A date lies too far ahead",
	 "Check the date and the clock of the machine that wrote it."},
	{WB_P_LINE, 422, "A line is not of its format",
	 "Correct the line named; proto/FORMAT.md has the grammar."},
	/* 2xxx: keys and signatures */
	{WB_P_LINES, 403, "These are not the signature lines asked for",
	 "Sign with exactly the keys that this type of statement asks for, one "
	 "line each, with `waybill sign`."},
	{WB_P_KEY_UNKNOWN, 403,
	 "A signature is by a key that is not "
	 "registered",
	 "Sign with a registered key, or have the authority register this one "
	 "first."},
	{WB_P_SIGNATURE, 403, "A signature does not verify",
	 "The text was changed after signing, or another key signed it; sign "
	 "it again."},
	{WB_P_QUORUM, 403, "Too few members have signed",
	 "Pass the note to further members; each adds a line with "
	 "`waybill sign`."},
	{WB_P_KEY_TIME, 403, "The keys of the party are not valid at this time",
	 "Ask the authority to register the party for this period."},
	{WB_P_ROLE, 403, "The role of the party does not allow this statement",
	 "Let a party sign whose role allows it."},
	{WB_P_KEY_TAKEN, 403, "The key is registered already",
	 "Make a new key: a key belongs to one party and one role, for good."},
	{WB_P_KEY_BAD, 403, "The key cannot be used here",
	 "Make a key under the name asked for with `waybill key new`."},
	/* 3xxx: the ledger */
	{WB_P_ID_TAKEN, 409, "The id was used for another text",
	 "Use a new id; a recorded statement is never replaced."},
	{WB_P_PARTY, 422, "A party is named that is not registered",
	 "Check its id, or have the authority register it first."},
	{WB_P_PARTY_ROLE, 409, "The party is registered with another role",
	 "Keep its role, or register a new party under another id."},
	{WB_P_OWNERS, 422, "The owners cannot be as stated",
	 "Shares add up to at most 100 percent, and nobody owns himself, "
	 "directly or through others."},
	{WB_P_EDITION, 422, "The edition does not fit those recorded",
	 "Let it take effect after this record and outside the dates of other "
	 "editions of its family."},
	{WB_P_NO_LAW, 422, "The law for this is not recorded yet",
	 "The committee records an edition, a catalogue and a country table "
	 "first."},
	{WB_P_GENESIS, 422, "A ledger has one genesis, and it is record 0",
	 "Begin an empty ledger with a genesis, and only with one."},
	{WB_P_CUSTODY, 422, "The statement is about nothing that is there",
	 "Name a shipment that names you and a line of it, or a statement of "
	 "yours that stands."},
	{WB_P_NUMBER, 409, "The number is taken",
	 "Use the number that the grant or facility was given, or a new one."},
	{WB_P_OVERLAP, 409, "The days meet those of another of this name",
	 "Repeat the other with its first day and a last day, or begin after "
	 "it."},
	{WB_P_GOVERNMENT, 403, "A government speaks for another's country",
	 "Let the government sign that is registered for the country; the "
	 "authority registers for which countries one speaks."},
	{WB_P_ENGINE, 422, "The engine is not at hand",
	 "Name the engine of this release, or first install one that has the "
	 "engine named."},
	{WB_P_STATEMENT, 422, "A statement is named that is not recorded",
	 "Check its party and id; only what is recorded can be spoken of."},
	{WB_P_STATUS, 409, "The status cannot follow the one recorded",
	 "Grant or agree first; what is revoked is granted anew under another "
	 "number."},
	{WB_P_COUNTRY, 422, "A country is not in the country table",
	 "Correct the code, or have the committee adopt a table with it."},
	/* 4xxx: reading */
	{WB_P_ACCESS, 401, "This is shown to those entitled only",
	 "Send an access note signed with your key; the client does so when "
	 "given --key."},
	{WB_P_ACCESS_NOTE, 403, "The access note does not hold",
	 "Sign a new one for this very request; it is valid for five minutes, "
	 "so check the clock."},
	{WB_P_NOT_FOUND, 404, "There is no such thing, or it is not yours",
	 "Check the number or name, and the key that you read with."},
	/* 5xxx: the service */
	{WB_P_BUSY, 503, "The ledger is busy",
	 "Send the same again after the time in Retry-After."},
	{WB_P_FULL, 503, "The ledger has no space left",
	 "Send the same again later; its operator must make room."},
	{WB_P_CLOCK, 503, "The clock of the ledger has jumped",
	 "Send the same again later; its operator must confirm the time."},
	{WB_P_CLOSING, 503, "The ledger is shutting down",
	 "Send the same again after the time in Retry-After."},
	{WB_P_LATCHED, 503, "The ledger refuses to write after an error",
	 "Send the same again later; its operator must look into the error."},
	{WB_P_INTERNAL, 500, "The ledger failed",
	 "Whether it was recorded is not known: send the same again."},
	/* 6xxx: HTTP */
	{WB_P_HTTP, 400, "The request is not HTTP as spoken here",
	 "Use HTTP/1.1 without transfer encodings; proto/API.md says what is "
	 "understood."},
	{WB_P_METHOD, 405, "The method is not allowed here",
	 "Use one of the methods in the header Allow."},
	{WB_P_LENGTH, 411, "The request has no Content-Length",
	 "Send Content-Length with the body."},
	{WB_P_BODY, 413, "The body is longer than its limit",
	 "Send one statement in each request."},
	{WB_P_HEADERS, 431, "The headers are longer than their limit",
	 "Send fewer and shorter headers."},
	{WB_P_SLOW, 408, "The request took too long",
	 "Send the same again over a better connection."},
	{WB_P_PATH, 404, "There is no such path",
	 "proto/API.md lists the paths."},
	{WB_P_QUERY, 400, "A query parameter is not understood",
	 "proto/API.md lists the parameters of each path."},
	/* 7xxx: configuration */
	{WB_P_CONFIG, 500, "The configuration cannot be used",
	 "Correct the line named and run `waybilld check-config`."},
};

#define ROWS (sizeof(table) / sizeof(table[0]))

const struct wb_problem_kind *wb_problem_row(size_t i)
{
	return i < ROWS ? &table[i] : NULL;
}

const struct wb_problem_kind *wb_problem_kind(enum wb_problem_code code)
{
	for (size_t i = 0; i < ROWS; i++)
		if (table[i].code == code)
			return &table[i];
	return NULL;
}

/*
 * Copy in to out so that it is printable and valid UTF-8 whatever it was.
 * What does not fit is cut at a character and "..." says so.
 */
static void clean(struct wb_slice in, char *out, size_t cap)
{
	size_t len = 0;
	size_t cut = 0; /* the longest part that leaves room for "..." */

	while (in.len > 0) {
		size_t n = wb_utf8_first(in), shown = n;
		const void *p = in.p;

		if (n == 0 || wb_utf8_control(wb_slice(in.p, n))) {
			p = "?";
			shown = 1;
			n = n == 0 ? 1 : n;
		}
		if (len + 3 < cap)
			cut = len;
		if (len + shown >= cap) {
			memcpy(out + cut, "...", 4);
			return;
		}
		memcpy(out + len, p, shown);
		len += shown;
		in = wb_slice(in.p + n, in.len - n);
	}
	out[len] = '\0';
}

__attribute__((format(printf, 3, 0))) static void
clean_fmt(char *out, size_t cap, const char *fmt, va_list ap)
{
	char phrase[PHRASE_MAX];

	if (vsnprintf(phrase, sizeof(phrase), fmt, ap) < 0)
		phrase[0] = '\0';
	clean(wb_slice_str(phrase), out, cap);
}

int wb_refuse(struct wb_problem *p, enum wb_problem_code code,
	      const char *pointer, const char *fmt, ...)
{
	const struct wb_problem_kind *kind = wb_problem_kind(code);
	va_list ap;

	assert(kind != NULL);

	if (p == NULL || p->code != 0)
		return WB_EREFUSED;
	*p = (struct wb_problem){.code = code};
	clean(wb_slice_str(pointer), p->pointer, sizeof(p->pointer));
	clean(wb_slice_str(kind->resolution), p->resolution,
	      sizeof(p->resolution));
	va_start(ap, fmt);
	clean_fmt(p->detail, sizeof(p->detail), fmt, ap);
	va_end(ap);
	return WB_EREFUSED;
}

void wb_problem_found(struct wb_problem *p, struct wb_slice found)
{
	if (p != NULL)
		clean(found, p->found, sizeof(p->found));
}

void wb_problem_advise(struct wb_problem *p, const char *fmt, ...)
{
	va_list ap;

	if (p == NULL)
		return;
	va_start(ap, fmt);
	clean_fmt(p->resolution, sizeof(p->resolution), fmt, ap);
	va_end(ap);
}
