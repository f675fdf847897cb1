#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/custody_words.h"
#include "core/words.h"

/*
 * custody_count: inventories.  The last one of a facility stands; each leaves
 * what it counted and the one that stood before it, so that it can be said
 * again or taken back.
 */
#define PAGE       128 /* serial numbers of one entry of the state */
#define STEPS_BACK 8   /* to an inventory that was not taken back */
#define UNITS_MAX  ((int64_t)WB_COUNTS_MAX * WB_QUANTITY_MAX)

/* The value of count/<party>/<id>. */
struct census {
	bool voided;
	char facility[WB_ID_MAX + 1];
	wb_date date;
	int64_t it_power_kw; /* as known after it, or -1 */
	char evidence[3];
	wb_date evidence_date;
	char before[WB_ID_MAX + 1]; /* the one that stood before, or "" */
	int64_t pages;              /* of serial numbers that it placed */
	size_t n;
	struct {
		char model[WB_ID_MAX + 1];
		int64_t quantity;
	} count[WB_COUNTS_MAX];
};

static_assert(WB_COUNTS_MAX * (WB_ID_MAX + 12) < WB_STATE_VALUE_MAX - 512 &&
		      PAGE * (WB_SERIAL_MAX + 1) < WB_STATE_VALUE_MAX,
	      "values of the state");

/* --- the state ------------------------------------------------------------ */

static int census_parse(struct wb_slice value, struct census *ret)
{
	struct wb_slice status;
	struct wb_words w;

	memset(ret, 0, sizeof(*ret));
	if (!wb_entry_next(&value, &w))
		return WB_ECORRUPT;
	status = wb_words_next(&w);
	ret->voided = wb_slice_is(status, "void");
	wb_entry_text(&w, ret->facility, sizeof(ret->facility));
	ret->date = wb_words_date_or(&w);
	ret->it_power_kw = wb_entry_may_number(&w);
	wb_words_copy_or(&w, ret->evidence, sizeof(ret->evidence));
	ret->evidence_date = wb_words_date_or(&w);
	wb_words_copy_or(&w, ret->before, sizeof(ret->before));
	ret->pages = wb_entry_number(&w);
	if (!wb_entry_ends(&w) ||
	    !(ret->voided || wb_slice_is(status, "live")) ||
	    ret->pages > WB_SERIALS_MAX / PAGE)
		return WB_ECORRUPT;
	while (wb_entry_next(&value, &w)) {
		if (ret->n == WB_COUNTS_MAX)
			return WB_ECORRUPT;
		wb_entry_text(&w, ret->count[ret->n].model, WB_ID_MAX + 1);
		ret->count[ret->n].quantity = wb_entry_number(&w);
		if (!wb_entry_ends(&w))
			return WB_ECORRUPT;
		ret->n++;
	}
	return 0;
}

static int census_read(const struct wb_engine_input *in, struct wb_decision *d,
		       const char *id, struct census *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "count/%s/%s", in->statement->party, id);
	rc = wb_state_read(in->state, d, key, &value);
	return rc == 0 ? census_parse(value, ret) : rc;
}

static int census_write(const struct wb_engine_input *in, struct wb_decision *d,
			const char *id, const struct census *c)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	wb_write_str(&w, c->voided ? "void" : "live");
	wb_entry_put_text(&w, c->facility);
	wb_entry_put_date(&w, c->date);
	wb_entry_put_number(&w, c->it_power_kw);
	wb_entry_put_text(&w, c->evidence);
	wb_entry_put_date(&w, c->evidence_date);
	wb_entry_put_text(&w, c->before);
	wb_entry_put_number(&w, c->pages);
	for (size_t i = 0; i < c->n; i++) {
		wb_write_char(&w, ';');
		wb_write_str(&w, c->count[i].model);
		wb_entry_put_number(&w, c->count[i].quantity);
	}
	rc = wb_writer_end(&w, &s);
	if (rc != 0)
		return rc;
	wb_state_key(key, "count/%s/%s", in->statement->party, id);
	return wb_state_write(d, key, s);
}

static void census_key(const struct wb_engine_input *in, const char *facility,
		       char key[WB_STATE_KEY_MAX + 1])
{
	wb_state_key(key, "census/%s/%s", in->statement->party, facility);
}

/* The inventory of the facility that stands, or "". */
static int standing_read(const struct wb_engine_input *in,
			 struct wb_decision *d, const char *facility,
			 char ret[WB_ID_MAX + 1])
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	census_key(in, facility, key);
	rc = wb_state_read(in->state, d, key, &value);
	ret[0] = '\0';
	if (rc == WB_ENOTFOUND || (rc == 0 && wb_slice_is(value, "-")))
		return 0;
	if (rc == 0 && wb_slice_copy(value, ret, WB_ID_MAX + 1) != 0)
		return WB_ECORRUPT;
	return rc;
}

static int standing_write(const struct wb_engine_input *in,
			  struct wb_decision *d, const char *facility,
			  const char *id)
{
	char key[WB_STATE_KEY_MAX + 1];

	census_key(in, facility, key);
	return wb_state_write(d, key, wb_slice_str(*id == '\0' ? "-" : id));
}

/* --- single units --------------------------------------------------------- */

static void page_key(const struct wb_engine_input *in, const char *id,
		     int64_t page, char key[WB_STATE_KEY_MAX + 1])
{
	wb_state_key(key, "count/%s/%s/%d", in->statement->party, id,
		     (int)page);
}

static int pages_read(const struct wb_engine_input *in, struct wb_decision *d,
		      const char *id, int64_t pages, struct wb_counted *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value, one;
	int rc;

	ret->n = 0;
	for (int64_t page = 1; page <= pages; page++) {
		page_key(in, id, page, key);
		rc = wb_state_read(in->state, d, key, &value);
		if (rc != 0)
			return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
		while (wb_part_next(&value, ',', &one)) {
			if (ret->n == WB_SERIALS_MAX)
				return WB_ECORRUPT;
			ret->serial[ret->n++] = one;
		}
	}
	return 0;
}

static int pages_write(const struct wb_engine_input *in, struct wb_decision *d,
		       const char *id, const struct wb_counted *placed,
		       int64_t *ret_pages)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_writer w;
	struct wb_slice s;
	int64_t page = 0;
	int rc = 0;

	for (size_t i = 0; i < placed->n && rc == 0; i += PAGE) {
		wb_writer_init(&w, value, sizeof(value));
		for (size_t k = i; k < placed->n && k < i + PAGE; k++) {
			if (k > i)
				wb_write_char(&w, ',');
			wb_write_slice(&w, placed->serial[k]);
		}
		page_key(in, id, ++page, key);
		rc = wb_writer_end(&w, &s);
		if (rc == 0)
			rc = wb_state_write(d, key, s);
	}
	*ret_pages = page;
	return rc;
}

/* --- what an inventory says ----------------------------------------------- */

static void compare(const struct wb_fac *fac, const char *facility,
		    struct wb_decision *d)
{
	for (size_t i = 0; i < fac->n_models; i++) {
		const struct wb_fac_model *m = &fac->model[i];

		/* What has no model is not counted. */
		if (m->model[0] == '\0' || m->installed == m->counted)
			continue;
		wb_find(d, "count-differs", "",
			"%lld of %s counted in %s, where %lld are recorded as "
			"installed",
			(long long)m->counted, m->model, facility,
			(long long)m->installed);
	}
}

/* The counts of a census, and it as known then, in the facility. */
static int stand(struct wb_fac *fac, const struct census *c)
{
	for (size_t i = 0; i < fac->n_models; i++)
		fac->model[i].counted = fac->model[i].model[0] == '\0' ? -1 : 0;
	for (size_t i = 0; i < c->n; i++) {
		struct wb_fac_model *m = wb_fac_model(fac, c->count[i].model);

		if (m == NULL)
			return WB_ELIMIT;
		m->counted = c->count[i].quantity;
	}
	fac->counted = c->date;
	fac->it_power_kw = c->it_power_kw;
	memcpy(fac->evidence, c->evidence, sizeof(fac->evidence));
	fac->evidence_date = c->evidence_date;
	return 0;
}

/* Nothing was ever counted there, as far as stands. */
static void forget(struct wb_fac *fac)
{
	for (size_t i = 0; i < fac->n_models; i++)
		fac->model[i].counted = -1;
	fac->counted = fac->evidence_date = WB_DATE_NONE;
	fac->it_power_kw = -1;
	fac->evidence[0] = '\0';
}

/* As stated; power and evidence that it does not say are as they were. */
static void census_of(const struct wb_inventory *v, const struct wb_fac *fac,
		      const char *before, struct census *ret)
{
	memset(ret, 0, sizeof(*ret));
	snprintf(ret->facility, sizeof(ret->facility), "%s", v->facility);
	snprintf(ret->before, sizeof(ret->before), "%s", before);
	ret->date = v->date;
	ret->it_power_kw =
		v->it_power_kw >= 0 ? v->it_power_kw : fac->it_power_kw;
	memcpy(ret->evidence, fac->evidence, sizeof(ret->evidence));
	ret->evidence_date = fac->evidence_date;
	if (v->evidence_country != NULL) {
		snprintf(ret->evidence, sizeof(ret->evidence), "%s",
			 v->evidence_country);
		ret->evidence_date = wb_time_date(v->evidence_measured);
	}
	ret->n = v->n_counts;
	for (size_t i = 0; i < v->n_counts; i++) {
		snprintf(ret->count[i].model, sizeof(ret->count[i].model), "%s",
			 v->count[i].model);
		ret->count[i].quantity = v->count[i].quantity;
	}
}

static void later_told(const struct wb_inventory *v, wb_date counted,
		       struct wb_decision *d)
{
	char date[WB_DATE_TEXT + 1], later[WB_DATE_TEXT + 1];

	wb_date_format(v->date, date);
	wb_date_format(counted, later);
	wb_find(d, "date-order", "",
		"this inventory of %s is of %s; one of %s is recorded already",
		v->facility, date, later);
}

/*
 * Take an inventory: fac is as it was before, when `before` stood.  What is
 * older than that moves nothing.
 */
static int take(const struct wb_engine_input *in, const char *id,
		const struct wb_inventory *v, struct wb_fac *fac,
		const char *before, struct census *ret, struct wb_decision *d)
{
	int rc;

	census_of(v, fac, before, ret);
	if (fac->counted != WB_DATE_NONE && v->date < fac->counted) {
		later_told(v, fac->counted, d);
		return standing_write(in, d, v->facility, before);
	}
	rc = stand(fac, ret);
	if (rc != 0)
		return rc;
	compare(fac, v->facility, d);
	return standing_write(in, d, v->facility, id);
}

/* Its single units, and the entry itself. */
static int keep(const struct wb_engine_input *in, const char *id,
		const struct wb_inventory *v, const struct wb_counted *old,
		struct census *c, struct wb_decision *d)
{
	struct wb_counted placed;
	int rc = wb_serials_count(in, v, old, &placed, d);

	if (rc == 0)
		rc = pages_write(in, d, id, &placed, &c->pages);
	return rc == 0 ? census_write(in, d, id, c) : rc;
}

int wb_count_new(const struct wb_engine_input *in, const struct wb_inventory *v,
		 struct wb_decision *d)
{
	const struct wb_statement *st = in->statement;
	const struct wb_counted none = {.n = 0};
	char before[WB_ID_MAX + 1];
	struct census c;
	struct wb_fac fac;
	int rc = wb_fac_read(in->state, d, st->party, v->facility, &fac);

	if (rc == 0)
		rc = standing_read(in, d, v->facility, before);
	if (rc == 0)
		rc = take(in, st->id, v, &fac, before, &c, d);
	if (rc == 0)
		rc = wb_fac_write(d, st->party, v->facility, &fac);
	return rc == 0 ? keep(in, st->id, v, &none, &c, d) : rc;
}

/* --- said again, or taken back -------------------------------------------- */

/* Let the facility be as the inventory before c left it; its id in *ret. */
static int step_back(const struct wb_engine_input *in, const struct census *c,
		     struct wb_fac *fac, char ret[WB_ID_MAX + 1],
		     struct wb_decision *d)
{
	struct census before = *c;

	for (int i = 0; i < STEPS_BACK && before.before[0] != '\0'; i++) {
		int rc;

		memcpy(ret, before.before, WB_ID_MAX + 1);
		rc = census_read(in, d, ret, &before);
		if (rc != 0)
			return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc;
		if (!before.voided)
			return stand(fac, &before);
	}
	ret[0] = '\0';
	forget(fac);
	return 0;
}

static int64_t units(const struct census *c)
{
	int64_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->count[i].quantity;
	return n < UNITS_MAX ? n : UNITS_MAX;
}

int wb_count_facility(const struct wb_engine_input *in, const char *id,
		      char ret[WB_ID_MAX + 1], struct wb_decision *d)
{
	struct census c;
	int rc = census_read(in, d, id, &c);

	if (rc == 0 && c.voided)
		return WB_ENOTFOUND;
	if (rc == 0)
		memcpy(ret, c.facility, sizeof(c.facility));
	return rc;
}

/* What stands of the inventory id, and whether it is the last. */
static int earlier(const struct wb_engine_input *in, const char *id,
		   struct census *ret, struct wb_fac *ret_fac, bool *ret_last,
		   struct wb_decision *d)
{
	char last[WB_ID_MAX + 1];
	int rc = census_read(in, d, id, ret);

	if (rc == 0)
		rc = standing_read(in, d, ret->facility, last);
	if (rc == 0)
		rc = wb_fac_read(in->state, d, in->statement->party,
				 ret->facility, ret_fac);
	*ret_last = rc == 0 && strcmp(last, id) == 0;
	return rc == WB_ENOTFOUND ? WB_ECORRUPT : rc; /* it was admitted */
}

int wb_count_correct(const struct wb_engine_input *in, const char *id,
		     const struct wb_inventory *v, struct wb_decision *d)
{
	char before[WB_ID_MAX + 1];
	struct wb_counted placed;
	struct census old, new;
	struct wb_fac fac;
	bool last;
	int rc = earlier(in, id, &old, &fac, &last, d);

	if (rc == 0)
		rc = pages_read(in, d, id, old.pages, &placed);
	if (rc == 0 && last) {
		rc = step_back(in, &old, &fac, before, d);
		if (rc == 0)
			rc = take(in, id, v, &fac, before, &new, d);
		if (rc == 0)
			rc = wb_fac_write(d, in->statement->party, v->facility,
					  &fac);
	} else if (rc == 0) {
		/* What it does not say is as it was then. */
		fac.it_power_kw = old.it_power_kw;
		memcpy(fac.evidence, old.evidence, sizeof(fac.evidence));
		fac.evidence_date = old.evidence_date;
		census_of(v, &fac, old.before, &new);
		later_told(v, fac.counted, d);
	}
	if (rc == 0)
		rc = keep(in, id, v, &placed, &new, d);
	if (rc == 0)
		wb_find(d, "corrected", "",
			"%s counted %lld units in %s; it counts %lld units", id,
			(long long)units(&old), old.facility,
			(long long)units(&new));
	return rc;
}

int wb_count_void(const struct wb_engine_input *in, const char *id,
		  char ret_facility[WB_ID_MAX + 1], struct wb_decision *d)
{
	char before[WB_ID_MAX + 1];
	struct wb_counted placed;
	struct census old;
	struct wb_fac fac;
	bool last;
	int rc = earlier(in, id, &old, &fac, &last, d);

	if (rc == 0)
		rc = pages_read(in, d, id, old.pages, &placed);
	if (rc == 0)
		rc = wb_serials_uncount(in, old.facility, &placed, d);
	if (rc == 0 && last) {
		rc = step_back(in, &old, &fac, before, d);
		if (rc == 0)
			rc = standing_write(in, d, old.facility, before);
		if (rc == 0)
			rc = wb_fac_write(d, in->statement->party, old.facility,
					  &fac);
	}
	old.voided = true;
	memcpy(ret_facility, old.facility, sizeof(old.facility));
	if (rc == 0)
		rc = census_write(in, d, id, &old);
	if (rc == 0)
		wb_find(d, "voided", "",
			"%s, which counted %lld units in %s, is taken back", id,
			(long long)units(&old), old.facility);
	return rc;
}
