#ifndef WB_DAEMON_CONFIG_H
#define WB_DAEMON_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "waybill/problem.h"

/*
 * config: what the operator may choose (proto/FORMAT.md, "Configuration").
 *
 * Lines `key = value`; blank lines and lines that begin with '#' say nothing.
 * Each key stands at most once, `listen` and `admin` up to
 * WB_CONFIG_LISTEN_MAX times.  Pure: no file, no environment.
 */
#define WB_CONFIG_MAX        65536 /* bytes of a configuration file */
#define WB_CONFIG_PATH_MAX   1023
#define WB_CONFIG_LISTEN_MAX 8
#define WB_WORKERS_MAX       64 /* each needs a reader of the store */

/* One listener: "127.0.0.1:7700", "[::1]:7700" or "unix:/run/x". */
#define WB_ADDRESS_MAX 128
struct wb_address {
	bool is_unix;
	uint16_t port;
	char host[WB_ADDRESS_MAX + 1]; /* or the path */
};

struct wb_listeners {
	size_t n;
	struct wb_address at[WB_CONFIG_LISTEN_MAX];
};

struct wb_config {
	char data[WB_CONFIG_PATH_MAX + 1];           /* "": by environment */
	char checkpoint_key[WB_CONFIG_PATH_MAX + 1]; /* "": in data */
	char record_key[WB_CONFIG_PATH_MAX + 1];
	struct wb_listeners listen;
	struct wb_listeners admin; /* n is 0 for `admin = none` */
	uint32_t workers;          /* 0: one per core */
	uint32_t max_connections;
	uint32_t max_jobs;
	uint32_t header_timeout_ms;
	uint32_t body_timeout_ms;
	uint32_t request_timeout_ms;
	uint32_t write_timeout_ms;
	uint32_t idle_timeout_ms;
	uint32_t clock_jump_max_s;
	uint32_t scrub_interval_h; /* 0: only after the start */
};

/* What holds where nothing is said. */
void wb_config_init(struct wb_config *ret);
/* Read text over the defaults.  WB_EREFUSED; problem->pointer names line and
 * column. */
int wb_config_parse(struct wb_slice text, struct wb_config *ret,
		    struct wb_problem *problem) WB_MUST_CHECK;
/* WB_EFORM if text is no address. */
int wb_address_parse(struct wb_slice text, struct wb_address *ret)
	WB_MUST_CHECK;
/* Every value with its key, as it could stand in a file. */
void wb_config_write(struct wb_writer *w, const struct wb_config *config);

#endif /* WB_DAEMON_CONFIG_H */
