#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/notify.h"
#include "waybill/text.h"

/* A number in the environment, or 0. */
static uint64_t env_number(const char *name)
{
	const char *text = getenv(name);
	uint64_t n;

	if (text == NULL || wb_parse_dec(wb_slice_str(text), &n) != 0)
		return 0;
	return n;
}

void wb_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t len;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return;
	len = strlen(path);
	if (len < 2 || len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, len);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0'; /* the abstract name space */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* The manager notices silence by itself; nothing to do about it here.
	 */
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
		     (const struct sockaddr *)&to,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

uint64_t wb_notify_watchdog_us(void)
{
	uint64_t pid = env_number("WATCHDOG_PID");

	if (pid != 0 && pid != (uint64_t)getpid())
		return 0;
	return env_number("WATCHDOG_USEC");
}

bool wb_notify_fds(struct wb_notify_fds *ret)
{
	const char *name = getenv("LISTEN_FDNAMES");
	uint64_t n = env_number("LISTEN_FDS");
	struct wb_slice names = wb_slice_str(name);

	memset(ret, 0, sizeof(*ret));
	if (env_number("LISTEN_PID") != (uint64_t)getpid())
		n = 0;
	if (n > WB_NOTIFY_FD_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct wb_slice one = names;
		const uint8_t *colon =
			one.len == 0 ? NULL : memchr(one.p, ':', one.len);

		if (colon != NULL)
			one.len = (size_t)(colon - one.p);
		ret->admin[i] = wb_slice_is(one, "admin");
		names = colon == NULL
				? wb_slice(NULL, 0)
				: wb_slice(colon + 1, names.len - one.len - 1);
		if (fcntl(WB_NOTIFY_FD_FIRST + (int)i, F_SETFD, FD_CLOEXEC) !=
		    0)
			return false;
	}
	ret->n = (size_t)n;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return true;
}
