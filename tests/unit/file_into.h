#ifndef TESTS_UNIT_FILE_INTO_H
#define TESTS_UNIT_FILE_INTO_H

#include <stdio.h>
#include <stdlib.h>

#include "waybill/bytes.h"

/*
 * file_into: a file of the tree, whole, in memory the test has.  The test
 * ends with a message when it is missing or larger than cap.
 */
static inline struct wb_slice file_into(const char *path, void *p, size_t cap)
{
	FILE *f = fopen(path, "rb");
	size_t len;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	len = fread(p, 1, cap, f);
	if (ferror(f) || fgetc(f) != EOF) {
		fprintf(stderr, "%s: more than %zu bytes\n", path, cap);
		exit(1);
	}
	fclose(f);
	return wb_slice(p, len);
}

#endif /* TESTS_UNIT_FILE_INTO_H */
