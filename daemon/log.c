#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"

#define LINE_MAX_LEN 1024

void wb_log(enum wb_level level, const char *fmt, ...)
{
	const char *journal = getenv("JOURNAL_STREAM");
	char line[LINE_MAX_LEN];
	size_t begin = 0, len;
	va_list ap;

	if (journal != NULL && journal[0] != '\0')
		begin = (size_t)snprintf(line, sizeof(line), "<%d>",
					 (int)level);
	else
		begin = (size_t)snprintf(line, sizeof(line), "waybilld: ");
	va_start(ap, fmt);
	vsnprintf(line + begin, sizeof(line) - begin - 1, fmt, ap);
	va_end(ap);

	len = strlen(line);
	for (size_t i = begin; i < len; i++) {
		if (line[i] < 0x20 || line[i] >= 0x7f)
			line[i] = '?';
	}
	line[len++] = '\n';
	/* One write, so that lines of threads do not mix; a log that cannot
	 * be written must not stop the ledger. */
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}
