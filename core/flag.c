#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/flag.h"
#include "core/format.h"
#include "waybill/text.h"

/*
 * flag: which red flags are asked about what, in the order of the table, and
 * what the predicates share.
 */

/* Left alone of what a decision may read and write. */
#define READS_KEPT  4
#define WRITES_KEPT 4

/* --- findings ------------------------------------------------------------- */

struct wb_seen *wb_flag_raise(struct wb_decision *d, const struct wb_flag *p,
			      int64_t value, int64_t threshold,
			      const char *unit, const char *fmt, ...)
{
	char text[sizeof(d->finding[0].narrative)];
	struct wb_finding *f;
	va_list ap;

	va_start(ap, fmt);
	(void)wb_format(text, sizeof(text), fmt, ap);
	va_end(ap);
	wb_find(d, p->kind->finding.code, p->citation, "%s", text);
	f = &d->finding[d->n_findings - 1];
	/* The last finding stands for all that find no place. */
	if (strcmp(f->code, p->kind->finding.code) != 0)
		return NULL;
	f->severity = p->severity;
	f->seen = (struct wb_seen){
		.version = p->kind->version,
		.value = value,
		.threshold = threshold,
		.unit = unit,
	};
	return &f->seen;
}

struct wb_seen *wb_flag_shared(struct wb_seen *seen)
{
	if (seen != NULL)
		seen->shared = true;
	return seen;
}

/* --- parameters ----------------------------------------------------------- */

bool wb_flag_word(const struct wb_flag *p, size_t i, const char *word)
{
	for (size_t k = 0; word != NULL && k < p->value[i].n_words; k++)
		if (strcmp(p->value[i].word[k], word) == 0)
			return true;
	return false;
}

bool wb_flag_in(const struct wb_flag_work *w, const struct wb_flag *p, size_t i,
		const char *country)
{
	return country != NULL && country[0] != '\0' &&
	       wb_set_holds(w->in->law->flags->sets, p->value[i].set,
			    w->in->law->countries, country, w->s->export_date);
}

int64_t wb_flag_limit(const struct wb_decision *d, const struct wb_flag *p,
		      size_t i)
{
	const struct wb_edition *ed = d->edition;

	if (p->value[i].n_words == 0)
		return p->value[i].number;
	for (size_t k = 0; ed != NULL && k < ed->n_exceptions; k++) {
		const struct wb_exception *x = &ed->exception[k];

		for (size_t n = 0; n < x->n; n++)
			if (x->item[n].kind == WB_X_LIMIT &&
			    wb_flag_word(p, i, x->item[n].name))
				return x->item[n].tpp_x10;
	}
	return -1;
}

/* The exception that the item moves under by its name, or NULL. */
static const char *exception_of(const struct wb_decision *d,
				const struct wb_item_decision *item)
{
	const struct wb_edition *ed = d->edition;

	for (size_t i = 0; ed != NULL && i < ed->n_exceptions; i++)
		if (strcmp(ed->exception[i].as, item->path) == 0 &&
		    strcmp(ed->exception[i].citation, item->path_citation) == 0)
			return ed->exception[i].name;
	return NULL;
}

int64_t wb_flag_path_x10(const struct wb_decision *d, const struct wb_flag *p,
			 size_t i)
{
	int64_t sum = 0;

	for (size_t k = 0; k < d->n_items; k++) {
		if (!wb_flag_word(p, i, exception_of(d, &d->item[k])))
			continue;
		if (d->item[k].total_x10 < 0)
			return -1;
		sum += d->item[k].total_x10;
	}
	return sum;
}

int wb_flag_room(const struct wb_flag_work *w, size_t reads)
{
	return w->d->n_reads + reads + READS_KEPT > w->d->reads_max ? WB_ELIMIT
								    : 0;
}

int wb_flag_read(const struct wb_flag_work *w, const char *key,
		 struct wb_slice *ret)
{
	int rc = wb_flag_room(w, 1);

	return rc != 0 ? rc : wb_state_read(w->in->state, w->d, key, ret);
}

/* --- lists ---------------------------------------------------------------- */

int wb_flag_list_read(const struct wb_flag_work *w, const char *key,
		      struct wb_flag_list *ret)
{
	struct wb_slice value;
	int rc = wb_flag_read(w, key, &value);

	snprintf(ret->key, sizeof(ret->key), "%s", key);
	ret->n = 0;
	if (rc == WB_ENOTFOUND)
		return 0;
	while (rc == 0 && ret->n < WB_FLAG_LIST_MAX &&
	       wb_word_next(&value, &ret->word[ret->n]))
		ret->n++;
	return rc == 0 && value.len > 0 ? WB_ECORRUPT : rc;
}

int wb_flag_list_write(const struct wb_flag_work *w,
		       const struct wb_flag_list *list)
{
	uint8_t text[WB_STATE_VALUE_MAX];
	struct wb_writer out;
	struct wb_slice s;
	int rc;

	if (w->d->n_writes + WRITES_KEPT >= WB_WRITES_MAX)
		return WB_ELIMIT;
	wb_writer_init(&out, text, sizeof(text));
	for (size_t i = 0; i < list->n; i++) {
		if (i > 0)
			wb_write_char(&out, ' ');
		wb_write_slice(&out, list->word[i]);
	}
	rc = wb_writer_end(&out, &s);
	return rc == 0 ? wb_state_write(w->d, list->key, s) : rc;
}

int wb_flag_list_add(const struct wb_flag_work *w, struct wb_flag_list *list,
		     size_t max, const char *word)
{
	assert(max > 0 && max <= WB_FLAG_LIST_MAX);
	while (list->n >= max) {
		memmove(list->word, list->word + 1,
			(list->n - 1) * sizeof(list->word[0]));
		list->n--;
	}
	list->word[list->n++] = wb_slice_str(word);
	return wb_flag_list_write(w, list);
}

struct wb_slice wb_flag_field(struct wb_slice *word)
{
	const uint8_t *colon =
		word->len == 0 ? NULL : memchr(word->p, ':', word->len);
	struct wb_slice field = *word;

	if (colon == NULL) {
		*word = wb_slice(word->p + word->len, 0);
		return field;
	}
	field.len = (size_t)(colon - word->p);
	*word = wb_slice(colon + 1, word->len - field.len - 1);
	return field;
}

int wb_flag_field_number(struct wb_slice *word, int64_t *ret)
{
	uint64_t n;

	if (wb_parse_dec(wb_flag_field(word), &n) != 0 || n > WB_INTEGER_MAX)
		return WB_ECORRUPT;
	*ret = (int64_t)n;
	return 0;
}

int wb_flag_field_date(struct wb_slice *word, wb_date *ret)
{
	return wb_date_parse(wb_flag_field(word), ret) == 0 ? 0 : WB_ECORRUPT;
}

/* --- a shipment ----------------------------------------------------------- */

/*
 * When a flag is asked besides of a new shipment.  One that counts shipments
 * is not: neither a correction nor another law is another shipment.  Of what
 * another law has decided only those are asked that look at the decision: the
 * rest of the shipment is as it was.
 */
enum again { NEVER, CORRECTED, DECIDED };

struct asks {
	enum wb_flag_index flag;
	enum again again;
	int (*ask)(const struct wb_flag_work *w, const struct wb_flag *p);
};

static const struct asks of_shipment[] = {
	{WB_RF_01, CORRECTED, wb_rf_01}, {WB_RF_02, DECIDED, wb_rf_02},
	{WB_RF_03, DECIDED, wb_rf_03},   {WB_RF_04, CORRECTED, wb_rf_04},
	{WB_RF_05, NEVER, wb_rf_05},     {WB_RF_07, CORRECTED, wb_rf_07},
	{WB_RF_08, CORRECTED, wb_rf_08}, {WB_RF_09, CORRECTED, wb_rf_09},
	{WB_RF_18, DECIDED, wb_rf_18},   {WB_RF_19, CORRECTED, wb_rf_19},
	{WB_RF_20, CORRECTED, wb_rf_20}, {WB_RF_21, CORRECTED, wb_rf_21},
	{WB_RF_22, CORRECTED, wb_rf_22}, {WB_RF_23, CORRECTED, wb_rf_23},
	{WB_RF_24, NEVER, wb_rf_24},     {WB_RF_25, NEVER, wb_rf_25},
	{WB_RF_26, NEVER, wb_rf_26},     {WB_RF_27, CORRECTED, wb_rf_27},
	{WB_RF_28, DECIDED, wb_rf_28},   {WB_RF_29, DECIDED, wb_rf_29},
	{WB_RF_37, CORRECTED, wb_rf_37}, {WB_RF_38, DECIDED, wb_rf_38},
	{WB_RF_39, CORRECTED, wb_rf_39}, {WB_RF_41, CORRECTED, wb_rf_41},
	{WB_RF_43, CORRECTED, wb_rf_43}, {WB_RF_44, NEVER, wb_rf_44},
};

/* The models of the shipment, each once; many are cut. */
static void list_models(struct wb_flag_work *w)
{
	for (size_t i = 0; i < w->s->n_items; i++) {
		const struct wb_item *item = &w->s->item[i];
		size_t k = 0;

		if (item->model == NULL)
			continue;
		while (k < w->n_models &&
		       strcmp(w->model[k].model, item->model) != 0)
			k++;
		if (k == WB_FLAG_MODELS_MAX)
			continue;
		w->model[k].model = item->model;
		w->model[k].quantity += item->quantity;
		w->n_models += k == w->n_models;
	}
}

/* Ask one, unless a decision reads no more: that is told once. */
static int ask(const struct wb_flag_work *w, const struct wb_flag *p,
	       int (*one)(const struct wb_flag_work *w,
			  const struct wb_flag *p))
{
	int rc = one(w, p);

	if (rc == WB_ELIMIT) {
		wb_find_once(w->d, "flags-not-asked", "",
			     "%s, and others that read the state, were not",
			     p->kind->id);
		return 0;
	}
	return rc;
}

/* Ask those that are asked as often as that. */
static int ask_shipment(const struct wb_engine_input *in,
			const struct wb_shipment *s, enum again again,
			struct wb_decision *d)
{
	const struct wb_flags *flags = in->law->flags;
	struct wb_flag_work w = {
		.in = in,
		.s = s,
		.party = in->statement->party,
		.id = in->statement->type == WB_CORRECTION
			      ? in->statement->u.correction.corrects
			      : in->statement->id,
		.today = wb_time_date(in->time),
		.d = d,
	};
	int rc;

	if (flags == NULL)
		return 0;
	d->flags = flags;
	rc = wb_profile_read(in->state, d, s->consignee, s->export_date,
			     &w.consignee);
	if (rc == 0)
		rc = wb_flag_known_read(&w, &w.known);
	list_models(&w);
	for (size_t i = 0;
	     rc == 0 && i < sizeof(of_shipment) / sizeof(of_shipment[0]); i++)
		if (flags->on[of_shipment[i].flag] != NULL &&
		    of_shipment[i].again >= again)
			rc = ask(&w, flags->on[of_shipment[i].flag],
				 of_shipment[i].ask);
	/* What later shipments are compared with. */
	if (rc == 0)
		rc = wb_flag_known_write(&w);
	if (rc == WB_ELIMIT) {
		wb_find_once(d, "flags-not-asked", "",
			     "the rules left nothing to read");
		rc = 0;
	}
	return rc;
}

int wb_flags_shipment(const struct wb_engine_input *in,
		      const struct wb_shipment *s, struct wb_decision *d)
{
	bool corrects = in->statement->type == WB_CORRECTION;

	return ask_shipment(in, s, corrects ? CORRECTED : NEVER, d);
}

int wb_flags_again(const struct wb_engine_input *in,
		   const struct wb_shipment *s, struct wb_decision *d)
{
	return ask_shipment(in, s, DECIDED, d);
}
