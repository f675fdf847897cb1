#include <string.h>

#include "core/json.h"
#include "waybill/crypto.h"
#include "waybill/limits.h"
#include "waybill/text.h"

/* Strings of a narrower form, on top of wb_json_string(). */

void wb_json_choices(const struct wb_json *at, const char *s,
		     const char *const word[], size_t n)
{
	const char *nearest = wb_nearest(wb_slice_str(s), word, n);
	char list[sizeof(at->decoder->problem->resolution)];
	struct wb_writer w;

	if (nearest != NULL) {
		wb_problem_advise(at->decoder->problem, "Did you mean \"%s\"?",
				  nearest);
		return;
	}
	wb_writer_init(&w, list, sizeof(list));
	for (size_t i = 0; i < n; i++) {
		wb_write_str(&w, i == 0 ? "" : ", ");
		wb_write_str(&w, word[i]);
	}
	wb_problem_advise(at->decoder->problem, "Allowed here: %.*s.",
			  (int)w.len, list);
}

const char *wb_json_id(struct wb_json at)
{
	const char *s = wb_json_string(at, WB_STRING_MAX);

	if (s == NULL || wb_id_valid(wb_slice_str(s)))
		return s;
	if (wb_json_refuse(&at, WB_P_VALUE, "This is not an id."))
		wb_problem_advise(at.decoder->problem,
				  "An id has 1 to %d of the characters A-Z a-z "
				  "0-9 . _ - and begins with a letter or a "
				  "digit.",
				  WB_ID_MAX);
	return NULL;
}

const char *wb_json_country(struct wb_json at)
{
	const char *s = wb_json_string(at, WB_STRING_MAX);

	if (s == NULL || wb_country_valid(wb_slice_str(s)))
		return s;
	if (wb_json_refuse(&at, WB_P_VALUE, "This is not a country code."))
		wb_problem_advise(
			at.decoder->problem,
			"Write the two capital letters of ISO 3166-1, "
			"as in MY.");
	return NULL;
}

const char *wb_json_digest(struct wb_json at)
{
	const char *s = wb_json_string(at, WB_STRING_MAX);
	uint8_t digest[WB_HASH_LEN];

	if (s == NULL || wb_unhex(wb_slice_str(s), digest, sizeof(digest)) == 0)
		return s;
	if (wb_json_refuse(&at, WB_P_VALUE, "This is not a SHA-256 digest."))
		wb_problem_advise(at.decoder->problem,
				  "Write its 64 hexadecimal digits in lower "
				  "case, as sha256sum prints them.");
	return NULL;
}

wb_date wb_json_date(struct wb_json at)
{
	const char *s = wb_json_string(at, WB_STRING_MAX);
	wb_date date;

	if (s == NULL)
		return WB_DATE_NONE;
	if (wb_date_parse(wb_slice_str(s), &date) == 0)
		return date;
	(void)wb_json_refuse(&at, WB_P_DATE,
			     "This is not a day of the calendar.");
	return WB_DATE_NONE;
}

wb_time wb_json_time(struct wb_json at)
{
	const char *s = wb_json_string(at, WB_STRING_MAX);
	wb_time time;

	if (s == NULL)
		return 0;
	if (wb_time_parse(wb_slice_str(s), &time) == 0)
		return time;
	(void)wb_json_refuse(&at, WB_P_DATE, "This is not an instant in UTC.");
	return 0;
}

size_t wb_json_word(struct wb_json at, const char *const word[], size_t n)
{
	const char *s = wb_json_string(at, WB_STRING_MAX);

	if (s == NULL)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(s, word[i]) == 0)
			return i;
	if (wb_json_refuse(&at, WB_P_VALUE,
			   "\"%s\" is not one of the words allowed here.", s))
		wb_json_choices(&at, s, word, n);
	return 0;
}
