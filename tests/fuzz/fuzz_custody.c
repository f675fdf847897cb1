#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/custody.h"

/*
 * The values that custody keeps in the state: what is taken, is written again,
 * and read again as the same.  One spelling only is written, so what was
 * written stays so.
 */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct wb_decision d;
static struct wb_ship ship;
static struct wb_fac fac;
static struct wb_act act;

static struct wb_slice last(void)
{
	return d.write[d.n_writes - 1].value;
}

/* The write of the value of one kind after it was read; false: not taken. */
static bool again(char kind, struct wb_slice in)
{
	struct wb_serial serial;
	int rc;

	switch (kind) {
	case 's':
		if (wb_ship_parse(in, &ship) != 0)
			return false;
		require(ship.n_lines >= 1 && ship.n_lines <= WB_ITEMS_MAX);
		rc = wb_ship_write(&d, "a", "b", &ship);
		break;
	case 'f':
		if (wb_fac_parse(in, &fac) != 0)
			return false;
		rc = wb_fac_write(&d, "a", "b", &fac);
		break;
	case 'a':
		if (wb_act_parse(in, &act) != 0)
			return false;
		rc = wb_act_write(&d, "a", "b", &act);
		break;
	case 'u':
		if (wb_serial_parse(in, &serial) != 0)
			return false;
		rc = wb_serial_write(&d, "a", &serial);
		break;
	default:
		return false;
	}
	/* It may be longer than what is kept, never unwritable otherwise. */
	require(rc == 0 || rc == WB_ELIMIT);
	return rc == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_slice once, twice;

	if (n < 1)
		return 0;
	wb_decision_init(&d);
	if (!again((char)p[0], wb_slice(p + 1, n - 1)))
		return 0;
	once = last();
	require(again((char)p[0], once));
	twice = last();
	require(wb_slice_eq(once, twice));
	return 0;
}
