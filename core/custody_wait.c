#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/custody_words.h"

/*
 * custody_wait: wait/<counter> lists the last shipments that a counter had no
 * room for, so that a correction or void that frees some can say what would
 * fit now.  The decision about those stands: it is a finding, not a verdict.
 */
#define WAITING_MAX 8

struct waiting {
	char party[WB_ID_MAX + 1];
	char id[WB_ID_MAX + 1];
	int64_t asked_x10;
	int64_t limit_x10;
};

static int parse(struct wb_slice value, struct waiting ret[WAITING_MAX],
		 size_t *ret_n)
{
	struct wb_words w;
	size_t n = 0;

	while (wb_entry_next(&value, &w)) {
		if (n == WAITING_MAX)
			return WB_ECORRUPT;
		wb_entry_text(&w, ret[n].party, sizeof(ret[n].party));
		wb_entry_text(&w, ret[n].id, sizeof(ret[n].id));
		ret[n].asked_x10 = wb_entry_number(&w);
		ret[n].limit_x10 = wb_entry_number(&w);
		if (!wb_entry_ends(&w))
			return WB_ECORRUPT;
		n++;
	}
	*ret_n = n;
	return 0;
}

static int read_waiting(const struct wb_engine_input *in, const char *counter,
			struct waiting ret[WAITING_MAX], size_t *ret_n,
			struct wb_decision *d)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	*ret_n = 0;
	wb_state_key(key, "wait/%s", counter);
	rc = wb_state_read(in->state, d, key, &value);
	if (rc == WB_ENOTFOUND)
		return 0;
	return rc == 0 ? parse(value, ret, ret_n) : rc;
}

static int write_waiting(const char *counter, const struct waiting of[],
			 size_t n, struct wb_decision *d)
{
	uint8_t value[WAITING_MAX * (2 * WB_ID_MAX + 48)];
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	for (size_t i = 0; i < n; i++) {
		wb_write_str(&w, i == 0 ? "" : ";");
		wb_write_str(&w, of[i].party);
		wb_entry_put_text(&w, of[i].id);
		wb_entry_put_number(&w, of[i].asked_x10);
		wb_entry_put_number(&w, of[i].limit_x10);
	}
	rc = wb_writer_end(&w, &s);
	if (rc != 0)
		return rc;
	wb_state_key(key, "wait/%s", counter);
	return wb_state_write(d, key, s);
}

/* Take party's id out of the list. */
static size_t without(struct waiting of[], size_t n, const char *party,
		      const char *id)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(of[i].party, party) != 0 ||
		    strcmp(of[i].id, id) != 0)
			of[kept++] = of[i];
	return kept;
}

/* The counter of a balance that has no room for what was asked. */
static bool has_no_room(const struct wb_balance *b,
			char ret[WB_STATE_KEY_MAX + 1])
{
	if (b->asked_x10 <= b->limit_x10 - b->before_x10)
		return false;
	if (strcmp(b->counter, "alloc") == 0)
		wb_state_key(ret, "alloc/%s", b->of);
	else
		wb_state_key(ret, "%s/%s/%s", b->counter, b->of, b->period);
	return true;
}

int wb_wait_note(const struct wb_engine_input *in, const char *id,
		 struct wb_decision *d)
{
	const char *party = in->statement->party;

	for (size_t i = 0; i < d->n_balances; i++) {
		const struct wb_balance *b = &d->balance[i];
		struct waiting of[WAITING_MAX];
		char counter[WB_STATE_KEY_MAX + 1];
		size_t n;
		int rc;

		if (!has_no_room(b, counter))
			continue;
		rc = read_waiting(in, counter, of, &n, d);
		if (rc == WB_ELIMIT)
			return 0; /* it is a service, too */
		if (rc != 0)
			return rc;
		n = without(of, n, party, id);
		if (n == WAITING_MAX)
			memmove(of, of + 1, --n * sizeof(of[0]));
		snprintf(of[n].party, sizeof(of[n].party), "%s", party);
		snprintf(of[n].id, sizeof(of[n].id), "%s", id);
		of[n].asked_x10 = b->asked_x10;
		of[n].limit_x10 = b->limit_x10;
		rc = write_waiting(counter, of, n + 1, d);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* --- asking --------------------------------------------------------------- */

/* What the counter is of, as people know it: an exception, or itself. */
static void name_of(const struct wb_law *law, const char *counter, wb_date date,
		    char *out, size_t cap)
{
	const struct wb_edition *ed = wb_law_edition(law, date);
	size_t len = strcspn(counter, "/");

	snprintf(out, cap, "%.*s", (int)len, counter);
	for (size_t i = 0; ed != NULL && i < ed->n_exceptions; i++) {
		const struct wb_exception *x = &ed->exception[i];

		for (size_t k = 0; k < x->n; k++)
			if (x->item[k].kind == WB_X_LIMIT &&
			    strcmp(x->item[k].name, out) == 0) {
				snprintf(out, cap, "%s", x->name);
				return;
			}
	}
}

/* What the counter stands at once this decision is applied. */
static int value_after(const struct wb_engine_input *in, const char *counter,
		       int64_t *ret, struct wb_decision *d)
{
	uint64_t n;

	for (size_t i = 0; i < d->n_writes; i++) {
		if (strcmp(d->write[i].key, counter) != 0)
			continue;
		if (wb_parse_dec(d->write[i].value, &n) != 0)
			return WB_ECORRUPT;
		*ret = (int64_t)n;
		return 0;
	}
	return wb_counter_read(in->state, d, counter, ret);
}

static void tell(const struct wb_engine_input *in, const char *counter,
		 const struct waiting *of, wb_date date, struct wb_decision *d)
{
	char amount[WB_AMOUNT_MAX], name[32];

	name_of(in->law, counter, date, name, sizeof(name));
	/* Whose it is and how much, only its own party may read here; for the
	 * authority the workings say so. */
	if (strcmp(of->party, in->statement->party) == 0)
		wb_find(d, "would-now-fit", "",
			"%s, whose %s TPP did not fit, would now be %s", of->id,
			wb_amount(of->asked_x10, amount), name);
	else
		wb_find(d, "would-now-fit", "",
			"a shipment of another party that did not fit would "
			"now be %s",
			name);
}

static int ask_counter(const struct wb_engine_input *in, const char *counter,
		       const char *id, struct wb_decision *d)
{
	struct waiting of[WAITING_MAX];
	int64_t after;
	size_t n;
	int rc;

	rc = read_waiting(in, counter, of, &n, d);
	if (rc == 0 && n > 0)
		rc = value_after(in, counter, &after, d);
	if (rc != 0)
		return rc;
	n = without(of, n, in->statement->party, id);
	for (size_t i = 0; i < n; i++) {
		struct wb_ship ship;

		if (after > of[i].limit_x10 - of[i].asked_x10)
			continue;
		rc = wb_ship_read(in->state, d, of[i].party, of[i].id, &ship);
		if (rc != 0)
			return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
		if (ship.status == WB_SHIP_LIVE && ship.verdict != WB_CLEAR)
			tell(in, counter, &of[i], ship.export_date, d);
	}
	return 0;
}

int wb_wait_ask(const struct wb_engine_input *in, const char *id,
		struct wb_decision *d)
{
	for (size_t i = 0; i < d->n_credits; i++) {
		int rc = ask_counter(in, d->credit[i].key, id, d);

		/* It is a service: where nothing more can be read it ends. */
		if (rc == WB_ELIMIT)
			return 0;
		if (rc != 0)
			return rc;
	}
	return 0;
}
