#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/cli.h"
#include "waybill/crypto.h"

/*
 * A second reading of the law: rows written from its text by somebody who had
 * not seen the engine, with the paragraph they stand on, each through a ledger
 * of its own.  Most stand a tenth below a number, at it and a tenth above, or
 * on the days before, of and after a date.
 */
static void give(struct wb_cli *cli, enum wb_opt which, const char *value)
{
	cli->opt.of[which].v[cli->opt.of[which].n++] = value;
}

static void test_every_row(void **state)
{
	static const char *const table[] = {"tests/vectors/second-reading.csv"};
	static struct wb_cli cli; /* large */

	(void)state;
	cli.n = 1;
	cli.operand = table;
	give(&cli, WB_OPT_POLICY_DIR, "policy");
	give(&cli, WB_OPT_CHIPS, "tests/vectors/second-reading-chips.csv");
	assert_int_equal(wb_cmd_scenarios(&cli), WB_EXIT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
	};

	if (wb_crypto_init() != 0)
		return 1;
	/* Ledgers that are thrown away need no disk. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
