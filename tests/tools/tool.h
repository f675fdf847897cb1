#ifndef WB_TESTS_TOOL_H
#define WB_TESTS_TOOL_H

#include <stdio.h>
#include <stdlib.h>

#include "waybill/bytes.h"
#include "waybill/error.h"
#include "waybill/limits.h"

/* tool: what the small programs of the demo share. */

static inline _Noreturn void tool_die(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, wb_strerror(err));
	exit(1);
}

/* Read a whole file; the caller frees ret. */
static inline void tool_read(const char *path, struct wb_buf *ret)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	if (f == NULL)
		tool_die(path, WB_EIO);
	wb_buf_init(ret, WB_NOTE_MAX);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		wb_buf_add(ret, part, n);
	if (ferror(f) || ret->failed)
		tool_die(path, WB_EIO);
	fclose(f);
}

#endif /* WB_TESTS_TOOL_H */
