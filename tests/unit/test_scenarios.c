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
 * The scenario vectors, each row through a ledger of its own: `waybill
 * scenarios` as a test among the others, so that mutants of the rules meet
 * it.  tests/integration/35-whatif.sh tests the command.
 */
static void give(struct wb_cli *cli, enum wb_opt which, const char *value)
{
	cli->opt.of[which].v[cli->opt.of[which].n++] = value;
}

static void test_every_row(void **state)
{
	static const char *const table[] = {"tests/vectors/scenarios.csv"};
	static struct wb_cli cli; /* large */

	(void)state;
	cli.n = 1;
	cli.operand = table;
	give(&cli, WB_OPT_POLICY_DIR, "policy");
	give(&cli, WB_OPT_CHIPS, "tests/vectors/chips.csv");
	assert_int_equal(wb_cmd_scenarios(&cli), WB_EXIT_DONE);
}

static void test_every_chip(void **state)
{
	static struct wb_cli cli; /* large */

	(void)state;
	give(&cli, WB_OPT_POLICY_DIR, "policy");
	give(&cli, WB_OPT_CHIPS, "tests/vectors/chips.csv");
	assert_int_equal(wb_cmd_scenarios(&cli), WB_EXIT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_every_chip),
	};

	if (wb_crypto_init() != 0)
		return 1;
	/* Ledgers that are thrown away need no disk. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
