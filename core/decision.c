#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "core/decide.h"
#include "core/format.h"
#include "waybill/text.h"

void wb_outcome_init(struct wb_decision *d)
{
	d->verdict = WB_NOTED;
	d->basis[0] = '\0';
	d->review = WB_REVIEW_NONE;
	d->review_text[0] = '\0';
	d->judged_for = WB_DATE_NONE;
	d->historical = false;
	d->provisional = false;
	d->edition = NULL;
	d->catalogue = NULL;
	d->countries = NULL;
	d->total_x10 = 0;
	d->n_items = 0;
	d->n_findings = 0;
	d->n_scopes = 0;
	d->n_balances = 0;
	d->n_charges = 0;
	d->n_credits = 0;
}

void wb_decision_init(struct wb_decision *d)
{
	/* The large arrays are read only as far as their counts say. */
	wb_outcome_init(d);
	d->engine = WB_ENGINE;
	d->flags = NULL;
	d->n_reads = 0;
	d->n_serial_reads = 0;
	d->reads_max = WB_READS_MAX;
	d->n_writes = 0;
	d->arena_len = 0;
}

/* Keep a value for as long as the decision lives. */
static int keep(struct wb_decision *d, struct wb_slice value,
		struct wb_slice *ret)
{
	if (value.len > sizeof(d->arena) - d->arena_len)
		return WB_ELIMIT;
	if (value.len > 0)
		memcpy(d->arena + d->arena_len, value.p, value.len);
	*ret = wb_slice(d->arena + d->arena_len, value.len);
	d->arena_len += value.len;
	return 0;
}

/* Read what was not read before. */
static int read_new(const struct wb_state *state, struct wb_decision *d,
		    const char *key, struct wb_slice *ret)
{
	struct wb_slice value = {0};
	struct wb_read *r;
	uint64_t seq = 0;
	int rc;

	if (d->n_reads == WB_READS_ALL_MAX)
		return WB_ELIMIT;
	rc = state->get(state->ctx, key, &value, &seq);
	if (rc != 0 && rc != WB_ENOTFOUND)
		return rc;
	r = &d->read[d->n_reads];
	wb_copy(r->key, sizeof(r->key), key);
	r->present = rc == 0;
	r->seq = seq;
	if (keep(d, value, &r->value) != 0)
		return WB_ELIMIT;
	d->n_reads++;
	*ret = r->value;
	return rc;
}

int wb_state_read(const struct wb_state *state, struct wb_decision *d,
		  const char *key, struct wb_slice *ret)
{
	for (size_t i = 0; i < d->n_reads; i++) {
		if (!wb_same(d->read[i].key, key))
			continue;
		*ret = d->read[i].value;
		return d->read[i].present ? 0 : WB_ENOTFOUND;
	}
	if (d->n_reads - d->n_serial_reads >= d->reads_max)
		return WB_ELIMIT;
	return read_new(state, d, key, ret);
}

int wb_serial_read(const struct wb_state *state, struct wb_decision *d,
		   const char *serial, struct wb_slice *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	int rc;

	/* A statement lists a serial number once. */
	if (d->n_serial_reads == WB_SERIALS_MAX)
		return WB_ELIMIT;
	wb_state_key(key, "serial/%s", serial);
	rc = read_new(state, d, key, ret);
	if (rc == 0 || rc == WB_ENOTFOUND)
		d->n_serial_reads++;
	return rc;
}

int wb_state_write(struct wb_decision *d, const char *key,
		   struct wb_slice value)
{
	struct wb_write *w = NULL;

	if (value.len > WB_STATE_VALUE_MAX)
		return WB_ELIMIT;
	for (size_t i = 0; i < d->n_writes; i++)
		if (wb_same(d->write[i].key, key))
			w = &d->write[i];
	if (w == NULL) {
		if (d->n_writes == WB_WRITES_MAX)
			return WB_ELIMIT;
		w = &d->write[d->n_writes];
		wb_copy(w->key, sizeof(w->key), key);
		d->n_writes++;
	}
	return keep(d, value, &w->value);
}

int wb_counter_read(const struct wb_state *state, struct wb_decision *d,
		    const char *key, int64_t *ret)
{
	struct wb_slice value;
	uint64_t n;
	int rc = wb_state_read(state, d, key, &value);

	if (rc == WB_ENOTFOUND) {
		*ret = 0;
		return 0;
	}
	if (rc != 0)
		return rc;
	/* Up to this bound a sum of a few amounts cannot overflow. */
	if (wb_parse_dec(value, &n) != 0 || n > WB_INTEGER_MAX)
		return WB_ECORRUPT;
	for (size_t i = 0; i < d->n_credits; i++) {
		uint64_t back = (uint64_t)d->credit[i].x10;

		if (wb_same(d->credit[i].key, key))
			n = n > back ? n - back : 0;
	}
	*ret = (int64_t)n;
	return 0;
}

static bool written(const struct wb_decision *d, const char *key)
{
	for (size_t i = 0; i < d->n_writes; i++)
		if (wb_same(d->write[i].key, key))
			return true;
	return false;
}

int wb_credits_write(const struct wb_state *state, struct wb_decision *d)
{
	for (size_t i = 0; i < d->n_credits; i++) {
		const char *key = d->credit[i].key;
		int64_t left;
		int rc;

		if (written(d, key))
			continue;
		rc = wb_counter_read(state, d, key, &left);
		if (rc == 0)
			rc = wb_counter_write(d, key, left);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int wb_counter_charge(struct wb_decision *d, const char *key, int64_t before,
		      int64_t x10)
{
	int64_t room = before > WB_INTEGER_MAX ? 0 : WB_INTEGER_MAX - before;
	struct wb_charge *c = NULL;

	/* A counter without a limit stops there. */
	if (x10 > room)
		x10 = room;
	for (size_t i = 0; i < d->n_charges; i++)
		if (wb_same(d->charge[i].key, key))
			c = &d->charge[i];
	if (c == NULL) {
		assert(d->n_charges < WB_CHARGES_MAX);
		c = &d->charge[d->n_charges++];
	}
	wb_copy(c->key, sizeof(c->key), key);
	c->x10 = x10;
	return wb_counter_write(d, key, before + x10);
}

int wb_counter_write(struct wb_decision *d, const char *key, int64_t value)
{
	char text[24];
	struct wb_writer w;
	struct wb_slice s;

	wb_writer_init(&w, text, sizeof(text));
	wb_write_dec(&w, value);
	if (wb_writer_end(&w, &s) != 0)
		return WB_ELIMIT;
	return wb_state_write(d, key, s);
}

void wb_state_key(char out[WB_STATE_KEY_MAX + 1], const char *fmt, ...)
{
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = wb_format(out, WB_STATE_KEY_MAX + 1, fmt, ap);
	va_end(ap);
	assert(n > 0 && n <= WB_STATE_KEY_MAX);
}

static const char *const verdict_names[] = {"noted", "clear", "review", "deny"};

const char *wb_verdict_name(enum wb_verdict verdict)
{
	return verdict_names[verdict];
}

int wb_verdict_named(struct wb_slice name, enum wb_verdict *ret)
{
	for (int i = 0; i < WB_VERDICTS; i++) {
		if (!wb_slice_is(name, verdict_names[i]))
			continue;
		*ret = (enum wb_verdict)i;
		return 0;
	}
	return WB_ENOTFOUND;
}

const char *wb_severity_name(enum wb_severity severity)
{
	static const char *const names[] = {"info", "verify", "alert", "fatal"};

	return names[severity];
}
