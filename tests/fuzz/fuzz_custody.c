#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/custody.h"
#include "core/words.h"

/*
 * The values that custody keeps in the state: what is taken, is written again,
 * and read again as the same.  One spelling only is written, so what was
 * written stays so.  Those of inventories are read and written as one is taken
 * back: a line each, of the inventory, the one that stands, the one before,
 * its single units, one of them, and the facility.
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

/* --- inventories ---------------------------------------------------------- */

enum { COUNT, STANDS, BEFORE, PAGE, SERIAL, FAC, LINES };

static int line_of(const char *key)
{
	if (strcmp(key, "count/a/b") == 0)
		return COUNT;
	if (strncmp(key, "count/a/b/", 10) == 0)
		return PAGE;
	if (strncmp(key, "census/", 7) == 0)
		return STANDS;
	if (strncmp(key, "serial/", 7) == 0)
		return SERIAL;
	return strncmp(key, "fac/", 4) == 0 ? FAC : BEFORE;
}

static int get(void *ctx, const char *key, struct wb_slice *ret_value,
	       uint64_t *ret_seq)
{
	const struct wb_slice *line = ctx;

	*ret_value = line[line_of(key)];
	*ret_seq = 1;
	return ret_value->len > 0 ? 0 : WB_ENOTFOUND;
}

/* What taking the inventory back writes of it; "" if it is not taken. */
static struct wb_slice taken_back(struct wb_slice line[LINES])
{
	static const struct wb_statement st = {.party = "a", .id = "v"};
	struct wb_state state = {get, line};
	struct wb_engine_input in = {.statement = &st, .state = &state};
	char facility[WB_ID_MAX + 1];
	int rc;

	wb_decision_init(&d);
	rc = wb_count_void(&in, "b", facility, &d);
	require(rc == 0 || rc == WB_ECORRUPT || rc == WB_ELIMIT);
	for (size_t i = 0; i < d.n_writes && rc == 0; i++) {
		require(d.write[i].value.len <= WB_STATE_VALUE_MAX);
		if (strcmp(d.write[i].key, "count/a/b") == 0)
			return d.write[i].value;
	}
	require(rc != 0);
	return (struct wb_slice){0};
}

static void inventory(struct wb_slice text)
{
	static uint8_t first[WB_STATE_VALUE_MAX];
	struct wb_slice line[LINES] = {0}, once;

	for (size_t i = 0; i < LINES; i++)
		if (!wb_part_next(&text, '\n', &line[i]))
			break;
	once = taken_back(line);
	if (once.len == 0)
		return;
	require(once.len > 4 && memcmp(once.p, "void", 4) == 0);
	memcpy(first, once.p, once.len);
	memcpy(first, "live", 4);
	line[COUNT] = once = wb_slice(first, once.len);
	once = taken_back(line);
	require(once.len == line[COUNT].len &&
		memcmp(once.p + 4, first + 4, once.len - 4) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct wb_slice once, twice;

	if (n < 1)
		return 0;
	if (p[0] == 'c') {
		inventory(wb_slice(p + 1, n - 1));
		return 0;
	}
	wb_decision_init(&d);
	if (!again((char)p[0], wb_slice(p + 1, n - 1)))
		return 0;
	once = last();
	require(again((char)p[0], once));
	twice = last();
	require(wb_slice_eq(once, twice));
	return 0;
}
