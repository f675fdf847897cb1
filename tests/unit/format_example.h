#ifndef TESTS_UNIT_FORMAT_EXAMPLE_H
#define TESTS_UNIT_FORMAT_EXAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waybill/bytes.h"

/*
 * format_example: the worked examples of proto/FORMAT.md, so that document
 * and code cannot drift apart.
 *
 * An example is a fenced block whose info string is its name alone:
 *
 *     ```record-example
 *     waybill/record/1
 *     ```
 *
 * The test ends with a message when it is missing or stands there twice.
 */

static inline void format_example_fail(const char *name, const char *why)
{
	fprintf(stderr, "proto/FORMAT.md: %s: %s\n", name, why);
	exit(1);
}

/* The document, read once and kept: examples borrow from it. */
static inline const char *format_document(void)
{
	static char text[1 << 19];
	size_t len;
	FILE *f;

	if (text[0] != '\0')
		return text;
	f = fopen("proto/FORMAT.md", "r");
	if (f == NULL)
		format_example_fail("all", "run tests from the top folder");
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	if (len == sizeof(text) - 1)
		format_example_fail("all", "longer than the test reads");
	text[len] = '\0';
	return text;
}

/* The text of the block called name, each line with its newline. */
static inline struct wb_slice format_example(const char *name)
{
	const char *begin, *end;
	char fence[128];

	snprintf(fence, sizeof(fence), "\n```%s\n", name);
	begin = strstr(format_document(), fence);
	if (begin == NULL)
		format_example_fail(name, "missing");
	begin += strlen(fence);
	if (strstr(begin, fence) != NULL)
		format_example_fail(name, "stands there twice");
	end = strstr(begin, "\n```\n");
	if (end == NULL)
		format_example_fail(name, "does not end");
	return wb_slice(begin, (size_t)(end + 1 - begin));
}

/* The same without its last newline: for one-line examples. */
static inline struct wb_slice format_example_line(const char *name)
{
	struct wb_slice text = format_example(name);

	return wb_slice(text.p, text.len - 1);
}

#endif /* TESTS_UNIT_FORMAT_EXAMPLE_H */
