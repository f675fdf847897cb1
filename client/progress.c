#include "client/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client/print.h"

#define REDRAW_MS 100
#define BAR       24

int64_t wb_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void wb_progress_start(struct wb_progress *p, const struct wb_cli *cli)
{
	p->on = isatty(STDERR_FILENO) == 1 &&
		wb_opt(&cli->opt, WB_OPT_QUIET) == NULL;
	p->drawn = false;
	p->start_ms = wb_monotonic_ms();
	p->last_ms = p->start_ms - REDRAW_MS;
}

static void print_left(int64_t ms)
{
	long long s = (long long)((ms + 999) / 1000);

	if (s >= 3600)
		fprintf(stderr, "  %lld h %02lld min left", s / 3600,
			s / 60 % 60);
	else if (s >= 60)
		fprintf(stderr, "  %lld min %02lld s left", s / 60, s % 60);
	else
		fprintf(stderr, "  %lld s left", s);
}

void wb_progress_step(struct wb_progress *p, uint64_t done, uint64_t total,
		      const char *note)
{
	int64_t now = wb_monotonic_ms();
	uint64_t filled;

	if (!p->on || now - p->last_ms < REDRAW_MS)
		return;
	p->last_ms = now;
	p->drawn = true;
	fputs("\r\033[K", stderr);
	if (total > 0) {
		filled = done >= total ? BAR : done * BAR / total;
		fputc('[', stderr);
		for (uint64_t i = 0; i < BAR; i++)
			fputc(i < filled ? '#' : ' ', stderr);
		fprintf(stderr, "] %llu of %llu", (unsigned long long)done,
			(unsigned long long)total);
	} else {
		fprintf(stderr, "%llu", (unsigned long long)done);
	}
	wb_say(stderr, " %s", note);
	if (done > 0 && done < total)
		print_left((int64_t)((double)(now - p->start_ms) *
				     (double)(total - done) / (double)done));
	fflush(stderr);
}

void wb_progress_clear(struct wb_progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
	p->last_ms = wb_monotonic_ms() - REDRAW_MS;
}
