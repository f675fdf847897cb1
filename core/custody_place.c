#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/custody.h"
#include "core/custody_words.h"

/* custody_place: single units and facilities in the state. */

/* --- serial numbers ------------------------------------------------------- */

static const char *const serial_states[WB_SERIAL_STATES] = {
	"listed", "shipped", "arrived", "installed", "away", "retired", "seen"};

const char *wb_serial_state_name(enum wb_serial_state state)
{
	assert(state < WB_SERIAL_STATES);

	return serial_states[state];
}

int wb_serial_parse(struct wb_slice value, struct wb_serial *ret)
{
	struct wb_slice state;
	struct wb_words w;
	size_t i = 0;

	memset(ret, 0, sizeof(*ret));
	if (!wb_entry_next(&value, &w) || value.len > 0)
		return WB_ECORRUPT;
	state = wb_words_next(&w);
	while (i < WB_SERIAL_STATES && !wb_slice_is(state, serial_states[i]))
		i++;
	if (i == WB_SERIAL_STATES)
		return WB_ECORRUPT;
	ret->state = (enum wb_serial_state)i;
	ret->corrected = (uint64_t)wb_entry_number(&w);
	ret->restated = (uint64_t)wb_entry_number(&w);
	wb_words_copy_or(&w, ret->party, sizeof(ret->party));
	wb_words_copy_or(&w, ret->id, sizeof(ret->id));
	ret->line = wb_entry_line(&w);
	wb_words_copy_or(&w, ret->holder, sizeof(ret->holder));
	wb_words_copy_or(&w, ret->facility, sizeof(ret->facility));
	return wb_entry_ends(&w) ? 0 : WB_ECORRUPT;
}

int wb_serial_write(struct wb_decision *d, const char *serial,
		    const struct wb_serial *s)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[6 * WB_ID_MAX];
	struct wb_writer w;
	struct wb_slice out;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	wb_write_str(&w, wb_serial_state_name(s->state));
	wb_entry_put_number(&w, (int64_t)s->corrected);
	wb_entry_put_number(&w, (int64_t)s->restated);
	wb_entry_put_text(&w, s->party);
	wb_entry_put_text(&w, s->id);
	wb_entry_put_number(&w, s->line);
	wb_entry_put_text(&w, s->holder);
	wb_entry_put_text(&w, s->facility);
	rc = wb_writer_end(&w, &out);
	if (rc != 0)
		return rc;
	wb_state_key(key, "serial/%s", serial);
	return wb_state_write(d, key, out);
}

/* --- facilities ----------------------------------------------------------- */

int wb_fac_parse(struct wb_slice value, struct wb_fac *ret)
{
	struct wb_words w;

	memset(ret, 0, sizeof(*ret));
	if (!wb_entry_next(&value, &w))
		return WB_ECORRUPT;
	ret->chips = wb_entry_number(&w);
	ret->tpp_x10 = wb_entry_number(&w);
	ret->counted = wb_words_date_or(&w);
	ret->it_power_kw = wb_entry_may_number(&w);
	wb_words_copy_or(&w, ret->evidence, sizeof(ret->evidence));
	ret->evidence_date = wb_words_date_or(&w);
	if (!wb_entry_ends(&w))
		return WB_ECORRUPT;
	while (wb_entry_next(&value, &w)) {
		struct wb_fac_model *m = &ret->model[ret->n_models];

		if (ret->n_models == WB_FAC_MODELS)
			return WB_ECORRUPT;
		wb_words_copy_or(&w, m->model, sizeof(m->model));
		m->installed = wb_entry_number(&w);
		m->counted = wb_entry_may_number(&w);
		m->chips = wb_entry_number(&w);
		if (!wb_entry_ends(&w))
			return WB_ECORRUPT;
		ret->n_models++;
	}
	return 0;
}

int wb_fac_read(const struct wb_state *state, struct wb_decision *d,
		const char *party, const char *id, struct wb_fac *ret)
{
	char key[WB_STATE_KEY_MAX + 1];
	struct wb_slice value;
	int rc;

	wb_state_key(key, "fac/%s/%s", party, id);
	rc = wb_state_read(state, d, key, &value);
	if (rc == WB_ENOTFOUND) {
		memset(ret, 0, sizeof(*ret));
		ret->counted = ret->evidence_date = WB_DATE_NONE;
		ret->it_power_kw = -1;
		return 0;
	}
	return rc == 0 ? wb_fac_parse(value, ret) : rc;
}

int wb_fac_write(struct wb_decision *d, const char *party, const char *id,
		 const struct wb_fac *fac)
{
	char key[WB_STATE_KEY_MAX + 1];
	uint8_t value[WB_STATE_VALUE_MAX];
	struct wb_writer w;
	struct wb_slice s;
	int rc;

	wb_writer_init(&w, value, sizeof(value));
	wb_write_dec(&w, fac->chips);
	wb_entry_put_number(&w, fac->tpp_x10);
	wb_entry_put_date(&w, fac->counted);
	wb_entry_put_number(&w, fac->it_power_kw);
	wb_entry_put_text(&w, fac->evidence);
	wb_entry_put_date(&w, fac->evidence_date);
	for (size_t i = 0; i < fac->n_models; i++) {
		const struct wb_fac_model *m = &fac->model[i];

		wb_write_str(&w, m->model[0] == '\0' ? ";-" : ";");
		wb_write_str(&w, m->model);
		wb_entry_put_number(&w, m->installed);
		wb_entry_put_number(&w, m->counted);
		wb_entry_put_number(&w, m->chips);
	}
	rc = wb_writer_end(&w, &s);
	if (rc != 0)
		return rc;
	wb_state_key(key, "fac/%s/%s", party, id);
	return wb_state_write(d, key, s);
}

struct wb_fac_model *wb_fac_model(struct wb_fac *fac, const char *model)
{
	struct wb_fac_model *m;

	for (size_t i = 0; i < fac->n_models; i++)
		if (strcmp(fac->model[i].model, model) == 0)
			return &fac->model[i];
	if (fac->n_models == WB_FAC_MODELS)
		return NULL;
	m = &fac->model[fac->n_models++];
	*m = (struct wb_fac_model){.counted = -1};
	snprintf(m->model, sizeof(m->model), "%s", model);
	return m;
}

int64_t wb_fac_model_chips(const struct wb_fac_model *m)
{
	__int128 n;

	if (m->counted <= m->installed)
		return m->chips;
	if (m->installed == 0)
		return m->counted;
	n = (__int128)m->chips * m->counted / m->installed;
	return n > WB_INTEGER_MAX ? WB_INTEGER_MAX : (int64_t)n;
}

int64_t wb_fac_chips(const struct wb_fac *fac)
{
	__int128 n = 0;

	for (size_t i = 0; i < fac->n_models; i++)
		n += wb_fac_model_chips(&fac->model[i]);
	return n > WB_INTEGER_MAX ? WB_INTEGER_MAX : (int64_t)n;
}
