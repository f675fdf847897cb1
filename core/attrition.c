#include <string.h>

#include "core/custody.h"

/*
 * attrition: what is retired goes out of the installed base of a national
 * validated end user (748.15): loss, damage, failure, relocation, resale.
 *
 * Only units that stood in a facility count, and no more of a line than were
 * shipped.  A shipment whose lines moved under different paths takes nothing
 * out: which of them the counter holds is not kept.
 */

bool wb_attrition_is_of(const struct wb_charge *charge)
{
	static const char prefix[] = "nveu/";

	return strncmp(charge->key, prefix, strlen(prefix)) == 0;
}

static int64_t less(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static const struct wb_charge *base_of(const struct wb_ship *ship)
{
	for (size_t i = 0; i < ship->n_charges; i++)
		if (wb_attrition_is_of(&ship->charge[i]))
			return &ship->charge[i];
	return NULL;
}

static bool all_lines_are_in(const struct wb_ship *ship,
			     const struct wb_charge *base)
{
	__int128 x10 = 0;

	for (size_t i = 0; i < ship->n_lines; i++) {
		const struct wb_ship_line *l = &ship->line[i];

		if (l->tpp_x10 < 0)
			return false;
		x10 += (__int128)l->shipped * l->tpp_x10;
	}
	return x10 == base->x10;
}

static struct wb_charge *noted(struct wb_places *p, const char *key)
{
	for (size_t i = 0; i < p->n_bases; i++)
		if (strcmp(p->base[i].key, key) == 0)
			return &p->base[i];
	if (p->n_bases == WB_BASES_OF_ACT)
		return NULL;
	p->base[p->n_bases].x10 = 0;
	memcpy(p->base[p->n_bases].key, key, strlen(key) + 1);
	return &p->base[p->n_bases++];
}

void wb_attrition_note(struct wb_places *p, struct wb_ship *ship,
		       const struct wb_ship_line *line, int64_t before,
		       int64_t standing, bool back)
{
	const struct wb_charge *base = base_of(ship);
	int64_t n = line->shipped - before, x10;
	struct wb_charge *at;

	if (base == NULL || n <= 0 || standing <= 0 ||
	    !all_lines_are_in(ship, base))
		return;
	at = noted(p, base->key);
	if (at == NULL)
		return;
	if (n > standing)
		n = standing;
	/* At most what was shipped, whose total admission has bounded. */
	x10 = n * line->tpp_x10;
	if (back) /* less may be shipped since */
		x10 = -less(x10, ship->attrition_x10);
	else
		x10 = less(x10, base->x10 - ship->attrition_x10);
	at->x10 += x10;
	ship->attrition_x10 += x10;
}

int wb_attrition_write(struct wb_places *p)
{
	char a[WB_AMOUNT_MAX];

	for (size_t i = 0; i < p->n_bases; i++) {
		const struct wb_charge *base = &p->base[i];
		int64_t was, is;
		int rc;

		if (base->x10 == 0)
			continue;
		rc = wb_counter_read(p->in->state, p->d, base->key, &was);
		if (rc != 0)
			return rc;
		is = was - base->x10;
		if (is < 0)
			is = 0;
		if (is > WB_INTEGER_MAX)
			is = WB_INTEGER_MAX;
		if (is == was)
			continue;
		rc = wb_counter_write(p->d, base->key, is);
		if (rc != 0)
			return rc;
		wb_find(p->d, "attrition", "",
			"%s TPP %s the installed base that its authorization "
			"counts",
			wb_amount(is < was ? was - is : is - was, a),
			is < was ? "are taken out of" : "are put back into");
	}
	return 0;
}

/* --- what becomes of the shipment ------------------------------------------
 */

void wb_attrition_credit(const struct wb_ship *ship, struct wb_decision *d)
{
	for (size_t i = 0; i < d->n_credits; i++)
		if (wb_attrition_is_of(&d->credit[i]))
			d->credit[i].x10 -= ship->attrition_x10;
}

int wb_attrition_carry(const struct wb_engine_input *in,
		       const struct wb_ship *old, struct wb_ship *ship,
		       struct wb_decision *d)
{
	const struct wb_charge *was = old == NULL ? NULL : base_of(old);
	const struct wb_charge *is = base_of(ship);
	char a[WB_AMOUNT_MAX];
	int64_t left, out = 0;
	int rc;

	ship->attrition_x10 = 0;
	if (was == NULL || old->attrition_x10 == 0)
		return 0;
	/* It was judged as if all of it could be taken back. */
	wb_attrition_credit(old, d);
	if (is != NULL && strcmp(was->key, is->key) == 0)
		out = less(old->attrition_x10, is->x10);
	else
		is = NULL;
	rc = wb_counter_read(in->state, d, was->key, &left);
	if (rc == 0)
		rc = wb_counter_write(d, was->key,
				      left + (is == NULL ? 0 : is->x10 - out));
	if (rc != 0 || out == 0)
		return rc;
	ship->attrition_x10 = out;
	wb_find(d, "attrition", "",
		"%s TPP of it are retired and stay out of the installed base",
		wb_amount(out, a));
	return 0;
}
