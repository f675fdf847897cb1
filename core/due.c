#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/due.h"
#include "core/flag.h"
#include "waybill/text.h"

#define READS_LEFT 4 /* a sweep keeps, to finish what it has begun */
#define MONTH_TEXT 7 /* characters of a date, as 2025-06 */

/* What this decision has written under key, else what the state holds. */
static int latest(const struct wb_state *state, struct wb_decision *d,
		  const char *key, struct wb_slice *ret)
{
	for (size_t i = 0; i < d->n_writes; i++) {
		if (strcmp(d->write[i].key, key) != 0)
			continue;
		*ret = d->write[i].value;
		return 0;
	}
	return wb_state_read(state, d, key, ret);
}

/* --- where the next sweep begins ------------------------------------------ */

int wb_due_read(const struct wb_state *state, struct wb_decision *d,
		struct wb_due *ret)
{
	struct wb_due due = {.swept = WB_DATE_NONE};
	struct wb_slice value, word[4];
	uint64_t done, part;
	int rc = latest(state, d, "sweep", &value);

	if (rc == WB_ENOTFOUND) {
		*ret = due;
		return 0;
	}
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < 4; i++)
		if (!wb_word_next(&value, &word[i]))
			return WB_ECORRUPT;
	if (wb_date_parse(word[0], &due.day) != 0 ||
	    wb_parse_dec(word[1], &done) != 0 || done > WB_INTEGER_MAX ||
	    (!wb_slice_is(word[2], "-") &&
	     wb_date_parse(word[2], &due.swept) != 0) ||
	    wb_parse_dec(word[3], &part) != 0 || part > WB_INTEGER_MAX)
		return WB_ECORRUPT;
	due.begun = true;
	due.done = (int64_t)done;
	due.swept_part = (int64_t)part;
	*ret = due;
	return 0;
}

int wb_due_write(struct wb_decision *d, const struct wb_due *due)
{
	char day[WB_DATE_TEXT + 1], swept[WB_DATE_TEXT + 1] = "-";
	char value[96];

	wb_date_format(due->day, day);
	if (due->swept != WB_DATE_NONE)
		wb_date_format(due->swept, swept);
	snprintf(value, sizeof(value), "%s %lld %s %lld", day,
		 (long long)due->done, swept, (long long)due->swept_part);
	return wb_state_write(d, "sweep", wb_slice_str(value));
}

/* --- a month: day:count ----------------------------------------------------
 */

struct month {
	char key[WB_STATE_KEY_MAX + 1];
	wb_date first;
	int64_t count[31];
};

static wb_date first_of_month(wb_date date)
{
	char text[WB_DATE_TEXT + 1];

	wb_date_format(date, text);
	return date - (text[8] - '0') * 10 - (text[9] - '0') + 1;
}

static int month_read(const struct wb_state *state, struct wb_decision *d,
		      wb_date date, struct month *ret)
{
	char text[WB_DATE_TEXT + 1];
	struct wb_slice value, word;
	int rc;

	memset(ret, 0, sizeof(*ret));
	ret->first = first_of_month(date);
	wb_date_format(ret->first, text);
	text[MONTH_TEXT] = '\0';
	wb_state_key(ret->key, "due/%s", text);
	rc = latest(state, d, ret->key, &value);
	if (rc == WB_ENOTFOUND)
		return 0;
	while (rc == 0 && wb_word_next(&value, &word)) {
		int64_t day, count;

		rc = wb_flag_field_number(&word, &day);
		if (rc == 0)
			rc = wb_flag_field_number(&word, &count);
		if (rc == 0 && (day < 1 || day > 31))
			rc = WB_ECORRUPT;
		if (rc == 0)
			ret->count[day - 1] = count;
	}
	return rc;
}

static int month_write(struct wb_decision *d, const struct month *m)
{
	char text[31 * 24];
	struct wb_slice value;
	struct wb_writer w;
	int rc;

	wb_writer_init(&w, text, sizeof(text));
	for (int i = 0; i < 31; i++) {
		if (m->count[i] == 0)
			continue;
		if (w.len > 0)
			wb_write_char(&w, ' ');
		wb_write_dec(&w, i + 1);
		wb_write_char(&w, ':');
		wb_write_dec(&w, m->count[i]);
	}
	rc = wb_writer_end(&w, &value);
	return rc == 0 ? wb_state_write(d, m->key, value) : rc;
}

/* --- items -----------------------------------------------------------------
 */

static void page_key(char out[WB_STATE_KEY_MAX + 1], wb_date day, int64_t i)
{
	char text[WB_DATE_TEXT + 1];

	wb_date_format(day, text);
	wb_state_key(out, "due/%s/%lld", text, (long long)(i / WB_DUE_PAGE));
}

static int page_add(const struct wb_engine_input *in, struct wb_decision *d,
		    wb_date day, int64_t i, const char *word)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t text[WB_STATE_VALUE_MAX];
	struct wb_slice value = {0}, out;
	struct wb_writer w;
	int rc = 0;

	page_key(key, day, i);
	if (i % WB_DUE_PAGE != 0)
		rc = latest(in->state, d, key, &value);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	wb_writer_init(&w, text, sizeof(text));
	wb_write_slice(&w, value);
	if (value.len > 0)
		wb_write_char(&w, ' ');
	wb_write_str(&w, word);
	rc = wb_writer_end(&w, &out);
	return rc == 0 ? wb_state_write(d, key, out) : rc;
}

int wb_due_add(const struct wb_engine_input *in, struct wb_decision *d,
	       wb_date day, const char *word)
{
	wb_date today = wb_time_date(in->time);
	struct month month;
	struct wb_due due;
	int64_t *count;
	int rc = wb_due_read(in->state, d, &due);

	assert(strlen(word) <= WB_DUE_WORD);
	if (rc == 0 && !due.begun) {
		due.day = today;
		rc = wb_due_write(d, &due);
	}
	if (rc != 0)
		return rc;
	if (day < due.day)
		day = due.day;
	rc = month_read(in->state, d, day, &month);
	if (rc != 0)
		return rc;
	count = &month.count[day - month.first];
	rc = page_add(in, d, day, *count, word);
	(*count)++;
	return rc == 0 ? month_write(d, &month) : rc;
}

/* Go to the next day of the month that has items, or to the next month, but
 * not past today; whether there is somewhere to go. */
static bool go_on(const struct month *m, wb_date today, struct wb_due *due)
{
	/* No month is longer than 31 days. */
	wb_date next = first_of_month(m->first + 31);

	for (wb_date day = due->day + 1; day < next; day++)
		if (m->count[day - m->first] > 0) {
			next = day;
			break;
		}
	if (due->day >= today)
		return false;
	due->day = next < today ? next : today;
	due->done = 0;
	return true;
}

static int item_at(const struct wb_state *state, struct wb_decision *d,
		   wb_date day, int64_t i, struct wb_slice *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	page_key(key, day, i);
	rc = latest(state, d, key, &value);
	if (rc != 0)
		return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
	for (int64_t k = 0; k <= i % WB_DUE_PAGE; k++)
		if (!wb_word_next(&value, ret))
			return WB_ECORRUPT;
	return 0;
}

int wb_due_next(const struct wb_state *state, struct wb_decision *d,
		wb_date today, struct wb_due *due, struct wb_slice *ret)
{
	struct month month;
	int rc;

	if (!due->begun)
		return WB_ENOTFOUND;
	for (;;) {
		if (d->n_reads + READS_LEFT > d->reads_max)
			return WB_ELIMIT;
		rc = month_read(state, d, due->day, &month);
		if (rc != 0)
			return rc;
		if (due->done < month.count[due->day - month.first])
			return item_at(state, d, due->day, due->done, ret);
		if (!go_on(&month, today, due))
			return WB_ENOTFOUND;
	}
}
