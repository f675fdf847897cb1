#ifndef WB_DAEMON_NOTIFY_H
#define WB_DAEMON_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * notify: systemd's two protocols by hand, sd_notify(3) and the passing of
 * listening sockets, sd_listen_fds(3).  Without systemd they do nothing.
 */

/* Tell the service manager; state as "READY=1\nSTATUS=...". */
void wb_notify(const char *state);

/* How often the manager wants to hear WATCHDOG=1, microseconds; 0: never. */
uint64_t wb_notify_watchdog_us(void);

/* Sockets that were passed: numbers 3 to 3 + n - 1. */
#define WB_NOTIFY_FD_FIRST 3
#define WB_NOTIFY_FD_MAX   16

struct wb_notify_fds {
	size_t n;
	bool admin[WB_NOTIFY_FD_MAX]; /* it is named "admin" */
};

/* Call once, before other descriptors are opened.  False if more are passed
 * than can be had; the names are those of FileDescriptorName=. */
bool wb_notify_fds(struct wb_notify_fds *ret);

#endif /* WB_DAEMON_NOTIFY_H */
