#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"

/*
 * Configuration: what is taken is within range, and when it is written it is
 * taken again and is the same; what is refused says where.
 */

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct wb_slice write_config(const struct wb_config *c, uint8_t *out,
				    size_t cap)
{
	struct wb_slice done;
	struct wb_writer w;

	wb_writer_init(&w, out, cap);
	wb_config_write(&w, c);
	require(wb_writer_end(&w, &done) == 0);
	return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t one[16384], two[16384];
	struct wb_problem problem = {0};
	struct wb_config c, again;
	struct wb_slice text;
	int rc = wb_config_parse(wb_slice(p, n), &c, &problem);

	if (rc != 0) {
		require(rc == WB_EREFUSED && problem.code == WB_P_CONFIG);
		require(strncmp(problem.pointer, "line ", 5) == 0);
		return 0;
	}
	require(c.listen.n >= 1 && c.listen.n <= WB_CONFIG_LISTEN_MAX);
	require(c.admin.n <= WB_CONFIG_LISTEN_MAX);
	require(c.max_connections >= 1 && c.max_jobs >= 1);
	require(memchr(c.data, '\0', sizeof(c.data)) != NULL);
	text = write_config(&c, one, sizeof(one));
	require(wb_config_parse(text, &again, &problem) == 0);
	require(wb_slice_eq(text, write_config(&again, two, sizeof(two))));
	return 0;
}
