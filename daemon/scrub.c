#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "daemon/cli.h"
#include "daemon/log.h"
#include "daemon/server.h"

#define SHARE   "5" /* per cent of a core, but for the first */
#define HOUR_MS 3600000ULL
/* Until the first has held nothing is taken: one that could not be finished
 * is made again soon. */
#define AGAIN_MS 1000

const char *wb_scrub_verdict_name(enum wb_scrub_verdict v)
{
	static const char *const names[WB_SCRUB_VERDICTS] = {
		[WB_SCRUB_NONE] = "none",
		[WB_SCRUB_HOLDS] = "holds",
		[WB_SCRUB_DAMAGED] = "damaged",
		[WB_SCRUB_UNFINISHED] = "unfinished",
	};

	return names[v];
}

int wb_scrub_init(struct wb_scrub *c, struct wb_server *server, const char *dir,
		  struct wb_slice trust, unsigned interval_h)
{
	int fd;

	if (strlen(dir) >= sizeof(c->dir))
		return WB_ELIMIT;
	fd = memfd_create("trust", MFD_CLOEXEC);
	if (fd < 0)
		return WB_EIO;
	if (write(fd, trust.p, trust.len) != (ssize_t)trust.len) {
		close(fd);
		return WB_EIO;
	}
	c->server = server;
	c->trust_fd = fd;
	c->interval_ms = interval_h * HOUR_MS;
	memcpy(c->dir, dir, strlen(dir) + 1);
	return 0;
}

void wb_scrub_free(struct wb_scrub *c)
{
	if (c->dir[0] != '\0')
		close(c->trust_fd);
}

/* --- what the child says and how it ends ------------------------------- */

/* A line "store 512 20480". */
static void take_line(struct wb_scrub *c)
{
	unsigned long long at, size;
	char what[16];

	c->line[c->line_len] = '\0';
	c->line_len = 0;
	if (sscanf(c->line, "%15s %llu %llu", what, &at, &size) != 3)
		return;
	memcpy(c->what, what, sizeof(what));
	c->at = at;
	c->size = size;
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *ret)
{
	static char space[512]; /* one child, one loop */

	(void)handle, (void)wanted;
	*ret = uv_buf_init(space, sizeof(space));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct wb_scrub *c = stream->data;

	if (n < 0) {
		(void)uv_read_stop(stream);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (buf->base[i] == '\n')
			take_line(c);
		else if (c->line_len < sizeof(c->line) - 1)
			c->line[c->line_len++] = buf->base[i];
	}
}

static void on_closed(uv_handle_t *handle)
{
	struct wb_scrub *c = handle->data;

	if (--c->open == 0)
		c->running = false;
}

static void close_handles(struct wb_scrub *c)
{
	uv_close((uv_handle_t *)&c->process, on_closed);
	uv_close((uv_handle_t *)&c->out, on_closed);
}

/* These are what reading a damaged file ends in. */
static bool by_damage(int signum)
{
	return signum == SIGSEGV || signum == SIGBUS || signum == SIGABRT ||
	       signum == SIGFPE || signum == SIGILL;
}

static enum wb_scrub_verdict judge(int64_t status, int signum)
{
	if (by_damage(signum) || (signum == 0 && status == WB_EXIT_PROOF))
		return WB_SCRUB_DAMAGED;
	return signum == 0 && status == 0 ? WB_SCRUB_HOLDS
					  : WB_SCRUB_UNFINISHED;
}

static void tell(struct wb_scrub *c)
{
	switch (c->verdict) {
	case WB_SCRUB_NONE:
	case WB_SCRUB_VERDICTS:
		break;
	case WB_SCRUB_HOLDS:
		wb_log(WB_LOG_INFO, "full check: the ledger holds, %llu ms",
		       (unsigned long long)c->took_ms);
		break;
	case WB_SCRUB_DAMAGED:
		wb_log(WB_LOG_ERROR,
		       "full check: what is stored is not what was written "
		       "(%s); no more statements are taken, see waybilld(8), "
		       "\"States\"",
		       c->why);
		break;
	case WB_SCRUB_UNFINISHED:
		wb_log(WB_LOG_WARNING, "full check: not finished (%s)", c->why);
		break;
	}
}

/* When the next one is to begin. */
static uint64_t next_ms(const struct wb_scrub *c, uint64_t now_ms)
{
	if (c->verdict == WB_SCRUB_UNFINISHED &&
	    !atomic_load(&c->server->service.checked))
		return now_ms + AGAIN_MS;
	return c->interval_ms == 0 ? UINT64_MAX : now_ms + c->interval_ms;
}

static void on_exit(uv_process_t *process, int64_t status, int signum)
{
	struct wb_scrub *c = process->data;
	uint64_t now_ms = uv_now(&c->server->loop);

	if (signum != 0)
		snprintf(c->why, sizeof(c->why), "ended by signal %d", signum);
	else
		snprintf(c->why, sizeof(c->why), "exit code %lld",
			 (long long)status);
	c->verdict = judge(status, signum);
	c->count[c->verdict]++;
	c->ended_s = (int64_t)time(NULL);
	c->took_ms = now_ms - c->begun_ms;
	if (!c->server->closing)
		tell(c);
	if (c->verdict == WB_SCRUB_DAMAGED)
		wb_ledger_latch(c->server->service.ledger, WB_ECORRUPT);
	if (c->verdict == WB_SCRUB_HOLDS || c->verdict == WB_SCRUB_DAMAGED)
		wb_exchange_checked(c->server, c->verdict == WB_SCRUB_HOLDS);
	c->next_ms = next_ms(c, now_ms);
	close_handles(c);
}

/* --- one check --------------------------------------------------------- */

static void begin(struct wb_scrub *c)
{
	char name[] = "waybilld", verb[] = "verify", data[] = "--data",
	     trust[] = "--trust", in[] = "/dev/stdin", report[] = "--report",
	     share[] = "--share", n[] = SHARE;
	bool first = !atomic_load(&c->server->service.checked);
	char *args[] = {name,  verb, data,   c->dir,
			trust, in,   report, first ? NULL : share,
			n,     NULL};
	uv_stdio_container_t io[3] = {
		{.flags = UV_INHERIT_FD, .data.fd = c->trust_fd},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		 .data.stream = (uv_stream_t *)&c->out},
		{.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
	};
	uv_process_options_t options = {
		.exit_cb = on_exit,
		.file = "/proc/self/exe",
		.args = args,
		.stdio_count = 3,
		.stdio = io,
	};
	int rc;

	c->begun_ms = uv_now(&c->server->loop);
	c->at = 0;
	c->line_len = 0;
	c->running = true;
	c->open = 2;
	rc = uv_pipe_init(&c->server->loop, &c->out, 0);
	assert(rc == 0); /* it allocates nothing */
	c->out.data = c;
	c->process.data = c;
	rc = uv_spawn(&c->server->loop, &c->process, &options);
	if (rc == 0) {
		(void)uv_read_start((uv_stream_t *)&c->out, on_alloc, on_read);
		return;
	}
	wb_log(WB_LOG_WARNING, "full check: cannot begin: %s", uv_strerror(rc));
	c->verdict = WB_SCRUB_UNFINISHED;
	c->count[c->verdict]++;
	snprintf(c->why, sizeof(c->why), "%s", uv_strerror(rc));
	c->next_ms = next_ms(c, c->begun_ms);
	close_handles(c);
}

void wb_scrub_tick(struct wb_scrub *c, uint64_t now_ms)
{
	if (c->running || c->server->closing || now_ms < c->next_ms ||
	    c->verdict == WB_SCRUB_DAMAGED)
		return;
	begin(c);
}

void wb_scrub_stop(struct wb_scrub *c)
{
	if (c->running && !uv_is_closing((uv_handle_t *)&c->process))
		(void)uv_process_kill(&c->process, SIGKILL);
	c->next_ms = UINT64_MAX;
}
